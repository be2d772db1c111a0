//! A pack for tables that have none: what they are written like and what they are about is guessed, told,
//! and written as a descriptor and a mapping. A staff list is such a table, of which the hierarchy is read.
//!
//! Everything here guesses from values and from names of columns; nothing is built. What is not certain is
//! a finding of its own (`unsure-guess`), so that no guess is silent.

mod column;
mod descriptor;
mod detect;
mod example;
mod guess;
mod language;
mod link;
mod mapping;
mod meaning;
mod model;
mod money;
mod place;
mod reading;
mod staff;
mod terms;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use example::example;
pub use model::{has_words, model};
pub use place::{PackTarget, refuse_existing, target};
pub use reading::is_table;
pub use words::{ColumnRole, language_named};

use crate::finding::{Finding, Findings, codes};
use crate::pack::{DESCRIPTOR, Pack, is_rdf_name};
use guess::{TableGuess, slug};
use mapping::PackNames;

/// The name of the mapping.
pub const MAPPING: &str = "mapping.yml";
/// The name of the file with the terms of the pack's own.
pub const TERMS: &str = "terms.ttl";

/// What the user says of the tables.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The columns with these roles.
    pub columns: Vec<(ColumnRole, String)>,
    /// The language of names that do not say theirs.
    pub language: Option<String>,
    /// The currency of amounts that do not say theirs.
    pub currency: Option<String>,
    /// The day on which the tables were so: what is later is planned.
    pub as_of: Option<String>,
    /// Whether the table is a list of people or bodies with who is above whom.
    pub is_staff: bool,
    /// Whether the order of the rows of a list is kept, for a chart.
    pub keeps_order: bool,
}

/// A pack that is not written yet.
#[derive(Debug)]
pub struct Draft {
    /// The texts of its descriptor and mapping, by their paths.
    pub texts: BTreeMap<String, String>,
    /// What is not certain about it.
    pub unsure: Findings,
    /// What a staff list says wrongly.
    pub findings: Findings,
    /// What each table is about, in a line.
    pub tables: Vec<String>,
}

/// Guesses the pack of these tables, each a file with its path in the pack.
///
/// # Errors
///
/// The findings about files that cannot be read as tables, and about columns that were asked for.
pub fn draft(files: &[(PathBuf, String)], name: &str, asked: &Asked) -> Result<Draft, Findings> {
    for (path, _) in files {
        if is_rdf_name(path) {
            let message = format!("`{}` is an RDF file, not a table", path.display());
            let hint = format!("read it with `--data {}`", path.display());
            return Err(Finding::error(codes::NOT_A_PACK, message).hint(hint).into());
        }
    }
    let mut readings = Vec::new();
    let mut faults = Findings::new();
    for (path, relative) in files {
        match reading::read(path, relative) {
            Ok(read) => readings.extend(read),
            Err(found) => faults.append(found),
        }
    }
    if faults.has_errors() {
        return Err(faults);
    }
    if asked.is_staff {
        // Of a workbook, the first sheet is the list.
        readings.truncate(1);
    }
    let Some(first) = readings.first() else {
        return Err(Finding::error(codes::EMPTY_PACK, "no table was found in the files").into());
    };
    if readings.iter().all(|reading| reading.rows.is_empty()) {
        let message = match readings.len() {
            1 => format!("`{}` has the names of columns, and no rows", first.file()),
            _ => "the tables have the names of columns, and no rows".to_owned(),
        };
        let hint = if asked.is_staff {
            "add a row for each person or body below them".to_owned()
        } else {
            "guesses are made from cells: add a few rows, or make an example with `civigraph init DIR`".to_owned()
        };
        return Err(Finding::error(codes::EMPTY_TABLE, message).at(first.header.first().cloned()).hint(hint).into());
    }
    let mut unsure = Findings::new();
    let mut tables = guess::guess(readings, asked, &mut unsure)?;
    if asked.is_staff {
        // A list of nothing but names has the class that the name of the file gives, or is of bodies.
        tables.truncate(1);
    }
    let staff = (asked.is_staff || tables.len() == 1 && tables[0].roles.contains_key(&ColumnRole::Parent))
        .then(|| staff::examine(&tables[0]));
    let pack = slug(name);
    let title = title_of(name);
    let with_order =
        asked.keeps_order && !tables[0].key.is_empty() && !tables[0].roles.contains_key(&ColumnRole::Order);
    let mut position = "position".to_owned();
    while tables[0].reading.columns.contains(&position) {
        position.push('_');
    }
    let names = PackNames {
        title: &title,
        base: format!("https://example.org/{}/", ascii(&pack)),
        languages: languages(&tables, asked),
        pack: &pack,
        with_order,
        position,
        as_of: asked.as_of.clone(),
    };
    let mapping = mapping::write(&tables, &names, staff.as_ref());
    let terms = terms::write(&mapping, &names);
    let mut texts = vec![(DESCRIPTOR, descriptor::write(&tables, &names, staff.as_ref(), &mapping, terms.is_some()))];
    texts.extend(terms.map(|terms| (TERMS, terms)));
    texts.push((MAPPING, mapping.text));
    unsure.sort();
    Ok(Draft {
        texts: texts.into_iter().map(|(path, text)| (path.to_owned(), text)).collect(),
        unsure,
        findings: staff.map(|staff| staff.findings).unwrap_or_default(),
        tables: tables.iter().map(about).collect(),
    })
}

