//! Reads JSON (RFC 8259) from a stream, strictly and with places, keeping no more than the part
//! that is asked for.

use std::io::{self, Read};

use super::super::position::TextPosition;

/// What keeps a text from being JSON, and where. Lines and columns count from 1.
#[derive(Debug)]
pub(super) enum ScanFault {
    /// The text is not JSON here.
    Syntax { line: u64, column: u64, message: String },
    /// A byte that is not UTF-8.
    NotUtf8 { line: u64, column: u64, bytes: Vec<u8> },
    /// A value is too large to be held.
    TooLarge { line: u64, column: u64 },
    /// The input could not be read.
    Io(io::Error),
}

/// A value as it is written, and where it begins.
#[derive(Debug, Default)]
pub(super) struct WrittenValue {
    pub text: String,
    pub line: u64,
    pub column: u64,
    /// What is before it on its line, if that is short.
    pub lead: Option<String>,
}

/// Values that are nested deeper are refused: a stack must hold them.
const DEEPEST: usize = 256;
/// The largest value that is held, in bytes.
pub(super) const LARGEST: usize = 64 * 1024 * 1024;

/// A stream of JSON.
pub(super) struct Scanner {
    input: Box<dyn Read>,
    buffer: Vec<u8>,
    at: usize,
    position: TextPosition,
    kept: Option<Vec<u8>>,
    kept_from: (u64, u64),
}

type Scanned<T> = Result<T, ScanFault>;

impl Scanner {
    pub fn new(input: Box<dyn Read>) -> Self {
        let position = TextPosition::start();
        Self { input, buffer: Vec::new(), at: 0, position, kept: None, kept_from: (1, 1) }
    }

