//! Reading a field: its type, with the properties that the type has, its categories.

use super::Field;
use super::constraint::{self, Allowed, Constraints};
use super::kind::{BooleanWords, FieldType, ListForm, PointFormat, StringFormat};
use super::number::NumberForm;
use super::read::{labelled, missing_values, not_one_of};
use super::time::{Moment, MomentFormat};
use crate::finding::{Findings, Place};
use crate::pack::node::{DescriptorNode, Members, Unknown};

/// Reads a field; with the place of its name.
pub(super) fn read_field(node: DescriptorNode<'_>, findings: &mut Findings) -> Option<(Field, Place)> {
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
        Some(node) => constraint::read(node, &kind, has_type, categories.as_ref(), findings),
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
    Some(constraint::allowed(labelled(list, "categories", findings), "categories", kind, findings))
}
