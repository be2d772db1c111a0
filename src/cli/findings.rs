//! How findings are told, and whether they make the answer no.

use anyhow::Result;

use super::args::{FailOn, ValidateArguments, ValidationFormat};
use super::terminal::Terminal;
use crate::error::Error;
use crate::export;
use crate::finding::{Finding, Findings, Severity, codes};
use crate::graph::Prefixes;
use crate::pack::{Files, Pack};
use crate::report::ReportFormat;
use crate::shacl::{self, ValidationReport};

/// What a validation found.
pub(super) struct ValidationOutcome<'a> {
    pub findings: &'a Findings,
    /// Those of them that are no results, and in no report.
    pub remarks: &'a Findings,
    /// What is wrong with checks and constraints themselves.
    pub faults: Findings,
    pub reports: &'a [ValidationReport],
    pub prefixes: &'a Prefixes,
}

/// Tells findings in the form that was asked for, or gives the report of shapes.
///
/// # Errors
///
/// Faults, which keep from an answer.
pub(super) fn tell(arguments: &ValidateArguments, terminal: &Terminal, found: ValidationOutcome<'_>) -> Result<()> {
    let ValidationOutcome { findings, remarks, faults, reports, prefixes } = found;
    if let Some(format) = arguments.format.findings() {
        let mut told = findings.clone();
        // A program reads one document; people are told of faults below.
        if format != ReportFormat::Text {
            told.append(faults.clone());
        }
        terminal.write_findings(format, &told.at_least(least(arguments)))?;
    } else {
        let [report] = reports else {
            let message = "a report of SHACL is of one set of shapes";
            let hint = "add `--shapes`, or leave it out where the pack has shapes of its own".to_owned();
            return Err(Error::invalid(Finding::error(codes::NO_SHAPES, message).hint(hint)).into());
        };
        terminal.print(remarks);
        terminal.write(None, |output| export::write_named(shacl::report(report), prefixes, output))?;
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(Box::new(faults)).into()) }
}

/// From which severity on findings are told.
fn least(arguments: &ValidateArguments) -> Severity {
    arguments.severity.map_or(Severity::Info, Severity::from)
}

/// A summary, for people.
pub(super) fn note(arguments: &ValidateArguments, terminal: &Terminal, ran: &str, findings: &Findings) {
    if arguments.format != ValidationFormat::Text {
        return;
    }
    let n_violations = findings.count_from(Severity::Violation);
    let what = if findings.is_empty() {
        "nothing is wrong".to_owned()
    } else {
        let n_others = findings.count_from(Severity::Info) - n_violations;
        let all = if findings.leaves_out() { "; `--limit none` tells all" } else { "" };
        format!("{n_violations} that must not be, {n_others} to look at{all}")
    };
    terminal.note(&format!("{ran}; {what}"));
}

/// Whether the answer is yes.
pub(super) fn is_right(arguments: &ValidateArguments, findings: &Findings) -> bool {
    let fails = |least| findings.count_from(least) > 0;
    match arguments.fail_on {
        FailOn::Never => true,
        FailOn::Info => !fails(Severity::Info),
        FailOn::Warning => !fails(Severity::Warning),
        FailOn::Violation => !fails(Severity::Violation),
    }
}

/// Why there is no answer, also in the form that a program reads.
pub(super) fn told<T>(done: Result<T, Error>, format: Option<ReportFormat>, terminal: &Terminal) -> Result<T, Error> {
    if let (Err(Error::Findings(found) | Error::Invalid(found)), Some(format)) = (&done, format)
        && format != ReportFormat::Text
    {
        terminal.write_findings(format, found)?;
    }
    done
}

/// The pack that was looked at, for summaries.
pub(super) fn pack_name(pack: &Pack) -> String {
    match &pack.files {
        Files::Embedded(_) => format!("the pack `{}` inside the program", pack.descriptor.name),
        Files::Folder(folder) => format!("the pack in `{}`", folder.display()),
    }
}
