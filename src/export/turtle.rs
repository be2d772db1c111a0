//! Readable Turtle and TriG: subjects sorted and grouped, `a` first, one
//! predicate per line, only the prefixes in use; blank nodes and lists where they
//! are referred to.
//!
//! The library's writer streams, and so repeats subjects and keeps the order of
//! insertion; this one sees the complete graph and gives equal graphs equal
//! bytes.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};

use super::nesting::{BlankNesting, Inner, shared_nodes};
use super::{Preamble, write_comments};
use crate::graph::Prefixes;

/// Objects that make a line longer than this get their own lines.
const LINE: usize = 100;

/// Writes sorted triples (the graphs of the quads are ignored).
pub(super) fn write(
    quads: Vec<Quad>,
    prefixes: &Prefixes,
    header: &Preamble,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = Writer { prefixes, used: BTreeSet::new(), text: String::new() };
    writer.triples(quads, "", &HashSet::new());
    writer.finish(header, output)
}

/// Writes quads, each graph in its own block.
pub(super) fn write_dataset(
    quads: Vec<Quad>,
    prefixes: &Prefixes,
    header: &Preamble,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = Writer { prefixes, used: BTreeSet::new(), text: String::new() };
    let shared = shared_nodes(&quads);
    let mut quads = quads;
    quads.sort_by_cached_key(|quad| graph_key(&quad.graph_name));
    let mut rest = quads.into_iter().peekable();
    while let Some(first) = rest.next() {
        let graph = first.graph_name.clone();
        let mut block = vec![first];
        while let Some(quad) = rest.next_if(|quad| quad.graph_name == graph) {
            block.push(quad);
        }
        match &graph {
            GraphName::DefaultGraph => writer.triples(block, "", &shared),
            GraphName::NamedNode(node) => {
                let name = writer.node(node);
                let _ = write!(writer.text, "\n{name} {{\n");
                writer.triples(block, "  ", &shared);
                writer.text.push_str("}\n");
            }
            GraphName::BlankNode(node) => {
                let _ = write!(writer.text, "\n{node} {{\n");
                writer.triples(block, "  ", &shared);
                writer.text.push_str("}\n");
            }
        }
    }
    writer.finish(header, output)
}

fn graph_key(graph: &GraphName) -> (u8, String) {
    match graph {
        GraphName::DefaultGraph => (0, String::new()),
        GraphName::NamedNode(node) => (1, node.as_str().to_owned()),
        GraphName::BlankNode(node) => (2, node.as_str().to_owned()),
    }
}

struct Writer<'a> {
    prefixes: &'a Prefixes,
    used: BTreeSet<String>,
    text: String,
}

/// Sorts IRIs before blank nodes before literals; literals by tag or datatype, then text.
fn object_key(term: &Term) -> (u8, String, String) {
    match term {
        Term::NamedNode(node) => (0, node.as_str().to_owned(), String::new()),
        Term::BlankNode(node) => (1, node.as_str().to_owned(), String::new()),
        Term::Literal(literal) => {
            let kind = literal.language().unwrap_or_else(|| literal.datatype().as_str());
            let direction = literal.direction().map_or_else(String::new, |direction| format!("--{direction}"));
            (2, format!("{kind}{direction}"), literal.value().to_owned())
        }
        other => (3, other.to_string(), String::new()),
    }
}

fn subject_key(subject: &NamedOrBlankNode) -> (u8, String) {
    match subject {
        NamedOrBlankNode::NamedNode(node) => (0, node.as_str().to_owned()),
        NamedOrBlankNode::BlankNode(node) => (1, node.as_str().to_owned()),
    }
}

/// `rdf:type` first, then by IRI.
fn predicate_key(predicate: &NamedNode) -> (bool, &str) {
    (predicate.as_ref() != rdf::TYPE, predicate.as_str())
}

