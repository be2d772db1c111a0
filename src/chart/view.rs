//! What a view says of how it is drawn: its front matter names the relations
//! that make branches, the classes of the panel and the words of the chart, so
//! that none of them is named in code.

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, Term};
use oxigraph::sparql::QueryResults;

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::network;
use crate::sparql::{Query, evaluate, evaluation_error, front_matter};
use crate::vocab::{dcterms, named_graph, void};
use crate::yaml::Node;

/// A view that can be drawn.
pub(super) struct View {
    /// Its query: source, relation, target, status.
    pub query: Query,
    /// Which relations make a child, the first that applies first.
    pub branches: Vec<(NamedNode, End)>,
    /// Classes of what goes to the panel where it has neither parent nor children.
    pub bodies: Vec<NamedNode>,
    /// Words by name, each by language tag.
    words: Vec<(String, Vec<(String, String)>)>,
}

/// Which end of a relation is the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Source,
    Target,
}

const KEYS: [&str; 7] = ["title", "description", "branches", "bodies", "words", "returns", "columns"];

impl View {
    /// Reads a view and its front matter.
    ///
    /// # Errors
    ///
    /// `front-matter` where it says what a view cannot say.
    pub fn read(graph: &Graph, name: &str) -> Result<Self> {
        let query = network::view(graph, name)?;
        Self::of(query, graph).map_err(Error::invalid)
    }

    fn of(query: Query, graph: &Graph) -> Result<Self, Diagnostic> {
        let fault = |node: &Node, message: String| {
            Diagnostic::error("front-matter", message).at(node.place(&query.file, &query.text))
        };
        let iri = |node: &Node| {
            let text = node.as_str().unwrap_or_default();
            let iri = graph.prefixes.expand(text).unwrap_or_else(|| text.to_owned());
            let message = "expected the IRI or prefixed name of a relation or class";
            NamedNode::new(iri).map_err(|_| fault(node, message.to_owned()))
        };
        let (mut branches, mut bodies, mut words) = (Vec::new(), Vec::new(), Vec::new());
        let front = front_matter(&query.file, &query.text)?;
        for (key, value) in front.as_ref().and_then(Node::as_mapping).unwrap_or_default() {
            let name = key.as_str().unwrap_or_default();
            if !KEYS.contains(&name) {
                let message = format!("`{name}` is not a key of the front matter");
                return Err(fault(key, message).hint(did_you_mean(name, KEYS)));
            }
            match name {
                "branches" => {
                    for branch in value.as_sequence().unwrap_or_default() {
                        let relation = branch.get("relation");
                        let relation =
                            relation.ok_or_else(|| fault(branch, "a branch needs a `relation`".to_owned()))?;
                        let end = match branch.get("child").and_then(Node::as_str) {
                            Some("source") => End::Source,
                            Some("target") => End::Target,
                            _ => {
                                let message = "the `child` of a branch is `source` or `target`";
                                return Err(fault(branch, message.to_owned()));
                            }
                        };
                        branches.push((iri(relation)?, end));
                    }
                }
                "bodies" => {
                    for class in value.as_sequence().unwrap_or_default() {
                        bodies.push(iri(class)?);
                    }
                }
                "words" => {
                    for (name, texts) in value.as_mapping().unwrap_or_default() {
                        let text = |(tag, text): &(Node, Node)| {
                            Some((tag.as_str()?.to_owned(), text.as_str()?.trim().to_owned()))
                        };
                        let texts = texts.as_mapping().unwrap_or_default().iter().filter_map(text).collect();
                        words.push((name.as_str().unwrap_or_default().to_owned(), texts));
                    }
                }
                _ => {}
            }
        }
        Ok(Self { query, branches, bodies, words })
    }

