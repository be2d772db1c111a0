//! RowTexts that are made from the cells of a row.

use std::borrow::Cow;
use std::fmt;

use super::{Call, Column};
use crate::finding::Finding;
use crate::map::function::Empty;
use crate::map::row::TableRow;

/// The source of a text.
#[derive(Debug, Clone)]
pub enum Expression {
    /// A constant.
    Constant(String),
    /// A cell.
    Reference(Column),
    /// A sequence of texts and cells.
    Template(Vec<TemplatePart>),
    /// The value of a function.
    Call(Box<Call>),
}

/// A part of a template.
#[derive(Debug, Clone)]
pub enum TemplatePart {
    /// A text.
    Text(String),
    /// A cell.
    Column(Column),
}

/// How the cells in a template are made safe for an IRI (R2RML, section 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellEncoding {
    /// Not at all.
    None,
    /// All characters but those that IRIs do not reserve are percent-encoded.
    Iri,
    /// All characters but those that URIs do not reserve are percent-encoded.
    Uri,
}

/// Which bytes are `unreserved` (RFC 3986, section 2.3).
const UNRESERVED: [bool; 256] = {
    let mut all = [false; 256];
    let mut byte = 0;
    while byte < all.len() {
        all[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    all
};

impl CellEncoding {
    /// Adds a cell to a text.
    pub fn push(self, target: &mut String, cell: &str) {
        if self == Self::None || cell.bytes().all(|byte| UNRESERVED[usize::from(byte)]) {
            target.push_str(cell);
        } else {
            push_encoded(target, cell, self);
        }
    }
}

/// The texts that an expression makes from a row: usually one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RowTexts<'a> {
    /// None: a cell that is needed has no value.
    #[default]
    None,
    /// One.
    One(Cow<'a, str>),
    /// More than one.
    Several(Vec<Cow<'a, str>>),
}

impl<'a> RowTexts<'a> {
    /// These texts.
    pub fn of(mut texts: Vec<Cow<'a, str>>) -> Self {
        match texts.len() {
            0 => Self::None,
            1 => texts.pop().map_or(Self::None, Self::One),
            _ => Self::Several(texts),
        }
    }

    /// The texts in order.
    pub fn as_slice(&self) -> &[Cow<'a, str>] {
        match self {
            Self::None => &[],
            Self::One(text) => std::slice::from_ref(text),
            Self::Several(texts) => texts,
        }
    }

    /// The texts in order.
    pub fn into_vec(self) -> Vec<Cow<'a, str>> {
        match self {
            Self::None => Vec::new(),
            Self::One(text) => vec![text],
            Self::Several(texts) => texts,
        }
    }

    /// The first text.
    pub fn first(&self) -> Option<&str> {
        self.as_slice().first().map(|text| &**text)
    }

    /// The same texts, which borrow nothing.
    pub fn into_owned(self) -> RowTexts<'static> {
        let owned = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        match self {
            Self::None => RowTexts::None,
            Self::One(text) => RowTexts::One(owned(text)),
            Self::Several(texts) => RowTexts::Several(texts.into_iter().map(owned).collect()),
        }
    }
}

impl From<Option<String>> for RowTexts<'static> {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::None, |text| Self::One(Cow::Owned(text)))
    }
}

impl Expression {
    /// The texts for a row; none if a cell that is needed has no value.
    ///
    /// # Errors
    ///
    /// The finding, without a place, that a function cannot be applied.
    pub fn texts<'a>(&'a self, row: TableRow<'a>, encoding: CellEncoding) -> Result<RowTexts<'a>, Finding> {
        self.texts_with(row, encoding, Empty::Nothing)
    }

