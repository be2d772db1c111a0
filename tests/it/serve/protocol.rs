//! The rules of the SPARQL 1.1 Protocol, section 2, each by its number; of the Graph Store HTTP Protocol, the reads;
//! of HTTP, what both need.

use serde_json::Value;

use super::client::{Answer, Serving, escaped};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
const DIRECT: &str = "Content-Type: application/sparql-query";
const ROWS: &str = "SELECT ?park WHERE { ?park a cg:Facility } ORDER BY ?park";
const TRIPLES: &str = "CONSTRUCT { ?park a cg:Facility } WHERE { ?park a cg:Facility }";

fn n_rows(answer: &Answer) -> usize {
    assert_eq!(answer.status, 200, "{answer:?}");
    let value: Value = serde_json::from_slice(&answer.body).unwrap();
    value["results"]["bindings"].as_array().unwrap().len()
}

fn is_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert!(answer.text().contains(code), "{}", answer.text());
    assert!(answer.is_whole);
}

#[test]
fn section_2_1_1_a_query_by_get_2_1_2_by_a_form_2_1_3_and_directly_has_one_answer() {
    let server = Serving::shared();
    let get = server.query(ROWS, "");
    assert!(n_rows(&get) > 3);
    let form = server.send("POST", "/sparql", &[FORM], format!("query={}", escaped(ROWS)).as_bytes());
    let direct = server.send("POST", "/sparql", &[DIRECT], ROWS.as_bytes());
    let with_charset = format!("{DIRECT}; charset=UTF-8");
    let charset = server.send("POST", "/sparql", &[&with_charset], ROWS.as_bytes());
    for other in [form, direct, charset] {
        assert_eq!((other.status, &other.body), (200, &get.body));
    }
    // Blanks may be `+` in a form.
    let plus = server.get(&format!("/sparql?query={}", ROWS.replace(' ', "+").replace('?', "%3F")), "");
    assert_eq!(plus.body, get.body);
}

