//! The full model for a pack in one language, whichever it is: the steps of `civigraph help pack`, and what
//! its words promise.

use std::fs;
use std::path::Path;

use civigraph::finding::Severity;
use civigraph::pack::Pack;
use civigraph::pipeline::{self, Knowledge, Limits};

use crate::support::{program, root, select, stderr, stdout};

/// The default pack, emptied but for its schemes, under a base of its own: steps 1 and 2.
fn emptied() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(root().join("data/hk-innovation")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut text = fs::read_to_string(&path).unwrap();
        if name.ends_with(".csv") && name != "concept_schemes.csv" {
            text = format!("{}\n", text.lines().next().unwrap());
        }
        for (from, to) in [
            ("https://w3id.org/civigraph/id/hk/", "https://city.example/id/"),
            ("https://w3id.org/civigraph/concept/hk/", "https://city.example/concept/"),
            ("\"base\": \"https://w3id.org/civigraph/\"", "\"base\": \"https://city.example/\""),
            ("  base: https://w3id.org/civigraph/\n", "  base: https://city.example/\n"),
        ] {
            text = text.replace(from, to);
        }
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    assert!(text.contains(from), "`{from}` is not in {file}");
    fs::write(folder.join(file), text.replace(from, to)).unwrap();
}

/// Adds rows by the names of their columns.
fn add(folder: &Path, table: &str, rows: &[&[(&str, &str)]]) {
    let path = folder.join(format!("{table}.csv"));
    let mut text = fs::read_to_string(&path).unwrap();
    let header: Vec<String> = text.lines().next().unwrap().split(',').map(str::to_owned).collect();
    for row in rows {
        assert!(row.iter().all(|(name, _)| header.iter().any(|column| column == name)), "{row:?} in {header:?}");
        let cell = |column: &String| row.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value);
        text.push_str(&header.iter().map(cell).collect::<Vec<_>>().join(","));
        text.push('\n');
    }
    fs::write(path, text).unwrap();
}

/// A city with an office, a post, a budget, and evidence in a row, on a page and at an address. `label` is
/// the name of the columns of labels, `words` are in its language.
fn fill(folder: &Path, language: &str, label: &str, words: [&str; 6]) {
    let [source, city, office, head, spending, year] = words;
    let (title, publisher, labels) = (format!("title_{label}"), format!("publisher_{label}"), format!("label_{label}"));
    add(
        folder,
        "sources",
        &[&[
            ("id", "book"),
            (&title, source),
            (&publisher, city),
            ("language", language),
            ("date", "2024-12-31"),
            ("url", "https://city.example/book"),
        ]],
    );
    add(
        folder,
        "concepts",
        &[
            &[("id", "spending"), ("scheme", "measure"), (&labels, spending), ("dimension", "money")],
            &[("id", "year"), ("scheme", "unit"), (&labels, year)],
        ],
    );
    for (id, class, name) in
        [("city", "Government", city), ("office", "GovernmentUnit", office), ("head", "Post", head)]
    {
        let mut row = vec![("id", id), ("class", class), (labels.as_str(), name), ("source", "book")];
        if label == "en" {
            row.push(("label_en_source", "book"));
        }
        add(folder, "entities", &[&row]);
    }
    let claim = |id, subject, predicate, object| {
        vec![
            ("id", id),
            ("subject", subject),
            ("predicate", predicate),
            ("object", object),
            ("status", "ongoing"),
            ("source", "book"),
        ]
    };
    add(
        folder,
        "claims",
        &[
            &claim("office-of-city", "office", "partOf", "city"),
            &[&claim("head-of-office", "head", "postIn", "office")[..], &[("during", "2024-03/..")]].concat(),
        ],
    );
    add(
        folder,
        "figures",
        &[&[
            ("id", "budget"),
            ("about", "office"),
            ("measure", "spending"),
            ("value", "1200000"),
            ("currency", "EUR"),
            ("bound", "exact"),
            ("nature", "budget"),
            ("during", "2024"),
            ("status", "ongoing"),
            ("source", "book"),
        ]],
    );
    add(
        folder,
        "evidence",
        &[
            &[("claim", "office-of-city"), ("source", "book"), ("row", "17")],
            &[("claim", "head-of-office"), ("source", "book"), ("page", "iv")],
            &[("figure", "budget"), ("source", "book"), ("address", "https://city.example/budget")],
            &[("entity", "city"), ("source", "book"), ("row", "2")],
        ],
    );
}

