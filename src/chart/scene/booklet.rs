//! What a chart of several pages has in addition: the name of its part on each page, with the way back; on the
//! first a map of the others; and at the end an index of names.

use super::page::{FAINT, FilledPage, MARGIN};
use super::text::Weight;
use super::{Frame, Ground, Pen, Scene, Words};
use crate::chart::layout::Points;

/// A place on another page of the document, to which words or a card lead.
#[derive(Debug, Clone, PartialEq)]
pub struct PageLink {
    /// What is pressed.
    pub frame: Frame,
    /// The number of the page.
    pub page: usize,
    /// The card there, if it is not the page as a whole.
    pub iri: Option<String>,
    /// Where it leads to, in words.
    pub words: String,
}

/// A page on which something is, and the card there.
pub(in crate::chart) type PagePlace = (usize, Option<String>);

/// The part of a chart that a page shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::chart) struct PagePart {
    /// The number of the page, and of all.
    pub number: usize,
    pub all: usize,
    /// The names of the part.
    pub title: String,
    /// The pages from which one comes to it.
    pub back: Vec<PagePlace>,
}

/// A line of the map, or of the index.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::chart) struct BookletEntry {
    /// What is there.
    pub name: String,
    /// The pages.
    pub places: Vec<PagePlace>,
    /// The last page, if it goes over several.
    pub last: Option<usize>,
}

impl BookletEntry {
    /// The number of a place, or the pages over which it goes.
    fn number(&self, page: usize) -> String {
        match self.last {
            Some(last) if last > page => format!("{page}–{last}"),
            _ => page.to_string(),
        }
    }
}

/// The width of a column of entries, and between two.
const COLUMN: (Points, Points) = (148.0, 16.0);
/// The most width of an entry of the map.
const WIDEST: Points = 380.0;
/// The size of an entry, and the height of its lines.
const ENTRY: (Points, Points) = (7.5, 9.4);
/// The size of a heading among entries.
const HEADING: Points = 9.0;
/// Between two entries.
const BETWEEN: Points = 2.0;
/// How many times as large the entries of an index may be, where that takes no further page.
const ZOOMS: [f64; 6] = [1.5, 1.4, 1.3, 1.2, 1.1, 1.0];
/// The room around the map.
const PADDING: Points = 10.0;

/// What stands in a column.
enum BookletItem<'a> {
    Head(Vec<String>, f64),
    Entry(&'a BookletEntry, Vec<String>, f64),
}

impl BookletItem<'_> {
    fn height(&self) -> Points {
        match self {
            Self::Head(lines, zoom) => (HEADING * 1.25 * lines.len() as f64 + 5.0) * zoom,
            Self::Entry(_, lines, zoom) => (ENTRY.1 * lines.len() as f64 + BETWEEN) * zoom,
        }
    }
}

/// The columns of a page of this width: how many, and how wide.
fn columns(width: Points, zoom: f64) -> (usize, Points) {
    let n = (((width + COLUMN.1) / (COLUMN.0 * zoom + COLUMN.1)) as usize).max(1);
    (n, (width - COLUMN.1 * (n - 1) as f64) / n as f64)
}

/// The room that the numbers of an entry take.
fn numbers_width(entry: &BookletEntry, zoom: f64, pen: &Pen) -> Points {
    let numbers = entry.places.iter().map(|(page, _)| entry.number(*page));
    let widths = numbers.map(|number| pen.measure(Weight::Regular).width(&number, ENTRY.0 * zoom));
    widths.map(|width| width + 7.0 * zoom).sum::<Points>().max(16.0 * zoom)
}

fn item<'a>(entry: &'a BookletEntry, width: Points, zoom: f64, pen: &mut Pen) -> BookletItem<'a> {
    let room = (width - numbers_width(entry, zoom, pen)).max(40.0);
    BookletItem::Entry(entry, pen.wrap(&entry.name, ENTRY.0 * zoom, Weight::Regular, room), zoom)
}

