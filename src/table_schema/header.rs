//! The header of a table against the fields of its schema.

use std::collections::HashMap;

use crate::finding::{Finding, Findings, codes, did_you_mean};
use crate::pack::schema::{FieldsMatch, Schema};
use crate::table::Table;

/// How many findings of a header have a hint: each is a search among all names.
const MOST_HINTS: usize = 200;

/// For each column of the header, the index of its field in the schema.
pub(super) fn match_header(table: &Table, schema: &Schema, findings: &mut Findings) -> Vec<Option<usize>> {
    let header = &table.header;
    let fields: HashMap<&str, usize> =
        schema.fields.iter().enumerate().rev().map(|(index, field)| (field.name.as_str(), index)).collect();
    let columns: Vec<Option<usize>> = header.names().map(|name| fields.get(name).copied()).collect();
    if schema.fields.is_empty() {
        return columns;
    }
    let no_more = !matches!(schema.fields_match, FieldsMatch::Subset | FieldsMatch::Partial);
    let no_less = !matches!(schema.fields_match, FieldsMatch::Superset | FieldsMatch::Partial);
    let missing: Vec<&str> =
        schema.fields.iter().map(|field| field.name.as_str()).filter(|name| header.index(name).is_none()).collect();
    let unknown = header.names().enumerate().filter(|(column, _)| no_more && columns[*column].is_none());
    for (n, (column, name)) in unknown.enumerate() {
        let finding = Finding::error(codes::UNKNOWN_COLUMN, format!("the schema has no field `{name}`"));
        let hint = if n < MOST_HINTS { did_you_mean(name, missing.iter().copied()) } else { None };
        findings.push(finding.at(header.place(&table.file, column)).hint(hint));
    }
    if no_less && !missing.is_empty() {
        for (n, name) in missing.iter().enumerate() {
            let finding = Finding::error(codes::MISSING_COLUMN, format!("there is no column `{name}`"));
            let hint = (n < MOST_HINTS).then(|| header.suggest(name));
            findings.push(finding.at(header.place(&table.file, 0)).hint(hint));
        }
    } else if schema.fields_match == FieldsMatch::Partial && missing.len() == schema.fields.len() {
        let message = "no column is a field of the schema; `\"fieldsMatch\": \"partial\"` needs at least one";
        findings.push(Finding::error(codes::MISSING_COLUMN, message).at(header.place(&table.file, 0)));
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
