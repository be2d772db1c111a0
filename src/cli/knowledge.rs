//! The graph that a command works on: a pack, a snapshot, or the default.

use std::path::Path;

use super::args::SourceArguments;
use super::terminal::Terminal;
use crate::error::Result;
use crate::pack::Pack;
use crate::pipeline::{self, Knowledge};

/// The snapshot that is opened where it is found and nothing else is asked for.
const DEFAULT_STORE: &str = ".civigraph";

pub(super) fn open(source: &SourceArguments, terminal: &Terminal) -> Result<Knowledge> {
    if let Some(folder) = &source.store {
        return pipeline::open(folder);
    }
    let pack = match &source.pack {
        Some(folder) => Pack::open(folder)?,
        // Whatever is there under that name is meant, also when it cannot be read.
        None if Path::new(DEFAULT_STORE).symlink_metadata().is_ok() => return pipeline::open(Path::new(DEFAULT_STORE)),
        None => Pack::embedded()?,
    };
    let (knowledge, summary) = pipeline::build(&pack)?;
    terminal.print(&summary.findings);
    Ok(knowledge)
}

/// The languages asked for, else those of the graph; `both` is those of the graph.
pub(super) fn languages(asked: &[String], knowledge: &Knowledge) -> Vec<String> {
    let all = asked.is_empty() || asked.iter().any(|language| language == "both");
    if all { knowledge.languages.clone() } else { asked.to_vec() }
}
