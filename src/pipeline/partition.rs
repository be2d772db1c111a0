//! One mapping in several parts, each on a machine of its own, and the whole of all parts.
//!
//! Beside each part stands a manifest: of which mapping and tables it is which part, with a count and
//! a checksum. So parts that do not belong together are not put together, and none is forgotten.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::mapping::{Mapped, Mapping};
use crate::error::{Action, Error, Result};
use crate::file::{self, OPEN_OUTPUT, merge_lines};
use crate::finding::{Finding, Findings, Place, codes};
use crate::graph::{InputFile, digest};
use crate::map::{Share, TripleLines};
use crate::octets::hex;

/// The manifest of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartManifest {
    /// The version of this format.
    format: u32,
    /// The part, from 1.
    part: u64,
    /// How many parts there are.
    of: u64,
    /// The mapping and the tables, with their hashes.
    inputs: Vec<InputFile>,
    /// Whether the lines may name a graph.
    has_graphs: bool,
    n_lines: u64,
    /// SHA-256 of the lines.
    sha256: String,
}

/// The version of the format of [`PartManifest`].
const FORMAT: u32 = 1;

/// Where the manifest of a part is.
pub fn manifest_path(part: &Path) -> PathBuf {
    let mut name = part.file_name().unwrap_or_default().to_owned();
    name.push(".manifest.json");
    part.with_file_name(name)
}

/// Writes one part of what a mapping makes as sorted lines, and returns its manifest.
///
/// # Errors
///
/// Those of [`Mapping::write_lines`].
pub fn write_part(mapping: &Mapping, share: Share, has_graphs: bool, out: &mut File) -> Result<(Mapped, PartManifest)> {
    let form = TripleLines { has_graphs, is_sorted: true, share };
    let (mapped, n_lines) = mapping.write_lines(form, false, out)?;
    let hash = out.rewind().and_then(|()| digest(&mut *out)).map_err(Error::io(Action::Read, OPEN_OUTPUT))?;
    let Share { part, of } = share;
    let inputs = mapping.input_files()?;
    Ok((mapped, PartManifest { format: FORMAT, part, of, inputs, has_graphs, n_lines, sha256: hash }))
}

impl PartManifest {
    /// Writes the manifest beside its part.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn write(&self, part: &Path) -> Result<()> {
        let path = manifest_path(part);
        let written = file::replace(&path, |out| {
            serde_json::to_writer_pretty(&mut *out, self)?;
            out.write_all(b"\n")
        });
        written.map_err(Error::io(Action::Write, &path))
    }

    /// How many lines the part has.
    pub fn n_lines(&self) -> u64 {
        self.n_lines
    }

    fn read(part: &Path) -> Result<Self> {
        let path = manifest_path(part);
        let text = match file::open(&path).and_then(io::read_to_string) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let message = format!("`{}` has no manifest beside it", part.display());
                let hint = format!("`civigraph map --partition` writes it as `{}`; keep both together", path.display());
                return Err(fault(part, message, hint));
            }
            Err(error) => return Err(Error::io(Action::Read, &path)(error)),
        };
        let manifest: Self = serde_json::from_str(&text).map_err(|error| {
            let message = format!("the manifest `{}` cannot be read: {error}", path.display());
            fault(part, message, "write the part again".to_owned())
        })?;
        if manifest.format != FORMAT {
            let message = format!("the manifest `{}` has format {}", path.display(), manifest.format);
            return Err(fault(
                part,
                message,
                format!("this version reads format {FORMAT}; write the parts again with it"),
            ));
        }
        Ok(manifest)
    }
}

fn fault(part: &Path, message: String, hint: String) -> Error {
    let place = Place::new(part.display().to_string(), 1, 1);
    Error::invalid(Finding::error(codes::WRONG_PARTS, message).at(place).hint(hint))
}

/// Parts that belong together, in order.
pub struct Parts(Vec<(PathBuf, PartManifest)>);

