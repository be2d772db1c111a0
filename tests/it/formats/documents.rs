//! JSON, JSON Lines and XML.

use super::{check, made, map, pack, resource};

const ORGS: &str = r#"{
  "published": "2026-06-01",
  "results": [
    {"id": "a", "title": "Alpha", "staff": 12, "share": 1.5, "live": true, "none": null,
     "tags": ["x", "y"], "details": {"slug": "al/pha"},
     "parents": [{"id": "p", "page": "P"}, {"id": "q", "page": "Q"}]},
    {"id": "b", "title": "Be\u00e9 \"香\"", "staff": 9007199254740993, "parents": []}
  ],
  "total": 2
}
"#;

fn orgs(source: &str, id: &str, columns: &[(&str, &str)]) -> super::TestPack {
    let source = format!("[orgs.json~jsonpath, \"{source}\"]");
    pack("orgs.json", ORGS, &resource("orgs.json", ""), &map("m", &source, id, columns))
}

#[test]
fn an_iterator_selects_the_records_of_json() {
    let columns = [("title", "$(title)"), ("slug", "$(details.slug)"), ("tag", "\"$(tags[*])\""), ("none", "$(none)")];
    let (triples, findings) = made(&orgs("$.results[*]", "ex:$(id)", &columns));
    assert_eq!(triples, ["a slug al/pha", "a tag x", "a tag y", "a title Alpha", "b title Beé \"香\""]);
    assert_eq!(findings, [] as [String; 0]);
}

#[test]
fn records_of_documents_count_as_rows() {
    let pack = orgs("$.results[*]", "ex:$(id)", &[("title", "$(title)")]);
    let (_, summary) = civigraph::pipeline::build(&civigraph::pack::Pack::open(pack.path()).unwrap()).unwrap();
    let sizes: Vec<_> = summary.tables.iter().map(|table| (table.name.as_str(), table.n_rows)).collect();
    assert_eq!(sizes, [("orgs.json $.results[*]", 2)]);
}

#[test]
fn values_of_json_keep_their_type_and_every_digit() {
    let pack = orgs("$.results[*]", "ex:$(id)", &[("staff", "$(staff)"), ("share", "$(share)"), ("live", "$(live)")]);
    let knowledge = pack.build().unwrap();
    let query = "SELECT ?o (DATATYPE(?o) AS ?t) { GRAPH ?g { ?s ?p ?o FILTER(STRSTARTS(STR(?s), 'http://ex.org/')) } } \
                 ORDER BY ?p ?s";
    let rows: Vec<String> = crate::support::select(&knowledge.graph, query).iter().map(|row| row.join(" ")).collect();
    assert_eq!(rows, ["true xsd:boolean", "1.5 xsd:double", "12 xsd:integer", "9007199254740993 xsd:integer"]);
}

#[test]
fn nested_records_keep_the_records_around_them() {
    let source = "$.results[*].parents[*]";
    let columns = [("of", "$(id)"), ("page", "$(page)"), ("title", "$(^.title)"), ("published", "$(^^.published)")];
    let (triples, findings) = made(&orgs(source, "ex:$(^.id)-$(id)", &columns));
    let expected = [
        "a-p of p",
        "a-p page P",
        "a-p published 2026-06-01",
        "a-p title Alpha",
        "a-q of q",
        "a-q page Q",
        "a-q published 2026-06-01",
        "a-q title Alpha",
    ];
    assert_eq!(triples, expected);
    assert_eq!(findings, [] as [String; 0]);
}

#[test]
fn values_that_are_combined_are_warned_of() {
    let columns = [("pair", "\"$(parents[*].id)-$(parents[*].page)\"")];
    let (triples, findings) = made(&orgs("$.results[*]", "ex:$(id)", &columns));
    assert_eq!(triples, ["a pair p-P", "a pair p-Q", "a pair q-P", "a pair q-Q"]);
    check(&findings, &[("orgs.json:6:25", "combined-values", "4 combinations")]);
}

