//! A request with a worker, from the question to the last byte of the answer. Whatever becomes of it — the end, a
//! limit, a client that hangs up, a worker that dies — the worker is free or gone afterwards.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::body::{AnswerBody, BodyPart};
use super::frame::FrameKind;
use super::message::Head;
use super::metrics::Metrics;
use super::pool::{Lease, Pool, Refused};
use super::problem::Problem;
use super::process::{NoWorker, WorkerEnd, WorkerProcess};
use super::settings::{LONGEST_SILENCE, SLOWEST};
use super::worker::LONG;
use crate::finding::{Finding, codes};

/// How long a worker has to stop when it is told to, before it is ended.
const PATIENCE: Duration = Duration::from_millis(200);

/// How many chunks wait for a slow client.
const MOST_CHUNKS: usize = 4;

/// The limits of an exchange.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExchangeLimits {
    /// The longest time until the answer begins.
    pub time: Option<Duration>,
    /// The most memory of the worker, for the message.
    pub memory: u64,
}

struct Exchange {
    lease: Option<Lease>,
    is_done: bool,
    metrics: Arc<Metrics>,
}

impl Exchange {
    fn worker(&mut self) -> io::Result<&mut WorkerProcess> {
        self.lease.as_mut().and_then(|lease| lease.worker.as_mut()).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    async fn frame(&mut self) -> io::Result<Option<(FrameKind, Bytes)>> {
        self.worker()?.frame().await
    }

    /// How the worker ended, which is taken from the exchange.
    async fn ended(&mut self) -> WorkerEnd {
        match self.lease.as_mut().and_then(|lease| lease.worker.take()) {
            Some(worker) => worker.ended().await,
            None => WorkerEnd::Other,
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let Some(mut lease) = self.lease.take() else { return };
        if self.is_done || lease.worker.is_none() {
            return;
        }
        let metrics = Arc::clone(&self.metrics);
        let stop = async move {
            let stopped = match &mut lease.worker {
                Some(worker) => timeout(PATIENCE, stopped(worker)).await,
                None => return,
            };
            if !matches!(stopped, Ok(Ok(()))) {
                metrics.count_killed();
                if let Some(worker) = lease.worker.take() {
                    worker.kill();
                }
            }
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(stop);
        }
    }
}

/// Tells a worker to stop and waits until it has.
async fn stopped(worker: &mut WorkerProcess) -> io::Result<()> {
    worker.send(FrameKind::Cancel, b"").await?;
    loop {
        match worker.frame().await? {
            Some((FrameKind::End | FrameKind::Broken, _)) => return Ok(()),
            Some(_) => {}
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Asks a worker. The answer begins within the limit of time, or is that it did not.
pub(super) async fn ask(
    pool: &Arc<Pool>,
    metrics: &Arc<Metrics>,
    request: &[u8],
    limits: ExchangeLimits,
) -> Result<(Head, AnswerBody, Arc<str>), Problem> {
    let lease = pool.lease().await.map_err(refused)?;
    let mut exchange = Exchange { lease: Some(lease), is_done: false, metrics: Arc::clone(metrics) };
    let start = Instant::now();
    let deadline = limits.time.map(|limit| start + limit);
    let mut is_second = false;
    let mut is_long = false;
    // A worker may have ended while it waited.
    let mut frame = exchange.worker().map_err(ended_otherwise)?.send(FrameKind::Ask, request).await.map(|()| None);
    loop {
        frame = match frame {
            Ok(None) => {
                let wake = if is_long { deadline } else { Some(start + LONG) };
                let wake = wake.map(|wake| deadline.map_or(wake, |deadline| wake.min(deadline)));
                tokio::select! {
                    biased;
                    frame = exchange.frame() => match frame {
                        Ok(Some(frame)) => Ok(Some(frame)),
                        Ok(None) => Err(io::ErrorKind::UnexpectedEof.into()),
                        Err(error) => Err(error),
                    },
                    () = sleep_until(wake.unwrap_or(start)), if wake.is_some() => {
                        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                            return Err(timed_out(limits.time.unwrap_or_default()));
                        }
                        is_long = true;
                        if exchange.lease.as_mut().is_some_and(|lease| !lease.is_moved_to_long()) {
                            return Err(crowded());
                        }
                        Ok(None)
                    }
                }
            }
            Ok(Some((FrameKind::Head, content))) => {
                let head: Head = serde_json::from_slice(&content).map_err(|error| ended_otherwise(error.into()))?;
                let digest = Arc::clone(&exchange.worker().map_err(ended_otherwise)?.digest);
                return Ok((head, body(exchange, limits).await?, digest));
            }
            Ok(Some(_)) => return Err(ended_otherwise(io::ErrorKind::InvalidData.into())),
            Err(_) => match exchange.ended().await {
                WorkerEnd::Memory => {
                    metrics.count_killed();
                    return Err(out_of_memory(limits.memory));
                }
                // Someone has ended it who had no reason in this request, perhaps.
                WorkerEnd::Signal | WorkerEnd::Other if !is_second => {
                    is_second = true;
                    let Some(lease) = exchange.lease.as_mut() else {
                        return Err(ended_otherwise(io::ErrorKind::NotConnected.into()));
                    };
                    lease.replace().await.map_err(|error| refused(Refused::NoWorker(error)))?;
                    exchange.worker().map_err(ended_otherwise)?.send(FrameKind::Ask, request).await.map(|()| None)
                }
                WorkerEnd::Signal | WorkerEnd::Other => {
                    return Err(ended_otherwise(io::ErrorKind::UnexpectedEof.into()));
                }
            },
        };
    }
}

/// The body after its head. A short one is taken whole; a long one goes to the client as it takes it.
async fn body(mut exchange: Exchange, limits: ExchangeLimits) -> Result<AnswerBody, Problem> {
    let first = match exchange.frame().await {
        Ok(Some((FrameKind::Chunk, content))) => content,
        Ok(Some((FrameKind::End, _))) => {
            exchange.is_done = true;
            return Ok(AnswerBody::whole(Bytes::new()));
        }
        Ok(Some((FrameKind::Broken, _))) => {
            exchange.is_done = true;
            return Err(ended_otherwise(io::ErrorKind::InvalidData.into()));
        }
        _ => {
            exchange.ended().await;
            return Err(ended_otherwise(io::ErrorKind::UnexpectedEof.into()));
        }
    };
    let at_hand = exchange.worker().and_then(WorkerProcess::frame_at_hand);
    if matches!(at_hand, Ok(Some((FrameKind::End, _)))) {
        exchange.is_done = true;
        return Ok(AnswerBody::whole(first));
    }
    let (parts, received) = mpsc::channel(MOST_CHUNKS);
    tokio::spawn(relay(exchange, first, at_hand, parts, limits.time.unwrap_or(Duration::from_secs(60))));
    Ok(AnswerBody::parts(received))
}

/// Hands a body on, until it is complete or the client is gone or too slow. Where it returns without [`BodyPart::End`], the
/// client sees that the answer breaks off.
async fn relay(
    mut exchange: Exchange,
    first: Bytes,
    at_hand: io::Result<Option<(FrameKind, Bytes)>>,
    parts: mpsc::Sender<BodyPart>,
    leeway: Duration,
) {
    let start = Instant::now();
    let mut n_sent = 0;
    let mut frame = Ok(Some((FrameKind::Chunk, first)));
    let mut at_hand = Some(at_hand).filter(|frame| !matches!(frame, Ok(None)));
    loop {
        let deadline = start + leeway + Duration::from_secs(n_sent / SLOWEST);
        match frame {
            Ok(Some((FrameKind::Chunk, content))) => {
                n_sent += content.len() as u64;
                let left = deadline.saturating_duration_since(Instant::now()).min(leeway.min(LONGEST_SILENCE));
                match timeout(left, parts.send(BodyPart::Chunk(content))).await {
                    Ok(Ok(())) => {}
                    // The client is gone, or too slow.
                    Ok(Err(_)) | Err(_) => return,
                }
            }
            Ok(Some((FrameKind::End, _))) => {
                exchange.is_done = true;
                // The worker is free while the client takes the rest.
                drop(exchange);
                let left = deadline.saturating_duration_since(Instant::now());
                let _ = timeout(left, parts.send(BodyPart::End)).await;
                return;
            }
            Ok(Some((FrameKind::Broken, _))) => {
                exchange.is_done = true;
                return;
            }
            Ok(Some(_)) => return,
            Ok(None) | Err(_) => {
                exchange.ended().await;
                return;
            }
        }
        frame = match at_hand.take() {
            Some(frame) => frame,
            None => tokio::select! {
                frame = exchange.frame() => frame,
                () = parts.closed() => return,
                () = sleep_until(deadline) => return,
            },
        };
    }
}

fn timed_out(limit: Duration) -> Problem {
    let message = format!("the query took longer than {}", humantime::format_duration(limit));
    let hint = "look for patterns that share no variable, or ask for less; the server has this limit for all";
    Problem::new(500, Finding::error(codes::QUERY_TIMEOUT, message).hint(hint.to_owned()))
}

fn out_of_memory(limit: u64) -> Problem {
    let message = format!("the query needs more than {} MiB of memory", limit >> 20);
    let hint = "look for patterns that share no variable, or ask for less; the server has this limit for all";
    Problem::new(500, Finding::error(codes::QUERY_MEMORY, message).hint(hint.to_owned()))
}

fn crowded() -> Problem {
    let message = "too many queries that run long run at the same time";
    let hint = "send it again in a few seconds, or ask for less".to_owned();
    Problem::new(503, Finding::error(codes::SERVER_BUSY, message).hint(hint)).with_header("Retry-After", "5")
}

fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::Busy => {
            let message = "too many requests wait for an answer";
            let hint = "send it again in a few seconds".to_owned();
            Problem::new(503, Finding::error(codes::SERVER_BUSY, message).hint(hint)).with_header("Retry-After", "2")
        }
        Refused::NoWorker(NoWorker::Unfit(_)) => {
            Problem::new(500, Finding::error(codes::DAMAGED_SNAPSHOT, "the snapshot can no longer be opened"))
        }
        Refused::NoWorker(NoWorker::Io(error)) => {
            let message = format!("no process for the request could be started: {error}");
            Problem::new(503, Finding::error(codes::SERVER_BUSY, message)).with_header("Retry-After", "5")
        }
    }
}

fn ended_otherwise(_: io::Error) -> Problem {
    let message = "the process that worked on the request was ended";
    Problem::new(500, Finding::error(codes::WORKER_ENDED, message).hint("send it again".to_owned()))
}
