//! What changed since an earlier edition, as marks on a chart and on pages.

use std::path::Path;

use anyhow::Result;

use super::args::ChartArguments;
use super::terminal::Terminal;
use super::{diff, knowledge};
use crate::chart::{CardMark, CardMarks};
use crate::diff::{Change, ChangeKind, Difference, compare};
use crate::page::EditionChanges;
use crate::pipeline::{self, Knowledge};

/// The new edition with what is no longer named, a mark for each thing that changed, and the old edition.
pub(super) fn marked(
    old: &Path,
    new: Knowledge,
    arguments: &ChartArguments,
    terminal: &Terminal,
) -> Result<(Knowledge, CardMarks, Knowledge)> {
    let old = diff::side(old, &arguments.source, terminal)?;
    let languages = diff::languages(&arguments.language, &knowledge::languages(&arguments.language, &new, terminal));
    let difference = compare(&diff::whole(&old), &diff::whole(&new), &languages)?;
    terminal.print(&difference.findings);
    let mut marks = CardMarks::since(old.edition.to_string());
    let mut gone = Vec::new();
    for change in difference.changes.iter().filter(|change| !change.is_aside && !change.subject.iri.is_empty()) {
        let Some((sign, words)) = words(change) else { continue };
        if change.kind == ChangeKind::Gone {
            gone.push(change.subject.iri.clone());
        }
        marks.add(&change.subject.iri, CardMark { sign, words, is_gone: sign == "−" });
    }
    Ok((pipeline::with_gone(new, &old.graph, &gone), marks, old))
}

/// How an edition differs from an earlier one, with names in all languages of the later one.
pub(super) fn difference(old: &Knowledge, new: &Knowledge) -> crate::error::Result<Difference> {
    compare(&diff::whole(old), &diff::whole(new), &diff::languages(&[], &new.languages))
}

/// What pages tell of it.
pub(super) fn told(old: &Knowledge, new: &Knowledge, terminal: &Terminal) -> Result<EditionChanges> {
    let difference = difference(old, new)?;
    terminal.print(&difference.findings);
    Ok(EditionChanges::of(&difference))
}

/// What the mark of a change says; none if it is of no card.
fn words(change: &Change) -> Option<(&'static str, String)> {
    let before = change.before.iter().map(|named| named.label.as_str()).collect::<Vec<_>>().join(", ");
    let words = match change.kind {
        ChangeKind::New => "new".to_owned(),
        ChangeKind::Gone => "no longer named".to_owned(),
        ChangeKind::Closed => "ended".to_owned(),
        ChangeKind::Moved => format!("from {before}"),
        ChangeKind::Merged => format!("merged from {before}"),
        ChangeKind::Renamed | ChangeKind::Reidentified => format!("was {before}"),
        ChangeKind::Reused => format!("stood for {before}"),
        _ => return None,
    };
    Some((change.kind.sign(), words))
}
