//! RDF files in the place of a pack: `--data`.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::support::{program, stderr, stdout};

/// The Organization Ontology of W3C, with both directions of one relation and neither of another.
const ORG: &str = r#"@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix ex: <https://example.org/> .
ex:city a org:FormalOrganization ; skos:prefLabel "City of Meridian"@en ; org:hasUnit ex:parks , ex:roads .
ex:parks a org:OrganizationalUnit ; skos:prefLabel "Parks"@en ; org:unitOf ex:city .
ex:roads a org:OrganizationalUnit ; rdfs:label "Roads" .
ex:trees a org:OrganizationalUnit ; rdfs:label "Trees"@en ; org:subOrganizationOf ex:parks ; org:linkedTo ex:roads .
ex:museum a org:Organization ; rdfs:label "Museum"@en .
ex:head a org:Post ; rdfs:label "Head of Parks"@en ; org:postIn ex:parks ; org:heldBy ex:ann .
ex:ann a foaf:Person ; foaf:name "Ann" .
"#;

/// What a web page has: no IRIs, the namespace without TLS.
const SCHEMA_ORG: &str = r#"{"@context": {"@vocab": "http://schema.org/"}, "@type": "Organization", "name": "Acme",
 "department": [
  {"@type": "Organization", "name": "Sales", "subOrganization": {"@type": "Organization", "name": "Sales North"}},
  {"@type": "Organization", "name": "Works"}]}
"#;

const THESAURUS: &str = r#"@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://example.org/t/> .
:scheme a skos:ConceptScheme ; skos:prefLabel "Animals"@en , "Tiere"@de , "Animaux"@fr .
:animal a skos:Concept ; skos:inScheme :scheme ; skos:prefLabel "animal"@en , "Tier"@de ; skos:narrower :mammal , :bird .
:mammal a skos:Concept ; skos:inScheme :scheme ; skos:prefLabel "mammal"@en , "Säugetier"@de ; skos:broader :animal .
:bird a skos:Concept ; skos:inScheme :scheme ; skos:prefLabel "bird"@en ; skos:broader :animal .
:cat a skos:Concept ; skos:inScheme :scheme ; skos:prefLabel "cat"@en ; skos:broader :mammal ; skos:related :bird .
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path().join(name), bytes).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        program().current_dir(self.path()).args(arguments).output().unwrap()
    }

    /// Standard output and standard error of what succeeds.
    fn said(&self, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        (stdout(&output), stderr(&output))
    }

    fn refused(&self, arguments: &[&str], code: &str) -> String {
        let output = self.run(arguments);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(&format!("error[{code}]")), "{arguments:?}: {text}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        text
    }

    /// The lines of a chart, as labels of parent and child, and what is said of it.
    fn chart(&self, arguments: &[&str]) -> (Vec<(String, String)>, String) {
        let (dot, said) = self.said(&[&["chart", "org"], arguments, &["-o", "chart.dot"]].concat());
        assert!(dot.is_empty());
        let dot = fs::read_to_string(self.path().join("chart.dot")).unwrap();
        let label = |node: &str| {
            let start = format!("{node}[label=\"");
            let at = dot.find(&start).unwrap_or_else(|| panic!("{node} in {dot}")) + start.len();
            let text = dot[at..].split('"').next().unwrap();
            text.split("\\n").nth(1).unwrap_or(text).to_owned()
        };
        let drawn = |line: &&str| line.contains(" -> ") && !line.contains("invis") && !line.contains("dashed");
        let mut lines: Vec<(String, String)> = dot
            .lines()
            .filter(drawn)
            .map(|line| {
                let (from, rest) = line.split_once(" -> ").unwrap();
                (label(from), label(rest.split('[').next().unwrap().trim()))
            })
            .collect();
        lines.sort();
        (lines, said)
    }
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

