//! Reading a Table Schema. Everything that is wrong with it is reported at its place.

use std::collections::HashSet;

use super::constraint::{Allowed, Constraints, RangeBound};
use super::json_schema::JsonSchema;
use super::kind::{BooleanWords, FieldType, ListForm, Logical, PointFormat, StringFormat};
use super::number::{Number, NumberForm};
use super::time::{Moment, MomentFormat};
use super::{Field, FieldsMatch, ForeignKey, Schema};
use crate::finding::{Finding, Findings, codes, did_you_mean};
use crate::pack::node::{DescriptorNode, Members, Unknown, text_of};
use crate::pattern;

/// Reads a schema.
pub(in crate::pack) fn read(node: DescriptorNode<'_>, findings: &mut Findings) -> Schema {
    let mut schema = Schema::default();
    let Some(mut members) = Members::of(node, "a schema", findings) else { return schema };
    members.note(&["$schema", "profile", "name", "title", "description"], findings);
    let fields = members.list("fields", findings);
    if fields.is_none() && members.get("fields").is_none() {
        findings.push(members.node.fault("a schema must have `fields`"));
    }
    for node in fields.unwrap_or_default() {
        let Some((field, place)) = read_field(node, findings) else { continue };
        if schema.field(&field.name).is_some() {
            let message = format!("two fields are called `{}`", field.name);
            findings.push(Finding::error(codes::PACKAGE_DESCRIPTOR, message).at(place));
            continue;
        }
        schema.fields.push(field);
    }
    schema.fields_match = fields_match(&mut members, findings);
    schema.missing_values = missing_values(&mut members, findings);
    if let Some(names) = members.names("primaryKey", findings) {
        schema.primary_key = known_names(&names, &schema, findings);
    }
    if let Some(keys) = members.list("uniqueKeys", findings) {
        for key in keys {
            // A name alone is the key of one field.
            let names = if key.value.is_array() { key.items() } else { vec![key] };
            let names: Vec<_> =
                names.into_iter().filter(|name| text_of(name, "a name in `uniqueKeys`", findings).is_some()).collect();
            let names = known_names(&names, &schema, findings);
            schema.unique_keys.push(names);
        }
    }
    for key in members.list("foreignKeys", findings).unwrap_or_default() {
        if let Some(key) = foreign_key(key, &schema, findings) {
            schema.foreign_keys.push(key);
        }
    }
    members.finish(Unknown::PassedOver, findings);
    schema
}

fn fields_match(members: &mut Members<'_>, findings: &mut Findings) -> FieldsMatch {
    const NAMES: [&str; 5] = ["exact", "equal", "subset", "superset", "partial"];
    let Some(node) = members.get("fieldsMatch") else { return FieldsMatch::default() };
    // A list of one is what drafts of version 2 had.
    let name = node.value.as_array().and_then(|list| list.first()).unwrap_or(node.value).as_str().unwrap_or_default();
    match name {
        "exact" => FieldsMatch::Exact,
        "equal" => FieldsMatch::Equal,
        "subset" => FieldsMatch::Subset,
        "superset" => FieldsMatch::Superset,
        "partial" => FieldsMatch::Partial,
        other => {
            findings.push(not_one_of(&node, "`fieldsMatch`", other, &NAMES));
            FieldsMatch::default()
        }
    }
}

/// The finding that a value is not one of a few names.
fn not_one_of(node: &DescriptorNode<'_>, what: &str, found: &str, names: &[&str]) -> Finding {
    let hint = did_you_mean(found, names.iter().copied()).unwrap_or_else(|| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("there are {}", names.join(", "))
    });
    node.fault(format!("{what} cannot be `{}`", node.as_written())).hint(hint)
}

