//! What all pages of a graph have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};

use super::address::Addresses;
use super::changes::EditionChanges;
use super::charts::{chart_page, draw_views, first_view, views_beside};
use super::evidence::{QuotedSource, sources};
use super::files::FileAddresses;
use super::kinds::KindIndex;
use super::questions::QuestionAboutThing;
use crate::chart::{Options, Theme, WebPage, view};
use crate::error::Result;
use crate::graph::{CheckRecord, Graph, LABELS, Layer, bcp47_case};
use crate::sparql::Questions;
use crate::vocab::{dcterms, named_graph, skos};

/// The most cards of the picture on the first page.
const MOST_CARDS: usize = 60;

/// Of a graph with more triples, the first page has no picture: it would be long in the making.
const MOST_DRAWN: usize = 3_000_000;

/// A graph with what its pages are made of.
pub struct Site {
    /// The graph.
    pub graph: Graph,
    /// Its title and version.
    pub edition: String,
    /// Its languages, the main one first.
    pub languages: Vec<String>,
    /// Its stored questions.
    pub questions: Questions,
    /// The reader's own copies of sources.
    pub texts: Vec<QuotedSource>,
    /// What changed since an earlier edition, if that is to be told.
    pub changes: Option<EditionChanges>,
    /// The checks that were run when the graph was built, if that is known.
    pub checks: Option<CheckRecord>,
    /// Where the pages are.
    pub place: SitePlace,
    /// The sources by the names that evidence has for them.
    pub(super) sources: BTreeMap<String, NamedNode>,
    /// What the data are about, once somebody has asked for it.
    subjects: OnceLock<BTreeSet<NamedNode>>,
    /// The same by kind.
    kinds: OnceLock<KindIndex>,
    /// The first chart, in light and in dark colours, once somebody has asked for it.
    picture: OnceLock<Option<[String; 2]>>,
    /// The page with the charts, once somebody has asked for it.
    charts: OnceLock<Option<String>>,
    /// The stored questions about one thing, once a page of one is made.
    pub(super) about_things: OnceLock<Vec<QuestionAboutThing>>,
}

/// Where pages are, which says how links to them are made.
pub enum SitePlace {
    /// On a server, at the paths of IRIs.
    Served(Addresses),
    /// In a folder.
    Files(FileAddresses),
}

impl Site {
    /// The pages of a graph that is called `edition`.
    pub fn new(graph: Graph, edition: String, languages: Vec<String>, questions: Questions, place: SitePlace) -> Self {
        let sources = sources(&graph);
        Self {
            graph,
            edition,
            languages,
            questions,
            texts: Vec::new(),
            changes: None,
            checks: None,
            place,
            sources,
            subjects: OnceLock::new(),
            kinds: OnceLock::new(),
            picture: OnceLock::new(),
            charts: OnceLock::new(),
            about_things: OnceLock::new(),
        }
    }

    /// The first view that has something to draw, as SVG in light and in dark colours.
    pub fn picture(&self) -> Option<&[String; 2]> {
        let draw = || {
            if self.graph.n_triples() > MOST_DRAWN {
                return None;
            }
            let options = Options { languages: self.languages.clone(), most: Some(MOST_CARDS), ..Options::default() };
            let (_, drawing) = first_view(&options, |name| view(&self.graph, name, &options)).ok()?;
            let sheet = drawing.whole();
            Some([Theme::Light, Theme::Dark].map(|theme| sheet.svg_in(theme)))
        };
        self.picture.get_or_init(draw).as_ref()
    }

    /// The titles that the data give themselves, with their language tags.
    pub fn titles(&self) -> Vec<(String, String)> {
        let quads = self.graph.matching(None, Some(dcterms::TITLE), None, Some(named_graph::DATASET.into()));
        let titles = quads.filter_map(|quad| match quad.object {
            Term::Literal(title) => {
                Some((title.language().map(bcp47_case).unwrap_or_default(), title.value().to_owned()))
            }
            _ => None,
        });
        titles.collect()
    }

    /// The page with the charts, as HTML that needs nothing else; none if there is nothing to draw.
    ///
    /// # Errors
    ///
    /// Those of the views.
    pub fn charts(&self) -> Result<Option<&String>> {
        if let Some(known) = self.charts.get() {
            return Ok(known.as_ref());
        }
        let graph = &self.graph;
        let options = Options { languages: self.languages.clone(), ..Options::default() };
        let made = match first_view(&options, |name| view(graph, name, &options)) {
            Err(_) => None,
            Ok((first, drawing)) => {
                let names = views_beside(&first, &options, false);
                let drawn = draw_views(&[graph], &names, drawing, &options, (&[], None))?;
                let home = if matches!(self.place, SitePlace::Files(_)) { "index.html" } else { "/" };
                let home = Some((home.to_owned(), self.edition.clone()));
                Some(WebPage { home, ..chart_page(&[graph], drawn.views, &options, None)? }.html())
            }
        };
        Ok(self.charts.get_or_init(|| made).as_ref())
    }

    /// The codes and lists of codes that the data bring, where these are words and not the things themselves.
    pub(super) fn codes(&self) -> BTreeSet<NamedNode> {
        let mut codes = BTreeSet::new();
        if self.graph.matching(None, None, None, Some(named_graph::ONTOLOGY.into())).next().is_none() {
            return codes;
        }
        for class in [skos::CONCEPT, skos::CONCEPT_SCHEME] {
            for quad in self.graph.matching(None, Some(rdf::TYPE), Some(class.into()), None) {
                if let NamedOrBlankNode::NamedNode(node) = quad.subject {
                    codes.insert(node);
                }
            }
        }
        codes
    }

    /// What the data are about: the things with pages that are no codes.
    pub fn subjects(&self) -> &BTreeSet<NamedNode> {
        self.subjects.get_or_init(|| {
            let codes = self.codes();
            self.things().into_iter().filter(|thing| !codes.contains(thing)).collect()
        })
    }

    /// What the data are about, by kind.
    pub(super) fn kinds(&self) -> &KindIndex {
        self.kinds.get_or_init(|| KindIndex::of(&self.graph, self.subjects()))
    }

    /// What has a name in the data themselves, by IRI: the things that have pages.
    pub fn things(&self) -> BTreeSet<NamedNode> {
        let mut named = BTreeSet::new();
        for property in LABELS {
            for quad in self.graph.matching(None, Some(property), None, None) {
                if Layer::of(quad.graph_name.as_ref()) == Layer::Source
                    && let NamedOrBlankNode::NamedNode(node) = quad.subject
                {
                    named.insert(node);
                }
            }
        }
        named
    }
}
