//! The arguments. The `///` texts are the help.

mod address;
mod chart;
mod data;
mod day;
mod diff;
mod engine;
mod export;
mod format;
mod help;
mod init;
mod limit;
mod map;
mod mcp;
mod path;
mod query;
mod search;
#[cfg(unix)]
mod serve;
mod site;
mod unused;
mod validate;

use std::path::PathBuf;

use clap::{Arg, ArgAction, Args, Parser, Subcommand};

pub use chart::{ChartArguments, ChartEngine, ChartPage, ChartSize, ChartText, ChartWords, DEFAULT_SCALE};
pub use data::{DataArguments, InputFormat};
pub use day::DayArguments;
pub use diff::{DiffArguments, DiffFormat};
pub use engine::{EngineArguments, ProbeArguments, PublishArguments};
pub use export::{ExportArguments, ExtraLayer};
use format::parse_encoding;
pub use format::{AnswerFormat, EvidenceFormat, ExportFormat, FileForm, ListFormat, ValidationFormat, format_of};
pub use help::{CompletionsArguments, ExplainArguments, HelpArguments, ManArguments};
pub use init::{ColumnArguments, InitArguments};
pub use limit::{FailOn, LeastSeverity, Memory, Most, Timeout, limit_of};
use limit::{parse_memory, parse_most, parse_timeout};
pub use map::{MapArguments, MapFormat};
pub use mcp::McpArguments;
pub use path::{PathArguments, StatsArguments, StatsFormat};
pub use query::QueryArguments;
pub use search::{SearchArguments, VocabularyArguments};
#[cfg(unix)]
pub use serve::ServeArguments;
pub use site::SiteArguments;
pub use validate::{EvidenceArguments, ValidateArguments};

/// Build, query, chart and export knowledge graphs of what institutions publish about themselves
#[derive(Debug, Parser)]
#[command(name = "civigraph", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(disable_version_flag = true, arg = version_flag())]
#[command(after_help = "\
Without --pack, --data or --store, query, show, search, vocabulary, path, stats, export and chart read the snapshot in \
`.civigraph` if this folder has one, otherwise the pack inside the program: Hong Kong's innovation and \
technology system in 2019. A line on standard error names the graph that answers; if that is probably not the one you mean, it \
is an error.

Examples:
  civigraph chart org -o hong-kong.html
  civigraph query --list
  civigraph query supporters itb
  civigraph search 科学园
  civigraph show 科學園
  civigraph validate my-pack
  civigraph chart org --data orgs.ttl -o orgs.svg
  civigraph export -o hong-kong.ttl
  civigraph serve
  civigraph site -o public
  civigraph mcp
  civigraph help mapping               one of the topics that `civigraph help` lists")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// Print results and errors only: no warnings, no summary, no progress
    #[arg(long, short, global = true, display_order = 900)]
    pub quiet: bool,
    /// Print details of what is done and how long it takes
    #[arg(long, short, global = true, display_order = 901, conflicts_with = "quiet")]
    pub verbose: bool,
}

/// `--version`, which `--verbose` adds to.
fn version_flag() -> Arg {
    let flag = Arg::new("version").short('V').long("version").action(ArgAction::Version).display_order(1000);
    flag.help("Print the version; with --verbose, also what this program was built from")
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Build(BuildArguments),
    Init(InitArguments),
    Validate(ValidateArguments),
    Query(QueryArguments),
    Export(ExportArguments),
    Map(MapArguments),
    Chart(Box<ChartArguments>),
    Diff(DiffArguments),
    Show(ShowArguments),
    Search(SearchArguments),
    Vocabulary(VocabularyArguments),
    Path(PathArguments),
    Stats(StatsArguments),
    Evidence(EvidenceArguments),
    Probe(ProbeArguments),
    Publish(PublishArguments),
    #[cfg(unix)]
    Serve(ServeArguments),
    /// Evaluate for `serve`, which starts it
    #[cfg(unix)]
    #[command(hide = true)]
    ServeWorker,
    Site(SiteArguments),
    Mcp(McpArguments),
    /// Evaluate for `mcp`, which starts it
    #[command(hide = true)]
    McpWorker,
    Explain(ExplainArguments),
    Help(HelpArguments),
    Completions(CompletionsArguments),
    Man(ManArguments),
}

