//! SPARQL 1.1 queries: parsing with places, parameters, evaluation.
//!
//! This is the single entry point to evaluation: stored questions, rules, views and checks all
//! use [`evaluate`], so that another kind of store needs changes in one place only. The evaluator
//! is spareval's; before it, `mend` rewrites what it gets wrong, and `plan` orders joins and counts
//! groups.

mod algebra;
mod dataset;
mod depth;
mod front_matter;
mod languages;
mod lint;
mod mend;
mod parameters;
mod plan;
mod portable;
mod pre_binding;
mod question;
mod short;
mod slips;
mod star;
mod syntax;
mod words;

use oxigraph::sparql::{BoundPreparedSparqlQuery, QueryEvaluationError, QueryResults, SparqlEvaluator};
use spargebra::SparqlParser;

pub use front_matter::{FrontMatter, front_matter};
pub use lint::{OF_DATA, has_its_terms, lint};
pub use parameters::bind;
pub use plan::PlannedStep;
pub use portable::PortableText;
pub use pre_binding::{BoundRow, PreBound};
pub use question::{AnswerShape, Parameter, ParameterType, Question, Questions};
pub use short::{ShortAnswer, ShortQueries};

use crate::error::{Action, Error, Result};
use crate::finding::{Finding, Place, codes};
use crate::graph::{Graph, Prefixes};
use crate::work;
use dataset::Dataset;
use depth::refuse_deep;

/// A parsed query, with its text for findings about it.
#[derive(Debug, Clone)]
pub struct Query {
    /// The name of its file; `query` for text given as an argument, `-` for standard input.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Its algebra.
    pub algebra: spargebra::Query,
    /// How it is evaluated.
    pub evaluator: Evaluator,
    /// Whether it sees what the sources say alone: no vocabulary, no inferences.
    pub sees_sources_alone: bool,
}

/// How a query is evaluated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Evaluator {
    /// With a plan: joins in an order by real counts, groups counted over numbers.
    #[default]
    Planned,
    /// By the evaluator alone, to compare with.
    Plain,
}

impl Query {
    /// Parses a query; `prefixes` need not be declared in it.
    ///
    /// # Errors
    ///
    /// `sparql-syntax` at the place where the text is no longer a query.
    pub fn parse(file: &str, text: &str, prefixes: &Prefixes) -> Result<Self, Finding> {
        refuse_deep(file, text)?;
        let mut parser = SparqlParser::new();
        // A name may be written with escapes of its characters; otherwise a prefix without its colon is not used.
        let is_escaped = text.contains("\\u") || text.contains("\\U");
        let is_used = |name: &str| is_escaped || text.contains(&format!("{name}:"));
        for (name, namespace) in prefixes.iter().filter(|(name, _)| is_used(name)) {
            // A declared prefix must be an absolute IRI; a query could not use any other.
            if oxiri::Iri::parse(namespace).is_ok() {
                parser = parser
                    .with_prefix(name, namespace)
                    .map_err(|error| Finding::error(codes::BAD_IRI, format!("`{namespace}` is not an IRI: {error}")))?;
            }
        }
        match parser.clone().parse_query(text) {
            Ok(mut algebra) => {
                star::in_order_of_text(&mut algebra, text);
                let (file, text) = (file.to_owned(), text.to_owned());
                Ok(Self { file, text, algebra, evaluator: Evaluator::default(), sees_sources_alone: false })
            }
            Err(error) => {
                let parse = |text: &str| parser.clone().parse_query(text).err().map(|error| error.to_string());
                Err(syntax::finding(file, text, prefixes, &error.to_string(), &parse))
            }
        }
    }
}

impl Query {
    /// Whether the query orders its rows.
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

/// Evaluates a query over the union of all named graphs, unless it names a
/// dataset itself. `SERVICE` is refused: oxigraph is built without its HTTP client.
///
/// # Errors
///
/// `sparql-evaluation` if the evaluator refuses the query; `service-refused` for `SERVICE`.
pub fn evaluate(graph: &Graph, query: &Query) -> Result<QueryResults<'static>> {
    evaluate_with(SparqlEvaluator::new(), graph, query)
}

/// Like [`evaluate`], with an evaluator that has custom functions.
fn evaluate_with(evaluator: SparqlEvaluator, graph: &Graph, query: &Query) -> Result<QueryResults<'static>> {
    let (prepared, _) = prepare(evaluator, graph, query).map_err(|error| evaluation_error(query, &error))?;
    prepared.execute().map_err(|error| evaluation_error(query, &error))
}

/// Evaluates a query, and tells how: the steps with the rows expected and found after each. The
/// outermost comes first; the patterns of a join are in the order in which they are found.
///
/// # Errors
///
/// Those of [`evaluate`].
pub fn explain(graph: &Graph, query: &Query) -> Result<Vec<PlannedStep>> {
    let failed = |error| evaluation_error(query, &error);
    let (prepared, plan) = prepare(SparqlEvaluator::new(), graph, query).map_err(failed)?;
    let (results, explanation) = prepared.compute_statistics().explain();
    match results.map_err(failed)? {
        QueryResults::Boolean(_) => {}
        QueryResults::Solutions(solutions) => {
            for solution in solutions {
                solution.map_err(failed)?;
            }
        }
        QueryResults::Graph(triples) => {
            for triple in triples {
                triple.map_err(failed)?;
            }
        }
    }
    let mut json = Vec::new();
    let written = explanation.write_in_json(&mut json).map_err(Error::io(Action::Write, "the explanation"));
    written?;
    let explained = serde_json::from_slice(&json).unwrap_or_default();
    Ok(plan.steps(&explained, &graph.prefixes))
}

/// A query that is ready to be executed.
type Ready = BoundPreparedSparqlQuery<'static, Dataset>;

fn prepare(
    mut evaluator: SparqlEvaluator,
    graph: &Graph,
    query: &Query,
) -> Result<(Ready, plan::QueryPlan), QueryEvaluationError> {
    if let Some(token) = work::token() {
        evaluator = evaluator.with_cancellation_token(token);
    }
    let sources = query.sees_sources_alone.then(|| graph.sources_alone());
    let graph = sources.as_ref().unwrap_or(graph);
    let dataset = Dataset::new(graph);
    let mut algebra = query.algebra.clone();
    mend::mend(&mut algebra, graph);
    let plan = match query.evaluator {
        Evaluator::Planned => plan::plan(&mut algebra, graph, &dataset)?,
        Evaluator::Plain => plan::QueryPlan::default(),
    };
    Ok((evaluator.for_query(algebra).on_queryable_dataset(dataset), plan))
}

/// The error for a failed evaluation.
pub fn evaluation_error(query: &Query, error: &QueryEvaluationError) -> Error {
    let finding = match error {
        QueryEvaluationError::UnsupportedService(name) => {
            let at = query.text.to_ascii_uppercase().find("SERVICE");
            let place = at.map(|at| Place::in_text(&query.file, &query.text, at, at + 7));
            Finding::error(
                codes::SERVICE_REFUSED,
                format!("the query calls the service {name}, but no network is used"),
            )
            .at(place)
            .hint("remove `SERVICE`, or load the other data into the pack".to_owned())
        }
        error => Finding::error(codes::SPARQL_EVALUATION, error.to_string()),
    };
    Error::invalid(finding)
}
