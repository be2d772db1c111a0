//! Lines of N-Triples and N-Quads, split into terms.
//!
//! This is not a parser: it knows the lines that programs usually write, and leaves others
//! (triple terms, dots in labels) to the parser. The terms it returns are not yet validated.

use std::io::{self, BufRead, Read as _};
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr3};

/// The longest line in bytes: four of the largest terms and what is between them.
pub(in crate::graph) const LONGEST_LINE: usize = 32 * 1024 * 1024;

/// Reads a line including its end; `false` at the end of the text.
///
/// # Errors
///
/// Those of the reader, and [`InvalidData`](io::ErrorKind::InvalidData) if the line is too long:
/// a file without line ends must not fill the memory.
pub(in crate::graph) fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    reader.by_ref().take(LONGEST_LINE as u64 + 1).read_until(b'\n', line)?;
    if line.len() > LONGEST_LINE {
        let words = format!("the line is longer than {LONGEST_LINE} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, words));
    }
    Ok(!line.is_empty())
}

/// Where the terms of a statement are in its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct TermSpans {
    pub subject: Range<usize>,
    pub predicate: Range<usize>,
    pub object: Range<usize>,
    /// The graph, if one is named.
    pub graph: Option<Range<usize>>,
    /// Where the text of a literal object ends: at its second quote.
    pub literal_end: Option<usize>,
    /// Whether that text has escapes.
    pub has_escapes: bool,
}

/// Where the statements of a line are: a carriage return also ends one.
pub(super) fn statements(line: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let ends = memchr_iter(b'\r', line).map(|at| at + 1).chain(std::iter::once(line.len()));
    ends.filter_map(move |end| {
        let range = start..end;
        start = end;
        (!line[range.clone()].iter().all(is_white)).then_some(range)
    })
}

/// Characters that may be between terms and after them.
fn is_white(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Splits a statement; `None` if it is not of a known kind.
pub(in crate::graph) fn cut(line: &[u8]) -> Option<TermSpans> {
    let subject = node(line, skip(line, 0))?;
    let predicate = iri(line, skip(line, subject.end))?;
    let start = skip(line, predicate.end);
    let (object, literal_end, has_escapes) = match line.get(start)? {
        b'"' => {
            let (object, end, has_escapes) = literal(line, start)?;
            (object, Some(end), has_escapes)
        }
        _ => (node(line, start)?, None, false),
    };
    let mut at = skip(line, object.end);
    let mut graph = None;
    if line.get(at) != Some(&b'.') {
        let named = node(line, at)?;
        at = skip(line, named.end);
        graph = Some(named);
    }
    if line.get(at) != Some(&b'.') {
        return None;
    }
    let rest = line[at + 1..].iter().position(|byte| !is_white(byte));
    let ends = rest.is_none_or(|behind| line[at + 1 + behind] == b'#');
    ends.then_some(TermSpans { subject, predicate, object, graph, literal_end, has_escapes })
}

fn skip(line: &[u8], from: usize) -> usize {
    from + line[from..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn node(line: &[u8], start: usize) -> Option<Range<usize>> {
    match line.get(start)? {
        b'<' => iri(line, start),
        b'_' if line.get(start + 1) == Some(&b':') => {
            let plain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            let n = line[start + 2..].iter().take_while(plain).count();
            let end = start + 2 + n;
            // Dots may belong to a label, and a label does not begin with a hyphen.
            let is_plain = n > 0 && line[start + 2] != b'-' && matches!(line.get(end), Some(b' ' | b'\t'));
            is_plain.then_some(start..end)
        }
        _ => None,
    }
}

fn iri(line: &[u8], start: usize) -> Option<Range<usize>> {
    if line.get(start) != Some(&b'<') {
        return None;
    }
    let n = memchr(b'>', &line[start..])?;
    Some(start..start + n + 1)
}

/// A literal, where its text ends, and whether the text has escapes.
fn literal(line: &[u8], start: usize) -> Option<(Range<usize>, usize, bool)> {
    let mut end = start + 1;
    let mut has_escapes = false;
    loop {
        end += memchr3(b'"', b'\\', b'\r', &line[end..])?;
        match line[end] {
            b'"' => break,
            b'\\' if end + 2 <= line.len() => {
                has_escapes = true;
                end += 2;
            }
            _ => return None,
        }
    }
    let behind = match line.get(end + 1)? {
        b'@' => {
            let plain = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
            end + 2 + line[end + 2..].iter().take_while(plain).count()
        }
        b'^' if line.get(end + 2) == Some(&b'^') => iri(line, end + 3)?.end,
        _ => end + 1,
    };
    Some((start..behind, end, has_escapes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_its_terms_stand() {
        for (line, parts) in [
            ("<a:s> <a:p> <a:o> .", ["<a:s>", "<a:p>", "<a:o>", ""]),
            (" <a:s>\t<a:p>  \"x . y\"@en-GB.\r", ["<a:s>", "<a:p>", "\"x . y\"@en-GB", ""]),
            ("_:b1 <a:p> _:b-2 .", ["_:b1", "<a:p>", "_:b-2", ""]),
            ("<a:s> <a:p> \"1\"^^<a:t> <a:g> .", ["<a:s>", "<a:p>", "\"1\"^^<a:t>", "<a:g>"]),
            ("<a:s><a:p>\"局\"_:g . ", ["<a:s>", "<a:p>", "\"局\"", "_:g"]),
            (r#"<a:s> <a:p> "a\"b\\" . # <a:o>"#, ["<a:s>", "<a:p>", r#""a\"b\\""#, ""]),
        ] {
            let cut = cut(line.as_bytes());
            let graph = cut.as_ref().and_then(|cut| cut.graph.clone()).unwrap_or(0..0);
            let found = cut.map(|cut| [cut.subject, cut.predicate, cut.object, graph].map(|range| &line[range]));
            assert_eq!(found, Some(parts), "{line}");
        }
    }

    #[test]
    fn a_carriage_return_ends_a_statement() {
        let parts = |line: &str| statements(line.as_bytes()).map(|part| line[part].to_owned()).collect::<Vec<_>>();
        assert_eq!(parts("a .\n"), ["a .\n"]);
        assert_eq!(parts("a .\r\n"), ["a .\r"]);
        assert_eq!(parts("a .\rb . # c\r d .\r\n"), ["a .\r", "b . # c\r", " d .\r"]);
        assert_eq!(parts("\r\n"), [""; 0]);
        assert_eq!(parts("\u{c}\n"), ["\u{c}\n"]);
    }

    #[test]
    fn other_forms_are_left_to_the_parser() {
        for line in [
            "",
            "# <a:s> <a:p> <a:o> .",
            "<a:s> <a:p> <a:o> .\u{c}",
            "<a:s> <a:p> <a:o> .\u{a0}",
            "<a:s> <a:p> \"a\\",
            "<a:s> <a:p> \"a\\\"",
            "<a:s> <a:p> \"a\rb\" .",
            "<a:s> <a:p> <<( <a:s> <a:p> <a:o> )>> .",
            "<a:s> <a:p> 'x' .",
            "_:b.c <a:p> <a:o> .",
            "_:-b <a:p> <a:o> .",
            "<a:s> <a:p> _:b.",
            "<a:s> <a:p> \"x",
            "<a:s> <a:p> \"x\"",
            "<a:s> <a:p",
            "<a:s> \"p\" <a:o> .",
            "<a:s> <a:p> <a:o> <a:g> <a:h> .",
            "<a:s> <a:p> <a:o>",
        ] {
            assert_eq!(cut(line.as_bytes()), None, "{line}");
        }
    }
}
