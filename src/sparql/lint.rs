//! Patterns that are valid and yet find nothing: terms that no loaded graph has, and comparisons
//! of language tags that are never true.

use oxigraph::model::NamedNode;
use spargebra::algebra::{Expression, Function, GraphPattern, OrderExpression, PropertyPathExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::Query;
use crate::error::Result;
use crate::finding::{Finding, Place, closest, codes};
use crate::graph::Graph;

/// Warnings about a query before it is evaluated on a graph.
pub fn lint(query: &Query, graph: &Graph) -> Result<Vec<Finding>> {
    let mut seen = Seen::default();
    let pattern = match &query.algebra {
        spargebra::Query::Select { pattern, .. }
        | spargebra::Query::Construct { pattern, .. }
        | spargebra::Query::Describe { pattern, .. }
        | spargebra::Query::Ask { pattern, .. } => pattern,
    };
    seen.pattern(pattern);
    let mut warnings = Vec::new();
    for tag in seen.tags {
        let lower = tag.to_ascii_lowercase();
        let place = find_token(&query.text, &[format!("\"{tag}\""), format!("'{tag}'")]);
        warnings.push(
            Finding::warning(
                codes::LANGUAGE_COMPARISON,
                format!("`LANG(…) = \"{tag}\"` is never true: the store keeps tags in lower case"),
            )
            .at(place.map(|(start, end)| Place::in_text(&query.file, &query.text, start, end)))
            .hint(format!("write `LANGMATCHES(LANG(…), \"{tag}\")`, or compare with \"{lower}\"")),
        );
    }
    seen.nodes.sort();
    seen.nodes.dedup();
    for node in seen.nodes {
        if graph.mentions(node.as_ref())? {
            continue;
        }
        let short = graph.prefixes.shorten(node.as_str());
        let spellings = spellings(&query.text, graph, node.as_str());
        let place = find_token(&query.text, &spellings);
        let cut = node.as_str().rfind(['#', '/', ':']).map_or(0, |at| at + 1);
        let (namespace, local) = node.as_str().split_at(cut);
        let terms = graph.terms_of(namespace)?;
        let locals = terms.iter().filter_map(|term| term.as_str().strip_prefix(namespace));
        let hint = closest(local, locals)
            .map(|found| format!("did you mean `{}`?", graph.prefixes.shorten(&format!("{namespace}{found}"))));
        warnings.push(
            Finding::warning(codes::UNKNOWN_TERM, format!("no loaded graph has `{short}`"))
                .at(place.map(|(start, end)| Place::in_text(&query.file, &query.text, start, end)))
                .hint(hint),
        );
    }
    Ok(warnings)
}

/// The ways in which a query may write an IRI: in full, or with any prefix of the query or the
/// graph.
fn spellings(text: &str, graph: &Graph, iri: &str) -> Vec<String> {
    let mut spellings = vec![format!("<{iri}>")];
    for (name, namespace) in graph.prefixes.iter() {
        spellings.extend(iri.strip_prefix(namespace).map(|local| format!("{name}:{local}")));
    }
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let declares = words.next().is_some_and(|word| word.trim_start_matches('@').eq_ignore_ascii_case("prefix"));
        if let (true, Some(name), Some(namespace)) = (declares, words.next(), words.next()) {
            let namespace = namespace.trim_matches(['<', '>']);
            spellings.extend(iri.strip_prefix(namespace).map(|local| format!("{name}{local}")));
        }
    }
    spellings
}

/// The first place of any spelling, as a complete token, outside comments.
fn find_token(text: &str, spellings: &[String]) -> Option<(usize, usize)> {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':');
    let mut found: Option<(usize, usize)> = None;
    for spelling in spellings {
        for (start, matched) in text.match_indices(spelling.as_str()) {
            let end = start + matched.len();
            let before = text[..start].chars().next_back().is_some_and(word);
            let after = text[end..].chars().next().is_some_and(|c| word(c) || c == '/');
            let line = text[..start].rsplit('\n').next().unwrap_or_default();
            let commented = line.trim_start().starts_with('#');
            if !(before || after && !spelling.ends_with('>') || commented) && found.is_none_or(|(at, _)| start < at) {
                found = Some((start, end));
            }
        }
    }
    found
}

#[derive(Default)]
struct Seen {
    nodes: Vec<NamedNode>,
    tags: Vec<String>,
}

