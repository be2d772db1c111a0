//! Functions that compare and choose.

use oxsdatatypes::Double;

use super::given::is_true;
use super::{Applied, Given};

fn boolean(value: bool) -> Applied {
    Ok(Some(value.to_string()).into())
}

pub(super) fn equal(given: &Given<'_, '_>) -> Applied {
    boolean(given.text(0).unwrap_or("") == given.text(1).unwrap_or(""))
}

pub(super) fn not_equal(given: &Given<'_, '_>) -> Applied {
    boolean(given.text(0).unwrap_or("") != given.text(1).unwrap_or(""))
}

pub(super) fn is_null(given: &Given<'_, '_>) -> Applied {
    boolean(given.text(0).is_none())
}

pub(super) fn is_not_null(given: &Given<'_, '_>) -> Applied {
    boolean(given.text(0).is_some())
}

pub(super) fn not(given: &Given<'_, '_>) -> Applied {
    boolean(!given.is_true(0)?)
}

/// The truth values of a repeated parameter.
fn truths(given: &Given<'_, '_>) -> Result<Vec<bool>, String> {
    given.all(0).iter().map(|text| is_true(text)).collect()
}

pub(super) fn and(given: &Given<'_, '_>) -> Applied {
    // A condition that has no value is not true.
    let truths = truths(given)?;
    boolean(!truths.is_empty() && truths.into_iter().all(|truth| truth))
}

pub(super) fn or(given: &Given<'_, '_>) -> Applied {
    boolean(truths(given)?.into_iter().any(|truth| truth))
}

pub(super) fn xor(given: &Given<'_, '_>) -> Applied {
    boolean(truths(given)?.into_iter().filter(|truth| *truth).count() % 2 == 1)
}

pub(super) fn choose(given: &Given<'_, '_>) -> Applied {
    Ok(given.text(if given.is_true(0)? { 1 } else { 2 }).map(str::to_owned).into())
}

pub(super) fn true_condition(given: &Given<'_, '_>) -> Applied {
    Ok(given.text(1).filter(|_| matches!(given.is_true(0), Ok(true))).map(str::to_owned).into())
}

pub(super) fn decide(given: &Given<'_, '_>) -> Applied {
    let is_expected = given.text(0).is_some() && given.text(0) == given.text(1);
    Ok(given.text(2).filter(|_| is_expected).map(str::to_owned).into())
}

pub(super) fn coalesce(given: &Given<'_, '_>) -> Applied {
    Ok(given.all(0).iter().find(|text| !text.is_empty()).map(|text| text.clone().into_owned()).into())
}

pub(super) fn list_contains(given: &Given<'_, '_>) -> Applied {
    boolean(given.text(1).is_some_and(|wanted| given.all(0).iter().any(|text| text == wanted)))
}

pub(super) fn contains_other(given: &Given<'_, '_>) -> Applied {
    let (Some(text), Some(wanted)) = (given.text(0), given.text(1)) else { return boolean(false) };
    boolean(match given.text(2) {
        Some(delimiter) if !delimiter.is_empty() => text.split(delimiter).any(|part| part == wanted),
        _ => text == wanted,
    })
}

pub(super) fn in_range(given: &Given<'_, '_>) -> Applied {
    let number = |index: usize| -> Result<Option<Double>, String> {
        let Some(text) = given.text(index) else { return Ok(None) };
        let number = text.trim().parse();
        number.map(Some).map_err(|_| format!("expected a number, found `{}`", crate::finding::shorten(text)))
    };
    let Some(tested) = number(0)? else { return boolean(false) };
    let (from, to) = (number(1)?, number(2)?);
    boolean(from.is_none_or(|from| from <= tested) && to.is_none_or(|to| tested < to))
}
