//! The chart of people: posts, vacancies in their place, assistants, co-heads, second superiors, photos, grades.

use std::fs;
use std::path::Path;

use civigraph::chart::{Card, Frame, Line, Options, PageSize, Scene, view};
use civigraph::pack::Pack;
use civigraph::pipeline::{self, Knowledge};

use super::options;
use crate::support::{TestPack, program, stderr};

/// Staff: who is under whom, whom they assist, whom they also report to, and with whom they head a unit.
const STAFF: &str = "id,name,post,class,boss,assists,also,cohead
jt,Jamie Torres,CEO,Person,,,,
pa,Sam Ito,Executive assistant,Person,,jt,,
cto,Raj Patel,CTO,Person,jt,,,
cto2,Lena Vogt,Co-CTO,Person,jt,,,cto
cpo,Ellen Wu,CPO,Person,jt,,,
e1,Alex Kim,Senior engineer,Person,cto,,,
v1,Vacant,Staff engineer,Vacancy,cto,,,
e3,Mia Sun,Engineer,Person,cto2,,,
pm1,Tyler Brooks,Product manager,Person,cpo,,cto,
d1,Ana Rossi,Designer,Person,cpo,,cto,
";

fn staff(rows: &str) -> (TestPack, Knowledge) {
    let pack = TestPack::new();
    pack.write("people.csv", rows);
    let fields: Vec<String> = rows
        .lines()
        .next()
        .unwrap()
        .split(',')
        .map(|name| format!("{{\"name\": \"{name}\", \"type\": \"string\"}}"))
        .collect();
    pack.write(
        "datapackage.json",
        format!(
            r#"{{"name": "hr", "title": "Staff", "resources": [{{"name": "people", "path": "people.csv",
            "schema": {{"fields": [{}]}}}}],
            "civigraph": {{"base": "https://example.org/", "prefixes": {{"ex": "https://example.org/"}},
            "languages": ["en"], "mapping": "mapping.yml"}}}}"#,
            fields.join(", ")
        ),
    );
    pack.write(
        "mapping.yml",
        "prefixes:\n  ex: https://example.org/\n  skos: http://www.w3.org/2004/02/skos/core#\nmappings:\n  person:\n    sources:\n      - [people.csv~csv]\n    s: ex:$(id)\n    po:\n      - [a, ex:$(class)~iri]\n      - [skos:prefLabel, $(name), en~lang]\n      - [ex:post, $(post), en~lang]\n      - [ex:reportsTo, ex:$(boss)~iri]\n      - [ex:assistantTo, ex:$(assists)~iri]\n      - [ex:alsoTo, ex:$(also)~iri]\n      - [ex:coHeadOf, ex:$(cohead)~iri]\n",
    );
    let (knowledge, _) = pipeline::build(&Pack::open(pack.path()).unwrap()).unwrap();
    (pack, knowledge)
}

const VIEW: &str = "# ---
# layout: tree
# branches:
#   - {relation: ex:reportsTo, child: source}
# assistants: [ex:assistantTo]
# pairs: [ex:coHeadOf]
# dotted: [ex:alsoTo]
# card: {post: [ex:post]}
# ---
PREFIX c: <https://w3id.org/civigraph/code#>
SELECT ?source ?relation ?target ?status WHERE {
  VALUES ?relation { ex:reportsTo ex:assistantTo ex:alsoTo ex:coHeadOf }
  ?source ?relation ?target . OPTIONAL { ?source a ex:Vacancy BIND(c:vacant AS ?status) }
}";

fn draw(knowledge: &Knowledge, query: &str, more: Options) -> (Scene, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.rq");
    fs::write(&file, query).unwrap();
    let options = Options { languages: vec!["en".to_owned()], ..more };
    let drawing = view(&knowledge.graph, file.to_str().unwrap(), &options).unwrap();
    let said: Vec<String> = drawing.findings.iter().map(|found| format!("{}: {}", found.code, found.message)).collect();
    (drawing.draw().first().scene.clone(), said.join("\n"))
}

fn card<'a>(scene: &'a Scene, name: &str) -> &'a Card {
    scene.cards.iter().find(|card| card.names.first() == name).unwrap_or_else(|| panic!("no card of {name}"))
}

fn words(card: &Card) -> Vec<&str> {
    card.texts.iter().map(|text| text.words.as_str()).collect()
}

/// Whether a line runs through a card, and not only to its border.
fn crosses(line: &Line, frame: &Frame) -> bool {
    line.points.windows(2).any(|piece| {
        let ((x1, y1), (x2, y2)) = (piece[0], piece[1]);
        x1.max(x2) > frame.x + 1e-6
            && x1.min(x2) < frame.x + frame.width - 1e-6
            && y1.max(y2) > frame.y + 1e-6
            && y1.min(y2) < frame.y + frame.height - 1e-6
    })
}

