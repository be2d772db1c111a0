//! The invariants of `lib.rs`: the order of the modules, who prints, who knows RDF.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// The groups of `mod` lines in `lib.rs`, separated by blank lines, lowest first.
fn groups() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let mut groups = BTreeMap::new();
    let mut group = 0;
    for line in text.lines() {
        if line.is_empty() {
            group += 1;
        }
        let name = line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod "));
        if let Some(name) = name.and_then(|name| name.strip_suffix(';')) {
            groups.insert(name.to_owned(), group);
        }
    }
    groups
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(String, PathBuf, String)> {
    let src = root().join("src");
    let mut paths = Vec::new();
    files(&src, &mut paths);
    // The build script is a program of its own.
    paths.retain(|path| *path != src.join("build.rs"));
    paths.sort();
    let module = |path: &Path| {
        let first = path.strip_prefix(&src).unwrap().components().next().unwrap();
        first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
    };
    paths.into_iter().map(|path| (module(&path), path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn a_module_uses_only_modules_of_earlier_groups() {
    let groups = groups();
    assert!(groups.len() > 10, "the groups of lib.rs were read");
    let mut faults = Vec::new();
    for (module, path, text) in sources() {
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        let own = groups.get(&module).unwrap_or_else(|| panic!("{module} is not in lib.rs"));
        let code: String =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
        for (at, _) in code.match_indices("crate::") {
            let used: String = code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if used != module && groups.get(&used).is_some_and(|group| group >= own) {
                faults.push(format!("{}: {module} uses {used}", path.display()));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{faults:#?}: move what both need into a module of an earlier group, or the module's line in src/lib.rs"
    );
}

#[test]
fn every_module_of_the_top_is_named_in_lib_rs_and_there() {
    let groups = groups();
    let mut there: Vec<String> = sources().into_iter().map(|(module, ..)| module).collect();
    there.dedup();
    there.retain(|module| !matches!(module.as_str(), "lib" | "main"));
    there.sort();
    let named: Vec<String> = groups.into_keys().collect();
    assert_eq!(there, named, "name each module of src in a group of src/lib.rs");
}

#[test]
fn only_the_terminal_prints() {
    for (_, path, text) in sources() {
        for word in ["println!", "eprintln!", "print!(", "dbg!"] {
            assert!(!text.contains(word), "{} has {word}: return the text, or write to a given writer", path.display());
        }
        let may_stdout = path.components().any(|part| part.as_os_str() == "terminal");
        assert!(
            may_stdout || !text.contains("stdout()") && !text.contains("stderr()"),
            "{} prints: only src/cli/terminal does",
            path.display()
        );
    }
}

#[test]
fn files_stay_short_enough_to_read() {
    let mut lengths: Vec<(usize, PathBuf)> =
        sources().into_iter().map(|(_, path, text)| (text.lines().count(), path)).collect();
    lengths.sort();
    let (longest, path) = lengths.last().unwrap();
    assert!(*longest <= 620, "{} has {longest} lines: split it by noun", path.display());
    let (median, _) = &lengths[lengths.len() / 2];
    assert!(*median <= 200, "the median file has {median} lines, 200 are allowed: split the longest by noun");
}

#[test]
fn there_are_no_modules_for_odds_and_ends() {
    for (_, path, _) in sources() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(
            !["util", "utils", "helper", "helpers", "common", "misc", "manager"].contains(&name.as_str()),
            "{}: name the module by what is in it",
            path.display()
        );
    }
}

#[test]
fn where_boxes_and_lines_go_knows_no_rdf() {
    let without = ["chart/layout", "chart/scene", "src/finding", "src/file/", "src/table/", "src/yaml.rs"];
    let mut n_files = 0;
    for (_, path, text) in sources() {
        let name = path.to_str().unwrap();
        if !without.iter().any(|part| name.contains(part)) {
            continue;
        }
        n_files += 1;
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for used in ["oxigraph", "oxrdf", "crate::graph", "crate::sparql"] {
            assert!(
                !code.iter().any(|line| line.contains(used)),
                "{name} uses {used}: RDF is read by its caller, which hands over plain values"
            );
        }
    }
    assert!(n_files > 25, "{n_files} files were read");
}

#[test]
fn a_type_name_stands_for_one_type() {
    let mut homes: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (_, path, text) in sources() {
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for line in code.lines() {
            let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
            // `pub(in crate::graph)` has a blank in it.
            let keyword = words.by_ref().find(|word| !word.ends_with(')'));
            // An associated type belongs to its trait.
            let is_associated = line.starts_with(' ') && keyword == Some("type");
            if !matches!(keyword, Some("struct" | "enum" | "trait" | "type" | "union")) || is_associated {
                continue;
            }
            let name = words.next().unwrap_or_default();
            let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            homes.entry(name).or_default().push(path.clone());
        }
    }
    assert!(homes.len() > 350, "{} types were read", homes.len());
    homes.retain(|_, homes| homes.len() > 1);
    assert!(homes.is_empty(), "give each type a name of its own: {homes:#?}");
}

/// Files are mapped in one place, and nothing else is unsafe.
#[test]
fn unsafe_code_is_one_line() {
    let lints = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(lints.contains("unsafe_code = \"deny\""));
    let mut found = Vec::new();
    for (_, path, text) in sources() {
        let allowed = text.lines().filter(|line| line.trim_start().starts_with("#[") && line.contains("unsafe_code"));
        found.extend(allowed.map(|_| path.clone()));
    }
    assert_eq!(found, [root().join("src/graph/snapshot/map.rs")], "no other file may have unsafe code");
}
