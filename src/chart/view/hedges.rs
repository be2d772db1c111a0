//! What limits relations, on their lines: when what is planned or goes on is due ("by 2022"), and the part or
//! the condition to which a source limits it.

use std::collections::BTreeMap;

use oxigraph::model::{NamedNode, Term};
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::View;
use super::amounts::PaidAmounts;
use super::timeline;
use crate::error::Result;
use crate::graph::Graph;
use crate::network::{self, Labels, Network, Status, ViewRow, ViewRows};

/// What the rows say of one relation.
#[derive(Default)]
struct FoundHedges {
    /// Its date in each language.
    date: Vec<String>,
    limits: Vec<Labels>,
}

/// Adds the dates of the column `due`, in words, to the relations that are not over; what the column `period`
/// says in a language, in the words of the source, comes in the place of the date in it. Things of the column
/// `limit`, such as parts and conditions, are added to all.
pub(in crate::chart) fn add(
    graph: &Graph,
    network: &mut Network,
    view: &View,
    rows: &ViewRows,
    languages: &[String],
) -> Result<()> {
    if !["due", "period", "limit"].into_iter().any(|name| rows.has(name)) {
        return Ok(());
    }
    let nodes: BTreeMap<NamedNode, NodeIndex> =
        network.node_indices().map(|node| (network[node].iri.clone(), node)).collect();
    let mut found: BTreeMap<EdgeIndex, FoundHedges> = BTreeMap::new();
    // The period of an amount belongs to the amount.
    for row in rows.iter().filter(|row| row.term("value").is_none() && says_any(*row)) {
        let (Some(source), Some(target)) = (row.node("source"), row.node("target")) else { continue };
        let (Some(from), Some(to)) = (nodes.get(source), nodes.get(target)) else { continue };
        let is_meant = |edge: &EdgeIndex| {
            let relation = &network[*edge];
            Some(&relation.iri) == row.node("relation")
                && relation.status.as_ref().map(|status| &status.iri) == row.node("status")
        };
        for edge in network.edges_connecting(*from, *to).map(|edge| edge.id()).filter(is_meant) {
            let own = found.entry(edge).or_default();
            let status = network[edge].status.as_ref();
            if !status.is_some_and(|status| status.is_done() || status.has_ended()) {
                own.date.resize(languages.len(), String::new());
                date(row, status, &mut own.date, (view, languages));
            }
            if let Some(limit) = limit(graph, row, languages)?
                && !own.limits.contains(&limit)
            {
                own.limits.push(limit);
            }
        }
    }
    for (edge, FoundHedges { date, limits }) in found {
        let date = Labels::of(date);
        let hedges = &mut network[edge].hedges;
        hedges.extend((!date.first().is_empty()).then_some(date));
        hedges.extend(limits);
    }
    Ok(())
}

fn says_any(row: ViewRow<'_>) -> bool {
    ["due", "period", "limit"].into_iter().any(|name| row.term(name).is_some())
}

/// Writes the date of a row in the languages in which it says one.
fn date(row: ViewRow<'_>, status: Option<&Status>, date: &mut [String], (view, languages): (&View, &[String])) {
    let literal = |name: &str| match row.term(name) {
        Some(Term::Literal(literal)) => Some(literal),
        _ => None,
    };
    let period = literal("period").and_then(|period| Some((period.language()?, period.value())));
    for (words, language) in date.iter_mut().zip(languages) {
        match (period, literal("due")) {
            (Some((tag, period)), _) if tag.eq_ignore_ascii_case(language) => period.clone_into(words),
            (_, Some(due)) if words.is_empty() => {
                let due = timeline::date_in_words(due.value(), &view.words, language);
                // Who reads that it is planned knows that the date is to come.
                *words = match Status::unless_holds(status) {
                    Some(_) => due,
                    None => view.words.word("due", language).replace("{date}", &due),
                };
            }
            _ => {}
        }
    }
}

/// What a row limits its relation to.
fn limit(graph: &Graph, row: ViewRow<'_>, languages: &[String]) -> Result<Option<Labels>> {
    Ok(match row.term("limit") {
        Some(Term::NamedNode(limit)) => Some(network::labels(graph, limit, languages)?),
        Some(Term::Literal(literal)) => network::note(row.term("limit"), languages).map(|note| {
            let own = |tag: &String| literal.language().is_none_or(|own| own.eq_ignore_ascii_case(tag));
            Labels::of(languages.iter().map(|tag| if own(tag) { note.clone() } else { String::new() }))
        }),
        _ => None,
    })
}

/// Leaves out what an amount on the same line says already.
pub(in crate::chart) fn say_once(network: &mut Network, amounts: &PaidAmounts) {
    let edges: Vec<EdgeIndex> = network.edge_indices().collect();
    for edge in edges {
        let Some((from, to)) = network.edge_endpoints(edge) else { continue };
        let beside = network.edges_connecting(from, to).filter_map(|edge| amounts.get(&edge.id())).flatten();
        let notes: Vec<String> = beside.flat_map(|paid| paid.notes.iter().cloned()).collect();
        network[edge].hedges.retain(|hedge| !hedge.iter().all(|words| notes.iter().any(|note| note == words)));
    }
}
