//! A snapshot that is replaced while it is served, and the end of the server.

use std::fs;
use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::client::{Serving, escaped, snapshot};

const COUNT: &str = "SELECT (COUNT(*) AS ?n) { ?s <http://example.org/p> ?o }";

fn turtle(n: usize) -> String {
    (0..n).map(|n| format!("<http://example.org/{n}> <http://example.org/p> {n} .\n")).collect()
}

fn counted(server: &Serving, query: &str) -> Option<usize> {
    let answer = server.query(query, "text/csv");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().lines().nth(1)?.parse().ok()
}

#[test]
fn a_new_snapshot_is_taken_up_without_a_lost_request() {
    let folder = tempfile::tempdir().unwrap();
    snapshot(&turtle(1), folder.path());
    let store = folder.path().join("store");
    let server = Serving::start(&["--store", store.to_str().unwrap(), "--workers", "2"]);
    let tag = server.query(COUNT, "text/csv").header("etag");
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let (mut last, mut n) = (0, 0);
            while !done.load(Ordering::Relaxed) {
                n += 1;
                let now = counted(&server, &format!("{COUNT} # {n}")).unwrap();
                assert!(now >= last, "an older snapshot answers after a newer one: {now} after {last}");
                last = now;
            }
            last
        });
        for n in 2..5 {
            snapshot(&turtle(n), folder.path());
            server.until("the new snapshot answers", || counted(&server, COUNT) == Some(n));
        }
        done.store(true, Ordering::Relaxed);
        assert_eq!(asking.join().unwrap(), 4);
    });
    let changed = server.send(
        "GET",
        &format!("/sparql?query={}", escaped(COUNT)),
        &["Accept: text/csv", &format!("If-None-Match: {tag}")],
        b"",
    );
    assert_eq!(changed.status, 200);
    assert!(server.lines().iter().any(|line| line.contains("took up")), "{:?}", server.lines());
    assert_eq!(server.metric("snapshots_total"), 3);
    // Workers of the old ones are gone.
    server.until("two workers are left", || server.workers().len() == 2);
}

#[test]
fn a_snapshot_that_is_damaged_is_refused_and_the_one_before_answers() {
    let folder = tempfile::tempdir().unwrap();
    snapshot(&turtle(3), folder.path());
    let store = folder.path().join("store");
    let file = store.join("snapshot");
    let server = Serving::start(&["--store", store.to_str().unwrap(), "--workers", "1"]);
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 20;
    bytes[last] ^= 0xff;
    let replace = |bytes: &[u8]| {
        let beside = folder.path().join("new");
        fs::write(&beside, bytes).unwrap();
        fs::rename(&beside, &file).unwrap();
    };
    for bad in [&bytes[..], &bytes[..bytes.len() / 2], b"", b"no snapshot"] {
        let n = server.metric("snapshots_refused_total");
        replace(bad);
        server.until("it is refused", || server.metric("snapshots_refused_total") == n + 1);
        assert_eq!(counted(&server, &format!("{COUNT} # {n}")), Some(3));
    }
    assert!(server.lines().iter().any(|line| line.contains("the one before is kept")), "{:?}", server.lines());
    // Workers that are ended meanwhile come back with the old one.
    for id in server.workers() {
        super::client::signal(id, "KILL");
    }
    assert_eq!(counted(&server, COUNT), Some(3));
    fs::remove_file(&file).unwrap();
    assert_eq!(counted(&server, &format!("{COUNT} # gone")), Some(3));
    snapshot(&turtle(4), folder.path());
    server.until("a good one answers", || counted(&server, COUNT) == Some(4));
}

#[test]
fn a_server_that_is_asked_to_end_finishes_its_requests() {
    let mut server = Serving::start(&["--workers", "1"]);
    let slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d a cg:Claim . FILTER(STRLEN(STR(?c)) > 1000000) }";
    let mut stream = server.connect();
    write!(stream, "GET /sparql?query={} HTTP/1.1\r\nHost: x\r\n\r\n", escaped(slow)).unwrap();
    server.until("the query runs", || server.metric("requests_running") == 1);
    server.signal("TERM");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(server.wait(), Some(0));
    assert!(std::net::TcpStream::connect(&server.host).is_err());
}
