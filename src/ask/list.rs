//! The list of stored questions, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::term;
use crate::graph::Graph;
use crate::sparql::{AnswerShape, Parameter, Question, Questions};

/// Whether a question has the word, ignoring case, in its name, its titles, its descriptions or
/// those of its parameters. An empty word is in every question.
fn has(question: &Question, word: &str) -> bool {
    let word = word.trim().to_lowercase();
    let texts = std::iter::once(&question.name)
        .chain(question.title.values())
        .chain(question.description.values())
        .chain(question.parameters.iter().flat_map(|parameter| [&parameter.name, &parameter.description]));
    texts.into_iter().any(|text| text.to_lowercase().contains(&word))
}

fn chosen<'a>(questions: &'a Questions, word: Option<&'a str>) -> impl Iterator<Item = &'a Question> {
    questions.iter().filter(move |question| word.is_none_or(|word| has(question, word)))
}

/// The command for a question. The examples are from one pack; in another they name nothing.
fn call(graph: &Graph, question: &Question) -> String {
    let mut call = format!("civigraph query {}", question.name);
    for parameter in &question.parameters {
        if let (None, Some(example)) = (&parameter.default, &parameter.example) {
            let example = if is_there(graph, parameter, example) { example } else { "…" };
            let _ = write!(call, " --param {}={example}", parameter.name);
        }
    }
    call
}

fn is_there(graph: &Graph, parameter: &Parameter, example: &str) -> bool {
    term(graph, parameter, example).is_ok()
}

/// The stored questions that contain the word, with titles, parameters and examples, for people;
/// empty if there are none.
pub fn list(graph: &Graph, questions: &Questions, languages: &[String], word: Option<&str>) -> String {
    let mut text = String::new();
    for question in chosen(questions, word) {
        let titles: Vec<&str> =
            languages.iter().filter_map(|language| question.title.get(language)).map(String::as_str).collect();
        let _ = writeln!(text, "{:<16} {}", question.name, titles.join(" · "));
        for parameter in &question.parameters {
            let default = match &parameter.default {
                Some(default) => format!(" (default {default})"),
                None => String::new(),
            };
            let _ = writeln!(
                text,
                "{:<16}   --param {}=… {}: {}{default}",
                "",
                parameter.name,
                parameter.kind.name(),
                parameter.description
            );
        }
        let returns = match &question.returns {
            AnswerShape::Table(columns) => columns.join(", "),
            AnswerShape::Boolean => "yes or no".to_owned(),
            AnswerShape::Graph => "triples".to_owned(),
        };
        let _ = writeln!(text, "{:<16}   returns {returns}", "");
        let _ = writeln!(text, "{:<16}   {}", "", call(graph, question));
    }
    text
}

/// The stored questions that contain the word, as a list for programs.
pub fn list_json(graph: &Graph, questions: &Questions, word: Option<&str>) -> Value {
    let parameter = |parameter: &Parameter| {
        let example = parameter.example.as_deref().filter(|example| is_there(graph, parameter, example));
        json!({
            "name": parameter.name,
            "type": parameter.kind.name(),
            "description": parameter.description,
            "default": parameter.default,
            "example": example,
        })
    };
    let question = |question: &Question| {
        let (form, columns) = match &question.returns {
            AnswerShape::Table(columns) => ("table", Some(columns)),
            AnswerShape::Boolean => ("boolean", None),
            AnswerShape::Graph => ("graph", None),
        };
        json!({
            "name": question.name,
            "title": question.title,
            "description": question.description,
            "parameters": question.parameters.iter().map(parameter).collect::<Vec<_>>(),
            "returns": form,
            "columns": columns,
            "call": call(graph, question),
        })
    };
    chosen(questions, word).map(question).collect()
}
