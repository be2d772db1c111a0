//! What limits a claim is said where the claim is drawn, in all views and languages: a part or a condition to
//! which a source limits it, and when what is planned or goes on is due.

use std::collections::BTreeSet;
use std::fs;

use civigraph::chart::{Options, PageSize, Scene, view};

use super::options;
use crate::support::{knowledge, root, select};

/// The words on cards with one of these IRIs and on the lines at them, without blanks.
fn said(scene: &Scene, iris: [&str; 2]) -> String {
    let is_meant = |card: &usize| iris.contains(&scene.cards[*card].iri.as_str());
    let mut said = String::new();
    for card in scene.cards.iter().filter(|card| iris.contains(&card.iri.as_str())) {
        said += &card.description;
        said.extend(card.texts.iter().map(|text| text.words.as_str()));
    }
    for pill in scene.pills.iter().filter(|pill| is_meant(&pill.of) || pill.to.iter().any(is_meant)) {
        let frame = pill.frame;
        let inside = scene.texts.iter().filter(|text| {
            text.x >= frame.x
                && text.x <= frame.x + frame.width
                && text.y >= frame.y
                && text.y <= frame.y + frame.height
        });
        said.extend(inside.map(|text| text.words.as_str()));
    }
    said.retain(|c| !c.is_whitespace());
    said
}

/// A due date of the source in words: a year, a quarter, or a year before which something is to be.
fn in_words(due: &str, is_english: bool) -> String {
    let (year, quarter) = match due.split_once('-') {
        // EDTF has 33 to 36 for the quarters of a year.
        Some((year, code)) => (year, Some(code.parse::<u32>().unwrap() - 32)),
        None => (due.trim_start_matches("../"), None),
    };
    match (quarter, is_english) {
        (Some(quarter), true) => format!("Q{quarter} {year}"),
        (Some(quarter), false) => format!("{year}年第{quarter}季"),
        (None, true) => year.to_owned(),
        (None, false) => format!("{year}年"),
    }
}

#[test]
fn what_limits_a_claim_is_said_in_every_view_and_language() {
    let graph = &knowledge().graph;
    let mut checked: BTreeSet<(String, String)> = BTreeSet::new();
    for name in ["org", "ownership", "schemes", "cooperation", "funding", "timeline"] {
        let query = fs::read_to_string(root().join(format!("queries/views/{name}.rq"))).unwrap();
        // All views begin with source, relation, target and status.
        let drawn: BTreeSet<Vec<String>> = select(graph, &query).into_iter().map(|row| row[..4].to_vec()).collect();
        for tag in ["en", "zh-Hant"] {
            let options = Options { languages: vec![tag.to_owned()], ..options(PageSize::Auto) };
            let scene = view(graph, name, &options).unwrap().draw().first().scene.clone();
            let claims = select(
                graph,
                &format!(
                    "SELECT ?s ?p ?o ?status ?from ?to ?label ?due ?period {{
                       ?c a cg:Claim ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; cg:status ?status .
                       OPTIONAL {{ ?c cg:scope|cg:condition ?limit . ?limit skos:prefLabel ?label
                         FILTER LANGMATCHES(LANG(?label), '{tag}') }}
                       OPTIONAL {{ ?c cg:due ?due }}
                       OPTIONAL {{ ?c cg:periodLabel ?period FILTER LANGMATCHES(LANG(?period), '{tag}') }}
                       FILTER (BOUND(?label) || ?status NOT IN (c:done, c:ended) && (BOUND(?due) || BOUND(?period)))
                       BIND (STR(?s) AS ?from) BIND (STR(?o) AS ?to) }}"
                ),
            );
            for claim in claims {
                let is_drawn = drawn.contains(&claim[..4]);
                let has_card = |iri: &str| scene.cards.iter().any(|card| card.iri == iri);
                if !is_drawn || !has_card(&claim[4]) || (name != "timeline" && !has_card(&claim[5])) {
                    continue;
                }
                let said = said(&scene, [&claim[4], &claim[5]]);
                let [label, due, period] = [&claim[6], &claim[7], &claim[8]];
                let date = match (due.as_str(), period.as_str()) {
                    ("", "") => None,
                    // The words of the source come first.
                    (due, "") => Some(in_words(due, tag == "en")),
                    (_, period) => Some(period.to_owned()),
                };
                // What holds for a time has its time on the timeline only if that is known.
                let is_dated = name != "timeline" || !due.is_empty();
                for words in date.filter(|_| is_dated).into_iter().chain((!label.is_empty()).then(|| label.clone())) {
                    let bare: String = words.chars().filter(|c| !c.is_whitespace()).collect();
                    // A year under its own heading is not said again for what is planned.
                    let is_year = bare.trim_end_matches('年').parse::<u32>().is_ok();
                    if name == "timeline" && is_year && !claim[3].contains("ongoing") {
                        continue;
                    }
                    assert!(said.contains(&bare), "{name} {tag}: `{words}` of {claim:?} is not in `{said}`");
                    checked.insert((name.to_owned(), words));
                }
            }
        }
    }
    let has = |name: &str, words: &str| checked.contains(&(name.to_owned(), words.to_owned()));
    assert!(has("org", "Superstructure") && has("org", "2020") && has("org", "every year"), "{checked:?}");
    assert!(has("funding", "every year") && has("timeline", "2022"), "{checked:?}");
}
