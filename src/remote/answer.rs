//! Answers of engines, read: results in JSON, triples in N-Triples or Turtle. A text that is cut short
//! is an error, never a short answer.

use std::collections::BTreeMap;

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple, Variable};
use serde::Deserialize;

use super::client::EngineAnswer;
use super::{EngineAddress, failure};
use crate::finding::Finding;

/// The media types of results that are asked for.
pub(super) const RESULTS: &str = "application/sparql-results+json, application/json;q=0.5";
/// The media types of triples that are asked for.
pub(super) const TRIPLES: &str = "application/n-triples, text/turtle;q=0.8";

/// The rows of an answer, as an engine sends them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solutions {
    /// The columns.
    pub variables: Vec<Variable>,
    /// The rows, in the order of the engine.
    pub rows: Vec<Vec<Option<Term>>>,
}

/// An answer of results: rows, or yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EngineResults {
    Solutions(Solutions),
    Boolean(bool),
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    head: ResultsHead,
    results: Option<Bindings>,
    boolean: Option<bool>,
}

#[derive(Deserialize, Default)]
struct ResultsHead {
    #[serde(default)]
    vars: Vec<String>,
}

#[derive(Deserialize)]
struct Bindings {
    bindings: Vec<BTreeMap<String, JsonTerm>>,
}

#[derive(Deserialize)]
struct JsonTerm {
    #[serde(rename = "type")]
    kind: String,
    value: serde_json::Value,
    #[serde(rename = "xml:lang")]
    language: Option<String>,
    datatype: Option<String>,
}

impl JsonTerm {
    fn text(self) -> Result<String, String> {
        match self.value {
            serde_json::Value::String(text) => Ok(text),
            other => Err(format!("a term of kind `{}` has the value {other}", self.kind)),
        }
    }

    fn term(self) -> Result<Term, String> {
        let bad = |what: &str, why: &dyn std::fmt::Display| format!("a {what} is none: {why}");
        match self.kind.as_str() {
            "uri" | "iri" => Ok(NamedNode::new(self.text()?).map_err(|error| bad("IRI", &error))?.into()),
            "bnode" => Ok(blank_node(&self.text()?).into()),
            // `typed-literal` is from SPARQL 1.0, and Virtuoso still writes it.
            "literal" | "typed-literal" => {
                let (language, datatype) = (self.language.clone(), self.datatype.clone());
                let text = self.text()?;
                Ok(match (language, datatype) {
                    (Some(tag), _) if !tag.is_empty() => {
                        Literal::new_language_tagged_literal(text, tag).map_err(|error| bad("language tag", &error))?
                    }
                    (_, Some(datatype)) => {
                        let datatype = NamedNode::new(datatype).map_err(|error| bad("datatype", &error))?;
                        Literal::new_typed_literal(text, datatype)
                    }
                    _ => Literal::new_simple_literal(text),
                }
                .into())
            }
            "triple" => {
                let mut parts: BTreeMap<String, JsonTerm> =
                    serde_json::from_value(self.value).map_err(|error| bad("triple", &error))?;
                let mut part = |name: &str| parts.remove(name).ok_or_else(|| bad("triple", &"a part is missing"));
                let subject = match part("subject")?.term()? {
                    Term::NamedNode(node) => NamedOrBlankNode::from(node),
                    Term::BlankNode(node) => node.into(),
                    other => return Err(bad("subject", &other)),
                };
                let Term::NamedNode(predicate) = part("predicate")?.term()? else {
                    return Err(bad("predicate", &"it is no IRI"));
                };
                Ok(Triple { subject, predicate, object: part("object")?.term()? }.into())
            }
            other => Err(format!("`{other}` is no kind of term")),
        }
    }
}

