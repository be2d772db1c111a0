//! Validation (section 3.4): focus nodes are taken from the graph in batches,
//! their value nodes are looked up, and every constraint is applied to them.

mod ask;
mod bound;
mod component;
mod literal;
mod target;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::result::{ResultSink, ValidationReport};
use super::shape::{Constraint, Shapes};
use super::validate::bound::Bound;
use super::validate::target::ReachedNodes;
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::{Graph, GraphFinding, TermNumber};
use crate::work::within;

/// Limits on the output and the time of a validation.
#[derive(Debug, Clone, Copy)]
pub struct ResultLimits {
    /// The number of results kept for each severity, code and shape; further ones are counted.
    pub results: u64,
    /// The longest time for one SPARQL constraint, per batch of nodes.
    pub time: Option<Duration>,
}

/// Validates a graph. The shapes must be free of errors.
///
/// # Errors
///
/// Fails if a query fails. Errors in queries of shapes are in
/// [`ValidationReport::faults`].
pub fn validate(data: &Graph, shapes: &Shapes, limits: &ResultLimits) -> Result<ValidationReport> {
    let (mut data, shapes, limits) = (data.clone(), shapes.clone(), *limits);
    // Shapes are nested, and validation recurses with them.
    let done = within(None, move || {
        let bound = Bound::new(&shapes, &mut data)?;
        let (faults, given_up) = (Vec::new(), BTreeSet::new());
        let reached = ReachedNodes::new(&shapes);
        let mut validator = Validator {
            data: &data,
            shapes: &shapes,
            bound: &bound,
            limits,
            faults,
            given_up,
            reached,
            decided: HashMap::new(),
        };
        let mut sink = ResultSink::keeping(limits.results);
        validator.run(&mut sink)?;
        Ok(sink.report(validator.reached.n(), validator.faults))
    })?;
    done.unwrap_or_else(|_| {
        let message = "internal error in the validation";
        Err(Error::invalid(Finding::error(codes::SHAPE_TIMEOUT, message)))
    })
}

/// The number of focus nodes validated at a time.
pub(in crate::shacl) const PORTION: usize = 4_096;

/// For how many pairs of a shape and a node it is remembered whether the node conforms.
const MOST_DECIDED: usize = 1 << 20;

pub(in crate::shacl) struct Validator<'a> {
    pub data: &'a Graph,
    pub shapes: &'a Shapes,
    pub bound: &'a Bound,
    pub limits: ResultLimits,
    pub faults: Vec<GraphFinding>,
    /// The SPARQL constraints that were aborted.
    pub given_up: BTreeSet<(usize, usize)>,
    pub reached: ReachedNodes<TermNumber>,
    /// Whether nodes conform to shapes, by the shape's index and the node.
    pub decided: HashMap<(usize, TermNumber), bool>,
}

/// The value nodes of focus nodes, one after the other.
pub(in crate::shacl) struct Values<N> {
    all: Vec<N>,
    /// The end of the values of each focus node.
    ends: Vec<usize>,
}

impl<N> Values<N> {
    /// The values of the focus node at an index.
    pub fn of(&self, index: usize) -> &[N] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.all[start..self.ends[index]]
    }
}

impl Validator<'_> {
    fn run(&mut self, sink: &mut ResultSink) -> Result<()> {
        for index in 0..self.shapes.all.len() {
            if !self.shapes.all[index].deactivated {
                self.run_targets(index, sink)?;
            }
        }
        Ok(())
    }

    /// Applies a shape to nodes.
    pub fn apply(&mut self, index: usize, nodes: &[TermNumber], sink: &mut ResultSink) -> Result<()> {
        let shapes = self.shapes;
        let shape = &shapes.all[index];
        if shape.deactivated {
            return Ok(());
        }
        let mut values = Values { all: Vec::with_capacity(nodes.len()), ends: Vec::with_capacity(nodes.len()) };
        for node in nodes {
            match &self.bound.shapes[index].path {
                None => values.all.push(*node),
                Some(path) => path.values(self.data, *node, &mut values.all),
            }
            values.ends.push(values.all.len());
        }
        for (number, constraint) in shape.constraints.iter().enumerate() {
            match constraint {
                // A value shared by two nodes has its results twice (section 4.7.2).
                Constraint::Property(property) => {
                    for portion in values.all.chunks(PORTION) {
                        self.apply(*property, portion, sink)?;
                    }
                }
                Constraint::Sparql(sparql) => self.ask((index, number), sparql, nodes, &values, sink)?,
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

    /// Whether a node conforms to a shape. It is decided once: shapes that refer to the same shape in
    /// several ways would double the work with each level.
    pub fn conforms(&mut self, index: usize, node: &TermNumber) -> Result<bool> {
        if let Some(decided) = self.decided.get(&(index, *node)) {
            return Ok(*decided);
        }
        let mut sink = ResultSink::only_whether();
        self.apply(index, std::slice::from_ref(node), &mut sink)?;
        let conforms = !sink.has_any();
        if self.decided.len() >= MOST_DECIDED {
            self.decided.clear();
        }
        self.decided.insert((index, *node), conforms);
        Ok(conforms)
    }
}
