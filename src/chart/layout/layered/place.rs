//! The vertical position of each box: as near to the mean of its neighbours as
//! the order and the distances of its layer allow. For one layer this is an
//! isotonic regression, solved exactly by pooling the boxes that collide.

use super::levels::Levels;
use super::{LayeredSpacing, Points};

/// The number of sweeps over the layers, to and fro.
const N_SWEEPS: usize = 8;
/// How strongly the places of a passing line pull on each other, so that long lines are straight.
const STRAIGHT: f64 = 6.0;
/// A line with a smaller step becomes straight where there is room.
const STEP: Points = 18.0;

/// The middle of each box, label and passing place.
pub(super) fn place(levels: &Levels, spacing: &LayeredSpacing) -> Vec<Points> {
    let mut middle = vec![0.0; levels.sizes.len()];
    for layer in &levels.layers {
        let mut y = 0.0;
        for (at, node) in layer.iter().enumerate() {
            if at > 0 {
                y += apart(levels, spacing, layer[at - 1], *node);
            }
            middle[*node] = y;
        }
    }
    let n_layers = levels.layers.len();
    let n_sweeps = if levels.sizes.len() > 100_000 { 3 } else { N_SWEEPS };
    for sweep in 0..n_sweeps {
        for index in 0..n_layers {
            settle(levels, spacing, index, &[&levels.previous], &mut middle);
        }
        for index in (0..n_layers).rev() {
            settle(levels, spacing, index, &[&levels.next], &mut middle);
        }
        if sweep + 1 == n_sweeps {
            for index in 0..n_layers {
                settle(levels, spacing, index, &[&levels.previous, &levels.next], &mut middle);
            }
        }
    }
    for _ in 0..2 {
        straighten(levels, spacing, &mut middle);
    }
    for _ in 0..2 {
        align(levels, spacing, &mut middle);
    }
    // Heights that differ only by rounding become equal.
    middle.iter_mut().for_each(|y| *y = (*y * 100.0).round() / 100.0);
    middle
}

/// Lets lines that pass layers continue straight, as far as there is room: a
/// mean of neighbours would make them climb like stairs.
fn straighten(levels: &Levels, spacing: &LayeredSpacing, middle: &mut [Points]) {
    let mut at = vec![0; levels.sizes.len()];
    for (index, node) in levels.layers.iter().flat_map(|layer| layer.iter().enumerate()) {
        at[*node] = index;
    }
    for piece in &levels.pieces {
        for pair in piece.chain.windows(2).filter(|pair| pair[1] >= levels.n_solid) {
            let (before, node) = (pair[0], pair[1]);
            let (least, most) = room(levels, spacing, (node, at[node]), middle);
            // Rounding may leave less than zero room.
            if least <= most {
                middle[node] = middle[before].clamp(least, most);
            }
        }
    }
}

/// Between which heights a place can be moved, which is at this index of its layer.
fn room(levels: &Levels, spacing: &LayeredSpacing, (node, at): (usize, usize), middle: &[Points]) -> (Points, Points) {
    let layer = &levels.layers[levels.level[node]];
    let above = at.checked_sub(1).map(|above| layer[above]);
    let least = above.map_or(f64::NEG_INFINITY, |above| middle[above] + apart(levels, spacing, above, node));
    let below = layer.get(at + 1);
    let most = below.map_or(f64::INFINITY, |below| middle[*below] - apart(levels, spacing, node, *below));
    (least, most)
}

