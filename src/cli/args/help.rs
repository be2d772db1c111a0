//! The arguments of the commands that are about civigraph itself.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::ListFormat;

/// The arguments of all commands that have no effect here: they are taken and not shown.
#[derive(Debug, Args)]
pub struct Unheeded {
    #[arg(long, short, hide = true)]
    pub quiet: bool,
    #[arg(long, short, hide = true)]
    pub verbose: bool,
}

/// Explain the code of a finding: what it means and what to do about it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph explain ragged-row
  civigraph explain --list              all codes with a summary of each
  civigraph explain sh:minCount         a SHACL constraint
  civigraph explain --list --format json")]
pub struct ExplainArguments {
    /// Code that a finding shows in square brackets, such as ragged-row
    #[arg(required_unless_present = "list")]
    pub code: Option<String>,
    /// List all codes
    #[arg(long, conflicts_with = "code")]
    pub list: bool,
    /// Format of the explanation
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ListFormat,
    /// Also take the checks of the pack in this folder into account
    #[arg(long, value_name = "DIR")]
    pub pack: Option<PathBuf>,
    #[command(flatten)]
    pub unheeded: Unheeded,
}

/// Print help on a command or a topic
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph help                        commands and topics
  civigraph help query                  the same as `civigraph query --help`
  civigraph help mapping                the mapping language, with its functions")]
pub struct HelpArguments {
    /// A command or a topic
    #[arg(value_name = "COMMAND or TOPIC")]
    pub subject: Option<String>,
    #[command(flatten)]
    pub unheeded: Unheeded,
}

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph completions bash > ~/.local/share/bash-completion/completions/civigraph
  civigraph completions zsh > ~/.zfunc/_civigraph
  civigraph completions fish > ~/.config/fish/completions/civigraph.fish")]
pub struct CompletionsArguments {
    /// The shell
    pub shell: Shell,
    #[command(flatten)]
    pub unheeded: Unheeded,
}

/// Write man pages, one for the program and one for each command
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  civigraph man -o ~/.local/share/man/man1
  civigraph man | man -l -              the page of the program, without installing it")]
pub struct ManArguments {
    /// Folder to write all pages to; without it, the page of the program is printed
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub unheeded: Unheeded,
}
