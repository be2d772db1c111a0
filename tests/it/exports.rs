//! Exports: the same graph in every format, in the same bytes, every time.

use std::collections::BTreeSet;

use civigraph::export::{self, GraphFormat, Preamble, ResultFormat, Rows, write_dot, write_graph};
use civigraph::graph::{GraphBuilder, Layer, Prefixes};
use civigraph::network;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, Quad, Term, Variable};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsParser, SliceQueryResultsParserOutput};
use proptest::prelude::*;

use crate::support::{knowledge, lines};

fn write(format: GraphFormat, quads: Vec<Quad>) -> String {
    let mut bytes = Vec::new();
    write_graph(format, quads, &knowledge().graph.prefixes, &Preamble::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The canonical triples of a text, without their graphs and tag case.
fn read(format: RdfFormat, text: &str) -> Vec<String> {
    let quads = RdfParser::from_format(format).for_slice(text).map(|quad| quad.unwrap());
    canonical(quads.collect(), format)
}

fn canonical(mut quads: Vec<Quad>, format: RdfFormat) -> Vec<String> {
    for quad in &mut quads {
        if !format.supports_datasets() || matches!(format, RdfFormat::JsonLd { .. }) {
            quad.graph_name = GraphName::DefaultGraph;
        }
    }
    lines(quads)
}

fn source() -> Vec<Quad> {
    export::layers(&knowledge().graph, &[Layer::Source, Layer::Direct])
}

const FORMATS: [(GraphFormat, RdfFormat); 6] = [
    (GraphFormat::Turtle, RdfFormat::Turtle),
    (GraphFormat::TriG, RdfFormat::TriG),
    (GraphFormat::NTriples, RdfFormat::NTriples),
    (GraphFormat::NQuads, RdfFormat::NQuads),
    (GraphFormat::RdfXml, RdfFormat::RdfXml),
    (GraphFormat::JsonLd, RdfFormat::JsonLd { profile: oxigraph::io::JsonLdProfileSet::empty() }),
];

#[test]
fn every_format_holds_the_same_graph_in_the_same_bytes() {
    for (format, reader) in FORMATS {
        let expected = canonical(source(), reader);
        assert!(expected.len() > 1_000);
        let text = write(format, source());
        assert_eq!(read(reader, &text), expected, "{format:?}");
        let mut shuffled = source();
        shuffled.reverse();
        assert!(text == write(format, shuffled), "{format:?} depends on the order of the quads");
        assert!(text.ends_with('\n'), "{format:?}");
    }
}

#[test]
fn the_complete_graph_with_ontology_survives_too() {
    let all = || export::layers(&knowledge().graph, &[Layer::Source, Layer::Direct, Layer::Inferred, Layer::Ontology]);
    for (format, reader) in FORMATS {
        let expected = canonical(all(), reader);
        assert_eq!(read(reader, &write(format, all())), expected, "{format:?}");
    }
}

#[test]
fn turtle_reads_well() {
    let mut bytes = Vec::new();
    let graph = &knowledge().graph;
    let header = export::header(graph).unwrap();
    write_graph(GraphFormat::Turtle, source(), &graph.prefixes, &header, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("# ") && text.contains("\n# Licence: ") && text.contains("\n# Version: "),
        "{}",
        lines[0]
    );
    let prefixes: Vec<&&str> = lines.iter().filter(|line| line.starts_with("@prefix")).collect();
    assert!(prefixes.is_sorted(), "prefixes are sorted");
    assert!(text.contains("\nhk:hkstp\n") || text.contains("\nhk:hkstp a cg:Company"), "subjects are short");
    assert!(!text.contains("@zh-hant"), "tags have the case of BCP 47");
    assert!(text.contains("@zh-Hant"));
    // Each subject once, and `a` first if there is one.
    let subjects: Vec<&str> = lines
        .iter()
        .filter(|line| !line.is_empty() && !line.starts_with([' ', '#', '@']))
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    let unique: BTreeSet<&str> = subjects.iter().copied().collect();
    assert_eq!(subjects.len(), unique.len());
    assert!(!lines.iter().any(|line| line.starts_with("  a ")), "`a` stands on the subject's line");
}

#[test]
fn a_layer_more_is_a_superset() {
    let graph = &knowledge().graph;
    let n = |layers: &[Layer]| export::layers(graph, layers).len();
    let (source, direct, inferred, ontology) =
        (n(&[Layer::Source]), n(&[Layer::Direct]), n(&[Layer::Inferred]), n(&[Layer::Ontology]));
    assert!(source > 0 && direct > 0 && inferred > 0 && ontology > 0);
    assert_eq!(
        n(&[Layer::Source, Layer::Direct, Layer::Inferred, Layer::Ontology]),
        source + direct + inferred + ontology
    );
    assert_eq!(source + direct + inferred + ontology, graph.quads().count());
}

#[test]
fn a_neighbourhood_contains_the_entity_its_statements_and_their_evidence() {
    let graph = &knowledge().graph;
    let node = NamedNode::new("https://w3id.org/civigraph/id/hk/hsitp").unwrap();
    let quads = export::neighbourhood(graph, node.as_ref(), &[Layer::Source, Layer::Direct]).unwrap();
    let text = write(GraphFormat::Turtle, quads);
    for part in [
        "hk:hsitp ",
        "cg:whollyOwnedBy hk:hkstp",
        "rdf:predicate cg:whollyOwnedBy",
        "hkyb-2019-06#L56-L56>",
        "cg:lineStart 56",
        "香港科技園公司",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(!text.contains("cyberport"), "what is not near is not there");
}

/// A line of a source is evidence of several things; derived triples lead from it to all of them.
#[test]
fn what_is_said_elsewhere_in_the_same_lines_is_not_in_a_neighbourhood() {
    let graph = &knowledge().graph;
    let hkstp = NamedNode::new_unchecked("https://w3id.org/civigraph/id/hk/hkstp");
    let layers = [Layer::Source, Layer::Direct, Layer::Inferred];
    let quads = export::neighbourhood(graph, hkstp.as_ref(), &layers).unwrap();
    let claim = |name: &str| {
        let iri = format!("https://w3id.org/civigraph/claim/hkyb-2019-06/{name}");
        quads.iter().filter(|quad| quad.subject.to_string() == format!("<{iri}>")).count()
    };
    // Both stand in lines 201 to 203; the second is about the fund and the support.
    assert!(claim("hkstp-carries-out-corporate-venture-fund-expansion") > 0, "{quads:?}");
    assert_eq!(claim("corporate-venture-fund-expansion-under-tenant-support"), 0);
    // What leads to the claims about it is there.
    let evidences = quads.iter().filter(|quad| quad.predicate.as_str() == "https://w3id.org/civigraph/def#evidences");
    assert!(evidences.count() > 10);
}

#[test]
fn dot_quotes_whatever_a_label_contains() {
    let labels =
        ["quote \" and \\", "line\nbreak", "香港 & <b>科學園</b>", "\\N \\G trailing \\", "semi; {brace} [x] -> --"];
    let mut quads = Vec::new();
    let node = |n: usize| NamedNode::new(format!("http://example.org/node-{n}")).unwrap();
    for (n, label) in labels.iter().enumerate() {
        quads.push(Quad::new(
            node(n),
            NamedNode::new("http://www.w3.org/2004/02/skos/core#prefLabel").unwrap(),
            Literal::new_language_tagged_literal(*label, "en").unwrap(),
            GraphName::DefaultGraph,
        ));
        quads.push(Quad::new(
            node(n),
            NamedNode::new("http://example.org/next").unwrap(),
            node((n + 1) % labels.len()),
            GraphName::DefaultGraph,
        ));
    }
    let mut builder = GraphBuilder::default();
    builder.extend(quads).unwrap();
    let mut graph = builder.freeze();
    graph.prefixes = Prefixes::default();
    let network = network::project(&graph, &["en".to_owned()], None).unwrap();
    assert_eq!((network.node_count(), network.edge_count()), (labels.len(), labels.len()));
    let dot = write_dot(&network, &graph.prefixes, "a \"title\"");
    assert!(dot.contains(r#"label="quote \" and \\""#), "{dot}");
    assert!(dot.contains(r#"label="line\nbreak""#), "{dot}");
    assert!(dot.contains("&amp; <b>"), "{dot}");
    assert!(dot.contains(r#"label="\\N \\G trailing \\""#), "{dot}");
    crate::outside_tools::check_dot(&dot);
}

#[test]
fn dot_shows_both_languages_and_dashes_what_is_planned() {
    let mut builder = GraphBuilder::default();
    builder
        .add_turtle("ontology", include_str!("../../ontology/codes.ttl"), civigraph::vocab::named_graph::ONTOLOGY)
        .unwrap();
    let data = "@prefix ex: <http://example.org/> . @prefix cg: <https://w3id.org/civigraph/def#> . @prefix c: <https://w3id.org/civigraph/code#> .
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        ex:a a cg:Entity ; skos:prefLabel \"甲\"@zh-Hant , \"A\"@en .
        ex:b a cg:Entity ; skos:prefLabel \"乙\"@zh-Hant , \"B\"@en ; cg:status c:planned .
        ex:old a cg:Claim ; rdf:subject ex:a ; rdf:predicate ex:p ; rdf:object ex:b ; cg:status c:ended .
        ex:new a cg:Claim ; rdf:subject ex:a ; rdf:predicate ex:q ; rdf:object ex:b ; cg:status c:planned .
        ex:now a cg:Claim ; rdf:subject ex:b ; rdf:predicate ex:q ; rdf:object ex:a ; cg:status c:done .";
    builder.add_turtle("data", data, oxigraph::model::NamedNodeRef::new_unchecked("http://example.org/g")).unwrap();
    let graph = builder.freeze();
    let languages = ["zh-Hant".to_owned(), "en".to_owned()];
    let network = network::project(&graph, &languages, None).unwrap();
    let dot = write_dot(&network, &graph.prefixes, "t");
    let line = |part: &str| dot.lines().find(|line| line.contains(part)).unwrap().to_owned();
    assert!(line("label=\"甲\\nA").contains("ex:a") && !line("label=\"甲\\nA").contains("dashed"), "{dot}");
    assert!(line("label=\"乙\\nB").contains("dashed") && line("label=\"乙\\nB").contains("planned"), "{dot}");
    assert!(line("ex:p").contains("dotted"), "{dot}");
    assert!(line("\"ex:a\" -> \"ex:b\" [label=\"ex:q").contains("dashed"), "{dot}");
    assert!(!line("\"ex:b\" -> \"ex:a\"").contains("dashed"), "{dot}");
}

fn literal() -> impl Strategy<Value = Literal> {
    let text = "[ -~\\n\\t\\r\u{1}\u{7f}\u{85}\u{9b}\u{2028}\u{feff}\u{ffff}香é😀]{0,8}";
    prop_oneof![
        text.prop_map(Literal::new_simple_literal),
        (text, prop::sample::select(vec!["en", "zh-hant-hk", "x-private", "en-a-bb-x-ccc"]))
            .prop_map(|(text, tag)| Literal::new_language_tagged_literal(text, tag).unwrap()),
        (
            prop::sample::select(vec![
                "1", "01", "+1", "1.50", "true", "1", "x", "1e3", ".5", "-", " 1", "", "<b>&</b>"
            ]),
            prop::sample::select(vec![
                "http://www.w3.org/2001/XMLSchema#integer",
                "http://www.w3.org/2001/XMLSchema#decimal",
                "http://www.w3.org/2001/XMLSchema#boolean",
                "http://www.w3.org/2001/XMLSchema#double",
                "http://www.w3.org/2001/XMLSchema#date",
                "http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral",
                "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON",
                "http://a/b/",
            ])
        )
            .prop_map(|(text, datatype)| Literal::new_typed_literal(text, NamedNode::new(datatype).unwrap())),
    ]
}

/// IRIs that some RDF format cannot write in a short or plain way.
const IRIS: [&str; 22] = [
    "http://a/x",
    "http://a/x.",
    "http://a/b/c",
    "http://a/b/",
    "http://a/b#",
    "http://a/b/9",
    "http://a/-.x-1",
    "http://a/é?q=1&r=2#f",
    "http://a/科學園",
    "http://a/😀",
    "http://a/😀x",
    "urn:x:y",
    "urn:x:1",
    "hk:x",
    "https://w3id.org/civigraph/def#supports",
    "https://w3id.org/civigraph/def#",
    "http://a/%20",
    "http://a/%20x",
    "http://a/it's(1)",
    "http://www.w3.org/2000/xmlns/a",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#_1",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#li",
];

fn quad() -> impl Strategy<Value = Quad> {
    let node = prop::sample::select(IRIS.to_vec());
    let subject = prop_oneof![
        node.clone().prop_map(|iri| NamedNode::new(iri).unwrap().into()),
        "[ab]".prop_map(|id| oxigraph::model::NamedOrBlankNode::from(BlankNode::new(id).unwrap())),
    ];
    let object = prop_oneof![
        literal().prop_map(Into::into),
        node.clone().prop_map(|iri| oxigraph::model::Term::from(NamedNode::new(iri).unwrap())),
        "[ab]".prop_map(|id| oxigraph::model::Term::from(BlankNode::new(id).unwrap())),
    ];
    let predicate = prop_oneof![node, Just("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")];
    (subject, predicate, object).prop_map(|(subject, predicate, object)| {
        Quad::new(subject, NamedNode::new(predicate).unwrap(), object, GraphName::DefaultGraph)
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same_or_is_refused(quads in prop::collection::vec(quad(), 0..12)) {
        for (format, reader) in FORMATS {
            let fit = |quad: &Quad| export::fits(format, std::slice::from_ref(quad), &Prefixes::default()).is_ok();
            let (quads, refused): (Vec<Quad>, Vec<Quad>) = quads.iter().cloned().partition(fit);
            prop_assert!(format == GraphFormat::RdfXml || refused.is_empty());
            let expected = canonical(quads.clone(), reader);
            let text = write(format, quads.clone());
            prop_assert_eq!(read(reader, &text), expected, "{:?} {}", format, text);
        }
    }
}

proptest! {
    /// XML cannot represent every text; it is not tested here.
    #[test]
    fn rows_read_back_the_same(quads in prop::collection::vec(quad(), 0..12)) {
        let terms: Vec<Option<Term>> = quads.into_iter().map(|quad| Some(quad.object)).chain([None]).collect();
        let variables = vec![Variable::new("a").unwrap(), Variable::new("b").unwrap()];
        let rows: Vec<Vec<Option<Term>>> = terms.chunks(2).map(|pair| {
            let mut row = pair.to_vec();
            row.resize(2, None);
            row
        }).collect();
        for (format, reader) in [(ResultFormat::Json, QueryResultsFormat::Json), (ResultFormat::Tsv, QueryResultsFormat::Tsv)] {
            let mut bytes = Vec::new();
            let written = Rows { variables: variables.clone(), rows: rows.clone() };
            export::write_rows(format, &written, &Prefixes::default(), &export::TableStyle::default(), &mut bytes).unwrap();
            let parser = QueryResultsParser::from_format(reader).for_slice(&bytes).unwrap();
            let SliceQueryResultsParserOutput::Solutions(solutions) = parser else { panic!("rows") };
            let read: Vec<Vec<Option<Term>>> =
                solutions.map(|row| row.unwrap().values().to_vec()).collect();
            // Tags are kept in lower case.
            let lower = |rows: &[Vec<Option<Term>>]| format!("{rows:?}").to_lowercase();
            prop_assert_eq!(lower(&read), lower(&rows), "{}", String::from_utf8_lossy(&bytes));
        }
    }
}

fn quads(turtle: &str) -> Vec<Quad> {
    let prefixes = "@prefix ex: <http://example.org/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n";
    let text = format!("{prefixes}{turtle}");
    RdfParser::from_format(RdfFormat::Turtle).for_slice(&text).map(|quad| quad.unwrap()).collect()
}

/// Each kind of triple with the message of RDF/XML for it.
#[test]
fn what_rdf_xml_cannot_represent_is_refused_and_named() {
    for (triple, why) in [
        (
            "ex:s <http://example.org/p/> 1 .",
            Some("predicate `<http://example.org/p/>`, which does not end in an XML name"),
        ),
        ("ex:s <http://example.org/9> 1 .", Some("`<http://example.org/9>`")),
        ("ex:s <http://example.org/p%20> 1 .", Some("`<http://example.org/p%20>`")),
        ("ex:s <http://example.org/p#> 1 .", Some("`<http://example.org/p#>`")),
        ("ex:s <http://example.org/😀> 1 .", Some("😀")),
        ("ex:s rdf:li 1 .", Some("`rdf:li`, which is a reserved name of RDF/XML")),
        ("ex:s rdf:about 1 .", Some("`rdf:about`")),
        ("ex:s <http://www.w3.org/2000/xmlns/p> 1 .", Some("xmlns/p")),
        ("ex:s ex:p \"a\\u0000b\" .", Some("the character U+0000")),
        ("ex:s ex:p \"\\uFFFE\"@en .", Some("the character U+FFFE")),
        ("ex:s ex:p <<( ex:s ex:p 1 )>> .", Some("a triple term")),
        ("ex:s ex:p \"x\"@ar--rtl .", Some("the direction of a text")),
        ("ex:s a <http://example.org/kind/9> , <http://example.org/kind/> , rdf:Description , rdf:li .", None),
        ("ex:s rdf:_1 \"\\r\\u007F\\u0085\" ; <urn:p> \" \" ; ex:q \"\" , \"]]>&<\" .", None),
    ] {
        let quads = quads(triple);
        let prefixes = Prefixes::default();
        match (export::fits(GraphFormat::RdfXml, &quads, &prefixes), why) {
            (Ok(()), None) => {
                let text = write(GraphFormat::RdfXml, quads.clone());
                assert_eq!(read(RdfFormat::RdfXml, &text), canonical(quads, RdfFormat::RdfXml), "{text}");
                crate::outside_tools::check_rdf_xml(&text);
            }
            (Err(error), Some(why)) => {
                assert!(error.to_string().contains(why), "{triple}: {error}");
                let mut bytes = Vec::new();
                let done = write_graph(GraphFormat::RdfXml, quads, &prefixes, &Preamble::default(), &mut bytes);
                assert!(done.is_err() && bytes.is_empty(), "{triple}");
            }
            (done, why) => panic!("{triple}: {done:?}, expected {why:?}"),
        }
    }
}

#[test]
fn a_class_is_an_element_where_it_has_a_name() {
    let text = write(
        GraphFormat::RdfXml,
        quads("ex:a a ex:T , <http://example.org/9> . ex:b a <http://example.org/9> . ex:c a ex:T ."),
    );
    let body = "  <ns1:T rdf:about=\"http://example.org/a\">
    <rdf:type rdf:resource=\"http://example.org/9\"/>
  </ns1:T>
  <rdf:Description rdf:about=\"http://example.org/b\">
    <rdf:type rdf:resource=\"http://example.org/9\"/>
  </rdf:Description>
  <ns1:T rdf:about=\"http://example.org/c\"/>
</rdf:RDF>
";
    assert!(text.ends_with(body) && text.contains("xmlns:ns1=\"http://example.org/\""), "{text}");
}

#[test]
fn a_refused_export_leaves_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let query = "CONSTRUCT { <http://a/s> <http://a/p/> 1 , 2 ; <http://a/q> \"x\" } {}";
    let before = "what was there";
    let file = folder.path().join("graph.rdf");
    std::fs::write(&file, before).unwrap();
    for arguments in [
        vec!["query", query, "--format", "rdfxml"],
        vec!["query", query, "-o", file.to_str().unwrap()],
        vec!["export", "--construct", query, "--format", "rdfxml"],
        vec!["export", "--construct", query, "-o", file.to_str().unwrap()],
    ] {
        let output = crate::support::program().args(&arguments).output().unwrap();
        let told = crate::support::stderr(&output);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{told}");
        assert_eq!(told.matches("error[unknown-format]: RDF/XML cannot represent the predicate").count(), 1, "{told}");
        assert!(told.contains("`<http://a/p/>`"), "{told}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    }
}
