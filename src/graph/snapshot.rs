//! A graph on disk: sorted N-Quads (zstd) and a manifest with hashes.
//!
//! The manifest is the snapshot. It names its data file by content; the data file is written and
//! synced first, then the manifest replaces the old one by a rename. If the process is killed at
//! any moment, a reader finds either the old snapshot or the new one.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::{DataFile, Manifest, data_file, fault};
use super::n_quads::{QuadReader, unreadable};
use super::{FailedBuild, Graph, Prefixes, sorted_lines};
use crate::error::{Action, Error, Result};
use crate::file;
use crate::finding::{Finding, codes, shorten};
use crate::progress::{self, Counted, Unit};

/// The name of the manifest in a snapshot's folder.
pub const MANIFEST: &str = "manifest.json";
const FORMAT: u32 = 1;
const LOCK: &str = "lock";
/// The largest manifest in bytes: it lists the files of a pack, which are not that many.
const LARGEST_MANIFEST: u64 = 64 * 1024 * 1024;
/// Prefix of the name of a part while it is being written.
pub(super) const TEMPORARY: &str = ".snapshot-";

/// The SHA-256 of a reader's output, in hexadecimal.
pub fn digest(mut reader: impl Read) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes to `inner` and hashes what is written.
struct Hashing<W> {
    inner: W,
    hasher: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The manifest of a snapshot's folder.
pub fn read_manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let bytes = manifest_bytes(folder).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            let message = format!("there is no snapshot in `{}`", folder.display());
            let hint = "create one with `civigraph build`".to_owned();
            return Error::invalid(Finding::error(codes::MISSING_FILE, message).hint(hint));
        }
        Error::io(Action::Read, &path)(error)
    })?;
    let manifest: Manifest = serde_json::from_slice(&bytes)
        .map_err(|error| damaged(folder, &format!("its manifest cannot be read: {error}")))?;
    if manifest.format != FORMAT {
        return Err(stale(folder, &format!("its format is {}, this version reads {FORMAT}", manifest.format)));
    }
    match fault(&manifest) {
        Some(why) => Err(damaged(folder, &format!("its manifest is invalid: {why}"))),
        None => Ok(manifest),
    }
}

/// The files of a snapshot.
pub fn snapshot_files(folder: &Path, manifest: &Manifest) -> Vec<PathBuf> {
    [MANIFEST, LOCK, &manifest.graph.file].iter().map(|name| folder.join(name)).collect()
}

