//! What a worker answers to each call. Everything here is a function of the graph and the call.

use serde_json::{Map, Value, json};

use super::call::{
    self, AskCall, MOST, PathCall, QuestionsCall, SearchCall, ShowCall, SparqlCall, USUAL, bad, languages, number,
};
use super::rows::{self, Window};
use super::setup::{ToolAnswer, ToolCall};
use super::tools;
use crate::ask::{self, Answer, Listed};
use crate::entity::{NodeKind, PathLimits, also_named, connect, find, profile, profile_json};
use crate::error::{Error, Result};
use crate::finding::{Findings, did_you_mean};
use crate::pipeline::Knowledge;
use crate::search::{HitKind, description_json, hit_json, search};
use crate::sparql::{Query, lint};
use crate::vocabulary::{Vocabulary, describe, is_described};

/// Answers a call. A query may find so many rows.
pub(super) fn answer(knowledge: &Knowledge, call: &ToolCall, most_rows: u64) -> Result<ToolAnswer> {
    match call.tool.as_str() {
        tools::SEARCH => searched(knowledge, call),
        tools::SHOW => shown(knowledge, call),
        tools::QUESTIONS => listed(knowledge, call),
        tools::ASK => asked(knowledge, call, most_rows),
        tools::SPARQL => queried(knowledge, call, most_rows),
        tools::PATH => connected(knowledge, call),
        // The server passes on calls of the tools that it lists.
        other => Err(bad(format!("there is no tool `{other}`"))),
    }
}

fn searched(knowledge: &Knowledge, call: &ToolCall) -> Result<ToolAnswer> {
    let arguments: SearchCall = call::read(call)?;
    let languages = languages(&arguments.languages, knowledge)?;
    let limit = number("limit", arguments.limit, 10, USUAL)?;
    let names = HitKind::ALL.map(HitKind::name);
    if let Some(unknown) = arguments.kinds.iter().find(|kind| !names.contains(&kind.as_str())) {
        let hint = did_you_mean(unknown, names).unwrap_or_else(|| format!("the kinds are {}", names.join(", ")));
        return Err(bad(format!("there is no kind `{}` of hits; {hint}", crate::finding::shorten(unknown))));
    }
    let all = arguments.kinds.is_empty();
    let (mut hits, mut n_hits) =
        search(&knowledge.graph, &knowledge.questions, &arguments.text, &languages, all.then_some(limit))?;
    if !all {
        hits.retain(|hit| arguments.kinds.iter().any(|kind| kind == hit.kind.name()));
        n_hits = hits.len();
        hits.truncate(limit);
    }
    let is_complete = n_hits == hits.len();
    let mut answer = json!({
        "hits": hits.iter().map(hit_json).collect::<Vec<_>>(),
        "n_hits": n_hits,
        "complete": is_complete,
    });
    if !is_complete {
        answer["note"] =
            json!(format!("{} of {n_hits} hits; ask for more with `limit`, or give more of the name", hits.len()));
    }
    Ok(ToolAnswer::of(answer))
}

fn shown(knowledge: &Knowledge, call: &ToolCall) -> Result<ToolAnswer> {
    let arguments: ShowCall = call::read(call)?;
    let languages = languages(&arguments.languages, knowledge)?;
    let limit = number("limit", arguments.limit, USUAL, MOST)?;
    let graph = &knowledge.graph;
    let entity = find(graph, &arguments.thing, NodeKind::Entity)?;
    if is_described(graph, entity.as_ref())?
        && let Some(found) = Vocabulary::read(graph)?.get(entity.as_str())
    {
        let description = describe(graph, found)?;
        return Ok(ToolAnswer::of(json!({"term": description_json(graph, &description), "complete": true})));
    }
    let others = also_named(graph, &arguments.thing, NodeKind::Entity, &entity)?;
    let others: Vec<String> = others.iter().map(|other| graph.prefixes.shorten(other.as_str())).collect();
    let mut thing = profile_json(&profile(graph, entity.as_ref(), &languages)?, limit);
    thing["iri"] = json!(entity.as_str());
    let left_out = thing["left_out"].as_object().filter(|left| !left.is_empty()).cloned();
    let mut answer = json!({"thing": thing, "also_named": others, "complete": left_out.is_none()});
    if let Some(left_out) = left_out {
        let told: Vec<String> = left_out.iter().map(|(what, n)| format!("{n} {what}")).collect();
        answer["note"] = json!(format!(
            "left out: {}; ask for more with `limit`, up to {MOST}, or with the tool `sparql`",
            told.join(", ")
        ));
    }
    Ok(ToolAnswer::of(answer))
}

