//! Real engines, where they are installed (`.ci/run tools`): what they hold after `publish` is ours,
//! and they answer as we do, unless the reason is known.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use civigraph::pipeline::{self, Knowledge};

use crate::support::{TestPack, knowledge, program, root, stderr, stdout};

/// A program that listens, until it is dropped.
struct Running {
    child: Child,
    url: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn tool(name: &str) -> Option<PathBuf> {
    let folder = std::env::var("CIVIGRAPH_ENGINES").ok().map(PathBuf::from);
    let path = folder.map(|folder| folder.join(name)).filter(|path| path.exists());
    if path.is_none() {
        eprintln!("skipped: CIVIGRAPH_ENGINES names no folder with {name}");
    }
    path
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts a program and waits until it answers.
fn start(mut command: Command, url: String, log: &Path) -> Running {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(log).unwrap());
    let running = Running { child: command.spawn().unwrap(), url };
    let begin = Instant::now();
    loop {
        let output = program().args(["query", "ASK {}", "--store", &running.url]).output().unwrap();
        if output.status.success() {
            return running;
        }
        let said = std::fs::read_to_string(log).unwrap();
        assert!(begin.elapsed() < Duration::from_secs(120), "{}{said}", stderr(&output));
        thread::sleep(Duration::from_millis(100));
    }
}

fn oxigraph(folder: &Path) -> Option<Running> {
    let port = free_port();
    let mut command = Command::new(tool("oxigraph")?);
    command.args(["serve", "--bind", &format!("127.0.0.1:{port}"), "--location"]).arg(folder.join("data"));
    Some(start(command, format!("http://127.0.0.1:{port}/query"), &folder.join("log")))
}

fn run(arguments: &[&str]) -> String {
    let output = program().args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    format!("{}{}", stderr(&output), stdout(&output))
}

/// The stored questions whose answers differ, with the engine's error or the first rows that differ.
fn differing(knowledge: &Knowledge, store: &[&str]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for question in knowledge.questions.iter() {
        let parameters: Vec<String> = question
            .parameters
            .iter()
            .filter_map(|parameter| Some(format!("{}={}", parameter.name, parameter.example.as_ref()?)))
            .collect();
        let mut asked = vec!["query", &question.name, "--format", "csv"];
        asked.extend(parameters.iter().map(String::as_str));
        let (ours, theirs) =
            (program().args(&asked).output().unwrap(), program().args(&asked).args(store).output().unwrap());
        if stdout(&ours) != stdout(&theirs) {
            let (ours, theirs) = (stdout(&ours), format!("{}{}", stdout(&theirs), stderr(&theirs)));
            let line = theirs.lines().find(|line| !ours.lines().any(|own| own == *line) && !line.starts_with("note"));
            found.insert(question.name.clone(), line.unwrap_or("fewer rows, or another order").to_owned());
        }
    }
    found
}

#[test]
fn oxigraph_answers_every_stored_question_as_we_do() {
    let folder = tempfile::tempdir().unwrap();
    let Some(engine) = oxigraph(folder.path()) else { return };
    let pack = root().join("data/hk-innovation");
    let pack = pack.to_str().unwrap();
    let said = run(&["publish", pack, "--to", &engine.url, "--profile", "oxigraph"]);
    assert!(said.contains("18523 triples in 13 graphs") && said.contains("things compared"), "{said}");
    let again = run(&["publish", pack, "--to", &engine.url, "--profile", "oxigraph"]);
    assert!(again.contains("nothing was sent"), "{again}");
    // What it is called, its prefixes and languages come with it.
    let store = ["--store", &engine.url];
    let differ = differing(knowledge(), &store);
    assert!(differ.is_empty(), "{differ:#?}");
    for arguments in
        [&["show", "hkstp"][..], &["stats"], &["search", "science park"], &["export", "--format", "nquads"]]
    {
        let ours = program().args(arguments).output().unwrap();
        let theirs = program().args(arguments).args(store).output().unwrap();
        // Oxigraph keeps values, not their texts.
        let same = |output| stdout(output).replace(".0\"^^", "\"^^");
        assert_eq!(same(&theirs), same(&ours), "{}", stderr(&theirs));
    }
    let compared = run(&["publish", pack, "--to", &engine.url, "--profile", "oxigraph", "--compare"]);
    assert!(compared.contains("as the snapshot has them"), "{compared}");
}

#[test]
fn a_new_edition_replaces_the_old_one_whole_and_its_graphs_that_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let Some(engine) = oxigraph(folder.path()) else { return };
    let publish = |path: &str| run(&["publish", path, "--to", &engine.url, "--profile", "oxigraph"]);
    let small = TestPack::new();
    publish(root().join("data/hk-innovation").to_str().unwrap());
    let said = publish(small.path().to_str().unwrap());
    assert!(said.contains("removed <https://w3id.org/civigraph/graph/hkyb-2019-06>"), "{said}");
    let names = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }";
    let graphs = run(&["query", names, "--store", &engine.url, "--format", "csv"]);
    assert!(!graphs.contains("staging") && !graphs.contains("hkyb"), "{graphs}");
    let other = root().join("data/hk-innovation");
    let output = program()
        .args(["publish", other.to_str().unwrap(), "--to", &engine.url, "--profile", "oxigraph", "--compare"])
        .output()
        .unwrap();
    assert!(stderr(&output).contains("published-otherwise"), "{}", stderr(&output));
    publish(small.path().to_str().unwrap());
}