fn manifest_bytes(folder: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file::open(&folder.join(MANIFEST))?.take(LARGEST_MANIFEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How to build the snapshot again, from the pack it was built from.
fn rebuild(folder: &Path) -> String {
    let manifest = manifest_bytes(folder).ok().and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
    let pack = match manifest.map(|manifest| manifest.pack.folder) {
        None => " PACK".to_owned(),
        Some(None) => String::new(),
        Some(Some(pack)) => format!(" {pack}"),
    };
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

impl Manifest {
    /// Refuses a snapshot that was built by another version or from other files.
    ///
    /// `ontology` is the digest of the binary's own ontology; `read` returns the current digest
    /// of a pack's file, or `None` if the pack no longer exists.
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
        for input in &self.pack.inputs {
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
    /// Writes the graph as a snapshot, replacing the one in `folder`. The data file is added to
    /// `manifest`.
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
        let lines = sorted_lines(self.quads())?;
        if let Some((line, why)) = unreadable(&lines) {
            let message = format!("the snapshot could not be read back: the parser rejects a statement: {why}");
            let start: String = line.chars().take(100).collect();
            let hint = format!("it begins with `{}`; the previous snapshot is kept", shorten(&start));
            return Err(Error::invalid(Finding::error(codes::UNREADABLE_SNAPSHOT, message).hint(hint)));
        }
        let failed = |error| Error::io(Action::Write, folder)(error);
        let temporary = || file::beside(folder, TEMPORARY, None);
        let mut file = temporary().map_err(failed)?;
        let hashing = Hashing { inner: file.as_file_mut(), hasher: Sha256::new() };
        let written = (|| {
            let mut encoder = zstd::stream::write::Encoder::new(hashing, 3)?;
            encoder.include_checksum(true)?;
            progress::begin("writing the snapshot", Unit::Items, Some(lines.len() as u64));
            for line in &lines {
                progress::advance(1);
                encoder.write_all(line.as_bytes())?;
                encoder.write_all(b"\n")?;
            }
            let hashing = encoder.finish()?;
            hashing.inner.sync_all()?;
            Ok(hex(&hashing.hasher.finalize()))
        })();
        let sha256 = written.map_err(failed)?;
        let name = data_file(&sha256);
        let is_new = folder.join(&name).symlink_metadata().is_err();
        file.persist(folder.join(&name)).map_err(|error| failed(error.error))?;
        manifest.format = FORMAT;
        manifest.prefixes =
            self.prefixes.iter().map(|(name, namespace)| (name.to_owned(), namespace.to_owned())).collect();
        manifest.graph = DataFile { file: name, sha256, n_quads: lines.len() };
        let replaced = FailedBuild::forget(folder).and_then(|()| replace_manifest(folder, &manifest));
        if let Err(error) = replaced {
            if is_new {
                let _ = fs::remove_file(folder.join(&manifest.graph.file));
            }
            return Err(Error::io(Action::Write, folder.join(MANIFEST))(error));
        }
        // From here on the new snapshot is valid; the rest is cleaning up.
        if let Ok(handle) = File::open(folder) {
            let _ = handle.sync_all();
        }
        drop(lines);
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // Only files that a build has written, whatever else is in the folder.
            let hash = name.strip_prefix("graph-").and_then(|rest| rest.strip_suffix(".nq.zst"));
            let ours = hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
            if (ours && name != manifest.graph.file) || name.starts_with(TEMPORARY) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(manifest)
    }

    /// Opens a snapshot; its data file must match the hash in the manifest.
    pub fn open(folder: &Path, manifest: &Manifest) -> Result<Self> {
        match Self::open_once(folder, manifest) {
            // A build may have replaced the snapshot since its manifest was read.
            Err(fault) => match read_manifest(folder) {
                Ok(now) if now != *manifest => Self::open_once(folder, &now),
                _ => Err(fault),
            },
            opened => opened,
        }
    }

    fn open_once(folder: &Path, manifest: &Manifest) -> Result<Self> {
        let name = &manifest.graph.file;
        let path = folder.join(name);
        let open = || match file::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(damaged(folder, &format!("`{name}` is missing")))
            }
            opened => opened.map_err(Error::io(Action::Read, &path)),
        };
        let found = digest(open()?).map_err(Error::io(Action::Read, &path))?;
        if found != manifest.graph.sha256 {
            return Err(damaged(folder, &format!("the hash of `{name}` does not match the manifest")));
        }
        let data = open()?;
        progress::begin("opening the snapshot", Unit::Bytes, data.metadata().ok().map(|of| of.len()));
        let decoder = zstd::stream::read::Decoder::new(Counted(data)).map_err(Error::io(Action::Read, &path))?;
        let mut graph = Self::new()?;
        let mut quads = QuadReader::new(BufReader::new(decoder));
        graph.extend(&mut quads)?;
        if let Some(fault) = quads.fault {
            return Err(damaged(folder, &fault));
        }
        if quads.n_quads != manifest.graph.n_quads {
            return Err(damaged(folder, "the number of quads does not match the manifest"));
        }
        graph.prefixes = Prefixes::default();
        for (name, namespace) in &manifest.prefixes {
            graph.prefixes.insert(name, namespace);
        }
        graph.materialise_union()?;
        Ok(graph)
    }
}

/// Refuses a folder whose `manifest.json` belongs to something else: many programs write one.
pub(super) fn refuse_foreign(folder: &Path) -> Result<()> {
    let Ok(bytes) = manifest_bytes(folder) else { return Ok(()) };
    let says_so =
        serde_json::from_slice::<serde_json::Value>(&bytes).is_ok_and(|value| value.get("civigraph").is_some());
    // One of ours may be damaged; the lock has been there since the first build.
    if says_so || folder.join(LOCK).symlink_metadata().is_ok() {
        return Ok(());
    }
    let message = format!("`{}` exists and does not belong to a snapshot", folder.join(MANIFEST).display());
    let hint = "write the snapshot to its own folder: `--store DIR`".to_owned();
    Err(Error::invalid(Finding::error(codes::UNWRITABLE_FILE, message).hint(hint)))
}

/// Puts a manifest in its place, which makes the snapshot valid.
fn replace_manifest(folder: &Path, manifest: &Manifest) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(manifest)?;
    text.push(b'\n');
    let mut file = file::beside(folder, TEMPORARY, None)?;
    file.write_all(&text)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(MANIFEST)).map(drop).map_err(|error| error.error)
}
