//! Valid files that are damaged in thousands of ways, always the same: no reader panics, what is
//! said has a place, and little memory is used.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read, Write as _};
use std::process::Command;

use civigraph::dialect::{Dialect, ItemType};
use civigraph::finding::{Findings, Limit};
use civigraph::pack::Pack;
use civigraph::table::{self, JsonRecords, Record, SheetWanted, Table, Unpacked, XmlRecords};
use civigraph::table_schema::{self, Rejections};
use serde_json::Value;

use crate::support::TestPack;

/// Numbers that look random (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// Says which number a case had that fails.
struct Case(&'static str, u64);

impl Drop for Case {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the damaged {} number {}", self.0, self.1);
        }
    }
}

/// What may upset a reader when it is put somewhere.
const SIGNS: [&[u8]; 36] = [
    b"\"",
    b"'",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"<",
    b">",
    b"/",
    b"&",
    b"&#0;",
    b"&#xD800;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"<?x ?>",
    b"xmlns='u'",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"1e999",
    b"-",
    b"99999999999999999999",
    b"null",
    b"\\ud800",
    "\u{202e}香".as_bytes(),
];

/// A copy with one thing wrong, or up to four.
fn damaged(bytes: &[u8], others: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=numbers.below(8).saturating_sub(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(12)).min(bytes.len());
        match numbers.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            1 if at < bytes.len() => bytes[at] = numbers.next() as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let again = bytes[at..end].to_vec();
                let again = again.repeat(1 + numbers.below(300));
                bytes.splice(at..at, again);
            }
            5 => {
                let other = &others[numbers.below(others.len())];
                let from = numbers.below(other.len());
                let to = (from + numbers.below(40)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            6 => {
                let to = numbers.below(bytes.len() + 1);
                let part = bytes[at..end].to_vec();
                bytes.splice(to..to, part);
            }
            _ => {
                let sign = numbers.of(&SIGNS);
                bytes.splice(at..at, sign.repeat([1, 1, 2, 300][numbers.below(4)]));
            }
        }
    }
    bytes
}

fn input(bytes: &[u8]) -> Box<dyn Read> {
    Box::new(Cursor::new(bytes.to_vec()))
}

/// Reads all of a table.
fn read(opened: Result<Table, Findings>) {
    let (mut record, mut findings) = (Record::default(), Findings::new());
    let mut table = match opened {
        Ok(table) => table,
        Err(faults) => return said(&faults),
    };
    for name in table.header.names() {
        assert!(name.len() < 1 << 20);
    }
    while table.read(&mut record, &mut findings) {
        for index in 0..=record.len() {
            let place = record.place("t", index);
            assert!(place.line > 0 && place.column > 0);
            let _ = (record.get(index), place.to_string(), record.value_type(index, 0));
        }
        let _ = record.number();
    }
    let _ = table.unmet();
    said(&findings);
}

/// What is said is a sentence of reasonable length.
fn said(findings: &Findings) {
    for finding in findings.iter() {
        assert!(!finding.message.is_empty());
        assert!(finding.place.as_ref().is_none_or(|place| place.line > 0 && place.column > 0), "{finding:?}");
        let _ = finding.to_string();
    }
}

fn dialects() -> Vec<Dialect> {
    vec![
        Dialect::default(),
        Dialect {
            delimiter: Some(";".to_owned()),
            quote: Some('\''),
            escape: Some('\\'),
            comment: Some("#".to_owned()),
            skip_initial_space: true,
            header_rows: vec![1, 3],
            ..Dialect::default()
        },
        Dialect {
            line_terminator: Some("|".to_owned()),
            quote: None,
            header_rows: Vec::new(),
            comment_rows: vec![2],
            item_type: Some(ItemType::Array),
            names: vec!["a".to_owned()],
            ..Dialect::default()
        },
        Dialect {
            property: Some("r.s".to_owned()),
            item_type: Some(ItemType::Object),
            item_keys: vec!["a".to_owned(), "d".to_owned()],
            sheet_number: Some(2),
            null_sequence: Some("-".to_owned()),
            ..Dialect::default()
        },
    ]
}

