//! Runs a plan in parts: blocks of rows on all processors, whose results come back in order.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use oxigraph::model::Quad;

use super::join::{Joined, Parents};
use super::{
    QuadOrigin, RowResult, RunObserver, SourceRun, Tables, join_rest, look_up, observe, opened, tell_empty, tell_unmet,
};
use crate::error::{Error, Result};
use crate::finding::{Findings, Limit, codes};
use crate::map::compiled::{CompiledMaps, LiteralKinds, RowTerms, TripleText, Unusual};
use crate::map::plan::{ObjectMap, Plan};
use crate::map::row::TableRow;
use crate::progress;
use crate::table::{BlockForm, Record, RowBlock, Table};

/// Takes what is made of some rows, one after the other.
pub trait RowSink: Send {
    /// Whether an IRI may be said without a word about it; otherwise the row is made as quads, with
    /// their origins.
    fn is_known(&self, _iri: &str) -> bool {
        true
    }

    /// The next row begins: its terms have their slots anew.
    fn begin_row(&mut self);

    /// A triple of the row.
    fn triple(&mut self, triple: TripleText<'_>);

    /// A quad of a row that is not an ordinary one.
    fn quad(&mut self, quad: Quad, origin: QuadOrigin<'_>);
}

/// Which blocks of rows are mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The part, from 1.
    pub part: u64,
    /// How many parts there are.
    pub of: u64,
}

impl Share {
    /// Everything.
    pub const ALL: Self = Self { part: 1, of: 1 };

    fn has(self, block: u64) -> bool {
        block % self.of == self.part - 1
    }

    /// Whether it has a row of a table that is not read in blocks, counted from 0.
    pub(super) fn has_row(self, row: u64) -> bool {
        self.has(row / BLOCK_ROWS)
    }
}

/// The size of a block in bytes. It decides which rows belong to a [`Share`].
const BLOCK: usize = 256 * 1024;
/// In a table that is not text, a block has this many rows.
const BLOCK_ROWS: u64 = 1024;

/// Runs a bound plan like [`execute`](super::execute). The rows come in blocks; what is made of each
/// goes to a sink that `new` makes for terms with this many slots, and in the order of the tables to
/// `take`.
///
/// # Errors
///
/// Those of `take`; nothing more is read.
pub fn execute_in_parts<S: RowSink>(
    plan: &Plan,
    tables: &dyn Tables,
    share: Share,
    findings: &mut Findings,
    new: &(dyn Fn(usize) -> S + Sync),
    take: &mut dyn FnMut(S) -> Result<()>,
) -> Result<()> {
    let before = findings.clone();
    let code_lists = look_up::read(plan, tables, findings);
    let mut parents = Parents::read(plan, tables, &code_lists);
    let kinds = LiteralKinds::of(plan);
    for source in plan.sources() {
        let indexes: Vec<usize> = plan.of_source(source).collect();
        let maps = CompiledMaps::new(plan, &indexes, &kinds);
        let Some(mut table) = opened(plan, source, tables, findings) else { continue };
        let cells = tables.cells(source, &table.header);
        let (code_lists, parents) = (&code_lists, &parents);
        let general = SourceRun { plan, maps: &indexes, cells: &cells, code_lists, parents, only: None };
        let others = SourceRun { maps: &maps.others, ..general };
        let run = PartRun { maps: &maps, general, others, limit: findings.limit(), new };
        // What joins explode is counted over all rows.
        let is_counted = maps
            .others
            .iter()
            .flat_map(|map| &plan.maps[*map].pairs)
            .any(|pair| pair.objects.iter().any(|object| matches!(object, ObjectMap::Reference(_))));
        if !table.has_blocks() || is_counted || tables.leaves_out_rows() {
            run.in_order(&mut table, share, findings, take)?;
            tell_unmet(plan, source, &table, findings);
            continue;
        }
        if let Err(Stopped(stopped)) = run.in_blocks(&mut table, share, findings, take) {
            stopped?;
            // Where a quote is wrong, a cut may be in the middle of a row: all is looked at again, from the
            // beginning, so that nothing is told twice.
            *findings = before;
            observe(plan, tables, findings, &mut Nobody);
            return Ok(());
        }
    }
    let mut taking = Taking { sink: new(0), new, n_quads: 0, take, failed: None };
    join_rest(plan, tables, (&code_lists, &mut parents), share, findings, &mut taking);
    let Taking { sink, take, failed, .. } = taking;
    failed.map_or_else(|| take(sink), Err)
}

/// Takes quads in parts.
struct Taking<'a, S> {
    sink: S,
    new: &'a (dyn Fn(usize) -> S + Sync),
    n_quads: u64,
    take: &'a mut dyn FnMut(S) -> Result<()>,
    failed: Option<Error>,
}

