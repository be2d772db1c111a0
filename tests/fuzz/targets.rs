//! What is fuzzed: each target takes bytes and says how they ended, in a few words without names and numbers. Nothing
//! may panic; errors are ends like others.

mod words;

use std::fs;
use std::io::{BufRead as _, BufReader, Cursor, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use civigraph::diff::{ChangeFormat, ComparedEdition, compare, write_changes};
use civigraph::error::Error;
use civigraph::graph::{Graph, RdfFile};
use civigraph::pipeline::{self, Mapping};
use civigraph::sparql::{Evaluator, Query, Question, evaluate};
use civigraph::work;
use oxigraph::sparql::QueryResults;

/// How an input ended.
pub type Ended = Result<String, Error>;

/// A target: its name, what it does with an input, and texts that mean something to it.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]) -> Ended,
    pub words: &'static [&'static str],
}

pub const TARGETS: [Target; 13] = [
    Target { name: "csv", run: csv, words: words::CSV },
    Target { name: "json", run: json, words: words::JSON },
    Target { name: "xml", run: xml, words: words::XML },
    Target { name: "xlsx", run: xlsx, words: words::XLSX },
    Target { name: "yaml", run: yaml, words: words::YAML },
    Target { name: "mapping", run: mapping, words: words::MAPPING },
    Target { name: "rml", run: rml, words: words::RML },
    Target { name: "csvw", run: csvw, words: words::CSVW },
    Target { name: "rdf", run: rdf, words: words::RDF },
    Target { name: "snapshot", run: snapshot, words: words::SNAPSHOT },
    Target { name: "sparql", run: sparql, words: words::SPARQL },
    Target { name: "http", run: http, words: words::HTTP },
    Target { name: "diff", run: diff, words: words::DIFF },
];

const MAPPING: &str = "prefixes: {ex: 'http://e/'}\nmappings:\n  m:\n    sources:\n      - SOURCE\n    s: ex:$(a)\n    po:\n      - [ex:p, $(b)]\n      - [ex:q, ex:$(b)~iri]\n";

/// The sheet of a workbook that has nothing else.
const WORKBOOK: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];

const GRAPH: &str = "@prefix ex: <http://e/> . ex:1 a ex:C ; ex:p ex:2, ex:3 ; ex:v 1 . ex:2 a ex:C ; ex:p ex:3 ; ex:v 2.5, \"x\"@en . ex:3 ex:p ex:1 ; ex:v \"2019-01-01\"^^<http://www.w3.org/2001/XMLSchema#date> .";

/// Maps with the files of a folder of its own.
fn map_files(files: &[(&str, &[u8])], mapping: &str) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    let mut n = 0;
    Mapping::open(&folder.path().join(mapping), None)?.run(false, &mut |_| {
        n += 1;
        Ok(())
    })?;
    Ok(format!("{} quads", n.min(20)))
}

fn with_table(name: &str, source: &str, bytes: &[u8]) -> Ended {
    map_files(&[(name, bytes), ("m.yml", MAPPING.replace("SOURCE", source).as_bytes())], "m.yml")
}

