//! What validation reports about itself: distinguishable results, unsupported
//! terms, and whether anything was validated.

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use tempfile::TempDir;

use crate::support::{program, stderr, stdout};

const PREFIXES: &str = "@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
";

fn folder(data: &str, shapes: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data.ttl"), format!("{PREFIXES}{data}")).unwrap();
    fs::write(folder.path().join("shapes.ttl"), format!("{PREFIXES}{shapes}")).unwrap();
    folder
}

fn validate(folder: &TempDir, data: &str, shapes: &str, arguments: &[&str]) -> Output {
    let mut command = program();
    command.current_dir(folder.path()).args(["validate", data, "--shapes", shapes]);
    command.args(arguments).output().unwrap()
}

fn short(data: &str, shapes: &str) -> String {
    let folder = folder(data, shapes);
    let output = validate(&folder, "data.ttl", "shapes.ttl", &["--format", "short"]);
    stdout(&output) + &stderr(&output)
}

#[test]
fn a_language_with_two_texts_is_named_and_marked() {
    let found = folder(
        "ex:a rdfs:label \"Bureau\"@en , \"Office\"@en , \"x\"@de , \"局\"@zh-Hant , \"處\"@zh-hant , \"司\"@ZH-HANT .",
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path rdfs:label ; sh:uniqueLang true ] .",
    );
    let output = validate(&found, "data.ttl", "shapes.ttl", &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let told: Vec<(String, Vec<u64>)> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let others = finding["related"].as_array().unwrap().iter();
            let columns =
                std::iter::once(&finding["place"]).chain(others).map(|place| place["column"].as_u64().unwrap());
            (finding["message"].as_str().unwrap().to_owned(), columns.collect::<BTreeSet<u64>>().into_iter().collect())
        })
        .collect();
    let expected = [
        ("`ex:a` has two values of `rdfs:label` in the language `en`".to_owned(), vec![17, 31]),
        ("`ex:a` has 3 values of `rdfs:label` in the language `zh-hant`".to_owned(), vec![54, 68, 82]),
    ];
    assert_eq!(told, expected);
}

/// Data and shapes for which a node has several results of one component, and their number.
const SEVERAL: [(&str, &str, usize); 16] = [
    ("ex:a ex:p \"a\"@en , \"b\"@en , \"c\"@de , \"d\"@de .", "sh:property [ sh:path ex:p ; sh:uniqueLang true ]", 2),
    ("ex:a ex:p 1 .", "sh:xone ( ex:A ex:B ) ; sh:xone ( ex:B ex:C )", 2),
    ("ex:a ex:p 1 .", "sh:or ( ex:A ex:B ) ; sh:or ( ex:B ex:C )", 2),
    ("ex:a ex:p 1 .", "sh:and ( ex:A ex:B ) ; sh:and ( ex:B ex:C )", 2),
    ("ex:a ex:p 1 .", "sh:node ex:A , ex:B , [ sh:nodeKind sh:Literal ] , [ sh:nodeKind sh:BlankNode ]", 4),
    ("ex:a ex:p 1 .", "sh:not [ sh:nodeKind sh:IRI ] , [ sh:nodeKind sh:IRIOrLiteral ]", 2),
    (
        "ex:a ex:p 1 .",
        "sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:datatype xsd:date ] , [ sh:datatype xsd:time ] , ex:A ; sh:qualifiedMinCount 2 ]",
        3,
    ),
    ("ex:a ex:p 5 ; ex:q 1 , 2 , 3 .", "sh:property [ sh:path ex:p ; sh:lessThan ex:q ]", 3),
    ("ex:a ex:p 5 ; ex:q 1 , 2 , 6 .", "sh:property [ sh:path ex:p ; sh:lessThanOrEquals ex:q ]", 2),
    ("ex:a ex:p 1 , 2 ; ex:q 1 , 2 ; ex:r 1 .", "sh:property [ sh:path ex:p ; sh:disjoint ex:q , ex:r ]", 3),
    ("ex:a ex:p 1 ; ex:q 2 .", "sh:property [ sh:path ex:p ; sh:equals ex:q ]", 2),
    ("ex:a ex:p 1 , \"1\" , 01 ; ex:q \"ex:a\" .", "sh:closed true", 4),
    (
        "ex:a ex:p 1 .",
        "sh:property [ sh:path ex:p ; sh:pattern \"a\" , \"b\" ; sh:class ex:T , ex:U ; sh:hasValue 2 , 3 ]",
        6,
    ),
    ("ex:a ex:p 1 .", "sh:property [ sh:path ex:q ; sh:minCount 1 ] , [ sh:path ex:q ; sh:minCount 1 ]", 2),
    (
        "ex:a ex:p 1 .",
        "sh:sparql [ sh:select \"SELECT $this { }\" ] , [ sh:select \"SELECT $this { $this ?p ?o }\" ]",
        2,
    ),
    ("ex:a ex:p 1 .", "ex:max 0 , 00", 2),
];

