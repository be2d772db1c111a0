//! Which path stands for which IRI. The path of an IRI is the rest of it after one of the roots: an origin, or the
//! part of an origin that a pack has for itself.

use std::collections::BTreeMap;

use oxigraph::model::{NamedNode, NamedNodeRef};

use crate::graph::{Graph, Prefixes};
use crate::octets::percent_encoded;
use crate::vocab::cg;

/// How many triples are looked at to find out where the data live.
const MOST_LOOKED_AT: usize = 20_000;

/// Paths that the server has for itself.
const OWN: [&str; 23] = [
    "sparql",
    "sparql.js",
    "sparql-check.json",
    "sparql-terms.json",
    "codemirror.js",
    "graphs",
    "health",
    "metrics",
    ".well-known",
    "robots.txt",
    "sitemap.xml",
    "style.css",
    "resource",
    "search",
    "search.js",
    "charts",
    "chart.svg",
    "chart-dark.svg",
    "questions",
    "vocabulary",
    "about",
    "favicon.svg",
    "favicon.ico",
];

/// The roots of a graph.
#[derive(Debug, Clone)]
pub struct Addresses {
    roots: Vec<String>,
}

impl Addresses {
    /// Those of the server itself, of civigraph, of the prefixes that the pack declares and of what the data
    /// describe, in this order.
    pub fn of(graph: &Graph, public_url: Option<&str>) -> Self {
        let mut roots: Vec<String> = public_url.map(str::to_owned).into_iter().collect();
        let own = cg::NAMESPACE_IRI.trim_end_matches("/def#").to_owned();
        let known = Prefixes::default();
        let declared = graph.prefixes.iter().filter(|(name, namespace)| known.get(name) != Some(namespace));
        let declared = declared.map(|(_, namespace)| namespace.to_owned());
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for triple in graph.triples(None, None, None).take(MOST_LOOKED_AT) {
            if let oxigraph::model::NamedOrBlankNode::NamedNode(node) = triple.subject {
                *counts.entry(origin(node.as_str()).unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(origin, n)| (std::cmp::Reverse(*n), origin.clone()));
        let of_data = counts.into_iter().map(|(origin, _)| origin);
        let origins = declared.filter_map(|iri| origin(&iri).map(str::to_owned)).chain(of_data);
        for root in std::iter::once(own).chain(origins) {
            if !root.is_empty() && !roots.contains(&root) {
                roots.push(root);
            }
        }
        Self { roots }
    }

    /// The IRI in the graph that a path stands for.
    pub fn iri(&self, graph: &Graph, path: &str) -> Option<NamedNode> {
        let candidates = self.roots.iter().map(|root| format!("{root}{path}"));
        let mut nodes = candidates.filter_map(|iri| NamedNode::new(iri).ok());
        nodes.find(|node| graph.mentions(node.as_ref()))
    }

    /// The namespace in the graph, one that ends in `#`, that a path stands for.
    pub fn namespace(&self, graph: &Graph, path: &str) -> Option<String> {
        let mut candidates = self.roots.iter().map(|root| format!("{root}{path}#"));
        candidates.find(|namespace| {
            graph.prefixes.iter().any(|(_, known)| known == namespace) && !graph.terms_of(namespace).is_empty()
        })
    }

    /// The address of a thing, ready to be a link. It begins with `/`.
    pub fn link(&self, graph: &Graph, node: NamedNodeRef<'_>) -> String {
        let iri = node.as_str();
        let paths = self.roots.iter().filter_map(|root| iri.strip_prefix(root.as_str()));
        for path in paths {
            let first = path.strip_prefix('/').map(|path| path.split('/').next().unwrap_or_default());
            let is_free = first.is_some_and(|first| !first.is_empty() && !OWN.contains(&first));
            if is_free && !path.contains(['#', '?', '%']) && self.iri(graph, path).is_some_and(|found| found == node) {
                return percent_encoded(path, "/:@!$&'()*+,;=");
            }
        }
        format!("/resource?iri={}", percent_encoded(iri, ""))
    }
}

/// Scheme and host of a web address.
fn origin(iri: &str) -> Option<&str> {
    let rest = iri.strip_prefix("https://").or_else(|| iri.strip_prefix("http://"))?;
    let host = rest.find(['/', '#', '?']).unwrap_or(rest.len());
    (host > 0).then(|| &iri[..iri.len() - rest.len() + host])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_end_before_the_path() {
        for (iri, expected) in [
            ("http://a.example/x/y", Some("http://a.example")),
            ("https://a.example:8443#x", Some("https://a.example:8443")),
            ("https://a.example", Some("https://a.example")),
            ("https:///x", None),
            ("urn:x", None),
        ] {
            assert_eq!(origin(iri), expected, "{iri}");
        }
    }
}
