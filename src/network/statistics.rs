//! A network in numbers: how many things and relations of which kind, how they hang together, on
//! whom much depends.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use oxigraph::model::{NamedNode, NamedNodeRef};

use super::links::{LinkedThings, ThingLink, named_node};
use super::neighbours::Neighbours;
use super::rank::{depths, page_ranks};
use super::{Labels, labels};
use crate::error::Result;
use crate::graph::{Graph, TermNumber, local_name};
use crate::vocabulary::in_words;

/// A network in numbers. Lists are in order, the most first, and are cut to the number asked for.
#[derive(Debug, Clone)]
pub struct NetworkStatistics {
    /// Things.
    pub n_things: usize,
    /// Relations between them.
    pub n_relations: usize,
    /// Relations that are not there yet: planned, expected, under study or considered.
    pub n_planned: usize,
    /// Things that no relation connects with another.
    pub n_orphans: usize,
    /// How many things each class has.
    pub kinds: Vec<CountedTerm>,
    /// How many relations there are of each property.
    pub relations: Vec<CountedRelation>,
    /// How many relations each status has.
    pub statuses: Vec<CountedTerm>,
    /// The sizes of the connected parts with at least two things.
    pub parts: Vec<usize>,
    /// The things with the most neighbours.
    pub hubs: Vec<CountedThing>,
    /// The things with the highest PageRank.
    pub ranked: Vec<CountedThing>,
    /// The things without which the most others are cut off from a part.
    pub cuts: Vec<CountedThing>,
    /// How many cut bodies there are.
    pub n_cuts: usize,
    /// Things without a relation to another.
    pub orphans: Vec<CountedThing>,
}

/// A class or status and how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedTerm {
    /// Its IRI; `None` counts what has none.
    pub iri: Option<NamedNode>,
    /// Its labels.
    pub labels: Labels,
    /// How many.
    pub n: usize,
}

/// A property and its relations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedRelation {
    /// Its IRI.
    pub iri: NamedNode,
    /// Its labels.
    pub labels: Labels,
    /// How many.
    pub n: usize,
    /// How many of them are not there yet.
    pub n_planned: usize,
    /// The steps of its longest chain.
    pub n_steps: usize,
    /// Things that go in circles by it, or lie behind such.
    pub n_in_circles: usize,
}

/// A thing and its place in the network.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedThing {
    /// Its IRI.
    pub iri: NamedNode,
    /// Its labels.
    pub labels: Labels,
    /// How many other things it has relations with.
    pub n_neighbours: usize,
    /// Its PageRank; those of all things add up to 1.
    pub rank: f64,
    /// The pieces into which its part falls without it; 1 if it holds together.
    pub n_pieces: usize,
    /// How many things are then not in the largest piece.
    pub n_cut_off: usize,
}

/// The statistics of a graph, with at most `most` entries in each list.
///
/// # Errors
///
/// Those of reading labels.
pub fn statistics(graph: &Graph, languages: &[String], most: usize) -> Result<NetworkStatistics> {
    let linked = LinkedThings::read(graph);
    let near = Neighbours::of(&linked);
    let ranks = page_ranks(&linked);
    let cuts = near.cut_bodies();
    let all = linked.n_things() as u32;
    let mut cut_by = BTreeMap::new();
    for cut in &cuts {
        cut_by.insert(cut.thing, (cut.n_pieces, cut.n_cut_off));
    }
    let told = |things: Vec<u32>| -> Result<Vec<CountedThing>> {
        let counted = things.into_iter().take(most).map(|thing| {
            let iri = linked.thing(graph, thing);
            let (n_pieces, n_cut_off) = cut_by.get(&thing).copied().unwrap_or((1, 0));
            Ok(CountedThing {
                labels: labels(graph, iri.as_ref(), languages)?,
                n_neighbours: near.degree(thing),
                rank: ranks[thing as usize],
                n_pieces,
                n_cut_off,
                iri,
            })
        });
        counted.collect()
    };
    let connected = |thing: &u32| near.degree(*thing) > 0;
    let mut hubs: Vec<u32> = (0..all).filter(connected).collect();
    hubs.sort_by_key(|thing| (Reverse(near.degree(*thing)), *thing));
    let mut ranked: Vec<u32> = (0..all).collect();
    ranked.sort_by(|a, b| ranks[*b as usize].total_cmp(&ranks[*a as usize]).then(a.cmp(b)));
    let orphans: Vec<u32> = (0..all).filter(|thing| !connected(thing)).collect();
    let (_, sizes) = near.parts();
    let mut parts: Vec<usize> = sizes.into_iter().filter(|size| *size > 1).collect();
    parts.sort_unstable_by_key(|size| Reverse(*size));
    let is_planned = |link: &&ThingLink| !link.is_there;
    Ok(NetworkStatistics {
        n_things: all as usize,
        n_relations: linked.links().len(),
        n_planned: linked.links().iter().filter(is_planned).count(),
        n_orphans: orphans.len(),
        kinds: counted(graph, (0..all).map(|thing| linked.class(thing)), languages)?,
        relations: relations(graph, &linked, languages)?,
        statuses: counted(graph, linked.links().iter().map(|link| link.status), languages)?,
        parts,
        hubs: told(hubs)?,
        ranked: told(ranked)?,
        n_cuts: cuts.len(),
        cuts: told(cuts.iter().map(|cut| cut.thing).collect())?,
        orphans: told(orphans)?,
    })
}

/// Labels, otherwise the words of the IRI.
fn labels_or_words(graph: &Graph, node: NamedNodeRef<'_>, languages: &[String]) -> Result<Labels> {
    match graph.has_label(node)? {
        true => labels(graph, node, languages),
        false => Ok(Labels::all(&in_words(local_name(node.as_str())), 1)),
    }
}

fn counted(
    graph: &Graph,
    terms: impl Iterator<Item = Option<TermNumber>>,
    languages: &[String],
) -> Result<Vec<CountedTerm>> {
    let mut counts: BTreeMap<Option<TermNumber>, usize> = BTreeMap::new();
    for term in terms {
        *counts.entry(term).or_default() += 1;
    }
    let mut all = Vec::new();
    for (term, n) in counts {
        let iri = term.map(|term| named_node(graph, term));
        let labels = iri.as_ref().map(|iri| labels_or_words(graph, iri.as_ref(), languages)).transpose()?;
        all.push(CountedTerm { iri, labels: labels.unwrap_or_default(), n });
    }
    all.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.iri.cmp(&b.iri)));
    Ok(all)
}

fn relations(graph: &Graph, linked: &LinkedThings, languages: &[String]) -> Result<Vec<CountedRelation>> {
    let mut counts: BTreeMap<TermNumber, (usize, usize)> = BTreeMap::new();
    for link in linked.links() {
        let (n, n_planned) = counts.entry(link.relation).or_default();
        *n += 1;
        *n_planned += usize::from(!link.is_there);
    }
    let depths = depths(linked);
    let mut all = Vec::new();
    for (relation, (n, n_planned)) in counts {
        let iri = named_node(graph, relation);
        let depth = depths.get(&relation);
        all.push(CountedRelation {
            labels: labels_or_words(graph, iri.as_ref(), languages)?,
            n,
            n_planned,
            n_steps: depth.map_or(0, |depth| depth.n_steps),
            n_in_circles: depth.map_or(0, |depth| depth.n_in_circles),
            iri,
        });
    }
    all.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.iri.cmp(&b.iri)));
    Ok(all)
}
