//! The constraint `jsonSchema`: JSON Schema (<https://json-schema.org/>), the keywords that are
//! the same in its versions 6 to 2020-12. Other keywords are refused, since a value would pass
//! that they forbid; annotations have no effect.

use std::cell::Cell;
use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Map, Value};

use super::logical::Logical;
use super::number::Number;
use crate::pack::node::DescriptorNode;

/// A schema of JSON values that can be applied.
#[derive(Debug, Clone)]
pub struct JsonSchema {
    root: Value,
    patterns: BTreeMap<String, Regex>,
}

const ANNOTATIONS: [&str; 14] = [
    "$schema",
    "$id",
    "$comment",
    "$defs",
    "definitions",
    "title",
    "description",
    "default",
    "examples",
    "format",
    "readOnly",
    "writeOnly",
    "deprecated",
    "contentMediaType",
];

/// How deep in a schema a value is compared, and how many comparisons are left: references may
/// form a circle.
#[derive(Clone, Copy)]
struct Depth<'a> {
    n: usize,
    n_left: &'a Cell<usize>,
}

impl Depth<'_> {
    const DEEPEST: usize = 64;
    const MOST: usize = 1_000_000;

    fn deeper(self) -> Self {
        Self { n: self.n + 1, ..self }
    }

    fn is_over(self) -> bool {
        self.n_left.set(self.n_left.get().saturating_sub(1));
        self.n > Self::DEEPEST || self.n_left.get() == 0
    }
}

impl JsonSchema {
    /// Reads a schema; `Err` is what is wrong, and where.
    pub(in crate::pack) fn read(node: &DescriptorNode<'_>) -> Result<Self, Vec<(String, crate::finding::Place)>> {
        let mut schema = Self { root: node.value.clone(), patterns: BTreeMap::new() };
        let mut faults = Vec::new();
        schema.prepare(node, node, &mut faults);
        if faults.is_empty() { Ok(schema) } else { Err(faults) }
    }

