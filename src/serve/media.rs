//! The media types of answers.

use super::negotiate;
use crate::error::Error;
use crate::export::{GraphFormat, ResultFormat};
use crate::finding::{Finding, codes, shorten};

/// A format by its media types, the registered one first, its name in `format` and its extension.
pub(super) struct MediaFormat<F: 'static> {
    /// The format.
    pub format: F,
    /// Its name, which is also an extension of addresses.
    pub name: &'static str,
    /// What `--format` calls it.
    long_name: &'static str,
    /// Its media type, and other names of it.
    pub media: &'static [&'static str],
}

impl<F> MediaFormat<F> {
    /// The media type of answers.
    pub fn media(&self) -> String {
        let media = self.media[0];
        // The others are UTF-8 by definition.
        if media.starts_with("text/") { format!("{media};charset=utf-8") } else { media.to_owned() }
    }

    /// The media type without parameters.
    pub fn plain_media(&self) -> &'static str {
        self.media[0]
    }
}

impl MediaFormat<GraphFormat> {
    /// Whether the format keeps named graphs apart.
    pub fn has_named_graphs(&self) -> bool {
        matches!(self.format, GraphFormat::TriG | GraphFormat::NQuads)
    }
}

/// Formats of rows and of yes or no.
pub(super) const RESULTS: &[MediaFormat<ResultFormat>] = &[
    MediaFormat {
        format: ResultFormat::Json,
        name: "json",
        long_name: "json",
        media: &["application/sparql-results+json", "application/json"],
    },
    MediaFormat {
        format: ResultFormat::Xml,
        name: "xml",
        long_name: "xml",
        media: &["application/sparql-results+xml", "application/xml", "text/xml"],
    },
    MediaFormat { format: ResultFormat::Csv, name: "csv", long_name: "csv", media: &["text/csv"] },
    MediaFormat { format: ResultFormat::Tsv, name: "tsv", long_name: "tsv", media: &["text/tab-separated-values"] },
    MediaFormat { format: ResultFormat::Markdown, name: "md", long_name: "markdown", media: &["text/markdown"] },
    MediaFormat { format: ResultFormat::Table, name: "txt", long_name: "table", media: &["text/plain"] },
    MediaFormat {
        format: ResultFormat::Xlsx,
        name: "xlsx",
        long_name: "xlsx",
        media: &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    },
];

/// Formats of triples.
pub(super) const GRAPHS: &[MediaFormat<GraphFormat>] = &[
    MediaFormat { format: GraphFormat::Turtle, name: "ttl", long_name: "turtle", media: &["text/turtle"] },
    MediaFormat {
        format: GraphFormat::JsonLd,
        name: "jsonld",
        long_name: "jsonld",
        media: &["application/ld+json", "application/json"],
    },
    MediaFormat {
        format: GraphFormat::NTriples,
        name: "nt",
        long_name: "ntriples",
        media: &["application/n-triples", "text/plain"],
    },
    MediaFormat {
        format: GraphFormat::RdfXml,
        name: "rdf",
        long_name: "rdfxml",
        media: &["application/rdf+xml", "application/xml"],
    },
    MediaFormat { format: GraphFormat::TriG, name: "trig", long_name: "trig", media: &["application/trig"] },
    MediaFormat { format: GraphFormat::NQuads, name: "nq", long_name: "nquads", media: &["application/n-quads"] },
];

/// The format with this name, extension or media type.
fn named<F>(formats: &'static [MediaFormat<F>], name: &str) -> Option<&'static MediaFormat<F>> {
    let is_called =
        |known: &&MediaFormat<F>| [known.name, known.long_name].contains(&name) || known.media.contains(&name);
    formats.iter().find(is_called)
}

/// The format that a request asks for: by the first `format` that is one, otherwise by `Accept`. Clients send names of
/// formats that other servers understand; where they name media types as well, these decide.
///
/// # Errors
///
/// `not-acceptable`, with the formats of such an answer.
pub(super) fn choose<F>(
    formats: &'static [MediaFormat<F>],
    what: &str,
    accept: &str,
    asked: &[String],
) -> Result<&'static MediaFormat<F>, Error> {
    let listed = |name: fn(&MediaFormat<F>) -> &'static str| formats.iter().map(name).collect::<Vec<_>>().join(", ");
    let refused = |message: String, names: String| {
        Error::invalid(Finding::error(codes::NOT_ACCEPTABLE, message).hint(format!("the formats are {names}")))
    };
    if let Some(chosen) = asked.iter().find_map(|name| named(formats, name)) {
        return Ok(chosen);
    }
    let is_named = formats.iter().flat_map(|known| known.media).any(|media| negotiate::names(accept, media));
    if let Some(name) = asked.first().filter(|_| !is_named) {
        let message = format!("{what} cannot be written in the format `{}`", shorten(name));
        return Err(refused(message, listed(|known| known.long_name)));
    }
    let best = negotiate::best(accept, formats.iter().map(|known| known.media));
    best.map(|index| &formats[index]).ok_or_else(|| {
        let message = format!("{what} cannot be written in any media type that `Accept` names");
        refused(message, listed(MediaFormat::plain_media))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_chosen_by_its_names_and_by_the_header() {
        let rows = |accept, asked: &[&str]| {
            let asked: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
            choose(RESULTS, "rows", accept, &asked).map(|chosen| chosen.name).ok()
        };
        assert_eq!(rows("", &[]), Some("json"));
        assert_eq!(rows("application/xml;q=0.9,*/*;q=0.8", &[]), Some("xml"));
        assert_eq!(rows("text/turtle, text/csv;q=0.1", &[]), Some("csv"));
        assert_eq!(rows("text/*", &[]), Some("csv"), "text/xml is another name, not a text of its own");
        assert_eq!(rows("text/csv", &["markdown"]), Some("md"));
        assert_eq!(rows("", &["application/json"]), Some("json"));
        assert_eq!(rows("", &["turtle"]), None);
        assert_eq!(rows("", &["xlsx"]), Some("xlsx"));
        let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let accept = format!("{workbook}, */*;q=0.1");
        assert_eq!(choose(RESULTS, "rows", &accept, &[]).map(|chosen| chosen.name).ok(), Some("xlsx"));
        assert_eq!(rows("*/*", &["docx"]), None);
        // As SPARQLWrapper has it.
        assert_eq!(rows("text/csv", &["comma", "text/comma"]), Some("csv"));
        assert_eq!(rows("text/turtle", &[]), None);
        let triples = |accept| choose(GRAPHS, "triples", accept, &[]).map(|chosen| chosen.name).ok();
        assert_eq!(triples("*/*"), Some("ttl"));
        assert_eq!(triples("application/json"), Some("jsonld"));
        assert_eq!(triples("application/rdf+xml, text/turtle;q=0.9"), Some("rdf"));
    }
}
