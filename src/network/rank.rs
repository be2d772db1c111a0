//! What the shape of a network says of its things: PageRank, and how long chains of one relation
//! are.

use std::collections::BTreeMap;

use super::links::LinkedThings;
use crate::graph::TermNumber;

/// The share of rank that is passed on along relations (Brin and Page 1998).
const DAMPING: f64 = 0.85;
/// Ranks that change less than this in all have settled.
const SETTLED: f64 = 1e-12;
/// By then they have settled in every network: each round leaves 0.85 of the change.
const MOST_ROUNDS: usize = 200;

/// The PageRank of each thing, by power iteration over the relations alone: rank is passed on in
/// their direction, once from a thing to another; that of things without a relation to another is
/// shared by all.
pub fn page_ranks(linked: &LinkedThings) -> Vec<f64> {
    let n = linked.n_things();
    let mut pairs: Vec<(u32, u32)> = linked.links().iter().map(|link| (link.to, link.from)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut n_out = vec![0_u32; n];
    for (_, from) in &pairs {
        n_out[*from as usize] += 1;
    }
    let mut ranks = vec![1.0 / n.max(1) as f64; n];
    for _ in 0..MOST_ROUNDS {
        let dangling: f64 = ranks.iter().zip(&n_out).filter(|(_, out)| **out == 0).map(|(rank, _)| rank).sum();
        let everybody = (1.0 - DAMPING + DAMPING * dangling) / n.max(1) as f64;
        let mut next = vec![everybody; n];
        for (to, from) in &pairs {
            next[*to as usize] += DAMPING * ranks[*from as usize] / f64::from(n_out[*from as usize]);
        }
        let change: f64 = ranks.iter().zip(&next).map(|(old, new)| (old - new).abs()).sum();
        ranks = next;
        if change < SETTLED {
            break;
        }
    }
    ranks
}

/// The longest chain of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelationDepth {
    /// The steps of the longest chain that begins nowhere else.
    pub n_steps: usize,
    /// The things that no chain from a beginning leads to without a circle.
    pub n_in_circles: usize,
}

/// How long the chains of each relation are, whatever its status.
pub fn depths(linked: &LinkedThings) -> BTreeMap<TermNumber, RelationDepth> {
    let mut by_relation: BTreeMap<TermNumber, Vec<(u32, u32)>> = BTreeMap::new();
    for link in linked.links() {
        by_relation.entry(link.relation).or_default().push((link.from, link.to));
    }
    by_relation.into_iter().map(|(relation, pairs)| (relation, depth(pairs))).collect()
}

fn depth(mut pairs: Vec<(u32, u32)>) -> RelationDepth {
    pairs.sort_unstable();
    pairs.dedup();
    let mut things: Vec<u32> = pairs.iter().flat_map(|(from, to)| [*from, *to]).collect();
    things.sort_unstable();
    things.dedup();
    let at = |thing: u32| things.partition_point(|known| *known < thing);
    let mut n_before = vec![0_usize; things.len()];
    for (_, to) in &pairs {
        n_before[at(*to)] += 1;
    }
    let mut longest = vec![0_usize; things.len()];
    let mut ready: Vec<usize> = (0..things.len()).filter(|thing| n_before[*thing] == 0).collect();
    let (mut n_done, mut n_steps) = (0, 0);
    while let Some(thing) = ready.pop() {
        n_done += 1;
        n_steps = n_steps.max(longest[thing]);
        let first = pairs.partition_point(|(from, _)| *from < things[thing]);
        for (_, to) in pairs[first..].iter().take_while(|(from, _)| *from == things[thing]) {
            let to = at(*to);
            longest[to] = longest[to].max(longest[thing] + 1);
            n_before[to] -= 1;
            if n_before[to] == 0 {
                ready.push(to);
            }
        }
    }
    RelationDepth { n_steps, n_in_circles: things.len() - n_done }
}
