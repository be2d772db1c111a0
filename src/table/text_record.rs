//! A row of text, whose cells know their place in it.

use super::cut::Cell;
use crate::finding::Place;

/// A row of cells, reused from one row to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextRecord {
    /// The row as it is in the file, without its line end.
    pub(super) raw: String,
    /// Cells in which doubled quotes were replaced by single ones.
    pub(super) unescaped: String,
    pub(super) cells: Vec<Cell>,
    pub(super) line: u64,
    /// Whether no byte of `raw` can begin a control character, a quote or a backslash.
    pub(super) is_plain: bool,
}

/// Whether no byte can begin a control character (U+0080 to U+009F begin with C2, U+FFFE and U+FFFF with EF), a quote or
/// a backslash. All are looked at, since that takes no branches.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let may =
        |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xef);
    !bytes.iter().fold(false, |found, byte| found | may(*byte))
}

impl TextRecord {
    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// The text of a cell; empty if there is no such cell.
    #[inline]
    pub fn get(&self, index: usize) -> &str {
        match self.cells.get(index) {
            None => "",
            Some(cell) if cell.is_escaped => &self.unescaped[cell.start..cell.end],
            Some(cell) => &self.raw[cell.start..cell.end],
        }
    }

    /// A row without cells at the beginning of a file.
    pub fn at_start() -> Self {
        Self { line: 1, ..Self::default() }
    }

    /// The line on which the record starts, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The place of a cell, including its quotes.
    pub fn place(&self, file: &str, index: usize) -> Place {
        match self.cells.get(index) {
            Some(cell) => self.place_of(file, cell.raw_start, cell.raw_end).in_column(index),
            None => self.end_place(file),
        }
    }

    /// The place of the complete record.
    pub fn row_place(&self, file: &str) -> Place {
        self.place_of(file, 0, self.raw.len())
    }

    /// The place after the last cell.
    pub fn end_place(&self, file: &str) -> Place {
        self.place_of(file, self.raw.len(), self.raw.len()).in_column(self.cells.len())
    }

    fn place_of(&self, file: &str, start: usize, end: usize) -> Place {
        let mut place = Place::in_text(file, &self.raw, start, end);
        place.line += self.line - 1;
        place
    }
}
