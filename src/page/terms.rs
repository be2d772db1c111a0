//! The classes, properties and codes that a graph describes.

use maud::{Markup, html};
use oxigraph::model::{NamedNode, NamedNodeRef};

use super::reading::{Destination, Page};
use crate::error::Result;
use crate::graph::{Graph, group_digits, language_matches};
use crate::vocabulary::{Category, Description, Text, Vocabulary, describe};

/// The part of an address that leads to a term on the page of the vocabulary.
pub(super) fn anchor(graph: &Graph, term: NamedNodeRef<'_>) -> String {
    let name = graph.prefixes.shorten(term.as_str());
    name.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}

/// The page of the vocabulary: what the data use, then what they do not.
///
/// # Errors
///
/// Those of the graph.
pub fn terms(page: &Page<'_>) -> Result<Markup> {
    let graph = &page.site.graph;
    let vocabulary = Vocabulary::read(graph)?;
    let mut described = Vec::new();
    for term in vocabulary.iter() {
        described.push(describe(graph, term)?);
    }
    let sections = [
        (Category::Class, "classes"),
        (Category::Property, "properties"),
        (Category::Scheme, "code-lists"),
        (Category::Concept, "codes"),
        (Category::Datatype, "datatypes"),
    ];
    let of = |kind: Category, is_used: bool| -> Vec<&Description> {
        described.iter().filter(|term| term.term.kind == kind && (term.n_uses > 0) == is_used).collect()
    };
    let title = page.word("vocabulary");
    let body = html! {
        h1 { (title) }
        p.lead { (page.word("vocabulary-lead")) }
        nav.contents aria-label=(page.word("contents")) {
            ul {
                @for (kind, word) in sections {
                    @let n = of(kind, true).len() + of(kind, false).len();
                    @if n > 0 { li { a href={ "#" (word) } { (page.word(word)) " (" (n) ")" } } }
                }
            }
        }
        @for (kind, word) in sections {
            @let (used, unused) = (of(kind, true), of(kind, false));
            @if !used.is_empty() || !unused.is_empty() {
                section.terms id=(word) {
                    h2 { (page.word(word)) }
                    @for term in used { (one(page, &vocabulary, term)?) }
                    @if !unused.is_empty() {
                        details {
                            summary { (page.interface.with("unused-terms", &group_digits(&unused.len().to_string()))) }
                            @for term in unused { (one(page, &vocabulary, term)?) }
                        }
                    }
                }
            }
        }
    };
    Ok(page.whole(title, Some(Destination::Vocabulary), &html! {}, &body))
}

fn one(page: &Page<'_>, vocabulary: &Vocabulary, described: &Description) -> Result<Markup> {
    let graph = &page.site.graph;
    let term = &described.term;
    let label = page.label(term.iri.as_ref())?;
    let definition = in_language(page, &term.definitions);
    let others: Vec<&Text> = term.labels.iter().filter(|text| text.text != label).collect();
    Ok(html! {
        div.term id=(anchor(graph, term.iri.as_ref())) {
            h3 {
                span lang=[page.language_of(&label)] { (label) } " "
                code { @if page.is_file() { (graph.prefixes.shorten(term.iri.as_str())) } @else { (page.linked_name(&term.iri)) } }
            }
            @if !others.is_empty() {
                p.label { @for (at, text) in others.iter().enumerate() { @if at > 0 { " · " } span lang=[tag(text)] { (text.text) } } }
            }
            @if let Some(text) = definition { p lang=[page.language_of(&text.text)] { (text.text) } }
            @for (word, nodes) in [
                ("domain", &described.domain), ("range", &described.range), ("broader", &described.broader),
                ("inverse", &described.inverse), ("in-list", &described.lists),
            ] {
                @if !nodes.is_empty() && (term.kind != Category::Scheme || word != "in-list") {
                    p.remark { (page.word(word)) ": " (named(page, vocabulary, nodes)?) }
                }
            }
            @if term.kind == Category::Scheme && !described.codes.is_empty() {
                p.remark { (page.word("codes")) ": " (named(page, vocabulary, &described.codes)?) }
            }
            @if !term.aligned.is_empty() {
                p.remark { (page.word("aligned")) ": "
                    @for (at, other) in term.aligned.iter().enumerate() { @if at > 0 { ", " } code { (graph.prefixes.shorten(other.as_str())) } }
                }
            }
            @if described.n_uses > 0 { p.remark { (page.interface.counted(described.n_uses, "use", "uses")) } }
        }
    })
}

/// Links to terms on the same page; a term that the graph does not describe is only named.
fn named(page: &Page<'_>, vocabulary: &Vocabulary, nodes: &[NamedNode]) -> Result<Markup> {
    let mut links = Vec::new();
    for node in nodes {
        let label = page.label(node.as_ref())?;
        let place = vocabulary.get(node.as_str()).map(|term| anchor(&page.site.graph, term.iri.as_ref()));
        links.push(html! {
            @match place {
                Some(place) => a href={ "#" (place) } lang=[page.language_of(&label)] { (label) },
                None => (page.datum(&label)),
            }
        });
    }
    Ok(html! { @for (at, link) in links.iter().enumerate() { @if at > 0 { ", " } (link) } })
}

fn tag(text: &Text) -> Option<&str> {
    Some(text.language.as_str()).filter(|tag| !tag.is_empty())
}

fn in_language<'a>(page: &Page<'_>, texts: &'a [Text]) -> Option<&'a Text> {
    let in_one = |language: &String| texts.iter().find(|text| language_matches(&text.language, language));
    page.languages.iter().find_map(in_one).or(texts.first())
}

/// The terms of a namespace.
///
/// # Errors
///
/// Those of the graph.
pub fn namespace(page: &Page<'_>, namespace: &str) -> Result<Markup> {
    let graph = &page.site.graph;
    let mut terms = Vec::new();
    for term in graph.terms_of(namespace) {
        let label = page.label(term.as_ref())?;
        terms.push((term, label));
    }
    let body = html! {
        h1 { code { (namespace) } }
        p { a href=(page.to(Destination::Vocabulary)) { (page.word("vocabulary-lead")) } }
        table {
            thead { tr { th scope="col" { (page.word("term")) } th scope="col" { (page.word("label")) } } }
            tbody {
                @for (term, label) in &terms {
                    tr id=(term.as_str()[namespace.len()..]) { td { (page.linked_name(term)) } td { (page.datum(label)) } }
                }
            }
        }
    };
    Ok(page.whole(namespace, None, &html! {}, &body))
}
