//! From a request to a response: addresses, methods, headers.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use hyper::body::{Body as _, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request as HttpRequest, Response, Version};
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;

use super::access::AccessRecord;
use super::body::AnswerBody;
use super::exchange::{self, ExchangeLimits};
use super::message::{Head, Request, Task};
use super::metrics::Metrics;
use super::pages;
use super::parameters::Parameters;
use super::pool::Pool;
use super::problem::Problem;
use super::protocol;
use super::remembered::{self, Remembered, entity_tag};
use super::settings::{LONGEST_ADDRESS, LONGEST_BODY, LONGEST_SILENCE};
use crate::finding::{Finding, codes, shorten};
use crate::page::{CODEMIRROR, EDITOR, ICON, Interface, SCRIPT, STYLE};

/// Nothing of a page may run, and nothing is loaded from elsewhere.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const JAVASCRIPT: &str = "text/javascript;charset=utf-8";

/// What every request needs.
pub(super) struct Server {
    /// The workers.
    pub pool: Arc<Pool>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where requests are recorded.
    pub record: AccessRecord,
    /// The limits of a request.
    pub limits: ExchangeLimits,
    /// Where it is for those outside.
    pub public_url: Option<String>,
    /// Where it listens.
    pub local: SocketAddr,
    /// The digest of the token that requests must have.
    pub token: Option<[u8; 32]>,
    /// Answers that are known.
    pub remembered: Remembered,
    /// Held while a snapshot is taken up.
    pub reloading: tokio::sync::Mutex<()>,
}

/// What a response is made of.
struct Answered {
    kind: &'static str,
    head: Head,
    body: AnswerBody,
    tag: Option<String>,
}

impl Answered {
    fn fixed(kind: &'static str, media: &str, text: impl Into<Bytes>) -> Self {
        let head = Head { status: 200, media: media.to_owned(), ..Head::default() };
        Self { kind, head, body: AnswerBody::whole(text), tag: None }
    }

    fn unchanged(kind: &'static str, tag: String) -> Self {
        let head = Head { status: 304, ..Head::default() };
        Self { kind, head, body: AnswerBody::whole(Bytes::new()), tag: Some(tag) }
    }
}

/// A file that is part of the program.
fn asset(kind: &'static str, media: &str, text: &'static str, headers: &HeaderMap) -> Answered {
    let tag = entity_tag(&remembered::key("", text.as_bytes()));
    if is_known(&tag, headers) {
        return Answered::unchanged(kind, tag);
    }
    Answered { tag: Some(tag), ..Answered::fixed(kind, media, text) }
}

/// Whether a client has an answer already. Only who was given its tag knows it, and it has not changed since.
fn is_known(tag: &str, headers: &HeaderMap) -> bool {
    let known = header_text(headers, &header::IF_NONE_MATCH);
    known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag)
}

/// Answers a request.
pub(super) async fn respond(
    server: Arc<Server>,
    request: HttpRequest<Incoming>,
    peer: IpAddr,
) -> Result<Response<AnswerBody>, Infallible> {
    let start = Instant::now();
    let is_recorded = server.record.is_open();
    let line = is_recorded.then(|| format!("{} {} {:?}", request.method(), request.uri(), request.version()));
    let mut entry = server.record.begin(peer, line.unwrap_or_default(), start);
    let accept = header_text(request.headers(), &header::ACCEPT);
    let is_old = request.version() < Version::HTTP_11;
    let answered = server.answer(request, &accept).await;
    let answered = answered.and_then(|answered| if is_old { whole(answered) } else { Ok(answered) });
    let answered = answered.unwrap_or_else(|problem| {
        let (head, body) = problem.answer(&accept, Interface::default());
        Answered { kind: "refused", head, body: AnswerBody::whole(body), tag: None }
    });
    server.metrics.count(answered.kind, answered.head.status, start.elapsed());
    entry.status = answered.head.status;
    let mut response = response(answered);
    response.body_mut().entry = Some(entry);
    Ok(response)
}

/// An answer whose length is known. In HTTP/1.0 nothing would tell a client that another breaks off.
fn whole(answered: Answered) -> Result<Answered, Problem> {
    if answered.body.length().is_some() {
        return Ok(answered);
    }
    let message = "an answer as long as this one can be sent by HTTP/1.1 alone";
    Err(Problem::new(505, Finding::error(codes::BAD_REQUEST, message).hint("ask by HTTP/1.1".to_owned())))
}

