//! A head with those beside it: partners in its row, assistants beside the line down from it. For the layout
//! they are one box.

use super::{Card, Line};
use crate::chart::layout::Points;

/// Between two cards of a pair.
const BETWEEN: Points = 14.0;
/// From the line down to an assistant.
const BESIDE: Points = 14.0;
/// Above the first assistant, and between two.
const ABOVE: Points = 9.0;

/// Cards that the layout sees as one box.
#[derive(Debug, Clone)]
pub(super) struct CardBlock {
    /// The cards by index, each with its corner in the block; the head is the first.
    pub cards: Vec<(usize, (Points, Points))>,
    pub width: Points,
    pub height: Points,
    /// Where its row of heads begins and where the line down from it begins.
    pub left: Points,
    pub trunk: Points,
    /// How far a line from above goes on into it, to the link between a pair.
    pub entry: Points,
    /// Lines inside it.
    pub lines: Vec<Line>,
}

impl CardBlock {
    /// Arranges heads and assistants, each with its index and its size.
    pub(super) fn of(heads: &[(usize, &Card)], assistants: &[(usize, &Card)]) -> Self {
        let row_width: Points = heads.iter().map(|(_, card)| card.frame.width).sum::<Points>()
            + BETWEEN * heads.len().saturating_sub(1) as f64;
        let row_height = heads.iter().map(|(_, card)| card.frame.height).fold(0.0, f64::max);
        let widest = assistants.iter().map(|(_, card)| card.frame.width).fold(0.0, f64::max);
        let width = if assistants.is_empty() { row_width } else { row_width.max(2.0 * (BESIDE + widest)) };
        let (left, middle) = ((width - row_width) / 2.0, width / 2.0);
        let mut block = Self {
            cards: Vec::new(),
            width,
            height: row_height,
            left,
            trunk: row_height,
            entry: 0.0,
            lines: Vec::new(),
        };
        let mut x = left;
        for (index, card) in heads {
            block.cards.push((*index, (x, 0.0)));
            x += card.frame.width + BETWEEN;
        }
        if let [(_, one), (_, other), ..] = heads {
            // The link is where the lower of the two has its middle.
            let link = one.frame.height.min(other.frame.height) / 2.0;
            for pair in block.cards.clone().windows(2) {
                let [(from, (x, _)), (to, (end, _))] = pair else { continue };
                let start = x + heads.iter().find(|(index, _)| index == from).map_or(0.0, |(_, card)| card.frame.width);
                block.lines.push(line(vec![(start, link), (*end, link)], (*from, *to)));
            }
            if heads.len().is_multiple_of(2) {
                (block.trunk, block.entry) = (link, link);
            } else {
                block.trunk = heads[heads.len() / 2].1.frame.height;
            }
        } else if let [(_, head)] = heads {
            block.trunk = head.frame.height;
        }
        let mut y = row_height;
        for pair in assistants.chunks(2) {
            y += ABOVE;
            for ((index, card), is_right) in pair.iter().zip([true, false]) {
                let x = if is_right { middle + BESIDE } else { middle - BESIDE - card.frame.width };
                block.cards.push((*index, (x, y)));
                let (side, stub) = (if is_right { x } else { x + card.frame.width }, y + 12.0);
                let way = vec![(middle, block.trunk), (middle, stub), (side, stub)];
                block.lines.push(line(way, (heads.first().map_or(0, |(head, _)| *head), *index)));
            }
            y += pair.iter().map(|(_, card)| card.frame.height).fold(0.0, f64::max);
        }
        block.height = y;
        block
    }
}

fn line(points: Vec<(Points, Points)>, ends: (usize, usize)) -> Line {
    Line { points, ends, ..Line::default() }
}
