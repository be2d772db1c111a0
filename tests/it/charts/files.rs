//! Charts as PDF and HTML, and in other colours: the content of the files.

use std::collections::BTreeSet;
use std::process::Command;

use civigraph::chart::{Drawing, Theme, org};
use sha2::{Digest as _, Sha256};

use super::bad_input::bodies;
use super::{PageSize, options};
use crate::outside_tools::tool;
use crate::support::{knowledge, program, stderr, stdout};

const ALL_VIEWS: [&str; 6] = ["org", "ownership", "schemes", "funding", "cooperation", "timeline"];

fn view(page: PageSize) -> Drawing {
    org(&knowledge().graph, &options(page)).unwrap()
}

/// The output of `chart org` to a file with this extension.
fn file(ending: &str, more: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("x.{ending}"));
    let output = program().args(["chart", "org", "-o", path.to_str().unwrap()]).args(more).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    std::fs::read(path).unwrap()
}

/// The output of a poppler tool for a PDF.
fn poppler(program: &str, pdf: &[u8], arguments: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = tool(Command::new(program).args(arguments).arg(&path).args((program == "pdftotext").then_some("-")))?;
    assert!(output.status.success(), "{}", stderr(&output));
    Some(stdout(&output))
}

#[test]
fn pdf_has_the_pages_asked_for_and_its_bytes_are_those_of_the_scene() {
    let pdf = |page| view(page).draw().pdf(Theme::Light).unwrap();
    let large = pdf(PageSize::A3);
    assert!(large.starts_with(b"%PDF-1.7"));
    assert_eq!(pdf(PageSize::A3), large);
    for (file, size) in [(large, [1190.55, 841.89]), (pdf(PageSize::A4), [841.89, 595.276])] {
        let Some(told) = poppler("pdfinfo", &file, &[]) else { return };
        let line = told.lines().find_map(|line| line.strip_prefix("Page size:")).unwrap();
        let mut found: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        found.sort_by(|a, b| b.total_cmp(a));
        assert!(found.iter().zip(size).all(|(found, asked)| (found - asked).abs() < 0.01), "{line}");
    }
    let mut chart = view(PageSize::Auto).draw();
    let scene = &chart.first().scene;
    let told = poppler("pdfinfo", &chart.pdf(Theme::Light).unwrap(), &[]).unwrap();
    let line = told.lines().find_map(|line| line.strip_prefix("Page size:")).unwrap();
    let found: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let own = [scene.width, scene.height];
    assert!(found.iter().zip(own).all(|(found, own)| (found - own).abs() < 0.011), "{own:?}: {line}");
    chart.pages.push(chart.first().clone());
    chart.pages[1].size = Some((210.0, 297.0));
    let told = poppler("pdfinfo", &chart.pdf(Theme::Light).unwrap(), &["-f", "1", "-l", "2"]).unwrap();
    assert!(told.contains("Pages:           2") && told.contains("Page    2 size:  595.276 x 841.89 pts"), "{told}");
    chart.pages.clear();
    assert!(chart.pdf(Theme::Light).is_none(), "no page, no file");
}

#[test]
fn pdf_has_words_links_and_what_it_is_about() {
    let pdf = file("pdf", &[]);
    let Some(text) = poppler("pdftotext", &pdf, &["-raw"]) else { return };
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "創新科技署",
        "Innovation and Technology Commission",
        "物流及供應鏈",
        "wholly owns",
        "計劃中：將設立 planned: to establish",
        "截至2019-12-31",
    ] {
        assert!(words.contains(part), "`{part}` is not in {words}");
    }
    let fonts = poppler("pdffonts", &pdf, &[]).unwrap();
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    // Letters and ideographs in two weights each.
    assert_eq!(rows.len(), 4, "{fonts}");
    for row in rows {
        assert!(row.contains("+NotoSans") && row.contains("yes yes yes"), "embedded, subset, with Unicode: {row}");
    }
    assert!(pdf.len() < 400_000, "{} bytes: only the glyphs that are used", pdf.len());
    let about = poppler("pdfinfo", &pdf, &[]).unwrap();
    for part in ["香港創新及科技體系", "Author:          civigraph", "Tagged:          yes"] {
        assert!(about.contains(part), "{about}");
    }
    assert!(!about.contains("CreationDate"), "no clock");
    let links = poppler("pdfinfo", &pdf, &["-url"]).unwrap();
    assert!(links.contains("https://w3id.org/civigraph/id/hk/itc"), "{links}");
    let n_cards = view(PageSize::Auto).draw().first().scene.cards.len();
    assert_eq!(links.matches("https://w3id.org/civigraph/id/").count(), n_cards);
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), &pdf).unwrap();
    let structure = Command::new("pdfinfo").arg("-struct-text").arg(path.path()).output().unwrap();
    // Titles of headings are in UTF-16.
    let structure = String::from_utf8_lossy(&structure.stdout);
    assert!(structure.contains("創新科技署"), "those who hear the file are told");
}

