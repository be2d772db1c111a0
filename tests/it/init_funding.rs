//! `init` of tables about money and time: who gives through what to whom, numbers with a hedge, and what has begun and
//! ended by a day.

use std::fs;

use crate::init_city::{made, named, rows, run};
use crate::support::{stderr, stdout};

const CITY: &[(&str, &str)] = &[
    (
        "departments.csv",
        "id,name,parent,established,closed\n\
         mayor,Mayor's Office,,1990-01-01,\n\
         parks,Parks Department,mayor,1992-07-01,\n\
         works,Old Waterworks,mayor,1950-01-01,2015-06-30\n\
         digi,Digital Office,mayor,2020-09-01,2030-12-31\n",
    ),
    ("funds.csv", "id,name,administered_by\ngreen,Green Fund,parks\ninnov,Innovation Fund,digi\n"),
    (
        "projects.csv",
        "id,name,lead,funded_by,budget_usd,start,end,status\n\
         p1,River walk,parks,green,1200000,2021-03-01,2024-05-31,completed\n\
         p2,Smart meters,digi,innov,\"3,500,000\",2023-01-15,2027-12-31,ongoing\n\
         p3,Open data,digi,State of Arcadia,\"800,000\",2026-01-01,2028-06-30,planned\n\
         p4,New benches,parks,mayor,\"90,000\",2024-01-01,2024-06-01,completed\n",
    ),
    (
        "grants.csv",
        "grant_no,recipient,project,payer,amount,currency,date\n\
         g1,Friends of the River,p1,green,50000,USD,2022-05-01\n\
         g2,Meter Corp,p2,Bank of Arcadia,700000,EUR,2023-06-01\n",
    ),
    (
        "budgets.csv",
        "department,year,budget\nparks,2024,\"about $25,000,000\"\nparks,2025,\"$26,000,000\"\nmayor,2024,\"over $2,000,000\"\n",
    ),
];

#[test]
fn money_comes_through_a_fund_and_from_whoever_else_pays() {
    let (folder, knowledge, _) = made(CITY, &[]);
    let paid = |name: &str, further: &str| {
        let figure = "?figure cg:about ?thing ; cg:nature c:budget ; cg:value ?value .";
        rows(&knowledge, &format!("{} {figure} {further}", named("?thing", name, "en"))).len()
    };
    let through = named("?fund", "Green Fund", "en");
    assert_eq!(
        paid("River walk", &format!("?figure cg:via ?fund ; cg:payee ?thing . {through} ?fund cg:funds ?thing")),
        1
    );
    assert_eq!(paid("River walk", "?figure cg:payer ?anybody"), 0, "a fund is nobody who pays");
    // A row of another table, and somebody who is in none.
    let (mayor, state) = (named("?who", "Mayor's Office", "en"), named("?who", "State of Arcadia", "en"));
    assert_eq!(
        paid("New benches", &format!("?figure cg:payer ?who . {mayor} ?who a cg:Organisation ; cg:funds ?thing")),
        1
    );
    let told = "?claim rdf:subject ?who ; rdf:object ?thing ; cg:status c:planned";
    assert_eq!(paid("Open data", &format!("?figure cg:payer ?who . {state} ?who a cg:Organisation . {told}")), 1);
    assert_eq!(rows(&knowledge, "?fund a cg:Fund ; skos:prefLabel ?name").len(), 2);
    let chart = run(folder.path(), &["chart", "funding", "--pack", ".", "-o", "f.svg"]);
    assert_eq!(chart.status.code(), Some(0), "{}", stderr(&chart));
    let svg = fs::read_to_string(folder.path().join("f.svg")).unwrap();
    for words in ["Green Fund", "US$1.2 million", "State of Arcadia", "Friends of the River", "US$50,000", "Meter Corp"]
    {
        assert!(svg.contains(words), "{words}");
    }
}

#[test]
fn a_table_of_grants_is_money_from_one_to_another() {
    let (_folder, knowledge, told) = made(CITY, &[]);
    assert!(rows(&knowledge, "?grant a cg:Scheme .").is_empty());
    let grant = |who: &str, further: &str| {
        let figure = "?figure cg:nature c:approval ; cg:about ?project ; cg:payee ?who . ?who a cg:Organisation .";
        rows(&knowledge, &format!("{} {figure} {further}", named("?who", who, "en"))).len()
    };
    let fund = named("?fund", "Green Fund", "en");
    assert_eq!(grant("Friends of the River", &format!("?figure cg:via ?fund ; cg:currency \"USD\" . {fund}")), 1);
    let bank = named("?bank", "Bank of Arcadia", "en");
    assert_eq!(
        grant("Meter Corp", &format!("?figure cg:payer ?bank ; cg:currency \"EUR\" . {bank} ?bank a cg:Organisation")),
        1
    );
    assert!(told.contains("`recipient` names bodies that are in no table; each becomes a cg:Organisation"), "{told}");
    // Without anything that they are for, grants are about those who get them.
    let alone = [("grants.csv", "no,grantee,sum,currency\n1,Tree People,5000,GBP\n2,Bird Watch,7000,GBP\n")];
    let (_folder, knowledge, _) = made(&alone, &[]);
    let figure = "?figure cg:about ?who ; cg:payee ?who ; cg:value \"5000\"^^xsd:decimal ; cg:currency \"GBP\" .";
    assert_eq!(rows(&knowledge, &format!("{} {figure}", named("?who", "Tree People", "en"))).len(), 1);
}

