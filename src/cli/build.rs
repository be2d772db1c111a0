//! `civigraph build`

use std::time::Instant;

use anyhow::Result;

use super::args::BuildArguments;
use super::findings::{counted, is_right};
use super::terminal::Terminal;
use super::{next_steps, rejected};
use crate::error::Error;
use crate::finding::codes;
use crate::graph::SNAPSHOT;
use crate::pack::Pack;
use crate::pipeline::{self, Limits, Summary, origin};
use crate::work;

pub(super) fn run(arguments: &BuildArguments, terminal: &Terminal) -> Result<bool> {
    let folder = arguments.pack.as_deref().map(Pack::shortened);
    let opened = match &folder {
        Some(folder) => Pack::open(folder),
        None => origin::embedded_unless_here(|folder| format!("use `civigraph build {folder}` to build that pack")),
    };
    let is_pack = folder.as_ref().is_some_and(|folder| Pack::exists(folder));
    let name = opened.as_ref().ok().map(|pack| pack.descriptor.name.clone());
    let done = match opened {
        Ok(pack) => {
            let pack = pack.with_encoding(arguments.encoding.clone());
            if !arguments.replace {
                origin::replaces_only_its_own(&pack, &arguments.store)?;
            }
            build(&pack, arguments, terminal)
        }
        // A folder that is not a pack was named by mistake: not a failed build to remember.
        Err(error) if !is_pack => return Err(error.into()),
        Err(error) => Err(error.into()),
    };
    if !matches!(done, Ok(true)) && !is_busy(&done) {
        let _ = pipeline::record_failure(&arguments.store, folder.as_deref(), name.as_deref());
    }
    done
}

/// Whether another build is writing: the last build is then that one.
pub(super) fn is_busy(done: &Result<bool>) -> bool {
    let error = done.as_ref().err().and_then(|error| error.downcast_ref::<Error>());
    matches!(error, Some(Error::Invalid(faults)) if faults.iter().any(|fault| fault.code == codes::BUSY_STORE))
}

fn build(pack: &Pack, arguments: &BuildArguments, terminal: &Terminal) -> Result<bool> {
    let start = Instant::now();
    let rejected = rejected::path(arguments.rejected.as_deref(), &arguments.store);
    if arguments.skip_bad_cells {
        rejected::refuse(pack, &rejected, terminal)?;
    }
    let skip_bad_cells = arguments.skip_bad_cells;
    let limits = Limits { time: arguments.timeout.0, skip_bad_cells, ..Limits::default() };
    let examined = pipeline::examine(pack, &limits)?;
    let n_violations = examined.n_violations();
    let is_allowed = arguments.allow_violations || is_right(arguments.fail_on, &examined.findings);
    if let Some((_, Summary { rejections: Some(rejections), .. })) = &examined.built {
        rejected::write(rejections, Some(&rejected), terminal)?;
    }
    let (Some((knowledge, summary)), true) = (examined.built, is_allowed) else {
        terminal.print(&examined.findings);
        terminal.print(&examined.faults);
        if !arguments.store.join(SNAPSHOT).exists() {
            terminal.note("no snapshot was written");
        } else {
            terminal.note(&format!("the snapshot in `{}` is unchanged", arguments.store.display()));
        }
        if !examined.faults.is_empty() {
            return Err(anyhow::anyhow!("some checks could not be run"));
        }
        return Ok(false);
    };
    terminal.print(&examined.findings);
    if !examined.faults.is_empty() {
        return Err(Error::Invalid(Box::new(examined.faults)).into());
    }
    let manifest = pipeline::save(&knowledge, pack, &arguments.store)?;
    for table in &summary.tables {
        terminal.detail(&format!("  {:<24} {:>9} rows", table.name, table.n_rows));
    }
    let n_rows: u64 = summary.tables.iter().map(|table| table.n_rows).sum();
    let files = match summary.n_rdf_files {
        0 => String::new(),
        n => format!(", {}", counted(n as u64, "RDF file")),
    };
    terminal.note(&format!(
        "{}, {}{files}, {} mapped",
        counted(summary.tables.len() as u64, "table"),
        counted(n_rows, "row"),
        counted(summary.n_mapped as u64, "triple")
    ));
    for made in &summary.derived {
        terminal.detail(&format!("  {:<24} {:>9} triples", made.rule, made.n_triples));
    }
    let n_derived: usize = summary.derived.iter().map(|made| made.n_triples).sum();
    terminal.note(&format!("{} derived by {} rules", counted(n_derived as u64, "triple"), summary.derived.len()));
    for ran in &examined.checks {
        terminal.detail(&format!("  {:<24} {:>9.3} s", ran.code, ran.elapsed.as_secs_f64()));
    }
    terminal.note(&format!("{} checks, {}", examined.checks.len(), counted(n_violations, "violation")));
    terminal.note(&format!(
        "{} triples in total, written to {} in {:.2} s",
        manifest.n_quads,
        arguments.store.display(),
        start.elapsed().as_secs_f64()
    ));
    next_steps::print(&arguments.store, terminal);
    work::leak(knowledge);
    Ok(true)
}
