//! Shapes as used in validation: parsed, with references resolved.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, TermRef};
use regex::Regex;

use super::path::Path;
use crate::finding::Severity;
use crate::graph::Statement;
use crate::sparql::PreBound;
use crate::vocab::sh;

/// All shapes of a shapes graph.
#[derive(Debug, Clone, Default)]
pub struct Shapes {
    pub(in crate::shacl) all: Vec<Shape>,
    /// The places of unnamed constraints, by shape and constraint number.
    pub(in crate::shacl) places: BTreeMap<(usize, usize), String>,
}

impl Shapes {
    /// The number of shapes, including those that are parts of others.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are no shapes.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether there is a shape with this IRI.
    pub fn has(&self, iri: &str) -> bool {
        self.with_iri(iri).is_some()
    }

    fn with_iri(&self, iri: &str) -> Option<usize> {
        self.all
            .iter()
            .position(|shape| matches!(&shape.node, NamedOrBlankNode::NamedNode(node) if node.as_str() == iri))
    }

    /// Makes the results of a shape, and of its property shapes, at most this severe; without a
    /// severity they are deactivated.
    pub fn except(&mut self, iri: &str, most: Option<Severity>) {
        let mut rest: Vec<usize> = self.with_iri(iri).into_iter().collect();
        let mut done = BTreeSet::new();
        while let Some(index) = rest.pop() {
            if !done.insert(index) {
                continue;
            }
            let shape = &mut self.all[index];
            match most {
                None => shape.deactivated = true,
                Some(most) if severity(shape.severity.as_ref()) > most => {
                    let milder = if most == Severity::Info { sh::INFO } else { sh::WARNING };
                    shape.severity = milder.into_owned();
                }
                Some(_) => {}
            }
            let properties = shape.constraints.iter().filter_map(|constraint| match constraint {
                Constraint::Property(property) => Some(*property),
                _ => None,
            });
            rest.extend(properties);
        }
    }

    /// Whether a query uses the shapes graph (`$shapesGraph`): then it must be stored
    /// next to the data as [`SHAPES`](crate::vocab::named_graph::SHAPES).
    pub fn ask_about_shapes(&self) -> bool {
        let asks = |constraint: &Constraint| match constraint {
            Constraint::Sparql(constraint) => constraint.query.mentions(SHAPES_GRAPH),
            _ => false,
        };
        self.all.iter().any(|shape| shape.constraints.iter().any(asks))
    }

    /// The statements of constraints that messages cannot name: lists, shapes and queries
    /// without a name. [`place`](Self::place) takes their labels.
    pub fn unnamed(&self) -> Vec<Statement> {
        self.unnamed_at().map(|(_, statement)| statement).collect()
    }

    /// Takes the places of the statements of [`unnamed`](Self::unnamed), in order.
    pub fn place(&mut self, places: impl IntoIterator<Item = Option<String>>) {
        let numbers: Vec<(usize, usize)> = self.unnamed_at().map(|(number, _)| number).collect();
        self.places = numbers.into_iter().zip(places).filter_map(|(number, place)| Some((number, place?))).collect();
    }

    fn unnamed_at(&self) -> impl Iterator<Item = ((usize, usize), Statement)> + '_ {
        self.all.iter().enumerate().flat_map(move |(index, shape)| {
            shape.constraints.iter().enumerate().filter_map(move |(number, constraint)| {
                let object = match constraint {
                    Constraint::And(list) | Constraint::Or(list) | Constraint::Xone(list) => list.head.clone(),
                    Constraint::Sparql(constraint) => constraint.source.clone()?,
                    Constraint::Not(shape) | Constraint::Node(shape) => self.blank(*shape)?,
                    Constraint::Qualified(qualified) => self.blank(qualified.shape)?,
                    _ => return None,
                };
                let predicate = match constraint {
                    Constraint::Sparql(_) => sh::SPARQL,
                    Constraint::Qualified(_) => sh::QUALIFIED_VALUE_SHAPE,
                    other => other.parameter(),
                };
                let (subject, predicate) = (shape.node.clone(), Some(predicate.into_owned()));
                Some(((index, number), Statement { subject, predicate, object: Some(object), language: None }))
            })
        })
    }

    /// A shape as a term, if it has no name.
    fn blank(&self, index: usize) -> Option<Term> {
        match &self.all[index].node {
            NamedOrBlankNode::BlankNode(node) => Some(node.clone().into()),
            NamedOrBlankNode::NamedNode(_) => None,
        }
    }

    /// For each shape, whether it can produce results.
    pub(in crate::shacl) fn saying(&self) -> Vec<bool> {
        let mut saying = vec![false; self.all.len()];
        loop {
            let says = |constraint: &Constraint| match constraint {
                Constraint::Property(other) | Constraint::Node(other) => saying[*other],
                Constraint::And(list) => list.shapes.iter().any(|other| saying[*other]),
                _ => true,
            };
            let now: Vec<bool> =
                self.all.iter().map(|shape| !shape.deactivated && shape.constraints.iter().any(says)).collect();
            if saying == now {
                return saying;
            }
            saying = now;
        }
    }

    /// The reason why no node can be validated, whatever the data, and the shape to blame.
    pub fn idle(&self) -> Option<(Idle, Option<&NamedOrBlankNode>)> {
        let aimed = || self.all.iter().enumerate().filter(|(_, shape)| !shape.targets.is_empty());
        let Some(first) = self.all.first() else { return Some((Idle::NoShapes, None)) };
        let Some((_, first_aimed)) = aimed().next() else {
            return Some((Idle::NoTarget, Some(&first.node)));
        };
        let Some((_, first_active)) = aimed().find(|(_, shape)| !shape.deactivated) else {
            return Some((Idle::Deactivated, Some(&first_aimed.node)));
        };
        let saying = self.saying();
        let is_silent = !aimed().any(|(index, _)| saying[index]);
        is_silent.then_some((Idle::NoConstraint, Some(&first_active.node)))
    }

    /// The first shape that has targets and is active.
    pub fn first_aimed(&self) -> Option<&NamedOrBlankNode> {
        self.all.iter().find(|shape| !shape.targets.is_empty() && !shape.deactivated).map(|shape| &shape.node)
    }
}

