//! Results of several files, written as one.

use std::io::{self, Write};
use std::path::Path;

use super::terminal::{Terminal, unless_closed};
use crate::error::{Action, Error, Result};
use crate::file::{NotReplaced, Set};

/// Files that come into their places together, or not at all.
pub(super) struct Outputs<'a> {
    terminal: &'a Terminal,
    set: Set,
}

impl<'a> Outputs<'a> {
    pub(super) fn new(terminal: &'a Terminal) -> Self {
        Self { terminal, set: Set::default() }
    }

    /// Writes a further file beside its place.
    pub(super) fn add(&mut self, path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        self.terminal.refuse_input(path)?;
        self.set.add(path, write).map_err(Error::io(Action::Write, path))
    }

    /// Puts all in their places.
    pub(super) fn replace(self) -> Result<()> {
        match self.set.replace() {
            Err(NotReplaced { path, error }) => unless_closed(Err(error)).map_err(Error::io(Action::Write, path)),
            Ok(()) => Ok(()),
        }
    }
}
