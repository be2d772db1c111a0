//! Answers to challenges of HTTP: Basic (RFC 7617) and Digest (RFC 7616), which Virtuoso wants.

use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_auth::ChallengeRef;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use crate::octets::hex;

/// A challenge that can be answered with a password.
#[derive(Debug)]
pub(super) enum Challenge {
    Basic,
    Digest(DigestChallenge),
}

#[derive(Debug)]
pub(super) struct DigestChallenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    algorithm: Option<String>,
    is_sha256: bool,
    has_qop: bool,
    /// How many requests were answered with this nonce.
    n_used: AtomicU32,
}

impl Challenge {
    /// The strongest of the challenges in headers `WWW-Authenticate` that can be answered.
    pub fn strongest<'a>(headers: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut found: Option<Self> = None;
        for header in headers {
            let Ok(challenges) = http_auth::parse_challenges(header) else { continue };
            for challenge in &challenges {
                let read = match challenge.scheme.to_ascii_lowercase().as_str() {
                    "basic" => Some(Self::Basic),
                    "digest" => DigestChallenge::read(challenge).map(Self::Digest),
                    _ => None,
                };
                let Some(read) = read else { continue };
                if found.as_ref().is_none_or(|found| read.strength() > found.strength()) {
                    found = Some(read);
                }
            }
        }
        found
    }

    fn strength(&self) -> u8 {
        match self {
            Self::Basic => 0,
            Self::Digest(digest) => 1 + u8::from(digest.is_sha256),
        }
    }

    /// The header `Authorization` for a request.
    pub fn answer(&self, user: &str, password: &str, method: &str, path: &str) -> String {
        match self {
            Self::Basic => basic(user, password),
            Self::Digest(digest) => digest.answer((user, password), method, path, &client_nonce()),
        }
    }
}

pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// A text that no other request has: the standard library's hashers are seeded at random.
fn client_nonce() -> String {
    let random = || std::hash::RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

impl DigestChallenge {
    fn read(challenge: &ChallengeRef<'_>) -> Option<Self> {
        let value = |name: &str| {
            let found = challenge.params.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.to_unescaped())
        };
        let algorithm = value("algorithm");
        let is_sha256 = match algorithm.as_deref().map(str::to_ascii_uppercase).as_deref() {
            None | Some("MD5") => false,
            Some("SHA-256") => true,
            // What depends on a session, and what nobody uses.
            _ => return None,
        };
        let qop = value("qop");
        let offers_auth = |qop: &String| qop.split(',').any(|one| one.trim().eq_ignore_ascii_case("auth"));
        let has_qop = match &qop {
            None => false,
            Some(qop) if offers_auth(qop) => true,
            Some(_) => return None,
        };
        Some(Self {
            realm: value("realm")?,
            nonce: value("nonce")?,
            opaque: value("opaque"),
            algorithm,
            is_sha256,
            has_qop,
            n_used: AtomicU32::new(0),
        })
    }

    fn hash(&self, text: &str) -> String {
        if self.is_sha256 { hex(Sha256::digest(text)) } else { hex(Md5::digest(text)) }
    }

    fn answer(&self, (user, password): (&str, &str), method: &str, path: &str, client_nonce: &str) -> String {
        let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let (realm, nonce) = (&self.realm, &self.nonce);
        let who = self.hash(&format!("{user}:{realm}:{password}"));
        let what = self.hash(&format!("{method}:{path}"));
        let count = format!("{:08x}", self.n_used.fetch_add(1, Ordering::Relaxed) + 1);
        let response = match self.has_qop {
            true => self.hash(&format!("{who}:{nonce}:{count}:{client_nonce}:auth:{what}")),
            false => self.hash(&format!("{who}:{nonce}:{what}")),
        };
        let mut header = format!(
            "Digest username={}, realm={}, nonce={}, uri={}, response=\"{response}\"",
            quoted(user),
            quoted(realm),
            quoted(nonce),
            quoted(path)
        );
        if let Some(algorithm) = &self.algorithm {
            header.push_str(&format!(", algorithm={algorithm}"));
        }
        if let Some(opaque) = &self.opaque {
            header.push_str(&format!(", opaque={}", quoted(opaque)));
        }
        if self.has_qop {
            header.push_str(&format!(", qop=auth, nc={count}, cnonce=\"{client_nonce}\""));
        }
        header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strongest(header: &str) -> Option<Challenge> {
        Challenge::strongest(std::iter::once(header))
    }

    /// The example of RFC 7616, section 3.9.1.
    #[test]
    fn the_example_of_the_standard_is_answered_as_it_says() {
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let challenge = format!(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                 opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            );
            let Some(Challenge::Digest(digest)) = strongest(&challenge) else { panic!("{challenge}") };
            let nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
            let answer = digest.answer(("Mufasa", "Circle of Life"), "GET", "/dir/index.html", nonce);
            assert!(answer.contains(&format!("response=\"{response}\"")), "{answer}");
            assert!(answer.contains("nc=00000001") && !answer.contains("Circle"), "{answer}");
            assert!(digest.answer(("Mufasa", "x"), "GET", "/", nonce).contains("nc=00000002"));
        }
    }

    #[test]
    fn the_strongest_challenge_is_answered() {
        let both = "Basic realm=\"a\", Digest realm=\"a\", nonce=\"b\", qop=\"auth\"";
        assert!(matches!(strongest(both), Some(Challenge::Digest(_))));
        assert!(matches!(strongest("Basic realm=\"a\""), Some(Challenge::Basic)));
        assert!(strongest("Negotiate").is_none());
        assert!(strongest("Digest realm=\"a\", nonce=\"b\", qop=\"auth-int\"").is_none());
        assert!(strongest("Digest realm=\"a\", nonce=\"b\", algorithm=MD5-sess").is_none());
        assert_eq!(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }
}
