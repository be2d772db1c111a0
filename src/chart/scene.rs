//! A chart as cards, lines and labels with places, before it becomes a file.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::Points;
pub use super::legend::{COLOURS, Sample};
use super::text::{Measure, Weight};

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

/// A line of text; `x` and `y` are where its baseline begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The words.
    pub words: String,
    /// Where the baseline begins.
    pub x: Points,
    /// The baseline.
    pub y: Points,
    /// Font size.
    pub size: Points,
    /// Weight.
    pub weight: Weight,
    /// Colour, as CSS has it.
    pub colour: &'static str,
    /// Language tag, where it is known.
    pub language: Option<String>,
}

/// A card: an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Its place.
    pub frame: Frame,
    /// Index of its colour in [`COLOURS`].
    pub colour: usize,
    /// Whether it is filled with its colour, as the top of a tree is.
    pub filled: bool,
    /// Whether it is not there yet.
    pub dashed: bool,
    /// Its lines of text.
    pub texts: Vec<Text>,
    /// Frames of the remarks on it.
    pub chips: Vec<Frame>,
    /// Its IRI.
    pub iri: String,
    /// What a reader of the screen is told.
    pub description: String,
}

impl Card {
    /// The card with its left upper corner at a place.
    pub(super) fn at(&self, x: Points, y: Points) -> Self {
        let mut card = self.clone();
        card.frame = Frame { x, y, ..card.frame };
        for text in &mut card.texts {
            text.x += x;
            text.y += y;
        }
        for chip in &mut card.chips {
            chip.x += x;
            chip.y += y;
        }
        card
    }
}

/// A line from one card to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its corners.
    pub points: Vec<(Points, Points)>,
    /// The cards that it joins, by index: in a tree the parent and the child.
    pub ends: (usize, usize),
    /// Whether it ends in an arrow, as relations do that may go either way.
    pub arrow: bool,
    /// Whether the relation is not there yet.
    pub dashed: bool,
}

/// A label on a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pill {
    /// Its place.
    pub frame: Frame,
    /// The card whose lines it is on, by index: in a tree the parent.
    pub of: usize,
    /// Whether the relation is not there yet.
    pub dashed: bool,
}

/// What lies below cards and lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// A line of a grid.
    Grid,
    /// The strip of a lane.
    Lane,
    /// A span of time in a colour, by its index in [`COLOURS`].
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
    /// What the chart shows, in words.
    pub description: String,
    /// Main language tag.
    pub language: String,
    /// What lies below all else.
    pub grounds: Vec<(Frame, Ground)>,
    /// Cards.
    pub cards: Vec<Card>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Labels on lines.
    pub pills: Vec<Pill>,
    /// Samples of the legend.
    pub samples: Vec<(Frame, Sample)>,
    /// Text outside cards.
    pub texts: Vec<Text>,
}

/// What a chart is drawn with.
pub struct Pen {
    regular: Measure,
    bold: Measure,
    /// Characters that the font lacks.
    pub missing: BTreeSet<char>,
    /// Lines of texts that were cut before: pages are tried many times.
    wrapped: BTreeMap<(Weight, u64, u64), BTreeMap<String, Vec<String>>>,
}

impl Pen {
    /// A pen with the embedded font.
    pub fn new() -> Self {
        Self {
            regular: Measure::new(Weight::Regular),
            bold: Measure::new(Weight::Bold),
            missing: BTreeSet::new(),
            wrapped: BTreeMap::new(),
        }
    }

    pub(super) fn measure(&self, weight: Weight) -> &Measure {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    pub(super) fn wrap(&mut self, text: &str, size: Points, weight: Weight, width: Points) -> Vec<String> {
        let key = (weight, size.to_bits(), width.to_bits());
        if let Some(lines) = self.wrapped.get(&key).and_then(|texts| texts.get(text)) {
            return lines.clone();
        }
        let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let missing = self.measure(weight).missing(&clean);
        self.missing.extend(missing);
        let lines = self.measure(weight).wrap(&clean, size, width);
        self.wrapped.entry(key).or_default().insert(text.to_owned(), lines.clone());
        lines
    }
}

impl Default for Pen {
    fn default() -> Self {
        Self::new()
    }
}

/// What a chart says beside its cards.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    /// Title: that of the pack.
    pub title: String,
    /// Titles of the view.
    pub view: String,
    /// Line below the titles.
    pub subtitle: String,
    /// Which page of how many this is; empty where there is one.
    pub page: String,
    /// Lines above the foot: what is not drawn.
    pub notes: Vec<String>,
    /// Lines at the foot: sources, licence.
    pub foot: Vec<String>,
    /// Heading of the panel of bodies without a parent.
    pub panel: String,
    /// How many remarks are not shown, with `{n}` for the number.
    pub more: String,
    /// On which page it goes on, with `{n}` for the number.
    pub to_page: String,
    /// Which page of how many, with `{n}` and `{all}` for the numbers.
    pub page_of: String,
    /// Names of the quarters and months of a year.
    pub quarters: Vec<String>,
    pub months: Vec<String>,
    /// Language tags, the main one first.
    pub languages: Vec<String>,
}

impl Words {
    /// The words for one of several pages.
    pub fn of_page(&self, n: usize, all: usize) -> Self {
        let page = self.page_of.replace("{n}", &n.to_string()).replace("{all}", &all.to_string());
        Self { page, ..self.clone() }
    }

    /// The title with that of the view and the page, for those who see no page.
    pub fn whole_title(&self) -> String {
        let parts = [&self.title, &self.view, &self.page];
        parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" · ")
    }
}
