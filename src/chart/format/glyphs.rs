//! The glyphs that a file uses, for embedding in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64::Engine as _;
use read_fonts::TableProvider as _;
use read_fonts::collections::IntSet;
use read_fonts::types::{GlyphId, NameId, Tag};
use skera::{Plan, SubsetFlags, subset_font};

use crate::chart::scene::Scene;
use crate::chart::scene::font::{Face, Fonts, Weight};
use crate::chart::scene::shape::parts_of;

/// The characters that a file uses of each family, by its index and weight.
pub struct Characters<'a> {
    fonts: &'a Fonts,
    used: BTreeMap<(usize, Weight), BTreeSet<char>>,
}

impl<'a> Characters<'a> {
    /// None yet.
    pub fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, used: BTreeMap::new() }
    }

    /// Those of a scene.
    pub fn of(scene: &Scene, fonts: &'a Fonts) -> Self {
        let mut characters = Self::new(fonts);
        scene.every_text().for_each(|text| characters.add(&text.words, text.weight));
        characters
    }

    /// Adds those of a text.
    pub fn add(&mut self, text: &str, weight: Weight) {
        for (part, family) in self.fonts.parts(text, weight) {
            self.used.entry((family, weight)).or_default().extend(text[part].chars());
        }
    }

    /// The families in use, in the order in which they are tried.
    fn families(&self) -> BTreeSet<usize> {
        let drawn = |(family, weight): &(usize, Weight)| self.fonts.face(*family, *weight).is_some();
        self.used.keys().filter(|key| drawn(key)).map(|(family, _)| *family).collect()
    }

    /// The fonts in use, by the index of their family and their weight.
    pub fn faces_in_use(&self) -> impl Iterator<Item = (usize, Weight)> + '_ {
        self.used.keys().copied()
    }

    /// What is known of the fonts in use.
    pub fn about(&self) -> String {
        let about = |family: usize| self.fonts.families()[family].about();
        self.families().into_iter().map(about).collect::<Vec<_>>().join(", ")
    }

    /// The value of `font-family` that finds the glyphs in use, then any others.
    pub fn stack(&self) -> String {
        let names = self.families().into_iter().map(|family| quoted(&self.fonts.families()[family].name) + ", ");
        names.collect::<String>() + "sans-serif"
    }

    /// The `@font-face` rules with the glyphs of these characters.
    pub fn faces(&self) -> String {
        let mut css = String::new();
        for ((family, weight), used) in &self.used {
            let Some(face) = self.fonts.face(*family, *weight).filter(|face| can_be_embedded(face)) else { continue };
            let Some(bytes) = subset(face, used) else { continue };
            let data = base64::engine::general_purpose::STANDARD.encode(bytes);
            let name = quoted(&self.fonts.families()[*family].name);
            let _ = writeln!(
                css,
                "@font-face {{ font-family: {name}; font-weight: {}; src: url(data:font/ttf;base64,{data}) format(\"truetype\") }}",
                weight.number()
            );
        }
        css
    }
}

/// The name of a family as a string of CSS that XML can contain.
pub fn quoted(name: &str) -> String {
    let kept = |c: &char| !c.is_control() && !matches!(c, '"' | '\\' | '<' | '>' | '&');
    format!("\"{}\"", name.chars().filter(kept).collect::<String>())
}

/// Whether a part of a font can be put into a file as a font. Others are drawn as outlines.
pub fn can_be_embedded(face: &Face) -> bool {
    face.font().is_some_and(|font| font.glyf().is_ok())
}

/// The font with the glyphs of these characters only, and with what shaping makes of them.
fn subset(face: &Face, characters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let font = face.font()?;
    let mut unicodes = IntSet::<u32>::empty();
    unicodes.extend(characters.iter().map(|c| u32::from(*c)));
    let mut glyphs = IntSet::<GlyphId>::empty();
    glyphs.extend(characters.iter().flat_map(|c| parts_of(face, *c)).map(GlyphId::new));
    let mut scripts = IntSet::<Tag>::empty();
    scripts.invert();
    // Those that lines are measured with.
    let mut features = IntSet::<Tag>::empty();
    let substitutions = font.gsub().and_then(|table| table.feature_list()).ok();
    let positions = font.gpos().and_then(|table| table.feature_list()).ok();
    for list in [substitutions, positions].into_iter().flatten() {
        features.extend(list.feature_records().iter().map(|record| record.feature_tag()));
    }
    for left_out in [b"kern", b"liga", b"clig"] {
        features.remove(Tag::new(left_out));
    }
    let mut names = IntSet::<NameId>::empty();
    names.extend([0, 1, 2, 13, 14].map(NameId::new));
    let mut languages = IntSet::<u16>::empty();
    languages.insert(0x409);
    let plan = Plan::new(
        &glyphs,
        &unicodes,
        &font,
        SubsetFlags::default(),
        &IntSet::empty(),
        &scripts,
        &features,
        &names,
        &languages,
    );
    subset_font(&font, &plan).ok()
}
