//! The words of a chart in addition to the labels of the graph, by language:
//! the words of its view, and for those that it lacks the words of all charts
//! (`words.yml`).

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use hanconv::RawDictionary;
use oxigraph::model::Term;
use oxigraph::model::vocab::rdf;
use oxigraph::sparql::QueryResults;

use crate::error::Result;
use crate::finding::Finding;
use crate::graph::Graph;
use crate::network;
use crate::pack::embedded;
use crate::sparql::{evaluate, evaluation_error};
use crate::vocab::{dcterms, named_graph, void};
use crate::yaml::{self, YamlNode};

/// The Simplified characters of Traditional ones.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let single = |text: &str| {
        let mut chars = text.chars();
        chars.next().filter(|_| chars.next().is_none())
    };
    RawDictionary::TSCharacters.iter().filter_map(|(from, to)| Some((single(from)?, single(to)?))).collect()
});

fn is_simplified(language: &str) -> bool {
    ["zh-hans", "zh-cn", "zh-sg"].iter().any(|tag| language.to_ascii_lowercase().starts_with(tag))
}

/// Texts by language tag.
pub(in crate::chart) type Texts = Vec<(String, String)>;

/// Words by name, each by language.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Captions(Vec<(String, Texts)>);

/// The texts of a mapping from language tags.
pub(in crate::chart) fn texts(node: &YamlNode) -> Texts {
    let text = |(tag, text): &(YamlNode, YamlNode)| Some((tag.as_str()?.to_owned(), text.as_str()?.trim().to_owned()));
    node.as_mapping().unwrap_or_default().iter().filter_map(text).collect()
}

impl Captions {
    /// The words of all charts.
    pub fn shared() -> Result<Self, Finding> {
        const FILE: &str = "queries/views/words.yml";
        let bytes = embedded::read(FILE).unwrap_or_default();
        let mut shared = Self::default();
        for (name, words) in yaml::read(FILE, &String::from_utf8_lossy(&bytes))?.as_mapping().unwrap_or_default() {
            shared.add(name.as_str().unwrap_or_default(), texts(words));
        }
        Ok(shared)
    }

    /// Adds words; if two have the same name, the first counts.
    pub fn add(&mut self, name: &str, texts: Texts) {
        self.0.push((name.to_owned(), texts));
    }

    /// The same words, with those called `name` as the title.
    #[must_use]
    pub fn titled(mut self, name: &str) -> Self {
        let title = self.0.iter().find(|(word, _)| word == name).map(|(_, texts)| texts.clone());
        self.0.insert(0, ("title".to_owned(), title.unwrap_or_default()));
        self
    }

    /// Adds the words of another vocabulary for names that this one lacks.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The words `name` in a language; in English if they are missing in it,
    /// since a chart in a third language still needs its heading.
    pub fn word(&self, name: &str, language: &str) -> Cow<'_, str> {
        let texts = self.0.iter().find(|(word, _)| word == name).map_or(&[][..], |(_, texts)| texts);
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let exact = texts.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(language));
        let near = || texts.iter().find(|(tag, _)| primary(tag) == primary(language));
        let english = || texts.iter().find(|(tag, _)| primary(tag) == "en");
        match exact.or_else(near).or_else(english) {
            None => Cow::Borrowed(""),
            // Words in Traditional characters are read by readers of Simplified ones if they are written so.
            Some((tag, text)) if is_simplified(language) && tag.eq_ignore_ascii_case("zh-Hant") => {
                Cow::Owned(text.chars().map(|c| SIMPLIFIED.get(&c).copied().unwrap_or(c)).collect())
            }
            Some((_, text)) => Cow::Borrowed(text),
        }
    }

    /// The words `name` in each of the languages, without duplicates.
    pub fn words(&self, name: &str, languages: &[String]) -> String {
        let mut texts: Vec<Cow<'_, str>> = Vec::new();
        for language in languages {
            let text = self.word(name, language);
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.join(" ")
    }

    /// A phrase in each of the languages, without duplicates. A sign that all begin with, such as an arrow, is
    /// written once.
    pub fn phrases(&self, name: &str, languages: &[String]) -> String {
        let sign = |text: &str| text.chars().take_while(|c| !c.is_alphanumeric() && *c != '{').collect::<String>();
        let mut texts: Vec<String> = Vec::new();
        for language in languages {
            let text = self.word(name, language).into_owned();
            let begin = texts.first().map(|first| sign(first)).unwrap_or_default();
            let text = text.strip_prefix(&begin).map_or(text.as_str(), str::trim_start).to_owned();
            let is_said = texts.iter().any(|known| known.strip_prefix(&begin).unwrap_or(known) == text);
            if !text.is_empty() && !is_said {
                texts.push(text);
            }
        }
        texts.join(" ")
    }

    /// A line for each source of the graph with the day that it describes, and
    /// one with the licence and the program.
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

/// The titles of the pack in the displayed languages, without duplicates.
pub(in crate::chart) fn title_of_pack(graph: &Graph, languages: &[String]) -> Result<String> {
    let mut titles: Vec<String> = Vec::new();
    for dataset in graph.subjects(rdf::TYPE, void::DATASET.into()) {
        for language in languages {
            let title = graph.term_label(dataset.as_ref().into(), std::slice::from_ref(language))?;
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
    }
    Ok(titles.join(" "))
}

/// The values of this property for the pack as a whole, sorted.
fn of_dataset(graph: &Graph, property: oxigraph::model::NamedNodeRef<'_>) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for quad in graph.matching(None, Some(property), None, Some(named_graph::DATASET.into())) {
        texts.push(match quad.object {
            Term::NamedNode(node) => node.into_string(),
            Term::Literal(literal) => literal.value().to_owned(),
            _ => continue,
        });
    }
    texts.sort();
    Ok(texts)
}
