//! `--version`, and how the build script finds the revision that it tells.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{program, stdout};

#[allow(dead_code)] // It is a program of its own.
#[path = "../../src/build.rs"]
mod build_script;

use build_script::revision;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let person = [("NAME", "A"), ("EMAIL", "a@example.org"), ("DATE", "2026-03-31T23:30:00-05:00")];
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null");
    for (name, value) in person {
        git.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    let output = git.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A repository with one commit, of all that its folder has.
fn repository(folder: &Path) -> String {
    git(folder, &["init", "--quiet"]);
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "--message", "First"]);
    git(folder, &["rev-parse", "HEAD"])
}

fn sources() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/main.rs"), "fn main() {}\n").unwrap();
    folder
}

#[test]
fn the_revision_is_the_commit_with_its_date_in_utc() {
    let folder = sources();
    let commit = repository(folder.path());
    assert_eq!(revision(folder.path()).unwrap(), format!("{commit} (2026-04-01)"));
}

#[test]
fn a_revision_with_changes_to_what_the_program_is_made_of_says_so() {
    let folder = sources();
    let commit = repository(folder.path());
    fs::write(folder.path().join("notes"), "not a part of the program\n").unwrap();
    assert_eq!(revision(folder.path()).unwrap(), format!("{commit} (2026-04-01)"));
    fs::write(folder.path().join("src/new.rs"), "").unwrap();
    assert_eq!(revision(folder.path()).unwrap(), format!("{commit} (2026-04-01), with changes"));
}

#[test]
fn sources_without_history_have_no_revision() {
    assert_eq!(revision(sources().path()), None);
}

#[test]
fn a_copy_inside_another_repository_has_no_revision_of_that_repository() {
    let folder = sources();
    let copy = folder.path().join("vendor");
    fs::create_dir_all(copy.join("src")).unwrap();
    fs::write(copy.join("src/main.rs"), "fn main() {}\n").unwrap();
    repository(folder.path());
    assert_eq!(revision(&copy), None);
}

#[test]
fn a_package_has_the_revision_that_it_was_made_of() {
    let folder = sources();
    repository(folder.path());
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let note = folder.path().join(".cargo_vcs_info.json");
    fs::write(&note, format!("{{\n  \"git\": {{\n    \"sha1\": \"{commit}\"\n  }},\n  \"path_in_vcs\": \"\"\n}}"))
        .unwrap();
    assert_eq!(revision(folder.path()).unwrap(), commit);
    fs::write(&note, format!("{{\n  \"git\": {{\n    \"sha1\": \"{commit}\",\n    \"dirty\": true\n  }}\n}}")).unwrap();
    assert_eq!(revision(folder.path()).unwrap(), format!("{commit}, with changes"));
}

#[test]
fn version_and_verbose_may_be_written_in_any_way() {
    let print = |arguments: &[&str]| {
        let output = program().args(arguments).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
        stdout(&output)
    };
    let short = format!("civigraph {}\n", env!("CARGO_PKG_VERSION"));
    for arguments in [&["-V"][..], &["--version"], &["--quiet", "--version"]] {
        assert_eq!(print(arguments), short, "{arguments:?}");
    }
    let long = print(&["--version", "--verbose"]);
    let labels: Vec<&str> = long.lines().skip(1).map(|line| line.split_once(": ").unwrap().0).collect();
    assert_eq!(labels, ["revision", "target", "features", "compiler", "pack"]);
    assert!(long.starts_with(&short));
    for arguments in [&["--verbose", "--version"][..], &["-Vv"], &["-vV"], &["-V", "-v"]] {
        assert_eq!(print(arguments), long, "{arguments:?}");
    }
}
