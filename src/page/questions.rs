//! Stored questions: their list, each with its form and its answer, and those that can be asked of a thing.

use maud::{Markup, html};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, Term};

use super::downloads::extensions;
use super::reading::{Destination, Page};
use super::table::{TableAddress, table};
use crate::ask::{self, Answer};
use crate::entity::{NodeKind, find};
use crate::error::{Error, Result};
use crate::graph::{Graph, Layer, language_matches, local_name};
use crate::octets::percent_encoded;
use crate::search::{HitKind, search};
use crate::sparql::{ParameterType, Question, Questions};
use crate::vocab::cg;

/// The most rows that a question may find.
pub(super) const MOST_FOUND: u64 = 100_000;

/// The most things that are suggested in the place of one.
const MOST_MEANT: usize = 6;

/// The title of a question in the language of the page.
pub(super) fn title(page: &Page<'_>, question: &Question) -> String {
    in_language(page, &question.title).unwrap_or(&question.name).to_owned()
}

fn in_language<'a>(page: &Page<'_>, texts: &'a std::collections::BTreeMap<String, String>) -> Option<&'a str> {
    let matching = |wanted: &str| texts.iter().find(|(tag, _)| language_matches(tag, wanted)).map(|(_, text)| text);
    let found = matching(page.interface.tag()).or_else(|| matching("en")).or_else(|| texts.values().next());
    found.map(String::as_str)
}

/// The list of stored questions.
pub fn questions(page: &Page<'_>) -> Markup {
    let heading = page.word("questions");
    let questions = &page.site.questions;
    let in_group = |group: Option<&String>| -> Vec<&Question> {
        let of = |question: &&Question| match group {
            Some(_) => question.group.as_ref() == group,
            None => question.group.as_ref().is_none_or(|own| !questions.groups.iter().any(|(name, _)| name == own)),
        };
        questions.iter().filter(of).collect()
    };
    let list = |found: &[&Question]| {
        html! {
            ul.plain.questions {
                @for question in found {
                    @let title = title(page, question);
                    li {
                        a href=(page.to(Destination::Question(&question.name))) lang=[page.language_of(&title)] { (title) }
                        @for parameter in &question.parameters { " " span.chip { (parameter.description) } }
                    }
                }
            }
        }
    };
    let body = html! {
        h1 { (heading) }
        p.lead { (page.word("questions-lead")) }
        @for (group, titles) in &questions.groups {
            @let found = in_group(Some(group));
            @if !found.is_empty() {
                section { h2 { (in_language(page, titles).unwrap_or(group)) } (list(&found)) }
            }
        }
        @let others = in_group(None);
        @if !others.is_empty() { section { h2 { (page.word("other-questions")) } (list(&others)) } }
        @if questions.names().next().is_none() { p { (page.word("no-questions")) } }
    };
    page.whole(heading, Some(Destination::Questions), &html! {}, &body)
}

/// A stored question with these parameters, and its answer if none is missing.
///
/// # Errors
///
/// `unknown-question`; those of the evaluation.
pub fn question(page: &Page<'_>, name: &str, given: &[(String, String)]) -> Result<Markup> {
    let question = ask::stored(&page.site.questions, name)?;
    let heading = title(page, question);
    let value = |name: &str| given.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let is_complete = question
        .parameters
        .iter()
        .all(|parameter| parameter.default.is_some() || !value(&parameter.name).trim().is_empty());
    let answer = if is_complete { Some(answer(page, question, given)) } else { None };
    let action = page.to(Destination::Question(name));
    let body = html! {
        h1 lang=[page.language_of(&heading)] { (heading) }
        @if let Some(text) = in_language(page, &question.description) { p.lead lang=[page.language_of(text)] { (text) } }
        @if !question.parameters.is_empty() && !page.is_file() {
            form.asking action=(action.split('?').next().unwrap_or_default()) method="get" {
                @for parameter in &question.parameters {
                    label for={ "p-" (parameter.name) } { (parameter.description) }
                    input id={ "p-" (parameter.name) } name=(parameter.name) value=(value(&parameter.name))
                        placeholder=[parameter.example.as_ref().or(parameter.default.as_ref())];
                }
                @if page.interface != super::Interface::default() { input type="hidden" name="lang" value=(page.interface.tag()); }
                button type="submit" { (page.word("ask")) }
            }
        }
        @if let Some(answer) = answer {
            section.answer { h2 { (page.word("answer")) } (answer?) }
        } @else if page.is_file() { p { (page.word("ask-elsewhere")) } pre { "civigraph query " (name) } }
        details { summary { "SPARQL" } pre { code { (question.query.text) } } }
        p { a href=(page.to(Destination::Questions)) { (page.word("all-of-questions")) } }
    };
    Ok(page.whole(&heading, None, &html! {}, &body))
}

