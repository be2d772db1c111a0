//! The layout of a forest of boxes on a page. Knows only boxes: no text, no RDF.
//!
//! General tree layouts put each generation in a row, so that forty children
//! make a strip forty boxes wide. Here the children of a box are in columns:
//! one child hangs from a bus, several hang on a spine. The number of columns
//! is decided bottom-up: each subtree keeps the shapes (width, height) that no
//! other beats in both, and the root takes the one that fills the page best.
//!
//! Children keep their order; each group of children in a column has its label
//! there. No line crosses another line or a box.

mod columns;
pub mod detour;
pub mod direction;
pub mod layered;
pub mod levels;
pub mod regions;
mod shapes;
mod skyline;
mod subtree;

use skyline::PlacedTree;
use subtree::{SubtreeShape, SubtreeShapes, members};

/// A length in points (1/72 inch).
pub type Points = f64;

/// The boxes of a forest. A box is identified by its index.
#[derive(Debug, Clone, Default)]
pub struct Forest {
    /// Width and height of each box.
    pub boxes: Vec<(Points, Points)>,
    /// The children of each box, in groups, in order.
    pub children: Vec<Vec<Siblings>>,
    /// The boxes without a parent, in order.
    pub roots: Vec<usize>,
}

/// Children that hang under their parent for the same reason.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Siblings {
    /// Width and height of the group's label; `None` without a label.
    pub label: Option<(Points, Points)>,
    /// The children.
    pub members: Vec<usize>,
}

/// Distances that a layout keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TreeSpacing {
    /// Between two columns.
    pub columns: Points,
    /// Between two boxes or subtrees of a column.
    pub rows: Points,
    /// Between a box and the bus below it, and between the bus and what hangs on it.
    pub bus: Points,
    /// From a spine to the boxes that hang on it.
    pub spine: Points,
    /// Between two trees.
    pub trees: Points,
}

/// A laid out forest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// The total width.
    pub width: Points,
    /// The total height.
    pub height: Points,
    /// The upper left corner of each box.
    pub corners: Vec<(Points, Points)>,
    /// A line from the parent to each child, in horizontal and vertical pieces.
    /// Lines from one parent share their path as far as possible.
    pub lines: Vec<Vec<(Points, Points)>>,
    /// Parent and child of each line.
    pub ends: Vec<(usize, usize)>,
    /// Labels: the parent, the index of its group, and the upper left corner.
    pub labels: Vec<(usize, usize, (Points, Points))>,
}

/// Lays a forest out for a page of the given width by height ratio.
pub fn lay_out(forest: &Forest, spacing: &TreeSpacing, aspect: f64) -> Layout {
    Layouts::of(forest, spacing).fit(aspect)
}

/// The possible layouts of a forest, from which a page takes one.
pub struct Layouts<'a> {
    forest: &'a Forest,
    spacing: &'a TreeSpacing,
    shapes: SubtreeShapes,
    page: Vec<SubtreeShape>,
}

impl<'a> Layouts<'a> {
    /// Finds the layouts of a forest.
    pub fn of(forest: &'a Forest, spacing: &'a TreeSpacing) -> Self {
        let (shapes, page) = SubtreeShapes::find(forest, spacing);
        Self { forest, spacing, shapes, page }
    }

    /// The layout for a page of the given width by height ratio.
    pub fn fit(&self, aspect: f64) -> Layout {
        let Self { forest, spacing, shapes, page } = self;
        let mut layout = Layout { corners: vec![(0.0, 0.0); forest.boxes.len()], ..Layout::default() };
        // The empty part of the page decides; of equals, the cheaper.
        let area = |width: Points, height: Points| {
            let height = height.max(width / aspect);
            height * height * aspect
        };
        let waste = |shape: &SubtreeShape| (area(shape.width, shape.height) + shape.cost * 10.0) / 1_000.0;
        let best = page.iter().min_by(|a, b| waste(a).total_cmp(&waste(b)));
        let Some(best) = best else { return layout };
        let packing = skyline::pack(forest, shapes, spacing.trees, aspect)
            .filter(|packing| area(packing.width, packing.height) < area(best.width, best.height));
        let (width, height, places) = match packing {
            Some(packing) => (packing.width, packing.height, packing.places),
            None => (best.width, best.height, self.columns_of_trees(best)),
        };
        layout.width = width;
        layout.height = height;
        let mut placer = Placer { forest, spacing, shapes, layout };
        placer.place(places);
        placer.layout
    }

