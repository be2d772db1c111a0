//! Documents of JSON as tables: an iterator (RFC 9535) selects the records, references select
//! their values.
//!
//! `$.x[*]` and the like stream: one element is held at a time. Other iterators hold the whole
//! document. A record keeps the records around it, so that `^.id` is the value of the one that
//! the iterator went through before.

mod node;
mod path;
mod rows;
mod scan;

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;
use std::sync::Arc;

use jsonpath_rust::parser::model::Selector;

use super::record::{Origin, Passage, Pointer, Values};
use super::{LARGEST_CELL, ReadValues, ValueType};
use crate::dialect::ItemType;
use crate::finding::{Finding, Findings, Place, codes, did_you_mean, not_in_encoding};
use node::{Content, Node};
use path::{Path, Reference, Step};
pub(super) use rows::open as open_rows;
use scan::{LARGEST, ScanFault, Scanner, Written};

/// How the records of a document are found.
#[derive(Debug, Clone, PartialEq)]
enum Iteration {
    /// In values that follow each other, as in JSON Lines.
    Lines(Path),
    /// In the elements of one list or object, which is at the end of a path of names and indexes:
    /// those that a step selects, and from there on.
    Elements { before: Vec<Selector>, step: Step, rest: Path },
    /// In the whole document.
    Whole(Path),
}

impl Iteration {
    /// The iteration of an iterator. `n_up` is how many records further out references go.
    fn new(path: Path, lines: bool, n_up: usize) -> Self {
        if lines {
            return Self::Lines(path);
        }
        let at = path.0.iter().position(|step| step.single().is_none_or(|selector| !is_forward(selector)));
        let Some(at) = at else { return Self::Whole(path) };
        let step = &path.0[at];
        let streams = !step.descends && matches!(step.selectors.as_slice(), [Selector::Wildcard | Selector::Filter(_)]);
        let rest = Path(path.0[at + 1..].to_vec());
        // The outermost record of a stream is an element; what is around it was not kept.
        if !streams || n_up >= n_levels(&rest) {
            return Self::Whole(path);
        }
        let before = path.0[..at].iter().filter_map(Step::single).cloned().collect();
        Self::Elements { before, step: step.clone(), rest }
    }
}

/// Whether a stream can go to what a selector selects.
fn is_forward(selector: &Selector) -> bool {
    matches!(selector, Selector::Name(_)) || matches!(selector, Selector::Index(index) if *index >= 0)
}

/// How many records there are from the value where a path begins to the one where it ends.
fn n_levels(path: &Path) -> usize {
    let several = path.0.iter().filter(|step| step.single().is_none()).count();
    1 + several + usize::from(path.0.last().is_some_and(|step| step.single().is_some()))
}

/// Checks an iterator.
///
/// # Errors
///
/// The finding about it, without a place.
pub fn check_iterator(iterator: &str) -> Result<(), Finding> {
    iterator_path(iterator).map(|_| ())
}

/// Checks a reference of a record that an iterator selects.
///
/// # Errors
///
/// The finding about it, without a place.
pub fn check_reference(iterator: &str, reference: &str) -> Result<(), Finding> {
    let Ok(path) = iterator_path(iterator) else { return Ok(()) };
    let found = Reference::read(reference).map_err(|message| Finding::error(codes::BAD_PATH, message))?;
    let n_outer = n_levels(&path) - 1;
    if found.up <= n_outer {
        return Ok(());
    }
    let message = format!("`{reference}` goes {} records up; around a record of `{iterator}` are {n_outer}", found.up);
    Err(Finding::error(codes::BAD_PATH, message))
}

fn iterator_path(iterator: &str) -> Result<Path, Finding> {
    Path::read(iterator).map_err(|message| {
        let hint =
            (!iterator.starts_with('$')).then(|| "an iterator begins with `$`, such as `$.results[*]`".to_owned());
        Finding::error(codes::BAD_PATH, message).hint(hint)
    })
}

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
enum Position {
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
    columns: Vec<Reference>,
    /// What the rows are, if the document is a table by itself: then a list or an object in a
    /// cell is its text.
    shape: Option<RowShape>,
    /// Whether the rest of the document could not be read.
    failed: bool,
    /// How many values were looked at.
    n_items: u64,
    position: Position,
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

/// A record that has been found, with the values of its cells.
struct FoundRecord {
    span: (usize, usize),
    cells: Vec<Vec<(String, ValueType, (usize, usize))>>,
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

impl JsonReader {
    /// A reader of the records that a mapping describes.
    pub fn new(
        file: &str,
        encoding: &'static str,
        input: Box<dyn Read>,
        wanted: &JsonRecords,
    ) -> Result<Self, Finding> {
        let path = iterator_path(&wanted.iterator)?;
        let read = |name: &String| Reference::read(name).map_err(|message| Finding::error(codes::BAD_PATH, message));
        let columns = wanted.columns.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of(file, encoding, input, (&wanted.iterator, path, wanted.lines), columns))
    }

