//! A question as a person asks it: read, given its parameters, answered within a time limit.

mod engine;
mod list;
mod parameters;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use oxigraph::model::{BlankNode, Literal, Quad, Term, Variable};
use oxigraph::sparql::QueryResults;

use crate::chart::stored as stored_views;
use crate::entity::{NodeKind, find};
use crate::error::{Action, Error, Result};
use crate::export::Rows;
use crate::file;
use crate::finding::{Finding, Findings, closest, codes, utf8};
use crate::graph::{Graph, group_digits};
use crate::network;
use crate::pack::is_rdf_name;
use crate::sparql::{
    OF_DATA, PlannedStep, Query, Question, Questions, ShortAnswer, ShortQueries, bind, evaluate, evaluation_error,
    front_matter, lint,
};
use crate::work::{GivenUp, leak, memory_shown, within};

pub use engine::{engine_answer, engine_labels, engine_text, engine_warning};
pub use list::{Listed, list, list_json, n_left_out};
use parameters::{bind_question, read_parameters};

/// A question that is ready to be answered.
#[derive(Debug, Clone)]
pub struct PreparedQuery {
    /// The query with its parameters bound.
    pub query: Query,
    /// The terms of its parameters, which are in the query already.
    pub bindings: Vec<(String, Term)>,
    /// Patterns that are valid and yet probably find nothing.
    pub warnings: Findings,
}

/// An answer.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The rows of a SELECT.
    Rows(Rows),
    /// The answer of an ASK.
    Boolean(bool),
    /// The triples of a CONSTRUCT or DESCRIBE.
    Triples(Vec<Quad>),
}

impl Answer {
    /// Whether the answer is no, or empty.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Rows(rows) => rows.rows.is_empty(),
            Self::Boolean(answer) => !answer,
            Self::Triples(quads) => quads.is_empty(),
        }
    }
}

/// Reads a question: the name of a stored question, a file, `-`, or SPARQL text.
///
/// `parameters` are `name=value`. In a stored question their types are known; elsewhere a value
/// that names an entity means that entity, any other value is text.
pub fn read(graph: &Graph, questions: &Questions, text: &str, parameters: &[String]) -> Result<PreparedQuery> {
    read_in(graph, questions, text, parameters, &questions.languages)
}

/// Like [`read`], for an answer in these languages, the main one first.
pub fn read_in(
    graph: &Graph,
    questions: &Questions,
    text: &str,
    parameters: &[String],
    languages: &[String],
) -> Result<PreparedQuery> {
    let (query, bindings) = match questions.get(text) {
        Some(question) => {
            let given = read_parameters(parameters, Some(question))?;
            let bindings = bind_question(graph, question, &given)?;
            let query = question.in_languages(languages, &graph.prefixes).map_err(Error::invalid)?;
            let mut asked = finish(graph, query, bindings)?;
            asked.warnings = in_short(question, asked.warnings);
            return Ok(asked);
        }
        None if is_view(text) => {
            if let Some(given) = parameters.first() {
                let message = format!("the view `{text}` has no parameter for `{given}`");
                return Err(Error::invalid(Finding::error(codes::UNKNOWN_PARAMETER, message)));
            }
            (network::view(graph, text)?, Vec::new())
        }
        None => {
            let query = read_query(graph, questions, text)?;
            let given = || read_parameters(parameters, None);
            // A stored question remains one if it is named by its file.
            if front_matter(&query.file, &query.text).map_err(Error::invalid)?.is_some() {
                let question = Question::read(&query.file, &query.text, &graph.prefixes)
                    .map_err(|faults| Error::Invalid(Box::new(faults)))?;
                let given = read_parameters(parameters, Some(&question))?;
                let bindings = bind_question(graph, &question, &given)?;
                let query = question.in_languages(languages, &graph.prefixes).map_err(Error::invalid)?;
                return finish(graph, query, bindings);
            }
            let mut bindings = Vec::new();
            for (name, value) in &given()? {
                let term = match find(graph, value, NodeKind::Entity) {
                    Ok(node) => node.into(),
                    Err(Error::Invalid(fault)) if fault.iter().all(|fault| fault.code == codes::UNKNOWN_ENTITY) => {
                        Literal::new_simple_literal(value).into()
                    }
                    Err(error) => return Err(error),
                };
                bindings.push((name.clone(), term));
            }
            (query, bindings)
        }
    };
    finish(graph, query, bindings)
}

