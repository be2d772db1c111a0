//! SHACL: the test suite of the W3C working group, and cases that it lacks.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use civigraph::graph::{Graph, GraphBuilder, Prefixes};
use civigraph::shacl::{self, ResultLimits, ValidationReport};
use civigraph::vocab::named_graph;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term};

use crate::support::root;

/// The source of the suite: <https://github.com/w3c/data-shapes>, `data-shapes-test-suite`.
fn suite() -> Option<PathBuf> {
    let folder = std::env::var_os("CIVIGRAPH_SUITES").map_or_else(|| root().join("../shared/suites"), PathBuf::from);
    let folder = folder.join("shacl/tests");
    if folder.join("manifest.ttl").exists() {
        return Some(folder.canonicalize().unwrap());
    }
    eprintln!("skipped: there is no {}", folder.display());
    None
}

const LIMITS: ResultLimits = ResultLimits { results: u64::MAX, time: None };

const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
const SHT: &str = "http://www.w3.org/ns/shacl-test#";
const SH: &str = "http://www.w3.org/ns/shacl#";

fn iri(namespace: &str, local: &str) -> NamedNode {
    NamedNode::new(format!("{namespace}{local}")).unwrap()
}

/// A file as a graph; blank nodes keep their names if the file is read once.
fn load(path: &Path) -> (Graph, Vec<Quad>) {
    let text = fs::read_to_string(path).unwrap();
    let base = format!("file://{}", path.display());
    let parser = RdfParser::from_format(RdfFormat::Turtle).with_base_iri(base).unwrap();
    let quads: Vec<Quad> = parser.for_slice(&text).map(|quad| quad.unwrap()).collect();
    (frozen(&quads), quads)
}

fn frozen(quads: &[Quad]) -> Graph {
    let mut builder = GraphBuilder::default();
    quads.iter().for_each(|quad| builder.add(quad));
    builder.freeze()
}

fn one(graph: &Graph, subject: NamedOrBlankNodeRef<'_>, predicate: &NamedNode) -> Option<Term> {
    graph.objects(subject, predicate.as_ref()).into_iter().next()
}

fn node(term: &Term) -> NamedOrBlankNode {
    match term {
        Term::NamedNode(node) => node.clone().into(),
        Term::BlankNode(node) => node.clone().into(),
        other => panic!("{other} is no node"),
    }
}

/// A node with everything below it, if it is the blank node of a path.
fn path(graph: &Graph, term: &Term) -> String {
    let Term::BlankNode(blank) = term else { return term.to_string() };
    let mut parts: Vec<String> = graph
        .triples(Some(blank.as_ref().into()), None, None)
        .map(|quad| format!("{} {}", quad.predicate, path(graph, &quad.object)))
        .collect();
    parts.sort();
    format!("[{}]", parts.join("; "))
}

/// The results of a report, each as a line.
fn results(graph: &Graph, report: &Term) -> Vec<String> {
    let report = node(report);
    let mut lines = Vec::new();
    for result in graph.objects(report.as_ref(), iri(SH, "result").as_ref()) {
        let result = node(&result);
        let mut parts = Vec::new();
        for local in [
            "focusNode",
            "resultPath",
            "value",
            "sourceShape",
            "sourceConstraint",
            "sourceConstraintComponent",
            "resultSeverity",
        ] {
            let value = one(graph, result.as_ref(), &iri(SH, local));
            let value = value.map_or(String::new(), |term| match local {
                "resultPath" => path(graph, &term),
                _ => term.to_string(),
            });
            parts.push(format!("{local} {value}"));
        }
        lines.push(parts.join(" | "));
    }
    lines.sort();
    let conforms = one(graph, report.as_ref(), &iri(SH, "conforms")).unwrap();
    lines.push(conforms.to_string());
    lines
}

