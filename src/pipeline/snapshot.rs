//! Saving a graph as a snapshot and opening it again.

use std::path::{Path, PathBuf};

use super::data::{has_vocabulary, of_graph};
use super::edition::{Edition, beside};
use super::resources::{imported_ontologies, questions};
use super::untouched::{self, Seen, Untouched};
use super::{Knowledge, read_mapping};
use crate::error::{Error, Result};
use crate::file;
use crate::graph::{FailedBuild, Graph, InputFile, Manifest, PackOrigin, digest};
use crate::pack::{Files, Pack, STANDARD_INPUT, embedded};
use crate::source;
use crate::sparql::Questions;

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
    let mut paths = vec![pack.descriptor_file.clone()];
    for resource in &pack.descriptor.resources {
        paths.extend(resource.described_in.iter().cloned());
        if resource.is_table || resource.rdf.is_some() {
            paths.extend(resource.paths.iter().cloned());
        }
    }
    paths.extend(settings.mapping.clone());
    // The mapping may read tables that the descriptor does not list.
    paths.extend(read_mapping(pack).0.sources().into_iter().flat_map(|source| source::files(pack, source)));
    paths.extend(settings.ontology.iter().cloned());
    paths.extend(imported_ontologies(pack));
    // What came from standard input cannot be compared later.
    paths.retain(|path| path != STANDARD_INPUT);
    paths.sort();
    paths.dedup();
    paths
}

