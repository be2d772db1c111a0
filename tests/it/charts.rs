//! Charts: what is drawn, that it is readable and accessible, and what is reported.

mod bad_input;
mod booklets;
mod browser;
mod files;
mod fonts;
mod hedges;
mod layered;
mod layout;
mod pages;
mod people;
mod sentences;
mod views;
mod wishes;

use std::fs;

use civigraph::chart::scene::text::Measure;
use civigraph::chart::{Ground, Options, PageSize, Scene, org};
use civigraph::pack::Pack;
use civigraph::pipeline;

use crate::support::{TestPack, knowledge, program, root, stderr};

pub fn options(page: PageSize) -> Options {
    let languages = vec!["zh-Hant".to_owned(), "en".to_owned()];
    Options { languages, page, title: Some("題 Title".to_owned()), ..Options::default() }
}

#[test]
fn cards_do_not_overlap_and_contain_their_text() {
    for page in [PageSize::Auto, PageSize::A4, PageSize::A3, PageSize::Wide] {
        let chart = org(&knowledge().graph, &options(page)).unwrap().draw();
        let scene = &chart.first().scene;
        assert!(scene.cards.len() > 9, "{}", scene.cards.len());
        for (at, card) in scene.cards.iter().enumerate() {
            let frame = card.frame;
            assert!(frame.x >= 0.0 && frame.x + frame.width <= scene.width && frame.y + frame.height <= scene.height);
            for text in &card.texts {
                let measure = civigraph::chart::scene::text::Measure::new(text.weight);
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
fn the_hierarchy_of_the_pack_is_as_the_text_says() {
    let chart = org(&knowledge().graph, &options(PageSize::Auto)).unwrap().draw();
    let card = |part: &str| chart.first().scene.cards.iter().find(|card| card.description.contains(part)).unwrap();
    // One beginning: the Government, under which most stands; nobody is said to be above the bureau either.
    let filled: Vec<&str> =
        chart.first().scene.cards.iter().filter(|card| card.filled).map(|card| card.names.first()).collect();
    assert_eq!(filled, ["香港特別行政區政府"]);
    let bureau = card("創新及科技局");
    assert!(bureau.tinted);
    for office in ["創新科技署", "政府資訊科技總監辦公室", "效率促進辦公室"] {
        assert!(card(office).frame.y > bureau.frame.y && !card(office).filled, "{office} hangs under the bureau");
    }
    let park = card("港深創新及科技園 ·");
    assert!(park.dashed && park.description.contains("planned"), "{}", park.description);
    assert!(!card("香港科學園 ·").dashed);
    let pills: Vec<&str> = chart.first().scene.texts.iter().map(|text| text.words.as_str()).collect();
    assert!(
        pills.contains(&"獲其支援 supported by") && !pills.iter().any(|pill| pill.contains("隸屬")),
        "support is not part of"
    );
}

/// The pictures in the README. `CIVIGRAPH_BLESS=1 cargo test` rewrites them;
/// then look at them.
#[test]
fn the_pictures_in_the_readme_are_what_is_drawn() {
    for view in ["org", "cooperation"] {
        let name = format!("tests/charts/{view}.svg");
        let file = root().join(&name);
        let output = program().args(["chart", view, "-o", "-"]).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        if std::env::var_os("CIVIGRAPH_BLESS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &output.stdout).unwrap();
        }
        assert!(
            fs::read(&file).unwrap() == output.stdout,
            "{} is another picture: `CIVIGRAPH_BLESS=1 cargo test --test it -- the_pictures_in_the_readme` draws it anew; look at it",
            file.display()
        );
        assert!(fs::read_to_string(root().join("README.md")).unwrap().contains(&name));
    }
}

#[test]
fn svg_needs_nothing_else_and_speaks() {
    let pages = || -> Vec<String> {
        let chart = org(&knowledge().graph, &options(PageSize::A3)).unwrap().draw();
        chart.pages.iter().map(|sheet| sheet.svg()).collect()
    };
    let svg = pages().concat();
    for part in [
        "role=\"graphics-document document\"",
        "role=\"img\"",
        "lang=\"zh-Hant\"",
        "<title id=\"title\">題 Title · 組織 Organisation",
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
        - svg.matches("http://www.w3.org/2000/svg").count()
        - svg.matches(">https://creativecommons.org/licenses/by/4.0/ ").count();
    assert_eq!(outside, 0, "nothing is fetched from elsewhere");
    assert!(pages().iter().all(|svg| svg.len() < 400_000), "only the glyphs that are used");
    assert_eq!(svg, pages().concat());
}

#[test]
fn png_has_the_size_asked_for() {
    let view = org(&knowledge().graph, &options(PageSize::Auto)).unwrap();
    let chart = view.draw();
    let png = chart.first().png(0.5).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    let width = u32::from_be_bytes(png[16..20].try_into().unwrap());
    assert_eq!(f64::from(width), (chart.first().scene.width * 0.5).ceil());
}

#[test]
fn dot_is_clustered_and_graphviz_draws_it() {
    let dot = org(&knowledge().graph, &options(PageSize::Auto)).unwrap().dot().unwrap();
    assert!(dot.contains("subgraph \"cluster_0\"") && dot.contains("subgraph \"cluster_alone\""));
    assert!(dot.contains("style=\"dashed\"") && dot.contains("constraint=\"false\""));
    crate::outside_tools::check_dot(&dot);
}

#[test]
fn graphviz_that_is_missing_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.svg");
    let arguments = ["chart", "org", "--engine", "dot", "-o", file.to_str().unwrap()];
    let output = program().args(arguments).env("PATH", folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("[graphviz]") && stderr(&output).contains("not installed"), "{}", stderr(&output));
    assert!(!file.exists());
}

#[test]
fn root_and_depth_cut_the_tree() {
    let pack = bad_input::bodies("a,A,,,\nb,B,,,a\nc,C,,,b\nd,D,,,c\n");
    let (knowledge, _) = pipeline::build(&Pack::open(pack.path()).unwrap()).unwrap();
    let cards = |root: Option<&str>, depth| {
        let root = root.map(|id| oxigraph::model::NamedNode::new(format!("http://example.org/{id}")).unwrap());
        let options = Options {
            languages: vec!["en".to_owned()],
            roots: root.into_iter().collect(),
            depth,
            ..options(PageSize::Auto)
        };
        let chart = org(&knowledge.graph, &options).unwrap().draw();
        let mut names: Vec<String> =
            chart.first().scene.cards.iter().map(|card| card.iri.rsplit('/').next().unwrap().to_owned()).collect();
        names.sort();
        names.join("")
    };
    assert_eq!(cards(None, None), "abcd");
    assert_eq!(cards(Some("b"), None), "bcd");
    assert_eq!(cards(None, Some(1)), "ab");
    assert_eq!(cards(Some("b"), Some(1)), "bc");
    assert_eq!(cards(None, Some(0)), "a");
}

/// Entities (id, class, status) and claims (subject, relation, object, status, line).
fn claims(entities: &str, claims: &str) -> civigraph::pipeline::Knowledge {
    let pack = TestPack::new();
    let fields = |names: &str| {
        let fields = names.split(',').map(|name| format!("{{\"name\": \"{name}\", \"type\": \"string\"}}"));
        format!("{{\"fields\": [{}]}}", fields.collect::<Vec<_>>().join(", "))
    };
    let (entity, claim) = ("id,class,status", "subject,relation,object,status,line");
    pack.write("entities.csv", format!("{entity}\n{entities}"));
    pack.write("claims.csv", format!("{claim}\n{claims}"));
    let resource = |name: &str, names: &str| {
        format!("{{\"name\": \"{name}\", \"path\": \"{name}.csv\", \"schema\": {}}}", fields(names))
    };
    let resources = [resource("entities", entity), resource("claims", claim)].join(", ");
    pack.write(
        "datapackage.json",
        format!(
            r#"{{"name": "t", "title": "T", "resources": [{resources}],
            "civigraph": {{"base": "http://example.org/", "languages": ["en"], "mapping": "mapping.yml"}}}}"#
        ),
    );
    pack.write(
        "mapping.yml",
        r#"prefixes:
  ex: http://example.org/
  cg: https://w3id.org/civigraph/def#
  c: https://w3id.org/civigraph/code#
  rdf: http://www.w3.org/1999/02/22-rdf-syntax-ns#
  skos: http://www.w3.org/2004/02/skos/core#
  dcterms: http://purl.org/dc/terms/
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  entity:
    sources: [[entities.csv~csv]]
    s: ex:$(id)
    po:
      - [a, cg:$(class)~iri]
      - [skos:prefLabel, $(id), en~lang]
      - [cg:status, c:$(status)~iri]
  claim:
    sources: [[claims.csv~csv]]
    s: ex:claim/$(subject)-$(relation)-$(object)
    po:
      - [a, cg:Claim]
      - [rdf:subject, ex:$(subject)~iri]
      - [rdf:predicate, cg:$(relation)~iri]
      - [rdf:object, ex:$(object)~iri]
      - [cg:status, c:$(status)~iri]
      - [cg:evidence, ex:line/$(line)~iri]
  evidence:
    sources: [[claims.csv~csv]]
    s: ex:line/$(line)
    po:
      - [cg:lineStart, $(line), xsd:integer]
      - [cg:inSource, ex:report~iri]
  source:
    sources: [[claims.csv~csv]]
    s: ex:report
    po:
      - [a, cg:Source]
      - [dcterms:title, Annual report, en~lang]
      - [dcterms:title, 年報, zh-Hant~lang]
      - [cg:asOf, "1999-12-31", xsd:date]
"#,
    );
    pack.build().unwrap()
}

/// The chart of such a pack in English.
fn scene_of(knowledge: &civigraph::pipeline::Knowledge) -> Scene {
    let options = Options { languages: vec!["en".to_owned()], title: None, ..options(PageSize::Auto) };
    org(&knowledge.graph, &options).unwrap().draw().first().scene.clone()
}

/// The names of the cards.
fn names(scene: &Scene) -> Vec<&str> {
    scene.cards.iter().map(|card| card.names.first()).collect()
}

#[test]
fn what_the_source_names_first_comes_first() {
    let knowledge = claims(
        "a,Organisation,\nb,Organisation,\nc,Organisation,\nd,Organisation,\ny,Organisation,\nz,Organisation,\nalone,Company,\n",
        "a,memberOf,b,ongoing,30\nz,memberOf,y,ongoing,3\nd,memberOf,b,ongoing,20\nc,memberOf,d,ongoing,40\nalone,cooperatesWith,z,ongoing,1\n",
    );
    let scene = scene_of(&knowledge);
    let place = |name: &str| names(&scene).iter().position(|other| *other == name).unwrap();
    let card = |name: &str| scene.cards[place(name)].frame;
    assert!(place("y") < place("b"), "the small tree of line 3 is the beginning, not the larger one of line 20");
    assert!(card("y").x < card("b").x || card("y").y < card("b").y);
    let (a, d) = (card("a"), card("d"));
    assert!((d.x, d.y) < (a.x, a.y), "among children too: line 20 before line 30");
}

#[test]
fn the_chart_is_one_of_bodies_funds_schemes_and_facilities() {
    let knowledge = claims(
        "ministry,Organisation,\npurse,Fund,\nhall,Facility,\nsite,Website,\nservice,Service,\nempty,AgentGroup,\nfull,AgentGroup,\nmember,Company,\n",
        "ministry,administers,purse,ongoing,1\nministry,manages,hall,ongoing,2\nministry,homepage,site,ongoing,3\n\
         ministry,provides,service,ongoing,4\npurse,funds,empty,ongoing,5\nministry,established,full,ongoing,6\nmember,memberOf,full,ongoing,7\n\
         purse,funds,member,ongoing,8\nhall,builds,member,ongoing,8\n",
    );
    let scene = scene_of(&knowledge);
    let mut drawn = names(&scene);
    drawn.sort_unstable();
    assert_eq!(drawn, ["full", "hall", "member", "ministry", "purse"]);
    let chips: Vec<&str> = scene
        .cards
        .iter()
        .flat_map(|card| card.texts.iter().map(|text| text.words.as_str()))
        .filter(|words| words.contains('→'))
        .collect();
    assert_eq!(chips.len(), 2, "remarks name cards only: {chips:?}");
    let explained = |scene: &Scene| scene.texts.iter().any(|text| text.words.contains("Dashed labels"));
    assert!(explained(&scene));
    let plain = scene_of(&claims("a,Company,\nb,Company,\n", "a,memberOf,b,ongoing,1\n"));
    assert!(!explained(&plain), "what is not there is not explained");
}

#[test]
fn what_does_not_hold_is_dashed_and_shows_its_status() {
    let statuses = [("planned", true), ("underStudy", true), ("considered", true), ("ended", false), ("done", false)];
    let words = ["planned", "under study", "considered", "ended", ""];
    let entities: Vec<String> =
        statuses.iter().map(|(status, _)| format!("the {status},Facility,{status}\n")).collect();
    let relations: Vec<String> =
        statuses.iter().map(|(status, _)| format!("owner,manages,the {status},{status},1\n")).collect();
    let knowledge = claims(
        &format!("owner,Company,\n{}", entities.concat()).replace("the ", "the-"),
        &relations.concat().replace("the ", "the-"),
    );
    let scene = scene_of(&knowledge);
    for ((status, dashed), word) in statuses.iter().zip(words) {
        let card = scene.cards.iter().find(|card| card.names.first() == format!("the-{status}")).unwrap();
        assert_eq!(card.dashed, *dashed, "{status}");
        assert_eq!(card.texts.iter().any(|text| text.words == word), !word.is_empty(), "{status}: {:?}", card.texts);
        let pill = match word {
            "" => "manages".to_owned(),
            "ended" => "ended: manages".to_owned(),
            word => format!("{word}: to manage"),
        };
        assert!(scene.texts.iter().any(|text| text.words == pill), "{status} has no pill `{pill}`");
        let legend = format!("{word} 1");
        assert_eq!(scene.texts.iter().any(|text| text.words == legend), *dashed, "{status}");
    }
    assert_eq!(scene.pills.iter().filter(|pill| pill.dashed).count(), 3);
}

#[test]
fn what_is_there_does_not_hang_on_what_is_only_planned() {
    let knowledge = claims(
        "giver,Government,\nbody,Company,\nhall,Facility,\nother,Company,\n",
        "giver,funds,body,planned,1\nbody,manages,hall,ongoing,2\nother,memberOf,giver,ongoing,3\n",
    );
    let scene = scene_of(&knowledge);
    let card = |name: &str| scene.cards.iter().find(|card| card.names.first() == name).unwrap();
    let is_top = |name: &str| card(name).filled || card(name).tinted;
    assert!(is_top("giver") && is_top("body"), "a tree of its own, in a region");
    assert!(scene.grounds.iter().any(|(_, ground)| *ground == Ground::Region));
    assert!(card("giver").description.contains("planned: to fund → body"), "{}", card("giver").description);
}

#[test]
fn the_foot_names_the_sources_and_their_day_in_the_languages_shown() {
    let knowledge = claims("a,Company,\nb,Company,\n", "a,memberOf,b,ongoing,1\n");
    let foot = |languages: &[&str]| {
        let languages = languages.iter().map(|tag| (*tag).to_owned()).collect();
        let scene = org(&knowledge.graph, &Options { languages, ..options(PageSize::Auto) })
            .unwrap()
            .draw()
            .first()
            .scene
            .clone();
        let texts: Vec<&str> = scene.texts.iter().map(|text| text.words.as_str()).collect();
        texts[texts.len() - 3..].join("\n")
    };
    let (chinese, english) = ("資料來源：年報，截至1999-12-31。", "Source: Annual report, as of 1999-12-31.");
    let one = foot(&["zh-Hant"]);
    assert!(one.contains(chinese) && !one.contains("Source"), "{one}");
    let one = foot(&["en"]);
    assert!(one.contains(english) && !one.contains("資料"), "{one}");
    let both = foot(&["en", "zh-Hant"]);
    assert!(both.contains(&format!("{english} {chinese}")), "{both}");
    assert!(foot(&["fr"]).contains("Source: "), "what has no words of its own is told in English");
}

#[test]
fn heading_and_foot_stay_between_the_margins() {
    let title = "很長的題目 A very long title, ".repeat(12);
    for (page, root) in [(PageSize::Auto, Some("hsitp")), (PageSize::A4, None), (PageSize::Wide, Some("cyberport"))] {
        let root =
            root.map(|id| oxigraph::model::NamedNode::new(format!("https://w3id.org/civigraph/id/hk/{id}")).unwrap());
        let options = Options { title: Some(title.clone()), roots: root.into_iter().collect(), ..options(page) };
        let scene = org(&knowledge().graph, &options).unwrap().draw().first().scene.clone();
        for text in &scene.texts {
            let right = text.x + Measure::new(text.weight).width(&text.words, text.size);
            assert!(text.x > 0.0 && right <= scene.width - 20.0, "`{}` leaves the page", text.words);
            assert!(text.y > 0.0 && text.y <= scene.height, "`{}` leaves the page", text.words);
        }
        let drawn: String = scene.texts.iter().map(|text| text.words.replace(' ', "")).collect();
        assert!(drawn.contains(&title.replace(' ', "")), "the title is drawn whole");
    }
}

#[test]
fn a_page_keeps_its_form_whatever_is_on_it() {
    for (page, forms) in [(PageSize::A4, vec![297.0 / 210.0, 210.0 / 297.0]), (PageSize::Wide, vec![16.0 / 9.0])] {
        let scene = org(&knowledge().graph, &options(page)).unwrap().draw().first().scene.clone();
        let form = scene.width / scene.height;
        assert!(forms.iter().any(|other| (form / other - 1.0).abs() < 1e-6), "{form}");
    }
}

/// Words and classes are in the view; code that named them would draw one pack only.
#[test]
fn code_names_no_class_and_speaks_no_chinese() {
    let mut files = vec![root().join("src/cli/chart.rs")];
    let mut folders = vec![root().join("src/chart")];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let (inner, own): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        folders.extend(inner);
        files.extend(own);
    }
    assert!(files.len() > 30, "the folders of the charts were read");
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "rs")) {
        let text = fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        assert!(!code.contains("cg:") && !code.contains("cg::"), "{} names a term", file.display());
        let chinese = code.chars().find(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
        assert_eq!(chinese, None, "{} has words", file.display());
    }
}
