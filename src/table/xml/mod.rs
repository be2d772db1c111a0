//! Documents of XML as tables: an absolute path selects the records, and paths from there their
//! values.
//!
//! The document streams: what is held is the record, or as many elements around it as the
//! references go out (`..`).

mod element;
mod path;
mod scope;
mod stream;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Read;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::record::{FoundRecord, Origin, Passage, Pointer, RowOfValues};
use super::{LARGEST_CELL, ReadValues, ValueType};
use crate::finding::{Finding, Findings, Place, codes, did_you_mean, not_in_encoding};
use element::{Attribute, Element, XmlContent, XmlName};
use path::{Namespaces, Taken, XPathReference, XPathStep};
use scope::Scopes;
use stream::{KeptBytes, LARGEST};

/// What is read of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct XmlRecords {
    /// The iterator.
    pub iterator: String,
    /// The references that are the columns.
    pub columns: Vec<String>,
    /// The namespaces of prefixes in them. Other prefixes are those of the document.
    pub namespaces: BTreeMap<String, String>,
}

/// Checks an iterator.
///
/// # Errors
///
/// The finding about it, without a place.
pub fn check_xml_iterator(iterator: &str) -> Result<(), Finding> {
    steps(iterator, &Namespaces::new()).map(|_| ())
}

/// Checks a reference of a record that an iterator selects.
///
/// # Errors
///
/// The finding about it, without a place.
pub fn check_xml_reference(iterator: &str, reference: &str) -> Result<(), Finding> {
    let Ok(steps) = steps(iterator, &Namespaces::new()) else { return Ok(()) };
    let found = read_reference(reference, &Namespaces::new())?;
    let n_outer = steps.len() - 1;
    if found.up <= n_outer {
        return Ok(());
    }
    let message =
        format!("`{reference}` goes {} elements out; around a record of `{iterator}` are {n_outer}", found.up);
    Err(Finding::error(codes::BAD_PATH, message))
}

fn steps(iterator: &str, namespaces: &Namespaces) -> Result<Vec<XPathStep>, Finding> {
    path::iterator(iterator, namespaces).map_err(|message| Finding::error(codes::BAD_PATH, message))
}

fn read_reference(reference: &str, namespaces: &Namespaces) -> Result<XPathReference, Finding> {
    path::reference(reference, namespaces).map_err(|message| Finding::error(codes::BAD_PATH, message))
}

/// The value of an attribute. An attribute whose value cannot be read has none.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    Some(attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// The text of a character reference or of a predefined entity; entities that a document defines
/// are not expanded.
pub(super) fn reference_text(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => Some(c.to_string()),
        Ok(None) => quick_xml::escape::resolve_xml_entity(reference).map(str::to_owned),
        Err(_) => None,
    }
}

/// Elements that are nested deeper are refused: a stack must hold them.
const DEEPEST: usize = 256;
const MOST_NAMES: usize = 200;

/// Reads the records of a document.
pub(super) struct XmlReader {
    file: String,
    encoding: &'static str,
    iterator: String,
    reader: Reader<KeptBytes>,
    steps: Vec<XPathStep>,
    columns: Vec<XPathReference>,
    /// How many steps lead to the element that is held.
    n_before: usize,
    /// The open elements outside of the one that is held: their path, how many of them the steps
    /// have selected, and how many elements of each name are in them.
    outside: Vec<(String, BTreeMap<String, u64>)>,
    n_selected: usize,
    root: BTreeMap<String, u64>,
    /// The namespaces of the prefixes of the document, if a path asks for them.
    scopes: Option<Scopes>,
    /// The outermost element.
    outermost: Option<XmlName>,
    /// The open elements of the one that is held, the innermost last.
    held: Vec<Element>,
    held_path: String,
    passage: Arc<Passage>,
    queue: VecDeque<FoundRecord>,
    n_records: u64,
    met: Vec<bool>,
    names: BTreeSet<XmlName>,
    ended: bool,
    failed: bool,
}