/// The graph of a pack in which no check finds anything.
fn clean(folder: &Path) -> Knowledge {
    let examined = pipeline::examine(&Pack::open(folder).unwrap(), &Limits::default()).unwrap();
    let found: Vec<_> = examined.findings.iter().filter(|finding| finding.severity >= Severity::Warning).collect();
    assert!(found.is_empty() && examined.faults.is_empty(), "{found:#?}");
    examined.built.unwrap().0
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = program().args(arguments).args(["--pack", folder.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    stdout(&output)
}

const GERMAN: [&str; 6] = ["Haushaltsbuch", "Stadt", "Amt", "Leitung", "Ausgaben", "Jahr"];
const ENGLISH: [&str; 6] = ["Book of accounts", "City", "Office", "Head of office", "Spending", "Year"];

fn german() -> tempfile::TempDir {
    let folder = emptied();
    for file in fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("_zh", "_de").replace("zh-Hant", "de")).unwrap();
    }
    // German labels in the place of the Chinese ones.
    let schemes = fs::read_to_string(folder.path().join("concept_schemes.csv")).unwrap();
    let mut lines = schemes.lines();
    let mut german = format!("{}\n", lines.next().unwrap());
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        german.push_str(&format!("{},Liste {},{}\n", cells[0], cells[0], cells[2..].join(",")));
    }
    fs::write(folder.path().join("concept_schemes.csv"), german).unwrap();
    replace(
        folder.path(),
        "datapackage.json",
        "\"languages\": [\"de\", \"en\"]",
        "\"languages\": [\"de\"], \"optionalLanguages\": [\"en\"]",
    );
    folder
}

fn english() -> tempfile::TempDir {
    let folder = emptied();
    replace(
        folder.path(),
        "datapackage.json",
        "\"languages\": [\"zh-Hant\", \"en\"]",
        "\"languages\": [\"en\"], \"optionalLanguages\": [\"zh-Hant\"]",
    );
    folder
}

