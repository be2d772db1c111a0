//! A canonical order for equal graphs: labels of blank nodes by what is said of them, lines sorted.

use std::collections::{BTreeMap, HashMap};

use oxigraph::model::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term, Triple};

use super::component::{BlankComponent, components};

/// The quads with blank nodes relabelled so that equal graphs have equal labels, and so that a
/// change renames few: nodes that no quads connect do not know of each other. Those that some
/// connect are named by a hash of these quads. Quads without blank nodes are unchanged.
pub fn canonical_blank_nodes(quads: Vec<Quad>) -> Vec<Quad> {
    let (with, mut all): (Vec<Quad>, Vec<Quad>) = quads.into_iter().partition(has_blank_node);
    let mut by_hash: BTreeMap<String, Vec<BlankComponent>> = BTreeMap::new();
    for component in components(with) {
        by_hash.entry(component.hash()).or_default().push(component);
    }
    // Equal ones, and those whose hashes begin alike, are told apart by a number.
    let mut n_alike: HashMap<String, usize> = HashMap::new();
    for (hash, equal) in by_hash {
        let start = &hash[..SHOWN];
        for component in equal {
            let n = n_alike.entry(start.to_owned()).or_default();
            let name = if *n == 0 { format!("b{start}") } else { format!("b{start}-{n}") };
            *n += 1;
            all.extend(component.labelled(&name));
        }
    }
    all
}

/// How many digits of a hash are in a label.
const SHOWN: usize = 12;

/// A quad with other labels of its blank nodes.
pub(super) fn relabelled(mut quad: Quad, label: &impl Fn(&BlankNode) -> BlankNode) -> Quad {
    if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
        quad.subject = label(node).into();
    }
    if let GraphName::BlankNode(node) = &quad.graph_name {
        quad.graph_name = label(node).into();
    }
    quad.object = relabelled_term(quad.object, label);
    quad
}

fn relabelled_term(term: Term, label: &impl Fn(&BlankNode) -> BlankNode) -> Term {
    match term {
        Term::BlankNode(node) => label(&node).into(),
        Term::Triple(triple) => {
            let Triple { mut subject, predicate, object } = *triple;
            if let NamedOrBlankNode::BlankNode(node) = &subject {
                subject = label(node).into();
            }
            Triple { subject, predicate, object: relabelled_term(object, label) }.into()
        }
        other => other,
    }
}

fn has_blank_node(quad: &Quad) -> bool {
    let mut has = false;
    each_blank_node(quad, &mut |_| has = true);
    has
}

/// Calls `visit` with each blank node of a quad.
pub(super) fn each_blank_node<'q>(quad: &'q Quad, visit: &mut impl FnMut(&'q BlankNode)) {
    if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
        visit(node);
    }
    if let GraphName::BlankNode(node) = &quad.graph_name {
        visit(node);
    }
    blank_nodes_in(&quad.object, visit);
}

/// Calls `visit` with each blank node in a term.
pub fn blank_nodes_in<'q>(term: &'q Term, visit: &mut impl FnMut(&'q BlankNode)) {
    match term {
        Term::BlankNode(node) => visit(node),
        Term::Triple(triple) => {
            if let NamedOrBlankNode::BlankNode(node) = &triple.subject {
                visit(node);
            }
            blank_nodes_in(&triple.object, visit);
        }
        Term::NamedNode(_) | Term::Literal(_) => {}
    }
}

/// A quad as a line of N-Quads, without the line end.
pub fn n_quads_line(quad: &Quad) -> String {
    format!("{quad} .")
}

/// The quads as lines of N-Quads, sorted, each once.
pub fn sorted_lines<E>(quads: impl IntoIterator<Item = Result<Quad, E>>) -> Result<Vec<String>, E> {
    let mut lines = Vec::new();
    let mut blank = Vec::new();
    for quad in quads {
        let quad = quad?;
        if has_blank_node(&quad) {
            blank.push(quad);
        } else {
            lines.push(n_quads_line(&quad));
        }
    }
    lines.extend(canonical_blank_nodes(blank).iter().map(n_quads_line));
    lines.sort_unstable();
    lines.dedup();
    Ok(lines)
}
