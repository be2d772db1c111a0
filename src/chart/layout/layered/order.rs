//! The order of boxes in their layers, chosen so that few lines cross: each
//! goes to the mean position of its neighbours, in sweeps to and fro, and the
//! best order is kept.

use super::levels::Levels;

/// The number of sweeps over the layers.
const N_SWEEPS: usize = 12;
/// Above this number of places, neighbours are not exchanged one by one.
const MOST_EXCHANGED: usize = 4_000;

/// Orders the layers.
pub(super) fn order(levels: &mut Levels) {
    let mut place = vec![0; levels.sizes.len()];
    number(&levels.layers, &mut place);
    let mut best = (n_crossings(levels, &place), levels.layers.clone());
    let n_sweeps = if levels.sizes.len() > 100_000 { 4 } else { N_SWEEPS };
    let mut idle = 0;
    for sweep in 0..n_sweeps {
        if best.0 == 0 || idle >= 4 {
            break;
        }
        let n_layers = levels.layers.len();
        let down = sweep % 2 == 0;
        for step in 1..n_layers {
            let index = if down { step } else { n_layers - 1 - step };
            let Levels { layers, next, previous, .. } = levels;
            sort(&mut layers[index], if down { previous } else { next }, &mut place);
        }
        if levels.sizes.len() <= MOST_EXCHANGED {
            exchange(levels, &mut place);
        }
        let crossings = n_crossings(levels, &place);
        idle += 1;
        if crossings < best.0 {
            best = (crossings, levels.layers.clone());
            idle = 0;
        }
    }
    levels.layers = best.1;
}

fn number(layers: &[Vec<usize>], place: &mut [usize]) {
    for layer in layers {
        for (at, node) in layer.iter().enumerate() {
            place[*node] = at;
        }
    }
}

/// Sorts a layer by the mean position of neighbours. Nodes without neighbours stay in place.
fn sort(layer: &mut [usize], neighbours: &[Vec<usize>], place: &mut [usize]) {
    let mean = |node: usize| {
        let near = &neighbours[node];
        let sum: usize = near.iter().map(|other| place[*other]).sum();
        (!near.is_empty()).then(|| sum as f64 / near.len() as f64)
    };
    let mut moving: Vec<(f64, usize)> = layer.iter().filter_map(|node| Some((mean(*node)?, *node))).collect();
    // The sort is stable: equal ones keep their order, so that the result is always the same.
    moving.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut moving = moving.into_iter();
    for slot in layer.iter_mut() {
        if !neighbours[*slot].is_empty()
            && let Some((_, node)) = moving.next()
        {
            *slot = node;
        }
    }
    for (at, node) in layer.iter().enumerate() {
        place[*node] = at;
    }
}

/// Exchanges neighbours in a layer if fewer lines cross afterwards.
fn exchange(levels: &mut Levels, place: &mut [usize]) {
    for _ in 0..3 {
        let mut better = false;
        for index in 0..levels.layers.len() {
            for at in 1..levels.layers[index].len() {
                let (a, b) = (levels.layers[index][at - 1], levels.layers[index][at]);
                let sides = [&levels.previous, &levels.next];
                let (mut now, mut then) = (0, 0);
                for side in sides {
                    let (first, second) = pairs(&side[a], &side[b], place);
                    now += first;
                    then += second;
                }
                if then < now {
                    levels.layers[index].swap(at - 1, at);
                    place[a] = at;
                    place[b] = at - 1;
                    better = true;
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// How many lines of `a` and `b` cross while `a` is above `b`, and while it is below.
fn pairs(a: &[usize], b: &[usize], place: &[usize]) -> (usize, usize) {
    let (mut above, mut below) = (0, 0);
    // A box with very many links is not worth quadratic time.
    for first in a.iter().take(60) {
        for second in b.iter().take(60) {
            above += usize::from(place[*first] > place[*second]);
            below += usize::from(place[*first] < place[*second]);
        }
    }
    (above, below)
}

/// How many pairs of lines cross.
fn n_crossings(levels: &Levels, place: &[usize]) -> u64 {
    let mut crossings = 0;
    for pair in levels.layers.windows(2) {
        // A Fenwick tree counts the ends so far by position.
        let mut tree = vec![0_u64; pair[1].len() + 1];
        let mut n_before = 0;
        for node in &pair[0] {
            let mut ends: Vec<usize> = levels.next[*node].iter().map(|end| place[*end]).collect();
            ends.sort_unstable();
            for end in &ends {
                let (mut at, mut n_above) = (end + 1, 0);
                while at > 0 {
                    n_above += tree[at];
                    at &= at - 1;
                }
                crossings += n_before - n_above;
            }
            for end in &ends {
                let mut at = end + 1;
                while at < tree.len() {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
            }
            n_before += ends.len() as u64;
        }
    }
    crossings
}
