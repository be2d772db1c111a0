//! Where the boxes of a forest go on a page. Knows boxes only: no text, no RDF.
//!
//! Every general tree layout puts a generation in a row, so that forty children
//! make a strip forty boxes wide. Here the children of a box stand in columns:
//! one child hangs from a bus, several hang on a spine. How many columns is
//! decided bottom-up: each subtree keeps the shapes (width, height) of which
//! none is better in both, and the root takes the one that fills the page best.
//!
//! Children keep their order; a column holds children of one group, so that it
//! can carry that group's label. No line crosses a line or runs through a box.

/// A length in points (1/72 inch).
pub type Points = f64;

/// The boxes of a forest. A box is named by its index.
#[derive(Debug, Clone, Default)]
pub struct Forest {
    /// Width and height of each box.
    pub boxes: Vec<(Points, Points)>,
    /// The children of each box, in groups, in order.
    pub children: Vec<Vec<Group>>,
    /// The boxes without a parent, in order.
    pub roots: Vec<usize>,
}

/// Children that hang under their parent for the same reason.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// Width and height of the group's label; nothing for none.
    pub label: Option<(Points, Points)>,
    /// The children.
    pub members: Vec<usize>,
}

/// Distances that a layout keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spacing {
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
    /// The whole width.
    pub width: Points,
    /// The whole height.
    pub height: Points,
    /// The left upper corner of each box.
    pub corners: Vec<(Points, Points)>,
    /// Lines from parents to children, each a run of horizontal and vertical pieces.
    pub lines: Vec<Vec<(Points, Points)>>,
    /// Labels: the parent, which of its groups, and the left upper corner.
    pub labels: Vec<(usize, usize, (Points, Points))>,
}

/// How many shapes a subtree keeps at the most.
const MOST_SHAPES: usize = 12;
/// How many heights are tried for the columns of one parent.
const MOST_HEIGHTS: usize = 40;

/// How many subtrees with children of their own one column is tried with.
const MOST_SUBTREES: usize = 48;
/// From how many boxes below it on a subtree gets more care: there are few of
/// these, and they decide whether the page is filled.
const MANY_BELOW: usize = 40;
/// From how many children on fewer heights are tried.
const MANY_CHILDREN: usize = 400;

/// A shape that a subtree can have.
#[derive(Debug, Clone)]
struct Shape {
    width: Points,
    height: Points,
    /// What it costs beyond its size: deep subtrees above siblings.
    cost: Points,
    /// How far right of the subtree's left edge the box stands.
    offset: Points,
    /// Its columns: which children, and which shape each has.
    columns: Vec<Column>,
}

#[derive(Debug, Clone)]
struct Column {
    group: usize,
    /// Children by index in their group, with the index of their shape.
    members: Vec<(usize, usize)>,
    width: Points,
}

/// Lays a forest out for a page of the given width by height ratio.
pub fn lay_out(forest: &Forest, spacing: &Spacing, aspect: f64) -> Layout {
    Shapes::of(forest, spacing).fit(aspect)
}

/// The shapes that a forest can have, from which a page takes one.
pub struct Shapes<'a> {
    forest: &'a Forest,
    spacing: &'a Spacing,
    shapes: Vec<Vec<Shape>>,
    page: Vec<Shape>,
}

impl<'a> Shapes<'a> {
    /// Finds the shapes of a forest.
    pub fn of(forest: &'a Forest, spacing: &'a Spacing) -> Self {
        let mut shapes: Vec<Vec<Shape>> = vec![Vec::new(); forest.boxes.len()];
        let mut n_below = vec![0; forest.boxes.len()];
        for index in bottom_up(forest) {
            let children = forest.children[index].iter().flat_map(|group| &group.members);
            n_below[index] = children.map(|child| 1 + n_below[*child]).sum();
            shapes[index] = shapes_of(forest, spacing, &shapes, Some(index), &forest.children[index], n_below[index]);
        }
        let roots = [Group { label: None, members: forest.roots.clone() }];
        let page = shapes_of(forest, spacing, &shapes, None, &roots, forest.boxes.len());
        Self { forest, spacing, shapes, page }
    }