#[test]
fn the_organization_ontology_is_drawn_as_a_hierarchy() {
    let folder = Folder::new(&[("org.ttl", ORG)]);
    let (lines, said) = folder.chart(&["--data", "org.ttl"]);
    let expected =
        [("City of Meridian", "Parks"), ("City of Meridian", "Roads"), ("Parks", "Head of Parks"), ("Parks", "Trees")];
    assert_eq!(lines, pairs(&expected));
    assert!(said.contains("drawn by `org:hasUnit`, `org:subOrganizationOf` and `org:postIn`"), "{said}");
    // A body under nobody is drawn beside them.
    let dot = fs::read_to_string(folder.path().join("chart.dot")).unwrap();
    assert!(dot.contains("Museum") && !dot.contains("\nAnn\""), "{dot}");
    // Who holds a post stands on its card.
    assert!(dot.contains("Head of Parks\\nAnn"), "{dot}");
    // Classes without a label are named in words.
    assert!(dot.contains("organizational unit\\nParks"), "{dot}");
}

#[test]
fn schema_org_is_drawn_although_nothing_has_an_iri() {
    let folder = Folder::new(&[("acme.jsonld", SCHEMA_ORG)]);
    let (lines, _) = folder.chart(&["--data", "acme.jsonld"]);
    assert_eq!(lines, pairs(&[("Acme", "Sales"), ("Acme", "Works"), ("Sales", "Sales North")]));
    // Where no file declares it, `schema:` is the namespace that the data use.
    let query = "SELECT ?name { ?x schema:department/schema:name ?name } ORDER BY ?name";
    assert_eq!(
        folder.said(&["query", "--data", "acme.jsonld", query, "--format", "csv"]).0,
        "name\r\nSales\r\nWorks\r\n"
    );
}

#[test]
fn a_thesaurus_is_drawn_asked_and_shown() {
    let folder = Folder::new(&[("animals.ttl", THESAURUS)]);
    let (lines, said) = folder.chart(&["--data", "animals.ttl"]);
    assert_eq!(lines, pairs(&[("animal", "bird"), ("animal", "mammal"), ("mammal", "cat")]));
    assert!(said.starts_with("note: Animals, 24 triples in `animals.ttl`\n"), "{said}");
    let (lines, _) = folder.chart(&["--data", "animals.ttl", "--root", "mammal"]);
    assert_eq!(lines, pairs(&[("mammal", "cat")]));
    // Of more than two languages, the one with the most labels is shown.
    let (card, _) = folder.said(&["show", "--data", "animals.ttl", "animal"]);
    assert!(card.starts_with("animal\n") && card.contains("mammal"), "{card}");
    let (card, _) = folder.said(&["show", "--data", "animals.ttl", "Säugetier", "--language", "de"]);
    assert!(card.starts_with("Säugetier\n"), "{card}");
    assert!(folder.said(&["search", "--data", "animals.ttl", "tier"]).0.starts_with("animal\n"));
}

#[test]
fn without_a_known_relation_the_largest_forest_is_drawn() {
    let own = "@prefix ex: <https://example.org/> .\n\
               ex:b ex:boss ex:a ; ex:country ex:uk . ex:c ex:boss ex:b ; ex:country ex:uk .\n\
               ex:d ex:boss ex:a ; ex:country ex:uk . ex:a ex:country ex:uk .\n";
    let folder = Folder::new(&[("own.ttl", own)]);
    let (lines, said) = folder.chart(&["--data", "own.ttl"]);
    // One more is in a country, but nobody in it is above anybody.
    assert_eq!(lines, pairs(&[("ex:a", "ex:b"), ("ex:a", "ex:d"), ("ex:b", "ex:c")]));
    assert!(said.contains("drawn by `ex:boss`"), "{said}");
}

#[test]
fn a_circle_is_reported_and_the_rest_is_drawn() {
    let circle = "@prefix org: <http://www.w3.org/ns/org#> . @prefix ex: <https://example.org/> .\n\
                  ex:a org:subOrganizationOf ex:b . ex:b org:subOrganizationOf ex:c .\n\
                  ex:c org:subOrganizationOf ex:a . ex:d org:subOrganizationOf ex:a .\n";
    let folder = Folder::new(&[("circle.ttl", circle)]);
    let (lines, said) = folder.chart(&["--data", "circle.ttl"]);
    assert!(said.contains("circular-hierarchy"), "{said}");
    assert_eq!(lines, pairs(&[("ex:a", "ex:d"), ("ex:b", "ex:a"), ("ex:c", "ex:b")]));
}