/// The first line is the dialect.
fn csv(bytes: &[u8]) -> Ended {
    let split = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let dialect = String::from_utf8_lossy(&bytes[..split]);
    let descriptor =
        format!(r#"{{"name": "p", "resources": [{{"name": "t", "path": "t.csv", "dialect": {dialect}}}]}}"#);
    let table = bytes.get(split + 1..).unwrap_or_default();
    let mapping = MAPPING.replace("SOURCE", "[t.csv~csv]");
    map_files(&[("datapackage.json", descriptor.as_bytes()), ("t.csv", table), ("m.yml", mapping.as_bytes())], "m.yml")
}

fn json(bytes: &[u8]) -> Ended {
    with_table("t.json", "[t.json~jsonpath, '$.x[*]']", bytes)
}

fn xml(bytes: &[u8]) -> Ended {
    with_table("t.xml", "[t.xml~xpath, '/r/e']", bytes)
}

/// A workbook, or the part of one that is its sheet.
fn xlsx(bytes: &[u8]) -> Ended {
    if bytes.starts_with(b"PK") {
        return with_table("t.xlsx", "[t.xlsx~csv]", bytes);
    }
    let mut workbook = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts = WORKBOOK.iter().map(|(name, text)| (*name, text.as_bytes()));
    for (name, part) in parts.chain([("xl/worksheets/sheet1.xml", bytes)]) {
        workbook.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        workbook.write_all(part).expect("a part");
    }
    with_table("t.xlsx", "[t.xlsx~csv]", &workbook.finish().expect("a workbook").into_inner())
}

fn yaml(bytes: &[u8]) -> Ended {
    fn places(node: &civigraph::yaml::YamlNode, text: &str) -> usize {
        let _ = node.place("t.yml", text);
        let sequence = node.as_sequence().unwrap_or_default().iter().map(|node| places(node, text));
        let mapping =
            node.as_mapping().unwrap_or_default().iter().map(|(key, node)| places(key, text) + places(node, text));
        1 + sequence.chain(mapping).sum::<usize>()
    }
    let text = String::from_utf8_lossy(bytes);
    let node = civigraph::yaml::read("t.yml", &text).map_err(Error::invalid)?;
    // The place of each node of a large text is not what is tried here.
    Ok(format!("{} nodes", if text.len() < 4096 { places(&node, &text).min(20) } else { 0 }))
}

fn mapping(bytes: &[u8]) -> Ended {
    map_files(&[("t.csv", b"a,b\n1,x\n2,\n3,\"y z\"\n"), ("m.yml", bytes)], "m.yml")
}

fn rml(bytes: &[u8]) -> Ended {
    map_files(&[("t.csv", b"a,b\n1,x\n2,\n3,\"y z\"\n"), ("m.ttl", bytes)], "m.ttl")
}

/// What CSV on the Web says of a table, in Turtle, and after `%%%` the table.
fn csvw(bytes: &[u8]) -> Ended {
    const SEPARATOR: &[u8] = b"\n%%%\n";
    let split = bytes.windows(SEPARATOR.len()).position(|window| window == SEPARATOR).unwrap_or(bytes.len());
    let described = String::from_utf8_lossy(&bytes[..split]);
    let table = bytes.get(split + SEPARATOR.len()..).unwrap_or_default();
    let mapping = format!(
        "@prefix rml: <http://w3id.org/rml/> . @prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix ex: <http://e/> .\n\
         ex:m a rml:TriplesMap ; rml:logicalSource [ rml:source [ {described} ] ; rml:referenceFormulation rml:CSV ] ;\n\
         rml:subjectMap [ rml:template \"http://e/{{a}}\" ] ;\n\
         rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:reference \"b\" ] ] ."
    );
    map_files(&[("t.csv", table), ("m.ttl", mapping.as_bytes())], "m.ttl")
}

/// The first line is the format.
fn rdf(bytes: &[u8]) -> Ended {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (format, text) = text.split_once('\n').unwrap_or(("ttl", ""));
    let format =
        ["ttl", "nt", "nq", "trig", "rdf", "jsonld"].into_iter().find(|known| *known == format).unwrap_or("ttl");
    let (quads, _) = RdfFile::text(format!("t.{format}"), text.to_owned(), "t").in_format(format).quads()?;
    Ok(format!("{format} {} quads", quads.len().min(20)))
}

fn graph_of(text: &str) -> Result<Graph, Error> {
    let file = RdfFile::text("t.ttl", text.to_owned(), "t").in_format("ttl");
    Ok(pipeline::of_data(&[file])?.0.graph)
}

/// Bytes are places of a good snapshot and what stands there instead, five bytes each; the checksums are made right
/// again, so that nothing but the contents is wrong. Those that are no multiple of five leave the checksums wrong.
fn snapshot(bytes: &[u8]) -> Ended {
    static GOOD: OnceLock<Vec<u8>> = OnceLock::new();
    let mut file = GOOD.get_or_init(good_snapshot).clone();
    // The second byte in the header's list of sections says where the sums are.
    let n = u32::from_le_bytes(file[20..24].try_into().expect("four bytes")) as usize;
    let at = 24 + (n - 1) * 24;
    let eight = |file: &[u8], at: usize| u64::from_le_bytes(file[at..at + 8].try_into().expect("eight bytes")) as usize;
    let sums = eight(&file, at);
    for patch in bytes.chunks_exact(5) {
        let place = u32::from_le_bytes(patch[..4].try_into().expect("four bytes")) as usize;
        // One of two in the header, where the sections are listed.
        let place =
            if place.is_multiple_of(2) { 20 + place / 2 % (24 * n - 20) } else { 4096 + place / 2 % (sums - 4096) };
        file[place] = patch[4];
    }
    if bytes.len().is_multiple_of(5) {
        for (block, start) in (4096..sums).step_by(1 << 16).enumerate() {
            let sum = crc32fast::hash(&file[start..(start + (1 << 16)).min(sums)]).to_le_bytes();
            file[sums + block * 4..sums + block * 4 + 4].copy_from_slice(&sum);
        }
        let sum = u64::from(crc32fast::hash(&file[sums..])).to_le_bytes();
        file[at + 16..at + 24].copy_from_slice(&sum);
        let sum = crc32fast::hash(&file[..4092]).to_le_bytes();
        file[4092..4096].copy_from_slice(&sum);
    }
    work::catch(|| {
        let (graph, _) = Graph::of_bytes("t", file)?;
        let query = Query::parse(
            "query",
            "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o OPTIONAL { ?o ?q ?r } } GROUP BY ?s",
            &graph.prefixes,
        );
        let n_rows = answer(&graph, &query.map_err(Error::invalid)?)?.len();
        Ok(format!("{} quads {n_rows} rows {}", graph.quads().count(), graph.verify_blocks().is_ok()))
    })
}

fn good_snapshot() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("t.ttl"), GRAPH).expect("a file");
    let built = program(folder.path()).args(["-q", "build", "--data", "t.ttl", "--store", "s"]).status();
    assert!(built.expect("a program").success());
    let files = fs::read_dir(folder.path().join("s")).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.map(|path| fs::read(path).expect("a file")).max_by_key(Vec::len).expect("a file")
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_civigraph")));
    command.current_dir(folder).env_remove("CIVIGRAPH_TOKEN").stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// The answer as sorted lines.
