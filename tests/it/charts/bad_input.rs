//! Unusual input is drawn or reported, and never causes a panic.

use std::path::Path;

use civigraph::chart::scene::text::Measure;
use civigraph::chart::{Options, PageSize, org};
use civigraph::pack::Pack;
use civigraph::pipeline;

use crate::support::{TestPack, knowledge, program, stderr};

/// A pack of bodies, one per line: id, name, parent.
pub fn bodies(rows: &str) -> TestPack {
    let pack = TestPack::new();
    pack.write("people.csv", format!("id,name,age,kind,boss\n{rows}"));
    pack.replace(
        "datapackage.json",
        "\"foreignKeys\": [{\"fields\": \"boss\", \"reference\": {\"resource\": \"\", \"fields\": \"id\"}}]",
        "\"foreignKeys\": []",
    );
    pack.replace("mapping.yml", "[a, ex:Person]", "[a, cg:Organisation]");
    pack.replace("mapping.yml", "[ex:boss, ex:$(boss)~iri]", "[cg:partOf, ex:$(boss)~iri]");
    pack.replace(
        "mapping.yml",
        "  ex: http://example.org/\n",
        "  ex: http://example.org/\n  cg: https://w3id.org/civigraph/def#\n",
    );
    pack
}

/// The output of `chart org` for a pack.
pub fn chart(pack: &TestPack, more: &[&str]) -> (Option<i32>, String, bool) {
    let file = pack.path().join("x.svg");
    chart_to(pack, &file, more)
}

/// The same with an output file.
pub fn chart_to(pack: &TestPack, file: &Path, more: &[&str]) -> (Option<i32>, String, bool) {
    let mut arguments = vec!["chart", "org", "--pack", pack.path().to_str().unwrap(), "-o", file.to_str().unwrap()];
    arguments.extend(more);
    let output = program().args(arguments).output().unwrap();
    (output.status.code(), stderr(&output), file.exists())
}

/// The words on the cards of a pack, card by card; every line is inside its card.
fn words_on_cards(pack: &TestPack, languages: &[&str]) -> Vec<String> {
    let (knowledge, _) = pipeline::build(&Pack::open(pack.path()).unwrap()).unwrap();
    let languages = languages.iter().map(|tag| (*tag).to_owned()).collect();
    let options = Options { languages, page: PageSize::A4, ..Options::default() };
    let chart = org(&knowledge.graph, &options).unwrap().draw();
    let cards = chart.first().scene.cards.iter().map(|card| {
        for text in &card.texts {
            let right = text.x + Measure::new(text.weight).width(&text.words, text.size);
            assert!(right <= card.frame.x + card.frame.width, "`{}` leaves its card", text.words);
            assert!(text.y <= card.frame.y + card.frame.height, "`{}` leaves its card", text.words);
        }
        card.texts.iter().map(|text| text.words.as_str()).collect::<Vec<_>>().concat()
    });
    cards.collect()
}

#[test]
fn names_of_three_hundred_characters_are_drawn_in_full() {
    let (chinese, latin) = ("很長的名稱".repeat(60), "Unbreakable".repeat(28));
    let cards = words_on_cards(&bodies(&format!("a,{chinese},,,\nb,{latin},,,a\n")), &["en"]);
    assert_eq!(cards.len(), 2);
    assert!(cards[0].contains(&chinese) && cards[1].replace('-', "").contains(&latin), "{cards:?}");
    assert!(cards[1].contains("able-") || cards[1].contains("break-"), "words are divided at syllables: {cards:?}");
}

#[test]
fn emoji_and_right_to_left_are_drawn_and_missing_glyphs_are_reported() {
    let pack = bodies("a,A😀B,,,\nb,مكتب العلوم,,,a\n");
    let (code, text, drawn) = chart(&pack, &[]);
    assert_eq!((code, drawn), (Some(0), true), "{text}");
    assert!(text.contains("missing-glyph") && text.contains("U+1F600") && !text.contains("U+0645"), "{text}");
    // The letters are in the file in logical order; the viewer reverses them.
    let svg = std::fs::read_to_string(pack.path().join("x.svg")).unwrap();
    assert!(svg.contains("A😀B") && svg.contains("مكتب العلوم"));
    let file = pack.path().join("x.png");
    // In a picture it is a box for ever, so this is an error, and the file is there all the same.
    let (code, text, drawn) = chart_to(&pack, &file, &[]);
    assert_eq!((code, drawn), (Some(1), true), "{text}");
    assert!(text.contains("error[missing-glyph]") && text.contains("--font"), "{text}");
}

