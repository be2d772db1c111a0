//! Whether a graph has something for the patterns of a query, as far as the terms in them say. A union needs one
//! of its sides, an optional part nothing.

use std::collections::BTreeMap;

use oxigraph::model::{Term, Variable};
use spargebra::algebra::{GraphPattern, PropertyPathExpression};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use super::super::Query;
use crate::graph::Graph;

/// The constants that a variable can have, by VALUES.
type ValuesOfVariables = BTreeMap<Variable, Vec<Term>>;

/// Whether a graph has something for each pattern that a query requires.
pub fn has_its_terms(query: &Query, graph: &Graph) -> bool {
    let (spargebra::Query::Select { pattern, .. }
    | spargebra::Query::Construct { pattern, .. }
    | spargebra::Query::Describe { pattern, .. }
    | spargebra::Query::Ask { pattern, .. }) = &query.algebra;
    has(pattern, graph, &ValuesOfVariables::new())
}

fn has(pattern: &GraphPattern, graph: &Graph, constants: &ValuesOfVariables) -> bool {
    match pattern {
        GraphPattern::Bgp { patterns } => patterns.iter().all(|triple| has_triple(triple, graph, constants)),
        GraphPattern::Path { path, .. } => has_path(path, graph),
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
            let mut constants = constants.clone();
            gather(left, &mut constants);
            gather(right, &mut constants);
            has(left, graph, &constants) && has(right, graph, &constants)
        }
        GraphPattern::Union { left, right } => has(left, graph, constants) || has(right, graph, constants),
        GraphPattern::LeftJoin { left, .. } | GraphPattern::Minus { left, .. } => has(left, graph, constants),
        GraphPattern::Filter { inner, .. }
        | GraphPattern::Graph { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::OrderBy { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Group { inner, .. } => has(inner, graph, constants),
        GraphPattern::Values { .. } | GraphPattern::Service { .. } => true,
    }
}

/// The constants of VALUES that are joined with what stands beside them.
fn gather(pattern: &GraphPattern, constants: &mut ValuesOfVariables) {
    match pattern {
        GraphPattern::Join { left, right } => {
            gather(left, constants);
            gather(right, constants);
        }
        GraphPattern::Values { variables, bindings } => {
            for (at, variable) in variables.iter().enumerate() {
                let values: Option<Vec<Term>> = bindings
                    .iter()
                    .map(|row| match row.get(at) {
                        Some(Some(GroundTerm::NamedNode(node))) => Some(node.clone().into()),
                        _ => None,
                    })
                    .collect();
                constants.extend(values.map(|values| (variable.clone(), values)));
            }
        }
        _ => {}
    }
}

fn has_triple(triple: &TriplePattern, graph: &Graph, constants: &ValuesOfVariables) -> bool {
    let predicates: Vec<Option<Term>> = match &triple.predicate {
        NamedNodePattern::NamedNode(node) => vec![Some(node.clone().into())],
        NamedNodePattern::Variable(variable) => some_of(variable, constants),
    };
    let objects: Vec<Option<Term>> = match &triple.object {
        TermPattern::NamedNode(node) => vec![Some(node.clone().into())],
        TermPattern::Variable(variable) => some_of(variable, constants),
        _ => vec![None],
    };
    predicates.iter().any(|predicate| {
        let predicate = match predicate {
            Some(Term::NamedNode(node)) => Some(node.as_ref()),
            _ => None,
        };
        objects
            .iter()
            .any(|object| graph.matching(None, predicate, object.as_ref().map(Term::as_ref), None).next().is_some())
    })
}

fn some_of(variable: &Variable, constants: &ValuesOfVariables) -> Vec<Option<Term>> {
    constants.get(variable).map_or_else(|| vec![None], |values| values.iter().cloned().map(Some).collect())
}

fn has_path(path: &PropertyPathExpression, graph: &Graph) -> bool {
    match path {
        PropertyPathExpression::NamedNode(node) => {
            graph.matching(None, Some(node.as_ref()), None, None).next().is_some()
        }
        PropertyPathExpression::Reverse(inner) | PropertyPathExpression::OneOrMore(inner) => has_path(inner, graph),
        PropertyPathExpression::Sequence(first, second) => has_path(first, graph) && has_path(second, graph),
        PropertyPathExpression::Alternative(first, second) => has_path(first, graph) || has_path(second, graph),
        PropertyPathExpression::ZeroOrMore(_)
        | PropertyPathExpression::ZeroOrOne(_)
        | PropertyPathExpression::NegatedPropertySet(_) => true,
    }
}
