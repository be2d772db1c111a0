//! Validation of tables against their Table Schema: types, required values, enums, keys.
//!
//! Each table is read once, and once more beforehand if another table refers to it. Only keys are
//! held in memory.

mod cell;
mod header;
mod key;
mod rejection;
mod row;

pub use rejection::{Rejection, Rejections};

use crate::finding::{Finding, Findings, Limit, Severity, codes};
use crate::pack::{Pack, Resource};
use crate::progress::{self, Unit};
use crate::source::{self, TableSource};
use crate::table::Record;
use header::match_header;
use key::{Keys, referenced_keys};
use row::RowChecker;

/// How many rows a table has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSize {
    /// The resource's name.
    pub name: String,
    /// Rows below the header.
    pub n_rows: u64,
}

/// Reads all tables of a pack; returns their sizes and the findings, of which at most `limit` are
/// kept. `read` are the sources of the mapping. With `rejections`, cells and rows that are wrong are
/// collected there to be left out, and their findings are warnings.
pub fn check(
    pack: &Pack,
    read: &[&TableSource],
    limit: Limit,
    rejections: &mut Option<Rejections>,
) -> (Vec<TableSize>, Findings) {
    let mut findings = Findings::keeping(limit);
    findings.append(pack.changed_files());
    let keys = referenced_keys(pack, rejections.is_some(), &mut findings);
    let tables = || pack.descriptor.resources.iter().filter(|resource| resource.is_table);
    let paths = tables().flat_map(|resource| &resource.paths);
    progress::begin("checking tables", Unit::Bytes, Some(paths.filter_map(|path| pack.files.size(path)).sum()));
    let mut sizes = Vec::new();
    for resource in tables() {
        if let Some(n_rows) = check_table(pack, resource, &keys, rejections, &mut findings) {
            sizes.push(TableSize { name: resource.name.clone(), n_rows });
        }
    }
    for resource in pack.descriptor.resources.iter().filter(|resource| !resource.is_table && resource.rdf.is_none()) {
        if read.iter().any(|source| source.resource.as_ref() == Some(&resource.name)) {
            continue;
        }
        let message = format!("the resource `{}` is not a table, and is passed over", resource.name);
        let hint = "a file that is one has `\"type\": \"table\"` or a `schema`".to_owned();
        findings.push(Finding::new(Severity::Info, codes::NO_TABLE, message).at(resource.place.clone()).hint(hint));
    }
    findings.sort();
    (sizes, findings)
}

/// How many rows a table has that could be opened.
fn check_table(
    pack: &Pack,
    resource: &Resource,
    keys: &Keys<'_>,
    rejections: &mut Option<Rejections>,
    findings: &mut Findings,
) -> Option<u64> {
    let source = TableSource::of(resource);
    let mut table = match source::open(pack, &source, &[], &resource.place) {
        Ok(table) => table,
        Err(faults) => {
            findings.append(faults);
            return None;
        }
    };
    let cells = source::cells(pack, &source, &table.header);
    let columns = match_header(&table, &resource.schema, findings);
    let mut checker = RowChecker::new(pack, resource, &table.header, columns, cells, keys);
    let mut record = Record::default();
    let mut n_rows = 0;
    loop {
        // Rows that cannot be read are left out by the table itself.
        let mut unreadable = Findings::keeping(findings.limit());
        let goes_on = table.read(&mut record, &mut unreadable);
        match rejections.as_mut().filter(|_| goes_on) {
            Some(rejections) => {
                for fault in unreadable.iter() {
                    findings.push(rejections.row(fault, checker.header()));
                }
            }
            // What is wrong with the end of a file leaves out an unknown rest.
            None => findings.append(unreadable),
        }
        if !goes_on {
            return Some(n_rows);
        }
        n_rows += 1;
        for (fault, left_out) in checker.check(&record, &table.file) {
            match rejections {
                Some(rejections) => {
                    let number = record.number();
                    findings.push(rejections.cell(&source, (&table.file, number), fault, left_out, checker.header()));
                }
                None => findings.push(fault),
            }
        }
    }
}
