//! Two weights of a family in one file. They have the same points, so that the
//! heavier one is stored as the difference of each step from point to point;
//! what is the same in both is there once. `pack.py` writes these files.
//!
//! A file is a list of parts, each after its length: the number of glyphs; for
//! each glyph the number of contours; for each contour the number of points; for
//! each point whether it is on the curve; the steps to it in x and in y, and what
//! the bold steps differ from these; the widths; and the tables of each weight
//! that are not about outlines.

/// Both weights as TrueType fonts; `None` if the file is damaged.
pub(super) fn unpack(packed: &[u8]) -> Option<[Vec<u8>; 2]> {
    let whole = zstd::stream::decode_all(packed).ok()?;
    let mut rest = whole.as_slice();
    let mut part = || -> Option<&[u8]> {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (part, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        rest = after;
        Some(part)
    };
    let n_glyphs = u32::from_le_bytes(part()?.try_into().ok()?) as usize;
    let (mut contours, mut ends, on) = (PackedNumbers(part()?), PackedNumbers(part()?), part()?);
    let mut steps = [PackedNumbers(part()?), PackedNumbers(part()?), PackedNumbers(part()?), PackedNumbers(part()?)];
    let mut widths = PackedNumbers(part()?);
    let tables = [part()?, part()?];
    let mut fonts = [Outlines::with_room(n_glyphs), Outlines::with_room(n_glyphs)];
    let mut n_points = 0;
    let mut points: Vec<([i32; 4], bool)> = Vec::new();
    let mut stops: Vec<u16> = Vec::new();
    for _ in 0..n_glyphs {
        let width = widths.next()?;
        let wider = widths.step()?;
        points.clear();
        stops.clear();
        for _ in 0..contours.next()? {
            for _ in 0..ends.next()? {
                let [x, y, more_x, more_y] = &mut steps;
                let (x, y) = (x.step()?, y.step()?);
                let is_on = on.get(n_points / 8)? >> (n_points % 8) & 1 == 1;
                points.push(([x, y, x + more_x.step()?, y + more_y.step()?], is_on));
                n_points += 1;
            }
            stops.push(u16::try_from(points.len()).ok()?.checked_sub(1)?);
        }
        for (weight, font) in fonts.iter_mut().enumerate() {
            let steps = points.iter().map(|(steps, is_on)| (steps[2 * weight], steps[2 * weight + 1], *is_on));
            font.add(&stops, steps, width + if weight == 0 { 0 } else { wider });
        }
    }
    let [regular, bold] = fonts;
    Some([regular.font(tables[0])?, bold.font(tables[1])?])
}

/// PackedNumbers of one or two bytes.
struct PackedNumbers<'a>(&'a [u8]);

impl PackedNumbers<'_> {
    fn next(&mut self) -> Option<i32> {
        const MOST_IN_ONE: i32 = 224;
        let (first, rest) = self.0.split_first()?;
        let first = i32::from(*first);
        if first < MOST_IN_ONE {
            self.0 = rest;
            return Some(first);
        }
        let (second, rest) = rest.split_first()?;
        self.0 = rest;
        Some(((first - MOST_IN_ONE) << 8 | i32::from(*second)) + MOST_IN_ONE)
    }

    /// A number that may be negative: 0, -1, 1, -2 …
    fn step(&mut self) -> Option<i32> {
        let number = self.next()?;
        Some(number >> 1 ^ -(number & 1))
    }
}

/// The tables of outlines and widths.
struct Outlines {
    glyf: Vec<u8>,
    loca: Vec<u8>,
    hmtx: Vec<u8>,
}

impl Outlines {
    fn with_room(n_glyphs: usize) -> Self {
        let mut loca = Vec::with_capacity(4 * n_glyphs + 4);
        loca.extend(0_u32.to_be_bytes());
        Self { glyf: Vec::with_capacity(400 * n_glyphs), loca, hmtx: Vec::with_capacity(4 * n_glyphs) }
    }

