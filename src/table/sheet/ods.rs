//! Sheets of OpenDocument, streamed from `content.xml`.

use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::archive::Archive;
use super::super::xml::{attribute, reference_text};
use super::measure::measure;
use super::{Area, Grid, GridCell, LARGEST_SHEET, ReadSheet, SheetWanted, Told, WorkbookSheet, choose, number};
use crate::finding::{Finding, Findings, codes};

type ContentXml = Reader<BufReader<Box<dyn Read>>>;

/// Reads a sheet.
pub(super) fn read(file: &str, mut archive: Archive, wanted: &SheetWanted) -> Result<ReadSheet, Findings> {
    measure(file, &mut archive, "content.xml")?;
    let (sheets, names) = sheets(file, &mut content(file, &mut archive)?)?;
    let (at, area) = choose(file, &sheets, &names, wanted)?;
    let told = Told { file, sheet: &sheets[at].name, findings: Findings::new() };
    let mut reader = OdsReader { grid: Grid::default(), told, area };
    reader.sheet(&mut content(file, &mut archive)?, at).map_err(|error| damaged(file, &error))?;
    let OdsReader { grid, told, .. } = reader;
    let findings = told.findings;
    Ok((sheets, at, area, grid, findings))
}

fn content(file: &str, archive: &mut Archive) -> Result<ContentXml, Finding> {
    Ok(Reader::from_reader(BufReader::new(archive.member(file, "content.xml")?)))
}

fn damaged(file: &str, error: &quick_xml::Error) -> Finding {
    Finding::error(codes::UNREADABLE_FILE, format!("`{file}` cannot be read as a workbook: {error}"))
}

/// The sheets, and the ranges that have names, with these names.
type SheetsAndRanges = (Vec<WorkbookSheet>, Vec<(String, String)>);

