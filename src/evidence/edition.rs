//! The text of a source: whether it is the one for which the evidence was
//! written. If only its format differs, the difference is undone; if it is
//! another edition, this is reported.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_16BE, UTF_16LE};

use super::{Source, SourceText};
use crate::error::{Error, Result};
use crate::finding::{Finding, Place, Severity, codes};
use crate::graph::digest;

/// The text of `bytes`, and a finding about its format if useful.
///
/// # Errors
///
/// [`Error::Findings`] with `other-edition` if it is not the source's text.
pub(super) fn identify(file: &str, bytes: &[u8], source: &Source) -> Result<(String, Option<Finding>)> {
    let Some(expected) = &source.sha256 else {
        let text =
            crate::finding::utf8(file, bytes.to_vec()).map_err(|fault| Error::Findings(Box::new(fault.into())))?;
        let message = format!("the source `{}` has no SHA-256, so this text cannot be verified", source.name);
        return Ok((text, Some(Finding::warning(codes::UNKNOWN_EDITION, message))));
    };
    let is = |text: &str| is_text(text, expected);
    if let Ok(text) = std::str::from_utf8(bytes)
        && is(text)
    {
        return Ok((text.to_owned(), None));
    }
    for (form, text) in readings(bytes) {
        for (change, text) in forms(&text) {
            if is(&text) {
                let what: Vec<&str> = [form, change].into_iter().filter(|words| !words.is_empty()).collect();
                let message = format!("the text matches the source, but {}; it is accepted", what.join(" and "));
                let finding = Finding::new(Severity::Info, codes::OTHER_FORM, message).at(Place::new(file, 1, 1));
                return Ok((text, Some(finding)));
            }
        }
    }
    let found = digest(bytes).unwrap_or_default();
    let whole = bytes.ends_with(b"\n") || bytes.is_empty();
    let n_lines = bytes.split(|byte| *byte == b'\n').count() - usize::from(whole);
    let mut message =
        format!("this is not the text of `{}`: expected the SHA-256 {expected}, found {found}", source.name);
    match source.n_lines {
        Some(n) if n != n_lines as u64 => message += &format!(", and it has {n_lines} lines, not {n}"),
        Some(_) => message += ", though it has the same number of lines",
        None => {}
    }
    let hint = match &source.text_file {
        Some(text_file) => format!(
            "the evidence was written for the file `{text_file}`; name both to carry it over: \
             `civigraph evidence --text {text_file} {file}`"
        ),
        None => "name the text that the evidence was written for as well, to carry it over".to_owned(),
    };
    let finding =
        Finding::new(Severity::Violation, codes::OTHER_EDITION, message).at(Place::new(file, 1, 1)).hint(hint);
    Err(Error::Findings(Box::new(finding.into())))
}

fn is_text(text: &str, sha256: &str) -> bool {
    digest(text.as_bytes()).is_ok_and(|digest| digest.eq_ignore_ascii_case(sha256))
}

/// Another text, in whatever encoding it is: that of the possible ones in which it shares the most
/// characters with the source's own.
///
/// # Errors
///
/// [`Error::Invalid`] if it is no text.
pub fn read_other(file: &str, bytes: &[u8], like: &SourceText) -> Result<String> {
    let is_no_text = |what: &str, hint: &str| {
        let finding = Finding::error(codes::NOT_A_TEXT, format!("{what}, not a text")).at(Place::new(file, 1, 1));
        Error::invalid(finding.hint(hint.to_owned()))
    };
    if bytes.starts_with(b"%PDF-") {
        return Err(is_no_text("this is a PDF", "take its text out first, such as with `pdftotext FILE.pdf FILE.txt`"));
    }
    let is_clean = |text: &&String| !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    let all: Vec<String> = readings(bytes).into_iter().map(|(_, text)| text).collect();
    // What is UTF-8 is hardly ever anything else; UTF-16 says so in its first character.
    let is_wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let utf8 = std::str::from_utf8(bytes).ok().filter(|_| !is_wide);
    if utf8.is_some() {
        let text = all.into_iter().next().filter(|text| is_clean(&text));
        return text.ok_or_else(|| is_no_text("this has characters that no text has", "name a text file"));
    }
    let known: std::collections::HashSet<char> = like.text.lines.iter().flat_map(|line| line.chars()).collect();
    let wide = |text: &str| text.chars().filter(|c| !c.is_ascii()).count();
    let shared = |text: &str| text.chars().filter(|c| !c.is_ascii() && known.contains(c)).count();
    // In a wrong encoding, and in what is no text, hardly a character is one of the source's.
    let is_likely = |text: &&String| is_clean(text) && shared(text) > 0 && shared(text) * 4 >= wide(text);
    let best = all.iter().filter(is_likely).max_by_key(|text| shared(text));
    best.map(|text| text.trim_start_matches('\u{feff}').to_owned()).ok_or_else(|| {
        is_no_text("this is neither UTF-8, UTF-16, Big5 nor GB 18030", "name a text file, or save it as UTF-8")
    })
}

/// Whether bytes are the text of a source, in whatever format; a source without a SHA-256 has none.
pub fn is_text_of(bytes: &[u8], source: &Source) -> bool {
    is_of(bytes, source)
}

/// Whether bytes are a source's text, in whatever format.
pub(super) fn is_of(bytes: &[u8], source: &Source) -> bool {
    let Some(sha256) = &source.sha256 else { return false };
    let plain = std::str::from_utf8(bytes).is_ok_and(|text| is_text(text, sha256));
    plain || readings(bytes).iter().any(|(_, text)| forms(text).iter().any(|(_, text)| is_text(text, sha256)))
}

/// The possible readings of bytes as text, each with a description.
fn readings(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let mut readings = Vec::new();
    let without = bytes.strip_prefix(b"\xef\xbb\xbf");
    if let Ok(text) = std::str::from_utf8(without.unwrap_or(bytes)) {
        readings.push((if without.is_some() { "has a byte-order mark" } else { "" }, text.to_owned()));
    }
    let encodings: [(&'static str, &'static Encoding); 4] = [
        ("is UTF-16 (little-endian)", UTF_16LE),
        ("is UTF-16 (big-endian)", UTF_16BE),
        ("is Big5", BIG5),
        ("is GB 18030", GB18030),
    ];
    for (words, encoding) in encodings {
        let (text, _, broken) = encoding.decode(bytes);
        if !broken {
            readings.push((words, text.into_owned()));
        }
    }
    readings
}

/// The text with each way in which the source's lines and last line can end.
fn forms(text: &str) -> Vec<(&'static str, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut forms = vec![("", text.to_owned())];
    if text.contains("\r\n") {
        forms.push(("its lines end with CR LF, as on Windows", text.replace("\r\n", "\n")));
    } else if text.contains('\r') {
        forms.push(("its lines end with CR", text.replace('\r', "\n")));
    }
    for at in 0..forms.len() {
        let text = forms[at].1.clone();
        match text.strip_suffix('\n') {
            Some(shorter) => forms.push(("it has an extra line end at its end", shorter.to_owned())),
            None => forms.push(("it lacks the last line end", format!("{text}\n"))),
        }
        // Editors strip blank lines from the end.
        for n in 1..=3 {
            forms.push(("it lacks line ends at its end", format!("{text}\n{}", "\n".repeat(n))));
        }
    }
    forms
}
