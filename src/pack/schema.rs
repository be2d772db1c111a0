//! Table Schema: the columns of a table and the references between tables
//! (<https://datapackage.org/standard/table-schema/>).

use std::collections::BTreeSet;
use std::str::FromStr;

use oxsdatatypes::{Date, DateTime, Duration, GYear, GYearMonth, Time};
use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

/// The schema of a table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Schema {
    /// The columns, in order.
    pub fields: Vec<Field>,
    /// How the header must match the columns.
    pub fields_match: FieldsMatch,
    /// Columns that together identify a row.
    pub primary_key: FieldNames,
    /// Groups of columns that together are unique.
    pub unique_keys: Vec<FieldNames>,
    /// References to rows of other tables.
    pub foreign_keys: Vec<ForeignKey>,
    /// The texts of cells without a value.
    #[serde(deserialize_with = "missing_values")]
    pub missing_values: Option<Vec<String>>,
}

impl Schema {
    /// Whether `cell` means "no value" (by default: it is empty).
    pub fn is_missing(&self, cell: &str) -> bool {
        match &self.missing_values {
            None => cell.is_empty(),
            Some(values) => values.iter().any(|value| value == cell),
        }
    }
}

/// `missingValues` is a list of strings or of `{value, label}` objects.
fn missing_values<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let values = Vec::<Value>::deserialize(deserializer)?;
    values
        .iter()
        .map(|value| {
            let text = value.as_str().or_else(|| value.get("value")?.as_str());
            text.map(str::to_owned).ok_or_else(|| serde::de::Error::custom("a missing value must be a string"))
        })
        .collect::<Result<_, _>>()
        .map(Some)
}

/// How a header must match the schema's fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldsMatch {
    /// The same columns in the same order.
    #[default]
    Exact,
    /// The same columns in any order.
    Equal,
    /// At least these columns.
    Subset,
    /// At most these columns.
    Superset,
    /// At least one of these columns.
    Partial,
}

/// A column.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name in the header.
    pub name: String,
    /// The type of its cells.
    #[serde(default, rename = "type")]
    pub kind: FieldType,
    /// Rules for its cells.
    #[serde(default)]
    pub constraints: Constraints,
}

/// The type of a column's cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are the standard's own")]
pub enum FieldType {
    #[default]
    String,
    Integer,
    Number,
    Boolean,
    Date,
    Time,
    Datetime,
    Duration,
    Year,
    Yearmonth,
    Any,
}

impl FieldType {
    /// Whether `cell` is a lexical form of this type in its default format.
    pub fn accepts(self, cell: &str) -> bool {
        match self {
            Self::String | Self::Any => true,
            Self::Integer => is_integer(cell),
            Self::Number => is_double(cell),
            Self::Boolean => matches!(cell, "true" | "True" | "TRUE" | "1" | "false" | "False" | "FALSE" | "0"),
            Self::Date => Date::from_str(cell).is_ok() && cell.len() == 10,
            Self::Time => Time::from_str(cell).is_ok(),
            Self::Datetime => DateTime::from_str(cell).is_ok(),
            Self::Duration => Duration::from_str(cell).is_ok(),
            Self::Year => GYear::from_str(cell).is_ok(),
            Self::Yearmonth => GYearMonth::from_str(cell).is_ok(),
        }
    }

    /// An example of a value of this type, for a hint.
    pub fn example(self) -> &'static str {
        match self {
            Self::String | Self::Any => "text",
            Self::Integer => "a whole number such as `1500`, without separators or units",
            Self::Number => "a plain number such as `1500` or `21.5`, without separators or units",
            Self::Boolean => "`true` or `false`",
            Self::Date => "a date such as `2019-12-31`",
            Self::Time => "a time such as `09:30:00`",
            Self::Datetime => "a date and time such as `2019-12-31T09:30:00Z`",
            Self::Duration => "a duration such as `P2Y`",
            Self::Year => "a year such as `2019`",
            Self::Yearmonth => "a month such as `2019-11`",
        }
    }

    /// The name of the type in the standard.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::Datetime => "datetime",
            Self::Duration => "duration",
            Self::Year => "year",
            Self::Yearmonth => "yearmonth",
            Self::Any => "any",
        }
    }
}

