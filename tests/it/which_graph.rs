//! The answering graph is always named and never guessed: a pack in the folder,
//! a failed build, the snapshot of another pack.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::{DESCRIPTOR, MAPPING, PEOPLE, program, stderr, stdout};

const EMBEDDED: &str =
    "note: Hong Kong's innovation and technology system, 2019 (version 0.1.0), the pack inside the program\n";
const COUNT: &str = "SELECT (COUNT(*) AS ?n) { ?s a <http://example.org/Person> }";

/// A working folder, and the packs in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A pack in a folder with this name, which is also its own name.
    fn pack(&self, folder: &str) {
        let path = self.path(folder);
        fs::create_dir_all(&path).unwrap();
        let name = if folder == "." { "here" } else { folder };
        let named = DESCRIPTOR.replace("\"small\"", &format!("\"{name}\", \"version\": \"1.{}\"", name.len()));
        fs::write(path.join("datapackage.json"), named.replace("A small pack", &format!("The pack of {name}")))
            .unwrap();
        fs::write(path.join("mapping.yml"), MAPPING).unwrap();
        fs::write(path.join("people.csv"), PEOPLE).unwrap();
    }

    fn replace(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "`{from}` is not in {file}");
        fs::write(self.path(file), text.replacen(from, to, 1)).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        program().current_dir(self.0.path()).args(arguments).output().unwrap()
    }

    /// Standard error for arguments that are answered.
    fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        stderr(&output)
    }

    /// Standard error for arguments that are refused.
    fn refused(&self, arguments: &[&str], code: &str) -> String {
        let output = self.run(arguments);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(&format!("error[{code}]")), "{arguments:?}: {text}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        text
    }
}

#[test]
fn a_line_names_the_graph_unless_quiet() {
    let place = Place::new();
    place.pack("city");
    for arguments in [
        &["query", "ASK {}"][..],
        &["query", "--list", "--all"],
        &["show", "itb"],
        &["export", "--entity", "itb"],
        &["chart", "org", "-o", "org.dot"],
    ] {
        assert_eq!(place.said(arguments), EMBEDDED, "{arguments:?}");
        assert_eq!(place.said(&[arguments, &["--quiet"]].concat()), "", "{arguments:?}");
    }
    assert!(place.said(&["validate"]).starts_with(EMBEDDED));
    assert_eq!(
        place.said(&["query", COUNT, "--pack", "city"]),
        "note: The pack of city (version 1.4), the pack in `city`\n"
    );
    place.said(&["build", "city"]);
    let snapshot = "note: The pack of city (version 1.4), the snapshot in `.civigraph`\n";
    assert_eq!(place.said(&["query", COUNT]), snapshot);
    assert_eq!(place.said(&["query", COUNT, "--store", ".civigraph"]), snapshot);
}

#[test]
fn a_pack_without_title_and_version_has_its_name() {
    let place = Place::new();
    place.pack("city");
    place.replace("city/datapackage.json", "  \"title\": \"The pack of city\",\n", "");
    place.replace("city/datapackage.json", ", \"version\": \"1.4\"", "");
    assert_eq!(place.said(&["query", COUNT, "--pack", "city"]), "note: city, the pack in `city`\n");
}

#[test]
fn after_a_build_that_failed_nothing_else_answers() {
    let place = Place::new();
    place.pack("city");
    place.replace("city/people.csv", "Ann,50", "Ann,fifty");
    let built = place.run(&["build", "city"]);
    assert_eq!(built.status.code(), Some(1));
    for arguments in [
        &["query", COUNT][..],
        &["query", "--list"],
        &["show", "ann"],
        &["export"],
        &["chart", "org", "-o", "org.png"],
        &["validate"],
        &["evidence", "--text", "city/people.csv"],
    ] {
        let text = place.refused(arguments, "failed-build");
        assert!(text.contains("`city`"), "{text}");
    }
    assert!(!place.path("org.png").exists());
    // The named graph is queried.
    assert_eq!(place.run(&["validate", "city"]).status.code(), Some(1));
    assert!(place.refused(&["query", COUNT, "--store", ".civigraph"], "missing-file").contains("no snapshot"));
    // The next successful build ends it.
    place.replace("city/people.csv", "Ann,fifty", "Ann,50");
    place.said(&["build", "city"]);
    assert_eq!(stdout(&place.run(&["query", COUNT, "--format", "csv"])), "n\r\n2\r\n");
    assert!(!place.path(".civigraph/failed-build.json").exists());
}

#[test]
fn a_snapshot_from_before_a_build_that_failed_answers_only_when_named() {
    let place = Place::new();
    place.pack("city");
    place.replace("city/datapackage.json", "\"mapping\":", "\"checks\": \"checks\", \"mapping\":");
    fs::create_dir(place.path("city/checks")).unwrap();
    let check = |severity: &str| {
        let text = format!(
            "# ---\n# code: person\n# severity: {severity}\n# title: t\n# message: \"{{s}}\"\n# culprit: \"?s\"\n# ---\n\
             SELECT ?s {{ ?s a <http://example.org/Person> }}\n"
        );
        fs::write(place.path("city/checks/own.rq"), text).unwrap();
    };
    check("info");
    place.said(&["build", "city"]);
    // The snapshot remains what its pack's files produce; a check rejects them.
    check("violation");
    assert_eq!(place.run(&["build", "city"]).status.code(), Some(1));
    let text = place.refused(&["query", COUNT], "failed-build");
    assert!(text.contains("is older") && text.contains("with `--store .civigraph`"), "{text}");
    let said = place.said(&["query", COUNT, "--store", ".civigraph"]);
    assert!(said.contains("the snapshot in `.civigraph`, older than the last build, which failed"), "{said}");
    // If the pack has changed, the older snapshot would be refused: it is not offered.
    place.replace("city/people.csv", "Bob", "Rob");
    let text = place.refused(&["query", COUNT], "failed-build");
    assert!(!text.contains("--store") && text.contains("`--pack city`"), "{text}");
    check("info");
    place.said(&["build", "city"]);
    place.said(&["query", COUNT]);
}

