//! Text in the embedded font: how wide it is, where it breaks into lines, and
//! which of its characters the font lacks.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use ttf_parser::Face;

use crate::chart::layout::Points;

/// The weights of the embedded font, Noto Sans HK (SIL Open Font Licence; see
/// `font/OFL.txt`, and `font/subset.py` for how the files were created).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// 400.
    Regular,
    /// 700.
    Bold,
}

const REGULAR: &[u8] = include_bytes!("font/NotoSansHK-Regular.ttf.zst");
const BOLD: &[u8] = include_bytes!("font/NotoSansHK-Bold.ttf.zst");

/// The bytes of the font in this weight, unpacked once.
pub fn font(weight: Weight) -> &'static [u8] {
    static FONTS: [OnceLock<Vec<u8>>; 2] = [OnceLock::new(), OnceLock::new()];
    let (slot, packed) = match weight {
        Weight::Regular => (&FONTS[0], REGULAR),
        Weight::Bold => (&FONTS[1], BOLD),
    };
    // Tests unpack the embedded data; an empty font would measure nothing.
    slot.get_or_init(|| zstd::stream::decode_all(packed).unwrap_or_default())
}

/// Measures text in one weight.
pub struct Measure {
    face: Option<Face<'static>>,
}

impl Measure {
    /// A measure for this weight.
    pub fn new(weight: Weight) -> Self {
        Self { face: Face::parse(font(weight), 0).ok() }
    }

    /// The width of a text at a font size.
    pub fn width(&self, text: &str, size: Points) -> Points {
        let Some(face) = &self.face else { return text.chars().count() as f64 * size };
        let units = f64::from(face.units_per_em());
        let advance = |c: char| match face.glyph_index(c).and_then(|glyph| face.glyph_hor_advance(glyph)) {
            Some(advance) => f64::from(advance),
            None => units,
        };
        text.chars().map(advance).sum::<f64>() * size / units
    }

    /// The characters of a text that the font has no glyph for.
    pub fn missing(&self, text: &str) -> BTreeSet<char> {
        let lacks = |c: &char| !c.is_control() && self.face.as_ref().is_none_or(|face| face.glyph_index(*c).is_none());
        text.chars().filter(lacks).collect()
    }

    /// Breaks a text into lines no wider than `width`: as few as possible, and
    /// of these the most even ones. A word that is wider than a line is broken
    /// inside.
    pub fn wrap(&self, text: &str, size: Points, width: Points) -> Vec<String> {
        let mut pieces: Vec<String> = Vec::new();
        for piece in pieces_of(text) {
            if self.width(piece.trim_end(), size) <= width {
                pieces.push(piece);
                continue;
            }
            let mut part = String::new();
            for c in piece.chars() {
                part.push(c);
                if self.width(&part, size) > width && part.chars().count() > 1 {
                    part.pop();
                    let mut next = c.to_string();
                    // A character that may not start a line keeps the one before it.
                    while next.starts_with(|c| NEVER_FIRST.contains(c)) && part.chars().count() > 1 {
                        next.insert_str(0, &part.pop().map(String::from).unwrap_or_default());
                    }
                    pieces.push(std::mem::replace(&mut part, next));
                }
            }
            pieces.push(part);
        }
        if pieces.is_empty() {
            return Vec::new();
        }
        // Where each piece ends if all are on one line, and how wide it is without the space after
        // it.
        let mut ends = vec![0.0];
        let mut bare = Vec::with_capacity(pieces.len());
        for piece in &pieces {
            ends.push(ends[bare.len()] + self.width(piece, size));
            bare.push(self.width(piece.trim_end(), size));
        }
        // cost[end] = (lines, squared slack) of the first `end` pieces, and the start of the last
        // line.
        let mut cost: Vec<(usize, f64, usize)> = vec![(usize::MAX, 0.0, 0); pieces.len() + 1];
        cost[0] = (0, 0.0, 0);
        for end in 1..=pieces.len() {
            for start in (0..end).rev() {
                let slack = width - (ends[end - 1] - ends[start] + bare[end - 1]);
                if slack < -1e-6 && end - start > 1 {
                    break;
                }
                let (lines, squares, _) = cost[start];
                if lines == usize::MAX {
                    continue;
                }
                let next = (lines + 1, squares + slack * slack, start);
                if (next.0, next.1) < (cost[end].0, cost[end].1) {
                    cost[end] = next;
                }
            }
        }
        let mut lines = Vec::new();
        let mut end = pieces.len();
        while end > 0 {
            let start = cost[end].2.min(end - 1);
            lines.push(pieces[start..end].concat().trim_end().to_owned());
            end = start;
        }
        lines.reverse();
        lines
    }
}

