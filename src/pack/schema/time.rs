//! Dates and times in the formats of Table Schema: that of XML Schema, patterns of `strptime`,
//! and `any`.

use std::fmt::Write as _;
use std::str::FromStr as _;

use oxsdatatypes::{Date, DateTime, Time};
use regex::Regex;

/// Which parts of a moment a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// Both.
    DateTime,
}

/// How moments are written.
#[derive(Debug, Clone)]
pub enum MomentFormat {
    /// As in XML Schema.
    Default,
    /// In any form that can only mean one thing.
    Any,
    /// As a pattern of `strptime` says.
    Pattern(Box<MomentPattern>),
}

impl MomentFormat {
    /// The format of the property `format`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and a hint.
    pub fn parse(format: &str, moment: Moment) -> Result<Self, (String, Option<String>)> {
        // Version 0 of the standard.
        match format.strip_prefix("fmt:").unwrap_or(format) {
            "default" => Ok(Self::Default),
            "any" => Ok(Self::Any),
            pattern => MomentPattern::parse(pattern, moment).map(|pattern| Self::Pattern(Box::new(pattern))),
        }
    }

    /// The moment in a cell as XML Schema writes it.
    pub fn iso(&self, cell: &str, moment: Moment) -> Option<String> {
        let iso = match self {
            Self::Default => cell.to_owned(),
            Self::Any => any(cell, moment)?,
            Self::Pattern(pattern) => pattern.iso(cell)?,
        };
        is_moment(&iso, moment).then_some(iso)
    }
}

/// Whether a text is a moment as the standard's default formats write it.
pub fn is_moment(text: &str, moment: Moment) -> bool {
    match moment {
        Moment::Date => text.len() == 10 && Date::from_str(text).is_ok(),
        // `hh:mm:ss`; a fraction of a second can come from a pattern.
        Moment::Time => {
            text.len() >= 8 && !text.ends_with('Z') && !text.contains(['+', '-']) && Time::from_str(text).is_ok()
        }
        Moment::DateTime => DateTime::from_str(text).is_ok(),
    }
}

/// A part of a moment that a directive reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MomentPart {
    Year,
    /// Two digits: 69 to 99 are of the 20th century.
    ShortYear,
    Month,
    MonthName,
    Day,
    DayOfYear,
    Hour,
    HalfDayHour,
    HalfDay,
    Minute,
    Second,
    Fraction,
    Offset,
    /// Read, but it says nothing that the other parts do not.
    WeekDay,
}

