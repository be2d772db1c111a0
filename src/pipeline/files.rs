//! The files on disk from which a graph is made: no result is written over them.

use std::path::{Path, PathBuf};

use super::Knowledge;
use super::snapshot::{input_paths, pack_of};
use crate::graph::{read_manifest, snapshot_files};
use crate::pack::Pack;

/// The files of a pack from which a graph was built; none for the pack inside the program.
pub fn files_of_pack(pack: &Pack, knowledge: &Knowledge) -> Vec<PathBuf> {
    files_besides(pack, knowledge.inputs.iter().map(|input| input.path.clone()))
}

/// The files that a graph of this pack would come from.
pub fn files_named_by(pack: &Pack) -> Vec<PathBuf> {
    files_besides(pack, input_paths(pack))
}

fn files_besides(pack: &Pack, inputs: impl IntoIterator<Item = String>) -> Vec<PathBuf> {
    let Some(root) = pack.files.folder() else { return Vec::new() };
    let settings = &pack.descriptor.civigraph;
    let mut paths = vec![pack.descriptor_file.clone()];
    paths.extend(inputs);
    paths.extend(settings.shapes.iter().cloned());
    for folder in [&settings.queries, &settings.checks].into_iter().flatten() {
        // Errors in a folder are reported where it is read.
        paths.extend(pack.files.list(folder, "rq").unwrap_or_default());
    }
    paths.iter().map(|path| root.join(path)).collect()
}

/// The files of a snapshot, and of the pack from which it was built.
pub fn files_of_snapshot(folder: &Path, knowledge: &Knowledge) -> Vec<PathBuf> {
    let Ok(manifest) = read_manifest(folder) else { return Vec::new() };
    let mut files = snapshot_files(folder);
    if let Ok(Some(pack)) = pack_of(folder, &manifest) {
        files.extend(files_of_pack(&pack, knowledge));
    }
    files
}
