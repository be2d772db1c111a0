//! Patterns and comparisons that can never hold, since values are of another
//! kind: a text against a language tag, an IRI or a number, a date against a
//! number or a date of another type.

use std::collections::BTreeSet;

use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Term, Variable};
use spargebra::term::TermPattern;

use super::super::Query;
use super::kinds::{Kind, Kinds, names};
use super::place;
use super::scope::{Comparison, Reading, Stated, TagTest, TextCall, VariableValues};
use crate::error::Result;
use crate::finding::{Finding, closest, codes};
use crate::graph::{Graph, bcp47_case, local_name};

/// The property that values are of, if it is one.
fn property(values: &VariableValues) -> Option<&NamedNode> {
    match values {
        VariableValues::Of(property) => Some(property),
        _ => None,
    }
}

/// Whose values they are: `cg:status`, or the variable.
fn owner(values: &VariableValues, variable: &Variable, graph: &Graph) -> String {
    property(values).map_or_else(|| variable.to_string(), |property| graph.prefixes.shorten(property.as_str()))
}

fn written(term: &Term, graph: &Graph) -> String {
    match term {
        Term::NamedNode(node) => graph.prefixes.shorten(node.as_str()),
        Term::Literal(literal) => match literal.language() {
            Some(tag) => format!("{}@{}", Literal::new_simple_literal(literal.value()), bcp47_case(tag)),
            None if Kind::of(term.as_ref()) == Kind::Text => literal.to_string(),
            None => {
                let text = Literal::new_simple_literal(literal.value());
                format!("{text}^^{}", graph.prefixes.shorten(literal.datatype().as_str()))
            }
        },
        other => other.to_string(),
    }
}

/// A pattern whose property has values, but none of the kind of its object.
pub(super) fn pattern(stated: &Stated, query: &Query, graph: &Graph, kinds: &mut Kinds<'_>) -> Result<Option<Finding>> {
    let object: Term = match &stated.object {
        TermPattern::Literal(literal) => literal.clone().into(),
        TermPattern::NamedNode(node) => node.clone().into(),
        _ => return Ok(None),
    };
    let predicate = stated.predicate.as_ref();
    if graph.matching(None, Some(predicate), Some(object.as_ref()), None).next().is_some() {
        return Ok(None);
    }
    let Some(known) = kinds.of_property(predicate)? else { return Ok(None) };
    let kind = Kind::of(object.as_ref());
    let same = same_value(predicate, &object, graph)?;
    if known.is_empty() || (known.contains(&kind) && same.is_none()) {
        return Ok(None);
    }
    let (name, shown) = (graph.prefixes.shorten(predicate.as_str()), written(&object, graph));
    let message = match &same {
        Some(same) => format!("no `{name}` is `{shown}`, but one is `{}`", written(same, graph)),
        None => format!("no `{name}` is `{shown}`: its values are {}", names(&known, graph)),
    };
    let hint = match same {
        Some(same) => Some(format!("write `{}`", written(&same, graph))),
        None => meant(predicate, &object, &known, graph)?,
    };
    let place = match &object {
        Term::Literal(literal) => place::of_literal(query, literal),
        Term::NamedNode(node) => place::of_iri(query, graph, node.as_str()),
        _ => None,
    };
    Ok(Some(Finding::warning(codes::UNMATCHED_VALUE, message).at(place).hint(hint)))
}

/// The value of a property that reads the same and has another type or language.
fn same_value(property: NamedNodeRef<'_>, object: &Term, graph: &Graph) -> Result<Option<Term>> {
    let Term::Literal(literal) = object else { return Ok(None) };
    let number: Option<f64> = literal.value().parse().ok();
    let is_number = |other: &Literal| {
        Kind::of(Term::from(other.clone()).as_ref()) == Kind::Number
            && number.is_some()
            && other.value().parse().ok() == number
    };
    let mut found: Option<Term> = None;
    for quad in graph.matching(None, Some(property), None, None) {
        let Term::Literal(other) = &quad.object else { continue };
        let is_same = other.value() == literal.value() || is_number(other);
        if is_same && found.as_ref().is_none_or(|found| quad.object.to_string() < found.to_string()) {
            found = Some(quad.object);
        }
    }
    Ok(found)
}

