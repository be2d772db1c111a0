//! RML in Turtle: what is said about a mapping that cannot be used, and one in a pack.

use std::fs;

use civigraph::error::Error;
use civigraph::map::rml;

use crate::support::{TestPack, select};

const HEAD: &str = "@prefix rml: <http://w3id.org/rml/> .
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ex: <http://example.org/> .
@prefix grel: <http://users.ugent.be/~bjdmeest/function/grel.ttl#> .
";

/// The findings about a mapping, each as `line:column: message`.
fn faults(body: &str) -> Vec<String> {
    let (_, findings) = rml::read("m.ttl", &format!("{HEAD}{body}"));
    let shown = |fault: &civigraph::finding::Finding| {
        let place = fault.place.as_ref().unwrap();
        format!("{}:{}: {}", place.line, place.column, fault.message)
    };
    findings.iter().map(shown).collect()
}

/// A triples map with this object map.
fn with_object(object: &str) -> String {
    format!(
        "ex:M rml:logicalSource [ rml:source \"t.csv\" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template \"http://example.org/{{id}}\" ] ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap {object} ] .\n"
    )
}

#[test]
fn what_cannot_be_used_is_told_at_its_place() {
    let call = |inside: &str| with_object(&format!("[ rml:functionExecution [ {inside} ] ]"));
    for (body, part) in [
        (with_object("[ rml:reference \"a\", \"b\" ]"), "`reference` has more than one value"),
        (with_object("[ rml:reference \"a\" ; rml:template \"{b}\" ]"), "both `reference` and `template`"),
        (with_object("[ rml:termType rml:Literal ]"), "does not say from what its term is made"),
        (with_object("[ rml:refrence \"a\" ]"), "`refrence` is not supported here"),
        (with_object("[ rml:template \"{a\" ]"), "a `{` is never closed"),
        (with_object("[ rml:reference \"a\" ; rml:termType rml:Thing ]"), "`Thing` is not a term type"),
        (with_object("[ rml:reference \"a\" ; rml:language \"english\" ]"), "`english` is not a BCP 47 language tag"),
        (with_object("[ rml:parentTriplesMap ex:N ]"), "there is no triples map <http://example.org/N>"),
        (call("rml:function grel:toUperCase"), "unknown function"),
        (call("rml:function grel:toUpperCase"), "needs the parameter `valueParameter`"),
        (
            call("rml:function grel:toUpperCase ; rml:input [ rml:parameter grel:x ; rml:inputValue \"a\" ]"),
            "is not a parameter of `grel:toUpperCase`",
        ),
        (
            format!(
                "{}ex:F rml:functionExecution [ rml:function grel:toUpperCase ;
                  rml:input [ rml:parameter grel:valueParam ; rml:inputValueMap ex:F ] ] .\n",
                with_object("ex:F")
            ),
            "in a circle",
        ),
        (
            "@prefix csvw: <http://www.w3.org/ns/csvw#> .\nex:M rml:logicalSource [ rml:source [ csvw:url \"t.csv\" ; csvw:dialect [ csvw:trim true ] ] ; rml:referenceFormulation rml:CSV ] ; rml:subject ex:s .\n".to_owned(),
            "`csvw:trim` is not supported here",
        ),
        ("ex:M a rml:TriplesMap .\n".to_owned(), "has no `rml:logicalSource`"),
        ("ex:M ex:p ex:o .\n".to_owned(), "the file has no triples map"),
        (
            "ex:M rml:logicalSource [ rml:source \"t.csv\" ; rml:referenceFormulation rml:SQL2008Table ] ; rml:subject ex:s .\n".to_owned(),
            "is not supported",
        ),
        (
            "ex:M rml:logicalSource [ rml:source \"https://example.org/t.csv\" ; rml:referenceFormulation rml:CSV ] ; rml:subject ex:s .\n".to_owned(),
            "only files are read",
        ),
        (
            "ex:M rr:logicalTable [ rr:tableName \"t\" ] ; rr:subjectMap [ rr:template \"{id}\" ] .\n".to_owned(),
            "`logicalTable` is not supported here",
        ),
        (
            "ex:M rml:logicalSource [ rml:source \"t.csv\" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:reference \"id\" ; rml:logicalTarget ex:T ] .\n".to_owned(),
            "`logicalTarget` is not supported here",
        ),
    ] {
        let found = faults(&body);
        assert!(found.iter().any(|fault| fault.contains(part)), "{part}: {found:#?}\n{body}");
    }
    assert_eq!(
        faults(&with_object("[ rml:reference \"a\" ; rml:termType rml:Thing ]")),
        ["7:98: `Thing` is not a term type"]
    );
    let (_, findings) = rml::read("m.ttl", "@prefix rml: <http://w3id.org/rml/> .\nex:M a rml:TriplesMap .\n");
    assert!(findings.has_errors());
}

