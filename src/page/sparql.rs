//! A query in SPARQL: where it is written, what is wrong with it at its place, its answer.

use maud::{Markup, html};

use super::downloads::extensions;
use super::reading::{Destination, Page};
use super::table::{TableAddress, table};
use crate::ask::{self, Answer};
use crate::error::{Error, Result};
use crate::export::{GraphFormat, Preamble, write_graph};
use crate::finding::{Finding, Findings, Place};
use crate::sparql::{Query, lint};

/// A query to begin with.
const EXAMPLE: &str = "SELECT ?class (COUNT(?thing) AS ?things)\nWHERE { ?thing a ?class }\nGROUP BY ?class\nORDER BY DESC(?things)\nLIMIT 20";

/// The most triples that are shown.
const MOST_TRIPLES: usize = 500;

/// The formats of triples.
const GRAPHS: [&str; 3] = ["ttl", "jsonld", "nt"];

/// The page for queries, with the answer to one if it is given. A query may find so many rows.
///
/// # Errors
///
/// Those of the evaluation that are not for whoever asks.
pub fn sparql_page(page: &Page<'_>, given: &[(String, String)], most_rows: u64) -> Result<Markup> {
    let text = given.iter().find(|(name, _)| name == "query").map(|(_, text)| text.as_str());
    let asked = text.filter(|text| !text.trim().is_empty());
    let answered = match asked.map(|text| answer(page, text, given, most_rows)) {
        None => None,
        Some(Ok(markup)) => Some(Ok(markup)),
        Some(Err(Error::Invalid(findings))) => Some(Err(*findings)),
        Some(Err(error)) => return Err(error),
    };
    let is_wrong = matches!(answered, Some(Err(_)));
    let action = page.to(Destination::Sparql);
    let heading = page.word("sparql");
    let body = html! {
        h1 { (heading) }
        p.lead { (page.word("sparql-lead")) }
        form.query action=(action.split('?').next().unwrap_or_default()) method="get" {
            label for="query" { (page.word("query")) }
            textarea #query name="query" rows="9" spellcheck="false" autocapitalize="off" autocomplete="off" dir="ltr"
                data-completions=(page.word("completions"))
                aria-invalid=[is_wrong.then_some("true")] aria-describedby=[is_wrong.then_some("wrong")] { "\n" (text.unwrap_or(EXAMPLE)) }
            p.remark #editor-help hidden { (page.word("editor-help")) }
            @if page.interface != super::Interface::default() { input type="hidden" name="lang" value=(page.interface.tag()); }
            button type="submit" { (page.word("ask")) }
        }
        @match answered {
            Some(Ok(markup)) => section.answer { h2 { (page.word("answer")) } (markup) },
            Some(Err(findings)) => section #wrong { h2 { (page.word("not-answered")) } (wrong(asked.unwrap_or_default(), &findings)) },
            None => {}
        }
        details { summary { (page.word("prefixes")) } pre { code {
            @for (name, namespace) in page.site.graph.prefixes.iter() { "PREFIX " (name) ": <" (namespace) ">\n" }
        } } }
    };
    let head = html! { script type="module" src="/sparql.js" {} };
    Ok(page.whole(heading, Some(Destination::Sparql), &head, &body))
}

fn answer(page: &Page<'_>, text: &str, given: &[(String, String)], most_rows: u64) -> Result<Markup> {
    let graph = &page.site.graph;
    let query = Query::parse("query", text, &graph.prefixes).map_err(Error::invalid)?;
    let warnings: Vec<Finding> = lint(&query, graph, &[])?.into_iter().collect();
    let file = |format: &str| page.to_with(Destination::Sparql, &[("query", text), ("format", format)]);
    let shown = match ask::collect_at_most(graph, &query, most_rows)? {
        Answer::Boolean(is) => html! { p { strong { (page.word(if is { "yes" } else { "no" })) } } },
        Answer::Rows(rows) => {
            let downloads: Vec<_> = extensions(&rows).into_iter().map(|format| (format, file(format))).collect();
            table(page, rows, &TableAddress::new(Destination::Sparql, given), &downloads)?
        }
        Answer::Triples(mut quads) => {
            let n = quads.len();
            quads.sort_by_cached_key(crate::graph::n_quads_line);
            quads.truncate(MOST_TRIPLES);
            let mut turtle = Vec::new();
            // Writing to memory cannot fail.
            let _ = write_graph(GraphFormat::Turtle, quads, &graph.prefixes, &Preamble::default(), &mut turtle);
            html! {
                p.about-rows {
                    (page.interface.counted(n, "triple-n", "triples-n"))
                    @if n > MOST_TRIPLES { "; " (page.interface.with("first-triples", &MOST_TRIPLES.to_string())) }
                    @if n > 0 {
                        " · " (page.word("download"))
                        @for format in GRAPHS { " " a.chip href=(file(format)) download { (format.to_uppercase()) } }
                    }
                }
                @if n > 0 { pre tabindex="0" { code { (String::from_utf8_lossy(&turtle)) } } }
            }
        }
    };
    Ok(html! {
        @for warning in &warnings { p.fault lang="en" { (warning.message) @if let Some(hint) = &warning.hint { br; (hint) } } }
        (shown)
    })
}

/// What is wrong, each at its place in the query.
fn wrong(text: &str, findings: &Findings) -> Markup {
    html! {
        @for finding in findings.iter() {
            @if let Some(place) = &finding.place { (marked(text, place)) }
            p.fault lang="en" {
                @if let Some(place) = &finding.place { (place.line) ":" (place.column) " " }
                (finding.message)
                @if let Some(hint) = &finding.hint { br; (hint) }
            }
        }
    }
}

/// The query with its lines counted and the place marked.
fn marked(text: &str, place: &Place) -> Markup {
    let at = usize::try_from(place.column).unwrap_or(usize::MAX).saturating_sub(1);
    let width = usize::try_from(place.width).unwrap_or(1).max(1);
    html! {
        pre.lines {
            @for (number, line) in (1..).zip(text.lines()) {
                @let is_here = number == place.line;
                span.line aria-hidden="true" { (number) }
                @if is_here {
                    @let found: String = line.chars().skip(at).take(width).collect();
                    (line.chars().take(at).collect::<String>())
                    mark { @if found.is_empty() { " " } @else { (found) } }
                    (line.chars().skip(at.saturating_add(width)).collect::<String>())
                } @else { (line) }
                "\n"
            }
        }
    }
}
