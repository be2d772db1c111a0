//! A page as somebody reads it: in a language, at an address.

use maud::{DOCTYPE, Markup, html};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, Term};

use super::interface::Interface;
use super::site::{Site, SitePlace};
use crate::error::Result;
use crate::graph::{LABELS, Layer, bcp47_case, language_matches};
use crate::octets::percent_encoded;
use crate::vocab::cg;

/// What a page in a folder may do: nothing but with files of that folder.
const FILES_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'";

/// A page that is there once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination<'a> {
    /// The first page.
    Home,
    /// The search.
    Search,
    /// The charts.
    Charts,
    /// The list of stored questions.
    Questions,
    /// A stored question, by its name.
    Question(&'a str),
    /// The classes, properties and codes.
    Vocabulary,
    /// What the data are.
    About,
    /// The SPARQL endpoint.
    Sparql,
}

impl Destination<'_> {
    /// Its name, which is its path.
    fn name(self) -> String {
        match self {
            Self::Home => String::new(),
            Self::Search => "search".to_owned(),
            Self::Charts => "charts".to_owned(),
            Self::Questions => "questions".to_owned(),
            Self::Question(name) => format!("questions/{}", percent_encoded(name, "")),
            Self::Vocabulary => "vocabulary".to_owned(),
            Self::About => "about".to_owned(),
            Self::Sparql => "sparql".to_owned(),
        }
    }
}

/// A page that somebody reads.
pub struct Page<'a> {
    /// What it is a page of.
    pub site: &'a Site,
    /// The language of its own words.
    pub interface: Interface,
    /// The languages of the data, the one to read them in first.
    pub languages: Vec<String>,
    /// Its address, without the language: a path with a query on a server, the path of a file in a folder.
    here: String,
}

impl<'a> Page<'a> {
    /// The page at an address.
    pub fn new(site: &'a Site, interface: Interface, here: impl Into<String>) -> Self {
        let mut languages = site.languages.clone();
        languages.sort_by_key(|language| !language_matches(language, interface.tag().split('-').next().unwrap_or("")));
        Self { site, interface, languages, here: here.into() }
    }

