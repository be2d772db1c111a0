//! Documents of JSON as tables: an iterator (RFC 9535) selects the records, references select
//! their values.
//!
//! `$.x[*]` and the like stream: one element is held at a time. Other iterators hold the whole
//! document. A record keeps the records around it, so that `^.id` is the value of the one that
//! the iterator went through before.

mod iteration;
mod node;
mod path;
mod rows;
mod scan;
mod walk;

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;
use std::sync::Arc;

use jsonpath_rust::parser::model::Selector;

use super::record::{FoundRecord, Origin, Passage, Pointer, RowOfValues};
use super::{LARGEST_CELL, ReadValues, ValueType};
use crate::dialect::ItemType;
use crate::finding::{Finding, Findings, Place, codes, did_you_mean, not_in_encoding};
use iteration::{Iteration, iterator_path};
pub use iteration::{check_iterator, check_reference};
use node::{JsonContent, Node};
use path::{JsonPath, JsonReference, JsonSegment, holds, refers_to_root};
pub(super) use rows::open as open_rows;
use scan::{LARGEST, ScanFault, Scanner, WrittenValue};

/// What is read of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonRecords {
    /// The iterator.
    pub iterator: String,
    /// Whether the file has a value on each line.
    pub lines: bool,
    /// The references that are the columns.
    pub columns: Vec<String>,
}

/// Where a reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DocumentPosition {
    Begin,
    /// In the list or object whose elements are records, before this element.
    Inside {
        n: u64,
        object: bool,
    },
    End,
}

/// Reads the records of a document.
pub(super) struct JsonReader {
    file: String,
    encoding: &'static str,
    iterator: String,
    scanner: Scanner,
    iteration: Iteration,
    columns: Vec<JsonReference>,
    /// What the rows are, if the document is a table by itself: then a list or an object in a
    /// cell is its text.
    shape: Option<RowShape>,
    /// Whether the rest of the document could not be read.
    failed: bool,
    /// How many values were looked at.
    n_items: u64,
    position: DocumentPosition,
    /// Whether each container is an object that was entered on the way to the elements.
    open: Vec<bool>,
    passage: Arc<Passage>,
    queue: VecDeque<FoundRecord>,
    n_records: u64,
    met: Vec<bool>,
    /// Names of members that records have, for hints.
    names: BTreeSet<String>,
}

/// What the rows of a document are that is a table by itself.
struct RowShape {
    kind: ItemType,
    /// The first row of data, from 1.
    first: u64,
    /// Rows that are no data.
    comments: Vec<u64>,
}

/// Why no more is read.
enum Stop {
    Scan(ScanFault),
    Told(Box<Finding>),
}

impl From<ScanFault> for Stop {
    fn from(fault: ScanFault) -> Self {
        Self::Scan(fault)
    }
}

const MOST_NAMES: usize = 200;
/// In so many records, names of members are collected for hints.
const NAMED_RECORDS: u64 = 1_000;

