//! A graph on disk: sorted N-Quads (zstd) and a manifest with hashes.
//!
//! The manifest is the snapshot. It names its data file by content; the data
//! file is written and synced first, then the manifest replaces the old one by
//! a rename. Killed at any moment, a reader finds the old snapshot or the new.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use oxigraph::io::{RdfFormat, RdfParser};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{FailedBuild, Graph, Prefixes, sorted_lines};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::file;

/// The name of the manifest in a snapshot's folder.
pub const MANIFEST: &str = "manifest.json";
const FORMAT: u32 = 1;
const LOCK: &str = "lock";
/// What the name of a part begins with while it is being written.
pub(super) const TEMPORARY: &str = ".snapshot-";

/// What a snapshot holds and what it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this form of snapshot.
    pub format: u32,
    /// The version of civigraph that wrote it.
    pub civigraph: String,
    /// The pack it was built from.
    pub pack: PackOrigin,
    /// SHA-256 of the ontology and rules inside the binary that built it.
    pub ontology: String,
    /// Prefixes for queries and exports.
    pub prefixes: Vec<(String, String)>,
    /// Language tags, the main one first.
    pub languages: Vec<String>,
    /// The data file.
    pub graph: DataFile,
}

/// The pack that a snapshot was built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackOrigin {
    /// Its folder as it was given; none when it ships inside the binary.
    pub folder: Option<String>,
    /// Its name.
    pub name: String,
    /// Its title for people.
    #[serde(default)]
    pub title: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The files it was built from, relative to the pack.
    pub inputs: Vec<Input>,
}

/// A file that a snapshot was built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its path, relative to the pack.
    pub path: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// The file with the quads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Its name.
    pub file: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// How many quads it holds.
    pub n_quads: usize,
}

/// The SHA-256 of what a reader gives, in hexadecimal.
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

/// Writes to `inner` and hashes what passes.
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
    let text = fs::read_to_string(&path).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            let message = format!("there is no snapshot in `{}`", folder.display());
            let hint = "make one with `civigraph build`".to_owned();
            return Error::invalid(Diagnostic::error("missing-file", message).hint(hint));
        }
        Error::io("read", &path)(error)
    })?;
    let manifest: Manifest = serde_json::from_str(&text)
        .map_err(|error| damaged(folder, &format!("its manifest cannot be read: {error}")))?;
    if manifest.format != FORMAT {
        return Err(stale(folder, &format!("it has the form {}, this version reads {FORMAT}", manifest.format)));
    }
    Ok(manifest)
}

/// How to build the snapshot again, from the pack it was built from.
fn rebuild(folder: &Path) -> String {
    let manifest = fs::read_to_string(folder.join(MANIFEST)).ok();
    let manifest = manifest.and_then(|text| serde_json::from_str::<Manifest>(&text).ok());
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
    Error::invalid(Diagnostic::error("damaged-snapshot", message).hint(hint))
}

fn stale(folder: &Path, why: &str) -> Error {
    let message = format!("the snapshot in `{}` is stale: {why}", folder.display());
    let hint = rebuild(folder);
    Error::invalid(Diagnostic::error("stale-snapshot", message).hint(hint))
}

impl Manifest {
    /// Refuses a snapshot that was built by another version or of other files.
    ///
    /// `ontology` is the digest of the binary's own ontology; `read` gives the
    /// digest of a pack's file now, none when the pack is not there any more.
    pub fn check_fresh(
        &self,
        folder: &Path,
        ontology: &str,
        mut read: impl FnMut(&str) -> Option<String>,
    ) -> Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        if self.civigraph != version {
            return Err(stale(folder, &format!("civigraph {} built it, this is {version}", self.civigraph)));
        }
        if self.ontology != ontology {
            return Err(stale(folder, "it was built with another ontology"));
        }
        for input in &self.pack.inputs {
            match read(&input.path) {
                Some(now) if now == input.sha256 => {}
                Some(_) => return Err(stale(folder, &format!("`{}` has changed since", input.path))),
                None => return Err(stale(folder, &format!("`{}` is not there any more", input.path))),
            }
        }
        Ok(())
    }
}

