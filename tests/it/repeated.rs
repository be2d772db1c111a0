//! One error, one finding: equal findings are reported once with a count, and
//! an error in one place does not hide an error in another.

use serde_json::Value;

use crate::support::{DESCRIPTOR, MAPPING, TestPack, program, stderr, stdout};

/// A mapping with two terms that the vocabulary lacks, on lines 12 and 14.
fn two_terms() -> String {
    MAPPING
        .replace("prefixes:\n", "prefixes:\n  cg: https://w3id.org/civigraph/def#\n")
        .replace("ex:Person", "cg:Persn")
        .replace("[ex:age, $(age), xsd:integer]", "[cg:websit, ex:site~iri]")
}

fn people(n: usize, age: &str) -> String {
    let rows: String = (0..n).map(|row| format!("p{row},P,{age},staff,\n")).collect();
    format!("id,name,age,kind,boss\n{rows}")
}

fn validate(pack: &TestPack, arguments: &[&str]) -> String {
    let output = program().arg("validate").arg(pack.path()).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    stdout(&output)
}

fn json(pack: &TestPack, arguments: &[&str]) -> Value {
    serde_json::from_str(&validate(pack, &[&["--format", "json"], arguments].concat())).unwrap()
}

#[test]
fn an_error_of_the_mapping_is_one_finding_however_many_rows_there_are() {
    let pack = TestPack::new();
    pack.write("mapping.yml", two_terms());
    pack.write("people.csv", people(1_000, "1"));
    let text = validate(&pack, &[]);
    assert!(text.contains("error[unknown-term]: the ontology has no term `cg:Persn` (1000 times)"), "{text}");
    assert!(text.contains("error[unknown-term]: the ontology has no term `cg:websit` (1000 times)"), "{text}");
    assert!(text.ends_with("2 findings:\n       2  error      unknown-term\n"), "{text}");
    let short = validate(&pack, &["--format", "short"]);
    assert_eq!(short.lines().count(), 2, "{short}");
    assert!(short.lines().all(|line| line.ends_with(" (1000 times)")), "{short}");
    let github = validate(&pack, &["--format", "github"]);
    assert!(github.contains("mapping.yml,line=12,col=13,") && github.contains("(1000 times)"), "{github}");
    let json = json(&pack, &[]);
    let times: Vec<&Value> = json["findings"].as_array().unwrap().iter().map(|finding| &finding["times"]).collect();
    assert_eq!(times, [1000, 1000]);
    assert_eq!(json["counts"][0]["count"], 2);
    // The limit counts places, not repetitions.
    assert_eq!(validate(&pack, &["--format", "short", "--limit", "1"]).lines().count(), 2);
}

#[test]
fn an_error_that_occurs_once_has_no_count() {
    let pack = TestPack::new();
    pack.replace("people.csv", "Ann,50", "Ann,fifty");
    let json = json(&pack, &[]);
    assert_eq!(json["findings"][0]["times"], 1);
    assert!(!validate(&pack, &[]).contains("times"));
}

#[test]
fn a_cell_that_five_maps_read_has_one_finding() {
    let pack = TestPack::new();
    let mapping = std::fs::read_to_string(pack.path().join("mapping.yml")).unwrap();
    let (_, person) = mapping.split_once("mappings:\n").unwrap();
    let more: String = (0..4).map(|n| person.replace("person:", &format!("person{n}:"))).collect();
    pack.write("mapping.yml", format!("{mapping}{more}").replace("s: ex:$(id)", "s: $(name)~iri"));
    pack.write("people.csv", people(200, "1").replace(",P,", ",no iri,"));
    let json = json(&pack, &[]);
    assert_eq!(json["findings"].as_array().unwrap().len(), 3, "3 of one column");
    assert_eq!(json["findings"][0]["times"], 5);
    // Those not reported are also counted once.
    assert_eq!(json["counts"][0]["count"], 200);
}

