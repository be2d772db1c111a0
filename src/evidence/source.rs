//! Sources that have a text, and which of them a text belongs to.

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};

use super::edition;
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::Graph;
use crate::vocab::cg;

/// A source of evidence.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its IRI.
    pub node: NamedNode,
    /// Its shortened IRI.
    pub name: String,
    /// The name of its text file.
    pub text_file: Option<String>,
    /// The SHA-256 of its text, in hexadecimal.
    pub sha256: Option<String>,
    /// The number of lines of its text.
    pub n_lines: Option<u64>,
    /// The year that it covers, which months without a year belong to.
    pub year: Option<String>,
}

/// The sources of a graph that have a text, by IRI.
pub fn sources(graph: &Graph) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for quad in graph.matching(None, Some(cg::LINE_COUNT), None, None) {
        let NamedOrBlankNode::NamedNode(node) = quad.subject else { continue };
        let text = |property| -> Result<Option<String>> {
            Ok(graph.objects(node.as_ref().into(), property).into_iter().find_map(|term| match term {
                Term::Literal(literal) => Some(literal.value().to_owned()),
                _ => None,
            }))
        };
        sources.push(Source {
            name: graph.prefixes.name(node.as_str()),
            text_file: text(cg::TEXT_FILE)?,
            sha256: text(cg::SHA256)?,
            n_lines: text(cg::LINE_COUNT)?.and_then(|n| n.parse().ok()),
            year: text(cg::DURING)?.and_then(|period| period.get(..4).map(str::to_owned)),
            node,
        });
    }
    sources.sort_by(|a, b| a.node.cmp(&b.node));
    sources.dedup_by(|a, b| a.node == b.node);
    Ok(sources)
}

/// The source that is meant: the one with this name, otherwise the one whose
/// text this is, otherwise the only one that has a text.
///
/// # Errors
///
/// `unknown-source` if there is no such source, or several are possible.
pub fn choose(graph: &Graph, wanted: Option<&str>, bytes: &[u8]) -> Result<Source> {
    let all = sources(graph)?;
    let names = || {
        all.iter()
            .map(|source| format!("`{}`", crate::graph::local_name(source.node.as_str())))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if let Some(wanted) = wanted {
        let fits = |source: &&Source| {
            source.name == wanted
                || source.node.as_str() == wanted
                || source.node.as_str().ends_with(&format!("/{wanted}"))
        };
        return all.iter().find(fits).cloned().ok_or_else(|| {
            let message = format!("no source with a text is called `{wanted}`");
            Error::invalid(
                Finding::error(codes::UNKNOWN_SOURCE, message).hint(format!("the sources with a text are {}", names())),
            )
        });
    }
    if let Some(source) = all.iter().find(|source| edition::is_of(bytes, source)) {
        return Ok(source.clone());
    }
    match all.as_slice() {
        [] => Err(Error::invalid(Finding::error(
            codes::UNKNOWN_SOURCE,
            "no source of this graph has a text (cg:lineCount)",
        ))),
        [only] => Ok(only.clone()),
        _ => {
            let message = "several sources have a text, and this text matches none of them";
            Err(Error::invalid(
                Finding::error(codes::UNKNOWN_SOURCE, message).hint(format!("name one with `--source`: {}", names())),
            ))
        }
    }
}
