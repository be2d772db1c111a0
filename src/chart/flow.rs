//! A network that is no tree on a page: cards in layers from left to right,
//! what they say to each other on the lines between.

use std::collections::BTreeMap;

use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;
use petgraph::{Direction, visit::IntoNodeReferences as _};

use super::card::{Maker, SMALL};
use super::layered::{Layered, Link, Net, Spacing, lay_out};
use super::layout::Points;
use super::page::{FAINT, Form, MARGIN, NARROWEST, Page, pill_lines, pill_size};
use super::scene::{Card, Frame, Line, Pen, Pill, Scene};
use super::text::Weight;
use super::tree::Tree;
use crate::network::Network;

const SPACING: Spacing = Spacing { boxes: 12.0, labels: 7.0, lines: 6.0, margin: 11.0, parts: 26.0 };
/// How many forms of the network are tried on a page.
const FORMS: [f64; 4] = [0.85, 1.0, 1.25, 1.6];

/// What a layered chart draws: its nodes in order, each part that hangs
/// together after the other. A relation of a thing to itself is a remark.
pub(super) fn nodes(network: &Network, root: Option<NodeIndex>, depth: Option<usize>) -> Tree {
    let mut tree = Tree::default();
    for edge in network.edge_references().filter(|edge| edge.source() == edge.target()) {
        tree.others.entry(edge.source()).or_default().push(edge.id());
    }
    let mut nodes: Vec<NodeIndex> = network.node_references().map(|(node, _)| node).collect();
    nodes.retain(|node| network.neighbors_undirected(*node).next().is_some());
    // The order of the rows is the order of the chart.
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
        let mut kept: std::collections::BTreeSet<NodeIndex> = level.iter().copied().collect();
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

/// The parts of a network that nothing joins, in the order of `nodes`.
pub(super) fn parts(network: &Network, nodes: &[NodeIndex]) -> Vec<Vec<NodeIndex>> {
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

/// Draws these nodes and what joins them for a page of this form.
pub(super) fn draw(maker: &Maker<'_>, nodes: &[NodeIndex], form: Form, pen: &mut Pen) -> Scene {
    let sketch = Sketch::of(maker, nodes, pen);
    let mut best: Option<(Scene, Layered)> = None;
    for factor in FORMS {
        let layout = lay_out(&sketch.net, &SPACING, form.aspect * factor);
        let scene = sketch.compose(&layout, maker, (0.0, 0.0), pen);
        if best.as_ref().is_none_or(|(other, _)| form.waste(&scene) < form.waste(other) - 1e-6) {
            best = Some((scene, layout));
        }
    }
    let Some((scene, layout)) = best else { return Scene::default() };
    if !form.exact {
        return scene;
    }
    sketch.compose(&layout, maker, form.slack(&scene), pen)
}

/// Cards and labels before they have places.
struct Sketch {
    net: Net,
    cards: Vec<Card>,
    /// The lines of each label, the card that it is behind, and whether it is dashed.
    labels: Vec<(Vec<String>, usize, bool)>,
    /// Whether each link is dashed.
    dashed: Vec<bool>,
}

impl Sketch {
    fn of(maker: &Maker<'_>, nodes: &[NodeIndex], pen: &mut Pen) -> Self {
        let network = maker.network;
        let (net, cards, labels, dashed) = (Net::default(), Vec::new(), Vec::new(), Vec::new());
        let mut sketch = Self { net, cards, labels, dashed };
        let place: BTreeMap<NodeIndex, usize> = nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
        for node in nodes {
            let leads = |side| network.neighbors_directed(*node, side).any(|other| other != *node);
            let top = leads(Direction::Outgoing) && !leads(Direction::Incoming);
            let card = maker.card(*node, top, pen);
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
            let (words, dashed) = (maker.relation(edge), maker.is_dashed(edge));
            // What one card says to several in the same words, it says once.
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
        let mut page = Page::begin(layout.width.max(NARROWEST) + slack.0, maker.words, pen);
        page.y += slack.1 / 3.0;
        let (left, top) = (MARGIN + (page.width - layout.width) / 2.0, page.y);
        let at = |(x, y): &(Points, Points)| (x + left, y + top);
        for (card, corner) in self.cards.iter().zip(&layout.corners) {
            let (x, y) = at(corner);
            page.scene.cards.push(card.at(x, y));
        }
        for ((link, dashed), line) in self.net.links.iter().zip(&self.dashed).zip(&layout.lines) {
            let points = line.iter().map(at).collect();
            page.scene.lines.push(Line { points, ends: (link.from, link.to), arrow: true, dashed: *dashed });
        }
        for (((lines, of, dashed), size), corner) in self.labels.iter().zip(&self.net.labels).zip(&layout.labels) {
            let (x, y) = at(corner);
            for (index, line) in lines.iter().enumerate() {
                let y = y + 9.0 + SMALL * 1.25 * index as f64;
                page.text(line.clone(), (x + 6.0, y), (SMALL, Weight::Regular), FAINT);
            }
            let frame = Frame { x, y, width: size.0, height: size.1 };
            page.scene.pills.push(Pill { frame, of: *of, dashed: *dashed });
        }
        page.y += layout.height + slack.1 * 2.0 / 3.0;
        page.finish(maker.legend, maker.words, pen)
    }
}