/// The deviations from what a case expects.
fn run(folder: &Path, graph: &Graph, quads: &[Quad], case: &Term) -> Result<(), String> {
    let case = node(case);
    let action = node(&one(graph, case.as_ref(), &iri(MF, "action")).unwrap());
    let file = |local: &str| {
        let Some(Term::NamedNode(file)) = one(graph, action.as_ref(), &iri(SHT, local)) else { panic!("no {local}") };
        let path = PathBuf::from(file.as_str().strip_prefix("file://").unwrap());
        assert!(path.starts_with(folder));
        // The case's own file is read once, so that blank nodes have one name.
        let own = Path::new(case.to_string().trim_matches(['<', '>']).strip_prefix("file://").unwrap()).to_owned();
        if path.with_extension("") == own || !path.exists() {
            return quads.to_vec();
        }
        load(&path).1
    };
    let (of_shapes, triples) = (file("shapesGraph"), file("dataGraph"));
    let mut builder = GraphBuilder::default();
    triples.iter().for_each(|quad| builder.add(quad));
    builder.add_beside(named_graph::SHAPES, &of_shapes);
    let data = builder.freeze();
    let (shapes, faults) = shacl::read(&of_shapes, &Prefixes::default());
    let expected = one(graph, case.as_ref(), &iri(MF, "result")).unwrap();
    let errors: Vec<String> = faults
        .iter()
        .filter(|fault| fault.finding.severity == civigraph::finding::Severity::Error)
        .map(|fault| fault.finding.to_string())
        .collect();
    if expected == Term::from(iri(SHT, "Failure")) {
        return if errors.is_empty() { Err("a failure is expected".to_owned()) } else { Ok(()) };
    }
    if !errors.is_empty() {
        return Err(errors.join("\n"));
    }
    let expected = results(graph, &expected);
    compare(&shacl::validate(&data, &shapes, &LIMITS).unwrap(), &expected)
}

/// The differences between a report and what is expected.
fn compare(report: &ValidationReport, expected: &[String]) -> Result<(), String> {
    if !report.faults.is_empty() {
        return Err(report.faults.iter().map(|fault| fault.finding.to_string()).collect());
    }
    let quads = shacl::report(report);
    let whole = Term::from(quads[0].subject.clone());
    let found = results(&frozen(&quads), &whole);
    if found == expected {
        return Ok(());
    }
    let only = |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect::<Vec<_>>();
    Err(format!(
        "{} found, {} expected\n  only found {:#?}\n  only expected {:#?}",
        found.len(),
        expected.len(),
        only(&found, expected),
        only(expected, &found)
    ))
}

/// Runs all cases below a manifest; returns their number and the failures by name.
fn run_manifest(folder: &Path, manifest: &Path, n: &mut usize, faults: &mut BTreeMap<String, String>) {
    let (graph, quads) = load(manifest);
    for quad in graph.triples(None, Some(iri(MF, "include").as_ref()), None) {
        let Term::NamedNode(included) = quad.object else { panic!("an IRI") };
        run_manifest(folder, Path::new(included.as_str().strip_prefix("file://").unwrap()), n, faults);
    }
    for quad in graph.triples(None, Some(iri(MF, "entries").as_ref()), None) {
        let mut cell = quad.object;
        while let Some(case) = cell_value(&graph, &cell, rdf::FIRST) {
            let name = manifest.strip_prefix(folder).unwrap().with_extension("").display().to_string();
            *n += 1;
            if let Err(fault) = run(folder, &graph, &quads, &case) {
                faults.insert(name, fault);
            }
            cell = cell_value(&graph, &cell, rdf::REST).unwrap();
        }
    }
}

fn cell_value(graph: &Graph, cell: &Term, predicate: NamedNodeRef<'_>) -> Option<Term> {
    one(graph, node(cell).as_ref(), &predicate.into_owned())
}

