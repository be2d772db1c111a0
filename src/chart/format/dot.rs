//! A chart as DOT, for use with Graphviz: a cluster for each tree, the colours
//! of the built-in charts, and remarks as dashed lines that do not bend the
//! tree.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use graphviz_rust::dot_structures::{Edge, EdgeTy, GraphAttributes, Node, NodeId, Stmt, Subgraph, Vertex};
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;

use crate::chart::scene::card::WIDTH;
use crate::chart::scene::legend::Legend;
use crate::chart::scene::spans::Spans;
use crate::chart::scene::text::Weight;
use crate::chart::scene::wording::{self, ReadingDirection};
use crate::chart::scene::{Palette, Pen, Words};
use crate::chart::view::amounts::PaidAmounts;
use crate::chart::view::facts::CardFacts;
use crate::chart::view::tree::Tree;
use crate::dot::{FONTS, attribute, node_id, print, quoted};
use crate::finding::{Finding, codes};
use crate::network::{Network, Status};

/// Size of text in boxes, in points.
const SIZE: f64 = 10.0;

/// How Graphviz draws lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Splines {
    /// Horizontal and vertical pieces. Graphviz fails on some graphs.
    Orthogonal,
    /// Straight pieces.
    Polyline,
}

/// The forest as DOT.
pub(in crate::chart) fn write(
    network: &Network,
    tree: &Tree,
    legend: &Legend,
    words: &Words,
    facts: &BTreeMap<NodeIndex, CardFacts>,
    (palette, splines): (&Palette, Splines),
) -> String {
    let splines = match splines {
        Splines::Orthogonal => "ortho",
        Splines::Polyline => "polyline",
    };
    let mut stmts = preamble(words, splines, "TB");
    let colour_of = |node: NodeIndex| palette.class(legend.colour(network, node)).to_string();
    let mut pen = Pen::new();
    let mut drawn = Vec::new();
    for (index, root) in tree.roots.iter().enumerate() {
        let mut inside = vec![Stmt::Attribute(attribute("style", "invis"))];
        let mut stack = vec![*root];
        while let Some(node) = stack.pop() {
            drawn.push(node);
            inside.push(entity(network, node, facts, (&colour_of(node), node == *root), &mut pen));
            for partner in tree.partners.get(&node).into_iter().flatten() {
                drawn.push(*partner);
                inside.push(entity(network, *partner, facts, (&colour_of(*partner), node == *root), &mut pen));
                let beside = vec![attribute("constraint", "false")];
                inside.push(Stmt::Edge(Edge { ty: pair(network, node, *partner), attributes: beside }));
            }
            let children = tree.children.get(&node).map(Vec::as_slice).unwrap_or_default();
            for (edge, child) in children {
                inside.push(branch(network, node, *child, *edge, words));
                stack.push(*child);
            }
            let leaves = children.iter().map(|(_, child)| *child).filter(|child| !tree.children.contains_key(child));
            inside.extend(stacks(network, &leaves.collect::<Vec<_>>()));
        }
        inside[1..].sort_by_key(|stmt| !matches!(stmt, Stmt::Node(_)));
        stmts.push(Stmt::Subgraph(Subgraph { id: quoted(&format!("cluster_{index}")), stmts: inside }));
    }
    // Trees are in rows, the panel below them.
    let n_columns = (tree.roots.len() as f64).sqrt().ceil().max(1.0) as usize;
    let panel = tree.alone.first().copied();
    for (index, root) in tree.roots.iter().enumerate() {
        if let Some(below) = tree.roots.get(index + n_columns).copied().or(panel) {
            stmts.push(hidden(network, deepest(tree, *root), below));
        }
    }
    if !tree.alone.is_empty() {
        let mut inside = vec![
            Stmt::Attribute(attribute("label", &words.panel)),
            Stmt::Attribute(attribute("style", "rounded")),
            Stmt::Attribute(attribute("color", "#cbd5e1")),
        ];
        for node in &tree.alone {
            drawn.push(*node);
            inside.push(entity(network, *node, facts, (&colour_of(*node), false), &mut pen));
        }
        inside.extend(stacks(network, &tree.alone));
        stmts.push(Stmt::Subgraph(Subgraph { id: quoted("cluster_alone"), stmts: inside }));
    }
    for (edge, above, below) in &tree.dotted {
        if drawn.contains(above) && drawn.contains(below) {
            let mut attributes = label(network, *edge, ReadingDirection::Forth, words);
            attributes.push(attribute("style", "dotted"));
            attributes.push(attribute("constraint", "false"));
            stmts.push(Stmt::Edge(Edge { ty: pair(network, *above, *below), attributes }));
        }
    }
    for (node, edges) in &tree.others {
        for edge in edges {
            let Some((_, target)) = network.edge_endpoints(*edge) else { continue };
            if drawn.contains(node) && drawn.contains(&target) {
                let mut attributes = label(network, *edge, ReadingDirection::Forth, words);
                attributes.push(attribute("style", "dashed"));
                attributes.push(attribute("constraint", "false"));
                attributes.push(attribute("arrowhead", "vee"));
                stmts.push(Stmt::Edge(Edge { ty: pair(network, *node, target), attributes }));
            }
        }
    }
    print(stmts)
}