/// What is likely meant by a value of the wrong kind.
fn meant(property: NamedNodeRef<'_>, object: &Term, known: &BTreeSet<Kind>, graph: &Graph) -> Result<Option<String>> {
    let text = match object {
        Term::Literal(literal) => literal.value().to_owned(),
        Term::NamedNode(node) => local_name(node.as_str()).to_owned(),
        _ => return Ok(None),
    };
    // The values of codes are few, those of names many.
    const MOST: usize = 20_000;
    let mut named: Vec<(String, Term)> = Vec::new();
    let mut seen = BTreeSet::new();
    for quad in graph.matching(None, Some(property), None, None).take(MOST) {
        let value = quad.object;
        if !seen.insert(value.to_string()) {
            continue;
        }
        match &value {
            Term::NamedNode(node) => {
                named.push((local_name(node.as_str()).to_owned(), value.clone()));
                let labels = graph.labels(node.as_ref())?;
                named.extend(labels.into_iter().map(|label| (label, value.clone())));
            }
            Term::Literal(literal) => named.push((literal.value().to_owned(), value.clone())),
            _ => {}
        }
    }
    named.sort_by_cached_key(|(name, value)| (name.clone(), value.to_string()));
    let exact = named.iter().find(|(name, _)| name.to_lowercase() == text.to_lowercase());
    let near = || {
        let name = closest(&text, named.iter().map(|(name, _)| name.as_str()))?;
        named.iter().find(|(other, _)| other == name)
    };
    if let Some((_, value)) = exact.or_else(near) {
        return Ok(Some(format!("did you mean `{}`?", written(value, graph))));
    }
    let example = named.first().map(|(_, value)| format!("a value is for example `{}`", written(value, graph)));
    Ok(example.filter(|_| known.len() == 1))
}

/// A comparison that is never true, or leaves out dates of other types.
pub(super) fn comparison(
    comparison: &Comparison,
    reading: &Reading,
    query: &Query,
    graph: &Graph,
    kinds: &mut Kinds<'_>,
) -> Result<Option<Finding>> {
    let Comparison { variable, values, operator, constant } = comparison;
    let Some(known) = kinds.of(values)? else { return Ok(None) };
    let kind = Kind::of(constant.as_ref());
    if known.is_empty() {
        return Ok(None);
    }
    let place = match constant {
        Term::Literal(literal) => place::of_literal(query, literal),
        Term::NamedNode(node) => place::of_iri(query, graph, node.as_str()),
        _ => None,
    };
    let shown = written(constant, graph);
    let owner = owner(values, variable, graph);
    if !known.contains(&kind) {
        let message = format!(
            "`{variable} {operator} {}` is never true: the values of `{owner}` are {}",
            plainly(constant, &shown),
            names(&known, graph)
        );
        let hint = match property(values) {
            Some(property) if *operator == "=" => match same_value(property.as_ref(), constant, graph)? {
                Some(same) => Some(format!("compare with `{}`", written(&same, graph))),
                None => meant(property.as_ref(), constant, &known, graph)?,
            },
            _ => conversion(variable, constant, &kind, &known, graph),
        };
        return Ok(Some(Finding::warning(codes::NEVER_TRUE, message).at(place).hint(hint)));
    }
    // Dates of other types stand beside those that are compared.
    let compared: BTreeSet<Kind> = reading
        .comparisons
        .iter()
        .filter(|other| other.variable == *variable)
        .map(|other| Kind::of(other.constant.as_ref()))
        .collect();
    let left_out: BTreeSet<Kind> =
        known.into_iter().filter(|other| other.is_date() && !compared.contains(other)).collect();
    if !kind.is_date() || left_out.is_empty() || reading.typed.contains(variable) {
        return Ok(None);
    }
    let message = format!(
        "`{owner}` also has values that are {}, which are never compared with {}",
        names(&left_out, graph),
        kind.name(graph)
    );
    let hint =
        format!("compare the text, `STR({variable}) {operator} \"{}\"`, or each type on its own", text_of(constant));
    Ok(Some(Finding::warning(codes::DATES_LEFT_OUT, message).at(place).hint(hint)))
}

fn text_of(term: &Term) -> &str {
    match term {
        Term::Literal(literal) => literal.value(),
        _ => "",
    }
}

/// A constant as people write it: numbers without their type.
fn plainly<'a>(term: &'a Term, shown: &'a str) -> &'a str {
    match Kind::of(term.as_ref()) {
        Kind::Number => text_of(term),
        _ => shown,
    }
}

