//! The types of fields, and how a cell is read as a value of its type.

use std::borrow::Cow;
use std::str::FromStr as _;

use oxsdatatypes::{Date, DateTime, Duration, GYear, GYearMonth, Time};
use serde_json::Value;

use super::geography::{is_geojson, is_topojson, point};
use super::logical::Logical;
use super::number::{Number, NumberForm, is_integer};
use super::time::{Moment, MomentFormat};

/// The type of a column's cells, with the properties that say how they are written.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names are the standard's own")]
pub enum FieldType {
    #[default]
    Any,
    String(StringFormat),
    Integer(NumberForm),
    Number(NumberForm),
    Boolean(BooleanWords),
    Date(MomentFormat),
    Time(MomentFormat),
    Datetime(MomentFormat),
    Year,
    Yearmonth,
    Duration,
    Object,
    Array,
    List(ListForm),
    Geopoint(PointFormat),
    Geojson {
        is_topojson: bool,
    },
}

/// The formats of texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the standard's own")]
pub enum StringFormat {
    #[default]
    Default,
    Email,
    Uri,
    Binary,
    Uuid,
}

/// The formats of geographic points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the standard's own")]
pub enum PointFormat {
    #[default]
    Default,
    Array,
    Object,
}

/// The words of truth values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BooleanWords {
    /// Those that mean true.
    pub is_true: Vec<String>,
    /// Those that mean false.
    pub is_false: Vec<String>,
}

impl Default for BooleanWords {
    fn default() -> Self {
        let words = |words: [&str; 4]| words.map(str::to_owned).to_vec();
        Self { is_true: words(["true", "True", "TRUE", "1"]), is_false: words(["false", "False", "FALSE", "0"]) }
    }
}

/// Several values in one cell.
#[derive(Debug, Clone)]
pub struct ListForm {
    /// What stands between two of them.
    pub delimiter: String,
    /// Their type.
    pub item: Box<FieldType>,
}

/// Why a cell is not a value of its type, if more can be said.
pub type Reason = Option<String>;

impl FieldType {
    /// The value of a cell.
    ///
    /// # Errors
    ///
    /// Why it is not a value of this type.
    pub fn read(&self, cell: &str) -> Result<Logical, Reason> {
        let parsed = |value: Option<Logical>| value.ok_or(None);
        match self {
            Self::Any => Ok(Logical::Text(cell.to_owned())),
            Self::String(format) => parsed(format.accepts(cell).then(|| Logical::Text(cell.to_owned()))),
            Self::Integer(form) => {
                let plain = form.plain(cell)?;
                let number = is_integer(&plain).then(|| Number::parse(&plain)).flatten();
                parsed(number.map(Logical::Number))
            }
            Self::Number(form) => {
                let plain = form.plain(cell)?;
                let number = Number::parse(&plain).ok_or_else(|| Some("its exponent is too large".to_owned()))?;
                Ok(Logical::Number(number))
            }
            Self::Boolean(words) => parsed(words.read(cell).map(Logical::Boolean)),
            Self::Date(format) => {
                let iso = format.iso(cell, Moment::Date).ok_or_else(|| format.reason(cell))?;
                parsed(Date::from_str(&iso).ok().map(Logical::Date))
            }
            Self::Time(format) => {
                let iso = format.iso(cell, Moment::Time).ok_or(None)?;
                parsed(Time::from_str(&iso).ok().map(Logical::Time))
            }
            Self::Datetime(format) => {
                let iso = format.iso(cell, Moment::DateTime).ok_or(None)?;
                parsed(DateTime::from_str(&iso).ok().map(Logical::DateTime))
            }
            Self::Year => parsed(GYear::from_str(cell).ok().map(Logical::Year)),
            Self::Yearmonth => parsed(GYearMonth::from_str(cell).ok().map(Logical::YearMonth)),
            Self::Duration => parsed(Duration::from_str(cell).ok().map(Logical::Duration)),
            Self::Object => json(cell, Value::is_object),
            Self::Array => json(cell, Value::is_array),
            Self::List(form) => {
                let items = form.items(cell).map(|item| form.item.read(item));
                Ok(Logical::List(items.collect::<Result<_, _>>()?))
            }
            Self::Geopoint(format) => {
                let [longitude, latitude] = point(cell, *format)?;
                Ok(Logical::List(vec![Logical::Number(longitude), Logical::Number(latitude)]))
            }
            Self::Geojson { is_topojson: false } => json(cell, is_geojson),
            Self::Geojson { is_topojson: true } => json(cell, is_topojson),
        }
    }

