//! The statistics of a network as text.

use super::findings::counted;
use super::layout::{clean, columns};
use crate::graph::{Prefixes, group_digits};
use crate::network::{CountedTerm, CountedThing, Labels, NetworkStatistics};

/// The statistics in tables, wrapped to `width` columns if there is a terminal.
pub(super) fn text(prefixes: &Prefixes, found: &NetworkStatistics, most: usize, width: Option<u16>) -> String {
    let grouped = |n: usize| group_digits(&n.to_string());
    let name = |labels: &Labels, iri: &str| match (labels.together(), prefixes.shorten(iri)) {
        // What has no label is named by its IRI, once.
        (label, id) if label == id => id,
        (label, id) => format!("{label} ({id})"),
    };
    let share = 100.0 * found.n_planned as f64 / found.n_relations.max(1) as f64;
    let mut text = format!(
        "{} things, {} relations between them; {} ({share:.1} %) not there yet\n",
        grouped(found.n_things),
        grouped(found.n_relations),
        grouped(found.n_planned),
    );
    let terms = |terms: &[CountedTerm]| -> Vec<Vec<String>> {
        let row = |term: &CountedTerm| {
            let what = match &term.iri {
                Some(iri) => name(&term.labels, iri.as_str()),
                None => "none stated".to_owned(),
            };
            vec![grouped(term.n), what]
        };
        terms.iter().take(most).map(row).collect()
    };
    section(&mut text, "Kinds", terms(&found.kinds), found.kinds.len(), width);
    let relations = found.relations.iter().take(most).map(|relation| {
        let planned = (relation.n_planned > 0).then(|| format!("{} not there yet", grouped(relation.n_planned)));
        let chain =
            (relation.n_steps > 1).then(|| format!("longest chain {}", counted(relation.n_steps as u64, "step")));
        let circles = (relation.n_in_circles > 0)
            .then(|| format!("{} in circles or behind them", counted(relation.n_in_circles as u64, "thing")));
        let remarks: Vec<String> = [planned, chain, circles].into_iter().flatten().collect();
        vec![grouped(relation.n), name(&relation.labels, relation.iri.as_str()), remarks.join("; ")]
    });
    section(&mut text, "Relations", relations.collect(), found.relations.len(), width);
    section(&mut text, "Status of relations", terms(&found.statuses), found.statuses.len(), width);
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for size in &found.parts {
        match parts.last_mut() {
            Some((last, n)) if last == size => *n += 1,
            _ => parts.push((*size, 1)),
        }
    }
    let n_sizes = parts.len() + usize::from(found.n_orphans > 0);
    let mut rows: Vec<Vec<String>> =
        parts.iter().take(most).map(|(size, n)| vec![grouped(*n), format!("of {} things", grouped(*size))]).collect();
    if found.n_orphans > 0 {
        rows.push(vec![grouped(found.n_orphans), "of 1 thing, which has no relation to another".to_owned()]);
    }
    section(&mut text, "Connected parts", rows, n_sizes, width);
    let things = |things: &[CountedThing], number: &dyn Fn(&CountedThing) -> Vec<String>| -> Vec<Vec<String>> {
        let row = |thing: &CountedThing| {
            let mut row = number(thing);
            row.insert(1, name(&thing.labels, thing.iri.as_str()));
            row
        };
        things.iter().map(row).collect()
    };
    let n_connected = found.n_things - found.n_orphans;
    let hubs = things(&found.hubs, &|thing| vec![grouped(thing.n_neighbours)]);
    section(&mut text, "Hubs, by their number of neighbours", hubs, n_connected, width);
    let ranked = things(&found.ranked, &|thing| vec![format!("{:.4}", thing.rank)]);
    section(&mut text, "Hubs, by PageRank", ranked, found.n_things, width);
    let cuts = things(&found.cuts, &|thing| {
        vec![grouped(thing.n_cut_off), format!("without it, {} pieces", grouped(thing.n_pieces))]
    });
    section(&mut text, "Cut bodies, by the number of things that they cut off", cuts, found.n_cuts, width);
    let orphans = found.orphans.iter().map(|thing| vec![name(&thing.labels, thing.iri.as_str())]);
    section(&mut text, "Without a relation", orphans.collect(), found.n_orphans, width);
    text
}

fn section(text: &mut String, title: &str, rows: Vec<Vec<String>>, n: usize, width: Option<u16>) {
    if rows.is_empty() {
        return;
    }
    let cut =
        if rows.len() < n { format!(" ({} of {})", rows.len(), group_digits(&n.to_string())) } else { String::new() };
    text.push_str(&format!("\n{}{cut}\n{}", clean(title), columns(rows, width)));
}
