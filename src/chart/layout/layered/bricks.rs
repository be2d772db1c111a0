//! Rectangles on a page, in order: each as far up as possible, then as far
//! left. Several page widths are tried.

use crate::chart::layout::Points;

/// Rectangles with positions.
pub(super) struct BrickPacking {
    pub(super) width: Points,
    pub(super) height: Points,
    pub(super) corners: Vec<(Points, Points)>,
}

/// Packs rectangles for a page of this width by height ratio.
pub(super) fn pack(sizes: &[(Points, Points)], gap: Points, aspect: f64) -> BrickPacking {
    let widest = sizes.iter().map(|(width, _)| *width).fold(0.0, f64::max);
    let area: Points = sizes.iter().map(|(width, height)| (width + gap) * (height + gap)).sum();
    let ideal = (area * aspect).sqrt();
    let waste = |packing: &BrickPacking| packing.height.max(packing.width / aspect);
    let mut best: Option<BrickPacking> = None;
    let n_tries = if sizes.len() > 2_000 { 3 } else { 14 };
    for step in 0..n_tries {
        let width = (ideal * 1.1_f64.powi(step)).max(widest);
        let packing = pack_in(sizes, gap, width);
        if best.as_ref().is_none_or(|other| waste(&packing) < waste(other) - 1e-6) {
            best = Some(packing);
        }
    }
    best.unwrap_or(BrickPacking { width: 0.0, height: 0.0, corners: Vec::new() })
}

/// Packs rectangles between two edges. The skyline is a list of (x, y): from
/// `x` on it is filled down to `y`.
fn pack_in(sizes: &[(Points, Points)], gap: Points, width: Points) -> BrickPacking {
    let mut skyline: Vec<(Points, Points)> = vec![(0.0, 0.0)];
    let mut packing = BrickPacking { width: 0.0, height: 0.0, corners: Vec::with_capacity(sizes.len()) };
    for (own_width, own_height) in sizes {
        let mut best: Option<(Points, Points)> = None;
        for (first, (x, _)) in skyline.iter().enumerate() {
            let right = x + own_width;
            if right > width + 1e-6 {
                break;
            }
            // The gap behind a brick is its own too, or what is below it could reach into its neighbour.
            let below = skyline[first..].iter().take_while(|(left, _)| *left < right + gap);
            let y = below.map(|(_, y)| *y).fold(0.0, f64::max);
            if best.is_none_or(|(_, other)| y < other - 1e-6) {
                best = Some((*x, y));
            }
        }
        let (x, y) = best.unwrap_or((0.0, packing.height + gap));
        let right = x + own_width + gap;
        let behind = skyline.iter().rev().find(|(left, _)| *left <= right).map_or(0.0, |(_, y)| *y);
        skyline.retain(|(left, _)| *left < x || *left > right);
        let at = skyline.partition_point(|(left, _)| *left < x);
        skyline.splice(at..at, [(x, y + own_height + gap), (right, behind)]);
        packing.corners.push((x, y));
        packing.width = packing.width.max(x + own_width);
        packing.height = packing.height.max(y + own_height);
    }
    packing
}
