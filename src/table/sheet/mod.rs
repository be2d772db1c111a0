//! Sheets of workbooks as tables: .xlsx by `calamine`, .ods here.
//!
//! A sheet is read into its cells, not into its rectangle: a single cell at the far end of a sheet
//! costs one cell.

mod area;
mod measure;
mod ods;
mod xlsx;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use area::Area;

use super::archive::{Workbook, WorkbookKind};
use super::record::{Origin, RowOfValues};
use super::{LARGEST_CELL, ReadValues, ValueType};
use crate::dialect::Dialect;
use crate::finding::{Finding, Findings, Place, Severity, codes, did_you_mean};

/// Which part of a workbook is the table, and which rows have what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetWanted {
    /// The name of the sheet, of a range such as `Sheet1!A3:F20`, or of a range that the workbook
    /// names.
    pub name: Option<String>,
    /// The number of the sheet, from 1.
    pub number: Option<u64>,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WorkbookSheet {
    name: String,
    hidden: bool,
}

/// All sheets, the index of the one that was read, the area of the table, its cells, and what was
/// found wrong.
type ReadSheet = (Vec<WorkbookSheet>, usize, Option<Area>, Grid, Findings);

/// The cells of a sheet that have values.
#[derive(Debug, Default)]
struct Grid {
    cells: Vec<GridCell>,
    /// The values, one after the other.
    text: String,
}

#[derive(Debug, Clone, Copy)]
struct GridCell {
    row: u32,
    column: u32,
    start: usize,
    end: usize,
}

impl Grid {
    fn push(&mut self, row: u32, column: u32, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.cells.push(GridCell { row, column, start, end: self.text.len() });
    }

    fn get(&self, cell: &GridCell) -> &str {
        &self.text[cell.start..cell.end]
    }

    /// In rows, whatever the order in the file was.
    fn sort(&mut self) {
        self.cells.sort_by_key(|cell| (cell.row, cell.column));
    }
}

/// The largest sum of the texts of a sheet, in bytes.
const LARGEST_SHEET: usize = 1024 * 1024 * 1024;

/// The most cells with values of a sheet.
const MOST_CELLS: usize = 20_000_000;

/// What was found wrong in a sheet, while it is read.
struct Told<'a> {
    file: &'a str,
    sheet: &'a str,
    findings: Findings,
}

impl Told<'_> {
    fn place(&self, row: u32, column: u32) -> Place {
        Place::in_sheet(self.file, self.sheet, u64::from(row) + 1, u64::from(column) + 1)
    }

    /// A cell with an error such as `#REF!`.
    fn error_cell(&mut self, row: u32, column: u32, error: &str) {
        let hint = "correct the formula in the workbook, or empty the cell".to_owned();
        let fault = Finding::error(codes::CELL_ERROR, format!("the cell has the error `{error}`"));
        self.findings.push(fault.at(self.place(row, column)).hint(hint));
    }

    /// A formula whose value the workbook does not have.
    fn no_value(&mut self, row: u32, column: u32) {
        let hint = "open the workbook in a spreadsheet program and save it, so that it is calculated".to_owned();
        let fault = Finding::error(codes::CELL_ERROR, "the cell has a formula without a value");
        self.findings.push(fault.at(self.place(row, column)).hint(hint));
    }

    /// Cells that are merged into one.
    fn merged(&mut self, area: Area) {
        let hint = "split the cells in the workbook and fill in each".to_owned();
        let place = self.place(area.first.0, area.first.1);
        let message = format!("the cells {area} are merged: only the first has the value");
        self.findings.push(Finding::warning(codes::MERGED_CELLS, message).at(place).hint(hint));
    }

    /// Whether a text that is in the sheet so many times is of an allowed size.
    fn fits(&mut self, grid: &Grid, row: u32, column: u32, text: &str, times: usize) -> bool {
        if text.len() > LARGEST_CELL {
            let message = format!("the cell has {} bytes; at most {LARGEST_CELL} are allowed", text.len());
            self.findings.push(Finding::error(codes::HUGE_CELL, message).at(self.place(row, column)));
            return false;
        }
        let size = grid.text.len().saturating_add(text.len().saturating_mul(times));
        if size > LARGEST_SHEET || grid.cells.len().saturating_add(times) > MOST_CELLS {
            let message =
                format!("the sheet has more than {MOST_CELLS} cells, or texts of more than {LARGEST_SHEET} bytes");
            let hint = "save it as CSV UTF-8, which is not held at once".to_owned();
            self.findings.push(Finding::error(codes::HUGE_CELL, message).at(self.place(row, column)).hint(hint));
            return false;
        }
        true
    }
}

