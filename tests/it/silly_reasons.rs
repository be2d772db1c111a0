//! Queries that find nothing for a silly reason, and those that seem to.

use civigraph::sparql::{Query, lint};

use crate::support::{TestPack, knowledge};

/// The warnings about a query of the default pack: code, message and hint.
fn warnings(text: &str) -> Vec<(String, String, String)> {
    let graph = &knowledge().graph;
    let query = Query::parse("query", text, &graph.prefixes).unwrap();
    let found = lint(&query, graph, &[]).unwrap().into_iter();
    found.map(|warning| (warning.code.into_owned(), warning.message, warning.hint.unwrap_or_default())).collect()
}

#[test]
fn a_silly_reason_is_reported_with_what_is_meant() {
    for (query, code, part, hint) in [
        (
            "SELECT ?x { ?x skos:prefLabel \"Cyberport\" }",
            "unmatched-value",
            "`\"Cyberport\"@en`",
            "write `\"Cyberport\"@en`",
        ),
        ("SELECT ?x { ?x cg:status \"planned\" }", "unmatched-value", "its values are IRIs", "`c:planned`"),
        ("SELECT ?x { ?x cg:value \"10000000000\" }", "unmatched-value", "xsd:decimal", "^^xsd:decimal"),
        ("SELECT ?x { ?x cg:value 10000000000 }", "unmatched-value", "xsd:decimal", "^^xsd:decimal"),
        ("SELECT ?x { ?x skos:prefLabel hk:cyberport }", "unmatched-value", "texts tagged", "\"Cyberport\"@en"),
        ("SELECT ?x { ?x cg:dueLatest \"2022\" }", "unmatched-value", "`xsd:date`", "^^xsd:date"),
        ("SELECT ?x { ?x cg:dueLatest ?d FILTER(?d < 2022) }", "never-true", "`xsd:date`", "\"2022-01-01\"^^xsd:date"),
        ("SELECT ?x { ?x cg:dueLatest ?d FILTER(2022 > ?d) }", "never-true", "`?d < 2022`", "\"2022-01-01\"^^xsd:date"),
        ("SELECT ?x { ?x cg:value ?v FILTER(?v > \"1000\") }", "never-true", "numbers", "compare with `1000`"),
        ("SELECT ?x { ?x cg:status ?s FILTER(?s = \"planned\") }", "never-true", "IRIs", "`c:planned`"),
        ("SELECT ?x { ?x cg:status ?s FILTER(?s IN (\"planned\")) }", "never-true", "IRIs", "`c:planned`"),
        (
            "SELECT ?x { ?x skos:prefLabel ?l FILTER(?l = \"Cyberport\") }",
            "never-true",
            "texts tagged",
            "\"Cyberport\"@en",
        ),
        ("SELECT ?x { ?x cg:status ?s FILTER CONTAINS(?s, \"plan\") }", "never-true", "takes texts", "STR(?s)"),
        (
            "SELECT ?x { ?x skos:prefLabel ?l FILTER(LANG(?l) = \"zh\") }",
            "language-comparison",
            "`zh`",
            "LANGMATCHES(LANG(?l), \"zh\")",
        ),
        ("SELECT ?x { ?x skos:prefLabel ?l FILTER LANGMATCHES(LANG(?l), \"de\") }", "language-comparison", "`de`", ""),
        ("SELECT ?x ?nope { ?x a cg:Fund }", "unbound-variable", "`?nope` is bound nowhere", ""),
        ("SELECT ?x { ?x a cg:Fund FILTER(?y > 3) }", "unbound-variable", "`?y`", ""),
        ("SELECT ?lable { ?x skos:prefLabel ?label }", "unbound-variable", "`?lable`", "`?label`"),
        ("CONSTRUCT { ?x a ?k } WHERE { ?x a cg:Fund }", "unbound-variable", "`?k`", ""),
        (
            "SELECT ?x { ?x cg:figure ?f MINUS { ?f cg:value ?v FILTER(?x = hk:itf) } }",
            "unbound-variable",
            "in this group",
            "",
        ),
        (
            "SELECT ?x (COUNT(?v) AS ?k) { ?x cg:figure ?v } GROUP BY ?x HAVING (?k > 1)",
            "early-alias",
            "`?k`",
            "`COUNT(?v)`",
        ),
        (
            "SELECT ?x (COUNT(?f) AS ?n) { ?x cg:figure ?f FILTER(?n > 1) } GROUP BY ?x",
            "early-alias",
            "`?n`",
            "HAVING (COUNT(?f)",
        ),
        ("SELECT ?x (?v * 2 AS ?d) { ?x cg:value ?v FILTER(?d > 3) }", "early-alias", "`?d`", "`?v * 2`"),
        ("SELECT * { ?x org:subOrganizationOf ?y }", "unused-term", "`org:subOrganizationOf`", "civigraph vocabulary"),
        ("SELECT * { ?x cg:Fund ?y }", "unused-term", "`cg:Fund`", "a class"),
        ("SELECT * { ?x a cg:funds }", "unused-term", "`cg:funds`", "a property"),
        (
            "SELECT ?x { ?x a cg:Fund ; cg:value ?v }",
            "not-of-class",
            "no `cg:Fund` has `cg:value`",
            "`cg:figure/cg:value`",
        ),
        (
            "SELECT ?x { ?x skos:prefLabel ?l FILTER REGEX(?l, \"(Cyber\") }",
            "bad-pattern",
            "unclosed group",
            "CONTAINS",
        ),
        ("SELECT ?x { ?x skos:prefLabel ?l FILTER REGEX(?l, \"Cyber\", \"g\") }", "bad-pattern", "`g`", "flags"),
        ("SELECT * { ?x cg:amount ?y }", "unknown-term", "`cg:amount`", "`cg:value`"),
        ("SELECT * { ?x cg:website ?y }", "unknown-term", "`cg:website`", "`cg:homepage`"),
        ("SELECT * { ?x a cg:University }", "unknown-term", "`cg:University`", "`cg:HigherEducationInstitution`"),
        ("SELECT * { ?x a cg:Facilty }", "unknown-term", "`cg:Facilty`", "`cg:Facility`"),
        ("SELECT * { ?x cg:status cg:planned }", "unknown-term", "`cg:planned`", "`c:planned`"),
        ("SELECT * { ?x cg:formerName ?y }", "unknown-term", "`cg:formerName`", "`c:former`"),
        ("SELECT * { ?x cg:receives ?y }", "unknown-term", "`cg:receives`", "`cg:fundedBy`"),
        ("SELECT * { ?x foaf:homepage ?y }", "unknown-term", "`foaf:homepage`", "`cg:homepage`"),
        ("SELECT * { ?x schema:name ?y }", "unknown-term", "`schema:name`", "`cg:hasName`"),
    ] {
        let found = warnings(query);
        assert_eq!(found.len(), 1, "{query}: {found:?}");
        assert_eq!(found[0].0, code, "{query}: {found:?}");
        assert!(found[0].1.contains(part) && found[0].2.contains(hint), "{query}: {found:?}");
    }
}

