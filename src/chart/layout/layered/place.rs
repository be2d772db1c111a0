//! The vertical position of each box: as near to the mean of its neighbours as
//! the order and the distances of its layer allow. For one layer this is an
//! isotonic regression, solved exactly by pooling the boxes that collide.

use super::levels::Levels;
use super::{LayeredSpacing, Points};

/// The number of sweeps over the layers, to and fro.
const N_SWEEPS: usize = 8;
/// How strongly the places of a passing line pull on each other, so that long lines are straight.
const STRAIGHT: f64 = 6.0;

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
            let layer = &levels.layers[levels.level[node]];
            let least = at[node]
                .checked_sub(1)
                .map_or(f64::NEG_INFINITY, |above| middle[layer[above]] + apart(levels, spacing, layer[above], node));
            let most = layer
                .get(at[node] + 1)
                .map_or(f64::INFINITY, |below| middle[*below] - apart(levels, spacing, node, *below));
            // Rounding may leave less than zero room.
            if least <= most {
                middle[node] = middle[before].clamp(least, most);
            }
        }
    }
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
