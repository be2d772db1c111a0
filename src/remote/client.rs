//! Requests over HTTP: one at a time, each with its length, a limit of time and a limit of size.

use std::io::Read as _;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use ureq::http::{HeaderMap, Method, Request, header};
use ureq::tls::TlsConfig;

use super::digest::{Challenge, basic};
use super::{Credentials, EngineAddress, EngineProfile, failure};
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::group_digits;

/// How often a request is sent if the engine says that it has no time.
const MOST_TRIES: u32 = 5;
/// The longest time that is waited before a request is sent again.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const MOST_REDIRECTS: u32 = 3;
const CONNECT: Duration = Duration::from_secs(10);

/// Sends requests to one engine.
pub(super) struct EngineClient {
    agent: ureq::Agent,
    credentials: Credentials,
    is_clear_text_allowed: bool,
    /// The challenge that was answered last.
    challenge: Mutex<Option<Challenge>>,
    /// The time between the beginnings of two requests, and when the last one began.
    pause: Duration,
    last: Mutex<Option<Instant>>,
    first_wait: Duration,
    largest: u64,
}

/// A request.
#[derive(Clone)]
pub(super) struct EngineRequest<'a> {
    pub method: Method,
    pub address: EngineAddress,
    pub accept: &'a str,
    /// Its media type and its bytes.
    pub body: Option<(&'a str, &'a [u8])>,
    /// Whether it may be sent twice.
    pub is_idempotent: bool,
    pub limit: Duration,
}

/// An answer, read whole.
pub(super) struct EngineAnswer {
    pub status: u16,
    /// Its media type in lower case, without parameters.
    pub media_type: String,
    /// The most rows that the engine says it sends, if it says so.
    pub row_cap: Option<u64>,
    pub server: Option<String>,
    pub body: Vec<u8>,
}

