//! What goes wrong on the way to an engine and back: each is told as what it is, with exit code 2, and
//! nothing of a cut answer is printed.

use std::process::Output;

use super::mock::{Asked, MockEngine, Reply, answer, json, status};
use crate::support::{knowledge, program, stderr, stdout};

const TWO: &str = "SELECT ?a ?b WHERE { ?a\n  ?p ?b } ORDER BY ?a";

/// Runs a query whose text is sent, and checks the code of the error.
fn refused(code: &str, script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> String {
    refused_with(code, "", &[], script)
}

fn refused_with(
    code: &str,
    profile: &str,
    environment: &[(&str, &str)],
    script: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> String {
    // The questions about the dataset are answered; the test is about the query.
    let engine = MockEngine::start(move |asked| match asked.query() {
        text if text.contains("ORDER BY ?a") => script(asked),
        text => answer(&knowledge().graph, text, usize::MAX),
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.toml");
    std::fs::write(&path, format!("version = 1\nfirst-wait = \"1ms\"\ndefault-graph = \"union\"\ndataset = \"ignored\"\nlargest-answer = \"1M\"\n{profile}")).unwrap();
    let mut command = program();
    command.args(["query", TWO, "--store", &engine.url(), "--profile", path.to_str().unwrap(), "--timeout", "20s"]);
    let output = command.envs(environment.iter().copied()).output().unwrap();
    told(&output, code)
}

fn told(output: &Output, code: &str) -> String {
    let text = stderr(output);
    assert!(text.contains(&format!("error[{code}]")), "{code} is expected: {text}");
    assert_eq!((output.status.code(), stdout(output).as_str()), (Some(2), ""), "{text}");
    text
}

const HEAD: &str = "{\"head\": {\"vars\": [\"a\", \"b\"]}, \"results\": {\"bindings\": [";

#[test]
fn what_is_no_answer_is_told_as_what_it_is() {
    let page = |_: &Asked| {
        Reply::Whole(200, vec![("Content-Type", "text/html".to_owned())], b"<html><h1>Sign in</h1>".to_vec())
    };
    let text = refused("not-an-engine", page);
    assert!(text.contains("Sign in") && text.contains("ends in /sparql"), "{text}");
    refused("not-an-engine", |_| json("<!DOCTYPE html><p>Proxy"));
    refused("not-an-engine", |_| {
        Reply::Whole(200, vec![("Content-Type", "text/csv".to_owned())], b"a,b\n1,2\n".to_vec())
    });
    refused("not-an-engine", |_| status(404, "no"));
    refused("broken-answer", |_| json("{\"head\": {}, \"boolean\": true}"));
}

#[test]
fn a_cut_answer_is_never_a_short_one() {
    let row = "{\"a\": {\"type\": \"uri\", \"value\": \"http://x\"}},";
    refused("broken-answer", move |_| json(&format!("{HEAD}{row}{row}")));
    let promised = move |head: &str| {
        let body = format!("{HEAD}{row}");
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n{head}\r\n{body}").into_bytes()
    };
    refused("broken-answer", move |_| Reply::Raw(promised("Content-Length: 9000\r\n")));
    refused("broken-answer", move |_| Reply::Raw(promised("")));
    let chunk =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"hea\r\n";
    refused("broken-answer", move |_| Reply::Raw(chunk.as_bytes().to_vec()));
    refused("engine-unreachable", |_| Reply::Raw(b"SSH-2.0-OpenSSH_9\r\n".to_vec()));
    refused("answer-too-large", |_| Reply::Endless);
    refused("answer-too-large", |_| Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec()));
}

#[test]
fn an_engine_that_does_not_answer_is_given_up() {
    let text = refused("engine-timeout", |_| Reply::Hang);
    assert!(text.contains("within 20s") && text.contains("--timeout"), "{text}");
    let output = program().args(["query", TWO, "--store", "http://127.0.0.1:9/query"]).output().unwrap();
    assert!(told(&output, "engine-unreachable").contains("nothing listens there"));
    refused("engine-timeout", |_| {
        status(503 - 3, "Virtuoso 42000 Error The estimated execution time 900 (sec) exceeds the limit")
    });
}

#[test]
fn who_asks_is_told_to_nobody_else() {
    let text = refused("engine-login", |_| status(403, "not you"));
    assert!(text.contains("not you") && text.contains("CIVIGRAPH_STORE_USER"), "{text}");
    refused("engine-login", |_| status(401, ""));
    let secret = [("CIVIGRAPH_STORE_USER", "me"), ("CIVIGRAPH_STORE_PASSWORD", "hush-hush")];
    // The same challenge again: the password is wrong.
    let challenge = |_: &Asked| {
        let digest = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"".to_owned();
        Reply::Whole(401, vec![("WWW-Authenticate", digest)], Vec::new())
    };
    let text = refused_with("engine-login", "", &secret, challenge);
    assert!(text.contains("does not accept") && !text.contains("hush"), "{text}");
    for location in ["http://example.invalid/query", "https://user:pw@127.0.0.1/", "ftp://127.0.0.1/"] {
        let redirect = move |_: &Asked| Reply::Whole(307, vec![("Location", location.to_owned())], Vec::new());
        let text = refused_with("other-host", "", &secret, redirect);
        assert!(!text.contains("hush"), "{text}");
    }
    refused("not-an-engine", |_| Reply::Whole(301, vec![("Location", "/query".to_owned())], Vec::new()));
    let output = program().args(["query", TWO, "--store", "http://me:hush@127.0.0.1:9/"]).output().unwrap();
    assert!(!told(&output, "engine-address").contains("hush"));
    let output = program()
        .args(["query", TWO, "--store", "http://192.0.2.1/query", "--profile", "stardog"])
        .envs(secret)
        .output()
        .unwrap();
    assert!(told(&output, "engine-login").contains("in clear text"));
}

#[test]
fn a_password_is_sent_as_the_engine_wants_it() {
    for (challenge, begins) in [
        ("Basic realm=\"r\"", "Basic bWU6aHVzaA=="),
        (
            "Basic realm=\"r\", Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5",
            "Digest username=\"me\", realm=\"r\"",
        ),
    ] {
        let engine = MockEngine::start(move |asked| match asked.headers.get("authorization") {
            Some(_) => answer(&knowledge().graph, asked.query(), usize::MAX),
            None => Reply::Whole(401, vec![("WWW-Authenticate", challenge.to_owned())], Vec::new()),
        });
        let mut command = program();
        command.args(["query", "ASK { ?s ?p ?o }", "--store", &engine.url()]);
        let output =
            command.env("CIVIGRAPH_STORE_USER", "me").env("CIVIGRAPH_STORE_PASSWORD", "hush").output().unwrap();
        assert!(output.status.success() && !stderr(&output).contains("hush"), "{}", stderr(&output));
        let asked = engine.asked.lock().unwrap();
        let sent: Vec<Option<&String>> = asked.iter().map(|asked| asked.headers.get("authorization")).collect();
        assert_eq!(sent.iter().filter(|sent| sent.is_none()).count(), 1, "{sent:?}");
        assert!(sent[1..].iter().all(|sent| sent.unwrap().starts_with(begins)), "{sent:?}");
    }
}

#[test]
fn only_a_busy_engine_is_asked_again() {
    for (code, status_code, n) in
        [("engine-busy", 503, 5), ("engine-busy", 429, 5), ("engine-refused", 500, 1), ("engine-refused", 400, 1)]
    {
        let times = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = std::sync::Arc::clone(&times);
        refused(code, move |_| {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Reply::Whole(status_code, vec![("Retry-After", "0".to_owned())], b"no".to_vec())
        });
        assert_eq!(times.load(std::sync::atomic::Ordering::Relaxed), n, "{status_code}");
    }
    // The third time it has time.
    let engine = MockEngine::start(|asked| match asked.n_before {
        0 | 1 => Reply::Whole(503, vec![("Retry-After", "0".to_owned())], Vec::new()),
        _ => answer(&knowledge().graph, asked.query(), usize::MAX),
    });
    assert_eq!(stdout(&engine.run(&["query", "ASK { ?s ?p ?o }"])), "true\n");
}

#[test]
fn the_words_of_an_engine_are_shown_at_our_line() {
    // Two lines of prefixes are put before the query.
    let text =
        refused("engine-refused", |_| status(400, "Virtuoso 37000 Error SP030: SPARQL compiler, line 2: syntax error"));
    assert!(text.contains("query:2:1") && text.contains("?p ?b"), "{text}");
    let engine = MockEngine::start(|asked| match asked.query().contains("cg:Organisation") {
        true => status(400, "{\"message\": \"bad at 2:3\"}"),
        false => answer(&knowledge().graph, asked.query(), usize::MAX),
    });
    let text = told(&engine.run(&["query", "SELECT * { ?a a cg:Organisation }"]), "engine-refused");
    assert!(text.contains("bad at 2:3") && text.contains("query:1:3"), "{text}");
}

#[test]
fn lying_counts_and_caps_never_make_a_short_graph() {
    let graph = &knowledge().graph;
    // A cap that no subject exceeds is gone round; one that cuts single subjects is told.
    let capped = MockEngine::of_graph(graph, 500);
    let output = capped.run(&["stats", "--format", "json", "--language", "en"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(
        stdout(&output),
        stdout(&program().args(["stats", "--format", "json", "--language", "en"]).output().unwrap())
    );
    let much = graph.clone();
    let lying = MockEngine::start(move |asked| match asked.query() {
        text if text.contains("(COUNT(*) AS ?n)") => json(
            "{\"head\": {\"vars\": [\"n\"]}, \"results\": {\"bindings\": [{\"n\": {\"type\": \"literal\", \"value\": \"30\"}}]}}",
        ),
        text => answer(&much, text, usize::MAX),
    });
    let text = told(&lying.run(&["stats"]), "incomplete-answer");
    assert!(text.contains("counts 30 triples"), "{text}");
    let blank = MockEngine::of_graph(graph, 0);
    told(&blank.run(&["stats"]), "broken-answer");
    let output = capped.run(&["stats", "--fetch-limit", "1000"]);
    let text = told(&output, "fetch-limit");
    assert!(text.contains("18,5") && text.contains("more than the 1,000"), "{text}");
    // A query whose rows are as many as the engine says it sends at most.
    let told_cap = graph.clone();
    let engine = MockEngine::start(move |asked| match answer(&told_cap, asked.query(), 100) {
        Reply::Whole(status, mut headers, body) => {
            headers.push(("X-SPARQL-MaxRows", "100".to_owned()));
            Reply::Whole(status, headers, body)
        }
        other => other,
    });
    told(&engine.run(&["query", "SELECT ?a { ?a ?b ?c }"]), "incomplete-answer");
}

#[test]
fn arguments_that_an_engine_does_not_heed_are_refused() {
    let engine = MockEngine::of_graph(&knowledge().graph, usize::MAX);
    for (arguments, part) in
        [(&["stats", "--verify"][..], "--verify"), (&["stats", "--profile", "virtuozo"], "did you mean `virtuoso`")]
    {
        let output = engine.run(arguments);
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
        assert_eq!(output.status.code(), Some(2));
    }
    assert_eq!(engine.n_asked(), 0, "the network is used only for what can be done");
    let output = program().args(["stats", "--store", ".", "--profile", "virtuoso"]).output().unwrap();
    assert!(stderr(&output).contains("for engines"), "{}", stderr(&output));
}
