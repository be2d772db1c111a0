//! Which characters may be shown, which XML can contain, and which begin a formula.
//!
//! The text of packs and files comes from anywhere: a character that controls a terminal, or that
//! reverses the text after it, must not reach one. Text for people is cleaned here and nowhere
//! else; text for programs stays as it is.

use std::borrow::Cow;

/// Replaces a character that is not shown.
pub const REPLACEMENT: char = '\u{fffd}';

/// Whether a character controls the terminal or the order of what is shown: C0, DEL, C1, line and
/// paragraph separators, and the controls of Unicode's bidirectional algorithm (UAX #9, section
/// 2).
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text as one line for people.
pub fn line(text: &str) -> Cow<'_, str> {
    keeping(text, &[])
}

/// A text for people, in which some control characters are layout.
pub fn keeping<'a>(text: &'a str, layout: &[char]) -> Cow<'a, str> {
    let goes = |c: char| steers(c) && !layout.contains(&c);
    // One character for each, so that columns stay where they are.
    if text.contains(goes) { Cow::Owned(text.replace(goes, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// Whether XML 1.0 can contain a character (production 2).
pub fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A text as a picture shows it: white space becomes a space; control characters and those not in
/// XML are replaced. Right-to-left text may keep its marks.
pub fn drawn(text: &str) -> Cow<'_, str> {
    let goes = |c: char| c.is_control() || !is_xml(c);
    if !text.contains(goes) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match c {
        '\t' | '\n' | '\r' => ' ',
        c if goes(c) => REPLACEMENT,
        c => c,
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// A cell that no spreadsheet computes: one that begins with `=`, `+`, `-`, `@`, a tab or a line end, or the
/// full-width form of one of the first four, gets an apostrophe before it (OWASP, CSV injection). Numbers stay numbers.
pub fn without_formula(cell: &str) -> Cow<'_, str> {
    let begins = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if begins && !is_number(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Whether a cell is a decimal number, perhaps with an exponent, and nothing else.
fn is_number(cell: &str) -> bool {
    let only_signs_of_numbers = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    cell.chars().all(only_signs_of_numbers) && cell.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_gets_an_apostrophe() {
        for cell in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(1,1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "-",
            "--1",
            "+inf",
            "-e",
            "-NaN",
        ] {
            assert_eq!(without_formula(cell), format!("'{cell}"));
        }
        for cell in ["", "-5", "+1.5e-3", "-.5", "1-2", "a=b", "'=1", " =1", "科學園", "<http://e/=1>"] {
            assert_eq!(without_formula(cell), cell);
        }
    }

    #[test]
    fn what_steers_is_shown_as_a_sign_for_each() {
        for (text, shown) in [
            ("\u{1b}]0;x\u{7}", "\u{fffd}]0;x\u{fffd}"),
            ("a\u{9b}31mb\u{7f}", "a\u{fffd}31mb\u{fffd}"),
            (
                "\u{202e}cba\u{202c}\u{2066}\u{2069}\u{200f}\u{61c}",
                "\u{fffd}cba\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
            ),
            ("a\r\nb\tc\u{2028}", "a\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}"),
            ("科學園 é e\u{301} 👩\u{200d}🔬 \u{feff}", "科學園 é e\u{301} 👩\u{200d}🔬 \u{feff}"),
        ] {
            assert_eq!(line(text), shown, "{text:?}");
            assert_eq!(line(text).chars().count(), text.chars().count());
        }
        assert_eq!(keeping("a\r\n\tb", &['\n', '\t']), "a\u{fffd}\n\tb");
    }

    #[test]
    fn pictures_hold_what_xml_can() {
        assert_eq!(drawn("a\u{fffe}b\u{ffff}c\u{1}d\u{85}e\nf"), "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e f");
        assert_eq!(drawn("א\u{200f}ב"), "א\u{200f}ב");
        assert!(('\u{7f}'..='\u{9f}').all(is_xml) && !is_xml('\u{b}') && !is_xml('\u{ffff}'));
    }
}
