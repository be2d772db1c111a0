//! The `datapackage.json` of guessed tables.

use serde_json::{Map, Value, json};

use super::column::{FORMS, GuessedColumn};
use super::guess::TableGuess;
use super::link::RowLink;
use super::mapping::{MEASURES, PackNames, SOURCES, SUCCESSIONS, WrittenMapping};
use super::staff::{Heads, MissingHead, Staff};
use super::{DESCRIPTOR, MAPPING, TERMS};

/// Heads that have no row.
pub(super) const HEADS: &str = "heads";
/// How heads are written whose names are not those of rows, letter by letter.
pub(super) const HEAD_NAMES: &str = "head-names";
/// The order of the rows of a list.
pub(super) const ROWS: &str = "rows";

/// The text of the descriptor.
pub(super) fn write(
    tables: &[TableGuess],
    names: &PackNames<'_>,
    staff: Option<&Staff>,
    mapping: &WrittenMapping,
    has_terms: bool,
) -> String {
    let mut resources: Vec<Value> = tables.iter().map(|table| resource(table, tables)).collect();
    if let Some(staff) = staff {
        resources.extend(missing_heads(staff));
        resources.extend(head_names(staff, &tables[0]));
    }
    resources.extend(beside(mapping));
    if names.with_order {
        let table = &tables[0];
        let rows: Vec<Value> = (0..table.reading.rows.len())
            .map(|row| {
                let mut cells: Vec<Value> = table.key.iter().map(|at| Value::from(table.cell(row, *at))).collect();
                cells.push(Value::from((row + 1).to_string()));
                Value::Array(cells)
            })
            .collect();
        let mut head: Vec<Value> = table.key.iter().map(|at| Value::from(table.columns[*at].name.as_str())).collect();
        head.push(Value::from(names.position.as_str()));
        let mut data = vec![Value::Array(head)];
        data.extend(rows);
        resources.push(json!({"name": ROWS, "description": "The order of the rows.", "data": data}));
    }
    let languages: Vec<&str> = names.languages.iter().map(String::as_str).collect();
    let own = mapping.prefixes.iter().filter(|(_, own, _)| *own);
    let prefixes: Map<String, Value> = own.map(|(name, _, iri)| (name.clone(), Value::from(iri.as_str()))).collect();
    // A reference to no row is told, and does not keep the pack from being built.
    let (mut lost, mut is_reversed): (Vec<String>, bool) = (Vec::new(), false);
    for table in tables {
        let is_claim = |column: usize| table.meaning.claims.iter().any(|claim| claim.column == column);
        let links = table.links.iter();
        // Each head in a list that was examined is a row, or a name that became a thing.
        let is_head =
            |column: usize| staff.is_some_and(|it| it.missing.is_empty()) && table.columns_of_heads().contains(&column);
        let is_lost = |link: &&RowLink| {
            link.relation.is_some() && !link.is_whole && !is_claim(link.column) && !is_head(link.column)
        };
        let links = links.filter(is_lost);
        let links: Vec<_> = links.collect();
        is_reversed |= links.iter().any(|link| link.relation.is_some_and(|relation| !relation.from_row));
        lost.extend(links.into_iter().map(|link| format!("`{}` in `{}`", table.columns[link.column].name, table.name)));
    }
    let mut descriptor = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": names.pack,
        "title": names.title,
        "description": format!("Made by `civigraph init`. What `description` says of a table or column was guessed from its cells: correct it in {DESCRIPTOR} and {MAPPING}."),
        "resources": resources,
        "civigraph": {
            "base": names.base,
            "prefixes": prefixes,
            "languages": languages,
            "mapping": MAPPING,
        },
    });
    if let (true, Some(settings)) = (has_terms, descriptor["civigraph"].as_object_mut()) {
        settings.insert("ontology".to_owned(), json!([TERMS]));
    }
    if let (false, Some(settings)) = (lost.is_empty(), descriptor["civigraph"].as_object_mut()) {
        let reason = format!("some values of {} are those of no row", lost.join(" and of "));
        let exception = |check: &str| json!({"check": check, "severity": "warning", "reason": reason});
        settings.insert(
            "exceptions".to_owned(),
            match is_reversed {
                true => json!([exception("outside-range"), exception("outside-domain")]),
                false => json!([exception("outside-range")]),
            },
        );
    }
    let mut text = serde_json::to_string_pretty(&descriptor).unwrap_or_default();
    text.push('\n');
    text
}

