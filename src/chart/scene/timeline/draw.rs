//! The axis, the lanes and the cards below their times.

use super::axis::{Axis, BETWEEN};
use crate::chart::layout::Points;
use crate::chart::scene::card::{BAR, FAINT, INK, Maker, SMALL, TextColumn, WIDTH};
use crate::chart::scene::page::{FilledPage, MARGIN, NARROWEST, PageForm};
use crate::chart::scene::text::Weight;
use crate::chart::scene::wording;
use crate::chart::scene::{COLOURS, Card, Frame, Ground, Pen, Scene};
use crate::chart::view::timeline::{Item, Timeline};
use crate::network::{Labels, Status};

/// The height above a card for its span.
const SPAN: Points = 3.5;
/// Quarters and months narrower than this are not named.
const LEAST_NAMED: Points = 21.0;
/// The most cards side by side within one year.
const MOST_ABREAST: usize = 8;

/// Draws the cards for a page of this form.
pub(in crate::chart) fn draw(maker: &Maker<'_>, line: &Timeline, form: PageForm, pen: &mut Pen) -> Scene {
    let cards: Vec<Card> = line.items.iter().map(|item| card(maker, item, pen)).collect();
    form.best(1..=MOST_ABREAST, |n_abreast, slack| compose(maker, line, &cards, *n_abreast, slack, pen))
}

/// The card of a dated statement, at the origin.
fn card(maker: &Maker<'_>, item: &Item, pen: &mut Pen) -> Card {
    let network = maker.network;
    let colour = maker.legend.colour(network, item.source);
    let languages = &maker.words.languages;
    let small = (SMALL, Weight::Regular);
    let mut dates: Vec<&str> = Vec::new();
    for date in item.dates.iter().map(String::as_str).filter(|date| !date.is_empty()) {
        if !dates.contains(&date) {
            dates.push(date);
        }
    }
    let status = Status::unless_holds(item.status.as_ref());
    // Whoever reads the date knows already that it is a plan.
    let when =
        status.map(|status| status.labels.join(" ")).into_iter().chain(dates.iter().map(|date| (*date).to_owned()));
    let when = when.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ");
    let mut column = TextColumn::new(pen, network[item.source].labels.first());
    column.add(&when, (SMALL, Weight::Bold), COLOURS[colour], None);
    let mut sentences: Vec<String> = Vec::new();
    for (at, language) in languages.iter().enumerate() {
        let text = |labels: &Labels| {
            let own = labels.get(at);
            if own.is_empty() { labels.first().to_owned() } else { own.to_owned() }
        };
        let there = status.is_none_or(Status::has_ended);
        let verb = match item.planned.get(at) {
            planned if !there && !planned.is_empty() => planned.to_owned(),
            _ => text(&item.relation),
        };
        let source = text(&network[item.source].labels);
        let sentence = match item.target.map(|target| text(&network[target].labels)) {
            Some(target) => {
                let words = [source, verb, target];
                words.iter().filter(|word| !word.is_empty()).cloned().collect::<Vec<_>>().join(" ")
            }
            None if verb.is_empty() => source,
            // A measure is no verb.
            None => maker.words.figure(at, &source, &verb),
        };
        let sentence = match status {
            // Without words for what is not there yet, the status comes before the sentence.
            Some(status) if !there && item.planned.get(at).is_empty() && !item.relation.get(at).is_empty() => {
                wording::with_status(status, at, &sentence, &maker.words.status_verb)
            }
            _ => sentence,
        };
        if !sentences.contains(&sentence) {
            let style = if at == 0 { (9.0, Weight::Bold) } else { (8.0, Weight::Regular) };
            column.add(&sentence, style, INK, Some(language));
            sentences.push(sentence);
        }
    }
    for note in &item.notes {
        column.add(note, small, FAINT, None);
    }
    let height = column.y + 7.0;
    let texts = column.texts;
    let mut description = vec![when];
    description.extend(sentences);
    description.extend(item.notes.iter().cloned());
    Card {
        frame: Frame { x: 0.0, y: 0.0, width: WIDTH, height },
        colour,
        filled: false,
        tinted: false,
        dashed: status.is_some_and(|status| !status.has_ended()),
        texts,
        chips: Vec::new(),
        photo: None,
        iri: network[item.source].iri.as_str().to_owned(),
        description: description.join(" "),
        names: network[item.source].labels.clone(),
        class: network[item.source].class_labels.clone(),
        status: status.map(|status| status.labels.clone()),
    }
}

/// Items of one lane, by index.
fn lanes(line: &Timeline) -> Vec<(Option<petgraph::graph::NodeIndex>, Vec<usize>)> {
    let mut lanes: Vec<(Option<petgraph::graph::NodeIndex>, Vec<usize>)> = Vec::new();
    for (index, item) in line.items.iter().enumerate() {
        match lanes.iter_mut().find(|(lane, _)| *lane == item.lane) {
            Some((_, items)) => items.push(index),
            None => lanes.push((item.lane, vec![index])),
        }
    }
    lanes
}

