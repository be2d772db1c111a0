//! `COUNT` of expressions, and of whole solutions (SPARQL 1.1, sections 18.5.1.2 and 11.2): errors
//! are not counted, where the evaluator has no count if there is one; and two solutions are the same
//! if the variables of the query are, where the evaluator also compares blank nodes of patterns and
//! variables of ours.

use oxigraph::model::Variable;
use spargebra::algebra::{AggregateExpression, AggregateFunction, Expression, GraphPattern};

use super::pattern_of;
use crate::sparql::algebra::{each, mentioned};

/// Counts variables in place of expressions, and solutions without what no query can name.
pub(super) fn count_what_is_named(query: &mut spargebra::Query) {
    let mut n = 0;
    each(pattern_of(query), &mut |pattern| {
        let GraphPattern::Group { inner, aggregates, .. } = pattern else { return };
        if aggregates
            .iter()
            .any(|(_, aggregate)| matches!(aggregate, AggregateExpression::CountSolutions { distinct: true }))
        {
            let is_named =
                |variable: &Variable| !variable.as_str().starts_with('\u{b7}') && !variable.as_str().starts_with("_:");
            let variables = mentioned(inner).into_iter().filter(is_named).collect();
            let projected = Box::new(std::mem::take(&mut **inner));
            **inner = GraphPattern::Project { inner: projected, variables };
        }
        for (_, aggregate) in aggregates {
            if let AggregateExpression::FunctionCall { name: AggregateFunction::Count, expr, .. } = aggregate
                && !matches!(expr, Expression::Variable(_))
            {
                n += 1;
                let variable = Variable::new_unchecked(format!("\u{b7}c{n}"));
                let expression = std::mem::replace(expr, Expression::Variable(variable.clone()));
                let extended = Box::new(std::mem::take(&mut **inner));
                **inner = GraphPattern::Extend { inner: extended, variable, expression };
            }
        }
    });
}
