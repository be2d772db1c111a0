//! How the children of one parent are divided into columns, for many height
//! limits at once: first by least width, then by least sum of squared heights,
//! so that columns are even.
//!
//! A run of children that can form a column has one shape for each width of its
//! widest child. Runs that end at the same child differ by one child each, so
//! their shapes are found by adding one child's shapes to those of the run
//! before, once for all limits.
//!
//! A column can hold children of several groups: each group in it has its label
//! above its first child there.

use super::subtree::{ChildColumn, SubtreeShape, SubtreeShapes};
use super::{Points, Siblings};

/// The most children in a column if one of them has children.
const MOST_SUBTREES: usize = 48;
/// The most children in a column. Without this limit, time is quadratic in the
/// children of one parent.
const MOST_MEMBERS: usize = 400;

/// The frame around the columns of a parent.
#[derive(Debug, Clone, Copy)]
pub(super) struct ParentBox {
    /// The width of the parent.
    pub(super) width: Points,
    /// From the parent's upper edge to the columns.
    pub(super) below: Points,
    /// Between two columns.
    pub(super) columns: Points,
    /// Between two children.
    pub(super) rows: Points,
    /// From a spine to the children.
    pub(super) spine: Points,
    /// Between a label and the child below it.
    pub(super) label: Points,
}

impl ParentBox {
    /// The height above a column's first child: its label, or nothing.
    fn head(&self, group: &Siblings) -> Points {
        group.label.map_or(0.0, |(_, height)| height + self.label)
    }
}

/// Height limits for columns, ascending.
#[derive(Debug)]
pub(super) struct HeightLimits(Vec<Points>);

impl HeightLimits {
    /// The heights worth trying: from the tallest single child to all in one column.
    pub(super) fn of(groups: &[Siblings], shapes: &SubtreeShapes, frame: &ParentBox, n_limits: usize) -> Self {
        if let [group] = groups
            && let [only] = group.members.as_slice()
        {
            let head = frame.head(group) + 1e-6;
            return Self(shapes.of(*only).iter().rev().map(|shape| head + shape.height).collect());
        }
        let (mut least, mut most) = (1.0_f64, 0.0_f64);
        for group in groups {
            let head = frame.head(group);
            most += head;
            for member in &group.members {
                if let [highest, .., lowest] | [highest @ lowest] = shapes.of(*member) {
                    least = least.max(head + lowest.height);
                    most += highest.height + frame.rows;
                }
            }
        }
        // More low ones, since the number of columns changes most there.
        let steps = n_limits - 1;
        let ratio = (most / least).max(1.0).powf(1.0 / steps as f64);
        let mut limits = Vec::with_capacity(n_limits);
        let mut limit = least;
        for _ in 0..steps {
            limits.push(limit + 1e-6);
            limit *= ratio;
        }
        limits.push(most.max(least) + 1e-6);
        limits.dedup();
        Self(limits)
    }
}

/// A run of children as a column, for one width of its widest child.
#[derive(Debug, Clone, Copy)]
struct ColumnRun {
    inner: Points,
    height: Points,
    cost: Points,
}

/// The best division of the first children of a group under one limit, by its last column.
#[derive(Debug, Clone, Copy)]
struct Division {
    /// Width with penalties.
    total: Points,
    squares: Points,
    start: usize,
    run: ColumnRun,
    /// The width of the last column.
    width: Points,
}

/// A child with the label of its group above it.
#[derive(Debug, Clone, Copy)]
struct Child {
    index: usize,
    group: usize,
    /// The height of its group's label with the space below it.
    head: Points,
    /// The width of its group's label.
    label: Points,
}

/// The result of one height limit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Try {
    pub(super) width: Points,
    pub(super) height: Points,
    pub(super) cost: Points,
    /// The limit, by index.
    pub(super) limit: usize,
}

/// Divides children into columns, and reuses its buffers from one parent to the next.
#[derive(Debug, Default)]
pub(super) struct ColumnCutter {
    n_limits: usize,
    children: Vec<Child>,
    /// For each number of leading children and each limit.
    cells: Vec<Division>,
    runs: Vec<ColumnRun>,
    longer: Vec<ColumnRun>,
}

impl ColumnCutter {
    /// Finds the best columns of the children under each limit.
    pub(super) fn cut(
        &mut self,
        groups: &[Siblings],
        shapes: &SubtreeShapes,
        frame: &ParentBox,
        limits: &HeightLimits,
    ) {
        self.n_limits = limits.0.len();
        self.children.clear();
        for (at, group) in groups.iter().enumerate() {
            let (head, label) = (frame.head(group), group.label.map_or(0.0, |(width, _)| width));
            let child = |index: &usize| Child { index: *index, group: at, head, label };
            self.children.extend(group.members.iter().map(child));
        }
        let none = ColumnRun { inner: 0.0, height: 0.0, cost: 0.0 };
        let nothing = Division { total: 0.0, squares: 0.0, start: 0, run: none, width: 0.0 };
        self.cells.clear();
        self.cells.resize(self.n_limits, nothing);
        for end in 1..=self.children.len() {
            // The limit is at least the tallest child, so every child has a column.
            let unknown = Division { total: f64::INFINITY, start: end - 1, ..nothing };
            self.cells.resize((end + 1) * self.n_limits, unknown);
            self.last_columns(end, shapes, frame, limits);
        }
    }

