//! The layout of boxes that are joined by arbitrary links. Knows only boxes.
//!
//! Boxes are in layers from left to right, since cards are wide and low. Labels
//! are boxes in separate layers, so that they do not cover anything. Between
//! the layers are channels, in which the lines go up and down; a line that
//! passes a layer has a place in it as a box without size. Thus no line
//! runs through a box, whatever the links are.
//!
//! Connected parts are laid out one by one (`levels`, `order`, `place`,
//! `route`) and put on the page as bricks.

mod bricks;
mod levels;
mod order;
mod place;
mod route;

use super::Points;
use levels::Levels;

/// Boxes and the links between them.
#[derive(Debug, Clone, Default)]
pub struct Net {
    /// Width and height of each box.
    pub boxes: Vec<(Points, Points)>,
    /// Width and height of each label.
    pub labels: Vec<(Points, Points)>,
    /// The links. None joins a box to itself.
    pub links: Vec<Link>,
    /// Whether each label stands at the end of its links instead of their beginning; none does if empty.
    pub at_end: Vec<bool>,
    /// The column in which each box stands, from the left; boxes of one column may need several layers. Without
    /// columns the links alone decide.
    pub columns: Vec<usize>,
}

/// A link from one box to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Where it begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Its label. Links that start or end at the same box may share one.
    pub label: Option<usize>,
}

/// Distances that a layout keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayeredSpacing {
    /// Between two boxes of a layer.
    pub boxes: Points,
    /// Between two labels of a layer.
    pub labels: Points,
    /// Between two lines, and between a line and a box.
    pub lines: Points,
    /// Between a box and the first line of the channel next to it.
    pub margin: Points,
    /// Between two unconnected parts.
    pub parts: Points,
}

/// Boxes, labels and links with positions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layered {
    /// The total width.
    pub width: Points,
    /// The total height.
    pub height: Points,
    /// The upper left corner of each box.
    pub corners: Vec<(Points, Points)>,
    /// The upper left corner of each label.
    pub labels: Vec<(Points, Points)>,
    /// A line for each link, in horizontal and vertical pieces. Lines that
    /// start at the same box or label share their path as far as possible.
    pub lines: Vec<Vec<(Points, Points)>>,
}

/// Above this number of boxes and links, one layout is made, with layers as high as necessary.
const MOST_TRIED: usize = 1_500;

/// Lays boxes out for a page of the given width by height ratio.
pub fn lay_out(net: &Net, spacing: &LayeredSpacing, aspect: f64) -> Layered {
    let parts = parts(net);
    let area: Points = net.boxes.iter().map(|(width, height)| (width + 60.0) * (height + spacing.boxes)).sum();
    let side = (area / aspect).sqrt();
    let mut limits = vec![f64::INFINITY];
    if net.boxes.len() + net.links.len() <= MOST_TRIED && net.columns.is_empty() {
        limits.extend([0.6, 0.8, 1.0, 1.25, 1.6, 2.2].map(|factor| side * factor));
    }
    // The empty part of the page decides; of equals, the higher layers.
    let waste = |layout: &Layered| layout.height.max(layout.width / aspect);
    let mut best: Option<Layered> = None;
    for limit in limits {
        let laid: Vec<PlacedPart> = parts.iter().map(|part| part.lay_out(spacing, limit)).collect();
        let layout = put_together(net, &parts, &laid, spacing, aspect);
        if best.as_ref().is_none_or(|other| waste(&layout) < waste(other) * 0.97) {
            best = Some(layout);
        }
    }
    best.unwrap_or_default()
}

/// Connected boxes, with their indexes in the complete network.
struct Connected {
    net: Net,
    boxes: Vec<usize>,
    labels: Vec<usize>,
    links: Vec<usize>,
}

/// A part with positions.
struct PlacedPart {
    size: (Points, Points),
    /// Upper left corners of boxes, then of labels.
    corners: Vec<(Points, Points)>,
    lines: Vec<Vec<(Points, Points)>>,
}

impl Connected {
    fn lay_out(&self, spacing: &LayeredSpacing, limit: Points) -> PlacedPart {
        let mut levels = Levels::of(&self.net, spacing, limit);
        order::order(&mut levels);
        let places = place::place(&levels, spacing);
        let routes = route::route(&levels, &places, spacing);
        let corner = |node: usize| {
            let level = levels.level[node];
            (routes.left[level], places[node] - levels.sizes[node].1 / 2.0)
        };
        let n = self.net.boxes.len() + self.net.labels.len();
        let corners: Vec<(Points, Points)> = (0..n).map(corner).collect();
        let lines = self.net.links.iter().enumerate().map(|(index, _)| routes.line(&levels, index)).collect();
        PlacedPart { size: (routes.width, 0.0), corners, lines }.at_the_top(&levels)
    }
}

