//! YAML as a tree in which every node has its place, for mappings and for the front matter of
//! queries. Scalars keep their text: the reader of the tree decides what a `1` means.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::finding::{Finding, Place, codes};

/// A node of a YAML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlNode {
    /// The content of the node.
    pub value: Value,
    /// Line from 1.
    pub line: u64,
    /// Column from 1.
    pub column: u64,
    /// Columns covered, if the node is on one line.
    pub width: u64,
    /// The byte of the text at which its line begins.
    pub line_start: usize,
}

/// The content of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// The text of a scalar.
    Scalar(String),
    /// A list.
    Sequence(Vec<YamlNode>),
    /// Keys and values, in order.
    Mapping(Vec<(YamlNode, YamlNode)>),
}

impl YamlNode {
    /// The text, if the node is a scalar.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, if the node is a list.
    pub fn as_sequence(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The keys and values, if the node is a mapping.
    pub fn as_mapping(&self) -> Option<&[(Self, Self)]> {
        match &self.value {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key, if the node is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let entries = self.as_mapping()?;
        entries.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// The node's place in `file`, whose text is `text`.
    pub fn place(&self, file: &str, text: &str) -> Place {
        Place::on_line(file, text, self.line_start, (self.line, self.column), self.width)
    }

    /// The kind of the node, for a message.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Scalar(_) => "a text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping of keys to values",
        }
    }
}

/// No honest mapping or front matter has more nodes; aliases of aliases could.
const MOST_NODES: usize = 1_000_000;
/// Nor do its aliases stand for more bytes of text; many of one long text could.
const MOST_COPIED: usize = 64 << 20;
/// Deeper nesting is refused, since it would exhaust the stack.
const DEEPEST: usize = 100;

/// Reads the first document of a YAML text; an empty text is [`Value::Null`].
pub fn read(file: &str, text: &str) -> Result<YamlNode, Finding> {
    let mut tree = YamlTree {
        file,
        text,
        stack: Vec::new(),
        anchors: HashMap::new(),
        root: None,
        n_nodes: 0,
        n_copied: 0,
        fault: None,
        line_starts: std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1)).collect(),
    };
    // Event by event, so that reading stops at the first error.
    for event in Parser::new_from_str(text) {
        match event {
            Ok((Event::DocumentEnd, _)) => break,
            Ok((event, span)) => tree.on_event(event, span),
            Err(error) => {
                let mark = error.marker();
                let place = Place::at(file, text, mark.line() as u64, mark.col() as u64 + 1, 1);
                return Err(Finding::error(codes::YAML_SYNTAX, error.info().to_owned()).at(place));
            }
        }
        if let Some(fault) = tree.fault {
            return Err(fault);
        }
    }
    Ok(tree.root.unwrap_or(YamlNode { value: Value::Null, line: 1, column: 1, width: 1, line_start: 0 }))
}

struct Open {
    node: YamlNode,
    anchor: usize,
    key: Option<YamlNode>,
    /// The texts that are keys so far.
    keys: HashSet<String>,
}

struct YamlTree<'a> {
    file: &'a str,
    text: &'a str,
    stack: Vec<Open>,
    /// With the number of their nodes and the bytes of their texts.
    anchors: HashMap<usize, (YamlNode, Extent)>,
    root: Option<YamlNode>,
    n_nodes: usize,
    /// The bytes of the texts that aliases stand for.
    n_copied: usize,
    fault: Option<Finding>,
    /// The bytes at which the lines begin.
    line_starts: Vec<usize>,
}

impl YamlTree<'_> {
    fn node(&self, value: Value, span: Span) -> YamlNode {
        let one_line = span.start.line() == span.end.line();
        // A parser may report a position after the last line.
        let line_start = self.line_starts.get(span.start.line().saturating_sub(1)).copied();
        YamlNode {
            value,
            line: span.start.line() as u64,
            column: span.start.col() as u64 + 1,
            width: if one_line { span.len().max(1) as u64 } else { 1 },
            line_start: line_start.unwrap_or(self.text.len()),
        }
    }

    fn fail(&mut self, node: &YamlNode, code: &'static str, message: String) {
        let place = node.place(self.file, self.text);
        self.fault.get_or_insert_with(|| Finding::error(code, message).at(place));
    }

    fn add(&mut self, node: YamlNode, anchor: usize, extent: Extent) {
        self.n_nodes += extent.n_nodes;
        if self.n_nodes > MOST_NODES {
            let message = format!("more than {MOST_NODES} nodes: check for aliases of aliases");
            self.fail(&node, codes::YAML_SYNTAX, message);
            return;
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), extent));
        }
        let Some(open) = self.stack.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        match &mut open.node.value {
            Value::Sequence(items) => items.push(node),
            Value::Mapping(entries) => match open.key.take() {
                None => {
                    if let Some(name) = node.as_str()
                        && !open.keys.insert(name.to_owned())
                    {
                        let message = format!("the key `{name}` occurs twice");
                        self.fail(&node, codes::YAML_SYNTAX, message);
                        return;
                    }
                    open.key = Some(node);
                }
                Some(key) => entries.push((key, node)),
            },
            Value::Null | Value::Scalar(_) => {}
        }
    }

    fn open(&mut self, value: Value, anchor: usize, span: Span) {
        let node = self.node(value, span);
        if self.stack.len() >= DEEPEST {
            self.fail(&node, codes::YAML_SYNTAX, format!("nested more than {DEEPEST} levels deep"));
        }
        self.stack.push(Open { node, anchor, key: None, keys: HashSet::new() });
    }
}

