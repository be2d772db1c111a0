//! Bad input: each error has its diagnostic at its place and the right exit
//! code, and leaves nothing half-written.

use std::fs;
use std::process::Output;

use crate::support::{DESCRIPTOR, PEOPLE, TestPack, program, stderr};

/// The output of `build` for a pack.
fn build(pack: &TestPack) -> Output {
    let store = pack.path().join("store");
    let output = program().arg("build").arg(pack.path()).arg("--store").arg(&store).output().unwrap();
    assert!(output.stdout.is_empty());
    if !output.status.success() {
        let written = fs::read_dir(&store).into_iter().flatten().map(|entry| entry.unwrap().file_name());
        assert!(
            written.into_iter().all(|name| name == "failed-build.json"),
            "no snapshot is written when a build fails"
        );
    }
    output
}

/// Breaks a valid pack and expects one finding: code, place in the pack, part of the text.
fn check(what: &str, break_it: impl FnOnce(&TestPack), exit: i32, code: &str, place: &str, part: &str) {
    let pack = TestPack::new();
    break_it(&pack);
    let output = build(&pack);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(exit), "{what}: {text}");
    assert!(text.contains(&format!("[{code}]")), "{what}: expected {code} in\n{text}");
    if !place.is_empty() {
        let place = format!("{}/{place}", pack.path().display());
        assert!(text.contains(&place), "{what}: expected {place} in\n{text}");
    }
    assert!(text.contains(part), "{what}: expected {part} in\n{text}");
    assert!(!text.contains("panicked"), "{what}: {text}");
}

#[test]
fn the_untouched_pack_is_right() {
    let output = build(&TestPack::new());
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!stderr(&output).contains("warning"), "{}", stderr(&output));
}

