//! A worker as the server sees it.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::frame::{self, FrameKind};
use super::message::{OpenedSnapshot, Setup};
use super::worker::OUT_OF_MEMORY;

/// The hidden command of a worker.
pub const WORKER_COMMAND: &str = "serve-worker";

/// How long a worker may take to open the snapshot.
const LONGEST_OPENING: Duration = Duration::from_secs(600);

/// A worker.
#[derive(Debug)]
pub(super) struct WorkerProcess {
    stream: UnixStream,
    received: BytesMut,
    /// Gone when its exit was awaited.
    child: Option<Child>,
    /// Which snapshot it has open.
    pub generation: u64,
    /// The digest of the snapshot.
    pub digest: Arc<str>,
}

/// Why there is no worker.
#[derive(Debug)]
pub(super) enum NoWorker {
    /// It could not be started.
    Io(io::Error),
    /// It cannot use the snapshot: findings as JSON.
    Unfit(Vec<u8>),
}

impl From<io::Error> for NoWorker {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// How a worker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WorkerEnd {
    /// It held too much memory.
    Memory,
    /// A signal ended it.
    Signal,
    /// Something else.
    Other,
}

impl WorkerProcess {
    /// Starts a worker on an open snapshot.
    pub async fn start(
        program: PathBuf,
        snapshot: File,
        setup: &Setup,
        generation: u64,
    ) -> Result<(Self, OpenedSnapshot), NoWorker> {
        let (own, its) = std::os::unix::net::UnixStream::pair()?;
        own.set_nonblocking(true)?;
        let spawn = move || {
            let mut command = Command::new(program);
            command.arg(WORKER_COMMAND).stdin(Stdio::from(OwnedFd::from(its))).stdout(Stdio::from(snapshot));
            // Ctrl-C is for the server, which ends its workers when it is done.
            command.process_group(0).spawn()
        };
        let child = tokio::task::spawn_blocking(spawn).await.map_err(io::Error::other)??;
        let stream = UnixStream::from_std(own)?;
        let mut worker = Self {
            stream,
            received: BytesMut::with_capacity(128 * 1024),
            child: Some(child),
            generation,
            digest: "".into(),
        };
        worker.send(FrameKind::Setup, &serde_json::to_vec(setup).map_err(io::Error::from)?).await?;
        let answer =
            timeout(LONGEST_OPENING, worker.frame()).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
        match answer? {
            Some((FrameKind::Ready, content)) => {
                let ready: OpenedSnapshot = serde_json::from_slice(&content).map_err(io::Error::from)?;
                worker.digest = ready.digest.as_str().into();
                Ok((worker, ready))
            }
            Some((FrameKind::Unfit, content)) => Err(NoWorker::Unfit(content.to_vec())),
            _ => Err(NoWorker::Io(io::ErrorKind::UnexpectedEof.into())),
        }
    }

    pub async fn send(&mut self, kind: FrameKind, content: &[u8]) -> io::Result<()> {
        let mut frames = Vec::with_capacity(content.len() + 8);
        frame::append(kind, content, &mut frames);
        self.stream.write_all(&frames).await
    }

    /// The next frame; none if the worker has ended. Nothing is lost if this is not waited for.
    pub async fn frame(&mut self) -> io::Result<Option<(FrameKind, Bytes)>> {
        loop {
            if let Some(frame) = frame::take(&mut self.received)? {
                return Ok(Some(frame));
            }
            if self.received.capacity() - self.received.len() < 16 * 1024 {
                self.received.reserve(128 * 1024);
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// A frame that has been received already.
    pub fn frame_at_hand(&mut self) -> io::Result<Option<(FrameKind, Bytes)>> {
        frame::take(&mut self.received)
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    /// Waits for the end of one that has closed its side.
    pub async fn ended(mut self) -> WorkerEnd {
        let Some(mut child) = self.child.take() else { return WorkerEnd::Other };
        // One that only closed its side must end, too.
        let waited = tokio::task::spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(5));
            let _ = child.kill();
            child.wait()
        });
        match waited.await {
            Ok(Ok(status)) if status.code() == Some(OUT_OF_MEMORY) => WorkerEnd::Memory,
            // An allocation that the system refuses aborts the process.
            Ok(Ok(status)) if status.signal() == Some(libc::SIGABRT) => WorkerEnd::Memory,
            Ok(Ok(status)) if status.signal().is_some() => WorkerEnd::Signal,
            _ => WorkerEnd::Other,
        }
    }

    /// Ends it at once.
    pub fn kill(mut self) {
        self.kill_child();
    }

    fn kill_child(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = child.kill();
        // A killed process leaves its entry until someone asks how it ended.
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || child.wait())),
            Err(_) => drop(child.wait()),
        }
    }
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        self.kill_child();
    }
}
