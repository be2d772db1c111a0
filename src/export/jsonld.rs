//! JSON-LD 1.1 with a context of prefixes and one object per subject; blank nodes and
//! lists are where they are referred to. The library's writer streams expanded JSON-LD,
//! which is hard to read.

use std::collections::HashSet;
use std::io::{self, Write};

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedOrBlankNode, Quad, Term};
use serde_json::{Map, Value, json};

use super::nesting::{BlankNesting, Inner};
use super::{mentions, refused};
use crate::finding::{Findings, shorten};
use crate::graph::Prefixes;

/// The quads that JSON-LD 1.1 cannot represent.
pub(super) fn refusals(quads: &[Quad]) -> Findings {
    let triple_terms = quads.iter().filter(|quad| matches!(quad.object, Term::Triple(_)));
    let mut all = Findings::new();
    all.extend(
        triple_terms
            .map(|quad| refused(format!("JSON-LD cannot represent a triple term: `{}`", shorten(&quad.to_string())))),
    );
    all
}

/// Writes sorted triples (the graphs of the quads are ignored).
pub(super) fn write(quads: &[Quad], prefixes: &Prefixes, output: &mut dyn Write) -> io::Result<()> {
    let names = ContextPrefixes::of(quads, prefixes);
    let nesting = BlankNesting::of(quads.iter(), &HashSet::new());
    let mut graph: Vec<(String, Value)> = Vec::new();
    let mut subjects: Vec<&Quad> = quads.iter().filter(|quad| !nesting.is_inside(&quad.subject)).collect();
    subjects.sort_by_cached_key(|quad| names.subject(&quad.subject));
    for group in subjects.chunk_by(|one, next| one.subject == next.subject) {
        let id = names.subject(&group[0].subject);
        let mut object = Map::new();
        let is_unreferenced =
            matches!(&group[0].subject, NamedOrBlankNode::BlankNode(node) if nesting.is_unreferenced(node));
        if !is_unreferenced {
            object.insert("@id".to_owned(), Value::String(id.clone()));
        }
        names.describe(group.iter().copied(), &nesting, &mut object);
        graph.push((id, Value::Object(object)));
    }
    let context: Map<String, Value> =
        names.0.iter().map(|(name, namespace)| ((*name).to_owned(), json!(namespace))).collect();
    let graph: Vec<Value> = graph.into_iter().map(|(_, object)| object).collect();
    let document = json!({ "@context": context, "@graph": graph });
    serde_json::to_writer_pretty(&mut *output, &document)?;
    output.write_all(b"\n")
}

/// The prefixes that the context declares.
struct ContextPrefixes<'a>(Vec<(&'a str, &'a str)>);

impl<'a> ContextPrefixes<'a> {
    /// The prefixes in use that a simple term definition can be (JSON-LD 1.1,
    /// 9.16.1) and that no IRI would be mistaken for.
    fn of(quads: &[Quad], prefixes: &'a Prefixes) -> Self {
        let fits = |name: &str, namespace: &str| {
            !name.is_empty()
                && namespace.ends_with([':', '/', '?', '#', '[', ']', '@'])
                && quads.iter().any(|quad| mentions(quad, namespace))
                && !quads.iter().any(|quad| mentions(quad, &format!("{name}:")))
        };
        Self(prefixes.iter().filter(|(name, namespace)| fits(name, namespace)).collect())
    }

    fn iri(&self, iri: &str) -> String {
        let found = self.0.iter().filter_map(|(name, namespace)| Some((name, iri.strip_prefix(namespace)?)));
        match found.min_by_key(|(_, local)| local.len()) {
            Some((name, local)) if !local.starts_with("//") && !local.is_empty() => format!("{name}:{local}"),
            _ => iri.to_owned(),
        }
    }

    fn subject(&self, subject: &NamedOrBlankNode) -> String {
        match subject {
            NamedOrBlankNode::NamedNode(node) => self.iri(node.as_str()),
            NamedOrBlankNode::BlankNode(node) => node.to_string(),
        }
    }

    /// Adds what is said of a subject to its object.
    fn describe<'q>(
        &self,
        quads: impl Iterator<Item = &'q Quad>,
        nesting: &BlankNesting<'q>,
        object: &mut Map<String, Value>,
    ) {
        for quad in quads {
            let (key, value) = match &quad.object {
                Term::NamedNode(class) if quad.predicate == rdf::TYPE => {
                    ("@type".to_owned(), Value::String(self.iri(class.as_str())))
                }
                term => (self.iri(quad.predicate.as_str()), self.value(term, nesting)),
            };
            match object.get_mut(&key) {
                None => {
                    object.insert(key, value);
                }
                Some(Value::Array(values)) => values.push(value),
                Some(one) => *one = Value::Array(vec![one.take(), value]),
            }
        }
    }

    fn value<'q>(&self, term: &'q Term, nesting: &BlankNesting<'q>) -> Value {
        match term {
            Term::NamedNode(node) => json!({ "@id": self.iri(node.as_str()) }),
            Term::BlankNode(node) => match nesting.inner(node) {
                None => json!({ "@id": node.to_string() }),
                Some(Inner::List(item, rest)) => {
                    let items: Vec<Value> = nesting.items(item, rest).map(|item| self.value(item, nesting)).collect();
                    json!({ "@list": items })
                }
                // An object without anything may get lost.
                Some(Inner::Node(quads)) if quads.is_empty() => json!({ "@id": node.to_string() }),
                Some(Inner::Node(quads)) => {
                    let mut object = Map::new();
                    self.describe(quads.iter().copied(), nesting, &mut object);
                    Value::Object(object)
                }
            },
            Term::Literal(literal) => self.literal(literal),
            // Refused before.
            Term::Triple(_) => Value::Null,
        }
    }

    fn literal(&self, literal: &Literal) -> Value {
        let value = literal.value();
        let datatype = literal.datatype();
        match (literal.language(), literal.direction()) {
            (Some(tag), None) => json!({ "@language": tag, "@value": value }),
            (Some(tag), Some(direction)) => {
                json!({ "@language": tag, "@direction": direction.to_string(), "@value": value })
            }
            (None, _) if datatype == xsd::STRING => json!(value),
            (None, _) if datatype == xsd::BOOLEAN && matches!(value, "true" | "false") => json!(value == "true"),
            // A bare number would be read as xsd:integer or xsd:double in canonical
            // form: only canonical integers are written bare.
            (None, _) if datatype == xsd::INTEGER && value.parse::<i32>().is_ok_and(|n| n.to_string() == value) => {
                json!(value.parse::<i32>().unwrap_or_default())
            }
            (None, _) => json!({ "@type": self.iri(datatype.as_str()), "@value": value }),
        }
    }
}
