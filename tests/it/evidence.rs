//! Evidence checked against a text. The text was written for the tests.

use std::fs;
use std::process::Output;

use civigraph::graph::digest;

use crate::support::{TestPack, program, stderr, stdout};

/// Names and numbers broken over lines, spaces inside numbers, 萬 and 億, full-width characters.
pub const TEXT: &str = "北區測試\n\n局與北區檢測局合\n\n作，二零一七年起設有測試中\n\n心，面積約１ 200平方米，經費逾1.5億元。\n\n其後測試中心獲撥款3,000萬元，按大約１：２分擔。\n\n排版廢字\n";

const DESCRIPTOR: &str = r#"{
  "name": "tests",
  "resources": [
    {"name": "entities", "path": "entities.csv"},
    {"name": "claims", "path": "claims.csv"},
    {"name": "figures", "path": "figures.csv"},
    {"name": "parts", "path": "parts.csv"},
    {"name": "sources", "path": "sources.csv"},
    {"name": "evidence", "path": "evidence.csv"}
  ],
  "civigraph": {
    "base": "http://example.org/",
    "prefixes": {"ex": "http://example.org/"},
    "languages": ["zh-Hant"],
    "mapping": "mapping.yml"
  }
}
"#;

const MAPPING: &str = r#"prefixes:
  ex: http://example.org/
  cg: https://w3id.org/civigraph/def#
  c: https://w3id.org/civigraph/code#
  rdf: http://www.w3.org/1999/02/22-rdf-syntax-ns#
  skos: http://www.w3.org/2004/02/skos/core#
  xsd: http://www.w3.org/2001/XMLSchema#
  edtf: http://id.loc.gov/datatypes/edtf/
mappings:
  entity:
    sources: [[entities.csv~csv]]
    s: ex:$(id)
    po:
      - [a, "cg:$(class)~iri"]
      - [skos:prefLabel, $(label), zh-Hant~lang]
      - [cg:mentionedAs, $(mention), zh-Hant~lang]
  claim:
    sources: [[claims.csv~csv]]
    s: ex:$(id)
    po:
      - [a, cg:Claim]
      - [rdf:subject, "ex:$(subject)~iri"]
      - [rdf:predicate, "cg:$(predicate)~iri"]
      - [rdf:object, "ex:$(object)~iri"]
      - [cg:status, "c:done~iri"]
      - [cg:during, $(during), edtf:EDTF]
  figure:
    sources: [[figures.csv~csv]]
    s: ex:$(id)
    po:
      - [a, cg:Figure]
      - [cg:value, $(value), xsd:decimal]
      - [cg:bound, "c:$(bound)~iri"]
  figure-of:
    sources: [[figures.csv~csv]]
    s: ex:$(about)
    po: [[cg:figure, "ex:$(id)~iri"]]
  part:
    sources: [[parts.csv~csv]]
    s: ex:$(id)
    po:
      - [cg:share, $(share), xsd:decimal]
  part-of:
    sources: [[parts.csv~csv]]
    s: ex:$(figure)
    po: [[cg:ratioPart, "ex:$(id)~iri"]]
  source:
    sources: [[sources.csv~csv]]
    s: ex:$(id)
    po:
      - [a, cg:Source]
      - [cg:during, $(covers), edtf:EDTF]
      - [cg:textFile, $(file)]
      - [cg:sha256, $(sha256)]
      - [cg:lineCount, $(lines), xsd:integer]
  evidence:
    sources: [[evidence.csv~csv]]
    s: ex:L$(first)-$(last)
    po:
      - [a, cg:Evidence]
      - [cg:inSource, "ex:$(source)~iri"]
      - [cg:lineStart, $(first), xsd:integer]
      - [cg:lineEnd, $(last), xsd:integer]
      - [cg:section, $(section)]
      - [cg:reason, $(reason), en~lang]
  cited:
    sources: [[evidence.csv~csv]]
    s: ex:$(statement)
    po: [[cg:evidence, "ex:L$(first)-$(last)~iri"]]
"#;

pub fn pack() -> TestPack {
    let pack = TestPack::new();
    pack.write("datapackage.json", DESCRIPTOR);
    pack.write("mapping.yml", MAPPING);
    pack.write(
        "entities.csv",
        "id,class,label,mention\nbureau,Organisation,北區測試局,\ninspection,Organisation,北區檢測局,\ncentre,Organisation,北區測試局測試中心,測試中心\n",
    );
    pack.write(
        "claims.csv",
        "id,subject,predicate,object,during\nworks,bureau,cooperatesWith,inspection,\nset-up,bureau,established,centre,2017\n",
    );
    pack.write(
        "figures.csv",
        "id,about,value,bound\narea,centre,1200,about\nmoney,centre,150000000,over\ngrant,centre,30000000,exact\nratio,centre,,about\n",
    );
    pack.write("parts.csv", "id,figure,share\none,ratio,1\ntwo,ratio,2\n");
    pack.write(
        "sources.csv",
        format!("id,covers,file,sha256,lines\nbook,2019,book.txt,{},11\n", digest(TEXT.as_bytes()).unwrap()),
    );
    pack.write(
        "evidence.csv",
        "statement,first,last,source,section,reason\nworks,1,3,book,,\nset-up,1,7,book,,\narea,5,7,book,,\nmoney,5,7,book,,\ngrant,9,9,book,,\nratio,9,9,book,,\n",
    );
    pack.write("book.txt", TEXT);
    pack
}