impl JsonReader {
    /// A reader of the records that a mapping describes.
    pub fn new(
        file: &str,
        encoding: &'static str,
        input: Box<dyn Read>,
        wanted: &JsonRecords,
    ) -> Result<Self, Finding> {
        let path = iterator_path(&wanted.iterator)?;
        let read =
            |name: &String| JsonReference::read(name).map_err(|message| Finding::error(codes::BAD_PATH, message));
        let columns = wanted.columns.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of(file, encoding, input, (&wanted.iterator, path, wanted.lines), columns))
    }

    fn of(
        file: &str,
        encoding: &'static str,
        input: Box<dyn Read>,
        (iterator, path, lines): (&str, JsonPath, bool),
        columns: Vec<JsonReference>,
    ) -> Self {
        let n_up = columns.iter().map(|column| column.up).max().unwrap_or(0);
        Self {
            file: file.to_owned(),
            encoding,
            iterator: iterator.to_owned(),
            scanner: Scanner::new(input),
            iteration: Iteration::new(path, lines, n_up, refers_to_root(iterator)),
            met: vec![false; columns.len()],
            columns,
            shape: None,
            failed: false,
            n_items: 0,
            position: DocumentPosition::Begin,
            open: Vec::new(),
            passage: Arc::default(),
            queue: VecDeque::new(),
            n_records: 0,
            names: BTreeSet::new(),
        }
    }

    /// The value that is a part of the document.
    fn read_passage(&mut self, (written, pointer): (WrittenValue, String), findings: &mut Findings) -> Option<Node> {
        let WrittenValue { text, line, column, lead } = written;
        let passage = Passage { text, line, column, lead, pointer: Pointer::Json(pointer) };
        let passage = Arc::new(passage);
        self.passage = passage.clone();
        self.n_items += 1;
        let at = |offset: usize| passage.place(&self.file, (offset, offset + 1));
        match Node::read(&passage.text) {
            Ok((root, repeated)) => {
                for fault in repeated {
                    findings.push(Finding::error(codes::REPEATED_MEMBER, fault.message).at(at(fault.at)));
                }
                Some(root)
            }
            Err(fault) => {
                findings.push(Finding::error(codes::JSON_SYNTAX, fault.message).at(at(fault.at)));
                None
            }
        }
    }

    /// Finds the records of a part of the document.
    fn find(&mut self, part: (WrittenValue, String), findings: &mut Findings) {
        let Some(root) = self.read_passage(part, findings) else { return };
        if !self.is_row(&root, findings) {
            return;
        }
        let steps = match &self.iteration {
            Iteration::Lines(path) | Iteration::Whole(path) => path.0.clone(),
            Iteration::Elements { step, rest, .. } => {
                if !is_selected(step, &root) {
                    return;
                }
                rest.0.clone()
            }
        };
        let mut chain = vec![&root];
        self.records(&steps, &root, &mut chain, findings);
    }

    /// Whether a value is a row, if the document is a table by itself.
    fn is_row(&self, root: &Node, findings: &mut Findings) -> bool {
        let Some(shape) = &self.shape else { return true };
        if self.n_items < shape.first || shape.comments.contains(&self.n_items) {
            return false;
        }
        let width = self.columns.len();
        let message = match (shape.kind, &root.content) {
            (ItemType::Object, JsonContent::Object(_)) => return true,
            (ItemType::Array, JsonContent::Array(cells)) if cells.len() == width => return true,
            (ItemType::Array, JsonContent::Array(cells)) => format!("the row has {} cells, not {width}", cells.len()),
            (ItemType::Object, _) => "expected an object, since the first row is one".to_owned(),
            (ItemType::Array, _) => "expected a list of cells, since the first row is one".to_owned(),
        };
        let place = self.passage.place(&self.file, (root.span.0, root.span.0 + 1));
        findings.push(Finding::error(codes::RAGGED_ROW, message).at(place));
        false
    }

    /// The records to which the steps lead from `node`; `chain` are the records on the way.
    fn records<'n>(
        &mut self,
        steps: &[JsonSegment],
        node: &'n Node,
        chain: &mut Vec<&'n Node>,
        findings: &mut Findings,
    ) {
        let Some((step, rest)) = steps.split_first() else {
            let is_new = chain.last().is_none_or(|last| !std::ptr::eq(*last, node));
            if is_new {
                chain.push(node);
            }
            self.record(chain, findings);
            if is_new {
                chain.pop();
            }
            return;
        };
        // The root of the document, or an element of a stream if no filter refers to the root.
        let root = chain.first().copied().unwrap_or(node);
        for inner in step.values(node, root) {
            if step.single().is_some() {
                self.records(rest, inner, chain, findings);
            } else {
                chain.push(inner);
                self.records(rest, inner, chain, findings);
                chain.pop();
            }
        }
    }

    fn record(&mut self, chain: &[&Node], findings: &mut Findings) {
        let Some(record) = chain.last() else { return };
        let has_new_names = self.n_records < NAMED_RECORDS && self.names.len() < MOST_NAMES;
        if let (JsonContent::Object(members), true) = (&record.content, has_new_names) {
            for (name, _) in members {
                if !self.names.contains(name) {
                    self.names.insert(name.clone());
                }
            }
        }
        let mut cells = Vec::with_capacity(self.columns.len());
        for (index, column) in self.columns.iter().enumerate() {
            let mut values = Vec::new();
            let base = chain.len().checked_sub(1 + column.up).and_then(|at| chain.get(at));
            for node in base.map(|base| column.path.values(base)).unwrap_or_default() {
                self.met[index] = true;
                let place = || self.passage.place(&self.file, node.span).in_column(index);
                let (text, kind) = match &node.content {
                    JsonContent::Null => continue,
                    JsonContent::Boolean(value) => (value.to_string(), ValueType::Boolean),
                    JsonContent::Number(number) => {
                        let whole = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
                        (number.clone(), if whole { ValueType::Integer } else { ValueType::Double })
                    }
                    JsonContent::String(text) => (text.clone(), ValueType::Text),
                    JsonContent::Array(_) | JsonContent::Object(_) if self.shape.is_some() => {
                        (self.passage.text[node.span.0..node.span.1].to_owned(), ValueType::Text)
                    }
                    JsonContent::Array(elements) => {
                        if !elements.is_empty() {
                            let hint = "a reference such as `tags[*]` has the values of a list".to_owned();
                            let fault = Finding::error(codes::NOT_A_VALUE, "expected a value, found a list");
                            findings.push(fault.at(place()).hint(hint));
                        }
                        continue;
                    }
                    JsonContent::Object(_) => {
                        let hint = "a reference such as `details.name` has the value of a member".to_owned();
                        let fault = Finding::error(codes::NOT_A_VALUE, "expected a value, found an object");
                        findings.push(fault.at(place()).hint(hint));
                        continue;
                    }
                };
                if text.len() > LARGEST_CELL {
                    let message = format!("the value has {} bytes; at most {LARGEST_CELL} are allowed", text.len());
                    findings.push(Finding::error(codes::HUGE_CELL, message).at(place()));
                    continue;
                }
                values.push((text, kind, node.span));
            }
            cells.push(values);
        }
        self.queue.push_back(FoundRecord { span: record.span, cells });
    }

    fn tell(&self, stop: Stop, findings: &mut Findings) {
        let place = |line, column| Place::new(&self.file, line, column);
        findings.push(match stop {
            Stop::Told(fault) => *fault,
            Stop::Scan(ScanFault::Syntax { line, column, message }) => {
                Finding::error(codes::JSON_SYNTAX, message).at(place(line, column))
            }
            Stop::Scan(ScanFault::NotUtf8 { line, column, bytes }) => {
                not_in_encoding(self.encoding, place(line, column), &bytes)
            }
            Stop::Scan(ScanFault::TooLarge { line, column }) => {
                let message = format!("the value has more than {LARGEST} bytes, which must be held at once");
                Finding::error(codes::HUGE_CELL, message).at(place(line, column)).hint(
                    "an iterator such as `$.results[*]` holds one element at a time, whatever the size of the file"
                        .to_owned(),
                )
            }
            Stop::Scan(ScanFault::Io(error)) => super::bytes::unreadable(&self.file, &error),
        });
    }
}

