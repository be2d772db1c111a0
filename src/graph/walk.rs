//! Walks over the triples of all graphs by number, whatever their graph.

use std::ops::Range;
use std::sync::Arc;

use oxigraph::model::{NamedNode, Term, TermRef};
use spareval::ExpressionTerm;

use super::index::PredicatePlace;
use super::{FoundTerm, Graph, TermNumber};
use crate::error::Error;
use crate::finding::{Finding, codes};
use crate::work::throw;

/// Terms that are in no triple; their numbers follow those of the dictionary.
#[derive(Clone, Default)]
pub(super) struct FurtherTerms {
    terms: Vec<Term>,
    numbers: hashbrown::HashMap<Term, TermNumber>,
}

impl Graph {
    /// The number of a term, also if the term is in no triple.
    pub fn number(&mut self, term: TermRef<'_>) -> TermNumber {
        let n_known = self.data.dictionary.len();
        let other = || self.others.numbers.get(&term.into_owned()).copied();
        if let Some(number) = self.find(term).or_else(other) {
            return number;
        }
        let others = Arc::make_mut(&mut self.others);
        let number = (n_known + others.terms.len()) as TermNumber;
        others.terms.push(term.into_owned());
        others.numbers.insert(term.into_owned(), number);
        number
    }

    /// The term with a number.
    pub fn term(&self, number: TermNumber) -> FoundTerm<'_> {
        match (number as usize).checked_sub(self.data.dictionary.len()) {
            None => self.data.dictionary.term(number),
            Some(index) => FoundTerm::Borrowed(self.further(index).as_ref()),
        }
    }

    /// A term that is in no triple. Throws `damaged-snapshot` if there is none: the file has numbers that no build
    /// writes, though its checksums are right.
    fn further(&self, index: usize) -> &Term {
        self.others.terms.get(index).unwrap_or_else(|| {
            let fault = Finding::error(codes::DAMAGED_SNAPSHOT, "the snapshot has numbers that no term has");
            throw(Error::invalid(fault.hint("build it again".to_owned())))
        })
    }

    /// The literals of the same datatype as one, if they stand side by side: their numbers and the
    /// datatype.
    pub(crate) fn literals_like(&self, number: TermNumber) -> Option<(Range<TermNumber>, NamedNode)> {
        self.data.dictionary.literals_like(number)
    }

    /// Reads the texts of terms that stand side by side, one after the other.
    pub(crate) fn each_text(&self, numbers: Range<TermNumber>, visit: impl FnMut(&str)) {
        self.data.dictionary.each_text(numbers, visit);
    }

    /// The place of a predicate, with which it is found at once.
    pub(crate) fn predicate_place(&self, predicate: TermNumber) -> Option<PredicatePlace> {
        self.data.index.place(predicate)
    }

    /// The value with which expressions compute for the term with a number.
    pub(crate) fn value(&self, number: TermNumber) -> ExpressionTerm {
        match (number as usize).checked_sub(self.data.dictionary.len()) {
            None => self.data.dictionary.value(number),
            Some(index) => self.further(index).clone().into(),
        }
    }

    /// The objects of a subject and a predicate at its place.
    pub(crate) fn objects_at(
        &self,
        subject: TermNumber,
        place: PredicatePlace,
    ) -> impl Iterator<Item = TermNumber> + '_ {
        self.data.index.objects_at(subject, place)
    }

    /// The subjects of a predicate at its place and an object.
    pub(crate) fn subjects_at(
        &self,
        place: PredicatePlace,
        object: TermNumber,
    ) -> impl Iterator<Item = TermNumber> + '_ {
        self.data.index.subjects_at(place, object)
    }

    /// The objects of a subject and a predicate.
    pub fn objects_of(&self, subject: TermNumber, predicate: TermNumber) -> impl Iterator<Item = TermNumber> + '_ {
        self.data.index.objects_of(subject, predicate)
    }

    /// The subjects of a predicate and an object.
    pub fn subjects_of(&self, predicate: TermNumber, object: TermNumber) -> impl Iterator<Item = TermNumber> + '_ {
        self.data.index.subjects_of(predicate, object)
    }

    /// The subjects and objects of a predicate.
    pub fn ends_of(&self, predicate: TermNumber) -> impl Iterator<Item = (TermNumber, TermNumber)> + '_ {
        self.data.index.ends_of(predicate)
    }

    /// The subject and object of one of the triples of a predicate, in the order of
    /// [`ends_of`](Self::ends_of).
    pub(crate) fn end_at(&self, predicate: TermNumber, index: usize) -> Option<(TermNumber, TermNumber)> {
        self.data.index.end_at(predicate, index)
    }

    /// The predicates and objects of a subject.
    pub fn about(&self, subject: TermNumber) -> impl Iterator<Item = (TermNumber, TermNumber)> + '_ {
        self.data.index.about(subject)
    }

    /// Whether a term is the subject or the object of a triple.
    pub(crate) fn is_node(&self, term: TermNumber) -> bool {
        self.n_matching([Some(term), None, None]) > 0 || self.n_matching([None, None, Some(term)]) > 0
    }

    /// How many terms have numbers, those in no triple left out.
    pub(crate) fn n_terms(&self) -> TermNumber {
        self.data.dictionary.len() as TermNumber
    }

    /// How many triples match a pattern; if subject and object are known and the predicate is not,
    /// at most.
    pub(crate) fn n_matching(&self, pattern: [Option<TermNumber>; 3]) -> usize {
        self.data.index.n_matching(pattern)
    }

    /// How many different subjects, and objects, the triples of a predicate have.
    pub(crate) fn n_ends(&self, predicate: TermNumber) -> (usize, usize) {
        self.data.index.n_ends(predicate)
    }

    /// The predicates with how many triples each has.
    pub(crate) fn predicates(&self) -> impl Iterator<Item = (TermNumber, usize)> + '_ {
        self.data.index.predicates()
    }

    /// Whether there is a graph separate from the data, which queries find by its name.
    pub fn has_graph_beside(&self) -> bool {
        self.data.beside.is_some()
    }
}
