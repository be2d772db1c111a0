//! `civigraph show`

use anyhow::Result;

use super::args::ShowArguments;
use super::terminal::Terminal;
use super::{knowledge, profile as text};
use crate::entity::{NodeKind, also_named, find, profile};

pub(super) fn run(arguments: &ShowArguments, terminal: &Terminal) -> Result<bool> {
    let knowledge = knowledge::open(&arguments.source, terminal)?;
    let languages = knowledge::languages(&arguments.language, &knowledge, terminal);
    let entity = find(&knowledge.graph, &arguments.entity, NodeKind::Entity)?;
    let profile = profile(&knowledge.graph, entity.as_ref(), &languages)?;
    for other in also_named(&knowledge.graph, &arguments.entity, NodeKind::Entity, &entity)? {
        let name = knowledge.graph.prefixes.shorten(other.as_str());
        terminal.note(&format!("note: `{}` also names {name}", arguments.entity));
    }
    let text = text::text(&profile, terminal.width());
    terminal.show(None, &text)?;
    Ok(true)
}
