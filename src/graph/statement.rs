//! What a finding is about: a triple that exists, or one that should.

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term, Triple};

use crate::finding::Finding;

/// A triple, or something that is missing from a subject.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Statement {
    /// The subject.
    pub subject: NamedOrBlankNode,
    /// The property; `None` means the subject itself.
    pub predicate: Option<NamedNode>,
    /// The value; `None` if the value is missing.
    pub object: Option<Term>,
    /// The language of a missing text.
    pub language: Option<String>,
}

impl Statement {
    /// The triple, if it is one.
    pub fn triple(&self) -> Option<Triple> {
        Some(Triple { subject: self.subject.clone(), predicate: self.predicate.clone()?, object: self.object.clone()? })
    }
}

impl From<Triple> for Statement {
    fn from(triple: Triple) -> Self {
        Self { subject: triple.subject, predicate: Some(triple.predicate), object: Some(triple.object), language: None }
    }
}

/// A finding about the graph, with the statements to blame, each with the label for its place.
/// The places are found by code that knows the tables.
#[derive(Debug, Clone)]
pub struct GraphFinding {
    /// The finding, without places.
    pub finding: Finding,
    /// The statements to blame, the main one first.
    pub culprits: Vec<(Statement, String)>,
}
