//! The pack of the United Kingdom's register of organisations: both editions are built by one mapping
//! from the files as published, and its text tells what the checks find.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use civigraph::finding::Limit;
use civigraph::pack::{DESCRIPTOR, Pack, embedded};
use civigraph::pipeline::{self, Examination, Limits};
use serde_json::Value;

use crate::support::{root, select};

const EARLIER: &str = "datapackage-2023-03-01.json";

fn folder() -> PathBuf {
    root().join("data/uk-government")
}

fn examined(descriptor: &str) -> Examination {
    let pack = Pack::open(&folder().join(descriptor)).unwrap();
    pipeline::examine(&pack, &Limits { findings: Limit::of_code(1), ..Limits::default() }).unwrap()
}

/// The records of an edition, as published.
fn records(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder().join(file)).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    document["results"].as_array().unwrap().clone()
}

/// How often each finding is expected, by the rows of the table in the pack's text.
fn told() -> BTreeMap<String, [u64; 2]> {
    let text = fs::read_to_string(folder().join("README.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, code, _, earlier, later, _] = cells[..] else { return None };
        Some((code.trim_matches('`').to_owned(), [earlier.parse().ok()?, later.parse().ok()?]))
    });
    rows.filter(|(code, _)| code != "check").collect()
}

#[test]
fn both_editions_of_the_register_are_built_and_its_text_tells_what_the_checks_find() {
    let told = told();
    assert_eq!(told.len(), 8, "{told:?}");
    let editions = [(EARLIER, "organisations-2023-03-01.json"), (DESCRIPTOR, "organisations-2026-06-01.json")];
    for (at, (descriptor, file)) in editions.into_iter().enumerate() {
        let examination = examined(descriptor);
        assert_eq!(examination.n_violations(), 0);
        let counts: BTreeMap<&str, u64> = examination.findings.counts().map(|(_, code, n)| (code, n)).collect();
        for (code, n) in &told {
            assert_eq!(counts.get(code.as_str()), Some(&n[at]), "{code} in {file}");
        }
        let (knowledge, _) = examination.built.unwrap();
        let graph = &knowledge.graph;
        let records = records(file);
        let several = |record: &&Value| record["parent_organisations"].as_array().unwrap().len() > 1;
        let is_closed = |record: &&Value| record["details"]["govuk_status"] == "closed";
        let count = |pattern: &str| -> usize {
            select(graph, &format!("SELECT (COUNT(DISTINCT ?body) AS ?n) {{ {pattern} }}"))[0][0].parse().unwrap()
        };
        assert_eq!(count("?body ukt:registerStatus ?status ; a cg:Organisation ; cg:type ?kind"), records.len());
        let closed = "<https://w3id.org/civigraph/concept/uk/status/closed>";
        let n_closed = records.iter().filter(is_closed).count();
        assert_eq!(count(&format!("?body ukt:registerStatus {closed}")), n_closed);
        assert_eq!(count(&format!("?body ukt:registerStatus {closed} ; cg:changedIn ?change")), n_closed);
        let own = "?claim rdf:predicate cg:partOf ; rdf:subject ?body ; rdf:object ?parent ; cg:evidence ?record .
                   ?body cg:evidence ?record";
        let more = format!(
            "{own} . {} FILTER (?parent != ?other)",
            own.replace("?parent", "?other").replace("?claim", "?also")
        );
        assert_eq!(count(&more), records.iter().filter(several).count());
        let dated = records.iter().filter(|record| is_closed(record) && record["details"]["closed_at"].is_string());
        assert_eq!(
            count("?claim rdf:predicate cg:changed ; rdf:object ?body ; cg:during ?date . ?body cg:status c:ended")
                + count(&format!(
                    "?claim rdf:predicate cg:changed ; rdf:object ?body ; cg:during ?date . ?body ukt:registerStatus {closed} FILTER NOT EXISTS {{ ?body cg:status ?any }}"
                )),
            dated.count()
        );
    }
}

#[test]
fn the_register_is_not_inside_the_program() {
    assert!(embedded::list("data", "json").iter().all(|path| !path.contains("uk-government")));
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let included = manifest.lines().find(|line| line.starts_with("include")).unwrap();
    assert!(included.contains("\"/data/hk-innovation\"") && !included.contains("\"/data\""), "{included}");
}
