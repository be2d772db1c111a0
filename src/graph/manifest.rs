//! A manifest is not believed: anyone may have written it, and what it says
//! goes into exports, messages and paths.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use super::prefixes::is_prefix;
use super::snapshot::Manifest;
use crate::finding::shorten;

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
        return Some("it names no language".to_owned());
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
        return Some("its data file is not in its folder".to_owned());
    }
    if graph.file != data_file(&graph.sha256) {
        return Some(format!("`{}` is not the name of its data file", shorten(&graph.file)));
    }
    let leaves = |path: &str| {
        let mut parts = Path::new(path).components();
        path.is_empty() || !parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    };
    let outside = manifest.pack.inputs.iter().find(|input| leaves(&input.path));
    outside.map(|input| format!("the path `{}` leads out of its pack", shorten(&input.path)))
}

/// The name of the data file that has this SHA-256.
pub(super) fn data_file(sha256: &str) -> String {
    format!("graph-{}.nq.zst", &sha256[..16])
}
