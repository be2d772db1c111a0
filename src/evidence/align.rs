//! Two texts aligned by their characters.
//!
//! Anchors are sequences that both texts have exactly once; those in the same order that hold the
//! most text are kept (patience diff, with weights) and extended, and what is between two of them is
//! aligned in the same way by shorter sequences, at last by Myers' algorithm with a limit of work.
//! Time and memory grow with the length of the texts, not with their product. What both have
//! elsewhere has been moved.

use std::collections::HashMap;
use std::ops::Range;

/// Characters that both texts have: from `old` and from `new` on, `length` many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AlignedRun {
    pub old: usize,
    pub new: usize,
    pub length: usize,
}

impl AlignedRun {
    pub fn old_range(&self) -> Range<usize> {
        self.old..self.old + self.length
    }

    pub fn new_range(&self) -> Range<usize> {
        self.new..self.new + self.length
    }
}

/// The lengths of anchors that are tried, one after the other.
const ANCHORS: [usize; 4] = [48, 24, 12, 6];
/// In longer texts, one in eight sequences is looked at.
const LONG: usize = 1 << 20;
/// Steps of Myers' algorithm between two anchors.
const MOST_WORK: usize = 20_000_000;
/// Differences that it finds between two anchors.
const MOST_DIFFERENCES: usize = 1_500;
/// What has been moved has at least this weight, a wide character counting twice.
const LEAST_MOVED: usize = 32;

/// The runs that both texts have in the same order.
pub(super) fn align(old: &[char], new: &[char]) -> Vec<AlignedRun> {
    let mut runs = Vec::new();
    let mut regions = vec![(0..old.len(), 0..new.len(), 0_usize)];
    while let Some((mut a, mut b, level)) = regions.pop() {
        let n = common(&old[a.clone()], &new[b.clone()]);
        push(&mut runs, AlignedRun { old: a.start, new: b.start, length: n });
        (a.start, b.start) = (a.start + n, b.start + n);
        let n = old[a.clone()].iter().rev().zip(new[b.clone()].iter().rev()).take_while(|(a, b)| a == b).count();
        (a.end, b.end) = (a.end - n, b.end - n);
        push(&mut runs, AlignedRun { old: a.end, new: b.end, length: n });
        if a.is_empty() || b.is_empty() {
            continue;
        }
        let is_small = a.len().max(b.len()) < 200;
        let anchored = (level..ANCHORS.len()).filter(|_| !is_small).find_map(|level| {
            let found = anchors(old, new, &[a.clone()], &[b.clone()], ANCHORS[level]);
            let kept = in_order(found);
            (!kept.is_empty()).then_some((kept, level))
        });
        match anchored {
            Some((kept, level)) => {
                let (mut from_a, mut from_b) = (a.start, b.start);
                for run in kept {
                    // An anchor may overlap the one before, whose extension reached into it.
                    let skip = from_a.saturating_sub(run.old).max(from_b.saturating_sub(run.new));
                    if skip >= run.length {
                        continue;
                    }
                    let run = AlignedRun { old: run.old + skip, new: run.new + skip, length: run.length - skip };
                    regions.push((from_a..run.old, from_b..run.new, level));
                    push(&mut runs, run);
                    (from_a, from_b) = (run.old + run.length, run.new + run.length);
                }
                regions.push((from_a..a.end, from_b..b.end, level));
            }
            None => runs.extend(myers(&old[a.clone()], &new[b.clone()]).into_iter().map(|run| AlignedRun {
                old: run.old + a.start,
                new: run.new + b.start,
                length: run.length,
            })),
        }
    }
    runs.sort_unstable();
    without_crumbs(joined(runs), (old.len(), new.len()))
}

fn push(runs: &mut Vec<AlignedRun>, run: AlignedRun) {
    if run.length > 0 {
        runs.push(run);
    }
}

