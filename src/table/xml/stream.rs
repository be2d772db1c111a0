//! The bytes of a document of XML on their way to the parser, of which a part is kept.

use std::io::{self, BufRead, BufReader, Read};

use super::super::position::TextPosition;

/// The largest part that is kept, in bytes.
pub(super) const LARGEST: usize = 64 * 1024 * 1024;

/// Bytes that are read, and kept until they are let go.
pub(super) struct KeptBytes {
    input: BufReader<Box<dyn Read>>,
    kept: Vec<u8>,
    /// The position of the first byte that is kept, and its line and column.
    from: u64,
    position: TextPosition,
    /// Whether more had to be kept than is allowed.
    pub too_large: bool,
}

impl KeptBytes {
    pub fn new(input: Box<dyn Read>) -> Self {
        let input = BufReader::with_capacity(64 * 1024, input);
        Self { input, kept: Vec::new(), from: 0, position: TextPosition::start(), too_large: false }
    }

    /// Lets go of the bytes before a position.
    pub fn let_go(&mut self, position: u64) {
        let n = usize::try_from(position.saturating_sub(self.from)).unwrap_or(usize::MAX).min(self.kept.len());
        self.kept.drain(..n).for_each(|byte| self.position.pass(byte));
        self.from += n as u64;
    }

    /// The bytes that are kept, up to a position.
    pub fn kept(&self, position: u64) -> &[u8] {
        let n = usize::try_from(position.saturating_sub(self.from)).unwrap_or(usize::MAX).min(self.kept.len());
        &self.kept[..n]
    }

    /// The position, line and column of the first byte that is kept.
    pub fn start(&self) -> (u64, u64, u64) {
        (self.from, self.position.line, self.position.column)
    }

    /// What is before the first byte that is kept on its line, if that is short.
    pub fn lead(&self) -> Option<String> {
        self.position.lead()
    }

    /// The line and column of a position.
    pub fn at(&self, position: u64) -> (u64, u64) {
        let (mut line, mut column) = (self.position.line, self.position.column);
        for byte in self.kept(position) {
            if *byte == b'\n' {
                line += 1;
                column = 1;
            } else {
                column += u64::from(byte & 0xc0 != 0x80);
            }
        }
        (line, column)
    }
}

impl Read for KeptBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(buffer.len());
        buffer[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for KeptBytes {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.kept.len() > LARGEST {
            self.too_large = true;
            return Err(io::Error::other("a part is too large"));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        // What was filled is still there.
        if let Ok(filled) = self.input.fill_buf() {
            self.kept.extend_from_slice(&filled[..n.min(filled.len())]);
        }
        self.input.consume(n);
    }
}