#[test]
fn nothing_but_the_files_is_asked() {
    let folder = Folder::new(&[("org.ttl", ORG), ("acme.jsonld", SCHEMA_ORG)]);
    let count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }";
    let (rows, said) = folder.said(&["query", "--data", "org.ttl", count, "--format", "csv"]);
    assert_eq!((rows.as_str(), said.as_str()), ("n\r\n21\r\n", "note: 21 triples in `org.ttl`\n"));
    // Each file is a graph of its own.
    let graphs = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g";
    let both = ["query", "--data", "acme.jsonld", "--data", "org.ttl", graphs, "--format", "csv"];
    assert_eq!(folder.said(&both).0, "n\r\n11\r\n21\r\n");
    let terms = folder.said(&["vocabulary", "--data", "org.ttl"]).0;
    assert!(terms.contains("org:OrganizationalUnit") && terms.contains("org:postIn"), "{terms}");
    assert!(!terms.contains("cg:"), "{terms}");
    let said = folder.refused(&["query", "--data", "org.ttl", "supporters"], "unknown-question");
    assert!(said.contains("the stored questions are in civigraph's vocabulary"), "{said}");
}

#[test]
fn files_in_civigraphs_own_words_have_what_follows_from_them() {
    let folder = Folder::new(&[]);
    folder.said(&["export", "--entity", "itb", "-o", "itb.ttl"]);
    let (rows, said) = folder.said(&["query", "--data", "itb.ttl", "supporters", "itb", "--format", "csv"]);
    assert!(rows.lines().count() > 1 && said.contains("with civigraph's vocabulary"), "{rows} {said}");
    assert!(folder.said(&["query", "--data", "itb.ttl", "--list"]).0.contains("supporters"));
}