    /// A word of the pages.
    pub fn word(&self, name: &str) -> &'static str {
        self.interface.word(name)
    }

    /// Whether it is in a folder and not on a server.
    pub fn is_file(&self) -> bool {
        matches!(self.site.place, SitePlace::Files(_))
    }

    /// The language in which the data are read.
    pub fn main_language(&self) -> &[String] {
        &self.languages[..self.languages.len().min(1)]
    }

    /// The title of the data.
    pub fn title(&self) -> String {
        let titles = self.site.titles();
        let in_language = |language: &String| titles.iter().find(|(tag, _)| language_matches(tag, language));
        let found = self.languages.iter().find_map(in_language).or(titles.first());
        found.map_or_else(|| self.site.edition.clone(), |(_, title)| title.clone())
    }

    /// Where a page is.
    pub fn to(&self, destination: Destination<'_>) -> String {
        self.to_with(destination, &[])
    }

    /// Where a page is, with parameters, which files have no use for but in their scripts.
    pub fn to_with(&self, destination: Destination<'_>, parameters: &[(&str, &str)]) -> String {
        let mut query = String::new();
        for (name, value) in parameters {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(&format!("{}={}", percent_encoded(name, ""), percent_encoded(value, "")));
        }
        let name = destination.name();
        match &self.site.place {
            SitePlace::Served(_) => self.with_language(&format!("/{name}{query}"), self.interface),
            SitePlace::Files(_) => {
                let file = if name.is_empty() { "index.html".to_owned() } else { format!("{name}.html") };
                format!("{}{query}", self.relative(&self.in_folder(&file)))
            }
        }
    }

    /// A file that all pages have in common, such as the style sheet.
    pub fn asset(&self, name: &str) -> String {
        if self.is_file() { self.relative(name) } else { format!("/{name}") }
    }

    /// The page of a thing; none if it has none.
    pub fn thing(&self, node: NamedNodeRef<'_>) -> Option<String> {
        match &self.site.place {
            SitePlace::Served(addresses) => {
                Some(self.with_language(&addresses.link(&self.site.graph, node), self.interface))
            }
            SitePlace::Files(files) => match files.path(node) {
                Some(path) => Some(self.relative(&self.in_folder(&format!("{}.html", percent_encoded(path, "/"))))),
                None => {
                    let anchor = files.term(node)?;
                    Some(format!("{}#{}", self.to(Destination::Vocabulary), percent_encoded(anchor, "")))
                }
            },
        }
    }

    /// A document about a thing in the format with this extension; none if it is not there.
    pub fn document(&self, node: NamedNodeRef<'_>, extension: &str) -> Option<String> {
        match &self.site.place {
            SitePlace::Served(addresses) => {
                let link = addresses.link(&self.site.graph, node);
                Some(match link.starts_with("/resource?") {
                    true => format!("{link}&format={extension}"),
                    false => format!("{link}.{extension}"),
                })
            }
            SitePlace::Files(files) if extension == "ttl" => {
                Some(self.relative(&format!("{}.ttl", percent_encoded(files.path(node)?, "/"))))
            }
            SitePlace::Files(_) => None,
        }
    }

    /// The same page in a language.
    pub fn in_language(&self, language: Interface) -> String {
        match &self.site.place {
            SitePlace::Served(_) => self.with_language(&self.here, language),
            SitePlace::Files(_) => self.relative(&folder_of(language, &percent_encoded(&self.here, "/"))),
        }
    }

    fn with_language(&self, address: &str, language: Interface) -> String {
        if language == Interface::default() {
            return address.to_owned();
        }
        format!("{address}{}lang={}", if address.contains('?') { '&' } else { '?' }, language.tag())
    }

    fn in_folder(&self, file: &str) -> String {
        folder_of(self.interface, file)
    }

    /// A file from this one.
    fn relative(&self, file: &str) -> String {
        let depth = folder_of(self.interface, &self.here).matches('/').count();
        format!("{}{file}", "../".repeat(depth))
    }

    /// A node by its name in the language of the page.
    ///
    /// # Errors
    ///
    /// Those of the graph.
    pub fn label(&self, node: NamedNodeRef<'_>) -> Result<String> {
        self.site.graph.label(node, &self.languages)
    }

    /// The labels of the kinds of a node that its sources state, in order.
    ///
    /// # Errors
    ///
    /// Those of the graph.
    pub fn kinds(&self, node: NamedNodeRef<'_>) -> Result<Vec<String>> {
        let mut kinds = Vec::new();
        for quad in self.site.graph.matching(Some(node.into()), None, None, None) {
            let is_kind = quad.predicate == rdf::TYPE || quad.predicate == cg::TYPE;
            if let (true, Layer::Source, Term::NamedNode(class)) =
                (is_kind, Layer::of(quad.graph_name.as_ref()), &quad.object)
            {
                kinds.push(self.label(class.as_ref())?);
            }
        }
        kinds.sort();
        kinds.dedup();
        Ok(kinds)
    }

    /// The labels of a node in all languages, with their tags, that of the page first.
    pub fn labels(&self, node: NamedNodeRef<'_>) -> Vec<(String, String)> {
        let mut labels: Vec<(String, String)> = Vec::new();
        for property in LABELS {
            for object in self.site.graph.objects(node.into(), property) {
                let Term::Literal(literal) = object else { continue };
                let label = (bcp47_case(literal.language().unwrap_or_default()), literal.value().to_owned());
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
        }
        let rank = |tag: &str| self.languages.iter().position(|language| language == tag).unwrap_or(usize::MAX);
        labels.sort_by_key(|(tag, _)| rank(tag));
        labels
    }

    /// A text of the data, with its language where that is not the page's own.
    pub fn datum(&self, text: &str) -> Markup {
        html! { span lang=[self.language_of(text)] { (text) } }
    }

    /// The language of a text of the data, where it is not the page's own. Which it is shows in its characters: a name
    /// that is there in another language alone is shown in that.
    pub fn language_of(&self, text: &str) -> Option<&str> {
        let is_chinese = |tag: &&String| language_matches(tag, "zh");
        let has_han = text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
        let has_letters = text.chars().any(char::is_alphabetic);
        let tag = match (has_han, has_letters) {
            (true, _) => self.languages.iter().find(is_chinese),
            (false, true) => self.languages.iter().find(|tag| !is_chinese(tag)),
            (false, false) => None,
        };
        tag.map(String::as_str).filter(|tag| *tag != self.interface.tag())
    }

    /// A link to a thing; only its name if it has no page.
    pub fn linked(&self, node: NamedNodeRef<'_>, label: &str) -> Markup {
        html! {
            @match self.thing(node) {
                Some(link) => a href=(link) lang=[self.language_of(label)] { (label) },
                None => (self.datum(label)),
            }
        }
    }

    /// A link to what a prefixed name or an IRI in angle brackets names.
    pub fn linked_id(&self, id: &str, label: &str) -> Markup {
        match self.node_of(id) {
            Some(node) => self.linked(node.as_ref(), label),
            None => self.datum(label),
        }
    }

    /// A link to a node by its prefixed name.
    pub fn linked_name(&self, node: &NamedNode) -> Markup {
        let name = self.site.graph.prefixes.shorten(node.as_str());
        html! {
            @match self.thing(node.as_ref()) {
                Some(link) => a href=(link) { (name) },
                None => (name),
            }
        }
    }

    /// Where the page of a thing is to be looked for, of all those that have the same content: only where a site knows
    /// its own address.
    pub fn canonical(&self, node: NamedNodeRef<'_>) -> Option<String> {
        let SitePlace::Files(files) = &self.site.place else { return None };
        let file = self.in_folder(&format!("{}.html", percent_encoded(files.path(node)?, "/")));
        Some(format!("{}/{file}", files.base.as_ref()?))
    }

    /// The node that a prefixed name or an IRI in angle brackets names.
    pub fn node_of(&self, id: &str) -> Option<NamedNode> {
        let bare = id.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        let iri = bare.map(str::to_owned).or_else(|| self.site.graph.prefixes.expand(id));
        iri.and_then(|iri| NamedNode::new(iri).ok())
    }

    /// The whole page: what is the same on all pages around what is its own.
    pub fn whole(&self, title: &str, destination: Option<Destination<'_>>, head: &Markup, body: &Markup) -> Markup {
        let name = self.title();
        let is_home = destination == Some(Destination::Home);
        let full_title = if is_home { name.clone() } else { format!("{title} – {name}") };
        let mut pages = vec![
            (Destination::Charts, "charts"),
            (Destination::Questions, "questions"),
            (Destination::Vocabulary, "vocabulary"),
            (Destination::About, "about"),
        ];
        if !self.is_file() {
            pages.insert(2, (Destination::Sparql, "sparql"));
        }
        html! {
            (DOCTYPE)
            html lang=(self.interface.tag()) {
                head {
                    meta charset="utf-8";
                    // A server says it in a header.
                    @if self.is_file() { meta http-equiv="Content-Security-Policy" content=(FILES_POLICY); }
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (full_title) }
                    link rel="icon" type="image/svg+xml" href=(self.asset("favicon.svg"));
                    link rel="stylesheet" href=(self.asset("style.css"));
                    @for language in Interface::ALL {
                        @if language != self.interface {
                            link rel="alternate" hreflang=(language.tag()) href=(self.in_language(language));
                        }
                    }
                    (head)
                }
                body {
                    a.skip href="#main" { (self.word("skip")) }
                    header.top {
                        div.bar {
                            a.brand href=(self.to(Destination::Home)) lang=[self.language_of(&name)]
                                aria-current=[is_home.then_some("page")] { (name) }
                            nav aria-label=(self.word("pages")) {
                                ul {
                                    @for (page, word) in &pages {
                                        li {
                                            a href=(self.to(*page)) aria-current=[(destination == Some(*page)).then_some("page")] {
                                                (self.word(word))
                                            }
                                        }
                                    }
                                }
                            }
                            @if !is_home && destination != Some(Destination::Search) { (self.search_form("", false)) }
                            @for language in Interface::ALL {
                                @if language != self.interface {
                                    a.language lang=(language.tag()) hreflang=(language.tag()) href=(self.in_language(language)) {
                                        (language.own_name())
                                    }
                                }
                            }
                        }
                    }
                    main #main tabindex="-1" { (body) }
                    footer {
                        p { (self.datum(&self.site.edition)) }
                        p { (self.word("made-by")) " civigraph " (env!("CARGO_PKG_VERSION")) }
                    }
                }
            }
        }
    }

    /// The field for a search; `is_large` where it is what the page is for.
    pub fn search_form(&self, text: &str, is_large: bool) -> Markup {
        let action = self.to(Destination::Search);
        let (action, _) = action.split_once('?').unwrap_or((&action, ""));
        html! {
            form.search.large[is_large] role="search" action=(action) method="get" {
                label for="text" class=[(!is_large).then_some("unseen")] { (self.word("search-label")) }
                div {
                    input #text type="search" name="text" value=(text) maxlength="200" autocomplete="off" spellcheck="false"
                        placeholder=(self.word("search-hint"));
                    @if !self.is_file() && self.interface != Interface::default() {
                        input type="hidden" name="lang" value=(self.interface.tag());
                    }
                    button type="submit" { (self.word("search")) }
                }
            }
        }
    }
}

/// The path of a file in the part of the folder for a language.
fn folder_of(language: Interface, file: &str) -> String {
    if language == Interface::default() { file.to_owned() } else { format!("{}/{file}", language.tag()) }
}
