//! What is right in form and yet finds nothing for a silly reason: terms that
//! no triple has, values of another kind, variables without a value, patterns
//! that cannot be compiled. Nothing is said where something can be found.

mod classes;
mod kinds;
mod place;
mod present;
mod scope;
mod terms;
mod values;
mod variables;

use super::Query;
use crate::error::Result;
use crate::finding::{Finding, codes};
use crate::graph::Graph;
use kinds::Kinds;
pub use present::has_its_terms;
use scope::Reading;
use terms::Hints;

/// Codes of warnings that depend on the data: another graph of the same
/// vocabulary may have what is missing.
pub const OF_DATA: [&str; 5] =
    [codes::UNUSED_TERM, codes::NOT_OF_CLASS, codes::UNMATCHED_VALUE, codes::NEVER_TRUE, codes::DATES_LEFT_OUT];

/// Warnings about a query that is going to be asked of a graph, by place.
/// `given` are the variables that get their values as parameters.
pub fn lint(query: &Query, graph: &Graph, given: &[String]) -> Result<Vec<Finding>> {
    let reading = Reading::of(&query.algebra, given);
    let mut kinds = Kinds::new(graph);
    let hints = Hints::new(graph);
    let mut warnings = terms::unknown(&reading, query, graph, &hints)?;
    for unbound in &reading.unbound {
        warnings.push(variables::unbound(unbound, &reading, query));
    }
    for (pattern, flags) in &reading.expressions {
        warnings.extend(variables::expression(pattern, flags, query));
    }
    for stated in &reading.stated {
        let unused = terms::unused(stated, query, graph, &hints)?;
        let is_unused = unused.is_some();
        warnings.extend(unused);
        if !is_unused {
            warnings.extend(values::pattern(stated, query, graph, &mut kinds)?);
        }
    }
    for comparison in &reading.comparisons {
        warnings.extend(values::comparison(comparison, &reading, query, graph, &mut kinds)?);
    }
    for call in &reading.calls {
        warnings.extend(values::call(call, query, graph, &mut kinds)?);
    }
    for test in &reading.tags {
        warnings.extend(values::tag(test, query, graph, &mut kinds)?);
    }
    for together in &reading.together {
        warnings.extend(classes::check(together, query, graph)?);
    }
    let place = |finding: &Finding| finding.place.as_ref().map(|place| (place.line, place.column));
    warnings.sort_by(|a, b| (place(a), &a.code, &a.message).cmp(&(place(b), &b.code, &b.message)));
    warnings.dedup();
    Ok(warnings)
}