#[test]
fn html_is_complete_and_lets_nothing_in() {
    let html = String::from_utf8(file("html", &[])).unwrap();
    let one = ["--views", "org", "--language", "en"];
    assert_eq!(file("html", &one), file("html", &one), "the same bytes each time");
    for (open, close, at) in [("<style>", "</style>", 1), ("<script>", "</script>", 1), ("<script>", "</script>", 2)] {
        let inside = html.split(open).nth(at).unwrap().split(close).next().unwrap();
        let hash = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, Sha256::digest(inside));
        assert!(html.contains(&format!("&apos;sha256-{hash}&apos;")) || html.contains(&format!("'sha256-{hash}'")));
    }
    assert!(html.contains("default-src 'none'"));
    for part in [" src=\"", "@import", "url(http", "<link", "<iframe"] {
        assert!(!html.contains(part), "{part} asks for something else");
    }
    assert!(html.len() < 2_800_000, "{} bytes for six views in three forms", html.len());
    let data = html.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["languages"], serde_json::json!(["zh-Hant", "en"]));
    assert_eq!(data["variants"], serde_json::json!([[0, 1], [0], [1]]), "both languages, then each alone");
    let views = data["views"].as_array().unwrap();
    let names: Vec<&str> = views.iter().map(|view| view["name"].as_str().unwrap()).collect();
    assert_eq!(names[0], "org", "the one that was asked for comes first");
    assert_eq!(BTreeSet::from_iter(names), BTreeSet::from(ALL_VIEWS));
    let scene = view(PageSize::Auto).whole().scene;
    assert_eq!(views[0]["items"].as_array().unwrap().len(), scene.cards.len());
    for view in views {
        let scenes = view["scenes"].as_array().unwrap();
        assert_eq!(scenes.len(), 3);
        for scene in scenes {
            let n_items = view["items"].as_array().unwrap().len();
            let cards = scene["cards"].as_array().unwrap();
            assert!(
                cards.iter().all(|card| (card[0].as_u64().unwrap() as usize) < n_items),
                "each stands for something"
            );
        }
    }
    let entities = data["entities"].as_array().unwrap();
    let ids: BTreeSet<&str> = entities.iter().map(|entity| entity["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), entities.len(), "each is there once");
    let park = entities.iter().find(|entity| entity["id"] == "hk:hkstp").unwrap();
    assert_eq!(
        park["names"],
        serde_json::json!(["香港科技園公司", "Hong Kong Science and Technology Parks Corporation"])
    );
    let detail = &park["details"][1];
    let figures = detail["figures"].as_array().unwrap();
    assert!(figures.iter().any(|figure| figure["text"] == "HK$10 billion"), "as people write it: {figures:?}");
    assert!(!detail.to_string().contains("000,000"), "{detail}");
    let parts = detail["parts"].as_array().unwrap();
    assert!(parts.iter().any(|fact| fact["other"] == "hk:microelectronics-centre"), "what it is paid for: {detail}");
    let relations = detail["relations"].as_array().unwrap();
    assert!(relations.iter().any(|fact| fact["arrives"] == true && fact["evidence"] != ""), "both ways: {detail}");
    let source = data["sources"]["hkyb-2019-06"].as_u64().unwrap() as usize;
    assert!(
        entities[source]["names"][1].as_str().unwrap().starts_with("Hong Kong yearbook 2019"),
        "evidence has titles"
    );
    for card in &scene.cards {
        assert!(html.contains(&format!("\">{}</a>", card.names.join(" ").replace('&', "&amp;"))), "the list has all");
    }
}

#[test]
fn a_page_has_the_views_that_are_asked_for_and_have_something_to_draw() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.html");
    let page = |arguments: &[&str]| {
        let output = program().arg("chart").args(arguments).args(["-o", path.to_str().unwrap()]).output().unwrap();
        let html = std::fs::read_to_string(&path).unwrap_or_default();
        let data = html.split("id=\"data\">").nth(1).and_then(|data| data.split("</script>").next()).unwrap_or("null");
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        let views = data["views"].as_array().cloned().unwrap_or_default();
        let names: Vec<String> = views.iter().map(|view| view["name"].as_str().unwrap().to_owned()).collect();
        let _ = std::fs::remove_file(&path);
        (names, output.status.code(), stderr(&output))
    };
    assert_eq!(page(&["funding", "--views", "funding", "--language", "en"]).0, ["funding"]);
    assert_eq!(page(&["ownership", "--views", "timeline,org", "--language", "en"]).0, ["ownership", "timeline", "org"]);
    let (_, code, told) = page(&["org", "--views", "fundng", "--language", "en"]);
    assert!(code == Some(2) && told.contains("did you mean `funding`"), "{told}");
    let small = bodies("a,Above,,,\nb,Below,,,a\n");
    let pack = ["--pack", small.path().to_str().unwrap()];
    let (names, code, told) = page(&pack);
    assert!(code == Some(0) && !told.contains("not in the page"), "what has nothing to draw is no news: {told}");
    assert_eq!(names, ["org"]);
    let (_, code, told) = page(&["funding", pack[0], pack[1]]);
    assert!(code == Some(2) && told.contains("[empty-view]"), "what is asked for is missed: {told}");
}

