//! `init` of the tables of made-up cities in three languages: who runs, funds and heads what, budgets as figures
//! with their currency, beginnings and ends, kinds and statuses become statements of the vocabulary, so that views
//! and stored questions have something to show.

use std::fs;
use std::path::Path;
use std::process::Output;

use civigraph::pack::Pack;
use civigraph::pipeline::{self, Knowledge};

use crate::support::{program, select, stderr, stdout};

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    program().current_dir(folder).args(arguments).output().unwrap()
}

/// A pack made of these tables, without a violation, and what was told about it.
pub fn made(files: &[(&str, &str)], further: &[&str]) -> (tempfile::TempDir, Knowledge, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let made = run(folder.path(), &[&["init", "."], further].concat());
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let knowledge = pipeline::build(&Pack::open(folder.path()).unwrap()).unwrap().0;
    (folder, knowledge, stderr(&made))
}

pub fn rows(knowledge: &Knowledge, pattern: &str) -> Vec<Vec<String>> {
    let prefixes = "PREFIX c: <https://w3id.org/civigraph/code#> PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>";
    select(&knowledge.graph, &format!("{prefixes} SELECT * {{ {pattern} }}"))
}

/// The thing with this name.
pub fn named(variable: &str, name: &str, language: &str) -> String {
    format!("{variable} skos:prefLabel \"{name}\"@{language} .")
}

const CITY: &[(&str, &str)] = &[
    (
        "departments.csv",
        "dept_code,name,parent,director,established,headcount\n\
         MO,Mayor's Office,,Grace Adeyemi,1901,12\n\
         FIN,Finance Department,MO,Tom Becker,1950,40\n\
         PRK,Parks Department,MO,Ines Duarte,1962,340\n",
    ),
    (
        "programmes.csv",
        "programme_id,name,run_by,funded_by,start_date,end_date,budget,status\n\
         P1,Green Streets,PRK,FIN,2021-04-01,,\"HK$1,200,000\",active\n\
         P2,Read Together,PRK,Rotary Club,2019-09-01,2022-08-31,\"HK$250,000\",closed\n\
         P3,Tree Census,PRK,FIN,2023-01-15,,\"HK$80,000\",planned\n",
    ),
    (
        "staff.csv",
        "staff_id,name,title,dept_code,manager_id\n\
         1,Grace Adeyemi,Mayor,MO,\n\
         2,Tom Becker,Director of Finance,FIN,1\n\
         3,Ines Duarte,Director of Parks,PRK,1\n",
    ),
    (
        "budgets.csv",
        "dept_code,year,type,amount\n\
         FIN,2023,operating,\"$2,000,000\"\n\
         PRK,2023,operating,\"$5,400,000\"\n\
         PRK,2023,capital,\"$900,000\"\n",
    ),
    (
        "facilities.csv",
        "facility_id,name,dept_code,operated_by,opened,capacity\n\
         F1,Central Library,MO,MO,1899,400\n\
         F2,City Pool,PRK,Aqua Ltd,1988,\n",
    ),
];

#[test]
fn who_runs_funds_and_heads_what_are_claims_with_the_row_as_evidence() {
    let (_folder, knowledge, told) = made(CITY, &[]);
    let (green, parks, finance) = (
        named("?scheme", "Green Streets", "en"),
        named("?parks", "Parks Department", "en"),
        named("?finance", "Finance Department", "en"),
    );
    let has = |pattern: &str| assert_eq!(rows(&knowledge, pattern).len(), 1, "{pattern}");
    has(&format!("{green} {parks} ?parks cg:administers ?scheme ."));
    has(&format!("{green} {finance} ?finance cg:funds ?scheme ."));
    has(&format!(
        "{parks} ?head skos:prefLabel \"Ines Duarte\"@en ; a cg:Person ; cg:leads ?parks ; cg:memberOf ?parks ."
    ));
    has(&format!("{} {parks} ?parks cg:has ?pool .", named("?pool", "City Pool", "en")));
    // Those who are named and have no row are bodies of their own.
    has("?lion skos:prefLabel \"Aqua Ltd\"@en ; a cg:Organisation ; cg:operates ?pool .");
    assert!(
        told.contains("`funded_by` refers to rows of `departments`, but some values, such as `Rotary Club`"),
        "{told}"
    );
    // What has ended or is planned has ended or is planned; only what holds is a triple.
    let status = |name: &str, predicate: &str| {
        let of = named("?thing", name, "en");
        rows(&knowledge, &format!("{of} ?claim rdf:object ?thing ; rdf:predicate {predicate} ; cg:status ?status ."))[0]
            .iter()
            .find_map(|value| Some(value.strip_prefix("c:")?.to_owned()))
            .unwrap_or_default()
    };
    for (name, code) in [("Green Streets", "ongoing"), ("Read Together", "ended"), ("Tree Census", "planned")] {
        assert_eq!(status(name, "cg:administers"), code, "{name}");
    }
    has(
        "?claim rdf:predicate cg:administers ; rdf:object ?scheme ; cg:evidence ?row . ?row cg:section \"P1\" ; cg:inSource/dcterms:title \"programmes.csv\"@en .",
    );
}

