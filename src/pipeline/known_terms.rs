//! Terms in the namespaces of the loaded ontologies that these do not define.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use crate::error::Result;
use crate::finding::{Finding, closest, codes};
use crate::graph::Graph;
use crate::vocab::{named_graph, vann};

/// The terms of the loaded ontologies, and the namespaces that these declare as theirs
/// (`vann:preferredNamespaceUri`): an undefined term in one is an error.
pub(super) struct KnownTerms {
    namespaces: Vec<String>,
    terms: HashSet<NamedNode>,
    /// The finding for each undefined term, which may occur in millions of rows.
    faults: RefCell<HashMap<NamedNode, Finding>>,
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
                terms.insert(node);
            }
        }
        namespaces.sort();
        namespaces.dedup();
        Ok(Self { namespaces, terms, faults: RefCell::default() })
    }

    pub(super) fn fault(&self, node: NamedNodeRef<'_>, graph: &Graph) -> Option<Finding> {
        let namespace = self.namespaces.iter().find(|namespace| node.as_str().starts_with(namespace.as_str()))?;
        if self.terms.contains(&node.into_owned()) {
            return None;
        }
        if let Some(fault) = self.faults.borrow().get(&node.into_owned()) {
            return Some(fault.clone());
        }
        let local = &node.as_str()[namespace.len()..];
        let mut locals: Vec<&str> =
            self.terms.iter().filter_map(|term| term.as_str().strip_prefix(namespace.as_str())).collect();
        locals.sort_unstable();
        let hint = closest(local, locals)
            .map(|found| format!("did you mean `{}`?", graph.prefixes.shorten(&format!("{namespace}{found}"))));
        let short = graph.prefixes.shorten(node.as_str());
        let fault = Finding::error(codes::UNKNOWN_TERM, format!("the ontology has no term `{short}`")).hint(hint);
        self.faults.borrow_mut().insert(node.into_owned(), fault.clone());
        Some(fault)
    }
}
