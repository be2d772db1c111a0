//! The values with which a function is called.

use std::borrow::Cow;

use super::{CodeLists, Constants};
use crate::map::plan::RowTexts;

/// The values of the parameters of a function, in order.
pub struct Given<'a, 't> {
    /// The values.
    pub texts: &'a [RowTexts<'t>],
    /// What was made once of those that are the same for all rows.
    pub constants: &'a Constants,
    /// The tables in which values are looked up.
    pub code_lists: &'a CodeLists,
}

/// `true` and `false` as XML Schema writes them.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

impl<'t> Given<'_, 't> {
    /// A text.
    pub fn text(&self, index: usize) -> Option<&str> {
        self.texts.get(index)?.first()
    }

    /// All texts.
    pub fn all(&self, index: usize) -> &[Cow<'t, str>] {
        self.texts.get(index).map(RowTexts::as_slice).unwrap_or_default()
    }

    /// A truth value; without a value it is false.
    pub fn is_true(&self, index: usize) -> Result<bool, String> {
        self.text(index).map_or(Ok(false), is_true)
    }

    /// A whole number.
    pub fn integer(&self, index: usize) -> Result<Option<i64>, String> {
        let Some(text) = self.text(index) else { return Ok(None) };
        let number = text.trim().parse();
        number.map(Some).map_err(|_| format!("expected a whole number, found `{}`", crate::finding::shorten(text)))
    }
}

/// The truth value of a text.
pub(super) fn is_true(text: &str) -> Result<bool, String> {
    truth(text).ok_or_else(|| format!("expected `true` or `false`, found `{}`", crate::finding::shorten(text)))
}