    fn prepare(
        &mut self,
        root: &DescriptorNode<'_>,
        node: &DescriptorNode<'_>,
        faults: &mut Vec<(String, crate::finding::Place)>,
    ) {
        let Some(members) = node.value.as_object() else {
            if !node.value.is_boolean() {
                faults.push(("a JSON Schema must be an object, `true` or `false`".to_owned(), node.place()));
            }
            return;
        };
        for (keyword, value) in members {
            let Some(inner) = node.get(keyword) else { continue };
            let mut wrong = |expected: &str| {
                faults.push((format!("`{keyword}` of a JSON Schema must be {expected}"), inner.place()));
            };
            let is_count = |value: &Value| value.as_u64().is_some();
            match keyword.as_str() {
                "$defs" | "definitions" | "properties" | "patternProperties" => match value {
                    Value::Object(schemas) => {
                        for name in schemas.keys() {
                            if keyword == "patternProperties" {
                                self.pattern(name, &inner, faults);
                            }
                            if let Some(schema) = inner.get(name) {
                                self.prepare(root, &schema, faults);
                            }
                        }
                    }
                    _ => wrong("an object"),
                },
                "items"
                | "additionalProperties"
                | "additionalItems"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames" => match value {
                    Value::Array(_) => wrong("a schema; the schemas of single items are `prefixItems`"),
                    _ => self.prepare(root, &inner, faults),
                },
                "allOf" | "anyOf" | "oneOf" | "prefixItems" => match value {
                    Value::Array(_) => inner.items().iter().for_each(|schema| self.prepare(root, schema, faults)),
                    _ => wrong("a list of schemas"),
                },
                "type" => {
                    const TYPES: [&str; 7] = ["null", "boolean", "object", "array", "number", "string", "integer"];
                    let is_type = |value: &Value| value.as_str().is_some_and(|name| TYPES.contains(&name));
                    if !is_type(value) && !value.as_array().is_some_and(|types| types.iter().all(is_type)) {
                        wrong("a type of JSON or a list of them");
                    }
                }
                "enum" | "required" if !value.is_array() => wrong("a list"),
                "pattern" => match value {
                    Value::String(pattern) => self.pattern(pattern, &inner, faults),
                    _ => wrong("a text"),
                },
                "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
                    if !is_count(value) =>
                {
                    wrong("a whole number")
                }
                "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf"
                    if !value.is_number() =>
                {
                    wrong("a number");
                }
                "uniqueItems" if !value.is_boolean() => wrong("`true` or `false`"),
                "$ref" => {
                    let found = value.as_str().and_then(|reference| root.value.pointer(reference.strip_prefix('#')?));
                    if found.is_none() {
                        wrong("a reference inside this schema, such as `#/$defs/name`");
                    }
                }
                "enum" | "required" | "const" | "minLength" | "maxLength" | "minItems" | "maxItems"
                | "minProperties" | "maxProperties" | "minimum" | "maximum" | "exclusiveMinimum"
                | "exclusiveMaximum" | "multipleOf" | "uniqueItems" => {}
                annotation if ANNOTATIONS.contains(&annotation) || annotation.starts_with("x-") => {}
                other => faults.push((format!("the keyword `{other}` of JSON Schema is not supported"), inner.place())),
            }
        }
    }

    fn pattern(&mut self, pattern: &str, node: &DescriptorNode<'_>, faults: &mut Vec<(String, crate::finding::Place)>) {
        match Regex::new(pattern) {
            Ok(regex) => {
                self.patterns.insert(pattern.to_owned(), regex);
            }
            Err(error) => {
                let said = error.to_string();
                let last = said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                faults.push((format!("the pattern `{pattern}` cannot be used: {last}"), node.place()));
            }
        }
    }

    /// Why a value does not conform, or `None`.
    pub fn fault(&self, value: &Value) -> Option<String> {
        self.conform(&self.root, value, "", Depth { n: 0, n_left: &Cell::new(Depth::MOST) }).err()
    }

    fn conform(&self, schema: &Value, value: &Value, at: &str, depth: Depth<'_>) -> Result<(), String> {
        let what = || if at.is_empty() { "the value".to_owned() } else { format!("`{at}`") };
        if depth.is_over() {
            return Err(format!("{} is nested too deeply for the schema", what()));
        }
        let members = match schema {
            Value::Bool(false) => return Err(format!("{} is not allowed", what())),
            Value::Object(members) => members,
            _ => return Ok(()),
        };
        let conforms = |schema: &Value| self.conform(schema, value, at, depth.deeper()).is_ok();
        if let Some(reference) = members.get("$ref").and_then(Value::as_str)
            && let Some(target) = self.root.pointer(reference.trim_start_matches('#'))
        {
            self.conform(target, value, at, depth.deeper())?;
        }
        if let Some(kind) = members.get("type") {
            let names: Vec<&str> = match kind {
                Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
                name => name.as_str().into_iter().collect(),
            };
            if !names.iter().any(|name| is_of_type(value, name)) {
                return Err(format!("{} must be of type {}", what(), names.join(" or ")));
            }
        }
        if let Some(values) = members.get("enum").and_then(Value::as_array)
            && !values.iter().any(|one| are_equal(one, value))
        {
            return Err(format!("{} is not one of the allowed values", what()));
        }
        if members.get("const").is_some_and(|constant| !are_equal(constant, value)) {
            return Err(format!("{} is not the allowed value", what()));
        }
        self.conform_size(members, value, &what)?;
        match value {
            Value::Object(object) => self.conform_object(members, object, at, depth)?,
            Value::Array(items) => self.conform_array(members, items, at, depth)?,
            _ => {}
        }
        for schema in members.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.conform(schema, value, at, depth.deeper())?;
        }
        if let Some(schemas) = members.get("anyOf").and_then(Value::as_array)
            && !schemas.iter().any(conforms)
        {
            return Err(format!("{} conforms to no schema of `anyOf`", what()));
        }
        if let Some(schemas) = members.get("oneOf").and_then(Value::as_array) {
            let n = schemas.iter().filter(|schema| conforms(schema)).count();
            if n != 1 {
                return Err(format!("{} conforms to {n} schemas of `oneOf`", what()));
            }
        }
        if members.get("not").is_some_and(conforms) {
            return Err(format!("{} conforms to the schema of `not`", what()));
        }
        if let Some(condition) = members.get("if") {
            let branch = if conforms(condition) { "then" } else { "else" };
            if let Some(schema) = members.get(branch) {
                self.conform(schema, value, at, depth.deeper())?;
            }
        }
        Ok(())
    }

    fn conform_size(
        &self,
        members: &Map<String, Value>,
        value: &Value,
        what: &dyn Fn() -> String,
    ) -> Result<(), String> {
        let (least, most, n, parts) = match value {
            Value::String(text) => ("minLength", "maxLength", text.chars().count(), "characters"),
            Value::Array(items) => ("minItems", "maxItems", items.len(), "items"),
            Value::Object(object) => ("minProperties", "maxProperties", object.len(), "members"),
            Value::Number(number) => return conform_range(members, &number.to_string(), what),
            _ => return Ok(()),
        };
        let limit = |key: &str| members.get(key).and_then(Value::as_u64);
        if limit(least).is_some_and(|least| (n as u64) < least) || limit(most).is_some_and(|most| n as u64 > most) {
            return Err(format!("{} has {n} {parts}, which `{least}` or `{most}` forbids", what()));
        }
        if let (Some(pattern), Value::String(text)) = (members.get("pattern").and_then(Value::as_str), value)
            && self.patterns.get(pattern).is_some_and(|regex| !regex.is_match(text))
        {
            return Err(format!("{} does not match the pattern `{pattern}`", what()));
        }
        Ok(())
    }

    fn conform_object(
        &self,
        members: &Map<String, Value>,
        object: &Map<String, Value>,
        at: &str,
        depth: Depth<'_>,
    ) -> Result<(), String> {
        for name in members.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                return Err(format!("the member `{at}/{name}` is missing"));
            }
        }
        let known = |key: &str| members.get(key).and_then(Value::as_object);
        for (name, value) in object {
            let here = format!("{at}/{name}");
            let mut is_known = false;
            if let Some(schema) = known("properties").and_then(|schemas| schemas.get(name)) {
                is_known = true;
                self.conform(schema, value, &here, depth.deeper())?;
            }
            for (pattern, schema) in known("patternProperties").into_iter().flatten() {
                if self.patterns.get(pattern).is_some_and(|regex| regex.is_match(name)) {
                    is_known = true;
                    self.conform(schema, value, &here, depth.deeper())?;
                }
            }
            if let Some(schema) = members.get("additionalProperties").filter(|_| !is_known) {
                self.conform(schema, value, &here, depth.deeper())?;
            }
            if let Some(schema) = members.get("propertyNames") {
                self.conform(schema, &Value::String(name.clone()), &here, depth.deeper())?;
            }
        }
        Ok(())
    }

    fn conform_array(
        &self,
        members: &Map<String, Value>,
        items: &[Value],
        at: &str,
        depth: Depth<'_>,
    ) -> Result<(), String> {
        let first = members.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for (index, item) in items.iter().enumerate() {
            let schema = first.get(index).or_else(|| members.get("items"));
            if let Some(schema) = schema {
                self.conform(schema, item, &format!("{at}/{index}"), depth.deeper())?;
            }
        }
        if let Some(schema) = members.get("contains")
            && !items.iter().any(|item| self.conform(schema, item, at, depth.deeper()).is_ok())
        {
            return Err(format!("no item of `{at}/` conforms to the schema of `contains`"));
        }
        let must_differ = members.get("uniqueItems").is_some_and(|unique| *unique == Value::Bool(true));
        if must_differ && (1..items.len()).any(|at| items[..at].iter().any(|item| are_equal(item, &items[at]))) {
            return Err(format!("two items of `{at}/` are equal"));
        }
        Ok(())
    }
}

