//! What follows from what is stated, and what must not.

use std::collections::BTreeSet;

use civigraph::derive::{Rule, derive};
use civigraph::graph::{Graph, GraphBuilder, Layer};
use civigraph::pack::embedded;
use civigraph::vocab::named_graph;
use oxigraph::model::NamedNodeRef;
use proptest::prelude::*;

use crate::support::{knowledge, select};

const DATA: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://example.org/graph");

fn rules() -> Vec<Rule> {
    embedded::texts("ontology/rules", "rq").iter().map(|(file, text)| Rule::read(file, text).unwrap()).collect()
}

const ONTOLOGY: &str = "
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix ex: <http://example.org/> .
ex:owns owl:inverseOf ex:ownedBy ; rdfs:subPropertyOf ex:controls .
ex:controls rdfs:subPropertyOf ex:linkedTo .
ex:borders a owl:SymmetricProperty .
ex:Park rdfs:subClassOf ex:Facility . ex:Facility rdfs:subClassOf ex:Place .
";

fn derived(data: &str) -> Graph {
    let mut builder = GraphBuilder::default();
    builder.add_turtle("ontology", ONTOLOGY, named_graph::ONTOLOGY).unwrap();
    let prefixes = "@prefix ex: <http://example.org/> . @prefix cg: <https://w3id.org/civigraph/def#> . @prefix c: <https://w3id.org/civigraph/code#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .";
    builder.add_turtle("data", &format!("{prefixes}\n{data}"), DATA).unwrap();
    builder.prefixes.insert("ex", "http://example.org/");
    derive(builder.freeze(), &rules()).unwrap().0
}

fn made_by(graph: &Graph, rule: &str) -> Vec<Vec<String>> {
    select(
        graph,
        &format!("SELECT ?s ?p ?o {{ GRAPH <{}{rule}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o", named_graph::RULE),
    )
}