/// Characters that may not start a line.
const NEVER_FIRST: &str = "、。，．：；！？）」』】》〉’”…—·,.:;!?)]}%";
/// Characters that may not end a line.
const NEVER_LAST: &str = "（「『【《〈‘“([{";
/// The pieces of a text between which a line may break: words with the space
/// after them, Chinese words, single characters.
fn pieces_of(text: &str) -> Vec<String> {
    let is_wide = |c: char| c >= '\u{2e80}';
    let segmenter = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
    let mut pieces: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        let length = if is_wide(c) {
            // The dictionary has Chinese words in both scripts.
            let run = rest.find(|c: char| !is_wide(c)).unwrap_or(rest.len());
            segmenter.segment_str(&rest[..run]).nth(1).unwrap_or(run)
        } else {
            let end = rest.find(|c: char| is_wide(c) || c.is_whitespace()).unwrap_or(rest.len());
            let spaces = rest[end..].chars().take_while(|c| c.is_whitespace()).map(char::len_utf8).sum::<usize>();
            end + spaces
        };
        let (piece, after) = rest.split_at(length.max(c.len_utf8()));
        let begins = piece.chars().next().is_some_and(|c| NEVER_FIRST.contains(c));
        let ends = pieces.last().and_then(|last| last.chars().next_back()).is_some_and(|c| NEVER_LAST.contains(c));
        match pieces.last_mut() {
            Some(last) if begins || ends => last.push_str(piece),
            _ => pieces.push(piece.to_owned()),
        }
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_few_and_even_and_break_between_words() {
        let measure = Measure::new(Weight::Bold);
        let lines = measure.wrap("物流及供應鏈多元技術研發中心", 12.0, 110.0);
        assert_eq!((lines.len(), lines.concat().as_str()), (2, "物流及供應鏈多元技術研發中心"));
        assert!(lines[0].ends_with(['鏈', '元']), "the line breaks between words: {lines:?}");
        let lines = measure.wrap("Hong Kong Science and Technology Parks Corporation", 9.0, 150.0);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(measure.wrap("", 9.0, 100.0).is_empty());
        for line in measure.wrap(&"x".repeat(300), 9.0, 100.0) {
            assert!(measure.width(&line, 9.0) <= 100.0);
        }
    }

    #[test]
    fn no_line_begins_with_closing_or_ends_with_opening_punctuation() {
        let measure = Measure::new(Weight::Regular);
        for width in 60..160 {
            for line in measure.wrap("《服務貿易協議》的修訂（第二次），及「安排」。", 12.0, f64::from(width))
            {
                assert!(!line.starts_with(['》', '）', '，', '」', '。']), "{width}: {line}");
                assert!(!line.ends_with(['《', '（', '「']), "{width}: {line}");
            }
        }
    }

    #[test]
    fn characters_without_a_glyph_are_reported() {
        let measure = Measure::new(Weight::Regular);
        assert!(measure.missing("衞邨埗鰂綫 Hong Kong 香港").is_empty());
        assert_eq!(measure.missing("a😀b"), BTreeSet::from(['😀']));
    }
}
