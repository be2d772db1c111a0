//! A graph of ours, loaded into an engine: in batches into graphs that nobody reads yet, verified,
//! and only then moved to their names.
//!
//! What stops on the way goes on where it was: the name of a staging graph has a hash of what it is
//! to hold, its lines are sent in one order, and to send a batch twice changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use sha2::{Digest as _, Sha256};

use super::fetch::{literal, skolemised};
use super::names::iri;
use super::publication::{PublishedGraph, STAGING};
use super::{Engine, EngineDataset, Publication, SentText, Upload};
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::{Graph, bcp47_case, group_digits, normalised};
use crate::octets::hex;
use crate::progress::{self, Unit};

/// The bytes of a batch, above which it is sent whatever the number of its triples.
const LARGEST_BATCH: usize = 2_000_000;
/// How many things of each graph are compared.
const SAMPLES: u64 = 20;
/// The triples of a thing above which it is not compared.
const MOST_OF_ONE: usize = 1_000;

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    /// The graphs that the engine now has, each with the number of its triples.
    pub graphs: BTreeMap<String, u64>,
    /// How many of these were there already, unchanged.
    pub n_unchanged: usize,
    /// The triples that had been sent before, by a run that stopped.
    pub n_resumed: u64,
    /// The graphs of an earlier edition that were removed.
    pub removed: Vec<String>,
    /// How many things were compared with what the engine holds.
    pub n_compared: u64,
    /// Whether readers could see a graph while it was being replaced.
    pub was_visible: bool,
}

/// A named graph of ours, as it is going to be at the engine.
pub(super) struct SentGraph<'a> {
    graph: &'a Graph,
    pub name: NamedNode,
    /// The graph as ours calls it.
    own: GraphName,
}

impl<'a> SentGraph<'a> {
    /// The graphs of a graph, sorted by name; triples without a graph are in one that is called
    /// `pack`.
    pub fn all(graph: &'a Graph) -> Vec<Self> {
        let named = graph.named_graphs().into_iter();
        named
            .map(|(own, _)| {
                let placed = skolemised(Quad::new(NAMED, NAMED, NAMED, own.clone())).graph_name;
                let name = match placed {
                    GraphName::NamedNode(name) => name,
                    _ => crate::vocab::named_graph::PACK.into_owned(),
                };
                Self { graph, name, own }
            })
            .collect()
    }

    /// Its triples as lines of N-Triples, in the order of the graph.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.quads(None).map(|quad| line(&quad))
    }

    fn quads(&self, subject: Option<&NamedOrBlankNode>) -> impl Iterator<Item = Quad> + '_ {
        let subject = subject.map(NamedOrBlankNode::as_ref);
        self.graph.matching(subject, None, None, Some(self.own.as_ref()))
    }

    /// Its size and hash.
    pub fn summed(&self) -> PublishedGraph {
        let (mut hash, mut n) = (Sha256::new(), 0);
        for line in self.lines() {
            hash.update(line.as_bytes());
            hash.update(b"\n");
            n += 1;
        }
        let sha256 = hex(hash.finalize());
        PublishedGraph { n, sha256 }
    }
}

const NAMED: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("urn:civigraph:any");

fn line(quad: &Quad) -> String {
    let quad = skolemised(quad.clone());
    format!("{} {} {} .", quad.subject, quad.predicate, quad.object)
}

fn staging(summed: &PublishedGraph, name: &NamedNode) -> NamedNode {
    let named = hex(&Sha256::digest(name.as_str())[..6]);
    NamedNode::new_unchecked(format!("{STAGING}{named}-{}", &summed.sha256[..16]))
}

