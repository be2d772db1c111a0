//! What the evaluator gets wrong is rewritten into what it gets right, where both are exactly
//! equal by the specification.

mod counts;
mod graphs;
mod paths;
mod zero_length;

pub(super) use paths::split_sequences;

use crate::graph::Graph;

/// The patterns of a query.
pub(super) fn pattern_of(query: &mut spargebra::Query) -> &mut spargebra::algebra::GraphPattern {
    let (spargebra::Query::Select { pattern, .. }
    | spargebra::Query::Construct { pattern, .. }
    | spargebra::Query::Describe { pattern, .. }
    | spargebra::Query::Ask { pattern, .. }) = query;
    pattern
}

/// Rewrites a query.
pub(super) fn mend(query: &mut spargebra::Query, graph: &Graph) {
    paths::split_alternatives(pattern_of(query));
    counts::count_what_is_named(query);
    graphs::name_each(query, graph);
    zero_length::solve(query, graph);
}
