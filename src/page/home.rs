//! The first page: a search, a picture, what is here and what can be asked.

use maud::{Markup, html};
use oxigraph::model::GraphName;

use super::questions;
use super::reading::{Destination, Page};
use crate::error::Result;
use crate::graph::group_digits;
use crate::octets::percent_encoded;
use crate::sparql::Question;

/// The most kinds that are named.
const MOST_KINDS: usize = 12;

/// The most questions that are named.
const MOST_QUESTIONS: usize = 8;

/// The first page; `base` is where a server is.
///
/// # Errors
///
/// Those of the graph.
pub fn home(page: &Page<'_>, base: &str) -> Result<Markup> {
    let graph = &page.site.graph;
    let n = |n: usize| group_digits(&n.to_string());
    let title = page.title();
    let examples = examples(page);
    let body = html! {
        section.hero {
            h1 lang=[page.language_of(&title)] { (title) }
            @if let Some(text) = super::about::description(page) { p.lead lang=[page.language_of(&text)] { (text) } }
            (page.search_form("", true))
            ul.counts {
                li { strong { (n(page.site.subjects().len())) } " " (page.word("things")) }
                li { strong { (n(graph.n_triples())) } " " (page.word("triples")) }
                @if !page.site.sources.is_empty() { li { strong { (page.site.sources.len()) } " " (page.word("sources-n")) } }
            }
        }
        @if page.site.picture().is_some() {
            figure.first-chart {
                a href=(page.to(Destination::Charts)) {
                    picture {
                        source media="(prefers-color-scheme: dark)" srcset=(page.asset("chart-dark.svg"));
                        img src=(page.asset("chart.svg")) alt=(page.word("chart-alt"));
                    }
                }
                figcaption { a href=(page.to(Destination::Charts)) { (page.word("all-charts")) } }
            }
        }
        @if let Some(changes) = &page.site.changes { (super::changes::section(page, changes)?) }
        div.pair {
            section { h2 { (page.word("what-is-here")) } (kinds(page)) }
            @if !examples.is_empty() {
                section {
                    h2 { (page.word("what-can-be-asked")) }
                    ul.plain.questions {
                        @for question in examples {
                            @let title = questions::title(page, question);
                            li { a href=(page.to(Destination::Question(&question.name))) lang=[page.language_of(&title)] { (title) } }
                        }
                    }
                    p { a href=(page.to(Destination::Questions)) { (page.interface.with("all-questions", &page.site.questions.names().count().to_string())) } }
                }
            }
        }
        @if !page.is_file() { (addresses(page, base)) }
    };
    Ok(page.whole(&title, Some(Destination::Home), &html! {}, &body))
}

/// That there are no charts.
pub fn no_charts(page: &Page<'_>) -> Markup {
    let title = page.word("charts");
    let body = html! { h1 { (title) } p { (page.word("no-charts")) } };
    page.whole(title, Some(Destination::Charts), &html! {}, &body)
}

/// The first question of each group that needs no parameter, then others.
fn examples<'a>(page: &Page<'a>) -> Vec<&'a Question> {
    let questions = &page.site.questions;
    let in_group = |group: &String, is_open: bool| {
        questions
            .iter()
            .find(|question| question.group.as_ref() == Some(group) && question.parameters.is_empty() == is_open)
    };
    let groups: Vec<&String> = questions.groups.iter().map(|(name, _)| name).collect();
    let mut examples: Vec<&Question> = groups.iter().filter_map(|group| in_group(group, true)).collect();
    examples.extend(groups.iter().filter_map(|group| in_group(group, false)));
    if examples.is_empty() {
        examples = questions.iter().collect();
    }
    examples.truncate(MOST_QUESTIONS);
    examples
}

/// The kinds of things with their numbers.
pub(super) fn kinds(page: &Page<'_>) -> Markup {
    let classes = &page.site.kinds().classes;
    let mut counts: Vec<(String, usize)> = classes
        .iter()
        .map(|(class, things)| (page.label(class.as_ref()).unwrap_or_else(|_| class.as_str().to_owned()), things.len()))
        .collect();
    counts.sort_by_key(|(label, n)| (std::cmp::Reverse(*n), label.clone()));
    let (shown, others) = counts.split_at(counts.len().min(MOST_KINDS));
    let list = |counts: &[(String, usize)]| {
        html! {
            ul.kinds {
                @for (label, n) in counts {
                    li {
                        a.chip href=(page.to_with(Destination::Search, &[("kind", label)])) {
                            (page.datum(label)) " " span.count { (group_digits(&n.to_string())) }
                        }
                    }
                }
            }
        }
    };
    html! {
        (list(shown))
        @if !others.is_empty() {
            details { summary { (page.interface.with("and-more", &others.len().to_string())) } (list(others)) }
        }
    }
}

/// What programs ask, and the named graphs.
fn addresses(page: &Page<'_>, base: &str) -> Markup {
    let graphs = page.site.graph.named_graphs();
    let rows = [
        ("/sparql", "/sparql", "about-sparql"),
        ("/graphs", "/graphs?default", "about-graphs"),
        ("/.well-known/void", "/.well-known/void", "about-void"),
        ("/sitemap.xml", "/sitemap.xml", "about-sitemap"),
    ];
    html! {
        section.programs {
            h2 { (page.word("for-programs")) }
            dl {
                @for (path, link, word) in rows { dt { a href=(link) { (base) (path) } } dd { (page.word(word)) } }
            }
            details {
                summary { (page.interface.counted(graphs.len(), "named-graph", "named-graphs")) }
                table {
                    thead { tr { th scope="col" { (page.word("graph")) } th.number scope="col" { (page.word("triples")) } } }
                    tbody {
                        @for (name, size) in &graphs {
                            @if let GraphName::NamedNode(name) = name {
                                tr {
                                    td { a href={ "/graphs?graph=" (percent_encoded(name.as_str(), "")) } { (name.as_str()) } }
                                    td.number { (group_digits(&size.to_string())) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
