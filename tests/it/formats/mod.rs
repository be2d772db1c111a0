//! Tables in the formats in which people have them.

mod documents;
mod doubts;
mod encodings;
mod hostile;
mod mutations;
mod workbooks;

use civigraph::error::Error;
use civigraph::finding::Findings;
use civigraph::pack::Pack;
use civigraph::pipeline;

use crate::support::{TestPack, select};

const DESCRIPTOR: &str = r#"{
  "name": "t",
  "resources": [RESOURCES],
  "civigraph": {"base": "http://base.org/", "languages": ["en"], "mapping": "mapping.yml"}
}"#;

const HEAD: &str = "prefixes:\n  ex: http://ex.org/\n  xsd: http://www.w3.org/2001/XMLSchema#\nmappings:\n";

/// A pack with one map of one source.
fn pack(file: &str, content: impl AsRef<[u8]>, resource: &str, map: &str) -> TestPack {
    let pack = TestPack::new();
    pack.write(file, content);
    pack.write("datapackage.json", DESCRIPTOR.replace("RESOURCES", resource));
    pack.write("mapping.yml", format!("{HEAD}{map}"));
    pack
}

/// A resource with further properties.
fn resource(path: &str, more: &str) -> String {
    let comma = if more.is_empty() { "" } else { ", " };
    format!(r#"{{"name": "r", "path": "{path}"{comma}{more}}}"#)
}

/// A map with `ex:ID` as its subject and a property for each column.
fn map(name: &str, source: &str, id: &str, columns: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        columns.iter().map(|(property, value)| format!("      - [ex:{property}, {value}]\n")).collect();
    format!("  {name}:\n    sources:\n      - {source}\n    s: \"{id}\"\n    po:\n{}", pairs.concat())
}

/// What a pack makes: triples as `subject property object`, without the namespaces of the tests, and
/// its findings in short form.
fn made(pack: &TestPack) -> (Vec<String>, Vec<String>) {
    let opened = Pack::open(pack.path());
    match opened.and_then(|pack| pipeline::build(&pack)) {
        Ok((knowledge, summary)) => {
            let query = "SELECT ?s ?p ?o { GRAPH <https://w3id.org/civigraph/graph/pack> { ?s ?p ?o } }";
            let short = |text: &String| match text.strip_prefix('<').and_then(|text| text.strip_suffix('>')) {
                Some(iri) => iri.replace("http://ex.org/", "").replace("http://base.org/", "base:"),
                None => text.clone(),
            };
            let rows = select(&knowledge.graph, query);
            let mut triples: Vec<String> =
                rows.iter().map(|row| row.iter().map(short).collect::<Vec<_>>().join(" ")).collect();
            triples.sort();
            (triples, said(pack, &summary.findings))
        }
        Err(Error::Invalid(findings) | Error::Findings(findings)) => (Vec::new(), said(pack, &findings)),
        Err(error) => panic!("{error}"),
    }
}

fn said(pack: &TestPack, findings: &Findings) -> Vec<String> {
    let folder = format!("{}/", pack.path().display());
    findings.iter().map(|finding| finding.to_string().replace(&folder, "")).collect()
}

/// The findings must be these; each is given by its place, code and a part of its message.
fn check(found: &[String], expected: &[(&str, &str, &str)]) {
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (finding, (place, code, part)) in found.iter().zip(expected) {
        let is_it = finding.starts_with(place) && finding.contains(&format!("[{code}]")) && finding.contains(part);
        assert!(is_it, "{finding}\nis not {place} {code} {part}");
    }
}
