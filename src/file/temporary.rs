//! Temporary files next to the files that will replace others.
//!
//! Each is locked by the program that writes it. One that is not locked was left by a program
//! that was killed, and the next program that writes there removes it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempDir};

/// The suffix of a temporary file's name, and the number of random characters in it: enough to be
/// sure that the name is ours.
const ENDING: &str = ".part";
const CHANCE: usize = 12;

/// A builder of temporary files with our names.
pub(super) fn named(prefix: &str) -> Builder<'_, 'static> {
    let mut builder = Builder::new();
    builder.prefix(prefix).suffix(ENDING).rand_bytes(CHANCE);
    builder
}

/// Creates a file in `folder` that is removed unless it is persisted. It gets the permissions of
/// `like`, otherwise those of any new file.
pub fn beside(folder: &Path, prefix: &str, like: Option<&fs::Metadata>) -> io::Result<NamedTempFile> {
    let mut builder = named(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The system applies the user's mask.
        builder.permissions(like.map_or_else(|| fs::Permissions::from_mode(0o666), fs::Metadata::permissions));
    }
    #[cfg(not(unix))]
    let _ = like;
    loop {
        let file = builder.tempfile_in(folder)?;
        super::interrupt::note(file.path());
        match file.as_file().try_lock() {
            Ok(()) if is_there(file.as_file())? => return Ok(file),
            // Another process swept it before it was locked.
            Ok(()) | Err(TryLockError::WouldBlock) => {}
            // Without locks, nothing is swept either.
            Err(TryLockError::Error(_)) => return Ok(file),
        }
    }
}

/// Creates a folder for files that the program needs while it runs. It is removed with what it holds, also when the
/// program is interrupted.
pub fn temporary_folder() -> io::Result<TempDir> {
    let folder = Builder::new().prefix("civigraph-").tempdir()?;
    super::interrupt::note(folder.path());
    Ok(folder)
}

/// Whether an open file still has a name.
fn is_there(file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Ok(file.metadata()?.nlink() > 0)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(true)
    }
}

/// Removes the temporary files in `folder` whose program has ended.
pub fn sweep(folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let chance = name.to_str().and_then(|name| name.strip_prefix(prefix)?.strip_suffix(ENDING));
        let ours =
            chance.is_some_and(|chance| chance.len() == CHANCE && chance.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        // Locked until it is removed, so that no other program starts to write it.
        let Ok(file) = super::open(&entry.path()) else { continue };
        if file.try_lock().is_ok() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_writes_any_more_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let held = beside(folder.path(), ".x-", None).unwrap();
        for name in [".x-abcDEF123456.part", ".x-backup", ".x-notes.part", ".y-abcDEF123456.part", "x.part"] {
            fs::write(folder.path().join(name), "left").unwrap();
        }
        sweep(folder.path(), ".x-");
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.retain(|name| folder.path().join(name) != held.path());
        names.sort();
        assert_eq!(names, [".x-backup", ".x-notes.part", ".y-abcDEF123456.part", "x.part"]);
        assert!(held.path().exists(), "it is still written");
    }
}
