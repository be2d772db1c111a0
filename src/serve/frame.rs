//! What the server and its workers send each other: a kind, a length, so many bytes.

use std::io::{self, Read};

use bytes::{Buf as _, Bytes, BytesMut};

/// What a frame says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// To a worker: how it works.
    Setup,
    /// The worker has opened the snapshot.
    Ready,
    /// The worker cannot work: findings as JSON.
    Unfit,
    /// To a worker: a request.
    Ask,
    /// To a worker: the request is of no interest any more.
    Cancel,
    /// The head of an answer.
    Head,
    /// A part of its body.
    Chunk,
    /// The answer is complete.
    End,
    /// The answer cannot be completed.
    Broken,
}

/// Bytes before what a frame holds.
const HEADER: usize = 5;

impl FrameKind {
    const ALL: [(u8, Self); 9] = [
        (b'S', Self::Setup),
        (b'R', Self::Ready),
        (b'U', Self::Unfit),
        (b'A', Self::Ask),
        (b'K', Self::Cancel),
        (b'H', Self::Head),
        (b'C', Self::Chunk),
        (b'E', Self::End),
        (b'X', Self::Broken),
    ];

    fn byte(self) -> u8 {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or(0, |(byte, _)| *byte)
    }

    fn of(byte: u8) -> io::Result<Self> {
        let known = Self::ALL.iter().find(|(known, _)| *known == byte).map(|(_, kind)| *kind);
        known.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not a frame"))
    }
}

/// Adds a frame to what is to be sent.
pub(super) fn append(kind: FrameKind, content: &[u8], output: &mut Vec<u8>) {
    output.push(kind.byte());
    // No frame is longer than the longest request, which is far less.
    output.extend_from_slice(&(content.len() as u32).to_le_bytes());
    output.extend_from_slice(content);
}

/// Waits for a frame; none comes when the other side is gone.
pub(super) fn read(input: &mut impl Read) -> io::Result<Option<(FrameKind, Vec<u8>)>> {
    let mut header = [0; HEADER];
    match input.read_exact(&mut header) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let [kind, length @ ..] = header;
    let mut content = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut content)?;
    Ok(Some((FrameKind::of(kind)?, content)))
}

/// Takes a frame from what has been received, if it is there as a whole.
pub(super) fn take(received: &mut BytesMut) -> io::Result<Option<(FrameKind, Bytes)>> {
    let Some((&[kind, ref length @ ..], _)) = received.split_first_chunk::<HEADER>() else { return Ok(None) };
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
    let kind = FrameKind::of(kind)?;
    if received.len() < HEADER + length {
        received.reserve(HEADER + length - received.len());
        return Ok(None);
    }
    received.advance(HEADER);
    Ok(Some((kind, received.split_to(length).freeze())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_arrive_as_they_were_sent_in_whatever_pieces() {
        let mut sent = Vec::new();
        append(FrameKind::Head, b"{}", &mut sent);
        append(FrameKind::Chunk, &[7; 300], &mut sent);
        append(FrameKind::End, b"", &mut sent);
        let mut input = sent.as_slice();
        assert_eq!(read(&mut input).unwrap(), Some((FrameKind::Head, b"{}".to_vec())));
        assert_eq!(read(&mut input).unwrap(), Some((FrameKind::Chunk, vec![7; 300])));
        assert_eq!(read(&mut input).unwrap(), Some((FrameKind::End, Vec::new())));
        assert_eq!(read(&mut input).unwrap(), None);
        let (mut received, mut found) = (BytesMut::new(), Vec::new());
        for byte in sent {
            received.extend_from_slice(&[byte]);
            found.extend(take(&mut received).unwrap());
        }
        let expected =
            [(FrameKind::Head, b"{}".to_vec()), (FrameKind::Chunk, vec![7; 300]), (FrameKind::End, Vec::new())];
        assert_eq!(found, expected.map(|(kind, content)| (kind, Bytes::from(content))));
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        assert!(read(&mut b"GET / HTTP/1.1".as_slice()).is_err());
        assert!(take(&mut BytesMut::from(b"GET / HTTP/1.1".as_slice())).is_err());
    }
}
