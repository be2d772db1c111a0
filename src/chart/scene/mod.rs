//! A chart as cards, lines and labels with positions, before it becomes a file.

pub(super) mod bars;
mod block;
pub(super) mod booklet;
pub(super) mod breaks;
mod bridges;
pub(super) mod card;
pub(super) mod flow;
mod flow_label;
pub mod font;
pub(super) mod forest;
pub(super) mod legend;
pub(super) mod page;
pub(super) mod paging;
pub(super) mod panel;
pub(super) mod picture;
pub(super) mod shape;
pub(super) mod spans;
pub mod text;
pub(super) mod theme;
pub(super) mod timeline;
pub(super) mod wording;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::layout::Points;
use super::scene::text::{Measure, Weight, is_leftward};
use crate::characters;
use crate::network::Labels;
pub use booklet::PageLink;
use breaks::WholeNames;
use font::Fonts;
pub use legend::{COLOURS, Sample};
pub use picture::Picture;
pub use theme::Palette;
use theme::Role;
pub use timeline::MarkShape;
pub(in crate::chart) use words::Words;

/// A rectangle.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub x: Points,
    /// Upper edge.
    pub y: Points,
    /// Width.
    pub width: Points,
    /// Height.
    pub height: Points,
}

/// A line of text; `x` and `y` are the start of its baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneText {
    /// The words.
    pub words: String,
    /// The start of the baseline.
    pub x: Points,
    /// The height of the baseline.
    pub y: Points,
    /// Font size.
    pub size: Points,
    /// Weight.
    pub weight: Weight,
    /// Colour, as in CSS.
    pub colour: &'static str,
    /// Language tag, if known.
    pub language: Option<String>,
}

/// A card: an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Its position.
    pub frame: Frame,
    /// Index of its colour in [`COLOURS`].
    pub colour: usize,
    /// Whether it is filled with its colour, as the top of the main tree is.
    pub filled: bool,
    /// Whether it is tinted with its colour, as what is directly below the top is, and the tops of other trees.
    pub tinted: bool,
    /// Whether it does not exist yet.
    pub dashed: bool,
    /// The mark before it, if it is a statement in a list and no box.
    pub mark: Option<MarkShape>,
    /// Whether it stands out, by a ring around it.
    pub is_highlighted: bool,
    /// Its lines of text.
    pub texts: Vec<SceneText>,
    /// Frames of its remarks.
    pub chips: Vec<Frame>,
    /// Its photo.
    pub photo: Option<(Frame, Picture)>,
    /// Its IRI.
    pub iri: String,
    /// Its description for screen readers.
    pub description: String,
    /// Its names by language.
    pub names: Labels,
    /// Its class by language, whose colour is in the legend.
    pub class: Labels,
    /// Its status by language, if worth mentioning.
    pub status: Option<Labels>,
}

impl Card {
    /// Whether it is read from right to left, as its first name is.
    pub fn is_leftward(&self) -> bool {
        is_leftward(self.names.first())
    }

    /// The ring around it, if it stands out.
    pub(in crate::chart) fn ring(&self) -> Option<Frame> {
        const EDGE: Points = 3.5;
        let Frame { x, y, width, height } = self.frame;
        let ring = Frame { x: x - EDGE, y: y - EDGE, width: width + 2.0 * EDGE, height: height + 2.0 * EDGE };
        self.is_highlighted.then_some(ring)
    }

    /// The discs of its mark, the largest first.
    pub(in crate::chart) fn discs(&self) -> Vec<(Frame, Role)> {
        let discs = |mark: &MarkShape| mark.discs(timeline::mark_of(&self.frame), Role::Mark(self.colour));
        self.mark.iter().flat_map(discs).collect()
    }

    /// The bar in its colour, at the side where its lines begin.
    pub(in crate::chart) fn bar(&self) -> Frame {
        let x = if self.is_leftward() { self.frame.x + self.frame.width - card::BAR } else { self.frame.x };
        Frame { x, width: card::BAR, ..self.frame }
    }

    /// The card with its upper left corner at a position.
    pub(in crate::chart) fn at(&self, x: Points, y: Points) -> Self {
        let mut card = self.clone();
        card.frame = Frame { x, y, ..card.frame };
        for text in &mut card.texts {
            text.x += x;
            text.y += y;
        }
        for frame in card.chips.iter_mut().chain(card.photo.as_mut().map(|(frame, _)| frame)) {
            frame.x += x;
            frame.y += y;
        }
        card
    }
}

