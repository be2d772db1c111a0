//! A plan before evaluation: the evaluator orders joins by constants that know nothing of the
//! data, so they are ordered here by real counts, and groups are counted over numbers of terms.
//!
//! Only what is exactly equal by the specification is rewritten. Joins are reordered if all that
//! is joined are triple patterns, paths and `VALUES` without `UNDEF`; nothing is moved across
//! `OPTIONAL`, `BIND`, sub-selects or groups. The evaluator keeps the order of lateral joins, so
//! an order is written as a chain of them. `--evaluator plain` leaves all of it out.

mod closure;
mod estimate;
mod group;
mod leaf;
mod minus;
mod order;
mod report;
#[cfg(test)]
mod tests;

use oxigraph::sparql::QueryEvaluationError;
use spargebra::algebra::{Expression, GraphPattern};

pub use report::PlannedStep;

pub(super) use report::QueryPlan;

use super::algebra::{Variables, certain, exists_patterns, mentioned};
use super::dataset::Dataset;
use super::mend::{pattern_of, split_sequences};
use crate::graph::Graph;
use estimate::Estimator;
use leaf::Leaf;

/// Rewrites a query for this graph; groups that can be counted over numbers are evaluated.
///
/// # Errors
///
/// That the evaluation was cancelled.
pub(super) fn plan(
    query: &mut spargebra::Query,
    graph: &Graph,
    dataset: &Dataset,
) -> Result<QueryPlan, QueryEvaluationError> {
    let has_own_dataset = query.dataset().is_some();
    let base = query.base_iri().cloned();
    let mut planner = Planner {
        dataset,
        base,
        estimator: Estimator::new(graph),
        is_default: !has_own_dataset,
        plan: QueryPlan::default(),
        n_middles: 0,
        n_groups: None,
    };
    planner.pattern(pattern_of(query), &Variables::new(), true)?;
    Ok(planner.plan)
}

struct Planner<'a> {
    dataset: &'a Dataset,
    base: Option<oxiri::Iri<String>>,
    estimator: Estimator<'a>,
    /// Whether patterns outside `GRAPH` are evaluated over all triples.
    is_default: bool,
    plan: QueryPlan,
    /// How many variables stand between the parts of sequences.
    n_middles: usize,
    /// How many groups the last group had that was counted.
    n_groups: Option<usize>,
}

type Done = Result<(), QueryEvaluationError>;

