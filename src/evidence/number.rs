//! Numbers in Chinese and English prose, with their hedge.
//!
//! Recognises Arabic digits with a comma or space between thousands and a
//! decimal point, and Chinese numerals both as digits (二零一九) and with places
//! (三千五百), each with 十 to 億 or million after them, also combined: 1.62億, 5百萬,
//! 1億2,000萬, 三萬五千; 全部 is a hundred per cent. White space has been removed before.

use std::str::FromStr;

use oxsdatatypes::Decimal;

/// A number in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NumberInText {
    pub(super) value: Decimal,
    /// The hedge in the words around it.
    pub(super) hedge: Hedge,
}

/// How a text hedges a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hedge {
    None,
    About,
    Over,
    Under,
    AtMost,
    AtLeast,
    Almost,
}

impl Hedge {
    /// The equivalent code in the list of bounds.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::None => "exact",
            Self::About => "about",
            Self::Over => "over",
            Self::Under => "under",
            Self::AtMost => "atMost",
            Self::AtLeast => "atLeast",
            Self::Almost => "almost",
        }
    }
}

/// Words before a number; longer ones come before those that they end with.
const BEFORE: [(&str, Hedge); 27] = [
    ("不超過", Hedge::AtMost),
    ("不少於", Hedge::AtLeast),
    ("上限", Hedge::AtMost),
    ("最多", Hedge::AtMost),
    ("最高", Hedge::AtMost),
    ("至多", Hedge::AtMost),
    ("最少", Hedge::AtLeast),
    ("至少", Hedge::AtLeast),
    ("大約", Hedge::About),
    ("約", Hedge::About),
    ("约", Hedge::About),
    ("超過", Hedge::Over),
    ("多於", Hedge::Over),
    ("逾", Hedge::Over),
    ("少於", Hedge::Under),
    ("不足", Hedge::Under),
    ("幾乎", Hedge::Almost),
    ("接近", Hedge::Almost),
    ("將近", Hedge::Almost),
    ("about", Hedge::About),
    ("morethan", Hedge::Over),
    ("over", Hedge::Over),
    ("lessthan", Hedge::Under),
    ("upto", Hedge::AtMost),
    ("atmost", Hedge::AtMost),
    ("atleast", Hedge::AtLeast),
    ("almost", Hedge::Almost),
];

/// Words after a number, at most this many characters after it (its unit is between them).
const BEHIND: [(&str, usize, Hedge); 7] = [
    ("多", 0, Hedge::Over),
    ("餘", 0, Hedge::Over),
    ("余", 0, Hedge::Over),
    ("以上", 3, Hedge::AtLeast),
    ("以下", 3, Hedge::AtMost),
    ("左右", 3, Hedge::About),
    ("上下", 3, Hedge::About),
];

/// The numbers of a text without white space, in order.
pub(super) fn numbers(text: &str) -> Vec<NumberInText> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match scan(&text[at..]) {
            None => at += c.len_utf8(),
            Some((value, length)) => {
                let hedge = hedge(&text[..at], &text[at + length..]);
                found.extend(value.map(|value| NumberInText { value, hedge }));
                at += length;
            }
        }
    }
    found
}

/// Whether words do nothing but hedge a number.
pub(super) fn is_hedge(words: &str) -> bool {
    let words = words.to_lowercase();
    let known = BEFORE.iter().map(|(known, _)| *known).chain(BEHIND.iter().map(|(known, ..)| *known));
    known.chain(["近"]).any(|known| known == words)
}

/// Whether a character can be part of a number: a digit, a Chinese numeral or a large unit after it.
pub(super) fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || digit_of(c).is_some() || place_of(c).is_some() || ['萬', '万', '億', '亿'].contains(&c)
}

fn hedge(before: &str, behind: &str) -> Hedge {
    // 約有, 合共約, 上限為: a verb or currency may come between the hedge and its number.
    let before = before.trim_end_matches(['有', '為', '達', '共', '$', '€', '£', '¥']);
    let start = before.char_indices().rev().take(12).last().map_or(0, |(at, _)| at);
    let before = before[start..].to_lowercase();
    // 近 is also a hedge, unless it is part of a word.
    let near =
        before.ends_with('近') && !["附近", "最近", "鄰近", "接近", "將近"].iter().any(|word| before.ends_with(word));
    if near {
        return Hedge::Almost;
    }
    if let Some((_, hedge)) = BEFORE.iter().find(|(words, _)| before.ends_with(words)) {
        return *hedge;
    }
    let fits = |(words, most, _): &&(&str, usize, Hedge)| {
        behind.char_indices().take(most + 1).any(|(at, _)| behind[at..].starts_with(words))
    };
    BEHIND.iter().find(fits).map_or(Hedge::None, |(_, _, hedge)| *hedge)
}

/// The number at the start of a text, and its length in bytes. A number that is
/// too large is skipped.
fn scan(text: &str) -> Option<(Option<Decimal>, usize)> {
    // All of a thing is a hundred per cent of it.
    const ALL: &str = "全部";
    if text.starts_with(ALL) {
        return Some((Some(Decimal::from(100)), ALL.len()));
    }
    let (mut sum, mut unit, mut length) = part(text)?;
    // 1億2,000萬, 三萬五千: parts with descending units are one number.
    while unit > 1 {
        let Some((value, smaller, more)) = part(&text[length..]) else { break };
        if smaller >= unit {
            break;
        }
        sum = sum.zip(value).and_then(|(sum, value)| sum.checked_add(value));
        (unit, length) = (smaller, length + more);
    }
    Some((sum, length))
}

