//! The command line: arguments in, exit code out. No logic lives here.
//!
//! Exit codes: 0 yes, 1 no (findings in data, an empty answer with
//! `--exit-status`), 2 error (arguments, files, mapping, query).

mod args;
mod build;
mod card;
mod chart;
mod detail;
mod evidence;
mod export;
mod findings;
mod knowledge;
mod query;
mod shapes;
mod show;
mod terminal;
mod validate;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::characters;
use args::{Arguments, Command};
use terminal::Terminal;

/// What is to be said about arguments, without signs in them that would steer
/// the terminal. They are read once more, since what is said has colours.
fn said_plainly(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    let plain = arguments.iter().map(|argument| characters::line(&argument.to_string_lossy()).into_owned());
    let plain: Vec<String> = plain.collect();
    if plain.iter().zip(arguments).all(|(plain, argument)| plain.as_str() == argument) {
        return error;
    }
    let kind = error.kind();
    Arguments::try_parse_from(plain)
        .err()
        .unwrap_or_else(|| Arguments::command().error(kind, "an argument is not text"))
}

/// Runs the program with these arguments (the first is the program's name).
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::try_parse_from(&arguments) {
        Ok(arguments) => arguments,
        Err(error) => return terminal::usage(&said_plainly(error, &arguments)),
    };
    let terminal = Terminal::new(arguments.quiet);
    let done = match &arguments.command {
        Command::Build(arguments) => build::run(arguments, &terminal),
        Command::Validate(arguments) => validate::run(arguments, &terminal),
        Command::Query(arguments) => query::run(arguments, &terminal),
        Command::Export(arguments) => export::run(arguments, &terminal),
        Command::Chart(arguments) => chart::run(arguments, &terminal),
        Command::Show(arguments) => show::run(arguments, &terminal),
        Command::Evidence(arguments) => evidence::run(arguments, &terminal),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => terminal.fail(&error),
    }
}
