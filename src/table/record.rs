//! A row of a table, whatever its file is: cells with their values and places.

use std::sync::Arc;

use super::text_record::TextRecord;
use crate::finding::Place;

/// A row of cells, reused from one row to the next.
///
/// A cell of a text has one value. A cell of a sheet or of a document may have none, and a path
/// into a document may lead to several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record(Row);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Row {
    /// A row of a text.
    Text(TextRecord),
    /// A row of anything else.
    Values(RowOfValues),
}

impl Default for Record {
    fn default() -> Self {
        Self(Row::Text(TextRecord::default()))
    }
}

/// What a value is in its file. Texts have no types: everything there is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValueType {
    /// A text.
    #[default]
    Text,
    /// A whole number of JSON.
    Integer,
    /// Another number of JSON.
    Double,
    /// A truth value of JSON.
    Boolean,
}

impl Record {
    /// The empty row at the beginning of a file.
    pub(super) fn at_start() -> Self {
        Self(Row::Text(TextRecord::at_start()))
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Row::Text(row) => row.len(),
            Row::Values(row) => row.cells.len(),
        }
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text of a cell, the first if it has several values; empty if it has none.
    pub fn get(&self, index: usize) -> &str {
        match &self.0 {
            Row::Text(row) => row.get(index),
            Row::Values(row) => row.value(index, 0).map_or("", |value| row.text(value)),
        }
    }

    /// How many values a cell has.
    pub fn n_values(&self, index: usize) -> usize {
        match &self.0 {
            Row::Text(row) => usize::from(index < row.len()),
            Row::Values(row) => row.values_of(index).len(),
        }
    }

    /// Whether no cell has several values.
    pub fn is_flat(&self) -> bool {
        match &self.0 {
            Row::Text(_) => true,
            Row::Values(row) => row.flat,
        }
    }

    /// The `n`th value of a cell, from 0; empty if there is none.
    #[inline]
    pub fn value(&self, index: usize, n: usize) -> &str {
        match &self.0 {
            Row::Text(row) if n == 0 => row.get(index),
            Row::Text(_) => "",
            Row::Values(row) => row.value(index, n).map_or("", |value| row.text(value)),
        }
    }

    /// The text of a cell, if the row is one of a text.
    #[inline]
    pub fn cell_of_text(&self, index: usize) -> Option<&str> {
        match &self.0 {
            Row::Text(row) => Some(row.get(index)),
            Row::Values(_) => None,
        }
    }

    /// Whether it is certain that no cell has a control character, a quote or a backslash.
    #[inline]
    pub fn is_plain(&self) -> bool {
        matches!(&self.0, Row::Text(row) if row.is_plain)
    }

    /// Whether no cell can have more bytes than these.
    pub(super) fn is_within(&self, n_bytes: usize) -> bool {
        matches!(&self.0, Row::Text(row) if row.raw.len() <= n_bytes)
    }

    /// What the `n`th value of a cell is in its file.
    #[inline]
    pub fn value_type(&self, index: usize, n: usize) -> ValueType {
        match &self.0 {
            Row::Text(_) => ValueType::Text,
            Row::Values(row) => row.value(index, n).map_or(ValueType::Text, |value| value.kind),
        }
    }

    /// The line on which the record starts, from 1; the row of a sheet.
    pub fn line(&self) -> u64 {
        match &self.0 {
            Row::Text(row) => row.line(),
            Row::Values(row) => row.row_place("").line,
        }
    }

    /// A number that no other record of the table has: several may be on one line of JSON.
    pub fn number(&self) -> u64 {
        match &self.0 {
            Row::Text(row) => row.line(),
            Row::Values(row) => row.number,
        }
    }

    /// The place of a cell, of its first value.
    pub fn place(&self, file: &str, index: usize) -> Place {
        self.value_place(file, index, 0)
    }

    /// The place of the `n`th value of a cell, from 0.
    pub fn value_place(&self, file: &str, index: usize, n: usize) -> Place {
        match &self.0 {
            Row::Text(row) => row.place(file, index),
            Row::Values(row) => row.place(file, index, n),
        }
    }

    /// The place of the complete record.
    pub fn row_place(&self, file: &str) -> Place {
        match &self.0 {
            Row::Text(row) => row.row_place(file),
            Row::Values(row) => row.row_place(file),
        }
    }

    /// The place after the last cell.
    pub fn end_place(&self, file: &str) -> Place {
        match &self.0 {
            Row::Text(row) => row.end_place(file),
            Row::Values(row) => row.row_place(file),
        }
    }

    /// The row of a text, to be filled.
    pub(super) fn text(&mut self) -> &mut TextRecord {
        if !matches!(self.0, Row::Text(_)) {
            *self = Self::default();
        }
        match &mut self.0 {
            Row::Text(row) => row,
            Row::Values(_) => unreachable!("it has just been made a row of a text"),
        }
    }

    /// A row of values, to be filled.
    pub(super) fn values(&mut self) -> &mut RowOfValues {
        if !matches!(self.0, Row::Values(_)) {
            self.0 = Row::Values(RowOfValues::default());
        }
        match &mut self.0 {
            Row::Values(row) => row,
            Row::Text(_) => unreachable!("it has just been made a row of values"),
        }
    }
}

