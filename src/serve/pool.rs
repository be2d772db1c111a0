//! The workers of a server. So many requests run at the same time; one that runs long goes over to a second, equal
//! number of places, so that the first are free for those that do not.

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::message::{OpenedSnapshot, Setup};
use super::process::{NoWorker, WorkerProcess};
use super::settings::{LONGEST_WAIT, MOST_WAITING, PageMatter};
use super::short::ShortAnswerer;

/// The workers.
pub(super) struct Pool {
    program: PathBuf,
    /// The most rows of an answer.
    rows: u64,
    state: Mutex<PoolState>,
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
    n_workers: usize,
    n_waiting: AtomicUsize,
    n_running: AtomicUsize,
}

struct PoolState {
    setup: Arc<Setup>,
    snapshot: Option<File>,
    ready: Arc<OpenedSnapshot>,
    /// Answers short queries from it.
    short: Option<Arc<ShortAnswerer>>,
    generation: u64,
    idle: Vec<WorkerProcess>,
}

/// A worker that someone uses, and its place.
pub(super) struct Lease {
    /// The worker; taken when it has ended.
    pub worker: Option<WorkerProcess>,
    place: Option<OwnedSemaphorePermit>,
    is_long: bool,
    pool: Arc<Pool>,
}

/// Why a request gets no worker.
#[derive(Debug)]
pub(super) enum Refused {
    /// All are busy, and enough others wait.
    Busy,
    /// None can be started.
    NoWorker(NoWorker),
}

impl Pool {
    /// A pool without a snapshot.
    pub fn new(program: PathBuf, setup: Setup, n_workers: usize) -> Arc<Self> {
        let ready = Arc::new(OpenedSnapshot { digest: String::new(), title: String::new(), n_triples: 0 });
        Arc::new(Self {
            program,
            rows: setup.rows,
            state: Mutex::new(PoolState {
                setup: Arc::new(setup),
                snapshot: None,
                ready,
                short: None,
                generation: 0,
                idle: Vec::new(),
            }),
            short: Arc::new(Semaphore::new(n_workers)),
            long: Arc::new(Semaphore::new(n_workers)),
            n_workers,
            n_waiting: AtomicUsize::new(0),
            n_running: AtomicUsize::new(0),
        })
    }

    fn state(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the snapshot is.
    pub fn ready(&self) -> Arc<OpenedSnapshot> {
        Arc::clone(&self.state().ready)
    }

    /// What the snapshot is, and what answers short queries from it.
    pub fn short(&self) -> (Arc<OpenedSnapshot>, Option<Arc<ShortAnswerer>>) {
        let state = self.state();
        (Arc::clone(&state.ready), state.short.clone())
    }

    /// How many requests wait, and how many run.
    pub fn load(&self) -> [usize; 2] {
        [&self.n_waiting, &self.n_running].map(|n| n.load(Ordering::Relaxed))
    }

    /// The processes of workers without work.
    pub fn idle(&self) -> Vec<u32> {
        self.state().idle.iter().map(WorkerProcess::id).collect()
    }

    /// Takes a snapshot up: all further requests are answered from it. Those that run are answered from the one
    /// before. What goes with it stays the same if there is nothing new.
    ///
    /// # Errors
    ///
    /// If no worker can use it; the one before is kept then.
    pub async fn take_up(
        self: &Arc<Self>,
        snapshot: File,
        matter: Option<PageMatter>,
        verify: bool,
    ) -> Result<OpenedSnapshot, NoWorker> {
        let (generation, mut own) = {
            let state = self.state();
            (state.generation + 1, Setup::clone(&state.setup))
        };
        if let Some(matter) = matter {
            own = Setup { questions: matter.questions, changes: matter.changes, ..own };
        }
        let setup = Setup { verify, ..own.clone() };
        let (worker, ready) =
            WorkerProcess::start(self.program.clone(), snapshot.try_clone()?, &setup, generation).await?;
        let short = ShortAnswerer::open(&snapshot, self.rows);
        let old = {
            let mut state = self.state();
            state.setup = Arc::new(own);
            state.snapshot = Some(snapshot);
            state.generation = generation;
            state.ready = Arc::new(ready.clone());
            state.short = short;
            std::mem::replace(&mut state.idle, vec![worker])
        };
        drop(old);
        self.fill_up();
        Ok(ready)
    }

    /// Starts workers in the background until as many wait as there are places.
    pub fn fill_up(self: &Arc<Self>) {
        let pool = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                let n_missing = pool.n_workers.saturating_sub(pool.n_running.load(Ordering::Relaxed));
                if pool.state().idle.len() >= n_missing {
                    return;
                }
                match pool.start().await {
                    Ok(worker) => {
                        pool.is_taken_back(worker);
                    }
                    // The next request says why.
                    Err(_) => return,
                }
            }
        });
    }

    async fn start(&self) -> Result<WorkerProcess, NoWorker> {
        let (snapshot, generation, setup) = {
            let state = self.state();
            (state.snapshot.as_ref().map(File::try_clone), state.generation, Arc::clone(&state.setup))
        };
        let Some(snapshot) = snapshot else { return Err(NoWorker::Io(std::io::ErrorKind::NotFound.into())) };
        Ok(WorkerProcess::start(self.program.clone(), snapshot?, &setup, generation).await?.0)
    }

    /// Whether the worker is kept. One of an older snapshot has done its work, and so has one too many.
    fn is_taken_back(&self, worker: WorkerProcess) -> bool {
        let mut state = self.state();
        let is_kept = worker.generation == state.generation && state.idle.len() < self.n_workers;
        if is_kept {
            state.idle.push(worker);
        }
        is_kept
    }

    /// A worker, as soon as there is a place.
    ///
    /// # Errors
    ///
    /// If there is none in time.
    pub async fn lease(self: &Arc<Self>) -> Result<Lease, Refused> {
        let place = match Arc::clone(&self.short).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                let waiting = Waiting::new(&self.n_waiting);
                if self.n_waiting.load(Ordering::Relaxed) > MOST_WAITING {
                    return Err(Refused::Busy);
                }
                let place = timeout(LONGEST_WAIT, Arc::clone(&self.short).acquire_owned()).await;
                drop(waiting);
                place.ok().and_then(Result::ok).ok_or(Refused::Busy)?
            }
        };
        self.n_running.fetch_add(1, Ordering::Relaxed);
        let mut lease = Lease { worker: None, place: Some(place), is_long: false, pool: Arc::clone(self) };
        let idle = self.state().idle.pop();
        lease.worker = Some(match idle {
            Some(worker) => worker,
            None => self.start().await.map_err(Refused::NoWorker)?,
        });
        Ok(lease)
    }
}

impl Lease {
    /// Goes over to the places of long requests; `false` if none is free.
    pub fn is_moved_to_long(&mut self) -> bool {
        if !self.is_long
            && let Ok(place) = Arc::clone(&self.pool.long).try_acquire_owned()
        {
            self.place = Some(place);
            self.is_long = true;
        }
        self.is_long
    }

    /// Another worker in the place of one that has ended.
    pub async fn replace(&mut self) -> Result<(), NoWorker> {
        self.worker = Some(self.pool.start().await?);
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.pool.n_running.fetch_sub(1, Ordering::Relaxed);
        let is_there = self.worker.take().is_some_and(|worker| self.pool.is_taken_back(worker));
        // It was ended: another takes its place.
        if !is_there && tokio::runtime::Handle::try_current().is_ok() {
            self.pool.fill_up();
        }
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(n: &'a AtomicUsize) -> Self {
        n.fetch_add(1, Ordering::Relaxed);
        Self(n)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
