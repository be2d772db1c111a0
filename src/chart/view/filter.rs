//! Filters for things of some kinds and relations of some status: whatever the
//! view, its network is reduced before it is drawn.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{NamedNode, Term};
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef as _;

use crate::error::{Error, Result};
use crate::finding::{Finding, codes, did_you_mean};
use crate::graph::{Graph, LABELS, local_name};
use crate::network::Network;

/// The requested kinds and statuses; empty for all.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Filter {
    pub kinds: BTreeSet<NamedNode>,
    pub statuses: BTreeSet<NamedNode>,
}

impl Filter {
    /// Resolves the texts among what the network and `statuses` have.
    ///
    /// # Errors
    ///
    /// `unknown-kind`, `unknown-status` with the closest name.
    pub fn find(
        graph: &Graph,
        network: &Network,
        kinds: &[String],
        statuses: &[String],
        more: &BTreeSet<NamedNode>,
    ) -> Result<Self> {
        let mut filter = Self::default();
        if !kinds.is_empty() {
            let there = network.node_weights().flat_map(|entity| entity.kinds.iter().cloned()).collect();
            filter.kinds = named(graph, kinds, &there, codes::UNKNOWN_KIND, "kind")?;
        }
        if !statuses.is_empty() {
            let of_relations = network.edge_weights().filter_map(|relation| relation.status.as_ref());
            let there = of_relations.map(|status| status.iri.clone()).chain(more.iter().cloned()).collect();
            filter.statuses = named(graph, statuses, &there, codes::UNKNOWN_STATUS, "status")?;
        }
        Ok(filter)
    }

    /// Whether something of this status is drawn.
    pub fn has_status(&self, status: Option<&NamedNode>) -> bool {
        self.statuses.is_empty() || status.is_some_and(|status| self.statuses.contains(status))
    }

    /// Whether something of these kinds is drawn.
    pub fn has_kind(&self, kinds: &BTreeSet<NamedNode>) -> bool {
        self.kinds.is_empty() || !self.kinds.is_disjoint(kinds)
    }

    /// The part of a network that is drawn. If relations are filtered, nodes
    /// that none of them touches are removed too.
    pub fn apply(&self, network: Network) -> Network {
        if self.kinds.is_empty() && self.statuses.is_empty() {
            return network;
        }
        let has_kind = |node: NodeIndex| self.has_kind(&network[node].kinds);
        let mut touched = BTreeSet::new();
        let mut relations = BTreeSet::new();
        for edge in network.edge_references() {
            let status = edge.weight().status.as_ref().map(|status| &status.iri);
            if has_kind(edge.source()) && has_kind(edge.target()) && self.has_status(status) {
                relations.insert(edge.id());
                touched.extend([edge.source(), edge.target()]);
            }
        }
        let kept = |node: NodeIndex| has_kind(node) && (self.statuses.is_empty() || touched.contains(&node));
        network.filter_map(
            |node, entity| kept(node).then(|| entity.clone()),
            |edge, relation| relations.contains(&edge).then(|| relation.clone()),
        )
    }
}

/// The nodes that the texts name by prefixed name, IRI, last part of the IRI, or label.
fn named(
    graph: &Graph,
    texts: &[String],
    there: &BTreeSet<NamedNode>,
    code: &'static str,
    what: &str,
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
        let all = || format!("use one of {}", slugs.join(", "));
        let hint = did_you_mean(&wanted, names.keys().map(String::as_str)).unwrap_or_else(all);
        let message = format!("the view has no {what} `{text}`");
        return Err(Error::invalid(Finding::error(code, message).hint(hint)));
    }
    Ok(found)
}
