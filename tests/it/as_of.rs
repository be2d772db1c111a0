//! A graph as of a day: what was there, as far as dates are stated.

use civigraph::graph::RdfFile;
use civigraph::pack::Pack;
use civigraph::pipeline::{self, DaySummary, read_day};

use crate::support::{program, root, select, stderr, stdout};

const TEXT: &str = "\
@prefix : <http://example.org/> .
@prefix c: <https://w3id.org/civigraph/code#> .
@prefix cg: <https://w3id.org/civigraph/def#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix time: <http://www.w3.org/2006/time#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:old a cg:Organisation ; skos:prefLabel 'Old'@en ; cg:status c:ended ; cg:validTo '2010-06-30'^^xsd:date .
:new a cg:Organisation ; skos:prefLabel 'New'@en ; cg:validFrom '2010-07-01'^^xsd:date .
:unit a cg:Organisation ; skos:prefLabel 'Unit'@en .
:k1 a cg:Claim ; rdf:subject :unit ; rdf:predicate cg:partOf ; rdf:object :old ; cg:status c:ended ; cg:during '../2010-06' .
:k2 a cg:Claim ; rdf:subject :unit ; rdf:predicate cg:partOf ; rdf:object :new ; cg:status c:ongoing ; cg:during '2010-07/..' .
:k3 a cg:Claim ; rdf:subject :unit ; rdf:predicate cg:supports ; rdf:object :other ; cg:status c:ongoing .
:k4 a cg:Claim ; rdf:subject :unit ; rdf:predicate cg:launched ; rdf:object :other ; cg:status c:done ; cg:during '2005' .
:k5 a cg:Claim ; rdf:subject :old ; rdf:predicate cg:supports ; rdf:object :other ; cg:status c:ended .
:other a cg:Organisation ; skos:prefLabel 'Other'@en .
:m a org:Membership ; org:member :ann ; org:organization :unit ; org:memberDuring [
    time:hasBeginning [ time:inXSDDate '2008-01-01'^^xsd:date ] ; time:hasEnd [ time:inXSDDate '2009-12-31'^^xsd:date ] ] .
";

/// The relations between things that hold on a day, and the members of the unit.
fn on(day: &str) -> (Vec<String>, DaySummary) {
    let file = RdfFile::text("test.ttl", TEXT.to_owned(), "n");
    let (knowledge, _) = pipeline::of_data(&[file]).unwrap();
    let (knowledge, summary) = pipeline::as_of(knowledge, read_day(day).unwrap()).unwrap();
    let query = "SELECT ?line WHERE {
        { GRAPH <https://w3id.org/civigraph/graph/rule/direct> { ?s ?p ?o } }
        UNION { ?m <http://www.w3.org/ns/org#member> ?s ; <http://www.w3.org/ns/org#organization> ?o BIND (<http://x/member> AS ?p) }
        BIND (CONCAT(REPLACE(STR(?s), '.*/', ''), ' ', REPLACE(STR(?p), '.*[/#]', ''), ' ', REPLACE(STR(?o), '.*/', '')) AS ?line)
    } ORDER BY ?line";
    (select(&knowledge.graph, query).into_iter().map(|row| row[0].clone()).collect(), summary)
}

#[test]
fn relations_memberships_and_things_are_those_of_the_day() {
    let summary = |n_things, n_relations, n_restored| DaySummary { n_things, n_relations, n_restored };
    // Before the launch, in the body that has ended since, whose relation without a date ended with it.
    let before = ["old supports other", "unit partOf old", "unit supports other"];
    assert_eq!(on("2004-12-31"), (before.map(str::to_owned).to_vec(), summary(1, 3, 3)));
    let within =
        ["ann member unit", "old supports other", "unit launched other", "unit partOf old", "unit supports other"];
    assert_eq!(on("2008-01-01"), (within.map(str::to_owned).to_vec(), summary(1, 1, 3)));
    assert_eq!(on("2009-12-31").0, within);
    // The last day of one is a day of it, and the first of the other.
    let last = ["old supports other", "unit launched other", "unit partOf old", "unit supports other"];
    assert_eq!(on("2010-06-30").0, last);
    let after = ["unit launched other", "unit partOf new", "unit supports other"];
    assert_eq!(on("2010-07-01"), (after.map(str::to_owned).to_vec(), summary(1, 3, 0)));
    assert_eq!(on("2026-01-01").0, after);
}

#[test]
fn a_closed_body_of_the_register_stands_where_it_stood_until_the_day_it_was_closed() {
    let pack = Pack::open(&root().join("data/uk-government")).unwrap();
    let parent = |day: &str| {
        let (knowledge, _) = pipeline::build(&pack).unwrap();
        let (knowledge, _) = pipeline::as_of(knowledge, read_day(day).unwrap()).unwrap();
        let query = "SELECT ?parent WHERE { <https://www.gov.uk/api/organisations/public-health-england> \
                     <https://w3id.org/civigraph/def#partOf> ?parent }";
        select(&knowledge.graph, query)
    };
    assert_eq!(parent("2021-09-30"), [["uk:department-of-health-and-social-care"]]);
    assert!(parent("2021-10-02").is_empty());
}

#[test]
fn a_day_is_a_day() {
    for day in ["2019", "2019-02-30", "yesterday"] {
        let output = program().args(["show", "hkstp", "--as-of", day]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("expected a day, such as 2019-07-01"), "{}", stderr(&output));
    }
    let output = program().args(["show", "hkstp", "--language", "en", "--as-of", "2019-07-01"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("note: as of 2019-07-01: "), "{}", stderr(&output));
    assert!(stdout(&output).contains("hk:hkstp"));
}
