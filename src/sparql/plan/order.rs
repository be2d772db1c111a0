//! The order of a join: the one whose intermediate rows are fewest by the estimates.

use std::collections::HashMap;

use oxigraph::model::Variable;

use crate::sparql::algebra::Variables;

use super::estimate::{Estimator, JoinStep};
use super::leaf::Leaf;

/// Of so many patterns, every order is compared.
const MOST_COMPARED: usize = 10;

/// Of so many, a few starts are continued with what is best next; more stay as they are written.
const MOST_ORDERED: usize = 100;
const STARTS: usize = 4;

/// A chain of patterns, each with the rows that there are after it.
pub(super) type Chain = Vec<(Leaf, f64)>;

/// Orders patterns over solutions that bind `bound`. Patterns of different chains share no
/// variable that is not bound. Without an order they stay as they are written.
pub(super) fn order(leaves: Vec<Leaf>, bound: &Variables, estimator: &mut Estimator<'_>) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    for part in connected(leaves, bound) {
        let order = Join::new(&part, bound, estimator).best();
        let mut leaves: Vec<Option<Leaf>> = part.into_iter().map(Some).collect();
        let chain = order.into_iter().filter_map(|(at, rows)| Some((leaves[at].take()?, rows)));
        chains.push(chain.collect());
    }
    let size = |chain: &Chain| chain.last().map_or(0.0, |(_, rows)| *rows);
    chains.sort_by(|one, other| size(one).total_cmp(&size(other)));
    chains
}

/// The patterns in parts that share no variables.
fn connected(leaves: Vec<Leaf>, bound: &Variables) -> Vec<Vec<Leaf>> {
    let mut parts: Vec<(Variables, Vec<Leaf>)> = Vec::new();
    for leaf in leaves {
        let mut own: Variables = leaf.variables().difference(bound).cloned().collect();
        let mut members = Vec::new();
        let (joined, others): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|(variables, _)| !variables.is_disjoint(&own));
        for (variables, part) in joined {
            own.extend(variables);
            members.extend(part);
        }
        members.push(leaf);
        parts = others;
        parts.push((own, members));
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// A set of variables or patterns, a bit each.
type BitSet = u128;

/// What is known of a set of patterns that have been joined.
#[derive(Clone, Copy)]
struct PartialJoin {
    cost: f64,
    rows: f64,
    /// The last pattern, after the others.
    last: usize,
}

/// Connected patterns that are to be joined.
struct Join<'a, 'b> {
    leaves: &'a [Leaf],
    /// The variables, those that are bound from outside left out.
    variables: Vec<Variable>,
    outside: &'a Variables,
    /// The variables of each pattern.
    sets: Vec<BitSet>,
    estimator: &'a mut Estimator<'b>,
    steps: HashMap<(usize, BitSet), JoinStep>,
}

impl<'a, 'b> Join<'a, 'b> {
    fn new(leaves: &'a [Leaf], outside: &'a Variables, estimator: &'a mut Estimator<'b>) -> Self {
        let all: Variables =
            leaves.iter().flat_map(Leaf::variables).filter(|variable| !outside.contains(variable)).collect();
        let variables: Vec<Variable> = all.into_iter().collect();
        let set = |leaf: &Leaf| {
            let places = leaf.variables().into_iter().filter_map(|one| variables.binary_search(&one).ok());
            places.filter(|place| *place < BitSet::BITS as usize).fold(0, |set, place| set | 1 << place)
        };
        let sets = leaves.iter().map(set).collect();
        Self { leaves, variables, outside, sets, estimator, steps: HashMap::new() }
    }

    /// The indexes of the patterns in the best order, with the rows after each.
    fn best(mut self) -> Vec<(usize, f64)> {
        let n = self.leaves.len();
        let found = if n <= 1 || n > MOST_ORDERED || self.variables.len() > BitSet::BITS as usize {
            None
        } else if n <= MOST_COMPARED {
            self.of_all()
        } else {
            self.greedy()
        };
        let order = found.unwrap_or_else(|| (0..n).collect());
        let (mut bound, mut rows) = (0, 1.0);
        let with_rows = |at: usize| {
            rows = self.step(at, bound).after(rows);
            bound |= self.sets[at];
            (at, rows)
        };
        order.into_iter().map(with_rows).collect()
    }

    /// The step from rows that bind these variables.
    fn step(&mut self, at: usize, bound: BitSet) -> JoinStep {
        let own = bound & self.sets[at];
        if let Some(step) = self.steps.get(&(at, own)) {
            return *step;
        }
        let known = (0..self.variables.len().min(BitSet::BITS as usize)).filter(|place| own & 1 << place != 0);
        let mut variables: Variables = known.map(|place| self.variables[place].clone()).collect();
        variables.extend(self.outside.iter().cloned());
        let step = self.estimator.step(&self.leaves[at], &variables);
        self.steps.insert((at, own), step);
        step
    }

    fn with(&mut self, joined: PartialJoin, bound: BitSet, at: usize) -> PartialJoin {
        let step = self.step(at, bound);
        let rows = step.after(joined.rows);
        PartialJoin { cost: joined.cost + joined.rows * step.work + rows, rows, last: at }
    }

    /// The best order of each set of patterns, from those of smaller sets.
    fn of_all(&mut self) -> Option<Vec<usize>> {
        let n = self.leaves.len();
        let mut known: Vec<Option<PartialJoin>> = vec![None; 1 << n];
        let start = PartialJoin { cost: 0.0, rows: 1.0, last: 0 };
        for set in 0..known.len() {
            let before = if set == 0 {
                start
            } else if let Some(known) = known[set] {
                known
            } else {
                continue;
            };
            let bound = (0..n).filter(|at| set & 1 << at != 0).fold(0, |bound, at| bound | self.sets[at]);
            for at in 0..n {
                let with = set | 1 << at;
                if with == set || (set != 0 && self.sets[at] & bound == 0) {
                    continue;
                }
                let next = self.with(before, bound, at);
                if known[with].is_none_or(|known| next.cost < known.cost) {
                    known[with] = Some(next);
                }
            }
        }
        let (mut set, mut order) = (known.len() - 1, Vec::with_capacity(n));
        while set != 0 {
            let last = known[set]?.last;
            order.push(last);
            set &= !(1 << last);
        }
        order.reverse();
        Some(order)
    }

    /// The best of the orders that go on with what is cheapest next, from the cheapest starts.
    fn greedy(&mut self) -> Option<Vec<usize>> {
        let n = self.leaves.len();
        let begin = PartialJoin { cost: 0.0, rows: 1.0, last: 0 };
        let mut starts: Vec<PartialJoin> = (0..n).map(|at| self.with(begin, 0, at)).collect();
        starts.sort_by(|one, other| one.cost.total_cmp(&other.cost));
        let mut best: Option<(f64, Vec<usize>)> = None;
        for start in starts.into_iter().take(STARTS) {
            let (mut joined, mut bound, mut order) = (start, self.sets[start.last], vec![start.last]);
            while order.len() < n {
                let candidates: Vec<usize> =
                    (0..n).filter(|at| !order.contains(at) && self.sets[*at] & bound != 0).collect();
                let next = candidates
                    .into_iter()
                    .map(|at| self.with(joined, bound, at))
                    .min_by(|one, other| one.cost.total_cmp(&other.cost));
                joined = next?;
                bound |= self.sets[joined.last];
                order.push(joined.last);
            }
            if best.as_ref().is_none_or(|(cost, _)| joined.cost < *cost) {
                best = Some((joined.cost, order));
            }
        }
        best.map(|(_, order)| order)
    }
}