#[test]
fn iterators_that_do_not_stream_give_the_same_records() {
    for (iterator, expected) in [
        ("$.results[0]", &["a title Alpha"][..]),
        ("$.results[-1]", &["b title Beé \"香\""]),
        ("$.results[?@.staff < 100]", &["a title Alpha"]),
        ("$..[?@.title == 'Alpha']", &["a title Alpha"]),
        ("$['results'][1:]", &["b title Beé \"香\""]),
        ("$.results[::-1]", &["a title Alpha", "b title Beé \"香\""]),
        ("$.results[?@.tags[?@ == 'y']]", &["a title Alpha"]),
        // `$` is the document (RFC 9535, section 2.3.5).
        ("$.results[?@.id == $.results[1].id]", &["b title Beé \"香\""]),
        ("$.results[?!(@.staff == $.results[0].staff) && $.total]", &["b title Beé \"香\""]),
        ("$.results[?count($.results[*]) == 2 && @.live]", &["a title Alpha"]),
        ("$.results[?@.id == $['results'][0].id || @.id == '$']", &["a title Alpha"]),
    ] {
        let (triples, findings) = made(&orgs(iterator, "ex:$(id)", &[("title", "$(title)")]));
        assert_eq!(
            (triples.as_slice(), findings.len()),
            (&expected.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>()[..], 0),
            "{iterator}"
        );
    }
}

#[test]
fn the_root_of_a_reference_is_its_record() {
    let columns = [("page", "\"$(parents[?@.id == $.main].page)\"")];
    let text = ORGS.replace("\"id\": \"a\"", "\"id\": \"a\", \"main\": \"q\"");
    let source = "[orgs.json~jsonpath, \"$.results[*]\"]";
    let pack = pack("orgs.json", text, &resource("orgs.json", ""), &map("m", source, "ex:$(id)", &columns));
    assert_eq!(made(&pack), (vec!["a page Q".to_owned()], Vec::new()));
}

#[test]
fn findings_in_json_have_line_column_and_pointer() {
    let pack = orgs("$.results[*]", "ex:$(id)", &[("title", "[$(title), xsd:integer]")]);
    pack.replace("mapping.yml", "[ex:title, [$(title), xsd:integer]]", "[ex:title, $(title), xsd:integer]");
    let (_, findings) = made(&pack);
    check(&findings, &[("orgs.json:4:26", "bad-literal", "`Alpha`"), ("orgs.json:7:26", "bad-literal", "Beé")]);
    let error = pack.build().err().unwrap();
    let civigraph::error::Error::Findings(found) = error else { panic!("{error}") };
    let pointers: Vec<_> = found.iter().map(|finding| finding.place.clone().unwrap().pointer.unwrap()).collect();
    assert_eq!(pointers, ["/results/0/title", "/results/1/title"]);
}

#[test]
fn paths_that_lead_to_nothing_are_reported() {
    let plain = [("title", "$(title)")];
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);
    let cases: [Case<'_>; 9] = [
        ("$.result[*]", "ex:$(id)", &plain, "no-records", "no member `result`"),
        ("$.total[*]", "ex:$(id)", &plain, "no-records", "expected a list or an object"),
        ("$..nothing", "ex:$(id)", &plain, "no-records", "selects nothing"),
        ("$.results[*]", "ex:$(id)", &[("t", "$(titel)")], "empty-path", "`titel`"),
        ("$.results[*]", "ex:$(id)", &[("t", "\"$(tags)\"")], "not-a-value", "found a list"),
        ("$.results[*]", "ex:$(id)", &[("t", "$(details)")], "not-a-value", "found an object"),
        ("$.results[*]", "ex:$(id)", &[("t", "\"$(a[)\"")], "bad-path", "not a JSONPath"),
        ("$.results[*]", "ex:$(id)", &[("t", "$(^^.x)")], "bad-path", "2 records up"),
        ("results[*]", "ex:$(id)", &plain, "bad-path", "not a JSONPath"),
    ];
    for (iterator, id, columns, code, part) in cases {
        let (_, findings) = made(&orgs(iterator, id, columns));
        assert!(
            findings.iter().any(|finding| finding.contains(&format!("[{code}]")) && finding.contains(part)),
            "{iterator} {columns:?}: {findings:#?}"
        );
    }
}

