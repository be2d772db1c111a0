//! `civigraph build --data`

use std::time::Instant;

use anyhow::Result;

use super::args::BuildArguments;
use super::findings::is_right;
use super::terminal::Terminal;
use super::{knowledge, next_steps};
use crate::pipeline::{self, origin};
use crate::work;

pub(super) fn run(arguments: &BuildArguments, terminal: &Terminal) -> Result<bool> {
    let done = build(arguments, terminal);
    if !matches!(done, Ok(true)) && !super::build::is_busy(&done) {
        let _ = pipeline::record_failure_of_data(&arguments.store, &arguments.data.data);
    }
    done
}

fn build(arguments: &BuildArguments, terminal: &Terminal) -> Result<bool> {
    let start = Instant::now();
    if !arguments.replace {
        origin::replaces_only_of_data(&arguments.data.data, &arguments.store)?;
    }
    let (knowledge, findings) = knowledge::of_data(&arguments.data, terminal)?;
    if !is_right(arguments.fail_on, &findings) {
        terminal.note("no snapshot was written");
        return Ok(false);
    }
    let manifest = pipeline::save_data(&knowledge, &arguments.store)?;
    terminal.note(&format!(
        "{} triples in total, written to {} in {:.2} s; no checks were run",
        manifest.n_quads,
        arguments.store.display(),
        start.elapsed().as_secs_f64()
    ));
    next_steps::print(&arguments.store, terminal);
    work::leak(knowledge);
    Ok(true)
}
