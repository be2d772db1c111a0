//! `civigraph validate`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::args::{DataArguments, InputFormat, SourceArguments, ValidateArguments, ValidationFormat, limit_of};
use super::findings::{ValidationOutcome, counted, is_right, note, pack_name, print, reported};
use super::terminal::Terminal;
use super::{data, knowledge, rejected, shapes};
use crate::check::Checks;
use crate::error::Error;
use crate::finding::{Finding, Limit, codes};
use crate::graph::{RdfFile, n_quads_line};
use crate::pack::{NamedInstead, Pack, not_a_pack};
use crate::pipeline::{self, Limits, ShapeFiles, Summary};
use crate::remote::EngineAddress;
use crate::work;

pub(super) fn run(arguments: &ValidateArguments, terminal: &Terminal) -> Result<bool> {
    let shapes = shapes::read(&arguments.shapes)?;
    // A report is complete.
    let is_report = arguments.format == ValidationFormat::Turtle;
    let findings = if is_report { Limit::ALL } else { limit_of(arguments.limit) };
    let limits = Limits { findings, time: arguments.timeout.0, skip_bad_cells: arguments.skip_bad_cells };
    let given: Vec<PathBuf> = arguments.inputs.iter().chain(&arguments.data.data).cloned().collect();
    if let Some(store) = &arguments.store {
        return of_engine(store, shapes.as_ref(), &limits, arguments, terminal);
    }
    match &given[..] {
        [folder] if arguments.data.data.is_empty() && shapes::is_pack(folder) => {
            shapes::refuse_ontology(&arguments.ontology)?;
            let pack = Pack::open(folder)?.with_encoding(arguments.encoding.clone());
            of_pack(&pack, shapes.as_ref(), &limits, arguments, terminal)
        }
        files @ [_, ..] => of_files(files, shapes.as_ref(), &limits, arguments, terminal),
        [] => {
            shapes::refuse_ontology(&arguments.ontology)?;
            let instead = |folder: &str| format!("use `civigraph validate {folder}` to validate that pack");
            of_pack(&knowledge::pack(None, terminal, instead)?, shapes.as_ref(), &limits, arguments, terminal)
        }
    }
}

/// Validates what an engine has against shapes: it is fetched whole, and never asked node by node.
fn of_engine(
    store: &Path,
    shapes: Option<&ShapeFiles>,
    limits: &Limits,
    arguments: &ValidateArguments,
    terminal: &Terminal,
) -> Result<bool> {
    let name = store.display().to_string();
    if !EngineAddress::is_meant(&name) {
        let message = format!("`{name}` is not the address of an engine");
        let hint = "a pack is validated from its folder, with places in its tables: `civigraph validate DIR`";
        return Err(Error::invalid(Finding::error(codes::ENGINE_ADDRESS, message).hint(hint.to_owned())).into());
    }
    let Some(shapes) = shapes else { return Err(no_shapes(&name).into()) };
    let source = SourceArguments {
        pack: None,
        encoding: None,
        data: DataArguments { data: Vec::new(), input_format: None },
        store: Some(store.to_owned()),
        engine: arguments.engine.clone(),
        verify: false,
    };
    let fetched = knowledge::open(&source, terminal)?;
    let mut lines: Vec<String> = fetched.graph.quads().map(|quad| format!("{}\n", n_quads_line(&quad))).collect();
    lines.sort_unstable();
    let mut files = vec![RdfFile::text(name, lines.concat(), "e").in_format("nq")];
    drop(fetched);
    files.extend(data::open_all(&arguments.ontology, None)?);
    of_open_files(&files, shapes, limits, arguments, terminal)
}

fn no_shapes(name: &str) -> Error {
    let message = format!("`{name}` is not a pack, and there are no shapes to validate it against");
    let hint = "add `--shapes shapes.ttl`".to_owned();
    Error::invalid(Finding::error(codes::NO_SHAPES, message).hint(hint))
}

