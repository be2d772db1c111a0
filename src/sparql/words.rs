//! The tokens of a query, for finding mistakes: strings, comments and local names are skipped.

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A bare word: a keyword, or what should be one.
    Word,
    /// The prefix of a prefixed name, without its colon; it may be empty.
    Prefix,
    /// A variable with its `?` or `$`.
    Variable,
    /// A bracket.
    Bracket,
    /// An IRI with its brackets.
    Iri,
    /// The beginning of an IRI that lacks its closing bracket and ends with the word.
    BrokenIri,
    /// The quote of a string that is not closed before the end of the line or the text.
    BrokenString,
}

/// A token, with its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

impl Word {
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

/// The tokens of a query, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let bytes = text.as_bytes();
    let in_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80;
    let run = |from: usize, goes_on: &dyn Fn(u8) -> bool| {
        bytes[from..].iter().position(|byte| !goes_on(*byte)).map_or(bytes.len(), |end| from + end)
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mut meet = |kind: TokenKind, end: usize| found.push(Word { kind, start, end });
        match bytes[at] {
            b'#' => at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end),
            quote @ (b'"' | b'\'') => {
                let long = bytes[at..].starts_with(&[quote; 3]);
                let width = if long { 3 } else { 1 };
                at += width;
                let closes = |at: usize| bytes[at..].starts_with(&[quote; 3][..width]);
                while at < bytes.len() && !closes(at) && (long || bytes[at] != b'\n') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                if at < bytes.len() && closes(at) {
                    at += width;
                } else {
                    meet(TokenKind::BrokenString, start + width);
                }
            }
            // An IRI has no spaces; otherwise it is "less than".
            b'<' => {
                let end = run(at, &|byte| !byte.is_ascii_whitespace() && byte != b'>');
                let inside = &text[at + 1..end];
                let begins_iri = inside.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(in_word));
                if bytes.get(end) == Some(&b'>') {
                    at = end + 1;
                    meet(TokenKind::Iri, at);
                } else if begins_iri {
                    at = end;
                    meet(TokenKind::BrokenIri, at);
                } else {
                    at += 1;
                }
            }
            byte if byte.is_ascii_alphabetic() || byte >= 0x80 => {
                at = run(at, &in_word);
                let before = start.checked_sub(1).map(|before| bytes[before]);
                // `ex:a.b` and `ex:a:b` are names; so is the text after a punctuation character
                // inside them.
                let part = matches!(before, Some(b'?' | b'$' | b'@' | b':' | b'.' | b'%' | b'\\' | b'_'))
                    || before.is_some_and(in_word);
                // A prefix may contain full stops.
                let whole = run(at, &|byte| in_word(byte) || byte == b'.');
                if bytes.get(whole) == Some(&b':') && bytes[whole - 1] != b'.' {
                    at = whole;
                }
                if !part {
                    meet(if bytes.get(at) == Some(&b':') { TokenKind::Prefix } else { TokenKind::Word }, at);
                }
            }
            b':' => {
                let before = start.checked_sub(1).map(|before| bytes[before]);
                if !before.is_some_and(|byte| in_word(byte) || byte == b'.') {
                    meet(TokenKind::Prefix, start);
                }
                at = run(at + 1, &|byte| in_word(byte) || matches!(byte, b'.' | b':' | b'%' | b'\\'));
            }
            b'?' | b'$' | b'@' => {
                at = run(at + 1, &in_word);
                // After a path, `?` is an operator.
                if bytes[start] != b'@' && at > start + 1 {
                    meet(TokenKind::Variable, at);
                }
            }
            b'{' | b'}' | b'(' | b')' | b'[' | b']' => {
                at += 1;
                meet(TokenKind::Bracket, at);
            }
            _ => at += 1,
        }
        at = at.min(bytes.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_comments_and_local_names_are_passed_over() {
        let text = "ASK { ?a.b ex:c.d :e \"f(\" <http://g/(> ; $h (_:i) '''x' j''' # k\n x.y:z 局:m . FILTER(?n <?o) }";
        let found: Vec<(TokenKind, &str)> = words(text).into_iter().map(|word| (word.kind, word.of(text))).collect();
        use TokenKind::{Bracket as B, Iri as I, Prefix as P, Variable as V, Word as W};
        let expected = [
            (W, "ASK"),
            (B, "{"),
            (V, "?a"),
            (P, "ex"),
            (P, ""),
            (I, "<http://g/(>"),
            (V, "$h"),
            (B, "("),
            (B, ")"),
            (P, "x.y"),
            (P, "局"),
            (W, "FILTER"),
            (B, "("),
            (V, "?n"),
            (V, "?o"),
            (B, ")"),
            (B, "}"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_never_closed_is_told() {
        let broken = |text: &str| {
            let found = words(text)
                .into_iter()
                .find(|word| matches!(word.kind, TokenKind::BrokenIri | TokenKind::BrokenString));
            found.map(|word| (word.kind, word.of(text).to_owned()))
        };
        for (text, expected) in [
            ("ASK { ?s ?p 'a\n }", Some((TokenKind::BrokenString, "'"))),
            ("ASK { ?s ?p \"\"\"a\n\" }", Some((TokenKind::BrokenString, "\"\"\""))),
            ("ASK { ?s ?p \"a\\", Some((TokenKind::BrokenString, "\""))),
            ("ASK { <http://a b> ?p ?o }", Some((TokenKind::BrokenIri, "<http://a"))),
            ("ASK { ?s ?p \"a\", '' FILTER(?a < ?b || ?c > 1) }", None),
        ] {
            assert_eq!(broken(text), expected.map(|(kind, word)| (kind, word.to_owned())), "{text}");
        }
    }
}
