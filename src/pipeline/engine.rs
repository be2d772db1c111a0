//! The graph of an engine, or the part of it that a command needs.

use std::collections::BTreeSet;

use oxigraph::model::NamedNode;

use super::Knowledge;
use super::data::{known_graph, languages as languages_of, of_graph, title};
use super::edition::Edition;
use super::resources::{load_ontology, questions};
use crate::entity::{NodeKind, find};
use crate::error::Result;
use crate::graph::{Graph, GraphBuilder};
use crate::pack::Pack;
use crate::remote::{Engine, EngineGraph, FetchLimit, Publication};
use crate::search::search;
use crate::sparql::Questions;
use crate::vocab::named_graph;

/// The part of an engine's graph that a command needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnginePart {
    /// All graphs.
    Whole,
    /// Nothing but what a query is read with.
    Questions,
    /// The names of things.
    Names,
    /// What is called by a text, with its kinds.
    Hits(String),
    /// What is said of the thing that a text names.
    About(String),
}

/// Opens the graph of an engine, with the questions of the program, or those of a pack beside it.
///
/// # Errors
///
/// Those of the engine; `fetch-limit`.
pub fn of_engine(engine: &Engine, part: &EnginePart, pack: Option<&Pack>, limit: FetchLimit) -> Result<Knowledge> {
    let publication = Publication::read(engine)?;
    let mut fetched = EngineGraph::new(engine, limit);
    let mut declared: Vec<(String, String)> = Vec::new();
    if let Some(pack) = pack {
        declared.extend(pack.descriptor.civigraph.prefixes.clone());
    }
    declared.extend(publication.iter().flat_map(|published| published.prefixes.clone()));
    fetched.builder.declare(declared.clone());
    match part {
        EnginePart::Whole => drop(fetched.all()?),
        EnginePart::Questions => {}
        EnginePart::Names => fetched.names()?,
        EnginePart::Hits(text) => hits(&mut fetched, text)?,
        EnginePart::About(text) => about(&mut fetched, text)?,
    }
    let graph = fetched.builder.freeze();
    let (graph, has_vocabulary) = match part {
        // The questions are read with the vocabulary; the engine answers them.
        EnginePart::Questions => {
            let mut builder = graph.into_builder();
            match pack {
                Some(pack) => drop(load_ontology(&mut builder, pack)?),
                None => super::resources::load_vocabulary(&mut builder)?,
            }
            (builder.freeze(), true)
        }
        _ => known_graph(graph)?,
    };
    let languages = match (pack, &publication) {
        (Some(pack), _) => super::languages(pack),
        (None, Some(published)) if !published.languages.is_empty() => published.languages.clone(),
        (None, _) if *part == EnginePart::Questions => super::languages(&Pack::embedded()?),
        (None, _) => languages_of(&graph),
    };
    let edition = match (pack, &publication) {
        (Some(pack), _) => Edition::of(&pack.descriptor),
        (None, Some(published)) => Edition { title: published.title.clone(), version: published.version.clone() },
        (None, None) => {
            let title = title(&graph, &languages)?.unwrap_or_else(|| engine.address.host().to_owned());
            Edition { title, version: None }
        }
    };
    // A pack that was published has the layers of one.
    if has_vocabulary && (pack.is_some() || publication.is_some() || *part == EnginePart::Questions) {
        let questions = questions(&graph, &languages, pack)?;
        let is_of_data = false;
        return Ok(Knowledge { graph, edition, languages, questions, inputs: Vec::new(), is_of_data, checks: None });
    }
    let is_pack = graph.named_graphs().iter().any(|(name, _)| *name == named_graph::DATASET.into_owned().into());
    let knowledge = of_graph(graph, languages, edition, Vec::new())?;
    Ok(Knowledge { is_of_data: !is_pack, ..knowledge })
}

/// Fetches names, and the kinds of what is called by a text.
fn hits(fetched: &mut EngineGraph<'_>, text: &str) -> Result<()> {
    fetched.names()?;
    let graph = frozen(&fetched.builder);
    // The error of a text that cannot be searched for comes where it is searched.
    let found = search(&graph, &Questions::default(), text, &[], None).map(|(found, _)| found).unwrap_or_default();
    let nodes: BTreeSet<NamedNode> = found.into_iter().filter_map(|hit| hit.iri).collect();
    fetched.kinds_of(&nodes)?;
    let kinds: BTreeSet<NamedNode> = frozen(&fetched.builder)
        .quads()
        .filter(|quad| nodes.iter().any(|node| quad.subject == node.clone().into()))
        .filter_map(|quad| match quad.object {
            oxigraph::model::Term::NamedNode(node) => Some(node),
            _ => None,
        })
        .collect();
    fetched.labels_of(&kinds)
}

/// Fetches what is said of the thing that a text names: by its IRI if it is one, otherwise by its
/// name.
fn about(fetched: &mut EngineGraph<'_>, text: &str) -> Result<()> {
    let bare = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
    let prefixed = fetched.builder.prefixes.expand(text);
    let is_iri = bare.contains("://") || prefixed.is_some();
    if let Ok(node) = NamedNode::new(prefixed.as_deref().unwrap_or(bare))
        && is_iri
    {
        return fetched.around(&node);
    }
    fetched.names()?;
    let node = find(&frozen(&fetched.builder), text, NodeKind::Entity)?;
    // Apart from the names, of which few are of its neighbours.
    let mut around = fetched.beside();
    around.around(&node)?;
    fetched.builder.extend(around.builder.freeze().quads())
}

fn frozen(builder: &GraphBuilder) -> Graph {
    builder.clone().freeze()
}