/// Invisible lines that put nodes below each other, in about as many stacks as
/// they are high: Graphviz would otherwise put all of them in one row.
fn stacks(network: &Network, nodes: &[NodeIndex]) -> Vec<Stmt> {
    let height = (nodes.len() as f64).sqrt().ceil().max(1.0) as usize;
    let chains = nodes.chunks(if nodes.len() > 3 { height } else { 1 });
    chains.flat_map(|chain| chain.windows(2)).map(|two| hidden(network, two[0], two[1])).collect()
}

fn hidden(network: &Network, above: NodeIndex, below: NodeIndex) -> Stmt {
    let attributes = vec![attribute("style", "invis"), attribute("weight", "4")];
    Stmt::Edge(Edge { ty: pair(network, above, below), attributes })
}

/// A node of a tree with no other node below it.
fn deepest(tree: &Tree, root: NodeIndex) -> NodeIndex {
    let mut level = vec![root];
    loop {
        let children = level.iter().filter_map(|node| tree.children.get(node)).flatten().map(|(_, child)| *child);
        let next: Vec<NodeIndex> = children.collect();
        match (next.is_empty(), level.last()) {
            (true, Some(last)) => return *last,
            (true, None) => return root,
            _ => level = next,
        }
    }
}

/// The attributes of the graph as a whole.
fn preamble(words: &Words, splines: &str, direction: &str) -> Vec<Stmt> {
    vec![
        Stmt::GAttribute(GraphAttributes::Graph(vec![
            attribute("label", &words.whole_title()),
            attribute("labelloc", "t"),
            attribute("fontname", FONTS),
            attribute("fontsize", "18"),
            attribute("splines", splines),
            attribute("rankdir", direction),
            attribute("nodesep", "0.3"),
            attribute("ranksep", "0.5"),
            attribute("compound", "true"),
            attribute("charset", "UTF-8"),
        ])),
        Stmt::GAttribute(GraphAttributes::Node(vec![
            attribute("shape", "box"),
            attribute("style", "rounded,filled"),
            attribute("fillcolor", "#ffffff"),
            attribute("fontname", FONTS),
            attribute("fontsize", &SIZE.to_string()),
            attribute("penwidth", "1.4"),
        ])),
        Stmt::GAttribute(GraphAttributes::Edge(vec![
            attribute("fontname", FONTS),
            attribute("fontsize", "8"),
            attribute("color", "#94a3b8"),
            attribute("fontcolor", "#4b5563"),
            attribute("arrowhead", "none"),
        ])),
    ]
}

/// A network that is not a tree, as DOT: from left to right, each relation an arrow.
pub(in crate::chart) fn write_flow(
    network: &Network,
    nodes: &[NodeIndex],
    legend: &Legend,
    words: &Words,
    (palette, amounts): (&Palette, &PaidAmounts),
) -> String {
    let mut stmts = preamble(words, "polyline", "LR");
    let nothing = BTreeMap::new();
    let mut pen = Pen::new();
    for node in nodes {
        stmts.push(entity(
            network,
            *node,
            &nothing,
            (&palette.class(legend.colour(network, *node)).to_string(), false),
            &mut pen,
        ));
    }
    let drawn: BTreeSet<NodeIndex> = nodes.iter().copied().collect();
    for edge in
        network.edge_references().filter(|edge| drawn.contains(&edge.source()) && drawn.contains(&edge.target()))
    {
        let mut text = spoken(network, edge.id(), ReadingDirection::Forth, words);
        for paid in amounts.get(&edge.id()).into_iter().flatten() {
            for line in paid.words.iter().map(Spans::text).chain(paid.notes.iter().cloned()) {
                text.push_str(&format!("\n{line}"));
            }
        }
        let attributes = vec![attribute("xlabel", &text), attribute("arrowhead", "vee")];
        stmts.push(Stmt::Edge(Edge { ty: pair(network, edge.source(), edge.target()), attributes }));
    }
    print(stmts)
}

fn id(network: &Network, node: NodeIndex) -> NodeId {
    node_id(network[node].iri.as_str())
}

fn pair(network: &Network, from: NodeIndex, to: NodeIndex) -> EdgeTy {
    EdgeTy::Pair(Vertex::N(id(network, from)), Vertex::N(id(network, to)))
}

