//! Parameters: a variable of a query is replaced by a term everywhere.
//!
//! The store's own substitution reaches only variables that are selected, and not those inside
//! subqueries; a stored question must not depend on that.

use std::cell::Cell;

use oxigraph::model::{Term, Variable};
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

/// The query with `variable` bound to `term` (an IRI or a literal) everywhere. If it is selected
/// it stays a column, with that value in every row.
///
/// # Errors
///
/// Why it cannot be bound: the query assigns the variable itself, or uses it where only an IRI is
/// allowed and `term` is a literal.
pub fn bind(query: Query, variable: &Variable, term: &Term) -> Result<Query, &'static str> {
    let binder = Binder { variable, term, fault: Cell::new(None) };
    let bound = match query {
        Query::Select { dataset, pattern, base_iri } => {
            Query::Select { dataset, pattern: binder.outer(pattern), base_iri }
        }
        Query::Construct { template, dataset, pattern, base_iri } => Query::Construct {
            template: template.into_iter().map(|triple| binder.triple(triple)).collect(),
            dataset,
            pattern: binder.outer(pattern),
            base_iri,
        },
        Query::Describe { dataset, pattern, base_iri } => {
            Query::Describe { dataset, pattern: binder.outer(pattern), base_iri }
        }
        Query::Ask { dataset, pattern, base_iri } => Query::Ask { dataset, pattern: binder.inner(pattern), base_iri },
    };
    match binder.fault.get() {
        None => Ok(bound),
        Some(fault) => Err(fault),
    }
}

struct Binder<'a> {
    variable: &'a Variable,
    term: &'a Term,
    fault: Cell<Option<&'static str>>,
}

