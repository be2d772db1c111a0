//! All triples that a thing is in, as a table.

use maud::{Markup, html};
use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term, Triple};

use super::super::answer::Answerer;
use crate::error::Result;
use crate::graph::group_digits;

/// The most triples of a table; there is a link to the others.
const MOST: usize = 500;

/// The triples that begin and end at a thing.
pub(super) fn both_ways(answerer: &Answerer, node: NamedNodeRef<'_>, all: &str) -> Result<Markup> {
    let graph = &answerer.graph;
    let from: Vec<Triple> = graph.triples(Some(node.into()), None, None).collect();
    let to: Vec<Triple> = graph.triples(None, None, Some(node.into())).collect();
    Ok(html! {
        (table(answerer, "Triples that begin here", from, all, |triple| triple.object.clone())?)
        (table(answerer, "Triples that end here", to, all, |triple| match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => node.clone().into(),
            NamedOrBlankNode::BlankNode(node) => node.clone().into(),
        })?)
    })
}

fn table(
    answerer: &Answerer,
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
        let link = answerer.addresses.link(&answerer.graph, property);
        rows.push((link, answerer.graph.label(property, &answerer.languages)?, term(answerer, &other(triple))?));
    }
    Ok(html! {
        @if !rows.is_empty() {
            h2 { (heading) }
            @if n > MOST {
                p { "The first " (MOST) " of " (group_digits(&n.to_string())) "; " a href=(all) { "all of them" } "." }
            }
            table {
                tbody { @for (link, property, value) in &rows { tr { th scope="row" { a href=(link) { (property) } } td { (value) } } } }
            }
        }
    })
}

fn term(answerer: &Answerer, term: &Term) -> Result<Markup> {
    let graph = &answerer.graph;
    Ok(match term {
        Term::NamedNode(node) => {
            let label = graph.label(node.as_ref(), &answerer.languages)?;
            html! { a href=(answerer.addresses.link(graph, node.as_ref())) { (label) } }
        }
        Term::Literal(literal) => html! { span lang=[literal.language()] { (literal.value()) } },
        other => html! { code { (other.to_string()) } },
    })
}
