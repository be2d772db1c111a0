//! Where a text stops being SPARQL. The parser gives the position only inside
//! its message, and where it stands is not always where a person went wrong: a
//! misspelt keyword is looked for first.

use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::graph::Prefixes;

/// The finding for a parser's message of the form `error at 3:5: expected …`.
pub(super) fn diagnostic(file: &str, text: &str, prefixes: &Prefixes, message: &str) -> Diagnostic {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Diagnostic::error("sparql-syntax", "the question is empty").at(Place::at(file, text, 1, 1, 1));
    }
    let Some((line, column, words)) = split(message) else {
        return Diagnostic::error("sparql-syntax", lower(message)).at(Place::at(file, text, 1, 1, 1));
    };
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or("");
    let verb = first.split_whitespace().next().unwrap_or("").to_ascii_uppercase();
    if matches!(verb.as_str(), "INSERT" | "DELETE" | "LOAD" | "CLEAR" | "DROP" | "CREATE" | "COPY" | "MOVE" | "ADD") {
        let message = "updates are not possible: a graph is made from its pack";
        return Diagnostic::error("sparql-syntax", message).at(Place::at(file, text, line, 1, 1));
    }
    if words.contains("Prefix not found") {
        let hint = "declare it with `PREFIX`, or in the pack's `datapackage.json`".to_owned();
        let Some((start, end)) = unknown_prefix(text, prefixes) else {
            let message = "a prefix near here is not declared";
            return Diagnostic::error("unknown-prefix", message).at(Place::at(file, text, line, column, 1)).hint(hint);
        };
        let message = format!("the prefix `{}` is not declared", &text[start..end]);
        return Diagnostic::error("unknown-prefix", message)
            .at(Place::in_text(file, text, start, end))
            .hint(did_you_mean(&text[start..end], prefixes.iter().map(|(name, _)| name)).unwrap_or(hint));
    }
    let until: usize = text.split_inclusive('\n').take(line as usize).map(str::len).sum();
    if let Some((start, end)) = unknown_word(&text[..until]) {
        let word = &text[start..end];
        return Diagnostic::error("sparql-syntax", format!("`{word}` is not a word of SPARQL"))
            .at(Place::in_text(file, text, start, end))
            .hint(did_you_mean(word, KEYWORDS.split_whitespace()));
    }
    let rest = text.split('\n').nth(line as usize - 1).unwrap_or("");
    let rest: String = rest.chars().skip(column as usize - 1).collect();
    let token = token(&rest);
    let words = words
        .strip_prefix("expected one of ")
        .map_or_else(|| lower(words.trim_end_matches('.')), |list| format!("expected {}", shorten(list)));
    let found = if token.is_empty() {
        let last = text.trim_end().lines().count() as u64;
        if line >= last { "the end".to_owned() } else { "the end of the line".to_owned() }
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
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '?' | '$' | ':')).collect();
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

/// The keywords and functions of SPARQL 1.1 and 1.2 (section 19.8 of either).
const KEYWORDS: &str = "\
BASE PREFIX VERSION SELECT CONSTRUCT DESCRIBE ASK WHERE FROM NAMED AS DISTINCT REDUCED GROUP BY HAVING ORDER ASC DESC \
LIMIT OFFSET VALUES UNDEF OPTIONAL GRAPH SERVICE SILENT BIND UNION MINUS FILTER LATERAL a IN NOT EXISTS true false \
COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES LANGDIR DATATYPE BOUND IRI URI BNODE RAND ABS \
CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY \
HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRLANGDIR STRDT \
sameTerm isIRI isURI isBLANK isLITERAL isNUMERIC hasLANG hasLANGDIR REGEX SUBSTR REPLACE isTRIPLE TRIPLE SUBJECT \
PREDICATE OBJECT ADJUST e E";

/// The first bare word that is not of SPARQL: outside strings, IRIs and
/// comments, and neither a variable, a language tag nor part of a prefixed name.
fn unknown_word(text: &str) -> Option<(usize, usize)> {
    let known = |word: &str| KEYWORDS.split_whitespace().any(|keyword| keyword.eq_ignore_ascii_case(word));
    find_word(text, &mut |word, is_prefix| !is_prefix && !known(word))
}

