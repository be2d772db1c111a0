//! The words of pages, which are not those of data, by language.

use std::sync::LazyLock;

use serde_json::Value;

const WORDS: &str = include_str!("words.json");

static ALL: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(WORDS).unwrap_or_default());

/// A language that pages have their own words in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interface {
    /// English.
    #[default]
    English,
    /// Chinese in Traditional characters.
    Chinese,
}

impl Interface {
    /// All of them, the default first.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its language tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hant",
        }
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "繁體中文",
        }
    }

    /// The language with this tag, or with one for the same language.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.tag().split('-').next() == Some(primary.as_str()))
    }

    /// A word of the pages.
    pub fn word(self, name: &str) -> &'static str {
        ALL[self.tag()][name].as_str().unwrap_or_default()
    }

    /// A sentence of the pages with something in the place of `{n}`.
    pub fn with(self, name: &str, n: &str) -> String {
        self.word(name).replace("{n}", n)
    }

    /// A number of things, in the singular or the plural: of `hit` and `hits`.
    pub fn counted(self, n: usize, one: &str, several: &str) -> String {
        let number = crate::graph::group_digits(&n.to_string());
        self.with(if n == 1 { one } else { several }, &number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn both_languages_have_the_words_that_pages_use_and_no_others() {
        let keys = |language: Interface| -> BTreeSet<String> {
            ALL[language.tag()].as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(keys(Interface::English), keys(Interface::Chinese));
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/page");
        let mut code = String::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                code.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
        let unused: Vec<String> =
            keys(Interface::English).into_iter().filter(|key| !code.contains(&format!("\"{key}\""))).collect();
        assert!(unused.is_empty(), "{unused:?}");
        for (at, _) in code.match_indices(".word(\"").chain(code.match_indices(".with(\"")) {
            let name = code[at + 7..].split('"').next().unwrap();
            assert!(keys(Interface::English).contains(name), "`{name}` has no words");
        }
    }

    #[test]
    fn a_language_is_that_of_the_first_part_of_its_tag() {
        for (tag, expected) in [
            ("zh-Hant", Some(Interface::Chinese)),
            ("zh-HK", Some(Interface::Chinese)),
            ("en-GB", Some(Interface::English)),
            ("fr", None),
            ("", None),
        ] {
            assert_eq!(Interface::of_tag(tag), expected, "{tag}");
        }
    }
}
