//! The only place that prints: results to standard output or a file, all else
//! to standard error.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;
use std::process::ExitCode;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

pub(super) use super::args::AnyFormat;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::error::{Error, Result};
use crate::file;

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
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }

    /// Prints findings: errors always, warnings unless quiet.
    pub(super) fn print(&self, diagnostics: &Diagnostics) {
        let shown = |severity| severity == Severity::Error || !self.quiet;
        let mut output = anstream::stderr();
        for diagnostic in diagnostics.iter().filter(|diagnostic| shown(diagnostic.severity)) {
            let _ = writeln!(output, "{}\n", render(diagnostic));
        }
        let dropped = diagnostics.counts().filter(|(_, _, n)| *n > Diagnostics::KEPT);
        for (severity, code, n) in dropped.filter(|(severity, ..)| shown(*severity)) {
            let _ = writeln!(output, "{severity}[{code}]: and {} more", n - Diagnostics::KEPT);
        }
        let n_errors = diagnostics.count(Severity::Error);
        if n_errors > 1 {
            let by_code: Vec<String> = diagnostics
                .counts()
                .filter(|(severity, ..)| *severity == Severity::Error)
                .map(|(_, code, n)| format!("{n} {code}"))
                .collect();
            let _ = writeln!(output, "{n_errors} errors: {}", by_code.join(", "));
        }
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
                    Some(Error::Io { action: "read", .. }) => "[unreadable-file]",
                    Some(Error::Io { .. }) => "[unwritable-file]",
                    _ => "",
                };
                let mut output = anstream::stderr();
                let _ = writeln!(output, "error{code}: {error:#}");
                ExitCode::from(2)
            }
        }
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

/// A finding as text with an excerpt of its file.
fn render(diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group =
        level.primary_title(diagnostic.message.as_str()).id(diagnostic.code).elements([] as [Origin<'_>; 0]);
    if let Some(place) = &diagnostic.place {
        match &place.excerpt {
            Some(excerpt) => {
                let start = byte_of(excerpt, place.column - 1);
                let end = byte_of(excerpt, place.column - 1 + place.width);
                let mut annotation = AnnotationKind::Primary.span(start..end);
                if let Some(label) = &diagnostic.label {
                    annotation = annotation.label(label.as_str());
                }
                group = group.element(
                    Snippet::source(excerpt.as_str())
                        .line_start(place.line as usize)
                        .path(place.file.as_str())
                        .fold(false)
                        .annotation(annotation),
                );
            }
            None => {
                group = group.element(
                    Origin::path(place.file.as_str()).line(place.line as usize).char_column(place.column as usize),
                );
            }
        }
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    Renderer::styled().decor_style(DecorStyle::Ascii).render(&[group])
}

/// The byte at which the `n`th character begins, the end if there are fewer.
fn byte_of(text: &str, n: u64) -> usize {
    text.char_indices().nth(n as usize).map_or(text.len(), |(at, _)| at)
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
