//! Where a new pack is made, and which tables are in it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{MAPPING, TERMS, is_table};
use crate::finding::{Finding, codes};
use crate::pack::DESCRIPTOR;

/// The folder of a new pack and its tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackTarget {
    /// The folder.
    pub folder: PathBuf,
    /// The tables, each with its path in the pack.
    pub files: Vec<(PathBuf, String)>,
    /// Those of them that are elsewhere and have to be copied.
    pub copied: Vec<(PathBuf, String)>,
}

/// The folder and the tables that these paths name: tables, and a folder as the last. Without a table,
/// those that are in the folder; without a folder, the one in which the tables are.
///
/// # Errors
///
/// The finding that the paths do not say which folder is meant, or that something would be overwritten.
pub fn target(paths: &[PathBuf]) -> Result<PackTarget, Finding> {
    let (mut files, folder) = match paths.split_last() {
        Some((last, files)) if last.is_dir() || !last.exists() && !is_table(last) => {
            (files.to_vec(), Some(last.clone()))
        }
        _ => (paths.to_vec(), None),
    };
    if let Some(other) = files.iter().find(|path| path.is_dir()) {
        let message = format!("`{}` is a folder, and only the last argument can be one", other.display());
        return Err(Finding::error(codes::MISSING_FILE, message)
            .hint("name tables first, then the folder of the pack".to_owned()));
    }
    let folder = match folder {
        Some(folder) => folder,
        None => folder_of(&files)?,
    };
    let mut seen = Vec::new();
    for file in &files {
        let real = file.canonicalize().unwrap_or_else(|_| file.clone());
        if seen.contains(&real) {
            let message = format!("`{}` is named twice", file.display());
            return Err(Finding::error(codes::UNUSED_ARGUMENT, message).hint("name each table once".to_owned()));
        }
        seen.push(real);
    }
    for name in [DESCRIPTOR, MAPPING, TERMS] {
        refuse_existing(&folder.join(name))?;
    }
    if files.is_empty() && folder.is_dir() {
        files = tables_in(&folder)?;
    }
    let mut target = PackTarget { folder, files: Vec::new(), copied: Vec::new() };
    let real = target.folder.canonicalize().ok();
    for path in files {
        let inside = real.as_ref().and_then(|real| Some(path.canonicalize().ok()?.strip_prefix(real).ok()?.to_owned()));
        if let Some(inside) = inside {
            let parts: Vec<_> =
                inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            target.files.push((path, parts.join("/")));
            continue;
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if target.files.iter().any(|(_, known)| *known == name) {
            let message = format!("two tables would be called `{name}` in the pack");
            return Err(Finding::error(codes::EXISTING_FILE, message).hint("rename one of them".to_owned()));
        }
        refuse_existing(&target.folder.join(&name))?;
        target.copied.push((path.clone(), name.clone()));
        target.files.push((path, name));
    }
    Ok(target)
}

/// Nothing is overwritten.
///
/// # Errors
///
/// The finding that there is a file.
pub fn refuse_existing(path: &Path) -> Result<(), Finding> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let message = format!("`{}` is already there, and nothing is overwritten", path.display());
    Err(Finding::error(codes::EXISTING_FILE, message).hint("name another folder, or move it away".to_owned()))
}

/// The folder in which all files are; the current one if there are none.
fn folder_of(files: &[PathBuf]) -> Result<PathBuf, Finding> {
    let of = |path: &PathBuf| match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let Some(first) = files.first().map(of) else { return Ok(PathBuf::from(".")) };
    if files.iter().any(|file| of(file) != first) {
        let message = "the tables are in several folders";
        let hint = "name the folder of the pack as the last argument; the tables are copied into it".to_owned();
        return Err(Finding::error(codes::MISSING_FOLDER, message).hint(hint));
    }
    Ok(first)
}

/// The tables in a folder, in the order of their names.
fn tables_in(folder: &Path) -> Result<Vec<PathBuf>, Finding> {
    let failed = |error: std::io::Error| {
        Finding::error(codes::UNREADABLE_FILE, format!("cannot read the folder `{}`: {error}", folder.display()))
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Hidden files, and those with which spreadsheet programs mark an open workbook.
        if path.is_file() && is_table(&path) && !name.ends_with(".txt") && !name.starts_with(['.', '~']) {
            found.push(folder.join(name));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_argument_is_the_folder_if_it_is_no_table() {
        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::write(path("b.csv"), "id\n1\n").unwrap();
        fs::write(path("a.csv"), "id\n1\n").unwrap();
        let one = target(&[path("a.csv")]).unwrap();
        assert_eq!((one.folder, one.copied), (place.path().to_owned(), vec![]));
        let new = target(&[path("a.csv"), path("new")]).unwrap();
        assert_eq!((new.folder, new.copied), (path("new"), vec![(path("a.csv"), "a.csv".to_owned())]));
        let all = target(&[place.path().to_owned()]).unwrap();
        assert_eq!(all.files.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["a.csv", "b.csv"]);
        assert!(target(&[path("example")]).unwrap().files.is_empty());
        fs::write(path("mapping.yml"), "").unwrap();
        assert_eq!(target(&[path("a.csv")]).unwrap_err().code, codes::EXISTING_FILE);
    }
}