impl Writer<'_> {
    fn finish(self, header: &Preamble, output: &mut dyn Write) -> io::Result<()> {
        write_comments(header, output)?;
        if !header.lines.is_empty() {
            writeln!(output)?;
        }
        for (name, namespace) in self.prefixes.iter() {
            if self.used.contains(name) {
                writeln!(output, "@prefix {name}: <{}> .", escape_iri(namespace))?;
            }
        }
        let body = if self.used.is_empty() { self.text.trim_start_matches('\n') } else { &self.text };
        output.write_all(body.as_bytes())
    }

    fn triples(&mut self, mut quads: Vec<Quad>, indent: &str, shared: &HashSet<BlankNode>) {
        quads.sort_by_cached_key(|quad| {
            let (not_type, predicate) = predicate_key(&quad.predicate);
            (subject_key(&quad.subject), not_type, predicate.to_owned(), object_key(&quad.object))
        });
        quads.dedup_by(|a, b| a.subject == b.subject && a.predicate == b.predicate && a.object == b.object);
        let nesting = BlankNesting::of(quads.iter(), shared);
        let mut is_first = true;
        for group in quads.chunk_by(|one, next| one.subject == next.subject) {
            let subject = &group[0].subject;
            if nesting.is_inside(subject) {
                continue;
            }
            if !is_first || indent.is_empty() {
                self.text.push('\n');
            }
            is_first = false;
            let name = match subject {
                NamedOrBlankNode::NamedNode(node) => self.node(node),
                NamedOrBlankNode::BlankNode(node) if nesting.is_unreferenced(node) => "[]".to_owned(),
                NamedOrBlankNode::BlankNode(node) => node.to_string(),
            };
            let lines = self.description(group.iter(), &nesting).join(" ;\n  ");
            let _ = writeln!(self.text, "{indent}{name} {} .", indented(&lines, indent));
        }
    }

    /// What is said of a subject: a text for each predicate, whose further lines are indented as under
    /// a subject at the margin.
    fn description<'q>(&mut self, quads: impl Iterator<Item = &'q Quad>, nesting: &BlankNesting<'q>) -> Vec<String> {
        let mut lines = Vec::new();
        let mut quads = quads.peekable();
        while let Some(quad) = quads.next() {
            let is_rest = quad.predicate == rdf::REST;
            let mut object = |term: &'q Term| match term {
                // The end of a list that is not written as one.
                Term::NamedNode(_) if is_rest => self.term(term),
                _ => self.object(term, nesting),
            };
            let mut objects = vec![object(&quad.object)];
            while let Some(next) = quads.next_if(|next| next.predicate == quad.predicate) {
                objects.push(object(&next.object));
            }
            let verb = if quad.predicate == rdf::TYPE { "a".to_owned() } else { self.node(&quad.predicate) };
            let length: usize = objects.iter().map(|object| object.len() + 3).sum();
            let is_long = length > LINE || objects.iter().any(|object| object.contains('\n'));
            lines.push(if objects.len() > 1 && is_long {
                let objects: Vec<String> = objects.iter().map(|object| indented(object, "    ")).collect();
                format!("{verb}\n    {}", objects.join(" ,\n    "))
            } else {
                format!("{verb} {}", indented(&objects.join(" , "), "  "))
            });
        }
        lines
    }

    /// A term, or what stands in its place; further lines are indented from the margin.
    fn object<'q>(&mut self, term: &'q Term, nesting: &BlankNesting<'q>) -> String {
        let inner = match term {
            Term::BlankNode(node) => nesting.inner(node),
            Term::NamedNode(node) if *node == rdf::NIL => return "()".to_owned(),
            _ => None,
        };
        let (parts, separator, ends) = match inner {
            None => return self.term(term),
            Some(Inner::List(item, rest)) => {
                let items = nesting.items(item, rest).map(|item| self.object(item, nesting)).collect::<Vec<_>>();
                (items, "", ("(", ")"))
            }
            Some(Inner::Node(quads)) if quads.is_empty() => return "[]".to_owned(),
            Some(Inner::Node(quads)) => (self.description(quads.iter().copied(), nesting), " ;", ("[", "]")),
        };
        let length: usize = parts.iter().map(|part| part.len() + 3).sum();
        if length > LINE || parts.iter().any(|part| part.contains('\n')) {
            let parts: Vec<String> = parts
                .iter()
                // Those of a description are already two further in.
                .map(|part| indented(part, if separator.is_empty() { "  " } else { "" }))
                .collect();
            format!("{}\n  {}\n{}", ends.0, parts.join(&format!("{separator}\n  ")), ends.1)
        } else {
            format!("{} {} {}", ends.0, parts.join(&format!("{separator} ")), ends.1)
        }
    }

    fn node(&mut self, node: &NamedNode) -> String {
        match self.prefixes.split(node.as_str()) {
            Some((name, local)) => {
                self.used.insert(name.to_owned());
                format!("{name}:{local}")
            }
            None => format!("<{}>", escape_iri(node.as_str())),
        }
    }

    fn term(&mut self, term: &Term) -> String {
        match term {
            Term::NamedNode(node) => self.node(node),
            Term::Literal(literal) => self.literal(literal),
            Term::BlankNode(node) => node.to_string(),
            Term::Triple(triple) => {
                let subject = match &triple.subject {
                    NamedOrBlankNode::NamedNode(node) => self.node(node),
                    NamedOrBlankNode::BlankNode(node) => node.to_string(),
                };
                format!("<<( {subject} {} {} )>>", self.node(&triple.predicate), self.term(&triple.object))
            }
        }
    }

    fn literal(&mut self, literal: &Literal) -> String {
        let value = literal.value();
        let datatype = literal.datatype();
        if literal.language().is_none() && is_bare(value, literal) {
            return value.to_owned();
        }
        let quoted = quote(value);
        match (literal.language(), literal.direction()) {
            (Some(tag), None) => format!("{quoted}@{tag}"),
            (Some(tag), Some(direction)) => format!("{quoted}@{tag}--{direction}"),
            (None, _) if datatype == xsd::STRING => quoted,
            (None, _) => format!("{quoted}^^{}", self.node(&datatype.into_owned())),
        }
    }
}

/// A text whose further lines begin further in.
fn indented(text: &str, indent: &str) -> String {
    text.replace('\n', &format!("\n{indent}"))
}

/// Whether Turtle can write the value without quotes and read the same literal back.
fn is_bare(value: &str, literal: &Literal) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = value.strip_prefix(['-', '+']).unwrap_or(value);
    match literal.datatype() {
        datatype if datatype == xsd::BOOLEAN => matches!(value, "true" | "false"),
        datatype if datatype == xsd::INTEGER => digits(unsigned),
        datatype if datatype == xsd::DECIMAL => {
            unsigned.split_once('.').is_some_and(|(whole, part)| digits(part) && (whole.is_empty() || digits(whole)))
        }
        _ => false,
    }
}

fn quote(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for c in value.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c < ' ' || c == '\u{7f}' => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The characters that IRIREF does not allow bare (Turtle, production 18).
fn escape_iri(iri: &str) -> String {
    let mut escaped = String::with_capacity(iri.len());
    for c in iri.chars() {
        if c <= ' ' || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\') {
            let _ = write!(escaped, "\\u{:04X}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}
