//! Dates and times in other forms than that of XML Schema.

use super::{Applied, Function, Given};
use crate::finding::shorten;
use crate::map::plan::RowTexts;
use crate::pack::schema::{Moment, MomentFormat};

/// Which moment a function reads.
fn moment_of(function: &Function) -> Moment {
    if function.names[0] == "normalizeDateTime" { Moment::DateTime } else { Moment::Date }
}

/// The format that a pattern means: in the letters of Java, as GREL and IDLab write it, or of
/// strptime, as Table Schema does.
///
/// # Errors
///
/// What is wrong, and a hint.
pub(super) fn format(function: &Function, pattern: &str) -> Result<MomentFormat, (String, Option<String>)> {
    let strptime = if pattern.contains('%') { pattern.to_owned() } else { strptime(pattern)? };
    MomentFormat::parse(&strptime, moment_of(function)).map_err(|(message, hint)| {
        // What it became is of no interest to who wrote it.
        (message.replace(&format!("`{strptime}`"), &format!("`{pattern}`")), hint)
    })
}

/// A pattern of Java in the directives of strptime.
fn strptime(pattern: &str) -> Result<String, (String, Option<String>)> {
    let mut made = String::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\'' {
            // Between quotes is text; two quotes are one.
            let mut quoted = String::new();
            while let Some(next) = chars.next() {
                if next != '\'' {
                    quoted.push(next);
                } else if chars.peek() == Some(&'\'') {
                    quoted.push('\'');
                    chars.next();
                } else {
                    break;
                }
            }
            made.push_str(if quoted.is_empty() { "'" } else { &quoted });
            continue;
        }
        if !c.is_ascii_alphabetic() {
            made.push(c);
            continue;
        }
        let mut n = 1;
        while chars.peek() == Some(&c) {
            chars.next();
            n += 1;
        }
        made.push_str(match (c, n) {
            ('y' | 'u', 2) => "%y",
            ('y' | 'u', 1 | 4) => "%Y",
            ('M' | 'L', 1 | 2) => "%m",
            ('M' | 'L', 3) => "%b",
            ('M' | 'L', 4) => "%B",
            ('d', 1 | 2) => "%d",
            ('D', 1..=3) => "%j",
            ('E', 1..=3) => "%a",
            ('E', 4) => "%A",
            ('H', 1 | 2) => "%H",
            ('h', 1 | 2) => "%I",
            ('a', 1) => "%p",
            ('m', 1 | 2) => "%M",
            ('s', 1 | 2) => "%S",
            ('S', 1..=6) => "%f",
            ('X' | 'x' | 'Z', 1..=3) => "%z",
            _ => {
                let letters = c.to_string().repeat(n);
                let hint = "the letters are those of Java, such as `dd/MM/yyyy` or `d MMMM uuuu HH:mm:ss`".to_owned();
                return Err((format!("`{letters}` in the pattern `{pattern}` has no meaning here"), Some(hint)));
            }
        });
    }
    Ok(made)
}

/// `grel:date_toDate` and its kind
pub(super) fn normalise(given: &Given<'_, '_>) -> Applied {
    read(given, Moment::Date)
}

/// `idlab-fn:normalizeDateTime`
pub(super) fn normalise_with_time(given: &Given<'_, '_>) -> Applied {
    read(given, Moment::DateTime)
}

fn read(given: &Given<'_, '_>, moment: Moment) -> Applied {
    let Some(text) = given.text(0) else { return Ok(RowTexts::None) };
    let any = MomentFormat::Any;
    let format = given.constants.moment.as_ref().unwrap_or(&any);
    let made = format.iso(text.trim(), moment);
    let pattern = given.text(1).map(|pattern| format!(" written as `{pattern}`")).unwrap_or_default();
    made.map(|made| Some(made).into()).ok_or_else(|| format!("`{}` is not a date{pattern}", shorten(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_java_are_those_of_strptime() {
        for (java, expected) in [
            ("dd/MM/yyyy", "%d/%m/%Y"),
            ("d MMM uuuu", "%d %b %Y"),
            ("yyyy-MM-dd'T'HH:mm:ss", "%Y-%m-%dT%H:%M:%S"),
            ("dd''MM''yy", "%d'%m'%y"),
        ] {
            assert_eq!(strptime(java).unwrap(), expected, "{java}");
        }
        assert!(strptime("ww/yyyy").unwrap_err().0.contains("`ww`"));
    }
}
