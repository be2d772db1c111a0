//! Opening files by their kind, and replacing them atomically: written next to the old file,
//! synced, renamed.
//!
//! A result never goes through a link into another file. The link itself is replaced, as `sed -i`
//! does, and its target stays unchanged: whoever names an output cannot see where a link in
//! somebody else's folder leads. Folders on the way may be links.

mod folder;
mod interrupt;
mod open;
mod packed;
mod set;
mod sorted_lines;
mod standard_input;
mod temporary;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek as _, Write};
use std::path::Path;

use tempfile::NamedTempFile;

pub use folder::{FolderChange, ForeignFile, HeldFiles};
pub use interrupt::{heed_interrupts, leave_interrupts};
pub use open::{is_pipe, is_same, open, open_lock, read};
pub use packed::{Bounded, Counting, Packing, unpacked};
pub use set::{NotReplaced, Set};
pub use sorted_lines::{SortedLines, merge_lines};
pub use standard_input::standard_input;
pub use temporary::{beside, sweep, temporary_folder};

/// Replaces the file at `path` with what `write` writes, or leaves it as it is. A device or a
/// pipe cannot be replaced and is written to directly.
pub fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if is_stream(path)? {
        return write_stream(path, write);
    }
    written_beside(path, write)?.persist(path).map(drop).map_err(|error| error.error)
}

/// What an open file that is written is called in errors by those who do not know its name.
pub const OPEN_OUTPUT: &str = "the output";

/// Like [`replace`], for what is read again while it is written. For a device or a pipe, that is a
/// temporary file.
///
/// # Errors
///
/// Those of `write` and of the files.
pub fn replace_file(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    if is_stream(path)? {
        return write_stream(path, |out| copy_whole(write, out));
    }
    file_beside(path, write)?.persist(path).map(drop).map_err(|error| error.error)
}

/// Copies a temporary file to `out` when it is complete.
///
/// # Errors
///
/// Those of `write` and of both files.
pub fn copy_whole(write: impl FnOnce(&mut File) -> io::Result<()>, out: &mut dyn Write) -> io::Result<()> {
    let mut file = tempfile::tempfile()?;
    write(&mut file)?;
    file.rewind()?;
    io::copy(&mut file, out).map(drop)
}

/// Turns a write beyond the file size limit (`ulimit -f`) into an ordinary error. By default, the
/// signal would end the program in the middle of a file.
pub fn heed_size_limit() {
    #[cfg(unix)]
    {
        // The flag itself is not needed: if the signal is caught, the write fails.
        let caught = std::sync::Arc::default();
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, caught);
    }
}

/// Prefix of the temporary file next to an output while it is written.
const OUTPUT: &str = ".civigraph-";

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// A file next to `path` with what `write` writes, ready to be renamed.
fn written_beside(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<NamedTempFile> {
    file_beside(path, |file| {
        let mut buffered = BufWriter::new(file);
        write(&mut buffered)?;
        buffered.flush()
    })
}

fn file_beside(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<NamedTempFile> {
    let folder = folder_of(path);
    sweep(folder, OUTPUT);
    let existing = fs::metadata(path).ok();
    let mut file = beside(folder, OUTPUT, existing.as_ref())?;
    write(file.as_file_mut())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Whether a path is a device, a pipe or a file that is already open; these are written to
/// directly.
fn is_stream(path: &Path) -> io::Result<bool> {
    let Ok(metadata) = fs::metadata(path) else { return Ok(false) };
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(!metadata.is_file() || is_open_already(path))
}

/// Whether a path is one of the system's names for open files (`/dev/stdout`,
/// `/dev/fd/3`): these are links that must not be replaced.
fn is_open_already(path: &Path) -> bool {
    let Ok(folder) = folder_of(path).canonicalize() else { return false };
    let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    folder == Path::new("/dev/fd") || is_link && (folder == Path::new("/dev") || folder.starts_with("/proc"))
}

fn write_stream(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Appends to what was written there before.
    let mut file = BufWriter::new(OpenOptions::new().append(true).open(path)?);
    write(&mut file)?;
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_file_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        replace(&path, |out| out.write_all(b"old")).unwrap();
        let failed = replace(&path, |out| {
            out.write_all(b"new")?;
            Err(io::Error::other("no more"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "no more");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(replace(folder.path(), |_| Ok(())).unwrap_err().kind(), io::ErrorKind::IsADirectory);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (kept, link) = (folder.path().join("kept"), folder.path().join("link"));
        fs::write(&kept, "kept").unwrap();
        std::os::unix::fs::symlink(&kept, &link).unwrap();
        replace(&link, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&kept).unwrap(), b"kept");
        assert_eq!(fs::read(&link).unwrap(), b"new");
        assert!(link.symlink_metadata().unwrap().is_file());
        // A dangling link must not create a file elsewhere.
        let (nowhere, link) = (folder.path().join("nowhere"), folder.path().join("dangling"));
        std::os::unix::fs::symlink(&nowhere, &link).unwrap();
        replace(&link, |out| out.write_all(b"new")).unwrap();
        assert!(!nowhere.exists() && link.is_file());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_of_open_files_and_devices_are_not_replaced() {
        assert!(is_open_already(Path::new("/dev/stdout")) && is_open_already(Path::new("/dev/fd/1")));
        assert!(!is_open_already(Path::new("/dev/shm/x")) && !is_open_already(Path::new("x")));
        replace(Path::new("/dev/null"), |out| out.write_all(b"x")).unwrap();
        assert!(is_stream(Path::new("/dev/null")).unwrap());
        let full = replace(Path::new("/dev/full"), |out| out.write_all(b"x"));
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