    /// The layout for a page of the given width by height ratio.
    pub fn fit(&self, aspect: f64) -> Layout {
        let Self { forest, spacing, shapes, page } = self;
        fit(forest, spacing, shapes, page, aspect)
    }
}

fn fit(forest: &Forest, spacing: &Spacing, shapes: &[Vec<Shape>], page: &[Shape], aspect: f64) -> Layout {
    let mut layout = Layout { corners: vec![(0.0, 0.0); forest.boxes.len()], ..Layout::default() };
    // The part of the page that stays empty decides; of equals, the cheaper.
    let waste = |shape: &Shape| {
        let height = shape.height.max(shape.width / aspect);
        (height * height * aspect + shape.cost * 10.0) / 1_000.0
    };
    let best = page.iter().min_by(|a, b| waste(a).total_cmp(&waste(b)));
    let Some(best) = best else { return layout };
    layout.width = best.width;
    layout.height = best.height;
    let mut placer = Placer { forest, spacing, shapes, layout };
    placer.forest(best);
    placer.layout
}

/// The boxes such that children come before their parents.
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

/// What stands above a column's first child: its label, or nothing.
fn head(group: &Group, spacing: &Spacing) -> Points {
    group.label.map_or(0.0, |(_, height)| height + spacing.rows / 2.0)
}

/// The shapes of a box with its children, or of the page with its trees.
fn shapes_of(
    forest: &Forest,
    spacing: &Spacing,
    shapes: &[Vec<Shape>],
    parent: Option<usize>,
    groups: &[Group],
    n_below: usize,
) -> Vec<Shape> {
    let (own_width, own_height) = parent.map_or((0.0, 0.0), |parent| forest.boxes[parent]);
    let n_children: usize = groups.iter().map(|group| group.members.len()).sum();
    if n_children == 0 {
        return vec![Shape { width: own_width, height: own_height, cost: 0.0, offset: 0.0, columns: Vec::new() }];
    }
    let (gap, below, row_gap) = match parent {
        Some(_) => (spacing.columns, own_height + 2.0 * spacing.bus, spacing.rows),
        None => (spacing.trees, 0.0, spacing.trees),
    };
    let indent = if parent.is_some() { spacing.spine } else { 0.0 };
    let mut found: Vec<Shape> = Vec::new();
    // Few children can be cut in few ways; of many, each try is dear.
    let n_heights = match n_children {
        // The page is cut once, and whether it is filled shows.
        _ if parent.is_none() => 8 * MOST_HEIGHTS,
        n if n > MANY_CHILDREN => MOST_HEIGHTS / 4,
        _ if n_below > MANY_BELOW => MOST_HEIGHTS,
        n => (3 * n + 2).min(MOST_HEIGHTS),
    };
    for limit in heights(groups, shapes, spacing, row_gap, n_heights) {
        let mut columns = Vec::new();
        let (mut width, mut height, mut cost) = (0.0, 0.0_f64, 0.0);
        for (index, group) in groups.iter().enumerate() {
            let cut = cut_group(index, group, shapes, &Cut { limit, head: head(group, spacing), row_gap, indent, gap });
            for (column, column_height, column_cost) in cut {
                if !columns.is_empty() {
                    width += gap;
                }
                width += column.width;
                height = height.max(column_height);
                cost += column_cost;
                columns.push(column);
            }
        }
        let columns_width = width;
        let width = f64::max(width, own_width);
        let mut x = (width - columns_width) / 2.0;
        let mut hooks = Vec::with_capacity(columns.len());
        for column in &columns {
            hooks.push(x + hook(column, groups, forest, shapes));
            x += column.width + gap;
        }
        // The box stands above the middle of what hangs from it.
        let middle = (hooks[0] + hooks[hooks.len() - 1]) / 2.0;
        let offset = (middle - own_width / 2.0).clamp(0.0, width - own_width);
        found.push(Shape { width, height: below + height, cost, offset, columns });
    }
    frontier(
        found,
        match parent {
            None => usize::MAX,
            Some(_) if n_below > MANY_BELOW => 2 * MOST_SHAPES,
            Some(_) => MOST_SHAPES,
        },
    )
}