#[test]
fn what_is_named_instead_of_a_pack_is_said_with_what_takes_it() {
    let pack = TestPack::new();
    let folder = pack.path().display().to_string();
    for (name, text) in [
        ("staff.csv", "id\n"),
        ("orgs.ttl", ""),
        ("q.rq", ""),
        ("m.yml", ""),
        ("api.json", "{}"),
        ("package.json", r#"{"resources": []}"#),
        ("notes", ""),
        ("other/staff.csv", "id\n"),
        ("packs/one/datapackage.json", "{}"),
    ] {
        fs::create_dir_all(pack.path().join(name).parent().unwrap()).unwrap();
        pack.write(name, text);
    }
    for (name, code, message, hint) in [
        ("staff.csv", "not-a-pack", "is a table, not a pack", "civigraph init"),
        ("orgs.ttl", "not-a-pack", "is an RDF file, not a pack", "--data"),
        ("q.rq", "not-a-pack", "is a query, not a pack", "civigraph query"),
        ("m.yml", "not-a-pack", "is a mapping, not a pack", "datapackage.json"),
        ("api.json", "not-a-pack", "is a document of JSON", "civigraph init"),
        ("package.json", "not-a-pack", "is a descriptor with another name", "call it `datapackage.json`"),
        ("notes", "not-a-pack", "is a file, not a pack", "datapackage.json"),
        ("other", "missing-file", "there is no", "the folder has tables (`staff.csv`)"),
        ("packs", "missing-file", "there is no", "packs/one`?"),
        ("none", "missing-file", "there is no folder", "datapackage.json"),
        ("none.csv", "missing-file", "there is no file", "datapackage.json"),
    ] {
        let path = format!("{folder}/{name}");
        let store = format!("{folder}/store");
        for arguments in [vec!["build", &path, "--store", &store], vec!["query", "ASK {}", "--pack", &path]] {
            let output = program().args(&arguments).output().unwrap();
            let text = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            for part in [code, message, hint, name] {
                assert!(text.contains(part), "{arguments:?}: no `{part}` in {text}");
            }
        }
        // RDF is also validated by itself.
        let output = program().args(["validate", &path]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(!["staff.csv", "q.rq", "none.csv"].contains(&name) || stderr(&output).contains(message), "{name}");
    }
    assert!(!pack.path().join("store").exists(), "nothing is written");
}

#[test]
fn tables() {
    let people = |text: &'static str| move |pack: &TestPack| pack.write("people.csv", text);
    check(
        "missing file",
        |pack| fs::remove_file(pack.path().join("people.csv")).unwrap(),
        2,
        "missing-file",
        "datapackage.json:7:15",
        "people.csv",
    );
    check("empty file", people(""), 1, "empty-table", "people.csv:1:1", "must name the columns");
    check(
        "broken UTF-8",
        |pack| pack.write("people.csv", b"id,name,age,kind,boss\nann,A\xe9,1,staff,\n"),
        1,
        "not-utf8",
        "people.csv:2:6",
        "UTF-8",
    );
    check("UTF-16", |pack| pack.write("people.csv", b"i\0d\0,\0n\0"), 1, "not-utf8", "people.csv:1:1", "UTF-16");
    check(
        "a stray quote",
        people("id,name,age,kind,boss\nann,A\"n,1,staff,\n"),
        1,
        "wrong-quoting",
        "people.csv:2:6",
        "double",
    );
    check(
        "an unclosed quote",
        people("id,name,age,kind,boss\nann,\"An,1,staff,\nbob,B,2,guest,\n"),
        1,
        "wrong-quoting",
        "people.csv:2:5",
        "never closed",
    );
    check(
        "a short row",
        people("id,name,age,kind,boss\nann,Ann,1\n"),
        1,
        "ragged-row",
        "people.csv:2:10",
        "column `kind` is missing",
    );
    check(
        "a long row",
        people("id,name,age,kind,boss\nann,Ann,1,staff,,x\n"),
        1,
        "ragged-row",
        "people.csv:2:18",
        "6 cells",
    );
    check(
        "semicolons between the cells",
        people("id;name;age;kind;boss\nann;Ann;1;staff;\n"),
        1,
        "wrong-delimiter",
        "people.csv:1:1",
        "\"delimiter\": \";\"",
    );
    check(
        "a column too many",
        people("id,name,age,kind,boss,colour\nann,Ann,1,staff,,red\n"),
        1,
        "unknown-column",
        "people.csv:1:23",
        "colour",
    );
    check(
        "a column too few",
        people("id,name,age,kind\nann,Ann,1,staff\n"),
        2,
        "missing-column",
        "people.csv:1:1",
        "`boss`",
    );
    check(
        "columns in another order",
        people("name,id,age,kind,boss\nAnn,ann,1,staff,\n"),
        1,
        "column-order",
        "people.csv:1:1",
        "`id`",
    );
    check(
        "a column twice",
        people("id,name,age,kind,kind\nann,Ann,1,staff,\n"),
        1,
        "duplicate-column",
        "people.csv:1:18",
        "kind",
    );
    check(
        "a column without a name",
        people("id,name,age,kind,boss,\n"),
        1,
        "unnamed-column",
        "people.csv:1:23",
        "column 6",
    );
    check(
        "a wrong type",
        people("id,name,age,kind,boss\nann,Ann,1 500,staff,\n"),
        1,
        "wrong-type",
        "people.csv:2:9",
        "without separators",
    );
    check(
        "a value that is not listed",
        people("id,name,age,kind,boss\nann,Ann,1,staf,\n"),
        1,
        "unknown-value",
        "people.csv:2:11",
        "did you mean `staff`?",
    );
    check(
        "a value missing",
        people("id,name,age,kind,boss\nann,,1,staff,\n"),
        1,
        "missing-value",
        "people.csv:2:5",
        "`name`",
    );
    check(
        "an id twice",
        people("id,name,age,kind,boss\nann,Ann,1,staff,\nann,Bob,2,guest,\n"),
        1,
        "duplicate-id",
        "people.csv:3:1",
        "people.csv:2",
    );
    check(
        "a dangling key",
        people("id,name,age,kind,boss\nanna,Ann,1,staff,\nbob,Bob,2,guest,ann\n"),
        1,
        "dangling-key",
        "people.csv:3:17",
        "did you mean `anna`",
    );
}

#[test]
fn every_finding_is_reported_not_only_the_first() {
    let pack = TestPack::new();
    pack.write("people.csv", "id,name,age,kind,boss\nann,,x,staf,nobody\nann,\"\"\"\",1,staff,\n");
    let text = stderr(&build(&pack));
    for code in ["missing-value", "wrong-type", "unknown-value", "dangling-key", "duplicate-id"] {
        assert!(text.contains(code), "{code} is missing in\n{text}");
    }
    assert!(text.contains("5 findings:\n       1  error      dangling-key\n"), "{text}");
}

#[test]
fn ten_thousand_findings_are_counted_not_poured_out() {
    let pack = TestPack::new();
    let rows: String = (0..10_000).map(|n| format!("p{n},P,x,staff,\n")).collect();
    pack.write("people.csv", format!("id,name,age,kind,boss\n{rows}"));
    let output = build(&pack);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.contains("10000 findings:\n   10000  error      wrong-type  (3 shown)\n"),
        "{}",
        &text[text.len() - 400..]
    );
    assert_eq!(text.matches("error[wrong-type]").count(), 3);
}

#[test]
fn descriptors() {
    let replace =
        |from: &'static str, to: &'static str| move |pack: &TestPack| pack.replace("datapackage.json", from, to);
    let file = "datapackage.json";
    check(
        "no JSON",
        |pack| pack.write(file, "{\n \"name\": x}"),
        2,
        "json-syntax",
        "datapackage.json:2:",
        "expected value",
    );
    check(
        "a wrong type",
        replace("\"people\",\n      \"path\"", "5,\n      \"path\""),
        2,
        "package-descriptor",
        "datapackage.json:6:",
        "must be a text",
    );
    check(
        "no tables",
        |pack| pack.write(file, "{\"resources\": [], \"civigraph\": {\"mapping\": \"mapping.yml\"}}"),
        2,
        "empty-pack",
        "datapackage.json:1:",
        "no tables",
    );
    check(
        "no mapping",
        replace("\"mapping\": \"mapping.yml\"", "\"queries\": \"questions\""),
        2,
        "empty-pack",
        "datapackage.json:21:16",
        "no mapping",
    );
    check(
        "an unknown setting",
        replace("\"base\"", "\"bass\""),
        2,
        "package-descriptor",
        "datapackage.json:22:",
        "bass",
    );
    check(
        "a path that leads out",
        replace("people.csv", "../people.csv"),
        2,
        "path-leaves-pack",
        "datapackage.json:7:15",
        "leads out",
    );
    check(
        "an absolute path",
        replace("people.csv", "/etc/passwd"),
        2,
        "path-leaves-pack",
        "datapackage.json:7:15",
        "leads out",
    );
    check(
        "a key to nowhere",
        replace("\"resource\": \"\"", "\"resource\": \"persons\""),
        2,
        "package-descriptor",
        "datapackage.json:17:",
        "persons",
    );
    check(
        "a key of no field",
        replace("\"primaryKey\": \"id\"", "\"primaryKey\": \"ident\""),
        2,
        "unknown-column",
        "datapackage.json:16:23",
        "ident",
    );
    check(
        "an unknown language tag",
        replace("[\"en\"]", "[\"english language\"]"),
        2,
        "unknown-language-tag",
        "datapackage.json:24:",
        "english language",
    );
    check(
        "a prefix that is no IRI",
        replace("{\"ex\": \"http://example.org/\"}", "{\"ex\": \"example\"}"),
        2,
        "bad-iri",
        "datapackage.json:23:24",
        "example",
    );
    check(
        "an unknown type",
        replace("\"type\": \"integer\"", "\"type\": \"int\""),
        2,
        "package-descriptor",
        "datapackage.json:12:",
        "int",
    );
    check(
        "a broken pattern",
        replace("{\"enum\": [\"staff\", \"guest\"]}", "{\"pattern\": \"(\"}"),
        2,
        "package-descriptor",
        "datapackage.json:13:",
        "pattern",
    );
}

#[cfg(unix)]
#[test]
fn a_link_must_not_lead_out() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    check(
        "a link out of the pack",
        |pack| {
            fs::remove_file(pack.path().join("people.csv")).unwrap();
            std::os::unix::fs::symlink(secret.path(), pack.path().join("people.csv")).unwrap();
        },
        2,
        "path-leaves-pack",
        "datapackage.json:7:15",
        "leads out",
    );
}

