//! Queries with pre-bound variables, as SHACL defines them (section 5.3.3 and appendix A): the
//! value holds in every group, filter and subquery, not only where a pattern binds the variable.
//!
//! All rows of values are passed to the query at once: `VALUES` on the left of a lateral join
//! whose right side is the query. Blank nodes are not allowed in `VALUES`: placeholders for them
//! are turned into blank nodes by a function.

use std::collections::{BTreeMap, HashMap};

use oxigraph::model::{Literal, NamedNode, NamedOrBlankNode, Term, Variable};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use spargebra::algebra::{Expression, Function, GraphPattern, PropertyPathExpression};
use spargebra::term::{GroundTerm, GroundTriple, NamedNodePattern, TriplePattern};

use super::algebra::each;
use super::{Query, evaluate_with, evaluation_error};
use crate::error::Result;
use crate::graph::Graph;

/// The variable that holds the row of values to which a solution belongs.
const ROW: &str = "civigraphRow";

/// The function that returns the term for its placeholder.
const OTHER: &str = "https://w3id.org/civigraph/def#otherTerm";

/// A `SELECT` or `ASK` query that allows pre-binding.
#[derive(Debug, Clone)]
pub struct PreBound {
    query: Query,
    pattern: GraphPattern,
    variables: Vec<Variable>,
    selected: Vec<Variable>,
}

/// A solution: the index of the row of values, and the selected variables.
#[derive(Debug, Clone)]
pub struct BoundRow {
    /// The row of values to which it belongs.
    pub row: usize,
    /// Variables that are bound.
    pub bindings: Vec<(Variable, Term)>,
}

impl BoundRow {
    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&Term> {
        self.bindings.iter().find(|(variable, _)| variable.as_str() == name).map(|(_, term)| term)
    }
}

impl PreBound {
    /// Prepares a query whose `variables` get values; `$PATH` stands for `path`.
    ///
    /// # Errors
    ///
    /// A message naming what is not allowed in such queries: `MINUS`, `VALUES`, `SERVICE`,
    /// subqueries that do not select the variables, assignments to them.
    pub fn new(
        query: Query,
        path: Option<&PropertyPathExpression>,
        variables: Vec<Variable>,
    ) -> std::result::Result<Self, String> {
        let (mut pattern, is_ask) = match &query.algebra {
            spargebra::Query::Select { pattern, .. } => (pattern.clone(), false),
            spargebra::Query::Ask { pattern, .. } => (pattern.clone(), true),
            _ => return Err("it is neither SELECT nor ASK".to_owned()),
        };
        let mut selected = Vec::new();
        if let Some(projected) = projection(&mut pattern) {
            if !is_ask {
                selected.clone_from(projected);
            }
            for variable in &variables {
                if !projected.contains(variable) {
                    projected.push(variable.clone());
                }
            }
        }
        if is_ask {
            // One solution is enough to be true.
            pattern = GraphPattern::Slice { inner: Box::new(pattern), start: 0, length: Some(1) };
        }
        let is_optional = |variable: &&Variable| ["currentShape", "shapesGraph"].contains(&variable.as_str());
        let optional: Vec<Variable> = variables.iter().filter(is_optional).cloned().collect();
        let mut fault = None;
        each(&mut pattern, &mut |pattern| {
            let found = match pattern {
                GraphPattern::Minus { .. } => Some("`MINUS` is not allowed where variables are pre-bound".to_owned()),
                GraphPattern::Values { .. } => Some("`VALUES` is not allowed where variables are pre-bound".to_owned()),
                GraphPattern::Service { .. } => {
                    Some("`SERVICE` is not allowed where variables are pre-bound".to_owned())
                }
                GraphPattern::Extend { variable, .. } if variables.contains(variable) => {
                    Some(format!("`{variable}` is pre-bound and cannot be assigned a value"))
                }
                GraphPattern::Project { variables: projected, .. } => {
                    // A subquery need not select these, and has them nevertheless.
                    projected.extend(
                        optional.iter().filter(|variable| !projected.contains(variable)).cloned().collect::<Vec<_>>(),
                    );
                    let missing = variables.iter().find(|variable| !projected.contains(variable));
                    missing.map(|variable| format!("a subquery does not select `{variable}`"))
                }
                _ => None,
            };
            fault = fault.take().or(found);
            if let Some(path) = path {
                put_path(pattern, path);
            }
        });
        match fault {
            Some(fault) => Err(fault),
            None => Ok(Self { query, pattern, variables, selected }),
        }
    }

    /// Whether the query selects a variable of this name.
    pub fn selects(&self, name: &str) -> bool {
        self.selected.iter().any(|variable| variable.as_str() == name)
    }

