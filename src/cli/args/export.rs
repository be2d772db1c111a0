//! The arguments of `export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ExportFormat, Memory, SourceArguments, Timeout, parse_memory, parse_timeout};

/// Export the graph or a part of it
#[derive(Debug, Args)]
#[command(after_help = "\
By default, the export contains what the sources say and the relations that hold as a result. Use --with \
to add inferences and the vocabulary.

Examples:
  civigraph export -o graph.ttl
  civigraph export --entity hkstp -o hkstp.dot
  civigraph export --with inferred,ontology -o all.trig
  civigraph export --construct 'CONSTRUCT WHERE { ?a cg:supports ?b }'
  civigraph export -o graph.csv         writes graph.nodes.csv and graph.edges.csv")]
pub struct ExportArguments {
    /// Write to this file; its extension determines the format
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Format of the export [default: by the file's extension, otherwise Turtle]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ExportFormat>,
    /// Layers to add, separated by commas
    #[arg(long = "with", value_name = "LAYER", value_delimiter = ',')]
    pub layers: Vec<ExtraLayer>,
    /// Only this named graph, by its IRI or the last part of the IRI
    #[arg(long, value_name = "GRAPH", conflicts_with_all = ["entity", "construct", "layers"])]
    pub graph: Option<String>,
    /// Only the statements about this entity and about its claims, figures and names
    #[arg(long, value_name = "ENTITY", conflicts_with = "construct")]
    pub entity: Option<String>,
    /// The triples of a CONSTRUCT query: text, file or `-`
    #[arg(long, value_name = "QUERY", conflicts_with = "layers")]
    pub construct: Option<String>,
    /// Languages of labels in DOT and CSV, separated by commas
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    /// Start CSV with a byte-order mark, for Excel
    #[arg(long)]
    pub bom: bool,
    /// Write an apostrophe before cells of CSV that a spreadsheet would compute, such as =1+1
    #[arg(long)]
    pub escape_formulas: bool,
    /// Time limit of the query of --construct, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout, requires = "construct")]
    pub timeout: Timeout,
    /// Memory limit, such as 500M or 8G; `none` for no limit [default: half of the machine's memory]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory, requires = "construct")]
    pub memory: Option<Memory>,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// Layers that an export can add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExtraLayer {
    /// Inverses, superproperties, superclasses
    Inferred,
    /// Vocabulary, code lists, alignments
    Ontology,
}
