//! Whether graphs are read and written whole (SPARQL 1.1 Graph Store HTTP Protocol), and at which address.

use oxigraph::model::NamedNode;
use ureq::http::Method;

use super::{Probe, TRIED};
use crate::error::{Error, Result};
use crate::remote::client::EngineRequest;
use crate::remote::{EngineAddress, EngineProfile, SentText, answer};

/// Where engines keep it, beside the last part of the path of queries or after it.
const BESIDE: [&str; 4] = ["store", "data", "sparql-graph-crud", ""];
const BELOW: [&str; 2] = ["data", "rdf-graphs/service"];
/// The triples of a graph that is read whole.
const MOST_READ: u64 = 2_000;

impl Probe<'_> {
    /// Reads a small graph.
    pub(super) fn graph_store(&mut self) {
        const NAME: &str = "Graph Store Protocol";
        let smallest = self
            .engine
            .counts()
            .unwrap_or_default()
            .into_iter()
            .filter_map(|count| Some((count.n_triples, count.name?)));
        let Some((n, graph)) = smallest.filter(|(n, _)| *n <= MOST_READ).min() else {
            return self.tell(NAME, "no named graph is small enough to try it with", None);
        };
        let Some(path) = self.stores().into_iter().find(|path| self.reads(path, &graph, n)) else {
            return self.tell(NAME, "no address found where a graph can be read", None);
        };
        self.tell(NAME, format!("reads {graph} with its {n} triples at `{path}`"), None);
        self.store = Some(path);
    }

    /// Writes a graph of two triples there. It is removed again with the others.
    pub(super) fn graph_store_writes(&mut self) {
        let Some(path) = self.store.clone() else { return };
        // Where anybody may read, Virtuoso lets nobody write.
        let writes =
            [path.clone(), format!("{path}-auth")].into_iter().find(|path| self.written(path).is_ok_and(|n| n == 2));
        let said = writes.as_ref().map_or_else(|| "refused".to_owned(), |path| format!("yes, at `{path}`"));
        self.tell("writing by it", said, writes.is_none().then_some("graphs are loaded by updates"));
        self.profile.graph_store = writes;
    }

    /// The addresses that are tried, as paths on the engine's host; the one of the profile first.
    fn stores(&self) -> Vec<String> {
        let path = self.engine.address.path_and_query();
        let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        let beside = BESIDE.iter().map(|name| format!("{above}/{name}"));
        let below = BELOW.iter().map(|name| format!("{path}/{name}"));
        let known = self.engine.profile.graph_store.iter().flat_map(|known| {
            // Virtuoso's graphs are read without a password beside where they are written.
            [known.clone(), known.trim_end_matches("-auth").to_owned()]
        });
        let mut stores: Vec<String> = known.chain(beside).chain(below).collect();
        let mut seen = Vec::new();
        stores.retain(|store| {
            !seen.contains(store) && {
                seen.push(store.clone());
                true
            }
        });
        stores
    }

    fn store_of(&self, path: &str, graph: &NamedNode) -> Result<EngineAddress> {
        let store = EngineProfile::beside(&self.engine.address, path).map_err(Error::invalid)?;
        EngineAddress::read(&store.with_parameter("graph", graph.as_str())).map_err(Error::invalid)
    }

    fn reads(&self, path: &str, graph: &NamedNode, n: u64) -> bool {
        let read = self.store_of(path, graph).and_then(|address| {
            let answer = self.get(address.clone(), answer::TRIPLES)?;
            answer::triples(&address, &answer).map_err(Error::invalid)
        });
        // Another protocol may answer too, with something else.
        read.is_ok_and(|triples| triples.len() as u64 == n)
    }

    /// The triples of the graph that is tried, after two were put there.
    fn written(&self, path: &str) -> Result<u64> {
        let graph = NamedNode::new_unchecked(TRIED);
        let two = b"<urn:civigraph:s> <urn:civigraph:p> <urn:civigraph:o1>, <urn:civigraph:o2> .\n";
        let request = EngineRequest {
            method: Method::PUT,
            address: self.store_of(path, &graph)?,
            accept: "*/*",
            body: Some(("text/turtle", two)),
            is_idempotent: true,
            limit: self.engine.limit,
        };
        self.engine.checked(&request, &SentText::own(String::new()))?;
        Ok(self.engine.count(Some(&graph))?.n_triples)
    }
}
