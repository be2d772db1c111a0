//! Checks: the pack is clean, and each kind of error is caught at the earliest
//! layer that can see it, at the cell to blame. The place is computed from the
//! table, by row and column.

mod seeds;

use std::collections::BTreeSet;
use std::fs;

use civigraph::finding::{Findings, Limit};
use civigraph::pack::Pack;
use civigraph::pipeline::{self, Examination, Limits};

use crate::support::{TestPack, root};
use seeds::further_seeds;
pub use seeds::{Seed, seeds};

/// A copy of the default pack. A loose one has no constraints and no foreign
/// keys, so that only the checks can catch errors, as in other people's packs.
pub fn copy(loose: bool) -> TestPack {
    let pack = TestPack::new();
    fs::remove_file(pack.path().join("people.csv")).unwrap();
    for entry in fs::read_dir(root().join("data/hk-innovation")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, pack.path().join(path.file_name().unwrap())).unwrap();
    }
    if loose {
        let text = fs::read_to_string(pack.path().join("datapackage.json")).unwrap();
        let mut descriptor: serde_json::Value = serde_json::from_str(&text).unwrap();
        for resource in descriptor["resources"].as_array_mut().unwrap() {
            let schema = resource["schema"].as_object_mut().unwrap();
            schema.remove("foreignKeys");
            schema.remove("primaryKey");
            for field in schema["fields"].as_array_mut().unwrap() {
                field.as_object_mut().unwrap().remove("constraints");
                field["type"] = "string".into();
            }
        }
        pack.write("datapackage.json", descriptor.to_string());
    }
    pack
}

/// A seeded error may be one of many.
pub const ALL: Limits =
    Limits { findings: Limit::ALL, time: Some(std::time::Duration::from_secs(60)), skip_bad_cells: false };

fn examine(pack: &TestPack) -> Examination {
    pipeline::examine(&Pack::open(pack.path()).unwrap(), &ALL).unwrap()
}

fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    reader.records().next().unwrap().unwrap().iter().map(str::to_owned).collect()
}

fn written(cells: &[String]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).unwrap();
    String::from_utf8(writer.into_inner().unwrap()).unwrap().trim_end().to_owned()
}

/// The index of the line whose row begins with these cells.
fn line_of(text: &str, row: &[&str]) -> usize {
    let fits = |line: &str| cells(line).iter().zip(row).all(|(cell, wanted)| cell == wanted);
    text.lines().position(fits).unwrap_or_else(|| panic!("there is no row {row:?}"))
}

fn column_of(text: &str, column: &str) -> usize {
    let header = cells(text.lines().next().unwrap());
    header.iter().position(|name| name == column).unwrap_or_else(|| panic!("there is no column {column}"))
}

