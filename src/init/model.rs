//! The tables of the full model with a few rows to replace: sources, entities, claims, figures and their evidence,
//! in the languages asked for. They are those of the pack inside the program, without its rows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{DESCRIPTOR, MAPPING};
use crate::pack::embedded;

/// The parts of the pack inside the program that are another's in a new pack.
const BASE: &str = "https://w3id.org/civigraph/";
const THINGS: &str = "https://w3id.org/civigraph/id/hk/";
const CONCEPTS: &str = "https://w3id.org/civigraph/concept/hk/";

/// A cell by the name of its column; columns that end in `{}` are there once for each language.
type ExampleCell = (&'static str, &'static str);

/// The words of the rows to begin with, and of the schemes of the pack inside the program that is in two languages.
const WORDS: &[(&str, [&str; 3])] = &[
    ("Accounts of the town", ["城鎮帳目", "城镇账目", "Haushaltsrechnung der Stadt"]),
    ("Town of Example", ["示例鎮", "示例镇", "Stadt Musterstadt"]),
    ("Budget", ["預算", "预算", "Budget"]),
    ("Parks Office", ["公園辦事處", "公园办事处", "Grünflächenamt"]),
    ("Street trees", ["行道樹", "行道树", "Straßenbäume"]),
    ("Kinds", ["類別", "类别", "Arten"]),
    ("Measures", ["度量", "度量", "Messgrößen"]),
    ("Units", ["單位", "单位", "Einheiten"]),
    ("Fields", ["範疇", "范畴", "Gebiete"]),
    ("Functions", ["職能", "职能", "Aufgaben"]),
    ("Aims", ["目標", "目标", "Ziele"]),
    ("Target groups", ["服務對象", "服务对象", "Zielgruppen"]),
    ("Strengths", ["優勢", "优势", "Stärken"]),
    ("Reach of recognition", ["承認範圍", "承认范围", "Reichweite der Anerkennung"]),
    ("Parts", ["所限部分", "所限部分", "Teile"]),
    ("Matters", ["事項", "事项", "Angelegenheiten"]),
    ("Manners", ["方式及程度", "方式及程度", "Arten und Weisen"]),
    ("Conditions", ["條件", "条件", "Bedingungen"]),
    ("Allowances", ["容許事項", "容许事项", "Erlaubtes"]),
    ("Technologies and channels", ["科技及渠道", "科技及渠道", "Techniken und Kanäle"]),
];

/// The languages of [`WORDS`] after English.
const LANGUAGES: [&str; 3] = ["zh-Hant", "zh-Hans", "de"];

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

/// Mappings for English names that another source gives than the one that names the thing.
const OF_ENGLISH_NAMES: [&str; 3] = ["  entity-english:", "  label-page:", "  label-evidence:"];
const COLUMNS_OF_ENGLISH_NAMES: [&str; 2] = ["label_en_source", "label_en_page"];

/// The languages of a pack with the full model, the main one first: each with the ending of its columns.
struct ModelLanguages<'a>(Vec<(&'a str, String)>);

/// Whether the rows to begin with are written in this language.
pub fn has_words(language: &str) -> bool {
    language == "en" || LANGUAGES.contains(&language)
}

/// A text in a language, or in English.
fn words(english: &str, language: &str) -> String {
    let at = LANGUAGES.iter().position(|known| *known == language);
    let found = WORDS.iter().find(|(known, _)| *known == english);
    at.zip(found).map_or(english, |(at, (_, others))| others[at]).to_owned()
}

impl<'a> ModelLanguages<'a> {
    /// Each language has an ending of its own: that of its first part, or all of it.
    fn of(languages: &'a [String]) -> Self {
        let mut endings: Vec<(&str, String)> = Vec::new();
        for language in languages {
            let first = language.split('-').next().unwrap_or(language);
            let taken = endings.iter().any(|(_, known)| known == first);
            let ending = if taken { language.replace('-', "_").to_lowercase() } else { first.to_owned() };
            endings.push((language, ending));
        }
        Self(endings)
    }

    fn main(&self) -> &str {
        self.0.first().map_or("en", |(language, _)| language)
    }

    /// The columns that stand for one of the pack inside the program, each with its language if it is in one.
    fn columns(&self, column: &str) -> Vec<(String, Option<&'a str>)> {
        if let Some(stem) = column.strip_suffix("_zh") {
            return self.0.iter().map(|(language, ending)| (format!("{stem}_{ending}"), Some(*language))).collect();
        }
        let is_gone = column.ends_with("_en") || COLUMNS_OF_ENGLISH_NAMES.contains(&column);
        if is_gone { Vec::new() } else { vec![(column.to_owned(), None)] }
    }
}

/// The files of a pack with the full model, by their paths in the pack. The first language is the main one, in which
/// everything has a name; the others are optional.
pub fn model(name: &str, languages: &[String]) -> BTreeMap<String, String> {
    let base = format!("https://example.org/{}/", super::ascii(&super::guess::slug(name)));
    let languages = ModelLanguages::of(languages);
    let mut texts = BTreeMap::new();
    for path in embedded::list(embedded::DEFAULT_PACK, "csv") {
        let text = embedded::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let file = path.rsplit('/').next().unwrap_or_default().to_owned();
        texts.insert(file.clone(), table(&file, &text, &languages));
    }
    let read = |file: &str| {
        let path = format!("{}/{file}", embedded::DEFAULT_PACK);
        embedded::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    };
    texts.insert(MAPPING.to_owned(), mapping(&read(MAPPING), &base, &languages));
    texts.insert(DESCRIPTOR.to_owned(), descriptor(&read(DESCRIPTOR), name, &base, &languages));
    texts
}

