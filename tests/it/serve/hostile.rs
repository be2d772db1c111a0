//! Requests that are no requests, and those without the right token.

use std::io::{Read as _, Write as _};

use super::client::{Serving, escaped};
use crate::support::program;

#[test]
fn what_is_no_http_is_refused_and_the_server_goes_on() {
    let server = Serving::shared();
    let long = "x".repeat(200_000);
    for bytes in [
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u{1}\u{2}\u{3}\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\u{0}b\r\n\r\n",
        "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/sparql-query\r\n\r\nzz\r\n",
        &format!("GET /{long} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        &format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"),
        &format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(500)),
    ] {
        let mut stream = server.connect();
        let _ = stream.write_all(bytes.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        let status = text.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok());
        let shown: String = bytes.chars().take(60).collect();
        assert!(status.is_none_or(|status| (400..500).contains(&status)), "{shown:?}: {text}");
    }
    assert_eq!(server.get("/health", "").text(), "ok\n");
}

#[test]
fn escapes_that_are_none_are_400_and_what_is_too_long_is_414_or_413() {
    let server = Serving::shared();
    for path in [
        "/sparql?query=%",
        "/sparql?query=%zz",
        "/sparql?query=%ff",
        "/sparql?%2=x",
        "/id/%zz",
        "/%ff",
        "/resource?iri=%e",
    ] {
        let answer = server.get(path, "");
        assert!(answer.status == 400 && answer.text().contains("bad-request"), "{path}: {answer:?}");
    }
    let answer = server.query(&format!("ASK {{}} # {}", "x".repeat(33_000)), "");
    assert!(answer.status == 414 && answer.text().contains("POST"), "{answer:?}");
    // The same in a body is no problem.
    let direct = ["Content-Type: application/sparql-query"];
    let query = format!("ASK {{}} # {}", "x".repeat(33_000));
    assert_eq!(server.send("POST", "/sparql", &direct, query.as_bytes()).status, 200);
    // 100 MB, of which the server reads no more than it must.
    let head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n";
    let answer = server.raw(format!("{head}Content-Length: 100000000\r\n\r\n").as_bytes());
    assert!(answer.status == 413 && answer.text().contains("10 MiB"), "{answer:?}");
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, "x".repeat(1 << 20));
    let mut stream = server.connect();
    write!(stream, "{head}Transfer-Encoding: chunked\r\n\r\n").unwrap();
    let n_taken = (0..100).take_while(|_| stream.write_all(chunk.as_bytes()).is_ok()).count();
    assert!(n_taken < 100, "all was taken");
    assert_eq!(server.get("/health", "").status, 200);
}

#[test]
fn a_host_that_is_none_gets_into_no_answer() {
    let server = Serving::shared();
    let request = "GET /id/hk/hkstp HTTP/1.1\r\nHost: evil\"<script>\r\nConnection: close\r\n\r\n";
    let answer = server.raw(request.as_bytes());
    assert!(!answer.header("location").contains("evil"), "{answer:?}");
}

#[test]
fn a_token_is_asked_for_everywhere_but_at_health() {
    let mut command = program();
    command.args(["serve", "--bind", "127.0.0.1:0", "--token-file"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "geheim-123\n").unwrap();
    command.arg(&file);
    let server = Serving::of(command);
    for path in ["/", "/sparql?query=ASK%7B%7D", "/metrics", "/id/hk/hkstp.ttl", "/graphs?default", "/nothing"] {
        for headers in [
            &[][..],
            &["Authorization: Bearer geheim-124"],
            &["Authorization: Bearer "],
            &["Authorization: Basic geheim-123"],
            &["Authorization: geheim-123"],
        ] {
            let answer = server.send("GET", path, headers, b"");
            assert_eq!(answer.status, 401, "{path} {headers:?}");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
            assert!(answer.text().contains("no-token"));
        }
        let answer = server.send("GET", path, &["Authorization: Bearer geheim-123"], b"");
        assert_ne!(answer.status, 401, "{path}");
    }
    assert_eq!(server.get("/health", "").status, 200);
    // A browser asks first, without the token.
    assert_eq!(server.send("OPTIONS", "/sparql", &[], b"").status, 204);
}

#[test]
fn what_cannot_be_served_is_said_at_once() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("token");
    std::fs::write(&empty, "\n").unwrap();
    let empty = empty.to_str().unwrap();
    for (arguments, part) in [
        (&["--bind", &address][..], "cannot-listen"),
        (&["--bind", "nowhere"], "IP address"),
        (&["--public-url", "data.example.org"], "https://data.example.org"),
        (&["--store", "no-such-folder"], "no snapshot"),
        (&["--timeout", "0s"], "none"),
        (&["--workers", "0"], "1..=256"),
        (&["--token-file", empty], "no-token"),
        (&["--token-file", "no-such-file"], "missing-file"),
        (&["--bind", "127.0.0.1:0", "--access-log", "/no/such/folder/log"], "unwritable-file"),
    ] {
        let output = program().arg("serve").args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {text}");
        assert!(text.contains(part), "{arguments:?}: {text}");
    }
    let output = program().arg("serve-worker").stdin(std::process::Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn requests_are_recorded_a_line_each_whatever_they_hold() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    let server = Serving::start(&["--access-log", log.to_str().unwrap()]);
    server.get("/health", "");
    server.query("SELECT ?x WHER", "");
    server.send("GET", &format!("/x%0a{}", "y".repeat(5_000)), &[], b"");
    let read = || std::fs::read_to_string(&log).unwrap();
    server.until("three lines are there", || read().lines().count() == 3);
    let text = read();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("127.0.0.1 - - [") && lines[0].contains("] \"GET /health HTTP/1.1\" 200 3 "),
        "{text}"
    );
    assert!(lines[1].contains(&format!("/sparql?query={}", escaped("SELECT ?x WHER"))) && lines[1].contains("\" 400 "));
    assert!(lines[2].contains("…\" 404 ") && lines[2].chars().count() < 2_200, "{text}");
}
