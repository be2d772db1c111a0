//! The arguments of `validate` and `evidence`.

use std::path::PathBuf;

use clap::Args;

use super::{
    DataArguments, EngineArguments, EvidenceFormat, FailOn, LeastSeverity, Memory, Most, Timeout, ValidationFormat,
    parse_encoding, parse_memory, parse_most, parse_timeout,
};

/// Check a pack (tables, mapping, checks, shapes) and report each finding at its cell, or validate an RDF file
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 1 means that the data have a violation or an error, 2 that something else is wrong. A pack is also \
validated against its own SHACL shapes; an RDF file needs --shapes.

Examples:
  civigraph validate                        the pack inside the program
  civigraph validate my-pack                the pack in the folder my-pack
  civigraph validate my-pack --format json  for programs; also short, github, sarif
  civigraph validate --list                 the checks and what they are for
  civigraph validate data.ttl --shapes shapes.ttl
  civigraph validate data.ttl more.ttl --ontology classes.ttl --shapes shapes.ttl
  civigraph validate data.nt --shapes shapes.ttl --format turtle   a sh:ValidationReport
  civigraph validate my-pack --skip-bad-cells --rejected rejected.csv   all that is wrong in cells, listed
  civigraph validate my-pack --shapes ontology   against the shapes of the vocabulary as well
  civigraph validate --store http://localhost:7878/query --shapes shapes.ttl   what an engine has
  civigraph explain ragged-row              what a code means and what to do")]
pub struct ValidateArguments {
    /// Folder with a datapackage.json, or RDF files, which are one graph; `-` is standard input [default: the pack
    /// inside the program]
    #[arg(value_name = "PACK or FILE")]
    pub inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub data: DataArguments,
    /// Validate what the SPARQL engine at this address has, which is fetched (`civigraph help engines`)
    #[arg(long, value_name = "URL", conflicts_with_all = ["inputs", "data", "list", "input_format"])]
    pub store: Option<PathBuf>,
    #[command(flatten)]
    pub engine: EngineArguments,
    /// RDF file with classes and properties that the files use; their subclasses count
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub ontology: Vec<PathBuf>,
    /// File with shapes, or `ontology` for the shapes of the vocabulary
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub shapes: Vec<PathBuf>,
    /// Format of the findings
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "list")]
    pub format: ValidationFormat,
    /// Show only findings of this severity or higher [default: info]
    #[arg(long, value_name = "SEVERITY", conflicts_with = "list")]
    pub severity: Option<LeastSeverity>,
    /// Exit with 1 if there is a finding of this severity or higher
    #[arg(long, value_name = "SEVERITY", default_value = "violation", conflicts_with = "list")]
    pub fail_on: FailOn,
    /// Leave out cells and rows that are wrong, with warnings, and check the rest of the pack
    #[arg(long, conflicts_with_all = ["list"])]
    pub skip_bad_cells: bool,
    /// File for a list of what is left out, as CSV
    #[arg(long, value_name = "FILE", requires = "skip_bad_cells")]
    pub rejected: Option<PathBuf>,
    /// Encoding of CSV tables for which the pack names none, such as big5 or windows-1252 [default: utf-8]
    #[arg(long, value_name = "LABEL", value_parser = parse_encoding, requires = "inputs")]
    pub encoding: Option<String>,
    /// Show at most N findings of each code; the rest are counted; `none` for no limit
    /// [default: 20, and 3 for each column of a table]
    #[arg(long, value_name = "N", value_parser = parse_most, conflicts_with = "list")]
    pub limit: Option<Most>,
    /// Time limit of each check, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout, conflicts_with = "list")]
    pub timeout: Timeout,
    /// Memory limit, such as 500M or 8G; `none` for no limit [default: half of the machine's memory]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory, conflicts_with = "list")]
    pub memory: Option<Memory>,
    /// List the checks instead of running them
    #[arg(long)]
    pub list: bool,
}

/// Compare the evidence of a pack with your own copy of the source's text, or carry it over to another edition
#[derive(Debug, Args)]
#[command(after_help = "\
The text itself is verified (SHA-256), then the line ranges, and whether the names and numbers of each \
statement occur in the lines it cites. Lines that no statement cites are reported as well (severity info).

With another text (a new edition, another extraction, other lines), both are aligned by their words: which \
statements still stand and on which lines, which numbers, names and dates differ at their places, which \
statements are gone, and which lines are new. Exit code 1 means that something differs besides the lines.

Examples:
  civigraph evidence --text chapter6.txt
  civigraph evidence --text chapter6.txt chapter6-2020.txt --pack my-pack
  civigraph evidence --text chapter6.txt wrapped.txt --pack my-pack --write   new lines into evidence.csv
  civigraph evidence --text chapter6.txt --severity info  also lines that nothing cites
  civigraph evidence --text chapter6.txt --entity hkstp   the lines behind each statement
  civigraph evidence --text chapter6.txt --pack my-pack --format json")]
pub struct EvidenceArguments {
    /// Another text, to which the evidence is carried over from that of `--text`
    #[arg(value_name = "TEXT")]
    pub other: Option<PathBuf>,
    /// The source's text; `-` is standard input [default: looked for by its name in the folder of the pack, beside
    /// TEXT and in this folder]
    #[arg(long, value_name = "FILE")]
    pub text: Option<PathBuf>,
    /// Put the new lines into the tables of the pack; nothing else in them changes
    #[arg(long, requires = "pack", conflicts_with = "entity")]
    pub write: bool,
    /// Read the pack in this folder [default: the pack inside the program]
    #[arg(long, value_name = "DIR")]
    pub pack: Option<PathBuf>,
    /// Source of the text, if several have one: its id in the pack, prefixed name or IRI
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Show the lines behind each statement about this entity
    #[arg(long, value_name = "ENTITY")]
    pub entity: Option<String>,
    /// Languages of the statements, separated by commas [default: those of the pack]
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    /// Format of the findings; csv is for evidence that is carried over
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "entity")]
    pub format: EvidenceFormat,
    /// Show only findings of this severity or higher
    #[arg(long, value_name = "SEVERITY", default_value = "warning", conflicts_with = "entity")]
    pub severity: LeastSeverity,
    /// Show at most N findings of each code; the rest are counted; `none` for no limit
    /// [default: 20, and 3 for each column of a table]
    #[arg(long, value_name = "N", value_parser = parse_most, conflicts_with = "entity")]
    pub limit: Option<Most>,
}