fn entity(
    network: &Network,
    node: NodeIndex,
    facts: &BTreeMap<NodeIndex, CardFacts>,
    (colour, top): (&str, bool),
    pen: &mut Pen,
) -> Stmt {
    let entity = &network[node];
    let mut lines = vec![entity.kind.join(" · ")];
    lines.retain(|line| !line.is_empty());
    // Graphviz does not wrap: a long name would make its row of boxes wide.
    lines.extend(entity.labels.iter().flat_map(|label| pen.wrap(label, SIZE, Weight::Regular, WIDTH)));
    lines.extend(facts.get(&node).into_iter().flat_map(|facts| facts.lines.iter().cloned()));
    lines.extend(Status::unless_holds(entity.status.as_ref()).map(|status| format!("({})", status.labels.join(" "))));
    let mut attributes = vec![
        attribute("label", &lines.join("\n")),
        attribute("color", colour),
        attribute("URL", entity.iri.as_str()),
        attribute("tooltip", &entity.labels.join(" · ")),
    ];
    if top {
        attributes.push(attribute("fillcolor", colour));
        attributes.push(attribute("fontcolor", "#ffffff"));
    }
    if Status::unless_holds(entity.status.as_ref()).is_some_and(|status| !status.has_ended()) {
        attributes.push(attribute("style", "rounded,filled,dashed"));
    }
    Stmt::Node(Node { id: id(network, node), attributes })
}

fn label(
    network: &Network,
    edge: EdgeIndex,
    reading: ReadingDirection,
    words: &Words,
) -> Vec<graphviz_rust::dot_structures::Attribute> {
    // Orthogonal lines lose their labels unless the labels are next to the lines.
    vec![attribute("xlabel", &spoken(network, edge, reading, words))]
}

/// The words of a relation and what the view adds to them.
fn spoken(network: &Network, edge: EdgeIndex, reading: ReadingDirection, words: &Words) -> String {
    let relation = &network[edge];
    let mut text = wording::relation(relation, reading, &words.status_verb).join(" ");
    for note in relation.additions() {
        text.push_str(&format!("\n{note}"));
    }
    text
}

fn branch(network: &Network, parent: NodeIndex, child: NodeIndex, edge: EdgeIndex, words: &Words) -> Stmt {
    let from_source = network.edge_endpoints(edge).is_some_and(|(source, _)| source != child);
    let reading = if from_source { ReadingDirection::Forth } else { ReadingDirection::Back };
    Stmt::Edge(Edge { ty: pair(network, parent, child), attributes: label(network, edge, reading, words) })
}

/// Why Graphviz drew nothing.
#[derive(Debug)]
pub enum Failure {
    /// There is no program `dot`.
    NotInstalled,
    /// It failed or took too long.
    Failed(Box<Finding>),
}

impl From<Failure> for Finding {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotInstalled => Self::error(codes::GRAPHVIZ, "the program `dot` is not installed")
                .hint("install Graphviz, or draw without `--engine dot`".to_owned()),
            Failure::Failed(finding) => *finding,
        }
    }
}

/// Runs Graphviz on a DOT text and returns its output: `svg` or `png`.
///
/// # Errors
///
/// `graphviz` if it is not installed, fails or takes longer than `limit`.
pub fn run(dot: &str, format: &str, limit: Duration) -> Result<Vec<u8>, Failure> {
    let finding = |message: String| Finding::error(codes::GRAPHVIZ, message);
    let fault = |message: String| Failure::Failed(Box::new(finding(message)));
    let mut command = Command::new("dot");
    command.arg(format!("-T{format}")).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::NotInstalled,
        _ => fault(format!("cannot run the program `dot`: {error}")),
    })?;
    let mut input = child.stdin.take();
    let text = dot.to_owned();
    let writer = thread::spawn(move || {
        if let Some(input) = &mut input {
            // If the program stops reading, its exit code tells why.
            let _ = input.write_all(text.as_bytes());
        }
    });
    let (mut output, mut errors) = (child.stdout.take(), child.stderr.take());
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = output.as_mut().map(|output| io::copy(output, &mut bytes));
        bytes
    });
    let complaints = thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = errors.as_mut().map(|errors| io::copy(errors, &mut bytes));
        bytes
    });
    let start = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if start.elapsed() < limit => thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                let timed_out = finding(format!("Graphviz timed out after {} s", limit.as_secs()));
                let hint = "draw without `--engine dot`, or draw less with `--root` or `--depth`".to_owned();
                return Err(Failure::Failed(Box::new(timed_out.hint(hint))));
            }
            Err(error) => return Err(fault(format!("cannot wait for the program `dot`: {error}"))),
        }
    };
    let _ = writer.join();
    let bytes = reader.join().unwrap_or_default();
    let said = complaints.join().unwrap_or_default();
    if status.success() && !bytes.is_empty() {
        return Ok(bytes);
    }
    let said = String::from_utf8_lossy(&said);
    let last = said.lines().last().unwrap_or("no message").to_owned();
    Err(fault(format!("Graphviz failed: {last}")))
}