fn compose(
    maker: &Maker<'_>,
    line: &Timeline,
    cards: &[Card],
    n_abreast: usize,
    slack: (Points, Points),
    pen: &mut Pen,
) -> Scene {
    let axis = Axis::of(&line.items, n_abreast);
    let needed = axis.width.max(WIDTH);
    let mut page = FilledPage::begin(needed.max(NARROWEST) + slack.0, maker.words, pen);
    let left = MARGIN + (page.width - needed) / 2.0;
    let top = page.y;
    draw_axis(&axis, maker, left, &mut page, pen);
    for (at, (lane, items)) in lanes(line).into_iter().enumerate() {
        let from = page.y;
        page.y += 5.0;
        if let Some(lane) = lane {
            let name = maker.network[lane].labels.join(" ");
            for words in pen.wrap(&name, 8.5, Weight::Bold, page.width) {
                page.y += 10.6;
                page.text(words, (left + 4.0, page.y), (8.5, Weight::Bold), FAINT);
            }
            page.y += 4.0;
        }
        let height = place(&axis, line, &items, cards, left, &mut page);
        page.y += height + 4.0;
        if at % 2 == 0 {
            let frame = Frame { x: MARGIN, y: from, width: page.width, height: page.y - from };
            page.scene.grounds.insert(0, (frame, Ground::Lane));
        }
    }
    let bottom = page.y;
    for span in &axis.spans {
        let frame = Frame { x: left + span.x, y: top, width: 0.9, height: bottom - top };
        page.scene.grounds.push((frame, Ground::Grid));
        let n_parts = if span.is_gap { 0 } else { 4 };
        for quarter in 1..n_parts {
            let x = left + span.x + span.width * f64::from(quarter) / 4.0;
            let frame = Frame { x, y: top + 13.0, width: 0.4, height: bottom - top - 13.0 };
            page.scene.grounds.push((frame, Ground::Grid));
        }
    }
    page.y += slack.1;
    page.finish(maker.legend, maker.words, pen)
}

/// Draws years, quarters and, if there is room, months.
fn draw_axis(axis: &Axis, maker: &Maker<'_>, left: Points, page: &mut FilledPage, pen: &mut Pen) {
    let year_y = page.y + 9.5;
    let (mut has_quarters, mut has_months) = (false, false);
    for span in &axis.spans {
        let x = left + span.x;
        let years = match span.is_gap {
            true if span.first < span.last => format!("{}–{}", span.first, span.last),
            _ => span.first.to_string(),
        };
        let style = if span.is_gap { (SMALL, Weight::Regular) } else { (10.0, Weight::Bold) };
        page.text(years, (x + 3.0, year_y), style, if span.is_gap { FAINT } else { INK });
        if span.is_gap {
            continue;
        }
        let mut part = |names: &[String], y: Points| {
            let width = span.width / names.len() as f64;
            let widest = names.iter().map(|name| pen.measure(Weight::Regular).width(name, SMALL)).fold(0.0, f64::max);
            if width < LEAST_NAMED.max(widest + 5.0) {
                return false;
            }
            for (at, name) in names.iter().enumerate() {
                page.text(name.clone(), (x + width * at as f64 + 3.0, y), (SMALL, Weight::Regular), FAINT);
            }
            true
        };
        has_quarters |= part(&maker.words.quarters, year_y + 10.5);
        has_months |= part(&maker.words.months, year_y + 21.0);
    }
    page.y = year_y
        + 4.0
        + if has_months {
            21.0
        } else if has_quarters {
            10.5
        } else {
            0.0
        };
}

/// Puts cards below their times, as far up as possible, and returns the height
/// that they need. The cards of a year are in columns: each in a column that
/// its time reaches, with its span drawn above it at the exact position.
fn place(axis: &Axis, line: &Timeline, items: &[usize], cards: &[Card], left: Points, page: &mut FilledPage) -> Points {
    let mut filled: std::collections::BTreeMap<i64, Points> = std::collections::BTreeMap::new();
    let mut height = 0.0_f64;
    // The most precise dates are placed first, since they have the least choice:
    // days before months before years.
    let length = |index: &usize| {
        let period = &line.items[*index].period;
        period.end.unwrap_or(f64::INFINITY) - period.start
    };
    let mut items = items.to_vec();
    items.sort_by(|a, b| length(a).total_cmp(&length(b)));
    for index in &items {
        let (item, card) = (&line.items[*index], &cards[*index]);
        let Some(span) = axis.span(item.period.start) else { continue };
        let right = span.x + span.width;
        // The last day of a year still belongs to it.
        let from = axis.x(item.period.start).min(right - 2.0 * BAR);
        let to = axis.x(item.period.end.unwrap_or(f64::INFINITY)).min(right).max(from + 2.0);
        let n_columns = ((span.width / (WIDTH + BETWEEN)).round() as usize).max(1);
        let mut best = (f64::INFINITY, span.x);
        for at in 0..n_columns {
            let x = span.x + at as f64 * (WIDTH + BETWEEN);
            let reached = x < to - 1.0 && from < x + WIDTH + BETWEEN - 1.0 || n_columns == 1;
            let y = filled.get(&(x.round() as i64)).copied().unwrap_or_default();
            if reached && y < best.0 - 1e-6 {
                best = (y, x);
            }
        }
        let (y, x) = if best.0.is_finite() {
            best
        } else {
            (filled.get(&(span.x.round() as i64)).copied().unwrap_or_default(), span.x)
        };
        let bottom = y + card.frame.height + SPAN;
        filled.insert(x.round() as i64, bottom + BETWEEN);
        height = height.max(bottom);
        page.scene.cards.push(card.at(left + x, page.y + y + SPAN));
        let (from, to) = (from.clamp(x, x + WIDTH - BAR / 2.0), to.min(x + WIDTH));
        let span = Frame { x: left + from, y: page.y + y, width: (to - from).max(BAR / 2.0), height: SPAN - 1.0 };
        page.scene.grounds.push((span, Ground::Span(card.colour)));
    }
    height + BETWEEN / 2.0
}