/// Reads bytes as a table: more often than not by the reader that is likely to take them.
fn read_as_table(bytes: &[u8], likely: usize, numbers: &mut Numbers) {
    let labels = ["utf-8", "big5", "utf-16le", "utf-16be", "gb18030", "iso-2022-jp", "shift_jis", "windows-1252"];
    let encoding = table::encoding(numbers.of(&labels)).ok().filter(|_| numbers.below(4) == 0);
    let dialect = &dialects()[numbers.below(6).saturating_sub(2)];
    let bytes = match table::unpack("t", input(bytes), None) {
        Ok(Unpacked::Bytes(mut unpacked)) => {
            let mut all = Vec::new();
            if let Err(error) = unpacked.read_to_end(&mut all) {
                assert!(!error.to_string().is_empty());
            }
            all
        }
        Ok(Unpacked::Workbook(workbook)) => {
            let names = ["", "A", "B!A1:B2", "B!ZZZ1", "N", "!", "B!:", "'A'!A1:A1048576"];
            let name = Some(numbers.of(&names).to_owned()).filter(|name| !name.is_empty());
            return read(Table::open_sheet("t".to_owned(), workbook, &SheetWanted { name, number: None }, dialect));
        }
        Err(fault) => return said(&fault.into()),
    };
    let text = || table::text("t", input(&bytes), encoding).map_err(Findings::from);
    let lines = numbers.below(2) == 0;
    match if numbers.below(4) == 0 { numbers.below(4) } else { likely } {
        0 => read(text().and_then(|text| Table::open("t".to_owned(), text, dialect))),
        1 => read(Table::open_rows("t".to_owned(), &mut || text(), dialect, lines)),
        2 => {
            let iterators = ["$.r[*].s[*]", "$..*", "$", "$.r[?@.a > $.n]", "$.r[*]", "$[*]", "$.r[::-1]", "$..s[-1]"];
            let columns = ["a", "$(x)", "c.d", "s[*].a", "['a']", "b[?@ == 'x']", "..a"];
            let columns = (0..3).map(|_| numbers.of(&columns).to_owned()).collect();
            let wanted = JsonRecords { iterator: numbers.of(&iterators).to_owned(), lines, columns };
            read(text().and_then(|text| Table::open_json("t".to_owned(), text, &wanted)));
        }
        _ => {
            let iterators = ["/r/e", "/r/*[@a]", "/n:r/n:e", "/r/n:*", "/*"];
            let columns = ["@a", "../@x", ".", "b/text()", "n:b", "@n:a", "@xml:lang"];
            let wanted = XmlRecords {
                iterator: numbers.of(&iterators).to_owned(),
                columns: (0..3).map(|_| numbers.of(&columns).to_owned()).collect(),
                namespaces: BTreeMap::from([("n".to_owned(), "urn:n".to_owned())]),
            };
            let text = table::xml_text("t", input(&bytes), encoding).map_err(Findings::from);
            read(text.and_then(|text| Table::open_xml("t".to_owned(), text, &wanted)));
        }
    }
}

/// A ZIP archive with these members.
fn zipped(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let n = archive.len();
    let read = |at: usize| {
        let mut member = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        (member.name().unwrap().into_owned(), bytes)
    };
    (0..n).map(read).collect()
}

/// A workbook of two sheets with all kinds of cells, in both formats.
fn workbooks() -> [Vec<u8>; 2] {
    let mut book = rust_xlsxwriter::Workbook::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let sheet = book.add_worksheet().set_name("A").unwrap();
    sheet.write(0, 0, "a").unwrap().write(0, 1, "b").unwrap().write(1, 0, 1.5).unwrap().write(1, 1, true).unwrap();
    sheet.write_number_with_format(2, 0, 43_831.5, &date).unwrap().write_formula(2, 1, "=A2*2").unwrap();
    sheet.merge_range(3, 0, 4, 1, "merged", &rust_xlsxwriter::Format::new()).unwrap();
    book.add_worksheet().set_name("B").unwrap().write(0, 0, "x").unwrap().write(70, 90, "far").unwrap();
    book.define_name("N", "=B!$A$1:$B$3").unwrap();
    let content = "<o:document-content xmlns:o='o'><table:table table:name='A'><table:table-row \
        table:number-rows-repeated='3'><table:table-cell office:value-type='float' office:value='1.5' \
        table:number-columns-repeated='2'/><table:table-cell office:value-type='date' office:date-value='2019-03-01'/>\
        <table:covered-table-cell/></table:table-row><table:table-row><table:table-cell table:formula='of:=1' \
        office:value-type='string'><text:p>x<text:s text:c='2'/>y</text:p><office:annotation><text:p>n</text:p>\
        </office:annotation></table:table-cell></table:table-row></table:table><table:table table:name='B'/>\
        <table:named-expressions><table:named-range table:name='N' table:cell-range-address='$A.$A$1:.$B$2'/>\
        </table:named-expressions></o:document-content>";
    let ods = [("mimetype".to_owned(), b"m".to_vec()), ("content.xml".to_owned(), content.as_bytes().to_vec())];
    [book.save_to_buffer().unwrap(), zipped(&ods)]
}