impl Seen {
    fn pattern(&mut self, pattern: &GraphPattern) {
        use GraphPattern as P;
        match pattern {
            P::Bgp { patterns } => patterns.iter().for_each(|triple| self.triple(triple)),
            P::Path { subject, path, object } => {
                self.term(subject);
                self.path(path);
                self.term(object);
            }
            P::Join { left, right }
            | P::Lateral { left, right }
            | P::Union { left, right }
            | P::Minus { left, right } => {
                self.pattern(left);
                self.pattern(right);
            }
            P::LeftJoin { left, right, expression } => {
                self.pattern(left);
                self.pattern(right);
                expression.iter().for_each(|expression| self.expression(expression));
            }
            P::Filter { expr, inner } => {
                self.expression(expr);
                self.pattern(inner);
            }
            P::Graph { name, inner } => {
                self.name(name);
                self.pattern(inner);
            }
            P::Extend { inner, expression, .. } => {
                self.pattern(inner);
                self.expression(expression);
            }
            P::OrderBy { inner, expression } => {
                self.pattern(inner);
                for order in expression {
                    let (OrderExpression::Asc(expression) | OrderExpression::Desc(expression)) = order;
                    self.expression(expression);
                }
            }
            P::Project { inner, .. }
            | P::Distinct { inner }
            | P::Reduced { inner }
            | P::Slice { inner, .. }
            | P::Group { inner, .. } => self.pattern(inner),
            // A term in a table may well be absent, and another store is unknown.
            P::Values { .. } | P::Service { .. } => {}
        }
    }

    fn triple(&mut self, triple: &TriplePattern) {
        self.term(&triple.subject);
        self.name(&triple.predicate);
        self.term(&triple.object);
    }

    fn term(&mut self, term: &TermPattern) {
        match term {
            TermPattern::NamedNode(node) => self.nodes.push(node.clone()),
            TermPattern::Triple(triple) => self.triple(triple),
            _ => {}
        }
    }

    fn name(&mut self, name: &NamedNodePattern) {
        if let NamedNodePattern::NamedNode(node) = name {
            self.nodes.push(node.clone());
        }
    }

    fn path(&mut self, path: &PropertyPathExpression) {
        use PropertyPathExpression as P;
        match path {
            P::NamedNode(node) => self.nodes.push(node.clone()),
            P::Reverse(inner) | P::ZeroOrMore(inner) | P::OneOrMore(inner) | P::ZeroOrOne(inner) => self.path(inner),
            P::Sequence(left, right) | P::Alternative(left, right) => {
                self.path(left);
                self.path(right);
            }
            P::NegatedPropertySet(nodes) => self.nodes.extend(nodes.iter().cloned()),
        }
    }

    fn expression(&mut self, expression: &Expression) {
        use Expression as E;
        match expression {
            E::Equal(a, b) => {
                for (a, b) in [(a, b), (b, a)] {
                    if let (E::FunctionCall(Function::Lang, _), E::Literal(tag)) = (a.as_ref(), b.as_ref())
                        && tag.value().chars().any(|c| c.is_ascii_uppercase())
                    {
                        self.tags.push(tag.value().to_owned());
                    }
                }
                self.expression(a);
                self.expression(b);
            }
            E::In(a, list) => {
                if matches!(a.as_ref(), E::FunctionCall(Function::Lang, _)) {
                    let tags = list.iter().filter_map(|item| match item {
                        E::Literal(tag) if tag.value().chars().any(|c| c.is_ascii_uppercase()) => {
                            Some(tag.value().to_owned())
                        }
                        _ => None,
                    });
                    self.tags.extend(tags);
                }
                self.expression(a);
                list.iter().for_each(|item| self.expression(item));
            }
            E::Or(a, b)
            | E::And(a, b)
            | E::SameTerm(a, b)
            | E::Greater(a, b)
            | E::GreaterOrEqual(a, b)
            | E::Less(a, b)
            | E::LessOrEqual(a, b)
            | E::Add(a, b)
            | E::Subtract(a, b)
            | E::Multiply(a, b)
            | E::Divide(a, b) => {
                self.expression(a);
                self.expression(b);
            }
            E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => self.expression(a),
            E::Exists(pattern) => self.pattern(pattern),
            E::If(a, b, c) => [a, b, c].into_iter().for_each(|part| self.expression(part)),
            E::Coalesce(list) | E::FunctionCall(_, list) => list.iter().for_each(|item| self.expression(item)),
            E::NamedNode(_) | E::Literal(_) | E::Variable(_) | E::Bound(_) => {}
        }
    }
}
