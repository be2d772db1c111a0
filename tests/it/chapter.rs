//! The chapter as data: how much there is of what, and the traps of its text,
//! each with the lines that set it.

use std::fs;

use crate::support::{knowledge, root, select};

/// The counts: a column title and the query for its groups.
const COUNTS: [(&str, &str); 5] = [
    (
        "entities of class",
        "SELECT ?class (COUNT(DISTINCT ?e) AS ?n) { GRAPH <https://w3id.org/civigraph/graph/hkyb-2019-06> { ?e a ?class }
           ?e a cg:Entity } GROUP BY ?class ORDER BY ?class",
    ),
    ("claims of", "SELECT ?p (COUNT(?c) AS ?n) { ?c a cg:Claim ; rdf:predicate ?p } GROUP BY ?p ORDER BY ?p"),
    ("claims that are", "SELECT ?s (COUNT(?c) AS ?n) { ?c a cg:Claim ; cg:status ?s } GROUP BY ?s ORDER BY ?s"),
    ("figures of nature", "SELECT ?v (COUNT(?f) AS ?n) { ?f a cg:Figure ; cg:nature ?v } GROUP BY ?v ORDER BY ?v"),
    (
        "statements in section",
        "SELECT ?section (COUNT(DISTINCT ?s) AS ?n) { VALUES ?kind { cg:Claim cg:Figure cg:Name } ?s a ?kind ; cg:evidence ?e .
           ?e cg:section ?section } GROUP BY ?section ORDER BY ?section",
    ),
];

/// A reviewed snapshot: it changes only if the tables change.
#[test]
fn the_counts_are_those_that_were_read() {
    let graph = &knowledge().graph;
    let mut text = String::from("what,kind,number\n");
    for (what, query) in COUNTS {
        for row in select(graph, query) {
            text += &format!("{what},{},{}\n", row[0], row[1]);
        }
    }
    let path = root().join("tests/chapter/counts.csv");
    if std::env::var_os("CIVIGRAPH_WRITE_SNAPSHOTS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "read the difference, then CIVIGRAPH_WRITE_SNAPSHOTS=1");
}

/// A trap: what a careless reader would enter must be missing, what the text says must be there.
fn trap(lines: &str, query: &str, expected: &[&[&str]]) {
    assert_eq!(select(&knowledge().graph, query), expected, "lines {lines}: {query}");
}

#[test]
fn the_company_is_owned_by_the_corporation_and_nobody_else_owns() {
    trap("56", "SELECT ?s ?o { ?s cg:whollyOwnedBy ?o }", &[&["hk:hsitp", "hk:hkstp"]]);
    trap(
        "1-127",
        "SELECT ?s ?o { ?c rdf:predicate ?p ; rdf:subject ?s ; rdf:object ?o FILTER (?p IN (cg:partOf, cg:administers)) }",
        &[],
    );
}

#[test]
fn similar_bodies_are_different_bodies() {
    // The Government's and the territory's emergency response centres; only the first has a website (417).
    trap(
        "344, 417",
        "SELECT ?s ?w { VALUES ?s { hk:govcert hk:hkcert } OPTIONAL { ?s cg:homepage/schema:url ?w } } ORDER BY ?s",
        &[&["hk:govcert", "https://www.govcert.gov.hk"], &["hk:hkcert", ""]],
    );
    // 數碼港 is a body and a place (60-70).
    trap("60-70", "SELECT ?class { VALUES ?class { cg:Agent cg:Place } hk:cyberport a ?class }", &[&["cg:Agent"]]);
    trap(
        "60-70",
        "SELECT ?class { VALUES ?class { cg:Agent cg:Place } hk:cyberport-campus a ?class }",
        &[&["cg:Place"]],
    );
}

#[test]
fn two_footnotes_list_two_sets_of_universities() {
    trap(
        "168, 223",
        "SELECT ?u { ?u cg:memberOf hk:designated-universities FILTER NOT EXISTS { ?u cg:memberOf hk:tsssu-universities } }",
        &[&["hk:eduhk"]],
    );
    trap("223", "SELECT (COUNT(DISTINCT ?u) AS ?n) { ?u cg:memberOf hk:tsssu-universities }", &[&["6"]]);
    // The designated institutions of line 395 are not named: no footnote is about them.
    trap(
        "395",
        "SELECT ?g (COUNT(DISTINCT ?m) AS ?n) { hk:mainland-rd-programmes cg:openTo ?g OPTIONAL { ?m cg:memberOf ?g } } GROUP BY ?g",
        &[&["hk:designated-institutions-for-mainland-programmes", "0"]],
    );
}

#[test]
fn ratios_say_who_pays_which_share() {
    let query = "SELECT ?about ?party ?share ?status { ?about cg:figure ?f . ?f cg:ratioPart ?p ; cg:status ?status .
        ?p cg:party ?party ; cg:share ?share } ORDER BY ?about ?share ?party";
    trap(
        "189, 224, 295",
        query,
        &[
            &["hk:itvf", "hk:hksarg", "1", "c:ongoing"],
            &["hk:itvf", "hk:itvf-partner-funds", "2", "c:ongoing"],
            &["hk:rfs", "hk:hksarg", "1", "c:planned"],
            &["hk:rfs", "hk:rfs-enterprises", "2", "c:planned"],
            &["hk:rttp", "hk:rttp-enterprises", "1", "c:ongoing"],
            &["hk:rttp", "hk:hksarg", "2", "c:ongoing"],
        ],
    );
}

