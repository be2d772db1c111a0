//! A process that evaluates: it maps the snapshot once and answers one request after the other. It can be ended at
//! any moment, and ends by itself when the server is gone.

use std::io::{BufReader, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use oxigraph::sparql::CancellationToken;
use rustix::net::{RecvFlags, recv};
use sha2::{Digest as _, Sha256};

use super::answer::Answerer;
use super::frame::{self, FrameKind};
use super::message::{OpenedSnapshot, Request, Setup};
use super::reply::WorkerReply;
use crate::error::{Action, Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::{Graph, Manifest};
use crate::octets::hex;
use crate::page::Interface;
use crate::pipeline::edition_of;
use crate::report::{self, ReportFormat};
use crate::work::{self, STACK};

/// The exit code of a worker that held more memory than it may.
pub(super) const OUT_OF_MEMORY: i32 = 79;

/// How long a request may work before it gives way to others. A machine that has other things to do, too, is no reason:
/// what counts is the time that it had a processor.
pub(super) const LONG: Duration = Duration::from_millis(300);

/// How often a request that works is looked at.
const LOOK: Duration = Duration::from_millis(20);

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
    work::cap_memory(setup.memory);
    let send = |kind: FrameKind, content: &[u8]| {
        let mut frames = Vec::new();
        frame::append(kind, content, &mut frames);
        (&stream).write_all(&frames).map_err(Error::io(Action::Write, "-"))
    };
    let opened = open(&setup).and_then(|(graph, manifest)| {
        let ready = OpenedSnapshot {
            digest: digest(&graph, &manifest, &setup),
            title: edition_of(&manifest).to_string(),
            n_triples: graph.n_triples(),
        };
        Ok((Answerer::new(graph, &manifest, &setup)?, ready))
    });
    let (answerer, ready) = match opened {
        Ok((answerer, ready)) => (Arc::new(answerer), ready),
        Err(error) => {
            let problem = super::problem::Problem::from(error);
            let mut json = Vec::new();
            // Writing to memory cannot fail.
            let _ = report::write_findings(ReportFormat::Json, &problem.findings, &mut json);
            return send(FrameKind::Unfit, &json);
        }
    };
    let ready = serde_json::to_vec(&ready).unwrap_or_default();
    send(FrameKind::Ready, &ready)?;
    let watch = Watch::start(&stream)?;
    let input = Arc::new(Mutex::new(input));
    // A thread that was made to give way cannot be brought back to the front: another takes its place.
    loop {
        let (answerer, watch, input) = (Arc::clone(&answerer), Arc::clone(&watch), Arc::clone(&input));
        let output = stream.try_clone().map_err(Error::io(Action::Write, "-"))?;
        let evaluate = move || {
            let mut input = input.lock().unwrap_or_else(PoisonError::into_inner);
            serve(&answerer, &mut input, &output, &watch);
        };
        let thread = thread::Builder::new().stack_size(STACK).spawn(evaluate);
        let _ = thread.map_err(|error| work::no_stack(&error))?.join();
    }
}

/// Answers requests until one has run long. The process ends with the server, and after a panic, whose message is
/// printed.
fn serve(answerer: &Answerer, input: &mut BufReader<UnixStream>, output: &UnixStream, watch: &Watch) {
    let thread = WorkingThread::this();
    loop {
        let request = match frame::read(input) {
            // It came too late to be of use.
            Ok(Some((FrameKind::Cancel, _))) => continue,
            Ok(Some((FrameKind::Ask, content))) => serde_json::from_slice::<Request>(&content),
            _ => process::exit(0),
        };
        let Ok(request) = request else { process::exit(101) };
        let token = CancellationToken::new();
        watch.begin(&token, thread);
        let done = panic::catch_unwind(AssertUnwindSafe(|| {
            work::with_token(token, || answer(answerer, &request, output, watch))
        }));
        match done {
            Ok(Ok(is_spent)) if !is_spent => {}
            Ok(Ok(_)) => return,
            _ => process::exit(101),
        }
    }
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

/// What answers depend on, besides the request: the snapshot, and what goes with it.
fn digest(graph: &Graph, manifest: &Manifest, setup: &Setup) -> String {
    let beside = (&setup.rows, &setup.public_url, &setup.questions, &setup.changes, &setup.texts, &manifest.checks);
    // They are plain data.
    let beside = Sha256::digest(serde_json::to_vec(&beside).unwrap_or_default());
    format!("{}{}", graph.content_digest().unwrap_or_default(), hex(beside))
}

/// The language of a page that tells what is wrong.
fn language_of(request: &Request) -> Interface {
    request.language.as_deref().and_then(Interface::of_tag).unwrap_or_default()
}

/// Answers a request; whether the thread has been made to give way meanwhile.
fn answer(answerer: &Answerer, request: &Request, output: &UnixStream, watch: &Watch) -> std::io::Result<bool> {
    let mut reply = WorkerReply::new(output);
    let answered = answerer.answer(request, &mut reply);
    let is_spent = watch.end();
    match answered {
        Ok(()) => reply.finish()?,
        Err(_) if reply.is_begun() => reply.break_off()?,
        Err(problem) => {
            let (head, body) = problem.answer(&request.accept, language_of(request));
            reply.restart(head, body);
            reply.finish()?;
        }
    }
    Ok(is_spent)
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

    /// How long it has had a processor, if the system says so (`proc(5)`).
    fn worked(self) -> Option<Duration> {
        #[cfg(target_os = "linux")]
        if let Some(id) = self.id {
            let path = format!("/proc/self/task/{}/schedstat", id.as_raw_nonzero());
            let text = std::fs::read_to_string(path).ok()?;
            return text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos);
        }
        None
    }

    /// Has it run only where others leave time. Only Linux can say so of a thread.
    fn give_way(self) {
        #[cfg(target_os = "linux")]
        let _ = rustix::process::setpriority_process(self.id, 19);
    }
}

/// What looks at a request while it works: how long, how much memory is held, whether the server still wants it.
struct Watch {
    state: Mutex<WatchState>,
    begun: Condvar,
}

#[derive(Default)]
struct WatchState {
    running: Option<WatchedRequest>,
    /// Whether nobody looks, since there was nothing to look at for a while.
    sleeps: bool,
}

struct WatchedRequest {
    token: CancellationToken,
    since: Instant,
    thread: WorkingThread,
    /// What the thread had worked when it was looked at first, if the system says so.
    before: Option<Duration>,
    is_spent: bool,
}

impl WatchedRequest {
    /// How long it has had a processor; how long it runs, where the system does not say.
    fn worked(&self) -> Duration {
        let worked = self.thread.worked().zip(self.before).map(|(now, before)| now.saturating_sub(before));
        worked.unwrap_or_else(|| self.since.elapsed())
    }
}

impl Watch {
    fn start(stream: &UnixStream) -> Result<Arc<Self>> {
        let watch = Arc::new(Self { state: Mutex::default(), begun: Condvar::new() });
        let (own, stream) = (Arc::clone(&watch), stream.try_clone().map_err(Error::io(Action::Read, "-"))?);
        let look = move || own.look(&stream);
        let started = thread::Builder::new().name("watch".to_owned()).spawn(look);
        started.map_err(Error::io(Action::Create, "a thread"))?;
        Ok(watch)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, WatchState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, token: &CancellationToken, thread: WorkingThread) {
        let mut state = self.state();
        let (token, since) = (token.clone(), Instant::now());
        state.running = Some(WatchedRequest { token, since, thread, before: None, is_spent: false });
        if state.sleeps {
            self.begun.notify_one();
        }
    }

    /// Whether the thread that worked was made to give way.
    fn end(&self) -> bool {
        self.state().running.take().is_some_and(|running| running.is_spent)
    }

    fn look(&self, stream: &UnixStream) {
        let mut n_idle = 0;
        let server = rustix::process::getppid();
        loop {
            thread::sleep(LOOK);
            // Behind what it has sent last, the end of its socket would not be seen while a request runs.
            if rustix::process::getppid() != server {
                process::exit(0);
            }
            let mut state = self.state();
            match &mut state.running {
                Some(running) => {
                    n_idle = 0;
                    running.before = running.before.or_else(|| running.thread.worked());
                    if !running.is_spent && running.since.elapsed() >= LONG && running.worked() >= LONG {
                        running.is_spent = true;
                        running.thread.give_way();
                    }
                    if work::is_exceeded() {
                        process::exit(OUT_OF_MEMORY);
                    }
                    // While a request runs, the server sends nothing but that it is of no use any more.
                    match recv(stream, &mut [0; 1][..], RecvFlags::PEEK | RecvFlags::DONTWAIT) {
                        Ok((0, _)) => process::exit(0),
                        Ok(_) => running.token.cancel(),
                        Err(_) => {}
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
