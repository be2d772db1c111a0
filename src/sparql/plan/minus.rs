//! `MINUS` as `NOT EXISTS`, which is looked up for each row on the left instead of evaluating the
//! whole right side.

use spargebra::algebra::{Expression, GraphPattern};

use crate::sparql::algebra::{Variables, certain, mentioned};

use super::estimate::Estimator;
use super::leaf::flatten;

/// How much cheaper a row of the right side is than a look-up.
const LOOK_UP: f64 = 4.0;

/// The same as a filter, if it is exactly the same and probably cheaper.
///
/// They differ where the sides share no variable that both bind: then `MINUS` removes nothing.
/// And they differ where a filter on the right mentions a variable of the left only, which `MINUS`
/// does not see: so the right side may have filters on variables that it binds itself.
pub(super) fn as_not_exists(
    left: &GraphPattern,
    right: &GraphPattern,
    bound: &Variables,
    estimator: &mut Estimator<'_>,
) -> Option<GraphPattern> {
    let (_, filters) = flatten(right)?;
    if filters.iter().any(has_exists) {
        return None;
    }
    let of_right = certain(right);
    let of_left = certain(left);
    let shared: Variables = mentioned(left).intersection(&of_right).cloned().collect();
    // What the left side binds in some rows only is shared in some rows only.
    if shared.is_empty() || !shared.is_subset(&of_left) {
        return None;
    }
    // A variable of an outer pattern would be seen by one of the two only.
    if of_right.intersection(bound).any(|variable| !shared.contains(variable)) {
        return None;
    }
    let rows = estimator.rows(left, bound)?;
    let whole = estimator.rows(right, &Variables::new())?;
    (rows * LOOK_UP < whole).then(|| {
        let exists = Expression::Exists(Box::new(right.clone()));
        GraphPattern::Filter { expr: Expression::Not(Box::new(exists)), inner: Box::new(left.clone()) }
    })
}

fn has_exists(expression: &Expression) -> bool {
    let mut expression = expression.clone();
    !crate::sparql::algebra::exists_patterns(&mut expression).is_empty()
}
