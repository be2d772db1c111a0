//! What a view draws: a tree, a network or a list of statements, and the part of it that was asked for.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::NamedNode;
use petgraph::graph::NodeIndex;

use super::scene::flow::{self, FlowExtras};
use super::view::facts::CardFacts;
use super::view::timeline::Timeline;
use super::view::tree::Tree;
use super::view::{LayoutKind, View, filter};
use super::{Drawing, Options};
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::Graph;
use crate::network::Network;

/// The content to draw, by the layout of the view.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Tree(Tree),
    /// The nodes are those of the panel.
    Layered(Tree),
    Timeline(Timeline),
}

/// What a view draws, before it has words.
#[derive(Default)]
pub(super) struct DrawnContent {
    pub network: Network,
    pub content: Content,
    pub facts: BTreeMap<NodeIndex, CardFacts>,
    pub flow: FlowExtras,
}

/// The figures that stay in one line where they fit.
pub(super) fn figures(content: &Content, flow: &FlowExtras) -> Vec<String> {
    let items = match content {
        Content::Timeline(line) => line.items.as_slice(),
        _ => &[],
    };
    let sentences = items.iter().flat_map(|item| &item.sentences);
    let paid = flow.amounts.values().flatten().flat_map(|paid| &paid.words);
    sentences.chain(paid).flat_map(|spans| spans.figures().map(str::to_owned)).collect()
}

impl Default for Content {
    fn default() -> Self {
        Self::Tree(Tree::default())
    }
}

impl Content {
    /// All things that the cards are about.
    pub fn every_node(&self) -> BTreeSet<NodeIndex> {
        let mut nodes: BTreeSet<NodeIndex> = self.nodes().into_iter().collect();
        if let Self::Timeline(line) = self {
            nodes.extend(line.items.iter().flat_map(|item| item.others.iter().chain(&item.target)));
        }
        nodes
    }

    /// The nodes of the cards, in their order.
    pub fn nodes(&self) -> Vec<NodeIndex> {
        match self {
            Self::Tree(tree) | Self::Layered(tree) => tree.in_order(),
            Self::Timeline(line) => line.nodes(),
        }
    }
}

impl Drawing {
    /// Cuts off what was not asked for. Colours were assigned before, so a part
    /// has the colours of the complete chart.
    pub(super) fn cut(&mut self, graph: &Graph, view: &View, options: &Options) -> Result<()> {
        let drawn = self.content.nodes();
        if drawn.is_empty() {
            let name = |(relation, _): &(NamedNode, _)| format!("`{}`", graph.prefixes.shorten(relation.as_str()));
            let relations: Vec<String> = view.branches.iter().take(view.n_own.max(1)).map(name).collect();
            let filtered = !options.kinds.is_empty() || !options.statuses.is_empty() || !options.hide.is_empty();
            let hint = match view.arrangement {
                _ if graph.n_triples() == 0 => "the graph has no triples".to_owned(),
                _ if filtered => "draw without `--kind`, `--status` and `--hide` to see everything".to_owned(),
                LayoutKind::Tree => {
                    let aligned =
                        if view.branches.len() > view.n_own { ", and by what corresponds to them" } else { "" };
                    format!("it draws things that are connected by {}{aligned}", relations.join(", "))
                }
                LayoutKind::Layered => {
                    "its query returns no relation between two things; run it with `query`".to_owned()
                }
                LayoutKind::Timeline => "its query returns nothing with a date; run it with `query`".to_owned(),
            };
            let message = format!("the view `{}` has nothing to draw", view.name);
            return Err(Error::invalid(Finding::error(codes::EMPTY_VIEW, message).hint(hint)));
        }
        let mut roots: Vec<NodeIndex> = Vec::new();
        if options.roots.is_empty() && !options.root_names.is_empty() {
            let there = drawn.iter().copied().collect();
            for name in &options.root_names {
                roots.extend(filter::entities_named(graph, &self.network, &there, name)?);
            }
        }
        for iri in &options.roots {
            let mut there = drawn.iter().copied();
            let root = there.find(|node| self.network[*node].iri == *iri).ok_or_else(|| {
                let message = format!("`{}` is not in the view", graph.prefixes.shorten(iri.as_str()));
                let hint = "draw without `--root` to see what is".to_owned();
                Error::invalid(Finding::error(codes::UNKNOWN_ENTITY, message).hint(hint))
            })?;
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        let is_list = matches!(self.content, Content::Timeline(_));
        if options.direction.is_some() && (is_list || self.flow.sides.is_some()) {
            let message = "`--direction` says where lines lead, and this view has its own order";
            return Err(Error::invalid(
                Finding::error(codes::UNUSED_ARGUMENT, message).hint("leave it out".to_owned()),
            ));
        }
        match &mut self.content {
            Content::Tree(tree) => tree.cut(&roots, options.depth),
            Content::Layered(tree) => *tree = flow::nodes(&self.network, &roots, options.depth),
            Content::Timeline(_) if options.depth.is_some() => {
                let message = "`--depth` counts generations, and a timeline has none";
                return Err(Error::invalid(
                    Finding::error(codes::UNUSED_ARGUMENT, message).hint("leave it out".to_owned()),
                ));
            }
            Content::Timeline(line) => line.cut(&roots),
        }
        Ok(())
    }
}
