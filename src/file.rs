//! Files are replaced whole: written beside the old one, synced, renamed.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// A new file in `folder` that is gone unless it is persisted. It gets the
/// permissions of `like`, else those that any new file would get.
pub fn beside(folder: &Path, prefix: &str, like: Option<&fs::Metadata>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The system takes away what the user's mask says.
        builder.permissions(like.map_or_else(|| fs::Permissions::from_mode(0o666), fs::Metadata::permissions));
    }
    #[cfg(not(unix))]
    let _ = like;
    builder.tempfile_in(folder)
}

/// Replaces the file at `path` by what `write` writes, or leaves it as it is.
/// A device or a pipe is written to as it is: it cannot be replaced.
pub fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // A link is followed: what it points to is replaced.
    let real = fs::canonicalize(path);
    let path = real.as_deref().unwrap_or(path);
    let existing = fs::metadata(path).ok();
    if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if existing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        let mut file = BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
        write(&mut file)?;
        return file.flush();
    }
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut file = beside(folder, ".civigraph-", existing.as_ref())?;
    {
        let mut buffered = BufWriter::new(file.as_file_mut());
        write(&mut buffered)?;
        buffered.flush()?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
