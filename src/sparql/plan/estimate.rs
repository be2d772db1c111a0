//! How many rows a pattern adds to each row before it, from the counts of the graph.

use std::collections::HashMap;

use spargebra::algebra::{GraphPattern, PropertyPathExpression as Path};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use crate::graph::{Graph, TermNumber};
use crate::sparql::algebra::{Variables, variable_of};

use super::closure::{NumberPath, Visited};
use super::leaf::{Leaf, flatten};
use super::order::order;

/// From how many terms a closure is followed to see how far it leads, and how far at most.
const SAMPLES: usize = 8;
const SAMPLE_REACH: usize = 1_000;

/// How far a closure with a constant end is followed.
const REACH: usize = 20_000;

/// What a pattern adds to each row.
#[derive(Debug, Clone, Copy)]
pub(super) struct JoinStep {
    /// Rows for each row before it, below 1 if it drops some.
    pub rows: f64,
    /// Work for each row before it, in look-ups.
    pub work: f64,
    /// Rows for all rows before it together, if each binds something else: a predicate that is bound
    /// may be one of the vocabulary that no data use.
    pub most: f64,
}

impl JoinStep {
    /// Without a limit for all rows together.
    pub fn each(rows: f64, work: f64) -> Self {
        Self { rows, work, most: f64::INFINITY }
    }

    /// The rows after so many.
    pub fn after(self, rows: f64) -> f64 {
        (rows * self.rows).min(self.most.max(rows))
    }
}

/// One end of a pattern.
#[derive(Clone, Copy, PartialEq)]
enum PatternEnd {
    Constant(TermNumber),
    /// A variable that has a value.
    Bound,
    Free,
    /// A term that is in no triple.
    Absent,
}

/// Estimates for one graph.
pub(super) struct Estimator<'a> {
    pub graph: &'a Graph,
    pub visited: Visited,
    /// How far closures lead on average, by path, forwards and backwards.
    reaches: HashMap<(Path, bool), f64>,
    /// How far they lead from constants.
    constants: HashMap<(Path, TermNumber, bool), f64>,
}

impl<'a> Estimator<'a> {
    pub fn new(graph: &'a Graph) -> Self {
        Self { graph, visited: Visited::default(), reaches: HashMap::new(), constants: HashMap::new() }
    }

    /// The step from rows that bind `bound` to those that a leaf binds too.
    pub fn step(&mut self, leaf: &Leaf, bound: &Variables) -> JoinStep {
        match leaf {
            Leaf::Triple(triple) => self.triple(triple, bound),
            Leaf::Quad(graph, triple) => {
                let step = self.triple(triple, bound);
                let is_bound = matches!(graph, NamedNodePattern::Variable(name) if bound.contains(name));
                let n_graphs = if is_bound { self.graph.graph_names().len().max(1) as f64 } else { 1.0 };
                JoinStep { rows: step.rows / n_graphs, ..step }
            }
            Leaf::Path { subject, path, object } => self.path(subject, path, object, bound),
            Leaf::Values { variables, rows } => {
                let n = rows.len() as f64;
                let known = variables.iter().filter(|variable| bound.contains(variable)).count();
                let rows = if known == 0 { n } else { (n / 10_f64.powi(known as i32)).min(1.0) };
                JoinStep::each(rows, n)
            }
            Leaf::Union { branches, .. } => {
                let steps = branches.iter().map(|branch| self.as_written(branch, bound));
                steps.fold(JoinStep::each(0.0, 0.0), |sum, rows| {
                    JoinStep::each(sum.rows + rows, sum.work + rows.max(1.0))
                })
            }
        }
    }

    /// The rows of a pattern that can be reordered.
    pub fn rows(&mut self, pattern: &GraphPattern) -> Option<f64> {
        let (leaves, _) = flatten(pattern)?;
        Some(self.joined(leaves, &Variables::new()))
    }

    /// The rows of a join in the order in which it is written: the rows at its end hardly depend on it.
    fn as_written(&mut self, leaves: &[Leaf], bound: &Variables) -> f64 {
        let mut known = bound.clone();
        leaves.iter().fold(1.0, |rows, leaf| {
            let step = self.step(leaf, &known);
            known.extend(leaf.variables());
            step.after(rows)
        })
    }

