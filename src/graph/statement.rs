//! What a finding is about: a triple that is there, or one that should be.

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term, Triple};

use crate::finding::Finding;

/// A triple, or what a subject ought to say and does not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Statement {
    /// Of what.
    pub subject: NamedOrBlankNode,
    /// Which property; none means the subject as a whole.
    pub predicate: Option<NamedNode>,
    /// The value; none where it is the value that is missing.
    pub object: Option<Term>,
    /// Where a text is missing: in which language.
    pub language: Option<String>,
}

impl Statement {
    /// The triple, where it is one.
    pub fn triple(&self) -> Option<Triple> {
        Some(Triple { subject: self.subject.clone(), predicate: self.predicate.clone()?, object: self.object.clone()? })
    }
}

impl From<Triple> for Statement {
    fn from(triple: Triple) -> Self {
        Self { subject: triple.subject, predicate: Some(triple.predicate), object: Some(triple.object), language: None }
    }
}

/// A finding about the graph, with the statements to blame, each with words
/// for its place. Where these stand is found out by those who know the tables.
#[derive(Debug, Clone)]
pub struct GraphFinding {
    /// The finding, without places.
    pub finding: Finding,
    /// The statements to blame, the first of them first.
    pub culprits: Vec<(Statement, String)>,
}
