//! What users ask for: parts, what stands out, words, directions, sizes, views of a pack, other programs.

use std::collections::BTreeSet;
use std::fs;

use civigraph::chart::{Card, LineDirection, Options, PageSize, Scene, Sheet, view};
use civigraph::error::Error;
use oxigraph::model::NamedNode;
use proptest::prelude::*;

use super::{bad_input, options};
use crate::outside_tools::python;
use crate::support::{TestPack, knowledge, program, stderr, stdout};

fn english() -> Options {
    Options { languages: vec!["en".to_owned()], ..options(PageSize::Auto) }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn entity(id: &str) -> NamedNode {
    NamedNode::new(format!("https://w3id.org/civigraph/id/hk/{id}")).unwrap()
}

fn drawn(name: &str, options: &Options) -> Scene {
    view(&knowledge().graph, name, options).unwrap().draw().first().scene.clone()
}

fn refused(name: &str, options: &Options) -> String {
    let Err(Error::Invalid(faults)) = view(&knowledge().graph, name, options) else { panic!("it should be refused") };
    faults.iter().map(|fault| format!("{}: {} {:?}", fault.code, fault.message, fault.hint)).collect()
}

fn ids(scene: &Scene) -> BTreeSet<String> {
    scene.cards.iter().map(|card| card.iri.rsplit('/').next().unwrap().to_owned()).collect()
}

fn words(scene: &Scene) -> String {
    scene.every_text().map(|text| text.words.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn several_roots_are_drawn_each_once() {
    let roots = |ids: &[&str]| Options { roots: ids.iter().map(|id| entity(id)).collect(), ..english() };
    let (parks, cyberport) = (drawn("org", &roots(&["hkstp"])), drawn("org", &roots(&["cyberport"])));
    let both = drawn("org", &roots(&["cyberport", "hkstp"]));
    let expected: BTreeSet<String> = ids(&parks).union(&ids(&cyberport)).cloned().collect();
    assert_eq!(ids(&both), expected);
    assert_eq!(both.cards.len(), expected.len());
    // What is below another root is drawn there only.
    let nested = drawn("org", &roots(&["hkstp", "science-park"]));
    assert_eq!((ids(&nested), nested.cards.len()), (ids(&parks), parks.cards.len()));
    // In a network and a list, too.
    let payers = drawn("funding", &roots(&["cyberport", "ugc"]));
    assert!(ids(&payers).contains("ugc-rgc-rd-grants") && ids(&payers).contains("cyberport"));
    assert!(!drawn("timeline", &roots(&["hkstp", "ogcio"])).cards.is_empty());
}

#[test]
fn what_is_hidden_is_gone_with_what_is_below_it() {
    let hide = |names: &[&str]| Options { hide: texts(names), ..english() };
    let all = ids(&drawn("org", &english()));
    let without = ids(&drawn("org", &hide(&["hkstp"])));
    assert!(all.contains("science-park") && !without.contains("hkstp") && !without.contains("science-park"));
    let without = ids(&drawn("org", &hide(&["cg:Scheme"])));
    assert!(all.contains("it-scholarship") && !without.contains("it-scholarship"));
    // A relation by its label.
    let lines = |options: &Options| words(&drawn("funding", options));
    assert!(lines(&english()).contains("invests in") && !lines(&hide(&["invests in"])).contains("invests in"));
    let told = |options: &Options| drawn("timeline", options).cards.len();
    assert!(told(&hide(&["launched"])) < told(&english()) && told(&hide(&["hksarg"])) < told(&english()));
    let said = refused("org", &hide(&["hkst"]));
    assert!(said.starts_with("unknown-entity") && said.contains("did you mean `hkstp`"), "{said}");
}

#[test]
fn what_is_highlighted_has_a_ring_and_must_be_there() {
    let highlight = |names: &[&str]| Options { highlight: texts(names), ..english() };
    for name in ["org", "funding", "timeline"] {
        let scene = drawn(name, &highlight(&["itf"]));
        let ringed: Vec<&Card> = scene.cards.iter().filter(|card| card.is_highlighted).collect();
        assert!(!ringed.is_empty() && ringed.len() < scene.cards.len(), "{name}: {}", ringed.len());
        assert!(name == "timeline" || ringed.iter().all(|card| card.iri.ends_with("/itf")), "{name}");
    }
    let funds = drawn("org", &highlight(&["Fund"]));
    let is_fund = |card: &&Card| card.class.iter().any(|label| label == "Fund");
    assert_eq!(
        funds.cards.iter().filter(|card| card.is_highlighted).count(),
        funds.cards.iter().filter(is_fund).count()
    );
    let part = Options { roots: vec![entity("cyberport")], ..highlight(&["itf"]) };
    assert!(refused("org", &part).starts_with("unknown-entity"));
    // The ring is in every format.
    let drawing = view(&knowledge().graph, "org", &highlight(&["Fund"])).unwrap();
    assert!(drawing.draw().first().svg().contains("stroke-width=\"2.6\""));
}

#[test]
fn lines_of_the_page_and_words_on_lines_can_be_chosen() {
    let own = Options {
        title: Some("Ours".to_owned()),
        subtitle: Some("As we see it".to_owned()),
        foot: Some("Made by us\nin 2019".to_owned()),
        words: Some(false),
        ..english()
    };
    let scene = drawn("funding", &own);
    let text = words(&scene);
    for line in ["Ours", "As we see it", "Made by us", "in 2019", "HK$5.41 billion"] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    for line in ["Source:", "Arrows go", "invests in", "planned: to fund"] {
        assert!(!text.contains(line), "{line} is in\n{text}");
    }
    assert!(drawn("org", &Options { words: Some(false), ..english() }).pills.is_empty());
}

#[test]
fn lines_lead_in_the_direction_asked_for() {
    let pack = bad_input::bodies("a,A,,,\nb,B,,,a\nc,C,,,a\nd,D,,,c\ne,E,,,c\nf,F,,,\n");
    let graph = pack.build().unwrap().graph;
    for direction in [LineDirection::Down, LineDirection::Right, LineDirection::Up, LineDirection::Left] {
        let options = Options { direction: Some(direction), ..english() };
        let scene = view(&graph, "org", &options).unwrap().draw().first().scene.clone();
        assert_eq!(scene.lines.len(), 4);
        for line in &scene.lines {
            let (from, to) = (scene.cards[line.ends.0].frame, scene.cards[line.ends.1].frame);
            let holds = match direction {
                LineDirection::Down => from.y + from.height < to.y,
                LineDirection::Up => to.y + to.height < from.y,
                LineDirection::Right => from.x + from.width < to.x,
                LineDirection::Left => to.x + to.width < from.x,
            };
            assert!(holds, "{direction:?}: {from:?} {to:?}");
        }
    }
    for name in ["timeline", "cooperation"] {
        let said = refused(name, &Options { direction: Some(LineDirection::Down), ..english() });
        assert!(said.starts_with("unused-argument"), "{said}");
    }
}

#[test]
fn no_text_is_smaller_than_asked_for() {
    let smallest = |sheet: &Sheet| {
        let points = 72.0 / 25.4;
        let (width, height) = sheet.size.unwrap();
        let scale = (width * points / sheet.scene.width).min(height * points / sheet.scene.height);
        sheet.scene.every_text().map(|text| text.size * scale).fold(f64::INFINITY, f64::min)
    };
    let pages = |least_type| {
        let options = Options { least_type, page: PageSize::A4, ..english() };
        view(&knowledge().graph, "timeline", &options).unwrap().draw().pages
    };
    let (usual, large) = (pages(None), pages(Some(9.0)));
    assert!(usual.iter().all(|sheet| smallest(sheet) >= 6.0 - 1e-6));
    assert!(large.iter().all(|sheet| smallest(sheet) >= 9.0 - 1e-6) && large.len() > usual.len());
    let run = program().args(["chart", "org", "--min-type", "9", "-o", "x.svg"]).output().unwrap();
    assert!(run.status.code() == Some(2) && stderr(&run).contains("[unused-argument]"), "{}", stderr(&run));
}

const FRONT: &str = "# ---\n# title: {en: Ours}\n# description: {en: What is under what with us.}\n# layout: tree\n\
    # branches: [{relation: cg:partOf, child: source}]\n# columns: [source, relation, target]\n";
const QUERY: &str =
    "# ---\nSELECT ?source ?relation ?target { ?source ?relation ?target . FILTER (?relation = cg:partOf) }\n";

fn pack_with_view(name: &str, defaults: &str) -> TestPack {
    let pack = bad_input::bodies("a,A,,,\nb,B,,,a\nc,C,,,a\nd,D,,,c\n");
    fs::create_dir_all(pack.path().join("views")).unwrap();
    pack.write(&format!("views/{name}.rq"), format!("{FRONT}{defaults}{QUERY}"));
    pack.replace("datapackage.json", "\"civigraph\": {", "\"civigraph\": {\"views\": \"views\", ");
    pack
}

fn chart(pack: &TestPack, more: &[&str]) -> (Option<i32>, String, String) {
    let file = pack.path().join("out.svg");
    let _ = fs::remove_file(&file);
    let run = program()
        .args(["chart", more[0], "--pack"])
        .arg(pack.path())
        .args(["--language", "en", "-o"])
        .arg(&file)
        .args(&more[1..])
        .output()
        .unwrap();
    (run.status.code(), stderr(&run), fs::read_to_string(&file).unwrap_or_default())
}

#[test]
fn a_view_has_defaults_and_the_command_line_wins() {
    let pack = pack_with_view("ours", "# defaults: {root: c, subtitle: From the front matter, words: off}\n");
    let (code, said, svg) = chart(&pack, &["ours"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(svg.contains("From the front matter") && svg.contains(">D<") && !svg.contains(">B<"), "{svg}");
    let (_, _, svg) = chart(&pack, &["ours", "--root", "a", "--subtitle", "From the command line"]);
    assert!(svg.contains("From the command line") && svg.contains(">B<") && !svg.contains("front matter"));
    for (defaults, part) in [
        ("# defaults: {roots: c}\n", "did you mean `root`"),
        ("# defaults: {direction: sideways}\n", "`down`, `right`, `up` or `left`"),
        ("# defaults: {words: perhaps}\n", "`on` or `off`"),
        ("# defaults: {min-type: 500}\n", "a size from 1 to 72 points"),
        ("# defaults: [root]\n", "expected a mapping as `defaults`"),
        ("# defaults: {root: nobody}\n", "no entity `nobody`"),
    ] {
        let (code, said, svg) = chart(&pack_with_view("ours", defaults), &["ours"]);
        assert!(code != Some(0) && said.contains(part) && svg.is_empty(), "{defaults}: {said}");
    }
}

#[test]
fn a_pack_ships_views_which_are_listed_and_stay_in_its_folder() {
    let pack = pack_with_view("ours", "# defaults: {depth: 1}\n");
    let list = program().args(["chart", "--list", "--pack"]).arg(pack.path()).output().unwrap();
    let text = stdout(&list);
    for part in [
        "ours (tree): Ours",
        "What is under what with us.",
        "columns: source, relation, target",
        "default: depth 1",
        "timeline (timeline)",
        "Front matter",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!stdout(&program().args(["chart", "--list"]).output().unwrap()).contains("ours (tree)"));
    // Instead of a view of the program.
    let pack = pack_with_view("org", "");
    let (code, said, svg) = chart(&pack, &["org"]);
    assert!(code == Some(0) && svg.contains("Ours"), "{said}");
    let (_, said, _) = chart(&pack, &["orgs"]);
    assert!(said.contains("did you mean `org`"), "{said}");
    for folder in ["../views", "/tmp", "nowhere"] {
        let pack = pack_with_view("ours", "");
        pack.replace("datapackage.json", "\"views\": \"views\"", &format!("\"views\": \"{folder}\""));
        let (code, said, svg) = chart(&pack, &["ours"]);
        assert!(code != Some(0) && svg.is_empty() && said.contains("datapackage.json"), "{folder}: {said}");
    }
}

/// The lines of a Mermaid flowchart: nodes, edges.
fn mermaid(text: &str) -> (Vec<&str>, Vec<&str>) {
    let body = text.lines().filter(|line| line.starts_with("  n"));
    body.partition(|line| line.trim_start().split(['[', ' ']).nth(1).is_some_and(|rest| rest.starts_with('"')))
}

#[test]
fn mermaid_and_graphml_have_what_the_chart_has() {
    for name in ["org", "funding", "cooperation", "schemes", "ownership"] {
        let drawing = view(&knowledge().graph, name, &english()).unwrap();
        let scene = drawing.draw().first().scene.clone();
        let text = drawing.mermaid().unwrap();
        let (nodes, edges) = mermaid(&text);
        assert_eq!(nodes.len(), scene.cards.len(), "{name}");
        let graphml = drawing.graphml().unwrap();
        assert_eq!(graphml.matches("<node id=").count(), scene.cards.len(), "{name}");
        assert_eq!(graphml.matches("<edge id=").count(), edges.len(), "{name}");
        assert!(edges.len() >= scene.lines.len(), "{name}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("chart.graphml");
        fs::write(&file, &graphml).unwrap();
        let read = python(
            "import sys, tempfile, xml.dom.minidom\n\
             xml.dom.minidom.parse(sys.argv[1])\n\
             try:\n    import networkx\nexcept ImportError:\n    print('skipped'); sys.exit()\n\
             g = networkx.read_graphml(sys.argv[1])\n\
             print(g.number_of_nodes(), g.number_of_edges(), max([0] + [d.get('amount', 0) for _, _, d in g.edges(data=True)]))",
            &[file.to_str().unwrap()],
        );
        let Some(read) = read else { continue };
        let said = stdout(&read);
        assert!(read.status.success(), "{}", stderr(&read));
        let most = if name == "funding" { "10000000000.0" } else { "0" };
        let expected = format!("{} {} {most}", scene.cards.len(), edges.len());
        assert!(said.trim() == "skipped" || said.trim() == expected, "{name}: {said} and not {expected}");
    }
    assert!(view(&knowledge().graph, "timeline", &english()).unwrap().mermaid().is_none());
    let folder = tempfile::tempdir().unwrap();
    for (format, beginning) in [("mermaid", "---\ntitle: \""), ("graphml", "<?xml"), ("dot", "digraph")] {
        let file = folder.path().join("money.txt");
        let run = program().args(["chart", "funding", "--format", format, "-o"]).arg(&file).output().unwrap();
        assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
        assert!(fs::read_to_string(&file).unwrap().starts_with(beginning), "{format}");
    }
    let run = program().args(["chart", "timeline", "-o", "x.mmd"]).output().unwrap();
    assert!(stderr(&run).contains("[unknown-format]") && stderr(&run).contains("Mermaid"), "{}", stderr(&run));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever a name is, it stays a name.
    #[test]
    fn names_stay_names_in_mermaid_and_graphml(name in "[ -~香港]{1,24}") {
        prop_assume!(!name.trim().is_empty() && !name.contains(['"', ',', '\\', '\r', '\n']));
        let pack = bad_input::bodies(&format!("a,\"{}\",,,\nb,B,,,a\n", name.trim()));
        let Ok(built) = pack.build() else { return Ok(()) };
        let drawing = view(&built.graph, "org", &english()).unwrap();
        let text = drawing.mermaid().unwrap();
        let (nodes, edges) = mermaid(&text);
        prop_assert_eq!((nodes.len(), edges.len()), (2, 1), "{}", text);
        for node in nodes {
            // The label is one quoted text in which only our own elements are markup.
            let label = node.split_once("[\"").unwrap().1.strip_suffix("\"]").unwrap();
            let plain = label.replace("<b>", "").replace("</b>", "").replace("<small>", "").replace("</small>", "").replace("<br/>", "");
            prop_assert!(!plain.contains(['"', '<', '>', '[', ']', '`']), "{}", node);
        }
        let graphml = drawing.graphml().unwrap();
        prop_assert_eq!(graphml.matches("<node id=").count(), 2);
    }
}

#[test]
fn people_of_rdf_stand_on_the_cards_of_their_bodies() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orgs.ttl");
    fs::write(
        &file,
        "@prefix org: <http://www.w3.org/ns/org#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix schema: <https://schema.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix ex: <http://example.org/> .
ex:city a org:FormalOrganization ; skos:prefLabel \"City\"@en .
ex:parks a org:OrganizationalUnit ; skos:prefLabel \"Parks\"@en ; org:unitOf ex:city ; schema:employee ex:eve .
ex:roads a org:OrganizationalUnit ; skos:prefLabel \"Roads\"@en ; org:unitOf ex:city .
ex:m1 a org:Membership ; org:organization ex:parks ; org:member ex:ann ; org:role ex:head .
ex:head a org:Role ; skos:prefLabel \"Head\"@en .
ex:ann a foaf:Person ; foaf:givenName \"Ann\" ; foaf:familyName \"Chan\" .
ex:eve a schema:Person ; schema:name \"Eve Moss\" ; schema:jobTitle \"Gardener\" .
ex:bob a foaf:Person ; foaf:name \"Bob Lee\" ; schema:worksFor ex:roads ; schema:jobTitle \"Engineer\" .
ex:r1 a foaf:Person ; foaf:name \"Person 1\" . ex:r2 a foaf:Person ; foaf:name \"Person 2\" .
ex:r10 a foaf:Person ; foaf:name \"Person 10\" . ex:r3 a foaf:Person ; foaf:name \"Person 3\" . ex:r4 a foaf:Person ; foaf:name \"Person 4\" .
ex:city schema:employee ex:r1, ex:r2, ex:r10, ex:r3, ex:r4 .
ex:lab a org:OrganizationalUnit ; skos:prefLabel \"Laboratory\"@en ; org:unitOf ex:city ;
  schema:employee [ a schema:OrganizationRole ; schema:employee ex:ida ; schema:roleName \"Chemist\" ] .
ex:ida a schema:Person ; schema:name \"Ida Noll\" ; schema:jobTitle \"Doctor\" .
ex:zoe a foaf:Person ; foaf:name \"Zoe Ames\" ; org:headOf ex:lab .
ex:vic a foaf:Person ; foaf:name \"Vic Orr\" ; org:headOf ex:roads ; schema:jobTitle \"Director\" .
",
    )
    .unwrap();
    let out = folder.path().join("org.svg");
    let run = program()
        .args(["chart", "org", "--data"])
        .arg(&file)
        .args(["--language", "en", "-o"])
        .arg(&out)
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let svg = fs::read_to_string(&out).unwrap();
    for words in [
        "Ann Chan · Head",
        "Eve Moss · Gardener",
        "Bob Lee · Engineer",
        "Ida Noll · Chemist",
        "Zoe Ames · head",
        "Vic Orr · Director",
        "Person 1",
        "Person 2",
        "Person 3",
        "and 2 more",
    ] {
        assert!(svg.contains(words), "{words} is not in {svg}");
    }
    assert!(!svg.contains("Person 10"), "sorted as people sort");
    assert!(svg.find("Zoe Ames").unwrap() < svg.find("Ida Noll").unwrap(), "the head comes first");
}
