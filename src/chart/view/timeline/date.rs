//! Dates as sources write them: years, months, days, quarters and intervals in
//! the Extended Date/Time Format (EDTF, ISO 8601-2) and in XSD.

/// A span of time on the axis, in years: 2019.5 is the middle of 2019. All
/// months are equally long here, so a quarter has exactly three.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// Its start.
    pub start: f64,
    /// Its end; `None` while it continues.
    pub end: Option<f64>,
    /// The way it is written.
    pub form: DateForm,
}

/// The precision of a date.
#[derive(Debug, Clone, PartialEq)]
pub enum DateForm {
    /// A year.
    Year(i32),
    /// A year and one of its months.
    Month(i32, u32),
    /// A day.
    Day(i32, u32, u32),
    /// A year and one of its quarters.
    Quarter(i32, u32),
    /// An interval, possibly without an end.
    Range(Box<DateForm>, Option<Box<DateForm>>),
    /// Some time up to this.
    Until(Box<DateForm>),
    /// Anything else with a year, as written.
    Other(String),
}

/// Reads a date. `None` if it has no year or is not a date.
pub fn read(text: &str) -> Option<Period> {
    let text = text.trim();
    if let Some((from, to)) = text.split_once('/') {
        if from.is_empty() || from == ".." {
            // The start is unknown: it is drawn at its end.
            return read(to).map(|period| Period { form: DateForm::Until(Box::new(period.form)), ..period });
        }
        let first = read(from)?;
        if to.is_empty() || to == ".." {
            let form = DateForm::Range(Box::new(first.form), None);
            return Some(Period { start: first.start, end: None, form });
        }
        let last = read(to)?;
        let form = DateForm::Range(Box::new(first.form), Some(Box::new(last.form)));
        let end = last.end.map(|end| end.max(first.start));
        return Some(Period { start: first.start.min(last.start), end, form });
    }
    let certain = text.trim_end_matches(['?', '~', '%', 'Z']);
    let date = certain.split('T').next().unwrap_or_default();
    let (sign, digits) = match date.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, date),
    };
    let mut fields = digits.split('-');
    let year = fields.next()?;
    if year.len() < 4 {
        return None;
    }
    if let Some(decade) = year.strip_suffix('X').filter(|decade| decade.len() == 3) {
        let start = f64::from(decade.parse::<i32>().ok()? * 10 * sign);
        return Some(Period { start, end: Some(start + 10.0), form: DateForm::Other(text.to_owned()) });
    }
    if !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year = year.parse::<i32>().ok()?.checked_mul(sign)?;
    let (second, third) = (fields.next(), fields.next());
    if fields.next().is_some() {
        return None;
    }
    let start = f64::from(year);
    let Some(second) = second else {
        return Some(Period { start, end: Some(start + 1.0), form: DateForm::Year(year) });
    };
    let number = |text: &str| text.get(..2).filter(|two| two.len() == text.len().min(2))?.parse::<u32>().ok();
    let month = |month: u32| start + f64::from(month) / 12.0;
    let span = |from: u32, n: u32, form| Some(Period { start: month(from), end: Some(month(from + n)), form });
    let other = || DateForm::Other(text.to_owned());
    match (number(second)?, third) {
        (part @ 1..=12, None) => span(part - 1, 1, DateForm::Month(year, part)),
        (part @ 1..=12, Some(day)) => {
            let day = number(day).filter(|day| (1..=31).contains(day))?;
            let start = month(part - 1) + f64::from(day - 1) / (12.0 * 31.0);
            Some(Period { start, end: Some(start + 1.0 / 372.0), form: DateForm::Day(year, part, day) })
        }
        // Seasons begin in March; winter extends into the next year.
        (season @ 21..=24, None) => span((season - 21) * 3 + 2, 3, other()),
        (quarter @ 33..=36, None) => span((quarter - 33) * 3, 3, DateForm::Quarter(year, quarter - 32)),
        (third @ 37..=39, None) => span((third - 37) * 4, 4, other()),
        (half @ 40..=41, None) => span((half - 40) * 6, 6, other()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_a_start_and_an_end() {
        for (text, start, end) in [
            ("2019", 2019.0, Some(2020.0)),
            ("2019-07", 2019.5, Some(2019.5 + 1.0 / 12.0)),
            ("2020-35", 2020.5, Some(2020.75)),
            ("2004/..", 2004.0, None),
            ("2018/2019", 2018.0, Some(2020.0)),
            ("../2022", 2022.0, Some(2023.0)),
            ("/2022-06", 2022.0 + 5.0 / 12.0, Some(2022.5)),
            ("2019~", 2019.0, Some(2020.0)),
            ("201X", 2010.0, Some(2020.0)),
            ("-0044", -44.0, Some(-43.0)),
            ("2019-01-01T00:00:00Z", 2019.0, Some(2019.0 + 1.0 / 372.0)),
            ("2020-40", 2020.0, Some(2020.5)),
        ] {
            let period = read(text).unwrap_or_else(|| panic!("{text} should be a date"));
            let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
            assert!(near(period.start, start), "{text}: {period:?}");
            assert!(period.end.zip(end).is_none_or(|(a, b)| near(a, b)), "{text}: {period:?}");
            assert_eq!(period.end.is_some(), end.is_some(), "{text}");
        }
    }

    #[test]
    fn a_text_without_a_year_is_not_a_date() {
        for text in
            ["", "--04", "04-12", "XXXX-04", "spring", "2019-13", "2019-02-32", "2019-1-1-1", "二〇一九", "2019-é"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
