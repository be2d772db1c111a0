//! Where a pack's files are. No path in a pack leads out of its folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Component, Path, PathBuf};

use super::embedded;
use crate::file;
use crate::finding::{Finding, Place, codes};

/// Where a pack's files are: embedded in the binary, on disk, or on disk beside texts in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Files {
    /// Below this path inside the binary.
    Embedded(String),
    /// This folder.
    Folder(PathBuf),
    /// This folder, with these texts in the place of files of their names.
    Beside(PathBuf, BTreeMap<String, String>),
    /// This folder, and files elsewhere: what a user names on the command line may name them.
    Anywhere(PathBuf),
}

/// The path of a table that is standard input. A file that is called so is `./-`.
pub const STANDARD_INPUT: &str = "-";
/// How much of it is held, in bytes.
const LARGEST_STANDARD_INPUT: u64 = 1024 * 1024 * 1024;

/// The table that is standard input. It is read several times, and therefore held.
pub(super) fn standard_input() -> Result<Box<dyn Read>, Finding> {
    match file::standard_input("a table", LARGEST_STANDARD_INPUT) {
        Ok(bytes) => Ok(Box::new(Cursor::new(bytes))),
        Err(error) => {
            let message = format!("cannot read standard input (`{STANDARD_INPUT}`): {error}");
            Err(Finding::error(codes::UNREADABLE_FILE, message))
        }
    }
}

