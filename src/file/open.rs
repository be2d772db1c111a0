//! Opening files without blocking, without following links where none is expected, and without
//! reading endless devices forever.

use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// How much a device may return before it is considered endless.
const MOST_OF_A_DEVICE: u64 = 64 * 1024 * 1024;

/// Opens a regular file for reading. A pipe in its place would wait for a writer, and a device
/// may never end.
///
/// # Errors
///
/// Those of the system, and that it is not a regular file.
pub fn open(path: &Path) -> io::Result<File> {
    must_be_regular(&fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    // Something else may have taken its place meanwhile.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    let file = options.open(path)?;
    must_be_regular(&file.metadata()?)?;
    Ok(file)
}

/// Opens a file that exists to be locked, and creates it if it does not exist. It is never
/// truncated: its content is not ours to lose.
///
/// # Errors
///
/// Those of the system, and that it is a link or not a regular file.
pub fn open_lock(path: &Path) -> io::Result<File> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => {
            return Err(io::Error::other("it is a link, which may lead to another file"));
        }
        Ok(metadata) => must_be_regular(&metadata)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOFOLLOW);
    let file = options.open(path)?;
    must_be_regular(&file.metadata()?)?;
    Ok(file)
}

/// The bytes of a file that an argument names. It may also be a pipe, such as a shell creates for
/// `<(…)`, or a device, as long as it ends.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let kind = file.metadata()?.file_type();
    let mut bytes = Vec::new();
    if kind.is_file() || kind.is_dir() || is_fifo(kind) {
        file.read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    file.take(MOST_OF_A_DEVICE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_OF_A_DEVICE {
        return Err(io::Error::other("it is a device whose content does not end"));
    }
    Ok(bytes)
}

/// Whether a path is a pipe.
pub fn is_pipe(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| is_fifo(metadata.file_type()))
}

/// Whether two paths lead to the same file, following links.
pub fn is_same(one: &Path, other: &Path) -> bool {
    let (Ok(a), Ok(b)) = (fs::metadata(one), fs::metadata(other)) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        (a.dev(), a.ino()) == (b.dev(), b.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = (a, b);
        one.canonicalize().ok() == other.canonicalize().ok()
    }
}

fn must_be_regular(metadata: &Metadata) -> io::Result<()> {
    match metadata.file_type() {
        kind if kind.is_file() => Ok(()),
        kind if kind.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        _ => Err(io::Error::other("not a regular file")),
    }
}

#[cfg(unix)]
fn is_fifo(kind: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_fifo(_: FileType) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_is_no_file_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let fifo = at("fifo");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        for path in [&fifo, Path::new("/dev/zero")] {
            assert_eq!(open(path).unwrap_err().to_string(), "not a regular file", "{}", path.display());
            assert_eq!(open_lock(path).unwrap_err().to_string(), "not a regular file", "{}", path.display());
        }
        assert_eq!(open(folder.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(open_lock(folder.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert!(is_pipe(&fifo) && !is_pipe(Path::new("/dev/zero")) && !is_pipe(&at("nothing")));
        assert!(read(Path::new("/dev/zero")).unwrap_err().to_string().contains("does not end"));
        assert_eq!(read(Path::new("/dev/null")).unwrap(), b"");
    }

    #[test]
    fn a_lock_is_made_never_cut_and_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let (lock, link) = (folder.path().join("lock"), folder.path().join("link"));
        drop(open_lock(&lock).unwrap());
        fs::write(&lock, "kept").unwrap();
        drop(open_lock(&lock).unwrap());
        assert_eq!(fs::read_to_string(&lock).unwrap(), "kept");
        symlink(&lock, &link).unwrap();
        assert!(open_lock(&link).unwrap_err().to_string().contains("it is a link"));
        fs::remove_file(&lock).unwrap();
        assert!(open_lock(&link).is_err() && !lock.exists());
    }

    #[test]
    fn one_file_has_many_paths() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "").unwrap();
        fs::write(at("b"), "").unwrap();
        symlink(at("a"), at("link")).unwrap();
        fs::hard_link(at("a"), at("hard")).unwrap();
        for (other, same) in [("a", true), ("./a", true), ("link", true), ("hard", true), ("b", false), ("c", false)] {
            assert_eq!(is_same(&at("a"), &at(other)), same, "{other}");
        }
        assert!(!is_same(&at("c"), &at("c")), "what is not there is no file");
    }
}
