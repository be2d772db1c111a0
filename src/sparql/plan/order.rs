//! The order of a join: the one whose intermediate rows are fewest by the estimates.

use crate::sparql::algebra::Variables;

use super::estimate::Estimator;
use super::leaf::Leaf;

/// With more patterns than this, each start is continued greedily.
const MOST_TRIED: usize = 10;

/// A chain of patterns, each with the rows that there are after it.
pub(super) type Chain = Vec<(Leaf, f64)>;

/// Orders patterns over solutions that bind `bound`. Patterns of different chains share no
/// variable that is not bound.
pub(super) fn order(leaves: Vec<Leaf>, bound: &Variables, estimator: &mut Estimator<'_>) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    for part in connected(leaves, bound) {
        let order = best(&part, bound, estimator);
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

/// A partial order: which patterns, in which order, at what cost.
#[derive(Clone)]
struct Partial {
    order: Vec<(usize, f64)>,
    bound: Variables,
    cost: f64,
}

impl Partial {
    fn rows(&self) -> f64 {
        self.order.last().map_or(1.0, |(_, rows)| *rows)
    }

    fn then(&self, at: usize, leaf: &Leaf, estimator: &mut Estimator<'_>) -> Self {
        let step = estimator.step(leaf, &self.bound);
        let rows = self.rows() * step.rows;
        let mut next = self.clone();
        next.cost += self.rows() * step.work + rows;
        next.order.push((at, rows));
        next.bound.extend(leaf.variables());
        next
    }
}

/// The indexes of connected patterns in the best order, with the rows after each.
fn best(leaves: &[Leaf], bound: &Variables, estimator: &mut Estimator<'_>) -> Vec<(usize, f64)> {
    let start = Partial { order: Vec::new(), bound: bound.clone(), cost: 0.0 };
    let found = if leaves.len() <= MOST_TRIED {
        best_of_all(leaves, start, estimator)
    } else {
        (0..leaves.len())
            .map(|first| greedy(leaves, start.then(first, &leaves[first], estimator), estimator))
            .min_by(|one, other| one.cost.total_cmp(&other.cost))
    };
    let mut order = found.map(|found| found.order).unwrap_or_default();
    let rows = order.last().map_or(1.0, |(_, rows)| *rows);
    let missing: Vec<usize> = (0..leaves.len()).filter(|at| order.iter().all(|(done, _)| done != at)).collect();
    order.extend(missing.into_iter().map(|at| (at, rows)));
    order
}

/// The best order of each set of patterns from those of smaller sets.
fn best_of_all(leaves: &[Leaf], start: Partial, estimator: &mut Estimator<'_>) -> Option<Partial> {
    let mut sets: Vec<Option<Partial>> = vec![None; 1 << leaves.len()];
    sets[0] = Some(start);
    for set in 0..sets.len() {
        let Some(partial) = sets[set].take() else { continue };
        if set + 1 == sets.len() {
            return Some(partial);
        }
        for (at, leaf) in leaves.iter().enumerate() {
            let with = set | 1 << at;
            if with == set || !(set == 0 || is_connected(leaf, &partial)) {
                continue;
            }
            let next = partial.then(at, leaf, estimator);
            if sets[with].as_ref().is_none_or(|known| next.cost < known.cost) {
                sets[with] = Some(next);
            }
        }
    }
    None
}

fn is_connected(leaf: &Leaf, partial: &Partial) -> bool {
    leaf.variables().iter().any(|variable| partial.bound.contains(variable))
}

fn greedy(leaves: &[Leaf], mut partial: Partial, estimator: &mut Estimator<'_>) -> Partial {
    while partial.order.len() < leaves.len() {
        let next = (0..leaves.len())
            .filter(|at| partial.order.iter().all(|(done, _)| done != at))
            .filter(|at| is_connected(&leaves[*at], &partial))
            .map(|at| partial.then(at, &leaves[at], estimator))
            .min_by(|one, other| one.cost.total_cmp(&other.cost));
        match next {
            Some(next) => partial = next,
            None => break,
        }
    }
    partial
}
