//! The manifest of a snapshot: what it was built from, and by what. It is not trusted: anyone may have written it, and its content
//! goes into exports, messages and paths.

use std::collections::BTreeSet;
use std::path::{Component, Path};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::finding::shorten;
use crate::graph::prefixes::is_prefix;

/// The content of a snapshot and its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of civigraph that wrote it.
    pub civigraph: String,
    /// The pack it was built from.
    pub pack: PackOrigin,
    /// SHA-256 of the ontology and rules inside the binary that built it.
    pub ontology: String,
    /// Prefixes for queries and exports.
    pub prefixes: Vec<(String, String)>,
    /// Language tags, the main one first.
    pub languages: Vec<String>,
    /// How many quads it holds.
    pub n_quads: usize,
    /// The checks that were run when it was built, if some were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<CheckRecord>,
}

/// The checks that were run on a graph, and how many findings of each severity they had.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRecord {
    /// How many checks were run.
    pub checks: u64,
    /// How many shapes the data were validated against.
    pub shapes: u64,
    /// How many findings are violations or errors.
    pub violations: u64,
    /// How many are warnings.
    pub warnings: u64,
    /// How many are remarks.
    pub remarks: u64,
}

/// The pack that a snapshot was built from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackOrigin {
    /// Its folder as it was given; `None` for the pack inside the binary.
    pub folder: Option<String>,
    /// Its name.
    pub name: String,
    /// Its title for people.
    #[serde(default)]
    pub title: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The files it was built from, relative to the pack.
    pub inputs: Vec<InputFile>,
    /// The RDF files that it was built from instead of a pack, by the paths that were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<InputFile>,
}

impl PackOrigin {
    /// What `build` was given, as arguments; nothing for the pack inside the program.
    pub fn arguments(&self) -> String {
        match &self.folder {
            Some(folder) => format!(" {folder}"),
            None => data_arguments(self.data.iter().map(|file| file.path.as_str())),
        }
    }
}

/// RDF files as arguments of a command, with a blank before each.
pub fn data_arguments<'a>(files: impl IntoIterator<Item = &'a str>) -> String {
    files.into_iter().map(|file| format!(" --data {file}")).collect()
}

/// A file that a snapshot was built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its path: relative to the pack, or as it was given.
    pub path: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// When this process began to read it; a snapshot does not know.
    #[serde(skip)]
    pub read_at: Option<SystemTime>,
}

/// What no build would have written.
pub(super) fn fault(manifest: &Manifest) -> Option<String> {
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let mut names = BTreeSet::new();
    for (name, namespace) in &manifest.prefixes {
        if !is_prefix(name) {
            return Some(format!("`{}` cannot be a prefix", shorten(name)));
        }
        if oxiri::Iri::parse(namespace.as_str()).is_err() {
            return Some(format!("the namespace `{}` is not an absolute IRI", shorten(namespace)));
        }
        if !names.insert(name) {
            return Some(format!("the prefix `{name}` is declared twice"));
        }
    }
    if manifest.languages.is_empty() {
        return Some("it names no languages".to_owned());
    }
    if let Some(tag) = manifest.languages.iter().find(|tag| oxilangtag::LanguageTag::parse(tag.as_str()).is_err()) {
        return Some(format!("`{}` is not a BCP 47 language tag", shorten(tag)));
    }
    let inputs = manifest.pack.inputs.iter().chain(&manifest.pack.data);
    let mut hashes = std::iter::once(&manifest.ontology).chain(inputs.map(|input| &input.sha256));
    if let Some(hash) = hashes.find(|hash| !is_hash(hash)) {
        return Some(format!("`{}` is not a SHA-256", shorten(hash)));
    }
    let leaves = |path: &str| {
        let mut parts = Path::new(path).components();
        path.is_empty() || !parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    };
    let outside = manifest.pack.inputs.iter().find(|input| leaves(&input.path));
    outside.map(|input| format!("the path `{}` leads out of the pack", shorten(&input.path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_not_believed() {
        let good = serde_json::json!({
            "civigraph": "0.1.0",
            "pack": {
                "folder": "town", "name": "town", "version": null,
                "inputs": [{ "path": "people.csv", "sha256": "0".repeat(64) }],
            },
            "ontology": "a1".repeat(32),
            "prefixes": [["a", "http://a/"], ["b", "http://b/"]],
            "languages": ["en"],
            "n_quads": 2,
        });
        let found = |value: &serde_json::Value| fault(&Manifest::deserialize(value).unwrap());
        assert_eq!(found(&good), None);
        for (pointer, value) in [
            ("/prefixes/0/0", "a: <x> . <urn:evil> <urn:p> <urn:o> . @prefix b".into()),
            ("/prefixes/0/0", "1".into()),
            ("/prefixes/0/1", "x> . <urn:evil> <urn:p> <urn:o> . @prefix b: <urn:x".into()),
            ("/prefixes/0/1", "relative".into()),
            ("/prefixes/1/0", "a".into()),
            ("/languages", serde_json::json!([])),
            ("/languages", serde_json::json!(["en\u{1b}[31m"])),
            ("/ontology", "no hash".into()),
            ("/ontology", "A1".repeat(32).into()),
            ("/pack/inputs/0/sha256", "0".into()),
            ("/pack/inputs/0/path", "../people.csv".into()),
            ("/pack/inputs/0/path", "/etc/passwd".into()),
        ] {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            assert!(found(&bad).is_some(), "{bad}");
        }
    }
}