fn row(cells: [&str; 3]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

#[test]
fn only_claims_that_hold_without_condition_make_direct_triples() {
    let claim = |n: u8, status: &str, more: &str| {
        format!(
            "ex:c{n} a cg:Claim ; rdf:subject ex:s{n} ; rdf:predicate ex:p ; rdf:object ex:o ; cg:status c:{status} {more} .\n"
        )
    };
    let data = claim(1, "done", "")
        + &claim(2, "ongoing", "")
        + &claim(3, "planned", "")
        + &claim(4, "underStudy", "")
        + &claim(5, "considered", "")
        + &claim(6, "ended", "")
        + &claim(7, "done", "; cg:condition ex:if");
    let graph = derived(&data);
    assert_eq!(made_by(&graph, "direct"), [row(["ex:s1", "ex:p", "ex:o"]), row(["ex:s2", "ex:p", "ex:o"])]);
}

#[test]
fn each_rule_writes_to_its_own_graph_and_repeats_nothing() {
    let graph = derived("ex:a ex:owns ex:b . ex:b ex:ownedBy ex:a . ex:a ex:borders ex:b . ex:b a ex:Park .");
    assert_eq!(made_by(&graph, "symmetric"), [row(["ex:b", "ex:borders", "ex:a"])]);
    assert_eq!(
        made_by(&graph, "superclass"),
        [row(["ex:b", "rdf:type", "ex:Facility"]), row(["ex:b", "rdf:type", "ex:Place"])]
    );
    assert_eq!(
        made_by(&graph, "superproperty"),
        [row(["ex:a", "ex:controls", "ex:b"]), row(["ex:a", "ex:linkedTo", "ex:b"])]
    );
    // The inverse is already stated; a rule does not repeat it.
    assert!(made_by(&graph, "inverse").is_empty());
}

#[test]
fn support_is_not_passed_on_and_nothing_is_typed_by_domain() {
    let graph = &knowledge().graph;
    // The offices support the bureau (line 1); nothing follows for those that the bureau is linked
    // to. The state supports the development of innovation in Hong Kong (391), not the region as
    // such.
    let supported = select(graph, "SELECT DISTINCT ?o { ?s cg:supports ?o } ORDER BY ?o");
    assert_eq!(supported, [["hk:itb"]]);
    let rules = select(
        graph,
        "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER STRSTARTS(STR(?g), \"https://w3id.org/civigraph/graph/rule/\") } ORDER BY ?g",
    );
    let names: Vec<&str> = rules.iter().map(|row| row[0].rsplit('/').next().unwrap().trim_end_matches('>')).collect();
    assert!(
        names
            .iter()
            .all(|name| ["direct", "inverse", "period", "superclass", "superproperty", "symmetric"].contains(name)),
        "{names:?}"
    );
    // A wholly owned company is a subsidiary, but not the other way round.
    assert_eq!(select(graph, "SELECT ?s ?o { ?s cg:subsidiaryOf ?o }"), [["hk:hsitp", "hk:hkstp"]]);
    assert_eq!(select(graph, "SELECT ?o { hk:hkstp cg:hasSubsidiary ?o }"), [["hk:hsitp"]]);
    assert!(select(graph, "SELECT ?o { hk:hkstp cg:whollyOwnedBy ?o }").is_empty());
}

#[test]
fn what_is_no_rule_is_refused() {
    for text in ["SELECT ?s { ?s ?p ?o }", "CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }"] {
        assert_eq!(Rule::read("r.rq", text).unwrap_err().code, "bad-rule");
    }
}

#[test]
fn the_union_gives_a_triple_once() {
    let mut builder = GraphBuilder::default();
    builder.prefixes.insert("ex", "http://example.org/");
    let text = "@prefix ex: <http://example.org/> . ex:a ex:n 1 .";
    builder.add_turtle("one", text, NamedNodeRef::new_unchecked("http://example.org/one")).unwrap();
    builder.add_turtle("two", text, NamedNodeRef::new_unchecked("http://example.org/two")).unwrap();
    let graph = builder.freeze();
    assert_eq!(select(&graph, "SELECT (SUM(?n) AS ?sum) { ?s ex:n ?n }"), [["1"]]);
    assert_eq!(select(&graph, "SELECT ?g { GRAPH ?g { ?s ex:n ?n } } ORDER BY ?g").len(), 2);
    // Exports see each graph, and not the union next to them.
    assert_eq!(graph.quads().count(), 2);
}

fn random_data() -> impl Strategy<Value = String> {
    let triple = ("[a-d]", prop::sample::select(vec!["owns", "ownedBy", "borders", "controls"]), "[a-d]")
        .prop_map(|(s, p, o)| format!("ex:{s} ex:{p} ex:{o} ."));
    let typed = ("[a-d]", prop::sample::select(vec!["Park", "Facility"]))
        .prop_map(|(s, class)| format!("ex:{s} a ex:{class} ."));
    prop::collection::vec(prop_oneof![triple, typed], 0..8).prop_map(|lines| lines.join("\n"))
}

fn triples(graph: &Graph) -> BTreeSet<String> {
    graph.quads().map(|quad| format!("{} {} {}", quad.subject, quad.predicate, quad.object)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn deriving_is_monotone_and_idempotent(data in random_data(), more in random_data()) {
        let small = derived(&data);
        let large = derived(&format!("{data}\n{more}"));
        prop_assert!(triples(&small).is_subset(&triples(&large)));
        let before = triples(&small);
        let (_, again) = derive(small.clone(), &rules()).unwrap();
        prop_assert_eq!(again.iter().map(|made| made.n_triples).sum::<usize>(), 0);
        prop_assert_eq!(before, triples(&small));
        let layers = small.quads().filter(|quad| Layer::of(quad.graph_name.as_ref()) == Layer::Source).count();
        prop_assert!(layers <= data.lines().count());
    }
}
