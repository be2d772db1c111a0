//! Plain pages: what is here, and what the graph says of a thing, both ways and with the lines behind it. They have
//! no script, and one style sheet.

mod statements;

use maud::{DOCTYPE, Markup, html};
use oxigraph::model::{NamedNode, NamedNodeRef, Term};

use super::answer::Answerer;
use super::media::GRAPHS;
use crate::entity::{Direction, FigureLine, NameLine, PartLine, Property, RelationLine, profile};
use crate::error::Result;
use crate::graph::{LABELS, bcp47_case, group_digits};

/// The style sheet of all pages.
pub(super) const STYLE: &str = include_str!("style.css");

/// A query to start from.
const EXAMPLE: &str = "SELECT ?class (COUNT(?thing) AS ?things)\nWHERE { ?thing a ?class }\nGROUP BY ?class\nORDER BY DESC(?things)\nLIMIT 20";

fn layout(answerer: &Answerer, title: &str, head: &Markup, body: &Markup) -> Markup {
    let language = answerer.languages.first().map_or("en", String::as_str);
    html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/style.css";
                (head)
            }
            body {
                header { a href="/" { (answerer.title) } }
                main { (body) }
                footer { "Served by civigraph " (env!("CARGO_PKG_VERSION")) }
            }
        }
    }
}

/// That a request has no answer.
pub(super) fn problem(status: u16, text: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (status) }
                link rel="stylesheet" href="/style.css";
            }
            body { main { h1 { (status) } pre { (text) } p { a href="/" { "What is here" } } } }
        }
    }
}

/// What is here.
pub(super) fn home(answerer: &Answerer, base: &str) -> Markup {
    let graph = &answerer.graph;
    let n = |n: usize| group_digits(&n.to_string());
    let graphs = graph.named_graphs();
    let body = html! {
        h1 { (answerer.title) }
        p { (n(graph.n_triples())) " triples in " (n(graphs.len())) " named graphs." }
        h2 { "Ask" }
        form action="/sparql" method="get" {
            label for="query" { "SPARQL" }
            textarea id="query" name="query" rows="8" cols="70" { (EXAMPLE) }
            label for="format" { "Format" }
            select id="format" name="format" {
                option value="table" { "table" }
                option value="csv" { "csv" }
                option value="json" { "json" }
            }
            button type="submit" { "Ask" }
        }
        h2 { "Addresses" }
        dl {
            dt { a href="/sparql" { (base) "/sparql" } }
            dd { "SPARQL 1.1 Protocol, read-only; without a query, its description" }
            dt { a href="/graphs?default" { (base) "/graphs?default" } }
            dd { "SPARQL 1.1 Graph Store HTTP Protocol, read-only" }
            dt { a href="/.well-known/void" { (base) "/.well-known/void" } }
            dd { "the data about themselves: VoID and DCAT" }
            dt { a href="/sitemap.xml" { (base) "/sitemap.xml" } }
            dd { "the addresses of all things" }
        }
        h2 { "Named graphs" }
        table {
            thead { tr { th scope="col" { "Graph" } th scope="col" { "Triples" } } }
            tbody {
                @for (name, size) in &graphs {
                    @if let oxigraph::model::GraphName::NamedNode(name) = name {
                        tr {
                            td { a href={ "/graphs?graph=" (super::address::escaped(name.as_str(), "")) } { (name.as_str()) } }
                            td.number { (n(*size)) }
                        }
                    }
                }
            }
        }
    };
    layout(answerer, &answerer.title, &html! {}, &body)
}

