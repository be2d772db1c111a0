//! Where the cells of a row of text begin and end, by RFC 4180 and by any other dialect.

use memchr::memmem;
use memchr::{memchr, memchr3};

use crate::dialect::Dialect;

/// What the signs of a text mean.
#[derive(Debug, Clone)]
pub(super) struct Signs {
    delimiter: Vec<u8>,
    quote: Option<Vec<u8>>,
    double_quote: bool,
    escape: Option<Vec<u8>>,
    /// What ends a row, if it is neither LF nor CRLF.
    end: Option<Vec<u8>>,
    skip_initial_space: bool,
    /// The delimiter and the quote, if all signs are as in RFC 4180 but for these two, which are of
    /// one byte.
    plain: Option<(u8, u8)>,
}

/// A cell: bytes of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its text, without the quotes around it.
    pub start: usize,
    pub end: usize,
    /// Whether some of its signs do not stand for themselves.
    pub is_escaped: bool,
    pub is_quoted: bool,
    /// All of it, with its quotes.
    pub raw_start: usize,
    pub raw_end: usize,
}

/// What was cut off.
pub(super) enum NextCell {
    /// The cell is incomplete: more bytes are needed.
    More,
    /// The quote that opens the cell is not closed before the end of the file.
    Unclosed,
    /// A cell, where the next one begins, and whether this was the record's last.
    Cell { cell: Cell, next: usize, last: bool },
}

impl Signs {
    /// The signs of a dialect, if `delimiter` is what usually stands between cells.
    pub fn new(dialect: &Dialect, delimiter: &str) -> Self {
        let bytes = |sign: char| String::from(sign).into_bytes();
        let mut signs = Self {
            delimiter: dialect.delimiter.as_deref().unwrap_or(delimiter).as_bytes().to_vec(),
            quote: dialect.quote.map(bytes),
            double_quote: dialect.double_quote,
            escape: dialect.escape.map(bytes),
            end: dialect.line_terminator.as_ref().map(|end| end.as_bytes().to_vec()),
            skip_initial_space: dialect.skip_initial_space,
            plain: None,
        };
        let is_usual = signs.double_quote && signs.escape.is_none() && signs.end.is_none() && !signs.skip_initial_space;
        signs.plain = match (signs.delimiter.as_slice(), signs.quote.as_deref()) {
            (&[delimiter], Some(&[quote])) if is_usual => Some((delimiter, quote)),
            _ => None,
        };
        signs
    }

    /// What stands between two cells.
    pub fn delimiter(&self) -> &str {
        std::str::from_utf8(&self.delimiter).unwrap_or(",")
    }

    /// How many bytes the row end at the beginning of `bytes` has: 0 if there is none, `None` if
    /// more bytes are needed to know.
    pub fn row_end(&self, bytes: &[u8], at_end: bool) -> Option<usize> {
        if self.end.is_none() && bytes.first().is_some_and(|first| !matches!(first, b'\n' | b'\r')) {
            return Some(0);
        }
        let ends: &[&[u8]] = match &self.end {
            Some(end) => &[end.as_slice()],
            None => &[b"\n", b"\r\n"],
        };
        if let Some(end) = ends.iter().find(|end| bytes.starts_with(end)) {
            return Some(end.len());
        }
        let may_follow = ends.iter().any(|end| end.starts_with(bytes));
        (at_end || !may_follow).then_some(0)
    }

    /// Where the row after the one at the beginning of `bytes` begins, if quotes mean nothing.
    pub fn next_row(&self, bytes: &[u8], at_end: bool) -> Option<usize> {
        let found = match &self.end {
            Some(end) => memmem::find(bytes, end).map(|at| at + end.len()),
            None => memchr(b'\n', bytes).map(|at| at + 1),
        };
        found.or_else(|| at_end.then_some(bytes.len()))
    }

    /// Splits off the cell that begins at `at`; `stray` is set to the first wrong quote.
    pub fn cut(&self, bytes: &[u8], at: usize, at_end: bool, stray: &mut Option<usize>) -> NextCell {
        match self.plain {
            Some(signs) => cut_plain(bytes, at, signs, at_end, stray),
            None => self.cut_any(bytes, at, at_end, stray),
        }
    }

    /// Whether all signs are as in RFC 4180 but for the delimiter.
    pub fn are_plain(&self) -> bool {
        self.plain.is_some_and(|(_, quote)| quote == b'"')
    }

