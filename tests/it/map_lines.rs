//! What `map` writes: each triple once, whatever way it was made, in parts as in one piece.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;

use civigraph::error::Error;
use civigraph::finding::Findings;
use civigraph::graph::n_quads_line;
use civigraph::map::{Share, TripleLines};
use civigraph::pipeline::Mapping;
use proptest::prelude::*;

use crate::support::{program, stderr};

/// Terms of all kinds, of which many may be the same: two maps with one subject, a predicate from a
/// cell, blank nodes, functions, conditions, graphs, references.
const MAPPING: &str = "prefixes:
  ex: http://example.org/
  xsd: http://www.w3.org/2001/XMLSchema#
  grel: http://users.ugent.be/~bjdmeest/function/grel.ttl#
  idlab-fn: http://example.com/idlab/function/
base: http://base.example/
sources:
  t: [t.csv~csv]
mappings:
  one:
    sources: t
    s: ex:thing/$(a)
    po:
      - [a, ex:Thing]
      - [ex:b, $(b)]
      - [ex:b, $(c)]
      - [ex:same, ex:thing/$(b)~iri]
      - [ex:label, $(b), en~lang]
      - [ex:label, $(c), zh-Hant~lang]
      - [ex:page, PAGES]
      - [ex:date, DATES]
  two:
    sources: t
    s: ex:thing/$(b)
    graphs: GRAPHS
    po:
      - [ex:$(a), ex:thing/$(c)~iri]
      - [ex:same, ex:thing/$(b)~iri]
      - p: ex:upper
        o:
          function: grel:toUpperCase
          parameters: [[grel:valueParameter, $(b)]]
      - p: ex:word
        o:
          function: grel:string_split
          parameters: [[grel:valueParameter, $(c)], [grel:p_string_sep, ' ']]
  three:
    sources: t
    s: null
    condition:
      function: idlab-fn:notEqual
      parameters: [[grel:valueParameter, $(a)], [grel:valueParameter2, x]]
    po:
      - p: ex:of
        o: {mapping: one}
      - p: ex:b
        o: {value: $(b), type: blank}
";

const CELLS: [&str; 16] = [
    "",
    "x",
    "y",
    "a b",
    "香港",
    "\"q\"",
    "line\nbreak",
    "back\\slash",
    " blank ",
    "50%",
    "http://a.example/x?y=1#z",
    "www.a.example",
    "2019-02-03",
    "2019-02-30",
    "\u{7}",
    "é/ü",
];

/// The mapping in a file; with `hard` objects, many rows have errors.
fn mapping(folder: &Path, hard: bool, with_graphs: bool) -> Mapping {
    let dates = if hard { "$(c), xsd:date" } else { "$(c)" };
    let pages = if hard { "$(c)~iri" } else { "ex:page/$(c)~iri" };
    let graphs = if with_graphs { "ex:graph/$(c)" } else { "ex:graph/g" };
    let text = MAPPING.replace("DATES", dates).replace("PAGES", pages).replace("GRAPHS", graphs);
    fs::write(folder.join("m.yml"), text).unwrap();
    Mapping::open(&folder.join("m.yml"), None).unwrap()
}

fn table(rows: &[[&str; 3]]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["a", "b", "c"]).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// The findings of a run, and the lines if there are no errors.
type Made = (Vec<String>, Option<Vec<String>>);

fn told(findings: &Findings) -> Vec<String> {
    let mut told: Vec<String> = findings
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{place} {finding} {}", finding.times)
        })
        .collect();
    told.sort();
    told
}

fn result<T>(made: Result<(Findings, T), Error>) -> (Vec<String>, Option<T>) {
    match made {
        Ok((findings, made)) => (told(&findings), Some(made)),
        Err(Error::Findings(findings)) => (told(&findings), None),
        Err(error) => panic!("{error}"),
    }
}

/// By quads, which the mapping's meaning is defined by.
fn by_quads(mapping: &Mapping) -> Made {
    let mut lines = BTreeSet::new();
    let run = mapping.run(false, &mut |quad| {
        lines.insert(n_quads_line(&quad));
        Ok(())
    });
    let (told, made) = result(run.map(|mapped| (mapped.findings, ())));
    (told, made.map(|()| lines.into_iter().collect()))
}

/// As `map` writes it: in order, or sorted.
fn by_lines(mapping: &Mapping, is_sorted: bool) -> Made {
    let mut file = tempfile::tempfile().unwrap();
    let form = TripleLines { has_graphs: true, is_sorted, share: Share::ALL };
    let run = mapping.write_lines(form, false, &mut file);
    let (told, n) = result(run.map(|(mapped, n)| (mapped.findings, n)));
    let lines = n.map(|n| {
        std::io::Seek::rewind(&mut file).unwrap();
        let text = std::io::read_to_string(file).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        assert_eq!(lines.len() as u64, n);
        if !is_sorted {
            lines.sort();
        }
        lines
    });
    (told, lines)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn rows_are_mapped_as_the_plan_says_whichever_way(
        rows in prop::collection::vec(prop::array::uniform3(prop::sample::select(&CELLS[..])), 0..12),
        hard in any::<bool>(),
        with_graphs in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("t.csv"), table(&rows)).unwrap();
        let mapping = mapping(folder.path(), hard, with_graphs);
        let expected = by_quads(&mapping);
        prop_assert_eq!(&by_lines(&mapping, false), &expected);
        prop_assert_eq!(&by_lines(&mapping, true), &expected);
    }
}

