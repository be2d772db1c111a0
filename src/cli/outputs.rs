//! Results that consist of several files, written all or none.

use std::io::{self, Write};
use std::path::Path;

use super::terminal::{Terminal, unless_closed};
use crate::error::{Action, Error, Result};
use crate::file::{NotReplaced, Set};

/// Files that are put in place together, or not at all.
pub(super) struct Outputs<'a> {
    terminal: &'a Terminal,
    set: Set,
}

impl<'a> Outputs<'a> {
    pub(super) fn new(terminal: &'a Terminal) -> Self {
        Self { terminal, set: Set::default() }
    }

    /// Writes a further file next to its final name.
    pub(super) fn add(&mut self, path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        self.terminal.refuse_input(path)?;
        self.set.add(path, write).map_err(Error::io(Action::Write, path))
    }

    /// Renames all files to their final names.
    pub(super) fn replace(self) -> Result<()> {
        match self.set.replace() {
            Err(NotReplaced { path, error }) => unless_closed(Err(error)).map_err(Error::io(Action::Write, path)),
            Ok(()) => Ok(()),
        }
    }
}
