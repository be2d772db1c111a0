//! The checks on the default pack grown to a million triples: `cargo bench
//! --bench checks [TRIPLES…]`. Seconds per check, its share, and its growth
//! relative to the size. Wall time in one thread that waits only for the store.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use civigraph::pack::Pack;
use civigraph::pipeline::{Limits, Ran, examine};
use serde_json::Value;

/// Tables that all copies share.
const SHARED: [&str; 3] = ["sources", "concepts", "concept_schemes"];

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![250_000, 500_000, 1_000_000] } else { sizes };
    let (one, two) = (run(1).0, run(2).0);
    let mut columns: Vec<(usize, BTreeMap<String, Ran>)> = Vec::new();
    for size in sizes {
        let copies = size.saturating_sub(one).div_ceil(two - one) + 1;
        let (n_triples, ran) = run(copies);
        columns.push((n_triples, ran.into_iter().map(|ran| (ran.code.clone(), ran)).collect()));
    }
    print!("{:<26}", "triples");
    for (n_triples, _) in &columns {
        print!("{n_triples:>12}");
    }
    println!("{:>8}{:>10}", "share", "growth");
    let (Some((first_size, first)), Some((last_size, last))) = (columns.first(), columns.last()) else { return };
    let total = |ran: &BTreeMap<String, Ran>| ran.values().map(|ran| ran.elapsed.as_secs_f64()).sum::<f64>();
    let grown = *last_size as f64 / *first_size as f64;
    let mut codes: Vec<&String> = last.keys().collect();
    codes.sort_by(|a, b| last[*b].elapsed.cmp(&last[*a].elapsed));
    for code in codes {
        print!("{code:<26}");
        for (_, ran) in &columns {
            print!("{:>11.3}s", ran[code].elapsed.as_secs_f64());
        }
        let (before, after) = (first[code].elapsed.as_secs_f64(), last[code].elapsed.as_secs_f64());
        println!("{:>7.1}%{:>9.2}×", 100.0 * after / total(last), after / before / grown);
    }
    print!("{:<26}", "all");
    for (_, ran) in &columns {
        print!("{:>11.3}s", total(ran));
    }
    println!("{:>7.1}%{:>9.2}×", 100.0, total(last) / total(first) / grown);
}

/// This many copies of the default pack in one, examined.
fn run(copies: usize) -> (usize, Vec<Ran>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    grow(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/hk-innovation"), folder.path(), copies);
    let limits = Limits { time: None, ..Limits::default() };
    let examined = examine(&Pack::open(folder.path()).expect("a pack"), &limits).expect("a pack that builds");
    let first = examined.findings.iter().next();
    assert!(first.is_none(), "{}", first.map(ToString::to_string).unwrap_or_default());
    let (knowledge, _) = examined.built.expect("a graph");
    (knowledge.graph.n_quads(), examined.checks)
}

/// Writes the pack with every table except the shared ones `copies` times, each
/// copy with its own names.
fn grow(from: &Path, to: &Path, copies: usize) {
    let text = fs::read_to_string(from.join("datapackage.json")).expect("a descriptor");
    let descriptor: Value = serde_json::from_str(&text).expect("JSON");
    for resource in descriptor["resources"].as_array().expect("resources") {
        let (name, path) = (
            resource["name"].as_str().expect("a name").to_owned(),
            resource["path"].as_str().expect("a path").to_owned(),
        );
        let shared = SHARED.contains(&name.as_str());
        let own: BTreeSet<String> = names_of_copies(&resource["schema"], &name);
        let mut reader = csv::Reader::from_path(from.join(&path)).expect("a table");
        let header = reader.headers().expect("a header").clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        let mut writer = csv::Writer::from_path(to.join(&path)).expect("a table");
        writer.write_record(&header).expect("a header");
        for copy in 0..if shared { 1 } else { copies } {
            for row in &rows {
                let cells = header.iter().zip(row).map(|(column, cell)| {
                    // Labels are unique here too.
                    let named = own.contains(column) || !shared && column.starts_with("label_");
                    let renamed = copy > 0 && !cell.is_empty() && named && column != "label_en_source";
                    if renamed { format!("{cell}-copy{copy}") } else { cell.to_owned() }
                });
                writer.write_record(cells).expect("a row");
            }
        }
        writer.flush().expect("a table");
    }
    fs::write(to.join("datapackage.json"), text).expect("a descriptor");
    fs::copy(from.join("mapping.yml"), to.join("mapping.yml")).expect("a mapping");
}

/// The columns that refer to rows of copied tables.
fn names_of_copies(schema: &Value, name: &str) -> BTreeSet<String> {
    let mut columns = BTreeSet::new();
    if !SHARED.contains(&name) {
        columns.extend(
            schema["primaryKey"].as_array().into_iter().flatten().filter_map(|c| c.as_str().map(str::to_owned)),
        );
    }
    for key in schema["foreignKeys"].as_array().into_iter().flatten() {
        let target = key["reference"]["resource"].as_str().unwrap_or_default();
        if !SHARED.contains(&target) {
            columns
                .extend(key["fields"].as_array().into_iter().flatten().filter_map(|c| c.as_str().map(str::to_owned)));
        }
    }
    columns
}
