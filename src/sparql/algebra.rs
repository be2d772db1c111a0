//! Walks over the algebra of a query, and the variables in it.

use std::collections::BTreeSet;

use oxigraph::model::Variable;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression, PropertyPathExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

/// Visits a pattern and all patterns inside it, also those of `EXISTS`; the inner ones first.
pub(super) fn each(pattern: &mut GraphPattern, visit: &mut impl FnMut(&mut GraphPattern)) {
    for inner in inner_patterns(pattern) {
        each(inner, visit);
    }
    visit(pattern);
}

/// The patterns directly inside a pattern, also those of `EXISTS` in its expressions.
pub(super) fn inner_patterns(pattern: &mut GraphPattern) -> Vec<&mut GraphPattern> {
    let mut inner: Vec<&mut GraphPattern> = Vec::new();
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } | GraphPattern::Values { .. } => {}
        GraphPattern::Join { left, right }
        | GraphPattern::Lateral { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right } => inner.extend([&mut **left, &mut **right]),
        GraphPattern::LeftJoin { left, right, expression } => {
            inner.extend([&mut **left, &mut **right]);
            if let Some(expression) = expression {
                exists_in(expression, &mut inner);
            }
        }
        GraphPattern::Filter { expr: expression, inner: of } | GraphPattern::Extend { inner: of, expression, .. } => {
            inner.push(&mut **of);
            exists_in(expression, &mut inner);
        }
        GraphPattern::OrderBy { inner: of, expression } => {
            inner.push(&mut **of);
            for order in expression {
                let (OrderExpression::Asc(expression) | OrderExpression::Desc(expression)) = order;
                exists_in(expression, &mut inner);
            }
        }
        GraphPattern::Group { inner: of, aggregates, .. } => {
            inner.push(&mut **of);
            for (_, aggregate) in aggregates {
                if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                    exists_in(expr, &mut inner);
                }
            }
        }
        GraphPattern::Graph { inner: of, .. }
        | GraphPattern::Project { inner: of, .. }
        | GraphPattern::Distinct { inner: of }
        | GraphPattern::Reduced { inner: of }
        | GraphPattern::Slice { inner: of, .. }
        | GraphPattern::Service { inner: of, .. } => inner.push(&mut **of),
    }
    inner
}

/// The patterns of `EXISTS` in an expression.
pub(super) fn exists_patterns(expression: &mut Expression) -> Vec<&mut GraphPattern> {
    let mut found = Vec::new();
    exists_in(expression, &mut found);
    found
}

fn exists_in<'a>(expression: &'a mut Expression, found: &mut Vec<&'a mut GraphPattern>) {
    match expression {
        Expression::Exists(pattern) => found.push(&mut **pattern),
        other => operands_mut(other).into_iter().for_each(|operand| exists_in(operand, found)),
    }
}

/// The expressions directly inside an expression, shared or to be changed.
macro_rules! operands_of {
    ($expression:expr, $iter:ident $(, $mutable:tt)?) => {
        match $expression {
            Expression::NamedNode(_)
            | Expression::Literal(_)
            | Expression::Variable(_)
            | Expression::Bound(_)
            | Expression::Exists(_) => Vec::new(),
            Expression::Or(a, b)
            | Expression::And(a, b)
            | Expression::Equal(a, b)
            | Expression::SameTerm(a, b)
            | Expression::Greater(a, b)
            | Expression::GreaterOrEqual(a, b)
            | Expression::Less(a, b)
            | Expression::LessOrEqual(a, b)
            | Expression::Add(a, b)
            | Expression::Subtract(a, b)
            | Expression::Multiply(a, b)
            | Expression::Divide(a, b) => vec![a, b],
            Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => vec![a],
            Expression::If(a, b, c) => vec![a, b, c],
            Expression::In(a, others) => std::iter::once(&$($mutable)? **a).chain(others).collect(),
            Expression::Coalesce(all) | Expression::FunctionCall(_, all) => all.$iter().collect(),
        }
    };
}

/// The expressions directly inside an expression.
pub(super) fn operands(expression: &Expression) -> Vec<&Expression> {
    operands_of!(expression, iter)
}

fn operands_mut(expression: &mut Expression) -> Vec<&mut Expression> {
    operands_of!(expression, iter_mut, mut)
}

/// A set of variables. Blank nodes of a query are variables too: those of a pattern have names
/// that no variable can have.
pub(super) type Variables = BTreeSet<Variable>;

/// The variable that a term of a pattern is, if it is one.
pub(super) fn variable_of(term: &TermPattern) -> Option<Variable> {
    match term {
        TermPattern::Variable(variable) => Some(variable.clone()),
        TermPattern::BlankNode(node) => Some(Variable::new_unchecked(format!("_:{}", node.as_str()))),
        _ => None,
    }
}

/// The variables of a term, also those inside a triple.
fn of_term(term: &TermPattern, found: &mut Variables) {
    if let TermPattern::Triple(triple) = term {
        of_triple(triple, found);
    }
    found.extend(variable_of(term));
}

/// The variables of a triple pattern.
pub(super) fn of_triple(triple: &TriplePattern, found: &mut Variables) {
    of_term(&triple.subject, found);
    of_term(&triple.object, found);
    of_name(&triple.predicate, found);
}

fn of_name(name: &NamedNodePattern, found: &mut Variables) {
    if let NamedNodePattern::Variable(variable) = name {
        found.insert(variable.clone());
    }
}

/// The variables that an expression mentions, also inside `EXISTS`.
pub(super) fn mentioned_by(expression: &Expression) -> Variables {
    let mut found = Variables::new();
    in_expression(expression, &mut found);
    found
}

