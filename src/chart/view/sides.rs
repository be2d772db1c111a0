//! The two sides of a network and what is between them, as columns: by a property of those at the sides, such
//! as their territory, and by the columns of the view that say what is between.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedNode, Term};
use petgraph::graph::NodeIndex;

use super::View;
use crate::error::Result;
use crate::graph::Graph;
use crate::network::{self, Network, ViewRows, node_of_name};

/// The column of each node, from the left, and the headings of the columns.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Sides {
    pub columns: BTreeMap<NodeIndex, usize>,
    pub headings: [String; 3],
}

/// The most values of which the heading of the other side consists.
const MOST_NAMED: usize = 3;

/// The sides of a view that has some. On the left are those with the value that most have.
pub(in crate::chart) fn read(
    graph: &Graph,
    network: &Network,
    view: &View,
    rows: &ViewRows,
    languages: &[String],
) -> Result<Option<Sides>> {
    let Some(property) = &view.sides else { return Ok(None) };
    let mut between: BTreeSet<&NamedNode> = BTreeSet::new();
    let mut ends: Vec<&NamedNode> = Vec::new();
    for row in rows.iter() {
        for (end, mark) in [("source", "source_between"), ("target", "target_between")] {
            let Some(node) = row.node(end) else { continue };
            let is_between = matches!(row.term(mark), Some(Term::Literal(said)) if said.value() == "true");
            if is_between {
                between.insert(node);
            }
            ends.push(node);
        }
    }
    let value = |node: &NamedNode| {
        let mut values: Vec<NamedNode> = Vec::new();
        for value in graph.objects(node_of_name(node), property.as_ref()) {
            values.extend(match value {
                Term::NamedNode(value) => Some(value),
                _ => None,
            });
        }
        values.sort();
        values.into_iter().next()
    };
    let nodes: BTreeMap<&NamedNode, NodeIndex> =
        network.node_indices().map(|node| (&network[node].iri, node)).collect();
    let mut counts: Vec<(NamedNode, usize)> = Vec::new();
    let parties: BTreeSet<&NamedNode> = ends.iter().copied().filter(|node| !between.contains(node)).collect();
    for place in ends.iter().filter(|node| parties.contains(*node)).filter_map(|node| value(node)) {
        match counts.iter_mut().find(|(known, _)| *known == place) {
            Some((_, n)) => *n += 1,
            None => counts.push((place, 1)),
        }
    }
    let Some(most) = counts.iter().map(|(_, n)| *n).max() else { return Ok(None) };
    let Some(left) = counts.iter().find(|(_, n)| *n == most).map(|(place, _)| place.clone()) else { return Ok(None) };
    let mut sides = Sides::default();
    for (node, index) in nodes {
        let column = match value(node) {
            _ if between.contains(node) => 1,
            Some(place) if place == left => 0,
            _ => 2,
        };
        sides.columns.insert(index, column);
    }
    let name = |place: &NamedNode| Ok::<_, crate::error::Error>(network::labels(graph, place, languages)?.join(" "));
    let others = counts.iter().filter(|(place, _)| *place != left);
    let others = others.take(MOST_NAMED).map(|(place, _)| name(place)).collect::<Result<Vec<_>>>()?;
    sides.headings = [name(&left)?, view.words.words("between", languages), others.join(" · ")];
    Ok(Some(sides))
}
