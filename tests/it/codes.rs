//! The registry of codes: complete, used, and explained by the program.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use civigraph::finding::codes;
use civigraph::pack::Pack;
use civigraph::pipeline;

use crate::support::{program, root, stderr, stdout};

/// The code of all source files, without their tests and comments.
fn sources() -> Vec<(PathBuf, String)> {
    let mut folders = vec![root().join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("finding/codes.rs")
            {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                files.push((path, lines.collect::<Vec<_>>().join("\n")));
            }
        }
    }
    files
}

#[test]
fn every_code_is_used_and_none_is_written_out() {
    let sources = sources();
    assert!(sources.len() > 150, "the sources were read");
    for code in codes::ALL {
        let constant = format!("codes::{}", code.name.to_uppercase().replace('-', "_"));
        let is_used = sources.iter().any(|(_, text)| {
            text.match_indices(&constant).any(|(at, _)| {
                !text[at + constant.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            })
        });
        // The name in `error.rs` is imported from the registry as well.
        assert!(is_used, "{} is used nowhere: use it, or remove it from src/finding/codes.rs", code.name);
    }
    for (path, text) in &sources {
        for call in ["Finding::error(\"", "Finding::warning(\"", ".code == \""] {
            assert!(!text.contains(call), "{} writes a code out: use its constant of `finding::codes`", path.display());
        }
    }
}

#[test]
fn every_code_has_one_name_a_sentence_and_an_explanation() {
    let mut names = BTreeSet::new();
    for code in codes::ALL {
        assert!(names.insert(code.name), "{} is twice in src/finding/codes.rs", code.name);
        assert!(code.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", code.name);
        assert!(
            !code.summary.ends_with('.') && code.summary.len() > 15,
            "the summary of {} in src/finding/codes.rs is no phrase without a full stop",
            code.name
        );
        assert!(
            code.explanation.ends_with('.') && code.explanation.len() > 10,
            "the explanation of {} in src/finding/codes.rs is no sentence",
            code.name
        );
    }
    let checks = pipeline::checks(&Pack::embedded().unwrap()).unwrap();
    for check in checks.iter() {
        // What a check finds in the graph, a chart or a text can meet again.
        let also = ["circular-hierarchy", "lines-outside-source", "long-range"];
        assert!(!names.contains(check.code.as_str()) || also.contains(&check.code.as_str()), "{}", check.code);
    }
}

#[test]
fn every_code_can_be_explained() {
    let list = stdout(&program().args(["explain", "--list"]).output().unwrap());
    let checks = pipeline::checks(&Pack::embedded().unwrap()).unwrap();
    for name in codes::ALL.iter().map(|code| code.name).chain(checks.iter().map(|check| check.code.as_str())) {
        assert!(list.lines().any(|line| line.trim_start().split(' ').next() == Some(name)), "{name}");
    }
    let both = stdout(&program().args(["explain", "circular-hierarchy"]).output().unwrap());
    assert!(both.contains("(warning; charts)") && both.contains("(violation; check)"), "{both}");
    let shape = stdout(&program().args(["explain", "[sh:minCount]"]).output().unwrap());
    assert!(shape.contains("section 4.2.1"), "{shape}");
    let json = stdout(&program().args(["explain", "ragged-row", "--format", "json"]).output().unwrap());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json[0]["code"].as_str(), json[0]["severity"].as_str()), (Some("ragged-row"), Some("error")));
}

#[test]
fn an_unknown_code_is_answered_with_the_closest() {
    let output = program().args(["explain", "raged-row"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `ragged-row`?"), "{}", stderr(&output));
}
