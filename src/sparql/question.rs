//! Stored questions: SPARQL files with front matter.
//!
//! The front matter is YAML in comments at the top, between two lines `# ---`: titles in two
//! languages, parameters with type, description and example, and the shape of the answer.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use oxigraph::model::Variable;

use super::{FrontMatter, Query, languages};
use crate::finding::{Finding, Findings, Place, codes};
use crate::graph::Prefixes;
use crate::yaml::{self, YamlNode};

/// A stored question.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its name: the file's without the extension.
    pub name: String,
    /// The group in which it is listed, if it names one.
    pub group: Option<String>,
    /// Titles by language tag.
    pub title: BTreeMap<String, String>,
    /// What a row means, by language tag.
    pub description: BTreeMap<String, String>,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// The shape of its answer.
    pub returns: AnswerShape,
    /// The query, with `?language` for the language where it says something in words.
    pub query: Query,
}

/// The shape of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerShape {
    /// Rows with these columns.
    Table(Vec<String>),
    /// Yes or no.
    Boolean,
    /// Triples.
    Graph,
}

/// A parameter of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The variable's name.
    pub name: String,
    /// The type of its value.
    pub kind: ParameterType,
    /// What it means.
    pub description: String,
    /// The default value.
    pub default: Option<String>,
    /// A value to try.
    pub example: Option<String>,
}

/// The type of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are clear")]
pub enum ParameterType {
    Entity,
    Concept,
    Iri,
    String,
    Language,
    Integer,
    Decimal,
    Date,
    Year,
}

impl ParameterType {
    const ALL: [(&'static str, Self); 9] = [
        ("entity", Self::Entity),
        ("concept", Self::Concept),
        ("iri", Self::Iri),
        ("string", Self::String),
        ("language", Self::Language),
        ("integer", Self::Integer),
        ("decimal", Self::Decimal),
        ("date", Self::Date),
        ("year", Self::Year),
    ];

    /// Its name in front matter.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// Stored questions by name.
#[derive(Debug, Clone, Default)]
pub struct Questions {
    by_name: BTreeMap<String, Stored>,
    /// The languages of answers, the main one first.
    pub languages: Vec<String>,
    /// The groups with their titles by language, in the order in which they are listed.
    pub groups: Vec<(String, BTreeMap<String, String>)>,
}

/// A question that is read when it is first asked for.
#[derive(Debug, Clone)]
struct Stored {
    file: String,
    text: String,
    prefixes: Arc<Prefixes>,
    question: OnceLock<Option<Question>>,
    /// Whether a pack has brought it.
    is_own: bool,
}

impl Stored {
    fn get(&self) -> Option<&Question> {
        self.question.get_or_init(|| Question::read(&self.file, &self.text, &self.prefixes).ok()).as_ref()
    }
}

impl Questions {
    /// No questions yet, with answers in these languages.
    pub fn in_languages(languages: Vec<String>) -> Self {
        Self { languages, ..Self::default() }
    }

    /// Adds a question from its file, replacing one of the same name.
    pub fn add(&mut self, file: &str, text: &str, prefixes: &Prefixes) -> Result<(), Findings> {
        let question = Question::read(file, text, prefixes)?;
        let prefixes = Arc::new(prefixes.clone());
        let (name, question) = (question.name.clone(), OnceLock::from(Some(question)));
        self.by_name
            .insert(name, Stored { file: file.to_owned(), text: text.to_owned(), prefixes, question, is_own: true });
        Ok(())
    }

    /// Adds a question that is known to be valid; it is read when it is first asked for.
    pub fn add_valid(&mut self, file: String, text: String, prefixes: &Arc<Prefixes>) {
        let name = name_of(&file).to_owned();
        self.by_name.insert(
            name,
            Stored { file, text, prefixes: Arc::clone(prefixes), question: OnceLock::new(), is_own: false },
        );
    }

    /// The names of the questions, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Reads the titles of groups, from YAML.
    ///
    /// # Errors
    ///
    /// `yaml-syntax`.
    pub fn read_groups(&mut self, file: &str, text: &str) -> Result<(), Finding> {
        let node = yaml::read(file, text)?;
        for (name, titles) in node.as_mapping().unwrap_or_default() {
            let titles = titles.as_mapping().unwrap_or_default().iter();
            let titles = titles.filter_map(|(tag, text)| Some((tag.as_str()?.to_owned(), text.as_str()?.to_owned())));
            self.groups.extend(name.as_str().map(|name| (name.to_owned(), titles.collect())));
        }
        Ok(())
    }

    /// The question with this name.
    pub fn get(&self, name: &str) -> Option<&Question> {
        self.by_name.get(name)?.get()
    }

    /// Whether a pack has brought the question, and the program has not.
    pub fn is_own(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(|stored| stored.is_own)
    }

    /// The questions that a pack has brought: their files and texts.
    pub fn own(&self) -> Vec<(String, String)> {
        let own = self.by_name.values().filter(|stored| stored.is_own);
        own.map(|stored| (stored.file.clone(), stored.text.clone())).collect()
    }

    /// All questions, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Question> {
        self.by_name.values().filter_map(Stored::get)
    }
}

impl Question {
    /// The query for an answer in these languages, the main one first: the further ones have
    /// columns of their own.
    ///
    /// # Errors
    ///
    /// The query does not parse when it is written out, which a test of stored questions finds.
    pub fn in_languages(&self, languages: &[String], prefixes: &Prefixes) -> Result<Query, Finding> {
        if !languages::has_words(&self.query.text) {
            return Ok(self.query.clone());
        }
        let text = languages::in_languages(&self.query.text, languages);
        let query = Query::parse(&self.query.file, &text, prefixes)?;
        Ok(Query { sees_sources_alone: self.query.sees_sources_alone, ..query })
    }