impl Graph {
    /// Writes the graph as a snapshot, replacing the one in `folder`.
    /// `manifest` is completed with the data file.
    pub fn save(&self, folder: &Path, mut manifest: Manifest) -> Result<Manifest> {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let lock = File::create(folder.join(LOCK)).map_err(Error::io("write", folder.join(LOCK)))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                let message = format!("another build is writing to `{}`", folder.display());
                return Err(Error::invalid(Diagnostic::error("busy-store", message)));
            }
            Err(fs::TryLockError::Error(error)) => return Err(Error::io("lock", folder)(error)),
        }
        let lines = sorted_lines(self.quads())?;
        let failed = |error| Error::io("write", folder)(error);
        let temporary = || file::beside(folder, TEMPORARY, None);
        let mut file = temporary().map_err(failed)?;
        let hashing = Hashing { inner: file.as_file_mut(), hasher: Sha256::new() };
        let written = (|| {
            let mut encoder = zstd::stream::write::Encoder::new(hashing, 3)?;
            encoder.include_checksum(true)?;
            for line in &lines {
                encoder.write_all(line.as_bytes())?;
                encoder.write_all(b"\n")?;
            }
            let hashing = encoder.finish()?;
            hashing.inner.sync_all()?;
            Ok(hex(&hashing.hasher.finalize()))
        })();
        let sha256 = written.map_err(failed)?;
        let name = format!("graph-{}.nq.zst", &sha256[..16]);
        file.persist(folder.join(&name)).map_err(|error| failed(error.error))?;
        manifest.format = FORMAT;
        manifest.prefixes =
            self.prefixes.iter().map(|(name, namespace)| (name.to_owned(), namespace.to_owned())).collect();
        manifest.graph = DataFile { file: name, sha256, n_quads: lines.len() };
        let mut text = serde_json::to_string_pretty(&manifest).map_err(|error| failed(error.into()))?;
        text.push('\n');
        let mut file = temporary().map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        FailedBuild::forget(folder).map_err(failed)?;
        file.persist(folder.join(MANIFEST)).map_err(|error| failed(error.error))?;
        // From here the new snapshot stands; the rest is tidying.
        if let Ok(handle) = File::open(folder) {
            let _ = handle.sync_all();
        }
        drop(lines);
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // Only what a build has written, whatever else lies in the folder.
            let hash = name.strip_prefix("graph-").and_then(|rest| rest.strip_suffix(".nq.zst"));
            let ours = hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
            if (ours && name != manifest.graph.file) || name.starts_with(TEMPORARY) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(manifest)
    }

    /// Opens a snapshot; its data file must have the hash that the manifest says.
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
        let path = folder.join(&manifest.graph.file);
        if Path::new(&manifest.graph.file).components().count() != 1 {
            return Err(damaged(folder, "its data file is not in its folder"));
        }
        let open = || File::open(&path).map_err(|_| damaged(folder, &format!("`{}` is missing", manifest.graph.file)));
        let found = digest(open()?).map_err(Error::io("read", &path))?;
        if found != manifest.graph.sha256 {
            return Err(damaged(folder, &format!("`{}` has another hash than the manifest says", manifest.graph.file)));
        }
        let decoder = zstd::stream::read::Decoder::new(open()?).map_err(Error::io("read", &path))?;
        let mut graph = Self::new()?;
        let parser = RdfParser::from_format(RdfFormat::NQuads).for_reader(BufReader::new(decoder));
        let mut n_quads = 0;
        let mut fault = None;
        let counted = parser.map_while(|quad| match quad {
            Ok(quad) => {
                n_quads += 1;
                Some(quad)
            }
            Err(error) => {
                fault = Some(error.to_string());
                None
            }
        });
        graph.extend(counted)?;
        if let Some(fault) = fault {
            return Err(damaged(folder, &fault));
        }
        if n_quads != manifest.graph.n_quads {
            return Err(damaged(folder, "it holds another number of quads than the manifest says"));
        }
        graph.prefixes = Prefixes::default();
        for (name, namespace) in &manifest.prefixes {
            graph.prefixes.insert(name, namespace);
        }
        graph.materialise_union()?;
        Ok(graph)
    }
}