impl Parts {
    /// Reads the manifests of parts.
    ///
    /// # Errors
    ///
    /// `wrong-parts`: one is missing or given twice, or they are not of the same mapping and tables.
    pub fn open(paths: &[PathBuf]) -> Result<Self> {
        let mut parts: Vec<(PathBuf, PartManifest)> = Vec::new();
        let mut faults = Findings::new();
        for path in paths {
            match PartManifest::read(path) {
                Ok(manifest) => parts.push((path.clone(), manifest)),
                Err(Error::Invalid(found)) => faults.append(*found),
                Err(error) => return Err(error),
            }
        }
        parts.sort_by_key(|(_, manifest)| manifest.part);
        let mut tell = |path: &Path, message: String, hint: &str| {
            let place = Place::new(path.display().to_string(), 1, 1);
            faults.push(Finding::error(codes::WRONG_PARTS, message).at(place).hint(hint.to_owned()));
        };
        if let Some((first_path, first)) = parts.first() {
            for (path, manifest) in &parts {
                let shown = path.display();
                if let Some(other) = first.differs(manifest) {
                    let message = format!("`{shown}` and `{}` have {other}", first_path.display());
                    tell(path, message, "put together only parts of one mapping of the same tables");
                }
            }
            for (one, two) in parts.iter().zip(parts.iter().skip(1)) {
                if one.1.part == two.1.part {
                    let message = format!("part {} of {} is given twice", two.1.part, two.1.of);
                    tell(&two.0, message, "give each part once");
                }
            }
            let missing: Vec<String> = (1..=first.of)
                .filter(|wanted| !parts.iter().any(|(_, manifest)| manifest.part == *wanted))
                .map(|part| part.to_string())
                .collect();
            if !missing.is_empty() {
                let message = match missing.as_slice() {
                    [only] => format!("part {only} of {} is missing", first.of),
                    several => format!("the parts {} of {} are missing", several.join(", "), first.of),
                };
                let hint = format!("make it with `civigraph map --partition {}/{}`", missing[0], first.of);
                tell(first_path, message, &hint);
            }
        }
        if faults.has_errors() { Err(Error::Invalid(Box::new(faults))) } else { Ok(Self(parts)) }
    }

    /// Whether the lines may name a graph.
    pub fn has_graphs(&self) -> bool {
        self.0.iter().any(|(_, manifest)| manifest.has_graphs)
    }

    /// Writes the lines of all parts in order, each once; returns how many there are.
    ///
    /// # Errors
    ///
    /// `wrong-parts`: a part is not what its manifest says, and what has been written is nothing;
    /// those of the files.
    pub fn merge(&self, out: &mut File) -> Result<u64> {
        let mut read: Vec<Box<dyn BufRead>> = Vec::new();
        let mut sums: Vec<Arc<Mutex<Sum>>> = Vec::new();
        for (path, _) in &self.0 {
            let sum = Arc::default();
            let input = file::open(path).map_err(Error::io(Action::Read, path))?;
            read.push(Box::new(BufReader::with_capacity(1 << 18, Summed { input, sum: Arc::clone(&sum) })));
            sums.push(sum);
        }
        let mut writer = BufWriter::with_capacity(1 << 18, out);
        let n_lines = merge_lines(read, &mut writer).and_then(|n| writer.flush().map(|()| n));
        let n_lines = n_lines.map_err(Error::io(Action::Write, OPEN_OUTPUT))?;
        for ((path, manifest), sum) in self.0.iter().zip(sums) {
            let sum = std::mem::take(&mut *sum.lock().unwrap_or_else(PoisonError::into_inner));
            let hash = hex(sum.hash.finalize());
            if sum.n_lines != manifest.n_lines || hash != manifest.sha256 {
                let message = format!(
                    "`{}` has {} lines and is not as it was written, with {}",
                    path.display(),
                    sum.n_lines,
                    manifest.n_lines
                );
                let hint = format!("make it again with `civigraph map --partition {}/{}`", manifest.part, manifest.of);
                return Err(fault(path, message, hint));
            }
        }
        Ok(n_lines)
    }
}

impl PartManifest {
    /// What another part has that does not fit this one.
    fn differs(&self, other: &Self) -> Option<&'static str> {
        let hashes = |manifest: &Self| manifest.inputs.iter().map(|input| input.sha256.clone()).collect::<Vec<_>>();
        if self.of != other.of {
            Some("another number of parts")
        } else if hashes(self) != hashes(other) {
            Some("another mapping or other tables")
        } else if self.has_graphs != other.has_graphs {
            Some("another format")
        } else {
            None
        }
    }
}

/// What has been read of a part.
#[derive(Default)]
struct Sum {
    hash: Sha256,
    n_lines: u64,
}

/// Sums up what is read through it.
struct Summed<R> {
    input: R,
    sum: Arc<Mutex<Sum>>,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.hash.update(&buffer[..n]);
        sum.n_lines += memchr::memchr_iter(b'\n', &buffer[..n]).count() as u64;
        Ok(n)
    }
}
