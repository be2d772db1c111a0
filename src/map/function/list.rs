//! Functions that make several values of one, and one of several.

use std::borrow::Cow;

use oxsdatatypes::Decimal;

use super::{Applied, Given};
use crate::map::plan::RowTexts;

fn owned<'t>(texts: impl IntoIterator<Item = &'t str>) -> RowTexts<'static> {
    RowTexts::of(texts.into_iter().map(|text| Cow::Owned(text.to_owned())).collect())
}

fn texts(given: &Given<'_, '_>) -> Vec<String> {
    given.all(0).iter().map(|text| text.clone().into_owned()).collect()
}

fn made(texts: Vec<String>) -> Applied {
    Ok(RowTexts::of(texts.into_iter().map(Cow::Owned).collect()))
}

/// The parts of a text; empty ones are no values.
pub(super) fn split(given: &Given<'_, '_>) -> Applied {
    let Some(text) = given.text(0) else { return Ok(RowTexts::None) };
    let full = |part: &&str| !part.is_empty();
    Ok(match (&given.constants.pattern, given.text(1)) {
        (Some(pattern), _) => owned(pattern.split(text).filter(full)),
        (None, Some(separator)) if !separator.is_empty() => owned(text.split(separator).filter(full)),
        (None, _) => owned([text]),
    })
}

pub(super) fn join(given: &Given<'_, '_>) -> Applied {
    let mut texts = texts(given);
    texts.retain(|text| !text.is_empty());
    Ok((!texts.is_empty()).then(|| texts.join(given.text(1).unwrap_or(""))).into())
}

/// The indexes from one to before another; negative ones count from the end.
pub(super) fn range(n: usize, from: i64, to: Option<i64>) -> std::ops::Range<usize> {
    let n = n as i64;
    let at = |index: i64| (if index < 0 { n + index } else { index }).clamp(0, n) as usize;
    let (from, to) = (at(from), to.map_or(n as usize, at));
    from..to.max(from)
}

pub(super) fn get(given: &Given<'_, '_>) -> Applied {
    let texts = given.all(0);
    let Some(from) = given.integer(1)? else { return Ok(RowTexts::None) };
    if let Some(to) = given.integer(2)? {
        return Ok(owned(texts[range(texts.len(), from, Some(to))].iter().map(|text| &**text)));
    }
    let at = if from < 0 { texts.len() as i64 + from } else { from };
    Ok(owned(usize::try_from(at).ok().and_then(|at| texts.get(at)).map(|text| &**text)))
}

pub(super) fn slice(given: &Given<'_, '_>) -> Applied {
    let texts = given.all(0);
    let Some(from) = given.integer(1)? else { return Ok(RowTexts::None) };
    Ok(owned(texts[range(texts.len(), from, given.integer(2)?)].iter().map(|text| &**text)))
}

pub(super) fn length(given: &Given<'_, '_>) -> Applied {
    Ok(Some(given.all(0).len().to_string()).into())
}

pub(super) fn reverse(given: &Given<'_, '_>) -> Applied {
    Ok(owned(given.all(0).iter().rev().map(|text| &**text)))
}

pub(super) fn sort(given: &Given<'_, '_>) -> Applied {
    let mut texts = texts(given);
    texts.sort();
    made(texts)
}

pub(super) fn uniques(given: &Given<'_, '_>) -> Applied {
    let mut unique: Vec<String> = Vec::new();
    for text in texts(given) {
        if !unique.contains(&text) {
            unique.push(text);
        }
    }
    made(unique)
}

pub(super) fn sum(given: &Given<'_, '_>) -> Applied {
    let mut sum = Decimal::from(0);
    for text in given.all(0) {
        let number = text.trim().parse::<Decimal>();
        let number = number.map_err(|_| format!("expected a number, found `{}`", crate::finding::shorten(text)))?;
        sum = sum.checked_add(number).ok_or("the sum is too large")?;
    }
    Ok(Some(sum.to_string()).into())
}
