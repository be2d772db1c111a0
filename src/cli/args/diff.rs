//! The arguments of `diff`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Memory, SourceArguments, parse_memory};

/// Compare two editions: things new, gone, renamed, moved and merged, relations, figures, names, evidence
#[derive(Debug, Args)]
#[command(after_help = "\
OLD and NEW are each a pack (its folder, or a datapackage-….json), the folder of a snapshot, an RDF file, or the \
address of a SPARQL engine. \
With --pack, --store or --data they are two sources of that graph, by the IRI of their named graph or the last part \
of it. Things are matched by IRI, then by change events and former names that the new edition gives; that names are \
alike is never enough (`civigraph help changes`).

The exit code is 0 if both say the same, 1 if they differ, 2 if they cannot be compared. `civigraph chart VIEW \
--since OLD` draws the changes.

Examples:
  civigraph diff data/uk-government/datapackage-2023-03-01.json data/uk-government
  civigraph diff last-year.ttl this-year.ttl --summary
  civigraph diff .civigraph my-pack -o changes.html
  civigraph diff old.nt new.nt -o changes.json
  civigraph diff yearbook-2018 yearbook-2019 --pack my-pack
  civigraph chart org --pack my-pack --since last-year.ttl -o changes.svg")]
pub struct DiffArguments {
    /// The old edition
    pub old: PathBuf,
    /// The new edition
    pub new: PathBuf,
    /// Write to this file; its extension determines the format
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Format of the changes [default: by the file's extension, otherwise text]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<DiffFormat>,
    /// Only the paragraph that a newspaper would print; in JSON it has the changes behind each number
    #[arg(long, conflicts_with = "format")]
    pub summary: bool,
    /// Print all changes of each kind and not only the first 20, in text
    #[arg(long)]
    pub all: bool,
    /// Languages of labels, the preferred first, separated by commas [default: English, then those of NEW]
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    /// Memory limit, such as 500M or 8G; `none` for no limit [default: half of the machine's memory]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub memory: Option<Memory>,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// Formats of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people
    #[value(alias = "table")]
    Text,
    Markdown,
    Json,
    /// A row for each change
    Csv,
    /// A page that works offline
    Html,
    /// Change events
    Turtle,
    Trig,
    Ntriples,
    Nquads,
    Rdfxml,
    Jsonld,
}
