//! Graphs and results as text: RDF in six formats, DOT, tables. Equal input
//! gives equal bytes: everything is sorted here, never taken in store order.

mod dot;
mod jsonld;
mod nesting;
mod network_tables;
mod plan;
mod rdfxml;
mod results;
mod rows;
mod selection;
mod statistics;
mod table;
mod turtle;
mod workbook;

use std::io::{self, Write};

use oxigraph::model::{Literal, NamedOrBlankNode, Quad, Term};

pub use dot::write_dot;
pub use network_tables::{Formulas, write_edges, write_nodes};
pub use plan::plan;
pub use results::{ResultFormat, rows_fit, write_boolean, write_csv_row, write_rows};
pub use rows::Rows;
pub use selection::{header, layers, named, named_graph_of, neighbourhood};
pub use statistics::{statistics_json, write_statistics};
pub use table::TableStyle;

use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, codes};
use crate::graph::{Prefixes, bcp47_case, canonical_blank_nodes, sorted_lines};

/// The start of CSV files, so that Excel reads them as UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// RDF formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the standards' own")]
pub enum GraphFormat {
    Turtle,
    TriG,
    NTriples,
    NQuads,
    RdfXml,
    JsonLd,
}

/// The comments at the top of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preamble {
    /// The lines without the comment character.
    pub lines: Vec<String>,
}

/// Whether an RDF format can represent all quads. To be called before a file is
/// started.
///
/// # Errors
///
/// [`Error::Invalid`] with `unknown-format` for each predicate and each triple
/// that the format cannot represent.
pub fn fits(format: GraphFormat, quads: &[Quad], prefixes: &Prefixes) -> Result<()> {
    let refused = match format {
        GraphFormat::RdfXml => rdfxml::refusals(quads, prefixes),
        GraphFormat::JsonLd => jsonld::refusals(quads),
        GraphFormat::Turtle | GraphFormat::TriG | GraphFormat::NTriples | GraphFormat::NQuads => Findings::new(),
    };
    if refused.is_empty() { Ok(()) } else { Err(Error::Invalid(Box::new(refused))) }
}

/// The finding that an RDF format cannot represent something.
fn refused(message: String) -> Finding {
    Finding::error(codes::UNKNOWN_FORMAT, message).hint("export as Turtle or N-Triples".to_owned())
}

/// Writes quads in an RDF format. Formats without named graphs get the triples.
///
/// # Errors
///
/// Those of `output`; if the format cannot represent a triple (see [`fits`]),
/// nothing is written.
pub fn write_graph(
    format: GraphFormat,
    quads: Vec<Quad>,
    prefixes: &Prefixes,
    header: &Preamble,
    output: &mut dyn Write,
) -> io::Result<()> {
    fits(format, &quads, prefixes).map_err(io::Error::other)?;
    let quads: Vec<Quad> = quads.into_iter().map(with_cased_tags).collect();
    match format {
        GraphFormat::Turtle => turtle::write(merged(quads), prefixes, header, output),
        GraphFormat::TriG => turtle::write_dataset(canonical_blank_nodes(quads), prefixes, header, output),
        GraphFormat::NTriples => write_lines(merged(quads), header, output),
        GraphFormat::NQuads => write_lines(quads, header, output),
        GraphFormat::RdfXml => output.write_all(rdfxml::text(&merged(quads), prefixes).as_bytes()),
        GraphFormat::JsonLd => jsonld::write(&merged(quads), prefixes, output),
    }
}

/// Writes triples as Turtle with blank nodes named in order.
pub fn write_named(quads: Vec<Quad>, prefixes: &Prefixes, output: &mut dyn Write) -> io::Result<()> {
    let quads = quads.into_iter().map(with_cased_tags).collect();
    turtle::write(quads, prefixes, &Preamble::default(), output)
}

/// The quads without their graphs: sorted, without duplicates, with canonical blank nodes.
fn merged(mut quads: Vec<Quad>) -> Vec<Quad> {
    for quad in &mut quads {
        quad.graph_name = oxigraph::model::GraphName::DefaultGraph;
    }
    let mut quads = canonical_blank_nodes(quads);
    quads.sort_by_cached_key(Quad::to_string);
    quads.dedup();
    quads
}

fn write_lines(quads: Vec<Quad>, header: &Preamble, output: &mut dyn Write) -> io::Result<()> {
    write_comments(header, output)?;
    let Ok(lines) = sorted_lines(quads.into_iter().map(Ok::<_, std::convert::Infallible>));
    for line in lines {
        writeln!(output, "{line}")?;
    }
    Ok(())
}

fn write_comments(header: &Preamble, output: &mut dyn Write) -> io::Result<()> {
    for line in &header.lines {
        // Any line end would end the comment.
        writeln!(output, "# {}", line.replace(char::is_control, " "))?;
    }
    Ok(())
}

/// Whether an IRI of the quad, including a datatype, starts with `namespace`.
fn mentions(quad: &Quad, namespace: &str) -> bool {
    let in_term = |term: &Term| match term {
        Term::NamedNode(node) => node.as_str().starts_with(namespace),
        Term::Literal(literal) => literal.datatype().as_str().starts_with(namespace),
        _ => false,
    };
    let in_subject = match &quad.subject {
        NamedOrBlankNode::NamedNode(node) => node.as_str().starts_with(namespace),
        NamedOrBlankNode::BlankNode(_) => false,
    };
    in_subject || quad.predicate.as_str().starts_with(namespace) || in_term(&quad.object)
}

/// The store keeps language tags in lower case; files use the case of BCP 47.
fn with_cased_tags(mut quad: Quad) -> Quad {
    quad.object = with_cased_tag(quad.object);
    quad
}

pub(crate) fn with_cased_tag(term: Term) -> Term {
    match term {
        Term::Literal(literal) if literal.language().is_some() => {
            let tag = bcp47_case(literal.language().unwrap_or_default());
            match literal.direction() {
                None => Literal::new_language_tagged_literal_unchecked(literal.value(), tag).into(),
                Some(direction) => {
                    Literal::new_directional_language_tagged_literal_unchecked(literal.value(), tag, direction).into()
                }
            }
        }
        other => other,
    }
}
