//! How findings are printed, and whether they make the exit code 1.

use anyhow::Result;

use super::args::{FailOn, ValidateArguments, ValidationFormat};
use super::terminal::Terminal;
use crate::error::Error;
use crate::export;
use crate::finding::{Finding, Findings, Severity, codes};
use crate::graph::Prefixes;
use crate::pack::Pack;
use crate::report::ReportFormat;
use crate::shacl::{self, ValidationReport};

/// The outcome of a validation.
pub(super) struct ValidationOutcome<'a> {
    pub findings: &'a Findings,
    /// Those of them that are not results, and in no report.
    pub remarks: &'a Findings,
    /// What is wrong with checks and constraints themselves.
    pub faults: Findings,
    pub reports: &'a [ValidationReport],
    pub prefixes: &'a Prefixes,
}

/// Prints findings in the format asked for, or the report of shapes.
///
/// # Errors
///
/// The faults of checks and constraints, with which there is no answer.
pub(super) fn print(arguments: &ValidateArguments, terminal: &Terminal, found: ValidationOutcome<'_>) -> Result<()> {
    let ValidationOutcome { findings, remarks, faults, reports, prefixes } = found;
    if let Some(format) = arguments.format.findings() {
        let mut printed = findings.clone();
        // A program reads one document; people see the faults below.
        if format != ReportFormat::Text {
            printed.append(faults.clone());
        }
        terminal.write_findings(format, &printed.at_least(least(arguments)))?;
    } else {
        let [report] = reports else {
            let message = "a SHACL validation report is about one set of shapes";
            let hint = "add `--shapes`, or leave it out if the pack has shapes of its own".to_owned();
            return Err(Error::invalid(Finding::error(codes::NO_SHAPES, message).hint(hint)).into());
        };
        terminal.print(remarks);
        terminal.write(None, |output| export::write_named(shacl::report(report), prefixes, output))?;
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(Box::new(faults)).into()) }
}

/// The lowest severity that is printed.
fn least(arguments: &ValidateArguments) -> Severity {
    arguments.severity.map_or(Severity::Info, Severity::from)
}

/// A number of things, such as `1 warning` or `2 warnings`.
pub(super) fn counted(n: u64, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

/// Says in a line how many warnings there are about a pack that is only read: `validate` shows them.
pub(super) fn in_a_line(findings: &Findings, pack: &Pack, terminal: &Terminal) {
    let (n_warnings, n_others) = (findings.count(Severity::Warning), findings.count(Severity::Info));
    let mut counts = Vec::new();
    counts.extend((n_warnings > 0).then(|| counted(n_warnings, "warning")));
    counts.extend((n_others > 0).then(|| counted(n_others, "remark")));
    if let (Some(path), false) = (pack.path(), counts.is_empty()) {
        terminal.note(&format!("{}: `civigraph validate {}` shows them", counts.join(", "), path.display()));
    }
}

/// A summary, for people.
pub(super) fn note(arguments: &ValidateArguments, terminal: &Terminal, ran: &str, findings: &Findings) {
    if arguments.format != ValidationFormat::Text {
        return;
    }
    let what = if findings.is_empty() {
        "no findings".to_owned()
    } else {
        let mut counts = Vec::new();
        // Violations and warnings are counted even if there are none; errors and infos only if there are some.
        for (severity, things) in [
            (Severity::Error, "error"),
            (Severity::Violation, "violation"),
            (Severity::Warning, "warning"),
            (Severity::Info, "info finding"),
        ] {
            let n = findings.count(severity);
            if n > 0 || matches!(severity, Severity::Violation | Severity::Warning) {
                counts.push(counted(n, things));
            }
        }
        let all = if findings.leaves_out() { "; `--limit none` shows all" } else { "" };
        format!("{}{all}", counts.join(", "))
    };
    terminal.note(&format!("{ran}; {what}"));
}

/// Whether the exit code is 0.
pub(super) fn is_right(fail_on: FailOn, findings: &Findings) -> bool {
    let fails = |least| findings.count_from(least) > 0;
    match fail_on {
        FailOn::Never => true,
        FailOn::Info => !fails(Severity::Info),
        FailOn::Warning => !fails(Severity::Warning),
        FailOn::Violation => !fails(Severity::Violation),
    }
}

/// Prints why there is no answer in the format that a program reads.
pub(super) fn reported<T>(
    done: Result<T, Error>,
    format: Option<ReportFormat>,
    terminal: &Terminal,
) -> Result<T, Error> {
    if let (Err(Error::Findings(found) | Error::Invalid(found)), Some(format)) = (&done, format)
        && format != ReportFormat::Text
    {
        terminal.write_findings(format, found)?;
    }
    done
}

/// The name of a pack in summaries.
pub(super) fn pack_name(pack: &Pack) -> String {
    match pack.path() {
        None => format!("the pack `{}` inside the program", pack.descriptor.name),
        Some(path) => format!("the pack in `{}`", path.display()),
    }
}
