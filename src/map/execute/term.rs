//! Terms made from the texts of a row.

use std::str::FromStr;

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{BlankNode, Literal, NamedNode, NamedNodeRef, Term};
use oxsdatatypes::{Boolean, Date, DateTime, GYear, GYearMonth};

use crate::finding::{Finding, codes, shorten};
use crate::graph::huge;
use crate::map::language::is_language_tag;
use crate::map::plan::{CellEncoding, Expression, TermMap, TermType, TriplesMap};
use crate::map::row::TableRow;
use crate::pack::schema::{is_decimal, is_double, is_integer};
use crate::table::ValueType;

/// Passes the terms that a row makes to `take`: usually one, none if a cell that is needed has no
/// value, several if a function gives several values. A term that cannot be made is a finding
/// without a place.
pub(super) fn make(
    map: &TermMap,
    row: TableRow<'_>,
    base: Option<&str>,
    owner: &TriplesMap,
    take: &mut dyn FnMut(Result<Term, Finding>),
) {
    let mut take = |made: Result<Term, Finding>| {
        // Several cells of allowed size may make a term that is too large.
        take(made.and_then(|term| huge(term.as_ref()).map_or(Ok(term), Err)));
    };
    let base = owner.base.as_deref().or(base);
    let encoding = if let TermType::Iri(encoding) = map.kind { encoding } else { CellEncoding::None };
    let texts = match map.expression.texts(row, encoding) {
        Ok(texts) => texts,
        Err(fault) => return take(Err(fault)),
    };
    let is_made = matches!(map.expression, Expression::Call(_));
    for text in texts.as_slice() {
        // An empty text is no value, as in a cell.
        if is_made && text.is_empty() {
            continue;
        }
        match &map.kind {
            TermType::Iri(_) => take(make_iri(text, base).map(Term::from)),
            TermType::BlankNode => {
                let label = if text.is_empty() {
                    format!("{}-{}-{}", owner.name, owner.source, row.record.number())
                } else {
                    text.clone().into_owned()
                };
                take(Ok(BlankNode::new_unchecked(blank_label(&label)).into()));
            }
            TermType::Literal { language: Some(language), .. } => match language.texts(row, CellEncoding::None) {
                Ok(tags) => tags.as_slice().iter().for_each(|tag| take(with_language(text, tag))),
                Err(fault) => take(Err(fault)),
            },
            TermType::Literal { datatype: Some(datatype), .. } => match datatype.texts(row, CellEncoding::Iri) {
                Ok(iris) => iris.as_slice().iter().for_each(|iri| take(with_datatype(text, iri, base))),
                Err(fault) => take(Err(fault)),
            },
            TermType::Literal { .. } => {
                let natural = match &map.expression {
                    Expression::Reference(column) => natural_datatype(row.value_type(column)),
                    _ => None,
                };
                let text = text.clone().into_owned();
                take(Ok(match natural {
                    Some(datatype) => Literal::new_typed_literal(text, datatype).into(),
                    None => Literal::new_simple_literal(text).into(),
                }));
            }
        }
    }
}

fn with_language(text: &str, tag: &str) -> Result<Term, Finding> {
    if !is_language_tag(tag) {
        let message = format!("`{tag}` is not a BCP 47 language tag");
        return Err(Finding::error(codes::UNKNOWN_LANGUAGE_TAG, message));
    }
    // The case of a tag says nothing.
    Ok(Literal::new_language_tagged_literal_unchecked(text, tag.to_ascii_lowercase()).into())
}

fn with_datatype(text: &str, datatype: &str, base: Option<&str>) -> Result<Term, Finding> {
    let datatype = make_iri(datatype, base)?;
    if datatype == rdf::LANG_STRING || datatype == rdf::DIR_LANG_STRING {
        let message = format!("a value of <{}> needs a language", datatype.as_str());
        let hint = "write `[…, …, en~lang]`, and leave out the datatype".to_owned();
        return Err(Finding::error(codes::BAD_LITERAL, message).hint(hint));
    }
    if !LexicalSpace::of(datatype.as_ref()).has(text) {
        let message = format!("`{}` is not a value of <{}>", shorten(text), datatype.as_str());
        return Err(Finding::error(codes::BAD_LITERAL, message));
    }
    Ok(Literal::new_typed_literal(text, datatype).into())
}

