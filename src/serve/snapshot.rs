//! The snapshot that is served, and whether another has taken its place.

use std::fs::{self, File, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use super::process::NoWorker;
use super::settings::PageMatter;
use crate::error::{Action, Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::SNAPSHOT;
use crate::pipeline::{self, Knowledge};
use crate::work::{self, STACK};

/// Reads what goes with the snapshot that is there now.
pub type RenewMatter = Arc<dyn Fn() -> Result<PageMatter> + Send + Sync>;

/// What is served.
pub enum Served {
    /// The snapshot in a folder; a new one is taken up by itself, with what goes with it then.
    Store(PathBuf, RenewMatter),
    /// A graph that was built or read, as it is now.
    Graph(Box<Knowledge>),
}

/// A file by what changes when another takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileStamp([i128; 5]);

impl FileStamp {
    fn of(metadata: &Metadata) -> Self {
        let changed = i128::from(metadata.mtime()) * 1_000_000_000 + i128::from(metadata.mtime_nsec());
        let created = i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
        Self([metadata.dev().into(), metadata.ino().into(), metadata.len().into(), changed, created])
    }
}

impl Served {
    /// Opens the snapshot. A graph is written to a file that has no name any more, and is not held in memory then.
    ///
    /// # Errors
    ///
    /// Those of the files.
    pub(super) fn open(self) -> Result<(File, Option<Store>)> {
        match self {
            Self::Store(folder, renew) => {
                let (file, stamp) = open_in(&folder)?;
                Ok((file, Some(Store { folder, stamp, renew })))
            }
            Self::Graph(knowledge) => {
                let folder = tempfile::tempdir().map_err(Error::io(Action::Create, std::env::temp_dir()))?;
                pipeline::save_copy(&knowledge, folder.path())?;
                Ok((open_in(folder.path())?.0, None))
            }
        }
    }
}

/// The folder of a snapshot that may be replaced.
#[derive(Clone)]
pub(super) struct Store {
    folder: PathBuf,
    renew: RenewMatter,
    /// The file that was looked at last.
    stamp: FileStamp,
}

impl Store {
    /// Whether another file has taken the place of the one that was looked at last.
    pub fn has_changed(&mut self) -> bool {
        let now = fs::metadata(self.folder.join(SNAPSHOT)).ok().map(|metadata| FileStamp::of(&metadata));
        let changed = now.filter(|now| *now != self.stamp);
        self.stamp = changed.unwrap_or(self.stamp);
        changed.is_some()
    }

    /// Reads what goes with the snapshot that is there now. It takes as long as a comparison of editions, and waits
    /// for it.
    ///
    /// # Errors
    ///
    /// Those of the snapshot, its pack and the comparison.
    pub fn matter(&self) -> Result<PageMatter> {
        let renew = Arc::clone(&self.renew);
        let read = move || work::catch(|| renew());
        let thread = thread::Builder::new().stack_size(STACK).spawn(read);
        let joined = thread.map_err(|error| work::no_stack(&error))?.join();
        joined.unwrap_or_else(|_| {
            Err(Error::invalid(Finding::error(codes::UNREADABLE_FILE, "the snapshot and its pack cannot be read")))
        })
    }

    /// Opens the file that is there now.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn open(&self) -> Result<File> {
        Ok(open_in(&self.folder)?.0)
    }
}

fn open_in(folder: &Path) -> Result<(File, FileStamp)> {
    let path = folder.join(SNAPSHOT);
    let file = File::open(&path).map_err(Error::io(Action::Read, &path))?;
    let metadata = file.metadata().map_err(Error::io(Action::Read, &path))?;
    Ok((file, FileStamp::of(&metadata)))
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
