//! The statistics of a network as data.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::results::write_csv_row;
use crate::network::{CountedRelation, CountedTerm, CountedThing, Labels, NetworkStatistics};

/// Writes one number in each row: `statistic`, `iri`, `label`, `value`.
pub fn write_statistics(found: &NetworkStatistics, output: &mut dyn Write) -> io::Result<()> {
    let mut row = |statistic: &str, iri: &str, label: &str, value: String| {
        write_csv_row(&[statistic.to_owned(), iri.to_owned(), label.to_owned(), value], output)
    };
    row("statistic", "iri", "label", "value".to_owned())?;
    for (statistic, n) in [
        ("things", found.n_things),
        ("relations", found.n_relations),
        ("planned", found.n_planned),
        ("orphans", found.n_orphans),
        ("cut-bodies", found.n_cuts),
        ("parts", found.parts.len()),
    ] {
        row(statistic, "", "", n.to_string())?;
    }
    for (statistic, terms) in [("kind", &found.kinds), ("status", &found.statuses)] {
        for term in terms {
            let iri = term.iri.as_ref().map_or("", |iri| iri.as_str());
            row(statistic, iri, term.labels.first(), term.n.to_string())?;
        }
    }
    for relation in &found.relations {
        let (iri, label) = (relation.iri.as_str(), relation.labels.first());
        for (statistic, n) in [
            ("relation", relation.n),
            ("relation-planned", relation.n_planned),
            ("relation-chain", relation.n_steps),
            ("relation-in-circles", relation.n_in_circles),
        ] {
            row(statistic, iri, label, n.to_string())?;
        }
    }
    for size in &found.parts {
        row("part", "", "", size.to_string())?;
    }
    for (statistic, things) in [("neighbours", &found.hubs), ("orphan", &found.orphans)] {
        for thing in things {
            row(statistic, thing.iri.as_str(), thing.labels.first(), thing.n_neighbours.to_string())?;
        }
    }
    for thing in &found.ranked {
        row("pagerank", thing.iri.as_str(), thing.labels.first(), thing.rank.to_string())?;
    }
    for thing in &found.cuts {
        row("cut-off", thing.iri.as_str(), thing.labels.first(), thing.n_cut_off.to_string())?;
        row("pieces", thing.iri.as_str(), thing.labels.first(), thing.n_pieces.to_string())?;
    }
    Ok(())
}

/// The statistics as JSON, with labels in these languages.
pub fn statistics_json(found: &NetworkStatistics, languages: &[String]) -> Value {
    let texts = |labels: &Labels| -> Value {
        labels.indexed().map(|(at, label)| (languages[at].clone(), json!(label))).collect::<Map<_, _>>().into()
    };
    let thing = |thing: &CountedThing| {
        json!({
            "iri": thing.iri.as_str(),
            "labels": texts(&thing.labels),
            "neighbours": thing.n_neighbours,
            "pageRank": thing.rank,
            "pieces": thing.n_pieces,
            "cutOff": thing.n_cut_off,
        })
    };
    let things = |things: &[CountedThing]| things.iter().map(thing).collect::<Value>();
    let terms = |terms: &[CountedTerm]| -> Value {
        let term = |term: &CountedTerm| {
            json!({
                "iri": term.iri.as_ref().map(|iri| iri.as_str()),
                "labels": texts(&term.labels),
                "count": term.n,
            })
        };
        terms.iter().map(term).collect()
    };
    let relation = |relation: &CountedRelation| {
        json!({
            "iri": relation.iri.as_str(),
            "labels": texts(&relation.labels),
            "count": relation.n,
            "planned": relation.n_planned,
            "longestChain": relation.n_steps,
            "inCircles": relation.n_in_circles,
        })
    };
    json!({
        "things": found.n_things,
        "relations": found.n_relations,
        "planned": found.n_planned,
        "orphans": found.n_orphans,
        "cutBodies": found.n_cuts,
        "parts": found.parts,
        "kinds": terms(&found.kinds),
        "statuses": terms(&found.statuses),
        "byRelation": found.relations.iter().map(relation).collect::<Value>(),
        "hubs": things(&found.hubs),
        "byPageRank": things(&found.ranked),
        "byCutOff": things(&found.cuts),
        "alone": things(&found.orphans),
    })
}