    /// Like [`read`](Self::read); a cell that `is_value` is a number or truth value in its file, and
    /// not written in the form of the field.
    ///
    /// # Errors
    ///
    /// Why it is not a value of this type.
    pub fn read_from(&self, cell: &str, is_value: bool) -> Result<Logical, Reason> {
        match self {
            Self::Number(_) if is_value => Self::Number(NumberForm::default()).read(cell),
            Self::Integer(_) if is_value => Self::Integer(NumberForm::default()).read(cell),
            Self::Boolean(_) if is_value => Self::Boolean(BooleanWords::default()).read(cell),
            _ => self.read(cell),
        }
    }

    /// The text that a cell says in a graph: as it is written, except for dates, times, numbers
    /// and truth values in a form of their own, which become those of XML Schema. `None` if it is
    /// not a value of this type.
    pub fn lexical<'a>(&self, cell: &'a str) -> Option<Cow<'a, str>> {
        match self {
            Self::Number(form) | Self::Integer(form) => form.plain(cell).ok(),
            Self::Boolean(words) => Some(Cow::Borrowed(if words.read(cell)? { "true" } else { "false" })),
            Self::Date(MomentFormat::Default)
            | Self::Time(MomentFormat::Default)
            | Self::Datetime(MomentFormat::Default) => Some(Cow::Borrowed(cell)),
            Self::Date(format) => format.iso(cell, Moment::Date).map(Cow::Owned),
            Self::Time(format) => format.iso(cell, Moment::Time).map(Cow::Owned),
            Self::Datetime(format) => format.iso(cell, Moment::DateTime).map(Cow::Owned),
            _ => Some(Cow::Borrowed(cell)),
        }
    }

    /// Whether [`lexical`](Self::lexical) is always the cell itself.
    pub fn is_as_written(&self) -> bool {
        let is_changed = matches!(self, Self::Number(_) | Self::Integer(_) | Self::Boolean(_) | Self::List(_))
            || matches!(self, Self::Date(format) | Self::Time(format) | Self::Datetime(format)
                if !matches!(format, MomentFormat::Default));
        !is_changed
    }

    /// Whether any text is a value of this type.
    pub fn is_any_text(&self) -> bool {
        matches!(self, Self::Any | Self::String(StringFormat::Default))
    }

    /// What a value of this type looks like, for a hint.
    pub fn example(&self) -> String {
        let moment = |format: &MomentFormat, iso: &str| match format {
            MomentFormat::Default => format!("such as `{iso}`"),
            MomentFormat::Any => format!("that can only mean one, such as `{iso}`"),
            MomentFormat::Pattern(pattern) => format!("in the format of the field, `{}`", pattern.written()),
        };
        match self {
            Self::Any | Self::String(StringFormat::Default) => "text".to_owned(),
            Self::String(StringFormat::Email) => "an address such as `name@example.org`".to_owned(),
            Self::String(StringFormat::Uri) => "an absolute URI in ASCII such as `https://example.org/`".to_owned(),
            Self::String(StringFormat::Binary) => "bytes in base64 such as `aGk=`".to_owned(),
            Self::String(StringFormat::Uuid) => "a UUID such as `95ecc380-afe9-11e4-9b6c-751b66dd541e`".to_owned(),
            Self::Integer(form) => format!("a whole number such as `{}`{}", form.example("1500", ""), form.limits()),
            Self::Number(form) => {
                let fraction = form.example("1500", "5");
                format!("a plain number such as `{}` or `{fraction}`{}", form.example("1500", ""), form.limits())
            }
            Self::Boolean(words) => {
                let word = |words: &[String]| words.first().map_or_else(String::new, |word| format!("`{word}`"));
                format!("{} or {}", word(&words.is_true), word(&words.is_false))
            }
            Self::Date(format) => format!("a date {}", moment(format, "2019-12-31")),
            Self::Time(format) => format!("a time {}", moment(format, "09:30:00")),
            Self::Datetime(format) => format!("a date and time {}", moment(format, "2019-12-31T09:30:00")),
            Self::Duration => "a duration such as `P2Y`".to_owned(),
            Self::Year => "a year such as `2019`".to_owned(),
            Self::Yearmonth => "a month such as `2019-11`".to_owned(),
            Self::Object => "a JSON object such as `{\"a\": 1}`".to_owned(),
            Self::Array => "a JSON array such as `[1, 2]`".to_owned(),
            Self::List(form) => format!("values separated by `{}`, each {}", form.delimiter, form.item.example()),
            Self::Geopoint(PointFormat::Default) => "longitude and latitude such as `114.17, 22.30`".to_owned(),
            Self::Geopoint(PointFormat::Array) => "longitude and latitude such as `[114.17, 22.30]`".to_owned(),
            Self::Geopoint(PointFormat::Object) => "a point such as `{\"lon\": 114.17, \"lat\": 22.30}`".to_owned(),
            Self::Geojson { is_topojson: false } => {
                "GeoJSON such as `{\"type\": \"Point\", \"coordinates\": [114.17, 22.30]}`".to_owned()
            }
            Self::Geojson { is_topojson: true } => "TopoJSON, an object with the type `Topology`".to_owned(),
        }
    }

    /// The name of the type in the standard.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::String(_) => "string",
            Self::Integer(_) => "integer",
            Self::Number(_) => "number",
            Self::Boolean(_) => "boolean",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::Datetime(_) => "datetime",
            Self::Duration => "duration",
            Self::Year => "year",
            Self::Yearmonth => "yearmonth",
            Self::Object => "object",
            Self::Array => "array",
            Self::List(_) => "list",
            Self::Geopoint(_) => "geopoint",
            Self::Geojson { .. } => "geojson",
        }
    }
}

