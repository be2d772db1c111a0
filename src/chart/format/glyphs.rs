//! The glyphs of the embedded font that a file uses, for embedding in it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use read_fonts::FontRef;
use read_fonts::collections::IntSet;
use read_fonts::types::{NameId, Tag};
use skera::{Plan, SubsetFlags, subset_font};

use crate::chart::scene::Scene;
use crate::chart::scene::text::{Weight, font};

/// The family name of the embedded glyphs.
pub const FAMILY: &str = "Noto Sans HK";

/// The characters that a file uses in each weight.
#[derive(Debug, Clone, Default)]
pub struct Characters {
    regular: BTreeSet<char>,
    bold: BTreeSet<char>,
}

impl Characters {
    /// Those of a scene.
    pub fn of(scene: &Scene) -> Self {
        let mut characters = Self::default();
        for text in scene.cards.iter().flat_map(|card| &card.texts).chain(&scene.texts) {
            characters.add(&text.words, text.weight);
        }
        characters
    }

    /// Adds those of a text.
    pub fn add(&mut self, text: &str, weight: Weight) {
        match weight {
            Weight::Regular => self.regular.extend(text.chars()),
            Weight::Bold => self.bold.extend(text.chars()),
        }
    }

    /// The `@font-face` rules with the glyphs of these characters.
    pub fn faces(&self) -> String {
        let mut css = String::new();
        for (weight, name, used) in [(Weight::Regular, "400", &self.regular), (Weight::Bold, "700", &self.bold)] {
            if let (Some(bytes), false) = (subset(weight, used), used.is_empty()) {
                let data = base64::engine::general_purpose::STANDARD.encode(bytes);
                let _ = writeln!(
                    css,
                    "@font-face {{ font-family: \"{FAMILY}\"; font-weight: {name}; src: url(data:font/ttf;base64,{data}) format(\"truetype\") }}"
                );
            }
        }
        css
    }
}

/// The font in this weight with the glyphs of these characters only.
fn subset(weight: Weight, characters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let font = FontRef::new(font(weight)).ok()?;
    let mut unicodes = IntSet::<u32>::empty();
    unicodes.extend(characters.iter().map(|c| u32::from(*c)));
    let mut scripts = IntSet::<Tag>::empty();
    scripts.invert();
    let mut names = IntSet::<NameId>::empty();
    names.extend([0, 1, 2, 13, 14].map(NameId::new));
    let mut languages = IntSet::<u16>::empty();
    languages.insert(0x409);
    let none = IntSet::empty();
    let plan = Plan::new(
        &none,
        &unicodes,
        &font,
        SubsetFlags::default(),
        &IntSet::empty(),
        &scripts,
        &IntSet::empty(),
        &names,
        &languages,
    );
    subset_font(&font, &plan).ok()
}
