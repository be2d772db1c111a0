//! The fonts that are installed: of each character that is missing, the first
//! family that has it, upright sans-serif ones before others. The order depends
//! on names and paths only, so that one machine always gives the same picture.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};

use super::file::{self, FontInFile};
use super::{Family, Weight};

/// The families that have these characters, or some of them.
pub(super) fn find(mut missing: BTreeSet<char>) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    if missing.is_empty() {
        return families;
    }
    let mut files = Vec::new();
    folders().iter().for_each(|folder| list(folder, 0, &mut files));
    files.sort();
    files.dedup();
    let mut found: Vec<FontInFile> = files.iter().flat_map(|path| file::found(path)).collect();
    found.sort_by_cached_key(|sample| (rank(sample), sample.family.clone(), sample.path.clone(), sample.index));
    for sample in found.iter().filter(|sample| !sample.is_bold()) {
        if missing.is_empty() {
            break;
        }
        if !sample.covers_some(&missing) {
            continue;
        }
        let bold = found
            .iter()
            .find(|other| other.is_bold() && other.family == sample.family && other.is_italic == sample.is_italic);
        let Some(family) = file::family_of(sample, bold) else { continue };
        let n_before = missing.len();
        missing.retain(|c| !family.has(*c, Weight::Regular));
        if missing.len() < n_before {
            families.push(family);
        }
    }
    families
}

/// How well a font suits a chart: the lower the better.
fn rank(sample: &FontInFile) -> u8 {
    let name = sample.family.to_lowercase();
    let is_noto = name.starts_with("noto sans");
    let is_serif = name.contains("serif") && !name.contains("sans");
    let is_narrow = name.contains("mono") || name.contains("condensed") || name.contains("narrow");
    u8::from(sample.is_italic) * 8
        + u8::from(is_serif || is_narrow) * 4
        + u8::from(!is_noto) * 2
        + u8::from(name.contains(" ui"))
}

/// Where systems keep fonts.
fn folders() -> Vec<PathBuf> {
    let of = |variable: &str, rest: &str| env::var_os(variable).map(|folder| Path::new(&folder).join(rest));
    let fixed = ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"];
    let data = of("XDG_DATA_HOME", "fonts").or_else(|| of("HOME", ".local/share/fonts"));
    let own = [
        of("HOME", ".fonts"),
        data,
        of("HOME", "Library/Fonts"),
        of("WINDIR", "Fonts"),
        of("LOCALAPPDATA", "Microsoft/Windows/Fonts"),
    ];
    fixed.into_iter().map(PathBuf::from).chain(own.into_iter().flatten()).collect()
}

/// Adds the font files of a folder and of those in it.
fn list(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    const DEEPEST: usize = 8;
    let Ok(entries) = folder.read_dir() else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        if path.is_dir() {
            if depth < DEEPEST {
                list(&path, depth + 1, files);
            }
        } else if matches!(ending.as_deref(), Some("ttf" | "otf" | "ttc" | "otc")) {
            files.push(path);
        }
    }
}
