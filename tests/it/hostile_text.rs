//! Text that would control a terminal, be markup, or break XML, wherever a pack
//! or an argument may contain it.

use std::fs;

use civigraph::characters::steers;
use civigraph::export::{ResultFormat, Rows, TableStyle, rows_fit, write_rows};
use civigraph::graph::Prefixes;
use oxigraph::model::{Literal, Variable};

use crate::support::{TestPack, program, stderr, stdout};

/// Sets the title of a window, in both notations of the control sequence; reverses text.
const HOSTILE: &str = "\u{1b}]0;x\u{7}\u{9b}31m\u{202e}\u{2066}\u{200f}\u{61c}\u{7f}";

#[test]
fn a_spreadsheet_computes_no_cell_if_formulas_are_escaped() {
    let pack = TestPack::new();
    pack.write(
        "people.csv",
        "id,name,age,kind,boss\nann,\"=HYPERLINK(\"\"http://e\"\",1)\",-5,staff,\nbob,-2+3,,guest,\ncec,-7,,guest,\n",
    );
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = program()
            .arg("-q")
            .args(arguments)
            .arg("--pack")
            .arg(pack.path())
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let query = "SELECT ?l ?a { ?s a ex:Person ; rdfs:label ?l OPTIONAL { ?s ex:age ?a } } ORDER BY ?s";
    let csv = run(&["query", query, "--format", "csv", "--escape-formulas"]);
    assert_eq!(csv, "l,a\r\n\"'=HYPERLINK(\"\"http://e\"\",1)\",-5\r\n'-2+3,\r\n-7,\r\n");
    let tsv = run(&["query", query, "--format", "tsv", "--escape-formulas"]);
    assert_eq!(tsv, "?l\t?a\n\"'=HYPERLINK(\\\"http://e\\\",1)\"@en\t-5\n\"'-2+3\"@en\t\n\"-7\"@en\t\n");
    assert!(run(&["query", query, "--format", "csv"]).contains("\r\n-2+3,"), "the data are unchanged unless asked");
    run(&["export", "-o", "g.csv", "--escape-formulas"]);
    let nodes = fs::read_to_string(folder.path().join("g.nodes.csv")).unwrap();
    assert!(nodes.contains(",'-2+3,") && nodes.contains(",\"'=HYPERLINK(") && nodes.contains(",-7,"), "{nodes}");
}

/// A pack that is hostile in all its texts, as far as JSON and YAML can represent them.
fn hostile() -> TestPack {
    let pack = TestPack::new();
    let escaped = "\\u001b]0;x\\u0007\\u009b31m\\u202e\\u2066\\u200f\\u061c\\u007f";
    pack.replace("datapackage.json", "\"A small pack\"", &format!("\"T{escaped}\""));
    pack.replace("datapackage.json", "\"name\": \"people\"", &format!("\"name\": \"p{escaped}\""));
    pack.replace("datapackage.json", "\"mapping\":", "\"queries\": \"queries\", \"checks\": \"checks\", \"mapping\":");
    pack.write("people.csv", format!("id,name,age,kind,boss\nann,\"Annabel{HOSTILE}\",50,staff,\n"));
    for folder in ["queries", "checks"] {
        fs::create_dir(pack.path().join(folder)).unwrap();
    }
    let text = format!("\"a{escaped}\"");
    pack.write(
        "queries/q.rq",
        format!("# ---\n# title: {{en: {text}}}\n# description: {{en: {text}}}\n# columns: [name]\n# ---\nSELECT ?name {{ ?s ex:age 50 ; rdfs:label ?name }}\n"),
    );
    pack.write(
        "checks/c.rq",
        format!(
            "# ---\n# code: my-check\n# severity: warning\n# title: {text}\n# description: {text}\n# message: {text}\n\
             # hint: {text}\n# culprit: {{at: \"?s rdfs:label ?name\", label: {text}}}\n# ---\n\
             SELECT ?s ?name {{ ?s rdfs:label ?name }}\n"
        ),
    );
    pack
}

#[test]
fn no_text_of_a_pack_or_an_argument_steers_the_terminal() {
    let pack = hostile();
    let folder = pack.path().to_str().unwrap();
    let store = pack.path().join("store");
    let file = format!("no-{HOSTILE}.ttl");
    let broken = pack.path().join(format!("broken{HOSTILE}.ttl"));
    fs::write(&broken, format!("<urn:a> <urn:b> \"{HOSTILE}\" {HOSTILE}\n")).unwrap();
    let broken = broken.to_str().unwrap();
    let shapes = pack.path().join("shapes.ttl");
    fs::write(&shapes, "").unwrap();
    let shapes = shapes.to_str().unwrap();
    let query = format!("SELECT ?s {{ ?s {HOSTILE} ?o }}");
    let long = format!("--{HOSTILE}");
    let all: Vec<Vec<&str>> = vec![
        vec!["build", folder, "--store", store.to_str().unwrap()],
        vec!["validate", folder],
        vec!["validate", folder, "--format", "short"],
        vec!["validate", folder, "--format", "github"],
        vec!["validate", folder, "--list"],
        vec!["validate", broken, "--shapes", shapes],
        vec!["validate", &file, "--shapes", shapes],
        vec!["validate", shapes, "--shapes", &file],
        vec!["query", "--list", "--pack", folder],
        vec!["query", "q", "--pack", folder],
        vec!["query", "q", "--pack", folder, "--format", "markdown"],
        vec!["query", &query, "--pack", folder],
        vec!["query", &file, "--pack", folder],
        vec!["query", "q", "--pack", &file],
        vec!["query", "q", "--format", HOSTILE],
        vec!["show", "ann", "--pack", folder],
        vec!["show", "Annabell", "--pack", folder],
        vec!["show", HOSTILE, "--pack", folder],
        vec!["export", "--pack", folder, "-o", &file],
        vec!["chart", "org", "--pack", folder, "-o", &file],
        vec!["evidence", "--text", &file],
        vec![&long],
        vec![HOSTILE],
    ];
    let mut shown = 0;
    for arguments in all {
        let output = program().current_dir(pack.path()).args(&arguments).output().unwrap();
        let said = stdout(&output) + &stderr(&output);
        let steering: Vec<char> = said.chars().filter(|c| steers(*c) && *c != '\n').collect();
        assert!(steering.is_empty(), "{arguments:?}: {steering:?}\n{said}");
        shown += usize::from(said.contains("\u{fffd}]0;x\u{fffd}\u{fffd}31m\u{fffd}\u{fffd}"));
    }
    // Most of these commands show some of it.
    assert!(shown >= 15, "{shown}");
}

