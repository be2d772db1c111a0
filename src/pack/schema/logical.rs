//! What cells mean, whatever they are written like: values that are equal, or one after the other.

use std::cmp::Ordering;
use std::fmt::Write as _;

use oxsdatatypes::{Date, DateTime, Duration, GYear, GYearMonth, Time, TimezoneOffset};
use serde_json::Value;

use super::number::Number;

/// A value.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names are those of the types")]
pub enum Logical {
    Text(String),
    Number(Number),
    Boolean(bool),
    Date(Date),
    Time(Time),
    DateTime(DateTime),
    Year(GYear),
    YearMonth(GYearMonth),
    Duration(Duration),
    Json(Value),
    List(Vec<Logical>),
}

impl Logical {
    /// A text that is the same for equal values.
    pub fn key(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Boolean(is_true) => is_true.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Time(time) => time.to_string(),
            // The same instant may be written in several time zones.
            Self::DateTime(instant) => match instant.timezone() {
                Some(_) => instant.adjust(Some(TimezoneOffset::UTC)).unwrap_or(*instant).to_string(),
                None => instant.to_string(),
            },
            Self::Year(year) => year.to_string(),
            Self::YearMonth(month) => month.to_string(),
            Self::Duration(duration) => duration.to_string(),
            Self::Json(value) => json_key(value),
            Self::List(items) => {
                let mut key = String::new();
                for item in items {
                    let item = item.key();
                    let _ = write!(key, "{}:{item},", item.len());
                }
                key
            }
        }
    }

    /// Which of two values of one type is greater, if that can be said.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.compare(b),
            (Self::Date(a), Self::Date(b)) => a.partial_cmp(b),
            (Self::Time(a), Self::Time(b)) => a.partial_cmp(b),
            (Self::DateTime(a), Self::DateTime(b)) => a.partial_cmp(b),
            (Self::Year(a), Self::Year(b)) => a.partial_cmp(b),
            (Self::YearMonth(a), Self::YearMonth(b)) => a.partial_cmp(b),
            (Self::Duration(a), Self::Duration(b)) => a.partial_cmp(b),
            _ => None,
        }
    }

    /// How many parts it has: characters, elements or members.
    pub fn n_parts(&self) -> Option<usize> {
        match self {
            Self::Text(text) => Some(text.chars().count()),
            Self::List(items) => Some(items.len()),
            Self::Json(Value::Array(items)) => Some(items.len()),
            Self::Json(Value::Object(members)) => Some(members.len()),
            _ => None,
        }
    }
}

/// A JSON value as one text for equal values: members in order of their names, numbers as values.
fn json_key(value: &Value) -> String {
    match value {
        Value::Number(number) => {
            Number::parse(&number.to_string()).map_or_else(|| number.to_string(), |n| n.to_string())
        }
        Value::Array(items) => format!("[{}]", items.iter().map(json_key).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let member =
                |(name, value): &(&String, &Value)| format!("{}:{}", Value::String((*name).clone()), json_key(value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::kind::{BooleanWords, FieldType, ListForm, PointFormat};
    use super::super::number::NumberForm;
    use super::super::time::MomentFormat;

    #[test]
    fn equal_values_have_one_key() {
        let key = |kind: &FieldType, cell: &str| kind.read(cell).unwrap().key();
        let number = FieldType::Number(NumberForm::default());
        let instant = FieldType::Datetime(MomentFormat::Default);
        for (kind, one, other) in [
            (&number, "1", "1.0"),
            (&instant, "2019-01-01T08:00:00+08:00", "2019-01-01T00:00:00Z"),
            (&FieldType::Duration, "P1Y", "P12M"),
            (&FieldType::Object, "{\"a\": 1, \"b\": 2}", "{\"b\":2.0,\"a\":1}"),
            (&FieldType::Boolean(BooleanWords::default()), "1", "True"),
            (&FieldType::Geopoint(PointFormat::Default), "1, 2", "1.0,2.0"),
        ] {
            assert_eq!(key(kind, one), key(kind, other), "{kind:?}");
        }
        assert_ne!(key(&FieldType::Any, "1"), key(&FieldType::Any, "1.0"));
        let list = FieldType::List(ListForm { delimiter: ",".to_owned(), item: Box::default() });
        assert_ne!(key(&list, "a,b"), key(&list, "ab"));
    }
}