#[test]
fn amounts_are_figures_with_currency_year_and_payer() {
    let (_folder, knowledge, told) = made(CITY, &[]);
    let budget = "?figure cg:about ?parks ; cg:value \"900000\"^^xsd:decimal ; cg:currency ?currency ; cg:nature c:budget ; cg:bound c:exact ; \
                  cg:during \"2023\"^^edtf:EDTF ; cg:measure/skos:prefLabel \"Budget\"@en .";
    let found = rows(&knowledge, &format!("{} {budget}", named("?parks", "Parks Department", "en")));
    assert_eq!(found.len(), 1);
    // The sign of several currencies is told and can be chosen; HK$ is certain.
    assert!(told.contains("`$` in `amount` is taken for USD; it could be another dollar"), "{told}");
    assert!(!told.contains("in `budget` is taken for"), "{told}");
    let paid =
        "?figure cg:about ?scheme ; cg:value \"1200000\"^^xsd:decimal ; cg:currency \"HKD\" ; cg:payer ?finance .";
    let finance = named("?finance", "Finance Department", "en");
    assert_eq!(rows(&knowledge, &format!("{finance} {paid}")).len(), 1);
    assert_eq!(
        rows(&knowledge, "?f cg:nature c:stock ; cg:value \"340\"^^xsd:decimal ; cg:dateBasis c:unstated .").len(),
        1
    );
    assert_eq!(rows(&knowledge, "?f cg:nature c:capacity .").len(), 1, "an empty cell makes no figure");
    let (_folder, knowledge, told) = made(CITY, &["--currency", "cad"]);
    assert_eq!(rows(&knowledge, "?figure cg:value \"900000\"^^xsd:decimal ; cg:currency \"CAD\" .").len(), 1);
    assert_eq!(rows(&knowledge, "?figure cg:value \"1200000\"^^xsd:decimal ; cg:currency \"HKD\" .").len(), 1);
    assert!(!told.contains("another dollar"), "{told}");
}

#[test]
fn views_and_questions_have_something_to_show() {
    let (folder, knowledge, _) = made(CITY, &[]);
    // The start of each programme and facility, the end of one.
    assert_eq!(rows(&knowledge, "?event cg:launchOf ?thing .").len(), 4);
    let end = "?claim rdf:subject ?event ; rdf:predicate cg:changed ; cg:during \"2022-08-31\"^^edtf:EDTF .";
    assert_eq!(rows(&knowledge, end).len(), 1);
    for (view, words) in [
        ("org", &["has part", "administers", "operates"][..]),
        ("funding", &["Finance Department", "HK$1.2 million", "Rotary Club"]),
        ("schemes", &["Green Streets"]),
        ("timeline", &["Green Streets was launched", "HKD" /* no date: not drawn */, "US$900,000"]),
    ] {
        let chart = run(folder.path(), &["chart", view, "--pack", ".", "-o", "chart.svg"]);
        assert_eq!(chart.status.code(), Some(0), "{view}: {}", stderr(&chart));
        let picture = fs::read_to_string(folder.path().join("chart.svg")).unwrap();
        for word in words.iter().filter(|word| **word != "HKD") {
            assert!(picture.contains(word), "{view}: {word}");
        }
    }
    let runs = stdout(&run(folder.path(), &["query", "runs", "Parks Department", "--pack", "."]));
    assert!(runs.contains("Green Streets") && runs.contains("administers"), "{runs}");
    let unmanaged = stdout(&run(folder.path(), &["query", "unmanaged", "--pack", "."]));
    assert!(!unmanaged.contains("Green Streets"), "{unmanaged}");
    let card = stdout(&run(folder.path(), &["show", "P1", "--pack", "."]));
    assert!(card.contains("administered by") && card.contains("[programmes P1]"), "{card}");
}

