//! The Data Package standard: each property of version 2, and what version 1 named otherwise.

mod dialects;
mod fields;
mod properties;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

use civigraph::finding::{Findings, Severity};
use civigraph::pack::Pack;
use civigraph::pipeline::{self, Limits};

use crate::support::{TestPack, select};
use fields::{FIELDS, FieldCase};

/// The findings about a pack, whether it can be opened or not.
pub fn findings(pack: &TestPack) -> Findings {
    let opened = match Pack::open(pack.path()) {
        Ok(opened) => opened,
        Err(civigraph::error::Error::Invalid(faults)) => return *faults,
        Err(error) => panic!("{error}"),
    };
    let limits = Limits { findings: civigraph::finding::Limit::ALL, ..Limits::default() };
    match pipeline::examine(&opened, &limits) {
        Ok(examined) => examined.findings,
        Err(civigraph::error::Error::Invalid(faults)) => *faults,
        Err(error) => panic!("{error}"),
    }
}

/// A pack of one resource, whose mapping makes `ex:ID ex:v "VALUE"` of the columns `id` and `v`.
pub fn one_table(resource: &str, files: &[(&str, &str)]) -> TestPack {
    let pack = TestPack::new();
    pack.write("datapackage.json", descriptor(&format!("{{\"name\": \"t\", {resource}}}")));
    pack.write("mapping.yml", mapping(&["t"]));
    for (name, text) in files {
        pack.write(name, text);
    }
    pack
}

fn descriptor(resources: &str) -> String {
    format!(
        r#"{{"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", "name": "t", "resources": [{resources}], "civigraph": {{"base": "http://example.org/",
        "prefixes": {{"ex": "http://example.org/"}}, "languages": ["en"], "mapping": "mapping.yml"}}}}"#
    )
}

fn mapping(sources: &[&str]) -> String {
    let mut text = "prefixes:\n  ex: http://example.org/\nmappings:\n".to_owned();
    for source in sources {
        let _ = write!(
            text,
            "  m-{source}:\n    sources:\n      - [{source}~csv]\n    s: ex:{source}/$(id)\n    po:\n      - [ex:v, $(v)]\n"
        );
    }
    text
}

