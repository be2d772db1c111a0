//! The rows of a join, one after the other, as numbers of terms.

use oxigraph::sparql::{CancellationToken, QueryEvaluationError};
use spargebra::algebra::PropertyPathExpression as Path;
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern};

use super::expression::OneTermExpression;
use super::{Groups, NotCounted, Slots, UNBOUND};
use crate::graph::{Graph, TermNumber};
use crate::sparql::algebra::{Variables, variable_of};
use crate::sparql::plan::closure::{Near, NumberPath, Visited};
use crate::sparql::plan::leaf::Leaf;
use crate::work;

/// The place of a variable in a row.
pub(super) type RowSlot = usize;

/// After how many rows it is asked whether the work is cancelled.
const LOOK: u32 = 1 << 12;

/// For how many rows an expression is evaluated at once.
const BATCH: usize = 1 << 10;

/// One part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum RowTerm {
    Constant(TermNumber),
    /// A slot that has a value.
    Bound(RowSlot),
    /// A slot that gets its value here.
    Free(RowSlot),
}

impl RowTerm {
    fn value(self, row: &[TermNumber]) -> Option<TermNumber> {
        match self {
            Self::Constant(number) => Some(number),
            Self::Bound(slot) => Some(row[slot]),
            Self::Free(_) => None,
        }
    }

    fn free(self) -> Option<RowSlot> {
        match self {
            Self::Free(slot) => Some(slot),
            _ => None,
        }
    }
}

/// What is done with a row.
pub(super) enum RowStep {
    Triple([RowTerm; 3]),
    /// A triple in a graph, which comes first.
    Quad([RowTerm; 4]),
    Path {
        path: NumberPath,
        start: RowTerm,
        end: RowTerm,
    },
    Values {
        slots: Vec<RowTerm>,
        rows: Vec<Vec<TermNumber>>,
    },
    Filter {
        input: RowSlot,
        index: usize,
    },
    Bind {
        input: RowSlot,
        index: usize,
        output: RowSlot,
    },
    /// A term of the pattern is in no triple.
    Nothing,
}

impl RowStep {
    /// The step of a leaf after those that bind `bound`; `None` if the evaluator has to do it.
    pub fn of(leaf: &Leaf, bound: &Variables, slots: &mut Slots, graph: &Graph) -> Option<Self> {
        let mut position = |term: &TermPattern| -> Option<Option<RowTerm>> {
            if let Some(variable) = variable_of(term) {
                let slot = slots.slot(&variable);
                return Some(Some(if bound.contains(&variable) { RowTerm::Bound(slot) } else { RowTerm::Free(slot) }));
            }
            let found = match term {
                TermPattern::NamedNode(node) => graph.find(node.as_ref().into()),
                TermPattern::Literal(literal) => graph.find(literal.as_ref().into()),
                _ => return None,
            };
            Some(found.map(RowTerm::Constant))
        };
        let name = |name: &NamedNodePattern| match name {
            NamedNodePattern::NamedNode(node) => TermPattern::NamedNode(node.clone()),
            NamedNodePattern::Variable(variable) => TermPattern::Variable(variable.clone()),
        };
        Some(match leaf {
            Leaf::Triple(triple) => {
                let terms = [&triple.subject, &name(&triple.predicate), &triple.object];
                match terms.map(&mut position) {
                    [Some(Some(subject)), Some(Some(predicate)), Some(Some(object))] => {
                        Self::Triple([subject, predicate, object])
                    }
                    found if found.iter().all(Option::is_some) => Self::Nothing,
                    _ => return None,
                }
            }
            Leaf::Quad(graph, triple) => {
                let terms = [&name(graph), &triple.subject, &name(&triple.predicate), &triple.object];
                match terms.map(&mut position) {
                    [Some(Some(graph)), Some(Some(subject)), Some(Some(predicate)), Some(Some(object))] => {
                        Self::Quad([graph, subject, predicate, object])
                    }
                    found if found.iter().all(Option::is_some) => Self::Nothing,
                    _ => return None,
                }
            }
            Leaf::Path { subject, path, object } => {
                let (Some(start), Some(end)) = (position(subject)?, position(object)?) else {
                    return None;
                };
                let numbers = NumberPath::of(path, graph)?;
                let is_open = start.free().is_some() && end.free().is_some();
                if is_open && !Self::has_starts(path) {
                    return None;
                }
                Self::Path { path: numbers, start, end }
            }
            Leaf::Union { .. } => return None,
            Leaf::Values { variables, rows } => {
                let slots = variables.iter().map(|variable| position(&variable.clone().into()));
                let slots = slots.collect::<Option<Option<Vec<_>>>>()??;
                let number = |term: &GroundTerm| match term {
                    GroundTerm::NamedNode(node) => graph.find(node.as_ref().into()),
                    GroundTerm::Literal(literal) => graph.find(literal.as_ref().into()),
                    GroundTerm::Triple(_) => None,
                };
                let rows = rows.iter().map(|row| row.iter().map(number).collect::<Option<Vec<_>>>());
                Self::Values { slots, rows: rows.collect::<Option<_>>()? }
            }
        })
    }

