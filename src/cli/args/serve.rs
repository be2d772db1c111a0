//! Arguments of `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::SourceArguments;
use super::address::parse_url;
use super::limit::{Memory, Most, Timeout, parse_memory, parse_most, parse_timeout};

/// Serve the graph over HTTP: SPARQL endpoint, named graphs, linked data with pages
#[derive(Debug, Args)]
#[command(after_help = "\
The address is printed as soon as it answers. Queries are evaluated by processes of their own, which are ended at \
the limits; queries that run long give way to others. A new snapshot in the folder is taken up without a lost request. \
The server is read-only, uses no network itself, and ends on Ctrl-C when its requests have.

If CIVIGRAPH_TOKEN is set, or --token-file names a file with a token, requests must have the header \
`Authorization: Bearer TOKEN`.

Examples:
  civigraph serve
  civigraph serve --store .civigraph --bind 127.0.0.1:8080
  civigraph serve --data orgs.ttl --bind 127.0.0.1:0       any port that is free
  civigraph serve --store .civigraph --since last-year.ttl what changed is told on the first page
  civigraph serve --public-url https://data.example.org --access-log access.log
  curl 'http://127.0.0.1:7878/sparql' --data-urlencode 'query=SELECT ?park WHERE { ?park a cg:Facility }'
  civigraph help serve                                     addresses, formats, limits")]
pub struct ServeArguments {
    /// Address and port to listen at
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878", value_parser = parse_bind)]
    pub bind: SocketAddr,
    /// Where the server is for those outside, such as https://data.example.org [default: what each request calls it]
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    pub public_url: Option<String>,
    /// Time limit of each query, such as 30s or 5m; `none` for no limit
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse_timeout)]
    pub timeout: Timeout,
    /// Memory limit of each query, such as 500M or 8G; `none` for no limit [default: half of the machine's memory,
    /// shared by all that can run]
    #[arg(long, value_name = "SIZE", value_parser = parse_memory)]
    pub memory: Option<Memory>,
    /// The most rows or triples of an answer; `none` for no limit
    #[arg(long, value_name = "N", default_value = "1000000", value_parser = parse_most)]
    pub max_rows: Most,
    /// How many queries run at the same time; as many again may run long [default: twice the processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,
    /// File with the token that requests must have [default: CIVIGRAPH_TOKEN, otherwise none]
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Add a line for each request to this file, in the Common Log Format; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub access_log: Option<PathBuf>,
    /// Your copy of a source, whose cited lines pages show; may be given several times
    #[arg(long, value_name = "FILE")]
    pub text: Vec<PathBuf>,
    /// Tell on the first page what changed since this edition: a pack, a snapshot's folder or an RDF file, as in
    /// `civigraph diff`
    #[arg(long, value_name = "OLD")]
    pub since: Option<PathBuf>,
    #[command(flatten)]
    pub source: SourceArguments,
}

fn parse_bind(text: &str) -> Result<SocketAddr, String> {
    let with_host = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let address = with_host.as_deref().unwrap_or(text);
    address
        .parse()
        .map_err(|_| "expected an IP address and a port, such as `127.0.0.1:7878` or `[::1]:7878`".to_owned())
}
