//! The trees of a forest on one page, as bricks on a skyline: a small tree can
//! go below a part of a wide one, which columns of trees do not allow.

use super::subtree::{SubtreeShape, SubtreeShapes};
use super::{Forest, Points};

/// Above this number of trees, the room below wide trees is not searched.
const MOST_TREES: usize = 400;
/// The factor by which a page that is too small grows.
const GROWTH: f64 = 1.02;

/// A tree on the page: its root, its shape and its upper left corner.
pub(super) type PlacedTree<'a> = (usize, &'a SubtreeShape, (Points, Points));

/// Trees on a page of some size.
#[derive(Debug)]
pub(super) struct SkylinePacking<'a> {
    pub(super) width: Points,
    pub(super) height: Points,
    pub(super) places: Vec<PlacedTree<'a>>,
}

/// A piece of the skyline: trees reach down to `y` from `x` on.
#[derive(Debug, Clone, Copy)]
struct SkylineStep {
    x: Points,
    y: Points,
}

/// Packs the trees on the smallest page of this width by height ratio that they
/// fit on, the first tree first. `None` if there are too few or too many trees
/// for it to be worthwhile.
pub(super) fn pack<'a>(
    forest: &Forest,
    shapes: &'a SubtreeShapes,
    gap: Points,
    aspect: f64,
) -> Option<SkylinePacking<'a>> {
    if !(2..=MOST_TREES).contains(&forest.roots.len()) {
        return None;
    }
    let least_area = |shape: &SubtreeShape| shape.width * shape.height;
    let area: Points =
        forest.roots.iter().map(|root| shapes.of(*root).iter().map(least_area).fold(f64::INFINITY, f64::min)).sum();
    let mut height = (area / aspect).sqrt();
    // A page as high as all trees on top of each other is always enough.
    for _ in 0..600 {
        if let Some(packing) = pack_on(forest, shapes, gap, height * aspect, height) {
            return Some(packing);
        }
        height *= GROWTH;
    }
    None
}

fn pack_on<'a>(
    forest: &Forest,
    shapes: &'a SubtreeShapes,
    gap: Points,
    width: Points,
    height: Points,
) -> Option<SkylinePacking<'a>> {
    let mut skyline = vec![SkylineStep { x: 0.0, y: 0.0 }];
    let mut packing = SkylinePacking { width: 0.0, height: 0.0, places: Vec::with_capacity(forest.roots.len()) };
    for root in &forest.roots {
        let mut best: Option<(Points, Points, PlacedTree<'a>)> = None;
        for first in 0..skyline.len() {
            let x = skyline[first].x;
            let (mut y, mut next) = (skyline[first].y, first + 1);
            // Sorted by width, and so by descending height: the first that fits is the narrowest.
            for shape in shapes.of(*root) {
                let right = x + shape.width;
                if right > width {
                    break;
                }
                // The gap after a tree is its own too: without it, a tree beside a deeper one would stand
                // closer than the gap, and what is below it could reach into the other.
                while let Some(step) = skyline.get(next).filter(|step| step.x < right + gap) {
                    y = y.max(step.y);
                    next += 1;
                }
                if y + shape.height > height {
                    continue;
                }
                // Space in use already comes first, then what wastes the least below it.
                let reach = packing.width.max(right);
                let lost = lost(&skyline[first..next], right + gap, y);
                if best.is_none_or(|(other, other_lost, _)| {
                    reach < other - 1e-6 || (reach < other + 1e-6 && lost < other_lost - 1e-6)
                }) {
                    best = Some((reach, lost, (*root, shape, (x, y))));
                }
                break;
            }
        }
        let (_, _, (root, shape, (x, y))) = best?;
        packing.width = packing.width.max(x + shape.width);
        packing.height = packing.height.max(y + shape.height);
        packing.places.push((root, shape, (x, y)));
        raise(&mut skyline, x, x + shape.width + gap, y + shape.height + gap);
    }
    Some(packing)
}

/// The area between the skyline and a tree at `y` that ends at `right`.
fn lost(skyline: &[SkylineStep], right: Points, y: Points) -> Points {
    let ends = skyline.iter().skip(1).map(|step| step.x).chain([right]);
    skyline.iter().zip(ends).map(|(step, end)| (y - step.y) * (end - step.x)).sum()
}

/// Lets the skyline reach down to `y` between `left` and `right`.
fn raise(skyline: &mut Vec<SkylineStep>, left: Points, right: Points, y: Points) {
    let behind = skyline.iter().rev().find(|step| step.x <= right).map_or(0.0, |step| step.y);
    skyline.retain(|step| step.x < left || step.x > right);
    let at = skyline.partition_point(|step| step.x < left);
    skyline.splice(at..at, [SkylineStep { x: left, y }, SkylineStep { x: right, y: behind }]);
}
