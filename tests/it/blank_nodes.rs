//! Blank nodes and lists in exports: written where they are referred to, with labels that stay.

use civigraph::export::{GraphFormat, Preamble, write_graph};
use civigraph::graph::Prefixes;
use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfParser};
use oxigraph::model::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm, Dataset};
use oxigraph::model::{BlankNode, GraphName, NamedNode, NamedOrBlankNode, Quad, Term};
use proptest::prelude::*;

const FORMATS: [(GraphFormat, RdfFormat); 6] = [
    (GraphFormat::Turtle, RdfFormat::Turtle),
    (GraphFormat::TriG, RdfFormat::TriG),
    (GraphFormat::NTriples, RdfFormat::NTriples),
    (GraphFormat::NQuads, RdfFormat::NQuads),
    (GraphFormat::RdfXml, RdfFormat::RdfXml),
    (GraphFormat::JsonLd, RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() }),
];

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

fn prefixes() -> Prefixes {
    let mut prefixes = Prefixes::default();
    prefixes.insert("ex".to_owned(), "http://example.org/".to_owned());
    prefixes.insert("rdf".to_owned(), RDF.to_owned());
    prefixes
}

fn write(format: GraphFormat, quads: Vec<Quad>) -> String {
    let mut bytes = Vec::new();
    write_graph(format, quads, &prefixes(), &Preamble::default(), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn read(format: RdfFormat, text: &str) -> Vec<Quad> {
    RdfParser::from_format(format).for_slice(text).map(|quad| quad.unwrap_or_else(|e| panic!("{e}: {text}"))).collect()
}

fn turtle(text: &str) -> Vec<Quad> {
    read(RdfFormat::TriG, &format!("@prefix ex: <http://example.org/> . @prefix rdf: <{RDF}> .\n{text}"))
}

/// RDFC-1.0 of all quads together, by the library.
fn canonical(quads: &[Quad], has_graphs: bool) -> Vec<String> {
    let mut dataset = Dataset::new();
    for quad in quads {
        let mut quad = quad.clone();
        if !has_graphs {
            quad.graph_name = GraphName::DefaultGraph;
        }
        dataset.insert(&quad);
    }
    let hash_algorithm = CanonicalizationHashAlgorithm::Sha256;
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm });
    let mut lines: Vec<String> = dataset.iter().map(|quad| quad.to_string()).collect();
    lines.sort();
    lines
}

/// The body of a file: without prefixes and the blank line behind them.
fn body(text: &str) -> &str {
    let start = text.rfind("@prefix").map_or(0, |at| at + text[at..].find('\n').unwrap() + 1);
    text[start..].trim_start_matches('\n')
}

#[test]
fn what_is_referred_to_once_is_written_there() {
    let cases = [
        ("ex:a ex:p [ ex:q 1 ; a ex:B ] .", "ex:a ex:p [ a ex:B ; ex:q 1 ] .\n"),
        ("ex:a ex:p [] .", "ex:a ex:p [] .\n"),
        ("ex:a ex:p () .", "ex:a ex:p () .\n"),
        ("ex:a ex:p (1 [ ex:q (\"x\" ()) ] ex:b) .", "ex:a ex:p ( 1 [ ex:q ( \"x\" () ) ] ex:b ) .\n"),
        ("[] ex:p [ ex:q _:c ] , _:c .", "[] ex:p _:X , [ ex:q _:X ] .\n"),
        // A list that has more to say of itself, and one without an end, are ordinary nodes.
        (
            "ex:a ex:p [ rdf:first 1 ; rdf:rest (2) ; ex:q 3 ] .",
            "ex:a ex:p [ ex:q 3 ; rdf:first 1 ; rdf:rest ( 2 ) ] .\n",
        ),
        (
            "ex:a ex:p [ rdf:first 1 ; rdf:rest [ rdf:first 2 ] ] .",
            "ex:a ex:p [ rdf:first 1 ; rdf:rest [ rdf:first 2 ] ] .\n",
        ),
        ("ex:a ex:p [ rdf:first 1 , 2 ; rdf:rest () ] .", "ex:a ex:p [ rdf:first 1 , 2 ; rdf:rest rdf:nil ] .\n"),
        ("(1 2) ex:p 3 .", "[] ex:p 3 ;\n  rdf:first 1 ;\n  rdf:rest ( 2 ) .\n"),
        // Nodes in a circle, and nodes of triple terms, have labels.
        ("_:a ex:p [ ex:p _:a ] .", "_:X ex:p [ ex:p _:X ] .\n"),
        ("ex:a ex:p <<( _:a ex:q 1 )>> . _:a ex:r 2 .", "ex:a ex:p <<( _:X ex:q 1 )>> .\n\n_:X ex:r 2 .\n"),
    ];
    for (given, expected) in cases {
        let text = write(GraphFormat::Turtle, turtle(given));
        let mut found = body(&text).to_owned();
        while let Some(at) = found.find("_:b") {
            let end = found[at..].find([' ', '\n']).unwrap() + at;
            found.replace_range(at..end, "_:X");
        }
        assert_eq!(found, expected, "{given}");
    }
}

#[test]
fn long_descriptions_have_a_line_for_each_property() {
    let long = "x".repeat(90);
    let text = write(
        GraphFormat::TriG,
        turtle(&format!(
            "ex:g {{ ex:a ex:p [ ex:q \"{long}\" , [ ex:r 1 ] ; ex:s ( \"{long}\" 123456789 ) ] , 3 ; ex:t 4 }}"
        )),
    );
    let expected = format!(
        "ex:g {{
  ex:a ex:p
      [
        ex:q
          [ ex:r 1 ] ,
          \"{long}\" ;
        ex:s (
          \"{long}\"
          123456789
        )
      ] ,
      3 ;
    ex:t 4 .
}}
"
    );
    assert_eq!(body(&text), expected);
}

