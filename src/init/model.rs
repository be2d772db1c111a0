//! The tables of the full model with a few rows to replace: sources, entities, claims, figures and their evidence,
//! for a pack in one language. They are those of the pack inside the program, without its rows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{DESCRIPTOR, MAPPING};
use crate::pack::embedded;

/// The parts of the pack inside the program that are another's in a new pack.
const BASE: &str = "https://w3id.org/civigraph/";
const THINGS: &str = "https://w3id.org/civigraph/id/hk/";
const CONCEPTS: &str = "https://w3id.org/civigraph/concept/hk/";

/// A cell by the name of its column; `{}` is the ending of columns in the language of the pack.
type ExampleCell = (&'static str, &'static str);

/// The rows to begin with.
const ROWS: &[(&str, &[ExampleCell])] = &[
    (
        "sources",
        &[
            ("id", "accounts"),
            ("title_{}", "Accounts of the town"),
            ("publisher_{}", "Town of Example"),
            ("date", "2024-12-31"),
            ("url", "https://example.org/accounts"),
        ],
    ),
    ("concepts", &[("id", "budget"), ("scheme", "measure"), ("label_{}", "Budget"), ("dimension", "money")]),
    ("entities", &[("id", "town"), ("class", "Government"), ("label_{}", "Town of Example"), ("source", "accounts")]),
    ("entities", &[("id", "parks"), ("class", "GovernmentUnit"), ("label_{}", "Parks Office"), ("source", "accounts")]),
    ("entities", &[("id", "trees"), ("class", "Scheme"), ("label_{}", "Street trees"), ("source", "accounts")]),
    (
        "claims",
        &[
            ("id", "parks-of-town"),
            ("subject", "parks"),
            ("predicate", "partOf"),
            ("object", "town"),
            ("status", "ongoing"),
            ("source", "accounts"),
        ],
    ),
    (
        "claims",
        &[
            ("id", "parks-runs-trees"),
            ("subject", "parks"),
            ("predicate", "administers"),
            ("object", "trees"),
            ("status", "ongoing"),
            ("source", "accounts"),
        ],
    ),
    (
        "claims",
        &[
            ("id", "town-funds-trees"),
            ("subject", "town"),
            ("predicate", "funds"),
            ("object", "trees"),
            ("status", "ongoing"),
            ("during", "2024"),
            ("source", "accounts"),
        ],
    ),
    (
        "figures",
        &[
            ("id", "trees-budget-2024"),
            ("about", "trees"),
            ("measure", "budget"),
            ("value", "250000"),
            ("currency", "EUR"),
            ("bound", "about"),
            ("nature", "budget"),
            ("payer", "town"),
            ("during", "2024"),
            ("status", "ongoing"),
            ("source", "accounts"),
        ],
    ),
    ("evidence", &[("claim", "parks-of-town"), ("source", "accounts"), ("page", "3")]),
    ("evidence", &[("claim", "parks-runs-trees"), ("source", "accounts"), ("row", "17")]),
    ("evidence", &[("claim", "town-funds-trees"), ("source", "accounts"), ("row", "17")]),
    ("evidence", &[("figure", "trees-budget-2024"), ("source", "accounts"), ("row", "17")]),
];

/// The files of a pack with the full model in a language, by their paths in the pack.
pub fn model(name: &str, language: &str) -> BTreeMap<String, String> {
    let base = format!("https://example.org/{}/", super::ascii(&super::guess::slug(name)));
    let ending = match language {
        "en" => "en",
        "zh-Hant" => "zh",
        other => other.split('-').next().unwrap_or(other),
    };
    let mut texts = BTreeMap::new();
    for path in embedded::list(embedded::DEFAULT_PACK, "csv") {
        let text = embedded::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let file = path.rsplit('/').next().unwrap_or_default().to_owned();
        let header = translated(text.lines().next().unwrap_or_default(), ending, language);
        let mut table = format!("{header}\n");
        let columns: Vec<&str> = header.split(',').collect();
        if file == "concept_schemes.csv" {
            // In another language the English labels are those to translate.
            for line in text.lines().skip(1) {
                let cells: Vec<&str> = line.split(',').collect();
                let first = if matches!(ending, "en" | "zh") { cells[1] } else { cells[2] };
                table.push_str(&format!("{},{first},{}\n", cells[0], cells[2]));
            }
        }
        for (_, row) in ROWS.iter().filter(|(table, _)| format!("{table}.csv") == file) {
            let mut cells: BTreeMap<String, &str> =
                row.iter().map(|(column, cell)| (column.replace("{}", ending), *cell)).collect();
            match file.as_str() {
                "sources.csv" => cells.insert("language".to_owned(), language),
                // The English label is that of a source.
                "entities.csv" if ending == "en" => cells.insert("label_en_source".to_owned(), "accounts"),
                _ => None,
            };
            let line: Vec<&str> = columns.iter().map(|column| cells.get(*column).copied().unwrap_or("")).collect();
            table.push_str(&format!("{}\n", line.join(",")));
        }
        texts.insert(file, table);
    }
    let read = |file: &str| {
        let path = format!("{}/{file}", embedded::DEFAULT_PACK);
        embedded::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    };
    let mapping = readdressed(&translated(&read(MAPPING), ending, language), &base)
        .replace(&format!("base: {BASE}\n"), &format!("base: {base}\n"))
        .replace("hkc:", "concept:")
        .replace("hk:", "thing:");
    texts.insert(MAPPING.to_owned(), mapping);
    texts.insert(
        DESCRIPTOR.to_owned(),
        descriptor(&translated(&read(DESCRIPTOR), ending, language), name, &base, language),
    );
    texts
}

/// A text with the columns and tags of the language in the place of the Chinese ones.
fn translated(text: &str, ending: &str, language: &str) -> String {
    match ending {
        "en" | "zh" => text.to_owned(),
        _ => text.replace("_zh", &format!("_{ending}")).replace("zh-Hant", language),
    }
}

fn readdressed(text: &str, base: &str) -> String {
    text.replace(THINGS, &format!("{base}id/")).replace(CONCEPTS, &format!("{base}concept/"))
}

fn descriptor(text: &str, name: &str, base: &str, language: &str) -> String {
    let mut descriptor: Value = serde_json::from_str(text).unwrap_or_default();
    let Some(members) = descriptor.as_object_mut() else { return String::new() };
    for key in ["version", "created", "contributors", "sources"] {
        members.remove(key);
    }
    members.insert("name".to_owned(), super::guess::slug(name).into());
    members.insert("title".to_owned(), super::title_of(name).into());
    let about = "The full model, by `civigraph init --model`: replace the rows of the tables (civigraph help model).";
    members.insert("description".to_owned(), about.into());
    let prefixes = json!({
        "thing": format!("{base}id/"),
        "concept": format!("{base}concept/"),
        "claim": format!("{base}claim/accounts/"),
        "figure": format!("{base}figure/accounts/"),
        "src": format!("{base}source/"),
    });
    let second = if language == "en" { "zh-Hant" } else { "en" };
    let settings = json!({
        "base": base,
        "prefixes": prefixes,
        "languages": [language],
        "optionalLanguages": [second],
        "mapping": MAPPING,
    });
    members.insert("civigraph".to_owned(), settings);
    let mut text = serde_json::to_string_pretty(&descriptor).unwrap_or_default();
    text.push('\n');
    text
}
