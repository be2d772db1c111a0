//! The time axis. A year in which something begins or ends is as wide as the
//! cards side by side in it; years in which nothing does form a narrow gap.
//! Within a year the scale is linear: all months are equally wide.

use std::collections::BTreeMap;

use crate::chart::layout::Points;
use crate::chart::scene::card::WIDTH;
use crate::chart::view::timeline::Item;

/// The distance between two cards.
pub(super) const BETWEEN: Points = 8.0;

/// The width of a run of empty years.
const GAP: Points = 44.0;

/// The years from left to right.
pub(super) struct Axis {
    pub(super) spans: Vec<YearSpan>,
    pub(super) width: Points,
}

/// A year, or a run of years in which nothing begins or ends.
pub(super) struct YearSpan {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) x: Points,
    pub(super) width: Points,
    pub(super) is_gap: bool,
}

impl Axis {
    /// The axis of these items with at most this many cards side by side in a year.
    pub(super) fn of(items: &[Item], n_abreast: usize) -> Self {
        // How many cards each year has in its fullest lane.
        let mut years: BTreeMap<i64, BTreeMap<Option<usize>, usize>> = BTreeMap::new();
        for item in items {
            let year = item.period.start.floor() as i64;
            *years.entry(year).or_default().entry(item.lane.map(|lane| lane.index())).or_default() += 1;
            if let Some(end) = item.period.end {
                years.entry((end - 1e-6).floor() as i64).or_default();
            }
        }
        let mut axis = Self { spans: Vec::new(), width: 0.0 };
        for (year, lanes) in years {
            if let Some(last) = axis.spans.last().map(|span| span.last)
                && last + 1 < year
            {
                axis.push(last + 1, year - 1, GAP, true);
            }
            let n_cards = lanes.values().max().copied().unwrap_or(1).clamp(1, n_abreast);
            axis.push(year, year, n_cards as f64 * (WIDTH + BETWEEN), false);
        }
        axis
    }

    fn push(&mut self, first: i64, last: i64, width: Points, is_gap: bool) {
        self.spans.push(YearSpan { first, last, x: self.width, width, is_gap });
        self.width += width;
    }

    /// The year or gap that contains a time.
    pub(super) fn span(&self, time: f64) -> Option<&YearSpan> {
        let after = self.spans.partition_point(|span| span.first as f64 <= time + 1e-9);
        self.spans.get(after.checked_sub(1)?)
    }

    /// The horizontal position of a time.
    pub(super) fn x(&self, time: f64) -> Points {
        let Some(span) = self.span(time) else { return 0.0 };
        let part = (time - span.first as f64) / (span.last + 1 - span.first) as f64;
        span.x + span.width * part.clamp(0.0, 1.0)
    }
}
