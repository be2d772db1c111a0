//! The tables of a pack, opened as the descriptor says.

use crate::finding::{Findings, Place};
use crate::pack::Pack;
use crate::progress::Counted;
use crate::table::Table;

/// What a mapping reads: a file of the pack, as a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The file, relative to the pack.
    pub path: String,
}

impl Source {
    /// The rows of a file that has rows by itself.
    pub fn rows(path: impl Into<String>) -> Self {
        Self { path: path.into() }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)
    }
}

/// Opens a table that is named at `place`.
///
/// # Errors
///
/// The findings about a file or header that cannot be used.
pub fn open(pack: &Pack, source: &Source, place: &Place) -> Result<Table, Findings> {
    let input = pack.open_file(&source.path, place.clone())?;
    let delimiter = match pack.resource_at(&source.path) {
        Some(resource) => resource.delimiter(),
        None if source.path.ends_with(".tsv") => b'\t',
        None => b',',
    };
    Table::open(pack.files.name(&source.path), Box::new(Counted(input)), delimiter)
}

/// The texts that mean "no value" in a table, in addition to the empty text.
pub fn missing(pack: &Pack, source: &Source) -> Vec<String> {
    pack.resource_at(&source.path).and_then(|resource| resource.schema.missing_values.clone()).unwrap_or_default()
}
