//! Questions in SPARQL 1.1: parsing with places, parameters, evaluation.
//!
//! This is the one door to evaluation: stored questions, rules, views and
//! checks all come through [`evaluate`], so that a store of another kind needs
//! to be known in one place.

mod front_matter;
mod frozen;
mod lint;
mod parameters;
mod pre_binding;
mod question;
mod slips;
mod syntax;
mod words;

use oxigraph::sparql::{PreparedSparqlQuery, QueryEvaluationError, QueryResults, SparqlEvaluator};
use spargebra::SparqlParser;

pub use front_matter::{FrontMatter, front_matter};
pub use lint::{OF_DATA, lint};
pub use parameters::bind;
pub use pre_binding::{BoundRow, PreBound};
pub use question::{AnswerShape, Parameter, ParameterType, Question, Questions};

use crate::error::{Error, Result};
use crate::finding::{Finding, Place, codes};
use crate::graph::{Frozen, Graph, Prefixes};
use crate::work;

/// A query that was parsed, with its text for findings about it.
#[derive(Debug, Clone)]
pub struct Query {
    /// The name of its file; `query` for text given as an argument, `-` for standard input.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Its algebra.
    pub algebra: spargebra::Query,
}

impl Query {
    /// Parses a query; `prefixes` need not be declared in it.
    ///
    /// # Errors
    ///
    /// `sparql-syntax` at the place where the text stops being a query.
    pub fn parse(file: &str, text: &str, prefixes: &Prefixes) -> Result<Self, Finding> {
        nesting(file, text)?;
        let mut parser = SparqlParser::new();
        for (name, namespace) in prefixes.iter() {
            // A declared prefix is an absolute IRI; one that is not is of no use to a query.
            if oxiri::Iri::parse(namespace).is_ok() {
                parser = parser
                    .with_prefix(name, namespace)
                    .map_err(|error| Finding::error(codes::BAD_IRI, format!("`{namespace}` is not an IRI: {error}")))?;
            }
        }
        match parser.clone().parse_query(text) {
            Ok(algebra) => Ok(Self { file: file.to_owned(), text: text.to_owned(), algebra }),
            Err(error) => {
                let parse = |text: &str| parser.clone().parse_query(text).err().map(|error| error.to_string());
                Err(syntax::finding(file, text, prefixes, &error.to_string(), &parse))
            }
        }
    }
}

impl Query {
    /// Whether the rows of the query have an order of their own.
    pub fn is_ordered(&self) -> bool {
        use spargebra::algebra::GraphPattern as P;
        let spargebra::Query::Select { pattern, .. } = &self.algebra else { return false };
        let mut pattern = pattern;
        loop {
            pattern = match pattern {
                P::OrderBy { .. } => return true,
                P::Project { inner, .. } | P::Distinct { inner } | P::Reduced { inner } | P::Slice { inner, .. } => {
                    inner
                }
                _ => return false,
            };
        }
    }
}

/// Parsers and evaluators recurse: what nests deeper than anybody writes is refused.
fn nesting(file: &str, text: &str) -> Result<(), Finding> {
    const DEEPEST: usize = 200;
    let mut depth = 0_usize;
    let mut signs = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        signs = match byte {
            b'!' | b'-' | b'+' | b'^' => signs + 1,
            b' ' | b'\t' | b'\r' | b'\n' => signs,
            _ => 0,
        };
        if depth.max(signs) > DEEPEST {
            let message = format!("the query nests deeper than {DEEPEST} levels");
            let place = Place::in_text(file, text, at, at + 1);
            return Err(Finding::error(codes::SPARQL_SYNTAX, message).at(place));
        }
    }
    Ok(())
}

/// What queries can be asked of: the union of the named graphs of a store.
pub trait Queryable: Clone + Send + 'static {
    /// Evaluates a query that was made ready.
    ///
    /// # Errors
    ///
    /// Where the evaluator refuses.
    fn execute(&self, query: PreparedSparqlQuery) -> Result<QueryResults<'static>, QueryEvaluationError>;
}

impl Queryable for Graph {
    fn execute(&self, mut query: PreparedSparqlQuery) -> Result<QueryResults<'static>, QueryEvaluationError> {
        if query.dataset().is_default_dataset() && !self.has_union() {
            query.dataset_mut().set_default_graph_as_union();
        }
        query.on_store(self.store()).execute()
    }
}

impl Queryable for Frozen {
    fn execute(&self, query: PreparedSparqlQuery) -> Result<QueryResults<'static>, QueryEvaluationError> {
        query.on_queryable_dataset(frozen::Dataset(self.clone())).execute()
    }
}

/// Evaluates a query over the union of all named graphs, unless it names a
/// dataset itself. `SERVICE` is refused: oxigraph is built without its HTTP client.
///
/// # Errors
///
/// `sparql-evaluation` where the evaluator refuses, for example `SERVICE`.
pub fn evaluate(graph: &impl Queryable, query: &Query) -> Result<QueryResults<'static>> {
    evaluate_with(SparqlEvaluator::new(), graph, query)
}

/// Like [`evaluate`], with an evaluator that knows functions of ours.
fn evaluate_with(
    mut evaluator: SparqlEvaluator,
    graph: &impl Queryable,
    query: &Query,
) -> Result<QueryResults<'static>> {
    if let Some(token) = work::token() {
        evaluator = evaluator.with_cancellation_token(token);
    }
    let prepared = evaluator.for_query(query.algebra.clone());
    graph.execute(prepared).map_err(|error| evaluation_error(query, &error))
}

/// What went wrong while a query was evaluated.
pub fn evaluation_error(query: &Query, error: &QueryEvaluationError) -> Error {
    let finding = match error {
        QueryEvaluationError::UnsupportedService(name) => {
            let at = query.text.to_ascii_uppercase().find("SERVICE");
            let place = at.map(|at| Place::in_text(&query.file, &query.text, at, at + 7));
            Finding::error(codes::SERVICE_REFUSED, format!("the query asks the service {name}, and no network is used"))
                .at(place)
                .hint("remove `SERVICE`, or load the other data into the pack".to_owned())
        }
        error => Finding::error(codes::SPARQL_EVALUATION, error.to_string()),
    };
    Error::invalid(finding)
}
