//! Lines that are sorted, each once, in bounded memory: what does not fit is sorted in parts,
//! which are merged in the end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};

/// Lines of more bytes than this are sorted in parts, whatever memory there is.
const MOST_BYTES: usize = 256 << 20;
/// Parts are not smaller than this.
const LEAST_BYTES: usize = 1 << 20;

/// Lines that are collected to be written in order.
pub struct SortedLines {
    /// All lines, one after the other.
    text: Vec<u8>,
    /// Where each line ends.
    ends: Vec<usize>,
    parts: Vec<File>,
    most_bytes: usize,
}

impl SortedLines {
    /// Lines in a process that may hold this much memory.
    pub fn within_memory(bytes: u64) -> Self {
        let part = usize::try_from(bytes / 4).unwrap_or(usize::MAX);
        Self::within(part.clamp(LEAST_BYTES, MOST_BYTES))
    }

    /// Lines of which no more than this many bytes are in memory.
    pub fn within(most_bytes: usize) -> Self {
        Self { text: Vec::new(), ends: Vec::new(), parts: Vec::new(), most_bytes }
    }

    /// Adds a line, without its end.
    ///
    /// # Errors
    ///
    /// Those of a temporary file.
    pub fn push(&mut self, line: &[u8]) -> io::Result<()> {
        self.text.extend_from_slice(line);
        self.ends.push(self.text.len());
        if self.text.len() + self.ends.len() * size_of::<usize>() > self.most_bytes {
            let mut file = tempfile::tempfile()?;
            let mut out = BufWriter::new(&mut file);
            self.write_in_order(&mut out)?;
            out.flush()?;
            drop(out);
            file.rewind()?;
            self.parts.push(file);
            self.text.clear();
            self.ends.clear();
        }
        Ok(())
    }

    /// Writes the lines in memory.
    fn write_in_order(&self, out: &mut dyn Write) -> io::Result<u64> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let mut lines: Vec<&[u8]> = starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end]).collect();
        lines.sort_unstable();
        lines.dedup();
        for line in &lines {
            out.write_all(line)?;
            out.write_all(b"\n")?;
        }
        Ok(lines.len() as u64)
    }

    /// Writes all lines in order, each once; returns how many there are.
    ///
    /// # Errors
    ///
    /// Those of `out` and of a temporary file.
    pub fn write(self, out: &mut dyn Write) -> io::Result<u64> {
        if self.parts.is_empty() {
            return self.write_in_order(out);
        }
        let mut last = Vec::new();
        self.write_in_order(&mut last)?;
        let mut parts: Vec<Box<dyn BufRead>> = Vec::new();
        for part in self.parts {
            parts.push(Box::new(BufReader::with_capacity(1 << 16, part)));
        }
        parts.push(Box::new(io::Cursor::new(last).take(u64::MAX)));
        merge_lines(parts, out)
    }
}

/// Writes the lines of sorted parts in order, each once; returns how many there are.
///
/// # Errors
///
/// Those of the parts and of `out`.
pub fn merge_lines(mut parts: Vec<Box<dyn BufRead>>, out: &mut dyn Write) -> io::Result<u64> {
    let next = |part: &mut Box<dyn BufRead>| -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        Ok((part.read_until(b'\n', &mut line)? > 0).then_some(line))
    };
    let mut heap = BinaryHeap::new();
    for (index, part) in parts.iter_mut().enumerate() {
        heap.extend(next(part)?.map(|line| Reverse((line, index))));
    }
    let (mut previous, mut n_lines) = (Vec::new(), 0);
    while let Some(Reverse((line, index))) = heap.pop() {
        heap.extend(next(&mut parts[index])?.map(|line| Reverse((line, index))));
        if line != previous {
            out.write_all(&line)?;
            n_lines += 1;
            previous = line;
        }
    }
    Ok(n_lines)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_are_in_order_and_each_is_once_in_whatever_memory(
            lines in prop::collection::vec("[a-c]{0,3}", 0..40),
            most_bytes in 1_usize..200,
        ) {
            let mut sorted = SortedLines::within(most_bytes);
            for line in &lines {
                sorted.push(line.as_bytes()).unwrap();
            }
            let mut found = Vec::new();
            let n_lines = sorted.write(&mut found).unwrap();
            let mut expected = lines;
            expected.sort();
            expected.dedup();
            prop_assert_eq!(n_lines, expected.len() as u64);
            let expected: String = expected.iter().map(|line| format!("{line}\n")).collect();
            prop_assert_eq!(String::from_utf8(found).unwrap(), expected);
        }
    }
}
