//! The arguments. The `///` texts are the help.

mod chart;
mod format;
mod limit;
mod search;
mod unused;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use chart::{ChartArguments, ChartEngine, ChartPage};
pub use format::{AnswerFormat, ExportFormat, FileForm, FindingFormat, ValidationFormat, format_of};
pub use limit::{FailOn, LeastSeverity, Most, Timeout, limit_of};
use limit::{parse_most, parse_timeout};
pub use search::{ListFormat, SearchArguments, VocabularyArguments};

/// Build, ask and export knowledge graphs of what institutions publish about themselves
#[derive(Debug, Parser)]
#[command(name = "civigraph", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "\
Without --pack or --store, query, show, export and chart read the snapshot in `.civigraph` if there is one in this
folder, else the pack inside the program: Hong Kong's innovation and technology system in 2019. A line says which
graph answers; where that is likely not the one you mean, it is an error.

Examples:
  civigraph query --list
  civigraph query supporters --param body=itb
  civigraph show 科學園
  civigraph validate my-pack
  civigraph export -o hong-kong.ttl")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// Print results and errors only, no warnings and no summary
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Build(BuildArguments),
    Validate(ValidateArguments),
    Query(QueryArguments),
    Export(ExportArguments),
    Chart(ChartArguments),
    Show(ShowArguments),
    Search(SearchArguments),
    Vocabulary(VocabularyArguments),
    Evidence(EvidenceArguments),
}

/// Build a pack and write it as a snapshot that other commands open
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph build                      the pack inside the program
  civigraph build my-pack              the pack in the folder my-pack
  civigraph build my-pack --store out  write the snapshot to the folder out")]
pub struct BuildArguments {
    /// Folder with a datapackage.json; the pack inside the program where none is given
    pub pack: Option<PathBuf>,
    /// Folder that the snapshot is written to
    #[arg(long, value_name = "DIR", default_value = ".civigraph")]
    pub store: PathBuf,
    /// Write the snapshot also when the data break checks
    #[arg(long)]
    pub allow_violations: bool,
    /// Write the snapshot also in the place of another pack's
    #[arg(long)]
    pub replace: bool,
    /// Longest time of one check, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout)]
    pub timeout: Timeout,
}

/// Check a pack: its tables, its mapping and all checks, each finding at its cell; or an RDF file
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 1 when there is a violation or an error in the data, 2 when something else is wrong.
A pack is held against its own shapes (SHACL) as well; an RDF file needs --shapes.

Examples:
  civigraph validate                        the pack inside the program
  civigraph validate my-pack                the pack in the folder my-pack
  civigraph validate my-pack --format json  for programs; also short, github
  civigraph validate --list                 the checks and what they are for
  civigraph validate data.ttl --shapes shapes.ttl
  civigraph validate data.nt --shapes shapes.ttl --format turtle   a sh:ValidationReport
  civigraph validate my-pack --shapes ontology   the shapes of the vocabulary as well")]
pub struct ValidateArguments {
    /// Folder with a datapackage.json, or an RDF file, or `-`; the pack inside the program where none is given
    #[arg(value_name = "PACK or FILE")]
    pub input: Option<PathBuf>,
    /// File with shapes; `ontology` is the shapes of the vocabulary
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub shapes: Vec<PathBuf>,
    /// Form of the findings
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "list")]
    pub format: ValidationFormat,
    /// Tell only findings that are at least so bad [default: info]
    #[arg(long, value_name = "SEVERITY", conflicts_with = "list")]
    pub severity: Option<LeastSeverity>,
    /// Exit with 1 from which severity on
    #[arg(long, value_name = "SEVERITY", default_value = "violation", conflicts_with = "list")]
    pub fail_on: FailOn,
    /// Findings of each code to tell, and the first of each column; the others are counted; `none` tells all
    /// [default: 20, no more than 3 of a column]
    #[arg(long, value_name = "N", value_parser = parse_most, conflicts_with = "list")]
    pub limit: Option<Most>,
    /// Longest time of one check, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout, conflicts_with = "list")]
    pub timeout: Timeout,
    /// List the checks instead of running them
    #[arg(long)]
    pub list: bool,
}

/// Where the graph comes from.
#[derive(Debug, Args)]
pub struct SourceArguments {
    /// Read the pack in this folder
    #[arg(long, value_name = "DIR", conflicts_with = "store")]
    pub pack: Option<PathBuf>,
    /// Read the snapshot in this folder
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
}

/// Ask a question: a stored one by name, a file, `-` for standard input, or SPARQL text
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph query --list
  civigraph query --list fund          those about funds; with --format json for programs
  civigraph query supporters --param body=創新及科技局
  civigraph query 'SELECT ?park WHERE { ?park a cg:Facility }' --format csv
  civigraph query question.rq -o answer.json")]
