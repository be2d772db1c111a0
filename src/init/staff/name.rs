//! Names of people as they are compared: `Lee, Ann`, `ANN  LEE` and `Ánn Lee` are one.

/// Letters of the Latin alphabet with signs, by those without.
const PLAIN: &[(&str, &str)] = &[
    ("a", "àáâãäåāăąǎ"),
    ("c", "çćĉċč"),
    ("d", "ďđð"),
    ("e", "èéêëēĕėęě"),
    ("g", "ĝğġģ"),
    ("h", "ĥħ"),
    ("i", "ìíîïĩīĭįıǐ"),
    ("j", "ĵ"),
    ("k", "ķ"),
    ("l", "ĺļľŀł"),
    ("n", "ñńņňŉ"),
    ("o", "òóôõöøōŏőǒ"),
    ("r", "ŕŗř"),
    ("s", "śŝşšș"),
    ("t", "ţťŧț"),
    ("u", "ùúûüũūŭůűųǔǖǘǚǜ"),
    ("w", "ŵ"),
    ("y", "ýÿŷ"),
    ("z", "źżž"),
    ("ae", "æ"),
    ("oe", "œ"),
    ("ss", "ß"),
    ("th", "þ"),
];

/// What stands before a name and is none.
const TITLES: [&str; 14] =
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "herr", "frau", "ir", "hon"];

/// A name without case, signs, titles, and the comma behind a family name that is put first.
pub(in crate::init) fn folded(name: &str) -> String {
    let ordered = match name.split_once(',') {
        Some((family, given)) if !given.contains(',') => format!("{given} {family}"),
        _ => name.to_owned(),
    };
    let mut plain = String::new();
    for c in ordered.chars().flat_map(char::to_lowercase) {
        match PLAIN.iter().find(|(_, letters)| letters.contains(c)) {
            Some((letters, _)) => plain.push_str(letters),
            // A sign set apart from its letter.
            None if matches!(c, '\u{300}'..='\u{36f}' | '\'' | '’' | '.') => {}
            None if c.is_alphanumeric() => plain.push(c),
            None => plain.push(' '),
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    let first = words.iter().position(|word| !TITLES.contains(word)).unwrap_or(0);
    // Spreadsheets drop the zeros before a number.
    let digits = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit());
    let bare: Vec<&str> =
        words[first..].iter().map(|word| if digits(word) { word.trim_start_matches('0') } else { word }).collect();
    bare.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_equal_in_whatever_way_they_are_written() {
        for (one, other) in [
            ("Lee, Ann", "Ann Lee"),
            ("ANN  LEE ", "Ann Lee"),
            ("José Muñoz", "Jose Munoz"),
            ("Jose\u{301} Muñoz", "José Munoz"),
            ("Dr. Ann Lee", "Ann Lee"),
            ("Weiß, Jürgen", "Jurgen Weiss"),
            ("陳大文", " 陳大文"),
            ("0017", "17"),
        ] {
            assert_eq!(folded(one), folded(other), "{one}");
        }
        assert_ne!(folded("Ann Lee"), folded("Ann Li"));
    }
}
