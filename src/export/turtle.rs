//! Readable Turtle and TriG: subjects sorted and grouped, `a` first, one
//! predicate per line, only the prefixes in use.
//!
//! The library's writer streams, and so repeats subjects and keeps the order of
//! insertion; this one sees the complete graph and gives equal graphs equal
//! bytes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};

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
    writer.triples(quads, "");
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
            GraphName::DefaultGraph => writer.triples(block, ""),
            GraphName::NamedNode(node) => {
                let name = writer.node(node);
                let _ = write!(writer.text, "\n{name} {{\n");
                writer.triples(block, "  ");
                writer.text.push_str("}\n");
            }
            GraphName::BlankNode(node) => {
                let _ = write!(writer.text, "\n{node} {{\n");
                writer.triples(block, "  ");
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

    fn triples(&mut self, mut quads: Vec<Quad>, indent: &str) {
        quads.sort_by_cached_key(|quad| {
            let (not_type, predicate) = predicate_key(&quad.predicate);
            (subject_key(&quad.subject), not_type, predicate.to_owned(), object_key(&quad.object))
        });
        quads.dedup_by(|a, b| a.subject == b.subject && a.predicate == b.predicate && a.object == b.object);
        let mut rest = quads.into_iter().peekable();
        let mut is_first = true;
        while let Some(quad) = rest.next() {
            let subject = quad.subject.clone();
            if !is_first || indent.is_empty() {
                self.text.push('\n');
            }
            is_first = false;
            let name = match &subject {
                NamedOrBlankNode::NamedNode(node) => self.node(node),
                NamedOrBlankNode::BlankNode(node) => node.to_string(),
            };
            let _ = write!(self.text, "{indent}{name}");
            let mut group = Some(quad);
            let mut separator = " ";
            while let Some(quad) = group.take().or_else(|| rest.next_if(|quad| quad.subject == subject)) {
                let predicate = quad.predicate.clone();
                let mut objects = vec![self.term(&quad.object)];
                while let Some(quad) = rest.next_if(|quad| quad.subject == subject && quad.predicate == predicate) {
                    objects.push(self.term(&quad.object));
                }
                let verb = if predicate.as_ref() == rdf::TYPE { "a".to_owned() } else { self.node(&predicate) };
                let _ = write!(self.text, "{separator}{verb}");
                let length: usize = objects.iter().map(|object| object.len() + 3).sum();
                if objects.len() > 1 && length > LINE {
                    for (index, object) in objects.iter().enumerate() {
                        let comma = if index == 0 { "" } else { " ," };
                        let _ = write!(self.text, "{comma}\n{indent}    {object}");
                    }
                } else {
                    let _ = write!(self.text, " {}", objects.join(" , "));
                }
                separator = if indent.is_empty() { " ;\n  " } else { " ;\n    " };
            }
            self.text.push_str(" .\n");
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