/// Merges the warnings about a stored question into one: a user who names it does not see its
/// text.
fn in_short(question: &Question, warnings: Findings) -> Findings {
    let mut unknown: Vec<&str> = warnings
        .iter()
        .filter(|warning| warning.code == codes::UNKNOWN_TERM || warning.code == codes::UNUSED_TERM)
        .filter_map(|warning| warning.rule.as_deref())
        .collect();
    unknown.sort_unstable();
    unknown.dedup();
    if unknown.is_empty() {
        let mut others = Findings::new();
        others.extend(warnings.iter().filter(|warning| !OF_DATA.contains(&&*warning.code)).cloned());
        return others;
    }
    let terms: Vec<String> = unknown.iter().map(|term| format!("`{term}`")).collect();
    let message =
        format!("the graph does not contain {}, which the question `{}` asks about", terms.join(", "), question.name);
    Finding::warning(codes::UNKNOWN_TERM, message).into()
}

/// The query with its parameters bound, and warnings about it.
fn finish(graph: &Graph, query: Query, bindings: Vec<(String, Term)>) -> Result<PreparedQuery> {
    // A parameter's value exists or is text: only the query is examined.
    let mut warnings = Findings::new();
    let given: Vec<String> = bindings.iter().map(|(name, _)| name.clone()).collect();
    warnings.extend(lint(&query, graph, &given)?);
    let mut query = query;
    for (name, term) in &bindings {
        let variable = Variable::new(name).map_err(|_| {
            Error::invalid(Finding::error(
                codes::UNKNOWN_PARAMETER,
                format!("`{name}` cannot be the name of a variable"),
            ))
        })?;
        let bound = bind(query.algebra.clone(), &variable, term).map_err(|why| {
            let message = format!("the parameter `{name}` cannot be used: {why}");
            Error::invalid(Finding::error(codes::UNKNOWN_PARAMETER, message))
        })?;
        // A `?name` in a comment or a string is not a variable.
        if bound == query.algebra {
            let message = format!("the query has no variable `?{name}`");
            return Err(Error::invalid(Finding::error(codes::UNKNOWN_PARAMETER, message)));
        }
        query.algebra = bound;
    }
    Ok(PreparedQuery { query, bindings, warnings })
}

/// Why there are no stored questions.
pub const NO_QUESTIONS: &str =
    "the stored questions are in civigraph's vocabulary, which the data do not use; ask in SPARQL";

/// Whether a view that can be drawn has this name: its rows can be asked for too.
fn is_view(name: &str) -> bool {
    stored_views().iter().any(|(view, _)| view == name)
}

/// The text of the stored question or of the view with this name.
///
/// # Errors
///
/// Those of [`stored`].
pub fn text_of(graph: &Graph, questions: &Questions, name: &str) -> Result<String> {
    match questions.get(name) {
        None if is_view(name) => Ok(network::view(graph, name)?.text),
        _ => Ok(stored(questions, name)?.query.text.clone()),
    }
}

/// The stored question with this name.
///
/// # Errors
///
/// `unknown-question`, with the closest name.
pub fn stored<'a>(questions: &'a Questions, name: &str) -> Result<&'a Question> {
    questions.get(name).ok_or_else(|| {
        let views = stored_views();
        let names = questions.names().chain(views.iter().map(|(view, _)| view.as_str()));
        let hint = match closest(name, names) {
            Some(found) => format!("did you mean `{found}`?"),
            None if questions.names().next().is_none() => NO_QUESTIONS.to_owned(),
            None => "`civigraph query --list` shows the stored questions".to_owned(),
        };
        let message = format!("there is no stored question `{name}`");
        Error::invalid(Finding::error(codes::UNKNOWN_QUESTION, message).hint(hint))
    })
}

