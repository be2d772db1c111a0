//! The graph that a command works on: a pack, a snapshot, or the default.

use std::path::{Path, PathBuf};

use super::args::SourceArguments;
use super::terminal::Terminal;
use crate::diagnostic::Diagnostic;
use crate::error::Result;
use crate::pack::Pack;
use crate::pipeline::{self, Knowledge};

/// The snapshot that is opened where it is found and nothing else is asked for.
const DEFAULT_STORE: &str = ".civigraph";

pub(super) fn open(source: &SourceArguments, terminal: &Terminal) -> Result<Knowledge> {
    if let Some(folder) = &source.store {
        return snapshot(folder, terminal);
    }
    let pack = match &source.pack {
        Some(folder) => Pack::open(folder)?,
        // Whatever is there under that name is meant, also when it cannot be read.
        None if Path::new(DEFAULT_STORE).symlink_metadata().is_ok() => {
            return snapshot(Path::new(DEFAULT_STORE), terminal);
        }
        None => Pack::embedded()?,
    };
    let (knowledge, summary) = pipeline::build(&pack)?;
    terminal.reads(pipeline::files_of_pack(&pack, &knowledge));
    terminal.print(&summary.findings);
    Ok(knowledge)
}

fn snapshot(folder: &Path, terminal: &Terminal) -> Result<Knowledge> {
    let knowledge = pipeline::open(folder)?;
    terminal.reads(pipeline::files_of_snapshot(folder, &knowledge));
    Ok(knowledge)
}

/// Remembers the file that a query is in, where it is in one.
pub(super) fn reads_query(query: &str, knowledge: &Knowledge, terminal: &Terminal) {
    if knowledge.questions.get(query).is_none() {
        terminal.reads([PathBuf::from(query)]);
    }
}

/// The languages asked for, else those of the graph; `both` is those of the
/// graph. One that the graph does not have is told.
pub(super) fn languages(asked: &[String], knowledge: &Knowledge, terminal: &Terminal) -> Vec<String> {
    if asked.is_empty() || asked.iter().any(|language| language == "both") {
        return knowledge.languages.clone();
    }
    let has = |asked: &str| knowledge.languages.iter().any(|known| known.eq_ignore_ascii_case(asked));
    for language in asked.iter().filter(|language| !has(language)) {
        let message = format!("the pack has no labels in `{language}`");
        let hint = format!("its languages are {}", knowledge.languages.join(", "));
        terminal.print(&Diagnostic::warning("unknown-language", message).hint(hint).into());
    }
    asked.to_vec()
}
