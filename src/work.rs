//! How work is run: the stack it gets, the time it may take, how it is told to
//! stop, and what is deliberately not freed.

use std::cell::RefCell;
use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use oxigraph::sparql::CancellationToken;

use crate::error::{Error, Result};
use crate::finding::{Finding, codes};

/// Why an evaluation gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenUp {
    /// It took longer than the limit.
    TimedOut,
    /// Its thread broke off.
    BrokeOff,
}

thread_local! {
    /// What stops the evaluations of this thread, where it has a limit.
    static TOKEN: RefCell<Option<CancellationToken>> = const { RefCell::new(None) };
}

/// What stops the evaluations of this thread, where it has a limit.
pub fn token() -> Option<CancellationToken> {
    TOKEN.with_borrow(Clone::clone)
}

/// Parsers and evaluators recurse with the depth of what they read; a hostile
/// query must meet their limits before it meets the end of the stack.
pub const STACK: usize = 256 * 1024 * 1024;

/// Why there is no thread with a stack of [`STACK`].
pub fn no_stack(error: &io::Error) -> Error {
    let message = format!("there is no room for a stack of {} MiB: {error}", STACK / 1024 / 1024);
    let hint = "allow more memory (`ulimit -v`) or more threads (`ulimit -u`)".to_owned();
    Error::invalid(Finding::error(codes::NO_MEMORY, message).hint(hint))
}

/// Does `work` in a thread of its own and waits for it no longer than `limit`.
///
/// An evaluation that is given up is told to stop. It heeds that where a pattern
/// yields rows; a cross product may go on until it yields one, or until the
/// process ends. The thread's stack is large, since a hostile query may nest.
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

/// Gives up a value without freeing it. Freeing millions of quads takes time
/// that nobody waits for: the process is about to end, or its thread is.
pub fn leak<T>(value: T) {
    std::mem::forget(value);
}
