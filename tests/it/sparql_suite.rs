//! The W3C's test suites of SPARQL 1.0 and 1.1 queries, evaluated on our graph. They lie beside
//! the repository (`CIVIGRAPH_SUITES`, or `../shared/suites`).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use civigraph::graph::{Graph, GraphBuilder, Prefixes, normalised};
use civigraph::sparql::{Evaluator, Query, evaluate};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::dataset::{CanonicalizationAlgorithm, Dataset};
use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};
use oxigraph::sparql::QueryResults;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsParser, ReaderQueryResultsParserOutput};
use spargebra::algebra::QueryDataset;

use crate::support::root;

/// Cases that are not passed, each with its reason.
const LISTED: &[(&str, &str)] = &[
    ("sparql10/expr-builtin/case-insensitive-booleans", "the parser knows `true` in lower case only"),
    ("sparql10/expr-builtin/dawg-str-1", "expressions compute with values: STR(01) is 1"),
    ("sparql10/expr-builtin/dawg-str-2", "expressions compute with values: STR(01) is 1"),
    ("sparql10/open-world/date-2", "dates with and without a time zone are compared"),
    ("sparql10/reduced/reduced-1", "REDUCED may drop any repetition (section 18.2.5.3)"),
    ("sparql10/reduced/reduced-2", "REDUCED may drop any repetition (section 18.2.5.3)"),
    ("sparql10/syntax-sparql3/syn-bad-26", "the parser ends an IRI at a character that it cannot contain"),
    ("sparql11/aggregates/agg-groupconcat-04", "texts in one language are concatenated in that language"),
    ("sparql11/aggregates/agg-groupconcat-06", "texts in one language are concatenated in that language"),
    ("sparql11/functions/bnode01", "BNODE of a text is the same node in all solutions"),
];

const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
const QT: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#";
const RS: &str = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#";

fn suite() -> Option<PathBuf> {
    let suites = std::env::var_os("CIVIGRAPH_SUITES").map_or_else(|| root().join("../shared/suites"), PathBuf::from);
    let folder = suites.join("sparql").canonicalize().ok();
    if folder.is_none() {
        eprintln!("skipped: suite not found");
    }
    folder
}

fn file_iri(path: &Path) -> NamedNode {
    NamedNode::new(format!("file://{}", path.display())).unwrap()
}

fn path_of(iri: &NamedNode) -> PathBuf {
    PathBuf::from(iri.as_str().strip_prefix("file://").unwrap_or(iri.as_str()))
}

/// The triples of a file in a graph.
fn read(path: &Path, graph: GraphName) -> Vec<Quad> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let format = RdfFormat::from_extension(ending).unwrap_or(RdfFormat::Turtle);
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let parser = RdfParser::from_format(format).with_base_iri(file_iri(path).as_str()).unwrap();
    let parser = parser.with_default_graph(graph).rename_blank_nodes();
    parser.for_slice(&text).map(|quad| quad.unwrap()).collect()
}

fn frozen(quads: &[Quad]) -> Graph {
    let mut builder = GraphBuilder::default();
    quads.iter().for_each(|quad| builder.add(quad));
    builder.freeze()
}

fn iri(namespace: &str, local: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{namespace}{local}"))
}

fn node(term: &Term) -> NamedOrBlankNode {
    match term {
        Term::NamedNode(node) => node.clone().into(),
        Term::BlankNode(node) => node.clone().into(),
        other => panic!("{other} is no node"),
    }
}

fn all(graph: &Graph, subject: &Term, predicate: &NamedNode) -> Vec<Term> {
    graph.objects(node(subject).as_ref(), predicate.as_ref())
}

fn one(graph: &Graph, subject: &Term, predicate: &NamedNode) -> Option<Term> {
    all(graph, subject, predicate).into_iter().next()
}

fn list(graph: &Graph, head: Option<Term>) -> Vec<Term> {
    let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    let (mut items, mut cell) = (Vec::new(), head);
    while let Some(item) = cell.as_ref().and_then(|cell| one(graph, cell, &iri(rdf, "first"))) {
        items.push(item);
        cell = cell.and_then(|cell| one(graph, &cell, &iri(rdf, "rest")));
    }
    items
}

