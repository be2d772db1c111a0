//! Pages as files of a folder: which file is whose, and all of them, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, PreEscaped};
use oxigraph::model::{NamedNode, NamedNodeRef};
use sha2::{Digest as _, Sha256};

use super::downloads::answer_files;
use super::find::{FoundWanted, find_page};
use super::interface::Interface;
use super::questions::MOST_FOUND;
use super::reading::Page;
use super::site::{Site, SitePlace};
use super::terms::{anchor, terms};
use super::{ICON, SCRIPT, STYLE, about, article, home, no_charts, question, questions};
use crate::error::{Action, Error, Result};
use crate::export::{self, GraphFormat, Preamble, write_graph};
use crate::graph::{Graph, Layer};
use crate::octets::{hex, percent_encoded};
use crate::vocabulary::Vocabulary;

/// The file that lists the files of a site, so that those of an earlier one are known.
pub const SITE_MARK: &str = ".civigraph-site";

/// The layers that a document about a thing has.
const LAYERS: [Layer; 3] = [Layer::Source, Layer::Direct, Layer::Inferred];

/// Names that pages of their own have.
const OWN: [&str; 10] =
    ["index", "search", "charts", "questions", "vocabulary", "about", "sparql", "sitemap", "zh-hant", "style"];

/// The longest part of a path; file systems have 255 bytes.
const LONGEST: usize = 120;

/// Which file is whose.
#[derive(Debug, Clone, Default)]
pub struct FileAddresses {
    paths: BTreeMap<NamedNode, String>,
    terms: BTreeMap<NamedNode, String>,
    /// Where the folder is on the web, without a slash at the end, if that is known.
    pub base: Option<String>,
}

impl FileAddresses {
    /// A path for each of these things, without its extension: the end of its IRI, after what the IRIs of all begin
    /// with. Paths differ in more than the case of their letters, which not every file system keeps apart.
    pub fn of(graph: &Graph, things: &BTreeSet<NamedNode>, base: Option<String>) -> Result<Self> {
        let mut taken = BTreeSet::new();
        let mut paths = BTreeMap::new();
        for thing in things {
            let digest = || hex(&Sha256::digest(thing.as_str())[..6]);
            let path = match path_of(thing.as_str()) {
                Some(path) if taken.insert(path.to_lowercase()) => path,
                Some(path) => format!("{path}-{}", digest()),
                None => format!("thing/{}", digest()),
            };
            taken.insert(path.to_lowercase());
            paths.insert(thing.clone(), path);
        }
        let vocabulary = Vocabulary::read(graph)?;
        let unnamed = vocabulary.iter().filter(|term| !paths.contains_key(&term.iri));
        let terms = unnamed.map(|term| (term.iri.clone(), anchor(graph, term.iri.as_ref()))).collect();
        Ok(Self { paths, terms, base })
    }

    /// The path of the page of a thing, without its extension.
    pub fn path(&self, node: NamedNodeRef<'_>) -> Option<&str> {
        self.paths.get(&node.into_owned()).map(String::as_str)
    }

    /// The part of the page of the vocabulary that a term is at.
    pub fn term(&self, node: NamedNodeRef<'_>) -> Option<&str> {
        self.terms.get(&node.into_owned()).map(String::as_str)
    }
}

/// The path after scheme and host, of characters that every file system and server takes; `id/…` for civigraph's own.
fn path_of(iri: &str) -> Option<String> {
    let (_, rest) = iri.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let path = path.strip_prefix("civigraph/").unwrap_or(path);
    let part = |part: &str| {
        let kept = part.chars().map(|c| if c.is_alphanumeric() || "-_".contains(c) { c } else { '-' });
        kept.collect::<String>().trim_matches('-').to_owned()
    };
    let parts: Vec<String> = path.split(['/', '#', '?']).map(part).filter(|part| !part.is_empty()).collect();
    let first = parts.first()?;
    let is_long = parts.iter().any(|part| part.len() > LONGEST) || parts.len() > 12;
    // Windows has devices with these names everywhere.
    let is_device = |part: &String| {
        let lower = part.to_lowercase();
        let numbered = lower.len() == 4 && (lower.starts_with("com") || lower.starts_with("lpt"));
        ["con", "prn", "aux", "nul"].contains(&lower.as_str()) || numbered
    };
    if is_long || parts.iter().any(is_device) {
        return None;
    }
    let is_own = OWN.contains(&first.to_lowercase().as_str());
    Some(if is_own { format!("thing/{}", parts.join("/")) } else { parts.join("/") })
}