pub struct QueryArguments {
    /// Name of a stored question, a .rq file, `-`, or SPARQL text; with --list a word to look for
    #[arg(required_unless_present = "list")]
    pub query: Option<String>,
    /// List the stored questions with their parameters, all or those that have the word
    #[arg(long)]
    pub list: bool,
    /// Value of a parameter; entities by slug, prefixed name, IRI or label
    #[arg(long = "param", value_name = "NAME=VALUE", conflicts_with = "list")]
    pub parameters: Vec<String>,
    /// Form of the result; by default that of the file's name, else a table or Turtle; JSON for --list
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<AnswerFormat>,
    /// Write the result to this file
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Begin CSV with a byte-order mark, for Excel
    #[arg(long)]
    pub bom: bool,
    /// Longest time to evaluate, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout, conflicts_with = "list")]
    pub timeout: Timeout,
    /// Exit with 1 when the answer is empty or no
    #[arg(long)]
    pub exit_status: bool,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// Export the graph, or a part of it
#[derive(Debug, Args)]
#[command(after_help = "\
The whole export holds what the sources say and the relations that hold by it. Inferences and
vocabulary are added by --with.

Examples:
  civigraph export -o graph.ttl
  civigraph export --entity hkstp -o hkstp.dot
  civigraph export --with inferred,ontology -o all.trig
  civigraph export --construct 'CONSTRUCT WHERE { ?a cg:supports ?b }'
  civigraph export -o graph.csv         writes graph.nodes.csv and graph.edges.csv")]
pub struct ExportArguments {
    /// Write to this file; its ending says the format
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Form of the export; by default that of the file's name, else Turtle
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ExportFormat>,
    /// Add layers to the export
    #[arg(long = "with", value_name = "LAYER", value_delimiter = ',')]
    pub layers: Vec<ExtraLayer>,
    /// Only this named graph, by IRI or the last part of it
    #[arg(long, value_name = "GRAPH", conflicts_with_all = ["entity", "construct", "layers"])]
    pub graph: Option<String>,
    /// Only what is said of this entity, and of its claims, figures and names
    #[arg(long, value_name = "ENTITY", conflicts_with = "construct")]
    pub entity: Option<String>,
    /// The triples that a CONSTRUCT query makes: text, file or `-`
    #[arg(long, value_name = "QUERY", conflicts_with = "layers")]
    pub construct: Option<String>,
    /// Languages of labels in DOT and CSV
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    /// Begin CSV with a byte-order mark, for Excel
    #[arg(long)]
    pub bom: bool,
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

/// Show what is known of one entity, with the lines that say so
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph show hkstp
  civigraph show 科學園 --language zh-Hant")]
pub struct ShowArguments {
    /// Slug, prefixed name, IRI or any label of the entity
    pub entity: String,
    /// Languages to show; those of the pack where none is given
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// Hold the evidence of a pack against your own copy of the source's text
#[derive(Debug, Args)]
#[command(after_help = "\
Verification are the text itself (SHA-256), the ranges of lines, and that the names and numbers of each
statement stand in the lines that it cites. Told are also lines that no statement cites (info).

Examples:
  civigraph evidence --text chapter6.txt
  civigraph evidence --text chapter6.txt --severity info  lines that nothing cites, too
  civigraph evidence --text chapter6.txt --entity hkstp   the lines behind each statement
  civigraph evidence --text chapter6.txt --pack my-pack --format json")]
pub struct EvidenceArguments {
    /// The source's text; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub text: PathBuf,
    /// Read the pack in this folder; the pack inside the program where none is given
    #[arg(long, value_name = "DIR")]
    pub pack: Option<PathBuf>,
    /// The source, where several have a text: its id in the pack, prefixed name or IRI
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Show the lines behind each statement about this entity
    #[arg(long, value_name = "ENTITY")]
    pub entity: Option<String>,
    /// Languages of statements; those of the pack where none is given
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',', requires = "entity")]
    pub language: Vec<String>,
    /// Form of the findings
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "entity")]
    pub format: FindingFormat,
    /// Tell only findings that are at least so bad
    #[arg(long, value_name = "SEVERITY", default_value = "warning", conflicts_with = "entity")]
    pub severity: LeastSeverity,
    /// Findings of each code to tell, and the first of each column; the others are counted; `none` tells all
    /// [default: 20, no more than 3 of a column]
    #[arg(long, value_name = "N", value_parser = parse_most, conflicts_with = "entity")]
    pub limit: Option<Most>,
}