    /// How the words `name` go in a language; in English where it has none of
    /// its own, since a chart in a third language still needs its heading.
    fn word(&self, name: &str, language: &str) -> &str {
        let texts = self.words.iter().find(|(word, _)| word == name).map_or(&[][..], |(_, texts)| texts);
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let exact = texts.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(language));
        let near = || texts.iter().find(|(tag, _)| primary(tag) == primary(language));
        let english = || texts.iter().find(|(tag, _)| primary(tag) == "en");
        exact.or_else(near).or_else(english).map_or("", |(_, text)| text)
    }

    /// The words `name` in each of the languages, equal ones once.
    pub fn words(&self, name: &str, languages: &[String]) -> String {
        let mut texts: Vec<&str> = Vec::new();
        for language in languages {
            let text = self.word(name, language);
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.join(" ")
    }

    /// A line for each source of the graph with the day it describes, and one
    /// with the licence and the program.
    pub fn foot(&self, graph: &Graph, languages: &[String]) -> Result<Vec<String>> {
        let query = network::view(graph, "sources")?;
        let mut lines = Vec::new();
        if let QueryResults::Solutions(solutions) = evaluate(graph, &query)? {
            for solution in solutions {
                let solution = solution.map_err(|error| evaluation_error(&query, &error))?;
                if let Some(source) = solution.get("source") {
                    lines.push(self.source(graph, source, solution.get("date"), languages)?);
                }
            }
        }
        lines.dedup();
        let mut last = of_dataset(graph, dcterms::LICENSE)?;
        last.push(format!("civigraph {}", env!("CARGO_PKG_VERSION")));
        lines.push(last.join(" · "));
        Ok(lines)
    }

    fn source(&self, graph: &Graph, source: &Term, date: Option<&Term>, languages: &[String]) -> Result<String> {
        let name = if date.is_some() { "source" } else { "undated" };
        let mut texts: Vec<String> = Vec::new();
        for language in languages {
            let title = graph.term_label(source.as_ref(), std::slice::from_ref(language))?;
            let mut text = self.word(name, language).replace("{title}", &title);
            if let Some(Term::Literal(date)) = date {
                text = text.replace("{date}", date.value());
            }
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        Ok(texts.join(" "))
    }
}

/// The titles of the pack in the languages shown, each once.
pub(super) fn title(graph: &Graph, languages: &[String]) -> Result<String> {
    let mut titles: Vec<String> = Vec::new();
    for dataset in graph.subjects(rdf::TYPE, void::DATASET.into())? {
        for language in languages {
            let title = graph.term_label(dataset.as_ref().into(), std::slice::from_ref(language))?;
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
    }
    Ok(titles.join(" "))
}

/// What the pack as a whole says of itself by this property, sorted.
fn of_dataset(graph: &Graph, property: oxigraph::model::NamedNodeRef<'_>) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for quad in graph.matching(None, Some(property), None, Some(named_graph::DATASET.into())) {
        texts.push(match quad?.object {
            Term::NamedNode(node) => node.into_string(),
            Term::Literal(literal) => literal.value().to_owned(),
            _ => continue,
        });
    }
    texts.sort();
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(front: &str) -> Result<View, Diagnostic> {
        let graph = Graph::new().expect("an empty graph");
        let comments: String = front.lines().map(|line| format!("# {line}\n")).collect();
        let text = format!("# ---\n{comments}# ---\nSELECT ?source ?relation ?target ?status WHERE {{}}\n");
        View::of(Query::parse("v.rq", &text, &graph.prefixes)?, &graph)
    }

    #[test]
    fn words_go_by_language_and_else_in_english() {
        let view = view("words:\n  panel: {en: Alone, zh-Hant: 獨立}").unwrap();
        let words = |languages: &[&str]| {
            let languages: Vec<String> = languages.iter().map(|tag| (*tag).to_owned()).collect();
            view.words("panel", &languages)
        };
        assert_eq!(words(&["zh-Hant", "en"]), "獨立 Alone");
        assert_eq!(words(&["en", "zh-Hant"]), "Alone 獨立");
        assert_eq!(words(&["zh"]), "獨立");
        assert_eq!(words(&["fr", "en-GB"]), "Alone");
        assert_eq!(view.words("nothing", &["en".to_owned()]), "");
    }

    #[test]
    fn faults_in_the_front_matter_have_a_place() {
        for (front, part) in [
            ("brances: []", "did you mean `branches`"),
            ("branches:\n  - {child: source}", "needs a `relation`"),
            ("branches:\n  - {relation: 'http://example.org/r', child: both}", "`source` or `target`"),
            ("bodies: [no iri]", "expected the IRI"),
        ] {
            let Err(fault) = view(front) else { panic!("{front} is refused") };
            let said = format!("{} {}", fault.message, fault.hint.as_deref().unwrap_or_default());
            assert!(said.contains(part), "{front}: {said}");
            assert_eq!(fault.code, "front-matter");
            assert!(fault.place.is_some(), "{front}");
        }
    }
}