#[test]
fn what_is_not_json_is_reported_at_its_place() {
    let deep = format!("{{\"r\": [{}1{}]}}", "[".repeat(300), "]".repeat(300));
    for (text, place, code, part) in [
        ("{\"r\": [{\"id\": \"a\"}", "t.json:1:19", "json-syntax", "the end of the file"),
        ("{\"r\": [{\"id\": a}]}", "t.json:1:15", "json-syntax", "expected a value, found `a`"),
        ("{\"r\": [{\"id\": \"a\",}]}", "t.json:1:19", "json-syntax", "name of a member"),
        ("{\"r\": [{\"id\": 01}]}", "t.json:1:16", "json-syntax", "expected `,` or `}`"),
        ("{\"r\": [{\"id\": \"\\ud800\"}]}", "t.json:1:15", "json-syntax", "surrogate"),
        ("{\"r\": [{\"id\": \"a\nb\"}]}", "t.json:1:17", "json-syntax", "U+000A"),
        ("{\"r\": []} x", "t.json:1:11", "json-syntax", "expected the end of the file"),
        ("{\"r\": [], \"r\": [1]}", "t.json:1:11", "repeated-member", "`r`"),
        ("{\"r\": [{\"id\": \"a\", \"id\": \"b\"}]}", "t.json:1:20", "repeated-member", "`id`"),
        ("", "t.json:1:1", "no-records", "expected an object"),
        (deep.as_str(), "t.json:1:264", "json-syntax", "256 deep"),
    ] {
        let map = map("m", "[t.json~jsonpath, \"$.r[*]\"]", "ex:$(id)", &[("id", "$(id)")]);
        let (triples, findings) = made(&pack("t.json", text, &resource("t.json", ""), &map));
        assert!(triples.is_empty(), "{text}");
        let is_it = |finding: &String| finding.starts_with(place) && finding.contains(code) && finding.contains(part);
        assert!(findings.iter().any(is_it), "{text}: {findings:#?}");
    }
    let map = map("m", "[t.json~jsonpath, \"$.r[*]\"]", "ex:$(id)", &[("id", "$(id)")]);
    let (_, findings) = made(&pack("t.json", b"{\"r\": [{\"id\": \"\xff\"}]}", &resource("t.json", ""), &map));
    check(&findings, &[("t.json:1:16", "not-utf8", "0xff")]);
}

#[test]
fn each_line_of_json_lines_is_a_record() {
    let text = "{\"id\": \"a\", \"n\": [1, 2]}\n\n{\"id\": \"b\"}\n{\"id\": \"c\"";
    let source = |iterator: &str| format!("[t.jsonl~jsonpath, \"{iterator}\"]");
    let good = text.rsplit_once('\n').unwrap().0;
    let map_of = |iterator: &str, id: &str| map("m", &source(iterator), id, &[("is", "$(id)")]);
    let (triples, findings) = made(&pack("t.jsonl", good, &resource("t.jsonl", ""), &map_of("$", "ex:$(id)")));
    assert_eq!((triples, findings.len()), (vec!["a is a".to_owned(), "b is b".to_owned()], 0));
    let map_of_n = map("m", &source("$.n[*]"), "ex:$(^.id)-$($)", &[("n", "$(@)")]);
    let (triples, _) = made(&pack("t.jsonl", good, &resource("t.jsonl", ""), &map_of_n));
    assert_eq!(triples, ["a-1 n 1", "a-2 n 2"]);
    let (_, findings) = made(&pack("t.jsonl", text, &resource("t.jsonl", ""), &map_of("$", "ex:$(id)")));
    assert!(findings.iter().any(|finding| finding.starts_with("t.jsonl:4:11: error[json-syntax]")), "{findings:?}");
}