impl XmlReader {
    pub fn new(file: &str, encoding: &'static str, input: Box<dyn Read>, wanted: &XmlRecords) -> Result<Self, Finding> {
        let XmlRecords { iterator, namespaces, .. } = wanted;
        let steps = steps(iterator, namespaces)?;
        let read = |name: &String| read_reference(name, namespaces);
        let columns = wanted.columns.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let needs_namespaces =
            steps.iter().any(XPathStep::needs_namespaces) || columns.iter().any(XPathReference::needs_namespaces);
        let n_out = columns.iter().map(|column| column.up).max().unwrap_or(0);
        Ok(Self {
            file: file.to_owned(),
            encoding,
            iterator: iterator.clone(),
            scopes: needs_namespaces.then(Scopes::default),
            reader: Reader::from_reader(KeptBytes::new(input)),
            n_before: steps.len().saturating_sub(n_out).max(1),
            steps,
            met: vec![false; columns.len()],
            columns,
            outside: Vec::new(),
            n_selected: 0,
            root: BTreeMap::new(),
            outermost: None,
            held: Vec::new(),
            held_path: String::new(),
            passage: Arc::default(),
            queue: VecDeque::new(),
            n_records: 0,
            names: BTreeSet::new(),
            ended: false,
            failed: false,
        })
    }