#[test]
fn each_guess_is_in_the_description_of_its_column() {
    let (folder, ..) = made(CITY, &[]);
    let descriptor = fs::read_to_string(folder.path().join("datapackage.json")).unwrap();
    let descriptor: serde_json::Value = serde_json::from_str(&descriptor).unwrap();
    let of = |table: &str, column: &str| {
        let resources = descriptor["resources"].as_array().unwrap();
        let table = resources.iter().find(|resource| resource["name"] == table).unwrap();
        let fields = table["schema"]["fields"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == column).unwrap()["description"].as_str().unwrap().to_owned()
    };
    for (table, column, said) in [
        ("programmes", "run_by", "cg:administers"),
        ("programmes", "funded_by", "cg:funds"),
        ("programmes", "start_date", "when it began"),
        ("programmes", "status", "`closed` is ended"),
        ("departments", "director", "cg:leads"),
        ("budgets", "amount", "figure: Budget (budget), in USD"),
    ] {
        assert!(of(table, column).contains(said), "{table} {column}: {}", of(table, column));
    }
}

#[test]
fn a_city_in_german() {
    let (_folder, knowledge, _) = made(
        &[
            (
                "aemter.csv",
                "Kürzel;Bezeichnung;Übergeordnetes Amt;Amtsleitung;Gegründet\n\
                 OB;Büro des Oberbürgermeisters;;Karin Schäfer;1946\n\
                 KÄM;Stadtkämmerei;OB;Udo Groß;1950\n\
                 GRÜ;Grünflächenamt;OB;Ilse Öztürk;1962\n",
            ),
            (
                "förderprogramme.csv",
                "Nr;Programm;Zuständiges Amt;Finanziert von;Beginn;Fördersumme (Mio. €);Status\n\
                 F1;Grüne Dächer;GRÜ;KÄM;01.04.2021;1,5;beendet\n\
                 F2;Stadtbäume;GRÜ;Land Hessen;01.01.2022;0,25;laufend\n",
            ),
            (
                "haushalt.csv",
                "Amt;Haushaltsjahr;Betrag\nKÄM;2023;1.200.000 €\nKÄM;2024;1.250.000 €\nGRÜ;2024;8.400.000 €\n",
            ),
            (
                "personal.csv",
                "Personalnummer;Nachname;Vorname;Funktion;Amt;Vorgesetzter\n\
                 100;Schäfer;Karin;Oberbürgermeisterin;OB;\n\
                 101;Groß;Udo;Kämmerer;KÄM;Karin Schäfer\n",
            ),
        ],
        &[],
    );
    assert_eq!(knowledge.languages, ["de"]);
    let has = |pattern: &str| assert_eq!(rows(&knowledge, pattern).len(), 1, "{pattern}");
    let (roofs, green) = (named("?scheme", "Grüne Dächer", "de"), named("?office", "Grünflächenamt", "de"));
    has(&format!(
        "{roofs} {green} ?claim rdf:subject ?office ; rdf:object ?scheme ; rdf:predicate cg:administers ; cg:status c:ended ."
    ));
    // 1,5 million is 1500000, to the digit.
    has(&format!("{roofs} ?scheme cg:figure ?f . ?f cg:value ?v ; cg:currency \"EUR\" FILTER (STR(?v) = \"1500000\")"));
    has(&format!(
        "{green} ?office cg:figure ?f . ?f cg:value \"8400000\"^^xsd:decimal ; cg:during \"2024\"^^edtf:EDTF ."
    ));
    has("?a skos:prefLabel \"Udo Groß\"@de ; cg:reportsTo ?b . ?b skos:prefLabel \"Karin Schäfer\"@de .");
    has(&format!("{green} ?head cg:leads ?office ; skos:prefLabel \"Ilse Öztürk\"@de ."));
}

