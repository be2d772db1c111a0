//! The arguments of `query`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::sparql::Evaluator;

use super::{AnswerFormat, DayArguments, Memory, SourceArguments, Timeout, parse_memory, parse_timeout};

/// Run a query: a stored question by name, a file, `-` for standard input, or SPARQL text
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph query --list
  civigraph query --list fund          those about funds; with --format json for programs
  civigraph query supporters --param body=創新及科技局
  civigraph query supporters itb                the only parameter needs no name
  civigraph query supporters --param itb --language en
  civigraph query supporters --show             its SPARQL, to start from
  civigraph query funding                       the rows of a view; --show prints its SPARQL
  civigraph query 'SELECT ?park WHERE { ?park a cg:Facility }' --format csv
  civigraph query question.rq -o answer.json    or .csv, .xlsx (a workbook), .md
  civigraph query supporters itb --explain      how it is evaluated, with numbers of rows")]
pub struct QueryArguments {
    /// Name of a stored question or view, a .rq file, `-`, or SPARQL text; with --list, a word to search for
    #[arg(required_unless_present = "list")]
    pub query: Option<String>,
    /// Values of parameters, as with --param
    #[arg(value_name = "[NAME=]VALUE", conflicts_with_all = ["list", "show"])]
    pub values: Vec<String>,
    /// List the stored questions with their parameters, or only those that contain the word
    #[arg(long)]
    pub list: bool,
    /// Print the text of a stored question or view instead of running it
    #[arg(long, conflicts_with_all = ["list", "parameters", "format", "bom", "escape_formulas", "timeout", "exit_status", "all", "language", "raw", "explain"])]
    pub show: bool,
    /// Value of a parameter; an entity by slug, prefixed name, IRI or label; the name may be left out if the
    /// question has only one
    #[arg(long = "param", value_name = "[NAME=]VALUE", conflicts_with = "list")]
    pub parameters: Vec<String>,
    /// Format of the result [default: by the file's extension, otherwise a table or Turtle]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<AnswerFormat>,
    /// Write the result to this file
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Languages of names, separated by commas [default: the main one of the pack in tables, all in formats for
    /// programs, where further ones have columns such as name_en]
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    /// Show IRIs as prefixed names in tables, not as labels, and numbers without commas
    #[arg(long, conflicts_with = "list")]
    pub raw: bool,
    /// Start CSV with a byte-order mark, for Excel
    #[arg(long)]
    pub bom: bool,
    /// Write an apostrophe before cells of CSV or TSV that a spreadsheet would compute, such as =1+1
    #[arg(long)]
    pub escape_formulas: bool,
    /// Print all rows of a table to the terminal, not only the first 200; with --list, also the questions that ask
    /// about what the graph does not have
    #[arg(long, conflicts_with = "output")]
    pub all: bool,
    /// Time limit, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_timeout, conflicts_with = "list")]
    pub timeout: Timeout,
    /// Memory limit, such as 500M or 8G; `none` for no limit [default: half of the machine's memory]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory, conflicts_with = "list")]
    pub memory: Option<Memory>,
    /// Run the query and print how: its steps, with the rows expected and found after each; with a URL as --store, the
    /// text that the engine would be sent
    #[arg(long, conflicts_with_all = ["list", "show", "format", "bom", "escape_formulas", "all", "raw", "exit_status"])]
    pub explain: bool,
    /// `plain` leaves the order of joins and the groups to the evaluator, to compare with
    #[arg(long, value_name = "EVALUATOR", default_value = "planned", conflicts_with_all = ["list", "show"])]
    pub evaluator: EvaluatorName,
    /// Exit with 1 if the result is empty, or false for ASK
    #[arg(long)]
    pub exit_status: bool,
    #[command(flatten)]
    pub dated: DayArguments,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// How a query is evaluated.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum EvaluatorName {
    /// Joins in an order by real counts, groups counted over numbers of terms
    Planned,
    /// By the evaluator alone
    Plain,
}

impl From<EvaluatorName> for Evaluator {
    fn from(name: EvaluatorName) -> Self {
        match name {
            EvaluatorName::Planned => Self::Planned,
            EvaluatorName::Plain => Self::Plain,
        }
    }
}