fn read_query(graph: &Graph, questions: &Questions, text: &str) -> Result<Query> {
    let parse = |file: &str, text: &str| Query::parse(file, text, &graph.prefixes).map_err(Error::invalid);
    if text == "-" {
        let bytes = file::standard_input("the query", u64::MAX).map_err(Error::io(Action::Read, "-"))?.to_vec();
        let content = utf8("-", bytes).map_err(Error::invalid)?;
        return parse("-", content.strip_prefix('\u{feff}').unwrap_or(&content));
    }
    let looks_like_text = text.contains(['{', '\n']) || text.trim().contains(' ') && !Path::new(text).exists();
    if looks_like_text {
        return parse("query", text);
    }
    let path = Path::new(text);
    let is_file_name = path.extension().is_some_and(|ending| ending == "rq" || ending == "sparql");
    if !is_file_name && !path.is_file() && !file::is_pipe(path) {
        stored(questions, text)?;
    }
    if is_rdf_name(path) {
        let message = format!("`{text}` is an RDF file, not a query");
        let hint = format!("query it with `civigraph query --data {text} 'SELECT …'`");
        return Err(Error::invalid(Finding::error(codes::SPARQL_SYNTAX, message).hint(hint)));
    }
    let bytes = file::read(path).map_err(Error::io(Action::Read, path))?;
    let content = utf8(text, bytes).map_err(Error::invalid)?;
    parse(text, content.strip_prefix('\u{feff}').unwrap_or(&content))
}

/// The labels of the IRIs in rows, in the first of `languages` that has one, otherwise in another language. What has
/// no label is not in the answer.
pub fn labels(graph: &Graph, rows: &Rows, languages: &[String]) -> Result<BTreeMap<String, String>> {
    let mut labels = BTreeMap::new();
    for term in rows.rows.iter().flatten().flatten() {
        let Term::NamedNode(node) = term else { continue };
        if labels.contains_key(node.as_str()) {
            continue;
        }
        if let Some(label) = graph.any_label(node.as_ref(), languages)? {
            labels.insert(node.as_str().to_owned(), label);
        }
    }
    Ok(labels)
}

/// Reads a question like [`read_in`], within a time limit: a text of a few lines can take hours to
/// parse.
///
/// # Errors
///
/// Those of [`read_in`] and [`limited`].
pub fn read_within(
    knowledge: (&Graph, &Questions),
    text: &str,
    parameters: &[String],
    languages: &[String],
    limit: Option<Duration>,
) -> Result<PreparedQuery> {
    let (graph, questions) = (knowledge.0.clone(), knowledge.1.clone());
    let (text, parameters, languages) = (text.to_owned(), parameters.to_vec(), languages.to_vec());
    limited(limit, move || read_in(&graph, &questions, &text, &parameters, &languages))
}

/// Evaluates a query, within a time limit.
///
/// # Errors
///
/// Those of [`collect`] and [`limited`].
pub fn answer(graph: Graph, query: Query, limit: Option<Duration>) -> Result<Answer> {
    limited(limit, move || {
        let answer = collect(&graph, &query);
        leak(graph);
        answer
    })
}

/// Evaluates a query, within a time limit, and tells how.
///
/// # Errors
///
/// Those of [`sparql::explain`](crate::sparql::explain) and [`limited`].
pub fn explain(graph: Graph, query: Query, limit: Option<Duration>) -> Result<Vec<PlannedStep>> {
    limited(limit, move || {
        let steps = crate::sparql::explain(&graph, &query);
        leak(graph);
        steps
    })
}

/// Does what a query asks for, within a time limit and the memory limit of the process.
///
/// # Errors
///
/// Those of `work`; `query-timeout`, `query-memory`.
pub fn limited<T: Send + 'static>(
    limit: Option<Duration>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    within(limit, work)?.unwrap_or_else(|given_up| {
        Err(Error::invalid(match given_up {
            GivenUp::TimedOut => {
                let limit = humantime::format_duration(limit.unwrap_or_default());
                let hint =
                    "allow more with `--timeout 10m` or `--timeout none`; look for patterns that share no variable";
                let message = format!("the query took longer than {limit}");
                Finding::error(codes::QUERY_TIMEOUT, message).hint(hint.to_owned())
            }
            GivenUp::OutOfMemory => {
                let message = format!("the query needs more than {} of memory", memory_shown());
                let hint = "allow more with `--memory 20G`; look for patterns that share no variable";
                Finding::error(codes::QUERY_MEMORY, message).hint(hint.to_owned())
            }
            GivenUp::BrokeOff => Finding::error(codes::SPARQL_EVALUATION, "internal error while evaluating the query"),
        }))
    })
}