/// Validates RDF files against shapes.
fn of_files(
    paths: &[PathBuf],
    shapes: Option<&ShapeFiles>,
    limits: &Limits,
    arguments: &ValidateArguments,
    terminal: &Terminal,
) -> Result<bool> {
    let name = paths[0].display();
    if let Some(pack) = paths.iter().find(|path| shapes::is_pack(path)) {
        let message = format!("`{}` is a folder; a pack is validated by itself", pack.display());
        return Err(Error::invalid(Finding::error(codes::UNUSED_ARGUMENT, message)).into());
    }
    if arguments.list {
        let message = format!("`{name}` is not a pack, and only a pack has checks to list");
        return Err(Error::invalid(Finding::error(codes::UNUSED_ARGUMENT, message)).into());
    }
    for (is_given, argument) in
        [(arguments.encoding.is_some(), "--encoding"), (arguments.skip_bad_cells, "--skip-bad-cells")]
    {
        if is_given {
            let message = format!("`{argument}` has no effect on `{name}`, which is not a pack");
            return Err(Error::invalid(Finding::error(codes::UNUSED_ARGUMENT, message)).into());
        }
    }
    let is_other = |path: &&PathBuf| {
        matches!(NamedInstead::of_name(path), NamedInstead::Table | NamedInstead::Query | NamedInstead::Mapping)
    };
    if let Some(path) = paths.iter().find(is_other) {
        return Err(Error::invalid(not_a_pack(path)).into());
    }
    let Some(shapes) = shapes else { return Err(no_shapes(&name.to_string()).into()) };
    let ending = arguments.data.input_format.map(InputFormat::ending);
    let files: Vec<PathBuf> = paths.iter().chain(&arguments.ontology).cloned().collect();
    of_open_files(&data::open_all(&files, ending)?, shapes, limits, arguments, terminal)
}

fn of_open_files(
    files: &[RdfFile],
    shapes: &ShapeFiles,
    limits: &Limits,
    arguments: &ValidateArguments,
    terminal: &Terminal,
) -> Result<bool> {
    let format = arguments.format.findings();
    let validated = reported(pipeline::validate(files, shapes, limits), format, terminal)?;
    let (findings, remarks, faults) = (&validated.findings, &validated.remarks, validated.faults);
    let reports = std::slice::from_ref(&validated.report);
    print(
        arguments,
        terminal,
        ValidationOutcome { findings, remarks, faults, reports, prefixes: &validated.prefixes },
    )?;
    let against = shapes::against(validated.report.n_focus_nodes, shapes.n_shapes());
    let ran = format!("{} triples, {against}", validated.n_triples);
    note(arguments, terminal, &ran, findings);
    Ok(is_right(arguments.fail_on, findings))
}

/// Validates a pack: its tables, its mapping, checks and shapes.
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
    if let Some(path) = &arguments.rejected {
        rejected::refuse(pack, path, terminal)?;
    }
    let format = arguments.format.findings();
    let examined = reported(pipeline::examine_with(pack, shapes, limits), format, terminal)?;
    let known = examined.built.as_ref().map(|(knowledge, _)| knowledge.graph.prefixes.clone()).unwrap_or_default();
    let (findings, remarks, faults) = (&examined.findings, &examined.remarks, examined.faults);
    print(
        arguments,
        terminal,
        ValidationOutcome { findings, remarks, faults, reports: &examined.reports, prefixes: &known },
    )?;
    if let Some((_, Summary { rejections: Some(rejections), .. })) = &examined.built {
        rejected::write(rejections, arguments.rejected.as_deref(), terminal)?;
    }
    let time = examined.checks.iter().map(|ran| ran.elapsed).sum::<Duration>().as_secs_f64();
    let shapes = match examined.n_shapes {
        0 => String::new(),
        n => format!(", {}", shapes::against(examined.n_focus_nodes, n)),
    };
    let ran = match examined.checks.len() {
        0 => "the checks were not run, since the tables have errors".to_owned(),
        n => format!("{n} checks in {time:.2} s{shapes}"),
    };
    for ran in &examined.checks {
        terminal.detail(&format!(
            "  {:<24} {:>9.3} s  {}",
            ran.code,
            ran.elapsed.as_secs_f64(),
            counted(ran.n_findings, "finding")
        ));
    }
    note(arguments, terminal, &format!("{}: {ran}", pack_name(pack)), findings);
    work::leak(examined.built);
    Ok(is_right(arguments.fail_on, findings))
}

/// The checks with their codes and purposes, wrapped to 80 columns.
fn list(checks: &Checks) -> String {
    let mut text = String::new();
    for check in checks.iter() {
        let _ = writeln!(text, "{} ({})", check.code, check.severity);
        let paragraphs = check.title.values().chain(check.description.values());
        for paragraph in paragraphs {
            let options = textwrap::Options::new(80).initial_indent("    ").subsequent_indent("    ");
            let _ = writeln!(text, "{}", textwrap::fill(paragraph, options));
        }
    }
    text
}
