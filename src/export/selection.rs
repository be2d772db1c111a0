//! Which quads to export: layers, one named graph, or an entity's neighbourhood.

use std::collections::{BTreeSet, HashSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use super::Preamble;
use crate::error::{Error, Result};
use crate::finding::{Finding, codes, did_you_mean};
use crate::graph::{Graph, LABELS, Layer};
use crate::vocab::{cg, dcterms, named_graph, owl};

/// The quads of these layers.
pub fn layers(graph: &Graph, layers: &[Layer]) -> Vec<Quad> {
    let wanted = |quad: &Quad| layers.contains(&Layer::of(quad.graph_name.as_ref()));
    graph.quads().filter(wanted).collect()
}

/// The quads of the named graph with this IRI, or this last part of its IRI.
pub fn named(graph: &Graph, name: &str) -> Result<Vec<Quad>> {
    let found = named_graph_of(graph, name)?;
    Ok(graph.matching(None, None, None, Some(found.as_ref().into())).collect())
}

/// The named graph with this IRI, or this last part of its IRI.
pub fn named_graph_of(graph: &Graph, name: &str) -> Result<NamedNode> {
    let graphs = graph.named_graphs();
    let iris = || {
        graphs.iter().filter_map(|(graph, _)| match graph {
            GraphName::NamedNode(node) => Some(node),
            _ => None,
        })
    };
    let bare = name.trim_start_matches('<').trim_end_matches('>');
    let full = graph.prefixes.expand(name).unwrap_or_else(|| bare.to_owned());
    let found = iris().find(|node| node.as_str() == full || node.as_str() == bare);
    let last = |node: &NamedNode| node.as_str().strip_prefix(named_graph::PREFIX).map(str::to_owned);
    let found = found.or_else(|| iris().find(|node| last(node).as_deref() == Some(bare)));
    let Some(found) = found else {
        let names: Vec<String> = iris().map(|node| last(node).unwrap_or_else(|| node.as_str().to_owned())).collect();
        let hint = did_you_mean(name, names.iter().map(String::as_str))
            .unwrap_or_else(|| format!("the graphs are {}", names.join(", ")));
        let message = format!("unknown named graph `{name}`");
        return Err(Error::invalid(Finding::error(codes::UNKNOWN_GRAPH, message).hint(hint)));
    };
    Ok(found.clone())
}

/// The statements about an entity: its own, the claims, figures and names about it
/// with their evidence, and labels and classes of what these mention.
pub fn neighbourhood(graph: &Graph, entity: NamedNodeRef<'_>, layers: &[Layer]) -> Result<Vec<Quad>> {
    let wanted = |quad: &Quad| layers.contains(&Layer::of(quad.graph_name.as_ref()));
    let mut quads = Vec::new();
    let mut whole: Vec<NamedNode> = vec![entity.into_owned()];
    let mut is_whole: HashSet<NamedNode> = whole.iter().cloned().collect();
    let mut mentioned: BTreeSet<NamedNode> = BTreeSet::new();
    // Statements about the entity, and those that it is a party to.
    let statements = [cg::CLAIM, cg::FIGURE_CLASS, cg::NAME_CLASS, cg::EVIDENCE_CLASS, cg::RATIO_PART_CLASS];
    let is_statement = |node: NamedNodeRef<'_>| -> Result<bool> {
        let classes = graph.objects(node.into(), rdf::TYPE);
        Ok(classes.iter().any(|class| statements.iter().any(|known| *class == Term::from(known.into_owned()))))
    };
    for quad in graph.matching(None, None, Some(entity.into()), None) {
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else { continue };
        if is_statement(subject.as_ref())? {
            if is_whole.insert(subject.clone()) {
                whole.push(subject.clone());
            }
        } else if wanted(&quad) {
            mentioned.insert(subject.clone());
            quads.push(quad);
        }
    }
    let mut next = 0;
    while let Some(node) = whole.get(next).cloned() {
        next += 1;
        for quad in graph.matching(Some(node.as_ref().into()), None, None, None) {
            if !wanted(&quad) {
                continue;
            }
            mentioned.insert(quad.predicate.clone());
            if let Term::NamedNode(object) = &quad.object {
                if is_statement(object.as_ref())? {
                    if is_whole.insert(object.clone()) {
                        whole.push(object.clone());
                    }
                } else {
                    mentioned.insert(object.clone());
                }
            }
            quads.push(quad);
        }
    }
    for node in mentioned.iter().filter(|node| !is_whole.contains(*node)) {
        for property in LABELS.into_iter().chain([rdf::TYPE]) {
            for quad in graph.matching(Some(node.as_ref().into()), Some(property), None, None) {
                if wanted(&quad) {
                    quads.push(quad);
                }
            }
        }
    }
    Ok(quads)
}

/// Title, version, licence and sources of the graph, for the top of a file.
pub fn header(graph: &Graph) -> Result<Preamble> {
    let mut lines = Vec::new();
    let about = |property: NamedNodeRef<'_>| -> Result<Vec<String>> {
        let mut texts = Vec::new();
        for quad in graph.matching(None, Some(property), None, Some(named_graph::DATASET.into())) {
            texts.push(match quad.object {
                Term::NamedNode(node) => node.into_string(),
                Term::Literal(literal) => literal.value().to_owned(),
                other => other.to_string(),
            });
        }
        texts.sort();
        Ok(texts)
    };
    let named = [
        ("", dcterms::TITLE),
        ("Version: ", owl::VERSION_INFO),
        ("Licence: ", dcterms::LICENSE),
        ("Source: ", dcterms::SOURCE),
    ];
    for (name, property) in named {
        lines.extend(about(property)?.into_iter().map(|text| format!("{name}{text}")));
    }
    lines.push(format!("Made with civigraph {}", env!("CARGO_PKG_VERSION")));
    Ok(Preamble { lines })
}
