//! Graphs of an engine, fetched into our own: page by page, and counted, so that an answer that was
//! cut on its way is an error and never a short graph.
//!
//! Pages go on after the last subject (never by `OFFSET` alone, which engines sort anew for each
//! page); a subject whose rows may continue on the next page is read again there.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{BlankNode, GraphNameRef, Literal, NamedNode, NamedOrBlankNode, Quad, Term, Triple};

use super::names::iri;
use super::publication::is_ours;
use super::{DefaultGraph, Engine, EngineDataset, SentText};
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::{GraphBuilder, group_digits};
use crate::progress::{self, Unit};

/// IRIs with which `publish` replaces blank nodes (RDF 1.1 Concepts, section 3.5).
pub(super) const SKOLEM: &str = "https://w3id.org/civigraph/.well-known/genid/";

/// The most triples that a command fetches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchLimit(pub u64);

impl Default for FetchLimit {
    fn default() -> Self {
        Self(5_000_000)
    }
}

/// A graph of an engine and the number of its triples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphCount {
    /// Its name; `None` for the triples that are in no named graph.
    pub name: Option<NamedNode>,
    /// The number of its triples, as the engine counts them.
    pub n_triples: u64,
}

/// Triples of an engine as a graph in the making.
pub struct EngineGraph<'a> {
    engine: &'a Engine,
    /// What was fetched.
    pub builder: GraphBuilder,
    /// How many triples may still be fetched.
    left: u64,
    limit: FetchLimit,
}

impl<'a> EngineGraph<'a> {
    /// Nothing is fetched yet.
    pub fn new(engine: &'a Engine, limit: FetchLimit) -> Self {
        Self { engine, builder: GraphBuilder::default(), left: limit.0, limit }
    }

