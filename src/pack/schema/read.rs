//! Reading a Table Schema: its fields in their order, its keys. Everything that is wrong with it is
//! reported at its place.

use std::collections::HashSet;

use super::field::read_field;
use super::{FieldsMatch, ForeignKey, Schema};
use crate::finding::{Finding, Findings, codes, did_you_mean};
use crate::pack::node::{DescriptorNode, Members, Unknown, text_of};

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
pub(super) fn not_one_of(node: &DescriptorNode<'_>, what: &str, found: &str, names: &[&str]) -> Finding {
    let hint = did_you_mean(found, names.iter().copied()).unwrap_or_else(|| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("there are {}", names.join(", "))
    });
    node.fault(format!("{what} cannot be `{}`", node.as_written())).hint(hint)
}

/// `missingValues`: a list of texts, or of objects with a `value` and a `label`.
pub(super) fn missing_values(members: &mut Members<'_>, findings: &mut Findings) -> Option<Vec<String>> {
    let list = members.list("missingValues", findings)?;
    Some(
        labelled(list, "missingValues", findings)
            .into_iter()
            .filter_map(|node| text_of(&node, "an element of `missingValues`", findings))
            .collect(),
    )
}

/// The values of a list whose elements may be objects with a `value` and a `label`, both unique.
pub(super) fn labelled<'a>(
    list: Vec<DescriptorNode<'a>>,
    what: &'static str,
    findings: &mut Findings,
) -> Vec<DescriptorNode<'a>> {
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