#[test]
fn a_ceiling_is_not_a_total_and_a_part_is_in_its_whole() {
    trap(
        "156, 195",
        "SELECT ?value (COUNT(DISTINCT ?f) AS ?n) { ?f cg:nature c:ceiling ; cg:bound c:atMost ; cg:value ?value ; cg:per hkc:year , hkc:recipient } GROUP BY ?value ORDER BY ?value",
        &[&["8000000", "2"], &["10000000", "2"]],
    );
    for total in ["160000000", "36000000", "70000000", "56000000", "48000000", "17000000000", "3900000000"] {
        trap("152-203", &format!("SELECT ?f {{ ?f cg:value {total}.0 }}"), &[]);
    }
    trap(
        "160-164, 201",
        "SELECT ?part ?whole { ?p cg:ofFigure ?w ; cg:value ?part ; cg:currency \"HKD\" . ?w cg:value ?whole } ORDER BY ?part",
        &[&["1300000000", "2600000000"], &["7000000000", "10000000000"]],
    );
}

#[test]
fn done_under_way_planned_studied_and_explored_stay_apart() {
    trap(
        "171-181, 291-299",
        "SELECT ?e ?status { VALUES ?e { hk:third-innohk-platform hk:liantang-heung-yuen-wai-estate hk:rfs hk:tko-ie }
           OPTIONAL { ?e cg:status ?status } } ORDER BY ?e",
        &[
            &["hk:liantang-heung-yuen-wai-estate", "c:underStudy"],
            &["hk:rfs", "c:planned"],
            &["hk:third-innohk-platform", "c:considered"],
            &["hk:tko-ie", ""],
        ],
    );
    // Two studies are done, two are going on (386-388).
    trap(
        "386-388",
        "SELECT ?status (COUNT(DISTINCT ?o) AS ?n) { ?c rdf:subject hk:hsitp ; rdf:predicate cg:carriesOut ; rdf:object ?o ; cg:status ?status } GROUP BY ?status ORDER BY ?status",
        &[&["c:done", "2"], &["c:ongoing", "2"]],
    );
    trap("295", "SELECT ?s { ?s cg:established hk:rfs }", &[]);
}

#[test]
fn a_bare_month_belongs_to_the_year_of_the_book() {
    trap(
        "98-403",
        "SELECT DISTINCT ?month { ?s cg:during ?month FILTER REGEX(STR(?month), \"^[0-9]{4}-[0-9]{2}$\") } ORDER BY ?month",
        &[&["2019-02"], &["2019-04"], &["2019-11"]],
    );
}

