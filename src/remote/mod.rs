//! Engines: SPARQL stores of other programs, which are asked over HTTP.
//!
//! Queries go to an engine as text ([`Engine::rows`], [`Engine::triples`]); for everything else what is needed is
//! fetched into a [`Graph`](crate::graph::Graph) ([`EngineGraph`]), so that no walk becomes a
//! request each. How engines differ is in an [`EngineProfile`].
//!
//! The network is used only where an address was given. Requests have a length and a limit of time,
//! answers a limit of size; no redirect leads to another host; a secret is in the header of a
//! request and nowhere else.

mod address;
mod answer;
mod around;
mod bulk;
mod certificates;
mod client;
mod credentials;
mod dataset;
mod digest;
mod failure;
mod fetch;
mod names;
mod probe;
mod profile;
mod publication;
mod publish;

use std::sync::OnceLock;
use std::time::Duration;

use oxigraph::model::{NamedNode, Term, Triple};
use ureq::http::Method;

pub use address::EngineAddress;
pub use answer::Solutions;
pub use bulk::{BulkFiles, bulk};
pub use credentials::Credentials;
pub use dataset::EngineDataset;
pub use failure::SentText;
pub use fetch::{EngineGraph, FetchLimit, GraphCount};
pub use probe::{EngineTrait, Probed, probe};
pub use profile::{DatasetChoice, DefaultGraph, EngineProfile, Post, Upload};
pub use publication::Publication;
pub use publish::{Published, compare, publish};

use answer::EngineResults;
use client::{EngineAnswer, EngineClient, EngineRequest};

use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::octets::percent_encoded;

/// A SPARQL store of another program.
pub struct Engine {
    /// Where its queries go.
    pub address: EngineAddress,
    /// What is known of it.
    pub profile: EngineProfile,
    client: EngineClient,
    has_credentials: bool,
    limit: Duration,
    dataset: OnceLock<EngineDataset>,
    traits: OnceLock<(DefaultGraph, DatasetChoice)>,
    post: OnceLock<Post>,
}

impl Engine {
    /// The engine at an address. Nothing is asked yet.
    ///
    /// # Errors
    ///
    /// `engine-address`, `store-credentials`; `engine-profile` for certificates that cannot be read.
    pub fn new(address: &str, profile: EngineProfile) -> Result<Self> {
        let address = EngineAddress::read(address).map_err(Error::invalid)?;
        let credentials = match profile.authentication.as_deref() {
            Some("none") => Credentials::Nobody,
            _ => Credentials::for_engine(&address).map_err(Error::invalid)?,
        };
        let has_credentials = credentials != Credentials::Nobody;
        let tls = certificates::checked_by(&profile).map_err(Error::invalid)?;
        let (client, limit) = (EngineClient::new(credentials, tls, &profile), profile.limit());
        let (dataset, traits, post) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Ok(Self { address, profile, client, has_credentials, limit, dataset, traits, post })
    }

    /// The same engine with another limit of time for an answer.
    #[must_use]
    pub fn within(mut self, limit: Option<Duration>) -> Self {
        const LONG: Duration = Duration::from_secs(7 * 24 * 3600);
        self.limit = limit.unwrap_or(LONG);
        self
    }

    /// The same engine with another profile.
    fn with_profile(&self, profile: EngineProfile) -> Result<Self> {
        Ok(Self::new(self.address.as_str(), profile)?.within(Some(self.limit)))
    }

    /// The rows of a SELECT over a dataset.
    ///
    /// # Errors
    ///
    /// Those of a request, and `broken-answer` or `not-an-engine` if the answer is none.
    pub fn rows(&self, sent: &SentText, dataset: &EngineDataset) -> Result<Solutions> {
        match self.results(sent, dataset)? {
            (EngineResults::Solutions(solutions), _) => Ok(solutions),
            (EngineResults::Boolean(_), _) => Err(self.other_answer("rows", "yes or no")),
        }
    }

    /// The answer of an ASK over a dataset.
    ///
    /// # Errors
    ///
    /// Those of [`rows`](Self::rows).
    pub fn yes_or_no(&self, sent: &SentText, dataset: &EngineDataset) -> Result<bool> {
        match self.results(sent, dataset)? {
            (EngineResults::Boolean(answer), _) => Ok(answer),
            (EngineResults::Solutions(_), _) => Err(self.other_answer("yes or no", "rows")),
        }
    }

    /// The triples of a CONSTRUCT or DESCRIBE over a dataset.
    ///
    /// # Errors
    ///
    /// Those of [`rows`](Self::rows).
    pub fn triples(&self, sent: &SentText, dataset: &EngineDataset) -> Result<Vec<Triple>> {
        let answer = self.ask(sent, dataset, answer::TRIPLES)?;
        answer::triples(&self.address, &answer).map_err(Error::invalid)
    }

    /// Rows, or yes or no, with the cap of rows that the engine tells.
    fn results(&self, sent: &SentText, dataset: &EngineDataset) -> Result<(EngineResults, Option<u64>)> {
        let answer = self.ask(sent, dataset, answer::RESULTS)?;
        let results = answer::results(&self.address, &answer).map_err(Error::invalid)?;
        // The engine tells its cap in every answer; it was reached if there are so many rows.
        if let (EngineResults::Solutions(found), Some(cap)) = (&results, answer.row_cap)
            && found.rows.len() as u64 == cap
            && sent.written.is_some()
        {
            return Err(Error::invalid(self.capped(cap)));
        }
        Ok((results, answer.row_cap))
    }