/// Build a pack and write it as a snapshot that other commands open
#[derive(Debug, Args)]
#[command(after_help = "\
The checks are run as well. If they find a violation, no snapshot is written and the exit code is 1. \
With --skip-bad-cells, cells and rows that are wrong are left out, counted and listed with their places in \
rejected.csv beside the store; they are warnings.

Examples:
  civigraph build                      the pack inside the program
  civigraph build my-pack              the pack in the folder my-pack
  civigraph build my-pack --store out  write the snapshot to the folder out
  civigraph build my-pack --verbose    list tables, rules and checks
  civigraph build --data orgs.ttl.gz   RDF files instead of a pack; no checks are run
  civigraph build my-pack --skip-bad-cells   leave out what is wrong, and list it in rejected.csv")]
pub struct BuildArguments {
    /// Folder with a datapackage.json [default: the pack inside the program]
    #[arg(conflicts_with = "data")]
    pub pack: Option<PathBuf>,
    #[command(flatten)]
    pub data: DataArguments,
    /// Folder to write the snapshot to
    #[arg(long, value_name = "DIR", default_value = ".civigraph")]
    pub store: PathBuf,
    /// Write the snapshot even if checks find violations
    #[arg(long, conflicts_with = "data")]
    pub allow_violations: bool,
    /// Leave out cells and rows that are wrong, and list them
    #[arg(long, conflicts_with = "data")]
    pub skip_bad_cells: bool,
    /// File for what is left out [default: rejected.csv beside the store]
    #[arg(long, value_name = "FILE", requires = "skip_bad_cells")]
    pub rejected: Option<PathBuf>,
    /// Write no snapshot and exit with 1 if there is a finding of this severity or higher
    #[arg(long, value_name = "SEVERITY", default_value = "violation", conflicts_with = "allow_violations")]
    pub fail_on: FailOn,
    /// Write the snapshot even if it replaces one of another pack
    #[arg(long)]
    pub replace: bool,
    /// Encoding of CSV tables for which the pack names none, such as big5 or windows-1252 [default: utf-8]
    #[arg(long, value_name = "LABEL", value_parser = parse_encoding, requires = "pack")]
    pub encoding: Option<String>,
    /// Time limit of each check, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout)]
    pub timeout: Timeout,
    /// Memory limit, such as 500M or 8G; `none` for no limit [default: half of the machine's memory]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub memory: Option<Memory>,
}

/// Where the graph comes from.
#[derive(Debug, Args)]
pub struct SourceArguments {
    /// Read the pack in this folder; with the address of an engine as --store, its questions, prefixes and languages
    #[arg(long, value_name = "DIR", conflicts_with = "data")]
    pub pack: Option<PathBuf>,
    /// Encoding of CSV tables for which the pack names none, such as big5 or windows-1252 [default: utf-8]
    #[arg(long, value_name = "LABEL", value_parser = parse_encoding, requires = "pack")]
    pub encoding: Option<String>,
    #[command(flatten)]
    pub data: DataArguments,
    /// Read the snapshot in this folder, or ask the SPARQL engine at this address (`civigraph help engines`)
    #[arg(long, value_name = "DIR or URL", conflicts_with = "data")]
    pub store: Option<PathBuf>,
    #[command(flatten)]
    pub engine: EngineArguments,
    /// Read the whole snapshot first, to find damage anywhere in it; otherwise each block is
    /// verified when it is first read
    #[arg(long, conflicts_with_all = ["pack", "data"])]
    pub verify: bool,
}

impl SourceArguments {
    /// What chooses the graph, as it is typed; empty if nothing does.
    pub fn on_the_command_line(&self) -> String {
        let quoted = |path: &std::path::Path| {
            let text = path.display().to_string();
            let is_plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
            if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
        };
        match (&self.pack, &self.store, &self.data.data[..]) {
            (Some(pack), ..) => format!("--pack {}", quoted(pack)),
            (_, Some(store), _) => format!("--store {}", quoted(store)),
            (None, None, files) => {
                files.iter().map(|file| format!("--data {}", quoted(file))).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// Show what the graph says of an entity, with the source lines behind each statement
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph show hkstp
  civigraph show 科學園 --language zh-Hant
  civigraph show hkstp --as-of 2018-12-31")]
pub struct ShowArguments {
    /// Slug, prefixed name, IRI or any label of the entity
    pub entity: String,
    /// Languages to show, separated by commas [default: those of the pack]
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    #[command(flatten)]
    pub dated: DayArguments,
    #[command(flatten)]
    pub source: SourceArguments,
}