/// Rows of several blocks, with line breaks in cells.
fn large_table(n: usize) -> String {
    let cells: Vec<&str> = CELLS.iter().copied().filter(|cell| !cell.contains('\u{7}')).collect();
    let mut rows = String::from("a,b,c\n");
    for n in 0..n {
        let quoted = |at: usize| format!("\"{} {}\"", cells[at % cells.len()].replace('"', "\"\""), n * at % 5_000);
        let _ = writeln!(rows, "row{},{},{}", n % 9_000, quoted(n * 7), quoted(n / 3));
    }
    rows
}

#[test]
fn blocks_of_rows_make_what_the_rows_make() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), large_table(12_000)).unwrap();
    let mapping = mapping(folder.path(), false, true);
    let (told, expected) = by_quads(&mapping);
    assert!(fs::metadata(folder.path().join("t.csv")).unwrap().len() > 400_000, "several blocks");
    let (told_of_lines, found) = by_lines(&mapping, false);
    // Which of many findings are kept may differ, since each block keeps its first.
    assert_eq!(told.is_empty(), told_of_lines.is_empty());
    assert!(found == expected, "the lines differ");
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program().current_dir(folder).args(arguments).output().unwrap()
}

#[test]
fn the_parts_of_a_mapping_are_its_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("t.csv"), large_table(12_000)).unwrap();
    mapping(folder, false, false);
    assert!(run(folder, &["map", "m.yml", "--sort", "-o", "whole.nq"]).status.success());
    let whole = fs::read_to_string(folder.join("whole.nq")).unwrap();
    for of in [1, 2, 3, 7] {
        let mut lines = BTreeSet::new();
        let mut merge = vec!["map".to_owned(), "-o".to_owned(), "merged.nq".to_owned(), "--merge".to_owned()];
        for part in (1..=of).rev() {
            let (name, share) = (format!("{part}.nq"), format!("{part}/{of}"));
            let output = run(folder, &["map", "m.yml", "--partition", &share, "-o", &name]);
            assert!(output.status.success(), "{}", stderr(&output));
            let text = fs::read_to_string(folder.join(&name)).unwrap();
            assert!(of == 1 || text.len() < whole.len());
            lines.extend(text.lines().map(str::to_owned));
            merge.push(name);
        }
        let union: String = lines.iter().map(|line| format!("{line}\n")).collect();
        assert!(union == whole, "the sorted union of {of} parts is the whole");
        let output = run(folder, &merge.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(fs::read_to_string(folder.join("merged.nq")).unwrap() == whole, "{of} parts merged");
    }
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("t.csv"), large_table(10_000)).unwrap();
    mapping(folder, false, false);
    for part in ["1/3", "2/3", "3/3"] {
        let name = format!("{}.nt.nq", &part[..1]);
        assert!(run(folder, &["map", "m.yml", "--partition", part, "-o", &name]).status.success());
    }
    let merge = |parts: &[&str]| {
        let arguments: Vec<&str> = ["map", "-o", "all.nq", "--merge"].iter().chain(parts).copied().collect();
        let output = run(folder, &arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(!folder.join("all.nq").exists(), "nothing is half-written");
        stderr(&output)
    };
    assert!(merge(&["1.nt.nq", "3.nt.nq"]).contains("part 2 of 3 is missing"));
    assert!(merge(&["1.nt.nq"]).contains("the parts 2, 3 of 3 are missing"));
    assert!(merge(&["1.nt.nq", "1.nt.nq", "2.nt.nq", "3.nt.nq"]).contains("part 1 of 3 is given twice"));
    assert!(merge(&["t.csv"]).contains("has no manifest beside it"));
    let cut = fs::read_to_string(folder.join("1.nt.nq")).unwrap();
    fs::copy(folder.join("1.nt.nq"), folder.join("kept.nq")).unwrap();
    fs::write(folder.join("1.nt.nq"), cut.split_once('\n').unwrap().1).unwrap();
    assert!(merge(&["1.nt.nq", "2.nt.nq", "3.nt.nq"]).contains("is not as it was written"));
    fs::copy(folder.join("kept.nq"), folder.join("1.nt.nq")).unwrap();
    fs::write(folder.join("t.csv"), large_table(10_001)).unwrap();
    assert!(run(folder, &["map", "m.yml", "--partition", "3/3", "-o", "3.nt.nq"]).status.success());
    assert!(merge(&["1.nt.nq", "2.nt.nq", "3.nt.nq"]).contains("another mapping or other tables"));
    let output = run(folder, &["map", "m.yml", "--partition", "4/3", "-o", "x.nq"]);
    assert!(stderr(&output).contains("there is no part 4 of 3"), "{}", stderr(&output));
}

#[test]
fn a_wrong_quote_far_into_a_table_is_told_at_its_place_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut text = large_table(12_000);
    let at = text.find("row8000,").unwrap();
    text.replace_range(at..at + 3, "r\"w");
    let line = text[..at].matches('\n').count() + 1;
    fs::write(folder.join("t.csv"), text).unwrap();
    mapping(folder, false, false);
    let output = run(folder, &["map", "m.yml", "-o", "out.nq"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains(&format!("t.csv:{line}:2")) && said.contains("wrong-quoting"), "{said}");
    assert_eq!(said.matches("error[").count(), 1, "{said}");
    assert!(!folder.join("out.nq").exists());
}

/// Whatever stops it, no output is half there, and nothing is left beside it.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_behind() {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("t.csv"), large_table(100_000)).unwrap();
    mapping(folder, false, false);
    let names = || -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let mut child = program();
    child.current_dir(folder).args(["map", "m.yml", "-o", "out.nq"]).stderr(Stdio::null());
    let mut child = child.spawn().unwrap();
    while !names().iter().any(|name| name.ends_with(".part")) {
        assert!(child.try_wait().unwrap().is_none(), "it has begun to write before it ends");
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().signal(), Some(15));
    let mut left = names();
    left.sort();
    assert_eq!(left, ["m.yml", "t.csv"]);
}
