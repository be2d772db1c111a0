//! From a line of text to glyphs: which family draws which part, in which
//! direction, and with which forms and marks (OpenType, by RustyBuzz; UAX #9 by
//! unicode-bidi).

use std::ops::Range;

use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, Script, UnicodeBuffer};
use unicode_bidi::{BidiInfo, get_base_direction};
use unicode_script::{Script as UnicodeScript, UnicodeScript as _};

use super::font::{Face, Fonts, WIDE, Weight, is_invisible, is_plain};

/// A glyph; all lengths in ems.
#[derive(Debug, Clone, PartialEq)]
pub struct Glyph {
    /// Its index in the font.
    pub id: u32,
    /// How far it moves the pen.
    pub advance: f64,
    /// Where it is drawn, from the pen.
    pub offset: (f64, f64),
    /// What it draws, as a range of the text.
    pub text: Range<usize>,
}

/// Glyphs of one font, in the order in which they are drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The index of the family.
    pub family: usize,
    /// What it draws, as a range of the text.
    pub text: Range<usize>,
    /// Whether it is written from right to left.
    pub is_leftward: bool,
    /// The glyphs, from left to right.
    pub glyphs: Vec<Glyph>,
}

impl Run {
    /// Its width in ems.
    pub fn width(&self) -> f64 {
        self.glyphs.iter().map(|glyph| glyph.advance).sum()
    }
}

/// Whether a text is read from right to left: its first letter is of a script that is.
pub fn is_leftward(text: &str) -> bool {
    text.chars().any(|c| c >= '\u{590}') && get_base_direction(text) == unicode_bidi::Direction::Rtl
}

impl Fonts {
    /// The runs of a line, from left to right.
    pub fn shape(&self, text: &str, weight: Weight) -> Vec<Run> {
        let parts = self.parts(text, weight);
        let mut runs = Vec::new();
        if !text.chars().any(turns) {
            runs.extend(parts.iter().map(|part| self.run(text, part.clone(), weight, false)));
            return runs;
        }
        let info = BidiInfo::new(text, None);
        for paragraph in &info.paragraphs {
            let (levels, visual) = info.visual_runs(paragraph, paragraph.range.clone());
            for range in visual {
                let leftward = levels[range.start].is_rtl();
                let inside = |(part, family): &(Range<usize>, usize)| {
                    let part = part.start.max(range.start)..part.end.min(range.end);
                    (part.start < part.end).then_some((part, *family))
                };
                let mut inner: Vec<_> = parts.iter().filter_map(inside).collect();
                if leftward {
                    inner.reverse();
                }
                runs.extend(inner.into_iter().map(|part| self.run(text, part, weight, leftward)));
            }
        }
        runs
    }

    /// The parts of a text that one family draws, in the order of the text.
    pub fn parts(&self, text: &str, weight: Weight) -> Vec<(Range<usize>, usize)> {
        let mut parts: Vec<(Range<usize>, usize)> = Vec::new();
        let mut before: Option<char> = None;
        for (at, c) in text.char_indices() {
            let end = at + c.len_utf8();
            let last = parts.last().map(|(_, family)| *family);
            let stays = |family: &usize| {
                is_invisible(c) || is_mark(c) && self.families().get(*family).is_some_and(|known| known.has(c, weight))
            };
            let family = match last {
                Some(family) if stays(&family) => family,
                _ if has_two_widths(c) && is_beside_ideographs(before, text[end..].chars().next()) => WIDE,
                _ => self.family_of(c, weight).unwrap_or_default(),
            };
            match parts.last_mut() {
                // Words of a script that joins its letters are shaped together.
                Some((part, own)) if *own == family => part.end = end,
                _ => parts.push((at..end, family)),
            }
            before = Some(c);
        }
        parts
    }

    fn run(&self, text: &str, (range, family): (Range<usize>, usize), weight: Weight, is_leftward: bool) -> Run {
        let part = &text[range.clone()];
        let glyphs = match self.face(family, weight) {
            None => Vec::new(),
            Some(face) if !is_leftward && part.chars().all(is_plain) => plain(face, part, range.start),
            Some(face) => shaped(face, part, range.start, is_leftward),
        };
        Run { family, text: range, is_leftward, glyphs }
    }
}

