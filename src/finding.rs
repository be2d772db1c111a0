//! Findings about input as plain values: what is wrong, where, and what to do.
//!
//! Nothing here prints, knows RDF or knows a file format. A reader that meets bad input makes a
//! [`Finding`], pushes it to its [`Findings`] and goes on, so that a user sees everything that is
//! wrong in one run.

mod code;
pub mod codes;
mod collection;

use std::borrow::Cow;
use std::fmt;

use crate::characters;
pub use collection::{Findings, Limit};

/// How severe a finding is: the severities of SHACL (section 2.1.4), and above them errors, which
/// keep input from being read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A remark.
    Info,
    /// Worth a look; nothing is refused because of it.
    Warning,
    /// The data violate a check.
    Violation,
    /// The input cannot be used as it is.
    Error,
}

impl Severity {
    /// All severities, the lowest first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::Violation, Self::Error];

    /// The name, as messages and front matter write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Violation => "violation",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A place in a text, for a finding.
///
/// `line` and `column` count from 1; a column is one Unicode scalar value, as editors count.
/// `width` is the number of columns covered, at least 1. In a sheet of a workbook the line and
/// the column are the row and the column of the cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the user would name it; `-` is standard input.
    pub file: String,
    /// The sheet, if the file is a workbook.
    pub sheet: Option<String>,
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1, in Unicode scalar values.
    pub column: u64,
    /// Columns covered, at least 1.
    pub width: u64,
    /// The text of the line, if it is short enough to show.
    pub excerpt: Option<String>,
    /// The column of the table, from 0, if the place is a cell.
    pub cell: Option<usize>,
    /// The path of the value in a document of JSON (a JSON pointer, RFC 6901) or XML.
    pub pointer: Option<String>,
}

/// Lines longer than this many bytes are not shown.
const LONGEST_EXCERPT: usize = 2_000;

impl Place {
    /// A place of one column, without an excerpt.
    pub fn new(file: impl Into<String>, line: u64, column: u64) -> Self {
        Self { file: file.into(), sheet: None, line, column, width: 1, excerpt: None, cell: None, pointer: None }
    }

    /// The place of a cell in a sheet of a workbook; row and column count from 1.
    pub fn in_sheet(file: impl Into<String>, sheet: impl Into<String>, row: u64, column: u64) -> Self {
        Self { sheet: Some(sheet.into()), ..Self::new(file, row, column) }
    }

    /// The place of the bytes `start..end` of `text`, with its line as excerpt.
    ///
    /// `start` and `end` are clamped to the text and to character boundaries, so that any byte
    /// offset a parser reports is safe to pass.
    pub fn in_text(file: impl Into<String>, text: &str, start: usize, end: usize) -> Self {
        let start = boundary(text, start);
        let end = boundary(text, end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() as u64;
        let width = text[start..end.min(line_end).max(start)].chars().count() as u64;
        Self {
            width: width.max(1),
            excerpt: excerpt(&text[line_start..line_end]),
            ..Self::new(file, line, 1 + text[line_start..start].chars().count() as u64)
        }
    }

    /// The place at a line and column of `text`, a complete file, covering `width` columns. A
    /// position after the last line becomes the end of that line.
    pub fn at(file: impl Into<String>, text: &str, line: u64, column: u64, width: u64) -> Self {
        let (shown, line, column) = inside(text, line.max(1), column.max(1));
        Self { width: width.max(1), excerpt: excerpt(shown), ..Self::new(file, line, column) }
    }

    /// Like [`at`](Self::at), where it is known at which byte of `text` the line begins.
    pub fn on_line(file: impl Into<String>, text: &str, start: usize, (line, column): (u64, u64), width: u64) -> Self {
        match text.get(start..).filter(|rest| !rest.is_empty()) {
            Some(rest) => {
                let shown = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest, |end| &rest[..end]);
                Self { width: width.max(1), excerpt: excerpt(shown), ..Self::new(file, line, column) }
            }
            None => Self::at(file, text, line, column, width),
        }
    }

    /// The same place as a cell in this column of a table, from 0.
    #[must_use]
    pub fn in_column(mut self, cell: usize) -> Self {
        self.cell = Some(cell);
        self
    }

    /// The same place with the path of the value in its document.
    #[must_use]
    pub fn with_pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// The cell as a workbook names it, such as `Sheet1!C7`; nothing in other files.
    pub fn address(&self) -> Option<String> {
        let sheet = self.sheet.as_deref()?;
        let plain = sheet.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let sheet = if plain { sheet.to_owned() } else { format!("'{}'", sheet.replace('\'', "''")) };
        Some(format!("{sheet}!{}{}", column_letters(self.column), self.line))
    }