/// An error: what is changed in a table, and where it must be reported.
pub enum Change<'a> {
    /// A cell of a row gets another text.
    Set(&'a str, &'a [&'a str], &'a str, &'a str),
    /// A row is added that copies another one except for some cells.
    Like(&'a str, &'a [&'a str], &'a [(&'a str, &'a str)]),
    /// A row is removed.
    Drop(&'a str, &'a [&'a str]),
    /// A text of a file that is not a table is replaced by another.
    Text(&'a str, &'a str, &'a str),
}

pub fn apply(pack: &TestPack, change: &Change<'_>) {
    let (file, row) = match change {
        Change::Set(file, row, ..) | Change::Like(file, row, _) | Change::Drop(file, row) => (*file, *row),
        Change::Text(file, from, to) => return pack.replace(file, from, to),
    };
    let text = fs::read_to_string(pack.path().join(file)).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = line_of(&text, row);
    match change {
        Change::Set(_, _, column, value) => {
            let mut row = cells(&lines[at]);
            row[column_of(&text, column)] = (*value).to_owned();
            lines[at] = written(&row);
        }
        Change::Like(_, _, values) => {
            let mut row = cells(&lines[at]);
            for (column, value) in *values {
                row[column_of(&text, column)] = (*value).to_owned();
            }
            lines.push(written(&row));
        }
        Change::Drop(..) | Change::Text(..) => drop(lines.remove(at)),
    }
    pack.write(file, lines.join("\n") + "\n");
}

/// Line and column (characters, from 1) of a cell.
pub fn place(pack: &TestPack, file: &str, row: &[&str], column: &str) -> (u64, u64) {
    let text = fs::read_to_string(pack.path().join(file)).unwrap();
    let at = line_of(&text, row);
    let before = &cells(text.lines().nth(at).unwrap())[..column_of(&text, column)];
    let width: usize = before.iter().map(|cell| written(&[cell.clone(), String::new()]).chars().count()).sum();
    (at as u64 + 1, width as u64 + 1)
}

/// Plants an error and expects it at the cell of a row; returns what went wrong instead.
fn seed(loose: bool, changes: &[Change<'_>], code: &str, at: (&str, &[&str], &str)) -> Option<String> {
    let pack = copy(loose);
    for change in changes {
        apply(&pack, change);
    }
    let examined = examine(&pack);
    assert!(examined.faults.is_empty(), "{code}: {:?}", examined.faults);
    let (file, row, column) = at;
    let expected = place(&pack, file, row, column);
    let found = examined.findings.iter().filter(|finding| finding.code == code).any(|finding| {
        let place = finding.place.as_ref();
        place.is_some_and(|place| place.file.ends_with(file) && (place.line, place.column) == expected)
    });
    (!found).then(|| format!("{code}: expected at {file}:{expected:?} in\n{}", list(&examined.findings)))
}

fn list(findings: &Findings) -> String {
    findings.iter().map(|finding| format!("{finding}\n")).collect()
}

#[test]
fn the_packs_are_clean() {
    for loose in [false, true] {
        let examined = examine(&copy(loose));
        let worth = examined.findings.at_least(civigraph::finding::Severity::Warning);
        assert!(worth.is_empty(), "loose {loose}:\n{}", list(&worth));
        assert!(examined.faults.is_empty());
    }
}

use Change::{Like, Set};

#[test]
fn what_table_schema_can_see_is_caught_there() {
    let claim = ["hkstp-manages-innocentre"];
    let figure = ["science-park-companies"];
    let seeds = [
        (Set("entities.csv", &["hkstp"], "class", ""), "missing-value", ("entities.csv", "hkstp", "class")),
        (
            Set("entities.csv", &["hkstp"], "label_zh", "香港科學園"),
            "duplicate-id",
            ("entities.csv", "science-park", "label_zh"),
        ),
        (Set("figures.csv", &figure, "bound", ""), "missing-value", ("figures.csv", figure[0], "bound")),
        (Set("figures.csv", &figure, "bound", "circa"), "unknown-value", ("figures.csv", figure[0], "bound")),
        (Set("figures.csv", &figure, "nature", "number"), "unknown-value", ("figures.csv", figure[0], "nature")),
        (Set("figures.csv", &figure, "status", ""), "missing-value", ("figures.csv", figure[0], "status")),
        (Set("figures.csv", &figure, "value", "1 500"), "wrong-type", ("figures.csv", figure[0], "value")),
        (Set("figures.csv", &figure, "about", "sience-park"), "dangling-key", ("figures.csv", figure[0], "about")),
        (Set("claims.csv", &claim, "object", "innocenter"), "dangling-key", ("claims.csv", claim[0], "object")),
        (Set("claims.csv", &claim, "predicate", "manage"), "unknown-value", ("claims.csv", claim[0], "predicate")),
        (Set("claims.csv", &claim, "status", "future"), "unknown-value", ("claims.csv", claim[0], "status")),
        (
            Set("entities.csv", &["website-hkstp"], "url", "www.hkstp.org"),
            "wrong-form",
            ("entities.csv", "website-hkstp", "url"),
        ),
        (Set("evidence.csv", &[claim[0]], "source", "hkyb"), "dangling-key", ("evidence.csv", claim[0], "source")),
    ];
    let missed: Vec<String> = seeds
        .into_iter()
        .filter_map(|(change, code, at)| seed(false, &[change], code, (at.0, &[at.1], at.2)))
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn each_check_catches_its_seeded_error_at_the_cell() {
    let missed: Vec<String> = seeds()
        .iter()
        .chain(&further_seeds())
        .filter_map(|(code, loose, changes, at)| seed(*loose, changes, code, *at))
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn a_number_that_the_store_writes_otherwise_still_has_its_cell() {
    // 0800.50 comes back as 800.5.
    let pack = copy(true);
    apply(&pack, &Set("figures.csv", &["science-park-companies"], "value", "0800.50"));
    apply(&pack, &Set("figures.csv", &["science-park-companies"], "currency", "HKX"));
    fs::create_dir(pack.path().join("own")).unwrap();
    pack.write("own/valued.rq", "# ---\n# code: valued\n# severity: info\n# title: valued\n# message: \"{value}\"\n# culprit: \"?figure cg:value ?value\"\n# ---\nSELECT ?figure ?value { ?figure cg:value ?value ; cg:currency \"HKX\" }");
    pack.replace("datapackage.json", "\"mapping\":", "\"checks\":\"own\",\"mapping\":");
    let examined = examine(&pack);
    let place = examined.findings.iter().find(|finding| finding.code == "valued").unwrap().place.clone().unwrap();
    assert_eq!((place.line, place.column), place_of(&pack, "value"));
}

fn place_of(pack: &TestPack, column: &str) -> (u64, u64) {
    place(pack, "figures.csv", &["science-park-companies"], column)
}

#[test]
fn a_long_chain_is_not_a_cycle_and_is_checked_quickly() {
    let pack = copy(false);
    let (mut entities, mut claims, mut evidence) = (String::new(), String::new(), String::new());
    for n in 0..3_000 {
        entities += &format!("x{n},Scheme,,甲{n},X{n},civigraph-translations,,,,,,,hkyb-2019-06\n");
        evidence += &format!("x{n},,,,hkyb-2019-06,,1,1,,,,\n");
        claims += &format!("x{n},x{n},under,x{},,ongoing,,,,,,,,,,,,,,hkyb-2019-06\n", n + 1);
    }
    entities += "x3000,Scheme,,甲3000,X3000,civigraph-translations,,,,,,,hkyb-2019-06\n";
    for (file, rows) in [("entities.csv", entities), ("claims.csv", claims), ("evidence.csv", evidence)] {
        let text = fs::read_to_string(pack.path().join(file)).unwrap();
        pack.write(file, text + &rows);
    }
    let examined = pipeline::examine(
        &Pack::open(pack.path()).unwrap(),
        &Limits { time: Some(std::time::Duration::from_secs(20)), ..Limits::default() },
    );
    let examined = examined.unwrap();
    assert!(
        examined.faults.is_empty() && examined.n_violations() == 0,
        "{}{}",
        list(&examined.findings),
        list(&examined.faults)
    );
}

#[test]
fn two_cycles_are_two_findings_and_each_shows_its_links() {
    let pack = copy(false);
    for (id, lower, upper) in [
        ("a", "cepa", "cepa-services-agreement"),
        ("b", "itf", "rttp"),
        ("c", "sie-fund", "fbl"),
        ("d", "fbl", "sie-fund"),
    ] {
        let row = ["cepa-services-agreement-under-cepa"];
        apply(&pack, &Like("claims.csv", &row, &[("id", id), ("subject", lower), ("object", upper)]));
    }
    let examined = examine(&pack);
    let circles: Vec<_> = examined.findings.iter().filter(|finding| finding.code == "circular-hierarchy").collect();
    assert_eq!(circles.len(), 3, "{}", list(&examined.findings));
    for circle in circles {
        assert_eq!(circle.others.len(), 1, "{circle}");
        assert!(circle.place.is_some() && circle.others[0].1 == "a link of the cycle");
    }
}

#[test]
fn each_check_has_a_seed_and_a_description() {
    let checks = pipeline::checks(&Pack::embedded().unwrap()).unwrap();
    let codes: BTreeSet<&str> = checks.iter().map(|check| check.code.as_str()).collect();
    let seeded: BTreeSet<&str> = seeds().iter().map(|(code, ..)| *code).collect();
    assert_eq!(codes.symmetric_difference(&seeded).collect::<Vec<_>>(), Vec::<&&str>::new());
    for check in checks.iter() {
        assert!(check.title.contains_key("zh-Hant") && !check.description.is_empty(), "{}", check.code);
    }
}
