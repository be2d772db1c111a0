//! The values of a descriptor, each with its place, read by the names of their properties.
//!
//! A value of the wrong kind is reported where it is and read as if it were absent, so that one
//! run reports everything that is wrong.

use serde_json::Value;

use super::lines::LineIndex;
use super::locate::{JsonStep, elements, end, locate, repeated_names, shown};
use crate::finding::{Finding, Findings, Place, Severity, closest, codes, did_you_mean};

/// A JSON file: the descriptor, or a schema or dialect in a file of its own.
#[derive(Debug)]
pub(super) struct JsonFile {
    pub name: String,
    pub text: String,
    pub value: Value,
    lines: LineIndex,
}

impl JsonFile {
    /// Parses a text. Readers of JSON differ in which of two members with the same name they take,
    /// so that two are an error.
    pub fn parse(name: String, text: String, findings: &mut Findings) -> Option<Self> {
        match serde_json::from_str(&text) {
            Ok(value) => {
                let lines = LineIndex::new(&text);
                for (member, at) in repeated_names(&text) {
                    let message = format!("the object has two members `{member}`");
                    let place = lines.place(&name, &text, at.start, at.end);
                    findings.push(Finding::error(codes::REPEATED_MEMBER, message).at(place));
                }
                Some(Self { name, text, value, lines })
            }
            Err(error) => {
                let said = error.to_string();
                let message = said.split(" at line ").next().unwrap_or(&said).to_owned();
                // Columns are counted in bytes; 0 is the end of the line before.
                let line: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
                let at = (line + error.column()).saturating_sub(1).min(text.trim_end().len());
                findings.push(Finding::error(codes::JSON_SYNTAX, message).at(Place::in_text(&name, &text, at, at)));
                None
            }
        }
    }

    /// No descriptor: a file without text.
    pub fn none(name: String) -> Self {
        Self { name, text: String::new(), value: Value::Null, lines: LineIndex::new("") }
    }

    /// The outermost value.
    pub fn root(&self) -> DescriptorNode<'_> {
        DescriptorNode { file: self, value: &self.value, path: Vec::new(), known: (0, 0) }
    }

    /// The place of the value at a path.
    pub fn place(&self, path: &[JsonStep<'_>]) -> Place {
        self.place_at(locate(&self.text, 0, path))
    }

    /// The place of the value that begins here.
    fn place_at(&self, start: usize) -> Place {
        let range = shown(&self.text, start);
        self.lines.place(&self.name, &self.text, range.start, range.end)
    }
}

/// A value and where it is.
#[derive(Debug, Clone)]
pub(super) struct DescriptorNode<'a> {
    file: &'a JsonFile,
    pub value: &'a Value,
    path: Vec<JsonStep<'a>>,
    /// So many steps of the path lead to this byte: the others are only walked for a place.
    known: (usize, usize),
}

impl<'a> DescriptorNode<'a> {
    /// Its first byte.
    fn start(&self) -> usize {
        let (n_steps, at) = self.known;
        locate(&self.file.text, at, &self.path[n_steps..])
    }

    /// Its place.
    pub fn place(&self) -> Place {
        self.file.place_at(self.start())
    }

    /// Its text in the file.
    pub fn raw(&self) -> &'a str {
        let start = self.start();
        &self.file.text[start..end(&self.file.text, start)]
    }

    /// The text of the file with blanks instead of all that stands before this value: its lines
    /// and columns are those of the value.
    pub fn raw_in_place(&self) -> String {
        let before = self.file.text[..self.start()].chars().map(|c| if c == '\n' { '\n' } else { ' ' });
        before.chain(self.raw().chars()).collect()
    }

    /// A pointer to it (RFC 6901).
    pub fn pointer(&self) -> String {
        let step = |step: &JsonStep<'_>| match step {
            JsonStep::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            JsonStep::Index(index) => format!("/{index}"),
        };
        self.path.iter().map(step).collect()
    }

    /// The member of an object.
    pub fn get(&self, key: &'a str) -> Option<Self> {
        let value = self.value.get(key)?;
        let mut path = self.path.clone();
        path.push(JsonStep::Key(key));
        Some(Self { file: self.file, value, path, known: self.known })
    }

    /// The elements of an array.
    pub fn items(&self) -> Vec<Self> {
        let Some(values) = self.value.as_array() else { return Vec::new() };
        let starts = elements(&self.file.text, self.start());
        let step = |((index, value), start)| {
            let mut path = self.path.clone();
            path.push(JsonStep::Index(index));
            Self { file: self.file, value, known: (path.len(), start), path }
        };
        values.iter().enumerate().zip(starts).map(step).collect()
    }

    /// The text that a constraint or a list of values writes as a text, a number or a truth value.
    pub fn as_written(&self) -> String {
        self.value.as_str().map_or_else(|| self.raw().to_owned(), str::to_owned)
    }

    /// An error about it.
    pub fn fault(&self, message: impl Into<String>) -> Finding {
        Finding::error(codes::PACKAGE_DESCRIPTOR, message).at(self.place())
    }

    fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a truth value",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// Reports that it is not what it must be.
    pub fn expect(&self, what: &str, expected: &str, findings: &mut Findings) {
        findings.push(self.fault(format!("{what} must be {expected}, not {}", self.kind())));
    }
}

/// What becomes of properties that the standard does not define.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// They are allowed and have no effect.
    PassedOver,
    /// They would change how data are read, so they are refused.
    Refused,
}

/// The properties of an object, which are asked for one by one.
pub(super) struct Members<'a> {
    pub node: DescriptorNode<'a>,
    /// What the object is, for messages: `a field`.
    what: &'static str,
    asked: Vec<&'static str>,
}

