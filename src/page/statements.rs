//! All triples that a thing is in, as a table.

use maud::{Markup, html};
use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term, Triple};

use super::reading::Page;
use crate::error::Result;
use crate::graph::group_digits;

/// The most triples of a table; there is a link to the others.
const MOST: usize = 500;

/// The triples that begin and end at a thing.
pub(super) fn both_ways(page: &Page<'_>, node: NamedNodeRef<'_>) -> Result<Markup> {
    let graph = &page.site.graph;
    let from: Vec<Triple> = graph.triples(Some(node.into()), None, None).collect();
    let to: Vec<Triple> = graph.triples(None, None, Some(node.into())).collect();
    if from.is_empty() && to.is_empty() {
        return Ok(html! {});
    }
    let all = page.document(node, "ttl").unwrap_or_default();
    Ok(html! {
        details.triples {
            summary { (page.word("all-triples")) }
            (table(page, "triples-from", from, &all, |triple| triple.object.clone())?)
            (table(page, "triples-to", to, &all, |triple| match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => node.clone().into(),
            NamedOrBlankNode::BlankNode(node) => node.clone().into(),
            })?)
        }
    })
}

fn table(
    page: &Page<'_>,
    heading: &str,
    mut triples: Vec<Triple>,
    all: &str,
    other: impl Fn(&Triple) -> Term,
) -> Result<Markup> {
    triples.sort_by_cached_key(|triple| (triple.predicate.as_str().to_owned(), other(triple).to_string()));
    let n = triples.len();
    triples.truncate(MOST);
    let mut rows = Vec::new();
    for triple in &triples {
        let property = triple.predicate.as_ref();
        let link = page.thing(property);
        rows.push((link, page.label(property)?, term(page, &other(triple))?));
    }
    Ok(html! {
        @if !rows.is_empty() {
            h3 { (page.word(heading)) }
            @if n > MOST {
                p { (page.interface.with("first-of", &group_digits(&n.to_string()))) " " a href=(all) { (page.word("all-of-them")) } }
            }
            table {
                tbody { @for (link, property, value) in &rows { tr { th scope="row" { a href=[link.as_ref()] { (page.datum(property)) } } td { (value) } } } }
            }
        }
    })
}

fn term(page: &Page<'_>, term: &Term) -> Result<Markup> {
    Ok(match term {
        Term::NamedNode(node) => {
            let label = page.label(node.as_ref())?;
            page.linked(node.as_ref(), &label)
        }
        Term::Literal(literal) => html! { span lang=[literal.language()] { (literal.value()) } },
        other => html! { code { (other.to_string()) } },
    })
}
