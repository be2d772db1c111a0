//! Standard input, which can be read only once and by one reader.

use std::io::{self, Read as _};
use std::sync::{Arc, Mutex, PoisonError};

/// Standard input when it has been read.
struct ReadInput {
    what: &'static str,
    bytes: Arc<[u8]>,
}

static READ: Mutex<Option<ReadInput>> = Mutex::new(None);

/// All of standard input, which is read as `what`, such as `the query`. Whoever asks again for the
/// same gets the same; `most` is how many bytes are held.
///
/// # Errors
///
/// Those of the system, that there is more, and that it was read as something else before.
pub fn standard_input(what: &'static str, most: u64) -> io::Result<Arc<[u8]>> {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    match &*read {
        Some(before) if before.what == what => return Ok(before.bytes.clone()),
        Some(before) => {
            return Err(io::Error::other(format!("it was read as {}, and can be read only once", before.what)));
        }
        None => {}
    }
    let mut bytes = Vec::new();
    io::stdin().lock().take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it has more than {most} bytes, which must be held at once")));
    }
    let bytes: Arc<[u8]> = bytes.into();
    *read = Some(ReadInput { what, bytes: bytes.clone() });
    Ok(bytes)
}
