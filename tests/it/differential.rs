//! Random graphs and queries of all forms: our graph beside oxigraph's store, which stays the
//! oracle, and queries with a plan beside the same without. The seeds are those of proptest, which
//! writes down what fails.

use std::fmt::Write as _;

use civigraph::graph::{Graph, GraphBuilder, Prefixes};
use civigraph::sparql::{Evaluator, Query, evaluate};
use oxigraph::model::{GraphName, Literal, NamedNode, Quad, Term};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store;
use proptest::prelude::*;

fn node(n: u8) -> NamedNode {
    NamedNode::new_unchecked(format!("http://a/{}", char::from(b'a' + n % 5)))
}

fn predicate(n: u8) -> NamedNode {
    NamedNode::new_unchecked(format!("http://a/p{}", n % 3))
}

/// Objects; literals are in the only form that the store keeps.
fn object(n: u8) -> Term {
    match n % 10 {
        0..=4 => node(n).into(),
        5 => Literal::from(1).into(),
        6 => Literal::from(2).into(),
        7 => Literal::new_simple_literal("x").into(),
        8 => Literal::new_language_tagged_literal_unchecked("x", "en").into(),
        _ => Literal::from(true).into(),
    }
}

fn graph_name(n: u8) -> NamedNode {
    NamedNode::new_unchecked(format!("http://a/g{n}"))
}

fn quads() -> impl Strategy<Value = Vec<Quad>> {
    let quad = (0..5_u8, 0..3_u8, 0..10_u8, 0..3_u8)
        .prop_map(|(s, p, o, g)| Quad::new(node(s), predicate(p), object(o), graph_name(g)));
    // Every term is in a triple: paths of length zero from others are mended on our side.
    let every = |n| Quad::new(node(n), NamedNode::new_unchecked("http://a/all"), object(n), graph_name(0));
    prop::collection::vec(quad, 0..25).prop_map(move |quads| quads.into_iter().chain((0..10).map(every)).collect())
}

fn variable() -> impl Strategy<Value = String> {
    (0..4_u8).prop_map(|n| format!("?{}", char::from(b'w' + n)))
}

fn term() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => variable(),
        1 => (0..5_u8).prop_map(|n| node(n).to_string()),
        1 => (5..10_u8).prop_map(|n| object(n).to_string()),
    ]
}

fn subject() -> impl Strategy<Value = String> {
    prop_oneof![4 => variable(), 1 => (0..5_u8).prop_map(|n| node(n).to_string())]
}

/// Where the store and we are expected to answer in the same way.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Range {
    /// Everywhere.
    All,
    /// Outside of `GRAPH` and `FROM`: there, the store misses paths of length zero.
    OneGraph,
    /// Inside of them, without such paths; `GRAPH ?g` with triple patterns only.
    Graphs,
}

fn path(range: Range) -> impl Strategy<Value = String> {
    let leaf = (0..3_u8).prop_map(|n| predicate(n).to_string());
    let path = leaf.prop_recursive(2, 6, 2, move |inner| {
        // The store counts what both of two alternatives find once.
        let (zero, alternative) = (range != Range::Graphs, range == Range::All);
        prop_oneof![
            2 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}/{b})")),
            1 => inner.clone().prop_map(|a| format!("(^{a})")),
            1 => (inner.clone(), inner.clone())
                .prop_map(move |(a, b)| if alternative { format!("({a}|{b})") } else { format!("({a}/{b})") }),
            1 => inner.clone().prop_map(move |a| if zero { format!("({a})*") } else { format!("({a})+") }),
            1 => inner.clone().prop_map(|a| format!("({a})+")),
            1 => inner.prop_map(move |a| if zero { format!("({a})?") } else { a }),
        ]
    });
    prop_oneof![
        3 => variable(),
        5 => path,
        1 => (0..3_u8).prop_map(move |n| {
            let negated = if range == Range::All { "!" } else { "" };
            format!("{negated}({})", predicate(n))
        }),
    ]
}

fn triples(range: Range) -> impl Strategy<Value = String> {
    let triple = (subject(), path(range), term()).prop_map(|(s, p, o)| format!("{s} {p} {o} . "));
    prop::collection::vec(triple, 1..4).prop_map(|triples| triples.concat())
}

/// What `GRAPH ?g` has inside of it where the store is right too.
fn plain_triples() -> impl Strategy<Value = String> {
    let triple = (subject(), (0..3_u8), term()).prop_map(|(s, p, o)| format!("{s} {} {o} . ", predicate(p)));
    prop::collection::vec(triple, 1..3).prop_map(|triples| triples.concat())
}

