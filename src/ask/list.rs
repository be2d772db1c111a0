//! The list of stored questions, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::entity::{KnownNames, NodeKind};
use crate::graph::Graph;
use crate::sparql::{AnswerShape, Parameter, ParameterType, Question, Questions, has_its_terms};

/// Whether a question has the word, ignoring case, in its name, its titles, its descriptions or
/// those of its parameters. An empty word is in every question.
fn has(question: &Question, word: &str) -> bool {
    let word = word.trim().to_lowercase();
    let texts = std::iter::once(&question.name)
        .chain(question.title.values())
        .chain(question.description.values())
        .chain(question.parameters.iter().flat_map(|parameter| [&parameter.name, &parameter.description]));
    texts.into_iter().any(|text| text.to_lowercase().contains(&word))
}

/// Which questions are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listed<'a> {
    /// Those that contain the word.
    pub word: Option<&'a str>,
    /// Those too that ask about what the graph does not have.
    pub all: bool,
    /// What chooses the graph, in the commands: `--pack town`.
    pub which: &'a str,
}

impl<'a> Listed<'a> {
    fn has_word(self, question: &Question) -> bool {
        self.word.is_none_or(|word| has(question, word))
    }

    fn chosen(self, graph: &Graph, questions: &'a Questions) -> Vec<&'a Question> {
        let may = |question: &&Question| self.all || is_about(graph, questions, question);
        questions.iter().filter(|question| self.has_word(question)).filter(may).collect()
    }
}

/// Whether a graph has what a question asks about, or its pack has brought the question.
fn is_about(graph: &Graph, questions: &Questions, question: &Question) -> bool {
    questions.is_own(&question.name) || has_its_terms(&question.query, graph)
}

/// How many questions are not listed, since they ask about what the graph does not have.
pub fn n_left_out(graph: &Graph, questions: &Questions, listed: Listed<'_>) -> usize {
    if listed.all {
        return 0;
    }
    let others = questions.iter().filter(|question| listed.has_word(question));
    others.filter(|question| !is_about(graph, questions, question)).count()
}

/// The command for a question. The examples are from one pack; in another they name nothing.
fn call(names: &KnownNames<'_>, question: &Question, which: &str) -> String {
    let mut call = format!("civigraph query {}", question.name);
    for parameter in &question.parameters {
        if let (None, Some(example)) = (&parameter.default, &parameter.example) {
            let example = if is_there(names, parameter, example) { example } else { "…" };
            let _ = write!(call, " --param {}={example}", parameter.name);
        }
    }
    if !which.is_empty() {
        let _ = write!(call, " {which}");
    }
    call
}

/// Whether an example names something; one that is no name is right in every graph.
fn is_there(names: &KnownNames<'_>, parameter: &Parameter, example: &str) -> bool {
    match parameter.kind {
        ParameterType::Entity => names.has(example, NodeKind::Entity),
        ParameterType::Concept => names.has(example, NodeKind::Concept),
        _ => true,
    }
}

/// The width of the list, if the screen is not narrower.
const WIDTH: usize = 80;

/// The stored questions that contain the word, by group, for people; empty if there are none. All
/// are listed with title and example, those with a word in detail.
pub fn list(
    graph: &Graph,
    questions: &Questions,
    languages: &[String],
    listed: Listed<'_>,
    width: Option<u16>,
) -> String {
    let (chosen, names) = (listed.chosen(graph, questions), KnownNames::of(graph));
    let width = width.map_or(WIDTH, usize::from).clamp(20, WIDTH);
    let known = questions.groups.iter().map(|(name, titles)| (Some(name.as_str()), in_languages(titles, languages)));
    // Questions of a pack that name no known group come last.
    let others = std::iter::once((None, String::new()));
    let mut text = String::new();
    for (group, title) in known.chain(others) {
        let is_member = |question: &&Question| {
            let own = question.group.as_deref();
            let own = own.filter(|own| questions.groups.iter().any(|(name, _)| name == own));
            own == group
        };
        let members: Vec<&Question> = chosen.iter().copied().filter(is_member).collect();
        if members.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        if !title.is_empty() {
            let _ = writeln!(text, "{}", textwrap::fill(&title, width));
        }
        for question in members {
            entry(&mut text, &names, question, (languages, listed), width);
        }
    }
    text
}

fn in_languages(titles: &BTreeMap<String, String>, languages: &[String]) -> String {
    let in_those: Vec<&str> = languages.iter().filter_map(|tag| titles.get(tag)).map(String::as_str).collect();
    // In a language without a title, English is better than nothing.
    let other = titles.get("en").or_else(|| titles.values().next());
    if in_those.is_empty() { other.cloned().unwrap_or_default() } else { in_those.join(" · ") }
}

/// A question: its name, title and example, in detail also its parameters and columns.
fn entry(
    text: &mut String,
    names: &KnownNames<'_>,
    question: &Question,
    (languages, listed): (&[String], Listed<'_>),
    width: usize,
) {
    let mut line = |indent: &str, words: &str| {
        let further = format!("{indent}  ");
        let options = textwrap::Options::new(width).initial_indent(indent).subsequent_indent(&further);
        let _ = writeln!(text, "{}", textwrap::fill(words, options));
    };
    line("  ", &question.name);
    line("    ", &in_languages(&question.title, languages));
    if listed.word.is_some() {
        for parameter in &question.parameters {
            let default = match &parameter.default {
                Some(default) => format!(" (default {default})"),
                None => String::new(),
            };
            let (name, kind) = (&parameter.name, parameter.kind.name());
            line("    ", &format!("--param {name}=… {kind}: {}{default}", parameter.description));
        }
        let returns = match &question.returns {
            AnswerShape::Table(columns) => columns.join(", "),
            AnswerShape::Boolean => "yes or no".to_owned(),
            AnswerShape::Graph => "triples".to_owned(),
        };
        line("    ", &format!("returns {returns}"));
    }
    // A command is copied: it stays on its line.
    let _ = writeln!(text, "    {}", call(names, question, listed.which));
}

/// The stored questions that contain the word, as a list for programs.
pub fn list_json(graph: &Graph, questions: &Questions, listed: Listed<'_>) -> Value {
    let names = KnownNames::of(graph);
    let parameter = |parameter: &Parameter| {
        let example = parameter.example.as_deref().filter(|example| is_there(&names, parameter, example));
        json!({
            "name": parameter.name,
            "type": parameter.kind.name(),
            "description": parameter.description,
            "default": parameter.default,
            "example": example,
        })
    };
    let question = |question: &Question| {
        let (form, columns) = match &question.returns {
            AnswerShape::Table(columns) => ("table", Some(columns)),
            AnswerShape::Boolean => ("boolean", None),
            AnswerShape::Graph => ("graph", None),
        };
        json!({
            "name": question.name,
            "group": question.group,
            "title": question.title,
            "description": question.description,
            "parameters": question.parameters.iter().map(parameter).collect::<Vec<_>>(),
            "returns": form,
            "columns": columns,
            "columns_by_language": question.worded_columns(),
            "call": call(&names, question, listed.which),
        })
    };
    listed.chosen(graph, questions).into_iter().map(question).collect()
}
