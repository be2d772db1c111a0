//! The place of a value in a JSON text, for findings about a descriptor.
//!
//! `serde_json` reports where a text stops being JSON, but not the place of a value. This walks a
//! text that is known to be JSON.

use std::collections::HashSet;
use std::ops::Range;

/// A step from a JSON value to one inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonStep<'a> {
    /// The member of an object.
    Key(&'a str),
    /// The element of an array, from 0.
    Index(usize),
}

/// The bytes of the value at `path` in `text`, which must be valid JSON; if the path ends early,
/// the bytes of the last value that exists. Of an object or array, only the first.
pub fn locate(text: &str, path: &[JsonStep<'_>]) -> Range<usize> {
    let whole = extent(text, path);
    let is_nested = matches!(text.as_bytes().get(whole.start), Some(b'{' | b'['));
    if is_nested { whole.start..whole.start + 1 } else { whole }
}

/// All bytes of the value at `path`, as [`locate`] finds it.
pub fn extent(text: &str, path: &[JsonStep<'_>]) -> Range<usize> {
    let mut walker = Walker { bytes: text.as_bytes(), at: 0 };
    walker.space();
    let mut start = walker.at;
    for step in path {
        match walker.enter(*step) {
            Some(()) => start = walker.at,
            None => break,
        }
    }
    walker.at = start;
    walker.skip_value();
    start..walker.at.min(text.len())
}

/// The names that an object in `text`, which must be valid JSON, has twice, and where each is the
/// second time.
pub fn repeated_names(text: &str) -> Vec<(String, Range<usize>)> {
    let mut walker = Walker { bytes: text.as_bytes(), at: 0 };
    // The names of each open object; a list has none.
    let mut open: Vec<HashSet<String>> = Vec::new();
    let mut repeated = Vec::new();
    while walker.at < text.len() {
        match walker.peek() {
            b'"' => {
                let start = walker.at;
                walker.skip_value();
                let end = walker.at;
                walker.space();
                // Behind a name is a colon.
                let Some(names) = open.last_mut().filter(|_| walker.peek() == b':') else { continue };
                let Ok(name) = serde_json::from_str::<String>(&text[start..end]) else { continue };
                if !names.insert(name.clone()) {
                    repeated.push((name, start..end));
                }
                continue;
            }
            b'{' | b'[' => open.push(HashSet::new()),
            b'}' | b']' => drop(open.pop()),
            _ => {}
        }
        walker.at += 1;
    }
    repeated
}

struct Walker<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walker<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }

    /// Moves to the value that `step` names inside the current value.
    fn enter(&mut self, step: JsonStep<'_>) -> Option<()> {
        let start = self.at;
        let (open, close) = match step {
            JsonStep::Key(_) => (b'{', b'}'),
            JsonStep::Index(_) => (b'[', b']'),
        };
        if self.peek() != open {
            return None;
        }
        self.at += 1;
        let mut index = 0;
        loop {
            self.space();
            if self.peek() == close || self.peek() == 0 {
                self.at = start;
                return None;
            }
            let here = match step {
                JsonStep::Key(wanted) => {
                    let key_start = self.at;
                    self.skip_value();
                    let key = std::str::from_utf8(&self.bytes[key_start..self.at]).ok();
                    let key: Option<String> = key.and_then(|key| serde_json::from_str(key).ok());
                    self.space();
                    self.at += 1; // the colon
                    self.space();
                    key.as_deref() == Some(wanted)
                }
                JsonStep::Index(wanted) => index == wanted,
            };
            if here {
                return Some(());
            }
            self.skip_value();
            self.space();
            if self.peek() == b',' {
                self.at += 1;
            }
            index += 1;
        }
    }

    /// Moves past the current value.
    fn skip_value(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                0 => return,
                b'"' => {
                    self.at += 1;
                    while !matches!(self.peek(), b'"' | 0) {
                        self.at += if self.peek() == b'\\' { 2 } else { 1 };
                    }
                    self.at += 1;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                byte if byte.is_ascii_whitespace() || matches!(byte, b',' | b':') => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    while !matches!(self.peek(), b',' | b'}' | b']' | 0) && !self.peek().is_ascii_whitespace() {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_path() {
        let text = r#"{ "a": [1, {"b\"": "x,]"}, null], "c": {"d": -2.5} }"#;
        for (path, expected) in [
            (vec![JsonStep::Key("a"), JsonStep::Index(0)], "1"),
            (vec![JsonStep::Key("a"), JsonStep::Index(1), JsonStep::Key("b\"")], "\"x,]\""),
            (vec![JsonStep::Key("a"), JsonStep::Index(2)], "null"),
            (vec![JsonStep::Key("c"), JsonStep::Key("d")], "-2.5"),
            (vec![JsonStep::Key("c"), JsonStep::Key("missing")], "{"),
            (vec![], "{"),
        ] {
            assert_eq!(&text[locate(text, &path)], expected, "{path:?}");
        }
        assert_eq!(locate(text, &[JsonStep::Key("c"), JsonStep::Key("missing")]).start, text.find("{\"d\"").unwrap());
    }
    #[test]
    fn names_that_occur_twice_in_an_object_are_found() {
        let text =
            r#"{"a": {"x": "a", "y": 1}, "b": [{"x": 1}, {"x": [2, "x"], "\u0078": 3}], "a": "b", "c": {"a": 1}}"#;
        let found: Vec<(String, &str)> =
            repeated_names(text).into_iter().map(|(name, range)| (name, &text[range])).collect();
        assert_eq!(found, [("x".to_owned(), r#""\u0078""#), ("a".to_owned(), r#""a""#)]);
        assert!(repeated_names(r#"{"a": "a", "b": ["a", "a"], "c": ":"}"#).is_empty());
    }
}
