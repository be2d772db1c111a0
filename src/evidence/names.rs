//! The names by which entities can be found in a text.

use std::collections::BTreeMap;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};

use super::text::flatten;
use crate::error::Result;
use crate::graph::Graph;
use crate::vocab::{cg, skos};

/// Names, flattened like the text.
pub(super) struct NamesInText {
    /// The names of each entity.
    pub of: BTreeMap<NamedNode, Vec<String>>,
    /// The entities of each name, sorted by name.
    pub by_name: Vec<(String, Vec<NamedNode>)>,
}

impl NamesInText {
    pub fn of(graph: &Graph) -> Result<Self> {
        let mut of: BTreeMap<NamedNode, Vec<String>> = BTreeMap::new();
        let mut by_name: BTreeMap<String, Vec<NamedNode>> = BTreeMap::new();
        for entity in graph.subjects(rdf::TYPE, cg::ENTITY.into()) {
            let NamedOrBlankNode::NamedNode(entity) = entity else { continue };
            let mut texts = graph.objects(entity.as_ref().into(), skos::PREF_LABEL);
            texts.extend(graph.objects(entity.as_ref().into(), cg::MENTIONED_AS));
            for name in graph.objects(entity.as_ref().into(), cg::HAS_NAME) {
                if let Term::NamedNode(name) = name {
                    texts.extend(graph.objects(name.as_ref().into(), cg::TEXT));
                }
            }
            let mut own = Vec::new();
            for text in texts {
                let Term::Literal(literal) = text else { continue };
                let flat = flatten(literal.value());
                if flat.chars().count() > 1 && !own.contains(&flat) {
                    by_name.entry(flat.clone()).or_default().push(entity.clone());
                    own.push(flat);
                }
            }
            of.insert(entity, own);
        }
        Ok(Self { of, by_name: by_name.into_iter().collect() })
    }
}
