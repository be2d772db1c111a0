//! Text in the fonts of a chart: how wide it is, where it breaks into lines, and
//! which of its characters the fonts lack.

use std::collections::BTreeSet;

use super::breaks::{Breaker, WholeNames};
use super::font::{Fonts, is_invisible};
use crate::chart::layout::Points;

pub use super::font::Weight;

/// Measures text in one weight.
pub struct Measure {
    fonts: Fonts,
    weight: Weight,
}

impl Measure {
    /// A measure for this weight, with the fonts inside the program.
    pub fn new(weight: Weight) -> Self {
        Self::with(Fonts::default(), weight)
    }

    /// A measure for this weight.
    pub fn with(fonts: Fonts, weight: Weight) -> Self {
        Self { fonts, weight }
    }

    /// The width of a line at a font size.
    pub fn width(&self, text: &str, size: Points) -> Points {
        self.fonts.shape(text, self.weight).iter().map(|run| run.width()).sum::<f64>() * size
    }

    /// The characters of a text that no font has a glyph for.
    pub fn missing(&self, text: &str) -> BTreeSet<char> {
        let lacks = |c: &char| !is_invisible(*c) && self.fonts.family_of(*c, self.weight).is_none();
        text.chars().filter(lacks).collect()
    }

    /// Breaks a text into lines no wider than `width`, with words divided by the rules of
    /// the first of these languages that has some.
    pub fn wrap(&self, text: &str, size: Points, width: Points, languages: &[&str], names: &WholeNames) -> Vec<String> {
        let measure = |text: &str| self.width(text, size);
        let mut lines = Breaker { measure: &measure, languages, names }.lines(text, width);
        // A line on its own is read in the direction of its first letter: where that is not the
        // direction of the whole, a mark says so.
        let leftward = is_leftward(text);
        for line in lines.iter_mut().filter(|line| is_leftward(line) != leftward) {
            line.insert(0, if leftward { RIGHT_TO_LEFT } else { LEFT_TO_RIGHT });
        }
        lines
    }
}

pub use super::shape::is_leftward;

const LEFT_TO_RIGHT: char = '\u{200e}';
const RIGHT_TO_LEFT: char = '\u{200f}';

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(weight: Weight, text: &str, size: f64, width: f64) -> Vec<String> {
        Measure::new(weight).wrap(text, size, width, &[], &WholeNames::default())
    }

    #[test]
    fn lines_are_few_and_even_and_break_between_words() {
        let lines = wrap(Weight::Bold, "物流及供應鏈多元技術研發中心", 12.0, 110.0);
        assert_eq!((lines.len(), lines.concat().as_str()), (2, "物流及供應鏈多元技術研發中心"));
        assert!(lines[0].ends_with(['鏈', '元']), "the line breaks between words: {lines:?}");
        let lines = wrap(Weight::Bold, "Hong Kong Science and Technology Parks Corporation", 9.0, 150.0);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(wrap(Weight::Bold, "", 9.0, 100.0).is_empty());
        let measure = Measure::new(Weight::Bold);
        for line in wrap(Weight::Bold, &"x".repeat(300), 9.0, 100.0) {
            assert!(measure.width(&line, 9.0) <= 100.0);
        }
    }

    #[test]
    fn no_line_begins_with_closing_or_ends_with_opening_punctuation() {
        for width in 60..160 {
            for line in wrap(Weight::Regular, "《服務貿易協議》的修訂（第二次），及「安排」。", 12.0, f64::from(width))
            {
                assert!(!line.starts_with(['》', '）', '，', '」', '。']), "{width}: {line}");
                assert!(!line.ends_with(['《', '（', '「']), "{width}: {line}");
            }
        }
    }

    #[test]
    fn characters_without_a_glyph_are_reported() {
        let measure = Measure::new(Weight::Regular);
        assert!(measure.missing("衞邨埗鰂綫 Hong Kong 香港 Zażółć 创新 العربية עברית हिन्दी தமிழ் ไทย 한국").is_empty());
        assert_eq!(measure.missing("a😀b"), BTreeSet::from(['😀']));
    }

    #[test]
    fn quotation_marks_are_as_wide_as_their_neighbours() {
        let measure = Measure::new(Weight::Regular);
        assert!(measure.width("’", 10.0) < 4.0);
        let queens = measure.width("Queen’s", 10.0) - measure.width("Queens", 10.0);
        assert!(queens < 4.0, "{queens}");
        let chinese = measure.width("及“智方便”平台", 10.0) - measure.width("及智方便平台", 10.0);
        assert!((chinese - 20.0).abs() < 1e-6, "{chinese}");
    }

    #[test]
    fn letters_join_and_marks_stand_above_their_letters() {
        let measure = Measure::new(Weight::Regular);
        // A mark takes no room, a joined letter has another width than one alone.
        assert!((measure.width("ก่", 10.0) - measure.width("ก", 10.0)).abs() < 1e-6);
        assert!((measure.width("e\u{301}", 10.0) - measure.width("e", 10.0)).abs() < 1e-6);
        assert!(measure.width("سلام", 10.0) < "سلام".chars().map(|c| measure.width(&c.to_string(), 10.0)).sum());
        // So is the r below the p, which a contextual lookup makes.
        let narrow = |joined: &str, apart: [&str; 2]| {
            measure.width(joined, 10.0) < apart.iter().map(|part| measure.width(part, 10.0)).sum::<f64>() - 1.0
        };
        assert!(narrow("প্র", ["প", "র"]));
        // The conjunct of k and ss is one form.
        assert!(measure.width("क्ष", 10.0) < measure.width("क", 10.0) + measure.width("ष", 10.0));
    }

    #[test]
    fn each_line_of_a_text_is_read_in_the_direction_of_the_whole() {
        let lines = wrap(Weight::Regular, "وزارة التعليم IT Department والبحث العلمي", 10.0, 70.0);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| is_leftward(line)), "{lines:?}");
    }
}