/// The files from which a graph of this pack is made, with their hashes.
pub(super) fn inputs(pack: &Pack) -> Vec<InputFile> {
    let mut inputs = Vec::new();
    for path in input_paths(pack) {
        let read_at = Some(untouched::now());
        if let Some(sha256) = file_digest(&pack.files, &path) {
            inputs.push(InputFile { path, sha256, read_at });
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
    let origin = PackOrigin {
        folder: pack.path().map(|path| path.display().to_string()),
        name: descriptor.name.clone(),
        version: descriptor.version.clone(),
        inputs: knowledge.inputs.clone(),
        ..PackOrigin::default()
    };
    save_of(knowledge, origin, pack.files.folder(), folder)
}

/// Writes a graph of RDF files as a snapshot to `folder`.
pub fn save_data(knowledge: &Knowledge, folder: &Path) -> Result<Manifest> {
    let name = knowledge.edition.title.clone();
    save_of(
        knowledge,
        PackOrigin { name, data: knowledge.inputs.clone(), ..PackOrigin::default() },
        Some(Path::new("")),
        folder,
    )
}

/// The title and version in the manifest of a snapshot.
pub fn edition_of(manifest: &Manifest) -> Edition {
    Edition::of_snapshot(&manifest.pack)
}

/// Writes a graph, of whatever it was made, as a snapshot to a folder of its own.
pub fn save_copy(knowledge: &Knowledge, folder: &Path) -> Result<Manifest> {
    let origin = PackOrigin {
        name: knowledge.edition.title.clone(),
        version: knowledge.edition.version.clone(),
        ..PackOrigin::default()
    };
    save_of(knowledge, origin, None, folder)
}

/// Writes a graph whose inputs are in the folder `root` of a disk.
fn save_of(knowledge: &Knowledge, origin: PackOrigin, root: Option<&Path>, folder: &Path) -> Result<Manifest> {
    let manifest = Manifest {
        civigraph: env!("CARGO_PKG_VERSION").to_owned(),
        pack: PackOrigin { title: Some(knowledge.edition.title.clone()), ..origin },
        ontology: ontology_digest(),
        prefixes: Vec::new(),
        languages: knowledge.languages.clone(),
        n_quads: 0,
        checks: knowledge.checks,
    };
    let mut manifest = knowledge.graph.save(folder, manifest)?;
    // As it is read again.
    manifest.pack.inputs.iter_mut().chain(&mut manifest.pack.data).for_each(|input| input.read_at = None);
    if let Some(root) = root {
        let seen: Vec<Seen> = knowledge.inputs.iter().filter_map(|input| untouched::look(root, input)).collect();
        untouched::record(folder, &seen);
    }
    Ok(manifest)
}

/// Records in `folder` that a build failed, until the next one succeeds.
pub fn record_failure(folder: &Path, pack_folder: Option<&Path>, name: Option<&str>) -> Result<()> {
    let folder_given = pack_folder.map(|folder| folder.display().to_string());
    FailedBuild { folder: folder_given, name: name.map(str::to_owned), ..FailedBuild::default() }.write(folder)
}

/// Like [`record_failure`], of a build from RDF files.
pub fn record_failure_of_data(folder: &Path, files: &[PathBuf]) -> Result<()> {
    let data = files.iter().map(|file| file.display().to_string()).collect();
    FailedBuild { data, ..FailedBuild::default() }.write(folder)
}

/// The pack from which a snapshot in `folder` was built, as it is now. A pack that no longer
/// exists cannot have changed.
pub(super) fn pack_of(folder: &Path, manifest: &Manifest) -> Result<Option<Pack>> {
    match &manifest.pack.folder {
        None if !manifest.pack.data.is_empty() => Ok(None),
        None => Pack::embedded().map(Some),
        // As it was given, relative to the current folder or to that of the snapshot.
        Some(given) => {
            let beside = beside(folder, given);
            let found = [Path::new(given), &beside].into_iter().find(|path| Pack::exists(path));
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
        let mut inputs = manifest.pack.inputs.iter().chain(&manifest.pack.data);
        inputs.find(|input| input.path == path).map(|input| input.sha256.clone())
    };
    // A file of data was given relative to the current folder or to that of the snapshot, too.
    let of_data = |path: &str| {
        let is_data = manifest.pack.data.iter().any(|file| file.path == path);
        let places = is_data.then(|| [PathBuf::from(path), beside(folder, path)]);
        places.into_iter().flatten().find_map(|path| digest(file::open(&path).ok()?).ok())
    };
    let untouched = Untouched::read(folder);
    let root = pack.as_ref().map_or(Some(Path::new("")), |pack| pack.files.folder());
    let known = |path: &str| untouched.digest(root?, path).map(str::to_owned);
    manifest.check_fresh(folder, &ontology_digest(), |path| {
        known(path).or_else(|| match &pack {
            Some(pack) => file_digest(&pack.files, path),
            None => of_data(path).or_else(|| recorded(path)),
        })
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

/// Opens a snapshot that [`save_copy`] wrote, with the stored questions that its graph had. The files that it was made
/// from may have changed since: the copy is as they were.
///
/// # Errors
///
/// Those of the snapshot and of the pack's own questions.
pub fn open_copy(folder: &Path, pack: Option<&Path>, is_of_data: bool) -> Result<Knowledge> {
    let (graph, manifest) = Graph::open(folder)?;
    if is_of_data {
        return of_graph(graph, manifest.languages, Edition::of_snapshot(&manifest.pack), manifest.pack.data);
    }
    let pack = pack.map(Pack::open).transpose()?;
    knowledge(graph, manifest, pack.as_ref())
}

fn knowledge(graph: Graph, manifest: Manifest, pack: Option<&Pack>) -> Result<Knowledge> {
    let edition = Edition::of_snapshot(&manifest.pack);
    if !manifest.pack.data.is_empty() {
        return of_graph(graph, manifest.languages, edition, manifest.pack.data);
    }
    let checks = manifest.checks;
    let questions = questions(&graph, &manifest.languages, pack)?;
    let (languages, inputs) = (manifest.languages, manifest.pack.inputs);
    Ok(Knowledge { graph, edition, languages, questions, inputs, is_of_data: false, checks })
}

/// The stored questions of a snapshot, without its pack: those of the program, unless the data have other words, and
/// those of the pack's own, given as files and texts.
///
/// # Errors
///
/// Those of the questions.
pub fn questions_of(graph: &Graph, manifest: &Manifest, own: &[(String, String)]) -> Result<Questions> {
    let languages = manifest.languages.clone();
    if !has_vocabulary(graph) {
        return Ok(Questions::in_languages(languages));
    }
    let mut questions = questions(graph, &languages, None)?;
    for (file, text) in own {
        questions.add(file, text, &graph.prefixes).map_err(|found| Error::Invalid(Box::new(found)))?;
    }
    Ok(questions)
}

/// Opens a snapshot. It is refused if it is damaged, or stale: built by another version or from
/// files that have changed since.
pub fn open(folder: &Path) -> Result<Knowledge> {
    let (graph, manifest) = Graph::open(folder)?;
    let pack = check_fresh(folder, &manifest)?;
    knowledge(graph, manifest, pack.as_ref())
}