/// A table in a line: its rows, what they are, by what they are identified.
fn about(table: &TableGuess) -> String {
    let n = table.reading.rows.len();
    let columns = table.columns.len();
    let key: Vec<String> = table.key.iter().map(|at| format!("`{}`", table.columns[*at].name)).collect();
    let key =
        if key.is_empty() { "without identifiers".to_owned() } else { format!("identified by {}", key.join(" and ")) };
    let class = match (table.class, table.meaning.figures.is_empty()) {
        ("", false) => "cg:Figure".to_owned(),
        ("", true) => "a class of your own".to_owned(),
        (class, _) => class.to_owned(),
    };
    format!("{}: {n} rows, {columns} columns, {class}, {key}", table.name)
}

/// The languages in which all things of all tables have names, the main one first.
fn languages(tables: &[TableGuess], asked: &Asked) -> Vec<String> {
    let named: Vec<&TableGuess> = tables.iter().filter(|table| !table.labels.is_empty()).collect();
    let Some(first) = named.first() else {
        return vec![asked.language.clone().unwrap_or_else(|| "en".to_owned())];
    };
    let mut languages = vec![first.labels[0].1.clone()];
    for (_, language) in &first.labels[1..] {
        let is_full = named.iter().all(|table| {
            let of = table.labels.iter().find(|(_, known)| known == language);
            of.is_some_and(|(at, _)| table.columns[*at].n_filled == table.reading.rows.len())
        });
        if is_full {
            languages.push(language.clone());
        }
    }
    for table in &named {
        if !table.labels.iter().any(|(_, language)| languages.contains(language)) {
            languages.push(table.labels[0].1.clone());
        }
    }
    languages
}

/// Words of names of files that are short for others.
const SHORT: &str = " hr it uk usa eu un nhs hk dc ny bbc nato oecd ngo pr qa ict hq gb sar prc roc faq ceo cfo ";

/// A title for people: the name of the folder or file with spaces, and abbreviations in capitals.
fn title_of(name: &str) -> String {
    let mut spaced = name.replace(['_', '-'], " ");
    // `city3` and `staff2024` are a word and a number.
    let letters = spaced.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let before = spaced[..letters].rsplit(' ').next().unwrap_or_default();
    if letters < spaced.len() && before.len() > 2 && before.bytes().all(|byte| byte.is_ascii_lowercase()) {
        spaced.insert(letters, ' ');
    }
    let mut words: Vec<String> = spaced.split_whitespace().map(str::to_owned).collect();
    for (n, word) in words.iter_mut().enumerate() {
        // Without a vowel it is no word.
        let is_short = SHORT.contains(&format!(" {word} "))
            || word.len() > 1
                && word.len() <= 4
                && word.bytes().all(|byte| byte.is_ascii_lowercase() && !b"aeiouy".contains(&byte));
        let mut chars = word.chars();
        if is_short {
            *word = word.to_uppercase();
        } else if let Some(first) = chars.next().filter(|_| n == 0) {
            *word = first.to_uppercase().chain(chars).collect();
        }
    }
    if words.is_empty() { "My pack".to_owned() } else { words.join(" ") }
}

/// The part of a name that an address can have as it is.
fn ascii(name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let plain = plain.trim_matches('-');
    if plain.is_empty() { "pack".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_has_abbreviations_in_capitals() {
        for (name, title) in [
            ("uk", "UK"),
            ("hr-export", "HR export"),
            ("staff_HR_2024", "Staff HR 2024"),
            ("my-town", "My town"),
            ("dwp", "DWP"),
            ("city3", "City 3"),
            ("staff2024", "Staff 2024"),
            ("A4", "A4"),
            ("it-services", "IT services"),
            ("名單", "名單"),
            ("", "My pack"),
        ] {
            assert_eq!(title_of(name), title, "{name}");
        }
    }
}
