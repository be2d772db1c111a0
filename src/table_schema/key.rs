//! Keys of rows, compared as values: `1` and `1.0` are one number.

use std::collections::HashMap;

use super::header::match_header;
use super::row::RowChecker;
use crate::finding::{Finding, Findings, Limit, codes};
use crate::pack::schema::{CellReader, FieldType, Schema};
use crate::pack::{Pack, Resource};
use crate::source::{self, TableSource};
use crate::table::{Header, Record, ValueType};

/// Where a row is: the number of its file, and its line.
pub(super) type RowAt = (u32, u64);

/// The values of each group of columns that a foreign key refers to.
pub(super) type Keys<'a> = HashMap<(&'a str, &'a [String]), KnownKeys>;

/// The values of a group of columns, each with the row in which it first occurs.
#[derive(Debug, Default)]
pub(super) struct KnownKeys {
    /// Those that rows have.
    pub rows: HashMap<String, RowAt>,
    /// Those of rows that are left out, or whose key is.
    pub left_out: HashMap<String, RowAt>,
}

/// The parts of a key in its text.
const SEPARATOR: &str = "\u{1f}\u{1e}";

/// Columns that form a key.
pub(super) struct KeyColumns<'a> {
    pub columns: Vec<usize>,
    kinds: Vec<Option<&'a FieldType>>,
}

impl<'a> KeyColumns<'a> {
    /// The columns with these names, if the table has all of them.
    pub fn new(names: &[String], header: &Header, schema: &'a Schema) -> Option<Self> {
        let columns: Vec<usize> = names.iter().map(|name| header.index(name)).collect::<Option<_>>()?;
        let kinds = names.iter().map(|name| Some(&schema.field(name)?.kind));
        (!columns.is_empty()).then(|| Self { columns, kinds: kinds.collect() })
    }

    /// The key of a row as one text; `None` if a cell has no value.
    pub fn of(&self, record: &Record, cells: &CellReader) -> Option<String> {
        let mut key = String::new();
        for (n, (&column, kind)) in self.columns.iter().zip(&self.kinds).enumerate() {
            if is_missing(record, column, cells) {
                return None;
            }
            let cell = record.get(column);
            let is_value = record.value_type(column, 0) != ValueType::Text;
            let value = match kind {
                None | Some(FieldType::Any | FieldType::String(_)) => None,
                Some(kind) => kind.read_from(cell, is_value).ok().map(|value| value.key()),
            };
            let value = value.as_deref().unwrap_or(cell);
            if self.columns.len() == 1 {
                return Some(value.to_owned());
            }
            if n > 0 {
                key.push_str(SEPARATOR);
            }
            key.push_str(&value.replace('\u{1f}', "\u{1f}\u{1f}"));
        }
        Some(key)
    }

    /// Their names, for messages.
    pub fn names(&self, header: &[String]) -> String {
        let quoted: Vec<String> = self.columns.iter().map(|column| format!("`{}`", header[*column])).collect();
        quoted.join(", ")
    }
}

/// A key as it is shown.
pub(super) fn shown(key: &str) -> String {
    key.replace(SEPARATOR, ", ")
}

/// Whether a cell has no value.
pub(super) fn is_missing(record: &Record, column: usize, cells: &CellReader) -> bool {
    record.n_values(column) == 0 || cells.is_missing(column, record.get(column))
}

/// The keys that foreign keys refer to. If bad cells are skipped, the keys of rows that are left
/// out are known as such.
pub(super) fn referenced_keys<'a>(pack: &'a Pack, skip_bad_cells: bool, findings: &mut Findings) -> Keys<'a> {
    let nothing = Keys::new();
    let mut keys = read_all(pack, skip_bad_cells.then_some(&nothing), findings);
    // A row whose key is a foreign key is left out if that leads to a row that is left out.
    while skip_bad_cells && has_key_of_key(pack) {
        let n_left_out = |keys: &Keys<'_>| keys.values().map(|known| known.left_out.len()).sum::<usize>();
        let next = read_all(pack, Some(&keys), &mut Findings::keeping(Limit::NOTHING));
        let is_complete = n_left_out(&next) == n_left_out(&keys);
        keys = next;
        if is_complete {
            break;
        }
    }
    keys
}

