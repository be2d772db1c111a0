//! Walks over the triples of all graphs by number, whatever their graph.

use std::sync::Arc;

use oxigraph::model::{Term, TermRef};

use super::{FoundTerm, Graph, TermNumber};

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
            Some(index) => FoundTerm::Borrowed(self.others.terms[index].as_ref()),
        }
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

    /// The predicates and objects of a subject.
    pub fn about(&self, subject: TermNumber) -> impl Iterator<Item = (TermNumber, TermNumber)> + '_ {
        self.data.index.about(subject)
    }

    /// Whether there is a graph separate from the data, which queries find by its name.
    pub fn has_graph_beside(&self) -> bool {
        self.data.beside.is_some()
    }
}
