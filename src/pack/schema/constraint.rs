//! The rules for the values of a field.

use std::cmp::Ordering;
use std::collections::HashSet;

use regex::Regex;

use super::json_schema::JsonSchema;
use super::kind::Logical;

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