/// Items in columns of at most this height, as many as there is room for: the number of items in each.
fn fill(items: &[BookletItem<'_>], n_columns: usize, height: Points) -> Vec<usize> {
    let mut counts = Vec::new();
    let mut at = 0;
    while at < items.len() && counts.len() < n_columns {
        let (mut n, mut y) = (0, 0.0);
        while let Some(item) = items.get(at + n) {
            // A heading stays with what is below it.
            let with = match (item, items.get(at + n + 1)) {
                (BookletItem::Head(..), Some(next)) => item.height() + next.height(),
                _ => item.height(),
            };
            if n > 0 && y + with > height + 1e-6 {
                break;
            }
            y += item.height();
            n += 1;
        }
        counts.push(n);
        at += n;
    }
    counts
}

/// The least height at which these items have room in the columns.
fn even(items: &[BookletItem<'_>], n_columns: usize, most: Points) -> Points {
    // No column is lower than what stands alone in it, or below its heading.
    let pairs = items.windows(2).filter(|pair| matches!(pair[0], BookletItem::Head(..)));
    let headed = pairs.map(|pair| pair[0].height() + pair[1].height());
    let least = items.iter().map(BookletItem::height).chain(headed).fold(0.0, f64::max);
    let (mut low, mut high) = (least, most.max(least));
    if fill(items, n_columns, low).iter().sum::<usize>() == items.len() {
        return low;
    }
    for _ in 0..24 {
        let middle = f64::midpoint(low, high);
        if fill(items, n_columns, middle).iter().sum::<usize>() == items.len() { high = middle } else { low = middle }
    }
    high
}

impl FilledPage {
    /// Writes the name of the part that this page shows, and the way back.
    pub(super) fn head(&mut self, part: &PagePart, words: &Words, pen: &mut Pen) {
        let name = format!("{}  {}", part.number, part.title);
        self.write(name.trim_end(), (13.0, Weight::Bold), super::card::INK, pen);
        self.scene.n_title = self.scene.texts.len();
        self.y += 2.0;
        self.write(&words.title_of_all(), (8.5, Weight::Regular), FAINT, pen);
        self.y += 8.5 * 1.25;
        let (mut x, y) = (MARGIN, self.y - 8.5 * 0.25);
        let mut line = vec![(words.page.clone(), None)];
        let back =
            part.back.iter().map(|place| (words.from_page.replace("{n}", &place.0.to_string()), Some(place.clone())));
        line.extend(back);
        for (text, place) in line {
            let width = pen.measure(Weight::Regular).width(&text, 8.5);
            if let Some((page, iri)) = place {
                let frame = Frame { x, y: y - 8.5, width, height: 8.5 * 1.25 };
                self.scene.links.push(PageLink { frame, page, iri, words: text.clone() });
            }
            self.text(text, (x, y), (8.5, Weight::Regular), FAINT);
            x += width + 14.0;
        }
        self.y += 14.0;
    }

    /// The map of the other pages.
    pub(super) fn map(&mut self, words: &Words, pen: &mut Pen) {
        self.y += 14.0;
        let (from, at) = (self.y, self.scene.grounds.len());
        let inner = self.width - 2.0 * PADDING;
        // Few entries have wide columns, but no number is far from its name.
        let n_columns = columns(inner, 1.0).0.min(words.map.len()).max(1);
        let width = ((inner - COLUMN.1 * (n_columns - 1) as f64) / n_columns as f64).min(WIDEST);
        self.y += PADDING - 4.0;
        for line in pen.wrap(&words.map_title, HEADING, Weight::Bold, self.width - 2.0 * PADDING) {
            self.y += HEADING * 1.25;
            self.text(line, (MARGIN + PADDING, self.y - 2.25), (HEADING, Weight::Bold), FAINT);
        }
        self.y += 5.0;
        let items: Vec<BookletItem<'_>> = words.map.iter().map(|entry| item(entry, width, 1.0, pen)).collect();
        let all = items.iter().map(BookletItem::height).sum();
        let height = even(&items, n_columns, all);
        let counts = fill(&items, n_columns, height);
        self.entries(&items, &counts, (MARGIN + PADDING, width), pen);
        self.y += height + PADDING - BETWEEN;
        let frame = Frame { x: MARGIN, y: from, width: self.width, height: self.y - from };
        self.scene.grounds.insert(at, (frame, Ground::Region));
    }

    /// Writes entries in columns from here on.
    fn entries(&mut self, items: &[BookletItem<'_>], counts: &[usize], (left, width): (Points, Points), pen: &mut Pen) {
        let mut rest = items.iter();
        for (column, count) in counts.iter().enumerate() {
            let x = left + column as f64 * (width + COLUMN.1);
            let mut y = self.y;
            for item in rest.by_ref().take(*count) {
                match item {
                    BookletItem::Head(lines, zoom) => {
                        let size = HEADING * zoom;
                        for (n, line) in lines.iter().enumerate() {
                            let baseline = y + size * (1.0 + 1.25 * n as f64);
                            self.text(line.clone(), (x, baseline), (size, Weight::Bold), FAINT);
                        }
                    }
                    BookletItem::Entry(entry, lines, zoom) => self.entry(entry, (lines, *zoom), (x, y, width), pen),
                }
                y += item.height();
            }
        }
    }

    /// Writes an entry: the name at the left, its pages at the right.
    fn entry(
        &mut self,
        entry: &BookletEntry,
        (lines, zoom): (&[String], f64),
        (x, y, width): (Points, Points, Points),
        pen: &mut Pen,
    ) {
        let (size, leading) = (ENTRY.0 * zoom, ENTRY.1 * zoom);
        let style = (size, Weight::Regular);
        for (n, line) in lines.iter().enumerate() {
            self.text(line.clone(), (x, y + leading * (0.8 + n as f64)), style, super::card::INK);
        }
        let mut right = x + width;
        for (n, (page, iri)) in entry.places.iter().enumerate().rev() {
            let number = entry.number(*page);
            let wide = pen.measure(Weight::Regular).width(&number, size);
            self.text(number.clone(), (right - wide, y + leading * 0.8), style, super::card::INK);
            // The name leads to the first of its pages.
            let (from, height) = if n == 0 { (x, leading * lines.len() as f64) } else { (right - wide - 3.0, leading) };
            let frame = Frame { x: from, y, width: right + 2.0 - from, height };
            let words = format!("{} {number}", entry.name);
            self.scene.links.push(PageLink { frame, page: *page, iri: iri.clone(), words });
            right -= wide + 7.0 * zoom;
        }
    }
}

/// Lists of entries, each with its heading, on as many pages of this size as they need, in type as large as these
/// have room for. `words` are those of each page, by its index.
pub(in crate::chart) fn lists(
    lists: &[(String, Vec<BookletEntry>)],
    size: (Points, Points),
    words: &dyn Fn(usize) -> Words,
    pen: &mut Pen,
) -> Vec<Scene> {
    let plain = lists_of(lists, size, 1.0, words, pen);
    for zoom in ZOOMS.into_iter().take_while(|zoom| *zoom > 1.0) {
        let pages = lists_of(lists, size, zoom, words, pen);
        if pages.len() <= plain.len() {
            return pages;
        }
    }
    plain
}

/// The same, in type that is this many times as large as it is at least.
fn lists_of(
    lists: &[(String, Vec<BookletEntry>)],
    (width, height): (Points, Points),
    zoom: f64,
    words: &dyn Fn(usize) -> Words,
    pen: &mut Pen,
) -> Vec<Scene> {
    let inner = width - 2.0 * MARGIN;
    let (n_columns, column) = columns(inner, zoom);
    let mut items: Vec<BookletItem<'_>> = Vec::new();
    for (heading, entries) in lists {
        if !heading.is_empty() {
            items.push(BookletItem::Head(pen.wrap(heading, HEADING * zoom, Weight::Bold, column), zoom));
        }
        items.extend(entries.iter().map(|entry| item(entry, column, zoom, pen)));
    }
    let mut pages = Vec::new();
    let mut rest = &items[..];
    while !rest.is_empty() {
        let words = words(pages.len());
        let legend = super::legend::Legend::default();
        let bare = FilledPage::begin(inner, &words, pen).finish(&legend, &words, pen);
        let room = (height - bare.height).max(60.0);
        let mut page = FilledPage::begin(inner, &words, pen);
        let mut counts = fill(rest, n_columns, room);
        let n: usize = counts.iter().sum();
        if n == rest.len() {
            counts = fill(rest, n_columns, even(rest, n_columns, room));
        }
        page.entries(&rest[..n], &counts, (MARGIN, column), pen);
        page.y += room;
        pages.push(page.finish(&legend, &words, pen));
        rest = &rest[n..];
    }
    pages
}
