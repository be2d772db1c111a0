//! Parts of DOT for graphviz-rust, which prints its input unchanged: every id and value is quoted
//! and escaped here, and nowhere else.

use graphviz_rust::dot_structures::{Attribute, Graph, Id, NodeId, Stmt};
use graphviz_rust::printer::PrinterContext;

use crate::characters;

/// Fonts with Chinese characters, by the names that systems know them by.
pub const FONTS: &str = "Noto Sans HK,Noto Sans CJK HK,Noto Sans CJK TC,Noto Sans,sans-serif";

/// A double-quoted DOT string. Backslashes are doubled, since `\N` and the like have a meaning in
/// labels; `&` would begin an HTML entity.
pub fn quoted(text: &str) -> Id {
    let mut quoted = String::from("\"");
    // A label has lines; Graphviz writes everything else in it to XML.
    let lines: Vec<_> = text.split('\n').map(characters::drawn).collect();
    for c in lines.join("\n").chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '&' => quoted.push_str("&amp;"),
            '\n' => quoted.push_str("\\n"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    Id::Escaped(quoted)
}

/// An attribute with its value quoted.
pub fn attribute(name: &str, value: &str) -> Attribute {
    Attribute(Id::Plain(name.to_owned()), quoted(value))
}

/// The id of a node.
pub fn node_id(name: &str) -> NodeId {
    NodeId(quoted(name), None)
}

/// A digraph with these statements as text.
pub fn print(stmts: Vec<Stmt>) -> String {
    let graph = Graph::DiGraph { id: quoted("civigraph"), strict: false, stmts };
    let mut printer = PrinterContext::new(true, 2, "\n".to_owned(), usize::MAX);
    let mut text = graphviz_rust::print(graph, &mut printer);
    text.push('\n');
    text
}
