//! What a chart says outside its cards: titles, page numbers, foot, and phrases with numbers in them.

use super::booklet::{BookletEntry, PagePart};
use super::picture::Picture;

/// The words of a chart outside its cards.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Words {
    /// Title, by default that of the pack.
    pub title: String,
    /// Titles of the view.
    pub view: String,
    /// Line below the titles.
    pub subtitle: String,
    /// The number of this page and of all pages; empty if there is only one.
    pub page: String,
    /// Lines above the footer: what is not drawn.
    pub notes: Vec<String>,
    /// Lines of the footer: sources, licence.
    pub foot: Vec<String>,
    /// Heading of the panel of bodies without a parent.
    pub panel: String,
    /// The number of hidden remarks, with `{n}` for the number.
    pub more: String,
    /// The number of things below a card that are not drawn, with `{n}` for the number.
    pub folded: String,
    /// The page on which it continues, with `{n}` for the number.
    pub to_page: String,
    /// The page that it comes from, with `{n}` for the number.
    pub from_page: String,
    /// The part that the page shows, if there are several.
    pub part: Option<PagePart>,
    /// The other pages.
    pub map: Vec<BookletEntry>,
    /// Heading of the map.
    pub map_title: String,
    /// Heading of the index of names, by language.
    pub index: Vec<String>,
    /// The number of a page and of all pages, with `{n}` and `{all}` for the numbers.
    pub page_of: String,
    /// What is said of an amount that several give.
    pub together: String,
    /// How a status stands before a verb, by language, with `{status}` and `{verb}` for the words.
    pub status_verb: Vec<String>,
    /// How what limits a relation stands beside its verb, by language, with `{verb}` and `{hedge}` for the words.
    pub hedged_verb: Vec<String>,
    /// The number of people, with `{n}` for the number, and what is said of one.
    pub headcounts: (String, String),
    /// The logo.
    pub logo: Option<Picture>,
    /// Language tags, the main one first.
    pub languages: Vec<String>,
}

impl Words {
    /// All words.
    pub fn every(&self) -> impl Iterator<Item = &str> {
        let single = [&self.title, &self.view, &self.subtitle, &self.page, &self.panel, &self.more, &self.to_page];
        let lists = [&self.notes, &self.foot, &self.index];
        single
            .into_iter()
            .chain([&self.page_of, &self.from_page, &self.map_title])
            .chain(lists.into_iter().flatten())
            .map(String::as_str)
    }

    /// The words for one of several pages.
    pub fn of_page(&self, part: PagePart, all: usize) -> Self {
        let page = self.page_of.replace("{n}", &part.number.to_string()).replace("{all}", &all.to_string());
        let part = PagePart { all, ..part };
        Self { page, part: Some(part), ..self.clone() }
    }

    /// The title with that of the view.
    pub fn title_of_all(&self) -> String {
        let parts = [&self.title, &self.view].map(String::as_str);
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// The language of phrases that are said in all languages of the chart, if it has only one.
    pub fn only_language(&self) -> Option<&String> {
        self.languages.first().filter(|_| self.languages.len() == 1)
    }

    /// A number of people in words.
    pub fn headcount(&self, n: &str) -> String {
        if n == "1" { self.headcounts.1.clone() } else { self.headcounts.0.replace("{n}", n) }
    }

    /// The title with those of the view and the page, for readers who do not see the page.
    pub fn whole_title(&self) -> String {
        let part = self.part.as_ref().map_or("", |part| &part.title);
        let parts = [self.title.as_str(), &self.view, part, &self.page];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }
}
