//! No bytes make a reader panic, and what it says has a place.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use civigraph::dialect::Dialect;
use civigraph::finding::Findings;
use civigraph::table::{self, JsonRecords, Record, SheetWanted, Table, Unpacked, XmlRecords};
use proptest::prelude::*;

fn input(bytes: &[u8]) -> Box<dyn Read> {
    Box::new(Cursor::new(bytes.to_vec()))
}

/// Reads all of a table; how many rows it has.
fn read(opened: Result<Table, Findings>) -> usize {
    let Ok(mut table) = opened else { return 0 };
    let (mut record, mut findings, mut n) = (Record::default(), Findings::new(), 0);
    while table.read(&mut record, &mut findings) {
        n += 1;
        for index in 0..=record.len() {
            let place = record.place("t", index);
            assert!(place.line > 0 && place.column > 0);
            let _ = (record.get(index), place.to_string());
        }
    }
    n
}

/// Reads bytes as every format.
fn read_all(bytes: &[u8]) {
    for label in ["utf-8", "big5", "utf-16le", "iso-2022-jp"] {
        let encoding = table::encoding(label).ok();
        let text = || table::text("t", input(bytes), encoding).map_err(Findings::from);
        read(text().and_then(|text| Table::open("t".to_owned(), text, &Dialect::default())));
        let columns = vec!["a".to_owned(), "^.b[*]".to_owned(), "c.d".to_owned()];
        for (iterator, lines) in [("$.r[*].s[*]", false), ("$..*", false), ("$", true), ("$.r[?@.a > 1]", false)] {
            let wanted = JsonRecords { iterator: iterator.to_owned(), lines, columns: columns[..1].to_vec() };
            read(text().and_then(|text| Table::open_json("t".to_owned(), text, &wanted)));
        }
        let nested = JsonRecords { iterator: "$.r[*].s[*]".to_owned(), lines: false, columns };
        read(text().and_then(|text| Table::open_json("t".to_owned(), text, &nested)));
        read(Table::open_rows("t".to_owned(), &mut || text(), &Dialect::default(), false));
        let namespaces = BTreeMap::from([("n".to_owned(), "urn:n".to_owned())]);
        let columns = ["@a", "../b", ".", "n:b/@n:c"].map(str::to_owned).to_vec();
        let wanted = XmlRecords { iterator: "/r/*[@a]".to_owned(), columns, namespaces };
        let text = table::xml_text("t", input(bytes), encoding).map_err(Findings::from);
        read(text.and_then(|text| Table::open_xml("t".to_owned(), text, &wanted)));
    }
    if let Ok(Unpacked::Workbook(workbook)) = table::unpack("t", input(bytes), None) {
        read(Table::open_sheet("t".to_owned(), workbook, &SheetWanted::default(), &Dialect::default()));
    }
}

fn documents() -> Vec<Vec<u8>> {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "a").unwrap().write(1, 0, 1.5).unwrap();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let sheet = "<o:document-content><table:table table:name=\"S\"><table:table-row table:number-rows-repeated=\"2\">\
                 <table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>\
                 </table:table></o:document-content>";
    for (name, text) in [("mimetype", "m"), ("content.xml", sheet)] {
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file(name, stored).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    vec![
        b"a,b\n1,\"x\"\"\ny\"\n".to_vec(),
        br#"{"r": [{"a": 2, "s": [{"a": "\u00e9", "c": {"d": [1]}}], "b": ["x", "y"]}]}"#.to_vec(),
        b"<r x='1'><e a='b&amp;'>t<![CDATA[<]]>&#65;<b/></e><!-- c --></r>".to_vec(),
        book.save_to_buffer().unwrap(),
        archive.finish().unwrap().into_inner(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    #[test]
    fn no_damage_to_a_file_makes_a_reader_panic(
        which in 0_usize..5,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = documents().swap_remove(which);
        for (at, byte) in damage {
            let n = bytes.len();
            bytes[at.index(n)] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_all(&bytes);
    }
}

#[test]
fn the_documents_of_these_tests_have_rows() {
    let documents = documents();
    let text = |at: usize| table::text("t", input(&documents[at]), None).map_err(Findings::from);
    assert_eq!(read(text(0).and_then(|text| Table::open("t".to_owned(), text, &Dialect::default()))), 1);
    let wanted = JsonRecords { iterator: "$.r[*].s[*]".to_owned(), lines: false, columns: vec!["a".to_owned()] };
    assert_eq!(read(text(1).and_then(|text| Table::open_json("t".to_owned(), text, &wanted))), 1);
    let wanted = XmlRecords { iterator: "/r/*[@a]".to_owned(), ..XmlRecords::default() };
    assert_eq!(read(text(2).and_then(|text| Table::open_xml("t".to_owned(), text, &wanted))), 1);
    for at in [3, 4] {
        let Ok(Unpacked::Workbook(workbook)) = table::unpack("t", input(&documents[at]), None) else { panic!() };
        let opened = Table::open_sheet("t".to_owned(), workbook, &SheetWanted::default(), &Dialect::default());
        assert_eq!(read(opened), 1);
    }
}
