//! The only place that prints: results to standard output or a file, all else
//! to standard error.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;
use std::process::ExitCode;

pub(super) use super::args::AnyFormat;
use crate::characters;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::error::{Error, Result};
use crate::file;
use crate::report::{self, ReportFormat};

pub(super) struct Terminal {
    quiet: bool,
}

impl Terminal {
    pub(super) fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// The width of the terminal that results are printed to, if it is one.
    pub(super) fn width(&self) -> Option<u16> {
        if !io::stdout().is_terminal() {
            return None;
        }
        terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0)
    }

    /// Prints a line of a summary, unless quiet.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(anstream::stderr(), "{}", characters::line(text));
        }
    }

    /// Prints findings: violations and errors always, others unless quiet.
    pub(super) fn print(&self, findings: &Diagnostics) {
        let least = if self.quiet { Severity::Violation } else { Severity::Info };
        let findings = findings.clone().at_least(least);
        let _ = report::write_findings(ReportFormat::Text, &findings, &mut anstream::stderr());
    }

    /// Writes findings that are the result to standard output.
    pub(super) fn write_findings(&self, format: ReportFormat, findings: &Diagnostics) -> Result<()> {
        let mut output = BufWriter::new(anstream::stdout().lock());
        report::write_findings(format, findings, &mut output)
            .and_then(|()| output.flush())
            .map_err(Error::io("write", "-"))
    }

    /// Prints why the program cannot go on; gives the exit code.
    pub(super) fn fail(&self, error: &anyhow::Error) -> ExitCode {
        if is_broken_pipe(error) {
            return ExitCode::SUCCESS;
        }
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
                let code = match known {
                    Some(Error::Io { action: "read", source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                        "[missing-file]"
                    }
                    Some(Error::Io { action: "read", .. }) => "[unreadable-file]",
                    Some(Error::Io { .. }) => "[unwritable-file]",
                    _ => "",
                };
                let mut output = anstream::stderr();
                let _ = writeln!(output, "error{code}: {}", characters::line(&format!("{error:#}")));
                ExitCode::from(2)
            }
        }
    }

    /// Writes a text for people to standard output or a file: what a pack calls
    /// its things steers no terminal.
    pub(super) fn show(&self, output: Option<&Path>, text: &str) -> Result<()> {
        let text = characters::keeping(text, &['\n', '\t']);
        self.write(output, |out| out.write_all(text.as_bytes()))
    }

    /// Writes a result to standard output, or whole to a file: beside it
    /// first, then renamed, so that no reader ever finds half of it.
    pub(super) fn write(
        &self,
        output: Option<&Path>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let Some(path) = output.filter(|path| *path != Path::new("-")) else {
            let mut stdout = BufWriter::new(io::stdout().lock());
            return write(&mut stdout).and_then(|()| stdout.flush()).map_err(Error::io("write", "-"));
        };
        file::replace(path, write).map_err(Error::io("write", path))
    }
}

/// Prints what is to be said about the arguments: help to standard output,
/// errors to standard error; gives the exit code.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// The format to write: what is asked for, else what the file's name says.
pub(super) fn format_of(format: Option<AnyFormat>, output: Option<&Path>) -> Result<Option<AnyFormat>, Diagnostic> {
    let ending = output.and_then(Path::extension).and_then(|ending| ending.to_str());
    match (format, ending) {
        (Some(format), _) => Ok(Some(format)),
        (None, None) => Ok(None),
        (None, Some(ending)) => AnyFormat::of_ending(&ending.to_lowercase()).map(Some).ok_or_else(|| {
            Diagnostic::error("unknown-format", format!("no format has the ending `.{ending}`"))
                .hint("name one with `--format`, or use an ending such as .ttl, .dot, .csv, .json".to_owned())
        }),
    }
}