#[test]
fn a_node_of_two_graphs_has_a_label() {
    let text = write(GraphFormat::TriG, turtle("ex:g { ex:a ex:p _:b } ex:h { _:b ex:q 1 . ex:c ex:p [ ex:q 2 ] }"));
    assert!(text.contains("ex:c ex:p [ ex:q 2 ]") && text.contains("ex:a ex:p _:b"), "{text}");
}

#[test]
fn lists_are_lists_in_json_ld() {
    let text = write(GraphFormat::JsonLd, turtle("ex:a ex:p ( 1 [ ex:q \"x\" ] ( \"two\" ) ) ; ex:r [ a ex:B ] ."));
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!([{
        "@id": "ex:a",
        "ex:p": { "@list": [1, { "ex:q": "x" }, { "@list": ["two"] }] },
        "ex:r": { "@type": "ex:B" },
    }]);
    assert_eq!(document["@graph"], expected);
}

#[test]
fn a_change_renames_nothing_else() {
    let graph = |street: &str| {
        let office = |n: usize| {
            let street = if n == 20 { street } else { "Street" };
            format!("ex:o{n} ex:address _:a{n} . _:a{n} ex:street \"{street} {n}\" . ex:p{n} ex:address _:a{n} .\n")
        };
        turtle(&(0..40).map(office).collect::<String>())
    };
    for (format, n_lines) in [(GraphFormat::NTriples, 6), (GraphFormat::Turtle, 6), (GraphFormat::JsonLd, 8)] {
        let (before, after) = (write(format, graph("Street")), write(format, graph("Road")));
        let only_in = |one: &str, other: &str| {
            let other: Vec<&str> = other.lines().collect();
            one.lines().filter(|line| !other.contains(line)).count()
        };
        assert_eq!(only_in(&before, &after) + only_in(&after, &before), n_lines, "{format:?}");
    }
}

#[test]
fn nodes_of_which_the_same_is_said_stay_several() {
    let given = turtle("ex:a ex:p [ ex:q 1 ] , [ ex:q 1 ] , [ ex:q 1 ] . [] ex:r 1 . [] ex:r 1 .");
    for (format, reader) in FORMATS {
        assert_eq!(read(reader, &write(format, given.clone())).len(), given.len(), "{format:?}");
    }
}

#[test]
fn what_lies_deep_does_not_exhaust_the_stack() {
    let chain: String = (0..20_000).map(|n| format!("_:n{n} ex:p _:n{} .\n", n + 1)).collect();
    let list = (0..20_000).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
    let given = turtle(&format!("ex:a ex:p _:n0 ; ex:l ( {list} ) .\n{chain}"));
    let text = write(GraphFormat::Turtle, given.clone());
    assert_eq!(read(RdfFormat::Turtle, &text).len(), given.len());
}

fn quad() -> impl Strategy<Value = Quad> {
    let named = |iri: &str| NamedNode::new(format!("http://example.org/{iri}")).unwrap();
    let subject = prop_oneof![
        1 => "[ab]".prop_map(move |iri| NamedOrBlankNode::from(named(&iri))),
        3 => "[c-h]".prop_map(|id| BlankNode::new(id).unwrap().into()),
    ];
    let rdf = |name: &str| NamedNode::new(format!("{RDF}{name}")).unwrap();
    let predicate = prop_oneof![Just(named("p")), Just(rdf("first")), Just(rdf("rest")), Just(rdf("type"))];
    let object = prop_oneof![
        1 => "[ab]".prop_map(move |iri| Term::from(named(&iri))),
        2 => Just(Term::from(rdf("nil"))),
        5 => "[c-h]".prop_map(|id| BlankNode::new(id).unwrap().into()),
    ];
    let graph = prop_oneof![4 => Just(GraphName::DefaultGraph), 1 => Just(named("g").into())];
    (subject, predicate, object, graph)
        .prop_map(|(subject, predicate, object, graph)| Quad::new(subject, predicate, object, graph))
}

proptest! {
    /// However blank nodes refer to each other, and whatever their labels were.
    #[test]
    fn graphs_of_blank_nodes_read_back_the_same(quads in prop::collection::vec(quad(), 0..14), turn in 0_usize..6) {
        for (format, reader) in FORMATS {
            let has_graphs = matches!(format, GraphFormat::TriG | GraphFormat::NQuads);
            let text = write(format, quads.clone());
            prop_assert_eq!(canonical(&read(reader, &text), has_graphs), canonical(&quads, has_graphs), "{:?} {}", format, text);
            let renamed = |node: &BlankNode| {
                let letter = node.as_str().as_bytes()[0] - b'c';
                BlankNode::new(format!("z{}", (letter as usize + turn) % 6)).unwrap()
            };
            let mut others: Vec<Quad> = quads.iter().map(|quad| {
                let mut quad = quad.clone();
                if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
                    quad.subject = renamed(node).into();
                }
                if let Term::BlankNode(node) = &quad.object {
                    quad.object = renamed(node).into();
                }
                quad
            }).collect();
            others.reverse();
            prop_assert_eq!(write(format, others), text, "{:?}", format);
        }
    }
}
