//! Hits and descriptions for programs.

use serde_json::{Map, Value, json};

use super::Hit;
use crate::graph::Graph;
use crate::vocabulary::{Description, Text};

/// A hit as an object.
pub fn hit_json(hit: &Hit) -> Value {
    let labels: Map<String, Value> =
        hit.labels.iter().map(|(tag, label)| (tag.clone(), Value::String(label.clone()))).collect();
    json!({
        "id": hit.id,
        "iri": hit.iri.as_ref().map(|iri| iri.as_str()),
        "kind": hit.kind.name(),
        "label": labels,
        "types": hit.kinds,
        "rank": hit.rank.name(),
        "matched": hit.matched,
        "matched_kind": hit.matched_kind,
    })
}

fn texts(texts: &[Text]) -> Value {
    texts.iter().map(|text| json!({"text": text.text, "language": text.language})).collect()
}

/// A description as an object.
pub fn description_json(graph: &Graph, description: &Description) -> Value {
    let names = |nodes: &[oxigraph::model::NamedNode]| -> Value {
        nodes.iter().map(|node| graph.prefixes.shorten(node.as_str())).collect()
    };
    let term = &description.term;
    json!({
        "id": graph.prefixes.shorten(term.iri.as_str()),
        "iri": term.iri.as_str(),
        "kind": term.kind.name(),
        "labels": texts(&term.labels),
        "synonyms": texts(&term.synonyms),
        "definitions": texts(&term.definitions),
        "notes": texts(&description.notes),
        "domain": names(&description.domain),
        "range": names(&description.range),
        "broader": names(&description.broader),
        "narrower": names(&description.narrower),
        "inverse": names(&description.inverse),
        "properties": names(&description.properties),
        "lists": names(&description.lists),
        "codes": names(&description.codes),
        "aligned": names(&term.aligned),
        "uses": description.n_uses,
        "example": description.example.as_ref().map(|example| {
            [example.subject.to_string(), example.predicate.to_string(), example.object.to_string()]
        }),
    })
}
