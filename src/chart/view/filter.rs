//! Filters for things of some kinds and relations of some status: whatever the
//! view, its network is reduced before it is drawn.

use std::collections::BTreeSet;

use oxigraph::model::NamedNode;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef as _;

use crate::error::Result;
use crate::finding::codes;
use crate::graph::Graph;
use crate::network::{Network, named};

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
            filter.kinds = named(graph, kinds, &there, codes::UNKNOWN_KIND, "the view has no kind")?;
        }
        if !statuses.is_empty() {
            let of_relations = network.edge_weights().filter_map(|relation| relation.status.as_ref());
            let there = of_relations.map(|status| status.iri.clone()).chain(more.iter().cloned()).collect();
            filter.statuses = named(graph, statuses, &there, codes::UNKNOWN_STATUS, "the view has no status")?;
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
