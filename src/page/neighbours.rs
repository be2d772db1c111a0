//! A thing with what it has relations with, as a picture: what leads to it on the left, what it leads to on the right.

use maud::{Markup, html};

use super::reading::Page;
use super::relations::{RelationGroup, grouped};
use crate::entity::{Direction, Profile};

/// The most cards of a side.
const MOST: usize = 9;
/// The most cards of one relation, where there are several.
const MOST_OF_ONE: usize = 4;

const WIDTH: f64 = 860.0;
const CARD: f64 = 250.0;
const LINE: f64 = 17.0;
const GAP: f64 = 8.0;
/// The room for a word above cards.
const WORD: f64 = 22.0;
const SIZE: f64 = 14.0;

/// A card, or a word above the cards of a relation, with the place of its top.
enum PlacedMark<'a> {
    Word { text: String, top: f64 },
    Card { text: &'a str, id: &'a str, lines: Vec<String>, top: f64, is_planned: bool },
}

/// A side of the picture.
struct PictureSide<'a> {
    placed: Vec<PlacedMark<'a>>,
    height: f64,
    n_left_out: usize,
}

/// The picture; nothing for a thing without relations.
pub(super) fn picture(page: &Page<'_>, profile: &Profile, name: &str) -> Markup {
    let [left, right] = [Direction::To, Direction::From].map(|direction| side(&grouped(&profile.relations, direction)));
    if left.placed.is_empty() && right.placed.is_empty() {
        return html! {};
    }
    let own = broken(name, CARD - 20.0, (SIZE + 1.0) * 1.12, 4);
    let own_height = 20.0 + LINE * 1.15 * own.len() as f64;
    let height = left.height.max(right.height).max(own_height) + 2.0;
    let middle = height / 2.0;
    // A side without cards takes no room.
    let view_left = if left.placed.is_empty() { (WIDTH - CARD) / 2.0 - 2.0 } else { 0.0 };
    let view_right = if right.placed.is_empty() { f64::midpoint(WIDTH, CARD) + 2.0 } else { WIDTH };
    let view_width = view_right - view_left;
    let sides = [(&left, 1.0, true), (&right, WIDTH - CARD - 1.0, false)];
    let n_left_out = left.n_left_out + right.n_left_out;
    html! {
        figure.neighbours {
            svg width=(format!("{view_width:.0}")) viewBox=(format!("{view_left:.0} 0 {view_width:.0} {height:.0}")) role="group" aria-label=(page.word("neighbours")) {
                @for (side, _, is_left) in sides {
                    @let shift = (height - side.height) / 2.0;
                    @for placed in &side.placed {
                        @if let PlacedMark::Card { lines, top, is_planned, .. } = placed {
                            @let y = top + shift + card_height(lines) / 2.0;
                            path.link.soon[*is_planned] d=(curve(is_left, y, middle)) {}
                        }
                    }
                }
                (card(page, &PlacedMark::Card { text: name, id: "", lines: own.clone(), top: middle - own_height / 2.0, is_planned: false }, (WIDTH - CARD) / 2.0, Some(own_height)))
                @for (side, x, _) in sides {
                    @let shift = (height - side.height) / 2.0;
                    @for placed in &side.placed { (card_or_word(page, placed, x, shift)) }
                }
            }
            @if n_left_out > 0 {
                figcaption { (page.interface.with("and-more-below", &n_left_out.to_string())) }
            }
        }
    }
}

fn side<'a>(groups: &[RelationGroup<'a>]) -> PictureSide<'a> {
    let of_one = if groups.len() > 1 { MOST_OF_ONE } else { MOST };
    let (mut placed, mut top, mut n_cards, mut n_left_out) = (Vec::new(), 1.0, 0, 0);
    for group in groups {
        let n = group.lines.len().min(of_one).min(MOST - n_cards);
        n_left_out += group.lines.len() - n;
        if n == 0 {
            continue;
        }
        n_cards += n;
        let text = broken(group.relation, CARD, SIZE - 1.5, 1).pop().unwrap_or_default();
        placed.push(PlacedMark::Word { text, top });
        top += WORD;
        for line in &group.lines[..n] {
            let lines = broken(&line.other, CARD - 20.0, SIZE, 2);
            let height = card_height(&lines);
            placed.push(PlacedMark::Card {
                text: &line.other,
                id: &line.other_id,
                lines,
                top,
                is_planned: line.is_planned,
            });
            top += height + GAP;
        }
        top += GAP;
    }
    PictureSide { placed, height: top, n_left_out }
}

fn card_height(lines: &[String]) -> f64 {
    12.0 + LINE * lines.len() as f64
}