/// A blank node with a label that may be none in RDF, such as Virtuoso's `nodeID://b10000`.
fn blank_node(label: &str) -> BlankNode {
    BlankNode::new(label).unwrap_or_else(|_| {
        let mut safe = "x".to_owned();
        for byte in label.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => safe.push(char::from(byte)),
                other => safe.push_str(&format!("_{other:02x}")),
            }
        }
        BlankNode::new_unchecked(safe)
    })
}

/// Reads results.
///
/// # Errors
///
/// `not-an-engine` for a page or another media type, `broken-answer` if it is cut or malformed.
pub(super) fn results(address: &EngineAddress, answer: &EngineAnswer) -> Result<EngineResults, Finding> {
    let is_json = answer.media_type.ends_with("json") || answer.body.trim_ascii_start().starts_with(b"{");
    if !is_json || failure::is_page(answer) {
        return Err(failure::not_an_answer(address, answer, "a result in JSON"));
    }
    let unreadable = |why: String| failure::unreadable(address, &why);
    let document: Document = serde_json::from_slice(&answer.body).map_err(|error| unreadable(error.to_string()))?;
    let bindings = match (document.results, document.boolean) {
        (None, Some(boolean)) => return Ok(EngineResults::Boolean(boolean)),
        (Some(bindings), _) => bindings.bindings,
        (None, None) => return Err(unreadable("it has neither rows nor yes or no".to_owned())),
    };
    let variables: Result<Vec<Variable>, _> = document.head.vars.iter().map(Variable::new).collect();
    let variables = variables.map_err(|error| unreadable(error.to_string()))?;
    // As Virtuoso writes yes and no: one row, or none.
    if let [only] = &variables[..]
        && only.as_str().starts_with("__ASK")
    {
        return Ok(EngineResults::Boolean(!bindings.is_empty()));
    }
    let mut rows = Vec::with_capacity(bindings.len());
    for mut binding in bindings {
        let row: Result<Vec<Option<Term>>, String> = variables
            .iter()
            .map(|variable| binding.remove(variable.as_str()).map(JsonTerm::term).transpose())
            .collect();
        rows.push(row.map_err(unreadable)?);
    }
    Ok(EngineResults::Solutions(Solutions { variables, rows }))
}

/// Reads triples.
///
/// # Errors
///
/// Those of [`results`].
pub(super) fn triples(address: &EngineAddress, answer: &EngineAnswer) -> Result<Vec<Triple>, Finding> {
    let format = match answer.media_type.as_str() {
        "application/n-triples" | "text/plain" => RdfFormat::NTriples,
        "text/turtle" | "application/x-turtle" | "text/n3" | "text/rdf+n3" => RdfFormat::Turtle,
        _ => return Err(failure::not_an_answer(address, answer, "N-Triples or Turtle")),
    };
    read_triples(address, answer, RdfParser::from_format(format))
}

/// Reads a description of a service, which may be RDF/XML too, and has addresses relative to its own.
///
/// # Errors
///
/// Those of [`results`].
pub(super) fn description(address: &EngineAddress, answer: &EngineAnswer) -> Result<Vec<Triple>, Finding> {
    let format = match answer.media_type.as_str() {
        "application/rdf+xml" => RdfFormat::RdfXml,
        "application/n-triples" => RdfFormat::NTriples,
        "text/turtle" => RdfFormat::Turtle,
        _ => return Err(failure::not_an_answer(address, answer, "a description")),
    };
    let parser = RdfParser::from_format(format).with_base_iri(address.as_str());
    read_triples(address, answer, parser.map_err(|error| failure::unreadable(address, &error.to_string()))?)
}

fn read_triples(address: &EngineAddress, answer: &EngineAnswer, parser: RdfParser) -> Result<Vec<Triple>, Finding> {
    if failure::is_page(answer) {
        return Err(failure::not_an_answer(address, answer, "N-Triples or Turtle"));
    }
    // A statement that is cut after its full stop cannot be seen in the text: see `EngineClient`.
    let parsed = parser.for_slice(&answer.body);
    let triples: Result<Vec<Triple>, _> = parsed.map(|quad| quad.map(Triple::from)).collect();
    triples.map_err(|error| failure::unreadable(address, &error.to_string()))
}