/// The glyphs of characters that stand one beside the other, each with its own.
fn plain(face: &Face, part: &str, start: usize) -> Vec<Glyph> {
    let units = face.units();
    let glyph = |((at, c), (id, width)): ((usize, char), (u32, f64))| {
        let text = start + at..start + at + c.len_utf8();
        // A box for what is missing is as wide as an ideograph.
        let advance = if id == 0 { 1.0 } else { width / units };
        Glyph { id, advance, offset: (0.0, 0.0), text }
    };
    part.char_indices().zip(face.plain(part)).map(glyph).collect()
}

/// The glyphs of a part, script by script.
fn shaped(face: &Face, part: &str, start: usize, is_leftward: bool) -> Vec<Glyph> {
    // As in the style sheets of SVG: no kerning, and no ligatures but those that a script demands.
    let features = [b"kern", b"liga", b"clig"].map(|tag| Feature::new(Tag::from_bytes(tag), 0, ..));
    let Some(shaping) = face.shaping() else { return Vec::new() };
    let units = face.units();
    let mut scripts = scripts_of(part);
    if is_leftward {
        scripts.reverse();
    }
    let mut glyphs: Vec<Glyph> = Vec::new();
    for (range, script) in scripts {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&part[range.clone()]);
        buffer.set_direction(if is_leftward { Direction::RightToLeft } else { Direction::LeftToRight });
        if let Some(script) = Script::from_iso15924_tag(Tag::from_bytes(&script_tag(script))) {
            buffer.set_script(script);
        }
        let drawn = rustybuzz::shape(shaping, &features, buffer);
        let infos = drawn.glyph_infos();
        // A glyph draws the text up to the next cluster.
        let mut ends: Vec<usize> = infos.iter().map(|info| info.cluster as usize).chain([range.len()]).collect();
        ends.sort_unstable();
        ends.dedup();
        for (info, position) in infos.iter().zip(drawn.glyph_positions()) {
            let from = info.cluster as usize;
            let to = ends[(ends.partition_point(|end| *end <= from)).min(ends.len() - 1)];
            let base = start + range.start;
            glyphs.push(Glyph {
                id: info.glyph_id,
                advance: f64::from(position.x_advance) / units,
                offset: (f64::from(position.x_offset) / units, f64::from(position.y_offset) / units),
                text: base + from..base + to,
            });
        }
    }
    glyphs
}

fn script_tag(script: UnicodeScript) -> [u8; 4] {
    script.short_name().as_bytes().try_into().unwrap_or(*b"Zyyy")
}

/// The parts of a text by script; what belongs to all scripts goes with what is before it.
fn scripts_of(text: &str) -> Vec<(Range<usize>, UnicodeScript)> {
    let is_of_all = |script: UnicodeScript| {
        matches!(script, UnicodeScript::Common | UnicodeScript::Inherited | UnicodeScript::Unknown)
    };
    let mut parts: Vec<(Range<usize>, UnicodeScript)> = Vec::new();
    for (at, c) in text.char_indices() {
        let (script, end) = (c.script(), at + c.len_utf8());
        match parts.last_mut() {
            Some((range, own)) if is_of_all(script) || *own == script => range.end = end,
            Some((range, own)) if is_of_all(*own) => (range.end, *own) = (end, script),
            _ => parts.push((at..end, script)),
        }
    }
    parts
}

/// Whether a character may be written from right to left, or make others so.
fn turns(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{202b}' | '\u{202e}' | '\u{2067}' | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Whether a character combines with the one before it.
fn is_mark(c: char) -> bool {
    c.script() == UnicodeScript::Inherited || unicode_bidi::bidi_class(c) == unicode_bidi::BidiClass::NSM
}

/// Punctuation that is as wide as an ideograph beside one, and narrow elsewhere.
fn has_two_widths(c: char) -> bool {
    matches!(c, '‘' | '’' | '“' | '”' | '…' | '—' | '·')
}

fn is_beside_ideographs(before: Option<char>, after: Option<char>) -> bool {
    let is_wide = |c: char| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}');
    before.is_some_and(is_wide) || after.is_some_and(is_wide)
}