#[test]
fn mappings() {
    let replace = |from: &'static str, to: &'static str| move |pack: &TestPack| pack.replace("mapping.yml", from, to);
    check(
        "missing",
        |pack| fs::remove_file(pack.path().join("mapping.yml")).unwrap(),
        2,
        "missing-file",
        "datapackage.json:25:16",
        "mapping.yml",
    );
    check("no YAML", |pack| pack.write("mapping.yml", "mappings: [\n"), 2, "yaml-syntax", "mapping.yml:1:12", "");
    check("a list", |pack| pack.write("mapping.yml", "- a\n"), 2, "mapping", "mapping.yml:1:1", "found a list");
    check(
        "an unknown column",
        replace("$(name)", "$(nmae)"),
        2,
        "unknown-column",
        "mapping.yml:12:22",
        "did you mean `name`?",
    );
    check(
        "an unknown table",
        replace("people.csv~csv", "persons.csv~csv"),
        2,
        "missing-file",
        "mapping.yml:8:10",
        "persons.csv",
    );
    check(
        "a table outside",
        replace("people.csv~csv", "../../etc/passwd~csv"),
        2,
        "path-leaves-pack",
        "mapping.yml:8:10",
        "leads out",
    );
    check(
        "an unknown language tag",
        replace("en~lang", "e~lang"),
        2,
        "unknown-language-tag",
        "mapping.yml:12:31",
        "`e`",
    );
}

