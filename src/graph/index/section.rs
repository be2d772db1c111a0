//! Bytes of a graph, in memory or mapped from a file; those of a file are verified block by
//! block when they are first read.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use crate::work::throw;

/// How many bytes have a checksum.
pub(in crate::graph) const BLOCK: usize = 64 * 1024;

/// A block of a snapshot's file that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedBlock {
    /// The snapshot's file.
    pub file: PathBuf,
    /// The number of the block, from 0.
    pub block: usize,
}

/// The checksums of a file's blocks, and which of them have been verified.
pub(in crate::graph) struct Checksums {
    file: PathBuf,
    /// The blocks, one after the other.
    blocks: Bytes,
    /// CRC-32 of each block.
    sums: Vec<u32>,
    /// A bit for each block that has been verified.
    verified: Vec<AtomicU64>,
}

impl Checksums {
    pub fn new(file: PathBuf, blocks: Bytes, sums: Vec<u32>) -> Self {
        let verified = (0..sums.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Self { file, blocks, sums, verified }
    }

    /// CRC-32 of each block, as it was written.
    pub fn sums(&self) -> &[u32] {
        &self.sums
    }

    /// The first damaged block.
    pub fn first_damage(&self) -> Option<DamagedBlock> {
        (0..self.sums.len()).find_map(|block| self.verify(block).err())
    }

    #[inline]
    fn is_verified(&self, block: usize) -> bool {
        self.verified.get(block / 64).is_some_and(|word| word.load(Ordering::Relaxed) & (1 << (block % 64)) != 0)
    }

    fn verify(&self, block: usize) -> Result<(), DamagedBlock> {
        let damaged = || DamagedBlock { file: self.file.clone(), block };
        let (word, bit) = (self.verified.get(block / 64).ok_or_else(damaged)?, 1 << (block % 64));
        if word.load(Ordering::Relaxed) & bit != 0 {
            return Ok(());
        }
        let start = block * BLOCK;
        let bytes = &self.blocks[start..self.blocks.len().min(start + BLOCK)];
        if crc32fast::hash(bytes) != self.sums[block] {
            return Err(damaged());
        }
        word.fetch_or(bit, Ordering::Relaxed);
        Ok(())
    }
}

/// Bytes that do not change. A clone is a second handle to the same bytes.
#[derive(Clone, Default)]
pub(in crate::graph) struct Section {
    bytes: Bytes,
    /// The checksums of the blocks, and where among these the bytes begin.
    checksums: Option<(Arc<Checksums>, usize)>,
}

impl From<Vec<u8>> for Section {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes: bytes.into(), checksums: None }
    }
}

impl Section {
    /// A part of the blocks that have these checksums.
    pub fn of_blocks(checksums: &Arc<Checksums>, range: Range<usize>) -> Option<Self> {
        if range.start > range.end || range.end > checksums.blocks.len() {
            return None;
        }
        Some(Self {
            bytes: checksums.blocks.slice(range.clone()),
            checksums: Some((Arc::clone(checksums), range.start)),
        })
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Some of the bytes.
    ///
    /// Throws `damaged-snapshot` if a block of the file is damaged, or the bytes are not all there.
    #[inline]
    pub fn slice(&self, range: Range<usize>) -> &[u8] {
        if let Some((checksums, start)) = &self.checksums {
            self.verify(checksums, start + range.start..start + range.end);
        }
        match self.bytes.get(range.clone()) {
            Some(bytes) => bytes,
            None => self.refuse(range.start),
        }
    }

    /// All bytes; see [`slice`](Self::slice).
    pub fn all(&self) -> &[u8] {
        self.slice(0..self.len())
    }

    /// All bytes as they are. To be read where they have been verified, or do not matter.
    pub(super) fn unverified(&self) -> &[u8] {
        &self.bytes
    }

    /// All bytes, or the damaged block among them.
    pub fn verified(&self) -> Result<&[u8], DamagedBlock> {
        if let Some((checksums, start)) = &self.checksums {
            for block in start / BLOCK..(start + self.len()).div_ceil(BLOCK) {
                checksums.verify(block)?;
            }
        }
        Ok(&self.bytes)
    }

    #[inline]
    fn verify(&self, checksums: &Checksums, range: Range<usize>) {
        let (first, last) = (range.start / BLOCK, range.end.saturating_sub(1) / BLOCK);
        // Nearly all accesses are to one block, which has been verified.
        if !(checksums.is_verified(first) && (first == last || range.is_empty())) {
            Self::verify_blocks(checksums, range);
        }
    }

    #[cold]
    fn verify_blocks(checksums: &Checksums, range: Range<usize>) {
        if range.end > checksums.blocks.len() {
            return; // refused by the caller
        }
        for block in range.start / BLOCK..range.end.div_ceil(BLOCK) {
            if let Err(damage) = checksums.verify(block) {
                throw(damage.error());
            }
        }
    }

    /// Throws `damaged-snapshot`: the file holds what no build writes, at `offset` of these bytes.
    pub fn refuse(&self, offset: usize) -> ! {
        let damage = match &self.checksums {
            Some((checksums, start)) => DamagedBlock { file: checksums.file.clone(), block: (start + offset) / BLOCK },
            None => DamagedBlock { file: PathBuf::new(), block: offset / BLOCK },
        };
        throw(damage.error())
    }
}
