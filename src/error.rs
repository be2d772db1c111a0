//! Errors that stop the program.
//!
//! Bad input is a [`Finding`], which is collected and not thrown; it becomes an [`Error`] only
//! where nothing useful is left to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::finding::{Finding, Findings, codes};

/// The result of an operation that may stop the program.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An action on a file or stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Reading it.
    Read,
    /// Writing it.
    Write,
    /// Creating it.
    Create,
    /// Locking it.
    Lock,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Create => "create",
            Self::Lock => "lock",
        })
    }
}

/// An error that stops the program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data violate rules: the answer to "is it right?" is no (exit code 1).
    #[error("{} in the data", count(.0))]
    Findings(Box<Findings>),
    /// Instructions (arguments, a package descriptor, a mapping, a query) cannot be used (exit
    /// code 2).
    #[error("{}", first(.0))]
    Invalid(Box<Findings>),
    /// A file or stream could not be read or written.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried.
        action: Action,
        /// The file, or `-`.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The triple store failed.
    #[error("the triple store failed")]
    Storage(#[from] oxigraph::store::StorageError),
}

impl Error {
    /// An [`Error::Io`] for this action and file.
    pub fn io(action: Action, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// The code of an error that has no findings; `None` for an internal error.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Io { action: Action::Read, source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some(codes::MISSING_FILE)
            }
            Self::Io { action: Action::Read, .. } => Some(codes::UNREADABLE_FILE),
            Self::Io { .. } => Some(codes::UNWRITABLE_FILE),
            Self::Findings(_) | Self::Invalid(_) | Self::Storage(_) => None,
        }
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