fn conform_range(members: &Map<String, Value>, number: &str, what: &dyn Fn() -> String) -> Result<(), String> {
    let Some(value) = Number::parse(number) else { return Ok(()) };
    let against = |key: &str| value.compare(&Number::parse(&members.get(key)?.to_string())?);
    let forbids = |key: &str| match (key, against(key)) {
        (_, None) => false,
        ("minimum", Some(order)) => order.is_lt(),
        ("maximum", Some(order)) => order.is_gt(),
        ("exclusiveMinimum", Some(order)) => order.is_le(),
        (_, Some(order)) => order.is_ge(),
    };
    if let Some(key) =
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].into_iter().find(|key| forbids(key))
    {
        return Err(format!("{} is {number}, which `{key}` forbids", what()));
    }
    if let Some(step) = members.get("multipleOf").and_then(Value::as_f64).filter(|step| *step > 0.0) {
        let n = number.parse::<f64>().unwrap_or_default() / step;
        if (n - n.round()).abs() > 1e-9 * n.abs().max(1.0) {
            return Err(format!("{} is no multiple of {step}", what()));
        }
    }
    Ok(())
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        // 1.0 is an integer.
        _ => value.as_i64().is_some() || value.as_u64().is_some() || value.as_f64().is_some_and(|n| n.fract() == 0.0),
    }
}

