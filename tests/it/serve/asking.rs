//! The pages where people ask: stored questions and SPARQL, without a script.

use super::client::{Serving, escaped};
use crate::support::{root, stderr, stdout};

/// Labels that are markup, IRIs that are scripts.
const HOSTILE: &str = r#"
<http://e.example/C> a rdfs:Class ; rdfs:label "<img src=x onerror=alert(2)>"@en .
<http://e.example/a> a <http://e.example/C> ; rdfs:label "</script><script>window.ran = true; alert(1)</script>"@en ;
    rdfs:comment "\" onmouseover=\"alert(3)" ; <http://e.example/p> <javascript:alert(5)>, <http://e.example/b> .
<http://e.example/b> a <http://e.example/C> ; rdfs:label "</textarea></svg><svg onload=alert(4)>" .
<javascript:alert(5)> rdfs:label "click <a href='javascript:alert(6)'>here</a>" .
"#;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The texts of the cells in the first column.
fn first_cells(html: &str) -> Vec<String> {
    let body = html.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    let cell = |row: &str| {
        let cell = row.split("</td>").next().unwrap();
        let mut text = String::new();
        for part in cell.split('<') {
            text.push_str(part.split_once('>').map_or("", |(_, text)| text));
        }
        text
    };
    body.split("<tr>").skip(1).map(cell).collect()
}

#[test]
fn a_browser_gets_a_page_at_the_endpoint_and_programs_get_data() {
    let server = Serving::shared();
    let page = server.get("/sparql", BROWSER);
    assert_eq!((page.status, page.media().as_str()), (200, "text/html"));
    assert!(page.text().contains("<textarea"));
    let query = escaped("SELECT ?park { ?park a cg:Facility }");
    let found = server.get(&format!("/sparql?query={query}"), BROWSER);
    assert_eq!(found.media(), "text/html");
    assert!(found.text().contains("Hong Kong Science Park") && found.text().contains("/id/hk/science-park"));
    let data = server.get(&format!("/sparql?query={query}&format=csv"), BROWSER);
    assert_eq!(data.media(), "text/csv", "a format goes before `Accept`");
    for accept in ["", "*/*", "application/sparql-results+json, text/html;q=0.2", "application/json"] {
        let data = server.get(&format!("/sparql?query={query}"), accept);
        assert_eq!(data.media(), "application/sparql-results+json", "{accept}");
    }
}

#[test]
fn a_wrong_query_is_marked_at_its_place_and_runs_nothing() {
    let server = Serving::shared();
    let query = "SELECT * {\n  </textarea><script>alert(1)</script> }";
    let page = server.get(&format!("/sparql?query={}", escaped(query)), BROWSER).text();
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(page.contains("aria-invalid=\"true\"") && page.contains("<mark>"), "{page}");
    let service =
        server.get(&format!("/sparql?query={}", escaped("SELECT * { SERVICE <http://127.0.0.1:9/> { } }")), BROWSER);
    assert!(service.text().contains("SERVICE"));
}

#[test]
fn a_table_is_sorted_and_read_in_parts() {
    let server = Serving::shared();
    let query = "SELECT ?n ?s { ?s a ?k BIND(STRLEN(STR(?s)) AS ?n) } LIMIT 1000";
    let address = format!("/sparql?query={}", escaped(query));
    let read = |more: &str| first_cells(&server.get(&format!("{address}{more}"), BROWSER).text());
    let numbers = |cells: &[String]| -> Vec<u32> { cells.iter().map(|cell| cell.parse().unwrap()).collect() };
    let up = numbers(&read("&sort=n"));
    assert_eq!(up.len(), 200);
    assert!(up.is_sorted(), "{up:?}");
    let down = numbers(&read("&sort=-n"));
    assert!(down.is_sorted_by(|a, b| a >= b) && down[0] > up[199], "{down:?}");
    let last = numbers(&read("&sort=n&part=5"));
    assert_eq!((last.len(), last[199]), (200, down[0]));
    assert_eq!(read("&sort=n&part=99").len(), 200, "beyond the end is the last part");
    let page = server.get(&format!("{address}&sort=n"), BROWSER).text();
    assert!(page.contains("aria-sort=\"ascending\"") && page.contains("sort=-n"), "{page}");
}

#[test]
fn amounts_are_compared_by_bars() {
    let server = Serving::shared();
    let query = "SELECT ?k (COUNT(?s) AS ?n) { ?s a ?k } GROUP BY ?k ORDER BY DESC(?n) LIMIT 5";
    let page = server.get(&format!("/sparql?query={}", escaped(query)), BROWSER).text();
    assert_eq!(page.matches("<rect ").count(), 5, "{page}");
    assert!(page.contains("width=\"100.00%\" height=\"14\""), "the most is the whole width: {page}");
}