/// Takes small steps out of lines: what follows one another at nearly the same height is moved to one height,
/// as far as there is room.
fn align(levels: &Levels, spacing: &LayeredSpacing, middle: &mut [Points]) {
    let mut at = vec![0; levels.sizes.len()];
    for (index, node) in levels.layers.iter().flat_map(|layer| layer.iter().enumerate()) {
        at[*node] = index;
    }
    let mut is_seen = vec![false; levels.sizes.len()];
    for node in levels.layers.iter().flatten().copied() {
        // Layers go from left to right: whatever is met first begins its run.
        let mut run = Vec::new();
        let mut next = Some(node).filter(|node| !is_seen[*node]);
        while let Some(node) = next {
            is_seen[node] = true;
            run.push(node);
            next = nearest(node, &levels.next[node], middle)
                .filter(|next| !is_seen[*next] && nearest(*next, &levels.previous[*next], middle) == Some(node));
        }
        let mut rest = &run[..];
        while !rest.is_empty() {
            let (mut least, mut most) = (f64::NEG_INFINITY, f64::INFINITY);
            let mut n = 0;
            for node in rest {
                let own = room(levels, spacing, (*node, at[*node]), middle);
                if least.max(own.0) > most.min(own.1) {
                    break;
                }
                (least, most) = (least.max(own.0), most.min(own.1));
                n += 1;
            }
            let (together, others) = rest.split_at(n.max(1));
            if n > 1 {
                // Boxes move least.
                let boxes: Vec<Points> =
                    together.iter().filter(|node| **node < levels.n_boxes).map(|node| middle[*node]).collect();
                let all = || together.iter().map(|node| middle[*node]).collect();
                let heights: Vec<Points> = if boxes.is_empty() { all() } else { boxes };
                let mean = heights.iter().sum::<Points>() / heights.len() as f64;
                together.iter().for_each(|node| middle[*node] = mean.clamp(least, most));
            }
            rest = others;
        }
    }
}

/// The neighbour at nearly the same height, unless another is about as near: then the line divides evenly.
fn nearest(node: usize, neighbours: &[usize], middle: &[Points]) -> Option<usize> {
    let offset = |other: usize| (middle[other] - middle[node]).abs();
    let first = neighbours.iter().copied().min_by(|a, b| offset(*a).total_cmp(&offset(*b)))?;
    let is_clear = neighbours.iter().all(|other| *other == first || offset(*other) > 2.0 * offset(first) + 1.0);
    (offset(first) < STEP && is_clear).then_some(first)
}

/// The least distance between the middles of two neighbours of a layer.
fn apart(levels: &Levels, spacing: &LayeredSpacing, above: usize, below: usize) -> Points {
    let passes = |node: usize| node >= levels.n_solid;
    let gap = match (passes(above), passes(below)) {
        (false, false) if above < levels.n_boxes && below < levels.n_boxes => spacing.boxes,
        (false, false) => spacing.labels,
        _ => spacing.lines,
    };
    (levels.sizes[above].1 + levels.sizes[below].1) / 2.0 + gap
}

/// Moves the members of a layer to their neighbours on these sides.
fn settle(levels: &Levels, spacing: &LayeredSpacing, index: usize, sides: &[&Vec<Vec<usize>>], middle: &mut [Points]) {
    /// Members that touch: their weight, the weighted sum of their targets, and their number.
    struct Block {
        weight: f64,
        sum: f64,
        n_members: usize,
    }
    let layer = &levels.layers[index];
    let mut blocks: Vec<Block> = Vec::with_capacity(layer.len());
    // The offset of a member below those above it.
    let mut offsets = Vec::with_capacity(layer.len());
    let mut offset = 0.0;
    for (at, node) in layer.iter().enumerate() {
        if at > 0 {
            offset += apart(levels, spacing, layer[at - 1], *node);
        }
        offsets.push(offset);
        let (mut weight, mut sum) = (0.0, 0.0);
        for neighbour in sides.iter().flat_map(|side| &side[*node]) {
            let straight = *node >= levels.n_solid && *neighbour >= levels.n_solid;
            let pull = if straight { STRAIGHT } else { 1.0 };
            weight += pull;
            sum += pull * middle[*neighbour];
        }
        if weight == 0.0 {
            // Nothing pulls on it: it gives way to those with neighbours.
            (weight, sum) = (0.05, 0.05 * middle[*node]);
        }
        let mut block = Block { weight, sum: sum - weight * offset, n_members: 1 };
        while let Some(last) = blocks.last()
            && last.sum / last.weight > block.sum / block.weight
        {
            block.weight += last.weight;
            block.sum += last.sum;
            block.n_members += last.n_members;
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut at = 0;
    for block in blocks {
        let aim = block.sum / block.weight;
        for _ in 0..block.n_members {
            middle[layer[at]] = aim + offsets[at];
            at += 1;
        }
    }
}
