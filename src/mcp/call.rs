//! The arguments of calls, read and checked.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::setup::ToolCall;
use super::tools;
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, codes, did_you_mean};
use crate::graph::language_matches;
use crate::pipeline::Knowledge;

/// The most rows, triples or statements of each sort in one answer.
pub(super) const MOST: usize = 1_000;

/// How many rows or statements of each sort an answer has if nobody asks for another number.
pub(super) const USUAL: usize = 100;

/// Arguments of `search`.
#[derive(Debug, Deserialize)]
pub(super) struct SearchCall {
    pub text: String,
    #[serde(default)]
    pub kinds: Vec<String>,
    pub limit: Option<u64>,
    #[serde(default)]
    pub languages: Vec<String>,
}

/// Arguments of `show`.
#[derive(Debug, Deserialize)]
pub(super) struct ShowCall {
    pub thing: String,
    pub limit: Option<u64>,
    #[serde(default)]
    pub languages: Vec<String>,
}

/// Arguments of `questions`.
#[derive(Debug, Deserialize)]
pub(super) struct QuestionsCall {
    pub word: Option<String>,
    #[serde(default)]
    pub all: bool,
}

/// Arguments of `ask`.
#[derive(Debug, Deserialize)]
pub(super) struct AskCall {
    pub question: String,
    #[serde(default)]
    pub parameters: Map<String, Value>,
    pub limit: Option<u64>,
    #[serde(default)]
    pub offset: u64,
    #[serde(default)]
    pub languages: Vec<String>,
}

/// Arguments of `sparql`.
#[derive(Debug, Deserialize)]
pub(super) struct SparqlCall {
    pub query: String,
    pub limit: Option<u64>,
    #[serde(default)]
    pub offset: u64,
}

/// Arguments of `path`.
#[derive(Debug, Deserialize)]
pub(super) struct PathCall {
    pub from: String,
    pub to: String,
    pub paths: Option<u64>,
    #[serde(default)]
    pub only: Vec<String>,
    #[serde(default)]
    pub avoid: Vec<String>,
    #[serde(default)]
    pub languages: Vec<String>,
}

/// The arguments of a call.
///
/// # Errors
///
/// `bad-arguments` for those that the tool does not have, that are missing, or that are of another type.
pub(super) fn read<T: DeserializeOwned>(call: &ToolCall) -> Result<T> {
    let (known, required) = tools::arguments_of(&call.tool);
    let mut faults = Findings::new();
    for name in call.arguments.keys().filter(|name| !known.iter().any(|known| known == *name)) {
        let message = format!("the tool `{}` has no argument `{name}`", call.tool);
        let all: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let hint = did_you_mean(name, known.iter().map(String::as_str));
        let hint = hint.unwrap_or_else(|| format!("its arguments are {}", all.join(", ")));
        faults.push(Finding::error(codes::BAD_ARGUMENTS, message).hint(hint));
    }
    for name in required.iter().filter(|name| !call.arguments.contains_key(name.as_str())) {
        let message = format!("the tool `{}` needs the argument `{name}`", call.tool);
        faults.push(Finding::error(codes::BAD_ARGUMENTS, message));
    }
    if faults.has_errors() {
        return Err(Error::Invalid(Box::new(faults)));
    }
    // What is null is not given.
    let given: Map<String, Value> = call
        .arguments
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, v)| (name.clone(), v.clone()))
        .collect();
    serde_json::from_value(Value::Object(given)).map_err(|error| {
        bad(format!("the arguments of `{}` are not of the types that its schema names: {error}", call.tool))
    })
}

/// An argument has a value that it cannot have.
pub(super) fn bad(message: String) -> Error {
    Error::invalid(Finding::error(codes::BAD_ARGUMENTS, message))
}

/// How many are wanted, of at most so many.
///
/// # Errors
///
/// `bad-arguments` where the number is out of range.
pub(super) fn number(name: &str, asked: Option<u64>, usual: usize, most: usize) -> Result<usize> {
    match asked.map(usize::try_from) {
        None => Ok(usual),
        Some(Ok(n)) if (1..=most).contains(&n) => Ok(n),
        Some(_) => Err(bad(format!("`{name}` is a number from 1 to {most}"))),
    }
}

/// The languages of an answer: those asked for, otherwise those of the graph.
///
/// # Errors
///
/// `unknown-language` for one in which the graph has no labels.
pub(super) fn languages(asked: &[String], knowledge: &Knowledge) -> Result<Vec<String>> {
    if asked.is_empty() {
        return Ok(knowledge.shown_languages());
    }
    let has = |asked: &String| knowledge.languages.iter().any(|known| language_matches(known, asked));
    if let Some(unknown) = asked.iter().find(|language| !has(language)) {
        let message = format!("the graph has no labels in `{}`", crate::finding::shorten(unknown));
        let hint = format!("its languages are {}", knowledge.languages.join(", "));
        return Err(Error::invalid(Finding::error(codes::UNKNOWN_LANGUAGE, message).hint(hint)));
    }
    Ok(asked.to_vec())
}
