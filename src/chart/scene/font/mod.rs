//! The fonts of charts: those inside the program, then those that a user gives,
//! then, if asked for, those of the system. Each character is drawn by the first
//! family that has it.

mod file;
mod packed;
mod scripts;
mod system;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use skrifa::charmap::MappingIndex;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::string::StringId;
use skrifa::{FontRef, GlyphId, MetadataProvider as _};

use crate::work::keep;
pub use file::read;
pub(in crate::chart) use packed::directory;
pub use scripts::{remedy, script_of};

/// The weights in which charts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// 400.
    Regular,
    /// 700.
    Bold,
}

impl Weight {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Regular, Self::Bold];

    /// Its number in CSS.
    pub fn number(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::Bold => 700,
        }
    }
}

/// A family inside the program: Noto (SIL Open Font Licence; see `OFL.txt`, and `pack.py` for
/// how the files were made).
struct Embedded {
    name: &'static str,
    packed: &'static [u8],
    /// Where its characters are, so that a family nobody needs is not unpacked.
    blocks: &'static [(u32, u32)],
}

macro_rules! embedded {
    ($name:literal, $file:literal, $blocks:expr) => {
        Embedded { name: $name, packed: include_bytes!($file), blocks: &$blocks }
    };
}

/// In the order in which they are tried.
static EMBEDDED: [Embedded; 11] = [
    embedded!(
        "Noto Sans",
        "NotoSans.font.zst",
        [(0x20, 0x52f), (0x1c80, 0x25cc), (0x2c60, 0x2c7f), (0xa640, 0xa7ff), (0xfb00, 0xfb06), (0xfffd, 0xfffd)]
    ),
    embedded!(
        "Noto Sans HK",
        "NotoSansHK.font.zst",
        [
            (0xb7, 0xb7),
            (0x2000, 0x27ff),
            (0x2e80, 0x9fff),
            (0xac00, 0xd7a3),
            (0xf900, 0xfaff),
            (0xfe30, 0xffef),
            (0x1f000, 0x3ffff)
        ]
    ),
    embedded!(
        "Noto Sans Arabic",
        "NotoSansArabic.font.zst",
        [(0x600, 0x6ff), (0x750, 0x77f), (0x8a0, 0x8ff), (0xfdf2, 0xfdfc)]
    ),
    embedded!("Noto Sans Hebrew", "NotoSansHebrew.font.zst", [(0x590, 0x5ff)]),
    embedded!("Noto Sans Devanagari", "NotoSansDevanagari.font.zst", [(0x900, 0x97f), (0xa8e0, 0xa8ff)]),
    embedded!("Noto Sans Tamil", "NotoSansTamil.font.zst", [(0xb80, 0xbff)]),
    embedded!("Noto Sans Thai", "NotoSansThai.font.zst", [(0xe00, 0xe7f)]),
    embedded!("Noto Sans Bengali", "NotoSansBengali.font.zst", [(0x980, 0x9ff)]),
    embedded!("Noto Sans Armenian", "NotoSansArmenian.font.zst", [(0x530, 0x58f), (0xfb13, 0xfb17)]),
    embedded!(
        "Noto Sans Georgian",
        "NotoSansGeorgian.font.zst",
        [(0x10a0, 0x10ff), (0x1c90, 0x1cbf), (0x2d00, 0x2d2f)]
    ),
    embedded!(
        "Noto Sans Ethiopic",
        "NotoSansEthiopic.font.zst",
        [(0x1200, 0x139f), (0x2d80, 0x2ddf), (0xab00, 0xab2f)]
    ),
];

/// A font in one weight.
pub struct Face {
    data: &'static [u8],
    index: u32,
    /// Read when a script needs it.
    shaping: OnceLock<Option<rustybuzz::Face<'static>>>,
    mapping: MappingIndex,
    /// A bit for each character, of those up to the last one it has.
    characters: Vec<u64>,
    units: f64,
    /// The version that the font states.
    pub version: String,
}

impl Face {
    /// The font with this index in a file; `None` if it is none, or has no characters or outlines.
    fn new(data: &'static [u8], index: u32) -> Option<Self> {
        let font = FontRef::from_index(data, index).ok()?;
        let units = font.metrics(Size::unscaled(), LocationRef::default()).units_per_em;
        let mapping = MappingIndex::new(&font);
        if units == 0 || font.outline_glyphs().format().is_none() || !font.charmap().has_map() {
            return None;
        }
        let version = text_of(&font, StringId::VERSION_STRING);
        let mut characters = Vec::new();
        for (c, _) in font.charmap().mappings().filter(|(_, glyph)| glyph.to_u32() != 0) {
            let (word, bit) = (c as usize / 64, c % 64);
            characters.resize(characters.len().max(word + 1), 0);
            characters[word] |= 1 << bit;
        }
        Some(Self { index, shaping: OnceLock::new(), mapping, characters, units: f64::from(units), version, data })
    }