    fn capped(&self, cap: u64) -> Finding {
        let message =
            format!("`{}` sends at most {cap} rows, and this answer has so many: it may be cut", self.address);
        let hint = "ask for parts with `ORDER BY`, `LIMIT` and `OFFSET`, or raise the cap of the engine".to_owned();
        Finding::error(codes::INCOMPLETE_ANSWER, message).hint(hint)
    }

    fn other_answer(&self, wanted: &str, found: &str) -> Error {
        let message = format!("`{}` answers with {found} where {wanted} are expected", self.address);
        Error::invalid(Finding::error(codes::BROKEN_ANSWER, message))
    }

    fn ask(&self, sent: &SentText, dataset: &EngineDataset, accept: &str) -> Result<EngineAnswer> {
        self.operation("query", &self.address, sent, dataset, accept)
    }

    /// Sends a query or an update (SPARQL 1.1 Protocol, 2.1.2, 2.1.3, 2.2.1, 2.2.2).
    fn operation(
        &self,
        name: &str,
        address: &EngineAddress,
        sent: &SentText,
        dataset: &EngineDataset,
        accept: &str,
    ) -> Result<EngineAnswer> {
        let parameters = || dataset.parameters().map(|(name, graph)| (name, graph.as_str()));
        let (address, media_type, body) = match self.post_of(&sent.text)? {
            Post::Form => {
                let mut form = format!("{name}={}", percent_encoded(&sent.text, ""));
                for (name, graph) in parameters() {
                    form.push_str(&format!("&{name}={}", percent_encoded(graph, "")));
                }
                (address.clone(), "application/x-www-form-urlencoded".to_owned(), form)
            }
            Post::Direct => {
                let address = parameters().try_fold(address.clone(), |address, (name, graph)| {
                    EngineAddress::read(&address.with_parameter(name, graph)).map_err(Error::invalid)
                })?;
                (address, format!("application/sparql-{name}"), sent.text.clone())
            }
        };
        let request = EngineRequest {
            method: Method::POST,
            address,
            accept,
            body: Some((&media_type, body.as_bytes())),
            // Every update that is sent here has the same effect if it is sent twice.
            is_idempotent: true,
            limit: self.limit,
        };
        self.checked(&request, sent)
    }

    /// How a text is sent: in a form, but as it is where the engine would decode a form twice and the
    /// text has something to decode.
    fn post_of(&self, text: &str) -> Result<Post> {
        match self.profile.post {
            Some(known) => Ok(known),
            None if !text.contains('%') => Ok(Post::Form),
            None => self.finds_post(),
        }
    }

    /// Asks the engine whether a form keeps a `%`.
    fn finds_post(&self) -> Result<Post> {
        if let Some(known) = self.post.get() {
            return Ok(*known);
        }
        let form = Self::new(self.address.as_str(), EngineProfile { post: Some(Post::Form), ..self.profile.clone() })?
            .within(Some(self.limit));
        let asked = SentText::own("SELECT (\"%41\" AS ?x) WHERE { }");
        let found = form.rows(&asked, &EngineDataset::default()).map(|found| found.rows.into_iter().flatten().next());
        let is_decoded = matches!(found, Ok(Some(Some(Term::Literal(text)))) if text.value() == "A");
        Ok(*self.post.get_or_init(|| if is_decoded { Post::Direct } else { Post::Form }))
    }

    /// Sends a request; an answer that is no success is an error.
    fn checked(&self, request: &EngineRequest<'_>, sent: &SentText) -> Result<EngineAnswer> {
        let answer = self.client.send(request)?;
        let fault = match answer.status {
            _ if answer.is_success() => return Ok(answer),
            // Virtuoso has 500 for what a user may not do.
            500 if answer.text().contains("SECURITY") => failure::login(&request.address, 403, self.has_credentials),
            status @ (401 | 403) => {
                let fault = failure::login(&request.address, status, self.has_credentials);
                let said = failure::said(&answer);
                if said.is_empty() { fault } else { Finding { message: format!("{}: {said}", fault.message), ..fault } }
            }
            _ => failure::refused(&request.address, &answer, sent),
        };
        Err(Error::invalid(fault))
    }

    /// Sends an update.
    ///
    /// # Errors
    ///
    /// Those of a request.
    fn update(&self, text: &str) -> Result<()> {
        let address = match &self.profile.update {
            Some(given) => EngineProfile::beside(&self.address, given).map_err(Error::invalid)?,
            None => self.address.clone(),
        };
        self.operation("update", &address, &SentText::own(text), &EngineDataset::default(), "*/*").map(drop)
    }

    /// Adds triples to a graph by the Graph Store Protocol.
    fn post_triples(&self, graph: &NamedNode, triples: &[u8]) -> Result<()> {
        let store = self.profile.graph_store.as_deref().unwrap_or_default();
        let address = EngineProfile::beside(&self.address, store).map_err(Error::invalid)?;
        let address = address.with_parameter("graph", graph.as_str());
        let request = EngineRequest {
            method: Method::POST,
            address: EngineAddress::read(&address).map_err(Error::invalid)?,
            accept: "*/*",
            body: Some(("application/n-triples", triples)),
            is_idempotent: true,
            limit: self.limit,
        };
        self.checked(&request, &SentText::own(String::new())).map(drop)
    }

    /// The only number in the answer to a query of our own.
    fn number(&self, text: &str) -> Result<u64> {
        let found = self.rows(&SentText::own(text), &EngineDataset::default())?;
        let first = found.rows.first().and_then(|row| row.first()).and_then(Option::as_ref);
        let number = match first {
            Some(Term::Literal(literal)) => literal.value().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| {
            let message = format!("`{}` answers a count with no number", self.address);
            Error::invalid(Finding::error(codes::BROKEN_ANSWER, message))
        })
    }
}
