//! Term maps: constants, references, templates and functions, and the kind of term that is made.

use oxigraph::model::Term;
use oxigraph::model::vocab::xsd;

use super::node::RmlNode;
use super::{RmlReader, TermPosition, template};
use crate::finding::{Finding, Place, codes};
use crate::map::language::is_language_tag;
use crate::map::plan::{CellEncoding, Column, Expression, TermMap, TermType};

/// The words that say from what a text is made.
pub(super) const EXPRESSION_WORDS: &[&str] =
    &["constant", "reference", "column", "template", "functionExecution", "functionValue", "return", "returnMap"];

/// The words that also say what becomes of it.
const TERM_WORDS: &[&str] = &[
    "constant",
    "reference",
    "column",
    "template",
    "functionExecution",
    "functionValue",
    "return",
    "returnMap",
    "termType",
    "language",
    "languageMap",
    "datatype",
    "datatypeMap",
    "class",
    "graph",
    "graphMap",
];

/// A column that a mapping reads.
pub(super) fn reference(name: &str, place: &Place) -> Expression {
    Expression::Reference(Column { name: name.to_owned(), place: place.clone(), index: usize::MAX })
}

fn constant_text(text: &str) -> Option<Expression> {
    Some(Expression::Constant(text.to_owned()))
}

impl<'g> RmlReader<'g> {
    /// A term that is the same for all rows.
    pub(super) fn constant(&mut self, node: &RmlNode<'g>, position: TermPosition) -> Option<TermMap> {
        let place = node.place.clone();
        let (text, kind) = match node.term {
            Term::NamedNode(node) => (node.as_str(), TermType::Iri(CellEncoding::None)),
            Term::Literal(literal) if position == TermPosition::Object => {
                let language = literal.language().and_then(constant_text);
                let is_plain = language.is_some() || literal.datatype() == xsd::STRING;
                let datatype = if is_plain { None } else { constant_text(literal.datatype().as_str()) };
                (literal.value(), TermType::Literal { language, datatype })
            }
            Term::BlankNode(node) if matches!(position, TermPosition::Subject | TermPosition::Object) => {
                (node.as_str(), TermType::BlankNode)
            }
            _ => {
                self.fault(&place, format!("expected an IRI, found {}", node.shown()), None);
                return None;
            }
        };
        Some(TermMap::new(Expression::Constant(text.to_owned()), kind, place))
    }

    /// A term that is made of a row.
    pub(super) fn term_map(&mut self, node: &RmlNode<'g>, position: TermPosition) -> Option<TermMap> {
        let extra = if position == TermPosition::Subject { 0 } else { 3 };
        self.check_words(node, &TERM_WORDS[..TERM_WORDS.len() - extra]);
        let given = self.only(node, "termType");
        let word = given.as_ref().and_then(RmlNode::word);
        if let Some(constant) = self.only(node, "constant") {
            let made = self.constant(&constant, position)?;
            let fits = match (word, &made.kind) {
                (None, _) => true,
                (Some(word), TermType::Iri(_)) => matches!(word, "IRI" | "URI" | "UnsafeIRI" | "UnsafeURI"),
                (Some(word), TermType::Literal { .. }) => word == "Literal",
                (Some(word), TermType::BlankNode) => word == "BlankNode",
            };
            if !fits {
                let place = given.map_or(constant.place.clone(), |given| given.place);
                self.fault(&place, format!("the constant {} is not of this term type", constant.shown()), None);
                return None;
            }
            return Some(made);
        }
        let is_blank = word == Some("BlankNode");
        let language = self.qualifier(node, "language", "languageMap");
        let datatype = self.qualifier(node, "datatype", "datatypeMap");
        // In the earlier RML, the values of JSON are texts.
        let datatype = match datatype {
            None if language.is_none() && node.is_earlier("reference") => constant_text(xsd::STRING.as_str()),
            datatype => datatype,
        };
        let is_text = node.has(&["reference", "column", "functionExecution", "functionValue"]);
        let is_literal = position == TermPosition::Object && (is_text || language.is_some() || datatype.is_some());
        let literal = TermType::Literal { language, datatype };
        let kind = match word {
            None if given.is_some() => {
                self.fault(&node.place, "the term type is none of RML", None);
                return None;
            }
            None if is_literal => literal,
            None | Some("IRI") => TermType::Iri(CellEncoding::Iri),
            Some("URI") => TermType::Iri(CellEncoding::Uri),
            Some("UnsafeIRI" | "UnsafeURI") => TermType::Iri(CellEncoding::None),
            Some("BlankNode") => TermType::BlankNode,
            Some("Literal") => literal,
            Some(other) => {
                let place = given.map_or(node.place.clone(), |given| given.place);
                let hint = "the term types are IRI, URI, UnsafeIRI, BlankNode and Literal".to_owned();
                self.fault(&place, format!("`{other}` is not a term type"), hint);
                return None;
            }
        };
        let fits = match (&kind, position) {
            (TermType::Literal { .. }, position) => position == TermPosition::Object,
            (TermType::BlankNode, position) => matches!(position, TermPosition::Subject | TermPosition::Object),
            (TermType::Iri(_), _) => true,
        };
        if !fits {
            let place = given.map_or(node.place.clone(), |given| given.place);
            let what = match position {
                TermPosition::Subject => "a subject cannot be a literal",
                TermPosition::Predicate => "a predicate must be an IRI",
                _ => "the name of a graph must be an IRI",
            };
            self.fault(&place, what, None);
            return None;
        }
        // Without an expression, each row has a blank node of its own.
        let expression = if is_blank && !node.has(EXPRESSION_WORDS) {
            Expression::Constant(String::new())
        } else {
            self.expression(node)?
        };
        Some(TermMap::new(expression, kind, node.place.clone()))
    }