    /// The file that the font is in.
    pub fn data(&self) -> &'static [u8] {
        self.data
    }

    /// Its index in the file.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Units in an em.
    pub fn units(&self) -> f64 {
        self.units
    }

    /// The font as tables.
    pub fn font(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(self.data, self.index).ok()
    }

    /// What shaping needs.
    pub fn shaping(&self) -> Option<&rustybuzz::Face<'static>> {
        self.shaping.get_or_init(|| rustybuzz::Face::from_slice(self.data, self.index)).as_ref()
    }

    /// Whether it has a character.
    pub fn has(&self, c: char) -> bool {
        let c = c as usize;
        self.characters.get(c / 64).is_some_and(|word| word >> (c % 64) & 1 == 1)
    }

    /// The glyph of a character.
    pub fn glyph(&self, c: char) -> Option<u32> {
        let font = self.font()?;
        self.mapping.charmap(&font).map(c).map(GlyphId::to_u32).filter(|glyph| *glyph != 0)
    }

    /// Glyphs and widths, in units, of characters that need no shaping.
    pub fn plain(&self, text: &str) -> Vec<(u32, f64)> {
        let Some(font) = self.font() else { return Vec::new() };
        let characters = self.mapping.charmap(&font);
        let widths = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let glyph = |c: char| {
            let glyph = characters.map(c).unwrap_or_default();
            (glyph.to_u32(), f64::from(widths.advance_width(glyph).unwrap_or_default()))
        };
        text.chars().map(glyph).collect()
    }

    /// The glyphs of those characters that are drawn by rules of shaping.
    pub(in crate::chart) fn shaped_letters(&self) -> Vec<u32> {
        let Some(font) = self.font() else { return Vec::new() };
        let shaped = |c: u32| char::from_u32(c).is_some_and(|c| !is_plain(c));
        self.mapping.charmap(&font).mappings().filter(|(c, _)| shaped(*c)).map(|(_, glyph)| glyph.to_u32()).collect()
    }

    /// Draws a glyph in units of the font; nothing if it is blank.
    pub fn outline(&self, glyph: u32, pen: &mut impl OutlinePen) {
        let Some(font) = self.font() else { return };
        if let Some(outline) = font.outline_glyphs().get(GlyphId::new(glyph)) {
            // A damaged glyph stays incomplete.
            let _ = outline.draw(DrawSettings::unhinted(Size::unscaled(), LocationRef::default()), pen);
        }
    }
}

/// A text in the name table of a font.
fn text_of(font: &FontRef<'_>, id: StringId) -> String {
    font.localized_strings(id).english_or_first().map(|text| text.chars().collect()).unwrap_or_default()
}

/// A family in both weights, which may be the same font.
pub struct Family {
    /// Its name.
    pub name: String,
    /// The file it is from; empty for those inside the program.
    pub file: String,
    faces: OnceLock<Option<[Arc<Face>; 2]>>,
    embedded: Option<&'static Embedded>,
}

impl Family {
    /// A family of a file.
    fn of(name: String, file: String, faces: [Arc<Face>; 2]) -> Self {
        Self { name, file, faces: OnceLock::from(Some(faces)), embedded: None }
    }

    /// The font in this weight.
    pub fn face(&self, weight: Weight) -> Option<&Arc<Face>> {
        let unpacked = self.faces.get_or_init(|| {
            let [regular, bold] = packed::unpack(self.embedded?.packed)?;
            let face = |data: Vec<u8>| Face::new(keep(data), 0).map(Arc::new);
            Some([face(regular)?, face(bold)?])
        });
        unpacked.as_ref().map(|faces| &faces[usize::from(weight == Weight::Bold)])
    }

    /// Whether it has a character in this weight.
    pub fn has(&self, c: char, weight: Weight) -> bool {
        let is_near =
            |embedded: &Embedded| embedded.blocks.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)));
        self.embedded.is_none_or(is_near) && self.face(weight).is_some_and(|face| face.has(c))
    }

    /// The name, the version and the file, for those who want to know how a picture came about.
    pub fn about(&self) -> String {
        let version = self.face(Weight::Regular).map(|face| face.version.as_str()).unwrap_or_default();
        let version = version.split(';').next().unwrap_or_default().trim();
        let from = if self.file.is_empty() { "civigraph" } else { &self.file };
        format!("{} ({version}; {from})", self.name)
    }
}

/// Fonts in the order in which they are tried.
#[derive(Clone)]
pub struct Fonts {
    families: Vec<Arc<Family>>,
    /// Whether those of the system may follow.
    system: bool,
}

impl Default for Fonts {
    /// Those inside the program.
    fn default() -> Self {
        static FAMILIES: LazyLock<Vec<Arc<Family>>> = LazyLock::new(|| {
            let family = |embedded: &'static Embedded| {
                let name = embedded.name.to_owned();
                Arc::new(Family { name, file: String::new(), faces: OnceLock::new(), embedded: Some(embedded) })
            };
            EMBEDDED.iter().map(family).collect()
        });
        Self { families: FAMILIES.clone(), system: false }
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.families.iter().map(|family| &family.name)).finish()
    }
}

