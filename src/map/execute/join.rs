//! Joins: the subjects of the maps that others refer to, by the texts that are compared.

use std::collections::HashMap;

use oxigraph::model::Term;

use super::Tables;
use super::term::make;
use crate::finding::{Finding, Findings, Limit, codes};
use crate::graph::group_digits;
use crate::map::function::CodeLists;
use crate::map::plan::{CellEncoding, Expression, ObjectMap, Plan, ReferenceMap};
use crate::map::row::TableRow;
use crate::table::Record;
use crate::work;

/// A row may not be joined with more rows than this.
const MOST_MATCHES: usize = 100_000;
/// A reference may not make more triples than this, if each row is joined with many.
const MOST_JOINED: u64 = 20_000_000;
/// This many rows for one are many.
const MANY_MATCHES: u64 = 1_000;

/// The subjects by the texts that are compared; one for each [`ReferenceMap::index`].
pub(super) struct Parents(Vec<ParentSubjects>);

/// Subjects of another map. Of a table that does not fit into memory, those of some rows.
#[derive(Default)]
struct ParentSubjects {
    by_key: HashMap<Vec<String>, Vec<Term>>,
    /// The number of the first row that they lack.
    next_row: Option<u64>,
}

impl Parents {
    pub(super) fn read(plan: &Plan, tables: &dyn Tables, code_lists: &CodeLists) -> Self {
        let wanted = joined(plan);
        let budget = budget(&wanted);
        let read = |reference: &ReferenceMap| subjects(plan, tables, code_lists, reference, 0, budget);
        Self(wanted.into_iter().map(|reference| reference.map(read).unwrap_or_default()).collect())
    }

    /// The subjects of the next rows of a table that did not fit into memory; `None` if there is no
    /// such table any more. The references with the index that comes with them are to be joined with
    /// these.
    pub(super) fn next(&mut self, plan: &Plan, tables: &dyn Tables, code_lists: &CodeLists) -> Option<usize> {
        let wanted = joined(plan);
        let budget = budget(&wanted);
        let (index, first) = self.0.iter().enumerate().find_map(|(index, of)| Some((index, of.next_row?)))?;
        let reference = wanted.get(index).copied().flatten()?;
        // Freed before the next ones are read.
        self.0[index] = ParentSubjects::default();
        self.0[index] = subjects(plan, tables, code_lists, reference, first, budget);
        Some(index)
    }

    /// The subjects for a key.
    pub(super) fn of(&self, reference: &ReferenceMap, key: &[String]) -> &[Term] {
        let found = self.0.get(reference.index).and_then(|subjects| subjects.by_key.get(key));
        found.map(Vec::as_slice).unwrap_or_default()
    }
}

/// The references whose rows have to be found, by their indexes.
fn joined(plan: &Plan) -> Vec<Option<&ReferenceMap>> {
    let mut wanted: Vec<Option<&ReferenceMap>> = Vec::new();
    for map in &plan.maps {
        for object in map.pairs.iter().flat_map(|pair| &pair.objects) {
            let ObjectMap::Reference(reference) = object else { continue };
            if wanted.len() <= reference.index {
                wanted.resize(reference.index + 1, None);
            }
            if !plan.is_same_row(map, reference) {
                wanted[reference.index] = Some(reference);
            }
        }
    }
    wanted
}

/// How many bytes the subjects for each reference may take: texts take about twice their length.
fn budget(wanted: &[Option<&ReferenceMap>]) -> u64 {
    let n = wanted.iter().flatten().count().max(1) as u64;
    work::memory_limit().map_or(u64::MAX, |bytes| bytes / 4 / n)
}

