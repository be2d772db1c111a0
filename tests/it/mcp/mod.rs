//! `civigraph mcp` as an assistant's program sees it: what it says on standard output, how it ends, which graph it
//! answers from. The tools themselves are called by an independent client.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::outside_tools::tool;
use crate::support::{TestPack, program, root, stderr, stdout};

/// A query whose answer would take days.
const ENDLESS: &str = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) > STR(?i)) }";

/// How long a test waits for an answer on a machine that does other work.
const PATIENCE: Duration = Duration::from_secs(120);

/// A client that writes lines and reads lines.
struct Lines {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Value>,
}

impl Lines {
    fn start(arguments: &[&str]) -> Self {
        Self::start_in(Path::new("."), arguments)
    }

    /// Starts the program in a folder and begins a session.
    fn start_in(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_civigraph"));
        command.arg("mcp").args(arguments).current_dir(folder).env("TMPDIR", folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take(), child.stdout.take().unwrap());
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                // Nothing but the protocol is on standard output.
                let _ = sender.send(serde_json::from_str(&line.unwrap()).unwrap());
            }
        });
        let mut lines = Self { child, input, output: receiver };
        let client = json!({"name": "lines", "version": "1"});
        let parameters = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
        lines.send(&json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": parameters}).to_string());
        assert_eq!(lines.receive()["result"]["serverInfo"]["name"], "civigraph");
        lines.send(r#"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#);
        lines
    }

    fn send(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{line}").unwrap();
        input.flush().unwrap();
    }

    fn call(&mut self, id: u32, tool: &str, arguments: &Value) {
        let parameters = json!({"name": tool, "arguments": arguments});
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": parameters}).to_string());
    }

    fn receive(&self) -> Value {
        self.output.recv_timeout(PATIENCE).unwrap()
    }

    /// The answer to a call that is the only one.
    fn answer(&mut self, tool: &str, arguments: &Value) -> Value {
        self.call(9, tool, arguments);
        let answer = self.receive();
        assert_eq!(answer["id"], 9, "{answer}");
        answer["result"].clone()
    }

    /// Closes standard input; the exit code.
    fn close(mut self) -> Option<i32> {
        drop(self.input.take());
        self.wait()
    }

    fn wait(&mut self) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the program does not end");
    }

    /// The processes that work for it.
    fn workers(&self) -> Vec<String> {
        let output = Command::new("pgrep").args(["-P", &self.child.id().to_string()]).output().unwrap();
        stdout(&output).lines().map(str::to_owned).collect()
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn are_gone(processes: &[String]) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let is_there = |id: &String| {
            // One that nobody has waited for yet does nothing any more.
            fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
        };
        if !processes.iter().any(is_there) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// The client of the protocol's authors, which compares answers with schemas.
#[test]
fn an_independent_client_calls_every_tool() {
    let python = std::env::var("CIVIGRAPH_PYTHON").unwrap_or_else(|_| "civigraph-python-is-not-set".to_owned());
    let script = root().join("tests/it/mcp/client.py");
    let Some(output) = tool(Command::new(python).arg(script).arg(env!("CARGO_BIN_EXE_civigraph"))) else { return };
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).ends_with("hostile queries\n"), "{}", stdout(&output));
}

#[test]
fn what_is_no_message_is_passed_over_and_the_end_of_input_ends_the_program() {
    let mut lines = Lines::start(&[]);
    for line in ["this is not JSON", "{", "", "\u{feff}", "[1, 2]"] {
        lines.send(line);
    }
    lines.send(r#"{"jsonrpc": "2.0", "id": 5, "method": "no/such/method"}"#);
    let mut answer = lines.receive();
    // JSON that is no message has an error without an id.
    while answer["id"] == Value::Null {
        assert_eq!(answer["error"]["code"], -32_600, "{answer}");
        answer = lines.receive();
    }
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(5), &json!(-32_601)), "{answer}");
    let found = lines.answer("search", &json!({"text": "science park"}));
    assert_eq!(found["structuredContent"]["hits"][0]["id"], "hk:science-park");
    let workers = lines.workers();
    assert!(!workers.is_empty());
    assert_eq!(lines.close(), Some(0));
    assert!(are_gone(&workers));
}

#[test]
fn calls_before_the_end_of_input_are_answered() {
    let mut lines = Lines::start(&[]);
    lines.call(1, "sparql", &json!({"query": "ASK { ?claim a cg:Claim }"}));
    drop(lines.input.take());
    assert_eq!(lines.receive()["result"]["structuredContent"]["boolean"], true);
    assert_eq!(lines.wait(), Some(0));
}

#[test]
fn a_program_without_a_client_ends_well() {
    let output = program().arg("mcp").stdin(Stdio::null()).output().unwrap();
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""), "{}", stderr(&output));
    let worker = program().arg("mcp-worker").stdin(Stdio::null()).output().unwrap();
    assert_eq!(stdout(&worker), "");
}

