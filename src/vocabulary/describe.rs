//! What the graph says of a term, and an example of its use.

use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use super::{Category, Text, VocabularyTerm};
use crate::error::Result;
use crate::graph::{Graph, Layer, bcp47_case};
use crate::vocab::{cg, named_graph, owl, skos};

/// What the graph says of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its labels, synonyms and definitions.
    pub term: VocabularyTerm,
    /// Remarks on its use.
    pub notes: Vec<Text>,
    /// Classes of what has the property.
    pub domain: Vec<NamedNode>,
    /// Classes or datatypes of the property's values.
    pub range: Vec<NamedNode>,
    /// More general terms.
    pub broader: Vec<NamedNode>,
    /// More special terms.
    pub narrower: Vec<NamedNode>,
    /// Properties that say the same from the other side.
    pub inverse: Vec<NamedNode>,
    /// Properties of the class: those whose domain it is.
    pub properties: Vec<NamedNode>,
    /// The list that the property's values are from, or that the code is in.
    pub lists: Vec<NamedNode>,
    /// The codes of the list, or of the property's list.
    pub codes: Vec<NamedNode>,
    /// Statements that use it: triples of the property, instances of the class,
    /// triples with the code as their object. The vocabulary's own do not count.
    pub n_uses: usize,
    /// One of them.
    pub example: Option<Example>,
}

/// A triple that uses a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its subject.
    pub subject: NamedNode,
    /// Its predicate.
    pub predicate: NamedNode,
    /// Its object.
    pub object: Term,
}

/// What the graph says of a term.
pub fn describe(graph: &Graph, term: &VocabularyTerm) -> Result<Description> {
    let node = term.iri.as_ref();
    let both = |there: NamedNodeRef<'_>| -> Result<Vec<NamedNode>> {
        let mut nodes = objects(graph, node, there)?;
        nodes.extend(subjects(graph, node, there)?);
        nodes.sort();
        nodes.dedup();
        Ok(nodes)
    };
    let own = |nodes: Vec<NamedNode>| -> Vec<NamedNode> {
        nodes.into_iter().filter(|other| !term.aligned.contains(other) && *other != term.iri).collect()
    };
    let (up, member) = match term.kind {
        Category::Class => (rdfs::SUB_CLASS_OF, None),
        Category::Property => (rdfs::SUB_PROPERTY_OF, Some(cg::CODE_LIST)),
        _ => (skos::BROADER, Some(skos::IN_SCHEME)),
    };
    let lists = match member {
        Some(member) => objects(graph, node, member)?,
        None => Vec::new(),
    };
    let of_lists = match term.kind {
        Category::Scheme => vec![term.iri.clone()],
        Category::Property => lists.clone(),
        _ => Vec::new(),
    };
    let mut codes = Vec::new();
    for list in of_lists {
        codes.extend(subjects(graph, list.as_ref(), skos::IN_SCHEME)?);
    }
    let (n_uses, example) = uses(graph, term)?;
    Ok(Description {
        notes: notes(graph, node)?,
        domain: objects(graph, node, rdfs::DOMAIN)?,
        range: objects(graph, node, rdfs::RANGE)?,
        broader: own(objects(graph, node, up)?),
        narrower: own(subjects(graph, node, up)?),
        inverse: both(owl::INVERSE_OF)?,
        properties: match term.kind {
            Category::Class => subjects(graph, node, rdfs::DOMAIN)?,
            _ => Vec::new(),
        },
        lists,
        codes,
        n_uses,
        example,
        term: term.clone(),
    })
}

/// Whether an ontology says something of a node.
pub fn is_described(graph: &Graph, node: NamedNodeRef<'_>) -> Result<bool> {
    let ontology = named_graph::ONTOLOGY.into();
    Ok(graph.matching(Some(node.into()), None, None, Some(ontology)).next().is_some())
}

fn objects(graph: &Graph, node: NamedNodeRef<'_>, property: NamedNodeRef<'_>) -> Result<Vec<NamedNode>> {
    let named = |term| match term {
        Term::NamedNode(node) => Some(node),
        _ => None,
    };
    Ok(graph.objects(node.into(), property).into_iter().filter_map(named).collect())
}

fn subjects(graph: &Graph, node: NamedNodeRef<'_>, property: NamedNodeRef<'_>) -> Result<Vec<NamedNode>> {
    let named = |term| match term {
        NamedOrBlankNode::NamedNode(node) => Some(node),
        NamedOrBlankNode::BlankNode(_) => None,
    };
    Ok(graph.subjects(property, node.into()).into_iter().filter_map(named).collect())
}

fn notes(graph: &Graph, node: NamedNodeRef<'_>) -> Result<Vec<Text>> {
    let notes = graph.objects(node.into(), skos::SCOPE_NOTE).into_iter().filter_map(|object| match object {
        Term::Literal(literal) => Some(Text {
            text: literal.value().to_owned(),
            language: literal.language().map(bcp47_case).unwrap_or_default(),
        }),
        _ => None,
    });
    Ok(notes.collect())
}

/// How often data use a term, and the first of the uses by name, those between
/// things with labels before others.
fn uses(graph: &Graph, term: &VocabularyTerm) -> Result<(usize, Option<Example>)> {
    // Uses that an example is chosen from.
    const MOST: usize = 5_000;
    let node = term.iri.as_ref();
    let quads: Box<dyn Iterator<Item = Quad>> = match term.kind {
        Category::Property => Box::new(graph.matching(None, Some(node), None, None)),
        Category::Class => Box::new(graph.matching(None, Some(rdf::TYPE), Some(node.into()), None)),
        Category::Datatype => Box::new(std::iter::empty()),
        Category::Scheme | Category::Concept => Box::new(graph.matching(None, None, Some(node.into()), None)),
    };
    let mut n_uses = 0;
    let mut best: Option<(bool, Example)> = None;
    for quad in quads {
        if Layer::of(quad.graph_name.as_ref()) == Layer::Ontology {
            continue;
        }
        n_uses += 1;
        let NamedOrBlankNode::NamedNode(subject) = quad.subject else { continue };
        if n_uses > MOST {
            continue;
        }
        let has_labels = graph.has_label(subject.as_ref())?
            && match &quad.object {
                Term::NamedNode(object) => graph.has_label(object.as_ref())?,
                _ => true,
            };
        let example = Example { subject, predicate: quad.predicate, object: quad.object };
        let key = |(labelled, example): &(bool, Example)| {
            (!labelled, example.subject.to_string(), example.predicate.to_string(), example.object.to_string())
        };
        let own = (has_labels, example);
        if best.as_ref().is_none_or(|best| key(&own) < key(best)) {
            best = Some(own);
        }
    }
    Ok((n_uses, best.map(|(_, example)| example)))
}
