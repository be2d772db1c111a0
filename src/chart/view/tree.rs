//! The hierarchy of a chart: a network becomes a forest by the branches that a
//! view names. Relations that form no branch stay as remarks on the cards.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::NamedNode;
use petgraph::Direction;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::unionfind::UnionFind;
use petgraph::visit::{EdgeRef as _, NodeIndexable as _};

use super::order::StatedOrder;
use super::{ChildEnd, View};
use crate::error::Result;
use crate::finding::{Finding, Findings, codes};
use crate::graph::Graph;
use crate::network::{Network, Status, node_of_name};
use crate::vocab::skos;

/// A network as a forest. Everything ordered follows the rows of the view: what
/// they name first comes first.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// The children of each node with the relation that places them there,
    /// grouped by it in the order of the branches.
    pub children: BTreeMap<NodeIndex, Vec<(EdgeIndex, NodeIndex)>>,
    /// The nodes with children and without a parent.
    pub roots: Vec<NodeIndex>,
    /// Bodies with neither.
    pub alone: Vec<NodeIndex>,
    /// For each node the relations to other nodes of the chart that form no branch.
    pub others: BTreeMap<NodeIndex, Vec<EdgeIndex>>,
    /// How many nodes are below a node that are not drawn.
    pub folded: BTreeMap<NodeIndex, usize>,
    /// The page on which the subtree of a node is drawn, if it is another page.
    pub pages: BTreeMap<NodeIndex, usize>,
    /// The top of the tree that the chart begins with.
    pub main: Option<NodeIndex>,
    /// The tops of the other trees.
    pub apart: BTreeSet<NodeIndex>,
    /// Children that are drawn beside the line down from their parent.
    pub assistants: BTreeSet<NodeIndex>,
    /// Those who stand beside a node as its equals; what is below them is below the pair.
    pub partners: BTreeMap<NodeIndex, Vec<NodeIndex>>,
    /// Relations that are dotted lines, with who is above and who below.
    pub dotted: Vec<(EdgeIndex, NodeIndex, NodeIndex)>,
}