impl Planner<'_> {
    /// Plans a pattern whose solutions are joined with one that binds `bound`. It `stands_alone`
    /// if it is evaluated once, by itself.
    fn pattern(&mut self, pattern: &mut GraphPattern, bound: &Variables, stands_alone: bool) -> Done {
        match pattern {
            GraphPattern::Bgp { .. } | GraphPattern::Path { .. } | GraphPattern::Join { .. } => {
                // The parts of a union are planned where they stand.
                let mut parts = pattern.clone();
                split_sequences(&mut parts, &mut self.n_middles);
                if let Some((leaves, filters)) = leaf::flatten(&parts) {
                    *pattern = self.ordered(leaves, bound)?;
                    for filter in filters {
                        let inner = Box::new(std::mem::take(pattern));
                        *pattern = GraphPattern::Filter { expr: filter, inner };
                    }
                } else if let GraphPattern::Join { left, right } = pattern {
                    // What is joined with a pattern that cannot be moved stays for the evaluator.
                    let of_left = self.counted(left, bound, stands_alone)?;
                    let of_right = self.counted(right, bound, stands_alone)?;
                    let looked_up = match (of_left, of_right) {
                        (Some(rows), None) => self.looked_up(left, rows, right, bound)?,
                        (None, Some(rows)) => self.looked_up(right, rows, left, bound)?,
                        _ => None,
                    };
                    if let Some(lateral) = looked_up {
                        *pattern = lateral;
                    }
                }
            }
            GraphPattern::Values { .. } | GraphPattern::Service { .. } => {}
            GraphPattern::LeftJoin { left, right, expression } => {
                self.pattern(left, bound, stands_alone)?;
                let with_left = with(bound, &certain(left));
                self.pattern(right, &with_left, false)?;
                if let Some(expression) = expression {
                    let all = with(&with_left, &certain(right));
                    self.expression(expression, &all)?;
                }
            }
            GraphPattern::Lateral { left, right } => {
                self.pattern(left, bound, stands_alone)?;
                self.pattern(right, &with(bound, &certain(left)), false)?;
            }
            GraphPattern::Filter { expr, inner } => {
                let visible = mentioned(inner);
                let has_own = exists_patterns(expr).iter().any(|exists| !mentioned(exists).is_subset(&visible));
                self.pattern(inner, bound, stands_alone)?;
                self.expression(expr, &with(bound, &certain(inner)))?;
                // `EXISTS` has variables of its own, which may be bound further out: the evaluator must
                // not move the filter there.
                if stands_alone && has_own {
                    let variables =
                        visible.into_iter().filter(|variable| !variable.as_str().starts_with("_:")).collect();
                    let inner = Box::new(std::mem::take(pattern));
                    *pattern = GraphPattern::Project { inner, variables };
                }
            }
            GraphPattern::Union { left, right } => {
                self.pattern(left, bound, stands_alone)?;
                self.pattern(right, bound, stands_alone)?;
            }
            GraphPattern::Graph { name, inner } => {
                let mut bound = bound.clone();
                if let spargebra::term::NamedNodePattern::Variable(name) = name {
                    bound.insert(name.clone());
                }
                let outer = std::mem::replace(&mut self.is_default, false);
                let done = self.pattern(inner, &bound, false);
                self.is_default = outer;
                done?;
            }
            GraphPattern::Extend { inner, expression, .. } => {
                self.pattern(inner, bound, stands_alone)?;
                self.expression(expression, &with(bound, &certain(inner)))?;
            }
            GraphPattern::Minus { left, right } => {
                // Inside `EXISTS` and the like, more variables may be bound than are known here.
                if stands_alone && let Some(rewritten) = minus::as_not_exists(left, right, &mut self.estimator) {
                    *pattern = rewritten;
                    return self.pattern(pattern, bound, stands_alone);
                }
                self.pattern(left, bound, stands_alone)?;
                self.pattern(right, &Variables::new(), false)?;
            }
            GraphPattern::OrderBy { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. } => self.pattern(inner, bound, stands_alone)?,
            GraphPattern::Project { inner, variables } => {
                let bound = bound.iter().filter(|variable| variables.contains(variable)).cloned().collect();
                self.pattern(inner, &bound, stands_alone)?;
            }
            GraphPattern::Group { inner, variables, aggregates } => {
                let mut parts = (**inner).clone();
                split_sequences(&mut parts, &mut self.n_middles);
                if self.is_default
                    && stands_alone
                    && let Some(counted) = group::count(
                        &group::Group { inner: &parts, keys: variables, aggregates },
                        self.dataset,
                        &self.base,
                        &mut self.estimator,
                        &mut self.plan,
                    )?
                {
                    *pattern = counted;
                    self.n_groups = self.plan.n_counted();
                    return Ok(());
                }
                self.pattern(inner, &Variables::new(), stands_alone)?;
            }
        }
        Ok(())
    }

    /// Plans a part of a join; about how many rows it has, if it is a group that was counted.
    fn counted(
        &mut self,
        pattern: &mut GraphPattern,
        bound: &Variables,
        stands_alone: bool,
    ) -> Result<Option<f64>, QueryEvaluationError> {
        let of_group = rows_of_group(pattern);
        self.n_groups = None;
        self.operand(pattern, bound, stands_alone)?;
        Ok(of_group.zip(self.n_groups.take()).map(|(share, n)| share * n as f64))
    }

    /// A group joined with what can be reordered, looked up for each of its rows if these are so few
    /// that this is better than finding all of it.
    fn looked_up(
        &mut self,
        group: &GraphPattern,
        n_rows: f64,
        other: &GraphPattern,
        bound: &Variables,
    ) -> Result<Option<GraphPattern>, QueryEvaluationError> {
        let Some((leaves, _)) = leaf::flatten(other) else { return Ok(None) };
        let known = with(bound, &certain(group));
        let (all, each) = (self.estimator.joined(leaves.clone(), bound), self.estimator.joined(leaves, &known));
        if n_rows * each.max(1.0) >= all {
            return Ok(None);
        }
        let mut right = other.clone();
        self.pattern(&mut right, &known, false)?;
        Ok(Some(GraphPattern::Lateral { left: Box::new(group.clone()), right: Box::new(right) }))
    }

    /// Plans what is inside a part of a join that the evaluator orders. It has to see the patterns
    /// there one by one: of a chain it would expect all rows, and begin elsewhere.
    fn operand(&mut self, pattern: &mut GraphPattern, bound: &Variables, stands_alone: bool) -> Done {
        match pattern {
            GraphPattern::Bgp { .. } | GraphPattern::Path { .. } => Ok(()),
            GraphPattern::Join { left, right } => {
                self.operand(left, bound, stands_alone)?;
                self.operand(right, bound, stands_alone)
            }
            _ => self.pattern(pattern, bound, stands_alone),
        }
    }

    /// Plans the patterns of `EXISTS` in an expression over solutions that bind `bound`.
    fn expression(&mut self, expression: &mut Expression, bound: &Variables) -> Done {
        for pattern in exists_patterns(expression) {
            self.pattern(pattern, bound, false)?;
        }
        Ok(())
    }

    /// Patterns joined in the best order.
    fn ordered(&mut self, leaves: Vec<Leaf>, bound: &Variables) -> Result<GraphPattern, QueryEvaluationError> {
        let chains = order::order(leaves, bound, &mut self.estimator);
        let mut joined: Option<GraphPattern> = None;
        for chain in chains {
            let mut laterals: Option<GraphPattern> = None;
            let mut known = bound.clone();
            for (leaf, rows) in chain {
                self.plan.expect(&leaf, rows);
                let variables = leaf.variables();
                let mut right = leaf.into_pattern();
                if let GraphPattern::Union { .. } = right {
                    self.pattern(&mut right, &known, false)?;
                }
                known.extend(variables);
                laterals = Some(match laterals {
                    None => right,
                    Some(left) => GraphPattern::Lateral { left: Box::new(left), right: Box::new(right) },
                });
            }
            let Some(chain) = laterals else { continue };
            joined = Some(match joined {
                None => chain,
                Some(left) => GraphPattern::Join { left: Box::new(left), right: Box::new(chain) },
            });
        }
        Ok(joined.unwrap_or_default())
    }
}

/// Whether a pattern is a group, and what share of its rows is left by conditions on it.
fn rows_of_group(pattern: &GraphPattern) -> Option<f64> {
    match pattern {
        GraphPattern::Group { .. } => Some(1.0),
        GraphPattern::Project { inner, .. } | GraphPattern::Extend { inner, .. } => rows_of_group(inner),
        GraphPattern::Filter { inner, .. } => rows_of_group(inner).map(|share| share / 10.0),
        _ => None,
    }
}

fn with(one: &Variables, other: &Variables) -> Variables {
    one.union(other).cloned().collect()
}