#[test]
fn section_2_1_exactly_one_query() {
    let server = Serving::shared();
    is_refused(&server.get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", ""), 400, "2 times");
    is_refused(&server.get("/sparql?default-graph-uri=http%3A%2F%2Fa%2Fb", ""), 400, "no parameter `query`");
    is_refused(&server.send("POST", "/sparql", &[FORM], b"x=1"), 400, "no parameter `query`");
    is_refused(&server.send("POST", "/sparql?query=ASK%7B%7D", &[DIRECT], b"ASK {}"), 400, "twice");
    // Parameters that the protocol does not know are of no interest to it.
    assert_eq!(server.get("/sparql?query=ASK%7B%7D&debug=on", "").status, 200);
}

#[test]
fn section_2_1_4_parameters_for_the_dataset_go_before_from() {
    let server = Serving::shared();
    let graph = "https://w3id.org/civigraph/graph/ontology";
    let count = "SELECT (COUNT(*) AS ?n)";
    let counted = |answer: &Answer| {
        let value: Value = serde_json::from_slice(&answer.body).unwrap();
        value["results"]["bindings"][0]["n"]["value"].as_str().unwrap().parse::<u64>().unwrap()
    };
    let ask = |query: &str, parameters: &str| {
        let answer = server.get(&format!("/sparql?query={}{parameters}", escaped(query)), "");
        assert_eq!(answer.status, 200, "{}", answer.text());
        counted(&answer)
    };
    let all = ask(&format!("{count} {{ ?s ?p ?o }}"), "");
    let from = ask(&format!("{count} FROM <{graph}> {{ ?s ?p ?o }}"), "");
    assert!(0 < from && from < all, "{from} of {all}");
    let default = format!("&default-graph-uri={}", escaped(graph));
    assert_eq!(ask(&format!("{count} {{ ?s ?p ?o }}"), &default), from);
    assert_eq!(ask(&format!("{count} FROM <http://example.org/none> {{ ?s ?p ?o }}"), &default), from);
    // Two of them are merged; without any, the default graph is empty.
    let two = format!("{default}&default-graph-uri={}", escaped("https://w3id.org/civigraph/graph/dataset"));
    assert!(ask(&format!("{count} {{ ?s ?p ?o }}"), &two) > from);
    let named = format!("&named-graph-uri={}", escaped(graph));
    assert_eq!(ask(&format!("{count} {{ ?s ?p ?o }}"), &named), 0);
    assert_eq!(ask(&format!("{count} {{ GRAPH ?g {{ ?s ?p ?o }} }}"), &named), from);
    // By the two ways of POST as well.
    let query = format!("{count} {{ ?s ?p ?o }}");
    let form = server.send("POST", "/sparql", &[FORM], format!("query={}{default}", escaped(&query)).as_bytes());
    let direct = server.send("POST", &format!("/sparql?{}", &default[1..]), &[DIRECT], query.as_bytes());
    assert_eq!([counted(&form), counted(&direct)], [from; 2]);
    // A graph that is not here is empty, and is not fetched.
    let away = format!("&default-graph-uri={}", escaped(&format!("http://{}/graphs?default", server.host)));
    assert_eq!(ask(&format!("{count} {{ ?s ?p ?o }}"), &away), 0);
    is_refused(&server.get("/sparql?query=ASK%7B%7D&default-graph-uri=relative", ""), 400, "not an absolute IRI");
}

#[test]
fn section_2_1_5_the_format_is_negotiated() {
    let server = Serving::shared();
    for (accept, media) in [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/html;q=0.9, application/xml, */*;q=0.8", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values;q=0.3, text/csv;q=0.2", "text/tab-separated-values"),
        ("text/*;q=0.1, application/sparql-results+json;q=0.05", "text/csv"),
    ] {
        let answer = server.query(ROWS, accept);
        assert_eq!((answer.status, answer.media().as_str()), (200, media), "{accept}");
        assert_eq!(answer.header("vary"), "Accept");
    }
    for (accept, media) in [
        ("", "text/turtle"),
        ("application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
    ] {
        let answer = server.query(TRIPLES, accept);
        assert_eq!((answer.status, answer.media().as_str()), (200, media), "{accept}");
    }
    let named = server.get(&format!("/sparql?format=csv&query={}", escaped(ROWS)), "application/json");
    assert_eq!(named.media(), "text/csv");
    is_refused(&server.query(ROWS, "text/turtle"), 406, "application/sparql-results+json");
    is_refused(&server.query(TRIPLES, "text/csv"), 406, "text/turtle");
    is_refused(&server.query(ROWS, "image/png, */*;q=0"), 406, "not-acceptable");
    is_refused(&server.get(&format!("/sparql?format=docx&query={}", escaped(ROWS)), ""), 406, "`docx`");
}

#[test]
fn section_2_1_6_answers_of_all_forms_of_query_are_right() {
    let server = Serving::shared();
    let ask = server.query("ASK { ?park a cg:Facility }", "");
    assert_eq!(serde_json::from_slice::<Value>(&ask.body).unwrap()["boolean"], true);
    let xml = server.query("ASK { ?park a cg:Nothing }", "application/sparql-results+xml").text();
    assert!(xml.contains("<boolean>false</boolean>"), "{xml}");
    let n = n_rows(&server.query(ROWS, ""));
    let triples = server.query(TRIPLES, "application/n-triples").text();
    assert_eq!(triples.lines().count(), n);
    let csv = server.query(ROWS, "text/csv").text();
    assert_eq!(csv.lines().count(), n + 1);
    let described = server.query("DESCRIBE <https://w3id.org/civigraph/id/hk/hkstp>", "application/n-triples").text();
    assert!(described.lines().any(|line| line.starts_with("<https://w3id.org/civigraph/id/hk/hkstp> ")), "{described}");
}

#[test]
fn section_2_1_7_what_is_no_query_is_400_with_its_place_and_what_cannot_be_evaluated_is_500() {
    let server = Serving::shared();
    let wrong = server.query("SELECT ?x WHER { ?x a ?y }", "application/sparql-results+json");
    is_refused(&wrong, 400, "query:1:11");
    assert_eq!(wrong.media(), "text/plain");
    assert!(
        wrong.text().contains("sparql-syntax") && wrong.text().contains("did you mean `WHERE`?"),
        "{}",
        wrong.text()
    );
    assert!(!wrong.text().contains('\u{1b}'));
    // Programs get the same as JSON.
    let json = server.query("SELECT ?x WHER { ?x a ?y }", "application/json");
    let value: Value = serde_json::from_slice(&json.body).unwrap();
    let finding = &value["findings"][0];
    assert_eq!((&finding["code"], &finding["place"]["column"]), (&"sparql-syntax".into(), &11.into()));
    is_refused(&server.query("", ""), 400, "sparql-syntax");
    is_refused(&server.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", ""), 403, "service-refused");
}

#[test]
fn section_2_2_updates_are_refused_by_a_server_that_is_read_only() {
    let server = Serving::shared();
    let update = "INSERT DATA { <urn:a> <urn:b> <urn:c> }";
    let form = format!("update={}", escaped(update));
    is_refused(&server.send("POST", "/sparql", &[FORM], form.as_bytes()), 403, "read-only");
    let direct = ["Content-Type: application/sparql-update"];
    is_refused(&server.send("POST", "/sparql", &direct, update.as_bytes()), 403, "read-only");
    is_refused(&server.get(&format!("/sparql?{form}"), ""), 403, "read-only");
    // As a query it is none.
    is_refused(&server.query(update, ""), 400, "sparql-syntax");
    is_refused(&server.query("LOAD <http://127.0.0.1:1/>", ""), 400, "sparql-syntax");
    let ask = server.query("ASK { <urn:a> <urn:b> <urn:c> }", "");
    assert_eq!(serde_json::from_slice::<Value>(&ask.body).unwrap()["boolean"], false);
}

#[test]
fn bodies_of_other_media_types_are_415_with_those_that_are_read() {
    let server = Serving::shared();
    for headers in [&["Content-Type: application/json"][..], &["Content-Type: multipart/form-data; boundary=x"], &[]] {
        let answer = server.send("POST", "/sparql", headers, b"ASK {}");
        is_refused(&answer, 415, "application/sparql-query");
        assert!(answer.header("accept-post").contains("application/sparql-query"));
    }
    is_refused(&server.send("POST", "/sparql", &[DIRECT], b"ASK { ?a ?b \"\xff\" }"), 400, "not UTF-8");
    is_refused(&server.send("POST", "/sparql", &[FORM], b"query=%ff"), 400, "not UTF-8");
}

#[test]
fn other_methods_are_405_with_those_that_are_allowed() {
    let server = Serving::shared();
    for (method, path, allowed) in [
        ("PUT", "/sparql", "GET, HEAD, POST, OPTIONS"),
        ("DELETE", "/graphs?default", "GET, HEAD, OPTIONS"),
        ("PUT", "/graphs?graph=urn:x", "GET, HEAD, OPTIONS"),
        ("POST", "/graphs?default", "GET, HEAD, OPTIONS"),
        ("PATCH", "/graphs?default", "GET, HEAD, OPTIONS"),
        ("POST", "/", "GET, HEAD, OPTIONS"),
        ("BREW", "/sparql", "GET, HEAD, POST, OPTIONS"),
    ] {
        let answer = server.send(method, path, &[], b"");
        is_refused(&answer, 405, "read-only");
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
}

#[test]
fn head_is_get_without_the_body() {
    let server = Serving::shared();
    let path = format!("/sparql?query={}", escaped(ROWS));
    for path in [path.as_str(), "/", "/id/hk/hkstp.ttl", "/nothing", "/graphs?default"] {
        let (get, head) = (server.get(path, ""), server.send("HEAD", path, &[], b""));
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        for header in ["content-type", "content-length", "etag"] {
            assert_eq!(head.header(header), get.header(header), "{header} of {path}");
        }
    }
}

#[test]
fn scripts_of_any_origin_may_read() {
    let server = Serving::shared();
    let preflight =
        server.send("OPTIONS", "/sparql", &["Origin: https://example.org", "Access-Control-Request-Method: POST"], b"");
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin").as_str()), (204, "*"));
    assert!(preflight.header("access-control-allow-methods").contains("POST"));
    assert!(preflight.header("access-control-allow-headers").contains("Authorization"));
    assert!(preflight.header("accept-post").contains("application/sparql-query"));
    for path in ["/sparql?query=ASK%7B%7D", "/sparql?query=ASK", "/nothing", "/"] {
        assert_eq!(server.get(path, "").header("access-control-allow-origin"), "*", "{path}");
    }
}

#[test]
fn an_answer_that_has_not_changed_is_not_sent_again_and_one_that_may_change_has_no_tag() {
    let server = Serving::shared();
    let first = server.query(ROWS, "text/csv");
    let tag = first.header("etag");
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    let path = format!("/sparql?query={}", escaped(ROWS));
    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
        let again = server.send("GET", &path, &["Accept: text/csv", &format!("If-None-Match: {known}")], b"");
        assert_eq!((again.status, again.body.len()), (304, 0));
        assert_eq!(again.header("etag"), tag);
    }
    // Other formats and other queries are other answers.
    let other = server.send("GET", &path, &["Accept: application/json", &format!("If-None-Match: {tag}")], b"");
    assert_eq!(other.status, 200);
    assert_ne!(other.header("etag"), tag);
    for query in ["SELECT (NOW() AS ?now) {}", "SELECT (RAND() AS ?x) {}", "SELECT (STRUUID() AS ?x) {}"] {
        let [one, two] = [(); 2].map(|()| server.query(query, ""));
        assert_eq!(one.header("etag"), "", "{query}");
        assert_eq!(one.header("cache-control"), "no-store");
        assert_ne!(one.body, two.body, "{query}");
    }
}

#[test]
fn the_endpoint_without_a_query_describes_itself() {
    let server = Serving::shared();
    let lines = server.get("/sparql", "application/n-triples").text();
    let sd = "http://www.w3.org/ns/sparql-service-description#";
    let endpoint = format!("<http://{}/sparql>", server.host);
    for line in [
        format!("{endpoint} <{sd}endpoint> {endpoint} ."),
        format!("{endpoint} <{sd}feature> <{sd}UnionDefaultGraph> ."),
        format!("{endpoint} <{sd}supportedLanguage> <{sd}SPARQL11Query> ."),
        format!("{endpoint} <{sd}resultFormat> <http://www.w3.org/ns/formats/SPARQL_Results_JSON> ."),
    ] {
        assert!(lines.lines().any(|found| found == line), "{line} is not in\n{lines}");
    }
    let count = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv").text();
    let n = count.lines().nth(1).unwrap();
    assert!(lines.contains(&format!("<http://rdfs.org/ns/void#triples> \"{n}\"")), "{n} is not in\n{lines}");
    // Each graph by its name, with its count.
    for row in server
        .query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g", "text/csv")
        .text()
        .lines()
        .skip(1)
    {
        let (name, n) = row.split_once(',').unwrap();
        assert!(lines.contains(&format!("<{sd}name> <{name}> .")), "{name}");
        assert!(lines.contains(&format!("\"{n}\"^^")), "{name} {n}");
    }
    assert_eq!(server.get("/sparql", "").media(), "text/turtle");
    is_refused(&server.get("/sparql", "text/csv"), 406, "text/turtle");
}

#[test]
fn graphs_are_read_by_the_graph_store_protocol() {
    let server = Serving::shared();
    let graph = "https://w3id.org/civigraph/graph/dataset";
    let indirect = server.get(&format!("/graphs?graph={}", escaped(graph)), "application/n-triples");
    assert_eq!(indirect.status, 200);
    let all = server.query(
        &format!("CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"),
        "application/n-triples",
    );
    assert_eq!(indirect.text(), all.text());
    assert!(indirect.text().lines().count() > 3);
    // Direct graph identification: the path of its IRI.
    assert_eq!(server.get("/graph/dataset.nt", "").text(), indirect.text());
    // A graph has no name inside, whatever the format.
    let quads = server.get(&format!("/graphs?graph={}", escaped(graph)), "application/n-quads").text();
    assert_eq!(quads.lines().count(), indirect.text().lines().count());
    assert!(!quads.contains(&format!("<{graph}> .")), "{quads}");
    let default = server.get("/graphs?default", "application/n-triples").text();
    let count = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv").text();
    assert_eq!(default.lines().count().to_string(), count.lines().nth(1).unwrap());
    assert_eq!(server.send("HEAD", "/graphs?default", &[], b"").status, 200);
    is_refused(&server.get("/graphs?graph=urn%3Anone", ""), 404, "unknown-graph");
    is_refused(&server.get("/graphs", ""), 400, "names no graph");
    is_refused(&server.get("/graphs?default&graph=urn%3Ax", ""), 400, "two graphs");
    is_refused(&server.get("/graphs?graph=x", ""), 400, "not an absolute IRI");
    is_refused(&server.get("/graphs?default", "text/csv"), 406, "text/turtle");
}
