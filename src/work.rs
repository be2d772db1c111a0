//! How work is run: its stack, its limits of time and memory, its cancellation, and what is
//! deliberately not freed.

mod memory;

use std::cell::RefCell;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use oxigraph::sparql::CancellationToken;

use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
pub use memory::{cap_memory, heed_aborts, is_exceeded, limit_memory, memory_limit, memory_shown};

/// Why an evaluation returned nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenUp {
    /// It took longer than the limit.
    TimedOut,
    /// The process held more memory than it may.
    OutOfMemory,
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

/// Runs `work` on this thread; who has the token can cancel its evaluations.
pub fn with_token<T>(token: CancellationToken, work: impl FnOnce() -> T) -> T {
    TOKEN.set(Some(token));
    let done = work();
    TOKEN.set(None);
    done
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

/// How often a thread that works is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Runs `work` in its own thread and waits for it until `limit`, or until the process holds more
/// memory than [`limit_memory`] allows.
///
/// Work that is given up is cancelled. It stops when a pattern yields a row; a cross product may
/// go on until it yields one, or until the process ends. The thread's stack is large, since a
/// hostile query may nest deeply.
///
/// # Errors
///
/// `no-memory` if there is no thread; those that the work throws.
pub fn within<T: Send + 'static>(
    limit: Option<Duration>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Result<T, GivenUp>> {
    let (sender, receiver) = mpsc::channel::<Result<T>>();
    let token = CancellationToken::new();
    let own = token.clone();
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || {
        TOKEN.set(Some(own));
        // The receiver is gone when a limit has passed.
        let _ = sender.send(catch(|| Ok(work())));
    });
    worker.map_err(|error| no_stack(&error))?;
    let start = Instant::now();
    let received = loop {
        let left = limit.map(|limit| limit.saturating_sub(start.elapsed()));
        match receiver.recv_timeout(left.map_or(LOOK, |left| left.min(LOOK))) {
            Ok(done) => break Ok(done?),
            Err(mpsc::RecvTimeoutError::Disconnected) => break Err(GivenUp::BrokeOff),
            Err(mpsc::RecvTimeoutError::Timeout) if left.is_some_and(|left| left.is_zero()) => {
                break Err(GivenUp::TimedOut);
            }
            Err(mpsc::RecvTimeoutError::Timeout) if memory::is_exceeded() => break Err(GivenUp::OutOfMemory),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
    };
    token.cancel();
    Ok(received)
}

/// An error from a depth where no result can carry it, such as an iterator that never fails in
/// memory. It unwinds like a panic, without its message, so that no caller can take a wrong value
/// for a right one; [`catch`] makes a result of it.
pub fn throw(error: Error) -> ! {
    panic::resume_unwind(Box::new(Thrown(error)))
}

struct Thrown(Error);

/// Runs `work`; an error that it throws is its result.
///
/// # Errors
///
/// Those that `work` returns or throws.
pub fn catch<T, E: From<Error>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    // What `work` has left half-done is lost with it, and never seen again.
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|thrown| match thrown.downcast::<Thrown>() {
        Ok(thrown) => Err(thrown.0.into()),
        Err(other) => panic::resume_unwind(other),
    })
}

/// Keeps bytes until the process ends: a font, of which readers hold parts.
pub fn keep(bytes: Vec<u8>) -> &'static [u8] {
    Box::leak(bytes.into_boxed_slice())
}

/// Drops a value without freeing it. Freeing millions of quads takes time and has no use: the
/// process, or its thread, is about to end.
pub fn leak<T>(value: T) {
    std::mem::forget(value);
}
