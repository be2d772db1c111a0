//! Who is next to whom, whatever the direction and however often: what paths, parts and cut bodies
//! depend on.

use super::links::LinkedThings;

/// The neighbours of each thing, by index, in order.
pub struct Neighbours {
    starts: Vec<usize>,
    /// Each with whether no relation between the two holds.
    ends: Vec<(u32, bool)>,
}

/// A cut body: without it, its part falls apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutBody {
    /// Its index.
    pub thing: u32,
    /// The pieces into which its part falls.
    pub n_pieces: usize,
    /// How many things are not in the largest of them.
    pub n_cut_off: usize,
}

impl Neighbours {
    /// The neighbours by these relations.
    pub fn of(linked: &LinkedThings) -> Self {
        let mut pairs: Vec<(u32, u32, bool)> = Vec::with_capacity(linked.links().len() * 2);
        for link in linked.links().iter().filter(|link| link.from != link.to) {
            pairs.push((link.from, link.to, !link.holds));
            pairs.push((link.to, link.from, !link.holds));
        }
        // Of several relations, one that holds comes first.
        pairs.sort_unstable();
        pairs.dedup_by_key(|(from, to, _)| (*from, *to));
        let mut starts = vec![0; linked.n_things() + 1];
        for (from, ..) in &pairs {
            starts[*from as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { starts, ends: pairs.into_iter().map(|(_, to, unheld)| (to, unheld)).collect() }
    }

    /// How many things there are.
    pub fn n_things(&self) -> usize {
        self.starts.len() - 1
    }

    /// The neighbours of a thing, each with whether no relation between the two holds.
    pub fn next_to(&self, thing: u32) -> &[(u32, bool)] {
        &self.ends[self.starts[thing as usize]..self.starts[thing as usize + 1]]
    }

    /// How many neighbours a thing has.
    pub fn degree(&self, thing: u32) -> usize {
        self.next_to(thing).len()
    }

    /// The connected part that each thing is in, and the size of each part; the parts are numbered
    /// in the order of their first things.
    pub fn parts(&self) -> (Vec<u32>, Vec<usize>) {
        let mut part = vec![u32::MAX; self.n_things()];
        let mut sizes = Vec::new();
        let mut stack = Vec::new();
        for first in 0..self.n_things() as u32 {
            if part[first as usize] != u32::MAX {
                continue;
            }
            let number = sizes.len() as u32;
            part[first as usize] = number;
            stack.push(first);
            let mut size = 0;
            while let Some(thing) = stack.pop() {
                size += 1;
                for (other, _) in self.next_to(thing) {
                    if part[*other as usize] == u32::MAX {
                        part[*other as usize] = number;
                        stack.push(*other);
                    }
                }
            }
            sizes.push(size);
        }
        (part, sizes)
    }

    /// The cut bodies (articulation points; Tarjan 1972, without recursion), those that cut off the
    /// most first, then by index.
    pub fn cut_bodies(&self) -> Vec<CutBody> {
        const NEW: u32 = u32::MAX;
        let n = self.n_things();
        let (part, sizes) = self.parts();
        let (mut order, mut low) = (vec![NEW; n], vec![0_u32; n]);
        let (mut size, mut next, mut above) = (vec![1_usize; n], self.starts[..n].to_vec(), vec![NEW; n]);
        // The pieces below a thing that nothing else holds: how many, how large together, the largest.
        let mut below = vec![(0_usize, 0_usize, 0_usize); n];
        let mut n_visited = 0;
        let mut found = Vec::new();
        for root in 0..n as u32 {
            if order[root as usize] != NEW {
                continue;
            }
            let mut stack = vec![root];
            while let Some(&thing) = stack.last() {
                let at = thing as usize;
                if order[at] == NEW {
                    (order[at], low[at]) = (n_visited, n_visited);
                    n_visited += 1;
                }
                if next[at] < self.starts[at + 1] {
                    let other = self.ends[next[at]].0;
                    next[at] += 1;
                    if order[other as usize] == NEW {
                        above[other as usize] = thing;
                        stack.push(other);
                    } else if other != above[at] {
                        low[at] = low[at].min(order[other as usize]);
                    }
                    continue;
                }
                stack.pop();
                let parent = above[at] as usize;
                if above[at] != NEW {
                    low[parent] = low[parent].min(low[at]);
                    size[parent] += size[at];
                    if low[at] >= order[parent] {
                        let (n, all, largest) = below[parent];
                        below[parent] = (n + 1, all + size[at], largest.max(size[at]));
                    }
                }
                let (n_below, all, largest) = below[at];
                let rest = sizes[part[at] as usize] - 1 - all;
                let n_pieces = n_below + usize::from(rest > 0);
                if n_below > 0 && n_pieces > 1 {
                    let n_cut_off = all + rest - largest.max(rest);
                    found.push(CutBody { thing, n_pieces, n_cut_off });
                }
            }
        }
        found.sort_by_key(|cut| (std::cmp::Reverse(cut.n_cut_off), cut.thing));
        found
    }
}
