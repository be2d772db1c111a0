//! Limits that no query escapes, while others are answered.

use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::client::{Serving, escaped, signal, snapshot};

/// A short query, which the server answers itself, and one that needs a worker.
const SHORT: &str = "SELECT ?name { <https://w3id.org/civigraph/id/hk/hkstp> skos:prefLabel ?name }";
const POINT: &str = "SELECT ?name { <https://w3id.org/civigraph/id/hk/hkstp> skos:prefLabel ?name } LIMIT 9";
const CROSS: &str = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }";

/// Queries that would go on for hours, or fill any memory.
fn hostile() -> Vec<(&'static str, String)> {
    let union = (0..1_000).map(|n| format!("{{ ?a ?b ?c . ?d ?e ?f{n} }}")).collect::<Vec<_>>().join(" UNION ");
    let doubled = (0..40).map(|n| format!("BIND(CONCAT(?x{n}, ?x{n}) AS ?x{}) ", n + 1)).collect::<String>();
    vec![
        ("a cross product that is counted", CROSS.to_owned()),
        ("one that is listed", "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }".to_owned()),
        ("one that is sorted", "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a".to_owned()),
        ("paths", "SELECT * { ?a (<urn:x>|!<urn:y>)* ?b . ?b (<urn:x>|!<urn:y>)* ?c }".to_owned()),
        (
            "a regular expression",
            "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?c), STR(?f)), '(a|aa)+$|(.*)*x(.*)*y{50}') }"
                .to_owned(),
        ),
        ("a thousand unions", format!("SELECT * {{ {union} }}")),
        ("a huge text", "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }".to_owned()),
        ("a text that doubles", format!("SELECT ?x40 {{ BIND('aaaaaaaaaaaaaaaa' AS ?x0) {doubled} }}")),
    ]
}

#[test]
fn hostile_queries_end_at_the_limits_while_others_are_answered() {
    let server = Serving::start(&["--timeout", "2s", "--memory", "400M", "--workers", "2"]);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let normal = scope.spawn(|| {
            let mut n = 0;
            while !done.load(Ordering::Relaxed) {
                n += 1;
                // Each is another query, so that none is remembered.
                let answer = server.query(&format!("{POINT} # {n}"), "text/csv");
                assert_eq!(answer.status, 200, "{}", answer.text());
                assert!(answer.text().contains("香港科技園公司"));
            }
            n
        });
        for (what, query) in hostile() {
            let body = format!("query={}", escaped(&query));
            let form = ["Content-Type: application/x-www-form-urlencoded"];
            let answer = server.send("POST", "/sparql", &form, body.as_bytes());
            assert_eq!(answer.status, 500, "{what}: {}", answer.text());
            let text = answer.text();
            assert!(text.contains("query-timeout") || text.contains("query-memory"), "{what}: {text}");
        }
        done.store(true, Ordering::Relaxed);
        assert!(normal.join().unwrap() > 20, "others were answered meanwhile");
    });
    server.until("nothing runs any more", || server.metric("requests_running") == 0);
}

#[test]
fn more_hostile_queries_than_places_are_refused_and_others_are_answered() {
    let server = Serving::start(&["--timeout", "4s", "--workers", "1"]);
    thread::scope(|scope| {
        let all: Vec<_> = (0..4)
            .map(|n| {
                scope.spawn({
                    let server = &server;
                    move || server.query(&format!("{CROSS} # {n}"), "")
                })
            })
            .collect();
        for n in 0..5 {
            assert_eq!(server.query(&format!("{POINT} # {n}"), "").status, 200);
        }
        let answers: Vec<_> = all.into_iter().map(|one| one.join().unwrap()).collect();
        let busy: Vec<_> = answers.iter().filter(|answer| answer.status == 503).collect();
        assert!(!busy.is_empty(), "{answers:?}");
        for answer in busy {
            assert!(answer.text().contains("server-busy"));
            assert!(answer.header("retry-after").parse::<u32>().is_ok());
        }
        assert!(answers.iter().any(|answer| answer.text().contains("query-timeout")), "{answers:?}");
    });
}

