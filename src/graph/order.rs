//! A canonical order for equal graphs: blank nodes labelled by RDFC-1.0, lines sorted.

use oxigraph::model::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm, Dataset};
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad, Term};

/// The quads with blank nodes relabelled canonically (RDFC-1.0), so that equal graphs have equal
/// labels. Quads without blank nodes are unchanged.
pub fn canonical_blank_nodes(quads: Vec<Quad>) -> Vec<Quad> {
    let (with, mut without): (Vec<Quad>, Vec<Quad>) = quads.into_iter().partition(has_blank_node);
    if !with.is_empty() {
        let mut dataset: Dataset = with.iter().collect();
        dataset
            .canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm: CanonicalizationHashAlgorithm::Sha256 });
        without.extend(dataset.iter().map(Into::into));
    }
    without
}

fn has_blank_node(quad: &Quad) -> bool {
    matches!(quad.subject, NamedOrBlankNode::BlankNode(_))
        || matches!(quad.graph_name, GraphName::BlankNode(_))
        || is_blank(&quad.object)
}

fn is_blank(term: &Term) -> bool {
    match term {
        Term::BlankNode(_) => true,
        Term::Triple(triple) => matches!(triple.subject, NamedOrBlankNode::BlankNode(_)) || is_blank(&triple.object),
        Term::NamedNode(_) | Term::Literal(_) => false,
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
