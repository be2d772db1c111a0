//! Fonts: that names of all sorts are drawn as they are written, and what is said where they
//! are not.

use std::fs;
use std::path::PathBuf;

use civigraph::chart::scene::text::{Measure, Weight};
use civigraph::chart::{Card, Fonts, Options, PageSize, org, view};
use civigraph::pack::Pack;
use civigraph::pipeline;
use proptest::prelude::*;

use super::bad_input::{bodies, chart_to};
use crate::support::{TestPack, knowledge, root};

const KHMER: &str = "ក្រសួងឧស្សាហកម្ម";

fn khmer_font() -> String {
    root().join("tests/fonts/NotoSansKhmer.ttf").to_str().unwrap().to_owned()
}

/// The chunks of a PNG, by type.
fn chunks(png: &[u8]) -> Vec<(String, Vec<u8>)> {
    let (mut chunks, mut rest) = (Vec::new(), &png[8..]);
    while rest.len() >= 12 {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let kind = String::from_utf8(rest[4..8].to_vec()).unwrap();
        let data = rest[8..8 + length].to_vec();
        assert_eq!(crc32fast::hash(&rest[4..8 + length]).to_be_bytes(), rest[8 + length..12 + length], "{kind}");
        chunks.push((kind, data));
        rest = &rest[12 + length..];
    }
    chunks
}

#[test]
fn names_of_any_government_are_drawn_out_of_the_box() {
    let names = [
        "Zażółć gęślą jaźń",
        "İçişleri Bakanlığı Şube",
        "Cục Đổi mới và Công nghệ",
        "Υπουργείο Ανάπτυξης",
        "创新科技委员会财政",
        "경제기획원",
        "経済産業省・庁",
        "وزارة التعليم",
        "משרד החינוך",
        "राष्ट्रीय विज्ञान",
        "கல்வி அமைச்சு",
        "กระทรวงศึกษาธิการ",
        "প্রযুক্তি মন্ত্রণালয়",
        "ኢኖቬሽን ቢሮ",
        "Կրթության",
        "განათლების",
        "Łódź Příliš žluťoučký",
        "联合国 الأمم संयुक्त ООН Nations",
    ];
    let rows: String = names.iter().enumerate().map(|(at, name)| format!("n{at},{name},,,\n")).collect();
    let pack = bodies(&rows);
    for file in ["x.png", "x.pdf", "x.svg", "x.html"] {
        let (code, text, drawn) = chart_to(&pack, &pack.path().join(file), &[]);
        assert_eq!((code, drawn), (Some(0), true), "{text}");
        assert!(!text.contains("missing-glyph"), "{text}");
    }
}

#[test]
fn a_script_that_no_font_has_is_an_error_in_pictures_and_names_a_font() {
    let pack = bodies(&format!("a,{KHMER},,,\n"));
    for (file, more, code) in [
        ("x.png", &[][..], 1),
        ("x.pdf", &[], 1),
        ("x.svg", &["--text", "outlines"], 1),
        ("y.svg", &[], 0),
        ("x.html", &[], 0),
    ] {
        let (got, text, drawn) = chart_to(&pack, &pack.path().join(file), more);
        assert_eq!((got, drawn), (Some(code), true), "{file}: {text}");
        let severity = if code == 1 { "error" } else { "warning" };
        assert!(text.contains(&format!("{severity}[missing-glyph]")), "{file}: {text}");
        assert!(text.contains("Khmer") && text.contains("fonts-noto-core") && text.contains("--font"), "{text}");
        assert_eq!(text.matches("[missing-glyph]").count(), 1, "one finding for a script: {text}");
    }
}

