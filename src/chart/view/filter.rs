//! Filters for things of some kinds and relations of some status: whatever the
//! view, its network is reduced before it is drawn.

use std::collections::BTreeSet;

use oxigraph::model::NamedNode;
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef as _;

use crate::chart::Options;
use crate::error::Result;
use crate::finding::codes;
use crate::graph::Graph;
use crate::network::{Network, named};

/// The requested kinds and statuses; empty for all.
#[derive(Debug, Clone, Default)]
pub(in crate::chart) struct Filter {
    pub kinds: BTreeSet<NamedNode>,
    pub statuses: BTreeSet<NamedNode>,
    /// Entities, kinds and relations that are left out.
    pub hidden: BTreeSet<NamedNode>,
}

impl Filter {
    /// Resolves the texts among what the network and `statuses` have.
    ///
    /// # Errors
    ///
    /// `unknown-kind`, `unknown-status`, `unknown-entity` with the closest name.
    pub fn find(graph: &Graph, network: &Network, options: &Options, more: &BTreeSet<NamedNode>) -> Result<Self> {
        let Options { kinds, statuses, hide, .. } = options;
        let mut filter = Self::default();
        if !hide.is_empty() {
            let relations = network.edge_weights().map(|relation| relation.iri.clone());
            let there = entities(network).chain(relations).chain(more.iter().cloned()).collect();
            filter.hidden =
                named(graph, hide, &there, codes::UNKNOWN_ENTITY, "the view has no entity, kind or relation")?;
        }
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

    /// Whether something is hidden, by itself or by its kind.
    pub fn hides(&self, iri: &NamedNode, kinds: &BTreeSet<NamedNode>) -> bool {
        self.hidden.contains(iri) || !self.hidden.is_disjoint(kinds)
    }

    /// The hidden nodes of a network.
    pub fn hidden_nodes(&self, network: &Network) -> BTreeSet<NodeIndex> {
        let is_hidden = |node: &NodeIndex| self.hides(&network[*node].iri, &network[*node].kinds);
        network.node_indices().filter(is_hidden).collect()
    }

    /// The part of a network that is drawn. If relations are filtered, nodes
    /// that none of them touches are removed too.
    pub fn apply(&self, network: Network) -> Network {
        let hides_relations = network.edge_weights().any(|relation| self.hidden.contains(&relation.iri));
        if self.kinds.is_empty() && self.statuses.is_empty() && !hides_relations {
            return network;
        }
        let has_kind = |node: NodeIndex| self.has_kind(&network[node].kinds);
        let mut touched = BTreeSet::new();
        let mut relations = BTreeSet::new();
        for edge in network.edge_references() {
            let status = edge.weight().status.as_ref().map(|status| &status.iri);
            let is_hidden = self.hidden.contains(&edge.weight().iri);
            if has_kind(edge.source()) && has_kind(edge.target()) && self.has_status(status) && !is_hidden {
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

/// The entities of a network and their kinds.
fn entities(network: &Network) -> impl Iterator<Item = NamedNode> {
    network.node_weights().flat_map(|entity| std::iter::once(&entity.iri).chain(&entity.kinds).cloned())
}

/// The nodes among these that a text names.
///
/// # Errors
///
/// `unknown-entity` with the closest name.
pub(in crate::chart) fn entities_named(
    graph: &Graph,
    network: &Network,
    among: &BTreeSet<NodeIndex>,
    text: &str,
) -> Result<Vec<NodeIndex>> {
    let there = among.iter().map(|node| network[*node].iri.clone()).collect();
    let found = named(graph, &[text.to_owned()], &there, codes::UNKNOWN_ENTITY, "the view has no entity")?;
    Ok(among.iter().copied().filter(|node| found.contains(&network[*node].iri)).collect())
}

/// The nodes among these that the texts name, by themselves or by their kind.
///
/// # Errors
///
/// `unknown-entity` with the closest name.
pub(in crate::chart) fn nodes(
    graph: &Graph,
    network: &Network,
    among: &BTreeSet<NodeIndex>,
    texts: &[String],
) -> Result<BTreeSet<NodeIndex>> {
    if texts.is_empty() {
        return Ok(BTreeSet::new());
    }
    let of_node = |node: &NodeIndex| std::iter::once(&network[*node].iri).chain(&network[*node].kinds);
    let there = among.iter().flat_map(of_node).cloned().collect();
    let found = named(graph, texts, &there, codes::UNKNOWN_ENTITY, "the view has no entity or kind")?;
    let is_named = |node: &NodeIndex| found.contains(&network[*node].iri) || !found.is_disjoint(&network[*node].kinds);
    Ok(among.iter().copied().filter(is_named).collect())
}
