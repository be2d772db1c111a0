//! When what is planned is due, on the lines of a hierarchy: "by 2022".

use std::collections::BTreeMap;

use oxigraph::model::{NamedNode, Term};
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef as _;

use super::View;
use super::timeline;
use crate::network::{Network, Status, ViewRows};

/// Adds the dates of the column `due`, in words, to the relations that do not hold yet. A text in a
/// language, in the words of the source, comes before the date.
pub(in crate::chart) fn add(network: &mut Network, view: &View, rows: &ViewRows, languages: &[String]) {
    let nodes: BTreeMap<NamedNode, NodeIndex> =
        network.node_indices().map(|node| (network[node].iri.clone(), node)).collect();
    for row in rows.iter() {
        let Some(Term::Literal(due)) = row.term("due") else { continue };
        let (Some(source), Some(target)) = (row.node("source"), row.node("target")) else { continue };
        let (Some(from), Some(to)) = (nodes.get(source), nodes.get(target)) else { continue };
        let edges: Vec<_> = network
            .edges_connecting(*from, *to)
            .filter(|edge| {
                let relation = edge.weight();
                Some(&relation.iri) == row.node("relation")
                    && Status::unless_holds(relation.status.as_ref())
                        .is_some_and(|status| Some(&status.iri) == row.node("status") && !status.has_ended())
            })
            .map(|edge| edge.id())
            .collect();
        let mut said: Vec<String> = Vec::new();
        for language in languages {
            let text = timeline::date_in_words(due.value(), &view.words, language);
            if !said.contains(&text) {
                said.push(text);
            }
        }
        let note = said.join(" ");
        for edge in edges {
            if !network[edge].notes.contains(&note) {
                network[edge].notes.push(note.clone());
            }
        }
    }
}