#[test]
fn two_calls_run_at_once_and_one_that_is_cancelled_is_ended() {
    let mut lines = Lines::start(&["--timeout", "none"]);
    lines.call(1, "sparql", &json!({"query": ENDLESS}));
    lines.call(2, "sparql", &json!({"query": "ASK {}"}));
    let quick = lines.receive();
    assert_eq!((&quick["id"], &quick["result"]["structuredContent"]["boolean"]), (&json!(2), &json!(true)), "{quick}");
    // Both places are taken: a third call waits until one is free.
    lines.call(3, "sparql", &json!({"query": ENDLESS}));
    // What comes at the same time is begun in any order.
    std::thread::sleep(Duration::from_secs(1));
    lines.call(4, "sparql", &json!({"query": "ASK {}"}));
    assert!(lines.output.recv_timeout(Duration::from_millis(500)).is_err());
    let workers = lines.workers();
    assert_eq!(workers.len(), 2, "{workers:?}");
    for id in [1, 3] {
        let cancelled = json!({"requestId": id, "reason": "nobody waits"});
        lines.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled}).to_string());
    }
    let mut answer = lines.receive();
    while answer["id"] != 4 {
        answer = lines.receive();
    }
    assert_eq!(answer["result"]["structuredContent"]["boolean"], true, "{answer}");
    assert!(are_gone(&workers), "what was cancelled goes on");
    assert_eq!(lines.close(), Some(0));
}

#[test]
fn an_endless_query_ends_with_its_client() {
    let mut lines = Lines::start(&["--timeout", "none"]);
    lines.call(1, "sparql", &json!({"query": ENDLESS}));
    while lines.workers().is_empty() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let workers = lines.workers();
    assert_eq!(lines.close(), Some(0));
    assert!(are_gone(&workers));
}

#[test]
fn a_query_that_needs_too_much_memory_is_refused() {
    let mut lines = Lines::start(&["--memory", "300M", "--max-rows", "none", "--timeout", "none"]);
    let greedy = "SELECT DISTINCT (CONCAT(STR(?a), STR(?b), STR(?c)) AS ?d) { ?a ?x ?y . ?b ?x ?z . ?c ?x ?w }";
    let refused = lines.answer("sparql", &json!({"query": greedy}));
    assert_eq!(refused["isError"], true, "{refused}");
    let text = refused["content"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("error[query-memory]"), "{text}");
    let next = lines.answer("sparql", &json!({"query": "ASK {}"}));
    assert_eq!(next["structuredContent"]["boolean"], true, "{next}");
}

#[test]
fn a_pack_with_its_own_questions_is_answered_from_and_nothing_of_it_is_left() {
    let pack = TestPack::new();
    pack.replace("datapackage.json", "\"mapping\":", "\"queries\": \"asked\", \"mapping\":");
    fs::create_dir(pack.folder.path().join("asked")).unwrap();
    let question = "# ---\n# title:\n#   en: Everybody\n# description:\n#   en: Each row is a person.\n# returns: table\n# columns: [name]\n# ---\nSELECT ?name { ?person rdfs:label ?name }\n";
    pack.write("asked/everybody.rq", question);
    let folder = tempfile::tempdir().unwrap();
    let path = pack.folder.path().to_str().unwrap();
    let mut lines = Lines::start_in(folder.path(), &["--pack", path]);
    let asked = lines.answer("ask", &json!({"question": "everybody"}));
    assert_eq!(asked["isError"], false, "{asked}");
    assert!(asked["structuredContent"]["n_rows"].as_u64().unwrap() > 0, "{asked}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a copy that workers open");
    let workers = lines.workers();
    // The program ends as it would have, after it has removed what it wrote.
    assert!(Command::new("kill").arg(lines.child.id().to_string()).status().unwrap().success());
    assert_eq!(lines.wait(), None, "a signal ends it");
    assert!(are_gone(&workers));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_new_snapshot_is_taken_up_by_the_next_call() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("town.ttl");
    let build = |turtle: &str| {
        fs::write(&data, turtle).unwrap();
        let mut command = program();
        command.args(["build", "--store", "store", "--data", "town.ttl", "--quiet"]).current_dir(folder.path());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    };
    build("<http://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> \"Town hall\" .");
    let mut lines = Lines::start_in(folder.path(), &["--store", "store"]);
    let count = json!({"query": "SELECT (COUNT(*) AS ?n) { ?thing rdfs:label ?name }"});
    let mut n = || lines.answer("sparql", &count)["structuredContent"]["rows"][0]["n"]["value"].clone();
    assert_eq!(n(), "1");
    build(
        "<http://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> \"Town hall\" .\n\
         <http://example.org/b> <http://www.w3.org/2000/01/rdf-schema#label> \"Library\" .",
    );
    assert_eq!(n(), "2");
    fs::write(folder.path().join("store/snapshot"), "damaged").unwrap();
    let broken = lines.answer("sparql", &count);
    assert_eq!(broken["isError"], true, "{broken}");
}
