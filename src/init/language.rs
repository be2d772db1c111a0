//! The language of the names in a table, by its characters and its small words.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hanconv::RawDictionary;

/// Small words that come often in one language and hardly in others.
const WORDS: &[(&str, &[&str])] = &[
    ("en", &["of", "the", "and", "for", "department", "office", "council"]),
    (
        "de",
        &[
            "und",
            "für",
            "der",
            "die",
            "das",
            "amt",
            "abteilung",
            "zum",
            "des",
            "von",
            "bezeichnung",
            "nachname",
            "vorname",
            "betrag",
            "beginn",
            "jahr",
            "haushaltsjahr",
            "funktion",
            "vorgesetzter",
        ],
    ),
    ("fr", &["de", "du", "des", "et", "pour", "le", "la", "les", "direction", "ministère"]),
    ("es", &["de", "del", "y", "para", "el", "los", "las", "oficina", "ministerio", "dirección"]),
    ("it", &["di", "del", "della", "e", "per", "ufficio", "ministero", "direzione"]),
    ("pt", &["de", "do", "da", "e", "para", "os", "gabinete", "ministério", "direção"]),
    ("nl", &["van", "het", "een", "en", "voor", "de", "dienst", "afdeling"]),
];

/// Characters that only one of the two ways of writing Chinese has.
static ONLY: LazyLock<(BTreeSet<char>, BTreeSet<char>)> = LazyLock::new(|| {
    let (mut simplified, mut traditional) = (BTreeSet::new(), BTreeSet::new());
    for (from, to) in RawDictionary::TSCharacters.iter() {
        let (mut from, mut to) = (from.chars(), to.chars());
        if let (Some(one), None, Some(other), None) = (from.next(), from.next(), to.next(), to.next())
            && one != other
        {
            traditional.insert(one);
            simplified.insert(other);
        }
    }
    let both: BTreeSet<char> = simplified.intersection(&traditional).copied().collect();
    (&simplified - &both, &traditional - &both)
});

/// The language of names that are not in Latin letters, by their characters.
pub(super) fn of_script<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<&'static str> {
    let chars = || names.clone().take(2_000).flat_map(str::chars);
    let count = |matches: &dyn Fn(char) -> bool| chars().filter(|c| matches(*c)).count();
    let letters = count(&char::is_alphabetic).max(1);
    if count(&|c| matches!(c, '\u{3040}'..='\u{30ff}')) * 20 > letters {
        return Some("ja");
    }
    if count(&|c| matches!(c, '\u{ac00}'..='\u{d7af}')) * 3 > letters {
        return Some("ko");
    }
    if count(&|c| matches!(c, '\u{4e00}'..='\u{9fff}')) * 3 > letters {
        let (simplified, traditional) = &*ONLY;
        let n_simplified = count(&|c| simplified.contains(&c));
        return Some(if n_simplified > count(&|c| traditional.contains(&c)) { "zh-Hans" } else { "zh-Hant" });
    }
    None
}

/// The language of texts in Latin letters, by their small words.
pub(super) fn latin<'a>(texts: impl Iterator<Item = &'a str>) -> &'static str {
    let mut scores = [0_usize; WORDS.len()];
    for text in texts.take(20_000) {
        for word in text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase) {
            for (score, (_, words)) in scores.iter_mut().zip(WORDS) {
                *score += usize::from(words.contains(&word.as_str()));
            }
        }
    }
    let best = scores.iter().max().copied().unwrap_or(0);
    let at = scores.iter().position(|score| *score == best).unwrap_or(0);
    // A few chance hits say nothing against the language of most tables.
    if best >= 2 && best > scores[0] { WORDS[at].0 } else { "en" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_known_by_characters_and_small_words() {
        for (names, expected) in [
            (&["創新及科技局", "效率促進辦公室"][..], "zh-Hant"),
            (&["国家发展和改革委员会"], "zh-Hans"),
            (&["Nachname", "Vorname", "Amt"], "de"),
            (&["Amt für Umwelt", "Amt der Stadt und Region"], "de"),
            (&["Direction des routes", "Ministère de la culture"], "fr"),
            (&["Parks Department", "Office of the Mayor"], "en"),
            (&["Alpha", "Beta"], "en"),
        ] {
            let names = || names.iter().copied();
            assert_eq!(of_script(names()).unwrap_or_else(|| latin(names())), expected, "{:?}", names().next());
        }
    }
}
