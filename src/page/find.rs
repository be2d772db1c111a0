//! The search: what is called by a text, by kind; without a text, all things of a kind.

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};

use super::asked::asked;
use super::catalogue;
use super::reading::{Destination, Page};
use crate::error::{Error, Result};
use crate::graph::group_digits;
use crate::search::{Hit, HitKind, Rank, search};

/// Hits on one page.
const MOST: usize = 50;

/// What somebody looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundWanted {
    /// A name, a part of it, words.
    pub text: String,
    /// The kind of what is looked for.
    pub kind: Option<String>,
    /// Which page of the hits, from 1.
    pub part: usize,
}

/// A row of the list.
struct FoundRow {
    label: String,
    others: Vec<(String, String)>,
    link: Option<String>,
    id: String,
    kinds: Vec<String>,
    found_by: Option<String>,
}

/// The page of a search.
///
/// # Errors
///
/// Those of the graph.
pub fn find_page(page: &Page<'_>, wanted: &FoundWanted) -> Result<Markup> {
    let title = page.word("search");
    let head = html! {
        @if page.is_file() { script src=(page.asset("search.js")) defer {} }
        @else { script src="/search.js" defer {} }
    };
    if page.is_file() {
        let body = html! { h1 { (title) } (page.search_form("", true)) (catalogue::list(page)?) };
        return Ok(page.whole(title, Some(Destination::Search), &head, &body));
    }
    let text = wanted.text.trim();
    let found = if text.is_empty() { of_kind(page, wanted.kind.as_deref()) } else { called(page, text) };
    let shown = match found {
        Ok(rows) => results(page, wanted, rows),
        // What cannot be looked for is said where the hits would be.
        Err(Error::Invalid(findings)) => {
            html! { @for finding in findings.iter() { p lang="en" { (finding.message) @if let Some(hint) = &finding.hint { "; " (hint) } } } }
        }
        Err(error) => return Err(error),
    };
    let body = html! {
        h1 { (title) }
        (page.search_form(&wanted.text, true))
        div #results aria-live="polite" data-none=(page.word("searching")) { (questions(page, text)) (shown) }
    };
    let title = if text.is_empty() { title.to_owned() } else { format!("{text} – {title}") };
    Ok(page.whole(&title, Some(Destination::Search), &head, &body))
}

/// Stored questions that the text asks.
fn questions(page: &Page<'_>, text: &str) -> Markup {
    let found = asked(page.site, text);
    html! {
        @if !found.is_empty() {
            section.asked {
                h2 { (page.word("as-a-question")) }
                ul.plain {
                    @for asked in &found {
                        @let title = super::questions::title(page, asked.question);
                        @let parameters: Vec<(&str, &str)> = asked.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                        li {
                            a href=(page.to_with(Destination::Question(&asked.question.name), &parameters)) lang=[page.language_of(&title)] { (title) }
                            @for (_, value) in &asked.parameters { " " span.chip { (value) } }
                        }
                    }
                }
            }
        }
    }
}

fn called(page: &Page<'_>, text: &str) -> Result<Vec<FoundRow>> {
    let (hits, _) = search(&page.site.graph, &page.site.questions, text, &page.languages, None)?;
    Ok(hits.into_iter().map(|hit| row(page, hit)).collect())
}

fn row(page: &Page<'_>, hit: Hit) -> FoundRow {
    let link = match (&hit.iri, hit.kind) {
        (Some(iri), _) => page.thing(iri.as_ref()),
        (None, HitKind::Question) => Some(page.to(Destination::Question(&hit.id))),
        _ => None,
    };
    let mut labels = hit.labels.into_iter();
    let label = labels.next().map_or_else(|| hit.id.clone(), |(_, label)| label);
    let others: Vec<(String, String)> = labels.filter(|(_, other)| *other != label).collect();
    let is_shown =
        hit.matched == label || others.iter().any(|(_, other)| *other == hit.matched) || hit.id.ends_with(&hit.matched);
    let found_by = (!is_shown).then(|| match (&hit.matched_kind, hit.rank) {
        (Some(kind), _) => format!("{kind}: {}", hit.matched),
        (None, Rank::Defined) => hit.matched.clone(),
        (None, _) => format!("{}: {}", page.word("also"), hit.matched),
    });
    let kinds = match hit.kind {
        HitKind::Entity if !hit.kinds.is_empty() => hit.kinds,
        HitKind::Entity => vec![page.word("kind-thing").to_owned()],
        HitKind::Class => vec![page.word("kind-class").to_owned()],
        HitKind::Property => vec![page.word("kind-property").to_owned()],
        HitKind::Concept => vec![page.word("kind-code").to_owned()],
        HitKind::Figure => vec![page.word("kind-figure").to_owned()],
        HitKind::Question => vec![page.word("kind-question").to_owned()],
    };
    FoundRow { label, others, link, id: hit.id, kinds, found_by }
}