#[test]
fn what_can_be_found_is_left_alone() {
    for query in [
        "SELECT ?x { ?x skos:prefLabel \"Cyberport\"@en }",
        "SELECT ?x { ?x cg:status c:planned }",
        // Nothing has it, and the question is a good one.
        "SELECT ?x { ?x cg:whollyOwnedBy hk:itb }",
        "SELECT ?x { ?x skos:prefLabel \"Nobody\"@en }",
        "SELECT ?x { ?x cg:value ?v FILTER(?v > 1000) }",
        "SELECT ?x { ?x cg:value ?v FILTER(?v = 10000000000) }",
        "SELECT ?x { ?x cg:dueLatest ?d FILTER(?d < \"2022-01-01\"^^xsd:date) }",
        "SELECT ?x { ?x cg:dueLatest ?d FILTER(STR(?d) < \"2022\") }",
        "SELECT ?x { ?x skos:prefLabel ?l FILTER(STR(?l) = \"Cyberport\") }",
        "SELECT ?x { ?x skos:prefLabel ?l FILTER LANGMATCHES(LANG(?l), \"zh\") }",
        "SELECT ?x { ?x skos:prefLabel ?l FILTER(LANG(?l) = \"en\") }",
        // The other side of a union, an option or a sub-query binds it.
        "SELECT ?x { { ?x cg:value ?v } UNION { ?x skos:prefLabel ?v } FILTER(?v = \"Cyberport\"@en) }",
        "SELECT ?x { { ?x cg:value ?v } UNION { ?x cg:status ?v } FILTER(?v = c:planned) }",
        "SELECT ?x ?y { ?x a cg:Fund OPTIONAL { ?x cg:status ?y } }",
        "SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?x a cg:Fund } } FILTER(?n > 3) }",
        "SELECT ?x { ?x cg:figure ?f OPTIONAL { ?f cg:value ?v FILTER(?x = hk:itf) } }",
        "SELECT ?x { ?x a cg:Fund FILTER EXISTS { ?x cg:figure ?f FILTER(?x = hk:itf) } }",
        "SELECT ?x { ?x cg:figure ?f BIND(1 AS ?one) FILTER(?one < 2) }",
        "SELECT ?x (COUNT(?v) AS ?k) { ?x cg:figure ?v } GROUP BY ?x HAVING (COUNT(?v) > 1) ORDER BY ?k",
        "SELECT ?x { VALUES ?x { hk:itf hk:nobody } ?x a cg:Fund }",
        // Absence is what is asked for.
        "SELECT ?x { ?x a cg:Fund FILTER NOT EXISTS { ?x cg:value ?v } }",
        // An option may have nothing.
        "SELECT ?x { ?x a cg:Fund OPTIONAL { ?x cg:value ?v } }",
        "SELECT ?x { ?x a cg:Fund MINUS { ?x org:subOrganizationOf ?y } }",
        "SELECT ?x { ?x a cg:Fund OPTIONAL { ?x org:subOrganizationOf ?y } }",
        "SELECT ?x { ?x org:subOrganizationOf|cg:under ?y }",
        "SELECT ?x { ?x a cg:Fund ; cg:figure/cg:value ?v }",
        "SELECT ?x { ?x skos:prefLabel ?l FILTER REGEX(?l, \"(Cyber\", \"q\") }",
        "SELECT * { ?s ?p ?o } LIMIT 1",
        "ASK { GRAPH ?g { ?s a cg:Fund } }",
    ] {
        assert_eq!(warnings(query), [], "{query}");
    }
}

