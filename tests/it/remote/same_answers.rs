//! Every command answers from an engine as it does from the snapshot.

use super::mock::{MockEngine, answer, json};
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
        &["query", "SELECT ?t (COUNT(*) AS ?n) { ?s a ?t } GROUP BY ?t", "--format", "tsv"],
        &["query", "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t ; cg:status ?x }"],
        &["query", "ASK { hk:hkstp a cg:Organisation }", "--exit-status"],
        &["query", "SELECT * { ?b a cg:Facility ; skos:prefLabel ?a } LIMIT 0", "--format", "csv"],
        // As of a day a query is evaluated here, over what is fetched.
        &["query", "SELECT ?c { ?c a cg:Claim }", "--as-of", "2013-05-01", "--format", "csv"],
        &["query", "supporters", "itb", "--as-of", "2018-01-01"],
        &["query", "ASK { hk:hkstp a cg:Organisation }", "--as-of", "2018-01-01", "--explain"],
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

#[test]
fn explain_shows_what_an_engine_is_sent() {
    let engine = MockEngine::of_graph(&knowledge().graph, usize::MAX);
    let output = engine.run(&["query", "supporters", "itb", "--explain"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("is not known here") && text.contains("<https://w3id.org/civigraph/id/hk/itb>"), "{text}");
    // What is shown is the query that is sent without it, with comments before it.
    let shown: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let n_asked = engine.n_asked();
    assert!(engine.run(&["query", "supporters", "itb"]).status.success());
    let asked = engine.asked.lock().unwrap();
    let sent = asked[n_asked..].iter().find(|asked| asked.query().contains("/id/hk/itb>")).unwrap().query();
    assert!(!asked[..n_asked].iter().any(|asked| asked.query() == sent), "explaining asks nothing");
    let sent: Vec<&str> = sent.trim_end().lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(shown, sent);
}

#[test]
fn columns_are_those_of_the_query_whatever_an_engine_calls_first() {
    let text = "SELECT * { ?b ?c ?a } LIMIT 1";
    let row = "{\"head\": {\"vars\": [\"a\", \"b\", \"c\"]}, \"results\": {\"bindings\": [{\"a\": {\"type\": \"literal\", \"value\": \"1\"}}]}}";
    for (answered, expected) in
        [("{\"head\": {}, \"results\": {\"bindings\": []}}", "b,c,a\r\n"), (row, "b,c,a\r\n,,1\r\n")]
    {
        let engine = MockEngine::start(move |asked| match asked.query().contains("?b ?c ?a") {
            true => json(answered),
            false => answer(&knowledge().graph, asked.query(), usize::MAX),
        });
        let output = engine.run(&["query", text, "--format", "csv"]);
        assert_eq!(stdout(&output), expected, "{}", stderr(&output));
    }
}
