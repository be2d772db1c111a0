//! Terms by number: each term is stored once, and is a number of four bytes everywhere else.

mod hashed;
mod order;
mod sorted;

use std::ops::Range;

use oxigraph::model::{Literal, LiteralRef, NamedNode, Term, TermRef};
use spareval::ExpressionTerm;

pub(super) use hashed::HashedTerms;
pub(super) use order::sorted_numbers;
pub(super) use sorted::{SortedTerms, SortedTermsBuilder};

use super::TermNumber;

/// The kind of a term: an IRI, a blank node, a triple, or a literal of a certain datatype or
/// language. All higher numbers are kinds of literals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graph) struct TermKind(pub(super) u32);

impl TermKind {
    pub const IRI: Self = Self(0);
    pub(super) const BLANK: Self = Self(1);
    pub(super) const TRIPLE: Self = Self(2);
    /// A literal of `xsd:string`.
    pub const STRING: Self = Self(3);
    pub(super) const FIRST_OTHER: u32 = 4;
}

/// The terms of a graph.
pub(super) enum Dictionary {
    /// In memory, as they were added.
    Hashed(HashedTerms),
    /// In a snapshot.
    Sorted(SortedTerms),
}

/// A term that is borrowed from a dictionary where it stands there as it is.
#[derive(Debug, Clone)]
pub enum FoundTerm<'a> {
    /// Borrowed.
    Borrowed(TermRef<'a>),
    /// Decoded.
    Owned(Term),
}

impl FoundTerm<'_> {
    /// The term.
    pub fn as_ref(&self) -> TermRef<'_> {
        match self {
            Self::Borrowed(term) => *term,
            Self::Owned(term) => term.as_ref(),
        }
    }

    /// The term, owned.
    pub fn into_owned(self) -> Term {
        match self {
            Self::Borrowed(term) => term.into_owned(),
            Self::Owned(term) => term,
        }
    }
}

impl Dictionary {
    /// How many terms there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Hashed(terms) => terms.len(),
            Self::Sorted(terms) => terms.len(),
        }
    }

    /// The number of a term, if it has one.
    pub fn find(&self, term: TermRef<'_>) -> Option<TermNumber> {
        match self {
            Self::Hashed(terms) => terms.find(term),
            Self::Sorted(terms) => terms.find(term),
        }
    }

    /// The value with which expressions compute for the term with a number.
    pub fn value(&self, number: TermNumber) -> ExpressionTerm {
        match self {
            Self::Hashed(terms) => terms.term(number).into_owned().into(),
            Self::Sorted(terms) => terms.value(number),
        }
    }

    /// Which kind of term a number stands for: the same for all IRIs, for all blank nodes, for all
    /// triples, and for all literals of one datatype and language. `None` if there is no such term.
    pub fn kind(&self, number: TermNumber) -> Option<usize> {
        match self {
            Self::Hashed(terms) => terms.kind_of(number).map(|kind| kind.0 as usize),
            Self::Sorted(terms) => terms.kind_of(number),
        }
    }

    /// The literals of the same datatype as one, if they stand side by side: their numbers and the
    /// datatype.
    pub fn literals_like(&self, number: TermNumber) -> Option<(Range<TermNumber>, NamedNode)> {
        let Self::Sorted(terms) = self else { return None };
        let (numbers, empty) = terms.literals_like(number)?;
        Some((numbers, empty.datatype().into_owned()))
    }

    /// Reads the texts of terms that stand side by side, one after the other.
    pub fn each_text(&self, numbers: Range<TermNumber>, visit: impl FnMut(&str)) {
        if let Self::Sorted(terms) = self {
            terms.each_text(numbers, visit);
        }
    }

    /// The term with a number.
    pub fn term(&self, number: TermNumber) -> FoundTerm<'_> {
        match self {
            Self::Hashed(terms) => FoundTerm::Borrowed(terms.term(number)),
            Self::Sorted(terms) => FoundTerm::Owned(terms.term(number)),
        }
    }
}

/// A literal of the same datatype, language and direction, without its text.
fn empty(literal: LiteralRef<'_>) -> Literal {
    match (literal.language(), literal.direction()) {
        (Some(tag), Some(direction)) => Literal::new_directional_language_tagged_literal_unchecked("", tag, direction),
        (Some(tag), None) => Literal::new_language_tagged_literal_unchecked("", tag),
        (None, _) => Literal::new_typed_literal("", literal.datatype()),
    }
}

/// A literal with a text and the datatype, language and direction of another.
fn of_kind<'a>(empty: &'a Literal, text: &'a str) -> LiteralRef<'a> {
    match (empty.language(), empty.direction()) {
        (Some(tag), Some(direction)) => {
            LiteralRef::new_directional_language_tagged_literal_unchecked(text, tag, direction)
        }
        (Some(tag), None) => LiteralRef::new_language_tagged_literal_unchecked(text, tag),
        (None, _) => LiteralRef::new_typed_literal(text, empty.datatype()),
    }
}
