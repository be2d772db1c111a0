//! A graph in a file that is mapped: nothing is read before it is asked for.
//!
//! A build writes the file beside the old one, syncs it and renames it: if the process is killed
//! at any moment, a reader finds either the old snapshot or the new one. Header and length are
//! verified when a snapshot is opened, each block when it is first read.

mod format;
mod manifest;
mod map;

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::dictionary::{Dictionary, HashedTerms, SortedTerms, SortedTermsBuilder};
use super::index::{NumberColumn, TripleIndex};
use super::{Data, FailedBuild, Graph, Prefixes};
use crate::error::{Action, Error, Result};
use crate::file;
use crate::finding::{Finding, codes, shorten};
use crate::octets::hex;
use crate::progress::{self, Unit};
use format::{FORMAT, Sections, SnapshotFault, SnapshotWriter};
use manifest::fault;
pub use manifest::{CheckRecord, InputFile, Manifest, PackOrigin, data_arguments};

/// The name of a snapshot's file in its folder.
pub const SNAPSHOT: &str = "snapshot";
/// What the snapshots of older versions had instead.
const OLD_MANIFEST: &str = "manifest.json";
const LOCK: &str = "lock";
/// Prefix of the name of a file while it is being written.
pub(super) const TEMPORARY: &str = ".snapshot-";

/// The SHA-256 of a reader's output, in hexadecimal.
pub fn digest(mut reader: impl Read) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hex(hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

/// The manifest of the snapshot in a folder.
pub fn read_manifest(folder: &Path) -> Result<Manifest> {
    open_file(folder).map(|(manifest, _)| manifest)
}

/// The files of a snapshot.
pub fn snapshot_files(folder: &Path) -> Vec<PathBuf> {
    [SNAPSHOT, LOCK].iter().map(|name| folder.join(name)).collect()
}

/// The manifest of a snapshot, and its other sections.
fn open_file(folder: &Path) -> Result<(Manifest, Sections)> {
    let path = folder.join(SNAPSHOT);
    let bytes = file::open(&path).and_then(map::bytes_of).map_err(|error| {
        if error.kind() != io::ErrorKind::NotFound {
            return Error::io(Action::Read, &path)(error);
        }
        if is_old(folder) {
            return stale(folder, "it was written by an older version");
        }
        let message = format!("there is no snapshot in `{}`", folder.display());
        let hint = "create one with `civigraph build`".to_owned();
        Error::invalid(Finding::error(codes::MISSING_FILE, message).hint(hint))
    })?;
    read(&path, bytes).map_err(|fault| match fault {
        SnapshotFault::Format(format) => stale(folder, &format!("its format is {format}, this version reads {FORMAT}")),
        SnapshotFault::Damaged(why) => damaged(folder, &why),
    })
}

/// Reads header and manifest of a file.
fn read(path: &Path, bytes: Bytes) -> Result<(Manifest, Sections), SnapshotFault> {
    let mut sections = Sections::of(path, bytes)?;
    let section = sections.section().ok_or_else(|| SnapshotFault::Damaged("it has no manifest".to_owned()))?;
    let bytes = section.verified().map_err(|damage| SnapshotFault::Damaged(damage.why()))?;
    let manifest: Manifest = serde_json::from_slice(bytes)
        .map_err(|error| SnapshotFault::Damaged(format!("its manifest cannot be read: {error}")))?;
    match fault(&manifest) {
        Some(why) => Err(SnapshotFault::Damaged(format!("its manifest is invalid: {why}"))),
        None => Ok((manifest, sections)),
    }
}

/// Whether the folder has the snapshot of an older version.
fn is_old(folder: &Path) -> bool {
    let manifest = fs::read(folder.join(OLD_MANIFEST)).ok();
    let value = manifest.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    value.is_some_and(|value| value.get("civigraph").is_some())
}

/// How to build the snapshot again, from the pack it was built from.
fn rebuild(folder: &Path) -> String {
    let bytes = file::open(&folder.join(SNAPSHOT)).and_then(map::bytes_of).ok();
    let pack = bytes.and_then(|bytes| read(folder, bytes).ok());
    let pack = pack.map_or_else(|| " PACK".to_owned(), |(manifest, _)| manifest.pack.arguments());
    format!("build it again with `civigraph build{pack} --store {}`", folder.display())
}

fn damaged(folder: &Path, why: &str) -> Error {
    let message = format!("the snapshot in `{}` is damaged: {why}", folder.display());
    let hint = rebuild(folder);
    Error::invalid(Finding::error(codes::DAMAGED_SNAPSHOT, message).hint(hint))
}

fn stale(folder: &Path, why: &str) -> Error {
    let message = format!("the snapshot in `{}` is stale: {why}", folder.display());
    let hint = rebuild(folder);
    Error::invalid(Finding::error(codes::STALE_SNAPSHOT, message).hint(hint))
}

impl super::DamagedBlock {
    fn why(&self) -> String {
        format!("its block {} is not as it was written", self.block)
    }

    /// The error for the block.
    pub fn error(&self) -> Error {
        damaged(self.file.parent().unwrap_or(Path::new("")), &self.why())
    }
}

impl Manifest {
    /// Refuses a snapshot that was built by another version or from other files.
    ///
    /// `ontology` is the digest of the binary's own ontology; `read` returns the current digest
    /// of a pack's file or a file of data, or `None` if the pack no longer exists.
    pub fn check_fresh(
        &self,
        folder: &Path,
        ontology: &str,
        mut read: impl FnMut(&str) -> Option<String>,
    ) -> Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        if self.civigraph != version {
            return Err(stale(folder, &format!("it was built by civigraph {}, this is {version}", self.civigraph)));
        }
        if self.ontology != ontology {
            return Err(stale(folder, "it was built with another ontology"));
        }
        for input in self.pack.inputs.iter().chain(&self.pack.data) {
            match read(&input.path) {
                Some(now) if now == input.sha256 => {}
                Some(_) => return Err(stale(folder, &format!("`{}` has changed since", input.path))),
                None => return Err(stale(folder, &format!("`{}` no longer exists", input.path))),
            }
        }
        Ok(())
    }
}

