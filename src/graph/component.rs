//! Blank nodes that are connected by quads, in a canonical order.
//!
//! A node that is connected with one other node alone is a leaf: a hash of what is said of it
//! describes it completely, and stands for it when the other one is looked at. Taking leaves away
//! again and again leaves one node, or nodes in circles, which RDFC-1.0 orders. So lists and
//! descriptions inside descriptions of any depth are ordered in a time that grows with their size.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oxigraph::model::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm, Dataset};
use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, Quad};
use sha2::{Digest as _, Sha256};

use super::order::{each_blank_node, n_quads_line, relabelled};

use crate::octets::hex;

/// Quads that have blank nodes in common, whose labels are numbers in a canonical order.
pub(super) struct BlankComponent {
    quads: Vec<Quad>,
    n_nodes: usize,
}

/// Quads with blank nodes, those together that have one in common.
pub(super) fn components(quads: Vec<Quad>) -> Vec<BlankComponent> {
    let mut numbers: HashMap<BlankNode, usize> = HashMap::new();
    // For each node, one nearer to the one that stands for all.
    let mut nearer: Vec<usize> = Vec::new();
    let mut firsts = Vec::with_capacity(quads.len());
    for quad in &quads {
        let mut first = None;
        each_blank_node(quad, &mut |node| {
            let number = numbers.get(node).copied().unwrap_or_else(|| {
                nearer.push(nearer.len());
                numbers.insert(node.clone(), nearer.len() - 1);
                nearer.len() - 1
            });
            let (one, other) = (top(&mut nearer, first.unwrap_or(number)), top(&mut nearer, number));
            nearer[one.max(other)] = one.min(other);
            first = Some(number);
        });
        firsts.push(first.unwrap_or_default());
    }
    let mut of_tops: BTreeMap<usize, Vec<Quad>> = BTreeMap::new();
    for (quad, first) in quads.into_iter().zip(firsts) {
        of_tops.entry(top(&mut nearer, first)).or_default().push(quad);
    }
    of_tops.into_values().map(|quads| LinkedNodes::of(&quads).in_order(quads)).collect()
}

/// The node that stands for all that are connected with one; the way there becomes shorter.
fn top(nearer: &mut [usize], mut node: usize) -> usize {
    while nearer[node] != node {
        nearer[node] = nearer[nearer[node]];
        node = nearer[node];
    }
    node
}

impl BlankComponent {
    /// A hash of the quads.
    pub fn hash(&self) -> String {
        let mut lines: Vec<String> = self.quads.iter().map(n_quads_line).collect();
        lines.sort_unstable();
        lines.dedup();
        hash_of(&lines)
    }

    /// The quads, with labels that begin with this name.
    pub fn labelled(self, name: &str) -> impl Iterator<Item = Quad> {
        let is_one = self.n_nodes == 1;
        let label = move |node: &BlankNode| {
            BlankNode::new_unchecked(if is_one { name.to_owned() } else { format!("{name}{}", node.as_str()) })
        };
        self.quads.into_iter().map(move |quad| relabelled(quad, &label))
    }
}

fn hash_of(lines: &[String]) -> String {
    let mut hasher = Sha256::new();
    for line in lines {
        hasher.update(line);
        hasher.update("\n");
    }
    hex(hasher.finalize())
}

/// LinkedNodes nodes while leaves are taken away.
struct LinkedNodes {
    numbers: HashMap<BlankNode, usize>,
    nodes: Vec<LinkedNode>,
}

#[derive(Default)]
struct LinkedNode {
    /// Where its quads are.
    quads: Vec<usize>,
    /// The nodes with which it shares a quad, without the leaves that have been taken away.
    neighbours: BTreeSet<usize>,
    /// The leaves that were taken away from it, with their hashes.
    leaves: Vec<(String, usize)>,
    is_taken: bool,
}

impl LinkedNodes {
    fn of(quads: &[Quad]) -> Self {
        let mut connected = Self { numbers: HashMap::new(), nodes: Vec::new() };
        for (at, quad) in quads.iter().enumerate() {
            let mut own = BTreeSet::new();
            each_blank_node(quad, &mut |node| {
                let next = connected.nodes.len();
                own.insert(*connected.numbers.entry(node.clone()).or_insert(next));
                connected.nodes.resize_with(connected.numbers.len(), LinkedNode::default);
            });
            for node in &own {
                connected.nodes[*node].quads.push(at);
                connected.nodes[*node].neighbours.extend(own.iter().filter(|other| *other != node));
            }
        }
        connected
    }