fn response(answered: Answered) -> Response<AnswerBody> {
    let Answered { head, body, tag, .. } = answered;
    let mut response = Response::new(body);
    *response.status_mut() =
        hyper::StatusCode::from_u16(head.status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.reserve(12 + head.headers.len());
    for (name, value) in [
        (header::VARY, "Accept"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, Link, Location, Content-Location, Retry-After, Accept-Post"),
        (header::SERVER, concat!("civigraph/", env!("CARGO_PKG_VERSION"))),
        // An answer may be kept, and is asked about before it is used again: the snapshot may be another.
        (header::CACHE_CONTROL, if tag.is_some() { "no-cache" } else { "no-store" }),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let own = [(header::CONTENT_TYPE, head.media), (header::ETAG, tag.unwrap_or_default())];
    let own = own.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (Ok(name), value));
    let others = head.headers.into_iter().map(|(name, value)| (HeaderName::from_bytes(name.as_bytes()), value));
    for (name, value) in own.chain(others) {
        // Nothing with a line end gets through here.
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    response
}

/// All lines of a header as one.
fn header_text(headers: &HeaderMap, name: &HeaderName) -> String {
    let mut text = String::new();
    for line in headers.get_all(name).iter().filter_map(|value| value.to_str().ok()) {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(line);
    }
    text
}

/// The methods of a path.
fn allowed(path: &str) -> &'static str {
    if path == "/sparql" { "GET, HEAD, POST, OPTIONS" } else { "GET, HEAD, OPTIONS" }
}

impl Server {
    async fn answer(&self, request: HttpRequest<Incoming>, accept: &str) -> Result<Answered, Problem> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        let length = parts.uri.path_and_query().map_or(0, |address| address.as_str().len());
        if length > LONGEST_ADDRESS {
            let message = format!("the address has {length} bytes; at most {LONGEST_ADDRESS} are read");
            let finding = Finding::error(codes::TOO_LARGE, message);
            return Err(Problem::new(414, finding.hint("send a long query in the body of a POST".to_owned())));
        }
        if parts.method == Method::OPTIONS {
            // A browser asks before it sends what a page of another origin wants (Fetch Standard, 3.2.2).
            let headers = [
                ("Allow", allowed(path)),
                ("Access-Control-Allow-Methods", allowed(path)),
                ("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, If-None-Match"),
                ("Access-Control-Max-Age", "86400"),
                ("Accept-Post", if path == "/sparql" { protocol::READ } else { "" }),
            ];
            let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            let head = Head { status: 204, headers, ..Head::default() };
            return Ok(Answered { kind: "options", head, body: AnswerBody::whole(Bytes::new()), tag: None });
        }
        let is_read = [Method::GET, Method::HEAD].contains(&parts.method);
        let is_post = parts.method == Method::POST && path == "/sparql";
        if !is_read && !is_post {
            let message =
                format!("the method `{}` is not allowed at `{}`", shorten(parts.method.as_str()), shorten(path));
            let finding = Finding::error(codes::READ_ONLY, message).hint("the server is read-only".to_owned());
            return Err(Problem::new(405, finding).with_header("Allow", allowed(path)));
        }
        if path == "/health" {
            return Ok(Answered::fixed("health", "text/plain;charset=utf-8", "ok\n"));
        }
        self.check_token(&parts.headers)?;
        let address = Parameters::parse(parts.uri.query().unwrap_or_default())?;
        let base = self.base(&parts.headers);
        let (task, formats) = match path {
            "/metrics" => {
                let media = "text/plain; version=0.0.4; charset=utf-8";
                return Ok(Answered::fixed("metrics", media, self.metrics.text(&self.pool)));
            }
            "/style.css" => return Ok(asset("style", "text/css;charset=utf-8", STYLE, &parts.headers)),
            "/search.js" => return Ok(asset("script", JAVASCRIPT, SCRIPT, &parts.headers)),
            "/sparql.js" => return Ok(asset("script", JAVASCRIPT, EDITOR, &parts.headers)),
            "/codemirror.js" => return Ok(asset("script", JAVASCRIPT, CODEMIRROR, &parts.headers)),
            "/favicon.svg" | "/favicon.ico" => return Ok(asset("icon", "image/svg+xml", ICON, &parts.headers)),
            "/robots.txt" => {
                let text =
                    format!("User-agent: *\nDisallow: /sparql\nDisallow: /graphs\nSitemap: {base}/sitemap.xml\n");
                return Ok(Answered::fixed("robots", "text/plain;charset=utf-8", text));
            }
            // People ask with a browser; programs say what they want instead.
            "/sparql" if is_read && !address.has("format") && pages::is_preferred(accept) => {
                (Task::Page { path: "/sparql".to_owned(), parameters: address.others(&["lang"]) }, Vec::new())
            }
            "/sparql" => {
                let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
                let body = if is_read { Bytes::new() } else { read(body, &parts.headers).await? };
                protocol::sparql(&parts.method, &address, content_type, &body)?
            }
            "/graphs" => protocol::graph(&address)?,
            "/.well-known/void" => (Task::Dataset, address.all("format")),
            "/sitemap.xml" => {
                let part = address.one("part")?.map(|part| part.parse::<usize>());
                let part = part.transpose().map_err(|_| {
                    Problem::new(400, Finding::error(codes::BAD_REQUEST, "`part` is not the number of a part"))
                })?;
                (Task::Sitemap(part), Vec::new())
            }
            "/resource" => {
                let iri = address.one("iri")?.ok_or_else(|| {
                    Problem::new(400, Finding::error(codes::BAD_REQUEST, "the request has no parameter `iri`"))
                })?;
                (Task::Thing(iri), address.all("format"))
            }
            path if pages::is_one(path) => {
                let parameters = address.others(&["lang"]);
                (Task::Page { path: super::parameters::unescaped(path, false)?, parameters }, Vec::new())
            }
            path => (Task::Path(super::parameters::unescaped(path, false)?), address.all("format")),
        };
        let kind = task.name();
        let has_pages = matches!(task, Task::Page { .. } | Task::Path(_) | Task::Thing(_));
        let language = if has_pages { address.one("lang")? } else { None };
        let request = Request { task, accept: accept.to_owned(), formats, base, language };
        self.ask(kind, &request, &parts.headers).await
    }

    async fn ask(&self, kind: &'static str, request: &Request, headers: &HeaderMap) -> Result<Answered, Problem> {
        // Requests are plain data.
        let json = serde_json::to_vec(request).unwrap_or_default();
        let (snapshot, short) = self.pool.short();
        let key = remembered::key(&snapshot.digest, &json);
        let tag = entity_tag(&key);
        if is_known(&tag, headers) {
            return Ok(Answered::unchanged(kind, tag));
        }
        let answered = short.and_then(|short| short.answer(request));
        if let Some((head, body)) = answered.or_else(|| self.remembered.get(&key)) {
            return Ok(Answered { kind, head, body: AnswerBody::whole(body), tag: Some(tag) });
        }
        let (head, body, digest) = exchange::ask(&self.pool, &self.metrics, &json, self.limits).await?;
        // The answer may be from a snapshot that was taken up meanwhile.
        let key = remembered::key(&digest, &json);
        if let Some(bytes) = body.bytes() {
            self.remembered.put(key, &head, &bytes);
        }
        let tag = head.is_stable.then(|| entity_tag(&key));
        Ok(Answered { kind, head, body, tag })
    }

    /// Where the server is for the client.
    fn base(&self, headers: &HeaderMap) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let is_host = |host: &&str| {
            !host.is_empty()
                && host.len() <= 255
                && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]_".contains(c))
        };
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(is_host);
        host.map_or_else(|| format!("http://{}", self.local), |host| format!("http://{host}"))
    }

    fn check_token(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(expected) = self.token else { return Ok(()) };
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|given| given.split_once(' '));
        let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        let digest = Sha256::digest(given.unwrap_or_default().as_bytes());
        // Takes as long wherever the first difference is; and of a digest nobody can choose the bytes.
        let difference = digest.iter().zip(expected).fold(0, |all, (one, other)| all | (one ^ other));
        if given.is_some() && difference == 0 {
            return Ok(());
        }
        let message = if given.is_some() { "the token is another one" } else { "the request has no token" };
        let hint = "send the header `Authorization: Bearer TOKEN`".to_owned();
        let problem = Problem::new(401, Finding::error(codes::NO_TOKEN, message).hint(hint));
        Err(problem.with_header("WWW-Authenticate", "Bearer realm=\"civigraph\""))
    }
}