/// The first prefix that is neither known nor declared in the text.
fn unknown_prefix(text: &str, prefixes: &Prefixes) -> Option<(usize, usize)> {
    let mut declared: Vec<String> = Vec::new();
    let mut declares = false;
    find_word(text, &mut |word, is_prefix| {
        if is_prefix && std::mem::take(&mut declares) {
            declared.push(word.to_owned());
        }
        declares = !is_prefix && word.eq_ignore_ascii_case("PREFIX");
        is_prefix && prefixes.get(word).is_none() && !declared.iter().any(|known| known == word)
    })
}

/// The first word, outside strings, IRIs and comments, that is wanted. Asked is
/// of bare words and of prefixes, not of variables, tags and local names.
fn find_word(text: &str, wanted: &mut dyn FnMut(&str, bool) -> bool) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let in_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end),
            quote @ (b'"' | b'\'') => {
                let long = bytes[at..].starts_with(&[quote; 3]);
                at += if long { 3 } else { 1 };
                while at < bytes.len() {
                    let closes = if long { bytes[at..].starts_with(&[quote; 3]) } else { bytes[at] == quote };
                    if closes {
                        break;
                    }
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += if long { 3 } else { 1 };
            }
            // An IRI has no spaces; anything else is "less than".
            b'<' => {
                let end = bytes[at..].iter().position(|byte| matches!(byte, b'>' | b' ' | b'\n'));
                at += end.filter(|end| bytes[at + end] == b'>').map_or(1, |end| end + 1);
            }
            byte if byte.is_ascii_alphabetic() => {
                let end = bytes[at..].iter().position(|byte| !in_word(*byte)).map_or(bytes.len(), |end| at + end);
                let before = at.checked_sub(1).map(|before| bytes[before]);
                // `ex:a.b` and `ex:a:b` are names; so is what follows a sign inside them.
                let part = matches!(before, Some(b'?' | b'$' | b'@' | b':' | b'.' | b'%' | b'\\' | b'_'))
                    || before.is_some_and(&in_word);
                if !part && wanted(&text[at..end], bytes.get(end) == Some(&b':')) {
                    return Some((at, end));
                }
                at = end;
            }
            b':' => {
                at += 1;
                while at < bytes.len() && (in_word(bytes[at]) || matches!(bytes[at], b'.' | b':' | b'%' | b'\\')) {
                    at += 1;
                }
            }
            b'?' | b'$' | b'@' => {
                at += 1;
                while at < bytes.len() && in_word(bytes[at]) {
                    at += 1;
                }
            }
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_is_not_declared_is_named() {
        let prefixes = Prefixes::default();
        for (text, prefix) in [
            ("SELECT * { ?s foo:funds ?o }", Some("foo")),
            ("PREFIX own: <http://a/> SELECT * { ?s own:a ?o ; cg:x \"no:ne\" . ?o owns:b ?p }", Some("owns")),
            ("SELECT * { ?s cg:a <urn:x> }", None),
        ] {
            assert_eq!(unknown_prefix(text, &prefixes).map(|(start, end)| &text[start..end]), prefix, "{text}");
        }
    }

    #[test]
    fn a_misspelt_keyword_is_found_and_names_are_left_alone() {
        for (text, word) in [
            ("SELECT ?s { ?s ?p ?o FILTR(?s) }", Some("FILTR")),
            ("SELCT * {}", Some("SELCT")),
            ("SELECT ?naam { ex:some.thing a ex:b ; ex:c \"some FILTR\"@en-x-foo # FILTR\n}", None),
            ("SELECT * { <http://a/FILTR> :local _:blank '''x' FILTR''' . FILTER(?a <?b) }", None),
            ("PREFIX own: <http://a/> SELECT * { own:FILTR ?p 1e3 , 2.5e-3 , true }", None),
        ] {
            assert_eq!(unknown_word(text).map(|(start, end)| &text[start..end]), word, "{text}");
        }
    }
}
