//! RDF/XML: one element per subject. Everything that it cannot represent is
//! refused before anything is written.
//!
//! A predicate is written as an element name, so it must end in an XML name; a
//! class need not, since `rdf:type` can be written with an IRI. Names are
//! limited to those allowed by both the fourth and the fifth edition of XML
//! 1.0, since parsers of both are in use.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedNode, NamedOrBlankNode, Quad, Term};

use super::refused;
use crate::finding::{Findings, shorten};
use crate::graph::Prefixes;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Names of the syntax, which are neither predicates nor classes (RDF/XML, 5.2
/// to 5.4), and `li`, which readers number.
const WORDS: [&str; 12] = [
    "RDF",
    "ID",
    "about",
    "parseType",
    "resource",
    "nodeID",
    "datatype",
    "Description",
    "aboutEach",
    "aboutEachPrefix",
    "bagID",
    "li",
];

/// Namespaces for which no prefix may be declared (Namespaces in XML, 3).
const RESERVED: [&str; 2] = ["http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"];

/// What RDF/XML cannot represent of these triples: each predicate once, and
/// each triple with another problem.
pub(super) fn refusals(quads: &[Quad], prefixes: &Prefixes) -> Findings {
    let mut all = Findings::new();
    let mut seen = BTreeSet::new();
    for quad in quads {
        let predicate = quad.predicate.as_str();
        if split(predicate).is_none() && seen.insert(predicate) {
            let why = match predicate.strip_prefix(RDF) {
                Some(word) if WORDS.contains(&word) => "which is a reserved name of RDF/XML",
                _ => "which does not end in an XML name",
            };
            all.push(refused(format!("RDF/XML cannot represent the predicate {}, {why}", quoted(predicate, prefixes))));
        }
        let subject = match &quad.subject {
            NamedOrBlankNode::NamedNode(node) => node.as_str(),
            NamedOrBlankNode::BlankNode(_) => "",
        };
        let (object, datatype) = match &quad.object {
            Term::NamedNode(node) => (node.as_str(), ""),
            Term::Literal(literal) => (literal.value(), literal.datatype().as_str()),
            _ => ("", ""),
        };
        let texts = [subject, predicate, object, datatype];
        let why = match &quad.object {
            Term::Triple(_) => Some("a triple term".to_owned()),
            Term::Literal(literal) if literal.direction().is_some() => Some("the direction of a text".to_owned()),
            _ => texts.iter().find_map(|text| text.chars().find(|c| !is_character(*c))).map(|c| {
                let code = u32::from(c);
                format!("the character U+{code:04X}")
            }),
        };
        if let Some(why) = why {
            all.push(refused(format!("RDF/XML cannot represent {why}: `{}`", shorten(&quad.to_string()))));
        }
    }
    all
}

fn quoted(iri: &str, prefixes: &Prefixes) -> String {
    format!("`{}`", prefixes.shorten(iri))
}

/// The triples as text; they must be sorted, and none may be refused.
pub(super) fn text(quads: &[Quad], prefixes: &Prefixes) -> String {
    let mut names = ElementNames::new(prefixes);
    let mut body = String::new();
    for group in quads.chunk_by(|a, b| a.subject == b.subject) {
        let Some(first) = group.first() else { continue };
        let class = group.iter().find_map(|quad| match &quad.object {
            Term::NamedNode(class) if quad.predicate.as_ref() == rdf::TYPE => Some((quad, names.name(class)?)),
            _ => None,
        });
        let (typed, element) = class.map_or((None, "rdf:Description".to_owned()), |(quad, name)| (Some(quad), name));
        let subject = match &first.subject {
            NamedOrBlankNode::NamedNode(node) => format!("rdf:about=\"{}\"", escape(node.as_str())),
            NamedOrBlankNode::BlankNode(node) => format!("rdf:nodeID=\"{}\"", node.as_str()),
        };
        let rest: Vec<&Quad> = group.iter().filter(|quad| typed != Some(*quad)).collect();
        if rest.is_empty() {
            let _ = writeln!(body, "  <{element} {subject}/>");
            continue;
        }
        let _ = writeln!(body, "  <{element} {subject}>");
        for quad in rest {
            // Predicates without a name were refused.
            let Some(name) = names.name(&quad.predicate) else { continue };
            let _ = match &quad.object {
                Term::NamedNode(node) => {
                    writeln!(body, "    <{name} rdf:resource=\"{}\"/>", escape(node.as_str()))
                }
                Term::BlankNode(node) => writeln!(body, "    <{name} rdf:nodeID=\"{}\"/>", node.as_str()),
                Term::Literal(literal) => {
                    let value = escape(literal.value());
                    writeln!(body, "    <{name}{}>{value}</{name}>", kind(literal))
                }
                Term::Triple(_) => Ok(()),
            };
        }
        let _ = writeln!(body, "  </{element}>");
    }
    let mut text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF\n  xmlns:rdf=\"{RDF}\"");
    for (name, namespace) in names.used() {
        let _ = write!(text, "\n  xmlns:{name}=\"{}\"", escape(namespace));
    }
    let _ = write!(text, ">\n{body}</rdf:RDF>\n");
    text
}

