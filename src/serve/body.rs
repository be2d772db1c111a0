//! The body of an answer as hyper takes it: whole, or in chunks as the client reads them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use super::access::AccessEntry;

/// A body, which records its request when it is done with.
pub(super) struct AnswerBody {
    content: BodyContent,
    /// Written when the body is dropped.
    pub entry: Option<AccessEntry>,
}

enum BodyContent {
    Whole(Bytes),
    /// Without an end, the connection is cut: a client never takes a part for the whole.
    Parts(mpsc::Receiver<BodyPart>),
}

/// A part of a body that comes.
#[derive(Debug)]
pub(super) enum BodyPart {
    /// Some bytes.
    Chunk(Bytes),
    /// All have been sent. Whoever sends nothing any more without having sent this has failed.
    End,
}

impl AnswerBody {
    /// A body that is there.
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self { content: BodyContent::Whole(bytes.into()), entry: None }
    }

    /// A body that comes.
    pub fn parts(parts: mpsc::Receiver<BodyPart>) -> Self {
        Self { content: BodyContent::Parts(parts), entry: None }
    }

    /// Its length, if it is known.
    pub fn length(&self) -> Option<usize> {
        match &self.content {
            BodyContent::Whole(bytes) => Some(bytes.len()),
            BodyContent::Parts(_) => None,
        }
    }

    /// The whole body, if it is there.
    pub fn bytes(&self) -> Option<Bytes> {
        match &self.content {
            BodyContent::Whole(bytes) => Some(bytes.clone()),
            BodyContent::Parts(_) => None,
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = match &mut self.content {
            BodyContent::Whole(bytes) if bytes.is_empty() => None,
            BodyContent::Whole(bytes) => Some(Ok(std::mem::take(bytes))),
            BodyContent::Parts(parts) => match std::task::ready!(parts.poll_recv(context)) {
                Some(BodyPart::Chunk(bytes)) => Some(Ok(bytes)),
                Some(BodyPart::End) => None,
                None => Some(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the answer breaks off"))),
            },
        };
        if let Some(entry) = &mut self.entry {
            match &next {
                Some(Ok(bytes)) => entry.n_bytes += bytes.len() as u64,
                Some(Err(_)) => entry.is_cut = true,
                None => entry.is_complete = true,
            }
        }
        Poll::Ready(next.map(|part| part.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, BodyContent::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        self.length().map_or_else(SizeHint::default, |length| SizeHint::with_exact(length as u64))
    }
}
