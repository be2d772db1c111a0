//! Who hangs under whom: a network becomes a forest by the branches that a
//! view names. What makes no branch stays as a remark on the card.

use std::collections::BTreeMap;

use oxigraph::model::NamedNode;
use petgraph::Direction;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::graph::{Graph, Prefixes};
use crate::network::{Network, Status};
use crate::sparql::{Query, front_matter};
use crate::vocab::skos;
use crate::yaml::Node;

/// Which relations make a child, the first that applies first.
#[derive(Debug, Clone, Default)]
pub struct Branches {
    relations: Vec<(NamedNode, End)>,
    bodies: Vec<NamedNode>,
}

/// Which end of a relation is the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Source,
    Target,
}

impl Branches {
    /// Reads the branches from a view's front matter.
    pub fn read(view: &Query, prefixes: &Prefixes) -> Result<Self, Diagnostic> {
        let fault = |node: &Node, message: &str| {
            Diagnostic::error("front-matter", message.to_owned()).at(node.place(&view.file, &view.text))
        };
        let Some(front) = front_matter(&view.file, &view.text)? else { return Ok(Self::default()) };
        let iri = |node: &Node| {
            let text = node.as_str().unwrap_or_default();
            let iri = prefixes.expand(text).unwrap_or_else(|| text.to_owned());
            NamedNode::new(iri).map_err(|_| fault(node, "expected the IRI or prefixed name of a relation or class"))
        };
        let mut branches = Self::default();
        for branch in front.get("branches").and_then(Node::as_sequence).unwrap_or_default() {
            let relation = branch.get("relation").ok_or_else(|| fault(branch, "a branch needs a `relation`"))?;
            let end = match branch.get("child").and_then(Node::as_str) {
                Some("source") => End::Source,
                Some("target") => End::Target,
                _ => return Err(fault(branch, "the `child` of a branch is `source` or `target`")),
            };
            branches.relations.push((iri(relation)?, end));
        }
        for class in front.get("bodies").and_then(Node::as_sequence).unwrap_or_default() {
            branches.bodies.push(iri(class)?);
        }
        Ok(branches)
    }
}

/// A network as a forest.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// The children of each node with the relation that hangs them there, grouped by it.
    pub children: BTreeMap<NodeIndex, Vec<(EdgeIndex, NodeIndex)>>,
    /// The nodes with children and without a parent.
    pub roots: Vec<NodeIndex>,
    /// Bodies with neither.
    pub alone: Vec<NodeIndex>,
    /// For each node the relations that make no branch, by their other end.
    pub others: BTreeMap<NodeIndex, Vec<EdgeIndex>>,
}

/// Hangs the nodes of a network under each other, each under one parent.
pub fn grow(graph: &Graph, network: &Network, branches: &Branches, findings: &mut Diagnostics) -> Tree {
    let mut edges: Vec<(usize, bool, EdgeIndex, NodeIndex, NodeIndex)> = Vec::new();
    for edge in network.edge_references() {
        let relation = edge.weight();
        let Some(rank) = branches.relations.iter().position(|(iri, _)| *iri == relation.iri) else { continue };
        let (child, parent) = match branches.relations[rank].1 {
            End::Source => (edge.source(), edge.target()),
            End::Target => (edge.target(), edge.source()),
        };
        // What is there comes before what is planned.
        let planned = Status::unless_holds(relation.status.as_ref()).is_some();
        edges.push((rank, planned, edge.id(), child, parent));
    }
    edges.sort();
    let mut parents: BTreeMap<NodeIndex, (EdgeIndex, NodeIndex)> = BTreeMap::new();
    let mut used = Vec::new();
    for (_, _, edge, child, parent) in edges {
        if parents.contains_key(&child) {
            continue;
        }
        let mut chain = vec![parent];
        while let Some((_, above)) = chain.last().and_then(|last| parents.get(last)) {
            chain.push(*above);
        }
        if chain.contains(&child) {
            let names: Vec<String> = chain.iter().rev().chain([&child]).map(|node| name(network, *node)).collect();
            let message = format!("the hierarchy goes in a circle: {}", names.join(" → "));
            findings.push(
                Diagnostic::warning("circular-hierarchy", message).hint(
                    "the last relation is drawn as a remark; check which of these relations is meant the other way"
                        .to_owned(),
                ),
            );
            continue;
        }
        parents.insert(child, (edge, parent));
        used.push(edge);
    }
    let mut tree = Tree::default();
    for (child, (edge, parent)) in &parents {
        tree.children.entry(*parent).or_default().push((*edge, *child));
    }
    for children in tree.children.values_mut() {
        // By relation in the order of the branches, then by name as it stands in the network.
        children.sort_by_key(|(edge, child)| {
            let iri = &network[*edge].iri;
            (branches.relations.iter().position(|(relation, _)| relation == iri), *child)
        });
    }
    for node in network.node_indices() {
        if parents.contains_key(&node) {
            continue;
        }
        if tree.children.contains_key(&node) {
            tree.roots.push(node);
        } else if is_body(graph, network, branches, node) {
            tree.alone.push(node);
        }
    }
    let size = |root: &NodeIndex| {
        let mut n = 0;
        let mut stack = vec![*root];
        while let Some(node) = stack.pop() {
            n += 1;
            stack.extend(tree.children.get(&node).into_iter().flatten().map(|(_, child)| *child));
        }
        n
    };
    let mut roots = tree.roots.clone();
    roots.sort_by_cached_key(|root| (std::cmp::Reverse(size(root)), *root));
    tree.roots = roots;
    let drawn = |node: NodeIndex| {
        parents.contains_key(&node) || tree.children.contains_key(&node) || tree.alone.contains(&node)
    };
    for edge in network.edge_references() {
        if !used.contains(&edge.id()) && drawn(edge.source()) {
            tree.others.entry(edge.source()).or_default().push(edge.id());
        }
    }
    tree
}

/// Whether a node is of a class that the view's panel takes, or below one.
fn is_body(graph: &Graph, network: &Network, branches: &Branches, node: NodeIndex) -> bool {
    let classes =
        graph.objects(network[node].iri.as_ref().into(), oxigraph::model::vocab::rdf::TYPE).unwrap_or_default();
    let linked =
        network.edges_directed(node, Direction::Outgoing).chain(network.edges_directed(node, Direction::Incoming));
    let concept = classes.iter().any(|class| *class == skos::CONCEPT.into_owned().into());
    if branches.bodies.is_empty() {
        return !concept && linked.count() > 0;
    }
    classes.iter().any(|class| branches.bodies.iter().any(|body| *class == body.clone().into()))
}

fn name(network: &Network, node: NodeIndex) -> String {
    network[node].labels.first().to_owned()
}

impl Tree {
    /// Only the subtree of `root`, to `depth` generations below it.
    pub fn cut(&mut self, root: Option<NodeIndex>, depth: Option<usize>) {
        if let Some(root) = root {
            self.roots = vec![root];
            self.alone.clear();
        }
        let Some(depth) = depth else { return };
        let mut level = self.roots.clone();
        for _ in 0..depth {
            level =
                level.iter().filter_map(|node| self.children.get(node)).flatten().map(|(_, child)| *child).collect();
        }
        for node in level {
            self.children.remove(&node);
        }
    }
}
