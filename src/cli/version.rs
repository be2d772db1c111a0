//! `civigraph --version`

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{ArgAction, CommandFactory as _};

use super::args::Arguments;
use super::terminal::Terminal;
use crate::pack::Pack;
use crate::pipeline::Edition;

/// Whether `--verbose` stands beside the `--version` among the arguments. As clap prints the
/// version at once, they are parsed again, with `--version` as a flag like any other.
pub(super) fn is_verbose(arguments: &[OsString]) -> bool {
    let program = Arguments::command().subcommand_required(false).arg_required_else_help(false);
    let program = program.mut_arg("version", |version| version.action(ArgAction::SetTrue));
    program.try_get_matches_from(arguments).is_ok_and(|matches| matches.get_flag("verbose"))
}

/// Prints the version and what this program was built from.
pub(super) fn run(terminal: &Terminal) -> ExitCode {
    match text().and_then(|text| Ok(terminal.show(None, &text)?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => terminal.fail(&error),
    }
}

fn text() -> Result<String> {
    // `src/build.rs` records these.
    let linked = if cfg!(target_feature = "crt-static") { ", statically linked" } else { "" };
    let edition = Edition::of(&Pack::embedded()?.descriptor);
    Ok([
        format!("civigraph {}\n", env!("CARGO_PKG_VERSION")),
        format!("revision: {}\n", env!("CIVIGRAPH_REVISION")),
        format!("target: {}{linked}\n", env!("CIVIGRAPH_TARGET")),
        format!("features: {}\n", env!("CIVIGRAPH_FEATURES")),
        format!("compiler: {}\n", env!("CIVIGRAPH_COMPILER")),
        format!("pack: {edition}\n"),
    ]
    .concat())
}