impl EngineAnswer {
    /// Its beginning as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body[..self.body.len().min(20_000)]).into_owned()
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// What came back for one request.
enum Received {
    Answer(EngineAnswer),
    /// Another address of the same host.
    Redirect(EngineAddress),
    /// The engine wants to know who asks.
    Challenged(Challenge),
    /// The engine has no time, and perhaps says how long.
    Busy(EngineAnswer, Option<Duration>),
}

impl EngineClient {
    pub fn new(credentials: Credentials, tls: TlsConfig, profile: &EngineProfile) -> Self {
        let config = ureq::Agent::config_builder()
            .user_agent(concat!("civigraph/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .tls_config(tls)
            .build();
        Self {
            agent: config.new_agent(),
            credentials,
            is_clear_text_allowed: profile.clear_text == Some(true),
            challenge: Mutex::new((profile.authentication.as_deref() == Some("basic")).then_some(Challenge::Basic)),
            pause: profile.pause(),
            last: Mutex::new(None),
            first_wait: profile.first_wait(),
            largest: profile.largest_answer(),
        }
    }

    /// Sends a request and reads the answer, whatever its status. What the engine had no time for is
    /// sent again after a while, if it may be sent twice.
    ///
    /// # Errors
    ///
    /// `engine-unreachable`, `engine-timeout`, `engine-login`, `engine-busy`, `answer-too-large`,
    /// `broken-answer`, `other-host`.
    pub fn send(&self, request: &EngineRequest<'_>) -> Result<EngineAnswer> {
        let mut request = request.clone();
        let (mut n_tries, mut n_redirects, mut has_answered) = (0, 0, false);
        loop {
            match self.send_once(&request)? {
                Received::Answer(answer) => return Ok(answer),
                Received::Redirect(_) if n_redirects == MOST_REDIRECTS => {
                    let message = format!("`{}` leads from one address to the next without an end", request.address);
                    return Err(Error::invalid(Finding::error(codes::NOT_AN_ENGINE, message)));
                }
                Received::Redirect(to) => {
                    n_redirects += 1;
                    request.address = to;
                }
                Received::Challenged(_) if has_answered => {
                    return Err(Error::invalid(failure::login(&request.address, 401, true)));
                }
                Received::Challenged(challenge) => {
                    has_answered = true;
                    if let Ok(mut known) = self.challenge.lock() {
                        *known = Some(challenge);
                    }
                }
                Received::Busy(answer, after) => {
                    n_tries += 1;
                    if n_tries == MOST_TRIES || !request.is_idempotent {
                        return Err(Error::invalid(failure::busy(&request.address, &answer, n_tries)));
                    }
                    let doubled = self.first_wait * 2_u32.pow(n_tries - 1);
                    thread::sleep(after.unwrap_or(doubled).min(LONGEST_WAIT));
                }
            }
        }
    }

    fn send_once(&self, request: &EngineRequest<'_>) -> Result<Received> {
        self.pace();
        let address = &request.address;
        let built = Request::builder().method(request.method.clone()).uri(address.as_str());
        let built = built.header(header::ACCEPT, request.accept);
        let built = match self.authorization(request)? {
            Some(authorization) => built.header(header::AUTHORIZATION, authorization),
            None => built,
        };
        let failed = |error| Error::invalid(failure::unsent(address, error, request.limit));
        let sent = match request.body {
            Some((media_type, bytes)) => {
                let built = built.header(header::CONTENT_TYPE, media_type).body(bytes);
                built.map_err(ureq::Error::from).and_then(|built| self.agent.run(self.limited(built, request.limit)))
            }
            None => {
                let built = built.body(());
                built.map_err(ureq::Error::from).and_then(|built| self.agent.run(self.limited(built, request.limit)))
            }
        };
        let mut response = sent.map_err(failed)?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        if matches!(status, 301 | 302 | 303 | 307 | 308) {
            return redirected(address, status, &headers).map(Received::Redirect);
        }
        if status == 401 && matches!(self.credentials, Credentials::Password(..)) {
            let all = headers.get_all(header::WWW_AUTHENTICATE).iter();
            if let Some(challenge) = Challenge::strongest(all.filter_map(|value| value.to_str().ok())) {
                return Ok(Received::Challenged(challenge));
            }
        }
        let body = self.body(&mut response, request)?;
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let media_type = text("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
        let answer = EngineAnswer {
            status,
            media_type: media_type.trim().to_ascii_lowercase(),
            row_cap: text("x-sparql-maxrows").and_then(|rows| rows.trim().parse().ok()),
            server: text("server").map(str::to_owned),
            body,
        };
        if matches!(status, 429 | 503) {
            let after = text("retry-after").and_then(|seconds| seconds.trim().parse().ok());
            return Ok(Received::Busy(answer, after.map(Duration::from_secs)));
        }
        Ok(Received::Answer(answer))
    }

    fn limited<B: ureq::AsSendBody>(&self, request: Request<B>, limit: Duration) -> Request<B> {
        self.agent.configure_request(request).timeout_global(Some(limit)).build()
    }

    /// The body of an answer, up to the limit of its size.
    fn body(&self, response: &mut ureq::http::Response<ureq::Body>, request: &EngineRequest<'_>) -> Result<Vec<u8>> {
        let (address, promised) = (&request.address, response.body().content_length());
        let mut body = Vec::new();
        let reader = response.body_mut().with_config().limit(u64::MAX).reader();
        if promised.is_some_and(|promised| promised > self.largest) {
            return Err(Error::invalid(self.too_large(address)));
        }
        let read = reader.take(self.largest + 1).read_to_end(&mut body);
        if body.len() as u64 > self.largest {
            return Err(Error::invalid(self.too_large(address)));
        }
        read.map_err(|error| Error::invalid(failure::cut(address, error, body.len(), request.limit)))?;
        if promised.is_some_and(|promised| promised != body.len() as u64) {
            return Err(Error::invalid(failure::shorter(address, body.len())));
        }
        Ok(body)
    }

    fn too_large(&self, address: &EngineAddress) -> Finding {
        let most = group_digits(&(self.largest >> 20).to_string());
        let message = format!("the answer of `{address}` has more than {most} MB, and was not read to its end");
        let hint = "ask for less, or allow more with `largest-answer` in a profile (`civigraph help engines`)";
        Finding::error(codes::ANSWER_TOO_LARGE, message).hint(hint.to_owned())
    }

    /// How the engine is told who asks.
    pub fn authentication(&self) -> &'static str {
        match (&self.credentials, self.challenge.lock().as_deref()) {
            (Credentials::Nobody, _) => "none",
            (Credentials::Token(_), _) => "bearer",
            (Credentials::Password(..), Ok(Some(Challenge::Basic))) => "basic",
            (Credentials::Password(..), Ok(Some(Challenge::Digest(_)))) => "digest",
            (Credentials::Password(..), _) => "none",
        }
    }

    /// Waits until the next request may begin.
    fn pace(&self) {
        let Ok(mut last) = self.last.lock() else { return };
        if let Some(last) = *last {
            thread::sleep(self.pause.saturating_sub(last.elapsed()));
        }
        *last = Some(Instant::now());
    }

    /// The header that says who asks.
    fn authorization(&self, request: &EngineRequest<'_>) -> Result<Option<String>> {
        let address = &request.address;
        let clear = |what: &str| {
            if address.is_private() || self.is_clear_text_allowed {
                return Ok(());
            }
            let message = format!("{what} would go to `{address}` in clear text");
            let hint = "use an address with https, or allow it with `clear-text = true` in a profile";
            Err(Error::invalid(Finding::error(codes::ENGINE_LOGIN, message).hint(hint.to_owned())))
        };
        match &self.credentials {
            Credentials::Nobody => Ok(None),
            Credentials::Token(token) => {
                clear("the token")?;
                Ok(Some(format!("Bearer {token}")))
            }
            Credentials::Password(user, password) => match self.challenge.lock().as_deref() {
                Ok(Some(Challenge::Basic)) => {
                    clear("the password")?;
                    Ok(Some(basic(user, password)))
                }
                Ok(Some(challenge)) => {
                    let path = address.path_and_query();
                    Ok(Some(challenge.answer(user, password, request.method.as_str(), &path)))
                }
                _ => Ok(None),
            },
        }
    }
}

/// Where a redirect leads.
fn redirected(address: &EngineAddress, status: u16, headers: &HeaderMap) -> Result<EngineAddress> {
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if status == 303 {
        let message = format!("`{address}` answers a query with another address, `{location}`");
        return Err(Error::invalid(Finding::error(codes::NOT_AN_ENGINE, message)));
    }
    address.redirected(location).ok_or_else(|| {
        let message = format!("`{address}` leads to another host or to no address: `{location}`");
        let hint = "it is not followed, since the answer would be somebody else's; if it is right, name that address";
        Error::invalid(Finding::error(codes::OTHER_HOST, message).hint(hint.to_owned()))
    })
}
