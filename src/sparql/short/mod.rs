//! Short queries: a few triple patterns whose solutions are found in few steps, over numbers of terms and without a
//! parser once a query of the same shape has been parsed.
//!
//! A server answers these itself. A query that needs more steps, or is of any other form, is none, and nothing else is
//! told of it: whoever asks evaluates it then as all others. So a query costs no more here than a known, small number
//! of steps, whatever it says.

mod shape;

use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::{HashMap, HashSet};
use oxigraph::model::{NamedNode, NamedNodeRef};
use oxigraph::model::{Term, TermRef, Variable};
use spargebra::algebra::GraphPattern;
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::{Query, mend};
use crate::graph::{Graph, TermNumber};
use shape::{QueryShape, place_of};

/// How many times triples or their number are looked up.
const MOST_STEPS: usize = 2_000;

/// The most rows of an answer.
const MOST_ROWS: usize = 500;

/// The most bytes of the terms of an answer.
const MOST_BYTES: usize = 32 * 1024;

/// The most patterns of a query.
const MOST_PATTERNS: usize = 8;

/// How many shapes are remembered.
const MOST_SHAPES: usize = 4_096;

/// What a short query answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShortAnswer {
    /// Of `ASK`.
    Boolean(bool),
    /// Of `SELECT`; rows in no order.
    Rows(Vec<Variable>, Vec<Vec<Option<Term>>>),
}

/// A graph that is asked short queries, with the plans of all shapes that were asked.
pub struct ShortQueries {
    graph: Graph,
    /// None where queries of a shape are not short.
    plans: Mutex<HashMap<String, Option<Arc<ShortPlan>>>>,
}

/// How to answer the queries of a shape.
struct ShortPlan {
    /// `None` for `ASK`.
    variables: Option<Vec<Variable>>,
    /// The number of each of `variables`, if it is in a pattern.
    columns: Vec<Option<usize>>,
    is_distinct: bool,
    n_variables: usize,
    patterns: Vec<[PatternPart; 3]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PatternPart {
    /// A variable, by its number.
    Variable(usize),
    /// An IRI of the query, by its place.
    Place(usize),
    /// A term that all queries of the shape have; none if no triple has it.
    Known(Option<TermNumber>),
}

/// A query that is not short.
struct NotShort;

impl ShortQueries {
    /// Short queries to a graph.
    pub fn new(graph: Graph) -> Self {
        Self { graph, plans: Mutex::default() }
    }

    /// The answer to a query, if it is a short one: equal to that of [`evaluate`](super::evaluate).
    ///
    /// If the graph is mapped from a snapshot that is damaged, this throws `damaged-snapshot`.
    pub fn answer(&self, text: &str) -> Option<ShortAnswer> {
        let shape = QueryShape::of(text)?;
        let known = self.plans.lock().unwrap_or_else(PoisonError::into_inner).get(&shape.text).cloned();
        let plan = known.unwrap_or_else(|| {
            let plan = ShortPlan::of(&shape, &self.graph).map(Arc::new);
            self.remember(&shape, plan.clone());
            plan
        })?;
        let answer = plan.answer(&self.graph, &shape.iris);
        if answer.is_err() {
            // Others of this shape would most likely try in vain, too.
            self.remember(&shape, None);
        }
        answer.ok()
    }

    fn remember(&self, shape: &QueryShape<'_>, plan: Option<Arc<ShortPlan>>) {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= MOST_SHAPES {
            plans.clear();
        }
        plans.insert(shape.text.clone(), plan);
    }
}

impl ShortPlan {
    fn of(shape: &QueryShape<'_>, graph: &Graph) -> Option<Self> {
        let mut query = Query::parse("query", &shape.with_placeholders(), &graph.prefixes).ok()?;
        if query.algebra.dataset().is_some() {
            return None;
        }
        mend::mend(&mut query.algebra, graph);
        let (mut pattern, is_ask) = match &query.algebra {
            spargebra::Query::Select { pattern, .. } => (pattern, false),
            spargebra::Query::Ask { pattern, .. } => (pattern, true),
            _ => return None,
        };
        let (mut variables, mut is_distinct) = (None, false);
        let patterns = loop {
            pattern = match pattern {
                GraphPattern::Distinct { inner } if variables.is_none() => {
                    is_distinct = true;
                    inner
                }
                GraphPattern::Project { inner, variables: projected } if variables.is_none() => {
                    variables = Some(projected.clone());
                    inner
                }
                GraphPattern::Bgp { patterns } => break patterns,
                _ => return None,
            };
        };
        if patterns.len() > MOST_PATTERNS || (!is_ask && variables.is_none()) {
            return None;
        }
        let mut numbers = VariableNumbers::default();
        let patterns = patterns.iter().map(|triple| parts(triple, graph, &mut numbers)).collect::<Option<Vec<_>>>()?;
        let columns = variables.iter().flatten();
        let columns = columns.map(|variable| numbers.0.get(variable.as_str()).copied()).collect();
        let variables = variables.filter(|_| !is_ask);
        Some(Self { variables, columns, is_distinct, n_variables: numbers.0.len(), patterns })
    }