/// How much there is in a node.
#[derive(Clone, Copy)]
struct Extent {
    n_nodes: usize,
    n_bytes: usize,
}

impl Extent {
    const ONE: Self = Self { n_nodes: 1, n_bytes: 0 };

    fn of(node: &YamlNode) -> Self {
        let sum = |all: Self, node: &YamlNode| {
            let own = Self::of(node);
            Self { n_nodes: all.n_nodes + own.n_nodes, n_bytes: all.n_bytes + own.n_bytes }
        };
        match &node.value {
            Value::Null => Self::ONE,
            Value::Scalar(text) => Self { n_nodes: 1, n_bytes: text.len() },
            Value::Sequence(items) => items.iter().fold(Self::ONE, sum),
            Value::Mapping(entries) => entries.iter().flat_map(|(key, value)| [key, value]).fold(Self::ONE, sum),
        }
    }
}

impl YamlTree<'_> {
    fn on_event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let value = if plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL") {
                    Value::Null
                } else {
                    Value::Scalar(text.into_owned())
                };
                let node = self.node(value, span);
                let extent = if anchor > 0 { Extent::of(&node) } else { Extent::ONE };
                self.add(node, anchor, extent);
            }
            Event::SequenceStart(anchor, _) => self.open(Value::Sequence(Vec::new()), anchor, span),
            Event::MappingStart(anchor, _) => self.open(Value::Mapping(Vec::new()), anchor, span),
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.stack.pop() {
                    let extent = if open.anchor > 0 { Extent::of(&open.node) } else { Extent::ONE };
                    self.add(open.node, open.anchor, extent);
                }
            }
            Event::Alias(anchor) => {
                let Some((node, extent)) = self.anchors.get(&anchor) else { return };
                let extent = *extent;
                self.n_copied += extent.n_bytes;
                if self.n_copied > MOST_COPIED {
                    let node = YamlNode { width: 1, ..self.node(Value::Null, span) };
                    let message = format!("the aliases stand for more than {} MiB of text", MOST_COPIED >> 20);
                    self.fail(&node, codes::YAML_SYNTAX, message);
                    return;
                }
                let node = node.clone();
                self.add(node, 0, extent);
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_knows_its_place() {
        let text = "a: 1\nb:\n  - [x, \"y z\"]\n  - ~\n";
        let root = read("m.yml", text).unwrap();
        assert_eq!(root.get("a").unwrap().as_str(), Some("1"));
        let list = root.get("b").unwrap().as_sequence().unwrap();
        let quoted = &list[0].as_sequence().unwrap()[1];
        assert_eq!(quoted.as_str(), Some("y z"));
        assert_eq!((quoted.line, quoted.column, quoted.width), (3, 9, 5));
        assert_eq!(list[1].value, Value::Null);
    }

    #[test]
    fn aliases_are_followed() {
        let root = read("m.yml", "a: &x [1]\nb: *x\n").unwrap();
        assert_eq!(root.get("a").unwrap().value, root.get("b").unwrap().value);
    }

    #[test]
    fn faults_have_a_place() {
        for (text, line, part) in [
            ("a: 1\na: 2\n", 2, "occurs twice"),
            ("a: [1\nb: 2\n", 2, ""),
            ("a: \"x\n", 1, ""),
            ("a: *nowhere\n", 1, ""),
        ] {
            let fault = read("m.yml", text).unwrap_err();
            assert!(fault.message.contains(part), "{text:?}: {fault}");
            assert!(fault.place.unwrap().line >= line, "{text:?}");
        }
    }

    #[test]
    fn aliases_of_a_long_text_are_refused() {
        let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 65].join(","));
        let fault = read("m.yml", &text).unwrap_err();
        assert!(fault.message.contains("64 MiB"), "{}", fault.message);
        assert_eq!(fault.place.unwrap().line, 2);
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let alias = format!("*a{}", level - 1);
            text += &format!("a{level}: &a{level} [{}]\n", vec![alias; 10].join(", "));
        }
        assert!(read("m.yml", &text).unwrap_err().message.contains("aliases"));
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(read("m.yml", &"[".repeat(200)).is_err());
    }
}
