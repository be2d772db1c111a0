//! Saving a graph as a snapshot and opening it again.

use std::path::Path;

use super::edition::{Edition, beside};
use super::resources::{imported_ontologies, questions};
use super::{Knowledge, read_mapping};
use crate::error::Result;
use crate::graph::{FailedBuild, Graph, InputFile, Manifest, PackOrigin, digest};
use crate::pack::{DESCRIPTOR, Files, Pack, embedded};
use crate::source;

/// The SHA-256 of the ontology and rules inside the binary.
fn ontology_digest() -> String {
    let mut all = Vec::new();
    for (file, text) in embedded::vocabulary().into_iter().chain(embedded::texts("ontology", "rq")) {
        all.extend_from_slice(file.as_bytes());
        all.push(0);
        all.extend_from_slice(text.as_bytes());
        all.push(0);
    }
    // Reading from memory cannot fail.
    digest(all.as_slice()).unwrap_or_default()
}

/// The files from which a graph of this pack is made.
pub(super) fn input_paths(pack: &Pack) -> Vec<String> {
    let settings = &pack.descriptor.civigraph;
    let mut paths = vec![DESCRIPTOR.to_owned()];
    for resource in &pack.descriptor.resources {
        paths.extend(resource.described_in.iter().cloned());
        if resource.is_table {
            paths.extend(resource.paths.iter().cloned());
        }
    }
    paths.extend(settings.mapping.clone());
    // The mapping may read tables that the descriptor does not list.
    paths.extend(read_mapping(pack).0.sources().into_iter().flat_map(|source| source::files(pack, source)));
    paths.extend(settings.ontology.iter().cloned());
    paths.extend(imported_ontologies(pack));
    paths.sort();
    paths.dedup();
    paths
}

/// The files from which a graph of this pack is made, with their hashes.
pub(super) fn inputs(pack: &Pack) -> Vec<InputFile> {
    let mut inputs = Vec::new();
    for path in input_paths(pack) {
        if let Some(sha256) = file_digest(&pack.files, &path) {
            inputs.push(InputFile { path, sha256 });
        }
    }
    inputs
}

fn file_digest(files: &Files, path: &str) -> Option<String> {
    digest(files.open(path).ok()?).ok()
}

/// Writes a graph that was built from `pack` as a snapshot to `folder`.
pub fn save(knowledge: &Knowledge, pack: &Pack, folder: &Path) -> Result<Manifest> {
    let descriptor = &pack.descriptor;
    let manifest = Manifest {
        civigraph: env!("CARGO_PKG_VERSION").to_owned(),
        pack: PackOrigin {
            folder: match &pack.files {
                Files::Embedded(_) => None,
                Files::Folder(folder) | Files::Anywhere(folder) => Some(folder.display().to_string()),
            },
            name: descriptor.name.clone(),
            title: Some(knowledge.edition.title.clone()),
            version: descriptor.version.clone(),
            inputs: knowledge.inputs.clone(),
        },
        ontology: ontology_digest(),
        prefixes: Vec::new(),
        languages: knowledge.languages.clone(),
        n_quads: 0,
    };
    knowledge.graph.save(folder, manifest)
}

/// Records in `folder` that a build failed, until the next one succeeds.
pub fn record_failure(folder: &Path, pack_folder: Option<&Path>, name: Option<&str>) -> Result<()> {
    let folder_given = pack_folder.map(|folder| folder.display().to_string());
    FailedBuild { folder: folder_given, name: name.map(str::to_owned) }.write(folder)
}

/// The pack from which a snapshot in `folder` was built, as it is now. A pack that no longer
/// exists cannot have changed.
pub(super) fn pack_of(folder: &Path, manifest: &Manifest) -> Result<Option<Pack>> {
    match &manifest.pack.folder {
        None => Pack::embedded().map(Some),
        // As it was given, relative to the current folder or to that of the snapshot.
        Some(given) => {
            let beside = beside(folder, given);
            let found = [Path::new(given), &beside].into_iter().find(|path| path.join(DESCRIPTOR).exists());
            found.map(Pack::open).transpose()
        }
    }
}

/// The pack of a snapshot that can be queried, if it still exists.
///
/// # Errors
///
/// `stale-snapshot` if another version built it, or its files have changed since.
pub(super) fn check_fresh(folder: &Path, manifest: &Manifest) -> Result<Option<Pack>> {
    let pack = pack_of(folder, manifest)?;
    let recorded = |path: &str| {
        let input = manifest.pack.inputs.iter().find(|input| input.path == path);
        input.map(|input| input.sha256.clone())
    };
    manifest.check_fresh(folder, &ontology_digest(), |path| match &pack {
        Some(pack) => file_digest(&pack.files, path),
        None => recorded(path),
    })?;
    Ok(pack)
}

/// The graph of the pack inside the program: the snapshot that is there beside it, unless that was
/// made from other files; it is then built.
pub fn embedded() -> Result<Knowledge> {
    let pack = Pack::embedded()?;
    let opened = embedded::snapshot().and_then(|bytes| Graph::of_bytes(embedded::SNAPSHOT, bytes).ok());
    let is_fresh = |manifest: &Manifest| {
        let read = |path: &str| file_digest(&pack.files, path);
        manifest.check_fresh(Path::new(embedded::SNAPSHOT), &ontology_digest(), read).is_ok()
    };
    match opened.filter(|(_, manifest)| is_fresh(manifest)) {
        Some((graph, manifest)) => knowledge(graph, manifest, Some(&pack)),
        None => Ok(super::build(&pack)?.0),
    }
}

fn knowledge(graph: Graph, manifest: Manifest, pack: Option<&Pack>) -> Result<Knowledge> {
    let questions = questions(&graph, &manifest.languages, pack)?;
    let edition = Edition::of_snapshot(&manifest.pack);
    Ok(Knowledge { graph, edition, languages: manifest.languages, questions, inputs: manifest.pack.inputs })
}

/// Opens a snapshot. It is refused if it is damaged, or stale: built by another version or from
/// files that have changed since.
pub fn open(folder: &Path) -> Result<Knowledge> {
    let (graph, manifest) = Graph::open(folder)?;
    let pack = check_fresh(folder, &manifest)?;
    knowledge(graph, manifest, pack.as_ref())
}