/// A number as a sheet shows it: 15 digits, which is what spreadsheet programs promise, and no
/// more decimals than are needed.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    // No minus before zero.
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

/// Chooses a sheet of a workbook: its index and the area of the table.
fn choose(
    file: &str,
    sheets: &[WorkbookSheet],
    names: &[(String, String)],
    wanted: &SheetWanted,
) -> Result<(usize, Option<Area>), Finding> {
    let listed = || {
        let all: Vec<String> = sheets.iter().map(|sheet| format!("`{}`", sheet.name)).collect();
        format!("the sheets are {}", all.join(", "))
    };
    let fault = |message: String, hint: String| {
        Finding::error(codes::UNKNOWN_SHEET, message).at(Place::new(file, 1, 1)).hint(hint)
    };
    let of_name = |name: &str| sheets.iter().position(|sheet| sheet.name == name);
    let Some(name) = &wanted.name else {
        let at = wanted.number.map_or(Some(0), |number| usize::try_from(number).ok()?.checked_sub(1));
        return match at.filter(|at| *at < sheets.len()) {
            Some(at) => Ok((at, None)),
            None => {
                let number = wanted.number.unwrap_or(1);
                Err(fault(format!("the workbook has no sheet {number}"), listed()))
            }
        };
    };
    if let Some(at) = of_name(name) {
        return Ok((at, None));
    }
    let range = names.iter().find(|(known, _)| known == name).map_or(name.as_str(), |(_, range)| range.as_str());
    if let Some((sheet, area)) = Area::with_sheet(range)
        && let Some(at) = of_name(&sheet)
    {
        return Ok((at, Some(area)));
    }
    let known = sheets.iter().map(|sheet| sheet.name.as_str()).chain(names.iter().map(|(name, _)| name.as_str()));
    let hint = did_you_mean(name, known).unwrap_or_else(listed);
    Err(fault(format!("the workbook has no sheet or range `{name}`"), hint))
}

/// Reads the rows of a sheet.
pub(super) struct SheetReader {
    file: String,
    name: Arc<str>,
    grid: Grid,
    at: usize,
    /// The column in which the table begins, and how many it has.
    first_column: u32,
    width: usize,
    n_rows: u64,
    told: Option<Findings>,
}

/// A sheet that has been opened: the names of its columns, their last row, and the rows.
pub(super) struct OpenedSheet {
    pub names: Vec<String>,
    pub header: super::Record,
    pub reader: SheetReader,
}