const OTHERS: &str = "ex:A sh:nodeKind sh:Literal . ex:B sh:nodeKind sh:BlankNode . ex:C sh:datatype xsd:date .
    ex:Max a sh:ConstraintComponent ; sh:parameter [ sh:path ex:max ] ; sh:validator [ sh:ask \"ASK { FILTER ($max > 1) }\" ] .";

#[test]
fn no_two_results_are_reported_alike() {
    let mut alike = Vec::new();
    for (data, constraints, n) in SEVERAL {
        for message in ["", "; sh:message \"is wrong\""] {
            let shapes = if message.is_empty() || !constraints.contains("sh:property [") {
                format!("ex:S sh:targetNode ex:a {message} ; {constraints} .\n{OTHERS}")
            } else {
                let inner = constraints.replace("[ sh:path", "[ sh:message \"is wrong\" ; sh:path");
                format!("ex:S sh:targetNode ex:a ; {inner} .\n{OTHERS}")
            };
            let folder = folder(data, &shapes);
            // The same without places, in data and in shapes.
            for name in ["data", "shapes"] {
                let text = fs::read_to_string(folder.path().join(format!("{name}.ttl"))).unwrap();
                let parser = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::Turtle);
                let format = oxigraph::io::RdfFormat::RdfXml;
                let mut writer = oxigraph::io::RdfSerializer::from_format(format).for_writer(Vec::new());
                for quad in parser.for_slice(&text) {
                    writer.serialize_quad(&quad.unwrap()).unwrap();
                }
                fs::write(folder.path().join(format!("{name}.rdf")), writer.finish().unwrap()).unwrap();
            }
            for (data, shapes) in [("data.ttl", "shapes.ttl"), ("data.rdf", "shapes.rdf")] {
                let output = validate(&folder, data, shapes, &["--format", "json"]);
                let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
                let told: BTreeSet<String> =
                    json["findings"].as_array().unwrap().iter().map(ToString::to_string).collect();
                let report = stdout(&validate(&folder, data, shapes, &["--format", "turtle"]));
                let results: BTreeSet<&str> = report
                    .split("a sh:ValidationResult ;")
                    .skip(1)
                    .map(|result| result.split("\n\n").next().unwrap())
                    .collect();
                if (told.len(), results.len()) != (n, n) {
                    alike.push(format!(
                        "{data} {shapes}: {n} expected\n{constraints}{message}\n{told:#?}\n{results:#?}"
                    ));
                }
            }
        }
    }
    assert!(alike.is_empty(), "{}", alike.join("\n"));
}

#[test]
fn a_result_names_the_shape_or_list_it_is_about() {
    let found = short(
        "ex:a ex:p 1 .",
        "ex:S sh:targetNode ex:a ; sh:node ex:A , [ sh:nodeKind sh:Literal ] ;
  sh:xone ( ex:A ex:A ) ; sh:property [ sh:path ex:p ; sh:qualifiedValueShape ex:A ; sh:qualifiedMinCount 1 ] .
ex:A sh:nodeKind sh:BlankNode .",
    );
    for part in [
        "`ex:a` does not conform to the shape `ex:A`\n",
        "`ex:a` does not conform to the shape at shapes.ttl:3:42\n",
        "`ex:a` does not conform to exactly one of the shapes of `sh:xone` at shapes.ttl:4:11\n",
        "`ex:a` must have at least 1 of `ex:p` that conform to the shape `ex:A`\n",
    ] {
        assert!(found.contains(part), "{part}{found}");
    }
}

