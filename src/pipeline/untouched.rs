//! Large inputs that nobody has touched since a snapshot was built: opening it need not read them
//! to find that they are the same. The record lies beside the snapshot, which depends on no clock.

use std::fs::{self, Metadata};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::file;
use crate::graph::InputFile;

/// The record in a snapshot's folder.
pub(super) const RECORD: &str = "inputs.json";

/// Smaller files are read in less time than this matters.
const LARGE: u64 = 1_000_000;

/// A file that has changed so shortly before it was read may change again unseen: its time stands
/// still between two ticks of the file system's clock.
const RECENT: Duration = Duration::from_secs(2);

/// A file as it was before it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    path: String,
    sha256: String,
    size: u64,
    /// When its content changed, in nanoseconds since 1970.
    modified: u128,
    /// When the file itself changed, also its name or rights; no program can set it.
    changed: i128,
}

/// The time, to be compared with that of files and written to no output.
#[expect(clippy::disallowed_methods, reason = "no output depends on it")]
pub(super) fn now() -> SystemTime {
    SystemTime::now()
}

/// How a large input looks now, if it has not changed since shortly before it was read.
pub(super) fn look(folder: &Path, input: &InputFile) -> Option<Seen> {
    let seen = of(folder, &input.path, &input.sha256)?;
    let read = input.read_at?.checked_sub(RECENT)?.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos();
    (seen.size >= LARGE && seen.modified <= read && seen.changed <= read as i128).then_some(seen)
}

fn of(folder: &Path, path: &str, sha256: &str) -> Option<Seen> {
    let metadata = fs::metadata(folder.join(path)).ok()?;
    let modified = metadata.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos();
    let (size, changed) = (metadata.len(), changed(&metadata)?);
    Some(Seen { path: path.to_owned(), sha256: sha256.to_owned(), size, modified, changed })
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<i128> {
    use std::os::unix::fs::MetadataExt as _;
    Some(i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec()))
}

/// Elsewhere there is no such time: files are read.
#[cfg(not(unix))]
fn changed(_: &Metadata) -> Option<i128> {
    None
}

/// Writes the record of files beside a snapshot. Without it they are read, so it may fail.
pub(super) fn record(store: &Path, seen: &[Seen]) {
    let path = store.join(RECORD);
    if seen.is_empty() {
        let _ = fs::remove_file(path);
        return;
    }
    let Ok(text) = serde_json::to_string_pretty(seen) else { return };
    let _ = file::beside(store, ".snapshot-inputs-", None).and_then(|mut file| {
        writeln!(file, "{text}")?;
        file.persist(&path).map(drop).map_err(|error| error.error)
    });
}

/// The record beside a snapshot.
pub(super) struct Untouched(Vec<Seen>);

impl Untouched {
    /// Reads the record; what cannot be read is as good as none.
    pub fn read(store: &Path) -> Self {
        let text = fs::read_to_string(store.join(RECORD)).unwrap_or_default();
        Self(serde_json::from_str(&text).unwrap_or_default())
    }

    /// The digest of a file that still looks as it did before it was read.
    pub fn digest(&self, folder: &Path, path: &str) -> Option<&str> {
        let seen = self.0.iter().find(|seen| seen.path == path)?;
        (of(folder, path, &seen.sha256)? == *seen).then_some(seen.sha256.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_until_it_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let (store, path) = (folder.path().join("store"), folder.path().join("table.csv"));
        fs::create_dir(&store).unwrap();
        fs::write(&path, vec![b'a'; LARGE as usize]).unwrap();
        let (now, later) = (now(), now() + RECENT);
        let input = |read_at| InputFile { path: "table.csv".to_owned(), sha256: "hash".to_owned(), read_at };
        // It had changed just before it was read: it may have changed again at the same time.
        assert_eq!(look(folder.path(), &input(Some(now))), None);
        assert_eq!(look(folder.path(), &input(None)), None);
        assert!(look(folder.path(), &input(Some(later))).is_some());
        let seen = of(folder.path(), "table.csv", "hash").unwrap();
        record(&store, std::slice::from_ref(&seen));
        assert_eq!(Untouched::read(&store).digest(folder.path(), "table.csv"), Some("hash"));
        assert_eq!(Untouched::read(&store).digest(folder.path(), "other.csv"), None);
        // The same size at the same time as before: the file has changed nevertheless.
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        std::thread::sleep(Duration::from_millis(20));
        fs::write(&path, vec![b'b'; LARGE as usize]).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        assert_eq!(Untouched::read(&store).digest(folder.path(), "table.csv"), None);
        record(&store, &[]);
        assert!(!store.join(RECORD).exists());
        fs::write(store.join(RECORD), "[{\"path\":").unwrap();
        assert_eq!(Untouched::read(&store).digest(folder.path(), "table.csv"), None);
    }
}
