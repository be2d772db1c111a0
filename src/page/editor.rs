//! The editor of queries: its script, the library it is made with, and what it is told of the graph and of a query.

use std::collections::BTreeSet;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, TermRef};
use serde_json::{Value, json};

use super::reading::Page;
use crate::error::Result;
use crate::finding::Severity;
use crate::graph::language_matches;
use crate::sparql::{Query, lint};
use crate::vocabulary::{Category, Vocabulary, VocabularyTerm};

/// The script of the editor, which imports [`CODEMIRROR`].
pub const EDITOR: &str = include_str!("editor/sparql.js");

/// CodeMirror 6, under the MIT licence; `editor/package.json` says how it is made.
pub const CODEMIRROR: &str = include_str!("editor/codemirror.js");

/// The most names that can be completed.
const MOST_TERMS: usize = 4_000;

/// The most classes that are looked for among the types of things.
const MOST_CLASSES: usize = 1_000;

/// The names that a query may have, by kind and name: prefixed name, kind, and label in the language of the page.
///
/// # Errors
///
/// Those of the graph.
pub fn editor_terms(page: &Page<'_>) -> Result<Value> {
    let graph = &page.site.graph;
    let vocabulary = Vocabulary::read(graph)?;
    let label = |term: &VocabularyTerm| {
        let in_language = |wanted: &String| term.labels.iter().find(|label| language_matches(&label.language, wanted));
        let found = page.languages.iter().find_map(in_language).or(term.labels.first());
        found.map(|label| label.text.clone()).unwrap_or_default()
    };
    let kind = |category: Category| match category {
        Category::Class => "class",
        Category::Property => "property",
        Category::Datatype => "type",
        Category::Scheme | Category::Concept => "constant",
    };
    let mut rows: Vec<(usize, String, &str, String)> = Vec::new();
    let mut add = |category: Category, iri: &NamedNode, label: String| {
        let rank = Category::ALL.iter().position(|known| *known == category).unwrap_or(usize::MAX);
        rows.push((rank, graph.prefixes.shorten(iri.as_str()), kind(category), label));
    };
    for term in vocabulary.iter() {
        add(term.kind, &term.iri, label(term));
    }
    // Terms of other vocabularies, which the data use and do not describe.
    for (iri, category) in used(page) {
        if vocabulary.get(iri.as_str()).is_none() {
            add(category, &iri, String::new());
        }
    }
    rows.sort();
    rows.truncate(MOST_TERMS);
    Ok(rows.into_iter().map(|(_, name, kind, label)| json!([name, kind, label])).collect())
}

/// The properties and classes that the data use.
fn used(page: &Page<'_>) -> BTreeSet<(NamedNode, Category)> {
    let graph = &page.site.graph;
    let mut found = BTreeSet::new();
    let mut add = |term: TermRef<'_>, category: Category| {
        if let TermRef::NamedNode(node) = term {
            found.insert((node.into_owned(), category));
        }
    };
    for (property, _) in graph.predicates() {
        add(graph.term(property).as_ref(), Category::Property);
    }
    if let Some(kind) = graph.find(rdf::TYPE.into())
        && graph.n_ends(kind).1 <= MOST_CLASSES
    {
        let classes: BTreeSet<_> = graph.ends_of(kind).map(|(_, class)| class).collect();
        for class in classes {
            add(graph.term(class).as_ref(), Category::Class);
        }
    }
    found
}

/// What is wrong with a query, and what is odd about it, each at its place: line, column and width in characters.
///
/// # Errors
///
/// Those of the graph.
pub fn editor_findings(page: &Page<'_>, text: &str) -> Result<Value> {
    let graph = &page.site.graph;
    let findings = match Query::parse("query", text, &graph.prefixes) {
        Ok(query) => lint(&query, graph, &[])?,
        Err(finding) => vec![finding],
    };
    let shown = findings.iter().map(|finding| {
        let (line, column, width) =
            finding.place.as_ref().map_or((1, 1, 1), |place| (place.line, place.column, place.width));
        let severity = if finding.severity >= Severity::Violation { "error" } else { "warning" };
        let message = match &finding.hint {
            Some(hint) => format!("{}\n{hint}", finding.message),
            None => finding.message.clone(),
        };
        json!({ "line": line, "column": column, "width": width, "severity": severity, "message": message })
    });
    Ok(shown.collect())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::octets::hex;

    #[test]
    fn the_library_is_the_one_whose_checksum_stands_beside_it() {
        let recorded = include_str!("editor/codemirror.sha256");
        assert_eq!(format!("{}  codemirror.js\n", hex(Sha256::digest(CODEMIRROR))), recorded);
        let licence = include_str!("editor/LICENSE");
        assert!(licence.contains("MIT licence") && licence.contains("Permission is hereby granted"));
        // What a policy without `unsafe-eval` would refuse.
        for forbidden in ["eval(", "new Function", "setAttribute(\"style\"", "://cdn", "importScripts"] {
            assert!(!CODEMIRROR.contains(forbidden) && !EDITOR.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn the_script_imports_only_what_the_library_exports() {
        let (_, list) = EDITOR.split_once("import {").unwrap();
        let (names, _) = list.split_once('}').unwrap();
        let exports = include_str!("editor/codemirror.mjs");
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            assert!(exports.contains(&format!(" {name},")) || exports.contains(&format!(" {name} ")), "{name}");
        }
    }
}