    /// Goes on until an element that is held is complete; `false` at the end of the document.
    fn advance(&mut self, findings: &mut Findings) -> Result<bool, Box<Finding>> {
        let mut buffer = Vec::new();
        loop {
            let start = self.reader.buffer_position();
            if self.held.is_empty() {
                self.reader.get_mut().let_go(start);
            }
            buffer.clear();
            let event = match self.reader.read_event_into(&mut buffer) {
                Ok(event) => event,
                Err(error) => return Err(Box::new(self.fault(&error, start))),
            };
            match event {
                Event::Eof => {
                    let open = self.held.last().map(|element| element.name.written.clone());
                    let open = open.or_else(|| self.outside.last().map(|(path, _)| path.clone()));
                    return match open {
                        None => Ok(false),
                        Some(name) => {
                            Err(Box::new(self.syntax(format!("the element `{name}` is never closed"), start)))
                        }
                    };
                }
                Event::Start(ref tag) | Event::Empty(ref tag) => {
                    let is_empty = matches!(event, Event::Empty(_));
                    if self.outside.len() + self.held.len() == DEEPEST {
                        let message = format!("elements are nested more than {DEEPEST} deep");
                        return Err(Box::new(self.syntax(message, start)));
                    }
                    match element(tag, start, self.base()) {
                        Ok(element) => self.begin(element, start),
                        Err((message, inside)) => return Err(Box::new(self.syntax(message, start + inside))),
                    }
                    if is_empty && self.end(findings) {
                        return Ok(true);
                    }
                }
                Event::End(_) => {
                    if self.end(findings) {
                        return Ok(true);
                    }
                }
                Event::Text(text) => {
                    let text = text.xml10_content().into_owned();
                    self.text(&text, start);
                }
                Event::CData(text) => {
                    let text = text.xml10_content().into_owned();
                    self.text(&text, start);
                }
                Event::GeneralRef(reference) => match reference_text(&reference) {
                    Some(text) => self.text(&text, start),
                    None => {
                        let message =
                            format!("`&{};` is no predefined entity, and others are not expanded", &*reference);
                        return Err(Box::new(self.syntax(message, start)));
                    }
                },
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    /// The position where the passage begins: with the element that is held, or is next.
    fn base(&mut self) -> u64 {
        self.reader.get_mut().start().0
    }

    fn begin(&mut self, mut element: Element, start: u64) {
        if let Some(scopes) = &mut self.scopes {
            scopes.enter(&mut element);
        }
        if self.outermost.is_none() {
            self.outermost = Some(element.name.clone());
        }
        if !self.held.is_empty() {
            element.span.0 = usize::try_from(start - self.base()).unwrap_or(usize::MAX);
            self.held.push(element);
            return;
        }
        let (outer, siblings) = match self.outside.last_mut() {
            Some((path, names)) => (path.as_str(), names),
            None => ("", &mut self.root),
        };
        let n = siblings.entry(element.name.written.clone()).or_default();
        *n += 1;
        let path = format!("{outer}/{}[{n}]", element.name.written);
        let depth = self.outside.len();
        let selected = depth == self.n_selected && self.steps.get(depth).is_some_and(|step| step.selects(&element));
        if selected && depth + 1 == self.n_before {
            self.held_path = path;
            self.held.push(element);
            return;
        }
        self.n_selected += usize::from(selected);
        self.outside.push((path, BTreeMap::new()));
    }

    /// Ends the innermost element; whether it was the one that is held.
    fn end(&mut self, findings: &mut Findings) -> bool {
        if let Some(scopes) = &mut self.scopes {
            scopes.leave();
        }
        let Some(mut element) = self.held.pop() else {
            self.outside.pop();
            self.n_selected = self.n_selected.min(self.outside.len());
            return false;
        };
        let position = self.reader.buffer_position();
        let bytes = self.reader.get_mut();
        let (from, line, column) = bytes.start();
        element.span.1 = usize::try_from(position - from).unwrap_or(usize::MAX);
        if let Some(outer) = self.held.last_mut() {
            outer.content.push(XmlContent::Element(element));
            return false;
        }
        let text = String::from_utf8_lossy(bytes.kept(position)).into_owned();
        let pointer = Pointer::Xml(self.held_path.clone());
        self.passage = Arc::new(Passage { text, line, column, lead: bytes.lead(), pointer });
        let steps: Vec<XPathStep> = self.steps[self.n_before..].to_vec();
        let mut chain = vec![&element];
        self.records(&steps, &mut chain, findings);
        true
    }

    fn text(&mut self, text: &str, start: u64) {
        let end = self.reader.buffer_position();
        let from = self.base();
        let at = |position: u64| usize::try_from(position - from).unwrap_or(usize::MAX);
        if let Some(element) = self.held.last_mut() {
            element.push_text(text, (at(start), at(end)));
        }
    }

    fn records<'e>(&mut self, steps: &[XPathStep], chain: &mut Vec<&'e Element>, findings: &mut Findings) {
        let Some(element) = chain.last().copied() else { return };
        let Some((step, rest)) = steps.split_first() else {
            self.record(chain, findings);
            return;
        };
        let inner: Vec<&'e Element> = element
            .content
            .iter()
            .filter_map(|content| match content {
                XmlContent::Element(inner) if step.selects(inner) => Some(inner),
                _ => None,
            })
            .collect();
        for inner in inner {
            chain.push(inner);
            self.records(rest, chain, findings);
            chain.pop();
        }
    }

    fn record(&mut self, chain: &[&Element], findings: &mut Findings) {
        let Some(record) = chain.last() else { return };
        for content in &record.content {
            if let XmlContent::Element(inner) = content
                && self.names.len() < MOST_NAMES
                && !self.names.contains(&inner.name)
            {
                self.names.insert(inner.name.clone());
            }
        }
        for Attribute { name, .. } in &record.attributes {
            if self.names.len() < MOST_NAMES {
                self.names.insert(XmlName { written: format!("@{}", name.written), ..name.clone() });
            }
        }
        let mut cells = Vec::with_capacity(self.columns.len());
        for (index, column) in self.columns.iter().enumerate() {
            let base = chain.len().checked_sub(1 + column.up).and_then(|at| chain.get(at));
            let mut values = base.map(|base| base.values(column)).unwrap_or_default();
            self.met[index] |= !values.is_empty();
            values.retain(|(text, span)| {
                if text.len() > LARGEST_CELL {
                    let message = format!("the value has {} bytes; at most {LARGEST_CELL} are allowed", text.len());
                    let place = self.passage.place(&self.file, *span).in_column(index);
                    findings.push(Finding::error(codes::HUGE_CELL, message).at(place));
                }
                !text.is_empty() && text.len() <= LARGEST_CELL
            });
            cells.push(values.into_iter().map(|(text, span)| (text, ValueType::Text, span)).collect());
        }
        self.queue.push_back(FoundRecord { span: record.span, cells });
    }

    fn syntax(&mut self, message: impl Into<String>, position: u64) -> Finding {
        let (line, column) = self.reader.get_mut().at(position);
        Finding::error(codes::XML_SYNTAX, message).at(Place::new(&self.file, line, column))
    }

    /// The finding about an error of the parser.
    fn fault(&mut self, error: &quick_xml::Error, start: u64) -> Finding {
        if self.reader.get_mut().too_large {
            let (line, column) = self.reader.get_mut().at(start);
            let message = format!("the part of the document has more than {LARGEST} bytes, which must be held at once");
            let hint = "an iterator that goes further in, and references without `..`, hold less".to_owned();
            return Finding::error(codes::HUGE_CELL, message).at(Place::new(&self.file, line, column)).hint(hint);
        }
        if let quick_xml::Error::Io(error) = error
            && error.kind() != std::io::ErrorKind::InvalidData
        {
            return super::bytes::unreadable(&self.file, error);
        }
        let bytes = self.reader.get_mut();
        let kept = bytes.kept(u64::MAX);
        if let Err(wrong) = std::str::from_utf8(kept)
            && (wrong.error_len().is_some() || matches!(error, quick_xml::Error::Encoding(_)))
        {
            let at = wrong.valid_up_to();
            let these = kept[at..].iter().take(4).copied().collect::<Vec<_>>();
            let (line, column) = bytes.at(bytes.start().0 + at as u64);
            return not_in_encoding(self.encoding, Place::new(&self.file, line, column), &these);
        }
        let at = self.reader.error_position().max(start);
        let said = error.to_string();
        let said = said.split_once(": ").map_or(said.as_str(), |(_, what)| what).to_owned();
        self.syntax(said, at)
    }
}

/// An element by its tag, which begins at `start`; spans count from `base`. An error has its
/// position in the tag.
fn element(tag: &BytesStart<'_>, start: u64, base: u64) -> Result<Element, (String, u64)> {
    let name = |written: &str| XmlName { written: written.to_owned(), namespace: None };
    let mut element = Element { name: name(tag.name().as_ref()), ..Element::default() };
    let whole: &str = tag;
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| match error {
            AttrError::Duplicated(at, _) => ("the attribute is there twice".to_owned(), at as u64 + 1),
            AttrError::ExpectedEq(at) => ("expected `=` behind the name of an attribute".to_owned(), at as u64 + 1),
            AttrError::ExpectedValue(at) => ("expected a value in quotes behind `=`".to_owned(), at as u64 + 1),
            AttrError::UnquotedValue(at) => ("the value of the attribute is not quoted".to_owned(), at as u64 + 1),
            AttrError::ExpectedQuote(at, _) => ("the value of the attribute is never closed".to_owned(), at as u64 + 1),
        })?;
        // The value is a part of the tag, whose text begins behind `<`.
        let inside = (attribute.value.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
        let inside = if inside <= whole.len() { inside } else { 0 };
        let Ok(value) = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0) else {
            let message = "the value has an entity that is not predefined, and others are not expanded";
            return Err((message.to_owned(), inside as u64 + 1));
        };
        let first = start as i64 - base as i64 + 1 + inside as i64;
        let first = usize::try_from(first).unwrap_or(0);
        let span = (first, first + attribute.value.len());
        element.attributes.push(Attribute { name: name(attribute.key.as_ref()), value: value.into_owned(), span });
    }
    Ok(element)
}