/// The normal form of a path in a pack: `./x`, `x` and `.//x` are one file. A path that leads out
/// of the pack stays as it is, to be reported.
pub fn normal_path(path: &str) -> String {
    if path.contains("://") {
        return path.to_owned();
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let root = if path.starts_with('/') { "/" } else { "" };
    match parts.join("/") {
        // An empty path is a separate error.
        joined if joined.is_empty() && root.is_empty() && !path.is_empty() => ".".to_owned(),
        joined if joined == STANDARD_INPUT && path != STANDARD_INPUT && root.is_empty() => format!("./{joined}"),
        joined => format!("{root}{joined}"),
    }
}

/// Why a pack's file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The path is absolute, climbs out with `..` or goes through a link that leads out.
    #[error("the path leads out of the pack's folder")]
    Leaves,
    /// The system's error.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Files {
    /// Opens a file of the pack by its path relative to the folder.
    pub fn open(&self, relative: &str) -> Result<Box<dyn Read>, OpenError> {
        let inside = self.inside(relative)?;
        match self {
            Self::Embedded(root) => {
                let path = format!("{root}/{relative}");
                let bytes = embedded::read(&path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
                Ok(Box::new(Cursor::new(bytes)))
            }
            Self::Beside(_, texts) if texts.contains_key(relative) => {
                Ok(Box::new(Cursor::new(texts[relative].clone().into_bytes())))
            }
            Self::Folder(root) | Self::Beside(root, _) => {
                // A pipe in its place would wait forever.
                Ok(Box::new(file::open(&Self::real(root, inside)?)?))
            }
            Self::Anywhere(root) => Ok(Box::new(file::open(&root.join(inside))?)),
        }
    }

    /// The real path of a file in the pack, with all links followed.
    fn real(root: &Path, inside: &Path) -> Result<PathBuf, OpenError> {
        let real = root.join(inside).canonicalize()?;
        if real.starts_with(root.canonicalize()?) { Ok(real) } else { Err(OpenError::Leaves) }
    }

    fn inside<'p>(&self, relative: &'p str) -> Result<&'p Path, OpenError> {
        let path = Path::new(relative);
        if matches!(self, Self::Anywhere(_)) {
            return Ok(path);
        }
        let climbs = path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir));
        if climbs || relative.contains('\\') || relative.contains("://") {
            return Err(OpenError::Leaves);
        }
        Ok(path)
    }

    /// The size of a file of the pack in bytes, if it exists.
    pub fn size(&self, relative: &str) -> Option<u64> {
        let inside = self.inside(relative).ok()?;
        match self {
            Self::Embedded(root) => embedded::read(&format!("{root}/{relative}")).map(|bytes| bytes.len() as u64),
            Self::Beside(_, texts) if texts.contains_key(relative) => Some(texts[relative].len() as u64),
            Self::Folder(root) | Self::Beside(root, _) => Some(Self::real(root, inside).ok()?.metadata().ok()?.len()),
            Self::Anywhere(root) => Some(root.join(inside).metadata().ok()?.len()),
        }
    }

    /// The paths of the pack's files below `folder` with this extension, relative to the pack and
    /// sorted. A folder that does not exist has none.
    pub fn list(&self, folder: &str, extension: &str) -> Result<Vec<String>, OpenError> {
        let inside = self.inside(folder)?;
        match self {
            Self::Embedded(root) => Ok(embedded::list(&format!("{root}/{folder}"), extension)
                .into_iter()
                .filter_map(|path| Some(path.strip_prefix(root)?[1..].to_owned()))
                .collect()),
            Self::Folder(root) | Self::Beside(root, _) | Self::Anywhere(root) => {
                let real = match Self::real(root, inside) {
                    Ok(real) => real,
                    Err(OpenError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
                    Err(error) => return Err(error),
                };
                let mut paths = Vec::new();
                for entry in fs::read_dir(real)? {
                    let name = entry?.file_name();
                    let Some(name) = name.to_str() else { continue };
                    if name.rsplit_once('.').is_some_and(|(_, ending)| ending == extension) {
                        paths.push(normal_path(&format!("{folder}/{name}")));
                    }
                }
                paths.sort();
                Ok(paths)
            }
        }
    }

    /// The finding for a file or folder of the pack that could not be opened.
    pub(super) fn not_opened(&self, relative: &str, error: OpenError, what: &str) -> Finding {
        let name = self.name(relative);
        match error {
            OpenError::Leaves => {
                let message = format!("the path `{relative}` leads out of the pack's folder");
                let hint = format!("copy the {what} into the pack and name it relative to the pack");
                Finding::error(codes::PATH_LEAVES_PACK, message).hint(hint)
            }
            OpenError::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Finding::error(codes::MISSING_FILE, format!("there is no {what} `{name}`"))
            }
            OpenError::Io(error) => Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{name}`: {error}")),
        }
    }

    /// The text of a file that the descriptor names at `named_at`.
    pub fn read_text(&self, relative: &str, named_at: Place) -> Result<String, Finding> {
        let mut bytes = Vec::new();
        let name = self.name(relative);
        let opened = self.open(relative).map_err(|error| self.not_opened(relative, error, "file").at(named_at.clone()));
        opened?.read_to_end(&mut bytes).map_err(|error| {
            Finding::error(codes::UNREADABLE_FILE, format!("cannot read `{name}`: {error}")).at(named_at)
        })?;
        let text = crate::finding::utf8(&name, bytes)?;
        Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    /// The name of a pack's file as a user would write it.
    pub fn name(&self, relative: &str) -> String {
        match self {
            Self::Embedded(root) => format!("{root}/{relative}"),
            Self::Folder(_) | Self::Beside(..) | Self::Anywhere(_) if relative == STANDARD_INPUT => relative.to_owned(),
            Self::Beside(root, _) if root == Path::new(".") => relative.to_owned(),
            Self::Folder(root) | Self::Beside(root, _) | Self::Anywhere(root) => {
                root.join(relative).display().to_string()
            }
        }
    }

    /// The folder on disk, if there is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Embedded(_) => None,
            Self::Folder(root) | Self::Beside(root, _) | Self::Anywhere(root) => Some(root),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_form() {
        for (given, normal) in [
            ("x.csv", "x.csv"),
            ("./x.csv", "x.csv"),
            (".//./x.csv", "x.csv"),
            ("a//b/./x.csv", "a/b/x.csv"),
            ("queries/", "queries"),
            ("./", "."),
            ("", ""),
            ("-", "-"),
            (".//-", "./-"),
            // These are reported; none becomes a path inside the pack.
            ("../x.csv", "../x.csv"),
            ("a/../x.csv", "a/../x.csv"),
            ("//etc/passwd", "/etc/passwd"),
            ("https://example.org//x.csv", "https://example.org//x.csv"),
        ] {
            assert_eq!(normal_path(given), normal, "{given}");
        }
    }

    #[test]
    fn no_path_leads_out() {
        let files = Files::Folder(std::env::temp_dir());
        for path in ["../x", "/etc/passwd", "a/../../x", "a\\..\\x", "https://example.org/x.csv"] {
            assert!(matches!(files.open(path), Err(OpenError::Leaves)), "{path}");
            assert!(matches!(files.list(path, "rq"), Err(OpenError::Leaves)), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out() {
        let (pack, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(other.path(), pack.path().join("queries")).unwrap();
        fs::create_dir(pack.path().join("checks")).unwrap();
        std::os::unix::fs::symlink("checks", pack.path().join("inside")).unwrap();
        let files = Files::Folder(pack.path().to_owned());
        assert!(matches!(files.list("queries", "rq"), Err(OpenError::Leaves)));
        assert!(files.list("inside", "rq").unwrap().is_empty() && files.list("nothing", "rq").unwrap().is_empty());
    }
}
