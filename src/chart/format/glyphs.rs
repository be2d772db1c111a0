//! The glyphs that a file uses, for embedding in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use base64::Engine as _;
use read_fonts::TableProvider as _;
use read_fonts::collections::IntSet;
use read_fonts::tables::glyf::Glyph;
use read_fonts::types::{GlyphId, NameId, Tag};
use skera::{Plan, SubsetFlags, subset_font};

use crate::chart::scene::Scene;
use crate::chart::scene::font::{Face, Fonts, Weight, directory, is_invisible, is_plain};

/// The characters that a file uses of each family, by its index and weight.
pub struct Characters<'a> {
    fonts: &'a Fonts,
    used: BTreeMap<(usize, Weight), Used>,
}

/// What is used of a font.
#[derive(Default)]
struct Used {
    characters: BTreeSet<char>,
    glyphs: BTreeSet<u32>,
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
        for run in self.fonts.shape(text, weight) {
            let used = self.used.entry((run.family, weight)).or_default();
            used.characters.extend(text[run.text].chars());
            used.glyphs.extend(run.glyphs.iter().map(|glyph| glyph.id));
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
            let is_simple = |c: &char| is_plain(*c) || ACCENTS.contains(c) || is_invisible(*c) || !face.has(*c);
            let part = match used.characters.iter().all(is_simple) {
                true => subset(face, &used.characters),
                false => slimmed(face, &used.glyphs),
            };
            let Some(bytes) = part else { continue };
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

/// Accents that combine with the letters before them.
const ACCENTS: RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// The name of a family as a string of CSS that XML can contain.
pub fn quoted(name: &str) -> String {
    let kept = |c: &char| !c.is_control() && !matches!(c, '"' | '\\' | '<' | '>' | '&');
    format!("\"{}\"", name.chars().filter(kept).collect::<String>())
}

/// Whether a part of a font can be put into a file as a font. Others are drawn as outlines.
pub fn can_be_embedded(face: &Face) -> bool {
    face.font().is_some_and(|font| font.glyf().is_ok())
}

/// The font with the glyphs of these characters only, which need no rules but for accents.
fn subset(face: &Face, characters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let font = face.font()?;
    let mut unicodes = IntSet::<u32>::empty();
    unicodes.extend(characters.iter().map(|c| u32::from(*c)));
    let mut scripts = IntSet::<Tag>::empty();
    scripts.invert();
    // What puts accents on letters.
    let mut features = IntSet::<Tag>::empty();
    features.extend([b"ccmp", b"mark", b"mkmk"].map(Tag::new));
    let mut names = IntSet::<NameId>::empty();
    names.extend([0, 1, 2, 13, 14].map(NameId::new));
    let mut languages = IntSet::<u16>::empty();
    languages.insert(0x409);
    let plan = Plan::new(
        &IntSet::empty(),
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

/// The font with all its rules of shaping and the outlines of these glyphs only. What a rule needs
/// is known to those who apply it, so no rule is left out; letters keep their simple forms.
fn slimmed(face: &Face, used: &BTreeSet<u32>) -> Option<Vec<u8>> {
    const LEFT_OUT: [&[u8; 4]; 12] =
        [b"DSIG", b"fvar", b"gvar", b"avar", b"STAT", b"HVAR", b"MVAR", b"cvar", b"hdmx", b"VDMX", b"vhea", b"vmtx"];
    let font = face.font()?;
    let (glyf, loca) = (font.glyf().ok()?, font.loca(None).ok()?);
    let outlines = font.table_data(Tag::new(b"glyf"))?;
    let mut open: Vec<u32> = vec![0];
    open.extend(used);
    open.extend(face.shaped_letters());
    let mut kept = BTreeSet::new();
    while let Some(glyph) = open.pop() {
        if kept.insert(glyph)
            && let Ok(Some(Glyph::Composite(parts))) = loca.get_glyf(GlyphId::new(glyph), &glyf)
        {
            open.extend(parts.components().map(|part| u32::from(part.glyph.to_u16())));
        }
    }
    let (mut data, mut offsets) = (Vec::new(), 0_u32.to_be_bytes().to_vec());
    for glyph in 0..loca.len() {
        if kept.contains(&(glyph as u32)) {
            let (from, to) = (loca.get_raw(glyph)? as usize, loca.get_raw(glyph + 1)? as usize);
            data.extend_from_slice(outlines.as_bytes().get(from..to)?);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        offsets.extend((data.len() as u32).to_be_bytes());
    }
    let mut tables: Vec<([u8; 4], Vec<u8>)> = Vec::new();
    for record in font.table_directory().table_records() {
        let tag = record.tag().into_bytes();
        let table = match &tag {
            b"glyf" => std::mem::take(&mut data),
            b"loca" => std::mem::take(&mut offsets),
            tag if LEFT_OUT.contains(&tag) => continue,
            _ => font.table_data(record.tag())?.as_bytes().to_vec(),
        };
        tables.push((tag, table));
    }
    directory(tables)
}
