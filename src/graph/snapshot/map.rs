//! A file's bytes without a copy of them.

use std::fs::File;
use std::io::{self, Read as _};

use bytes::Bytes;

/// The bytes of a file: mapped, or read where a file cannot be mapped.
pub(super) fn bytes_of(mut file: File) -> io::Result<Bytes> {
    // The only unsafe code of the program. A map is unsound if its file changes meanwhile. A
    // snapshot is never changed in its place: a build writes another file and renames it. Should
    // another program truncate the file, the operating system ends the process (SIGBUS); should
    // it overwrite the file, blocks that have been verified may change under a reader, which
    // checks every offset and every text all the same.
    #[expect(unsafe_code, reason = "files can be mapped in no other way")]
    let mapped = unsafe { memmap2::Mmap::map(&file) };
    if let Ok(mapped) = mapped {
        return Ok(Bytes::from_owner(mapped));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes.into())
}
