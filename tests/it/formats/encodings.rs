//! Encodings, line ends, packed files.

use std::io::{Cursor, Write};
use std::process::Stdio;

use encoding_rs::Encoding;

use super::{check, made, map, pack, resource};
use crate::support::{program, stderr, stdout};

const TEXT: &str = "id,name\na,科學園\nb,\"two\nlines\"\n";
const EXPECTED: [&str; 2] = ["a name 科學園", "b name two\nlines"];

fn people(file: &str, bytes: &[u8], more: &str) -> super::TestPack {
    let source = format!("[{file}~csv]");
    pack(file, bytes, &resource(file, more), &map("m", &source, "ex:$(id)", &[("name", "$(name)")]))
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn tables_are_read_in_the_encoding_that_the_descriptor_or_a_mark_names() {
    let encoded = |label: &str| Encoding::for_label(label.as_bytes()).unwrap().encode(TEXT).0.into_owned();
    let with = |label: &str| format!(r#""encoding": "{label}""#);
    for (bytes, more) in [
        (TEXT.as_bytes().to_vec(), String::new()),
        ([b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), with("big5")),
        (encoded("big5"), with("big5")),
        (encoded("gb18030"), with("GBK")),
        (encoded("shift_jis"), with("shift_jis")),
        (utf16(&format!("\u{feff}{TEXT}"), false), String::new()),
        (utf16(&format!("\u{feff}{TEXT}"), true), with("utf-8")),
        (utf16(TEXT, true), with("utf-16be")),
        (utf16(TEXT, false), with("utf-16le")),
    ] {
        let (triples, findings) = made(&people("t.csv", &bytes, &more));
        assert_eq!(triples, EXPECTED, "{more} {findings:?}");
        assert_eq!(findings, [] as [String; 0], "{more}");
    }
    let (triples, _) = made(&people("t.csv", b"id,name\na,caf\xe9 \x80\n", &with("latin1")));
    assert_eq!(triples, ["a name café €"]);
}

#[test]
fn a_mapping_names_the_encoding_of_a_file_that_is_no_resource() {
    let pack = people("t.csv", TEXT.as_bytes(), "");
    pack.write("u.csv", encoding_rs::BIG5.encode(TEXT).0);
    pack.replace("mapping.yml", "- [t.csv~csv]", "- {access: u.csv, referenceFormulation: csv, encoding: big5}");
    assert_eq!(made(&pack).0, EXPECTED);
    pack.replace("mapping.yml", "encoding: big5", "encoding: big55");
    check(&made(&pack).1, &[("mapping.yml:7:62", "unknown-encoding", "`big55`")]);
}

#[test]
fn bytes_that_are_not_in_the_encoding_are_reported_at_their_place() {
    let with = |label: &str| format!(r#""encoding": "{label}""#);
    for (bytes, label, place, code) in [
        (&b"id,name\na,\xac\xec\xff\n"[..], "big5", "t.csv:2:4", "wrong-encoding"),
        (b"id,name\na,caf\xe9\n", "utf-8", "t.csv:2:6", "not-utf8"),
        (&utf16("id,name\na,b\u{fffd}", false)[..19], "utf-16le", "t.csv:2:2", "wrong-encoding"),
    ] {
        let (triples, findings) = made(&people("t.csv", bytes, &with(label)));
        assert!(triples.is_empty());
        let is_it = |finding: &String| finding.starts_with(place) && finding.contains(code);
        assert!(findings.iter().any(is_it), "{label}: {findings:?}");
    }
    let (_, findings) = made(&people("t.csv", &utf16("id,name\na,b\n", false), ""));
    assert!(findings.iter().any(|finding| finding.contains("UTF-16, without a byte-order mark")), "{findings:?}");
}

#[test]
fn line_ends_of_all_systems_end_rows() {
    let expected = ["a name A", "b name B"];
    let utf16_cr = utf16("\u{feff}id,name\ra,A\rb,B", true);
    for bytes in
        [&b"id,name\na,A\nb,B\n"[..], b"id,name\r\na,A\r\nb,B", b"id,name\ra,A\rb,B\r", b"id,name\ra,A\rb,B", &utf16_cr]
    {
        let (triples, findings) = made(&people("t.csv", bytes, ""));
        assert_eq!((triples, findings.len()), (expected.map(str::to_owned).to_vec(), 0), "{bytes:?}");
    }
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn packed_files_are_unpacked() {
    let zstd = zstd::stream::encode_all(TEXT.as_bytes(), 3).unwrap();
    let two_members = [gzip(&TEXT.as_bytes()[..10]), gzip(&TEXT.as_bytes()[10..])].concat();
    let big5 = gzip(&encoding_rs::BIG5.encode(TEXT).0);
    for (file, bytes, more) in [
        ("t.csv.gz", gzip(TEXT.as_bytes()), ""),
        ("t.csv.gz", two_members, ""),
        ("t.csv.gz", big5, r#", "encoding": "big5""#),
        ("t.csv.zst", zstd, ""),
        ("t.csv.zip", zip(&[("inside.csv", TEXT.as_bytes())]), ""),
    ] {
        let more = format!(r#""type": "table"{more}"#);
        let (triples, findings) = made(&people(file, &bytes, &more));
        assert_eq!(triples, EXPECTED, "{file} {findings:?}");
    }
    let two = zip(&[("a.csv", b"id,name\n"), ("b.csv", TEXT.as_bytes())]);
    let pack = people("t.zip", &two, "");
    check(&made(&pack).1, &[("t.zip:1:1", "unsupported-format", "2 files")]);
    pack.replace("mapping.yml", "t.zip~csv", "t.zip#b.csv~csv");
    assert_eq!(made(&pack).0, EXPECTED);
    pack.replace("mapping.yml", "t.zip#b.csv", "t.zip#c.csv");
    assert!(made(&pack).1.iter().any(|finding| finding.contains("no file `c.csv`")));
}

#[test]
fn damaged_and_hostile_files_are_refused() {
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let table = r#""type": "table""#;
    let long: Vec<u8> = [TEXT.as_bytes(), &b"c,x\n".repeat(100_000)].concat();
    for (file, bytes, part) in [
        ("t.csv.gz", half(gzip(&long)), "cannot read"),
        ("t.csv.zst", half(zstd::stream::encode_all(&*long, 3).unwrap()), "cannot read"),
        ("t.zip", half(zip(&[("t.csv", &long)])), "damaged"),
        ("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "Excel 97"),
        ("t.csv", b"%PDF-1.7 ".to_vec(), "PDF"),
        ("t.zip", zip(&[]), "empty"),
    ] {
        let (triples, findings) = made(&people(file, &bytes, table));
        assert!(triples.is_empty(), "{file}");
        assert!(findings.iter().any(|finding| finding.contains(part)), "{file}: {findings:?}");
    }
}

#[test]
fn an_argument_names_the_encoding_of_tables_for_which_the_pack_names_none() {
    let big5 = encoding_rs::BIG5.encode(TEXT).0;
    let pack = people("t.csv", &big5, "");
    pack.write("u.json", r#"[{"id": "c", "name": "科"}]"#);
    pack.write("utf8.csv", "id,name\nd,學\n");
    let sources = ["[u.json~jsonpath, \"$[*]\"]", "{access: utf8.csv, referenceFormulation: csv, encoding: utf-8}"];
    pack.replace("mapping.yml", "- [t.csv~csv]", &format!("- [t.csv~csv]\n      - {}", sources.join("\n      - ")));
    let run = |arguments: &[&str]| {
        let mut program = program();
        program.args(arguments).output().unwrap()
    };
    let folder = pack.path().to_str().unwrap();
    let query = "SELECT ?name { ?s ex:name ?name } ORDER BY ?s";
    pack.replace("datapackage.json", "\"languages\"", "\"prefixes\": {\"ex\": \"http://ex.org/\"}, \"languages\"");
    let output = run(&["query", query, "--format", "csv", "--pack", folder, "--encoding", "big5"]);
    assert_eq!(stdout(&output).replace("\r\n", "\n"), "name\n科學園\n\"two\nlines\"\n科\n學\n", "{}", stderr(&output));
    let validated = |arguments: &[&str]| run(&[&["validate", folder], arguments].concat()).status.code();
    assert_eq!(validated(&["--encoding", "big5"]), Some(0));
    assert_eq!(validated(&[]), Some(1));
    // What the descriptor says is said by somebody who knows the file.
    pack.replace("datapackage.json", "\"path\": \"t.csv\"", "\"path\": \"t.csv\", \"encoding\": \"utf-8\"");
    assert_eq!(validated(&["--encoding", "big5"]), Some(1));
    let output = run(&["validate", folder, "--encoding", "big55"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `big5`?"), "{}", stderr(&output));
}

#[test]
fn rows_that_are_not_in_their_encoding_are_left_out_on_request() {
    let bytes = [&b"id,name\na,\xac\xec\xff\n"[..], &encoding_rs::BIG5.encode("b,科\n").0].concat();
    let pack = people("t.csv", &bytes, "\"encoding\": \"big5\"");
    let store = pack.path().join("store");
    let mut build = program();
    build.arg("build").arg(pack.path()).arg("--store").arg(&store);
    assert_eq!(build.output().unwrap().status.code(), Some(1));
    let output = build.arg("--skip-bad-cells").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("left out: 1 row, 0 cells"), "{}", stderr(&output));
}

/// The output of the program with this standard input.
fn given(input: &[u8], arguments: &[&str]) -> std::process::Output {
    let mut child =
        program().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_table_may_be_standard_input() {
    let pack =
        people("-", b"id,name\nfile,File\n", "\"schema\": {\"fields\": [{\"name\": \"id\"}, {\"name\": \"name\"}]}");
    pack.replace("datapackage.json", "\"languages\"", "\"prefixes\": {\"ex\": \"http://ex.org/\"}, \"languages\"");
    let (folder, store) = (pack.path().to_str().unwrap(), pack.path().join("store"));
    let store = store.to_str().unwrap();
    let query = "SELECT ?name { ?s ex:name ?name } ORDER BY ?s";
    // It is read several times: against its schema, and to be mapped.
    let output = given(&gzip(TEXT.as_bytes()), &["build", folder, "--store", store]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = given(b"", &["query", query, "--store", store, "--format", "csv"]);
    assert_eq!(stdout(&output).replace("\r\n", "\n"), "name\n科學園\n\"two\nlines\"\n", "{}", stderr(&output));
    let output = given(b"id,name\na\n", &["validate", folder, "--format", "short"]);
    assert!(stdout(&output).contains("-:2:2: error[ragged-row]"), "{}", stdout(&output));
    // Only one of them can have it.
    let output = given(TEXT.as_bytes(), &["query", "-", "--pack", folder]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("it was read as a table"), "{}", stderr(&output));
    // A file that is called so has a folder.
    pack.replace("datapackage.json", "\"path\": \"-\"", "\"path\": \"./-\"");
    pack.replace("mapping.yml", "[-~csv]", "[./-~csv]");
    let output = given(TEXT.as_bytes(), &["query", query, "--pack", folder, "--format", "csv"]);
    assert_eq!(stdout(&output).replace("\r\n", "\n"), "name\nFile\n", "{}", stderr(&output));
}
