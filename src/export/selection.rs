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
/// with their evidence, and labels and classes of what these mention. What else the
/// evidence is evidence of is not among them.
pub fn neighbourhood(graph: &Graph, entity: NamedNodeRef<'_>, layers: &[Layer]) -> Result<Vec<Quad>> {
    let wanted = |quad: &Quad| layers.contains(&Layer::of(quad.graph_name.as_ref()));
    let mut quads = Vec::new();
    let mut about = Whole::default();
    let mut evidence = Whole::default();
    let mut mentioned: BTreeSet<NamedNode> = BTreeSet::new();
    about.add(&entity.into_owned());
    // Statements about the entity, and those that it is a party to.
    for quad in graph.matching(None, None, Some(entity.into()), None) {
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else { continue };
        match StatementKind::of(graph, subject.as_ref()) {
            Some(StatementKind::About) => about.add(subject),
            Some(StatementKind::Evidence) => evidence.add(subject),
            None if wanted(&quad) => {
                mentioned.insert(subject.clone());
                quads.push(quad);
            }
            None => {}
        }
    }
    let mut next = 0;
    while let Some(node) = about.nodes.get(next).cloned() {
        next += 1;
        for quad in graph.matching(Some(node.as_ref().into()), None, None, None).filter(&wanted) {
            mentioned.insert(quad.predicate.clone());
            if let Term::NamedNode(object) = &quad.object {
                match StatementKind::of(graph, object.as_ref()) {
                    Some(StatementKind::About) => about.add(object),
                    Some(StatementKind::Evidence) => evidence.add(object),
                    None => drop(mentioned.insert(object.clone())),
                }
            }
            quads.push(quad);
        }
    }
    for node in evidence.nodes.iter().filter(|node| !about.known.contains(*node)) {
        for quad in graph.matching(Some(node.as_ref().into()), None, None, None).filter(&wanted) {
            if let Term::NamedNode(object) = &quad.object {
                let is_statement = StatementKind::of(graph, object.as_ref()).is_some();
                if is_statement && !about.known.contains(object) {
                    continue;
                }
                mentioned.insert(object.clone());
            }
            mentioned.insert(quad.predicate.clone());
            quads.push(quad);
        }
    }
    for node in mentioned.iter().filter(|node| !about.known.contains(*node) && !evidence.known.contains(*node)) {
        for property in LABELS.into_iter().chain([rdf::TYPE]) {
            quads.extend(graph.matching(Some(node.as_ref().into()), Some(property), None, None).filter(&wanted));
        }
    }
    Ok(quads)
}

/// Nodes of which all is said, each once, in the order in which they were found.
#[derive(Default)]
struct Whole {
    nodes: Vec<NamedNode>,
    known: HashSet<NamedNode>,
}

impl Whole {
    fn add(&mut self, node: &NamedNode) {
        if self.known.insert(node.clone()) {
            self.nodes.push(node.clone());
        }
    }
}

/// What a node says about something else.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StatementKind {
    /// A claim, a figure or a part of one, a name.
    About,
    /// Where a statement stands in a source.
    Evidence,
}

impl StatementKind {
    fn of(graph: &Graph, node: NamedNodeRef<'_>) -> Option<Self> {
        let classes = graph.objects(node.into(), rdf::TYPE);
        let is = |known: NamedNodeRef<'_>| classes.iter().any(|class| *class == Term::from(known.into_owned()));
        if is(cg::EVIDENCE_CLASS) {
            return Some(Self::Evidence);
        }
        let about = [cg::CLAIM, cg::FIGURE_CLASS, cg::NAME_CLASS, cg::RATIO_PART_CLASS];
        about.into_iter().any(is).then_some(Self::About)
    }
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