impl Binder<'_> {
    /// Descends to the outermost projection, which keeps the variable.
    fn outer(&self, pattern: GraphPattern) -> GraphPattern {
        match pattern {
            GraphPattern::Project { inner, variables } => {
                let mut inner = self.inner(*inner);
                if variables.contains(self.variable) {
                    inner = GraphPattern::Extend {
                        inner: Box::new(inner),
                        variable: self.variable.clone(),
                        expression: self.expression_term(),
                    };
                }
                GraphPattern::Project { inner: Box::new(inner), variables }
            }
            GraphPattern::Distinct { inner } => GraphPattern::Distinct { inner: Box::new(self.outer(*inner)) },
            GraphPattern::Reduced { inner } => GraphPattern::Reduced { inner: Box::new(self.outer(*inner)) },
            GraphPattern::Slice { inner, start, length } => {
                GraphPattern::Slice { inner: Box::new(self.outer(*inner)), start, length }
            }
            other => self.inner(other),
        }
    }

    /// The pattern with the variable as a column that has the term in every row.
    fn extended(&self, pattern: GraphPattern) -> Box<GraphPattern> {
        Box::new(GraphPattern::Extend {
            inner: Box::new(pattern),
            variable: self.variable.clone(),
            expression: self.expression_term(),
        })
    }

    fn is_assigned(&self) {
        self.fault.set(Some("the query assigns this variable itself"));
    }

    fn boxed(&self, pattern: GraphPattern) -> Box<GraphPattern> {
        Box::new(self.inner(pattern))
    }

    fn inner(&self, pattern: GraphPattern) -> GraphPattern {
        use GraphPattern as P;
        match pattern {
            P::Bgp { patterns } => {
                P::Bgp { patterns: patterns.into_iter().map(|triple| self.triple(triple)).collect() }
            }
            P::Path { subject, path, object } => {
                P::Path { subject: self.term_pattern(subject), path, object: self.term_pattern(object) }
            }
            P::Join { left, right } => P::Join { left: self.boxed(*left), right: self.boxed(*right) },
            P::LeftJoin { left, right, expression } => P::LeftJoin {
                left: self.boxed(*left),
                right: self.boxed(*right),
                expression: expression.map(|expression| self.expression(expression)),
            },
            P::Lateral { left, right } => P::Lateral { left: self.boxed(*left), right: self.boxed(*right) },
            P::Filter { expr, inner } => P::Filter { expr: self.expression(expr), inner: self.boxed(*inner) },
            P::Union { left, right } => P::Union { left: self.boxed(*left), right: self.boxed(*right) },
            P::Graph { name, inner } => P::Graph { name: self.name(name), inner: self.boxed(*inner) },
            P::Extend { variable, .. } if variable == *self.variable => {
                self.is_assigned();
                P::default()
            }
            P::Extend { inner, variable, expression } => {
                P::Extend { inner: self.boxed(*inner), variable, expression: self.expression(expression) }
            }
            // MINUS compares shared variables: the parameter must remain one.
            P::Minus { left, right } => {
                let shared = right.to_string().contains(&self.variable.to_string());
                let (left, right) = (self.inner(*left), self.inner(*right));
                if shared {
                    P::Minus { left: self.extended(left), right: self.extended(right) }
                } else {
                    P::Minus { left: Box::new(left), right: Box::new(right) }
                }
            }
            P::Values { variables, bindings } => self.values(variables, bindings),
            P::OrderBy { inner, expression } => P::OrderBy {
                inner: self.boxed(*inner),
                expression: expression
                    .into_iter()
                    .map(|order| match order {
                        OrderExpression::Asc(expression) => OrderExpression::Asc(self.expression(expression)),
                        OrderExpression::Desc(expression) => OrderExpression::Desc(self.expression(expression)),
                    })
                    .collect(),
            },
            P::Project { inner, variables } => P::Project {
                inner: self.boxed(*inner),
                variables: variables.into_iter().filter(|variable| variable != self.variable).collect(),
            },
            P::Distinct { inner } => P::Distinct { inner: self.boxed(*inner) },
            P::Reduced { inner } => P::Reduced { inner: self.boxed(*inner) },
            P::Slice { inner, start, length } => P::Slice { inner: self.boxed(*inner), start, length },
            P::Group { aggregates, .. } if aggregates.iter().any(|(variable, _)| variable == self.variable) => {
                self.is_assigned();
                P::default()
            }
            P::Group { inner, variables, aggregates } => P::Group {
                // A grouping key must remain: without any, no rows would form one empty group.
                inner: match variables.contains(self.variable) {
                    true => self.extended(self.inner(*inner)),
                    false => self.boxed(*inner),
                },
                variables,
                aggregates: aggregates
                    .into_iter()
                    .map(|(variable, aggregate)| (variable, self.aggregate(aggregate)))
                    .collect(),
            },
            P::Service { name, inner, silent } => {
                P::Service { name: self.name(name), inner: self.boxed(*inner), silent }
            }
        }
    }

    /// The rows of a table that match the term, without its column.
    fn values(&self, mut variables: Vec<Variable>, mut bindings: Vec<Vec<Option<GroundTerm>>>) -> GraphPattern {
        if let Some(column) = variables.iter().position(|variable| variable == self.variable) {
            variables.remove(column);
            let ground: Option<GroundTerm> = self.term.clone().try_into().ok();
            bindings.retain(|row| row[column].is_none() || row[column] == ground);
            for row in &mut bindings {
                row.remove(column);
            }
        }
        GraphPattern::Values { variables, bindings }
    }

    fn triple(&self, triple: TriplePattern) -> TriplePattern {
        TriplePattern {
            subject: self.term_pattern(triple.subject),
            predicate: self.name(triple.predicate),
            object: self.term_pattern(triple.object),
        }
    }

    fn term_pattern(&self, pattern: TermPattern) -> TermPattern {
        match pattern {
            TermPattern::Variable(variable) if variable == *self.variable => match self.term.clone() {
                Term::NamedNode(node) => node.into(),
                Term::Literal(literal) => literal.into(),
                _ => variable.into(),
            },
            TermPattern::Triple(triple) => TermPattern::Triple(Box::new(self.triple(*triple))),
            other => other,
        }
    }

    fn name(&self, name: NamedNodePattern) -> NamedNodePattern {
        match (name, self.term) {
            (NamedNodePattern::Variable(variable), Term::NamedNode(node)) if variable == *self.variable => {
                node.clone().into()
            }
            (NamedNodePattern::Variable(variable), _) if variable == *self.variable => {
                self.fault.set(Some("the query uses it where only an IRI is allowed, and the value is text"));
                variable.into()
            }
            (other, _) => other,
        }
    }

    fn expression_term(&self) -> Expression {
        match self.term.clone() {
            Term::NamedNode(node) => Expression::NamedNode(node),
            Term::Literal(literal) => Expression::Literal(literal),
            _ => Expression::Variable(self.variable.clone()),
        }
    }

    fn aggregate(&self, aggregate: AggregateExpression) -> AggregateExpression {
        match aggregate {
            AggregateExpression::FunctionCall { name, expr, distinct } => {
                AggregateExpression::FunctionCall { name, expr: self.expression(expr), distinct }
            }
            count @ AggregateExpression::CountSolutions { .. } => count,
        }
    }

    fn boxed_expression(&self, expression: Expression) -> Box<Expression> {
        Box::new(self.expression(expression))
    }

    fn expression(&self, expression: Expression) -> Expression {
        use Expression as E;
        let pair = |a: Box<E>, b: Box<E>| (self.boxed_expression(*a), self.boxed_expression(*b));
        macro_rules! binary {
            ($variant:path, $a:expr, $b:expr) => {{
                let (a, b) = pair($a, $b);
                $variant(a, b)
            }};
        }
        match expression {
            E::Variable(variable) if variable == *self.variable => self.expression_term(),
            // A parameter is always bound.
            E::Bound(variable) if variable == *self.variable => E::Literal(true.into()),
            e @ (E::NamedNode(_) | E::Literal(_) | E::Variable(_) | E::Bound(_)) => e,
            E::Or(a, b) => binary!(E::Or, a, b),
            E::And(a, b) => binary!(E::And, a, b),
            E::Equal(a, b) => binary!(E::Equal, a, b),
            E::SameTerm(a, b) => binary!(E::SameTerm, a, b),
            E::Greater(a, b) => binary!(E::Greater, a, b),
            E::GreaterOrEqual(a, b) => binary!(E::GreaterOrEqual, a, b),
            E::Less(a, b) => binary!(E::Less, a, b),
            E::LessOrEqual(a, b) => binary!(E::LessOrEqual, a, b),
            E::Add(a, b) => binary!(E::Add, a, b),
            E::Subtract(a, b) => binary!(E::Subtract, a, b),
            E::Multiply(a, b) => binary!(E::Multiply, a, b),
            E::Divide(a, b) => binary!(E::Divide, a, b),
            E::In(a, list) => {
                E::In(self.boxed_expression(*a), list.into_iter().map(|item| self.expression(item)).collect())
            }
            E::UnaryPlus(a) => E::UnaryPlus(self.boxed_expression(*a)),
            E::UnaryMinus(a) => E::UnaryMinus(self.boxed_expression(*a)),
            E::Not(a) => E::Not(self.boxed_expression(*a)),
            E::Exists(pattern) => E::Exists(self.boxed(*pattern)),
            E::If(a, b, c) => {
                let (a, b) = pair(a, b);
                E::If(a, b, self.boxed_expression(*c))
            }
            E::Coalesce(list) => E::Coalesce(list.into_iter().map(|item| self.expression(item)).collect()),
            E::FunctionCall(function, list) => {
                E::FunctionCall(function, list.into_iter().map(|item| self.expression(item)).collect())
            }
        }
    }
}