fn answer(page: &Page<'_>, question: &Question, given: &[(String, String)]) -> Result<Markup> {
    let graph = &page.site.graph;
    let address = TableAddress::new(Destination::Question(&question.name), given);
    let parameters: Vec<String> = address.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let asked = ask::read_in(graph, &page.site.questions, &question.name, &parameters, page.main_language());
    let found = asked.and_then(|asked| ask::collect_at_most(graph, &asked.query, MOST_FOUND));
    Ok(match found {
        Ok(Answer::Boolean(answer)) => html! { p { strong { (page.word(if answer { "yes" } else { "no" })) } } },
        Ok(Answer::Triples(quads)) => html! { p { (page.interface.counted(quads.len(), "triple-n", "triples-n")) } },
        Ok(Answer::Rows(rows)) => {
            let file = |format: &str| {
                let name = format!("{}.{format}", question.name);
                match page.is_file() {
                    true => page.asset(&format!("questions/{}", percent_encoded(&name, ""))),
                    false => page.to_with(Destination::Question(&name), &address.parameters),
                }
            };
            let downloads: Vec<_> = extensions(&rows).into_iter().map(|format| (format, file(format))).collect();
            table(page, rows, &address, &downloads)?
        }
        Err(Error::Invalid(findings)) => html! {
            @for finding in findings.iter() { p.fault lang="en" { (finding.message) @if let Some(hint) = &finding.hint { br; (hint) } } }
            (meant(page, question, &address)?)
        },
        Err(error) => return Err(error),
    })
}

/// The same question about things whose names are like one that names nothing.
fn meant(page: &Page<'_>, question: &Question, address: &TableAddress<'_>) -> Result<Markup> {
    let graph = &page.site.graph;
    let mut links = Vec::new();
    for parameter in question.parameters.iter().filter(|parameter| parameter.kind == ParameterType::Entity) {
        let Some((_, value)) = address.parameters.iter().find(|(name, _)| *name == parameter.name) else { continue };
        if find(graph, value, NodeKind::Entity).is_ok() {
            continue;
        }
        let Ok((hits, _)) = search(graph, &Questions::default(), value, &page.languages, Some(MOST_MEANT)) else {
            continue;
        };
        for hit in hits.iter().filter(|hit| hit.kind == HitKind::Entity) {
            let label = hit.labels.first().map_or(hit.id.as_str(), |(_, label)| label.as_str());
            let instead = |(name, value): &(&'_ str, &'_ str)| match *name == parameter.name {
                true => (name.to_string(), hit.id.clone()),
                false => (name.to_string(), value.to_string()),
            };
            let parameters: Vec<(String, String)> = address.parameters.iter().map(instead).collect();
            let parameters: Vec<(&str, &str)> =
                parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            links.push((page.to_with(address.destination, &parameters), label.to_owned()));
        }
    }
    Ok(html! {
        @if !links.is_empty() {
            h3 { (page.word("did-you-mean")) }
            ul.plain.questions {
                @for (link, label) in &links { li { a href=(link) lang=[page.language_of(label)] { (label) } } }
            }
        }
    })
}

/// A stored question about one thing.
pub(super) struct QuestionAboutThing {
    name: String,
    parameter: String,
    /// The kinds of the thing in its example; none if it is about anything.
    kinds: Option<Vec<NamedNode>>,
}

/// The stored questions that have one parameter, which is a thing.
fn about_things(page: &Page<'_>) -> Vec<QuestionAboutThing> {
    let graph = &page.site.graph;
    let mut found = Vec::new();
    for question in page.site.questions.iter() {
        let mut needed = question.parameters.iter().filter(|parameter| parameter.default.is_none());
        let (Some(parameter), None) = (needed.next(), needed.next()) else { continue };
        if parameter.kind != ParameterType::Entity {
            continue;
        }
        let is_general = ["entity", "thing"].contains(&parameter.name.as_str());
        let example = || parameter.example.as_deref().and_then(|example| find(graph, example, NodeKind::Entity).ok());
        let kinds = match is_general {
            true => None,
            false => Some(example().map_or_else(Vec::new, |example| kinds(graph, example.as_ref()))),
        };
        found.push(QuestionAboutThing { name: question.name.clone(), parameter: parameter.name.clone(), kinds });
    }
    found
}

/// The stored questions that can be asked of a thing: those about anything, and those whose example is of its kind.
pub(super) fn about(page: &Page<'_>, node: NamedNodeRef<'_>) -> Result<Markup> {
    if page.is_file() {
        return Ok(html! {});
    }
    let own = kinds(&page.site.graph, node);
    let slug = local_name(node.as_str());
    let all = page.site.about_things.get_or_init(|| about_things(page));
    let fits = |asked: &&QuestionAboutThing| {
        asked.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| own.contains(kind)))
    };
    let fitting: Vec<_> = all
        .iter()
        .filter(fits)
        .filter_map(|asked| Some((page.site.questions.get(&asked.name)?, asked.parameter.as_str())))
        .collect();
    Ok(html! {
        @if !fitting.is_empty() && !own.is_empty() {
            section {
                h2 { (page.word("ask-more")) }
                ul.plain.questions {
                    @for (question, parameter) in &fitting {
                        @let title = title(page, question);
                        li { a href=(page.to_with(Destination::Question(&question.name), &[(parameter, slug)])) lang=[page.language_of(&title)] { (title) } }
                    }
                }
            }
        }
    })
}

fn kinds(graph: &Graph, node: NamedNodeRef<'_>) -> Vec<NamedNode> {
    let classes = graph.matching(Some(node.into()), Some(rdf::TYPE), None, None);
    let kinds = graph.matching(Some(node.into()), Some(cg::TYPE), None, None);
    let all = classes.chain(kinds).filter(|quad| Layer::of(quad.graph_name.as_ref()) == Layer::Source);
    all.filter_map(|quad| match quad.object {
        Term::NamedNode(node) => Some(node),
        _ => None,
    })
    .collect()
}
