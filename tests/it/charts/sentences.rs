//! What a chart says: read from parent to child it is true, plans are in no past tense, a kind has one colour,
//! and siblings are in the order of people.

use std::collections::{BTreeMap, BTreeSet};

use civigraph::chart::house::House;
use civigraph::chart::{Ground, Options, PageSize, Palette, Sample, Scene, stored, view};
use proptest::prelude::*;

use super::{claims, options};
use crate::support::{TestPack, knowledge, program, select, stderr};

fn drawn(name: &str, options: &Options) -> Scene {
    view(&knowledge().graph, name, options).unwrap().draw().first().scene.clone()
}

fn in_english() -> Options {
    Options { languages: vec!["en".to_owned()], ..options(PageSize::Auto) }
}

/// The words of each label, with the name of the card that it belongs to.
fn pills(scene: &Scene) -> Vec<(String, String)> {
    let on = |frame: &civigraph::chart::Frame| {
        let inside =
            |x: f64, y: f64| x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height;
        let texts = scene.texts.iter().filter(|text| inside(text.x, text.y));
        texts.map(|text| text.words.as_str()).collect::<Vec<_>>().join(" ")
    };
    scene.pills.iter().map(|pill| (scene.cards[pill.of].iri.clone(), on(&pill.frame))).collect()
}

/// The IRI of a relation by its label in English, and whether the label is that of its inverse.
fn verbs() -> BTreeMap<String, (String, bool)> {
    let graph = &knowledge().graph;
    let mut verbs = BTreeMap::new();
    for row in
        select(graph, "SELECT ?p ?l { ?p a owl:ObjectProperty ; rdfs:label ?l FILTER LANGMATCHES(LANG(?l), 'en') }")
    {
        verbs.insert(row[1].clone(), (row[0].clone(), false));
    }
    for row in
        select(graph, "SELECT ?p ?l { ?p owl:inverseOf ?q . ?q rdfs:label ?l FILTER LANGMATCHES(LANG(?l), 'en') }")
    {
        verbs.entry(row[1].clone()).or_insert((row[0].clone(), true));
    }
    verbs
}

#[test]
fn every_label_is_true_when_it_is_read_from_the_parent_to_the_child() {
    let graph = &knowledge().graph;
    let verbs = verbs();
    for name in ["org", "ownership", "schemes"] {
        let scene = drawn(name, &in_english());
        // The label of a group is above the first child that hangs below it: any of the parent's will do.
        let mut checked = 0;
        for (parent, words) in pills(&scene) {
            let Some((relation, _)) = verbs.get(&words) else { continue };
            let inverses = select(
                graph,
                &format!("SELECT ?q {{ {{ {relation} owl:inverseOf ?q }} UNION {{ ?q owl:inverseOf {relation} }} }}"),
            );
            let inverse = inverses.first().map(|row| row[0].clone()).unwrap_or_else(|| relation.clone());
            let stated = select(
                graph,
                &format!(
                    "SELECT ?child {{ {{ <{parent}> {relation} ?child }} UNION {{ ?child {inverse} <{parent}> }} UNION
                       {{ ?c rdf:subject <{parent}> ; rdf:predicate {relation} ; rdf:object ?child }} UNION
                       {{ ?c rdf:object <{parent}> ; rdf:predicate {inverse} ; rdf:subject ?child }} }}"
                ),
            );
            assert!(!stated.is_empty(), "{name}: <{parent}> {words} … is said nowhere");
            checked += 1;
        }
        assert!(checked > 0, "{name}: {checked} labels");
    }
}

/// Words that say that something has happened.
fn is_past(word: &str) -> bool {
    word.ends_with("ed") && !["need", "feed", "speed"].contains(&word)
}

