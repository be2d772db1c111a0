//! Terms that no triple has where the query wants them: unknown ones, and those
//! that the vocabulary describes and nothing uses.

use std::cell::OnceCell;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use spargebra::term::TermPattern;

use super::super::Query;
use super::place;
use super::scope::{Reading, Stated, VariableValues};
use crate::error::Result;
use crate::finding::{Finding, closest, codes};
use crate::graph::Graph;
use crate::vocab::{cg, skos};
use crate::vocabulary::{Category, Closeness, Vocabulary, VocabularyTerm};

/// Where a query has a term.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    Predicate,
    Class,
    Other,
}

impl Position {
    fn kinds(self) -> &'static [Category] {
        match self {
            Self::Predicate => &[Category::Property],
            Self::Class => &[Category::Class],
            Self::Other => &Category::ALL,
        }
    }
}

/// Hints for terms; the vocabulary is read when the first is wanted.
pub(super) struct Hints<'a> {
    graph: &'a Graph,
    vocabulary: OnceCell<Vocabulary>,
}

impl<'a> Hints<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        Self { graph, vocabulary: OnceCell::new() }
    }

    fn vocabulary(&self) -> Result<&Vocabulary> {
        if let Some(known) = self.vocabulary.get() {
            return Ok(known);
        }
        let read = Vocabulary::read(self.graph)?;
        Ok(self.vocabulary.get_or_init(|| read))
    }

    /// What is likely meant by a term, as a query writes it: by meaning, then by
    /// letters, then by definition.
    fn meant(&self, node: NamedNodeRef<'_>, position: Position) -> Result<Option<String>> {
        let meant = self.vocabulary()?.meant(node.as_str(), position.kinds());
        let by_meaning = meant.iter().filter(|(closeness, _)| *closeness < Closeness::Definition);
        if let Some(term) = self.best(by_meaning)? {
            return Ok(did_you_mean(&self.graph.prefixes.shorten(term.iri.as_str())));
        }
        if position == Position::Predicate
            && let Some(hint) = self.code(node)?
        {
            return Ok(Some(hint));
        }
        if let Some(near) = self.by_letters(node, position)? {
            return Ok(did_you_mean(&near));
        }
        let defined = meant.iter().find(|(closeness, _)| *closeness == Closeness::Definition);
        Ok(defined.and_then(|(_, term)| did_you_mean(&self.graph.prefixes.shorten(term.iri.as_str()))))
    }

    /// A term with the meaning of another that data use.
    fn in_use(&self, node: NamedNodeRef<'_>, position: Position) -> Result<Option<String>> {
        let meant = self.vocabulary()?.meant(node.as_str(), position.kinds());
        let by_meaning = meant.iter().filter(|(closeness, _)| *closeness < Closeness::Definition);
        let term = self.best(by_meaning)?;
        Ok(match term {
            Some(term) if is_used(self.graph, term)? => did_you_mean(&self.graph.prefixes.shorten(term.iri.as_str())),
            _ => None,
        })
    }

    /// The closest term that data use, else the closest.
    fn best<'t>(
        &self,
        meant: impl Iterator<Item = &'t (Closeness, &'t VocabularyTerm)>,
    ) -> Result<Option<&'t VocabularyTerm>> {
        let mut first = None;
        for (_, term) in meant {
            if is_used(self.graph, term)? {
                return Ok(Some(*term));
            }
            first = first.or(Some(*term));
        }
        Ok(first)
    }

    /// A code that is called like a property, with the property whose value it is.
    fn code(&self, node: NamedNodeRef<'_>) -> Result<Option<String>> {
        let codes = self.vocabulary()?.meant(node.as_str(), &[Category::Concept]);
        let Some((closeness, code)) = codes.first() else { return Ok(None) };
        if *closeness > Closeness::Label {
            return Ok(None);
        }
        let name = self.graph.prefixes.shorten(code.iri.as_str());
        for scheme in self.graph.objects(code.iri.as_ref().into(), skos::IN_SCHEME) {
            for property in self.graph.subjects(cg::CODE_LIST, scheme.as_ref()) {
                if let NamedOrBlankNode::NamedNode(property) = property {
                    let property = self.graph.prefixes.shorten(property.as_str());
                    return Ok(Some(format!("`{name}` is a code: a value of `{property}`")));
                }
            }
        }
        Ok(None)
    }

    fn by_letters(&self, node: NamedNodeRef<'_>, position: Position) -> Result<Option<String>> {
        let cut = node.as_str().rfind(['#', '/', ':']).map_or(0, |at| at + 1);
        let (namespace, local) = node.as_str().split_at(cut);
        let vocabulary = self.vocabulary()?;
        let of_namespace = |term: &&VocabularyTerm| term.iri.as_str().starts_with(namespace);
        let described: Vec<&str> = vocabulary
            .iter()
            .filter(of_namespace)
            .filter(|term| position.kinds().contains(&term.kind))
            .filter_map(|term| term.iri.as_str().strip_prefix(namespace))
            .collect();
        let long = |found: &str| self.graph.prefixes.shorten(&format!("{namespace}{found}"));
        if vocabulary.iter().any(|term| of_namespace(&term)) {
            return Ok(closest(local, described).map(long));
        }
        let terms = self.graph.terms_of(namespace);
        let locals = terms.iter().filter_map(|term| term.as_str().strip_prefix(namespace));
        Ok(closest(local, locals).map(long))
    }

    /// The term's kind, if the graph describes it.
    fn kind(&self, node: NamedNodeRef<'_>) -> Result<Option<Category>> {
        Ok(self.vocabulary()?.get(node.as_str()).map(|term| term.kind))
    }
}

