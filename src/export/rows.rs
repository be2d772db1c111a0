//! The rows of an answer.

use oxigraph::model::{Term, Variable};

use crate::graph::Prefixes;

/// The rows of a SELECT.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The selected variables, in order.
    pub variables: Vec<Variable>,
    /// The rows; a value for each bound variable.
    pub rows: Vec<Vec<Option<Term>>>,
}

/// A term as shown in tables: IRIs with prefixes, literals as plain text.
pub(super) fn show(term: &Option<Term>, prefixes: &Prefixes) -> String {
    match term {
        None => String::new(),
        Some(Term::NamedNode(node)) => prefixes.shorten(node.as_str()),
        Some(Term::Literal(literal)) => literal.value().to_owned(),
        Some(other) => other.to_string(),
    }
}