#[test]
fn the_suite_of_the_working_group() {
    let Some(folder) = suite() else { return };
    for (part, at_least) in [("core", 98), ("sparql", 22)] {
        let (mut n, mut faults) = (0, BTreeMap::new());
        run_manifest(&folder, &folder.join(part).join("manifest.ttl"), &mut n, &mut faults);
        eprintln!("{part}: {} of {n} pass", n - faults.len());
        assert!(n >= at_least, "{n} cases of {part} were found");
        faults.values_mut().for_each(|fault| fault.truncate(2_000));
        let told: String = faults.iter().map(|(name, fault)| format!("{name}: {fault}\n")).collect();
        assert!(faults.is_empty(), "{told}");
    }
}

/// The quads of a Turtle text with a few prefixes.
fn quads(text: &str) -> Vec<Quad> {
    let prefixes = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://ex/> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n";
    let text = format!("{prefixes}{text}");
    RdfParser::from_format(RdfFormat::Turtle).for_slice(&text).map(|quad| quad.unwrap()).collect()
}

/// The number of results.
fn n_results(data: &str, shapes: &str) -> u64 {
    let (shapes, faults) = shacl::read(&quads(shapes), &Prefixes::default());
    assert!(faults.is_empty(), "{faults:?}");
    let report = shacl::validate(&frozen(&quads(data)), &shapes, &LIMITS).unwrap();
    report.results.iter().map(|result| result.times).sum()
}

/// Terms are compared as in RDF (RDF 1.1 Concepts, section 3.3): `1.50` is not
/// `1.5`.
#[test]
fn literals_are_compared_as_they_are_written() {
    let data =
        "ex:a ex:p 1.50 , 01 , true , \"2019-01-01T00:00:00+00:00\"^^xsd:dateTime , \"7\"^^xsd:positiveInteger .";
    let all = "1.50 01 true \"2019-01-01T00:00:00+00:00\"^^xsd:dateTime \"7\"^^xsd:positiveInteger";
    let shape = |rest: &str| format!("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; {rest} ] .");
    let each = all.split(' ').map(|term| format!("sh:hasValue {term}")).collect::<Vec<_>>().join(" ; ");
    assert_eq!(n_results(data, &shape(&each)), 0);
    assert_eq!(n_results(data, &shape(&format!("sh:in ( {all} )"))), 0);
    assert_eq!(n_results(data, &shape("sh:hasValue 1.5")), 1);
    let integers = |datatype: &str| {
        let shape = format!("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:q ; sh:datatype xsd:{datatype} ] .");
        n_results("ex:a ex:q \"7\"^^xsd:positiveInteger .", &shape)
    };
    assert_eq!(integers("positiveInteger"), 0);
    assert_eq!(integers("negativeInteger"), 1);
    assert_eq!(integers("integer"), 1);
}

#[test]
fn a_switch_is_turned_on_by_true_alone() {
    let one = "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:uniqueLang \"1\"^^xsd:boolean ] .";
    let (_, faults) = shacl::read(&quads(one), &Prefixes::default());
    assert!(faults.len() == 1 && faults[0].finding.message.contains("only `true` enables it"), "{faults:?}");
    let data = "ex:a ex:p \"a\"@en , \"b\"@en .";
    assert_eq!(n_results(data, &one.replace("\"1\"^^xsd:boolean", "true")), 1);
    assert_eq!(n_results(data, &one.replace("\"1\"^^xsd:boolean", "false")), 0);
}

