//! Which colour means which class, and what else a chart has to explain.

use std::collections::BTreeMap;

use petgraph::graph::NodeIndex;

use crate::network::{Network, Status};

/// Colours of classes: for the bar and border, and for words on white. All are
/// dark enough for white words on them (WCAG AA).
pub const COLOURS: [&str; 14] = [
    "#1e4e79", "#0b6478", "#0f6b4f", "#6b2fa0", "#9a5b00", "#a3222f", "#a0245e", "#4c6a10", "#374151", "#a33d10",
    "#5b5048", "#3b49b8", "#7d1f8f", "#006d5b",
];

/// The classes of a chart, in order of appearance.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Legend {
    classes: Vec<(String, Entry)>,
    /// Things that do not exist yet or any more, by the IRI of their status.
    statuses: BTreeMap<String, (Entry, bool)>,
}

/// An entry of the legend.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Entry {
    /// Its text.
    pub label: String,
    /// The number of cards.
    pub n_cards: usize,
}

/// The sample before the text of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// A colour, by its index in [`COLOURS`].
    Colour(usize),
    /// A dashed border.
    Dashed,
}

impl Legend {
    /// The legend of a chart whose colours are assigned for the complete chart.
    pub fn of(network: &Network, whole: &[NodeIndex]) -> Self {
        let mut legend = Self::default();
        for node in whole.iter().copied() {
            let class = class(network, node);
            if legend.classes.iter().all(|(known, _)| known != class) {
                let label = network[node].class_labels.join(" ");
                legend.classes.push((class.to_owned(), Entry { label, n_cards: 0 }));
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

    fn count(&mut self, network: &Network, part: &[NodeIndex]) {
        for node in part.iter().copied() {
            let class = class(network, node);
            if let Some((_, entry)) = self.classes.iter_mut().find(|(known, _)| known == class) {
                entry.n_cards += 1;
            }
            if let Some(status) = Status::unless_holds(network[node].status.as_ref()) {
                let (entry, dashed) = self.statuses.entry(status.iri.as_str().to_owned()).or_default();
                entry.label = status.labels.join(" ");
                entry.n_cards += 1;
                *dashed = !status.has_ended();
            }
        }
    }

    /// The index of a node's colour in [`COLOURS`].
    pub fn colour(&self, network: &Network, node: NodeIndex) -> usize {
        let class = class(network, node);
        self.classes.iter().position(|(known, _)| known == class).unwrap_or_default() % COLOURS.len()
    }

    /// The entries that have cards.
    pub fn entries(&self) -> impl Iterator<Item = (Sample, &Entry)> {
        let classes =
            self.classes.iter().enumerate().map(|(at, (_, entry))| (Sample::Colour(at % COLOURS.len()), entry));
        let statuses = self.statuses.values().filter(|(_, dashed)| *dashed).map(|(entry, _)| (Sample::Dashed, entry));
        classes.chain(statuses).filter(|(_, entry)| entry.n_cards > 0)
    }
}

fn class(network: &Network, node: NodeIndex) -> &str {
    network[node].class.as_ref().map_or("", |class| class.as_str())
}
