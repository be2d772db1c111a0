//! The `civigraph` command.

use std::process::ExitCode;
use std::thread;

/// Parsers and evaluators recurse with the depth of what they read; a hostile
/// query must meet their limits before it meets the end of the stack.
const STACK: usize = 256 * 1024 * 1024;

fn main() -> ExitCode {
    let program = thread::Builder::new().stack_size(STACK).spawn(|| civigraph::cli::run(std::env::args_os()));
    // A panic has said what it is on standard error.
    program.ok().and_then(|program| program.join().ok()).unwrap_or(ExitCode::from(2))
}
