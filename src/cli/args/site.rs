//! Arguments of `site`.

use std::path::PathBuf;

use clap::Args;

use super::SourceArguments;
use super::address::parse_url;

/// Write the graph as a folder of web pages that need no server
#[derive(Debug, Args)]
#[command(after_help = "\
The folder has a page about each thing, with its Turtle beside it, a search, charts, the stored questions
with their answers (also as CSV, workbook, TSV and JSON), the vocabulary, and all of it in English and in Chinese. Links are relative: the pages can be opened from a disk, an
intranet or any web host such as GitHub Pages, in any folder. Equal input gives equal files.

A folder that has an earlier site is brought up to date: unchanged files are left alone, and those that are no longer
needed are removed. A folder with other files is not used.

Examples:
  civigraph site -o public
  civigraph site -o public --pack my-pack --base https://example.github.io/my-pack
  civigraph site -o public --text chapter6.txt         the cited lines are in the pages
  civigraph site -o public --since last-year.ttl       what changed is told on the first page
  civigraph site -o public --data orgs.ttl")]
pub struct SiteArguments {
    /// Folder to write the pages to
    #[arg(long, short, value_name = "DIR")]
    pub output: PathBuf,
    /// Where the folder will be on the web, for a sitemap and for search engines
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    pub base: Option<String>,
    /// Your copy of a source, whose cited lines are put into the pages; may be given several times
    #[arg(long, value_name = "FILE")]
    pub text: Vec<PathBuf>,
    /// Tell on the first page what changed since this edition: a pack, a snapshot's folder or an RDF file, as in
    /// `civigraph diff`
    #[arg(long, value_name = "OLD")]
    pub since: Option<PathBuf>,
    #[command(flatten)]
    pub source: SourceArguments,
}
