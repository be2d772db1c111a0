//! Rows as a workbook (Office Open XML, .xlsx): numbers and truth values as such, everything else as text, so that no
//! cell is taken for a formula.

use std::io::{self, Write};

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, Term};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::results::text_of;
use super::rows::Rows;
use crate::finding::{Finding, codes};

/// Rows of a sheet, its heading among them.
const MOST_ROWS: usize = 1_048_576;

/// Columns of a sheet.
const MOST_COLUMNS: usize = 16_384;

/// UTF-16 units of a cell.
const LONGEST_CELL: usize = 32_767;

/// Significant digits that a cell of Excel keeps.
const MOST_DIGITS: usize = 15;

/// The narrowest and the widest column, in characters.
const WIDTHS: [usize; 2] = [8, 60];

/// Whether a sheet has room for the rows.
///
/// # Errors
///
/// `unknown-format` if it has too few rows, columns, or places in a cell.
pub(super) fn fits(rows: &Rows) -> Result<(), Finding> {
    let refused = |message: String| {
        Err(Finding::error(codes::UNKNOWN_FORMAT, message).hint("use another format, such as `csv`".to_owned()))
    };
    if rows.rows.len() >= MOST_ROWS {
        return refused(format!("a sheet has at most {MOST_ROWS} rows, and the answer has {}", rows.rows.len()));
    }
    if rows.variables.len() > MOST_COLUMNS {
        return refused(format!("a sheet has at most {MOST_COLUMNS} columns"));
    }
    for (number, row) in rows.rows.iter().enumerate() {
        for (variable, term) in rows.variables.iter().zip(row) {
            let length = term.as_ref().map_or(0, |term| text_of(term).encode_utf16().count());
            if length > LONGEST_CELL {
                return refused(format!(
                    "a cell has at most {LONGEST_CELL} characters, and `?{}` in row {} has {length}",
                    variable.as_str(),
                    number + 1
                ));
            }
        }
    }
    Ok(())
}

/// Writes rows as the one sheet of a workbook, below a heading that stays in sight and filters.
pub(super) fn write(rows: &Rows, output: &mut dyn Write) -> io::Result<()> {
    let made = (|| -> Result<Vec<u8>, XlsxError> {
        let mut book = book()?;
        let sheet = book.add_worksheet();
        fill(rows, sheet)?;
        book.save_to_buffer()
    })();
    output.write_all(&made.map_err(io::Error::other)?)
}

/// Writes the answer of an ASK as a workbook with one cell.
pub(super) fn write_boolean(answer: bool, output: &mut dyn Write) -> io::Result<()> {
    let made = (|| -> Result<Vec<u8>, XlsxError> {
        let mut book = book()?;
        book.add_worksheet().write_boolean(0, 0, answer)?;
        book.save_to_buffer()
    })();
    output.write_all(&made.map_err(io::Error::other)?)
}

/// A workbook that does not say when it was made: equal rows give equal bytes.
fn book() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    Ok(book)
}