#[test]
fn what_stops_on_the_way_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let Some(engine) = oxigraph(folder.path()) else { return };
    let data = folder.path().join("data.nt");
    let lines: Vec<String> =
        (0..20_000).map(|at| format!("<http://x/s{}> <http://x/p{}> \"{at}\" .\n", at / 4, at % 4)).collect();
    std::fs::write(&data, lines.concat()).unwrap();
    let old = TestPack::new();
    let profile = folder.path().join("slow.toml");
    std::fs::write(&profile, "version = 1\nupdate = \"/update\"\nbatch = 500\nmoves-graphs = true\n").unwrap();
    let arguments = |path: &Path| {
        let mut command = program();
        command.args(["publish", path.to_str().unwrap(), "--to", &engine.url, "--profile", profile.to_str().unwrap()]);
        command
    };
    assert!(arguments(old.path()).status().unwrap().success());
    let held = |text: &str| {
        stdout(&program().args(["query", text, "--store", &engine.url, "--format", "csv"]).output().unwrap())
    };
    let before = held("SELECT ?s ?p ?o { ?s ?p ?o }");
    // The times are spread over a run; where it stops does not matter to what is tested.
    for at in 0..6 {
        let mut child = arguments(&data).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(60 + 90 * at));
        let was_done = child.try_wait().unwrap().is_some();
        let _ = child.kill();
        child.wait().unwrap();
        if !was_done && !held("ASK { <http://x/s1> ?p ?o }").contains("true") {
            assert_eq!(held("SELECT ?s ?p ?o { ?s ?p ?o }"), before, "readers see the old edition until the end");
        }
    }
    let output = arguments(&data).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let n = held("SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(STRSTARTS(STR(?s), \"http://x/\")) }");
    assert!(n.contains("20000"), "{n}");
}

#[test]
fn files_for_a_loader_hold_what_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let Some(loader) = tool("oxigraph") else { return };
    let out = folder.path().join("out");
    let said = run(&["publish", "--bulk", out.to_str().unwrap(), "--profile", "oxigraph"]);
    assert!(said.contains("oxigraph load --location DATA --file"), "{said}");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let load = Command::new(loader)
        .args(["load", "--location"])
        .arg(folder.path().join("data"))
        .arg("--file")
        .args(&files)
        .output();
    assert!(load.as_ref().unwrap().status.success(), "{load:?}");
    let engine = oxigraph(folder.path()).unwrap();
    let said = run(&["publish", "--to", &engine.url, "--profile", "oxigraph", "--compare"]);
    assert!(said.contains("18523 triples in 13 graphs"), "{said}");
    let again = program().args(["publish", "--bulk", out.to_str().unwrap()]).output().unwrap();
    assert!(stderr(&again).contains("existing-file"), "{}", stderr(&again));
}

