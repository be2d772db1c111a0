//! The lines of a text, so that a place in a large one is found without counting from its beginning.

use crate::finding::Place;

/// Where the lines of a text begin, and how many characters it has up to marks in it.
#[derive(Debug)]
pub(super) struct LineIndex {
    starts: Vec<usize>,
    /// The characters before every `STEP`th byte.
    marks: Vec<u64>,
}

const STEP: usize = 1024;

/// How many characters begin in some bytes of UTF-8.
fn n_chars(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1)).collect();
        let mut marks = vec![0];
        let mut n = 0;
        for step in bytes.chunks(STEP) {
            n += n_chars(step);
            marks.push(n);
        }
        Self { starts, marks }
    }

    fn chars_before(&self, text: &str, at: usize) -> u64 {
        let mark = at / STEP;
        self.marks[mark] + n_chars(&text.as_bytes()[mark * STEP..at])
    }

    /// The place of the bytes `start..end` of the text, which are boundaries of characters.
    pub fn place(&self, file: &str, text: &str, start: usize, end: usize) -> Place {
        let line = self.starts.partition_point(|at| *at <= start).max(1);
        let line_start = self.starts[line - 1];
        let line_end = self.starts.get(line).map_or(text.len(), |next| next - 1);
        let column = 1 + self.chars_before(text, start) - self.chars_before(text, line_start);
        let width = self.chars_before(text, end.min(line_end).max(start)) - self.chars_before(text, start);
        let place = Place { width: width.max(1), ..Place::new(file, line as u64, column) };
        place.with_excerpt(&text[line_start..line_end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_where_counting_from_the_beginning_finds_it() {
        let text = format!("a\n{}\r\n\n香港é{}\nz", "香x".repeat(900), "y".repeat(3000));
        let index = LineIndex::new(&text);
        let boundaries: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for (n, start) in boundaries.iter().enumerate().step_by(7) {
            for end in [*start, boundaries[(n + 1).min(boundaries.len() - 1)], text.len()] {
                assert_eq!(
                    index.place("t", &text, *start, end),
                    Place::in_text("t", &text, *start, end),
                    "{start} {end}"
                );
            }
        }
        assert_eq!(LineIndex::new("").place("t", "", 0, 0), Place::in_text("t", "", 0, 0));
    }
}