    pub(super) fn texts_with<'a>(
        &'a self,
        row: TableRow<'a>,
        encoding: CellEncoding,
        empty: Empty,
    ) -> Result<RowTexts<'a>, Finding> {
        Ok(match self {
            Self::Constant(text) => RowTexts::One(Cow::Borrowed(text)),
            Self::Reference(column) => row.get(column).map_or(RowTexts::None, RowTexts::One),
            Self::Template(parts) => {
                let (mut text, mut has_some) = (String::new(), false);
                for part in parts {
                    match part {
                        TemplatePart::Text(part) => text.push_str(part),
                        TemplatePart::Column(column) => match row.get(column) {
                            None if empty == Empty::Nothing => return Ok(RowTexts::None),
                            None => {}
                            Some(cell) => {
                                has_some = true;
                                encoding.push(&mut text, &cell);
                            }
                        },
                    }
                }
                if has_some || empty != Empty::SomeText { RowTexts::One(Cow::Owned(text)) } else { RowTexts::None }
            }
            // A function's argument is not the term itself: an empty cell in it is allowed.
            Self::Call(call) => call.texts(row, empty.max(Empty::SomeText))?,
        })
    }

    /// Calls `visit` for each column that is read; in a template the last first, since the end of
    /// an IRI is the most specific.
    pub fn columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        match self {
            Self::Constant(_) => {}
            Self::Reference(column) => visit(column),
            Self::Template(parts) => {
                for part in parts.iter().rev() {
                    if let TemplatePart::Column(column) = part {
                        visit(column);
                    }
                }
            }
            Self::Call(call) => call.columns(visit),
        }
    }

    /// Like [`columns`](Self::columns), only those of which one value is taken at a time: a
    /// function may take all values of a cell together.
    pub fn chosen_columns<'a>(&'a self, visit: &mut dyn FnMut(&'a Column)) {
        match self {
            Self::Call(call) => call.chosen_columns(visit),
            other => other.columns(visit),
        }
    }

    pub(super) fn columns_mut(&mut self, visit: &mut dyn FnMut(&mut Column)) {
        match self {
            Self::Constant(_) => {}
            Self::Reference(column) => visit(column),
            Self::Template(parts) => {
                for part in parts {
                    if let TemplatePart::Column(column) = part {
                        visit(column);
                    }
                }
            }
            Self::Call(call) => call.columns_mut(visit),
        }
    }
}

impl Expression {
    /// Calls `visit` for each call.
    pub(super) fn calls_mut(&mut self, visit: &mut dyn FnMut(&mut Call)) {
        if let Self::Call(call) = self {
            call.calls_mut(visit);
        }
    }
}

impl fmt::Display for Expression {
    /// As YARRRML writes it; a call as `name(parameter = value, …)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |text: &str| text.replace('\\', "\\\\").replace("$(", "\\$(");
        match self {
            Self::Constant(text) => f.write_str(&escaped(text)),
            Self::Reference(column) => column.fmt(f),
            Self::Template(parts) => parts.iter().try_for_each(|part| match part {
                TemplatePart::Text(text) => f.write_str(&escaped(text)),
                TemplatePart::Column(column) => column.fmt(f),
            }),
            Self::Call(call) => call.fmt(f),
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "$({})", self.name.replace(')', "\\)"))
    }
}

/// Adds `text` with every character percent-encoded that is not `iunreserved` (RFC 3987), or, for
/// a URI, not `unreserved` (RFC 3986).
fn push_encoded(target: &mut String, text: &str, encoding: CellEncoding) {
    use std::fmt::Write as _;
    for c in text.chars() {
        let safe = c.is_ascii_alphanumeric()
            || matches!(c, '-' | '.' | '_' | '~')
            || (encoding == CellEncoding::Iri && is_ucschar(c));
        if safe {
            target.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(target, "%{byte:02X}");
            }
        }
    }
}

/// `ucschar` (RFC 3987, section 2.2).
fn is_ucschar(c: char) -> bool {
    matches!(c,
        '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}'
        | '\u{10000}'..='\u{1fffd}' | '\u{20000}'..='\u{2fffd}' | '\u{30000}'..='\u{3fffd}'
        | '\u{40000}'..='\u{4fffd}' | '\u{50000}'..='\u{5fffd}' | '\u{60000}'..='\u{6fffd}'
        | '\u{70000}'..='\u{7fffd}' | '\u{80000}'..='\u{8fffd}' | '\u{90000}'..='\u{9fffd}'
        | '\u{a0000}'..='\u{afffd}' | '\u{b0000}'..='\u{bfffd}' | '\u{c0000}'..='\u{cfffd}'
        | '\u{d0000}'..='\u{dfffd}' | '\u{e1000}'..='\u{efffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_in_iris_are_percent_encoded_but_for_unreserved_characters() {
        let mut iri = String::new();
        push_encoded(&mut iri, "a b/c?d#é香~\u{7}", CellEncoding::Iri);
        assert_eq!(iri, "a%20b%2Fc%3Fd%23é香~%07");
        let mut uri = String::new();
        push_encoded(&mut uri, "Zoë 香", CellEncoding::Uri);
        assert_eq!(uri, "Zo%C3%AB%20%E9%A6%99");
    }
}
