//! Paths of length zero from a term that is no subject or object: `<x> p* ?o` has the solution that `?o`
//! is `<x>` (SPARQL 1.1, section 9.3), which the evaluator does not find.

use oxigraph::model::{GraphName, NamedNode, Term};
use spargebra::algebra::{GraphPattern, PropertyPathExpression as Path};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern};

use super::pattern_of;
use crate::graph::Graph;
use crate::sparql::algebra::inner_patterns;

/// The graphs in which a pattern is evaluated.
#[derive(Clone)]
enum GraphScope {
    /// The union of all named graphs.
    All,
    /// The union of these.
    Some(Vec<NamedNode>),
    /// Several, one after the other: each has solutions of its own.
    Each,
}

impl GraphScope {
    fn has_node(&self, graph: &Graph, term: &Term) -> bool {
        match self {
            Self::All => graph.find(term.as_ref()).is_some_and(|number| graph.is_node(number)),
            Self::Each => true,
            Self::Some(names) => names.iter().any(|name| {
                let name = GraphName::from(name.clone());
                let in_subject = match term {
                    Term::NamedNode(node) => {
                        graph.matching(Some(node.into()), None, None, Some(name.as_ref())).next().is_some()
                    }
                    _ => false,
                };
                in_subject || graph.matching(None, None, Some(term.as_ref()), Some(name.as_ref())).next().is_some()
            }),
        }
    }
}

/// Replaces such paths by their only solution.
pub(super) fn solve(query: &mut spargebra::Query, graph: &Graph) {
    let scope = query.dataset().map_or(GraphScope::All, |dataset| GraphScope::Some(dataset.default.clone()));
    solve_in(pattern_of(query), graph, &scope);
}

fn solve_in(pattern: &mut GraphPattern, graph: &Graph, scope: &GraphScope) {
    if let GraphPattern::Graph { name, inner } = pattern {
        let scope = match name {
            NamedNodePattern::NamedNode(name) => GraphScope::Some(vec![name.clone()]),
            NamedNodePattern::Variable(_) => GraphScope::Each,
        };
        return solve_in(inner, graph, &scope);
    }
    for inner in inner_patterns(pattern) {
        solve_in(inner, graph, scope);
    }
    let GraphPattern::Path { subject, path: Path::ZeroOrMore(_) | Path::ZeroOrOne(_), object } = pattern else {
        return;
    };
    let (term, end) = match (&*subject, &*object) {
        (TermPattern::Variable(end), term) | (term, TermPattern::Variable(end)) => (term, end.clone()),
        _ => return,
    };
    let term = match term {
        TermPattern::NamedNode(node) => GroundTerm::NamedNode(node.clone()),
        TermPattern::Literal(literal) => GroundTerm::Literal(literal.clone()),
        _ => return,
    };
    if !scope.has_node(graph, &term.clone().into()) {
        *pattern = GraphPattern::Values { variables: vec![end], bindings: vec![vec![Some(term)]] };
    }
}
