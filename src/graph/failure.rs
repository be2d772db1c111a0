//! The record of a failed build in the folder of a snapshot. It stays until a build succeeds:
//! until then the snapshot next to it is not what the last build was of.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{InputFile, PackOrigin};
use crate::error::{Action, Error, Result};
use crate::file;
use crate::finding::{Finding, codes};

/// The name of the record in a snapshot's folder.
const RECORD: &str = "failed-build.json";

/// A build that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedBuild {
    /// The folder of its pack as it was given; `None` for the pack inside the binary.
    pub folder: Option<String>,
    /// The pack's name, if its descriptor could be read.
    pub name: Option<String>,
    /// The RDF files that were given instead of a pack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<String>,
}

impl FailedBuild {
    /// What it was built from, as far as that is known.
    pub fn origin(&self) -> PackOrigin {
        let file = |path: &String| InputFile { path: path.clone(), sha256: String::new(), read_at: None };
        PackOrigin { folder: self.folder.clone(), data: self.data.iter().map(file).collect(), ..PackOrigin::default() }
    }

    /// Records the build in `folder`, which is created if it does not exist.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(RECORD);
        fs::create_dir_all(folder).map_err(Error::io(Action::Create, folder))?;
        super::snapshot::refuse_foreign(folder)?;
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::io(Action::Write, &path)(error.into()))?;
        // Renamed into place, never through a link that is there.
        let written = file::beside(folder, super::snapshot::TEMPORARY, None).and_then(|mut file| {
            writeln!(file, "{text}")?;
            file.persist(&path).map(drop).map_err(|error| error.error)
        });
        written.map_err(Error::io(Action::Write, &path))
    }

    /// The failed build that is recorded in `folder`, if the last build failed.
    ///
    /// # Errors
    ///
    /// `damaged-snapshot` if the record exists but is not valid.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(RECORD);
        let is_file = match path.symlink_metadata() {
            Ok(metadata) => metadata.is_file(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(Action::Read, &path)(error)),
        };
        let text = if is_file { fs::read_to_string(&path).ok() } else { None };
        text.and_then(|text| serde_json::from_str(&text).ok()).map(Some).ok_or_else(|| {
            let message = format!("`{}`, the record of a build that failed, cannot be read", path.display());
            let hint = "build again, or remove it to query the older snapshot".to_owned();
            Error::invalid(Finding::error(codes::DAMAGED_SNAPSHOT, message).hint(hint))
        })
    }

    /// Removes the record in `folder`.
    pub fn forget(folder: &Path) -> io::Result<()> {
        match fs::remove_file(folder.join(RECORD)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_there_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("new");
        assert_eq!(FailedBuild::read(&store).unwrap(), None);
        let failed = FailedBuild { folder: Some("city".to_owned()), ..FailedBuild::default() };
        failed.write(&store).unwrap();
        assert_eq!(FailedBuild::read(&store).unwrap(), Some(failed));
        FailedBuild::forget(&store).unwrap();
        assert_eq!(FailedBuild::read(&store).unwrap(), None);
        FailedBuild::forget(&store).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_record_is_not_written_through_a_link_nor_read_through_one() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("other");
        fs::write(&other, "kept").unwrap();
        std::os::unix::fs::symlink(&other, folder.path().join(RECORD)).unwrap();
        assert!(FailedBuild::read(folder.path()).is_err());
        FailedBuild::default().write(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "kept");
        assert!(FailedBuild::read(folder.path()).unwrap().is_some());
    }
}