#[test]
fn a_pack_may_have_a_mapping_in_rml() {
    let pack = TestPack::new();
    pack.replace("datapackage.json", "mapping.yml", "mapping.ttl");
    fs::remove_file(pack.path().join("mapping.yml")).unwrap();
    let mapping = format!(
        "{HEAD}@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:M rml:logicalSource [ rml:source \"people.csv\" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template \"http://example.org/{{id}}\" ] ;
  rml:predicateObjectMap [ rml:predicate ex:boss ; rml:objectMap [ rml:template \"http://example.org/{{boss}}\" ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:age ; rml:objectMap [ rml:reference \"AGE\" ; rml:datatype xsd:date ] ] .\n"
    );
    pack.write("mapping.ttl", mapping.replace("AGE", "years"));
    let Err(Error::Invalid(faults)) = pack.build() else { panic!("there is no column `years`") };
    let fault = faults.iter().next().unwrap();
    assert_eq!((&*fault.code, fault.place.as_ref().unwrap().line), ("unknown-column", 9), "{fault}");
    pack.write("mapping.ttl", mapping.replace("AGE", "age"));
    let Err(Error::Findings(faults)) = pack.build() else { panic!("an age is no date") };
    let fault = faults.iter().next().unwrap();
    let place = fault.place.as_ref().unwrap();
    assert_eq!((&*fault.code, place.line, place.column), ("bad-literal", 2, 9), "{fault}");
    pack.write("mapping.ttl", mapping.replace("AGE", "age").replace("xsd:date", "xsd:integer"));
    let graph = pack.build().unwrap().graph;
    let rows = select(&graph, "SELECT ?s ?o { ?s <http://example.org/boss> ?o }");
    assert_eq!(rows, [["ex:bob".to_owned(), "ex:ann".to_owned()]]);
}

/// The lines that a mapping makes of `t.csv`.
fn made(source: &str, table: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), table).unwrap();
    let mapping =
        with_object("[ rml:reference \"a\" ]").replace("rml:source \"t.csv\"", &format!("rml:source {source}"));
    let file = folder.path().join("m.ttl");
    let text = format!("{HEAD}@prefix csvw: <http://www.w3.org/ns/csvw#> .\n{mapping}");
    fs::write(&file, text).unwrap();
    let mut made = Vec::new();
    let mapping = civigraph::pipeline::Mapping::open(&file, None).unwrap();
    mapping
        .run(false, &mut |quad| {
            made.push(quad.to_string());
            Ok(())
        })
        .unwrap();
    made
}

#[test]
fn a_source_may_have_a_dialect_of_csv_on_the_web() {
    let dialect = "csvw:delimiter \";\" ; csvw:quoteChar \"'\" ; csvw:commentPrefix \"#\"";
    let source = format!("[ a csvw:Table ; csvw:url \"t.csv\" ; csvw:dialect [ {dialect} ] ]");
    let table = "id;a\n# nothing\n1;'x;y'\n";
    assert_eq!(made(&source, table), ["<http://example.org/1> <http://example.org/p> \"x;y\""]);
}

#[test]
fn texts_that_a_source_calls_null_are_no_values() {
    let source =
        "[ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path \"t.csv\" ; rml:null \"-\", \"NULL\" ]";
    let made = made(source, "id,a\n1,x\n2,-\n-,x\n3,NULL\n4,\n");
    assert_eq!(made, ["<http://example.org/1> <http://example.org/p> \"x\""]);
}
