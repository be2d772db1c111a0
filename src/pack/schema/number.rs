//! Numbers of any size as Table Schema writes them, compared exactly.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

/// Whether a text is a lexical form of xsd:integer, however long.
pub fn is_integer(text: &str) -> bool {
    is_digits(text.strip_prefix(['-', '+']).unwrap_or(text))
}

/// Whether a text is a lexical form of xsd:decimal, however long.
pub fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned.split_once('.') {
        None => is_digits(unsigned),
        Some((whole, part)) => {
            (is_digits(whole) && (part.is_empty() || is_digits(part))) || (whole.is_empty() && is_digits(part))
        }
    }
}

/// Whether a text is a lexical form of xsd:double.
pub fn is_double(text: &str) -> bool {
    if matches!(text, "INF" | "+INF" | "-INF" | "NaN") {
        return true;
    }
    match text.split_once(['e', 'E']) {
        None => is_decimal(text),
        Some((number, exponent)) => is_decimal(number) && is_integer(exponent),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number. Its `Display` is one text for equal numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Number {
    /// Not a number.
    Nan,
    /// Infinity, and whether it is the negative one.
    Infinite(bool),
    /// A decimal number.
    Finite(Decimal),
}

/// A decimal number: 0.`digits` × 10^`exponent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    exponent: i64,
}

impl Number {
    /// The number that a form of xsd:double or xsd:decimal writes. Exponents of more than nine
    /// digits are refused.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "NaN" => return Some(Self::Nan),
            "INF" | "+INF" => return Some(Self::Infinite(false)),
            "-INF" => return Some(Self::Infinite(true)),
            _ => {}
        }
        let (number, power) = match text.split_once(['e', 'E']) {
            None => (text, 0),
            Some((number, power)) if is_integer(power) && power.trim_start_matches(['-', '+']).len() <= 9 => {
                (number, power.parse::<i64>().ok()?)
            }
            Some(_) => return None,
        };
        if !is_decimal(number) {
            return None;
        }
        let unsigned = number.trim_start_matches(['-', '+']);
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all = format!("{whole}{part}");
        let digits = all.trim_start_matches('0');
        let n_leading = (all.len() - digits.len()) as i64;
        let digits = digits.trim_end_matches('0').to_owned();
        let is_zero = digits.is_empty();
        Some(Self::Finite(Decimal {
            is_negative: number.starts_with('-') && !is_zero,
            exponent: if is_zero { 0 } else { whole.len() as i64 - n_leading + power },
            digits,
        }))
    }

    /// Which of two numbers is greater; `None` if one is not a number.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        let rank = |number: &Self| match number {
            Self::Nan => None,
            Self::Infinite(true) => Some(-1),
            Self::Infinite(false) => Some(1),
            Self::Finite(_) => Some(0),
        };
        match (self, other) {
            (Self::Finite(a), Self::Finite(b)) => Some(a.cmp(b)),
            _ => Some(rank(self)?.cmp(&rank(other)?)),
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let magnitude = |a: &Self, b: &Self| match (a.digits.is_empty(), b.digits.is_empty()) {
            (false, false) => a.exponent.cmp(&b.exponent).then_with(|| a.digits.cmp(&b.digits)),
            (a, b) => b.cmp(&a),
        };
        match (self.is_negative, other.is_negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => magnitude(self, other),
            (true, true) => magnitude(other, self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nan => f.write_str("NaN"),
            Self::Infinite(is_negative) => f.write_str(if *is_negative { "-INF" } else { "INF" }),
            Self::Finite(Decimal { digits, .. }) if digits.is_empty() => f.write_str("0"),
            Self::Finite(Decimal { is_negative, digits, exponent }) => {
                let sign = if *is_negative { "-" } else { "" };
                let n_digits = digits.len() as i64;
                // As people write it, unless that would be long.
                match *exponent {
                    whole if whole >= n_digits && whole <= 30 => {
                        write!(f, "{sign}{digits}{}", "0".repeat((whole - n_digits) as usize))
                    }
                    whole if whole > 0 && whole < n_digits => {
                        let (whole, part) = digits.split_at(whole as usize);
                        write!(f, "{sign}{whole}.{part}")
                    }
                    0 => write!(f, "{sign}0.{digits}"),
                    small if small < 0 && small > -30 => write!(f, "{sign}0.{}{digits}", "0".repeat(-small as usize)),
                    _ => write!(f, "{sign}0.{digits}E{exponent}"),
                }
            }
        }
    }
}

