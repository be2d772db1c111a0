//! From statements back to the cells from which they were made.
//!
//! A store has no places: the mapping is run again, and the wanted statements are recognised as
//! they are made. The tables must be unchanged.

use std::collections::HashMap;

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use super::execute::{RunObserver, observe};
use super::{Plan, QuadOrigin, Tables};
use crate::finding::{Findings, Limit, Place};
use crate::graph::{Statement, normalised};

/// The first cells of each statement, in the order of the tables:
///
/// - for a triple, those from which it was made in any graph, its object's first;
/// - for a missing value, those that the mapping would have read for it, otherwise those of the
///   other values of the property;
/// - if there are none, and for a subject itself, the first row with it as a subject.
///
/// A statement that the mapping does not make has no place.
pub fn trace(plan: &Plan, tables: &dyn Tables, statements: &[Statement]) -> Vec<Vec<Place>> {
    let mut wanted: HashMap<&NamedOrBlankNode, WantedCells> = HashMap::new();
    for (index, statement) in statements.iter().enumerate() {
        let wanted = wanted.entry(&statement.subject).or_default();
        if let Some(predicate) = &statement.predicate {
            wanted.by_predicate.entry(predicate).or_default().push(index);
        }
    }
    let objects = statements.iter().map(|statement| statement.object.clone().map(normalised)).collect();
    let mut tracer = Tracer { statements, objects, wanted, found: vec![TracedCells::default(); statements.len()] };
    observe(plan, tables, &mut Findings::keeping(Limit::NOTHING), &mut tracer);
    let Tracer { wanted, found, .. } = tracer;
    let places = found.into_iter().zip(statements).map(|(found, statement)| {
        let TracedCells { exact, empty, other } = found;
        let missing = statement.object.is_none();
        let order = if missing { [empty, exact, other] } else { [exact, other, empty] };
        let row = || wanted.get(&statement.subject).and_then(|wanted| wanted.row.clone()).into_iter().collect();
        order.into_iter().find(|places| !places.is_empty()).unwrap_or_else(row)
    });
    places.collect()
}

/// At most this many cells are kept for a statement, which may be in a million rows.
const MOST_CELLS: usize = 8;

/// The wanted statements of a subject.
#[derive(Default)]
struct WantedCells<'a> {
    by_predicate: HashMap<&'a NamedNode, Vec<usize>>,
    /// The first row with it as a subject.
    row: Option<Place>,
}

/// The cells of a statement.
#[derive(Debug, Clone, Default)]
struct TracedCells {
    /// Those of the value itself; for a missing text, those in its language.
    exact: Vec<Place>,
    /// Cells without a value that could have held it.
    empty: Vec<Place>,
    /// Those of other values of the property.
    other: Vec<Place>,
}

struct Tracer<'a> {
    statements: &'a [Statement],
    /// The objects of the statements as values.
    objects: Vec<Option<Term>>,
    wanted: HashMap<&'a NamedOrBlankNode, WantedCells<'a>>,
    found: Vec<TracedCells>,
}

fn add(places: &mut Vec<Place>, new: impl IntoIterator<Item = Place>) {
    for place in new {
        if places.len() < MOST_CELLS && !places.contains(&place) {
            places.push(place);
        }
    }
}

impl RunObserver for Tracer<'_> {
    fn quad(&mut self, quad: Quad, origin: QuadOrigin<'_>) {
        let Some(wanted) = self.wanted.get_mut(&quad.subject) else { return };
        wanted.row.get_or_insert_with(|| origin.row_place());
        let Some(indexes) = wanted.by_predicate.get(&quad.predicate) else { return };
        let object = normalised(quad.object.clone());
        for index in indexes {
            let (statement, found) = (&self.statements[*index], &mut self.found[*index]);
            let fits = match (&self.objects[*index], &statement.language) {
                (Some(wanted), _) => *wanted == object,
                (None, None) => true,
                (None, Some(language)) => has_language(&quad.object, language),
            };
            let places = if fits { &mut found.exact } else { &mut found.other };
            if places.len() < MOST_CELLS {
                add(places, origin.places());
            }
        }
    }

    fn absent(&mut self, subject: &NamedOrBlankNode, predicate: &NamedNode, origin: QuadOrigin<'_>) {
        let Some(wanted) = self.wanted.get_mut(subject) else { return };
        wanted.row.get_or_insert_with(|| origin.row_place());
        for index in wanted.by_predicate.get(predicate).into_iter().flatten() {
            let language = self.statements[*index].language.as_deref();
            let empty = &mut self.found[*index].empty;
            if empty.len() < MOST_CELLS && language.is_none_or(|language| origin.may_have_language(language)) {
                add(empty, [origin.object_place()]);
            }
        }
    }
}

fn has_language(term: &Term, language: &str) -> bool {
    matches!(term, Term::Literal(literal) if literal.language().is_some_and(|tag| tag.eq_ignore_ascii_case(language)))
}

/// The cells from which the objects of some properties were made, in the order of the tables: of
/// every row, also where several rows make the same triple.
pub fn object_cells(plan: &Plan, tables: &dyn Tables, predicates: &[NamedNodeRef<'_>]) -> Vec<(Quad, Place)> {
    let mut collector = ObjectCells { predicates, found: Vec::new() };
    observe(plan, tables, &mut Findings::keeping(Limit::NOTHING), &mut collector);
    collector.found
}

struct ObjectCells<'a> {
    predicates: &'a [NamedNodeRef<'a>],
    found: Vec<(Quad, Place)>,
}

impl RunObserver for ObjectCells<'_> {
    fn quad(&mut self, quad: Quad, origin: QuadOrigin<'_>) {
        if self.predicates.contains(&quad.predicate.as_ref()) {
            self.found.push((quad, origin.object_place()));
        }
    }

    fn absent(&mut self, _: &NamedOrBlankNode, _: &NamedNode, _: QuadOrigin<'_>) {}
}
