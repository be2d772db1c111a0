//! The picture in the HTML, with each part separate so that it can be moved,
//! and the same content as a nested list.

use std::fmt::Write as _;

use crate::chart::format::Lettering;
use crate::chart::format::strokes::{is_shared, strokes};
use crate::chart::format::svg::{escape, number, path, write_card, write_grounds, write_pill};
use crate::chart::scene::theme::{Paint, Role};
use crate::chart::scene::{Card, Frame, Hanging, Line, Scene, SceneText};

/// The arrowhead, which moves with its line.
const ARROW: &str = "<marker id=\"arrow\" viewBox=\"0 0 6 6\" refX=\"6\" refY=\"3\" markerWidth=\"6\" markerHeight=\"6\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M6 3L0 0.3V5.7Z\"/></marker>\n<marker id=\"head\" viewBox=\"0 0 6 6\" refX=\"0.6\" refY=\"3\" markerWidth=\"2.2\" markerHeight=\"2.2\" orient=\"auto\"><path d=\"M6 3L0 0.3V5.7Z\"/></marker>\n";

/// The part of a scene that is the picture: the page has its own heading,
/// legend and footer, so those are left out.
pub(super) struct Region<'a> {
    frame: Frame,
    /// The words on each label.
    on_pills: Vec<Vec<&'a SceneText>>,
    /// The text outside cards and labels.
    pub(super) between: Vec<&'a SceneText>,
}

impl<'a> Region<'a> {
    pub(super) fn of(scene: &'a Scene) -> Self {
        const EDGE: f64 = 16.0;
        let corners = |frame: &Frame| [(frame.x, frame.y), (frame.x + frame.width, frame.y + frame.height)];
        let cards = scene.cards.iter().flat_map(|card| corners(&card.frame));
        let pills = scene.pills.iter().flat_map(|pill| corners(&pill.frame));
        let lines = scene.lines.iter().flat_map(|line| line.points.iter().copied());
        let grounds = scene.grounds.iter().flat_map(|(frame, _)| corners(frame));
        let (mut from, mut to) = ((f64::INFINITY, f64::INFINITY), (0.0_f64, 0.0_f64));
        for (x, y) in cards.chain(pills).chain(lines).chain(grounds) {
            from = (from.0.min(x), from.1.min(y));
            to = (to.0.max(x), to.1.max(y));
        }
        let (x, y) = if from.0 > to.0 { (0.0, 0.0) } else { (from.0 - EDGE, from.1 - EDGE) };
        let frame = Frame { x, y, width: to.0 + EDGE - x, height: to.1 + EDGE - y };
        let inside = scene.texts.iter().filter(|text| text.y > y && text.y < y + frame.height);
        let (on_pills, between) = scene.by_pill(inside);
        Self { frame, on_pills, between }
    }
}

