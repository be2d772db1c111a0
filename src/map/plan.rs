//! The content of a mapping, in whatever language it was written: which terms are made from which
//! columns. Front ends create it, [`bind`](Plan::bind) checks it against the real headers, the
//! executor runs it.

#![allow(clippy::large_enum_variant, reason = "a plan has few terms and is read for many rows")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::function::{Empty, Function};
use super::row::TableRow;
use crate::finding::{Finding, Findings, Place, codes};
use crate::source::TableSource;
use crate::table::Header;

/// A mapping.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The maps, in the order of the mapping.
    pub maps: Vec<TriplesMap>,
    /// The base of relative IRIs.
    pub base: Option<String>,
}

/// How the rows of one table become triples of one kind of subject.
#[derive(Debug, Clone)]
pub struct TriplesMap {
    /// Its name in the mapping.
    pub name: String,
    /// The table.
    pub source: TableSource,
    /// Where the mapping names the table.
    pub source_place: Place,
    /// The subject.
    pub subject: TermMap,
    /// The graphs of all its triples; empty means the default graph.
    pub graphs: Vec<TermMap>,
    /// Only rows for which this is true.
    pub condition: Option<Call>,
    /// Predicates and objects.
    pub pairs: Vec<PredicateObjectMap>,
}

/// Predicates, objects and graphs that are combined with each other.
#[derive(Debug, Clone, Default)]
pub struct PredicateObjectMap {
    /// The predicates.
    pub predicates: Vec<TermMap>,
    /// The objects.
    pub objects: Vec<ObjectMap>,
    /// Graphs in addition to those of the subject.
    pub graphs: Vec<TermMap>,
    /// Only rows for which this is true.
    pub condition: Option<Call>,
}

/// An object.
#[derive(Debug, Clone)]
pub enum ObjectMap {
    /// A term made from the row.
    Term(TermMap),
    /// The subjects that another map makes from the rows joined with this one.
    Reference(ReferenceMap),
}

/// The subjects of another map as objects.
#[derive(Debug, Clone)]
pub struct ReferenceMap {
    /// The index of the other map in [`Plan::maps`].
    pub map: usize,
    /// Columns that must be equal: of this table and of the other.
    pub joins: Vec<(Column, Column)>,
}

/// How a term is made.
#[derive(Debug, Clone)]
pub struct TermMap {
    /// The text from which it is made.
    pub expression: Expression,
    /// Its kind.
    pub kind: TermType,
    /// Where the mapping defines it.
    pub place: Place,
}

/// The kind of a term.
#[derive(Debug, Clone)]
pub enum TermType {
    /// An IRI.
    Iri,
    /// A blank node.
    BlankNode,
    /// A literal: plain, or with a language or a datatype.
    Literal {
        /// Language tag.
        language: Option<Expression>,
        /// Datatype IRI.
        datatype: Option<Expression>,
    },
}

/// A column that a mapping reads.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Where the mapping names it.
    pub place: Place,
    /// Its index in the header, once bound.
    pub index: usize,
}

impl Column {
    /// The column with this index.
    pub fn unnamed(index: usize) -> Self {
        Self { name: String::new(), place: Place::new("", 1, 1), index }
    }
}

/// The source of a text.
#[derive(Debug, Clone)]
pub enum Expression {
    /// A constant.
    Constant(String),
    /// A cell.
    Reference(Column),
    /// A sequence of texts and cells.
    Template(Vec<TemplatePart>),
    /// The value of a function.
    Call(Box<Call>),
}

/// A part of a template.
#[derive(Debug, Clone)]
pub enum TemplatePart {
    /// A text.
    Text(String),
    /// A cell.
    Column(Column),
}

/// A function and its arguments.
#[derive(Debug, Clone)]
pub struct Call {
    /// The function.
    pub function: Function,
    /// Its arguments, in the order of [`Function::parameters`].
    pub arguments: Vec<Option<Expression>>,
}

impl Expression {
    /// The text for a row; `None` if a cell that is needed has no value. With `encode`, cells in
    /// templates are made safe for IRIs (R2RML, section 7.3).
    pub fn text<'a>(&'a self, row: TableRow<'a>, encode: bool) -> Option<Cow<'a, str>> {
        self.text_with(row, encode, Empty::Nothing)
    }