/// Builds a forest from the nodes of a network, each under at most one parent.
pub fn grow(
    graph: &Graph,
    network: &Network,
    view: &View,
    order: &StatedOrder,
    findings: &mut Findings,
) -> Result<Tree> {
    let branches: Vec<(&NamedNode, ChildEnd)> = view
        .branches
        .iter()
        .map(|(iri, end)| (iri, *end))
        .chain(view.assistants.iter().map(|iri| (iri, ChildEnd::Source)))
        .collect();
    let rank = |edge: EdgeIndex| branches.iter().position(|(iri, _)| **iri == network[edge].iri);
    let holds = |status: &Option<Status>| Status::unless_holds(status.as_ref()).is_none();
    let stated = |source: NodeIndex, edge: EdgeIndex, target: NodeIndex| {
        let triple = (network[source].iri.clone(), network[edge].iri.clone(), network[target].iri.clone());
        order.get(&triple).copied().unwrap_or(usize::MAX)
    };
    let mut edges: Vec<(bool, usize, usize, EdgeIndex, NodeIndex, NodeIndex)> = Vec::new();
    for edge in network.edge_references() {
        let Some(rank) = rank(edge.id()) else { continue };
        let (child, parent) = match branches[rank].1 {
            ChildEnd::Source => (edge.source(), edge.target()),
            ChildEnd::Target => (edge.target(), edge.source()),
        };
        let planned = !holds(&edge.weight().status);
        // Existing things are not placed under things that are only planned.
        if !planned || !holds(&network[child].status) {
            let stated = stated(edge.source(), edge.id(), edge.target());
            edges.push((planned, rank, stated, edge.id(), child, parent));
        }
    }
    edges.sort();
    let mut parents: BTreeMap<NodeIndex, (EdgeIndex, NodeIndex)> = BTreeMap::new();
    let mut used = BTreeSet::new();
    let mut trees: UnionFind<usize> = UnionFind::new(network.node_bound());
    for (_, _, _, edge, child, parent) in edges {
        if parents.contains_key(&child) {
            continue;
        }
        // What has no parent is the top of its tree: it is above everything in it.
        if !trees.union(child.index(), parent.index()) {
            let mut chain = vec![parent];
            while let Some((_, above)) = chain.last().and_then(|last| parents.get(last)) {
                chain.push(*above);
            }
            let names: Vec<&str> =
                chain.iter().rev().chain([&child]).map(|node| network[*node].labels.first()).collect();
            let message = format!("cycle in the hierarchy: {}", names.join(" → "));
            findings.push(
                Finding::warning(codes::CIRCULAR_HIERARCHY, message).hint(
                    "the last relation is drawn as a label on a card; check which of these relations should be reversed"
                        .to_owned(),
                ),
            );
            continue;
        }
        parents.insert(child, (edge, parent));
        used.insert(edge);
    }
    // Whoever reports to somebody and assists them is an assistant.
    for edge in network.edge_references().filter(|edge| view.assistants.contains(&edge.weight().iri)) {
        if let Some(placed) = parents.get_mut(&edge.source()).filter(|(_, above)| *above == edge.target()) {
            placed.0 = edge.id();
            used.insert(edge.id());
        }
    }
    let (partners, head_of) = pairs(network, view, &mut parents, &mut used);
    let is_there = |relation: &NamedNode| network.edge_weights().any(|edge| edge.iri == *relation);
    let with = view.bodies_with.iter().filter(|(_, relation)| is_there(relation)).map(|(class, _)| class);
    let bodies: Vec<&NamedNode> = view.bodies.iter().chain(with).collect();
    let mut tree = Tree { partners, ..Tree::default() };
    for (child, (edge, parent)) in &parents {
        let parent = head_of.get(parent).unwrap_or(parent);
        tree.children.entry(*parent).or_default().push((*edge, *child));
    }
    for children in tree.children.values_mut() {
        children.sort_by_key(|(edge, _)| (rank(*edge), !holds(&network[*edge].status), *edge));
    }
    let mut nodes: Vec<NodeIndex> = network.node_indices().collect();
    // The row that first names a node; nodes without a row come last.
    nodes.sort_by_cached_key(|node| {
        let edges =
            [Direction::Outgoing, Direction::Incoming].map(|direction| network.edges_directed(*node, direction));
        let first = edges.into_iter().flatten().map(|edge| edge.id()).min();
        (first.is_none(), first, *node)
    });
    for node in nodes {
        if parents.contains_key(&node) || head_of.contains_key(&node) {
            continue;
        }
        if tree.partners.contains_key(&node) || tree.children.contains_key(&node) {
            tree.roots.push(node);
        } else if is_body(graph, network, &bodies, node)? {
            tree.alone.push(node);
        }
    }
    // Where nothing is under anything, those are drawn who are bodies only in company.
    if tree.roots.is_empty() && tree.alone.is_empty() {
        let all: Vec<&NamedNode> = view.bodies_with.iter().map(|(class, _)| class).collect();
        for node in network.node_indices() {
            if is_body(graph, network, &all, node)? {
                tree.alone.push(node);
            }
        }
    }
    tree.find_main();
    let is_assistant = |edge: &EdgeIndex| view.assistants.contains(&network[*edge].iri);
    let beside = parents.iter().filter(|(child, (edge, _))| is_assistant(edge) && !tree.children.contains_key(child));
    tree.assistants = beside.map(|(child, _)| *child).collect();
    let drawn = tree.nodes();
    // What the view says is dotted, and a second parent by the relation that places a thing: of the view's
    // own, only where a second one is a line and no remark.
    for edge in network.edge_references() {
        let (source, target, iri) = (edge.source(), edge.target(), &edge.weight().iri);
        if used.contains(&edge.id()) || !drawn.contains(&source) || !drawn.contains(&target) || source == target {
            continue;
        }
        let takes_seconds = view.is_foreign || view.is_hierarchy || view.dotted.contains(iri);
        let second = rank(edge.id()).filter(|_| takes_seconds).and_then(|rank| {
            let (child, above) = match branches[rank].1 {
                ChildEnd::Source => (source, target),
                ChildEnd::Target => (target, source),
            };
            let (placing, parent) = parents.get(&child)?;
            let is_new = *parent != above && !is_above(&parents, child, above);
            (network[*placing].iri == *iri && is_new).then_some((above, child))
        });
        let named = (view.dotted.contains(iri) && rank(edge.id()).is_none()).then_some((target, source));
        if let Some((above, below)) = named.or(second) {
            tree.dotted.push((edge.id(), above, below));
            used.insert(edge.id());
        }
    }
    // What another vocabulary says of a child and its parent is said by their line.
    let is_said = |edge: EdgeIndex, source: NodeIndex, target: NodeIndex| {
        rank(edge).is_some_and(|rank| rank >= view.n_own)
            && [(source, target), (target, source)]
                .iter()
                .any(|(child, above)| parents.get(child).is_some_and(|(_, parent)| parent == above))
    };
    for edge in network.edge_references() {
        let ends = [edge.source(), edge.target()];
        if is_said(edge.id(), edge.source(), edge.target()) {
            continue;
        }
        if !used.contains(&edge.id()) && ends.iter().all(|end| drawn.contains(end)) {
            tree.others.entry(edge.source()).or_default().push(edge.id());
        }
    }
    Ok(tree)
}