/// A pattern of `strptime`.
#[derive(Debug, Clone)]
pub struct MomentPattern {
    regex: Regex,
    parts: Vec<MomentPart>,
    moment: Moment,
    written: String,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl MomentPattern {
    fn parse(pattern: &str, moment: Moment) -> Result<Self, (String, Option<String>)> {
        let mut regex = String::from("(?i)^");
        let mut parts = Vec::new();
        write_pattern(pattern, &mut regex, &mut parts)?;
        regex.push('$');
        if parts.is_empty() {
            let written = pattern.replace("YYYY", "%Y").replace("yyyy", "%Y").replace("YY", "%y").replace("yy", "%y");
            let written = written.replace("MM", "%m").replace("mm", "%m").replace("DD", "%d").replace("dd", "%d");
            let hint = if written == pattern {
                "the formats are `default`, `any` or a pattern of strptime such as `%d/%m/%Y`".to_owned()
            } else {
                format!("write it as a pattern of strptime: `{written}`")
            };
            return Err((format!("the format `{pattern}` has no directive"), Some(hint)));
        }
        for (at, part) in parts.iter().enumerate() {
            if *part != MomentPart::WeekDay && parts[..at].contains(part) {
                return Err((format!("the format `{pattern}` has the same directive twice"), None));
            }
        }
        let has = |wanted: &[MomentPart]| wanted.iter().any(|part| parts.contains(part));
        let lacks = |what: &str| (format!("the format `{pattern}` has no {what}"), None);
        if moment != Moment::Time {
            let months = [MomentPart::Month, MomentPart::MonthName];
            if !has(&[MomentPart::Year, MomentPart::ShortYear]) {
                return Err(lacks("year"));
            }
            let has_day = has(&[MomentPart::DayOfYear]) || (has(&months) && has(&[MomentPart::Day]));
            if !has_day {
                let (message, _) = lacks(if has(&months) { "day" } else { "month" });
                let other = if has(&months) { "yearmonth" } else { "year" };
                return Err((message, Some(format!("a value without a day is of the type `{other}`, or `string`"))));
            }
        }
        if moment != Moment::Date {
            if !has(&[MomentPart::Hour, MomentPart::HalfDayHour]) {
                return Err(lacks("hour"));
            }
            if has(&[MomentPart::HalfDayHour]) && !has(&[MomentPart::HalfDay]) {
                let hint = "add `%p`, or use `%H`, which counts to 23".to_owned();
                return Err((lacks("half of the day, so that `%I` may mean two hours").0, Some(hint)));
            }
        }
        let regex = Regex::new(&regex).map_err(|_| (format!("the format `{pattern}` is too long"), None))?;
        Ok(Self { regex, parts, moment, written: pattern.to_owned() })
    }

    /// The pattern as it is written.
    pub fn written(&self) -> &str {
        &self.written
    }

    fn iso(&self, cell: &str) -> Option<String> {
        let found = self.regex.captures(cell)?;
        let text = |wanted: MomentPart| {
            let at = self.parts.iter().position(|part| *part == wanted)?;
            found.get(at + 1).map(|group| group.as_str())
        };
        let number = |wanted: MomentPart| text(wanted)?.trim_start().parse::<u32>().ok();
        let year = number(MomentPart::Year).or_else(|| {
            let short = number(MomentPart::ShortYear)?;
            Some(if short < 69 { 2000 + short } else { 1900 + short })
        });
        let month = number(MomentPart::Month).or_else(|| month_of(text(MomentPart::MonthName)?));
        let hour = match number(MomentPart::HalfDayHour) {
            None => number(MomentPart::Hour).unwrap_or(0),
            Some(hour) => hour % 12 + if text(MomentPart::HalfDay)?.eq_ignore_ascii_case("pm") { 12 } else { 0 },
        };
        let mut iso = String::new();
        if self.moment != Moment::Time {
            let year = year?;
            let (month, day) = match number(MomentPart::DayOfYear) {
                Some(day) => month_and_day(year, day)?,
                None => (month?, number(MomentPart::Day)?),
            };
            let _ = write!(iso, "{year:04}-{month:02}-{day:02}");
        }
        if self.moment == Moment::DateTime {
            iso.push('T');
        }
        if self.moment != Moment::Date {
            let (minute, second) = (number(MomentPart::Minute).unwrap_or(0), number(MomentPart::Second).unwrap_or(0));
            let _ = write!(iso, "{hour:02}:{minute:02}:{second:02}");
            let fraction = text(MomentPart::Fraction).map(|digits| digits.trim_end_matches('0')).unwrap_or_default();
            if !fraction.is_empty() {
                let _ = write!(iso, ".{fraction}");
            }
        }
        if self.moment == Moment::DateTime
            && let Some(offset) = text(MomentPart::Offset)
        {
            iso.push_str(&offset_of(offset));
        }
        Some(iso)
    }
}

/// The directives of a pattern as a regular expression, each with one group.
fn write_pattern(
    pattern: &str,
    regex: &mut String,
    parts: &mut Vec<MomentPart>,
) -> Result<(), (String, Option<String>)> {
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            while chars.peek().is_some_and(|c| c.is_whitespace()) {
                chars.next();
            }
            regex.push_str("\\s+");
            continue;
        }
        if c != '%' {
            regex.push_str(&regex::escape(&c.to_string()));
            continue;
        }
        let directive = chars.next();
        // Short for several directives, in C.
        let several = match directive {
            Some('F') => Some("%Y-%m-%d"),
            Some('T') => Some("%H:%M:%S"),
            Some('R') => Some("%H:%M"),
            Some('D') => Some("%m/%d/%y"),
            _ => None,
        };
        if let Some(several) = several {
            write_pattern(several, regex, parts)?;
            continue;
        }
        let (part, form) = match directive {
            Some('%') => {
                regex.push('%');
                continue;
            }
            Some('n' | 't') => {
                regex.push_str("\\s+");
                continue;
            }
            Some('Y') => (MomentPart::Year, "[0-9]{4}"),
            Some('y') => (MomentPart::ShortYear, "[0-9]{2}"),
            Some('m') => (MomentPart::Month, "1[0-2]|0[1-9]|[1-9]"),
            Some('b' | 'B' | 'h') => (MomentPart::MonthName, MONTH_NAMES),
            Some('d' | 'e') => (MomentPart::Day, "3[01]|[12][0-9]|0[1-9]|[1-9]| [1-9]"),
            Some('j') => {
                (MomentPart::DayOfYear, "36[0-6]|3[0-5][0-9]|[12][0-9]{2}|0[1-9][0-9]|00[1-9]|[1-9][0-9]|0[1-9]|[1-9]")
            }
            Some('H') => (MomentPart::Hour, "2[0-3]|[01][0-9]|[0-9]"),
            Some('I') => (MomentPart::HalfDayHour, "1[0-2]|0[1-9]|[1-9]"),
            Some('p') => (MomentPart::HalfDay, "am|pm"),
            Some('M') => (MomentPart::Minute, "[0-5][0-9]|[0-9]"),
            Some('S') => (MomentPart::Second, "[0-5][0-9]|[0-9]"),
            Some('f') => (MomentPart::Fraction, "[0-9]{1,6}"),
            Some('z') => (MomentPart::Offset, "[+-][0-9]{2}:?[0-5][0-9]|z"),
            Some('a' | 'A') => (MomentPart::WeekDay, WEEK_DAYS),
            Some('u' | 'w') => (MomentPart::WeekDay, "[0-7]"),
            Some(other) => {
                let hint = match other {
                    'Z' => "the name of a time zone does not say how far it is from UTC; `%z` reads `+0800`",
                    'c' | 'x' | 'X' => "its meaning depends on the language of the computer; write its parts",
                    'U' | 'W' | 'V' | 'G' => "weeks are not read; use `%m` and `%d`, or `%j` for the day of the year",
                    _ => "the directives are those of Python's strptime, such as `%d`, `%m`, `%Y`, `%H`, `%M`, `%S`",
                };
                return Err((format!("the directive `%{other}` is not supported"), Some(hint.to_owned())));
            }
            None => {
                return Err((
                    format!("the format `{pattern}` ends with `%`"),
                    Some("write `%%` for the sign".to_owned()),
                ));
            }
        };
        parts.push(part);
        let _ = write!(regex, "({form})");
    }
    Ok(())
}