/// All things, or those of a kind, by name.
fn of_kind(page: &Page<'_>, kind: Option<&str>) -> Result<Vec<FoundRow>> {
    let Some(kind) = kind else { return Ok(Vec::new()) };
    let graph = &page.site.graph;
    let mut rows = Vec::new();
    for node in page.site.kinds().called(page, kind)? {
        let kinds = page.kinds(node.as_ref())?;
        let mut labels = page.labels(node.as_ref()).into_iter();
        let id = graph.prefixes.shorten(node.as_str());
        let label = labels.next().map_or_else(|| id.clone(), |(_, label)| label);
        let others = labels.filter(|(_, other)| *other != label).collect();
        rows.push(FoundRow { label, others, link: page.thing(node.as_ref()), id, kinds, found_by: None });
    }
    rows.sort_by(|a, b| (a.label.to_lowercase(), &a.id).cmp(&(b.label.to_lowercase(), &b.id)));
    Ok(rows)
}

fn results(page: &Page<'_>, wanted: &FoundWanted, rows: Vec<FoundRow>) -> Markup {
    let text = wanted.text.trim();
    if text.is_empty() && wanted.kind.is_none() {
        return html! { p { (page.word("search-lead")) } (super::home::kinds(page)) };
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for kind in rows.iter().flat_map(|row| &row.kinds) {
        *counts.entry(kind).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().map(|(kind, n)| (kind.to_owned(), n)).collect();
    counts.sort_by_key(|(kind, n)| (std::cmp::Reverse(*n), kind.clone()));
    let n_all = rows.len();
    // A kind in another language is none here.
    let kind = wanted.kind.as_deref().filter(|kind| counts.iter().any(|(known, _)| known == kind));
    let rows: Vec<FoundRow> =
        rows.into_iter().filter(|row| kind.is_none_or(|kind| row.kinds.iter().any(|known| known == kind))).collect();
    let n_parts = rows.len().div_ceil(MOST).max(1);
    let part = wanted.part.clamp(1, n_parts);
    let address = |kind: Option<&str>, part: usize| {
        let part = part.to_string();
        let mut parameters = vec![("text", text)];
        parameters.extend(kind.map(|kind| ("kind", kind)));
        if part != "1" {
            parameters.push(("part", part.as_str()));
        }
        page.to_with(Destination::Search, &parameters)
    };
    html! {
        h2 #found {
            @if rows.is_empty() { (page.word("nothing-found")) }
            @else {
                @if let (true, Some(kind)) = (text.is_empty(), kind) { (page.datum(kind)) ": " }
                (page.interface.counted(rows.len(), "hit", "hits"))
            }
        }
        @if rows.is_empty() { p { (page.word("nothing-found-hint")) } }
        @if !text.is_empty() && (counts.len() > 1 || kind.is_some()) {
            nav.kinds aria-label=(page.word("kinds")) {
                ul {
                    li { a.chip href=(address(None, 1)) aria-current=[kind.is_none().then_some("true")] { (page.word("all-kinds")) " " span.count { (group_digits(&n_all.to_string())) } } }
                    @for (name, n) in &counts {
                        li { a.chip href=(address(Some(name), 1)) aria-current=[(kind == Some(name.as_str())).then_some("true")] {
                            (page.datum(name)) " " span.count { (group_digits(&n.to_string())) }
                        } }
                    }
                }
            }
        }
        ol.hits start=((part - 1) * MOST + 1) {
            @for row in rows.iter().skip((part - 1) * MOST).take(MOST) { (item(page, row)) }
        }
        @if n_parts > 1 {
            nav.parts aria-label=(page.word("more-hits")) {
                @if part > 1 { a href=(address(kind, part - 1)) rel="prev" { (page.word("before")) } }
                span { (part) " / " (n_parts) }
                @if part < n_parts { a href=(address(kind, part + 1)) rel="next" { (page.word("after")) } }
            }
        }
    }
}

fn item(page: &Page<'_>, row: &FoundRow) -> Markup {
    html! {
        li {
            @match &row.link {
                Some(link) => a href=(link) lang=[page.language_of(&row.label)] { (row.label) },
                None => (page.datum(&row.label)),
            }
            @for (tag, other) in &row.others { " " span.other lang=[(!tag.is_empty()).then_some(tag)] { (other) } }
            p.remark {
                code { (row.id) }
                @for kind in &row.kinds { " · " (page.datum(kind)) }
                @if let Some(name) = &row.found_by { (PreEscaped(" · ")) (page.datum(name)) }
            }
        }
    }
}
