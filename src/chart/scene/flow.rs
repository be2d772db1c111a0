//! A network that is not a tree, on a page: cards in layers from left to right,
//! with labels on the lines between them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;
use petgraph::{Direction, visit::IntoNodeReferences as _};

use super::card::{CardWeight, INK, Maker};
use super::flow_label::FlowLabel;
use super::page::{FilledPage, MARGIN, NARROWEST, PageForm};
use super::text::Weight;
use super::wording::ReadingDirection;
use super::{Card, Frame, Ground, Line, Pen, Scene, THIN, bridges, paging};
use crate::chart::layout::Points;
use crate::chart::layout::direction::{self, LineDirection};
use crate::chart::layout::layered::{Layered, LayeredSpacing, Link, Net};
use crate::chart::view::amounts::{PaidAmount, PaidAmounts};
use crate::chart::view::sides::Sides;
use crate::chart::view::tree::Tree;
use crate::network::Network;

const SPACING: LayeredSpacing = LayeredSpacing { boxes: 12.0, labels: 7.0, lines: 6.0, margin: 11.0, parts: 26.0 };
/// The page forms that are tried for the network.
const FORMS: [f64; 4] = [0.85, 1.0, 1.25, 1.6];

/// The nodes of a layered chart in order, one connected part after the other. A
/// relation of a thing to itself is a remark.
pub(in crate::chart) fn nodes(network: &Network, roots: &[NodeIndex], depth: Option<usize>) -> Tree {
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
    if !roots.is_empty() || depth.is_some() {
        let mut level: Vec<NodeIndex> = if roots.is_empty() {
            let before = |node: &NodeIndex| network.neighbors_directed(*node, Direction::Incoming).next();
            nodes.iter().copied().filter(|node| before(node).is_none()).collect()
        } else {
            roots.to_vec()
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

/// A network with two sides as pieces that together hold every relation: each thing between them with
/// everything that it joins, and two that are joined without anything between.
pub(in crate::chart) fn joints(network: &Network, nodes: &[NodeIndex], sides: &Sides) -> Vec<Vec<NodeIndex>> {
    let inside: BTreeSet<NodeIndex> = nodes.iter().copied().collect();
    let is_between = |node: &NodeIndex| sides.columns.get(node).is_none_or(|column| *column == 1);
    let mut pieces = Vec::new();
    for node in nodes {
        if is_between(node) {
            let mut piece = vec![*node];
            let joined = |other: &&NodeIndex| {
                **other != *node && (network.contains_edge(*node, **other) || network.contains_edge(**other, *node))
            };
            let (between, beside): (Vec<NodeIndex>, Vec<NodeIndex>) =
                nodes.iter().filter(joined).copied().partition(is_between);
            piece.extend(beside);
            pieces.extend((piece.len() > 1).then_some(piece));
            // What is between and belongs to something else between.
            let leads = |other: &NodeIndex| network.contains_edge(*node, *other);
            pieces.extend(between.into_iter().filter(leads).map(|other| vec![*node, other]));
            continue;
        }
        let mut direct: Vec<NodeIndex> = network.neighbors_directed(*node, Direction::Outgoing).collect();
        direct.retain(|other| other != node && inside.contains(other) && !is_between(other));
        direct.sort_unstable();
        direct.dedup();
        pieces.extend(direct.into_iter().map(|other| vec![*node, other]));
    }
    pieces
}

/// What a network is drawn with in addition to cards and relations.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct FlowExtras {
    /// The amounts on its lines.
    pub amounts: PaidAmounts,
    /// The thickness of a line that stands for one unit of a currency.
    pub thickness: Option<(String, Points)>,
    /// The columns of its cards.
    pub sides: Option<Sides>,
    /// Whether lines have no words.
    pub is_wordless: bool,
    /// Where lines lead, if not to the right.
    pub direction: Option<LineDirection>,
}

/// The thickness of the line of the largest amount.
const THICKEST: Points = 9.0;
/// The least thickness of the sample in the legend.
const LEAST_SAMPLE: Points = 2.5;

impl FlowExtras {
    /// Makes lines as thick as their amounts, if at least two can be compared; returns thickness and amount
    /// of a sample for the legend.
    pub fn measure(&mut self, network: &Network) -> Option<(Points, f64, String)> {
        let mut sums: BTreeMap<String, BTreeMap<(NodeIndex, NodeIndex), f64>> = BTreeMap::new();
        for (edge, amounts) in &self.amounts {
            let Some(ends) = network.edge_endpoints(*edge) else { continue };
            for (currency, value) in amounts.iter().filter_map(|paid| paid.comparable.as_ref()) {
                *sums.entry(currency.clone()).or_default().entry(ends).or_default() += value;
            }
        }
        // Of currencies that are as frequent, the first by name.
        let (currency, sums) =
            sums.into_iter().rev().max_by_key(|(_, sums)| sums.len()).filter(|(_, sums)| sums.len() > 1)?;
        let most = sums.values().copied().fold(0.0, f64::max);
        let unit = THICKEST / most;
        let steps = (-2..16).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10.0_f64.powi(power)));
        let sample = steps.into_iter().find(|value| value * unit >= LEAST_SAMPLE)?;
        self.thickness = Some((currency.clone(), unit));
        Some((sample * unit, sample, currency))
    }

    /// Whether one of the lines between these nodes is as thick as its amount.
    pub fn has_thick(&self, network: &Network, nodes: &[NodeIndex]) -> bool {
        let is_drawn = |edge: &EdgeIndex| {
            network.edge_endpoints(*edge).is_some_and(|(from, to)| nodes.contains(&from) && nodes.contains(&to))
        };
        self.amounts.iter().filter(|(edge, _)| is_drawn(edge)).any(|(_, amounts)| {
            amounts.iter().filter_map(|paid| paid.comparable.as_ref()).any(|(currency, value)| {
                self.thickness.as_ref().is_some_and(|(code, unit)| code == currency && value * unit > THIN)
            })
        })
    }
}