/// A number with the large units after it: value, product of the units, bytes.
fn part(text: &str) -> Option<(Option<Decimal>, i64, usize)> {
    let is_arabic = text.starts_with(|c: char| c.is_ascii_digit());
    let (value, mut length) = if is_arabic { arabic(text) } else { chinese(text)? };
    let mut units: i64 = 1;
    while let Some((unit, n_bytes)) = large_unit(&text[length..], is_arabic) {
        units = units.saturating_mul(unit);
        length += n_bytes;
    }
    Some((value.and_then(|value| value.checked_mul(Decimal::from(units))), units, length))
}

/// The unit at the start of a text; tens to thousands only after digits, since
/// they are otherwise part of a Chinese numeral.
fn large_unit(text: &str, behind_digits: bool) -> Option<(i64, usize)> {
    let c = text.chars().next()?;
    let unit = match c {
        '萬' | '万' => 10_000,
        '億' | '亿' => 100_000_000,
        '百' if behind_digits => 100,
        '千' if behind_digits => 1_000,
        _ => {
            let words = [("thousand", 1_000), ("million", 1_000_000), ("billion", 1_000_000_000)];
            return words.iter().find(|(word, _)| text.starts_with(word)).map(|(word, unit)| (*unit, word.len()));
        }
    };
    Some((unit, c.len_utf8()))
}

fn arabic(text: &str) -> (Option<Decimal>, usize) {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let group = |at: usize| digit(at) && digit(at + 1) && digit(at + 2) && !digit(at + 3);
    let mut digits = String::new();
    let mut at = 0;
    while digit(at) {
        digits.push(char::from(bytes[at]));
        at += 1;
    }
    // A comma separates thousands only after at most three digits and before three.
    let first = at;
    while first <= 3 && bytes.get(at) == Some(&b',') && group(at + 1) {
        digits.push_str(&text[at + 1..at + 4]);
        at += 4;
    }
    if bytes.get(at) == Some(&b'.') && digit(at + 1) {
        digits.push('.');
        at += 1;
        while digit(at) {
            digits.push(char::from(bytes[at]));
            at += 1;
        }
    }
    (Decimal::from_str(&digits).ok(), at)
}

fn chinese(text: &str) -> Option<(Option<Decimal>, usize)> {
    let numeral = |c: &char| digit_of(*c).is_some() || place_of(*c).is_some();
    let run: Vec<char> = text.chars().take_while(numeral).collect();
    // A place without a digit is a word (百姓), except for ten.
    if run.is_empty() || (digit_of(run[0]).is_none() && run[0] != '十') {
        return None;
    }
    let length = run.iter().map(|c| c.len_utf8()).sum();
    let value = if run.iter().any(|c| place_of(*c).is_some()) {
        let mut sum: i64 = 0;
        let mut digit: Option<i64> = None;
        for c in &run {
            match (digit_of(*c), place_of(*c)) {
                (Some(value), _) => digit = Some(value),
                (None, Some(place)) => {
                    sum = sum.saturating_add(digit.take().unwrap_or(1) * place);
                }
                (None, None) => {}
            }
        }
        Some(Decimal::from(sum.saturating_add(digit.unwrap_or(0))))
    } else {
        let digits: String = run.iter().filter_map(|c| digit_of(*c)).map(|value| value.to_string()).collect();
        Decimal::from_str(&digits).ok()
    };
    Some((value, length))
}

fn digit_of(c: char) -> Option<i64> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' => 1,
        '二' | '兩' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

fn place_of(c: char) -> Option<i64> {
    Some(match c {
        '十' => 10,
        '百' => 100,
        '千' => 1_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_prose_are_read_with_their_hedge() {
        for (text, value, hedge) in [
            ("面積約40萬平方米", "400000", Hedge::About),
            ("有超過1500家", "1500", Hedge::Over),
            ("上限為1,000萬元", "10000000", Hedge::AtMost),
            ("合共約1.62億元", "162000000", Hedge::About),
            ("底,約有800家", "800", Hedge::About),
            ("五億元", "500000000", Hedge::None),
            ("二零一九年", "2019", Hedge::None),
            ("三千五百人", "3500", Hedge::None),
            ("十八個", "18", Hedge::None),
            ("增至1.5%", "1.5", Hedge::None),
            ("不少於二十萬", "200000", Hedge::AtLeast),
            ("幾乎兩成", "2", Hedge::Almost),
            ("幾乎全部", "100", Hedge::Almost),
            ("三萬五千名", "35000", Hedge::None),
            ("撥款1億2,000萬元", "120000000", Hedge::None),
            ("5百萬元", "5000000", Hedge::None),
            ("300家以上", "300", Hedge::AtLeast),
            ("300多家", "300", Hedge::Over),
            ("近5千人", "5000", Hedge::Almost),
            ("二○一八年", "2018", Hedge::None),
            ("about$500million", "500000000", Hedge::About),
        ] {
            let found = numbers(text);
            assert_eq!(found, [NumberInText { value: value.parse().unwrap(), hedge }], "{text}");
        }
        let values = |text| numbers(text).iter().map(|number| number.value.to_string()).collect::<Vec<_>>();
        assert_eq!(values("按大約1:2的比例"), ["1", "2"]);
        assert_eq!(values("百姓千萬"), Vec::<String>::new());
        assert_eq!(values("工業4.0、5G與1823"), ["4", "5", "1823"]);
        assert_eq!(values("於2018，300人"), ["2018", "300"]);
        assert_eq!(values("In2019,250staff"), ["2019", "250"]);
        assert_eq!(values("1,234,567及12,34"), ["1234567", "12", "34"]);
        // A number beyond the supported range is skipped, not wrapped.
        assert_eq!(values(&"9".repeat(60)), Vec::<String>::new());
    }
}