/// Whether one node is above another.
fn is_above(parents: &BTreeMap<NodeIndex, (EdgeIndex, NodeIndex)>, one: NodeIndex, other: NodeIndex) -> bool {
    let mut at = other;
    while let Some((_, parent)) = parents.get(&at) {
        if *parent == one {
            return true;
        }
        at = *parent;
    }
    false
}

/// Those who stand beside each head, and the head of each of them. They leave the place that they had.
fn pairs(
    network: &Network,
    view: &View,
    parents: &mut BTreeMap<NodeIndex, (EdgeIndex, NodeIndex)>,
    used: &mut BTreeSet<EdgeIndex>,
) -> (BTreeMap<NodeIndex, Vec<NodeIndex>>, BTreeMap<NodeIndex, NodeIndex>) {
    let mut partners: BTreeMap<NodeIndex, Vec<NodeIndex>> = BTreeMap::new();
    let mut head_of: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
    for edge in network.edge_references().filter(|edge| view.pairs.contains(&edge.weight().iri)) {
        let (source, target) = (edge.source(), edge.target());
        let parent = |node: NodeIndex| parents.get(&node).map(|(_, parent)| *parent);
        // Whoever has a place of their own keeps it.
        let (one, head) = match (parent(source), parent(target)) {
            (Some(_), None) => (target, source),
            _ => (source, target),
        };
        if head_of.get(&one) == Some(&head) || head_of.get(&head) == Some(&one) {
            // Said from both sides.
            used.insert(edge.id());
            continue;
        }
        let is_free = one != head
            && !head_of.contains_key(&one)
            && !head_of.contains_key(&head)
            && !partners.contains_key(&one)
            && (parent(one).is_none() || parent(one) == parent(head))
            && !is_above(parents, one, head)
            && !is_above(parents, head, one);
        if is_free {
            partners.entry(head).or_default().push(one);
            head_of.insert(one, head);
            parents.remove(&one);
            used.insert(edge.id());
        }
    }
    (partners, head_of)
}

/// Whether a node belongs to a class that the view's panel takes, or to a subclass.
fn is_body(graph: &Graph, network: &Network, bodies: &[&NamedNode], node: NodeIndex) -> Result<bool> {
    let classes = graph.objects(node_of_name(&network[node].iri), oxigraph::model::vocab::rdf::TYPE);
    if bodies.is_empty() {
        let concept = classes.iter().any(|class| *class == skos::CONCEPT.into_owned().into());
        return Ok(!concept && network.neighbors_undirected(node).next().is_some());
    }
    Ok(classes.iter().any(|class| bodies.iter().any(|body| *class == (*body).clone().into())))
}