/// Why no node was validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// The file has no shapes.
    NoShapes,
    /// No shape has a target.
    NoTarget,
    /// Every shape with a target is deactivated.
    Deactivated,
    /// No shape with a target has a constraint.
    NoConstraint,
    /// No node of the data is a target.
    NoFocusNode,
}

impl Idle {
    /// The reason in words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoShapes => "there are no shapes",
            Self::NoTarget => "no shape has a target",
            Self::Deactivated => "every shape with a target is deactivated",
            Self::NoConstraint => "no shape with a target has a constraint",
            Self::NoFocusNode => "the targets of the shapes match no node",
        }
    }
}

/// A shape (section 2).
#[derive(Debug, Clone)]
pub(in crate::shacl) struct Shape {
    pub node: NamedOrBlankNode,
    /// A property shape has one.
    pub path: Option<Path>,
    pub severity: NamedNode,
    pub messages: Vec<Literal>,
    pub deactivated: bool,
    pub targets: Vec<Target>,
    pub constraints: Vec<Constraint>,
}

/// A target of a shape (section 2.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::shacl) enum Target {
    Node(Term),
    Class(NamedNode),
    SubjectsOf(NamedNode),
    ObjectsOf(NamedNode),
}

/// A constraint of a shape (section 4). Other shapes are referred to by index.
#[derive(Debug, Clone)]
pub(in crate::shacl) enum Constraint {
    Class(Term),
    Datatype(NamedNode),
    ShaclNodeKind(ShaclNodeKind),
    MinCount(u64),
    MaxCount(u64),
    Range(Range, Literal),
    MinLength(u64),
    MaxLength(u64),
    Pattern(String, Box<Regex>),
    LanguageIn(Vec<String>),
    UniqueLang,
    Equals(NamedNode),
    Disjoint(NamedNode),
    LessThan(NamedNode),
    LessThanOrEquals(NamedNode),
    Not(usize),
    And(List),
    Or(List),
    Xone(List),
    Node(usize),
    Property(usize),
    Qualified(Box<Qualified>),
    Closed(BTreeSet<NamedNode>),
    HasValue(Term),
    In(Vec<Term>),
    Sparql(Box<SparqlConstraint>),
}

/// The shapes of a list (section 4.6).
#[derive(Debug, Clone)]
pub(in crate::shacl) struct List {
    pub head: Term,
    pub shapes: Vec<usize>,
}

/// `sh:qualifiedValueShape` with its counts (section 4.7.3).
#[derive(Debug, Clone)]
pub(in crate::shacl) struct Qualified {
    pub shape: usize,
    /// At least one of this and the next is present.
    pub least: Option<u64>,
    pub most: Option<u64>,
    /// Values that conform to one of these do not count.
    pub siblings: Vec<usize>,
}

/// A bound of a range, and whether it is inclusive (section 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::shacl) enum Range {
    MinExclusive,
    MinInclusive,
    MaxExclusive,
    MaxInclusive,
}

/// `sh:nodeKind` (section 4.1.3): the allowed kinds of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::shacl) struct ShaclNodeKind {
    pub iri: bool,
    pub blank: bool,
    pub literal: bool,
}

impl ShaclNodeKind {
    pub fn of(term: &Term) -> Option<Self> {
        let Term::NamedNode(node) = term else { return None };
        let kind = |iri, blank, literal| Some(Self { iri, blank, literal });
        match node.as_ref() {
            sh::IRI => kind(true, false, false),
            sh::BLANK_NODE => kind(false, true, false),
            sh::LITERAL => kind(false, false, true),
            sh::BLANK_NODE_OR_IRI => kind(true, true, false),
            sh::BLANK_NODE_OR_LITERAL => kind(false, true, true),
            sh::IRI_OR_LITERAL => kind(true, false, true),
            _ => None,
        }
    }

