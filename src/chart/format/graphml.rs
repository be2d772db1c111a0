//! A chart as GraphML, which yEd, Gephi, NetworkX and other programs read. Attributes are data of nodes and
//! lines; yEd's own elements give it boxes with names and colours.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use petgraph::graph::NodeIndex;

use super::svg::{escape, number};
use super::written::{WrittenChart, WrittenLine};

/// The keys of data: their id, of what they are, name and type.
const KEYS: [(&str, &str, &str, &str); 12] = [
    ("iri", "node", "iri", "string"),
    ("label", "node", "label", "string"),
    ("names", "node", "names", "string"),
    ("kind", "node", "kind", "string"),
    ("status", "node", "status", "string"),
    ("more", "node", "more", "string"),
    ("colour", "node", "colour", "string"),
    ("relation", "edge", "relation", "string"),
    ("words", "edge", "label", "string"),
    ("edge-status", "edge", "status", "string"),
    ("amount", "edge", "amount", "double"),
    ("currency", "edge", "currency", "string"),
];

/// The network as GraphML.
pub(in crate::chart) fn write(chart: &WrittenChart<'_>) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    xml.push_str(concat!(
        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" ",
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ",
        "xmlns:y=\"http://www.yworks.com/xml/graphml\" ",
        "xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n",
    ));
    for (id, of, name, kind) in KEYS {
        let _ = writeln!(xml, "  <key id=\"{id}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>");
    }
    xml.push_str("  <key id=\"title\" for=\"graph\" attr.name=\"title\" attr.type=\"string\"/>\n");
    xml.push_str("  <key id=\"node-look\" for=\"node\" yfiles.type=\"nodegraphics\"/>\n");
    xml.push_str("  <key id=\"edge-look\" for=\"edge\" yfiles.type=\"edgegraphics\"/>\n");
    let _ = writeln!(xml, "  <graph id=\"chart\" edgedefault=\"directed\">");
    data(&mut xml, 4, "title", &chart.title);
    let ids: BTreeMap<NodeIndex, usize> = chart.nodes.iter().enumerate().map(|(at, node)| (node.node, at)).collect();
    for (at, node) in chart.nodes.iter().enumerate() {
        let _ = writeln!(xml, "    <node id=\"n{at}\">");
        let label = node.names.first().map(String::as_str).unwrap_or_default();
        for (key, value) in [
            ("iri", node.iri),
            ("label", label),
            ("names", &node.names.join("\n")),
            ("kind", &node.kind),
            ("status", &node.status),
            ("more", &node.more.join("\n")),
            ("colour", &node.colour),
        ] {
            data(&mut xml, 6, key, value);
        }
        let dash = if node.is_dashed { "dashed" } else { "line" };
        let _ = writeln!(
            xml,
            "      <data key=\"node-look\"><y:ShapeNode><y:Geometry width=\"220\" height=\"{}\"/><y:Fill color=\"#FFFFFF\"/><y:BorderStyle color=\"{}\" type=\"{dash}\" width=\"1.5\"/><y:NodeLabel>{}</y:NodeLabel><y:Shape type=\"roundrectangle\"/></y:ShapeNode></data>",
            18 * node.names.len().max(1) + 12,
            escape(&node.colour),
            escaped(&node.names.join("\n")),
        );
        xml.push_str("    </node>\n");
    }
    for (index, line) in chart.lines.iter().enumerate() {
        let WrittenLine { from, to, words, is_dashed, is_dotted, arrow, .. } = line;
        let (Some(from), Some(to)) = (ids.get(from), ids.get(to)) else { continue };
        let _ = writeln!(xml, "    <edge id=\"e{index}\" source=\"n{from}\" target=\"n{to}\">");
        let amount = line.amount.as_ref().map(|(_, value)| number(*value)).unwrap_or_default();
        let currency = line.amount.as_ref().map(|(currency, _)| currency.clone()).unwrap_or_default();
        for (key, value) in [
            ("relation", line.relation),
            ("words", &words.join("\n")),
            ("edge-status", &line.status),
            ("amount", &amount),
            ("currency", &currency),
        ] {
            data(&mut xml, 6, key, value);
        }
        let look = if *is_dotted {
            "dotted"
        } else if *is_dashed {
            "dashed"
        } else {
            "line"
        };
        let head = if *arrow { "standard" } else { "none" };
        let _ = writeln!(
            xml,
            "      <data key=\"edge-look\"><y:PolyLineEdge><y:LineStyle color=\"#64748B\" type=\"{look}\" width=\"1.2\"/><y:Arrows source=\"none\" target=\"{head}\"/><y:EdgeLabel>{}</y:EdgeLabel></y:PolyLineEdge></data>",
            escaped(&words.join("\n")),
        );
        xml.push_str("    </edge>\n");
    }
    xml.push_str("  </graph>\n</graphml>\n");
    xml
}

/// Text with its line breaks, escaped line by line.
fn escaped(text: &str) -> String {
    text.split('\n').map(escape).collect::<Vec<_>>().join("&#10;")
}

fn data(xml: &mut String, indent: usize, key: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(xml, "{:indent$}<data key=\"{key}\">{}</data>", "", escaped(value));
    }
}
