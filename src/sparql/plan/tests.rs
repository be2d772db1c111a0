//! Each rewriting, and what it must not touch.

use oxigraph::model::NamedNode;
use oxigraph::sparql::QueryResults;

use super::*;
use crate::graph::{GraphBuilder, Prefixes};
use crate::sparql::{Evaluator, Query, evaluate, mend};

/// Three hundred grants to ten bodies, of which two are universities; `a:0` has no parent.
fn graph() -> Graph {
    let mut text = "@prefix a: <http://a/> . a:0 a a:University . a:5 a a:University . a:5 a:site 'x' .".to_owned();
    for body in 1..10 {
        text.push_str(&format!("a:{body} a:under a:{} ; a:of a:{} .", body / 2, body - 1));
    }
    for grant in 0..300 {
        let (to, amount) = (grant % 9 + 1, grant * 10);
        text.push_str(&format!("a:g{grant} a:to a:{to} ; a:amount {amount}.50 ; a:rate {amount}e0 ."));
    }
    let mut builder = GraphBuilder::default();
    builder.add_turtle("test", &text, NamedNode::new_unchecked("http://a/graph").as_ref()).unwrap();
    builder.freeze()
}

/// The same in a named graph, and two others: one says again what the first says, one tells of itself.
fn several_graphs() -> Graph {
    let mut builder = graph().into_builder();
    let again = "@prefix a: <http://a/> . a:1 a:under a:0 . a:g1 a:to a:2 ; a:note 'once more'@en .";
    builder.add_turtle("test", again, NamedNode::new_unchecked("http://a/again").as_ref()).unwrap();
    let of_itself = "@prefix a: <http://a/> . a:itself a:source a:0 . a:0 a:under a:itself .";
    builder.add_turtle("test", of_itself, NamedNode::new_unchecked("http://a/itself").as_ref()).unwrap();
    builder.freeze()
}

fn query(text: &str) -> Query {
    let mut prefixes = Prefixes::none();
    prefixes.insert("a", "http://a/");
    Query::parse("query", text, &prefixes).unwrap()
}

/// The query as it is evaluated, as text.
fn planned(text: &str) -> String {
    let (graph, mut algebra) = (graph(), query(text).algebra);
    mend::mend(&mut algebra, &graph);
    plan(&mut algebra, &graph, &Dataset::new(&graph)).unwrap();
    algebra.to_string().replace("http://a/", "")
}

/// The rows, which must be those of the evaluator alone.
fn rows(text: &str) -> Vec<String> {
    rows_of(&graph(), text)
}

fn rows_of(graph: &Graph, text: &str) -> Vec<String> {
    let rows = [Evaluator::Planned, Evaluator::Plain].map(|evaluator| {
        let QueryResults::Solutions(solutions) = evaluate(graph, &Query { evaluator, ..query(text) }).unwrap() else {
            panic!("no SELECT")
        };
        let mut rows: Vec<String> = solutions
            .map(|solution| {
                let solution = solution.unwrap();
                let terms =
                    solution.values().iter().map(|term| term.as_ref().map_or("-".to_owned(), ToString::to_string));
                terms
                    .collect::<Vec<_>>()
                    .join(" ")
                    .replace("http://a/", "")
                    .replace("^^<http://www.w3.org/2001/XMLSchema#", "^<")
            })
            .collect();
        rows.sort();
        rows
    });
    let [planned, plain] = rows;
    assert_eq!(planned, plain, "{text}");
    planned
}