    /// The same place with the text of its line.
    #[must_use]
    pub fn with_excerpt(mut self, line: &str) -> Self {
        self.excerpt = excerpt(line);
        self
    }
}

/// The letters of a column of a sheet, from 1: A, B … Z, AA …
pub fn column_letters(column: u64) -> String {
    let (mut letters, mut rest) = (Vec::new(), column);
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// A line of a text with its number and a column; the end of the last line if a parser reports a
/// position after it.
fn inside(text: &str, line: u64, column: u64) -> (&str, u64, u64) {
    let whole = text.strip_suffix('\n').unwrap_or(text);
    let mut ends = memchr::memchr_iter(b'\n', whole.as_bytes());
    let start = if line == 1 { Some(0) } else { ends.nth(line as usize - 2).map(|end| end + 1) };
    if let Some(start) = start {
        let end = ends.next().unwrap_or(whole.len());
        return (&whole[start..end], line, column);
    }
    let last = 1 + memchr::memchr_iter(b'\n', whole.as_bytes()).count() as u64;
    let shown = whole.rsplit('\n').next().unwrap_or_default();
    (shown, last, 1 + shown.trim_end_matches('\r').chars().count() as u64)
}

fn excerpt(line: &str) -> Option<String> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    (line.len() <= LONGEST_EXCERPT).then(|| line.to_owned())
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address() {
            Some(address) => write!(f, "{}:{address}", self.file),
            None => write!(f, "{}:{}:{}", self.file, self.line, self.column),
        }
    }
}

/// One finding about input.
///
/// `code` is stable and in kebab case; [`codes`] explains each. `message` is lower case without a
/// full stop, with literals in backticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its severity.
    pub severity: Severity,
    /// Stable name of the kind of finding.
    pub code: Cow<'static, str>,
    /// What is wrong.
    pub message: String,
    /// Where, if there is a place.
    pub place: Option<Place>,
    /// The text next to the caret: what is at the place.
    pub label: Option<String>,
    /// Further places that take part, each with the text next to its caret: the other links of a
    /// cycle, the first of two equal names.
    pub others: Vec<(Place, String)>,
    /// What to do about it.
    pub hint: Option<String>,
    /// What the finding is about, if several things share one code: a shape that is violated, a
    /// term that is unknown. It is not shown, but a finding about one must not hide another's.
    pub rule: Option<String>,
    /// How often it was found.
    pub times: u64,
}

impl Finding {
    /// An error with this code and message.
    pub fn error(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning with this code and message.
    pub fn warning(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A finding of this severity, code and message.
    pub fn new(severity: Severity, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            severity,
            code: code.into(),
            message: message.into(),
            place: None,
            label: None,
            others: Vec::new(),
            hint: None,
            rule: None,
            times: 1,
        }
    }

    /// The message, and how often it was found.
    pub fn said(&self) -> Cow<'_, str> {
        match self.times {
            0 | 1 => Cow::Borrowed(&self.message),
            n => Cow::Owned(format!("{} ({n} times)", self.message)),
        }
    }

    /// The same finding at this place.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }

    /// The same finding with text next to the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same finding with a further place that takes part.
    #[must_use]
    pub fn and_at(mut self, place: Place, label: impl Into<String>) -> Self {
        self.others.push((place, label.into()));
        self
    }

    /// The same finding about this shape or term.
    #[must_use]
    pub fn about(mut self, rule: impl Into<String>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// The same finding with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            f.write_str(&characters::line(&format!("{place}: ")))?;
        }
        // One line, whatever a cell contains.
        write!(f, "{}[{}]: {}", self.severity, characters::line(&self.code), characters::line(&self.said()))
    }
}

/// The candidate that was most likely meant by `wrong`, if any is close.
///
/// Close means equal except for case, or with at most a third of the letters wrong
/// (Damerau–Levenshtein). Ties go to the first candidate.
pub fn closest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A text longer than this is not a misspelled name.
    const LONGEST: usize = 200;
    let folded = wrong.to_lowercase();
    let n_letters = wrong.chars().count();
    if n_letters > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // The difference in length counts as wrong letters.
        let n_candidate = candidate.chars().count();
        if n_letters.abs_diff(n_candidate) * 3 > n_letters.max(n_candidate).max(3) {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
        let is_close = distance * 3 <= n_letters.max(n_candidate).max(3) && distance < n_letters.max(n_candidate);
        if is_close && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The hint `did you mean …?` for [`closest`], if any is close.
pub fn did_you_mean<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(wrong, candidates).map(|found| format!("did you mean `{found}`?"))
}

