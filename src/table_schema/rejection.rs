//! Cells and rows that are left out of a graph, and why.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::row::LeftOut;
use crate::finding::{Finding, Severity, codes};
use crate::pack::schema::Rejected;
use crate::source::TableSource;

/// A cell or row that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Why, and where.
    pub finding: Finding,
    /// The name of the column; empty for a row.
    pub field: String,
    /// Whether the complete row is left out.
    pub is_row: bool,
}

/// What is left out of the tables of a pack.
#[derive(Debug, Default)]
pub struct Rejections {
    all: Vec<Rejection>,
    by_source: BTreeMap<TableSource, Rejected>,
}

impl Rejections {
    /// Adds a cell that is wrong; returns its finding as a warning.
    pub(super) fn cell(
        &mut self,
        source: &TableSource,
        (file, number): (&str, u64),
        fault: Finding,
        left_out: LeftOut,
        header: &[String],
    ) -> Finding {
        let row = match &left_out {
            LeftOut::Nothing => None,
            _ => Some(self.by_source.entry(source.clone()).or_default().row(file, number)),
        };
        let is_row = left_out == LeftOut::Row;
        if let Some(row) = row {
            row.is_whole |= is_row;
            if let LeftOut::Cells(columns) = left_out {
                row.columns.extend(columns);
            }
        }
        self.push(fault, is_row, header)
    }

    /// Adds a row that cannot be read; returns its finding as a warning.
    pub fn row(&mut self, fault: &Finding, header: &[String]) -> Finding {
        self.push(fault.clone(), true, header)
    }

    /// Adds what is wrong with the terms that the mapping makes of a cell; returns its finding as
    /// a warning.
    pub fn term(&mut self, fault: Finding, header: &[String]) -> Finding {
        self.push(fault, false, header)
    }

    fn push(&mut self, mut finding: Finding, is_row: bool, header: &[String]) -> Finding {
        finding.severity = Severity::Warning;
        let cell = finding.place.as_ref().and_then(|place| place.cell);
        let field = cell.and_then(|cell| header.get(cell)).cloned().unwrap_or_default();
        self.all.push(Rejection { finding: finding.clone(), field, is_row });
        finding
    }

    /// What is left out of each source.
    pub fn by_source(&self) -> BTreeMap<TableSource, Arc<Rejected>> {
        self.by_source.iter().map(|(source, rejected)| (source.clone(), Arc::new(rejected.clone()))).collect()
    }

    /// All, in the order of their places.
    pub fn sorted(&self) -> Vec<&Rejection> {
        let mut all: Vec<&Rejection> = self.all.iter().collect();
        all.sort_by(|a, b| (&a.finding.place, &a.finding.code).cmp(&(&b.finding.place, &b.finding.code)));
        all.dedup();
        all
    }

    /// How many there are by file, column and code.
    pub fn counts(&self) -> BTreeMap<(&str, &str, &str), u64> {
        let mut counts = BTreeMap::new();
        for rejection in self.sorted() {
            let file = rejection.finding.place.as_ref().map_or("", |place| place.file.as_str());
            let field = if rejection.is_row { "" } else { rejection.field.as_str() };
            *counts.entry((file, field, rejection.finding.code.as_ref())).or_default() += 1;
        }
        counts
    }

    /// Whether a finding is about a row that cannot be read.
    pub fn is_of_row(fault: &Finding) -> bool {
        const CODES: [&str; 5] =
            [codes::RAGGED_ROW, codes::WRONG_QUOTING, codes::NOT_UTF8, codes::WRONG_ENCODING, codes::HUGE_CELL];
        CODES.contains(&&*fault.code)
    }

    /// Writes all as a table: where each is, what is left out, the code and the reason, the line.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let quoted = |text: &str| {
            if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        };
        writeln!(out, "file,line,column,left_out,field,code,reason,text")?;
        for rejection in self.sorted() {
            let Finding { place, code, message, .. } = &rejection.finding;
            let (file, line, column, text) = match place {
                Some(place) => (place.file.as_str(), place.line, place.column, place.excerpt.as_deref().unwrap_or("")),
                None => ("", 0, 0, ""),
            };
            let what = match (&*rejection.finding.code, rejection.is_row) {
                (_, true) => "row",
                (codes::MISSING_VALUE, false) => "nothing",
                _ => "cell",
            };
            let cells = [quoted(file), line.to_string(), column.to_string(), what.to_owned(), quoted(&rejection.field)];
            let rest = [code.to_string(), quoted(message), quoted(text)];
            writeln!(out, "{}", [cells.as_slice(), &rest].concat().join(","))?;
        }
        Ok(())
    }
}