#[test]
fn a_word_that_limits_a_number_is_its_bound() {
    let (_folder, knowledge, told) = made(CITY, &[]);
    let bound = |value: &str, code: &str| {
        let pattern = format!(
            "?figure cg:value \"{value}\"^^xsd:decimal ; cg:bound {code} ; cg:currency \"USD\" ; cg:during ?year"
        );
        rows(&knowledge, &pattern).len()
    };
    assert_eq!((bound("25000000", "c:about"), bound("26000000", "c:exact"), bound("2000000", "c:over")), (1, 1, 1));
    assert!(told.contains("`budget`: numbers, some with `about` (about), `over` (over), which limits them"), "{told}");
    // With a comma before the fraction, in millions, in other languages, behind the number.
    for (table, expected) in [
        (
            "dept;budget in Mio. €\na;rund 1,5\nb;2,25\nc;mehr als 3\n",
            [("1500000", "about"), ("2250000", "exact"), ("3000000", "over")],
        ),
        (
            "dept,預算（百萬港元）\na,約1.5\nb,2.25\nc,3以上\n",
            [("1500000", "about"), ("2250000", "exact"), ("3000000", "atLeast")],
        ),
        ("dept,budget\na,\"up to £1,200.50\"\nb,£3\nc,~£7\n", [("1200.50", "atMost"), ("3", "exact"), ("7", "about")]),
    ] {
        let bodies = ("departments.csv", "dept,name\na,Alpha\nb,Beta\nc,Gamma\n");
        let (_folder, knowledge, told) = made(&[bodies, ("budgets.csv", table)], &[]);
        for (value, code) in expected {
            let pattern =
                format!("?figure cg:value \"{value}\"^^xsd:decimal ; cg:bound c:{code} ; cg:currency ?currency");
            assert_eq!(rows(&knowledge, &pattern).len(), 1, "{table} {value} {code}: {told}");
        }
    }
}

#[test]
fn a_cell_that_is_no_number_is_told_at_its_place() {
    let files = [("offices.csv", "id,name,budget\na,Alpha,\"1,200\"\nb,Beta,3\nc,Gamma,7\nd,Delta,see note\n")];
    let (_folder, _, told) = made(&files, &[]);
    assert!(told.contains("`see note` keeps `budget` from being a column of numbers"), "{told}");
    assert!(told.contains("offices.csv:5:9"), "{told}");
}

#[test]
fn what_has_begun_and_ended_is_that_of_the_day() {
    let (folder, knowledge, told) = made(CITY, &[]);
    assert!(told.contains("`--as-of` names the day of the tables"), "{told}");
    let end = |name: &str| {
        let event = "?claim rdf:subject ?event ; rdf:predicate cg:changed ; rdf:object ?thing ; cg:status ?status . \
                     ?event skos:prefLabel ?label FILTER (STRSTARTS(?label, \"End\"))";
        let mut found = rows(&knowledge, &format!("{} {event}", named("?thing", name, "en")));
        assert_eq!(found.len(), 1, "{name}");
        found.remove(0).into_iter().find(|cell| cell.starts_with("c:")).unwrap_or_default()
    };
    // The end of what is said to go on is to come; nothing tells of a body.
    assert_eq!([end("River walk"), end("Smart meters"), end("Digital Office")], ["c:done", "c:planned", "c:done"]);
    let there = |day: &str| {
        stdout(&run(folder.path(), &["chart", "org", "--pack", ".", "--as-of", day, "-o", "-", "--format", "dot"]))
    };
    let (before, after) = (there("2014-01-01"), there("2016-01-01"));
    assert!(before.contains("Old Waterworks") && !before.contains("Digital Office"), "{before}");
    assert!(!after.contains("Old Waterworks") && after.contains("Parks Department"), "{after}");
    let year = stdout(&run(folder.path(), &["query", "timeline", "2024", "--pack", "."]));
    assert!(year.contains("End of River walk") && year.contains("New benches"), "{year}");
}

#[test]
fn the_day_of_the_tables_tells_what_is_planned() {
    let (_folder, knowledge, told) = made(CITY, &["--as-of", "2026-01-31"]);
    assert!(!told.contains("are taken as past"), "{told}");
    let status = |name: &str, predicate: &str, end: &str| {
        let claim = format!("?claim rdf:predicate {predicate} ; rdf:{end} ?thing ; cg:status ?status .");
        let found = rows(&knowledge, &format!("{} {claim}", named("?thing", name, "en")));
        found.concat().into_iter().find(|cell| cell.starts_with("c:")).unwrap_or_default()
    };
    for (name, code) in [
        ("Old Waterworks", "c:done"),
        ("Digital Office", "c:planned"),
        ("Smart meters", "c:planned"),
        ("River walk", "c:done"),
    ] {
        assert_eq!(status(name, "cg:changed", "object"), code, "{name}");
    }
    let has_ended =
        |name: &str| rows(&knowledge, &format!("{} ?thing cg:status c:ended .", named("?thing", name, "en"))).len();
    assert_eq!([has_ended("Old Waterworks"), has_ended("Digital Office"), has_ended("Mayor's Office")], [1, 0, 0]);
    assert_eq!(status("Old Waterworks", "cg:partOf", "subject"), "c:ended");
    assert_eq!(status("Digital Office", "cg:partOf", "subject"), "c:ongoing");
    assert_eq!(rows(&knowledge, "?source a cg:Source ; cg:asOf \"2026-01-31\"^^xsd:date .").len(), 5);
}
