//! Workers as the server sees them: started when there are calls for them, kept while they are of use.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rmcp::RoleServer;
use rmcp::service::RequestContext;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::setup::{OpenedGraph, ToolAnswer, ToolCall, ToolFailure, WorkerLine, WorkerSetup};
use super::worker::WORKER_COMMAND;
use crate::finding::{Finding, codes};
use crate::graph::SNAPSHOT;

/// How many calls are worked on at the same time. Others wait.
pub const AT_ONCE: usize = 2;

/// How long a worker may be over its time limit, which it keeps itself.
const GRACE: Duration = Duration::from_secs(10);

/// The workers.
pub(super) struct CallWorkers {
    program: std::path::PathBuf,
    setup: WorkerSetup,
    /// Those that wait for a call.
    idle: Mutex<Vec<CallWorker>>,
    places: Semaphore,
}

/// Which file a snapshot is: another has other values.
type SnapshotFile = Option<(u64, Option<std::time::SystemTime>)>;

struct CallWorker {
    process: CallProcess,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    snapshot: SnapshotFile,
}

/// A process that is ended when nobody needs it any more.
#[derive(Clone)]
struct CallProcess(Arc<Mutex<Child>>);

impl CallProcess {
    fn kill(&self) {
        let _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).kill();
    }

    /// Ends it, if it has not ended, and says why a call has no answer.
    fn end(&self) -> Finding {
        let mut child = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = child.kill();
        let ended = child.wait();
        #[cfg(unix)]
        {
            use std::os::unix::process::ExitStatusExt as _;
            // An allocation that the system refuses aborts the process.
            if ended.as_ref().is_ok_and(|status| status.signal() == Some(libc::SIGABRT)) {
                let message = "the call needs more memory than it may use";
                return Finding::error(codes::QUERY_MEMORY, message).hint("ask for less".to_owned());
            }
        }
        let how = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
        Finding::error(codes::WORKER_ENDED, format!("the process that worked on the call ended ({how})"))
            .hint("call the tool again".to_owned())
    }
}

impl Drop for CallWorker {
    fn drop(&mut self) {
        drop(self.process.end());
    }
}

/// Why there is no answer.
pub(super) enum NoAnswer {
    /// Nobody waits for it any more.
    Cancelled,
    /// It cannot be had.
    Failure(ToolFailure),
}

impl From<Finding> for NoAnswer {
    fn from(finding: Finding) -> Self {
        Self::Failure(ToolFailure::from(&finding.into()))
    }
}

impl CallWorkers {
    pub fn new(program: std::path::PathBuf, setup: WorkerSetup) -> Self {
        Self { program, setup, idle: Mutex::default(), places: Semaphore::new(AT_ONCE) }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<CallWorker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn snapshot(&self) -> SnapshotFile {
        let OpenedGraph::Store(folder) = &self.setup.graph else { return None };
        let metadata = fs::metadata(folder.join(SNAPSHOT)).ok()?;
        Some((metadata.len(), metadata.modified().ok()))
    }

    /// Has a worker answer a call, until it is cancelled.
    pub async fn call(&self, call: ToolCall, context: &RequestContext<RoleServer>) -> Result<ToolAnswer, NoAnswer> {
        let place = tokio::select! {
            place = self.places.acquire() => place,
            () = context.ct.cancelled() => return Err(NoAnswer::Cancelled),
        };
        // The semaphore is never closed.
        let Ok(_place) = place else { return Err(NoAnswer::Cancelled) };
        let worker = self.worker(context).await?;
        let process = worker.process.clone();
        let line = serde_json::to_vec(&call).map_err(|error| ended(&error.into()))?;
        let mut exchange = spawn_blocking(move || worker.exchange(&line));
        let limit = self.setup.timeout.map(|timeout| timeout + GRACE);
        let overdue = async {
            match limit {
                Some(limit) => tokio::time::sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        let (worker, said) = tokio::select! {
            done = &mut exchange => done.map_err(|error| ended(&io::Error::other(error)))?,
            () = context.ct.cancelled() => {
                process.kill();
                return Err(NoAnswer::Cancelled);
            }
            () = overdue => {
                process.kill();
                let message = "the call took longer than it may";
                return Err(Finding::error(codes::QUERY_TIMEOUT, message).hint("ask for less".to_owned()).into());
            }
        };
        match said {
            Some(WorkerLine::Answer(answer)) => {
                self.idle().push(worker);
                Ok(answer)
            }
            Some(WorkerLine::Failure(failure, is_spent)) => {
                if !is_spent {
                    self.idle().push(worker);
                }
                Err(NoAnswer::Failure(failure))
            }
            Some(WorkerLine::Unfit(failure)) => Err(NoAnswer::Failure(failure)),
            Some(WorkerLine::Ready) | None => Err(worker.process.end().into()),
        }
    }

    /// A worker that waits, on the snapshot that is there now, otherwise a new one.
    async fn worker(&self, context: &RequestContext<RoleServer>) -> Result<CallWorker, NoAnswer> {
        let snapshot = self.snapshot();
        let waiting = {
            let mut idle = self.idle();
            idle.retain(|worker| worker.snapshot == snapshot);
            idle.pop()
        };
        if let Some(worker) = waiting {
            return Ok(worker);
        }
        let worker = CallWorker::start(&self.program, snapshot).map_err(|error| ended(&error))?;
        let process = worker.process.clone();
        let setup = serde_json::to_vec(&self.setup).map_err(|error| ended(&error.into()))?;
        let mut opening = spawn_blocking(move || worker.exchange(&setup));
        let (worker, said) = tokio::select! {
            done = &mut opening => done.map_err(|error| ended(&io::Error::other(error)))?,
            () = context.ct.cancelled() => {
                process.kill();
                return Err(NoAnswer::Cancelled);
            }
        };
        match said {
            Some(WorkerLine::Ready) => Ok(worker),
            Some(WorkerLine::Unfit(failure)) => Err(NoAnswer::Failure(failure)),
            _ => Err(worker.process.end().into()),
        }
    }
}

fn ended(error: &io::Error) -> NoAnswer {
    Finding::error(codes::WORKER_ENDED, format!("no process could be started for the call: {error}")).into()
}

impl CallWorker {
    fn start(program: &std::path::Path, snapshot: SnapshotFile) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg(WORKER_COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let process = CallProcess(Arc::new(Mutex::new(child)));
        Ok(Self { process, input, output: BufReader::new(output), snapshot })
    }

    /// Sends a line and waits for one; none if the process has ended.
    fn exchange(mut self, line: &[u8]) -> (Self, Option<WorkerLine>) {
        let mut said = String::new();
        let sent = self.input.write_all(line).and_then(|()| self.input.write_all(b"\n"));
        let received = sent.and_then(|()| self.input.flush()).and_then(|()| self.output.read_line(&mut said));
        let line = received.ok().and_then(|_| serde_json::from_str(&said).ok());
        (self, line)
    }
}
