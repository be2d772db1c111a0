//! The errors of RDF parsers, and their places.
//!
//! The parsers give no place for errors in RDF/XML, nor for those in the meaning of JSON-LD: the
//! text is passed to them again piece by piece, and the error is in the piece at which they stop.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use oxigraph::io::{RdfFormat, RdfSyntaxError};

use super::excess::Excess;
use super::{ByteSpan, RdfFile, markup};
use crate::error::{Action, Error, Result};
use crate::finding::{Finding, Place, codes};

impl RdfFile {
    /// The finding for a parser's error.
    pub(super) fn syntax(&self, error: &RdfSyntaxError) -> Finding {
        let message = error.to_string();
        let place = match error.location() {
            Some(range) => Some(self.place_at(range.start.line + 1, range.start.column)),
            None => self.bytes().map(|bytes| self.place(&bytes, self.stops(&bytes, &message))),
        };
        Finding::error(codes::RDF_SYNTAX, plain(&message)).at(place)
    }

    /// The place at a line, after `before` characters; JSON parsers count bytes, contrary to
    /// their documentation. Never after the last line.
    fn place_at(&self, mut line: u64, before: u64) -> Place {
        let mut text = self.line(line).ok().flatten();
        let mut column = before + 1;
        if let (None, Ok(Some(last))) = (&text, self.line(line - 1)) {
            (line, text) = (line - 1, Some(last));
            column = u64::MAX;
        }
        let Some(text) = text else { return Place::new(&self.name, line, column) };
        let shown = text.trim_end_matches('\r');
        let end = shown.chars().count() as u64 + 1;
        if self.is_json() && column < u64::MAX {
            column = shown.char_indices().take_while(|(at, _)| (*at as u64) < before).count() as u64 + 1;
        }
        Place::new(&self.name, line, column.min(end)).with_excerpt(&text)
    }

    fn is_json(&self) -> bool {
        matches!(self.format, RdfFormat::JsonLd { .. })
    }

    /// Reports what the parser accepts although it is not XML.
    pub(super) fn check_markup(&self) -> Result<()> {
        if self.format != RdfFormat::RdfXml {
            return Ok(());
        }
        match markup::fault(self.reader()?).map_err(Error::io(Action::Read, &self.name))? {
            None => Ok(()),
            Some((at, message)) => {
                let place = self.bytes().map(|bytes| self.place(&bytes, (at, at)));
                Err(Error::invalid(Finding::error(codes::RDF_SYNTAX, message).at(place)))
            }
        }
    }

    /// The finding that there is too much of something that the parser cannot bear.
    pub(super) fn too_much(&self) -> Finding {
        let mut excess = Excess::of(self.format);
        let bytes = self.bytes().unwrap_or_default();
        let found = bytes.iter().enumerate().find_map(|(at, byte)| Some((at, excess.read(&[*byte]).err()?)));
        let Some((at, words)) = found else {
            return Finding::error(codes::RDF_SYNTAX, "there is too much of something for the parser");
        };
        // The third character of `<<(` is the one too many.
        let n_before = if matches!(excess, Excess::Terms(_)) { 2 } else { 0 };
        Finding::error(codes::RDF_SYNTAX, words).at(Some(self.place(&bytes, (at.saturating_sub(n_before), at + 1))))
    }

    /// The bytes of the file, unless it is so large that a place is not worth the memory.
    fn bytes(&self) -> Option<Vec<u8>> {
        const MOST: u64 = 1 << 28;
        let mut bytes = Vec::new();
        self.reader().ok()?.take(MOST + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= MOST).then_some(bytes)
    }

    fn place(&self, bytes: &[u8], (start, end): ByteSpan) -> Place {
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (before, inside) = (shown(&bytes[..start]), shown(&bytes[start..end.max(start)]));
        Place::in_text(&self.name, &shown(bytes), before.len(), before.len() + inside.len())
    }