impl Fonts {
    /// These fonts, then `more`, then those of the system if `system` says so.
    #[must_use]
    pub fn with(mut self, more: Vec<Family>, system: bool) -> Self {
        self.families.extend(more.into_iter().map(Arc::new));
        self.system = system;
        self
    }

    /// With the fonts of the system that have what these lack of some characters, if they may be
    /// used.
    #[must_use]
    pub(in crate::chart) fn completed(mut self, characters: impl Iterator<Item = char>) -> Self {
        if self.system {
            let characters: BTreeSet<char> = characters.collect();
            let lacks = |c: &char| !is_invisible(*c) && self.family_of(*c, Weight::Regular).is_none();
            let missing: BTreeSet<char> = characters.into_iter().filter(lacks).collect();
            self.families.extend(system::find(missing).into_iter().map(Arc::new));
        }
        self
    }

    /// The families.
    pub fn families(&self) -> &[Arc<Family>] {
        &self.families
    }

    /// The index of the first family that has a character.
    pub fn family_of(&self, c: char, weight: Weight) -> Option<usize> {
        self.families.iter().position(|family| family.has(c, weight))
    }

    /// The font of a family.
    pub fn face(&self, family: usize, weight: Weight) -> Option<&Arc<Face>> {
        self.families.get(family)?.face(weight)
    }
}

/// The family of ideographs, whose punctuation is as wide as they are.
pub(in crate::chart) const WIDE: usize = 1;

/// Whether a character only says how others are drawn (Default_Ignorable_Code_Point).
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is drawn by its own glyph whatever stands beside it.
pub fn is_plain(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{58f}'
        | '\u{10a0}'..='\u{10ff}' | '\u{1200}'..='\u{135c}' | '\u{1360}'..='\u{139f}' | '\u{1c90}'..='\u{1cbf}'
        | '\u{1e00}'..='\u{200a}' | '\u{2010}'..='\u{2027}' | '\u{202f}'..='\u{205f}' | '\u{2070}'..='\u{20cf}'
        | '\u{2100}'..='\u{2dff}' | '\u{2e00}'..='\u{3029}' | '\u{3030}'..='\u{3098}' | '\u{309b}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{fffd}'
        | '\u{1f000}'..='\u{1faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_family_is_complete_in_both_weights() {
        for family in Fonts::default().families() {
            for weight in Weight::ALL {
                let face = family.face(weight).expect("it can be unpacked");
                assert!(face.version.starts_with("Version"), "{}: {}", family.name, face.version);
            }
        }
    }

    #[test]
    fn the_letters_of_many_languages_are_inside() {
        let fonts = Fonts::default();
        let texts = [
            "Zażółć gęślą jaźń",
            "Şube Müdürlüğü",
            "Cục Đổi mới sáng tạo",
            "Υπουργείο Τεχνολογίας και ΐ ΰ",
            "Příliš žluťoučký kůň",
            "Министерство",
            "创新科技 委员会 财政",
            "衞邨埗鰂綫嘅",
            "こんにちは・経済産業省",
            "대한민국 정부",
            "وزارة التعليم",
            "משרד החינוך",
            "भारत सरकार",
            "தமிழ்நாடு",
            "กระทรวงศึกษาธิการ",
            "বাংলাদেশ সরকার",
            "Հայաստան",
            "საქართველო",
            "የኢትዮጵያ መንግሥት",
        ];
        for text in texts {
            for weight in Weight::ALL {
                let lacks = text.chars().find(|c| fonts.family_of(*c, weight).is_none());
                assert_eq!(lacks, None, "{text}");
            }
        }
        assert_eq!(fonts.family_of('😀', Weight::Regular), None);
    }

    #[test]
    fn bold_is_bolder_and_a_glyph_has_the_outline_of_its_font() {
        struct Extent(f32, f32);
        impl OutlinePen for Extent {
            fn move_to(&mut self, x: f32, _: f32) {
                (self.0, self.1) = (self.0.min(x), self.1.max(x));
            }
            fn line_to(&mut self, x: f32, y: f32) {
                self.move_to(x, y);
            }
            fn quad_to(&mut self, _: f32, _: f32, x: f32, y: f32) {
                self.move_to(x, y);
            }
            fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
                self.move_to(x, y);
            }
            fn close(&mut self) {}
        }
        let fonts = Fonts::default();
        // The stem of `l`: from 86 to 175 in the regular weight of Noto Sans, to 219 in bold.
        let extent = |weight: Weight| {
            let face = fonts.face(0, weight).unwrap();
            let mut extent = Extent(f32::INFINITY, 0.0);
            face.outline(face.glyph('l').unwrap(), &mut extent);
            extent.1 - extent.0
        };
        assert!(extent(Weight::Bold) > 1.5 * extent(Weight::Regular));
    }
}
