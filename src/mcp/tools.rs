//! The tools: what each is for, what it takes, what it gives.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use super::call::{MOST, USUAL};
use super::schema;
use crate::search::HitKind;

pub(super) const SEARCH: &str = "search";
pub(super) const SHOW: &str = "show";
pub(super) const QUESTIONS: &str = "questions";
pub(super) const ASK: &str = "ask";
pub(super) const SPARQL: &str = "sparql";
pub(super) const PATH: &str = "path";

/// A tool as it is written here.
struct ToolText {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    required: &'static [&'static str],
    properties: Value,
    output: Value,
}

/// The tools, the ones to begin with first.
pub(super) fn list() -> Vec<Tool> {
    texts().into_iter().map(tool).collect()
}

/// The names of the arguments of a tool, and of those that it needs.
pub(super) fn arguments_of(name: &str) -> (Vec<String>, Vec<String>) {
    let text = texts().into_iter().find(|text| text.name == name);
    let known = text.iter().flat_map(|text| text.properties.as_object()).flat_map(|properties| properties.keys());
    let needed = text.iter().flat_map(|text| text.required).map(|name| (*name).to_owned());
    (known.cloned().collect(), needed.collect())
}

fn tool(text: ToolText) -> Tool {
    let input = json!({
        "type": "object",
        "properties": text.properties,
        "required": text.required,
        "additionalProperties": false,
    });
    let annotations = ToolAnnotations::new().read_only(true).destructive(false).idempotent(true).open_world(false);
    Tool::new(text.name, text.description, object(input))
        .with_title(text.title)
        .with_raw_output_schema(object(text.output))
        .with_annotations(annotations)
}

fn object(value: Value) -> Arc<JsonObject> {
    let Value::Object(object) = value else { return Arc::default() };
    Arc::new(object)
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn names(description: &str) -> Value {
    json!({"type": "array", "items": {"type": "string"}, "description": description})
}

fn count(description: &str, usual: usize, most: usize) -> Value {
    json!({"type": "integer", "minimum": 1, "maximum": most, "default": usual, "description": description})
}

fn offset() -> Value {
    json!({"type": "integer", "minimum": 0, "default": 0, "description": "How many rows or triples to leave out at the beginning"})
}

fn languages() -> Value {
    names("Language tags of the texts, such as en; those of the graph if none is given")
}

const THING: &str = "A thing by slug, prefixed name, IRI or any label that names one thing only; `search` finds them";

fn texts() -> [ToolText; 6] {
    let kinds: Vec<&str> = HitKind::ALL.map(HitKind::name).to_vec();
    [
        ToolText {
            name: SEARCH,
            title: "Search by name",
            description: "Find bodies, places, funds, figures, terms of the vocabulary and stored questions by any \
                name, in any language of the graph, former and short names too, with typing errors, and by the words \
                of definitions. The closest come first. Take an `id` of a hit to the tool show, or the name of a \
                question to the tool ask.",
            required: &["text"],
            properties: json!({
                "text": text("A name, a part of it, or words of a definition"),
                "kinds": {
                    "type": "array",
                    "items": {"type": "string", "enum": kinds},
                    "description": "Only hits of these kinds; all if none is given",
                },
                "limit": count("The most hits", 10, USUAL),
                "languages": languages(),
            }),
            output: schema::search(),
        },
        ToolText {
            name: SHOW,
            title: "Show a thing",
            description: "What the graph says of a thing: names, kinds, relations both ways, figures, each with the \
                source and lines that state it (`evidence`) and what limits it (`remarks`: planned, until when, \
                about how much). A class, property or code is described with its definition and use.",
            required: &["thing"],
            properties: json!({
                "thing": text(THING),
                "limit": count("The most names, relations, figures and other statements of each", USUAL, MOST),
                "languages": languages(),
            }),
            output: schema::show(),
        },
        ToolText {
            name: QUESTIONS,
            title: "List the stored questions",
            description: "The stored questions that the tool ask answers, with titles and parameters. They were \
                worked out with care: prefer one to a query of your own where it fits.",
            required: &[],
            properties: json!({
                "word": text("Only questions with this word in their names, titles or descriptions, in detail"),
                "all": {
                    "type": "boolean",
                    "default": false,
                    "description": "List those too that ask about what this graph does not have",
                },
            }),
            output: schema::questions(),
        },
        ToolText {
            name: ASK,
            title: "Ask a stored question",
            description: "Answer a stored question. Parameters that name a thing take a slug, a prefixed name or any \
                label. The columns `lines` and `source`, where a question has them, say which lines of the source \
                state a row.",
            required: &["question"],
            properties: json!({
                "question": text("The name of a stored question, as the tools questions and search list them"),
                "parameters": {
                    "type": "object",
                    "additionalProperties": {"type": ["string", "number", "boolean"]},
                    "description": "Values by parameter, such as {\"body\": \"itb\"}",
                },
                "limit": count("The most rows or triples", USUAL, MOST),
                "offset": offset(),
                "languages": languages(),
            }),
            output: schema::results(),
        },
        ToolText {
            name: SPARQL,
            title: "Query with SPARQL",
            description: "Evaluate a SPARQL 1.1 query over all named graphs. The prefixes of the graph need no \
                PREFIX. Rows without ORDER BY are sorted, so that `offset` goes on where `limit` ended. SERVICE is \
                refused and updates are not queries: nothing is written, and no network is used.",
            required: &["query"],
            properties: json!({
                "query": text("SELECT, ASK, CONSTRUCT or DESCRIBE"),
                "limit": count("The most rows or triples", USUAL, MOST),
                "offset": offset(),
            }),
            output: schema::results(),
        },
        ToolText {
            name: PATH,
            title: "Connect two things",
            description: "How two things are connected: the shortest paths of relations, step by step in sentences, \
                each with the source and lines that state it (`evidence`). Paths whose relations hold come before \
                those with plans.",
            required: &["from", "to"],
            properties: json!({
                "from": text(THING),
                "to": text(THING),
                "paths": count("The most paths", 1, USUAL),
                "only": names("Walk only these relations, by prefixed name or label"),
                "avoid": names("Walk none of these relations, and no thing of these kinds or names"),
                "languages": languages(),
            }),
            output: schema::path(),
        },
    ]
}
