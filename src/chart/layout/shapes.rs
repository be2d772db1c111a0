//! The possible shapes of subtrees, bottom-up: for each box those that no other
//! beats in both width and height.

use super::columns::{ColumnCutter, HeightLimits, ParentBox, Try};
use super::subtree::{ListRange, SubtreeShape, SubtreeShapes};
use super::{Forest, Points, Siblings, TreeSpacing};

/// The most shapes that a subtree keeps.
const MOST_SHAPES: usize = 24;
/// The most heights tried for the columns of one parent.
const MOST_HEIGHTS: usize = 80;
/// A subtree with at least this many boxes below it gets more care: there are
/// few of these, and they decide whether the page is filled.
const MANY_BELOW: usize = 40;
/// The most children times heights tried for one parent, which bounds time and
/// memory if one parent has thousands.
const MOST_CELLS: usize = 200_000;

impl SubtreeShapes {
    /// Finds the shapes of a forest, and those of the page with its trees.
    pub(super) fn find(forest: &Forest, spacing: &TreeSpacing) -> (Self, Vec<SubtreeShape>) {
        let mut shapes = Self { of_box: vec![ListRange::default(); forest.boxes.len()], ..Self::default() };
        let mut cutter = ColumnCutter::default();
        let mut n_below = vec![0; forest.boxes.len()];
        for index in bottom_up(forest) {
            let groups = &forest.children[index];
            n_below[index] = groups.iter().flat_map(|group| &group.members).map(|child| 1 + n_below[*child]).sum();
            let start = shapes.shapes.len();
            if n_below[index] == 0 {
                let (width, height) = forest.boxes[index];
                shapes.shapes.push(SubtreeShape {
                    width,
                    height,
                    cost: 0.0,
                    offset: 0.0,
                    columns: ListRange::default(),
                });
            } else {
                let care = if n_below[index] > MANY_BELOW { Care::Much } else { Care::Little };
                let (width, height) = forest.boxes[index];
                let frame = ParentBox {
                    width,
                    below: height + 2.0 * spacing.bus,
                    columns: spacing.columns,
                    rows: spacing.rows,
                    spine: spacing.spine,
                    label: spacing.rows / 2.0,
                };
                shapes.add(forest, groups, &frame, care, &mut cutter);
            }
            shapes.of_box[index] = ListRange { start, end: shapes.shapes.len() };
        }
        let start = shapes.shapes.len();
        let roots = [Siblings { label: None, members: forest.roots.clone() }];
        if !forest.roots.is_empty() {
            let (columns, rows) = (spacing.trees, spacing.trees);
            let frame = ParentBox { width: 0.0, below: 0.0, columns, rows, spine: 0.0, label: 0.0 };
            shapes.add(forest, &roots, &frame, Care::Most, &mut cutter);
        }
        let page = shapes.shapes.split_off(start);
        (shapes, page)
    }

    /// Adds the shapes of a box, or of the page, with these children.
    fn add(&mut self, forest: &Forest, groups: &[Siblings], frame: &ParentBox, care: Care, cutter: &mut ColumnCutter) {
        let n_children: usize = groups.iter().map(|group| group.members.len()).sum();
        let n_heights = match care {
            // The page is divided once, and how well it is filled is visible.
            Care::Most => 4 * MOST_HEIGHTS,
            Care::Much => MOST_HEIGHTS,
            // Few children can be divided in few ways.
            Care::Little => (3 * n_children + 2).min(MOST_HEIGHTS),
        };
        let limits = HeightLimits::of(groups, self, frame, n_heights.min(MOST_CELLS / n_children).max(8));
        cutter.cut(groups, self, frame, &limits);
        let mut tries = cutter.tries(frame);
        frontier(
            &mut tries,
            match care {
                Care::Most => usize::MAX,
                Care::Much => 2 * MOST_SHAPES,
                Care::Little => MOST_SHAPES,
            },
        );
        for found in tries {
            let start = self.columns.len();
            cutter.columns(found.limit, &mut self.columns);
            let columns = &self.columns[start..];
            let width =
                columns.iter().map(|column| column.width).sum::<Points>() + frame.columns * (columns.len() - 1) as f64;
            let left = (found.width - width) / 2.0;
            // The box is above the middle of its children.
            let offset = match (columns.first(), columns.last()) {
                (Some(first), Some(last)) => {
                    let ends = self.hook(first, groups, forest) + width - last.width + self.hook(last, groups, forest);
                    (left + ends / 2.0 - frame.width / 2.0).clamp(0.0, found.width - frame.width)
                }
                _ => 0.0,
            };
            let columns = ListRange { start, end: self.columns.len() };
            let (width, height, cost) = (found.width, found.height, found.cost);
            self.shapes.push(SubtreeShape { width, height, cost, offset, columns });
        }
    }
}

/// How much work a subtree is worth.
#[derive(Debug, Clone, Copy)]
enum Care {
    Little,
    Much,
    Most,
}

/// The boxes, ordered so that children come before their parents.
fn bottom_up(forest: &Forest) -> Vec<usize> {
    let mut order = Vec::with_capacity(forest.boxes.len());
    let mut stack = forest.roots.clone();
    while let Some(index) = stack.pop() {
        order.push(index);
        stack.extend(forest.children[index].iter().flat_map(|group| &group.members));
    }
    order.reverse();
    order
}

/// Keeps those that no other beats in both width and height, by width; of
/// equals the cheapest; and at most `most`.
fn frontier(tries: &mut Vec<Try>, most: usize) {
    tries.sort_by(|a, b| {
        a.width.total_cmp(&b.width).then(a.height.total_cmp(&b.height)).then(a.cost.total_cmp(&b.cost))
    });
    let mut lowest = f64::INFINITY;
    tries.retain(|found| {
        let lower = found.height < lowest - 1e-6;
        lowest = if lower { found.height } else { lowest };
        lower
    });
    // Drop the one whose neighbours are closest to each other in shape.
    let room = |tries: &[Try], at: usize| {
        (tries[at + 1].width * tries[at - 1].height) / (tries[at - 1].width * tries[at + 1].height)
    };
    if tries.len() <= most {
        return;
    }
    let mut rooms = vec![f64::INFINITY; tries.len()];
    for (at, own) in rooms.iter_mut().enumerate().take(tries.len() - 1).skip(1) {
        *own = room(tries, at);
    }
    while tries.len() > most {
        let nearest = (1..tries.len() - 1).min_by(|a, b| rooms[*a].total_cmp(&rooms[*b])).unwrap_or(1);
        tries.remove(nearest);
        rooms.remove(nearest);
        for at in [nearest - 1, nearest] {
            if at > 0 && at + 1 < tries.len() {
                rooms[at] = room(tries, at);
            }
        }
    }
}