impl Graph {
    /// Writes the graph as a snapshot, replacing the one in `folder`.
    ///
    /// # Errors
    ///
    /// `busy-store` if another build is writing; `unwritable-file` if something else is there;
    /// `unreadable-snapshot` if a term could not be read back. The old snapshot stays.
    pub fn save(&self, folder: &Path, mut manifest: Manifest) -> Result<Manifest> {
        fs::create_dir_all(folder).map_err(Error::io(Action::Create, folder))?;
        refuse_foreign(folder)?;
        let lock = file::open_lock(&folder.join(LOCK)).map_err(Error::io(Action::Write, folder.join(LOCK)))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                let message = format!("another build is writing to `{}`", folder.display());
                return Err(Error::invalid(Finding::error(codes::BUSY_STORE, message)));
            }
            Err(fs::TryLockError::Error(error)) => return Err(Error::io(Action::Lock, folder)(error)),
        }
        manifest.n_quads = self.n_quads();
        manifest.prefixes =
            self.prefixes.iter().map(|(name, namespace)| (name.to_owned(), namespace.to_owned())).collect();
        let failed = |error| Error::io(Action::Write, folder)(error);
        let mut file = file::beside(folder, TEMPORARY, None).map_err(failed)?;
        self.write_to(file.as_file_mut(), &folder.join(SNAPSHOT), &manifest)?;
        file.as_file().sync_all().map_err(failed)?;
        FailedBuild::forget(folder).map_err(failed)?;
        let path = folder.join(SNAPSHOT);
        file.persist(&path).map_err(|error| Error::io(Action::Write, &path)(error.error))?;
        // From here on the new snapshot is valid; the rest is cleaning up.
        if let Ok(handle) = File::open(folder) {
            let _ = handle.sync_all();
        }
        let old = is_old(folder);
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // Only files that a build has written, whatever else is in the folder.
            let hash = name.strip_prefix("graph-").and_then(|rest| rest.strip_suffix(".nq.zst"));
            let ours = hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
            if (old && (ours || name == OLD_MANIFEST)) || name.starts_with(TEMPORARY) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(manifest)
    }

    /// Writes the graph as the file of a snapshot, which is called `path` in errors.
    pub(super) fn write_to(&self, output: impl io::Write + io::Seek, path: &Path, manifest: &Manifest) -> Result<()> {
        let Dictionary::Hashed(terms) = &self.data.dictionary else {
            // The terms of a snapshot are numbered anew, like those of a graph in memory.
            return self.clone().into_builder().freeze().write_to(output, path, manifest);
        };
        readable(terms)?;
        progress::begin("sorting the terms", Unit::Items, None);
        let sorted = SortedTermsBuilder::new(terms);
        let written = (|| {
            let mut writer = SnapshotWriter::new(BufWriter::new(output))?;
            writer.section(&serde_json::to_vec(manifest)?, 1)?;
            writer.section(&serde_json::to_vec(&sorted.kinds)?, 1)?;
            writer.section(&sorted.texts, 1)?;
            writer.section(&sorted.samples, 1)?;
            for column in [&sorted.groups, &sorted.sample_starts] {
                writer.section(column.bytes().all(), column.width())?;
            }
            // The texts are not held in memory while the triples are sorted.
            let numbers = sorted.numbers;
            drop((sorted.texts, sorted.samples));
            let index = self.data.index.renumbered(&numbers);
            drop(numbers);
            let columns = index.columns();
            progress::begin("writing the snapshot", Unit::Items, Some(columns.len() as u64));
            for column in columns {
                writer.section(column.bytes().all(), column.width())?;
                progress::advance(1);
            }
            writer.finish()?.flush()
        })();
        written.map_err(Error::io(Action::Write, path))
    }

    /// Opens the snapshot in a folder, whose manifest comes with it.
    ///
    /// # Errors
    ///
    /// `missing-file`, `stale-snapshot`, `damaged-snapshot`.
    pub fn open(folder: &Path) -> Result<(Self, Manifest)> {
        let (manifest, sections) = open_file(folder)?;
        let graph = Self::of_sections(&manifest, sections);
        let graph = graph.ok_or_else(|| damaged(folder, "its sections do not fit together"))?;
        Ok((graph, manifest))
    }

    /// Opens a snapshot by its file, such as one that was open before another took its name.
    ///
    /// # Errors
    ///
    /// `unreadable-file`, `stale-snapshot`, `damaged-snapshot`.
    pub fn open_file(path: &Path) -> Result<(Self, Manifest)> {
        let bytes = File::open(path).and_then(map::bytes_of).map_err(Error::io(Action::Read, path))?;
        let (manifest, sections) = read(path, bytes).map_err(|fault| match fault {
            SnapshotFault::Format(format) => {
                stale(path, &format!("its format is {format}, this version reads {FORMAT}"))
            }
            SnapshotFault::Damaged(why) => damaged(path, &why),
        })?;
        let graph = Self::of_sections(&manifest, sections);
        let graph = graph.ok_or_else(|| damaged(path, "its sections do not fit together"))?;
        Ok((graph, manifest))
    }

    /// A digest of all that the snapshot holds, from which the graph is mapped; a graph in memory has none.
    pub fn content_digest(&self) -> Option<String> {
        let sums = self.data.checksums.as_ref()?.sums();
        digest(sums.iter().flat_map(|sum| sum.to_le_bytes()).collect::<Vec<u8>>().as_slice()).ok()
    }

    /// The graph in the bytes of a snapshot's file.
    ///
    /// # Errors
    ///
    /// `damaged-snapshot`.
    pub fn of_bytes(name: &str, bytes: Vec<u8>) -> Result<(Self, Manifest)> {
        let opened = read(Path::new(name), bytes.into()).ok();
        let graph = opened.and_then(|(manifest, sections)| Some((Self::of_sections(&manifest, sections)?, manifest)));
        graph.ok_or_else(|| damaged(Path::new(name), "it is not as it was written"))
    }

    fn of_sections(manifest: &Manifest, mut sections: Sections) -> Option<Self> {
        let kinds = serde_json::from_slice::<Vec<_>>(sections.section()?.verified().ok()?).ok()?;
        let (texts, samples) = (sections.section()?, sections.section()?);
        let (groups, sample_starts) = (sections.column()?, sections.column()?);
        let terms = SortedTerms::new(kinds, texts, groups, samples, sample_starts)?;
        let columns: Vec<NumberColumn> = sections.columns()?;
        let index = TripleIndex::of_columns(terms.len(), &columns)?;
        let mut prefixes = Prefixes::default();
        for (name, namespace) in &manifest.prefixes {
            prefixes.insert(name, namespace);
        }
        let checksums = Some(sections.checksums);
        let data = Data { dictionary: Dictionary::Sorted(terms), index: Arc::new(index), beside: None, checksums };
        let graph = Self::new(data, prefixes);
        (graph.n_quads() == manifest.n_quads).then_some(graph)
    }
}

