//! Results that consist of several files, which are replaced together or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::temporary::named;
use super::{OUTPUT, folder_of, is_stream, write_stream, written_beside};

/// Files that are written but not yet in their places.
#[derive(Default)]
pub struct Set {
    streams: Vec<(PathBuf, Vec<u8>)>,
    files: Vec<(PathBuf, NamedTempFile)>,
}

/// Why a set could not be put in place: at which file it failed. The others are as they were.
#[derive(Debug)]
pub struct NotReplaced {
    /// The file.
    pub path: PathBuf,
    /// The system's error.
    pub error: io::Error,
}

/// The previous content of a place, kept next to it.
struct Kept {
    path: TempPath,
    /// Locked, so that it is not swept.
    _lock: Option<File>,
}

impl Set {
    /// Writes a further file next to its place.
    pub fn add(&mut self, path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        if is_stream(path)? {
            let mut bytes = Vec::new();
            write(&mut bytes)?;
            self.streams.push((path.to_owned(), bytes));
        } else {
            self.files.push((path.to_owned(), written_beside(path, write)?));
        }
        Ok(())
    }

    /// Puts all files in their places. If one fails, those before it are restored.
    pub fn replace(self) -> Result<(), NotReplaced> {
        // Output to a pipe cannot be undone, so it comes first.
        for (path, bytes) in self.streams {
            write_stream(&path, |out| out.write_all(&bytes)).map_err(|error| NotReplaced { path, error })?;
        }
        let mut places = Vec::new();
        for (path, file) in self.files {
            match keep(&path) {
                Ok(kept) => places.push((path, file, kept)),
                Err(error) => return Err(NotReplaced { path, error }),
            }
        }
        let mut done: Vec<(PathBuf, Option<Kept>)> = Vec::new();
        for (path, file, kept) in places {
            match file.persist(&path) {
                Ok(_) => done.push((path, kept)),
                Err(failed) => {
                    let error = put_back(done).map_or(failed.error, |lost| io::Error::new(lost.kind(), lost));
                    return Err(NotReplaced { path, error });
                }
            }
        }
        Ok(())
    }
}

/// What is at a path, under a second name next to it; `None` if there is nothing.
fn keep(path: &Path) -> io::Result<Option<Kept>> {
    let kind = match path.symlink_metadata() {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let kept = named(OUTPUT).make_in(folder_of(path), |copy| {
        #[cfg(unix)]
        if kind.is_symlink() {
            return std::os::unix::fs::symlink(fs::read_link(path)?, copy);
        }
        match fs::hard_link(path, copy) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // Not every file system has hard links.
            Err(_) => fs::copy(path, copy).map(drop),
            Ok(()) => Ok(()),
        }
    })?;
    let path = kept.into_temp_path();
    let lock = super::open(&path).ok().filter(|file| file.try_lock().is_ok());
    Ok(Some(Kept { path, _lock: lock }))
}

/// Restores the previous content of places; returns an error if some could not be restored.
fn put_back(done: Vec<(PathBuf, Option<Kept>)>) -> Option<io::Error> {
    let mut lost = None;
    for (path, kept) in done.into_iter().rev() {
        let back = match kept {
            None => fs::remove_file(&path),
            Some(kept) => kept.path.persist(&path).map_err(|failed| {
                // Better under a strange name than lost.
                let _ = failed.path.keep();
                failed.error
            }),
        };
        if let Err(error) = back {
            let words = format!("`{}` could not be restored: {error}", path.display());
            lost = Some(io::Error::new(error.kind(), words));
        }
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn all_are_replaced_and_nothing_is_left_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&a, "old").unwrap();
        let mut set = Set::default();
        set.add(&a, |out| out.write_all(b"new a")).unwrap();
        set.add(&b, |out| out.write_all(b"new b")).unwrap();
        assert_eq!(text(&a), "old");
        assert!(!b.exists());
        set.replace().unwrap();
        assert_eq!((text(&a), text(&b)), ("new a".to_owned(), "new b".to_owned()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn where_one_cannot_be_replaced_none_is() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "old").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("a", at("link")).unwrap();
        let mut set = Set::default();
        for name in ["a", "b", "link", "c", "d"] {
            set.add(&at(name), |out| out.write_all(b"new")).unwrap();
        }
        // This happens between writing and renaming.
        fs::create_dir(at("c")).unwrap();
        let failed = set.replace().unwrap_err();
        assert_eq!((failed.path, failed.error.kind()), (at("c"), io::ErrorKind::IsADirectory));
        assert_eq!(text(&at("a")), "old");
        assert!(!at("b").exists() && !at("d").exists());
        #[cfg(unix)]
        assert_eq!(fs::read_link(at("link")).unwrap(), Path::new("a"));
        let n_left = if cfg!(unix) { 3 } else { 2 };
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), n_left, "nothing is left beside them");
        let told = Set::default().add(&at("c"), |_| Ok(())).unwrap_err();
        assert_eq!(told.kind(), io::ErrorKind::IsADirectory);
    }

    #[test]
    fn places_get_back_what_they_held() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&a, "old").unwrap();
        let kept = keep(&a).unwrap();
        let none = keep(&b).unwrap();
        assert!(kept.is_some() && none.is_none());
        for path in [&a, &b] {
            let file = written_beside(path, |out| out.write_all(b"new")).unwrap();
            file.persist(path).unwrap();
        }
        assert!(put_back(vec![(a.clone(), kept), (b.clone(), none)]).is_none());
        assert_eq!(text(&a), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
