//! Validation (section 3.4): focus nodes are taken from the store in portions,
//! their value nodes looked up, and every constraint is applied to them.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use oxigraph::model::{Literal, Term};

use super::bound::Bound;
use super::message::fill;
use super::path::Path;
use super::query::SparqlConstraint;
use super::result::{Raw, Report, Sink};
use super::shape::{Constraint, Shapes};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::error::{Error, Result};
use crate::graph::Triples;
use crate::sparql::{GivenUp, Queryable, within};

/// How much a validation may tell and take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Results of each severity and code that are kept; the others are counted.
    pub results: u64,
    /// The longest time of one constraint in SPARQL, for a portion of the nodes.
    pub time: Option<Duration>,
}

/// Validates a graph. The shapes must be free of errors.
///
/// # Errors
///
/// Where the store fails. What is wrong with queries of shapes is in
/// [`Report::faults`].
pub fn validate<D: Triples + Queryable>(data: &D, shapes: &Shapes, limits: &Limits) -> Result<Report> {
    let (mut data, shapes, limits) = (data.clone(), shapes.clone(), *limits);
    // Shapes nest, and validation recurses with them.
    let done = within(None, move || {
        let bound = Bound::new(&shapes, &mut data)?;
        let (faults, given_up) = (Diagnostics::new(), BTreeSet::new());
        let mut validator = Validator { data: &data, shapes: &shapes, bound: &bound, limits, faults, given_up };
        let mut sink = Sink::keeping(limits.results);
        validator.run(&mut sink)?;
        Ok(sink.report(validator.faults))
    })?;
    done.unwrap_or_else(|_| {
        let message = "the validation broke off";
        Err(Error::invalid(Diagnostic::error("shape-timeout", message)))
    })
}

/// So many focus nodes are validated at a time.
pub(super) const PORTION: usize = 4_096;

pub(super) struct Validator<'a, D: Triples> {
    pub data: &'a D,
    pub shapes: &'a Shapes,
    pub bound: &'a Bound<D>,
    limits: Limits,
    faults: Diagnostics,
    /// The constraints in SPARQL that were given up.
    given_up: BTreeSet<(usize, usize)>,
}

/// The value nodes of focus nodes, one after the other.
struct Values<N> {
    all: Vec<N>,
    /// Where those of each focus node end.
    ends: Vec<usize>,
}

impl<N> Values<N> {
    fn of(&self, index: usize) -> &[N] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.all[start..self.ends[index]]
    }
}