#[test]
fn a_pack_in_english_alone_has_the_full_model() {
    let folder = english();
    fill(folder.path(), "en", "en", ENGLISH);
    let graph = clean(folder.path()).graph;
    // All IRIs that are not of the vocabulary are below the base of the pack.
    let strange = select(
        &graph,
        "SELECT DISTINCT ?s { GRAPH ?g { ?s ?p ?o }
         FILTER(!STRSTARTS(STR(?g), \"https://w3id.org/civigraph/graph/\") && !STRSTARTS(STR(?s), \"https://city.example/\")) }",
    );
    assert!(strange.is_empty(), "{strange:?}");
    let claims = select(&graph, "SELECT ?c { ?c a cg:Claim } ORDER BY ?c");
    assert!(claims[0][0].ends_with("claim/book/head-of-office>"), "{claims:?}");
    let card = said(folder.path(), &["show", "office"]);
    for part in ["Office\n", "City", "[book row 17]", "Head of office", "[book page iv]", "1,200,000", "budget"] {
        assert!(card.contains(part), "{part} in {card}");
    }
    assert!(card.contains("[book https://city.example/budget]"), "{card}");
    // The source is known by the name that the card shows, and has an address.
    let source = said(folder.path(), &["show", "book"]);
    assert!(source.starts_with("Book of accounts\n") && source.contains("https://city.example/book"), "{source}");
    let relations = said(folder.path(), &["query", "relations", "head", "--format", "csv"]);
    assert!(relations.contains("Office"), "{relations}");
    let picture = folder.path().join("org.dot");
    said(folder.path(), &["chart", "org", "-o", picture.to_str().unwrap()]);
    let dot = fs::read_to_string(picture).unwrap();
    assert!(dot.contains("Head of office") && dot.matches(" -> ").count() >= 2, "{dot}");
}

#[test]
fn a_pack_in_german_alone_has_the_full_model() {
    let folder = german();
    fill(folder.path(), "de", "de", GERMAN);
    clean(folder.path());
    let card = said(folder.path(), &["show", "office"]);
    assert!(card.starts_with("Amt\n") && card.contains("Leitung") && card.contains("[book row 17]"), "{card}");
    // A period that the source does not put into words stays as it is.
    assert!(card.contains("2024-03/.."), "{card}");
    let relations = said(folder.path(), &["query", "relations", "head", "--format", "csv"]);
    assert!(relations.contains("Amt") && relations.contains("2024-03/.."), "{relations}");
    // Titles that there are in English only are shown in English.
    assert!(said(folder.path(), &["query", "--list", "--all"]).contains("Who supports a body"));
    let page = folder.path().join("org.html");
    said(folder.path(), &["chart", "org", "-o", page.to_str().unwrap()]);
    let html = fs::read_to_string(page).unwrap();
    assert!(html.contains("<html lang=\"de\"") && html.contains("Leitung"));
}

#[test]
fn a_second_language_may_be_filled_in_part() {
    let folder = german();
    fill(folder.path(), "de", "de", GERMAN);
    replace(folder.path(), "entities.csv", "office,GovernmentUnit,,Amt,,,", "office,GovernmentUnit,,Amt,Office,book,");
    let knowledge = clean(folder.path());
    assert_eq!(knowledge.languages, ["de", "en"]);
    assert!(said(folder.path(), &["show", "office"]).starts_with("Amt · Office\n"));
    assert!(said(folder.path(), &["show", "city"]).starts_with("Stadt\n"));
    // Required, it is missed; undeclared, it is refused.
    let codes = |languages: &str| {
        replace(
            folder.path(),
            "datapackage.json",
            "\"languages\": [\"de\"], \"optionalLanguages\": [\"en\"]",
            languages,
        );
        let examined = pipeline::examine(&Pack::open(folder.path()).unwrap(), &Limits::default()).unwrap();
        replace(
            folder.path(),
            "datapackage.json",
            languages,
            "\"languages\": [\"de\"], \"optionalLanguages\": [\"en\"]",
        );
        let codes: std::collections::BTreeSet<String> =
            examined.findings.iter().map(|finding| finding.code.to_string()).collect();
        codes
    };
    assert!(codes("\"languages\": [\"de\", \"en\"]").contains("missing-label"));
    assert!(codes("\"languages\": [\"de\"]").contains("undeclared-language"));
    // A tag twice is a mistake in the descriptor.
    replace(folder.path(), "datapackage.json", "\"optionalLanguages\": [\"en\"]", "\"optionalLanguages\": [\"de\"]");
    let Err(error) = Pack::open(folder.path()) else { panic!("a language is listed twice") };
    assert!(error.to_string().contains("listed twice"), "{error}");
}

#[test]
fn the_base_of_the_pack_is_the_prefix_base_of_its_mapping() {
    let folder = english();
    fill(folder.path(), "en", "en", ENGLISH);
    // Somebody who changes the descriptor alone, as the first sentence says.
    replace(folder.path(), "mapping.yml", "  base: https://city.example/\n", "  base: https://w3id.org/civigraph/\n");
    let examined = pipeline::examine(&Pack::open(folder.path()).unwrap(), &Limits::default()).unwrap();
    let told = examined.findings.iter().find(|finding| finding.code == "base-prefix").unwrap();
    assert!(told.place.as_ref().unwrap().file.ends_with("mapping.yml"), "{told:?}");
    let graph = examined.built.unwrap().0.graph;
    let ours = "SELECT ?c { ?c a cg:Claim FILTER(STRSTARTS(STR(?c), \"https://city.example/claim/book/\")) }";
    assert_eq!(select(&graph, ours).len(), 2);
}
