//! Columns of numbers that are as wide as the largest needs: in memory as they are on disk.

use std::ops::Range;

use super::section::Section;

/// Numbers of equal width in bytes, little-endian.
#[derive(Clone)]
pub(in crate::graph) struct NumberColumn {
    bytes: Section,
    width: usize,
    /// The bits of one number.
    mask: u64,
}

impl Default for NumberColumn {
    fn default() -> Self {
        Self::of_width(Section::default(), 1)
    }
}

impl NumberColumn {
    /// The numbers in these bytes; `None` if a number cannot have this width.
    pub fn new(bytes: Section, width: usize) -> Option<Self> {
        ((1..=8).contains(&width) && bytes.len().is_multiple_of(width)).then(|| Self::of_width(bytes, width))
    }

    fn of_width(bytes: Section, width: usize) -> Self {
        Self { bytes, width, mask: u64::MAX >> (64 - 8 * width) }
    }

    pub fn len(&self) -> usize {
        self.bytes.len() / self.width
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// The numbers as bytes.
    pub fn bytes(&self) -> &Section {
        &self.bytes
    }

    /// The number at an index.
    ///
    /// # Panics
    ///
    /// If there is none; throws `damaged-snapshot`.
    #[inline]
    pub fn get(&self, index: usize) -> usize {
        let start = index * self.width;
        let bytes = self.bytes.slice(start..start + self.width);
        // Most numbers are followed by others: eight bytes are read at once.
        if let Some(eight) = self.bytes.unverified().get(start..start + 8).and_then(|eight| eight.first_chunk::<8>()) {
            return (u64::from_le_bytes(*eight) & self.mask) as usize;
        }
        let mut eight = [0; 8];
        eight[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(eight) as usize
    }

    /// The number of a term at an index; see [`get`](Self::get).
    #[inline]
    pub fn term(&self, index: usize) -> u32 {
        self.get(index) as u32
    }

    /// Where in a range, whose numbers are sorted, those that fulfil a condition end.
    pub fn partition_point(&self, range: Range<usize>, mut holds: impl FnMut(usize) -> bool) -> usize {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.get(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The part of a range, whose numbers are sorted, that is equal to `wanted`.
    pub fn equal(&self, range: Range<usize>, wanted: usize) -> Range<usize> {
        let start = self.partition_point(range.clone(), |number| number < wanted);
        // Most ranges are short: the end is sought in steps that double.
        let (mut known, mut step) = (start, 1);
        while known + step <= range.end && self.get(known + step - 1) == wanted {
            known += step;
            step *= 2;
        }
        let limit = range.end.min(known + step);
        start..self.partition_point(known..limit, |number| number <= wanted)
    }
}

/// A column that is being written.
#[derive(Clone)]
pub(in crate::graph) struct NumberColumnBuilder {
    bytes: Vec<u8>,
    width: usize,
}

impl NumberColumnBuilder {
    /// A column for `n` numbers of which none is above `largest`.
    pub fn new(largest: usize, n: usize) -> Self {
        let width = width_of(largest);
        Self { bytes: Vec::with_capacity(n * width), width }
    }

    /// A column of `n` zeros, to be set in any order.
    pub fn zeros(largest: usize, n: usize) -> Self {
        let width = width_of(largest);
        Self { bytes: vec![0; n * width], width }
    }

    pub fn push(&mut self, number: usize) {
        self.bytes.extend_from_slice(&(number as u64).to_le_bytes()[..self.width]);
    }

    pub fn set(&mut self, index: usize, number: usize) {
        let start = index * self.width;
        self.bytes[start..start + self.width].copy_from_slice(&(number as u64).to_le_bytes()[..self.width]);
    }

    /// The number that was set last at an index.
    pub fn get(&self, index: usize) -> usize {
        let start = index * self.width;
        let mut eight = [0; 8];
        eight[..self.width].copy_from_slice(&self.bytes[start..start + self.width]);
        u64::from_le_bytes(eight) as usize
    }

    pub fn finish(self) -> NumberColumn {
        NumberColumn::of_width(self.bytes.into(), self.width)
    }
}

/// How many bytes a number needs.
fn width_of(largest: usize) -> usize {
    (largest.max(1).ilog2() / 8 + 1) as usize
}

/// A column of these numbers.
pub(in crate::graph) fn column(numbers: &[usize]) -> NumberColumn {
    let mut builder = NumberColumnBuilder::new(numbers.iter().copied().max().unwrap_or(0), numbers.len());
    numbers.iter().for_each(|number| builder.push(*number));
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_in_every_width() {
        for bits in 0..64 {
            let numbers = [0, 1, (1_usize << bits) - 1, 1 << bits];
            let column = column(&numbers);
            assert_eq!(column.width(), bits / 8 + 1);
            assert_eq!((0..column.len()).map(|at| column.get(at)).collect::<Vec<_>>(), numbers);
        }
    }

    #[test]
    fn equal_numbers_are_found_in_every_part() {
        let numbers = [0, 0, 2, 2, 2, 2, 2, 2, 2, 3, 7, 7];
        let column = column(&numbers);
        for start in 0..=numbers.len() {
            for end in start..=numbers.len() {
                for wanted in 0..9 {
                    let expected: Vec<usize> = (start..end).filter(|at| numbers[*at] == wanted).collect();
                    assert_eq!(column.equal(start..end, wanted).collect::<Vec<_>>(), expected);
                }
            }
        }
    }
}
