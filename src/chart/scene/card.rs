//! The card of an entity: its kind, its names, its status, and as remarks the
//! relations to other cards that no line shows.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{EdgeIndex, NodeIndex};

use super::legend::{COLOURS, Legend};
use super::text::{Weight, is_leftward};
use super::wording::{self, ReadingDirection};
use super::{Card, Frame, Pen, SceneText, Words};
use crate::chart::layout::Points;
use crate::chart::layout::direction::LineDirection;
use crate::chart::view::facts::CardFacts;
use crate::chart::view::levels::GradeLevels;
use crate::chart::view::tree::Tree;
use crate::network::{Labels, Network, Relation, Status};

/// The width of a card.
pub(in crate::chart) const WIDTH: Points = 156.0;
/// The size of the smallest text on a card.
pub(in crate::chart) const SMALL: Points = 7.5;
/// The least area that a card takes on a page: it has a name, and room around it.
pub(in crate::chart) const LEAST_AREA: f64 = CardWeight::Small.width() * 20.0;
/// Remarks beyond this number are counted instead of shown.
const MOST_CHIPS: usize = 4;
pub(in crate::chart) const BAR: Points = 5.0;
const PADDING: Points = 8.0;
/// Width and height of a photo.
const PHOTO: (Points, Points) = (34.0, 42.0);
pub(in crate::chart) const INK: &str = "#1f2937";
pub(in crate::chart) const FAINT: &str = "#4b5563";
const REMARK: &str = "#9f1239";
/// The index in [`COLOURS`] of the colour of what is new or elsewhere.
const MARK: usize = 2;
const WHITE: &str = "#ffffff";

/// How much a card stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::chart) enum CardWeight {
    /// The beginning of a chart.
    Top,
    /// What is directly below it, and the tops of other trees.
    Second,
    /// The rest.
    Plain,
    /// A body without a parent.
    Small,
}

impl CardWeight {
    /// The width of a card.
    pub(in crate::chart) const fn width(self) -> Points {
        match self {
            Self::Top => 216.0,
            Self::Second | Self::Plain => WIDTH,
            Self::Small => 128.0,
        }
    }

    /// The sizes of the first name and of the other names.
    fn names(self) -> (Points, Points) {
        match self {
            Self::Top => (15.5, 11.0),
            Self::Second | Self::Plain => (11.0, 8.5),
            Self::Small => (8.5, 7.5),
        }
    }

    /// How many remarks are shown.
    fn most_chips(self) -> usize {
        if self == Self::Small { 2 } else { MOST_CHIPS }
    }
}

/// Lines of text one below the other on a card.
pub(in crate::chart) struct TextColumn<'a> {
    pub(in crate::chart) pen: &'a mut Pen,
    pub(in crate::chart) texts: Vec<SceneText>,
    pub(in crate::chart) left: Points,
    pub(in crate::chart) right: Points,
    pub(in crate::chart) y: Points,
    /// Whether lines end at the left, as on cards that are read from right to left.
    leftward: bool,
}

impl<'a> TextColumn<'a> {
    /// The space for the text of a card of this width, with this name.
    fn within(width: Points, pen: &'a mut Pen, name: &str) -> Self {
        let leftward = is_leftward(name);
        let (left, right) = if leftward { (PADDING, BAR + PADDING) } else { (BAR + PADDING, PADDING) };
        Self { pen, texts: Vec::new(), left, right: width - right, y: 5.0, leftward }
    }

    /// Adds words and returns the width of the widest line.
    pub(in crate::chart) fn add(
        &mut self,
        words: &str,
        style: (Points, Weight),
        colour: &'static str,
        language: Option<&String>,
    ) -> Points {
        let (size, weight) = style;
        let mut widest = 0.0_f64;
        for line in self.pen.wrap_in(language, words, style, self.right - self.left) {
            // Above the first line there is as much room as below the last.
            self.y += size * if self.texts.is_empty() { 1.05 } else { 1.25 };
            let width = self.pen.measure(weight).width(&line, size);
            widest = widest.max(width);
            let language = language.cloned();
            let x = if self.leftward { self.right - width } else { self.left };
            self.texts.push(SceneText { words: line, x, y: self.y, size, weight, colour, language });
        }
        widest
    }
}

/// What is needed to draw cards.
pub(in crate::chart) struct Maker<'a> {
    pub(in crate::chart) network: &'a Network,
    pub(in crate::chart) tree: &'a Tree,
    pub(in crate::chart) legend: &'a Legend,
    pub(in crate::chart) words: &'a Words,
    pub(in crate::chart) facts: &'a BTreeMap<NodeIndex, CardFacts>,
    /// The kind that is left out, since nearly all cards have it and the legend says so.
    pub(in crate::chart) common_kind: Option<&'a String>,
    /// The levels on which cards are asked to be.
    pub(in crate::chart) levels: Option<&'a GradeLevels>,
    /// Dotted lines that are remarks here, from one end to the other.
    pub(in crate::chart) unrouted: &'a [(EdgeIndex, NodeIndex, NodeIndex)],
    /// What stands out.
    pub(in crate::chart) highlighted: &'a BTreeSet<NodeIndex>,
    pub(in crate::chart) look: TreeLook,
}

