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

/// How this program can be called: by its name if the shell finds it, otherwise by its path.
fn program() -> (String, bool) {
    const NAME: &str = env!("CARGO_PKG_NAME");
    let own = env::current_exe().and_then(|path| path.canonicalize()).ok();
    let folders = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let found = folders.into_iter().map(|folder| folder.join(NAME)).find(|path| path.is_file());
    if found.and_then(|path| path.canonicalize().ok()).is_some_and(|path| Some(&path) == own.as_ref()) {
        return (NAME.to_owned(), true);
    }
    let here = env::current_dir().and_then(|folder| folder.canonicalize()).ok();
    let relative = own.as_ref().zip(here).and_then(|(own, here)| own.strip_prefix(here).ok().map(Path::to_owned));
    (relative.or(own).map_or_else(|| NAME.to_owned(), |path| path.display().to_string()), false)
}
