//! The command line: arguments in, exit code out. Each command parses, calls the
//! library, prints, and exits; no logic lives here.
//!
//! Exit codes: 0 success; 1 negative result (findings in the data, or an empty
//! answer with `--exit-status`, editions that differ); 2 error (arguments, files, mapping, query).

mod args;
mod build;
mod build_data;
mod chart;
mod data;
mod diff;
mod editions;
mod evidence;
mod explain;
mod export;
mod findings;
mod help;
mod hits;
mod init;
mod knowledge;
mod layout;
mod map;
mod mcp;
mod next_steps;
mod numbers;
mod outputs;
mod pages;
mod path;
mod picture;
mod probe;
mod profile;
mod publish;
mod query;
mod rejected;
mod search;
#[cfg(unix)]
mod serve;
mod shapes;
mod show;
mod since;
mod site;
mod staff;
mod stats;
mod term;
mod terminal;
mod validate;
mod version;
mod views;
mod vocabulary;
mod web_page;

use std::ffi::OsString;
use std::process::ExitCode;
use std::thread;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};

use args::{Arguments, Command, limit_of};
use terminal::{Terminal, Verbosity};

use crate::characters;
use crate::error::Error;
use crate::file;
use crate::finding::Limit;
use crate::work::{self, STACK, no_stack};

/// The error about arguments, without characters in them that would control the
/// terminal. They are parsed once more, since the message has colours.
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

/// Like [`run`], in a thread with the stack that parsers need for hostile input.
pub fn run_with_room(arguments: Vec<OsString>) -> ExitCode {
    // Whoever started a worker wants to know that it was aborted.
    let mut workers = vec![crate::mcp::WORKER_COMMAND];
    #[cfg(unix)]
    workers.push(crate::serve::WORKER_COMMAND);
    if !arguments.get(1).is_some_and(|first| workers.iter().any(|worker| first == worker)) {
        work::heed_aborts(2);
    }
    file::heed_size_limit();
    file::heed_interrupts();
    match thread::Builder::new().stack_size(STACK).spawn(|| run(arguments)) {
        // A panic has printed its message already.
        Ok(program) => program.join().unwrap_or(ExitCode::from(2)),
        Err(error) => Terminal::new(Verbosity::Quiet, Limit::default()).fail(&no_stack(&error).into()),
    }
}

/// Runs the program with these arguments (the first is the program's name).
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match Arguments::try_parse_from(&arguments) {
        Ok(arguments) => arguments,
        Err(error) if error.kind() == ErrorKind::DisplayVersion && version::is_verbose(&arguments) => {
            return version::run(&Terminal::new(Verbosity::Verbose, Limit::default()));
        }
        Err(error) => return terminal::usage(&said_plainly(error, &arguments)),
    };
    let limit = match &arguments.command {
        Command::Validate(arguments) => limit_of(arguments.limit),
        Command::Evidence(arguments) => limit_of(arguments.limit),
        _ => Limit::default(),
    };
    let verbosity = match (arguments.quiet, arguments.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, true) => Verbosity::Verbose,
        (false, false) => Verbosity::Normal,
    };
    let terminal = Terminal::new(verbosity, limit);
    if let Err(fault) = arguments.command.check() {
        return terminal.fail(&Error::invalid(fault).into());
    }
    let memory = match &arguments.command {
        Command::Build(arguments) => arguments.memory,
        Command::Validate(arguments) => arguments.memory,
        Command::Query(arguments) => arguments.memory,
        Command::Export(arguments) => arguments.memory,
        Command::Map(arguments) => arguments.memory,
        Command::Chart(arguments) => arguments.memory,
        Command::Diff(arguments) => arguments.memory,
        _ => None,
    };
    if let Some(memory) = memory {
        work::limit_memory(memory.0);
    }
    let done = work::catch(|| match &arguments.command {
        Command::Init(arguments) => init::run(arguments, &terminal),
        Command::Build(arguments) if arguments.data.data.is_empty() => build::run(arguments, &terminal),
        Command::Build(arguments) => build_data::run(arguments, &terminal),
        Command::Validate(arguments) => validate::run(arguments, &terminal),
        Command::Query(arguments) => query::run(arguments, &terminal),
        Command::Export(arguments) => export::run(arguments, &terminal),
        Command::Map(arguments) => map::run(arguments, &terminal),
        Command::Chart(arguments) => chart::run(arguments, &terminal),
        Command::Diff(arguments) => diff::run(arguments, &terminal),
        Command::Show(arguments) => show::run(arguments, &terminal),
        Command::Search(arguments) => search::run(arguments, &terminal),
        Command::Vocabulary(arguments) => vocabulary::run(arguments, &terminal),
        Command::Path(arguments) => path::run(arguments, &terminal),
        Command::Stats(arguments) => stats::run(arguments, &terminal),
        Command::Evidence(arguments) => evidence::run(arguments, &terminal),
        Command::Probe(arguments) => probe::run(arguments, &terminal),
        Command::Publish(arguments) => publish::run(arguments, &terminal),
        #[cfg(unix)]
        Command::Serve(arguments) => serve::run(arguments, &terminal),
        #[cfg(unix)]
        Command::ServeWorker => crate::serve::work_for_server().map(|()| true).map_err(Into::into),
        Command::Site(arguments) => site::run(arguments, &terminal),
        Command::Mcp(arguments) => mcp::run(arguments, &terminal),
        Command::McpWorker => mcp::work(&terminal),
        Command::Explain(arguments) => explain::run(arguments, &terminal),
        Command::Help(arguments) => help::run(arguments, &terminal),
        Command::Completions(arguments) => help::completions(arguments, &terminal),
        Command::Man(arguments) => help::man(arguments, &terminal),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => terminal.fail(&error),
    }
}
