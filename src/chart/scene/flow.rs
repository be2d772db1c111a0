//! A network that is not a tree, on a page: cards in layers from left to right,
//! with labels on the lines between them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;
use petgraph::{Direction, visit::IntoNodeReferences as _};

use super::card::{CardWeight, Maker, SMALL};
use super::page::{FAINT, FilledPage, MARGIN, NARROWEST, PageForm, pill_lines, pill_size};
use super::paging;
use super::text::Weight;
use super::wording::ReadingDirection;
use super::{Card, Frame, Line, Pen, Pill, Scene};
use crate::chart::layout::Points;
use crate::chart::layout::layered::{Layered, LayeredSpacing, Link, Net, lay_out};
use crate::chart::view::tree::Tree;
use crate::network::Network;

const SPACING: LayeredSpacing = LayeredSpacing { boxes: 12.0, labels: 7.0, lines: 6.0, margin: 11.0, parts: 26.0 };
/// The page forms that are tried for the network.
const FORMS: [f64; 4] = [0.85, 1.0, 1.25, 1.6];

/// The nodes of a layered chart in order, one connected part after the other. A
/// relation of a thing to itself is a remark.
pub(in crate::chart) fn nodes(network: &Network, root: Option<NodeIndex>, depth: Option<usize>) -> Tree {
    let mut tree = Tree::default();
    for edge in network.edge_references().filter(|edge| edge.source() == edge.target()) {
        tree.others.entry(edge.source()).or_default().push(edge.id());
    }
    let mut nodes: Vec<NodeIndex> = network.node_references().map(|(node, _)| node).collect();
    nodes.retain(|node| network.neighbors_undirected(*node).next().is_some());
    // The chart keeps the order of the rows.
    let first = |node: &NodeIndex| {
        let edges = [Direction::Outgoing, Direction::Incoming].map(|side| network.edges_directed(*node, side));
        edges.into_iter().flatten().map(|edge| edge.id()).min()
    };
    nodes.sort_by_cached_key(|node| (first(node), *node));
    if root.is_some() || depth.is_some() {
        let mut level: Vec<NodeIndex> = match root {
            Some(root) => vec![root],
            None => {
                let before = |node: &NodeIndex| network.neighbors_directed(*node, Direction::Incoming).next();
                nodes.iter().copied().filter(|node| before(node).is_none()).collect()
            }
        };
        let mut kept: BTreeSet<NodeIndex> = level.iter().copied().collect();
        let mut generation = 0;
        while !level.is_empty() && depth.is_none_or(|depth| generation < depth) {
            let after = level.iter().flat_map(|node| network.neighbors_directed(*node, Direction::Outgoing));
            level = after.collect::<Vec<_>>().into_iter().filter(|node| kept.insert(*node)).collect();
            generation += 1;
        }
        nodes.retain(|node| kept.contains(node));
    }
    tree.alone = nodes;
    tree
}

/// The connected parts of a network, in the order of `nodes`.
pub(in crate::chart) fn parts(network: &Network, nodes: &[NodeIndex]) -> Vec<Vec<NodeIndex>> {
    let place: BTreeMap<NodeIndex, usize> = nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let mut part: Vec<Option<usize>> = vec![None; nodes.len()];
    let mut parts: Vec<Vec<NodeIndex>> = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        if part[at].is_some() {
            continue;
        }
        let mut members = Vec::new();
        let mut stack = vec![*node];
        while let Some(node) = stack.pop() {
            let Some(at) = place.get(&node).filter(|at| part[**at].is_none()) else { continue };
            part[*at] = Some(parts.len());
            members.push(*at);
            stack.extend(network.neighbors_undirected(node));
        }
        members.sort_unstable();
        parts.push(members.into_iter().map(|at| nodes[at]).collect());
    }
    parts
}

/// A page with some of the nodes of a chart, in its order. Nodes that continue
/// elsewhere are marked with their page, or with a placeholder as long as it is
/// not known.
pub(in crate::chart) fn part(
    network: &Network,
    whole: &Tree,
    nodes: &[NodeIndex],
    pages: &[Vec<NodeIndex>],
    some: usize,
) -> Tree {
    let on_page: BTreeSet<NodeIndex> = nodes.iter().copied().collect();
    let mut part = Tree::default();
    let inside = whole.alone.iter().copied().filter(|node| on_page.contains(node));
    part.alone.extend(inside);
    for node in &part.alone {
        part.others.extend(whole.others.get(node).map(|others| (*node, others.clone())));
        let after: Vec<NodeIndex> = network.neighbors_directed(*node, Direction::Outgoing).collect();
        if after.iter().all(|other| on_page.contains(other)) {
            continue;
        }
        let elsewhere = pages.iter().position(|page| {
            page.contains(node) && after.iter().any(|other| page.contains(other) && !on_page.contains(other))
        });
        part.pages.insert(*node, elsewhere.map_or(some, |at| at + 1));
    }
    part
}

