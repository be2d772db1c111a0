//! Which colour means which class, and what else a chart has to explain.

use std::collections::BTreeMap;

use petgraph::graph::NodeIndex;

use super::timeline::MarkShape;
use crate::chart::kinds::ClassColours;
use crate::chart::layout::Points;
use crate::chart::view::timeline::Item;
use crate::network::{Network, Status};

/// Colours of classes: for the bar and border, and for words on white. All are
/// dark enough for white words on them (WCAG AA). The last is that of all kinds
/// for which no colour is left.
pub const COLOURS: [&str; 15] = [
    "#1e4e79", "#0b6478", "#0f6b4f", "#6b2fa0", "#9a5b00", "#a3222f", "#a0245e", "#4c6a10", "#374151", "#a33d10",
    "#5b5048", "#3b49b8", "#7d1f8f", "#23401c", "#56657a",
];

/// What a chart has to explain.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Legend {
    kinds: ClassColours,
    /// What is said once, since it is the same on all lines.
    pub line: Option<String>,
    /// What a dotted line means.
    pub dotted: Vec<String>,
    /// The classes that colours stand for, in order of appearance, each with its slot.
    classes: Vec<(String, usize, Entry)>,
    /// Things that do not exist yet or any more, by the IRI of their status.
    statuses: BTreeMap<String, (Entry, bool)>,
    /// The marks of dated statements, by mark and IRI of the status.
    marks: BTreeMap<(MarkShape, String), Entry>,
    /// How thick the line of an amount is: thickness and words.
    pub thick: Option<(Points, String)>,
}

/// An entry of the legend.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Entry {
    /// Its text.
    pub label: String,
    /// The number of cards; none for a line.
    pub n_cards: Option<usize>,
}

impl Entry {
    /// The text with the number.
    pub fn words(&self) -> String {
        match self.n_cards {
            Some(n) => format!("{} {n}", self.label),
            None => self.label.clone(),
        }
    }
}

/// The sample before the text of an entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sample {
    /// A colour, by its index in [`COLOURS`].
    Colour(usize),
    /// A dashed border.
    Dashed,
    /// A line.
    Line,
    /// A dotted line.
    Dotted,
    /// A line of this thickness.
    Thick(Points),
    /// A mark of dated statements.
    Mark(MarkShape),
}

impl Legend {
    /// The legend of a chart, with the classes in the order in which the complete chart has them.
    pub fn of(kinds: ClassColours, network: &Network, whole: &[NodeIndex]) -> Self {
        let mut legend = Self { kinds, ..Self::default() };
        for node in whole.iter().copied() {
            let (owner, slot, label) = legend.kinds.of(network[node].class.as_ref());
            if legend.classes.iter().all(|(known, ..)| *known != owner) {
                legend.classes.push((owner, slot, Entry { label, n_cards: Some(0) }));
            }
        }
        legend
    }

    /// The legend with the cards of one part counted.
    pub fn counted(&self, network: &Network, part: &[NodeIndex]) -> Self {
        let mut legend = self.clone();
        legend.count(network, part);
        legend
    }

    /// The legend with the statements of a list counted, by their own status.
    pub fn counting(&self, network: &Network, items: &[Item]) -> Self {
        let mut legend = self.clone();
        let nodes: Vec<NodeIndex> = items.iter().map(|item| item.source).collect();
        legend.count(network, &nodes);
        legend.statuses.clear();
        for status in items.iter().filter_map(|item| item.status.as_ref()) {
            let key = (MarkShape::of(Some(status)), status.iri.as_str().to_owned());
            let entry = legend.marks.entry(key).or_default();
            entry.label = status.labels.together();
            entry.n_cards = Some(entry.n_cards.unwrap_or_default() + 1);
        }
        legend
    }

    fn count(&mut self, network: &Network, part: &[NodeIndex]) {
        for node in part.iter().copied() {
            let (owner, ..) = self.kinds.of(network[node].class.as_ref());
            if let Some((.., entry)) = self.classes.iter_mut().find(|(known, ..)| *known == owner) {
                entry.n_cards = entry.n_cards.map(|n| n + 1);
            }
            if let Some(status) = Status::unless_holds(network[node].status.as_ref()) {
                let (entry, dashed) = self.statuses.entry(status.iri.as_str().to_owned()).or_default();
                entry.label = status.labels.together();
                entry.n_cards = Some(entry.n_cards.unwrap_or_default() + 1);
                *dashed = !status.has_ended();
            }
        }
    }

    /// The index of a node's colour in [`COLOURS`].
    pub fn colour(&self, network: &Network, node: NodeIndex) -> usize {
        self.kinds.of(network[node].class.as_ref()).1
    }

    /// What a node is grouped under: the class whose colour it has.
    pub fn group(&self, network: &Network, node: NodeIndex) -> String {
        self.kinds.of(network[node].class.as_ref()).2
    }

    /// The entries that have something on the page.
    pub fn entries(&self) -> Vec<(Sample, Entry)> {
        let mut entries: Vec<(Sample, Entry)> = Vec::new();
        for (_, slot, entry) in &self.classes {
            if entry.n_cards != Some(0) && !entry.label.is_empty() {
                // Kinds of one colour, for which none of their own is left, are one entry.
                match entries.iter_mut().find(|(sample, _)| *sample == Sample::Colour(*slot)) {
                    Some((_, known)) => {
                        known.label = format!("{} · {}", known.label, entry.label);
                        known.n_cards = known.n_cards.zip(entry.n_cards).map(|(one, other)| one + other);
                    }
                    None => entries.push((Sample::Colour(*slot), entry.clone())),
                }
            }
        }
        let statuses = self.statuses.values().filter(|(_, dashed)| *dashed);
        entries.extend(statuses.map(|(entry, _)| (Sample::Dashed, entry.clone())));
        entries.extend(self.marks.iter().map(|((mark, _), entry)| (Sample::Mark(*mark), entry.clone())));
        let line = |label: &String| Entry { label: label.clone(), n_cards: None };
        entries.extend(self.line.iter().map(|label| (Sample::Line, line(label))));
        entries.extend(self.thick.iter().map(|(width, label)| (Sample::Thick(*width), line(label))));
        entries.extend(self.dotted.iter().map(|label| (Sample::Dotted, line(label))));
        entries
    }
}