fn texts() -> Vec<Vec<u8>> {
    let csv = "a,b,c\n1,\"x \"\"y\"\"\",\n2,\"two\nlines\",香港\n\n#3,-,'z'\n";
    let json = r#"{"n": 1, "r": [{"a": 2, "s": [{"a": "\u00e9\n", "c": {"d": [1, true, null]}}], "b": ["x", "y"]},
        {"a": 1e3, "s": {"s": [{"a": -0.5}]}}, ["a", "b"], [1, 2]]}"#;
    let xml = "<?xml version='1.0' encoding='utf-8'?><!DOCTYPE r [<!ENTITY e 'x'>]>\n<r x='1' xmlns:n='urn:n'>\
        <e a='b&amp;' xml:lang='en'>t<![CDATA[<]]>&#65;<b>u</b><!-- c --></e><n:e n:a='1'><n:b/></n:e><?pi ?></r>";
    vec![
        csv.as_bytes().to_vec(),
        csv.replace(',', ";").replace('\n', "|").into_bytes(),
        encoding_rs::BIG5.encode(csv).0.into_owned(),
        csv.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        json.as_bytes().to_vec(),
        b"{\"a\": 1, \"c\": {\"d\": [2]}}\n{\"a\": \"x\"}\n[1]\n\"s\"\n".to_vec(),
        br#"[["a", "b"], [1, "x"], [true, null]]"#.to_vec(),
        xml.as_bytes().to_vec(),
    ]
}

fn packed(texts: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for text in [&texts[0], &texts[4]] {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(text).unwrap();
        all.push(gzip.finish().unwrap());
        all.push(zstd::encode_all(text.as_slice(), 1).unwrap());
        all.push(zipped(&[("t.csv".to_owned(), text.clone())]));
    }
    all
}

/// A descriptor that uses every property.
const DESCRIPTOR: &str = r##"{"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", "name": "m", "title": "M",
 "profile": "data-package", "version": "1.0.0", "created": "2019-12-31T09:30:00Z", "keywords": ["k"], "image": "i.png",
 "contributors": [{"title": "T", "roles": ["author"]}], "sources": [{"title": "S", "path": "s", "version": "1"}],
 "licenses": [{"name": "CC0-1.0"}],
 "resources": [
  {"name": "t", "path": ["t.csv", "u.csv"], "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "bytes": 60,
   "hash": "sha256:00", "type": "table", "profile": "tabular-data-resource",
   "dialect": {"delimiter": ";", "lineTerminator": "\n", "quoteChar": "\"", "doubleQuote": true, "skipInitialSpace": true,
     "header": true, "headerRows": [1], "headerJoin": " ", "commentRows": [3], "commentChar": "#", "nullSequence": "-"},
   "schema": {"fields": [
     {"name": "id", "type": "string", "constraints": {"required": true, "unique": true, "pattern": "[a-z]+", "minLength": 1}},
     {"name": "n", "type": "number", "decimalChar": ",", "groupChar": ".", "bareNumber": false,
      "constraints": {"minimum": 0, "exclusiveMaximum": "1.000"}},
     {"name": "d", "type": "date", "format": "%d.%m.%Y", "constraints": {"maximum": "31.12.2030"}},
     {"name": "l", "type": "list", "delimiter": "|", "itemType": "integer", "constraints": {"maxLength": 3}},
     {"name": "o", "type": "object", "constraints": {"jsonSchema": {"type": "object", "properties": {"a": {"enum": [1]}}}}},
     {"name": "c", "type": "string", "categories": [{"value": "x", "label": "X"}, "y"], "categoriesOrdered": true},
     {"name": "b", "type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"], "missingValues": ["?"]},
     {"name": "g", "type": "geopoint", "format": "array"}, {"name": "j", "type": "geojson"}, {"name": "y", "type": "year"},
     {"name": "p", "type": "duration", "example": "P1Y"}, {"name": "m", "type": "yearmonth", "rdfType": "http://e.org/m"}],
    "fieldsMatch": "subset", "missingValues": ["", {"value": "n/a", "label": "none"}], "primaryKey": ["id"],
    "uniqueKeys": [["n", "d"]],
    "foreignKeys": [{"fields": "id", "reference": {"resource": "v", "fields": "a"}},
                    {"fields": ["id"], "reference": {"resource": "", "fields": ["id"]}}]}},
  {"name": "v", "data": [{"a": "ab", "b": 1}, {"a": "cd", "b": null}], "dialect": {"itemType": "object", "itemKeys": ["a"]}},
  {"name": "w", "path": "w.json", "dialect": {"property": "r.s", "itemType": "array", "sheetNumber": 1}},
  {"name": "x", "path": "x.txt"}],
 "civigraph": {"base": "http://e.org/", "prefixes": {"e": "http://e.org/"}, "languages": ["en", "zh-Hant"],
  "titles": {"en": "M"}, "mapping": "mapping.yml", "ontology": ["o.ttl"], "queries": "q", "checks": "c", "shapes": ["s.ttl"],
  "exceptions": [{"check": "x", "severity": "none", "reason": "r"}]}}"##;

