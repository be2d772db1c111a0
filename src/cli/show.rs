//! `civigraph show`

use anyhow::Result;

use super::args::ShowArguments;
use super::terminal::Terminal;
use super::{knowledge, profile as text, term};
use crate::entity::{NodeKind, also_named, find, profile};
use crate::pipeline::EnginePart;
use crate::vocabulary::{Vocabulary, describe, is_described};

pub(super) fn run(arguments: &ShowArguments, terminal: &Terminal) -> Result<bool> {
    let part = EnginePart::About(arguments.entity.clone());
    let knowledge = knowledge::open_part_as_of(&arguments.source, &part, &arguments.dated, terminal)?;
    let languages = knowledge::languages(&arguments.language, &knowledge, terminal);
    let entity = find(&knowledge.graph, &arguments.entity, NodeKind::Entity)?;
    // A term of an ontology is described as `vocabulary` does.
    if is_described(&knowledge.graph, entity.as_ref())?
        && let Some(found) = Vocabulary::read(&knowledge.graph)?.get(entity.as_str())
    {
        let description = describe(&knowledge.graph, found)?;
        let shown = term::text(&knowledge.graph, &description, &languages, terminal.width())?;
        terminal.show(None, &shown)?;
        return Ok(true);
    }
    let profile = profile(&knowledge.graph, entity.as_ref(), &languages)?;
    for other in also_named(&knowledge.graph, &arguments.entity, NodeKind::Entity, &entity)? {
        let name = knowledge.graph.prefixes.shorten(other.as_str());
        terminal.note(&format!("note: `{}` also names {name}", arguments.entity));
    }
    let text = text::text(&profile, terminal.width());
    terminal.show(None, &text)?;
    Ok(true)
}
