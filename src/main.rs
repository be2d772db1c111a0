//! The `civigraph` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    civigraph::cli::run_with_room(std::env::args_os().collect())
}