/// A row of a sheet or of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RowOfValues {
    number: u64,
    origin: Option<Origin>,
    /// All values, one after the other.
    all: String,
    values: Vec<CellValue>,
    /// For each cell, where its values end in `values`.
    cells: Vec<usize>,
    flat: bool,
    /// Where the record itself is.
    span: (usize, usize),
}

/// Where a row of values comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// This row, from 1, of the sheet with this name.
    Sheet(Arc<str>, u64),
    /// A part of a text.
    Passage(Arc<Passage>),
}

/// A part of a text that holds one record or several.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Passage {
    /// Its text.
    pub text: String,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The column of its first character, from 1.
    pub column: u64,
    /// What is before it on its first line, if that is short.
    pub lead: Option<String>,
    /// The path of the bytes from a position on in the whole document.
    pub pointer: Pointer,
}

/// How the path of a value in its document is found when it is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Pointer {
    /// Not at all.
    #[default]
    None,
    /// The passage is the JSON value at this pointer.
    Json(String),
    /// The passage is the element at this path.
    Xml(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CellValue {
    /// Bytes in `all`.
    start: usize,
    end: usize,
    kind: ValueType,
    /// In a passage, its bytes there.
    span: (usize, usize),
}

impl Passage {
    /// The place of some of its bytes.
    pub(super) fn place(&self, file: &str, (start, end): (usize, usize)) -> Place {
        let mut place = Place::in_text(file, &self.text, start, end);
        if place.line == 1 {
            place.column += self.column - 1;
            let line = place.excerpt.take();
            if let (Some(lead), Some(line)) = (&self.lead, line) {
                place = place.with_excerpt(&format!("{lead}{line}"));
            }
        }
        place.line += self.line - 1;
        match &self.pointer {
            Pointer::None => place,
            Pointer::Json(own) => place.with_pointer(format!("{own}{}", super::json::pointer_to(&self.text, start))),
            Pointer::Xml(path) => place.with_pointer(path.as_str()),
        }
    }
}

/// A value with its type, and its bytes in the passage.
type FoundValue = (String, ValueType, (usize, usize));

/// A record that has been found in a document, with the values of its cells.
pub(super) struct FoundRecord {
    pub span: (usize, usize),
    pub cells: Vec<Vec<FoundValue>>,
}

impl FoundRecord {
    /// Makes the record the content of a row.
    pub(super) fn put(self, row: &mut RowOfValues, number: u64, origin: Origin) {
        row.begin(number, origin, self.span);
        for values in self.cells {
            for (text, kind, span) in values {
                row.push_value(&text, kind, span);
            }
            row.end_cell();
        }
    }
}

impl RowOfValues {
    /// Empties the row.
    pub(super) fn begin(&mut self, number: u64, origin: Origin, span: (usize, usize)) {
        self.number = number;
        self.origin = Some(origin);
        self.span = span;
        self.all.clear();
        self.values.clear();
        self.cells.clear();
        self.flat = true;
    }

    /// Adds a value to the cell that is being filled; `span` are its bytes in the passage.
    pub(super) fn push_value(&mut self, text: &str, kind: ValueType, span: (usize, usize)) {
        let start = self.all.len();
        self.all.push_str(text);
        self.values.push(CellValue { start, end: self.all.len(), kind, span });
    }

    /// Ends the cell that is being filled.
    pub(super) fn end_cell(&mut self) {
        let start = self.cells.last().copied().unwrap_or(0);
        self.flat &= self.values.len() <= start + 1;
        self.cells.push(self.values.len());
    }

    fn values_of(&self, index: usize) -> &[CellValue] {
        let Some(end) = self.cells.get(index) else { return &[] };
        let start = if index == 0 { 0 } else { self.cells[index - 1] };
        &self.values[start..*end]
    }

    fn value(&self, index: usize, n: usize) -> Option<&CellValue> {
        self.values_of(index).get(n)
    }

    fn text(&self, value: &CellValue) -> &str {
        &self.all[value.start..value.end]
    }

    fn place(&self, file: &str, index: usize, n: usize) -> Place {
        let value = self.value(index, n);
        match &self.origin {
            Some(Origin::Sheet(sheet, row)) => {
                // Without a value there is no span; a row has all cells of its range.
                let column = self.span.0 + index + 1;
                let place = Place::in_sheet(file, &**sheet, *row, column as u64).in_column(index);
                match value {
                    Some(value) => Place {
                        width: self.text(value).chars().count().max(1) as u64,
                        ..place.with_excerpt(self.text(value))
                    },
                    None => place,
                }
            }
            Some(Origin::Passage(passage)) => {
                let span = value.map_or((self.span.0, self.span.0 + 1), |value| value.span);
                passage.place(file, span).in_column(index)
            }
            None => Place::new(file, 1, 1),
        }
    }

    fn row_place(&self, file: &str) -> Place {
        match &self.origin {
            Some(Origin::Sheet(sheet, row)) => Place::in_sheet(file, &**sheet, *row, self.span.0 as u64 + 1),
            Some(Origin::Passage(passage)) => passage.place(file, (self.span.0, self.span.0 + 1)),
            None => Place::new(file, 1, 1),
        }
    }
}
