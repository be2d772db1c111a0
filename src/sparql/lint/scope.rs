//! What variables stand for at each place of a query, bottom-up as SPARQL
//! evaluates it (section 18.2), and what of the query is worth a look.

use std::collections::BTreeMap;

use oxigraph::model::{Literal, NamedNode, Term, Variable};
use spargebra::Query;
use spargebra::algebra::{
    AggregateExpression, Expression, Function, GraphPattern, OrderExpression, PropertyPathExpression,
};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use crate::sparql::algebra::operands;

/// What the values of a variable are, as far as the patterns that bind it say.
/// It may have fewer values, never others.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum VariableValues {
    /// Anything.
    Any,
    /// IRIs and blank nodes.
    Nodes,
    /// Values of a property.
    Of(NamedNode),
    /// These terms.
    Terms(Vec<Term>),
    /// Values of either kind.
    Either(Vec<Self>),
}

/// The variables in scope at a place.
pub(super) type Scope = BTreeMap<Variable, VariableValues>;

/// A comparison of a variable with a constant.
#[derive(Debug)]
pub(super) struct Comparison {
    pub variable: Variable,
    pub values: VariableValues,
    pub operator: &'static str,
    pub constant: Term,
}

/// A function of texts that is given a variable.
#[derive(Debug)]
pub(super) struct TextCall {
    pub function: &'static str,
    pub variable: Variable,
    pub values: VariableValues,
}

/// A comparison of the language tag of a variable with a text.
#[derive(Debug)]
pub(super) struct TagTest {
    pub variable: Option<(Variable, VariableValues)>,
    pub tag: String,
    /// Whether it is `LANGMATCHES`, which takes a range.
    pub is_range: bool,
}

/// A variable that has no value where it is used.
#[derive(Debug, PartialEq)]
pub(super) struct Unbound {
    pub variable: Variable,
    /// Whether it is used in `HAVING`.
    pub in_having: bool,
}

/// A triple pattern, or a step of a path.
#[derive(Debug)]
pub(super) struct Stated {
    pub predicate: NamedNode,
    pub object: TermPattern,
    /// Whether the query finds nothing where the pattern finds nothing.
    pub is_required: bool,
}

/// What a query says, gathered in one walk.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// IRIs in patterns.
    pub nodes: Vec<NamedNode>,
    pub comparisons: Vec<Comparison>,
    pub calls: Vec<TextCall>,
    pub tags: Vec<TagTest>,
    /// Regular expressions with their flags.
    pub expressions: Vec<(String, String)>,
    pub unbound: Vec<Unbound>,
    /// Patterns that are not negated.
    pub stated: Vec<Stated>,
    /// Patterns that must hold together.
    pub together: Vec<Vec<TriplePattern>>,
    /// Variables that get their values from expressions.
    pub named: Vec<Variable>,
    /// Variables that patterns bind somewhere.
    pub bound: Vec<Variable>,
    /// IRIs in the place of a predicate.
    pub predicates: Vec<NamedNode>,
    /// Variables whose datatype is asked for.
    pub typed: Vec<Variable>,
}

/// Where a pattern is.
#[derive(Clone, Copy)]
struct Within<'a> {
    /// What the surroundings of `EXISTS` and `LATERAL` bind.
    outer: &'a Scope,
    is_required: bool,
    is_negated: bool,
}

impl Within<'_> {
    fn optional(self) -> Self {
        Self { is_required: false, ..self }
    }

    fn negated(self) -> Self {
        Self { is_required: false, is_negated: true, ..self }
    }
}

impl Reading {
    /// Reads a query; `given` are variables that get their values as parameters.
    pub(super) fn of(query: &Query, given: &[String]) -> Self {
        let mut reading = Self::default();
        let given = given.iter().filter_map(|name| Some((Variable::new(name).ok()?, VariableValues::Any))).collect();
        let within = Within { outer: &given, is_required: true, is_negated: false };
        let (Query::Select { pattern, .. }
        | Query::Construct { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. }) = query;
        let mut together = Vec::new();
        let scope = reading.pattern(pattern, within, &mut together);
        reading.keep(together);
        if let Query::Construct { template, .. } = query {
            for triple in template {
                reading.template(triple, &scope, within);
            }
        }
        reading
    }

    fn keep(&mut self, together: Vec<TriplePattern>) {
        if together.len() > 1 {
            self.together.push(together);
        }
    }

    fn template(&mut self, triple: &TriplePattern, scope: &Scope, within: Within<'_>) {
        for term in [&triple.subject, &triple.object] {
            match term {
                TermPattern::Variable(variable) => self.uses(variable, scope, within, false),
                TermPattern::Triple(inner) => self.template(inner, scope, within),
                _ => {}
            }
        }
        if let NamedNodePattern::Variable(variable) = &triple.predicate {
            self.uses(variable, scope, within, false);
        }
    }

