//! What went wrong between us and an engine, in words: what it said, and where in the query that is.

use std::io;
use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;

use super::EngineAddress;
use super::client::EngineAnswer;
use crate::characters;
use crate::finding::{Finding, Place, codes};

/// A text that an engine was sent, with what it is for whoever wrote it.
#[derive(Debug, Clone)]
pub struct SentText {
    /// What is sent.
    pub text: String,
    /// The name of its file.
    pub file: String,
    /// The text as it was written, if the lines of what is sent are its lines after `n_added`.
    pub written: Option<String>,
    /// Lines that were put before it.
    pub n_added: u64,
}

impl SentText {
    /// A text of our own, of which no place is told.
    pub fn own(text: impl Into<String>) -> Self {
        Self { text: text.into(), file: "query".to_owned(), written: None, n_added: 0 }
    }

    fn place(&self, said: &str) -> Option<Place> {
        let written = self.written.as_deref()?;
        let (line, column) = position(said)?;
        let line = line.checked_sub(self.n_added).filter(|line| *line > 0)?;
        (line <= written.lines().count() as u64).then(|| Place::at(&self.file, written, line, column, 1))
    }
}

/// The line and column in an engine's message: each writes them in another way.
fn position(said: &str) -> Option<(u64, u64)> {
    static POSITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let with_words = r"(?i)\bline:?\s*(\d+)(?:\D{1,12}?\bcol(?:umn)?:?\s*(\d+))?";
        let with_colon = r"\bat (\d+):(\d+)";
        Regex::new(&format!("{with_words}|{with_colon}")).ok()
    });
    let found = POSITION.as_ref()?.captures(said)?;
    let number = |at: usize| found.get(at).and_then(|number| number.as_str().parse::<u64>().ok());
    let line = number(1).or(number(3))?;
    Some((line, number(2).or(number(4)).unwrap_or(1).max(1)))
}

/// What an engine said, in one line that is not too long: the text of a page without its marks, the
/// message in an object of JSON.
pub(super) fn said(answer: &EngineAnswer) -> String {
    let text = answer.text();
    let text = match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => ["message", "detail", "exception", "error"]
            .iter()
            .find_map(|key| match value.get(key)? {
                serde_json::Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            })
            .unwrap_or(text),
        Err(_) if is_page(answer) => without_marks(&text),
        Err(_) => text,
    };
    // Virtuoso repeats the query after its message.
    let text = text.split("SPARQL query:").next().unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let short: String = line.chars().take(400).collect();
    let cut = if short.len() < line.len() { " …" } else { "" };
    format!("{}{cut}", characters::line(&short))
}

/// Whether an answer is a page for people.
pub(super) fn is_page(answer: &EngineAnswer) -> bool {
    let text = answer.text();
    let start = text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    answer.media_type == "text/html" || start.starts_with("<!doctype html") || start.starts_with("<html")
}

