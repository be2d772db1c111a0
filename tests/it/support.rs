//! Shared by several topics: the built-in pack, packs created for a test,
//! answers as rows of text.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use civigraph::ask::{Answer, collect};
use civigraph::graph::{Graph, Prefixes, sorted_lines};
use civigraph::pack::Pack;
use civigraph::pipeline::{self, Knowledge};
use civigraph::sparql::Query;
use oxigraph::model::{Quad, Term};

/// The root folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The default pack, built once for all tests.
pub fn knowledge() -> &'static Knowledge {
    static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
    KNOWLEDGE.get_or_init(|| pipeline::build(&Pack::embedded().unwrap()).unwrap().0)
}

/// A term as in expected rows: IRIs with prefixes, literals as their text.
pub fn show(term: Option<&Term>, prefixes: &Prefixes) -> String {
    match term {
        None => String::new(),
        Some(Term::NamedNode(node)) => prefixes.shorten(node.as_str()),
        Some(Term::Literal(literal)) => literal.value().to_owned(),
        Some(other) => other.to_string(),
    }
}

/// The answer to a query as rows of text, the variables first.
pub fn rows(graph: &Graph, query: &Query) -> Vec<Vec<String>> {
    match collect(graph, query).unwrap() {
        Answer::Rows(answer) => {
            let mut rows = vec![answer.variables.iter().map(|v| v.as_str().to_owned()).collect::<Vec<_>>()];
            for row in &answer.rows {
                rows.push(row.iter().map(|term| show(term.as_ref(), &graph.prefixes)).collect());
            }
            rows
        }
        Answer::Boolean(answer) => vec![vec!["boolean".to_owned()], vec![answer.to_string()]],
        Answer::Triples(_) => panic!("rows are expected, not triples"),
    }
}

/// The rows of a query given as text.
pub fn select(graph: &Graph, text: &str) -> Vec<Vec<String>> {
    let query = Query::parse("test", text, &graph.prefixes).unwrap();
    let mut rows = rows(graph, &query);
    rows.remove(0);
    rows
}

/// Quads as sorted lines of N-Quads with canonical blank nodes.
pub fn lines(quads: impl IntoIterator<Item = Quad>) -> Vec<String> {
    let Ok(lines) = sorted_lines(quads.into_iter().map(Ok::<_, std::convert::Infallible>));
    lines
}

/// The rows of a CSV file, read by the `csv` crate.
pub fn expected(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path).unwrap();
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

/// A pack in a temporary folder, small and valid unless a test breaks it.
pub struct TestPack {
    pub folder: tempfile::TempDir,
}

pub const DESCRIPTOR: &str = r#"{
  "name": "small",
  "title": "A small pack",
  "resources": [
    {
      "name": "people",
      "path": "people.csv",
      "schema": {
        "fields": [
          {"name": "id", "type": "string", "constraints": {"required": true}},
          {"name": "name", "type": "string", "constraints": {"required": true}},
          {"name": "age", "type": "integer"},
          {"name": "kind", "type": "string", "constraints": {"enum": ["staff", "guest"]}},
          {"name": "boss", "type": "string"}
        ],
        "primaryKey": "id",
        "foreignKeys": [{"fields": "boss", "reference": {"resource": "", "fields": "id"}}]
      }
    }
  ],
  "civigraph": {
    "base": "http://example.org/",
    "prefixes": {"ex": "http://example.org/"},
    "languages": ["en"],
    "mapping": "mapping.yml"
  }
}
"#;

pub const MAPPING: &str = r#"prefixes:
  ex: http://example.org/
  rdfs: http://www.w3.org/2000/01/rdf-schema#
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  person:
    sources:
      - [people.csv~csv]
    s: ex:$(id)
    po:
      - [a, ex:Person]
      - [rdfs:label, $(name), en~lang]
      - [ex:age, $(age), xsd:integer]
      - [ex:boss, ex:$(boss)~iri]
"#;

pub const PEOPLE: &str = "id,name,age,kind,boss\nann,Ann,50,staff,\nbob,Bob,,guest,ann\n";

impl TestPack {
    pub fn new() -> Self {
        let pack = Self { folder: tempfile::tempdir().unwrap() };
        pack.write("datapackage.json", DESCRIPTOR);
        pack.write("mapping.yml", MAPPING);
        pack.write("people.csv", PEOPLE);
        pack
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), content).unwrap();
    }

    /// The same file with one text replaced by another; the text must be there.
    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let path = self.path().join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "`{from}` is not in {name}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    pub fn build(&self) -> civigraph::error::Result<Knowledge> {
        pipeline::build(&Pack::open(self.path())?).map(|(knowledge, _)| knowledge)
    }
}

/// The program, run in a folder without a snapshot.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_civigraph"));
    command.current_dir(quiet_folder()).env_remove("CLICOLOR_FORCE");
    command
}

fn quiet_folder() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("quiet");
            fs::create_dir_all(&folder).unwrap();
            folder
        })
        .clone()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
