//! The list: years as headings, statements below them, column by column.

use super::MarkShape;
use crate::chart::layout::Points;
use crate::chart::scene::card::{FAINT, INK, Maker, SMALL};
use crate::chart::scene::page::{FilledPage, MARGIN, NARROWEST, PageForm};
use crate::chart::scene::spans::Spans;
use crate::chart::scene::text::{Weight, is_leftward};
use crate::chart::scene::{COLOURS, Card, Frame, Ground, Pen, Scene, SceneText};
use crate::chart::view::timeline::{Item, Timeline};
use crate::network::Status;

/// The widths of a column that are tried.
const WIDTHS: [Points; 3] = [240.0, 290.0, 340.0];
/// The most columns on a page.
const MOST_COLUMNS: usize = 8;
/// Between two columns, between two statements, and above a year.
const BETWEEN: Points = 28.0;
const ROW: Points = 7.0;
const ABOVE_YEAR: Points = 12.0;
/// The size of a year, and the height of its heading.
const YEAR: Points = 15.0;
const HEADING: Points = 25.0;
/// The side of a mark, and where the words beside it begin.
const MARK: Points = 9.0;
const INDENT: Points = 19.0;
/// The sizes of the first and of the other sentences.
const SIZES: (Points, Points) = (10.0, 8.5);

/// Draws the statements for a page of this form.
pub(in crate::chart) fn draw(maker: &Maker<'_>, line: &Timeline, form: PageForm, pen: &mut Pen) -> Scene {
    let lists: Vec<(Points, Vec<Card>)> = WIDTHS
        .iter()
        .map(|width| (*width, line.items.iter().map(|item| card(maker, item, *width, pen)).collect()))
        .collect();
    let most = line.n_items().clamp(1, MOST_COLUMNS);
    let tries = lists.iter().flat_map(|list| (1..=most).map(move |n_columns| (list, n_columns)));
    form.best(tries, |((width, cards), n_columns), slack| compose(maker, line, (*width, cards), *n_columns, slack, pen))
}

/// A dated statement with its mark, at the origin.
fn card(maker: &Maker<'_>, item: &Item, width: Points, pen: &mut Pen) -> Card {
    let network = maker.network;
    let colour = maker.legend.colour(network, item.source);
    let languages = &maker.words.languages;
    let mut dates: Vec<&str> = Vec::new();
    for date in item.dates.iter().map(String::as_str).filter(|date| !date.is_empty()) {
        if !dates.contains(&date) {
            dates.push(date);
        }
    }
    let status = Status::unless_holds(item.status.as_ref());
    let lane = item.lane.map(|lane| network[lane].labels.join(" "));
    // Whoever reads the date knows already that it is a plan.
    let told = |with_date: bool| {
        let status = status.map(|status| status.labels.join(" "));
        let dates = dates.iter().filter(|_| with_date).map(|date| (*date).to_owned());
        let words = status.into_iter().chain(dates).chain(lane.clone()).filter(|words| !words.is_empty());
        words.collect::<Vec<_>>().join(" · ")
    };
    let first = item.sentences.first().map(Spans::text).unwrap_or_default();
    let mut column =
        ListColumn { texts: Vec::new(), y: 2.0, width: width - INDENT, leftward: is_leftward(&first), pen };
    // Below its year, a date that is that year says nothing.
    column.add(&Spans::bold(&told(!item.is_of_year())), SMALL + 0.5, COLOURS[colour], None);
    let mut said: Vec<String> = Vec::new();
    for (sentence, language) in item.sentences.iter().zip(languages) {
        let text = sentence.text();
        if text.is_empty() || said.contains(&text) {
            continue;
        }
        let (size, ink) = if said.is_empty() { (SIZES.0, INK) } else { (SIZES.1, FAINT) };
        column.add(sentence, size, ink, Some(language));
        said.push(text);
    }
    for note in &item.notes {
        column.add(&Spans::plain(note), SMALL, FAINT, None);
    }
    let height = column.y + 3.0;
    let texts = column.texts;
    let mut description = vec![told(true)];
    description.extend(said);
    description.extend(item.notes.iter().cloned());
    description.retain(|part| !part.is_empty());
    Card {
        frame: Frame { x: 0.0, y: 0.0, width, height },
        colour,
        filled: false,
        tinted: false,
        dashed: status.is_some_and(|status| !status.has_ended()),
        mark: Some(MarkShape::of(item.status.as_ref())),
        is_highlighted: std::iter::once(&item.source)
            .chain(&item.others)
            .chain(&item.target)
            .any(|node| maker.highlighted.contains(node)),
        texts,
        chips: Vec::new(),
        photo: None,
        iri: network[item.source].iri.as_str().to_owned(),
        description: description.join(" "),
        names: network[item.source].labels.clone(),
        class: network[item.source].class_labels.clone(),
        status: item.status.as_ref().map(|status| status.labels.clone()),
    }
}