    /// The quads, with the numbers of a canonical order as labels.
    fn in_order(mut self, quads: Vec<Quad>) -> BlankComponent {
        let mut leaves: Vec<usize> = self.leaves_among(0..self.nodes.len());
        while !leaves.is_empty() {
            let mut hashed: Vec<(String, usize)> =
                leaves.iter().map(|leaf| (self.hash_of(*leaf, &quads), *leaf)).collect();
            // Of two that are left, the first one hangs on the other. Which one comes first does not
            // matter if their hashes are equal.
            hashed.sort_unstable();
            let mut touched = BTreeSet::new();
            for (hash, leaf) in hashed {
                // Its only neighbour may have been taken away just before.
                let Some(neighbour) = self.nodes[leaf].neighbours.pop_first() else { continue };
                self.nodes[leaf].is_taken = true;
                self.nodes[neighbour].neighbours.remove(&leaf);
                self.nodes[neighbour].leaves.push((hash, leaf));
                touched.insert(neighbour);
            }
            leaves = self.leaves_among(touched);
        }
        let core: Vec<usize> = (0..self.nodes.len()).filter(|node| !self.nodes[*node].is_taken).collect();
        let core = if core.len() > 1 { self.order_of_circles(core, &quads) } else { core };
        // Leaves follow the nodes from which they were taken, in the order of their hashes.
        let mut order = core;
        let mut at = 0;
        while at < order.len() {
            let mut leaves = std::mem::take(&mut self.nodes[order[at]].leaves);
            leaves.sort_unstable();
            order.extend(leaves.into_iter().map(|(_, leaf)| leaf));
            at += 1;
        }
        let mut places = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, node)| places[*node] = place);
        let label = |node: &BlankNode| BlankNode::new_unchecked(format!("n{}", places[self.numbers[node]]));
        let quads = quads.into_iter().map(|quad| relabelled(quad, &label)).collect();
        BlankComponent { quads, n_nodes: order.len() }
    }

    fn leaves_among(&self, nodes: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let is_leaf = |node: &usize| !self.nodes[*node].is_taken && self.nodes[*node].neighbours.len() == 1;
        nodes.into_iter().filter(is_leaf).collect()
    }

    /// What is said of a node and of the leaves that were taken away from it.
    fn hash_of(&self, node: usize, quads: &[Quad]) -> String {
        let known = &self.nodes[node];
        let label =
            |other: &BlankNode| BlankNode::new_unchecked(if self.numbers[other] == node { "self" } else { "other" });
        let mut lines: Vec<String> = (known.quads.iter())
            .filter(|at| !self.has_leaf(node, &quads[**at]))
            .map(|at| n_quads_line(&relabelled(quads[*at].clone(), &label)))
            .collect();
        lines.sort_unstable();
        lines.dedup();
        let mut leaves: Vec<String> = known.leaves.iter().map(|(hash, _)| hash.clone()).collect();
        leaves.sort_unstable();
        lines.append(&mut leaves);
        hash_of(&lines)
    }

    /// Whether a quad of a node is told by a leaf that was taken away from it.
    fn has_leaf(&self, node: usize, quad: &Quad) -> bool {
        let mut has = false;
        each_blank_node(quad, &mut |other| {
            let other = self.numbers[other];
            has |= other != node && self.nodes[other].is_taken;
        });
        has
    }

    /// Orders the nodes that are left by RDFC-1.0.
    fn order_of_circles(&self, mut core: Vec<usize>, quads: &[Quad]) -> Vec<usize> {
        let mut names: Vec<Option<&BlankNode>> = vec![None; self.nodes.len()];
        self.numbers.iter().for_each(|(name, number)| names[*number] = Some(name));
        let mut dataset = Dataset::new();
        for node in &core {
            let known = &self.nodes[*node];
            for at in known.quads.iter().filter(|at| !self.has_leaf(*node, &quads[**at])) {
                dataset.insert(&quads[*at]);
            }
            let mut leaves: Vec<&str> = known.leaves.iter().map(|(hash, _)| hash.as_str()).collect();
            leaves.sort_unstable();
            let (Some(name), false) = (names[*node], leaves.is_empty()) else { continue };
            // What hangs on the node tells it apart.
            dataset.insert(&Quad::new(
                name.clone(),
                NamedNode::new_unchecked("urn:x-civigraph:leaves"),
                Literal::new_simple_literal(leaves.join(" ")),
                GraphName::DefaultGraph,
            ));
        }
        let hash_algorithm = CanonicalizationHashAlgorithm::Sha256;
        let labels = dataset.canonicalize_blank_nodes(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm });
        core.sort_by_cached_key(|node| {
            let label = names[*node].and_then(|name| labels.get(&name.as_ref()));
            label.and_then(|label| label.as_str().strip_prefix("c14n")?.parse::<usize>().ok())
        });
        core
    }
}
