//! A question that an engine answers.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{GraphName, NamedNode, Term, Variable};

use super::{Answer, PreparedQuery, in_order};
use crate::error::{Error, Result};
use crate::export::Rows;
use crate::finding::{Finding, codes};
use crate::graph::{Layer, Prefixes};
use crate::remote::{Engine, EngineDataset, EngineGraph, FetchLimit, SentText, Solutions};
use crate::vocab::named_graph;

/// The answer of an engine to a question, over the union of its named graphs. Rows without an order
/// are sorted as ours are.
///
/// # Errors
///
/// Those of a request; `engine-refused` at its place in the query if the engine tells one.
pub fn engine_answer(engine: &Engine, asked: &PreparedQuery, prefixes: &Prefixes) -> Result<Answer> {
    let (sent, dataset) = sent(engine, asked, prefixes)?;
    Ok(match &asked.query.algebra {
        spargebra::Query::Select { .. } => {
            let Solutions { variables, rows } = arranged(engine.rows(&sent, &dataset)?, asked.query.columns());
            Answer::Rows(in_order(variables, rows, asked.query.is_ordered()))
        }
        spargebra::Query::Ask { .. } => Answer::Boolean(engine.yes_or_no(&sent, &dataset)?),
        spargebra::Query::Construct { .. } | spargebra::Query::Describe { .. } => {
            let triples = engine.triples(&sent, &dataset)?;
            Answer::Triples(triples.into_iter().map(|triple| triple.in_graph(GraphName::DefaultGraph)).collect())
        }
    })
}

/// What an engine would be sent for a question, as a query with comments before it: over which graphs, and what is not
/// known here.
///
/// # Errors
///
/// Those of a request: which graphs there are is asked for.
pub fn engine_text(engine: &Engine, asked: &PreparedQuery, prefixes: &Prefixes) -> Result<String> {
    let (sent, dataset) = sent(engine, asked, prefixes)?;
    let mut text = format!(
        "# What {} is sent. How it evaluates this, and how many rows its steps have, is not known here.\n",
        engine.address
    );
    if !dataset.clauses().is_empty() {
        text.push_str("# Over the graphs after FROM.\n");
    } else if dataset.named().is_empty() {
        text.push_str("# Over the default graph that the engine has.\n");
    } else {
        text.push_str("# Over these graphs, which are parameters of the request:\n");
        dataset.named().iter().for_each(|name| text.push_str(&format!("#   {name}\n")));
    }
    Ok(format!("{text}{}\n", sent.text.trim_end()))
}

/// Rows with their columns in the order of the query, which `SELECT *` leaves open; some engines name no columns if
/// there are no rows.
fn arranged(found: Solutions, columns: &[Variable]) -> Solutions {
    let places: Option<Vec<usize>> =
        columns.iter().map(|column| found.variables.iter().position(|known| known == column)).collect();
    let places = places.filter(|places| places.len() == found.variables.len());
    match places {
        Some(places) => {
            let rows = found.rows.iter().map(|row| places.iter().map(|at| row.get(*at).cloned().flatten()).collect());
            Solutions { rows: rows.collect(), variables: columns.to_vec() }
        }
        None if found.rows.is_empty() && found.variables.is_empty() => {
            Solutions { variables: columns.to_vec(), ..found }
        }
        None => found,
    }
}

/// The text that an engine is sent for a question, and the graphs that it sees.
fn sent(engine: &Engine, asked: &PreparedQuery, prefixes: &Prefixes) -> Result<(SentText, EngineDataset)> {
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
    Ok((sent, dataset))
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