    /// The next byte, without moving to it; `None` at the end.
    pub fn peek(&mut self) -> Scanned<Option<u8>> {
        if self.at == self.buffer.len() {
            self.buffer.resize(64 * 1024, 0);
            self.at = 0;
            let n = loop {
                match self.input.read(&mut self.buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other,
                }
            };
            self.buffer.truncate(*n.as_ref().unwrap_or(&0));
            n.map_err(ScanFault::Io)?;
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// Moves past the byte that was peeked at.
    fn pass(&mut self, byte: u8) -> Scanned<()> {
        self.at += 1;
        self.position.pass(byte);
        if let Some(kept) = &mut self.kept {
            if kept.len() == LARGEST {
                let (line, column) = self.kept_from;
                return Err(ScanFault::TooLarge { line, column });
            }
            kept.push(byte);
        }
        Ok(())
    }

    /// The line and column of the next byte.
    pub fn at(&self) -> (u64, u64) {
        (self.position.line, self.position.column)
    }

    /// The fault that something else was expected here.
    pub fn expected(&mut self, what: &str) -> ScanFault {
        let found = match self.peek() {
            Err(fault) => return fault,
            Ok(None) => "the end of the file".to_owned(),
            Ok(Some(byte)) if byte.is_ascii_graphic() => format!("`{}`", char::from(byte)),
            Ok(Some(byte)) if byte < 0x80 => format!("the character U+{byte:04X}"),
            Ok(Some(_)) => "a letter".to_owned(),
        };
        self.fault(format!("expected {what}, found {found}"))
    }

    fn fault(&self, message: impl Into<String>) -> ScanFault {
        let (line, column) = self.at();
        ScanFault::Syntax { line, column, message: message.into() }
    }

    pub fn space(&mut self) -> Scanned<()> {
        while let Some(byte @ (b' ' | b'\t' | b'\n' | b'\r')) = self.peek()? {
            self.pass(byte)?;
        }
        Ok(())
    }

    /// Moves past `byte` if it is next.
    pub fn skip(&mut self, byte: u8) -> Scanned<bool> {
        let found = self.peek()? == Some(byte);
        if found {
            self.pass(byte)?;
        }
        Ok(found)
    }

    /// The next value, as it is written.
    pub fn keep(&mut self) -> Scanned<WrittenValue> {
        self.keeping(Self::value)
    }

    /// The next name of a member, unescaped, and the colon behind it.
    pub fn name(&mut self) -> Scanned<String> {
        let written = self.keeping(|scanner| match scanner.peek()? {
            Some(b'"') => scanner.string(),
            _ => Err(scanner.expected("the name of a member in double quotes")),
        })?;
        self.colon()?;
        Ok(serde_json::from_str(&written.text).unwrap_or(written.text))
    }

    fn keeping(&mut self, scan: impl FnOnce(&mut Self) -> Scanned<()>) -> Scanned<WrittenValue> {
        let (lead, (line, column)) = (self.position.lead(), self.at());
        self.kept = Some(Vec::new());
        self.kept_from = (line, column);
        let scanned = scan(self);
        let bytes = self.kept.take().unwrap_or_default();
        scanned?;
        // Strings were seen to be UTF-8; everything else is ASCII.
        let text = String::from_utf8(bytes).unwrap_or_default();
        Ok(WrittenValue { text, line, column, lead })
    }

    fn colon(&mut self) -> Scanned<()> {
        self.space()?;
        if !self.skip(b':')? {
            return Err(self.expected("`:`"));
        }
        self.space()
    }

    /// Moves past a value.
    pub fn value(&mut self) -> Scanned<()> {
        // Whether each open container is an object.
        let mut open: Vec<bool> = Vec::new();
        loop {
            match self.peek()? {
                Some(byte @ (b'{' | b'[')) => {
                    let object = byte == b'{';
                    if open.len() == DEEPEST {
                        return Err(self.fault(format!("values are nested more than {DEEPEST} deep")));
                    }
                    self.pass(byte)?;
                    self.space()?;
                    if !self.skip(if object { b'}' } else { b']' })? {
                        open.push(object);
                        if object {
                            self.member_name()?;
                        }
                        continue;
                    }
                }
                Some(b'"') => self.string()?,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                _ => return Err(self.expected("a value")),
            }
            // After a value.
            loop {
                let Some(object) = open.last().copied() else { return Ok(()) };
                self.space()?;
                if self.skip(b',')? {
                    self.space()?;
                    if object {
                        self.member_name()?;
                    }
                    break;
                }
                if !self.skip(if object { b'}' } else { b']' })? {
                    return Err(self.expected(if object { "`,` or `}`" } else { "`,` or `]`" }));
                }
                open.pop();
            }
        }
    }

    fn member_name(&mut self) -> Scanned<()> {
        if self.peek()? != Some(b'"') {
            return Err(self.expected("the name of a member in double quotes"));
        }
        self.string()?;
        self.colon()
    }

    fn word(&mut self, word: &str) -> Scanned<()> {
        for byte in word.bytes() {
            if !self.skip(byte)? {
                return Err(self.expected("a value"));
            }
        }
        Ok(())
    }

    fn digits(&mut self) -> Scanned<()> {
        let mut some = false;
        while let Some(byte @ b'0'..=b'9') = self.peek()? {
            self.pass(byte)?;
            some = true;
        }
        if some { Ok(()) } else { Err(self.expected("a digit")) }
    }

    fn number(&mut self) -> Scanned<()> {
        self.skip(b'-')?;
        if !self.skip(b'0')? {
            self.digits()?;
        }
        if self.skip(b'.')? {
            self.digits()?;
        }
        if let Some(byte @ (b'e' | b'E')) = self.peek()? {
            self.pass(byte)?;
            if !self.skip(b'-')? {
                self.skip(b'+')?;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn string(&mut self) -> Scanned<()> {
        self.pass(b'"')?;
        loop {
            self.run_of_text()?;
            match self.peek()? {
                None => return Err(self.expected("the end of the text")),
                Some(b'"') => return self.pass(b'"'),
                Some(b'\\') => {
                    self.pass(b'\\')?;
                    match self.peek()? {
                        Some(byte @ (b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')) => self.pass(byte)?,
                        Some(b'u') => {
                            self.pass(b'u')?;
                            for _ in 0..4 {
                                match self.peek()? {
                                    Some(byte) if byte.is_ascii_hexdigit() => self.pass(byte)?,
                                    _ => return Err(self.expected("four hexadecimal digits")),
                                }
                            }
                        }
                        _ => return Err(self.expected("an escape such as `\\n`")),
                    }
                }
                Some(byte @ 0..=0x1f) => {
                    return Err(self.fault(format!("the character U+{byte:04X} must be escaped in a text")));
                }
                Some(byte @ 0x20..=0x7f) => self.pass(byte)?,
                Some(byte) => self.beyond_ascii(byte)?,
            }
        }
    }

    /// Moves past the characters of a text, as far as they have been read and need no closer look.
    fn run_of_text(&mut self) -> Scanned<()> {
        let rest = &self.buffer[self.at..];
        let needs_look = |byte: &u8| matches!(byte, 0..=0x1f | b'"' | b'\\');
        let run = &rest[..rest.iter().position(needs_look).unwrap_or(rest.len())];
        let run = match std::str::from_utf8(run) {
            Ok(run) => run,
            // The rest is cut off, or wrong.
            Err(error) => std::str::from_utf8(&run[..error.valid_up_to()]).unwrap_or_default(),
        };
        if let Some(kept) = &mut self.kept {
            if kept.len() + run.len() > LARGEST {
                return Ok(()); // byte by byte, up to the one that is too much
            }
            kept.extend_from_slice(run.as_bytes());
        }
        self.position.pass_text(run);
        self.at += run.len();
        Ok(())
    }

    /// A character of two to four bytes.
    fn beyond_ascii(&mut self, first: u8) -> Scanned<()> {
        let length = match first {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        let (line, column) = self.at();
        let mut bytes = Vec::with_capacity(4);
        while bytes.len() < length {
            match self.peek()? {
                Some(byte) if bytes.is_empty() || byte & 0xc0 == 0x80 => {
                    self.pass(byte)?;
                    bytes.push(byte);
                }
                _ => break,
            }
        }
        match std::str::from_utf8(&bytes) {
            Ok(_) => Ok(()),
            Err(_) => Err(ScanFault::NotUtf8 { line, column, bytes }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scan(bytes: &[u8]) -> Scanned<WrittenValue> {
        let mut scanner = Scanner::new(Box::new(io::Cursor::new(bytes.to_vec())));
        scanner.space()?;
        let written = scanner.keep()?;
        scanner.space()?;
        match scanner.peek()? {
            None => Ok(written),
            Some(_) => Err(scanner.expected("the end of the file")),
        }
    }

    proptest! {
        #[test]
        fn what_is_json_is_what_serde_json_takes(text in "[\\[\\]{},:\"a0-9eE.+\\- \\\\untrfls]{0,12}") {
            let oracle = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(scan(text.as_bytes()).is_ok(), oracle, "{}", text);
        }

        #[test]
        fn a_damaged_document_is_refused_where_serde_json_refuses_it(
            at in 0_usize..90, byte in any::<u8>(), cut in 0_usize..90,
        ) {
            let whole = "{\"a\": [1, -2.5e3, true, null, \"x\\u00e9\\n\"], \"b\": {\"香\": {}}, \"c\": [[], [{\"d\": \"\"}]]} ";
            let mut bytes = whole.as_bytes().to_vec();
            let n = bytes.len();
            bytes[at % n] = byte;
            bytes.truncate(n - cut % 3);
            let oracle = serde_json::from_slice::<serde_json::Value>(&bytes).is_ok();
            // An escaped half of a surrogate pair is found when the value is read.
            if !String::from_utf8_lossy(&bytes).contains("\\ud") && !String::from_utf8_lossy(&bytes).contains("\\uD") {
                prop_assert_eq!(scan(&bytes).is_ok(), oracle, "{}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}