fn without_marks(page: &str) -> String {
    let (mut text, mut is_mark) = (String::new(), false);
    for c in page.chars() {
        match c {
            '<' => is_mark = true,
            '>' => {
                is_mark = false;
                text.push(' ');
            }
            c if !is_mark => text.push(c),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Nothing came back.
pub(super) fn unsent(address: &EngineAddress, error: ureq::Error, limit: Duration) -> Finding {
    let error = match error {
        ureq::Error::Timeout(_) => return timeout(address, limit),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => return timeout(address, limit),
        error => error,
    };
    let why = match &error {
        ureq::Error::HostNotFound => "its host is not known".to_owned(),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            "nothing listens there".to_owned()
        }
        ureq::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    };
    if why.contains("certificate") {
        let hint = "the certificate of an authority of your own is named by CIVIGRAPH_STORE_CA, or by `certificates` \
                    in a profile (`civigraph help engines`)";
        let message = format!("`{address}` does not prove that it is what it says: {}", characters::line(&why));
        return Finding::error(codes::ENGINE_UNREACHABLE, message).hint(hint.to_owned());
    }
    let hint = "check the address and whether the engine runs; `civigraph probe URL` says what it can do".to_owned();
    Finding::error(codes::ENGINE_UNREACHABLE, format!("`{address}` does not answer: {}", characters::line(&why)))
        .hint(hint)
}

fn timeout(address: &EngineAddress, limit: Duration) -> Finding {
    let message = format!("`{address}` did not answer within {}", humantime::format_duration(limit));
    let hint = "allow more with `--timeout 10m`, or with `time-limit` in a profile (`civigraph help engines`)";
    Finding::error(codes::ENGINE_TIMEOUT, message).hint(hint.to_owned())
}

/// An answer broke off.
pub(super) fn cut(address: &EngineAddress, error: io::Error, n_read: usize, limit: Duration) -> Finding {
    let error = ureq::Error::from(error);
    if let ureq::Error::Timeout(_) = error {
        return timeout(address, limit);
    }
    let message = format!("the answer of `{address}` broke off after {n_read} bytes: {error}");
    Finding::error(codes::BROKEN_ANSWER, message)
}

/// An answer is shorter than it says it is.
pub(super) fn shorter(address: &EngineAddress, n_read: usize) -> Finding {
    let message = format!("the answer of `{address}` broke off after {n_read} bytes, before the length that it tells");
    Finding::error(codes::BROKEN_ANSWER, message)
}

/// An answer is not what it should be from this place on.
pub(super) fn unreadable(address: &EngineAddress, why: &str) -> Finding {
    let message = format!("the answer of `{address}` cannot be read to its end: {}", characters::line(why));
    let hint = "it was cut short on its way, or is not in the format that it says".to_owned();
    Finding::error(codes::BROKEN_ANSWER, message).hint(hint)
}

/// A page for people, or another media type, instead of an answer.
pub(super) fn not_an_answer(address: &EngineAddress, answer: &EngineAnswer, wanted: &str) -> Finding {
    if is_page(answer) {
        let words: String = said(answer).chars().take(80).collect();
        let message = format!("`{address}` answers with a page for people: “{words}”");
        let hint = "name the address of its SPARQL queries: often it ends in /sparql or /query".to_owned();
        return Finding::error(codes::NOT_AN_ENGINE, message).hint(hint);
    }
    let media_type = match answer.media_type.as_str() {
        "" => "without a media type".to_owned(),
        other => format!("as `{}`", characters::line(other)),
    };
    let message = format!("`{address}` answers {media_type}, where {wanted} is expected");
    Finding::error(codes::NOT_AN_ENGINE, message)
}

/// The engine does not let us in.
pub(super) fn login(address: &EngineAddress, status: u16, has_credentials: bool) -> Finding {
    let message = match (status, has_credentials) {
        (401, false) => format!("`{address}` wants to know who asks"),
        (401, true) => format!("`{address}` does not accept the user and password, or the token"),
        _ => format!("`{address}` does not allow this"),
    };
    let hint = "credentials come from CIVIGRAPH_STORE_USER and CIVIGRAPH_STORE_PASSWORD, CIVIGRAPH_STORE_TOKEN, or a \
                file (`civigraph help engines`)";
    Finding::error(codes::ENGINE_LOGIN, message).hint(hint.to_owned())
}

/// The engine has no time.
pub(super) fn busy(address: &EngineAddress, answer: &EngineAnswer, n_tries: u32) -> Finding {
    let times = if n_tries == 1 { "once".to_owned() } else { format!("{n_tries} times") };
    let message = format!("`{address}` has no time (status {}); it was asked {times}", answer.status);
    let hint = "try later, or ask more slowly with `requests-per-second` in a profile (`civigraph help engines`)";
    Finding::error(codes::ENGINE_BUSY, message).hint(hint.to_owned())
}

/// The engine refuses a query or an update; it says why.
pub(super) fn refused(address: &EngineAddress, answer: &EngineAnswer, sent: &SentText) -> Finding {
    let said = said(answer);
    let status = answer.status;
    if status == 404 {
        let message = format!("there is nothing at `{address}` (status 404)");
        let hint = "name the address of its SPARQL queries: often it ends in /sparql or /query".to_owned();
        return Finding::error(codes::NOT_AN_ENGINE, message).hint(hint);
    }
    let about_time = ["timeout", "timed out", "time limit", "execution time"];
    let lower = said.to_ascii_lowercase();
    if status == 408 || status == 504 || about_time.iter().any(|word| lower.contains(word)) {
        let message = format!("`{address}` gave up (status {status}): {said}");
        let hint = "the engine has a limit of its own; ask for less, or raise it there".to_owned();
        return Finding::error(codes::ENGINE_TIMEOUT, message).hint(hint);
    }
    let words = if said.is_empty() { String::new() } else { format!(": {said}") };
    let message = format!("`{address}` refuses this (status {status}){words}");
    let place = sent.place(&said);
    let hint = (sent.written.is_none() && sent.file != "query")
        .then(|| "its parameters were filled in before it was sent, so that lines differ".to_owned());
    Finding::error(codes::ENGINE_REFUSED, message).at(place).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_tells_its_position_in_another_way() {
        for (said, expected) in [
            ("error at 1:16: expected one of \"(\"", Some((1, 16))),
            ("Expected end of text, found 'x' (at char 10), (line:1, col:11)", Some((1, 11))),
            ("Parse error on line 3:\n...", Some((3, 1))),
            ("Parse error: Encountered \" \"}\" \"} \"\" at line 2, column 7.", Some((2, 7))),
            ("37000 Error SP030: SPARQL compiler, line 4: syntax error at 'FILTR'", Some((4, 1))),
            ("something is wrong", None),
        ] {
            assert_eq!(position(said), expected, "{said}");
        }
    }

    #[test]
    fn a_place_is_in_the_text_as_it_was_written() {
        let written = Some("SELECT *\n{ ?s ?p ?o FILTR }".to_owned());
        let sent = SentText { text: String::new(), file: "q.rq".to_owned(), written, n_added: 2 };
        assert_eq!(sent.place("line 4 column 12").unwrap().to_string(), "q.rq:2:12");
        assert_eq!(sent.place("line 2"), None);
        assert_eq!(SentText::own("x").place("line 1"), None);
    }
}