/// Draws these nodes and the relations between them for a page of this form.
pub(in crate::chart) fn draw(
    maker: &Maker<'_>,
    nodes: &[NodeIndex],
    extras: &FlowExtras,
    form: PageForm,
    pen: &mut Pen,
) -> Scene {
    let sketch = FlowSketch::of(maker, nodes, extras, pen);
    let spacing = match sketch.thickest() {
        // Room for large arrowheads, and between thick lines.
        Some(thickest) => LayeredSpacing { lines: 5.0 + thickest, margin: 8.0 + 2.2 * thickest, ..SPACING },
        None => SPACING,
    };
    // Columns stand side by side.
    let towards = extras.direction.filter(|_| extras.sides.is_none()).unwrap_or(LineDirection::Right);
    let layouts = FORMS.iter().map(|factor| direction::lay_out(&sketch.net, &spacing, form.aspect * factor, towards));
    form.best(layouts, |layout, slack| sketch.compose(layout, maker, extras, slack, pen))
}

/// Cards and labels before they have positions.
#[derive(Default)]
struct FlowSketch {
    net: Net,
    cards: Vec<Card>,
    labels: Vec<FlowLabel>,
    /// Whether each link is dashed, and its thickness.
    links: Vec<(bool, Option<Points>)>,
    /// The heading of each column, and whether it is one of the sides.
    headings: Vec<(String, bool)>,
}

/// What the links between two cards say.
#[derive(Debug, Clone, Default)]
pub(super) struct LinkWords {
    /// Each relation once, with its amounts.
    pub relations: Vec<RelationWords>,
    pub is_dashed: bool,
}

/// A relation in words, with its amounts.
#[derive(Debug, Clone, Default)]
pub(super) struct RelationWords {
    pub words: String,
    pub amounts: Vec<PaidAmount>,
    is_dashed: bool,
}

impl LinkWords {
    pub fn amounts(&self) -> impl Iterator<Item = &PaidAmount> {
        self.relations.iter().flat_map(|relation| &relation.amounts)
    }

