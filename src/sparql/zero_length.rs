//! Paths of length zero from a term that is in no triple: `<x> p* ?o` has the solution that `?o`
//! is `<x>` (SPARQL 1.1, section 9.3), which the evaluator does not find.

use spargebra::algebra::{GraphPattern, PropertyPathExpression as Path};
use spargebra::term::{GroundTerm, TermPattern};

use super::pre_binding::each;
use crate::graph::Graph;

/// Replaces such paths by their only solution. Inside `GRAPH` nothing is replaced: there each graph
/// has a solution of its own.
pub(super) fn solve(algebra: &mut spargebra::Query, graph: &Graph) {
    let (spargebra::Query::Select { pattern, .. }
    | spargebra::Query::Construct { pattern, .. }
    | spargebra::Query::Describe { pattern, .. }
    | spargebra::Query::Ask { pattern, .. }) = algebra;
    let mut has_graphs = false;
    each(pattern, &mut |pattern| has_graphs |= matches!(pattern, GraphPattern::Graph { .. }));
    if has_graphs {
        return;
    }
    each(pattern, &mut |pattern| {
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
        if !graph.has_term(&term.clone().into()) {
            *pattern = GraphPattern::Values { variables: vec![end], bindings: vec![vec![Some(term)]] };
        }
    });
}
