//! How many findings are reported, how long one check may take, and what becomes of bad cells.

use std::time::Duration;

use crate::finding::Limit;

/// The limits of an examination.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many findings are reported; the others are only counted.
    pub findings: Limit,
    /// The longest time of one check.
    pub time: Option<Duration>,
    /// Whether cells and rows that are wrong are left out; otherwise no graph is built.
    pub skip_bad_cells: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { findings: Limit::default(), time: Some(Duration::from_secs(60)), skip_bad_cells: false }
    }
}