/// The datatype of a value that is typed in its file (the natural mapping of RML), unless it is
/// text.
fn natural_datatype(value: ValueType) -> Option<NamedNodeRef<'static>> {
    match value {
        ValueType::Text => None,
        ValueType::Integer => Some(xsd::INTEGER),
        ValueType::Double => Some(xsd::DOUBLE),
        ValueType::Boolean => Some(xsd::BOOLEAN),
    }
}

/// An IRI; a relative one is prefixed with the base (R2RML, section 11.2).
fn make_iri(text: &str, base: Option<&str>) -> Result<NamedNode, Finding> {
    NamedNode::new(text).or_else(|fault| {
        let absolute = base.and_then(|base| NamedNode::new(format!("{base}{text}")).ok());
        absolute.ok_or_else(|| {
            let fault = fault.to_string();
            let hint = match base {
                _ if is_several(text) => {
                    "they look like several IRIs; `grel:string_split` makes one of each".to_owned()
                }
                None if oxiri::IriRef::parse(text).is_ok() => "it is relative and the mapping has no `base`".to_owned(),
                _ => format!("{}{}", fault[..1].to_lowercase(), fault[1..].trim_end_matches('.')),
            };
            Finding::error(codes::BAD_IRI, format!("`{}` is not an IRI", shorten(text))).hint(hint)
        })
    })
}

/// Whether a text looks like several addresses.
fn is_several(text: &str) -> bool {
    let parts = text.split([' ', ';', ',', '|', '\n']).filter(|part| !part.is_empty());
    let (mut n_parts, mut all) = (0, true);
    for part in parts {
        n_parts += 1;
        all &= part.starts_with("http://") || part.starts_with("https://");
    }
    all && n_parts > 1
}

/// A blank node's label made from any text: characters that N-Triples does not allow become
/// `xNNx`.
pub(in crate::map) fn blank_label(text: &str) -> String {
    use std::fmt::Write as _;
    let mut label = String::from("b");
    for c in text.chars() {
        if c.is_ascii_alphanumeric() && c != 'x' {
            label.push(c);
        } else {
            let _ = write!(label, "x{:x}x", u32::from(c));
        }
    }
    label
}

/// Which texts are values of a datatype.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::map) enum LexicalSpace {
    /// Of datatypes with which the evaluator does not compute, everything is accepted.
    Any,
    Decimal,
    Integer,
    Double,
    Boolean,
    Date,
    DateTime,
    GYear,
    GYearMonth,
}

impl LexicalSpace {
    /// That of a datatype.
    pub fn of(datatype: NamedNodeRef<'_>) -> Self {
        [
            (xsd::DECIMAL, Self::Decimal),
            (xsd::INTEGER, Self::Integer),
            (xsd::DOUBLE, Self::Double),
            (xsd::BOOLEAN, Self::Boolean),
            (xsd::DATE, Self::Date),
            (xsd::DATE_TIME, Self::DateTime),
            (xsd::G_YEAR, Self::GYear),
            (xsd::G_YEAR_MONTH, Self::GYearMonth),
        ]
        .into_iter()
        .find_map(|(known, space)| (known == datatype).then_some(space))
        .unwrap_or(Self::Any)
    }

    /// Whether a text is in it.
    pub fn has(self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Decimal => is_decimal(text),
            Self::Integer => is_integer(text),
            Self::Double => is_double(text),
            Self::Boolean => Boolean::from_str(text).is_ok(),
            Self::Date => is_usual_date(text) || Date::from_str(text).is_ok(),
            Self::DateTime => DateTime::from_str(text).is_ok(),
            Self::GYear => GYear::from_str(text).is_ok(),
            Self::GYearMonth => GYearMonth::from_str(text).is_ok(),
        }
    }
}

/// Whether a text is a date without a time zone, up to the 28th of a month, which needs no calendar.
fn is_usual_date(text: &str) -> bool {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return false };
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    [y1, y2, y3, y4, m1, m2, d1, d2].iter().all(is_digit)
        && (b"01".as_slice()..=b"12").contains(&[m1, m2].as_slice())
        && (b"01".as_slice()..=b"28").contains(&[d1, d2].as_slice())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn usual_dates_are_dates(text in "[0-9]{4}-[0-3][0-9]-[0-3][0-9]") {
            prop_assert!(!is_usual_date(&text) || Date::from_str(&text).is_ok(), "{text}");
        }
    }
}
