//! What a line of a network says: the relation, and amounts in bold.

use super::card::{FAINT, INK, SMALL, WIDTH};
use super::flow::LinkWords;
use super::page::FilledPage;
use super::spans::Spans;
use super::text::Weight;
use super::{Frame, Pen, Pill, SceneText};
use crate::chart::layout::Points;

/// The size of an amount, and of its hedge.
const AMOUNT: Points = 10.0;
const HEDGE: Points = 8.0;

/// A label before it has a position.
#[derive(Debug, Clone, Default)]
pub(super) struct FlowLabel {
    /// The words, relative to the upper left corner.
    texts: Vec<SceneText>,
    pub width: Points,
    pub height: Points,
    /// How far down it is filled.
    y: Points,
    /// The card it starts from.
    of: usize,
    is_dashed: bool,
}

impl FlowLabel {
    /// The label of a line that starts at this card; `together` is said of what several give.
    pub fn of(words: &LinkWords, together: Option<&String>, of: usize, pen: &mut Pen) -> Self {
        let mut label = Self { of, is_dashed: words.is_dashed, ..Self::default() };
        for relation in &words.relations {
            label.add_words(&relation.words, pen);
            if let Some(together) = together.filter(|_| !relation.amounts.is_empty()) {
                label.add_words(together, pen);
            }
            for paid in &relation.amounts {
                for spans in &paid.words {
                    label.add_amount(spans, pen);
                }
                for note in &paid.notes {
                    label.add_words(note, pen);
                }
            }
        }
        label.height = label.y + 4.0;
        label
    }

    fn add_words(&mut self, words: &str, pen: &mut Pen) {
        let wrapped = |line| pen.wrap(line, SMALL, Weight::Regular, WIDTH - 12.0);
        for line in words.lines().flat_map(wrapped).collect::<Vec<_>>() {
            self.y += if self.texts.is_empty() { 8.9 } else { SMALL * 1.25 };
            let width = pen.measure(Weight::Regular).width(&line, SMALL);
            self.push(line, 6.0, (SMALL, Weight::Regular), FAINT);
            self.width = self.width.max(width + 12.0);
        }
    }

    fn add_amount(&mut self, spans: &Spans, pen: &mut Pen) {
        for line in spans.wrap(AMOUNT, WIDTH - 12.0, None, pen) {
            self.y += if self.texts.is_empty() { 11.0 } else { AMOUNT * 1.3 };
            let mut x = 6.0;
            for (words, weight) in line {
                let size = if weight == Weight::Bold { AMOUNT } else { HEDGE };
                let width = pen.measure(weight).width(&words, size);
                self.push(words.trim_end().to_owned(), x, (size, weight), INK);
                x += width;
            }
            self.width = self.width.max(x + 6.0);
        }
    }

    fn push(&mut self, words: String, x: Points, (size, weight): (Points, Weight), colour: &'static str) {
        self.texts.push(SceneText { words, x, y: self.y, size, weight, colour, language: None });
    }

    /// Puts the label on a page, on the lines to these cards.
    pub fn place(&self, x: Points, y: Points, to: Vec<usize>, page: &mut FilledPage) {
        for text in &self.texts {
            page.scene.texts.push(SceneText { x: x + text.x, y: y + text.y, ..text.clone() });
        }
        let frame = Frame { x, y, width: self.width, height: self.height };
        page.scene.pills.push(Pill { frame, of: self.of, to, dashed: self.is_dashed });
    }
}
