//! What `publish` writes beside the graphs that it loads: title, prefixes, languages and the size of
//! each graph, as one triple in a graph of its own, which no command takes for data.

use std::collections::BTreeMap;

use oxigraph::model::{NamedNode, NamedNodeRef, Term};
use serde::{Deserialize, Serialize};

use super::{Engine, EngineDataset, SentText};
use crate::error::Result;

/// The graph of the publication, and its only subject.
pub(super) const PUBLICATION: NamedNodeRef<'_> =
    NamedNodeRef::new_unchecked("https://w3id.org/civigraph/graph/publication");
/// The predicate of its only triple.
const VALUE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/1999/02/22-rdf-syntax-ns#value");
/// What the names of graphs begin with that are not yet complete.
pub(super) const STAGING: &str = "urn:civigraph:staging:";

/// What was published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// The title of the edition.
    pub title: String,
    /// Its version.
    pub version: Option<String>,
    /// The prefixes of its IRIs.
    pub prefixes: BTreeMap<String, String>,
    /// Its languages, the main one first.
    pub languages: Vec<String>,
    /// Its graphs.
    pub graphs: BTreeMap<String, PublishedGraph>,
}

/// A graph that was published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedGraph {
    /// The number of its triples.
    pub n: u64,
    /// The SHA-256 of its lines of N-Triples, in the order of the snapshot.
    pub sha256: String,
}

impl Publication {
    /// What was published on an engine, if anything was.
    ///
    /// # Errors
    ///
    /// Those of a request.
    pub fn read(engine: &Engine) -> Result<Option<Self>> {
        let text = format!("SELECT ?value WHERE {{ GRAPH {PUBLICATION} {{ {PUBLICATION} {VALUE} ?value }} }}");
        let found = engine.rows(&SentText::own(text), &EngineDataset::default())?;
        let mut values = found.rows.into_iter().flatten().flatten().filter_map(|term| match term {
            Term::Literal(literal) => serde_json::from_str(literal.value()).ok(),
            _ => None,
        });
        Ok(values.next_back())
    }

    /// The updates that replace what is there.
    pub(super) fn updates(&self) -> [String; 2] {
        [
            format!("DROP SILENT GRAPH {PUBLICATION}"),
            format!("INSERT DATA {{ GRAPH {PUBLICATION} {{ {} }} }}", self.line()),
        ]
    }

    /// Its triple, as a line of N-Triples.
    pub(super) fn line(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        let literal = oxigraph::model::Literal::new_simple_literal(json);
        format!("{PUBLICATION} {VALUE} {literal} .")
    }
}

/// Whether a graph is neither data nor going to be read as such.
pub(super) fn is_ours(graph: &NamedNode) -> bool {
    graph.as_ref() == PUBLICATION || graph.as_str().starts_with(STAGING)
}
