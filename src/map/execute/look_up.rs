//! The tables in which values are looked up are read before the others.

use std::collections::HashMap;

use super::Tables;
use crate::finding::{Findings, Limit, Place};
use crate::map::function::{CodeListUse, CodeLists};
use crate::map::plan::{Column, Plan, column_of};
use crate::map::row::TableRow;
use crate::table::Record;

/// Reads the tables in which a plan looks up values. What is wrong with one that the mapping also
/// maps is reported when it is mapped.
pub(super) fn read(plan: &Plan, tables: &dyn Tables, findings: &mut Findings) -> CodeLists {
    let mapped = plan.sources();
    let mut lists = Vec::new();
    for list in &plan.code_lists {
        let mut own = Findings::keeping(if mapped.contains(&&list.source) { Limit::NOTHING } else { findings.limit() });
        lists.push(codes(list, tables, &mut own));
        findings.append(own);
    }
    CodeLists(lists)
}

/// What each value leads to: the first row with it counts.
fn codes(list: &CodeListUse, tables: &dyn Tables, findings: &mut Findings) -> HashMap<String, String> {
    let mut codes = HashMap::new();
    let place = list.place.clone().unwrap_or_else(|| Place::new(&list.source.path, 1, 1));
    let mut table = match tables.open(&list.source, &[list.from.clone(), list.to.clone()], &place) {
        Ok(table) => table,
        Err(faults) => {
            findings.append(faults);
            return codes;
        }
    };
    let named = |name: &str| column_of(&table.header, name).map(Column::unnamed);
    let (Some(from), Some(to)) = (named(&list.from), named(&list.to)) else { return codes };
    let cells = tables.cells(&list.source, &table.header);
    let mut record = Record::default();
    while table.read(&mut record, findings) {
        let row = TableRow::new(&record, &cells, &table.file, const { &CodeLists(Vec::new()) });
        if let (Some(code), Some(meaning)) = (row.get(&from), row.get(&to)) {
            codes.entry(code.into_owned()).or_insert_with(|| meaning.into_owned());
        }
    }
    codes
}