/// A result as a set of triples in which blank nodes have canonical names. Numbers are compared as
/// values: those that are computed may be written in several ways.
fn canonical(quads: Vec<Quad>) -> Vec<String> {
    let values = quads.into_iter().map(|mut quad| {
        quad.object = normalised(quad.object);
        quad
    });
    let quads: Vec<Quad> = values.collect();
    let mut dataset: Dataset = quads.iter().collect();
    dataset.canonicalize(CanonicalizationAlgorithm::Unstable);
    let mut lines: Vec<String> = dataset.iter().map(|quad| quad.to_string()).collect();
    lines.sort();
    lines
}

/// A row as triples about a node of its own.
fn row(bindings: impl Iterator<Item = (String, Term)>) -> Vec<Quad> {
    let own = BlankNode::default();
    let quad = |predicate: NamedNode, object: Term| Quad::new(own.clone(), predicate, object, GraphName::DefaultGraph);
    let mut quads = vec![quad(iri("row:", ""), Literal::from(true).into())];
    quads.extend(bindings.map(|(name, term)| quad(iri("row:", &name), term)));
    quads
}

fn of_results(results: QueryResults<'_>) -> Result<Vec<Quad>, String> {
    match results {
        QueryResults::Boolean(answer) => Ok(row([("ask".to_owned(), Literal::from(answer).into())].into_iter())),
        QueryResults::Graph(triples) => triples
            .map(|triple| Ok(triple.map_err(|error| error.to_string())?.in_graph(GraphName::DefaultGraph)))
            .collect(),
        QueryResults::Solutions(solutions) => {
            let mut quads = Vec::new();
            for solution in solutions {
                let solution = solution.map_err(|error| error.to_string())?;
                quads.extend(row(solution.iter().map(|(name, term)| (name.as_str().to_owned(), term.clone()))));
            }
            Ok(quads)
        }
    }
}

/// What a case expects.
fn expected(path: &Path) -> Result<Vec<Quad>, String> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let Some(format) = QueryResultsFormat::from_extension(ending) else {
        let quads = read(path, GraphName::DefaultGraph);
        let graph = frozen(&quads);
        let sets = graph.subjects(
            iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type").as_ref(),
            Term::from(iri(RS, "ResultSet")).as_ref(),
        );
        let Some(set) = sets.first().map(|set| Term::from(set.clone())) else { return Ok(quads) };
        if let Some(answer) = one(&graph, &set, &iri(RS, "boolean")) {
            return Ok(row([("ask".to_owned(), answer)].into_iter()));
        }
        let rows = all(&graph, &set, &iri(RS, "solution"));
        let binding = |binding: Term| {
            let Some(Term::Literal(name)) = one(&graph, &binding, &iri(RS, "variable")) else { panic!("a name") };
            (name.value().to_owned(), one(&graph, &binding, &iri(RS, "value")).unwrap())
        };
        return Ok(rows
            .iter()
            .flat_map(|solution| row(all(&graph, solution, &iri(RS, "binding")).into_iter().map(binding)))
            .collect());
    };
    let parser = QueryResultsParser::from_format(format);
    match parser.for_reader(File::open(path).unwrap()).map_err(|error| error.to_string())? {
        ReaderQueryResultsParserOutput::Boolean(answer) => {
            Ok(row([("ask".to_owned(), Literal::from(answer).into())].into_iter()))
        }
        ReaderQueryResultsParserOutput::Solutions(solutions) => {
            let mut quads = Vec::new();
            for solution in solutions {
                let solution = solution.map_err(|error| error.to_string())?;
                quads.extend(row(solution.iter().map(|(name, term)| (name.as_str().to_owned(), term.clone()))));
            }
            Ok(quads)
        }
    }
}

/// The dataset of a query; it is written over it if the query names none.
fn dataset(algebra: &mut spargebra::Query) -> &mut Option<QueryDataset> {
    match algebra {
        spargebra::Query::Select { dataset, .. }
        | spargebra::Query::Construct { dataset, .. }
        | spargebra::Query::Describe { dataset, .. }
        | spargebra::Query::Ask { dataset, .. } => dataset,
    }
}

fn parse(path: &Path) -> Result<Query, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let text = format!("BASE <{}>\n{text}", file_iri(path).as_str());
    Query::parse("query", &text, &Prefixes::none()).map_err(|fault| fault.to_string())
}

