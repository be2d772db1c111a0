//! What a walk over triples needs from a store, whatever its nodes are.

use std::hash::Hash;

use oxigraph::model::{NamedNodeRef, NamedOrBlankNodeRef, Term, TermRef};

use super::{Graph, Prefixes, as_stored, stored_datatype};
use crate::error::Result;

/// Triples of all graphs, found by subject or by predicate. Nodes are the keys of the store:
/// terms or numbers. A clone is a second handle to the same triples.
pub trait Triples: Clone + Send + 'static {
    /// Represents a term.
    type Node: Clone + Eq + Hash + Send + 'static;

    /// The node of a term, also if the term is in no triple.
    fn node(&mut self, term: TermRef<'_>) -> Self::Node;

    /// The datatype that a store keeps for `datatype`, if it keeps values rather than texts.
    fn datatype(datatype: NamedNodeRef<'_>) -> NamedNodeRef<'_> {
        datatype
    }

    /// The term of a node.
    fn term<'a>(&'a self, node: &'a Self::Node) -> TermRef<'a>;

    /// The objects of a subject and a predicate; a store of several graphs may repeat some.
    fn objects_of(&self, subject: &Self::Node, predicate: &Self::Node) -> impl Iterator<Item = Result<Self::Node>>;

    /// The subjects of a predicate and an object; a store of several graphs may repeat some.
    fn subjects_of(&self, predicate: &Self::Node, object: &Self::Node) -> impl Iterator<Item = Result<Self::Node>>;

    /// The subjects and objects of a predicate.
    fn ends_of(&self, predicate: &Self::Node) -> impl Iterator<Item = Result<(Self::Node, Self::Node)>>;

    /// The predicates and objects of a subject.
    fn about(&self, subject: &Self::Node) -> impl Iterator<Item = Result<(Self::Node, Self::Node)>>;

    /// Prefixes for messages.
    fn prefixes(&self) -> &Prefixes;

    /// Whether there is a graph separate from the data, which queries find by its name.
    fn has_graph_beside(&self) -> bool {
        false
    }
}

impl Triples for Graph {
    type Node = Term;

    fn node(&mut self, term: TermRef<'_>) -> Term {
        as_stored(term)
    }

    fn datatype(datatype: NamedNodeRef<'_>) -> NamedNodeRef<'_> {
        stored_datatype(datatype)
    }

    fn term<'a>(&'a self, node: &'a Term) -> TermRef<'a> {
        node.as_ref()
    }

    fn objects_of(&self, subject: &Term, predicate: &Term) -> impl Iterator<Item = Result<Term>> {
        let named = named(predicate);
        let quads = as_subject(subject)
            .zip(named)
            .map(|(subject, predicate)| self.matching(Some(subject), Some(predicate), None, None));
        quads.into_iter().flatten().map(|quad| Ok(quad?.object))
    }

    fn subjects_of(&self, predicate: &Term, object: &Term) -> impl Iterator<Item = Result<Term>> {
        let quads = named(predicate).map(|predicate| self.matching(None, Some(predicate), Some(object.as_ref()), None));
        quads.into_iter().flatten().map(|quad| Ok(quad?.subject.into()))
    }

    fn ends_of(&self, predicate: &Term) -> impl Iterator<Item = Result<(Term, Term)>> {
        let quads = named(predicate).map(|predicate| self.matching(None, Some(predicate), None, None));
        quads.into_iter().flatten().map(|quad| quad.map(|quad| (quad.subject.into(), quad.object)))
    }

    fn about(&self, subject: &Term) -> impl Iterator<Item = Result<(Term, Term)>> {
        let quads = as_subject(subject).map(|subject| self.matching(Some(subject), None, None, None));
        quads.into_iter().flatten().map(|quad| quad.map(|quad| (quad.predicate.into(), quad.object)))
    }

    fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }
}

fn as_subject(term: &Term) -> Option<NamedOrBlankNodeRef<'_>> {
    match term {
        Term::NamedNode(node) => Some(node.as_ref().into()),
        Term::BlankNode(node) => Some(node.as_ref().into()),
        _ => None,
    }
}

fn named(term: &Term) -> Option<NamedNodeRef<'_>> {
    match term {
        Term::NamedNode(node) => Some(node.as_ref()),
        _ => None,
    }
}
