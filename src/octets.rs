//! Bytes as texts: hexadecimal digits, percent-encoding.

use std::fmt::Write as _;

/// Bytes as lower-case hexadecimal digits, two each.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A text in which all bytes but unreserved characters and the characters in `kept` are percent-encoded
/// (RFC 3986, section 2).
pub fn percent_encoded(text: &str, kept: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-._~".contains(c) || c.is_ascii() && kept.contains(c) {
            encoded.push(c);
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_an_address_or_a_header_is_encoded() {
        assert_eq!(percent_encoded("/id/科 \r\n<x>?#%", "/"), "/id/%E7%A7%91%20%0D%0A%3Cx%3E%3F%23%25");
        assert_eq!(percent_encoded("http://a/b", ""), "http%3A%2F%2Fa%2Fb");
        assert_eq!(hex([0, 10, 255]), "000aff");
    }
}
