//! Days, and periods in EDTF (levels 0 and 1, and the seasons and quarters of level 2) as the days in which they
//! begin and end.

/// A day, so that an earlier one is less: the first of July 2019 is 20190701.
pub type DayNumber = i64;

/// The first and the last day of a period; `None` if it is open or not known.
pub type Days = (Option<DayNumber>, Option<DayNumber>);

fn day(year: i64, month: i64, day: i64) -> DayNumber {
    year * 10_000 + month * 100 + day
}

/// A day as ISO 8601 writes it: `2019-07-01`.
pub fn read_day(text: &str) -> Option<DayNumber> {
    let digits = |text: &str, n: usize| -> Option<i64> {
        (text.len() == n && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
    };
    let mut parts = text.split('-');
    let (year, month, of_month) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (parts.next().is_none() && (1..=last).contains(&of_month)).then(|| day(year, month, of_month))
}

/// The first and the last day of a period in EDTF or of a date of XML Schema; `None` if it is neither.
pub fn read_period(text: &str) -> Option<Days> {
    let text = text.trim();
    if let Some((from, to)) = text.split_once('/') {
        let is_open = |end: &str| end.is_empty() || end == "..";
        let first = if is_open(from) { None } else { read_period(from)?.0 };
        let last = if is_open(to) { None } else { read_period(to)?.1 };
        return Some((first, last));
    }
    // A day is a day at whatever time, and a date is a date however certain.
    let date = text.split('T').next()?.trim_end_matches(['?', '~', '%', 'Z']);
    let (year, rest) = date.split_at_checked(4)?;
    let known = year.trim_end_matches('X');
    if known.is_empty() || !known.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (earliest, latest) = (year.replace('X', "0").parse::<i64>().ok()?, year.replace('X', "9").parse::<i64>().ok()?);
    if rest.is_empty() || known.len() < 4 {
        return Some((Some(day(earliest, 1, 1)), Some(day(latest, 12, 31))));
    }
    let months = |first: i64, n: i64| {
        let last = first + n - 1;
        let (over, last) = ((last - 1) / 12, (last - 1) % 12 + 1);
        // A month has at most 31 days, and no day is after the last.
        Some((Some(day(earliest, first, 1)), Some(day(earliest + over, last, 31))))
    };
    match rest.strip_prefix('-')?.split_once('-') {
        Some(_) => read_day(date).map(|found| (Some(found), Some(found))),
        None => match rest[1..].parse::<i64>().ok()? {
            month @ 1..=12 if rest.len() == 3 => months(month, 1),
            season @ 21..=24 => months((season - 21) * 3 + 3, 3),
            quarter @ 33..=36 => months((quarter - 33) * 3 + 1, 3),
            third @ 37..=39 => months((third - 37) * 4 + 1, 4),
            half @ 40..=41 => months((half - 40) * 6 + 1, 6),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_a_first_and_a_last_day() {
        for (text, first, last) in [
            ("2019", Some(20190101), Some(20191231)),
            ("2019-07", Some(20190701), Some(20190731)),
            ("2019-07-01", Some(20190701), Some(20190701)),
            ("2019-07-01T12:00:00Z", Some(20190701), Some(20190701)),
            ("2019~", Some(20190101), Some(20191231)),
            ("201X", Some(20100101), Some(20191231)),
            ("2020-36", Some(20201001), Some(20201231)),
            ("2020-24", Some(20201201), Some(20210231)),
            ("2020-41", Some(20200701), Some(20201231)),
            ("2018/2019-03", Some(20180101), Some(20190331)),
            ("../2022", None, Some(20221231)),
            ("/2022", None, Some(20221231)),
            ("2004/..", Some(20040101), None),
            ("2004/", Some(20040101), None),
            ("../..", None, None),
        ] {
            assert_eq!(read_period(text), Some((first, last)), "{text}");
        }
        for text in ["", "spring", "19", "2019-13", "2019-02-30", "2019-1", "二〇一九年", "XXXX"] {
            assert_eq!(read_period(text), None, "{text}");
        }
        assert_eq!(read_day("2020-02-29"), Some(20200229));
        assert_eq!(read_day("2019-02-29"), None);
    }
}