fn listed(knowledge: &Knowledge, call: &ToolCall) -> Result<ToolAnswer> {
    let arguments: QuestionsCall = call::read(call)?;
    let word = arguments.word.as_deref().map(str::trim).filter(|word| !word.is_empty());
    let listed = Listed { word, all: arguments.all, which: "" };
    let (graph, questions) = (&knowledge.graph, &knowledge.questions);
    let mut list = ask::list_json(graph, questions, listed);
    for question in list.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        // A command is of no use here; what is said in detail only on request keeps the list short.
        question.shift_remove("call");
        if word.is_none() {
            ["description", "columns", "columns_by_language"]
                .iter()
                .for_each(|name| drop(question.shift_remove(*name)));
        }
    }
    let n_others = ask::n_left_out(graph, questions, listed);
    let mut answer = json!({"questions": list, "complete": n_others == 0});
    if n_others > 0 {
        answer["note"] =
            json!(format!("{n_others} more ask about what this graph does not have; `all` lists them too"));
    } else if questions.names().next().is_none() {
        answer["note"] = json!(ask::NO_QUESTIONS);
    }
    Ok(ToolAnswer::of(answer))
}

fn asked(knowledge: &Knowledge, call: &ToolCall, most_rows: u64) -> Result<ToolAnswer> {
    let arguments: AskCall = call::read(call)?;
    let languages = languages(&arguments.languages, knowledge)?;
    let window = Window::read(arguments.offset, arguments.limit)?;
    // By their names alone: neither a file nor SPARQL is read here.
    ask::stored(&knowledge.questions, &arguments.question)?;
    let parameters = parameters(&arguments.parameters)?;
    let (graph, questions) = (&knowledge.graph, &knowledge.questions);
    let prepared = ask::read_in(graph, questions, &arguments.question, &parameters, &languages)?;
    evaluated(knowledge, &prepared.query, &prepared.warnings, (window, most_rows), &languages)
}

/// Parameters as commands take them.
fn parameters(given: &Map<String, Value>) -> Result<Vec<String>> {
    let mut parameters = Vec::new();
    for (name, value) in given {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(is) => is.to_string(),
            Value::Array(_) | Value::Object(_) => {
                return Err(bad(format!("the parameter `{name}` is neither text nor a number")));
            }
        };
        parameters.push(format!("{name}={text}"));
    }
    Ok(parameters)
}

fn queried(knowledge: &Knowledge, call: &ToolCall, most_rows: u64) -> Result<ToolAnswer> {
    let arguments: SparqlCall = call::read(call)?;
    let window = Window::read(arguments.offset, arguments.limit)?;
    let query = Query::parse("query", &arguments.query, &knowledge.graph.prefixes).map_err(Error::invalid)?;
    let mut warnings = Findings::new();
    warnings.extend(lint(&query, &knowledge.graph, &[])?);
    evaluated(knowledge, &query, &warnings, (window, most_rows), &knowledge.shown_languages())
}

fn evaluated(
    knowledge: &Knowledge,
    query: &Query,
    warnings: &Findings,
    (window, most_rows): (Window, u64),
    languages: &[String],
) -> Result<ToolAnswer> {
    let graph = &knowledge.graph;
    match ask::collect_at_most(graph, query, most_rows)? {
        Answer::Rows(rows) => rows::rows(graph, rows, warnings, window, languages),
        Answer::Boolean(is) => Ok(rows::boolean(is, warnings)),
        Answer::Triples(quads) => rows::triples(graph, quads, warnings, window),
    }
}

fn connected(knowledge: &Knowledge, call: &ToolCall) -> Result<ToolAnswer> {
    let arguments: PathCall = call::read(call)?;
    let languages = languages(&arguments.languages, knowledge)?;
    let most = number("paths", arguments.paths, 1, USUAL)?;
    let limits = PathLimits { only: arguments.only, avoid: arguments.avoid, most };
    let found = connect(&knowledge.graph, (&arguments.from, &arguments.to), &limits, &languages)?;
    let mut answer = found.json(&languages);
    // The shortest ones are what is asked for, however many there are.
    answer["complete"] = json!(true);
    if found.paths.is_empty() {
        answer["note"] = json!("nothing connects the two by relations that may be walked");
    }
    Ok(ToolAnswer::of(answer))
}