    /// Adds the text of a cell, whose bytes are `text`, to `target`.
    pub fn unescape(&self, text: &str, is_quoted: bool, target: &mut String) {
        let quote = self.quote.as_deref().filter(|_| is_quoted && self.double_quote);
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let is_sign = |sign: Option<&[u8]>| sign.is_some_and(|sign| rest.as_bytes().starts_with(sign));
            if is_sign(self.escape.as_deref()) || is_sign(quote) {
                // The next sign stands for itself; at the end of a text, the escape does.
                rest = match &rest[first.len_utf8()..] {
                    "" => rest,
                    next => next,
                };
            }
            let Some(kept) = rest.chars().next() else { return };
            target.push(kept);
            rest = &rest[kept.len_utf8()..];
        }
    }

    /// Like [`cut_plain`], sign by sign.
    fn cut_any(&self, bytes: &[u8], at: usize, at_end: bool, stray: &mut Option<usize>) -> NextCell {
        let (quote, escape) = (self.quote.as_deref(), self.escape.as_deref());
        let delimiter = Some(self.delimiter.as_slice());
        let is_at = |sign: Option<&[u8]>, at: usize| {
            sign.is_some_and(|sign| bytes.get(at..).is_some_and(|rest| rest.starts_with(sign)))
        };
        // A sign of several bytes may be cut in the middle.
        let longest = [Some(&self.delimiter), self.quote.as_ref(), self.escape.as_ref(), self.end.as_ref()]
            .into_iter()
            .flatten()
            .map(Vec::len)
            .max()
            .unwrap_or(1)
            .max(2);
        let mut begin = at;
        while self.skip_initial_space
            && matches!(bytes.get(begin), Some(b' ' | b'\t'))
            && !bytes[begin..].starts_with(&self.delimiter)
        {
            begin += 1;
        }
        if !at_end && begin + 2 * longest > bytes.len() {
            return NextCell::More;
        }
        let is_quoted = is_at(quote, begin);
        let [quote_length, escape_length] = [quote, escape].map(|sign| sign.map_or(0, <[u8]>::len));
        let start = if is_quoted { begin + quote_length } else { begin };
        let (mut cursor, mut is_open, mut is_escaped) = (start, is_quoted, false);
        let mut closed = None;
        loop {
            if !at_end && cursor + 2 * longest > bytes.len() {
                return NextCell::More;
            }
            if cursor >= bytes.len() {
                if is_open {
                    return NextCell::Unclosed;
                }
                break;
            }
            if (is_open || !is_quoted) && is_at(escape, cursor) {
                is_escaped = true;
                cursor = (cursor + escape_length + 1).min(bytes.len());
                // The rest of a character of several bytes.
                while bytes.get(cursor).is_some_and(|byte| byte & 0xc0 == 0x80) {
                    cursor += 1;
                }
                continue;
            }
            if is_at(quote, cursor) {
                if !is_open {
                    stray.get_or_insert(cursor);
                    cursor += quote_length;
                } else if self.double_quote && is_at(quote, cursor + quote_length) {
                    is_escaped = true;
                    cursor += 2 * quote_length;
                } else {
                    closed = Some(cursor);
                    is_open = false;
                    cursor += quote_length;
                }
                continue;
            }
            if !is_open {
                if is_at(delimiter, cursor) || self.row_end(&bytes[cursor..], true) != Some(0) {
                    break;
                }
                if closed.is_some() {
                    stray.get_or_insert(cursor);
                }
            }
            cursor += 1;
        }
        let end = closed.unwrap_or(cursor);
        let raw_end = closed.map_or(cursor, |closed| closed + quote_length);
        let cell = Cell { start, end, is_escaped, is_quoted, raw_start: begin.min(at), raw_end };
        let is_delimiter = cursor < bytes.len() && is_at(delimiter, cursor);
        let length =
            if is_delimiter { self.delimiter.len() } else { self.row_end(&bytes[cursor..], true).unwrap_or(0) };
        NextCell::Cell { cell, next: cursor + length, last: !is_delimiter }
    }
}

/// The cell that begins at `at`, by RFC 4180; the delimiter and quote are of one byte.
fn cut_plain(
    bytes: &[u8],
    at: usize,
    (delimiter, quote): (u8, u8),
    at_end: bool,
    stray: &mut Option<usize>,
) -> NextCell {
    let (mut start, mut end, mut raw_end, mut is_escaped) = (at, at, at, false);
    let is_quoted = bytes.get(at) == Some(&quote);
    if is_quoted {
        start = at + 1;
        let mut search = start;
        loop {
            let Some(found) = memchr(quote, &bytes[search..]).map(|found| search + found) else {
                return if at_end { NextCell::Unclosed } else { NextCell::More };
            };
            match bytes.get(found + 1) {
                None if !at_end => return NextCell::More,
                Some(next) if *next == quote => {
                    is_escaped = true;
                    search = found + 2;
                }
                _ => {
                    end = found;
                    raw_end = found + 1;
                    break;
                }
            }
        }
    }
    // From here to the delimiter or the line end; after a closing quote no text is allowed.
    let mut search = raw_end;
    loop {
        let rest = &bytes[search..];
        let Some(found) = memchr3(delimiter, b'\n', quote, rest).map(|found| search + found) else {
            if !at_end {
                return NextCell::More;
            }
            if is_quoted && raw_end < bytes.len() {
                stray.get_or_insert(raw_end);
            }
            if !is_quoted {
                end = bytes.len();
                raw_end = end;
            }
            let cell = Cell { start, end, is_escaped, is_quoted, raw_start: at, raw_end };
            return NextCell::Cell { cell, next: bytes.len(), last: true };
        };
        if bytes[found] == quote {
            stray.get_or_insert(found);
            search = found + 1;
            continue;
        }
        let last = bytes[found] == b'\n';
        let stop = if last && found > raw_end && bytes[found - 1] == b'\r' { found - 1 } else { found };
        if is_quoted {
            if stop > raw_end {
                stray.get_or_insert(raw_end);
            }
        } else {
            end = stop;
            raw_end = stop;
        }
        let cell = Cell { start, end, is_escaped, is_quoted, raw_start: at, raw_end };
        return NextCell::Cell { cell, next: found + 1, last };
    }
}
