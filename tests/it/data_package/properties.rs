//! Data Package, Data Resource, Table Schema: properties that are no types of fields.

use std::io::Write as _;

use civigraph::finding::{Finding, Findings, Severity};

use super::{descriptor, findings, mapping, one_table, values};
use crate::support::{TestPack, program, stderr};

const SCHEMA: &str = r#""schema": {"fields": [{"name": "id", "type": "string"}, {"name": "v", "type": "string"}]}"#;
const TEXT: &str = "id,v\n1,apple\n2,orange\n";

fn fruits(pack: &TestPack) -> Vec<String> {
    values(pack).into_iter().map(|(_, value)| value).collect()
}

fn with_schema(schema: &str, text: &str) -> TestPack {
    one_table(&format!(r#""path": "t.csv", "schema": {schema}"#), &[("t.csv", text)])
}

fn found<'a>(findings: &'a Findings, part: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.message.contains(part)).unwrap_or_else(|| panic!("{part}: {findings:#?}"))
}

#[test]
fn a_resource_is_in_files_or_in_the_descriptor() {
    let rows = r#"[{"id": 1, "v": "apple"}, {"id": 2, "v": "orange"}]"#;
    for (resource, files) in [
        (r#""path": "./t.csv""#.to_owned(), vec![("t.csv", TEXT)]),
        (r#""url": "t.csv""#.to_owned(), vec![("t.csv", TEXT)]),
        (r#""path": ["a.csv", "b.csv"]"#.to_owned(), vec![("a.csv", "id,v\n1,apple\n"), ("b.csv", "id,v\n2,orange\n")]),
        // Joined as they are, only the first has a header.
        (r#""path": ["a.csv", "b.csv"]"#.to_owned(), vec![("a.csv", "id,v\n1,apple\n"), ("b.csv", "2,orange\n")]),
        (format!(r#""data": {rows}"#), vec![]),
        (r#""data": [["id", "v"], [1, "apple"], [2, "orange"]]"#.to_owned(), vec![]),
        (r#""data": "id,v\n1,apple\n2,orange\n", "format": "csv""#.to_owned(), vec![]),
        (r#""data": "id,v\n1,apple\n2,orange\n", "mediatype": "text/csv""#.to_owned(), vec![]),
        (r#""path": "t.txt", "profile": "tabular-data-resource""#.to_owned(), vec![("t.txt", TEXT)]),
        (r#""path": "t.csv", "encoding": "utf-8-sig", "type": "table""#.to_owned(), vec![("t.csv", TEXT)]),
        (
            r#""path": "t.csv", "schema": "schemas/t.json", "dialect": "./d.json""#.to_owned(),
            vec![
                ("t.csv", "id;v\n1;apple\n2;orange\n"),
                ("d.json", r#"{"delimiter": ";"}"#),
                ("schemas/t.json", r#"{"fields": [{"name": "id"}, {"name": "v"}]}"#),
            ],
        ),
    ] {
        let pack = one_table(&resource, &[]);
        std::fs::create_dir(pack.path().join("schemas")).unwrap();
        for (name, text) in files {
            pack.write(name, text);
        }
        assert_eq!(fruits(&pack), ["apple", "orange"], "{resource}");
    }
}

#[test]
fn resources_that_cannot_be_read_are_refused_at_their_place() {
    for (resource, part, hint) in [
        (r#""path": "https://example.org/t.csv""#, "is a web address", "download"),
        (r#""path": "t.csv", "schema": "https://example.org/s.json""#, "is a web address", "download"),
        (r#""path": "t.csv", "schema": "none.json""#, "there is no file", ""),
        (r#""path": "t.csv", "schema": "../s.json""#, "leads out", "copy"),
        (r#""path": "t.csv", "data": []"#, "not both", ""),
        (r#""title": "t""#, "must have a `path`", "t"),
        (r#""path": 5"#, "`path` must be a text", ""),
        (r#""path": []"#, "`path` has no file", ""),
        (r#""path": """#, "`path` is empty", ""),
        (r#""data": "id,v""#, "needs a `format`", "csv"),
        (r#""data": 5"#, "`data` must be a list", ""),
        (r#""path": "t.csv", "type": "tabel""#, "the type of a resource", "did you mean `table`?"),
        (r#""path": "t.csv", "encoding": "big55""#, "encoding", "big5"),
        (r#""path": ["t.csv", "u.csv"]"#, "the header of", "same columns"),
    ] {
        let pack = one_table(resource, &[("t.csv", TEXT), ("u.csv", "v,id\napple,1\n")]);
        let all = findings(&pack);
        let fault = found(&all, part);
        assert_eq!(fault.severity, Severity::Error, "{resource}");
        assert!(fault.place.is_some(), "{resource}");
        assert!(fault.hint.clone().unwrap_or_default().contains(hint), "{resource}: {fault:?}");
    }
}

#[test]
fn a_misspelt_property_is_told_and_one_of_ones_own_is_mentioned() {
    let schema = r#"{"fields": [{"name": "id", "constraint": {}}, {"name": "v", "unit": "kg"}], "primarykey": "id"}"#;
    let pack = with_schema(schema, TEXT);
    let all = findings(&pack);
    for (part, severity, hint) in [
        ("`constraint`", Severity::Warning, Some("did you mean `constraints`?")),
        ("`primarykey`", Severity::Warning, Some("did you mean `primaryKey`?")),
        ("`unit`", Severity::Info, None),
    ] {
        let finding = found(&all, part);
        assert_eq!((finding.severity, &*finding.code), (severity, "unused-property"));
        assert_eq!(finding.hint.as_deref(), hint);
    }
    assert_eq!(all.iter().count(), 3, "{all:?}");
}

#[test]
fn what_a_schema_cannot_mean_is_refused_at_its_place() {
    let field = |properties: &str| format!(r#"{{"fields": [{{"name": "id"}}, {{"name": "v", {properties}}}]}}"#);
    let key = |properties: &str| format!(r#"{{"fields": [{{"name": "id"}}, {{"name": "v"}}], {properties}}}"#);
    for (schema, part) in [
        ("5".to_owned(), "a schema must be an object"),
        ("{}".to_owned(), "a schema must have `fields`"),
        (r#"{"fields": [{"type": "string"}]}"#.to_owned(), "a field must have a `name`"),
        (field(r#""type": "nubmer""#), "the type of a field cannot be `nubmer`"),
        (field(r#""type": "date", "format": "YYYY-MM-DD""#), "has no directive"),
        (field(r#""type": "date", "format": "%Y""#), "has no month"),
        (field(r#""type": "string", "format": "phone""#), "the format of a field of type string cannot be `phone`"),
        (field(r#""type": "year", "format": "yy""#), "the format of a field of type year"),
        (field(r#""type": "number", "groupChar": ".""#), "cannot both group digits"),
        (field(r#""type": "number", "decimalChar": """#), "`decimalChar` must be a sign"),
        (field(r#""type": "number", "bareNumber": "no""#), "`bareNumber` must be `true` or `false`"),
        (field(r#""type": "boolean", "trueValues": ["x"], "falseValues": ["x"]"#), "both true and false"),
        (field(r#""type": "list", "itemType": "list""#), "the type of an item"),
        (field(r#""type": "list", "delimiter": """#), "`delimiter` must not be empty"),
        (field(r#""type": "number", "categories": [1]"#), "cannot have `categories`"),
        (field(r#""type": "string", "categories": ["a", "a"]"#), "occurs twice in `categories`"),
        (field(r#""type": "string", "categories": [{"label": "a"}]"#), "must have a `value`"),
        (
            field(r#""type": "string", "categories": ["a"], "constraints": {"enum": ["b"]}"#),
            "not one of the `categories`",
        ),
        (field(r#""type": "integer", "constraints": {"enum": ["b"]}"#), "`\"b\"` in `enum` is not of type integer"),
        (field(r#""type": "integer", "constraints": {"minimum": "a"}"#), "in `minimum` is not of type integer"),
        (field(r#""type": "integer", "constraints": {"minLength": 2}"#), "`minLength` does not apply"),
        (field(r#""constraints": {"minimum": 2}"#), "`minimum` does not apply"),
        (field(r#""type": "string", "constraints": {"pattern": "(a"}"#), "invalid pattern"),
        (field(r#""type": "string", "constraints": {"pattern": "a(?=b)"}"#), "invalid pattern"),
        (field(r#""type": "string", "constraints": {"maximun": 2}"#), "`maximun` is not a property of `constraints`"),
        (field(r#""type": "object", "constraints": {"jsonSchema": {"$ref": "other.json"}}"#), "`$ref`"),
        (field(r#""missingValues": [5]"#), "must be a text"),
        (key(r#""missingValues": "-""#), "`missingValues` must be a list"),
        (key(r#""primaryKey": ["idd"]"#), "the schema has no field `idd`"),
        (key(r#""primaryKey": ["id", "id"]"#), "occurs twice in a key"),
        (key(r#""uniqueKeys": "id""#), "`uniqueKeys` must be a list"),
        (key(r#""fieldsMatch": "some""#), "`fieldsMatch` cannot be"),
        (key(r#""foreignKeys": [{"fields": "v"}]"#), "must have `fields` and `reference`"),
        (
            key(r#""foreignKeys": [{"fields": ["v", "id"], "reference": {"fields": "id"}}]"#),
            "a key of 2 fields refers to 1 field",
        ),
        (
            key(r#""foreignKeys": [{"fields": "v", "reference": {"resource": "tt", "fields": "id"}}]"#),
            "a resource `tt`",
        ),
        (key(r#""foreignKeys": [{"fields": "v", "reference": {"fields": "no"}}]"#), "has no field `no`"),
        (
            key(r#""foreignKeys": [{"fields": "v", "reference": {"package": "p", "resource": "t", "fields": "id"}}]"#),
            "other packages",
        ),
    ] {
        let all = findings(&with_schema(&schema, TEXT));
        let fault = found(&all, part);
        assert_eq!(fault.severity, Severity::Error, "{schema}");
        assert!(fault.place.as_ref().is_some_and(|place| place.file.ends_with("datapackage.json")), "{schema}");
    }
}

#[test]
fn what_has_no_effect_is_told() {
    for (properties, part) in [
        (r#""type": "string", "decimalChar": ",""#, "`decimalChar` has no effect on a field of type string"),
        (r#""type": "integer", "decimalChar": ",""#, "`decimalChar` has no effect on a field of type integer"),
        (r#""type": "string", "categoriesOrdered": true"#, "`categoriesOrdered` has no effect without `categories`"),
    ] {
        let schema =
            format!(r#"{{"fields": [{{"name": "id"}}, {{"name": "w", {properties}}}], "fieldsMatch": "partial"}}"#);
        let all = findings(&with_schema(&schema, TEXT));
        assert_eq!(found(&all, part).severity, Severity::Warning);
    }
}

#[test]
fn columns_match_fields_as_fields_match_says() {
    let expected: [(&str, &str, bool); 14] = [
        ("exact", "id,v\n1,a\n", true),
        ("exact", "v,id\na,1\n", false),
        ("exact", "id,v,w\n1,a,b\n", false),
        ("equal", "v,id\na,1\n", true),
        ("equal", "id\n1\n", false),
        ("equal", "id,v,w\n1,a,b\n", false),
        ("subset", "w,v,id\nb,a,1\n", true),
        ("subset", "id,w\n1,b\n", false),
        ("superset", "id\n1\n", true),
        ("superset", "id,v,w\n1,a,b\n", false),
        ("partial", "id,w\n1,b\n", true),
        ("partial", "w,x\n1,b\n", false),
        ("partial", "v,id\na,1\n", true),
        ("superset", "v,id\na,1\n", true),
    ];
    for (fields_match, text, is_right) in expected {
        let fields = r#"[{"name": "id"}, {"name": "v"}]"#;
        let pack = with_schema(&format!(r#"{{"fields": {fields}, "fieldsMatch": "{fields_match}"}}"#), text);
        // The mapping needs only a column that is always there.
        pack.write("mapping.yml", "prefixes: {ex: 'http://example.org/'}\nmappings:\n  m:\n    sources: [[t.csv~csv]]\n    s: ex:x\n    po: [[ex:v, y]]\n");
        assert_eq!(!findings(&pack).has_errors(), is_right, "{fields_match} {text:?}");
    }
}

#[test]
fn keys_are_compared_as_values() {
    let pack = TestPack::new();
    let schema = |fields: &str, keys: &str| format!(r#"{{"fields": [{fields}], {keys}}}"#);
    let number = r#"{"name": "id", "type": "number"}, {"name": "day", "type": "date", "format": "%d/%m/%Y"}"#;
    let text = r#"{"name": "id", "type": "integer"}, {"name": "day", "type": "date"}"#;
    let foreign =
        r#""foreignKeys": [{"fields": ["id", "day"], "reference": {"resource": "a", "fields": ["id", "day"]}}]"#;
    let a = schema(number, r#""primaryKey": ["id", "day"]"#);
    let b = schema(text, foreign);
    pack.write(
        "datapackage.json",
        descriptor(&format!(
            r#"{{"name": "a", "path": "a.csv", "schema": {a}}}, {{"name": "b", "path": "b.csv", "schema": {b}}}"#
        )),
    );
    pack.write("mapping.yml", "prefixes: {ex: 'http://example.org/'}\nmappings:\n  m:\n    sources: [[a~csv]]\n    s: ex:$(id)\n    po: [[ex:v, $(day)]]\n");
    pack.write("a.csv", "id,day\n1.0,05/03/2019\n2,05/03/2019\n");
    pack.write("b.csv", "id,day\n1,2019-03-05\n02,2019-03-05\n");
    assert!(!findings(&pack).has_errors(), "{:?}", findings(&pack));
    pack.write("b.csv", "id,day\n1,2019-03-06\n");
    assert_eq!(&*found(&findings(&pack), "no row of `a` has the key `1, 2019-03-06`").code, "dangling-key");
    pack.write("b.csv", "id,day\n");
    pack.write("a.csv", "id,day\n1.0,05/03/2019\n1,5/3/2019\n");
    assert_eq!(&*found(&findings(&pack), "occurs twice in `id`, `day`").code, "duplicate-id");
}

#[test]
fn a_table_refers_to_itself_in_both_spellings() {
    for reference in [r#"{"fields": ["id"]}"#, r#"{"resource": "", "fields": "id"}"#] {
        let schema = format!(
            r#"{{"fields": [{{"name": "id"}}, {{"name": "v"}}], "primaryKey": "id", "foreignKeys": [{{"fields": "v", "reference": {reference}}}]}}"#
        );
        assert!(!findings(&with_schema(&schema, "id,v\n1,\n2,1\n")).has_errors(), "{reference}");
        assert_eq!(&*found(&findings(&with_schema(&schema, "id,v\n1,\n2,3\n")), "no row of `t`").code, "dangling-key");
    }
}

#[test]
fn the_missing_values_of_a_field_replace_those_of_the_schema() {
    // The example of the standard (Table Schema, `missingValues` of a field).
    let schema = r#"{"fields": [{"name": "id"}, {"name": "v", "missingValues": ["-"]}], "missingValues": ["", "NA"]}"#;
    assert_eq!(fruits(&with_schema(schema, "id,v\n1,NA\n2,-\n3,x\nNA,y\n")), ["NA", "x"]);
}

#[test]
fn a_packed_table_is_a_table() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"id,v\n1,apple\n2\n").unwrap();
    let pack = one_table(r#""path": "t.csv.gz""#, &[]);
    pack.write("t.csv.gz", gzip.finish().unwrap());
    let all = findings(&pack);
    assert_eq!(all.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), ["ragged-row"]);
    assert_eq!(found(&all, "the row has 1 cell").place.as_ref().unwrap().line, 3);
}

#[test]
fn files_that_changed_are_told() {
    // `printf 'id,v\n' | md5sum` and so on.
    let pack = |properties: &str| one_table(&format!(r#""path": "t.csv", {properties}"#), &[("t.csv", "abc")]);
    for (properties, is_right) in [
        (r#""bytes": 3"#, true),
        (r#""bytes": 4"#, false),
        (r#""hash": "900150983cd24fb0d6963f7d28e17f72""#, true),
        (r#""hash": "sha1:a9993e364706816aba3e25717850c26c9cd0d89d""#, true),
        (r#""hash": "SHA1:x""#, true),
        (r#""hash": "sha256:00""#, false),
    ] {
        let changed = findings(&pack(properties)).iter().any(|finding| finding.code == "changed-file");
        assert_eq!(!changed, is_right, "{properties}");
    }
}

#[test]
fn metadata_that_is_wrong_is_a_warning() {
    let pack = one_table(&format!(r#""path": "t.csv", {SCHEMA}"#), &[("t.csv", TEXT)]);
    pack.replace("datapackage.json", "\"name\": \"t\", \"resources\"", "\"name\": \"t\", \"created\": \"yesterday\", \"keywords\": \"a\", \"licenses\": [{\"title\": \"x\"}], \"contributors\": [{\"title\": \"Ann\", \"role\": \"author\"}], \"version\": 1, \"resources\"");
    let all = findings(&pack);
    for part in ["`yesterday`", "`keywords` must be a list", "a licence must have", "`version` must be a text"] {
        assert_eq!(found(&all, part).severity, Severity::Warning, "{part}");
    }
    assert_eq!(all.iter().count(), 4, "{all:?}");
}

#[test]
fn two_tables_of_one_file_are_told_apart_by_their_names() {
    let pack = TestPack::new();
    let table = |name: &str, row: u64| {
        format!(r#"{{"name": "{name}", "path": "t.csv", "dialect": {{"commentRows": [{row}]}}}}"#)
    };
    pack.write("datapackage.json", descriptor(&format!("{}, {}", table("a", 2), table("b", 3))));
    pack.write("t.csv", TEXT);
    pack.write("mapping.yml", mapping(&["a"]));
    assert_eq!(fruits(&pack), ["orange"]);
    pack.write("mapping.yml", mapping(&["t.csv"]).replace("m-t.csv", "m"));
    let all = findings(&pack);
    assert_eq!(found(&all, "several resources").hint.as_deref(), Some("name one of them: `a`, `b`"));
}

#[test]
fn bad_cells_are_left_out_on_request_and_listed() {
    let schema = r#"{"fields": [{"name": "id"}, {"name": "v", "type": "integer"}], "primaryKey": "id"}"#;
    let pack = with_schema(schema, "id,v\na,1\n,2\nb,many\na,3\nc\nd,\"4\n,\"\n");
    let out = tempfile::tempdir().unwrap();
    let store = out.path().join("store");
    let build = |arguments: &[&str]| {
        program().arg("build").arg(pack.path()).arg("--store").arg(&store).args(arguments).output().unwrap()
    };
    assert_eq!(build(&[]).status.code(), Some(1));
    let output = build(&["--skip-bad-cells"]);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("left out: 3 rows, 2 cells"), "{text}");
    let listed = std::fs::read_to_string(out.path().join("rejected.csv")).unwrap();
    let rows: Vec<Vec<&str>> = listed.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["file", "line", "column", "left_out", "field", "code", "reason", "text"]);
    let told: Vec<_> = rows[1..].iter().filter(|row| row.len() > 5).map(|row| (row[1], row[3], row[5])).collect();
    assert_eq!(
        told,
        [
            ("3", "row", "missing-value"),
            ("4", "cell", "wrong-type"),
            ("5", "row", "duplicate-id"),
            ("6", "row", "ragged-row"),
            ("7", "cell", "wrong-type"),
        ]
    );
    let all = program()
        .args(["query", "SELECT ?s ?v { ?s ex:v ?v }", "--format", "csv", "--store"])
        .arg(&store)
        .output()
        .unwrap();
    let answer = String::from_utf8(all.stdout).unwrap();
    assert_eq!(answer.lines().collect::<Vec<_>>(), ["s,v", "http://example.org/t/a,1"]);
    // Nothing is written if even a warning is too much.
    std::fs::remove_dir_all(&store).unwrap();
    assert_eq!(build(&["--skip-bad-cells", "--fail-on", "warning"]).status.code(), Some(1));
    assert!(!store.join("manifest.json").exists());
    // A list never replaces a table.
    let table = pack.path().join("t.csv");
    let output = build(&["--skip-bad-cells", "--rejected", table.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("output-over-input"), "{}", stderr(&output));
}

#[test]
fn what_refers_to_a_row_that_is_left_out_is_left_out_too() {
    // `heads` has the keys of `posts`, whose keys are those of `offices`.
    let table = |name: &str, fields: &str, more: &str| {
        format!(
            r#"{{"name": "{name}", "path": "{name}.csv", "schema": {{"fields": [{fields}], "primaryKey": "id"{more}}}}}"#
        )
    };
    let code = r#"{"name": "id", "constraints": {"pattern": "[a-z]"}}"#;
    let key = |fields: &str, resource: &str| {
        format!(
            r#", "foreignKeys": [{{"fields": "{fields}", "reference": {{"resource": "{resource}", "fields": "id"}}}}]"#
        )
    };
    let tables = [
        table("heads", r#"{"name": "id"}, {"name": "v"}"#, &key("v", "posts")),
        table("posts", r#"{"name": "id"}, {"name": "v"}"#, &key("id", "offices")),
        table("offices", &format!(r#"{code}, {{"name": "v"}}"#), ""),
    ];
    let pack = TestPack::new();
    pack.write("datapackage.json", descriptor(&tables.join(", ")));
    pack.write("mapping.yml", mapping(&["heads.csv", "posts.csv", "offices.csv"]));
    pack.write("heads.csv", "id,v\n1,a\n2,B\n3,x\n");
    pack.write("posts.csv", "id,v\na,\nB,\n");
    pack.write("offices.csv", "id,v\na,\nB,\n");
    let build = |arguments: &[&str]| {
        let mut program = program();
        program.arg("build").arg(pack.path()).arg("--store").arg(pack.path().join("store"));
        stderr(&program.args(arguments).output().unwrap())
    };
    let text = build(&[]);
    assert!(text.contains("`B` does not match") && text.contains("no row of `posts` has the key `x`"), "{text}");
    assert!(!text.contains("left out"), "{text}");
    let text = build(&["--skip-bad-cells"]);
    for part in [
        "the row of `offices` with the key `B` is left out",
        "the row of `posts` with the key `B` is left out",
        "offices.csv:3\n",
        "no row of `posts` has the key `x`",
        "left out: 1 row, 3 cells",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn members_that_are_there_twice_are_refused_in_all_files_of_a_descriptor() {
    let pack = one_table(
        r#""path": "t.csv", "name": "u", "schema": "s.json""#,
        &[("t.csv", TEXT), ("s.json", r#"{"fields": [{"name": "id"}, {"name": "v", "name": "w"}]}"#)],
    );
    let all = findings(&pack);
    for (part, file) in [("two members `name`", "datapackage.json"), ("two members `name`", "s.json")] {
        let is_it = |finding: &&Finding| {
            finding.message.contains(part) && finding.place.as_ref().is_some_and(|place| place.file.ends_with(file))
        };
        assert_eq!(all.iter().find(is_it).map(|finding| &*finding.code), Some("repeated-member"), "{file}: {all:?}");
    }
}

#[test]
fn a_check_or_shape_is_silenced_or_made_milder_with_a_reason() {
    let pack = one_table(&format!(r#""path": "t.csv", {SCHEMA}"#), &[("t.csv", TEXT)]);
    pack.write("mapping.yml", "prefixes: {ex: 'http://example.org/', skos: 'http://www.w3.org/2004/02/skos/core#'}\nmappings:\n  m:\n    sources: [[t~csv]]\n    s: ex:$(id)\n    po: [[a, ex:Fruit], [skos:prefLabel, $(v), fr~lang]]\n");
    let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n\
                  ex:FruitShape a sh:NodeShape ; sh:targetClass ex:Fruit ; sh:property [ sh:path ex:weight ; sh:minCount 1 ] .\n";
    pack.write("shapes.ttl", shapes);
    pack.replace("datapackage.json", "\"mapping\"", "\"shapes\": [\"shapes.ttl\"], \"exceptions\": [], \"mapping\"");
    let of = |code: &str| {
        let all = findings(&pack);
        all.iter().filter(|finding| finding.code == code).map(|finding| finding.severity).collect::<Vec<_>>()
    };
    let violation = vec![Severity::Violation; 2];
    assert_eq!((of("undeclared-language"), of("sh:minCount")), (violation.clone(), violation));
    let mut before = "[]".to_owned();
    let mut except = |exceptions: &str| {
        pack.replace(
            "datapackage.json",
            &format!("\"exceptions\": {before}"),
            &format!("\"exceptions\": {exceptions}"),
        );
        before = exceptions.to_owned();
    };
    except(
        r#"[{"check": "undeclared-language", "severity": "info", "reason": "old names"}, {"shape": "ex:FruitShape", "severity": "warning", "reason": "not weighed yet"}]"#,
    );
    assert_eq!((of("undeclared-language"), of("sh:minCount")), (vec![Severity::Info; 2], vec![Severity::Warning; 2]));
    assert_eq!(
        found(&findings(&pack), "the shape `ex:FruitShape` gives no more than a warning in this pack: not weighed yet")
            .severity,
        Severity::Info
    );
    except(
        r#"[{"check": "undeclared-language", "severity": "none", "reason": "old names"}, {"shape": "http://example.org/FruitShape", "severity": "none", "reason": "never"}]"#,
    );
    assert_eq!((of("undeclared-language"), of("sh:minCount")), (vec![], vec![]));
    assert_eq!(
        found(&findings(&pack), "the check `undeclared-language` is left out in this pack: old names").severity,
        Severity::Info
    );
    for (wrong, part) in [
        (r#"[{"check": "undeclared-language", "severity": "none"}]"#, "must have a `reason`"),
        (r#"[{"check": "undeclared-language", "reason": "x"}]"#, "must have a `severity`"),
        (r#"[{"check": "undeclared-language", "severity": "violation", "reason": "x"}]"#, "cannot be `violation`"),
        (r#"[{"severity": "none", "reason": "x"}]"#, "either a `check` or a `shape`"),
        (
            r#"[{"check": "undeclared-langauge", "severity": "none", "reason": "x"}]"#,
            "there is no check `undeclared-langauge`",
        ),
        (r#"[{"shape": "ex:Other", "severity": "none", "reason": "x"}]"#, "there is no shape `ex:Other`"),
    ] {
        except(wrong);
        assert_eq!(found(&findings(&pack), part).severity, Severity::Error, "{wrong}");
    }
}