    /// Whether the terms where a closure begins are those of one predicate.
    fn has_starts(path: &Path) -> bool {
        match path {
            Path::OneOrMore(path) => match &**path {
                Path::NamedNode(_) => true,
                Path::Reverse(path) => matches!(**path, Path::NamedNode(_)),
                _ => false,
            },
            _ => false,
        }
    }
}

/// The rows of steps, which are counted in groups.
pub(super) struct JoinedRows<'a> {
    graph: &'a Graph,
    steps: &'a [RowStep],
    row: Vec<TermNumber>,
    expressions: Vec<OneTermExpression>,
    groups: Groups,
    visited: &'a mut Visited,
    /// The rows after each step.
    counts: Vec<u64>,
    /// The slots that are read by an aggregate or a key.
    is_read: Vec<bool>,
    token: Option<CancellationToken>,
    until_look: u32,
    /// A list for what a path reaches.
    spare: Vec<TermNumber>,
    /// The rows that wait for the expression of each step, one after the other.
    waiting: Vec<Vec<TermNumber>>,
}

impl<'a> JoinedRows<'a> {
    pub fn new(
        graph: &'a Graph,
        steps: &'a [RowStep],
        n_slots: usize,
        expressions: Vec<OneTermExpression>,
        groups: Groups,
        visited: &'a mut Visited,
    ) -> Self {
        let mut is_read = vec![false; n_slots];
        for slot in groups.read() {
            is_read[slot] = true;
        }
        let (row, counts) = (vec![UNBOUND; n_slots], vec![0; steps.len()]);
        let token = work::token();
        Self {
            graph,
            steps,
            row,
            expressions,
            groups,
            visited,
            counts,
            is_read,
            token,
            until_look: LOOK,
            spare: Vec::new(),
            waiting: vec![Vec::new(); steps.len()],
        }
    }

    /// Makes all rows.
    pub fn run(&mut self) -> Result<(), NotCounted> {
        self.after(0)?;
        (0..self.steps.len()).try_for_each(|at| self.evaluate(at))
    }

    /// The groups, and the rows that there were after each step.
    pub fn finish(self) -> (Groups, Vec<u64>) {
        (self.groups, self.counts)
    }

    fn look(&mut self) -> Result<(), NotCounted> {
        self.until_look -= 1;
        if self.until_look == 0 {
            self.until_look = LOOK;
            if self.token.as_ref().is_some_and(CancellationToken::is_cancelled) {
                return Err(QueryEvaluationError::Cancelled.into());
            }
        }
        Ok(())
    }

    /// Goes on with the row as it is.
    #[inline]
    fn next(&mut self, at: usize) -> Result<(), NotCounted> {
        self.counts[at] += 1;
        self.after(at + 1)
    }

    /// Goes on with as many equal rows.
    fn next_times(&mut self, at: usize, times: u64) -> Result<(), NotCounted> {
        if times > 0 {
            self.counts[at] += times;
            self.groups.add(&self.row, times)?;
        }
        Ok(())
    }

    /// Whether the last step makes rows that differ in nothing that is read.
    fn only_counts(&self, at: usize, free: &[Option<RowSlot>]) -> bool {
        at + 1 == self.steps.len() && free.iter().flatten().all(|slot| !self.is_read[*slot])
    }

