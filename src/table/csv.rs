//! Comma-separated values as RFC 4180 defines them, strictly and with places.
//!
//! The `csv` crate silently accepts wrong quoting and does not report where a cell starts; this
//! program needs both. The tests read random tables with that crate and with this reader and
//! compare.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr2_iter};

use super::cut::{NextCell, Signs};
use super::text_record::{TextRecord, is_plain};
use crate::dialect::Dialect;
use crate::finding::Place;

/// An error in the text of a table. Lines and columns count from 1.
#[derive(Debug)]
pub enum Fault {
    /// A quote inside a cell that is not quoted, or text after a closing quote.
    StrayQuote {
        /// Line of the quote.
        line: u64,
        /// Column of the quote.
        column: u64,
        /// The text of the line.
        excerpt: String,
    },
    /// A quote that is still open at the end of the file.
    UnclosedQuote {
        /// Line of the opening quote.
        line: u64,
        /// Column of the opening quote.
        column: u64,
        /// The text of the line.
        excerpt: String,
    },
    /// Bytes that are not UTF-8.
    NotUtf8 {
        /// Line of the first such byte.
        line: u64,
        /// Column of the first such byte.
        column: u64,
        /// A few bytes from there on.
        bytes: Vec<u8>,
    },
    /// A row that is larger than is held.
    HugeRow {
        /// The line on which it begins.
        line: u64,
    },
    /// The input could not be read.
    Io(io::Error),
}

/// Reads records from bytes, holding only the current record.
pub struct RecordReader<R> {
    input: R,
    signs: Signs,
    dialect: Dialect,
    buffer: Vec<u8>,
    /// The bytes of `buffer` that are already consumed, and that are filled.
    start: usize,
    end: usize,
    at_end: bool,
    line: u64,
    /// How many rows have been read or passed over, blank ones too.
    row: u64,
    began: bool,
}

const CHUNK: usize = 64 * 1024;
/// A row that is larger than this, in bytes, is not held.
pub(super) const LARGEST_ROW: usize = 128 * 1024 * 1024;

impl<R: Read> RecordReader<R> {
    /// A reader of `input` in this dialect; `delimiter` is what usually stands between cells.
    pub fn new(input: R, dialect: &Dialect, delimiter: &str) -> Self {
        Self {
            input,
            signs: Signs::new(dialect, delimiter),
            dialect: dialect.clone(),
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            at_end: false,
            line: 1,
            row: 0,
            began: false,
        }
    }

    /// A reader of rows that were cut out of a text in this dialect; `empty` is the end of its input.
    pub fn of_block(block: RowBlock, empty: R, dialect: &Dialect, delimiter: &str) -> Self {
        Self {
            input: empty,
            signs: Signs::new(dialect, delimiter),
            dialect: dialect.clone(),
            start: 0,
            end: block.bytes.len(),
            buffer: block.bytes,
            at_end: true,
            line: block.line,
            row: 0,
            began: true,
        }
    }

    /// What stands between two cells.
    pub fn delimiter(&self) -> &str {
        self.signs.delimiter()
    }

    /// Whether rows can be told apart by looking at quotes and line ends alone.
    pub fn has_plain_rows(&self) -> bool {
        let is_past_header = self.dialect.header_rows.last().is_none_or(|last| self.row >= *last);
        is_past_header
            && self.dialect.comment.is_none()
            && self.dialect.comment_rows.is_empty()
            && self.signs.are_plain()
    }

    /// Cuts off whole rows of about `size` bytes; `None` at the end. Rows in a text without wrong
    /// quotes end where the cut is; a row with one is never cut.
    ///
    /// # Errors
    ///
    /// A [`Fault`]: a row that is too large, or a text that cannot be read.
    pub fn next_block(&mut self, size: usize) -> Result<Option<RowBlock>, Fault> {
        let mut bytes = self.buffer[self.start..self.end].to_vec();
        (self.start, self.end) = (0, 0);
        let mut wanted = size;
        loop {
            while bytes.len() < wanted && !self.at_end {
                let filled = bytes.len();
                bytes.resize(wanted, 0);
                let read = self.input.read(&mut bytes[filled..]);
                bytes.truncate(filled + *read.as_ref().unwrap_or(&0));
                match read {
                    Ok(n) => self.at_end = n == 0,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(Fault::Io(error)),
                }
            }
            if bytes.is_empty() {
                return Ok(None);
            }
            let cut = if self.at_end { Some(bytes.len()) } else { last_row_end(&bytes) };
            let Some(cut) = cut else {
                if bytes.len() >= LARGEST_ROW {
                    return Err(Fault::HugeRow { line: self.line });
                }
                wanted = bytes.len() * 2;
                continue;
            };
            let rest = &bytes[cut..];
            if self.buffer.len() < rest.len() {
                self.buffer.resize(rest.len(), 0);
            }
            self.buffer[..rest.len()].copy_from_slice(rest);
            self.end = rest.len();
            bytes.truncate(cut);
            let block = RowBlock { line: self.line, bytes };
            self.line += n_lines(&block.bytes);
            return Ok(Some(block));
        }
    }