impl PlacedPart {
    /// The part moved so that its highest point is at zero.
    fn at_the_top(mut self, levels: &Levels) -> Self {
        let ys = self.lines.iter().flatten().map(|(_, y)| *y);
        let top = self.corners.iter().map(|(_, y)| *y).chain(ys.clone()).fold(f64::INFINITY, f64::min);
        let bottoms = self.corners.iter().zip(&levels.sizes).map(|((_, y), (_, height))| y + height);
        let bottom = bottoms.chain(ys).fold(f64::NEG_INFINITY, f64::max);
        for (_, y) in self.corners.iter_mut().chain(self.lines.iter_mut().flatten()) {
            *y -= top;
        }
        self.size.1 = bottom - top;
        self
    }
}

/// The connected parts, in the order of their first boxes.
fn parts(net: &Net) -> Vec<Connected> {
    let mut parent: Vec<usize> = (0..net.boxes.len()).collect();
    let find = |parent: &mut Vec<usize>, mut node: usize| {
        while parent[node] != node {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }
        node
    };
    // Columns go through all parts.
    let columns = (1..net.columns.len()).map(|node| (0, node));
    for (from, to) in net.links.iter().map(|link| (link.from, link.to)).chain(columns) {
        let (a, b) = (find(&mut parent, from), find(&mut parent, to));
        // The smaller index stays, so that parts are in the order of boxes.
        parent[a.max(b)] = a.min(b);
    }
    let mut parts: Vec<Connected> = Vec::new();
    let (mut part_of, mut inside) = (vec![usize::MAX; net.boxes.len()], vec![0; net.boxes.len()]);
    for node in 0..net.boxes.len() {
        let top = find(&mut parent, node);
        if part_of[top] == usize::MAX {
            part_of[top] = parts.len();
            let (boxes, labels, links) = (Vec::new(), Vec::new(), Vec::new());
            parts.push(Connected { net: Net::default(), boxes, labels, links });
        }
        part_of[node] = part_of[top];
        let part = &mut parts[part_of[node]];
        inside[node] = part.boxes.len();
        part.boxes.push(node);
        part.net.boxes.push(net.boxes[node]);
        part.net.columns.extend(net.columns.get(node));
    }
    let mut label_inside = vec![None; net.labels.len()];
    for (index, link) in net.links.iter().enumerate().filter(|(_, link)| link.from != link.to) {
        let part = &mut parts[part_of[link.from]];
        let label = link.label.map(|label| {
            *label_inside[label].get_or_insert_with(|| {
                part.labels.push(label);
                part.net.labels.push(net.labels[label]);
                part.net.at_end.push(net.at_end.get(label).copied().unwrap_or_default());
                part.labels.len() - 1
            })
        });
        part.links.push(index);
        part.net.links.push(Link { from: inside[link.from], to: inside[link.to], label });
    }
    parts
}

fn put_together(net: &Net, parts: &[Connected], laid: &[PlacedPart], spacing: &LayeredSpacing, aspect: f64) -> Layered {
    let sizes: Vec<(Points, Points)> = laid.iter().map(|part| part.size).collect();
    // The largest part first: what is small finds room beside it.
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|a, b| (sizes[*b].0 * sizes[*b].1).total_cmp(&(sizes[*a].0 * sizes[*a].1)));
    let sorted: Vec<(Points, Points)> = order.iter().map(|part| sizes[*part]).collect();
    let mut packing = bricks::pack(&sorted, spacing.parts, aspect);
    let corners = packing.corners.clone();
    for (part, corner) in order.into_iter().zip(corners) {
        packing.corners[part] = corner;
    }
    let mut layout = Layered {
        width: packing.width,
        height: packing.height,
        corners: vec![(0.0, 0.0); net.boxes.len()],
        labels: vec![(0.0, 0.0); net.labels.len()],
        lines: vec![Vec::new(); net.links.len()],
    };
    for ((part, laid), (left, top)) in parts.iter().zip(laid).zip(&packing.corners) {
        let at = |(x, y): &(Points, Points)| (x + left, y + top);
        let (boxes, labels) = laid.corners.split_at(part.boxes.len());
        for (index, corner) in part.boxes.iter().zip(boxes) {
            layout.corners[*index] = at(corner);
        }
        for (index, corner) in part.labels.iter().zip(labels) {
            layout.labels[*index] = at(corner);
        }
        for (index, line) in part.links.iter().zip(&laid.lines) {
            layout.lines[*index] = line.iter().map(at).collect();
        }
    }
    layout
}