    /// Tries each column that ends with the child before `end`.
    fn last_columns(&mut self, end: usize, shapes: &SubtreeShapes, frame: &ParentBox, limits: &HeightLimits) {
        let n_limits = self.n_limits;
        let Some(highest) = limits.0.last() else { return };
        let (mut plain, mut n_deep, mut lowest, mut label) = (true, 0, 0, 0.0_f64);
        for start in (end.saturating_sub(MOST_MEMBERS)..end).rev() {
            let child = self.children[start];
            let own = shapes.of(child.index);
            let n_members = end - start;
            let leaf = matches!(own, [only] if shapes.columns(only).is_empty());
            plain &= leaf;
            if !plain && n_members > MOST_SUBTREES {
                break;
            }
            label = label.max(child.label);
            if n_members == 1 {
                let run = |shape: &SubtreeShape| ColumnRun {
                    inner: shape.width,
                    height: child.head + shape.height,
                    cost: shape.cost,
                };
                self.runs.clear();
                self.runs.extend(own.iter().map(run));
            } else {
                // A subtree above siblings makes them hard to follow.
                n_deep += usize::from(!leaf);
                // A group's label moves up to its new first child.
                let head = if self.children[start + 1].group == child.group { 0.0 } else { child.head };
                self.lengthen(own, frame.rows + head);
            }
            let too_high = self.runs.partition_point(|run| run.height > *highest);
            self.runs.drain(..too_high);
            let Some(least) = self.runs.last().map(|run| run.height) else { break };
            // Longer columns are higher still.
            lowest += limits.0[lowest..].partition_point(|limit| *limit < least);
            let indent = if n_members > 1 { frame.spine } else { 0.0 };
            let gap = if start == 0 { 0.0 } else { frame.columns };
            // A single child needs no spine; that must not make columns uneven.
            let spared = if n_members == 1 && self.children.len() > 1 { frame.spine } else { 0.0 };
            let deep = n_deep as f64 * frame.spine;
            let (before, last) = self.cells.split_at_mut(end * n_limits);
            let before = &before[start * n_limits..][..n_limits];
            let mut narrowest = self.runs.len() - 1;
            for (limit, (cell, before)) in last.iter_mut().zip(before).enumerate().skip(lowest) {
                while narrowest > 0 && self.runs[narrowest - 1].height <= limits.0[limit] {
                    narrowest -= 1;
                }
                let run = self.runs[narrowest];
                let width = label.max(run.inner + indent);
                let total = before.total + width + gap + spared + deep + run.cost;
                if total > cell.total + 1e-6 {
                    continue;
                }
                let squares = before.squares + run.height * run.height;
                if total < cell.total - 1e-6 || squares < cell.squares - 1e-6 {
                    *cell = Division { total, squares, start, run: ColumnRun { cost: run.cost + deep, ..run }, width };
                }
            }
        }
    }

    /// Puts a child above the runs: one run for each possible width.
    fn lengthen(&mut self, child: &[SubtreeShape], rows: Points) {
        self.longer.clear();
        if let [only] = child {
            // The runs no wider than the child merge into one: the lowest of them.
            let narrower = self.runs.partition_point(|run| run.inner <= only.width);
            for run in &mut self.runs {
                run.height += rows + only.height;
                run.cost += only.cost;
            }
            if let Some(last) = narrower.checked_sub(1) {
                self.runs[last].inner = only.width;
                self.runs.drain(..last);
            }
            return;
        }
        let (mut run, mut shape) = (0, 0);
        loop {
            let (below, above) = (self.runs[run], child[shape]);
            let next = (self.runs.get(run + 1).map(|next| next.inner), child.get(shape + 1).map(|next| next.width));
            let inner = below.inner.max(above.width);
            // The lowest shape that fits in this width.
            if next.0.is_some_and(|width| width <= inner) {
                run += 1;
            } else if next.1.is_some_and(|width| width <= inner) {
                shape += 1;
            } else {
                let height = below.height + rows + above.height;
                self.longer.push(ColumnRun { inner, height, cost: below.cost + above.cost });
                match next {
                    (None, None) => break,
                    (Some(one), Some(other)) if one > other => shape += 1,
                    (None, Some(_)) => shape += 1,
                    _ => run += 1,
                }
            }
        }
        std::mem::swap(&mut self.runs, &mut self.longer);
    }

    /// The sizes resulting from the limits, with the parent, without duplicates.
    pub(super) fn tries(&self, frame: &ParentBox) -> Vec<Try> {
        let mut tries: Vec<Try> = Vec::with_capacity(self.n_limits);
        for limit in 0..self.n_limits {
            let (mut width, mut height, mut cost) = (-frame.columns, 0.0_f64, 0.0);
            self.walk(limit, |cell, _| {
                width += cell.width + frame.columns;
                height = height.max(cell.run.height);
                cost += cell.run.cost;
            });
            // What also satisfies a lower limit was found there.
            if tries.last().is_none_or(|last| last.height < frame.below + height) {
                tries.push(Try { width: width.max(frame.width), height: frame.below + height, cost, limit });
            }
        }
        tries
    }

    /// Adds the columns under a limit to a list.
    pub(super) fn columns(&self, limit: usize, columns: &mut Vec<ChildColumn>) {
        let first = columns.len();
        self.walk(limit, |cell, end| {
            columns.push(ChildColumn { start: cell.start, end, inner: cell.run.inner, width: cell.width });
        });
        columns[first..].reverse();
    }

    /// The columns under a limit, the last one first, each with the number of children up to its end.
    fn walk(&self, limit: usize, mut visit: impl FnMut(&Division, usize)) {
        let mut end = self.children.len();
        while end > 0 {
            let cell = &self.cells[end * self.n_limits + limit];
            visit(cell, end);
            end = cell.start;
        }
    }
}
