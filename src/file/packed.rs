//! Packed files: gzip and Zstandard, known by their first bytes. Nothing may unpack to very much
//! more than its size.

use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

/// Up to this size, a file may unpack to any multiple of its own.
const FREE: u64 = 256 * 1024 * 1024;
/// Beyond that, to this multiple: data are packed to a tenth, bombs to a thousandth.
const MOST_TIMES: u64 = 200;
/// How many bytes tell the packing.
const MAGIC: usize = 4;

/// The content of a file, unpacked if it is packed. A packed file in a packed file is read as it
/// is: it is no text.
///
/// # Errors
///
/// Those of reading its first bytes.
pub fn unpacked<'a>(mut input: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    let mut head = Vec::new();
    input.by_ref().take(MAGIC as u64).read_to_end(&mut head)?;
    let n = Rc::new(Cell::new(0));
    let packing = Packing::of(&head);
    let whole = Box::new(Cursor::new(head).chain(input));
    let counted = Counting { input: whole, n: n.clone() };
    Ok(match packing {
        None => Box::new(counted),
        Some(packing) => Box::new(Bounded::new(packing.reader(Box::new(counted))?, n)),
    })
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstandard,
}

impl Packing {
    /// The packing of a file that begins with these bytes.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstandard),
            _ => None,
        }
    }

    /// A reader of the content; the input is at its first byte.
    ///
    /// # Errors
    ///
    /// Those of the decoder before anything is read.
    pub fn reader<'a>(self, input: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(input)),
            Self::Zstandard => Box::new(zstd::stream::read::Decoder::new(input)?),
        })
    }
}

/// Counts the bytes that are read through it.
pub struct Counting<'a> {
    /// What is read.
    pub input: Box<dyn Read + 'a>,
    /// How many bytes were read so far.
    pub n: Rc<Cell<u64>>,
}

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.n.set(self.n.get() + n as u64);
        Ok(n)
    }
}

/// Refuses to go on when a file unpacks to very much more than its size.
pub struct Bounded<'a> {
    input: Box<dyn Read + 'a>,
    packed: Rc<Cell<u64>>,
    n: u64,
}

impl<'a> Bounded<'a> {
    /// A reader of what `packed` bytes unpack to.
    pub fn new(input: Box<dyn Read + 'a>, packed: Rc<Cell<u64>>) -> Self {
        Self { input, packed, n: 0 }
    }
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.n += n as u64;
        if self.n > FREE && self.n / MOST_TIMES > self.packed.get() {
            return Err(io::Error::other(format!(
                "it unpacks to more than {MOST_TIMES} times its size; unpack it yourself if it is what it seems"
            )));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        unpacked(Box::new(bytes))?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn what_is_packed_is_unpacked_and_the_rest_is_left_alone() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(b"<urn:s> .").unwrap();
        assert_eq!(read(&gzip.finish().unwrap()).unwrap(), b"<urn:s> .");
        assert_eq!(read(&zstd::encode_all(&b"<urn:s> ."[..], 1).unwrap()).unwrap(), b"<urn:s> .");
        for plain in [&b""[..], b"a", b"<urn:s> .", b"\x1f"] {
            assert_eq!(read(plain).unwrap(), plain);
        }
        // Broken off.
        assert!(read(&[0x1f, 0x8b, 8, 0]).is_err());
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = zstd::encode_all(io::repeat(b' ').take(FREE + (1 << 20)), 1).unwrap();
        assert!((bomb.len() as u64) < FREE / MOST_TIMES);
        let mut unpacked = unpacked(Box::new(&bomb[..])).unwrap();
        let error = io::copy(&mut unpacked, &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("200 times"), "{error}");
    }
}