    /// The money of this currency that is given; what is only planned counts where nothing else is given.
    fn sum(&self, currency: &str) -> f64 {
        let counted = self.relations.iter().filter(|relation| self.is_dashed || !relation.is_dashed);
        let amounts = counted.flat_map(|relation| &relation.amounts).filter_map(|paid| paid.comparable.as_ref());
        amounts.filter(|(code, _)| code == currency).map(|(_, value)| value).sum()
    }
}

impl FlowSketch {
    fn of(maker: &Maker<'_>, nodes: &[NodeIndex], extras: &FlowExtras, pen: &mut Pen) -> Self {
        let network = maker.network;
        let mut sketch = Self::default();
        let place: BTreeMap<NodeIndex, usize> = nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
        for node in nodes {
            let leads = |side| network.neighbors_directed(*node, side).any(|other| other != *node);
            let top = leads(Direction::Outgoing) && !leads(Direction::Incoming);
            let weight = if top { CardWeight::Second } else { CardWeight::Plain };
            let card = maker.card(*node, weight, pen);
            sketch.net.boxes.push((card.frame.width, card.frame.height));
            sketch.cards.push(card);
        }
        if let Some(sides) = &extras.sides {
            let of = |node: &NodeIndex| sides.columns.get(node).copied().unwrap_or(1);
            let used: BTreeSet<usize> = nodes.iter().map(of).collect();
            let used: Vec<usize> = used.into_iter().collect();
            let column = |node: &NodeIndex| used.partition_point(|other| *other < of(node));
            sketch.net.columns = nodes.iter().map(column).collect();
            sketch.headings = used.iter().map(|column| (sides.headings[*column].clone(), *column != 1)).collect();
        }
        // One line between two cards, whatever is said of them.
        let mut pairs: Vec<((usize, usize), LinkWords)> = Vec::new();
        let mut of_pair: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut edges: Vec<EdgeIndex> = network.edge_indices().collect();
        edges.sort();
        for edge in edges {
            let Some((source, target)) = network.edge_endpoints(edge) else { continue };
            let (Some(&from), Some(&to)) = (place.get(&source), place.get(&target)) else { continue };
            if from == to {
                continue;
            }
            let at = *of_pair.entry((from, to)).or_insert_with(|| {
                pairs.push(((from, to), LinkWords { is_dashed: true, ..LinkWords::default() }));
                pairs.len() - 1
            });
            let own = &mut pairs[at].1;
            let is_dashed = maker.is_dashed(edge);
            own.is_dashed &= is_dashed;
            let words = if extras.is_wordless { String::new() } else { maker.relation(edge, ReadingDirection::Forth) };
            let amounts = extras.amounts.get(&edge).cloned().unwrap_or_default();
            match own.relations.iter_mut().find(|known| known.words == words && known.is_dashed == is_dashed) {
                Some(known) => known.amounts.extend(amounts),
                None => own.relations.push(RelationWords { words, amounts, is_dashed }),
            }
        }
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        let payers = |figure: &String| {
            let gives = |(_, words): &&(_, LinkWords)| words.amounts().any(|paid| paid.figure.as_ref() == Some(figure));
            pairs.iter().filter(gives).count()
        };
        for ((from, to), words) in &pairs {
            let (from, to) = (*from, *to);
            let is_empty =
                words.relations.iter().all(|relation| relation.words.is_empty() && relation.amounts.is_empty());
            let is_joint = words.amounts().any(|paid| paid.figure.as_ref().is_some_and(|own| payers(own) > 1));
            // A label that a card has for several others in the same words is drawn once, and so is that of
            // what several give together.
            let has_amounts = words.amounts().next().is_some();
            let key = match (has_amounts, is_joint) {
                (false, _) => format!("from {from} {:?}", words.relations),
                (true, true) => format!("to {to} {:?}", words.relations),
                (true, false) => format!("{from} {to}"),
            };
            let thickness = extras.thickness.as_ref().and_then(|(currency, unit)| {
                let thickness = words.sum(currency) * unit;
                (thickness > THIN).then_some(thickness)
            });
            let label = match known.get(&key) {
                Some(label) => Some(*label),
                None if is_empty => None,
                None => {
                    let label = FlowLabel::of(words, is_joint.then_some(&maker.words.together), from, pen);
                    sketch.net.labels.push((label.width, label.height));
                    sketch.net.at_end.push(has_amounts);
                    sketch.labels.push(label);
                    known.insert(key, sketch.labels.len() - 1);
                    Some(sketch.labels.len() - 1)
                }
            };
            sketch.net.links.push(Link { from, to, label });
            sketch.links.push((words.is_dashed, thickness));
        }
        sketch
    }

