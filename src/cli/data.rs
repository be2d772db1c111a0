//! RDF files that arguments name.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::args::DataArguments;
use crate::error::{Action, Error, Result};
use crate::finding::{Finding, Findings, codes};
use crate::graph::RdfFile;

/// The RDF file at a path, or standard input; `label` is the prefix of its blank nodes.
pub(super) fn open(path: &Path, format: Option<&str>, label: &str) -> Result<RdfFile> {
    if path != Path::new("-") {
        return RdfFile::open_as(path, format, label).map_err(Error::invalid);
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(Error::io(Action::Read, "-"))?;
    let file = RdfFile::packed("-", &bytes, label).map_err(Error::invalid)?;
    Ok(format.into_iter().fold(file, RdfFile::in_format))
}

/// The files of `--data`, with the faults of all that cannot be opened.
pub(super) fn files(arguments: &DataArguments) -> Result<Vec<RdfFile>> {
    open_all(&arguments.data, arguments.input_format.map(|format| format.ending()))
}

/// RDF files, whose blank nodes are told apart.
pub(super) fn open_all(paths: &[PathBuf], format: Option<&str>) -> Result<Vec<RdfFile>> {
    let mut faults = Findings::new();
    let mut files = Vec::new();
    let n_inputs = paths.iter().filter(|path| *path == Path::new("-")).count();
    if n_inputs > 1 {
        let message = "standard input can be read only once";
        return Err(Error::invalid(Finding::error(codes::UNUSED_ARGUMENT, message)));
    }
    for (index, path) in paths.iter().enumerate() {
        let label = if index == 0 { "n".to_owned() } else { format!("d{index}n") };
        match open(path, format, &label) {
            Ok(file) => files.push(file),
            Err(Error::Invalid(found)) => faults.append(*found),
            Err(error) => return Err(error),
        }
    }
    if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(files) }
}
