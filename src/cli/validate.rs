//! `civigraph validate`

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::args::{ValidateArguments, ValidationFormat};
use super::findings::{Found, is_right, note, pack_name, tell, told};
use super::shapes;
use super::terminal::Terminal;
use crate::check::Checks;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::pack::Pack;
use crate::pipeline::{self, Limits, ShapeFiles};

pub(super) fn run(arguments: &ValidateArguments, terminal: &Terminal) -> Result<bool> {
    let shapes = shapes::read(&arguments.shapes)?;
    if let Some(shapes) = &shapes {
        terminal.print(&shapes.warnings);
    }
    // A report is whole or it says what is not so.
    let most = if arguments.format == ValidationFormat::Turtle { u64::MAX } else { arguments.limit.0 };
    let limits = Limits { findings: most, time: arguments.timeout.0 };
    match arguments.input.as_deref() {
        Some(path) if !shapes::is_pack(path) => of_file(path, shapes.as_ref(), &limits, arguments, terminal),
        Some(folder) => of_pack(&Pack::open(folder)?, shapes.as_ref(), &limits, arguments, terminal),
        None => of_pack(&Pack::embedded()?, shapes.as_ref(), &limits, arguments, terminal),
    }
}

/// An RDF file, held against shapes.
fn of_file(
    path: &Path,
    shapes: Option<&ShapeFiles>,
    limits: &Limits,
    arguments: &ValidateArguments,
    terminal: &Terminal,
) -> Result<bool> {
    let Some(shapes) = shapes else {
        let message = format!("`{}` is no pack, and no shapes are given to hold it against", path.display());
        let hint = "add `--shapes shapes.ttl`".to_owned();
        return Err(Error::invalid(Diagnostic::error("no-shapes", message).hint(hint)).into());
    };
    let format = arguments.format.findings();
    let validated = told(pipeline::validate(&shapes::file(path)?, shapes, limits), format, terminal)?;
    let (findings, faults) = (&validated.findings, validated.faults);
    let reports = std::slice::from_ref(&validated.report);
    tell(arguments, terminal, Found { findings, faults, reports, prefixes: &validated.prefixes })?;
    let ran = format!("{} triples against {} shapes", validated.n_triples, shapes.n_shapes());
    note(arguments, terminal, &ran, findings);
    Ok(is_right(arguments, findings))
}

/// A pack: its tables, its mapping, the checks, and shapes.
fn of_pack(
    pack: &Pack,
    shapes: Option<&ShapeFiles>,
    limits: &Limits,
    arguments: &ValidateArguments,
    terminal: &Terminal,
) -> Result<bool> {
    if arguments.list {
        let text = list(&pipeline::checks(pack)?);
        terminal.show(None, &text)?;
        return Ok(true);
    }
    let format = arguments.format.findings();
    let examined = told(pipeline::examine_with(pack, shapes, limits), format, terminal)?;
    let known = examined.built.as_ref().map(|(knowledge, _)| knowledge.graph.prefixes.clone()).unwrap_or_default();
    let (findings, faults, reports) = (&examined.findings, examined.faults, &examined.reports);
    tell(arguments, terminal, Found { findings, faults, reports, prefixes: &known })?;
    let time = examined.checks.iter().map(|ran| ran.elapsed).sum::<Duration>().as_secs_f64();
    let shapes = if examined.n_shapes > 0 { format!(" and {} shapes", examined.n_shapes) } else { String::new() };
    let ran = match examined.checks.len() {
        0 => "the checks were not run, since its tables come first".to_owned(),
        n => format!("{n} checks in {time:.2} s{shapes}"),
    };
    note(arguments, terminal, &format!("{}: {ran}", pack_name(pack)), findings);
    // Freeing millions of quads takes time that nobody waits for.
    std::mem::forget(examined.built);
    Ok(is_right(arguments, findings))
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