fn common(a: &[char], b: &[char]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Runs that continue one another as one.
fn joined(runs: Vec<AlignedRun>) -> Vec<AlignedRun> {
    let mut all: Vec<AlignedRun> = Vec::with_capacity(runs.len());
    for run in runs {
        match all.last_mut() {
            Some(last) if (last.old + last.length, last.new + last.length) == (run.old, run.new) => {
                last.length += run.length;
            }
            _ => all.push(run),
        }
    }
    all
}

/// The runs without those that are shorter than the differences on both sides: two texts about
/// different things have single characters in common as well.
fn without_crumbs(runs: Vec<AlignedRun>, (n_old, n_new): (usize, usize)) -> Vec<AlignedRun> {
    const CRUMB: usize = 6;
    let mut kept: Vec<AlignedRun> = Vec::with_capacity(runs.len());
    for (at, run) in runs.iter().enumerate() {
        let (old, new) = kept.last().map_or((0, 0), |last| (last.old + last.length, last.new + last.length));
        let before = (run.old - old).max(run.new - new);
        let (old, new) = runs.get(at + 1).map_or((n_old, n_new), |next| (next.old, next.new));
        let after = (old - run.old - run.length).max(new - run.new - run.length);
        if run.length > CRUMB || run.length > before || run.length > after {
            kept.push(*run);
        }
    }
    kept
}

/// The sequences of `n` characters that both have once, as runs extended as far as they go.
fn anchors(old: &[char], new: &[char], in_old: &[Range<usize>], in_new: &[Range<usize>], n: usize) -> Vec<AlignedRun> {
    const MANY: u32 = u32::MAX;
    const NONE: u32 = u32::MAX - 1;
    let total = |ranges: &[Range<usize>]| ranges.iter().map(ExactSizeIterator::len).sum::<usize>();
    let mask = if total(in_old).max(total(in_new)) > LONG { 7 } else { 0 };
    let mut places: HashMap<u64, (u32, u32)> = HashMap::new();
    each_hash(old, in_old, n, mask, &mut |hash, at| {
        let place = places.entry(hash).or_insert((NONE, NONE));
        place.0 = if place.0 == NONE { at as u32 } else { MANY };
    });
    each_hash(new, in_new, n, mask, &mut |hash, at| {
        if let Some(place) = places.get_mut(&hash) {
            place.1 = if place.1 == NONE { at as u32 } else { MANY };
        }
    });
    let mut found: Vec<(usize, usize)> = places
        .into_values()
        .filter(|(a, b)| *a < NONE && *b < NONE)
        .map(|(a, b)| (a as usize, b as usize))
        .filter(|(a, b)| old[*a..*a + n] == new[*b..*b + n])
        .collect();
    found.sort_unstable();
    let within = |ranges: &[Range<usize>], at: usize| {
        let index = ranges.partition_point(|range| range.end <= at);
        ranges[index].clone()
    };
    let mut runs: Vec<AlignedRun> = Vec::new();
    for (a, b) in found {
        // Part of the run before, which has been extended.
        let is_known =
            runs.last().is_some_and(|last| last.old_range().contains(&a) && a - last.old == b.wrapping_sub(last.new));
        if is_known {
            continue;
        }
        let (range_a, range_b) = (within(in_old, a), within(in_new, b));
        let back = old[range_a.start..a].iter().rev().zip(new[range_b.start..b].iter().rev());
        let back = back.take_while(|(a, b)| a == b).count();
        let length = back + common(&old[a..range_a.end], &new[b..range_b.end]);
        runs.push(AlignedRun { old: a - back, new: b - back, length });
    }
    runs
}

/// The hash of every sequence of `n` characters in these ranges (of one in `mask + 1`), with its place.
fn each_hash(text: &[char], ranges: &[Range<usize>], n: usize, mask: u64, visit: &mut dyn FnMut(u64, usize)) {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    let top = (1..n).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    for range in ranges.iter().filter(|range| range.len() >= n) {
        let mut hash = 0_u64;
        for at in range.clone() {
            if at >= range.start + n {
                hash = hash.wrapping_sub((u64::from(u32::from(text[at - n])) + 1).wrapping_mul(top));
            }
            hash = hash.wrapping_mul(BASE).wrapping_add(u64::from(u32::from(text[at])) + 1);
            if at + 1 >= range.start + n {
                let mixed = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                if (mixed >> 40) & mask == 0 {
                    visit(hash, at + 1 - n);
                }
            }
        }
    }
}

/// Of runs by their place in the old text, those in the same order in the new one that hold the most.
fn in_order(runs: Vec<AlignedRun>) -> Vec<AlignedRun> {
    // The best chain that ends at one of the first places in the new text, as a tree of maxima.
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_unstable_by_key(|at| (runs[*at].new, runs[*at].old));
    let mut rank = vec![0; runs.len()];
    for (place, at) in order.iter().enumerate() {
        rank[*at] = place + 1;
    }
    let mut tree: Vec<(usize, Option<usize>)> = vec![(0, None); runs.len() + 1];
    let mut before = vec![None; runs.len()];
    let mut best: (usize, Option<usize>) = (0, None);
    for at in 0..runs.len() {
        let mut chain = (0, None);
        let mut place = rank[at] - 1;
        while place > 0 {
            if tree[place].0 > chain.0 {
                chain = tree[place];
            }
            place &= place - 1;
        }
        before[at] = chain.1;
        let weight = chain.0 + runs[at].length;
        let mut place = rank[at];
        while place < tree.len() {
            if weight > tree[place].0 {
                tree[place] = (weight, Some(at));
            }
            place += place & place.wrapping_neg();
        }
        if weight > best.0 {
            best = (weight, Some(at));
        }
    }
    let mut kept = Vec::new();
    let mut at = best.1;
    while let Some(run) = at {
        kept.push(runs[run]);
        at = before[run];
    }
    kept.reverse();
    kept
}

/// What both texts have outside the runs, and so in another order; the longest where two overlap.
pub(super) fn moved(old: &[char], new: &[char], runs: &[AlignedRun]) -> Vec<AlignedRun> {
    const LEAST: usize = 12;
    let gaps = |side: &dyn Fn(&AlignedRun) -> Range<usize>, n: usize| {
        let mut gaps = Vec::new();
        let mut from = 0;
        for range in runs.iter().map(side).chain(std::iter::once(n..n)) {
            if range.start >= from + LEAST {
                gaps.push(from..range.start);
            }
            from = range.end;
        }
        gaps
    };
    let (in_old, in_new) = (gaps(&AlignedRun::old_range, old.len()), gaps(&AlignedRun::new_range, new.len()));
    if in_old.is_empty() || in_new.is_empty() {
        return Vec::new();
    }
    let weight =
        |run: &AlignedRun| -> usize { old[run.old_range()].iter().map(|c| 1 + usize::from(!c.is_ascii())).sum() };
    let mut found = anchors(old, new, &in_old, &in_new, LEAST);
    found.retain(|run| weight(run) >= LEAST_MOVED);
    found.sort_by_key(|run| (std::cmp::Reverse(run.length), run.old, run.new));
    let mut taken: Vec<AlignedRun> = Vec::new();
    for run in found {
        let free = |range: &Range<usize>, other: Range<usize>| range.end <= other.start || other.end <= range.start;
        let is_free = taken
            .iter()
            .all(|other| free(&run.old_range(), other.old_range()) && free(&run.new_range(), other.new_range()));
        if is_free {
            taken.push(run);
        }
    }
    taken.sort_unstable();
    taken
}

/// The shortest edit between two short texts (Myers 1986); nothing if it is beyond the limits.
fn myers(a: &[char], b: &[char]) -> Vec<AlignedRun> {
    let (n, m) = (a.len() as isize, b.len() as isize);
    let most = MOST_DIFFERENCES.min(MOST_WORK / (a.len() + b.len()).max(1)) as isize;
    let most = most.min(n + m);
    let offset = most + 1;
    let mut furthest = vec![0_isize; 2 * offset as usize + 1];
    let mut trail: Vec<Vec<isize>> = Vec::new();
    for d in 0..=most {
        trail.push(furthest[(offset - d.min(offset)) as usize..=(offset + d.min(offset)) as usize].to_vec());
        let mut k = -d;
        while k <= d {
            let at = |k: isize| (offset + k) as usize;
            let down = k == -d || (k != d && furthest[at(k - 1)] < furthest[at(k + 1)]);
            let mut x = if down { furthest[at(k + 1)] } else { furthest[at(k - 1)] + 1 };
            while x < n && x - k < m && x - k >= 0 && a[x as usize] == b[(x - k) as usize] {
                x += 1;
            }
            furthest[at(k)] = x;
            if x >= n && x - k >= m {
                return path_back(&trail, (n, m), d);
            }
            k += 2;
        }
    }
    Vec::new()
}

/// The runs on the way back from the end.
fn path_back(trail: &[Vec<isize>], (n, m): (isize, isize), last: isize) -> Vec<AlignedRun> {
    let mut runs = Vec::new();
    let (mut x, mut y) = (n, m);
    for d in (0..=last).rev() {
        // What was known before this round: the places k from -d to d.
        let known = &trail[d as usize];
        let at = |k: isize| known.get((k + d) as usize).copied().unwrap_or(0);
        let k = x - y;
        let (from_x, from_y) = if d == 0 {
            (0, 0)
        } else {
            let down = k == -d || (k != d && at(k - 1) < at(k + 1));
            let before = if down { k + 1 } else { k - 1 };
            let from = at(before);
            (if down { from } else { from + 1 }, if down { from - before + 1 } else { from - before })
        };
        let length = (x - from_x).min(y - from_y);
        if length > 0 {
            runs.push(AlignedRun { old: from_x as usize, new: from_y as usize, length: length as usize });
        }
        if d > 0 {
            let down = k == -d || (k != d && at(k - 1) < at(k + 1));
            let before = if down { k + 1 } else { k - 1 };
            x = at(before);
            y = x - before;
        }
    }
    runs.reverse();
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    /// The longest common subsequence by the whole table, against which the alignment is measured.
    fn longest(a: &[char], b: &[char]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let mut corner = 0;
            for (at, y) in b.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if x == y { corner + 1 } else { above.max(row[at]) };
                corner = above;
            }
        }
        row[b.len()]
    }

    fn check(a: &[char], b: &[char], runs: &[AlignedRun]) {
        for run in runs {
            assert_eq!(a[run.old_range()], b[run.new_range()]);
        }
        for pair in runs.windows(2) {
            assert!(pair[0].old + pair[0].length <= pair[1].old && pair[0].new + pair[0].length <= pair[1].new);
        }
    }

    #[test]
    fn the_shortest_edit_is_found() {
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..300 {
            let mut text = |n| (0..n).map(|_| char::from(b'a' + next(3) as u8)).collect::<Vec<char>>();
            let (a, b) = (text(14), text(11));
            let runs = myers(&a, &b);
            check(&a, &b, &runs);
            assert_eq!(runs.iter().map(|run| run.length).sum::<usize>(), longest(&a, &b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn what_was_moved_is_found_elsewhere() {
        let part = |from: u32| {
            (0..60).map(|n| char::from_u32(0x4e00 + from * 97 + n * 7 % 61 + n).unwrap()).collect::<String>()
        };
        let (one, two, three) = (part(1), part(2), part(3));
        let a = chars(&format!("{one}{two}{three}"));
        let b = chars(&format!("{two}{one}{three}"));
        let runs = align(&a, &b);
        check(&a, &b, &runs);
        assert_eq!(runs.iter().map(|run| run.length).sum::<usize>(), 120);
        let moved = moved(&a, &b, &runs);
        assert_eq!(moved.len(), 1);
        assert_eq!(moved[0].length, 60);
    }

    #[test]
    fn long_and_repeated_texts_are_aligned_in_reasonable_work() {
        let sentence = |n: usize| format!("clause {} of the act says {} and {}; ", n, n * 7919 % 10_007, n * n % 9_973);
        let a: String = (0..40_000).map(sentence).collect();
        let b: String = (0..40_000).filter(|n| n % 5_000 != 17).map(sentence).collect();
        let (a, b) = (chars(&a), chars(&b));
        let runs = align(&a, &b);
        check(&a, &b, &runs);
        assert_eq!(runs.iter().map(|run| run.length).sum::<usize>(), b.len());
        let same = vec!['x'; 300_000];
        let other = [&same[..100_000], &['y'; 9], &same[..150_000]].concat();
        let runs = align(&same, &other);
        check(&same, &other, &runs);
    }
}
