//! How work is run: its stack, its time limit, its cancellation, and what is deliberately not
//! freed.

use std::cell::RefCell;
use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use oxigraph::sparql::CancellationToken;

use crate::error::{Error, Result};
use crate::finding::{Finding, codes};

/// Why an evaluation returned nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenUp {
    /// It took longer than the limit.
    TimedOut,
    /// Its thread panicked.
    BrokeOff,
}

thread_local! {
    /// Cancels the evaluations of this thread, if it has a limit.
    static TOKEN: RefCell<Option<CancellationToken>> = const { RefCell::new(None) };
}

/// The token that cancels the evaluations of this thread, if it has a limit.
pub fn token() -> Option<CancellationToken> {
    TOKEN.with_borrow(Clone::clone)
}

/// The stack of a worker thread. Parsers and evaluators recurse with the depth of their input; a
/// hostile query must reach their limits before the end of the stack.
pub const STACK: usize = 256 * 1024 * 1024;

/// The error that there is no thread with a stack of [`STACK`].
pub fn no_stack(error: &io::Error) -> Error {
    let message = format!("cannot allocate a stack of {} MiB: {error}", STACK / 1024 / 1024);
    let hint = "allow more memory (`ulimit -v`) or more threads (`ulimit -u`)".to_owned();
    Error::invalid(Finding::error(codes::NO_MEMORY, message).hint(hint))
}

/// Runs `work` in its own thread and waits for it until `limit`.
///
/// An evaluation that times out is cancelled. It stops when a pattern yields a row; a cross
/// product may go on until it yields one, or until the process ends. The thread's stack is large,
/// since a hostile query may nest deeply.
pub fn within<T: Send + 'static>(
    limit: Option<Duration>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Result<T, GivenUp>> {
    let (sender, receiver) = mpsc::channel();
    let token = CancellationToken::new();
    let own = token.clone();
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || {
        TOKEN.set(Some(own));
        // The receiver is gone when the limit has passed.
        let _ = sender.send(work());
    });
    worker.map_err(|error| no_stack(&error))?;
    let received = match limit {
        None => receiver.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected),
        Some(limit) => receiver.recv_timeout(limit),
    };
    token.cancel();
    Ok(received.map_err(|error| match error {
        mpsc::RecvTimeoutError::Timeout => GivenUp::TimedOut,
        mpsc::RecvTimeoutError::Disconnected => GivenUp::BrokeOff,
    }))
}

/// Drops a value without freeing it. Freeing millions of quads takes time and has no use: the
/// process, or its thread, is about to end.
pub fn leak<T>(value: T) {
    std::mem::forget(value);
}
