//! The snapshot that is served, and whether another has taken its place.

use std::fs::{self, File, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use super::process::NoWorker;
use crate::error::{Action, Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::SNAPSHOT;
use crate::pipeline::{self, Knowledge};

/// What is served.
pub enum Served {
    /// The snapshot in a folder; a new one is taken up by itself.
    Store(PathBuf),
    /// A graph that was built or read, as it is now.
    Graph(Box<Knowledge>),
}

/// A file by what changes when another takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileStamp([i128; 5]);

impl FileStamp {
    fn of(metadata: &Metadata) -> Self {
        let changed = i128::from(metadata.mtime()) * 1_000_000_000 + i128::from(metadata.mtime_nsec());
        let created = i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
        Self([metadata.dev().into(), metadata.ino().into(), metadata.len().into(), changed, created])
    }
}

impl Served {
    /// Opens the snapshot. A graph is written to a file that has no name any more.
    ///
    /// # Errors
    ///
    /// Those of the files.
    pub(super) fn open(&self) -> Result<(File, FileStamp)> {
        let file = match self {
            Self::Store(folder) => {
                let path = folder.join(SNAPSHOT);
                File::open(&path).map_err(Error::io(Action::Read, &path))?
            }
            Self::Graph(knowledge) => {
                let folder = tempfile::tempdir().map_err(Error::io(Action::Create, std::env::temp_dir()))?;
                pipeline::save_copy(knowledge, folder.path())?;
                let path = folder.path().join(SNAPSHOT);
                File::open(&path).map_err(Error::io(Action::Read, &path))?
            }
        };
        let metadata = file.metadata().map_err(Error::io(Action::Read, SNAPSHOT))?;
        Ok((file, FileStamp::of(&metadata)))
    }

    /// How the snapshot looks now, if it can change.
    pub(super) fn stamp(&self) -> Option<FileStamp> {
        match self {
            Self::Store(folder) => fs::metadata(folder.join(SNAPSHOT)).ok().map(|metadata| FileStamp::of(&metadata)),
            Self::Graph(_) => None,
        }
    }
}

/// Why no worker can use a snapshot, as a finding.
pub(super) fn unfit(why: &NoWorker) -> Finding {
    match why {
        NoWorker::Io(error) => {
            Finding::error(codes::WORKER_ENDED, format!("no process could be started for it: {error}"))
        }
        NoWorker::Unfit(json) => {
            let value: serde_json::Value = serde_json::from_slice(json).unwrap_or_default();
            let text = |name: &str| value["findings"][0][name].as_str().unwrap_or_default().to_owned();
            let code = codes::find(&text("code")).map_or(codes::DAMAGED_SNAPSHOT, |code| code.name);
            Finding::error(code, text("message"))
        }
    }
}