#[test]
fn a_list_of_json_is_a_table_of_a_package() {
    let columns = [("name", "$(name)"), ("more", "$(more)")];
    let rows = map("m", "[r~csv]", "ex:$(id)", &columns);
    let expected = ["a more [1, 2]", "a name Ann", "b name Bob"];
    for (file, text, more) in [
        ("t.json", r#"[{"id": "a", "name": "Ann", "more": [1, 2]}, {"id": "b", "name": "Bob"}]"#, ""),
        (
            "t.json",
            r#"{"d": {"rows": [{"id": "a", "name": "Ann", "more": [1, 2]}, {"id": "b", "name": "Bob"}]}}"#,
            r#""dialect": {"property": "d.rows"}"#,
        ),
        ("t.json", r#"[["id", "name", "more"], ["a", "Ann", [1, 2]], ["b", "Bob", null]]"#, ""),
        ("t.jsonl", "{\"id\": \"a\", \"name\": \"Ann\", \"more\": [1, 2]}\n{\"id\": \"b\", \"name\": \"Bob\"}\n", ""),
    ] {
        let more =
            if more.is_empty() { r#""type": "table""#.to_owned() } else { format!(r#""type": "table", {more}"#) };
        let (triples, findings) = made(&pack(file, text, &resource(file, &more), &rows));
        assert_eq!(triples, expected, "{text} {findings:?}");
        assert_eq!(findings, [] as [String; 0], "{text}");
    }
    let bad = r#"[{"id": "a", "name": "Ann", "more": 1}, 5]"#;
    let (_, findings) = made(&pack("t.json", bad, &resource("t.json", r#""type": "table""#), &rows));
    check(&findings, &[("t.json:1:41", "ragged-row", "expected an object")]);
}

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE orgs [<!ENTITY big "big">]>
<orgs year="2026">
  <!-- <org id="z"/> -->
  <org id="a" kind="board">
    <name>Alpha &amp; <b>Co</b></name>
    <parent ref="p"><page>P</page></parent>
    <parent ref="q"><page><![CDATA[Q<]]></page></parent>
  </org>
  <org id="b" kind='panel'><name>香&#x6e2f;</name></org>
  <other><org id="c"/></other>
</orgs>
"#;

fn xml(iterator: &str, id: &str, columns: &[(&str, &str)]) -> super::TestPack {
    let source = format!("[orgs.xml~xpath, \"{iterator}\"]");
    pack("orgs.xml", XML, &resource("orgs.xml", ""), &map("m", &source, id, columns))
}

#[test]
fn a_path_selects_the_records_of_xml() {
    let columns = [("name", "$(name)"), ("kind", "\"$(@kind)\""), ("parent", "\"$(parent/@ref)\"")];
    let (triples, findings) = made(&xml("/orgs/org", "ex:$(@id)", &columns));
    let expected = ["a kind board", "a name Alpha & Co", "a parent p", "a parent q", "b kind panel", "b name 香港"];
    assert_eq!(triples, expected);
    assert_eq!(findings, [] as [String; 0]);
    let (triples, _) = made(&xml("/orgs/org[@kind='panel']", "ex:$(@id)", &columns[..1]));
    assert_eq!(triples, ["b name 香港"]);
    let columns = [("page", "$(page)"), ("of", "\"$(../name)\""), ("year", "\"$(../../@year)\"")];
    let (triples, findings) = made(&xml("/orgs/org/parent", "ex:$(../@id)-$(@ref)", &columns));
    let expected =
        ["a-p of Alpha & Co", "a-p page P", "a-p year 2026", "a-q of Alpha & Co", "a-q page Q<", "a-q year 2026"];
    assert_eq!(triples, expected);
    assert_eq!(findings, [] as [String; 0]);
}

#[test]
fn prefixes_of_the_mapping_are_those_of_its_namespaces_in_xml() {
    let text = "<orgs xmlns='urn:gov' xmlns:n='urn:names' xmlns:old='urn:old'>\n\
                <org id='a' n:code='1' xml:lang='en'><n:name>Alpha</n:name><old:name>Old</old:name></org>\n\
                <g:org xmlns:g='urn:gov' xmlns:n='urn:other' id='b'><n:name>none</n:name></g:org>\n\
                <org xmlns='' id='c'><m:name xmlns:m='urn:names'>Gamma</m:name></org>\n</orgs>";
    let prefixes = "prefixes:\n  gov: \"urn:gov\"\n  x: \"urn:names\"\n  n: \"urn:names\"\n";
    let columns = [("name", "\"$(x:name)\""), ("code", "\"$(@n:code)\""), ("of", "\"$(old:name)\"")];
    let read = |iterator: &str, columns: &[(&str, &str)]| {
        let map = map("m", &format!("[t.xml~xpath, \"{iterator}\"]"), "ex:$(@id)", columns);
        let pack = pack("t.xml", text, &resource("t.xml", ""), &map);
        pack.replace("mapping.yml", "prefixes:\n", prefixes);
        made(&pack)
    };
    let all = ["a code 1", "a name Alpha", "a of Old"];
    assert_eq!(read("/gov:orgs/gov:org", &columns), (all.map(str::to_owned).to_vec(), Vec::new()));
    assert_eq!(read("/gov:*/gov:*", &columns).0, all);
    // Without a prefix, as it is written, in whatever namespace.
    assert_eq!(read("/orgs/org", &columns).0, ["a code 1", "a name Alpha", "a of Old", "c name Gamma"]);
    let (triples, findings) = read("/orgs/org", &[("lang", "\"$(@xml:lang)\""), ("not", "\"$(gov:name)\"")]);
    assert_eq!(triples, ["a lang en"]);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let (_, findings) = read("/n:orgs/org", &columns);
    check(&findings, &[("t.xml:1:1", "no-records", "`/n:orgs/org` selects nothing")]);
}

#[test]
fn findings_in_xml_have_line_column_and_path() {
    let pack = xml("/orgs/org", "ex:$(@id)", &[("kind", "\"$(@kind)\""), ("name", "$(name)")]);
    pack.replace("mapping.yml", "[ex:kind, \"$(@kind)\"]", "[ex:kind, \"$(@kind)\", xsd:integer]");
    pack.replace("mapping.yml", "[ex:name, $(name)]", "[ex:name, $(name), xsd:integer]");
    let (_, findings) = made(&pack);
    let mut places: Vec<&str> = findings.iter().map(|finding| finding.split(": ").next().unwrap()).collect();
    places.sort_unstable();
    assert_eq!(places, ["orgs.xml:10:21", "orgs.xml:10:34", "orgs.xml:5:21", "orgs.xml:6:11"]);
    let civigraph::error::Error::Findings(found) = pack.build().err().unwrap() else { panic!() };
    assert!(found.iter().any(|finding| finding.place.clone().unwrap().pointer.as_deref() == Some("/orgs[1]/org[2]")));
}

#[test]
fn what_is_not_xml_is_reported_at_its_place() {
    for (text, place, code, part) in [
        ("<orgs><org id='a'></orgs>", "t.xml:1:19", "xml-syntax", "org"),
        ("<orgs><org id='a'>", "t.xml:1:19", "xml-syntax", "never closed"),
        ("<orgs><org id='a'>&big;</org></orgs>", "t.xml:1:19", "xml-syntax", "`&big;`"),
        ("<orgs><org id='a' id='b'/></orgs>", "t.xml:1:19", "xml-syntax", "twice"),
        ("<list><org id='a'/></list>", "t.xml:1:1", "no-records", "selects nothing"),
        ("", "t.xml:1:1", "no-records", "selects nothing"),
        ("plain", "t.xml:1:1", "no-records", "selects nothing"),
        (&format!("{}<org/>", "<orgs>".repeat(300)), "t.xml:1:1537", "xml-syntax", "256 deep"),
    ] {
        let map = map("m", "[t.xml~xpath, /orgs/org]", "ex:$(@id)", &[("id", "\"$(@id)\"")]);
        let (triples, findings) = made(&pack("t.xml", text, &resource("t.xml", ""), &map));
        assert!(triples.is_empty(), "{text}");
        let is_it = |finding: &String| finding.starts_with(place) && finding.contains(code) && finding.contains(part);
        assert!(findings.iter().any(is_it), "{text}: {findings:#?}");
    }
    let map = map("m", "[t.xml~xpath, /orgs/org]", "ex:$(@id)", &[("id", "$(.)")]);
    let (_, findings) = made(&pack("t.xml", b"<orgs>\n<org id='a'>b\xff</org></orgs>", &resource("t.xml", ""), &map));
    check(&findings, &[("t.xml:2:14", "not-utf8", "0xff")]);
}

#[test]
fn a_declaration_of_xml_names_its_encoding() {
    let (text, _, _) =
        encoding_rs::BIG5.encode("<?xml version=\"1.0\" encoding=\"Big5\"?><orgs><org id='a'>科學園</org></orgs>");
    let map = map("m", "[t.xml~xpath, /orgs/org]", "ex:$(@id)", &[("is", "$(.)")]);
    let (triples, findings) = made(&pack("t.xml", &text, &resource("t.xml", ""), &map));
    assert_eq!((triples, findings.len()), (vec!["a is 科學園".to_owned()], 0));
}