    /// The rows of a join in its best order, for each row that binds `bound`.
    pub fn joined(&mut self, leaves: Vec<Leaf>, bound: &Variables) -> f64 {
        let chains = order(leaves, bound, self);
        chains.iter().map(|chain| chain.last().map_or(1.0, |(_, rows)| *rows)).product()
    }

    fn end(&self, term: &TermPattern, bound: &Variables) -> PatternEnd {
        if let Some(variable) = variable_of(term) {
            return if bound.contains(&variable) { PatternEnd::Bound } else { PatternEnd::Free };
        }
        let found = match term {
            TermPattern::NamedNode(node) => self.graph.find(node.as_ref().into()),
            TermPattern::Literal(literal) => self.graph.find(literal.as_ref().into()),
            // A triple with variables inside: as good as free.
            _ => return PatternEnd::Free,
        };
        found.map_or(PatternEnd::Absent, PatternEnd::Constant)
    }

    fn triple(&self, triple: &TriplePattern, bound: &Variables) -> JoinStep {
        let predicate = match &triple.predicate {
            NamedNodePattern::NamedNode(node) => {
                self.graph.find(node.as_ref().into()).map_or(PatternEnd::Absent, PatternEnd::Constant)
            }
            NamedNodePattern::Variable(variable) if bound.contains(variable) => PatternEnd::Bound,
            NamedNodePattern::Variable(_) => PatternEnd::Free,
        };
        let (subject, object) = (self.end(&triple.subject, bound), self.end(&triple.object, bound));
        if [subject, predicate, object].contains(&PatternEnd::Absent) {
            return JoinStep::each(0.0, 1.0);
        }
        let constant = |end: PatternEnd| match end {
            PatternEnd::Constant(number) => Some(number),
            _ => None,
        };
        let known = [subject, predicate, object].map(constant);
        let n = self.graph.n_matching(known) as f64;
        let all = f64::from(self.graph.n_terms().max(1));
        let (subjects, objects) = match predicate {
            PatternEnd::Constant(predicate) => {
                let (subjects, objects) = self.graph.n_ends(predicate);
                (subjects as f64, objects as f64)
            }
            _ => (all, all),
        };
        let mut rows = n;
        if subject == PatternEnd::Bound {
            rows /= subjects.max(1.0);
        }
        if object == PatternEnd::Bound {
            rows /= objects.max(1.0);
        }
        if predicate == PatternEnd::Bound {
            rows /= (self.graph.predicates().count() as f64).max(1.0);
        }
        if subject == PatternEnd::Free && variable_of(&triple.subject) == variable_of(&triple.object) {
            rows /= objects.max(1.0);
        }
        let is_by_predicate = predicate == PatternEnd::Bound;
        JoinStep { rows, work: 1.0, most: if is_by_predicate { n } else { f64::INFINITY } }
    }

    fn path(&mut self, subject: &TermPattern, path: &Path, object: &TermPattern, bound: &Variables) -> JoinStep {
        let (start, end) = (self.end(subject, bound), self.end(object, bound));
        let all = f64::from(self.graph.n_terms().max(1));
        let Some(numbers) = NumberPath::of(path, self.graph) else {
            // All but some predicates.
            let n = self.graph.n_triples() as f64;
            let rows = [start, end].iter().filter(|end| **end != PatternEnd::Free).fold(n, |rows, _| rows / all);
            return JoinStep::each(rows, 1.0);
        };
        match (start, end) {
            (PatternEnd::Constant(from), PatternEnd::Free) => self.of_constant(path, &numbers, from, true),
            (PatternEnd::Free, PatternEnd::Constant(to)) => self.of_constant(path, &numbers, to, false),
            (PatternEnd::Constant(from), PatternEnd::Bound) => {
                Self::checked(self.of_constant(path, &numbers, from, true), all)
            }
            (PatternEnd::Bound, PatternEnd::Constant(to)) => {
                Self::checked(self.of_constant(path, &numbers, to, false), all)
            }
            (PatternEnd::Free, PatternEnd::Bound | PatternEnd::Absent) => {
                let reached = self.reach(path, &numbers, false);
                JoinStep::each(reached, reached.max(1.0))
            }
            (PatternEnd::Free, PatternEnd::Free) => {
                let pairs = self.n_starts(&numbers) * self.reach(path, &numbers, true);
                JoinStep::each(pairs, pairs)
            }
            (_, end) => {
                let reached = self.reach(path, &numbers, true);
                let rows = if end == PatternEnd::Free { reached } else { (reached / all).min(1.0) };
                JoinStep::each(rows, reached.max(1.0))
            }
        }
    }

