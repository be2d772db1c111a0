//! Whether the files of a pack are those that its descriptor describes: `bytes` and `hash`.

use std::io::{self, Read};

use sha2::Digest;

use super::{Pack, STANDARD_INPUT};
use crate::finding::{Finding, Findings, codes};
use crate::octets::hex;

impl Pack {
    /// Warnings about files whose size or hash is not the one in the descriptor.
    pub fn changed_files(&self) -> Findings {
        let mut findings = Findings::new();
        for resource in &self.descriptor.resources {
            let unused = |what: &str| {
                format!("`{what}` has no effect on a resource of several files, without one, or from standard input")
            };
            let only = match resource.paths.as_slice() {
                [path] if path != STANDARD_INPUT => Some(path),
                _ => None,
            };
            let Some(path) = only else {
                let given = [
                    ("bytes", resource.bytes.as_ref().map(|(_, place)| place)),
                    ("hash", resource.hash.as_ref().map(|(_, place)| place)),
                ];
                for (what, place) in given {
                    findings.extend(
                        place.map(|place| Finding::warning(codes::UNUSED_PROPERTY, unused(what)).at(place.clone())),
                    );
                }
                continue;
            };
            let name = self.files.name(path);
            let hint =
                || Some("somebody changed the file or its line ends; correct the descriptor if it is right".to_owned());
            if let (Some((bytes, place)), Some(size)) = (&resource.bytes, self.files.size(path))
                && *bytes != size
            {
                let message = format!("`{name}` has {size} bytes, not {bytes}");
                findings.push(Finding::warning(codes::CHANGED_FILE, message).at(place.clone()).hint(hint()));
            }
            let Some((hash, place)) = &resource.hash else { continue };
            let (algorithm, expected) = hash.split_once(':').unwrap_or(("md5", hash));
            let Ok(file) = self.files.open(path) else { continue };
            match digest(algorithm, file) {
                None => {
                    let message = format!("the hash `{algorithm}` is not one of md5, sha1, sha256, sha512");
                    findings.push(Finding::warning(codes::UNUSED_PROPERTY, message).at(place.clone()));
                }
                Some(Ok(found)) if !found.eq_ignore_ascii_case(expected) => {
                    let message = format!("the {algorithm} hash of `{name}` is {found}, not {expected}");
                    findings.push(Finding::warning(codes::CHANGED_FILE, message).at(place.clone()).hint(hint()));
                }
                // That it cannot be read is reported where its content is needed.
                Some(_) => {}
            }
        }
        findings
    }
}

/// The hash of a text in hexadecimal digits; `None` if there is no such algorithm.
fn digest(algorithm: &str, input: impl Read) -> Option<io::Result<String>> {
    match algorithm {
        "md5" => Some(hash_of::<md5::Md5>(input)),
        "sha1" => Some(hash_of::<sha1::Sha1>(input)),
        "sha256" => Some(hash_of::<sha2::Sha256>(input)),
        "sha512" => Some(hash_of::<sha2::Sha512>(input)),
        _ => None,
    }
}

fn hash_of<D: Digest>(mut input: impl Read) -> io::Result<String> {
    let mut hash = D::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => hash.update(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hex(hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standards() {
        // RFC 1321 A.5, RFC 3174 7.3 and FIPS 180 have the hashes of `abc`.
        for (algorithm, start) in [
            ("md5", "900150983cd24fb0"),
            ("sha1", "a9993e364706816a"),
            ("sha256", "ba7816bf8f01cfea"),
            ("sha512", "ddaf35a193617aba"),
        ] {
            let hash = digest(algorithm, &b"abc"[..]).unwrap().unwrap();
            assert!(hash.starts_with(start), "{algorithm}: {hash}");
        }
        assert!(digest("crc32", &b"abc"[..]).is_none());
    }
}
