//! The order of siblings: that of the source, of the table, of a column, otherwise of names as people sort
//! them. Never that of IRIs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use oxigraph::model::Term;

use super::View;
use crate::error::Result;
use crate::finding::Place;
use crate::graph::{Graph, Statement};
use crate::network::{TripleOfNodes, ViewRow, ViewRows, node_of_name};

/// The columns of a view whose values give the order, the first before the others.
const COLUMNS: [&str; 3] = ["first", "mention", "order"];

/// Finds the first cell of each statement.
pub type FindPlaces = dyn Fn(&[Statement]) -> Vec<Option<Place>> + Send + Sync;

/// Where the statements of a pack are in its tables.
#[derive(Clone)]
pub struct PlacesOf(pub Arc<FindPlaces>);

impl fmt::Debug for PlacesOf {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PlacesOf")
    }
}

impl PlacesOf {
    /// The places of triples in tables: file, line and column.
    pub(super) fn of(&self, triples: &[TripleOfNodes]) -> Vec<Option<(String, u64, u64)>> {
        let statement = |(source, relation, target): &TripleOfNodes| Statement {
            subject: node_of_name(source).into_owned(),
            predicate: Some(relation.clone()),
            object: Some(node_of_name(target).into_owned().into()),
            language: None,
        };
        let statements: Vec<Statement> = triples.iter().map(statement).collect();
        let place = |place: Option<Place>| place.map(|place| (place.file, place.line, place.column));
        (self.0)(&statements).into_iter().map(place).collect()
    }
}

/// A text as people sort it: numbers by their value, letters without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::chart) struct Natural(Vec<NamePart>, String);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum NamePart {
    /// The number of digits without leading zeros, and the digits.
    Number(usize, String),
    Text(String),
}

impl Natural {
    /// The key of a text.
    pub fn of(text: &str) -> Self {
        let mut runs = Vec::new();
        let mut rest = text.trim();
        while let Some(c) = rest.chars().next() {
            let is_digit = c.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            runs.push(if is_digit {
                let digits = run.trim_start_matches('0');
                NamePart::Number(digits.len(), digits.to_owned())
            } else {
                NamePart::Text(run.to_lowercase())
            });
            rest = after;
        }
        Self(runs, text.to_owned())
    }
}

/// The places of statements among all, whatever the languages of the chart.
pub(in crate::chart) type StatedOrder = BTreeMap<TripleOfNodes, usize>;

/// Puts the rows of a view of a hierarchy in the order in which they are drawn. A query of the user's own
/// with an `ORDER BY` keeps its order.
///
/// Siblings that are stated together are in the order of their names, which depends on the language. Which of
/// several parents counts must not: for that, the order of the statements is returned.
pub(in crate::chart) fn sort(
    graph: &Graph,
    languages: &[String],
    view: &View,
    rows: &mut ViewRows,
    places: Option<&PlacesOf>,
) -> Result<StatedOrder> {
    if view.is_foreign && view.is_ordered {
        return Ok(StatedOrder::new());
    }
    let is_placed = COLUMNS.iter().any(|name| rows.iter().any(|row| row.term(name).is_some()));
    let mut triples: Vec<TripleOfNodes> = Vec::new();
    if !is_placed && places.is_some() {
        for row in rows.iter() {
            if let (Some(source), Some(relation), Some(target)) =
                (row.node("source"), row.node("relation"), row.node("target"))
            {
                triples.push((source.clone(), relation.clone(), target.clone()));
            }
        }
    }
    let found = places.map(|places| places.of(&triples)).unwrap_or_default();
    let found: BTreeMap<&TripleOfNodes, _> =
        triples.iter().zip(found).filter_map(|(triple, place)| Some((triple, place?))).collect();
    let node = |row: &ViewRow<'_>, name: &str| row.node(name).cloned();
    let triple = |row: &ViewRow<'_>| Some((node(row, "source")?, node(row, "relation")?, node(row, "target")?));
    let stated = |row: &ViewRow<'_>| {
        let stated = COLUMNS.map(|name| {
            let value = match row.term(name) {
                Some(Term::Literal(value)) => Some(Natural::of(value.value())),
                _ => None,
            };
            (value.is_none(), value)
        });
        let place = triple(row).and_then(|triple| found.get(&triple).cloned());
        (stated, (place.is_none(), place))
    };
    let name = |row: &ViewRow<'_>, column: &str, languages: &[String]| -> Result<Natural> {
        row.node(column).map_or(Ok(Natural::default()), |node| Ok(Natural::of(&graph.label(node, languages)?)))
    };
    rows.sort_by_key(|row| Ok((stated(&row), name(&row, "source", languages)?, name(&row, "target", languages)?)))?;
    let mut all = Vec::new();
    for row in rows.iter() {
        if let Some(triple) = triple(&row) {
            all.push((stated(&row), name(&row, "source", &[])?, name(&row, "target", &[])?, triple));
        }
    }
    all.sort();
    let mut order = StatedOrder::new();
    for (at, (.., triple)) in all.into_iter().enumerate() {
        order.entry(triple).or_insert(at);
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_people_sort_them() {
        let mut names = ["Area 10", "area 2", "Area 1", "Area 02b", "Area", "10", "9", "Zone 1"];
        names.sort_by_key(|name| Natural::of(name));
        assert_eq!(names, ["9", "10", "Area", "Area 1", "area 2", "Area 02b", "Area 10", "Zone 1"]);
        let long = "9".repeat(60);
        assert!(Natural::of(&long) < Natural::of(&format!("1{long}")), "numbers of any length");
    }
}
