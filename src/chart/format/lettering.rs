//! Lines of text in SVG: as text with fonts, or as outlines.

use std::fmt::Write as _;

use skrifa::outline::OutlinePen;

use super::glyphs::{can_be_embedded, quoted};
use super::svg::{escape, number};
use crate::chart::scene::SceneText;
use crate::chart::scene::font::{Fonts, Weight};
use crate::chart::scene::text::is_leftward;
use crate::chart::scene::theme::Paint;

/// How text is written.
#[derive(Debug, Clone, Copy)]
pub struct Lettering<'a> {
    /// The fonts it was measured with.
    pub fonts: &'a Fonts,
    /// Whether letters are drawn as shapes, which need no font, but cannot be searched or edited.
    pub outlines: bool,
}

impl Lettering<'_> {
    /// Writes a line of text.
    pub fn write(&self, svg: &mut String, text: &SceneText, paint: Paint) {
        let runs = self.fonts.shape(&text.words, text.weight);
        let embedded = |family: usize| self.fonts.face(family, text.weight).is_some_and(|face| can_be_embedded(face));
        let colour = escape(&paint.of_words(text.colour));
        if self.outlines || runs.iter().any(|run| !embedded(run.family)) {
            let path = self.path(text);
            if !path.is_empty() {
                let words = escape(&text.words);
                let _ = writeln!(svg, "<path role=\"img\" aria-label=\"{words}\" fill=\"{colour}\" d=\"{path}\"/>");
            }
            return;
        }
        let weight = match text.weight {
            Weight::Regular => "",
            Weight::Bold => " font-weight=\"700\"",
        };
        let language = text.language.as_ref().map_or_else(String::new, |tag| format!(" lang=\"{}\"", escape(tag)));
        // A line that is read from the right starts there.
        let (x, direction) = if is_leftward(&text.words) {
            let width: f64 = runs.iter().map(|run| run.width()).sum();
            (text.x + width * text.size, " direction=\"rtl\"")
        } else {
            (text.x, "")
        };
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight}{direction} fill=\"{colour}\"{language}>{}</text>",
            number(x),
            number(text.y),
            number(text.size),
            self.content(text)
        );
    }

    /// The words, with the family of those parts that an earlier family in the style sheet
    /// could draw as well.
    fn content(&self, text: &SceneText) -> String {
        let mut content = String::new();
        for (part, family) in self.fonts.parts(&text.words, text.weight) {
            let words = &text.words[part];
            let has = |earlier: usize, c: char| self.fonts.face(earlier, text.weight).is_some_and(|face| face.has(c));
            let is_doubtful = words.chars().any(|c| (0..family).any(|earlier| has(earlier, c)));
            if is_doubtful {
                let name = escape(&quoted(&self.fonts.families()[family].name));
                let _ = write!(content, "<tspan font-family=\"{name}\">{}</tspan>", escape(words));
            } else {
                content.push_str(&escape(words));
            }
        }
        content
    }

    /// The outlines of a line, as the data of a path.
    fn path(&self, text: &SceneText) -> String {
        let mut pen = PathPen { data: String::new(), scale: 0.0, x: text.x, y: text.y };
        let mut x = text.x;
        for run in self.fonts.shape(&text.words, text.weight) {
            let Some(face) = self.fonts.face(run.family, text.weight) else { continue };
            pen.scale = text.size / face.units();
            for glyph in &run.glyphs {
                (pen.x, pen.y) = (x + glyph.offset.0 * text.size, text.y - glyph.offset.1 * text.size);
                face.outline(glyph.id, &mut pen);
                x += glyph.advance * text.size;
            }
        }
        pen.data
    }
}

/// Writes outlines as the data of a path.
struct PathPen {
    data: String,
    /// Points per unit of the font.
    scale: f64,
    /// The origin of the glyph.
    x: f64,
    y: f64,
}

impl PathPen {
    fn points(&mut self, command: char, points: &[(f32, f32)]) {
        self.data.push(command);
        for (index, (x, y)) in points.iter().enumerate() {
            let x = number(self.x + f64::from(*x) * self.scale);
            let y = number(self.y - f64::from(*y) * self.scale);
            let _ = write!(self.data, "{}{x} {y}", if index == 0 { "" } else { " " });
        }
    }
}

impl OutlinePen for PathPen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.points('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.points('L', &[(x, y)]);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.points('Q', &[(cx, cy), (x, y)]);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.points('C', &[(cx0, cy0), (cx1, cy1), (x, y)]);
    }

    fn close(&mut self) {
        self.data.push('Z');
    }
}
