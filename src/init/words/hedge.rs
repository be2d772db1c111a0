//! What limits a number in a cell: words and signs before or behind it.

/// Words and signs before a number, and the code of the bound that they say.
const BEFORE: &[(&str, &str)] = &[
    (
        "about",
        "about, approximately, approx, around, circa, ca, c, roughly, some, estimated, est, ~, ≈, 約, 约, 大約, 大约, 約為, \
         rund, etwa, ungefähr, zirka",
    ),
    ("over", "over, more than, above, in excess of, >, 逾, 超過, 超过, 多於, 多于, über, mehr als"),
    ("atLeast", "at least, minimum, min, no less than, not less than, ≥, >=, 至少, 最少, 不少於, 不少于, mindestens"),
    (
        "atMost",
        "up to, at most, maximum, max, no more than, not more than, ≤, <=, 最多, 高達, 高达, 不超過, 不超过, 上限, bis zu, höchstens, \
         maximal",
    ),
    ("almost", "almost, nearly, close to, 近, 接近, 將近, 将近, fast, knapp, beinahe"),
    ("under", "under, less than, below, fewer than, <, 少於, 少于, 不足, unter, weniger als"),
];

/// The same behind a number.
const BEHIND: &[(&str, &str)] = &[
    ("atLeast", "+, or more, and more, 或以上, 以上, oder mehr"),
    ("about", "左右, approx, (approx), (approx.), (est), (est.), (estimate), (estimated)"),
    ("atMost", "or less, or fewer, max, (max), (max.), 或以下, 以下, oder weniger"),
];

/// The text that limits a number, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HedgeText {
    /// Before the number, to the end of the spaces behind it.
    Before(String),
    /// Behind the number, from the spaces before it.
    Behind(String),
}

/// What a cell with a hedge is apart into: the hedge, the code of its bound, the number.
pub fn hedge_of(cell: &str) -> Option<(HedgeText, &'static str, &str)> {
    let first = cell.find(|c: char| c.is_ascii_digit())?;
    let lower = cell[..first].to_lowercase();
    if lower.len() == first {
        let mut found: Option<(usize, &str)> = None;
        for (code, word) in words(BEFORE) {
            let Some(rest) = lower.strip_prefix(word) else { continue };
            // `c` is no beginning of `CAD 5`.
            let is_word = !word.is_ascii() || !word.ends_with(|c: char| c.is_ascii_alphabetic());
            let ends = rest.starts_with(|c: char| !c.is_alphanumeric()) || is_word;
            if ends && found.is_none_or(|(length, _)| word.len() > length) {
                found = Some((word.len(), code));
            }
        }
        if let Some((length, code)) = found {
            let behind = cell[length..].strip_prefix('.').unwrap_or(&cell[length..]);
            let number = behind.trim_start();
            let hedge = cell[..cell.len() - number.len()].to_owned();
            return Some((HedgeText::Before(hedge), code, number));
        }
    }
    let lower = cell.to_lowercase();
    let mut found: Option<(usize, &str)> = None;
    for (code, word) in words(BEHIND).filter(|_| lower.len() == cell.len()) {
        if lower.ends_with(word) && found.is_none_or(|(length, _)| word.len() > length) {
            found = Some((word.len(), code));
        }
    }
    let (length, code) = found?;
    let number = cell[..cell.len() - length].trim_end();
    Some((HedgeText::Behind(cell[number.len()..].to_owned()), code, number))
}

fn words(list: &'static [(&str, &str)]) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.iter().flat_map(|(code, words)| words.split(',').map(|word| (*code, word.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_before_and_behind_a_number_say_its_bound() {
        for (cell, code, number) in [
            ("about 25", "about", "25"),
            ("About $25m", "about", "$25m"),
            ("ca. 1.200 €", "about", "1.200 €"),
            ("over 1,000", "over", "1,000"),
            ("> 5", "over", "5"),
            (">=5", "atLeast", "5"),
            ("up to HK$2", "atMost", "HK$2"),
            ("約300", "about", "300"),
            ("逾 40 億元", "over", "40 億元"),
            ("300+", "atLeast", "300"),
            ("300人以上", "atLeast", "300人"),
            ("bis zu 7", "atMost", "7"),
        ] {
            let found = hedge_of(cell).map(|(_, code, number)| (code, number));
            assert_eq!(found, Some((code, number)), "{cell}");
        }
        for cell in ["25", "CAD 25", "somewhere 5", "about", "-5", "C3"] {
            let found = hedge_of(cell).filter(|(_, _, number)| number.parse::<f64>().is_ok());
            assert_eq!(found, None, "{cell}");
        }
    }
}
