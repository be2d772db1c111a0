//! Views as data: the built-in ones, and users' own.

use std::fs;

use civigraph::chart::{Chart, Options, PageSize, Scene, stored, view};
use civigraph::error::Error;

use super::{claims, names, options};
use crate::support::{TestPack, knowledge, program, root, select, stderr};

/// A view of the default pack.
fn drawn(name: &str, options: &Options) -> Chart {
    view(&knowledge().graph, name, options).unwrap().draw()
}

/// The errors and warnings of drawing a custom query.
fn own(graph: &civigraph::graph::Graph, text: &str) -> Result<(Scene, String), String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.rq");
    fs::write(&file, text).unwrap();
    let options = Options { languages: vec!["en".to_owned()], ..Options::default() };
    match view(graph, file.to_str().unwrap(), &options) {
        Ok(drawing) => {
            let warnings: Vec<String> =
                drawing.findings.iter().map(|found| format!("{}: {}", found.code, found.message)).collect();
            Ok((drawing.draw().first().scene.clone(), warnings.join("\n")))
        }
        Err(Error::Invalid(faults)) => Err(faults
            .iter()
            .map(|fault| format!("{}: {} {}", fault.code, fault.message, fault.hint.as_deref().unwrap_or_default()))
            .collect()),
        Err(error) => Err(error.to_string()),
    }
}

fn words(scene: &Scene) -> String {
    let texts = scene.cards.iter().flat_map(|card| &card.texts).chain(&scene.texts);
    texts.map(|text| text.words.as_str()).collect::<Vec<_>>().join("\n")
}

/// The words on each label.
fn pills(scene: &Scene) -> Vec<String> {
    let inside = |pill: &civigraph::chart::Pill| {
        let on = |text: &&civigraph::chart::SceneText| {
            let frame = pill.frame;
            text.x >= frame.x && text.x < frame.x + frame.width && text.y > frame.y && text.y <= frame.y + frame.height
        };
        let words: Vec<&str> = scene.texts.iter().filter(on).map(|text| text.words.trim()).collect();
        words.join(" ")
    };
    scene.pills.iter().map(inside).collect()
}

fn overlaps(scene: &Scene) -> Option<String> {
    let frames: Vec<_> = scene
        .cards
        .iter()
        .map(|card| (card.frame, card.description.as_str()))
        .chain(scene.pills.iter().map(|pill| (pill.frame, "a label")))
        .collect();
    for (at, (a, name)) in frames.iter().enumerate() {
        for (b, other) in &frames[at + 1..] {
            let apart = a.x + a.width <= b.x + 1e-6
                || b.x + b.width <= a.x + 1e-6
                || a.y + a.height <= b.y + 1e-6
                || b.y + b.height <= a.y + 1e-6;
            if !apart {
                return Some(format!("{name} and {other} overlap"));
            }
        }
    }
    None
}