    fn uses(&mut self, variable: &Variable, scope: &Scope, within: Within<'_>, in_having: bool) {
        let unbound = Unbound { variable: variable.clone(), in_having };
        let is_there = scope.contains_key(variable) || within.outer.contains_key(variable);
        if !is_there && !self.unbound.iter().any(|known| known.variable == *variable) {
            self.unbound.push(unbound);
        }
    }

    /// The variables that a pattern binds. Its triples are added to `together`
    /// if they must hold with those that are there.
    fn pattern(&mut self, pattern: &GraphPattern, within: Within<'_>, together: &mut Vec<TriplePattern>) -> Scope {
        use GraphPattern as P;
        match pattern {
            P::Bgp { patterns } => {
                let mut scope = Scope::new();
                for triple in patterns {
                    self.triple(triple, within, &mut scope);
                }
                if !within.is_negated {
                    together.extend(patterns.iter().cloned());
                }
                scope
            }
            P::Path { subject, path, object } => {
                let mut scope = Scope::new();
                self.term(subject, &VariableValues::Nodes, &mut scope);
                self.path(path);
                self.term(object, &end_of(path), &mut scope);
                scope
            }
            P::Join { left, right } => {
                let left = self.pattern(left, within, together);
                let right = self.pattern(right, within, together);
                either(left, right)
            }
            P::Lateral { left, right } => {
                let left = self.pattern(left, within, together);
                let outer = either(left.clone(), within.outer.clone());
                let right = self.pattern(right, Within { outer: &outer, ..within }, together);
                either(left, right)
            }
            P::Union { left, right } => {
                let mut scopes = [left, right].map(|side| {
                    let mut own = Vec::new();
                    let scope = self.pattern(side, within.optional(), &mut own);
                    self.keep(own);
                    scope
                });
                either(std::mem::take(&mut scopes[0]), std::mem::take(&mut scopes[1]))
            }
            P::Minus { left, right } => {
                let left = self.pattern(left, within, together);
                self.pattern(right, within.negated(), &mut Vec::new());
                left
            }
            P::LeftJoin { left, right, expression } => {
                let left = self.pattern(left, within, together);
                let mut own = Vec::new();
                let right = self.pattern(right, within.optional(), &mut own);
                self.keep(own);
                let scope = either(left, right);
                expression.iter().for_each(|expression| self.expression(expression, &scope, within, false));
                scope
            }
            P::Filter { expr, inner } => {
                let in_having = matches!(inner.as_ref(), P::Group { .. });
                let scope = self.pattern(inner, within, together);
                self.expression(expr, &scope, within, in_having);
                scope
            }
            P::Graph { name, inner } => {
                let mut scope = self.pattern(inner, within, together);
                match name {
                    NamedNodePattern::NamedNode(node) => self.nodes.push(node.clone()),
                    NamedNodePattern::Variable(variable) => {
                        scope.insert(variable.clone(), VariableValues::Nodes);
                    }
                }
                scope
            }
            P::Extend { inner, variable, expression } => {
                let mut scope = self.pattern(inner, within, together);
                self.expression(expression, &scope, within, false);
                let values = match expression {
                    Expression::Variable(other) => scope.get(other).cloned().unwrap_or(VariableValues::Any),
                    Expression::NamedNode(node) => VariableValues::Terms(vec![node.clone().into()]),
                    Expression::Literal(literal) => VariableValues::Terms(vec![literal.clone().into()]),
                    _ => VariableValues::Any,
                };
                scope.insert(variable.clone(), values);
                self.named.push(variable.clone());
                scope
            }
            P::Values { variables, bindings } => {
                let column = |at: usize| {
                    let terms: Option<Vec<Term>> = bindings.iter().map(|row| row[at].as_ref().map(ground)).collect();
                    terms.map_or(VariableValues::Any, VariableValues::Terms)
                };
                variables.iter().enumerate().map(|(at, variable)| (variable.clone(), column(at))).collect()
            }
            P::OrderBy { inner, expression } => {
                let scope = self.pattern(inner, within, together);
                for order in expression {
                    let (OrderExpression::Asc(expression) | OrderExpression::Desc(expression)) = order;
                    self.expression(expression, &scope, within, false);
                }
                scope
            }
            P::Project { inner, variables } => {
                let scope = self.pattern(inner, within, together);
                let column = |variable: &Variable| {
                    self.uses(variable, &scope, within, false);
                    (variable.clone(), scope.get(variable).cloned().unwrap_or(VariableValues::Any))
                };
                variables.iter().map(column).collect()
            }
            P::Distinct { inner } | P::Reduced { inner } | P::Slice { inner, .. } => {
                self.pattern(inner, within, together)
            }
            P::Group { inner, variables, aggregates } => {
                let inner = self.pattern(inner, within, together);
                let mut scope = Scope::new();
                for variable in variables {
                    self.uses(variable, &inner, within, false);
                    scope.insert(variable.clone(), inner.get(variable).cloned().unwrap_or(VariableValues::Any));
                }
                for (variable, aggregate) in aggregates {
                    if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                        self.expression(expr, &inner, within, false);
                    }
                    scope.insert(variable.clone(), VariableValues::Any);
                }
                scope
            }
            // Another store is not ours.
            P::Service { inner, .. } => {
                let mut scope = Scope::new();
                inner.on_in_scope_variable(|variable| {
                    scope.insert(variable.clone(), VariableValues::Any);
                });
                scope
            }
        }
    }

    fn triple(&mut self, triple: &TriplePattern, within: Within<'_>, scope: &mut Scope) {
        self.term(&triple.subject, &VariableValues::Nodes, scope);
        match &triple.predicate {
            NamedNodePattern::NamedNode(node) => {
                self.nodes.push(node.clone());
                self.predicates.push(node.clone());
                if !within.is_negated {
                    self.stated.push(Stated {
                        predicate: node.clone(),
                        object: triple.object.clone(),
                        is_required: within.is_required,
                    });
                }
                self.term(&triple.object, &VariableValues::Of(node.clone()), scope);
            }
            NamedNodePattern::Variable(variable) => {
                bind(scope, variable, &VariableValues::Nodes);
                self.term(&triple.object, &VariableValues::Any, scope);
            }
        }
    }

    fn term(&mut self, term: &TermPattern, values: &VariableValues, scope: &mut Scope) {
        match term {
            TermPattern::NamedNode(node) => self.nodes.push(node.clone()),
            TermPattern::Variable(variable) => {
                self.bound.push(variable.clone());
                bind(scope, variable, values);
            }
            TermPattern::Triple(triple) => {
                self.term(&triple.subject, &VariableValues::Any, scope);
                match &triple.predicate {
                    NamedNodePattern::NamedNode(node) => self.nodes.push(node.clone()),
                    NamedNodePattern::Variable(variable) => bind(scope, variable, &VariableValues::Any),
                }
                self.term(&triple.object, &VariableValues::Any, scope);
            }
            _ => {}
        }
    }

    fn path(&mut self, path: &PropertyPathExpression) {
        use PropertyPathExpression as P;
        match path {
            P::NamedNode(node) => {
                self.nodes.push(node.clone());
                self.predicates.push(node.clone());
            }
            P::Reverse(inner) | P::ZeroOrMore(inner) | P::OneOrMore(inner) | P::ZeroOrOne(inner) => self.path(inner),
            P::Sequence(left, right) | P::Alternative(left, right) => {
                self.path(left);
                self.path(right);
            }
            P::NegatedPropertySet(nodes) => {
                self.nodes.extend(nodes.iter().cloned());
                self.predicates.extend(nodes.iter().cloned());
            }
        }
    }

    fn expression(&mut self, expression: &Expression, scope: &Scope, within: Within<'_>, in_having: bool) {
        use Expression as E;
        match expression {
            E::Equal(a, b) => self.comparison("=", a, b, scope, within),
            E::Greater(a, b) => self.comparison(">", a, b, scope, within),
            E::GreaterOrEqual(a, b) => self.comparison(">=", a, b, scope, within),
            E::Less(a, b) => self.comparison("<", a, b, scope, within),
            E::LessOrEqual(a, b) => self.comparison("<=", a, b, scope, within),
            E::In(a, list) => list.iter().for_each(|item| self.comparison("=", a, item, scope, within)),
            E::FunctionCall(function, arguments) => self.call(function, arguments, scope, within),
            E::Exists(pattern) => self.exists(pattern, scope, within, false),
            E::Not(inner) => {
                if let E::Exists(pattern) = inner.as_ref() {
                    return self.exists(pattern, scope, within, true);
                }
            }
            E::Variable(variable) | E::Bound(variable) => self.uses(variable, scope, within, in_having),
            _ => {}
        }
        for part in operands(expression) {
            self.expression(part, scope, within, in_having);
        }
    }

    fn exists(&mut self, pattern: &GraphPattern, scope: &Scope, within: Within<'_>, is_negated: bool) {
        let outer = either(scope.clone(), within.outer.clone());
        let within = Within { outer: &outer, ..within };
        let mut own = Vec::new();
        self.pattern(pattern, if is_negated { within.negated() } else { within.optional() }, &mut own);
        self.keep(own);
    }

    fn comparison(
        &mut self,
        operator: &'static str,
        a: &Expression,
        b: &Expression,
        scope: &Scope,
        within: Within<'_>,
    ) {
        use Expression as E;
        let swapped = match operator {
            ">" => "<",
            ">=" => "<=",
            "<" => ">",
            "<=" => ">=",
            same => same,
        };
        for (a, b, operator) in [(a, b, operator), (b, a, swapped)] {
            let constant: Term = match b {
                E::Literal(literal) => literal.clone().into(),
                E::NamedNode(node) => node.clone().into(),
                _ => continue,
            };
            match (a, &constant) {
                (E::Variable(variable), _) => {
                    let values = values_of(variable, scope, within);
                    self.comparisons.push(Comparison { variable: variable.clone(), values, operator, constant });
                }
                (E::FunctionCall(Function::Lang, arguments), Term::Literal(tag)) if operator == "=" => {
                    self.tag(arguments, tag, false, scope, within);
                }
                _ => {}
            }
        }
    }

    fn tag(&mut self, arguments: &[Expression], tag: &Literal, is_range: bool, scope: &Scope, within: Within<'_>) {
        let variable = match arguments {
            [Expression::Variable(variable)] => Some((variable.clone(), values_of(variable, scope, within))),
            _ => None,
        };
        self.tags.push(TagTest { variable, tag: tag.value().to_owned(), is_range });
    }

    fn call(&mut self, function: &Function, arguments: &[Expression], scope: &Scope, within: Within<'_>) {
        use Expression as E;
        match (function, arguments) {
            (Function::LangMatches, [E::FunctionCall(Function::Lang, inner), E::Literal(range)]) => {
                self.tag(inner, range, true, scope, within);
            }
            (Function::Datatype, [E::Variable(variable)]) => self.typed.push(variable.clone()),
            (Function::Regex | Function::Replace, [_, E::Literal(pattern), rest @ ..]) => {
                let flags = match (function, rest) {
                    (Function::Regex, []) | (Function::Replace, [_]) => Some(String::new()),
                    (Function::Regex, [E::Literal(flags)]) | (Function::Replace, [_, E::Literal(flags)]) => {
                        Some(flags.value().to_owned())
                    }
                    _ => None,
                };
                self.expressions.extend(flags.map(|flags| (pattern.value().to_owned(), flags)));
            }
            _ => {}
        }
        let name = match function {
            Function::Contains => "CONTAINS",
            Function::StrStarts => "STRSTARTS",
            Function::StrEnds => "STRENDS",
            Function::StrBefore => "STRBEFORE",
            Function::StrAfter => "STRAFTER",
            Function::Regex => "REGEX",
            Function::Replace => "REPLACE",
            Function::SubStr => "SUBSTR",
            Function::StrLen => "STRLEN",
            Function::UCase => "UCASE",
            Function::LCase => "LCASE",
            _ => return,
        };
        if let Some(E::Variable(variable)) = arguments.first() {
            let values = values_of(variable, scope, within);
            self.calls.push(TextCall { function: name, variable: variable.clone(), values });
        }
    }
}

