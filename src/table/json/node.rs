//! A JSON value with the places of its parts.

use jsonpath_rust::query::queryable::Queryable;
use memchr::memchr2;

/// A value and the bytes where it is written.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub content: JsonContent,
    /// Its bytes in the text from which it was read.
    pub span: (usize, usize),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum JsonContent {
    #[default]
    Null,
    Boolean(bool),
    /// As it is written: no digit is lost.
    Number(String),
    String(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        match (&self.content, &other.content) {
            // Members have no order (RFC 9535, section 2.3.5.2.2).
            (JsonContent::Object(one), JsonContent::Object(two)) => {
                one.len() == two.len() && one.iter().all(|(key, value)| other.member(key) == Some(value))
            }
            (one, two) => one == two,
        }
    }
}

/// A value that is not as it should be, at a byte of the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NodeFault {
    pub at: usize,
    pub message: String,
}

impl Node {
    /// The value of a text that [`Scanner`](super::scan::Scanner) has found to be one, and members
    /// that an object has twice.
    pub fn read(text: &str) -> Result<(Self, Vec<NodeFault>), NodeFault> {
        let mut reader = NodeReader { text, at: 0, repeated: Vec::new() };
        reader.space();
        let node = reader.node()?;
        Ok((node, reader.repeated))
    }

    /// The member of an object.
    pub fn member(&self, key: &str) -> Option<&Self> {
        match &self.content {
            JsonContent::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }
}

struct NodeReader<'a> {
    text: &'a str,
    at: usize,
    repeated: Vec<NodeFault>,
}

/// An object with more members is searched by a set.
const FEW: usize = 16;

impl NodeReader<'_> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// The next value. The scanner limits how deep values are nested.
    fn node(&mut self) -> Result<Node, NodeFault> {
        let start = self.at;
        let content = match self.peek() {
            b'{' => self.object()?,
            b'[' => self.array()?,
            b'"' => JsonContent::String(self.string()?),
            _ => {
                while !matches!(self.peek(), b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r' | 0) {
                    self.at += 1;
                }
                match &self.text[start..self.at] {
                    "null" => JsonContent::Null,
                    "true" => JsonContent::Boolean(true),
                    "false" => JsonContent::Boolean(false),
                    number => JsonContent::Number(number.to_owned()),
                }
            }
        };
        Ok(Node { content, span: (start, self.at) })
    }

    fn object(&mut self) -> Result<JsonContent, NodeFault> {
        let mut members: Vec<(String, Node)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        self.at += 1;
        loop {
            self.space();
            if self.peek() == b'}' {
                self.at += 1;
                return Ok(JsonContent::Object(members));
            }
            let start = self.at;
            let key = self.string()?;
            self.space();
            self.at += 1; // the colon
            self.space();
            let value = self.node()?;
            let known = if members.len() < FEW {
                members.iter().any(|(name, _)| *name == key)
            } else {
                if names.is_empty() {
                    names.extend(members.iter().map(|(name, _)| name.clone()));
                }
                !names.insert(key.clone())
            };
            if known {
                self.repeated.push(NodeFault { at: start, message: format!("the object has two members `{key}`") });
            } else {
                members.push((key, value));
            }
            self.space();
            if self.peek() == b',' {
                self.at += 1;
            }
        }
    }

    fn array(&mut self) -> Result<JsonContent, NodeFault> {
        let mut elements = Vec::new();
        self.at += 1;
        loop {
            self.space();
            if self.peek() == b']' {
                self.at += 1;
                return Ok(JsonContent::Array(elements));
            }
            elements.push(self.node()?);
            self.space();
            if self.peek() == b',' {
                self.at += 1;
            }
        }
    }

    fn string(&mut self) -> Result<String, NodeFault> {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        while let Some(n) = memchr2(b'"', b'\\', &self.text.as_bytes()[self.at..]) {
            self.at += n;
            if self.peek() == b'"' {
                break;
            }
            escaped = true;
            self.at += 2;
        }
        self.at += 1;
        let raw = &self.text[start..self.at];
        if !escaped {
            return Ok(raw[1..raw.len() - 1].to_owned());
        }
        serde_json::from_str(raw).map_err(|_| NodeFault {
            at: start,
            message: "half of a surrogate pair is escaped here, which is no character".to_owned(),
        })
    }
}

// What filters of JSONPath need to know of a value.

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self { content: JsonContent::String(text.to_owned()), span: (0, 0) }
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self { content: JsonContent::String(text), span: (0, 0) }
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self { content: JsonContent::Boolean(value), span: (0, 0) }
    }
}

impl From<i64> for Node {
    fn from(number: i64) -> Self {
        Self { content: JsonContent::Number(number.to_string()), span: (0, 0) }
    }
}

impl From<f64> for Node {
    fn from(number: f64) -> Self {
        Self { content: JsonContent::Number(number.to_string()), span: (0, 0) }
    }
}

impl From<Vec<Self>> for Node {
    fn from(elements: Vec<Self>) -> Self {
        Self { content: JsonContent::Array(elements), span: (0, 0) }
    }
}

impl Queryable for Node {
    fn get(&self, key: &str) -> Option<&Self> {
        self.member(key)
    }

    fn as_array(&self) -> Option<&Vec<Self>> {
        match &self.content {
            JsonContent::Array(elements) => Some(elements),
            _ => None,
        }
    }

    fn as_object(&self) -> Option<Vec<(&str, &Self)>> {
        match &self.content {
            JsonContent::Object(members) => Some(members.iter().map(|(name, node)| (name.as_str(), node)).collect()),
            _ => None,
        }
    }

    fn as_str(&self) -> Option<&str> {
        match &self.content {
            JsonContent::String(text) => Some(text),
            _ => None,
        }
    }

    fn as_i64(&self) -> Option<i64> {
        match &self.content {
            JsonContent::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match &self.content {
            JsonContent::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    fn as_bool(&self) -> Option<bool> {
        match self.content {
            JsonContent::Boolean(value) => Some(value),
            _ => None,
        }
    }

    fn null() -> Self {
        Self::default()
    }
}
