//! `civigraph search`

use anyhow::Result;
use serde_json::Value;

use super::args::{ListFormat, SearchArguments};
use super::terminal::Terminal;
use super::{hits, knowledge};
use crate::finding::shorten;
use crate::pipeline::EnginePart;
use crate::search::{hit_json, search};

pub(super) fn run(arguments: &SearchArguments, terminal: &Terminal) -> Result<bool> {
    let part = EnginePart::Hits(arguments.text.clone());
    let knowledge = knowledge::open_part(&arguments.source, &part, terminal)?;
    let languages = knowledge::languages(&arguments.language, &knowledge, terminal);
    let limit = usize::try_from(arguments.limit.0).ok();
    let text = &arguments.text;
    let (found, n_found) = search(&knowledge.graph, &knowledge.questions, text, &languages, limit)?;
    match arguments.format {
        ListFormat::Text => terminal.show(None, &hits::text(&found, terminal.width()))?,
        ListFormat::Json => {
            let json = format!("{:#}\n", found.iter().map(hit_json).collect::<Value>());
            terminal.write(None, |out| out.write_all(json.as_bytes()))?;
        }
    }
    if found.is_empty() {
        let shown = shorten(text);
        terminal.note(&format!("nothing is called `{shown}`, or nearly so, and no definition has these words"));
        terminal.note(match text.trim().chars().count() {
            1 => "a single letter is looked for as a word; give more of the name",
            _ => "try a part of the name, another language, or `civigraph vocabulary` for the terms",
        });
    } else if n_found > found.len() {
        terminal.note(&format!("{} of {n_found} hits; `--limit none` shows all", found.len()));
    }
    Ok(!(arguments.exit_status && found.is_empty()))
}
