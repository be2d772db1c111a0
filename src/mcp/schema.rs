//! JSON Schemas of what the tools give.

use serde_json::{Value, json};

fn strings() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

fn maybe_string() -> Value {
    json!({"type": ["string", "null"]})
}

fn texts_by_language() -> Value {
    json!({"type": "object", "additionalProperties": {"type": "string"}, "description": "Texts by language tag"})
}

fn objects(properties: Value) -> Value {
    json!({"type": "array", "items": {"type": "object", "properties": properties}})
}

/// An object that says whether it is whole.
fn answer(mut properties: Value, required: &[&str]) -> Value {
    properties["complete"] = json!({"type": "boolean", "description": "Whether this is all there is"});
    properties["note"] = json!({"type": "string", "description": "What is missing, and how to get it"});
    let required: Vec<&str> = required.iter().copied().chain(["complete"]).collect();
    json!({"type": "object", "properties": properties, "required": required})
}

fn evidence() -> Value {
    json!({"type": "string", "description": "The source and its lines that state this"})
}

pub(super) fn search() -> Value {
    let hits = objects(json!({
        "id": {"type": "string", "description": "What the other tools call it"},
        "iri": maybe_string(),
        "kind": {"type": "string"},
        "label": texts_by_language(),
        "types": strings(),
        "rank": {"type": "string", "description": "How close it is to what is looked for"},
        "matched": {"type": "string", "description": "The name or definition that was found"},
        "matched_kind": maybe_string(),
    }));
    answer(json!({"hits": hits, "n_hits": {"type": "integer"}}), &["hits", "n_hits"])
}

pub(super) fn show() -> Value {
    let figure = json!({
        "measure": {"type": "string"},
        "amount": {"type": "string"},
        "remarks": strings(),
        "evidence": evidence(),
    });
    let thing = json!({
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "iri": {"type": "string"},
            "labels": strings(),
            "kinds": strings(),
            "status": maybe_string(),
            "evidence": evidence(),
            "names": objects(json!({
                "kind": {"type": "string"},
                "text": {"type": "string"},
                "language": {"type": "string"},
                "evidence": evidence(),
            })),
            "relations": objects(json!({
                "direction": {"enum": ["from", "to"], "description": "Whether it leads from the thing or to it"},
                "relation": {"type": "string", "description": "As it reads from the thing"},
                "other": {"type": "string"},
                "other_id": {"type": "string"},
                "remarks": strings(),
                "evidence": evidence(),
            })),
            "figures": objects(figure.clone()),
            "parts": objects(json!({
                "part": {"type": "string", "description": "Its part in a figure about another thing"},
                "about": {"type": "string"},
                "about_id": {"type": "string"},
                "figure": {"type": "object", "properties": figure},
            })),
            "properties": objects(json!({"property": {"type": "string"}, "value": {"type": "string"}})),
            "left_out": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
    });
    let term = json!({"type": "object", "description": "The description of a class, property or code"});
    answer(json!({"thing": thing, "term": term, "also_named": strings()}), &[])
}

pub(super) fn questions() -> Value {
    let parameters = objects(json!({
        "name": {"type": "string"},
        "type": {"type": "string"},
        "description": {"type": "string"},
        "default": {"type": ["string", "null"], "description": "A parameter without a default is needed"},
        "example": maybe_string(),
    }));
    let questions = objects(json!({
        "name": {"type": "string"},
        "group": maybe_string(),
        "title": texts_by_language(),
        "description": texts_by_language(),
        "parameters": parameters,
        "returns": {"enum": ["table", "boolean", "graph"]},
        "columns": {"type": ["array", "null"], "items": {"type": "string"}},
    }));
    answer(json!({"questions": questions}), &["questions"])
}

pub(super) fn results() -> Value {
    let cell = json!({
        "type": "object",
        "description": "A term as in SPARQL 1.1 Query Results JSON, an IRI with its prefixed name and label",
        "properties": {
            "type": {"enum": ["uri", "literal", "bnode", "triple"]},
            "value": {},
            "id": {"type": "string"},
            "label": {"type": "string"},
            "xml:lang": {"type": "string"},
            "datatype": {"type": "string"},
        },
        "required": ["type", "value"],
    });
    let rows = json!({
        "type": "array",
        "items": {"type": "object", "additionalProperties": cell},
        "description": "Of a SELECT: a cell for each column that has a value",
    });
    answer(
        json!({
            "columns": strings(),
            "rows": rows,
            "n_rows": {"type": "integer", "description": "How many rows there are in all"},
            "boolean": {"type": "boolean", "description": "Of an ASK"},
            "turtle": {"type": "string", "description": "Of a CONSTRUCT or DESCRIBE"},
            "n_triples": {"type": "integer"},
            "warnings": strings(),
        }),
        &[],
    )
}

pub(super) fn path() -> Value {
    let stop = json!({
        "type": "object",
        "properties": {"iri": {"type": "string"}, "id": {"type": "string"}, "labels": texts_by_language()},
    });
    let by_language = json!({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}});
    let relations = objects(json!({
        "relation": {"type": "string"},
        "direction": {"enum": ["forwards", "backwards"]},
        "sentences": texts_by_language(),
        "status": maybe_string(),
        "remarks": by_language,
        "evidence": evidence(),
        "claim": maybe_string(),
    }));
    let steps = objects(json!({"from": stop, "to": stop, "relations": relations}));
    answer(
        json!({
            "from": stop,
            "to": stop,
            "partSizes": {"type": "array", "items": {"type": "integer"}},
            "paths": objects(json!({"length": {"type": "integer"}, "steps": steps})),
        }),
        &["from", "to", "paths"],
    )
}
