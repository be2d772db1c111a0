//! The files under `.ci` that describe a release agree with Cargo.toml. A package does not have them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::root;

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// The value of the first line `KEY = "VALUE"` of a TOML file.
fn value<'a>(toml: &'a str, key: &str) -> &'a str {
    let value = toml.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='));
    value.unwrap_or_else(|| panic!("no `{key}`")).trim().trim_matches('"')
}

fn said(program: &Path, arguments: &[&str]) -> String {
    let output: Output = Command::new(program).current_dir(root()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn metadata() -> Value {
    let target = ["--filter-platform", env!("CIVIGRAPH_TARGET")];
    let arguments = [&["metadata", "--locked", "--offline", "--format-version", "1"][..], &target].concat();
    serde_json::from_str(&said(Path::new(env!("CARGO")), &arguments)).unwrap()
}

#[test]
fn no_dependency_needs_a_newer_rust_than_is_stated() {
    let number = |version: &str| -> Vec<u32> { version.split('.').map(|part| part.parse().unwrap()).collect() };
    let stated = number(value(&read("Cargo.toml"), "rust-version"));
    let metadata = metadata();
    let linked: Vec<&str> =
        metadata["resolve"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    let mut needed = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        if let (true, Some(version)) =
            (linked.contains(&package["id"].as_str().unwrap()), package["rust_version"].as_str())
        {
            needed.insert(package["name"].as_str().unwrap(), number(version));
        }
    }
    assert!(needed.len() > 100, "{} dependencies state a version", needed.len());
    needed.retain(|_, needed| stated < *needed);
    assert!(needed.is_empty(), "Cargo.toml states {stated:?}, but {needed:?}");
    let in_words = format!("{}.{}", stated[0], stated[1]);
    assert!(read("README.md").contains(&format!("[Rust](https://rustup.rs) {in_words} ")), "README.md states another");
}

#[test]
fn the_wheel_has_the_licence_and_the_name_of_the_package() {
    if !root().join(".ci").exists() {
        return;
    }
    let (package, wheel) = (read("Cargo.toml"), read(".ci/pyproject.toml"));
    for key in ["name", "license"] {
        assert_eq!(value(&wheel, key), value(&package, key), "{key}");
    }
    assert!(!wheel.lines().any(|line| line.starts_with("version")), "the version is that of Cargo.toml");
    let image = read(".ci/Containerfile");
    assert!(image.contains(&format!("licenses=\"{}\"", value(&package, "license"))), "{image}");
}

#[test]
fn the_text_of_every_licence_is_found() {
    let script = root().join(".ci/licences");
    // It reads what Debian says of glibc and of GCC.
    let has = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    if !script.exists() || !has("dpkg-query") || !has("python3") {
        eprintln!("skipped: there is no dpkg-query or no python3");
        return;
    }
    let texts = said(&script, &[env!("CIVIGRAPH_TARGET")]);
    // A crate with one file for each of two licences, one with a file for only the data in it, one
    // without any, and what is no crate.
    for work in [
        "- serde 1.",
        "- hanconv 0.",
        "- oxigraph 0.",
        "- the standard library of rustc 1.",
        "- Noto Sans, Noto Sans HK",
    ] {
        assert!(texts.contains(work), "{work}");
    }
    // Macros and build scripts are not in the program.
    for work in ["- syn ", "- cc ", "- serde_derive ", "- pest_generator "] {
        assert!(!texts.contains(work), "{work}");
    }
}