fn answer(graph: &Graph, query: &Query) -> Result<Vec<String>, Error> {
    let failed = |error| civigraph::sparql::evaluation_error(query, &error);
    let mut lines = Vec::new();
    match evaluate(graph, query)? {
        QueryResults::Boolean(yes) => lines.push(yes.to_string()),
        QueryResults::Solutions(solutions) => {
            for solution in solutions.take(10_000) {
                let solution = solution.map_err(failed)?;
                let mut row: Vec<String> = solution.iter().map(|(name, term)| format!("{name} {term}")).collect();
                row.sort();
                lines.push(row.join(" "));
            }
        }
        QueryResults::Graph(triples) => {
            for triple in triples.take(10_000) {
                lines.push(triple.map_err(failed)?.to_string());
            }
        }
    }
    lines.sort();
    Ok(lines)
}

/// A question, its first parameters bound, and its answer with a plan and without.
fn sparql(bytes: &[u8]) -> Ended {
    static SMALL: OnceLock<Graph> = OnceLock::new();
    let graph = SMALL.get_or_init(|| graph_of(GRAPH).expect("a graph"));
    let text = String::from_utf8_lossy(bytes);
    let asked = Question::read("t.rq", &text, &graph.prefixes);
    let mut query = Query::parse("t.rq", &text, &graph.prefixes).map_err(Error::invalid)?;
    let bound = civigraph::sparql::bind(
        query.algebra.clone(),
        &oxigraph::model::Variable::new_unchecked("s"),
        &oxigraph::model::NamedNode::new_unchecked("http://e/1").into(),
    );
    let ended = |query: Query| work::within(Some(Duration::from_millis(700)), move || answer(graph, &query));
    if let Ok(algebra) = bound {
        let _ = ended(Query { algebra, ..query.clone() })?;
    }
    let planned = ended(query.clone())?;
    query.evaluator = Evaluator::Plain;
    let plain = ended(query)?;
    // These may answer differently each time, or count rows that are cut off.
    let is_fixed = ![
        "RAND",
        "NOW",
        "UUID",
        "BNODE",
        "SAMPLE",
        "GROUP_CONCAT",
        "LIMIT",
        "OFFSET",
        "REDUCED",
        "DESCRIBE",
        "_:",
        "[",
    ]
    .iter()
    .any(|word| text.to_ascii_uppercase().contains(word));
    match (planned, plain) {
        (Ok(Ok(planned)), Ok(Ok(plain))) if planned.len() < 10_000 => {
            assert!(!is_fixed || planned == plain, "with a plan: {planned:?}; without: {plain:?}");
            Ok(format!("{} rows {}", planned.len().min(20), asked.is_ok()))
        }
        (Ok(Err(error)), _) => Err(error),
        _ => Ok("given up".to_owned()),
    }
}

