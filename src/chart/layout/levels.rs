//! A forest in rows: boxes of one level stand side by side, whatever the number of generations above them. It
//! is wider than the layout that fits a page, and is drawn on request.

use super::{Forest, Layout, Points, TreeSpacing};

/// A forest in rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LevelLayout {
    /// Boxes and lines.
    pub layout: Layout,
    /// The top of each row, and its height.
    pub rows: Vec<(Points, Points)>,
}

/// Lays a forest out with each box on its level, if it has one and is not above its parent's; otherwise on
/// the level below its parent.
pub fn lay_out(forest: &Forest, levels: &[Option<usize>], spacing: &TreeSpacing) -> LevelLayout {
    let n = forest.boxes.len();
    let members = |index: usize| forest.children[index].iter().flat_map(|group| &group.members).copied();
    // From the tops down: parents before children.
    let mut order = Vec::with_capacity(n);
    let mut level = vec![0_usize; n];
    let mut stack: Vec<usize> = forest.roots.iter().rev().copied().collect();
    for root in &forest.roots {
        level[*root] = levels.get(*root).copied().flatten().unwrap_or_default();
    }
    while let Some(index) = stack.pop() {
        order.push(index);
        for child in members(index) {
            let own = levels.get(child).copied().flatten().unwrap_or_default();
            level[child] = own.max(level[index] + 1);
        }
        stack.extend(members(index).collect::<Vec<_>>().into_iter().rev());
    }
    let mut widths = vec![0.0_f64; n];
    for index in order.iter().rev() {
        let below: Vec<Points> = members(*index).map(|child| widths[child]).collect();
        let total = below.iter().sum::<Points>() + spacing.columns * below.len().saturating_sub(1) as f64;
        widths[*index] = forest.boxes[*index].0.max(total);
    }
    // Rows without any box have no height.
    let n_rows = order.iter().map(|index| level[*index] + 1).max().unwrap_or_default();
    let mut heights = vec![0.0_f64; n_rows];
    for index in &order {
        heights[level[*index]] = heights[level[*index]].max(forest.boxes[*index].1);
    }
    let labels = forest.children.iter().flatten().filter_map(|group| group.label).map(|(_, height)| height);
    let label = labels.fold(0.0_f64, f64::max);
    let between = 2.0 * spacing.bus + if label > 0.0 { label + spacing.rows / 2.0 } else { 0.0 };
    let mut rows = Vec::with_capacity(n_rows);
    let mut y = 0.0;
    for height in &heights {
        rows.push((y, *height));
        y += if *height > 0.0 { height + between } else { 0.0 };
    }
    let mut layout = Layout { corners: vec![(0.0, 0.0); n], ..Layout::default() };
    let mut left = vec![0.0_f64; n];
    let mut x = 0.0;
    for root in &forest.roots {
        left[*root] = x;
        x += widths[*root] + spacing.trees;
    }
    layout.width = (x - spacing.trees).max(0.0);
    layout.height = (y - between).max(0.0);
    for index in order {
        let (width, height) = forest.boxes[index];
        let children: Vec<usize> = members(index).collect();
        let total = children.iter().map(|child| widths[*child]).sum::<Points>()
            + spacing.columns * children.len().saturating_sub(1) as f64;
        let mut at = left[index] + (widths[index] - total) / 2.0;
        for child in &children {
            left[*child] = at;
            at += widths[*child] + spacing.columns;
        }
        let corner = (left[index] + (widths[index] - width) / 2.0, rows[level[index]].0);
        layout.corners[index] = corner;
        let (row, row_height) = rows[level[index]];
        let (middle, bus) = (corner.0 + width / 2.0, row + row_height + spacing.bus);
        for (group, siblings) in forest.children[index].iter().enumerate() {
            for (place, child) in siblings.members.iter().enumerate() {
                let (hook, top) = (left[*child] + widths[*child] / 2.0, rows[level[*child]].0);
                let mut way = vec![(middle, corner.1 + height)];
                if (hook - middle).abs() > 1e-6 {
                    way.extend([(middle, bus), (hook, bus)]);
                }
                way.push((hook, top));
                layout.lines.push(way);
                layout.ends.push((index, *child));
                if let (0, Some((label_width, label_height))) = (place, siblings.label) {
                    let y = top - spacing.rows / 2.0 - label_height;
                    layout.labels.push((index, group, (hook - label_width / 2.0, y)));
                }
            }
        }
    }
    LevelLayout { layout, rows }
}
