//! The rows of an answer.

use std::borrow::Cow;

use oxigraph::model::{Literal, Term, Variable};

use crate::characters;
use crate::graph::Prefixes;

/// The rows of a SELECT.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The selected variables, in order.
    pub variables: Vec<Variable>,
    /// The rows; a value for each bound variable.
    pub rows: Vec<Vec<Option<Term>>>,
}

impl Rows {
    /// The rows for a spreadsheet, which computes none of their texts
    /// ([`characters::without_formula`]). IRIs begin with a scheme, and cannot be formulas.
    pub fn escape_formulas(&mut self) {
        for term in self.rows.iter_mut().flatten().flatten() {
            let Term::Literal(literal) = term else { continue };
            let Cow::Owned(value) = characters::without_formula(literal.value()) else { continue };
            *literal = match (literal.direction(), literal.language()) {
                (Some(direction), Some(language)) => {
                    Literal::new_directional_language_tagged_literal_unchecked(value, language, direction)
                }
                (None, Some(language)) => Literal::new_language_tagged_literal_unchecked(value, language),
                _ => Literal::new_typed_literal(value, literal.datatype().into_owned()),
            };
        }
    }
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