#[test]
fn a_question_is_answered_with_lines_downloads_and_suggestions() {
    let server = Serving::shared();
    let page = server.get("/questions/supporters?body=itb", BROWSER).text();
    assert!(page.contains("3 rows") && page.contains("hkyb-2019-06") && page.contains("L1–L3"), "{page}");
    let file = server.get("/questions/supporters.csv?body=itb", BROWSER);
    assert_eq!((file.status, file.media().as_str()), (200, "text/csv"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"supporters.csv\"");
    assert!(file.text().starts_with("supporter,name,name_en,"), "{}", file.text());
    assert_eq!(file.text().lines().count(), 4);
    let unknown = server.get("/questions/supporters?body=science+parc", BROWSER).text();
    assert!(unknown.contains("body=hk%3Ascience-park"), "{unknown}");
    assert_eq!(server.get("/questions/suporters.csv?body=itb", BROWSER).status, 400);
    let chinese = server.get("/questions/supporters?body=itb&sort=-name&lang=zh-Hant", BROWSER).text();
    assert!(chinese.contains("aria-sort=\"descending\"") && chinese.contains("3"), "{chinese}");
}

#[test]
fn the_editor_is_told_the_names_of_the_graph_and_the_faults_of_a_query() {
    let server = Serving::shared();
    let page = server.get("/sparql", BROWSER);
    assert!(page.text().contains("<script type=\"module\" src=\"/sparql.js\">"), "{}", page.text());
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert!(page.text().contains("<textarea"), "without a script there is a field");
    let script = server.get("/codemirror.js", "*/*");
    assert_eq!((script.status, script.media().as_str()), (200, "text/javascript"));
    let again = ["If-None-Match: ", &script.header("etag")].concat();
    assert_eq!(server.send("GET", "/codemirror.js", &[&again], b"").status, 304);
    let json = |path: &str| -> serde_json::Value { serde_json::from_str(&server.get(path, "*/*").text()).unwrap() };
    let english = json("/sparql-terms.json");
    let named = |terms: &serde_json::Value, name: &str| {
        let rows = terms.as_array().unwrap().iter();
        rows.filter(|row| row[0] == name).cloned().collect::<Vec<_>>()
    };
    assert_eq!(named(&english, "cg:Facility"), [serde_json::json!(["cg:Facility", "class", "Facility"])]);
    assert_eq!(named(&json("/sparql-terms.json?lang=zh-Hant"), "cg:Facility")[0][2], "設施");
    // What the data use without describing it.
    assert_eq!(named(&english, "rdf:type")[0][1], "property");
    let check = |query: &str| json(&format!("/sparql-check.json?query={}", escaped(query)));
    assert_eq!(check("ASK { ?a a cg:Facility }"), serde_json::json!([]));
    let fault = &check("SELECT * {\n  FILTR(?a)\n}")[0];
    assert_eq!((&fault["line"], &fault["column"], &fault["width"]), (&2.into(), &3.into(), &5.into()), "{fault}");
    assert_eq!(fault["severity"], "error");
    let unknown = &check("ASK { ?a a cg:Facilty }")[0];
    assert_eq!((&unknown["severity"], &unknown["column"]), (&"warning".into(), &12.into()), "{unknown}");
    assert!(unknown["message"].as_str().unwrap().contains("did you mean `cg:Facility`"), "{unknown}");
}

#[test]
fn rows_can_be_had_as_a_workbook() {
    use calamine::{Data, Reader as _};
    let server = Serving::shared();
    let read = |bytes: &[u8]| {
        let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
        let (_, sheet) = book.worksheets().remove(0);
        sheet.rows().map(<[Data]>::to_vec).collect::<Vec<_>>()
    };
    let query = escaped("SELECT ?n ?t { VALUES (?n ?t) { (42 '=1+1') (2.5 'b') } } ORDER BY DESC(?n)");
    let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let text = |text: &str| Data::String(text.to_owned());
    for answer in [
        server.get(&format!("/sparql?query={query}&format=xlsx"), BROWSER),
        server.get(&format!("/sparql?query={query}"), workbook),
    ] {
        assert_eq!((answer.status, answer.media().as_str()), (200, workbook));
        let rows = read(&answer.body);
        assert_eq!(rows[0], [text("n"), text("t")]);
        assert_eq!(rows[1..], [vec![Data::Float(42.0), text("=1+1")], vec![Data::Float(2.5), text("b")]]);
    }
    let page = server.get("/questions/supporters?body=itb", BROWSER).text();
    assert!(page.contains("/questions/supporters.xlsx?body=itb"), "{page}");
    let file = server.get("/questions/supporters.xlsx?body=itb", BROWSER);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"supporters.xlsx\"");
    assert_eq!(read(&file.body).len(), 4);
}

/// `tests/browser/ask.cjs` drives the pages with Playwright, where that is installed.
#[test]
fn the_pages_where_people_ask_work_in_a_browser() {
    let Some(installed) = std::env::var_os("CIVIGRAPH_BROWSER") else {
        eprintln!("skipped: CIVIGRAPH_BROWSER does not name a folder with playwright-core and axe-core");
        return;
    };
    let server = Serving::shared();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("asking");
    std::fs::create_dir_all(&folder).unwrap();
    let hostile = tempfile::tempdir().unwrap();
    let [old, new] = ["old.ttl", "new.ttl"].map(|name| hostile.path().join(name));
    let prefixes = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n";
    std::fs::write(&old, format!("{prefixes}<http://e.example/gone> rdfs:label \"<img src=x onerror=alert(7)>\" .\n"))
        .unwrap();
    std::fs::write(&new, format!("{prefixes}{HOSTILE}")).unwrap();
    let second =
        Serving::start(&["--data", new.to_str().unwrap(), "--since", old.to_str().unwrap(), "--timeout", "none"]);
    let mut command = std::process::Command::new("node");
    command.arg(root().join("tests/browser/ask.cjs")).arg(format!("http://{}", server.host)).arg(&folder);
    command.arg(format!("http://{}", second.host));
    let output = command.env("CIVIGRAPH_BROWSER", installed).output().expect("node runs");
    assert!(output.status.success(), "{}\n{}", stdout(&output), stderr(&output));
}