#[test]
fn a_font_of_the_user_draws_what_is_lacking_and_the_file_says_so() {
    let pack = bodies(&format!("a,{KHMER},,,\nb,Ministry,,,a\n"));
    let font = khmer_font();
    let svg = pack.path().join("x.svg");
    let (code, text, _) = chart_to(&pack, &svg, &["--font", &font]);
    assert_eq!((code, text.contains("missing-glyph")), (Some(0), false), "{text}");
    let svg = fs::read_to_string(svg).unwrap();
    assert!(svg.contains("Noto Sans Khmer (Version") && svg.contains("; NotoSansKhmer.ttf)"));
    assert!(svg.contains("@font-face { font-family: \"Noto Sans Khmer\"; font-weight: 700"));
    let png = pack.path().join("x.png");
    assert_eq!(chart_to(&pack, &png, &["--font", &font]).0, Some(0));
    let about = chunks(&fs::read(&png).unwrap()).into_iter().find(|(kind, _)| kind == "tEXt").unwrap().1;
    assert!(String::from_utf8(about).unwrap().contains("NotoSansKhmer.ttf"));
    let (code, text, _) = chart_to(&pack, &pack.path().join("x.pdf"), &["--font", &font]);
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn fonts_that_are_none_or_have_nothing_to_do_are_told() {
    let pack = bodies("a,Ministry,,,\n");
    let font = khmer_font();
    let (code, text, _) = chart_to(&pack, &pack.path().join("x.svg"), &["--font", &font]);
    assert!(code == Some(0) && text.contains("warning[unused-font]") && text.contains("NotoSansKhmer.ttf"), "{text}");
    pack.write("words.ttf", "These are words.");
    pack.write("web.woff2", "wOF2 and more");
    fs::write(pack.path().join("cut.ttf"), &fs::read(&font).unwrap()[..2000]).unwrap();
    // Fifty megabytes of nothing.
    fs::write(pack.path().join("large.ttf"), vec![0; 50 << 20]).unwrap();
    for (file, word) in
        [("words.ttf", "it is none"), ("web.woff2", "WOFF"), ("cut.ttf", "cannot be used"), ("large.ttf", "it is none")]
    {
        let path = pack.path().join(file);
        let (code, text, drawn) = chart_to(&pack, &pack.path().join("y.svg"), &["--font", path.to_str().unwrap()]);
        assert_eq!((code, drawn), (Some(2), false), "{file}: {text}");
        assert!(text.contains("error[unreadable-font]") && text.contains(word) && text.contains("= hint"), "{text}");
    }
    let (code, text, _) = chart_to(&pack, &pack.path().join("y.svg"), &["--font", "there-is-none.ttf"]);
    assert!(code == Some(2) && text.contains("missing-file"), "{text}");
    let (code, text, _) = chart_to(&pack, &pack.path().join("y.dot"), &["--font", &font]);
    assert!(code == Some(2) && text.contains("unused-argument"), "{text}");
}

/// The only card of a pack of one body.
fn card_of(name: &str, fonts: Fonts) -> Card {
    let (knowledge, _) = pipeline::build(&Pack::open(bodies(&format!("a,{name},,,\n")).path()).unwrap()).unwrap();
    let options = Options { languages: vec!["en".to_owned()], fonts, ..Options::default() };
    org(&knowledge.graph, &options).unwrap().draw().pages[0].scene.cards[0].clone()
}

#[test]
fn cards_are_read_from_the_side_on_which_their_name_begins() {
    for (name, leftward) in
        [("وزارة التعليم", true), ("משרד (MoST) 2019", true), ("Ministry", false), ("IT وزارة", false)]
    {
        let card = card_of(name, Fonts::default());
        assert_eq!(card.is_leftward(), leftward, "{name}");
        // How far each line begins from the side of the bar.
        let margins = card.texts.iter().map(|text| {
            let width = Measure::new(text.weight).width(&text.words, text.size);
            if leftward { card.frame.x + card.frame.width - text.x - width } else { text.x - card.frame.x }
        });
        let margins: Vec<f64> = margins.collect();
        let is_even = margins.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 1e-6);
        assert!(is_even && margins.iter().all(|margin| (5.0..25.0).contains(margin)), "{name}: {margins:?}");
    }
}

#[test]
fn outlines_need_no_font_and_an_editor_finds_the_parts_by_name() {
    let graph = &knowledge().graph;
    let options = Options { languages: vec!["zh-Hant".to_owned(), "en".to_owned()], ..Options::default() };
    let chart = org(graph, &options).unwrap().draw();
    let (text, outlines) = (chart.first().svg(), chart.first().outlined_svg(civigraph::chart::Theme::Light));
    assert!(text.contains("<text ") && !outlines.contains("<text ") && !outlines.contains("@font-face"));
    assert!(
        outlines.contains("aria-label=\"創新科技署\"") && outlines.contains("<metadata>civigraph. Fonts: Noto Sans (")
    );
    for svg in [&text, &outlines] {
        for id in ["ground", "lines", "relations", "cards", "legend", "words", "card-itc", "card-hkstp", "relation-1"] {
            assert_eq!(svg.matches(&format!("<g id=\"{id}\"")).count(), 1, "{id}");
        }
        assert!(svg.contains("role=\"graphics-document document\""));
    }
}

