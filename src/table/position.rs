//! Where a reader is in a text that streams.

/// A line that is longer is not shown in front of a passage.
const LONGEST_LEAD: usize = 2_000;

/// The line and column of the next byte.
pub(super) struct TextPosition {
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1, in characters.
    pub column: u64,
    /// The bytes of the line up to here, if they are few.
    lead: Vec<u8>,
}

impl TextPosition {
    /// The beginning of a text.
    pub fn start() -> Self {
        Self { line: 1, column: 1, lead: Vec::new() }
    }

    /// Moves past a byte of UTF-8.
    pub fn pass(&mut self, byte: u8) {
        if byte == b'\n' {
            self.line += 1;
            self.column = 1;
            self.lead.clear();
        } else {
            self.column += u64::from(byte & 0xc0 != 0x80);
            if self.lead.len() <= LONGEST_LEAD {
                self.lead.push(byte);
            }
        }
    }

    /// Moves past a text without line ends.
    pub fn pass_text(&mut self, text: &str) {
        self.column += text.chars().count() as u64;
        if self.lead.len() <= LONGEST_LEAD {
            let n = text.len().min(LONGEST_LEAD + 1 - self.lead.len());
            self.lead.extend_from_slice(&text.as_bytes()[..n]);
        }
    }

    /// What is before it on its line, if that is short.
    pub fn lead(&self) -> Option<String> {
        (self.lead.len() <= LONGEST_LEAD).then(|| String::from_utf8_lossy(&self.lead).into_owned())
    }
}
