//! A chart as cards, lines and labels with places, before it becomes a file.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;

use super::layout::{Forest, Group, Layout, Layouts, Points, Spacing};
use super::text::{Measure, Weight};
use super::tree::Tree;
use crate::network::{Network, Status};

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
    /// Cards.
    pub cards: Vec<Card>,
    /// Lines.
    pub lines: Vec<Vec<(Points, Points)>>,
    /// Frames of labels on lines.
    pub pills: Vec<Frame>,
    /// Colour samples of the legend.
    pub samples: Vec<(Frame, usize)>,
    /// Text outside cards.
    pub texts: Vec<Text>,
}

/// Colours of classes: of the bar and border, and of words on white. All are
/// dark enough for white words on them (WCAG AA).
pub const COLOURS: [&str; 12] = [
    "#1e4e79", "#9a5b00", "#0f6b4f", "#6b2fa0", "#a3222f", "#0b6478", "#a0245e", "#4c6a10", "#374151", "#a33d10",
    "#5b5048", "#7d1f8f",
];

const INK: &str = "#1f2937";
const FAINT: &str = "#4b5563";
const WHITE: &str = "#ffffff";
const CARD: Points = 156.0;
const BAR: Points = 5.0;
const PADDING: Points = 8.0;
const MARGIN: Points = 28.0;
const SPACING: Spacing = Spacing { columns: 18.0, rows: 10.0, bus: 13.0, spine: 12.0, trees: 30.0 };

/// What a chart is drawn with.
pub struct Pen {
    regular: Measure,
    bold: Measure,
    /// Characters that the font lacks.
    pub missing: BTreeSet<char>,
}

impl Pen {
    /// A pen with the embedded font.
    pub fn new() -> Self {
        Self { regular: Measure::new(Weight::Regular), bold: Measure::new(Weight::Bold), missing: BTreeSet::new() }
    }

    fn measure(&self, weight: Weight) -> &Measure {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    fn wrap(&mut self, text: &str, size: Points, weight: Weight, width: Points) -> Vec<String> {
        let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let missing = self.measure(weight).missing(&clean);
        self.missing.extend(missing);
        self.measure(weight).wrap(&clean, size, width)
    }
}

impl Default for Pen {
    fn default() -> Self {
        Self::new()
    }
}

/// What a chart says beside its cards.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Title.
    pub title: String,
    /// Line below the title.
    pub subtitle: String,
    /// Line at the foot: source, version, licence.
    pub foot: String,
    /// Heading of the panel of bodies without a parent.
    pub panel: String,
    /// Language tags, the main one first.
    pub languages: Vec<String>,
}

/// Draws a forest for a page of this width by height ratio.
pub fn draw(network: &Network, tree: &Tree, words: &Words, aspect: f64, pen: &mut Pen) -> Scene {
    let colours = colours(network, tree);
    let mut sketch = Sketch {
        network,
        tree,
        words,
        pen,
        colours,
        forest: Forest::default(),
        cards: Vec::new(),
        relations: Vec::new(),
    };
    for root in &tree.roots {
        let index = sketch.grow(*root);
        sketch.forest.roots.push(index);
    }
    let forest = std::mem::take(&mut sketch.forest);
    let layouts = Layouts::of(&forest, &SPACING);
    let panel: Vec<Card> = tree.alone.iter().map(|node| sketch.card(*node, false)).collect();
    // The panel takes its part of the page: the forest that leaves the whole
    // with the least waste is found by trying.
    let tries = (0..=8).map(|step| aspect * 0.7 * 1.25_f64.powi(step));
    let scenes = tries.map(|aspect| sketch.compose(&forest, &layouts.fit(aspect), &panel));
    let waste = |scene: &Scene| {
        let height = scene.height.max(scene.width / aspect);
        height * height * aspect
    };
    scenes.min_by(|a, b| waste(a).total_cmp(&waste(b))).unwrap_or_default()
}

/// A colour for each class that is drawn, in the order of their IRIs.
pub(super) fn colours(network: &Network, tree: &Tree) -> BTreeMap<String, (usize, String, usize)> {
    let mut drawn: BTreeSet<NodeIndex> = tree.alone.iter().copied().collect();
    let mut stack = tree.roots.clone();
    while let Some(node) = stack.pop() {
        drawn.insert(node);
        stack.extend(tree.children.get(&node).into_iter().flatten().map(|(_, child)| *child));
    }
    let mut colours: BTreeMap<String, (usize, String, usize)> = BTreeMap::new();
    for node in drawn {
        let entity = &network[node];
        let class = entity.class.as_ref().map_or("", |class| class.as_str());
        let entry = colours.entry(class.to_owned()).or_insert_with(|| (0, entity.class_labels.join(" "), 0));
        entry.2 += 1;
    }
    for (index, entry) in colours.values_mut().enumerate() {
        entry.0 = index % COLOURS.len();
    }
    colours
}

