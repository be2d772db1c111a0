//! The content of a mapping, in whatever language it was written: which terms are made from which
//! columns. Front ends create it, [`bind`](Plan::bind) checks it against the real headers, the
//! executor runs it.

#![allow(clippy::large_enum_variant, reason = "a plan has few terms and is read for many rows")]

mod bind;
mod call;
mod expression;

use std::collections::HashSet;

pub use bind::column_of;
pub use call::Call;
pub use expression::{CellEncoding, Expression, RowTexts, TemplatePart};

use super::function::CodeListUse;
use crate::finding::Place;
use crate::source::TableSource;

/// A mapping.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The maps, in the order of the mapping.
    pub maps: Vec<TriplesMap>,
    /// The base of relative IRIs.
    pub base: Option<String>,
    /// The prefixes that the mapping declares.
    pub prefixes: Vec<(String, String)>,
    /// The columns in which values are looked up, each pair once.
    pub code_lists: Vec<CodeListUse>,
}

/// How the rows of one table become triples of one kind of subject.
#[derive(Debug, Clone)]
pub struct TriplesMap {
    /// Its name in the mapping.
    pub name: String,
    /// The base of its relative IRIs, if it has one of its own.
    pub base: Option<String>,
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
    /// Texts that must be equal: of a row of this table and of the other.
    pub joins: Vec<(Expression, Expression)>,
    /// Which index of the other table is searched, once bound: references with the same texts
    /// share one.
    pub index: usize,
}

impl ReferenceMap {
    /// Calls `visit` for each column of its own table.
    fn columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        self.joins.iter().for_each(|(child, _)| child.columns(visit));
    }

    fn columns_mut(&mut self, visit: &mut dyn FnMut(&mut Column)) {
        self.joins.iter_mut().for_each(|(child, _)| child.columns_mut(visit));
    }

    fn calls_mut(&mut self, visit: &mut dyn FnMut(&mut Call)) {
        for (child, parent) in &mut self.joins {
            child.calls_mut(visit);
            parent.calls_mut(visit);
        }
    }
}

/// How a term is made.
#[derive(Debug, Clone)]
pub struct TermMap {
    /// The text from which it is made.
    pub expression: Expression,
    /// Its kind.
    pub kind: TermType,
    /// Only rows for which this is true.
    pub condition: Option<Call>,
    /// Where the mapping defines it.
    pub place: Place,
}

/// The kind of a term.
#[derive(Debug, Clone)]
pub enum TermType {
    /// An IRI; the cells of a template are encoded.
    Iri(CellEncoding),
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

impl TermMap {
    /// A term without a condition.
    pub fn new(expression: Expression, kind: TermType, place: Place) -> Self {
        Self { expression, kind, condition: None, place }
    }

    /// Calls `visit` for each column from which the term is made.
    pub fn columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        self.expression.columns(visit);
        for expression in self.kind.expressions() {
            expression.columns(visit);
        }
    }

    /// Calls `visit` for each column from which the term is made, and of which one value is taken
    /// at a time.
    pub fn chosen_columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        self.expression.chosen_columns(visit);
        for expression in self.kind.expressions() {
            expression.chosen_columns(visit);
        }
    }

    /// Calls `visit` for each column that is read, also by its condition.
    fn all_columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        self.columns(visit);
        self.condition.iter().for_each(|condition| condition.columns(visit));
    }

    fn columns_mut(&mut self, visit: &mut dyn FnMut(&mut Column)) {
        self.expression.columns_mut(visit);
        self.kind.expressions_mut().for_each(|expression| expression.columns_mut(visit));
        self.condition.iter_mut().for_each(|condition| condition.columns_mut(visit));
    }

    fn calls_mut(&mut self, visit: &mut dyn FnMut(&mut Call)) {
        self.expression.calls_mut(visit);
        self.kind.expressions_mut().for_each(|expression| expression.calls_mut(visit));
        self.condition.iter_mut().for_each(|condition| condition.calls_mut(visit));
    }
}