/// A table with the rows to begin with.
fn table(file: &str, text: &str, languages: &ModelLanguages<'_>) -> String {
    let header = text.lines().next().unwrap_or_default();
    let columns: Vec<(String, Option<&str>)> = header.split(',').flat_map(|column| languages.columns(column)).collect();
    let mut lines = vec![columns.iter().map(|(column, _)| column.clone()).collect::<Vec<_>>().join(",")];
    // A row has its texts in English, under the ends of the names of columns.
    let mut add = |row: &BTreeMap<String, &str>| {
        let cell = |(column, language): &(String, Option<&str>)| match language {
            Some(language) => {
                let stem = column.split('_').next().unwrap_or(column);
                row.get(&format!("{stem}_{{}}")).map_or_else(String::new, |text| words(text, language))
            }
            None => row.get(column).map_or_else(String::new, |text| (*text).to_owned()),
        };
        lines.push(columns.iter().map(cell).collect::<Vec<_>>().join(","));
    };
    if file == "concept_schemes.csv" {
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            add(&BTreeMap::from([("id".to_owned(), cells[0]), ("label_{}".to_owned(), cells[2])]));
        }
    }
    for (_, row) in ROWS.iter().filter(|(table, _)| format!("{table}.csv") == file) {
        let mut cells: BTreeMap<String, &str> =
            row.iter().map(|(column, cell)| ((*column).to_owned(), *cell)).collect();
        if file == "sources.csv" {
            cells.insert("language".to_owned(), languages.main());
        }
        add(&cells);
    }
    format!("{}\n", lines.join("\n"))
}

fn mapping(text: &str, base: &str, languages: &ModelLanguages<'_>) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if OF_ENGLISH_NAMES.contains(&line) {
            // Up to the next mapping.
            let _ = lines.by_ref().find(|line| line.is_empty());
            continue;
        }
        if line.contains("_en), en~lang]") {
            continue;
        }
        match line.contains("_zh), zh-Hant~lang]") {
            true => kept.extend(languages.0.iter().map(|(language, ending)| {
                line.replace("_zh), zh-Hant~lang]", &format!("_{ending}), {language}~lang]"))
            })),
            // Sections, words and reasons are in the main language.
            false => {
                let main = format!("{}~lang]", languages.main());
                kept.push(line.replace("zh-Hant~lang]", &main).replace("en~lang]", &main));
            }
        }
    }
    let text = kept
        .join("\n")
        .replace("  # Entities: the English label belongs to the source that gives it\n", "  # Entities\n")
        .replace(
            "a printed page or an address. In the\n  # register of English names it is a page on the web.\n",
            "a printed page or an address.\n",
        )
        .replace(THINGS, &format!("{base}id/"))
        .replace(CONCEPTS, &format!("{base}concept/"))
        .replace(&format!("base: {BASE}\n"), &format!("base: {base}\n"))
        .replace("hkc:", "concept:")
        .replace("hk:", "thing:");
    format!("{}\n", text.trim_end())
}

/// The fields of a table in the languages of the pack.
fn in_languages(schema: &mut Value, languages: &ModelLanguages<'_>) {
    let Some(fields) = schema.get_mut("fields").and_then(Value::as_array_mut) else { return };
    let mut kept = Vec::new();
    for field in fields.drain(..) {
        let name = field["name"].as_str().unwrap_or_default().to_owned();
        for (column, language) in languages.columns(&name) {
            let mut field = field.clone();
            if let Some(language) = language {
                let title = field["title"].as_str().unwrap_or_default().replace("zh-Hant", language);
                field["name"] = column.into();
                field["title"] = title.into();
            }
            kept.push(field);
        }
    }
    *fields = kept;
    if let Some(keys) = schema.get_mut("foreignKeys").and_then(Value::as_array_mut) {
        keys.retain(|key| !key["fields"].to_string().contains("label_en"));
    }
}

fn descriptor(text: &str, name: &str, base: &str, languages: &ModelLanguages<'_>) -> String {
    let mut descriptor: Value = serde_json::from_str(text).unwrap_or_default();
    for resource in descriptor["resources"].as_array_mut().into_iter().flatten() {
        if let Some(schema) = resource.get_mut("schema") {
            in_languages(schema, languages);
        }
    }
    let Some(members) = descriptor.as_object_mut() else { return String::new() };
    // Under which licence data may be used is for those who have them.
    for key in ["version", "created", "contributors", "sources", "licenses"] {
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
    let mut settings = json!({"base": base, "prefixes": prefixes, "languages": [languages.main()], "mapping": MAPPING});
    let others: Vec<&str> = languages.0.iter().skip(1).map(|(language, _)| *language).collect();
    if !others.is_empty() {
        settings["optionalLanguages"] = others.into();
    }
    members.insert("civigraph".to_owned(), settings);
    let mut text = serde_json::to_string_pretty(&descriptor).unwrap_or_default().replace(", in both languages.", ".");
    text.push('\n');
    text
}
