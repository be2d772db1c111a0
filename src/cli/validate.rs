//! `civigraph validate`

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;

use super::args::{FailOn, FindingFormat, ValidateArguments};
use super::terminal::Terminal;
use crate::check::Checks;
use crate::diagnostic::Severity;
use crate::error::Error;
use crate::pack::{Files, Pack};
use crate::pipeline::{self, Limits};

pub(super) fn run(arguments: &ValidateArguments, terminal: &Terminal) -> Result<bool> {
    let pack = match &arguments.pack {
        Some(folder) => Pack::open(folder)?,
        None => Pack::embedded()?,
    };
    if arguments.list {
        let text = list(&pipeline::checks(&pack)?);
        terminal.write(None, |output| output.write_all(text.as_bytes()))?;
        return Ok(true);
    }
    let limits = Limits { findings: arguments.limit.0, time: arguments.timeout.0 };
    let examined = told(pipeline::examine(&pack, &limits), arguments.format, terminal)?;
    let shown = examined.findings.clone().at_least(arguments.severity.into());
    let mut shown = shown;
    if arguments.format != FindingFormat::Text {
        shown.append(examined.faults.clone());
    }
    terminal.write_findings(arguments.format.into(), &shown)?;
    if !examined.faults.is_empty() {
        return Err(Error::Invalid(Box::new(examined.faults)).into());
    }
    let n_violations = examined.n_violations();
    if arguments.format == FindingFormat::Text {
        let n_others = examined.findings.count_from(Severity::Info) - n_violations;
        let found = match (n_violations, n_others) {
            (0, 0) => "nothing is wrong".to_owned(),
            (n, others) => format!("{n} that must not be, {others} to look at"),
        };
        let time = examined.checks.iter().map(|ran| ran.elapsed).sum::<Duration>().as_secs_f64();
        let ran = match examined.checks.len() {
            0 => "the checks were not run, since its tables come first".to_owned(),
            n => format!("{n} checks in {time:.2} s"),
        };
        terminal.note(&format!("{}: {ran}; {found}", pack_name(&pack)));
    }
    let fails = |least| examined.findings.count_from(least) > 0;
    let right = match arguments.fail_on {
        FailOn::Never => true,
        FailOn::Info => !fails(Severity::Info),
        FailOn::Warning => !fails(Severity::Warning),
        FailOn::Violation => !fails(Severity::Violation),
    };
    // Freeing millions of quads takes time that nobody waits for.
    std::mem::forget(examined.built);
    Ok(right)
}

/// Why there is no answer, also in the form that a program reads.
pub(super) fn told<T>(done: Result<T, Error>, format: FindingFormat, terminal: &Terminal) -> Result<T, Error> {
    if let (Err(Error::Findings(found) | Error::Invalid(found)), true) = (&done, format != FindingFormat::Text) {
        terminal.write_findings(format.into(), found)?;
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