/// A text as a message shows it: a long one is cut.
pub fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}

/// The text of `bytes` read from `file`, or where they stop being UTF-8.
pub fn utf8(file: &str, bytes: Vec<u8>) -> Result<String, Finding> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let text = String::from_utf8_lossy(&bytes[..good]);
        not_utf8(Place::in_text(file, &text, good, good), &bytes[good..])
    })
}

/// The finding that the bytes at this place are not UTF-8.
pub fn not_utf8(place: Place, bytes: &[u8]) -> Finding {
    let byte = bytes.first().copied().unwrap_or_default();
    let utf16 = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let hint = if utf16 {
        "the file is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8)"
    } else {
        "save the file as UTF-8 (in Excel: CSV UTF-8); it may currently be Big5 or Windows-1252"
    };
    Finding::error(codes::NOT_UTF8, format!("the byte 0x{byte:02x} is not UTF-8 here")).at(place).hint(hint.to_owned())
}

/// The finding that the bytes at this place are not in the encoding of their text. Of another
/// encoding than UTF-8 the bytes themselves are no longer known.
pub fn not_in_encoding(encoding: &str, place: Place, bytes: &[u8]) -> Finding {
    if encoding == "UTF-8" {
        return not_utf8(place, bytes);
    }
    Finding::error(codes::WRONG_ENCODING, format!("the bytes here are not {encoding}"))
        .at(place)
        .hint("check the encoding that the file is said to have, or save the file as UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes() {
        let text = "a,b\n香港,科學園\n";
        let start = text.find('科').unwrap();
        let place = Place::in_text("t.csv", text, start, start + "科學園".len());
        assert_eq!((place.line, place.column, place.width), (2, 4, 3));
        assert_eq!(place.excerpt.as_deref(), Some("香港,科學園"));
    }

    #[test]
    fn a_place_in_a_workbook_is_written_as_workbooks_write_it() {
        for (sheet, row, column, expected) in [
            ("Sheet1", 7, 3, "b.xlsx:Sheet1!C7"),
            ("Ämter", 1, 26, "b.xlsx:Ämter!Z1"),
            ("Town's offices", 1_048_576, 16_384, "b.xlsx:'Town''s offices'!XFD1048576"),
            ("a", 2, 27, "b.xlsx:a!AA2"),
        ] {
            assert_eq!(Place::in_sheet("b.xlsx", sheet, row, column).to_string(), expected);
        }
    }

    #[test]
    fn a_place_inside_a_character_or_past_the_end_is_safe() {
        let place = Place::in_text("t", "香", 1, 99);
        assert_eq!((place.line, place.column), (1, 1));
        assert_eq!(Place::in_text("t", "", 5, 6).column, 1);
    }

    #[test]
    fn no_place_is_behind_the_last_line() {
        for (text, line, column, expected) in [
            ("a: [1\n", 2, 1, (1, 6)),
            ("a: [1\r\n", 2, 1, (1, 6)),
            ("a\n\n", 3, 1, (2, 1)),
            ("a\nb", 9, 9, (2, 2)),
            ("", 1, 1, (1, 1)),
            ("", 2, 4, (1, 1)),
            ("a\nb\n", 2, 2, (2, 2)),
        ] {
            let place = Place::at("t", text, line, column, 1);
            assert_eq!((place.line, place.column), expected, "{text:?}");
            assert!(place.excerpt.is_some());
        }
    }

    #[test]
    fn a_finding_is_one_line_whatever_it_holds() {
        let finding = Finding::error("x", "a\n\u{202e}b").at(Place::new("\u{1b}[2J.csv", 1, 2));
        assert_eq!(finding.to_string(), "\u{fffd}[2J.csv:1:2: error[x]: a\u{fffd}\u{fffd}b");
    }

    #[test]
    fn the_closest_name_is_close() {
        let names = ["hkstp", "hkpc", "cyberport", "c"];
        for (wrong, right) in [("hkstpc", Some("hkstp")), ("Cyberprot", Some("cyberport")), ("park", None), ("x", None)]
        {
            assert_eq!(closest(wrong, names), right, "{wrong}");
        }
    }
}
