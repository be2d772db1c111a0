//! A network as two CSV tables: nodes and edges.

use std::borrow::Cow;
use std::io::{self, Write};

use petgraph::visit::EdgeRef as _;

use super::results::write_csv_row;
use crate::characters;
use crate::graph::Prefixes;
use crate::network::{Network, Status};

/// What happens to cells that a spreadsheet would take for formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formulas {
    /// They are written as they are.
    Kept,
    /// They get an apostrophe ([`characters::without_formula`]).
    Escaped,
}

impl Formulas {
    fn row(self, cells: Vec<String>) -> Vec<String> {
        if self == Self::Kept {
            return cells;
        }
        cells
            .into_iter()
            .map(|cell| if let Cow::Owned(escaped) = characters::without_formula(&cell) { escaped } else { cell })
            .collect()
    }
}

/// Writes the nodes: `id`, `iri`, a label column per language, `class`, `kind`, `status`.
pub fn write_nodes(
    network: &Network,
    prefixes: &Prefixes,
    languages: &[String],
    formulas: Formulas,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut header = vec!["id".to_owned(), "iri".to_owned()];
    header.extend(languages.iter().map(|language| format!("label_{language}")));
    header.extend(["class", "kind", "status"].map(str::to_owned));
    write_csv_row(&header, output)?;
    for entity in network.node_weights() {
        let mut row = vec![name(prefixes, entity.iri.as_str()), entity.iri.as_str().to_owned()];
        row.extend((0..languages.len()).map(|index| entity.labels.get(index).to_owned()));
        row.push(entity.class.as_ref().map_or_else(String::new, |class| name(prefixes, class.as_str())));
        row.push(entity.kind.first().to_owned());
        row.push(status(prefixes, entity.status.as_ref()));
        write_csv_row(&formulas.row(row), output)?;
    }
    Ok(())
}

/// Writes the edges: `source`, `relation`, `target`, a label column of the
/// relation per language, `status`.
pub fn write_edges(
    network: &Network,
    prefixes: &Prefixes,
    languages: &[String],
    formulas: Formulas,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut header = ["source", "relation", "target"].map(str::to_owned).to_vec();
    header.extend(languages.iter().map(|language| format!("label_{language}")));
    header.push("status".to_owned());
    write_csv_row(&header, output)?;
    for edge in network.edge_references() {
        let relation = edge.weight();
        let mut row = vec![
            name(prefixes, network[edge.source()].iri.as_str()),
            name(prefixes, relation.iri.as_str()),
            name(prefixes, network[edge.target()].iri.as_str()),
        ];
        row.extend((0..languages.len()).map(|index| relation.labels.get(index).to_owned()));
        row.push(status(prefixes, relation.status.as_ref()));
        write_csv_row(&formulas.row(row), output)?;
    }
    Ok(())
}

fn status(prefixes: &Prefixes, status: Option<&Status>) -> String {
    status.map_or_else(String::new, |status| name(prefixes, status.iri.as_str()))
}

fn name(prefixes: &Prefixes, iri: &str) -> String {
    prefixes.name(iri)
}
