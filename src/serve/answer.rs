//! What a worker answers to each request. Everything here is a function of the graph and the request.

use std::io::Write as _;

use oxigraph::model::{GraphName, NamedNode, Quad, Triple};
use spargebra::algebra::QueryDataset;

use super::media::{GRAPHS, RESULTS, choose};
use super::message::{Head, Request, Setup, Task};
use super::problem::Problem;
use super::reply::WorkerReply;
use super::{description, pages, sitemap, thing};
use crate::ask::{self, Answer};
use crate::error::{Action, Error, Result};
use crate::export::{self, Preamble, ResultFormat, TableStyle, write_boolean, write_graph, write_rows};
use crate::finding::{Finding, codes};
use crate::graph::{Graph, Manifest};
use crate::page::{Addresses, QuotedSource, Site, SitePlace};
use crate::pipeline::{edition_of, questions_of};
use crate::sparql::Query;
use crate::work;

/// A graph with what answers are made of.
pub(super) struct Answerer {
    /// The graph with what its pages are made of.
    pub site: Site,
    /// The paths of its IRIs.
    pub addresses: Addresses,
    /// The most rows or triples of an answer.
    pub most_rows: u64,
}

impl Answerer {
    /// What answers, with the questions and texts that the server has sent.
    ///
    /// # Errors
    ///
    /// Those of the questions and texts.
    pub fn new(graph: Graph, manifest: &Manifest, setup: &Setup) -> Result<Self> {
        let addresses = Addresses::of(&graph, setup.public_url.as_deref());
        let questions = questions_of(&graph, manifest, &setup.questions)?;
        let place = SitePlace::Served(addresses.clone());
        let mut texts = Vec::new();
        for (file, bytes) in &setup.texts {
            texts.push(QuotedSource::read(&graph, file, bytes)?);
        }
        let mut site = Site::new(graph, edition_of(manifest).to_string(), manifest.languages.clone(), questions, place);
        site.texts = texts;
        site.changes = setup.changes.clone();
        site.checks = manifest.checks;
        Ok(Self { site, addresses, most_rows: setup.rows })
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
                let quads = description::service(&self.site.graph, &self.site.edition, &request.base)?;
                self.triples(quads, "the description", request, Vec::new(), reply)
            }
            Task::Dataset => {
                let quads = description::dataset(&self.site.graph, &self.site.edition, &request.base)?;
                self.triples(quads, "the description", request, Vec::new(), reply)
            }
            Task::Graph(name) => self.graph_triples(name.as_deref(), request, reply),
            Task::Path(path) => thing::at_path(self, path, request, reply),
            Task::Thing(iri) => thing::of_iri(self, iri, request, reply),
            Task::Page { path, parameters } => pages::write(self, path, parameters, request, reply),
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
        let mut query = Query::parse("query", text, &self.site.graph.prefixes).map_err(Error::invalid)?;
        if !default_graphs.is_empty() || !named_graphs.is_empty() {
            *dataset_of(&mut query.algebra) = Some(dataset(default_graphs, named_graphs)?);
        }
        let is_stable = !changes(text);
        let (accept, formats) = (request.accept.as_str(), request.formats.as_slice());
        let is_graph = matches!(query.algebra, spargebra::Query::Construct { .. } | spargebra::Query::Describe { .. });
        if is_graph {
            // What cannot be written is not evaluated.
            let chosen = choose(GRAPHS, "triples", accept, formats)?;
            let Answer::Triples(quads) = ask::collect_at_most(&self.site.graph, &query, self.most_rows)? else {
                return Ok(());
            };
            return self.write_triples(quads, chosen, is_stable, Vec::new(), reply);
        }
        let what = match query.algebra {
            spargebra::Query::Ask { .. } => "yes or no",
            _ => "rows",
        };
        let chosen = choose(RESULTS, what, accept, formats)?;
        let answer = ask::collect_at_most(&self.site.graph, &query, self.most_rows)?;
        if let Answer::Rows(rows) = &answer {
            export::rows_fit(chosen.format, rows).map_err(Error::invalid)?;
        }
        reply.begin(Head { status: 200, media: chosen.media(), is_stable, ..Head::default() });
        let written = match answer {
            Answer::Rows(rows) => {
                let labels = match chosen.format {
                    ResultFormat::Table => ask::labels(&self.site.graph, &rows, &self.site.languages)?,
                    _ => std::collections::BTreeMap::new(),
                };
                let style = TableStyle { width: None, most_rows: usize::MAX, group_digits: true, labels: &labels };
                write_rows(chosen.format, &rows, &self.site.graph.prefixes, &style, reply)
            }
            Answer::Boolean(answer) => write_boolean(chosen.format, answer, reply),
            Answer::Triples(_) => Ok(()),
        };
        written.map_err(|error| Error::io(Action::Write, "-")(error).into())
    }

    fn graph_triples(&self, name: Option<&str>, request: &Request, reply: &mut WorkerReply<'_>) -> Result<(), Problem> {
        let quads = match name {
            None => self
                .site
                .graph
                .triples(None, None, None)
                .map(|triple| triple.in_graph(GraphName::DefaultGraph))
                .collect(),
            Some(name) => {
                let node = NamedNode::new(name).map_err(|_| bad_iri("graph", name))?;
                if !self.site.graph.named_graphs().iter().any(|(known, _)| *known == GraphName::from(node.clone())) {
                    // The same finding as that of `export --graph`, with the closest name.
                    export::named_graph_of(&self.site.graph, node.as_str())?;
                    let message = format!("there is no graph <{name}>");
                    return Err(Problem::new(404, Finding::error(codes::UNKNOWN_GRAPH, message)));
                }
                let quads = self.site.graph.matching(None, None, None, Some(node.as_ref().into()));
                // What is asked for is a graph, which has no name inside.
                quads.map(|quad| Triple::from(quad).in_graph(GraphName::DefaultGraph)).collect()
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
        let prefixes = &self.site.graph.prefixes;
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

/// Whether a query may have another answer each time: it calls a function that has one.
pub(super) fn changes(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let is_called = |name: &str| {
        let mut rests = upper.match_indices(name).map(|(at, _)| upper[at + name.len()..].trim_start());
        // What only looks like a call costs no more than an answer that is not remembered.
        rests.any(|rest| rest.starts_with(['(', '#']))
    };
    // A name may be written with escapes of its characters.
    upper.contains("\\U") || ["NOW", "RAND", "UUID", "BNODE"].into_iter().any(is_called)
}

#[cfg(test)]
mod tests {
    use super::changes;

    #[test]
    fn only_calls_of_functions_that_change_make_an_answer_that_may_change() {
        for text in [
            "SELECT (NOW() AS ?x) {}",
            "SELECT (now ( ) AS ?x) {}",
            "ASK { FILTER(rand()\n> 0.5) }",
            "SELECT (STRUUID() AS ?x) {}",
            "SELECT (N\\u004FW() AS ?x) {}",
            "SELECT (NOW # comment\n () AS ?x) {}",
            "SELECT (BNODE('x') AS ?x) {}",
        ] {
            assert!(changes(text), "{text}");
        }
        for text in ["SELECT * { ?a foaf:knows ?b }", "ASK { ?brand a ?now }", "ASK {}"] {
            assert!(!changes(text), "{text}");
        }
    }
}
