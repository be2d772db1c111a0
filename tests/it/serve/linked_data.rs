//! Things at the paths of their IRIs, and what the server says of its data.

use serde_json::Value;

use super::client::{Serving, escaped, snapshot};

#[test]
fn a_thing_leads_to_the_document_that_the_client_reads() {
    let server = Serving::shared();
    for (accept, extension) in [
        ("", "html"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json;q=0.9, text/turtle;q=0.8", "jsonld"),
        ("application/rdf+xml", "rdf"),
        ("application/n-triples", "nt"),
        // As Comunica asks; triples in named graphs would not be found in the default graph.
        (
            "application/n-quads, application/trig;q=0.95, application/ld+json;q=0.9, text/turtle;q=0.6, text/html;q=0.2",
            "jsonld",
        ),
        ("application/trig", "trig"),
    ] {
        let answer = server.get("/id/hk/hkstp", accept);
        assert_eq!(answer.status, 303, "{accept}");
        let location = format!("http://{}/id/hk/hkstp.{extension}", server.host);
        assert_eq!(answer.header("location"), location, "{accept}");
        assert_eq!(answer.header("vary"), "Accept");
        let document = server.get(&format!("/id/hk/hkstp.{extension}"), "image/png");
        assert_eq!(document.status, 200, "an address with an extension says what it is: {extension}");
    }
    let refused = server.get("/id/hk/hkstp", "image/png");
    assert_eq!(refused.status, 406);
    assert!(refused.text().contains("text/turtle"));
}

#[test]
fn every_kind_of_thing_has_an_address() {
    let server = Serving::shared();
    for class in ["cg:Claim", "cg:Figure", "cg:Source", "cg:Evidence", "cg:Name", "skos:Concept", "cg:Entity"] {
        let row = server.query(
            &format!("SELECT ?x {{ GRAPH ?g {{ ?x a {class} }} FILTER(ISIRI(?x)) }} ORDER BY ?x LIMIT 1"),
            "text/csv",
        );
        let text = row.text();
        let iri = text.lines().nth(1).unwrap_or_else(|| panic!("no {class}"));
        let path = iri.strip_prefix("https://w3id.org/civigraph").unwrap_or_else(|| panic!("{iri}"));
        if let Some((document, _)) = path.split_once('#') {
            assert_eq!(server.get(document, "text/turtle").status, 303, "{iri}");
            let triples = server.get(&format!("{document}.nt"), "").text();
            assert!(triples.contains(&format!("<{iri}> ")), "{iri}");
        } else {
            assert_eq!(server.get(path, "text/turtle").status, 303, "{iri}");
            let triples = server.get(&format!("{path}.nt"), "").text();
            assert!(triples.lines().any(|line| line.starts_with(&format!("<{iri}> "))), "{iri}\n{triples}");
        }
        // Any IRI at all, by name.
        let by_name = server.get(&format!("/resource?iri={}", escaped(iri)), "text/turtle");
        assert_eq!((by_name.status, by_name.media().as_str()), (200, "text/turtle"), "{iri}");
        assert!(by_name.header("content-location").ends_with("&format=ttl"));
    }
    for document in ["/def", "/code"] {
        assert_eq!(server.get(document, "text/turtle").status, 303, "{document}");
        assert!(server.get(&format!("{document}.html"), "").text().contains("id=\""));
    }
    let elsewhere = server.get(&format!("/resource?iri={}", escaped("http://www.w3.org/ns/org#Organization")), "");
    assert_eq!((elsewhere.status, elsewhere.media().as_str()), (200, "text/html"));
}

#[test]
fn a_document_has_what_the_graph_says_both_ways_and_the_lines_behind_it() {
    let server = Serving::shared();
    let json = server.get("/id/hk/hkstp.jsonld", "").text();
    let value: Value = serde_json::from_str(&json).unwrap();
    assert!(value["@graph"].as_array().unwrap().len() > 10);
    let triples = server.get("/id/hk/hkstp.nt", "").text();
    assert!(triples.contains("#lineStart> ") && triples.contains("/claim/"));
    let page = server.get("/id/hk/hkstp.html", "").text();
    for part in [
        "香港科技園公司",
        "Hong Kong Science and Technology Parks Corporation",
        "hkyb-2019-06</a> L",
        "/id/hk/hkstp.ttl",
        "Relations of others to it",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    // No link of the page is broken, and none leads away.
    let links: Vec<&str> = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(links.len() > 20);
    let mut links: Vec<String> = links.into_iter().map(|link| link.replace("&amp;", "&")).collect();
    links.sort();
    links.dedup();
    // For the page of the charts, all views are drawn, which takes long in a debug build.
    links.retain(|link| !link.starts_with("/charts"));
    links
        .retain(|link| !link.starts_with('#') && !page.contains(&format!("href=\"{link}\" rel=\"external nofollow\"")));
    for link in links.iter().take(60) {
        assert!(link.starts_with('/'), "{link}");
        let status = server.get(link, "").status;
        assert!([200, 303].contains(&status), "{status} {link}");
    }
}

#[test]
fn documents_link_to_each_other() {
    let server = Serving::shared();
    let links = server.get("/id/hk/hkstp.ttl", "").header("link");
    for part in [
        "</id/hk/hkstp.jsonld>; rel=\"alternate\"; type=\"application/ld+json\"",
        "<https://w3id.org/civigraph/id/hk/hkstp>; rel=\"describes\"",
        "</.well-known/void>; rel=\"describedby\"",
    ] {
        assert!(links.contains(part), "{part} is not in {links}");
    }
}

#[test]
fn what_is_not_there_is_404_with_suggestions_in_the_format_that_was_asked_for() {
    let server = Serving::shared();
    let text = server.get("/id/hk/hkst", "text/turtle");
    assert_eq!((text.status, text.media().as_str()), (404, "text/plain"));
    assert!(text.text().contains("did you mean /id/hk/hkstp ("), "{}", text.text());
    let json = server.get("/id/hk/hkst.jsonld", "application/json");
    assert_eq!((json.status, json.media().as_str()), (404, "application/json"));
    let value: Value = serde_json::from_slice(&json.body).unwrap();
    assert!(value["findings"][0]["hint"].as_str().unwrap().contains("/id/hk/hkstp"));
    let page = server.get("/id/hk/hkst", "text/html, */*;q=0.8");
    assert_eq!((page.status, page.media().as_str()), (404, "text/html"));
    assert!(page.text().contains("/id/hk/hkstp"), "{}", page.text());
    // In the language of the page.
    for (address, name) in [
        ("/id/hk/hkst", ">Hong Kong Science and Technology Parks Corporation<"),
        ("/id/hk/hkst?lang=zh-Hant", ">香港科技園公司<"),
    ] {
        let page = server.get(address, "text/html");
        assert!(page.text().contains(name), "{}", page.text());
    }
    for path in
        ["/nothing", "/id/hk/..%2f..%2fetc%2fpasswd", "/../../etc/passwd", "/style.css/x", "/resource?iri=urn%3Anone"]
    {
        assert_eq!(server.get(path, "").status, 404, "{path}");
    }
    assert_eq!(server.get("/resource", "").status, 400);
    assert_eq!(server.get("/resource?iri=x", "").status, 400);
}

#[test]
fn the_data_describe_themselves() {
    let server = Serving::shared();
    let lines = server.get("/.well-known/void", "application/n-triples").text();
    for part in ["void#triples>", "dcat#Dataset>", "void#sparqlEndpoint>", "terms/license>", "void#propertyPartition>"]
    {
        assert!(lines.contains(part), "{part} is not in\n{lines}");
    }
    // Counts are those that queries find.
    let query = "SELECT (COUNT(?s) AS ?n) { ?s a cg:Claim }";
    let n = server.query(query, "text/csv").text();
    let n = n.lines().nth(1).unwrap();
    let part = lines.lines().find(|line| line.contains("void#class> <https://w3id.org/civigraph/def#Claim>")).unwrap();
    let node = part.split(' ').next().unwrap();
    assert!(
        lines.lines().any(|line| line.starts_with(node)
            && line.contains("void#entities>")
            && line.contains(&format!("\"{n}\"")))
    );
    let robots = server.get("/robots.txt", "").text();
    assert!(robots.contains(&format!("Sitemap: http://{}/sitemap.xml", server.host)));
    let sitemap = server.get("/sitemap.xml", "");
    assert_eq!(sitemap.media(), "application/xml");
    assert!(sitemap.text().contains(&format!("<loc>http://{}/id/hk/hkstp</loc>", server.host)));
    assert_eq!(server.get("/sitemap.xml?part=2", "").status, 404);
    assert_eq!(server.get("/sitemap.xml?part=x", "").status, 400);
    let home = server.get("/", "").text();
    assert!(home.contains("/sparql") && home.contains("named graphs"), "{home}");
}

#[test]
fn addresses_outside_are_those_of_the_public_url() {
    let server = Serving::start(&["--public-url", "https://data.example.org/graph/"]);
    let answer = server.get("/id/hk/hkstp", "text/turtle");
    assert_eq!(answer.header("location"), "https://data.example.org/graph/id/hk/hkstp.ttl");
    let lines = server.get("/sparql", "application/n-triples").text();
    assert!(lines.contains("<https://data.example.org/graph/sparql>") && !lines.contains(&server.host));
    assert!(server.get("/robots.txt", "").text().contains("https://data.example.org/graph/sitemap.xml"));
}

#[test]
fn what_data_say_runs_nowhere_and_ends_no_header() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = "<script>alert(1)</script>\\\"' onload=x &amp; \\r\\nSet-Cookie: a=b";
    snapshot(
        &format!(
            "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n<http://example.org/a/b> rdfs:label \"{hostile}\"@en ; rdfs:seeAlso <http://example.org/科/%22%3E%3Cb%3E>, <javascript:alert(1)>, <http://example.org/sparql> .\n<http://example.org/科/%22%3E%3Cb%3E> rdfs:label \"局\" .\n<javascript:alert(1)> rdfs:label \"click\" .\n<http://example.org/sparql> rdfs:label \"same path\" ."
        ),
        folder.path(),
    );
    let server = Serving::start(&["--store", folder.path().join("store").to_str().unwrap()]);
    let page = server.get("/a/b.html", "");
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    // The only script is a block of data, which ends where it should and has no markup in it.
    let scripts: Vec<&str> = text.split("<script").skip(1).collect();
    let [script] = scripts[..] else { panic!("{text}") };
    let json = script.strip_prefix(" type=\"application/ld+json\">").unwrap().split("</script>").next().unwrap();
    let json: Value = serde_json::from_str(json).unwrap();
    assert!(json.to_string().contains("<script>alert(1)"), "{json}");
    assert!(text.contains("&lt;script&gt;"), "{text}");
    assert!(!text.contains("href=\"javascript:"), "{text}");
    assert!(text.contains("/resource?iri=http%3A%2F%2Fexample.org%2Fsparql"), "{text}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    // The other thing, by its IRI's characters and by their escapes.
    for path in ["/科/%22%3E%3Cb%3E", "/%E7%A7%91/%2522%253E%253Cb%253E"] {
        let bytes = format!("GET {path}.ttl HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = server.raw(bytes.as_bytes());
        assert!([200, 400, 404].contains(&answer.status), "{answer:?}");
    }
    for path in ["/a/b%0d%0aSet-Cookie:x", "/a/b%00", "/resource?iri=http://example.org/%0d%0aX:y"] {
        let answer = server.get(path, "text/turtle");
        assert!([400, 404].contains(&answer.status), "{path} {answer:?}");
        assert_eq!(answer.header("set-cookie"), "");
    }
}