#[test]
fn validation_without_any_node_is_reported() {
    let shape = "sh:property [ sh:path ex:p ; sh:minCount 1 ]";
    for (shapes, why, place) in [
        ("".to_owned(), "there are no shapes", "shapes.ttl:1:1"),
        (format!("ex:S a sh:NodeShape ; {shape} ."), "no shape has a target", "shapes.ttl:3:1"),
        (
            format!("ex:S sh:targetClass ex:None ; {shape} ."),
            "the targets of the shapes match no node",
            "shapes.ttl:3:1",
        ),
        (
            format!("ex:S sh:targetClass ex:T ; sh:deactivated true ; {shape} ."),
            "every shape with a target is deactivated",
            "shapes.ttl:3:1",
        ),
        ("ex:S sh:targetClass ex:T .".to_owned(), "no shape with a target has a constraint", "shapes.ttl:3:1"),
        (
            format!("ex:S sh:targetClass ex:T ; {} .", shape.replace("ex:p ;", "ex:p ; sh:deactivated true ;")),
            "no shape with a target has a constraint",
            "shapes.ttl:3:1",
        ),
        (
            format!("ex:S sh:targetClass ex:T ; sh:and ( [ sh:node [ ] ] [ sh:deactivated true ; {shape} ] ) ."),
            "no shape with a target has a constraint",
            "shapes.ttl:3:1",
        ),
    ] {
        let folder = folder("ex:a a ex:T .", &shapes);
        let run = |arguments: &[&str]| validate(&folder, "data.ttl", "shapes.ttl", arguments);
        let output = run(&["--format", "short"]);
        let expected = format!("{place}: warning[nothing-validated]: nothing was validated: {why}\n");
        assert_eq!(stdout(&output), expected, "{shapes}");
        assert_eq!(output.status.code(), Some(0), "{shapes}");
        assert_eq!(run(&["--fail-on", "warning"]).status.code(), Some(1), "{shapes}");
        let text = stderr(&run(&[]));
        assert!(text.contains("nothing was validated; 0 violations, 1 warning"), "{text}");
        assert!(!text.contains("no findings"), "{text}");
        let report = run(&["--format", "turtle"]);
        assert!(stderr(&report).contains("warning[nothing-validated]"), "{}", stderr(&report));
    }
}

#[test]
fn the_last_line_counts_the_nodes_that_were_validated() {
    let shapes = "ex:S sh:targetClass ex:T ; sh:nodeKind sh:IRI . ex:O sh:targetSubjectsOf ex:p ; sh:nodeKind sh:IRI .
        ex:Idle sh:targetObjectsOf ex:p .";
    let folder = folder("ex:a a ex:T ; ex:p 1 . ex:b a ex:T . ex:c ex:p 2 .", shapes);
    let text = stderr(&validate(&folder, "data.ttl", "shapes.ttl", &[]));
    assert!(text.contains("4 triples, 3 focus nodes against 3 shapes; no findings"), "{text}");
}

