//! The terms of a graph, found by their types.

use std::collections::BTreeMap;

use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use super::{Category, Text, Vocabulary, VocabularyTerm};
use crate::error::Result;
use crate::graph::{Graph, LABELS, bcp47_case, local_name};
use crate::vocab::{named_graph, owl, skos};

/// Types of terms.
const TYPES: [(NamedNodeRef<'_>, Category); 10] = [
    (owl::CLASS, Category::Class),
    (rdfs::CLASS, Category::Class),
    (owl::OBJECT_PROPERTY, Category::Property),
    (owl::DATATYPE_PROPERTY, Category::Property),
    (owl::ANNOTATION_PROPERTY, Category::Property),
    (rdf::PROPERTY, Category::Property),
    (skos::CONCEPT_SCHEME, Category::Scheme),
    (skos::CONCEPT, Category::Concept),
    (rdfs::DATATYPE, Category::Datatype),
    (owl::DATATYPE, Category::Datatype),
];

/// Properties by which a vocabulary is aligned with others.
pub(super) const ALIGNMENTS: [NamedNodeRef<'_>; 9] = [
    rdfs::SUB_CLASS_OF,
    rdfs::SUB_PROPERTY_OF,
    owl::EQUIVALENT_CLASS,
    owl::EQUIVALENT_PROPERTY,
    skos::EXACT_MATCH,
    skos::CLOSE_MATCH,
    skos::BROAD_MATCH,
    skos::NARROW_MATCH,
    skos::RELATED_MATCH,
];

impl Vocabulary {
    /// Reads the terms that a graph describes.
    pub fn read(graph: &Graph) -> Result<Self> {
        let mut kinds: BTreeMap<NamedNode, Category> = BTreeMap::new();
        for (class, kind) in TYPES {
            for quad in graph.matching(None, Some(rdf::TYPE), Some(class.into()), None) {
                if let NamedOrBlankNode::NamedNode(node) = quad.subject {
                    kinds.entry(node).or_insert(kind);
                }
            }
        }
        // Data without an ontology say by their use which terms there are.
        if graph.matching(None, None, None, Some(named_graph::ONTOLOGY.into())).next().is_none() {
            for triple in graph.triples(None, None, None) {
                if let (true, Term::NamedNode(class)) = (triple.predicate.as_ref() == rdf::TYPE, &triple.object) {
                    kinds.entry(class.clone()).or_insert(Category::Class);
                }
                kinds.entry(triple.predicate).or_insert(Category::Property);
            }
        }
        let mut terms = Vec::new();
        for (iri, kind) in kinds {
            terms.push(VocabularyTerm {
                kind,
                labels: texts(graph, &iri, &LABELS)?,
                synonyms: texts(graph, &iri, &[skos::ALT_LABEL, skos::HIDDEN_LABEL])?,
                definitions: texts(graph, &iri, &[skos::DEFINITION, rdfs::COMMENT])?,
                aligned: Vec::new(),
                iri,
            });
        }
        let mut vocabulary = Self { terms };
        for property in ALIGNMENTS {
            for quad in graph.matching(None, Some(property), None, None) {
                if let (NamedOrBlankNode::NamedNode(one), Term::NamedNode(other)) = (quad.subject, quad.object) {
                    vocabulary.align(&one, &other);
                    vocabulary.align(&other, &one);
                }
            }
        }
        for term in &mut vocabulary.terms {
            term.aligned.sort();
            term.aligned.dedup();
        }
        Ok(vocabulary)
    }

    fn align(&mut self, term: &NamedNode, other: &NamedNode) {
        let namespace = |iri: &NamedNode| iri.as_str().len() - local_name(iri.as_str()).len();
        if term.as_str()[..namespace(term)] == other.as_str()[..namespace(other)] {
            return;
        }
        if let Ok(at) = self.terms.binary_search_by(|known| known.iri.cmp(term)) {
            self.terms[at].aligned.push(other.clone());
        }
    }
}

/// The texts of the first of these properties that has any, in each language once, and those of the others.
fn texts(graph: &Graph, node: &NamedNode, properties: &[NamedNodeRef<'_>]) -> Result<Vec<Text>> {
    let mut texts: Vec<Text> = Vec::new();
    for property in properties {
        for object in graph.objects(node.as_ref().into(), *property) {
            let Term::Literal(literal) = object else { continue };
            let text = Text {
                text: literal.value().to_owned(),
                language: literal.language().map(bcp47_case).unwrap_or_default(),
            };
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    Ok(texts)
}
