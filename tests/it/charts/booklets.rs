//! Documents of several pages: one form and one size of type, pages that are full, a map, the way back, an index
//! of names; the PDF for everyone.

use std::collections::BTreeSet;

use civigraph::chart::{Chart, Options, PageSize, Sheet, Theme, org, view};
use civigraph::pack::Pack;
use civigraph::pipeline;

use super::bad_input::bodies;
use crate::outside_tools::tool;
use crate::support::{knowledge, program, root, stderr, stdout};

const VIEWS: [&str; 6] = ["org", "ownership", "schemes", "funding", "cooperation", "timeline"];

fn drawn(name: &str, page: PageSize, languages: &[&str]) -> Chart {
    let languages = languages.iter().map(|tag| (*tag).to_owned()).collect();
    view(&knowledge().graph, name, &Options { languages, page, ..Options::default() }).unwrap().draw()
}

/// Points on paper per point of the scene.
fn scale(sheet: &Sheet) -> f64 {
    let (width, height) = sheet.size.expect("a page of paper");
    let points = 72.0 / 25.4;
    (width * points / sheet.scene.width).min(height * points / sheet.scene.height)
}

/// The part of the page that cards cover.
fn coverage(sheet: &Sheet) -> f64 {
    let (width, height) = sheet.size.expect("a page of paper");
    let points = 72.0 / 25.4;
    let cards = sheet.scene.cards.iter().map(|card| card.frame.width * card.frame.height);
    cards.sum::<f64>() * scale(sheet).powi(2) / (width * height * points * points)
}

/// All pages have one form and one size of type; links lead from the first to all others and back, and to what
/// they name.
fn check(chart: &Chart, what: &str) {
    let n = chart.pages.len();
    let first = &chart.pages[0];
    for (at, sheet) in chart.pages.iter().enumerate() {
        assert_eq!(sheet.size, first.size, "{what}: page {}", at + 1);
        assert!((scale(sheet) - scale(first)).abs() < 1e-6, "{what}: page {}: type of {}", at + 1, scale(sheet));
        assert!((sheet.scene.height - first.scene.height).abs() < 0.01, "{what}: page {}", at + 1);
        for link in &sheet.scene.links {
            let target = &chart.pages[link.page - 1].scene;
            let is_there = link.iri.as_ref().is_none_or(|iri| target.cards.iter().any(|card| card.iri == *iri));
            assert!(is_there, "{what}: page {}: {link:?}", at + 1);
            assert!(link.page != at + 1, "{what}: page {} leads to itself", at + 1);
        }
        if at > 0 {
            assert!(sheet.scene.links.iter().any(|link| link.page == 1), "{what}: page {} has no way back", at + 1);
            let head = &sheet.scene.texts[0].words;
            assert!(head.starts_with(&format!("{}  ", at + 1)), "{what}: {head}");
        }
    }
    if n > 1 {
        // Neither map nor legend is written over.
        let texts = &first.scene.texts;
        for (at, text) in texts.iter().enumerate() {
            let is_over =
                |other: &civigraph::chart::SceneText| (other.x - text.x).abs() < 1.0 && (other.y - text.y).abs() < 4.0;
            let over = texts[at + 1..].iter().find(|other| is_over(other));
            assert!(over.is_none(), "{what}: `{}` is over `{}`", text.words, over.unwrap().words);
        }
        let lowest = first.scene.links.iter().map(|link| link.frame.y + link.frame.height).fold(0.0, f64::max);
        let legend = first.scene.samples.iter().map(|(frame, _)| frame.y).fold(f64::INFINITY, f64::min);
        assert!(lowest <= legend + 0.01, "{what}: the map ends at {lowest}, the legend begins at {legend}");
        let mapped: BTreeSet<usize> = first.scene.links.iter().map(|link| link.page).collect();
        assert!(mapped.contains(&2) && mapped.len() * 30 >= n, "{what}: {mapped:?} of {n}");
        if n <= 12 {
            // What goes over several pages is named once.
            let parts = (2..=n).filter(|page| chart.pages[page - 1].scene.part != chart.pages[page - 2].scene.part);
            assert!(parts.clone().all(|page| mapped.contains(&page)), "{what}: the first page is a map: {mapped:?}");
        }
    }
}

