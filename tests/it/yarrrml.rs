//! YARRRML as published: the result of each form in the specification, and the
//! messages for mappings that cannot be used.

use std::io::{Cursor, Read};

use civigraph::dialect::Dialect;
use civigraph::finding::{Findings, Place};
use civigraph::map::{Tables, execute, yarrrml};
use civigraph::pack::schema::{CellReader, Schema};
use civigraph::source::TableSource;
use civigraph::table::{Header, Table};

const TABLE: &str = "id,name,lang,amount,kind,boss,predicate,empty\n\
                     1,Ann,en,50,staff,,knows,\n\
                     2,羅賓,zh-Hant,1.5,guest,1,likes,\n\
                     3,,en,,staff,2,knows,\n";

/// Two tables in memory: `t.csv` above, and `u.csv` for joins.
struct Memory;

impl Tables for Memory {
    fn open(&self, source: &TableSource, _: &[String], _: &Place) -> Result<Table, Findings> {
        let text = if source.path == "u.csv" { "who,city\nAnn,Oslo\n羅賓,香港\nAnn,Bergen\n" } else { TABLE };
        let input: Box<dyn Read> = Box::new(Cursor::new(text));
        Table::open(source.path.clone(), input, &Dialect::default())
    }

    fn cells(&self, _: &TableSource, header: &Header) -> CellReader {
        let schema = Schema { missing_values: Some(vec!["guest".to_owned()]), ..Schema::default() };
        CellReader::new(&schema, &Dialect::default(), header.names())
    }
}

const HEAD: &str = "prefixes:\n  ex: http://example.org/\nbase: http://base.org/\nsources:\n  t: [t.csv~csv]\n  u: {access: u.csv, referenceFormulation: csv}\n";

/// The lines of N-Quads that a mapping produces, sorted, and the findings.
fn run(mapping: &str) -> (Vec<String>, Findings) {
    let (mut plan, mut findings) = yarrrml::read("m.yml", &format!("{HEAD}{mapping}"));
    let headers = ["t.csv", "u.csv"].map(TableSource::rows).map(|source| {
        let header = Memory.open(&source, &[], &Place::new("m.yml", 1, 1)).unwrap().header;
        (source, header)
    });
    findings.append(plan.bind(&headers.into()));
    let mut lines = Vec::new();
    if !findings.has_errors() {
        execute(&plan, &Memory, &mut findings, &mut |quad, _| lines.push(quad.to_string()));
    }
    lines.sort();
    lines.dedup();
    (lines, findings)
}

fn lines(mapping: &str) -> Vec<String> {
    let (lines, findings) = run(mapping);
    assert!(findings.is_empty(), "{:?}", findings.iter().collect::<Vec<_>>());
    let short = |line: String| {
        line.replace("http://example.org/", "")
            .replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
            .replace("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf:")
    };
    lines.into_iter().map(short).collect()
}

