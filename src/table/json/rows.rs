//! A list of JSON as a table by itself (Table Dialect, `property`, `itemType`, `itemKeys`): its
//! elements are the rows, objects or lists of cells.

use std::collections::HashSet;

use jsonpath_rust::parser::model::Selector;

use super::node::{JsonContent, Node};
use super::path::{JsonPath, JsonReference, JsonSegment};
use super::{JsonReader, RowShape};
use crate::dialect::{Dialect, ItemType};
use crate::finding::{Finding, Findings, Place, codes};
use crate::table::DecodedText;

/// The iterator of the rows.
fn iterator(dialect: &Dialect, lines: bool) -> (String, JsonPath) {
    let one = |selector: Selector| JsonSegment { descends: false, selectors: vec![selector] };
    let names: Vec<&str> = dialect.property.iter().flat_map(|path| path.split('.')).collect();
    let mut path: Vec<JsonSegment> = names.iter().map(|name| one(Selector::Name((*name).to_owned()))).collect();
    let mut text = names.iter().map(|name| format!(".{name}")).collect::<String>();
    if !lines || !names.is_empty() {
        path.push(one(Selector::Wildcard));
        text.push_str("[*]");
    }
    (format!("${text}"), JsonPath(path))
}

/// Opens the rows: the names of the columns, and a reader of what is below them.
///
/// `open` opens the file anew: unless the dialect names the columns, they are those of all rows.
pub(in crate::table) fn open(
    file: &str,
    open: &mut dyn FnMut() -> Result<DecodedText, Findings>,
    dialect: &Dialect,
    lines: bool,
) -> Result<(Vec<String>, JsonReader), Findings> {
    let (iterator, path) = iterator(dialect, lines);
    let mut reader = |columns: Vec<JsonReference>| -> Result<JsonReader, Findings> {
        let DecodedText { input, encoding } = open()?;
        Ok(JsonReader::of(file, encoding, input, (&iterator, path.clone(), lines), columns))
    };
    let found = columns(&mut reader(Vec::new())?, dialect)?;
    let references = match found.shape.kind {
        ItemType::Object => found.names.iter().map(|name| JsonReference::member(name)).collect(),
        ItemType::Array => (0..found.names.len()).map(JsonReference::element).collect(),
    };
    let mut reader = reader(references)?;
    reader.shape = Some(found.shape);
    Ok((found.names, reader))
}

struct FoundColumns {
    names: Vec<String>,
    shape: RowShape,
}

/// Reads all rows for the columns that they have.
fn columns(reader: &mut JsonReader, dialect: &Dialect) -> Result<FoundColumns, Findings> {
    let mut kind = dialect.item_type;
    let mut names: Vec<String> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    let mut headers: Vec<Vec<String>> = Vec::new();
    let (mut n, mut width) = (0_u64, 0);
    let mut faults = Findings::new();
    while let Some(written) = reader.next_passage().map_err(|stop| {
        let mut findings = Findings::new();
        reader.tell(stop, &mut findings);
        findings
    })? {
        let item = reader.read_passage(written, &mut faults);
        if faults.has_errors() {
            return Err(faults);
        }
        let Some(item) = item else { continue };
        n += 1;
        let kind = *kind.get_or_insert(match item.content {
            JsonContent::Array(_) => ItemType::Array,
            _ => ItemType::Object,
        });
        match (kind, &item.content) {
            (ItemType::Object, JsonContent::Object(members)) if dialect.item_keys.is_empty() => {
                for (name, _) in members {
                    if !known.contains(name) {
                        known.insert(name.clone());
                        names.push(name.clone());
                    }
                }
            }
            (ItemType::Array, JsonContent::Array(cells)) => {
                width = width.max(cells.len());
                if dialect.header_rows.contains(&n) {
                    headers.push(cells.iter().map(text).collect());
                }
            }
            _ => {}
        }
        // The names of lists are in the first rows.
        let known_early = kind == ItemType::Object && !dialect.item_keys.is_empty()
            || kind == ItemType::Array && dialect.header_rows.last().is_some_and(|last| n >= *last);
        if known_early {
            break;
        }
    }
    let kind = kind.unwrap_or(ItemType::Object);
    let mut first = 1;
    match kind {
        ItemType::Object if !dialect.item_keys.is_empty() => names = dialect.item_keys.clone(),
        ItemType::Object => {}
        ItemType::Array if dialect.has_header() => {
            names = dialect.join_names(&headers);
            first = dialect.header_rows.last().copied().unwrap_or(0) + 1;
        }
        ItemType::Array => {
            let named = |n: usize| dialect.names.get(n).cloned().unwrap_or_else(|| format!("field{}", n + 1));
            let width = if dialect.names.is_empty() { width } else { dialect.names.len() };
            names = (0..width).map(named).collect();
        }
    }
    if names.is_empty() {
        let message = format!("`{}` has no rows at `{}`", reader.file, reader.iterator);
        let fault = Finding::error(codes::EMPTY_TABLE, message).at(Place::new(&reader.file, 1, 1));
        return Err(fault
            .hint("if the rows are inside an object, name it as `property` in the dialect".to_owned())
            .into());
    }
    let comments = dialect.comment_rows.clone();
    Ok(FoundColumns { names, shape: RowShape { kind, first, comments } })
}

/// The text of a cell of a header.
fn text(node: &Node) -> String {
    match &node.content {
        JsonContent::String(text) | JsonContent::Number(text) => text.clone(),
        JsonContent::Boolean(value) => value.to_string(),
        _ => String::new(),
    }
}
