//! Storage and lookup of the shapes of subtrees: a box with its children in
//! columns.

use super::{Forest, Points, Siblings};

/// A possible shape of a subtree.
#[derive(Debug, Clone, Copy)]
pub(super) struct SubtreeShape {
    pub(super) width: Points,
    pub(super) height: Points,
    /// What it costs beyond its size: deep subtrees above siblings.
    pub(super) cost: Points,
    /// The distance of the box from the subtree's left edge.
    pub(super) offset: Points,
    pub(super) columns: ListRange,
}

/// Children one below the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChildColumn {
    /// The first child, counted through all groups, and the one after the last.
    pub(super) start: usize,
    pub(super) end: usize,
    /// The width of its widest child. It determines the shape of each child:
    /// the widest that is no wider, and so the lowest.
    pub(super) inner: Points,
    /// Its width with spine and label.
    pub(super) width: Points,
}

/// A part of a list.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ListRange {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The shapes of all subtrees and their columns: one list of each, since a
/// separate list for each of thousands of boxes costs more than filling it.
#[derive(Debug, Default)]
pub(super) struct SubtreeShapes {
    pub(super) shapes: Vec<SubtreeShape>,
    pub(super) of_box: Vec<ListRange>,
    pub(super) columns: Vec<ChildColumn>,
}

impl SubtreeShapes {
    /// The shapes of a box with what is below it, by width and so by descending height.
    pub(super) fn of(&self, index: usize) -> &[SubtreeShape] {
        let span = self.of_box[index];
        &self.shapes[span.start..span.end]
    }

    /// The columns of a shape.
    pub(super) fn columns(&self, shape: &SubtreeShape) -> &[ChildColumn] {
        &self.columns[shape.columns.start..shape.columns.end]
    }

    /// The shape of a child in a column whose widest child has this width.
    pub(super) fn chosen(&self, child: usize, inner: Points) -> &SubtreeShape {
        let shapes = self.of(child);
        let fitting = shapes.partition_point(|shape| shape.width <= inner + 1e-9);
        &shapes[fitting.saturating_sub(1)]
    }

    /// The distance from a column's left edge at which the line from the bus
    /// comes down: at the spine, or at the middle of the only child.
    pub(super) fn hook(&self, column: &ChildColumn, groups: &[Siblings], forest: &Forest) -> Points {
        if column.end - column.start > 1 {
            return 0.0;
        }
        let hook = |(_, child): (usize, usize)| self.chosen(child, column.inner).offset + forest.boxes[child].0 / 2.0;
        members(groups, column).next().map_or(0.0, hook)
    }
}

/// The children in a column, each with the index of its group.
pub(super) fn members(groups: &[Siblings], column: &ChildColumn) -> impl Iterator<Item = (usize, usize)> {
    let (mut start, mut left) = (column.start, column.end - column.start);
    groups.iter().enumerate().flat_map(move |(at, group)| {
        // Entire groups are skipped at once, to avoid iterating over thousands of children.
        let from = start.min(group.members.len());
        start -= from;
        let to = if start > 0 { from } else { (from + left).min(group.members.len()) };
        left -= to - from;
        group.members[from..to].iter().map(move |child| (at, *child))
    })
}