fn curve(is_left: bool, y: f64, middle: f64) -> String {
    let (from, to) =
        if is_left { (CARD + 1.0, (WIDTH - CARD) / 2.0) } else { (WIDTH - CARD - 1.0, f64::midpoint(WIDTH, CARD)) };
    let bend = f64::midpoint(from, to);
    format!("M{from:.1} {y:.1}C{bend:.1} {y:.1} {bend:.1} {middle:.1} {to:.1} {middle:.1}")
}

fn card_or_word(page: &Page<'_>, placed: &PlacedMark<'_>, x: f64, shift: f64) -> Markup {
    match placed {
        PlacedMark::Word { text, top } => html! {
            text.word x=(format!("{:.1}", x + 2.0)) y=(format!("{:.1}", top + shift + 15.0)) lang=[page.language_of(text)] { (text) }
        },
        PlacedMark::Card { text, id, lines, top, is_planned } => {
            let moved = PlacedMark::Card { text, id, lines: lines.clone(), top: top + shift, is_planned: *is_planned };
            let link = page.node_of(id).and_then(|node| page.thing(node.as_ref()));
            html! {
                @match link {
                    Some(link) => a href=(link) { (card(page, &moved, x, None)) },
                    None => (card(page, &moved, x, None)),
                }
            }
        }
    }
}

fn card(page: &Page<'_>, placed: &PlacedMark<'_>, x: f64, height: Option<f64>) -> Markup {
    let PlacedMark::Card { text, lines, top, is_planned, .. } = placed else { return html! {} };
    let is_own = height.is_some();
    let (step, height) = match height {
        Some(height) => (LINE * 1.15, height),
        None => (LINE, card_height(lines)),
    };
    let first = top + (height - step * lines.len() as f64) / 2.0 + step * 0.76;
    html! {
        @if lines.last().is_some_and(|line| line.ends_with('…')) { title { (text) } }
        rect.card.own[is_own].soon[*is_planned] x=(format!("{x:.1}")) y=(format!("{top:.1}")) width=(CARD) height=(format!("{height:.1}")) rx="7" {}
        text.own[is_own] lang=[page.language_of(text)] {
            @for (at, line) in lines.iter().enumerate() {
                tspan x=(format!("{:.1}", if is_own { x + CARD / 2.0 } else { x + 10.0 })) y=(format!("{:.1}", first + step * at as f64)) { (line) }
            }
        }
    }
}

/// The width of a character in a font without serifs, for a size of 1: the font is the reader's own.
fn width(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' => 0.33,
        'f' | 't' | 'r' | ' ' | '-' | '/' => 0.38,
        'm' | 'w' | 'M' | 'W' | '@' => 0.92,
        'A'..='Z' => 0.7,
        '\u{20}'..='\u{2fff}' => 0.57,
        _ => 1.0,
    }
}

/// A text in lines that are no wider, cut with a dot leader behind the most lines.
fn broken(text: &str, most_width: f64, size: f64, most: usize) -> Vec<String> {
    let measure = |text: &str| text.chars().map(width).sum::<f64>() * size;
    let mut words: Vec<String> = Vec::new();
    for c in text.chars() {
        let is_wide = width(c) >= 1.0;
        match words.last_mut() {
            // Closing punctuation stays with what it closes.
            Some(word)
                if !is_wide && !word.ends_with(' ') && !word.chars().last().is_some_and(|last| width(last) >= 1.0) =>
            {
                word.push(c)
            }
            Some(word) if "，。、；：」』）》".contains(c) || c == ' ' => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    let mut lines: Vec<String> = vec![String::new()];
    for word in words {
        let line = lines.last_mut().map_or("", |line| line.as_str());
        if !line.is_empty() && measure(&format!("{line}{}", word.trim_end())) > most_width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&word);
        }
    }
    let is_cut = lines.len() > most;
    lines.truncate(most);
    for (at, line) in lines.iter_mut().enumerate() {
        *line = line.trim_end().to_owned();
        let ends = is_cut && at + 1 == most;
        while !line.is_empty()
            && measure(line) + if ends { size } else { 0.0 } > most_width + if ends { 0.0 } else { size }
        {
            line.pop();
        }
        if ends {
            line.push('…');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn a_name_is_broken_between_words_and_ideographs() {
        assert_eq!(broken("Science Park", 60.0, 14.0, 2), ["Science", "Park"]);
        assert_eq!(broken("香港科學園", 44.0, 14.0, 2), ["香港科", "學園"]);
        assert_eq!(broken("One Two Three", 30.0, 14.0, 2).last().unwrap().chars().last(), Some('…'));
        assert_eq!(broken("", 30.0, 14.0, 2), [""]);
    }
}