    /// Another graph of the same engine, of which nothing is fetched yet.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self { engine: self.engine, builder: GraphBuilder::default(), left: self.left, limit: self.limit }
    }

    pub(super) fn engine(&self) -> &'a Engine {
        self.engine
    }

    /// Fetches all named graphs, and the triples that are in none if queries see these apart.
    ///
    /// # Errors
    ///
    /// `fetch-limit` if there are more than may be fetched, before any is; `incomplete-answer` if
    /// not all come; those of a request.
    pub fn all(&mut self) -> Result<Vec<GraphCount>> {
        let counts = self.engine.counts()?;
        let total: u64 = counts.iter().map(|count| count.n_triples).sum();
        self.take(total, "all graphs")?;
        progress::begin("fetching", Unit::Items, Some(total));
        for count in &counts {
            self.fetch(count)?;
        }
        Ok(counts)
    }

    /// Fetches a named graph, if there is one of this name.
    ///
    /// # Errors
    ///
    /// Those of [`all`](Self::all).
    pub fn graph(&mut self, name: &NamedNode) -> Result<()> {
        let count = self.engine.count(Some(name))?;
        self.take(count.n_triples, &format!("the graph <{}>", name.as_str()))?;
        self.fetch(&count)
    }

    /// Counts triples that are going to be fetched.
    pub(super) fn take(&mut self, n: u64, what: &str) -> Result<()> {
        if let Some(left) = self.left.checked_sub(n) {
            self.left = left;
            return Ok(());
        }
        let shown = |n: u64| group_digits(&n.to_string());
        let engine = &self.engine.address;
        let message = format!(
            "{what} at `{engine}` would need {} triples, more than the {} that may be fetched",
            shown(n),
            shown(self.limit.0)
        );
        let hint = "`query` fetches nothing; otherwise allow more with `--fetch-limit`".to_owned();
        Err(Error::invalid(Finding::error(codes::FETCH_LIMIT, message).hint(hint)))
    }

    fn fetch(&mut self, count: &GraphCount) -> Result<()> {
        self.selection(&Selection::of_graph(count.name.as_ref()), count.n_triples)
    }

    /// Fetches so many triples that a pattern selects.
    pub(super) fn selection(&mut self, selection: &Selection, total: u64) -> Result<()> {
        let page = self.engine.profile.page_size();
        // Graphs are small more often than not.
        if total <= page {
            let rows = self.quads(selection, &selection.text("", ""))?;
            if rows.len() as u64 == total {
                return self.add_all(rows);
            }
        }
        let iris = self.engine.number(&selection.counted("FILTER(isIRI(?s))"))?;
        self.subjects(selection, iris, page)?;
        match total.saturating_sub(iris) {
            0 => Ok(()),
            blank => self.blank_subjects(selection, blank, page),
        }
    }

    /// The triples whose subjects are IRIs, in the order of these.
    fn subjects(&mut self, selection: &Selection, total: u64, page: u64) -> Result<()> {
        let (mut n, mut last) = (0, None::<NamedNode>);
        while n < total {
            let after = last.as_ref().map(|last| format!(" && STR(?s) > {}", literal(last.as_str())));
            let filter = format!("FILTER(isIRI(?s){})", after.unwrap_or_default());
            let mut rows =
                self.quads(selection, &selection.text(&filter, &format!("ORDER BY STR(?s) LIMIT {page}")))?;
            let n_rows = rows.len() as u64;
            let Some(NamedOrBlankNode::NamedNode(end)) = rows.last().map(|quad| quad.subject.clone()) else {
                return Err(self.incomplete(selection, n, total));
            };
            if n + n_rows < total {
                // More triples of the last subject may follow.
                rows.retain(|quad| quad.subject != end.clone().into());
            }
            match rows.last().map(|quad| quad.subject.clone()) {
                Some(NamedOrBlankNode::NamedNode(subject)) => last = Some(subject),
                // One subject fills the page.
                _ => {
                    rows = self.by_offset(selection, &format!("FILTER(?s = {end})"), page)?;
                    last = Some(end);
                }
            }
            n += rows.len() as u64;
            self.add_all(rows)?;
        }
        if n == total { Ok(()) } else { Err(self.incomplete(selection, n, total)) }
    }

    /// The triples whose subjects are blank nodes. They have no key by which a page could go on, and
    /// their labels may be others on the next page.
    fn blank_subjects(&mut self, selection: &Selection, total: u64, page: u64) -> Result<()> {
        if total > page && self.engine.profile.stable_blank_nodes != Some(true) {
            let n = group_digits(&total.to_string());
            let message = format!(
                "{} has {n} triples of blank nodes, more than a page, whose labels may differ from page to page",
                selection.name
            );
            let hint = "allow larger pages with `page` in a profile, or say `stable-blank-nodes = true` if the engine \
                        keeps labels";
            return Err(Error::invalid(Finding::error(codes::INCOMPLETE_ANSWER, message).hint(hint.to_owned())));
        }
        let rows = self.by_offset(selection, "FILTER(!isIRI(?s))", page)?;
        self.add_all(rows)
    }

    /// The triples that a filter leaves, in pages by their number: for few.
    fn by_offset(&self, selection: &Selection, filter: &str, page: u64) -> Result<Vec<Quad>> {
        let total = self.engine.number(&selection.counted(filter))?;
        let mut found: BTreeMap<String, Quad> = BTreeMap::new();
        let mut n_rows = 0;
        while n_rows < total {
            let order = format!("ORDER BY ?s ?p ?o LIMIT {page} OFFSET {n_rows}");
            let quads = self.quads(selection, &selection.text(filter, &order))?;
            if quads.is_empty() {
                break;
            }
            n_rows += quads.len() as u64;
            found.extend(quads.into_iter().map(|quad| (quad.to_string(), quad)));
        }
        match found.len() as u64 {
            n if n == total => Ok(found.into_values().collect()),
            n => Err(self.incomplete(selection, n, total)),
        }
    }

    /// The rows of a query of our own as quads; what is in no named graph has the engine's address as
    /// its graph.
    fn quads(&self, selection: &Selection, text: &str) -> Result<Vec<Quad>> {
        let found = self.engine.rows(&SentText::own(text), &EngineDataset::default())?;
        let own = || NamedNode::new_unchecked(self.engine.address.as_str());
        let quads = found.rows.into_iter().map(|mut row| {
            let graph = match &selection.graph {
                SelectedGraph::Any => row.drain(..1).next().flatten().and_then(|name| iri(&name).cloned()),
                SelectedGraph::Named(name) => Some(name.clone()),
                SelectedGraph::Default => Some(own()),
            };
            let quad = graph.zip(triple(row)).map(|(graph, triple)| triple.in_graph(graph));
            quad.ok_or_else(|| {
                let message = format!("`{}` answers with a row that is no triple", self.engine.address);
                Error::invalid(Finding::error(codes::BROKEN_ANSWER, message))
            })
        });
        quads.collect()
    }

    fn add_all(&mut self, quads: Vec<Quad>) -> Result<()> {
        progress::advance(quads.len() as u64);
        self.builder.extend(quads.into_iter().map(deskolemised))
    }

    fn incomplete(&self, selection: &Selection, n: u64, total: u64) -> Error {
        let shown = |n: u64| group_digits(&n.to_string());
        let message = format!(
            "`{}` counts {} triples in {}, and sends {}",
            self.engine.address,
            shown(total),
            selection.name,
            shown(n)
        );
        let hint = "it cuts answers without a word, or is changing: set `row-cap` in a profile (`civigraph probe URL` \
                    finds it)";
        Error::invalid(Finding::error(codes::INCOMPLETE_ANSWER, message).hint(hint.to_owned()))
    }
}

/// Triples that are selected by a pattern of `?s ?p ?o`, and in which graphs they are.
pub(super) struct Selection {
    pattern: String,
    graph: SelectedGraph,
    /// What it is called in messages.
    name: String,
}

enum SelectedGraph {
    /// The variable `?g` of the pattern.
    Any,
    Named(NamedNode),
    Default,
}