    /// A step that only checks whether the other end is reached.
    fn checked(step: JoinStep, all: f64) -> JoinStep {
        JoinStep::each((step.rows / all).min(1.0), step.work)
    }

    fn of_constant(&mut self, path: &Path, numbers: &NumberPath, from: TermNumber, forwards: bool) -> JoinStep {
        let key = (path.clone(), from, forwards);
        let reached = match self.constants.get(&key) {
            Some(reached) => *reached,
            None => {
                let mut reached = Vec::new();
                numbers.reach(self.graph, from, forwards, &mut self.visited, REACH, &mut reached);
                let n = reached.len();
                // Where the search was given up, much more is left.
                let n = if n >= REACH { n as f64 * 10.0 } else { n as f64 };
                self.constants.insert(key, n);
                n
            }
        };
        JoinStep::each(reached, reached.max(1.0))
    }

    /// How many terms a path reaches from a term where it begins, on average over some of them.
    fn reach(&mut self, path: &Path, numbers: &NumberPath, forwards: bool) -> f64 {
        let key = (path.clone(), forwards);
        if let Some(known) = self.reaches.get(&key) {
            return *known;
        }
        let starts = sample(numbers, self.graph, forwards);
        let (n, mut n_reached, mut reached) = (starts.len(), 0, Vec::new());
        for start in starts {
            numbers.reach(self.graph, start, forwards, &mut self.visited, SAMPLE_REACH, &mut reached);
            n_reached += reached.len();
        }
        let mean = if n == 0 { 1.0 } else { n_reached as f64 / n as f64 };
        self.reaches.insert(key, mean);
        mean
    }

    fn n_starts(&self, numbers: &NumberPath) -> f64 {
        let inner = match numbers {
            // Of length zero, from every term.
            NumberPath::Repeated { from: 0, .. } => return f64::from(self.graph.n_terms()),
            NumberPath::Repeated { path, .. } => path,
            other => other,
        };
        match inner.single() {
            Some((predicate, forwards)) => {
                let (subjects, objects) = self.graph.n_ends(predicate);
                if forwards { subjects as f64 } else { objects as f64 }
            }
            None => f64::from(self.graph.n_terms()),
        }
    }
}

/// Some terms where a path begins, or ends; evenly spread.
fn sample(numbers: &NumberPath, graph: &Graph, forwards: bool) -> Vec<TermNumber> {
    let first = first_predicate(numbers, forwards);
    let Some((predicate, at_subject)) = first else { return Vec::new() };
    let n = graph.n_matching([None, Some(predicate), None]);
    let ends = (0..SAMPLES.min(n)).map(|index| graph.end_at(predicate, index * n / SAMPLES.min(n)));
    ends.flatten().map(|(subject, object)| if at_subject { subject } else { object }).collect()
}

/// A predicate with which a path begins, and whether it begins at its subject.
fn first_predicate(numbers: &NumberPath, forwards: bool) -> Option<(TermNumber, bool)> {
    match numbers {
        NumberPath::Predicate(predicate) => predicate.map(|(predicate, _)| (predicate, forwards)),
        NumberPath::Reverse(path) => first_predicate(path, !forwards),
        NumberPath::Sequence(a, b) => first_predicate(if forwards { a } else { b }, forwards),
        NumberPath::Alternative(a, b) => first_predicate(a, forwards).or_else(|| first_predicate(b, forwards)),
        NumberPath::Repeated { path, .. } => first_predicate(path, forwards),
    }
}
