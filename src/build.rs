//! The build script: records what `civigraph --version --verbose` tells of the build.
//!
//! Everything here follows from the sources and the compiler, never from the clock, so that the
//! same revision gives the same bytes. A debug build records no revision: it would be compiled
//! again after every commit.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the program is made of besides the revision.
const SOURCES: [&str; 6] = ["src", "ontology", "data", "queries", "Cargo.toml", "Cargo.lock"];

fn main() {
    let folder = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    println!("cargo::rerun-if-changed=src/build.rs");
    let revision = if variable("PROFILE") == "debug" {
        "not recorded in a debug build".to_owned()
    } else {
        for path in SOURCES.map(PathBuf::from).into_iter().chain(heads(&folder)) {
            println!("cargo::rerun-if-changed={}", path.display());
        }
        revision(&folder).unwrap_or_else(|| "unknown, built from sources without their history".to_owned())
    };
    let compiler = said(Command::new(variable("RUSTC")).arg("--version")).unwrap_or_else(|| "unknown".to_owned());
    for (name, value) in [
        ("REVISION", revision),
        ("COMPILER", compiler),
        ("TARGET", variable("TARGET")),
        ("FEATURES", features(env::vars().map(|(name, _)| name))),
    ] {
        println!("cargo::rustc-env=CIVIGRAPH_{name}={value}");
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// The features of the crate, from the names of the variables that Cargo sets for them.
fn features(variables: impl Iterator<Item = String>) -> String {
    let name = |variable: String| Some(variable.strip_prefix("CARGO_FEATURE_")?.to_lowercase().replace('_', "-"));
    let mut features: Vec<String> = variables.filter_map(name).filter(|name| name != "default").collect();
    features.sort();
    if features.is_empty() { "none".to_owned() } else { features.join(", ") }
}

/// The commit that the sources in this folder are of: as `cargo package` noted it, otherwise as
/// git knows it.
pub fn revision(folder: &Path) -> Option<String> {
    if let Ok(note) = fs::read_to_string(folder.join(".cargo_vcs_info.json")) {
        return packaged(&note);
    }
    // A copy in another repository is not of a commit there.
    let top = PathBuf::from(git(folder, &["rev-parse", "--show-toplevel"])?);
    if top.canonicalize().ok()? != folder.canonicalize().ok()? {
        return None;
    }
    let commit = git(folder, &["log", "-1", "--format=%H (%cd)", "--date=format-local:%Y-%m-%d"])?;
    let changed = git(folder, &[&["status", "--porcelain", "--"][..], &SOURCES].concat())?;
    Some(if changed.is_empty() { commit } else { format!("{commit}, with changes") })
}

/// The commit in the note that `cargo package` adds to a package.
fn packaged(note: &str) -> Option<String> {
    let (_, after) = note.split_once("\"sha1\"")?;
    let commit = after.split('"').nth(1)?;
    let changes = if note.contains("\"dirty\": true") { ", with changes" } else { "" };
    commit.chars().all(|c| c.is_ascii_hexdigit()).then(|| format!("{commit}{changes}"))
}

/// The files that change when another commit is checked out.
fn heads(folder: &Path) -> Vec<PathBuf> {
    let path = |name: &str| Some(folder.join(git(folder, &["rev-parse", "--git-path", name])?));
    let branch = git(folder, &["symbolic-ref", "--quiet", "HEAD"]);
    let names = ["HEAD", "logs/HEAD", "packed-refs"].map(str::to_owned).into_iter().chain(branch);
    // A file that does not exist would make Cargo run this script at every build.
    names.filter_map(|name| path(&name)).filter(|path| path.exists()).collect()
}

/// What git prints about the repository of this folder, if there is one.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    // A hook of git sets the first three for another repository.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(name);
    }
    // Signatures would be printed among what is asked for.
    said(git.arg("-C").arg(folder).args(["-c", "log.showSignature=false"]).args(arguments).env("TZ", "UTC"))
}

/// What a command prints, if it succeeds.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