    pub fn allows(self, term: TermRef<'_>) -> bool {
        match term {
            TermRef::NamedNode(_) => self.iri,
            TermRef::BlankNode(_) => self.blank,
            TermRef::Literal(_) => self.literal,
            TermRef::Triple(_) => false,
        }
    }
}

impl Constraint {
    /// The property that states the constraint; for a SPARQL-based one its component.
    pub fn parameter(&self) -> NamedNodeRef<'_> {
        match self {
            Self::Class(_) => sh::CLASS,
            Self::Datatype(_) => sh::DATATYPE,
            Self::ShaclNodeKind(_) => sh::NODE_KIND,
            Self::MinCount(_) => sh::MIN_COUNT,
            Self::MaxCount(_) => sh::MAX_COUNT,
            Self::Range(Range::MinExclusive, _) => sh::MIN_EXCLUSIVE,
            Self::Range(Range::MinInclusive, _) => sh::MIN_INCLUSIVE,
            Self::Range(Range::MaxExclusive, _) => sh::MAX_EXCLUSIVE,
            Self::Range(Range::MaxInclusive, _) => sh::MAX_INCLUSIVE,
            Self::MinLength(_) => sh::MIN_LENGTH,
            Self::MaxLength(_) => sh::MAX_LENGTH,
            Self::Pattern(..) => sh::PATTERN,
            Self::LanguageIn(_) => sh::LANGUAGE_IN,
            Self::UniqueLang => sh::UNIQUE_LANG,
            Self::Equals(_) => sh::EQUALS,
            Self::Disjoint(_) => sh::DISJOINT,
            Self::LessThan(_) => sh::LESS_THAN,
            Self::LessThanOrEquals(_) => sh::LESS_THAN_OR_EQUALS,
            Self::Not(_) => sh::NOT,
            Self::And(_) => sh::AND,
            Self::Or(_) => sh::OR,
            Self::Xone(_) => sh::XONE,
            Self::Node(_) => sh::NODE,
            Self::Property(_) => sh::PROPERTY,
            Self::Qualified(qualified) if qualified.least.is_some() => sh::QUALIFIED_MIN_COUNT,
            Self::Qualified(_) => sh::QUALIFIED_MAX_COUNT,
            Self::Closed(_) => sh::CLOSED,
            Self::HasValue(_) => sh::HAS_VALUE,
            Self::In(_) => sh::IN,
            Self::Sparql(constraint) => constraint.component.as_ref(),
        }
    }

    /// The shapes that it refers to.
    pub fn references(&self) -> Vec<usize> {
        match self {
            Self::Not(shape) | Self::Node(shape) | Self::Property(shape) => vec![*shape],
            Self::And(list) | Self::Or(list) | Self::Xone(list) => list.shapes.clone(),
            Self::Qualified(qualified) => {
                let mut all = qualified.siblings.clone();
                all.push(qualified.shape);
                all
            }
            _ => Vec::new(),
        }
    }
}

/// The IRI of the component that a parameter of SHACL Core belongs to, as in
/// results: `sh:MinCountConstraintComponent` for `sh:minCount`.
pub(in crate::shacl) fn component_of(parameter: NamedNodeRef<'_>) -> NamedNode {
    match parameter.as_str().strip_prefix(sh::NAMESPACE_IRI) {
        Some("sparql") => NamedNode::new_unchecked(format!("{}SPARQLConstraintComponent", sh::NAMESPACE_IRI)),
        Some(local) if local.starts_with(|c: char| c.is_ascii_lowercase()) => {
            let (first, rest) = local.split_at(1);
            let first = first.to_ascii_uppercase();
            NamedNode::new_unchecked(format!("{}{first}{rest}ConstraintComponent", sh::NAMESPACE_IRI))
        }
        _ => parameter.into_owned(),
    }
}

/// The severity of findings for one of SHACL; custom severities count as violations.
pub(in crate::shacl) fn severity(node: NamedNodeRef<'_>) -> Severity {
    match node {
        sh::WARNING => Severity::Warning,
        sh::INFO => Severity::Info,
        _ => Severity::Violation,
    }
}

/// A constraint checked by a query: `sh:sparql`, or a constraint component.
#[derive(Debug, Clone)]
pub(in crate::shacl) struct SparqlConstraint {
    pub component: NamedNode,
    /// The value of `sh:sourceConstraint` in results.
    pub source: Option<Term>,
    /// An `ASK` is true for each conforming value; a `SELECT` returns a row for each violation.
    pub is_ask: bool,
    pub query: PreBound,
    /// The values of the variables after `this` and, for `ASK`, `value`.
    pub values: Vec<Term>,
    /// The names of the component's parameters with their values, for messages.
    pub parameters: Vec<(String, Term)>,
    pub messages: Vec<Literal>,
    /// Its name in findings about the query itself.
    pub name: String,
}

/// The variable bound to the name of the shapes graph (section 5.3.1).
pub(in crate::shacl) const SHAPES_GRAPH: &str = "shapesGraph";