impl Tree {
    /// The drawn nodes in reading order: trees from the top, then the panel.
    pub fn in_order(&self) -> Vec<NodeIndex> {
        let mut nodes = Vec::new();
        let mut stack: Vec<NodeIndex> = self.roots.iter().rev().copied().collect();
        while let Some(node) = stack.pop() {
            nodes.push(node);
            nodes.extend(self.partners.get(&node).into_iter().flatten());
            stack.extend(self.children.get(&node).into_iter().flatten().rev().map(|(_, child)| *child));
        }
        nodes.extend(&self.alone);
        nodes
    }

    /// The drawn nodes.
    pub fn nodes(&self) -> BTreeSet<NodeIndex> {
        let mut nodes: BTreeSet<NodeIndex> = self.alone.iter().copied().collect();
        let mut stack = self.roots.clone();
        while let Some(node) = stack.pop() {
            nodes.insert(node);
            nodes.extend(self.partners.get(&node).into_iter().flatten());
            stack.extend(self.children.get(&node).into_iter().flatten().map(|(_, child)| *child));
        }
        nodes
    }

    /// Finds the tree that the chart begins with: of those that are at least half as large as the
    /// largest, the one that the source names first. The others are apart from it.
    fn find_main(&mut self) {
        let size = |root: &NodeIndex| {
            let (mut n, mut work) = (0_usize, vec![*root]);
            while let Some(node) = work.pop() {
                n += 1;
                work.extend(self.children.get(&node).into_iter().flatten().map(|(_, child)| *child));
            }
            n
        };
        let sizes: Vec<usize> = self.roots.iter().map(size).collect();
        let largest = sizes.iter().max().copied().unwrap_or_default();
        self.main = self.roots.iter().zip(&sizes).find(|(_, size)| **size * 2 >= largest).map(|(root, _)| *root);
        self.apart = self.roots.iter().copied().filter(|root| Some(*root) != self.main).collect();
    }

    /// The dotted lines that cannot be drawn on a page with this part, with the one end that is on it: the
    /// other is elsewhere, or there are more than `most` cards to find a way between.
    pub fn unrouted(&self, most: usize) -> Vec<(EdgeIndex, NodeIndex, NodeIndex)> {
        if self.dotted.is_empty() {
            return Vec::new();
        }
        let drawn = self.nodes();
        let mut unrouted = Vec::new();
        for (edge, above, below) in &self.dotted {
            if drawn.len() > most || !drawn.contains(above) || !drawn.contains(below) {
                unrouted.extend([(*edge, *above, *below), (*edge, *below, *above)]);
            }
        }
        unrouted
    }

    /// Whether it has a dotted line other than these, which are remarks.
    pub fn is_dotted(&self, unrouted: &[(EdgeIndex, NodeIndex, NodeIndex)]) -> bool {
        self.dotted.iter().any(|(edge, ..)| unrouted.iter().all(|(other, ..)| other != edge))
    }

    /// An empty part of it, which knows what is apart and who is beside whom.
    pub fn part(&self) -> Self {
        Self {
            main: self.main,
            apart: self.apart.clone(),
            assistants: self.assistants.clone(),
            partners: self.partners.clone(),
            dotted: self.dotted.clone(),
            ..Self::default()
        }
    }