/// Lines of text below each other on a card.
struct TextColumn<'a> {
    pen: &'a mut Pen,
    texts: Vec<Text>,
    left: Points,
    right: Points,
    y: Points,
}

impl TextColumn<'_> {
    fn add(&mut self, words: &str, size: Points, weight: Weight, colour: &'static str, language: Option<&String>) {
        for line in self.pen.wrap(words, size, weight, self.right - self.left) {
            self.y += size * 1.25;
            let language = language.cloned();
            self.texts.push(Text { words: line, x: self.left, y: self.y, size, weight, colour, language });
        }
    }
}

struct Sketch<'a> {
    network: &'a Network,
    tree: &'a Tree,
    words: &'a Words,
    pen: &'a mut Pen,
    colours: BTreeMap<String, (usize, String, usize)>,
    forest: Forest,
    /// A card for each box, at the origin.
    cards: Vec<Card>,
    /// The relation that hangs each box under its parent.
    relations: Vec<String>,
}

impl Sketch<'_> {
    /// Makes the box of a tree's root and of all below it.
    fn grow(&mut self, root: NodeIndex) -> usize {
        let first = self.add(root, true);
        let mut work = vec![(root, first)];
        while let Some((node, index)) = work.pop() {
            let mut groups: Vec<(String, Group)> = Vec::new();
            for (edge, child) in self.tree.children.get(&node).into_iter().flatten() {
                let label = self.network[*edge].labels.join(" ");
                if groups.last().is_none_or(|(last, _)| *last != label) {
                    let width = self.pen.regular.width(&label, 7.0) + 12.0;
                    groups.push((label, Group { label: Some((width, 12.0)), members: Vec::new() }));
                }
                let box_index = self.add(*child, false);
                self.relations[box_index] = self.network[*edge].labels.join(" ");
                work.push((*child, box_index));
                if let Some((_, group)) = groups.last_mut() {
                    group.members.push(box_index);
                }
            }
            self.forest.children[index] = groups.into_iter().map(|(_, group)| group).collect();
        }
        first
    }

    fn add(&mut self, node: NodeIndex, top: bool) -> usize {
        let card = self.card(node, top);
        self.forest.boxes.push((card.frame.width, card.frame.height));
        self.forest.children.push(Vec::new());
        self.cards.push(card);
        self.relations.push(String::new());
        self.cards.len() - 1
    }

    /// The card of an entity, at the origin.
    fn card(&mut self, node: NodeIndex, top: bool) -> Card {
        let entity = &self.network[node];
        let class = entity.class.as_ref().map_or("", |class| class.as_str());
        let colour = self.colours.get(class).map_or(0, |(colour, ..)| *colour);
        let ink = |plain: &'static str| if top { WHITE } else { plain };
        let mut column =
            TextColumn { pen: self.pen, texts: Vec::new(), left: BAR + PADDING, right: CARD - PADDING, y: 5.0 };
        column.add(&entity.kind.join(" · "), 6.5, Weight::Regular, ink(COLOURS[colour]), None);
        for (at, (index, label)) in entity.labels.indexed().enumerate() {
            let (size, weight) = if at == 0 { (10.5, Weight::Bold) } else { (8.0, Weight::Regular) };
            column.add(label, size, weight, ink(INK), self.words.languages.get(index));
        }
        let planned = Status::unless_holds(entity.status.as_ref());
        if let Some(status) = planned {
            column.add(&format!("（{}）", status.labels.join(" ")), 6.5, Weight::Regular, ink(FAINT), None);
        }
        let mut chips = Vec::new();
        for edge in self.tree.others.get(&node).into_iter().flatten() {
            let relation = &self.network[*edge];
            let Some((_, target)) = self.network.edge_endpoints(*edge) else { continue };
            let mut words = format!("{} → {}", relation.labels.first(), self.network[target].labels.first());
            if let Some(status) = Status::unless_holds(relation.status.as_ref()) {
                words.push_str(&format!("（{}）", status.labels.first()));
            }
            column.y += 5.0;
            let (left, from) = (column.left, column.y);
            column.left += 5.0;
            column.right -= 5.0;
            column.add(&words, 6.5, Weight::Regular, ink(FAINT), self.words.languages.first());
            column.left = left;
            column.right += 5.0;
            column.y += 3.5;
            chips.push(Frame { x: left, y: from, width: column.right - left, height: column.y - from });
        }
        let height = column.y + 7.0;
        let texts = column.texts;
        let status = planned.map_or_else(String::new, |status| format!("({})", status.labels.join(" ")));
        Card {
            frame: Frame { x: 0.0, y: 0.0, width: CARD, height },
            colour,
            filled: top,
            dashed: planned.is_some_and(|status| !status.has_ended()),
            texts,
            chips,
            iri: entity.iri.as_str().to_owned(),
            description: [entity.labels.join(" · "), entity.kind.join(" "), status].join(" ").trim().to_owned(),
        }
    }

    /// Puts forest, panel, heading and legend on one page.
    fn compose(&self, forest: &Forest, layout: &Layout, panel: &[Card]) -> Scene {
        let top = MARGIN + 52.0;
        let mut scene = Scene {
            title: self.words.title.clone(),
            description: self.words.subtitle.clone(),
            language: self.words.languages.first().cloned().unwrap_or_default(),
            ..Scene::default()
        };
        let place = |card: &Card, x: Points, y: Points| {
            let mut card = card.clone();
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
        };
        for (card, (x, y)) in self.cards.iter().zip(&layout.corners) {
            scene.cards.push(place(card, x + MARGIN, y + top));
        }
        scene.lines =
            layout.lines.iter().map(|line| line.iter().map(|(x, y)| (x + MARGIN, y + top)).collect()).collect();
        let mut text = |words: &str, x, y, size, weight, colour| {
            scene.texts.push(Text { words: words.to_owned(), x, y, size, weight, colour, language: None });
        };
        for (parent, group, (x, y)) in &layout.labels {
            let node = forest.children[*parent][*group].members.first();
            let label = node.map_or("", |node| self.relations[*node].as_str());
            let (width, height) = forest.children[*parent][*group].label.unwrap_or_default();
            let frame = Frame { x: x + MARGIN - 3.0, y: y + top, width, height };
            text(label, frame.x + 6.0, frame.y + 8.6, 7.0, Weight::Regular, FAINT);
            scene.pills.push(frame);
        }
        let title_width =
            self.pen.bold.width(&self.words.title, 17.0).max(self.pen.regular.width(&self.words.subtitle, 8.5));
        let mut width = layout.width.max(title_width);
        text(&self.words.title, MARGIN, MARGIN + 16.0, 17.0, Weight::Bold, INK);
        text(&self.words.subtitle, MARGIN, MARGIN + 32.0, 8.5, Weight::Regular, FAINT);
        let mut y = top + layout.height;
        if !panel.is_empty() {
            let n_columns = (((width + SPACING.columns) / (CARD + SPACING.columns)) as usize).max(1).min(panel.len());
            y += if layout.height > 0.0 { SPACING.trees } else { 0.0 };
            text(&self.words.panel, MARGIN, y + 9.0, 8.5, Weight::Bold, FAINT);
            y += 20.0;
            for row in panel.chunks(n_columns) {
                for (column, card) in row.iter().enumerate() {
                    scene.cards.push(place(card, MARGIN + column as f64 * (CARD + SPACING.columns), y));
                }
                y += row.iter().map(|card| card.frame.height).fold(0.0, f64::max) + SPACING.rows;
            }
            width = width.max(n_columns as f64 * (CARD + SPACING.columns) - SPACING.columns);
        }
        y += 24.0;
        let mut x = MARGIN;
        for (colour, label, n_cards) in self.colours.values() {
            let words = format!("{label} {n_cards}");
            let room = self.pen.regular.width(&words, 7.5) + 30.0;
            if x + room > MARGIN + width && x > MARGIN {
                x = MARGIN;
                y += 14.0;
            }
            scene.samples.push((Frame { x, y, width: 9.0, height: 9.0 }, *colour));
            scene.texts.push(Text {
                words,
                x: x + 13.0,
                y: y + 7.6,
                size: 7.5,
                weight: Weight::Regular,
                colour: FAINT,
                language: None,
            });
            x += room;
        }
        y += 24.0;
        let foot = Text {
            words: self.words.foot.clone(),
            x: MARGIN,
            y,
            size: 7.0,
            weight: Weight::Regular,
            colour: FAINT,
            language: None,
        };
        width = width.max(self.pen.regular.width(&self.words.foot, 7.0));
        scene.texts.push(foot);
        scene.width = width + 2.0 * MARGIN;
        scene.height = y + MARGIN - 6.0;
        scene
    }
}