    /// The steps from one on.
    fn after(&mut self, at: usize) -> Result<(), NotCounted> {
        self.look()?;
        let steps = self.steps;
        match steps.get(at) {
            None => self.groups.add(&self.row, 1),
            Some(RowStep::Nothing) => Ok(()),
            Some(RowStep::Triple(positions)) => self.triple(at, *positions),
            Some(RowStep::Quad(positions)) => {
                let [graph, known @ ..] = positions.map(|position| position.value(&self.row));
                for quad in self.graph.matching_in(graph, known) {
                    let before = |at: usize| {
                        positions[..at]
                            .iter()
                            .zip(quad)
                            .find(|(other, _)| **other == positions[at])
                            .map(|(_, term)| term)
                    };
                    let is_free = |at: usize| matches!(positions[at], RowTerm::Free(_));
                    if (1..4).any(|at| is_free(at) && before(at).is_some_and(|term| term != quad[at])) {
                        self.look()?;
                        continue;
                    }
                    for (position, number) in positions.iter().zip(quad) {
                        if let RowTerm::Free(slot) = position {
                            self.row[*slot] = number;
                        }
                    }
                    self.next(at)?;
                }
                Ok(())
            }
            Some(RowStep::Path { path, start, end }) => self.path(at, path, *start, *end),
            Some(RowStep::Values { slots, rows }) => {
                for values in rows {
                    let mut fits = true;
                    for (position, value) in slots.iter().zip(values) {
                        match position {
                            RowTerm::Free(slot) => self.row[*slot] = *value,
                            RowTerm::Bound(slot) => fits &= self.row[*slot] == *value,
                            RowTerm::Constant(_) => {}
                        }
                    }
                    if fits {
                        self.next(at)?;
                    }
                }
                Ok(())
            }
            Some(RowStep::Filter { input, index } | RowStep::Bind { input, index, .. }) => {
                let term = self.row[*input];
                if term == UNBOUND {
                    return Err(NotCounted::Unsupported);
                }
                if let Some(value) = self.expressions[*index].known(term) {
                    return self.with_value(at, value);
                }
                self.waiting[at].extend_from_slice(&self.row);
                if self.waiting[at].len() >= BATCH * self.row.len() { self.evaluate(at) } else { Ok(()) }
            }
        }
    }

    /// Goes on with the value of the expression of a step.
    fn with_value(&mut self, at: usize, value: Option<TermNumber>) -> Result<(), NotCounted> {
        match (&self.steps[at], value) {
            (RowStep::Filter { .. }, None) => Ok(()),
            (RowStep::Bind { output, .. }, value) => {
                self.row[*output] = value.unwrap_or(UNBOUND);
                self.next(at)
            }
            _ => self.next(at),
        }
    }

    /// Evaluates the expression of a step for the rows that wait for it, and goes on with them.
    fn evaluate(&mut self, at: usize) -> Result<(), NotCounted> {
        let (RowStep::Filter { input, index } | RowStep::Bind { input, index, .. }) = &self.steps[at] else {
            return Ok(());
        };
        let rows = std::mem::take(&mut self.waiting[at]);
        let n = self.row.len();
        let terms: Vec<TermNumber> = rows.chunks_exact(n).map(|row| row[*input]).collect();
        if terms.is_empty() {
            return Ok(());
        }
        let values = self.expressions[*index].values(&terms)?;
        for (row, value) in rows.chunks_exact(n).zip(values) {
            self.row.copy_from_slice(row);
            self.with_value(at, value)?;
        }
        self.waiting[at] = rows;
        self.waiting[at].clear();
        Ok(())
    }

    fn triple(&mut self, at: usize, positions: [RowTerm; 3]) -> Result<(), NotCounted> {
        let graph = self.graph;
        let known = positions.map(|position| position.value(&self.row));
        let free = positions.map(RowTerm::free);
        let is_repeated = (0..3).any(|one| (0..one).any(|other| free[one].is_some() && free[one] == free[other]));
        let is_exact = known[0].is_none() || known[2].is_none() || known[1].is_some();
        if is_exact && !is_repeated && self.only_counts(at, &free) {
            return self.next_times(at, graph.n_matching(known) as u64);
        }
        if is_repeated {
            for triple in graph.matching_numbers(known) {
                let differs = |one: usize, other: usize| {
                    free[one].is_some() && free[one] == free[other] && triple[one] != triple[other]
                };
                if differs(0, 1) || differs(0, 2) || differs(1, 2) {
                    self.look()?;
                    continue;
                }
                self.set(&free, triple);
                self.next(at)?;
            }
            return Ok(());
        }
        match (known, free) {
            // How often each predicate occurs.
            ([None, None, None], [subject, Some(predicate), object]) if self.only_counts(at, &[subject, object]) => {
                for (number, n) in graph.predicates() {
                    self.row[predicate] = number;
                    self.next_times(at, n as u64)?;
                }
            }
            ([Some(subject), Some(predicate), None], [_, _, Some(object)]) => {
                for number in graph.objects_of(subject, predicate) {
                    self.row[object] = number;
                    self.next(at)?;
                }
            }
            ([None, Some(predicate), Some(object)], [Some(subject), ..]) => {
                for number in graph.subjects_of(predicate, object) {
                    self.row[subject] = number;
                    self.next(at)?;
                }
            }
            ([None, Some(predicate), None], [Some(subject), _, Some(object)]) => {
                for (one, other) in graph.ends_of(predicate) {
                    (self.row[subject], self.row[object]) = (one, other);
                    self.next(at)?;
                }
            }
            _ => {
                for triple in graph.matching_numbers(known) {
                    self.set(&free, triple);
                    self.next(at)?;
                }
            }
        }
        Ok(())
    }