#[test]
fn terms_are_generated_as_the_specification_says() {
    let cases: [(&str, &str, &[&str]); 17] = [
        ("a literal", "[ex:p, $(name)]", &["<1> <p> \"Ann\"", "<2> <p> \"羅賓\""]),
        ("a template of two cells", "[ex:p, \"$(kind)-$(name)\"]", &["<1> <p> \"staff-Ann\""]),
        ("a class", "[a, ex:$(kind)]", &["<1> <rdf:type> <staff>", "<3> <rdf:type> <staff>"]),
        (
            "rdf:type in full",
            "[rdf:type, ex:Thing]",
            &["<1> <rdf:type> <Thing>", "<2> <rdf:type> <Thing>", "<3> <rdf:type> <Thing>"],
        ),
        ("an IRI", "[ex:p, ex:$(boss)~iri]", &["<2> <p> <1>", "<3> <p> <2>"]),
        ("an IRI encoded", "[ex:p, ex:$(name)~iri]", &["<1> <p> <Ann>", "<2> <p> <羅賓>"]),
        (
            "a reference is resolved by the base",
            "[ex:p, $(boss)~iri]",
            &["<2> <p> <http://base.org/1>", "<3> <p> <http://base.org/2>"],
        ),
        (
            "a datatype",
            "[ex:p, $(amount), xsd:decimal]",
            &["<1> <p> \"50\"^^<xsd:decimal>", "<2> <p> \"1.5\"^^<xsd:decimal>"],
        ),
        ("a language", "[ex:p, $(name), en~lang]", &["<1> <p> \"Ann\"@en", "<2> <p> \"羅賓\"@en"]),
        ("a language of a cell", "[ex:p, $(name), $(lang)~lang]", &["<1> <p> \"Ann\"@en", "<2> <p> \"羅賓\"@zh-hant"]),
        ("a predicate of a cell", "[ex:$(predicate), $(name)]", &["<1> <knows> \"Ann\"", "<2> <likes> \"羅賓\""]),
        (
            "several predicates and objects",
            "[[ex:p, ex:q], [$(name), [$(amount), xsd:decimal]]]",
            &[
                "<1> <p> \"50\"^^<xsd:decimal>",
                "<1> <p> \"Ann\"",
                "<1> <q> \"50\"^^<xsd:decimal>",
                "<1> <q> \"Ann\"",
                "<2> <p> \"1.5\"^^<xsd:decimal>",
                "<2> <p> \"羅賓\"",
                "<2> <q> \"1.5\"^^<xsd:decimal>",
                "<2> <q> \"羅賓\"",
            ],
        ),
        (
            "the long form",
            "{predicates: ex:p, objects: {value: $(name), language: en}}",
            &["<1> <p> \"Ann\"@en", "<2> <p> \"羅賓\"@en"],
        ),
        (
            "the long form of an IRI",
            "{p: ex:p, o: {value: \"ex:$(boss)\", type: iri}}",
            &["<2> <p> <1>", "<3> <p> <2>"],
        ),
        (
            "escaped references",
            "[ex:p, \"\\\\$(name\\\\) $(name)\"]",
            &["<1> <p> \"$(name) Ann\"", "<2> <p> \"$(name) 羅賓\""],
        ),
        ("an empty cell makes nothing", "[ex:p, $(empty)]", &[]),
        ("a missing value makes nothing", "[ex:p, $(kind)]", &["<1> <p> \"staff\"", "<3> <p> \"staff\""]),
    ];
    for (what, pair, expected) in cases {
        let found = lines(&format!("mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - {pair}\n"));
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn graphs_of_subject_and_pair_add_up() {
    let found = lines(
        "mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    g: ex:g1\n    po:\n      - p: ex:p\n        o: $(amount)\n        graphs: [ex:g2, ex:$(boss)]\n",
    );
    assert_eq!(
        found,
        [
            "<1> <p> \"50\" <g1>",
            "<1> <p> \"50\" <g2>",
            "<2> <p> \"1.5\" <1>",
            "<2> <p> \"1.5\" <g1>",
            "<2> <p> \"1.5\" <g2>"
        ]
    );
    // A graph that the row does not name does not fall back to the default graph.
    let found = lines(
        "mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    g: ex:$(boss)\n    po:\n      - [ex:p, $(amount)]\n",
    );
    assert_eq!(found, ["<2> <p> \"1.5\" <1>"]);
}

#[test]
fn conditions_choose_rows() {
    let on_mapping = |function: &str, value: &str| {
        lines(&format!(
            "mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    condition:\n      function: {function}\n      parameters:\n        - [grel:valueParameter, $(kind)]\n        - [grel:valueParameter2, {value}]\n    po:\n      - [ex:p, x]\n"
        ))
    };
    assert_eq!(on_mapping("idlab-fn:equal", "staff"), ["<1> <p> \"x\"", "<3> <p> \"x\""]);
    assert_eq!(on_mapping("idlab-fn:notEqual", "staff"), ["<2> <p> \"x\""]);
    assert_eq!(on_mapping("idlab-fn:equal", "\"\""), ["<2> <p> \"x\""], "no value is the empty text");
    let found = lines(
        "mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o: $(name)\n        condition:\n          function: grel:boolean_not\n          parameters:\n            - parameter: grel:bool_b\n              value:\n                function: idlab-fn:equal\n                parameters: [[str1, $(id)], [str2, \"1\"]]\n      - [ex:q, $(id)]\n",
    );
    assert_eq!(found, ["<1> <q> \"1\"", "<2> <p> \"羅賓\"", "<2> <q> \"2\"", "<3> <q> \"3\""]);
    let two = lines(
        "mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    conditions:\n      - {function: idlab-fn:equal, parameters: [[str1, $(kind)], [str2, staff]]}\n      - {function: idlab-fn:notEqual, parameters: [[str1, $(id)], [str2, \"1\"]]}\n    po:\n      - [ex:p, x]\n",
    );
    assert_eq!(two, ["<3> <p> \"x\""]);
}

/// The rows of `t.csv` that a condition selects: `name` is empty in row 3, `boss`
/// in row 1, `kind` has no value in row 2, `empty` never has one.
fn chosen(condition: &str) -> Vec<String> {
    let found = lines(&format!(
        "mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    condition: {condition}\n    po:\n      - [ex:p, x]\n"
    ));
    found.iter().filter_map(|line| Some(line.strip_prefix('<')?.split_once('>')?.0.to_owned())).collect()
}

#[test]
fn in_a_condition_an_empty_cell_is_the_empty_text_wherever_it_is() {
    let equal = |a: &str, b: &str| format!("{{f: idlab-fn:equal, pms: [[str1, {a}], [str2, {b}]]}}");
    let not_equal = |a: &str, b: &str| format!("{{f: idlab-fn:notEqual, pms: [[str1, {a}], [str2, {b}]]}}");
    let is_null = |a: &str| format!("{{f: idlab-fn:isNull, pms: [[str, {a}]]}}");
    let is_not_null = |a: &str| format!("{{f: idlab-fn:isNotNull, pms: [[str, {a}]]}}");
    let of = |function: &str, a: &str| format!("{{f: grel:{function}, pms: [[valueParameter, {a}]]}}");
    let cases: [(String, &[&str]); 16] = [
        (equal("\"$(name)$(boss)\"", "\"\""), &[]),
        (equal("\"$(kind)$(empty)\"", "\"\""), &["2"]),
        (equal("\"$(name)$(boss)\"", "Ann"), &["1"]),
        (equal("\"\"", "\"$(kind)$(boss)\""), &[]),
        (equal("\"$(name)-$(boss)\"", "Ann-"), &["1"]),
        (equal("\"x$(empty)\"", "x"), &["1", "2", "3"]),
        (equal("$(name)", "$(empty)"), &["3"]),
        (not_equal("\"$(name)$(empty)\"", "\"\""), &["1", "2"]),
        (equal(&of("toUpperCase", "\"$(name)$(boss)\""), "ANN"), &["1"]),
        (equal(&of("string_trim", "\"x$(empty)\""), "x"), &["1", "2", "3"]),
        (equal(&of("toLowerCase", "$(boss)"), "\"\""), &["1"]),
        (is_null("\"$(name)$(boss)\""), &[]),
        (is_null("\"$(kind)-$(empty)\""), &["2"]),
        (is_not_null("\"$(name)$(empty)\""), &["1", "2"]),
        (is_null(&of("string_trim", "\"$(kind) $(empty)\"")), &["2"]),
        (
            "{f: idlab-fn:equal, pms: [[str1, {f: grel:string_replace, pms: [[valueParameter, $(id)], \
             [p_string_find, $(boss)], [p_string_replace, x]]}], [str2, $(id)]]}"
                .to_owned(),
            &["1", "2", "3"],
        ),
    ];
    for (condition, expected) in cases {
        assert_eq!(chosen(&condition), expected, "{condition}");
    }
}

#[test]
fn a_function_joins_the_filled_cells_and_makes_nothing_of_empty_ones() {
    let found = lines(
        "mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o: {f: grel:string_trim, pms: [[valueParameter, \"$(name) $(boss)\"]]}\n      - p: ex:q\n        o: {f: grel:string_trim, pms: [[valueParameter, \"$(empty)-$(kind)\"]]}\n      - [ex:r, \"$(name) $(boss)\"]\n",
    );
    assert_eq!(
        found,
        [
            "<1> <p> \"Ann\"",
            "<1> <q> \"-staff\"",
            "<2> <p> \"羅賓 1\"",
            "<2> <r> \"羅賓 1\"",
            "<3> <p> \"2\"",
            "<3> <q> \"-staff\""
        ]
    );
}

#[test]
fn functions_make_terms() {
    let found = lines(
        "mappings:\n  m:\n    sources: t\n    s:\n      function: grel:string_replace\n      parameters:\n        - [grel:valueParameter, \"http://example.org/q$(id)\"]\n        - [grel:p_string_find, q]\n        - [grel:p_string_replace, y]\n    po:\n      - p: ex:p\n        o:\n          function: grel:toUpperCase\n          parameters: [[grel:valueParameter, $(name)]]\n          language: en\n",
    );
    assert_eq!(found, ["<y1> <p> \"ANN\"@en", "<y2> <p> \"羅賓\"@en"]);
}

#[test]
fn mappings_refer_to_mappings() {
    let join = "mappings:\n  person:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:city\n        o:\n          mapping: city\n          condition:\n            function: equal\n            parameters:\n              - [str1, $(name)]\n              - [str2, $(who)]\n  city:\n    sources: u\n    s: ex:city/$(city)\n";
    assert_eq!(lines(join), ["<1> <city> <city/Bergen>", "<1> <city> <city/Oslo>", "<2> <city> <city/香港>"]);
    let same_row = "mappings:\n  person:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:self\n        o: {mapping: other}\n  other:\n    sources: t\n    s: ex:other/$(id)\n";
    assert_eq!(lines(same_row), ["<1> <self> <other/1>", "<2> <self> <other/2>", "<3> <self> <other/3>"]);
}

#[test]
fn blank_nodes_have_a_name_for_each_row() {
    let found = lines("mappings:\n  m:\n    sources: t\n    s: null\n    po:\n      - [ex:p, $(id)]\n");
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|line| line.starts_with("_:b")), "{found:?}");
}

