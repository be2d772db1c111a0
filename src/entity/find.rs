//! From a user's input (slug, prefixed name, IRI, label in any language) to the
//! one node that is meant.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedOrBlankNode, Quad, Term};

use crate::error::{Error, Result};
use crate::finding::{Finding, closest, codes, shorten};
use crate::graph::{Graph, LABELS, Layer, local_name};
use crate::pack::is_rdf_name;
use crate::vocab::{cg, dcterms, named_graph, skos};

/// The kind of node to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// Anything except a concept of a code list.
    Entity,
    /// A concept of a code list.
    Concept,
}

/// The node that `text` names.
///
/// An IRI (bare or in `<>`) or a prefixed name is taken literally if the graph
/// has it. Otherwise the last part of an IRI, then a main label, then any other
/// name or title must equal `text`, ignoring case.
///
/// # Errors
///
/// `unknown-entity` with the closest name, `ambiguous-entity` with the choices.
pub fn find(graph: &Graph, text: &str, kind: NodeKind) -> Result<NamedNode> {
    if let Some(node) = by_iri(graph, text) {
        return Ok(node);
    }
    let names = NameTable::of(graph, kind)?;
    let wanted = text.trim().to_lowercase();
    for list in [&names.slugs, &names.labels, &names.others] {
        match list.get(&wanted).map(|nodes| nodes.iter().collect::<Vec<_>>()).as_deref() {
            None | Some([]) => {}
            Some([node]) => return Ok((*node).clone()),
            Some(nodes) => {
                let choices: Vec<String> =
                    nodes.iter().map(|node| format!("`{}`", graph.prefixes.shorten(node.as_str()))).collect();
                let message = format!("`{text}` names {} things", nodes.len());
                let hint = format!("use one of {}", choices.join(", "));
                return Err(Error::invalid(Finding::error(codes::AMBIGUOUS_ENTITY, message).hint(hint)));
            }
        }
    }
    let what = match kind {
        NodeKind::Entity => "entity",
        NodeKind::Concept => "concept",
    };
    let all = names.slugs.keys().chain(names.labels.keys()).chain(names.others.keys());
    // A text that is part of a name is a better guess than similar letters.
    let part = names
        .labels
        .iter()
        .chain(&names.others)
        .filter(|(name, _)| wanted.chars().count() > 1 && name.contains(&wanted))
        .min_by_key(|(name, _)| name.chars().count());
    let found = closest(&wanted, all.map(String::as_str)).or(part.map(|(name, _)| name.as_str()));
    let meant = || {
        let name = found?;
        let nodes = [&names.slugs, &names.labels, &names.others].into_iter().find_map(|list| list.get(name))?;
        let node = nodes.iter().next()?;
        let slug = local_name(node.as_str());
        let original = graph.label(node.as_ref(), &[]).ok()?;
        Some(format!("did you mean `{slug}` ({original})?"))
    };
    let path = Path::new(text);
    if is_rdf_name(path) && path.is_file() {
        let message = format!("no {what} is called `{text}`, which is an RDF file");
        let hint = format!("name a thing, and read the file with `--data {text}`");
        return Err(Error::invalid(Finding::error(codes::UNKNOWN_ENTITY, message).hint(hint)));
    }
    let unlabelled = ending_in(graph, &wanted)?;
    let hint = unlabelled
        .map(|node| format!("did you mean `{}`?", graph.prefixes.shorten(node.as_str())))
        .or_else(meant)
        .unwrap_or_else(|| format!("`civigraph search \"{}\"` searches all names and definitions", shorten(text)));
    Err(Error::invalid(Finding::error(codes::UNKNOWN_ENTITY, format!("no {what} is called `{text}`")).hint(hint)))
}

/// The node whose IRI or prefixed name this is, if the graph has it.
fn by_iri(graph: &Graph, text: &str) -> Option<NamedNode> {
    let bare = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
    let iris = [Some(bare.to_owned()), graph.prefixes.expand(text)];
    let nodes = iris.into_iter().flatten().filter_map(|iri| NamedNode::new(iri).ok());
    nodes.into_iter().find(|node| graph.mentions(node.as_ref()))
}

/// The names of a graph, read once for many that are looked up.
pub struct KnownNames<'a> {
    graph: &'a Graph,
    tables: [OnceCell<NameTable>; 2],
}

impl<'a> KnownNames<'a> {
    /// The names of this graph, which are read when they are needed.
    pub fn of(graph: &'a Graph) -> Self {
        Self { graph, tables: Default::default() }
    }

    /// Whether [`find`] finds a node of this name.
    pub fn has(&self, text: &str, kind: NodeKind) -> bool {
        if by_iri(self.graph, text).is_some() {
            return true;
        }
        let cell = &self.tables[usize::from(kind == NodeKind::Concept)];
        // What cannot be read has no names.
        let names = cell.get_or_init(|| NameTable::of(self.graph, kind).unwrap_or_default());
        let wanted = text.trim().to_lowercase();
        let found = [&names.slugs, &names.labels, &names.others].into_iter().filter_map(|list| list.get(&wanted));
        found.filter(|nodes| !nodes.is_empty()).map(BTreeSet::len).next() == Some(1)
    }
}

