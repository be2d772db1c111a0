//! `validate` with shapes as users run it: RDF files and packs, formats and
//! exit codes, and shapes that are wrong themselves.

use std::fs;
use std::io::Write as _;
use std::process::{Output, Stdio};

use tempfile::TempDir;

use crate::support::{DESCRIPTOR, TestPack, program, stderr, stdout};

const DATA: &str = "@prefix ex: <http://example.org/> .

ex:ann a ex:Person ;
  ex:name \"Ann\" ;
  ex:age 50 .
ex:bob a ex:Guest ;
  ex:age -3 , \"old\" ;
  ex:knows [ ex:name 7 ] .
";

const SHAPES: &str = "@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

ex:PersonShape
  a sh:NodeShape ;
  sh:targetClass ex:Person ;
  sh:property ex:NameShape ;
  sh:property [ sh:path ex:age ; sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:severity sh:Warning ] .
ex:NameShape sh:path ex:name ; sh:minCount 1 ; sh:datatype xsd:string ;
  sh:message \"has no name\"@en , \"hat keinen Namen\"@de .
ex:KnownShape sh:targetObjectsOf ex:knows ; sh:property ex:NameShape .
";

/// A folder with data and shapes; the superclasses of `ex:Person` are in the data.
fn folder(data: &str, shapes: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("data.ttl"),
        format!("{data}ex:Guest <http://www.w3.org/2000/01/rdf-schema#subClassOf> ex:Person .\n"),
    )
    .unwrap();
    fs::write(folder.path().join("shapes.ttl"), shapes).unwrap();
    folder
}

fn validate(folder: &TempDir, file: &str, arguments: &[&str]) -> Output {
    let mut command = program();
    command.current_dir(folder.path()).arg("validate").arg(file);
    command.args(["--shapes", "shapes.ttl"]).args(arguments).output().unwrap()
}

const FOUND: &str = "data.ttl:6:1: violation[sh:minCount]: `ex:bob`: has no name
data.ttl:7:10: warning[sh:minInclusive]: `-3` of `ex:age` of `ex:bob` is not at least `0`
data.ttl:7:15: warning[sh:datatype]: `old` of `ex:age` of `ex:bob` is not a valid `xsd:integer`
data.ttl:7:15: warning[sh:minInclusive]: `old` of `ex:age` of `ex:bob` is not at least `0`
data.ttl:8:22: violation[sh:datatype]: `_:n5`: has no name
";

#[test]
fn results_have_their_places_in_turtle() {
    let folder = folder(DATA, SHAPES);
    let output = validate(&folder, "data.ttl", &["--format", "short"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let found = stdout(&output);
    let name = found.split("`_:n").nth(1).unwrap().split('`').next().unwrap().to_owned();
    assert_eq!(found.replace(&format!("_:n{name}"), "_:n5"), FOUND);
    let text = stdout(&validate(&folder, "data.ttl", &[]));
    assert!(text.contains("= hint: shape ex:NameShape, shapes.ttl:11"), "{text}");
    assert!(text.contains("6 | ex:bob a ex:Guest ;"), "{text}");
    let right = validate(&folder, "data.ttl", &["--severity", "violation", "--fail-on", "never", "--format", "json"]);
    assert_eq!(right.status.code(), Some(0));
    let json: serde_json::Value = serde_json::from_str(&stdout(&right)).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), 2);
    let github = stdout(&validate(&folder, "data.ttl", &["--format", "github"]));
    assert!(
        github.contains("::warning file=data.ttl,line=7,col=10,endColumn=12,title=sh%3AminInclusive::"),
        "{github}"
    );
}

