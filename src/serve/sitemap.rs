//! The addresses of all things, for search engines (sitemaps.org).

use std::fmt::Write as _;
use std::io::Write as _;

use super::answer::Answerer;
use super::message::Head;
use super::problem::Problem;
use super::reply::WorkerReply;
use crate::error::{Action, Error};
use crate::finding::{Finding, codes};

/// The most addresses of one map; the protocol allows 50,000.
const MOST: usize = 40_000;

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Writes the map; where there are too many addresses for one, a list of maps.
pub(super) fn write(
    answerer: &Answerer,
    part: Option<usize>,
    base: &str,
    reply: &mut WorkerReply<'_>,
) -> Result<(), Problem> {
    let graph = &answerer.site.graph;
    let named = answerer.site.things();
    let links: Vec<String> = named.iter().map(|node| answerer.addresses.link(graph, node.as_ref())).collect();
    let n_parts = links.len().div_ceil(MOST);
    let text = match part {
        None if n_parts > 1 => {
            let parts = (1..=n_parts).map(|part| format!("/sitemap.xml?part={part}"));
            map(("sitemapindex", "sitemap"), base, parts)
        }
        None => map(("urlset", "url"), base, std::iter::once("/".to_owned()).chain(links)),
        Some(part) => match part.checked_sub(1).and_then(|index| links.chunks(MOST).nth(index)) {
            Some(links) => map(("urlset", "url"), base, links.iter().cloned()),
            None => {
                let message = format!("the sitemap has {n_parts} parts, and no part {part}");
                return Err(Problem::new(404, Finding::error(codes::UNKNOWN_ADDRESS, message)));
            }
        },
    };
    reply.begin(Head { status: 200, media: "application/xml".to_owned(), is_stable: true, ..Head::default() });
    reply.write_all(text.as_bytes()).map_err(|error| Error::io(Action::Write, "-")(error).into())
}

fn map((all, one): (&str, &str), base: &str, links: impl Iterator<Item = String>) -> String {
    let mut text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{all} xmlns=\"{NAMESPACE}\">\n");
    for link in links {
        // Of what XML escapes, links have these.
        let address = format!("{base}{link}").replace('&', "&amp;").replace('\'', "&apos;");
        let _ = writeln!(text, "<{one}><loc>{address}</loc></{one}>");
    }
    let _ = writeln!(text, "</{all}>");
    text
}
