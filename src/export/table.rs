//! Rows as people read them: a table that fits the screen, or one record below
//! another where a table would not.

use std::collections::BTreeMap;
use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{LiteralRef, Term};

use super::rows::{Rows, show};
use crate::characters;
use crate::graph::{Prefixes, group_digits};

/// How rows are shown to people.
#[derive(Debug, Clone)]
pub struct TableStyle<'a> {
    /// The width of the screen in columns; without one, a table is as wide as its cells.
    pub width: Option<u16>,
    /// How many rows are shown; the rest are counted.
    pub most_rows: usize,
    /// Whether long numbers are written with commas: `1500000` as `1,500,000`.
    pub group_digits: bool,
    /// Labels that are shown in place of IRIs.
    pub labels: &'a BTreeMap<String, String>,
}

/// No labels, for rows that are shown as they are.
static NO_LABELS: BTreeMap<String, String> = BTreeMap::new();

impl Default for TableStyle<'_> {
    fn default() -> Self {
        Self { width: None, most_rows: usize::MAX, group_digits: false, labels: &NO_LABELS }
    }
}

/// A row of a table is at most so high; otherwise rows become records.
const MOST_LINES: usize = 3;
/// A column is at least so wide, unless its cells are narrower.
const LEAST_WIDTH: usize = 6;

/// Writes rows for people.
pub(super) fn write(
    rows: &Rows,
    prefixes: &Prefixes,
    style: &TableStyle<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    // A column without a value in any row says nothing and takes the width of the others.
    let is_filled = |column: &usize| rows.rows.iter().any(|row| row[*column].is_some());
    let (mut filled, mut empty): (Vec<usize>, Vec<usize>) = (0..rows.variables.len()).partition(is_filled);
    if filled.is_empty() {
        filled.append(&mut empty);
    }
    let shown = &rows.rows[..style.most_rows.min(rows.rows.len())];
    let names: Vec<&str> = filled.iter().map(|column| rows.variables[*column].as_str()).collect();
    let (cells, repeated) = cells(shown, &filled, prefixes, style);
    let mut dropped = Vec::new();
    let text = table(&names, &cells, style.width).or_else(|| {
        // Columns that only name again what another column names make room for the others.
        let kept =
            |row: &[String]| row.iter().zip(&repeated).filter(|(_, is)| !**is).map(|(cell, _)| cell.clone()).collect();
        let kept_cells: Vec<Vec<String>> = cells.iter().map(|row| kept(row)).collect();
        let kept_names: Vec<&str> =
            names.iter().zip(&repeated).filter(|(_, is)| !**is).map(|(name, _)| *name).collect();
        let text = table(&kept_names, &kept_cells, style.width).filter(|_| kept_names.len() < names.len())?;
        dropped = names.iter().zip(&repeated).filter(|(_, is)| **is).map(|(name, _)| *name).collect();
        Some(text)
    });
    let text = text.unwrap_or_else(|| records(&names, &cells, style.width.map_or(usize::MAX, usize::from)));
    output.write_all(text.as_bytes())?;
    let n_rows = rows.rows.len();
    write!(output, "{n_rows} {}", if n_rows == 1 { "row" } else { "rows" })?;
    if shown.len() < n_rows {
        write!(output, ", the first {} shown; `--all` prints all", shown.len())?;
    }
    if !empty.is_empty() {
        let names: Vec<&str> = empty.iter().map(|column| rows.variables[*column].as_str()).collect();
        write!(output, "; columns without a value: {}", names.join(", "))?;
    }
    if !dropped.is_empty() {
        write!(output, "; identifiers not shown: {} (`--raw`)", dropped.join(", "))?;
    }
    writeln!(output)
}

/// The texts of the cells. IRIs are shown by their labels, except where a column
/// would then only repeat another one: there the prefixed names say more. Also which columns
/// these are.
fn cells(
    rows: &[Vec<Option<Term>>],
    columns: &[usize],
    prefixes: &Prefixes,
    style: &TableStyle<'_>,
) -> (Vec<Vec<String>>, Vec<bool>) {
    let plain = |term: &Option<Term>| characters::keeping(&show(term, prefixes), &['\n']).into_owned();
    let labelled = |term: &Option<Term>| match term {
        Some(Term::NamedNode(node)) => match style.labels.get(node.as_str()) {
            Some(label) => characters::line(label).into_owned(),
            None => plain(term),
        },
        // A year has four digits and no comma.
        Some(Term::Literal(literal))
            if style.group_digits && is_number(literal.as_ref()) && literal.value().len() > 4 =>
        {
            group_digits(literal.value())
        }
        _ => plain(term),
    };
    let is_iri = |column: &usize| rows.iter().any(|row| matches!(row[*column], Some(Term::NamedNode(_))));
    let repeats = |column: &usize| {
        let mut others = columns.iter().filter(|other| *other != column && !is_iri(other));
        is_iri(column) && others.any(|other| rows.iter().all(|row| labelled(&row[*column]) == plain(&row[*other])))
    };
    let repeated: Vec<bool> = columns.iter().map(repeats).collect();
    let cells = rows
        .iter()
        .map(|row| {
            let cell = |(column, repeats): (&usize, &bool)| {
                if *repeats { plain(&row[*column]) } else { labelled(&row[*column]) }
            };
            columns.iter().zip(&repeated).map(cell).collect()
        })
        .collect();
    (cells, repeated)
}

