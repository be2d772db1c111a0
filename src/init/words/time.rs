//! When something was so: names of columns.

use super::{has_one, plain};

/// What a time in a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeWord {
    /// When the thing of the row began.
    Start,
    /// When it ended.
    End,
    /// The period or day of the numbers of the row.
    Period,
}

const WORDS: &[(TimeWord, &str)] = &[
    (
        TimeWord::Start,
        "start, started, starts, start date, begin, begins, beginning, launch, launched, launch date, opened, opening, \
         established, founded, created, since, inception, commenced, 開始, 开始, 成立, 啟用, 启用, 開幕, 推出, 設立, beginn, \
         startdatum, eröffnet, eröffnung, gegründet, gründung, seit, start datum",
    ),
    (
        TimeWord::End,
        "end, ended, ends, end date, closed, closing, closure, finished, finish, completion, completed, expiry, expires, \
         abolished, dissolved, until, 結束, 结束, 完成, 關閉, 关闭, 完工, ende, enddatum, geschlossen, beendet, bis, aufgelöst, \
         schließung",
    ),
    (
        TimeWord::Period,
        "year, fiscal year, financial year, fy, period, date, signed, as of, as at, month, quarter, 年度, 年份, 年, 日期, 截至, 期間, 期间, \
         月份, jahr, haushaltsjahr, rechnungsjahr, zeitraum, stichtag, datum, monat, stand",
    ),
];

/// What a time in a column with this name is.
pub fn time_of(column: &str) -> Option<TimeWord> {
    let plain = plain(column);
    WORDS.iter().find(|(_, words)| has_one(&plain, words)).map(|(time, _)| *time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_time_is_is_known_by_the_name_of_the_column() {
        for (column, time) in [
            ("start_date", Some(TimeWord::Start)),
            ("closed_at", Some(TimeWord::End)),
            ("成立日期", Some(TimeWord::Start)),
            ("財政年度", Some(TimeWord::Period)),
            ("Haushaltsjahr", Some(TimeWord::Period)),
            ("updated_at", None),
        ] {
            assert_eq!(time_of(column), time, "{column}");
        }
    }
}
