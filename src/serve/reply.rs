//! An answer on its way from a worker to the server.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;

use super::frame::{self, FrameKind};
use super::message::Head;

/// How many bytes are sent at a time.
const CHUNK: usize = 64 * 1024;

/// Writes the body of an answer in chunks. Nothing is sent before the first chunk is full, so that a short answer
/// is sent at once, and one that fails early can still become another.
pub(super) struct WorkerReply<'a> {
    output: &'a UnixStream,
    head: Option<Head>,
    chunk: Vec<u8>,
    is_begun: bool,
}

impl<'a> WorkerReply<'a> {
    pub fn new(output: &'a UnixStream) -> Self {
        Self { output, head: None, chunk: Vec::new(), is_begun: false }
    }

    /// Says how the answer begins.
    pub fn begin(&mut self, head: Head) {
        self.head = Some(head);
    }

    /// Whether something was sent, which cannot be taken back.
    pub fn is_begun(&self) -> bool {
        self.is_begun
    }

    /// Replaces what was not sent yet.
    pub fn restart(&mut self, head: Head, body: Vec<u8>) {
        self.head = Some(head);
        self.chunk = body;
    }

    /// Sends the rest.
    pub fn finish(mut self) -> io::Result<()> {
        let mut frames = self.frames()?;
        frame::append(FrameKind::End, b"", &mut frames);
        self.output.write_all(&frames)
    }

    /// Tells that the rest is missing.
    pub fn break_off(self) -> io::Result<()> {
        let mut frames = Vec::new();
        frame::append(FrameKind::Broken, b"", &mut frames);
        (&mut &*self.output).write_all(&frames)
    }

    fn frames(&mut self) -> io::Result<Vec<u8>> {
        let mut frames = Vec::with_capacity(self.chunk.len() + 512);
        if let Some(head) = self.head.take() {
            frame::append(FrameKind::Head, &serde_json::to_vec(&head)?, &mut frames);
        }
        if !self.chunk.is_empty() {
            frame::append(FrameKind::Chunk, &self.chunk, &mut frames);
            self.chunk.clear();
        }
        Ok(frames)
    }
}

impl Write for WorkerReply<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK - self.chunk.len().min(CHUNK));
        self.chunk.extend_from_slice(&bytes[..taken]);
        if self.chunk.len() >= CHUNK {
            let frames = self.frames()?;
            self.is_begun = true;
            // Waits while the client does not read.
            self.output.write_all(&frames)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