#[test]
fn every_rdf_format_is_read_with_the_same_result() {
    let folder = folder(DATA, SHAPES);
    let codes = |output: &Output| {
        let mut codes: Vec<String> = stdout(output)
            .lines()
            .filter_map(|line| Some(line.split_once('[')?.1.split(']').next()?.to_owned()))
            .collect();
        codes.sort();
        codes
    };
    let turtle = codes(&validate(&folder, "data.ttl", &["--format", "short"]));
    let text = fs::read_to_string(folder.path().join("data.ttl")).unwrap();
    let quads: Vec<_> = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::Turtle)
        .for_slice(&text)
        .map(|quad| quad.unwrap())
        .collect();
    for (ending, has_places) in [("nt", true), ("nq", true), ("trig", true), ("rdf", false), ("jsonld", false)] {
        let format = oxigraph::io::RdfFormat::from_extension(ending).unwrap();
        let mut writer = oxigraph::io::RdfSerializer::from_format(format).for_writer(Vec::new());
        for quad in &quads {
            writer.serialize_quad(quad).unwrap();
        }
        let name = format!("data.{ending}");
        // Some editors put a byte-order mark at the start.
        let written = ["\u{feff}".as_bytes(), &writer.finish().unwrap()].concat();
        fs::write(folder.path().join(&name), written).unwrap();
        let output = validate(&folder, &name, &["--format", "short"]);
        assert_eq!(output.status.code(), Some(1), "{ending}: {}", stderr(&output));
        assert_eq!(codes(&output), turtle, "{ending}");
        let told = stdout(&output);
        assert_eq!(told.lines().all(|line| line.starts_with(&format!("{name}:1:1:"))), !has_places, "{told}");
    }
    let mut command = program();
    command.current_dir(folder.path()).args(["validate", "-", "--shapes", "shapes.ttl", "--format", "short"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(stdout(&output).starts_with("-:6:1: violation[sh:minCount]"), "{}", stdout(&output));
}

#[test]
fn the_report_is_turtle_and_the_same_each_time() {
    let folder = folder(DATA, SHAPES);
    let report = |data: &str| validate(&folder, data, &["--format", "turtle"]);
    let first = report("data.ttl");
    assert_eq!(first.status.code(), Some(1));
    assert_eq!(first.stdout, report("data.ttl").stdout);
    let text = stdout(&first);
    for part in ["a sh:ValidationReport ;\n  sh:conforms false ;", "sh:resultPath ex:name ;", "\"hat keinen Namen\"@de"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert_eq!(text.matches("a sh:ValidationResult").count(), 5, "{text}");
    let quads = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::Turtle).for_slice(&text);
    assert!(quads.filter(|quad| quad.is_ok()).count() > 30);
    fs::write(folder.path().join("empty.ttl"), "").unwrap();
    let output = report("empty.ttl");
    assert!(output.status.success());
    assert!(stdout(&output).contains("sh:conforms true ."), "{}", stdout(&output));
}

#[test]
fn a_pack_brings_shapes() {
    let pack = TestPack::new();
    let listed = DESCRIPTOR.replace("\"mapping\":", "\"shapes\": [\"shapes/people.ttl\"],\n    \"mapping\":");
    pack.write("datapackage.json", &listed);
    fs::create_dir(pack.path().join("shapes")).unwrap();
    let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .\n
        ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ;
          sh:property [ sh:path ex:boss ; sh:minCount 1 ] , [ sh:path ex:age ; sh:maxInclusive 40 ] .";
    pack.write("shapes/people.ttl", shapes);
    let run = |arguments: &[&str]| program().arg("validate").arg(pack.path()).args(arguments).output().unwrap();
    let output = run(&["--format", "short"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = stdout(&output).replace(&format!("{}/", pack.path().display()), "");
    let expected = "people.csv:2:9: violation[sh:maxInclusive]: `50` of `ex:age` of `ex:ann` is not at most `40`
people.csv:2:18: violation[sh:minCount]: `ex:ann` has no `ex:boss`; at least 1 is required\n";
    assert_eq!(text, expected);
    assert!(stdout(&run(&["--format", "turtle"])).contains("sh:focusNode ex:ann"));
    // A missing file, and a broken one.
    pack.write("datapackage.json", listed.replace("people.ttl", "persons.ttl"));
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("error[missing-file]") && stderr(&output).contains("datapackage.json:"));
    pack.write("datapackage.json", &listed);
    pack.write("shapes/people.ttl", shapes.replace("sh:minCount 1", "sh:minCount 1.5"));
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    assert!(
        stderr(&output).contains("error[bad-shape]") && stderr(&output).contains("people.ttl:5:"),
        "{}",
        stderr(&output)
    );
}

/// Shapes that are wrong: exit code 2, the code, its place and a part of the text; returns what is
/// missing.
fn faulty(shapes: &str, code: &str, place: &str, part: &str) -> Option<String> {
    let folder = folder(DATA, &format!("{}{shapes}", SHAPES.split_once("\nex:PersonShape").unwrap().0));
    let output = validate(&folder, "data.ttl", &["--timeout", "1s"]);
    let text = stderr(&output);
    let place = if place.is_empty() { String::new() } else { format!("shapes.ttl:{place}") };
    let told = [&format!("[{code}]"), part, &place].into_iter().all(|wanted| text.contains(wanted));
    (output.status.code() != Some(2) || !told)
        .then(|| format!("{shapes}\nexpected {code} {place} {part}\n{text}{}", stdout(&output)))
}

#[test]
fn shapes_that_are_wrong_themselves() {
    let shape = |rest: &str| format!("ex:S a sh:NodeShape ; sh:targetClass ex:Person ;\n  {rest} .\n");
    let property = |rest: &str| shape(&format!("sh:property [ sh:path ex:name ; {rest} ]"));
    let mut missed = Vec::new();
    for (shapes, code, place, part) in [
        (shape("sh:node ex:T") + "ex:T sh:node ex:S .", "recursive-shape", "6:11", "ex:S → ex:T → ex:S"),
        (shape("sh:not ex:S"), "recursive-shape", "6:10", "ex:S → ex:S"),
        (
            shape("sh:or _:a")
                + "_:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> ex:T ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:a .",
            "bad-shape",
            "6:9",
            "the list is cyclic",
        ),
        (shape("sh:in 5"), "bad-shape", "6:9", "literal"),
        (shape("sh:in ex:list"), "bad-shape", "6:9", "no rdf:first"),
        (property("sh:pattern \"(\""), "bad-shape", "6:46", "not a regular expression: unclosed group"),
        (property("sh:pattern \"a\" ; sh:flags \"y\""), "bad-shape", "6:46", "unknown flag `y`"),
        (property("sh:minCount \"one\""), "bad-shape", "6:47", "non-negative integer"),
        (property("sh:minCount 1 , 2"), "bad-shape", "6:", "only once"),
        (property("sh:nodeKind sh:Iri"), "bad-shape", "6:47", "six kinds"),
        (property("sh:datatype \"string\""), "bad-shape", "6:47", "expected an IRI"),
        (property("sh:qualifiedValueShape ex:T"), "bad-shape", "6:58", "qualifiedMinCount"),
        (shape("sh:property [ sh:minCount 1 ]"), "bad-shape", "6:15", "without `sh:path`"),
        (shape("sh:minCount 1"), "bad-shape", "6:15", "node shape"),
        (shape("sh:property [ sh:path ( ex:a ) ]"), "bad-shape", "6:25", "two members"),
        (shape("sh:property [ sh:path _:p ]") + "_:p sh:inversePath _:p .", "bad-shape", "6:25", "levels deep"),
        (shape("sh:severity \"bad\""), "bad-shape", "6:15", "sh:Warning"),
        (shape("sh:targetClass \"x\""), "bad-shape", "6:18", "expected an IRI"),
        (shape("sh:deactivated \"no\""), "bad-shape", "6:18", "`true` or `false`"),
        (
            shape("sh:sparql [ sh:select \"SELECT $this { $this no:such ?x }\" ]"),
            "unknown-prefix",
            "6:25",
            "sh:declare",
        ),
        (
            shape("sh:sparql [ sh:prefixes ex: ; sh:select \"SELECT $this { }\" ]")
                + "ex: sh:declare [ sh:prefix \"a\" ] .",
            "bad-shape",
            "7:16",
            "sh:namespace",
        ),
        (
            shape("sh:sparql [ sh:prefixes ex: ; sh:select \"SELECT $this { }\" ]")
                + "ex: sh:declare [ sh:prefix \"a\" ; sh:namespace \"b\" ] .",
            "bad-shape",
            "7:47",
            "not an IRI",
        ),
        (
            shape("sh:sparql [ sh:select \"SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }\" ]"),
            "bad-shape",
            "6:25",
            "MINUS",
        ),
        (shape("sh:sparql [ sh:select \"SELECT ?x { $this ?p ?x }\" ]"), "bad-shape", "6:25", "`$this`"),
        (shape("sh:sparql [ sh:message \"none\" ]"), "bad-shape", "6:13", "no `sh:select`"),
        (
            shape(
                "sh:sparql [ sh:select \"SELECT $this (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r . ?s ?t ?u } GROUP BY $this\" ]",
            ),
            "shape-timeout",
            "6:13",
            "timed out after 1s",
        ),
        ("ex:S sh:property [ ".to_owned(), "rdf-syntax", "5:", ""),
    ] {
        missed.extend(faulty(&shapes, code, place, part));
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn an_odd_shape_is_reported_and_used() {
    let shapes = SHAPES.replace("sh:minCount", "sh:minCout");
    let folder = folder(DATA, &shapes);
    let text = stdout(&validate(&folder, "data.ttl", &[]));
    assert!(
        text.contains("warning[unknown-term]") && text.contains("shapes.ttl:11:") && text.contains("`minCount`"),
        "{text}"
    );
    assert!(!text.contains("sh:minCount"));
    fs::write(
        folder.path().join("shapes.ttl"),
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<http://a/s> a sh:NodeShape .",
    )
    .unwrap();
    let output = validate(&folder, "data.ttl", &[]);
    assert!(output.status.success() && stdout(&output).contains("warning[nothing-validated]"), "{}", stdout(&output));
}

#[test]
fn shapes_that_match_everything_are_counted_not_poured_out() {
    let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .
        ex:S sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:p ; sh:property [ sh:path ex:no ; sh:minCount 1 ] ; sh:closed true .";
    let folder = folder("@prefix ex: <http://example.org/> .\n", shapes);
    let lines: String = (0..5_000)
        .map(|n| format!("<http://example.org/a{n:04}> <http://example.org/p> <http://example.org/b{n:04}> .\n"))
        .collect();
    fs::write(folder.path().join("many.nt"), lines).unwrap();
    let output = validate(&folder, "many.nt", &[]);
    let text = stdout(&output);
    assert!(text.contains("   10000  violation  sh:minCount  (20 shown)\n"), "{text}");
    assert!(text.contains("    5000  violation  sh:closed  (20 shown)\n"), "{text}");
    assert!(text.contains("many.nt:20:1") && text.contains("a0019") && !text.contains("a0020"));
}

#[test]
fn queries_may_ask_about_the_shapes() {
    let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .
ex:S sh:targetClass ex:Person ; ex:limit 40 ; sh:sparql [ sh:prefixes <http://example.org/> ; sh:select \"\"\"
    SELECT $this ?value {
        GRAPH $shapesGraph { $currentShape ex:limit ?limit } $this ex:age ?value FILTER (?value > ?limit)
        FILTER NOT EXISTS { ?anything ex:limit ?other } FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }
    }\"\"\" ] .
<http://example.org/> sh:declare [ sh:prefix \"ex\" ; sh:namespace \"http://example.org/\"^^<http://www.w3.org/2001/XMLSchema#anyURI> ] .";
    let folder = folder(DATA, shapes);
    let output = validate(&folder, "data.ttl", &["--format", "short"]);
    assert!(stdout(&output).starts_with("data.ttl:3:1: violation[sh:sparql]: `50` of `ex:ann`"), "{}", stdout(&output));
    assert_eq!(stdout(&output).lines().count(), 1);
    // The store of a pack has no graph outside the data.
    let pack = TestPack::new();
    let file = folder.path().join("shapes.ttl");
    let output = program().arg("validate").arg(pack.path()).arg("--shapes").arg(&file).output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("error[bad-shape]") && text.contains("shapes.ttl:3:") && text.contains("export"), "{text}");
}

#[test]
fn what_is_found_twice_is_one_finding_whatever_the_limit() {
    let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .
        ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:property [ sh:path ex:q ; sh:nodeKind sh:IRI ] ] .";
    let data = "@prefix ex: <http://example.org/> .
        ex:s1 ex:p ex:v . ex:s2 ex:p ex:v . ex:s3 ex:p ex:v . ex:s4 ex:p ex:w . ex:v ex:q 'x' . ex:w ex:q 'y' .\n";
    let folder = folder(data, shapes);
    for limit in ["2", "20", "none"] {
        let output = validate(&folder, "data.ttl", &["--limit", limit]);
        let text = stdout(&output);
        assert!(text.contains("`x` of `ex:q`") && text.contains("`y` of `ex:q`"), "{limit}: {text}");
        assert!(text.contains("       2  violation  sh:nodeKind\n"), "{limit}: {text}");
        assert!(text.contains("(3 times)"), "three persons lead to `x`: {text}");
    }
    let report = stdout(&validate(&folder, "data.ttl", &["--format", "turtle"]));
    assert_eq!(report.matches("a sh:ValidationResult").count(), 4, "{report}");
    // The same message for two values, reported by two constraints: four distinct results.
    let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .
        ex:S sh:targetNode ex:s ; sh:sparql [ sh:message 'M' ; sh:select 'SELECT $this ?value { $this <http://example.org/p> ?value }' ] ,
            [ sh:message 'N' ; sh:select 'SELECT $this ?value { $this <http://example.org/p> ?value }' ] .";
    fs::write(folder.path().join("shapes.ttl"), shapes).unwrap();
    fs::write(folder.path().join("data.ttl"), "@prefix ex: <http://example.org/> . ex:s ex:p ex:v , ex:w .").unwrap();
    let text = stdout(&validate(&folder, "data.ttl", &[]));
    assert!(text.contains("4  violation  sh:sparql\n") && text.matches(": M").count() == 2, "{text}");
}

#[test]
fn what_cannot_be_validated_is_reported() {
    let folder = folder(DATA, SHAPES);
    let run = |arguments: &[&str]| {
        let mut command = program();
        command.current_dir(folder.path()).arg("validate").args(arguments).output().unwrap()
    };
    for (arguments, code, part) in [
        (vec!["data.ttl"], "no-shapes", "--shapes"),
        (vec!["nope.ttl", "--shapes", "shapes.ttl"], "missing-file", "nope.ttl"),
        (vec!["data.ttl", "--shapes", "nope.ttl"], "missing-file", "nope.ttl"),
        (vec!["--format", "turtle"], "no-shapes", "one set of shapes"),
    ] {
        let output = run(&arguments);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text.contains(&format!("error[{code}]")) && text.contains(part), "{arguments:?}: {text}");
    }
    fs::write(folder.path().join("broken.ttl"), "@prefix ex: <http://e/> .\nex:a ex:b ex:c ;; ex:d .\n").unwrap();
    let output = run(&["broken.ttl", "--shapes", "shapes.ttl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("error[rdf-syntax]") && stderr(&output).contains("broken.ttl:2:"),
        "{}",
        stderr(&output)
    );
}
