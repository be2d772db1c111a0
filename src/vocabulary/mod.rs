//! The terms that a graph describes: classes, properties, code lists and their
//! codes, with labels, synonyms, definitions and what other vocabularies call
//! them. Read through the graph's index when somebody asks.

mod describe;
mod meaning;
mod read;

pub use describe::{Description, Example, describe, is_described};
pub use meaning::{Closeness, in_words, words};

use oxigraph::model::NamedNode;

/// What a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// A class.
    Class,
    /// A property.
    Property,
    /// A code list.
    Scheme,
    /// A code of a list.
    Concept,
    /// A datatype of literals.
    Datatype,
}

impl Category {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Class, Self::Property, Self::Scheme, Self::Concept, Self::Datatype];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Property => "property",
            Self::Scheme => "code list",
            Self::Concept => "code",
            Self::Datatype => "datatype",
        }
    }
}

/// A text with its language tag, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Its language tag in the case that BCP 47 recommends.
    pub language: String,
}

/// A term as the graph describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VocabularyTerm {
    /// Its IRI.
    pub iri: NamedNode,
    /// What it is.
    pub kind: Category,
    /// Main labels.
    pub labels: Vec<Text>,
    /// Synonyms.
    pub synonyms: Vec<Text>,
    /// Definitions.
    pub definitions: Vec<Text>,
    /// Terms of other vocabularies that it is a special case of, or close to.
    pub aligned: Vec<NamedNode>,
}

/// The terms that a graph describes, sorted by IRI.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    terms: Vec<VocabularyTerm>,
}

impl Vocabulary {
    /// The term with this IRI.
    pub fn get(&self, iri: &str) -> Option<&VocabularyTerm> {
        let at = self.terms.binary_search_by(|term| term.iri.as_str().cmp(iri)).ok()?;
        Some(&self.terms[at])
    }

    /// All terms, sorted by IRI.
    pub fn iter(&self) -> impl Iterator<Item = &VocabularyTerm> {
        self.terms.iter()
    }
}