/// A file of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFile {
    /// Its path in the folder, with slashes.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Makes all files of a site, one after the other, in the same order each time; the last lists the others.
///
/// # Errors
///
/// Those of the graph and of `take`.
pub fn write_site(site: &Site, take: &mut dyn FnMut(SiteFile) -> Result<()>) -> Result<()> {
    let SitePlace::Files(files) = &site.place else { return Ok(()) };
    let mut listed = Vec::new();
    let mut pages = Vec::new();
    let mut add = |path: String, bytes: Vec<u8>| {
        listed.push(path.clone());
        take(SiteFile { path, bytes })
    };
    for (name, text) in [("style.css", STYLE), ("search.js", SCRIPT), ("favicon.svg", ICON)] {
        add(name.to_owned(), text.as_bytes().to_vec())?;
    }
    if let Some([light, dark]) = site.picture() {
        add("chart.svg".to_owned(), light.clone().into_bytes())?;
        add("chart-dark.svg".to_owned(), dark.clone().into_bytes())?;
    }
    for (node, path) in &files.paths {
        let quads = export::neighbourhood(&site.graph, node.as_ref(), &LAYERS)?;
        let mut turtle = Vec::new();
        write_graph(GraphFormat::Turtle, quads, &site.graph.prefixes, &Preamble::default(), &mut turtle)
            .map_err(Error::io(Action::Write, path))?;
        add(format!("{path}.ttl"), turtle)?;
    }
    for question in site.questions.iter() {
        for (extension, bytes) in answer_files(site, question, MOST_FOUND)? {
            add(format!("questions/{}.{extension}", question.name), bytes)?;
        }
    }
    let charts = site.charts()?;
    for language in Interface::ALL {
        let page = |path: &str| Page::new(site, language, path.to_owned());
        let mut put = |path: &str, markup: Markup| {
            let path = match language {
                Interface::English => path.to_owned(),
                other => format!("{}/{path}", other.tag()),
            };
            pages.push(path.clone());
            add(path, markup.into_string().into_bytes())
        };
        put("index.html", home(&page("index.html"), "")?)?;
        put("search.html", find_page(&page("search.html"), &FoundWanted::default())?)?;
        put("vocabulary.html", terms(&page("vocabulary.html"))?)?;
        put("about.html", about(&page("about.html"))?)?;
        put("questions.html", questions(&page("questions.html")))?;
        for name in site.questions.names() {
            let path = format!("questions/{name}.html");
            put(&path, question(&page(&path), name, &[])?)?;
        }
        for (node, path) in &files.paths {
            let path = format!("{path}.html");
            put(&path, article(&page(&path), node.as_ref())?)?;
        }
        let charts = match charts {
            Some(charts) => PreEscaped(charts.clone()),
            None => no_charts(&page("charts.html")),
        };
        put("charts.html", charts)?;
    }
    if let Some(base) = &files.base {
        add("sitemap.xml".to_owned(), sitemap(base, &pages).into_bytes())?;
    }
    listed.sort();
    let list = listed.iter().map(|path| format!("{path}\n")).collect::<String>();
    take(SiteFile { path: SITE_MARK.to_owned(), bytes: list.into_bytes() })
}

fn sitemap(base: &str, pages: &[String]) -> String {
    let mut text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
            .to_owned();
    for page in pages {
        let page = percent_encoded(page, "/");
        text.push_str(&format!(
            "<url><loc>{}/{page}</loc></url>\n",
            base.replace('&', "&amp;").replace('\'', "&apos;")
        ));
    }
    text.push_str("</urlset>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn a_path_is_of_characters_that_every_file_system_takes() {
        for (iri, expected) in [
            ("https://w3id.org/civigraph/id/hk/hkstp", Some("id/hk/hkstp")),
            ("https://example.org/a/../b?x=1#y", Some("a/b/x-1/y")),
            ("https://example.org/科學園", Some("科學園")),
            ("https://example.org/search", Some("thing/search")),
            ("https://example.org/a/CON", None),
            ("https://example.org/", None),
            ("urn:x", None),
        ] {
            assert_eq!(path_of(iri).as_deref(), expected, "{iri}");
        }
    }
}