fn condition(range: Range) -> impl Strategy<Value = String> {
    prop_oneof![
        (variable(), term()).prop_map(|(a, b)| format!("{a} = {b}")),
        (variable(), term()).prop_map(|(a, b)| format!("{a} != {b}")),
        (variable(), term()).prop_map(|(a, b)| format!("{a} < {b}")),
        variable().prop_map(|a| format!("BOUND({a})")),
        variable().prop_map(|a| format!("ISIRI({a}) || {a} = 1")),
        variable().prop_map(|a| format!("CONTAINS(STR({a}), \"a\") && {a} != 1")),
        variable().prop_map(|a| format!("{a} + 1 > 2")),
        Just("!BOUND(?new)".to_owned()),
        Just("?v > 1 || ?new = \"x\"".to_owned()),
        triples(range).prop_map(|triples| format!("EXISTS {{ {triples} }}")),
        triples(range).prop_map(|triples| format!("NOT EXISTS {{ {triples} }}")),
    ]
}

fn group(range: Range) -> impl Strategy<Value = String> {
    triples(range).prop_recursive(3, 12, 3, move |inner| {
        let named = match range {
            Range::Graphs => (variable(), plain_triples()).prop_map(|(g, a)| format!("GRAPH {g} {{ {a} }}")).boxed(),
            Range::All => (variable(), inner.clone()).prop_map(|(g, a)| format!("GRAPH {g} {{ {a} }}")).boxed(),
            Range::OneGraph => inner.clone().boxed(),
        };
        let is_one = range == Range::OneGraph;
        prop_oneof![
            (triples(range), inner.clone()).prop_map(|(a, b)| format!("{a} OPTIONAL {{ {b} }}")),
            (triples(range), inner.clone()).prop_map(|(a, b)| format!("{a} MINUS {{ {b} }}")),
            (triples(range), triples(range), condition(range))
                .prop_map(|(a, b, c)| format!("{a} MINUS {{ {b} FILTER ({c}) }}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{ {a} }} UNION {{ {b} }}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{ {a} }} {{ {b} }}")),
            (inner.clone(), condition(range)).prop_map(|(a, b)| format!("{a} FILTER ({b})")),
            (inner.clone(), inner.clone(), condition(range))
                .prop_map(|(a, b, c)| format!("{{ {a} FILTER ({c}) }} {b}")),
            named,
            (0..4_u8, inner.clone())
                .prop_map(move |(g, a)| { if is_one { a } else { format!("GRAPH <http://a/g{g}> {{ {a} }}") } }),
            (inner.clone(), variable()).prop_map(|(a, v)| format!("{a} BIND (STR({v}) AS ?new)")),
            (term(), inner.clone()).prop_map(|(t, a)| {
                let value = if t.starts_with('?') { "UNDEF".to_owned() } else { t };
                format!("VALUES ?x {{ {value} <http://a/a> }} {a}")
            }),
            (variable(), inner).prop_map(|(v, a)| format!("{{ SELECT DISTINCT {v} {{ {a} }} }}")),
        ]
    })
}

fn aggregate() -> impl Strategy<Value = String> {
    (0..11_u8, variable()).prop_map(|(n, v)| match n {
        0 => "COUNT(*)".to_owned(),
        1 => format!("COUNT({v})"),
        2 => format!("COUNT(DISTINCT {v})"),
        3 => format!("SUM({v})"),
        4 => format!("AVG({v})"),
        5 => format!("MIN({v})"),
        6 => format!("MAX({v})"),
        7 => format!("SUM({v} * 2)"),
        8 => "SUM(?v)".to_owned(),
        9 => "MAX(?new)".to_owned(),
        _ => format!("SUM(DISTINCT {v})"),
    })
}