    /// Where the parser stops, narrowed to the part that the message names.
    fn stops(&self, bytes: &[u8], message: &str) -> ByteSpan {
        let is_json = self.is_json();
        let pieces = if is_json { tokens(bytes) } else { markup::pieces(bytes) };
        let current = Rc::new(Cell::new(0));
        let reader = TextPieces { bytes, pieces: &pieces, at: 0, current: Rc::clone(&current) };
        // If the file has changed meanwhile, there may be no error.
        let _ = self.parser().for_reader(reader).find(Result::is_err);
        let index = current.get();
        if is_json {
            return named_token(bytes, &pieces[..pieces.len().min(index + 1)], message);
        }
        let span = match pieces.get(index) {
            // The text before is wrong.
            Some(piece) if is_sign(bytes, *piece) && index + 1 < pieces.len() => {
                index.checked_sub(1).map_or(*piece, |before| pieces[before])
            }
            // After `<`: the tag begins there.
            Some(piece) if index > 0 && is_sign(bytes, pieces[index - 1]) => (pieces[index - 1].0, piece.1),
            Some(piece) => *piece,
            None => (0, 0),
        };
        named(bytes, span, message)
    }
}

fn is_sign(bytes: &[u8], (start, end): ByteSpan) -> bool {
    &bytes[start..end] == b"<"
}

/// Reads a text piece by piece.
struct TextPieces<'a> {
    bytes: &'a [u8],
    pieces: &'a [ByteSpan],
    at: usize,
    /// The piece that was read last.
    current: Rc<Cell<usize>>,
}

impl Read for TextPieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut index = self.current.get();
        while self.pieces.get(index).is_some_and(|(_, end)| *end <= self.at) && index + 1 < self.pieces.len() {
            index += 1;
        }
        self.current.set(index);
        let end = self.pieces.get(index).map_or(self.bytes.len(), |(_, end)| *end);
        // After the last piece there is only white space.
        let end = if end <= self.at { self.bytes.len() } else { end };
        let n = (end - self.at).min(buffer.len());
        buffer[..n].copy_from_slice(&self.bytes[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

/// The part of a span that a message names, otherwise the span without surrounding white space.
fn named(bytes: &[u8], (start, end): ByteSpan, message: &str) -> ByteSpan {
    let span = &bytes[start..end];
    // For an attribute the parser gives the position in the tag.
    let position = message.split_once("position ").and_then(|(_, rest)| rest.split_once(':')?.0.parse::<usize>().ok());
    if let Some(position) = position.filter(|position| start + 1 + position < end) {
        return (start + 1 + position, start + 2 + position);
    }
    let find = |part: &str| {
        let at = memchr::memmem::find(span, part.as_bytes()).filter(|_| !part.is_empty())?;
        Some((start + at, start + at + part.len()))
    };
    // For a reference the message says nothing else.
    if message.contains("after '&'") || message.contains("character reference") {
        return find(if message.contains("after") { "&" } else { "&#" }).unwrap_or((start, end));
    }
    let quoted = message.split(['\'', '`']).skip(1).step_by(2);
    let entity =
        quoted.clone().next().filter(|_| message.contains("unrecognized entity")).map(|name| format!("&{name};"));
    if let Some(found) = entity.as_deref().and_then(find) {
        return found;
    }
    let first = message
        .split_whitespace()
        .next()
        .filter(|word| word.contains([':', '/']) || message.contains("is not a valid"));
    for part in quoted.chain(first).chain(message.split_once("prefix ").map(|(_, prefix)| prefix)) {
        if let Some(found) = find(part.trim()) {
            return found;
        }
    }
    let white = span.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let length = span.trim_ascii().len();
    if length == 0 { (start, end) } else { (start + white, start + white + length) }
}

/// The tokens of a JSON text.
fn tokens(bytes: &[u8]) -> Vec<ByteSpan> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' => at += 1,
            _ => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || b"{}[],:\"".contains(byte);
                at += bytes[at..].iter().position(ends).unwrap_or(bytes.len() - at).max(1);
            }
        }
        at = at.min(bytes.len());
        tokens.push((start, at));
    }
    tokens
}