#[cfg(test)]
mod tests {
    use oxigraph::model::vocab::xsd;

    use super::*;

    fn read(media_type: &str, body: &str) -> Result<EngineResults, Finding> {
        let address = EngineAddress::read("http://h/").unwrap();
        let (media_type, body) = (media_type.to_owned(), body.as_bytes().to_vec());
        results(&address, &EngineAnswer { status: 200, media_type, row_cap: None, server: None, body })
    }

    const JSON: &str = "application/sparql-results+json";

    #[test]
    fn terms_are_read_as_old_and_new_engines_write_them() {
        let body = r#"{"head": {"vars": ["a", "b", "c"]}, "results": {"distinct": false, "bindings": [
            {"a": {"type": "uri", "value": "http://x/"}, "b": {"type": "typed-literal", "value": "1",
             "datatype": "http://www.w3.org/2001/XMLSchema#integer"}},
            {"a": {"type": "bnode", "value": "nodeID://b1"}, "b": {"type": "literal", "value": "局", "xml:lang": "zh"},
             "c": {"type": "triple", "value": {"subject": {"type": "uri", "value": "http://s"},
             "predicate": {"type": "uri", "value": "http://p"}, "object": {"type": "literal", "value": ""}}}}]}}"#;
        let Ok(EngineResults::Solutions(found)) = read(JSON, body) else { panic!("rows are expected") };
        let shown: Vec<Vec<String>> = found
            .rows
            .iter()
            .map(|row| row.iter().map(|term| term.as_ref().map(Term::to_string).unwrap_or_default()).collect())
            .collect();
        let integer = Literal::new_typed_literal("1", xsd::INTEGER).to_string();
        assert_eq!(shown[0], ["<http://x/>".to_owned(), integer, String::new()]);
        assert_eq!(shown[1][1..], ["\"局\"@zh", "<<( <http://s> <http://p> \"\" )>>"]);
        assert!(BlankNode::new(shown[1][0].trim_start_matches("_:")).is_ok(), "{shown:?}");
        let ask = "{\"head\": {\"vars\": [\"__ASK_RETVAL\"]}, \"results\": {\"bindings\": []}}";
        assert_eq!(read(JSON, ask), Ok(EngineResults::Boolean(false)));
        assert_eq!(read("application/json", "{\"head\": {}, \"boolean\": true}"), Ok(EngineResults::Boolean(true)));
    }

    #[test]
    fn what_is_cut_or_no_answer_is_an_error() {
        let whole = "{\"head\": {\"vars\": [\"a\"]}, \"results\": {\"bindings\": [{\"a\": {\"type\": \"uri\", \"value\": \"http://x\"}}]}}";
        assert!(read(JSON, whole).is_ok());
        for end in 0..whole.len() {
            let fault = read(JSON, &whole[..end]).unwrap_err();
            assert!(["broken-answer", "not-an-engine"].contains(&&*fault.code), "{fault}");
        }
        for (media_type, body, code) in [
            ("text/html", "<html><body>Welcome", "not-an-engine"),
            (JSON, "<!DOCTYPE html><title>Login</title>", "not-an-engine"),
            ("text/csv", "a,b", "not-an-engine"),
            (JSON, "{\"head\": {\"vars\": [\"a\"]}}", "broken-answer"),
            (JSON, "{\"head\": {\"vars\": [\"a b\"]}, \"results\": {\"bindings\": []}}", "broken-answer"),
            (JSON, &whole.replace("uri", "url"), "broken-answer"),
            (JSON, &whole.replace("http://x", "no iri"), "broken-answer"),
            (JSON, &format!("{whole} more"), "broken-answer"),
        ] {
            assert_eq!(read(media_type, body).unwrap_err().code, code, "{body}");
        }
    }
}
