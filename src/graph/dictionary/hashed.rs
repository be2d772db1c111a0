//! A dictionary that grows: numbers in the order in which terms first occur, found by hash.

use std::collections::HashMap;
use std::hash::BuildHasher as _;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{BlankNodeRef, Literal, LiteralRef, NamedNodeRef, Term, TermRef};

use super::sorted::parse;
use super::{TermKind, empty, of_kind};

/// Terms in the order in which they first occurred.
#[derive(Default, Clone)]
pub(in crate::graph) struct HashedTerms {
    /// The texts of all terms, one after the other.
    text: String,
    /// Where the text of each term ends, and its kind.
    terms: Vec<(u64, TermKind)>,
    /// An empty literal of each kind from [`TermKind::FIRST_OTHER`] on.
    kinds: Vec<Literal>,
    by_literal: HashMap<Literal, TermKind>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// Triple terms (RDF 1.2), by number.
    triples: HashMap<u32, Term>,
}

impl HashedTerms {
    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// The number of a term.
    pub fn number(&mut self, term: TermRef<'_>) -> u32 {
        match term {
            TermRef::NamedNode(node) => self.number_of(TermKind::IRI, node.as_str()),
            TermRef::BlankNode(node) => self.number_of(TermKind::BLANK, node.as_str()),
            TermRef::Literal(literal) => {
                let kind = self.kind(literal);
                self.number_of(kind, literal.value())
            }
            TermRef::Triple(_) => {
                let number = self.number_of(TermKind::TRIPLE, &term.to_string());
                self.triples.entry(number).or_insert_with(|| term.into_owned());
                number
            }
        }
    }

    fn number_of(&mut self, kind: TermKind, text: &str) -> u32 {
        // The text needs no check.
        self.number_if(kind, text.as_bytes(), |_| Some(text)).expect("a text is let in")
    }

    /// The number of the term that is written as `bytes`. A new one is passed to `check`, which
    /// returns its text, or `None` if it is not such a term.
    ///
    /// # Panics
    ///
    /// At four thousand million terms; their texts alone would take a hundred gigabytes.
    pub fn number_if<'b>(
        &mut self,
        kind: TermKind,
        bytes: &'b [u8],
        check: impl FnOnce(&'b [u8]) -> Option<&'b str>,
    ) -> Option<u32> {
        let Self { text, terms, numbers, hasher, .. } = self;
        let hash = |number: &u32| {
            let (kind, bytes) = stored(text, terms, *number);
            hasher.hash_one((kind.0, bytes))
        };
        let equal = |number: &u32| stored(text, terms, *number) == (kind, bytes);
        let vacant = match numbers.entry(hasher.hash_one((kind.0, bytes)), equal, hash) {
            Entry::Occupied(entry) => return Some(*entry.get()),
            Entry::Vacant(vacant) => vacant,
        };
        let new = check(bytes)?;
        let number = u32::try_from(terms.len()).expect("fewer than 2^32 terms");
        vacant.insert(number);
        text.push_str(new);
        terms.push((text.len() as u64, kind));
        Some(number)
    }

    /// The number of a term, if it has one.
    pub fn find(&self, term: TermRef<'_>) -> Option<u32> {
        let written;
        let (kind, text) = match term {
            TermRef::NamedNode(node) => (TermKind::IRI, node.as_str()),
            TermRef::BlankNode(node) => (TermKind::BLANK, node.as_str()),
            TermRef::Literal(literal) if literal.datatype() == xsd::STRING => (TermKind::STRING, literal.value()),
            TermRef::Literal(literal) => (*self.by_literal.get(&empty(literal))?, literal.value()),
            TermRef::Triple(_) => {
                written = term.to_string();
                (TermKind::TRIPLE, written.as_str())
            }
        };
        let equal = |number: &u32| stored(&self.text, &self.terms, *number) == (kind, text.as_bytes());
        self.numbers.find(self.hasher.hash_one((kind.0, text.as_bytes())), equal).copied()
    }

