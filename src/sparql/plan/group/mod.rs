//! Groups counted over numbers of terms: the rows of a join are never made, and values are read
//! only where they are summed or compared.

mod accumulator;
mod expression;
mod rows;

use hashbrown::HashMap;
use oxigraph::model::{NamedNode, Variable};
use oxigraph::sparql::QueryEvaluationError;
use spareval::QueryableDataset as _;
use spargebra::algebra::{AggregateExpression, AggregateFunction, Expression, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::estimate::Estimator;
use super::leaf::{Leaf, flatten};
use super::order::order;
use super::report::{PlannedStep, QueryPlan, text};
use crate::graph::TermNumber;
use crate::sparql::algebra::{Variables, mentioned_by};
use crate::sparql::dataset::Dataset;
use accumulator::{Accumulator, Aggregate, Numbers};
use expression::{OneTermExpression, only_variable};
use rows::{JoinedRows, RowSlot, RowStep};

/// A group of a query.
pub(super) struct Group<'a> {
    pub inner: &'a GraphPattern,
    pub keys: &'a [Variable],
    pub aggregates: &'a [(Variable, AggregateExpression)],
}

/// Stands for a variable that has no value in a row.
const UNBOUND: TermNumber = TermNumber::MAX;

/// Why a group is not counted here after all.
pub(super) enum NotCounted {
    /// The evaluator has to do it.
    Unsupported,
    Failed(QueryEvaluationError),
}

impl From<QueryEvaluationError> for NotCounted {
    fn from(error: QueryEvaluationError) -> Self {
        Self::Failed(error)
    }
}

/// A pattern with the solutions of the group; `None` if the evaluator has to find them: for
/// `SAMPLE` and `GROUP_CONCAT`, expressions of several variables, floating-point numbers (whose
/// sums depend on the order), and patterns that cannot be reordered.
pub(super) fn count(
    group: &Group<'_>,
    dataset: &Dataset,
    base: &Option<oxiri::Iri<String>>,
    estimator: &mut Estimator<'_>,
    plan: &mut QueryPlan,
) -> Result<Option<GraphPattern>, QueryEvaluationError> {
    let Some(compiled) = Compiled::new(group, estimator) else { return Ok(None) };
    match compiled.run(group, dataset, base, estimator) {
        Ok((pattern, steps)) => {
            plan.count(&pattern, steps);
            Ok(Some(pattern))
        }
        Err(NotCounted::Unsupported) => Ok(None),
        Err(NotCounted::Failed(error)) => Err(error),
    }
}

/// What is done to rows besides joining.
enum Operation {
    /// Each part of a conjunction.
    Filter(Expression),
    Bind(Variable, Expression),
}

struct Compiled {
    steps: Vec<RowStep>,
    /// What each step is, and the rows expected after it.
    labels: Vec<(String, Option<f64>)>,
    expressions: Vec<(Expression, Variable, bool)>,
    n_slots: usize,
    keys: Vec<RowSlot>,
    aggregates: Vec<Aggregate>,
}

