//! Kinds, statuses and relations as a user names them.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedNode, Term};

use crate::error::{Error, Result};
use crate::finding::{Finding, did_you_mean};
use crate::graph::{Graph, LABELS, local_name};

/// The most names that a hint lists.
const MOST_LISTED: usize = 60;

/// The nodes among `there` that the texts name by prefixed name, IRI, last part of the IRI, or label.
///
/// # Errors
///
/// A finding with this code, which begins with these words, and the closest name.
pub fn named(
    graph: &Graph,
    texts: &[String],
    there: &BTreeSet<NamedNode>,
    code: &'static str,
    there_is_no: &str,
) -> Result<BTreeSet<NamedNode>> {
    let mut names: BTreeMap<String, BTreeSet<NamedNode>> = BTreeMap::new();
    let mut slugs = Vec::new();
    for node in there {
        let mut add = |name: &str| {
            names.entry(name.to_lowercase()).or_default().insert(node.clone());
        };
        add(node.as_str());
        add(&graph.prefixes.shorten(node.as_str()));
        add(local_name(node.as_str()));
        slugs.push(local_name(node.as_str()).to_owned());
        for property in LABELS {
            for label in graph.objects(node.as_ref().into(), property) {
                if let Term::Literal(label) = label {
                    add(label.value());
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    for text in texts {
        let wanted = text.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase();
        // A label that several nodes have means all of them.
        if let Some(nodes) = names.get(&wanted) {
            found.extend(nodes.iter().cloned());
            continue;
        }
        slugs.sort();
        slugs.dedup();
        let all = || match slugs.len() {
            ..=MOST_LISTED => format!("use one of {}", slugs.join(", ")),
            n => format!("none of {n} is called so; look for it with `civigraph search`"),
        };
        let hint = did_you_mean(&wanted, names.keys().map(String::as_str)).unwrap_or_else(all);
        let message = format!("{there_is_no} `{text}`");
        return Err(Error::invalid(Finding::error(code, message).hint(hint)));
    }
    Ok(found)
}