fn in_expression(expression: &Expression, found: &mut Variables) {
    match expression {
        Expression::Variable(variable) | Expression::Bound(variable) => {
            found.insert(variable.clone());
        }
        Expression::Exists(pattern) => mentions(pattern, found),
        other => operands(other).into_iter().for_each(|operand| in_expression(operand, found)),
    }
}

/// Renames the variables of an expression without `EXISTS`.
pub(super) fn rename_in(expression: &mut Expression, name: &impl Fn(&Variable) -> Variable) {
    match expression {
        Expression::Variable(variable) | Expression::Bound(variable) => *variable = name(variable),
        other => operands_mut(other).into_iter().for_each(|operand| rename_in(operand, name)),
    }
}

/// Renames the variables of a term of a pattern; those of blank nodes are left alone.
pub(super) fn rename_term(term: &mut TermPattern, name: &impl Fn(&Variable) -> Variable) {
    match term {
        TermPattern::Variable(variable) => *variable = name(variable),
        TermPattern::Triple(triple) => rename_triple(triple, name),
        _ => {}
    }
}

/// Renames the variables of a triple pattern.
pub(super) fn rename_triple(triple: &mut TriplePattern, name: &impl Fn(&Variable) -> Variable) {
    rename_term(&mut triple.subject, name);
    rename_term(&mut triple.object, name);
    if let NamedNodePattern::Variable(variable) = &mut triple.predicate {
        *variable = name(variable);
    }
}

/// The variables that a pattern mentions anywhere, in scope or not.
pub(super) fn mentioned(pattern: &GraphPattern) -> Variables {
    let mut found = Variables::new();
    mentions(pattern, &mut found);
    found
}

fn mentions(pattern: &GraphPattern, found: &mut Variables) {
    match pattern {
        GraphPattern::Bgp { patterns } => patterns.iter().for_each(|triple| of_triple(triple, found)),
        GraphPattern::Path { subject, object, .. } => {
            of_term(subject, found);
            of_term(object, found);
        }
        GraphPattern::Values { variables, .. } => found.extend(variables.iter().cloned()),
        GraphPattern::Join { left, right }
        | GraphPattern::Lateral { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right } => {
            mentions(left, found);
            mentions(right, found);
        }
        GraphPattern::LeftJoin { left, right, expression } => {
            mentions(left, found);
            mentions(right, found);
            if let Some(expression) = expression {
                in_expression(expression, found);
            }
        }
        GraphPattern::Filter { expr, inner } => {
            mentions(inner, found);
            in_expression(expr, found);
        }
        GraphPattern::Extend { inner, variable, expression } => {
            mentions(inner, found);
            in_expression(expression, found);
            found.insert(variable.clone());
        }
        GraphPattern::OrderBy { inner, expression } => {
            mentions(inner, found);
            for order in expression {
                let (OrderExpression::Asc(expression) | OrderExpression::Desc(expression)) = order;
                in_expression(expression, found);
            }
        }
        GraphPattern::Group { inner, variables, aggregates } => {
            mentions(inner, found);
            found.extend(variables.iter().cloned());
            for (variable, aggregate) in aggregates {
                found.insert(variable.clone());
                if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                    in_expression(expr, found);
                }
            }
        }
        GraphPattern::Graph { name, inner } | GraphPattern::Service { name, inner, .. } => {
            of_name(name, found);
            mentions(inner, found);
        }
        GraphPattern::Project { inner, variables } => {
            mentions(inner, found);
            found.extend(variables.iter().cloned());
        }
        GraphPattern::Distinct { inner } | GraphPattern::Reduced { inner } | GraphPattern::Slice { inner, .. } => {
            mentions(inner, found);
        }
    }
}

/// The variables that every solution of a pattern binds. What may fail, such as the expression of
/// `BIND`, binds nothing for certain.
pub(super) fn certain(pattern: &GraphPattern) -> Variables {
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Path { .. } => mentioned(pattern),
        GraphPattern::Values { variables, bindings } => {
            let is_bound = |at: &usize| bindings.iter().all(|row| row[*at].is_some());
            (0..variables.len()).filter(is_bound).map(|at| variables[at].clone()).collect()
        }
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
            let mut found = certain(left);
            found.extend(certain(right));
            found
        }
        GraphPattern::Union { left, right } => certain(left).intersection(&certain(right)).cloned().collect(),
        GraphPattern::LeftJoin { left, .. } | GraphPattern::Minus { left, .. } => certain(left),
        GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::OrderBy { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. } => certain(inner),
        GraphPattern::Graph { name, inner } => {
            let mut found = certain(inner);
            of_name(name, &mut found);
            found
        }
        GraphPattern::Project { inner, variables } | GraphPattern::Group { inner, variables, .. } => {
            let inner = certain(inner);
            variables.iter().filter(|variable| inner.contains(*variable)).cloned().collect()
        }
        GraphPattern::Service { .. } => Variables::new(),
    }
}

/// Whether a path has a part, itself among them, for which `test` holds; parts of closures count.
pub(super) fn has_part(path: &PropertyPathExpression, test: &impl Fn(&PropertyPathExpression) -> bool) -> bool {
    use PropertyPathExpression as Path;
    test(path)
        || match path {
            Path::NamedNode(_) | Path::NegatedPropertySet(_) => false,
            Path::Reverse(inner) | Path::ZeroOrMore(inner) | Path::OneOrMore(inner) | Path::ZeroOrOne(inner) => {
                has_part(inner, test)
            }
            Path::Sequence(a, b) | Path::Alternative(a, b) => has_part(a, test) || has_part(b, test),
        }
}