fn evidence(pack: &TestPack, arguments: &[&str]) -> Output {
    let text = pack.path().join("book.txt");
    program().arg("evidence").arg("--text").arg(text).arg("--pack").arg(pack.path()).args(arguments).output().unwrap()
}

fn short(pack: &TestPack) -> (Option<i32>, String) {
    let output = evidence(pack, &["--format", "short", "--severity", "warning"]);
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
    (output.status.code(), stdout(&output).replace(&format!("{}/", pack.path().display()), ""))
}

#[test]
fn what_is_in_its_lines_is_found_however_it_is_broken() {
    let (exit, text) = short(&pack());
    assert_eq!((exit, text.as_str()), (Some(0), ""));
    let all = stdout(&evidence(&pack(), &["--format", "short", "--severity", "info"]));
    assert!(all.ends_with("book.txt:11:1: info[uncited-line]: no statement cites line 11\n"), "{all}");
    assert_eq!(all.lines().count(), 1);
}

/// Breaks one cell and expects one finding at one place.
fn seed(file: &str, from: &str, to: &str, expected: &str) {
    let pack = pack();
    pack.replace(file, from, to);
    let (exit, text) = short(&pack);
    assert!(text.starts_with(expected), "{from} → {to}: expected\n{expected}\nin\n{text}");
    assert_eq!(exit, Some(i32::from(expected.contains("violation"))), "{text}");
}

#[test]
fn a_wrong_number_line_name_hedge_or_date_is_caught_at_its_cell() {
    seed(
        "figures.csv",
        "1200",
        "2200",
        "figures.csv:2:13: violation[number-not-found]: the number 2200 is not in lines 5 to 7",
    );
    seed("figures.csv", "150000000", "15000000", "figures.csv:3:14: violation[number-not-found]");
    seed(
        "figures.csv",
        "1200,about",
        "1200,over",
        "figures.csv:2:18: warning[hedge-not-found]: the bound of 1200 is `over`",
    );
    seed(
        "parts.csv",
        "two,ratio,2",
        "two,ratio,3",
        "parts.csv:3:11: violation[number-not-found]: the number 3 is not in",
    );
    seed(
        "claims.csv",
        "centre,2017",
        "centre,2016",
        "claims.csv:3:34: violation[date-not-found]: the date `2016` has 2016",
    );
    // A wrong line: the thing is named elsewhere.
    seed(
        "evidence.csv",
        "works,1,3",
        "works,9,9",
        "claims.csv:2:7: violation[not-named]: `ex:bureau` (北區測試局) is not named in line 9",
    );
    // A swapped pair of similar names, one of which is in the lines.
    seed(
        "entities.csv",
        "北區測試局測試中心,測試中心",
        "北區測試局第二中心,",
        "entities.csv:4:21: warning[never-named]",
    );
    seed(
        "evidence.csv",
        "set-up,1,7",
        "set-up,1,10",
        "claims.csv:3:1: violation[long-range]: the range 1 to 10 has 5 lines of text",
    );
    seed(
        "evidence.csv",
        "grant,9,9",
        "grant,9,99",
        "figures.csv:4:1: violation[lines-outside-source]: the lines 9 to 99 are not in the text, which has 11 lines",
    );
}

#[test]
fn a_swapped_pair_of_similar_names_is_caught() {
    let pack = pack();
    pack.replace("evidence.csv", "set-up,1,7", "set-up,1,3");
    // Lines 1 to 3 name both bureaus, lines 5 to 7 only the centre.
    pack.replace("claims.csv", "set-up,bureau,established,centre,2017", "set-up,centre,established,bureau,");
    let (exit, text) = short(&pack);
    assert_eq!(exit, Some(1));
    assert!(text.contains("claims.csv:3:8: violation[not-named]: `ex:centre`"), "{text}");
}

#[test]
fn a_reason_makes_a_finding_a_remark() {
    let pack = pack();
    pack.replace("evidence.csv", "works,1,3,book,,", "works,9,9,book,,the heading above names both");
    let (exit, text) = short(&pack);
    assert_eq!((exit, text.as_str()), (Some(0), ""));
    let all = stdout(&evidence(&pack, &["--format", "short", "--severity", "info"]));
    assert!(all.contains("claims.csv:2:7: info[not-named]"), "{all}");
    // No reason makes a wrong number right.
    pack.replace("figures.csv", "1200", "1300");
    pack.replace("evidence.csv", "area,5,7,book,,", "area,5,7,book,,the table on the page has more");
    assert!(short(&pack).1.contains("figures.csv:2:13: violation[number-not-found]"));
}

