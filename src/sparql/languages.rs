//! Stored questions in several languages. What a question says in words is
//! written once, between the comments `# for each language` and `# end`, with
//! `?language` for the language; here it is written out for the languages that
//! an answer should have.
//!
//! The variables that a block introduces keep their names for the first
//! language and get the suffix `_LANG` for every further one: `?name`,
//! `?name_en`. Where a `SELECT` or `GROUP BY` outside the blocks names such a
//! variable, those of the further languages follow it. In a block, the texts
//! `"{list}"`, `"{phrases}"` and `"{colon}"` stand for the punctuation of the
//! language between the members of a list, between phrases, and after a heading.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

const BEGIN: &str = "# for each language";
const END: &str = "# end";

static VARIABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"[?$]([A-Za-z_0-9\p{L}]+)"));
/// What selects and groups: the only places outside blocks that repeat a variable.
static HEADS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(SELECT\b(?:\s+(?:DISTINCT|REDUCED))?|GROUP\s+BY)((?:\s+[?$][\p{L}_0-9]+|\s+\([^{}]*?\sAS\s+[?$][\p{L}_0-9]+\s*\))+)",
    )
});
static ORDER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bORDER\s+BY\b[^{}]*"));

fn pattern(text: &str) -> Regex {
    // The patterns are constant, and the tests use them.
    Regex::new(text).unwrap_or_else(|error| unreachable!("{error}"))
}

/// A part of a query's text.
enum TextPart<'a> {
    Once(String),
    EachLanguage(Vec<&'a str>),
}

fn parts(text: &str) -> Vec<TextPart<'_>> {
    let mut parts = Vec::new();
    let mut once = String::new();
    let mut block: Option<Vec<&str>> = None;
    for line in text.split_inclusive('\n') {
        match (line.trim(), &mut block) {
            (BEGIN, None) => {
                parts.push(TextPart::Once(std::mem::take(&mut once)));
                block = Some(Vec::new());
            }
            (END, Some(_)) => parts.extend(block.take().map(TextPart::EachLanguage)),
            (_, Some(lines)) => lines.push(line),
            (_, None) => once.push_str(line),
        }
    }
    parts.extend(block.map(TextPart::EachLanguage));
    parts.push(TextPart::Once(once));
    parts
}

fn variables(text: &str) -> impl Iterator<Item = &str> {
    VARIABLE.captures_iter(text).filter_map(|found| found.get(1)).map(|name| name.as_str())
}

/// The lines of a text without comments on lines of their own.
fn without_comments(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.trim_start().starts_with('#')).collect()
}

/// The variables that differ by language: those of blocks that nothing outside
/// binds. To select, group or sort by a variable does not bind it.
fn worded<'a>(parts: &'a [TextPart<'_>]) -> BTreeSet<&'a str> {
    let mut inside = BTreeSet::new();
    let mut outside = BTreeSet::new();
    for part in parts {
        match part {
            TextPart::EachLanguage(lines) => inside.extend(lines.iter().flat_map(|line| variables(line))),
            TextPart::Once(text) => {
                let text = without_comments(text);
                let text = HEADS.replace_all(&text, |found: &regex::Captures<'_>| bound_in_head(&found[2]));
                let text = ORDER.replace_all(&text, "");
                outside.extend(variables(&text).map(str::to_owned));
            }
        }
    }
    inside.retain(|name| *name != "language" && !outside.contains(*name));
    inside
}

/// The expressions in a head; the plain variables are left out.
fn bound_in_head(head: &str) -> String {
    let mut kept = String::from(" ");
    let mut depth = 0_usize;
    for c in head.chars() {
        depth += usize::from(c == '(');
        if depth > 0 {
            kept.push(c);
        }
        depth = depth.saturating_sub(usize::from(c == ')'));
    }
    kept
}

/// The line, from 1, of a block that is not closed, or that begins inside another.
pub fn open_block(text: &str) -> Option<u64> {
    let mut open = None;
    for (line, words) in (1..).zip(text.lines()) {
        match (words.trim(), open) {
            (BEGIN, Some(_)) => return Some(line),
            (BEGIN, None) => open = Some(line),
            (END, _) => open = None,
            _ => {}
        }
    }
    open
}

/// Whether a query says something in words, language by language.
pub fn has_words(text: &str) -> bool {
    text.lines().any(|line| line.trim() == BEGIN)
}

/// The columns of a question that differ by language.
pub fn worded_columns(text: &str, columns: &[String]) -> Vec<String> {
    let parts = parts(text);
    let worded = worded(&parts);
    columns.iter().filter(|column| worded.contains(column.as_str())).cloned().collect()
}

/// The suffix of a language in the name of a variable.
pub fn suffix(language: &str) -> String {
    language.replace('-', "_")
}

/// The text of a query for these languages, the main one first.
pub fn in_languages(text: &str, languages: &[String]) -> String {
    let parts = parts(text);
    let worded = worded(&parts);
    let (main, further) = match languages.split_first() {
        Some((main, further)) => (main.as_str(), further),
        None => ("en", &[][..]),
    };
    let rename = |text: &str, language: &str| {
        let renamed = VARIABLE.replace_all(text, |found: &regex::Captures<'_>| match &found[1] {
            "language" => format!("\"{language}\""),
            name if language != main && worded.contains(name) => format!("?{name}_{}", suffix(language)),
            name => format!("?{name}"),
        });
        let mut text = renamed.into_owned();
        for (name, sign) in punctuation(language) {
            text = text.replace(&format!("\"{{{name}}}\""), &format!("\"{sign}\""));
        }
        text
    };
    let mut written = String::new();
    for part in &parts {
        match part {
            TextPart::Once(text) => {
                let expanded = HEADS.replace_all(text, |found: &regex::Captures<'_>| {
                    format!("{}{}", &found[1], with_further(&found[2], &worded, further))
                });
                written.push_str(&expanded);
            }
            TextPart::EachLanguage(lines) => {
                for language in std::iter::once(main).chain(further.iter().map(String::as_str)) {
                    written.extend(lines.iter().map(|line| rename(line, language)));
                }
            }
        }
    }
    written
}