/// Whether a literal is a decimal or an integer.
fn is_number(literal: LiteralRef<'_>) -> bool {
    [xsd::DECIMAL, xsd::INTEGER].contains(&literal.datatype())
}

/// A table, if it can be read in this width.
fn table(names: &[&str], cells: &[Vec<String>], width: Option<u16>) -> Option<String> {
    let make = |preset: &str| {
        let mut table = Table::new();
        table.load_style(match preset {
            "rows" => presets::UTF8_FULL,
            _ => presets::UTF8_FULL_CONDENSED,
        });
        match width {
            Some(width) => {
                table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
            }
            None => {
                table.set_content_arrangement(ContentArrangement::Disabled);
            }
        }
        table.set_header(names);
        for row in cells {
            table.add_row(row);
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            if cells.iter().all(|row| is_digits(&row[index])) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table
    };
    if let Some(width) = width {
        let lines: Vec<String> = make("rows").lines().collect();
        if !can_be_read(&lines, names, cells, usize::from(width)) {
            return None;
        }
    }
    Some(make("condensed").lines().map(|line| format!("{}\n", line.trim_end())).collect())
}

/// Whether a cell is a number, or empty: digits of one column stand below each other.
fn is_digits(cell: &str) -> bool {
    cell.chars().all(|c| c.is_ascii_digit() || "-.,".contains(c))
}

/// Whether no row is too high, no column too narrow and no line too wide.
/// `lines` have a line `├…┤` between rows.
fn can_be_read(lines: &[String], names: &[&str], cells: &[Vec<String>], width: usize) -> bool {
    let mut height = 0;
    for line in lines.iter().skip_while(|line| !line.starts_with('╞')).skip(1) {
        height = if line.starts_with(['├', '└']) { 0 } else { height + 1 };
        if height > MOST_LINES {
            return false;
        }
    }
    let Some(top) = lines.first() else { return true };
    if textwrap::core::display_width(top) > width {
        return false;
    }
    let widths = top.trim_matches(['┌', '┐']).split('┬').map(|part| part.chars().count().saturating_sub(2));
    let natural = (0..names.len()).map(|column| {
        let cells = cells.iter().flat_map(|row| row[column].lines()).map(textwrap::core::display_width);
        cells.max().unwrap_or(0).max(textwrap::core::display_width(names[column]))
    });
    widths.zip(natural).all(|(given, natural)| given >= natural.min(LEAST_WIDTH))
}

/// One record below another: a line for each value.
fn records(names: &[&str], cells: &[Vec<String>], width: usize) -> String {
    let label = names.iter().map(|name| textwrap::core::display_width(name)).max().unwrap_or(0);
    let indent = " ".repeat(label + 2);
    let room = width.min(100).saturating_sub(label + 2).max(12);
    let mut text = String::new();
    for (number, row) in cells.iter().enumerate() {
        text.push_str(&format!("── {} ──\n", number + 1));
        for (name, value) in names.iter().zip(row).filter(|(_, value)| !value.is_empty()) {
            let lines = value.lines().flat_map(|line| textwrap::wrap(line, room));
            for (index, line) in lines.enumerate() {
                match index {
                    0 => text.push_str(&format!("{name:<label$}  {line}\n")),
                    _ => text.push_str(&format!("{indent}{line}\n")),
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn a_table_that_fits_stays_one_and_another_becomes_records() {
        let long = "創新科技署".repeat(12);
        let narrow = cells(&[&["a", "b"]]);
        assert!(table(&["x", "y"], &narrow, Some(80)).is_some());
        let wide = cells(&[&[long.as_str(), long.as_str(), long.as_str(), "1"]]);
        assert_eq!(table(&["one", "two", "three", "n"], &wide, Some(40)), None);
        let text = records(&["one", "two", "three", "n"], &wide, 40);
        assert!(text.lines().all(|line| textwrap::core::display_width(line) <= 40), "{text}");
        assert!(text.starts_with("── 1 ──\none    創新"), "{text}");
        assert!(text.ends_with("n      1\n"), "{text}");
    }

    #[test]
    fn a_screen_of_twenty_columns_has_records() {
        let row = cells(&[&["Innovation and Technology Commission", "ongoing", "L1-L3"]]);
        assert_eq!(table(&["name", "status", "lines"], &row, Some(20)), None);
        let text = records(&["name", "status", "lines"], &row, 20);
        assert!(text.lines().all(|line| textwrap::core::display_width(line) <= 20), "{text}");
    }

    #[test]
    fn records_leave_out_what_has_no_value() {
        let text = records(&["a", "b"], &cells(&[&["", "x"], &["y", ""]]), 80);
        assert_eq!(text, "── 1 ──\nb  x\n── 2 ──\na  y\n");
    }
}