impl<'a> Members<'a> {
    /// The members of an object; anything else is reported.
    pub fn of(node: DescriptorNode<'a>, what: &'static str, findings: &mut Findings) -> Option<Self> {
        if !node.value.is_object() {
            node.expect(what, "an object", findings);
            return None;
        }
        Some(Self { node, what, asked: Vec::new() })
    }

    /// A member of any kind. A member that is `null` is as good as absent.
    pub fn get(&mut self, key: &'static str) -> Option<DescriptorNode<'a>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.node.get(key).filter(|node| !node.value.is_null())
    }

    fn read<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        findings: &mut Findings,
        read: impl FnOnce(&DescriptorNode<'a>) -> Option<T>,
    ) -> Option<T> {
        let node = self.get(key)?;
        let value = read(&node);
        if value.is_none() {
            node.expect(&format!("`{key}`"), expected, findings);
        }
        value
    }

    /// A text.
    pub fn text(&mut self, key: &'static str, findings: &mut Findings) -> Option<String> {
        self.read(key, "a text", findings, |node| node.value.as_str().map(str::to_owned))
    }

    /// A text of one character.
    pub fn character(&mut self, key: &'static str, findings: &mut Findings) -> Option<char> {
        let text = self.text(key, findings)?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => Some(only),
            _ => {
                let fault = format!("`{key}` must be one character, not {}", text.chars().count());
                findings.extend(self.node.get(key).map(|node| node.fault(fault)));
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &'static str, findings: &mut Findings) -> Option<bool> {
        self.read(key, "`true` or `false`", findings, |node| node.value.as_bool())
    }

    /// A whole number that is not negative.
    pub fn count(&mut self, key: &'static str, findings: &mut Findings) -> Option<u64> {
        self.read(key, "a whole number", findings, |node| node.value.as_u64())
    }

    /// The elements of a list.
    pub fn list(&mut self, key: &'static str, findings: &mut Findings) -> Option<Vec<DescriptorNode<'a>>> {
        self.read(key, "a list", findings, |node| node.value.is_array().then(|| node.items()))
    }

    /// A list of texts.
    pub fn texts(&mut self, key: &'static str, findings: &mut Findings) -> Option<Vec<String>> {
        let list = self.list(key, findings)?;
        Some(list.iter().filter_map(|node| text_of(node, &format!("an element of `{key}`"), findings)).collect())
    }

    /// A list of numbers of rows, from 1, ascending.
    pub fn rows(&mut self, key: &'static str, findings: &mut Findings) -> Option<Vec<u64>> {
        let mut rows: Vec<u64> = Vec::new();
        for node in self.list(key, findings)? {
            match node.value.as_u64().filter(|row| *row > 0) {
                Some(row) => rows.push(row),
                None => findings.push(node.fault(format!("an element of `{key}` must be the number of a row, from 1"))),
            }
        }
        rows.sort_unstable();
        rows.dedup();
        Some(rows)
    }

    /// A name or a list of names.
    pub fn names(&mut self, key: &'static str, findings: &mut Findings) -> Option<Vec<DescriptorNode<'a>>> {
        let node = self.get(key)?;
        let names = if node.value.is_array() { node.items() } else { vec![node] };
        let expected = format!("a name in `{key}`");
        Some(names.into_iter().filter(|name| text_of(name, &expected, findings).is_some()).collect())
    }

    /// Reads a text that nothing depends on, to see that it is one.
    pub fn note(&mut self, keys: &[&'static str], findings: &mut Findings) {
        for key in keys {
            self.text(key, findings);
        }
    }

    /// Reports that a property has no effect here.
    pub fn unused(&mut self, key: &'static str, why: &str, findings: &mut Findings) {
        if let Some(node) = self.get(key) {
            let message = format!("`{key}` has no effect {why}");
            findings.push(Finding::warning(codes::UNUSED_PROPERTY, message).at(node.place()));
        }
    }

    /// Reports the properties that were not asked for.
    pub fn finish(self, unknown: Unknown, findings: &mut Findings) {
        let Some(object) = self.node.value.as_object() else { return };
        for key in object.keys().filter(|key| !self.asked.contains(&key.as_str())) {
            let place = self.node.get(key).map(|node| node.place());
            let what = self.what;
            let known = || self.asked.iter().copied();
            let finding = match (unknown, closest(key, known())) {
                (Unknown::Refused, _) => {
                    let names: Vec<String> = known().map(|name| format!("`{name}`")).collect();
                    let hint = did_you_mean(key, known()).unwrap_or_else(|| format!("there are {}", names.join(", ")));
                    let message = format!("`{key}` is not a property of {what}");
                    Finding::error(codes::PACKAGE_DESCRIPTOR, message).hint(hint)
                }
                (Unknown::PassedOver, Some(name)) => {
                    let message = format!("`{key}` is not a property of {what} in the standard, and has no effect");
                    Finding::warning(codes::UNUSED_PROPERTY, message).hint(format!("did you mean `{name}`?"))
                }
                (Unknown::PassedOver, None) => {
                    let message = format!("`{key}` is not a property of {what} in the standard, and has no effect");
                    Finding::new(Severity::Info, codes::UNUSED_PROPERTY, message)
                }
            };
            findings.push(finding.about(key.as_str()).at(place));
        }
    }
}

/// The text of a value, which must be one.
pub(super) fn text_of(node: &DescriptorNode<'_>, what: &str, findings: &mut Findings) -> Option<String> {
    let text = node.value.as_str().map(str::to_owned);
    if text.is_none() {
        node.expect(what, "a text", findings);
    }
    text
}