/// The subjects of the map to which a reference refers, from a row on and as many as may be. Errors in
/// its table or its terms are reported when the table itself is read.
fn subjects(
    plan: &Plan,
    tables: &dyn Tables,
    code_lists: &CodeLists,
    reference: &ReferenceMap,
    first_row: u64,
    most_bytes: u64,
) -> ParentSubjects {
    let (mut n_bytes, mut n_rows) = (0, 0);
    let mut subjects = ParentSubjects::default();
    let map = &plan.maps[reference.map];
    let parents = || reference.joins.iter().map(|(_, parent)| parent);
    let Ok(mut table) = tables.open(&map.source, &plan.columns(&map.source), &map.source_place) else {
        return subjects;
    };
    let cells = tables.cells(&map.source, &table.header);
    let mut record = Record::default();
    let mut unsaid = Findings::keeping(Limit::NOTHING);
    while table.read(&mut record, &mut unsaid) {
        n_rows += 1;
        if n_rows <= first_row {
            continue;
        }
        let row = TableRow::new(&record, &cells, &table.file, code_lists);
        let holds = map.condition.as_ref().is_none_or(|condition| condition.is_true(row).unwrap_or(false));
        if row.is_rejected() || !holds {
            continue;
        }
        let mut made = Vec::new();
        for choice in row.choices(|visit| map.subject.chosen_columns(visit)) {
            let row = row.choosing(&choice);
            let condition = map.subject.condition.as_ref();
            if condition.is_none_or(|condition| condition.is_true(row).unwrap_or(false)) {
                make(&map.subject, row, plan.base.as_deref(), map, &mut |term| made.extend(term));
            }
        }
        // A join compares all values of a cell.
        let mut found: Vec<Vec<String>> = Vec::new();
        for choice in row.choices(|visit| parents().for_each(|parent| parent.chosen_columns(visit))) {
            found.extend(keys(parents(), row.choosing(&choice)).unwrap_or_default());
        }
        found.sort();
        found.dedup();
        for key in found {
            let size = |term: &Term| term.to_string().len() + size_of::<Term>();
            n_bytes += (key.iter().map(String::len).sum::<usize>() + made.iter().map(size).sum::<usize>()) as u64;
            subjects.by_key.entry(key).or_default().extend(made.iter().cloned());
        }
        if n_bytes > most_bytes {
            subjects.next_row = Some(n_rows);
            break;
        }
    }
    subjects
}

/// The keys of a row: each combination of the texts of these expressions; none if one has none.
pub(super) fn keys<'e>(
    expressions: impl Iterator<Item = &'e Expression>,
    row: TableRow<'_>,
) -> Result<Vec<Vec<String>>, Finding> {
    let mut keys = vec![Vec::new()];
    for expression in expressions {
        let texts = expression.texts(row, CellEncoding::None)?.into_vec();
        let longer = |key: &Vec<String>| -> Vec<Vec<String>> {
            let with = |text: &std::borrow::Cow<'_, str>| {
                let mut key = key.clone();
                key.push(text.clone().into_owned());
                key
            };
            texts.iter().map(with).collect()
        };
        keys = keys.iter().flat_map(longer).collect();
    }
    Ok(keys)
}

/// How many rows were joined, by [`ReferenceMap::index`].
#[derive(Default)]
pub(super) struct Joined(Vec<JoinCount>);

#[derive(Default, Clone)]
struct JoinCount {
    n_rows: u64,
    n_made: u64,
    is_reported: bool,
}

impl Joined {
    /// Counts the rows of `name` with which a row is joined.
    ///
    /// # Errors
    ///
    /// There are too many; the finding, once for a reference.
    pub(super) fn count(
        &mut self,
        reference: &ReferenceMap,
        n_matches: usize,
        name: &str,
    ) -> Result<(), Option<Finding>> {
        if self.0.len() <= reference.index {
            self.0.resize(reference.index + 1, JoinCount::default());
        }
        let count = &mut self.0[reference.index];
        count.n_rows += 1;
        count.n_made += n_matches as u64;
        let is_too_much = count.n_made > MOST_JOINED && count.n_made / count.n_rows > MANY_MATCHES;
        if n_matches <= MOST_MATCHES && !is_too_much {
            return Ok(());
        }
        if std::mem::replace(&mut count.is_reported, true) {
            return Err(None);
        }
        let message = if is_too_much {
            let (n_made, n_rows) = (group_digits(&count.n_made.to_string()), group_digits(&count.n_rows.to_string()));
            format!("the reference to `{name}` makes {n_made} triples of {n_rows} rows")
        } else {
            format!("the row is joined with {} rows of `{name}`", group_digits(&n_matches.to_string()))
        };
        let hint = if reference.joins.is_empty() {
            "add a condition: without one, every row is joined with every row".to_owned()
        } else {
            "compare columns that together identify a row".to_owned()
        };
        Err(Some(Finding::error(codes::EXPLODING_JOIN, message).hint(hint)))
    }
}
