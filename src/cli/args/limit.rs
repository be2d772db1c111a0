//! How many findings are shown, of which severity, and how long work may take.

use std::time::Duration;

use clap::ValueEnum;

use crate::finding::{Limit, Severity};

/// The lowest severity that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LeastSeverity {
    Info,
    Warning,
    Violation,
}

impl From<LeastSeverity> for Severity {
    fn from(least: LeastSeverity) -> Self {
        match least {
            LeastSeverity::Info => Self::Info,
            LeastSeverity::Warning => Self::Warning,
            LeastSeverity::Violation => Self::Violation,
        }
    }
}

/// The lowest severity that makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Info,
    Warning,
    Violation,
    Never,
}

/// How many findings of a code are shown, in one column of a table or in many.
#[derive(Debug, Clone, Copy)]
pub struct Most(pub u64);

pub(super) fn parse_most(text: &str) -> Result<Most, String> {
    match text.parse() {
        _ if text == "none" => Ok(Most(u64::MAX)),
        Ok(most) if most > 0 => Ok(Most(most)),
        _ => Err("expected a positive integer, or `none`".to_owned()),
    }
}

/// The limit that this asks for.
pub fn limit_of(most: Option<Most>) -> Limit {
    most.map_or_else(Limit::default, |most| Limit::of_code(most.0))
}

/// A limit of time, or none.
#[derive(Debug, Clone, Copy)]
pub struct Timeout(pub Option<Duration>);

pub(super) fn parse_timeout(text: &str) -> Result<Timeout, String> {
    if text == "none" {
        return Ok(Timeout(None));
    }
    match humantime::parse_duration(text) {
        Ok(limit) if !limit.is_zero() => Ok(Timeout(Some(limit))),
        Ok(_) => Err("the limit is zero; write `none` for no limit".to_owned()),
        Err(error) => Err(format!("{error}; write a time such as `30s` or `5m`, or `none`")),
    }
}

/// A limit of memory in bytes, or none.
#[derive(Debug, Clone, Copy)]
pub struct Memory(pub u64);

pub(super) fn parse_memory(text: &str) -> Result<Memory, String> {
    if text == "none" {
        return Ok(Memory(u64::MAX));
    }
    let expected = || "expected a size such as `500M` or `8G`, or `none`".to_owned();
    let (number, power) = match text.char_indices().last() {
        Some((at, 'K' | 'k')) => (&text[..at], 10),
        Some((at, 'M' | 'm')) => (&text[..at], 20),
        Some((at, 'G' | 'g')) => (&text[..at], 30),
        Some((at, 'T' | 't')) => (&text[..at], 40),
        _ => return Err(expected()),
    };
    let number: u64 = number.parse().map_err(|_| expected())?;
    match number.checked_mul(1 << power) {
        Some(0) => Err("the limit is zero; write `none` for no limit".to_owned()),
        bytes => bytes.map(Memory).ok_or_else(expected),
    }
}