    /// Reads the next record; `false` at the end. Blank lines, and rows that are no data, are
    /// skipped.
    ///
    /// # Errors
    ///
    /// A [`Fault`]; the faulty record is skipped, so that reading can go on (after an unclosed
    /// quote nothing is left).
    pub fn read(&mut self, record: &mut TextRecord) -> Result<bool, Fault> {
        if !self.began {
            self.began = true;
            while self.end < 3 && self.fill()? {}
            if self.buffer[..self.end].starts_with(b"\xef\xbb\xbf") {
                self.start = 3;
            }
        }
        loop {
            if self.start == self.end && !self.fill()? {
                return Ok(false);
            }
            let blank = match self.signs.row_end(&self.buffer[self.start..self.end], self.at_end) {
                Some(length) => length,
                None => {
                    self.fill()?;
                    continue;
                }
            };
            self.row += 1;
            if blank > 0 {
                self.pass(blank);
                continue;
            }
            if !self.is_data()? {
                self.skip_row()?;
                continue;
            }
            return self.record(record).map(|()| true);
        }
    }

    /// Whether the row that begins here is a header or data, and no comment.
    fn is_data(&mut self) -> Result<bool, Fault> {
        let is_before_data = self.dialect.header_rows.last().is_some_and(|last| self.row < *last);
        if self.dialect.comment_rows.contains(&self.row)
            || (is_before_data && !self.dialect.header_rows.contains(&self.row))
        {
            return Ok(false);
        }
        let Some(comment) = self.dialect.comment.as_ref().map(|comment| comment.len()) else { return Ok(true) };
        while self.end - self.start < comment && self.fill()? {}
        let begins = self
            .dialect
            .comment
            .as_ref()
            .is_some_and(|comment| self.buffer[self.start..self.end].starts_with(comment.as_bytes()));
        Ok(!begins)
    }

    /// Passes over the row that begins here, whatever it contains.
    fn skip_row(&mut self) -> Result<(), Fault> {
        loop {
            match self.signs.next_row(&self.buffer[self.start..self.end], self.at_end) {
                Some(length) => {
                    self.pass(length);
                    return Ok(());
                }
                None => {
                    self.fill()?;
                }
            }
        }
    }

    /// Passes over these bytes.
    fn pass(&mut self, length: usize) {
        let bytes = &self.buffer[self.start..self.start + length];
        self.line += n_lines(bytes);
        self.start += length;
    }

    /// Makes room and reads more bytes; `false` at the end of the input.
    fn fill(&mut self) -> Result<bool, Fault> {
        if self.at_end {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            if self.buffer.len() >= LARGEST_ROW {
                return Err(Fault::HugeRow { line: self.line });
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        // Filled as far as it goes: a long cell is searched again from its beginning.
        let before = self.end;
        while self.end < self.buffer.len() {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(n) => self.end += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Fault::Io(error)),
            }
        }
        Ok(self.end > before)
    }