/// A line from one card to another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// Its corners.
    pub points: Vec<(Points, Points)>,
    /// The cards that it joins, by index: in a tree the parent and the child.
    pub ends: (usize, usize),
    /// Whether it ends in an arrow, as relations that may go either way do.
    pub arrow: bool,
    /// Whether the relation does not hold yet.
    pub dashed: bool,
    /// Whether it is a second line, to somebody who hangs elsewhere.
    pub dotted: bool,
    /// Its thickness, if it stands for an amount.
    pub thickness: Option<Points>,
    /// Where it goes over other lines with which it has nothing to do.
    pub bridges: Vec<(Points, Points)>,
}

/// The thickness of a line that stands for no amount.
pub(in crate::chart) const THIN: Points = 1.2;
/// Half the width of a bridge.
const BRIDGE: Points = 3.4;

impl Line {
    /// Its thickness.
    pub fn width(&self) -> Points {
        self.thickness.unwrap_or(THIN)
    }

    fn length_of_head(&self) -> Points {
        6.0_f64.max(2.2 * self.width())
    }

    /// Its corners as they are drawn: with its bridges, and without what is below a large arrowhead.
    pub(in crate::chart) fn drawn(&self) -> Vec<(Points, Points)> {
        let mut drawn: Vec<(Points, Points)> = Vec::new();
        for (at, (x, y)) in self.points.iter().copied().enumerate() {
            let before = at.checked_sub(1).map(|before| self.points[before]);
            if let Some((from_x, from_y)) = before.filter(|(_, from_y)| (from_y - y).abs() < 0.01) {
                let (low, high) = (from_x.min(x), from_x.max(x));
                let inside = |(place, height): &&(Points, Points)| {
                    (height - from_y).abs() < 0.01 && *place > low + 2.0 * BRIDGE && *place < high - 2.0 * BRIDGE
                };
                let mut bridges: Vec<Points> = self.bridges.iter().filter(inside).map(|(place, _)| *place).collect();
                bridges.sort_by(Points::total_cmp);
                bridges.dedup_by(|a, b| (*a - *b).abs() < 2.0 * BRIDGE);
                if x < from_x {
                    bridges.reverse();
                }
                let way = (x - from_x).signum();
                for place in bridges {
                    for (along, up) in [(-1.0, 0.0), (-0.95, 0.75), (0.0, 1.25), (0.95, 0.75), (1.0, 0.0)] {
                        drawn.push((place + way * along * BRIDGE, y - up * BRIDGE));
                    }
                }
            }
            drawn.push((x, y));
        }
        if let [.., (from_x, from_y), (x, y)] = drawn.as_mut_slice()
            && self.arrow
            && self.thickness.is_some()
        {
            let length = (*x - *from_x).hypot(*y - *from_y);
            let part = (self.length_of_head() * 0.9 / length.max(1e-9)).min(0.9);
            (*x, *y) = (*x - (*x - *from_x) * part, *y - (*y - *from_y) * part);
        }
        drawn
    }

    /// The corners of the arrowhead, its tip first; `None` without an arrow.
    pub(in crate::chart) fn head(&self) -> Option<[(Points, Points); 3]> {
        const HALF: Points = 0.45;
        let [.., (from_x, from_y), (x, y)] = *self.points.as_slice() else { return None };
        let length = (x - from_x).hypot(y - from_y);
        if !self.arrow || length < 1e-9 {
            return None;
        }
        let head = self.length_of_head();
        let (along, down) = ((x - from_x) / length * head, (y - from_y) / length * head);
        let back = (x - along, y - down);
        Some([(x, y), (back.0 - down * HALF, back.1 + along * HALF), (back.0 + down * HALF, back.1 - along * HALF)])
    }
}

/// A label on a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Pill {
    /// Its position.
    pub frame: Frame,
    /// The card whose lines it is on, by index: in a tree the parent.
    pub of: usize,
    /// The cards at the other ends of its lines.
    pub to: Vec<usize>,
    /// Whether the relation does not hold yet.
    pub dashed: bool,
}

/// What is drawn below cards and lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// A line of a grid.
    Grid,
    /// The strip behind a column.
    Lane,
    /// The region of other trees, or of bodies without a parent.
    Region,
    /// A bar in a colour, by its index in [`COLOURS`].
    Span(usize),
}