fn json(cell: &str, is_right: impl Fn(&Value) -> bool) -> Result<Logical, Reason> {
    let value: Value = serde_json::from_str(cell).map_err(|error| {
        let said = error.to_string();
        Some(said.split(" at line ").next().unwrap_or(&said).to_owned())
    })?;
    if is_right(&value) { Ok(Logical::Json(value)) } else { Err(None) }
}

impl BooleanWords {
    fn read(&self, cell: &str) -> Option<bool> {
        let is_one = |words: &[String]| words.iter().any(|word| word == cell);
        if is_one(&self.is_true) {
            return Some(true);
        }
        is_one(&self.is_false).then_some(false)
    }
}

impl ListForm {
    /// The values in a cell; none in an empty one.
    pub fn items<'a>(&'a self, cell: &'a str) -> impl Iterator<Item = &'a str> {
        cell.split(self.delimiter.as_str()).filter(move |_| !cell.is_empty())
    }
}

impl StringFormat {
    fn accepts(self, cell: &str) -> bool {
        match self {
            Self::Default => true,
            Self::Email => is_email(cell),
            Self::Uri => cell.is_ascii() && oxiri::Iri::parse(cell).is_ok(),
            Self::Binary => {
                use base64::Engine as _;
                base64::engine::general_purpose::STANDARD.decode(cell).is_ok()
            }
            Self::Uuid => {
                let lengths = [8, 4, 4, 4, 12];
                let groups: Vec<&str> = cell.split('-').collect();
                groups.len() == lengths.len()
                    && groups.iter().zip(lengths).all(|(group, length)| {
                        group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
                    })
            }
        }
    }
}

