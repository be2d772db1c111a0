//! Arguments of `path` and `stats`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::limit::{Most, parse_most};
use super::{ListFormat, SourceArguments};

/// Show how two things are connected: the shortest paths, step by step, with the source lines
#[derive(Debug, Args)]
#[command(after_help = "\
Relations are read in the direction in which they are walked, by the name that the vocabulary has for it. Of paths
with as many steps, those come first whose relations hold (a plan does not), then those through the things with
the fewest neighbours, so that a way round everybody's acquaintance comes last. Exit code 1 means that nothing
connects the two.

Examples:
  civigraph path hkstp cyberport
  civigraph path 科學園 創新及科技局 -k 5
  civigraph path itc hkpc --avoid hksarg,Agreement
  civigraph path itc hkpc --only supports,funds --format json
  civigraph path hkstp cyberport -k 3 -o connected.svg")]
pub struct PathArguments {
    /// Where the paths begin: slug, prefixed name, IRI or any label
    pub from: String,
    /// Where they end
    pub to: String,
    /// Show at most N paths, up to 1000
    #[arg(short = 'k', long = "paths", value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub most: u16,
    /// Walk only these relations, by prefixed name or label, separated by commas
    #[arg(long, value_name = "RELATION", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Walk none of these relations and no thing of these kinds or names, separated by commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub avoid: Vec<String>,
    /// Format of the paths
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ListFormat,
    /// Draw the paths to this file: .svg, .png, .pdf, .html or .dot
    #[arg(long, short, value_name = "FILE", conflicts_with = "format")]
    pub output: Option<PathBuf>,
    /// Languages to show, separated by commas [default: those of the pack]
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// Count what the graph has and how it hangs together: kinds, relations, parts, hubs, cut bodies
#[derive(Debug, Args)]
#[command(after_help = "\
A hub has relations with many things. PageRank (damping 0.85) also counts who these are: each thing passes its rank
on along its relations. Without a cut body, its part of the network falls into pieces. A longest chain is counted in
steps of one relation.

Examples:
  civigraph stats
  civigraph stats --limit none --format csv
  civigraph stats --data orgs.ttl --format json
  civigraph stats -o stats.svg")]
pub struct StatsArguments {
    /// Show at most N things in each list; `none` for no limit
    #[arg(long, value_name = "N", value_parser = parse_most, default_value = "10")]
    pub limit: Most,
    /// Format of the numbers
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: StatsFormat,
    /// Draw them to this file: .svg, .png or .pdf
    #[arg(long, short, value_name = "FILE", conflicts_with = "format")]
    pub output: Option<PathBuf>,
    /// Languages to show, separated by commas [default: those of the pack]
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// Formats of statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    /// For people
    Text,
    /// One number in each row
    Csv,
    Json,
}