/// A chart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scene {
    /// Width.
    pub width: Points,
    /// Height.
    pub height: Points,
    /// Title for people and for the file.
    pub title: String,
    /// The title of all pages together.
    pub document: String,
    /// The part that this page shows, if there are several.
    pub part: String,
    /// The number of this page and of all pages, if there are several.
    pub number: Option<(usize, usize)>,
    /// How many of the texts outside cards are the title of the page: the first.
    pub n_title: usize,
    /// How many of them come before the footer.
    pub n_before_foot: usize,
    /// Where words and cards lead to on other pages.
    pub links: Vec<PageLink>,
    /// A description of the chart in words.
    pub description: String,
    /// Main language tag.
    pub language: String,
    /// What is drawn below everything else.
    pub grounds: Vec<(Frame, Ground)>,
    /// The cards.
    pub cards: Vec<Card>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Labels on lines.
    pub pills: Vec<Pill>,
    /// Samples of the legend.
    pub samples: Vec<(Frame, Sample)>,
    /// Text outside cards.
    pub texts: Vec<SceneText>,
    /// Pictures outside cards: the logo.
    pub pictures: Vec<(Frame, Picture)>,
    /// The colours.
    pub palette: Palette,
    /// Whether cards stay where they are although some hang under others: pairs, those beside a line.
    pub is_still: bool,
}

/// Which card hangs under which other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::chart) struct Hanging {
    /// The cards under each card, in order.
    pub children: Vec<Vec<usize>>,
    /// The cards that are under no other.
    pub tops: Vec<usize>,
}

impl Scene {
    /// All lines of text: those on cards, then the others.
    pub fn every_text(&self) -> impl Iterator<Item = &SceneText> {
        self.cards.iter().flat_map(|card| &card.texts).chain(&self.texts)
    }

    /// The lines of text on each label, and those on none.
    pub(in crate::chart) fn by_pill<'a>(
        &self,
        texts: impl Iterator<Item = &'a SceneText>,
    ) -> (Vec<Vec<&'a SceneText>>, Vec<&'a SceneText>) {
        // In the order of their lines, so that those of a label are found quickly.
        let mut texts: Vec<&SceneText> = texts.collect();
        texts.sort_by(|a, b| a.y.total_cmp(&b.y));
        let mut taken = vec![false; texts.len()];
        let mut on_pills = Vec::new();
        for pill in &self.pills {
            let Frame { x, y, width, height } = pill.frame;
            let mut own = Vec::new();
            for at in texts.partition_point(|text| text.y < y)..texts.len() {
                if texts[at].y > y + height {
                    break;
                }
                if texts[at].x >= x && texts[at].x <= x + width && !taken[at] {
                    taken[at] = true;
                    own.push(texts[at]);
                }
            }
            on_pills.push(own);
        }
        let others = texts.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(text, _)| text).collect();
        (on_pills, others)
    }

    /// The photos and the logo, each with its place.
    pub(in crate::chart) fn all_pictures(&self) -> impl Iterator<Item = &(Frame, Picture)> {
        self.cards.iter().filter_map(|card| card.photo.as_ref()).chain(&self.pictures)
    }

    /// Whether the positions of cards have a meaning, so that none may move: on
    /// a timeline, or in a network whose relations go either way.
    pub(in crate::chart) fn is_fixed(&self) -> bool {
        self.grounds.iter().any(|(_, ground)| *ground != Ground::Region) || self.lines.iter().any(|line| line.arrow)
    }

    /// Which card hangs under which other: in a tree, lines go from a card to
    /// one below it. A card hangs under at most one other, and there are no
    /// cycles.
    pub(in crate::chart) fn hanging(&self) -> Hanging {
        if self.is_fixed() {
            return Hanging { children: vec![Vec::new(); self.cards.len()], tops: (0..self.cards.len()).collect() };
        }
        let mut parents: Vec<Option<usize>> = vec![None; self.cards.len()];
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); self.cards.len()];
        for Line { ends: (parent, child), dotted, .. } in &self.lines {
            if !dotted && parent != child && *parent < below.len() && parents.get(*child) == Some(&None) {
                parents[*child] = Some(*parent);
                below[*parent].push(*child);
            }
        }
        let mut hanging = Hanging { children: vec![Vec::new(); below.len()], tops: Vec::new() };
        let mut seen = vec![false; below.len()];
        // Cards that no top reaches form a cycle; its first card becomes a top.
        let tops = (0..below.len()).filter(|card| parents[*card].is_none());
        for top in tops.chain(0..below.len()) {
            if seen[top] {
                continue;
            }
            hanging.tops.push(top);
            seen[top] = true;
            let mut work = vec![top];
            while let Some(card) = work.pop() {
                for child in &below[card] {
                    if !std::mem::replace(&mut seen[*child], true) {
                        hanging.children[card].push(*child);
                        work.push(*child);
                    }
                }
            }
        }
        hanging
    }
}