fn are_equal(one: &Value, other: &Value) -> bool {
    Logical::Json(one.clone()).key() == Logical::Json(other.clone()).key()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Findings;
    use crate::pack::node::JsonFile;

    fn schema(text: &str) -> Result<JsonSchema, Vec<String>> {
        let file = JsonFile::parse("schema.json".to_owned(), text.to_owned(), &mut Findings::new()).unwrap();
        JsonSchema::read(&file.root()).map_err(|faults| faults.into_iter().map(|(fault, _)| fault).collect())
    }

    #[test]
    fn values_conform_or_not() {
        for (text, good, bad) in [
            (
                r#"{"type": "object", "properties": {"value": {"type": "integer"}}}"#,
                r#"{"value": 100}"#,
                r#"{"value": "bad"}"#,
            ),
            (
                r#"{"required": ["a"], "additionalProperties": false, "properties": {"a": {}}}"#,
                r#"{"a": 1}"#,
                r#"{"a": 1, "b": 2}"#,
            ),
            (r#"{"items": {"minimum": 0, "exclusiveMaximum": 10}, "minItems": 1}"#, "[0, 9.5]", "[10]"),
            (r#"{"prefixItems": [{"const": 1}], "items": {"enum": ["a", null]}}"#, r#"[1.0, "a", null]"#, r#"[2]"#),
            (r##"{"$defs": {"n": {"type": "number"}}, "items": {"$ref": "#/$defs/n"}}"##, "[1, 2]", "[1, \"2\"]"),
            (r#"{"oneOf": [{"type": "string"}, {"maxLength": 2}]}"#, "\"abc\"", "\"ab\""),
            (r#"{"not": {"type": "null"}, "anyOf": [{"type": "null"}, true]}"#, "1", "null"),
            (r#"{"if": {"type": "string"}, "then": {"pattern": "^a"}, "else": {"multipleOf": 0.1}}"#, "0.3", "\"b\""),
            (r#"{"uniqueItems": true, "contains": {"const": 3}}"#, "[1, 3]", "[3, 3.0]"),
        ] {
            let schema = schema(text).unwrap();
            assert_eq!(schema.fault(&serde_json::from_str(good).unwrap()), None, "{text}");
            assert!(schema.fault(&serde_json::from_str(bad).unwrap()).is_some(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_applied_is_refused() {
        for (text, part) in [
            (r#"{"unevaluatedProperties": false}"#, "`unevaluatedProperties`"),
            (r#"{"items": [{"type": "string"}]}"#, "prefixItems"),
            (r#"{"type": "text"}"#, "type of JSON"),
            (r#"{"$ref": "https://example.org/schema.json"}"#, "inside this schema"),
            (r#"{"properties": {"a": 1}}"#, "must be an object"),
            (r#"{"pattern": "("}"#, "cannot be used"),
        ] {
            let faults = schema(text).unwrap_err();
            assert!(faults[0].contains(part), "{faults:?}");
        }
        // A schema that refers to itself ends.
        let circle = schema(r##"{"$ref": "#"}"##).unwrap();
        assert!(circle.fault(&Value::Null).is_some());
        let circle = schema(r##"{"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}"##).unwrap();
        assert!(circle.fault(&Value::Null).is_some());
    }
}
