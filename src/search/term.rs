//! Terms of the vocabulary as people name them.

use oxigraph::model::NamedNode;

use super::Hit;
use super::candidate::{self, Candidate};
use super::rank::{Rank, Score, Wanted};
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::{Graph, local_name};
use crate::vocabulary::{Category, Vocabulary, VocabularyTerm};

/// Terms that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTerms {
    /// The one that is called so.
    pub term: Option<VocabularyTerm>,
    /// Others that are called so, or those that have the words.
    pub others: Vec<Hit>,
}

/// The terms that a text names: by prefixed name or IRI, by label or synonym, by
/// the name that another vocabulary has, or by words of names and definitions.
///
/// # Errors
///
/// `unknown-term` with the closest name.
pub fn find_terms(graph: &Graph, vocabulary: &Vocabulary, text: &str, languages: &[String]) -> Result<FoundTerms> {
    let wanted = Wanted::new(text);
    let bare = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
    let expanded = graph.prefixes.expand(text);
    for iri in [Some(bare), expanded.as_deref()].into_iter().flatten() {
        if let Some(term) = vocabulary.get(iri) {
            return Ok(FoundTerms { term: Some(term.clone()), others: Vec::new() });
        }
    }
    let is_name = expanded.is_some() || bare.contains("://");
    let candidates = candidate::terms(graph, vocabulary);
    let mut found: Vec<(Score, &Candidate, usize)> = Vec::new();
    if text.chars().count() <= super::LONGEST && !wanted.is_empty() {
        for candidate in &candidates {
            let score = candidate.score(&wanted);
            // Who writes a prefix means that term.
            found.extend(
                score
                    .filter(|(score, _)| !is_name || score.rank == Rank::Exact)
                    .map(|(score, at)| (score, candidate, at)),
            );
        }
    }
    found.sort_by(|a, b| (a.0, a.1.kind, &a.1.id).cmp(&(b.0, b.1.kind, &b.1.id)));
    let exact = found.first().filter(|(score, ..)| score.rank == Rank::Exact);
    let term = exact.and_then(|(_, candidate, _)| vocabulary.get(candidate.iri.as_ref()?.as_str())).cloned();
    if term.is_some() {
        found.retain(|(score, ..)| score.rank == Rank::Exact);
        found.remove(0);
    }
    if term.is_none() && found.is_empty() {
        return Err(unknown(graph, vocabulary, &candidates, text, expanded.as_deref().unwrap_or(bare)));
    }
    let others = found.into_iter().map(|(score, candidate, at)| candidate.hit(graph, languages, score.rank, at));
    Ok(FoundTerms { term, others: others.collect::<Result<_>>()? })
}

fn unknown(graph: &Graph, vocabulary: &Vocabulary, candidates: &[Candidate], text: &str, iri: &str) -> Error {
    let short = |iri: &NamedNode| graph.prefixes.shorten(iri.as_str());
    let meant = vocabulary.meant(iri, &Category::ALL).first().map(|(_, term)| short(&term.iri));
    // A typing error in its own name, a label or a synonym.
    let misspelt = || {
        let wanted = Wanted::new(local_name(iri));
        let scores = candidates.iter().filter_map(|candidate| Some((candidate.score(&wanted)?.0, candidate)));
        let best = scores.filter(|(score, _)| score.rank <= Rank::Misspelt);
        best.min_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id))).map(|(_, candidate)| candidate.id.clone())
    };
    let near = if iri.chars().count() > super::LONGEST { None } else { meant.or_else(misspelt) };
    let hint = near
        .map_or_else(|| "`civigraph vocabulary` lists the terms".to_owned(), |near| format!("did you mean `{near}`?"));
    let message = format!("the vocabulary has no term `{}`", crate::finding::shorten(text));
    Error::invalid(Finding::error(codes::UNKNOWN_TERM, message).hint(hint))
}
