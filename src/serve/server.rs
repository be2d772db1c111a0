//! A running server: it listens, takes new snapshots up, and ends when its requests have.

use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use sha2::{Digest as _, Sha256};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Event;
use super::access::AccessRecord;
use super::connection::{ClientConnection, TokioTime};
use super::exchange::ExchangeLimits;
use super::message::Setup;
use super::pool::Pool;
use super::remembered::Remembered;
use super::routes::{Server, respond};
use super::settings::{GRACE, LONGEST_SILENCE, MOST_CONNECTIONS, ServerSettings};
use super::snapshot::{Served, Store, unfit};
use crate::error::{Action, Error, Result};
use crate::file;
use crate::finding::{Finding, codes};
use crate::graph::group_digits;

/// How often signals are looked at; a snapshot is looked at every tenth time.
const TICK: Duration = Duration::from_millis(100);

/// The most bytes of the head of a request that are held.
const LONGEST_HEAD: usize = 128 * 1024;

/// A server.
pub struct Running {
    /// Where it is: `http://127.0.0.1:7878`.
    pub url: String,
    /// What it tells, until it ends.
    pub events: mpsc::Receiver<Event>,
    thread: JoinHandle<()>,
}

impl Running {
    /// Waits for the end.
    pub fn join(self) {
        let _ = self.thread.join();
    }
}

struct Signals {
    end: Arc<AtomicBool>,
    reload: Arc<AtomicBool>,
}

impl Signals {
    fn heed() -> std::io::Result<Self> {
        file::leave_interrupts();
        let signals = Self { end: Arc::default(), reload: Arc::default() };
        for signal in [SIGINT, SIGTERM] {
            // Whoever asks twice does not want to wait.
            signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&signals.end))?;
            signal_hook::flag::register(signal, Arc::clone(&signals.end))?;
        }
        signal_hook::flag::register(SIGHUP, Arc::clone(&signals.reload))?;
        Ok(signals)
    }
}

/// Starts a server, whose workers are processes of `program`. It listens and has a worker that has opened the snapshot
/// when this returns; it ends on SIGTERM or SIGINT.
///
/// # Errors
///
/// `cannot-listen`; those of the snapshot and of the access log.
pub fn start(served: Served, settings: ServerSettings, program: PathBuf) -> Result<Running> {
    let cannot_listen = |error: std::io::Error| {
        let message = format!("cannot listen at {}: {error}", settings.bind);
        let hint = "choose another address with `--bind`; port 0 is any that is free".to_owned();
        Error::invalid(Finding::error(codes::CANNOT_LISTEN, message).hint(hint))
    };
    let listener = StdListener::bind(settings.bind).map_err(cannot_listen)?;
    listener.set_nonblocking(true).map_err(cannot_listen)?;
    let local = listener.local_addr().map_err(cannot_listen)?;
    let system = |error: std::io::Error| Error::io(Action::Create, "the server")(error);
    let signals = Signals::heed().map_err(system)?;
    let (sender, events) = mpsc::channel();
    let record = AccessRecord::open(&settings.access_log, &sender)?;
    let (snapshot, store) = served.open()?;
    let setup = Setup {
        memory: settings.memory,
        rows: settings.rows,
        public_url: settings.public_url.clone(),
        verify: false,
        questions: settings.matter.questions.clone(),
        changes: settings.matter.changes.clone(),
        texts: settings.texts.clone(),
    };
    // Answers pass through; what costs is done by workers, which need the processors more.
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    let n_threads = (processors / 4).clamp(1, 4);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(n_threads).enable_all().build().map_err(system)?;
    let pool = Pool::new(program, setup, settings.workers);
    let taken_up = runtime.block_on(pool.take_up(snapshot, None, false));
    taken_up.map_err(|why| Error::invalid(unfit(&why)))?;
    let server = Arc::new(Server {
        pool,
        metrics: Arc::default(),
        record,
        limits: ExchangeLimits { time: settings.timeout, memory: settings.memory },
        public_url: settings.public_url,
        local,
        token: settings.token.map(|token| Sha256::digest(token.as_bytes()).into()),
        remembered: Remembered::default(),
        reloading: tokio::sync::Mutex::default(),
    });
    let run = move || {
        runtime.block_on(serve(server, (listener, signals), store, sender));
        // Workers end when their sockets close.
        runtime.shutdown_background();
    };
    let thread = std::thread::Builder::new().name("server".to_owned()).spawn(run).map_err(system)?;
    Ok(Running { url: url_of(local), events, thread })
}