fn run(manifest: &Graph, case: &Term, kind: &str) -> Result<(), String> {
    let action = one(manifest, case, &iri(MF, "action")).unwrap();
    if kind.contains("Syntax") {
        let Term::NamedNode(file) = &action else { panic!("a file") };
        return match (parse(&path_of(file)), kind.starts_with("Positive")) {
            (Ok(_), true) | (Err(_), false) => Ok(()),
            (Err(fault), true) => Err(fault),
            (Ok(_), false) => Err("the query is accepted".to_owned()),
        };
    }
    let files = |local: &str| -> Vec<NamedNode> {
        let named = |term| if let Term::NamedNode(node) = term { Some(node) } else { None };
        all(manifest, &action, &iri(QT, local)).into_iter().filter_map(named).collect()
    };
    let query_file = files("query").into_iter().next().unwrap();
    let mut query = parse(&path_of(&query_file))?;
    let (data, named) = (files("data"), files("graphData"));
    let mut quads = Vec::new();
    match dataset(&mut query.algebra) {
        // The files that the query names.
        Some(given) => {
            let named = given.named.iter().flatten().chain(&given.default);
            for file in named {
                quads.extend(read(&path_of(file), file.clone().into()));
            }
        }
        // With names the default graph is not the union.
        none if !named.is_empty() => {
            for file in data.iter().chain(&named) {
                quads.extend(read(&path_of(file), file.clone().into()));
            }
            *none = Some(QueryDataset { default: data, named: Some(named) });
        }
        _ => data.iter().for_each(|file| quads.extend(read(&path_of(file), GraphName::DefaultGraph))),
    }
    let Some(Term::NamedNode(file)) = one(manifest, case, &iri(MF, "result")) else { panic!("a result") };
    let wanted = canonical(expected(&path_of(&file))?);
    let graph = frozen(&quads);
    for evaluator in [Evaluator::Planned, Evaluator::Plain] {
        query.evaluator = evaluator;
        let found = evaluate(&graph, &query).map_err(|error| error.to_string())?;
        let found = canonical(of_results(found)?);
        if found != wanted {
            let only =
                |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect::<Vec<_>>();
            let (more, less) = (only(&found, &wanted), only(&wanted, &found));
            return Err(format!("{evaluator:?}: only found {more:#?}\nonly expected {less:#?}"));
        }
    }
    Ok(())
}

#[test]
fn the_suites_of_the_working_groups() {
    let Some(folder) = suite() else { return };
    let (mut n, mut faults) = (0, BTreeMap::new());
    let mut manifests: Vec<PathBuf> = Vec::new();
    for version in ["sparql10", "sparql11"] {
        for entry in fs::read_dir(folder.join(version)).unwrap() {
            let path = entry.unwrap().path().join("manifest.ttl");
            manifests.extend(path.exists().then_some(path));
        }
    }
    manifests.sort();
    for path in manifests {
        let manifest = frozen(&read(&path, GraphName::DefaultGraph));
        let entries = manifest.triples(None, Some(iri(MF, "entries").as_ref()), None).next();
        for case in list(&manifest, entries.map(|triple| triple.object)) {
            let rdf_type = iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type");
            let kinds = all(&manifest, &case, &rdf_type);
            let kind = kinds.iter().find_map(|kind| match kind {
                Term::NamedNode(kind) => kind.as_str().strip_prefix(MF).map(str::to_owned),
                _ => None,
            });
            let Some(kind) = kind.filter(|kind| kind.contains("Syntax") || kind.contains("Evaluation")) else {
                continue;
            };
            if kind.contains("Update") {
                continue;
            }
            let local = case.to_string();
            let local = local.trim_matches(['<', '>']).rsplit(['#', '/']).next().unwrap_or_default().to_owned();
            let group = path.parent().unwrap().strip_prefix(&folder).unwrap();
            n += 1;
            if let Err(fault) = run(&manifest, &case, &kind) {
                faults.insert(format!("{}/{local}", group.display()), fault);
            }
        }
    }
    eprintln!("{} of {n} pass", n - faults.len());
    for (case, reason) in LISTED {
        assert!(faults.remove(*case).is_some(), "{case} passes and need not be listed ({reason})");
    }
    faults.values_mut().for_each(|fault| *fault = fault.chars().take(500).collect());
    let told: String = faults.iter().map(|(name, fault)| format!("{name}: {fault}\n")).collect();
    assert!(faults.is_empty(), "{} fail\n{told}", faults.len());
    assert!(n > 600, "{n} cases were found");
}