/// Where the mark of a statement in this frame is: beside its first line.
pub(in crate::chart) fn mark_of(frame: &Frame) -> Frame {
    Frame { x: frame.x, y: frame.y + 3.0, width: MARK, height: MARK }
}

/// Lines one below the other beside a mark.
struct ListColumn<'a> {
    texts: Vec<SceneText>,
    y: Points,
    width: Points,
    leftward: bool,
    pen: &'a mut Pen,
}

impl ListColumn<'_> {
    fn add(&mut self, words: &Spans, size: Points, colour: &'static str, language: Option<&String>) {
        for line in words.wrap(size, self.width, language, self.pen) {
            self.y += size * if self.texts.is_empty() { 1.05 } else { 1.28 };
            let widths: Vec<Points> =
                line.iter().map(|(words, weight)| self.pen.measure(*weight).width(words, size)).collect();
            let total: Points = widths.iter().sum();
            let mut x = INDENT + if self.leftward { self.width - total } else { 0.0 };
            for ((words, weight), width) in line.into_iter().zip(widths) {
                let (language, words) = (language.cloned(), words.trim_end().to_owned());
                self.texts.push(SceneText { words, x, y: self.y, size, weight, colour, language });
                x += width;
            }
        }
    }
}

/// The statements of each column, so that the highest column is as low as possible.
fn columns(line: &Timeline, cards: &[Card], n_columns: usize) -> Vec<std::ops::Range<usize>> {
    let split = |limit: Points| {
        let (mut columns, mut from, mut height) = (Vec::new(), 0, 0.0);
        for (at, card) in cards.iter().enumerate() {
            let is_new = at == from || line.items[at - 1].year() != line.items[at].year();
            let above = if at == from { HEADING } else { ABOVE_YEAR + HEADING };
            let more = card.frame.height + ROW + if is_new { above } else { 0.0 };
            if height + more > limit && at > from {
                columns.push(from..at);
                (from, height) = (at, HEADING + card.frame.height + ROW);
            } else {
                height += more;
            }
        }
        columns.push(from..cards.len());
        columns
    };
    let whole: Points = cards.iter().map(|card| card.frame.height + ROW + ABOVE_YEAR + HEADING).sum();
    let (mut low, mut high) = (0.0, whole + 1.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if split(middle).len() <= n_columns { high = middle } else { low = middle }
    }
    split(high)
}

fn compose(
    maker: &Maker<'_>,
    line: &Timeline,
    (width, cards): (Points, &[Card]),
    n_columns: usize,
    slack: (Points, Points),
    pen: &mut Pen,
) -> Scene {
    let columns = columns(line, cards, n_columns);
    let n = columns.len() as f64;
    let needed = n * width + (n - 1.0) * BETWEEN;
    let mut page = FilledPage::begin(needed.max(NARROWEST) + slack.0, maker.words, pen);
    // What is left of the width goes between the columns, as far as they still belong together.
    let free = page.width - needed;
    let between = BETWEEN + if n > 1.0 { (free / (n - 1.0)).min(BETWEEN) } else { 0.0 };
    let top = page.y;
    let mut bottom = top;
    for (at, column) in columns.into_iter().enumerate() {
        let left = MARGIN + at as f64 * (width + between);
        let mut y = top;
        let mut rule: Option<Points> = None;
        let mut last = top;
        for index in column.clone() {
            let year = line.items[index].year();
            if index == column.start || line.items[index - 1].year() != year {
                draw_rule(&mut page, left, rule, last);
                y += if index == column.start { 0.0 } else { ABOVE_YEAR };
                page.text(year.to_string(), (left, y + YEAR * 0.9), (YEAR, Weight::Bold), INK);
                let frame = Frame { x: left, y: y + HEADING - 5.5, width, height: 0.9 };
                page.scene.grounds.push((frame, Ground::Grid));
                y += HEADING;
                rule = Some(y + 3.0 + MARK / 2.0);
            }
            page.scene.cards.push(cards[index].at(left, y));
            last = y + 3.0 + MARK / 2.0;
            y += cards[index].frame.height + ROW;
        }
        draw_rule(&mut page, left, rule, last);
        bottom = bottom.max(y);
    }
    page.y = bottom + slack.1;
    page.finish(maker.legend, maker.words, pen)
}

/// The line that joins the marks of a year.
fn draw_rule(page: &mut FilledPage, left: Points, from: Option<Points>, to: Points) {
    if let Some(from) = from.filter(|from| to - from > 1.0) {
        let frame = Frame { x: left + MARK / 2.0 - 0.45, y: from, width: 0.9, height: to - from };
        page.scene.grounds.push((frame, Ground::Grid));
    }
}