#[test]
fn the_same_text_in_another_format_is_read_and_reported() {
    let pack = pack();
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(TEXT.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big5 = encoding(TEXT);
    for (bytes, words) in [
        (TEXT.replace('\n', "\r\n").into_bytes(), "CR LF"),
        (format!("\u{feff}{TEXT}").into_bytes(), "byte-order mark"),
        (TEXT.trim_end().as_bytes().to_vec(), "last line end"),
        (utf16, "UTF-16"),
        (big5, "Big5"),
    ] {
        pack.write("book.txt", bytes);
        let output = evidence(&pack, &["--format", "short", "--severity", "info"]);
        let text = stdout(&output);
        assert!(output.status.success(), "{words}: {text}{}", stderr(&output));
        assert!(text.contains("info[other-form]") && text.contains(words), "{words}: {text}");
        assert!(!text.contains("not-"), "{words}: {text}");
    }
}

fn encoding(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding_rs::BIG5.encode(text);
    assert!(!lossy);
    bytes.into_owned()
}

#[test]
fn another_edition_is_refused_with_what_differs() {
    let pack = pack();
    pack.write("book.txt", format!("{TEXT}加印一行\n"));
    let output = evidence(&pack, &[]);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("[other-edition]") && text.contains("it has 12 lines, not 11"), "{text}");
    pack.write("book.txt", TEXT.replace("1.5億", "1.6億"));
    let text = stderr(&evidence(&pack, &[]));
    assert!(text.contains("though it has the same number of lines") && text.contains("`book.txt`"), "{text}");
    fs::remove_file(pack.path().join("book.txt")).unwrap();
    assert_eq!(evidence(&pack, &[]).status.code(), Some(2));
}

#[test]
fn an_entitys_lines_are_shown() {
    let output = evidence(&pack(), &["--entity", "inspection"]);
    let expected = "北區測試局 合作 北區檢測局  (ex:works)\n      1 | 北區測試\n      3 | 局與北區檢測局合\n";
    assert_eq!(stdout(&output), expected, "{}", stderr(&output));
    let output = evidence(&pack(), &["--entity", "inspektion"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean"), "{}", stderr(&output));
}

#[test]
fn a_range_beyond_every_text_is_cut() {
    let pack = pack();
    pack.replace("evidence.csv", "works,1,3", "works,1,999999999999999");
    assert!(evidence(&pack, &["--entity", "inspection"]).status.success());
    assert!(short(&pack).1.contains("[lines-outside-source]"));
}

#[test]
fn a_source_can_be_named_and_a_wrong_one_is_reported() {
    assert!(evidence(&pack(), &["--source", "book", "--severity", "violation"]).status.success());
    let output = evidence(&pack(), &["--source", "bok"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("[unknown-source]") && stderr(&output).contains("`book`"), "{}", stderr(&output));
}

/// The text of the default pack's source, which is not part of the repository.
pub fn yearbook() -> Option<std::path::PathBuf> {
    let path = crate::support::root().join("../shared/source/hk-yearbook-2019-ch06.zh-Hant.txt");
    if !path.exists() {
        println!("skipped: the yearbook's text is not there");
    }
    path.exists().then_some(path)
}

#[test]
fn the_default_pack_matches_its_text_and_seeded_errors_do_not() {
    let Some(text) = yearbook() else { return };
    let run = |pack: &std::path::Path| {
        let mut command = program();
        command.arg("evidence").arg("--text").arg(&text).arg("--pack").arg(pack);
        let output = command.args(["--format", "short", "--severity", "warning"]).output().unwrap();
        (output.status.code(), stdout(&output))
    };
    let default = crate::support::root().join("data/hk-innovation");
    assert_eq!(run(&default), (Some(0), String::new()));
    for (file, from, to, code) in [
        ("figures.csv", "operating-companies,800,", "operating-companies,900,", "number-not-found"),
        (
            "figures.csv",
            "operating-companies,800,,,,company,,about",
            "operating-companies,800,,,,company,,over",
            "hedge-not-found",
        ),
        (
            "evidence.csv",
            "hsitp-owned-by-hkstp,,,,hkyb-2019-06,港深創新及科技園有限公司,56,56",
            "hsitp-owned-by-hkstp,,,,hkyb-2019-06,港深創新及科技園有限公司,58,58",
            "not-named",
        ),
        ("claims.csv", "govcert-homepage,govcert,", "govcert-homepage,hkcert,", "not-named"),
        ("names.csv", "apas-former,apas,汽車零部件研發中心", "apas-former,apas,汽車零件研發中心", "name-not-found"),
    ] {
        let pack = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(&default).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, pack.path().join(path.file_name().unwrap())).unwrap();
        }
        let table = pack.path().join(file);
        let content = fs::read_to_string(&table).unwrap();
        assert!(content.contains(from), "{from} is not in {file}");
        fs::write(&table, content.replacen(from, to, 1)).unwrap();
        let (_, told) = run(pack.path());
        // A wrong line is reported at the statement whose words are missing.
        let at = if file == "evidence.csv" { "claims.csv" } else { file };
        assert!(told.contains(&format!("{at}:")) && told.contains(&format!("[{code}]")), "{from}: {told}");
    }
}