/// Loads all named graphs of a graph into an engine, under what `publication` says of them.
///
/// # Errors
///
/// Those of a request; `published-otherwise` if the engine does not hold what was sent, in which
/// case the graphs that readers see are as they were.
pub fn publish(engine: &Engine, graph: &Graph, mut publication: Publication) -> Result<Published> {
    let before = Publication::read(engine)?.unwrap_or_default();
    let graphs = SentGraph::all(graph);
    progress::begin("publishing", Unit::Items, Some(graph.n_quads() as u64));
    let mut done = Published::default();
    let mut staged: Vec<(NamedNode, NamedNode)> = Vec::new();
    for sent in &graphs {
        let summed = sent.summed();
        let is_known = before.graphs.get(sent.name.as_str()) == Some(&summed);
        if is_known && engine.count(Some(&sent.name))?.n_triples == summed.n {
            progress::advance(summed.n);
            done.n_unchanged += 1;
        } else {
            let name = staging(&summed, &sent.name);
            done.n_resumed += load(engine, sent, &name, summed.n)?;
            done.n_compared += hold_the_same(engine, sent, &name, summed.n)?;
            staged.push((name, sent.name.clone()));
        }
        done.graphs.insert(sent.name.as_str().to_owned(), summed.n);
        publication.graphs.insert(sent.name.as_str().to_owned(), summed);
    }
    done.removed = before.graphs.keys().filter(|name| !done.graphs.contains_key(*name)).cloned().collect();
    if staged.is_empty() && done.removed.is_empty() && publication == before {
        return Ok(done);
    }
    // What earlier runs with other graphs left.
    for name in engine.staged()?.difference(&staged.iter().map(|(from, _)| from.clone()).collect()) {
        engine.update(&format!("DROP SILENT GRAPH {name}"))?;
    }
    let moves = engine.profile.moves_graphs != Some(false);
    let mut updates: Vec<String> = Vec::new();
    for (from, to) in &staged {
        if moves {
            updates.push(format!("MOVE GRAPH {from} TO GRAPH {to}"));
        } else {
            updates.push(format!("DROP SILENT GRAPH {to}"));
            updates.push(format!("INSERT {{ GRAPH {to} {{ ?s ?p ?o }} }} WHERE {{ GRAPH {from} {{ ?s ?p ?o }} }}"));
            updates.push(format!("DROP SILENT GRAPH {from}"));
        }
    }
    updates.extend(done.removed.iter().map(|name| format!("DROP SILENT GRAPH <{name}>")));
    updates.extend(publication.updates());
    // One request, which most engines do at once or not at all.
    engine.update(&updates.join(" ;\n"))?;
    done.was_visible = !moves;
    for sent in &graphs {
        let n = engine.count(Some(&sent.name))?.n_triples;
        expect(engine, sent, &sent.name, n, done.graphs[sent.name.as_str()])?;
    }
    Ok(done)
}

impl Engine {
    /// The graphs that were being loaded.
    fn staged(&self) -> Result<BTreeSet<NamedNode>> {
        let staging = literal(STAGING);
        let text = format!(
            "SELECT ?g (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), {staging})) }} GROUP BY ?g"
        );
        let rows = self.rows(&SentText::own(text), &EngineDataset::default())?.rows;
        Ok(rows.iter().flatten().flatten().filter_map(|term| iri(term).cloned()).collect())
    }
}

/// Compares what an engine holds with a graph.
///
/// # Errors
///
/// Those of a request; `published-otherwise` for the first graph that differs.
pub fn compare(engine: &Engine, graph: &Graph) -> Result<Published> {
    let mut done = Published::default();
    for sent in &SentGraph::all(graph) {
        let n = sent.lines().count() as u64;
        done.n_compared += hold_the_same(engine, sent, &sent.name, n)?;
        done.graphs.insert(sent.name.as_str().to_owned(), n);
    }
    Ok(done)
}

/// Loads a graph into another of this name, in batches, after what is there already; returns how
/// many triples these were.
fn load(engine: &Engine, sent: &SentGraph<'_>, to: &NamedNode, total: u64) -> Result<u64> {
    let there = engine.count(Some(to))?.n_triples;
    let most = engine.profile.batch.unwrap_or(1_000) as usize;
    let (mut batch, mut n_lines, mut n_bytes, mut n_before, mut resumed) = (Vec::new(), 0_u64, 0, 0_u64, 0);
    let mut lines = sent.lines().peekable();
    while let Some(line) = lines.next() {
        n_bytes += line.len();
        batch.push(line);
        n_lines += 1;
        if batch.len() < most && n_bytes < LARGEST_BATCH && lines.peek().is_some() {
            continue;
        }
        // A batch of which only a part arrived is sent again.
        if n_lines <= there && there <= total {
            resumed = n_lines;
        } else {
            insert(engine, to, &batch)?;
        }
        progress::advance(n_lines - n_before);
        n_before = n_lines;
        n_bytes = 0;
        batch.clear();
    }
    Ok(resumed)
}