#[test]
fn a_city_in_chinese() {
    let (_folder, knowledge, told) = made(
        &[
            (
                "部門.csv",
                "編號,名稱,上級部門,首長,編制,成立日期\nGOV,市政府,,陳大文,20,1997-07-01\nFIN,財政局,GOV,李小明,120,1998-01-01\n",
            ),
            (
                "計劃.csv",
                "編號,計劃名稱,負責部門,資助機構,開始日期,預算（萬元）,狀況\n\
                 S1,綠化計劃,GOV,FIN,2021-04-01,1200,進行中\nS2,閱讀計劃,GOV,扶輪社,2019-09-01,25.5,已結束\n",
            ),
            ("預算.csv", "部門,財政年度,金額\nFIN,2022/23,\"$2,000,000\"\nGOV,2023/24,\"$5,400,000\"\n"),
        ],
        &[],
    );
    assert_eq!(knowledge.languages, ["zh-Hant"]);
    let has = |pattern: &str| assert_eq!(rows(&knowledge, pattern).len(), 1, "{pattern}");
    has(&format!("{} {} ?a cg:administers ?s .", named("?s", "綠化計劃", "zh-Hant"), named("?a", "市政府", "zh-Hant")));
    has(&format!("{} ?s cg:figure/cg:value ?v FILTER (STR(?v) = \"255000\")", named("?s", "閱讀計劃", "zh-Hant")));
    has(
        "?f cg:value \"2000000\"^^xsd:decimal ; cg:currency \"HKD\" ; cg:during \"2022/2023\"^^edtf:EDTF ; cg:periodLabel \"2022/23\"@zh-Hant .",
    );
    assert!(told.contains("`$` in `金額` is taken for HKD"), "{told}");
    has("?b skos:prefLabel \"扶輪社\"@zh-Hant ; a cg:Organisation .");
}

#[test]
fn a_table_with_one_row_for_each_body_is_about_them() {
    let (_folder, knowledge, _) = made(
        &[
            ("departments.csv", "code,name\nA,Alpha Department\nB,Beta Department\n"),
            ("spending.csv", "department,Spending 2023/24 (£m)\nA,1.25\nB,3\n"),
        ],
        &[],
    );
    let spent = "?a cg:figure ?f . ?f cg:value ?v ; cg:currency \"GBP\" ; cg:nature c:payment ; cg:during \"2023/2024\"^^edtf:EDTF ; \
                 cg:measure/skos:prefLabel \"Spending\"@en FILTER (STR(?v) = \"1250000\")";
    assert_eq!(rows(&knowledge, &format!("{} {spent}", named("?a", "Alpha Department", "en"))).len(), 1);
}

#[test]
fn what_is_not_certain_stays_a_property_of_the_packs_own_and_is_told() {
    let (folder, knowledge, told) = made(
        &[
            (
                "offices.csv",
                "id,name,budget,cost_centre,age,owner\na,Alpha Office,about 5m,7700,3,City\nb,Beta Office,$3,7701,4,Town\n",
            ),
            ("projects.csv", "id,name,manager,budget\n1,Road,Ann Lee,500\n2,Bridge,Ben Ray,700\n"),
        ],
        &[],
    );
    // Texts that are no numbers, numbers that are no amounts.
    assert!(
        told.contains("`budget` is no column of numbers, since its cells are written in different ways, such as `$3`"),
        "{told}"
    );
    let own = fs::read_to_string(folder.path().join("mapping.yml")).unwrap();
    for property in ["ex:budget", "ex:costCentre", "ex:age", "ex:owner"] {
        assert!(own.contains(property), "{property} in {own}");
    }
    // Managers of projects do not make them people.
    assert_eq!(rows(&knowledge, "?p a cg:Project .").len(), 2);
    assert_eq!(rows(&knowledge, "?ann skos:prefLabel \"Ann Lee\"@en ; a cg:Person ; cg:manages ?p .").len(), 1);
    // Money of which no currency is known has none.
    assert!(told.contains("nothing says in which currency `budget` is"), "{told}");
    assert_eq!(rows(&knowledge, "?f a cg:Figure ; cg:value ?v FILTER NOT EXISTS { ?f cg:currency ?c }").len(), 2);
}

