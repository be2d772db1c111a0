//! Validation of tables against their Table Schema: types, required values, enums, keys.
//!
//! Each table is read once, and once more beforehand if another table refers to it. Only keys are
//! held in memory.

use std::collections::HashMap;

use regex::Regex;
use serde_json::Value;

use crate::finding::{Finding, Findings, Limit, closest, codes, shorten};
use crate::pack::schema::{Constraints, Field, FieldNames, FieldType, FieldsMatch, Schema};
use crate::pack::{JsonStep, Pack, Resource};
use crate::progress::{self, Unit};
use crate::source::{self, Source};
use crate::table::{Header, Record, Table};

/// How many rows a table has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSize {
    /// The resource's name.
    pub name: String,
    /// Rows below the header.
    pub n_rows: u64,
}

/// Reads all tables of a pack; returns their sizes and the findings, of which at most `limit` are
/// kept.
pub fn check(pack: &Pack, limit: Limit) -> (Vec<TableSize>, Findings) {
    let mut findings = Findings::keeping(limit);
    let keys = referenced_keys(pack);
    let sizes_in_bytes = pack.descriptor.resources.iter().filter_map(|resource| pack.files.size(&resource.path));
    progress::begin("checking tables", Unit::Bytes, Some(sizes_in_bytes.sum()));
    let mut sizes = Vec::new();
    for index in 0..pack.descriptor.resources.len() {
        let resource = &pack.descriptor.resources[index];
        let mut table = match open(pack, index) {
            Ok(table) => table,
            Err(faults) => {
                findings.append(faults);
                continue;
            }
        };
        let columns = match_header(&table, &resource.schema, &mut findings);
        let mut checker = Checker::new(pack, resource, &table.header, columns, &keys);
        let mut record = Record::default();
        let mut n_rows = 0;
        while table.read(&mut record, &mut findings) {
            n_rows += 1;
            checker.check(&record, &table.file, &mut findings);
        }
        sizes.push(TableSize { name: resource.name.clone(), n_rows });
    }
    findings.sort();
    (sizes, findings)
}

fn open(pack: &Pack, index: usize) -> Result<Table, Findings> {
    let resource = &pack.descriptor.resources[index];
    let named_at = pack.place(&[JsonStep::Key("resources"), JsonStep::Index(index), JsonStep::Key("path")]);
    source::open(pack, &Source::rows(&resource.path), &[], &named_at)
}

/// The values of each group of columns that a foreign key refers to, with the line on which each
/// first occurs.
type Keys<'a> = HashMap<(&'a str, &'a [String]), HashMap<String, u64>>;

fn referenced_keys(pack: &Pack) -> Keys<'_> {
    let mut keys: Keys<'_> = HashMap::new();
    for resource in &pack.descriptor.resources {
        for key in &resource.schema.foreign_keys {
            let name = if key.reference.resource.is_empty() { &resource.name } else { &key.reference.resource };
            keys.entry((name, &key.reference.fields.0)).or_default();
        }
    }
    let mut unread = Vec::new();
    for (index, resource) in pack.descriptor.resources.iter().enumerate() {
        let mut wanted: Vec<_> = keys.iter_mut().filter(|((name, _), _)| *name == resource.name).collect();
        if wanted.is_empty() {
            continue;
        }
        // Errors in the table are reported when the table itself is checked; references to it
        // cannot be checked.
        let Ok(mut table) = open(pack, index) else {
            unread.push(resource.name.as_str());
            continue;
        };
        let columns: Vec<Option<Vec<usize>>> =
            wanted.iter().map(|((_, names), _)| names.iter().map(|name| table.header.index(name)).collect()).collect();
        let mut record = Record::default();
        let mut unsaid = Findings::keeping(Limit::NOTHING);
        while table.read(&mut record, &mut unsaid) {
            for ((_, values), columns) in wanted.iter_mut().zip(&columns) {
                let Some(columns) = columns else { continue };
                if let Some(value) = key_of(&record, columns, &resource.schema) {
                    values.entry(value).or_insert(record.line());
                }
            }
        }
    }
    keys.retain(|(name, _), _| !unread.contains(name));
    keys
}

