//! A chart of relations that somebody chose, in layers: those that connect two things.

use std::collections::BTreeMap;

use super::scene::flow;
use super::view::View;
use super::{Content, Drawing, Options, drawing};
use crate::error::Result;
use crate::finding::Findings;
use crate::graph::Graph;
use crate::network::Network;

/// These relations, ready to be drawn; of the options, languages, title and fonts count.
///
/// # Errors
///
/// `empty-view` if there are none.
pub fn relations(graph: &Graph, network: Network, options: &Options) -> Result<Drawing> {
    let view = View::of_relations(graph, "connections")?;
    let tree = flow::nodes(&network, None, None);
    drawing(graph, &view, options, (network, Content::Layered(tree), BTreeMap::new()), Vec::new(), Findings::new())
}
