//! The record of requests, in the Common Log Format with the time that each took.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::IpAddr;
use std::sync::mpsc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::Event;
use super::settings::AccessLog;
use crate::error::{Action, Error, Result};

/// The longest request line that is recorded, in characters.
const LONGEST: usize = 2_000;

/// Takes lines. Clones write to the same record.
#[derive(Clone)]
pub(super) struct AccessRecord(Option<mpsc::Sender<Event>>);

impl AccessRecord {
    /// Opens the record. A file is written by a thread of its own, so that no request waits for a disk.
    ///
    /// # Errors
    ///
    /// `unwritable-file`.
    pub fn open(log: &AccessLog, events: &mpsc::Sender<Event>) -> Result<Self> {
        let path = match log {
            AccessLog::Nowhere => return Ok(Self(None)),
            AccessLog::Events => return Ok(Self(Some(events.clone()))),
            AccessLog::File(path) => path,
        };
        let file = OpenOptions::new().create(true).append(true).open(path);
        let mut file = file.map_err(Error::io(Action::Write, path))?;
        let (lines, received) = mpsc::channel();
        let (events, path) = (events.clone(), path.clone());
        let write = move || {
            for event in received {
                let Event::Access(line) = event else { continue };
                if let Err(error) = writeln!(file, "{line}") {
                    let error = Error::io(Action::Write, &path)(error);
                    let _ = events.send(Event::Warning(super::problem::Problem::from(error).findings));
                    return;
                }
            }
        };
        let started = std::thread::Builder::new().name("access log".to_owned()).spawn(write);
        started.map_err(Error::io(Action::Write, "-"))?;
        Ok(Self(Some(lines)))
    }

    /// Begins the entry of a request, if requests are recorded.
    pub fn begin(&self, peer: IpAddr, request: String, start: Instant) -> AccessEntry {
        AccessEntry {
            record: self.clone(),
            peer,
            request,
            start,
            status: 0,
            n_bytes: 0,
            is_cut: false,
            is_complete: false,
        }
    }

    /// Whether requests are recorded.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }
}

/// A request that is recorded when the entry is dropped.
pub(super) struct AccessEntry {
    record: AccessRecord,
    peer: IpAddr,
    request: String,
    start: Instant,
    /// The status of the answer.
    pub status: u16,
    /// The bytes of its body that were taken.
    pub n_bytes: u64,
    /// Whether the server has cut the answer.
    pub is_cut: bool,
    /// Whether the client has taken all.
    pub is_complete: bool,
}

impl Drop for AccessEntry {
    fn drop(&mut self) {
        let Some(lines) = &self.record.0 else { return };
        let mark = if self.is_cut { " cut" } else { "" };
        let line = format!(
            "{} - - [{}] \"{}\" {} {} {:.6}{mark}",
            self.peer,
            common_time(now()),
            quoted(&self.request),
            self.status,
            self.n_bytes,
            self.start.elapsed().as_secs_f64()
        );
        let _ = lines.send(Event::Access(line));
    }
}

#[expect(clippy::disallowed_methods, reason = "a record says when; no answer depends on it")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A request line between quotes: whatever a client has sent stays one line and one field.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for c in text.chars().take(LONGEST) {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if crate::characters::steers(c) => quoted.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        quoted.push('…');
    }
    quoted
}

/// Seconds since 1970 as the Common Log Format writes them, in UTC.
fn common_time(seconds: u64) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
    let is_leap = |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 0;
    let length = |month: usize| match month {
        1 => 28 + u64::from(is_leap(year)),
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    };
    while days >= length(month) {
        days -= length(month);
        month += 1;
    }
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{:02}/{}/{year}:{hour:02}:{minute:02}:{second:02} +0000", days + 1, MONTHS[month])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_common_log_format() {
        for (seconds, expected) in [
            (0, "01/Jan/1970:00:00:00 +0000"),
            (951_782_400, "29/Feb/2000:00:00:00 +0000"),
            (1_709_251_199, "29/Feb/2024:23:59:59 +0000"),
            (1_709_251_200, "01/Mar/2024:00:00:00 +0000"),
            (1_798_761_599, "31/Dec/2026:23:59:59 +0000"),
        ] {
            assert_eq!(common_time(seconds), expected);
        }
    }

    #[test]
    fn a_request_line_stays_one_field() {
        assert_eq!(quoted("GET /\"\\ \u{1b}[2J\r\n"), "GET /\\\"\\\\ \\u{1b}[2J\\u{d}\\u{a}");
        assert_eq!(quoted(&"x".repeat(3_000)).chars().count(), LONGEST + 1);
    }
}