    /// Splits the record that begins at `start`.
    fn record(&mut self, record: &mut TextRecord) -> Result<(), Fault> {
        record.cells.clear();
        record.unescaped.clear();
        record.raw.clear();
        record.line = self.line;
        // Positions in `bytes` are relative to the record; when more bytes have been read, the
        // record is split again from its beginning.
        let mut at = 0;
        let mut stray = None;
        let end = loop {
            let bytes = &self.buffer[self.start..self.end];
            match self.signs.cut(bytes, at, self.at_end, &mut stray) {
                NextCell::More => {
                    if !self.fill()? {
                        continue; // now `at_end` is set
                    }
                }
                NextCell::Unclosed => {
                    let fault = self.unclosed(at);
                    self.start = self.end;
                    return Err(fault);
                }
                NextCell::Cell { cell, next, last } => {
                    record.cells.push(cell);
                    if last {
                        break next;
                    }
                    at = next;
                }
            }
        };
        let raw_end = record.cells.last().map_or(0, |cell| cell.raw_end);
        let bytes = &self.buffer[self.start..self.start + raw_end];
        let line = self.line;
        // Without quotes, a line end is the end of the row.
        self.line += if self.signs.are_plain() && record.cells.iter().all(|cell| !cell.is_quoted) {
            u64::from(end > raw_end)
        } else {
            n_lines(&self.buffer[self.start..self.start + end])
        };
        self.start += end;
        let raw = match std::str::from_utf8(bytes) {
            Ok(raw) => raw,
            Err(error) => {
                let good = error.valid_up_to();
                let text = String::from_utf8_lossy(&bytes[..good]).into_owned();
                let place = Place::in_text("", &text, good, good);
                return Err(Fault::NotUtf8 {
                    line: line + place.line - 1,
                    column: place.column,
                    bytes: bytes[good..].iter().take(4).copied().collect(),
                });
            }
        };
        if let Some(stray) = stray {
            let place = Place::in_text("", raw, stray, stray + 1);
            return Err(Fault::StrayQuote {
                line: line + place.line - 1,
                column: place.column,
                excerpt: place.excerpt.unwrap_or_default(),
            });
        }
        record.raw.push_str(raw);
        record.is_plain = is_plain(bytes);
        for cell in &mut record.cells {
            if cell.is_escaped {
                let text = &raw[cell.start..cell.end];
                cell.start = record.unescaped.len();
                self.signs.unescape(text, cell.is_quoted, &mut record.unescaped);
                cell.end = record.unescaped.len();
            }
        }
        Ok(())
    }

    fn unclosed(&self, at: usize) -> Fault {
        let bytes = &self.buffer[self.start..self.end];
        let text = String::from_utf8_lossy(&bytes[..at]).into_owned();
        let column_text = text.rsplit('\n').next().unwrap_or_default();
        let line_start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |p| p + 1);
        let line_end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |p| at + p);
        Fault::UnclosedQuote {
            line: self.line + memchr_iter(b'\n', &bytes[..at]).count() as u64,
            column: 1 + column_text.chars().count() as u64,
            excerpt: String::from_utf8_lossy(&bytes[line_start..line_end]).into_owned(),
        }
    }
}

/// Whole rows of a text.
pub struct RowBlock {
    /// The line on which they begin, from 1.
    pub line: u64,
    /// Their text.
    pub bytes: Vec<u8>,
}

