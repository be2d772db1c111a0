//! Where a text stops being SPARQL. The parser gives the position only inside
//! its message.

use crate::diagnostic::{Diagnostic, Place};

/// The finding for a parser's message of the form `error at 3:5: expected …`.
pub(super) fn diagnostic(file: &str, text: &str, message: &str) -> Diagnostic {
    let Some((line, column, words)) = split(message) else {
        return Diagnostic::error("sparql-syntax", lower(message)).at(Place::at(file, text, 1, 1, 1));
    };
    let rest = text.split('\n').nth(line as usize - 1).unwrap_or("");
    let rest: String = rest.chars().skip(column as usize - 1).collect();
    let token = token(&rest);
    let words = words.strip_prefix("expected one of ").map_or_else(
        || lower(words.trim_end_matches('.')),
        |list| format!("expected {}", shorten(list)),
    );
    let found = if token.is_empty() {
        let last = text.trim_end().lines().count() as u64;
        if line > last { "the end".to_owned() } else { "the end of the line".to_owned() }
    } else {
        format!("`{token}`")
    };
    let message = if words.starts_with("expected") { format!("{words}, found {found}") } else { words };
    let width = token.chars().count() as u64;
    Diagnostic::error("sparql-syntax", message).at(Place::at(file, text, line, column, width))
}

fn split(message: &str) -> Option<(u64, u64, &str)> {
    let rest = &message[message.find("error at ")? + "error at ".len()..];
    let (line, rest) = rest.split_once(':')?;
    let (column, words) = rest.split_once(':')?;
    Some((line.parse().ok()?, column.parse().ok()?, words.trim()))
}

/// The word or sign that a text starts with.
fn token(text: &str) -> String {
    let text = text.trim_start();
    let word: String =
        text.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '?' | '$' | ':')).collect();
    if word.is_empty() { text.chars().take(1).collect() } else { word }
}

/// The parser lists all tokens that could stand here, dozens of them: the
/// first few say enough.
fn shorten(list: &str) -> String {
    const MOST: usize = 4;
    let items: Vec<&str> = list.split(", ").map(|item| item.trim_start_matches("or ")).collect();
    if items.len() <= MOST + 1 {
        return list.to_owned();
    }
    format!("{} or {} others", items[..MOST].join(", "), items.len() - MOST)
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