/// The picture, with each part separate so that it can be moved. That which is seen when the page opens is `first`:
/// the list links to its cards.
pub(super) fn picture(scene: &Scene, hanging: &Hanging, lettering: &Lettering<'_>, first: bool) -> String {
    let paint = Paint::Variables;
    let region = Region::of(scene);
    let Frame { x, y, width, height } = region.frame;
    let [x, y, width, height] = [x, y, width, height].map(number);
    let id = if first { " id=\"chart\"" } else { "" };
    let mut svg = format!(
        "<svg{id} role=\"tree\" aria-label=\"{}\" lang=\"{}\" width=\"{width}\" height=\"{height}\" viewBox=\"{x} {y} {width} {height}\">\n",
        escape(&scene.title),
        escape(&scene.language)
    );
    svg.push_str("<g class=\"grounds\" aria-hidden=\"true\">\n");
    write_grounds(&mut svg, scene, paint);
    svg.push_str(ARROW);
    let _ = writeln!(svg, "</g>\n<g class=\"lines\" aria-hidden=\"true\">");
    let shared: Vec<Line> = scene.lines.iter().filter(|line| is_shared(line)).cloned().collect();
    for stroke in strokes(&shared) {
        let class = if stroke.dashed { "shared dashed" } else { "shared" };
        let _ = writeln!(svg, "<path class=\"{class}\" d=\"{}\"/>", path(&stroke.points));
    }
    for (index, line) in scene.lines.iter().enumerate().filter(|(_, line)| !is_shared(line)) {
        let class = match line {
            Line { dotted: true, .. } => " class=\"dotted\"",
            Line { dashed: true, .. } => " class=\"dashed\"",
            _ => "",
        };
        let head = match line {
            Line { arrow: true, thickness: Some(_), .. } => " marker-end=\"url(#head)\"",
            Line { arrow: true, .. } => " marker-end=\"url(#arrow)\"",
            _ => "",
        };
        let look = line.thickness.map_or_else(String::new, |width| format!(" stroke-width=\"{}\"", number(width)));
        let _ = writeln!(svg, "<path data-line=\"{index}\"{class}{head}{look} d=\"{}\"/>", path(&line.drawn()));
    }
    svg.push_str("</g>\n<g class=\"pills\" aria-hidden=\"true\">\n");
    for (pill, texts) in scene.pills.iter().zip(&region.on_pills) {
        svg.push_str("<g class=\"pill\">\n");
        write_pill(&mut svg, pill, &pill.frame, paint);
        texts.iter().for_each(|text| lettering.write(&mut svg, text, paint));
        svg.push_str("</g>\n");
    }
    svg.push_str("</g>\n<g class=\"between\" aria-hidden=\"true\">\n");
    region.between.iter().for_each(|text| lettering.write(&mut svg, text, paint));
    svg.push_str("</g>\n<g class=\"cards\">\n");
    let mut levels = vec![1; scene.cards.len()];
    let order = in_order(hanging);
    for (card, level) in &order {
        levels[*card] = *level;
    }
    for (index, card) in scene.cards.iter().enumerate() {
        let id = if first { format!(" id=\"card-{index}\"") } else { String::new() };
        let _ = writeln!(
            svg,
            "<g{id} class=\"card\" role=\"treeitem\" aria-level=\"{}\" aria-label=\"{}\" color=\"{}\" transform=\"translate({} {})\">",
            levels[index],
            escape(&spoken(card)),
            paint.of(Role::Mark(card.colour)),
            number(card.frame.x),
            number(card.frame.y)
        );
        write_card(&mut svg, &at_origin(card), paint, lettering);
        svg.push_str("</g>\n");
    }
    svg.push_str("</g>\n</svg>");
    svg
}

/// The words of a card in order, so that users of speech input can say what
/// they see (WCAG 2.5.3).
fn spoken(card: &Card) -> String {
    card.texts.iter().map(|text| text.words.as_str()).collect::<Vec<_>>().join(" ")
}

/// The card with its upper left corner at the origin.
fn at_origin(card: &Card) -> Card {
    let mut own = card.at(-card.frame.x, -card.frame.y);
    (own.frame.x, own.frame.y) = (0.0, 0.0);
    own
}

/// The cards in reading order, each with its generation, from 1.
fn in_order(hanging: &Hanging) -> Vec<(usize, usize)> {
    let mut order = Vec::new();
    let mut work: Vec<(usize, usize)> = hanging.tops.iter().rev().map(|top| (*top, 1)).collect();
    while let Some((card, level)) = work.pop() {
        order.push((card, level));
        work.extend(hanging.children[card].iter().rev().map(|child| (*child, level + 1)));
    }
    order
}

/// The cards as a nested list.
pub(super) fn list(scene: &Scene, hanging: &Hanging) -> String {
    let mut html = String::new();
    let mut depth = 0;
    for (index, level) in in_order(hanging) {
        if level > depth {
            html.push_str("<ul>");
            depth = level;
        } else {
            for _ in level..depth {
                html.push_str("</li></ul>");
            }
            html.push_str("</li>\n");
            depth = level;
        }
        let card = &scene.cards[index];
        let status = card.status.as_ref().map_or_else(String::new, |status| format!(" ({})", status.join(" ")));
        let _ = write!(html, "<li><a href=\"#card-{index}\">{}</a>{}", escape(&card.names.join(" ")), escape(&status));
    }
    for _ in 0..depth {
        html.push_str("</li></ul>");
    }
    html
}