    /// A language or a datatype: a constant, or a map.
    fn qualifier(&mut self, node: &RmlNode<'g>, shortcut: &str, word: &str) -> Option<Expression> {
        let is_language = shortcut == "language";
        let (expression, place) = if let Some(value) = self.only(node, shortcut) {
            let text = match value.term {
                Term::Literal(literal) if is_language => literal.value(),
                Term::NamedNode(node) if !is_language => node.as_str(),
                _ => {
                    let expected = if is_language { "a language tag" } else { "an IRI" };
                    self.fault(&value.place, format!("expected {expected}, found {}", value.shown()), None);
                    return None;
                }
            };
            (Expression::Constant(text.to_owned()), value.place)
        } else {
            let map = self.only(node, word)?;
            let mut known = EXPRESSION_WORDS.to_vec();
            known.push("termType");
            self.check_words(&map, &known);
            (self.expression(&map)?, map.place)
        };
        if let Expression::Constant(tag) = &expression
            && is_language
            && !is_language_tag(tag)
        {
            let message = format!("`{tag}` is not a BCP 47 language tag");
            self.findings.push(Finding::error(codes::UNKNOWN_LANGUAGE_TAG, message).at(place));
        }
        Some(expression)
    }

    /// The text from which a term is made.
    pub(super) fn expression(&mut self, node: &RmlNode<'g>) -> Option<Expression> {
        let given: Vec<&str> = EXPRESSION_WORDS[..6].iter().copied().filter(|word| node.has(&[word])).collect();
        match given.as_slice() {
            [_] => {}
            [] => {
                let hint =
                    "it needs `rml:reference`, `rml:template`, `rml:constant` or `rml:functionExecution`".to_owned();
                self.fault(&node.place, "the map does not say from what its term is made", hint);
                return None;
            }
            [first, second, ..] => {
                self.fault(&node.place, format!("the map has both `{first}` and `{second}`"), None);
                return None;
            }
        }
        if let Some(constant) = self.only(node, "constant") {
            return match constant.term {
                Term::NamedNode(node) => constant_text(node.as_str()),
                Term::Literal(literal) => constant_text(literal.value()),
                _ => {
                    self.fault(&constant.place, format!("expected a text or an IRI, found {}", constant.shown()), None);
                    None
                }
            };
        }
        for word in ["reference", "column"] {
            if node.has(&[word]) {
                return self.text(node, word).map(|(text, place)| reference(&text, &place));
            }
        }
        if node.has(&["template"]) {
            let (text, place) = self.text(node, "template")?;
            return match template::read(&text, &place) {
                Ok(expression) => Some(expression),
                Err(message) => {
                    self.fault(&place, format!("the template `{text}` cannot be read: {message}"), None);
                    None
                }
            };
        }
        self.call(node).map(|call| Expression::Call(Box::new(call)))
    }
}
