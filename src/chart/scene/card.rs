//! The card of an entity: its kind, its names, its status, and as remarks the
//! relations to other cards that no line shows.

use petgraph::graph::{EdgeIndex, NodeIndex};

use super::legend::{COLOURS, Legend};
use super::text::Weight;
use super::{Card, Frame, Pen, SceneText, Words};
use crate::chart::layout::Points;
use crate::chart::view::tree::Tree;
use crate::network::{Network, Status};

/// The width of all cards.
pub(in crate::chart) const WIDTH: Points = 156.0;
/// The size of the smallest text on a card.
pub(in crate::chart) const SMALL: Points = 7.5;
/// The least area that a card takes on a page: it has a name, and room around it.
pub(in crate::chart) const LEAST_AREA: f64 = WIDTH * 20.0;
/// Remarks beyond this number are counted instead of shown.
const MOST_CHIPS: usize = 4;
pub(in crate::chart) const BAR: Points = 5.0;
const PADDING: Points = 8.0;
pub(in crate::chart) const INK: &str = "#1f2937";
pub(in crate::chart) const FAINT: &str = "#4b5563";
const REMARK: &str = "#9f1239";
const WHITE: &str = "#ffffff";

/// Lines of text one below the other on a card.
pub(in crate::chart) struct TextColumn<'a> {
    pub(in crate::chart) pen: &'a mut Pen,
    pub(in crate::chart) texts: Vec<SceneText>,
    pub(in crate::chart) left: Points,
    pub(in crate::chart) right: Points,
    pub(in crate::chart) y: Points,
}

impl<'a> TextColumn<'a> {
    /// The space for the text of a card.
    pub(in crate::chart) fn new(pen: &'a mut Pen) -> Self {
        Self { pen, texts: Vec::new(), left: BAR + PADDING, right: WIDTH - PADDING, y: 5.0 }
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
        for line in self.pen.wrap(words, size, weight, self.right - self.left) {
            self.y += size * 1.25;
            widest = widest.max(self.pen.measure(weight).width(&line, size));
            let language = language.cloned();
            self.texts.push(SceneText { words: line, x: self.left, y: self.y, size, weight, colour, language });
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
}

impl Maker<'_> {
    /// The card of an entity, at the origin; `top` for the top of a tree.
    pub(in crate::chart) fn card(&self, node: NodeIndex, top: bool, pen: &mut Pen) -> Card {
        let entity = &self.network[node];
        let colour = self.legend.colour(self.network, node);
        let ink = |plain: &'static str| if top { WHITE } else { plain };
        let small = (SMALL, Weight::Regular);
        let mut column = TextColumn::new(pen);
        column.add(&entity.kind.join(" · "), small, ink(COLOURS[colour]), None);
        for (at, (index, label)) in entity.labels.indexed().enumerate() {
            let style = if at == 0 { (11.0, Weight::Bold) } else { (8.5, Weight::Regular) };
            column.add(label, style, ink(INK), self.words.languages.get(index));
        }
        let status = Status::unless_holds(entity.status.as_ref());
        if let Some(status) = status {
            column.add(&format!("（{}）", status.labels.join(" ")), small, ink(FAINT), None);
        }
        let mut remarks = self.remarks(node);
        let spoken = remarks.join("; ");
        if remarks.len() > MOST_CHIPS {
            let n_more = remarks.len() - (MOST_CHIPS - 1);
            remarks.truncate(MOST_CHIPS - 1);
            remarks.push(self.words.more.replace("{n}", &n_more.to_string()));
        }
        let mut chips = Vec::new();
        for remark in &remarks {
            column.y += 4.5;
            let (left, from) = (column.left, column.y);
            column.left += 5.0;
            column.right -= 5.0;
            let width = column.add(remark, small, ink(REMARK), self.words.languages.first());
            column.left = left;
            column.right += 5.0;
            column.y += 3.5;
            chips.push(Frame { x: left, y: from, width: width + 10.0, height: column.y - from });
        }
        if let Some(n_below) = self.tree.folded.get(&node) {
            column.y += 3.0;
            let mark = self.words.folded.replace("{n}", &n_below.to_string());
            column.add(&mark, (SMALL, Weight::Bold), ink(FAINT), self.words.languages.first());
        }
        if let Some(page) = self.tree.pages.get(&node) {
            column.y += 3.0;
            let mark = self.words.to_page.replace("{n}", &page.to_string());
            column.add(&mark, (SMALL, Weight::Bold), ink(INK), self.words.languages.first());
        }
        let height = column.y + 7.0;
        let texts = column.texts;
        let mut description = vec![entity.labels.join(" · "), entity.kind.join(" ")];
        description.extend(status.map(|status| format!("({})", status.labels.join(" "))));
        description.push(spoken);
        description.retain(|part| !part.is_empty());
        Card {
            frame: Frame { x: 0.0, y: 0.0, width: WIDTH, height },
            colour,
            filled: top,
            dashed: status.is_some_and(|status| !status.has_ended()),
            texts,
            chips,
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
        let mut remarks: Vec<(NodeIndex, Option<&Status>, Vec<&str>)> = Vec::new();
        for edge in self.tree.others.get(&node).into_iter().flatten() {
            let relation = &self.network[*edge];
            let Some((_, target)) = self.network.edge_endpoints(*edge) else { continue };
            let status = Status::unless_holds(relation.status.as_ref());
            let label = relation.labels.first();
            match remarks.iter_mut().find(|(other, known, _)| *other == target && *known == status) {
                Some((.., labels)) if labels.contains(&label) => {}
                Some((.., labels)) => labels.push(label),
                None => remarks.push((target, status, vec![label])),
            }
        }
        let text = |(target, status, labels): (NodeIndex, Option<&Status>, Vec<&str>)| {
            let status = status.map_or_else(String::new, |status| format!("（{}）", status.labels.first()));
            format!("{} → {}{status}", labels.join(" · "), self.network[target].labels.first())
        };
        remarks.into_iter().map(text).collect()
    }

    /// The words of the label on a line: the relation, what the view adds to
    /// it, and its status if it does not hold yet.
    pub(in crate::chart) fn relation(&self, edge: EdgeIndex) -> String {
        let relation = &self.network[edge];
        let status = Status::unless_holds(relation.status.as_ref());
        let status = status.map_or_else(String::new, |status| format!("（{}）", status.labels.join(" ")));
        let words = format!("{}{status}", relation.labels.join(" "));
        relation.notes.iter().fold(words, |words, note| format!("{words}\n{note}"))
    }

    /// Whether the relation of a branch does not hold yet.
    pub(in crate::chart) fn is_dashed(&self, edge: EdgeIndex) -> bool {
        Status::unless_holds(self.network[edge].status.as_ref()).is_some_and(|status| !status.has_ended())
    }
}
