//! A graph without the cells and rows that are wrong.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::finding::{Findings, Place, Severity, codes};
use crate::map::{Plan, Tables};
use crate::pack::Pack;
use crate::pack::schema::{CellReader, Rejected};
use crate::source::{self, TableSource};
use crate::table::{Header, Table};
use crate::table_schema::{Rejections, TableSize};

/// The tables of a pack without what is left out of them.
pub(super) struct TablesWithout<'a> {
    pack: &'a Pack,
    rejected: BTreeMap<TableSource, Arc<Rejected>>,
    is_lenient: bool,
    /// How many records of each source were read, each time that it was.
    n_read: RefCell<BTreeMap<TableSource, Vec<Rc<Cell<u64>>>>>,
}

impl<'a> TablesWithout<'a> {
    /// The tables of a pack; without `rejections` they are complete.
    pub fn new(pack: &'a Pack, rejections: Option<&Rejections>) -> Self {
        let rejected = rejections.map(Rejections::by_source).unwrap_or_default();
        Self { pack, rejected, is_lenient: rejections.is_some(), n_read: RefCell::default() }
    }

    /// How many records the sources had that are no tables of the descriptor and were not counted
    /// when those were checked.
    pub fn sizes_of_others(&self) -> Vec<TableSize> {
        let read = self.n_read.borrow();
        let others = read
            .iter()
            .filter(|(source, _)| source::resource(self.pack, source).is_none_or(|resource| !resource.is_table));
        let size = |(source, counts): (&TableSource, &Vec<Rc<Cell<u64>>>)| TableSize {
            name: source.to_string(),
            n_rows: counts.iter().map(|count| count.get()).max().unwrap_or(0),
        };
        others.map(size).collect()
    }
}

impl Tables for TablesWithout<'_> {
    fn open(&self, source: &TableSource, columns: &[String], place: &Place) -> Result<Table, Findings> {
        let counter = Rc::new(Cell::new(0));
        self.n_read.borrow_mut().entry(source.clone()).or_default().push(counter.clone());
        Ok(source::open(self.pack, source, columns, place)?.counted(counter))
    }

    fn leaves_out_rows(&self) -> bool {
        self.is_lenient
    }

    fn keys(&self, source: &TableSource) -> Vec<Vec<String>> {
        self.pack.keys(source)
    }

    fn cells(&self, source: &TableSource, header: &Header) -> CellReader {
        source::cells(self.pack, source, header).without(self.rejected.get(source).cloned())
    }
}

/// The codes of terms that cannot be made from a cell.
const OF_TERMS: [&str; 5] =
    [codes::BAD_IRI, codes::BAD_LITERAL, codes::UNKNOWN_LANGUAGE_TAG, codes::HUGE_TERM, codes::FUNCTION_ARGUMENT];

/// Sorts the faults that were found while mapping: what cannot be said is left out, and what was
/// already told about rows is not told again.
pub(super) fn left_out(
    pack: &Pack,
    plan: &Plan,
    faults: Findings,
    rejections: &mut Rejections,
    findings: &mut Findings,
) {
    if faults.is_empty() {
        return;
    }
    let (headers, checked) = headers(pack, plan);
    for fault in faults.iter() {
        let at_cell = fault.place.as_ref().filter(|place| place.cell.is_some());
        let file = fault.place.as_ref().map_or("", |place| place.file.as_str());
        let header = headers.get(file).map_or(&[][..], Vec::as_slice);
        let is_of_term = fault.severity == Severity::Error && OF_TERMS.contains(&&*fault.code) && at_cell.is_some();
        if is_of_term {
            findings.push(rejections.term(fault.clone(), header));
        } else if !Rejections::is_of_row(fault) {
            findings.push(fault.clone());
        } else if !checked.contains(file) {
            findings.push(rejections.row(fault, header));
        }
    }
}

/// The columns of each file, and the files whose rows were checked.
fn headers(pack: &Pack, plan: &Plan) -> (HashMap<String, Vec<String>>, HashSet<String>) {
    let (mut headers, mut checked) = (HashMap::new(), HashSet::new());
    for source in plan.sources() {
        let Ok(table) = source::open(pack, source, &plan.columns(source), &Place::new("", 1, 1)) else { continue };
        let names: Vec<String> = table.header.names().map(str::to_owned).collect();
        let mut files: Vec<String> = source::files(pack, source).iter().map(|path| pack.files.name(path)).collect();
        files.push(table.file);
        for file in files {
            if source::resource(pack, source).is_some_and(|resource| resource.is_table) {
                checked.insert(file.clone());
            }
            headers.insert(file, names.clone());
        }
    }
    (headers, checked)
}
