//! The address of an engine. It never carries a user or a password.

use oxiri::Iri;

use crate::finding::{Finding, codes};
use crate::octets::percent_encoded;

/// The address of an engine: an IRI of `http` or `https`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineAddress(Iri<String>);

impl EngineAddress {
    /// Whether an argument is meant as an address and not as a folder.
    pub fn is_meant(text: &str) -> bool {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        matches!(scheme.as_deref(), Some("http" | "https"))
    }

    /// Reads an address.
    ///
    /// # Errors
    ///
    /// `engine-address` if it is not an address of HTTP, or has a user or a password in it. The
    /// message does not repeat these.
    pub fn read(text: &str) -> Result<Self, Finding> {
        let fault = |message: String| Finding::error(codes::ENGINE_ADDRESS, message);
        let hint = || "write the address of its SPARQL queries, such as http://localhost:7878/query".to_owned();
        let address = Iri::parse(text.to_owned())
            .map_err(|error| fault(format!("`{}` is not an address: {error}", without_user(text))).hint(hint()))?;
        if !Self::is_meant(text) {
            return Err(fault(format!("`{}` is not an address of HTTP", without_user(text))).hint(hint()));
        }
        let authority = address.authority().unwrap_or_default();
        if authority.contains('@') {
            let hint = "put them into CIVIGRAPH_STORE_USER and CIVIGRAPH_STORE_PASSWORD, or into a file \
                        (`civigraph help engines`)";
            let message = format!("the address `{}` has a user or a password in it", without_user(text));
            return Err(fault(message).hint(hint.to_owned()));
        }
        if authority.is_empty() || authority.starts_with(':') {
            return Err(fault(format!("`{text}` names no host")).hint(hint()));
        }
        if address.fragment().is_some() {
            return Err(fault(format!("the address `{text}` has a part after `#`, which is never sent")));
        }
        Ok(Self(address))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Scheme, host and port, as files of credentials name it.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme(), self.0.authority().unwrap_or_default().to_ascii_lowercase())
    }

    /// The host with its port, if that is not the usual one.
    pub fn host(&self) -> &str {
        self.0.authority().unwrap_or_default()
    }

    fn scheme(&self) -> String {
        self.0.scheme().to_ascii_lowercase()
    }

    /// Whether what is sent can be read by nobody on the way: by TLS, or because it does not leave
    /// the machine.
    pub fn is_private(&self) -> bool {
        let host = self.host();
        let name = if host.starts_with('[') {
            host.split(']').next().unwrap_or_default().trim_start_matches('[')
        } else {
            host.split(':').next().unwrap_or_default()
        };
        let address = name.parse::<std::net::IpAddr>();
        self.scheme() == "https" || name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback())
    }

    /// Path and query, as they are sent.
    pub fn path_and_query(&self) -> String {
        let path = if self.0.path().is_empty() { "/" } else { self.0.path() };
        match self.0.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        }
    }

    /// The address with a parameter more.
    pub fn with_parameter(&self, name: &str, value: &str) -> String {
        let sign = if self.0.query().is_some() { '&' } else { '?' };
        format!("{}{sign}{name}={}", self.0, percent_encoded(value, ""))
    }

    /// Where a redirect leads, if it stays on the host and is no less private.
    pub fn redirected(&self, location: &str) -> Option<Self> {
        let to = self.0.resolve(location).ok().map(Iri::into_inner)?;
        let to = Self::read(&to).ok()?;
        let name = |address: &Self| address.host().split(':').next().unwrap_or_default().to_ascii_lowercase();
        let stays = to.origin() == self.origin();
        let becomes_private = self.scheme() == "http" && to.scheme() == "https" && name(self) == name(&to);
        (stays || becomes_private).then_some(to)
    }
}

impl std::fmt::Display for EngineAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text without what stands before an `@` in the authority of an address.
fn without_user(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://…@{}", &rest[at + 1..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        for text in ["http://me:secret@host/sparql", "https://me:secret@host", "http://secret@h ost/"] {
            let fault = EngineAddress::read(text).unwrap_err();
            assert!(!format!("{fault} {:?}", fault.hint).contains("secret"), "{fault}");
        }
        for text in ["ftp://host/", "http://", "http:///path", "/folder", "http://host/#part"] {
            assert!(EngineAddress::read(text).is_err(), "{text}");
        }
        assert!(EngineAddress::is_meant("HTTPS://host/") && !EngineAddress::is_meant("http/store"));
    }

    #[test]
    fn a_redirect_stays_on_its_host_and_is_never_less_private() {
        let at = |text: &str| EngineAddress::read(text).unwrap();
        let to = |from: &str, location: &str| at(from).redirected(location).map(|to| to.as_str().to_owned());
        assert_eq!(to("http://h:1/a/b", "c").as_deref(), Some("http://h:1/a/c"));
        assert_eq!(to("http://h/a", "https://H/a").as_deref(), Some("https://H/a"));
        for (from, location) in [
            ("https://h/a", "http://h/a"),
            ("http://h/a", "http://other/a"),
            ("http://h:1/a", "http://h:2/a"),
            ("http://h/a", "//other/a"),
            ("http://h/a", "http://u:p@h/a"),
            ("http://h/a", "file:///etc/passwd"),
        ] {
            assert_eq!(to(from, location), None, "{from} {location}");
        }
    }

    #[test]
    fn only_tls_and_the_own_machine_are_private() {
        let is = |text: &str| EngineAddress::read(text).unwrap().is_private();
        assert!(is("http://127.0.0.1:7/") && is("http://[::1]:7/") && is("http://localhost/") && is("https://h/"));
        assert!(!is("http://h/") && !is("http://localhost.example.org/") && !is("http://10.0.0.1/"));
    }
}
