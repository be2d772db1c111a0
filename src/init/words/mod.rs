//! What columns and tables are usually called, in English, Chinese and German: how one is known by its name.

mod class;
mod hedge;
mod measure;
mod relation;
mod role;
mod state;
mod time;

pub(super) use class::{class_of, singular};
pub(super) use hedge::{HedgeText, hedge_of};
pub(super) use measure::{MeasureKind, is_general, measure_of};
pub(super) use relation::{Act, act_of, succession_of};
pub use role::ColumnRole;
pub(super) use state::{assistant_mark, is_nobody, is_state, kind_rank, state_of};
pub(super) use time::{TimeWord, time_of};

/// Words for who is above that are said of people.
const OF_PEOPLE: &[&str] = &[
    "manager",
    "report",
    "supervisor",
    "superior",
    "boss",
    "上司",
    "主管",
    "匯報",
    "汇报",
    "vorgesetzt",
    "führungskraft",
    "berichtet",
    "chef",
];

/// Words of columns with names that are said of people.
const NAMES_OF_PEOPLE: &[&str] =
    &["employee", "staff", "person", "full name", "fullname", "姓名", "員工", "员工", "職員", "职员", "mitarbeiter"];

/// The name of a column as it is compared: small letters, words set apart by single spaces, without a
/// language.
pub fn plain(column: &str) -> String {
    let without = without_language(column).0;
    let without = without.strip_suffix(')').unwrap_or(without);
    // `Mitarbeiter*in`, `Vorgesetzte(r)`: the word for a man is meant, or for either.
    let either = ["*in", ":in", "/in", "/-in", "(in", "*innen", ":innen", "*r", ":r", "/r", "(r", "/-r"];
    let without = either.iter().find_map(|end| without.strip_suffix(end)).unwrap_or(without).replace("[*]", ".");
    let mut plain = String::new();
    let mut before = ' ';
    for c in without.rsplit('.').find(|part| !part.is_empty()).unwrap_or(&without).chars() {
        let is_new = before.is_lowercase() && c.is_uppercase();
        if (is_new || !c.is_alphanumeric()) && !plain.ends_with(' ') && !plain.is_empty() {
            plain.push(' ');
        }
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        }
        before = c;
    }
    plain.trim_end().to_owned()
}

/// Whether a name of a column has one of the words, as words of its own; in Chinese anywhere, and with `*` as
/// the beginning of a word.
fn has_one(plain: &str, words: &str) -> bool {
    let padded = format!(" {plain} ");
    words.split(',').map(str::trim).any(|word| match word.strip_suffix('*') {
        Some(begin) => padded.contains(&format!(" {begin}")),
        None if word.is_ascii() || !is_han(word) => padded.contains(&format!(" {word} ")),
        None => plain.contains(word),
    })
}

fn is_han(word: &str) -> bool {
    word.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
}

/// The name of a column as people read it: `govuk status` for `details.govuk_status`.
pub fn shown(column: &str) -> String {
    let last = column.rsplit(['.', '*', ']']).find(|part| part.chars().any(char::is_alphanumeric)).unwrap_or(column);
    let mut shown = String::new();
    let mut before = ' ';
    for c in last.trim().chars() {
        let is_new = before.is_lowercase() && c.is_uppercase();
        let is_gap = matches!(c, '_' | '-' | ' ' | '\'' | '[');
        if (is_new || is_gap) && !shown.ends_with(' ') && !shown.is_empty() {
            shown.push(' ');
        }
        if is_new {
            shown.extend(c.to_lowercase());
        } else if !is_gap {
            shown.push(c);
        }
        before = c;
    }
    shown.trim_end().to_owned()
}

/// Whether the name of the column for who is above is said of people.
pub fn is_of_people(column: &str) -> bool {
    let plain = plain(column);
    OF_PEOPLE.iter().any(|word| plain.contains(word))
}

/// Whether a column of this name has names, though they come twice.
pub fn has_names(column: &str) -> bool {
    let plain = plain(column);
    has_one(&plain, "name, title, label, fullname, bezeichnung, 名") || names_people(column)
}

/// Whether a cell of this column may say that nobody has a post: where names are.
pub fn may_be_vacant(column: &str) -> bool {
    let roles = [ColumnRole::Name, ColumnRole::Person, ColumnRole::Surname, ColumnRole::FirstName];
    roles.iter().any(|role| role.fits(column)) || names_people(column)
}

/// Whether the column has names of people.
pub fn names_people(column: &str) -> bool {
    let plain = plain(column);
    NAMES_OF_PEOPLE.iter().any(|word| plain.contains(word))
}

/// Whether a column of this name says who assists the one of the row, and not whom that one assists.
pub fn names_assistants(column: &str) -> bool {
    ["assistant", "助理", "assistenz", "assistent"].contains(&plain(column).as_str())
}

