//! A limit of time that an evaluation cannot escape.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::error::{Error, Result};

/// Why an evaluation gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenUp {
    /// It took longer than the limit.
    TimedOut,
    /// Its thread broke off.
    BrokeOff,
}

/// Does `work` in a thread of its own and waits for it no longer than `limit`.
///
/// The evaluator cannot be stopped from outside while it joins without
/// yielding rows; a thread that is given up ends with the process. Its stack is
/// large, since a hostile query may nest.
pub fn within<T: Send + 'static>(
    limit: Option<Duration>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Result<T, GivenUp>> {
    const STACK: usize = 256 * 1024 * 1024;
    let (sender, receiver) = mpsc::channel();
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || {
        // The receiver is gone when the limit has passed.
        let _ = sender.send(work());
    });
    worker.map_err(Error::io("create", "thread"))?;
    let received = match limit {
        None => receiver.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected),
        Some(limit) => receiver.recv_timeout(limit),
    };
    Ok(received.map_err(|error| match error {
        mpsc::RecvTimeoutError::Timeout => GivenUp::TimedOut,
        mpsc::RecvTimeoutError::Disconnected => GivenUp::BrokeOff,
    }))
}
