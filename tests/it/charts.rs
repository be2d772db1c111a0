//! Charts: nothing lies on anything, the page is filled, and what is drawn
//! can be read and heard.

use civigraph::chart::layout::{Forest, Group, Layout, Spacing, lay_out};
use proptest::prelude::*;

const SPACING: Spacing = Spacing { columns: 18.0, rows: 10.0, bus: 13.0, spine: 12.0, trees: 30.0 };

/// A forest from a list of parents: `parents[i]` is below `i`, or none.
fn forest(parents: &[Option<usize>], heights: &[u8]) -> Forest {
    let n = parents.len();
    let mut forest = Forest { boxes: Vec::new(), children: vec![Vec::new(); n], roots: Vec::new() };
    for (index, parent) in parents.iter().enumerate() {
        forest.boxes.push((156.0, 30.0 + f64::from(heights[index % heights.len()] % 60)));
        match parent {
            None => forest.roots.push(index),
            Some(parent) => {
                // Every fifth child begins a new group.
                let groups = &mut forest.children[*parent];
                if groups.is_empty() || index % 5 == 0 {
                    groups.push(Group { label: Some((60.0, 12.0)), members: Vec::new() });
                }
                groups.last_mut().unwrap().members.push(index);
            }
        }
    }
    forest
}

/// A small generator, so that large forests need no large inputs.
fn random_parents(n: usize, n_roots: usize, reach: usize, seed: u64) -> Vec<Option<usize>> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..n)
        .map(|index| {
            if index < n_roots {
                return None;
            }
            let from = index.saturating_sub(reach);
            Some(from + (next() % (index - from).max(1) as u64) as usize)
        })
        .collect()
}