    /// Adds a simple glyph: the OpenType specification, table `glyf`.
    fn add(&mut self, stops: &[u16], steps: impl Iterator<Item = (i32, i32, bool)> + Clone, width: i32) {
        const ON_CURVE: u8 = 1;
        let (mut at, mut from, mut to) = ((0, 0), (i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
        for (x, y, _) in steps.clone() {
            at = (at.0 + x, at.1 + y);
            from = (from.0.min(at.0), from.1.min(at.1));
            to = (to.0.max(at.0), to.1.max(at.1));
        }
        let left = if stops.is_empty() { 0 } else { from.0 };
        self.hmtx.extend((width as u16).to_be_bytes());
        self.hmtx.extend((left as i16).to_be_bytes());
        if !stops.is_empty() {
            self.glyf.extend((stops.len() as i16).to_be_bytes());
            for edge in [from.0, from.1, to.0, to.1] {
                self.glyf.extend((edge as i16).to_be_bytes());
            }
            for stop in stops {
                self.glyf.extend(stop.to_be_bytes());
            }
            // No instructions.
            self.glyf.extend([0, 0]);
            for (x, y, is_on) in steps.clone() {
                let flag = flag_of(x, 0x02, 0x10) | flag_of(y, 0x04, 0x20) | if is_on { ON_CURVE } else { 0 };
                self.glyf.push(flag);
            }
            steps.clone().for_each(|(x, _, _)| self.step(x));
            steps.for_each(|(_, y, _)| self.step(y));
            while !self.glyf.len().is_multiple_of(4) {
                self.glyf.push(0);
            }
        }
        self.loca.extend((self.glyf.len() as u32).to_be_bytes());
    }

    fn step(&mut self, step: i32) {
        match step {
            0 => {}
            -255..=255 => self.glyf.push(step.unsigned_abs() as u8),
            _ => self.glyf.extend((step as i16).to_be_bytes()),
        }
    }

    /// The font with its other tables.
    fn font(self, mut others: &[u8]) -> Option<Vec<u8>> {
        let mut tables: Vec<([u8; 4], Vec<u8>)> =
            vec![(*b"glyf", self.glyf), (*b"loca", self.loca), (*b"hmtx", self.hmtx)];
        while !others.is_empty() {
            let (tag, rest) = others.split_first_chunk::<4>()?;
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let (data, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            tables.push((*tag, data.to_vec()));
            others = rest;
        }
        directory(tables)
    }
}

/// The flag of a step: short, and the sign if it is; or the same place.
fn flag_of(step: i32, short: u8, same: u8) -> u8 {
    match step {
        0 => same,
        1..=255 => short | same,
        -255..=-1 => short,
        _ => 0,
    }
}

/// A font file with these tables, of which `loca` has offsets of four bytes; `None` without a
/// header.
pub fn directory(mut tables: Vec<([u8; 4], Vec<u8>)>) -> Option<Vec<u8>> {
    tables.sort_by_key(|(tag, _)| *tag);
    let (_, head) = tables.iter_mut().find(|(tag, _)| tag == b"head")?;
    head.get_mut(50..52)?.copy_from_slice(&1_u16.to_be_bytes());
    let n = tables.len() as u16;
    let power = n.max(1).ilog2() as u16;
    let range = 16 << power;
    let mut font = vec![0, 1, 0, 0];
    for number in [n, range, power, n * 16 - range] {
        font.extend(number.to_be_bytes());
    }
    let mut offset = font.len() + 16 * tables.len();
    for (tag, data) in &tables {
        font.extend(tag);
        font.extend(checksum(data).to_be_bytes());
        font.extend((offset as u32).to_be_bytes());
        font.extend((data.len() as u32).to_be_bytes());
        offset += data.len().next_multiple_of(4);
    }
    font.reserve(offset - font.len());
    for (_, data) in &tables {
        font.extend(data);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    Some(font)
}

fn checksum(data: &[u8]) -> u32 {
    let word = |bytes: &[u8]| {
        let mut word = [0; 4];
        word[..bytes.len()].copy_from_slice(bytes);
        u32::from_be_bytes(word)
    };
    data.chunks(4).map(word).fold(0, u32::wrapping_add)
}
