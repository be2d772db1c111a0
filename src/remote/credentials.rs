//! Who asks: a user with a password, or a token. They come from the environment or from a file
//! that nobody else may read, and go nowhere but into the header of a request.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::EngineAddress;
use crate::file;
use crate::finding::{Finding, codes};

/// What an engine is told about who asks.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing.
    Nobody,
    /// A user and a password, for Basic and Digest.
    Password(String, String),
    /// A token, for Bearer.
    Token(String),
}

/// A secret is never written, not even by mistake.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Password(..) => "Password(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

/// The variable that names a file of credentials.
const FILE: &str = "CIVIGRAPH_STORE_CREDENTIALS";
const USER: &str = "CIVIGRAPH_STORE_USER";
const PASSWORD: &str = "CIVIGRAPH_STORE_PASSWORD";
const TOKEN: &str = "CIVIGRAPH_STORE_TOKEN";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    user: Option<String>,
    password: Option<String>,
    token: Option<String>,
}

impl Credentials {
    /// The credentials for an engine: those of the file for its host, otherwise those of the
    /// environment.
    ///
    /// # Errors
    ///
    /// `store-credentials`: a file that others may read, or that cannot be read; half of a pair. No
    /// message has a secret in it.
    pub fn for_engine(address: &EngineAddress) -> Result<Self, Finding> {
        Self::choose(address, &|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn choose(address: &EngineAddress, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Finding> {
        if let Some(path) = variable(FILE)
            && let Some(entry) = in_file(Path::new(&path), address)?
        {
            return Self::of(entry, &format!("the entry `{}` of `{path}`", address.origin()));
        }
        let entry = Entry { user: variable(USER), password: variable(PASSWORD), token: variable(TOKEN) };
        Self::of(entry, "the environment")
    }

    fn of(entry: Entry, whence: &str) -> Result<Self, Finding> {
        let credentials = match (entry.user, entry.password, entry.token) {
            (None, None, None) => return Ok(Self::Nobody),
            (Some(user), Some(password), None) => Self::Password(user, password),
            (None, None, Some(token)) => Self::Token(token),
            (_, _, Some(_)) => return Err(fault(format!("{whence} has both a token and a user or password"))),
            (Some(_), None, None) => return Err(fault(format!("{whence} has a user without a password"))),
            (None, Some(_), None) => return Err(fault(format!("{whence} has a password without a user"))),
        };
        let parts = match &credentials {
            Self::Password(user, password) => vec![user, password],
            Self::Token(token) => vec![token],
            Self::Nobody => Vec::new(),
        };
        if parts.iter().any(|part| part.contains(|c: char| c.is_control())) {
            return Err(fault(format!("{whence} has a line end or another control character in a secret")));
        }
        Ok(credentials)
    }
}

fn fault(message: String) -> Finding {
    let hint = "`civigraph help engines` shows the variables and the file".to_owned();
    Finding::error(codes::STORE_CREDENTIALS, message).hint(hint)
}

fn in_file(path: &Path, address: &EngineAddress) -> Result<Option<Entry>, Finding> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| fault(format!("cannot read the credentials in `{shown}`: {error}"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            let message = format!("others may read the credentials in `{shown}`");
            let hint = format!("run `chmod 600 {shown}`");
            return Err(Finding::error(codes::STORE_CREDENTIALS, message).hint(hint));
        }
    }
    let text = String::from_utf8(file::read(path).map_err(unreadable)?)
        .map_err(|_| fault(format!("the credentials in `{shown}` are not UTF-8")))?;
    // The parser's message would quote the line.
    let entries: BTreeMap<String, Entry> = toml::from_str(&text).map_err(|error| {
        let line = error.span().map(|span| 1 + text[..span.start].matches('\n').count());
        let line = line.map(|line| format!(", line {line}")).unwrap_or_default();
        let message = format!("the credentials in `{shown}`{line} are not written as expected");
        let hint = "for each host: [\"https://store.example.org\"], then user and password, or token".to_owned();
        Finding::error(codes::STORE_CREDENTIALS, message).hint(hint)
    })?;
    let origin = address.origin();
    let is_it = |name: &str| EngineAddress::read(name).is_ok_and(|named| named.origin() == origin);
    Ok(entries.into_iter().find(|(name, _)| is_it(name)).map(|(_, entry)| entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(pairs: &[(&str, &str)]) -> Result<Credentials, Finding> {
        let address = EngineAddress::read("https://Store.example.org/sparql").unwrap();
        let value = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Credentials::choose(&address, &value)
    }

    #[test]
    fn the_environment_has_a_pair_or_a_token() {
        assert_eq!(choose(&[]).unwrap(), Credentials::Nobody);
        let pair = Credentials::Password("u".to_owned(), "p".to_owned());
        assert_eq!(choose(&[(USER, "u"), (PASSWORD, "p")]).unwrap(), pair);
        assert_eq!(choose(&[(TOKEN, "t")]).unwrap(), Credentials::Token("t".to_owned()));
        for wrong in [&[(USER, "u")][..], &[(PASSWORD, "hush")], &[(TOKEN, "hush"), (USER, "u")], &[(TOKEN, "hu\nsh")]]
        {
            let fault = choose(wrong).unwrap_err();
            assert!(!fault.to_string().contains("hu"), "{fault}");
        }
        assert!(!format!("{pair:?} {:?}", Credentials::Token("hush".to_owned())).contains("hush"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_has_one_entry_for_each_host_and_is_read_by_nobody_else() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials.toml");
        let write = |text: &str, mode: u32| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        let named = path.to_str().unwrap();
        let good = "[\"https://store.example.org\"]\nuser = 'u'\npassword = 'p'\n[\"http://other\"]\ntoken = 't'\n";
        write(good, 0o600);
        let pair = Credentials::Password("u".to_owned(), "p".to_owned());
        assert_eq!(choose(&[(FILE, named), (TOKEN, "t")]).unwrap(), pair);
        write(&good.replace("store.", "another."), 0o600);
        assert_eq!(choose(&[(FILE, named)]).unwrap(), Credentials::Nobody);
        for mode in [0o640, 0o604, 0o620] {
            write(good, mode);
            assert!(choose(&[(FILE, named)]).unwrap_err().to_string().contains("others may read"));
        }
        write("[\"https://store.example.org\"]\npasswort = 'hush'\n", 0o600);
        let fault = choose(&[(FILE, named)]).unwrap_err().to_string();
        assert!(fault.contains("line") && !fault.contains("hush"), "{fault}");
        write("hush", 0o600);
        assert!(!choose(&[(FILE, named)]).unwrap_err().to_string().contains("hush, "));
        assert!(choose(&[(FILE, "/no/such/file")]).is_err());
    }
}