const MONTH_NAMES: &str = "january|february|march|april|may|june|july|august|september|october|november|december|\
    jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec";
const WEEK_DAYS: &str = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun";

fn month_of(name: &str) -> Option<u32> {
    let name = name.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == name || (name.len() == 3 && month.starts_with(&name)))?;
    Some(at as u32 + 1)
}

fn month_and_day(year: u32, day_of_year: u32) -> Option<(u32, u32)> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut rest = day_of_year;
    for (month, n_days) in (1..).zip([31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
        if rest <= n_days {
            return Some((month, rest));
        }
        rest -= n_days;
    }
    None
}

fn offset_of(text: &str) -> String {
    if text.eq_ignore_ascii_case("z") {
        return "Z".to_owned();
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    format!("{}{}:{}", &text[..1], &digits[..2], &digits[2..])
}

/// The forms of `any`: those that can only mean one thing. `01/02/2019` is not one.
fn any(cell: &str, moment: Moment) -> Option<String> {
    const DATES: [&str; 9] =
        ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %B %Y", "%d-%B-%Y", "%B %d, %Y", "%B %d %Y", "%Y %B %d"];
    const TIMES: [&str; 5] = ["%H:%M:%S.%f", "%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p"];
    let cell = cell.trim();
    if is_moment(cell, moment) {
        return Some(cell.to_owned());
    }
    let read = |pattern: &str| MomentPattern::parse(pattern, moment).ok()?.iso(cell);
    match moment {
        Moment::Date => DATES.into_iter().find_map(read).or_else(|| not_ambiguous(cell)),
        Moment::Time => TIMES.into_iter().find_map(read),
        Moment::DateTime => {
            // The time is the last part; a date may have blanks in it.
            let (date, time) = cell.split_once('T').or_else(|| {
                let colon = cell.find(':')?;
                let blank = cell[..colon].rfind(' ')?;
                Some((&cell[..blank], &cell[blank + 1..]))
            })?;
            let (time, offset) = match time.find(['Z', '+', '-']) {
                Some(at) => time.split_at(at),
                None => (time, ""),
            };
            Some(format!("{}T{}{offset}", any(date, Moment::Date)?, any(time, Moment::Time)?))
        }
    }
}

/// A date of three numbers with the year last is read only if one of the others is no month, or
/// both are the same.
fn not_ambiguous(cell: &str) -> Option<String> {
    let numbers: Vec<u32> = cell.split(['/', '.', '-']).map(str::parse).collect::<Result<_, _>>().ok()?;
    let &[first, second, year] = numbers.as_slice() else { return None };
    if !(1000..=9999).contains(&year) {
        return None;
    }
    let (month, day) = match (first, second) {
        (day, month) if day > 12 || day == month => (month, day),
        (month, day) if day > 12 => (month, day),
        _ => return None,
    };
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_by_their_format() {
        for (moment, format, cell, expected) in [
            (Moment::Date, "%Y-%d-%m", "2019-01-12", Some("2019-12-01")),
            (Moment::Date, "%d.%m.%Y", "1.3.2000", Some("2000-03-01")),
            (Moment::Date, "fmt:%d/%m/%y", "31/12/68", Some("2068-12-31")),
            (Moment::Date, "%d/%m/%y", "31/12/69", Some("1969-12-31")),
            (Moment::Date, "%d %b %Y", "5 MAR 2019", Some("2019-03-05")),
            (Moment::Date, "%B %d, %Y", "March 05 2019", None),
            (Moment::Date, "%B %d, %Y", "March 05,   2019", Some("2019-03-05")),
            (Moment::Date, "%d/%m/%Y", "30/02/2019", None),
            (Moment::Date, "%Y-%j", "2020-366", Some("2020-12-31")),
            (Moment::Date, "%Y-%j", "2019-366", None),
            (Moment::Date, "%F", "2019-03-05", Some("2019-03-05")),
            (Moment::Date, "%d/%m/%Y", "5/3/2019 ", None),
            (Moment::Date, "default", "2019-3-5", None),
            (Moment::Date, "default", "2019-03-05Z", None),
            (Moment::Time, "%H:%M", "9:30", Some("09:30:00")),
            (Moment::Time, "%I:%M %p", "12:05 am", Some("00:05:00")),
            (Moment::Time, "%I.%M%p", "12.05PM", Some("12:05:00")),
            (Moment::Time, "default", "09:30:00", Some("09:30:00")),
            (Moment::Time, "default", "09:30:00Z", None),
            (Moment::Time, "default", "9:30:00", None),
            (Moment::DateTime, "%d/%m/%Y %H:%M:%S", "12/11/2018 09:15:32", Some("2018-11-12T09:15:32")),
            (
                Moment::DateTime,
                "%Y-%m-%dT%H:%M:%S.%f%z",
                "2018-11-12T09:15:32.250+0800",
                Some("2018-11-12T09:15:32.25+08:00"),
            ),
            (Moment::DateTime, "default", "2024-01-26T15:00:00.300-05:00", Some("2024-01-26T15:00:00.300-05:00")),
            (Moment::DateTime, "default", "2024-01-26", None),
            (Moment::Date, "any", "5 March 2019", Some("2019-03-05")),
            (Moment::Date, "any", "2019/3/5", Some("2019-03-05")),
            (Moment::Date, "any", "31/12/2019", Some("2019-12-31")),
            (Moment::Date, "any", "12/31/2019", Some("2019-12-31")),
            (Moment::Date, "any", "05/03/2019", None),
            (Moment::DateTime, "any", "5 March 2019 9:30", Some("2019-03-05T09:30:00")),
            (Moment::DateTime, "any", "2019-03-05 09:30:00+08:00", Some("2019-03-05T09:30:00+08:00")),
        ] {
            let read = MomentFormat::parse(format, moment).unwrap_or_else(|(fault, _)| panic!("{format}: {fault}"));
            assert_eq!(read.iso(cell, moment).as_deref(), expected, "{format} {cell}");
        }
    }

    #[test]
    fn formats_that_leave_something_open_are_refused() {
        for (moment, format, part) in [
            (Moment::Date, "%Y", "no month"),
            (Moment::Date, "%Y-%m", "no day"),
            (Moment::Date, "%d/%m", "no year"),
            (Moment::Date, "YYYY-MM-DD", "no directive"),
            (Moment::Date, "%d/%d/%Y", "twice"),
            (Moment::Date, "%x", "`%x`"),
            (Moment::Date, "%Y-%m-%d%", "ends"),
            (Moment::Time, "%I:%M", "two hours"),
            (Moment::DateTime, "%Y-%m-%d", "no hour"),
            (Moment::DateTime, "%Y-%m-%d %H:%M %Z", "`%Z`"),
        ] {
            let (message, _) = MomentFormat::parse(format, moment).unwrap_err();
            assert!(message.contains(part), "{format}: {message}");
        }
        let (_, hint) = MomentFormat::parse("YYYY-MM-DD", Moment::Date).unwrap_err();
        assert!(hint.unwrap().contains("`%Y-%m-%d`"));
    }
}