#[test]
fn numbers_in_names_are_not_figures_and_layout_debris_is_not_a_fact() {
    for number in ["1823", "5", "8", "14"] {
        trap("52, 207, 240, 323", &format!("SELECT ?f {{ ?f cg:value ?v FILTER (?v = {number}) }}"), &[]);
    }
    trap("44-52", "SELECT ?e { ?e cg:lineStart ?first ; cg:lineEnd ?last FILTER (?first <= 52 && ?last >= 44) }", &[]);
}

#[test]
fn only_one_fair_has_a_host() {
    trap(
        "354",
        "SELECT ?fair ?host { hk:hksarg cg:exhibitsAt ?fair OPTIONAL { ?host cg:organises ?fair } } ORDER BY ?fair",
        &[&["hk:china-hi-tech-fair", ""], &["hk:smartbiz-expo", "hk:hktdc"]],
    );
}

#[test]
fn a_former_name_is_separate_from_the_footnote_it_is_in() {
    trap(
        "88, 112",
        "SELECT ?text { ?e cg:hasName ?n . ?n cg:nameKind c:former ; cg:text ?text FILTER LANGMATCHES(LANG(?text), \"zh-Hant\") }",
        &[&["汽車零部件研發中心"]],
    );
}

#[test]
fn the_list_of_websites_is_complete() {
    trap("413-449", "SELECT (COUNT(DISTINCT ?w) AS ?n) { ?b cg:homepage ?w }", &[&["18"]]);
    trap("427", "SELECT ?url { hk:hkpc cg:homepage/schema:url ?url }", &[&["https://www.hkpc.org"]]);
}