/// How numbers are written: the properties `decimalChar`, `groupChar` and `bareNumber`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberForm {
    /// What stands before the fraction.
    pub decimal: String,
    /// What stands between groups of digits.
    pub group: Option<String>,
    /// Whether nothing but the number may be in the cell.
    pub is_bare: bool,
}

impl Default for NumberForm {
    fn default() -> Self {
        Self { decimal: ".".to_owned(), group: None, is_bare: true }
    }
}

impl NumberForm {
    /// The number in a cell as XML Schema writes it.
    ///
    /// # Errors
    ///
    /// What is wrong with it, if more can be said than that it is no number.
    pub fn plain<'a>(&self, cell: &'a str) -> Result<Cow<'a, str>, Option<String>> {
        let number = if self.is_bare { cell } else { self.stripped(cell)? };
        if self.decimal == "." && self.group.is_none() && is_double(number) {
            return Ok(Cow::Borrowed(number));
        }
        let (sign, unsigned) = match number.as_bytes().first() {
            Some(b'-' | b'+') => number.split_at(1),
            _ => ("", number),
        };
        match unsigned.to_ascii_lowercase().as_str() {
            "nan" if sign.is_empty() => return Ok(Cow::Borrowed("NaN")),
            "inf" => return Ok(Cow::Borrowed(if sign == "-" { "-INF" } else { "INF" })),
            _ => {}
        }
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => unsigned.split_at(at),
            None => (unsigned, ""),
        };
        let (whole, part) = match mantissa.split_once(self.decimal.as_str()) {
            Some((whole, part)) => (whole, Some(part)),
            None => (mantissa, None),
        };
        let mut plain = format!("{sign}{}", self.ungrouped(whole)?);
        if let Some(part) = part {
            if !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(None);
            }
            plain.push('.');
            plain.push_str(part);
        }
        plain.push_str(exponent);
        if is_double(&plain) { Ok(Cow::Owned(plain)) } else { Err(None) }
    }

    /// Digits without what groups them: groups have at least two digits, the last at least three.
    fn ungrouped(&self, whole: &str) -> Result<String, Option<String>> {
        let Some(group) = self.group.as_deref().filter(|group| whole.contains(group)) else {
            return if whole.bytes().all(|byte| byte.is_ascii_digit()) { Ok(whole.to_owned()) } else { Err(None) };
        };
        let groups: Vec<&str> = whole.split(group).collect();
        if !groups.iter().all(|digits| is_digits(digits)) {
            return Err(Some(format!("`{group}` must be between digits")));
        }
        let last = groups.len() - 1;
        let is_short = |(at, digits): (usize, &&str)| at > 0 && digits.len() < if at == last { 3 } else { 2 };
        if groups.iter().enumerate().any(is_short) {
            return Err(Some(format!(
                "`{group}` groups digits, and three follow the last one; a fraction begins with `{}`",
                self.decimal
            )));
        }
        Ok(groups.concat())
    }

    /// The number in a text like `EUR 95` or `95 %`. A sign that is not next to the digits is not
    /// taken away, since the number would be another.
    fn stripped<'a>(&self, cell: &'a str) -> Result<&'a str, Option<String>> {
        let is_digit = |c: char| c.is_ascii_digit();
        let (Some(first), Some(last)) = (cell.find(is_digit), cell.rfind(is_digit)) else {
            // `NaN` and `INF` have no digits.
            return Ok(cell.trim());
        };
        let mut start = first;
        if cell[..start].ends_with(self.decimal.as_str()) {
            start -= self.decimal.len();
        }
        if cell[..start].ends_with(['-', '+']) {
            start -= 1;
        }
        let (before, after) = (&cell[..start], &cell[last + 1..]);
        let is_sign = |c: char| matches!(c, '-' | '\u{2212}' | '(');
        if before.trim().starts_with(is_sign) || before.trim().ends_with(is_sign) || after.trim().starts_with(is_sign) {
            return Err(Some(
                "write the sign next to the digits: it is not clear whether the number is negative".to_owned(),
            ));
        }
        Ok(&cell[start..=last])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_one_text() {
        for (text, expected) in [
            ("1", "1"),
            ("1.0", "1"),
            ("+001.50", "1.5"),
            ("-0.0", "0"),
            ("1E3", "1000"),
            ("1500e-2", "15"),
            (".05", "0.05"),
            ("123456789012345678901234567890.10", "123456789012345678901234567890.1"),
            ("1E999999999", "0.1E1000000000"),
            ("-INF", "-INF"),
        ] {
            assert_eq!(Number::parse(text).unwrap().to_string(), expected, "{text}");
        }
        for text in ["", ".", "1,5", "1E", "1E9999999999", "0x1", "1 "] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_ordered_exactly() {
        let ascending = [
            "-INF",
            "-1E3",
            "-999.5",
            "-1",
            "-0.1",
            "0",
            "1E-9",
            "0.1",
            "1",
            "9007199254740992",
            "9007199254740993",
            "1E400",
            "INF",
        ];
        let numbers: Vec<Number> = ascending.iter().map(|text| Number::parse(text).unwrap()).collect();
        for (at, number) in numbers.iter().enumerate() {
            for (other_at, other) in numbers.iter().enumerate() {
                assert_eq!(number.compare(other), Some(at.cmp(&other_at)), "{number} {other}");
            }
        }
        assert_eq!(Number::Nan.compare(&numbers[5]), None);
    }

    #[test]
    fn numbers_are_read_as_the_field_writes_them() {
        let form = |decimal: &str, group: Option<&str>, is_bare| NumberForm {
            decimal: decimal.to_owned(),
            group: group.map(str::to_owned),
            is_bare,
        };
        let european = form(",", Some("."), true);
        let loose = form(".", Some(","), false);
        for (form, cell, expected) in [
            (&european, "1.234", Some("1234")),
            (&european, "-12.345.678,50", Some("-12345678.50")),
            (&european, "0,5", Some("0.5")),
            (&european, "1.5", None),
            (&european, "1..234", None),
            (&european, "1.23,4", None),
            (&european, ",5", Some(".5")),
            (&european, "1,5,0", None),
            (&european, "1,5E+3", Some("1.5E+3")),
            (&form(",", None, true), "1.5", None),
            (&form(".", Some(","), true), "1,23,456", Some("123456")),
            (&form(".", Some(","), true), "1.234,5", None),
            (&form(".", Some(" "), true), "1 234.5", Some("1234.5")),
            (&NumberForm::default(), "nan", Some("NaN")),
            (&NumberForm::default(), "-inf", Some("-INF")),
            (&NumberForm::default(), "€95", None),
            (&loose, "€1,095.50", Some("1095.50")),
            (&loose, "EUR -95", Some("-95")),
            (&loose, "95 %", Some("95")),
            (&loose, "$.5", Some(".5")),
            (&loose, "-€95", None),
            (&loose, "(95)", None),
            (&loose, "95-", None),
            (&loose, "none", None),
        ] {
            assert_eq!(form.plain(cell).ok().as_deref(), expected, "{cell}");
        }
    }
}
