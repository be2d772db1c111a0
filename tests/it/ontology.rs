//! Hygiene of the vocabulary: every term is labelled and defined in both
//! languages, in use or explained, and refers to existing terms.

use std::collections::BTreeSet;
use std::fs;

use civigraph::pack::embedded;

use crate::support::{knowledge, root, select};

const ONTOLOGY: &str = "GRAPH <https://w3id.org/civigraph/graph/ontology>";

#[test]
fn every_term_has_labels_and_definitions_in_both_languages() {
    let graph = &knowledge().graph;
    for language in ["en", "zh-Hant"] {
        for (property, kinds) in [
            ("rdfs:label", "owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty"),
            (
                "skos:definition",
                "owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty skos:Concept",
            ),
            ("skos:prefLabel", "skos:Concept skos:ConceptScheme"),
        ] {
            let query = format!(
                "SELECT ?term {{ VALUES ?kind {{ {kinds} }} {ONTOLOGY} {{ ?term a ?kind
                   FILTER (STRSTARTS(STR(?term), \"https://w3id.org/civigraph/\"))
                   FILTER NOT EXISTS {{ ?term {property} ?text FILTER LANGMATCHES(LANG(?text), \"{language}\") }} }} }}"
            );
            assert_eq!(select(graph, &query), Vec::<Vec<String>>::new(), "without {property} in {language}");
        }
    }
}

#[test]
fn a_label_names_one_term_and_a_placeholder_none() {
    let graph = &knowledge().graph;
    let query = format!(
        "SELECT ?a ?b ?text {{ {ONTOLOGY} {{ VALUES ?kind {{ owl:Class owl:ObjectProperty owl:DatatypeProperty }}
           ?a a ?kind ; rdfs:label ?text . ?b a ?kind ; rdfs:label ?text FILTER (STR(?a) < STR(?b)) }} }}"
    );
    assert_eq!(select(graph, &query), Vec::<Vec<String>>::new());
    for (file, text) in embedded::vocabulary() {
        assert!(!text.contains("（逆）") && !text.contains("TODO"), "{file}");
    }
}

#[test]
fn terms_refer_to_terms_that_exist() {
    let graph = &knowledge().graph;
    for property in [
        "rdfs:subClassOf",
        "rdfs:subPropertyOf",
        "rdfs:domain",
        "rdfs:range",
        "owl:inverseOf",
        "skos:inScheme",
        "cg:codeList",
    ] {
        let query = format!(
            "SELECT ?term ?other {{ {ONTOLOGY} {{ ?term {property} ?other
               FILTER (STRSTARTS(STR(?other), \"https://w3id.org/civigraph/\"))
               FILTER NOT EXISTS {{ ?other ?p ?o }} }} }}"
        );
        assert_eq!(select(graph, &query), Vec::<Vec<String>>::new(), "{property}");
    }
    let one_way =
        format!("SELECT ?p ?q {{ {ONTOLOGY} {{ ?p owl:inverseOf ?q FILTER NOT EXISTS {{ ?q owl:inverseOf ?p }} }} }}");
    assert_eq!(select(graph, &one_way), Vec::<Vec<String>>::new(), "an inverse says so from both sides");
}

#[test]
fn every_term_is_in_use_or_says_when_it_will_be() {
    let graph = &knowledge().graph;
    let mut used = String::new();
    for folder in fs::read_dir(root().join("tests/hard-places")).unwrap() {
        used += &fs::read_to_string(folder.unwrap().path().join("data.ttl")).unwrap();
    }
    for (_, text) in embedded::texts("data", "csv").into_iter().chain(embedded::texts("data", "yml")) {
        used += &text;
    }
    let words: BTreeSet<&str> = used.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let query = format!(
        "SELECT ?term {{ {ONTOLOGY} {{ VALUES ?kind {{ owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty skos:Concept }} ?term a ?kind
           FILTER (STRSTARTS(STR(?term), \"https://w3id.org/civigraph/\"))
           FILTER NOT EXISTS {{ ?term skos:scopeNote ?note }}
           FILTER NOT EXISTS {{ ?term owl:inverseOf ?other }}
           FILTER NOT EXISTS {{ ?narrower rdfs:subClassOf|rdfs:subPropertyOf ?term }} }} }}"
    );
    let unused: Vec<String> = select(graph, &query)
        .into_iter()
        .map(|row| row[0].clone())
        .filter(|term| !words.contains(term.rsplit(':').next().unwrap()))
        .filter(|term| select(graph, &format!("SELECT ?s {{ {ONTOLOGY} {{ ?s {term} ?o }} }} LIMIT 1")).is_empty())
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn an_alignment_makes_no_scheme_place_or_group_an_organisation() {
    let graph = &knowledge().graph;
    let query =
        "SELECT DISTINCT ?thing { ?thing a cg:Entity . { ?thing a org:Organization } UNION { ?thing a foaf:Agent }
        FILTER NOT EXISTS { ?thing a cg:Agent } }";
    assert_eq!(select(graph, query), Vec::<Vec<String>>::new());
    let query = "SELECT ?thing ?class { VALUES ?class { cg:Place cg:Undertaking cg:Instrument cg:Website } ?thing a ?class ; a cg:Organisation }";
    assert_eq!(select(graph, query), Vec::<Vec<String>>::new());
}

#[test]
fn the_ontology_says_what_it_is() {
    let graph = &knowledge().graph;
    let query = "SELECT ?version ?licence ?prefix { ?o a owl:Ontology ; owl:versionInfo ?version ; dcterms:license ?licence ; vann:preferredNamespacePrefix ?prefix } ORDER BY ?prefix";
    let rows = select(graph, query);
    let licence = "<https://creativecommons.org/licenses/by/4.0/>";
    assert_eq!(rows, [["0.1.0", licence, "c"], ["0.1.0", licence, "cg"]]);
}
