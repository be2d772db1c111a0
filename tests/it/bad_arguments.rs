//! Wrong arguments, queries and outputs: each is told with the right exit code, and leaves nothing
//! half-written.

use std::fs;
use std::process::Output;

use crate::support::{program, stderr, stdout};

/// The output of the program for these arguments.
fn says(arguments: &[&str], exit: i32, part: &str) -> Output {
    let output = program().args(arguments).output().unwrap();
    let text = stderr(&output);
    let shown: String = format!("{arguments:?}").chars().take(200).collect();
    assert_eq!(output.status.code(), Some(exit), "{shown}: {text}");
    assert!(text.contains(part), "{arguments:?}: expected {part} in\n{text}");
    output
}

#[test]
fn arguments() {
    says(&[], 2, "Usage");
    says(&["bild"], 2, "build");
    says(&["query"], 2, "QUERY");
    says(&["build", "no-such-folder"], 2, "no-such-folder");
    says(&["query", "--pack", "no-such-folder", "--list"], 2, "missing-file");
    says(&["query", "--store", "no-such-folder", "--list"], 2, "no snapshot");
    says(&["query", "suporters"], 2, "did you mean `supporters`?");
    says(&["query", "supporters"], 2, "needs the parameter `body`");
    says(&["query", "supporters", "--param", "bdy=itb"], 2, "did you mean `body`?");
    says(&["query", "supporters", "--param", "body"], 2, "no entity is called `body`");
    says(&["query", "connections", "--param", "itb"], 2, "has no name");
    says(&["query", "supporters", "--param", "body=itbb"], 2, "did you mean `itb`");
    says(&["query", "no-such-file.rq"], 2, "no-such-file.rq");
    says(&["query", "ASK {}", "-o", "x.docx"], 2, "unknown-format");
    says(&["query", "ASK {}", "--format", "turtle"], 2, "unknown-format");
    says(&["query", "CONSTRUCT WHERE { ?s a cg:Company }", "--format", "csv"], 2, "unknown-format");
    says(&["query", "ASK {}", "--format", "tabel"], 2, "table");
    says(&["query", "ASK {}", "--timeout", "soon"], 2, "30s");
    says(&["export", "--format", "docx"], 2, "docx");
    says(&["export", "--graph", "hkyb-2019-6"], 2, "did you mean `hkyb-2019-06`?");
    says(&["export", "--format", "csv"], 2, "-o graph.csv");
    says(&["export", "--construct", "SELECT ?s { ?s ?p ?o }"], 2, "CONSTRUCT");
    says(&["show", "科學院"], 2, "did you mean");
    says(&["show", "香港"], 0, "");
    says(&["query", "ASK { ?s cg:funds hk:nobody }", "--exit-status"], 1, "unknown-term");
}

#[test]
fn queries() {
    let fault = |text: &str, part: &str, place: &str| {
        let output = says(&["query", text], 2, part);
        assert!(stderr(&output).contains(place), "{}", stderr(&output));
        assert!(stdout(&output).is_empty());
    };
    fault("SELECT ?s {\n  ?s a cg:Company .\n  FILTR(?s)\n}", "FILTR", "query:3:3");
    fault("SELECT ?s WHERE { ?s nope:x ?o }", "unknown-prefix", "query:1:");
    fault("INSERT DATA { hk:a a cg:Company }", "updates are not supported", "query:1:1");
    fault("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "service-refused", "query:1:12");
    let deep = format!("SELECT * {{ {}?s ?p ?o{} }}", "{".repeat(50_000), "}".repeat(50_000));
    fault(&deep, "sparql-syntax", "");
    let long = format!("SELECT * {{ ?s ?p ?o FILTER({}true) }}", "!".repeat(50_000));
    let output = program().args(["query", &long, "--timeout", "20s"]).output().unwrap();
    assert!(output.status.code().is_some(), "the program ends by itself");
}

#[test]
fn a_query_that_never_ends_is_given_up() {
    let cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";
    let start = std::time::Instant::now();
    says(&["query", cross, "--timeout", "300ms"], 2, "query-timeout");
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn what_cannot_be_written_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("missing/x.ttl");
    says(&["export", "-o", target.to_str().unwrap()], 2, "missing-folder");
    says(&["export", "-o", folder.path().to_str().unwrap(), "--format", "turtle"], 2, "cannot write");
    // An existing file is replaced completely, or not at all.
    let kept = folder.path().join("kept.ttl");
    fs::write(&kept, "old").unwrap();
    says(&["export", "-o", kept.to_str().unwrap(), "--entity", "nobody"], 2, "unknown-entity");
    assert_eq!(fs::read_to_string(&kept).unwrap(), "old");
    says(&["export", "-o", kept.to_str().unwrap(), "--entity", "hkpc"], 0, "");
    assert!(fs::read_to_string(&kept).unwrap().contains("hk:hkpc"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_is_reported() {
    // `/proc` takes no files from anybody.
    says(&["build", "--store", "/proc/civigraph"], 2, "cannot create");
    says(&["export", "-o", "/proc/x.ttl"], 2, "cannot write");
}