/// Where the last row of a text ends that begins with a row: a line end outside of quotes.
fn last_row_end(bytes: &[u8]) -> Option<usize> {
    let n_quotes = memchr_iter(b'"', bytes).count();
    let mut n_behind = 0;
    for at in memrchr2_iter(b'"', b'\n', bytes) {
        match bytes[at] {
            b'"' => n_behind += 1,
            _ if (n_quotes - n_behind).is_multiple_of(2) => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// How many lines end in some bytes.
fn n_lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &[u8], chunk: usize) -> Vec<Result<Vec<String>, String>> {
        all_in(&Dialect::default(), text, chunk)
    }

    fn all_in(dialect: &Dialect, text: &[u8], chunk: usize) -> Vec<Result<Vec<String>, String>> {
        let mut reader = RecordReader::new(Drip(text, chunk), dialect, ",");
        let mut record = TextRecord::default();
        let mut rows = Vec::new();
        loop {
            match reader.read(&mut record) {
                Ok(false) => return rows,
                Ok(true) => rows.push(Ok((0..record.len()).map(|i| record.get(i).to_owned()).collect())),
                Err(fault) => {
                    let last = matches!(fault, Fault::UnclosedQuote { .. });
                    rows.push(Err(format!("{fault:?}")));
                    if last {
                        return rows;
                    }
                }
            }
        }
    }

    /// Returns a few bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(buffer.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[test]
    fn rows_are_cut_as_rfc_4180_says() {
        let cases: [(&str, &[&[&str]]); 8] = [
            ("a,b\n1,2\n", &[&["a", "b"], &["1", "2"]]),
            ("a,b\r\n1,2", &[&["a", "b"], &["1", "2"]]),
            ("\u{feff}a\n", &[&["a"]]),
            ("\"a,\"\"b\"\"\nc\",d\n", &[&["a,\"b\"\nc", "d"]]),
            ("\"\",\n", &[&["", ""]]),
            ("\n\r\na\n\n", &[&["a"]]),
            ("香港,\"科學園\"\n", &[&["香港", "科學園"]]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            for chunk in [1, 2, 7, 1000] {
                let rows: Vec<_> = all(text.as_bytes(), chunk).into_iter().map(Result::unwrap).collect();
                assert_eq!(rows, expected, "{text:?} in steps of {chunk}");
            }
        }
    }

    #[test]
    fn faults_have_their_place_and_reading_goes_on() {
        for chunk in [1, 1000] {
            let rows = all(b"a,b\n1,x\"y\n\"1\" ,2\n3,4\n\xff,1\n5,6\n", chunk);
            assert!(rows[1].as_ref().unwrap_err().contains("line: 2, column: 4"), "{rows:?}");
            assert!(rows[2].as_ref().unwrap_err().contains("line: 3, column: 4"), "{rows:?}");
            assert_eq!(rows[3].as_ref().unwrap(), &["3", "4"]);
            assert!(rows[4].as_ref().unwrap_err().contains("line: 5, column: 1"), "{rows:?}");
            assert_eq!(rows[5].as_ref().unwrap(), &["5", "6"]);
            let rows = all("a,b\n港,\"1\n2\n".as_bytes(), chunk);
            assert!(rows[1].as_ref().unwrap_err().contains("line: 2, column: 3"), "{rows:?}");
        }
    }

    #[test]
    fn cells_know_their_place() {
        let text = "a,b,c\n\"x\ny\",科學,\"z\"\n";
        let mut reader = RecordReader::new(text.as_bytes(), &Dialect::default(), ",");
        let mut record = TextRecord::default();
        reader.read(&mut record).unwrap();
        reader.read(&mut record).unwrap();
        let place = |i| {
            let place = record.place("t", i);
            (place.line, place.column, place.width)
        };
        assert_eq!(place(0), (2, 1, 2));
        assert_eq!(place(1), (3, 4, 2));
        assert_eq!(place(2), (3, 7, 3));
    }

    proptest! {
        #[test]
        fn the_csv_crate_reads_the_same(
            rows in prop::collection::vec(prop::collection::vec("[a-c,\"\n\r 香]{0,6}", 2..4), 1..6),
            chunk in 1_usize..40,
        ) {
            let width = rows[0].len();
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            let mut expected = Vec::new();
            for row in &rows {
                let mut row = row.clone();
                row.resize(width, "x".to_owned());
                writer.write_record(&row).unwrap();
                expected.push(row);
            }
            let text = writer.into_inner().unwrap();
            let found: Vec<_> = all(&text, chunk).into_iter().map(Result::unwrap).collect();
            prop_assert_eq!(found, expected);
        }

        /// However the bytes arrive, the rows are the same; and no dialect makes it panic.
        #[test]
        fn a_dialect_reads_the_same_in_steps_of_any_size(
            text in prop::collection::vec(prop::sample::select(&b"ab,;|'\"\\ #\n\r\xe9\xa6\x99"[..]), 0..60),
            delimiter in prop::sample::select(&[",", ";", "||", "香"][..]),
            quote in prop::sample::select(&[None, Some('"'), Some('\''), Some('é')][..]),
            escape in prop::sample::select(&[None, Some('\\'), Some('香')][..]),
            end in prop::sample::select(&[None, Some("|;|"), Some("#")][..]),
            flags in prop::collection::vec(any::<bool>(), 3),
            chunk in 1_usize..9,
        ) {
            let dialect = Dialect {
                delimiter: Some(delimiter.to_owned()),
                quote,
                escape,
                line_terminator: end.map(str::to_owned),
                double_quote: flags[0],
                skip_initial_space: flags[1],
                comment: flags[2].then(|| "#a".to_owned()),
                ..Dialect::default()
            };
            prop_assert_eq!(all_in(&dialect, &text, chunk), all_in(&dialect, &text, 1000));
        }

        /// Blocks of any size are the same rows, unless a quote is wrong: then the block with it has
        /// the fault.
        #[test]
        fn blocks_have_the_rows_of_the_text(
            bytes in prop::collection::vec(prop::sample::select(&b"a,,\"\"\n\n\r"[..]), 0..80),
            size in 1_usize..40,
            chunk in 1_usize..9,
        ) {
            let whole = all(&bytes, 1000);
            let dialect = Dialect { header_rows: Vec::new(), ..Dialect::default() };
            let mut reader = RecordReader::new(Drip(&bytes, chunk), &dialect, ",");
            prop_assert!(reader.has_plain_rows());
            let (mut rows, mut line) = (Vec::new(), 1);
            while let Some(block) = reader.next_block(size).unwrap() {
                prop_assert_eq!(block.line, line);
                line += n_lines(&block.bytes);
                rows.extend(all(&block.bytes, 1000));
            }
            if whole.iter().all(Result::is_ok) {
                prop_assert_eq!(rows, whole);
            } else {
                prop_assert!(rows.iter().any(Result::is_err));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(prop::sample::select(&b"a,\"\n\r\xe9\xa6"[..]), 0..60), chunk in 1_usize..9) {
            let _ = all(&bytes, chunk);
        }
    }
}
