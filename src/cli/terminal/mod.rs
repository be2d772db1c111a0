//! The only place that prints: results to standard output or a file, everything
//! else to standard error.

mod progress;

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::characters;
use crate::error::{Action, Error, Result};
use crate::file;
use crate::finding::{Finding, Findings, Limit, Severity, codes};
use crate::report::{self, ReportFormat};
use progress::Progress;

/// How much is printed besides results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verbosity {
    /// Errors and violations only.
    Quiet,
    /// Summaries and warnings as well.
    Normal,
    /// What is done in detail.
    Verbose,
}

pub(super) struct Terminal {
    verbosity: Verbosity,
    progress: Progress,
    /// The files that results come from: none of them is overwritten.
    inputs: RefCell<Vec<PathBuf>>,
    limit: Limit,
}

impl Terminal {
    /// A terminal that prints no more findings than `limit`.
    pub(super) fn new(verbosity: Verbosity, limit: Limit) -> Self {
        let progress = Progress::watch(verbosity == Verbosity::Quiet);
        Self { verbosity, progress, inputs: RefCell::default(), limit }
    }

    /// Records files that results come from.
    pub(super) fn reads(&self, paths: impl IntoIterator<Item = PathBuf>) {
        self.inputs.borrow_mut().extend(paths);
    }

    /// Refuses an output that is one of the inputs: what is lost there cannot be
    /// made again.
    pub(super) fn refuse_input(&self, output: &Path) -> Result<()> {
        if !self.inputs.borrow().iter().any(|input| file::is_same(input, output)) {
            return Ok(());
        }
        let message = format!("`{}` is one of the files that the result comes from", output.display());
        let hint = "write to another file".to_owned();
        Err(Error::invalid(Finding::error(codes::OUTPUT_OVER_INPUT, message).hint(hint)))
    }

    /// Refuses an output whose folder does not exist, before work is done for it.
    pub(super) fn refuse_missing(&self, output: &Path) -> Result<()> {
        let folder = output.parent().filter(|folder| *folder != Path::new(""));
        let Some(folder) = folder.filter(|folder| !folder.exists()) else { return Ok(()) };
        let message = format!("the folder `{}` for `{}` does not exist", folder.display(), output.display());
        let name = folder.display().to_string();
        // A name that a shell would take apart is quoted.
        let is_plain = name.chars().all(|c| c.is_alphanumeric() || "/._-~+".contains(c));
        let quoted = if is_plain { name } else { format!("'{}'", name.replace('\'', "'\\''")) };
        let hint = format!("create it first: `mkdir -p {quoted}`");
        Err(Error::invalid(Finding::error(codes::MISSING_FOLDER, message).hint(hint)))
    }

    /// The width of the terminal that results are printed to, if any.
    pub(super) fn width(&self) -> Option<u16> {
        if !io::stdout().is_terminal() {
            return None;
        }
        let size = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
        // A terminal that does not tell its size is as wide as its user says, or as terminals usually are.
        let said = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        size.or_else(said).or(Some(80))
    }