/// Heights worth trying: from the tallest single child to all in one column.
fn heights(
    groups: &[Group],
    shapes: &[Vec<Shape>],
    spacing: &Spacing,
    row_gap: Points,
    n_heights: usize,
) -> Vec<Points> {
    let (mut least, mut most) = (0.0_f64, 0.0_f64);
    if let [group] = groups
        && let [only] = group.members.as_slice()
    {
        return shapes[*only].iter().map(|shape| head(group, spacing) + shape.height + 1e-6).collect();
    }
    for group in groups {
        let head = head(group, spacing);
        let mut sum = head;
        for member in &group.members {
            let lowest = shapes[*member].iter().map(|shape| shape.height).fold(f64::INFINITY, f64::min);
            let highest = shapes[*member].iter().map(|shape| shape.height).fold(0.0, f64::max);
            least = least.max(head + lowest);
            sum += highest + row_gap;
        }
        most = most.max(sum);
    }
    let steps = n_heights - 1;
    let ratio = (most / least.max(1.0)).max(1.0);
    // More of the low ones: that is where the number of columns changes most.
    let mut heights: Vec<Points> =
        (0..=steps).map(|step| least * ratio.powf(step as f64 / steps as f64) + 1e-6).collect();
    heights.dedup();
    heights
}

/// How the children of a group are cut into columns.
struct Cut {
    limit: Points,
    head: Points,
    row_gap: Points,
    indent: Points,
    gap: Points,
}

/// Cuts the children of a group into columns no higher than the limit: least
/// width first, then least sum of squared heights, so that columns are even.
fn cut_group(index: usize, group: &Group, shapes: &[Vec<Shape>], cut: &Cut) -> Vec<(Column, Points, Points)> {
    let n = group.members.len();
    // best[i]: the best way to cut the first i children, by (width, squares), and where its last column begins.
    let mut best: Vec<Option<(Points, Points, usize)>> = vec![None; n + 1];
    best[0] = Some((0.0, 0.0, 0));
    for end in 1..=n {
        // Boxes of one shape, as most are, need no search: sums and maxima do.
        let mut plain = Some((0.0_f64, cut.head - cut.row_gap));
        for start in (0..end).rev() {
            let members = &group.members[start..end];
            plain = match (plain, shapes[group.members[start]].as_slice()) {
                (Some((width, height)), [only]) => Some((width.max(only.width), height + cut.row_gap + only.height)),
                _ => None,
            };
            let column = match plain {
                Some((width, height)) => (height <= cut.limit).then(|| {
                    let indent = if members.len() > 1 { cut.indent } else { 0.0 };
                    (width + indent, height, 0.0)
                }),
                None if members.len() > MOST_SUBTREES => None,
                None => column(members, shapes, cut).map(|made| (made.width, made.height, made.cost)),
            };
            let Some((column_width, column_height, column_cost)) = column else {
                if end - start > 1 {
                    break; // longer columns are higher still
                }
                continue;
            };
            let Some((width, squares, _)) = best[start] else { continue };
            let gap = if start == 0 { 0.0 } else { cut.gap };
            // A child alone needs no spine; that must not make columns uneven.
            let spared = if members.len() == 1 && n > 1 { cut.indent } else { 0.0 };
            let total = width + gap + column_width + spared + column_cost;
            let squares = squares + column_height * column_height;
            let better = best[end].is_none_or(|(other, other_squares, _)| {
                total < other - 1e-6 || (total < other + 1e-6 && squares < other_squares - 1e-6)
            });
            if better {
                best[end] = Some((total, squares, start));
            }
        }
    }
    let mut columns = Vec::new();
    let mut end = n;
    while end > 0 {
        // The limit is at least the tallest child, so every child has a column.
        let start = best[end].map_or(end - 1, |(_, _, start)| start);
        let members = &group.members[start..end];
        let made = column(members, shapes, cut).unwrap_or_else(|| Made {
            shapes: vec![0; members.len()],
            width: shapes[members[0]].first().map_or(0.0, |shape| shape.width),
            height: shapes[members[0]].first().map_or(0.0, |shape| shape.height),
            cost: 0.0,
        });
        let label = group.label.map_or(0.0, |(width, _)| width);
        let members = (start..end).zip(made.shapes).collect();
        columns.push((Column { group: index, members, width: made.width.max(label) }, made.height, made.cost));
        end = start;
    }
    columns.reverse();
    columns
}