/// A pack with a second table that has a wrong column of numbers.
fn two_tables() -> TestPack {
    let pack = TestPack::new();
    let second = r#"    {"name": "sums", "path": "sums.csv",
      "schema": {"fields": [{"name": "id", "type": "string"}, {"name": "sum", "type": "integer"}]}},
    {
      "name": "people""#;
    pack.write("datapackage.json", DESCRIPTOR.replace("    {\n      \"name\": \"people\"", second));
    pack.write("people.csv", people(40, "fifty"));
    let rows: String = (0..120).map(|row| format!("s{row},many\n")).collect();
    pack.write("sums.csv", format!("id,sum\n{rows}"));
    pack
}

#[test]
fn a_column_does_not_hide_another() {
    let pack = two_tables();
    let short = validate(&pack, &["--format", "short"]);
    for (file, place) in [("people.csv", ":3"), ("sums.csv", ":2")] {
        let told: Vec<&str> = short.lines().filter(|line| line.contains(file)).collect();
        assert_eq!(told.len(), 3, "{short}");
        assert!(told[0].contains(&format!("{file}:2{place}")) || told[0].contains(&format!("{file}:2:")), "{short}");
    }
    assert!(short.ends_with("error[wrong-type]: and 154 more\n"), "{short}");
    let text = validate(&pack, &[]);
    assert!(text.ends_with("160 findings:\n     160  error      wrong-type  (6 shown)\n"), "{text}");
    // With a higher limit, one column may fill it, but never hides the first of another.
    let short = validate(&pack, &["--format", "short", "--limit", "40"]);
    assert_eq!(short.lines().filter(|line| line.contains("sums.csv")).count(), 40, "{short}");
    assert_eq!(short.lines().filter(|line| line.contains("people.csv")).count(), 1, "{short}");
    assert_eq!(validate(&pack, &["--format", "short", "--limit", "none"]).lines().count(), 160);
    let build = program().arg("build").arg(pack.path()).arg("--store").arg(pack.path().join("s")).output().unwrap();
    assert!(stderr(&build).contains("160  error      wrong-type  (6 shown)\n"), "{}", stderr(&build));
}

#[test]
fn no_limit_reports_all_errors_of_a_mapping() {
    let pack = TestPack::new();
    let lines: String = (0..150).map(|n| format!("      - [ex:p{n}, $(no{n})]\n")).collect();
    let mapping = std::fs::read_to_string(pack.path().join("mapping.yml")).unwrap();
    pack.write("mapping.yml", format!("{mapping}{lines}"));
    for (arguments, told) in [(&[][..], 20), (&["--limit", "none"], 150)] {
        let output = program().arg("validate").arg(pack.path()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stderr(&output).matches("error[unknown-column]").count(), told, "{arguments:?}");
    }
}

#[test]
fn a_shape_does_not_hide_another_of_the_same_code() {
    let pack = TestPack::new();
    let is_a = |thing: String, class: &str| {
        format!("<http://e/{thing}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/{class}> .\n")
    };
    let many = (0..200).map(|n| is_a(format!("a{n:03}"), "A"));
    let data: String = many.chain((0..2).map(|n| is_a(format!("z{n}"), "Z"))).collect();
    pack.write("data.nt", data);
    pack.write(
        "shapes.ttl",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .
<http://e/SA> sh:targetClass <http://e/A> ; sh:property <http://e/PA> .
<http://e/PA> sh:path <http://e/p> ; sh:minCount 1 .
<http://e/SZ> sh:targetClass <http://e/Z> ; sh:property <http://e/PZ> .
<http://e/PZ> sh:path <http://e/q> ; sh:minCount 1 .
",
    );
    let output = program()
        .current_dir(pack.path())
        .args(["validate", "data.nt", "--shapes", "shapes.ttl", "--format", "short"])
        .output()
        .unwrap();
    let text = stdout(&output);
    assert_eq!(text.lines().filter(|line| line.contains("data.nt:") && line.contains("/a")).count(), 20, "{text}");
    assert_eq!(text.lines().filter(|line| line.contains("data.nt:201:")).count(), 1, "{text}");
    assert!(text.ends_with("violation[sh:minCount]: and 181 more\n"), "{text}");
}