impl<S: RowSink> RunObserver for Taking<'_, S> {
    fn quad(&mut self, quad: Quad, origin: QuadOrigin<'_>) {
        self.sink.quad(quad, origin);
        self.n_quads += 1;
        if self.n_quads.is_multiple_of(BLOCK_ROWS) && self.failed.is_none() {
            self.failed = (self.take)(std::mem::replace(&mut self.sink, (self.new)(0))).err();
        }
    }
}

/// Why no more blocks are read: an error of the taker, or a quote that is wrong.
struct Stopped(Result<()>);

/// Takes nothing.
struct Nobody;

impl RunObserver for Nobody {
    fn quad(&mut self, _: Quad, _: QuadOrigin<'_>) {}
}

struct Quads<'s, S>(&'s mut S);

impl<S: RowSink> RunObserver for Quads<'_, S> {
    fn quad(&mut self, quad: Quad, origin: QuadOrigin<'_>) {
        self.0.quad(quad, origin);
    }
}

/// What the rows of a table become.
struct PartRun<'a, S> {
    maps: &'a CompiledMaps<'a>,
    /// All maps, for rows that are not ordinary ones.
    general: SourceRun<'a>,
    /// The maps that cannot be compiled.
    others: SourceRun<'a>,
    limit: Limit,
    new: &'a (dyn Fn(usize) -> S + Sync),
}

/// What became of a block.
struct BlockResult<S> {
    sink: S,
    findings: Findings,
    n_rows: u64,
}

/// What is kept from row to row.
#[derive(Default)]
struct RowState {
    terms: RowTerms,
    made: Vec<RowResult>,
    joined: Joined,
}

type Reply<S> = Result<BlockResult<S>, Box<dyn Any + Send>>;
type Job<S> = (BlockForm, RowBlock, Sender<Reply<S>>);

