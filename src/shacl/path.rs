//! Property paths (section 2.3.1): evaluated and written.

use std::hash::Hash;

use hashbrown::HashSet;
use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{BlankNode, GraphName, NamedNode, NamedOrBlankNode, Quad, Term, TermRef};
use spargebra::algebra::PropertyPathExpression as Expression;

use crate::graph::{Graph, Prefixes, TermNumber};
use crate::vocab::sh;

/// A property path; its predicates are IRIs, or their numbers in a graph.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::shacl) enum Path<P = NamedNode> {
    Predicate(P),
    Inverse(Box<Path<P>>),
    Sequence(Vec<Path<P>>),
    Alternative(Vec<Path<P>>),
    ZeroOrMore(Box<Path<P>>),
    OneOrMore(Box<Path<P>>),
    ZeroOrOne(Box<Path<P>>),
}

impl Path<TermNumber> {
    /// Appends the nodes that the path leads to from a node, without duplicates.
    pub fn values(&self, data: &Graph, from: TermNumber, values: &mut Vec<TermNumber>) {
        if let Self::Predicate(predicate) = self {
            let start = values.len();
            for object in data.objects_of(from, *predicate) {
                values.push(object);
            }
            if values.len() > start + 1 {
                let mut found = NodeSet::default();
                values.drain(start..).for_each(|value| found.add(value));
                values.append(&mut found.in_order);
            }
            return;
        }
        let mut found = NodeSet::default();
        self.walk(data, from, false, &mut found);
        values.append(&mut found.in_order);
    }

    fn walk(&self, data: &Graph, from: TermNumber, backwards: bool, found: &mut NodeSet<TermNumber>) {
        match self {
            Self::Predicate(predicate) if backwards => {
                for subject in data.subjects_of(*predicate, from) {
                    found.add(subject);
                }
            }
            Self::Predicate(predicate) => {
                for object in data.objects_of(from, *predicate) {
                    found.add(object);
                }
            }
            Self::Inverse(path) => path.walk(data, from, !backwards, found),
            Self::Sequence(steps) => {
                let mut nodes = vec![from];
                let walked: Vec<&Self> = if backwards { steps.iter().rev().collect() } else { steps.iter().collect() };
                for step in walked {
                    let mut next = NodeSet::default();
                    for node in &nodes {
                        step.walk(data, *node, backwards, &mut next);
                    }
                    nodes = next.in_order;
                }
                nodes.into_iter().for_each(|node| found.add(node));
            }
            Self::Alternative(paths) => {
                for path in paths {
                    path.walk(data, from, backwards, found);
                }
            }
            Self::ZeroOrOne(path) => {
                found.add(from);
                path.walk(data, from, backwards, found);
            }
            Self::ZeroOrMore(path) => {
                found.add(from);
                path.closure(data, from, backwards, found);
            }
            Self::OneOrMore(path) => path.closure(data, from, backwards, found),
        }
    }

    /// The nodes reachable in one or more steps.
    fn closure(&self, data: &Graph, from: TermNumber, backwards: bool, found: &mut NodeSet<TermNumber>) {
        let mut reached = NodeSet::default();
        self.walk(data, from, backwards, &mut reached);
        let mut next = 0;
        while let Some(node) = reached.in_order.get(next).copied() {
            self.walk(data, node, backwards, &mut reached);
            next += 1;
        }
        reached.in_order.into_iter().for_each(|node| found.add(node));
    }
}

/// A class with all its subclasses (section 1.1: SHACL subclass).
pub(in crate::shacl) fn class_and_below(data: &mut Graph, class: TermRef<'_>) -> Vec<TermNumber> {
    let sub_class_of = data.number(rdfs::SUB_CLASS_OF.into());
    let below = Path::ZeroOrMore(Box::new(Path::Inverse(Box::new(Path::Predicate(sub_class_of)))));
    let (class, mut all) = (data.number(class), Vec::new());
    below.values(data, class, &mut all);
    all
}

impl Path {
    /// The predicate, if the path is only a predicate.
    pub fn predicate(&self) -> Option<&NamedNode> {
        match self {
            Self::Predicate(predicate) => Some(predicate),
            _ => None,
        }
    }

    /// The path with its predicates mapped.
    pub fn map<N>(&self, node: &mut impl FnMut(&NamedNode) -> N) -> Path<N> {
        let many = |paths: &[Self], node: &mut _| paths.iter().map(|path| path.map(node)).collect();
        match self {
            Self::Predicate(predicate) => Path::Predicate(node(predicate)),
            Self::Inverse(path) => Path::Inverse(Box::new(path.map(node))),
            Self::Sequence(paths) => Path::Sequence(many(paths, node)),
            Self::Alternative(paths) => Path::Alternative(many(paths, node)),
            Self::ZeroOrMore(path) => Path::ZeroOrMore(Box::new(path.map(node))),
            Self::OneOrMore(path) => Path::OneOrMore(Box::new(path.map(node))),
            Self::ZeroOrOne(path) => Path::ZeroOrOne(Box::new(path.map(node))),
        }
    }

