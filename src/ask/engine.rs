//! A question that an engine answers.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{GraphName, NamedNode, Term};

use super::{Answer, PreparedQuery, in_order};
use crate::error::{Error, Result};
use crate::export::Rows;
use crate::finding::{Finding, codes};
use crate::graph::{Layer, Prefixes};
use crate::remote::{Engine, EngineGraph, FetchLimit, SentText, Solutions};
use crate::vocab::named_graph;

/// The answer of an engine to a question, over the union of its named graphs. Rows without an order
/// are sorted as ours are.
///
/// # Errors
///
/// Those of a request; `engine-refused` at its place in the query if the engine tells one.
pub fn engine_answer(engine: &Engine, asked: &PreparedQuery, prefixes: &Prefixes) -> Result<Answer> {
    let query = &asked.query;
    let mut dataset = engine.dataset()?;
    if query.sees_sources_alone {
        let is_source = |name: &NamedNode| {
            name.as_ref() != named_graph::DATASET && Layer::of(name.as_ref().into()) == Layer::Source
        };
        dataset = dataset.only(engine, is_source)?;
    }
    if dataset.is_isolated && !query.names_graphs() && !query.text.to_ascii_uppercase().contains("GRAPH") {
        let message = format!("`{}` sees only what is in no named graph, and cannot be told otherwise", engine.address);
        let hint = "write `GRAPH ?g { … }` in the query".to_owned();
        return Err(Error::invalid(Finding::error(codes::ENGINE_REFUSED, message).hint(hint)));
    }
    let portable = query.portable(prefixes, &asked.bindings, dataset.clauses());
    let written = portable.has_its_lines.then(|| query.text.clone());
    let sent = SentText { text: portable.text, file: query.file.clone(), written, n_added: portable.n_added };
    Ok(match &query.algebra {
        spargebra::Query::Select { .. } => {
            let Solutions { variables, rows } = engine.rows(&sent, &dataset)?;
            Answer::Rows(in_order(variables, rows, query.is_ordered()))
        }
        spargebra::Query::Ask { .. } => Answer::Boolean(engine.yes_or_no(&sent, &dataset)?),
        spargebra::Query::Construct { .. } | spargebra::Query::Describe { .. } => {
            let triples = engine.triples(&sent, &dataset)?;
            Answer::Triples(triples.into_iter().map(|triple| triple.in_graph(GraphName::DefaultGraph)).collect())
        }
    })
}

/// The warning that an engine changes the letters of constants which a query has.
pub fn engine_warning(engine: &Engine, asked: &PreparedQuery) -> Option<Finding> {
    let is_wide = |text: &str| text.chars().any(|c| c > '\u{FF}');
    let is_changed = engine.profile.keeps_constants == Some(false)
        && (is_wide(&asked.query.algebra.to_string())
            || asked.bindings.iter().any(|(_, term)| matches!(term, Term::Literal(text) if is_wide(text.value()))));
    is_changed.then(|| {
        let message = format!(
            "`{}` makes `?` of letters outside Latin-1 in the constants of a query, such as separators",
            engine.address
        );
        let hint = "take the graph from it with `civigraph export --store URL --with inferred -o graph.trig` and ask it with `--data`"
            .to_owned();
        Finding::warning(codes::ENGINE_CONSTANTS, message).hint(hint)
    })
}

/// The labels of the IRIs in rows, as [`labels`](super::labels) has them, fetched from an engine.
///
/// # Errors
///
/// Those of a request.
pub fn engine_labels(engine: &Engine, rows: &Rows, languages: &[String]) -> Result<BTreeMap<String, String>> {
    let nodes: BTreeSet<NamedNode> = rows
        .rows
        .iter()
        .flatten()
        .filter_map(|term| match term {
            Some(Term::NamedNode(node)) => Some(node.clone()),
            _ => None,
        })
        .collect();
    let mut fetched = EngineGraph::new(engine, FetchLimit::default());
    fetched.labels_of(&nodes)?;
    super::labels(&fetched.builder.freeze(), rows, languages)
}