/// Whether a text is an address as HTML defines it, with a domain of at least two labels.
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let is_name = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    !name.is_empty() && name.chars().all(is_name) && domain.contains('.') && domain.split('.').all(is_label)
}

impl NumberForm {
    fn example(&self, whole: &str, part: &str) -> String {
        let mut text = whole.to_owned();
        if let Some(group) = &self.group {
            text.insert_str(text.len() - 3, group);
        }
        if !part.is_empty() {
            text.push_str(&self.decimal);
            text.push_str(part);
        }
        text
    }

    fn limits(&self) -> &'static str {
        match (&self.group, self.is_bare) {
            (None, true) => ", without separators or units",
            (Some(_), true) => ", without units",
            _ => "",
        }
    }
}

impl MomentFormat {
    fn reason(&self, cell: &str) -> Reason {
        let is_numbers =
            cell.split(['/', '.', '-']).count() == 3 && cell.chars().all(|c| c.is_ascii_digit() || "/.-".contains(c));
        let is_any = matches!(self, Self::Any);
        (is_any && is_numbers).then(|| {
            "the day and the month cannot be told apart; name the order in `format`, such as `%d/%m/%Y`".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_accept_their_lexical_forms_only() {
        let number = || FieldType::Number(NumberForm::default());
        let integer = || FieldType::Integer(NumberForm::default());
        let date = || FieldType::Date(MomentFormat::Default);
        let list =
            |delimiter: &str, item| FieldType::List(ListForm { delimiter: delimiter.to_owned(), item: Box::new(item) });
        for (kind, good, bad) in [
            (integer(), "-1500", "1 500"),
            (integer(), "0", "1.0"),
            (integer(), "+007", "INF"),
            (number(), "21.5", "1,500"),
            (number(), "162000000", "1.62億"),
            (number(), "nan", "NAN1"),
            (number(), "1E5", "1E"),
            (FieldType::Boolean(BooleanWords::default()), "TRUE", "yes"),
            (date(), "2019-12-31", "2019-02-30"),
            (date(), "2020-02-29", "31/12/2019"),
            (FieldType::Year, "2019", "19"),
            (FieldType::Yearmonth, "2019-11", "2019-13"),
            (FieldType::Duration, "P1Y2M3DT4H5M6.7S", "1 year"),
            (FieldType::Object, "{\"a\": 1}", "[1]"),
            (FieldType::Array, "[1, {}]", "[1,"),
            (list(",", FieldType::default()), "a,b", "a,b"),
            (list(";", integer()), "1;2;3", "1;;3"),
            (FieldType::Geopoint(PointFormat::Default), "114.17,22.30", "22.30"),
            (FieldType::Geopoint(PointFormat::Default), "-90.50, 45.50", "45.50, -90.51"),
            (FieldType::Geopoint(PointFormat::Array), "[90.50, 45.50]", "90.50, 45.50"),
            (
                FieldType::Geopoint(PointFormat::Object),
                "{\"lon\": 1, \"lat\": 2}",
                "{\"lon\": 1, \"lat\": 2, \"z\": 3}",
            ),
            (FieldType::String(StringFormat::Email), "a.b@town.example", "a b@town.example"),
            (FieldType::String(StringFormat::Uri), "https://example.org/a?b#c", "example.org"),
            (FieldType::String(StringFormat::Uuid), "95ecc380-afe9-11e4-9b6c-751b66dd541e", "95ecc380"),
            (FieldType::String(StringFormat::Binary), "aGk=", "a?"),
        ] {
            assert!(kind.read(good).is_ok(), "{kind:?} {good}");
            assert!(good == bad || kind.read(bad).is_err(), "{kind:?} {bad}");
        }
    }
}
