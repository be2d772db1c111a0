//! `civigraph validate`

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;

use super::args::{FailOn, ValidateArguments, ValidationFormat};
use super::shapes;
use super::terminal::Terminal;
use crate::check::Checks;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::error::Error;
use crate::export;
use crate::graph::Prefixes;
use crate::pack::{Files, Pack};
use crate::pipeline::{self, Limits};
use crate::report::ReportFormat;
use crate::shacl::{self, Report};

pub(super) fn run(arguments: &ValidateArguments, terminal: &Terminal) -> Result<bool> {
    let shapes = shapes::read(&arguments.shapes)?;
    if let Some(shapes) = &shapes {
        terminal.print(&shapes.warnings);
    }
    // A report is whole or it says what is not so.
    let most = if arguments.format == ValidationFormat::Turtle { u64::MAX } else { arguments.limit.0 };
    let limits = Limits { findings: most, time: arguments.timeout.0 };
    if let Some(path) = arguments.input.as_deref().filter(|path| !shapes::is_pack(path)) {
        let Some(shapes) = shapes else {
            let message = format!("`{}` is no pack, and no shapes are given to hold it against", path.display());
            let hint = "add `--shapes shapes.ttl`".to_owned();
            return Err(Error::invalid(Diagnostic::error("no-shapes", message).hint(hint)).into());
        };
        let validated = pipeline::validate(&shapes::file(path)?, &shapes, &limits)?;
        let (report, prefixes) = (&validated.report, &validated.prefixes);
        tell(arguments, terminal, &validated.findings, std::slice::from_ref(report), prefixes)?;
        faulty(validated.faults.clone())?;
        let ran = format!("{} triples against {} shapes", validated.n_triples, shapes.n_shapes());
        note(arguments, terminal, &ran, &validated.findings);
        let right = is_right(arguments, &validated.findings);
        // Freeing millions of quads takes time that nobody waits for.
        std::mem::forget(validated);
        return Ok(right);
    }
    let pack = match &arguments.input {
        Some(folder) => Pack::open(folder)?,
        None => Pack::embedded()?,
    };
    if arguments.list {
        let text = list(&pipeline::checks(&pack)?);
        terminal.write(None, |output| output.write_all(text.as_bytes()))?;
        return Ok(true);
    }
    let format = arguments.format.findings();
    let examined = told(pipeline::examine_with(&pack, shapes.as_ref(), &limits), format, terminal)?;
    let known = examined.built.as_ref().map(|(knowledge, _)| knowledge.graph.prefixes.clone());
    let mut shown = examined.findings.clone();
    // A program reads one document; people are told of faults below.
    if format.is_some_and(|format| format != ReportFormat::Text) {
        shown.append(examined.faults.clone());
    }
    tell(arguments, terminal, &shown, &examined.reports, &known.unwrap_or_default())?;
    faulty(examined.faults)?;
    let time = examined.checks.iter().map(|ran| ran.elapsed).sum::<Duration>().as_secs_f64();
    let shapes = if examined.n_shapes > 0 { format!(" and {} shapes", examined.n_shapes) } else { String::new() };
    let ran = match examined.checks.len() {
        0 => "the checks were not run, since its tables come first".to_owned(),
        n => format!("{n} checks in {time:.2} s{shapes}"),
    };
    note(arguments, terminal, &format!("{}: {ran}", pack_name(&pack)), &examined.findings);
    std::mem::forget(examined.built);
    Ok(is_right(arguments, &examined.findings))
}

fn tell(
    arguments: &ValidateArguments,
    terminal: &Terminal,
    findings: &Diagnostics,
    reports: &[Report],
    prefixes: &Prefixes,
) -> Result<()> {
    if let Some(format) = arguments.format.findings() {
        let told = findings.clone().at_least(arguments.severity.into());
        return Ok(terminal.write_findings(format, &told)?);
    }
    let [report] = reports else {
        let message = "a report of SHACL is of one set of shapes";
        let hint = "add `--shapes`, or leave it out where the pack has shapes of its own".to_owned();
        return Err(Error::invalid(Diagnostic::error("no-shapes", message).hint(hint)).into());
    };
    Ok(terminal.write(None, |output| export::write_named(shacl::report(report), prefixes, output))?)
}

fn faulty(faults: Diagnostics) -> Result<()> {
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(Box::new(faults)).into()) }
}

fn note(arguments: &ValidateArguments, terminal: &Terminal, ran: &str, findings: &Diagnostics) {
    if arguments.format != ValidationFormat::Text {
        return;
    }
    let n_violations = findings.count_from(Severity::Violation);
    let what = if findings.is_empty() {
        "nothing is wrong".to_owned()
    } else {
        let n_others = findings.count_from(Severity::Info) - n_violations;
        format!("{n_violations} that must not be, {n_others} to look at")
    };
    terminal.note(&format!("{ran}; {what}"));
}

fn is_right(arguments: &ValidateArguments, findings: &Diagnostics) -> bool {
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

/// The checks with their codes and what they are for.
fn list(checks: &Checks) -> String {
    let mut text = String::new();
    for check in checks.iter() {
        let titles: Vec<&str> = check.title.values().map(String::as_str).collect();
        let _ = writeln!(text, "{} ({})  {}", check.code, check.severity, titles.join(" · "));
        for paragraph in check.description.values() {
            let _ = writeln!(text, "    {paragraph}");
        }
    }
    text
}
