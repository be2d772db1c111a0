//! The statements of a thing as JSON-LD, for programs that read pages.

use maud::{Markup, PreEscaped, html};
use oxigraph::model::{GraphName, NamedNodeRef, Quad};

use super::site::Site;
use crate::export::{GraphFormat, Preamble, write_graph};
use crate::graph::Layer;

/// The most statements; all are in the documents beside the page.
const MOST: usize = 400;

/// What the data themselves say of a thing, as a block in the head of its page. Whatever a text has in it, it cannot
/// end the block: in JSON, `<` can be written as an escape.
pub(super) fn block(site: &Site, node: NamedNodeRef<'_>) -> Markup {
    let quads = site.graph.matching(Some(node.into()), None, None, None);
    let own = quads
        .filter(|quad| matches!(Layer::of(quad.graph_name.as_ref()), Layer::Source | Layer::Direct | Layer::Inferred));
    let quads: Vec<Quad> = own.map(|quad| Quad { graph_name: GraphName::DefaultGraph, ..quad }).take(MOST).collect();
    let mut json = Vec::new();
    // Writing to memory cannot fail.
    let _ = write_graph(GraphFormat::JsonLd, quads, &site.graph.prefixes, &Preamble::default(), &mut json);
    let json = String::from_utf8_lossy(&json).replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    html! { script type="application/ld+json" { (PreEscaped(json)) } }
}
