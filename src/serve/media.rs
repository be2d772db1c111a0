//! The media types of answers.

use super::negotiate;
use crate::error::Error;
use crate::export::{GraphFormat, ResultFormat};
use crate::finding::{Finding, codes};

/// A format by its media types, the registered one first, its name in `format` and its extension.
pub(super) struct MediaFormat<F: 'static> {
    /// The format.
    pub format: F,
    /// Its name, which is also an extension of addresses.
    pub name: &'static str,
    /// What `--format` calls it.
    long_name: &'static str,
    media: &'static [&'static str],
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
pub(super) fn named<F>(formats: &'static [MediaFormat<F>], name: &str) -> Option<&'static MediaFormat<F>> {
    let is_called =
        |known: &&MediaFormat<F>| [known.name, known.long_name].contains(&name) || known.media.contains(&name);
    formats.iter().find(is_called)
}

/// The format that a request asks for: by `format`, otherwise by `Accept`.
///
/// # Errors
///
/// `not-acceptable`, with the formats of such an answer.
pub(super) fn choose<F>(
    formats: &'static [MediaFormat<F>],
    what: &str,
    accept: &str,
    format: Option<&str>,
) -> Result<&'static MediaFormat<F>, Error> {
    let listed = |hint: fn(&MediaFormat<F>) -> &'static str| formats.iter().map(hint).collect::<Vec<_>>().join(", ");
    let refused = |message: String, hint: String| {
        Error::invalid(Finding::error(codes::NOT_ACCEPTABLE, message).hint(format!("the formats are {hint}")))
    };
    if let Some(name) = format {
        let chosen = named(formats, name);
        return chosen.ok_or_else(|| {
            refused(format!("{what} cannot be written in the format `{name}`"), listed(|known| known.long_name))
        });
    }
    let offers: Vec<(&str, &MediaFormat<F>)> =
        formats.iter().flat_map(|known| known.media.iter().map(move |media| (*media, known))).collect();
    let best = negotiate::best(accept, offers.iter().map(|(media, _)| *media));
    best.map(|index| offers[index].1).ok_or_else(|| {
        refused(
            format!("{what} cannot be written in any media type that `Accept` names"),
            listed(MediaFormat::plain_media),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_chosen_by_its_names_and_by_the_header() {
        let rows = |accept, format| choose(RESULTS, "rows", accept, format).map(|chosen| chosen.name).ok();
        assert_eq!(rows("", None), Some("json"));
        assert_eq!(rows("application/xml;q=0.9,*/*;q=0.8", None), Some("xml"));
        assert_eq!(rows("text/turtle, text/csv;q=0.1", None), Some("csv"));
        assert_eq!(rows("text/csv", Some("markdown")), Some("md"));
        assert_eq!(rows("", Some("application/json")), Some("json"));
        assert_eq!(rows("", Some("turtle")), None);
        assert_eq!(rows("text/turtle", None), None);
        let triples = |accept| choose(GRAPHS, "triples", accept, None).map(|chosen| chosen.name).ok();
        assert_eq!(triples("*/*"), Some("ttl"));
        assert_eq!(triples("application/json"), Some("jsonld"));
        assert_eq!(triples("application/rdf+xml, text/turtle;q=0.9"), Some("rdf"));
    }
}
