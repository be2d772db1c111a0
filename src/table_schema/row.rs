//! The rows of a table against its schema.

use std::collections::HashMap;

use super::cell::check_cell;
use super::key::{KeyColumns, Keys, KnownKeys, RowAt, is_missing, shown};
use crate::finding::{Finding, closest, codes, shorten};
use crate::pack::schema::{CellReader, Field, Schema};
use crate::pack::{Pack, Resource};
use crate::table::{Header, Record};

/// If there are more values, no hint is searched for: it would take too long.
const MOST_CANDIDATES: usize = 50_000;
/// For how many findings of a table a hint is searched for.
const MOST_HINTS: u64 = 100;

/// What a wrong cell makes impossible to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LeftOut {
    /// Nothing: there is no value.
    Nothing,
    /// The cells of these columns.
    Cells(Vec<usize>),
    /// The row, which has no identity.
    Row,
}

impl LeftOut {
    /// Whether one of these columns is left out.
    pub fn has_any(&self, columns: &[usize]) -> bool {
        match self {
            Self::Nothing => false,
            Self::Cells(cells) => columns.iter().any(|column| cells.contains(column)),
            Self::Row => true,
        }
    }
}

struct Foreign<'a> {
    key: KeyColumns<'a>,
    keys: &'a KnownKeys,
    table: &'a str,
    files: Vec<String>,
}

struct Unique<'a> {
    key: KeyColumns<'a>,
    seen: HashMap<String, RowAt>,
    is_primary: bool,
}

/// Checks the rows of one table, in their order.
pub(super) struct RowChecker<'a> {
    schema: &'a Schema,
    columns: Vec<Option<usize>>,
    names: Vec<String>,
    cells: CellReader,
    uniques: Vec<Unique<'a>>,
    foreigns: Vec<Foreign<'a>>,
    /// The files that have been read, the last one last.
    files: Vec<String>,
    n_hints: u64,
}

impl<'a> RowChecker<'a> {
    pub fn new(
        pack: &'a Pack,
        resource: &'a Resource,
        header: &Header,
        columns: Vec<Option<usize>>,
        cells: CellReader,
        keys: &'a Keys<'a>,
    ) -> Self {
        let schema = &resource.schema;
        let mut uniques = Vec::new();
        let mut unique = |names: &[String], is_primary: bool| {
            if let Some(key) = KeyColumns::new(names, header, schema) {
                uniques.push(Unique { key, seen: HashMap::new(), is_primary });
            }
        };
        unique(&schema.primary_key, true);
        for names in &schema.unique_keys {
            unique(names, false);
        }
        for field in schema.fields.iter().filter(|field| field.constraints.unique) {
            let names = std::slice::from_ref(&field.name);
            if names != schema.primary_key {
                unique(names, false);
            }
        }
        let foreigns = schema.foreign_keys.iter().filter_map(|key| {
            let name = key.resource.as_deref().unwrap_or(&resource.name);
            let other = pack.resource(name)?;
            Some(Foreign {
                keys: keys.get(&(name, key.referred.as_slice()))?,
                key: KeyColumns::new(&key.fields, header, schema)?,
                table: &other.name,
                files: match &other.data {
                    Some(data) => vec![data.file.clone()],
                    None => other.paths.iter().map(|path| pack.files.name(path)).collect(),
                },
            })
        });
        Self {
            schema,
            columns,
            names: header.names().map(str::to_owned).collect(),
            cells,
            foreigns: foreigns.collect(),
            uniques,
            files: Vec::new(),
            n_hints: 0,
        }
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.names
    }

    /// What is wrong with a row, and what of it cannot be said.
    pub fn check(&mut self, record: &Record, file: &str) -> Vec<(Finding, LeftOut)> {
        if self.files.last().is_none_or(|last| last != file) {
            self.files.push(file.to_owned());
        }
        let mut faults = Vec::new();
        self.check_cells(record, file, &mut faults);
        self.check_unique(record, file, &mut faults);
        self.check_foreign(record, file, &mut faults);
        faults
    }