/// A descriptor of which one to three values are others: of the same document, or of another type.
fn confused(descriptor: &Value, numbers: &mut Numbers) -> String {
    let mut pointers = Vec::new();
    collect(descriptor, String::new(), &mut pointers);
    let mut changed = descriptor.clone();
    for _ in 0..=numbers.below(6) / 4 {
        let odd =
            ["null", "[]", "{}", "\"\"", "-1", "1e300", "18446744073709551616", "true", "[[[]]]", "\"../x\"", "\"-\""];
        let new = match numbers.below(3) {
            0 => descriptor.pointer(&pointers[numbers.below(pointers.len())]).cloned().unwrap_or_default(),
            _ => serde_json::from_str(numbers.of(&odd)).unwrap(),
        };
        if let Some(at) = changed.pointer_mut(&pointers[numbers.below(pointers.len())]) {
            *at = new;
        }
    }
    changed.to_string()
}

fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    let mut inner = |step: &str, value: &Value| collect(value, format!("{pointer}/{step}"), pointers);
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| inner(&at.to_string(), item)),
        Value::Object(members) => members.iter().for_each(|(name, value)| inner(name, value)),
        _ => {}
    }
    pointers.push(pointer);
}

/// Opens the pack, and reads its tables if it can be opened, with and without what is wrong.
fn open(pack: &TestPack) {
    match Pack::open(pack.path()) {
        Ok(opened) => {
            said(&opened.remarks);
            for mut rejections in [None, Some(Rejections::default())] {
                let (_, findings) = table_schema::check(&opened, &[], Limit::default(), &mut rejections);
                said(&findings);
                if let Some(rejections) = rejections {
                    rejections.write(&mut Vec::new()).unwrap();
                }
            }
        }
        Err(civigraph::error::Error::Invalid(findings)) => said(&findings),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn damage_texts() {
    let texts = texts();
    let all = [texts.clone(), packed(&texts)].concat();
    // A text with delimiters, a list of JSON, a document of JSON, one of XML.
    let likely = [&[0, 0, 0, 0, 2, 2, 1, 3][..], &[0, 0, 0, 2, 2, 2]].concat();
    for n in 0..4_000 {
        let _case = Case("text", n);
        let mut numbers = Numbers(n);
        let which = numbers.below(all.len());
        read_as_table(&damaged(&all[which], &all, &mut numbers), likely[which], &mut numbers);
    }
}

fn damage_workbooks() {
    let books = workbooks();
    let inside = books.each_ref().map(|book| members(book));
    for n in 0..1_000 {
        let _case = Case("workbook", n);
        let mut numbers = Numbers(n);
        let which = numbers.below(2);
        let bytes = if numbers.below(3) == 0 {
            damaged(&books[which], &books, &mut numbers)
        } else {
            let mut members = inside[which].clone();
            let others: Vec<Vec<u8>> = members.iter().map(|(_, bytes)| bytes.clone()).collect();
            let at = numbers.below(members.len());
            members[at].1 = damaged(&members[at].1, &others, &mut numbers);
            zipped(&members)
        };
        read_as_table(&bytes, 0, &mut numbers);
    }
}

fn damage_descriptors() {
    let pack = TestPack::new();
    let row = "ab;1.000,5;31.12.2019;1|2;{\"a\": 1};x;ja;[1, 2];;2019;P1Y;2019-11\n";
    pack.write("t.csv", format!("id;n;d;l;o;c;b;g;j;y;p;m\n{row}# no row\n{}", row.replace("ab", "cd")));
    pack.write("u.csv", row.replace("ab", "ef"));
    pack.write("w.json", r#"{"r": {"s": [["a"], [1]]}}"#);
    pack.write("x.txt", "x");
    let whole: Value = serde_json::from_str(DESCRIPTOR).unwrap();
    pack.write("datapackage.json", DESCRIPTOR);
    assert!(Pack::open(pack.path()).is_ok(), "{:?}", Pack::open(pack.path()).err());
    let others = [DESCRIPTOR.as_bytes().to_vec()];
    for n in 0..800 {
        let _case = Case("descriptor", n);
        let mut numbers = Numbers(n);
        if numbers.below(3) == 0 {
            pack.write("datapackage.json", damaged(DESCRIPTOR.as_bytes(), &others, &mut numbers));
        } else {
            pack.write("datapackage.json", confused(&whole, &mut numbers));
        }
        open(&pack);
    }
}

/// Paths of JSON and XML, of any signs and of signs in a likely order.
fn damage_paths() {
    let json = [
        "$", ".", "..", "a", "*", "[", "]", "0", "-1", ":", "?", "@", "'x'", "==", ">", "&&", "!", "(", ")", "count(",
        "^", ",",
    ];
    let xml =
        ["/", "a", "n:", "*", "[", "]", "@", "=", "'x'", "\"", "..", ".", "text()", "|", "::", "(", ")", "1", "香"];
    for n in 0..3_000 {
        let _case = Case("path", n);
        let mut numbers = Numbers(n);
        let mut path = |signs: &[&str]| {
            let mut path = String::new();
            for _ in 0..numbers.below(9) {
                let _ = path.write_str(numbers.of(signs));
            }
            path
        };
        let (iterator, column) = (format!("${}", path(&json)), path(&json));
        let _ = table::check_reference(&iterator, &column);
        if table::check_iterator(&iterator).is_ok() {
            let wanted = JsonRecords { iterator, lines: false, columns: vec![column] };
            let text = table::text("t", input(&texts()[4]), None).map_err(Findings::from);
            read(text.and_then(|text| Table::open_json("t".to_owned(), text, &wanted)));
        }
        let (iterator, column) = (format!("/{}", path(&xml)), path(&xml));
        let _ = table::check_xml_reference(&iterator, &column);
        if table::check_xml_iterator(&iterator).is_ok() {
            let namespaces = BTreeMap::from([("n".to_owned(), "urn:n".to_owned())]);
            let wanted = XmlRecords { iterator, columns: vec![column], namespaces };
            let text = table::xml_text("t", input(&texts()[7]), None).map_err(Findings::from);
            read(text.and_then(|text| Table::open_xml("t".to_owned(), text, &wanted)));
        }
    }
}

/// The variable that says that this process is the one whose memory is measured.
const MEASURED: &str = "CIVIGRAPH_MEASURED";
/// How much memory all of it may need at once, in KiB.
const MOST_MEMORY: u64 = 128 * 1024;

#[test]
fn damaged_files_are_read_or_refused_with_little_memory() {
    if std::env::var_os(MEASURED).is_some() {
        damage_texts();
        damage_workbooks();
        damage_descriptors();
        damage_paths();
        if let Some(peak) = peak() {
            eprintln!("{peak} KiB at most");
            assert!(peak < MOST_MEMORY, "{peak} KiB");
        }
        return;
    }
    let name = "formats::mutations::damaged_files_are_read_or_refused_with_little_memory";
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(MEASURED, "1")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "the test has another name");
}

/// The most memory that this process had at once, in KiB, where the system says so.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
