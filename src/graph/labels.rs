//! Labels by language, read from the graph.

use oxigraph::model::vocab::rdfs;
use oxigraph::model::{Literal, NamedNodeRef, NamedOrBlankNodeRef, Term, TermRef};

use super::Graph;
use crate::error::Result;
use crate::vocab::{dcterms, foaf, schema, skos};

/// Properties for a main label, the preferred first: whoever looks for names looks for these.
/// schema.org is written with and without TLS.
pub const LABELS: [NamedNodeRef<'_>; 6] =
    [skos::PREF_LABEL, rdfs::LABEL, schema::NAME, schema::NAME_WITHOUT_TLS, foaf::NAME, dcterms::TITLE];

/// Pairs of properties for the given and the family name of a person who has no other name.
const NAME_PARTS: [(NamedNodeRef<'_>, NamedNodeRef<'_>); 3] = [
    (foaf::GIVEN_NAME, foaf::FAMILY_NAME),
    (schema::GIVEN_NAME, schema::FAMILY_NAME),
    (schema::GIVEN_NAME_WITHOUT_TLS, schema::FAMILY_NAME_WITHOUT_TLS),
];

impl Graph {
    /// The name of a person of whom only the parts of the name are stated. In ideographs the family name comes
    /// first, without a blank.
    fn name_of_parts(&self, node: NamedOrBlankNodeRef<'_>) -> Option<String> {
        NAME_PARTS.into_iter().find_map(|(given, family)| {
            let part = |property| self.literals(node, property).map(|part| part.value().trim().to_owned()).next();
            let (given, family) = (part(given)?, part(family)?);
            let is_ideographic =
                |text: &str| !text.is_empty() && text.chars().all(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
            Some(match is_ideographic(&given) && is_ideographic(&family) {
                true => format!("{family}{given}"),
                false => format!("{given} {family}").trim().to_owned(),
            })
        })
    }

    /// Whether a node has a main label, in any language.
    pub fn has_label<'a>(&self, node: impl Into<NamedOrBlankNodeRef<'a>>) -> Result<bool> {
        let node = node.into();
        for property in LABELS {
            let mut labels = self.matching(Some(node), Some(property), None, None);
            if labels.next().is_some() {
                return Ok(true);
            }
        }
        Ok(self.name_of_parts(node).is_some())
    }

    /// All labels of a node, main and others, in whatever language.
    pub fn labels(&self, node: NamedNodeRef<'_>) -> Result<Vec<String>> {
        let mut labels = Vec::new();
        for property in LABELS.into_iter().chain([skos::ALT_LABEL]) {
            labels.extend(self.literals(node.into(), property).map(|literal| literal.value().to_owned()));
        }
        Ok(labels)
    }

    /// The main label of a node in a language; `zh` is also `zh-Hant` (RFC 4647, 3.3.1).
    pub fn label_in<'a>(&self, node: impl Into<NamedOrBlankNodeRef<'a>>, language: &str) -> Result<Option<String>> {
        let node = node.into();
        for property in LABELS {
            let mut labels = self.literals(node, property);
            let found = labels.find(|label| label.language().is_some_and(|tag| language_matches(tag, language)));
            if let Some(label) = found {
                return Ok(Some(label.value().to_owned()));
            }
        }
        Ok(None)
    }

    /// The best label of a node: in the first of `languages` in which it has one, otherwise in none, in English or in
    /// any, otherwise its prefixed name.
    pub fn label<'a>(&self, node: impl Into<NamedOrBlankNodeRef<'a>>, languages: &[String]) -> Result<String> {
        let node = node.into();
        if let Some(label) = self.any_label(node, languages)? {
            return Ok(label);
        }
        Ok(match node {
            NamedOrBlankNodeRef::NamedNode(node) => self.prefixes.shorten(node.as_str()),
            NamedOrBlankNodeRef::BlankNode(node) => node.to_string(),
        })
    }

    /// The same; nothing if it has no label at all.
    pub fn any_label<'a>(
        &self,
        node: impl Into<NamedOrBlankNodeRef<'a>>,
        languages: &[String],
    ) -> Result<Option<String>> {
        let node = node.into();
        for language in languages {
            if let Some(label) = self.label_in(node, language)? {
                return Ok(Some(label));
            }
        }
        for property in LABELS {
            let labels: Vec<Literal> = self.literals(node, property).collect();
            let of =
                |wanted: fn(&str) -> bool| labels.iter().find(|label| wanted(label.language().unwrap_or_default()));
            let best = of(str::is_empty).or_else(|| of(|tag| language_matches(tag, "en")));
            if let Some(label) = best.or(labels.first()) {
                return Ok(Some(label.value().to_owned()));
            }
        }
        Ok(self.name_of_parts(node))
    }

    fn literals(&self, node: NamedOrBlankNodeRef<'_>, property: NamedNodeRef<'_>) -> impl Iterator<Item = Literal> {
        self.objects(node, property).into_iter().filter_map(|object| match object {
            Term::Literal(literal) => Some(literal),
            _ => None,
        })
    }

    /// A term as people read it: a node by its label, a literal by its text.
    pub fn term_label(&self, term: TermRef<'_>, languages: &[String]) -> Result<String> {
        Ok(match term {
            TermRef::NamedNode(node) => self.label(node, languages)?,
            TermRef::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        })
    }
}

/// Whether a tag is in a language range, ignoring case: `zh-Hant` is in `zh` (RFC 4647, 3.3.1).
pub fn language_matches(tag: &str, range: &str) -> bool {
    let begins = tag.get(..range.len()).is_some_and(|start| start.eq_ignore_ascii_case(range));
    begins && matches!(tag.as_bytes().get(range.len()), None | Some(b'-'))
}

/// A language tag in the letter case that BCP 47 recommends (RFC 5646, 2.1.1):
/// `zh-hant-hk` is `zh-Hant-HK`.
pub fn bcp47_case(tag: &str) -> String {
    let mut cased = String::with_capacity(tag.len());
    let mut after_singleton = false;
    for (index, part) in tag.split('-').enumerate() {
        if index > 0 {
            cased.push('-');
        }
        let lower = part.to_ascii_lowercase();
        if index == 0 || after_singleton {
            cased.push_str(&lower);
        } else if part.len() == 4 && !part.starts_with(|c: char| c.is_ascii_digit()) {
            cased.push_str(&lower[..1].to_ascii_uppercase());
            cased.push_str(&lower[1..]);
        } else if part.len() == 2 {
            cased.push_str(&part.to_ascii_uppercase());
        } else {
            cased.push_str(&lower);
        }
        after_singleton |= part.len() == 1;
    }
    cased
}

#[cfg(test)]
mod tests {
    use super::bcp47_case;

    #[test]
    fn tags_are_cased_as_bcp_47_recommends() {
        for (tag, expected) in [
            ("zh-hant", "zh-Hant"),
            ("ZH-HANT-hk", "zh-Hant-HK"),
            ("en", "en"),
            ("EN-gb-oxendict", "en-GB-oxendict"),
            ("sl-rozaj-biske-1994", "sl-rozaj-biske-1994"),
            ("en-x-US", "en-x-us"),
        ] {
            assert_eq!(bcp47_case(tag), expected);
        }
    }
}
