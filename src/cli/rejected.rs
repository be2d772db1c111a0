//! What is left out of a pack, as a file and in words.

use std::path::{Path, PathBuf};

use super::findings::counted;
use super::terminal::Terminal;
use crate::error::{Action, Error, Result};
use crate::file;
use crate::pack::Pack;
use crate::pipeline;
use crate::table_schema::Rejections;

/// The file for what is left out: the one that is given, or `rejected.csv` beside the store.
pub(super) fn path(given: Option<&Path>, store: &Path) -> PathBuf {
    given.map_or_else(|| store.with_file_name("rejected.csv"), Path::to_owned)
}

/// Refuses a file that is one of the pack's, or whose folder does not exist.
pub(super) fn refuse(pack: &Pack, path: &Path, terminal: &Terminal) -> Result<()> {
    terminal.reads(pipeline::files_named_by(pack));
    terminal.refuse_missing(path)?;
    terminal.refuse_input(path)
}

/// Writes what is left out, and says how much it is in each column.
pub(super) fn write(rejections: &Rejections, path: Option<&Path>, terminal: &Terminal) -> Result<()> {
    if let Some(path) = path {
        file::replace(path, |out| rejections.write(out)).map_err(Error::io(Action::Write, path))?;
    }
    let counts = rejections.counts();
    let n_of =
        |is_row: bool| counts.iter().filter(|((_, field, _), _)| field.is_empty() == is_row).map(|(_, n)| n).sum();
    let listed = path.map(|path| format!(", listed in {}", path.display())).unwrap_or_default();
    terminal.note(&format!("left out: {}, {}{listed}", counted(n_of(true), "row"), counted(n_of(false), "cell")));
    for ((file, field, code), n) in counts {
        let what = if field.is_empty() { "row".to_owned() } else { format!("column {field}") };
        terminal.note(&format!("  {n:>9}  {code}  {file}, {what}"));
    }
    Ok(())
}
