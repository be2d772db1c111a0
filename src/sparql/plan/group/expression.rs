//! Expressions of one variable, evaluated by the evaluator for one term after the other.

use std::cell::Cell;
use std::rc::Rc;

use oxigraph::model::{Literal, Variable};
use oxigraph::sparql::{QueryEvaluationError, QueryResults, QuerySolutionIter, SparqlEvaluator};
use spargebra::algebra::{Expression, Function, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use crate::graph::TermNumber;
use crate::sparql::algebra::{exists_patterns, mentioned_by};
use crate::sparql::dataset::Dataset;
use crate::work;

/// How many results are remembered, each where its term's number says.
const REMEMBERED: usize = 1 << 14;

/// The only variable of an expression whose value depends on nothing else.
pub(super) fn only_variable(expression: &Expression) -> Option<Variable> {
    let mut variables = mentioned_by(expression).into_iter();
    let variable = variables.next()?;
    let is_closed = variables.next().is_none() && exists_patterns(&mut expression.clone()).is_empty();
    (is_closed && is_repeatable(expression)).then_some(variable)
}

/// Whether an expression has the same value each time it is evaluated.
fn is_repeatable(expression: &Expression) -> bool {
    use Expression as E;
    match expression {
        E::NamedNode(_) | E::Literal(_) | E::Variable(_) | E::Bound(_) => true,
        E::Exists(_) => false,
        E::Or(a, b)
        | E::And(a, b)
        | E::Equal(a, b)
        | E::SameTerm(a, b)
        | E::Greater(a, b)
        | E::GreaterOrEqual(a, b)
        | E::Less(a, b)
        | E::LessOrEqual(a, b)
        | E::Add(a, b)
        | E::Subtract(a, b)
        | E::Multiply(a, b)
        | E::Divide(a, b) => is_repeatable(a) && is_repeatable(b),
        E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => is_repeatable(a),
        E::If(a, b, c) => is_repeatable(a) && is_repeatable(b) && is_repeatable(c),
        E::In(a, others) => is_repeatable(a) && others.iter().all(is_repeatable),
        E::Coalesce(all) => all.iter().all(is_repeatable),
        E::FunctionCall(function, arguments) => {
            use Function as F;
            let varies = matches!(function, F::Rand | F::Now | F::Uuid | F::StrUuid | F::BNode | F::Custom(_));
            !varies && arguments.iter().all(is_repeatable)
        }
    }
}

/// An expression of one variable. The evaluator runs one query for all terms: it takes each from
/// a cell, and puts the value into another.
pub(super) struct OneTermExpression {
    input: Rc<Cell<Option<TermNumber>>>,
    output: Rc<Cell<Option<TermNumber>>>,
    solutions: QuerySolutionIter<'static>,
    /// A term and its value, at the place that the term's number has.
    known: Vec<(TermNumber, Option<TermNumber>)>,
    /// The number of `true`.
    yes: TermNumber,
}

impl OneTermExpression {
    /// Prepares an expression; of a condition, the effective boolean value is evaluated.
    pub fn new(
        expression: &Expression,
        variable: &Variable,
        is_condition: bool,
        dataset: &Dataset,
        base: &Option<oxiri::Iri<String>>,
    ) -> Result<Self, QueryEvaluationError> {
        let (input, output) = (Rc::default(), Rc::default());
        let named = |name: &str| TermPattern::Variable(Variable::new_unchecked(format!("\u{b7}{name}")));
        let triple = |subject, predicate, object| GraphPattern::Bgp {
            patterns: vec![TriplePattern { subject, predicate: NamedNodePattern::NamedNode(predicate), object }],
        };
        let value = Variable::new_unchecked("\u{b7}value");
        let boolean = |value: bool| Box::new(Expression::Literal(Literal::from(value)));
        let expression = if is_condition {
            Expression::If(Box::new(expression.clone()), boolean(true), boolean(false))
        } else {
            expression.clone()
        };
        let from = triple(named("in"), dataset.add_inbox(&input), TermPattern::Variable(variable.clone()));
        let computed = GraphPattern::Extend { inner: Box::new(from), variable: value.clone(), expression };
        // The value is the object: a subject could not be a literal.
        let to = triple(named("out"), dataset.add_outbox(&output), TermPattern::Variable(value));
        let pattern = GraphPattern::Lateral { left: Box::new(computed), right: Box::new(to) };
        let pattern = GraphPattern::Project { inner: Box::new(pattern), variables: Vec::new() };
        let mut evaluator = SparqlEvaluator::new();
        if let Some(token) = work::token() {
            evaluator = evaluator.with_cancellation_token(token);
        }
        let query = spargebra::Query::Select { dataset: None, pattern, base_iri: base.clone() };
        let QueryResults::Solutions(solutions) =
            evaluator.for_query(query).on_queryable_dataset(dataset.clone()).execute()?
        else {
            return Err(QueryEvaluationError::Unexpected("a SELECT has no solutions".into()));
        };
        let yes = dataset.number(Literal::from(true).into());
        let known = vec![(TermNumber::MAX, None); REMEMBERED];
        Ok(Self { input, output, solutions, known, yes })
    }

    /// The value for a term; `None` if it is an error.
    pub fn value(&mut self, term: TermNumber) -> Result<Option<TermNumber>, QueryEvaluationError> {
        let place = term as usize % REMEMBERED;
        if self.known[place].0 == term {
            return Ok(self.known[place].1);
        }
        self.input.set(Some(term));
        self.output.set(None);
        match self.solutions.next() {
            Some(solution) => solution?,
            None => return Err(QueryEvaluationError::Unexpected("an expression has no solution".into())),
        };
        let value = self.output.get();
        self.known[place] = (term, value);
        Ok(value)
    }

    /// Whether the condition holds for a term.
    pub fn holds(&mut self, term: TermNumber) -> Result<bool, QueryEvaluationError> {
        Ok(self.value(term)? == Some(self.yes))
    }
}
