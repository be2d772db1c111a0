//! IRIs of files (RFC 8089): from a path, and back.

use std::fmt::Write as _;

/// The `file:` IRI of an absolute path.
pub fn file_iri(path: &str) -> String {
    let mut iri = "file://".to_owned();
    for c in path.chars() {
        let is_plain = c.is_ascii_alphanumeric() || "-._~/:@!$&'()*+,;=".contains(c) || c >= '\u{a0}';
        if is_plain {
            iri.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            let _ = write!(iri, "%{byte:02X}");
        }
    }
    iri
}

/// The path that an IRI refers to on this machine, without query and fragment; it may be
/// relative. `None` if it is not a `file:` IRI, or one of another machine.
pub fn path_of(iri: &str) -> Option<String> {
    let (scheme, rest) = iri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let path = match rest.strip_prefix("//") {
        None => rest,
        Some(rest) => {
            let (host, _) = rest.split_at(rest.find('/')?);
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return None;
            }
            &rest[host.len()..]
        }
    };
    let path = path.split(['?', '#']).next()?;
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|digits| *byte == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let decoded = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(decoded.unwrap_or(*byte));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).ok().filter(|path| !path.is_empty() && !path.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_back_from_its_iri() {
        for path in ["/a/b.ttl", "/a b/50%/c#d?e.ttl", "/局/é[1].ttl", "/a\u{7f}\u{85}\t"] {
            let iri = file_iri(path);
            assert!(oxiri::Iri::parse(iri.as_str()).is_ok(), "{iri}");
            assert_eq!(path_of(&iri).as_deref(), Some(path));
        }
    }

    #[test]
    fn only_files_of_this_machine_have_paths() {
        for (iri, path) in [
            ("file:///a/b.ttl#x", Some("/a/b.ttl")),
            ("FILE://localhost/a?b", Some("/a")),
            ("file:b.ttl", Some("b.ttl")),
            ("file:/b.ttl", Some("/b.ttl")),
            ("file:///a%2", Some("/a%2")),
            ("file://elsewhere/a", None),
            ("file:///a%00", None),
            ("file:", None),
            ("https://a/b.ttl", None),
        ] {
            assert_eq!(path_of(iri).as_deref(), path, "{iri}");
        }
    }
}