/// The node bound to a variable need not be in the data (sections 5.3.1 and 6.2).
#[test]
fn queries_know_shapes_and_values_without_a_name() {
    let data = "ex:a ex:p 1 . [] ex:p 2 .";
    let property = |rest: &str| format!("ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; {rest} ] .");
    let select = "SELECT $this ?value { $this <http://ex/p> ?value FILTER (BOUND($currentShape)) }";
    assert_eq!(n_results(data, &property(&format!("sh:sparql [ sh:select \"{select}\" ]"))), 2);
    // A subquery knows the shape without selecting it.
    let inner = "SELECT $this ?value { { SELECT $this (COUNT(?v) AS ?value) { $this <http://ex/p> ?v FILTER (BOUND($currentShape)) } GROUP BY $this } FILTER (?value > 0) }";
    assert_eq!(n_results(data, &property(&format!("sh:sparql [ sh:select \"{inner}\" ]"))), 2);
    let component = |validator: &str, given: &str| {
        let parameter = "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:no ] ;";
        n_results(data, &format!("{parameter} {validator} . {}", property(&format!("ex:no {given}"))))
    };
    let ask = |query: &str| format!("sh:validator [ a sh:SPARQLAskValidator ; sh:ask \"{query}\" ]");
    assert_eq!(component(&ask("ASK { FILTER ($value != $no) }"), "1"), 1);
    assert_eq!(component(&ask("ASK { }"), "( 1 )"), 0);
    assert_eq!(component(&ask("ASK { FILTER (ISBLANK($no) && ISIRI($this)) }"), "( 1 )"), 1);
    // A blank node among the values does not change how the others are written.
    let mixed = "ex:a ex:p 1.50 . ex:b ex:p 007 . ex:c ex:p \"1\"^^xsd:boolean . ex:d ex:p [] .";
    let found = "SELECT $this { ?x <http://ex/p> $this }";
    let targets = format!("ex:S sh:targetObjectsOf ex:p ; sh:sparql [ sh:select \"{found}\" ] .");
    assert_eq!(n_results(mixed, &targets), 4);
    let there = ask("ASK { ?x <http://ex/p> $value }");
    let shapes =
        format!("ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:no ] ; {there} . {}", property("ex:no 1"));
    assert_eq!(n_results(mixed, &shapes), 0);
    let validator = "sh:propertyValidator [ a sh:SPARQLSelectValidator ; sh:select \"SELECT $this ?value { $this $PATH ?value FILTER (ISBLANK($no)) }\" ]";
    assert_eq!(component(validator, "( 1 )"), 2);
}

/// The shapes graph is available however a query begins, and is not part of the data.
#[test]
fn the_shapes_are_stored_next_to_the_data() {
    let data = format!("ex:a ex:p ex:b . GRAPH <{}> {{ ex:c ex:p ex:d }}", named_graph::SHAPES.as_str());
    let data: Vec<Quad> = {
        let text = format!("@prefix ex: <http://ex/> . {data}");
        RdfParser::from_format(RdfFormat::TriG).for_slice(&text).map(|quad| quad.unwrap()).collect()
    };
    for (query, n) in [
        ("GRAPH $shapesGraph { FILTER NOT EXISTS { $currentShape ex:ignore $this } }", 2),
        ("GRAPH $shapesGraph { OPTIONAL { $currentShape ex:ignore ?x } FILTER (!BOUND(?x)) }", 2),
        ("GRAPH $shapesGraph { }", 2),
        ("GRAPH $shapesGraph { $currentShape ex:note ?note }", 2),
        ("GRAPH $shapesGraph { ?c ex:p ?d }", 0),
        ("$currentShape ex:note ?note", 0),
        ("GRAPH ?g { $this ex:p ?value }", 1),
    ] {
        let text = format!("PREFIX ex: <http://ex/> SELECT $this {{ {query} }}");
        let of_shapes =
            quads(&format!("ex:S sh:targetSubjectsOf ex:p ; ex:note 1 ; sh:sparql [ sh:select \"{text}\" ] ."));
        let (shapes, faults) = shacl::read(&of_shapes, &Prefixes::default());
        assert!(faults.is_empty() && shapes.ask_about_shapes() == text.contains("$shapesGraph"), "{faults:?}");
        let mut builder = GraphBuilder::default();
        data.iter().for_each(|quad| builder.add(quad));
        builder.add_beside(named_graph::SHAPES, &of_shapes);
        let report = shacl::validate(&builder.freeze(), &shapes, &LIMITS).unwrap();
        assert_eq!((report.results.len(), report.faults.len()), (n, 0), "{query}");
    }
}
