//! The pages that are not about a thing.

use std::collections::BTreeMap;
use std::io::Write as _;

use super::answer::{Answerer, changes, write_page};
use super::media::{GRAPHS, MediaFormat, RESULTS};
use super::message::{Head, Request};
use super::negotiate;
use super::problem::Problem;
use super::reply::WorkerReply;
use crate::ask::{self, Answer};
use crate::error::{Action, Error, Result};
use crate::export::{self, Preamble, ResultFormat, TableStyle, write_boolean, write_graph, write_rows};
use crate::finding::{Finding, codes, shorten};
use crate::octets::percent_encoded;
use crate::page::{self, FoundWanted, Interface, Page};

/// What the pages of a search and for SPARQL may do besides: ask this server again while somebody types.
const TYPING_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The page with the charts says itself, in its head, which scripts it has; this is what it cannot say there.
const CHARTS_POLICY: &str = "frame-ancestors 'none'";

/// The page at an address, in the language that is asked for.
pub(super) fn page<'a>(answerer: &'a Answerer, request: &Request, here: &str) -> Page<'a> {
    let interface = request.language.as_deref().and_then(Interface::of_tag).unwrap_or_default();
    Page::new(&answerer.site, interface, here)
}

/// Whether a path is that of a page here.
pub(super) fn is_one(path: &str) -> bool {
    const PATHS: [&str; 10] = [
        "/",
        "/search",
        "/charts",
        "/chart.svg",
        "/chart-dark.svg",
        "/questions",
        "/vocabulary",
        "/about",
        "/sparql-terms.json",
        "/sparql-check.json",
    ];
    PATHS.contains(&path) || path.starts_with("/questions/")
}

/// Whether a client likes a page better than any data, as browsers do.
pub(super) fn is_preferred(accept: &str) -> bool {
    let html: &[&str] = &["text/html"];
    let data = RESULTS.iter().map(|known| known.media).chain(GRAPHS.iter().map(|known| known.media));
    // What is liked as well comes before it.
    negotiate::best(accept, data.chain([html])) == Some(RESULTS.len() + GRAPHS.len())
}

/// Writes the page at a path.
pub(super) fn write(
    answerer: &Answerer,
    path: &str,
    parameters: &[(String, String)],
    request: &Request,
    reply: &mut WorkerReply<'_>,
) -> Result<(), Problem> {
    let mut here = percent_encoded(path, "/");
    for (name, value) in parameters {
        here.push(if here.contains('?') { '&' } else { '?' });
        here.push_str(&format!("{}={}", percent_encoded(name, ""), percent_encoded(value, "")));
    }
    let page = page(answerer, request, &here);
    let value = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let markup = match path {
        "/" => page::home(&page, &request.base)?,
        "/search" => {
            let wanted = FoundWanted {
                text: value("text").unwrap_or_default(),
                kind: value("kind").filter(|kind| !kind.is_empty()),
                part: value("part").and_then(|part| part.parse().ok()).unwrap_or(1),
            };
            let policy = vec![("Content-Security-Policy".to_owned(), TYPING_POLICY.to_owned())];
            return write_page(page::find_page(&page, &wanted)?, policy, reply);
        }
        "/vocabulary" => page::terms(&page)?,
        "/about" => page::about(&page)?,
        "/questions" => page::questions(&page),
        "/sparql" => {
            let markup = page::sparql_page(&page, parameters, answerer.most_rows)?;
            let is_stable = !changes(&value("query").unwrap_or_default());
            let media = "text/html;charset=utf-8".to_owned();
            let headers = vec![("Content-Security-Policy".to_owned(), TYPING_POLICY.to_owned())];
            reply.begin(Head { status: 200, media, headers, is_stable, code: None });
            let written = reply.write_all(markup.into_string().as_bytes());
            return written.map_err(|error| Error::io(Action::Write, "-")(error).into());
        }
        "/sparql-terms.json" => {
            return written("application/json", Vec::new(), &page::editor_terms(&page)?.to_string(), reply);
        }
        "/sparql-check.json" => {
            let findings = page::editor_findings(&page, &value("query").unwrap_or_default())?;
            return written("application/json", Vec::new(), &findings.to_string(), reply);
        }
        "/charts" => return charts(answerer, &page, reply),
        "/chart.svg" | "/chart-dark.svg" => {
            let Some([light, dark]) = answerer.site.picture() else { return Err(nothing(path)) };
            let svg = if path == "/chart.svg" { light } else { dark };
            return written("image/svg+xml", Vec::new(), svg, reply);
        }
        _ => {
            let name = path.trim_start_matches("/questions/");
            if let Some(chosen) = file_of(answerer, name) {
                return answer_file(answerer, chosen, parameters, reply);
            }
            page::question(&page, name, parameters)?
        }
    };
    write_page(markup, Vec::new(), reply)
}