impl<D: Triples + Queryable> Validator<'_, D> {
    fn run(&mut self, sink: &mut Sink) -> Result<()> {
        for index in 0..self.shapes.all.len() {
            if !self.shapes.all[index].deactivated {
                self.run_targets(index, sink)?;
            }
        }
        Ok(())
    }

    /// Applies a shape to nodes.
    pub fn apply(&mut self, index: usize, nodes: &[D::Node], sink: &mut Sink) -> Result<()> {
        let shapes = self.shapes;
        let shape = &shapes.all[index];
        if shape.deactivated {
            return Ok(());
        }
        let mut values = Values { all: Vec::with_capacity(nodes.len()), ends: Vec::with_capacity(nodes.len()) };
        for node in nodes {
            match &self.bound.shapes[index].path {
                None => values.all.push(node.clone()),
                Some(path) => path.values(self.data, node, &mut values.all)?,
            }
            values.ends.push(values.all.len());
        }
        for (number, constraint) in shape.constraints.iter().enumerate() {
            match constraint {
                // A value of two nodes has its results twice (section 4.7.2).
                Constraint::Property(property) => {
                    for portion in values.all.chunks(PORTION) {
                        self.apply(*property, portion, sink)?;
                    }
                }
                Constraint::Sparql(sparql) => self.ask(index, number, sparql, nodes, &values, sink)?,
                _ => {
                    for (place, node) in nodes.iter().enumerate() {
                        self.check((index, number), node, values.of(place), sink)?;
                        if sink.is_done() {
                            break;
                        }
                    }
                }
            }
            if sink.is_done() {
                break;
            }
        }
        Ok(())
    }

    /// Whether a node conforms to a shape.
    pub fn conforms(&mut self, index: usize, node: &D::Node) -> Result<bool> {
        let mut sink = Sink::only_whether();
        self.apply(index, std::slice::from_ref(node), &mut sink)?;
        Ok(!sink.has_any())
    }

    /// A constraint in SPARQL, for all nodes at once.
    fn ask(
        &mut self,
        index: usize,
        number: usize,
        constraint: &SparqlConstraint,
        nodes: &[D::Node],
        values: &Values<D::Node>,
        sink: &mut Sink,
    ) -> Result<()> {
        if self.given_up.contains(&(index, number)) {
            return Ok(());
        }
        let shape = &self.shapes.all[index];
        let mut rows = Vec::new();
        let mut about: Vec<(Term, Option<Term>)> = Vec::new();
        let own = |node: &D::Node| self.data.term(node).into_owned();
        for (place, node) in nodes.iter().enumerate() {
            let node = own(node);
            if constraint.is_ask {
                for value in values.of(place).iter().map(own) {
                    let before = [node.clone(), value.clone()];
                    rows.push(before.into_iter().chain(constraint.values.iter().cloned()).collect());
                    about.push((node.clone(), Some(value)));
                }
            } else {
                rows.push(std::iter::once(node.clone()).chain(constraint.values.iter().cloned()).collect());
                about.push((node, None));
            }
        }
        let (data, query) = (self.data.clone(), constraint.query.clone());
        let rows: Vec<Vec<Term>> = rows;
        let solutions = match within(self.limits.time, move || query.solutions(&data, &rows))? {
            Ok(Ok(solutions)) => solutions,
            Ok(Err(Error::Invalid(faults))) => {
                self.given_up.insert((index, number));
                self.faults.append(*faults);
                return Ok(());
            }
            Ok(Err(error)) => return Err(error),
            Err(given_up) => {
                self.given_up.insert((index, number));
                let how = match given_up {
                    GivenUp::TimedOut => format!(
                        "took longer than {} and was given up",
                        humantime::format_duration(self.limits.time.unwrap_or_default())
                    ),
                    GivenUp::BrokeOff => "broke off".to_owned(),
                };
                let message = format!("a constraint of the shape {} in SPARQL {how}", constraint.name);
                let hint = "allow more with `--timeout 10m`; look for patterns that share no variable".to_owned();
                self.faults.push(Diagnostic::error("shape-timeout", message).hint(hint));
                return Ok(());
            }
        };
        let prefixes = self.data.prefixes();
        if constraint.is_ask {
            let right: HashSet<usize> = solutions.iter().map(|solution| solution.row).collect();
            for (row, (node, value)) in about.iter().enumerate() {
                if !right.contains(&row) {
                    let named = |name: &str| match name {
                        "this" => Some(node),
                        "value" => value.as_ref(),
                        _ => constraint.parameter(name),
                    };
                    let messages = constraint.messages.iter().map(|message| fill(message, named, prefixes)).collect();
                    let (path, value) = (shape.path.as_ref(), value.as_ref().map(Term::as_ref));
                    let constraint = &shape.constraints[number];
                    sink.add(shape, Raw { focus: node.as_ref(), path, value, constraint, messages }, prefixes);
                }
            }
            return Ok(());
        }
        for solution in &solutions {
            let Some((node, _)) = about.get(solution.row) else { continue };
            // Section 5.3.2: what the row binds, else what the shape implies.
            let own_path = match solution.get("path") {
                Some(Term::NamedNode(path)) => Some(Path::Predicate(path.clone())),
                _ => shape.path.clone(),
            };
            let value = solution.get("value").or_else(|| shape.path.is_none().then_some(node));
            let named = |name: &str| match name {
                "this" => Some(node),
                _ => solution.get(name).or_else(|| constraint.parameter(name)),
            };
            let messages: Vec<Literal> = match solution.get("message") {
                Some(Term::Literal(message)) => vec![message.clone()],
                _ => constraint.messages.iter().map(|message| fill(message, named, prefixes)).collect(),
            };
            let (path, value) = (own_path.as_ref(), value.map(Term::as_ref));
            let constraint = &shape.constraints[number];
            sink.add(shape, Raw { focus: node.as_ref(), path, value, constraint, messages }, prefixes);
        }
        Ok(())
    }
}

impl SparqlConstraint {
    fn parameter(&self, name: &str) -> Option<&Term> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}
