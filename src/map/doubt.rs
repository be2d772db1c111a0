//! Terms that can be made, but are probably not what was meant.

use oxigraph::model::{NamedNode, Term};

use super::plan::{CellEncoding, Column, Expression, TemplatePart, TermMap, TermType};
use super::row::TableRow;
use crate::finding::{Finding, codes, shorten};

/// Passes what is doubtful about a term that a row makes to `tell`, with the column.
pub(super) fn doubts(map: &TermMap, row: TableRow<'_>, term: &Term, tell: &mut dyn FnMut(Finding, &Column)) {
    let is_iri = matches!(map.kind, TermType::Iri(_));
    let is_encoded = matches!(map.kind, TermType::Iri(CellEncoding::Iri | CellEncoding::Uri));
    let mut check = |column: &Column, whole: bool, before: &str| {
        let text = row.record.value(column.index, row.choice.of(column.index));
        if has_control(text) {
            let named = text.chars().find(|c| is_control(*c)).map_or(0, u32::from);
            let hint = match misread(text) {
                Some(right) => {
                    format!("it is UTF-8 that was read as Latin-1; the text is probably `{}`", shorten(&right))
                }
                // What XML 1.0 has no character for (section 2.2).
                None if !(0x20..=0xffff - 2).contains(&named) => {
                    "remove it; the export as RDF/XML cannot say it".to_owned()
                }
                None => "remove it".to_owned(),
            };
            let message = format!("the value has the control character U+{named:04X}");
            tell(Finding::warning(codes::CONTROL_CHARACTER, message).hint(hint), column);
        }
        if !is_iri || row.get(column).is_none() {
            return;
        }
        if let Some(cell) = row.get(column).filter(|_| is_encoded)
            && let Some(fault) = encoded_address(before, &cell, term)
        {
            tell(fault, column);
        }
        let trimmed = text.trim();
        if trimmed.is_empty() && !text.is_empty() {
            let hint = "empty the cell, or list its text in `missingValues` of the schema".to_owned();
            let message = "the cell has only blanks, which become an IRI";
            tell(Finding::warning(codes::BLANKS_IN_IRI, message).hint(hint), column);
        } else if trimmed != text {
            let hint = "remove them, or use the function `grel:string_trim` in the mapping".to_owned();
            let message = format!("the blanks around `{}` become a part of the IRI", shorten(trimmed));
            tell(Finding::warning(codes::BLANKS_IN_IRI, message).hint(hint), column);
        } else if whole && looks_like_address(text) && NamedNode::new(text).is_err() {
            let made = if let Term::NamedNode(node) = term { shorten(node.as_str()) } else { String::new() };
            let hint = format!("write `https://{}`; as it is, the IRI is <{made}>", shorten(text));
            let message = format!("`{}` looks like a web address without `https://`", shorten(text));
            tell(Finding::warning(codes::NO_SCHEME, message).hint(hint), column);
        }
    };
    // What a function makes of a cell is not the cell.
    match &map.expression {
        Expression::Reference(column) => check(column, true, ""),
        Expression::Template(parts) => {
            let mut before = "";
            for part in parts {
                match part {
                    TemplatePart::Text(text) => before = text,
                    TemplatePart::Column(column) => {
                        check(column, false, before);
                        before = "";
                    }
                }
            }
        }
        Expression::Constant(_) | Expression::Call(_) => {}
    }
}

/// What addresses begin with, and a character of what follows that must stay as it is.
const ADDRESSES: [(&str, char); 5] =
    [("mailto:", '@'), ("tel:", '+'), ("doi.org/", '/'), ("doi:", '/'), ("handle.net/", '/')];

/// Whether an address begins with the end of this text, in which something must not be encoded.
pub(super) fn starts_address(text: &str) -> bool {
    ADDRESSES.iter().any(|(start, _)| text.ends_with(start))
}

/// The finding that a part of an address is encoded, so that the address leads nowhere.
fn encoded_address(before: &str, cell: &str, term: &Term) -> Option<Finding> {
    let (_, kept) = ADDRESSES.iter().find(|(start, kept)| before.ends_with(start) && cell.contains(*kept))?;
    let made = if let Term::NamedNode(node) = term { shorten(node.as_str()) } else { String::new() };
    let message = format!("`{kept}` is percent-encoded in the address <{made}>");
    let hint = "in YARRRML, make the address by `idlab-fn:concat` with `type: iri`; in RML, by the term type \
                `rml:UnsafeIRI`"
        .to_owned();
    Some(Finding::warning(codes::ENCODED_ADDRESS, message).hint(hint))
}

/// Characters that are no text: XML 1.0 cannot say most of them.
fn is_control(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// The text that was meant, if its bytes of UTF-8 were read as Latin-1, each as a character.
fn misread(text: &str) -> Option<String> {
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<_>>()?;
    String::from_utf8(bytes).ok().filter(|right| right != text && !right.contains(is_control))
}

/// Whether a text has a character that is no text.
pub(super) fn has_control(text: &str) -> bool {
    // Few bytes can begin one, so that most texts are not decoded; all are looked at, since that
    // takes no branches.
    let may = |byte: u8| (byte < 0x20) | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xef);
    text.bytes().fold(false, |found, byte| found | may(byte)) && text.chars().any(is_control)
}

/// Whether a text is written like a web address, but for its scheme.
fn looks_like_address(text: &str) -> bool {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    if labels.len() < 2 || !labels.iter().all(is_label) {
        return false;
    }
    let last = labels[labels.len() - 1].to_ascii_lowercase();
    let is_country = last.len() == 2 && last.chars().all(|c| c.is_ascii_alphabetic());
    let is_usual = ["com", "org", "net", "gov", "edu", "int", "mil", "info", "biz", "example"].contains(&last.as_str());
    let has_path = host.len() < text.len() && last.len() >= 2 && last.chars().all(char::is_alphabetic);
    labels[0].eq_ignore_ascii_case("www") || is_country || is_usual || has_path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_without_a_scheme_are_recognised() {
        for (text, expected) in [
            ("www.parks.example", true),
            ("roads.example/about", true),
            ("innovation.gov.hk", true),
            ("例子.hk/關於", true),
            ("hkstp", false),
            ("a/b", false),
            ("1.5", false),
            ("report.pdf", false),
            ("v1.2.3", false),
            ("ex:parks", false),
            ("", false),
        ] {
            assert_eq!(looks_like_address(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_was_read_in_the_wrong_encoding_is_recognised() {
        assert_eq!(misread("Energy â\u{80}\u{93} Nuclear").as_deref(), Some("Energy – Nuclear"));
        assert_eq!(misread("a\u{85}"), None);
        assert_eq!(misread("香\u{80}"), None);
        assert_eq!(misread("a\0"), None);
    }

    #[test]
    fn control_characters_are_found_and_letters_are_not() {
        for (text, expected) in [
            ("Al\0pha", true),
            ("Be\u{b}ta", true),
            ("a\u{7f}", true),
            ("a\u{85}", true),
            ("é香\t\n", false),
            ("\u{fffd}", false),
        ] {
            assert_eq!(has_control(text), expected, "{text:?}");
        }
    }
}