/// Readings of an independent reader (`cases/truth.md`), each with its lines.
#[test]
fn what_is_due_at_the_latest_is_not_due_in_that_year() {
    trap(
        "144, 390",
        "SELECT DISTINCT ?due ?words { ?s cg:due ?due ; cg:dueLabel ?words
           FILTER (CONTAINS(STR(?due), \"..\") && LANGMATCHES(LANG(?words), \"en\")) } ORDER BY ?due",
        &[&["../2021", "in or before 2021"], &["../2022", "in or before 2022"]],
    );
}

#[test]
fn promised_money_is_not_granted_and_what_has_begun_is_under_way() {
    trap(
        "201, 203, 295-299",
        "SELECT ?about ?status ?during { ?about cg:figure ?f . ?f cg:nature c:commitment ; cg:measure hkc:committed-money ; cg:status ?status
           OPTIONAL { ?f cg:during ?during } } ORDER BY ?about",
        &[
            &["hk:hkstp", "c:ongoing", "2018/.."],
            &["hk:hkstp-tenant-support", "c:planned", "2018/.."],
            &["hk:microelectronics-centre", "c:planned", ""],
        ],
    );
    trap("201", "SELECT ?f { ?f cg:nature c:approval ; cg:status ?s FILTER (?s NOT IN (c:done, c:ongoing)) }", &[]);
}

#[test]
fn expected_is_neither_planned_nor_aimed_at() {
    trap(
        "177, 315-317",
        "SELECT ?s { ?s cg:status c:expected . FILTER NOT EXISTS { ?s a cg:Entity } } ORDER BY ?s",
        &[&["claim:establishment-changed-innohk-research-centres"], &["figure:government-forms-electronic-expected"]],
    );
    trap(
        "315",
        "SELECT ?with ?means { ?f cg:alongWith ?with OPTIONAL { ?f cg:through|cg:via ?means } }",
        &[&["hk:iam-smart", ""]],
    );
    trap("313-317", "SELECT ?o { hk:forms-digitisation cg:aim ?o }", &[&["hkc:easy-online-submission"]]);
}

#[test]
fn a_part_or_a_condition_makes_no_plain_triple_and_a_matter_does() {
    // Only the superstructure (58); the metrology and the forums (117, 123); but advice regarding one matter (94).
    trap("58", "SELECT ?o { hk:hsitp cg:builds|cg:develops ?o }", &[]);
    trap("117, 123", "SELECT ?s { ?s cg:represents ?o }", &[]);
    trap("94", "SELECT ?s ?o { ?s cg:advises ?o }", &[&["hk:hkctc", "hk:hksarg"]]);
    trap("391", "SELECT ?s { ?s cg:supports hk:hksar }", &[]);
    trap("405-407", "SELECT ?o { hk:genetic-resources-pilot-policy cg:permits ?o }", &[]);
}

#[test]
fn nothing_is_under_a_body_and_what_a_body_has_is_stated() {
    trap("86, 205, 393", "SELECT ?s { ?c rdf:predicate cg:under ; rdf:subject ?s ; rdf:object/a cg:Agent }", &[]);
    trap("86", "SELECT ?p { hk:hksarg ?p hk:rd-centres FILTER (STRSTARTS(STR(?p), STR(cg:))) }", &[&["cg:has"]]);
    trap(
        "64-68, 205, 215",
        "SELECT ?o { hk:cyberport cg:has ?o } ORDER BY ?o",
        &[
            &["hk:cyberport-campus"],
            &["hk:cyberport-creative-micro-fund"],
            &["hk:cyberport-macro-fund"],
            &["hk:cyberport-start-ups"],
            &["hk:hkstp-cyberport-incubatees"],
            &["hk:hkstp-cyberport-it-tenants"],
        ],
    );
}

#[test]
fn what_belongs_together_is_linked() {
    for (lines, query) in [
        ("232", "ASK { hk:researcher-programme cg:has hk:researcher-programme-researchers }"),
        ("313", "ASK { hk:forms-digitisation cg:concerns hk:government-forms }"),
        ("391", "ASK { hk:gba-hub-work cg:concerns hk:greater-bay-area }"),
        ("303", "ASK { hk:open-data-policy cg:concerns hk:open-data }"),
        ("390", "ASK { hk:hsitp-advance-works cg:concerns hk:hsitp-park }"),
        ("293", "ASK { hk:liantang-heung-yuen-wai-site cg:near hk:liantang-heung-yuen-wai-bcp }"),
        ("405", "ASK { hk:mainland-branches-of-hong-kong-institutions cg:locatedIn hk:mainland-territory }"),
    ] {
        trap(lines, query, &[&["true"]]);
    }
}

#[test]
fn what_belongs_to_a_planned_thing_is_planned() {
    trap(
        "171-181, 252-266",
        "SELECT ?c { VALUES ?p { cg:under cg:focusArea cg:targetGroup cg:function }
           VALUES ?early { c:planned c:expected c:underStudy c:considered }
           ?c rdf:subject ?s ; rdf:predicate ?p ; cg:status ?holds . ?s cg:status ?early FILTER (?holds IN (c:done, c:ongoing)) }",
        &[],
    );
}

#[test]
fn which_member_is_of_which_kind_is_not_stated() {
    trap(
        "368-370, 405",
        "SELECT ?s ?p (COUNT(?o) AS ?n) { VALUES ?s { hk:sie-fund-projects hk:mainland-branches-of-hong-kong-institutions }
           VALUES ?p { cg:type cg:covers } ?s ?p ?o } GROUP BY ?s ?p ORDER BY ?s",
        &[
            &["hk:mainland-branches-of-hong-kong-institutions", "cg:covers", "3"],
            &["hk:sie-fund-projects", "cg:covers", "3"],
        ],
    );
}

#[test]
fn an_official_english_name_cites_a_page() {
    trap(
        "register",
        "SELECT ?e { GRAPH <https://w3id.org/civigraph/graph/hk-english-names> { ?e skos:prefLabel ?label }
           FILTER NOT EXISTS { ?e cg:evidence/cg:page ?page } }",
        &[],
    );
    trap(
        "203",
        "SELECT ?g { GRAPH ?g { hk:technopreneur-partnership skos:prefLabel ?l FILTER LANGMATCHES(LANG(?l), \"en\") } }",
        &[&["<https://w3id.org/civigraph/graph/civigraph-translations>"]],
    );
}
