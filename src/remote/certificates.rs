//! Which authorities may vouch for an engine: those of Mozilla, and one's own, whose certificates a file has.

use std::path::Path;

use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::EngineProfile;
use crate::file;
use crate::finding::{Finding, Place, codes};

/// The variable that names a file of certificates.
const VARIABLE: &str = "CIVIGRAPH_STORE_CA";
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// How certificates are checked: by those of Mozilla, with those of the files of the environment and of the profile.
///
/// # Errors
///
/// `engine-profile` at its place if a file has none, or one that cannot be read.
pub(super) fn checked_by(profile: &EngineProfile) -> Result<TlsConfig, Finding> {
    let variable = std::env::var(VARIABLE).ok().filter(|path| !path.is_empty());
    let files: Vec<&String> = variable.iter().chain(&profile.certificates).collect();
    let config = TlsConfig::builder();
    if files.is_empty() {
        return Ok(config.build());
    }
    let mozilla = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|known| Certificate::from_der(known));
    let mut all: Vec<Certificate<'static>> = mozilla.collect();
    for path in files {
        all.extend(in_file(path)?);
    }
    Ok(config.root_certs(RootCerts::from(all)).build())
}

/// The certificates of a file of PEM; whatever stands between them is for people.
fn in_file(path: &str) -> Result<Vec<Certificate<'static>>, Finding> {
    let fault = |message: String| Finding::error(codes::ENGINE_PROFILE, message);
    let bytes = file::read(Path::new(path))
        .map_err(|error| fault(format!("cannot read the certificates in `{path}`: {error}")).hint(whence(path)))?;
    let text = String::from_utf8_lossy(&bytes);
    let mut found = Vec::new();
    let mut end = 0;
    while let Some(start) = text[end..].find(BEGIN).map(|at| end + at) {
        let at = |message: &str| fault(message.to_owned()).at(Place::in_text(path, &text, start, start + BEGIN.len()));
        let length = text[start..].find(END).ok_or_else(|| at("this certificate has no end"))?;
        end = start + length + END.len();
        let read = Certificate::from_pem(text[start..end].as_bytes()).ok();
        let read = read.filter(|read| webpki::anchor_from_trusted_cert(&read.der().into()).is_ok());
        found.push(read.ok_or_else(|| at("this is not a certificate of an authority in PEM (X.509)"))?);
    }
    if found.is_empty() {
        let message = match text.contains("PRIVATE KEY-----") {
            true => "has a private key and no certificate",
            false => "has no certificate in PEM, which begins with `-----BEGIN CERTIFICATE-----`",
        };
        let hint = "a file in DER becomes one by `openssl x509 -inform der -in ca.der -out ca.pem`".to_owned();
        return Err(fault(format!("`{path}` {message}")).at(Place::at(path, "", 1, 1, 1)).hint(hint));
    }
    Ok(found)
}

fn whence(path: &str) -> String {
    match std::env::var(VARIABLE).is_ok_and(|named| named == path) {
        true => format!("the file is named by {VARIABLE}"),
        false => "the file is named by `certificates` in the profile".to_owned(),
    }
}
