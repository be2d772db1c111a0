//! Directions in which lines lead. The layouts lead down (trees) or to the right (networks); others are turned.

use super::layered::{self, Layered, LayeredSpacing, Link, Net};
use super::{Forest, Layout, Points};

/// Where lines lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineDirection {
    /// From the top down.
    Down,
    /// From left to right.
    Right,
    /// From the bottom up.
    Up,
    /// From right to left.
    Left,
}

impl LineDirection {
    /// The direction of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "down" => Some(Self::Down),
            "right" => Some(Self::Right),
            "up" => Some(Self::Up),
            "left" => Some(Self::Left),
            _ => None,
        }
    }

    fn is_upright(self) -> bool {
        matches!(self, Self::Down | Self::Up)
    }
}

/// Lays a network out in a direction, for a page of the given width by height ratio.
pub fn lay_out(net: &Net, spacing: &LayeredSpacing, aspect: f64, direction: LineDirection) -> Layered {
    if direction == LineDirection::Right {
        return layered::lay_out(net, spacing, aspect);
    }
    let turned =
        |(width, height): &(Points, Points)| if direction.is_upright() { (*height, *width) } else { (*width, *height) };
    let own = Net {
        boxes: net.boxes.iter().map(turned).collect(),
        labels: net.labels.iter().map(turned).collect(),
        ..net.clone()
    };
    let mut layout = layered::lay_out(&own, spacing, if direction.is_upright() { 1.0 / aspect } else { aspect });
    if direction.is_upright() {
        std::mem::swap(&mut layout.width, &mut layout.height);
        for (x, y) in layout.corners.iter_mut().chain(&mut layout.labels).chain(layout.lines.iter_mut().flatten()) {
            std::mem::swap(x, y);
        }
    }
    let (width, height) = (layout.width, layout.height);
    let frames = layout.corners.iter_mut().zip(&net.boxes).chain(layout.labels.iter_mut().zip(&net.labels));
    match direction {
        LineDirection::Left => {
            frames.for_each(|(corner, size)| corner.0 = width - corner.0 - size.0);
            layout.lines.iter_mut().flatten().for_each(|point| point.0 = width - point.0);
        }
        LineDirection::Up => {
            frames.for_each(|(corner, size)| corner.1 = height - corner.1 - size.1);
            layout.lines.iter_mut().flatten().for_each(|point| point.1 = height - point.1);
        }
        LineDirection::Down | LineDirection::Right => {}
    }
    layout
}

/// Lays a forest out in a direction other than down, generation by generation.
pub fn lay_out_forest(forest: &Forest, spacing: &LayeredSpacing, aspect: f64, direction: LineDirection) -> Layout {
    let mut net = Net { boxes: forest.boxes.clone(), ..Net::default() };
    let mut groups = Vec::new();
    let mut layout = Layout::default();
    for (parent, siblings) in forest.children.iter().enumerate() {
        for (group, members) in siblings.iter().enumerate() {
            let label = members.label.map(|size| {
                net.labels.push(size);
                groups.push((parent, group));
                groups.len() - 1
            });
            for child in &members.members {
                net.links.push(Link { from: parent, to: *child, label });
                layout.ends.push((parent, *child));
            }
        }
    }
    let laid = lay_out(&net, spacing, aspect, direction);
    layout.labels =
        groups.into_iter().zip(&laid.labels).map(|((parent, group), corner)| (parent, group, *corner)).collect();
    Layout { width: laid.width, height: laid.height, corners: laid.corners, lines: laid.lines, ..layout }
}
