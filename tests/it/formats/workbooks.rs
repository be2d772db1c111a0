//! Workbooks: .xlsx made by `rust_xlsxwriter`, .ods as its standard says.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::{check, made, map, pack, resource};

/// Three sheets, the third of which is hidden.
fn workbook() -> Workbook {
    let mut book = Workbook::new();
    let (day, minute) = (Format::new().set_num_format("d mmm yyyy"), Format::new().set_num_format("yyyy-mm-dd hh:mm"));
    let hour = Format::new().set_num_format("hh:mm:ss");
    let date = |year, month, day| ExcelDateTime::from_ymd(year, month, day).unwrap();
    let sheet = book.add_worksheet().set_name("Offices").unwrap();
    for (column, name) in ["id", "name", "staff", "share", "open", "since", "at", "hour"].iter().enumerate() {
        sheet.write(0, column as u16, *name).unwrap();
    }
    sheet.write(1, 0, "a").unwrap().write(1, 1, "Alpha").unwrap();
    sheet.write(1, 2, 12).unwrap().write(1, 3, 0.1 + 0.2).unwrap().write(1, 4, true).unwrap();
    sheet.write_with_format(1, 5, date(2019, 3, 1), &day).unwrap();
    sheet.write_with_format(1, 6, date(2019, 3, 1), &minute).unwrap();
    sheet.write_with_format(1, 7, ExcelDateTime::from_hms(9, 30, 0).unwrap(), &hour).unwrap();
    // Row 3 is empty.
    sheet.write(3, 0, "b").unwrap().write(3, 2, Formula::new("=6*7").set_result("42")).unwrap();
    let sheet = book.add_worksheet().set_name("Town's list").unwrap();
    sheet.write(0, 0, "A title").unwrap();
    sheet.write(2, 1, "id").unwrap().write(2, 2, "name").unwrap();
    sheet.write(3, 1, "c").unwrap().write(3, 2, "Gamma").unwrap().write(3, 5, "aside").unwrap();
    let sheet = book.add_worksheet().set_name("Old").unwrap().set_hidden(true);
    sheet
        .write(0, 0, "id")
        .unwrap()
        .write(1, 0, "d")
        .unwrap()
        .write(0, 1, "name")
        .unwrap()
        .write(1, 1, "Delta")
        .unwrap();
    book.define_name("Listed", "='Town''s list'!$B$3:$C$4").unwrap();
    book
}

fn offices(mut book: Workbook, more: &str, source: &str, columns: &[(&str, &str)]) -> super::TestPack {
    let bytes = book.save_to_buffer().unwrap();
    pack("book.xlsx", bytes, &resource("book.xlsx", more), &map("m", source, "ex:$(id)", columns))
}

