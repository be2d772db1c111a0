//! A chart as a flowchart of Mermaid, which wikis and code hosts draw from text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use petgraph::graph::NodeIndex;

use super::written::{WrittenChart, WrittenLine};
use crate::chart::layout::direction::LineDirection;

/// The network as a flowchart.
pub(in crate::chart) fn write(chart: &WrittenChart<'_>, direction: LineDirection) -> String {
    let mut text = String::new();
    // The title is front matter, which is YAML: JSON is its safest form.
    let title = serde_json::Value::String(chart.title.replace(['\n', '\r'], " "));
    let _ = writeln!(text, "---\ntitle: {title}\n---");
    let towards = match direction {
        LineDirection::Down => "TD",
        LineDirection::Right => "LR",
        LineDirection::Up => "BT",
        LineDirection::Left => "RL",
    };
    let _ = writeln!(text, "flowchart {towards}");
    let ids: BTreeMap<NodeIndex, usize> = chart.nodes.iter().enumerate().map(|(at, node)| (node.node, at)).collect();
    for (at, node) in chart.nodes.iter().enumerate() {
        let mut lines: Vec<String> = Vec::new();
        lines.extend((!node.kind.is_empty()).then(|| format!("<small>{}</small>", escaped(&node.kind))));
        for (index, name) in node.names.iter().enumerate() {
            lines.push(if index == 0 { format!("<b>{}</b>", escaped(name)) } else { escaped(name) });
        }
        lines.extend(node.more.iter().map(|line| escaped(line)));
        let _ = writeln!(text, "  n{at}[\"{}\"]", lines.join("<br/>"));
    }
    for WrittenLine { from, to, words, is_dashed, is_dotted, arrow, .. } in &chart.lines {
        let (Some(from), Some(to)) = (ids.get(from), ids.get(to)) else { continue };
        let line = match (is_dashed | is_dotted, arrow) {
            (true, true) => "-.->",
            (true, false) => "-.-",
            (false, true) => "-->",
            (false, false) => "---",
        };
        let words: Vec<String> = words.iter().map(|words| escaped(words)).collect();
        let label = if words.is_empty() { String::new() } else { format!("|\"{}\"|", words.join("<br/>")) };
        let _ = writeln!(text, "  n{from} {line}{label} n{to}");
    }
    let mut classes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, node) in chart.nodes.iter().enumerate() {
        classes.entry(&node.colour).or_default().push(at);
    }
    for (index, (colour, members)) in classes.iter().enumerate() {
        let _ = writeln!(text, "  classDef kind{index} fill:#ffffff,stroke:{colour},color:#1f2937,stroke-width:1.5px");
        let members: Vec<String> = members.iter().map(|at| format!("n{at}")).collect();
        let _ = writeln!(text, "  class {} kind{index}", members.join(","));
    }
    let planned: BTreeSet<String> =
        chart.nodes.iter().enumerate().filter(|(_, node)| node.is_dashed).map(|(at, _)| format!("n{at}")).collect();
    if !planned.is_empty() {
        let _ = writeln!(text, "  classDef planned stroke-dasharray:4 3");
        let _ = writeln!(text, "  class {} planned", planned.into_iter().collect::<Vec<_>>().join(","));
    }
    for (at, node) in chart.nodes.iter().enumerate().filter(|(_, node)| is_address(node.iri)) {
        let _ = writeln!(text, "  click n{at} href \"{}\"", node.iri);
    }
    text
}

/// Whether an IRI can be a link in the notation of Mermaid.
fn is_address(iri: &str) -> bool {
    (iri.starts_with("https://") || iri.starts_with("http://"))
        && iri.chars().all(|c| !c.is_whitespace() && !matches!(c, '"' | '<' | '>' | '\\' | '`'))
}

/// A text inside the quotes of a label. What has a meaning in Markdown, HTML or Mermaid is written as an
/// entity of Mermaid.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in crate::characters::drawn(text).chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | '`' | '*' | '_' | '\\' | '|' | '[' | ']' | '{' | '}' | '(' | ')' | ';'
            | '~' | '@' | '$' | '%' | '^' | '\'' => {
                let _ = write!(escaped, "#{};", c as u32);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_mermaid_is_escaped() {
        assert_eq!(escaped("a \"b\" <i>c</i> #1"), "a #34;b#34; #60;i#62;c#60;/i#62; #35;1");
        assert_eq!(escaped("香港 R&D"), "香港 R#38;D");
        assert!(!is_address("javascript:alert(1)") && !is_address("https://example.org/\"x"));
    }
}