#[test]
fn cells() {
    check(
        "a bad IRI",
        |pack| {
            pack.replace("mapping.yml", "s: ex:$(id)", "s: http://ex ample.org/$(id)");
        },
        2,
        "bad-iri",
        "",
        "",
    );
    check(
        "an IRI of a cell",
        |pack| {
            pack.replace("mapping.yml", "ex:$(boss)~iri", "$(name)~iri");
            pack.replace("datapackage.json", "\"base\": \"http://example.org/\",", "");
        },
        1,
        "bad-iri",
        "people.csv:2:5",
        "no `base`",
    );
    check(
        "a literal outside its datatype",
        |pack| pack.replace("mapping.yml", "$(name), en~lang", "$(name), xsd:date"),
        1,
        "bad-literal",
        "people.csv:2:5",
        "Ann",
    );
    check(
        "a term that the ontology does not have",
        |pack| {
            pack.replace("mapping.yml", "[ex:boss, ex:$(boss)~iri]", "[cg:supprts, ex:$(boss)~iri]");
            pack.replace(
                "mapping.yml",
                "  ex: http://example.org/\n",
                "  ex: http://example.org/\n  cg: https://w3id.org/civigraph/def#\n",
            );
        },
        1,
        "unknown-term",
        "mapping.yml:15:10",
        "did you mean `cg:supports`?",
    );
}

#[test]
fn huge_cells_are_read_and_not_poured_out() {
    let pack = TestPack::new();
    let huge = "x".repeat(5_000_000);
    pack.write("people.csv", format!("id,name,age,kind,boss\nann,\"{huge}\",1,staff,\n"));
    assert!(build(&pack).status.success());
    let pack = TestPack::new();
    pack.write("people.csv", format!("id,name,age,kind,boss\nann,Ann,{huge},staff,\n"));
    let output = build(&pack);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).len() < 5_000, "{} bytes", output.stderr.len());
}

#[test]
fn byte_order_marks_and_line_ends_do_not_matter() {
    for text in [format!("\u{feff}{PEOPLE}"), PEOPLE.replace('\n', "\r\n"), PEOPLE.trim_end().to_owned()] {
        let pack = TestPack::new();
        pack.write("people.csv", text);
        pack.write("datapackage.json", format!("\u{feff}{DESCRIPTOR}"));
        assert!(build(&pack).status.success(), "{}", stderr(&build(&pack)));
    }
}

#[test]
fn an_empty_table_warns_and_builds() {
    let pack = TestPack::new();
    pack.write("people.csv", "id,name,age,kind,boss\n");
    let output = build(&pack);
    assert!(output.status.success());
    assert!(stderr(&output).contains("warning[empty-pack]"), "{}", stderr(&output));
}
