//! Fonts in files: TrueType and OpenType, alone and in collections.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use read_fonts::types::Tag;
use read_fonts::{FileRef, TableProvider as _};
use skrifa::attribute::Style;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider as _};

use super::{Face, Family, text_of};
use crate::error::{Action, Error, Result};
use crate::finding::{Finding, codes};
use crate::work::keep;

/// What a file says of a font in it.
pub(super) struct FontInFile {
    pub path: PathBuf,
    pub index: u32,
    pub family: String,
    pub weight: u16,
    pub is_italic: bool,
    characters: BTreeSet<u32>,
}

impl FontInFile {
    fn of(font: &FontRef<'_>, path: &Path, index: u32) -> Option<Self> {
        font.outline_glyphs().format()?;
        if forbids_embedding(font) {
            return None;
        }
        let family = text_of(font, StringId::TYPOGRAPHIC_FAMILY_NAME);
        let family = if family.is_empty() { text_of(font, StringId::FAMILY_NAME) } else { family };
        let attributes = font.attributes();
        Some(Self {
            path: path.to_owned(),
            index,
            family,
            weight: attributes.weight.value() as u16,
            is_italic: attributes.style != Style::Normal,
            characters: font.charmap().mappings().map(|(c, _)| c).collect(),
        })
    }

    pub(super) fn is_bold(&self) -> bool {
        self.weight >= 600
    }

    /// Whether it has one of these characters.
    pub(super) fn covers_some(&self, characters: &BTreeSet<char>) -> bool {
        characters.iter().any(|c| self.characters.contains(&u32::from(*c)))
    }
}

/// Whether the licence bits of a font forbid to embed it in a document (OpenType, table OS/2,
/// `fsType`).
fn forbids_embedding(font: &FontRef<'_>) -> bool {
    const RESTRICTED: u16 = 0x0002;
    const USAGE: u16 = 0x000f;
    font.os2().is_ok_and(|os2| os2.fs_type() & USAGE == RESTRICTED)
}

/// The fonts in a file; none if it cannot be read or is no font.
pub(super) fn found(path: &Path) -> Vec<FontInFile> {
    let Ok(data) = std::fs::read(path) else { return Vec::new() };
    let Ok(file) = FileRef::new(&data) else { return Vec::new() };
    let fonts = file.fonts().enumerate();
    fonts.filter_map(|(index, font)| FontInFile::of(&font.ok()?, path, index as u32)).collect()
}

/// A family of a font and, if there is one, of its bold partner.
pub(super) fn family_of(regular: &FontInFile, bold: Option<&FontInFile>) -> Option<Family> {
    let face = |sample: &FontInFile| {
        let data = std::fs::read(&sample.path).ok()?;
        Face::new(keep(data), sample.index).map(Arc::new)
    };
    let normal = face(regular)?;
    let bold = bold.and_then(face).unwrap_or_else(|| normal.clone());
    Some(Family::of(regular.family.clone(), name_of(&regular.path), [normal, bold]))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The families in these files, in their order. Two weights of a family become one.
///
/// # Errors
///
/// `unreadable-font` if a file is no font that can be drawn; the errors of reading a file.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Family>> {
    let mut found: Vec<FontInFile> = Vec::new();
    for path in paths {
        let data = std::fs::read(path).map_err(Error::io(Action::Read, path))?;
        found.extend(check(&data, path)?);
    }
    let mut families: Vec<Family> = Vec::new();
    for sample in &found {
        if families.iter().any(|family| family.name == sample.family) {
            continue;
        }
        let own = |bold: bool| found.iter().find(|other| other.family == sample.family && other.is_bold() == bold);
        let (regular, bold) = (own(false).unwrap_or(sample), own(true));
        families.extend(family_of(regular, bold));
    }
    Ok(families)
}

/// The fonts in the bytes of a file, or what is wrong with it.
fn check(data: &[u8], path: &Path) -> Result<Vec<FontInFile>> {
    let fault = |message: String, hint: &str| {
        let message = format!("`{}` cannot be used as a font: {message}", path.display());
        let finding = Finding::error(codes::UNREADABLE_FONT, message).hint(hint.to_owned());
        Error::invalid(finding)
    };
    let usual = "give a TrueType or OpenType font: .ttf, .otf, .ttc";
    if data.starts_with(b"wOFF") || data.starts_with(b"wOF2") {
        return Err(fault(
            "it is compressed for the web (WOFF)".to_owned(),
            "give the .ttf or .otf that it was made from",
        ));
    }
    let file = FileRef::new(data).map_err(|_| fault("it is none".to_owned(), usual))?;
    let mut found = Vec::new();
    for (index, font) in file.fonts().enumerate() {
        let font = font.map_err(|error| fault(format!("it is damaged ({error})"), usual))?;
        if font.outline_glyphs().format().is_none() {
            let is_bitmap = [b"CBDT", b"sbix", b"SVG "].into_iter().any(|tag| font.table_data(Tag::new(tag)).is_some());
            let what = if is_bitmap { "pictures instead of outlines" } else { "no outlines" };
            return Err(fault(format!("it has {what}"), usual));
        }
        if !font.charmap().has_map() {
            return Err(fault("it has glyphs of no characters".to_owned(), usual));
        }
        if forbids_embedding(&font) {
            let hint = "ask its maker for a licence to embed it, or give another font";
            return Err(fault("its maker forbids to embed it in documents (`fsType`)".to_owned(), hint));
        }
        found.extend(FontInFile::of(&font, path, index as u32));
    }
    if found.is_empty() {
        return Err(fault("it is empty".to_owned(), usual));
    }
    Ok(found)
}
