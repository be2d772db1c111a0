//! The shapes of the vocabulary: the pack conforms to them, and they find what
//! the checks find, in tables and in Turtle, or the reason is given.

use std::collections::BTreeSet;

use civigraph::export::{self, GraphFormat, Preamble};
use civigraph::finding::Finding;
use civigraph::graph::{Layer, RdfFile};
use civigraph::pack::{Pack, embedded};
use civigraph::pipeline::{self, ShapeFiles};

use crate::checks::{ALL, Seed, apply, copy, place, seeds};

/// Checks whose errors no shape finds, each with the reason.
const UNSEEN: [(&str, &str); 1] =
    [("planned-and-done", "holds within one source, that is, within one named graph; shapes see the union")];

#[test]
fn the_pack_conforms_to_the_shapes() {
    let shapes = ShapeFiles::embedded().unwrap();
    assert!(shapes.warnings.is_empty(), "{:?}", shapes.warnings);
    for loose in [false, true] {
        let pack = copy(loose);
        let pack = Pack::open(pack.path()).unwrap();
        let examined = pipeline::examine_with(&pack, Some(&shapes), &ALL).unwrap();
        assert!(examined.reports[0].conforms(), "{:?}", examined.findings);
        assert!(examined.faults.is_empty() && examined.n_shapes > 50);
    }
}

/// Plants the error of a check; returns what the shapes miss.
fn missed(shapes: &ShapeFiles, (check, loose, changes, (file, row, column)): &Seed<'_>) -> Vec<String> {
    let mut missed = Vec::new();
    let pack = copy(*loose);
    for change in changes {
        apply(&pack, change);
    }
    let expected = place(&pack, file, row, column);
    let opened = Pack::open(pack.path()).unwrap();
    let examined = pipeline::examine_with(&opened, Some(shapes), &ALL).unwrap();
    assert!(examined.faults.is_empty(), "{check}: {:?}", examined.faults);
    let found: Vec<_> = examined.findings.iter().filter(|finding| finding.code.starts_with("sh:")).collect();
    let codes: BTreeSet<String> = found.iter().map(|finding| finding.code.to_string()).collect();
    let list: String = found.iter().map(|finding| format!("{finding}\n")).collect();
    let at_row = found.iter().any(|finding| {
        let mut places = finding.place.iter().chain(finding.others.iter().map(|(place, _)| place));
        places.any(|place| place.file.ends_with(file) && place.line == expected.0)
    });
    let is_unseen = UNSEEN.iter().any(|(name, _)| name == check);
    if !is_unseen && !at_row {
        missed.push(format!("{check}: expected at {file}:{expected:?} in\n{list}"));
    }
    // The same graph as a file.
    let (knowledge, _) = examined.built.unwrap();
    let quads = export::layers(&knowledge.graph, &[Layer::Source, Layer::Direct]);
    let mut turtle = Vec::new();
    let prefixes = &knowledge.graph.prefixes;
    export::write_graph(GraphFormat::Turtle, quads, prefixes, &Preamble::default(), &mut turtle).unwrap();
    let file = RdfFile::text("seed.ttl", String::from_utf8(turtle).unwrap(), "n");
    let validated = pipeline::validate(std::slice::from_ref(&file), shapes, &ALL).unwrap();
    let there: BTreeSet<String> = validated.findings.iter().map(|finding| finding.code.to_string()).collect();
    if there != codes {
        missed.push(format!("{check}: the tables say {codes:?}, the Turtle {there:?}"));
    }
    let is_placed = |finding: &Finding| finding.place.as_ref().is_some_and(|place| place.line > 1);
    if !validated.findings.iter().all(is_placed) {
        missed.push(format!("{check}: without a place in Turtle: {:?}", validated.findings));
    }
    missed
}

#[test]
fn what_a_check_finds_a_shape_finds_too() {
    let shapes = ShapeFiles::embedded().unwrap();
    let seeds = seeds();
    let (one, other) = seeds.split_at(seeds.len() / 2);
    let both = std::thread::scope(|scope| {
        let run = |part: &[Seed<'_>]| part.iter().flat_map(|seed| missed(&shapes, seed)).collect::<Vec<_>>();
        let other = scope.spawn(move || {
            other.iter().flat_map(|seed| missed(&ShapeFiles::embedded().unwrap(), seed)).collect::<Vec<_>>()
        });
        [run(one), other.join().unwrap()].concat()
    });
    assert!(both.is_empty(), "{}", both.join("\n"));
}

#[test]
fn there_is_a_file_for_each_class_with_constraints() {
    let names: Vec<String> = embedded::shapes().into_iter().map(|(name, _)| name).collect();
    for class in
        ["claim", "concept", "entity", "evidence", "figure", "group", "name", "ratio-part", "source", "website"]
    {
        assert!(names.contains(&format!("ontology/shapes/{class}.ttl")), "{class}");
    }
    // Shapes describe data and are not data.
    for (name, _) in embedded::vocabulary() {
        assert!(!name.contains("shapes"), "{name}");
    }
}
