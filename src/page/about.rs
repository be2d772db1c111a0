//! What the data are: where they are from, under which licence they may be used, how they are cited.

use maud::{Markup, html};
use oxigraph::model::{NamedNodeRef, Term};

use super::evidence::published_at;
use super::reading::{Destination, Page};
use crate::error::Result;
use crate::graph::{CheckRecord, group_digits, language_matches, local_name};
use crate::vocab::{cg, dcterms, named_graph, owl};

/// What the data say of themselves by a property.
fn said(page: &Page<'_>, property: NamedNodeRef<'_>) -> Vec<Term> {
    let quads = page.site.graph.matching(None, Some(property), None, Some(named_graph::DATASET.into()));
    quads.map(|quad| quad.object).collect()
}

/// The description of the data, in the language of the page if there is one in it.
pub(super) fn description(page: &Page<'_>) -> Option<String> {
    let texts: Vec<(String, String)> = said(page, dcterms::DESCRIPTION)
        .into_iter()
        .filter_map(|term| match term {
            Term::Literal(text) => Some((text.language().unwrap_or_default().to_owned(), text.value().to_owned())),
            _ => None,
        })
        .collect();
    let in_language = |language: &String| texts.iter().find(|(tag, _)| language_matches(tag, language));
    page.languages.iter().find_map(in_language).or(texts.first()).map(|(_, text)| text.clone())
}

/// The page about the data.
///
/// # Errors
///
/// Those of the graph.
pub fn about(page: &Page<'_>) -> Result<Markup> {
    let heading = page.word("about");
    let title = page.title();
    let text = |term: &Term| match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    };
    let version = said(page, owl::VERSION_INFO).first().map(text);
    let licences: Vec<String> = said(page, dcterms::LICENSE).iter().map(text).collect();
    let mut sources = Vec::new();
    for (name, node) in &page.site.sources {
        let label = page.label(node.as_ref())?;
        let date = page.site.graph.objects(node.as_ref().into(), cg::AS_OF).first().map(text);
        sources.push((name, node, label, date, published_at(page.site, node)));
    }
    let mut named: Vec<String> = said(page, dcterms::SOURCE).iter().map(text).collect();
    named.sort();
    let cited = citation(&title, version.as_deref(), &licences);
    let body = html! {
        h1 { (heading) }
        p.lead lang=[page.language_of(&title)] { (title) }
        @if let Some(text) = description(page) { p lang=[page.language_of(&text)] { (text) } }
        dl.properties {
            @if let Some(version) = &version { dt { (page.word("version")) } dd { (version) } }
            @if !licences.is_empty() {
                dt { (page.word("licence")) }
                @for licence in &licences { dd { (address(licence)) } }
            }
            dt { (page.word("size")) }
            dd { (group_digits(&page.site.subjects().len().to_string())) " " (page.word("things")) ", "
                (group_digits(&page.site.graph.n_triples().to_string())) " " (page.word("triples")) }
            dt { (page.word("data-languages")) }
            dd { (page.site.languages.join(", ")) }
        }
        @if let Some(checks) = &page.site.checks { (checked(page, checks)) }
        @if !sources.is_empty() {
            h2 { (page.word("sources")) }
            table.sources {
                thead { tr { th scope="col" { (page.word("source")) } th scope="col" { (page.word("name-in-evidence")) } th scope="col" { (page.word("as-of")) } } }
                tbody {
                    @for (name, node, label, date, published) in &sources {
                        tr {
                            th scope="row" {
                                (page.linked(node.as_ref(), label))
                                @if let Some(published) = published { " " (address(published)) }
                            }
                            td { code { (name) } }
                            td.date { @if let Some(date) = date { (date) } }
                        }
                    }
                }
            }
        } @else if !named.is_empty() {
            h2 { (page.word("sources")) }
            ul { @for source in &named { li { (page.datum(source)) } } }
        }
        p { (page.word("evidence-lead")) }
        h2 { (page.word("how-to-cite")) }
        blockquote { p { (page.datum(&cited)) } }
        h2 { (page.word("how-made")) }
        p { (page.word("how-made-text")) }
    };
    Ok(page.whole(heading, Some(Destination::About), &html! {}, &body))
}

/// The checks that the data passed, or what they found.
fn checked(page: &Page<'_>, checks: &CheckRecord) -> Markup {
    let counted = |n: u64, one: &str, several: &str| {
        page.interface.counted(usize::try_from(n).unwrap_or(usize::MAX), one, several)
    };
    let found = [
        (checks.violations, "violation-n", "violations-n"),
        (checks.warnings, "warning-n", "warnings-n"),
        (checks.remarks, "remark-n", "remarks-n"),
    ];
    let found: Vec<String> =
        found.iter().filter(|(n, ..)| *n > 0).map(|(n, one, several)| counted(*n, one, several)).collect();
    html! {
        h2 { (page.word("checks")) }
        p {
            (counted(checks.checks, "check-n", "checks-n"))
            @if checks.shapes > 0 { ", " (counted(checks.shapes, "shape-n", "shapes-n")) }
            (page.word("checks-lead"))
            @if found.is_empty() { (page.word("found-none")) } @else { (found.join(", ")) }
        }
    }
}

fn citation(title: &str, version: Option<&str>, licences: &[String]) -> String {
    let mut text = title.to_owned();
    if let Some(version) = version {
        text.push_str(&format!(", version {version}"));
    }
    text.push('.');
    for licence in licences {
        text.push_str(&format!(" {licence}"));
    }
    text
}

/// A text that is a link where it is an address.
fn address(text: &str) -> Markup {
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    html! { @if is_address { a href=(text) rel="external nofollow" { (name_of(text)) } } @else { (text) } }
}

/// A known licence by its name, any other address as it is.
fn name_of(address: &str) -> &str {
    match address.trim_end_matches('/').split_once("creativecommons.org/licenses/") {
        Some((_, "by/4.0")) => "Creative Commons Attribution 4.0 (CC BY 4.0)",
        Some((_, "by-sa/4.0")) => "Creative Commons Attribution-ShareAlike 4.0 (CC BY-SA 4.0)",
        _ if address.len() > 60 => local_name(address),
        _ => address,
    }
}
