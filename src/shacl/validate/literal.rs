//! Comparison of literals as by SPARQL's `<` (sections 4.3 and 4.5), and
//! whether their text is valid for their datatype (section 4.1.2).

use std::cmp::Ordering;
use std::str::FromStr;

use oxigraph::model::vocab::xsd;
use oxigraph::model::{LiteralRef, NamedNodeRef};
use oxsdatatypes::{
    Boolean, Date, DateTime, DayTimeDuration, Decimal, Double, Duration, Float, GDay, GMonth, GMonthDay, GYear,
    GYearMonth, Time, YearMonthDuration,
};

/// The order of two literals; `None` if they are not comparable.
pub(in crate::shacl) fn compare(a: LiteralRef<'_>, b: LiteralRef<'_>) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (NumericValue::of(a), NumericValue::of(b)) {
        return a.compare(b);
    }
    let (left, right) = (a.datatype(), b.datatype());
    let same = |other: NamedNodeRef<'_>| left == other && right == other;
    let is_date_time = |datatype| datatype == xsd::DATE_TIME || datatype == xsd::DATE_TIME_STAMP;
    let is_duration = |datatype: NamedNodeRef<'_>| {
        [xsd::DURATION, xsd::DAY_TIME_DURATION, xsd::YEAR_MONTH_DURATION].contains(&datatype)
    };
    if same(xsd::STRING) {
        Some(a.value().cmp(b.value()))
    } else if is_date_time(left) && is_date_time(right) {
        parsed::<DateTime>(a, b)
    } else if same(xsd::DATE) {
        parsed::<Date>(a, b)
    } else if same(xsd::TIME) {
        parsed::<Time>(a, b)
    } else if same(xsd::BOOLEAN) {
        let (a, b) = (Boolean::from_str(a.value()).ok()?, Boolean::from_str(b.value()).ok()?);
        Some(bool::from(a).cmp(&bool::from(b)))
    } else if same(xsd::G_YEAR) {
        parsed::<GYear>(a, b)
    } else if same(xsd::G_YEAR_MONTH) {
        parsed::<GYearMonth>(a, b)
    } else if is_duration(left) && is_duration(right) {
        parsed::<Duration>(a, b)
    } else {
        None
    }
}

fn parsed<T: FromStr + PartialOrd>(a: LiteralRef<'_>, b: LiteralRef<'_>) -> Option<Ordering> {
    T::from_str(a.value()).ok()?.partial_cmp(&T::from_str(b.value()).ok()?)
}

/// A number, exact as far as possible.
#[derive(Clone, Copy)]
enum NumericValue {
    Exact(Decimal),
    Double(f64),
}

impl NumericValue {
    fn of(literal: LiteralRef<'_>) -> Option<Self> {
        let (datatype, value) = (literal.datatype(), literal.value());
        if datatype == xsd::DECIMAL || integer_range(datatype).is_some() {
            if !is_well_formed(literal) {
                return None;
            }
            return Decimal::from_str(value).map(Self::Exact).or_else(|_| value.parse().map(Self::Double)).ok();
        }
        if datatype == xsd::DOUBLE {
            return Some(Self::Double(Double::from_str(value).ok()?.into()));
        }
        if datatype == xsd::FLOAT {
            return Some(Self::Double(f64::from(f32::from(Float::from_str(value).ok()?))));
        }
        None
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => a.partial_cmp(&b),
            (a, b) => a.double().partial_cmp(&b.double()),
        }
    }

    fn double(self) -> f64 {
        match self {
            Self::Exact(decimal) => Double::from(decimal).into(),
            Self::Double(double) => double,
        }
    }
}

/// The range of an integer type; `None` for other types. Values beyond 128 bits
/// belong only to the unlimited ones.
fn integer_range(datatype: NamedNodeRef<'_>) -> Option<(Option<i128>, Option<i128>)> {
    Some(match datatype {
        xsd::INTEGER => (None, None),
        xsd::NON_NEGATIVE_INTEGER => (Some(0), None),
        xsd::POSITIVE_INTEGER => (Some(1), None),
        xsd::NON_POSITIVE_INTEGER => (None, Some(0)),
        xsd::NEGATIVE_INTEGER => (None, Some(-1)),
        xsd::LONG => (Some(i64::MIN.into()), Some(i64::MAX.into())),
        xsd::INT => (Some(i32::MIN.into()), Some(i32::MAX.into())),
        xsd::SHORT => (Some(i16::MIN.into()), Some(i16::MAX.into())),
        xsd::BYTE => (Some(i8::MIN.into()), Some(i8::MAX.into())),
        xsd::UNSIGNED_LONG => (Some(0), Some(u64::MAX.into())),
        xsd::UNSIGNED_INT => (Some(0), Some(u32::MAX.into())),
        xsd::UNSIGNED_SHORT => (Some(0), Some(u16::MAX.into())),
        xsd::UNSIGNED_BYTE => (Some(0), Some(u8::MAX.into())),
        _ => return None,
    })
}

