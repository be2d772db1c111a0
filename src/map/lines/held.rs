//! Lines that may have been written before.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};

use hashbrown::HashTable;

use super::marks::of_bytes;
use super::{output, temporary};
use crate::error::Result;
use crate::file::SortedLines;

/// Lines that are held back, each once.
#[derive(Default)]
pub(super) struct HeldLines {
    few: LineSet,
    /// If they are more than fit.
    many: Option<SortedLines>,
}

/// At most this many bytes are compared with what has been written at a time.
const MOST_BYTES: usize = 32 << 20;

/// A set of lines in memory.
#[derive(Default)]
struct LineSet {
    lines: HashTable<Box<[u8]>>,
    n_bytes: usize,
}

impl LineSet {
    fn insert(&mut self, line: &[u8]) {
        let own = of_bytes(0, line);
        if self.lines.find(own, |known| **known == *line).is_none() {
            self.n_bytes += line.len() + size_of::<Box<[u8]>>();
            self.lines.insert_unique(own, line.into(), |known| of_bytes(0, known));
        }
    }

    fn remove(&mut self, line: &[u8]) {
        if let Ok(entry) = self.lines.find_entry(of_bytes(0, line), |known| **known == *line) {
            entry.remove();
        }
    }

    /// The lines in order.
    fn take(&mut self) -> Vec<Box<[u8]>> {
        self.n_bytes = 0;
        let mut lines: Vec<Box<[u8]>> = self.lines.drain().collect();
        lines.sort_unstable();
        lines
    }
}

impl HeldLines {
    /// Holds a line back.
    ///
    /// # Errors
    ///
    /// Those of a temporary file.
    pub fn push(&mut self, line: &[u8]) -> Result<()> {
        if let Some(many) = &mut self.many {
            return many.push(line).map_err(temporary);
        }
        self.few.insert(line);
        if self.few.n_bytes > MOST_BYTES {
            let mut many = SortedLines::within(MOST_BYTES);
            self.few.take().iter().try_for_each(|line| many.push(line)).map_err(temporary)?;
            self.many = Some(many);
        }
        Ok(())
    }

    /// Adds the lines that are not in a file to its end; returns how many these are.
    ///
    /// # Errors
    ///
    /// Those of the file and of a temporary one.
    pub fn write_new(mut self, out: &mut File) -> Result<u64> {
        let n_written = out.seek(SeekFrom::End(0)).map_err(output)?;
        let Some(many) = self.many.take() else { return self.few.write_new(out, n_written) };
        let mut file = tempfile::tempfile().map_err(temporary)?;
        let mut writer = BufWriter::new(&mut file);
        many.write(&mut writer).and_then(|_| writer.flush()).map_err(temporary)?;
        drop(writer);
        file.rewind().map_err(temporary)?;
        let (mut n_new, mut line) = (0, Vec::new());
        let mut reader = BufReader::new(file);
        while next_line(&mut reader, &mut line).map_err(temporary)? {
            self.few.insert(&line);
            if self.few.n_bytes > MOST_BYTES {
                n_new += self.few.write_new(out, n_written)?;
            }
        }
        Ok(n_new + self.few.write_new(out, n_written)?)
    }
}

impl LineSet {
    /// Adds the lines that are not among the first bytes of a file to its end.
    fn write_new(&mut self, out: &mut File, n_bytes: u64) -> Result<u64> {
        if self.lines.is_empty() {
            return Ok(0);
        }
        out.rewind().map_err(output)?;
        let (mut reader, mut line) = (BufReader::with_capacity(1 << 18, &mut *out), Vec::new());
        let mut n_read = 0;
        while n_read < n_bytes && next_line(&mut reader, &mut line).map_err(output)? {
            n_read += line.len() as u64 + 1;
            self.remove(&line);
        }
        drop(reader);
        out.seek(SeekFrom::End(0)).map_err(output)?;
        let mut writer = BufWriter::new(out);
        let new = self.take();
        for line in &new {
            writer.write_all(line).and_then(|()| writer.write_all(b"\n")).map_err(output)?;
        }
        writer.flush().map_err(output)?;
        Ok(new.len() as u64)
    }
}

/// Reads a line without its end; `false` at the end.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let n = reader.read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(n > 0)
}