fn insert(engine: &Engine, to: &NamedNode, lines: &[String]) -> Result<()> {
    let triples = lines.join("\n");
    match engine.profile.upload {
        Some(Upload::GraphStore) => engine.post_triples(to, format!("{triples}\n").as_bytes()),
        _ => engine.update(&format!("INSERT DATA {{ GRAPH {to} {{\n{triples}\n}} }}")),
    }
}

/// Compares the number of triples, and a sample of things, with what an engine holds in a graph;
/// returns how many things were compared.
fn hold_the_same(engine: &Engine, sent: &SentGraph<'_>, at: &NamedNode, total: u64) -> Result<u64> {
    expect(engine, sent, at, engine.count(Some(at))?.n_triples, total)?;
    let every = (total / SAMPLES).max(1);
    let mut compared: BTreeSet<NamedNode> = BTreeSet::new();
    for quad in sent.quads(None).step_by(every as usize) {
        let own: Vec<Quad> = sent.quads(Some(&quad.subject)).take(MOST_OF_ONE + 1).collect();
        let NamedOrBlankNode::NamedNode(subject) = skolemised(quad).subject else { continue };
        if own.len() > MOST_OF_ONE || !compared.insert(subject.clone()) {
            continue;
        }
        let expected: BTreeSet<String> = own
            .into_iter()
            .map(|quad| {
                let quad = skolemised(quad);
                value(engine, quad.predicate.into(), quad.object)
            })
            .collect();
        let text = format!("SELECT ?p ?o WHERE {{ GRAPH {at} {{ {subject} ?p ?o }} }}");
        let rows = engine.rows(&SentText::own(text), &EngineDataset::default())?.rows;
        let found: BTreeSet<String> = rows
            .into_iter()
            .filter_map(|row| {
                let [predicate, object] = <[Option<Term>; 2]>::try_from(row).ok()?;
                Some(value(engine, predicate?, object?))
            })
            .collect();
        if let Some(lost) = expected.difference(&found).next().or_else(|| found.difference(&expected).next()) {
            let whose = if expected.contains(lost) { "it lacks" } else { "it has, and we have not," };
            let message = format!("`{}` says of {subject} something else: {whose} `{lost}`", engine.address);
            return Err(otherwise(message));
        }
    }
    Ok(compared.len() as u64)
}

/// A predicate and object as they are compared: by value where the engine keeps values, without the
/// case of tags where it does not keep that.
fn value(engine: &Engine, predicate: Term, object: Term) -> String {
    let object = match engine.profile.keeps_lexical_forms {
        Some(true) => object,
        _ => normalised(object),
    };
    let object = match (&object, engine.profile.keeps_tag_case) {
        (_, Some(true)) => object,
        (Term::Literal(literal), _) => match literal.language() {
            Some(tag) => oxigraph::model::Literal::new_language_tagged_literal(literal.value(), bcp47_case(tag))
                .map_or(object, Term::from),
            None => object,
        },
        _ => object,
    };
    format!("{predicate} {object}")
}

fn expect(engine: &Engine, sent: &SentGraph<'_>, at: &NamedNode, n: u64, total: u64) -> Result<()> {
    if n == total {
        return Ok(());
    }
    // `007` and `7` are one to an engine that keeps values.
    if n < total && engine.profile.keeps_lexical_forms != Some(true) {
        let values: BTreeSet<[u8; 32]> = sent
            .quads(None)
            .map(|quad| {
                let quad = skolemised(quad);
                let said = value(engine, quad.predicate.into(), quad.object);
                Sha256::digest(format!("{} {said}", quad.subject)).into()
            })
            .collect();
        if values.len() as u64 == n {
            return Ok(());
        }
    }
    let shown = |n: u64| group_digits(&n.to_string());
    let message = format!("`{}` holds {} of the {} triples of {}", engine.address, shown(n), shown(total), sent.name);
    let where_to = if at == &sent.name { "" } else { ", which nobody reads yet," };
    let hint = format!("the graph {at}{where_to} is as the engine made it; a smaller `batch` in a profile may help");
    Err(Error::invalid(Finding::error(codes::PUBLISHED_OTHERWISE, message).hint(hint)))
}

fn otherwise(message: String) -> Error {
    let hint = "what readers see is unchanged, unless this was found by `--compare`".to_owned();
    Error::invalid(Finding::error(codes::PUBLISHED_OTHERWISE, message).hint(hint))
}