fn kind(literal: &Literal) -> String {
    let datatype = literal.datatype();
    match literal.language() {
        Some(tag) => format!(" xml:lang=\"{}\"", escape(tag)),
        None if datatype == xsd::STRING => String::new(),
        None => format!(" rdf:datatype=\"{}\"", escape(datatype.as_str())),
    }
}

/// The names of elements, and the prefixes that they need.
struct ElementNames<'a> {
    declared: Vec<(&'a str, &'a str)>,
    /// The prefixes in use by their namespaces.
    prefixes: BTreeMap<String, String>,
    known: BTreeMap<NamedNode, Option<String>>,
}

impl<'a> ElementNames<'a> {
    fn new(prefixes: &'a Prefixes) -> Self {
        let fits = |name: &str, namespace: &str| {
            let mut letters = name.chars();
            let is_name = letters.next().is_some_and(begins) && letters.all(goes_on);
            is_name && !name.to_ascii_lowercase().starts_with("xml") && name != "rdf" && !is_reserved(namespace)
        };
        let declared = prefixes.iter().filter(|(name, namespace)| fits(name, namespace)).collect();
        let known = BTreeMap::new();
        Self { declared, prefixes: BTreeMap::from([(RDF.to_owned(), "rdf".to_owned())]), known }
    }

    /// The element name for an IRI, if any.
    fn name(&mut self, node: &NamedNode) -> Option<String> {
        if let Some(known) = self.known.get(node) {
            return known.clone();
        }
        let name = self.find(node.as_str());
        self.known.insert(node.clone(), name.clone());
        name
    }

    fn find(&mut self, iri: &str) -> Option<String> {
        let (namespace, local) = split(iri)?;
        if namespace == RDF {
            return Some(format!("rdf:{local}"));
        }
        let declared = self.declared.iter().filter_map(|(name, namespace)| {
            let local = iri.strip_prefix(namespace)?;
            let mut letters = local.chars();
            (letters.next().is_some_and(begins) && letters.all(goes_on)).then_some((*name, *namespace, local))
        });
        if let Some((name, namespace, local)) = declared.min_by_key(|(.., local)| local.len()) {
            let name = self.prefixes.entry(namespace.to_owned()).or_insert_with(|| name.to_owned());
            return Some(format!("{name}:{local}"));
        }
        if let Some(name) = self.prefixes.get(namespace) {
            return Some(format!("{name}:{local}"));
        }
        let is_free = |name: &String| {
            !self.declared.iter().any(|(known, _)| known == name) && !self.prefixes.values().any(|known| known == name)
        };
        let name = (1..).map(|n| format!("ns{n}")).find(is_free)?;
        self.prefixes.insert(namespace.to_owned(), name.clone());
        Some(format!("{name}:{local}"))
    }

    /// The prefixes in use with their namespaces, by name, without RDF's own.
    fn used(&self) -> Vec<(&str, &str)> {
        let all = self.prefixes.iter().map(|(namespace, name)| (name.as_str(), namespace.as_str()));
        let mut used: Vec<(&str, &str)> = all.filter(|(name, _)| *name != "rdf").collect();
        used.sort_unstable();
        used
    }
}

fn is_reserved(namespace: &str) -> bool {
    RESERVED.contains(&namespace)
}

