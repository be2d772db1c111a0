//! Errors are reported where they are: columns are characters and not bytes, no
//! place is after the end of a file, and a literal has its own place.

use std::fs;

use crate::support::{DESCRIPTOR, TestPack, program, stderr, stdout};

/// The output of `validate` for a changed pack: code, place in the pack, part of the text.
fn told(change: impl FnOnce(&TestPack), code: &str, place: &str, part: &str) {
    let pack = TestPack::new();
    change(&pack);
    let output = program().arg("validate").arg(pack.path()).output().unwrap();
    let text = stdout(&output) + &stderr(&output);
    let at = format!("--> {}/{place}\n", pack.path().display());
    for wanted in [&format!("[{code}]"), &at, part] {
        assert!(text.contains(wanted), "expected {wanted} in\n{text}");
    }
}

#[test]
fn errors_of_json_and_yaml_are_placed_at_their_character_and_in_the_file() {
    // The superfluous comma is the last character of its line.
    let wide = DESCRIPTOR.replace("\"name\": \"small\",", "\"name\": \"small\", \"title\": \"小包\" 1,");
    told(|pack| pack.write("datapackage.json", &wide), "json-syntax", "datapackage.json:2:34", "小包");
    told(|pack| pack.write("datapackage.json", "{\n"), "json-syntax", "datapackage.json:1:2", "1 | {");
    told(|pack| pack.write("datapackage.json", ""), "json-syntax", "datapackage.json:1:1", "");
    told(|pack| pack.write("mapping.yml", "mappings: {\r\n"), "yaml-syntax", "mapping.yml:1:12", "mappings: {");
    told(|pack| pack.write("mapping.yml", "mappings:\n  小: [\n\n"), "yaml-syntax", "mapping.yml:3:1", "");
    told(|pack| pack.write("mapping.yml", "mappings: \"x"), "yaml-syntax", "mapping.yml:1:11", "mappings: \"x");
}

#[test]
fn a_huge_cell_is_placed_where_it_begins() {
    let people =
        format!("id,name,age,kind,boss\nann,\"An\nn\",50,staff,\nbob,\"B\nb\",{},guest,ann\n", "9".repeat(8_000_001));
    told(|pack| pack.write("people.csv", &people), "huge-cell", "people.csv:5:4", "8000001 bytes");
}

#[test]
fn a_prefix_that_is_not_declared_is_reported_in_every_query_of_a_pack() {
    let with = |pack: &TestPack, folder: &str, text: &str| {
        let descriptor = DESCRIPTOR.replace("\"mapping\":", &format!("\"{folder}\": \"{folder}\", \"mapping\":"));
        pack.write("datapackage.json", descriptor);
        fs::create_dir(pack.path().join(folder)).unwrap();
        pack.write(&format!("{folder}/own.rq"), text);
    };
    let check = "# ---\n# code: own\n# severity: warning\n# title: t\n# description: d\n# message: m\n# culprit: \"?s\"\n# ---\nSELECT ?s { ?s zz:b ?c }\n";
    told(|pack| with(pack, "checks", check), "unknown-prefix", "checks/own.rq:9:16", "declare it with `PREFIX`");
    let question = "# ---\n# title: t\n# columns: [s]\n# ---\nSELECT ?s {\n  ?s exx:b ?c }\n";
    told(|pack| with(pack, "queries", question), "unknown-prefix", "queries/own.rq:6:6", "did you mean `ex`?");
    let pack = TestPack::new();
    pack.write("view.rq", "SELECT ?source ?relation ?target {\r\n ?source zz:b ?target }");
    let output =
        program().args(["chart", "view.rq", "--pack", ".", "-o", "x.svg"]).current_dir(pack.path()).output().unwrap();
    let text = stderr(&output);
    assert!(text.contains("error[unknown-prefix]") && text.contains("view.rq:2:10"), "{text}");
}

/// Two results for one literal, which also occurs where the shape did not find it.
#[test]
fn a_literal_that_is_a_focus_node_is_placed_where_its_shape_found_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = "@prefix ex: <http://example.org/> .\nex:b ex:q 1 .\nex:a a ex:C ;\n  ex:p 1 ,\n    \"two\" .\n";
    fs::write(folder.path().join("data.ttl"), data).unwrap();
    let head = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n";
    let cases = [
        "ex:S a sh:NodeShape ; sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI .",
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:property [ sh:path ex:x ; sh:minCount 1 ] ] .",
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ( ex:p [ sh:zeroOrOnePath ex:x ] ) ; sh:property [ sh:path ex:x ; sh:minCount 1 ] ] .",
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path [ sh:alternativePath ( ex:x ex:p ) ] ; sh:property ex:T ] . ex:T sh:path ex:x ; sh:minCount 1 .",
    ];
    for shapes in cases {
        fs::write(folder.path().join("shapes.ttl"), format!("{head}{shapes}")).unwrap();
        let output = program()
            .args(["validate", "data.ttl", "--shapes", "shapes.ttl", "--format", "short"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let places: Vec<String> =
            stdout(&output).lines().map(|line| line.split(": ").next().unwrap().to_owned()).collect();
        assert_eq!(places, ["data.ttl:4:8", "data.ttl:5:5"], "{shapes}\n{}{}", stdout(&output), stderr(&output));
    }
}

#[test]
fn a_literal_that_is_a_focus_node_of_a_pack_is_placed_at_its_cell() {
    let pack = TestPack::new();
    pack.write("datapackage.json", DESCRIPTOR.replace("\"mapping\":", "\"shapes\": [\"s.ttl\"], \"mapping\":"));
    pack.write(
        "s.ttl",
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n\
         ex:S a sh:NodeShape ; sh:targetObjectsOf ex:age ; sh:maxInclusive 40 .",
    );
    let output = program().arg("validate").arg(pack.path()).args(["--format", "short"]).output().unwrap();
    assert!(stdout(&output).contains("people.csv:2:9: violation[sh:maxInclusive]"), "{}", stdout(&output));
}

#[test]
fn excerpts_keep_their_carets_below_wide_characters_tabs_and_marks() {
    let folder = tempfile::tempdir().unwrap();
    for (line, column, caret) in [
        ("<urn:a> <urn:b> \"香港\" x .", 22, 24),
        ("<urn:a>\t<urn:b> \"e\u{301}\" x .", 22, 24),
        ("<urn:a> <urn:b> \"\u{9b}\u{202e}\" x .", 22, 22),
        ("\u{feff}<urn:a> <urn:b> \"a\" x .", 21, 21),
    ] {
        let file = folder.path().join("a.ttl");
        fs::write(&file, format!("{line}\r\n")).unwrap();
        let output =
            program().args(["validate", "a.ttl", "--shapes", "a.ttl"]).current_dir(folder.path()).output().unwrap();
        let text = stderr(&output);
        assert!(text.contains(&format!("a.ttl:1:{column}\n")), "{line:?}\n{text}");
        let row = text.lines().find(|row| row.contains('^')).unwrap();
        // The line number, the bar and spaces come before the text.
        assert_eq!(row.find('^'), Some(3 + caret), "{line:?}\n{text}");
    }
}