    fn text_with<'a>(&'a self, row: TableRow<'a>, encode: bool, empty: Empty) -> Option<Cow<'a, str>> {
        match self {
            Self::Constant(text) => Some(Cow::Borrowed(text)),
            Self::Reference(column) => row.get(column),
            Self::Template(parts) => {
                let (mut text, mut has_some) = (String::new(), false);
                for part in parts {
                    match part {
                        TemplatePart::Text(part) => text.push_str(part),
                        TemplatePart::Column(column) => match row.get(column) {
                            None if empty == Empty::Nothing => return None,
                            None => {}
                            Some(cell) => {
                                has_some = true;
                                if encode {
                                    push_iri_safe(&mut text, &cell);
                                } else {
                                    text.push_str(&cell);
                                }
                            }
                        },
                    }
                }
                (has_some || empty != Empty::SomeText).then_some(Cow::Owned(text))
            }
            // A function's argument is not the term itself: an empty cell in it is allowed.
            Self::Call(call) => call.text(row, empty.max(Empty::SomeText)).map(Cow::Owned),
        }
    }

    /// Calls `visit` for each column that is read; in a template the last first, since the end of
    /// an IRI is the most specific.
    pub fn columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        match self {
            Self::Constant(_) => {}
            Self::Reference(column) => visit(column),
            Self::Template(parts) => {
                for part in parts.iter().rev() {
                    if let TemplatePart::Column(column) = part {
                        visit(column);
                    }
                }
            }
            Self::Call(call) => call.columns(visit),
        }
    }

    fn columns_mut(&mut self, visit: &mut dyn FnMut(&mut Column)) {
        match self {
            Self::Constant(_) => {}
            Self::Reference(column) => visit(column),
            Self::Template(parts) => {
                for part in parts {
                    if let TemplatePart::Column(column) = part {
                        visit(column);
                    }
                }
            }
            Self::Call(call) => call.columns_mut(visit),
        }
    }
}

/// Adds `text` with every character percent-encoded that is not `iunreserved` (RFC 3987).
fn push_iri_safe(target: &mut String, text: &str) {
    use std::fmt::Write as _;
    for c in text.chars() {
        let safe = c.is_ascii_alphanumeric()
            || matches!(c, '-' | '.' | '_' | '~')
            || matches!(c,
                '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}'
                | '\u{10000}'..='\u{1fffd}' | '\u{20000}'..='\u{2fffd}' | '\u{30000}'..='\u{3fffd}'
                | '\u{40000}'..='\u{4fffd}' | '\u{50000}'..='\u{5fffd}' | '\u{60000}'..='\u{6fffd}'
                | '\u{70000}'..='\u{7fffd}' | '\u{80000}'..='\u{8fffd}' | '\u{90000}'..='\u{9fffd}'
                | '\u{a0000}'..='\u{afffd}' | '\u{b0000}'..='\u{bfffd}' | '\u{c0000}'..='\u{cfffd}'
                | '\u{d0000}'..='\u{dfffd}' | '\u{e1000}'..='\u{efffd}');
        if safe {
            target.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(target, "%{byte:02X}");
            }
        }
    }
}

impl Call {
    /// The value of the function for a row.
    fn text(&self, row: TableRow<'_>, empty: Empty) -> Option<String> {
        let empty = self.function.empty().unwrap_or(empty);
        let arguments = self.arguments.iter().map(|argument| argument.as_ref()?.text_with(row, false, empty));
        self.function.apply(&arguments.collect::<Vec<_>>())
    }

    /// Whether the function is true for a row: for one choice of values, if cells have several.
    pub fn is_true(&self, row: TableRow<'_>) -> bool {
        let is_true = |row: TableRow<'_>| self.text(row, Empty::SomeText).as_deref() == Some("true");
        if row.is_flat() {
            return is_true(row);
        }
        row.choices(|visit| self.columns(visit)).any(|choice| is_true(row.choosing(&choice)))
    }

    /// Calls `visit` for each column that is read.
    pub fn columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        for argument in self.arguments.iter().flatten() {
            argument.columns(visit);
        }
    }

    fn columns_mut(&mut self, visit: &mut dyn FnMut(&mut Column)) {
        for argument in self.arguments.iter_mut().flatten() {
            argument.columns_mut(visit);
        }
    }
}

impl TermMap {
    /// Calls `visit` for each column from which the term is made.
    pub fn columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        self.expression.columns(visit);
        if let TermType::Literal { language, datatype } = &self.kind {
            for expression in [language, datatype].into_iter().flatten() {
                expression.columns(visit);
            }
        }
    }

    fn columns_mut(&mut self, visit: &mut dyn FnMut(&mut Column)) {
        self.expression.columns_mut(visit);
        if let TermType::Literal { language, datatype } = &mut self.kind {
            for expression in [language, datatype].into_iter().flatten() {
                expression.columns_mut(visit);
            }
        }
    }
}

