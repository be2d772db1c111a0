//! What writes a script that no font at hand has, in words.

use unicode_script::{Script, UnicodeScript as _};

/// The name of the script of a character.
pub fn script_of(c: char) -> &'static str {
    match c.script() {
        Script::Common | Script::Inherited | Script::Unknown if is_pictograph(c) => "emoji",
        Script::Common | Script::Inherited => "symbols",
        Script::Unknown => "unknown characters",
        script => script.full_name(),
    }
}

/// How to come by a font for a character.
pub fn remedy(c: char) -> String {
    let (fonts, package) = match c.script() {
        Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul | Script::Bopomofo => {
            ("Noto Sans CJK".to_owned(), "fonts-noto-cjk")
        }
        Script::Unknown => {
            return "no font can have it: Unicode assigns no character to this number, or only lately".to_owned();
        }
        _ if is_pictograph(c) => ("Symbola, whose emoji are outlines,".to_owned(), "fonts-symbola"),
        Script::Common | Script::Inherited => ("Noto Sans Symbols".to_owned(), "fonts-noto-core"),
        script => (format!("Noto Sans {}", script.full_name().replace('_', " ")), "fonts-noto-core"),
    };
    format!("give a font such as {fonts} with `--font`, or install it (Debian: `{package}`) and use `--system-fonts`")
}

/// Emoji and other pictures.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}')
}
