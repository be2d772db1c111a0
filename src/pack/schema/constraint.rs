//! The rules for the values of a field.

use std::cmp::Ordering;
use std::collections::HashSet;

use regex::Regex;
use serde_json::Value;

use super::json_schema::JsonSchema;
use super::kind::FieldType;
use super::logical::Logical;
use super::number::Number;
use crate::finding::{Finding, Findings, codes, shorten};
use crate::pack::node::{DescriptorNode, Members, Unknown};
use crate::pattern;

/// Rules for the cells of a column.
#[derive(Debug, Clone, Default)]
pub struct Constraints {
    /// Every cell has a value.
    pub required: bool,
    /// No two cells are equal.
    pub unique: bool,
    /// The only values allowed.
    pub values: Option<Allowed>,
    /// A regular expression that the complete value matches, and how it is written.
    pub pattern: Option<(Regex, String)>,
    /// Least number of characters, items or members.
    pub min_length: Option<usize>,
    /// Greatest number of characters, items or members.
    pub max_length: Option<usize>,
    /// Limits of the value.
    pub bounds: Vec<RangeBound>,
    /// What a JSON value conforms to.
    pub json_schema: Option<JsonSchema>,
}

/// The values that a field may have.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// As they are written.
    pub written: Vec<String>,
    /// Their keys.
    pub(super) keys: HashSet<String>,
}

impl Allowed {
    /// Whether a value is one of them.
    pub fn contains(&self, value: &Logical) -> bool {
        self.keys.contains(&value.key())
    }
}

/// A limit of values.
#[derive(Debug, Clone)]
pub struct RangeBound {
    /// The limit.
    pub value: Logical,
    /// As it is written.
    pub written: String,
    /// Whether it is the least value and not the greatest.
    pub is_least: bool,
    /// Whether the limit itself is not allowed.
    pub is_exclusive: bool,
}

impl RangeBound {
    /// Whether a value is within the limit. Values that cannot be compared with it, such as an
    /// instant without a time zone, are not.
    pub fn allows(&self, value: &Logical) -> bool {
        match value.compare(&self.value) {
            None => false,
            Some(Ordering::Equal) => !self.is_exclusive,
            Some(order) => order == if self.is_least { Ordering::Greater } else { Ordering::Less },
        }
    }

    /// The limit in words.
    pub fn words(&self) -> String {
        let words = match (self.is_least, self.is_exclusive) {
            (true, false) => "at least",
            (true, true) => "more than",
            (false, false) => "at most",
            (false, true) => "less than",
        };
        format!("{words} {}", self.written)
    }
}

/// Reads a list of allowed values.
pub(super) fn allowed(
    values: Vec<DescriptorNode<'_>>,
    what: &str,
    kind: &FieldType,
    findings: &mut Findings,
) -> Allowed {
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
        let message = format!("`{}` in `{what}` is not of type {}", shorten(node.raw()), kind.name());
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

/// Reads the constraints of a field.
pub(super) fn read(
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