#[test]
fn a_document_has_one_form_and_one_size_of_type_and_a_map() {
    for (name, page) in [
        ("org", PageSize::A4),
        ("org", PageSize::Wide),
        ("schemes", PageSize::A4),
        ("funding", PageSize::A4),
        ("cooperation", PageSize::Wide),
        ("timeline", PageSize::A4),
    ] {
        check(&drawn(name, page, &["en"]), &format!("{name} {page:?}"));
    }
}

#[test]
#[ignore = "long; prints how full the pages of all views are"]
fn pages_of_all_views_are_full() {
    for name in VIEWS {
        for page in [PageSize::A4, PageSize::A3, PageSize::Wide] {
            let chart = drawn(name, page, &["zh-Hant", "en"]);
            let what = format!("{name} {page:?}");
            check(&chart, &what);
            let covered: Vec<String> =
                chart.pages.iter().map(|sheet| format!("{:.0}", 100.0 * coverage(sheet))).collect();
            let size = scale(&chart.pages[0]) * 11.0;
            eprintln!("{what}: {} pages, names {size:.1} pt, covered {} %", covered.len(), covered.join(" "));
        }
    }
}

#[test]
fn no_page_of_many_is_nearly_empty() {
    // Trees of many sizes, some of one card above another, and bodies alone.
    let mut rows = String::new();
    for tree in 0..40 {
        rows += &format!("t{tree},Tree number {tree},,,\n");
        for child in 0..(tree * 7) % 13 + 1 {
            rows += &format!("t{tree}c{child},Child {child} of tree {tree},,,t{tree}\n");
        }
    }
    let pack = bodies(&rows);
    let (built, _) = pipeline::build(&Pack::open(pack.path()).unwrap()).unwrap();
    for page in [PageSize::A4, PageSize::Wide] {
        let options = Options { languages: vec!["en".to_owned()], page, ..Options::default() };
        let chart = org(&built.graph, &options).unwrap().draw();
        check(&chart, &format!("{page:?}"));
        let with_cards = chart.pages.iter().filter(|sheet| !sheet.scene.cards.is_empty());
        let covered: Vec<f64> = with_cards.map(coverage).collect();
        // The last page has what is left.
        let (_, before) = covered.split_last().unwrap();
        // The first shares its room with the map.
        assert!(before.iter().skip(1).all(|part| *part >= 0.24), "{page:?}: {covered:.2?}");
        assert!(covered.iter().sum::<f64>() / covered.len() as f64 >= 0.22, "{page:?}: {covered:.2?}");
    }
}

#[test]
fn the_index_names_everything_with_its_page() {
    let chart = drawn("org", PageSize::A4, &["en"]);
    let index: Vec<&Sheet> = chart.pages.iter().filter(|sheet| sheet.scene.cards.is_empty()).collect();
    assert!(!index.is_empty() && chart.pages.last().unwrap().scene.cards.is_empty());
    let links: Vec<_> = index.iter().flat_map(|sheet| &sheet.scene.links).filter(|link| link.iri.is_some()).collect();
    let named: BTreeSet<&String> = links.iter().filter_map(|link| link.iri.as_ref()).collect();
    let all: BTreeSet<&String> =
        chart.pages.iter().flat_map(|sheet| &sheet.scene.cards).map(|card| &card.iri).collect();
    assert_eq!(named, all);
    let names: Vec<String> = links.iter().map(|link| link.words.to_lowercase()).collect();
    let position = |part: &str| names.iter().position(|name| name.starts_with(part)).unwrap();
    assert!(position("air@innohk") < position("cyberport") && position("cyberport") < position("yuen long"));
    // Slides have no index.
    let slides = drawn("org", PageSize::Wide, &["en"]);
    assert!(slides.pages.len() > 3 && slides.pages.iter().all(|sheet| !sheet.scene.cards.is_empty()));
}

#[test]
fn every_view_as_pdf_is_for_everyone() {
    for (name, page, theme, languages) in [
        ("org", PageSize::A4, Theme::Light, &["zh-Hant", "en"][..]),
        ("ownership", PageSize::A3, Theme::Dark, &["en"]),
        ("schemes", PageSize::Wide, Theme::Print, &["zh-Hant"]),
        ("funding", PageSize::A4, Theme::Light, &["en"]),
        ("cooperation", PageSize::Auto, Theme::Light, &["zh-Hans", "en"]),
        ("timeline", PageSize::A4, Theme::Print, &["en", "zh-Hant"]),
    ] {
        let pdf = drawn(name, page, languages).pdf(theme).unwrap();
        let is_valid = pdf.windows(14).any(|part| part == b"pdfuaid:part>1");
        assert!(is_valid, "{name}: krilla's validator of PDF/UA-1 finds something");
        assert!(pdf.windows(16).any(|part| part == b"/DisplayDocTitle"), "{name}: readers show its title");
    }
}

