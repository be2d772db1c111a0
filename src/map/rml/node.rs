//! The triples of a mapping as nodes with properties, each with its place.

use std::collections::HashMap;

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedOrBlankNode, Quad, Term};

use crate::error::Error;
use crate::finding::{Findings, Place, shorten};
use crate::graph::{RdfFile, Statement};
use crate::vocab::rml;

/// The triples of a mapping.
pub(super) struct MappingGraph {
    pub file: String,
    pub prefixes: Vec<(String, String)>,
    /// The base that the file declares, if it is in the earlier RML: there it is the base of the
    /// terms too.
    pub base: Option<String>,
    /// The subjects in the order of the file.
    subjects: Vec<NamedOrBlankNode>,
    properties: HashMap<NamedOrBlankNode, Vec<RmlProperty>>,
    /// The subjects as terms.
    terms: HashMap<NamedOrBlankNode, Term>,
}

/// A property of a node.
pub(super) struct RmlProperty {
    predicate: String,
    object: Term,
    /// Where the object is written.
    pub place: Place,
}

/// A node of the mapping: where it is used, and its properties.
#[derive(Clone)]
pub(super) struct RmlNode<'g> {
    pub term: &'g Term,
    pub properties: &'g [RmlProperty],
    pub place: Place,
}

/// The local name of a word of R2RML or RML, old or new.
pub(super) fn word(iri: &str) -> Option<&str> {
    [rml::NAMESPACE, rml::EARLIER, rml::R2RML, rml::EARLIER_FUNCTIONS, rml::EARLIER_FORMULATIONS]
        .iter()
        .find_map(|namespace| iri.strip_prefix(namespace))
        .filter(|local| !local.contains(['/', '#']))
}

impl RmlProperty {
    /// The word of R2RML or RML that the property is.
    pub fn word(&self) -> Option<&str> {
        word(&self.predicate)
    }
}

/// A term as messages show it.
pub(super) fn shown(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => format!("<{}>", node.as_str()),
        Term::BlankNode(_) => "a blank node".to_owned(),
        Term::Literal(literal) => format!("`{}`", shorten(literal.value())),
        Term::Triple(_) => "a triple term".to_owned(),
    }
}

impl<'g> RmlNode<'g> {
    /// The values of a property.
    pub fn values<'a>(&'a self, graph: &'g MappingGraph, word: &'a str) -> impl Iterator<Item = Self> + use<'a, 'g> {
        let wanted = self.properties.iter().filter(move |property| property.word() == Some(word));
        wanted.map(move |property| graph.node(property))
    }

    /// Whether the word is of the earlier RML.
    pub fn is_earlier(&self, word: &str) -> bool {
        let wanted = self.properties.iter().filter(|property| property.word() == Some(word));
        wanted.into_iter().any(|property| property.predicate.starts_with(rml::EARLIER))
    }

    /// The value of a property of another vocabulary.
    pub fn value_of(&self, graph: &'g MappingGraph, iri: &str) -> Option<Self> {
        self.properties.iter().find(|property| property.predicate == iri).map(|property| graph.node(property))
    }

    /// The properties in a namespace, by their names in it, with their values.
    pub fn of_namespace(&self, graph: &'g MappingGraph, namespace: &str) -> Vec<(&'g str, Self)> {
        let named =
            |property: &'g RmlProperty| Some((property.predicate.strip_prefix(namespace)?, graph.node(property)));
        self.properties.iter().filter_map(named).collect()
    }

    /// Whether it is of a class of R2RML or RML.
    pub fn is_a(&self, class: &str) -> bool {
        let is_class = |object: &Term| matches!(object, Term::NamedNode(node) if word(node.as_str()) == Some(class));
        self.properties.iter().any(|property| is_class(&property.object))
    }

    /// Whether it has one of these properties.
    pub fn has(&self, words: &[&str]) -> bool {
        self.properties.iter().any(|property| property.word().is_some_and(|word| words.contains(&word)))
    }

    /// The node itself, unless it is a literal.
    pub fn node(&self) -> Option<NamedOrBlankNode> {
        match self.term {
            Term::NamedNode(node) => Some(node.clone().into()),
            Term::BlankNode(node) => Some(node.clone().into()),
            _ => None,
        }
    }

    /// The word of R2RML or RML that it is.
    pub fn word(&self) -> Option<&'g str> {
        match self.term {
            Term::NamedNode(node) => word(node.as_str()),
            _ => None,
        }
    }

    /// As messages show it.
    pub fn shown(&self) -> String {
        shown(self.term)
    }
}

