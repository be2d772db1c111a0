//! Formats of findings, results and exports, as arguments name them.

use std::path::Path;

use clap::ValueEnum;

use super::DiffFormat;
use crate::export::{GraphFormat, ResultFormat};
use crate::finding::{Finding, codes};
use crate::report::ReportFormat;
use crate::table;

/// Formats of findings about evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EvidenceFormat {
    /// With excerpts, for people
    Text,
    /// One line each, for editors
    Short,
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A table: old and new lines of each statement
    Csv,
}

impl EvidenceFormat {
    /// The format of findings; none for a table.
    pub fn findings(self) -> Option<ReportFormat> {
        Some(match self {
            Self::Text => ReportFormat::Text,
            Self::Short => ReportFormat::Short,
            Self::Json => ReportFormat::Json,
            Self::Github => ReportFormat::Github,
            Self::Sarif => ReportFormat::Sarif,
            Self::Csv => return None,
        })
    }
}

/// The label of an encoding.
pub(super) fn parse_encoding(label: &str) -> Result<String, String> {
    match table::encoding(label) {
        Ok(_) => Ok(label.to_owned()),
        Err(fault) => Err(format!("it is not an encoding; {}", fault.hint.unwrap_or_default())),
    }
}

/// Formats of lists and explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    Text,
    Json,
}

/// Formats of what `validate` finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ValidationFormat {
    /// With excerpts, for people
    Text,
    /// One line each, for editors
    Short,
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A SHACL validation report, for the shapes only
    Turtle,
}

impl ValidationFormat {
    /// The format of findings; none for a SHACL validation report.
    pub fn findings(self) -> Option<ReportFormat> {
        Some(match self {
            Self::Text => ReportFormat::Text,
            Self::Short => ReportFormat::Short,
            Self::Json => ReportFormat::Json,
            Self::Github => ReportFormat::Github,
            Self::Sarif => ReportFormat::Sarif,
            Self::Turtle => return None,
        })
    }
}

/// Formats of a query's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// A table with borders, for people
    Table,
    Csv,
    Tsv,
    /// SPARQL results in JSON
    Json,
    /// SPARQL results in XML
    Xml,
    Markdown,
    /// A workbook, for Excel and its like
    Xlsx,
    Turtle,
    Trig,
    Ntriples,
    Nquads,
    Rdfxml,
    Jsonld,
}

/// Formats of an export.
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

/// The formats that file extensions stand for, by name.
const EXTENSIONS: [(&str, &str); 19] = [
    ("csv", "csv"),
    ("tsv", "tsv"),
    ("json", "json"),
    ("srj", "json"),
    ("xml", "xml"),
    ("srx", "xml"),
    ("md", "markdown"),
    ("txt", "table"),
    ("xlsx", "xlsx"),
    ("ttl", "turtle"),
    ("trig", "trig"),
    ("nt", "ntriples"),
    ("nq", "nquads"),
    ("rdf", "rdfxml"),
    ("owl", "rdfxml"),
    ("jsonld", "jsonld"),
    ("dot", "dot"),
    ("gv", "dot"),
    ("html", "html"),
];

/// An output format of a command.
pub trait FileForm: ValueEnum {
    /// What to do if the command writes nothing with this extension.
    fn hint(extension: &str) -> &'static str;

    /// The RDF format that this is, if it is one.
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
    fn hint(extension: &str) -> &'static str {
        match extension {
            "dot" | "gv" => "`civigraph export --construct` draws the triples of a query as DOT",
            _ => "name one with `--format`, or use an extension such as .csv, .xlsx, .json, .md, .ttl, .nt",
        }
    }
}

impl FileForm for DiffFormat {
    fn hint(extension: &str) -> &'static str {
        match extension {
            "svg" | "png" | "pdf" => "`civigraph chart VIEW --since OLD` draws the changes",
            _ => "name one with `--format`, or use an extension such as .md, .json, .csv, .html, .ttl",
        }
    }
}

impl FileForm for ExportFormat {
    fn hint(extension: &str) -> &'static str {
        match extension {
            "svg" | "png" | "pdf" | "html" => "`civigraph chart` draws it",
            _ => "name one with `--format`, or use an extension such as .ttl, .nt, .rdf, .jsonld, .dot, .csv",
        }
    }
}

impl AnswerFormat {
    /// The result format that this is, if it is one.
    pub fn result(self) -> Option<ResultFormat> {
        Some(match self {
            Self::Table => ResultFormat::Table,
            Self::Csv => ResultFormat::Csv,
            Self::Tsv => ResultFormat::Tsv,
            Self::Json => ResultFormat::Json,
            Self::Xml => ResultFormat::Xml,
            Self::Markdown => ResultFormat::Markdown,
            Self::Xlsx => ResultFormat::Xlsx,
            _ => return None,
        })
    }
}

/// The format to write: the one asked for, otherwise that of the file's extension.
pub fn format_of<F: FileForm>(format: Option<F>, output: Option<&Path>) -> Result<Option<F>, Finding> {
    let extension = output.and_then(Path::extension).and_then(|extension| extension.to_str());
    let (None, Some(extension)) = (&format, extension) else { return Ok(format) };
    let lower = extension.to_lowercase();
    let name = EXTENSIONS.iter().find(|(known, _)| *known == lower).map(|(_, name)| *name);
    let form = name.and_then(|name| F::from_str(name, false).ok());
    form.map(Some).ok_or_else(|| {
        Finding::error(
            codes::UNKNOWN_FORMAT,
            format!("this command writes no format with the extension `.{extension}`"),
        )
        .hint(F::hint(&lower).to_owned())
    })
}