    fn thickest(&self) -> Option<Points> {
        self.links.iter().filter_map(|(_, thickness)| *thickness).max_by(Points::total_cmp)
    }

    fn compose(
        &self,
        layout: &Layered,
        maker: &Maker<'_>,
        extras: &FlowExtras,
        slack: (Points, Points),
        pen: &mut Pen,
    ) -> Scene {
        let mut page = FilledPage::begin(layout.width.max(NARROWEST) + slack.0, maker.words, pen);
        let left = MARGIN + (page.width - layout.width) / 2.0;
        if extras.sides.is_some() {
            self.head(layout, left, slack.1, &mut page, pen);
        }
        page.y += slack.1 / 3.0;
        let top = page.y;
        let at = |(x, y): &(Points, Points)| (x + left, y + top);
        for (card, corner) in self.cards.iter().zip(&layout.corners) {
            let (x, y) = at(corner);
            page.scene.cards.push(card.at(x, y));
        }
        for ((link, (dashed, thickness)), line) in self.net.links.iter().zip(&self.links).zip(&layout.lines) {
            page.scene.lines.push(Line {
                points: line.iter().map(at).collect(),
                ends: (link.from, link.to),
                arrow: true,
                dashed: *dashed,
                thickness: *thickness,
                ..Line::default()
            });
        }
        bridges::find(&mut page.scene.lines);
        let mut ends: Vec<Vec<usize>> = vec![Vec::new(); self.labels.len()];
        for link in &self.net.links {
            if let Some(ends) = link.label.and_then(|label| ends.get_mut(label)) {
                ends.push(link.to);
            }
        }
        for ((label, corner), to) in self.labels.iter().zip(&layout.labels).zip(ends) {
            let (x, y) = at(corner);
            label.place(x, y, to, &mut page);
        }
        page.y += layout.height + slack.1 * 2.0 / 3.0;
        page.finish(maker.legend, maker.words, pen)
    }

    /// The headings of the columns, and a strip behind those at the sides.
    fn head(&self, layout: &Layered, left: Points, more: Points, page: &mut FilledPage, pen: &mut Pen) {
        const SIZE: Points = 11.0;
        const EDGE: Points = 8.0;
        let mut lowest = page.y;
        let top = page.y;
        for (column, (heading, is_side)) in self.headings.iter().enumerate() {
            let inside = (0..self.cards.len()).filter(|card| self.net.columns[*card] == column);
            let spans =
                inside.map(|card| (layout.corners[card].0, layout.corners[card].0 + self.cards[card].frame.width));
            let (from, to) =
                spans.fold((f64::INFINITY, 0.0_f64), |(from, to), (x, right)| (from.min(x), to.max(right)));
            if from > to {
                continue;
            }
            let mut y = top + 6.0;
            for line in pen.wrap(heading, SIZE, Weight::Bold, to - from) {
                y += SIZE * 1.2;
                page.text(line, (left + from, y), (SIZE, Weight::Bold), INK);
            }
            lowest = lowest.max(y);
            if !is_side {
                continue;
            }
            let frame = Frame { x: left + from - EDGE, y: top, width: to - from + 2.0 * EDGE, height: 0.0 };
            page.scene.grounds.push((frame, Ground::Lane));
        }
        page.y = lowest + 12.0;
        let height = page.y - top + layout.height + more + EDGE;
        page.scene.grounds.iter_mut().for_each(|(frame, _)| frame.height = height);
    }
}
