//! Why the program cannot go on.
//!
//! Bad input is a [`Finding`], collected and
//! not thrown; it becomes an [`Error`] only where nothing useful is left to do.

use std::io;
use std::path::{Path, PathBuf};

use crate::finding::{Finding, Findings};

/// The result of what may not be able to go on.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the program cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data break rules: the answer to "is it right?" is no (exit code 1).
    #[error("{} in the data", count(.0))]
    Findings(Box<Findings>),
    /// What tells the program what to do (arguments, a package descriptor, a
    /// mapping, a query) cannot be used (exit code 2).
    #[error("{}", first(.0))]
    Invalid(Box<Findings>),
    /// A file or stream could not be read or written.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried: `read`, `write`, `create`.
        action: &'static str,
        /// The file, or `-`.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The triple store failed.
    #[error("the triple store failed")]
    Storage(#[from] oxigraph::store::StorageError),
}

impl Error {
    /// An [`Error::Io`] for this action and file.
    pub fn io(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// An [`Error::Invalid`] of one finding.
    pub fn invalid(finding: Finding) -> Self {
        Self::Invalid(Box::new(finding.into()))
    }
}

fn count(findings: &Findings) -> String {
    match findings.count(crate::finding::Severity::Error) {
        1 => "1 error".to_owned(),
        n => format!("{n} errors"),
    }
}

fn first(findings: &Findings) -> String {
    findings.iter().next().map_or_else(|| "invalid input".to_owned(), |d| d.message.clone())
}