/// How to compare values with a constant of another kind.
fn conversion(
    variable: &Variable,
    constant: &Term,
    kind: &Kind,
    known: &BTreeSet<Kind>,
    graph: &Graph,
) -> Option<String> {
    let text = text_of(constant);
    let only = known.first().filter(|_| known.len() == 1);
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    match (only, kind) {
        (Some(Kind::Typed(datatype)), Kind::Number | Kind::Text) if only.is_some_and(Kind::is_date) && is_year => {
            let day = match graph.prefixes.shorten(datatype.as_str()).as_str() {
                "xsd:date" => format!("\"{text}-01-01\"^^xsd:date"),
                "xsd:dateTime" => format!("\"{text}-01-01T00:00:00\"^^xsd:dateTime"),
                "xsd:gYear" => format!("\"{text}\"^^xsd:gYear"),
                _ => return None,
            };
            Some(format!("compare with `{day}`"))
        }
        (Some(Kind::Typed(datatype)), Kind::Text) => {
            Some(format!("compare with `\"{text}\"^^{}`", graph.prefixes.shorten(datatype.as_str())))
        }
        (Some(Kind::Number), Kind::Text) if text.parse::<f64>().is_ok() => Some(format!("compare with `{text}`")),
        _ if matches!(kind, Kind::Text) || kind.is_date() => {
            Some(format!("compare the text: `STR({variable})` with `\"{text}\"`"))
        }
        _ => None,
    }
}

/// A function of texts whose argument is never a text.
pub(super) fn call(call: &TextCall, query: &Query, graph: &Graph, kinds: &mut Kinds<'_>) -> Result<Option<Finding>> {
    let Some(known) = kinds.of(&call.values)? else { return Ok(None) };
    if known.is_empty() || known.iter().any(|kind| matches!(kind, Kind::Text | Kind::Tagged(_))) {
        return Ok(None);
    }
    let owner = owner(&call.values, &call.variable, graph);
    let message = format!("`{}` takes texts, and the values of `{owner}` are {}", call.function, names(&known, graph));
    let hint = format!("write `{}(STR({}), …)`", call.function, call.variable);
    let hint = if matches!(call.function, "STRLEN" | "UCASE" | "LCASE") { hint.replace(", …", "") } else { hint };
    let place = place::of_call(query, call.function, &call.variable);
    Ok(Some(Finding::warning(codes::NEVER_TRUE, message).at(place).hint(hint)))
}

/// A comparison with a language tag that no value has.
pub(super) fn tag(test: &TagTest, query: &Query, graph: &Graph, kinds: &mut Kinds<'_>) -> Result<Option<Finding>> {
    let TagTest { variable, tag, is_range } = test;
    let lower = tag.to_ascii_lowercase();
    let place = place::of_text(query, tag);
    let known = match variable {
        Some((_, values)) => kinds.of(values)?,
        None => None,
    };
    if let (Some(known), Some((variable, values)), false) = (known, variable, lower.is_empty() || lower == "*") {
        let tags: BTreeSet<&str> = known
            .iter()
            .filter_map(|kind| match kind {
                Kind::Tagged(tag) => Some(tag.as_str()),
                _ => None,
            })
            .collect();
        let in_range = |other: &&&str| {
            **other == lower || other.strip_prefix(lower.as_str()).is_some_and(|rest| rest.starts_with('-'))
        };
        let is_met = if *is_range { tags.iter().any(|tag| in_range(&tag)) } else { tags.contains(lower.as_str()) };
        if !is_met && !known.is_empty() {
            let owner = owner(values, variable, graph);
            let message = format!(
                "no value of `{owner}` has a language tag that matches `{tag}`: they are {}",
                names(&known, graph)
            );
            let has_range = tags.iter().any(|tag| in_range(&tag));
            let hint = has_range.then(|| format!("write `LANGMATCHES(LANG({variable}), \"{tag}\")`"));
            return Ok(Some(Finding::warning(codes::LANGUAGE_COMPARISON, message).at(place).hint(hint)));
        }
    }
    if *is_range || *tag == lower {
        return Ok(None);
    }
    let message = format!("`LANG(…) = \"{tag}\"` is never true: the graph keeps tags in lower case");
    let hint = format!("write `LANGMATCHES(LANG(…), \"{tag}\")`, or compare with \"{lower}\"");
    Ok(Some(Finding::warning(codes::LANGUAGE_COMPARISON, message).at(place).hint(hint)))
}
