//! A new edition together with the things that only the old one names, so that both can be drawn.

use std::collections::BTreeSet;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedOrBlankNode, Quad};

use super::Knowledge;
use crate::graph::{Graph, Layer};

/// The new edition with what the old one says of the things with these IRIs.
pub fn with_gone(new: Knowledge, old: &Graph, gone: &[String]) -> Knowledge {
    if gone.is_empty() {
        return new;
    }
    let mut quads: Vec<Quad> = Vec::new();
    let mut claims: BTreeSet<String> = BTreeSet::new();
    let mut add_all = |quads: &mut Vec<Quad>, subject: &NamedOrBlankNode| {
        if claims.insert(subject.to_string()) {
            quads.extend(old.matching(Some(subject.as_ref()), None, None, None));
        }
    };
    for iri in gone {
        let thing = NamedNode::new_unchecked(iri);
        add_all(&mut quads, &thing.clone().into());
        for quad in old.matching(None, None, Some(thing.as_ref().into()), None) {
            if [rdf::SUBJECT, rdf::OBJECT].contains(&quad.predicate.as_ref()) {
                add_all(&mut quads, &quad.subject);
            } else {
                quads.push(quad);
            }
        }
    }
    quads.retain(|quad| Layer::of(quad.graph_name.as_ref()) != Layer::Ontology);
    let Knowledge { graph, edition, languages, questions, inputs, is_of_data, checks } = new;
    let mut builder = graph.into_builder();
    quads.iter().for_each(|quad| builder.add(quad));
    Knowledge { graph: builder.freeze(), edition, languages, questions, inputs, is_of_data, checks }
}