/// Heads without a row of which that is certain.
fn missing_heads(staff: &Staff) -> Option<Value> {
    let row = |(name, why): &(String, MissingHead)| {
        let code = if *why == MissingHead::Nobody { "not-in-list" } else { "not-clear-who" };
        json!({"name": name, "code": code})
    };
    let rows: Vec<Value> = staff.missing.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        json!({
            "name": HEADS,
            "description": "Named as heads in the list, without a row of their own. Add them to the list and remove this.",
            "data": rows,
            "schema": {
                "fields": [{"name": "name", "type": "string"}, {"name": "code", "type": "string"}],
                "primaryKey": "name",
            },
        })
    })
}

/// Which rows are meant by heads whose names are written in another way.
fn head_names(staff: &Staff, table: &TableGuess) -> Option<Value> {
    let Heads::ByTable { with_row, rows, .. } = &staff.heads else { return None };
    let mut head = vec![Value::from("written")];
    head.extend(with_row.then(|| Value::from("row")));
    head.extend(table.key.iter().map(|at| Value::from(table.columns[*at].name.as_str())));
    let mut data = vec![Value::Array(head)];
    for row in rows {
        let mut cells = vec![Value::from(row.written.as_str())];
        cells.extend(row.row.as_deref().map(Value::from));
        cells.extend(row.key.iter().map(|cell| Value::from(cell.as_str())));
        data.push(Value::Array(cells));
    }
    let description = "Guessed: which row is meant by a head as it is written in the list.";
    Some(json!({"name": HEAD_NAMES, "description": description, "data": data}))
}

/// What mappings need beside the tables: measures, sources, those who have no row.
fn beside(mapping: &WrittenMapping) -> Vec<Value> {
    let mut resources = Vec::new();
    if !mapping.measures.is_empty() {
        let row = |(id, (label, dimension)): (&String, &(String, &str))| json!({"id": id, "label": label, "dimension": dimension});
        resources.push(json!({
            "name": MEASURES,
            "description": "What the figures measure. The label may be changed; the dimension is one of `civigraph vocabulary Dimension`.",
            "data": mapping.measures.iter().map(row).collect::<Vec<_>>(),
        }));
    }
    if !mapping.sources.is_empty() {
        let row = |(id, title): &(String, String)| json!({"id": id, "title": title});
        resources.push(json!({
            "name": SOURCES,
            "description": "The tables as sources of claims and figures. Give them the titles of the publications.",
            "data": mapping.sources.iter().map(row).collect::<Vec<_>>(),
        }));
    }
    if !mapping.successions.is_empty() {
        // A body has one claim that it was changed.
        let mut claimed = std::collections::BTreeSet::new();
        let rows: Vec<Value> = mapping
            .successions
            .iter()
            .map(|told| {
                let claim = if told.is_first && claimed.insert(&told.body) { told.body.as_str() } else { "" };
                json!({"body": told.body, "name": told.name, "successor": told.successor, "claim": claim})
            })
            .collect();
        resources.push(json!({
            "name": SUCCESSIONS,
            "description": "Changes that only the row of what came after tells. Add them to the row of what was before and remove this.",
            "data": rows,
        }));
    }
    for (name, others) in &mapping.others {
        resources.push(json!({
            "name": name,
            "description": "Guessed: referred to in other tables, without a row of their own. Add them to the table and remove this.",
            "data": others.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        }));
    }
    resources
}

