//! The page with the views of a graph: the one that `chart` writes, and that a server and a site have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedOrBlankNode, Quad};

use super::detail::entities;
use crate::ask;
use crate::chart::{Drawing, Options, PageChange, PageView, Scene, Theme, WebPage, stored, view};
use crate::error::{Error, Result};
use crate::finding::{Findings, codes};
use crate::graph::{Graph, local_name};
use crate::search::spellings;
use crate::vocab::cg;

/// The views of a page, and what is to be told of them.
#[derive(Debug, Default)]
pub struct DrawnViews {
    /// The views.
    pub views: Vec<PageView>,
    /// Warnings about those behind the first.
    pub findings: Findings,
    /// Why views are left out.
    pub left_out: Vec<String>,
}

/// The first view that has something to draw, with its name.
///
/// # Errors
///
/// Those of the views; `empty-view` if no view has anything.
pub fn first_view(options: &Options, draw: impl Fn(&str) -> Result<Drawing>) -> Result<(String, Drawing)> {
    const FIRST: &str = "org";
    let mut empty = None;
    for name in views_beside(FIRST, options, false) {
        match draw(&name) {
            Ok(drawing) => return Ok((name, drawing)),
            Err(error) if reason(&name, &error).is_none() => empty = empty.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    let drawing = || draw(FIRST).map(|drawing| (FIRST.to_owned(), drawing));
    empty.map_or_else(drawing, Err)
}

/// The views that a page has if nobody says which: the one that it opens with, then those of the pack and of the
/// program. A file of the user's own, and a list, are drawn alone.
pub fn views_beside(first: &str, options: &Options, is_list: bool) -> Vec<String> {
    let stem = |file: &str| Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let own = options.views.iter().filter_map(|(file, _)| stem(file));
    let mut names = vec![first.to_owned()];
    let others: Vec<String> = own.chain(stored().into_iter().map(|(name, _)| name)).collect();
    if !is_list && others.iter().any(|name| name == first) {
        names.extend(others.into_iter().filter(|name| name != first));
    }
    let mut known = BTreeSet::new();
    names.retain(|name| known.insert(name.clone()));
    names
}

/// Draws views in all languages, each within a time. The first is `drawing`; another that has nothing to draw, and
/// that nobody has asked for, is left out.
///
/// # Errors
///
/// Those of the first view and of those asked for.
pub fn draw_views(
    graphs: &[&Graph],
    names: &[String],
    drawing: Drawing,
    options: &Options,
    (asked, limit): (&[String], Option<Duration>),
) -> Result<DrawnViews> {
    let is_asked = |name: &String| asked.contains(name);
    let mut drawn = DrawnViews::default();
    let mut first = Some(drawing);
    let mut known: Vec<BTreeSet<(String, String)>> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let mut page_view = PageView { name: stem(name).to_owned(), ..PageView::default() };
        for (edition, graph) in graphs.iter().enumerate() {
            for languages in WebPage::languages_of_scenes(&options.languages) {
                let drawing = match first.take() {
                    Some(drawing) => Ok(drawing),
                    None => {
                        let (graph, name) = ((*graph).clone(), name.clone());
                        let options = Options { languages, ..options.clone() };
                        ask::limited(limit, move || view(&graph, &name, &options))
                    }
                };
                match drawing {
                    Ok(drawing) => {
                        if edition == 0 && page_view.scenes.is_empty() && at > 0 {
                            drawn.findings.append(drawing.findings.clone());
                        }
                        let scene = drawing.page_scene();
                        if page_view.scenes.is_empty() {
                            let lines = lines(&scene.sheet.scene);
                            // In another graph, two views may draw the same.
                            if at > 0 && !is_asked(name) && !lines.is_empty() && known.contains(&lines) {
                                break;
                            }
                            known.push(lines);
                        }
                        page_view.scenes.push(scene);
                    }
                    // What an earlier edition lacks is seen as nothing.
                    Err(_) if edition > 0 => page_view.scenes.push(Default::default()),
                    Err(error) if at > 0 && !is_asked(name) => {
                        drawn.left_out.extend(reason(name, &error));
                        break;
                    }
                    Err(error) => return Err(error),
                }
            }
            if page_view.scenes.is_empty() {
                break;
            }
        }
        if !page_view.scenes.is_empty() {
            drawn.views.push(page_view);
        }
    }
    Ok(drawn)
}

/// What the lines of a scene join.
fn lines(scene: &Scene) -> BTreeSet<(String, String)> {
    let iri = |card: usize| scene.cards.get(card).map(|card| card.iri.clone()).unwrap_or_default();
    scene.lines.iter().map(|line| (iri(line.ends.0), iri(line.ends.1))).collect()
}

/// Why a view is left out; nothing if the graph has nothing for it.
fn reason(name: &str, error: &Error) -> Option<String> {
    let finding = match error {
        Error::Findings(findings) | Error::Invalid(findings) => findings.iter().next(),
        _ => None,
    };
    match finding {
        Some(finding) if finding.code == codes::EMPTY_VIEW => None,
        Some(finding) => Some(format!("{name} ({})", finding.message)),
        None => Some(format!("{name} ({error})")),
    }
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".rq").map_or(name, |name| name.rsplit(['/', '\\']).next().unwrap_or(name))
}