fn fill(rows: &Rows, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let heading = Format::new().set_bold();
    let mut widths: Vec<usize> = Vec::with_capacity(rows.variables.len());
    for (column, variable) in (0..).zip(&rows.variables) {
        sheet.write_string_with_format(0, column, variable.as_str(), &heading)?;
        // A sign to filter by stands beside it.
        widths.push(shown_width(variable.as_str()) + 3);
    }
    for (line, row) in (1..).zip(&rows.rows) {
        for ((column, width), term) in (0..).zip(&mut widths).zip(row) {
            let Some(term) = term else { continue };
            match number(term) {
                Some(number) => sheet.write_number(line, column, number)?,
                None => match truth(term) {
                    Some(truth) => sheet.write_boolean(line, column, truth)?,
                    None => sheet.write_string(line, column, shown(term))?,
                },
            };
            *width = (*width).max(shown_width(&shown(term)));
        }
    }
    for (column, width) in (0..).zip(&widths) {
        sheet.set_column_width(column, (*width).clamp(WIDTHS[0], WIDTHS[1]) as f64)?;
    }
    if let (Some(last), true) = (rows.variables.len().checked_sub(1), !rows.rows.is_empty()) {
        // Both were counted before.
        sheet.autofilter(0, 0, rows.rows.len() as u32, last as u16)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// How many characters wide a text is: Chinese ones count twice.
fn shown_width(text: &str) -> usize {
    text.chars().take(WIDTHS[1]).map(|c| if u32::from(c) >= 0x2e80 { 2 } else { 1 }).sum::<usize>() + 1
}

fn shown(term: &Term) -> String {
    match term {
        Term::NamedNode(_) | Term::Literal(_) => text_of(term).into_owned(),
        other => other.to_string(),
    }
}

/// The value of a number that a cell keeps as it is.
fn number(term: &Term) -> Option<f64> {
    let Term::Literal(literal) = term else { return None };
    let is_number = is_of(literal, &[xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT, xsd::LONG, xsd::INT])
        || is_of(literal, &[xsd::SHORT, xsd::BYTE, xsd::NON_NEGATIVE_INTEGER, xsd::POSITIVE_INTEGER]);
    let mantissa = literal.value().split(['e', 'E']).next().unwrap_or_default();
    let n_digits = mantissa.trim_start_matches(['-', '+', '0', '.']).chars().filter(char::is_ascii_digit).count();
    let number: f64 = literal.value().parse().ok()?;
    (is_number && number.is_finite() && n_digits <= MOST_DIGITS).then_some(number)
}

fn truth(term: &Term) -> Option<bool> {
    let Term::Literal(literal) = term else { return None };
    match literal.value() {
        "true" | "1" if is_of(literal, &[xsd::BOOLEAN]) => Some(true),
        "false" | "0" if is_of(literal, &[xsd::BOOLEAN]) => Some(false),
        _ => None,
    }
}

fn is_of(literal: &Literal, datatypes: &[oxigraph::model::NamedNodeRef<'_>]) -> bool {
    datatypes.contains(&literal.datatype())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx};
    use oxigraph::model::{NamedNode, Variable};

    use super::*;

    fn read(bytes: Vec<u8>) -> Vec<Vec<Data>> {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let (_, range) = book.worksheets().remove(0);
        range.rows().map(<[Data]>::to_vec).collect()
    }

    fn typed(text: &str, datatype: oxigraph::model::NamedNodeRef<'_>) -> Option<Term> {
        Some(Literal::new_typed_literal(text, datatype).into())
    }

    #[test]
    fn numbers_are_numbers_and_everything_else_is_text_that_is_no_formula() {
        let variables = ["a", "b"].map(|name| Variable::new(name).unwrap()).to_vec();
        let rows = vec![
            vec![typed("12.5", xsd::DECIMAL), Some(Literal::from("=1+1").into())],
            vec![typed("12345678901234567890", xsd::INTEGER), typed("true", xsd::BOOLEAN)],
            vec![Some(NamedNode::new("http://a.example/x").unwrap().into()), None],
            vec![typed("INF", xsd::DOUBLE), Some(Literal::new_language_tagged_literal("科學園", "zh").unwrap().into())],
            vec![typed("2019-10-01", xsd::DATE), Some(Literal::from("a\u{1}b_x0041_").into())],
        ];
        let rows = Rows { variables, rows };
        assert!(fits(&rows).is_ok());
        let written = || {
            let mut bytes = Vec::new();
            write(&rows, &mut bytes).unwrap();
            bytes
        };
        let text = |text: &str| Data::String(text.to_owned());
        let found = read(written());
        assert_eq!(found[0], [text("a"), text("b")]);
        assert_eq!(found[1], [Data::Float(12.5), text("=1+1")]);
        assert_eq!(found[2], [text("12345678901234567890"), Data::Bool(true)], "no digit is lost");
        assert_eq!(found[3], [text("http://a.example/x"), Data::Empty]);
        assert_eq!(found[4], [text("INF"), text("科學園")]);
        assert_eq!(found[5][0], text("2019-10-01"));
        assert_eq!(written(), written());
    }

    #[test]
    fn what_a_sheet_has_no_room_for_is_refused() {
        let variables = vec![Variable::new("a").unwrap()];
        let long = vec![vec![Some(Literal::from("x".repeat(LONGEST_CELL + 1)).into())]];
        let found = fits(&Rows { variables: variables.clone(), rows: long }).unwrap_err();
        assert!(found.message.contains("`?a` in row 1 has 32768"), "{}", found.message);
        let found = fits(&Rows { variables, rows: vec![vec![None]; MOST_ROWS] }).unwrap_err();
        assert!(found.message.contains("the answer has 1048576"), "{}", found.message);
    }

    #[test]
    fn an_answer_of_yes_or_no_is_a_cell() {
        let mut bytes = Vec::new();
        write_boolean(true, &mut bytes).unwrap();
        assert_eq!(read(bytes), [[Data::Bool(true)]]);
    }
}
