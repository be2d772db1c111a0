//! RDF/XML split where its tags begin and end, to find places and unclosed elements, which the
//! parser does not report.
//!
//! This is not a parser: it skips comments, sections and declarations as quick-xml does.

use std::io::{self, BufRead};

/// The state of a scan of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MarkupState {
    Text,
    /// After `<`.
    Sign,
    /// In a tag, inside a quote or not.
    Tag(Option<u8>),
    /// After `<!`.
    Bang,
    /// In something that ends with three bytes: a comment or a section.
    Until(&'static [u8; 3]),
    /// In a processing instruction.
    Instruction,
    /// In a declaration, with the number of further open ones.
    Declaration(usize),
}

/// A scan of a document, byte by byte.
pub(super) struct Scan {
    state: MarkupState,
    /// How many bytes were read, and the last three of them.
    at: usize,
    last: [u8; 3],
    /// Where the latest markup begins.
    start: usize,
    is_end_tag: bool,
    /// Where the open elements begin.
    open: Vec<usize>,
    n_roots: usize,
    /// Where a second root element begins.
    second_root: Option<usize>,
}

impl Scan {
    pub fn new() -> Self {
        Self {
            state: MarkupState::Text,
            at: 0,
            last: [0; 3],
            start: 0,
            is_end_tag: false,
            open: Vec::new(),
            n_roots: 0,
            second_root: None,
        }
    }

    /// Whether a declaration is being read.
    pub fn is_declaration(&self) -> bool {
        matches!(self.state, MarkupState::Declaration(_))
    }

    /// Whether a tag is being read, and whether this is outside of quotes.
    pub fn tag(&self) -> Option<bool> {
        match self.state {
            MarkupState::Tag(quote) => Some(quote.is_none()),
            _ => None,
        }
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Reads a byte; returns whether markup ends with it.
    pub fn take(&mut self, byte: u8) -> bool {
        self.at += 1;
        let before = self.last;
        self.last = [before[1], before[2], byte];
        // A comment begins with four characters, which cannot be its end.
        let is_behind = |n: usize| self.at - self.start > n;
        match (self.state, byte) {
            (MarkupState::Text, b'<') => {
                (self.state, self.start, self.is_end_tag) = (MarkupState::Sign, self.at - 1, false);
            }
            (MarkupState::Text, _) => {}
            (MarkupState::Sign, b'!') => self.state = MarkupState::Bang,
            (MarkupState::Sign, b'?') => self.state = MarkupState::Instruction,
            (MarkupState::Sign | MarkupState::Tag(None), b'>') => {
                self.tag_ends(before[2] == b'/');
                return true;
            }
            (MarkupState::Sign, b'/') => (self.state, self.is_end_tag) = (MarkupState::Tag(None), true),
            (MarkupState::Sign, _) => self.state = MarkupState::Tag(None),
            (MarkupState::Tag(None), b'"' | b'\'') if !self.is_end_tag => self.state = MarkupState::Tag(Some(byte)),
            (MarkupState::Tag(Some(quote)), _) if quote == byte => self.state = MarkupState::Tag(None),
            (MarkupState::Tag(_), _) => {}
            (MarkupState::Bang, b'-') => self.state = MarkupState::Until(b"-->"),
            (MarkupState::Bang, b'[') => self.state = MarkupState::Until(b"]]>"),
            (MarkupState::Bang, _) => self.state = MarkupState::Declaration(0),
            (MarkupState::Until(end), b'>') if self.last == *end && is_behind(6) => return self.ends(),
            (MarkupState::Instruction, b'>') if before[2] == b'?' && is_behind(3) => return self.ends(),
            (MarkupState::Declaration(n), b'<') => self.state = MarkupState::Declaration(n + 1),
            (MarkupState::Declaration(0), b'>') => return self.ends(),
            (MarkupState::Declaration(n), b'>') => self.state = MarkupState::Declaration(n - 1),
            (MarkupState::Until(_) | MarkupState::Instruction | MarkupState::Declaration(_), _) => {}
        }
        false
    }

    fn ends(&mut self) -> bool {
        self.state = MarkupState::Text;
        true
    }

    fn tag_ends(&mut self, is_empty: bool) {
        self.state = MarkupState::Text;
        if self.is_end_tag {
            self.open.pop();
            return;
        }
        if self.open.is_empty() {
            self.n_roots += 1;
            if self.n_roots == 2 {
                self.second_root = Some(self.start);
            }
        }
        if !is_empty {
            self.open.push(self.start);
        }
    }

    /// What makes a document that the parser accepts invalid XML (section 2.1), and at which
    /// byte.
    fn fault(&self) -> Option<(usize, &'static str)> {
        if let Some(start) = self.second_root {
            return Some((start, "a document has one root element; a second one begins here"));
        }
        if let Some(start) = self.open.last() {
            return Some((*start, "the element that begins here is never closed"));
        }
        (self.n_roots == 0).then_some((0, "the document has no element"))
    }
}

/// What makes a document that the parser accepts invalid XML.
pub(super) fn fault(mut reader: impl BufRead) -> io::Result<Option<(usize, &'static str)>> {
    let mut scan = Scan::new();
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(scan.fault());
        }
        for byte in bytes {
            scan.take(*byte);
        }
        let n = bytes.len();
        reader.consume(n);
    }
}

/// Texts, the characters that begin markup, and markup, by their bytes. An error in a text is
/// noticed when the character after it is read.
pub(super) fn pieces(bytes: &[u8]) -> Vec<(usize, usize)> {
    let (mut scan, mut pieces, mut end) = (Scan::new(), Vec::new(), 0);
    for byte in bytes {
        let was_text = scan.state == MarkupState::Text;
        let ends = scan.take(*byte);
        if was_text && scan.state == MarkupState::Sign {
            if scan.start > end {
                pieces.push((end, scan.start));
            }
            pieces.push((scan.start, scan.at));
            end = scan.at;
        }
        if ends {
            pieces.push((end, scan.at));
            end = scan.at;
        }
    }
    if end < bytes.len() {
        pieces.push((end, bytes.len()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_open_is_found() {
        for (text, expected) in [
            ("<a><b x='>'/><!-- <c> --><![CDATA[<d>]]>é</a>\n", None),
            ("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a/>", None),
            ("<!----><a></a>", None),
            ("<a><b><c></c>", Some(3)),
            ("<a><b></b>", Some(0)),
            ("<a/>\n<b/>", Some(5)),
            ("  ", Some(0)),
        ] {
            assert_eq!(fault(text.as_bytes()).unwrap().map(|(at, _)| at), expected, "{text}");
        }
    }

    #[test]
    fn pieces_are_texts_and_markup() {
        let text = "<a b='>'>x &y; <!-- <z> --></a>";
        let found: Vec<&str> = pieces(text.as_bytes()).into_iter().map(|(start, end)| &text[start..end]).collect();
        assert_eq!(found, ["<", "a b='>'>", "x &y; ", "<", "!-- <z> -->", "<", "/a>"]);
        assert_eq!(pieces(b"<a><b").last(), Some(&(4, 5)));
    }
}
