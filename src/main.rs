//! The `civigraph` command.

fn main() -> std::process::ExitCode {
    civigraph::cli::run(std::env::args_os())
}