fn query(range: Range) -> impl Strategy<Value = String> {
    let counted = prop_oneof![
        1 => triples(range),
        1 => (triples(range), condition(range)).prop_map(|(a, c)| format!("{a} FILTER ({c})")),
        1 => (triples(range), variable()).prop_map(|(a, v)| format!("{a} BIND ({v} + 1 AS ?v)")),
        1 => (triples(range), condition(range), variable())
            .prop_map(|(a, c, v)| format!("{{ {a} FILTER ({c}) }} BIND ({v} + 1 AS ?v)")),
        1 => (triples(range), variable())
            .prop_map(|(a, v)| format!("{{ {a} BIND (COALESCE(?v, 7) AS ?new) }} BIND ({v} AS ?v)")),
        1 => group(range),
    ];
    let from = (0..3_u8, 0..4_u8, group(range)).prop_map(move |(a, b, group)| {
        let from = match range {
            Range::OneGraph => String::new(),
            _ => format!("FROM <http://a/g{a}> FROM NAMED <http://a/g{b}>"),
        };
        format!("SELECT * {from} {{ {group} }}")
    });
    prop_oneof![
        4 => group(range).prop_map(|group| format!("SELECT ?w ?x ?y ?z {{ {group} }}")),
        1 => group(range).prop_map(|group| format!("SELECT DISTINCT ?w ?x {{ {group} }}")),
        1 => group(range).prop_map(|group| format!("ASK {{ {group} }}")),
        2 => (variable(), counted, aggregate(), aggregate()).prop_map(|(v, group, a, b)| {
            format!("SELECT {v} ({a} AS ?n) ({b} AS ?m) {{ {group} }} GROUP BY {v}")
        }),
        1 => (triples(range), aggregate()).prop_map(|(group, a)| format!("SELECT ({a} AS ?n) {{ {group} }}")),
        1 => (triples(range), triples(range), aggregate(), variable()).prop_map(|(group, other, a, v)| {
            format!("SELECT * {{ {group} {{ SELECT {v} ({a} AS ?n) {{ {other} }} GROUP BY {v} HAVING ({a} > 1) }} }}")
        }),
        1 => group(range).prop_map(|group| format!("CONSTRUCT {{ ?w <http://a/made> ?x }} {{ {group} }}")),
        1 => from,
    ]
}

/// The answer as sorted lines.
fn lines(results: QueryResults<'_>) -> Vec<String> {
    let mut lines: Vec<String> = match results {
        QueryResults::Boolean(answer) => vec![answer.to_string()],
        QueryResults::Graph(triples) => {
            let mut lines: Vec<String> = triples.map(|triple| triple.unwrap().to_string()).collect();
            lines.sort();
            lines.dedup();
            lines
        }
        QueryResults::Solutions(solutions) => {
            // `SELECT *` has them in the order of the query here, sorted there.
            let mut variables = solutions.variables().to_vec();
            variables.sort();
            let mut lines = Vec::new();
            for solution in solutions {
                let solution = solution.unwrap();
                let mut line = String::new();
                for variable in &variables {
                    let _ = write!(line, "{variable}={:?} ", solution.get(variable).map(ToString::to_string));
                }
                lines.push(line);
            }
            lines
        }
    };
    lines.sort();
    lines
}

fn ours(quads: &[Quad]) -> Graph {
    let mut builder = GraphBuilder::default();
    quads.iter().for_each(|quad| builder.add(quad));
    builder.freeze()
}

/// The store with the union of its named graphs as the default graph: its own union repeats a
/// triple that is in two graphs.
fn oracle(quads: &[Quad]) -> Store {
    let store = Store::new().unwrap();
    store.extend(quads.iter().cloned()).unwrap();
    store
        .extend(quads.iter().cloned().map(|mut quad| {
            quad.graph_name = GraphName::DefaultGraph;
            quad
        }))
        .unwrap();
    store
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 2_000, max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_that_of_oxigraphs_store(
        quads in quads(),
        text in prop_oneof![query(Range::OneGraph), query(Range::Graphs)],
    ) {
        // A variable may be assigned twice, which is no query.
        let Ok(query) = Query::parse("query", &text, &Prefixes::none()) else { return Err(TestCaseError::reject("syntax")) };
        let found = lines(evaluate(&ours(&quads), &query).unwrap());
        let prepared = SparqlEvaluator::new().parse_query(&text).unwrap();
        let expected = lines(prepared.on_store(&oracle(&quads)).execute().unwrap());
        prop_assert_eq!(found, expected, "{}", text);
    }

    #[test]
    fn every_answer_with_a_plan_is_the_one_without(quads in quads(), text in query(Range::All)) {
        let Ok(mut query) = Query::parse("query", &text, &Prefixes::none()) else { return Err(TestCaseError::reject("syntax")) };
        let graph = ours(&quads);
        let found = lines(evaluate(&graph, &query).unwrap());
        query.evaluator = Evaluator::Plain;
        let expected = lines(evaluate(&graph, &query).unwrap());
        prop_assert_eq!(found, expected, "{}", text);
    }
}

/// `CIVIGRAPH_CASES` asks for more than a test run has time for.
fn cases() -> u32 {
    std::env::var("CIVIGRAPH_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000)
}