#[test]
fn several_sources_and_subjects_are_all_combined() {
    let found = lines(
        "mappings:\n  m:\n    sources:\n      - t\n      - [t.csv~csv]\n    subjects: [ex:$(id), ex:x$(id)]\n    po:\n      - [ex:p, $(amount)]\n",
    );
    assert_eq!(found, ["<1> <p> \"50\"", "<2> <p> \"1.5\"", "<x1> <p> \"50\"", "<x2> <p> \"1.5\""]);
}

#[test]
fn what_cannot_be_used_is_reported_at_its_place() {
    let m = |pair: &str| format!("mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - {pair}\n");
    let cases: [(String, &str, &str, u64, u64); 23] = [
        (m("[ex:p, $(nmae)]"), "unknown-column", "nmae", 12, 16),
        (m("[ey:p, x]"), "unknown-prefix", "ey", 12, 10),
        (m("[ex:p, $(name), en_US~lang]"), "unknown-language-tag", "en_US", 12, 25),
        (m("[ex:p, ex:a b~iri]"), "bad-iri", "a b", 12, 16),
        (m("[ex:p, \"x y$(id)~iri\"]"), "bad-iri", "x y", 12, 16),
        (m("[ex:p, ex:$(boss)~uri]"), "mapping", "`~uri`", 12, 16),
        (m("[ex:p]"), "mapping", "a predicate and an object", 12, 9),
        (m("{p: ex:p, ob: x}"), "mapping", "`ob`", 12, 19),
        (m("{p: ex:p, o: {function: grel:toUperCase, parameters: []}}"), "mapping", "toUperCase", 12, 33),
        (m("{p: ex:p, o: {function: grel:toUpperCase, parameters: [[grel:x, $(name)]]}}"), "mapping", "grel:x", 12, 65),
        (m("{p: ex:p, o: {function: grel:toUpperCase, parameters: []}}"), "mapping", "needs the parameter", 12, 22),
        (m("{p: ex:p, o: {mapping: n}}"), "mapping", "no mapping `n`", 12, 32),
        (m("{p: ex:p, o: {value: x, type: thing}}"), "mapping", "type", 12, 39),
        (m("[ex:p, \"$(name\"]"), "mapping", "never closed", 12, 16),
        ("mappings:\n  m:\n    sources: v\n    s: ex:$(id)\n".to_owned(), "mapping", "no source `v`", 9, 14),
        (
            "mappings:\n  m:\n    sources:\n      - [x.json~jsonpath]\n    s: ex:a\n".to_owned(),
            "mapping",
            "jsonpath",
            10,
            10,
        ),
        ("mappings:\n  m:\n    s: ex:$(id)\n".to_owned(), "mapping", "has no source", 8, 3),
        (
            "mappings:\n  m:\n    sources: t\n    s: ex:a\n    po: ex:b\n".to_owned(),
            "mapping",
            "list of predicates",
            11,
            9,
        ),
        (m("[ex:p, [$(name), en~lang]]"), "mapping", "found a language", 12, 26),
        ("mapping: {}\ntargets: {}\n".to_owned(), "mapping", "`targets`", 8, 1),
        ("mappings:\n".to_owned(), "mapping", "there is no mapping", 1, 1),
        ("mappings: [\n".to_owned(), "yaml-syntax", "", 7, 12),
        ("mappings:\n  m: &x\n    sources: t\n    s: [ex:1, *y]\n".to_owned(), "yaml-syntax", "", 10, 15),
    ];
    for (mapping, code, part, line, column) in cases {
        let (made, findings) = run(&mapping);
        let fault = findings.iter().next().unwrap_or_else(|| panic!("nothing is found in\n{mapping}"));
        let place = fault.place.clone().unwrap();
        assert_eq!(fault.code, code, "{fault}");
        assert!(fault.message.contains(part), "{fault}");
        assert_eq!((place.line, place.column), (line, column), "{fault}");
        assert!(made.is_empty(), "{code}: a mapping that cannot be used makes nothing");
    }
}

#[test]
fn several_addresses_in_a_cell_are_told_with_what_splits_them() {
    let (_, findings) = run(
        "mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - p: ex:p\n        o: {function: idlab-fn:concat, parameters: [[str, \"https://a.example/ https://b.example/\"], [otherStr, $(id)]], type: iri}\n",
    );
    let hint = findings.iter().next().unwrap().hint.clone().unwrap();
    assert!(hint.contains("grel:string_split"), "{hint}");
}

#[test]
fn impossible_terms_are_reported_at_their_cell() {
    let fault = |pair: &str| {
        let (_, findings) =
            run(&format!("mappings:\n  m:\n    sources: t\n    s: ex:$(id)\n    po:\n      - {pair}\n"));
        let fault = findings.iter().next().unwrap().clone();
        let place = fault.place.unwrap();
        (fault.code.to_string(), place.file, place.line, place.column, findings.iter().count())
    };
    assert_eq!(fault("[ex:p, $(name), xsd:integer]"), ("bad-literal".to_owned(), "t.csv".to_owned(), 2, 3, 2));
    assert_eq!(
        fault("[ex:p, $(id), $(amount)~lang]"),
        ("unknown-language-tag".to_owned(), "t.csv".to_owned(), 2, 1, 2)
    );
}
