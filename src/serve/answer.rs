//! What a worker answers to each request. Everything here is a function of the graph and the request.

use std::io::Write as _;

use oxigraph::model::{GraphName, NamedNode, Quad};
use spargebra::algebra::QueryDataset;

use super::address::Addresses;
use super::media::{GRAPHS, RESULTS, choose};
use super::message::{Head, Request, Setup, Task};
use super::problem::Problem;
use super::reply::WorkerReply;
use super::{description, page, sitemap, thing};
use crate::ask::{self, Answer};
use crate::error::{Action, Error, Result};
use crate::export::{self, Preamble, ResultFormat, TableStyle, write_boolean, write_graph, write_rows};
use crate::finding::{Finding, codes};
use crate::graph::{Graph, Manifest};
use crate::pipeline::edition_of;
use crate::sparql::Query;
use crate::work;

/// A graph with what answers are made of.
pub(super) struct Answerer {
    /// The graph.
    pub graph: Graph,
    /// Its title and version.
    pub title: String,
    /// Its languages, the main one first.
    pub languages: Vec<String>,
    /// The paths of its IRIs.
    pub addresses: Addresses,
    most_rows: u64,
}

impl Answerer {
    pub fn new(graph: Graph, manifest: &Manifest, setup: &Setup) -> Self {
        let addresses = Addresses::of(&graph, setup.public_url.as_deref());
        let title = edition_of(manifest).to_string();
        Self { graph, title, languages: manifest.languages.clone(), addresses, most_rows: setup.rows }
    }

    /// Answers a request.
    pub fn answer(&self, request: &Request, reply: &mut WorkerReply<'_>) -> Result<(), Problem> {
        work::catch(|| Ok::<_, Error>(self.answer_task(request, reply)))?
    }

    fn answer_task(&self, request: &Request, reply: &mut WorkerReply<'_>) -> Result<(), Problem> {
        match &request.task {
            Task::Query { text, default_graphs, named_graphs } => {
                self.query(request, text, [default_graphs, named_graphs], reply)
            }
            Task::Service => {
                let quads = description::service(&self.graph, &self.title, &request.base)?;
                self.triples(quads, "the description", request, Vec::new(), reply)
            }
            Task::Dataset => {
                let quads = description::dataset(&self.graph, &self.title, &request.base)?;
                self.triples(quads, "the description", request, Vec::new(), reply)
            }
            Task::Graph(name) => self.graph_triples(name.as_deref(), request, reply),
            Task::Path(path) => thing::at_path(self, path, request, reply),
            Task::Thing(iri) => thing::of_iri(self, iri, request, reply),
            Task::Home => write_page(page::home(self, &request.base), Vec::new(), reply),
            Task::Sitemap(part) => sitemap::write(self, *part, &request.base, reply),
        }
    }

    fn query(
        &self,
        request: &Request,
        text: &str,
        [default_graphs, named_graphs]: [&Vec<String>; 2],
        reply: &mut WorkerReply<'_>,
    ) -> Result<(), Problem> {
        let mut query = Query::parse("query", text, &self.graph.prefixes).map_err(Error::invalid)?;
        if !default_graphs.is_empty() || !named_graphs.is_empty() {
            *dataset_of(&mut query.algebra) = Some(dataset(default_graphs, named_graphs)?);
        }
        let is_stable = !changes(text);
        let (accept, formats) = (request.accept.as_str(), request.formats.as_slice());
        let is_graph = matches!(query.algebra, spargebra::Query::Construct { .. } | spargebra::Query::Describe { .. });
        if is_graph {
            // What cannot be written is not evaluated.
            let chosen = choose(GRAPHS, "triples", accept, formats)?;
            let Answer::Triples(quads) = ask::collect_at_most(&self.graph, &query, self.most_rows)? else {
                return Ok(());
            };
            return self.write_triples(quads, chosen, is_stable, Vec::new(), reply);
        }
        let what = match query.algebra {
            spargebra::Query::Ask { .. } => "yes or no",
            _ => "rows",
        };
        let chosen = choose(RESULTS, what, accept, formats)?;
        let answer = ask::collect_at_most(&self.graph, &query, self.most_rows)?;
        if let Answer::Rows(rows) = &answer {
            export::rows_fit(chosen.format, rows).map_err(Error::invalid)?;
        }
        reply.begin(Head { status: 200, media: chosen.media(), is_stable, ..Head::default() });
        let written = match answer {
            Answer::Rows(rows) => {
                let labels = match chosen.format {
                    ResultFormat::Table => ask::labels(&self.graph, &rows, &self.languages)?,
                    _ => std::collections::BTreeMap::new(),
                };
                let style = TableStyle { width: None, most_rows: usize::MAX, group_digits: true, labels: &labels };
                write_rows(chosen.format, &rows, &self.graph.prefixes, &style, reply)
            }
            Answer::Boolean(answer) => write_boolean(chosen.format, answer, reply),
            Answer::Triples(_) => Ok(()),
        };
        written.map_err(|error| Error::io(Action::Write, "-")(error).into())
    }

