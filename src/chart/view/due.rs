//! When what is planned is due, on the lines of a hierarchy: "by 2022".

use std::collections::BTreeMap;

use oxigraph::model::{NamedNode, Term};
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::View;
use super::timeline;
use crate::network::{Network, Status, ViewRows};

/// Adds the dates of the column `due`, in words, to the relations that do not hold yet. What the column
/// `period` says in a language, in the words of the source, comes in the place of the date in it.
pub(in crate::chart) fn add(network: &mut Network, view: &View, rows: &ViewRows, languages: &[String]) {
    let nodes: BTreeMap<NamedNode, NodeIndex> =
        network.node_indices().map(|node| (network[node].iri.clone(), node)).collect();
    let mut said: BTreeMap<EdgeIndex, Vec<String>> = BTreeMap::new();
    for row in rows.iter() {
        let due = match row.term("due") {
            Some(Term::Literal(due)) => Some(due.value()),
            _ => None,
        };
        let period = match row.term("period") {
            Some(Term::Literal(period)) => period.language().map(|tag| (tag, period.value())),
            _ => None,
        };
        let (Some(source), Some(target)) = (row.node("source"), row.node("target")) else { continue };
        let (Some(from), Some(to)) = (nodes.get(source), nodes.get(target)) else { continue };
        if due.is_none() && period.is_none() {
            continue;
        }
        for edge in network.edges_connecting(*from, *to) {
            let relation = edge.weight();
            let is_meant = Some(&relation.iri) == row.node("relation")
                && Status::unless_holds(relation.status.as_ref())
                    .is_some_and(|status| Some(&status.iri) == row.node("status") && !status.has_ended());
            if !is_meant {
                continue;
            }
            let own = said.entry(edge.id()).or_insert_with(|| vec![String::new(); languages.len()]);
            for (words, language) in own.iter_mut().zip(languages) {
                match (period, due) {
                    (Some((tag, period)), _) if tag.eq_ignore_ascii_case(language) => period.clone_into(words),
                    (_, Some(due)) if words.is_empty() => *words = timeline::date_in_words(due, &view.words, language),
                    _ => {}
                }
            }
        }
    }
    for (edge, words) in said {
        let mut words: Vec<String> = words.into_iter().filter(|words| !words.is_empty()).collect();
        words.dedup();
        let note = words.join(" ");
        if !note.is_empty() && !network[edge].notes.contains(&note) {
            network[edge].notes.push(note);
        }
    }
}
