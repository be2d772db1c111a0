//! CardMarks on cards: what changed since an earlier edition, each with a sign, in one of two colours.

use std::collections::BTreeMap;

/// A mark on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardMark {
    /// Its sign.
    pub sign: &'static str,
    /// Its words.
    pub words: String,
    /// Whether the thing has gone or ended, which has a colour of its own.
    pub is_gone: bool,
}

/// The marks of a chart.
#[derive(Debug, Clone, Default)]
pub struct CardMarks {
    /// What the chart is compared with.
    since: String,
    by_iri: BTreeMap<String, Vec<CardMark>>,
}

impl CardMarks {
    /// No marks yet, of a comparison with this edition.
    pub fn since(edition: String) -> Self {
        Self { since: edition, by_iri: BTreeMap::new() }
    }

    /// Adds a mark to the card of a thing.
    pub fn add(&mut self, iri: &str, mark: CardMark) {
        self.by_iri.entry(iri.to_owned()).or_default().push(mark);
    }

    /// What the chart is compared with; empty if with nothing.
    pub fn compared_with(&self) -> &str {
        &self.since
    }

    /// All marks, each with the IRI of its thing.
    pub fn every(&self) -> impl Iterator<Item = (&str, &CardMark)> {
        self.by_iri.iter().flat_map(|(iri, marks)| marks.iter().map(move |mark| (iri.as_str(), mark)))
    }

    /// The marks of the card of a thing.
    pub(super) fn of(&self, iri: &str) -> &[CardMark] {
        self.by_iri.get(iri).map_or(&[], Vec::as_slice)
    }

    /// What the signs mean, with how many of these cards have each.
    pub(super) fn legend<'a>(&self, iris: impl Iterator<Item = &'a str>) -> Option<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for mark in iris.flat_map(|iri| self.of(iri)) {
            *counts.entry(mark.sign).or_default() += 1;
        }
        let meanings =
            [("+", "new"), ("−", "ended or no longer named"), ("→", "moved or merged"), ("~", "with another name")];
        let told = meanings.into_iter().filter_map(|(sign, meaning)| Some((sign, meaning, counts.get(sign)?)));
        let told: Vec<String> = told.map(|(sign, meaning, n)| format!("{sign} {meaning} {n}")).collect();
        (!self.since.is_empty()).then(|| match told.is_empty() {
            true => format!("Nothing drawn here has changed since {}.", self.since),
            false => format!("Since {}: {}", self.since, told.join(" · ")),
        })
    }
}