    fn answer(&self, graph: &Graph, iris: &[&str]) -> Result<ShortAnswer, NotShort> {
        let places = iris.iter().map(|iri| graph.find(TermRef::NamedNode(NamedNodeRef::new_unchecked(iri))));
        let places: Vec<Option<TermNumber>> = places.collect();
        // A term that no triple has: there is no solution.
        let resolved = self.patterns.iter().map(|parts| resolve(parts, &places)).collect::<Option<Vec<_>>>();
        let mut walk = ShortWalk {
            graph,
            plan: self,
            found: vec![None; self.n_variables],
            n_steps: 0,
            rows: Vec::new(),
            n_found: 0,
        };
        if let Some(patterns) = resolved {
            walk.solve(&patterns)?;
        }
        let Some(variables) = &self.variables else { return Ok(ShortAnswer::Boolean(walk.n_found > 0)) };
        let mut rows = walk.rows;
        if self.is_distinct {
            let mut seen = HashSet::with_capacity(rows.len());
            rows.retain(|row| seen.insert(row.clone()));
        }
        let mut n_bytes = 0;
        let mut term = |number: TermNumber| {
            let term = graph.term(number);
            n_bytes += size(term.as_ref());
            if n_bytes > MOST_BYTES { Err(NotShort) } else { Ok(term.into_owned()) }
        };
        let rows =
            rows.into_iter().map(|row| row.into_iter().map(|number| number.map(&mut term).transpose()).collect());
        Ok(ShortAnswer::Rows(variables.clone(), rows.collect::<Result<_, NotShort>>()?))
    }
}

#[derive(Default)]
struct VariableNumbers(HashMap<String, usize>);

impl VariableNumbers {
    fn number(&mut self, name: &str) -> PatternPart {
        let next = self.0.len();
        PatternPart::Variable(*self.0.entry_ref(name).or_insert(next))
    }
}

fn parts(triple: &TriplePattern, graph: &Graph, numbers: &mut VariableNumbers) -> Option<[PatternPart; 3]> {
    let node = |node: &NamedNode| match place_of(node.as_str()) {
        Some(place) => PatternPart::Place(place),
        None => PatternPart::Known(graph.find(node.into())),
    };
    let mut term = |pattern: &TermPattern| {
        Some(match pattern {
            TermPattern::NamedNode(iri) => node(iri),
            TermPattern::Literal(literal) => PatternPart::Known(graph.find(literal.into())),
            TermPattern::Variable(variable) => numbers.number(variable.as_str()),
            // A variable that nobody can name; no variable begins with a blank.
            TermPattern::BlankNode(blank) => numbers.number(&format!(" {}", blank.as_str())),
            TermPattern::Triple(_) => return None,
        })
    };
    let (subject, object) = (term(&triple.subject)?, term(&triple.object)?);
    let predicate = match &triple.predicate {
        NamedNodePattern::NamedNode(iri) => node(iri),
        NamedNodePattern::Variable(variable) => numbers.number(variable.as_str()),
    };
    Some([subject, predicate, object])
}

/// A part of a pattern whose IRIs are known.
#[derive(Debug, Clone, Copy)]
enum WalkPart {
    Variable(usize),
    Term(TermNumber),
}

fn resolve(parts: &[PatternPart; 3], places: &[Option<TermNumber>]) -> Option<[WalkPart; 3]> {
    let mut resolved = [WalkPart::Term(0); 3];
    for (resolved, part) in resolved.iter_mut().zip(parts) {
        *resolved = match part {
            PatternPart::Variable(number) => WalkPart::Variable(*number),
            PatternPart::Place(place) => WalkPart::Term((*places.get(*place)?)?),
            PatternPart::Known(term) => WalkPart::Term((*term)?),
        };
    }
    Some(resolved)
}

/// A search for all solutions, one pattern after the other.
struct ShortWalk<'a> {
    graph: &'a Graph,
    plan: &'a ShortPlan,
    /// The terms of the variables, where they are known.
    found: Vec<Option<TermNumber>>,
    n_steps: usize,
    rows: Vec<Vec<Option<TermNumber>>>,
    n_found: usize,
}

