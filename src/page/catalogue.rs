//! All things by name: what a search in files looks in, and what is read where there is no script.

use std::collections::BTreeMap;

use maud::{Markup, html};
use oxigraph::model::{NamedNode, Term};

use super::reading::Page;
use crate::error::Result;
use crate::graph::group_digits;
use crate::search::{fold, spellings};
use crate::vocab::{cg, skos};

/// A thing of the list.
struct CatalogueEntry {
    label: String,
    others: Vec<(String, String)>,
    /// All its names as they are compared, set apart by bars.
    names: String,
    link: String,
    kinds: Vec<String>,
    is_code: bool,
}

/// The list of all things. A script leaves those that are looked for.
pub(super) fn list(page: &Page<'_>) -> Result<Markup> {
    let mut entries = Vec::new();
    let codes = page.site.codes();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut texts = Vec::new();
    for node in page.site.things() {
        let Some(link) = page.thing(node.as_ref()) else { continue };
        let mut entry = entry(page, &node, link, &mut texts)?;
        entry.is_code = codes.contains(&node);
        if entry.is_code {
            entry.kinds = vec![page.word("kind-code").to_owned()];
        }
        for kind in &entry.kinds {
            *counts.entry(kind.clone()).or_default() += 1;
        }
        entries.push(entry);
    }
    // What the data are about comes before the words that they say it in.
    entries.sort_by_cached_key(|entry| (entry.is_code, entry.label.to_lowercase(), entry.link.clone()));
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(kind, n)| (std::cmp::Reverse(*n), kind.clone()));
    let pairs: String =
        spellings(texts.iter().map(String::as_str)).into_iter().flat_map(|(from, to)| [from, to]).collect();
    let n = entries.len();
    Ok(html! {
        div #results data-spellings=(pairs) data-one=(page.word("hit")) data-several=(page.word("hits"))
            data-none=(page.word("nothing-found")) data-near=(page.word("nearly")) {
            h2 #found aria-live="polite" { (page.interface.counted(n, "hit", "hits")) }
            div.kinds hidden data-all={ (page.word("all-kinds")) } {
                @for (kind, n) in &counts { button.chip type="button" data-kind=(kind) aria-pressed="false" {
                    (page.datum(kind)) " " span.count { (group_digits(&n.to_string())) }
                } " " }
            }
            ol.hits {
                @for entry in &entries {
                    li data-names=(entry.names) data-kinds=(entry.kinds.join("|")) {
                        a href=(entry.link) lang=[page.language_of(&entry.label)] { (entry.label) }
                        @for (tag, other) in &entry.others { " " span.other lang=[(!tag.is_empty()).then_some(tag)] { (other) } }
                        @if !entry.kinds.is_empty() {
                            p.remark { @for (at, kind) in entry.kinds.iter().enumerate() { @if at > 0 { " · " } (page.datum(kind)) } }
                        }
                    }
                }
            }
        }
    })
}

fn entry(page: &Page<'_>, node: &NamedNode, link: String, texts: &mut Vec<String>) -> Result<CatalogueEntry> {
    let graph = &page.site.graph;
    let mut labels = page.labels(node.as_ref()).into_iter();
    let id = graph.prefixes.shorten(node.as_str());
    let label = labels.next().map_or_else(|| id.clone(), |(_, label)| label);
    let others: Vec<(String, String)> = labels.filter(|(_, other)| *other != label).collect();
    let mut all = vec![label.clone(), id];
    all.extend(others.iter().map(|(_, other)| other.clone()));
    let mut add = |term: Term| {
        if let Term::Literal(text) = term {
            all.push(text.value().to_owned());
        }
    };
    graph.objects(node.as_ref().into(), skos::ALT_LABEL).into_iter().for_each(&mut add);
    for name in graph.objects(node.as_ref().into(), cg::HAS_NAME) {
        if let Term::NamedNode(name) = name {
            graph.objects(name.as_ref().into(), cg::TEXT).into_iter().for_each(&mut add);
        }
    }
    let mut names: Vec<String> = all.iter().map(|name| fold(name)).filter(|name| !name.is_empty()).collect();
    let mut known = std::collections::BTreeSet::new();
    names.retain(|name| known.insert(name.clone()));
    texts.extend(all);
    let kinds = page.kinds(node.as_ref())?;
    Ok(CatalogueEntry { label, others, names: names.join("|"), link, kinds, is_code: false })
}