#[test]
fn a_pdf_is_a_tree_of_headings_lists_and_relations() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pdf");
    std::fs::write(&path, drawn("org", PageSize::A4, &["en"]).pdf(Theme::Light).unwrap()).unwrap();
    let Some(output) = tool(std::process::Command::new("pdfinfo").arg("-struct-text").arg(&path)) else { return };
    let told = String::from_utf8_lossy(&output.stdout);
    let at = |part: &str| told.find(part).unwrap_or_else(|| panic!("`{part}` is not in {told}"));
    assert!(at("H1") < at("H2") && at("H2") < at("H3"));
    // A relation stands between what it comes from and where it leads.
    let (above, words) = (at("\"Hong Kong Science and Technology Parks"), at("\"wholly owns"));
    let below = at("\"Hong Kong-Shenzhen Innovation and Technology Park Limited");
    assert!(words < below, "{above} {words} {below}");
    let about = stdout(&tool(std::process::Command::new("pdfinfo").arg(&path)).unwrap());
    let title = about.lines().find_map(|line| line.strip_prefix("Title:")).unwrap();
    assert!(!title.contains("Page") && title.contains("Organisation"), "{title}");
    let text = stdout(&tool(std::process::Command::new("pdftotext").arg(&path).arg("-")).unwrap());
    let name = "Logistics and Supply Chain MultiTech R&D Centre";
    assert!(text.contains(name), "a name on several lines is one string");
}

#[test]
fn a_slide_has_exactly_the_pixels_asked_for_and_no_transparent_edge() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deck.png");
    let run = |more: &[&str]| {
        let arguments = ["chart", "org", "--language", "en", "-o", file.to_str().unwrap()];
        let output = program().args(arguments).args(more).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stderr(&output)
    };
    run(&["--size", "960x540", "--scale", "1", "--theme", "dark"]);
    let pages = || std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let n = pages().len();
    assert!(n > 2, "{n}");
    for page in pages() {
        let picture = resvg::tiny_skia::Pixmap::decode_png(&std::fs::read(&page).unwrap()).unwrap();
        assert_eq!((picture.width(), picture.height()), (960, 540), "{}", page.display());
        assert!(picture.pixels().iter().all(|pixel| pixel.alpha() == 255), "{}", page.display());
        let bytes = std::fs::read(&page).unwrap();
        // Pixels per metre: 72 per inch.
        let at = bytes.windows(4).position(|part| part == b"pHYs").unwrap();
        assert_eq!(bytes[at + 4..at + 13], [0, 0, 0x0b, 0x13, 0, 0, 0x0b, 0x13, 1]);
    }
    // A chart with fewer pages leaves none of the earlier one.
    let told = run(&["--size", "960x540", "--scale", "1", "--root", "itb"]);
    assert!(told.contains("removed what was left of an earlier chart of this name: `deck-1.png`"), "{told}");
    assert_eq!(pages(), std::slice::from_ref(&file));
    let other = folder.path().join("deck-7.png");
    std::fs::write(&other, "somebody else's").unwrap();
    let told = run(&["--size", "960x540", "--scale", "1", "--root", "itb"]);
    assert!(told.contains("[stale-pages]") && other.exists(), "{told}");
}

#[test]
fn sizes_that_are_none_are_refused() {
    for (size, more, part) in [
        ("1920", &[][..], "expected pixels"),
        ("10x10", &[], "expected sides of 100"),
        ("1080p", &["--scale", "3"], "has no effect here"),
        ("210x297mm", &["--page", "a4"], "cannot be used with"),
    ] {
        let arguments = ["chart", "org", "-o", "x.png", "--size", size];
        let output = program().args(arguments).args(more).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{size}");
        assert!(stderr(&output).contains(part), "{size}: {}", stderr(&output));
    }
}