    fn check_cells(&self, record: &Record, file: &str, faults: &mut Vec<(Finding, LeftOut)>) {
        for (column, field) in self.columns.iter().enumerate() {
            let Some(index) = *field else { continue };
            let field = &self.schema.fields[index];
            let fault = if is_missing(record, column, &self.cells) {
                let missing = || Finding::error(codes::MISSING_VALUE, format!("`{}` needs a value", field.name));
                field.constraints.required.then(missing).map(|fault| (fault, LeftOut::Nothing))
            } else if says_anything(field) {
                None
            } else {
                check_cell(record.get(column), record.value_type(column, 0), field)
                    .map(|fault| (fault, LeftOut::Cells(vec![column])))
            };
            let Some((fault, left_out)) = fault else { continue };
            // A row without its key cannot be named.
            let left_out = if self.schema.primary_key.contains(&field.name) { LeftOut::Row } else { left_out };
            let label = format!("column `{}`", field.name);
            faults.push((fault.at(record.place(file, column)).label(label), left_out));
        }
    }

    fn check_unique(&mut self, record: &Record, file: &str, faults: &mut Vec<(Finding, LeftOut)>) {
        let here = ((self.files.len() - 1) as u32, record.line());
        for unique in &mut self.uniques {
            let names = unique.key.names(&self.names);
            let Some(key) = unique.key.of(record, &self.cells) else {
                if !unique.is_primary {
                    continue;
                }
                let empty = unique.key.columns.iter().find(|column| is_missing(record, **column, &self.cells));
                let column = empty.copied().unwrap_or(0);
                let is_reported = self.columns[column].is_some_and(|i| self.schema.fields[i].constraints.required);
                if !is_reported {
                    let message = format!("the primary key {names} needs a value");
                    let fault = Finding::error(codes::MISSING_VALUE, message).at(record.place(file, column));
                    faults.push((fault, LeftOut::Row));
                }
                continue;
            };
            if let Some((first_file, line)) = unique.seen.get(&key) {
                let first = self.files.get(*first_file as usize).map_or(file, String::as_str);
                let message = format!("`{}` occurs twice in {names}", shorten(&shown(&key)));
                let columns = unique.key.columns.clone();
                let left_out = if unique.is_primary { LeftOut::Row } else { LeftOut::Cells(columns) };
                let fault = Finding::error(codes::DUPLICATE_ID, message)
                    .at(record.place(file, unique.key.columns[0]))
                    .label(format!("first at {first}:{line}"));
                faults.push((fault, left_out));
            } else {
                unique.seen.insert(key, here);
            }
        }
    }

    fn check_foreign(&mut self, record: &Record, file: &str, faults: &mut Vec<(Finding, LeftOut)>) {
        for foreign in &self.foreigns {
            let Some(key) = foreign.key.of(record, &self.cells) else { continue };
            if foreign.keys.rows.contains_key(&key) {
                continue;
            }
            let (message, hint) = match foreign.keys.left_out.get(&key) {
                Some(at) => (
                    format!("the row of `{}` with the key `{}` is left out", foreign.table, shorten(&shown(&key))),
                    Some(format!("it is at {}", foreign.place(*at))),
                ),
                None => {
                    let is_searched = self.n_hints < MOST_HINTS && foreign.keys.rows.len() <= MOST_CANDIDATES;
                    self.n_hints += u64::from(is_searched);
                    (
                        format!("no row of `{}` has the key `{}`", foreign.table, shorten(&shown(&key))),
                        is_searched.then(|| foreign.closest(&key)).flatten(),
                    )
                }
            };
            let names = foreign.key.names(&self.names);
            let fault = Finding::error(codes::DANGLING_KEY, message)
                .at(record.place(file, foreign.key.columns[0]))
                .label(format!("column {names}"))
                .hint(hint);
            faults.push((fault, LeftOut::Cells(foreign.key.columns.clone())));
        }
    }
}

impl Foreign<'_> {
    /// The file and line of a row.
    fn place(&self, (file, line): RowAt) -> String {
        format!("{}:{line}", self.files.get(file as usize).map_or("", String::as_str))
    }

    /// The hint that names the closest key.
    fn closest(&self, key: &str) -> Option<String> {
        let mut candidates: Vec<_> = self.keys.rows.iter().collect();
        candidates.sort_by_key(|(key, at)| (**at, *key));
        let found = closest(key, candidates.iter().map(|(key, _)| key.as_str()))?;
        let at = self.keys.rows.get(found).copied().unwrap_or((0, 1));
        Some(format!("did you mean `{}` ({})?", shown(found), self.place(at)))
    }
}

/// Whether any text is a value of a field.
fn says_anything(field: &Field) -> bool {
    let constraints = &field.constraints;
    let is_free = constraints.values.is_none()
        && field.categories.is_none()
        && constraints.pattern.is_none()
        && constraints.min_length.is_none()
        && constraints.max_length.is_none();
    is_free && field.kind.is_any_text()
}