    /// The trees in columns, as in a shape of the page.
    fn columns_of_trees(&self, page: &SubtreeShape) -> Vec<PlacedTree<'_>> {
        let mut places = Vec::with_capacity(self.forest.roots.len());
        let mut x = 0.0;
        for column in self.shapes.columns(page) {
            let mut y = 0.0;
            for root in &self.forest.roots[column.start..column.end] {
                let shape = self.shapes.chosen(*root, column.inner);
                places.push((*root, shape, (x, y)));
                y += shape.height + self.spacing.trees;
            }
            x += column.width + self.spacing.trees;
        }
        places
    }
}

/// Gives every box its position, from the page down.
struct Placer<'a> {
    forest: &'a Forest,
    spacing: &'a TreeSpacing,
    shapes: &'a SubtreeShapes,
    layout: Layout,
}

impl<'a> Placer<'a> {
    /// Places the trees of the page.
    fn place(&mut self, mut work: Vec<PlacedTree<'a>>) {
        while let Some(subtree) = work.pop() {
            self.tree(subtree, &mut work);
        }
    }

    /// Places a box and finds the corners of the subtrees below it.
    fn tree(&mut self, (index, shape, (left, top)): PlacedTree<'a>, work: &mut Vec<PlacedTree<'a>>) {
        let (width, height) = self.forest.boxes[index];
        let groups = &self.forest.children[index];
        let columns = self.shapes.columns(shape);
        let box_x = left + shape.offset;
        self.layout.corners[index] = (box_x, top);
        if columns.is_empty() {
            return;
        }
        let bus = top + height + self.spacing.bus;
        let row = bus + self.spacing.bus;
        let total: Points = columns.iter().map(|column| column.width).sum::<Points>()
            + self.spacing.columns * (columns.len() - 1) as f64;
        let mut x = left + (shape.width - total).max(0.0) / 2.0;
        let middle = box_x + width / 2.0;
        for column in columns {
            let several = column.end - column.start > 1;
            let indent = if several { self.spacing.spine } else { 0.0 };
            let hook = x + self.shapes.hook(column, groups, self.forest);
            // The path down is the same for all children of a column.
            let mut way = vec![(middle, top + height)];
            if (hook - middle).abs() > 1e-6 {
                way.extend([(middle, bus), (hook, bus)]);
            }
            let (mut y, mut last_group) = (row, None);
            for (group, child) in members(groups, column) {
                if let (Some((label_width, label_height)), true) = (groups[group].label, last_group != Some(group)) {
                    let label_x = if several { x } else { (hook - label_width / 2.0).max(x) };
                    self.layout.labels.push((index, group, (label_x, y)));
                    y += label_height + self.spacing.rows / 2.0;
                }
                last_group = Some(group);
                let shape = self.shapes.chosen(child, column.inner);
                work.push((child, shape, (x + indent, y)));
                let mut line = way.clone();
                if several {
                    let stub = y + self.forest.boxes[child].1.min(2.0 * self.spacing.rows) / 2.0;
                    line.extend([(x, stub), (x + indent + shape.offset, stub)]);
                } else {
                    line.push((hook, y));
                }
                self.layout.lines.push(line);
                self.layout.ends.push((index, child));
                y += shape.height + self.spacing.rows;
            }
            x += column.width + self.spacing.columns;
        }
    }
}