fn resource(table: &TableGuess, tables: &[TableGuess]) -> Value {
    let reading = &table.reading;
    let mut resource = Map::new();
    let mut set = |key: &str, value: Value| resource.insert(key.to_owned(), value);
    set("name", Value::from(table.name.as_str()));
    set("description", Value::from(format!("{} rows. {}", reading.rows.len(), about(table))));
    set("path", Value::from(reading.relative.as_str()));
    if let Some(encoding) = reading.encoding {
        set("encoding", Value::from(encoding.to_ascii_lowercase()));
    }
    if let Some(json) = &reading.json {
        set("mediatype", Value::from(if json.lines { "application/x-ndjson" } else { "application/json" }));
        return Value::Object(resource);
    }
    let dialect = dialect(table);
    if !dialect.is_empty() {
        set("dialect", Value::Object(dialect));
    }
    let mut schema = Map::new();
    let there = table.columns.iter().enumerate().filter(|(_, column)| column.parts.is_none());
    let fields = there.map(|(at, column)| field(table, tables, at, column)).collect();
    schema.insert("fields".to_owned(), Value::Array(fields));
    if table.key_is_unique && !reading.is_part && !table.key_has_gaps() {
        let key: Vec<&str> = table.key.iter().map(|at| table.columns[*at].name.as_str()).collect();
        schema.insert("primaryKey".to_owned(), if let [only] = key[..] { Value::from(only) } else { Value::from(key) });
    }
    let whole = table.links.iter().filter(|link| {
        let target = &tables[link.table];
        link.is_whole
            && target.key == [link.target]
            && target.key_is_unique
            && !target.reading.is_part
            && target.reading.json.is_none()
            && table.columns[link.column].list.is_none()
    });
    let keys: Vec<Value> = whole
        .map(|link| {
            let target = &tables[link.table];
            let resource = if target.name == table.name { "" } else { &target.name };
            json!({
                "fields": table.columns[link.column].name,
                "reference": {"resource": resource, "fields": target.columns[link.target].name},
            })
        })
        .collect();
    if !keys.is_empty() {
        schema.insert("foreignKeys".to_owned(), Value::Array(keys));
    }
    resource.insert("schema".to_owned(), Value::Object(schema));
    Value::Object(resource)
}

fn about(table: &TableGuess) -> String {
    let key: Vec<String> = table.key.iter().map(|at| format!("`{}`", table.columns[*at].name)).collect();
    let key = if key.is_empty() { "nothing".to_owned() } else { key.join(" and ") };
    let label = table.labels.first().map(|(at, _)| format!("; the name is `{}`", table.columns[*at].name));
    format!("Guessed: identified by {key}{}.", label.unwrap_or_default())
}

fn dialect(table: &TableGuess) -> Map<String, Value> {
    let dialect = &table.reading.dialect;
    let mut written = Map::new();
    let mut set = |key: &str, value: Value| written.insert(key.to_owned(), value);
    if let Some(delimiter) = &dialect.delimiter {
        set("delimiter", Value::from(delimiter.as_str()));
    }
    if dialect.header_rows.is_empty() {
        set("header", Value::from(false));
    } else if dialect.header_rows != [1] {
        set("headerRows", Value::from(dialect.header_rows.clone()));
    }
    if !dialect.comment_rows.is_empty() {
        set("commentRows", Value::from(dialect.comment_rows.clone()));
    }
    if let Some(comment) = &dialect.comment {
        set("commentChar", Value::from(comment.as_str()));
    }
    if let Some(sheet) = &table.reading.sheet {
        set("sheetName", Value::from(sheet.as_str()));
    }
    written
}

fn field(table: &TableGuess, tables: &[TableGuess], at: usize, column: &GuessedColumn) -> Value {
    let mut told = vec![table.told_form(at).to_owned()];
    if let Some(link) = table.links.iter().find(|link| link.column == at) {
        let target = &tables[link.table];
        told.push(format!("refers to `{}` of `{}`", target.columns[link.target].name, target.name));
    }
    if let Some((_, language)) = table.labels.iter().find(|(label, _)| *label == at) {
        told.push(format!("the name in the language `{language}`"));
    }
    told.extend(table.meaning.told(at));
    told.extend(column.unsure.iter().map(|unsure| format!("unsure: {unsure}")));
    let mut field = Map::new();
    field.insert("name".to_owned(), Value::from(column.name.as_str()));
    let form: Map<String, Value> = match &column.list {
        Some(delimiter) => {
            told[0] = "several texts".to_owned();
            Map::from_iter([
                ("type".to_owned(), Value::from("list")),
                ("delimiter".to_owned(), Value::from(delimiter.as_str())),
            ])
        }
        None => serde_json::from_str(&format!("{{{}}}", FORMS[column.form].field)).unwrap_or_default(),
    };
    field.extend(form);
    field.insert("description".to_owned(), Value::from(format!("Guessed: {}.", told.join("; "))));
    if !column.missing.is_empty() {
        let mut missing = vec![String::new()];
        missing.extend(column.missing.iter().cloned());
        field.insert("missingValues".to_owned(), Value::from(missing));
    }
    if table.key == [at] && table.key_is_unique && !table.reading.is_part {
        field.insert("constraints".to_owned(), json!({"required": true}));
    }
    Value::Object(field)
}