fn values_of(variable: &Variable, scope: &Scope, within: Within<'_>) -> VariableValues {
    scope.get(variable).or_else(|| within.outer.get(variable)).cloned().unwrap_or(VariableValues::Any)
}

/// Binds a variable in a group whose patterns must all hold: the pattern that says most counts.
fn bind(scope: &mut Scope, variable: &Variable, values: &VariableValues) {
    let weight = |values: &VariableValues| match values {
        VariableValues::Any => 0,
        VariableValues::Nodes => 1,
        _ => 2,
    };
    let known = scope.entry(variable.clone()).or_insert(VariableValues::Any);
    if weight(values) > weight(known) {
        *known = values.clone();
    }
}

/// The variables of both sides; one that both bind may have its value from either.
fn either(mut left: Scope, right: Scope) -> Scope {
    for (variable, values) in right {
        let both = match left.remove(&variable) {
            None => values,
            Some(known) if known == values => values,
            Some(VariableValues::Any) => VariableValues::Any,
            Some(_) if values == VariableValues::Any => VariableValues::Any,
            Some(known) => VariableValues::Either(vec![known, values]),
        };
        left.insert(variable, both);
    }
    left
}

/// What a path leads to.
fn end_of(path: &PropertyPathExpression) -> VariableValues {
    use PropertyPathExpression as P;
    match path {
        P::NamedNode(node) => VariableValues::Of(node.clone()),
        P::Sequence(_, last) => end_of(last),
        P::Alternative(left, right) => match (end_of(left), end_of(right)) {
            (VariableValues::Any, _) | (_, VariableValues::Any) => VariableValues::Any,
            (left, right) => VariableValues::Either(vec![left, right]),
        },
        P::OneOrMore(inner) => end_of(inner),
        P::Reverse(inner) if matches!(inner.as_ref(), P::NamedNode(_)) => VariableValues::Nodes,
        _ => VariableValues::Any,
    }
}

fn ground(term: &GroundTerm) -> Term {
    term.clone().into()
}