#[test]
#[ignore = "long; run to look at the booklet"]
fn a_government_is_a_booklet() {
    let (built, _) = pipeline::build(&Pack::open(&root().join("data/uk-government")).unwrap()).unwrap();
    let options = Options { languages: vec!["en".to_owned()], page: PageSize::A4, ..Options::default() };
    let chart = org(&built.graph, &options).unwrap().draw();
    let covered: Vec<String> = chart.pages.iter().map(|sheet| format!("{:.0}", 100.0 * coverage(sheet))).collect();
    eprintln!("{} pages, covered {} %", covered.len(), covered.join(" "));
    check(&chart, "the government");
}

#[test]
fn all_languages_show_the_same_cards() {
    let cards = |name: &str, languages: &[&str]| {
        let chart = drawn(name, PageSize::Auto, languages);
        let all = chart.pages.iter().flat_map(|sheet| &sheet.scene.cards).map(|card| card.iri.clone());
        all.collect::<BTreeSet<String>>()
    };
    for name in VIEWS {
        let english = cards(name, &["en"]);
        for languages in [&["zh-Hant"][..], &["zh-Hans"], &["zh-Hant", "en"]] {
            assert_eq!(cards(name, languages), english, "{name} {languages:?}");
        }
    }
}

#[test]
fn a_pdf_that_breaks_a_rule_of_accessibility_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.pdf");
    let run = |title: &str| {
        let arguments = ["chart", "ownership", "--page", "a4", "--title", title, "-o", file.to_str().unwrap()];
        program().args(arguments).output().unwrap()
    };
    let output = run("Ownership");
    assert!(output.status.success() && !stderr(&output).contains("plain-pdf"), "{}", stderr(&output));
    let output = run("\u{13000}");
    let told = stderr(&output);
    assert!(told.contains("[plain-pdf]") && told.contains("a character has no glyph"), "{told}");
    assert!(told.contains("[missing-glyph]") && file.exists(), "{told}");
}

#[test]
fn phrases_on_cards_are_in_all_languages_of_the_chart() {
    let chart = drawn("schemes", PageSize::A4, &["zh-Hant", "en"]);
    let texts: Vec<&str> =
        chart.pages.iter().flat_map(|sheet| sheet.scene.every_text()).map(|text| &*text.words).collect();
    assert!(texts.iter().any(|text| text.starts_with("→ 第") && text.contains("頁 page ")), "{texts:?}");
    assert!(texts.contains(&"← 第1頁 page 1"), "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("另有") && text.contains("and ") && text.contains(" more")));
}

#[test]
fn what_goes_over_several_pages_goes_on_after_its_beginning() {
    // Trees with more below their tops than a page holds, so that each has a rest, and small ones.
    let mut rows = String::new();
    for (tree, n) in [130, 6, 117, 5, 121, 3].into_iter().enumerate() {
        rows += &format!("t{tree},Tree number {tree},,,\n");
        for child in 0..n {
            rows += &format!("t{tree}c{child:03},Child {child:03} of tree {tree},,,t{tree}\n");
        }
    }
    let pack = bodies(&rows);
    let (built, _) = pipeline::build(&Pack::open(pack.path()).unwrap()).unwrap();
    for page in [PageSize::A4] {
        let options = Options { languages: vec!["en".to_owned()], page, ..Options::default() };
        let chart = org(&built.graph, &options).unwrap().draw();
        let mut last: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
        let mut n_parts = 0;
        for sheet in &chart.pages {
            let mut first: std::collections::BTreeMap<String, (String, String)> = std::collections::BTreeMap::new();
            for card in &sheet.scene.cards {
                let name = card.names.first();
                let Some((child, tree)) = name.split_once(" of tree ") else { continue };
                let (least, most) =
                    first.entry(tree.to_owned()).or_insert_with(|| (child.to_owned(), child.to_owned()));
                *least = least.clone().min(child.to_owned());
                *most = most.clone().max(child.to_owned());
            }
            for (tree, (least, most)) in first {
                n_parts += 1;
                let before = last.insert(tree.clone(), most);
                assert!(
                    before.as_ref().is_none_or(|before| *before < least),
                    "{page:?}: tree {tree}: {before:?}, {least}"
                );
            }
        }
        assert!(n_parts > 6, "{page:?}: no tree goes over two pages");
    }
}