impl TermType {
    /// The expressions of language and datatype.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let (language, datatype) = match self {
            Self::Literal { language, datatype } => (language.as_ref(), datatype.as_ref()),
            Self::Iri(_) | Self::BlankNode => (None, None),
        };
        language.into_iter().chain(datatype)
    }

    fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        let (language, datatype) = match self {
            Self::Literal { language, datatype } => (language.as_mut(), datatype.as_mut()),
            Self::Iri(_) | Self::BlankNode => (None, None),
        };
        language.into_iter().chain(datatype)
    }
}

impl TriplesMap {
    /// The references to other maps.
    pub fn references(&self) -> impl Iterator<Item = &ReferenceMap> {
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

    /// Its terms: of the subject, graphs, predicates and objects.
    pub fn terms(&self) -> impl Iterator<Item = &TermMap> {
        let of_pairs = self.pairs.iter().flat_map(|pair| {
            let objects = pair.objects.iter().filter_map(|object| match object {
                ObjectMap::Term(term) => Some(term),
                ObjectMap::Reference(_) => None,
            });
            pair.predicates.iter().chain(&pair.graphs).chain(objects)
        });
        std::iter::once(&self.subject).chain(&self.graphs).chain(of_pairs)
    }

    /// Calls `visit` for each column of its own table.
    fn columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        self.terms().for_each(|term| term.all_columns(visit));
        let of_pairs = self.pairs.iter().filter_map(|pair| pair.condition.as_ref());
        self.condition.iter().chain(of_pairs).for_each(|condition| condition.columns(visit));
        self.references().for_each(|reference| reference.columns(visit));
    }

    /// Calls `visit` for each term, condition and reference.
    fn parts_mut(&mut self, visit: &mut dyn FnMut(PlanPart<'_>)) {
        visit(PlanPart::Term(&mut self.subject));
        self.graphs.iter_mut().for_each(|graph| visit(PlanPart::Term(graph)));
        self.condition.iter_mut().for_each(|condition| visit(PlanPart::Condition(condition)));
        for pair in &mut self.pairs {
            pair.predicates.iter_mut().chain(&mut pair.graphs).for_each(|term| visit(PlanPart::Term(term)));
            pair.condition.iter_mut().for_each(|condition| visit(PlanPart::Condition(condition)));
            for object in &mut pair.objects {
                visit(match object {
                    ObjectMap::Term(term) => PlanPart::Term(term),
                    ObjectMap::Reference(reference) => PlanPart::Reference(reference),
                });
            }
        }
    }
}

/// A part of a map that reads columns.
enum PlanPart<'a> {
    Term(&'a mut TermMap),
    Condition(&'a mut Call),
    Reference(&'a mut ReferenceMap),
}

impl PlanPart<'_> {
    fn columns_mut(&mut self, visit: &mut dyn FnMut(&mut Column)) {
        match self {
            Self::Term(term) => term.columns_mut(visit),
            Self::Condition(condition) => condition.columns_mut(visit),
            Self::Reference(reference) => reference.columns_mut(visit),
        }
    }

    fn calls_mut(&mut self, visit: &mut dyn FnMut(&mut Call)) {
        match self {
            Self::Term(term) => term.calls_mut(visit),
            Self::Condition(condition) => condition.calls_mut(visit),
            Self::Reference(reference) => reference.calls_mut(visit),
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

    /// Whether a reference of a map is to the subject that another map makes of the same row.
    pub fn is_same_row(&self, map: &TriplesMap, reference: &ReferenceMap) -> bool {
        reference.joins.is_empty() && self.maps[reference.map].source == map.source
    }

    /// The indexes of the maps that read a table.
    pub fn of_source<'a>(&'a self, source: &'a TableSource) -> impl Iterator<Item = usize> + 'a {
        (0..self.maps.len()).filter(|map| self.maps[*map].source == *source)
    }

    /// The names of the columns that are read of a table, each once.
    pub fn columns(&self, source: &TableSource) -> Vec<String> {
        let (mut names, mut known) = (Vec::new(), HashSet::new());
        let mut visit = |column: &Column| {
            if known.insert(column.name.clone()) {
                names.push(column.name.clone());
            }
        };
        for map in &self.maps {
            if map.source == *source {
                map.columns(&mut visit);
            }
            for reference in map.references() {
                if self.maps[reference.map].source == *source {
                    reference.joins.iter().for_each(|(_, parent)| parent.columns(&mut visit));
                }
            }
        }
        names
    }
}
