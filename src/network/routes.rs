//! The shortest paths between two things, and the next ones (Yen 1971, with Lawler's rule against
//! repeated work). A path is a sequence of different things, however many relations two of them
//! have; it may walk a relation either way.
//!
//! Paths are ordered by their number of steps; then by how many of these no relation makes that
//! holds; then by how many neighbours the things on the way have, so that a path through everybody's
//! acquaintance comes last.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use hashbrown::{HashMap, HashSet};

use super::neighbours::Neighbours;

/// What orders paths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathCost {
    /// Steps.
    pub n_steps: u32,
    /// Steps that no relation makes that holds.
    pub n_unheld: u32,
    /// Neighbours of the things between the ends.
    pub n_neighbours: u64,
}

impl PathCost {
    fn plus(self, other: Self) -> Self {
        Self {
            n_steps: self.n_steps + other.n_steps,
            n_unheld: self.n_unheld + other.n_unheld,
            n_neighbours: self.n_neighbours + other.n_neighbours,
        }
    }
}

/// At most `most` paths from one thing to another, the best first.
pub fn shortest_paths(near: &Neighbours, from: u32, to: u32, most: usize) -> Vec<(PathCost, Vec<u32>)> {
    let search = RouteSearch { near, to, ahead: distances(near, to) };
    let mut found: Vec<(PathCost, Vec<u32>)> = Vec::new();
    let mut candidates: BTreeSet<(PathCost, Vec<u32>, usize)> = BTreeSet::new();
    candidates.extend(search.best(from, &HashSet::new(), &[]).map(|(cost, path)| (cost, path, 0)));
    while let Some((cost, path, deviation)) = candidates.pop_first() {
        found.push((cost, path.clone()));
        if found.len() >= most {
            break;
        }
        // Each further path leaves this one somewhere; before `deviation` others have looked.
        let mut before = PathCost::default();
        for at in 0..path.len() - 1 {
            if at >= deviation {
                let without: HashSet<u32> = path[..at].iter().copied().collect();
                let same_start = found.iter().filter(|(_, other)| other.len() > at && other[..=at] == path[..=at]);
                let mut taken: Vec<u32> = same_start.map(|(_, other)| other[at + 1]).collect();
                taken.sort_unstable();
                taken.dedup();
                if let Some((rest, end)) = search.best(path[at], &without, &taken) {
                    candidates.insert((before.plus(rest), [&path[..at], &end].concat(), at));
                    // What is too many to be asked for is not kept.
                    if candidates.len() > most - found.len() {
                        candidates.pop_last();
                    }
                }
            }
            before = before.plus(search.step(path[at], path[at + 1]));
        }
    }
    found
}

struct RouteSearch<'a> {
    near: &'a Neighbours,
    to: u32,
    /// The cost from each thing to the end, if there is a way.
    ahead: Vec<Option<PathCost>>,
}

impl RouteSearch<'_> {
    /// The cost of a step; a thing on the way counts with its neighbours.
    fn step(&self, from: u32, to: u32) -> PathCost {
        let steps = self.near.next_to(from);
        let unheld = steps.binary_search_by_key(&to, |(other, _)| *other).is_ok_and(|at| steps[at].1);
        cost_of(self.near, to, unheld, self.to)
    }

    /// The best path from a thing without the things in `without`, and with none of the first steps
    /// in `taken` (A*; the costs ahead without any of these limits never are too high).
    fn best(&self, from: u32, without: &HashSet<u32>, taken: &[u32]) -> Option<(PathCost, Vec<u32>)> {
        let mut reached: HashMap<u32, (PathCost, u32)> = HashMap::new();
        let mut done: HashSet<u32> = HashSet::new();
        let mut queue = BinaryHeap::from([Reverse((self.ahead[from as usize]?, PathCost::default(), from))]);
        while let Some(Reverse((_, so_far, thing))) = queue.pop() {
            if thing == self.to {
                let mut path = vec![thing];
                let mut at = thing;
                while at != from {
                    at = reached.get(&at)?.1;
                    path.push(at);
                }
                path.reverse();
                return Some((so_far, path));
            }
            if !done.insert(thing) {
                continue;
            }
            for (other, unheld) in self.near.next_to(thing) {
                if without.contains(other) || done.contains(other) || *other == from {
                    continue;
                }
                if thing == from && taken.binary_search(other).is_ok() {
                    continue;
                }
                let Some(ahead) = self.ahead[*other as usize] else { continue };
                let cost = so_far.plus(cost_of(self.near, *other, *unheld, self.to));
                if reached.get(other).is_none_or(|(known, _)| cost < *known) {
                    reached.insert(*other, (cost, thing));
                    queue.push(Reverse((cost.plus(ahead), cost, *other)));
                }
            }
        }
        None
    }
}

fn cost_of(near: &Neighbours, to: u32, unheld: bool, end: u32) -> PathCost {
    let n_neighbours = if to == end { 0 } else { near.degree(to) as u64 };
    PathCost { n_steps: 1, n_unheld: u32::from(unheld), n_neighbours }
}

/// The cost from every thing to the end (Dijkstra).
fn distances(near: &Neighbours, end: u32) -> Vec<Option<PathCost>> {
    let mut costs: Vec<Option<PathCost>> = vec![None; near.n_things()];
    costs[end as usize] = Some(PathCost::default());
    let mut queue = BinaryHeap::from([Reverse((PathCost::default(), end))]);
    while let Some(Reverse((cost, thing))) = queue.pop() {
        if costs[thing as usize] != Some(cost) {
            continue;
        }
        for (other, unheld) in near.next_to(thing) {
            let further = cost.plus(cost_of(near, thing, *unheld, end));
            if costs[*other as usize].is_none_or(|known| further < known) {
                costs[*other as usize] = Some(further);
                queue.push(Reverse((further, *other)));
            }
        }
    }
    costs
}
