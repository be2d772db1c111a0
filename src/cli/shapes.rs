//! RDF files and shapes that arguments name.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::error::Error;
use crate::finding::{Finding, codes};
use crate::graph::{Prefixes, RdfFile};
use crate::pack::Pack;
use crate::pipeline::ShapeFiles;

/// Whether a path is that of a pack; otherwise it is that of an RDF file.
pub(super) fn is_pack(path: &Path) -> bool {
    // A path that does not exist and has no extension is taken for a missing folder.
    Pack::is_descriptor(path)
        || path.is_dir()
        || (!path.exists() && path.extension().is_none() && path != Path::new("-"))
}

/// Refuses ontologies for a pack, which has its own.
pub(super) fn refuse_ontology(ontology: &[PathBuf]) -> Result<()> {
    if ontology.is_empty() {
        return Ok(());
    }
    let message = "`--ontology` has no effect here; it is for RDF files";
    let hint = "a pack lists its ontologies under `civigraph.ontology` in its datapackage.json".to_owned();
    Err(Error::invalid(Finding::error(codes::UNUSED_ARGUMENT, message).hint(hint)).into())
}

/// The shapes in files, or those of the vocabulary.
pub(super) fn read(paths: &[PathBuf]) -> Result<Option<ShapeFiles>> {
    match paths {
        [] => Ok(None),
        [only] if only == Path::new("ontology") && !only.is_file() => Ok(Some(ShapeFiles::embedded()?)),
        paths => {
            let named = paths.iter().enumerate();
            let files = named.map(|(index, path)| RdfFile::open(path, &format!("shape{index}n")));
            let files = files.collect::<Result<Vec<_>, _>>().map_err(Error::invalid)?;
            Ok(Some(ShapeFiles::read(files, &Prefixes::default())?))
        }
    }
}

/// How many nodes the shapes were applied to, in words.
pub(super) fn against(n_nodes: u64, n_shapes: usize) -> String {
    match n_nodes {
        0 => format!("no focus node for {n_shapes} shapes: nothing was validated"),
        1 => format!("1 focus node against {n_shapes} shapes"),
        n => format!("{n} focus nodes against {n_shapes} shapes"),
    }
}