impl Compiled {
    fn new(group: &Group<'_>, estimator: &mut Estimator<'_>) -> Option<Self> {
        let (leaves, mut operations) = peel(group.inner)?;
        if leaves.is_empty() {
            return None;
        }
        let mut slots = Slots::default();
        let mut aggregates = Vec::new();
        for (index, (_, aggregate)) in group.aggregates.iter().enumerate() {
            aggregates.push(match aggregate {
                AggregateExpression::CountSolutions { distinct: false } => (AggregateFunction::Count, None, false),
                AggregateExpression::CountSolutions { distinct: true } => return None,
                AggregateExpression::FunctionCall { name, expr, distinct } => {
                    let variable = match expr {
                        Expression::Variable(variable) => variable.clone(),
                        expression => {
                            let variable = Variable::new_unchecked(format!("\u{b7}of{index}"));
                            operations.push(Operation::Bind(variable.clone(), expression.clone()));
                            variable
                        }
                    };
                    (name.clone(), Some(variable), *distinct)
                }
            });
        }
        let mut own = Self {
            steps: Vec::new(),
            labels: Vec::new(),
            expressions: Vec::new(),
            n_slots: 0,
            keys: Vec::new(),
            aggregates: Vec::new(),
        };
        let mut bound = Variables::new();
        for (leaf, rows) in order(leaves, &Variables::new(), estimator).into_iter().flatten() {
            own.labels.push((text(&leaf), Some(rows)));
            own.steps.push(RowStep::of(&leaf, &bound, &mut slots, estimator.graph)?);
            bound.extend(leaf.variables());
            own.place(&mut operations, &mut bound, &mut slots)?;
        }
        if !operations.is_empty() {
            return None;
        }
        let slot = |variable: &Variable| slots.known(variable);
        own.keys = group.keys.iter().map(slot).collect::<Option<_>>()?;
        for (function, variable, distinct) in aggregates {
            let slot = match &variable {
                None => None,
                Some(variable) => Some(slot(variable)?),
            };
            own.aggregates.push(match (function, slot, distinct) {
                (AggregateFunction::Count, None, false) => Aggregate::Rows,
                (AggregateFunction::Count, Some(slot), false) => Aggregate::Count(slot),
                (AggregateFunction::Count, Some(slot), true) => Aggregate::CountDistinct(slot),
                (AggregateFunction::Sum, Some(slot), false) => Aggregate::Sum(slot),
                (AggregateFunction::Avg, Some(slot), false) => Aggregate::Average(slot),
                // The least and greatest of different values are those of all.
                (AggregateFunction::Min, Some(slot), _) => Aggregate::Least(slot),
                (AggregateFunction::Max, Some(slot), _) => Aggregate::Greatest(slot),
                _ => return None,
            });
        }
        own.n_slots = slots.variables.len();
        Some(own)
    }

    /// Adds the operations whose variable has a value by now.
    fn place(&mut self, operations: &mut Vec<Operation>, bound: &mut Variables, slots: &mut Slots) -> Option<()> {
        loop {
            // Filters first: what they drop needs no value.
            let mut next = None;
            for (at, operation) in operations.iter().enumerate() {
                let (Operation::Filter(expression) | Operation::Bind(_, expression)) = operation;
                let variable = only_variable(expression)?;
                let is_filter = matches!(operation, Operation::Filter(_));
                if bound.contains(&variable) && (next.is_none() || is_filter) {
                    next = Some((at, variable));
                    if is_filter {
                        break;
                    }
                }
            }
            let Some((at, variable)) = next else { return Some(()) };
            let (index, input) = (self.expressions.len(), slots.slot(&variable));
            match operations.remove(at) {
                Operation::Filter(expression) => {
                    self.labels.push((format!("FILTER ({expression})"), None));
                    self.expressions.push((expression, variable, true));
                    self.steps.push(RowStep::Filter { input, index });
                }
                Operation::Bind(to, expression) => {
                    self.labels.push((format!("BIND ({expression} AS {to})"), None));
                    self.expressions.push((expression, variable, false));
                    self.steps.push(RowStep::Bind { input, index, output: slots.slot(&to) });
                    bound.insert(to);
                }
            }
        }
    }