/// Whether data have a term where they would use it.
fn is_used(graph: &Graph, term: &VocabularyTerm) -> Result<bool> {
    let node = term.iri.as_ref();
    let mut quads: Box<dyn Iterator<Item = _>> = match term.kind {
        Category::Property => Box::new(graph.matching(None, Some(node), None, None)),
        Category::Class => Box::new(graph.matching(None, Some(rdf::TYPE), Some(node.into()), None)),
        _ => return Ok(true),
    };
    Ok(quads.next().is_some())
}

fn did_you_mean(term: &str) -> Option<String> {
    Some(format!("did you mean `{term}`?"))
}

/// Terms that no loaded graph has.
pub(super) fn unknown(reading: &Reading, query: &Query, graph: &Graph, hints: &Hints<'_>) -> Result<Vec<Finding>> {
    let mut nodes = reading.nodes.clone();
    nodes.extend(reading.comparisons.iter().filter_map(|comparison| match &comparison.constant {
        Term::NamedNode(node) if matches!(comparison.values, VariableValues::Of(_)) => Some(node.clone()),
        _ => None,
    }));
    nodes.sort();
    nodes.dedup();
    let mut findings = Vec::new();
    for node in nodes {
        if graph.mentions(node.as_ref()) {
            continue;
        }
        let position = position(&node, reading);
        let short = graph.prefixes.shorten(node.as_str());
        findings.push(
            Finding::warning(codes::UNKNOWN_TERM, format!("no loaded graph has `{short}`"))
                .at(place::of_iri(query, graph, node.as_str()))
                .about(&short)
                .hint(hints.meant(node.as_ref(), position)?),
        );
    }
    Ok(findings)
}

fn position(node: &NamedNode, reading: &Reading) -> Position {
    let is_class = |stated: &Stated| {
        stated.predicate == rdf::TYPE && matches!(&stated.object, TermPattern::NamedNode(class) if class == node)
    };
    if reading.predicates.contains(node) {
        Position::Predicate
    } else if reading.stated.iter().any(is_class) {
        Position::Class
    } else {
        Position::Other
    }
}

/// A property or class that the graph knows and no triple has.
pub(super) fn unused(stated: &Stated, query: &Query, graph: &Graph, hints: &Hints<'_>) -> Result<Option<Finding>> {
    let (node, position) = match &stated.object {
        TermPattern::NamedNode(class) if stated.predicate == rdf::TYPE => (class, Position::Class),
        _ => (&stated.predicate, Position::Predicate),
    };
    let quads = match position {
        Position::Class => graph.matching(None, Some(rdf::TYPE), Some(node.as_ref().into()), None).next(),
        _ => graph.matching(None, Some(node.as_ref()), None, None).next(),
    };
    if !stated.is_required || quads.is_some() || !graph.mentions(node.as_ref()) {
        return Ok(None);
    }
    let short = graph.prefixes.shorten(node.as_str());
    let kind = hints.kind(node.as_ref())?;
    let (message, wrong_kind) = match position {
        Position::Class => (format!("nothing is a `{short}`"), kind == Some(Category::Property)),
        _ => (format!("no triple has the property `{short}`"), kind == Some(Category::Class)),
    };
    let hint = match (wrong_kind, position) {
        (true, Position::Class) => Some(format!("`{short}` is a property: write `?x {short} ?value`")),
        (true, _) => Some(format!("`{short}` is a class: write `?x a {short}`")),
        (false, _) => match hints.in_use(node.as_ref(), position)? {
            Some(hint) => Some(hint),
            None => Some(format!(
                "the vocabulary has it, but the data do not use it; `civigraph vocabulary {short}` describes it"
            )),
        },
    };
    let finding = Finding::warning(codes::UNUSED_TERM, message).about(short);
    Ok(Some(finding.at(place::of_iri(query, graph, node.as_str())).hint(hint)))
}