    /// Prints a line of a summary, unless quiet.
    pub(super) fn note(&self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            self.line(text);
        }
    }

    /// Prints a detail, if verbose.
    pub(super) fn detail(&self, text: &str) {
        if self.verbosity == Verbosity::Verbose {
            self.line(text);
        }
    }

    fn line(&self, text: &str) {
        self.progress.clear();
        let _ = writeln!(anstream::stderr(), "{}", characters::line(text));
    }

    /// Prints findings: violations and errors always, others unless quiet.
    pub(super) fn print(&self, findings: &Findings) {
        let least = if self.verbosity == Verbosity::Quiet { Severity::Violation } else { Severity::Info };
        let findings = findings.clone().at_least(least).limited(self.limit);
        self.progress.clear();
        let _ = report::write_findings(ReportFormat::Text, &findings, &mut anstream::stderr());
    }

    /// Writes findings that are the result to standard output.
    pub(super) fn write_findings(&self, format: ReportFormat, findings: &Findings) -> Result<()> {
        self.progress.end();
        let mut output = BufWriter::new(anstream::stdout().lock());
        let told = findings.clone().limited(self.limit);
        let written = report::write_findings(format, &told, &mut output).and_then(|()| output.flush());
        unless_closed(written).map_err(Error::io(Action::Write, "-"))
    }

    /// Prints why the program stops; returns the exit code.
    pub(super) fn fail(&self, error: &anyhow::Error) -> ExitCode {
        self.progress.end();
        match error.downcast_ref::<Error>() {
            Some(Error::Findings(findings)) => {
                self.print(findings);
                ExitCode::from(1)
            }
            Some(Error::Invalid(findings)) => {
                self.print(findings);
                ExitCode::from(2)
            }
            known => {
                let code = known.and_then(Error::code).map_or_else(String::new, |code| format!("[{code}]"));
                let mut output = anstream::stderr();
                let _ = writeln!(output, "error{code}: {}", characters::line(&format!("{error:#}")));
                ExitCode::from(2)
            }
        }
    }

    /// Writes a text for people to standard output or a file, without characters
    /// that would control the terminal.
    pub(super) fn show(&self, output: Option<&Path>, text: &str) -> Result<()> {
        let text = characters::keeping(text, &['\n', '\t']);
        self.write(output, |out| out.write_all(text.as_bytes()))
    }

    /// Writes one line of a result to standard output, at once.
    #[cfg(unix)]
    pub(super) fn line_out(&self, line: &str) -> Result<()> {
        let line = characters::line(line);
        self.write(None, |out| writeln!(out, "{line}"))
    }

    /// Writes a result to standard output or to a file. A file is written next to
    /// its final name and then renamed, so that no reader ever finds half of it.
    pub(super) fn write(
        &self,
        output: Option<&Path>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let Some(path) = output.filter(|path| *path != Path::new("-")) else {
            self.progress.end();
            let mut stdout = BufWriter::new(io::stdout().lock());
            let written = write(&mut stdout).and_then(|()| stdout.flush());
            return unless_closed(written).map_err(Error::io(Action::Write, "-"));
        };
        self.refuse_input(path)?;
        unless_closed(file::replace(path, write)).map_err(Error::io(Action::Write, path))
    }

    /// Like [`write`](Self::write), of a result that is read again while it is written, and right only
    /// when it is complete: standard output has all of it or nothing.
    pub(super) fn write_whole<T>(
        &self,
        output: Option<&Path>,
        write: impl FnOnce(&mut File) -> Result<T>,
    ) -> Result<T> {
        let mut result = None;
        let run = |file: &mut File| {
            let done = write(file);
            let ended = if done.is_ok() { Ok(()) } else { Err(io::ErrorKind::Other.into()) };
            result = Some(done);
            ended
        };
        let written = match output.filter(|path| *path != Path::new("-")) {
            Some(path) => self
                .refuse_input(path)
                .and_then(|()| unless_closed(file::replace_file(path, run)).map_err(Error::io(Action::Write, path))),
            None => self.write(None, |out| file::copy_whole(run, out)),
        };
        // What went wrong inside says more than that nothing was written.
        match result {
            Some(Ok(done)) => written.map(|()| done),
            // Whoever writes to an open file does not know its name.
            Some(Err(Error::Io { action: Action::Write, path, source })) if path == Path::new(file::OPEN_OUTPUT) => {
                Err(Error::io(Action::Write, output.unwrap_or(Path::new("-")))(source))
            }
            Some(Err(error)) => Err(error),
            None => Err(written.err().unwrap_or_else(|| Error::io(Action::Write, "-")(io::ErrorKind::Other.into()))),
        }
    }
}

/// Prints what clap says about the arguments: help to standard output,
/// errors to standard error; returns the exit code.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// Treats a closed pipe as success: a reader such as `head` has had enough. The
/// exit code still says whether the answer is yes or no.
pub(super) fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
