//! Arguments of `mcp`.

use clap::Args;

use super::SourceArguments;
use super::limit::{Memory, Most, Timeout, parse_memory, parse_most, parse_timeout};

/// Answer an assistant over the Model Context Protocol: search, show, ask, query, connect, with evidence
#[derive(Debug, Args)]
#[command(after_help = "\
An assistant's program starts this command and speaks the protocol over standard input and output. Its tools are
search, show, questions, ask, sparql and path. Nothing is written and no network is used; each call is evaluated by a
process of its own, which is ended at the limits. The command ends when its standard input does.

Examples:
  civigraph mcp
  civigraph mcp --store .civigraph --timeout 10s
  claude mcp add hong-kong -- civigraph mcp --store /data/hong-kong
  civigraph help mcp                       tools, answers, limits, how to add it to an assistant")]
pub struct McpArguments {
    /// Time limit of each call, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse_timeout)]
    pub timeout: Timeout,
    /// Memory limit of each call, such as 500M or 8G; `none` for no limit [default: half of the machine's memory,
    /// shared by the two that can run]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub memory: Option<Memory>,
    /// The most rows or triples that a query may find; `none` for no limit
    #[arg(long, value_name = "N", default_value = "100000", value_parser = parse_most)]
    pub max_rows: Most,
    #[command(flatten)]
    pub source: SourceArguments,
}