#[test]
fn a_parameter_gives_a_variable_its_value() {
    let graph = &knowledge().graph;
    let query = Query::parse("query", "SELECT ?body { FILTER BOUND(?body) }", &graph.prefixes).unwrap();
    assert_eq!(lint(&query, graph, &[]).unwrap().len(), 1);
    assert!(lint(&query, graph, &["body".to_owned()]).unwrap().is_empty());
}

#[test]
fn dates_of_other_types_are_left_out_of_a_comparison() {
    let pack = TestPack::new();
    pack.replace(
        "mapping.yml",
        "[ex:boss, ex:$(boss)~iri]",
        "[ex:since, $(age), xsd:gYear]\n      - [ex:since, $(day), xsd:date]",
    );
    pack.replace(
        "datapackage.json",
        "{\"name\": \"age\", \"type\": \"integer\"},",
        "{\"name\": \"age\", \"type\": \"year\"}, {\"name\": \"day\", \"type\": \"date\"},",
    );
    pack.write(
        "people.csv",
        "id,name,age,day,kind,boss\nann,Ann,2012,2012-06-01,staff,\nbob,Bob,2013,2013-06-01,guest,ann\n",
    );
    let graph = pack.build().unwrap().graph;
    let codes = |text: &str| {
        let query = Query::parse("query", text, &graph.prefixes).unwrap();
        let found = lint(&query, &graph, &[]).unwrap();
        found.into_iter().map(|warning| warning.code.into_owned()).collect::<Vec<_>>()
    };
    let day = "\"2015-01-01\"^^xsd:date";
    assert_eq!(codes(&format!("SELECT ?s {{ ?s ex:since ?v FILTER(?v < {day}) }}")), ["dates-left-out"]);
    let both = format!("SELECT ?s {{ ?s ex:since ?v FILTER(?v < {day} || ?v < \"2015\"^^xsd:gYear) }}");
    assert!(codes(&both).is_empty());
    let typed = format!("SELECT ?s {{ ?s ex:since ?v FILTER(DATATYPE(?v) = xsd:date && ?v < {day}) }}");
    assert!(codes(&typed).is_empty());
}
