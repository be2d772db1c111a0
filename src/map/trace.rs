//! The way back: from statements to the cells they were made of.
//!
//! A store need not carry places: the mapping is run again and what is asked
//! for is recognised when it passes. The tables must be unchanged.

use std::collections::HashMap;

use oxigraph::model::{NamedNode, NamedOrBlankNode, Quad, Term};

use super::execute::{Sink, observe};
use super::{Origin, Plan, Tables};
use crate::diagnostic::{Diagnostics, Place};
use crate::graph::Statement;

/// The cells of each statement, in the order of the tables:
///
/// - of a triple, those that made it in whatever graph, its object's first;
/// - of a value that is missing, those that the mapping would have read for
///   it, else those of the other values of the property;
/// - where there are none, and of a subject as a whole, the first row that has
///   it as a subject.
///
/// What the mapping does not make has no place.
pub fn trace(plan: &Plan, tables: &dyn Tables, statements: &[Statement]) -> Vec<Vec<Place>> {
    let mut tracer = Tracer {
        statements,
        wanted: HashMap::new(),
        cells: vec![Vec::new(); statements.len()],
        empty: vec![Vec::new(); statements.len()],
        rows: HashMap::new(),
    };
    for (index, statement) in statements.iter().enumerate() {
        tracer.wanted.entry(&statement.subject).or_default().push(index);
    }
    observe(plan, tables, &mut Diagnostics::new(), &mut tracer);
    let Tracer { cells, empty, rows, .. } = tracer;
    let found = cells.into_iter().zip(empty).zip(statements);
    found
        .map(|((cells, empty), statement)| {
            let missing = statement.object.is_none();
            let row = || rows.get(&statement.subject).filter(|_| missing).cloned();
            let first = if missing { [empty, cells] } else { [cells, empty] };
            first.into_iter().find(|places| !places.is_empty()).unwrap_or_else(|| row().into_iter().collect())
        })
        .collect()
}

struct Tracer<'a> {
    statements: &'a [Statement],
    wanted: HashMap<&'a NamedOrBlankNode, Vec<usize>>,
    /// Per statement, cells of values that are there.
    cells: Vec<Vec<Place>>,
    /// Per statement, cells that could have held the value.
    empty: Vec<Vec<Place>>,
    rows: HashMap<NamedOrBlankNode, Place>,
}

impl Tracer<'_> {
    fn row(&mut self, subject: &NamedOrBlankNode, origin: Origin<'_>) -> Vec<usize> {
        let Some(indexes) = self.wanted.get(subject) else { return Vec::new() };
        if !self.rows.contains_key(subject) {
            self.rows.insert(subject.clone(), origin.row_place());
        }
        indexes.clone()
    }
}

fn add(places: &mut Vec<Place>, new: impl IntoIterator<Item = Place>) {
    for place in new {
        if !places.contains(&place) {
            places.push(place);
        }
    }
}

impl Sink for Tracer<'_> {
    fn quad(&mut self, quad: Quad, origin: Origin<'_>) {
        for index in self.row(&quad.subject, origin) {
            let statement = &self.statements[index];
            if statement.predicate.as_ref() != Some(&quad.predicate) {
                continue;
            }
            let fits = match (&statement.object, &statement.language) {
                (Some(object), _) => *object == quad.object,
                (None, None) => true,
                (None, Some(language)) => has_language(&quad.object, language),
            };
            if fits {
                add(&mut self.cells[index], origin.places());
            }
        }
    }

    fn absent(&mut self, subject: &NamedOrBlankNode, predicate: &NamedNode, origin: Origin<'_>) {
        for index in self.row(subject, origin) {
            let statement = &self.statements[index];
            let language = statement.language.as_deref();
            if statement.object.is_none()
                && statement.predicate.as_ref() == Some(predicate)
                && language.is_none_or(|language| origin.may_have_language(language))
            {
                add(&mut self.empty[index], [origin.object_place()]);
            }
        }
    }
}

fn has_language(term: &Term, language: &str) -> bool {
    matches!(term, Term::Literal(literal) if literal.language().is_some_and(|tag| tag.eq_ignore_ascii_case(language)))
}
