//! Terms of the vocabulary as text.

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, Term};

use super::layout::{clean, columns, wrapped};
use crate::error::Result;
use crate::graph::Graph;
use crate::vocabulary::{Category, Description, Text, Vocabulary, VocabularyTerm};

/// The texts in the languages asked for; all where there is none in these.
fn chosen<'a>(texts: &'a [Text], languages: &[String]) -> Vec<&'a str> {
    let is_asked = |text: &&Text, language: &String| text.language.eq_ignore_ascii_case(language);
    let mut chosen: Vec<&str> = Vec::new();
    for language in languages {
        let of_language = texts.iter().filter(|text| is_asked(text, language)).map(|text| text.text.as_str());
        chosen.extend(of_language);
    }
    if chosen.is_empty() {
        chosen.extend(texts.iter().map(|text| text.text.as_str()));
    }
    let mut seen = Vec::new();
    chosen.retain(|text| {
        !seen.contains(text) && {
            seen.push(text);
            true
        }
    });
    chosen
}

fn labels(term: &VocabularyTerm, languages: &[String]) -> String {
    chosen(&term.labels, languages).join(" · ")
}

/// A term by its labels and prefixed name.
fn named(graph: &Graph, node: &NamedNode, languages: &[String]) -> Result<String> {
    let short = graph.prefixes.shorten(node.as_str());
    let mut labels = Vec::new();
    for language in languages {
        labels.extend(graph.label_in(node.as_ref(), language)?);
    }
    Ok(if labels.is_empty() { short } else { format!("{short} {}", labels.join(" · ")) })
}

/// A term with what the graph says of it.
pub(super) fn text(
    graph: &Graph,
    description: &Description,
    languages: &[String],
    width: Option<u16>,
) -> Result<String> {
    let term = &description.term;
    let short = graph.prefixes.shorten(term.iri.as_str());
    let label = labels(term, languages);
    let mut text = if label.is_empty() { String::new() } else { wrapped(&label, 0, width) };
    text.push_str(&wrapped(&format!("{short} · {} · {}", term.kind.name(), uses(description)), 0, width));
    for definition in chosen(&term.definitions, languages) {
        text.push_str(&wrapped(definition, 2, width));
    }
    for note in chosen(&description.notes, languages) {
        text.push_str(&wrapped(note, 2, width));
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    let synonyms = chosen(&term.synonyms, languages).join(", ");
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            rows.push(vec![name.to_owned(), value]);
        }
    };
    let all = |nodes: &[NamedNode]| -> Result<String> {
        let names = nodes.iter().map(|node| named(graph, node, languages)).collect::<Result<Vec<_>>>()?;
        Ok(names.join("; "))
    };
    row("synonyms", synonyms);
    row("domain", all(&description.domain)?);
    row("range", all(&description.range)?);
    row("more general", all(&description.broader)?);
    row("more special", all(&description.narrower)?);
    row("inverse", all(&description.inverse)?);
    row("properties", all(&description.properties)?);
    row("list", all(&description.lists)?);
    row("codes", all(&description.codes)?);
    row(
        "elsewhere",
        term.aligned.iter().map(|node| graph.prefixes.shorten(node.as_str())).collect::<Vec<_>>().join(", "),
    );
    if let Some(example) = &description.example {
        let name = |node: &NamedNode| graph.prefixes.shorten(node.as_str());
        let object = match &example.object {
            Term::NamedNode(node) => name(node),
            other => other.to_string(),
        };
        let predicate = if example.predicate == rdf::TYPE { "a".to_owned() } else { name(&example.predicate) };
        row("example", format!("{} {predicate} {object} .", name(&example.subject)));
        // In words, if it has any.
        let subject_has_label = graph.has_label(example.subject.as_ref())?;
        for language in languages.iter().filter(|_| subject_has_label) {
            let language = std::slice::from_ref(language);
            let subject = graph.label(example.subject.as_ref(), language)?;
            let object = graph.term_label(example.object.as_ref(), language)?;
            let words = match predicate.as_str() {
                "a" => format!("{subject}: {object}"),
                _ => format!("{subject} – {} – {object}", graph.label(example.predicate.as_ref(), language)?),
            };
            row("", words);
        }
    }
    if !rows.is_empty() {
        text.push('\n');
        text.push_str(&columns(rows, width));
    }
    Ok(text)
}

fn uses(description: &Description) -> String {
    let n = description.n_uses;
    match (description.term.kind, n) {
        (Category::Datatype | Category::Scheme, _) => format!("{} codes", description.codes.len()),
        (_, 0) => "not used by the data".to_owned(),
        (Category::Class, 1) => "1 instance".to_owned(),
        (Category::Class, n) => format!("{n} instances"),
        (_, 1) => "used once".to_owned(),
        (_, n) => format!("used {n} times"),
    }
}

/// All terms but single codes, by kind.
pub(super) fn list(graph: &Graph, vocabulary: &Vocabulary, languages: &[String], width: Option<u16>) -> Result<String> {
    let mut text = String::new();
    for (kind, title) in [
        (Category::Class, "Classes"),
        (Category::Property, "Properties"),
        (Category::Scheme, "Code lists"),
        (Category::Datatype, "Datatypes"),
    ] {
        let mut rows = Vec::new();
        for term in vocabulary.iter().filter(|term| term.kind == kind) {
            rows.push(vec![graph.prefixes.shorten(term.iri.as_str()), labels(term, languages)]);
        }
        if !rows.is_empty() {
            let gap = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}{}\n{}", clean(title), columns(rows, width)));
        }
    }
    Ok(text)
}