/// What the server answers; it must still answer afterwards.
fn http(bytes: &[u8]) -> Ended {
    static HOST: OnceLock<String> = OnceLock::new();
    let host = HOST.get_or_init(serve);
    let exchange = |bytes: &[u8], is_all: bool| {
        let mut stream = TcpStream::connect(host).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a limit");
        let _ = stream.write_all(bytes);
        if is_all {
            // What is not whole ends here. The server need not answer a client that says no more.
            let _ = stream.shutdown(Shutdown::Write);
        }
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        String::from_utf8_lossy(&all).lines().next().unwrap_or_default().to_owned()
    };
    let ended = exchange(bytes, true);
    let health = exchange(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", false);
    assert!(health.contains(" 200 "), "{health}");
    assert!(!ended.contains(" 500 ") && !ended.contains(" 502 "), "{ended}");
    Ok(ended)
}

/// Starts a server that ends with this process.
#[expect(clippy::zombie_processes, reason = "nobody waits for what lasts as long as this process")]
fn serve() -> String {
    let folder = tempfile::tempdir().expect("a folder").keep();
    fs::write(folder.join("t.ttl"), GRAPH).expect("a file");
    let mut command = program(&folder);
    command.args(["-q", "serve", "--data", "t.ttl", "--bind", "127.0.0.1:0", "--timeout", "1s", "--workers", "2"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("a server");
    let mut address = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut address).expect("its address");
    let process = std::process::id().to_string();
    let watch = format!(
        "while kill -0 {process} 2>/dev/null; do sleep 1; done; kill {}; rm -rf '{}'",
        child.id(),
        folder.display()
    );
    Command::new("sh")
        .args(["-c", &watch])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell");
    address.trim().trim_start_matches("http://").trim_end_matches('/').to_owned()
}

/// Two editions with `%%%` between them.
fn diff(bytes: &[u8]) -> Ended {
    let text = String::from_utf8_lossy(bytes);
    let (old, new) = text.split_once("\n%%%\n").unwrap_or((&text, GRAPH));
    let (old, new) = (graph_of(old)?, graph_of(new)?);
    let edition = |title: &str, graph| ComparedEdition { title: title.to_owned(), graph, source: None };
    let difference = compare(&edition("old", &old), &edition("new", &new), &["en".to_owned()])?;
    for format in
        [ChangeFormat::Text(None), ChangeFormat::Markdown, ChangeFormat::Json, ChangeFormat::Csv, ChangeFormat::Html]
    {
        write_changes(format, &difference, &mut Vec::new()).expect("memory takes all");
    }
    Ok(format!("{} changes", difference.changes.len().min(20)))
}
