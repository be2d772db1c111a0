//! Which blank nodes need no label: those that are described where they are referred to.

use std::collections::{HashMap, HashSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term};

use crate::graph::blank_nodes_in;

/// The blank nodes of a graph that are written inside others.
#[derive(Default)]
pub(super) struct BlankNesting<'q> {
    /// What is said of each node that is written where it is referred to.
    inner: HashMap<&'q BlankNode, Inner<'q>>,
    /// Nodes to which nothing refers.
    unreferenced: HashSet<&'q BlankNode>,
}

/// What stands in the place of a blank node.
pub(super) enum Inner<'q> {
    /// Its triples, in the order of the graph.
    Node(Vec<&'q Quad>),
    /// A node of a list that has an item and a rest, and nothing else.
    List(&'q Term, &'q Term),
}

/// A blank node is written inside at most so many others; deeper ones have labels.
const DEEPEST: usize = 16;

/// What is known of a blank node.
#[derive(Default)]
struct Described<'q> {
    triples: Vec<&'q Quad>,
    n_references: usize,
    /// A node in whose triples it is the object.
    parent: Option<&'q NamedOrBlankNode>,
    is_list: bool,
}

impl<'q> Described<'q> {
    /// The item and the rest, if it has one of each and nothing else.
    fn item_and_rest(&self) -> Option<(&'q Term, &'q Term)> {
        let &[one, two] = self.triples.as_slice() else { return None };
        let (first, rest) = if one.predicate == rdf::FIRST { (one, two) } else { (two, one) };
        (first.predicate == rdf::FIRST && rest.predicate == rdf::REST).then_some((&first.object, &rest.object))
    }
}

impl<'q> BlankNesting<'q> {
    /// Looks at the triples of one graph, each once. Nodes in `shared` are known outside of it.
    pub fn of(quads: impl Iterator<Item = &'q Quad> + Clone, shared: &HashSet<BlankNode>) -> Self {
        let mut nodes: HashMap<&BlankNode, Described<'_>> = HashMap::new();
        for quad in quads.clone() {
            if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
                nodes.entry(node).or_default().triples.push(quad);
            }
            blank_nodes_in(&quad.object, &mut |node| {
                let node = nodes.entry(node).or_default();
                // In a triple term there is no room for a description.
                node.n_references += if matches!(quad.object, Term::Triple(_)) { 2 } else { 1 };
                node.parent = Some(&quad.subject);
            });
        }
        for node in shared {
            if let Some(node) = nodes.get_mut(node) {
                node.n_references += 2;
            }
        }
        mark_lists(&mut nodes);
        Self::from_the_top(quads, nodes)
    }

    /// Walks from the nodes that have names or labels to those inside.
    fn from_the_top(quads: impl Iterator<Item = &'q Quad>, mut nodes: HashMap<&'q BlankNode, Described<'q>>) -> Self {
        let mut nesting = Self::default();
        let mut inside: HashSet<&BlankNode> = HashSet::new();
        let mut waiting: Vec<(&Quad, usize)> = Vec::new();
        let mut circles: Vec<&BlankNode> = Vec::new();
        for quad in quads {
            match &quad.subject {
                NamedOrBlankNode::NamedNode(_) => waiting.push((quad, 0)),
                NamedOrBlankNode::BlankNode(node) => {
                    let known = &nodes[node];
                    if known.n_references == 0 {
                        nesting.unreferenced.insert(node);
                    }
                    if known.n_references == 1 { circles.push(node) } else { waiting.push((quad, 0)) }
                }
            }
        }
        circles.sort_unstable_by_key(|node| node.as_str());
        circles.reverse();
        loop {
            while let Some((quad, depth)) = waiting.pop() {
                let Term::BlankNode(object) = &quad.object else { continue };
                let Some(known) = nodes.get(object).filter(|node| node.n_references == 1) else { continue };
                let continues = quad.predicate == rdf::REST
                    && matches!(&quad.subject, NamedOrBlankNode::BlankNode(node) if nodes[node].is_list);
                let depth = if continues { depth } else { depth + 1 };
                let is_inside = depth <= DEEPEST || continues;
                inside.insert(object);
                let depth = if is_inside { depth } else { 0 };
                waiting.extend(known.triples.iter().map(|quad| (*quad, depth)));
                if !is_inside {
                    continue;
                }
                let inner = match known.item_and_rest().filter(|_| known.is_list) {
                    Some((item, rest)) => Inner::List(item, rest),
                    None => Inner::Node(known.triples.clone()),
                };
                nesting.inner.insert(object, inner);
            }
            // What has not been reached goes round in a circle, of which one node has a label.
            let Some(node) = circles.pop() else { return nesting };
            if inside.insert(node) {
                let known = nodes.get_mut(node).expect("it has triples");
                known.n_references = 2;
                waiting.extend(known.triples.iter().map(|quad| (*quad, 0)));
            }
        }
    }

    /// What stands in the place of a node; `None` if it has a label.
    pub fn inner(&self, node: &BlankNode) -> Option<&Inner<'q>> {
        self.inner.get(node)
    }

    /// Whether a subject is described where it is referred to.
    pub fn is_inside(&self, subject: &NamedOrBlankNode) -> bool {
        matches!(subject, NamedOrBlankNode::BlankNode(node) if self.inner.contains_key(node))
    }

    /// Whether nothing refers to a node.
    pub fn is_unreferenced(&self, node: &BlankNode) -> bool {
        self.unreferenced.contains(node)
    }

    /// The items of the list that begins with these.
    pub fn items<'n>(&'n self, item: &'q Term, rest: &'q Term) -> impl Iterator<Item = &'q Term> + use<'n, 'q> {
        std::iter::successors(Some((item, rest)), |(_, rest)| match rest {
            Term::BlankNode(node) => match self.inner.get(node) {
                Some(Inner::List(item, rest)) => Some((item, rest)),
                _ => None,
            },
            _ => None,
        })
        .map(|(item, _)| item)
    }
}

/// Finds the nodes of lists that are whole: from the last one to the first.
fn mark_lists(nodes: &mut HashMap<&BlankNode, Described<'_>>) {
    let is_nil = |term: &Term| matches!(term, Term::NamedNode(node) if *node == rdf::NIL);
    let ends = nodes.iter().filter(|(_, node)| node.item_and_rest().is_some_and(|(_, rest)| is_nil(rest)));
    for end in ends.map(|(end, _)| *end).collect::<Vec<_>>() {
        let mut at = end;
        while let Some(node) = nodes.get_mut(at) {
            node.is_list = true;
            let Some(NamedOrBlankNode::BlankNode(parent)) = node.parent.filter(|_| node.n_references == 1) else {
                break;
            };
            let continues = |(_, rest): (&Term, &Term)| matches!(rest, Term::BlankNode(rest) if rest == at);
            if !nodes[parent].item_and_rest().is_some_and(continues) {
                break;
            }
            at = parent;
        }
    }
}

/// The blank nodes that are known in more than one graph, or are the name of one.
pub(super) fn shared_nodes(quads: &[Quad]) -> HashSet<BlankNode> {
    let mut seen: HashMap<&BlankNode, &GraphName> = HashMap::new();
    let mut shared = HashSet::new();
    for quad in quads {
        if let GraphName::BlankNode(name) = &quad.graph_name {
            shared.insert(name.clone());
        }
        let mut see = |node| {
            if *seen.entry(node).or_insert(&quad.graph_name) != &quad.graph_name {
                shared.insert(node.clone());
            }
        };
        if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
            see(node);
        }
        blank_nodes_in(&quad.object, &mut see);
    }
    shared
}
