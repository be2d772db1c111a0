//! What a chart has, for formats that other programs draw: nodes and lines with their words, in the order
//! of the chart.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{EdgeIndex, NodeIndex};

use crate::chart::scene::legend::Legend;
use crate::chart::scene::wording::{self, ReadingDirection};
use crate::chart::scene::{Palette, Words};
use crate::chart::view::amounts::PaidAmounts;
use crate::chart::view::facts::CardFacts;
use crate::chart::view::tree::Tree;
use crate::network::{Network, Status};

/// A chart in words.
pub(in crate::chart) struct WrittenChart<'a> {
    pub title: String,
    pub nodes: Vec<WrittenNode<'a>>,
    pub lines: Vec<WrittenLine<'a>>,
}

/// A thing.
pub(in crate::chart) struct WrittenNode<'a> {
    pub node: NodeIndex,
    pub iri: &'a str,
    pub names: Vec<String>,
    pub kind: String,
    pub status: String,
    /// What else stands on its card.
    pub more: Vec<String>,
    pub colour: String,
    pub is_dashed: bool,
}

/// A relation.
pub(in crate::chart) struct WrittenLine<'a> {
    pub from: NodeIndex,
    pub to: NodeIndex,
    pub relation: &'a str,
    /// Its words in the direction of the line, then what is said in addition.
    pub words: Vec<String>,
    pub status: String,
    /// Currency and number, if lines can be compared by it.
    pub amount: Option<(String, f64)>,
    pub is_dashed: bool,
    pub is_dotted: bool,
    pub arrow: bool,
}

/// What is written of a chart.
pub(in crate::chart) struct ChartSource<'a> {
    pub network: &'a Network,
    pub legend: &'a Legend,
    pub words: &'a Words,
    pub facts: &'a BTreeMap<NodeIndex, CardFacts>,
    pub amounts: &'a PaidAmounts,
    pub palette: &'a Palette,
    pub is_wordless: bool,
}

impl<'a> ChartSource<'a> {
    /// A tree: lines from above to below, then the others.
    pub fn tree(&self, tree: &Tree) -> WrittenChart<'a> {
        let order = tree.in_order();
        let mut lines = Vec::new();
        for node in &order {
            for (edge, child) in tree.children.get(node).into_iter().flatten() {
                lines.push(WrittenLine { arrow: false, ..self.line(*edge, *node, *child) });
            }
        }
        let drawn: BTreeSet<NodeIndex> = order.iter().copied().collect();
        let is_drawn = |one: &NodeIndex, two: &NodeIndex| drawn.contains(one) && drawn.contains(two);
        for (edge, above, below) in tree.dotted.iter().filter(|(_, above, below)| is_drawn(above, below)) {
            lines.push(WrittenLine { is_dotted: true, arrow: false, ..self.line(*edge, *above, *below) });
        }
        for edge in order.iter().filter_map(|node| tree.others.get(node)).flatten() {
            let Some((from, to)) = self.network.edge_endpoints(*edge) else { continue };
            if is_drawn(&from, &to) {
                lines.push(WrittenLine { is_dotted: true, ..self.line(*edge, from, to) });
            }
        }
        WrittenChart { title: self.words.whole_title(), nodes: self.nodes(&order), lines }
    }

    /// A network: all relations between these.
    pub fn network(&self, nodes: &[NodeIndex]) -> WrittenChart<'a> {
        let drawn: BTreeSet<NodeIndex> = nodes.iter().copied().collect();
        let mut edges: Vec<EdgeIndex> = self.network.edge_indices().collect();
        edges.sort();
        let ends = |edge: &EdgeIndex| self.network.edge_endpoints(*edge);
        let inside = edges.iter().filter_map(|edge| Some((edge, ends(edge)?)));
        let inside = inside.filter(|(_, (from, to))| drawn.contains(from) && drawn.contains(to));
        let lines = inside.map(|(edge, (from, to))| self.line(*edge, from, to)).collect();
        WrittenChart { title: self.words.whole_title(), nodes: self.nodes(nodes), lines }
    }

    fn nodes(&self, nodes: &[NodeIndex]) -> Vec<WrittenNode<'a>> {
        let written = |node: &NodeIndex| {
            let entity = &self.network[*node];
            let status = Status::unless_holds(entity.status.as_ref());
            let mut names: Vec<String> = Vec::new();
            for label in entity.labels.iter().filter(|label| !label.is_empty()) {
                if !names.iter().any(|known| known == label) {
                    names.push(label.to_owned());
                }
            }
            let status_words = status.map(|status| status.labels.join(" ")).unwrap_or_default();
            let facts = self.facts.get(node);
            let mut more: Vec<String> = facts.into_iter().flat_map(|facts| facts.lines.iter().cloned()).collect();
            more.extend(facts.and_then(|facts| facts.headcount.as_ref()).map(|n| self.words.headcount(n)));
            more.extend((!status_words.is_empty()).then(|| status_words.clone()));
            WrittenNode {
                node: *node,
                iri: entity.iri.as_str(),
                names,
                kind: entity.kind.join(" · "),
                status: status_words,
                more,
                colour: self.palette.class(self.legend.colour(self.network, *node)).to_string(),
                is_dashed: status.is_some_and(|status| !status.has_ended()),
            }
        };
        nodes.iter().map(written).collect()
    }

    fn line(&self, edge: EdgeIndex, from: NodeIndex, to: NodeIndex) -> WrittenLine<'a> {
        let relation = &self.network[edge];
        let is_forth = self.network.edge_endpoints(edge).is_some_and(|(source, _)| source == from);
        let reading = if is_forth { ReadingDirection::Forth } else { ReadingDirection::Back };
        let status = Status::unless_holds(relation.status.as_ref());
        let mut words = Vec::new();
        if !self.is_wordless {
            words.push(wording::relation(relation, reading, &self.words.status_verb).join(" "));
            words.extend(relation.additions());
        }
        let amounts = self.amounts.get(&edge).map(Vec::as_slice).unwrap_or_default();
        for paid in amounts {
            words.extend(paid.words.iter().map(crate::chart::scene::spans::Spans::text));
            words.extend(paid.notes.iter().cloned());
        }
        words.retain(|words| !words.is_empty());
        WrittenLine {
            from,
            to,
            relation: relation.iri.as_str(),
            words,
            status: relation.status.as_ref().map(|status| status.labels.join(" ")).unwrap_or_default(),
            amount: amounts.iter().find_map(|paid| paid.comparable.clone()),
            is_dashed: status.is_some_and(|status| !status.has_ended()),
            is_dotted: false,
            arrow: true,
        }
    }
}