    /// The columns that differ by language.
    pub fn worded_columns(&self) -> Vec<String> {
        match &self.returns {
            AnswerShape::Table(columns) => languages::worded_columns(&self.query.text, columns),
            AnswerShape::Boolean | AnswerShape::Graph => Vec::new(),
        }
    }

    /// Reads a stored question.
    pub fn read(file: &str, text: &str, prefixes: &Prefixes) -> Result<Self, Findings> {
        let mut query = Query::parse(file, text, prefixes)?;
        let mut reader = FrontMatter::read(file, text, "a question: title, parameters, returns")?;
        let node = reader.node.clone();
        let name = name_of(file).to_owned();
        reader.keys(&node, &["group", "title", "description", "parameters", "returns", "columns", "sees"]);
        query.sees_sources_alone = reader.sees_pack(&node);
        let group = node.get("group").and_then(YamlNode::as_str).map(str::to_owned);
        let title = reader.texts(node.get("title"));
        if title.is_empty() {
            reader.fault(&node, "a question needs a `title`");
        }
        let description = reader.texts(node.get("description"));
        let parameters = parameters(&mut reader, node.get("parameters"));
        let returns = shape(&mut reader, &node, &query);
        for parameter in &parameters {
            let used = [format!("?{}", parameter.name), format!("${}", parameter.name)];
            if !used.iter().any(|used| text.contains(used.as_str())) {
                reader.fault(&node, format!("the query has no variable for the parameter `{}`", parameter.name));
            }
        }
        if let Some(line) = languages::open_block(text) {
            let message = "the block `# for each language` is not closed before the next one or the end";
            let fault = Finding::error(codes::FRONT_MATTER, message).at(Place::at(file, text, line, 1, 1));
            reader.findings.push(fault.hint("close it with a line `# end`".to_owned()));
        }
        if reader.findings.has_errors() {
            return Err(reader.findings);
        }
        Ok(Self { name, group, title, description, parameters, returns, query })
    }
}

/// The name of the question in a file: that of the file without its extension.
fn name_of(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn parameters(reader: &mut FrontMatter<'_>, node: Option<&YamlNode>) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for (name, node) in node.and_then(YamlNode::as_mapping).unwrap_or_default() {
        reader.keys(node, &["type", "description", "default", "example"]);
        let text = |key: &str| node.get(key).and_then(YamlNode::as_str).map(str::to_owned);
        let Some(variable) = name.as_str().filter(|name| Variable::new(*name).is_ok()) else {
            reader.fault(name, "a parameter has the name of its variable, without `?`");
            continue;
        };
        let kind = text("type").unwrap_or_else(|| "string".to_owned());
        let Some((_, kind)) = ParameterType::ALL.iter().find(|(known, _)| *known == kind) else {
            let known: Vec<&str> = ParameterType::ALL.iter().map(|(name, _)| *name).collect();
            reader.fault(node, format!("`{kind}` is not a type; the types are {}", known.join(", ")));
            continue;
        };
        parameters.push(Parameter {
            name: variable.to_owned(),
            kind: *kind,
            description: text("description").unwrap_or_default(),
            default: text("default"),
            example: text("example"),
        });
    }
    parameters
}

/// Reads `returns` and `columns`, which must match the query.
fn shape(reader: &mut FrontMatter<'_>, node: &YamlNode, query: &Query) -> AnswerShape {
    let given = node.get("returns").and_then(YamlNode::as_str).unwrap_or("table");
    let columns: Vec<String> = node
        .get("columns")
        .and_then(YamlNode::as_sequence)
        .unwrap_or_default()
        .iter()
        .filter_map(|column| column.as_str().map(str::to_owned))
        .collect();
    let (shape, real) = match &query.algebra {
        spargebra::Query::Select { pattern, .. } => {
            let mut real = Vec::new();
            pattern.on_in_scope_variable(|variable| {
                if !real.contains(&variable.as_str().to_owned()) {
                    real.push(variable.as_str().to_owned());
                }
            });
            (AnswerShape::Table(columns.clone()), Some(real))
        }
        spargebra::Query::Ask { .. } => (AnswerShape::Boolean, None),
        spargebra::Query::Construct { .. } | spargebra::Query::Describe { .. } => (AnswerShape::Graph, None),
    };
    let is = match shape {
        AnswerShape::Table(_) => "table",
        AnswerShape::Boolean => "boolean",
        AnswerShape::Graph => "graph",
    };
    if given != is {
        reader.fault(node, format!("`returns` is `{given}`, but the query returns a {is}"));
    }
    if let Some(real) = real.filter(|real| *real != columns) {
        let real = real.join(", ");
        reader.fault(node, format!("`columns` is [{}], but the query selects [{real}]", columns.join(", ")));
    }
    shape
}