fn no_line_crosses_a_card(scene: &Scene) {
    for line in &scene.lines {
        for card in &scene.cards {
            assert!(!crosses(line, &card.frame), "{:?} runs through {}", line.points, card.description);
        }
        for piece in line.points.windows(2) {
            let ((x1, y1), (x2, y2)) = (piece[0], piece[1]);
            assert!((x1 - x2).abs() < 1e-6 || (y1 - y2).abs() < 1e-6, "{piece:?} is slanted");
        }
    }
}

#[test]
fn posts_assistants_co_heads_vacancies_and_dotted_lines_have_their_places() {
    let (_pack, knowledge) = staff(STAFF);
    let (scene, said) = draw(&knowledge, VIEW, options(PageSize::Auto));
    assert_eq!(said, "");
    no_line_crosses_a_card(&scene);
    for (name, post) in [("Jamie Torres", "CEO"), ("Raj Patel", "CTO"), ("Ana Rossi", "Designer")] {
        assert_eq!(words(card(&scene, name)), [name, post], "the post is below the name");
    }
    // A vacant post is among its siblings, dashed, and in the legend.
    let vacancy = card(&scene, "Vacant");
    assert!(vacancy.dashed && words(vacancy).contains(&"Staff engineer"));
    assert!(scene.texts.iter().any(|text| text.words == "vacant 1"));
    let index = |name: &str| scene.cards.iter().position(|card| card.names.first() == name).unwrap();
    let is_under = |child: &str, parent: &str| {
        scene.lines.iter().any(|line| line.ends == (index(parent), index(child)) && !line.dotted)
    };
    assert!(is_under("Vacant", "Raj Patel") && is_under("Alex Kim", "Raj Patel"));
    // An assistant is beside the line, between the boss and those who report.
    let (boss, assistant, report) =
        (card(&scene, "Jamie Torres").frame, card(&scene, "Sam Ito").frame, card(&scene, "Ellen Wu").frame);
    assert!(assistant.y > boss.y + boss.height && assistant.y + assistant.height < report.y);
    assert!(is_under("Sam Ito", "Jamie Torres"));
    // Co-heads are side by side, and what is below either is below the pair.
    let (one, other) = (card(&scene, "Raj Patel").frame, card(&scene, "Lena Vogt").frame);
    assert!((one.y - other.y).abs() < 1e-6 && other.x > one.x + one.width && other.x - one.x - one.width < 30.0);
    assert!(is_under("Mia Sun", "Raj Patel"), "who reports to one of the pair is below it");
    // A second superior has a dotted line that begins at one card and ends at the other.
    let dotted: Vec<&Line> = scene.lines.iter().filter(|line| line.dotted).collect();
    assert_eq!(dotted.len(), 2);
    for line in dotted {
        let touches = |point: (f64, f64), frame: &Frame| {
            point.0 >= frame.x - 1e-6
                && point.0 <= frame.x + frame.width + 1e-6
                && point.1 >= frame.y - 1e-6
                && point.1 <= frame.y + frame.height + 1e-6
        };
        assert!(touches(line.points[0], &one), "{:?}", line.points);
        assert!(touches(*line.points.last().unwrap(), &scene.cards[line.ends.1].frame));
    }
    assert!(scene.texts.iter().any(|text| text.words == "↑ also to"), "the legend says what dotted lines are");
    assert!(scene.texts.iter().any(|text| text.words == "↑ reports to"), "what is on all lines is said once");
    assert!(scene.pills.is_empty() && !scene.cards.iter().any(|card| !card.chips.is_empty()));
}

#[test]
fn the_label_of_a_hierarchy_is_on_the_card_and_a_plain_query_has_the_boss_on_top() {
    let (_pack, knowledge) = staff(STAFF);
    let labelled = "# ---\n# branches: [{relation: ex:reportsTo, child: source}]\n# ---\nSELECT ?source ?relation ?target ?label { VALUES ?relation { ex:reportsTo } ?source ?relation ?target . ?source ex:post ?label }";
    let (scene, _) = draw(&knowledge, labelled, options(PageSize::Auto));
    assert_eq!(words(card(&scene, "Ellen Wu")), ["Ellen Wu", "CPO"]);
    let plain = "CONSTRUCT { ?a ex:reportsTo ?b } WHERE { ?a ex:reportsTo ?b }";
    let (scene, _) = draw(&knowledge, plain, options(PageSize::Auto));
    let top = card(&scene, "Jamie Torres");
    assert!(top.filled && scene.cards.iter().all(|card| card.iri == top.iri || card.frame.y > top.frame.y));
}