/// Shapes with what is reported for them: code, place and a part of the message.
#[test]
fn unsupported_terms_are_reported_once_each() {
    let shape = |rest: &str| format!("ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI ;\n  {rest} .");
    for (shapes, expected) in [
        (
            shape("sh:target [ a sh:SPARQLTarget ; sh:select \"SELECT ?this { }\" ]"),
            vec!["4:13: warning[not-carried-out]: `sh:target` of ex:S"],
        ),
        (
            shape(
                "sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:condition [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ] ] , [ a sh:SPARQLRule ; sh:construct \"\" ]",
            ),
            vec!["4:11: warning[not-carried-out]: `sh:rule`", "4:118: warning[not-carried-out]: `sh:rule`"],
        ),
        (
            shape("sh:rule ex:R") + " ex:R a sh:TripleRule ; sh:subject sh:this ; sh:order 1 .",
            vec![
                "4:11: warning[not-carried-out]: `sh:rule`",
                "4:25: warning[not-carried-out]: ex:R is a `sh:TripleRule`",
            ],
        ),
        (
            shape("sh:js [ a sh:JSConstraint ; sh:jsFunctionName \"f\" ]"),
            vec!["4:9: warning[not-carried-out]: `sh:js`"],
        ),
        (
            shape("sh:property [ sh:path ex:p ; sh:values [ sh:path ex:q ] ; sh:expression ex:e ]"),
            vec![
                "4:42: warning[not-carried-out]: `sh:values` of a shape",
                "4:75: warning[not-carried-out]: `sh:expression`",
            ],
        ),
        (
            shape("sh:order 1 ; sh:name \"n\" ; sh:description \"d\" ; sh:group ex:G")
                + " ex:G a sh:PropertyGroup ; sh:order 2 .",
            vec![],
        ),
        (shape("sh:minLenght 1"), vec!["4:16: warning[unknown-term]: `sh:minLenght`"]),
        (shape("sh:memberShape ex:S2"), vec!["4:18: warning[not-carried-out]: `sh:memberShape`"]),
        (
            shape("sh:select \"SELECT $this { }\""),
            vec!["4:13: warning[not-carried-out]: `sh:select` of ex:S has no effect there"],
        ),
        (
            shape("sh:sparql [ sh:select \"SELECT $this { FILTER (false) }\" ; sh:severity sh:Info ]"),
            vec!["4:73: warning[not-carried-out]: `sh:severity`"],
        ),
        (
            shape("sh:flags \"i\""),
            vec!["4:12: warning[not-carried-out]: `sh:flags` of ex:S has no effect without `sh:pattern`"],
        ),
        (
            shape("sh:property [ sh:path ex:p ; sh:qualifiedMaxCount 1 ]"),
            vec!["4:53: warning[not-carried-out]: `sh:qualifiedMaxCount`"],
        ),
        (shape("sh:severity sh:warning"), vec!["4:15: warning[unknown-term]: the severity `sh:warning`"]),
        (shape("a sh:Nodeshape"), vec!["4:5: warning[unknown-term]: ex:S is a `sh:Nodeshape`"]),
        (
            "ex:f a sh:SPARQLFunction ; sh:select \"\" .".to_owned() + &shape("sh:nodeKind sh:IRI"),
            vec!["3:8: warning[not-carried-out]: ex:f is a `sh:SPARQLFunction`"],
        ),
        (
            shape("sh:node ex:Nowhere"),
            vec!["4:11: warning[bad-shape]: `sh:node` refers to `ex:Nowhere`, which is not described"],
        ),
        (
            "[] a sh:ValidationReport ; sh:conforms true ; sh:result [ sh:focusNode ex:a ; sh:value 1 ] .\n".to_owned()
                + &shape("sh:nodeKind sh:IRI"),
            vec![],
        ),
    ] {
        let found = short("ex:a ex:p 1 .", &shapes);
        let lines: Vec<&str> = found.lines().collect();
        let is_told = |(line, part): (&&str, &&str)| line.starts_with(&format!("shapes.ttl:{part}"));
        assert!(
            lines.len() == expected.len() && lines.iter().zip(&expected).all(is_told),
            "{shapes}\nexpected {expected:#?}\nfound {lines:#?}"
        );
    }
    let folder = folder("ex:a ex:p 1 .", "ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI . <> sh:entailment ex:RDFS .");
    let output = validate(&folder, "data.ttl", "shapes.ttl", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("error[bad-shape]: `sh:entailment`"), "{}", stderr(&output));
}

#[test]
fn warnings_about_shapes_are_in_the_findings() {
    let folder = folder("ex:a ex:p 1 .", "ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI ; sh:rule ex:R .");
    let output = validate(&folder, "data.ttl", "shapes.ttl", &["--format", "json", "--fail-on", "warning"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(json["findings"][0]["code"], "not-carried-out");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn patterns_are_those_of_xpath() {
    let shapes = "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:pattern \"^[a-z-[aeiou]]+$\" ] ,
        [ sh:path ex:q ; sh:pattern \"^\\\\i\\\\c*$\" ] , [ sh:path ex:r ; sh:pattern \"^\\\\p{IsGreek}+$\" ; sh:flags \"i\" ] .";
    let found = short("ex:a ex:p \"bcd\" , \"abc\" ; ex:q \"a-1\" , \"1a\" ; ex:r \"αβ\" , \"ab\" .", shapes);
    let values: Vec<&str> = found.lines().filter_map(|line| line.split('`').nth(1)).collect();
    assert_eq!(values, ["abc", "1a", "ab"], "{found}");
    let folder = folder("ex:a ex:p 1 .", "ex:S sh:targetNode ex:a ; sh:pattern \"(?i)\\\\bx\" .");
    let output = validate(&folder, "data.ttl", "shapes.ttl", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("error[bad-shape]"), "{}", stderr(&output));
}