/// The list of variables of a head, each followed by those of the further languages.
fn with_further(head: &str, worded: &BTreeSet<&str>, further: &[String]) -> String {
    let mut written = String::new();
    let mut depth = 0_usize;
    let mut rest = head;
    while let Some(c) = rest.chars().next() {
        depth += usize::from(c == '(');
        depth = depth.saturating_sub(usize::from(c == ')'));
        let variable = VARIABLE.find(rest).filter(|found| found.start() == 0 && depth == 0);
        let Some(variable) = variable else {
            written.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        written.push_str(variable.as_str());
        let name = &variable.as_str()[1..];
        if worded.contains(name) {
            for language in further {
                written.push_str(&format!(" ?{name}_{}", suffix(language)));
            }
        }
        rest = &rest[variable.end()..];
    }
    written
}

/// The punctuation of a language, by the names that queries use.
fn punctuation(language: &str) -> [(&'static str, &'static str); 3] {
    let primary = language.split('-').next().unwrap_or_default();
    if ["zh", "ja", "yue"].contains(&primary.to_lowercase().as_str()) {
        [("list", "、"), ("phrases", "；"), ("colon", "：")]
    } else {
        [("list", "; "), ("phrases", "; "), ("colon", ": ")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# ---\n# columns: [body, name, n]\n# ---\nSELECT ?body ?name (COUNT(?x) AS ?n)\nWHERE {\n  ?body a ?x .\n  # for each language\n  OPTIONAL { ?body skos:prefLabel ?name FILTER(LANGMATCHES(LANG(?name), ?language)) }\n  # end\n}\nGROUP BY ?body ?name\nORDER BY ?name\n";

    fn of(languages: &[&str]) -> String {
        in_languages(TEXT, &languages.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn one_language_keeps_the_names() {
        let text = of(&["de"]);
        assert!(text.contains("SELECT ?body ?name (COUNT(?x) AS ?n)\n"), "{text}");
        assert!(text.contains("LANGMATCHES(LANG(?name), \"de\")"), "{text}");
        assert!(!text.contains("?language") && !text.contains("for each"), "{text}");
    }

    #[test]
    fn further_languages_have_columns_of_their_own() {
        let text = of(&["en", "zh-Hant"]);
        assert!(text.contains("SELECT ?body ?name ?name_zh_Hant (COUNT(?x) AS ?n)"), "{text}");
        assert!(
            text.contains("?body skos:prefLabel ?name_zh_Hant FILTER(LANGMATCHES(LANG(?name_zh_Hant), \"zh-Hant\"))")
        );
        assert!(text.contains("GROUP BY ?body ?name ?name_zh_Hant\nORDER BY ?name\n"), "{text}");
    }

    #[test]
    fn what_is_bound_outside_a_block_is_the_same_in_all_languages() {
        let columns = ["body", "name", "n"].map(str::to_owned);
        assert_eq!(worded_columns(TEXT, &columns), ["name"]);
    }

    #[test]
    fn lists_have_the_signs_of_their_language() {
        let text = "SELECT ?a ?l { ?a a ?b\n# for each language\n{ SELECT ?a (GROUP_CONCAT(?x; SEPARATOR = \"{list}\") AS ?l) { ?a ?language ?x } GROUP BY ?a }\n# end\n}";
        let tags = ["zh-Hant".to_owned(), "en".to_owned()];
        let text = in_languages(text, &tags);
        assert!(text.contains("GROUP_CONCAT(?x; SEPARATOR = \"、\") AS ?l)"), "{text}");
        assert!(text.contains("GROUP_CONCAT(?x_en; SEPARATOR = \"; \") AS ?l_en)"), "{text}");
    }
}
