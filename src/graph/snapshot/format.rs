//! The file of a snapshot: a header, sections, and a checksum for each block of them.
//!
//! ```text
//! offset  bytes
//! 0       8      "civigrph"
//! 8       4      version of the format
//! 12      8      length of the file
//! 20      4      number of sections
//! 24      24 n   for each section its offset, its length, and the width of its numbers
//! 4092    4      CRC-32 of the bytes before
//! 4096           the sections, one after the other
//!                CRC-32 of each 64 KiB of the sections: the last section, not counted among these
//! ```
//!
//! Numbers are little-endian. The checksums have one of their own: the width of their section.

use std::io::{self, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use crate::graph::index::{BLOCK, Checksums, NumberColumn, Section};

/// The version of the format.
pub(super) const FORMAT: u32 = 3;
const MAGIC: &[u8; 8] = b"civigrph";
const HEADER: usize = 4096;
const LISTED: usize = 24;
/// How many sections the header has room for.
const MOST_SECTIONS: usize = (HEADER - 28) / LISTED;

/// What is wrong with a file as a whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SnapshotFault {
    /// It is of another version of the format.
    Format(u32),
    /// It is not what a build has written.
    Damaged(String),
}

/// Writes sections and sums up their blocks.
pub(super) struct SnapshotWriter<W> {
    output: W,
    listed: Vec<[u64; 3]>,
    /// Bytes since the header.
    n: usize,
    block: crc32fast::Hasher,
    sums: Vec<u32>,
}

impl<W: Write + io::Seek> SnapshotWriter<W> {
    pub fn new(mut output: W) -> io::Result<Self> {
        output.write_all(&[0; HEADER])?;
        Ok(Self { output, listed: Vec::new(), n: 0, block: crc32fast::Hasher::new(), sums: Vec::new() })
    }

    /// Adds a section of numbers with a width in bytes, or of other bytes.
    pub fn section(&mut self, bytes: &[u8], width: usize) -> io::Result<()> {
        self.listed.push([(HEADER + self.n) as u64, bytes.len() as u64, width as u64]);
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(BLOCK - self.n % BLOCK));
            self.block.update(now);
            self.n += now.len();
            if self.n.is_multiple_of(BLOCK) {
                self.sums.push(std::mem::take(&mut self.block).finalize());
            }
            rest = later;
        }
        self.output.write_all(bytes)
    }

    /// Writes the checksums and the header.
    pub fn finish(mut self) -> io::Result<W> {
        if !self.n.is_multiple_of(BLOCK) {
            self.sums.push(self.block.finalize());
        }
        let sums: Vec<u8> = self.sums.iter().flat_map(|sum| sum.to_le_bytes()).collect();
        self.output.write_all(&sums)?;
        self.listed.push([(HEADER + self.n) as u64, sums.len() as u64, crc32fast::hash(&sums).into()]);
        assert!(self.listed.len() <= MOST_SECTIONS, "the header has room for all sections");
        let mut header = Vec::with_capacity(HEADER);
        header.extend_from_slice(MAGIC);
        header.extend_from_slice(&FORMAT.to_le_bytes());
        header.extend_from_slice(&((HEADER + self.n + sums.len()) as u64).to_le_bytes());
        header.extend_from_slice(&(self.listed.len() as u32).to_le_bytes());
        header.extend(self.listed.iter().flatten().flat_map(|number| number.to_le_bytes()));
        header.resize(HEADER - 4, 0);
        let sum = crc32fast::hash(&header);
        header.extend_from_slice(&sum.to_le_bytes());
        self.output.seek(SeekFrom::Start(0))?;
        self.output.write_all(&header)?;
        Ok(self.output)
    }
}

/// The sections of a file, in the order in which they were written.
pub(super) struct Sections {
    pub checksums: Arc<Checksums>,
    listed: std::vec::IntoIter<(Range<usize>, usize)>,
}

impl Sections {
    /// The sections of a file, whose header and length are verified.
    pub fn of(path: &Path, file: Bytes) -> Result<Self, SnapshotFault> {
        let damaged = |why: &str| SnapshotFault::Damaged(why.to_owned());
        let header = file.get(..HEADER).ok_or_else(|| damaged("it is too short"))?;
        if &header[..8] != MAGIC {
            return Err(damaged("it is not a snapshot"));
        }
        let four = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().unwrap_or_default());
        let eight = |at: usize| u64::from_le_bytes(header[at..at + 8].try_into().unwrap_or_default());
        if four(8) != FORMAT {
            return Err(SnapshotFault::Format(four(8)));
        }
        if crc32fast::hash(&header[..HEADER - 4]) != four(HEADER - 4) {
            return Err(damaged("the checksum of its header is wrong"));
        }
        if eight(12) != file.len() as u64 {
            return Err(damaged(&format!("it has {} bytes instead of {}", file.len(), eight(12))));
        }
        let n = four(20) as usize;
        if n == 0 || n > MOST_SECTIONS {
            return Err(damaged("its header is invalid"));
        }
        let section = |index: usize| {
            let at = 24 + index * LISTED;
            let start = usize::try_from(eight(at)).ok()?;
            let end = start.checked_add(usize::try_from(eight(at + 8)).ok()?)?;
            (start >= HEADER && end <= file.len()).then_some((start..end, eight(at + 16) as usize))
        };
        let mut listed: Vec<(Range<usize>, usize)> =
            (0..n).map(section).collect::<Option<_>>().ok_or_else(|| damaged("a section is not in the file"))?;
        let (sums, sum) = listed.pop().unwrap_or_default();
        if crc32fast::hash(&file[sums.clone()]) as usize != sum {
            return Err(damaged("its checksums are damaged"));
        }
        let blocks = file.slice(HEADER..sums.start);
        let sums: Vec<u32> =
            file[sums].chunks_exact(4).map(|sum| u32::from_le_bytes(sum.try_into().unwrap_or_default())).collect();
        if sums.len() != blocks.len().div_ceil(BLOCK) {
            return Err(damaged("a block has no checksum"));
        }
        let checksums = Arc::new(Checksums::new(path.to_owned(), blocks, sums));
        Ok(Self { checksums, listed: listed.into_iter() })
    }

    /// The next section.
    pub fn section(&mut self) -> Option<Section> {
        self.listed.next().and_then(|(range, _)| self.at(range))
    }

    /// The next section, of numbers.
    pub fn column(&mut self) -> Option<NumberColumn> {
        let (range, width) = self.listed.next()?;
        NumberColumn::new(self.at(range)?, width)
    }

    /// The remaining sections, of numbers.
    pub fn columns(&mut self) -> Option<Vec<NumberColumn>> {
        (0..self.listed.len()).map(|_| self.column()).collect()
    }

    fn at(&self, range: Range<usize>) -> Option<Section> {
        Section::of_blocks(&self.checksums, range.start - HEADER..range.end - HEADER)
    }
}

/// Whether bytes begin as the file of a snapshot does.
pub(super) fn is_ours(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}