impl ReadValues for JsonReader {
    fn read(&mut self, row: &mut RowOfValues, findings: &mut Findings) -> bool {
        loop {
            if let Some(found) = self.queue.pop_front() {
                self.n_records += 1;
                found.put(row, self.n_records, Origin::Passage(self.passage.clone()));
                return true;
            }
            match self.next_passage() {
                Ok(Some(part)) => self.find(part, findings),
                Ok(None) => {
                    let whole = matches!(self.iteration, Iteration::Whole(_));
                    if whole && self.n_records == 0 && !self.failed {
                        let message = format!("the iterator `{}` selects nothing", self.iterator);
                        findings.push(Finding::warning(codes::NO_RECORDS, message).at(Place::new(&self.file, 1, 1)));
                    }
                    return false;
                }
                Err(stop) => {
                    self.tell(stop, findings);
                    self.iteration = Iteration::Whole(JsonPath::default());
                    self.position = DocumentPosition::End;
                    self.failed = true;
                    return false;
                }
            }
        }
    }

    fn unmet(&self) -> Vec<(usize, Option<String>)> {
        if self.n_records == 0 || self.failed || self.shape.is_some() {
            return Vec::new();
        }
        let missing = (0..self.columns.len()).filter(|index| !self.met[*index]);
        let hint = |index: usize| match self.columns[index].path.0.first().and_then(JsonSegment::single) {
            Some(Selector::Name(name)) if self.columns[index].up == 0 => {
                did_you_mean(name, self.names.iter().map(String::as_str))
            }
            _ => None,
        };
        missing.map(|index| (index, hint(index))).collect()
    }
}

/// Whether a step selects this element of a list or object.
fn is_selected(step: &JsonSegment, element: &Node) -> bool {
    match step.selectors.as_slice() {
        [Selector::Filter(filter)] => holds(filter, element, element),
        _ => true,
    }
}

/// A name in a JSON pointer (RFC 6901, section 3).
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The JSON pointer (RFC 6901) of the value that is written at `offset` of `text`, a value.
pub(super) fn pointer_to(text: &str, offset: usize) -> String {
    let mut pointer = String::new();
    let Ok((root, _)) = Node::read(text) else { return pointer };
    let mut node = &root;
    let holds = |node: &Node| node.span.0 <= offset && offset < node.span.1;
    loop {
        let inner = match &node.content {
            JsonContent::Array(elements) => elements
                .iter()
                .enumerate()
                .find(|(_, element)| holds(element))
                .map(|(at, element)| (at.to_string(), element)),
            JsonContent::Object(members) => {
                members.iter().find(|(_, value)| holds(value)).map(|(name, value)| (escape(name), value))
            }
            _ => None,
        };
        let Some((name, inner)) = inner else { return pointer };
        pointer.push('/');
        pointer.push_str(&name);
        node = inner;
    }
}
