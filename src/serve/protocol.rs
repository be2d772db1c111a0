//! The SPARQL 1.1 Protocol, section 2, and the reads of the SPARQL 1.1 Graph Store HTTP Protocol: what a request asks
//! for.

use hyper::Method;

use super::message::Task;
use super::parameters::Parameters;
use super::problem::Problem;
use crate::finding::{Finding, codes};

/// Media types of bodies that are read.
pub(super) const READ: &str = "application/x-www-form-urlencoded, application/sparql-query";

const FORM: &str = "application/x-www-form-urlencoded";
const QUERY: &str = "application/sparql-query";
const UPDATE: &str = "application/sparql-update";

/// A request to `/sparql`: what it asks for, and in which format.
///
/// # Errors
///
/// `bad-request`, `unknown-media-type`, `read-only`.
pub(super) fn sparql(
    method: &Method,
    address: &Parameters,
    content_type: Option<&str>,
    body: &[u8],
) -> Result<(Task, Vec<String>), Problem> {
    if method != Method::POST {
        // 2.1.1: query via GET.
        if address.has("update") {
            return Err(read_only());
        }
        // Service Description, section 2: the description is at the endpoint.
        let is_description = ["query", "default-graph-uri", "named-graph-uri"].iter().all(|name| !address.has(name));
        if is_description {
            return Ok((Task::Service, address.all("format")));
        }
        return Ok((query(address, None)?, address.all("format")));
    }
    let media = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media.as_str() {
        // 2.1.2: query via POST with URL-encoded parameters.
        FORM => {
            let body = std::str::from_utf8(body).map_err(|_| bad("the form is not UTF-8"))?;
            let form = Parameters::parse(body)?;
            if form.has("update") {
                return Err(read_only());
            }
            let formats = [form.all("format"), address.all("format")].concat();
            Ok((query(&form, None)?, formats))
        }
        // 2.1.3: query via POST directly.
        QUERY => {
            if address.has("query") {
                return Err(bad("the query is given twice: in the address and in the body"));
            }
            let text = std::str::from_utf8(body).map_err(|_| bad("the query is not UTF-8"))?;
            Ok((query(address, Some(text))?, address.all("format")))
        }
        UPDATE => Err(read_only()),
        _ => {
            let message = match media.as_str() {
                "" => "the request does not say of which media type its body is".to_owned(),
                media => format!("a body of the media type `{}` is not read", crate::finding::shorten(media)),
            };
            let finding = Finding::error(codes::UNKNOWN_MEDIA_TYPE, message).hint(format!("send one of {READ}"));
            Err(Problem::new(415, finding).with_header("Accept-Post", READ))
        }
    }
}

fn query(parameters: &Parameters, direct: Option<&str>) -> Result<Task, Problem> {
    let text = match direct {
        Some(text) => Some(text.to_owned()),
        // 2.1: exactly one `query`.
        None => parameters.one("query")?,
    };
    let text = text.ok_or_else(|| bad("the request has no parameter `query`"))?;
    // 2.1.4: the dataset.
    let [default_graphs, named_graphs] = ["default-graph-uri", "named-graph-uri"].map(|name| parameters.all(name));
    Ok(Task::Query { text, default_graphs, named_graphs })
}

/// A request to `/graphs`: the default graph, or one that is named by its IRI (Graph Store HTTP Protocol, section
/// 4.2).
///
/// # Errors
///
/// `bad-request`.
pub(super) fn graph(address: &Parameters) -> Result<(Task, Vec<String>), Problem> {
    let formats = address.all("format");
    match (address.has("default"), address.one("graph")?) {
        (true, None) => Ok((Task::Graph(None), formats)),
        (false, Some(name)) => Ok((Task::Graph(Some(name)), formats)),
        (true, Some(_)) => Err(bad("`default` and `graph` name two graphs; a request is about one")),
        (false, None) => {
            let finding = Finding::error(codes::BAD_REQUEST, "the request names no graph");
            Err(Problem::new(400, finding.hint("add `?default` or `?graph=IRI`".to_owned())))
        }
    }
}

fn bad(message: &str) -> Problem {
    Problem::new(400, Finding::error(codes::BAD_REQUEST, message))
}

fn read_only() -> Problem {
    let message = "the server is read-only: it takes no updates";
    let hint = "change the pack and build it again; the server takes the new snapshot up by itself".to_owned();
    Problem::new(403, Finding::error(codes::READ_ONLY, message).hint(hint))
}
