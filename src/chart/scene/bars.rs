//! Lists of numbers as bars, in columns side by side.

use super::page::{FAINT, FilledPage, MARGIN};
use super::text::Weight;
use super::{Frame, Ground, Pen, Scene, Words};
use crate::chart::layout::Points;
use crate::chart::scene::card::INK;
use crate::chart::scene::legend::Legend;

/// The width of a column.
const COLUMN: Points = 372.0;
const GAP: Points = 34.0;
/// The room for names; bars begin after it.
const NAMES: Points = 186.0;
/// The room for numbers, behind the longest bar.
const NUMBERS: Points = 46.0;
const SIZE: Points = 8.5;
const SECOND: Points = 7.0;
const BAR_HEIGHT: Points = 9.0;
/// Colours of bars, and of the part that is not there yet.
const WHOLE: usize = 0;
const PLANNED: usize = 9;

/// A list of numbers.
#[derive(Debug, Clone)]
pub(in crate::chart) struct BarList {
    title: String,
    rows: Vec<Bar>,
    more: Option<String>,
}

#[derive(Debug, Clone)]
struct Bar {
    /// Its names, in the languages shown.
    names: Vec<String>,
    length: f64,
    /// The part of it that is not there yet.
    planned: f64,
    shown: String,
}

impl BarList {
    pub fn new(title: String) -> Self {
        Self { title, rows: Vec::new(), more: None }
    }

    pub fn add(&mut self, names: Vec<String>, length: f64, planned: f64, shown: String) {
        self.rows.push(Bar { names, length, planned, shown });
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Keeps the first rows; the rest is counted in these words.
    pub fn cut(&mut self, most: usize, more: impl FnOnce(usize) -> String) {
        if self.rows.len() > most {
            self.more = Some(more(self.rows.len() - most));
            self.rows.truncate(most);
        }
    }

    /// All its words.
    pub fn every(&self) -> impl Iterator<Item = &str> {
        let of_rows = self.rows.iter().flat_map(|row| row.names.iter().chain([&row.shown]));
        [&self.title].into_iter().chain(of_rows).chain(&self.more).map(String::as_str)
    }
}

/// The page with these lists: each is put where there is the most room left.
pub(in crate::chart) fn draw(lists: &[BarList], words: &Words, pen: &mut Pen) -> Scene {
    let mut page = FilledPage::begin(2.0 * COLUMN + GAP, words, pen);
    let mut filled = [page.y; 2];
    for list in lists {
        let column = usize::from(filled[1] < filled[0] - 1e-9);
        let x = MARGIN + column as Points * (COLUMN + GAP);
        filled[column] = draw_list(&mut page, list, (x, filled[column]), pen) + 22.0;
    }
    page.y = filled[0].max(filled[1]) - 22.0;
    page.finish(&Legend::default(), words, pen)
}

/// Draws a list below a corner; returns where it ends.
fn draw_list(page: &mut FilledPage, list: &BarList, (x, mut y): (Points, Points), pen: &mut Pen) -> Points {
    for line in pen.wrap(&list.title, 11.0, Weight::Bold, COLUMN) {
        y += 13.0;
        page.text(line, (x, y), (11.0, Weight::Bold), FAINT);
    }
    y += 8.0;
    let longest = list.rows.iter().map(|row| row.length).fold(f64::MIN_POSITIVE, f64::max);
    // A list of numbers without names has its bars from the left.
    let names = if list.rows.iter().all(|row| row.names.is_empty()) { 0.0 } else { NAMES };
    let room = COLUMN - names - NUMBERS;
    for row in &list.rows {
        let mut line_y = y;
        for (at, name) in row.names.iter().enumerate() {
            let size = if at == 0 { SIZE } else { SECOND };
            for line in pen.wrap(name, size, Weight::Regular, names - 8.0) {
                line_y += size * 1.25;
                page.text(line, (x, line_y - size * 0.25), (size, Weight::Regular), if at == 0 { INK } else { FAINT });
            }
        }
        let (whole, planned) = (room * row.length / longest, room * row.planned / longest);
        let bar =
            |from: Points, to: Points| Frame { x: x + names + from, y: y + 1.0, width: to - from, height: BAR_HEIGHT };
        if whole > planned {
            page.scene.grounds.push((bar(0.0, whole - planned), Ground::Span(WHOLE)));
        }
        if planned > 0.0 {
            page.scene.grounds.push((bar(whole - planned, whole), Ground::Span(PLANNED)));
        }
        page.text(row.shown.clone(), (x + names + whole + 5.0, y + 8.5), (SIZE, Weight::Regular), INK);
        y = line_y.max(y + BAR_HEIGHT + 2.0) + 3.5;
    }
    if let Some(more) = &list.more {
        y += SIZE * 1.25;
        page.text(more.clone(), (x, y - SIZE * 0.25), (SIZE, Weight::Regular), FAINT);
    }
    y
}
