//! Results that are a folder of files, of which an earlier one may be there.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Component, Path, PathBuf};

use super::temporary::beside;
use super::{OUTPUT, folder_of, sweep};

/// Files that are held aside until all of them are there.
pub struct HeldFiles {
    folder: PathBuf,
    /// All their bytes, in a file without a name.
    held: File,
    /// Their paths with the places of their bytes.
    places: Vec<(String, usize)>,
}

/// What became of a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FolderChange {
    /// Files that were written.
    pub n_written: usize,
    /// Files that were there already.
    pub n_same: usize,
    /// Files of an earlier one that are no longer in it.
    pub n_removed: usize,
}

/// Why a folder is not used: a file in it that is not of an earlier one.
#[derive(Debug)]
pub struct ForeignFile(pub PathBuf);

impl HeldFiles {
    /// No files yet, for a folder.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { folder: folder.to_owned(), held: tempfile::tempfile()?, places: Vec::new() })
    }

    /// Holds a further file; its path has slashes and leads down from the folder.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub fn add(&mut self, path: String, bytes: &[u8]) -> io::Result<()> {
        self.held.write_all(bytes)?;
        self.places.push((path, bytes.len()));
        Ok(())
    }

    /// The paths of all files.
    fn paths(&self) -> BTreeSet<&str> {
        self.places.iter().map(|(path, _)| path.as_str()).collect()
    }

    /// A file that is there at the path of one of these, and is not one of `earlier`.
    pub fn foreign(&self, earlier: &BTreeSet<String>) -> Option<ForeignFile> {
        let mut new = self.places.iter().filter(|(path, _)| !earlier.contains(path));
        let found = new.find(|(path, _)| self.folder.join(path).symlink_metadata().is_ok());
        found.map(|(path, _)| ForeignFile(self.folder.join(path)))
    }

    /// Puts all files in their places, each whole, the last one last, and removes those of `earlier` that are not
    /// among them. A file that has not changed is left alone.
    ///
    /// # Errors
    ///
    /// Those of the system, with the path.
    pub fn put(mut self, earlier: &BTreeSet<String>) -> Result<FolderChange, (PathBuf, io::Error)> {
        let mut change = FolderChange::default();
        let at = |path: &Path| {
            let path = path.to_owned();
            move |error| (path, error)
        };
        self.held.seek(SeekFrom::Start(0)).map_err(at(&self.folder))?;
        let mut made = BTreeSet::new();
        for (path, length) in &self.places {
            let mut bytes = vec![0; *length];
            self.held.read_exact(&mut bytes).map_err(at(&self.folder))?;
            let path = self.folder.join(path);
            if made.insert(folder_of(&path).to_owned()) {
                make(&self.folder, folder_of(&path)).map_err(at(&path))?;
            }
            if fs::read(&path).is_ok_and(|there| there == bytes) {
                change.n_same += 1;
                continue;
            }
            replace(&path, &bytes).map_err(at(&path))?;
            change.n_written += 1;
        }
        let new = self.paths();
        for path in earlier.iter().filter(|path| !new.contains(path.as_str()) && leads_down(path)) {
            let path = self.folder.join(path);
            if fs::remove_file(&path).is_ok() {
                change.n_removed += 1;
                // Folders that have nothing in them any more, up to the own one.
                let mut above = path.parent();
                while let Some(folder) = above.filter(|folder| *folder != self.folder && fs::remove_dir(folder).is_ok())
                {
                    above = folder.parent();
                }
            }
        }
        Ok(change)
    }
}

/// Whether a path cannot lead out of the folder that it is in.
fn leads_down(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// Makes the folders down to one. A link among them would lead elsewhere.
fn make(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(from)?;
    let mut folder = from.to_owned();
    sweep(&folder, OUTPUT);
    for part in to.strip_prefix(from).into_iter().flat_map(Path::components) {
        folder.push(part);
        match folder.symlink_metadata() {
            Ok(known) if known.is_dir() => sweep(&folder, OUTPUT),
            Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
            Err(_) => fs::create_dir(&folder)?,
        }
    }
    Ok(())
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = beside(folder_of(path), OUTPUT, None)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, files: &[(&str, &str)], earlier: &[&str]) -> FolderChange {
        let mut held = HeldFiles::new(folder).unwrap();
        for (path, text) in files {
            held.add((*path).to_owned(), text.as_bytes()).unwrap();
        }
        let earlier = earlier.iter().map(|path| (*path).to_owned()).collect();
        held.put(&earlier).unwrap()
    }

    #[test]
    fn a_folder_is_brought_up_to_date_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        fs::write(folder.path().join("precious"), "x").unwrap();
        let first = put(&site, &[("a/b.html", "1"), ("c.html", "2")], &[]);
        assert_eq!(first, FolderChange { n_written: 2, n_same: 0, n_removed: 0 });
        fs::write(site.join("CNAME"), "example.org").unwrap();
        let second = put(&site, &[("c.html", "2"), ("d.html", "3")], &["a/b.html", "c.html", "../precious", "/etc/x"]);
        assert_eq!(second, FolderChange { n_written: 1, n_same: 1, n_removed: 1 });
        let mut names: Vec<_> =
            fs::read_dir(&site).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, ["CNAME", "c.html", "d.html"], "the folder without files is gone");
        assert!(folder.path().join("precious").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let (site, elsewhere) = (folder.path().join("site"), folder.path().join("elsewhere"));
        fs::create_dir_all(&site).unwrap();
        fs::create_dir(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, site.join("a")).unwrap();
        let mut held = HeldFiles::new(&site).unwrap();
        held.add("a/b.html".to_owned(), b"1").unwrap();
        assert!(held.put(&BTreeSet::new()).is_err());
        assert!(fs::read_dir(&elsewhere).unwrap().next().is_none());
    }
}
