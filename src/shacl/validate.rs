//! Validation (section 3.4): focus nodes are taken from the store in portions,
//! their value nodes looked up, and every constraint is applied to them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{Literal, NamedNode, Term};

use super::message::fill;
use super::path::{Found, Path, as_subject};
use super::query::SparqlConstraint;
use super::result::{Raw, Report, Sink};
use super::shape::{Constraint, Shapes};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::sparql::{GivenUp, within};

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
pub fn validate(data: &Graph, shapes: &Shapes, limits: &Limits) -> Result<Report> {
    let (data, shapes, limits) = (data.clone(), shapes.clone(), *limits);
    // Shapes nest, and validation recurses with them.
    let done = within(None, move || {
        let mut validator = Validator::new(&data, &shapes, limits);
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

pub(super) struct Validator<'a> {
    pub data: &'a Graph,
    pub shapes: &'a Shapes,
    limits: Limits,
    /// A class with its subclasses, by class.
    classes: HashMap<Term, Rc<HashSet<Term>>>,
    faults: Diagnostics,
    /// The constraints in SPARQL that were given up.
    given_up: BTreeSet<(usize, usize)>,
}

impl<'a> Validator<'a> {
    fn new(data: &'a Graph, shapes: &'a Shapes, limits: Limits) -> Self {
        Self { data, shapes, limits, classes: HashMap::new(), faults: Diagnostics::new(), given_up: BTreeSet::new() }
    }

    fn run(&mut self, sink: &mut Sink) -> Result<()> {
        for index in 0..self.shapes.all.len() {
            if !self.shapes.all[index].deactivated {
                self.run_targets(index, sink)?;
            }
        }
        Ok(())
    }

    /// Applies a shape to nodes.
    pub fn apply(&mut self, index: usize, nodes: &[Term], sink: &mut Sink) -> Result<()> {
        let shapes = self.shapes;
        let shape = &shapes.all[index];
        if shape.deactivated {
            return Ok(());
        }
        let mut values = Vec::with_capacity(nodes.len());
        for node in nodes {
            values.push(match &shape.path {
                None => vec![node.clone()],
                Some(path) => path.values(self.data, node)?,
            });
        }
        for (number, constraint) in shape.constraints.iter().enumerate() {
            match constraint {
                Constraint::Property(property) => {
                    // A value of two nodes has its results twice (section 4.7.2).
                    let all: Vec<Term> = values.iter().flatten().cloned().collect();
                    for portion in all.chunks(PORTION) {
                        self.apply(*property, portion, sink)?;
                    }
                }
                Constraint::Sparql(sparql) => self.ask(index, number, sparql, nodes, &values, sink)?,
                _ => {
                    for (node, values) in nodes.iter().zip(&values) {
                        self.check(index, constraint, node, values, sink)?;
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
    pub fn conforms(&mut self, index: usize, node: &Term) -> Result<bool> {
        let mut sink = Sink::only_whether();
        self.apply(index, std::slice::from_ref(node), &mut sink)?;
        Ok(!sink.has_any())
    }

    /// Whether a node is an instance of a class or of one of its subclasses.
    pub fn is_instance(&mut self, node: &Term, class: &Term) -> Result<bool> {
        let Some(subject) = as_subject(node) else { return Ok(false) };
        let classes = self.subclasses(class)?;
        for quad in self.data.matching(Some(subject.as_ref()), Some(rdf::TYPE), None, None) {
            if classes.contains(&quad?.object) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A class with all that are below it (section 1.1: SHACL subclass).
    pub fn subclasses(&mut self, class: &Term) -> Result<Rc<HashSet<Term>>> {
        if let Some(known) = self.classes.get(class) {
            return Ok(Rc::clone(known));
        }
        let below =
            Path::ZeroOrMore(Box::new(Path::Inverse(Box::new(Path::Predicate(rdfs::SUB_CLASS_OF.into_owned())))));
        let all: Rc<HashSet<Term>> = Rc::new(below.values(self.data, class)?.into_iter().collect());
        self.classes.insert(class.clone(), Rc::clone(&all));
        Ok(all)
    }

    /// A constraint in SPARQL, for all nodes at once.
    fn ask(
        &mut self,
        index: usize,
        number: usize,
        constraint: &SparqlConstraint,
        nodes: &[Term],
        values: &[Vec<Term>],
        sink: &mut Sink,
    ) -> Result<()> {
        if self.given_up.contains(&(index, number)) {
            return Ok(());
        }
        let shape = &self.shapes.all[index];
        let mut rows = Vec::new();
        let mut about: Vec<(&Term, Option<&Term>)> = Vec::new();
        for (node, values) in nodes.iter().zip(values) {
            if constraint.is_ask {
                for value in values {
                    about.push((node, Some(value)));
                    let before = [node.clone(), value.clone()];
                    rows.push(before.into_iter().chain(constraint.values.iter().cloned()).collect());
                }
            } else {
                about.push((node, None));
                rows.push(std::iter::once(node.clone()).chain(constraint.values.iter().cloned()).collect());
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
        let prefixes = &self.data.prefixes;
        if constraint.is_ask {
            let right: HashSet<usize> = solutions.iter().map(|solution| solution.row).collect();
            for (row, (node, value)) in about.iter().enumerate() {
                if !right.contains(&row) {
                    let named = |name: &str| match name {
                        "this" => Some(*node),
                        "value" => *value,
                        _ => constraint.parameter(name),
                    };
                    let messages = constraint.messages.iter().map(|message| fill(message, named, prefixes)).collect();
                    let path = shape.path.as_ref();
                    let raw =
                        Raw { focus: node, path, value: *value, constraint: &shape.constraints[number], messages };
                    sink.add(shape, raw, prefixes);
                }
            }
            return Ok(());
        }
        for solution in &solutions {
            let Some((node, _)) = about.get(solution.row).copied() else { continue };
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
            let raw =
                Raw { focus: node, path: own_path.as_ref(), value, constraint: &shape.constraints[number], messages };
            sink.add(shape, raw, prefixes);
        }
        Ok(())
    }

    /// The values of a property of a node.
    pub fn values_of(&self, node: &Term, property: &NamedNode) -> Result<Vec<Term>> {
        let Some(subject) = as_subject(node) else { return Ok(Vec::new()) };
        let mut found = Found::default();
        for quad in self.data.matching(Some(subject.as_ref()), Some(property.as_ref()), None, None) {
            found.add(quad?.object);
        }
        Ok(found.in_order)
    }
}

impl SparqlConstraint {
    fn parameter(&self, name: &str) -> Option<&Term> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}