/// The last token that a message names, among those up to where a parser stopped: a term, a
/// keyword, or the context if the message is about one; otherwise the last token.
fn named_token(bytes: &[u8], tokens: &[ByteSpan], message: &str) -> ByteSpan {
    let last_of = |name: &str| {
        let written = format!("\"{name}\"");
        tokens.iter().rev().find(|(start, end)| bytes[*start..*end] == *written.as_bytes()).copied()
    };
    let words =
        message.split(|c: char| c.is_whitespace() || matches!(c, '\'' | ',')).map(|word| word.trim_end_matches(':'));
    let quoted = message.split('\'').skip(1).step_by(2);
    let keywords = words.clone().filter(|word| word.starts_with('@'));
    let about_context = ["context", "IRI mapping", "term", "redefined", "Overriding"];
    let context = about_context.iter().any(|word| message.contains(word)).then_some("@context");
    let named = quoted.chain(words.filter(|word| word.contains(':'))).chain(keywords).chain(context).find_map(last_of);
    named.or_else(|| tokens.last().copied()).unwrap_or((0, 0))
}

/// A parser's message without its position, lower case, without a full stop.
pub(super) fn plain(message: &str) -> String {
    const MOST: usize = 200;
    let mut words = message;
    if words.starts_with("Parser error ") {
        words = words.split_once(": ").map_or(words, |(_, words)| words);
    }
    for kind in ["ill-formed document: ", "syntax error: ", "error while parsing attribute: "] {
        words = words.strip_prefix(kind).unwrap_or(words);
    }
    // The place of the finding says where.
    if words.starts_with("position ")
        || words.starts_with("Error while escaping character at ")
        || words.starts_with("at ")
    {
        words = words.split_once(": ").map_or(words, |(_, words)| words);
    }
    words = words.split_once(", previous declaration at position").map_or(words, |(words, _)| words);
    let mut words = words.trim_end_matches('.').replace(['\r', '\n'], " ");
    if words.starts_with("No LoadDocumentCallback") {
        return "a context is not loaded from elsewhere: it must be in the file, such as `\"@context\": {\"@vocab\": \"https://schema.org/\"}`".to_owned();
    }
    if let Some(text) = words.strip_prefix("Unexpected text event: '").and_then(|text| text.strip_suffix('\'')) {
        words = format!("unexpected text `{}`", crate::finding::shorten(text.trim()));
    }
    if let Some((at, _)) = words.char_indices().nth(MOST) {
        words.truncate(at);
        words.push('…');
    }
    // A name in capitals keeps them.
    let mut chars = words.chars();
    match (chars.next(), chars.next()) {
        (Some(first), second) if first.is_uppercase() && second.is_none_or(|c| c.is_lowercase() || c == ' ') => {
            first.to_lowercase().chain(words.chars().skip(1)).collect()
        }
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(name: &str, text: &str) -> (u64, u64, String) {
        let file = RdfFile::text(name, text.to_owned(), "n");
        let Err(Error::Invalid(found)) = file.quads() else { panic!("a finding of {text}") };
        let found = found.iter().next().unwrap().clone();
        let place = found.place.unwrap();
        (place.line, place.column, found.message)
    }

    /// A node that begins on line 2, whose first property begins in column 2 of line 3.
    fn node(attributes: &str, inside: &str) -> String {
        format!(
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:e=\"urn:\">\n\
             <rdf:Description {attributes}>\n {inside}\n</rdf:Description></rdf:RDF>"
        )
    }

    #[test]
    fn what_is_wrong_with_rdf_xml_is_told_at_its_place() {
        let a = "rdf:about=\"urn:a\"";
        for (text, line, column, part) in [
            (node(a, "局<e:p>1</e:p>"), 3, 2, "unexpected text `局`"),
            (node(a, "<e:p>1</e:q>"), 3, 8, "expected `</e:p>`, but `</e:q>` was found"),
            (node(a, "<e:p>1 &foo; 2</e:p>"), 3, 9, "`foo`"),
            (node(a, "<e:p>a & b</e:p>"), 3, 9, "';'"),
            (node(a, "<e:p>&#xZZ;</e:p>"), 3, 7, "character reference"),
            (node(a, "<x:p>1</x:p>"), 3, 3, "x:"),
            (node(a, "<e:p xml:lang=\"x_y\">1</e:p>"), 3, 17, "x_y"),
            (node(a, "<e:p>a<!-- x</e:p>"), 3, 8, "comment"),
            (node(a, "<e:p>1</e:p><e:p"), 4, 18, "followed by `=`"),
            (node("rdf:about=\"urn: a\"", ""), 2, 29, "IRI"),
            (node("rdf:ID=\"1a\"", ""), 2, 26, "rdf:ID"),
            (node(&format!("{a}\n  {a}"), ""), 3, 3, "duplicated attribute"),
            (node("rdf:about=urn:a", ""), 2, 28, "attribute value"),
            (format!("{})>>", node(a, "<e:p>1</e:p>")), 4, 29, "unexpected text `)>>`"),
            (format!("{}</x>", node(a, "")), 4, 29, "`</x>`"),
            (format!("{}\n<", node(a, "")), 5, 1, "not closed"),
            (node(a, "").replace("</rdf:Description></rdf:RDF>", ""), 2, 1, "never closed"),
            (String::new(), 1, 1, "no element"),
            (format!("{}\r\n{}", node(a, ""), node(a, "")), 5, 1, "a second one"),
        ] {
            let found = fault("t.rdf", &text);
            assert_eq!((found.0, found.1), (line, column), "{text}\n{}", found.2);
            assert!(found.2.contains(part) && found.2.chars().count() <= 201, "{}", found.2);
        }
    }

    #[test]
    fn what_is_wrong_with_json_ld_is_told_at_its_place() {
        for (text, line, column, part) in [
            ("{\"@id\": \"urn:a\",\n \"@id\": \"urn:b\"}", 2, 2, "twice"),
            ("{\"@id\": 1,\n \"a\": 2}", 1, 2, "@id"),
            ("{\n\"@context\": {\"a\": \"b:x\", \"b\": \"a:y\"},\n \"a\": 1}", 2, 1, "cyclic"),
            ("{\"urn:b\": {\"@value\": \"x\",\n  \"@language\": 3}}", 2, 3, "@language"),
            ("{\"urn:b\": {\"@list\": [1],\n  \"urn:x\": 3}}", 2, 3, "urn:x"),
            ("{\"@context\":\n \"http://x/y\"}", 1, 2, "must be in the file"),
            ("{\"urn:b\": \"局\u{1}\"}", 1, 13, "not allowed"),
            ("{\"urn:b\":\r\n", 1, 10, "end of file"),
            ("", 1, 1, "end of file"),
        ] {
            let found = fault("t.jsonld", text);
            assert_eq!((found.0, found.1), (line, column), "{text}\n{}", found.2);
            assert!(found.2.contains(part), "{}", found.2);
        }
    }

    #[test]
    fn what_nests_too_deep_is_told_where_it_does() {
        let text = format!("# <<(\n<urn:a> <urn:p> {}", "<<( <urn:a> <urn:p> ".repeat(300));
        // The comment counts as the first: the parser does not recognise comments.
        let (line, column, _) = fault("t.ttl", &text);
        assert_eq!((line, column), (2, 17 + 199 * 20));
    }

    #[test]
    fn messages_are_not_cut_and_not_endless() {
        for (message, words) in [
            (
                "Parser error at line 1 column 2: the prefix a: has not been declared.",
                "the prefix a: has not been declared",
            ),
            ("ill-formed document: expected `</a>`, but `</b>` was found", "expected `</a>`, but `</b>` was found"),
            ("position 7: duplicated attribute, previous declaration at position 2", "duplicated attribute"),
            ("XML namespaces are required in RDF/XML", "XML namespaces are required in RDF/XML"),
            ("@id is defined twice", "@id is defined twice"),
        ] {
            assert_eq!(plain(message), words);
        }
        assert!(plain(&format!("Unexpected text event: '{}'", "x".repeat(1_000_000))).len() < 100);
    }
}