/// Whether a foreign key refers to a column that is itself part of a foreign key.
fn has_key_of_key(pack: &Pack) -> bool {
    pack.descriptor.resources.iter().any(|resource| {
        resource.schema.foreign_keys.iter().any(|key| {
            let target = key.resource.as_deref().map_or(Some(resource), |name| pack.resource(name));
            target.is_some_and(|target| {
                let of_target = target.schema.foreign_keys.iter().flat_map(|key| &key.fields);
                of_target.into_iter().any(|field| key.referred.contains(field))
            })
        })
    })
}

fn read_all<'a>(pack: &'a Pack, checked_by: Option<&Keys<'_>>, findings: &mut Findings) -> Keys<'a> {
    let mut keys: Keys<'_> = HashMap::new();
    for resource in &pack.descriptor.resources {
        for key in &resource.schema.foreign_keys {
            keys.entry((key.resource.as_deref().unwrap_or(&resource.name), &key.referred)).or_default();
        }
    }
    let mut unread: Vec<(&str, &[String])> = Vec::new();
    for resource in &pack.descriptor.resources {
        let mut wanted: Vec<_> = keys.iter_mut().filter(|((name, _), _)| *name == resource.name).collect();
        if !wanted.is_empty() {
            unread.extend(read_keys(pack, resource, checked_by, &mut wanted, findings));
        }
    }
    keys.retain(|key, _| !unread.contains(key));
    keys
}

type WantedKeys<'k, 'a> = (&'k (&'a str, &'a [String]), &'k mut KnownKeys);

/// Reads the keys of a resource; returns those that could not be read. Errors in the table are
/// reported when the table itself is checked; with `checked_by`, the keys of its foreign keys, they
/// leave out rows and keys.
fn read_keys<'a>(
    pack: &'a Pack,
    resource: &'a Resource,
    checked_by: Option<&Keys<'_>>,
    wanted: &mut [WantedKeys<'_, 'a>],
    findings: &mut Findings,
) -> Vec<(&'a str, &'a [String])> {
    let source = TableSource::of(resource);
    let Ok(mut table) = source::open(pack, &source, &[], &resource.place) else {
        return wanted.iter().map(|(key, _)| **key).collect();
    };
    let cells = source::cells(pack, &source, &table.header);
    let columns: Vec<Option<KeyColumns<'_>>> =
        wanted.iter().map(|((_, names), _)| KeyColumns::new(names, &table.header, &resource.schema)).collect();
    let mut checker = checked_by.map(|keys| {
        let fields = match_header(&table, &resource.schema, &mut Findings::keeping(Limit::NOTHING));
        RowChecker::new(pack, resource, &table.header, fields, cells.clone(), keys)
    });
    let mut record = Record::default();
    let mut unsaid = Findings::keeping(Limit::NOTHING);
    let (mut file, mut n_files) = (table.file.clone(), 0);
    while table.read(&mut record, &mut unsaid) {
        if table.file != file {
            file.clone_from(&table.file);
            n_files += 1;
        }
        let faults = checker.as_mut().map(|checker| checker.check(&record, &file)).unwrap_or_default();
        for ((_, known), columns) in wanted.iter_mut().zip(&columns) {
            let Some(columns) = columns else { continue };
            let Some(value) = columns.of(&record, &cells) else { continue };
            let is_left_out = faults.iter().any(|(_, left_out)| left_out.has_any(&columns.columns));
            let keys = if is_left_out { &mut known.left_out } else { &mut known.rows };
            keys.entry(value).or_insert((n_files, record.line()));
        }
    }
    let mut unread = Vec::new();
    for ((key, _), columns) in wanted.iter().zip(&columns) {
        if columns.is_some() {
            continue;
        }
        unread.push(**key);
        // A schema says which columns there are, and that one is missing is reported by it.
        if resource.schema.fields.is_empty() {
            findings.extend(lost_columns(pack, resource, key.1, &table.header));
        }
    }
    unread
}

/// The findings about foreign keys to columns that a table without a schema lacks.
fn lost_columns(pack: &Pack, resource: &Resource, names: &[String], header: &Header) -> Vec<Finding> {
    let mut faults = Vec::new();
    for referring in &pack.descriptor.resources {
        for key in &referring.schema.foreign_keys {
            let target = key.resource.as_deref().unwrap_or(&referring.name);
            if target != resource.name || key.referred != names {
                continue;
            }
            for name in names.iter().filter(|name| header.index(name).is_none()) {
                let message = format!("the table `{}` has no column `{name}`", resource.name);
                faults.push(
                    Finding::error(codes::UNKNOWN_COLUMN, message).at(key.place.clone()).hint(header.suggest(name)),
                );
            }
        }
    }
    faults
}