#[test]
fn the_full_model_is_made_in_the_language_asked_for() {
    for (language, name) in
        [("en", "Parks Office"), ("de", "Grünflächenamt"), ("zh-Hant", "公園辦事處"), ("fr", "Parks Office")]
    {
        let folder = tempfile::tempdir().unwrap();
        let made = run(folder.path(), &["init", "--model", "town", "--language", language]);
        assert_eq!(made.status.code(), Some(0), "{language}: {}", stderr(&made));
        let knowledge = pipeline::build(&Pack::open(&folder.path().join("town")).unwrap()).unwrap().0;
        // It is in no other language, and no word is missing.
        assert_eq!(knowledge.languages, [language]);
        let texts = fs::read_to_string(folder.path().join("town/mapping.yml")).unwrap();
        let tags = ["en~lang", "zh-Hant~lang", "de~lang", "fr~lang"].map(|tag| texts.contains(tag));
        assert_eq!(tags.iter().filter(|is_there| **is_there).count(), 1, "{language}");
        let office = named("?office", name, language);
        assert_eq!(rows(&knowledge, &format!("{office} ?office cg:administers ?scheme .")).len(), 1, "{language}");
        // Nothing has an address of the pack inside the program.
        let strange = "GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?s), \"https://w3id.org/civigraph/id/\"))";
        assert!(rows(&knowledge, strange).is_empty());
        let card = stdout(&run(folder.path(), &["show", "thing:trees", "--pack", "town"]));
        assert!(card.contains("EUR 250,000") && card.contains("[accounts row 17]"), "{card}");
        assert!(!card.contains("cg:") && !card.contains("2024 2024"), "{card}");
        let again = run(folder.path(), &["init", "--model", "town"]);
        assert_eq!(again.status.code(), Some(2));
        assert!(stderr(&again).contains("error[existing-file]"), "{}", stderr(&again));
    }
}

#[test]
fn the_full_model_may_have_further_languages() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path(), &["init", "--model", "town", "--language", "de,en,zh-hans"]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    let knowledge = pipeline::build(&Pack::open(&folder.path().join("town")).unwrap()).unwrap().0;
    let office = "?o skos:prefLabel \"Grünflächenamt\"@de, \"Parks Office\"@en, \"公园办事处\"@zh-Hans .";
    assert_eq!(rows(&knowledge, office).len(), 1);
    let descriptor = fs::read_to_string(folder.path().join("town/datapackage.json")).unwrap();
    let descriptor: serde_json::Value = serde_json::from_str(&descriptor).unwrap();
    assert_eq!(descriptor["civigraph"]["languages"], serde_json::json!(["de"]));
    assert_eq!(descriptor["civigraph"]["optionalLanguages"], serde_json::json!(["en", "zh-Hans"]));
}

#[test]
fn figures_are_found_by_what_they_measure_and_by_what_sort_of_number_they_are() {
    let (folder, ..) = made(CITY, &[]);
    for word in ["budget", "capacity", "stock"] {
        let found = stdout(&run(folder.path(), &["search", word, "--pack", ".", "--limit", "none"]));
        assert!(found.contains("· figure"), "{word}: {found}");
    }
}

#[test]
fn a_large_tree_is_drawn_to_what_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    // One top, 20 below it, 20 below each of these: 421 in all.
    let mut list = "id,name,parent\nt,Top,\n".to_owned();
    for unit in 0..20 {
        list.push_str(&format!("u{unit},Unit {unit},t\n"));
        (0..20).for_each(|team| list.push_str(&format!("u{unit}t{team},Team {unit} {team},u{unit}\n")));
    }
    fs::write(folder.path().join("units.csv"), list).unwrap();
    let drawn = |further: &[&str], output: &str| {
        let chart = run(folder.path(), &[&["chart", "org", "units.csv", "-o", output], further].concat());
        assert_eq!(chart.status.code(), Some(0), "{}", stderr(&chart));
        (fs::read_to_string(folder.path().join(output)).unwrap(), stderr(&chart))
    };
    let (picture, told) = drawn(&[], "a.svg");
    assert!(
        told.contains("note: of 421 cards, 1 generation is drawn below the tops; `--depth all` draws all"),
        "{told}"
    );
    assert!(picture.contains("Unit 7") && picture.contains("20 below") && !picture.contains("Team 7 3"));
    let (picture, told) = drawn(&["--depth", "all"], "b.svg");
    assert!(picture.contains("Team 7 3") && !picture.contains("below<") && !told.contains("of 421 cards"), "{told}");
    let (page, told) = drawn(&[], "c.html");
    assert!(page.contains("Team 7 3") && !told.contains("of 421 cards"), "HTML has all of it");
    assert!(drawn(&[], "d.dot").0.contains("Team 7 3"));
}

#[test]
fn words_of_charts_are_in_simplified_characters_where_the_names_are() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list.csv"), "姓名,职位,上级\n陈大文,行政总裁,\n李小明,财务总监,陈大文\n").unwrap();
    let chart = run(folder.path(), &["chart", "org", "list.csv", "-o", "a.dot"]);
    assert_eq!(chart.status.code(), Some(0), "{}", stderr(&chart));
    let dot = fs::read_to_string(folder.path().join("a.dot")).unwrap();
    assert!(dot.contains("组织") && !dot.contains("組織"), "{dot}");
}
