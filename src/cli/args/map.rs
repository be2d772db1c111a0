//! The arguments of `map`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{FileForm, Memory, parse_memory};
use crate::map::Share;

/// Map tables to RDF in a file, without building a graph
#[derive(Debug, Args)]
#[command(after_help = "\
The mapping is YARRRML (.yml) or RML (.ttl). Its tables are beside it, and are read and checked as a \
datapackage.json in the same folder describes them, if there is one; nothing else of a pack is needed. N-Triples and N-Quads are \
written as the rows come, each triple once, in bounded memory and on all processors; Turtle and TriG are held in memory.

Examples:
  civigraph map mapping.yml                    print N-Quads
  civigraph map mapping.ttl -o graph.nt        RML
  civigraph map my-pack -o graph.ttl           the mapping of a pack
  civigraph map mapping.yml -o 2.nt --partition 2/7    the second of seven parts, on any machine
  civigraph map --merge 1.nt 2.nt … -o all.nt          the whole, once all parts are there
  civigraph map mapping.yml --explain          print how the terms are made, and read no row
  civigraph help mapping                       the mapping language")]
pub struct MapArguments {
    /// The mapping, or the folder of a pack that has one
    #[arg(required_unless_present = "merge")]
    pub mapping: Option<PathBuf>,
    /// Write to this file; its extension determines the format
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Format of the output [default: by the file's extension, otherwise N-Quads]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<MapFormat>,
    /// Base of relative IRIs, for a mapping that has none
    #[arg(long, value_name = "IRI")]
    pub base: Option<String>,
    /// Sort the lines of N-Triples and N-Quads [default: in the order of the tables]
    #[arg(long)]
    pub sort: bool,
    /// Map one of N parts of the rows, such as 2/7, to sorted lines with a manifest beside them
    #[arg(long, value_name = "I/N", value_parser = parse_share, requires = "output",
          conflicts_with_all = ["skip_bad_cells", "explain"])]
    pub partition: Option<Share>,
    /// Put all parts of a mapping together instead of mapping
    #[arg(long, value_name = "PART", num_args = 1.., requires = "output",
          conflicts_with_all = ["mapping", "format", "base", "sort", "partition", "explain", "skip_bad_cells"])]
    pub merge: Vec<PathBuf>,
    /// Print how the terms are made, and read no row
    #[arg(long, conflicts_with_all = ["output", "format", "skip_bad_cells"])]
    pub explain: bool,
    /// Leave out cells and rows that are wrong, and list them
    #[arg(long)]
    pub skip_bad_cells: bool,
    /// File for what is left out [default: rejected.csv beside the output]
    #[arg(long, value_name = "FILE", requires = "skip_bad_cells")]
    pub rejected: Option<PathBuf>,
    /// Memory limit, such as 500M or 8G; `none` for no limit [default: half of the machine's memory]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub memory: Option<Memory>,
}

/// Formats of what a mapping makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MapFormat {
    Ntriples,
    Nquads,
    Turtle,
    Trig,
}

impl FileForm for MapFormat {
    fn hint(_: &str) -> &'static str {
        "name one with `--format`, or use the extension .nt, .nq, .ttl or .trig"
    }
}

/// Reads a part such as `2/7`.
fn parse_share(text: &str) -> Result<Share, String> {
    let numbers = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    match numbers {
        Some((part, of)) if (1..=of).contains(&part) => Ok(Share { part, of }),
        Some((part, of)) => Err(format!("there is no part {part} of {of}; parts are counted from 1")),
        None => Err("a part is written as `I/N`, such as `2/7`".to_owned()),
    }
}
