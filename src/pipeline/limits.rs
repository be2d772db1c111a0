//! How many findings are reported, and how long one check may take.

use std::time::Duration;

use crate::finding::Limit;

/// The limits of an examination.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many findings are reported; the others are only counted.
    pub findings: Limit,
    /// The longest time of one check.
    pub time: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { findings: Limit::default(), time: Some(Duration::from_secs(60)) }
    }
}