/// Evaluates a query and collects its answer, without a time limit.
pub fn collect(graph: &Graph, query: &Query) -> Result<Answer> {
    collect_at_most(graph, query, u64::MAX)
}

/// Like [`collect`], for an answer of so many rows or triples at most.
///
/// # Errors
///
/// Those of [`collect`]; `query-rows` if there are more.
pub fn collect_at_most(graph: &Graph, query: &Query, most: u64) -> Result<Answer> {
    let full = |n: usize, what: &str| {
        if (n as u64) < most {
            return Ok(());
        }
        let message = format!("the answer has more than {} {what}", group_digits(&most.to_string()));
        let hint = "ask for fewer with `LIMIT`, or for parts with `ORDER BY`, `LIMIT` and `OFFSET`".to_owned();
        Err(Error::invalid(Finding::error(codes::QUERY_ROWS, message).hint(hint)))
    };
    let failed = |error| evaluation_error(query, &error);
    Ok(match evaluate(graph, query)? {
        QueryResults::Boolean(answer) => Answer::Boolean(answer),
        QueryResults::Solutions(solutions) => {
            let variables = solutions.variables().to_vec();
            let mut rows = Vec::new();
            for solution in solutions {
                full(rows.len(), "rows")?;
                rows.push(solution.map_err(failed)?.values().to_vec());
            }
            Answer::Rows(in_order(variables, rows, query.is_ordered()))
        }
        QueryResults::Graph(triples) => {
            let mut quads = Vec::new();
            for triple in triples {
                full(quads.len(), "triples")?;
                quads.push(triple.map_err(failed)?.in_graph(oxigraph::model::GraphName::DefaultGraph));
            }
            Answer::Triples(quads)
        }
    })
}

/// The answer to a query that is [short](ShortQueries), with the bytes that it has otherwise.
///
/// If the graph is mapped from a snapshot that is damaged, this throws `damaged-snapshot`.
pub fn short_answer(queries: &ShortQueries, text: &str) -> Option<Answer> {
    Some(match queries.answer(text)? {
        ShortAnswer::Boolean(answer) => Answer::Boolean(answer),
        ShortAnswer::Rows(variables, rows) => Answer::Rows(in_order(variables, rows, false)),
    })
}

fn in_order(variables: Vec<Variable>, mut rows: Vec<Vec<Option<Term>>>, is_ordered: bool) -> Rows {
    if !is_ordered {
        rows.sort_by_cached_key(|row| row.iter().map(sort_key).collect::<Vec<_>>());
    }
    name_blank_nodes(&mut rows);
    Rows { variables, rows }
}

/// The sort key of a term in rows without an order: equal graphs give equal answers, in whatever
/// order a store keeps them.
fn sort_key(term: &Option<Term>) -> (u8, String) {
    match term {
        None => (0, String::new()),
        // The store's labels of blank nodes are new each time.
        Some(Term::BlankNode(_)) => (1, String::new()),
        Some(Term::NamedNode(node)) => (2, node.as_str().to_owned()),
        Some(other) => (3, other.to_string()),
    }
}

/// Labels blank nodes in the order in which they appear.
fn name_blank_nodes(rows: &mut [Vec<Option<Term>>]) {
    let mut names: BTreeMap<String, BlankNode> = BTreeMap::new();
    for term in rows.iter_mut().flatten().flatten() {
        if let Term::BlankNode(node) = term {
            let next = BlankNode::new_unchecked(format!("b{}", names.len()));
            *node = names.entry(node.as_str().to_owned()).or_insert(next).clone();
        }
    }
}
