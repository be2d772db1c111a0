//! The cells of a table as values: which have none, and what the others say.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::{FieldType, ListForm, Schema};
use crate::dialect::Dialect;

/// Reads the cells of one table by the fields of its schema.
#[derive(Debug, Clone, Default)]
pub struct CellReader {
    columns: Vec<ColumnReader>,
    /// For columns that the schema lacks.
    missing: Arc<[String]>,
    has_lists: bool,
    rejected: Option<Arc<Rejected>>,
}

#[derive(Debug, Clone)]
struct ColumnReader {
    missing: Arc<[String]>,
    /// The type, unless all cells say what is written in them.
    kind: Option<FieldType>,
    /// Whether it has no type, and only empty cells have no value.
    is_as_written: bool,
}

impl ColumnReader {
    fn new(missing: Arc<[String]>, kind: Option<FieldType>) -> Self {
        let is_as_written = kind.is_none() && missing.iter().all(String::is_empty);
        Self { missing, kind, is_as_written }
    }
}

/// What is left out of a table, by file and number of the record.
#[derive(Debug, Clone, Default)]
pub struct Rejected(HashMap<String, HashMap<u64, RejectedRow>>);

/// What is left out of a row.
#[derive(Debug, Clone, Default)]
pub struct RejectedRow {
    /// All of it.
    pub is_whole: bool,
    /// The cells of these columns.
    pub columns: Vec<usize>,
}

impl Rejected {
    /// The row with this number, to leave something out.
    pub fn row(&mut self, file: &str, number: u64) -> &mut RejectedRow {
        self.0.entry(file.to_owned()).or_default().entry(number).or_default()
    }
}

impl CellReader {
    /// A reader for a table with these columns. A `header` in the order of the fields gives each
    /// column its field by name.
    pub fn new<'a>(schema: &Schema, dialect: &Dialect, header: impl IntoIterator<Item = &'a str>) -> Self {
        let missing = |values: Option<&Vec<String>>| -> Arc<[String]> {
            let values = values.cloned().unwrap_or_else(|| vec![String::new()]);
            values.into_iter().chain(dialect.null_sequence.clone()).collect()
        };
        let of_schema = missing(schema.missing_values.as_ref());
        let columns = header.into_iter().map(|name| match schema.field(name) {
            None => ColumnReader::new(of_schema.clone(), None),
            Some(field) => ColumnReader::new(
                field.missing_values.as_ref().map_or_else(|| of_schema.clone(), |values| missing(Some(values))),
                Some(&field.kind).filter(|kind| !kind.is_as_written()).cloned(),
            ),
        });
        let columns: Vec<ColumnReader> = columns.collect();
        let has_lists = columns.iter().any(|column| matches!(column.kind, Some(FieldType::List(_))));
        Self { columns, missing: of_schema, has_lists, rejected: None }
    }

    /// The same reader, for which these texts are no values either.
    #[must_use]
    pub fn and_missing(mut self, texts: &[String]) -> Self {
        if texts.is_empty() {
            return self;
        }
        let with = |missing: &Arc<[String]>| missing.iter().chain(texts).cloned().collect();
        self.missing = with(&self.missing);
        for column in &mut self.columns {
            *column = ColumnReader::new(with(&column.missing), column.kind.take());
        }
        self
    }

    /// The same reader, without these cells and rows.
    #[must_use]
    pub fn without(mut self, rejected: Option<Arc<Rejected>>) -> Self {
        self.rejected = rejected;
        self
    }

    /// Whether a cell has no value.
    pub fn is_missing(&self, column: usize, cell: &str) -> bool {
        let missing = self.columns.get(column).map_or(&self.missing, |column| &column.missing);
        missing.iter().any(|missing| missing == cell)
    }

    /// Whether all cells of a column but the empty ones have values: what is written in them.
    #[inline]
    pub fn is_as_written(&self, column: usize) -> bool {
        let of_others = || self.missing.iter().all(String::is_empty);
        self.columns.get(column).map_or_else(of_others, |column| column.is_as_written)
    }

    /// What is left out of a row.
    pub fn rejected(&self, file: &str, number: u64) -> Option<&RejectedRow> {
        self.rejected.as_ref()?.0.get(file)?.get(&number)
    }

    /// What a cell says, if it says anything. An empty cell never does.
    pub fn value<'a>(&self, column: usize, cell: &'a str) -> Option<Cow<'a, str>> {
        if cell.is_empty() || self.is_missing(column, cell) {
            return None;
        }
        match self.columns.get(column).and_then(|column| column.kind.as_ref()) {
            None => Some(Cow::Borrowed(cell)),
            Some(kind) => kind.lexical(cell),
        }
    }

    /// What one value of a list says.
    pub fn item<'a>(&self, column: usize, item: &'a str) -> Option<Cow<'a, str>> {
        self.list(column)?.item.lexical(item).filter(|item| !item.is_empty())
    }

    /// Whether some column is a list.
    pub fn has_lists(&self) -> bool {
        self.has_lists
    }

    /// How the values in the cells of a column are separated, if it is a list.
    pub fn list(&self, column: usize) -> Option<&ListForm> {
        match self.columns.get(column)?.kind.as_ref()? {
            FieldType::List(form) => Some(form),
            _ => None,
        }
    }
}