impl Selection {
    /// All triples of a graph.
    fn of_graph(graph: Option<&NamedNode>) -> Self {
        match graph {
            Some(name) => Self {
                pattern: format!("GRAPH {name} {{ ?s ?p ?o }}"),
                graph: SelectedGraph::Named(name.clone()),
                name: format!("the graph {name}"),
            },
            None => Self::in_default_graph("?s ?p ?o".to_owned(), "its default graph"),
        }
    }

    /// What a pattern finds in the default graph.
    pub fn in_default_graph(pattern: String, name: &str) -> Self {
        Self { pattern, graph: SelectedGraph::Default, name: name.to_owned() }
    }

    /// What a pattern with `?g` finds.
    pub fn in_any_graph(pattern: String, name: &str) -> Self {
        Self { pattern, graph: SelectedGraph::Any, name: name.to_owned() }
    }

    fn text(&self, filter: &str, order: &str) -> String {
        let graph = if matches!(self.graph, SelectedGraph::Any) { "?g " } else { "" };
        format!("SELECT {graph}?s ?p ?o WHERE {{ {} {filter} }} {order}", self.pattern)
    }

    pub fn counted(&self, filter: &str) -> String {
        format!("SELECT (COUNT(*) AS ?n) WHERE {{ {} {filter} }}", self.pattern)
    }
}

impl Engine {
    /// The names of the named graphs of data, sorted.
    ///
    /// # Errors
    ///
    /// Those of a request.
    pub fn graph_names(&self) -> Result<Vec<NamedNode>> {
        // Virtuoso needs half a minute for SELECT DISTINCT ?g of 20,000 triples, and less than a tenth of a second for this.
        let text = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g";
        let found = self.rows(&SentText::own(text), &EngineDataset::default())?;
        let names: BTreeSet<NamedNode> = found
            .rows
            .into_iter()
            .filter_map(|row| match row.into_iter().next() {
                Some(Some(Term::NamedNode(name))) => Some(name),
                _ => None,
            })
            .collect();
        let is_data = |name: &NamedNode| !is_ours(name) && !self.profile.leaves_out(name.as_str());
        Ok(names.into_iter().filter(is_data).collect())
    }

    /// The number of triples in a named graph, or in none.
    pub(super) fn count(&self, name: Option<&NamedNode>) -> Result<GraphCount> {
        Ok(GraphCount { name: name.cloned(), n_triples: self.number(&Selection::of_graph(name).counted(""))? })
    }

    /// The graphs of data with their sizes.
    ///
    /// # Errors
    ///
    /// Those of a request.
    pub fn counts(&self) -> Result<Vec<GraphCount>> {
        let names = self.graph_names()?;
        let mut counts: Vec<GraphCount> = names.iter().map(|name| self.count(Some(name))).collect::<Result<_>>()?;
        if names.is_empty() || self.traits()?.0 == DefaultGraph::Isolated {
            let default = self.count(None)?;
            if default.n_triples > 0 {
                counts.push(default);
            }
        }
        Ok(counts)
    }
}

/// A text as SPARQL writes it.
pub(super) fn literal(text: &str) -> String {
    Literal::new_simple_literal(text).to_string()
}

/// A row of subject, predicate and object.
pub(super) fn triple(row: Vec<Option<Term>>) -> Option<Triple> {
    let [subject, predicate, object] = <[Option<Term>; 3]>::try_from(row).ok()?;
    let subject: NamedOrBlankNode = match subject? {
        Term::NamedNode(node) => node.into(),
        Term::BlankNode(node) => node.into(),
        _ => return None,
    };
    let Term::NamedNode(predicate) = predicate? else { return None };
    Some(Triple { subject, predicate, object: object? })
}

/// A quad with the blank nodes that `publish` replaced with IRIs.
fn deskolemised(quad: Quad) -> Quad {
    let blank = |node: &NamedNode| node.as_str().strip_prefix(SKOLEM).and_then(|label| BlankNode::new(label).ok());
    let subject = match quad.subject {
        NamedOrBlankNode::NamedNode(node) => blank(&node).map_or(node.into(), NamedOrBlankNode::from),
        other => other,
    };
    let object = match quad.object {
        Term::NamedNode(node) => blank(&node).map_or(node.into(), Term::from),
        other => other,
    };
    Quad { subject, object, ..quad }
}

/// A quad with IRIs instead of blank nodes.
pub(super) fn skolemised(quad: Quad) -> Quad {
    let named = |node: &BlankNode| NamedNode::new_unchecked(format!("{SKOLEM}{}", node.as_str()));
    let subject = match quad.subject {
        NamedOrBlankNode::BlankNode(node) => named(&node).into(),
        other => other,
    };
    let object = match quad.object {
        Term::BlankNode(node) => named(&node).into(),
        other => other,
    };
    let graph_name = match quad.graph_name.as_ref() {
        GraphNameRef::BlankNode(node) => named(&node.into_owned()).into(),
        _ => quad.graph_name,
    };
    Quad { subject, predicate: quad.predicate, object, graph_name }
}