/// The cells of a key as one text; `None` if a cell has no value.
fn key_of(record: &Record, columns: &[usize], schema: &Schema) -> Option<String> {
    let mut key = String::new();
    for (n, &column) in columns.iter().enumerate() {
        let cell = record.get(column);
        if schema.is_missing(cell) {
            return None;
        }
        if n > 0 {
            key.push('\u{1f}');
        }
        key.push_str(cell);
    }
    Some(key)
}

/// For each column of the header, the index of its field in the schema.
fn match_header(table: &Table, schema: &Schema, findings: &mut Findings) -> Vec<Option<usize>> {
    let header = &table.header;
    let index_of = |name: &str| schema.fields.iter().position(|field| field.name == name);
    let columns: Vec<Option<usize>> = header.names().map(index_of).collect();
    if schema.fields.is_empty() {
        return columns;
    }
    let no_more = !matches!(schema.fields_match, FieldsMatch::Subset | FieldsMatch::Partial);
    let no_less = !matches!(schema.fields_match, FieldsMatch::Superset | FieldsMatch::Partial);
    for (column, name) in header.names().enumerate() {
        if no_more && columns[column].is_none() {
            findings.push(
                Finding::error(codes::UNKNOWN_COLUMN, format!("the schema has no field `{name}`"))
                    .at(header.place(&table.file, column))
                    .hint(crate::finding::did_you_mean(
                        name,
                        schema.names().into_iter().filter(|name| header.index(name).is_none()),
                    )),
            );
        }
    }
    let missing: Vec<&str> =
        schema.fields.iter().map(|field| field.name.as_str()).filter(|name| header.index(name).is_none()).collect();
    if no_less && !missing.is_empty() {
        for name in &missing {
            findings.push(
                Finding::error(codes::MISSING_COLUMN, format!("there is no column `{name}`"))
                    .at(header.place(&table.file, 0))
                    .hint(header.suggest(name)),
            );
        }
    } else if schema.fields_match == FieldsMatch::Exact && missing.is_empty() {
        let wrong = columns.iter().enumerate().find(|(at, field)| **field != Some(*at) && field.is_some());
        if let (Some((column, _)), true) = (wrong, columns.iter().all(Option::is_some)) {
            let expected = &schema.fields[column].name;
            findings.push(
                Finding::error(codes::COLUMN_ORDER, format!("expected the column `{expected}` here"))
                    .at(header.place(&table.file, column))
                    .hint("put the columns in the order of the schema, or set `\"fieldsMatch\": \"equal\"`".to_owned()),
            );
        }
    }
    columns
}

/// If there are more values, no hint is searched for: it would take too long.
const MOST_CANDIDATES: usize = 50_000;
/// For how many findings of a table a hint is searched for.
const MOST_HINTS: u64 = 100;

struct Foreign<'a> {
    columns: Vec<usize>,
    keys: &'a HashMap<String, u64>,
    table: &'a str,
    file: String,
}

struct Unique {
    columns: Vec<usize>,
    seen: HashMap<String, u64>,
    required: bool,
}

struct Checker<'a> {
    schema: &'a Schema,
    columns: Vec<Option<usize>>,
    names: Vec<String>,
    patterns: Vec<Option<Regex>>,
    /// The values of `enum`, in canonical form.
    values: Vec<Option<Vec<String>>>,
    uniques: Vec<Unique>,
    foreigns: Vec<Foreign<'a>>,
    n_hints: u64,
}