/// An IRI as a namespace and the longest name at its end, if it can name an element.
fn split(iri: &str) -> Option<(&str, &str)> {
    if iri.strip_prefix(RDF).is_some_and(|word| WORDS.contains(&word)) {
        return None;
    }
    let tail = iri.char_indices().rev().find(|(_, c)| !goes_on(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    let starts = iri[tail..].char_indices().filter(|(_, c)| begins(*c)).map(|(at, _)| tail + at);
    starts.filter(|at| *at > 0).map(|at| iri.split_at(at)).find(|(namespace, _)| !is_reserved(namespace))
}

/// Letters of XML 1.0, fourth edition (appendix B), that also start a name in the fifth.
#[rustfmt::skip]
const LETTERS: [(char, char); 35] = [
    ('À', 'Ö'), ('Ø', 'ö'), ('ø', '\u{131}'), ('\u{134}', '\u{13e}'), ('\u{141}', '\u{148}'),
    ('\u{14a}', '\u{17e}'), ('\u{180}', '\u{1c3}'), ('\u{386}', '\u{386}'), ('\u{388}', '\u{38a}'),
    ('\u{38c}', '\u{38c}'), ('\u{38e}', '\u{3a1}'), ('\u{3a3}', '\u{3ce}'), ('\u{401}', '\u{40c}'),
    ('\u{40e}', '\u{44f}'), ('\u{451}', '\u{45c}'), ('\u{45e}', '\u{481}'), ('\u{531}', '\u{556}'),
    ('\u{561}', '\u{586}'), ('\u{5d0}', '\u{5ea}'), ('\u{621}', '\u{63a}'), ('\u{641}', '\u{64a}'),
    ('\u{905}', '\u{939}'), ('\u{985}', '\u{98c}'), ('\u{993}', '\u{9a8}'), ('\u{b85}', '\u{b8a}'),
    ('\u{b92}', '\u{b95}'), ('\u{e01}', '\u{e2e}'), ('\u{10d0}', '\u{10f6}'), ('\u{1e00}', '\u{1e9b}'),
    ('\u{1ea0}', '\u{1ef9}'), ('\u{3041}', '\u{3094}'), ('\u{30a1}', '\u{30fa}'), ('\u{3105}', '\u{312c}'),
    ('\u{4e00}', '\u{9fa5}'), ('\u{ac00}', '\u{d7a3}'),
];

fn begins(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || LETTERS.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

fn goes_on(c: char) -> bool {
    begins(c) || c.is_ascii_digit() || matches!(c, '-' | '.')
}

/// `Char` of XML 1.0 (production 2).
fn is_character(c: char) -> bool {
    c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n' | '\r')
}

/// Escapes text for elements and attributes. A line end that a parser would
/// change is written as a character reference, and so are invisible characters.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(escaped, "&#{};", u32::from(c));
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
    fn an_iri_is_split_before_the_longest_name_at_its_end() {
        for (iri, expected) in [
            ("http://a/b#c", Some(("http://a/b#", "c"))),
            ("http://a/1b2", Some(("http://a/1", "b2"))),
            ("http://a/-b.c", Some(("http://a/-", "b.c"))),
            ("http://a/科學園", Some(("http://a/", "科學園"))),
            ("http://a/😀b", Some(("http://a/😀", "b"))),
            ("urn:x:y", Some(("urn:x:", "y"))),
            ("http://a/%20b", Some(("http://a/%20", "b"))),
            ("http://www.w3.org/2000/xmlns/ab", Some(("http://www.w3.org/2000/xmlns/a", "b"))),
            ("http://www.w3.org/2000/xmlns/a", None),
            ("http://a/b/", None),
            ("http://a/b#", None),
            ("http://a/9", None),
            ("http://a/%20", None),
            ("http://a/b😀", None),
            (rdf::TYPE.as_str(), Some((RDF, "type"))),
            ("http://www.w3.org/1999/02/22-rdf-syntax-ns#_1", Some((RDF, "_1"))),
            ("http://www.w3.org/1999/02/22-rdf-syntax-ns#li", None),
            ("http://www.w3.org/1999/02/22-rdf-syntax-ns#Description", None),
        ] {
            assert_eq!(split(iri), expected, "{iri}");
        }
    }
}
