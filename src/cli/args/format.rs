//! Forms of findings, results and exports, as arguments name them.

use std::path::Path;

use clap::ValueEnum;

use crate::export::{GraphFormat, ResultFormat};
use crate::finding::{Finding, codes};
use crate::report::ReportFormat;

/// Forms of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingFormat {
    /// With excerpts, for people
    Text,
    /// One line each, for editors
    Short,
    Json,
    /// Annotations of GitHub Actions
    Github,
}

impl From<FindingFormat> for ReportFormat {
    fn from(format: FindingFormat) -> Self {
        match format {
            FindingFormat::Text => Self::Text,
            FindingFormat::Short => Self::Short,
            FindingFormat::Json => Self::Json,
            FindingFormat::Github => Self::Github,
        }
    }
}

/// Forms of what `validate` found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ValidationFormat {
    /// With excerpts, for people
    Text,
    /// One line each, for editors
    Short,
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// A validation report of SHACL, of the shapes alone
    Turtle,
}

impl ValidationFormat {
    /// The form of findings; none for a report of SHACL.
    pub fn findings(self) -> Option<ReportFormat> {
        Some(match self {
            Self::Text => ReportFormat::Text,
            Self::Short => ReportFormat::Short,
            Self::Json => ReportFormat::Json,
            Self::Github => ReportFormat::Github,
            Self::Turtle => return None,
        })
    }
}

/// Forms of a query's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// Rows with lines around them, for people
    Table,
    Csv,
    Tsv,
    /// SPARQL results in JSON
    Json,
    /// SPARQL results in XML
    Xml,
    Markdown,
    Turtle,
    Trig,
    Ntriples,
    Nquads,
    Rdfxml,
    Jsonld,
}

/// Forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    Turtle,
    Trig,
    Ntriples,
    Nquads,
    Rdfxml,
    Jsonld,
    /// Graphviz
    Dot,
    /// Two tables, of nodes and edges
    Csv,
}

/// The forms that the endings of files say, by name.
const ENDINGS: [(&str, &str); 17] = [
    ("csv", "csv"),
    ("tsv", "tsv"),
    ("json", "json"),
    ("srj", "json"),
    ("xml", "xml"),
    ("srx", "xml"),
    ("md", "markdown"),
    ("txt", "table"),
    ("ttl", "turtle"),
    ("trig", "trig"),
    ("nt", "ntriples"),
    ("nq", "nquads"),
    ("rdf", "rdfxml"),
    ("owl", "rdfxml"),
    ("jsonld", "jsonld"),
    ("dot", "dot"),
    ("gv", "dot"),
];

/// A form of what a command writes.
pub trait FileForm: ValueEnum {
    /// What to do where the command writes nothing with this ending.
    fn hint(ending: &str) -> &'static str;

    /// The form of RDF that this is, if it is one.
    fn graph(self) -> Option<GraphFormat> {
        Some(match self.to_possible_value()?.get_name() {
            "turtle" => GraphFormat::Turtle,
            "trig" => GraphFormat::TriG,
            "ntriples" => GraphFormat::NTriples,
            "nquads" => GraphFormat::NQuads,
            "rdfxml" => GraphFormat::RdfXml,
            "jsonld" => GraphFormat::JsonLd,
            _ => return None,
        })
    }
}

impl FileForm for AnswerFormat {
    fn hint(ending: &str) -> &'static str {
        match ending {
            "dot" | "gv" => "`civigraph export --construct` draws the triples of a query as DOT",
            _ => "name one with `--format`, or use an ending such as .csv, .json, .md, .ttl, .nt",
        }
    }
}

impl FileForm for ExportFormat {
    fn hint(ending: &str) -> &'static str {
        match ending {
            "svg" | "png" | "pdf" | "html" => "`civigraph chart` draws it",
            _ => "name one with `--format`, or use an ending such as .ttl, .nt, .rdf, .jsonld, .dot, .csv",
        }
    }
}

impl AnswerFormat {
    /// The form of results that this is.
    pub fn result(self) -> Option<ResultFormat> {
        Some(match self {
            Self::Table => ResultFormat::Table,
            Self::Csv => ResultFormat::Csv,
            Self::Tsv => ResultFormat::Tsv,
            Self::Json => ResultFormat::Json,
            Self::Xml => ResultFormat::Xml,
            Self::Markdown => ResultFormat::Markdown,
            _ => return None,
        })
    }
}

/// The form to write: what is asked for, else what the file's name says.
pub fn format_of<F: FileForm>(format: Option<F>, output: Option<&Path>) -> Result<Option<F>, Finding> {
    let ending = output.and_then(Path::extension).and_then(|ending| ending.to_str());
    let (None, Some(ending)) = (&format, ending) else { return Ok(format) };
    let lower = ending.to_lowercase();
    let name = ENDINGS.iter().find(|(known, _)| *known == lower).map(|(_, name)| *name);
    let form = name.and_then(|name| F::from_str(name, false).ok());
    form.map(Some).ok_or_else(|| {
        Finding::error(codes::UNKNOWN_FORMAT, format!("nothing is written here with the ending `.{ending}`"))
            .hint(F::hint(&lower).to_owned())
    })
}
