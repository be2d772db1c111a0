//! What to do after a build: how to call the program, and three commands to try.

use std::env;
use std::path::Path;

use super::knowledge::DEFAULT_STORE;
use super::terminal::Terminal;

/// Prints three commands that work on the snapshot in `store`.
pub(super) fn print(store: &Path, terminal: &Terminal) {
    let (program, is_installed) = program();
    let store = if store == Path::new(DEFAULT_STORE) { String::new() } else { format!(" --store {}", store.display()) };
    terminal.note("");
    terminal.note("Next:");
    for command in ["chart org -o org.html", "query --list", "export -o graph.ttl"] {
        terminal.note(&format!("  {program} {command}{store}"));
    }
    if !is_installed {
        terminal.note("`cargo install --path . --locked` installs the command `civigraph`.");
    }
}

/// How the program was called, and whether the shell found it by its name.
fn program() -> (String, bool) {
    let called = env::args_os().next().map(|name| name.to_string_lossy().into_owned());
    let called = called.unwrap_or_else(|| env!("CARGO_PKG_NAME").to_owned());
    let by_name = !called.contains(['/', '\\']);
    (called, by_name)
}
