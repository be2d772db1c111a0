//! Table Schema: the columns of a table and the references between tables
//! (<https://datapackage.org/standard/table-schema/>).

mod cells;
mod constraint;
mod field;
mod geography;
mod json_schema;
mod kind;
mod logical;
mod number;
mod read;
mod time;

use std::collections::BTreeSet;

pub use cells::{CellReader, Rejected, RejectedRow};
pub use constraint::{Allowed, Constraints, RangeBound};
pub use kind::{FieldType, ListForm};
pub use logical::Logical;
pub use number::{is_decimal, is_double, is_integer};
pub(super) use read::{check_references, read};
pub use time::{Moment, MomentFormat};

use crate::finding::Place;

/// The schema of a table.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// The columns, in order.
    pub fields: Vec<Field>,
    /// How the header must match the columns.
    pub fields_match: FieldsMatch,
    /// Columns that together identify a row.
    pub primary_key: Vec<String>,
    /// Groups of columns that together are unique.
    pub unique_keys: Vec<Vec<String>>,
    /// References to rows of other tables.
    pub foreign_keys: Vec<ForeignKey>,
    /// The texts of cells without a value.
    pub missing_values: Option<Vec<String>>,
}

impl Schema {
    /// The field with this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The sets of columns that no two rows have in common.
    pub fn keys(&self) -> Vec<Vec<String>> {
        let unique = self.fields.iter().filter(|field| field.constraints.unique).map(|field| vec![field.name.clone()]);
        let primary = (!self.primary_key.is_empty()).then(|| self.primary_key.clone());
        primary.into_iter().chain(self.unique_keys.iter().cloned()).chain(unique).collect()
    }

    /// The names of the fields.
    pub fn names(&self) -> BTreeSet<&str> {
        self.fields.iter().map(|field| field.name.as_str()).collect()
    }
}

/// How a header must match the schema's fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in the header.
    pub name: String,
    /// The type of its cells.
    pub kind: FieldType,
    /// The only values allowed, which may have labels.
    pub categories: Option<Allowed>,
    /// The texts of cells without a value, instead of those of the schema.
    pub missing_values: Option<Vec<String>>,
    /// Rules for its cells.
    pub constraints: Constraints,
}

/// A reference to rows of another table or of the same one.
#[derive(Debug, Clone)]
pub struct ForeignKey {
    /// The columns that refer.
    pub fields: Vec<String>,
    /// The resource that is referred to; `None` for the table itself.
    pub resource: Option<String>,
    /// Its columns.
    pub referred: Vec<String>,
    /// Where the descriptor defines it.
    pub place: Place,
}