#[test]
fn a_profile_that_probe_writes_is_what_the_engine_does() {
    let folder = tempfile::tempdir().unwrap();
    let Some(engine) = oxigraph(folder.path()) else { return };
    run(&["publish", "--to", &engine.url, "--profile", "oxigraph"]);
    let path = folder.path().join("engine.toml");
    let said = run(&["probe", &engine.url, "--profile", "oxigraph", "--update", "-o", path.to_str().unwrap()]);
    assert!(said.contains("only what is in no named graph") && said.contains("007 becomes 7"), "{said}");
    assert!(!said.contains("removal"), "{said}");
    for (name, part) in
        [("Graph Store Protocol", "at `/store`"), ("writing by it", "yes, at `/store`"), ("time limit", "none within")]
    {
        let line = said.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        assert!(line.contains(part), "{name}: {said}");
    }
    let written = std::fs::read_to_string(&path).unwrap();
    for line in [
        "default-graph = \"isolated\"",
        "dataset = \"parameters\"",
        "keeps-lexical-forms = false",
        "moves-graphs = true",
        "graph-store = \"/store\"",
    ] {
        assert!(written.contains(line), "{line}: {written}");
    }
    let shown = run(&["show", "hkstp", "--store", &engine.url, "--profile", path.to_str().unwrap(), "--quiet"]);
    assert_eq!(shown, run(&["show", "hkstp", "--quiet"]));
}

/// An engine of Python: its default graph is the union, it takes no updates, and keeps texts.
#[test]
fn rdflib_answers_as_we_do_but_where_the_reason_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let Some(serve) = tool("rdflib-endpoint") else { return };
    let out = folder.path().join("out");
    run(&["publish", "--bulk", out.to_str().unwrap(), "--profile", "rdflib-endpoint"]);
    let port = free_port();
    let mut command = Command::new(serve);
    command.args(["serve", "--host", "127.0.0.1", "--port", &port.to_string()]);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    command.args(&files);
    let engine = start(command, format!("http://127.0.0.1:{port}/"), &folder.path().join("log"));
    let store = ["--store", &engine.url, "--profile", "rdflib-endpoint"];
    let exported = |more: &[&str]| {
        let output = program().args(["export", "--format", "nquads"]).args(more).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    assert_eq!(exported(&store), exported(&[]));
    let arguments = ["query", "SELECT ?a { ?a a cg:Facility }"];
    let (ours, theirs) =
        (program().args(arguments).output().unwrap(), program().args(arguments).args(store).output().unwrap());
    assert_eq!(stdout(&theirs), stdout(&ours), "{}", stderr(&theirs));
    // It decodes a form twice, so that an IRI with %2F in it would be another: found out without a profile too.
    let coded = "ASK { <https://w3id.org/civigraph/source/hk-english-names#https%3A%2F%2Fpaperzz.com%2Fdoc%2F8168577%2Ffcr-2013> a prov:Entity }";
    for store in [&store[..], &store[..2]] {
        let output = program().args(["query", coded]).args(store).output().unwrap();
        assert!(stdout(&output).contains("true"), "{store:?}: {}{}", stdout(&output), stderr(&output));
    }
    // It has this graph already; another it does not take.
    let publish = ["publish", "--to", &engine.url, "--profile", "rdflib-endpoint"];
    assert!(run(&publish).contains("nothing was sent"));
    let other = folder.path().join("other.nt");
    std::fs::write(&other, "<http://a.example/a> <http://a.example/b> <http://a.example/c> .\n").unwrap();
    let output = program().args(publish).arg(&other).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(exported(&store), exported(&[]));
}

/// The register of another government; the stored questions about what it has.
#[test]
fn oxigraph_answers_the_questions_of_the_other_pack_too() {
    let folder = tempfile::tempdir().unwrap();
    let Some(engine) = oxigraph(folder.path()) else { return };
    let pack = root().join("data/uk-government");
    let store = folder.path().join("store");
    let store = store.to_str().unwrap();
    run(&["build", pack.to_str().unwrap(), "--store", store]);
    run(&["publish", store, "--to", &engine.url, "--profile", "oxigraph"]);
    let mut n = 0;
    for question in pipeline::open(Path::new(store)).unwrap().questions.iter() {
        if !question.parameters.is_empty() || n == 20 {
            continue;
        }
        n += 1;
        let asked = |place: &str| {
            let output =
                program().args(["query", &question.name, "--format", "csv", "--store", place]).output().unwrap();
            assert!(output.status.success(), "{}: {}", question.name, stderr(&output));
            stdout(&output)
        };
        assert_eq!(asked(&engine.url), asked(store), "{}", question.name);
    }
}
