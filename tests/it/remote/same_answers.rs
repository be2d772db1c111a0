//! Every command answers from an engine as it does from the snapshot.

use super::mock::MockEngine;
use crate::support::{knowledge, program, root, stderr, stdout};

fn local(arguments: &[&str]) -> (String, Option<i32>) {
    let output = program().args(arguments).output().unwrap();
    (stdout(&output), output.status.code())
}

#[test]
fn every_command_answers_as_it_does_from_the_snapshot() {
    let engine = MockEngine::of_graph(&knowledge().graph, usize::MAX);
    let pack = root().join("data/hk-innovation");
    let pack = pack.to_str().unwrap();
    for arguments in [
        &["query", "supporters", "itb", "--format", "csv"][..],
        &["query", "supporters", "itb"],
        &["query", "funding", "--format", "json"],
        &["query", "--list"],
        &["query", "SELECT ?t (COUNT(*) AS ?n) { ?s a ?t } GROUP BY ?t", "--format", "tsv"],
        &["query", "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t ; cg:status ?x }"],
        &["query", "ASK { hk:hkstp a cg:Organisation }", "--exit-status"],
        &["show", "hkstp"],
        &["show", "科學園", "--language", "en"],
        &["show", "hk:itb"],
        &["show", "cg:supports"],
        &["search", "science park"],
        &["search", "Sciense Park", "--format", "json"],
        &["search", "deadline"],
        &["vocabulary", "cg:supports"],
        &["path", "hkstp", "itb"],
        &["stats", "--format", "json"],
        &["export"],
        &["export", "--with", "inferred,ontology", "--format", "nquads"],
        &["export", "--entity", "hkstp"],
        &["chart", "org", "-o", "-", "--format", "svg"],
    ] {
        let output = engine.run(&[arguments, &["--pack", pack]].concat());
        let (expected, code) = local(arguments);
        assert!(!expected.is_empty() || code == Some(0), "{arguments:?}");
        assert_eq!(stdout(&output), expected, "{arguments:?}: {}", stderr(&output));
        assert_eq!(output.status.code(), code, "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn a_query_is_answered_by_the_engine_and_fetches_nothing() {
    let engine = MockEngine::of_graph(&knowledge().graph, usize::MAX);
    let output = engine.run(&["query", "SELECT ?a { ?a a cg:Facility }", "--format", "csv"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let asked = engine.asked.lock().unwrap();
    let queries: Vec<&str> = asked.iter().map(super::mock::Asked::query).collect();
    assert!(queries.len() <= 6, "{queries:#?}");
    assert_eq!(queries.last().unwrap().lines().last().unwrap(), "SELECT ?a { ?a a cg:Facility }");
    assert!(asked.iter().all(|asked| asked.method == "POST" && asked.path == "/query"));
}

#[test]
fn an_engine_is_compared_and_validated_like_files() {
    let engine = MockEngine::of_graph(&knowledge().graph, usize::MAX);
    let pack = root().join("data/hk-innovation");
    let output = program().args(["diff", pack.to_str().unwrap(), &engine.url(), "--summary"]).output().unwrap();
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    let output = engine.run(&["validate", "--shapes", "ontology", "--format", "short"]);
    assert!(
        output.status.code() == Some(0) && stderr(&output).contains("triples"),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    let output = engine.run(&["validate"]);
    assert!(stderr(&output).contains("no-shapes"), "{}", stderr(&output));
}