impl<'a> Checker<'a> {
    fn new(
        pack: &'a Pack,
        resource: &'a Resource,
        header: &Header,
        columns: Vec<Option<usize>>,
        keys: &'a Keys<'a>,
    ) -> Self {
        let schema = &resource.schema;
        let indexes =
            |names: &FieldNames| -> Option<Vec<usize>> { names.0.iter().map(|name| header.index(name)).collect() };
        let mut uniques = Vec::new();
        let mut unique = |names: &FieldNames, required: bool| {
            if let Some(columns) = indexes(names).filter(|columns| !columns.is_empty()) {
                uniques.push(Unique { columns, seen: HashMap::new(), required });
            }
        };
        unique(&schema.primary_key, true);
        for names in &schema.unique_keys {
            unique(names, false);
        }
        for field in &schema.fields {
            let names = FieldNames(vec![field.name.clone()]);
            if field.constraints.unique && names != schema.primary_key {
                unique(&names, false);
            }
        }
        let foreigns = schema.foreign_keys.iter().filter_map(|key| {
            let name = if key.reference.resource.is_empty() {
                resource.name.as_str()
            } else {
                key.reference.resource.as_str()
            };
            let other = pack.descriptor.resources.iter().find(|other| other.name == name)?;
            Some(Foreign {
                columns: indexes(&key.fields).filter(|columns| !columns.is_empty())?,
                keys: keys.get(&(name, key.reference.fields.0.as_slice()))?,
                table: &other.name,
                file: pack.files.name(&other.path),
            })
        });
        // An invalid pattern is an error in the descriptor and was reported there.
        let pattern = |field: &Field| field.constraints.whole_cell()?.ok();
        let values = |field: &Field| {
            let values = field.constraints.values.as_ref()?;
            Some(values.iter().map(|value| canonical(field.kind, &text_of(value))).collect())
        };
        Self {
            schema,
            columns,
            names: header.names().map(str::to_owned).collect(),
            patterns: schema.fields.iter().map(pattern).collect(),
            values: schema.fields.iter().map(values).collect(),
            foreigns: foreigns.collect(),
            uniques,
            n_hints: 0,
        }
    }

    fn check(&mut self, record: &Record, file: &str, findings: &mut Findings) {
        for (column, field) in self.columns.iter().enumerate() {
            let Some(index) = *field else { continue };
            let field = &self.schema.fields[index];
            let cell = record.get(column);
            let fault = if self.schema.is_missing(cell) {
                field
                    .constraints
                    .required
                    .then(|| Finding::error(codes::MISSING_VALUE, format!("`{}` needs a value", field.name)))
            } else {
                check_cell(cell, field, self.patterns[index].as_ref(), self.values[index].as_deref())
            };
            if let Some(fault) = fault {
                let label = format!("column `{}`", field.name);
                findings.push(fault.at(record.place(file, column)).label(label));
            }
        }
        for unique in &mut self.uniques {
            let names = column_names(&self.names, &unique.columns);
            match key_of(record, &unique.columns, self.schema) {
                None if unique.required => {
                    let empty = unique.columns.iter().find(|c| self.schema.is_missing(record.get(**c)));
                    let column = empty.copied().unwrap_or(0);
                    let required = self.columns[column].is_some_and(|i| self.schema.fields[i].constraints.required);
                    if !required {
                        let message = format!("the primary key {names} needs a value");
                        findings.push(Finding::error(codes::MISSING_VALUE, message).at(record.place(file, column)));
                    }
                }
                None => {}
                Some(key) => {
                    let line = record.line();
                    let shown = shorten(&key.replace('\u{1f}', ", "));
                    let first = *unique.seen.entry(key).or_insert(line);
                    if first != line {
                        findings.push(
                            Finding::error(codes::DUPLICATE_ID, format!("`{shown}` occurs twice in {names}"))
                                .at(record.place(file, unique.columns[0]))
                                .label(format!("first at {file}:{first}")),
                        );
                    }
                }
            }
        }
        for foreign in &self.foreigns {
            let Some(key) = key_of(record, &foreign.columns, self.schema) else { continue };
            if foreign.keys.contains_key(&key) {
                continue;
            }
            let shown = shorten(&key.replace('\u{1f}', ", "));
            let mut hint = None;
            if self.n_hints < MOST_HINTS && foreign.keys.len() <= MOST_CANDIDATES {
                self.n_hints += 1;
                let mut candidates: Vec<_> = foreign.keys.iter().collect();
                candidates.sort_by_key(|(_, line)| **line);
                hint = closest(&key, candidates.iter().map(|(key, _)| key.as_str())).map(|found| {
                    let line = foreign.keys.get(found).copied().unwrap_or(1);
                    format!("did you mean `{}` ({}:{line})?", found.replace('\u{1f}', ", "), foreign.file)
                });
            }
            let names = column_names(&self.names, &foreign.columns);
            findings.push(
                Finding::error(codes::DANGLING_KEY, format!("no row of `{}` has the key `{shown}`", foreign.table))
                    .at(record.place(file, foreign.columns[0]))
                    .label(format!("column {names}"))
                    .hint(hint),
            );
        }
    }
}

