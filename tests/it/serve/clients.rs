//! Clients that nobody here wrote.

use super::client::Serving;
use crate::outside_tools::{python, tool};
use crate::support::stderr;

#[test]
fn rdflib_asks_by_all_its_methods() {
    let server = Serving::shared();
    let script = r#"
import sys
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
url = sys.argv[1]
skos = "http://www.w3.org/2004/02/skos/core#"
for method in ["GET", "POST", "POST_FORM"]:
    for form in ["xml", "json", "csv", "tsv"]:
        store = SPARQLStore(url, method=method, returnFormat=form)
        graph = Graph(store)
        rows = list(graph.query("SELECT ?n { <https://w3id.org/civigraph/id/hk/hkstp> <%sprefLabel> ?n }" % skos))
        assert len(rows) == 2, (method, form, rows)
    graph = Graph(SPARQLStore(url, method=method))
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    triples = list(graph.triples((URIRef("https://w3id.org/civigraph/id/hk/hkstp"), URIRef(skos + "prefLabel"), None)))
    assert len(triples) == 2, triples
    assert len(graph.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 7").graph) == 7
    assert len(list(Graph(SPARQLStore(url, method=method), identifier="https://w3id.org/civigraph/graph/dataset"))) > 3
# Linked data: rdflib follows the redirect.
graph = Graph().parse(url.replace("/sparql", "/id/hk/hkstp"))
assert (URIRef("https://w3id.org/civigraph/id/hk/hkstp"), URIRef(skos + "prefLabel"), None) in graph
graph = Graph().parse(url, format="turtle")
assert len(graph) > 20
"#;
    let url = format!("http://{}/sparql", server.host);
    if let Some(output) = python(script, &[&url]) {
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

#[test]
fn sparqlwrapper_asks_by_both_methods_and_reads_every_format() {
    let server = Serving::shared();
    let script = r#"
import sys
from SPARQLWrapper import SPARQLWrapper, JSON, XML, CSV, TSV, TURTLE, RDFXML, JSONLD, POST, GET, URLENCODED, POSTDIRECTLY
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, EndPointInternalError
url = sys.argv[1]
for method, way in [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]:
    wrapper = SPARQLWrapper(url)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(way)
    wrapper.setQuery("SELECT ?s { ?s a <https://w3id.org/civigraph/def#Facility> } ORDER BY ?s")
    wrapper.setReturnFormat(JSON)
    rows = [row["s"]["value"] for row in wrapper.query().convert()["results"]["bindings"]]
    assert len(rows) > 3, rows
    wrapper.setReturnFormat(XML)
    found = wrapper.query().convert().getElementsByTagName("uri")
    assert [node.firstChild.data for node in found] == rows
    for form in [CSV, TSV]:
        wrapper.setReturnFormat(form)
        text = wrapper.query().convert().decode()
        assert len(text.strip().splitlines()) == len(rows) + 1, text
    wrapper.setQuery("CONSTRUCT { ?s a <urn:x> } WHERE { ?s a <https://w3id.org/civigraph/def#Facility> }")
    for form in [RDFXML, JSONLD]:
        wrapper.setReturnFormat(form)
        assert len(wrapper.query().convert()) == len(rows), form
    wrapper.setReturnFormat(TURTLE)
    assert b"urn:x" in wrapper.query().convert()
    wrapper.setQuery("SELECT ?s WHER { ?s ?p ?o }")
    wrapper.setReturnFormat(JSON)
    try:
        wrapper.query()
        raise SystemExit("no error")
    except QueryBadFormed as error:
        assert "did you mean `WHERE`?" in str(error), error
"#;
    let url = format!("http://{}/sparql", server.host);
    if let Some(output) = python(script, &[&url]) {
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

#[test]
fn curl_asks_as_people_write_it() {
    let server = Serving::shared();
    let url = format!("http://{}/sparql", server.host);
    let query = "query=SELECT ?park WHERE { ?park a cg:Facility } LIMIT 3";
    for arguments in [
        &["--data-urlencode", query][..],
        &["-G", "--data-urlencode", query],
        &["--compressed", "-G", "--data-urlencode", query],
    ] {
        let Some(output) =
            tool(std::process::Command::new("curl").args(["-sS", "-H", "Accept: text/csv"]).args(arguments).arg(&url))
        else {
            return;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.lines().count(), 4, "{text}");
    }
    // -L follows from the thing to its document.
    let thing = format!("http://{}/id/hk/hkstp", server.host);
    if let Some(output) = tool(std::process::Command::new("curl").args(["-sSL", "-H", "Accept: text/turtle", &thing])) {
        assert!(String::from_utf8(output.stdout).unwrap().contains("hk:hkstp a"));
    }
}