fn check(forest: &Forest, layout: &Layout) {
    let frame = |index: usize| {
        let ((x, y), (width, height)) = (layout.corners[index], forest.boxes[index]);
        (x, y, x + width, y + height)
    };
    // Sweep by the upper edge: only boxes whose heights meet are compared.
    let mut order: Vec<usize> = (0..forest.boxes.len()).collect();
    order.sort_by(|a, b| frame(*a).1.total_cmp(&frame(*b).1));
    for (at, a) in order.iter().enumerate() {
        let (left, top, right, bottom) = frame(*a);
        assert!(left >= -1e-6 && top >= -1e-6, "{a} is off the page");
        assert!(right <= layout.width + 1e-6 && bottom <= layout.height + 1e-6, "{a} is off the page");
        for b in &order[at + 1..] {
            let (other_left, other_top, other_right, _) = frame(*b);
            if other_top >= bottom - 1e-6 {
                break;
            }
            assert!(other_left >= right - 1e-6 || other_right <= left + 1e-6, "{a} and {b} overlap");
        }
    }
    for line in &layout.lines {
        for piece in line.windows(2) {
            let ((x1, y1), (x2, y2)) = (piece[0], piece[1]);
            assert!((x1 - x2).abs() < 1e-6 || (y1 - y2).abs() < 1e-6, "{piece:?} is slanted");
            let (left, right, top, bottom) = (x1.min(x2), x1.max(x2), y1.min(y2), y1.max(y2));
            let first = order.partition_point(|index| frame(*index).1 < top - 200.0);
            for index in &order[first..] {
                let (box_left, box_top, box_right, box_bottom) = frame(*index);
                if box_top > bottom {
                    break;
                }
                let inside = right > box_left + 1e-6
                    && left < box_right - 1e-6
                    && bottom > box_top + 1e-6
                    && top < box_bottom - 1e-6;
                assert!(!inside, "the line {piece:?} runs through {index}: {:?}", frame(*index));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_lies_on_anything(n in 1_usize..400, roots in 1_usize..6, reach in 1_usize..60, seed: u64, heights in prop::collection::vec(any::<u8>(), 1..9), aspect in 0.4_f64..2.5) {
        let parents = random_parents(n, roots.min(n), reach, seed);
        let forest = forest(&parents, &heights);
        let layout = lay_out(&forest, &SPACING, aspect);
        check(&forest, &layout);
        prop_assert_eq!(&layout, &lay_out(&forest, &SPACING, aspect));
    }
}

#[test]
fn large_forests_are_laid_out_whole() {
    for (n, reach) in [(2_000, 30), (10_000, 200), (10_000, 10_000)] {
        let forest = forest(&random_parents(n, 3, reach, 42), &[10, 40, 20]);
        let start = std::time::Instant::now();
        let layout = lay_out(&forest, &SPACING, 1.41);
        eprintln!("{n} boxes, reach {reach}: {:?}, {:.0} x {:.0}", start.elapsed(), layout.width, layout.height);
        check(&forest, &layout);
    }
}

#[test]
fn the_page_asked_for_is_filled() {
    for seed in 0..12 {
        for aspect in [0.71, 1.0, 1.41, 1.78] {
            let forest = forest(&random_parents(120, 4, 25, seed * 977 + 5), &[10, 40, 20]);
            let layout = lay_out(&forest, &SPACING, aspect);
            let got = layout.width / layout.height;
            assert!((got / aspect - 1.0).abs() < 0.2, "asked {aspect}, got {got:.2} (seed {seed})");
        }
    }
}

#[test]
fn forty_children_and_thirty_generations_fit_a_page() {
    let mut fan: Vec<Option<usize>> = vec![Some(0); 41];
    fan[0] = None;
    let chain: Vec<Option<usize>> = (0..30).map(|index: usize| index.checked_sub(1)).collect();
    let mut fan = forest(&fan, &[20]);
    fan.children[0] = vec![Group { label: Some((60.0, 12.0)), members: (1..41).collect() }];
    let layout = lay_out(&fan, &SPACING, 1.41);
    check(&fan, &layout);
    assert!((layout.width / layout.height / 1.41 - 1.0).abs() < 0.35, "{} x {}", layout.width, layout.height);
    let chain = forest(&chain, &[20]);
    check(&chain, &lay_out(&chain, &SPACING, 1.41));
    let deep: Vec<Option<usize>> = (0..50_000).map(|index: usize| index.checked_sub(1)).collect();
    let deep = forest(&deep, &[20]);
    assert!(lay_out(&deep, &SPACING, 1.41).height > 1_000_000.0);
}

use std::fs;

use civigraph::chart::{Options, Page, org};
use civigraph::pack::Pack;
use civigraph::pipeline;

use crate::support::{TestPack, knowledge, program, root, stderr};

fn options(page: Page) -> Options {
    let languages = vec!["zh-Hant".to_owned(), "en".to_owned()];
    Options { languages, root: None, depth: None, page, title: Some("題 Title".to_owned()) }
}

#[test]
fn cards_lie_apart_and_hold_their_text() {
    for page in [Page::Auto, Page::A4, Page::A3, Page::Wide] {
        let chart = org(&knowledge().graph, &options(page)).unwrap().draw();
        let scene = &chart.scene;
        assert!(scene.cards.len() > 25, "{}", scene.cards.len());
        for (at, card) in scene.cards.iter().enumerate() {
            let frame = card.frame;
            assert!(frame.x >= 0.0 && frame.x + frame.width <= scene.width && frame.y + frame.height <= scene.height);
            for text in &card.texts {
                let measure = civigraph::chart::text::Measure::new(text.weight);
                let right = text.x + measure.width(&text.words, text.size);
                assert!(text.x > frame.x && right <= frame.x + frame.width, "`{}` leaves its card", text.words);
                assert!(
                    text.y - text.size > frame.y - 1.0 && text.y < frame.y + frame.height,
                    "`{}` leaves its card",
                    text.words
                );
            }
            for other in &scene.cards[at + 1..] {
                let apart = frame.x + frame.width <= other.frame.x
                    || other.frame.x + other.frame.width <= frame.x
                    || frame.y + frame.height <= other.frame.y
                    || other.frame.y + other.frame.height <= frame.y;
                assert!(apart, "{} and {} overlap", card.description, other.description);
            }
        }
    }
}

#[test]
fn the_pack_hangs_as_the_text_says() {
    let chart = org(&knowledge().graph, &options(Page::Auto)).unwrap().draw();
    let card = |part: &str| chart.scene.cards.iter().find(|card| card.description.contains(part)).unwrap();
    let bureau = card("創新及科技局");
    assert!(bureau.filled, "nobody is said to be above the bureau");
    for office in ["創新科技署", "政府資訊科技總監辦公室", "效率促進辦公室"] {
        assert!(card(office).frame.y > bureau.frame.y && !card(office).filled, "{office} hangs under the bureau");
    }
    let park = card("港深創新及科技園 ·");
    assert!(park.dashed && park.description.contains("planned"), "{}", park.description);
    assert!(!card("香港科學園").dashed);
    let pills: Vec<&str> = chart.scene.texts.iter().map(|text| text.words.as_str()).collect();
    assert!(
        pills.contains(&"支援 supports") && !pills.iter().any(|pill| pill.contains("隸屬")),
        "support is not part of"
    );
}

/// The picture in the README. `CIVIGRAPH_BLESS=1 cargo test` writes it anew;
/// then look at it.
#[test]
fn the_picture_in_the_readme_is_what_is_drawn() {
    let file = root().join("tests/charts/org.svg");
    let output = program().args(["chart", "org", "-o", "-"]).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    if std::env::var_os("CIVIGRAPH_BLESS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &output.stdout).unwrap();
    }
    assert!(fs::read(&file).unwrap() == output.stdout, "{} is another picture", file.display());
    assert!(fs::read_to_string(root().join("README.md")).unwrap().contains("tests/charts/org.svg"));
}

#[test]
fn svg_needs_nothing_else_and_speaks() {
    let svg = org(&knowledge().graph, &options(Page::A4)).unwrap().draw().svg();
    for part in [
        "role=\"img\"",
        "lang=\"zh-Hant\"",
        "<title id=\"title\">題 Title</title>",
        "<desc id=\"description\">",
        "aria-label=\"香港科學園 · Hong Kong Science Park",
        "<a href=\"https://w3id.org/civigraph/id/hk/hkstp\">",
        "@font-face",
        "src: url(data:font/ttf;base64,",
        "font-weight=\"700\"",
        "lang=\"en\"",
        "mm\" height=",
    ] {
        assert!(svg.contains(part), "{part} is missing");
    }
    let outside = svg.matches("http").count()
        - svg.matches("https://w3id.org/").count()
        - svg.matches("http://www.w3.org/2000/svg").count();
    assert_eq!(outside, 0, "nothing is fetched from elsewhere");
    assert!(svg.len() < 400_000, "{} bytes: only the glyphs that are used", svg.len());
    assert_eq!(svg, org(&knowledge().graph, &options(Page::A4)).unwrap().draw().svg());
}

#[test]
fn png_has_the_size_asked_for() {
    let view = org(&knowledge().graph, &options(Page::Auto)).unwrap();
    let chart = view.draw();
    let png = chart.png(0.5).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    let width = u32::from_be_bytes(png[16..20].try_into().unwrap());
    assert_eq!(f64::from(width), (chart.scene.width * 0.5).ceil());
}

#[test]
fn dot_is_clustered_and_graphviz_draws_it() {
    let dot = org(&knowledge().graph, &options(Page::Auto)).unwrap().dot();
    assert!(dot.contains("subgraph \"cluster_0\"") && dot.contains("subgraph \"cluster_alone\""));
    assert!(dot.contains("style=\"dashed\"") && dot.contains("constraint=\"false\""));
    crate::outside_tools::check_dot(&dot);
}

#[test]
fn graphviz_that_is_missing_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.svg");
    let arguments = ["chart", "org", "--engine", "dot", "-o", file.to_str().unwrap()];
    let output = program().args(arguments).env("PATH", folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("[graphviz]") && stderr(&output).contains("not installed"), "{}", stderr(&output));
    assert!(!file.exists());
}

/// A pack of bodies, one a line: id, name, parent.
fn bodies(rows: &str) -> TestPack {
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

/// What `chart org` says of a pack.
fn chart(pack: &TestPack, more: &[&str]) -> (Option<i32>, String, bool) {
    let file = pack.path().join("x.svg");
    let mut arguments = vec!["chart", "org", "--pack", pack.path().to_str().unwrap(), "-o", file.to_str().unwrap()];
    arguments.extend(more);
    let output = program().args(arguments).output().unwrap();
    (output.status.code(), stderr(&output), file.exists())
}

#[test]
fn odd_names_and_hierarchies_are_drawn_or_told() {
    let long = "很長的名稱".repeat(60);
    let pack = bodies(&format!("a,{long},,,\nb,{},,,a\nc,A😀B,,,a\nd,مكتب,,,b\n", "Unbreakable".repeat(30)));
    let (code, text, drawn) = chart(&pack, &[]);
    assert_eq!((code, drawn), (Some(0), true), "{text}");
    assert!(text.contains("missing-glyph") && text.contains("U+1F600"), "{text}");

    let (code, text, drawn) = chart(&bodies("a,A,,,c\nb,B,,,a\nc,C,,,b\nd,D,,,c\n"), &[]);
    assert_eq!((code, drawn), (Some(0), true), "{text}");
    assert!(text.contains("circular-hierarchy") && text.contains("A") && text.contains("→"), "{text}");

    let (code, text, drawn) = chart(&bodies("a,A,,,\n"), &["--language", "zh-Hant"]);
    assert_eq!((code, drawn), (Some(0), true), "{text}");

    let (code, text, drawn) = chart(&TestPack::new(), &[]);
    assert_eq!((code, drawn), (Some(2), false), "{text}");
    assert!(text.contains("[empty-view]"), "{text}");

    let (code, text, _) = chart(&bodies("parks,Parks,,,\nroads,Roads,,,parks\n"), &["--root", "prks"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("did you mean `parks`"), "{text}");

    let (code, text, _) = chart(&bodies("a,A,,,\nb,B,,,a\n"), &["-o", "/proc/x.svg"]);
    assert_eq!(code, Some(2), "{text}");
    let (code, text, _) = chart(&bodies("a,A,,,\nb,B,,,a\n"), &["--scale", "0"]);
    assert_eq!(code, Some(2), "{text}");
}

#[test]
fn root_and_depth_cut_the_tree() {
    let pack = bodies("a,A,,,\nb,B,,,a\nc,C,,,b\nd,D,,,c\n");
    let (knowledge, _) = pipeline::build(&Pack::open(pack.path()).unwrap()).unwrap();
    let cards = |root: Option<&str>, depth| {
        let root = root.map(|id| oxigraph::model::NamedNode::new(format!("http://example.org/{id}")).unwrap());
        let options = Options { languages: vec!["en".to_owned()], root, depth, ..options(Page::Auto) };
        let chart = org(&knowledge.graph, &options).unwrap().draw();
        let mut names: Vec<String> =
            chart.scene.cards.iter().map(|card| card.iri.rsplit('/').next().unwrap().to_owned()).collect();
        names.sort();
        names.join("")
    };
    assert_eq!(cards(None, None), "abcd");
    assert_eq!(cards(Some("b"), None), "bcd");
    assert_eq!(cards(None, Some(1)), "ab");
    assert_eq!(cards(Some("b"), Some(1)), "bc");
    assert_eq!(cards(None, Some(0)), "a");
}
