//! The arguments for engines: stores of other programs.

use std::path::PathBuf;

use clap::Args;

use super::ListFormat;
use super::limit::{Most, Timeout, parse_most, parse_timeout};

/// How an engine is asked.
#[derive(Debug, Clone, Default, Args)]
pub struct EngineArguments {
    /// With a URL as --store: what the engine does otherwise than others, by its name (virtuoso, qlever …) or in a
    /// file that `civigraph probe` wrote
    #[arg(long, value_name = "NAME or FILE", requires = "store")]
    pub profile: Option<String>,
    /// With a URL as --store: fetch at most N triples; `none` for no limit [default: 5000000]
    #[arg(long, value_name = "N", value_parser = parse_most, requires = "store")]
    pub fetch_limit: Option<Most>,
}

/// Find out what a SPARQL engine does, and write it down as a profile
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is changed on the engine, unless --update is given: then a few triples are written to a graph of their own, \
and removed again.

Examples:
  civigraph probe http://localhost:7878/query
  civigraph probe http://localhost:7878/query -o engine.toml
  civigraph probe http://localhost:8890/sparql --profile virtuoso --update
  civigraph query supporters itb --store http://localhost:7878/query --profile engine.toml")]
pub struct ProbeArguments {
    /// Address of the engine's SPARQL queries
    pub url: String,
    /// Begin with what this profile says: a name, such as virtuoso, or a file
    #[arg(long, value_name = "NAME or FILE")]
    pub profile: Option<String>,
    /// Also try what writes: updates, blank nodes, the largest INSERT DATA, MOVE
    #[arg(long)]
    pub update: bool,
    /// Write a profile to this file, which can be edited
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Format of what is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ListFormat,
    /// Time limit of each request, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = parse_timeout)]
    pub timeout: Timeout,
}

/// Load a graph into a SPARQL engine, verified, or write files for its own loader
#[derive(Debug, Args)]
#[command(after_help = "\
Each named graph is loaded in batches under a name of its own, counted, and compared in samples; then all are moved \
to their names, so that readers see the old edition or the new one. If it stops on the way, the same command goes on \
where it was. Graphs of an earlier edition that the new one lacks are removed.

Examples:
  civigraph publish .civigraph --to http://localhost:7878/query --profile oxigraph
  civigraph publish .civigraph --to http://localhost:8890/sparql --profile virtuoso
  civigraph publish .civigraph --bulk out --profile virtuoso   files, and the commands that load them
  civigraph publish .civigraph --to http://localhost:8890/sparql --compare   after they were loaded
  civigraph query supporters itb --store http://localhost:7878/query")]
pub struct PublishArguments {
    /// Folder of a snapshot or pack, or an RDF file [default: .civigraph, otherwise the pack inside the program]
    #[arg(value_name = "SNAPSHOT")]
    pub snapshot: Option<PathBuf>,
    /// Address of the engine's SPARQL queries
    #[arg(long, value_name = "URL", required_unless_present = "bulk", conflicts_with = "bulk")]
    pub to: Option<String>,
    /// Write N-Triples for the engine's own loader to this folder, and print its commands
    #[arg(long, value_name = "DIR")]
    pub bulk: Option<PathBuf>,
    /// What the engine does otherwise than others: its name (virtuoso, qlever …) or a file that `civigraph probe` wrote
    #[arg(long, value_name = "NAME or FILE")]
    pub profile: Option<String>,
    /// Load nothing: compare what the engine holds with the snapshot
    #[arg(long, conflicts_with = "bulk")]
    pub compare: bool,
    /// Time limit of each request, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = parse_timeout)]
    pub timeout: Timeout,
}