/// How a tree is drawn, where the user says so.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::chart) struct TreeLook {
    /// Whether its lines have no words.
    pub is_wordless: bool,
    /// Where its lines lead, if not down.
    pub direction: Option<LineDirection>,
}

impl Maker<'_> {
    /// The card of an entity, at the origin.
    pub(in crate::chart) fn card(&self, node: NodeIndex, weight: CardWeight, pen: &mut Pen) -> Card {
        self.card_of(node, weight, false, pen)
    }

    /// The card of an entity whose kind is said above it.
    pub(in crate::chart) fn card_of(&self, node: NodeIndex, weight: CardWeight, is_said: bool, pen: &mut Pen) -> Card {
        let entity = &self.network[node];
        let colour = self.legend.colour(self.network, node);
        let top = weight == CardWeight::Top;
        let ink = |plain: &'static str| if top { WHITE } else { plain };
        let small = (SMALL, Weight::Regular);
        let facts = self.facts.get(&node);
        let photo = facts.and_then(|facts| facts.photo.as_ref());
        let width = weight.width() + photo.map_or(0.0, |_| PHOTO.0 / 2.0);
        let mut column = TextColumn::within(width, pen, entity.labels.first());
        if photo.is_some() {
            if column.leftward {
                column.right -= PHOTO.0 + 4.0;
            } else {
                column.left += PHOTO.0 + 4.0;
            }
        }
        let kind = entity.kind.join(" · ");
        // What stands above all cards of a group, or in the legend, is not said on each.
        let kind = if is_said || self.common_kind == Some(&kind) { String::new() } else { kind };
        let marks: Vec<(String, &'static str)> = facts
            .into_iter()
            .flat_map(|facts| &facts.marks)
            .map(|mark| (format!("{} {}", mark.sign, mark.words), if mark.is_gone { REMARK } else { COLOURS[MARK] }))
            .collect();
        for (words, colour) in &marks {
            column.add(words, (SMALL, Weight::Bold), ink(colour), None);
        }
        column.add(&kind, small, ink(COLOURS[colour]), None);
        let (first, others) = weight.names();
        let mut said: Vec<&str> = Vec::new();
        for (index, label) in entity.labels.indexed() {
            // A name that is the same in both languages is said once.
            if said.contains(&label) {
                continue;
            }
            let style = if said.is_empty() { (first, Weight::Bold) } else { (others, Weight::Regular) };
            column.add(label, style, ink(INK), self.words.languages.get(index));
            said.push(label);
        }
        let lines: Vec<&String> = facts.into_iter().flat_map(|facts| &facts.lines).collect();
        for line in &lines {
            column.add(line, (others.min(8.5), Weight::Regular), ink(FAINT), None);
        }
        let headcount = facts.and_then(|facts| facts.headcount.as_ref()).map(|n| self.words.headcount(n));
        if let Some(headcount) = &headcount {
            column.add(headcount, small, ink(FAINT), None);
        }
        let status = Status::unless_holds(entity.status.as_ref());
        if let Some(status) = status {
            column.add(&status.labels.join(" "), small, ink(FAINT), None);
        }
        let mut remarks = self.remarks(node);
        let spoken = remarks.join("; ");
        if remarks.len() > weight.most_chips() {
            let n_more = remarks.len() - (weight.most_chips() - 1);
            remarks.truncate(weight.most_chips() - 1);
            remarks.push(self.words.more.replace("{n}", &n_more.to_string()));
        }
        let mut chips = Vec::new();
        column.y += if remarks.is_empty() { 0.0 } else { first * 0.15 };
        for remark in &remarks {
            column.y += 4.5;
            let (left, right, from) = (column.left, column.right, column.y);
            column.left += 5.0;
            column.right -= 5.0;
            let width = column.add(remark, small, ink(REMARK), self.words.languages.first());
            (column.left, column.right) = (left, right);
            column.y += 3.5;
            let x = if column.leftward { right - width - 10.0 } else { left };
            chips.push(Frame { x, y: from, width: width + 10.0, height: column.y - from });
        }
        if let Some(n_below) = self.tree.folded.get(&node) {
            column.y += 3.0;
            let mark = self.words.folded.replace("{n}", &n_below.to_string());
            column.add(&mark, (SMALL, Weight::Bold), ink(FAINT), self.words.only_language());
        }
        if let Some(page) = self.tree.pages.get(&node) {
            column.y += 3.0;
            let mark = self.words.to_page.replace("{n}", &page.to_string());
            column.add(&mark, (SMALL, Weight::Bold), ink(INK), self.words.only_language());
        }
        let least = if photo.is_some() { PHOTO.1 + 12.0 } else { 0.0 };
        let height = (column.y + 7.0).max(least);
        let texts = column.texts;
        let mut description = vec![entity.labels.join(" · "), entity.kind.join(" ")];
        description.extend(lines.into_iter().cloned().chain(headcount));
        description.extend(status.map(|status| format!("({})", status.labels.join(" "))));
        description.push(spoken);
        description.extend(marks.into_iter().map(|(words, _)| words));
        description.retain(|part| !part.is_empty());
        let at = Frame { x: BAR + PADDING - 3.0, y: 6.0, width: PHOTO.0, height: PHOTO.1 };
        Card {
            frame: Frame { x: 0.0, y: 0.0, width, height },
            colour,
            filled: top,
            tinted: weight == CardWeight::Second,
            dashed: status.is_some_and(|status| !status.has_ended()),
            mark: None,
            is_highlighted: self.highlighted.contains(&node),
            texts,
            chips,
            photo: photo.map(|photo| (at, photo.clone())),
            iri: entity.iri.as_str().to_owned(),
            description: description.join(" "),
            names: entity.labels.clone(),
            class: entity.class_labels.clone(),
            status: status.map(|status| status.labels.clone()),
        }
    }

    /// The relations of a node that form no branch: one remark for each thing
    /// and status, so that somebody who builds, keeps and runs one park is
    /// mentioned once.
    fn remarks(&self, node: NodeIndex) -> Vec<String> {
        let mut remarks: Vec<(NodeIndex, Option<&Status>, Vec<String>)> = Vec::new();
        for edge in self.tree.others.get(&node).into_iter().flatten() {
            let relation = &self.network[*edge];
            let Some((_, target)) = self.network.edge_endpoints(*edge) else { continue };
            let status = Status::unless_holds(relation.status.as_ref());
            let planned = status.filter(|status| !status.has_ended()).map(|_| relation.planned.first());
            let label = planned.filter(|label| !label.is_empty()).unwrap_or(relation.labels.first());
            let label = self.hedged(label, relation);
            match remarks.iter_mut().find(|(other, known, _)| *other == target && *known == status) {
                Some((.., labels)) if labels.contains(&label) => {}
                Some((.., labels)) => labels.push(label),
                None => remarks.push((target, status, vec![label])),
            }
        }
        for (edge, _, other) in self.unrouted.iter().filter(|(_, one, _)| *one == node) {
            let relation = &self.network[*edge];
            let words = wording::relation(relation, self.reading(*edge, node), &self.words.status_verb);
            remarks.push((*other, None, words.into_iter().take(1).collect()));
        }
        let text = |(target, status, labels): (NodeIndex, Option<&Status>, Vec<String>)| {
            let words = format!("{} → {}", labels.join(" · "), self.network[target].labels.first());
            match status {
                Some(status) => wording::with_status(status, 0, &words, &self.words.status_verb),
                None => words,
            }
        };
        remarks.into_iter().map(text).collect()
    }

    /// A verb in the first language in which it has words, with what limits the relation.
    fn hedged(&self, verb: &str, relation: &Relation) -> String {
        let at = relation.labels.indexed().next().map_or(0, |(at, _)| at);
        let own = |hedge: &Labels| match hedge.get(at) {
            "" => hedge.first().to_owned(),
            own => own.to_owned(),
        };
        let hedges: Vec<String> = relation.hedges.iter().map(own).collect();
        if hedges.is_empty() {
            return verb.to_owned();
        }
        let pattern = self.words.hedged_verb.get(at).map_or("{verb} ({hedge})", String::as_str);
        pattern.replace("{hedge}", &hedges.join(", ")).replace("{verb}", verb)
    }

    /// The words of the label on a line: the relation as it is read from the
    /// beginning of the line, with its status if it does not hold yet, and
    /// what the view adds to it.
    pub(in crate::chart) fn relation(&self, edge: EdgeIndex, reading: ReadingDirection) -> String {
        let relation = &self.network[edge];
        let words = wording::relation(relation, reading, &self.words.status_verb).join(" ");
        relation.additions().iter().fold(words, |words, note| format!("{words}\n{note}"))
    }

    /// The words of a relation to something below `parent`, read downwards.
    pub(in crate::chart) fn branch(&self, edge: EdgeIndex, parent: NodeIndex) -> String {
        self.relation(edge, self.reading(edge, parent))
    }

    /// How a relation is read from one of its ends.
    pub(in crate::chart) fn reading(&self, edge: EdgeIndex, from: NodeIndex) -> ReadingDirection {
        let is_from = |node: NodeIndex| node == from || self.is_partner(node, from);
        match self.network.edge_endpoints(edge) {
            Some((source, target)) if is_from(target) && !is_from(source) => ReadingDirection::Back,
            _ => ReadingDirection::Forth,
        }
    }

    /// Whether a node stands beside another as its equal.
    fn is_partner(&self, node: NodeIndex, of: NodeIndex) -> bool {
        self.tree.partners.get(&of).is_some_and(|partners| partners.contains(&node))
    }

    /// Whether the relation of a branch does not hold yet.
    pub(in crate::chart) fn is_dashed(&self, edge: EdgeIndex) -> bool {
        Status::unless_holds(self.network[edge].status.as_ref()).is_some_and(|status| !status.has_ended())
    }
}
