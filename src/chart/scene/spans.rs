//! Words of which some are bold: sentences with figures, and amounts with their hedges.

use super::Pen;
use super::text::Weight;
use crate::characters;
use crate::chart::layout::Points;

/// Words of which some are bold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::chart) struct Spans(Vec<(String, bool)>);

impl Spans {
    /// Words that are not bold.
    pub fn plain(words: &str) -> Self {
        let mut spans = Self::default();
        spans.push(words, false);
        spans
    }

    /// Words that are bold.
    pub fn bold(words: &str) -> Self {
        let mut spans = Self::default();
        spans.push(words, true);
        spans
    }

    /// Adds words.
    pub fn push(&mut self, words: &str, is_bold: bool) {
        match self.0.last_mut() {
            _ if words.is_empty() => {}
            Some((last, known)) if *known == is_bold => last.push_str(words),
            _ => self.0.push((words.to_owned(), is_bold)),
        }
    }

    /// Adds other spans.
    pub fn append(&mut self, other: &Self) {
        other.0.iter().for_each(|(words, is_bold)| self.push(words, *is_bold));
    }

    /// All words.
    pub fn text(&self) -> String {
        self.0.iter().map(|(words, _)| words.as_str()).collect()
    }

    /// The bold words.
    pub fn figures(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, is_bold)| *is_bold).map(|(words, _)| words.as_str())
    }

    /// The words in pieces.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(words, _)| words.as_str())
    }

    /// Before and after words with a pattern, at the place of `{name}` in it.
    pub fn within(&self, pattern: &str, name: &str) -> Self {
        let place = format!("{{{name}}}");
        let (before, after) = pattern.split_once(&place).unwrap_or(("", ""));
        let mut spans = Self::plain(before);
        spans.append(self);
        spans.push(after, false);
        spans
    }

    /// With its first letter as at the beginning of a sentence.
    pub fn capitalised(mut self) -> Self {
        if let Some((words, _)) = self.0.first_mut()
            && let Some(first) = words.chars().next()
        {
            *words = first.to_uppercase().chain(words.chars().skip(1)).collect();
        }
        self
    }

    /// Its width in one line.
    pub fn width(&self, size: Points, pen: &Pen) -> Points {
        self.0.iter().map(|(words, is_bold)| pen.measure(weight(*is_bold)).width(words, size)).sum()
    }

    /// The lines of a width, each in pieces.
    pub fn wrap(
        &self,
        size: Points,
        width: Points,
        language: Option<&String>,
        pen: &mut Pen,
    ) -> Vec<Vec<(String, Weight)>> {
        let text = self.text();
        // Lines are broken as if nothing were bold, with room for what bold words need more.
        let wider: Points = self.width(size, pen) - pen.measure(Weight::Regular).width(&text, size);
        let lines = pen.wrap_in(language, &text, (size, Weight::Regular), width - wider.clamp(0.0, width / 2.0));
        let letters = self.0.iter().flat_map(|(words, is_bold)| words.chars().map(|c| (c, *is_bold)));
        let letters: Vec<(char, bool)> = letters.map(|(c, is_bold)| (drawn(c), is_bold)).collect();
        let mut at = 0;
        let mut broken = Vec::new();
        for line in lines {
            let mut pieces: Vec<(String, Weight)> = Vec::new();
            let mut is_bold = false;
            for c in line.chars() {
                while letters.get(at).is_some_and(|(other, _)| *other != c && other.is_whitespace()) {
                    at += 1;
                }
                // A hyphen at the end of a line is not in the text.
                if let Some((_, bold)) = letters.get(at).filter(|(other, _)| *other == c) {
                    is_bold = *bold;
                    at += 1;
                }
                match pieces.last_mut() {
                    // A picture shows no blank at the beginning of a piece.
                    Some((words, known)) if *known == weight(is_bold) || c.is_whitespace() => words.push(c),
                    _ => pieces.push((c.to_string(), weight(is_bold))),
                }
            }
            broken.push(pieces);
        }
        broken
    }
}

fn weight(is_bold: bool) -> Weight {
    if is_bold { Weight::Bold } else { Weight::Regular }
}

fn drawn(c: char) -> char {
    characters::drawn(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_all_words_and_what_is_bold_in_them() {
        let mut spans = Spans::plain("The Government granted over ");
        spans.push("HK$10 billion", true);
        spans.push(" to the centres, and will see how it goes", false);
        let mut pen = Pen::new();
        let lines = spans.wrap(9.0, 90.0, None, &mut pen);
        assert!(lines.len() > 2, "{lines:?}");
        let all: Vec<String> =
            lines.iter().map(|line| line.iter().map(|(words, _)| words.as_str()).collect::<String>()).collect();
        assert_eq!(all.join(" "), spans.text());
        let bold = lines.iter().flatten().filter(|(_, weight)| *weight == Weight::Bold);
        assert_eq!(bold.map(|(words, _)| words.trim()).collect::<Vec<_>>().join(" "), "HK$10 billion");
    }

    #[test]
    fn a_pattern_stands_around_words() {
        let spans = Spans::bold("5").within("planned: {verb}!", "verb");
        assert_eq!(spans.text(), "planned: 5!");
        assert_eq!(spans.figures().collect::<Vec<_>>(), ["5"]);
        assert_eq!(Spans::plain("over 5").capitalised().text(), "Over 5");
    }
}
