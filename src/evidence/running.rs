//! A text as one run of characters, whatever its lines: what two editions are compared by. Every
//! character knows its line and whether white space stands before it.

use std::ops::Range;

use super::text::{FlatText, Lines, plain};

/// The characters of a text without white space, in plain forms.
pub(super) struct RunningText<'a> {
    pub text: &'a FlatText,
    /// The characters, as they are compared.
    pub chars: Vec<char>,
    /// The byte of the flat text at which each character begins, and its end.
    bytes: Vec<u32>,
    /// The first character of each line, and the end.
    lines: Vec<u32>,
    /// Whether white space stands before a character.
    spaced: Vec<bool>,
}

/// A character in the form in which extractions are compared: what they write in different widths
/// or with different dashes is the same.
fn compared(c: char) -> char {
    match c {
        '，' => ',',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        '·' | '‧' | '•' | '・' => '·',
        _ => c,
    }
}

/// Whether a character is a Chinese one or of their width: nothing separates it from the next.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

impl<'a> RunningText<'a> {
    pub fn of(text: &'a FlatText) -> Self {
        let mut running = Self { text, chars: Vec::new(), bytes: Vec::new(), lines: Vec::new(), spaced: Vec::new() };
        let mut byte = 0;
        for line in &text.lines {
            running.lines.push(running.chars.len() as u32);
            // A line ends with white space.
            let mut spaced = true;
            for c in line.chars() {
                spaced |= c.is_whitespace();
                let Some(c) = plain(c) else { continue };
                running.chars.push(compared(c));
                running.bytes.push(byte);
                running.spaced.push(std::mem::take(&mut spaced));
                byte += c.len_utf8() as u32;
            }
        }
        running.lines.push(running.chars.len() as u32);
        running.bytes.push(byte);
        running
    }

    /// The line on which a character stands, from 1.
    pub fn line(&self, at: usize) -> u64 {
        let n_lines = self.lines.len() - 1;
        // Blank lines begin where the next line does: the last that begins there has the character.
        (self.lines[..n_lines].partition_point(|start| *start as usize <= at) as u64).max(1)
    }

    /// The lines of some characters; if there are none, that of the place.
    pub fn lines(&self, range: &Range<usize>) -> Lines {
        let first = self.line(range.start.min(self.chars.len().saturating_sub(1)));
        (first, self.line(range.end.max(range.start + 1).min(self.chars.len()).saturating_sub(1)).max(first))
    }

    /// The characters of lines, cut to those that exist.
    pub fn of_lines(&self, (first, last): Lines) -> Range<usize> {
        let n = (self.lines.len() - 1) as u64;
        let start = (first.max(1) - 1).min(n);
        self.lines[start as usize] as usize..self.lines[last.clamp(start, n) as usize] as usize
    }

    /// Whether a line begins at a character, or the text ends.
    pub fn begins_line(&self, at: usize) -> bool {
        self.lines.binary_search(&(at as u32)).is_ok()
    }

    /// The flat text of some characters.
    pub fn flat(&self, range: &Range<usize>) -> &str {
        self.text.flat(self.bytes[range.start] as usize..self.bytes[range.end] as usize)
    }

    /// The character at which a byte of the flat text stands.
    pub fn at_byte(&self, byte: usize) -> usize {
        self.bytes.partition_point(|start| (*start as usize) < byte)
    }

    /// Whether white space stands before a character.
    pub fn is_spaced(&self, at: usize) -> bool {
        self.spaced.get(at).copied().unwrap_or(true)
    }

    /// Some characters as the text has them, in one line.
    pub fn words(&self, range: &Range<usize>) -> String {
        let mut words = String::new();
        for at in range.clone() {
            let bytes = self.bytes[at] as usize..self.bytes[at + 1] as usize;
            let written = self.text.flat(bytes);
            // White space between letters of an alphabet is a space; in Chinese it is none.
            let joins = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_punctuation();
            if at > range.start && self.is_spaced(at) && words.ends_with(joins) && written.starts_with(joins) {
                words.push(' ');
            }
            words.push_str(written);
        }
        words
    }
}
