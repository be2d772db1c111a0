//! What is known of IRIs without parsing each.

use oxiri::Iri;

use crate::map::plan::{CellEncoding, TemplatePart};

/// Whether a text is certainly an absolute IRI: a web address in ASCII, as most are. Of others
/// nothing is said.
pub(super) fn is_web_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let bytes = rest.as_bytes();
    let host = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')).count();
    if host == 0 || !matches!(bytes.get(host), None | Some(b'/' | b'?' | b'#')) {
        return false;
    }
    let (mut at, mut has_fragment) = (host, false);
    loop {
        at += bytes[at..].iter().take_while(|byte| PLAIN[usize::from(**byte)]).count();
        match bytes.get(at) {
            None => return true,
            Some(b'%') if bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) => at += 3,
            Some(b'#') if !has_fragment => {
                has_fragment = true;
                at += 1;
            }
            Some(_) => return false,
        }
    }
}

/// Which bytes may stand anywhere in a path, a query or a fragment (RFC 3986, section 3.3).
const PLAIN: [bool; 256] = {
    let mut all = [false; 256];
    let mut letter = 0;
    while letter < all.len() {
        all[letter] = (letter as u8).is_ascii_alphanumeric();
        letter += 1;
    }
    let (others, mut at) = (b"-._~!$&'()*+,;=:@/?", 0);
    while at < others.len() {
        all[others[at] as usize] = true;
        at += 1;
    }
    all
};

/// Whether all that a template makes are valid absolute IRIs, whatever its cells are: these are
/// percent-encoded and stand in the path or after it.
pub(super) fn is_always_absolute(parts: &[TemplatePart], encoding: CellEncoding) -> bool {
    let [TemplatePart::Text(first), ..] = parts else { return false };
    if encoding == CellEncoding::None {
        return false;
    }
    let Some((scheme, rest)) = first.split_once(':') else { return false };
    if scheme.contains(['/', '?', '#']) {
        return false;
    }
    // In an authority a cell could be a port.
    let is_past_authority = match rest.strip_prefix("//") {
        Some(authority) => authority.contains(['/', '?', '#']),
        None => !rest.is_empty() && !rest.starts_with('/'),
    };
    let filled: String =
        parts.iter().map(|part| if let TemplatePart::Text(text) = part { text } else { "a" }).collect();
    is_past_authority && Iri::parse(filled).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::map::plan::Column;

    #[test]
    fn templates_that_cannot_fail_are_recognised() {
        let of = |first: &str| vec![TemplatePart::Text(first.to_owned()), TemplatePart::Column(Column::unnamed(0))];
        for (first, expected) in [
            ("http://a.example/org/", true),
            ("http://a.example/?q=", true),
            ("http://a.example#", true),
            ("urn:x:", true),
            ("http://a.example", false),
            ("http://a.example:", false),
            ("http://", false),
            ("org/", false),
            ("a:", false),
            ("http://a b/", false),
            ("x/y:", false),
        ] {
            assert_eq!(is_always_absolute(&of(first), CellEncoding::Iri), expected, "{first}");
            assert!(!is_always_absolute(&of(first), CellEncoding::None), "{first}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_for_a_web_address_is_an_iri(
            text in "https?://[a-c.:@-]{0,4}[/?#%a0\\[\\] é\"<-]{0,8}"
        ) {
            if is_web_address(&text) {
                prop_assert!(Iri::parse(text.as_str()).is_ok(), "{text}");
            }
        }
    }
}