impl MappingGraph {
    /// Reads the triples of a file in Turtle.
    pub fn read(file: &str, text: &str) -> Result<Self, Findings> {
        let rdf = RdfFile::text(file, text.to_owned(), "m");
        let failed = |error: Error| match error {
            Error::Invalid(faults) | Error::Findings(faults) => *faults,
            other => {
                let fault = crate::finding::Finding::error(crate::finding::codes::UNREADABLE_FILE, other.to_string());
                fault.into()
            }
        };
        let (quads, prefixes) = rdf.quads().map_err(failed)?;
        let statements: Vec<Statement> = quads.iter().cloned().map(|quad| Statement::from(triple(quad))).collect();
        let places = rdf.places(&statements).map_err(failed)?;
        let is_earlier = quads.iter().any(|quad| quad.predicate.as_str().starts_with(rml::EARLIER));
        let base = if is_earlier { declared_base(text) } else { None };
        let mut graph = Self {
            file: file.to_owned(),
            prefixes,
            base,
            subjects: Vec::new(),
            properties: HashMap::new(),
            terms: HashMap::new(),
        };
        for (quad, place) in quads.into_iter().zip(places) {
            let place = place.unwrap_or_else(|| Place::new(file, 1, 1));
            if !graph.properties.contains_key(&quad.subject) {
                graph.subjects.push(quad.subject.clone());
                graph.terms.insert(quad.subject.clone(), quad.subject.clone().into());
            }
            let predicate = quad.predicate.into_string();
            let property = RmlProperty { predicate, object: quad.object, place };
            graph.properties.entry(quad.subject).or_default().push(property);
        }
        Ok(graph)
    }

    fn node<'g>(&'g self, property: &'g RmlProperty) -> RmlNode<'g> {
        let node = match &property.object {
            Term::NamedNode(node) => Some(NamedOrBlankNode::from(node.clone())),
            Term::BlankNode(node) => Some(node.clone().into()),
            _ => None,
        };
        let properties = node.and_then(|node| self.properties.get(&node)).map(Vec::as_slice).unwrap_or_default();
        RmlNode { term: &property.object, properties, place: property.place.clone() }
    }

    /// The triples maps, in the order of the file: those that say so, and what has a logical
    /// source, unless it is the map of a function.
    pub fn triples_maps(&self) -> Vec<RmlNode<'_>> {
        let all = || self.properties.values().flatten();
        let functions: Vec<&Term> = all()
            .filter(|property| property.word() == Some("functionValue"))
            .map(|property| &property.object)
            .collect();
        let mut found = Vec::new();
        for subject in &self.subjects {
            let term = Term::from(subject.clone());
            let properties = &self.properties[subject];
            let node = RmlNode { term: &self.terms[subject], properties, place: Place::new(&self.file, 1, 1) };
            let is_typed = node.is_a("TriplesMap");
            let has_source = properties
                .iter()
                .any(|property| matches!(property.word(), Some("logicalSource" | "logicalTable" | "subjectMap")));
            if (is_typed || has_source) && !functions.contains(&&term) {
                found.push((subject, properties));
            }
        }
        let nodes = found.into_iter().map(|(subject, properties)| RmlNode {
            term: &self.terms[subject],
            properties,
            place: properties.first().map_or_else(|| Place::new(&self.file, 1, 1), |first| first.place.clone()),
        });
        nodes.collect()
    }
}

/// The last base that a text in Turtle declares.
fn declared_base(text: &str) -> Option<String> {
    let mut parser = RdfParser::from_format(RdfFormat::Turtle).for_slice(text);
    while let Some(Ok(_)) = parser.next() {}
    parser.base_iri().map(str::to_owned)
}

fn triple(quad: Quad) -> oxigraph::model::Triple {
    quad.into()
}