impl ShortWalk<'_> {
    fn step(&mut self) -> Result<(), NotShort> {
        self.n_steps += 1;
        if self.n_steps > MOST_STEPS { Err(NotShort) } else { Ok(()) }
    }

    /// Finds the solutions of these patterns: first of the one that fewest triples match.
    fn solve(&mut self, patterns: &[[WalkPart; 3]]) -> Result<(), NotShort> {
        let mut best: Option<(usize, usize)> = None;
        for (index, pattern) in patterns.iter().enumerate() {
            self.step()?;
            let n = self.graph.n_matching(self.wanted(pattern));
            if best.is_none_or(|(least, _)| n < least) {
                best = Some((n, index));
            }
        }
        let Some((n, index)) = best else {
            self.n_found += 1;
            if self.plan.variables.is_some() {
                if self.rows.len() >= MOST_ROWS {
                    return Err(NotShort);
                }
                self.rows.push(self.plan.columns.iter().map(|column| self.found[(*column)?]).collect());
            }
            return Ok(());
        };
        let (pattern, mut rest) = (patterns[index], patterns.to_vec());
        rest.swap_remove(index);
        // Those that are looked through, of which some may not match.
        if n > MOST_STEPS - self.n_steps {
            return Err(NotShort);
        }
        let before = self.found.clone();
        for triple in self.graph.matching_numbers(self.wanted(&pattern)) {
            self.step()?;
            let fits = pattern.iter().zip(triple).all(|(part, term)| match part {
                WalkPart::Term(_) => true,
                WalkPart::Variable(number) => *self.found[*number].get_or_insert(term) == term,
            });
            if fits {
                self.solve(&rest)?;
            }
            self.found.clone_from(&before);
            if self.plan.variables.is_none() && self.n_found > 0 {
                break;
            }
        }
        Ok(())
    }

    fn wanted(&self, pattern: &[WalkPart; 3]) -> [Option<TermNumber>; 3] {
        pattern.map(|part| match part {
            WalkPart::Variable(number) => self.found[number],
            WalkPart::Term(term) => Some(term),
        })
    }
}