/// A column with the shape of each child.
struct Made {
    shapes: Vec<usize>,
    width: Points,
    height: Points,
    cost: Points,
}

/// The narrowest column of these children that is not higher than the limit.
fn column(members: &[usize], shapes: &[Vec<Shape>], cut: &Cut) -> Option<Made> {
    let indent = if members.len() > 1 { cut.indent } else { 0.0 };
    let mut widths: Vec<Points> = members.iter().flat_map(|member| &shapes[*member]).map(|shape| shape.width).collect();
    widths.sort_by(f64::total_cmp);
    widths.dedup();
    // Wider columns are lower: the least width that fits is found by halving.
    // Shapes stand by width, and so by falling height.
    let widest = |member: usize, width: Points| {
        shapes[member].partition_point(|shape| shape.width <= width + 1e-9).checked_sub(1)
    };
    let height_at = |width: Points| {
        let mut height = cut.head + cut.row_gap * (members.len() - 1) as f64;
        for member in members {
            height += shapes[*member][widest(*member, width)?].height;
        }
        (height <= cut.limit).then_some(height)
    };
    let width = *widths.get(widths.partition_point(|width| height_at(*width).is_none()))?;
    let height = height_at(width)?;
    let chosen: Vec<usize> = members.iter().map(|member| widest(*member, width).unwrap_or(0)).collect();
    let own = |at: usize| &shapes[members[at]][chosen[at]];
    let width = (0..members.len()).map(|at| own(at).width).fold(0.0, f64::max) + indent;
    // A subtree above siblings makes the eye jump over it.
    let deep = (0..members.len() - 1).filter(|at| !own(*at).columns.is_empty()).count();
    let cost = (0..members.len()).map(|at| own(at).cost).sum::<Points>() + deep as f64 * cut.indent;
    Some(Made { shapes: chosen, width, height, cost })
}

/// How far right of a column's left edge the line from the bus comes down: at
/// the spine, or at the middle of the only child.
fn hook(column: &Column, groups: &[Group], forest: &Forest, shapes: &[Vec<Shape>]) -> Points {
    match column.members.as_slice() {
        [(member, shape)] => {
            let child = groups[column.group].members[*member];
            shapes[child][*shape].offset + forest.boxes[child].0 / 2.0
        }
        _ => 0.0,
    }
}

