//! Texts as they are compared: without case, width, punctuation, accents set
//! apart, and the difference between Traditional and Simplified characters.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use hanconv::RawDictionary;

/// Characters by the Simplified ones that they are written as. Those of Hong
/// Kong lead to the Traditional ones first (裏 is 裡, which is 里).
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let single = |text: &str| {
        let mut chars = text.chars();
        chars.next().filter(|_| chars.next().is_none())
    };
    let pairs = |dictionary: RawDictionary| {
        dictionary.iter().filter_map(move |(from, to)| Some((single(from)?, single(to)?))).collect::<Vec<_>>()
    };
    let mut table: HashMap<char, char> = pairs(RawDictionary::TSCharacters).into_iter().collect();
    for (traditional, local) in pairs(RawDictionary::HKVariants) {
        let simplified = table.get(&traditional).copied().unwrap_or(traditional);
        table.entry(local).or_insert(simplified);
    }
    table
});

/// A text as it is compared: words and numbers, set apart by single spaces.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut before: Option<char> = None;
    for c in text.chars() {
        let c = narrow(c);
        // An apostrophe and an accent set apart part no word.
        if matches!(c, '\'' | '’' | '\u{300}'..='\u{36f}') {
            continue;
        }
        if !c.is_alphanumeric() {
            before = None;
            continue;
        }
        let parts = before.is_none_or(|before| is_han(before) != is_han(c));
        if parts && !folded.is_empty() {
            folded.push(' ');
        }
        match SIMPLIFIED.get(&c) {
            Some(simplified) => folded.push(*simplified),
            None if c == 'ß' => folded.push_str("ss"),
            None => folded.extend(c.to_lowercase()),
        }
        before = Some(c);
    }
    folded
}

/// The characters that are compared as one of those in these texts, each with that one, in order.
pub fn spellings<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<(char, char)> {
    let simple = |c: char| SIMPLIFIED.get(&c).copied().unwrap_or(c);
    let used: BTreeSet<char> = texts.flat_map(str::chars).map(simple).collect();
    let mut pairs: Vec<(char, char)> = SIMPLIFIED.iter().map(|(from, to)| (*from, *to)).collect();
    pairs.retain(|(from, to)| from != to && used.contains(to));
    pairs.sort_unstable();
    pairs
}

/// The narrow form of a full-width character.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    }
}

/// Whether a character is a Chinese one, which is a word or a part of one without spaces around it.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::{fold, spellings};

    #[test]
    fn texts_that_read_the_same_are_the_same() {
        for (text, same) in [
            ("創新及科技局", "创新及科技局"),
            ("數碼港", "数码港"),
            ("《安排》", "安排"),
            ("Smart-Space 8共用工作間", "smart space 8 共用工作間"),
            ("ＨＫＳＴＰ", "hkstp"),
            ("Government's", "governments"),
            ("羣組", "群组"),
            ("裏", "里"),
            ("Straße", "STRASSE"),
            ("R&D  Centre", "r d centre"),
        ] {
            assert_eq!(fold(text), fold(same), "{text}");
        }
        assert_eq!(fold(" \u{301}… "), "");
    }

    #[test]
    fn a_text_brings_the_spellings_of_its_characters() {
        let pairs = spellings(["創新", "abc"].into_iter());
        assert!(pairs.contains(&('創', '创')) && pairs.iter().all(|(_, to)| ['创', '新'].contains(to)), "{pairs:?}");
        assert!(spellings(["abc"].into_iter()).is_empty());
    }
}