fn url_of(local: SocketAddr) -> String {
    format!("http://{local}/")
}

async fn serve(
    server: Arc<Server>,
    (listener, signals): (StdListener, Signals),
    mut store: Option<Store>,
    events: mpsc::Sender<Event>,
) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (end, ending) = watch::channel(false);
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut n_ticks = 0_u32;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // An error is that of a client that is gone already, or passes.
                let Ok((stream, peer)) = accepted else { continue };
                // One too many is closed at once; it may come back.
                let Ok(place) = Arc::clone(&connections).try_acquire_owned() else { continue };
                server.metrics.count_connection();
                tokio::spawn(connection(Arc::clone(&server), (stream, peer), place, ending.clone()));
            }
            _ = ticks.tick() => {
                if signals.end.load(Ordering::Relaxed) {
                    break;
                }
                n_ticks = n_ticks.wrapping_add(1);
                let is_asked = signals.reload.swap(false, Ordering::Relaxed);
                let is_time = is_asked || n_ticks.is_multiple_of(10);
                if let Some(store) = store.as_mut().filter(|_| is_time)
                    && (store.has_changed() || is_asked)
                {
                    tokio::spawn(take_up(Arc::clone(&server), store.clone(), events.clone()));
                }
            }
        }
    }
    drop(listener);
    let _ = end.send(true);
    // When all places are free, no request runs any more.
    let all = connections.acquire_many(MOST_CONNECTIONS as u32);
    let _ = timeout(GRACE, all).await;
}

/// Takes up the snapshot that is there now, if it can be used.
async fn take_up(server: Arc<Server>, store: Store, events: mpsc::Sender<Event>) {
    // One after the other: the last one to be taken up is the last one that was written.
    let _turn = server.reloading.lock().await;
    let refused = |finding: Finding| {
        server.metrics.count_snapshot(false);
        let message = format!("the new snapshot is not taken up, and the one before is kept: {}", finding.message);
        let _ = events.send(Event::Warning(Finding::warning(leaked(&finding.code), message).into()));
    };
    let snapshot = match store.open() {
        Ok(snapshot) => snapshot,
        Err(error) => return refused(Finding::error(codes::UNREADABLE_FILE, error.to_string())),
    };
    let read = tokio::task::spawn_blocking(move || store.matter()).await;
    let matter = match read {
        Ok(Ok(matter)) => Some(matter),
        Ok(Err(error)) => {
            let why = error.to_string();
            let message = format!("the questions of the pack, and what changed, stay as they were: {why}");
            let _ = events.send(Event::Warning(Finding::warning(codes::STALE_SNAPSHOT, message).into()));
            None
        }
        Err(_) => None,
    };
    match server.pool.take_up(snapshot, matter, true).await {
        Ok(ready) => {
            server.metrics.count_snapshot(true);
            let n = group_digits(&ready.n_triples.to_string());
            let _ = events.send(Event::Note(format!("note: took up {}, {n} triples", ready.title)));
        }
        Err(why) => refused(unfit(&why)),
    }
}

/// The name of a code as the registry has it.
fn leaked(code: &str) -> &'static str {
    codes::find(code).map_or(codes::DAMAGED_SNAPSHOT, |code| code.name)
}

/// Serves a connection until it ends, or until the server does.
async fn connection(
    server: Arc<Server>,
    (stream, peer): (TcpStream, SocketAddr),
    place: OwnedSemaphorePermit,
    mut ending: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| respond(Arc::clone(&server), request, peer.ip()));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTime).header_read_timeout(LONGEST_SILENCE).max_buf_size(LONGEST_HEAD).max_headers(100);
    let mut connection = std::pin::pin!(builder.serve_connection(ClientConnection::new(stream), service));
    tokio::select! {
        // An error is the client's, who knows it.
        _ = connection.as_mut() => {}
        _ = ending.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
    drop(place);
}
