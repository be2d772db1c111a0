//! What is wrong with a request, or with its answer: a status and the findings of the terminal.

use super::message::Head;
use super::negotiate;
use crate::error::Error;
use crate::finding::{Finding, Findings, codes};
use crate::page::{self, Interface};
use crate::report::{self, ReportFormat};

/// A request that has no answer.
#[derive(Debug)]
pub(super) struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// Why.
    pub findings: Findings,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// Addresses of what may be meant, with its labels.
    pub suggested: Vec<(String, String)>,
}

impl Problem {
    pub fn new(status: u16, finding: Finding) -> Self {
        Self { status, findings: finding.into(), headers: Vec::new(), suggested: Vec::new() }
    }

    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The code of what is wrong.
    pub fn code(&self) -> String {
        self.findings.iter().next().map_or_else(String::new, |finding| finding.code.to_string())
    }

    /// As an answer: JSON or a page where `Accept` names them, otherwise text.
    pub fn answer(&self, accept: &str, interface: Interface) -> (Head, Vec<u8>) {
        let written = |format: ReportFormat| {
            let mut written = Vec::new();
            // Writing to memory cannot fail.
            let _ = report::write_findings(format, &self.findings, &mut written);
            written
        };
        let text = || anstream::adapter::strip_str(&String::from_utf8_lossy(&written(ReportFormat::Text))).to_string();
        let (media, body) = if negotiate::names(accept, "application/json") {
            ("application/json", written(ReportFormat::Json))
        } else if negotiate::names(accept, "text/html") {
            let page = page::problem(self.status, text().trim_end(), &self.suggested, interface);
            ("text/html;charset=utf-8", page.into_string().into_bytes())
        } else {
            ("text/plain;charset=utf-8", text().into_bytes())
        };
        let head = Head {
            status: self.status,
            media: media.to_owned(),
            headers: self.headers.clone(),
            is_stable: false,
            code: Some(self.code()),
        };
        (head, body)
    }
}

/// The status of an answer whose finding has this code. For a query that is not SPARQL and for one that
/// cannot be evaluated, it is that of the SPARQL 1.1 Protocol, section 2.1.7.
fn status(code: &str) -> u16 {
    match code {
        codes::SERVICE_REFUSED | codes::READ_ONLY => 403,
        codes::UNKNOWN_GRAPH | codes::UNKNOWN_ENTITY | codes::UNKNOWN_ADDRESS => 404,
        codes::NOT_ACCEPTABLE | codes::UNKNOWN_FORMAT => 406,
        codes::UNKNOWN_MEDIA_TYPE => 415,
        codes::QUERY_TIMEOUT
        | codes::QUERY_MEMORY
        | codes::QUERY_ROWS
        | codes::SPARQL_EVALUATION
        | codes::DAMAGED_SNAPSHOT => 500,
        _ => 400,
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(findings) | Error::Findings(findings) => {
                let status = findings.iter().next().map_or(500, |finding| status(&finding.code));
                Self { status, findings: *findings, headers: Vec::new(), suggested: Vec::new() }
            }
            error => {
                Self::new(500, Finding::error(error.code().unwrap_or(codes::SPARQL_EVALUATION), error.to_string()))
            }
        }
    }
}