    fn graph_triples(&self, name: Option<&str>, request: &Request, reply: &mut WorkerReply<'_>) -> Result<(), Problem> {
        let quads = match name {
            None => {
                self.graph.triples(None, None, None).map(|triple| triple.in_graph(GraphName::DefaultGraph)).collect()
            }
            Some(name) => {
                let node = NamedNode::new(name).map_err(|_| bad_iri("graph", name))?;
                if !self.graph.named_graphs().iter().any(|(known, _)| *known == GraphName::from(node.clone())) {
                    // The same finding as that of `export --graph`, with the closest name.
                    export::named_graph_of(&self.graph, node.as_str())?;
                    let message = format!("there is no graph <{name}>");
                    return Err(Problem::new(404, Finding::error(codes::UNKNOWN_GRAPH, message)));
                }
                self.graph.matching(None, None, None, Some(node.as_ref().into())).collect()
            }
        };
        self.triples(quads, "a graph", request, Vec::new(), reply)
    }

    /// Writes triples in the format that a request asks for.
    pub fn triples(
        &self,
        quads: Vec<Quad>,
        what: &str,
        request: &Request,
        headers: Vec<(String, String)>,
        reply: &mut WorkerReply<'_>,
    ) -> Result<(), Problem> {
        let chosen = choose(GRAPHS, what, &request.accept, &request.formats)?;
        self.write_triples(quads, chosen, true, headers, reply)
    }

    /// Writes triples in a format.
    pub fn write_triples(
        &self,
        quads: Vec<Quad>,
        chosen: &super::media::MediaFormat<export::GraphFormat>,
        is_stable: bool,
        headers: Vec<(String, String)>,
        reply: &mut WorkerReply<'_>,
    ) -> Result<(), Problem> {
        let prefixes = &self.graph.prefixes;
        export::fits(chosen.format, &quads, prefixes)?;
        reply.begin(Head { status: 200, media: chosen.media(), headers, is_stable, code: None });
        write_graph(chosen.format, quads, prefixes, &Preamble::default(), reply)
            .map_err(|error| Error::io(Action::Write, "-")(error).into())
    }
}

/// Writes a page.
pub(super) fn write_page(
    page: maud::Markup,
    headers: Vec<(String, String)>,
    reply: &mut WorkerReply<'_>,
) -> Result<(), Problem> {
    let media = "text/html;charset=utf-8".to_owned();
    reply.begin(Head { status: 200, media, headers, is_stable: true, code: None });
    reply.write_all(page.into_string().as_bytes()).map_err(|error| Error::io(Action::Write, "-")(error).into())
}

fn dataset_of(query: &mut spargebra::Query) -> &mut Option<QueryDataset> {
    match query {
        spargebra::Query::Select { dataset, .. }
        | spargebra::Query::Construct { dataset, .. }
        | spargebra::Query::Describe { dataset, .. }
        | spargebra::Query::Ask { dataset, .. } => dataset,
    }
}

/// The dataset that the parameters of a request name; it takes the place of one in the query (SPARQL 1.1 Protocol,
/// section 2.1.4).
fn dataset(default_graphs: &[String], named_graphs: &[String]) -> Result<QueryDataset, Problem> {
    let nodes = |parameter: &str, iris: &[String]| -> Result<Vec<NamedNode>, Problem> {
        iris.iter().map(|iri| NamedNode::new(iri).map_err(|_| bad_iri(parameter, iri))).collect()
    };
    Ok(QueryDataset {
        default: nodes("default-graph-uri", default_graphs)?,
        named: Some(nodes("named-graph-uri", named_graphs)?),
    })
}

fn bad_iri(parameter: &str, iri: &str) -> Problem {
    let iri = crate::finding::shorten(iri);
    Problem::new(400, Finding::error(codes::BAD_REQUEST, format!("`{parameter}` is not an absolute IRI: `{iri}`")))
}

/// Whether a query may have another answer each time.
fn changes(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    // What only looks like a call costs no more than an answer that is not remembered.
    ["NOW", "RAND", "UUID", "BNODE"].iter().any(|name| upper.contains(name))
}