impl ReadValues for XmlReader {
    fn read(&mut self, row: &mut RowOfValues, findings: &mut Findings) -> bool {
        loop {
            if let Some(found) = self.queue.pop_front() {
                self.n_records += 1;
                found.put(row, self.n_records, Origin::Passage(self.passage.clone()));
                return true;
            }
            if self.ended {
                return false;
            }
            match self.advance(findings) {
                Ok(true) => {}
                Ok(false) => {
                    self.ended = true;
                    if self.n_records == 0 {
                        let message = format!("the iterator `{}` selects nothing", self.iterator);
                        let hint = self.outermost.as_ref().map(|name| match &name.namespace {
                            Some(namespace) => {
                                format!("the outermost element is `{}` in the namespace <{namespace}>", name.written)
                            }
                            None => format!("the outermost element is `{}`", name.written),
                        });
                        let place = Place::new(&self.file, 1, 1);
                        // A document that has no records yet is no error, as in JSON.
                        let is_of_kind = |name: &XmlName| self.steps.len() > 1 && self.steps[0].name().is(name);
                        let fault = match self.outermost.as_ref().filter(|name| is_of_kind(name)) {
                            Some(_) => Finding::warning(codes::NO_RECORDS, message),
                            None => Finding::error(codes::NO_RECORDS, message).hint(hint),
                        };
                        findings.push(fault.at(place));
                    }
                }
                Err(fault) => {
                    (self.ended, self.failed) = (true, true);
                    findings.push(*fault);
                }
            }
        }
    }

    fn unmet(&self) -> Vec<(usize, Option<String>)> {
        if self.n_records == 0 || self.failed {
            return Vec::new();
        }
        let missing = (0..self.columns.len()).filter(|index| !self.met[*index]);
        let hint = |index: usize| {
            let column = &self.columns[index];
            let (at, test) = match (column.steps.first(), &column.taken) {
                (Some(step), _) => ("", step.name()),
                (None, Taken::Attribute(name)) => ("@", name),
                (None, _) => return None,
            };
            let wanted = format!("{at}{}", test.written()?);
            let other = self.names.iter().find(|name| name.written == wanted && name.namespace.is_some());
            if let Some(namespace) = other.and_then(|name| name.namespace.as_ref()) {
                return Some(format!("`{wanted}` of the document is in the namespace <{namespace}>"));
            }
            (column.up == 0).then(|| did_you_mean(&wanted, self.names.iter().map(|name| name.written.as_str())))?
        };
        missing.map(|index| (index, hint(index))).collect()
    }
}
