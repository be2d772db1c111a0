//! A network as DOT.

use std::collections::BTreeMap;

use graphviz_rust::dot_structures::{Edge, EdgeTy, GraphAttributes, Node, NodeId, Stmt, Vertex};
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef as _;

use crate::dot::{self, FONTS, attribute};
use crate::graph::Prefixes;
use crate::network::{Network, Status};

/// Colours of classes (fill, line), assigned in the order of their IRIs:
/// readable in print and distinguishable for people who do not see red or
/// green.
const COLOURS: [(&str, &str); 12] = [
    ("#dbeafe", "#1d4ed8"),
    ("#fef3c7", "#b45309"),
    ("#d1fae5", "#047857"),
    ("#ede9fe", "#6d28d9"),
    ("#fee2e2", "#b91c1c"),
    ("#cffafe", "#0e7490"),
    ("#fce7f3", "#be185d"),
    ("#ecfccb", "#4d7c0f"),
    ("#e2e8f0", "#334155"),
    ("#ffedd5", "#c2410c"),
    ("#f5f5f4", "#57534e"),
    ("#fae8ff", "#a21caf"),
];

/// The network as a DOT digraph: nodes coloured by class, edges labelled by
/// relation, in all languages of the network. Planned, studied and considered
/// items are dashed and labelled as such; ended ones are dotted.
pub fn write_dot(network: &Network, prefixes: &Prefixes, title: &str) -> String {
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    for entity in network.node_weights() {
        classes.entry(entity.class.as_ref().map_or("", |class| class.as_str())).or_default();
    }
    for (index, colour) in classes.values_mut().enumerate() {
        *colour = index % COLOURS.len();
    }
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(vec![
            attribute("label", title),
            attribute("labelloc", "t"),
            attribute("fontname", FONTS),
            attribute("rankdir", "LR"),
            attribute("charset", "UTF-8"),
        ])),
        Stmt::GAttribute(GraphAttributes::Node(vec![
            attribute("shape", "box"),
            attribute("style", "rounded,filled"),
            attribute("fontname", FONTS),
            attribute("fontsize", "11"),
        ])),
        Stmt::GAttribute(GraphAttributes::Edge(vec![
            attribute("fontname", FONTS),
            attribute("fontsize", "9"),
            attribute("color", "#64748b"),
            attribute("fontcolor", "#334155"),
        ])),
    ];
    for entity in network.node_weights() {
        let class = entity.class.as_ref().map_or("", |class| class.as_str());
        let (fill, line) = COLOURS[classes[class]];
        let mut lines: Vec<String> = entity.labels.iter().map(str::to_owned).collect();
        if !entity.kind.first().is_empty() {
            lines.push(format!("[{}]", entity.kind.together()));
        }
        lines.extend(status_words(entity.status.as_ref()));
        let mut attributes = vec![
            attribute("label", &lines.join("\n")),
            attribute("fillcolor", fill),
            attribute("color", line),
            attribute("URL", entity.iri.as_str()),
            attribute("tooltip", &entity.kind.together()),
        ];
        if let Some(style) = line_style(entity.status.as_ref()) {
            attributes.push(attribute("style", &format!("rounded,filled,{style}")));
        }
        stmts.push(Stmt::Node(Node { id: node_id(prefixes, entity.iri.as_str()), attributes }));
    }
    for edge in network.edge_references() {
        let relation = edge.weight();
        let mut label = relation.labels.together();
        if let Some(words) = status_words(relation.status.as_ref()) {
            label = format!("{label}\n{words}");
        }
        let mut attributes = vec![attribute("label", &label)];
        if let Some(style) = line_style(relation.status.as_ref()) {
            attributes.push(attribute("style", style));
        }
        let vertex = |index: NodeIndex| Vertex::N(node_id(prefixes, network[index].iri.as_str()));
        let ty = EdgeTy::Pair(vertex(edge.source()), vertex(edge.target()));
        stmts.push(Stmt::Edge(Edge { ty, attributes }));
    }
    dot::print(stmts)
}

fn line_style(status: Option<&Status>) -> Option<&'static str> {
    let status = status?;
    if status.holds() {
        None
    } else if status.has_ended() {
        Some("dotted")
    } else {
        Some("dashed")
    }
}

/// The labels of a status, if worth mentioning.
fn status_words(status: Option<&Status>) -> Option<String> {
    let status = Status::unless_holds(status)?;
    Some(format!("({})", status.labels.together()))
}

fn node_id(prefixes: &Prefixes, iri: &str) -> NodeId {
    dot::node_id(&prefixes.name(iri))
}
