//! Evidence as it is seen: the source, its lines, and their words where there is a copy of the source.

use std::collections::BTreeMap;

use maud::{Markup, html};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};

use super::reading::Page;
use super::site::Site;
use crate::error::Result;
use crate::evidence::{self, Source, SourceText};
use crate::graph::{Graph, local_name};
use crate::vocab::cg;

/// Lines that are shown before and after those that are cited.
const AROUND: u64 = 1;

/// The most lines of one citation that are shown.
const MOST: u64 = 40;

/// What the address of a publication is called, by the last parts of properties.
const ADDRESSES: [&str; 7] = ["url", "page", "homepage", "landingPage", "accessURL", "seeAlso", "source"];

/// The reader's own copy of a source.
pub struct QuotedSource {
    source: Source,
    text: SourceText,
}

impl QuotedSource {
    /// Reads a copy, which was in `file`: of the source whose text it is.
    ///
    /// # Errors
    ///
    /// `unknown-source` if it is of none; `other-edition` if it is another text; `not-utf-8`.
    pub fn read(graph: &Graph, file: &str, bytes: &[u8]) -> Result<Self> {
        let source = evidence::choose(graph, None, bytes)?;
        let text = evidence::read(file, bytes, &source)?;
        Ok(Self { source, text })
    }

    /// The name that evidence has for the source.
    fn name(&self) -> &str {
        local_name(self.source.node.as_str())
    }
}

/// The sources of a graph, by the names that evidence has for them.
pub(super) fn sources(graph: &Graph) -> BTreeMap<String, NamedNode> {
    let quads = graph.matching(None, Some(rdf::TYPE), Some(cg::SOURCE_CLASS.into()), None);
    let named = quads.filter_map(|quad| match quad.subject {
        NamedOrBlankNode::NamedNode(node) => Some((local_name(node.as_str()).to_owned(), node)),
        NamedOrBlankNode::BlankNode(_) => None,
    });
    named.collect()
}

/// The address at which a source is published, if the graph says it.
pub(super) fn published_at(site: &Site, source: &NamedNode) -> Option<String> {
    let is_address = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    let mut found: Vec<(usize, String)> = Vec::new();
    for triple in site.graph.triples(Some(source.as_ref().into()), None, None) {
        let Some(rank) = ADDRESSES.iter().position(|name| *name == local_name(triple.predicate.as_str())) else {
            continue;
        };
        let address = match triple.object {
            Term::NamedNode(node) => node.into_string(),
            Term::Literal(literal) => literal.value().to_owned(),
            _ => continue,
        };
        if is_address(&address) {
            found.push((rank, address));
        }
    }
    found.sort();
    found.into_iter().next().map(|(_, address)| address)
}

/// The part of evidence that is about one source: its name, and where in it.
struct CitedPlace<'a> {
    source: &'a str,
    place: &'a str,
    lines: Vec<(u64, u64)>,
}

/// Evidence as profiles have it: `hkyb-2019-06 L22-L24, L30; other L1`.
fn citations(evidence: &str) -> Vec<CitedPlace<'_>> {
    let citation = |part| {
        let (source, place) = str::split_once(part, ' ').unwrap_or((part, ""));
        let number = |text: &str| text.strip_prefix('L')?.parse::<u64>().ok();
        let lines = place.split([' ', ',']).filter_map(|word| match word.split_once('-') {
            Some((first, last)) => Some((number(first)?, number(last)?)),
            None => number(word).map(|line| (line, line)),
        });
        CitedPlace { source, place, lines: lines.collect() }
    };
    evidence.split("; ").filter(|part| !part.is_empty()).map(citation).collect()
}

/// The evidence of a statement.
pub(super) fn shown(page: &Page<'_>, evidence: &str) -> Markup {
    html! {
        @for citation in citations(evidence) {
            @let quoted = page.site.texts.iter().find(|text| text.name() == citation.source);
            @match quoted.filter(|_| !citation.lines.is_empty()) {
                Some(quoted) => (quotation(page, &citation, quoted)),
                None => span.evidence { " " (source_link(page, citation.source)) " " (place(citation.place)) },
            }
        }
    }
}

/// Where in a source: an address is a link.
fn place(text: &str) -> Markup {
    let is_address = |word: &str| word.starts_with("https://") || word.starts_with("http://");
    html! {
        @for word in text.split(' ') {
            @if is_address(word) {
                @let host = word.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(word);
                a href=(word) rel="external nofollow" title=(word) { (host) } " "
            } @else { (word.replace('-', "–")) " " }
        }
    }
}

fn source_link(page: &Page<'_>, name: &str) -> Markup {
    html! {
        @match page.site.sources.get(name).and_then(|node| page.thing(node.as_ref())) {
            Some(link) => a href=(link) { (name) },
            None => (name),
        }
    }
}

fn quotation(page: &Page<'_>, citation: &CitedPlace<'_>, quoted: &QuotedSource) -> Markup {
    let mut blocks: Vec<Vec<(u64, &str, bool)>> = Vec::new();
    let mut n_left = MOST;
    for (first, last) in &citation.lines {
        let mut block = Vec::new();
        for line in first.saturating_sub(AROUND).max(1)..=last.saturating_add(AROUND) {
            let Some(text) = quoted.text.line(line).filter(|_| n_left > 0) else { break };
            n_left -= 1;
            block.push((line, text, (*first..=*last).contains(&line)));
        }
        blocks.push(block);
    }
    html! {
        details.evidence {
            summary { (citation.source) " " (citation.place.replace('-', "–")) }
            @for block in &blocks {
                blockquote {
                    @for (line, text, is_cited) in block {
                        p {
                            span.line { (line) }
                            @if *is_cited { mark lang=[page.language_of(text)] { (text.trim()) } }
                            @else { span.around lang=[page.language_of(text)] { (text.trim()) } }
                        }
                    }
                }
            }
            p { (source_link(page, citation.source)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::citations;

    #[test]
    fn lines_are_read_as_profiles_write_them() {
        let found = citations("hk-english-names https://www.example.hk/a-b/; hkyb-2019-06 L22-L24, L30 page 7");
        let read: Vec<(&str, Vec<(u64, u64)>)> =
            found.iter().map(|citation| (citation.source, citation.lines.clone())).collect();
        assert_eq!(read, [("hk-english-names", vec![]), ("hkyb-2019-06", vec![(22, 24), (30, 30)])]);
        assert!(citations("").is_empty());
    }
}
