//! Parameters of addresses and forms (`application/x-www-form-urlencoded`).

use super::problem::Problem;
use crate::finding::{Finding, codes, shorten};

/// Parameters in the order in which they were sent.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads parameters.
    ///
    /// # Errors
    ///
    /// `bad-request` where an escape is not one, or escapes make no UTF-8.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((unescaped(name, true)?, unescaped(value, true)?))
        });
        pairs.collect::<Result<Vec<_>, Problem>>().map(Self)
    }

    /// All values of a parameter.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    /// The value of a parameter that may be given once.
    ///
    /// # Errors
    ///
    /// `bad-request` if it is given twice.
    pub fn one(&self, name: &str) -> Result<Option<String>, Problem> {
        let mut values = self.all(name);
        if values.len() > 1 {
            let message = format!("the parameter `{name}` is given {} times; it may be given once", values.len());
            return Err(Problem::new(400, Finding::error(codes::BAD_REQUEST, message)));
        }
        Ok(values.pop())
    }

    /// All parameters but those with these names.
    pub fn others(&self, names: &[&str]) -> Vec<(String, String)> {
        self.0.iter().filter(|(known, _)| !names.contains(&known.as_str())).cloned().collect()
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }
}

/// A text without its escapes; in forms, `+` is a blank.
///
/// # Errors
///
/// `bad-request`.
pub(super) fn unescaped(text: &str, is_form: bool) -> Result<String, Problem> {
    let refused = |why: &str| {
        let message = format!("`{}` {why}", shorten(text));
        let hint = "write `%` as `%25`, and other characters as the escapes of their bytes in UTF-8".to_owned();
        Err(Problem::new(400, Finding::error(codes::BAD_REQUEST, message).hint(hint)))
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        rest = others;
        match first {
            b'+' if is_form => bytes.push(b' '),
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let [high, low, others @ ..] = rest else { return refused("ends in a part of an escape") };
                let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
                    return refused("has a `%` that begins no escape");
                };
                bytes.push((high * 16 + low) as u8);
                rest = others;
            }
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).or_else(|_| refused("is not UTF-8 without its escapes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_those_of_forms() {
        let parsed = Parameters::parse("query=ASK+%7B%7D&a=%E7%A7%91&a=&=x&b&&c=1%2B1=2").unwrap();
        assert_eq!(parsed.one("query").unwrap().as_deref(), Some("ASK {}"));
        assert_eq!(parsed.all("a"), ["科", ""]);
        assert_eq!(parsed.one("b").unwrap().as_deref(), Some(""));
        assert_eq!(parsed.one("c").unwrap().as_deref(), Some("1+1=2"));
        assert_eq!(parsed.one("d").unwrap(), None);
        assert!(parsed.one("a").is_err());
        assert_eq!(unescaped("/a+b", false).unwrap(), "/a+b");
    }

    #[test]
    fn what_is_no_escape_is_refused() {
        for text in ["a=%", "a=%2", "a=%zz", "a=%+1", "%G0=1", "a=%ff", "a=%ED%A0%80"] {
            assert_eq!(Parameters::parse(text).unwrap_err().status, 400, "{text}");
        }
    }
}
