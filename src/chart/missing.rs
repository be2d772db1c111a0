//! Characters that no font of a chart has.

use std::collections::{BTreeMap, BTreeSet};

use super::Sheet;
use super::format::Characters;
use super::scene::font::{is_invisible, remedy, script_of};
use crate::finding::{Finding, Findings, Severity, codes, shorten};

/// The fonts of files that draw nothing on these sheets.
pub fn unused_fonts(sheets: &[Sheet]) -> Findings {
    let mut findings = Findings::new();
    let Some(fonts) = sheets.first().map(|sheet| &sheet.fonts) else { return findings };
    let mut characters = Characters::new(fonts);
    let texts = sheets.iter().flat_map(|sheet| sheet.scene.every_text());
    texts.for_each(|text| characters.add(&text.words, text.weight));
    let used: BTreeSet<usize> = characters.faces_in_use().map(|(family, _)| family).collect();
    let mut files: BTreeMap<&str, bool> = BTreeMap::new();
    for (index, family) in fonts.families().iter().enumerate().filter(|(_, family)| !family.file.is_empty()) {
        *files.entry(&family.file).or_default() |= used.contains(&index);
    }
    for (file, _) in files.into_iter().filter(|(_, is_used)| !is_used) {
        let message = format!("nothing is drawn with the font `{file}`");
        let hint = "it has no character that the fonts before it lack; leave it out".to_owned();
        findings.push(Finding::warning(codes::UNUSED_FONT, message).hint(hint));
    }
    findings
}

/// The characters that no font has, one finding for each script. They are an error where boxes
/// are drawn in their place; in other files a program may still find a font.
pub fn missing_glyphs(sheets: &[Sheet], severity: Severity) -> Findings {
    const MOST: usize = 8;
    let mut scripts: BTreeMap<&str, (BTreeSet<char>, Vec<&str>)> = BTreeMap::new();
    for sheet in sheets {
        for text in sheet.scene.every_text() {
            let lacks = |c: &char| !is_invisible(*c) && sheet.fonts.family_of(*c, text.weight).is_none();
            for c in text.words.chars().filter(lacks) {
                let (characters, texts) = scripts.entry(script_of(c)).or_default();
                characters.insert(c);
                if texts.last() != Some(&text.words.as_str()) {
                    texts.push(&text.words);
                }
            }
        }
    }
    let mut findings = Findings::new();
    for (script, (characters, mut texts)) in scripts {
        let Some(first) = characters.first() else { continue };
        texts.dedup();
        let named = |c: &char| format!("`{c}` (U+{:04X})", u32::from(*c));
        let mut list: Vec<String> = characters.iter().take(MOST).map(named).collect();
        if characters.len() > MOST {
            list.push(format!("{} more", characters.len() - MOST));
        }
        let place = match texts.as_slice() {
            [] => String::new(),
            [text] => format!(", in `{}`", shorten(text)),
            [text, others @ ..] => format!(", in `{}` and {} more", shorten(text), others.len()),
        };
        let message = format!("no font at hand has {} ({script}){place}", list.join(", "));
        findings.push(Finding::new(severity, codes::MISSING_GLYPH, message).hint(remedy(*first)));
    }
    findings
}
