//! Which graphs a query of a user sees. Ours sees the union of all named graphs; engines see what
//! they like, unless they are told.

use oxigraph::model::{NamedNode, Term};

use super::answer::Solutions;
use super::{DatasetChoice, DefaultGraph, Engine, Publication, SentText};
use crate::error::Result;

/// The graphs that a query sees, if the engine has to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EngineDataset {
    graphs: Vec<NamedNode>,
    is_in_text: bool,
    /// Whether a query without `GRAPH` sees only triples that are in no named graph, and the engine
    /// cannot be told otherwise.
    pub is_isolated: bool,
}

impl EngineDataset {
    /// The graphs that are named beside the text of a query.
    pub fn named(&self) -> &[NamedNode] {
        if self.is_in_text { &[] } else { &self.graphs }
    }

    /// The parameters of the protocol.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (&'static str, &NamedNode)> {
        self.named().iter().flat_map(|graph| [("default-graph-uri", graph), ("named-graph-uri", graph)])
    }

    /// The graphs that have to be named in the text of a query.
    pub fn clauses(&self) -> &[NamedNode] {
        if self.is_in_text { &self.graphs } else { &[] }
    }

    /// The same dataset with those graphs only that are wanted, if the engine can be told.
    ///
    /// # Errors
    ///
    /// Those of a request.
    pub fn only(&self, engine: &Engine, is_wanted: impl Fn(&NamedNode) -> bool) -> Result<Self> {
        let graphs = if self.graphs.is_empty() { engine.graph_names()? } else { self.graphs.clone() };
        Ok(Self { graphs: graphs.into_iter().filter(is_wanted).collect(), ..engine.choice()? })
    }
}

impl Engine {
    /// The dataset of a user's query: the union of all named graphs, without those of the engine
    /// itself.
    ///
    /// # Errors
    ///
    /// Those of a request.
    pub fn dataset(&self) -> Result<EngineDataset> {
        if let Some(known) = self.dataset.get() {
            return Ok(known.clone());
        }
        let found = self.find_dataset()?;
        Ok(self.dataset.get_or_init(|| found).clone())
    }

    fn find_dataset(&self) -> Result<EngineDataset> {
        let choice = self.choice()?;
        let (default_graph, how) = self.traits()?;
        let has_others =
            || -> Result<bool> { Ok(!self.profile.left_out_graphs.is_empty() || Publication::read(self)?.is_some()) };
        let is_told = how != DatasetChoice::Ignored && (default_graph == DefaultGraph::Isolated || has_others()?);
        if !is_told {
            let is_isolated = default_graph == DefaultGraph::Isolated && !self.graph_names()?.is_empty();
            return Ok(EngineDataset { is_isolated, ..EngineDataset::default() });
        }
        Ok(EngineDataset { graphs: self.graph_names()?, ..choice })
    }

    /// A dataset of no graphs that is told in the way of the engine.
    fn choice(&self) -> Result<EngineDataset> {
        let is_in_text = self.traits()?.1 == DatasetChoice::Clauses;
        Ok(EngineDataset { is_in_text, ..EngineDataset::default() })
    }

    /// What a query without `GRAPH` sees, and how it is told what it sees: as the profile says,
    /// otherwise as a triple shows that some graph has.
    pub(super) fn traits(&self) -> Result<(DefaultGraph, DatasetChoice)> {
        if let (Some(default_graph), Some(how)) = (self.profile.default_graph, self.profile.dataset) {
            return Ok((default_graph, how));
        }
        if let Some(known) = self.traits.get() {
            return Ok(*known);
        }
        let found = self.find_traits()?;
        Ok(*self.traits.get_or_init(|| found))
    }

    fn find_traits(&self) -> Result<(DefaultGraph, DatasetChoice)> {
        // Without a triple to try it with, the protocol is trusted.
        let Some([graph, triple]) = self.sample()? else {
            return Ok((DefaultGraph::Isolated, DatasetChoice::Parameters));
        };
        let none = EngineDataset::default();
        let is_seen = |text: String, dataset: &EngineDataset| self.yes_or_no(&SentText::own(text), dataset);
        let plain = || format!("ASK {{ {triple} }}");
        let default_graph = match self.profile.default_graph {
            Some(known) => known,
            None if is_seen(plain(), &none)? => DefaultGraph::Union,
            None => DefaultGraph::Isolated,
        };
        // A graph that has the triple makes it seen where it was not, one that has not, unseen.
        let (name, expected) = match default_graph {
            DefaultGraph::Isolated => (graph.as_str(), true),
            DefaultGraph::Union => ("urn:civigraph:no-graph", false),
        };
        let told = EngineDataset { graphs: vec![NamedNode::new_unchecked(name)], ..EngineDataset::default() };
        let how = if is_seen(plain(), &told).is_ok_and(|seen| seen == expected) {
            DatasetChoice::Parameters
        } else if default_graph == DefaultGraph::Isolated
            // Comunica 4 finds single patterns by FROM, and nothing by UNION.
            && is_seen(format!("ASK FROM <{name}> {{ {{ {triple} }} UNION {{ {triple} }} }}"), &none).is_ok_and(|seen| seen)
        {
            DatasetChoice::Clauses
        } else {
            DatasetChoice::Ignored
        };
        Ok((default_graph, self.profile.dataset.unwrap_or(how)))
    }

    /// A graph and a triple in it, of IRIs if there is one.
    fn sample(&self) -> Result<Option<[String; 2]>> {
        for object in ["isIRI(?o)", "isLiteral(?o)"] {
            let text = format!(
                "SELECT ?g ?s ?p ?o WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(isIRI(?s) && {object}){} }} LIMIT 1",
                self.left_out("?g")
            );
            let Solutions { rows, .. } = self.rows(&SentText::own(text), &EngineDataset::default())?;
            let Some(row) = rows.into_iter().next() else { continue };
            let terms: Vec<Term> = row.into_iter().flatten().collect();
            if let [Term::NamedNode(graph), triple @ ..] = &terms[..] {
                let triple: Vec<String> = triple.iter().map(Term::to_string).collect();
                return Ok(Some([graph.as_str().to_owned(), triple.join(" ")]));
            }
        }
        Ok(None)
    }
}
