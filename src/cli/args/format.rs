//! Forms of findings, results and exports, as arguments name them.

use std::path::Path;

use clap::ValueEnum;

use crate::diagnostic::Diagnostic;
use crate::export::{GraphFormat, ResultFormat};
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

/// A form that the ending of a file's name says.
pub trait OfEnding: Sized {
    /// The form of an ending in lower case.
    fn of_ending(ending: &str) -> Option<Self>;

    /// What to do where no form has the ending.
    fn hint(ending: &str) -> String;
}

impl OfEnding for AnswerFormat {
    fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            "json" | "srj" => Self::Json,
            "xml" | "srx" => Self::Xml,
            "md" => Self::Markdown,
            "txt" => Self::Table,
            "ttl" => Self::Turtle,
            "trig" => Self::Trig,
            "nt" => Self::Ntriples,
            "nq" => Self::Nquads,
            "rdf" | "owl" => Self::Rdfxml,
            "jsonld" => Self::Jsonld,
            _ => return None,
        })
    }

    fn hint(ending: &str) -> String {
        match ending {
            "dot" | "gv" => "`civigraph export --construct` draws the triples of a query as DOT".to_owned(),
            _ => "name one with `--format`, or use an ending such as .csv, .json, .md, .ttl, .nt".to_owned(),
        }
    }
}

impl OfEnding for ExportFormat {
    fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "ttl" => Self::Turtle,
            "trig" => Self::Trig,
            "nt" => Self::Ntriples,
            "nq" => Self::Nquads,
            "rdf" | "owl" => Self::Rdfxml,
            "jsonld" => Self::Jsonld,
            "dot" | "gv" => Self::Dot,
            "csv" => Self::Csv,
            _ => return None,
        })
    }

    fn hint(ending: &str) -> String {
        match ending {
            "svg" | "png" | "pdf" | "html" => "`civigraph chart` draws it".to_owned(),
            _ => "name one with `--format`, or use an ending such as .ttl, .nt, .rdf, .jsonld, .dot, .csv".to_owned(),
        }
    }
}

impl AnswerFormat {
    /// The form of RDF that this is.
    pub fn graph(self) -> Option<GraphFormat> {
        Some(match self {
            Self::Turtle => GraphFormat::Turtle,
            Self::Trig => GraphFormat::TriG,
            Self::Ntriples => GraphFormat::NTriples,
            Self::Nquads => GraphFormat::NQuads,
            Self::Rdfxml => GraphFormat::RdfXml,
            Self::Jsonld => GraphFormat::JsonLd,
            _ => return None,
        })
    }

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

impl ExportFormat {
    /// The form of RDF that this is; none for what draws nodes and edges.
    pub fn graph(self) -> Option<GraphFormat> {
        Some(match self {
            Self::Turtle => GraphFormat::Turtle,
            Self::Trig => GraphFormat::TriG,
            Self::Ntriples => GraphFormat::NTriples,
            Self::Nquads => GraphFormat::NQuads,
            Self::Rdfxml => GraphFormat::RdfXml,
            Self::Jsonld => GraphFormat::JsonLd,
            Self::Dot | Self::Csv => return None,
        })
    }
}

/// The form to write: what is asked for, else what the file's name says.
pub fn format_of<F: OfEnding>(format: Option<F>, output: Option<&Path>) -> Result<Option<F>, Diagnostic> {
    let ending = output.and_then(Path::extension).and_then(|ending| ending.to_str());
    let (None, Some(ending)) = (&format, ending) else { return Ok(format) };
    let lower = ending.to_lowercase();
    F::of_ending(&lower).map(Some).ok_or_else(|| {
        Diagnostic::error("unknown-format", format!("nothing is written here with the ending `.{ending}`"))
            .hint(F::hint(&lower))
    })
}