impl<S: RowSink> PartRun<'_, S> {
    /// Maps a row.
    fn row(&self, record: &Record, table: &Table, state: &mut RowState, findings: &mut Findings, sink: &mut S) {
        let row = TableRow::new(record, self.general.cells, &table.file, self.general.code_lists);
        if row.is_rejected() {
            return;
        }
        sink.begin_row();
        let RowState { terms, made, joined } = state;
        made.clear();
        let ordinary = self.maps.make(row, terms, &|iri| sink.is_known(iri), &mut |result| made.push(result));
        match ordinary {
            Ok(()) => {
                self.maps.triples(terms, &mut |triple| sink.triple(triple));
                made.extend(self.others.row(row, &table.file, joined, findings, &mut Quads(sink)));
            }
            Err(Unusual) => *made = self.general.row(row, &table.file, joined, findings, &mut Quads(sink)),
        }
        tell_empty(made, record, &table.header, &table.file, findings);
    }

    /// Maps the rows one by one.
    fn in_order(
        &self,
        table: &mut Table,
        share: Share,
        findings: &mut Findings,
        take: &mut dyn FnMut(S) -> Result<()>,
    ) -> Result<()> {
        let (mut record, mut state) = (Record::default(), RowState::default());
        let mut sink = (self.new)(self.maps.n_slots());
        let mut n_rows = 0;
        while table.read(&mut record, findings) {
            if share.has_row(n_rows) {
                self.row(&record, table, &mut state, findings, &mut sink);
            }
            n_rows += 1;
            if n_rows.is_multiple_of(BLOCK_ROWS) {
                progress::count_rows(BLOCK_ROWS);
                take(std::mem::replace(&mut sink, (self.new)(self.maps.n_slots())))?;
            }
        }
        take(sink)
    }

    /// Maps a block.
    fn block(&self, form: BlockForm, block: RowBlock, state: &mut RowState) -> BlockResult<S> {
        let mut table = Table::of_block(form, block);
        let mut result =
            BlockResult { sink: (self.new)(self.maps.n_slots()), findings: Findings::keeping(self.limit), n_rows: 0 };
        let mut record = Record::default();
        while table.read(&mut record, &mut result.findings) {
            self.row(&record, &table, state, &mut result.findings, &mut result.sink);
            result.n_rows += 1;
        }
        result
    }

    /// Maps blocks on all processors.
    fn in_blocks(
        &self,
        table: &mut Table,
        share: Share,
        findings: &mut Findings,
        take: &mut dyn FnMut(S) -> Result<()>,
    ) -> Result<(), Stopped> {
        let (jobs, queue) = mpsc::channel::<Job<S>>();
        let queue = &Mutex::new(queue);
        thread::scope(|scope| {
            // The workers end when it is dropped.
            let jobs = jobs;
            let n = thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
            let work = move || {
                let mut state = RowState::default();
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((form, block, reply)) = next else { return };
                    let done = panic::catch_unwind(AssertUnwindSafe(|| self.block(form, block, &mut state)));
                    // Nobody waits for it any more if the run has been stopped.
                    let _ = reply.send(done);
                }
            };
            let spawn = || thread::Builder::new().stack_size(WORKER_STACK).spawn_scoped(scope, work);
            // Without a single thread, this one does it.
            let n_workers = (0..n).map_while(|_| spawn().ok()).count();
            let mut own = RowState::default();
            let mut waiting: VecDeque<Receiver<Reply<S>>> = VecDeque::new();
            let (mut n_blocks, mut at_end) = (0, false);
            loop {
                while !at_end && waiting.len() < n_workers.max(1) * 2 {
                    match table.next_block(BLOCK) {
                        Ok(Some((form, block))) => {
                            n_blocks += 1;
                            if !share.has(n_blocks - 1) {
                                continue;
                            }
                            let (reply, received) = mpsc::channel();
                            waiting.push_back(received);
                            if n_workers == 0 {
                                let _ = reply.send(Ok(self.block(form, block, &mut own)));
                            } else {
                                let _ = jobs.send((form, block, reply));
                            }
                        }
                        Ok(None) => at_end = true,
                        Err(fault) => {
                            findings.push(fault);
                            at_end = true;
                        }
                    }
                }
                let Some(received) = waiting.pop_front() else { return Ok(()) };
                let result = match received.recv() {
                    Ok(Ok(result)) => result,
                    Ok(Err(panic)) => panic::resume_unwind(panic),
                    Err(_) => unreachable!("a worker answers before it ends"),
                };
                if result.findings.iter().any(|finding| finding.code == codes::WRONG_QUOTING) {
                    return Err(Stopped(Ok(())));
                }
                findings.append(result.findings);
                table.count_read(result.n_rows);
                progress::count_rows(result.n_rows);
                take(result.sink).map_err(|error| Stopped(Err(error)))?;
            }
        })
    }
}

/// More workers than these wait for the one thread that cuts the blocks.
const MOST_WORKERS: usize = 16;
/// Functions of a mapping may be nested.
const WORKER_STACK: usize = 16 * 1024 * 1024;