fn column_names(names: &[String], columns: &[usize]) -> String {
    let quoted: Vec<String> = columns.iter().map(|column| format!("`{}`", names[*column])).collect();
    quoted.join(", ")
}

/// The canonical form of a value: equal values have equal texts.
fn canonical(kind: FieldType, text: &str) -> String {
    match kind {
        FieldType::Boolean => match text {
            "true" | "True" | "TRUE" | "1" => "true".to_owned(),
            _ => "false".to_owned(),
        },
        FieldType::Integer | FieldType::Number => {
            text.parse::<f64>().map_or_else(|_| text.to_owned(), |number| number.to_string())
        }
        _ => text.to_owned(),
    }
}

fn check_cell(cell: &str, field: &Field, pattern: Option<&Regex>, values: Option<&[String]>) -> Option<Finding> {
    let shown = || shorten(cell);
    if !field.kind.accepts(cell) {
        let trimmed = cell.trim();
        let hint = if trimmed != cell && field.kind.accepts(trimmed) {
            "remove the spaces around it".to_owned()
        } else {
            format!("write {}", field.kind.example())
        };
        let message = format!("`{}` is not of type {}", shown(), field.kind.name());
        return Some(Finding::error(codes::WRONG_TYPE, message).hint(hint));
    }
    let Constraints { min_length, max_length, minimum, maximum, .. } = &field.constraints;
    if let Some(values) = values {
        let value = canonical(field.kind, cell);
        if !values.contains(&value) {
            let texts: Vec<String> = field.constraints.values.iter().flatten().map(text_of).collect();
            let known = texts.iter().map(String::as_str);
            let hint = closest(cell, known).map_or_else(
                || {
                    format!(
                        "the allowed values are {}",
                        texts.iter().map(|t| format!("`{t}`")).collect::<Vec<_>>().join(", ")
                    )
                },
                |found| format!("did you mean `{found}`?"),
            );
            let message = format!("`{}` is not an allowed value of `{}`", shown(), field.name);
            return Some(Finding::error(codes::UNKNOWN_VALUE, message).hint(hint));
        }
    }
    if let Some(pattern) = pattern.filter(|pattern| !pattern.is_match(cell)) {
        let raw = pattern.as_str();
        let raw = raw.strip_prefix("^(?:").and_then(|raw| raw.strip_suffix(")$")).unwrap_or(raw);
        let message = format!("`{}` does not match the pattern `{}`", shown(), raw.trim_end());
        return Some(Finding::error(codes::WRONG_FORM, message));
    }
    let n_chars = cell.chars().count();
    if min_length.is_some_and(|least| n_chars < least) || max_length.is_some_and(|most| n_chars > most) {
        let message = format!("`{}` has {n_chars} characters; {}", shown(), bounds(min_length, max_length));
        return Some(Finding::error(codes::WRONG_FORM, message));
    }
    let too_small = minimum.as_ref().is_some_and(|least| less(field.kind, cell, &text_of(least)));
    let too_great = maximum.as_ref().is_some_and(|most| less(field.kind, &text_of(most), cell));
    if too_small || too_great {
        let [least, most] = [minimum, maximum].map(|bound| bound.as_ref().map(text_of));
        let message = format!("`{}` is out of range; {}", shown(), bounds(&least, &most));
        return Some(Finding::error(codes::OUT_OF_RANGE, message));
    }
    None
}

fn bounds<T: std::fmt::Display>(least: &Option<T>, most: &Option<T>) -> String {
    match (least, most) {
        (Some(least), Some(most)) => format!("{least} to {most} is allowed"),
        (Some(least), None) => format!("at least {least} is required"),
        (None, Some(most)) => format!("at most {most} is allowed"),
        (None, None) => String::new(),
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether `a` is less than `b`: as numbers if the type is numeric, otherwise as texts, which is
/// right for dates and times in their default format.
fn less(kind: FieldType, a: &str, b: &str) -> bool {
    match (kind, a.parse::<f64>(), b.parse::<f64>()) {
        (FieldType::Integer | FieldType::Number, Ok(a), Ok(b)) => a < b,
        _ => a < b,
    }
}
