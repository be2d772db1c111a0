//! The day that answers are about.

use clap::Args;

use crate::pipeline::{DayNumber, read_day};

/// The day that answers are about.
#[derive(Debug, Args)]
pub struct DayArguments {
    /// As of this day, such as 2019-07-01: without the relations, memberships and things that were not there, as far
    /// as dates are stated for them (`civigraph help changes`)
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: Option<AskedDay>,
}

/// A day with how it was written.
#[derive(Debug, Clone)]
pub struct AskedDay {
    pub text: String,
    pub day: DayNumber,
}

pub(super) fn parse_day(text: &str) -> Result<AskedDay, String> {
    let day = read_day(text).ok_or_else(|| "expected a day, such as 2019-07-01".to_owned())?;
    Ok(AskedDay { text: text.to_owned(), day })
}
