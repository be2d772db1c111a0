//! Functions of numbers.

use oxsdatatypes::{Decimal, Double};

use super::{Applied, Given};
use crate::finding::shorten;
use crate::map::plan::RowTexts;

pub(super) fn to_number(given: &Given<'_, '_>) -> Applied {
    let Some(text) = given.text(0) else { return Ok(RowTexts::None) };
    let trimmed = text.trim();
    let decimal = trimmed.parse::<Decimal>().map(|number| number.to_string());
    let number = decimal.or_else(|_| trimmed.parse::<Double>().map(|number| number.to_string()));
    number.map(|number| Some(number).into()).map_err(|_| format!("expected a number, found `{}`", shorten(text)))
}

fn rounded(given: &Given<'_, '_>, round: impl Fn(Decimal) -> Option<Decimal>) -> Applied {
    let Some(text) = given.text(0) else { return Ok(RowTexts::None) };
    let number = text.trim().parse::<Decimal>();
    let number = number.map_err(|_| format!("expected a number, found `{}`", shorten(text)))?;
    let made = round(number).ok_or_else(|| format!("`{}` is too large", shorten(text)))?;
    Ok(Some(made.to_string()).into())
}

pub(super) fn floor(given: &Given<'_, '_>) -> Applied {
    rounded(given, Decimal::checked_floor)
}

pub(super) fn ceil(given: &Given<'_, '_>) -> Applied {
    rounded(given, Decimal::checked_ceil)
}

pub(super) fn round(given: &Given<'_, '_>) -> Applied {
    rounded(given, Decimal::checked_round)
}

pub(super) fn abs(given: &Given<'_, '_>) -> Applied {
    rounded(given, Decimal::checked_abs)
}