/// The page with these views.
///
/// # Errors
///
/// Those of the graph.
pub fn chart_page(graphs: &[&Graph], views: Vec<PageView>, options: &Options, theme: Option<Theme>) -> Result<WebPage> {
    let graph = graphs[0];
    let languages = &options.languages;
    let cards = views.iter().flat_map(|view| &view.scenes).flat_map(|scene| &scene.sheet.scene.cards);
    let on_cards: BTreeSet<String> = cards.map(|card| card.iri.clone()).collect();
    let mut known = entities(graph, on_cards.iter().cloned(), languages)?;
    // What they are related to, and the sources, can be opened as well.
    let by_id = |id: &str| graph.prefixes.expand(id).unwrap_or_else(|| id.to_owned());
    let related =
        known.iter().flat_map(|entity| &entity.details).flat_map(|detail| detail.relations.iter().chain(&detail.parts));
    let sources = sources(graph);
    let mut others: BTreeSet<String> = related.filter_map(|fact| fact.other.as_deref()).map(by_id).collect();
    others.extend(sources.values().cloned());
    others.retain(|iri| !on_cards.contains(iri) && NamedNode::new(iri).is_ok());
    known.extend(entities(graph, others, languages)?);
    let texts = known.iter().flat_map(|entity| {
        let names = entity.details.iter().flat_map(|detail| detail.names.iter().map(|name| name.text.as_str()));
        let about = entity.details.iter().flat_map(|detail| detail.about.iter().map(String::as_str));
        entity.names.iter().map(String::as_str).chain(names).chain(about)
    });
    let spellings = spellings(texts);
    let since = Some(options.marks.compared_with().to_owned()).filter(|since| !since.is_empty());
    let changes = options.marks.every().map(|(iri, mark)| PageChange {
        iri: iri.to_owned(),
        sign: mark.sign.to_owned(),
        words: mark.words.clone(),
        is_gone: mark.is_gone,
    });
    let changes = changes.collect();
    let languages = languages.clone();
    Ok(WebPage { languages, views, entities: known, spellings, sources, since, changes, theme, home: None })
}

/// The sources of a graph, by the names that evidence has for them.
fn sources(graph: &Graph) -> BTreeMap<String, String> {
    let source = |quad: Quad| match quad.subject {
        NamedOrBlankNode::NamedNode(node) => Some((local_name(node.as_str()).to_owned(), node.as_str().to_owned())),
        NamedOrBlankNode::BlankNode(_) => None,
    };
    graph.matching(None, Some(rdf::TYPE), Some(cg::SOURCE_CLASS.into()), None).filter_map(source).collect()
}