/// Rules for the cells of a column.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Constraints {
    /// Every cell has a value.
    pub required: bool,
    /// No two cells are equal.
    pub unique: bool,
    /// The only values allowed.
    #[serde(rename = "enum")]
    pub values: Option<Vec<Value>>,
    /// A regular expression that the whole cell matches.
    pub pattern: Option<String>,
    /// Least number of characters.
    pub min_length: Option<usize>,
    /// Greatest number of characters.
    pub max_length: Option<usize>,
    /// Least value, for numbers and dates.
    pub minimum: Option<Value>,
    /// Greatest value, for numbers and dates.
    pub maximum: Option<Value>,
}

impl Constraints {
    /// The pattern as it is used, if any: it must match the complete cell.
    pub fn whole_cell(&self) -> Option<Result<Regex, regex::Error>> {
        // The line end closes a comment at the end of the pattern.
        self.pattern.as_deref().map(|pattern| match Regex::new(&format!("^(?:{pattern})$")) {
            Err(_) => Regex::new(&format!("^(?:{pattern}\n)$")),
            good => good,
        })
    }
}

/// Whether a text is a lexical form of xsd:integer, however long.
pub fn is_integer(text: &str) -> bool {
    is_digits(text.strip_prefix(['-', '+']).unwrap_or(text))
}

/// Whether a text is a lexical form of xsd:decimal, however long.
pub fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned.split_once('.') {
        None => is_digits(unsigned),
        Some((whole, part)) => {
            (is_digits(whole) && (part.is_empty() || is_digits(part))) || (whole.is_empty() && is_digits(part))
        }
    }
}

/// Whether a text is a lexical form of xsd:double.
pub fn is_double(text: &str) -> bool {
    if matches!(text, "INF" | "+INF" | "-INF" | "NaN") {
        return true;
    }
    match text.split_once(['e', 'E']) {
        None => is_decimal(text),
        Some((number, exponent)) => is_decimal(number) && is_integer(exponent),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One column name or a list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "OneOrMany")]
pub struct FieldNames(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for FieldNames {
    fn from(names: OneOrMany) -> Self {
        match names {
            OneOrMany::One(name) => Self(vec![name]),
            OneOrMany::Many(names) => Self(names),
        }
    }
}

/// A reference to rows of another table or of the same one.
#[derive(Debug, Clone, Deserialize)]
pub struct ForeignKey {
    /// The columns that refer.
    pub fields: FieldNames,
    /// The target of the reference.
    pub reference: Reference,
}

/// The target of a foreign key.
#[derive(Debug, Clone, Deserialize)]
pub struct Reference {
    /// The resource; empty for the table itself.
    #[serde(default)]
    pub resource: String,
    /// Its columns.
    pub fields: FieldNames,
}

impl Schema {
    /// The names of the fields.
    pub fn names(&self) -> BTreeSet<&str> {
        self.fields.iter().map(|field| field.name.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_accept_their_lexical_forms_only() {
        for (kind, good, bad) in [
            (FieldType::Integer, "-1500", "1 500"),
            (FieldType::Integer, "0", "1.0"),
            (FieldType::Number, "21.5", "1,500"),
            (FieldType::Number, "162000000", "1.62億"),
            (FieldType::Boolean, "true", "yes"),
            (FieldType::Date, "2019-12-31", "2019-02-30"),
            (FieldType::Date, "2020-02-29", "31/12/2019"),
            (FieldType::Year, "2019", "19"),
            (FieldType::Yearmonth, "2019-11", "2019-13"),
        ] {
            assert!(kind.accepts(good), "{kind:?} {good}");
            assert!(!kind.accepts(bad), "{kind:?} {bad}");
        }
    }

    #[test]
    fn a_key_is_one_name_or_several() {
        let schema: Schema = serde_json::from_str(r#"{"primaryKey": "id", "uniqueKeys": [["a", "b"]]}"#).unwrap();
        assert_eq!(schema.primary_key.0, ["id"]);
        assert_eq!(schema.unique_keys[0].0, ["a", "b"]);
        assert!(schema.is_missing(""));
        let schema: Schema = serde_json::from_str(r#"{"missingValues": ["-"]}"#).unwrap();
        assert!(schema.is_missing("-") && !schema.is_missing(""));
    }
}