#[test]
fn nothing_planned_is_in_the_past_tense_in_any_view_and_language() {
    let chinese = Options { languages: vec!["zh-Hant".to_owned()], ..options(PageSize::Auto) };
    let mut n_planned = 0;
    for (name, _) in stored() {
        for (options, statuses, colon) in [
            (&in_english(), ["planned", "expected", "under study", "considered"], ": "),
            (&chinese, ["計劃中", "預期", "正研究", "會探討"], "："),
        ] {
            let drawing = view(&knowledge().graph, &name, options).unwrap();
            let scene = drawing.draw().first().scene.clone();
            for (_, words) in pills(&scene) {
                let Some(status) = statuses.iter().find(|status| words.contains(*status)) else { continue };
                n_planned += 1;
                // Another relation of the same two may stand before it.
                let from = words.find(*status).unwrap_or_default();
                let rest = words[from..].strip_prefix(&format!("{status}{colon}"));
                let rest = rest.unwrap_or_else(|| panic!("{name}: the status comes first in `{words}`"));
                if colon == ": " {
                    let verb = rest.split(' ').next().unwrap_or_default();
                    assert!(verb == "to" || !is_past(verb), "{name}: `{words}`");
                } else {
                    assert!(rest.contains('將') || !rest.contains('已'), "{name}: `{words}`");
                }
            }
            assert!(!scene.pills.iter().any(|pill| pill.dashed) || n_planned > 0, "{name}");
            if name == "timeline" {
                for card in scene.cards.iter().filter(|card| card.dashed) {
                    let first = &card.texts[0].words;
                    assert!(statuses.iter().any(|status| first.starts_with(status)), "the status is first: {first}");
                    let sentence = card.description.clone();
                    for past in ["launched", "established", "changed"] {
                        assert!(!sentence.contains(&format!(" {past} ")), "{sentence}");
                    }
                }
            }
            if let Some(dot) = drawing.dot() {
                for status in statuses {
                    assert!(!dot.contains(&format!("launched ({status})")), "{dot}");
                }
            }
        }
    }
    assert!(n_planned > 10, "{n_planned}");
}

#[test]
fn when_a_plan_is_due_is_on_its_line() {
    let words: Vec<String> = pills(&drawn("org", &in_english())).into_iter().map(|(_, words)| words).collect();
    assert!(words.iter().any(|words| words == "planned: to launch Q4 2020"), "{words:?}");
}

#[test]
fn a_kind_has_one_colour_in_all_charts_and_themes_and_no_two_kinds_share_one() {
    let mut colours: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in stored() {
        for statuses in [vec![], vec!["planned".to_owned()]] {
            let options = Options { statuses, ..in_english() };
            let Ok(drawing) = view(&knowledge().graph, &name, &options) else { continue };
            let scene = drawing.draw().first().scene.clone();
            assert_eq!(scene.palette, Palette::default());
            for card in &scene.cards {
                let known = colours.entry(card.class.first().to_owned()).or_insert(card.colour);
                assert_eq!(*known, card.colour, "{} in {name}", card.class.first());
            }
        }
    }
    for one in ["Government", "Company", "Fund", "Scheme", "Organisation", "Facility", "Platform"] {
        let others = colours.iter().filter(|(class, colour)| *class != one && **colour == colours[one]);
        let others: Vec<&str> = others.map(|(class, _)| class.as_str()).collect();
        // A class without a colour of its own has that of the class above it.
        let folded = ["Public body", "Government unit", "Statutory body", "Advisory or steering body", "Place"];
        assert!(others.iter().all(|other| folded.contains(other)), "{one}: {others:?}");
    }
}

#[test]
fn more_kinds_than_colours_share_the_last_one_and_the_rest_keep_theirs() {
    let drawn = |n: usize| {
        let rows: String = (0..n)
            .map(|kind| format!("t{kind},Thing {kind},Kind{kind},{}\n", if kind > 0 { "t0" } else { "" }))
            .collect();
        let pack = own_kinds(&rows);
        let (knowledge, _) = civigraph::pipeline::build(&civigraph::pack::Pack::open(pack.path()).unwrap()).unwrap();
        let scene = view(&knowledge.graph, "org", &in_english()).unwrap().draw().first().scene.clone();
        let colour = |card: &civigraph::chart::Card| (card.names.first().to_owned(), card.colour);
        (scene.cards.iter().map(colour).collect::<BTreeMap<_, _>>(), scene)
    };
    let (few, _) = drawn(14);
    assert_eq!(few.values().collect::<BTreeSet<_>>().len(), 14, "each its own: {few:?}");
    let (many, scene) = drawn(20);
    let last = civigraph::chart::COLOURS.len() - 1;
    assert_eq!(many.values().filter(|colour| **colour == last).count(), 6, "{many:?}");
    assert!(scene.texts.iter().any(|text| text.words == "other kinds 6"));
}

