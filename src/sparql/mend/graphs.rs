//! `GRAPH ?g` is the union, over all named graphs, of what is inside it evaluated in that graph
//! (SPARQL 1.1, section 18.6). The evaluator evaluates it once with `?g` as a variable of each
//! pattern, which is not the same if there are subqueries, `OPTIONAL`, `MINUS`, `VALUES`,
//! `EXISTS`, paths of length zero, or expressions that mention `?g`.

use oxigraph::model::{GraphName, NamedNode, Variable};
use spargebra::algebra::{GraphPattern, QueryDataset};
use spargebra::term::{GroundTerm, NamedNodePattern};

use super::paths::may_be_empty;
use super::pattern_of;
use crate::graph::Graph;
use crate::sparql::algebra::{each, inner_patterns, mentioned_by};

/// In how many graphs such a pattern is evaluated one by one; with more it is left as it is.
const MOST_GRAPHS: usize = 1_000;

/// Replaces such patterns by unions.
pub(super) fn name_each(query: &mut spargebra::Query, graph: &Graph) {
    let mut has_any = false;
    each(pattern_of(query), &mut |pattern| has_any |= is_affected(pattern));
    if !has_any {
        return;
    }
    let Some(names) = names(query.dataset(), graph) else { return };
    each(pattern_of(query), &mut |pattern| {
        if is_affected(pattern)
            && let GraphPattern::Graph { name: NamedNodePattern::Variable(variable), inner } = pattern
        {
            *pattern = union(variable, inner, &names);
        }
    });
}

/// The names of the graphs that `?g` may be; `None` if they cannot be written in a query.
fn names(dataset: Option<&QueryDataset>, graph: &Graph) -> Option<Vec<NamedNode>> {
    if let Some(named) = dataset.and_then(|dataset| dataset.named.as_ref()) {
        return Some(named.clone());
    }
    if dataset.is_some() {
        return None;
    }
    let named = graph.named_graphs().into_iter().map(|(name, _)| match name {
        GraphName::NamedNode(name) => Some(name),
        _ => None,
    });
    named.collect::<Option<Vec<NamedNode>>>().filter(|names| names.len() <= MOST_GRAPHS)
}

/// Whether a pattern is a `GRAPH ?g` that the evaluator gets wrong.
fn is_affected(pattern: &mut GraphPattern) -> bool {
    let GraphPattern::Graph { name: NamedNodePattern::Variable(variable), inner } = pattern else { return false };
    let variable = variable.clone();
    is_hard(inner, &variable)
}

fn is_hard(pattern: &mut GraphPattern, name: &Variable) -> bool {
    let is_hard_itself = match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Join { .. } | GraphPattern::Union { .. } => false,
        GraphPattern::Path { path, .. } => may_be_empty(path),
        GraphPattern::Filter { expr: expression, .. } | GraphPattern::Extend { expression, .. } => {
            mentioned_by(expression).contains(name)
        }
        // Graphs inside are not those of `?g`.
        GraphPattern::Graph { .. } => return false,
        _ => true,
    };
    let has_exists = matches!(pattern, GraphPattern::Filter { .. } | GraphPattern::Extend { .. })
        && inner_patterns(pattern).len() > 1;
    is_hard_itself || has_exists || inner_patterns(pattern).into_iter().any(|inner| is_hard(inner, name))
}

fn union(variable: &Variable, inner: &GraphPattern, names: &[NamedNode]) -> GraphPattern {
    match names {
        [] => GraphPattern::Values { variables: vec![variable.clone()], bindings: Vec::new() },
        [name] => {
            let bindings = vec![vec![Some(GroundTerm::NamedNode(name.clone()))]];
            let values = GraphPattern::Values { variables: vec![variable.clone()], bindings };
            let name = NamedNodePattern::NamedNode(name.clone());
            let inner = GraphPattern::Graph { name, inner: Box::new(inner.clone()) };
            GraphPattern::Join { left: Box::new(values), right: Box::new(inner) }
        }
        names => {
            let (left, right) = names.split_at(names.len() / 2);
            GraphPattern::Union {
                left: Box::new(union(variable, inner, left)),
                right: Box::new(union(variable, inner, right)),
            }
        }
    }
}
