//! Forms of findings, results and exports, as arguments name them.

use clap::ValueEnum;

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

/// Forms of results and exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnyFormat {
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
    /// Graphviz
    Dot,
}

impl AnyFormat {
    /// The format that a file's ending says.
    pub fn of_ending(ending: &str) -> Option<Self> {
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
            "dot" | "gv" => Self::Dot,
            _ => return None,
        })
    }

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