#[test]
fn only_html_has_several_views() {
    let output = program().args(["chart", "-o", "x.svg"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("[unknown-view]") && stderr(&output).contains("chart org -o org.svg"));
    let output = program().args(["chart", "org", "--views", "org", "-o", "x.svg"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`--views` has no effect here"));
}

#[test]
fn labels_that_are_code_stay_words() {
    let pack = bodies("a,\"</script><img src=x onerror=alert(1)>{{script}}\",,,\nb,\"<!--&amp;\"\"'\",,,a\n");
    let html = String::from_utf8(file("html", &["--pack", pack.path().to_str().unwrap()])).unwrap();
    assert!(!html.contains("<img") && !html.contains("<!--"));
    assert_eq!(html.matches("</script>").count(), 3, "the first, that of the data, and the script");
    assert!(html.contains("\\u003c/script\\u003e\\u003cimg src=x onerror=alert(1)\\u003e"), "in the data");
    assert!(html.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;{{script}}"), "in the list");
    assert!(html.contains("&lt;!--&amp;amp;"));
    let pdf = file("pdf", &["--pack", pack.path().to_str().unwrap()]);
    assert!(pdf.starts_with(b"%PDF"));
}

#[test]
fn themes_change_colours_and_nothing_else() {
    let chart = view(PageSize::Auto).draw();
    let svg = |theme| chart.first().svg_in(theme);
    assert_eq!(svg(Theme::Light), chart.first().svg());
    let bare = |svg: &str| {
        let mut bare = String::new();
        let mut rest = svg;
        while let Some((before, after)) = rest.split_once("=\"#") {
            bare.push_str(before);
            rest = after.split_once('"').unwrap().1;
        }
        bare + rest
    };
    for (theme, ground) in [(Theme::Dark, "#0f172a"), (Theme::Print, "#ffffff")] {
        assert!(svg(theme).contains(&format!("fill=\"{ground}\"/>")), "{theme:?}");
        assert_eq!(bare(&svg(theme)), bare(&svg(Theme::Light)), "{theme:?}");
        assert_ne!(chart.first().png_in(theme, 0.3), chart.first().png(0.3), "{theme:?}");
        assert_ne!(chart.pdf(theme), chart.pdf(Theme::Light), "{theme:?}");
    }
    let words = |svg: &str| -> Vec<String> {
        let texts = svg.split("<text ").skip(1);
        texts.map(|text| text.split("fill=\"").nth(1).unwrap()[..7].to_owned()).collect()
    };
    assert!(words(&svg(Theme::Print)).iter().all(|colour| colour == "#000000"), "paper has black words");
    assert!(
        words(&svg(Theme::Dark)).iter().all(|colour| !["#1f2937", "#4b5563", "#9f1239"].contains(&colour.as_str()))
    );
    assert_eq!(file("svg", &["--theme", "dark", "--title", "題 Title"]), svg(Theme::Dark).into_bytes());
    assert!(
        String::from_utf8(file("html", &["--theme", "print", "--views", "org"]))
            .unwrap()
            .contains("data-theme=\"print\"")
    );
    assert!(String::from_utf8(file("html", &["--views", "org"])).unwrap().contains("data-theme=\"auto\""));
}

#[test]
fn graphviz_is_not_asked_for_what_it_does_not_draw() {
    let folder = tempfile::tempdir().unwrap();
    for ending in ["pdf", "html"] {
        let path = folder.path().join(format!("x.{ending}"));
        let arguments = ["chart", "org", "--engine", "dot", "-o", path.to_str().unwrap()];
        let output = program().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("[unknown-format]") && stderr(&output).contains("leave out `--engine`"));
        assert!(!path.exists());
    }
}
