//! JSON-LD 1.1 with a context of prefixes and one object per subject. The
//! library's writer streams expanded JSON-LD, which is hard to read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedOrBlankNode, Quad, Term};
use serde_json::{Map, Value, json};

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
    let mut subjects: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for quad in quads {
        let subject = match &quad.subject {
            NamedOrBlankNode::NamedNode(node) => names.iri(node.as_str()),
            NamedOrBlankNode::BlankNode(node) => node.to_string(),
        };
        let object = subjects.entry(subject.clone()).or_insert_with(|| {
            let mut object = Map::new();
            object.insert("@id".to_owned(), Value::String(subject));
            object
        });
        let is_type = quad.predicate.as_ref() == rdf::TYPE;
        let (key, value) = match (&quad.object, is_type) {
            (Term::NamedNode(class), true) => ("@type".to_owned(), Value::String(names.iri(class.as_str()))),
            (term, _) => (names.iri(quad.predicate.as_str()), names.value(term)),
        };
        match object.get_mut(&key) {
            None => {
                object.insert(key, value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
    let context: Map<String, Value> =
        names.0.iter().map(|(name, namespace)| ((*name).to_owned(), json!(namespace))).collect();
    let graph: Vec<Value> = subjects.into_values().map(Value::Object).collect();
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

    fn value(&self, term: &Term) -> Value {
        match term {
            Term::NamedNode(node) => json!({ "@id": self.iri(node.as_str()) }),
            Term::BlankNode(node) => json!({ "@id": node.to_string() }),
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
