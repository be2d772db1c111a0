//! `civigraph vocabulary`

use anyhow::Result;
use serde_json::{Value, json};

use super::args::{ListFormat, VocabularyArguments};
use super::terminal::Terminal;
use super::{hits, knowledge, term};
use crate::search::{description_json, find_terms, hit_json};
use crate::vocabulary::{Vocabulary, describe};

pub(super) fn run(arguments: &VocabularyArguments, terminal: &Terminal) -> Result<bool> {
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    let languages = knowledge::languages(&arguments.language, &knowledge, terminal);
    let graph = &knowledge.graph;
    let vocabulary = Vocabulary::read(graph)?;
    let print = |json: Value| terminal.write(None, |out| writeln!(out, "{json:#}"));
    let Some(text) = &arguments.term else {
        match arguments.format {
            ListFormat::Text => terminal.show(None, &term::list(graph, &vocabulary, &languages, terminal.width())?)?,
            ListFormat::Json => {
                let terms = vocabulary.iter().map(|term| Ok(description_json(graph, &describe(graph, term)?)));
                print(terms.collect::<crate::error::Result<Value>>()?)?;
            }
        }
        return Ok(true);
    };
    let found = find_terms(graph, &vocabulary, text, &languages)?;
    let description = found.term.as_ref().map(|term| describe(graph, term)).transpose()?;
    match (arguments.format, description) {
        (ListFormat::Text, Some(description)) => {
            let mut shown = term::text(graph, &description, &languages, terminal.width())?;
            if !found.others.is_empty() {
                shown.push_str("\nAlso called so\n");
                shown.push_str(&hits::text(&found.others, terminal.width()));
            }
            terminal.show(None, &shown)?;
        }
        (ListFormat::Text, None) => terminal.show(None, &hits::text(&found.others, terminal.width()))?,
        (ListFormat::Json, description) => print(json!({
            "term": description.map(|description| description_json(graph, &description)),
            "others": found.others.iter().map(hit_json).collect::<Value>(),
        }))?,
    }
    Ok(true)
}
