//! The graph of a staff list that is drawn without a pack on disk.

use std::path::{Path, PathBuf};

use super::args::ColumnArguments;
use super::terminal::Terminal;
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::init::{self, Asked};
use crate::pack::Pack;
use crate::pipeline::{self, Knowledge};

/// Builds the graph of a staff list, or of a list of bodies.
pub(super) fn open(list: &Path, columns: &ColumnArguments, terminal: &Terminal) -> Result<Knowledge> {
    if list.is_dir() {
        let message = format!("`{}` is a folder, not a list", list.display());
        let hint = format!("a pack is drawn with `--pack {}`", list.display());
        return Err(Error::invalid(Finding::error(codes::UNREADABLE_FILE, message).hint(hint)));
    }
    let asked = Asked { columns: columns.column.clone(), is_staff: true, keeps_order: true, ..Asked::default() };
    let name = list.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let title = name.split('.').next().unwrap_or_default().to_owned();
    terminal.reads([list.to_owned()]);
    let files = [(list.to_owned(), name)];
    let draft = init::draft(&files, &title, &asked).map_err(|faults| Error::Invalid(Box::new(faults)))?;
    let folder = match list.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let (knowledge, summary) = pipeline::build(&Pack::in_memory(folder, draft.texts)?)?;
    for table in &draft.tables {
        terminal.note(&format!("note: {table}"));
    }
    terminal.print(&draft.unsure);
    terminal.print(&draft.findings);
    terminal.print(&summary.findings);
    Ok(knowledge)
}