    fn run(
        self,
        group: &Group<'_>,
        dataset: &Dataset,
        base: &Option<oxiri::Iri<String>>,
        estimator: &mut Estimator<'_>,
    ) -> Result<(GraphPattern, Vec<PlannedStep>), NotCounted> {
        let expressions = self.expressions.iter().map(|(expression, variable, is_condition)| {
            OneTermExpression::new(expression, variable, *is_condition, dataset, base)
        });
        let expressions = expressions.collect::<Result<Vec<_>, _>>()?;
        let groups = Groups {
            keys: self.keys,
            aggregates: self.aggregates,
            single: HashMap::new(),
            several: HashMap::new(),
            key: Vec::new(),
            found: Vec::new(),
            accumulators: Vec::new(),
            numbers: Numbers::new(dataset),
        };
        let mut rows =
            JoinedRows::new(estimator.graph, &self.steps, self.n_slots, expressions, groups, &mut estimator.visited);
        rows.run()?;
        let (groups, counts) = rows.finish();
        let mut steps: Vec<PlannedStep> = self
            .labels
            .into_iter()
            .zip(counts)
            .map(|((what, expected), rows)| PlannedStep { what, expected, rows, depth: 1 })
            .collect();
        let keys: Vec<String> = group.keys.iter().map(ToString::to_string).collect();
        let aggregates = group.aggregates.iter().map(|(_, aggregate)| aggregate.to_string());
        let what = keys.into_iter().chain(aggregates).collect::<Vec<_>>().join(" ");
        let n = if group.keys.is_empty() { 1 } else { groups.found.len() };
        let head =
            PlannedStep { what: format!("GROUP {what}, over numbers"), expected: None, rows: n as u64, depth: 0 };
        steps.insert(0, head);
        Ok((groups.into_pattern(group, dataset)?, steps))
    }
}

/// The leaves of a pattern, and what is done to their rows, in order.
fn peel(pattern: &GraphPattern) -> Option<(Vec<Leaf>, Vec<Operation>)> {
    if let Some((leaves, filters)) = flatten(pattern) {
        let mut operations = Vec::new();
        filters.into_iter().for_each(|filter| conjuncts(filter, &mut operations));
        return Some((leaves, operations));
    }
    match pattern {
        GraphPattern::Filter { expr, inner } => {
            let (leaves, mut operations) = peel(inner)?;
            sees_only(expr, &leaves, &operations).then_some(())?;
            conjuncts(expr.clone(), &mut operations);
            Some((leaves, operations))
        }
        GraphPattern::Extend { inner, variable, expression } => {
            let (leaves, mut operations) = peel(inner)?;
            sees_only(expression, &leaves, &operations).then_some(())?;
            operations.push(Operation::Bind(variable.clone(), expression.clone()));
            Some((leaves, operations))
        }
        _ => None,
    }
}

/// Whether an expression mentions only what has a value where it stands: a variable that is bound
/// further out is not bound there, whatever its value is later.
fn sees_only(expression: &Expression, leaves: &[Leaf], operations: &[Operation]) -> bool {
    let is_assigned = |variable: &Variable| {
        operations.iter().any(|operation| matches!(operation, Operation::Bind(to, _) if to == variable))
    };
    let is_found = |variable: &Variable| leaves.iter().any(|leaf| leaf.variables().contains(variable));
    mentioned_by(expression).iter().all(|variable| is_found(variable) || is_assigned(variable))
}

fn conjuncts(expression: Expression, operations: &mut Vec<Operation>) {
    match expression {
        Expression::And(a, b) => {
            conjuncts(*a, operations);
            conjuncts(*b, operations);
        }
        expression => operations.push(Operation::Filter(expression)),
    }
}

/// The variables of the rows by slot.
#[derive(Default)]
pub(super) struct Slots {
    variables: Vec<Variable>,
}

impl Slots {
    fn slot(&mut self, variable: &Variable) -> RowSlot {
        self.known(variable).unwrap_or_else(|| {
            self.variables.push(variable.clone());
            self.variables.len() - 1
        })
    }

    fn known(&self, variable: &Variable) -> Option<RowSlot> {
        self.variables.iter().position(|known| known == variable)
    }
}

/// The groups that have been found.
pub(super) struct Groups {
    keys: Vec<RowSlot>,
    aggregates: Vec<Aggregate>,
    /// By the only key, or by all.
    single: HashMap<TermNumber, usize>,
    several: HashMap<Box<[TermNumber]>, usize>,
    /// The keys of a row.
    key: Vec<TermNumber>,
    /// The keys of each.
    found: Vec<Box<[TermNumber]>>,
    /// Those of each group, one after the other.
    accumulators: Vec<Accumulator>,
    numbers: Numbers,
}