fn size(term: TermRef<'_>) -> usize {
    match term {
        TermRef::NamedNode(node) => node.as_str().len(),
        TermRef::BlankNode(node) => node.as_str().len(),
        TermRef::Literal(literal) => {
            literal.value().len() + literal.language().map_or_else(|| literal.datatype().as_str().len(), str::len)
        }
        TermRef::Triple(triple) => {
            size(triple.subject.as_ref().into()) + triple.predicate.as_str().len() + size(triple.object.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::sparql::QueryResults;
    use proptest::prelude::*;

    use super::*;
    use crate::graph::GraphBuilder;
    use crate::sparql::evaluate;

    fn graph(text: &str) -> Graph {
        let mut builder = GraphBuilder::default();
        builder.add_turtle("test", text, NamedNode::new_unchecked("http://a.org/graph").as_ref()).unwrap();
        builder.freeze()
    }

    /// Forty triples of few terms.
    fn small() -> Graph {
        let terms = ["<http://a.org/1>", "<http://a.org/2>", "<http://a.org/3>", "_:b", "'x'", "'x'@en", "7"];
        let mut text = String::new();
        for n in 0_usize..40 {
            text.push_str(&format!(
                "{} <http://a.org/{}> {} .\n",
                terms[n * 7 % 4],
                n * 5 % 3 + 1,
                terms[(n * n + n / 3) % 7]
            ));
        }
        graph(&text)
    }

    fn rows(answer: ShortAnswer) -> Vec<String> {
        let ShortAnswer::Rows(_, rows) = answer else { panic!("no rows") };
        let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
        rows.sort();
        rows
    }

    fn evaluated(graph: &Graph, text: &str) -> ShortAnswer {
        match evaluate(graph, &Query::parse("query", text, &graph.prefixes).unwrap()).unwrap() {
            QueryResults::Boolean(answer) => ShortAnswer::Boolean(answer),
            QueryResults::Solutions(solutions) => {
                let variables = solutions.variables().to_vec();
                ShortAnswer::Rows(variables, solutions.map(|solution| solution.unwrap().values().to_vec()).collect())
            }
            QueryResults::Graph(_) => panic!("triples"),
        }
    }

    fn patterns() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec!["?a", "?b", "?c", "<http://a.org/1>", "<http://a.org/2>", "_:x"]);
        let predicate = prop::sample::select(vec!["?a", "?p", "<http://a.org/1>", "<http://a.org/3>", "a"]);
        let object =
            prop::sample::select(vec!["?a", "?b", "?c", "?d", "<http://a.org/3>", "'x'", "'x'@en", "7", "_:x"]);
        let triple = (part, predicate, object).prop_map(|(s, p, o)| format!("{s} {p} {o} ."));
        prop::collection::vec(triple, 1..4).prop_map(|triples| triples.join("\n"))
    }

    proptest! {
        #[test]
        fn answers_are_those_of_the_evaluator(patterns in patterns(), form in 0_usize..4) {
            let graph = small();
            let text = format!("{} {{ {patterns} }}", ["SELECT *", "SELECT ?c ?a", "SELECT DISTINCT ?b", "ASK"][form]);
            let queries = ShortQueries::new(graph.clone());
            let Some(answer) = queries.answer(&text) else { return Ok(()) };
            match (answer, evaluated(&graph, &text)) {
                (ShortAnswer::Boolean(short), ShortAnswer::Boolean(other)) => prop_assert_eq!(short, other, "{}", text),
                (ShortAnswer::Rows(variables, found), ShortAnswer::Rows(expected, others)) => {
                    prop_assert_eq!(&variables, &expected, "{}", text);
                    let all = [found, others].map(|found| rows(ShortAnswer::Rows(Vec::new(), found)));
                    prop_assert_eq!(&all[0], &all[1], "{}", text);
                }
                _ => prop_assert!(false, "{}", text),
            }
        }
    }

    #[test]
    fn a_plan_serves_all_queries_of_its_shape() {
        let queries = ShortQueries::new(graph(
            "<http://a.org/1> <http://a.org/p> 'one' . <http://a.org/2> <http://a.org/p> 'two' ; <http://a.org/q> 3 .",
        ));
        let answer = |text: &str| queries.answer(text).map(rows);
        let text = |rows: Option<Vec<String>>| rows.unwrap().join(" ");
        assert!(text(answer("SELECT ?l { <http://a.org/1> <http://a.org/p> ?l }")).contains("one"));
        assert!(text(answer("SELECT ?l { <http://a.org/2> <http://a.org/p> ?l } # again")).contains("two"));
        assert!(text(answer("SELECT ?l { <http://a.org/2> <http://a.org/q> ?l }")).contains('3'));
        assert_eq!(answer("SELECT ?l { <http://a.org/9> <http://a.org/p> ?l }"), Some(Vec::new()));
        assert_eq!(queries.plans.lock().unwrap().len(), 1);
        // A namespace is a part of the shape.
        let with = |space: &str| format!("PREFIX p: <http://a.org/{space}> SELECT ?l {{ p:1 <http://a.org/p> ?l }}");
        assert!(text(answer(&with(""))).contains("one"));
        assert_eq!(answer(&with("x/")), Some(Vec::new()));
    }

    #[test]
    fn what_needs_many_steps_or_is_of_another_form_is_not_short() {
        let mut text = String::new();
        for n in 0..3_000 {
            text.push_str(&format!("<http://a.org/hub> <http://a.org/to> <http://a.org/{n}> .\n"));
        }
        for n in 0..60 {
            text.push_str(&format!("<http://a.org/small> <http://a.org/has> {n} .\n"));
        }
        let queries = ShortQueries::new(graph(&text));
        for text in [
            "SELECT ?o { <http://a.org/hub> <http://a.org/to> ?o }",
            "ASK { ?s ?p ?o }",
            "SELECT * { <http://a.org/small> <http://a.org/has> ?a . <http://a.org/small> <http://a.org/has> ?b }",
            "SELECT ?o { <http://a.org/small> <http://a.org/has> ?o } LIMIT 3",
            "SELECT ?o FROM <http://a.org/graph> { <http://a.org/small> <http://a.org/has> ?o }",
            "SELECT ?o { GRAPH <http://a.org/graph> { <http://a.org/small> <http://a.org/has> ?o } }",
            "CONSTRUCT WHERE { <http://a.org/small> <http://a.org/has> ?o }",
            "SELECT ?o { <http://a.org/small> <http://a.org/has> ?o } ORDER BY ?o",
            "SELECT ?o { <http://a.org/small> <http://a.org/has> ?o",
        ] {
            // The second time, too, when it is known.
            assert_eq!(queries.answer(text), None, "{text}");
            assert_eq!(queries.answer(text), None, "{text}");
        }
        let few = "SELECT ?o { <http://a.org/small> <http://a.org/has> ?o }";
        assert_eq!(rows(queries.answer(few).unwrap()).len(), 60);
    }
}
