//! Bodies without a parent: small cards at the foot of the page, grouped by kind.

use petgraph::graph::NodeIndex;

use super::card::{CardWeight, Maker};
use super::page::{FAINT, FilledPage};
use super::text::Weight;
use super::{Card, Frame, Ground, Pen};
use crate::chart::layout::Points;

/// Between two columns, and between two cards of a column.
const BETWEEN: (Points, Points) = (10.0, 6.0);
/// The room between the frame of the panel and what is in it.
const PADDING: Points = 10.0;
/// The most cards of a panel that is one column.
const FEW: usize = 4;
/// The height of the heading of a group.
const HEAD: Points = 14.0;

/// The cards of the panel by kind, in the order in which the source names the kinds.
pub(super) struct Panel {
    groups: Vec<(String, Vec<Card>)>,
}

impl Panel {
    /// The width of a panel of one column.
    pub(super) const NARROW: Points = CardWeight::Small.width() + 2.0 * PADDING;

    pub(super) fn of(maker: &Maker<'_>, nodes: &[NodeIndex], pen: &mut Pen) -> Self {
        let mut groups: Vec<(String, Vec<Card>)> = Vec::new();
        for node in nodes {
            let name = maker.legend.group(maker.network, *node);
            let is_said = maker.network[*node].kind.join(" ") == name;
            let card = maker.card_of(*node, CardWeight::Small, is_said, pen);
            match groups.iter_mut().find(|(known, _)| *known == name) {
                Some((_, cards)) => cards.push(card),
                None => groups.push((name, vec![card])),
            }
        }
        // One kind needs no heading of its own.
        if let [(name, _)] = &mut groups[..] {
            name.clear();
        }
        Self { groups }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Whether it has so few cards that one column holds them.
    pub(super) fn is_narrow(&self) -> bool {
        (1..=FEW).contains(&self.groups.iter().map(|(_, cards)| cards.len()).sum())
    }

    /// Fills the page from here on, from `left` over `room`: columns from left to right, read downwards.
    pub(super) fn place(&self, heading: &str, (left, room): (Points, Points), page: &mut FilledPage, pen: &mut Pen) {
        let from = page.y;
        let at = page.scene.grounds.len();
        page.y += PADDING - 4.0;
        let mut widest: Points = 0.0;
        for line in pen.wrap(heading, 9.0, Weight::Bold, room - 2.0 * PADDING) {
            page.y += 11.25;
            widest = widest.max(pen.measure(Weight::Bold).width(&line, 9.0));
            page.text(line, (left + PADDING, page.y - 2.25), (9.0, Weight::Bold), FAINT);
        }
        page.y += 7.0;
        let width = CardWeight::Small.width();
        let step = width + BETWEEN.0;
        let n_most = (((room - 2.0 * PADDING + BETWEEN.0) / step) as usize).max(1);
        let columns = self.columns(n_most, pen);
        // Columns that take the whole room share what is left between them.
        let step = if columns.len() == n_most && n_most > 1 {
            (room - 2.0 * PADDING - width) / (n_most - 1) as f64
        } else {
            step
        };
        let top = page.y;
        let mut bottom = top;
        for (index, column) in columns.iter().enumerate() {
            let x = left + PADDING + index as f64 * step;
            let mut y = top;
            for item in column {
                match item {
                    PanelItem::Head(lines) => {
                        for (n, line) in lines.iter().enumerate() {
                            let baseline = y + 8.0 + 9.5 * n as f64;
                            page.text(line.clone(), (x, baseline), (7.5, Weight::Bold), FAINT);
                        }
                    }
                    PanelItem::Room(_) => {}
                    PanelItem::Card(card) => page.scene.cards.push(card.at(x, y)),
                }
                y += item.height() + BETWEEN.1;
            }
            bottom = bottom.max(y - BETWEEN.1);
        }
        page.y = bottom + PADDING;
        // As wide as what is in it; across the page if little room would be left beside it.
        let filled = widest.max(columns.len() as f64 * step - BETWEEN.0) + 2.0 * PADDING;
        let width = if filled < room - step { filled } else { room };
        let frame = Frame { x: left, y: from, width, height: page.y - from };
        page.scene.grounds.insert(at, (frame, Ground::Region));
    }

    /// The headings and cards in at most this many columns of even height. Where a group goes on in the next
    /// column, the room of its heading stays free there.
    fn columns(&self, n_most: usize, pen: &mut Pen) -> Vec<Vec<PanelItem<'_>>> {
        let width = CardWeight::Small.width();
        let heads: Vec<Vec<String>> =
            self.groups.iter().map(|(name, _)| pen.wrap(name, 7.5, Weight::Bold, width)).collect();
        let fill = |limit: Points| {
            let mut columns: Vec<Vec<PanelItem<'_>>> = vec![Vec::new()];
            let mut y = 0.0;
            for ((_, cards), head) in self.groups.iter().zip(&heads) {
                let mut is_headed = false;
                for card in cards {
                    let headed = |is_headed: bool| !is_headed && !head.is_empty();
                    let mut needed = card.frame.height + BETWEEN.1;
                    if headed(is_headed) {
                        needed += head_height(head) + BETWEEN.1;
                    }
                    if y > 0.0 && y + needed > limit + BETWEEN.1 + 1e-6 {
                        let goes_on = is_headed && !head.is_empty();
                        let room = goes_on.then(|| head_height(head));
                        y = room.map_or(0.0, |room| room + BETWEEN.1);
                        columns.push(room.map(PanelItem::Room).into_iter().collect());
                    }
                    if let Some(column) = columns.last_mut() {
                        if headed(is_headed) {
                            column.push(PanelItem::Head(head.clone()));
                            y += head_height(head) + BETWEEN.1;
                        }
                        column.push(PanelItem::Card(card));
                    }
                    is_headed = true;
                    y += card.frame.height + BETWEEN.1;
                }
            }
            columns
        };
        // The least height for which the columns are enough.
        let all: Points =
            self.groups.iter().flat_map(|(_, cards)| cards).map(|card| card.frame.height + BETWEEN.1).sum();
        let heads_height: Points = heads.iter().map(|head| head_height(head) + BETWEEN.1).sum();
        let (mut low, mut high) = (0.0, all + heads_height * (n_most as f64 + 1.0));
        for _ in 0..24 {
            let middle = f64::midpoint(low, high);
            if fill(middle).len() <= n_most { high = middle } else { low = middle }
        }
        fill(high)
    }
}

fn head_height(lines: &[String]) -> Points {
    if lines.is_empty() { 0.0 } else { HEAD + 9.5 * (lines.len() - 1) as f64 - 3.0 }
}

/// What stands in a column.
enum PanelItem<'a> {
    Head(Vec<String>),
    Room(Points),
    Card(&'a Card),
}

impl PanelItem<'_> {
    fn height(&self) -> Points {
        match self {
            Self::Head(lines) => head_height(lines),
            Self::Room(height) => *height,
            Self::Card(card) => card.frame.height,
        }
    }
}
