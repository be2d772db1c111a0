//! The manifest of a snapshot. It is not trusted: anyone may have written it, and its content
//! goes into exports, messages and paths.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::prefixes::is_prefix;
use crate::finding::shorten;

/// The content of a snapshot and its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the snapshot format.
    pub format: u32,
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
    /// The data file.
    pub graph: DataFile,
}

/// The pack that a snapshot was built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// A file that a snapshot was built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its path, relative to the pack.
    pub path: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// The file with the quads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Its name.
    pub file: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// How many quads it holds.
    pub n_quads: usize,
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
    let graph = &manifest.graph;
    let hashes = [&manifest.ontology, &graph.sha256].into_iter();
    let mut hashes = hashes.chain(manifest.pack.inputs.iter().map(|input| &input.sha256));
    if let Some(hash) = hashes.find(|hash| !is_hash(hash)) {
        return Some(format!("`{}` is not a SHA-256", shorten(hash)));
    }
    if Path::new(&graph.file).components().count() != 1 || graph.file.contains(['/', '\\']) {
        return Some("the data file is not in the folder".to_owned());
    }
    if graph.file != data_file(&graph.sha256) {
        return Some(format!("`{}` is not the name of the data file", shorten(&graph.file)));
    }
    let leaves = |path: &str| {
        let mut parts = Path::new(path).components();
        path.is_empty() || !parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    };
    let outside = manifest.pack.inputs.iter().find(|input| leaves(&input.path));
    outside.map(|input| format!("the path `{}` leads out of the pack", shorten(&input.path)))
}

/// The name of the data file that has this SHA-256.
pub(super) fn data_file(sha256: &str) -> String {
    format!("graph-{}.nq.zst", &sha256[..16])
}