/// The sheets, and the ranges that have names.
fn sheets(file: &str, content: &mut ContentXml) -> Result<SheetsAndRanges, Finding> {
    let (mut sheets, mut names) = (Vec::new(), Vec::new());
    // Styles that hide a sheet, and the one that is being defined.
    let (mut hiding, mut style): (Vec<String>, String) = (Vec::new(), String::new());
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match content.read_event_into(&mut buffer).map_err(|error| damaged(file, &error))? {
            Event::Eof => return Ok((sheets, names)),
            Event::Start(element) | Event::Empty(element) => {
                let get = |name: &str| attribute(&element, name).unwrap_or_default();
                match element.name().as_ref() {
                    "style:style" => style = get("style:name"),
                    "style:table-properties" if get("table:display") == "false" => hiding.push(style.clone()),
                    "table:table" => {
                        let hidden = hiding.contains(&get("table:style-name"));
                        sheets.push(WorkbookSheet { name: get("table:name"), hidden });
                    }
                    "table:named-range" => names.push((get("table:name"), get("table:cell-range-address"))),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

struct OdsReader<'a> {
    grid: Grid,
    told: Told<'a>,
    area: Option<Area>,
}

/// The value of a cell, or an error.
enum OdsValue {
    Text(String),
    Error(String),
}

impl OdsReader<'_> {
    fn sheet(&mut self, content: &mut ContentXml, wanted: usize) -> quick_xml::Result<()> {
        let mut buffer = Vec::new();
        let (mut n_sheets, mut row, mut column) = (0, 0_u32, 0_u32);
        let (mut n_rows, mut from) = (1, 0);
        loop {
            buffer.clear();
            let event = content.read_event_into(&mut buffer)?;
            let (element, is_empty) = match event {
                Event::Eof => return Ok(()),
                Event::End(element) => {
                    match element.name().as_ref() {
                        "table:table" if n_sheets == wanted + 1 => return Ok(()),
                        "table:table-row" if n_sheets == wanted + 1 => {
                            self.repeat(from, row, n_rows);
                            row = row.saturating_add(n_rows);
                        }
                        _ => {}
                    }
                    continue;
                }
                Event::Start(element) => (element, false),
                Event::Empty(element) => (element, true),
                _ => continue,
            };
            match element.name().as_ref() {
                "table:table" => n_sheets += 1,
                _ if n_sheets != wanted + 1 => {}
                "table:table-row" => {
                    n_rows = repeated(&element, "table:number-rows-repeated");
                    (column, from) = (0, self.grid.cells.len());
                    if is_empty {
                        row = row.saturating_add(n_rows);
                    }
                }
                "table:covered-table-cell" => {
                    column = column.saturating_add(repeated(&element, "table:number-columns-repeated"));
                }
                "table:table-cell" => {
                    let n = repeated(&element, "table:number-columns-repeated");
                    let owned = element.into_owned();
                    let text = if is_empty { String::new() } else { text(content)? };
                    self.cell(&owned, text, (row, column), n);
                    column = column.saturating_add(n);
                }
                _ => {}
            }
        }
    }

    fn cell(&mut self, element: &BytesStart<'_>, text: String, (row, column): (u32, u32), n: u32) {
        let last = (row, column.saturating_add(n - 1));
        let area = self.area;
        let inside = |row, column| area.is_none_or(|area| area.holds(row, column));
        let spans = |name| repeated(element, name);
        let (wide, high) = (spans("table:number-columns-spanned"), spans("table:number-rows-spanned"));
        if (wide > 1 || high > 1) && inside(row, column) {
            let end = (row.saturating_add(high - 1), column.saturating_add(wide - 1));
            self.told.merged(Area { first: (row, column), last: end });
        }
        match value(element, text) {
            Some(OdsValue::Text(text))
                if !text.is_empty() && self.told.fits(&self.grid, row, column, &text, n as usize) =>
            {
                (column..=last.1)
                    .filter(|column| inside(row, *column))
                    .for_each(|column| self.grid.push(row, column, &text));
            }
            Some(OdsValue::Error(error)) if inside(row, column) => self.told.error_cell(row, column, &error),
            Some(_) => {}
            None if attribute(element, "table:formula").is_some() && inside(row, column) => {
                self.told.no_value(row, column);
            }
            None => {}
        }
    }

    /// Repeats the cells from `from` on, which are those of `row`, in the rows below it.
    fn repeat(&mut self, from: usize, row: u32, n_rows: u32) {
        let cells: Vec<GridCell> = self.grid.cells[from..].to_vec();
        let (Some(first), Some(last)) = (cells.first(), cells.last()) else { return };
        let text = self.grid.text[first.start..last.end].to_owned();
        let times = cells.len().saturating_mul(n_rows as usize - 1);
        if n_rows == 1 || !self.told.fits(&self.grid, row, first.column, "", times) {
            return;
        }
        for below in 1..n_rows {
            let row = row.saturating_add(below);
            if self.grid.text.len() + text.len() > LARGEST_SHEET {
                self.told.fits(&self.grid, row, first.column, &text, usize::MAX);
                return;
            }
            for cell in &cells {
                if self.area.is_none_or(|area| area.holds(row, cell.column)) {
                    self.grid.push(row, cell.column, &text[cell.start - first.start..cell.end - first.start]);
                }
            }
        }
    }
}

/// How often an element says that it is repeated.
fn repeated(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|n| n.parse().ok()).unwrap_or(1).max(1)
}

/// The value that the attributes of a cell give, otherwise its text.
fn value(element: &BytesStart<'_>, text: String) -> Option<OdsValue> {
    let get = |name: &str| attribute(element, name);
    if get("calcext:value-type").as_deref() == Some("error") {
        return Some(OdsValue::Error(text));
    }
    let text = match get("office:value-type").as_deref()? {
        "float" | "percentage" | "currency" => {
            let value = get("office:value")?;
            value.parse().map(number).unwrap_or(value)
        }
        "boolean" => get("office:boolean-value")?,
        "date" => get("office:date-value")?,
        "time" => time(&get("office:time-value")?),
        "string" => get("office:string-value").unwrap_or(text),
        _ => text,
    };
    Some(OdsValue::Text(text))
}

/// A duration of less than a day is a time of day, as in a workbook of Excel.
fn time(duration: &str) -> String {
    let parts = || -> Option<(u32, u32, f64)> {
        let (hours, rest) = duration.strip_prefix("PT")?.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds = rest.strip_suffix('S')?.replace(',', ".");
        Some((hours.parse().ok()?, minutes.parse().ok()?, seconds.parse().ok()?))
    };
    match parts() {
        Some((hours, minutes, seconds)) if hours < 24 && seconds.fract() == 0.0 => {
            format!("{hours:02}:{minutes:02}:{seconds:02}")
        }
        _ => duration.to_owned(),
    }
}

/// The paragraphs of a cell, up to its end.
fn text(content: &mut ContentXml) -> quick_xml::Result<String> {
    let (mut text, mut depth, mut n_paragraphs) = (String::new(), 1, 0);
    // Comments are in the cell, but are not its value.
    let mut aside = 0;
    let mut buffer = Vec::new();
    while depth > 0 {
        buffer.clear();
        match content.read_event_into(&mut buffer)? {
            Event::Eof => break,
            Event::Start(element) => {
                depth += 1;
                let name = element.name();
                if aside > 0 || name.as_ref() == "office:annotation" {
                    aside += 1;
                } else if name.as_ref() == "text:p" {
                    if n_paragraphs > 0 {
                        text.push('\n');
                    }
                    n_paragraphs += 1;
                }
            }
            Event::End(_) => {
                depth -= 1;
                aside -= i32::from(aside > 0);
            }
            Event::Empty(element) if aside == 0 => match element.name().as_ref() {
                "text:s" => {
                    let n = repeated(&element, "text:c").min(1_000);
                    text.push_str(&" ".repeat(n as usize));
                }
                "text:tab" => text.push('\t'),
                "text:line-break" => text.push('\n'),
                "text:p" => {
                    if n_paragraphs > 0 {
                        text.push('\n');
                    }
                    n_paragraphs += 1;
                }
                _ => {}
            },
            Event::Text(part) if aside == 0 && n_paragraphs > 0 => text.push_str(&part.xml10_content()),
            Event::CData(part) if aside == 0 && n_paragraphs > 0 => text.push_str(&part.xml10_content()),
            Event::GeneralRef(part) if aside == 0 && n_paragraphs > 0 => {
                text.push_str(&reference_text(&part).unwrap_or_default());
            }
            _ => {}
        }
    }
    Ok(text)
}
