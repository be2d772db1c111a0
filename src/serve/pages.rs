//! The pages that are not about a thing.

use std::io::Write as _;

use super::answer::{Answerer, write_page};
use super::message::{Head, Request};
use super::problem::Problem;
use super::reply::WorkerReply;
use crate::error::{Action, Error, Result};
use crate::finding::{Finding, codes, shorten};
use crate::page::{self, FoundWanted, Interface, Page, escaped};

/// What the page of a search may do besides: ask this server again while somebody types.
const SEARCH_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The page with the charts says itself, in its head, which scripts it has; this is what it cannot say there.
const CHARTS_POLICY: &str = "frame-ancestors 'none'";

/// The page at an address, in the language that is asked for.
pub(super) fn page<'a>(answerer: &'a Answerer, request: &Request, here: &str) -> Page<'a> {
    let interface = request.language.as_deref().and_then(Interface::of_tag).unwrap_or_default();
    Page::new(&answerer.site, interface, here)
}

/// Whether a path is that of a page here.
pub(super) fn is_one(path: &str) -> bool {
    ["/", "/search", "/charts", "/chart.svg", "/chart-dark.svg", "/questions", "/vocabulary", "/about"].contains(&path)
        || path.starts_with("/questions/")
}

/// Writes the page at a path.
pub(super) fn write(
    answerer: &Answerer,
    path: &str,
    parameters: &[(String, String)],
    request: &Request,
    reply: &mut WorkerReply<'_>,
) -> Result<(), Problem> {
    let mut here = escaped(path, "/");
    for (name, value) in parameters {
        here.push(if here.contains('?') { '&' } else { '?' });
        here.push_str(&format!("{}={}", escaped(name, ""), escaped(value, "")));
    }
    let page = page(answerer, request, &here);
    let value = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let markup = match path {
        "/" => page::home(&page, &request.base)?,
        "/search" => {
            let wanted = FoundWanted {
                text: value("text").unwrap_or_default(),
                kind: value("kind").filter(|kind| !kind.is_empty()),
                part: value("part").and_then(|part| part.parse().ok()).unwrap_or(1),
            };
            let policy = vec![("Content-Security-Policy".to_owned(), SEARCH_POLICY.to_owned())];
            return write_page(page::find_page(&page, &wanted)?, policy, reply);
        }
        "/vocabulary" => page::terms(&page)?,
        "/about" => page::about(&page)?,
        "/questions" => page::questions(&page),
        "/charts" => return charts(answerer, &page, reply),
        "/chart.svg" | "/chart-dark.svg" => {
            let Some([light, dark]) = answerer.site.picture() else { return Err(nothing(path)) };
            let svg = if path == "/chart.svg" { light } else { dark };
            return written("image/svg+xml", Vec::new(), svg, reply);
        }
        _ => {
            let name = path.trim_start_matches("/questions/");
            page::question(&page, name, parameters)?
        }
    };
    write_page(markup, Vec::new(), reply)
}

fn charts(answerer: &Answerer, page: &Page<'_>, reply: &mut WorkerReply<'_>) -> Result<(), Problem> {
    match answerer.site.charts()? {
        Some(html) => {
            let policy = vec![("Content-Security-Policy".to_owned(), CHARTS_POLICY.to_owned())];
            written("text/html;charset=utf-8", policy, html, reply)
        }
        None => write_page(page::no_charts(page), Vec::new(), reply),
    }
}

fn written(
    media: &str,
    headers: Vec<(String, String)>,
    text: &str,
    reply: &mut WorkerReply<'_>,
) -> Result<(), Problem> {
    reply.begin(Head { status: 200, media: media.to_owned(), headers, is_stable: true, code: None });
    reply.write_all(text.as_bytes()).map_err(|error| Error::io(Action::Write, "-")(error).into())
}

fn nothing(path: &str) -> Problem {
    Problem::new(404, Finding::error(codes::UNKNOWN_ADDRESS, format!("there is nothing at `{}`", shorten(path))))
}
