//! Charts that are too large for a page: an overview, a page for each subtree,
//! and no unreadable text.

use std::fmt::Write as _;
use std::time::Instant;

use civigraph::chart::{Chart, Options, PageSize, Sheet, org, view};
use civigraph::pack::Pack;
use civigraph::pipeline;

use super::bad_input::bodies;
use crate::support::{TestPack, program, stderr};

/// The size of the smallest text on paper, in points.
fn smallest(sheet: &Sheet) -> f64 {
    let (width, height) = sheet.size.expect("a page of paper");
    let points = 72.0 / 25.4;
    let scale = (width * points / sheet.scene.width).min(height * points / sheet.scene.height);
    let texts = sheet.scene.cards.iter().flat_map(|card| &card.texts).chain(&sheet.scene.texts);
    texts.map(|text| text.size * scale).fold(f64::INFINITY, f64::min)
}

fn drawn(pack: &TestPack, page: PageSize) -> Chart {
    let (knowledge, _) = pipeline::build(&Pack::open(pack.path()).unwrap()).unwrap();
    let options = Options { languages: vec!["en".to_owned()], page, ..Options::default() };
    org(&knowledge.graph, &options).unwrap().draw()
}

/// Every body is drawn, none too small, and every mark leads to a page that starts with the body.
fn check(chart: &Chart, n: usize) {
    let mut drawn: Vec<&str> = Vec::new();
    for (at, sheet) in chart.pages.iter().enumerate() {
        assert!(smallest(sheet) >= 6.0 - 1e-6, "page {}: {:.2} pt", at + 1, smallest(sheet));
        for card in &sheet.scene.cards {
            drawn.push(&card.iri);
            let Some(mark) = card.texts.iter().find_map(|text| text.words.strip_prefix("→ page ")) else { continue };
            let target: usize = mark.parse().unwrap();
            let on_it = &chart.pages[target - 1].scene.cards;
            assert!(target != at + 1, "a mark to its own page");
            assert!(
                on_it.iter().any(|other| other.iri == card.iri && (other.filled || other.tinted)),
                "{} is not on page {target}",
                card.iri
            );
        }
        let label = format!("Page {} of {}", at + 1, chart.pages.len());
        assert!(sheet.scene.texts.iter().any(|text| text.words == label), "{label}");
    }
    drawn.sort_unstable();
    drawn.dedup();
    assert_eq!(drawn.len(), n, "every body has a card");
    assert!(chart.findings.iter().all(|found| found.code != "small-text"));
}

#[test]
fn a_large_tree_has_an_overview_and_pages() {
    let mut rows = "b0,Body 0,,,\n".to_owned();
    for index in 1..400 {
        let _ = writeln!(rows, "b{index},Body number {index},,,b{}", (index - 1) / 6);
    }
    let pack = bodies(&rows);
    for page in [PageSize::A4, PageSize::A3, PageSize::Wide] {
        let chart = drawn(&pack, page);
        assert!(chart.pages.len() > 1, "{page:?}");
        check(&chart, 400);
        assert!(chart.pages[0].scene.cards.iter().any(|card| card.description.contains("Body 0")));
    }
    let one = drawn(&pack, PageSize::Auto);
    assert_eq!((one.pages.len(), one.pages[0].scene.cards.len()), (1, 400), "as large as it gets is one page");
}

#[test]
fn one_body_with_five_thousand_children_is_drawn() {
    let mut rows = "top,Top,,,\n".to_owned();
    for index in 0..5_000 {
        let _ = writeln!(rows, "c{index},Child {index},,,top");
    }
    let start = Instant::now();
    check(&drawn(&bodies(&rows), PageSize::A4), 5_001);
    eprintln!("5,000 children: {:?}", start.elapsed());
}

#[test]
fn a_thousand_roots_are_drawn() {
    let mut rows = String::new();
    for index in 0..1_000 {
        let _ = writeln!(rows, "r{index},Root {index},,,\nc{index},Child {index},,,r{index}");
    }
    check(&drawn(&bodies(&rows), PageSize::A4), 2_000);
}

#[test]
fn a_chain_of_two_hundred_is_drawn() {
    let mut rows = "b0,Body 0,,,\n".to_owned();
    for index in 1..200 {
        let _ = writeln!(rows, "b{index},Body {index},,,b{}", index - 1);
    }
    check(&drawn(&bodies(&rows), PageSize::A4), 200);
}

#[test]
fn other_layouts_have_pages_too() {
    let options = |page| Options { languages: vec!["en".to_owned()], page, ..Options::default() };
    for name in ["timeline", "cooperation", "funding"] {
        let chart = view(&crate::support::knowledge().graph, name, &options(PageSize::A4)).unwrap().draw();
        for sheet in &chart.pages {
            assert!(smallest(sheet) >= 6.0 - 1e-6, "{name}: {}", smallest(sheet));
        }
        let one = view(&crate::support::knowledge().graph, name, &options(PageSize::Auto)).unwrap().draw();
        let cards = |chart: &Chart| {
            let cards = chart.pages.iter().flat_map(|sheet| &sheet.scene.cards);
            cards.map(|card| card.iri.clone()).collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(cards(&chart), cards(&one), "{name}: every card is on some page");
        // A relation from one card to another is on the page of its star.
        let relations = |chart: &Chart| {
            let of = |sheet: &Sheet| {
                let iri = |at: usize| sheet.scene.cards[at].iri.clone();
                let pairs = sheet.scene.lines.iter().map(|line| (iri(line.ends.0), iri(line.ends.1)));
                pairs.collect::<Vec<_>>()
            };
            chart.pages.iter().flat_map(of).collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(relations(&chart), relations(&one), "{name}: every relation is on some page");
    }
}

#[test]
fn pages_are_files_with_numbers() {
    let mut rows = "b0,Body 0,,,\n".to_owned();
    for index in 1..300 {
        let _ = writeln!(rows, "b{index},Body number {index},,,b{}", (index - 1) / 7);
    }
    let pack = bodies(&rows);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("name.svg");
    let arguments = ["chart", "org", "--page", "a4", "-o", file.to_str().unwrap(), "--pack"];
    let output = program().args(arguments).arg(pack.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!file.exists() && folder.path().join("name-1.svg").exists() && folder.path().join("name-2.svg").exists());
    let n = std::fs::read_dir(folder.path()).unwrap().count();
    assert!(stderr(&output).contains(&format!("{n} pages: ")), "{}", stderr(&output));
}