/// Whether the text of a literal is valid for its datatype. Datatypes other
/// than those of XML Schema accept every text.
pub(in crate::shacl) fn is_well_formed(literal: LiteralRef<'_>) -> bool {
    let (datatype, value) = (literal.datatype(), literal.value());
    if let Some((least, most)) = integer_range(datatype) {
        let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        return match value.parse::<i128>() {
            Ok(number) => least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most),
            Err(_) if value.starts_with('-') => least.is_none(),
            Err(_) => most.is_none(),
        };
    }
    fn parses<T: FromStr>(value: &str) -> bool {
        T::from_str(value).is_ok()
    }
    match datatype {
        xsd::BOOLEAN => parses::<Boolean>(value),
        xsd::DECIMAL => {
            let unsigned = value.strip_prefix(['+', '-']).unwrap_or(value);
            let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
            !(whole.is_empty() && part.is_empty())
                && whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit())
        }
        xsd::FLOAT => parses::<Float>(value),
        xsd::DOUBLE => parses::<Double>(value),
        xsd::DATE_TIME => parses::<DateTime>(value),
        xsd::DATE_TIME_STAMP => DateTime::from_str(value).is_ok_and(|value| value.timezone_offset().is_some()),
        xsd::DATE => parses::<Date>(value),
        xsd::TIME => parses::<Time>(value),
        xsd::G_YEAR => parses::<GYear>(value),
        xsd::G_YEAR_MONTH => parses::<GYearMonth>(value),
        xsd::G_MONTH => parses::<GMonth>(value),
        xsd::G_MONTH_DAY => parses::<GMonthDay>(value),
        xsd::G_DAY => parses::<GDay>(value),
        xsd::DURATION => parses::<Duration>(value),
        xsd::DAY_TIME_DURATION => parses::<DayTimeDuration>(value),
        xsd::YEAR_MONTH_DURATION => parses::<YearMonthDuration>(value),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::model::Literal;

    use super::*;

    fn literal(value: &str, datatype: NamedNodeRef<'_>) -> Literal {
        Literal::new_typed_literal(value, datatype)
    }

    #[test]
    fn numbers_of_all_types_compare() {
        let one = literal("1", xsd::INTEGER);
        for (value, datatype, expected) in [
            ("1.0", xsd::DECIMAL, Some(Ordering::Equal)),
            ("1.5", xsd::DOUBLE, Some(Ordering::Less)),
            ("0.5", xsd::FLOAT, Some(Ordering::Greater)),
            ("99999999999999999999999999999999999999999999", xsd::INTEGER, Some(Ordering::Less)),
            ("NaN", xsd::DOUBLE, None),
            ("300", xsd::BYTE, None),
            ("2", xsd::STRING, None),
        ] {
            assert_eq!(compare(one.as_ref(), literal(value, datatype).as_ref()), expected, "{value}");
        }
        // A time with a time zone and one without are not always comparable.
        let (with, without) =
            (literal("2019-01-01T00:00:00Z", xsd::DATE_TIME), literal("2019-01-01T05:00:00", xsd::DATE_TIME));
        assert_eq!(compare(with.as_ref(), without.as_ref()), None);
    }

    #[test]
    fn a_text_is_valid_for_its_datatype_or_not() {
        for (value, datatype, expected) in [
            ("127", xsd::BYTE, true),
            ("128", xsd::BYTE, false),
            ("99999999999999999999999999999999999999999999", xsd::INTEGER, true),
            ("-99999999999999999999999999999999999999999999", xsd::NON_NEGATIVE_INTEGER, false),
            ("1.", xsd::DECIMAL, true),
            (".", xsd::DECIMAL, false),
            ("1e3", xsd::DECIMAL, false),
            ("2019-02-29", xsd::DATE, false),
            ("yes", xsd::BOOLEAN, false),
            ("anything", xsd::STRING, true),
        ] {
            assert_eq!(is_well_formed(literal(value, datatype).as_ref()), expected, "{value}");
        }
    }
}
