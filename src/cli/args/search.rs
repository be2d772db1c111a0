//! Arguments of `search` and `vocabulary`.

use clap::Args;

use super::limit::{Most, parse_most};
use super::{ListFormat, SourceArguments};

/// Find bodies, figures, codes, terms of the vocabulary and stored questions by any name
#[derive(Debug, Args)]
#[command(after_help = "\
Names are found in every language of the graph, former and short ones too, in Traditional or Simplified
characters, with typing errors, and by the words of definitions. The closest come first.

Examples:
  civigraph search 科学园
  civigraph search \"Sciense Park\"
  civigraph search deadline --limit 5
  civigraph search 創科局 --language en --format json")]
pub struct SearchArguments {
    /// A name, a part of it, or words of a definition
    pub text: String,
    /// Show at most N hits; `none` for no limit
    #[arg(long, value_name = "N", value_parser = parse_most, default_value = "10")]
    pub limit: Most,
    /// Format of the hits
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ListFormat,
    /// Languages to show, separated by commas [default: those of the pack]
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    /// Exit with 1 if nothing is found
    #[arg(long)]
    pub exit_status: bool,
    #[command(flatten)]
    pub source: SourceArguments,
}

/// List the classes, properties and code lists of the graph, or describe one with an example of its use
#[derive(Debug, Args)]
#[command(after_help = "\
A term is found by its name, a label or synonym in any language, or the name that another vocabulary has for it.

Examples:
  civigraph vocabulary
  civigraph vocabulary cg:funds
  civigraph vocabulary university
  civigraph vocabulary foaf:page
  civigraph vocabulary 狀況 --language zh-Hant")]
pub struct VocabularyArguments {
    /// A term by prefixed name, IRI, label, synonym or the name that it has elsewhere; all terms if none is given
    pub term: Option<String>,
    /// Format of the description
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ListFormat,
    /// Languages to show, separated by commas [default: those of the pack]
    #[arg(long, value_name = "LANGUAGE", value_delimiter = ',')]
    pub language: Vec<String>,
    #[command(flatten)]
    pub source: SourceArguments,
}
