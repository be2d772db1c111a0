//! The progress of long work, for whoever shows it. Work reports its stage and
//! how much of it is done; nothing here prints, and reporting costs one atomic
//! addition.

use std::io::{self, Read};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a stage counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of files.
    Bytes,
    /// Anything else: rules, checks, quads.
    Items,
}

/// A part of the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What is being done, such as `mapping`.
    pub name: &'static str,
    /// What is counted.
    pub unit: Unit,
    /// How much there is to do, if known.
    pub total: Option<u64>,
}

static STAGE: Mutex<Option<Stage>> = Mutex::new(None);
static DONE: AtomicU64 = AtomicU64::new(0);
static ROWS: AtomicU64 = AtomicU64::new(0);

/// Begins a stage; the one before has ended.
pub fn begin(name: &'static str, unit: Unit, total: Option<u64>) {
    if let Ok(mut stage) = STAGE.lock() {
        *stage = Some(Stage { name, unit, total });
        DONE.store(0, Ordering::Relaxed);
        ROWS.store(0, Ordering::Relaxed);
    }
}

/// Counts `n` more as done in the current stage.
pub fn advance(n: u64) {
    DONE.fetch_add(n, Ordering::Relaxed);
}

/// Counts `n` more rows of tables, beside what the stage counts.
pub fn count_rows(n: u64) {
    ROWS.fetch_add(n, Ordering::Relaxed);
}

/// How many rows were counted in the current stage.
pub fn rows() -> u64 {
    ROWS.load(Ordering::Relaxed)
}

/// The current stage, if any, and how much of it is done.
pub fn now() -> Option<(Stage, u64)> {
    let stage = STAGE.lock().ok()?.clone()?;
    Some((stage, DONE.load(Ordering::Relaxed)))
}

/// Counts the bytes that are read through it.
pub struct Counted<R>(pub R);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(buffer)?;
        advance(n as u64);
        Ok(n)
    }
}