#[test]
fn a_second_parent_is_a_dotted_line_and_a_page_without_the_other_end_says_it_on_the_card() {
    let mut rows =
        STAFF.replace("e1,Alex Kim,Senior engineer,Person,cto,,,", "e1,Alex Kim,Senior engineer,Person,cto,,jt,");
    for n in 0..120 {
        rows.push_str(&format!("x{n},Person {n},Post {n},Person,cpo,,,\n"));
    }
    let (_pack, knowledge) = staff(&rows);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.rq");
    fs::write(&file, VIEW).unwrap();
    let options = Options { languages: vec!["en".to_owned()], ..options(PageSize::A4) };
    let chart = view(&knowledge.graph, file.to_str().unwrap(), &options).unwrap().draw();
    assert!(chart.pages.len() > 1);
    for sheet in &chart.pages {
        no_line_crosses_a_card(&sheet.scene);
        for card in sheet.scene.cards.iter().filter(|card| card.names.first() == "Alex Kim") {
            let there = sheet.scene.cards.iter().any(|card| card.names.first() == "Jamie Torres");
            let is_said = card.description.contains("also to → Jamie Torres");
            assert!(is_said != there, "a line or a remark: {}", card.description);
        }
    }
}

#[test]
fn forty_children_and_a_person_with_two_posts_are_drawn() {
    let mut rows = "id,name,post,class,boss,assists,also,cohead\nb,Boss,Head,Person,,,,\n".to_owned();
    for n in 1..=40 {
        rows.push_str(&format!("p{n},Person {n},Post {n},Person,b,,,\n"));
    }
    rows.push_str("p7,Person 7,Deputy,Person,p3,,,\n");
    let (_pack, knowledge) = staff(&rows);
    let (scene, _) = draw(&knowledge, VIEW, options(PageSize::A4));
    no_line_crosses_a_card(&scene);
    assert_eq!(scene.cards.len(), 41);
    let two = card(&scene, "Person 7");
    assert!(words(two).contains(&"Post 7") && words(two).contains(&"Deputy"), "{:?}", words(two));
    assert_eq!(scene.lines.iter().filter(|line| line.dotted).count(), 1, "the second superior");
}

/// A small picture.
fn png(path: &Path) {
    let mut bytes = Vec::new();
    bytes.extend(include_bytes!("photo.png"));
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_staff_list_has_photos_numbers_vacancies_and_grades() {
    let folder = tempfile::tempdir().unwrap();
    png(&folder.path().join("jt.png"));
    fs::write(folder.path().join("x.txt"), "no picture").unwrap();
    fs::write(
        folder.path().join("staff.csv"),
        "id,name,post,manager,grade,headcount,photo\n1,Jamie Torres,CEO,,D8,120,jt.png\n2,Raj Patel,CTO,1,D6,40,\n3,Lena Vogt,Engineer,2,M10,,none.png\n4,Alex Kim,Senior engineer,2,M9,,\n5,Ana Rossi,Designer,1,M9,,x.txt\n6,,Head of sales,1,D6,,\n",
    )
    .unwrap();
    let run = |arguments: &[&str]| program().current_dir(folder.path()).args(arguments).output().unwrap();
    for file in ["a.svg", "a.png", "a.pdf", "a.html"] {
        let output = run(&["chart", "org", "staff.csv", "-o", file]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let said = stderr(&output);
        assert!(said.contains("the photo of Lena Vogt, `none.png`, does not exist"), "{said}");
        assert!(said.contains("the photo of Ana Rossi, `x.txt`, is neither a PNG nor a JPEG"), "{said}");
    }
    let svg = fs::read_to_string(folder.path().join("a.svg")).unwrap();
    assert_eq!(svg.matches("<image ").count(), 1);
    for part in [">CEO</text>", ">120 people</text>", ">Head of sales</text>", ">vacant</text>", ">vacant 1</text>"] {
        assert!(svg.contains(part), "{part}");
    }
    let html = fs::read_to_string(folder.path().join("a.html")).unwrap();
    assert!(html.contains("<image ") && html.contains("img-src data:"));
    // Cards of one grade are on one level, whoever is between.
    let output = run(&["chart", "org", "staff.csv", "--level", "grade", "-o", "l.svg"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let svg = fs::read_to_string(folder.path().join("l.svg")).unwrap();
    let y = |name: &str| {
        let end = svg.find(&format!(">{name}</text>")).unwrap();
        let start = svg[..end].rfind("<text ").unwrap();
        let text = &svg[start..end];
        text.split("y=\"").nth(1).unwrap().split('"').next().unwrap().parse::<f64>().unwrap()
    };
    assert!((y("Alex Kim") - y("Ana Rossi")).abs() < 1e-6, "both have M9");
    assert!(y("Raj Patel") < y("Alex Kim") && y("Alex Kim") < y("Lena Vogt"));
    let output = run(&["chart", "org", "staff.csv", "--level", "grad", "-o", "l.svg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("[unknown-level]"), "{}", stderr(&output));
}
