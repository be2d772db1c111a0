//! Engines whose certificate is from an authority of one's own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::support::{program, root, stderr, stdout};

/// A server with TLS, until it is dropped.
struct Secured(Child, String);

impl Drop for Secured {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
}

/// An authority, and an engine on this machine for which it vouches.
fn secured(folder: &Path) -> Option<Secured> {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("skipped: openssl is not installed");
        return None;
    }
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let authority =
        ["req", "-x509", "-days", "3650", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=An authority of a test"];
    openssl(folder, &[&authority[..], &key[..]].concat());
    let asked = ["req", "-keyout", "engine.key", "-out", "engine.csr", "-subj", "/CN=localhost"];
    openssl(folder, &[&asked[..], &key[..]].concat());
    fs::write(folder.join("names"), "subjectAltName = DNS:localhost, IP:127.0.0.1\n").unwrap();
    let vouched =
        "x509 -req -in engine.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out engine.pem -days 3650 -extfile names";
    openssl(folder, &vouched.split(' ').collect::<Vec<_>>());
    let python = std::env::var("CIVIGRAPH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    command.arg(root().join("tests/it/remote/secured.py")).args(["engine.pem", "engine.key"]).current_dir(folder);
    let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().ok()?;
    let mut port = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
    Some(Secured(child, format!("https://localhost:{}/query", port.trim())))
}

fn asked(engine: &Secured, more: &[&str], authority: Option<&Path>) -> Output {
    let mut command = program();
    command.args(["query", "ASK { ?s ?p ?o }", "--store", &engine.1]).args(more);
    if let Some(path) = authority {
        command.env("CIVIGRAPH_STORE_CA", path);
    }
    command.output().unwrap()
}

#[test]
fn an_authority_of_ones_own_vouches_for_an_engine() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let Some(engine) = secured(folder) else { return };
    let output = asked(&engine, &[], None);
    let said = stderr(&output);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{said}");
    assert!(said.contains("error[engine-unreachable]") && said.contains("CIVIGRAPH_STORE_CA"), "{said}");
    let output = asked(&engine, &[], Some(&folder.join("ca.pem")));
    assert_eq!(stdout(&output), "true\n", "{}", stderr(&output));
    // A path in a profile is relative to the profile.
    let profile = folder.join("engine.toml");
    fs::write(&profile, "version = 1\ncertificates = \"ca.pem\"\n").unwrap();
    let output = asked(&engine, &["--profile", profile.to_str().unwrap()], None);
    assert_eq!(stdout(&output), "true\n", "{}", stderr(&output));
    // One that vouches for somebody else does not help.
    let other = folder.join("other");
    fs::create_dir(&other).unwrap();
    let Some(another) = secured(&other) else { return };
    let output = asked(&engine, &[], Some(&other.join("ca.pem")));
    assert!(stderr(&output).contains("does not prove"), "{}", stderr(&output));
    drop(another);
    // What is in the files, one after the other, is believed.
    let both =
        [fs::read(other.join("ca.pem")).unwrap(), b"\nours:\n".to_vec(), fs::read(folder.join("ca.pem")).unwrap()];
    fs::write(folder.join("both.pem"), both.concat()).unwrap();
    let output = asked(&engine, &[], Some(&folder.join("both.pem")));
    assert_eq!(stdout(&output), "true\n", "{}", stderr(&output));
}

#[test]
fn a_file_that_has_no_certificate_is_told_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
    for (text, line, part) in [
        ("hello".to_owned(), 1, "has no certificate in PEM"),
        ("-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n".to_owned(), 1, "private key"),
        (format!("an authority\n{begin}\nMIIB\n"), 2, "has no end"),
        (format!("\n\n{begin}\nMAA=\n{end}\n"), 3, "not a certificate"),
        (format!("{begin}\n*** no base64 ***\n{end}\n"), 1, "not a certificate"),
    ] {
        fs::write(&path, text).unwrap();
        let mut command = program();
        command.args(["stats", "--store", "https://localhost:9/query"]).env("CIVIGRAPH_STORE_CA", &path);
        let output = command.output().unwrap();
        let said = stderr(&output);
        assert!(said.contains("error[engine-profile]") && said.contains(part), "{said}");
        assert!(said.contains(&format!("ca.pem:{line}")), "{line}: {said}");
        assert_eq!(output.status.code(), Some(2));
    }
    let mut command = program();
    command.args(["stats", "--store", "https://localhost:9/query"]).env("CIVIGRAPH_STORE_CA", "/no/such.pem");
    let said = stderr(&command.output().unwrap());
    assert!(said.contains("/no/such.pem") && said.contains("CIVIGRAPH_STORE_CA"), "{said}");
}
