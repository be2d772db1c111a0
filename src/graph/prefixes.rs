//! Prefixes: short names for namespaces, expanded and shortened in one place.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Prefixes that are declared everywhere, with their names on prefix.cc.
const WELL_KNOWN: &[(&str, &str)] = &[
    ("c", "https://w3id.org/civigraph/code#"),
    ("cg", "https://w3id.org/civigraph/def#"),
    ("cv", "http://data.europa.eu/m8g/"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("org", "http://www.w3.org/ns/org#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("schema", "https://schema.org/"),
    ("sh", "http://www.w3.org/ns/shacl#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("skosxl", "http://www.w3.org/2008/05/skos-xl#"),
    ("vann", "http://purl.org/vocab/vann/"),
    ("void", "http://rdfs.org/ns/void#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// Prefixes and their namespaces. Clones share them until one is changed: each query has a clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefixes(Arc<BTreeMap<String, String>>);

impl Default for Prefixes {
    /// The well-known prefixes.
    fn default() -> Self {
        let pairs = WELL_KNOWN.iter().map(|(name, namespace)| (name.to_string(), namespace.to_string()));
        Self(Arc::new(pairs.collect()))
    }
}

impl Prefixes {
    /// No prefixes at all, not even the well-known ones.
    pub fn none() -> Self {
        Self(Arc::default())
    }

    /// Declares a prefix; a later declaration wins.
    pub fn insert(&mut self, name: impl Into<String>, namespace: impl Into<String>) {
        Arc::make_mut(&mut self.0).insert(name.into(), namespace.into());
    }

    /// All prefixes with their namespaces, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, namespace)| (name.as_str(), namespace.as_str()))
    }

    /// The namespace of a prefix.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The IRI that a prefixed name stands for, if the prefix is declared.
    pub fn expand(&self, prefixed: &str) -> Option<String> {
        let (name, local) = prefixed.split_once(':')?;
        Some(format!("{}{local}", self.0.get(name)?))
    }

    /// An IRI's prefix and local part, if both can be written in Turtle and SPARQL without an
    /// escape. The longest namespace wins.
    pub fn split<'a>(&'a self, iri: &'a str) -> Option<(&'a str, &'a str)> {
        self.0
            .iter()
            .filter_map(|(name, namespace)| Some((name.as_str(), iri.strip_prefix(namespace.as_str())?)))
            .filter(|(name, _)| is_prefix(name))
            .min_by_key(|(_, local)| local.len())
            .filter(|(_, local)| is_plain_local(local))
    }

    /// An IRI as a prefixed name if possible, otherwise unchanged.
    pub fn name(&self, iri: &str) -> String {
        self.split(iri).map_or_else(|| iri.to_owned(), |(name, local)| format!("{name}:{local}"))
    }

    /// An IRI as a prefixed name if possible, otherwise in angle brackets.
    pub fn shorten(&self, iri: &str) -> String {
        match self.split(iri) {
            Some((name, local)) => format!("{name}:{local}"),
            None => format!("<{iri}>"),
        }
    }
}

/// The last part of an IRI, after `#`, `/` or `:`.
pub fn local_name(iri: &str) -> &str {
    &iri[iri.rfind(['#', '/', ':']).map_or(0, |at| at + 1)..]
}

/// Whether a name can be a prefix: empty or `PN_PREFIX` (Turtle, production 167s).
pub(super) fn is_prefix(name: &str) -> bool {
    let first = |c: char| {
        matches!(c, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
            | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
            | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
            | '\u{10000}'..='\u{effff}')
    };
    let other = |c: char| {
        first(c)
            || matches!(c, '0'..='9' | '_' | '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
    };
    name.chars().next().is_none_or(first) && name.chars().all(other) && !name.ends_with('.')
}

/// Whether a local part is `PN_LOCAL` (Turtle, production 168s) without escapes and colons; of
/// the letters beyond ASCII, only the common CJK ones are accepted.
fn is_plain_local(local: &str) -> bool {
    let letter = |c: char| {
        c.is_ascii_alphanumeric() || c == '_' || matches!(c, '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}')
    };
    let mut chars = local.chars();
    chars.next().is_some_and(letter) && chars.all(|c| letter(c) || matches!(c, '-' | '.')) && !local.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_prefixes_are_those_of_turtle() {
        for name in ["", "a", "foo-1", "a.b", "部門", "é_"] {
            assert!(is_prefix(name), "{name}");
        }
        for name in ["1", "-a", "_a", "a.", ".a", "a b", "a:", "a>", "a: <x> . <urn:s> <urn:p> <urn:o> . @prefix b"] {
            assert!(!is_prefix(name), "{name}");
        }
    }

    #[test]
    fn the_longest_namespace_shortens() {
        let mut prefixes = Prefixes::default();
        prefixes.insert("a", "http://a/");
        prefixes.insert("ab", "http://a/b/");
        for (iri, short) in [
            ("http://a/x", "a:x"),
            ("http://a/b/x-1.y", "ab:x-1.y"),
            ("http://a/b/", "<http://a/b/>"),
            ("http://a/b/c/d", "<http://a/b/c/d>"),
            ("http://a/x.", "<http://a/x.>"),
            ("http://a/-x", "<http://a/-x>"),
            ("http://a/科學園", "a:科學園"),
            ("urn:x", "<urn:x>"),
        ] {
            assert_eq!(prefixes.shorten(iri), short);
        }
        // XML allows such a prefix, Turtle does not.
        prefixes.insert("_b", "http://b/");
        prefixes.insert("b.", "http://b/");
        assert_eq!(prefixes.shorten("http://b/x"), "<http://b/x>");
        prefixes.insert("é-1", "http://b/");
        assert_eq!(prefixes.shorten("http://b/x"), "é-1:x");
        assert_eq!(prefixes.expand("ab:x").as_deref(), Some("http://a/b/x"));
        assert_eq!(prefixes.expand("nope:x"), None);
    }
}
