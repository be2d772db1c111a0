//! `validate` and `build` as users run them: formats, limits, exit codes, and
//! custom checks that are wrong themselves.

use std::fs;
use std::process::Output;

use crate::support::{DESCRIPTOR, TestPack, program, stderr, stdout};

const CHECK: &str = "# ---
# code: nobody-above
# severity: violation
# title: A person has nobody above
# message: \"{person} has nobody above\"
# hint: \"name somebody\"
# culprit: \"?person ex:boss\"
# ---
SELECT ?person WHERE { ?person a ex:Person FILTER NOT EXISTS { ?person ex:boss ?boss } }
";

/// A pack with its own check; `ann` on line 2 has nobody above.
fn pack(check: &str) -> TestPack {
    let pack = TestPack::new();
    pack.write("datapackage.json", DESCRIPTOR.replace("\"mapping\":", "\"checks\": \"checks\",\n    \"mapping\":"));
    fs::create_dir(pack.path().join("checks")).unwrap();
    pack.write("checks/own.rq", check);
    pack
}

fn validate(pack: &TestPack, arguments: &[&str]) -> Output {
    program().arg("validate").arg(pack.path()).args(arguments).output().unwrap()
}

#[test]
fn a_check_of_the_packs_own_points_to_the_cell_that_is_empty() {
    let output = validate(&pack(CHECK), &["--format", "short"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(text.ends_with("people.csv:2:18: violation[nobody-above]: `ex:ann` has nobody above\n"), "{text}");
}

#[test]
fn severity_selects_what_is_reported_and_fail_on_what_fails() {
    let warning = pack(&CHECK.replace("violation", "warning"));
    for (arguments, exit, n_lines) in [
        (vec![], 0, 1),
        (vec!["--fail-on", "warning"], 1, 1),
        (vec!["--severity", "violation"], 0, 0),
        (vec!["--severity", "violation", "--fail-on", "info"], 1, 0),
    ] {
        let output = validate(&warning, &[&["--format", "short"], arguments.as_slice()].concat());
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {}", stderr(&output));
        assert_eq!(stdout(&output).lines().count(), n_lines, "{arguments:?}");
    }
    let output = validate(&pack(CHECK), &["--fail-on", "never"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_formats_say_the_same() {
    let pack = pack(CHECK);
    let json: serde_json::Value = serde_json::from_str(&stdout(&validate(&pack, &["--format", "json"]))).unwrap();
    let finding = &json["findings"][0];
    assert_eq!((&finding["code"], &finding["severity"]), (&"nobody-above".into(), &"violation".into()));
    assert_eq!((&finding["place"]["line"], &finding["place"]["column"]), (&2.into(), &18.into()));
    let github = stdout(&validate(&pack, &["--format", "github"]));
    assert!(github.starts_with("::error file=") && github.contains(",line=2,col=18,endColumn=19,title=nobody-above::"));
    let text = stdout(&validate(&pack, &[]));
    assert!(text.contains("= hint: name somebody") && text.contains("2 | ann,Ann,50,staff,"), "{text}");
}

#[test]
fn ten_thousand_findings_are_summarised() {
    let pack = pack(CHECK);
    let rows: String = (0..10_000).map(|n| format!("p{n:05},P,1,staff,\n")).collect();
    pack.write("people.csv", format!("id,name,age,kind,boss\n{rows}"));
    let output = validate(&pack, &[]);
    let text = stdout(&output);
    assert_eq!(text.matches("violation[nobody-above]").count(), 3, "they are in one column");
    assert!(text.ends_with("10000 findings:\n   10000  violation  nobody-above  (3 shown)\n"), "{text}");
    assert!(stderr(&output).contains("`--limit none` shows all"), "{}", stderr(&output));
    // The reported findings do not depend on the order of rows in the store.
    assert!(text.contains("`ex:p00000` has") && text.contains("`ex:p00002` has"));
    let more = stdout(&validate(&pack, &["--limit", "50"]));
    assert!(more.contains("`ex:p00049` has") && more.contains("  (50 shown)\n"), "{more}");
    let all = stdout(&validate(&pack, &["--format", "short", "--limit", "none"]));
    assert_eq!(all.lines().count(), 10_000);
    let output = validate(&pack, &["--limit", "0"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn build_keeps_the_old_snapshot_when_a_check_is_broken() {
    let pack = pack(CHECK);
    let store = pack.path().join("store");
    let build =
        |more: &[&str]| program().arg("build").arg(pack.path()).arg("--store").arg(&store).args(more).output().unwrap();
    let output = build(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no snapshot was written") && !store.join("snapshot").exists());
    assert!(build(&["--allow-violations"]).status.success());
    let before = fs::read(store.join("snapshot")).unwrap();
    pack.replace("people.csv", "Bob", "Rob");
    let output = build(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("is unchanged"), "{}", stderr(&output));
    assert_eq!(fs::read(store.join("snapshot")).unwrap(), before);
}

/// A check that is wrong itself: exit code 2, the code, its place and a part of the text.
fn faulty(check: &str, code: &str, place: &str, part: &str) {
    let pack = pack(check);
    let output = validate(&pack, &["--timeout", "1s"]);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for wanted in [&format!("error[{code}]"), &format!("checks/own.rq:{place}"), part] {
        assert!(text.contains(wanted), "expected {wanted} in\n{text}");
    }
}

#[test]
fn checks_that_are_wrong_themselves() {
    faulty(&CHECK.replace("FILTER", "FILTR"), "sparql-syntax", "9:44", "FILTER");
    faulty(&CHECK.replace("SELECT ?person WHERE", "ASK"), "front-matter", "2:3", "SELECT");
    faulty(&CHECK.replace("# culprit: \"?person ex:boss\"\n", ""), "front-matter", "2:3", "culprit");
    faulty(&CHECK.replace("{person} has", "{persn} has"), "front-matter", "5:12", "`?persn`");
    faulty(&CHECK.replace("?person ex:boss\"", "?person nope:boss\""), "front-matter", "7:12", "`nope:boss`");
    faulty(&CHECK.replace("violation", "fatal"), "front-matter", "3:13", "info, warning or violation");
    faulty(&CHECK.replace("nobody-above", "Nobody above"), "front-matter", "2:9", "kebab-case");
    faulty(&CHECK.replace("title:", "titel:"), "front-matter", "4:3", "did you mean `title`?");
    faulty("SELECT ?s { ?s ?p ?o }", "front-matter", "1:1", "# ---");
    faulty(&CHECK.replace("culprit: \"?person ex:boss\"", "culprit: []"), "front-matter", "7:12", "culprit");
    faulty(&CHECK.replace("culprit: \"?person ex:boss\"", "culprit: {label: x}"), "front-matter", "7:12", "`at`");
    faulty(&CHECK.replace("hint: \"name somebody\"", "hint: [a]"), "front-matter", "6:9", "expected a text");
    // What stands before the front matter, and line ends of Windows, move no place.
    let wrong = CHECK.replace("{person} has", "{persn} has");
    let shown = "# message: \"{persn} has nobody above\"";
    faulty(&format!("# 檢查 of ours\n\n{wrong}"), "front-matter", "7:12", shown);
    faulty(&wrong.replace('\n', "\r\n"), "front-matter", "5:12", shown);
    // A row that does not bind what it blames.
    faulty(
        &CHECK
            .replace("?person WHERE {", "?person ?boss WHERE { OPTIONAL { ?no ex:such ?boss }")
            .replace("{person} has", "{boss} has"),
        "bad-check",
        "1:1",
        "without `?boss`",
    );
    // A query that would never end.
    faulty(
        "# ---\n# code: endless\n# severity: warning\n# title: endless\n# message: \"{n}\"\n# culprit: \"?a\"\n# ---\nSELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } GROUP BY ?a",
        "check-timeout",
        "1:1",
        "timed out after 1s",
    );
    // A core check cannot be disabled.
    faulty(&CHECK.replace("nobody-above", "missing-label"), "bad-check", "2:1", "ontology/checks/missing-label.rq");
}

#[test]
fn a_misspelt_term_in_a_packs_own_check_is_reported() {
    let check =
        CHECK.replace("{ ?person ex:boss", "{ ?person ex:bosss").replace("\"?person ex:boss", "\"?person ex:bosss");
    let text = stdout(&validate(&pack(&check), &[]));
    assert!(text.contains("warning[unknown-term]") && text.contains("did you mean `ex:boss`?"), "{text}");
}

#[test]
fn equal_rows_are_one_finding_whatever_the_limit() {
    let check = CHECK.replace(
        "SELECT ?person WHERE { ?person a ex:Person",
        "SELECT ?person ?n WHERE { VALUES ?n { 1 2 3 } ?person a ex:Person",
    );
    let pack = pack(&check);
    pack.write("people.csv", "id,name,age,kind,boss\nann,A,1,staff,\nbob,B,1,staff,\ncat,C,1,staff,\n");
    for limit in ["1", "2", "none"] {
        let text = stdout(&validate(&pack, &["--format", "json", "--limit", limit]));
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["counts"][0]["count"], 3, "{limit}");
    }
}

#[test]
fn programs_learn_what_keeps_a_pack_from_being_checked() {
    let pack = pack(&CHECK.replace("FILTER", "FILTR"));
    let output = validate(&pack, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(json["findings"][0]["code"], "sparql-syntax");
}

#[test]
fn a_cell_steers_neither_terminal_nor_workflow() {
    let pack = pack(
        &CHECK
            .replace("{person} has", "{name} has")
            .replace("?person WHERE { ?person a ex:Person", "?person ?name WHERE { ?person rdfs:label ?name"),
    );
    pack.write("people.csv", "id,name,age,kind,boss\nann,\"A\n::error::x\u{1b}[31m\",1,staff,\n");
    for format in ["short", "github", "text"] {
        let text = stdout(&validate(&pack, &["--format", format]));
        assert!(
            !text.contains('\u{1b}') && !text.lines().any(|line| line.starts_with("::error::")),
            "{format}: {text}"
        );
    }
}

#[test]
fn a_pack_without_languages_is_in_english() {
    let pack = pack(&CHECK.replace("violation", "info"));
    pack.replace("datapackage.json", "    \"languages\": [\"en\"],\n", "");
    assert_eq!(validate(&pack, &[]).status.code(), Some(0));
}

#[test]
fn a_missing_folder_of_checks_is_reported() {
    let pack = pack(CHECK);
    fs::remove_file(pack.path().join("checks/own.rq")).unwrap();
    let output = validate(&pack, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("error[missing-file]") && stderr(&output).contains("datapackage.json:"));
}

#[test]
fn broken_tables_are_findings_of_validate_too() {
    let pack = pack(CHECK);
    pack.replace("people.csv", "ann,Ann,50", "ann,Ann,fifty");
    let output = validate(&pack, &["--format", "short"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).ends_with("people.csv:2:9: error[wrong-type]: `fifty` is not of type integer\n"));
}

#[test]
fn the_checks_can_be_listed() {
    let output = validate(&pack(CHECK), &["--list"]);
    let text = stdout(&output);
    assert!(output.status.success());
    assert!(text.contains("nobody-above (violation)\n    A person has nobody above\n"));
    assert!(text.contains("money-without-currency (violation)"));
}
