//! What people look for by its name: bodies, figures, classes, properties,
//! codes and stored questions, in any language and script, with typing errors,
//! by former and short names, and by the words of definitions.

mod candidate;
mod fold;
mod json;
mod rank;
mod term;

use oxigraph::model::NamedNode;

pub use fold::{fold, spellings};
pub use json::{description_json, hit_json};
pub use rank::Rank;
pub use term::{FoundTerms, find_terms};

use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::Graph;
use crate::sparql::Questions;
use candidate::Candidate;
use rank::Wanted;

/// What a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HitKind {
    /// A body, a place, a fund: anything that has a name and is no term.
    Entity,
    /// A class.
    Class,
    /// A property.
    Property,
    /// A code or a list of codes.
    Concept,
    /// A figure.
    Figure,
    /// A stored question.
    Question,
}

impl HitKind {
    /// All, those first that are looked for most.
    pub const ALL: [Self; 6] = [Self::Entity, Self::Class, Self::Property, Self::Concept, Self::Figure, Self::Question];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Class => "class",
            Self::Property => "property",
            Self::Concept => "concept",
            Self::Figure => "figure",
            Self::Question => "question",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// By what it is named in commands and queries: a prefixed name, an IRI, the name of a question.
    pub id: String,
    /// Its IRI; a question has none.
    pub iri: Option<NamedNode>,
    /// Its labels in the languages asked for, with their tags.
    pub labels: Vec<(String, String)>,
    /// Its classes and kinds, in the first language asked for.
    pub kinds: Vec<String>,
    /// How close it is to what is looked for.
    pub rank: Rank,
    /// The name or definition that was found.
    pub matched: String,
    /// Which kind of name that is, such as a former name, if it is no main label.
    pub matched_kind: Option<String>,
}

/// The longest text that is looked for, in characters.
pub const LONGEST: usize = 200;

/// What is called by a text, the closest first, and how many there are in all.
///
/// # Errors
///
/// `bad-search` where the text has no letter and no digit, or is too long.
pub fn search(
    graph: &Graph,
    questions: &Questions,
    text: &str,
    languages: &[String],
    limit: Option<usize>,
) -> Result<(Vec<Hit>, usize)> {
    let refused = |message: String, hint: &str| {
        Err(Error::invalid(Finding::error(codes::BAD_SEARCH, message).hint(hint.to_owned())))
    };
    let n_characters = text.chars().count();
    if n_characters > LONGEST {
        let message = format!("the text has {n_characters} characters; a search takes at most {LONGEST}");
        return refused(message, "search for a name or a few words of it");
    }
    let wanted = Wanted::new(text);
    if wanted.is_empty() {
        let message = match text.trim() {
            "" => "there is nothing to search for".to_owned(),
            text => format!("`{text}` has no letter and no digit to search for"),
        };
        return refused(message, "search for a name, a part of it, or words of a definition");
    }
    let candidates = candidate::all(graph, questions)?;
    let mut found: Vec<(rank::Score, &Candidate, usize)> = Vec::new();
    for candidate in &candidates {
        if let Some((score, at)) = candidate.score(&wanted) {
            found.push((score, candidate, at));
        }
    }
    // What is written nearly so is of interest where nothing is written so.
    if found.iter().any(|(score, ..)| score.rank < Rank::Misspelt) {
        found.retain(|(score, ..)| score.rank != Rank::Misspelt);
    }
    let key = |(score, candidate, _): &(rank::Score, &Candidate, usize)| {
        (score.rank, score.distance, candidate.kind, score.weight)
    };
    found.sort_by(|a, b| (key(a), &a.1.id).cmp(&(key(b), &b.1.id)));
    let n_found = found.len();
    found.truncate(limit.unwrap_or(usize::MAX));
    let hits = found.into_iter().map(|(score, candidate, at)| candidate.hit(graph, languages, score.rank, at));
    Ok((hits.collect::<Result<Vec<_>>>()?, n_found))
}