#[test]
fn pages_of_one_document_have_one_size_and_a_png_says_how_large_it_is() {
    let graph = &knowledge().graph;
    for (page, width, height) in [(PageSize::Wide, 960.0, 540.0), (PageSize::A4, 841.9, 595.3)] {
        let options = Options { languages: vec!["en".to_owned()], page, ..Options::default() };
        let chart = view(graph, "funding", &options).unwrap().draw();
        assert!(chart.pages.windows(2).all(|pair| pair[0].size == pair[1].size), "one form for all");
        for sheet in &chart.pages {
            let png = sheet.png(0.5).unwrap();
            let chunks = chunks(&png);
            let side = |at: usize| f64::from(u32::from_be_bytes(chunks[0].1[at..at + 4].try_into().unwrap()));
            let (long, short) = (side(0).max(side(4)), side(0).min(side(4)));
            assert_eq!((long, short), ((width * 0.5_f64).round(), (height * 0.5_f64).round()));
            // Half a pixel per point: 36 in an inch.
            let density = &chunks.iter().find(|(kind, _)| kind == "pHYs").unwrap().1;
            assert_eq!(u32::from_be_bytes(density[..4].try_into().unwrap()), (36.0_f64 / 0.0254).round() as u32);
        }
    }
}

#[test]
fn no_line_of_the_pack_begins_with_a_blank_or_divides_a_name() {
    let graph = &knowledge().graph;
    let names = ["數碼港", "科技園", "智方便", "機械人", "Hong Kong", "Science Park"];
    for name in ["org", "ownership", "schemes", "funding", "cooperation", "timeline"] {
        for languages in [&["zh-Hant"][..], &["en"], &["zh-Hant", "en"]] {
            let languages = languages.iter().map(|tag| (*tag).to_owned()).collect();
            let chart = view(graph, name, &Options { languages, ..Options::default() }).unwrap().draw();
            for card in &chart.pages[0].scene.cards {
                for pair in card.texts.windows(2).filter(|pair| pair[0].size == pair[1].size) {
                    let (above, below) = (&pair[0].words, &pair[1].words);
                    assert_eq!(below.trim(), below, "{name}");
                    for whole in names {
                        for (at, _) in whole.char_indices().skip(1) {
                            let (start, end) = (whole[..at].trim_end(), whole[at..].trim_start());
                            let divided = above.ends_with(start) && below.starts_with(end) && !end.is_empty();
                            assert!(!divided, "{name}: {above} / {below}");
                        }
                    }
                }
            }
        }
    }
}

/// Texts of words in several scripts.
fn texts() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "Hong Kong",
        "香港",
        "科技園公司",
        "（2019年）",
        "Donaudampfschifffahrtsgesellschaft",
        "“智方便”",
        "Queen’s",
        "العربية",
        "والبحث",
        "हिन्दी",
        "ภาษาไทย",
        "한국어",
        "e\u{301}cole",
        "—",
        "·",
        "10",
        "million",
        "עברית",
        "co-operation",
        "Kong-Shenzhen",
        "\u{3000}",
        ",",
    ]);
    prop::collection::vec((words, prop::bool::ANY), 0..14).prop_map(|parts| {
        parts.into_iter().map(|(word, spaced)| if spaced { format!("{word} ") } else { word.to_owned() }).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn lines_keep_all_their_letters_and_stay_within_their_width(text in texts(), width in 40.0_f64..200.0) {
        let measure = Measure::new(Weight::Bold);
        let lines = measure.wrap(&text, 11.0, width, &["en"], &Default::default());
        let letters = |text: &str| -> String {
            text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{200e}' | '\u{200f}')).collect()
        };
        prop_assert_eq!(letters(&lines.concat()), letters(&text));
        for line in &lines {
            prop_assert!(!line.is_empty() && line.trim() == line, "{:?}", lines);
            let found = measure.width(line, 11.0);
            prop_assert!(found <= width + 1e-6 || line.chars().count() < 4, "{:?}: {} of {}", line, found, width);
        }
    }
}

#[test]
fn the_crate_stays_small_enough_to_be_published() {
    // crates.io takes 10 MB; the fonts are the largest part.
    let folder = root().join("src/chart/scene/font");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let fonts: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|ending| ending == "zst")).collect();
    assert_eq!(fonts.len(), 11);
    let bytes: u64 = fonts.iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(bytes < 6_800_000, "{bytes}");
}

/// Whatever is installed, the same fonts give the same bytes, and what the program has itself is
/// drawn with its own.
#[test]
fn fonts_of_the_system_change_nothing_that_is_not_lacking() {
    let pack: TestPack = bodies("a,Ministry 創新 وزارة,,,\n");
    let (own, with) = (pack.path().join("own.svg"), pack.path().join("with.svg"));
    assert_eq!(chart_to(&pack, &own, &[]).0, Some(0));
    assert_eq!(chart_to(&pack, &with, &["--system-fonts"]).0, Some(0));
    assert_eq!(fs::read(own).unwrap(), fs::read(with).unwrap());
}
