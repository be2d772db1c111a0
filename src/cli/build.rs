//! `civigraph build`

use std::time::Instant;

use anyhow::Result;

use super::args::BuildArguments;
use super::terminal::Terminal;
use crate::error::Error;
use crate::graph::MANIFEST;
use crate::pack::Pack;
use crate::pipeline::{self, Limits};

pub(super) fn run(arguments: &BuildArguments, terminal: &Terminal) -> Result<bool> {
    let start = Instant::now();
    let pack = match &arguments.pack {
        Some(folder) => Pack::open(folder)?,
        None => Pack::embedded()?,
    };
    let examined = pipeline::examine(&pack, &Limits { time: arguments.timeout.0, ..Limits::default() })?;
    let n_violations = examined.n_violations();
    let (Some((knowledge, summary)), true) = (examined.built, n_violations == 0 || arguments.allow_violations) else {
        terminal.print(&examined.findings);
        terminal.print(&examined.faults);
        if !arguments.store.join(MANIFEST).exists() {
            terminal.note("no snapshot is written");
        } else {
            terminal.note(&format!("the snapshot in {} stays as it was", arguments.store.display()));
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
    let manifest = pipeline::save(&knowledge, &pack, &arguments.store)?;
    let n_rows: u64 = summary.tables.iter().map(|table| table.n_rows).sum();
    terminal.note(&format!("{} tables, {n_rows} rows, {} triples mapped", summary.tables.len(), summary.n_mapped));
    for table in &summary.tables {
        terminal.note(&format!("  {:<24} {:>9} rows", table.name, table.n_rows));
    }
    let n_derived: usize = summary.derived.iter().map(|made| made.n_triples).sum();
    terminal.note(&format!("{n_derived} triples derived"));
    for made in &summary.derived {
        terminal.note(&format!("  {:<24} {:>9} triples", made.rule, made.n_triples));
    }
    terminal.note(&format!("{} checks, {n_violations} violations", examined.checks.len()));
    terminal.note(&format!(
        "{} triples in all, written to {} in {:.2} s",
        manifest.graph.n_quads,
        arguments.store.display(),
        start.elapsed().as_secs_f64()
    ));
    // Freeing millions of quads takes time that nobody waits for.
    std::mem::forget(knowledge);
    Ok(true)
}