impl Groups {
    /// The slots whose values it needs.
    fn read(&self) -> impl Iterator<Item = RowSlot> + '_ {
        self.keys.iter().copied().chain(self.aggregates.iter().filter_map(|aggregate| aggregate.slot()))
    }

    /// Adds a row as often as it occurs.
    fn add(&mut self, row: &[TermNumber], times: u64) -> Result<(), NotCounted> {
        let index = match self.keys.as_slice() {
            [] => (!self.found.is_empty()).then_some(0),
            [key] => self.single.get(&row[*key]).copied(),
            keys => {
                self.key.clear();
                self.key.extend(keys.iter().map(|slot| row[*slot]));
                self.several.get(self.key.as_slice()).copied()
            }
        };
        let index = index.unwrap_or_else(|| self.begin(row));
        let n = self.aggregates.len();
        for (aggregate, accumulator) in self.aggregates.iter().zip(&mut self.accumulators[index * n..(index + 1) * n]) {
            accumulator.add(*aggregate, row, times, &mut self.numbers)?;
        }
        Ok(())
    }

    fn begin(&mut self, row: &[TermNumber]) -> usize {
        let (index, key): (_, Box<[TermNumber]>) =
            (self.found.len(), self.keys.iter().map(|slot| row[*slot]).collect());
        match &*key {
            [] => {}
            [single] => {
                self.single.insert(*single, index);
            }
            _ => {
                self.several.insert(key.clone(), index);
            }
        }
        self.found.push(key);
        self.accumulators.extend(self.aggregates.iter().map(|aggregate| aggregate.begin()));
        index
    }

    /// A table with the groups. There is always one if there are no keys.
    fn into_pattern(mut self, group: &Group<'_>, dataset: &Dataset) -> Result<GraphPattern, NotCounted> {
        if self.keys.is_empty() && self.found.is_empty() {
            self.begin(&[]);
        }
        let n_keys = self.keys.len();
        let mut columns = vec![Vec::with_capacity(self.found.len()); n_keys + self.aggregates.len()];
        for key in &self.found {
            for (column, number) in columns.iter_mut().zip(key) {
                column.push((*number != UNBOUND).then_some(*number));
            }
        }
        let n_aggregates = self.aggregates.len().max(1);
        for (at, accumulator) in self.accumulators.into_iter().enumerate() {
            let value = accumulator.finish(self.aggregates[at % n_aggregates])?;
            let number =
                value.map(|value| dataset.internalize_expression_term(value).unwrap_or_else(|never| match never {}));
            columns[n_keys + at % n_aggregates].push(number);
        }
        let variables = group.keys.iter().chain(group.aggregates.iter().map(|(variable, _)| variable));
        let rows = (0..self.found.len()).map(|row| Some(row as TermNumber)).collect();
        let row = TermPattern::Variable(Variable::new_unchecked("\u{b7}row"));
        let triple = |column: NamedNode, object: TermPattern| {
            let triple = TriplePattern { subject: row.clone(), predicate: NamedNodePattern::NamedNode(column), object };
            GraphPattern::Bgp { patterns: vec![triple] }
        };
        let first = triple(dataset.add_column(rows), TermPattern::Variable(Variable::new_unchecked("\u{b7}same")));
        Ok(variables.zip(columns).fold(first, |table, (variable, column)| {
            let is_total = column.iter().all(Option::is_some);
            let cell = triple(dataset.add_column(column), TermPattern::Variable(variable.clone()));
            let right = if is_total {
                cell
            } else {
                let nothing = GraphPattern::default();
                GraphPattern::LeftJoin { left: Box::new(nothing), right: Box::new(cell), expression: None }
            };
            GraphPattern::Lateral { left: Box::new(table), right: Box::new(right) }
        }))
    }
}