/// Languages as columns name them.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("en", &["en", "eng", "english", "英文", "英語"]),
    (
        "zh-Hant",
        &[
            "zh-hant",
            "zh-hk",
            "zh-tw",
            "zht",
            "tc",
            "traditional chinese",
            "繁體",
            "繁中",
            "中文",
            "chinese",
            "zh",
            "chi",
        ],
    ),
    ("zh-Hans", &["zh-hans", "zh-cn", "sc", "simplified chinese", "简体", "简中"]),
    ("de", &["de", "ger", "german", "deutsch"]),
    ("fr", &["fr", "fre", "french", "français", "francais"]),
    ("es", &["es", "spa", "spanish", "español"]),
    ("it", &["it", "ita", "italian", "italiano"]),
    ("pt", &["pt", "por", "portuguese", "português"]),
    ("nl", &["nl", "dutch", "nederlands"]),
    ("cy", &["cy", "wel", "welsh", "cymraeg"]),
    ("ga", &["ga", "irish", "gaeilge"]),
    ("ja", &["ja", "jp", "japanese", "日本語"]),
    ("ko", &["ko", "kr", "korean", "한국어"]),
];

/// The tag of a language that is named in words: `english`, `Deutsch`, `繁體`.
pub fn language_named(word: &str) -> Option<&'static str> {
    let word = word.trim().to_lowercase().replace('_', "-");
    LANGUAGES.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(tag, _)| *tag)
}

/// A name of a column without the language that it names: `name_en`, `Name (German)`, `中文名稱`.
pub fn without_language(column: &str) -> (&str, Option<&'static str>) {
    let tag = language_named;
    let trimmed = column.trim();
    if let Some((before, inside)) =
        trimmed.strip_suffix([')', '）', ']']).and_then(|open| open.rsplit_once(['(', '（', '[']))
        && let Some(tag) = tag(inside)
    {
        return (before.trim_end(), Some(tag));
    }
    for (at, c) in trimmed.char_indices() {
        if matches!(c, '_' | '-' | ' ' | ':' | '@' | '.')
            && let Some(tag) = tag(&trimmed[at + c.len_utf8()..])
            && at > 0
        {
            return (&trimmed[..at], Some(tag));
        }
    }
    for word in ["中文", "英文", "繁體", "简体"] {
        if let Some(rest) = trimmed.strip_prefix(word).filter(|rest| !rest.is_empty()) {
            return (rest, tag(word));
        }
    }
    (trimmed, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_known_by_its_name_in_english_chinese_and_german() {
        for (columns, role, found) in [
            (&["Employee ID", "Full Name", "Reports To"][..], ColumnRole::Id, Some(0)),
            (&["Employee ID", "Full Name", "Reports To"], ColumnRole::Name, Some(1)),
            (&["Employee ID", "Full Name", "reportsTo"], ColumnRole::Parent, Some(2)),
            (&["編號", "姓名", "職位", "上司"], ColumnRole::Parent, Some(3)),
            (&["編號", "姓名", "職位", "上司"], ColumnRole::Post, Some(2)),
            (&["parent_organisations[*].id"], ColumnRole::Id, Some(0)),
            (&["Mitarbeiter", "Vorgesetzter"], ColumnRole::Parent, Some(1)),
            (&["Vorname", "Nachname", "Funktion"], ColumnRole::Post, Some(2)),
            (&["Mitarbeiter*in", "Vorgesetzte(r)"], ColumnRole::Name, Some(0)),
            (&["Mitarbeiter:in", "Vorgesetzte(r)"], ColumnRole::Parent, Some(1)),
            (&["Name", "Chef/in"], ColumnRole::Parent, Some(1)),
            (&["Name", "Chefin"], ColumnRole::Parent, Some(1)),
            (&["Name", "Direkte/r Vorgesetzte/r"], ColumnRole::Parent, Some(1)),
            (&["Esimies"], ColumnRole::Parent, None),
        ] {
            assert_eq!(role.find(columns.iter().copied()).map(|(at, _)| at), found, "{columns:?} {role:?}");
        }
        let title = ColumnRole::Name.find(["title", "name"]);
        assert_eq!(title, Some((1, Some(0))), "a second column that could be meant is told");
    }

    #[test]
    fn a_column_may_name_a_language() {
        for (column, rest, tag) in [
            ("name_en", "name", Some("en")),
            ("Name (German)", "Name", Some("de")),
            ("name_zh-Hant", "name", Some("zh-Hant")),
            ("name-zh_HK", "name", Some("zh-Hant")),
            ("中文名稱", "名稱", Some("zh-Hant")),
            ("garden", "garden", None),
            ("written", "written", None),
        ] {
            assert_eq!(without_language(column), (rest, tag), "{column}");
        }
    }
}
