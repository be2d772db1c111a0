//! `MINUS` as `NOT EXISTS`, which is looked up for each row on the left instead of evaluating the
//! whole right side.

use spargebra::algebra::{Expression, GraphPattern};

use oxigraph::model::Variable;

use crate::sparql::algebra::{Variables, certain, mentioned, rename_in};

use super::estimate::Estimator;
use super::leaf::{Leaf, flatten};

/// How much cheaper a row of the right side is than a look-up.
const LOOK_UP: f64 = 4.0;

/// The same as a filter, if it is exactly the same and probably cheaper.
///
/// They differ where the sides share no variable that both bind: then `MINUS` removes nothing.
/// And they differ where a filter on the right mentions a variable of the left only, which `MINUS`
/// does not see: so the right side may have filters on variables that it binds itself. Its other
/// variables get names of their own, so that no pattern around it can bind them.
pub(super) fn as_not_exists(
    left: &GraphPattern,
    right: &GraphPattern,
    estimator: &mut Estimator<'_>,
) -> Option<GraphPattern> {
    let (mut leaves, mut filters) = flatten(right)?;
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
    let rows = estimator.rows(left)?;
    let whole = estimator.rows(right)?;
    if rows * LOOK_UP >= whole {
        return None;
    }
    let name = |variable: &Variable| {
        let is_shared = shared.contains(variable);
        if is_shared { variable.clone() } else { Variable::new_unchecked(format!("\u{b7}m {}", variable.as_str())) }
    };
    if !leaves.iter_mut().all(|leaf| leaf.rename(&name)) {
        return None;
    }
    filters.iter_mut().for_each(|filter| rename_in(filter, &name));
    let joined = leaves.into_iter().map(Leaf::into_pattern);
    let joined = joined.reduce(|left, right| GraphPattern::Join { left: Box::new(left), right: Box::new(right) })?;
    let right = filters.into_iter().fold(joined, |inner, expr| GraphPattern::Filter { expr, inner: Box::new(inner) });
    let exists = Expression::Exists(Box::new(right));
    Some(GraphPattern::Filter { expr: Expression::Not(Box::new(exists)), inner: Box::new(left.clone()) })
}

fn has_exists(expression: &Expression) -> bool {
    let mut expression = expression.clone();
    !crate::sparql::algebra::exists_patterns(&mut expression).is_empty()
}
