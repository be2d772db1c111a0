//! Language tags (BCP 47).

use oxilangtag::LanguageTag;

/// Whether a text is a tag of a language that can exist. Words such as `english` are well-formed,
/// but no language has such a subtag.
pub(super) fn is_language_tag(tag: &str) -> bool {
    let Ok(parsed) = LanguageTag::parse(tag) else { return false };
    parsed.primary_language().len() <= 3 || tag.starts_with("i-") || parsed.private_use().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_no_language_tags() {
        for tag in ["en", "zh-Hant", "de-CH-1996", "x-own", "yue"] {
            assert!(is_language_tag(tag), "{tag}");
        }
        for tag in ["english", "spanish", "en_US", "", "a-english"] {
            assert!(!is_language_tag(tag), "{tag}");
        }
    }
}
