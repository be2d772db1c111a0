//! The page of a thing: what the graph says of it, both ways and with the lines behind it.

use maud::{Markup, html};
use oxigraph::model::{NamedNodeRef, Term};

use super::reading::{Destination, Page};
use super::{DOCUMENTS, evidence, figures, history, linked_json, neighbours, questions, relations, statements};
use crate::entity::{Direction, NameLine, Profile, Property, profile};
use crate::error::Result;
use crate::vocab::{cg, code};

/// The page of a thing.
///
/// # Errors
///
/// Those of the graph.
pub fn article(page: &Page<'_>, node: NamedNodeRef<'_>) -> Result<Markup> {
    let graph = &page.site.graph;
    let labels = page.labels(node);
    let title = labels.first().map_or_else(|| graph.prefixes.shorten(node.as_str()), |(_, label)| label.clone());
    let profile = profile(graph, node, page.main_language())?;
    let head = html! {
        @for (extension, media) in DOCUMENTS {
            @if let Some(link) = page.document(node, extension) { link rel="alternate" type=(media) href=(link); }
        }
        link rel="canonical" href=[page.canonical(node)];
        (linked_json::block(page.site, node))
    };
    let is_planned = graph.objects(node.into(), cg::STATUS).first().is_some_and(|status| {
        ![code::DONE, code::ONGOING, code::ENDED].iter().any(|there| *status == Term::from(*there))
    });
    let body = html! {
        article {
            header.thing {
                @if !profile.kinds.is_empty() || profile.status.is_some() {
                    p.kinds {
                        @for kind in &profile.kinds { span.chip { (page.datum(kind)) } }
                        @if let Some(status) = &profile.status { span.chip.soon[is_planned] { (page.datum(status)) } }
                    }
                }
                h1 lang=[page.language_of(&title)] { (title) }
                @for (tag, label) in labels.iter().skip(1) {
                    p.label lang=[(!tag.is_empty()).then_some(tag)] { (label) }
                }
                p.identity { code { (graph.prefixes.shorten(node.as_str())) } (evidence::shown(page, &profile.evidence)) }
            }
            div.columns {
                div.said {
                    (neighbours::picture(page, &profile, &title))
                    (relations::section(page, "relations", &profile.relations, Direction::From))
                    (relations::section(page, "relations-of-others", &profile.relations, Direction::To))
                    (figures::section(page, &profile.figures)?)
                    (figures::parts(page, &profile.parts)?)
                    (history::section(page, &profile.names, &profile.relations))
                    (properties(page, &profile.properties))
                    @if !page.is_file() { (statements::both_ways(page, node)?) }
                }
                aside aria-label=(page.word("aside")) {
                    (names(page, &profile))
                    (questions::about(page, node)?)
                    (documents(page, node))
                }
            }
        }
    };
    Ok(page.whole(&title, None, &head, &body))
}

fn names(page: &Page<'_>, profile: &Profile) -> Markup {
    let row = |name: &NameLine| {
        html! {
            li {
                span lang=[(!name.language.is_empty()).then_some(&name.language)] { (name.text) }
                " " span.remark { (page.datum(&name.kind)) }
                (evidence::shown(page, &name.evidence))
            }
        }
    };
    html! {
        @if !profile.names.is_empty() {
            section {
                h2 { (page.word("names")) }
                ul.plain { @for name in &profile.names { (row(name)) } }
            }
        }
    }
}

fn properties(page: &Page<'_>, properties: &[Property]) -> Markup {
    html! {
        @if !properties.is_empty() {
            section.facts {
                h2 { (page.word("other-statements")) }
                dl { @for line in properties { dt { (page.datum(&line.property)) } dd { (value(page, &line.value)) } } }
            }
        }
    }
}

/// A value; an address of the web is a link.
fn value(page: &Page<'_>, text: &str) -> Markup {
    let is_address =
        (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace);
    html! {
        @if is_address { a href=(text) rel="external nofollow" { (text) } } @else { (page.datum(text)) }
    }
}

fn documents(page: &Page<'_>, node: NamedNodeRef<'_>) -> Markup {
    let query = format!("DESCRIBE <{}>", node.as_str());
    html! {
        section {
            h2 { (page.word("as-data")) }
            ul.plain {
                @for (extension, media) in DOCUMENTS {
                    @if let Some(link) = page.document(node, extension) { li { a href=(link) type=(media) { (name(extension)) } } }
                }
                @if !page.is_file() {
                    li { a href=(page.to_with(Destination::Sparql, &[("query", &query)])) { (page.word("open-in-sparql")) } }
                }
            }
            p.iri { code { (node.as_str()) } }
        }
    }
}

/// The name of a format.
fn name(extension: &str) -> &'static str {
    match extension {
        "ttl" => "Turtle",
        "jsonld" => "JSON-LD",
        "nt" => "N-Triples",
        "rdf" => "RDF/XML",
        "trig" => "TriG",
        _ => "N-Quads",
    }
}