/// `missingValues`: a list of texts, or of objects with a `value` and a `label`.
fn missing_values(members: &mut Members<'_>, findings: &mut Findings) -> Option<Vec<String>> {
    let list = members.list("missingValues", findings)?;
    Some(
        labelled(list, "missingValues", findings)
            .into_iter()
            .filter_map(|node| text_of(&node, "an element of `missingValues`", findings))
            .collect(),
    )
}

/// The values of a list whose elements may be objects with a `value` and a `label`, both unique.
fn labelled<'a>(list: Vec<DescriptorNode<'a>>, what: &'static str, findings: &mut Findings) -> Vec<DescriptorNode<'a>> {
    let (mut values, mut labels): (Vec<DescriptorNode<'a>>, HashSet<String>) = (Vec::new(), HashSet::new());
    for node in list {
        let value = if node.value.is_object() {
            let Some(mut members) = Members::of(node, "a value with a label", findings) else { continue };
            let value = members.get("value");
            if value.is_none() {
                findings.push(members.node.fault(format!("an element of `{what}` must have a `value`")));
            }
            if let Some(label) = members.text("label", findings)
                && !labels.insert(label.clone())
            {
                findings.push(members.node.fault(format!("two elements of `{what}` have the label `{label}`")));
            }
            members.finish(Unknown::PassedOver, findings);
            value
        } else {
            Some(node)
        };
        let Some(value) = value else { continue };
        if values.iter().any(|other| other.value == value.value) {
            findings.push(value.fault(format!("`{}` occurs twice in `{what}`", value.as_written())));
            continue;
        }
        values.push(value);
    }
    values
}

fn known_names(names: &[DescriptorNode<'_>], schema: &Schema, findings: &mut Findings) -> Vec<String> {
    let mut known = Vec::new();
    for node in names {
        let name = node.value.as_str().unwrap_or_default();
        if schema.field(name).is_none() {
            let candidates = schema.fields.iter().map(|field| field.name.as_str());
            findings.push(
                Finding::error(codes::UNKNOWN_COLUMN, format!("the schema has no field `{name}`"))
                    .at(node.place())
                    .hint(did_you_mean(name, candidates)),
            );
        } else if known.iter().any(|other| other == name) {
            findings.push(node.fault(format!("`{name}` occurs twice in a key")));
        } else {
            known.push(name.to_owned());
        }
    }
    known
}

fn foreign_key(node: DescriptorNode<'_>, schema: &Schema, findings: &mut Findings) -> Option<ForeignKey> {
    let mut members = Members::of(node, "a foreign key", findings)?;
    members.note(&["name", "title", "description"], findings);
    let place = members.node.place();
    let names = members.names("fields", findings);
    let reference = members.get("reference");
    let (Some(names), Some(reference)) = (names, reference) else {
        findings.push(members.node.fault("a foreign key must have `fields` and `reference`"));
        return None;
    };
    members.finish(Unknown::PassedOver, findings);
    let fields = known_names(&names, schema, findings);
    let mut reference = Members::of(reference, "a reference", findings)?;
    // An empty name is how version 1 says that the table refers to itself.
    let resource = reference.text("resource", findings).filter(|name| !name.is_empty());
    for key in ["package", "datapackage"] {
        if let Some(node) = reference.get(key) {
            let hint = "copy the other package's table into this one, and name it as `resource`".to_owned();
            findings.push(node.fault(format!("`{key}`: references to other packages are not supported")).hint(hint));
            return None;
        }
    }
    let referred = reference.names("fields", findings);
    let Some(referred) = referred else {
        findings.push(reference.node.fault("a reference must have `fields`"));
        return None;
    };
    reference.finish(Unknown::PassedOver, findings);
    if referred.len() != names.len() || names.is_empty() {
        let message =
            format!("a key of {} refers to {}", fields_in_words(names.len()), fields_in_words(referred.len()));
        findings.push(Finding::error(codes::PACKAGE_DESCRIPTOR, message).at(place));
        return None;
    }
    let referred = referred.iter().filter_map(|node| node.value.as_str()).map(str::to_owned).collect();
    (fields.len() == names.len()).then_some(ForeignKey { fields, resource, referred, place })
}

fn fields_in_words(n: usize) -> String {
    if n == 1 { "1 field".to_owned() } else { format!("{n} fields") }
}

/// Checks that the foreign keys of the schemas, each with the name of its resource, refer to
/// fields that exist.
pub(in crate::pack) fn check_references(tables: &[(&str, &Schema)], findings: &mut Findings) {
    for (own, schema) in tables {
        for key in &schema.foreign_keys {
            let name = key.resource.as_deref().unwrap_or(own);
            let Some((_, referred)) = tables.iter().find(|(other, _)| *other == name) else {
                let message = format!("the foreign key does not match a resource `{name}`");
                let hint = did_you_mean(name, tables.iter().map(|(other, _)| *other));
                findings.push(Finding::error(codes::PACKAGE_DESCRIPTOR, message).at(key.place.clone()).hint(hint));
                continue;
            };
            // A table without a schema shows its columns when it is read.
            for column in key.referred.iter().filter(|_| !referred.fields.is_empty()) {
                if referred.field(column).is_none() {
                    let message = format!("the schema of `{name}` has no field `{column}`");
                    let hint = did_you_mean(column, referred.fields.iter().map(|field| field.name.as_str()));
                    findings.push(Finding::error(codes::UNKNOWN_COLUMN, message).at(key.place.clone()).hint(hint));
                }
            }
        }
    }
}

fn read_field(node: DescriptorNode<'_>, findings: &mut Findings) -> Option<(Field, crate::finding::Place)> {
    let mut members = Members::of(node, "a field", findings)?;
    let Some(name) = members.text("name", findings) else {
        if members.get("name").is_none() {
            findings.push(members.node.fault("a field must have a `name`"));
        }
        return None;
    };
    members.note(&["title", "description", "rdfType"], findings);
    // Examples are of any kind.
    members.get("example");
    let kind = field_type(&mut members, findings);
    let has_type = members.get("type").is_some();
    let missing = missing_values(&mut members, findings);
    let categories = categories(&mut members, &kind, findings);
    let constraints = match members.get("constraints") {
        None => Constraints::default(),
        Some(node) => constraints(node, &kind, has_type, categories.as_ref(), findings),
    };
    let place = members.node.get("name").map_or_else(|| members.node.place(), |name| name.place());
    members.finish(Unknown::PassedOver, findings);
    Some((Field { name, kind, categories, missing_values: missing, constraints }, place))
}

const TYPES: [&str; 16] = [
    "string",
    "integer",
    "number",
    "boolean",
    "date",
    "time",
    "datetime",
    "duration",
    "year",
    "yearmonth",
    "object",
    "array",
    "list",
    "geopoint",
    "geojson",
    "any",
];

/// The properties of types, with the types that have them.
const OF_TYPES: [(&str, &[&str]); 7] = [
    ("decimalChar", &["number"]),
    ("groupChar", &["number", "integer"]),
    ("bareNumber", &["number", "integer"]),
    ("trueValues", &["boolean"]),
    ("falseValues", &["boolean"]),
    ("delimiter", &["list"]),
    ("itemType", &["list"]),
];

fn field_type(members: &mut Members<'_>, findings: &mut Findings) -> FieldType {
    let name = members.text("type", findings);
    let mut name = name.as_deref().unwrap_or("any");
    if !TYPES.contains(&name) {
        if let Some(node) = members.get("type") {
            findings.push(not_one_of(&node, "the type of a field", name, &TYPES));
        }
        name = "any";
    }
    for (property, types) in OF_TYPES {
        if !types.contains(&name) {
            members.unused(property, &format!("on a field of type {name}"), findings);
        }
    }
    let number = |members: &mut Members<'_>, findings: &mut Findings| {
        let mut form = NumberForm::default();
        if name == "number"
            && let Some(decimal) = separator(members, "decimalChar", findings)
        {
            form.decimal = decimal;
        }
        form.group = separator(members, "groupChar", findings);
        form.is_bare = members.flag("bareNumber", findings).unwrap_or(true);
        if form.group.as_ref() == Some(&form.decimal) {
            let message = format!("`{}` cannot both group digits and begin the fraction", form.decimal);
            let node = members.get("groupChar").unwrap_or_else(|| members.node.clone());
            findings.push(node.fault(message).hint("set `decimalChar` as well".to_owned()));
            form.group = None;
        }
        form
    };
    match name {
        "string" => FieldType::String(format(
            members,
            &[
                ("default", StringFormat::Default),
                ("email", StringFormat::Email),
                ("uri", StringFormat::Uri),
                ("binary", StringFormat::Binary),
                ("uuid", StringFormat::Uuid),
            ],
            findings,
        )),
        "geopoint" => FieldType::Geopoint(format(
            members,
            &[("default", PointFormat::Default), ("array", PointFormat::Array), ("object", PointFormat::Object)],
            findings,
        )),
        "geojson" => {
            FieldType::Geojson { is_topojson: format(members, &[("default", false), ("topojson", true)], findings) }
        }
        "date" => FieldType::Date(moment(members, Moment::Date, findings)),
        "time" => FieldType::Time(moment(members, Moment::Time, findings)),
        "datetime" => FieldType::Datetime(moment(members, Moment::DateTime, findings)),
        other => {
            let () = format(members, &[("default", ())], findings);
            match other {
                "number" => FieldType::Number(number(members, findings)),
                "integer" => FieldType::Integer(number(members, findings)),
                "boolean" => FieldType::Boolean(words(members, findings)),
                "year" => FieldType::Year,
                "yearmonth" => FieldType::Yearmonth,
                "duration" => FieldType::Duration,
                "object" => FieldType::Object,
                "array" => FieldType::Array,
                "list" => FieldType::List(list(members, findings)),
                _ => FieldType::Any,
            }
        }
    }
}

/// A text of at least one character that is no digit.
fn separator(members: &mut Members<'_>, key: &'static str, findings: &mut Findings) -> Option<String> {
    let text = members.text(key, findings)?;
    if text.is_empty() || text.contains(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-')) {
        let node = members.get(key)?;
        findings.push(node.fault(format!("`{key}` must be a sign, not `{text}`")));
        return None;
    }
    Some(text)
}

fn format<T: Copy + Default>(members: &mut Members<'_>, formats: &[(&str, T)], findings: &mut Findings) -> T {
    let Some(name) = members.text("format", findings) else { return T::default() };
    if let Some((_, format)) = formats.iter().find(|(format, _)| *format == name) {
        return *format;
    }
    if let Some(node) = members.get("format") {
        let kind = members.get("type").map_or_else(|| "any".to_owned(), |kind| kind.as_written());
        let names: Vec<&str> = formats.iter().map(|(name, _)| *name).collect();
        findings.push(not_one_of(&node, &format!("the format of a field of type {kind}"), &name, &names));
    }
    T::default()
}

fn moment(members: &mut Members<'_>, moment: Moment, findings: &mut Findings) -> MomentFormat {
    let Some(format) = members.text("format", findings) else { return MomentFormat::Default };
    MomentFormat::parse(&format, moment).unwrap_or_else(|(message, hint)| {
        findings.extend(members.get("format").map(|node| node.fault(message).hint(hint)));
        MomentFormat::Default
    })
}

fn words(members: &mut Members<'_>, findings: &mut Findings) -> BooleanWords {
    let mut words = BooleanWords::default();
    if let Some(given) = members.texts("trueValues", findings) {
        words.is_true = given;
    }
    if let Some(given) = members.texts("falseValues", findings) {
        words.is_false = given;
    }
    if let Some(both) = words.is_true.iter().find(|word| words.is_false.contains(word)) {
        let message = format!("`{both}` cannot be both true and false");
        let node = members.get("trueValues").or_else(|| members.get("falseValues"));
        findings.extend(node.map(|node| node.fault(message)));
    }
    words
}

fn list(members: &mut Members<'_>, findings: &mut Findings) -> ListForm {
    const ITEMS: [&str; 7] = ["string", "integer", "boolean", "number", "datetime", "date", "time"];
    let delimiter = members.text("delimiter", findings).filter(|delimiter| {
        if delimiter.is_empty() {
            findings.extend(members.get("delimiter").map(|node| node.fault("`delimiter` must not be empty")));
        }
        !delimiter.is_empty()
    });
    let item = match members.text("itemType", findings).as_deref() {
        None | Some("string") => FieldType::String(StringFormat::Default),
        Some("integer") => FieldType::Integer(NumberForm::default()),
        Some("number") => FieldType::Number(NumberForm::default()),
        Some("boolean") => FieldType::Boolean(BooleanWords::default()),
        Some("datetime") => FieldType::Datetime(MomentFormat::Default),
        Some("date") => FieldType::Date(MomentFormat::Default),
        Some("time") => FieldType::Time(MomentFormat::Default),
        Some(other) => {
            findings
                .extend(members.get("itemType").map(|node| not_one_of(&node, "the type of an item", other, &ITEMS)));
            FieldType::default()
        }
    };
    ListForm { delimiter: delimiter.unwrap_or_else(|| ",".to_owned()), item: Box::new(item) }
}

fn categories(members: &mut Members<'_>, kind: &FieldType, findings: &mut Findings) -> Option<Allowed> {
    if members.flag("categoriesOrdered", findings).is_some() && members.get("categories").is_none() {
        members.unused("categoriesOrdered", "without `categories`", findings);
    }
    let list = members.list("categories", findings)?;
    if !matches!(kind, FieldType::String(_) | FieldType::Integer(_) | FieldType::Any) {
        let message = format!("a field of type {} cannot have `categories`", kind.name());
        let hint = "only texts and whole numbers can; use the constraint `enum`".to_owned();
        findings.extend(members.get("categories").map(|node| node.fault(message).hint(hint)));
        return None;
    }
    Some(allowed(labelled(list, "categories", findings), "categories", kind, findings))
}

fn allowed(values: Vec<DescriptorNode<'_>>, what: &str, kind: &FieldType, findings: &mut Findings) -> Allowed {
    let mut allowed = Allowed::default();
    for node in values {
        let Some(value) = value(&node, what, kind, findings) else { continue };
        allowed.written.push(node.as_written());
        allowed.keys.insert(value.key());
    }
    allowed
}

/// A value that a constraint names: written like a cell, or as JSON writes it.
fn value(node: &DescriptorNode<'_>, what: &str, kind: &FieldType, findings: &mut Findings) -> Option<Logical> {
    use serde_json::Value;
    let value = match (kind, node.value) {
        (FieldType::Number(_) | FieldType::Integer(_), Value::Number(_)) => {
            Number::parse(node.raw()).map(Logical::Number)
        }
        (FieldType::Boolean(_), Value::Bool(is_true)) => Some(Logical::Boolean(*is_true)),
        (FieldType::Object, Value::Object(_)) | (FieldType::Array, Value::Array(_)) => {
            Some(Logical::Json(node.value.clone()))
        }
        (FieldType::Geojson { .. }, Value::Object(_)) => Some(Logical::Json(node.value.clone())),
        (FieldType::Geopoint(_), Value::Object(_) | Value::Array(_)) => kind.read(node.raw()).ok(),
        (FieldType::List(form), Value::Array(_)) => {
            let items = node.items().into_iter().map(|item| self::value(&item, what, &form.item, findings));
            return items.collect::<Option<_>>().map(Logical::List);
        }
        (_, Value::Null | Value::Array(_) | Value::Object(_)) => None,
        _ => kind.read(&node.as_written()).ok(),
    };
    if value.is_none() {
        let message = format!("`{}` in `{what}` is not of type {}", crate::finding::shorten(node.raw()), kind.name());
        findings.push(node.fault(message).hint(format!("write {}", kind.example())));
    }
    value
}

/// The constraints, with the types whose fields can have them (none: all).
const CONSTRAINTS: [(&str, &[&str]); 11] = [
    ("required", &[]),
    ("unique", &[]),
    ("enum", &[]),
    // Version 1 had texts where no type is given.
    ("pattern", &["string", "any"]),
    ("minLength", &["string", "array", "object", "list", "any"]),
    ("maxLength", &["string", "array", "object", "list", "any"]),
    ("minimum", ORDERED),
    ("maximum", ORDERED),
    ("exclusiveMinimum", ORDERED),
    ("exclusiveMaximum", ORDERED),
    ("jsonSchema", &["array", "object"]),
];
const ORDERED: &[&str] = &["integer", "number", "date", "time", "datetime", "duration", "year", "yearmonth"];

fn constraints(
    node: DescriptorNode<'_>,
    kind: &FieldType,
    has_type: bool,
    categories: Option<&Allowed>,
    findings: &mut Findings,
) -> Constraints {
    let mut constraints = Constraints::default();
    let Some(mut members) = Members::of(node, "`constraints`", findings) else { return constraints };
    for (name, types) in CONSTRAINTS {
        let Some(node) = members.get(name) else { continue };
        if !types.is_empty() && !types.contains(&kind.name()) {
            let message = format!("`{name}` does not apply to a field of type {}", kind.name());
            let hint = if has_type {
                format!("it applies to {}", types.join(", "))
            } else {
                "give the field a `type`".to_owned()
            };
            findings.push(node.fault(message).hint(hint));
            continue;
        }
        match name {
            "required" => constraints.required = members.flag(name, findings).unwrap_or(false),
            "unique" => constraints.unique = members.flag(name, findings).unwrap_or(false),
            "minLength" => constraints.min_length = members.count(name, findings).map(|n| n as usize),
            "maxLength" => constraints.max_length = members.count(name, findings).map(|n| n as usize),
            "enum" => {
                let list = members.list(name, findings).unwrap_or_default();
                if let Some(categories) = categories {
                    for node in &list {
                        let known =
                            value(node, name, kind, &mut Findings::new()).is_none_or(|v| categories.contains(&v));
                        if !known {
                            findings
                                .push(node.fault(format!("`{}` is not one of the `categories`", node.as_written())));
                        }
                    }
                }
                constraints.values = Some(allowed(list, name, kind, findings));
            }
            "pattern" => {
                let Some(written) = members.text(name, findings) else { continue };
                match pattern::compile(&format!("^(?:{written})$"), "") {
                    Ok(compiled) => constraints.pattern = Some((compiled.regex, written)),
                    Err(fault) => {
                        let hint = "patterns are regular expressions of XML Schema".to_owned();
                        findings.push(node.fault(format!("invalid pattern: {fault}")).hint(hint));
                    }
                }
            }
            "jsonSchema" => match JsonSchema::read(&node) {
                Ok(schema) => constraints.json_schema = Some(schema),
                Err(faults) => findings.extend(
                    faults.into_iter().map(|(fault, place)| Finding::error(codes::PACKAGE_DESCRIPTOR, fault).at(place)),
                ),
            },
            _ => {
                let Some(value) = value(&node, name, kind, findings) else { continue };
                let (is_least, is_exclusive) = (name.ends_with("inimum"), name.starts_with("exclusive"));
                constraints.bounds.push(RangeBound { value, written: node.as_written(), is_least, is_exclusive });
            }
        }
    }
    members.finish(Unknown::Refused, findings);
    constraints
}
