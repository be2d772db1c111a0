//! What a mapping makes, as lines of N-Triples or N-Quads, each once.
//!
//! Lines are written as they come. Where the plan does not prove that a triple is made only once, it
//! leaves a mark ([`marks`]); a line whose mark was there before is held back, and in the end it is
//! compared with what has been written ([`held`]). So nothing is sorted, and memory is bounded.

mod held;
mod line;
mod marks;

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use held::HeldLines;
use line::{LineSink, SpareTexts};
use marks::MarkFilter;

use super::compiled::{CompiledMaps, Distinctness, LiteralKinds, distinctness, rules_of};
use super::execute::{Share, Tables, execute_in_parts};
use super::plan::{Column, Plan, TermMap};
use crate::error::{Action, Error, Result};
use crate::file::{OPEN_OUTPUT, SortedLines};
use crate::finding::{Finding, Findings, codes};

/// The form of the lines.
#[derive(Debug, Clone, Copy)]
pub struct TripleLines {
    /// Whether they may name a graph: N-Quads.
    pub has_graphs: bool,
    /// Whether they are sorted.
    pub is_sorted: bool,
    /// Which rows are mapped.
    pub share: Share,
}

/// Lines are sorted in so much memory, in bytes.
const SORT_MEMORY: usize = 64 << 20;

/// Writes what a bound plan makes to an empty file, as lines, each once: in the order of the tables,
/// with what might have occurred before at the end, or sorted. Returns how many there are. If the
/// findings have errors, what has been written is not all. `n_bytes` is the size of the tables.
///
/// # Errors
///
/// Those of `out` and of temporary files; `unknown-format` if a graph is named that the lines cannot
/// name.
pub fn write_lines(
    plan: &Plan,
    tables: &dyn Tables,
    form: TripleLines,
    n_bytes: u64,
    findings: &mut Findings,
    out: &mut File,
) -> Result<u64> {
    let kinds = LiteralKinds::of(plan);
    let proofs = Proofs::of(plan, tables, &kinds);
    let spare = SpareTexts::default();
    let new = |n_slots| LineSink::new(n_slots, form.has_graphs, &proofs, &spare, &kinds);
    if form.is_sorted {
        let mut sorted = SortedLines::within(SORT_MEMORY);
        execute_in_parts(plan, tables, form.share, findings, &new, &mut |sink: LineSink<'_>| {
            sink.check()?;
            sink.lines().try_for_each(|line| sorted.push(line)).map_err(temporary)
        })?;
        let mut out = BufWriter::new(out);
        return sorted.write(&mut out).and_then(|n| out.flush().map(|()| n)).map_err(output);
    }
    let mut filter = MarkFilter::for_bytes(n_bytes);
    let mut held = HeldLines::default();
    let mut n_lines = 0;
    execute_in_parts(plan, tables, form.share, findings, &new, &mut |sink: LineSink<'_>| {
        sink.check()?;
        n_lines += sink.write_new(&mut filter, &mut held, out)?;
        Ok(())
    })?;
    Ok(n_lines + held.write_new(out)?)
}

/// The finding that lines of N-Triples cannot name a graph.
pub fn foreign_graph(graph: &str) -> Finding {
    let message = format!("the triples of the graph {graph} are in no file of this format");
    let hint = "write N-Quads (.nq) or TriG (.trig)".to_owned();
    Finding::error(codes::UNKNOWN_FORMAT, message).hint(hint)
}

fn output(error: io::Error) -> Error {
    Error::io(Action::Write, OPEN_OUTPUT)(error)
}

fn temporary(error: io::Error) -> Error {
    Error::io(Action::Write, "a temporary file")(error)
}

/// How it is known that no triple is made twice.
struct Proofs<'p> {
    of_rules: Vec<Distinctness>,
    /// The maps with rules that go by the subject, whose usual rows are not made as quads.
    by_subject: Vec<(usize, &'p TermMap)>,
}

impl<'p> Proofs<'p> {
    fn of(plan: &'p Plan, tables: &dyn Tables, kinds: &LiteralKinds) -> Self {
        let keys = plan.maps.iter().map(|map| {
            let mut columns: Vec<&Column> = Vec::new();
            map.subject.columns(&mut |column| columns.push(column));
            let index = |name: &String| columns.iter().find(|column| column.name == *name).map(|column| column.index);
            // A key with other columns proves nothing about the subject.
            tables.keys(&map.source).iter().filter_map(|key| key.iter().map(index).collect()).collect()
        });
        let of_rules = distinctness(plan, &keys.collect::<Vec<_>>());
        let mut by_subject = Vec::new();
        for source in plan.sources() {
            let maps: Vec<usize> = plan.of_source(source).collect();
            let others = CompiledMaps::new(plan, &maps, kinds).others;
            let is_by_subject =
                |map: &usize| rules_of(plan, *map).any(|rule| of_rules[rule] == Distinctness::BySubject);
            let compiled = maps.iter().filter(|map| !others.contains(map) && is_by_subject(map));
            by_subject.extend(compiled.map(|map| (*map, &plan.maps[*map].subject)));
        }
        Self { of_rules, by_subject }
    }
}
