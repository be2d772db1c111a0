//! Query results: tables for people, and the W3C's result formats.

use std::borrow::Cow;
use std::io::{self, Write};

use oxigraph::model::Term;
use oxigraph::sparql::QuerySolution;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};

use super::rows::{Rows, show};
use super::table::{self, TableStyle};
use super::{with_cased_tag, workbook};
use crate::characters;
use crate::finding::{Finding, codes};
use crate::graph::Prefixes;

/// Result formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ResultFormat {
    Table,
    Csv,
    Tsv,
    Json,
    Xml,
    Markdown,
    Xlsx,
}

/// Writes rows. Only tables depend on the `style`.
pub fn write_rows(
    format: ResultFormat,
    rows: &Rows,
    prefixes: &Prefixes,
    style: &TableStyle<'_>,
    output: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ResultFormat::Table => table::write(rows, prefixes, style, output),
        ResultFormat::Markdown => write_markdown(rows, prefixes, output),
        ResultFormat::Csv => write_solutions(QueryResultsFormat::Csv, rows, output),
        ResultFormat::Tsv => write_solutions(QueryResultsFormat::Tsv, rows, output),
        ResultFormat::Json => write_solutions(QueryResultsFormat::Json, rows, output),
        ResultFormat::Xml => write_solutions(QueryResultsFormat::Xml, rows, output),
        ResultFormat::Xlsx => workbook::write(rows, output),
    }
}

/// Whether a format can represent all rows. To be called before a file is
/// started.
///
/// # Errors
///
/// `unknown-format` if XML lacks a character, or a sheet of a workbook has no room for the rows.
pub fn rows_fit(format: ResultFormat, rows: &Rows) -> Result<(), Finding> {
    match format {
        ResultFormat::Xml => {}
        ResultFormat::Xlsx => return workbook::fits(rows),
        _ => return Ok(()),
    }
    for (number, row) in rows.rows.iter().enumerate() {
        for (variable, term) in rows.variables.iter().zip(row) {
            let lacks = |c: char| !characters::is_xml(c);
            let Some(found) = term.as_ref().and_then(|term| text_of(term).chars().find(|c| lacks(*c))) else {
                continue;
            };
            let message = format!(
                "XML cannot represent the character U+{:04X} of `?{}` in row {}",
                u32::from(found),
                variable.as_str(),
                number + 1
            );
            let hint = "use another format, such as `json`".to_owned();
            return Err(Finding::error(codes::UNKNOWN_FORMAT, message).hint(hint));
        }
    }
    Ok(())
}

/// The complete text of a term.
pub(super) fn text_of(term: &Term) -> Cow<'_, str> {
    match term {
        Term::NamedNode(node) => Cow::Borrowed(node.as_str()),
        Term::Literal(literal) => Cow::Borrowed(literal.value()),
        Term::BlankNode(_) => Cow::Borrowed(""),
        Term::Triple(triple) => {
            Cow::Owned(format!("{}{}{}", triple.subject, triple.predicate, text_of(&triple.object)))
        }
    }
}

/// A bare carriage return in XML is read as a line feed (XML 1.0, section
/// 2.11): it is written as a reference.
struct Returns<W> {
    output: W,
    are_references: bool,
}

impl<W: Write> Write for Returns<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.are_references {
            return self.output.write_all(bytes);
        }
        for (index, part) in bytes.split(|byte| *byte == b'\r').enumerate() {
            if index > 0 {
                self.output.write_all(b"&#13;")?;
            }
            self.output.write_all(part)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// Writes the answer of an ASK.
pub fn write_boolean(format: ResultFormat, answer: bool, output: &mut dyn Write) -> io::Result<()> {
    let format = match format {
        ResultFormat::Json => QueryResultsFormat::Json,
        ResultFormat::Xml => QueryResultsFormat::Xml,
        ResultFormat::Table | ResultFormat::Markdown | ResultFormat::Csv | ResultFormat::Tsv => {
            return writeln!(output, "{answer}");
        }
        ResultFormat::Xlsx => return workbook::write_boolean(answer, output),
    };
    let output = QueryResultsSerializer::from_format(format).serialize_boolean_to_writer(output, answer)?;
    output.write_all(b"\n")
}

fn write_solutions(format: QueryResultsFormat, rows: &Rows, output: &mut dyn Write) -> io::Result<()> {
    let serializer = QueryResultsSerializer::from_format(format);
    let output = Returns { output, are_references: format == QueryResultsFormat::Xml };
    let mut writer = serializer.serialize_solutions_to_writer(output, rows.variables.clone())?;
    for row in &rows.rows {
        let cased: Vec<Option<Term>> = row.iter().map(|term| term.clone().map(with_cased_tag)).collect();
        let solution = QuerySolution::from((rows.variables.clone(), cased));
        writer.serialize(&solution)?;
    }
    let mut output = writer.finish()?;
    match format {
        QueryResultsFormat::Json | QueryResultsFormat::Xml => output.write_all(b"\n"),
        _ => Ok(()),
    }
}

fn write_markdown(rows: &Rows, prefixes: &Prefixes, output: &mut dyn Write) -> io::Result<()> {
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    writeln!(output, "{}", row(rows.variables.iter().map(|variable| escape(variable.as_str())).collect()))?;
    writeln!(output, "{}", row(rows.variables.iter().map(|_| "---".to_owned()).collect()))?;
    for terms in &rows.rows {
        writeln!(output, "{}", row(terms.iter().map(|term| escape(&show(term, prefixes))).collect()))?;
    }
    Ok(())
}

/// A text escaped for a Markdown cell: it is no markup, ends no cell and starts
/// no row. A line end becomes a space, since cells have one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let one_line = text.replace("\r\n", " ").replace(['\r', '\n'], " ");
    for c in characters::line(&one_line).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '$' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Writes a row of CSV (RFC 4180), with `\n` as line end.
pub fn write_csv_row(cells: &[String], output: &mut dyn Write) -> io::Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            output.write_all(b",")?;
        }
        if cell.contains(['"', ',', '\n', '\r']) {
            write!(output, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            output.write_all(cell.as_bytes())?;
        }
    }
    output.write_all(b"\n")
}