    /// The solutions for rows of values, which are in the order of the variables; an `ASK` has
    /// one solution for each row for which it is true.
    ///
    /// # Errors
    ///
    /// If the evaluator refuses the query.
    pub fn solutions(&self, graph: &Graph, rows: &[Vec<Term>]) -> Result<Vec<BoundRow>> {
        let used: Vec<usize> = (0..self.variables.len()).filter(|at| self.uses(&self.variables[*at])).collect();
        // Rows are grouped by which of their values are allowed in `VALUES`: a value returned by
        // a function is normalised by the evaluator, `1.50` to `1.5`.
        let mut groups: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            let is_ground = used.iter().map(|at| ground(&row[*at]).is_some()).collect();
            groups.entry(is_ground).or_default().push(index);
        }
        let mut found = Vec::new();
        for (is_ground, indexes) in groups {
            let mut others = UnlistedTerms::default();
            let mut columns = vec![Variable::new_unchecked(ROW)];
            let mut assigned = Vec::new();
            for (at, is_ground) in used.iter().zip(&is_ground) {
                let variable = self.variables[*at].clone();
                if *is_ground {
                    columns.push(variable);
                } else {
                    let key = Variable::new_unchecked(format!("{ROW}{}", variable.as_str()));
                    columns.push(key.clone());
                    assigned.push((variable, key));
                }
            }
            let cell = |term: &Term, others: &mut UnlistedTerms| Some(ground(term).unwrap_or_else(|| others.key(term)));
            let bindings = indexes.into_iter().map(|index| {
                let number = Some(Literal::from(index as u64).into());
                let cells = used.iter().map(|at| cell(&rows[index][*at], &mut others));
                std::iter::once(number).chain(cells).collect()
            });
            let mut left = GraphPattern::Values { variables: columns, bindings: bindings.collect() };
            for (variable, key) in assigned {
                let function = Function::Custom(NamedNode::new_unchecked(OTHER));
                let expression = Expression::FunctionCall(function, vec![key.into()]);
                left = GraphPattern::Extend { inner: Box::new(left), variable, expression };
            }
            found.extend(self.run(graph, left, others.terms)?);
        }
        Ok(found)
    }

    /// A variable that the query does not mention needs no value.
    fn uses(&self, variable: &Variable) -> bool {
        self.mentions(variable.as_str())
    }

    /// Whether the text of the query has a variable of this name; `this` and `value` always count.
    pub fn mentions(&self, name: &str) -> bool {
        let text = &self.query.text;
        ["this", "value"].contains(&name) || text.contains(&format!("${name}")) || text.contains(&format!("?{name}"))
    }

    fn run(&self, graph: &Graph, left: GraphPattern, others: Vec<Term>) -> Result<Vec<BoundRow>> {
        let mut variables = self.selected.clone();
        for variable in self.variables.iter().filter(|variable| self.uses(variable)) {
            if !variables.contains(variable) {
                variables.push(variable.clone());
            }
        }
        variables.push(Variable::new_unchecked(ROW));
        let lateral = GraphPattern::Lateral { left: Box::new(left), right: Box::new(self.pattern.clone()) };
        let pattern = GraphPattern::Project { inner: Box::new(lateral), variables };
        let algebra = spargebra::Query::Select { dataset: None, pattern, base_iri: None };
        let query = Query { algebra, ..self.query.clone() };
        let other = move |arguments: &[Term]| match arguments {
            [Term::Literal(key)] => others.get(key.value().parse::<usize>().ok()?).cloned(),
            _ => None,
        };
        let evaluator = SparqlEvaluator::new().with_custom_function(NamedNode::new_unchecked(OTHER), other);
        let QueryResults::Solutions(solutions) = evaluate_with(evaluator, graph, &query)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for solution in solutions {
            let solution = solution.map_err(|error| evaluation_error(&query, &error))?;
            let Some(Term::Literal(row)) = solution.get(ROW) else { continue };
            let Ok(row) = row.value().parse() else { continue };
            let bindings = solution.iter().map(|(variable, term)| (variable.clone(), term.clone())).collect();
            found.push(BoundRow { row, bindings });
        }
        Ok(found)
    }
}

/// Terms that are not allowed in `VALUES`, by number.
#[derive(Default)]
struct UnlistedTerms {
    terms: Vec<Term>,
    numbers: HashMap<Term, u64>,
}

impl UnlistedTerms {
    /// The placeholder of a term.
    fn key(&mut self, term: &Term) -> GroundTerm {
        let next = self.terms.len() as u64;
        let number = *self.numbers.entry(term.clone()).or_insert_with(|| {
            self.terms.push(term.clone());
            next
        });
        Literal::new_simple_literal(number.to_string()).into()
    }
}