/// A part that is too large for a page, as pieces that together hold every
/// relation: each thing with everything that it leads to, or with as much as
/// `fits`.
pub(in crate::chart) fn stars(
    network: &Network,
    nodes: &[NodeIndex],
    fits: &mut dyn FnMut(&[NodeIndex]) -> bool,
) -> Vec<Vec<NodeIndex>> {
    let inside: BTreeSet<NodeIndex> = nodes.iter().copied().collect();
    let is_top = |node: &NodeIndex| network.neighbors_directed(*node, Direction::Incoming).all(|other| other == *node);
    let mut seen = BTreeSet::new();
    let mut stars = Vec::new();
    // Starting from the tops, so that a page continues where the page before ended.
    for start in nodes.iter().filter(|node| is_top(node)).chain(nodes) {
        let mut queue = VecDeque::from([*start]);
        while let Some(node) = queue.pop_front() {
            if !seen.insert(node) {
                continue;
            }
            let mut after: Vec<NodeIndex> = Vec::new();
            for other in network.neighbors_directed(node, Direction::Outgoing) {
                if other != node && inside.contains(&other) && !after.contains(&other) {
                    after.push(other);
                }
            }
            // The network returns its newest relations first.
            after.reverse();
            queue.extend(&after);
            while !after.is_empty() {
                let star = |n: usize| [&[node], &after[..n]].concat();
                let n = paging::longest(after.len(), after.len(), &mut |n| fits(&star(n)));
                stars.push(star(n));
                after.drain(..n);
            }
        }
    }
    stars
}

/// Draws these nodes and the relations between them for a page of this form.
pub(in crate::chart) fn draw(maker: &Maker<'_>, nodes: &[NodeIndex], form: PageForm, pen: &mut Pen) -> Scene {
    let sketch = FlowSketch::of(maker, nodes, pen);
    let layouts = FORMS.iter().map(|factor| lay_out(&sketch.net, &SPACING, form.aspect * factor));
    form.best(layouts, |layout, slack| sketch.compose(layout, maker, slack, pen))
}

/// Cards and labels before they have positions.
struct FlowSketch {
    net: Net,
    cards: Vec<Card>,
    /// The lines of each label, the card it starts from, and whether it is dashed.
    labels: Vec<(Vec<String>, usize, bool)>,
    /// Whether each link is dashed.
    dashed: Vec<bool>,
}

impl FlowSketch {
    fn of(maker: &Maker<'_>, nodes: &[NodeIndex], pen: &mut Pen) -> Self {
        let network = maker.network;
        let (net, cards, labels, dashed) = (Net::default(), Vec::new(), Vec::new(), Vec::new());
        let mut sketch = Self { net, cards, labels, dashed };
        let place: BTreeMap<NodeIndex, usize> = nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
        for node in nodes {
            let leads = |side| network.neighbors_directed(*node, side).any(|other| other != *node);
            let top = leads(Direction::Outgoing) && !leads(Direction::Incoming);
            let weight = if top { CardWeight::Second } else { CardWeight::Plain };
            let card = maker.card(*node, weight, pen);
            sketch.net.boxes.push((card.frame.width, card.frame.height));
            sketch.cards.push(card);
        }
        let mut known: BTreeMap<(usize, String), usize> = BTreeMap::new();
        let mut edges: Vec<EdgeIndex> = network.edge_indices().collect();
        edges.sort();
        for edge in edges {
            let Some((source, target)) = network.edge_endpoints(edge) else { continue };
            let (Some(&from), Some(&to)) = (place.get(&source), place.get(&target)) else { continue };
            if from == to {
                continue;
            }
            let (words, dashed) = (maker.relation(edge, ReadingDirection::Forth), maker.is_dashed(edge));
            // A label that a card has for several others in the same words is drawn once.
            let label = match known.get(&(from, words.clone())) {
                Some(label) => *label,
                None => {
                    let lines = pill_lines(&words, pen);
                    sketch.net.labels.push(pill_size(&lines, pen));
                    sketch.labels.push((lines, from, dashed));
                    known.insert((from, words), sketch.labels.len() - 1);
                    sketch.labels.len() - 1
                }
            };
            sketch.net.links.push(Link { from, to, label: Some(label) });
            sketch.dashed.push(dashed);
        }
        sketch
    }

    fn compose(&self, layout: &Layered, maker: &Maker<'_>, slack: (Points, Points), pen: &mut Pen) -> Scene {
        let mut page = FilledPage::begin(layout.width.max(NARROWEST) + slack.0, maker.words, pen);
        page.y += slack.1 / 3.0;
        let (left, top) = (MARGIN + (page.width - layout.width) / 2.0, page.y);
        let at = |(x, y): &(Points, Points)| (x + left, y + top);
        for (card, corner) in self.cards.iter().zip(&layout.corners) {
            let (x, y) = at(corner);
            page.scene.cards.push(card.at(x, y));
        }
        for ((link, dashed), line) in self.net.links.iter().zip(&self.dashed).zip(&layout.lines) {
            let points = line.iter().map(at).collect();
            page.scene.lines.push(Line {
                points,
                ends: (link.from, link.to),
                arrow: true,
                dashed: *dashed,
                dotted: false,
            });
        }
        let mut ends: Vec<Vec<usize>> = vec![Vec::new(); self.labels.len()];
        for link in &self.net.links {
            if let Some(ends) = link.label.and_then(|label| ends.get_mut(label)) {
                ends.push(link.to);
            }
        }
        for ((((lines, of, dashed), size), corner), to) in
            self.labels.iter().zip(&self.net.labels).zip(&layout.labels).zip(ends)
        {
            let (x, y) = at(corner);
            for (index, line) in lines.iter().enumerate() {
                let y = y + 9.0 + SMALL * 1.25 * index as f64;
                page.text(line.clone(), (x + 6.0, y), (SMALL, Weight::Regular), FAINT);
            }
            let frame = Frame { x, y, width: size.0, height: size.1 };
            page.scene.pills.push(Pill { frame, of: *of, to, dashed: *dashed });
        }
        page.y += layout.height + slack.1 * 2.0 / 3.0;
        page.finish(maker.legend, maker.words, pen)
    }
}
