//! Terms in the namespaces of the loaded ontologies that these do not define.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term};

use crate::error::Result;
use crate::finding::{Finding, closest, codes};
use crate::graph::Graph;
use crate::vocab::{named_graph, vann};

/// The terms of the loaded ontologies, and the namespaces that these declare as theirs
/// (`vann:preferredNamespaceUri`): an undefined term in one is an error.
pub(super) struct KnownTerms {
    namespaces: Vec<String>,
    terms: HashSet<String>,
    /// The finding for each undefined term, which may occur in millions of rows.
    faults: Mutex<HashMap<String, Finding>>,
}

impl KnownTerms {
    pub(super) fn of(graph: &Graph) -> Result<Self> {
        let ontology = named_graph::ONTOLOGY.into();
        let mut namespaces: Vec<String> = Vec::new();
        let mut terms = HashSet::new();
        for quad in graph.matching(None, None, None, Some(ontology)) {
            if quad.predicate == vann::PREFERRED_NAMESPACE_URI {
                namespaces.extend(match &quad.object {
                    Term::Literal(literal) => Some(literal.value().to_owned()),
                    Term::NamedNode(node) => Some(node.as_str().to_owned()),
                    _ => None,
                });
            }
            if let NamedOrBlankNode::NamedNode(node) = quad.subject {
                terms.insert(node.into_string());
            }
        }
        namespaces.sort();
        namespaces.dedup();
        Ok(Self { namespaces, terms, faults: Mutex::default() })
    }

    fn namespace(&self, iri: &str) -> Option<&String> {
        self.namespaces.iter().find(|namespace| iri.starts_with(namespace.as_str()))
    }

    /// Whether [`fault`](Self::fault) finds something.
    pub(super) fn is_unknown(&self, iri: &str) -> bool {
        self.namespace(iri).is_some() && !self.terms.contains(iri)
    }

    pub(super) fn fault(&self, node: NamedNodeRef<'_>, graph: &Graph) -> Option<Finding> {
        let namespace = self.namespace(node.as_str())?;
        if self.terms.contains(node.as_str()) {
            return None;
        }
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fault) = faults.get(node.as_str()) {
            return Some(fault.clone());
        }
        let local = &node.as_str()[namespace.len()..];
        let mut locals: Vec<&str> =
            self.terms.iter().filter_map(|term| term.strip_prefix(namespace.as_str())).collect();
        locals.sort_unstable();
        let hint = closest(local, locals)
            .map(|found| format!("did you mean `{}`?", graph.prefixes.shorten(&format!("{namespace}{found}"))));
        let short = graph.prefixes.shorten(node.as_str());
        let fault = Finding::error(codes::UNKNOWN_TERM, format!("the ontology has no term `{short}`")).hint(hint);
        faults.insert(node.as_str().to_owned(), fault.clone());
        Some(fault)
    }
}