/// A term in the form that `VALUES` allows.
fn ground(term: &Term) -> Option<GroundTerm> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::Literal(literal) => Some(literal.clone().into()),
        Term::Triple(triple) => {
            let NamedOrBlankNode::NamedNode(subject) = triple.subject.clone() else { return None };
            let (predicate, object) = (triple.predicate.clone(), ground(&triple.object)?);
            Some(GroundTerm::Triple(Box::new(GroundTriple { subject, predicate, object })))
        }
        Term::BlankNode(_) => None,
    }
}

/// The variables of the outermost projection.
fn projection(pattern: &mut GraphPattern) -> Option<&mut Vec<Variable>> {
    match pattern {
        GraphPattern::Project { variables, .. } => Some(variables),
        GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::OrderBy { inner, .. } => projection(inner),
        _ => None,
    }
}

/// Replaces the predicate `$PATH` by the path.
fn put_path(pattern: &mut GraphPattern, path: &PropertyPathExpression) {
    let GraphPattern::Bgp { patterns } = pattern else { return };
    let is_path = |triple: &TriplePattern| matches!(&triple.predicate, NamedNodePattern::Variable(variable) if variable.as_str() == "PATH");
    if let PropertyPathExpression::NamedNode(predicate) = path {
        for triple in patterns.iter_mut().filter(|triple| is_path(triple)) {
            triple.predicate = NamedNodePattern::NamedNode(predicate.clone());
        }
        return;
    }
    let (paths, others): (Vec<_>, Vec<_>) = std::mem::take(patterns).into_iter().partition(is_path);
    let mut whole = GraphPattern::Bgp { patterns: others };
    for triple in paths {
        let TriplePattern { subject, object, .. } = triple;
        let right = GraphPattern::Path { subject, path: path.clone(), object };
        whole = GraphPattern::Join { left: Box::new(whole), right: Box::new(right) };
    }
    *pattern = whole;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphBuilder;
    use crate::graph::Prefixes;

    fn pre_bound(text: &str) -> std::result::Result<PreBound, String> {
        let query = Query::parse("test", text, &Prefixes::default()).unwrap();
        PreBound::new(query, None, vec![Variable::new_unchecked("this")])
    }

    #[test]
    fn what_cannot_be_pre_bound_is_refused() {
        for (text, part) in [
            ("SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }", "MINUS"),
            ("SELECT $this { VALUES ?x { 1 } }", "VALUES"),
            ("SELECT $this { SERVICE <http://a/> { ?a ?b ?c } }", "SERVICE"),
            ("SELECT $this { { SELECT ?a { ?a ?b ?c } } }", "subquery"),
            ("SELECT $this { BIND (1 AS $this) }", "assigned"),
            ("SELECT $this { FILTER EXISTS { { SELECT ?a { ?a ?b ?c } } } }", "subquery"),
        ] {
            assert!(pre_bound(text).unwrap_err().contains(part), "{text}");
        }
    }

    #[test]
    fn a_value_holds_everywhere_also_that_of_a_blank_node() {
        let mut builder = GraphBuilder::default();
        let text = "@prefix : <http://a/> . :a :p 1 . _:x :p 2 . :c :p 3 .";
        builder.add_turtle("t", text, crate::vocab::named_graph::PACK).unwrap();
        let graph = builder.freeze();
        let nodes: Vec<Vec<Term>> = graph.quads().map(|quad| vec![Term::from(quad.subject)]).collect();
        for (body, n) in [
            ("$this ?p ?o", 3),
            ("{ FILTER (BOUND($this)) } $this ?p ?o", 3),
            ("FILTER (ISBLANK($this))", 1),
            ("{ SELECT $this { FILTER (ISIRI($this)) } }", 2),
            ("{ FILTER (false) } UNION { FILTER (ISBLANK($this)) }", 1),
            ("FILTER NOT EXISTS { $this ?p 2 }", 2),
            ("BIND ($this AS ?that) FILTER (ISBLANK(?that))", 1),
        ] {
            let query = pre_bound(&format!("SELECT $this {{ {body} }}")).unwrap();
            assert_eq!(query.solutions(&graph, &nodes).unwrap().len(), n, "{body}");
        }
        let counts = pre_bound("SELECT $this (COUNT(?o) AS ?n) { $this ?p ?o } GROUP BY $this").unwrap();
        assert_eq!(counts.solutions(&graph, &nodes).unwrap().len(), 3);
        let asks = pre_bound("ASK { $this ?p ?o FILTER (?o > 1) }").unwrap();
        assert_eq!(asks.solutions(&graph, &nodes).unwrap().len(), 2);
    }
}