#[test]
fn a_client_that_hangs_up_ends_its_query() {
    let server = Serving::start(&["--timeout", "none"]);
    let mut stream = server.connect();
    write!(stream, "GET /sparql?query={} HTTP/1.1\r\nHost: x\r\n\r\n", escaped(CROSS)).unwrap();
    server.until("the query runs", || server.metric("requests_running") == 1);
    drop(stream);
    server.until("the query has ended", || server.metric("requests_running") == 0);
    server.until("its worker was replaced", || server.workers().len() >= 2);
    assert_eq!(server.query(POINT, "").status, 200);
}

#[test]
fn too_many_rows_are_an_error_and_never_a_part_of_them() {
    let server = Serving::start(&["--max-rows", "10"]);
    let rows = "SELECT ?s { ?s a cg:Claim }";
    let answer = server.query(rows, "text/csv");
    assert_eq!(answer.status, 500);
    assert!(answer.text().contains("query-rows") && answer.text().contains("more than 10 rows"), "{}", answer.text());
    assert_eq!(server.query(&format!("{rows} LIMIT 10"), "text/csv").text().lines().count(), 11);
    let triples = server.query("CONSTRUCT { ?s a cg:Claim } WHERE { ?s a cg:Claim }", "");
    assert!(triples.status == 500 && triples.text().contains("more than 10 triples"), "{}", triples.text());
}

#[test]
fn a_worker_that_is_ended_from_outside_loses_no_request() {
    let server = Serving::start(&["--workers", "2"]);
    server.until("workers are there", || server.workers().len() == 2);
    for round in 0..3 {
        for id in server.workers() {
            signal(id, "KILL");
        }
        for n in 0..3 {
            let answer = server.query(&format!("{POINT} # {round} {n}"), "");
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
    }
    // While it works, too: another does the work.
    thread::scope(|scope| {
        let slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d a cg:Claim . ?e a cg:Facility }";
        let asked = scope.spawn(|| server.query(slow, "text/csv"));
        thread::sleep(Duration::from_millis(150));
        for id in server.workers() {
            signal(id, "KILL");
        }
        let answer = asked.join().unwrap();
        assert!(answer.status == 200 || answer.text().contains("query-timeout"), "{}", answer.text());
    });
}

#[test]
fn short_queries_need_no_worker_and_have_the_answers_that_a_worker_gives() {
    let server = Serving::start(&["--workers", "1", "--max-rows", "50"]);
    let unknown = "SELECT ?p { <https://w3id.org/civigraph/id/hk/nothing> ?p ?o }";
    let hops = "SELECT ?a ?n { ?a cg:owns ?b . ?b skos:prefLabel ?n }";
    let asked = "ASK { <https://w3id.org/civigraph/id/hk/hkstp> a ?class }";
    let rows = "SELECT ?p ?o { <https://w3id.org/civigraph/id/hk/itc> ?p ?o }";
    let answers = |queries: &[&str]| -> Vec<Vec<u8>> {
        let medias = ["application/sparql-results+json", "text/csv", "text/plain", "application/sparql-results+xml"];
        let asked = queries.iter().flat_map(|query| medias.map(|media| server.query(query, media)));
        asked.map(|answer| [answer.status.to_string().into_bytes(), answer.body].concat()).collect()
    };
    let with_filter = |query: &str| query.replace(" }", " FILTER(true) }");
    let queries = [SHORT, unknown, hops, asked, rows];
    let by_worker: Vec<String> = queries.map(with_filter).to_vec();
    let by_worker: Vec<&str> = by_worker.iter().map(String::as_str).collect();
    assert_eq!(answers(&queries), answers(&by_worker));
    let (ok, tag) = (server.query(SHORT, "text/csv"), server.query(SHORT, "text/csv").header("etag"));
    assert_eq!((ok.status, ok.header("etag")), (200, tag));
    // A worker that works on nothing for ever keeps nobody.
    server.until("a worker is there", || server.workers().len() == 1);
    let workers = server.workers();
    workers.iter().for_each(|id| signal(*id, "STOP"));
    let answer = server.query(&format!("{SHORT} # once more"), "text/csv");
    workers.iter().for_each(|id| signal(*id, "CONT"));
    assert_eq!(answer.body, ok.body);
}

