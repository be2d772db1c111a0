//! Functions of texts.

use std::borrow::Cow;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::list::range;
use super::{Applied, Given};
use crate::map::plan::RowTexts;
use crate::octets::{hex, percent_encoded};

/// What `make` makes of the first value, if there is one.
fn of_text(given: &Given<'_, '_>, make: impl FnOnce(&str) -> String) -> Applied {
    Ok(given.text(0).map(make).into())
}

fn boolean(given: &Given<'_, '_>, is_true: impl FnOnce(&str, &str) -> bool) -> Applied {
    let is_true = given.text(0).zip(given.text(1)).is_some_and(|(text, other)| is_true(text, other));
    Ok(Some(is_true.to_string()).into())
}

pub(super) fn upper(given: &Given<'_, '_>) -> Applied {
    of_text(given, str::to_uppercase)
}

pub(super) fn lower(given: &Given<'_, '_>) -> Applied {
    of_text(given, str::to_lowercase)
}

/// Each word begins with a capital, and goes on in small letters.
pub(super) fn title(given: &Given<'_, '_>) -> Applied {
    of_text(given, |text| {
        let mut made = String::with_capacity(text.len());
        let mut is_start = true;
        for c in text.chars() {
            match is_start {
                true => made.extend(c.to_uppercase()),
                false => made.extend(c.to_lowercase()),
            }
            is_start = c.is_whitespace();
        }
        made
    })
}

pub(super) fn trim(given: &Given<'_, '_>) -> Applied {
    of_text(given, |text| text.trim().to_owned())
}

pub(super) fn chomp(given: &Given<'_, '_>) -> Applied {
    let end = given.text(1).unwrap_or("");
    of_text(given, |text| text.strip_suffix(end).unwrap_or(text).to_owned())
}

pub(super) fn replace(given: &Given<'_, '_>) -> Applied {
    let with = given.text(2).unwrap_or("");
    of_text(given, |text| match (&given.constants.pattern, given.text(1)) {
        (Some(pattern), _) => pattern.replace_all(text, numbered_groups(with).as_ref()).into_owned(),
        // With nothing to search for, nothing is replaced.
        (None, None | Some("")) => text.to_owned(),
        (None, Some(find)) => text.replace(find, with),
    })
}

/// The same replacement with `$1` as `${1}`: what follows is no part of the name of a group.
fn numbered_groups(with: &str) -> Cow<'_, str> {
    if !with.contains('$') {
        return Cow::Borrowed(with);
    }
    let mut made = String::new();
    let mut rest = with;
    while let Some((before, after)) = rest.split_once('$') {
        made.push_str(before);
        let n_digits = after.bytes().take_while(u8::is_ascii_digit).count();
        match n_digits {
            0 => made.push_str("$$"),
            _ => made.push_str(&format!("${{{}}}", &after[..n_digits])),
        }
        rest = &after[n_digits..];
    }
    made.push_str(rest);
    Cow::Owned(made)
}

/// Each character of one text becomes the one at the same place in another, or nothing.
pub(super) fn replace_chars(given: &Given<'_, '_>) -> Applied {
    let find: Vec<char> = given.text(1).unwrap_or("").chars().collect();
    let with: Vec<char> = given.text(2).unwrap_or("").chars().collect();
    of_text(given, |text| {
        let replaced = |c: char| match find.iter().position(|found| *found == c) {
            None => Some(c),
            Some(at) => with.get(at).copied(),
        };
        text.chars().filter_map(replaced).collect()
    })
}

/// The groups of an expression that matches all of a text.
pub(super) fn captures(given: &Given<'_, '_>) -> Applied {
    let (Some(text), Some(pattern)) = (given.text(0), &given.constants.pattern) else { return Ok(RowTexts::None) };
    let found = pattern.captures(text).filter(|found| found.get(0).is_some_and(|all| all.len() == text.len()));
    let groups = found.iter().flat_map(|found| found.iter().skip(1).flatten());
    Ok(RowTexts::of(groups.map(|group| Cow::Owned(group.as_str().to_owned())).collect()))
}

pub(super) fn contains(given: &Given<'_, '_>) -> Applied {
    boolean(given, |text, other| {
        given.constants.pattern.as_ref().map_or_else(|| text.contains(other), |p| p.is_match(text))
    })
}

pub(super) fn starts_with(given: &Given<'_, '_>) -> Applied {
    boolean(given, |text, other| text.starts_with(other))
}

pub(super) fn ends_with(given: &Given<'_, '_>) -> Applied {
    boolean(given, |text, other| text.ends_with(other))
}

pub(super) fn length(given: &Given<'_, '_>) -> Applied {
    of_text(given, |text| text.chars().count().to_string())
}

pub(super) fn substring(given: &Given<'_, '_>) -> Applied {
    let (Some(from), to) = (given.integer(1)?, given.integer(2)?) else { return Ok(RowTexts::None) };
    of_text(given, |text| {
        let range = range(text.chars().count(), from, to);
        text.chars().take(range.end).skip(range.start).collect()
    })
}

/// Two texts with something between them. As in a template, both are needed: `mailto:` alone is
/// no address.
pub(super) fn concat(given: &Given<'_, '_>) -> Applied {
    let both = given.text(0).zip(given.text(1));
    Ok(both.map(|(text, other)| [text, other].join(given.text(2).unwrap_or(""))).into())
}

/// The ways to escape a text.
pub(super) const MODES: &[&str] = &["html", "xml", "csv", "url", "javascript"];

pub(super) fn escape(given: &Given<'_, '_>) -> Applied {
    let mode = given.text(1).unwrap_or("");
    of_text(given, |text| match mode {
        "html" | "xml" => {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            escaped.replace('"', "&quot;").replace('\'', "&#39;")
        }
        "csv" if text.contains([',', '"', '\n', '\r']) => format!("\"{}\"", text.replace('"', "\"\"")),
        "url" => percent_encoded(text, ""),
        "javascript" => {
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\'', "\\'");
            escaped.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
        }
        _ => text.to_owned(),
    })
}

pub(super) fn upper_url(given: &Given<'_, '_>) -> Applied {
    of_text(given, |text| {
        let has_scheme = ["http://", "https://"]
            .iter()
            .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        if has_scheme { text.to_uppercase() } else { format!("http://{}", text.to_uppercase()) }
    })
}

pub(super) fn md5(given: &Given<'_, '_>) -> Applied {
    of_text(given, |text| hex(Md5::digest(text)))
}

pub(super) fn sha1(given: &Given<'_, '_>) -> Applied {
    of_text(given, |text| hex(Sha1::digest(text)))
}

pub(super) fn sha256(given: &Given<'_, '_>) -> Applied {
    of_text(given, |text| hex(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_put_back_by_number() {
        for (with, expected) in [("$1a", "${1}a"), ("a$", "a$$"), ("$2-$1", "${2}-${1}"), ("x", "x"), ("$x", "$$x")] {
            assert_eq!(numbered_groups(with), expected, "{with}");
        }
    }
}
