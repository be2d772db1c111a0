//! Expressions of one variable, evaluated by the evaluator for one term after the other.

use std::rc::Rc;

use oxigraph::model::{NamedNode, Variable};
use oxigraph::sparql::{QueryEvaluationError, QueryResults, QuerySolutionIter, SparqlEvaluator};
use spargebra::algebra::{Expression, Function, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use crate::graph::{Graph, TermNumber};
use crate::sparql::algebra::{exists_patterns, mentioned_by, operands};
use crate::sparql::dataset::{Dataset, Inbox, Outbox};
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
    use Function as F;
    let varies = match expression {
        Expression::Exists(_) => true,
        Expression::FunctionCall(function, _) => {
            matches!(function, F::Rand | F::Now | F::Uuid | F::StrUuid | F::BNode | F::Custom(_))
        }
        _ => false,
    };
    !varies && operands(expression).into_iter().all(is_repeatable)
}

/// Whether an expression has the same value for all terms of a kind.
fn depends_on_kind(expression: &Expression) -> bool {
    use Function as F;
    let tells_kind = |function: &Function| {
        matches!(
            function,
            F::Lang
                | F::LangDir
                | F::HasLang
                | F::HasLangDir
                | F::Datatype
                | F::IsIri
                | F::IsBlank
                | F::IsLiteral
                | F::IsTriple
        )
    };
    match expression {
        Expression::Variable(_) => false,
        Expression::FunctionCall(function, arguments) if tells_kind(function) => {
            arguments.iter().all(|argument| matches!(argument, Expression::Variable(_)) || depends_on_kind(argument))
        }
        _ => operands(expression).into_iter().all(depends_on_kind),
    }
}

/// An expression of one variable. The evaluator runs one query for all terms: it takes them from a
/// box, and puts the values into another.
pub(super) struct OneTermExpression {
    inbox: Rc<Inbox>,
    outbox: Rc<Outbox>,
    solutions: QuerySolutionIter<'static>,
    /// The term after the last one, for which the condition holds; none if it is no condition.
    end: Option<TermNumber>,
    /// A term and its value, at the place that the term's number has.
    known: Vec<(TermNumber, Option<TermNumber>)>,
    /// The value for each kind of term, if it is the same for all terms of a kind; of a condition,
    /// some term where it holds.
    by_kind: Option<(Graph, Vec<Option<Option<TermNumber>>>)>,
}

impl OneTermExpression {
    /// Prepares an expression. The value of a condition is the term itself where it holds.
    pub fn new(
        expression: &Expression,
        variable: &Variable,
        is_condition: bool,
        dataset: &Dataset,
        base: &Option<oxiri::Iri<String>>,
    ) -> Result<Self, QueryEvaluationError> {
        let (inbox, outbox) = (Rc::default(), Rc::default());
        let triple = |subject: &str, predicate, object: &Variable| {
            let subject = TermPattern::Variable(Variable::new_unchecked(subject));
            let predicate = NamedNodePattern::NamedNode(predicate);
            let object = TermPattern::Variable(object.clone());
            GraphPattern::Bgp { patterns: vec![TriplePattern { subject, predicate, object }] }
        };
        let taken = Box::new(triple("\u{b7}in", dataset.add_inbox(&inbox), variable));
        let value = Variable::new_unchecked("\u{b7}value");
        let end = NamedNode::new_unchecked("\u{b7}end");
        let (computed, given) = if is_condition {
            let is_end = Expression::SameTerm(
                Box::new(Expression::Variable(variable.clone())),
                Box::new(Expression::NamedNode(end.clone())),
            );
            let expr = Expression::Or(Box::new(expression.clone()), Box::new(is_end));
            (GraphPattern::Filter { expr, inner: taken }, variable)
        } else {
            let expression = expression.clone();
            (GraphPattern::Extend { inner: taken, variable: value.clone(), expression }, &value)
        };
        // The value is the object: a subject could not be a literal.
        let put = triple("\u{b7}out", dataset.add_outbox(&outbox), given);
        let pattern = GraphPattern::Lateral { left: Box::new(computed), right: Box::new(put) };
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
        let end = is_condition.then(|| dataset.number(end.into()));
        let by_kind = depends_on_kind(expression).then(|| (dataset.graph().clone(), Vec::new()));
        Ok(Self { inbox, outbox, solutions, end, known: vec![(TermNumber::MAX, None); REMEMBERED], by_kind })
    }

    /// The value for a term, if it is remembered; the inner one is `None` if it is an error.
    #[inline]
    pub fn known(&self, term: TermNumber) -> Option<Option<TermNumber>> {
        if let Some((graph, kinds)) = &self.by_kind {
            let value = *kinds.get(graph.kind(term)?)?.as_ref()?;
            return Some(if self.end.is_some() { value.map(|_| term) } else { value });
        }
        let (known, value) = self.known[term as usize % REMEMBERED];
        (known == term).then_some(value)
    }

    /// The values for terms, in their order.
    pub fn values(&mut self, terms: &[TermNumber]) -> Result<Vec<Option<TermNumber>>, QueryEvaluationError> {
        self.inbox.put(terms.iter().copied().chain(self.end));
        self.outbox.expect(terms.len(), self.end);
        match (terms.is_empty(), self.solutions.next()) {
            (false, Some(solution)) => solution?,
            _ => return Err(QueryEvaluationError::Unexpected("an expression has no solution".into())),
        };
        let received = self.outbox.received();
        let mut values = received.iter().copied();
        let values: Vec<Option<TermNumber>> = if self.end.is_some() {
            // Those for which the condition holds have come, in order.
            let mut next = values.next().flatten();
            terms
                .iter()
                .map(|term| {
                    let holds = next == Some(*term);
                    if holds {
                        next = values.next().flatten();
                    }
                    holds.then_some(*term)
                })
                .collect()
        } else {
            values.collect()
        };
        for (term, value) in terms.iter().zip(&values) {
            self.known[*term as usize % REMEMBERED] = (*term, *value);
            if let Some((graph, kinds)) = &mut self.by_kind
                && let Some(kind) = graph.kind(*term)
            {
                kinds.resize(kinds.len().max(kind + 1), None);
                kinds[kind] = Some(*value);
            }
        }
        Ok(values)
    }
}