#[test]
fn every_view_is_listed_and_drawn_with_its_titles_and_without_overlap() {
    let names: Vec<String> = stored().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["cooperation", "funding", "org", "ownership", "schemes", "timeline"]);
    let help = program().args(["chart", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for (name, title) in stored() {
        assert!(help.contains(&name) && help.contains(&title), "{name} is not in the help");
        for page in [PageSize::Auto, PageSize::A4, PageSize::Wide] {
            let chart = drawn(&name, &options(page));
            for sheet in &chart.pages {
                assert_eq!(overlaps(&sheet.scene), None, "{name}");
                assert!(words(&sheet.scene).contains(&title), "{name} has no title `{title}`");
            }
        }
        let drawing = view(&knowledge().graph, &name, &options(PageSize::Auto)).unwrap();
        assert_eq!(drawing.dot().is_none(), name == "timeline");
        drawing.dot().inspect(|dot| crate::outside_tools::check_dot(dot));
    }
}

#[test]
fn ownership_is_what_the_text_says() {
    let scene = &drawn("ownership", &options(PageSize::Auto)).pages[0].scene;
    let text = words(scene);
    assert!(text.contains("全資擁有") && text.contains("港深創新及科技園有限公司") && text.contains("香港科技園公司"));
}

#[test]
fn funding_names_payers_means_and_amounts_with_their_hedges() {
    let english = Options { languages: vec!["en".to_owned()], ..options(PageSize::Auto) };
    let scene = &drawn("funding", &english).pages[0].scene;
    let labels = pills(scene);
    let text = labels.join("\n");
    for part in [
        "over HK$2.6 billion approved",
        "of which over HK$1.3 billion",
        "up to HK$8 million a year each",
        "about HK$12.9 million approved",
        "HK$5.41 billion approved",
        "planned: to fund",
    ] {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
    let chinese = Options { languages: vec!["zh-Hant".to_owned()], ..options(PageSize::Auto) };
    let text = pills(&drawn("funding", &chinese).pages[0].scene).join("\n").replace(' ', "");
    assert!(text.contains("批撥逾26億港元") && text.contains("其中") && !text.contains("billion"), "{text}");
    assert!(text.contains("每年每個最多1,000萬港元"), "{text}");
    // What two give together appears once (164-166), with its period; what is granted is on no line
    // that is only planned (175-177); a means is not a receiver (189-191, 360).
    let joint: Vec<&String> = labels.iter().filter(|label| label.contains("5.41 billion")).collect();
    assert_eq!(joint.len(), 1, "{joint:?}");
    assert!(joint[0].contains("together") && joint[0].contains("2018-19"), "{joint:?}");
    assert!(labels.iter().any(|label| label.contains("through")));
    let granted = labels.iter().find(|label| label.contains("HK$10 billion approved")).unwrap();
    assert!(granted.starts_with("Money granted HK$10 billion approved"), "{granted}");
    // From the Government through the scheme to the universities: two arrows.
    let card = |name: &str| scene.cards.iter().position(|card| card.description.starts_with(name)).unwrap();
    let (government, scheme) = (card("Government of the Hong Kong"), card("Technology Start-up Support Scheme"));
    let joined = |from, to| scene.lines.iter().any(|line| line.ends == (from, to) && line.arrow);
    assert!(joined(government, scheme) && joined(scheme, card("Six local universities under")));
    assert!(scene.lines.iter().any(|line| line.dashed) && scene.lines.iter().any(|line| !line.dashed));
}

#[test]
fn cooperation_goes_through_its_mechanism() {
    let text = words(&drawn("cooperation", &options(PageSize::Auto)).pages[0].scene);
    for part in ["內地與香港科技合作委員會", "Mainland", "深圳市人民政府", "合作", "party to"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("Hong Kong Police"), "both are in Hong Kong");
}

/// The words on a card, in order, as lines that are read on.
fn read(card: &civigraph::chart::Card) -> String {
    card.texts.iter().map(|text| text.words.trim()).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_timeline_is_a_list_by_year_and_counts_what_has_no_date() {
    let english = Options { languages: vec!["en".to_owned()], ..options(PageSize::Auto) };
    let scene = &drawn("timeline", &english).pages[0].scene;
    let text = words(scene);
    for part in ["2004", "2013", "2019", "Q3 2020", "Nov 2019", "end of 2019", "31 Dec 2019", "planned · "] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let years: Vec<(i64, f64, f64)> =
        scene.texts.iter().filter_map(|text| Some((text.words.parse().ok()?, text.x, text.y))).collect();
    // Every statement stands below its year: the nearest above it in its column.
    let year_of = |card: &civigraph::chart::Card| {
        let above = years.iter().filter(|(_, x, y)| (x - card.frame.x).abs() < 1.0 && *y < card.frame.y + 1.0);
        above.max_by(|a, b| a.2.total_cmp(&b.2)).unwrap().0
    };
    for (start, year) in [("Feb 2019", 2019), ("31 Dec 2019", 2019), ("planned · Q4 2020", 2020), ("2014", 2014)] {
        let cards: Vec<_> = scene.cards.iter().filter(|card| card.description.starts_with(start)).collect();
        assert!(!cards.is_empty() && cards.iter().all(|card| year_of(card) == year), "{start}");
    }
    let order: Vec<i64> = scene.cards.iter().map(year_of).collect();
    assert!(order.is_sorted(), "{order:?}");
    // What is stated for the year as a whole names no part of it.
    let whole = scene.cards.iter().find(|card| card.description.starts_with("2014")).unwrap();
    assert!(!read(whole).contains("2014"), "{}", read(whole));
    assert!(text.contains("Not drawn, since no date is stated: "), "{text}");
    let planned = Options { statuses: vec!["planned".to_owned()], ..english };
    let scene = &drawn("timeline", &planned).pages[0].scene;
    assert!(scene.cards.iter().all(|card| card.dashed) && scene.cards.len() >= 5, "{}", scene.cards.len());
}

#[test]
fn the_timeline_is_told_in_sentences_with_bold_figures() {
    let english = Options { languages: vec!["en".to_owned()], ..options(PageSize::Auto) };
    let scene = drawn("timeline", &english).pages[0].scene.clone();
    let told: Vec<String> = scene.cards.iter().map(read).collect();
    for sentence in [
        "About HK$1.2 billion granted through Researcher Programme",
        "Wi-Fi.HK has over 35,000 hotspots",
        "Researcher Programme: longest period of employment changed from 2 to 3 years",
        "2,051 people",
        "Innovation and Technology Commission and Ministry of Science and Technology launched Mainland-Hong Kong Joint Funding Scheme",
        "Researcher Programme was launched",
    ] {
        assert!(told.iter().any(|told| told.contains(sentence)), "{sentence} is not in\n{}", told.join("\n"));
    }
    for machine in ["HKD", " person", "3 year ", "Money granted", "launch of"] {
        assert!(!told.iter().any(|told| told.contains(machine)), "{machine} is in\n{}", told.join("\n"));
    }
    let bold = |figure: &str| {
        let mut texts = scene.cards.iter().flat_map(|card| &card.texts);
        texts.any(|text| text.words.contains(figure) && text.weight == civigraph::chart::scene::text::Weight::Bold)
    };
    assert!(bold("HK$1.2 billion") && bold("35,000 hotspots") && bold("2,051 people"));
    let chinese = Options { languages: vec!["zh-Hant".to_owned()], ..options(PageSize::Auto) };
    let told: Vec<String> = drawn("timeline", &chinese).pages[0].scene.cards.iter().map(read).collect();
    let told = told.join("\n").replace(' ', "");
    for sentence in ["透過研究員計劃批出約12億港元", "最長聘用期由2年改為3年", "香港特別行政區政府將推出智方便"]
    {
        assert!(told.contains(sentence), "{sentence} is not in\n{told}");
    }
}

/// `cases/charts/timeline`: the legend said one planned, nine were drawn.
#[test]
fn the_legend_of_the_timeline_counts_what_is_drawn() {
    use civigraph::chart::{MarkShape, Sample};
    for (page, languages) in
        [(PageSize::Auto, vec!["en"]), (PageSize::A4, vec!["zh-Hant", "en"]), (PageSize::Wide, vec!["en"])]
    {
        let options = Options { languages: languages.into_iter().map(str::to_owned).collect(), ..options(page) };
        for sheet in &drawn("timeline", &options).pages {
            let scene = &sheet.scene;
            // The word beside each sample ends in its count.
            let count = |frame: &civigraph::chart::Frame| {
                let beside = |text: &&civigraph::chart::SceneText| {
                    text.x > frame.x && text.x < frame.x + frame.width + 6.0 && (text.y - frame.y - 7.6).abs() < 0.1
                };
                let text = scene.texts.iter().find(beside).unwrap();
                text.words.rsplit(' ').next().unwrap().parse::<usize>().unwrap()
            };
            for mark in [MarkShape::Done, MarkShape::Ongoing, MarkShape::Planned, MarkShape::Ended] {
                let told: usize = scene
                    .samples
                    .iter()
                    .filter(|(_, sample)| *sample == Sample::Mark(mark))
                    .map(|(frame, _)| count(frame))
                    .sum();
                let drawn = scene.cards.iter().filter(|card| card.mark == Some(mark)).count();
                assert_eq!(told, drawn, "{mark:?}");
            }
            let kinds: usize = scene
                .samples
                .iter()
                .filter(|(_, sample)| matches!(sample, Sample::Colour(_)))
                .map(|(frame, _)| count(frame))
                .sum();
            assert_eq!(kinds, scene.cards.len());
        }
    }
}

#[test]
fn kinds_and_statuses_choose_in_all_views() {
    let chosen = |name: &str, kinds: &[&str], statuses: &[&str]| {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let options = Options { kinds: texts(kinds), statuses: texts(statuses), ..options(PageSize::Auto) };
        view(&knowledge().graph, name, &options).map(|drawing| drawing.draw().pages[0].scene.clone())
    };
    let all = chosen("funding", &[], &[]).unwrap().cards.len();
    let funds = chosen("funding", &["cg:Fund", "Group of agents"], &[]).unwrap();
    assert!(funds.cards.len() < all && words(&funds).contains("創科創投基金"));
    assert!(!words(&funds).contains("香港特別行政區政府\n"));
    let planned = chosen("funding", &[], &["計劃中"]).unwrap();
    assert!(planned.lines.iter().all(|line| line.dashed) && !planned.lines.is_empty());
    // A class includes its subclasses; a local kind is given by its label in any language.
    assert!(chosen("org", &["cg:Organisation"], &[]).is_ok());
    assert!(chosen("org", &["Industrial estate", "公司"], &[]).is_ok());
    for (kinds, statuses, part) in [
        (&["Organistaion"][..], &[][..], "did you mean `organisation`"),
        (&[], &["plannd"], "did you mean `planned`"),
        (&["cg:Fund"], &["ended"], "the view has no status"),
        (&["Person"], &[], "nothing to draw"),
    ] {
        let Err(Error::Invalid(faults)) = chosen("schemes", kinds, statuses) else { panic!("{kinds:?} {statuses:?}") };
        let said: String = faults.iter().map(|fault| format!("{} {:?}", fault.message, fault.hint)).collect();
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn unknown_views_get_a_suggestion() {
    let output = program().args(["chart", "fundng", "-o", "x.svg"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("[unknown-view]") && stderr(&output).contains("did you mean `funding`"));
    let output = program().args(["chart", "nowhere.rq", "-o", "x.svg"]).output().unwrap();
    assert!(output.status.code() == Some(2) && stderr(&output).contains("nowhere.rq"), "{}", stderr(&output));
}

#[test]
fn custom_queries_are_drawn() {
    let knowledge = claims("a,Company,\nb,Company,\n", "a,memberOf,b,ongoing,1\n");
    let graph = &knowledge.graph;
    let (scene, warnings) =
        own(graph, "CONSTRUCT { ?a <http://example.org/knows> ?b } WHERE { ?a cg:memberOf ?b }").unwrap();
    assert_eq!((scene.cards.len(), scene.lines.len(), warnings.as_str()), (2, 1, ""));
    assert!(words(&scene).contains("knows"), "{}", words(&scene));
    let (scene, _) =
        own(graph, "SELECT ?source ?relation ?target ('HKD 5'  AS ?label) { ?source ?relation ?target . FILTER(?relation = cg:memberOf) }").unwrap();
    assert!(words(&scene).contains("HKD 5"));
    // Things unknown to the pack are drawn by their IRI.
    let (scene, _) = own(
        graph,
        "CONSTRUCT { ex:one ex:to ex:two . ex:two ex:to ex:one . ex:one ex:to ex:one } {}"
            .replace("ex:", "cg:")
            .as_str(),
    )
    .unwrap();
    assert_eq!((scene.cards.len(), scene.lines.len()), (2, 2), "what a thing says of itself is on its card");
    assert!(words(&scene).contains('→'));
}

#[test]
fn literals_are_left_out_and_nothing_is_reported() {
    let knowledge = claims("a,Company,\nb,Company,\n", "a,memberOf,b,ongoing,1\n");
    let graph = &knowledge.graph;
    let (scene, warnings) =
        own(graph, "CONSTRUCT { ?a cg:memberOf ?b . ?a <http://example.org/name> ?l } WHERE { ?a cg:memberOf ?b ; skos:prefLabel ?l }").unwrap();
    assert_eq!(scene.cards.len(), 2);
    assert!(
        warnings.contains("literal-in-view: relations of the view that lead to a literal or blank node: 1"),
        "{warnings}"
    );
    for text in [
        "CONSTRUCT { ?a <http://example.org/name> ?l } WHERE { ?a skos:prefLabel ?l }",
        "SELECT ?source ?relation ?target { ?source ?relation ?target FILTER(false) }",
        "SELECT ?x { ?x a cg:Company }",
        "ASK { ?x a cg:Company }",
        "# ---\n# layout: timeline\n# ---\nSELECT ?source ?date { ?source a cg:Company BIND('soon' AS ?date) }",
        "# ---\n# layout: tree\n# ---\nSELECT ?source ?relation ?target { ?source ?relation ?target FILTER(false) }",
    ] {
        let said = own(graph, text).unwrap_err();
        assert!(said.contains("empty-view"), "{text}: {said}");
    }
}

#[test]
fn dates_without_a_year_are_reported() {
    let knowledge = claims("a,Company,\nb,Company,\n", "a,memberOf,b,ongoing,1\n");
    let view = "# ---\n# layout: timeline\n# ---\n\
        SELECT ?source ?relation ?target ?date { ?source ?relation ?target . FILTER(?relation = cg:memberOf)\
        VALUES ?date { '--04' '2019-04' 'April' '2018/2019' '2020-35' } }";
    let (scene, warnings) = own(&knowledge.graph, view).unwrap();
    assert_eq!(scene.cards.len(), 3);
    assert!(warnings.contains("date-without-year: dates without a year: 2, such as `"), "{warnings}");
    assert!(words(&scene).contains("Not drawn, since no date is stated: 2."));
    assert!(words(&scene).contains("2018 to 2019") && words(&scene).contains("Q3 2020"));
    assert_eq!(overlaps(&scene), None);
}

#[test]
fn of_conflicting_priorities_the_first_branch_counts() {
    let knowledge = claims(
        "a,Company,\nb,Company,\nc,Company,\n",
        "a,memberOf,b,ongoing,1\na,subsidiaryOf,c,ongoing,2\nc,manages,a,ongoing,3\nb,manages,a,ongoing,4\n",
    );
    let tree = |branches: &str| {
        let view = format!(
            "# ---\n# layout: tree\n# branches:\n{branches}# ---\nSELECT ?source ?relation ?target {{ ?c rdf:subject ?source ; rdf:predicate ?relation ; rdf:object ?target }}"
        );
        let (scene, warnings) = own(&knowledge.graph, &view).unwrap();
        let names: Vec<String> = names(&scene).into_iter().map(str::to_owned).collect();
        let line = scene.lines[0].ends;
        (format!("{}>{}", names[line.0], names[line.1]), warnings)
    };
    let (member, subsidiary) =
        ("#   - {relation: cg:memberOf, child: source}\n", "#   - {relation: cg:subsidiaryOf, child: source}\n");
    assert_eq!(tree(&format!("{member}{subsidiary}")).0, "b>a");
    assert_eq!(tree(&format!("{subsidiary}{member}")).0, "c>a");
    // A relation named twice with both ends: the first counts, and no cycle results.
    let (said, warnings) =
        tree("#   - {relation: cg:manages, child: target}\n#   - {relation: cg:manages, child: source}\n");
    assert!(said.ends_with(">a") && warnings.is_empty(), "{said} {warnings}");
}

/// `cases/first-hour/one-claim-hides-plain`: plain triples and claims in one pack.
#[test]
fn one_claim_hides_no_plain_relation_in_any_view() {
    let pack = TestPack::new();
    pack.write("people.csv", "id,name,age,kind,boss\nann,Ann,50,staff,\nbob,Bob,,guest,ann\neve,Eve,,guest,ann\n");
    pack.write(
        "claims.csv",
        "id,subject,relation,object,status\nc1,bob,supports,ann,planned\nc2,eve,partOf,ann,ongoing\n",
    );
    pack.replace(
        "datapackage.json",
        "  ],\n  \"civigraph\"",
        ", {\"name\": \"claims\", \"path\": \"claims.csv\", \"schema\": {\"fields\": [
           {\"name\": \"id\"}, {\"name\": \"subject\"}, {\"name\": \"relation\"}, {\"name\": \"object\"}, {\"name\": \"status\"}]}}],
           \"civigraph\"",
    );
    pack.replace("mapping.yml", "prefixes:\n", "prefixes:\n  cg: https://w3id.org/civigraph/def#\n  c: https://w3id.org/civigraph/code#\n  rdf: http://www.w3.org/1999/02/22-rdf-syntax-ns#\n");
    pack.replace("mapping.yml", "[a, ex:Person]", "[a, cg:Company]");
    pack.replace("mapping.yml", "[ex:boss, ex:$(boss)~iri]", "[cg:partOf, ex:$(boss)~iri]");
    let mapping = fs::read_to_string(pack.path().join("mapping.yml")).unwrap();
    pack.write(
        "mapping.yml",
        mapping
            + "  claim:
    sources: [[claims.csv~csv]]
    s: ex:claim/$(id)
    po:
      - [a, cg:Claim]
      - [rdf:subject, ex:$(subject)~iri]
      - [rdf:predicate, cg:$(relation)~iri]
      - [rdf:object, ex:$(object)~iri]
      - [cg:status, c:$(status)~iri]
",
    );
    let graph = &pack.build().unwrap().graph;
    // A relation stated in both ways is one relation, the one with the status.
    for (view, expected) in [
        ("org", vec!["bob partOf ann", "bob supports ann c:planned", "eve partOf ann c:ongoing"]),
        ("relations", vec!["bob partOf ann", "bob supports ann c:planned", "eve partOf ann c:ongoing"]),
        ("ownership", vec!["bob partOf ann", "eve partOf ann c:ongoing"]),
    ] {
        let text = fs::read_to_string(root().join(format!("queries/views/{view}.rq"))).unwrap();
        let mut rows: Vec<String> = select(graph, &text)
            .into_iter()
            .map(|row| row.join(" ").replace("ex:", "").replace("cg:", "").trim().to_owned())
            .collect();
        rows.sort();
        assert_eq!(rows, expected, "{view}");
    }
    let text = fs::read_to_string(root().join("queries/views/entities.rq")).unwrap();
    assert_eq!(select(graph, &text).len(), 3);
}