/// The question and the format that a name with an extension means.
fn file_of<'a>(answerer: &Answerer, name: &'a str) -> Option<(&'a str, &'static MediaFormat<ResultFormat>)> {
    let (question, extension) = name.rsplit_once('.')?;
    let questions = &answerer.site.questions;
    let is_one = questions.get(name).is_none() && questions.get(question).is_some();
    RESULTS.iter().find(|known| is_one && known.name == extension).map(|format| (question, format))
}

/// Writes the answer to a question as a file, in all languages.
fn answer_file(
    answerer: &Answerer,
    (name, chosen): (&str, &'static MediaFormat<ResultFormat>),
    parameters: &[(String, String)],
    reply: &mut WorkerReply<'_>,
) -> Result<(), Problem> {
    let (graph, site) = (&answerer.site.graph, &answerer.site);
    let parameters: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let asked = ask::read_in(graph, &site.questions, name, &parameters, &site.languages)?;
    let answer = ask::collect_at_most(graph, &asked.query, answerer.most_rows)?;
    if let Answer::Rows(rows) = &answer {
        export::rows_fit(chosen.format, rows).map_err(Error::invalid)?;
    }
    let file: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect();
    let headers = vec![("Content-Disposition".to_owned(), format!("attachment; filename=\"{file}.{}\"", chosen.name))];
    reply.begin(Head { status: 200, media: chosen.media(), headers, is_stable: true, code: None });
    let style = TableStyle { width: None, most_rows: usize::MAX, group_digits: false, labels: &BTreeMap::new() };
    let written = match answer {
        Answer::Rows(rows) => write_rows(chosen.format, &rows, &graph.prefixes, &style, reply),
        Answer::Boolean(answer) => write_boolean(chosen.format, answer, reply),
        Answer::Triples(quads) => {
            write_graph(export::GraphFormat::Turtle, quads, &graph.prefixes, &Preamble::default(), reply)
        }
    };
    written.map_err(|error| Error::io(Action::Write, "-")(error).into())
}

fn charts(answerer: &Answerer, page: &Page<'_>, reply: &mut WorkerReply<'_>) -> Result<(), Problem> {
    match answerer.site.charts()? {
        Some(html) => {
            let policy = vec![("Content-Security-Policy".to_owned(), CHARTS_POLICY.to_owned())];
            written("text/html;charset=utf-8", policy, html, reply)
        }
        None => write_page(page::no_charts(page), Vec::new(), reply),
    }
}

fn written(
    media: &str,
    headers: Vec<(String, String)>,
    text: &str,
    reply: &mut WorkerReply<'_>,
) -> Result<(), Problem> {
    reply.begin(Head { status: 200, media: media.to_owned(), headers, is_stable: true, code: None });
    reply.write_all(text.as_bytes()).map_err(|error| Error::io(Action::Write, "-")(error).into())
}

fn nothing(path: &str) -> Problem {
    Problem::new(404, Finding::error(codes::UNKNOWN_ADDRESS, format!("there is nothing at `{}`", shorten(path))))
}