/// The shapes of which none is better in width and height, by width; of equals
/// the one that costs least.
fn frontier(mut shapes: Vec<Shape>, most: usize) -> Vec<Shape> {
    shapes.sort_by(|a, b| {
        a.width.total_cmp(&b.width).then(a.height.total_cmp(&b.height)).then(a.cost.total_cmp(&b.cost))
    });
    let mut kept: Vec<Shape> = Vec::new();
    for shape in shapes {
        if kept.last().is_none_or(|last| shape.height < last.height - 1e-6) {
            kept.push(shape);
        }
    }
    while kept.len() > most {
        // Drop the one whose neighbours are nearest to each other in shape.
        let nearest = (1..kept.len() - 1).min_by(|a, b| {
            let room =
                |at: usize| (kept[at + 1].width / kept[at - 1].width) * (kept[at - 1].height / kept[at + 1].height);
            room(*a).total_cmp(&room(*b))
        });
        kept.remove(nearest.unwrap_or(1));
    }
    kept
}

/// Gives every box its place, from the page down.
struct Placer<'a> {
    forest: &'a Forest,
    spacing: &'a Spacing,
    shapes: &'a [Vec<Shape>],
    layout: Layout,
}

impl Placer<'_> {
    /// Places the trees of the page.
    fn forest(&mut self, page: &Shape) {
        let mut work: Vec<(usize, usize, (Points, Points))> = Vec::new();
        let mut x = 0.0;
        for column in &page.columns {
            let mut y = 0.0;
            for (member, shape) in &column.members {
                let root = self.forest.roots[*member];
                work.push((root, *shape, (x, y)));
                y += self.shapes[root][*shape].height + self.spacing.trees;
            }
            x += column.width + self.spacing.trees;
        }
        while let Some((index, shape, corner)) = work.pop() {
            self.tree(index, shape, corner, &mut work);
        }
    }

    /// Places a box whose subtree has its left upper corner at `corner`.
    fn tree(
        &mut self,
        index: usize,
        shape: usize,
        corner: (Points, Points),
        work: &mut Vec<(usize, usize, (Points, Points))>,
    ) {
        let shape = &self.shapes[index][shape];
        let (width, height) = self.forest.boxes[index];
        let groups = &self.forest.children[index];
        let (left, top) = corner;
        let bus = top + height + self.spacing.bus;
        let row = bus + self.spacing.bus;
        let total: Points = shape.columns.iter().map(|column| column.width).sum::<Points>()
            + self.spacing.columns * shape.columns.len().saturating_sub(1) as f64;
        let mut x = left + (shape.width - total).max(0.0) / 2.0;
        let mut hooks = Vec::new();
        for column in &shape.columns {
            let group = &groups[column.group];
            let several = column.members.len() > 1;
            let indent = if several { self.spacing.spine } else { 0.0 };
            let head = head(group, self.spacing);
            let hook = x + hook(column, groups, self.forest, self.shapes);
            hooks.push(hook);
            if let Some((label_width, _)) = group.label {
                let label_x = if several { x } else { (hook - label_width / 2.0).max(x) };
                self.layout.labels.push((index, column.group, (label_x, row)));
            }
            let mut y = row + head;
            let mut last_stub = bus;
            for (member, shape) in &column.members {
                let child = group.members[*member];
                let (child_x, child_y) = (x + indent, y);
                work.push((child, *shape, (child_x, child_y)));
                if several {
                    let box_x = child_x + self.shapes[child][*shape].offset;
                    let middle = child_y + self.forest.boxes[child].1.min(2.0 * self.spacing.rows) / 2.0;
                    self.layout.lines.push(vec![(x, last_stub), (x, middle), (box_x, middle)]);
                    last_stub = middle;
                } else {
                    self.layout.lines.push(vec![(hook, bus), (hook, child_y)]);
                }
                y += self.shapes[child][*shape].height + self.spacing.rows;
            }
            x += column.width + self.spacing.columns;
        }
        let box_x = left + shape.offset;
        self.layout.corners[index] = (box_x, top);
        if let (Some(first), Some(last)) = (hooks.first(), hooks.last()) {
            let middle = box_x + width / 2.0;
            self.layout.lines.push(vec![(middle, top + height), (middle, bus)]);
            self.layout.lines.push(vec![(first.min(middle), bus), (last.max(middle), bus)]);
        }
    }
}