/// Refuses terms that could not be read back: those of triple terms are stored as N-Triples.
fn readable(terms: &HashedTerms) -> Result<()> {
    let Some(written) = terms.unreadable_triple() else { return Ok(()) };
    let message = "the snapshot could not be read back: the parser rejects a triple term";
    let start: String = written.chars().take(100).collect();
    let hint = format!("it begins with `{}`; the previous snapshot is kept", shorten(&start));
    Err(Error::invalid(Finding::error(codes::UNREADABLE_SNAPSHOT, message).hint(hint)))
}

/// Refuses a folder in which something else has the name of a snapshot.
pub(super) fn refuse_foreign(folder: &Path) -> Result<()> {
    let path = folder.join(SNAPSHOT);
    // One of ours may be damaged; the lock has been there since the first build.
    if path.symlink_metadata().is_err() || folder.join(LOCK).symlink_metadata().is_ok() {
        return Ok(());
    }
    if file::open(&path).and_then(map::bytes_of).is_ok_and(|bytes| format::is_ours(&bytes)) {
        return Ok(());
    }
    let message = format!("`{}` exists and does not belong to a snapshot", path.display());
    let hint = "write the snapshot to its own folder: `--store DIR`".to_owned();
    Err(Error::invalid(Finding::error(codes::UNWRITABLE_FILE, message).hint(hint)))
}