/// The values of the pack by subject, several of one subject with `|` between them.
pub fn values(pack: &TestPack) -> Vec<(String, String)> {
    let knowledge = pack.build().unwrap_or_else(|error| panic!("{error:?}"));
    let query = "SELECT ?s (GROUP_CONCAT(STR(?v); SEPARATOR = '|') AS ?all) \
                 { SELECT ?s ?v { ?s ex:v ?v } ORDER BY ?s ?v } GROUP BY ?s ORDER BY ?s";
    let rows = select(&knowledge.graph, query);
    let id = |subject: &str| {
        let iri = subject.trim_start_matches('<').trim_end_matches('>');
        iri.replace("http://example.org/", "ex:")
    };
    rows.into_iter().map(|row| (id(&row[0]), row[1].clone())).collect()
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// A pack with a resource for each field; with `wrong` it has the cells that are wrong, too.
fn pack_of_fields(fields: &[&FieldCase], wrong: bool) -> TestPack {
    let pack = TestPack::new();
    let mut resources = Vec::new();
    for case in fields {
        let (name, field) = (case.name, case.field);
        resources.push(format!(
            r#"{{"name": "{name}", "path": "{name}.csv", "schema": {{"fields": [{{"name": "id", "type": "integer"}}, {{"name": "v", {field}}}]}}}}"#
        ));
        let right = case.right.iter().map(|(cell, _)| *cell);
        let cells = right.chain(case.wrong.iter().copied().filter(|_| wrong));
        let mut text = "id,v\n".to_owned();
        for (id, cell) in cells.enumerate() {
            let _ = writeln!(text, "{id},{}", quoted(cell));
        }
        pack.write(&format!("{name}.csv"), text);
    }
    let names: Vec<&str> = fields.iter().map(|case| case.name).collect();
    pack.write("datapackage.json", descriptor(&resources.join(",\n")));
    pack.write("mapping.yml", mapping(&names));
    pack
}

#[test]
fn cells_say_what_their_field_makes_of_them() {
    let fields: Vec<&FieldCase> = FIELDS.iter().collect();
    let found = values(&pack_of_fields(&fields, false));
    let mut expected: Vec<(String, String)> = Vec::new();
    for case in FIELDS {
        for (id, (_, says)) in case.right.iter().enumerate().filter(|(_, (_, says))| !says.is_empty()) {
            expected.push((format!("ex:{}/{id}", case.name), (*says).to_owned()));
        }
    }
    let (found, expected): (BTreeSet<_>, BTreeSet<_>) = (found.into_iter().collect(), expected.into_iter().collect());
    assert_eq!(found, expected);
}

#[test]
fn exactly_the_cells_that_are_wrong_are_found() {
    let fields: Vec<&FieldCase> = FIELDS.iter().collect();
    let pack = pack_of_fields(&fields, true);
    let found = findings(&pack);
    for case in FIELDS {
        let file = format!("{}.csv", case.name);
        let lines: Vec<u64> = found
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .filter_map(|finding| finding.place.as_ref())
            .filter(|place| place.file.ends_with(&format!("/{file}")))
            .map(|place| place.line)
            .collect();
        let first = 2 + case.right.len() as u64;
        let expected: Vec<u64> = (first..first + case.wrong.len() as u64).collect();
        assert_eq!(lines, expected, "{file}: {:?}", case.wrong);
    }
}

/// What `frictionless` says of each row of a package: the name of the resource and the number of
/// the row, for each row with an error.
const FRICTIONLESS: &str = r#"
import json, sys
from frictionless import Package, system
system.trusted = True
for path in sys.argv[1:]:
    try:
        report = Package(path).validate()
    except Exception as error:
        print(json.dumps([path, "package", 0, str(error)]))
        continue
    for error in report.errors:
        print(json.dumps([path, "package", 0, error.message]))
    for task in report.tasks:
        for error in task.errors:
            print(json.dumps([path, task.name, getattr(error, "row_number", 0), error.message]))
"#;

/// The errors that `frictionless` finds, if it is there: path, resource, row, message.
pub fn frictionless(paths: &[String]) -> Option<Vec<(String, String, u64, String)>> {
    let python = std::env::var("CIVIGRAPH_PYTHON").ok()?;
    let output = Command::new(python).arg("-c").arg(FRICTIONLESS).args(paths).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn frictionless_finds_the_same_cells_wrong_or_the_standard_decides() {
    let mut differences = Vec::new();
    // One package for each field, since a field that it does not know ends a package.
    let packs: Vec<TestPack> = FIELDS.iter().map(|case| pack_of_fields(&[case], true)).collect();
    let path = |pack: &TestPack| pack.path().join("datapackage.json").display().to_string();
    let Some(errors) = frictionless(&packs.iter().map(path).collect::<Vec<_>>()) else {
        assert!(std::env::var_os("CI").is_none(), "frictionless is not installed");
        return;
    };
    for (case, pack) in FIELDS.iter().zip(&packs) {
        let own = path(pack);
        let of_case: Vec<_> = errors.iter().filter(|(path, ..)| *path == own).collect();
        let is_known = |cell: &str| case.differs.iter().any(|(differs, _)| *differs == cell);
        let cells =
            case.right.iter().map(|(cell, _)| (*cell, false)).chain(case.wrong.iter().map(|cell| (*cell, true)));
        for (index, (cell, is_wrong)) in cells.enumerate() {
            // Rows count from 1, and the header is the first.
            let row = index as u64 + 2;
            let said: Vec<&str> =
                of_case.iter().filter(|error| error.2 == row || error.2 == 0).map(|error| error.3.as_str()).collect();
            let is_same = said.is_empty() != is_wrong;
            if is_same == is_known(cell) {
                differences.push(format!("{} `{cell}`: {is_wrong} here; frictionless: {said:?}", case.name));
            }
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}
