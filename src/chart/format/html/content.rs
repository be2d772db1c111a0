//! What a page consists of: views, each in several languages, and what is known of each entity.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::chart::scene::Words;
use crate::chart::{Sheet, Theme};

/// A page with the views of a graph.
#[derive(Debug, Clone, Default)]
pub struct WebPage {
    /// All languages, the main one first.
    pub languages: Vec<String>,
    /// The views; the first is shown when the page opens.
    pub views: Vec<PageView>,
    /// What the cards of all views stand for, and what these are related to, each once.
    pub entities: Vec<PageEntity>,
    /// Characters, each with the one as which it is compared in a search.
    pub spellings: Vec<(char, char)>,
    /// The sources by the names that evidence has for them, as IRIs of entities.
    pub sources: BTreeMap<String, String>,
    /// What the views are compared with.
    pub since: Option<String>,
    /// What changed since then.
    pub changes: Vec<PageChange>,
    /// A page that it leads back to: its address, and what it is called.
    pub home: Option<(String, String)>,
    /// Its colours; without a theme those of the reader's system.
    pub theme: Option<Theme>,
}

/// A view of a page.
#[derive(Debug, Clone, Default)]
pub struct PageView {
    /// Its name, by which an address names it.
    pub name: String,
    /// It in all languages together, then in each alone; after these the same of the earlier edition, if the page
    /// compares two.
    pub scenes: Vec<PageScene>,
}

/// A view as it is drawn in some languages.
#[derive(Debug, Clone, Default)]
pub struct PageScene {
    /// Its picture.
    pub sheet: Sheet,
    /// Its words.
    pub(in crate::chart) words: Words,
}

/// A thing that a page knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageEntity {
    /// Its IRI.
    pub iri: String,
    /// Its short name, by which details and addresses refer to it.
    pub id: String,
    /// Its name in each language.
    pub names: Vec<String>,
    /// What is known of it, in each language.
    pub details: Vec<Detail>,
}

/// A change since an earlier edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageChange {
    /// The IRI of what changed.
    pub iri: String,
    /// The sign of the change.
    pub sign: String,
    /// The change in words.
    pub words: String,
    /// Whether it is gone.
    pub is_gone: bool,
}

/// What is known of an entity in one language, as plain values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// Its class and its status.
    pub about: Vec<String>,
    /// The places where the source names it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// Its other names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Fact>,
    /// Its relations, both ways.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Fact>,
    /// Its figures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Fact>,
    /// Figures about other entities in which it has a part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Fact>,
    /// Other statements about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Fact>,
}

/// An item of a [`Detail`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Kind of name, relation, measure, part, property.
    pub label: String,
    /// The name, the other end, the number, the value.
    pub text: String,
    /// The language of the text, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The short name of the other end of a relation, or of the subject of a figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// Whether the relation comes from the other end.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub arrives: bool,
    /// Status, dates, qualifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The lines that support it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

impl WebPage {
    /// Which languages are shown together, by index: all, then each alone.
    pub(super) fn variants(&self) -> Vec<Vec<usize>> {
        let n = self.languages.len();
        let n_scenes = self.views.iter().map(|view| view.scenes.len()).min().unwrap_or_default();
        let alone = (0..n).filter(|_| n > 1).map(|index| vec![index]);
        std::iter::once((0..n).collect()).chain(alone).take(n_scenes.max(1)).collect()
    }

    /// The languages of each scene of a view, all together first.
    pub fn languages_of_scenes(languages: &[String]) -> Vec<Vec<String>> {
        let alone = languages.iter().filter(|_| languages.len() > 1).map(|tag| vec![tag.clone()]);
        std::iter::once(languages.to_vec()).chain(alone).collect()
    }
}

impl Detail {
    /// All its texts.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let facts = [&self.names, &self.relations, &self.figures, &self.parts, &self.also].into_iter().flatten();
        let texts = facts.flat_map(|fact| fact.remarks.iter().chain([&fact.label, &fact.text, &fact.evidence]));
        self.about.iter().chain([&self.evidence]).chain(texts).map(String::as_str)
    }
}