    /// The kind of a literal.
    pub fn kind(&mut self, literal: LiteralRef<'_>) -> TermKind {
        if literal.datatype() == xsd::STRING {
            return TermKind::STRING;
        }
        let empty = empty(literal);
        if let Some(kind) = self.by_literal.get(&empty) {
            return *kind;
        }
        let kind = TermKind(TermKind::FIRST_OTHER + u32::try_from(self.kinds.len()).expect("fewer than 2^32 kinds"));
        self.kinds.push(empty.clone());
        self.by_literal.insert(empty, kind);
        kind
    }

    /// The kind of a term.
    #[inline]
    pub fn kind_of(&self, number: u32) -> Option<TermKind> {
        self.terms.get(number as usize).map(|(_, kind)| *kind)
    }

    /// The text of a term, and its kind.
    pub fn text(&self, number: u32) -> (TermKind, &str) {
        let (range, kind) = bounds(&self.terms, number);
        (kind, &self.text[range])
    }

    /// The text of a triple term that N-Triples cannot express.
    pub fn unreadable_triple(&self) -> Option<&str> {
        let mut triples: Vec<(&u32, &Term)> = self.triples.iter().collect();
        triples.sort_by_key(|(number, _)| **number);
        let texts = triples.into_iter().map(|(number, term)| (self.text(*number).1, term));
        texts.into_iter().find(|(text, term)| parse(text).as_ref() != Some(*term)).map(|(text, _)| text)
    }

    /// The kinds of literals other than plain strings: an empty literal of each.
    pub fn kinds(&self) -> &[Literal] {
        &self.kinds
    }

    /// The term with a number.
    pub fn term(&self, number: u32) -> TermRef<'_> {
        let (range, kind) = bounds(&self.terms, number);
        let text = &self.text[range];
        match kind {
            TermKind::IRI => NamedNodeRef::new_unchecked(text).into(),
            TermKind::BLANK => BlankNodeRef::new_unchecked(text).into(),
            TermKind::STRING => LiteralRef::new_simple_literal(text).into(),
            TermKind::TRIPLE => self.triples[&number].as_ref(),
            TermKind(other) => of_kind(&self.kinds[(other - TermKind::FIRST_OTHER) as usize], text).into(),
        }
    }
}

fn bounds(terms: &[(u64, TermKind)], number: u32) -> (std::ops::Range<usize>, TermKind) {
    let number = number as usize;
    let start = if number == 0 { 0 } else { terms[number - 1].0 };
    let (end, kind) = terms[number];
    (start as usize..end as usize, kind)
}

fn stored<'a>(text: &'a str, terms: &[(u64, TermKind)], number: u32) -> (TermKind, &'a [u8]) {
    let (range, kind) = bounds(terms, number);
    (kind, &text.as_bytes()[range])
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{BaseDirection, BlankNode, NamedNode, Triple};

    use super::*;

    #[test]
    fn terms_come_back_as_they_were_and_each_has_one_number() {
        let node = NamedNode::new("http://a/b").unwrap();
        let terms: Vec<Term> = vec![
            node.clone().into(),
            BlankNode::new("http").unwrap().into(),
            Literal::new_simple_literal("http://a/b").into(),
            Literal::new_simple_literal("").into(),
            Literal::new_typed_literal("01", xsd::INTEGER).into(),
            Literal::new_typed_literal("1", xsd::INTEGER).into(),
            Literal::new_typed_literal("1", xsd::BOOLEAN).into(),
            Literal::new_language_tagged_literal("局", "zh-hant").unwrap().into(),
            Literal::new_language_tagged_literal("局", "en").unwrap().into(),
            Literal::new_directional_language_tagged_literal("局", "en", BaseDirection::Rtl).unwrap().into(),
            Triple::new(node.clone(), node.clone(), Literal::from(1)).into(),
            Triple::new(node.clone(), node, Literal::from(2)).into(),
        ];
        let mut dictionary = HashedTerms::default();
        for _ in 0..2 {
            for (index, term) in terms.iter().enumerate() {
                assert_eq!(dictionary.find(term.as_ref()).is_some(), dictionary.len() > index);
                assert_eq!(dictionary.number(term.as_ref()), index as u32, "{term}");
                assert_eq!(dictionary.find(term.as_ref()), Some(index as u32));
            }
        }
        for (index, term) in terms.iter().enumerate() {
            assert_eq!(dictionary.term(index as u32), term.as_ref());
        }
        assert_eq!(dictionary.len(), terms.len());
    }
}