#[test]
fn every_form_is_read_packed_or_not() {
    let triple = "<https://example.org/s> <https://example.org/p> <https://example.org/o> .\n";
    let folder = Folder::new(&[
        ("a.ttl", triple),
        ("a.nt", triple),
        ("a.nq", triple),
        ("a.trig", triple),
        (
            "a.jsonld",
            r#"[{"@id": "https://example.org/s", "https://example.org/p": {"@id": "https://example.org/o"}}]"#,
        ),
        (
            "a.rdf",
            r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">
               <rdf:Description rdf:about="https://example.org/s"><e:p rdf:resource="https://example.org/o"/></rdf:Description>
               </rdf:RDF>"#,
        ),
    ]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(triple.as_bytes()).unwrap();
    folder.write("b.ttl.gz", &gzip.finish().unwrap());
    folder.write("b.nt.zst", &zstd::encode_all(triple.as_bytes(), 3).unwrap());
    folder.write("a.unknown", triple.as_bytes());
    let ask = "ASK { <https://example.org/s> <https://example.org/p> <https://example.org/o> }";
    for file in ["a.ttl", "a.nt", "a.nq", "a.trig", "a.jsonld", "a.rdf", "b.ttl.gz", "b.nt.zst"] {
        assert_eq!(folder.said(&["query", "--data", file, ask, "--format", "csv"]).0, "true\n", "{file}");
    }
    let said = folder.refused(&["query", "--data", "a.unknown", ask], "unknown-format");
    assert!(said.contains("--input-format"), "{said}");
    let named = ["query", "--data", "a.unknown", "--input-format", "ntriples", ask, "--format", "csv"];
    assert_eq!(folder.said(&named).0, "true\n");
    folder.refused(&["query", "ASK {}", "--input-format", "turtle"], "unused-argument");
    folder.refused(&["query", "--data", ".", "ASK {}"], "unreadable-file");
    for (format, text) in [("turtle", triple), ("ntriples", triple)] {
        let mut command = program();
        command.args(["query", "--data", "-", "--input-format", format, ask, "--format", "csv"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert_eq!(stdout(&child.wait_with_output().unwrap()), "true\n");
    }
}

#[test]
fn what_breaks_off_is_refused_at_its_place() {
    let broken = ORG.split_once("ex:ann a").unwrap().0.replace("org:heldBy ex:ann .", "org:heldBy");
    let folder = Folder::new(&[("broken.ttl", &broken), ("two.nt", "<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p>\n")]);
    for arguments in [
        &["query", "--data", "broken.ttl", "--data", "two.nt", "ASK {}"][..],
        &["chart", "org", "--data", "broken.ttl", "--data", "two.nt", "-o", "a.svg"],
        &["build", "--data", "broken.ttl", "--data", "two.nt"],
    ] {
        let said = folder.refused(arguments, "rdf-syntax");
        assert!(said.contains("broken.ttl:1") && said.contains("two.nt:2:"), "both files are named: {said}");
    }
    assert!(!folder.path().join("a.svg").exists() && !folder.path().join(".civigraph/snapshot").exists());
    // Nothing else answers in the place of what could not be built.
    let said = folder.refused(&["query", "ASK {}"], "failed-build");
    assert!(said.contains("`civigraph build --data broken.ttl --data two.nt` again"), "{said}");
    // A packed file that breaks off.
    let packed = zstd::encode_all(ORG.as_bytes(), 3).unwrap();
    folder.write("cut.ttl.zst", &packed[..packed.len() / 2]);
    assert_eq!(folder.run(&["query", "--data", "cut.ttl.zst", "ASK {}"]).status.code(), Some(2));
}

#[test]
fn a_snapshot_of_files_is_asked_until_they_change() {
    let folder = Folder::new(&[("org.ttl", ORG), ("animals.ttl", THESAURUS)]);
    let (_, said) = folder.said(&["build", "--data", "org.ttl"]);
    assert!(said.contains("21 triples") && said.contains("no checks were run"), "{said}");
    let (card, said) = folder.said(&["show", "Roads"]);
    assert!(card.starts_with("Roads\n") && said.contains("the snapshot in `.civigraph`"), "{card} {said}");
    assert!(
        folder
            .refused(&["build", "--data", "animals.ttl"], "other-pack")
            .contains("of `org.ttl`, not of `animals.ttl`")
    );
    folder.said(&["build", "--data", "org.ttl"]);
    folder.write("org.ttl", format!("{ORG}\n").as_bytes());
    let said = folder.refused(&["show", "Roads"], "stale-snapshot");
    assert!(said.contains("`civigraph build --data org.ttl --store .civigraph`"), "{said}");
    folder.said(&["build", "--data", "animals.ttl", "--replace"]);
    assert!(folder.said(&["show", "cat"]).0.starts_with("cat\n"));
}

#[test]
fn a_file_in_the_place_of_something_else_is_answered_with_the_command() {
    let folder = Folder::new(&[("org.ttl", ORG), ("api.json", "[]"), ("offices.xlsx", "PK")]);
    for arguments in [&["build", "org.ttl"][..], &["query", "ASK {}", "--pack", "org.ttl"]] {
        assert!(folder.refused(arguments, "not-a-pack").contains("--data org.ttl"));
    }
    for arguments in [
        &["build", "offices.xlsx"][..],
        &["query", "ASK {}", "--pack", "api.json"],
        &["chart", "org", "--pack", "offices.xlsx", "-o", "a.svg"],
    ] {
        assert!(folder.refused(arguments, "not-a-pack").contains("civigraph init"));
    }
    assert!(folder.refused(&["query", "org.ttl"], "sparql-syntax").contains("query --data org.ttl"));
    assert!(folder.refused(&["chart", "org.ttl", "-o", "a.svg"], "unknown-view").contains("chart org --data org.ttl"));
    assert!(folder.refused(&["show", "org.ttl"], "unknown-entity").contains("--data org.ttl"));
}

#[test]
fn labels_are_found_in_the_order_of_one_list() {
    let names = "@prefix ex: <https://example.org/> . @prefix dcterms: <http://purl.org/dc/terms/> .\n\
                 @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix schema: <https://schema.org/> .\n\
                 @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\
                 ex:e dcterms:title \"title\" . ex:d dcterms:title \"worse\" ; foaf:name \"foaf\" .\n\
                 ex:c foaf:name \"worse\" ; schema:name \"schema\" . ex:b schema:name \"worse\" ; rdfs:label \"label\" .\n\
                 ex:a rdfs:label \"worse\" ; skos:prefLabel \"main\" . ex:f <http://schema.org/name> \"plain\" .\n";
    let folder = Folder::new(&[("names.ttl", names)]);
    for (thing, label) in [
        ("ex:a", "main"),
        ("ex:b", "label"),
        ("ex:c", "schema"),
        ("ex:d", "foaf"),
        ("ex:e", "title"),
        ("ex:f", "plain"),
    ] {
        let first = |arguments: &[&str]| folder.said(arguments).0.lines().next().unwrap_or_default().to_owned();
        assert_eq!(first(&["show", "--data", "names.ttl", thing]), label);
        assert_eq!(first(&["search", "--data", "names.ttl", label]), label);
    }
    // The view of entities is in SPARQL, which has the list once more.
    let view = fs::read_to_string(crate::support::root().join("queries/views/entities.rq")).unwrap();
    let graph = civigraph::graph::GraphBuilder::default().freeze();
    let spelt = civigraph::graph::LABELS.map(|property| graph.prefixes.shorten(property.as_str()));
    assert!(view.contains(&spelt.join("|")), "{spelt:?}");
}

#[test]
fn one_prefix_for_two_namespaces_is_told() {
    let folder = Folder::new(&[
        ("a.ttl", "@prefix ex: <https://a.example/> . ex:s ex:p ex:o ."),
        ("b.ttl", "@prefix ex: <https://b.example/> . ex:s ex:p ex:o ."),
    ]);
    let (rows, said) =
        folder.said(&["query", "--data", "a.ttl", "--data", "b.ttl", "SELECT ?o { ex:s ex:p ?o }", "--raw"]);
    assert!(rows.contains("1 row") && said.contains("warning[prefix-clash]"), "{rows} {said}");
}

#[test]
fn fifty_thousand_bodies_are_drawn_to_a_depth() {
    let mut text = String::new();
    for n in 1..50_000 {
        text.push_str(&format!(
            "<urn:body:{n}> <http://www.w3.org/ns/org#subOrganizationOf> <urn:body:{}> .\n",
            n / 20
        ));
        text.push_str(&format!("<urn:body:{n}> <http://www.w3.org/2000/01/rdf-schema#label> \"Body {n}\" .\n"));
    }
    let folder = Folder::new(&[("many.nt", &text)]);
    let (lines, _) = folder.chart(&["--data", "many.nt", "--depth", "1"]);
    // Body 0 has 1 to 19 below it.
    assert_eq!(lines.len(), 19);
}

#[test]
fn a_chain_of_fifty_thousand_is_no_trouble() {
    let line = |n: u32| format!("<urn:body:{n}> <http://www.w3.org/ns/org#subOrganizationOf> <urn:body:{}> .\n", n - 1);
    let text: String = (1..50_000).map(line).collect();
    let folder = Folder::new(&[("chain.nt", &text)]);
    let (lines, _) = folder.chart(&["--data", "chain.nt", "--depth", "2"]);
    assert_eq!(lines.len(), 2);
}

#[test]
fn several_files_and_an_ontology_are_validated_as_one() {
    let folder = Folder::new(&[
        ("data.ttl", "@prefix ex: <https://example.org/> . ex:a a ex:Office ."),
        ("more.ttl", "@prefix ex: <https://example.org/> . ex:b a ex:Body ; ex:name \"B\" ."),
        (
            "classes.ttl",
            "@prefix ex: <https://example.org/> . ex:Office <http://www.w3.org/2000/01/rdf-schema#subClassOf> ex:Body .",
        ),
        (
            "shapes.ttl",
            "@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n\
             ex:BodyShape a sh:NodeShape ; sh:targetClass ex:Body ; sh:property [ sh:path ex:name ; sh:minCount 1 ] .",
        ),
    ]);
    let validated = |arguments: &[&str]| {
        let output = folder.run(&[&["validate", "--shapes", "shapes.ttl", "--format", "short"], arguments].concat());
        (output.status.code(), stdout(&output))
    };
    assert_eq!(validated(&["data.ttl", "more.ttl"]), (Some(0), String::new()));
    for arguments in [
        &["data.ttl", "more.ttl", "--ontology", "classes.ttl"][..],
        &["data.ttl", "classes.ttl", "more.ttl"],
        &["--data", "data.ttl", "--data", "classes.ttl"],
    ] {
        let (code, found) = validated(arguments);
        assert_eq!(code, Some(1), "{arguments:?}");
        assert!(found.starts_with("data.ttl:1:") && found.lines().count() == 1, "{arguments:?}: {found}");
    }
    folder.refused(&["validate", "--ontology", "classes.ttl"], "unused-argument");
    folder.refused(&["validate", "data.ttl", ".", "--shapes", "shapes.ttl"], "unused-argument");
}

/// A pack with a table and with RDF files; `of` changes its descriptor.
fn pack(resources: &str, mapping: &str) -> crate::support::TestPack {
    let pack = crate::support::TestPack::new();
    pack.replace("datapackage.json", "\"resources\": [", &format!("\"resources\": [{resources},"));
    pack.replace("datapackage.json", "\"mapping\": \"mapping.yml\"", mapping);
    pack.write("orgs.ttl", ORG);
    pack
}

#[test]
fn rdf_files_of_a_pack_are_graphs_of_their_own() {
    let resources =
        r#"{"name": "orgs", "path": "orgs.ttl"}, {"name": "more", "path": "more.data", "format": "ntriples"}"#;
    let pack = pack(resources, r#""mapping": "mapping.yml""#);
    pack.write("more.data", "<http://example.org/ann> <http://example.org/knows> <http://example.org/bob> .\n");
    let graph = pack.build().unwrap().graph;
    let rows = |query: &str| crate::support::select(&graph, query);
    let names =
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } VALUES ?g { ex:orgs ex:more } } GROUP BY ?g ORDER BY ?g";
    assert_eq!(rows(names), [["ex:more", "1"], ["ex:orgs", "21"]]);
    // They and the tables are one graph; `FROM` names one of them.
    assert_eq!(rows("SELECT ?name { ex:ann ex:knows/rdfs:label ?name }"), [["Bob"]]);
    assert_eq!(rows("SELECT (COUNT(*) AS ?n) FROM ex:more { ?s ?p ?o }"), [["1"]]);
    // A file that is an ontology is none of the data.
    pack.replace("datapackage.json", "\"mapping\":", "\"ontology\": [\"orgs.ttl\"], \"mapping\":");
    let graph = pack.build().unwrap().graph;
    assert_eq!(crate::support::select(&graph, names), [["ex:more", "1"]]);
}

#[test]
fn what_a_check_finds_in_an_rdf_file_is_shown_there() {
    let pack = pack(r#"{"name": "orgs", "path": "orgs.ttl"}"#, r#""checks": "checks", "mapping": "mapping.yml""#);
    std::fs::create_dir(pack.path().join("checks")).unwrap();
    let check = "# ---\n# code: head-of-something\n# severity: warning\n# title: t\n# message: \"{post} heads\"\n\
                 # culprit: \"?post org:postIn ?body\"\n# ---\nSELECT ?post ?body { ?post org:postIn ?body }\n";
    pack.write("checks/head.rq", check);
    let examine = || {
        civigraph::pipeline::examine(
            &civigraph::pack::Pack::open(pack.path()).unwrap(),
            &civigraph::pipeline::Limits::default(),
        )
        .unwrap()
    };
    let found = examine().findings;
    let finding = found.iter().find(|finding| finding.code == "head-of-something").unwrap();
    let place = finding.place.as_ref().unwrap();
    assert!(place.file.ends_with("orgs.ttl"), "{place:?}");
    assert_eq!(place.line, ORG.lines().position(|line| line.contains("org:postIn")).unwrap() as u64 + 1);
    // A term of the vocabulary that does not exist, and a file that breaks off.
    pack.write("orgs.ttl", format!("{ORG}ex:a <https://w3id.org/civigraph/def#partOff> ex:b .\n"));
    let found = examine().findings;
    let unknown = found.iter().find(|finding| finding.code == "unknown-term").unwrap();
    assert_eq!(unknown.place.as_ref().unwrap().line, ORG.lines().count() as u64 + 1);
    assert!(unknown.hint.as_ref().unwrap().contains("cg:partOf"));
    pack.write("orgs.ttl", &ORG[..ORG.len() - 3]);
    assert!(examine().findings.iter().any(|finding| finding.code == "rdf-syntax"));
}

#[test]
fn a_pack_of_rdf_files_alone_needs_a_base_and_no_mapping() {
    let descriptor = |settings: &str| {
        format!(
            "{{\"name\": \"orgs\", \"resources\": [{{\"name\": \"orgs\", \"path\": \"orgs.ttl\"}}], \"civigraph\": {{{settings}}}}}"
        )
    };
    let folder = Folder::new(&[("orgs.ttl", ORG), ("datapackage.json", &descriptor("\"languages\": [\"en\"]"))]);
    assert!(folder.refused(&["build", "."], "package-descriptor").contains("needs a `base`"));
    folder.write(
        "datapackage.json",
        descriptor("\"base\": \"https://example.org/\", \"languages\": [\"en\"]").as_bytes(),
    );
    let (_, said) = folder.said(&["build", "."]);
    assert!(said.contains("0 tables, 0 rows, 1 RDF file, 21 triples mapped"), "{said}");
    let (lines, said) = folder.chart(&[]);
    assert_eq!(lines.len(), 4, "{said}");
    folder.write("orgs.ttl", b"");
    folder.refused(&["show", "Parks"], "stale-snapshot");
    // A link that leads out.
    #[cfg(unix)]
    {
        fs::remove_file(folder.path().join("orgs.ttl")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", folder.path().join("orgs.ttl")).unwrap();
        folder.refused(&["query", "ASK {}", "--pack", "."], "path-leaves-pack");
    }
}

#[test]
fn checks_and_questions_can_see_the_pack_alone() {
    let pack = crate::support::TestPack::new();
    pack.replace("datapackage.json", "\"mapping\":", "\"checks\": \"checks\", \"queries\": \"queries\", \"mapping\":");
    for folder in ["checks", "queries"] {
        std::fs::create_dir(pack.path().join(folder)).unwrap();
    }
    // Names that differ only by case: the vocabulary has `Evidence` and `evidence`.
    let check = |sees: &str| {
        let text = format!(
            "# ---\n# code: same-name-ignoring-case\n# severity: warning\n# title: t\n# message: \"{{a}} is {{b}}\"\n\
             # culprit: \"?one rdfs:label ?a\"\n{sees}# ---\n\
             SELECT ?one ?a ?b {{ ?one rdfs:label ?a . ?other rdfs:label ?b . FILTER(STR(?a) != STR(?b) && LCASE(?a) = LCASE(?b)) }}\n"
        );
        pack.write("checks/case.rq", text);
        let pack = civigraph::pack::Pack::open(pack.path()).unwrap();
        let examined = civigraph::pipeline::examine(&pack, &civigraph::pipeline::Limits::default()).unwrap();
        examined.findings.iter().filter(|finding| finding.code == "same-name-ignoring-case").count()
    };
    pack.write("people.csv", "id,name,age,kind,boss\nann,Alpha,50,staff,\nbob,alpha,,guest,ann\n");
    assert!(check("") > 2 && check("# sees: all\n") > 2);
    assert_eq!(check("# sees: pack\n"), 2);
    let question = "# ---\n# title: {en: all}\n# returns: table\n# columns: [n]\n# sees: pack\n# ---\n\
                    SELECT (COUNT(*) AS ?n) { ?s ?p ?o }\n";
    pack.write("queries/all.rq", question);
    let folder = pack.path().to_str().unwrap();
    let count = |question: &str| {
        let output = program().args(["query", question, "--pack", folder, "--format", "csv"]).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    // Two types, two labels, an age and a boss.
    assert_eq!(count("all"), "n\r\n6\r\n");
    assert_eq!(count(pack.path().join("queries/all.rq").to_str().unwrap()), "n\r\n6\r\n");
    pack.write("queries/all.rq", question.replace("sees: pack", "sees: everything"));
    let output = program().args(["query", "all", "--pack", folder]).output().unwrap();
    assert!(stderr(&output).contains("expected `pack` or `all` as `sees`"), "{}", stderr(&output));
}

#[test]
fn members_and_holders_of_posts_are_on_the_cards_of_other_peoples_data() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("org.ttl");
    std::fs::write(
        &path,
        "@prefix org: <http://www.w3.org/ns/org#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
         @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix ex: <http://ex.example/> .
         ex:p a org:OrganizationalUnit ; skos:prefLabel \"Parks\"@en .
         ex:post a org:Post ; skos:prefLabel \"Head of Parks\"@en ; org:postIn ex:p ; org:heldBy ex:ann .
         ex:ann a foaf:Person ; foaf:name \"Ann Lee\" .
         [] a org:Membership ; org:member ex:ann ; org:organization ex:p ; org:role ex:chair .
         ex:chair a org:Role ; skos:prefLabel \"chair\"@en .\n",
    )
    .unwrap();
    let card = |thing: &str| stdout(&program().args(["show", thing, "--data"]).arg(&path).output().unwrap());
    let body = card("Parks");
    assert!(body.contains("Ann Lee (ex:ann); chair"), "{body}");
    assert!(body.contains("Head of Parks (ex:post); org:heldBy: Ann Lee"), "{body}");
    let person = card("Ann Lee");
    assert!(person.contains("Parks (ex:p); chair"), "{person}");
}

/// A council with members through memberships without names, and a company with members through roles.
const BETWEEN: &str =
    "@prefix org: <http://www.w3.org/ns/org#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix s: <https://schema.org/> . @prefix ex: <http://ex.example/> .
ex:parks a org:OrganizationalUnit ; skos:prefLabel \"Parks\"@en , \"Grünflächen\"@de ; org:unitOf ex:city .
ex:city a org:FormalOrganization ; skos:prefLabel \"City\" .
[] a org:Membership ; org:member ex:dan ; org:organization ex:parks .
ex:dan a s:Person ; s:name \"Dan Orr\" .
ex:acme a s:Organization ; s:name \"Acme\" ; s:subOrganization ex:lab ;
  s:employee [ a s:OrganizationRole ; s:roleName \"Engineer\" ; s:employee ex:eve ] ; s:member ex:role .
ex:role a s:Role ; s:roleName \"Chair\" ; s:member ex:fay .
ex:lab a s:Organization ; s:name \"Lab\"@en .
ex:eve a s:Person ; s:name \"Eve\" .
ex:fay a s:Person ; s:name \"Fay\" .
";

#[test]
fn what_stands_between_two_things_is_no_thing() {
    let folder = Folder::new(&[("between.ttl", BETWEEN)]);
    let (lines, _) = folder.chart(&["--data", "between.ttl"]);
    assert_eq!(lines, pairs(&[("Acme", "Lab"), ("City", "Parks")]));
    let dot = fs::read_to_string(folder.path().join("chart.dot")).unwrap();
    assert!(dot.contains("Acme\\nEve · Engineer\\nFay · Chair"), "{dot}");
    let (card, _) = folder.said(&["show", "Acme", "--data", "between.ttl"]);
    assert!(card.contains("s:member") && card.contains("Fay (ex:fay); Chair"), "{card}");
    assert!(card.contains("Eve (ex:eve); Engineer") && !card.contains("_:"), "{card}");
    let (card, _) = folder.said(&["show", "Fay", "--data", "between.ttl"]);
    assert!(card.contains("Acme (ex:acme); Chair"), "{card}");
    let (path, _) = folder.said(&["path", "Dan Orr", "City", "--data", "between.ttl"]);
    assert!(path.contains("2 steps"), "{path}");
    let (path, _) = folder.said(&["path", "Fay", "Eve", "--data", "between.ttl"]);
    assert!(path.contains("2 steps"), "{path}");
    let (counts, _) = folder.said(&["stats", "--data", "between.ttl"]);
    assert!(counts.starts_with("7 things, 5 relations") && !counts.contains("embership"), "{counts}");
}

#[test]
fn a_table_has_the_labels_that_there_are() {
    let folder = Folder::new(&[("between.ttl", BETWEEN)]);
    let query = "SELECT ?unit ?above { ?unit <http://www.w3.org/ns/org#unitOf> ?above }";
    for (language, name) in [("de", "Grünflächen"), ("en", "Parks"), ("fr", "Parks")] {
        let (table, _) = folder.said(&["query", query, "--data", "between.ttl", "--language", language]);
        assert!(table.contains(&format!("│ {name} ")) && table.contains("┆ City "), "{language}: {table}");
    }
    // Two languages of one script are not run together.
    let (card, _) = folder.said(&["show", "Dan Orr", "--data", "between.ttl", "--language", "en,de"]);
    assert!(card.contains("Parks / Grünflächen (ex:parks)"), "{card}");
}
