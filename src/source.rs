//! The tables of a pack, opened as its descriptor and its mapping say.

use std::fmt;

use crate::finding::{Finding, Findings, Place};
use crate::pack::Pack;
use crate::progress::Counted;
use crate::table::{self, JsonRecords, SheetWanted, Table, Unpacked};

/// What a mapping reads: a file of the pack, as a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The file, relative to the pack.
    pub path: String,
    /// What is after `#` in the name: the sheet or range of a workbook, or the file in an archive.
    pub part: Option<String>,
    /// How it becomes records.
    pub records: Records,
    /// The label of its encoding, if the mapping gives it.
    pub encoding: Option<String>,
}

/// How a file becomes records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Records {
    /// It has rows and columns by itself.
    Rows,
    /// A path of JSON (RFC 9535) selects them; the columns are paths from there.
    Json(String),
}

impl Source {
    /// The rows of a file that has rows by itself.
    pub fn rows(path: impl Into<String>) -> Self {
        Self { path: path.into(), part: None, records: Records::Rows, encoding: None }
    }

    /// The path and the part of a name such as `book.xlsx#Offices`.
    pub fn split(name: &str) -> (&str, Option<&str>) {
        match name.split_once('#') {
            Some((path, part)) if !part.is_empty() => (path, Some(part)),
            _ => (name, None),
        }
    }

    /// The finding about a reference that cannot be a column of this source, without a place.
    pub fn reference_fault(&self, reference: &str) -> Option<Finding> {
        match &self.records {
            Records::Rows => None,
            Records::Json(iterator) => table::check_reference(iterator, reference).err(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(part) = &self.part {
            write!(f, "#{part}")?;
        }
        match &self.records {
            Records::Rows => Ok(()),
            Records::Json(iterator) => write!(f, " {iterator}"),
        }
    }
}

/// Opens a table that is named at `place`. `columns` are those that are wanted: a document has
/// no others.
///
/// # Errors
///
/// The findings about a file or header that cannot be used.
pub fn open(pack: &Pack, source: &Source, columns: &[String], place: &Place) -> Result<Table, Findings> {
    let input = pack.open_file(&source.path, place.clone())?;
    let name = pack.files.name(&source.path);
    let encoding = source.encoding.as_deref().map(table::encoding).transpose()?;
    let input = match table::unpack(&name, Box::new(Counted(input)), source.part.as_deref())? {
        Unpacked::Workbook(workbook) => {
            let wanted = SheetWanted { name: source.part.clone(), number: None };
            return Table::open_sheet(name, workbook, &wanted);
        }
        Unpacked::Bytes(input) => input,
    };
    let text = table::text(&name, input, encoding)?;
    match &source.records {
        Records::Rows => {
            let delimiter = match pack.resource_at(&source.path) {
                Some(resource) => resource.delimiter(),
                None if source.path.ends_with(".tsv") => b'\t',
                None => b',',
            };
            Table::open(name, text, delimiter)
        }
        Records::Json(iterator) => {
            let lines = [".jsonl", ".ndjson"].iter().any(|ending| source.path.ends_with(ending));
            let wanted = JsonRecords { iterator: iterator.clone(), lines, columns: columns.to_vec() };
            Table::open_json(name, text, &wanted)
        }
    }
}

/// The texts that mean "no value" in a table, in addition to the empty text.
pub fn missing(pack: &Pack, source: &Source) -> Vec<String> {
    pack.resource_at(&source.path).and_then(|resource| resource.schema.missing_values.clone()).unwrap_or_default()
}
