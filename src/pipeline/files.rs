//! The files on disk that a graph is made of: no result is written over them.

use std::path::{Path, PathBuf};

use super::Knowledge;
use super::snapshot::pack_of;
use crate::graph::{read_manifest, snapshot_files};
use crate::pack::{DESCRIPTOR, Files, Pack};

/// Those of a pack that a graph was built from; none of the one inside the program.
pub fn files_of_pack(pack: &Pack, knowledge: &Knowledge) -> Vec<PathBuf> {
    let Files::Folder(root) = &pack.files else { return Vec::new() };
    let settings = &pack.descriptor.civigraph;
    let mut paths = vec![DESCRIPTOR.to_owned()];
    paths.extend(knowledge.inputs.iter().map(|input| input.path.clone()));
    paths.extend(settings.shapes.iter().cloned());
    for folder in [&settings.queries, &settings.checks].into_iter().flatten() {
        // What is wrong with a folder is told where it is read.
        paths.extend(pack.files.list(folder, "rq").unwrap_or_default());
    }
    paths.iter().map(|path| root.join(path)).collect()
}

/// Those of a snapshot, and of the pack that it was built from.
pub fn files_of_snapshot(folder: &Path, knowledge: &Knowledge) -> Vec<PathBuf> {
    let Ok(manifest) = read_manifest(folder) else { return Vec::new() };
    let mut files = snapshot_files(folder, &manifest);
    if let Ok(Some(pack)) = pack_of(folder, &manifest) {
        files.extend(files_of_pack(&pack, knowledge));
    }
    files
}
