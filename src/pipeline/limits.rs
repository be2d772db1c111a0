//! How many findings are reported, and how long one check may take.

use std::time::Duration;

use crate::finding::Limit;

/// How much an examination may tell and take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many findings are told whole; the others are counted.
    pub findings: Limit,
    /// The longest time of one check.
    pub time: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { findings: Limit::default(), time: Some(Duration::from_secs(60)) }
    }
}