/// Opens a sheet. The names of the columns are in its first row that has cells, unless the dialect
/// says otherwise.
pub(super) fn open(
    file: &str,
    workbook: Workbook,
    wanted: &SheetWanted,
    dialect: &Dialect,
) -> Result<OpenedSheet, Findings> {
    let (sheets, at, area, mut grid, mut told) = match workbook.kind {
        WorkbookKind::Xlsx => xlsx::read(file, workbook.archive, wanted)?,
        WorkbookKind::Ods => ods::read(file, workbook.archive, wanted)?,
    };
    let sheet = &sheets[at];
    let name: Arc<str> = sheet.name.as_str().into();
    let whole = || Place::in_sheet(file, &*name, 1, 1);
    if sheet.hidden {
        let message = format!("the sheet `{}` is hidden in the workbook", sheet.name);
        let hint = "name another sheet if it is not meant to be read".to_owned();
        told.push(Finding::new(Severity::Info, codes::HIDDEN_SHEET, message).at(whole()).hint(hint));
    }
    let others: Vec<String> = sheets
        .iter()
        .filter(|other| other.name != sheet.name && !other.hidden)
        .map(|other| format!("`{}`", other.name))
        .collect();
    if wanted.name.is_none() && wanted.number.is_none() && !others.is_empty() {
        let message = format!("the sheet `{}` is read; the workbook also has {}", sheet.name, others.join(", "));
        let hint = "name the sheet to be read (`sheetName` in the dialect)".to_owned();
        told.push(Finding::new(Severity::Info, codes::OTHER_SHEETS, message).at(whole()).hint(hint));
    }
    grid.sort();
    if let Some(area) = &area {
        grid.cells.retain(|cell| area.holds(cell.row, cell.column));
    }
    let comment = dialect.comment.as_deref().unwrap_or_default();
    let commented =
        |row: &[GridCell]| !comment.is_empty() && row.first().is_some_and(|cell| grid.get(cell).starts_with(comment));
    let no_data: Vec<u32> = grid
        .cells
        .chunk_by(|one, other| one.row == other.row)
        .filter(|row| dialect.comment_rows.contains(&(u64::from(row[0].row) + 1)) || commented(row))
        .map(|row| row[0].row)
        .collect();
    grid.cells.retain(|cell| no_data.binary_search(&cell.row).is_err());
    let Some(first) = grid.cells.first().copied() else {
        let fault = Finding::error(codes::EMPTY_TABLE, format!("the sheet `{}` has no cells", sheet.name));
        return Err(fault.at(whole()).hint("the first row must name the columns".to_owned()).into());
    };
    // Rows above the table, of which the usual first row is none, have no names.
    let header_rows: Vec<u32> = match dialect.header_rows.as_slice() {
        [1] => vec![first.row],
        rows => rows.iter().filter_map(|row| u32::try_from(row.checked_sub(1)?).ok()).collect(),
    };
    if let Some(last) = header_rows.last() {
        grid.cells.retain(|cell| cell.row > *last || header_rows.contains(&cell.row));
    }
    let in_header = |cell: &&GridCell| header_rows.is_empty() || header_rows.contains(&cell.row);
    let columns = || grid.cells.iter().filter(in_header).map(|cell| cell.column);
    let (Some(least), Some(last_column)) = (columns().min(), columns().max()) else {
        let fault = Finding::error(codes::EMPTY_TABLE, format!("the sheet `{}` has no header", sheet.name));
        return Err(fault
            .at(whole())
            .hint("the rows of `headerRows` are those of the sheet, from 1".to_owned())
            .into());
    };
    let first_column = area.map_or(least, |area| area.first.1);
    let width = (last_column - first_column + 1) as usize;
    let mut reader =
        SheetReader { file: file.to_owned(), name, grid, at: 0, first_column, width, n_rows: 0, told: Some(told) };
    let mut header = super::Record::default();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut faults = Findings::new();
    while reader.next_row().is_some_and(|row| header_rows.contains(&row)) {
        reader.row(header.values(), &mut faults);
        rows.push((0..width).map(|column| header.get(column).to_owned()).collect());
    }
    let names = if header_rows.is_empty() {
        header.values().begin(
            0,
            Origin::Sheet(reader.name.clone(), u64::from(first.row) + 1),
            (first_column as usize, 0),
        );
        let named = |n: usize| dialect.names.get(n).cloned().unwrap_or_else(|| format!("field{}", n + 1));
        (0..width.max(dialect.names.len())).map(named).collect()
    } else {
        dialect.join_names(&rows)
    };
    reader.width = names.len();
    Ok(OpenedSheet { names, header, reader })
}

impl SheetReader {
    /// The number of the next row that has cells, from 0.
    fn next_row(&self) -> Option<u32> {
        self.grid.cells.get(self.at).map(|cell| cell.row)
    }

    /// The next row that has cells; `false` at the end.
    fn row(&mut self, row: &mut RowOfValues, findings: &mut Findings) -> bool {
        let Some(first) = self.grid.cells.get(self.at).copied() else { return false };
        let number = u64::from(first.row) + 1;
        row.begin(number, Origin::Sheet(self.name.clone(), number), (self.first_column as usize, 0));
        let mut cells: BTreeMap<usize, GridCell> = BTreeMap::new();
        while let Some(cell) = self.grid.cells.get(self.at).filter(|cell| cell.row == first.row).copied() {
            self.at += 1;
            match cell.column.checked_sub(self.first_column).map(|column| column as usize) {
                Some(column) if column < self.width => {
                    cells.insert(column, cell);
                }
                _ => {
                    let place = Place::in_sheet(&self.file, &*self.name, number, u64::from(cell.column) + 1);
                    let message = "the cell is outside the columns that the header names";
                    let hint =
                        "name the column in the header, empty the cell, or name the range of the table".to_owned();
                    findings.push(Finding::error(codes::RAGGED_ROW, message).at(place).hint(hint));
                }
            }
        }
        for column in 0..self.width {
            if let Some(cell) = cells.get(&column) {
                row.push_value(self.grid.get(cell), ValueType::Text, (0, 0));
            }
            row.end_cell();
        }
        self.n_rows += 1;
        true
    }
}

impl ReadValues for SheetReader {
    fn read(&mut self, row: &mut RowOfValues, findings: &mut Findings) -> bool {
        if let Some(told) = self.told.take() {
            findings.append(told);
        }
        self.row(row, findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_digits_that_were_typed() {
        for (value, expected) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (21.5, "21.5"),
            (1_620_000_000_000.0, "1620000000000"),
            (1e-7, "0.0000001"),
            (123_456_789_012_345.0, "123456789012345"),
            (-2.75, "-2.75"),
            (1e300, &format!("1{}", "0".repeat(300))),
        ] {
            assert_eq!(number(value), expected);
        }
    }
}