/// Whether texts occur in this order.
fn in_order(text: &str, parts: &[&str]) -> bool {
    let mut rest = text;
    parts.iter().all(|part| match rest.split_once(part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

#[test]
fn a_join_begins_where_there_are_fewest_rows() {
    let text = "SELECT * { ?g a:amount ?n . ?g a:to ?b . ?b a a:University . ?b a:site ?s }";
    let found = planned(text);
    assert!(in_order(&found, &["<site>", "<to>", "<amount>"]), "{found}");
    assert_eq!(rows(text).len(), 33);
}

/// Most properties of a vocabulary are in no data: all of them together have no more triples than
/// there are.
#[test]
fn properties_are_looked_up_and_not_sought_for_each_triple() {
    let text = "SELECT * { { ?p a:inverse ?q } UNION { ?q a:inverse ?p } ?s ?p ?o }";
    assert!(in_order(&planned(text), &["UNION", "?s ?p ?o"]), "{}", planned(text));
    assert_eq!(rows(text), [] as [&str; 0]);
}

#[test]
fn what_is_joined_with_a_group_is_looked_up_for_its_rows() {
    let text = "SELECT * { { SELECT ?b (COUNT(?g) AS ?n) { ?g a:to ?b } GROUP BY ?b HAVING (COUNT(?g) > 33) } ?b a:under ?x . ?h a:of ?x }";
    assert!(planned(text).contains("LATERAL"), "{}", planned(text));
    // Three bodies have 34 grants: 1, 2 and 3, under 0, 1 and 1.
    assert_eq!(rows(text).len(), 3);
}

#[test]
fn a_path_is_followed_from_its_constant_end() {
    let text = "SELECT * { ?g a:to/a:under* a:4 }";
    assert!(in_order(&planned(text), &["<under>)* <4>", "<to>"]), "{}", planned(text));
    // 4 itself, 8 and 9.
    assert_eq!(rows(text).len(), 3 * 33);
}

#[test]
fn a_union_is_part_of_a_join_if_its_parts_bind_the_same() {
    let text = "SELECT * { ?g a:amount ?n . { ?g a:to a:5 } UNION { ?g a:to a:6 } }";
    assert!(in_order(&planned(text), &["UNION", "<amount>"]), "{}", planned(text));
    assert_eq!(rows(text).len(), 66);
    let path = "SELECT * { ?x a:under|a:of ?y . ?x a a:University . ?g a:to ?x }";
    assert!(in_order(&planned(path), &["University", "UNION", "<to>"]), "{}", planned(path));
    // 5 is under 2 and of 4, and has 33 grants.
    assert_eq!(rows(path).len(), 66);
}

#[test]
fn parts_that_share_no_variable_are_not_looked_up_for_each_other() {
    let found = planned("SELECT * { ?g a:to a:5 . ?x a a:University }");
    assert!(!found.contains("LATERAL"), "{found}");
}

#[test]
fn nothing_moves_across_what_is_no_join() {
    for text in [
        "SELECT * { ?g a:amount ?n OPTIONAL { ?g a:to ?b } ?b a a:University }",
        "SELECT * { ?b a a:University ; a:of/a:of* ?c GRAPH ?x { ?g a:to+ ?b } }",
        "SELECT * { ?g a:amount ?n BIND (a:5 AS ?b) ?g a:to ?b }",
        "SELECT * { { SELECT ?g { ?g a:amount ?n } LIMIT 3 } ?g a:to ?b }",
        "SELECT * { { ?g a:to ?b } UNION { ?g a:amount ?n } ?g a:rate ?r }",
        "SELECT * { VALUES (?g ?b) { (UNDEF a:5) (a:g1 UNDEF) } ?g a:to ?b }",
    ] {
        assert!(!planned(text).contains("LATERAL"), "{}", planned(text));
        rows(text);
    }
}

#[test]
fn a_filter_sees_its_own_group_only() {
    // `?b` is not bound where the filter stands: it is an error, and nothing is found.
    let text = "SELECT * { ?g a:to ?b { ?g a:amount ?n FILTER (?b = a:5) } }";
    assert_eq!(rows(text), Vec::<String>::new());
    // Here it is.
    assert_eq!(rows("SELECT * { ?g a:amount ?n { ?g a:to ?b FILTER (?b = a:5) } }").len(), 33);
}

#[test]
fn minus_is_looked_up_if_the_right_side_is_large() {
    let safe = "SELECT ?b { ?b a a:University MINUS { ?g a:to ?b } }";
    assert!(planned(safe).contains("NOT EXISTS") || planned(safe).contains("!(EXISTS"), "{}", planned(safe));
    assert_eq!(rows(safe), ["<0>"]);
    // `?g` of the right side is not that of the group around it.
    let around = "SELECT ?g ?b { ?g a:to a:6 { ?b a a:University MINUS { ?g a:to ?b } } }";
    assert!(planned(around).contains("EXISTS"), "{}", planned(around));
    assert_eq!(rows(around).len(), 33);
    for (text, expected) in [
        // They share no variable: nothing is removed.
        ("SELECT ?b { ?b a a:University MINUS { ?g a:to ?c } }", 2),
        // The filter does not see `?s` of the left side: it is an error, and nothing is removed.
        ("SELECT ?b { ?b a a:University . ?b a:site ?s MINUS { ?g a:to ?b FILTER (?s = 'x') } }", 1),
        // One university has a site and the other shares nothing with the right side.
        ("SELECT ?b { ?b a a:University OPTIONAL { ?b a:site ?g } MINUS { ?g a:to ?c } }", 2),
        ("SELECT ?b { ?b a a:University MINUS { ?g a:to ?b OPTIONAL { ?g a:rate ?r } } }", 1),
    ] {
        let found = planned(text);
        assert!(!found.contains("EXISTS"), "{found}");
        assert_eq!(rows(text).len(), expected, "{text}");
    }
}

#[test]
fn groups_are_counted_over_numbers() {
    for (text, expected) in [
        ("SELECT (COUNT(*) AS ?n) { ?g a:to ?b }", vec!["\"300\"^<integer>"]),
        ("SELECT (COUNT(DISTINCT ?b) AS ?n) { ?g a:to ?b . ?g a:amount ?a }", vec!["\"9\"^<integer>"]),
        (
            "SELECT (COUNT(?x) AS ?n) (SUM(?x) AS ?s) (AVG(?x) AS ?m) (MIN(?x) AS ?l) { ?g a:nothing ?x }",
            vec!["\"0\"^<integer> \"0\"^<integer> \"0\"^<integer> -"],
        ),
        // 0, 9, 18 … 297: the amounts are 0, 90, 180 … 2970, and a half each.
        (
            "SELECT (SUM(?a) AS ?s) (MAX(?a) AS ?m) { ?g a:to a:1 ; a:amount ?a }",
            vec!["\"50507\"^<decimal> \"2970.5\"^<decimal>"],
        ),
        (
            "SELECT ?k (COUNT(*) AS ?n) { ?g a:to ?b BIND (?b = a:1 AS ?k) } GROUP BY ?k",
            vec!["\"false\"^<boolean> \"266\"^<integer>", "\"true\"^<boolean> \"34\"^<integer>"],
        ),
        // An IRI has no successor: the key is not bound.
        ("SELECT ?k (COUNT(*) AS ?n) { ?x a:under ?b BIND (?b + 1 AS ?k) } GROUP BY ?k", vec!["- \"9\"^<integer>"]),
        ("SELECT (COUNT(*) AS ?n) { ?x a:under+ ?y }", vec!["\"25\"^<integer>"]),
        ("SELECT (SUM(?b) AS ?s) { ?g a:to ?b }", vec!["-"]),
        (
            "SELECT (COUNT(?y) AS ?n) { ?g a:to ?b FILTER (?b IN (a:1, a:2)) BIND (STR(?g) AS ?y) }",
            vec!["\"68\"^<integer>"],
        ),
        (
            "SELECT ?n { { SELECT ?b (COUNT(*) AS ?n) { ?g a:to ?b } GROUP BY ?b HAVING (COUNT(*) > 33) } ?b a:under a:0 }",
            vec!["\"34\"^<integer>"],
        ),
    ] {
        assert!(planned(text).contains("\u{b7}table"), "{}", planned(text));
        assert_eq!(rows(text), expected, "{text}");
    }
}

#[test]
fn a_condition_of_a_group_does_not_see_what_is_bound_further_out() {
    for (text, expected) in [
        ("SELECT (COUNT(*) AS ?n) { { ?s a:amount ?v FILTER (?w > 1) } BIND (?v + 1 AS ?w) }", vec!["\"0\"^<integer>"]),
        (
            "SELECT (COUNT(*) AS ?n) { { ?s a:amount ?v FILTER (!BOUND(?w)) } BIND (?v + 1 AS ?w) }",
            vec!["\"300\"^<integer>"],
        ),
        ("SELECT (COUNT(*) AS ?n) { ?s a:amount ?v FILTER (?k > 1) } GROUP BY (?v + 1 AS ?k)", vec![]),
        (
            "SELECT ?x (COUNT(*) AS ?n) { { ?s a:amount ?v BIND (COALESCE(?w, 7) AS ?x) } BIND (?v AS ?w) } GROUP BY ?x",
            vec!["\"7\"^<integer> \"300\"^<integer>"],
        ),
    ] {
        assert_eq!(rows(text), expected, "{text}");
    }
}

#[test]
fn errors_are_not_counted_and_what_has_no_name_tells_no_solutions_apart() {
    // 2 of 302 things with a predicate have a class, which is no number.
    let sampled =
        "SELECT (COUNT(?v + 1) AS ?n) (COUNT(*) AS ?m) (SAMPLE(1) AS ?x) { { ?s a:amount ?v } UNION { ?s a ?v } }";
    assert_eq!(rows(sampled), ["\"300\"^<integer> \"302\"^<integer> \"1\"^<integer>"]);
    assert_eq!(rows("SELECT (COUNT(DISTINCT *) AS ?n) { ?g a:to [] }"), ["\"300\"^<integer>"]);
    assert_eq!(rows("SELECT (COUNT(DISTINCT *) AS ?n) { a:1 !a:amount ?o }"), ["\"1\"^<integer>"]);
    assert_eq!(
        rows("SELECT (COUNT(DISTINCT *) AS ?n) { ?g a:to/a:under* ?o FILTER (?g = a:g3) }"),
        ["\"4\"^<integer>"]
    );
}

#[test]
fn triples_inside_graphs_are_joined_and_counted_like_others() {
    let graph = several_graphs();
    let rows = |text: &str| rows_of(&graph, text);
    assert_eq!(
        rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"),
        ["<again> \"3\"^<integer>", "<graph> \"921\"^<integer>", "<itself> \"2\"^<integer>"]
    );
    assert_eq!(rows("SELECT ?s { GRAPH ?g { ?s ?p ?o . ?x a:under ?s } FILTER (?g != a:graph) }").len(), 1);
    // In the graph that it names; the other subject there is not its name.
    assert_eq!(rows("SELECT ?g ?o { GRAPH ?g { ?g a:source ?o } }"), ["<itself> <0>"]);
    assert_eq!(
        rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s a:under ?g } } GROUP BY ?g"),
        ["<itself> \"1\"^<integer>"]
    );
    assert_eq!(
        rows("SELECT ?g ?l { GRAPH ?g { ?s ?p ?o } BIND (LANG(?o) AS ?l) FILTER (?l != '') }"),
        ["<again> \"en\""]
    );
    assert_eq!(
        rows("SELECT ?s { GRAPH a:again { ?s a:under ?o } GRAPH a:graph { ?s a:under ?o ; a a:University } }").len(),
        0
    );
    assert_eq!(
        rows("SELECT ?s { GRAPH a:again { ?s a:under ?o } GRAPH a:graph { ?s a:under ?o } ?o a a:University }"),
        ["<1>"]
    );
    assert_eq!(rows("SELECT ?g { GRAPH ?g { } }").len(), 3);
    assert_eq!(rows("SELECT ?g ?h { GRAPH ?g { a:g1 a:to ?o } GRAPH ?h { ?s a:note ?n } }").len(), 2);
    assert_eq!(
        rows("SELECT ?g { GRAPH ?g { ?s a:note ?n } OPTIONAL { GRAPH ?g { ?s a:rate ?r } } FILTER (!BOUND(?r)) }"),
        ["<again>"]
    );
    assert_eq!(rows("SELECT ?g { GRAPH ?g { ?s a:note ?n FILTER (?g != a:again) } }").len(), 0);
    assert_eq!(rows("SELECT (COUNT(*) AS ?n) { GRAPH a:none { ?s ?p ?o } }"), ["\"0\"^<integer>"]);
    assert_eq!(
        rows(
            "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?x a:to ?b } ?b a:under ?o GRAPH a:again { ?y a:under ?o } } GROUP BY ?g"
        ),
        ["<graph> \"34\"^<integer>"]
    );
}

#[test]
fn what_depends_on_the_kind_of_a_term_is_evaluated_once_for_each_kind() {
    // Nodes: 2 types, 9 `under`, 9 `of` and 300 `to`.
    let kinds = rows("SELECT ?d (COUNT(*) AS ?n) { ?s ?p ?o BIND (DATATYPE(?o) AS ?d) } GROUP BY ?d");
    let expected = [
        "- \"320\"^<integer>",
        "<decimal> \"300\"^<integer>",
        "<double> \"300\"^<integer>",
        "<string> \"1\"^<integer>",
    ];
    assert_eq!(
        kinds.iter().map(|row| row.replace("http://www.w3.org/2001/XMLSchema#", "")).collect::<Vec<_>>(),
        expected
    );
    for (condition, n) in [
        ("isIRI(?o)", 320),
        ("!isIRI(?o)", 601),
        ("LANG(?o) = ''", 601),
        ("isLiteral(?o) && DATATYPE(?o) != xsd:double", 301),
    ] {
        let text = format!(
            "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER ({condition}) }}"
        );
        assert_eq!(rows(&text), [format!("\"{n}\"^<integer>")], "{condition}");
    }
}

#[test]
fn groups_that_depend_on_more_are_left_to_the_evaluator() {
    for text in [
        // The sum of floating-point numbers depends on their order.
        "SELECT (SUM(?r) AS ?s) { ?g a:rate ?r }",
        "SELECT (SAMPLE(?b) AS ?s) { ?g a:to ?b }",
        "SELECT (SUM(DISTINCT ?a) AS ?s) { ?g a:amount ?a }",
        "SELECT (COUNT(*) AS ?n) { ?g a:to ?b ; a:amount ?a FILTER (?b != ?a) }",
        "SELECT (COUNT(*) AS ?n) { ?g a:to ?b FILTER EXISTS { ?b a:site ?s } }",
        "SELECT (COUNT(*) AS ?n) { ?g a:to ?b OPTIONAL { ?b a:site ?s } }",
        "SELECT (COUNT(*) AS ?n) { ?g a:to ?b FILTER (RAND() < 2 && ?b != a:1) }",
        "SELECT (COUNT(*) AS ?n) FROM <http://a/graph> { ?g a:to ?b }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?x { ?g a:to/a:under* ?b } }",
        "SELECT ?b { ?b a a:University FILTER EXISTS { SELECT (COUNT(*) AS ?n) { ?g a:to ?b } } }",
    ] {
        assert!(!planned(text).contains("\u{b7}table"), "{}", planned(text));
    }
}

#[test]
fn solutions_are_counted_as_often_as_there_are_ways() {
    // Each of the 9 bodies is `of` the one before, and under another, once.
    for (path, n) in [("a:of|a:under", 18), ("!a:to", 9 + 9 + 3 + 600), ("^(a:of|a:under)", 18)] {
        let text = format!("SELECT ?x ?y {{ ?x {path} ?y }}");
        assert_eq!(rows(&text).len(), n, "{text}");
    }
    // 1 is of 0 and under 0.
    assert_eq!(rows("SELECT ?x { a:1 a:of|a:under ?x }"), ["<0>", "<0>"]);
    assert_eq!(rows("SELECT ?x { a:1 !a:to ?x . a:1 !a:amount ?x }").len(), 4);
    assert_eq!(rows("SELECT ?x { a:1 (a:of|a:under)+ ?x }"), ["<0>"]);
}

#[test]
fn a_path_of_length_zero_begins_at_subjects_and_objects_and_at_constants() {
    // 300 grants have an amount. The predicate is no node, so `?p` does not begin a path.
    assert_eq!(rows("SELECT (COUNT(*) AS ?n) { ?g ?p ?o . ?p a:of* ?x FILTER (?p = a:amount) }"), ["\"0\"^<integer>"]);
    assert_eq!(rows("SELECT (COUNT(*) AS ?n) { ?x a:under* ?y . ?y a a:University }"), ["\"11\"^<integer>"]);
    assert_eq!(rows("SELECT ?x { a:amount a:of* ?x }"), ["<amount>"]);
    assert_eq!(rows("SELECT ?x { a:unknown a:of? ?x }"), ["<unknown>"]);
}

#[test]
fn long_joins_are_ordered_in_time() {
    // The evaluator recurses with the length of a join.
    crate::work::within(None, || [12, 60, 150].into_iter().for_each(long_join)).unwrap().unwrap();
}

fn long_join(n: usize) {
    let triples: String = (0..n).map(|at| format!("?b{at} a:under ?b{} . ", at + 1)).collect();
    // From 8 or 9 it is four steps to the top, so that nothing is found in more.
    let text = format!("SELECT * {{ {triples} ?b0 a:site ?s }}");
    assert_eq!(rows(&text), Vec::<String>::new());
    assert_eq!(in_order(&planned(&text), &["<site>", "<under>"]), n < 100, "{n}");
}