/// The first of the things without a label whose IRIs end in `slug`: claims,
/// figures, items of evidence. They can only be given by their prefixed names,
/// since numbers and words of all kinds end IRIs.
fn ending_in(graph: &Graph, slug: &str) -> Result<Option<NamedNode>> {
    let mut first: Option<NamedNode> = None;
    for quad in graph.quads() {
        let NamedOrBlankNode::NamedNode(node) = quad.subject else { continue };
        let ends =
            Layer::of(quad.graph_name.as_ref()) == Layer::Source && local_name(node.as_str()).to_lowercase() == slug;
        if ends && first.as_ref().is_none_or(|first| node < *first) {
            first = Some(node);
        }
    }
    Ok(first)
}

/// The things that `text` names in addition to `node`, which [`find`] returns.
pub fn also_named(graph: &Graph, text: &str, kind: NodeKind, node: &NamedNode) -> Result<Vec<NamedNode>> {
    let names = NameTable::of(graph, kind)?;
    let wanted = text.trim().to_lowercase();
    let lists = [&names.slugs, &names.labels, &names.others];
    let nodes: BTreeSet<NamedNode> =
        lists.iter().filter_map(|list| list.get(&wanted)).flatten().filter(|other| *other != node).cloned().collect();
    Ok(nodes.into_iter().collect())
}

type NameIndex = BTreeMap<String, BTreeSet<NamedNode>>;

/// Names in lower case with the nodes that have them. A thing with a title and
/// no label (a source) is found by its title if nothing else has that name.
#[derive(Default)]
struct NameTable {
    slugs: NameIndex,
    labels: NameIndex,
    others: NameIndex,
}

impl NameTable {
    fn of(graph: &Graph, kind: NodeKind) -> Result<Self> {
        let mut names = Self::default();
        let mut concepts = HashSet::new();
        for quad in graph.matching(None, Some(rdf::TYPE), Some(skos::CONCEPT.into()), None) {
            concepts.insert(quad.subject);
        }
        // Without a vocabulary that has codes, concepts are the things themselves: those of a thesaurus.
        let has_codes = graph.matching(None, None, None, Some(named_graph::ONTOLOGY.into())).next().is_some();
        if kind == NodeKind::Entity && !has_codes {
            concepts.clear();
        }
        let wanted = |node: &NamedOrBlankNode| concepts.contains(node) == (kind == NodeKind::Concept);
        for property in LABELS.into_iter().filter(|property| *property != dcterms::TITLE) {
            for quad in graph.matching(None, Some(property), None, None) {
                // Codes are concepts of the ontology; its classes are not requested by name.
                let ontology = Layer::of(quad.graph_name.as_ref()) == Layer::Ontology;
                if !wanted(&quad.subject) || (ontology && kind == NodeKind::Entity) {
                    continue;
                }
                let Quad { subject: NamedOrBlankNode::NamedNode(node), object: Term::Literal(label), .. } = quad else {
                    continue;
                };
                names.slugs.entry(local_name(node.as_str()).to_lowercase()).or_default().insert(node.clone());
                names.labels.entry(label.value().to_lowercase()).or_default().insert(node);
            }
        }
        for quad in graph.matching(None, Some(dcterms::TITLE), None, None) {
            if !wanted(&quad.subject) || Layer::of(quad.graph_name.as_ref()) == Layer::Ontology {
                continue;
            }
            if let (NamedOrBlankNode::NamedNode(node), Term::Literal(title)) = (quad.subject, quad.object) {
                names.others.entry(local_name(node.as_str()).to_lowercase()).or_default().insert(node.clone());
                names.others.entry(title.value().to_lowercase()).or_default().insert(node);
            }
        }
        for quad in graph.matching(None, Some(skos::ALT_LABEL), None, None) {
            let ontology = Layer::of(quad.graph_name.as_ref()) == Layer::Ontology;
            if let (NamedOrBlankNode::NamedNode(node), Term::Literal(label)) = (quad.subject, quad.object)
                && wanted(&node.clone().into())
                && !(ontology && kind == NodeKind::Entity)
            {
                names.others.entry(label.value().to_lowercase()).or_default().insert(node);
            }
        }
        for quad in graph.matching(None, Some(cg::HAS_NAME), None, None) {
            let (NamedOrBlankNode::NamedNode(node), Term::NamedNode(name)) = (quad.subject, quad.object) else {
                continue;
            };
            for text in graph.objects(name.as_ref().into(), cg::TEXT) {
                if let (Term::Literal(text), true) = (text, wanted(&node.clone().into())) {
                    names.others.entry(text.value().to_lowercase()).or_default().insert(node.clone());
                }
            }
        }
        Ok(names)
    }
}