#[test]
fn an_unreadable_descriptor_is_a_failed_build_and_a_typing_error_is_not() {
    let place = Place::new();
    place.pack("city");
    fs::create_dir(place.path("empty")).unwrap();
    for wrong in ["ctiy", "empty"] {
        place.refused(&["build", wrong], "missing-file");
        assert!(!place.path(".civigraph").exists(), "{wrong}");
    }
    assert_eq!(place.said(&["query", "ASK {}"]), EMBEDDED);
    fs::write(place.path("city/datapackage.json"), "{").unwrap();
    place.refused(&["build", "city"], "json-syntax");
    place.refused(&["query", "ASK {}"], "failed-build");
    place.refused(&["build", "city/datapackage.json"], "json-syntax");
    assert!(place.refused(&["query", "ASK {}"], "failed-build").contains("of `city`"));
    // The built-in pack is a way out.
    place.said(&["build"]);
    assert!(place.said(&["query", "ASK {}"]).contains("Hong Kong"));
}

#[test]
fn an_invalid_record_is_reported() {
    let place = Place::new();
    place.pack("city");
    place.said(&["build", "city"]);
    fs::write(place.path(".civigraph/failed-build.json"), "[]").unwrap();
    assert!(place.refused(&["query", COUNT], "damaged-snapshot").contains("failed-build.json"));
    place.said(&["build", "city"]);
    place.said(&["query", COUNT]);
}

#[test]
fn a_folder_that_is_a_pack_is_not_answered_for_by_another() {
    let place = Place::new();
    place.pack(".");
    place.pack("city");
    for arguments in [
        &["query", COUNT][..],
        &["show", "ann"],
        &["export"],
        &["chart", "org", "-o", "org.svg"],
        &["validate"],
        &["build"],
        &["evidence", "--text", "people.csv"],
    ] {
        let text = place.refused(arguments, "other-graph");
        assert!(text.contains("the pack inside the program"), "{text}");
    }
    assert!(!place.path(".civigraph").exists());
    assert_eq!(place.said(&["query", COUNT, "--pack", "."]), "note: The pack of here (version 1.4), the pack in `.`\n");
    // A snapshot of another pack does not belong to this one either.
    place.said(&["build", "city"]);
    let text = place.refused(&["query", COUNT], "other-graph");
    assert!(text.contains("is of `city`") && text.contains("`--store .civigraph` for the snapshot"), "{text}");
    place.said(&["query", COUNT, "--store", ".civigraph"]);
    // A snapshot of this pack does, whatever name it was built with.
    let here = fs::canonicalize(place.path(".")).unwrap();
    for name in [".", "./city/..", here.to_str().unwrap()] {
        place.said(&["build", name, "--replace"]);
        assert!(place.said(&["query", COUNT]).contains("The pack of here"), "{name}");
    }
}

#[test]
fn the_snapshot_of_another_pack_is_replaced_only_when_asked_for() {
    let place = Place::new();
    place.pack("city");
    place.pack("other");
    place.said(&["build", "city"]);
    let manifest = || fs::read(place.path(".civigraph/snapshot")).unwrap();
    let before = manifest();
    let text = place.refused(&["build", "other"], "other-pack");
    assert!(text.contains("is of `city`, not of `other`") && text.contains("--replace"), "{text}");
    place.refused(&["build"], "other-pack");
    assert_eq!(manifest(), before);
    assert!(place.said(&["query", COUNT]).contains("The pack of city"), "a build that was refused is none that failed");
    // The same pack by another path is the same.
    place.said(&["build", "./city"]);
    place.said(&["build", "city/datapackage.json"]);
    place.said(&["build", place.path("city").to_str().unwrap()]);
    // Under another name it is another pack.
    place.replace("city/datapackage.json", "\"name\": \"city\"", "\"name\": \"town\"");
    assert!(place.refused(&["build", "city"], "other-pack").contains("is called `town`"));
    place.said(&["build", "city", "--replace"]);
    // A failed build leaves what is there, and names its pack.
    place.replace("other/people.csv", "Ann,50", "Ann,fifty");
    let before = manifest();
    assert_eq!(place.run(&["build", "other", "--replace"]).status.code(), Some(1));
    assert_eq!(manifest(), before);
    let text = place.refused(&["query", COUNT], "failed-build");
    assert!(text.contains("the last build, of `other`, failed; the snapshot in `.civigraph` is of"), "{text}");
    assert!(text.contains("`civigraph build other --replace`"), "{text}");
    place.said(&["build", "--replace"]);
    place.said(&["build"]);
    assert!(Path::new(&place.path(".civigraph/snapshot")).exists());
}