    /// Removes these with what is below them.
    pub fn hide(&mut self, network: &Network, hidden: &BTreeSet<NodeIndex>) {
        if hidden.is_empty() {
            return;
        }
        self.roots.retain(|node| !hidden.contains(node));
        self.alone.retain(|node| !hidden.contains(node));
        for children in self.children.values_mut() {
            children.retain(|(_, child)| !hidden.contains(child));
        }
        self.children.retain(|_, children| !children.is_empty());
        for partners in self.partners.values_mut() {
            partners.retain(|partner| !hidden.contains(partner));
        }
        self.partners.retain(|_, partners| !partners.is_empty());
        let drawn = self.nodes();
        self.assistants.retain(|node| drawn.contains(node));
        self.dotted.retain(|(_, above, below)| drawn.contains(above) && drawn.contains(below));
        for edges in self.others.values_mut() {
            edges.retain(|edge| {
                network.edge_endpoints(*edge).is_some_and(|(one, two)| drawn.contains(&one) && drawn.contains(&two))
            });
        }
        self.others.retain(|_, edges| !edges.is_empty());
        self.find_main();
    }

    /// Keeps only the subtrees of these, to `depth` generations below them. One that is below another is not
    /// drawn twice.
    pub fn cut(&mut self, roots: &[NodeIndex], depth: Option<usize>) {
        if !roots.is_empty() {
            let head = |root: &NodeIndex| {
                let pair = self.partners.iter().find(|(_, partners)| partners.contains(root));
                pair.map_or(*root, |(head, _)| *head)
            };
            let wanted: Vec<NodeIndex> = roots.iter().map(head).collect();
            let below = |top: NodeIndex| {
                let part = Self { roots: vec![top], children: self.children.clone(), ..Self::default() };
                part.nodes()
            };
            let mut kept: Vec<NodeIndex> = Vec::new();
            for root in &wanted {
                let is_below = wanted.iter().any(|other| other != root && below(*other).contains(root));
                if !is_below && !kept.contains(root) {
                    kept.push(*root);
                }
            }
            self.main = kept.first().copied();
            self.apart = kept.iter().skip(1).copied().collect();
            self.roots = kept;
            self.alone.clear();
        }
        let Some(depth) = depth else { return };
        let mut level = self.roots.clone();
        for _ in 0..depth {
            if level.is_empty() {
                return;
            }
            level =
                level.iter().filter_map(|node| self.children.get(node)).flatten().map(|(_, child)| *child).collect();
        }
        for node in level {
            let n_below = self.n_below(node);
            if n_below > 0 {
                self.folded.insert(node, n_below);
            }
            self.children.remove(&node);
        }
    }

    /// The nodes that are somewhere below a node.
    fn n_below(&self, node: NodeIndex) -> usize {
        let (mut n_below, mut stack) = (0, vec![node]);
        while let Some(node) = stack.pop() {
            let children = self.children.get(&node).into_iter().flatten().map(|(_, child)| *child);
            let before = stack.len();
            stack.extend(children);
            n_below += stack.len() - before;
        }
        n_below
    }

    /// Draws as many generations as have no more than `most` nodes, below a single top at least one, and of the panel what there is
    /// room for. The number of generations and of nodes that the panel leaves out, if anything is left out.
    pub fn fold(&mut self, most: usize) -> Option<(usize, usize)> {
        if self.nodes().len() <= most {
            return None;
        }
        // A large panel has a part of the room.
        let of_panel = self.alone.len().min(most / 5);
        let (mut depth, mut n_drawn, mut level) = (0, self.roots.len(), self.roots.clone());
        loop {
            level =
                level.iter().filter_map(|node| self.children.get(node)).flatten().map(|(_, child)| *child).collect();
            n_drawn += level.len();
            if level.is_empty() || (depth > 0 || self.roots.len() > 1) && n_drawn + of_panel > most {
                break;
            }
            depth += 1;
        }
        self.cut(&[], Some(depth));
        // Beside folded trees, the panel is the lesser part.
        let room = match self.folded.is_empty() {
            true => most.saturating_sub(self.nodes().len() - self.alone.len()).max(of_panel),
            false => of_panel,
        };
        let n_left_out = self.alone.len().saturating_sub(room);
        self.alone.truncate(room);
        Some((depth, n_left_out))
    }
}
