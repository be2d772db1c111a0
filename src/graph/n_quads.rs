//! The N-Quads of a snapshot: read in pieces of complete lines, and verified before an older
//! snapshot is replaced.

use std::collections::HashSet;
use std::io::{self, BufRead};

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Quad;

use super::file::{LONGEST_LINE, cut, read_line};

/// How many bytes of complete lines are passed to the parser at once.
const PIECE: usize = 1 << 20;

/// Quads, as long as their lines can be read. The streaming parser accepts no line of 16 MiB; the
/// parser of a text accepts any.
pub(super) struct QuadReader<R> {
    reader: R,
    piece: Vec<u8>,
    line: Vec<u8>,
    parsed: std::vec::IntoIter<Quad>,
    /// How many there were.
    pub n_quads: usize,
    /// Why there are no more, if it is not the end.
    pub fault: Option<String>,
}

impl<R: BufRead> QuadReader<R> {
    pub fn new(reader: R) -> Self {
        let parsed = Vec::new().into_iter();
        Self { reader, piece: Vec::new(), line: Vec::new(), parsed, n_quads: 0, fault: None }
    }

    fn read_piece(&mut self) -> io::Result<()> {
        self.piece.clear();
        while self.piece.len() < PIECE && read_line(&mut self.reader, &mut self.line)? {
            self.piece.extend_from_slice(&self.line);
        }
        Ok(())
    }
}

impl<R: BufRead> Iterator for QuadReader<R> {
    type Item = Quad;

    fn next(&mut self) -> Option<Quad> {
        while self.fault.is_none() {
            if let Some(quad) = self.parsed.next() {
                self.n_quads += 1;
                return Some(quad);
            }
            if let Err(error) = self.read_piece() {
                self.fault = Some(error.to_string());
            } else if self.piece.is_empty() {
                return None;
            } else {
                match parse(&self.piece) {
                    Ok(quads) => self.parsed = quads.into_iter(),
                    Err(fault) => self.fault = Some(fault),
                }
            }
        }
        None
    }
}

fn parse(text: &[u8]) -> Result<Vec<Quad>, String> {
    let quads = RdfParser::from_format(RdfFormat::NQuads).for_slice(text);
    quads.collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// The first of our own lines that could not be read again, and why.
///
/// IRIs and labels are valid by their types. A literal may have a datatype or a tag that the
/// parser refuses: one of each is parsed, and each line that is not of a known kind.
pub(super) fn unreadable(lines: &[String]) -> Option<(&str, String)> {
    let mut known: HashSet<&[u8]> = HashSet::new();
    for line in lines {
        if line.len() >= LONGEST_LINE {
            return Some((line, format!("it has {} bytes; at most {LONGEST_LINE} are allowed", line.len())));
        }
        let bytes = line.as_bytes();
        let suffix = match cut(bytes) {
            None => None,
            Some(cut) => Some(cut.literal_end.map_or(&[][..], |end| &bytes[end + 1..cut.object.end])),
        };
        if suffix.is_some_and(|suffix| known.contains(suffix)) {
            continue;
        }
        if let Err(fault) = parse(bytes) {
            return Some((line, fault));
        }
        known.extend(suffix);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_no_stream_takes_is_read() {
        let text = format!("<a:s> <a:p> \"{}\" .\n<a:s> <a:p> _:b .\n", "x".repeat(17 << 20));
        let mut quads = QuadReader::new(text.as_bytes());
        assert_eq!(quads.by_ref().count(), 2);
        assert_eq!((quads.n_quads, quads.fault), (2, None));
    }

    #[test]
    fn a_fault_ends_the_quads() {
        let long = format!("<a:s> <a:p> \"{}\" .\n", "x".repeat(LONGEST_LINE));
        for (text, part) in [("<a:s> <a:p> .\n", ""), (long.as_str(), "longer than")] {
            let mut quads = QuadReader::new(text.as_bytes());
            assert_eq!(quads.by_ref().count(), 0);
            assert!(quads.fault.is_some_and(|fault| fault.contains(part)));
        }
    }

    #[test]
    fn what_could_not_be_read_again_is_found() {
        let good =
            ["<a:s> <a:p> \"x\" .", "<a:s> <a:p> \"x\\u0001\"@en .", "<a:s> <a:p> <<( <a:s> <a:p> \"x\"@en--ltr )>> ."];
        let good: Vec<String> = good.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(unreadable(&good), None);
        for bad in [
            "<a:s> <a:p> \"x\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .".to_owned(),
            "<a:s> <a:p> \"x\"@not_a_tag .".to_owned(),
            format!("<a:s> <a:p> \"{}\" .", "x".repeat(LONGEST_LINE)),
        ] {
            let lines = [good.clone(), vec![bad.clone()]].concat();
            assert_eq!(unreadable(&lines).map(|(line, _)| line), Some(bad.as_str()));
        }
    }
}
