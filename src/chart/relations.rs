//! A chart of relations that somebody chose, in layers: those that connect two things.

use super::content::{Content, DrawnContent};
use super::scene::flow;
use super::view::View;
use super::{Drawing, Options, drawing};
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
    let content = Content::Layered(flow::nodes(&network, &[], None));
    let content = DrawnContent { network, content, ..DrawnContent::default() };
    drawing(graph, &view, options, content, Vec::new(), Findings::new())
}
