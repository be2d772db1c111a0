//! The arguments for RDF files in the place of a pack.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// RDF files.
#[derive(Debug, Args)]
pub struct DataArguments {
    /// Read this RDF file instead of a pack: Turtle, N-Triples, TriG, N-Quads, RDF/XML or JSON-LD, also
    /// packed by gzip or Zstandard; `-` is standard input; repeat it for several files, each a graph of its own
    #[arg(long, value_name = "FILE")]
    pub data: Vec<PathBuf>,
    /// Format of the RDF files, if their extensions do not tell it [default for `-`: turtle]
    #[arg(long, value_name = "FORMAT")]
    pub input_format: Option<InputFormat>,
}

/// RDF formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    Turtle,
    Trig,
    Ntriples,
    Nquads,
    Rdfxml,
    Jsonld,
}

impl InputFormat {
    /// The usual extension of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Turtle => "ttl",
            Self::Trig => "trig",
            Self::Ntriples => "nt",
            Self::Nquads => "nq",
            Self::Rdfxml => "rdf",
            Self::Jsonld => "jsonld",
        }
    }
}