#[test]
fn workers_end_with_the_server_even_while_they_work() {
    let mut server = Serving::start(&["--timeout", "none", "--workers", "2"]);
    let mut stream = server.connect();
    write!(stream, "GET /sparql?query={} HTTP/1.1\r\nHost: x\r\n\r\n", escaped(CROSS)).unwrap();
    // This one is told to stop, as its client hangs up, and does not at once: what it was told hides the end.
    let stubborn = format!("{} FILTER(STR(?c) < STR(?f)) }}", CROSS.trim_end_matches('}'));
    let mut gone = server.connect();
    write!(gone, "GET /sparql?query={} HTTP/1.1\r\nHost: x\r\n\r\n", escaped(&stubborn)).unwrap();
    server.until("the queries run", || server.metric("requests_running") == 2);
    server.until("workers are there", || server.workers().len() >= 2);
    let workers = server.workers();
    thread::sleep(Duration::from_millis(400));
    drop(gone);
    thread::sleep(Duration::from_millis(80));
    server.signal("KILL");
    server.wait();
    let is_there = |id: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.contains("civigraph") && !stat.contains(") Z ")
    };
    server.until("no worker is left", || !workers.iter().any(is_there));
}

#[test]
fn a_client_that_does_not_read_is_cut_and_sees_that_something_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let long: String = (0..20_000)
        .map(|n| format!("<http://example.org/{n}> <http://example.org/p> \"{}\" .\n", "x".repeat(1_000)))
        .collect();
    snapshot(&long, folder.path());
    let store = folder.path().join("store");
    let server = Serving::start(&["--store", store.to_str().unwrap(), "--timeout", "10s", "--workers", "1"]);
    let mut stream = server.connect();
    let query = escaped("SELECT ?s ?o { ?s <http://example.org/p> ?o }");
    write!(stream, "GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut begun = [0; 12];
    stream.read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200");
    assert_eq!(server.metric("requests_running"), 1);
    // Nothing more is read: the worker is free again when the client has taken nothing for so long.
    server.until("the worker is free", || server.metric("requests_running") == 0);
    assert_eq!(server.query("ASK {}", "").status, 200);
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap_or(0);
    assert!(!all.ends_with(b"\r\n0\r\n\r\n"), "the answer looks complete after {} bytes", all.len());
    // Who reads gets all of it, in chunks.
    let whole = server.query("SELECT ?s ?o { ?s <http://example.org/p> ?o }", "text/csv");
    assert!(whole.is_whole && whole.header("transfer-encoding") == "chunked");
    assert_eq!(whole.text().lines().count(), 20_001);
    // HTTP/1.0 has no chunks, and nothing that would say that some are missing.
    let old = server.raw(format!("GET /sparql?query={query} HTTP/1.0\r\n\r\n").as_bytes());
    assert!(old.status == 505 && old.is_whole, "{}", old.status);
    assert_eq!(server.raw(b"GET /sparql?query=ASK%7B%7D HTTP/1.0\r\n\r\n").status, 200);
}

#[test]
fn a_request_that_never_comes_whole_is_given_up_and_holds_nothing() {
    let server = Serving::shared();
    let head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n";
    let begin = |text: &str| {
        let mut stream = server.connect();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    };
    let since = Instant::now();
    let mut half_body = begin(&format!("{head}Content-Length: 100\r\n\r\nASK {{"));
    let mut half_head = begin(head);
    let mut nothing = begin("");
    assert_eq!(server.query("ASK {}", "").status, 200);
    let mut said = String::new();
    half_body.read_to_string(&mut said).unwrap();
    let waited = since.elapsed();
    assert!(said.starts_with("HTTP/1.1 408 ") && said.contains("did not come within 30 s"), "{said}");
    assert!(said.to_ascii_lowercase().contains("\r\nconnection: close\r\n"), "{said}");
    assert!((25..55).contains(&waited.as_secs()), "{waited:?}");
    for stream in [&mut half_head, &mut nothing] {
        let mut said = Vec::new();
        stream.read_to_end(&mut said).unwrap();
        assert!(said.is_empty(), "{}", String::from_utf8_lossy(&said));
    }
    assert!(since.elapsed().as_secs() < 60, "{:?}", since.elapsed());
}