impl TriplesMap {
    /// The references to other maps.
    fn references(&self) -> impl Iterator<Item = &ReferenceMap> {
        self.pairs.iter().flat_map(|pair| &pair.objects).filter_map(|object| match object {
            ObjectMap::Reference(reference) => Some(reference),
            ObjectMap::Term(_) => None,
        })
    }

    /// The first column with this index.
    pub fn column(&self, index: usize) -> Option<&Column> {
        let mut found = None;
        self.columns(&mut |column| found = found.or((column.index == index).then_some(column)));
        found
    }

    /// Calls `visit` for each column of its own table.
    fn columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        self.subject.columns(visit);
        for graph in &self.graphs {
            graph.columns(visit);
        }
        if let Some(condition) = &self.condition {
            condition.columns(visit);
        }
        for pair in &self.pairs {
            for term in pair.predicates.iter().chain(&pair.graphs) {
                term.columns(visit);
            }
            if let Some(condition) = &pair.condition {
                condition.columns(visit);
            }
            for object in &pair.objects {
                match object {
                    ObjectMap::Term(term) => term.columns(visit),
                    ObjectMap::Reference(reference) => reference.joins.iter().for_each(|(child, _)| visit(child)),
                }
            }
        }
    }

    fn columns_mut(&mut self, visit: &mut dyn FnMut(&mut Column)) {
        self.subject.columns_mut(visit);
        for graph in &mut self.graphs {
            graph.columns_mut(visit);
        }
        if let Some(condition) = &mut self.condition {
            condition.columns_mut(visit);
        }
        for pair in &mut self.pairs {
            for term in pair.predicates.iter_mut().chain(&mut pair.graphs) {
                term.columns_mut(visit);
            }
            if let Some(condition) = &mut pair.condition {
                condition.columns_mut(visit);
            }
            for object in &mut pair.objects {
                match object {
                    ObjectMap::Term(term) => term.columns_mut(visit),
                    ObjectMap::Reference(reference) => {
                        for (child, _) in &mut reference.joins {
                            visit(child);
                        }
                    }
                }
            }
        }
    }
}

impl Plan {
    /// The tables that the mapping reads, each once, in the order of the mapping.
    pub fn sources(&self) -> Vec<&TableSource> {
        let mut sources: Vec<&TableSource> = Vec::new();
        for map in &self.maps {
            if !sources.contains(&&map.source) {
                sources.push(&map.source);
            }
        }
        sources
    }

    /// The names of the columns that are read of a table, each once.
    pub fn columns(&self, source: &TableSource) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut visit = |column: &Column| {
            if !names.contains(&column.name) {
                names.push(column.name.clone());
            }
        };
        for map in &self.maps {
            if map.source == *source {
                map.columns(&mut visit);
            }
            for reference in map.references() {
                if self.maps[reference.map].source == *source {
                    reference.joins.iter().for_each(|(_, parent)| visit(parent));
                }
            }
        }
        names
    }

    /// Binds every column in the mapping to its index in the real headers. Tables without a
    /// header are skipped: the cause is reported elsewhere.
    pub fn bind(&mut self, headers: &BTreeMap<TableSource, Header>) -> Findings {
        let mut findings = Findings::new();
        let mut bind = |column: &mut Column, source: &TableSource| {
            if let Some(fault) = source.reference_fault(&column.name) {
                findings.push(fault.at(column.place.clone()));
                return;
            }
            let Some(header) = headers.get(source) else { return };
            match header.index(&column.name) {
                Some(index) => column.index = index,
                None => findings.push(
                    Finding::error(
                        codes::UNKNOWN_COLUMN,
                        format!("the table `{source}` has no column `{}`", column.name),
                    )
                    .at(column.place.clone())
                    .hint(header.suggest(&column.name)),
                ),
            }
        };
        let sources: Vec<TableSource> = self.maps.iter().map(|map| map.source.clone()).collect();
        for map in &mut self.maps {
            let source = map.source.clone();
            map.columns_mut(&mut |column| bind(column, &source));
            let objects = map.pairs.iter_mut().flat_map(|pair| &mut pair.objects);
            for object in objects {
                if let ObjectMap::Reference(reference) = object {
                    for (_, parent) in &mut reference.joins {
                        bind(parent, &sources[reference.map]);
                    }
                }
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_in_iris_are_percent_encoded_but_for_unreserved_characters() {
        let mut text = String::new();
        push_iri_safe(&mut text, "a b/c?d#é香~\u{7}");
        assert_eq!(text, "a%20b%2Fc%3Fd%23é香~%07");
    }
}
