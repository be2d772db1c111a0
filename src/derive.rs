//! What follows from what is stated: CONSTRUCT rules, run until nothing new
//! comes out. Each rule writes to a named graph of its own, so that every
//! derived triple names the rule that made it, and never a triple that is
//! already there.

use oxigraph::model::{NamedNode, Quad};
use oxigraph::sparql::QueryResults;
use spargebra::term::TermPattern;

use crate::diagnostic::{Diagnostic, Place};
use crate::error::{Error, Result};
use crate::graph::{Graph, Prefixes};
use crate::sparql::{Query, evaluate, evaluation_error};
use crate::vocab::named_graph;

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name: the file's without the ending.
    pub name: String,
    query: Query,
}

/// How many triples a rule made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Yield {
    /// The rule's name.
    pub rule: String,
    /// Triples it made that were not there.
    pub n_triples: usize,
}

/// Rules feed each other; more rounds than this means that one never ends.
const MOST_ROUNDS: usize = 1_000;

const NEW_NODES: &str = "a rule must not make blank nodes, as it would never end";

impl Rule {
    /// Reads a rule from its file.
    ///
    /// # Errors
    ///
    /// What is not a CONSTRUCT, or makes blank nodes (it would never end).
    pub fn read(file: &str, text: &str) -> Result<Self, Diagnostic> {
        let query = Query::parse(file, text, &Prefixes::default())?;
        let fault = match &query.algebra {
            spargebra::Query::Construct { template, .. } => template
                .iter()
                .any(|triple| {
                    [&triple.subject, &triple.object].iter().any(|term| matches!(term, TermPattern::BlankNode(_)))
                })
                .then_some(NEW_NODES)
                .or_else(|| text.to_ascii_uppercase().contains("BNODE").then_some(NEW_NODES)),
            _ => Some("a rule is a CONSTRUCT query"),
        };
        if let Some(fault) = fault {
            return Err(Diagnostic::error("bad-rule", fault).at(Place::at(file, text, 1, 1, 1)));
        }
        let name = file.rsplit('/').next().unwrap_or(file);
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        Ok(Self { name: name.to_owned(), query })
    }
}

/// Runs the rules over the graph until a round adds nothing.
pub fn derive(graph: &Graph, rules: &[Rule]) -> Result<Vec<Yield>> {
    let mut yields: Vec<Yield> = rules.iter().map(|rule| Yield { rule: rule.name.clone(), n_triples: 0 }).collect();
    for _ in 0..MOST_ROUNDS {
        let mut n_new = 0;
        for (rule, made) in rules.iter().zip(&mut yields) {
            let n_triples = run(graph, rule)?;
            made.n_triples += n_triples;
            n_new += n_triples;
        }
        if n_new == 0 {
            return Ok(yields);
        }
    }
    let message = format!("the rules still make new triples after {MOST_ROUNDS} rounds");
    Err(Error::invalid(Diagnostic::error("bad-rule", message)))
}

fn run(graph: &Graph, rule: &Rule) -> Result<usize> {
    let target = NamedNode::new_unchecked(format!("{}{}", named_graph::RULE, rule.name));
    let QueryResults::Graph(triples) = evaluate(graph, &rule.query)? else { return Ok(0) };
    let mut new = Vec::new();
    for triple in triples {
        let triple = triple.map_err(|error| evaluation_error(&rule.query, &error))?;
        let mut there = graph.matching(
            Some(triple.subject.as_ref()),
            Some(triple.predicate.as_ref()),
            Some(triple.object.as_ref()),
            None,
        );
        if there.next().transpose()?.is_none() {
            new.push(Quad::new(triple.subject, triple.predicate, triple.object, target.clone()));
        }
    }
    // Solutions may repeat a triple; it is one.
    new.sort_by_cached_key(Quad::to_string);
    new.dedup();
    let n_new = new.len();
    graph.extend(new)?;
    Ok(n_new)
}