    fn of(
        file: &str,
        encoding: &'static str,
        input: Box<dyn Read>,
        (iterator, path, lines): (&str, Path, bool),
        columns: Vec<Reference>,
    ) -> Self {
        let n_up = columns.iter().map(|column| column.up).max().unwrap_or(0);
        Self {
            file: file.to_owned(),
            encoding,
            iterator: iterator.to_owned(),
            scanner: Scanner::new(input),
            iteration: Iteration::new(path, lines, n_up),
            met: vec![false; columns.len()],
            columns,
            shape: None,
            failed: false,
            n_items: 0,
            position: Position::Begin,
            open: Vec::new(),
            passage: Arc::default(),
            queue: VecDeque::new(),
            n_records: 0,
            names: BTreeSet::new(),
        }
    }

    /// The next part of the document that may hold records.
    fn next_passage(&mut self) -> Result<Option<(Written, String)>, Stop> {
        match self.iteration.clone() {
            Iteration::Lines(_) => {
                self.scanner.space()?;
                if self.scanner.peek()?.is_none() {
                    return Ok(None);
                }
                Ok(Some((self.scanner.keep()?, String::new())))
            }
            Iteration::Whole(_) => {
                if self.position == Position::End {
                    return Ok(None);
                }
                self.scanner.space()?;
                let whole = self.scanner.keep()?;
                self.end()?;
                Ok(Some((whole, String::new())))
            }
            Iteration::Elements { before, .. } => {
                if self.position == Position::Begin {
                    self.enter(&before)?;
                }
                let Position::Inside { n, object } = self.position else { return Ok(None) };
                self.scanner.space()?;
                if self.scanner.skip(if object { b'}' } else { b']' })? {
                    self.leave(&before)?;
                    return Ok(None);
                }
                if n > 0 {
                    if !self.scanner.skip(b',')? {
                        let wanted = if object { "`,` or `}`" } else { "`,` or `]`" };
                        return Err(self.scanner.expected(wanted).into());
                    }
                    self.scanner.space()?;
                }
                let mut pointer: String = before.iter().map(selector_pointer).collect();
                pointer.push('/');
                pointer.push_str(&if object { escape(&self.scanner.name()?) } else { n.to_string() });
                self.position = Position::Inside { n: n + 1, object };
                Ok(Some((self.scanner.keep()?, pointer)))
            }
        }
    }

    /// Goes to the list or object whose elements are records.
    fn enter(&mut self, before: &[Selector]) -> Result<(), Stop> {
        self.scanner.space()?;
        for selector in before {
            let object = matches!(selector, Selector::Name(_));
            if !self.scanner.skip(if object { b'{' } else { b'[' })? {
                return Err(
                    self.nothing(format!("expected {} here", if object { "an object" } else { "a list" }), None)
                );
            }
            self.open.push(object);
            let mut names: Vec<String> = Vec::new();
            let mut n = 0;
            loop {
                self.scanner.space()?;
                if self.scanner.skip(if object { b'}' } else { b']' })? {
                    let hint = match selector {
                        Selector::Name(name) => did_you_mean(name, names.iter().map(String::as_str)),
                        _ => None,
                    };
                    let what = match selector {
                        Selector::Name(name) => format!("there is no member `{name}`"),
                        other => format!("there is no element {other}"),
                    };
                    return Err(self.nothing(what, hint));
                }
                if n > 0 {
                    if !self.scanner.skip(b',')? {
                        let wanted = if object { "`,` or `}`" } else { "`,` or `]`" };
                        return Err(self.scanner.expected(wanted).into());
                    }
                    self.scanner.space()?;
                }
                let here = match selector {
                    Selector::Name(wanted) => {
                        let name = self.scanner.name()?;
                        let here = name == *wanted;
                        if names.len() < MOST_NAMES {
                            names.push(name);
                        }
                        here
                    }
                    Selector::Index(index) => *index == n,
                    _ => false,
                };
                if here {
                    break;
                }
                self.scanner.value()?;
                n += 1;
            }
        }
        let object = match self.scanner.peek()? {
            Some(b'[') => false,
            Some(b'{') => true,
            _ => return Err(self.nothing("expected a list or an object here".to_owned(), None)),
        };
        self.scanner.skip(if object { b'{' } else { b'[' })?;
        self.position = Position::Inside { n: 0, object };
        Ok(())
    }

    /// Reads what is behind the elements.
    fn leave(&mut self, before: &[Selector]) -> Result<(), Stop> {
        for (selector, object) in before.iter().zip(self.open.clone()).rev() {
            loop {
                self.scanner.space()?;
                if self.scanner.skip(if object { b'}' } else { b']' })? {
                    break;
                }
                if !self.scanner.skip(b',')? {
                    let wanted = if object { "`,` or `}`" } else { "`,` or `]`" };
                    return Err(self.scanner.expected(wanted).into());
                }
                self.scanner.space()?;
                if object {
                    let (line, column) = self.scanner.at();
                    let name = self.scanner.name()?;
                    if matches!(selector, Selector::Name(wanted) if *wanted == name) {
                        let message = format!("the object has two members `{name}`; the second is not read");
                        let place = Place::new(&self.file, line, column);
                        return Err(Stop::Told(Box::new(Finding::error(codes::REPEATED_MEMBER, message).at(place))));
                    }
                }
                self.scanner.value()?;
            }
        }
        self.end()
    }

