//! Table Dialect: each property with a text and its cells; and tables that Python's `csv` writes.

use std::io::{Cursor, Read};
use std::process::Command;

use civigraph::dialect::Dialect;
use civigraph::finding::Findings;
use civigraph::table::{Record, Table};

use super::{findings, frictionless, one_table, values};

struct DialectCase {
    dialect: &'static str,
    text: &'static str,
    /// The values of `id` and `v` in each row.
    rows: &'static [(&'static str, &'static str)],
    /// Why `frictionless` 5 reads something else.
    differs: Option<&'static str>,
}

const A_B: &[(&str, &str)] = &[("1", "apple"), ("2", "orange")];

/// The examples of the standard, and cells that need the property.
const DIALECTS: [DialectCase; 24] = [
    DialectCase { dialect: "{}", text: "id,v\n1,apple\n2,orange\n", rows: A_B, differs: None },
    DialectCase { dialect: r#"{"delimiter": "|"}"#, text: "id|v\n1|apple\n2|orange\n", rows: A_B, differs: None },
    DialectCase { dialect: r#"{"delimiter": "\t"}"#, text: "id\tv\n1\tapple\n2\torange\n", rows: A_B, differs: None },
    DialectCase {
        dialect: r#"{"delimiter": "||"}"#,
        text: "id||v\n1||apple\n2||\"orange\"\n",
        rows: A_B,
        differs: Some("delimiter: it is a character sequence"),
    },
    DialectCase { dialect: r#"{"header": false}"#, text: "1,apple\n2,orange\n", rows: A_B, differs: None },
    DialectCase {
        dialect: r#"{"headerRows": [1, 2], "headerJoin": ""}"#,
        text: "i,\nd,v\n1,apple\n2,orange\n",
        rows: A_B,
        differs: None,
    },
    DialectCase {
        dialect: r#"{"headerRows": [3], "commentRows": [1, 2]}"#,
        text: "Offices of \"the\" town,\nexported,\nid,v\n1,apple\n2,orange\n",
        rows: A_B,
        differs: None,
    },
    DialectCase {
        dialect: r#"{"headerRows": [2]}"#,
        text: "Fruits,\nid,v\n1,apple\n2,orange\n",
        rows: A_B,
        differs: None,
    },
    DialectCase {
        dialect: r#"{"commentRows": [2]}"#,
        text: "id,v\n#fruits\n1,apple\n2,orange\n",
        rows: A_B,
        differs: None,
    },
    DialectCase {
        dialect: r##"{"commentChar": "#"}"##,
        text: "id,v\n#fruits\n1,apple\n#\"\n2,orange\n",
        rows: A_B,
        differs: None,
    },
    DialectCase {
        dialect: r#"{"commentChar": "//"}"#,
        text: "// x\nid,v\n1,apple\n2,orange\n",
        rows: A_B,
        differs: None,
    },
    DialectCase {
        dialect: r#"{"lineTerminator": ";"}"#,
        text: "id,v;1,apple;2,orange",
        rows: A_B,
        differs: Some("lineTerminator: it is the character sequence which terminates rows"),
    },
    DialectCase {
        dialect: r#"{"lineTerminator": "\r\n"}"#,
        text: "id,v\n1,apple\n2,orange\n",
        rows: A_B,
        differs: None,
    },
    DialectCase {
        dialect: r#"{"quoteChar": "'"}"#,
        text: "id,v\n1,'apple,fruits'\n2,'o''range'\n",
        rows: &[("1", "apple,fruits"), ("2", "o'range")],
        differs: None,
    },
    DialectCase {
        dialect: r#"{"doubleQuote": true}"#,
        text: "id,v\n1,\"apple\"\"fruits\"\n2,orange\n",
        rows: &[("1", "apple\"fruits"), ("2", "orange")],
        differs: None,
    },
    DialectCase {
        dialect: r#"{"doubleQuote": false, "quoteChar": "\"", "escapeChar": "\\"}"#,
        text: "id,v\n1,\"apple\\\"fruits, \\\\\"\n2,orange\n",
        rows: &[("1", "apple\"fruits, \\"), ("2", "orange")],
        differs: None,
    },
    DialectCase {
        dialect: r#"{"escapeChar": "|"}"#,
        text: "id,v\n1,apple|,fruits\n2,orange||\"\n",
        rows: &[("1", "apple,fruits"), ("2", "orange|\"")],
        differs: None,
    },
    DialectCase {
        dialect: r#"{"skipInitialSpace": true}"#,
        text: "id, v\n1, apple\n2, \"orange\"\n",
        rows: A_B,
        differs: None,
    },
    DialectCase {
        dialect: r#"{"skipInitialSpace": false}"#,
        text: "id,v\n1, apple\n2,orange\n",
        rows: &[("1", " apple"), ("2", "orange")],
        differs: None,
    },
    DialectCase {
        dialect: r#"{"nullSequence": "NA"}"#,
        text: "id,v\n1,apple\n2,NA\n",
        rows: &[("1", "apple")],
        differs: None,
    },
    DialectCase {
        dialect: r#"{"csvddfVersion": 1.2, "caseSensitiveHeader": true}"#,
        text: "id,v\n1,apple\n2,orange\n",
        rows: A_B,
        differs: None,
    },
    DialectCase {
        dialect: r#"{"$schema": "https://datapackage.org/profiles/2.0/tabledialect.json"}"#,
        text: "id,v\n1,apple\n2,orange\n",
        rows: A_B,
        differs: None,
    },
    // They are not applicable to this format, and are passed over.
    DialectCase {
        dialect: r#"{"sheetName": "x", "property": "rows", "itemType": "object"}"#,
        text: "id,v\n1,apple\n2,orange\n",
        rows: A_B,
        differs: None,
    },
    DialectCase {
        dialect: r#"{"commentRows": [4]}"#,
        text: "id,v\n\n1,apple\nTotal: 3\n2,orange\n",
        rows: A_B,
        differs: Some("the standard does not forbid blank lines, which frictionless reports"),
    },
];

fn resource(dialect: &str) -> String {
    format!(
        r#""path": "t.csv", "dialect": {dialect}, "schema": {{"fields": [{{"name": "id", "type": "string"}}, {{"name": "v", "type": "string"}}]}}"#
    )
}

#[test]
fn a_text_is_cut_as_its_dialect_says() {
    for case in &DIALECTS {
        let pack = one_table(&resource(case.dialect), &[("t.csv", case.text)]);
        let expected: Vec<(String, String)> =
            case.rows.iter().map(|(id, v)| (format!("ex:t/{id}"), (*v).to_owned())).collect();
        let found = values(&pack);
        assert_eq!(found, expected, "{}", case.dialect);
    }
}

#[test]
fn frictionless_reads_the_same_dialects_or_the_standard_decides() {
    let packs: Vec<_> =
        DIALECTS.iter().map(|case| one_table(&resource(case.dialect), &[("t.csv", case.text)])).collect();
    let paths: Vec<String> =
        packs.iter().map(|pack| pack.path().join("datapackage.json").display().to_string()).collect();
    let Some(errors) = frictionless(&paths) else {
        assert!(std::env::var_os("CI").is_none(), "frictionless is not installed");
        return;
    };
    let mut differences = Vec::new();
    for (case, path) in DIALECTS.iter().zip(&paths) {
        let said: Vec<_> = errors.iter().filter(|error| error.0 == *path).map(|error| &error.3).collect();
        if said.is_empty() != case.differs.is_none() {
            differences.push(format!("{}: {said:?}", case.dialect));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Tables that Python's `csv` writes in dialects of all kinds, with the cells it was given.
const TABLES: &str = r##"
import csv, io, json, random
random.seed(7)
for n in range(1500):
    delimiter, quote = random.choice([",", ";", "|", "\t"]), random.choice(['"', "'"])
    kind = random.choice(["double", "escape", "none"])
    options = dict(delimiter=delimiter, quotechar=quote, lineterminator=random.choice(["\n", "\r\n"]))
    if kind == "double":
        options["quoting"] = random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    if kind == "escape":
        options.update(doublequote=False, escapechar="\\", quoting=random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    if kind == "none":
        options.update(escapechar="\\", quoting=csv.QUOTE_NONE)
    signs = ["a", "b", delimiter, quote, "\\", " ", "香", "é", "#"] + ([] if kind == "none" else ["\n"])
    width = random.randint(2, 4)
    header = [["c%d" % i for i in range(width)]]
    rows = header + [["".join(random.choices(signs, k=random.randint(0, 5))) for _ in range(width)] for _ in range(4)]
    out = io.StringIO()
    csv.writer(out, **options).writerows(rows)
    dialect = dict(delimiter=delimiter, quote=quote, kind=kind)
    print(json.dumps([dialect, out.getvalue(), rows]))
"##;

#[derive(Debug, serde::Deserialize)]
struct Written {
    delimiter: String,
    quote: char,
    kind: String,
    #[serde(default)]
    skip: bool,
}

impl Written {
    fn dialect(&self) -> Dialect {
        Dialect {
            delimiter: Some(self.delimiter.clone()),
            quote: (self.kind != "none").then_some(self.quote),
            double_quote: self.kind == "double",
            escape: (self.kind != "double").then_some('\\'),
            skip_initial_space: self.skip,
            ..Dialect::default()
        }
    }
}

#[test]
fn what_pythons_csv_writes_is_read_as_it_was() {
    let Ok(python) = std::env::var("CIVIGRAPH_PYTHON") else { return };
    let output = Command::new(python).arg("-c").arg(TABLES).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut n = 0;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let (written, text, rows): (Written, String, Vec<Vec<String>>) = serde_json::from_str(line).unwrap();
        let dialect = written.dialect();
        let input: Box<dyn Read> = Box::new(Cursor::new(text.clone().into_bytes()));
        let mut table = Table::open("t.csv".to_owned(), input, &dialect).unwrap();
        let mut read: Vec<Vec<String>> = vec![table.header.names().map(str::to_owned).collect()];
        let (mut record, mut faults) = (Record::default(), Findings::new());
        while table.read(&mut record, &mut faults) {
            read.push((0..record.len()).map(|index| record.get(index).to_owned()).collect());
        }
        assert!(faults.is_empty(), "{text:?}: {faults:?}");
        assert_eq!(read, rows, "{text:?}");
        n += 1;
    }
    assert_eq!(n, 1500);
}

/// Texts of signs in any order, with the rows that Python's `csv` reads in them, or nothing if it
/// refuses them.
const TEXTS: &str = r##"
import csv, io, json, random
random.seed(11)
for n in range(4000):
    delimiter, quote = random.choice([",", ";", "\t"]), random.choice(['"', "'"])
    kind = random.choice(["double", "escape", "none"])
    options = dict(delimiter=delimiter, quotechar=quote, strict=True, skipinitialspace=random.random() < 0.3)
    if kind == "escape":
        options.update(doublequote=False, escapechar="\\")
    if kind == "none":
        options.update(escapechar="\\", quoting=csv.QUOTE_NONE)
    signs = ["a", "b", "\n", delimiter, delimiter, quote, quote + delimiter, delimiter + quote, "\\", " ", "香"]
    # What an escape at the end of a text means is open, and that of a line end there.
    text = "".join(random.choices(signs, k=random.randint(1, 14))).replace("\\\n", "\\a") + "a"
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), **options) if row]
    except csv.Error:
        rows = None
    dialect = dict(delimiter=delimiter, quote=quote, kind=kind, skip=options["skipinitialspace"])
    print(json.dumps([dialect, text, rows]))
"##;

#[test]
fn what_is_read_is_what_pythons_csv_reads() {
    let Ok(python) = std::env::var("CIVIGRAPH_PYTHON") else { return };
    let output = Command::new(python).arg("-c").arg(TEXTS).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (mut n_read, mut n_refused) = (0, 0);
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let (written, text, theirs): (Written, String, Option<Vec<Vec<String>>>) = serde_json::from_str(line).unwrap();
        let dialect = Dialect { header_rows: Vec::new(), ..written.dialect() };
        let input: Box<dyn Read> = Box::new(Cursor::new(text.clone().into_bytes()));
        let (mut ours, mut faults) = (Vec::new(), Findings::new());
        match Table::open("t.csv".to_owned(), input, &dialect) {
            Err(found) => faults.append(found),
            Ok(mut table) => {
                let mut record = Record::default();
                while table.read(&mut record, &mut faults) {
                    ours.push((0..record.len()).map(|index| record.get(index).to_owned()).collect::<Vec<_>>());
                }
            }
        }
        // Rows of another width than the first are not those of a table.
        let is_refused = faults.iter().any(|fault| fault.code != "ragged-row");
        let theirs = theirs.map(|mut rows| {
            let width = rows.first().map_or(0, Vec::len);
            rows.retain(|row| row.len() == width);
            rows
        });
        match theirs {
            None => assert!(is_refused, "{text:?} {written:?}: {ours:?}"),
            Some(theirs) if !is_refused => {
                assert_eq!(ours, theirs, "{text:?} {written:?}");
                n_read += 1;
            }
            // A quote inside a cell without quotes is refused here.
            Some(_) => n_refused += 1,
        }
    }
    assert!(n_read > 1500 && n_refused < 2000, "{n_read} {n_refused}");
}

#[test]
fn dialects_that_cannot_be_obeyed_are_refused_by_name() {
    for (dialect, part) in [
        (r#"{"csvDelimiter": ";"}"#, "`csvDelimiter` is not a property of a dialect"),
        (r#"{"delimeter": ";"}"#, "`delimeter` is not a property of a dialect"),
        (r#"{"csv": {"delimiter": ";"}}"#, "`csv` is not a property of a dialect"),
        (r#"{"table": "offices"}"#, "databases are not read"),
        (r#"{"quoteChar": "''"}"#, "`quoteChar` must be one character"),
        (r#"{"delimiter": 5}"#, "`delimiter` must be a text"),
        (r#"{"delimiter": "\""}"#, "`delimiter` and `quoteChar`"),
        (r#"{"delimiter": "\n"}"#, "`delimiter` and `lineTerminator`"),
        (r#"{"escapeChar": ","}"#, "`delimiter` and `escapeChar`"),
        (r#"{"headerRows": [0]}"#, "the number of a row"),
        (r#"{"headerRows": []}"#, "`headerRows` has no row"),
        (r#"{"headerRows": 2}"#, "`headerRows` must be a list"),
        (r#"{"commentRows": [1]}"#, "both a header and a comment"),
        (r#"{"itemType": "row"}"#, "`array` or `object`"),
        (r#"{"sheetNumber": 0}"#, "sheets count from 1"),
        ("[]", "a dialect must be an object"),
    ] {
        let pack = one_table(&resource(dialect), &[("t.csv", "id,v\n1,apple\n")]);
        let found = findings(&pack);
        let fault = found.iter().find(|finding| finding.message.contains(part));
        let fault = fault.unwrap_or_else(|| panic!("{dialect}: {found:?}"));
        assert_eq!(fault.code, "package-descriptor", "{dialect}");
        assert!(fault.place.is_some(), "{dialect}");
    }
}