#[test]
fn cycles_are_reported_and_still_drawn() {
    let (code, text, drawn) = chart(&bodies("a,Alpha,,,c\nb,Beta,,,a\nc,Gamma,,,b\nd,Delta,,,c\n"), &[]);
    assert_eq!((code, drawn), (Some(0), true), "{text}");
    assert!(text.contains("[circular-hierarchy]") && text.contains("Alpha → ") && text.contains("Gamma"), "{text}");
    let itself = bodies("a,Alpha,,,a\nb,Beta,,,a\n");
    let (code, text, drawn) = chart(&itself, &[]);
    assert_eq!((code, drawn), (Some(0), true), "{text}");
    assert!(text.contains("Alpha → Alpha"), "{text}");
}

#[test]
fn a_language_without_a_label_takes_another() {
    let pack = bodies("a,Alpha,,,\nb,Beta,,,a\n");
    for languages in [&["zh-Hant"][..], &["zh-Hant", "en"], &["fr"]] {
        let cards = words_on_cards(&pack, languages);
        assert!(cards.iter().any(|card| card.ends_with("Alpha")), "{languages:?}: {cards:?}");
    }
    let (code, text, drawn) = chart(&pack, &["--language", "zh-Hant"]);
    assert_eq!((code, drawn), (Some(0), true), "{text}");
}

#[test]
fn an_empty_view_is_reported_and_no_file_is_written() {
    let pack = TestPack::new();
    pack.write("people.csv", "id,name,age,kind,boss\nann,Ann,50,staff,\nbob,Bob,,guest,\n");
    let (code, text, drawn) = chart(&pack, &[]);
    assert_eq!((code, drawn), (Some(2), false), "{text}");
    assert!(text.contains("[empty-view]") && text.contains("cg:partOf"), "{text}");
}

#[test]
fn a_view_without_any_of_its_relations_is_drawn_by_another_which_is_named() {
    let (code, text, drawn) = chart(&TestPack::new(), &[]);
    assert_eq!((code, drawn), (Some(0), true), "{text}");
    assert!(text.contains("`ex:boss`"), "{text}");
}

#[test]
fn unknown_roots_get_a_suggestion() {
    let pack = bodies("parks,Parks,,,\nroads,Roads,,,parks\n");
    let (code, text, drawn) = chart(&pack, &["--root", "prks"]);
    assert_eq!((code, drawn), (Some(2), false));
    assert!(text.contains("[unknown-entity]") && text.contains("did you mean `parks`"), "{text}");
}

#[test]
fn a_root_that_is_not_in_the_view_is_reported() {
    let strategy = "https://w3id.org/civigraph/id/hk/it-blueprint";
    let roots = vec![oxigraph::model::NamedNode::new(strategy).unwrap()];
    let options = Options { languages: vec!["en".to_owned()], roots, ..Options::default() };
    let Err(error) = org(&knowledge().graph, &options) else { panic!("a blueprint is no body") };
    assert!(error.to_string().contains("is not in the view"), "{error}");
}

#[test]
fn files_that_cannot_be_written_are_reported() {
    let pack = bodies("a,A,,,\nb,B,,,a\n");
    let nowhere = pack.path().join("no such folder").join("x.svg");
    for file in [
        Path::new("/proc/x.svg"),
        Path::new("/proc/x.png"),
        Path::new("/proc/x.pdf"),
        Path::new("/proc/x.html"),
        &nowhere,
    ] {
        let (code, text, drawn) = chart_to(&pack, file, &[]);
        assert_eq!((code, drawn), (Some(2), false), "{text}");
        let code = if file == nowhere { "[missing-folder]" } else { "[unwritable-file]" };
        assert!(text.contains(code), "{text}");
    }
    let (code, text, drawn) = chart(&pack, &["--scale", "0"]);
    assert_eq!((code, drawn), (Some(2), false), "{text}");
    let (code, text, _) = chart_to(&pack, &pack.path().join("x.gif"), &[]);
    assert!(code == Some(2) && text.contains("[unknown-format]") && text.contains(".mmd or .graphml"), "{text}");
}