    fn end(&mut self) -> Result<(), Stop> {
        self.position = Position::End;
        self.scanner.space()?;
        match self.scanner.peek()? {
            None => Ok(()),
            Some(_) => Err(self.scanner.expected("the end of the file").into()),
        }
    }

    /// The finding that the iterator leads to nothing.
    fn nothing(&mut self, what: String, hint: Option<String>) -> Stop {
        let (line, column) = self.scanner.at();
        let message = format!("the iterator `{}` selects nothing: {what}", self.iterator);
        let place = Place::new(&self.file, line, column);
        Stop::Told(Box::new(Finding::error(codes::NO_RECORDS, message).at(place).hint(hint)))
    }

    /// The value that is a part of the document.
    fn read_passage(&mut self, (written, pointer): (Written, String), findings: &mut Findings) -> Option<Node> {
        let Written { text, line, column, lead } = written;
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
    fn find(&mut self, part: (Written, String), findings: &mut Findings) {
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
            (ItemType::Object, Content::Object(_)) => return true,
            (ItemType::Array, Content::Array(cells)) if cells.len() == width => return true,
            (ItemType::Array, Content::Array(cells)) => format!("the row has {} cells, not {width}", cells.len()),
            (ItemType::Object, _) => "expected an object, since the first row is one".to_owned(),
            (ItemType::Array, _) => "expected a list of cells, since the first row is one".to_owned(),
        };
        let place = self.passage.place(&self.file, (root.span.0, root.span.0 + 1));
        findings.push(Finding::error(codes::RAGGED_ROW, message).at(place));
        false
    }

    /// The records to which the steps lead from `node`; `chain` are the records on the way.
    fn records<'n>(&mut self, steps: &[Step], node: &'n Node, chain: &mut Vec<&'n Node>, findings: &mut Findings) {
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
        for inner in step.values(node) {
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
        if let (Content::Object(members), true) = (&record.content, self.names.len() < MOST_NAMES) {
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
                    Content::Null => continue,
                    Content::Boolean(value) => (value.to_string(), ValueType::Boolean),
                    Content::Number(number) => {
                        let whole = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
                        (number.clone(), if whole { ValueType::Integer } else { ValueType::Double })
                    }
                    Content::String(text) => (text.clone(), ValueType::Text),
                    Content::Array(_) | Content::Object(_) if self.shape.is_some() => {
                        (self.passage.text[node.span.0..node.span.1].to_owned(), ValueType::Text)
                    }
                    Content::Array(elements) => {
                        if !elements.is_empty() {
                            let hint = "a reference such as `tags[*]` has the values of a list".to_owned();
                            let fault = Finding::error(codes::NOT_A_VALUE, "expected a value, found a list");
                            findings.push(fault.at(place()).hint(hint));
                        }
                        continue;
                    }
                    Content::Object(_) => {
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
    fn read(&mut self, row: &mut Values, findings: &mut Findings) -> bool {
        loop {
            if let Some(found) = self.queue.pop_front() {
                self.n_records += 1;
                row.begin(self.n_records, Origin::Passage(self.passage.clone()), found.span);
                for values in found.cells {
                    for (text, kind, span) in values {
                        row.push_value(&text, kind, span);
                    }
                    row.end_cell();
                }
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
                    self.iteration = Iteration::Whole(Path::default());
                    self.position = Position::End;
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
        let hint = |index: usize| match self.columns[index].path.0.first().and_then(Step::single) {
            Some(Selector::Name(name)) if self.columns[index].up == 0 => {
                did_you_mean(name, self.names.iter().map(String::as_str))
            }
            _ => None,
        };
        missing.map(|index| (index, hint(index))).collect()
    }
}

/// Whether a step selects this element of a list or object.
fn is_selected(step: &Step, element: &Node) -> bool {
    match step.selectors.as_slice() {
        [Selector::Filter(_)] => {
            let alone = Node { content: Content::Array(vec![element.clone()]), span: element.span };
            !step.values(&alone).is_empty()
        }
        _ => true,
    }
}

fn selector_pointer(selector: &Selector) -> String {
    match selector {
        Selector::Name(name) => format!("/{}", escape(name)),
        Selector::Index(index) => format!("/{index}"),
        _ => String::new(),
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
            Content::Array(elements) => elements
                .iter()
                .enumerate()
                .find(|(_, element)| holds(element))
                .map(|(at, element)| (at.to_string(), element)),
            Content::Object(members) => {
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
