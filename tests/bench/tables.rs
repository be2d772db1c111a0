//! Tables beside the bare parsers of their formats: `cargo bench --bench tables [ROWS]`. The same rows as CSV, JSON and
//! a workbook; CPU seconds of `civigraph map`, which makes seven triples of each row, and of a program that parses the
//! file and does nothing else: by `csv`, `serde_json` and `calamine`. Each measurement is a process of its own.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use calamine::{Reader as _, Xlsx};
use rust_xlsxwriter::Workbook;

const COLUMNS: [&str; 7] = ["id", "name", "kind", "region", "staff", "founded", "parent"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["parse", file] => parse(Path::new(file)),
        rest => compare(rest.first().and_then(|n| n.parse().ok()).unwrap_or(300_000)),
    }
}

fn row(n: usize) -> [String; COLUMNS.len()] {
    let region = ["Hong Kong Island", "Kowloon", "New Territories"][n % 3];
    [
        format!("{n:07}"),
        format!("Office for quarter {n} 第{n}辦事處"),
        ["bureau", "department", "office", "park"][n * 31 % 4].to_owned(),
        region.to_owned(),
        (n * 7919 % 5003).to_string(),
        format!("{}-{:02}-{:02}", 1950 + n % 70, n % 12 + 1, n % 28 + 1),
        format!("{:07}", n / 7),
    ]
}

fn write(folder: &Path, n_rows: usize) {
    let create = |name: &str| BufWriter::new(File::create(folder.join(name)).expect("a file"));
    let (mut text, mut json) = (create("rows.csv"), create("rows.json"));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    writeln!(text, "{}", COLUMNS.join(",")).expect("written");
    sheet.write_row(0, 0, COLUMNS).expect("written");
    json.write_all(b"[").expect("written");
    for n in 0..n_rows {
        let row = row(n);
        writeln!(text, "{}", row.join(",")).expect("written");
        sheet.write_row(n as u32 + 1, 0, &row).expect("written");
        let members = COLUMNS.iter().zip(&row).map(|(name, value)| format!("\"{name}\":\"{value}\""));
        let sign = if n == 0 { "" } else { ",\n" };
        write!(json, "{sign}{{{}}}", members.collect::<Vec<_>>().join(",")).expect("written");
    }
    json.write_all(b"]").expect("written");
    workbook.save(folder.join("rows.xlsx")).expect("written");
    for (name, source) in
        [("csv", "[rows.csv~csv]"), ("json", "[rows.json~jsonpath, '$[*]']"), ("xlsx", "[rows.xlsx~csv]")]
    {
        let mapping = format!(
            "prefixes:\n  ex: https://example.org/\n  xsd: http://www.w3.org/2001/XMLSchema#\nmappings:\n  office:\n    \
             sources:\n      - {source}\n    s: ex:office/$(id)\n    po:\n      - [a, ex:Office]\n      - [ex:name, $(name)]\n      \
             - [ex:kind, ex:kind/$(kind)~iri]\n      - [ex:region, $(region)]\n      - [ex:staff, $(staff), xsd:integer]\n      \
             - [ex:founded, $(founded), xsd:date]\n      - [ex:parent, ex:office/$(parent)~iri]\n"
        );
        fs::write(folder.join(format!("{name}.yml")), mapping).expect("written");
    }
}

/// Parses a file and counts its cells.
fn parse(file: &Path) {
    let open = || BufReader::new(File::open(file).expect("a file"));
    let n_cells = match file.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => {
            let mut reader = csv::Reader::from_reader(open());
            let (mut record, mut n) = (csv::StringRecord::new(), 0);
            while reader.read_record(&mut record).expect("a row") {
                n += record.len();
            }
            n
        }
        Some("json") => {
            let text = fs::read(file).expect("a file");
            let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_slice(&text).expect("rows");
            rows.iter().map(serde_json::Map::len).sum()
        }
        _ => {
            let mut workbook: Xlsx<_> = calamine::open_workbook(file).expect("a workbook");
            let name = workbook.sheet_names()[0].clone();
            let mut cells = workbook.worksheet_cells_reader(&name).expect("a sheet");
            let mut n = 0;
            while cells.next_cell().expect("a cell").is_some() {
                n += 1;
            }
            n - COLUMNS.len()
        }
    };
    println!("{n_cells}");
}

fn compare(n_rows: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), n_rows);
    let path = |name: &str| folder.path().join(name);
    println!(
        "{n_rows} rows of {} cells{:>12}{:>12}{:>12}{:>12}",
        COLUMNS.len(),
        "MB",
        "parser",
        "civigraph",
        "its share"
    );
    let mut lines = Vec::new();
    for format in ["csv", "json", "xlsx"] {
        let file = path(&format!("rows.{format}"));
        let mut parser = Command::new(std::env::current_exe().expect("this program"));
        let (parsed, said) = least(parser.arg("parse").arg(&file));
        assert_eq!(said.trim(), (n_rows * COLUMNS.len()).to_string(), "{format}");
        let out = path(&format!("{format}.nt"));
        let mut map = Command::new(env!("CARGO_BIN_EXE_civigraph"));
        let (mapped, _) = least(map.args(["-q", "map"]).arg(path(&format!("{format}.yml"))).arg("-o").arg(&out));
        let mut triples: Vec<String> = fs::read_to_string(&out).expect("triples").lines().map(str::to_owned).collect();
        triples.sort();
        assert_eq!(triples.len(), n_rows * 7, "{format}");
        lines.push(triples);
        let size = fs::metadata(&file).expect("a file").len() as f64 / 1e6;
        println!("{format:<26}{size:>12.0}{parsed:>12.2}{mapped:>12.2}{:>12.2}", parsed / mapped);
    }
    assert!(lines.iter().all(|triples| *triples == lines[0]), "the formats have the same triples");
}

/// The least CPU seconds of three runs, and what was printed.
fn least(command: &mut Command) -> (f64, String) {
    let mut runs: Vec<(f64, String)> = (0..3)
        .map(|_| {
            let before = used_by_children();
            let output = command.stderr(Stdio::inherit()).output().expect("a run");
            assert!(output.status.success(), "{command:?}");
            (used_by_children() - before, String::from_utf8(output.stdout).expect("text"))
        })
        .collect();
    runs.sort_by(|one, other| one.0.total_cmp(&other.0));
    runs.swap_remove(0)
}

/// CPU seconds of the processes that have ended (`proc_pid_stat(5)`).
fn used_by_children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}