#[test]
fn what_programs_read_is_exact() {
    let pack = hostile();
    let folder = pack.path().to_str().unwrap();
    let run = |format: &str| {
        let output = program().args(["query", "q", "--pack", folder, "--format", format]).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    assert!(run("csv").contains(HOSTILE));
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(json["results"]["bindings"][0]["name"]["value"], format!("Annabel{HOSTILE}"));
}

fn rows(value: &str) -> Rows {
    let variables = vec![Variable::new_unchecked("a"), Variable::new_unchecked("b_c")];
    Rows { variables, rows: vec![vec![None, Some(Literal::new_simple_literal(value).into())]] }
}

fn written(format: ResultFormat, value: &str) -> String {
    let mut bytes = Vec::new();
    write_rows(format, &rows(value), &Prefixes::default(), &TableStyle::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_markdown_cell_contains_no_markup_and_no_row() {
    for (value, cell) in [
        ("a|b", "a\\|b"),
        ("a\r\nb\nc\rd", "a b c d"),
        ("\\| \\", "\\\\\\| \\\\"),
        ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
        ("[x](javascript:y) ![z](u)", "\\[x\\](javascript:y) !\\[z\\](u)"),
        ("`c` *d* _e_ ~~f~~ $g$", "\\`c\\` \\*d\\* \\_e\\_ \\~\\~f\\~\\~ \\$g\\$"),
        ("\u{1b}[2J\u{202e}\t", "\u{fffd}\\[2J\u{fffd}\u{fffd}"),
        ("香港, 50 per cent", "香港, 50 per cent"),
    ] {
        let expected = format!("| a | b\\_c |\n| --- | --- |\n|  | {cell} |\n");
        assert_eq!(written(ResultFormat::Markdown, value), expected, "{value:?}");
    }
}

#[test]
fn results_in_xml_contain_what_xml_can_and_refuse_the_rest_before_anything_is_written() {
    assert!(written(ResultFormat::Xml, "a\rb\r\n\u{7f}\u{9b}\tc").contains(">a&#13;b&#13;\n\u{7f}\u{9b}\tc<"));
    for bad in ['\u{0}', '\u{b}', '\u{1b}', '\u{fffe}', '\u{ffff}'] {
        let fault = rows_fit(ResultFormat::Xml, &rows(&format!("x{bad}"))).unwrap_err();
        let expected = format!("XML cannot represent the character U+{:04X} of `?b_c` in row 1", u32::from(bad));
        assert_eq!(fault.message, expected);
        assert!(rows_fit(ResultFormat::Json, &rows(&bad.to_string())).is_ok());
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answer.xml");
    fs::write(&file, "old").unwrap();
    let output = program().args(["query", "SELECT (\"\\uFFFE\" AS ?a) {}", "-o"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("U+FFFE of `?a` in row 1"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
}

#[test]
fn charts_draw_characters_that_xml_lacks_as_a_symbol() {
    let pack = TestPack::new();
    let hostile = "Ann \u{fffe}\u{ffff}\u{1}\u{8}\u{1b}\u{85}";
    pack.write("people.csv", format!("id,name,age,kind,boss\nann,\"{hostile}\",50,staff,\nbob,Bob,,guest,ann\n"));
    pack.write("mine.rq", "SELECT ?source ?relation ?target { ?source ?relation ?target . ?source ex:boss ?target }");
    let not_xml = |text: &str| text.chars().find(|c| !civigraph::characters::is_xml(*c) || *c == '\u{85}');
    for ending in ["svg", "html", "dot", "png", "pdf"] {
        let file = pack.path().join(format!("x.{ending}"));
        let output = program()
            .args(["chart", "mine.rq", "--pack", ".", "-o"])
            .arg(&file)
            .current_dir(pack.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{ending}: {}", stderr(&output));
        let bytes = fs::read(&file).unwrap();
        match ending {
            "png" => assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 1000),
            "pdf" => assert!(bytes.starts_with(b"%PDF")),
            _ => {
                let text = String::from_utf8(bytes).unwrap();
                assert_eq!(not_xml(&text), None, "{ending}");
                assert!(text.contains("\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}"), "{ending}");
            }
        }
    }
}