    /// The path in SPARQL's algebra.
    pub fn expression(&self) -> Expression {
        let fold = |paths: &[Path], join: fn(Box<Expression>, Box<Expression>) -> Expression| {
            let mut all = paths.iter().map(Self::expression);
            let first = all.next();
            all.fold(first, |left, right| Some(join(Box::new(left?), Box::new(right))))
        };
        match self {
            Self::Predicate(predicate) => Expression::NamedNode(predicate.clone()),
            Self::Inverse(path) => Expression::Reverse(Box::new(path.expression())),
            Self::Sequence(paths) => {
                fold(paths, Expression::Sequence).unwrap_or(Expression::NegatedPropertySet(vec![]))
            }
            Self::Alternative(paths) => {
                fold(paths, Expression::Alternative).unwrap_or(Expression::NegatedPropertySet(vec![]))
            }
            Self::ZeroOrMore(path) => Expression::ZeroOrMore(Box::new(path.expression())),
            Self::OneOrMore(path) => Expression::OneOrMore(Box::new(path.expression())),
            Self::ZeroOrOne(path) => Expression::ZeroOrOne(Box::new(path.expression())),
        }
    }

    /// The path in the notation of SPARQL.
    pub fn shown(&self, prefixes: &Prefixes) -> String {
        let many = |paths: &[Path], sign: &str| {
            let all: Vec<String> = paths.iter().map(|path| path.nested(prefixes)).collect();
            all.join(sign)
        };
        match self {
            Self::Predicate(predicate) => prefixes.name(predicate.as_str()),
            Self::Inverse(path) => format!("^{}", path.nested(prefixes)),
            Self::Sequence(paths) => many(paths, "/"),
            Self::Alternative(paths) => many(paths, "|"),
            Self::ZeroOrMore(path) => format!("{}*", path.nested(prefixes)),
            Self::OneOrMore(path) => format!("{}+", path.nested(prefixes)),
            Self::ZeroOrOne(path) => format!("{}?", path.nested(prefixes)),
        }
    }

    fn nested(&self, prefixes: &Prefixes) -> String {
        match self {
            Self::Sequence(_) | Self::Alternative(_) => format!("({})", self.shown(prefixes)),
            _ => self.shown(prefixes),
        }
    }

    /// The path as triples; blank nodes are named `label` plus a number.
    pub fn write(&self, label: &str, n: &mut usize, quads: &mut Vec<Quad>) -> Term {
        let blank = |n: &mut usize| {
            *n += 1;
            BlankNode::new_unchecked(format!("{label}p{n}"))
        };
        let say = |quads: &mut Vec<Quad>, node: &BlankNode, predicate: NamedNode, object: Term| {
            quads.push(Quad::new(node.clone(), predicate, object, GraphName::DefaultGraph));
        };
        let list = |paths: &[Path], n: &mut usize, quads: &mut Vec<Quad>| {
            let cells: Vec<BlankNode> = paths.iter().map(|_| blank(n)).collect();
            for (index, path) in paths.iter().enumerate() {
                let object = path.write(label, n, quads);
                say(quads, &cells[index], rdf::FIRST.into_owned(), object);
                let rest = cells.get(index + 1).map_or(Term::from(rdf::NIL.into_owned()), |next| next.clone().into());
                say(quads, &cells[index], rdf::REST.into_owned(), rest);
            }
            cells.into_iter().next().map_or(Term::from(rdf::NIL.into_owned()), Term::from)
        };
        let (predicate, object) = match self {
            Self::Predicate(predicate) => return predicate.clone().into(),
            Self::Sequence(paths) => return list(paths, n, quads),
            Self::Alternative(paths) => (sh::ALTERNATIVE_PATH, list(paths, n, quads)),
            Self::Inverse(path) => (sh::INVERSE_PATH, path.write(label, n, quads)),
            Self::ZeroOrMore(path) => (sh::ZERO_OR_MORE_PATH, path.write(label, n, quads)),
            Self::OneOrMore(path) => (sh::ONE_OR_MORE_PATH, path.write(label, n, quads)),
            Self::ZeroOrOne(path) => (sh::ZERO_OR_ONE_PATH, path.write(label, n, quads)),
        };
        let node = blank(n);
        say(quads, &node, predicate.into_owned(), object);
        node.into()
    }
}

/// Nodes in order of discovery, without duplicates.
pub(in crate::shacl) struct NodeSet<N> {
    pub in_order: Vec<N>,
    seen: HashSet<N>,
}

impl<N> Default for NodeSet<N> {
    fn default() -> Self {
        Self { in_order: Vec::new(), seen: HashSet::new() }
    }
}

impl<N: Clone + Eq + Hash> NodeSet<N> {
    /// Up to this size, a linear search is faster than a hash table.
    const FEW: usize = 16;

    pub fn add(&mut self, node: N) {
        if self.in_order.len() < Self::FEW {
            if !self.in_order.contains(&node) {
                self.in_order.push(node);
            }
            return;
        }
        if self.seen.is_empty() {
            self.seen.extend(self.in_order.iter().cloned());
        }
        if self.seen.insert(node.clone()) {
            self.in_order.push(node);
        }
    }

    pub fn has(&self, node: &N) -> bool {
        if self.seen.is_empty() { self.in_order.contains(node) } else { self.seen.contains(node) }
    }
}

/// A node as the subject of triples; literals cannot be one.
pub(in crate::shacl) fn as_subject(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        _ => None,
    }
}