    fn set(&mut self, free: &[Option<RowSlot>; 3], triple: [TermNumber; 3]) {
        for (slot, number) in free.iter().zip(triple) {
            if let Some(slot) = slot {
                self.row[*slot] = number;
            }
        }
    }

    fn path(&mut self, at: usize, path: &NumberPath, start: RowTerm, end: RowTerm) -> Result<(), NotCounted> {
        let graph = self.graph;
        // From a variable, a path of length zero begins at subjects and objects only (section 18.4 of SPARQL 1.1);
        // from a constant, whatever it is.
        let is_constant = |position: RowTerm| matches!(position, RowTerm::Constant(_));
        if path.may_be_empty() && !is_constant(start) && !is_constant(end) {
            let known = start.value(&self.row).or(end.value(&self.row));
            if known.is_some_and(|term| !graph.is_node(term)) {
                return Ok(());
            }
        }
        match (start.value(&self.row), end.value(&self.row)) {
            (Some(from), Some(to)) => {
                let reached = self.reach(path, from, true);
                let is_reached = reached.contains(&to);
                self.spare = reached;
                if is_reached { self.next(at) } else { Ok(()) }
            }
            (Some(from), None) => self.reached(at, path, from, true, end),
            (None, Some(to)) => self.reached(at, path, to, false, start),
            (None, None) => {
                let NumberPath::Repeated { path: inner, .. } = path else { return Err(NotCounted::Unsupported) };
                let Some((predicate, forwards)) = inner.single() else { return Ok(()) };
                let (Some(from_slot), Some(to_slot)) = (start.free(), end.free()) else {
                    return Err(NotCounted::Unsupported);
                };
                let mut starts: Vec<TermNumber> =
                    graph.ends_of(predicate).map(|(subject, object)| if forwards { subject } else { object }).collect();
                starts.sort_unstable();
                starts.dedup();
                let near = Near::new(graph, predicate, forwards);
                for from in starts {
                    self.row[from_slot] = from;
                    if let Some(near) = &near {
                        near.reach(from, self.visited, &mut self.spare);
                        self.look()?;
                        let reached = std::mem::take(&mut self.spare);
                        self.with_reached(at, from_slot, to_slot, reached)?;
                        continue;
                    }
                    if from_slot == to_slot {
                        let reached = self.reach(path, from, true);
                        let is_reached = reached.contains(&from);
                        self.spare = reached;
                        if is_reached {
                            self.next(at)?;
                        }
                    } else {
                        self.reached(at, path, from, true, end)?;
                    }
                }
                Ok(())
            }
        }
    }

    /// Goes on with each term that a closure with two free ends leads to.
    fn with_reached(
        &mut self,
        at: usize,
        from: RowSlot,
        to: RowSlot,
        reached: Vec<TermNumber>,
    ) -> Result<(), NotCounted> {
        if from == to {
            if reached.contains(&self.row[from]) {
                self.next(at)?;
            }
        } else if self.only_counts(at, &[Some(to)]) {
            self.next_times(at, reached.len() as u64)?;
        } else {
            for term in &reached {
                self.row[to] = *term;
                self.next(at)?;
            }
        }
        self.spare = reached;
        Ok(())
    }

    /// Goes on with each term that a path leads to.
    fn reached(
        &mut self,
        at: usize,
        path: &NumberPath,
        from: TermNumber,
        forwards: bool,
        other: RowTerm,
    ) -> Result<(), NotCounted> {
        self.look()?;
        let reached = self.reach(path, from, forwards);
        if self.only_counts(at, &[other.free()]) {
            let n = reached.len() as u64;
            self.spare = reached;
            return self.next_times(at, n);
        }
        let Some(slot) = other.free() else { return Err(NotCounted::Unsupported) };
        for term in &reached {
            self.row[slot] = *term;
            self.next(at)?;
        }
        self.spare = reached;
        Ok(())
    }

    /// What a path leads to, in a list that is to be put back into `spare`.
    fn reach(&mut self, path: &NumberPath, from: TermNumber, forwards: bool) -> Vec<TermNumber> {
        let mut reached = std::mem::take(&mut self.spare);
        path.reach(self.graph, from, forwards, self.visited, usize::MAX, &mut reached);
        reached
    }
}
