//! A snapshot that is replaced while it is served, and the end of the server.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::client::{Serving, escaped, snapshot};
use crate::support::{program, root, stderr};

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

/// The town of the transcripts with stored questions of its own, in a folder.
fn town(folder: &Path) -> PathBuf {
    let town = folder.join("town");
    fs::create_dir_all(town.join("queries")).unwrap();
    for name in ["datapackage.json", "mapping.yml", "offices.csv"] {
        fs::copy(root().join("tests/cli/town").join(name), town.join(name)).unwrap();
    }
    let descriptor = town.join("datapackage.json");
    let text = fs::read_to_string(&descriptor).unwrap();
    fs::write(&descriptor, text.replace("\"mapping\":", "\"queries\": \"queries\",\n    \"mapping\":")).unwrap();
    town
}

fn ask(town: &Path, title: &str) {
    let text = format!(
        "# ---\n# title: {title}\n# parameters: {{}}\n# returns: table\n# columns: [office]\n# ---\nSELECT ?office {{ ?office a cg:Organisation }}\n"
    );
    fs::write(town.join("queries/own.rq"), text).unwrap();
}

fn built(town: &Path, store: &Path) {
    let output = program().arg("build").arg(town).arg("--store").arg(store).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn questions_and_what_changed_are_those_of_the_new_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let (town, store) = (town(folder.path()), folder.path().join("store"));
    ask(&town, "Which offices are there at first?");
    built(&town, &store);
    let earlier = root().join("tests/cli/town/earlier.ttl");
    let server = Serving::start(&["--store", store.to_str().unwrap(), "--since", earlier.to_str().unwrap()]);
    let page = |path: &str| server.get(path, "text/html").text();
    assert!(page("/questions").contains("Which offices are there at first?"));
    let home = page("/");
    assert!(home.contains("What changed") && home.contains("earlier.ttl"), "{home}");
    let told = home.split("class=\"changes\"").nth(1).unwrap().split("What is here").next().unwrap();
    for part in [
        "No longer named <span class=\"count\">1</span>",
        "<span>Town Council</span>",
        "Office of the Mayor</a>: <span>Mayor's Office</span> → <span>Office of the Mayor</span>",
        "<a href=\"/parks\">Parks Department</a> – ",
        "part of</a>: <span>Town Council</span> → <a href=\"/mayor\">Office of the Mayor</a>",
        "300</span> → <span>340",
    ] {
        assert!(told.replace("&#39;", "'").contains(part), "{part}: {told}");
    }
    let chinese = page("/?lang=zh-Hant");
    assert!(chinese.contains("不再提及") && !chinese.contains("No longer named"), "{chinese}");
    // The same data with another question: nothing of before is answered from memory.
    ask(&town, "Which offices are there now?");
    built(&town, &store);
    server.until("the new question is there", || page("/questions").contains("Which offices are there now?"));
    assert!(!page("/questions").contains("at first"));
    fs::write(town.join("offices.csv"), "id,name,staff,under\nmayor,Mayor's Office,12,\n").unwrap();
    built(&town, &store);
    let told = || page("/").split("class=\"changes\"").nth(1).unwrap().to_owned();
    server.until("it is compared again", || !told().contains("Renamed"));
    assert!(told().contains("Parks Department"), "{}", told());
    let lines = server.lines();
    assert!(!lines.iter().any(|line| line.contains("warning")), "{lines:?}");
}

#[test]
fn a_server_that_is_asked_to_end_finishes_its_requests() {
    let mut server = Serving::start(&["--workers", "1"]);
    let slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d a cg:Organisation . FILTER(STRLEN(STR(?c)) > 1000000) }";
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