/// Measures and breaks text for a chart.
pub struct Pen {
    regular: Measure,
    bold: Measure,
    /// Names that stay in one line where they fit.
    names: Arc<WholeNames>,
    /// The languages by whose rules words are divided if a text has none of its own.
    languages: Vec<String>,
    /// Texts already broken into lines, since pages are tried many times.
    wrapped: BTreeMap<Style, BTreeMap<String, Vec<String>>>,
}

/// What the lines of a text depend on: weight, size, width, language.
type Style = (Weight, u64, u64, Option<String>);

impl Pen {
    /// A pen with the fonts inside the program.
    pub fn new() -> Self {
        Self::with(&Fonts::default(), Arc::default(), &[])
    }

    pub(in crate::chart) fn with(fonts: &Fonts, names: Arc<WholeNames>, languages: &[String]) -> Self {
        Self {
            regular: Measure::with(fonts.clone(), Weight::Regular),
            bold: Measure::with(fonts.clone(), Weight::Bold),
            names,
            languages: languages.to_vec(),
            wrapped: BTreeMap::new(),
        }
    }

    pub(in crate::chart) fn measure(&self, weight: Weight) -> &Measure {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    pub(in crate::chart) fn wrap(&mut self, text: &str, size: Points, weight: Weight, width: Points) -> Vec<String> {
        self.wrap_in(None, text, (size, weight), width)
    }

    /// Breaks a text in this language into lines.
    pub(in crate::chart) fn wrap_in(
        &mut self,
        language: Option<&String>,
        text: &str,
        (size, weight): (Points, Weight),
        width: Points,
    ) -> Vec<String> {
        let key = (weight, size.to_bits(), width.to_bits(), language.cloned());
        if let Some(lines) = self.wrapped.get(&key).and_then(|texts| texts.get(text)) {
            return lines.clone();
        }
        let clean = characters::drawn(text);
        let languages: Vec<&str> = language.into_iter().chain(&self.languages).map(String::as_str).collect();
        let lines = self.measure(weight).wrap(&clean, size, width, &languages, &self.names);
        self.wrapped.entry(key).or_default().insert(text.to_owned(), lines.clone());
        lines
    }
}

impl Default for Pen {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(n_cards: usize, lines: &[(usize, usize)]) -> Scene {
        let card = Card {
            frame: Frame::default(),
            colour: 0,
            filled: false,
            tinted: false,
            dashed: false,
            mark: None,
            is_highlighted: false,
            texts: Vec::new(),
            chips: Vec::new(),
            photo: None,
            iri: String::new(),
            description: String::new(),
            names: Labels::default(),
            class: Labels::default(),
            status: None,
        };
        let line = |ends: &(usize, usize)| Line { points: Vec::new(), ends: *ends, ..Line::default() };
        Scene { cards: vec![card; n_cards], lines: lines.iter().map(line).collect(), ..Scene::default() }
    }

    #[test]
    fn the_head_of_an_arrow_points_along_the_last_piece() {
        let points = vec![(0.0, 0.0), (10.0, 0.0), (10.0, 20.0)];
        let line = Line { points, ends: (0, 1), arrow: true, ..Line::default() };
        assert_eq!(
            line.head().unwrap().map(|(x, y)| (x.round(), y.round())),
            [(10.0, 20.0), (7.0, 14.0), (13.0, 14.0)]
        );
        assert!(Line { arrow: false, ..line.clone() }.head().is_none());
        assert!(Line { points: vec![(1.0, 1.0); 2], ..line }.head().is_none());
    }

    #[test]
    fn cards_hang_under_one_other_and_never_in_a_cycle() {
        let hanging = scene(5, &[(0, 1), (0, 2), (1, 2), (3, 4), (4, 3), (7, 1), (2, 9), (1, 1)]).hanging();
        assert_eq!(hanging.children, [vec![1, 2], vec![], vec![], vec![4], vec![]]);
        assert_eq!(hanging.tops, [0, 3]);
        let mut network = scene(2, &[(0, 1)]);
        network.lines[0].arrow = true;
        assert_eq!(network.hanging().tops, [0, 1]);
        let chain: Vec<(usize, usize)> = (1..50_000).map(|at| (at - 1, at)).collect();
        assert_eq!(scene(50_000, &chain).hanging().tops, [0]);
    }
}