/// Reads the body of a request, unless it is too long or too slow.
async fn read(mut body: Incoming, headers: &HeaderMap) -> Result<Bytes, Problem> {
    let too_large = || {
        let message = format!("the body of the request has more than {} MiB", LONGEST_BODY >> 20);
        Problem::new(413, Finding::error(codes::TOO_LARGE, message)).with_header("Connection", "close")
    };
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > LONGEST_BODY as u64) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let all = async {
        while let Some(frame) = std::future::poll_fn(|context| std::pin::Pin::new(&mut body).poll_frame(context)).await
        {
            let frame = frame.map_err(|error| {
                let message = format!("the body of the request cannot be read: {error}");
                Problem::new(400, Finding::error(codes::BAD_REQUEST, message)).with_header("Connection", "close")
            })?;
            if let Ok(data) = frame.into_data() {
                bytes.extend_from_slice(&data);
            }
            if bytes.len() > LONGEST_BODY {
                return Err(too_large());
            }
        }
        Ok(())
    };
    timeout(LONGEST_SILENCE, all).await.unwrap_or_else(|_| {
        let message = format!("the body of the request did not come within {} s", LONGEST_SILENCE.as_secs());
        Err(Problem::new(408, Finding::error(codes::TOO_SLOW, message)).with_header("Connection", "close"))
    })?;
    Ok(bytes.into())
}
