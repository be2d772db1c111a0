//! Which term is meant by a name that no term has: by labels, synonyms and
//! what other vocabularies call it, before letters.

use super::{Category, Vocabulary, VocabularyTerm};
use crate::graph::local_name;

/// How a term answers to a name, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// It has the name in another namespace.
    SameName,
    /// A label or synonym is the name.
    Label,
    /// Another vocabulary's term that it is aligned with has the name.
    Aligned,
    /// Such a term's name has all the words.
    AlignedWords,
    /// Its definition has all the words.
    Definition,
}

/// The words of a name, in lower case and the singular: `formerNames` is `former name`.
pub fn words(name: &str) -> Vec<String> {
    let mut words = split(name);
    words.iter_mut().for_each(singular);
    words
}

/// A name as people write it: `hasSubOrganization` is `has sub organization`.
pub fn in_words(name: &str) -> String {
    split(name).join(" ")
}

fn split(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in name.chars() {
        let begins = match before {
            None => true,
            Some(last) => !last.is_alphanumeric() || (c.is_uppercase() && !last.is_uppercase()),
        };
        if c.is_alphanumeric() {
            if begins || words.is_empty() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        before = Some(c);
    }
    words
}

/// Takes the `s` of the plural or the third person from a word of some length.
fn singular(word: &mut String) {
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        word.pop();
    }
}

impl Vocabulary {
    /// The terms of these kinds that answer to the name in an IRI, the closest first.
    pub fn meant(&self, iri: &str, kinds: &[Category]) -> Vec<(Closeness, &VocabularyTerm)> {
        let name = local_name(iri);
        let wanted = words(name);
        if wanted.is_empty() {
            return Vec::new();
        }
        let of_kinds = self.iter().filter(|term| kinds.contains(&term.kind) && term.iri.as_str() != iri);
        let mut found: Vec<_> =
            of_kinds.filter_map(|term| Some((closeness(term, iri, name, &wanted)?, term))).collect();
        found.sort_by_key(|(closeness, term)| {
            let length = term.definitions.iter().map(|text| text.text.len()).min();
            (*closeness, if *closeness == Closeness::Definition { length } else { None }, term.iri.as_str())
        });
        found
    }
}

fn closeness(term: &VocabularyTerm, iri: &str, name: &str, wanted: &[String]) -> Option<Closeness> {
    let has_all = |words: &[String]| wanted.iter().all(|word| words.contains(word));
    if local_name(term.iri.as_str()).eq_ignore_ascii_case(name) {
        return Some(Closeness::SameName);
    }
    if term.labels.iter().chain(&term.synonyms).any(|label| words(&label.text) == wanted) {
        return Some(Closeness::Label);
    }
    if term.aligned.iter().any(|other| other.as_str() == iri || local_name(other.as_str()).eq_ignore_ascii_case(name)) {
        return Some(Closeness::Aligned);
    }
    if term.aligned.iter().any(|other| has_all(&words(local_name(other.as_str())))) {
        return Some(Closeness::AlignedWords);
    }
    term.definitions.iter().any(|text| has_all(&words(&text.text))).then_some(Closeness::Definition)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_name_is_read_as_words() {
        for (name, expected) in [
            ("formerName", vec!["former", "name"]),
            ("CollegeOrUniversity", vec!["college", "or", "university"]),
            ("has_parts", vec!["has", "part"]),
            ("due-latest", vec!["due", "latest"]),
            ("URL", vec!["url"]),
            ("科學園", vec!["科學園"]),
            ("", vec![]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }
}
