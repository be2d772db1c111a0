//! A process that evaluates: it maps the snapshot once and answers one request after the other. It can be ended at
//! any moment, and ends by itself when the server is gone.

use std::io::{BufReader, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use oxigraph::sparql::CancellationToken;
use rustix::process::{Resource, Rlimit, setrlimit};

use super::answer::Answerer;
use super::frame::{self, FrameKind};
use super::message::{OpenedSnapshot, Request, Setup};
use super::reply::WorkerReply;
use crate::error::{Action, Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::{Graph, Manifest};
use crate::pipeline::edition_of;
use crate::report::{self, ReportFormat};
use crate::work::{self, STACK};

/// The exit code of a worker that held more memory than it may.
pub(super) const OUT_OF_MEMORY: i32 = 79;

/// How long a request may work before it gives way to others.
pub(super) const LONG: Duration = Duration::from_millis(300);

/// How often a request that works is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What a process needs besides what its queries hold: stacks, tables of the allocator.
const HEADROOM: u64 = 1 << 30;

/// The name of the snapshot that a worker was given: its standard output, which it cannot write to.
const GIVEN: &str = "/dev/fd/1";

/// Works until the server is gone. Standard input is a socket to it.
///
/// # Errors
///
/// `bad-request` if standard input is no such socket; those of the snapshot, which are sent to the server, too.
pub fn work_for_server() -> Result<()> {
    let stream = std::io::stdin().as_fd().try_clone_to_owned().map(UnixStream::from);
    let stream = stream.map_err(Error::io(Action::Read, "-"))?;
    let mut input = BufReader::new(stream.try_clone().map_err(Error::io(Action::Read, "-"))?);
    let setup: Option<Setup> = match frame::read(&mut input) {
        Ok(Some((FrameKind::Setup, content))) => serde_json::from_slice(&content).ok(),
        _ => None,
    };
    let Some(setup) = setup else {
        let message = "this command is for `civigraph serve` alone, which starts it";
        return Err(Error::invalid(Finding::error(codes::BAD_REQUEST, message)));
    };
    limit(&setup);
    let send = |kind: FrameKind, content: &[u8]| {
        let mut frames = Vec::new();
        frame::append(kind, content, &mut frames);
        (&stream).write_all(&frames).map_err(Error::io(Action::Write, "-"))
    };
    let (graph, manifest) = match open(&setup) {
        Ok(opened) => opened,
        Err(error) => {
            let problem = super::problem::Problem::from(error);
            let mut json = Vec::new();
            // Writing to memory cannot fail.
            let _ = report::write_findings(ReportFormat::Json, &problem.findings, &mut json);
            return send(FrameKind::Unfit, &json);
        }
    };
    let ready = OpenedSnapshot {
        digest: graph.content_digest().unwrap_or_default(),
        title: edition_of(&manifest).to_string(),
        n_triples: graph.n_triples(),
    };
    let answerer = Arc::new(Answerer::new(graph, &manifest, &setup));
    let ready = serde_json::to_vec(&ready).unwrap_or_default();
    send(FrameKind::Ready, &ready)?;
    let watch = Watch::start();
    let mut evaluator: Option<EvaluatorThread> = None;
    // An error of the socket means that the server is gone, too.
    while let Ok(Some((kind, content))) = frame::read(&mut input) {
        match kind {
            FrameKind::Ask => {
                let Ok(request) = serde_json::from_slice::<Request>(&content) else { break };
                let token = CancellationToken::new();
                // What works in the background stays there.
                let current = match evaluator.take().filter(|evaluator| !evaluator.is_spent.load(Ordering::Acquire)) {
                    Some(evaluator) => evaluator,
                    None => EvaluatorThread::start(&answerer, &watch, &stream)?,
                };
                watch.begin(&token, &current);
                let sent = current.requests.send((request, token));
                if sent.is_err() {
                    break;
                }
                evaluator = Some(current);
            }
            FrameKind::Cancel => watch.cancel(),
            _ => break,
        }
    }
    // Whatever still works is of no use to anybody.
    process::exit(0)
}

/// Limits what the process may hold. A query that gets past its own accounting meets the system's limit.
fn limit(setup: &Setup) {
    work::limit_memory(setup.memory);
    let most = setup.memory.saturating_add(HEADROOM);
    let _ = setrlimit(Resource::Data, Rlimit { current: Some(most), maximum: Some(most) });
    // If the machine itself is short of memory, a worker is the first to go, not the server.
    let _ = std::fs::write("/proc/self/oom_score_adj", "900");
}

fn open(setup: &Setup) -> Result<(Graph, Manifest)> {
    let (graph, manifest) = Graph::open_file(Path::new(GIVEN))?;
    let version = env!("CARGO_PKG_VERSION");
    if manifest.civigraph != version {
        let message = format!("the snapshot was built by civigraph {}, this is {version}", manifest.civigraph);
        return Err(Error::invalid(Finding::error(codes::STALE_SNAPSHOT, message)));
    }
    if setup.verify {
        graph.verify_blocks().map_err(|damage| damage.error())?;
    }
    Ok((graph, manifest))
}

/// A thread that evaluates. One that was made to give way cannot be brought back to the front, and is spent.
struct EvaluatorThread {
    requests: mpsc::Sender<(Request, CancellationToken)>,
    thread: WorkingThread,
    is_spent: Arc<AtomicBool>,
}

impl EvaluatorThread {
    fn start(answerer: &Arc<Answerer>, watch: &Arc<Watch>, output: &UnixStream) -> Result<Self> {
        let (requests, received) = mpsc::channel::<(Request, CancellationToken)>();
        let (named, name) = mpsc::channel();
        let is_spent = Arc::new(AtomicBool::new(false));
        let (answerer, watch, spent) = (Arc::clone(answerer), Arc::clone(watch), Arc::clone(&is_spent));
        let output = output.try_clone().map_err(Error::io(Action::Write, "-"))?;
        let run = move || {
            let _ = named.send(WorkingThread::this());
            while let Ok((request, token)) = received.recv() {
                let done = panic::catch_unwind(AssertUnwindSafe(|| {
                    work::with_token(token, || answer(&answerer, &request, &output, &watch))
                }));
                // After a panic, whose message is printed, or without a server there is nothing left to do.
                if !matches!(done, Ok(Ok(()))) {
                    process::exit(101);
                }
                if spent.load(Ordering::Acquire) {
                    break;
                }
            }
        };
        thread::Builder::new().stack_size(STACK).spawn(run).map_err(|error| work::no_stack(&error))?;
        let thread = name.recv().unwrap_or_default();
        Ok(Self { requests, thread, is_spent })
    }
}

fn answer(answerer: &Answerer, request: &Request, output: &UnixStream, watch: &Watch) -> std::io::Result<()> {
    let mut reply = WorkerReply::new(output);
    let answered = answerer.answer(request, &mut reply);
    watch.end();
    match answered {
        Ok(()) => reply.finish(),
        Err(_) if reply.is_begun() => reply.break_off(),
        Err(problem) => {
            let (head, body) = problem.answer(&request.accept);
            reply.restart(head, body);
            reply.finish()
        }
    }
}

/// A thread as the system knows it.
#[derive(Debug, Clone, Copy, Default)]
struct WorkingThread {
    #[cfg(target_os = "linux")]
    id: Option<rustix::process::Pid>,
}

impl WorkingThread {
    fn this() -> Self {
        #[cfg(target_os = "linux")]
        return Self { id: Some(rustix::thread::gettid()) };
        #[cfg(not(target_os = "linux"))]
        Self {}
    }

    /// Has it run only where others leave time. Only Linux can say so of a thread.
    fn give_way(self) {
        #[cfg(target_os = "linux")]
        let _ = rustix::process::setpriority_process(self.id, 19);
    }
}

/// What looks at a request while it works: how long, and how much memory is held.
struct Watch {
    state: Mutex<WatchState>,
    begun: Condvar,
}

#[derive(Default)]
struct WatchState {
    running: Option<WatchedRequest>,
    /// Since when there is nothing to look at; then nobody looks.
    sleeps: bool,
}

struct WatchedRequest {
    token: CancellationToken,
    since: Instant,
    thread: WorkingThread,
    is_spent: Arc<AtomicBool>,
}

impl Watch {
    fn start() -> Arc<Self> {
        let watch = Arc::new(Self { state: Mutex::default(), begun: Condvar::new() });
        let own = Arc::clone(&watch);
        let _ = thread::Builder::new().name("watch".to_owned()).spawn(move || own.look());
        watch
    }

    fn state(&self) -> std::sync::MutexGuard<'_, WatchState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, token: &CancellationToken, evaluator: &EvaluatorThread) {
        let mut state = self.state();
        state.running = Some(WatchedRequest {
            token: token.clone(),
            since: Instant::now(),
            thread: evaluator.thread,
            is_spent: Arc::clone(&evaluator.is_spent),
        });
        if state.sleeps {
            self.begun.notify_one();
        }
    }

    fn end(&self) {
        self.state().running = None;
    }

    fn cancel(&self) {
        if let Some(running) = &self.state().running {
            running.token.cancel();
        }
    }

    fn look(&self) {
        let mut n_idle = 0;
        loop {
            thread::sleep(LOOK);
            let mut state = self.state();
            match &state.running {
                Some(running) => {
                    n_idle = 0;
                    if running.since.elapsed() >= LONG && !running.is_spent.swap(true, Ordering::AcqRel) {
                        running.thread.give_way();
                    }
                    if work::is_exceeded() {
                        process::exit(OUT_OF_MEMORY);
                    }
                }
                None if n_idle < 50 => n_idle += 1,
                None => {
                    state.sleeps = true;
                    while state.running.is_none() {
                        state = self.begun.wait(state).unwrap_or_else(PoisonError::into_inner);
                    }
                    state.sleeps = false;
                }
            }
        }
    }
}
