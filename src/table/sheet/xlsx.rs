//! Sheets of Office Open XML, by `calamine`'s reader of cells.

use std::io::Cursor;
use std::sync::Arc;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};

use super::super::archive::Archive;
use super::measure::measure;
use super::{Area, Grid, ReadSheet, SheetWanted, Told, WorkbookSheet, choose, number};
use crate::finding::{Finding, Findings, codes};

/// Reads a sheet.
pub(super) fn read(file: &str, mut archive: Archive, wanted: &SheetWanted) -> Result<ReadSheet, Findings> {
    measure(file, &mut archive, "xl/worksheets/")?;
    let damaged = |error: calamine::XlsxError| {
        Finding::error(codes::UNREADABLE_FILE, format!("`{file}` cannot be read as a workbook: {error}"))
    };
    let mut workbook: Xlsx<Cursor<Arc<[u8]>>> = Xlsx::new(archive.bytes()).map_err(damaged)?;
    let sheets: Vec<WorkbookSheet> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| WorkbookSheet { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible })
        .collect();
    let names = workbook.defined_names().to_vec();
    let (at, area) = choose(file, &sheets, &names, wanted)?;
    let name = &sheets[at].name;
    let inside = |row, column| area.is_none_or(|area| area.holds(row, column));
    let (mut grid, mut told) = (Grid::default(), Told { file, sheet: name, findings: Findings::new() });
    // Cells with a formula and no value look as empty as others.
    let mut empty: Vec<(u32, u32)> = Vec::new();
    let mut cells = workbook.worksheet_cells_reader(name).map_err(damaged)?;
    let with_time: Vec<bool> = cells
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().is_some_and(|format| has_time(&format.format_code)))
        .collect();
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(damaged)? {
        let (row, column) = cell.get_position();
        if !inside(row, column) {
            continue;
        }
        let owned;
        let text = match cell.get_value() {
            DataRef::Empty => {
                empty.push((row, column));
                continue;
            }
            DataRef::String(text) => text.as_str(),
            DataRef::SharedString(text) => text,
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.as_str(),
            DataRef::Error(error) => {
                told.error_cell(row, column, &error.to_string());
                continue;
            }
            other => {
                owned = match other {
                    DataRef::Int(value) => value.to_string(),
                    DataRef::Float(value) => number(*value),
                    DataRef::Bool(value) => value.to_string(),
                    DataRef::DateTime(value) => date(value, with_time.get(style).copied().unwrap_or(true)),
                    _ => String::new(),
                };
                owned.as_str()
            }
        };
        if !text.is_empty() && told.fits(&grid, row, column, text, 1) {
            grid.push(row, column, text);
        }
    }
    drop(cells);
    if !empty.is_empty() {
        empty.sort_unstable();
        let mut cells = workbook.worksheet_cells_reader(name).map_err(damaged)?;
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(damaged)? {
            if cell.formula.is_some() && empty.binary_search(&cell.pos).is_ok() {
                told.no_value(cell.pos.0, cell.pos.1);
            }
        }
        drop(cells);
    }
    for merged in workbook.merge_cells_by_sheet_name(name).map_err(damaged)? {
        if inside(merged.start.0, merged.start.1) {
            told.merged(Area { first: merged.start, last: merged.end });
        }
    }
    let findings = told.findings;
    Ok((sheets, at, area, grid, findings))
}

/// A date, a time of day, both, or a duration, in ISO 8601.
fn date(value: &calamine::ExcelDateTime, with_time: bool) -> String {
    if value.is_duration() {
        let seconds = (value.as_f64() * 86_400.0).round() as i64;
        let (sign, seconds) = if seconds < 0 { ("-", -seconds) } else { ("", seconds) };
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        return format!("{sign}PT{hours}H{minutes}M{seconds}S");
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let time = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    let midnight = hour == 0 && minute == 0 && second == 0 && milli == 0;
    if (0.0..1.0).contains(&value.as_f64()) {
        time
    } else if midnight && !with_time {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{time}")
    }
}

/// Whether a number format shows a time of day.
fn has_time(format: &str) -> bool {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    for c in format.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' => bracketed = true,
            ']' => bracketed = false,
            'h' | 'H' | 's' | 'S' if !quoted && !bracketed => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_with_hours_or_seconds_shows_a_time() {
        for (format, expected) in [
            ("yyyy-mm-dd", false),
            ("dd/mm/yyyy hh:mm", true),
            ("d mmm yyyy \"hs\"", false),
            ("[$-409]d/m/yy", false),
            ("mm:ss.0", true),
            ("yyyy\\hmm", false),
        ] {
            assert_eq!(has_time(format), expected, "{format}");
        }
    }
}