/// A pack of things of their own kinds, under each other.
fn own_kinds(rows: &str) -> TestPack {
    let pack = TestPack::new();
    pack.write("things.csv", format!("id,name,kind,boss\n{rows}"));
    pack.write(
        "datapackage.json",
        r#"{"name": "t", "title": "T", "resources": [{"name": "things", "path": "things.csv", "schema": {"fields": [
            {"name": "id", "type": "string"}, {"name": "name", "type": "string"}, {"name": "kind", "type": "string"},
            {"name": "boss", "type": "string"}]}}],
            "civigraph": {"base": "http://example.org/", "languages": ["en"], "mapping": "mapping.yml"}}"#,
    );
    pack.write(
        "mapping.yml",
        "prefixes:\n  ex: http://example.org/\n  skos: http://www.w3.org/2004/02/skos/core#\nmappings:\n  thing:\n    sources: [[things.csv~csv]]\n    s: ex:$(id)\n    po:\n      - [a, ex:$(kind)~iri]\n      - [skos:prefLabel, $(name), en~lang]\n      - [ex:under, ex:$(boss)~iri]\n",
    );
    pack
}

#[test]
fn siblings_are_in_the_order_of_the_rows_from_a_pack_and_of_their_names_otherwise() {
    // Rows in an order that is neither that of names nor that of identifiers.
    let names = ["Area 10", "Area 9", "Area 2", "Area 1", "Area 11"];
    let rows: String = names.iter().enumerate().map(|(at, name)| format!("z{},{name},Office,top\n", 9 - at)).collect();
    let pack = own_kinds(&format!("top,Top,Office,\n{rows}"));
    let folder = tempfile::tempdir().unwrap();
    let order = |arguments: &[&str]| {
        let file = folder.path().join("a.svg");
        let output = program().args(["chart", "org", "-o", file.to_str().unwrap()]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let svg = std::fs::read_to_string(&file).unwrap();
        let mut found: Vec<(usize, &str)> =
            names.iter().map(|name| (svg.find(&format!(">{name}</text>")).unwrap(), *name)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    let place = pack.path().to_str().unwrap().to_owned();
    assert_eq!(order(&["--pack", &place]), names, "as in the table");
    let ttl = folder.path().join("a.ttl");
    let export = program().args(["export", "-o", ttl.to_str().unwrap(), "--pack", &place]).output().unwrap();
    assert!(export.status.success(), "{}", stderr(&export));
    let sorted = ["Area 1", "Area 2", "Area 9", "Area 10", "Area 11"];
    assert_eq!(order(&["--data", ttl.to_str().unwrap()]), sorted, "as people sort names");
}

#[test]
fn one_tree_is_the_beginning_and_others_are_in_regions() {
    for depth in [None, Some(1)] {
        let scene = drawn("org", &Options { depth, ..in_english() });
        let tops: Vec<_> = scene.cards.iter().filter(|card| card.filled).collect();
        assert_eq!(tops.len(), 1);
        let top = tops[0].frame;
        for card in scene.cards.iter().filter(|card| !card.filled) {
            assert!(card.frame.y >= top.y + top.height, "{} is in the row of the top", card.description);
        }
        let regions: Vec<_> = scene.grounds.iter().filter(|(_, ground)| *ground == Ground::Region).collect();
        assert!(regions.len() > 3);
        let region_of = |card: &civigraph::chart::Card| {
            let center = (card.frame.x + card.frame.width / 2.0, card.frame.y + card.frame.height / 2.0);
            regions.iter().position(|(frame, _)| {
                center.0 > frame.x
                    && center.0 < frame.x + frame.width
                    && center.1 > frame.y
                    && center.1 < frame.y + frame.height
            })
        };
        // No line leads out of a region or into one, and none passes through one.
        for line in &scene.lines {
            let ends = [line.ends.0, line.ends.1].map(|end| region_of(&scene.cards[end]));
            assert_eq!(ends[0], ends[1]);
        }
        let bureau = scene.cards.iter().find(|card| card.names.first() == "Innovation and Technology Bureau").unwrap();
        assert!(region_of(bureau).is_some() && region_of(tops[0]).is_none());
    }
}

#[test]
fn a_theme_file_is_told_what_is_wrong_with_it_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let read = |text: &str| {
        let file = folder.path().join("theme.yml");
        std::fs::write(&file, text).unwrap();
        match House::read(&file) {
            Ok(_) => String::new(),
            Err(civigraph::error::Error::Invalid(faults)) => faults
                .iter()
                .map(|fault| {
                    let place = fault.place.as_ref().map_or(0, |place| place.line);
                    format!("{} {place}: {} {}\n", fault.code, fault.message, fault.hint.as_deref().unwrap_or_default())
                })
                .collect(),
            Err(error) => error.to_string(),
        }
    };
    assert_eq!(read("colours: [\"#003366\", \"#7a1f3d\"]\nkinds:\n  Person: \"#0b6e4f\"\n"), "");
    for (text, part) in [
        ("kinds:\n  Person: \"#ffd700\"\n", "unreadable-colours 2: "),
        ("kinds:\n  Person: \"#ffd700\"\n", "use a darker one, such as `#"),
        ("ink: \"#cccccc\"\n", "unreadable-colours 1: a name on the ground cannot be read in the theme `light`"),
        ("\nground: \"#000000\"\n", "unreadable-colours 2: "),
        ("colours: red\n", "theme-file 1: expected a list of colours"),
        ("colours: [red]\n", "theme-file 1: expected a colour such as"),
        ("colors: []\n", "did you mean `colours`"),
        ("logo: no.png\n", "picture 1: the logo `no.png` does not exist"),
        ("- a\n", "theme-file 1: expected a mapping of keys to values, found a list"),
    ] {
        let said = read(text);
        assert!(said.contains(part), "{text}: {said}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is planned in whatever direction, the pill names the status first, and the verb of the end that
    /// the line comes from.
    #[test]
    fn the_direction_of_every_label_is_that_of_its_line(relation in 0_usize..6, planned: bool, other in 0_usize..6) {
        let verbs = [
            ("partOf", true, "has part", "to have part"),
            ("manages", false, "manages", "to manage"),
            ("supports", true, "supported by", "to be supported by"),
            ("memberOf", true, "has member", "to have member"),
            ("launched", false, "launched", "to launch"),
            ("established", false, "established", "to establish"),
        ];
        let status = if planned { "planned" } else { "ongoing" };
        let row = |(relation, upwards, ..): (&str, bool, &str, &str), child: &str, line: usize| match upwards {
            true => format!("{child},{relation},top,{status},{line}\n"),
            false => format!("top,{relation},{child},{status},{line}\n"),
        };
        let entities = format!("top,Company,\na,Company,{status}\nb,Company,{status}\n");
        let knowledge = claims(&entities, &(row(verbs[relation], "a", 1) + &row(verbs[other], "b", 2)));
        let scene = super::scene_of(&knowledge);
        let mut said: Vec<String> = pills(&scene).into_iter().map(|(_, words)| words).collect();
        // What is the same on all lines is in the legend.
        if scene.samples.iter().any(|(_, sample)| *sample == Sample::Line) {
            said.extend(scene.texts.iter().map(|text| text.words.clone()));
        }
        let said = said.join("\n");
        for (_, _, now, then) in [verbs[relation], verbs[other]] {
            let words = if planned { format!("planned: {then}") } else { now.to_owned() };
            prop_assert!(said.contains(&words), "`{}` is not in {}", words, said);
        }
    }
}
