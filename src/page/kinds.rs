//! Things by their kinds, so that a list of one kind looks at no others.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use super::reading::Page;
use crate::error::Result;
use crate::graph::{Graph, Layer};
use crate::vocab::cg;

/// The things of each kind that sources state.
#[derive(Debug, Default)]
pub(super) struct KindIndex {
    /// By class.
    pub classes: BTreeMap<NamedNode, BTreeSet<NamedNode>>,
    /// By code of a local kind.
    codes: BTreeMap<NamedNode, BTreeSet<NamedNode>>,
}

impl KindIndex {
    /// The kinds of these things.
    pub fn of(graph: &Graph, things: &BTreeSet<NamedNode>) -> Self {
        let stated = |property: NamedNodeRef<'_>| {
            let mut found: BTreeMap<NamedNode, BTreeSet<NamedNode>> = BTreeMap::new();
            for quad in graph.matching(None, Some(property), None, None) {
                if let (Layer::Source, NamedOrBlankNode::NamedNode(thing), Term::NamedNode(kind)) =
                    (Layer::of(quad.graph_name.as_ref()), quad.subject, quad.object)
                    && things.contains(&thing)
                {
                    found.entry(kind).or_default().insert(thing);
                }
            }
            found
        };
        Self { classes: stated(rdf::TYPE), codes: stated(cg::TYPE) }
    }

    /// The things of the kinds that have this label in the language of a page.
    ///
    /// # Errors
    ///
    /// Those of the graph.
    pub fn called(&self, page: &Page<'_>, label: &str) -> Result<BTreeSet<&NamedNode>> {
        let mut found = BTreeSet::new();
        for (kind, things) in self.classes.iter().chain(&self.codes) {
            if page.label(kind.as_ref())? == label {
                found.extend(things);
            }
        }
        Ok(found)
    }
}