#[test]
fn a_sheet_is_a_table_whose_values_are_those_that_people_see() {
    let columns: Vec<(&str, String)> =
        ["name", "staff", "share", "open", "since", "at", "hour"].map(|name| (name, format!("$({name})"))).to_vec();
    let columns: Vec<(&str, &str)> = columns.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let pack = offices(workbook(), r#""dialect": {"sheetName": "Offices"}"#, "[book.xlsx~csv]", &columns);
    let (triples, findings) = made(&pack);
    let expected = [
        "a at 2019-03-01T00:00:00",
        "a hour 09:30:00",
        "a name Alpha",
        "a open true",
        "a share 0.3",
        "a since 2019-03-01",
        "a staff 12",
        "b staff 42",
    ];
    assert_eq!(triples, expected, "{findings:?}");
    assert_eq!(findings, [] as [String; 0]);
}

#[test]
fn a_sheet_is_chosen_by_name_number_range_or_the_name_of_a_range() {
    let columns = [("name", "$(name)")];
    for (more, source, expected) in [
        (r#""dialect": {"sheetNumber": 3}"#, "[book.xlsx~csv]", "d name Delta"),
        (r#""dialect": {"sheetName": "Old"}"#, "[r~csv]", "d name Delta"),
        ("", "[book.xlsx#Old~csv]", "d name Delta"),
        ("", "[\"book.xlsx#'Town''s list'!B3:C4~csv\"]", "c name Gamma"),
        ("", "[book.xlsx#Listed~csv]", "c name Gamma"),
    ] {
        let (triples, findings) = made(&offices(workbook(), more, source, &columns));
        assert_eq!(triples, [expected], "{source} {findings:?}");
    }
    let (triples, findings) = made(&offices(workbook(), "", "[book.xlsx#Offfices~csv]", &columns));
    assert!(triples.is_empty());
    assert!(findings.iter().any(|finding| finding.contains("[unknown-sheet]") && finding.contains("`Offfices`")));
}

#[test]
fn what_may_surprise_in_a_workbook_is_said() {
    let columns = [("name", "$(name)")];
    let (_, findings) = made(&offices(workbook(), "", "[book.xlsx~csv]", &columns));
    check(&findings, &[("book.xlsx:Offices!A1", "other-sheets", "`Town's list`")]);
    let hidden = r#""dialect": {"sheetName": "Old"}"#;
    let (_, findings) = made(&offices(workbook(), hidden, "[book.xlsx~csv]", &columns));
    check(&findings, &[("book.xlsx:Old!A1", "hidden-sheet", "`Old`")]);
    let title = r#""dialect": {"sheetName": "Town's list", "headerRows": [3]}"#;
    let (_, findings) = made(&offices(workbook(), title, "[book.xlsx~csv]", &columns));
    check(&findings, &[("book.xlsx:'Town''s list'!F4", "ragged-row", "outside the columns")]);
}

#[test]
fn errors_formulas_without_values_and_merged_cells_are_findings() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "id").unwrap().write(0, 1, "name").unwrap();
    sheet.write(1, 0, "a").unwrap().write(1, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write(2, 0, "b").unwrap().write(2, 1, Formula::new("=A1").set_result("")).unwrap();
    sheet.merge_range(3, 0, 4, 1, "c", &Format::new()).unwrap();
    let (_, findings) = made(&offices(book, "", "[book.xlsx~csv]", &[("name", "$(name)")]));
    let has = |place: &str, code: &str| {
        findings.iter().any(|finding| finding.starts_with(place) && finding.contains(&format!("[{code}]")))
    };
    assert!(has("book.xlsx:Sheet1!B2", "cell-error"), "{findings:#?}");
    assert!(has("book.xlsx:Sheet1!A4", "merged-cells"), "{findings:#?}");
}

#[test]
fn findings_about_cells_name_them_as_the_workbook_does() {
    let columns = [("name", "$(name)")];
    let pack = offices(workbook(), r#""dialect": {"sheetName": "Old"}"#, "[book.xlsx~csv]", &columns);
    pack.replace("mapping.yml", "[ex:name, $(name)]", "[ex:name, $(name), xsd:integer]");
    let (_, findings) = made(&pack);
    assert!(findings.iter().any(|finding| finding.starts_with("book.xlsx:Old!B2: error[bad-literal]")), "{findings:?}");
}

#[test]
fn one_far_cell_costs_one_cell() {
    let mut book = workbook();
    book.worksheet_from_name("Offices").unwrap().write(1_048_575, 16_383, "far").unwrap();
    let named = r#""dialect": {"sheetName": "Offices"}"#;
    let (_, findings) = made(&offices(book, named, "[book.xlsx~csv]", &[("name", "$(name)")]));
    check(&findings, &[("book.xlsx:Offices!XFD1048576", "ragged-row", "outside the columns")]);
}

const ODS: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="o" xmlns:style="s" xmlns:table="t" xmlns:text="x" xmlns:calcext="c">
<office:automatic-styles><style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="Offices"><table:table-column table:number-columns-repeated="16384"/>
<table:table-row><table:table-cell office:value-type="string"><text:p>id</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>name</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>n</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>day</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell><table:table-cell office:value-type="string"><office:annotation><text:p>a note</text:p></office:annotation><text:p>Al<text:s text:c="2"/>pha &amp; <text:span>Co</text:span></text:p><text:p>two</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1.20"><text:p>1,2</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2019-03-01"><text:p>1. März</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>b</text:p></table:table-cell><table:table-cell office:value-type="string" calcext:value-type="error" table:formula="of:=1/0"><text:p>#DIV/0!</text:p></table:table-cell><table:table-cell office:value-type="percentage" office:value="0.1"/><table:table-cell office:value-type="time" office:time-value="PT09H30M00S"/></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table>
<table:table table:name="Old" table:style-name="h"><table:table-row><table:table-cell office:value-type="string" table:number-columns-repeated="1"><text:p>id</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"##;

fn ods(content: &str, columns: &[(&str, &str)]) -> super::TestPack {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    pack("book.ods", bytes, &resource("book.ods", ""), &map("m", "[book.ods~csv]", "ex:$(id)", columns))
}

#[test]
fn a_sheet_of_opendocument_is_a_table() {
    let columns = [("name", "$(name)"), ("n", "$(n)"), ("day", "$(day)")];
    let pack = ods(&ODS.replace(" calcext:value-type=\"error\"", ""), &columns);
    let (triples, findings) = made(&pack);
    let expected =
        ["a day 2019-03-01", "a n 1.2", "a name Al  pha & Co\ntwo", "b day 09:30:00", "b n 0.1", "b name #DIV/0!"];
    assert_eq!(triples, expected);
    assert_eq!(findings, [] as [String; 0]);
    let (_, findings) = made(&ods(ODS, &columns));
    check(&findings, &[("book.ods:Offices!B6", "cell-error", "`#DIV/0!`")]);
}

#[test]
fn a_value_that_is_repeated_a_million_times_fills_no_memory() {
    let row = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell office:value-type=\"string\" \
               table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row>";
    let bomb = ODS.replacen("</table:table>", &format!("{row}</table:table>"), 1);
    let (triples, findings) = made(&ods(&bomb, &[("name", "$(name)")]));
    assert!(triples.is_empty());
    assert!(findings.iter().any(|finding| finding.contains("[huge-cell]")), "{findings:?}");
}

#[test]
fn damaged_workbooks_are_refused() {
    let good = workbook().save_to_buffer().unwrap();
    for n in [30, 1000, good.len() / 2, good.len() - 30] {
        let map = map("m", "[book.xlsx~csv]", "ex:$(id)", &[("name", "$(name)")]);
        let (triples, findings) = made(&pack("book.xlsx", &good[..n], &resource("book.xlsx", ""), &map));
        assert!(triples.is_empty());
        assert!(findings.iter().any(|finding| finding.contains("[unreadable-file]")), "{n}: {findings:?}");
    }
    let (_, findings) = made(&ods("<office:document-content><table:table", &[("name", "$(name)")]));
    assert!(!findings.is_empty());
}