/// The labels of a node in all languages, with their tags.
fn labels(answerer: &Answerer, node: NamedNodeRef<'_>) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = Vec::new();
    for property in LABELS {
        for object in answerer.graph.objects(node.into(), property) {
            let Term::Literal(literal) = object else { continue };
            let label = (bcp47_case(literal.language().unwrap_or_default()), literal.value().to_owned());
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
    }
    let rank = |tag: &str| answerer.languages.iter().position(|language| language == tag).unwrap_or(usize::MAX);
    labels.sort_by_key(|(tag, _)| rank(tag));
    labels
}

/// What the graph says of a thing.
pub(super) fn thing(answerer: &Answerer, node: NamedNodeRef<'_>, base: &str) -> Result<Markup> {
    let graph = &answerer.graph;
    let labels = labels(answerer, node);
    let title = labels.first().map_or_else(|| graph.prefixes.shorten(node.as_str()), |(_, label)| label.clone());
    let profile = profile(graph, node, &answerer.languages)?;
    let link = answerer.addresses.link(graph, node);
    let document = |name: &str| match link.starts_with("/resource?") {
        true => format!("{link}&format={name}"),
        false => format!("{link}.{name}"),
    };
    let head = html! {
        @for format in GRAPHS {
            link rel="alternate" type=(format.plain_media()) href=(document(format.name));
        }
    };
    let by_direction = |direction: Direction| -> Vec<&RelationLine> {
        profile.relations.iter().filter(|line| line.direction == direction).collect()
    };
    let body = html! {
        h1 { (title) }
        @for (tag, label) in labels.iter().skip(1) {
            p.label lang=[(!tag.is_empty()).then_some(tag)] { (label) }
        }
        p { code { (node.as_str()) } }
        @if !profile.kinds.is_empty() { p { (profile.kinds.join(", ")) } }
        @if let Some(status) = &profile.status { p { (status) } }
        @if !profile.evidence.is_empty() { p.evidence { (profile.evidence) } }
        (names(&profile.names))
        (relations(answerer, "Relations", &by_direction(Direction::From)))
        (relations(answerer, "Relations of others to it", &by_direction(Direction::To)))
        (figures(&profile.figures))
        (parts(answerer, &profile.parts))
        (properties(&profile.properties))
        (statements::both_ways(answerer, node, &document("ttl"))?)
        h2 { "As data" }
        ul {
            @for format in GRAPHS { li { a href=(document(format.name)) { (format.plain_media()) } } }
            li { a href={ "/sparql?query=" (super::address::escaped(&format!("DESCRIBE <{}>", node.as_str()), "")) } {
                "DESCRIBE in SPARQL"
            } }
            li { (base) (link) }
        }
    };
    Ok(layout(answerer, &title, &head, &body))
}

/// The terms of a namespace.
pub(super) fn namespace(answerer: &Answerer, namespace: &str, base: &str) -> Result<Markup> {
    let graph = &answerer.graph;
    let mut terms = Vec::new();
    for term in graph.terms_of(namespace) {
        let label = graph.label(term.as_ref(), &answerer.languages)?;
        terms.push((answerer.addresses.link(graph, term.as_ref()), term, label));
    }
    let body = html! {
        h1 { code { (namespace) } }
        table {
            thead { tr { th scope="col" { "Term" } th scope="col" { "Label" } } }
            tbody {
                @for (link, term, label) in &terms {
                    tr id=(term.as_str()[namespace.len()..]) {
                        td { a href=(link) { (graph.prefixes.shorten(term.as_str())) } }
                        td { (label) }
                    }
                }
            }
        }
        p { "Served at " (base) }
    };
    Ok(layout(answerer, namespace, &html! {}, &body))
}

/// A link to what a prefixed name or an IRI in angle brackets names.
fn named_link(answerer: &Answerer, id: &str, label: &str) -> Markup {
    let bare = id.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let iri = bare.map(str::to_owned).or_else(|| answerer.graph.prefixes.expand(id));
    let node = iri.and_then(|iri| NamedNode::new(iri).ok());
    html! {
        @match node {
            Some(node) => a href=(answerer.addresses.link(&answerer.graph, node.as_ref())) { (label) },
            None => (label),
        }
    }
}

fn with_remarks(remarks: &[String], evidence: &str) -> Markup {
    html! {
        @for remark in remarks { " · " (remark) }
        @if !evidence.is_empty() { " " span.evidence { (evidence) } }
    }
}

fn names(names: &[NameLine]) -> Markup {
    html! {
        @if !names.is_empty() {
            h2 { "Names" }
            ul {
                @for name in names {
                    li { span lang=(name.language) { (name.text) } " (" (name.kind) ")" (with_remarks(&[], &name.evidence)) }
                }
            }
        }
    }
}

fn relations(answerer: &Answerer, heading: &str, relations: &[&RelationLine]) -> Markup {
    html! {
        @if !relations.is_empty() {
            h2 { (heading) }
            ul {
                @for line in relations {
                    li {
                        (line.relation) " " (named_link(answerer, &line.other_id, &line.other))
                        (with_remarks(&line.remarks, &line.evidence))
                    }
                }
            }
        }
    }
}

fn figure(line: &FigureLine) -> Markup {
    html! { (line.measure) ": " strong { (line.amount) } (with_remarks(&line.remarks, &line.evidence)) }
}

fn figures(figures: &[FigureLine]) -> Markup {
    html! {
        @if !figures.is_empty() {
            h2 { "Figures" }
            ul { @for line in figures { li { (figure(line)) } } }
        }
    }
}

fn parts(answerer: &Answerer, parts: &[PartLine]) -> Markup {
    html! {
        @if !parts.is_empty() {
            h2 { "Figures of others in which it has a part" }
            ul {
                @for line in parts {
                    li { (line.part) ": " (named_link(answerer, &line.about_id, &line.about)) ", " (figure(&line.figure)) }
                }
            }
        }
    }
}

fn properties(properties: &[Property]) -> Markup {
    html! {
        @if !properties.is_empty() {
            h2 { "Other statements" }
            ul { @for line in properties { li { (line.property) ": " (line.value) } } }
        }
    }
}
