//! The dictionary of a snapshot: texts sorted within each kind and front-coded, so that a text
//! says only how it differs from the one before.

use std::collections::HashMap;
use std::ops::Range;

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{BaseDirection, BlankNode, Literal, NamedNode, Term, TermRef};
use serde::{Deserialize, Serialize};
use spareval::ExpressionTerm;

use super::{HashedTerms, TermKind, empty, sorted_numbers};
use crate::graph::TermNumber;
use crate::graph::index::{NumberColumn, Section, column};

/// How many texts depend on each other: the first of them is written whole.
const GROUP: usize = 16;

/// Of so many groups, the first text of one is also in the samples, where a search begins.
const SAMPLED: usize = 64;

/// A kind of terms as a snapshot lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::graph) struct ListedKind {
    /// How many terms it has.
    n: usize,
    #[serde(flatten)]
    what: KindName,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KindName {
    Iri,
    Blank,
    Triple,
    String,
    Datatype(String),
    Language(String),
    /// With a base direction, `true` for right to left.
    Directional(String, bool),
}

impl KindName {
    fn of(kind: TermKind, literals: &[Literal]) -> Self {
        let Some(index) = kind.0.checked_sub(TermKind::FIRST_OTHER) else {
            return match kind {
                TermKind::IRI => Self::Iri,
                TermKind::BLANK => Self::Blank,
                TermKind::TRIPLE => Self::Triple,
                _ => Self::String,
            };
        };
        let literal = &literals[index as usize];
        match (literal.language(), literal.direction()) {
            (Some(tag), Some(direction)) => Self::Directional(tag.to_owned(), direction == BaseDirection::Rtl),
            (Some(tag), None) => Self::Language(tag.to_owned()),
            (None, _) => Self::Datatype(literal.datatype().as_str().to_owned()),
        }
    }

    /// The kind, and an empty literal if it is none of the basic ones.
    fn kind(self) -> (TermKind, Option<Literal>) {
        let literal = match self {
            Self::Iri => return (TermKind::IRI, None),
            Self::Blank => return (TermKind::BLANK, None),
            Self::Triple => return (TermKind::TRIPLE, None),
            Self::String => return (TermKind::STRING, None),
            Self::Datatype(iri) => Literal::new_typed_literal("", NamedNode::new_unchecked(iri)),
            Self::Language(tag) => Literal::new_language_tagged_literal_unchecked("", tag),
            Self::Directional(tag, is_rtl) => {
                let direction = if is_rtl { BaseDirection::Rtl } else { BaseDirection::Ltr };
                Literal::new_directional_language_tagged_literal_unchecked("", tag, direction)
            }
        };
        (TermKind(TermKind::FIRST_OTHER), Some(literal))
    }
}

/// Terms sorted by kind and text.
pub(in crate::graph) struct SortedTerms {
    n: usize,
    kinds: Vec<SortedKind>,
    by_literal: HashMap<Literal, usize>,
    /// Groups of front-coded texts.
    texts: Section,
    /// Where each group begins, and the end.
    groups: NumberColumn,
    /// The first texts of sampled groups.
    samples: Section,
    /// Where each sample begins, and the end.
    sample_starts: NumberColumn,
}

struct SortedKind {
    kind: TermKind,
    /// An empty literal, if it is not a basic kind.
    literal: Option<Literal>,
    numbers: Range<usize>,
}

/// The parts of a sorted dictionary as they are written.
pub(in crate::graph) struct SortedTermsBuilder {
    pub kinds: Vec<ListedKind>,
    pub texts: Vec<u8>,
    pub groups: NumberColumn,
    pub samples: Vec<u8>,
    pub sample_starts: NumberColumn,
    /// The new number of each old one.
    pub numbers: Vec<TermNumber>,
}

impl SortedTermsBuilder {
    /// Sorts the terms of a dictionary.
    pub fn new(terms: &HashedTerms) -> Self {
        let (sorted, kinds) = sorted_numbers(terms);
        let mut numbers = vec![0; sorted.len()];
        let (mut texts, mut groups) = (Vec::new(), Vec::with_capacity(sorted.len() / GROUP + 2));
        let (mut samples, mut sample_starts) = (Vec::new(), Vec::new());
        let mut before: &[u8] = &[];
        for (new, old) in sorted.iter().enumerate() {
            numbers[*old as usize] = new as TermNumber;
            let text = terms.text(*old).1.as_bytes();
            if new % GROUP == 0 {
                if (new / GROUP).is_multiple_of(SAMPLED) {
                    sample_starts.push(samples.len());
                    samples.extend_from_slice(text);
                }
                groups.push(texts.len());
                write_number(&mut texts, text.len());
                texts.extend_from_slice(text);
            } else {
                let shared = text.iter().zip(before).take_while(|(one, other)| one == other).count();
                write_number(&mut texts, shared);
                write_number(&mut texts, text.len() - shared);
                texts.extend_from_slice(&text[shared..]);
            }
            before = text;
        }
        groups.push(texts.len());
        sample_starts.push(samples.len());
        Self {
            kinds: kinds
                .iter()
                .map(|(kind, n)| ListedKind { n: *n, what: KindName::of(*kind, terms.kinds()) })
                .collect(),
            groups: column(&groups),
            sample_starts: column(&sample_starts),
            texts,
            samples,
            numbers,
        }
    }
}

impl SortedTerms {
    /// The terms in these sections; `None` if they do not fit together.
    pub fn new(
        listed: Vec<ListedKind>,
        texts: Section,
        groups: NumberColumn,
        samples: Section,
        sample_starts: NumberColumn,
    ) -> Option<Self> {
        let (mut kinds, mut by_literal, mut n) = (Vec::new(), HashMap::new(), 0_usize);
        for (index, listed) in listed.into_iter().enumerate() {
            let end = n.checked_add(listed.n).filter(|end| *end < TermNumber::MAX as usize)?;
            let (kind, literal) = listed.what.kind();
            if let Some(literal) = &literal {
                by_literal.insert(literal.clone(), index);
            }
            kinds.push(SortedKind { kind, literal, numbers: n..end });
            n = end;
        }
        let n_groups = n.div_ceil(GROUP);
        let fits = groups.len() == n_groups + 1 && sample_starts.len() == n_groups.div_ceil(SAMPLED) + 1;
        fits.then_some(Self { n, kinds, by_literal, texts, groups, samples, sample_starts })
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.n
    }

    /// The number of a term, if it has one.
    pub fn find(&self, term: TermRef<'_>) -> Option<TermNumber> {
        let written;
        let basic = |wanted: TermKind| self.kinds.iter().find(|kind| kind.literal.is_none() && kind.kind == wanted);
        let (kind, text) = match term {
            TermRef::NamedNode(node) => (basic(TermKind::IRI)?, node.as_str()),
            TermRef::BlankNode(node) => (basic(TermKind::BLANK)?, node.as_str()),
            TermRef::Literal(literal) if literal.datatype() == xsd::STRING => {
                (basic(TermKind::STRING)?, literal.value())
            }
            TermRef::Literal(literal) => (&self.kinds[*self.by_literal.get(&empty(literal))?], literal.value()),
            TermRef::Triple(_) => {
                written = term.to_string();
                (basic(TermKind::TRIPLE)?, written.as_str())
            }
        };
        self.find_text(&kind.numbers, text.as_bytes())
    }

    /// Searches texts by halving: first the samples, then the groups between two of them, then
    /// one group.
    fn find_text(&self, numbers: &Range<usize>, text: &[u8]) -> Option<TermNumber> {
        // Of the groups that begin among the numbers, the last that begins with the text or a
        // lesser one; if there is none, the group in which the numbers begin.
        let begun = numbers.start.div_ceil(GROUP)..numbers.end.div_ceil(GROUP);
        let sampled = begun.start.div_ceil(SAMPLED)..begun.end.div_ceil(SAMPLED);
        let is_after = |sample: usize| self.sample(sample) > text;
        let sample = first(sampled, is_after);
        let from = (sample * SAMPLED).saturating_sub(SAMPLED).max(begun.start);
        let group = first(from..(sample * SAMPLED).min(begun.end).max(from), |group| self.first_of(group) > text);
        let group = if group > begun.start { group - 1 } else { numbers.start / GROUP };
        let mut reader = self.group(group);
        let mut number = group * GROUP;
        while number < numbers.end && number < (group + 1) * GROUP {
            reader.advance();
            if number >= numbers.start {
                match reader.text.as_slice().cmp(text) {
                    std::cmp::Ordering::Less => {}
                    std::cmp::Ordering::Equal => return Some(number as TermNumber),
                    std::cmp::Ordering::Greater => return None,
                }
            }
            number += 1;
        }
        None
    }

    fn sample(&self, index: usize) -> &[u8] {
        self.samples.slice(self.sample_starts.get(index)..self.sample_starts.get(index + 1))
    }

    /// The first text of a group.
    fn first_of(&self, group: usize) -> &[u8] {
        let range = self.groups.get(group)..self.groups.get(group + 1);
        let bytes = self.texts.slice(range.clone());
        let mut at = 0;
        let n = read_number(bytes, &mut at);
        n.and_then(|n| bytes.get(at..at.checked_add(n)?)).unwrap_or_else(|| self.texts.refuse(range.start))
    }

    fn group(&self, group: usize) -> GroupReader<'_> {
        let range = self.groups.get(group)..self.groups.get(group + 1);
        GroupReader {
            terms: self,
            start: range.start,
            bytes: self.texts.slice(range),
            at: 0,
            text: Vec::with_capacity(TEXT),
            n: 0,
        }
    }

    /// The place of a term's kind among the kinds.
    pub fn kind_of(&self, number: TermNumber) -> Option<usize> {
        let kind = self.kinds.partition_point(|kind| kind.numbers.end <= number as usize);
        (kind < self.kinds.len()).then_some(kind)
    }

    /// The literals of the same datatype and language as this one: their numbers, and an empty one;
    /// none if it is no literal or a plain text.
    pub fn literals_like(&self, number: TermNumber) -> Option<(Range<TermNumber>, &Literal)> {
        let kind = self.kinds.get(self.kind_of(number)?)?;
        Some((kind.numbers.start as TermNumber..kind.numbers.end as TermNumber, kind.literal.as_ref()?))
    }

    /// Reads the texts of terms one after the other.
    ///
    /// Throws `damaged-snapshot` if the file is damaged.
    pub fn each_text(&self, numbers: Range<TermNumber>, mut visit: impl FnMut(&str)) {
        let numbers = numbers.start as usize..numbers.end as usize;
        for group in numbers.start / GROUP..numbers.end.div_ceil(GROUP) {
            let mut reader = self.group(group);
            for number in group * GROUP..((group + 1) * GROUP).min(numbers.end) {
                reader.advance();
                if number >= numbers.start {
                    visit(std::str::from_utf8(&reader.text).unwrap_or_else(|_| self.texts.refuse(reader.start)));
                }
            }
        }
    }

    /// The term with a number.
    ///
    /// Throws `damaged-snapshot` if the file is damaged, or there is no such term.
    pub fn term(&self, number: TermNumber) -> Term {
        let (kind, text) = self.text(number);
        match (&kind.literal, kind.kind) {
            (Some(empty), _) => match (empty.language(), empty.direction()) {
                (Some(tag), Some(direction)) => {
                    Literal::new_directional_language_tagged_literal_unchecked(text, tag, direction).into()
                }
                (Some(tag), None) => Literal::new_language_tagged_literal_unchecked(text, tag).into(),
                (None, _) => Literal::new_typed_literal(text, empty.datatype()).into(),
            },
            (None, TermKind::IRI) => NamedNode::new_unchecked(text).into(),
            (None, TermKind::BLANK) => BlankNode::new_unchecked(text).into(),
            (None, TermKind::STRING) => Literal::new_simple_literal(text).into(),
            (None, _) => parse(&text).unwrap_or_else(|| self.texts.refuse(0)),
        }
    }

    /// The value with which expressions compute for the term with a number; see [`term`](Self::term).
    /// It is that of the term, without making one where values are many.
    pub fn value(&self, number: TermNumber) -> ExpressionTerm {
        let (kind, text) = self.text(number);
        match (&kind.literal, kind.kind) {
            (None, TermKind::IRI) => ExpressionTerm::NamedNode(NamedNode::new_unchecked(text)),
            (None, TermKind::STRING) => ExpressionTerm::StringLiteral(text),
            (Some(empty), _) if empty.direction().is_none() && empty.language().is_some() => {
                let language = empty.language().unwrap_or_default().to_owned();
                ExpressionTerm::LangStringLiteral { value: text, language }
            }
            (Some(empty), _)
                if empty.datatype() == xsd::DECIMAL
                    && let Ok(value) = text.parse() =>
            {
                ExpressionTerm::DecimalLiteral(value)
            }
            (Some(empty), _)
                if empty.datatype() == xsd::INTEGER
                    && let Ok(value) = text.parse() =>
            {
                ExpressionTerm::IntegerLiteral(value)
            }
            _ => self.term(number).into(),
        }
    }

    /// The kind of a term, and its text.
    fn text(&self, number: TermNumber) -> (&SortedKind, String) {
        let number = number as usize;
        let kind = self.kinds.partition_point(|kind| kind.numbers.end <= number);
        let Some(kind) = self.kinds.get(kind) else { self.texts.refuse(0) };
        let mut reader = self.group(number / GROUP);
        for _ in 0..=number % GROUP {
            reader.advance();
        }
        let start = reader.start;
        let Ok(text) = String::from_utf8(reader.text) else { self.texts.refuse(start) };
        (kind, text)
    }
}

/// The first number of a range for which a condition holds that holds for all after it; the end
/// if there is none.
fn first(range: Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// For how many bytes of a text there is room from the start.
const TEXT: usize = 64;

/// Reads the texts of a group one after the other.
struct GroupReader<'a> {
    terms: &'a SortedTerms,
    start: usize,
    bytes: &'a [u8],
    at: usize,
    n: usize,
    text: Vec<u8>,
}

impl GroupReader<'_> {
    fn advance(&mut self) {
        if self.try_advance().is_none() {
            self.terms.texts.refuse(self.start);
        }
    }

    fn try_advance(&mut self) -> Option<()> {
        let shared = if self.n == 0 { 0 } else { read_number(self.bytes, &mut self.at)? };
        let n = read_number(self.bytes, &mut self.at)?;
        let end = self.at.checked_add(n)?;
        let rest = self.bytes.get(self.at..end)?;
        if shared > self.text.len() {
            return None;
        }
        self.text.truncate(shared);
        self.text.extend_from_slice(rest);
        self.at = end;
        self.n += 1;
        Some(())
    }
}

/// Writes a number in groups of seven bits, the lowest first (LEB128).
fn write_number(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 128 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read_number(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..usize::BITS).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number |= usize::from(byte & 127).checked_shl(shift)?;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

/// The object that N-Triples writes as `text`.
pub(super) fn parse(text: &str) -> Option<Term> {
    let line = format!("<a:s> <a:p> {text} .");
    let mut quads = RdfParser::from_format(RdfFormat::NTriples).lenient().for_slice(line.as_bytes());
    let quad = quads.next()?.ok()?;
    quads.next().is_none().then_some(quad.object)
}

#[cfg(test)]
mod tests {
    use oxigraph::model::Triple;

    use super::*;

    fn sorted(terms: &HashedTerms) -> (SortedTerms, Vec<TermNumber>) {
        let built = SortedTermsBuilder::new(terms);
        let terms =
            SortedTerms::new(built.kinds, built.texts.into(), built.groups, built.samples.into(), built.sample_starts);
        (terms.unwrap(), built.numbers)
    }

    #[test]
    fn every_term_is_found_and_comes_back_whatever_the_sizes_of_the_kinds() {
        for n in [0, 1, 15, 16, 17, 33, 1_023, 1_025, 3_000] {
            let mut hashed = HashedTerms::default();
            let node = |n: usize| NamedNode::new_unchecked(format!("http://example.org/{}", n * 7919 % 10_007));
            for at in 0..n {
                hashed.number(node(at).as_ref().into());
                if at % 3 == 0 {
                    hashed.number(Literal::new_simple_literal(format!("局{at}")).as_ref().into());
                    hashed
                        .number(Literal::new_language_tagged_literal_unchecked(format!("{at}"), "en").as_ref().into());
                }
                if at % 20 == 0 {
                    for (text, datatype) in
                        [("0", xsd::INTEGER), ("x", xsd::INTEGER), ("1.50", xsd::DECIMAL), ("-", xsd::DECIMAL)]
                    {
                        hashed.number(Literal::new_typed_literal(format!("{text}{at}"), datatype).as_ref().into());
                    }
                    hashed
                        .number(Literal::new_typed_literal(format!("{}-01-01", 2000 + at), xsd::DATE).as_ref().into());
                    let triple = Triple::new(node(at), node(1), Literal::new_simple_literal("\"\n"));
                    hashed.number(TermRef::Triple(&triple));
                    hashed.number(BlankNode::new_unchecked(format!("b{at}")).as_ref().into());
                }
            }
            let (terms, numbers) = sorted(&hashed);
            assert_eq!(terms.len(), hashed.len());
            for old in 0..hashed.len() as TermNumber {
                let term = hashed.term(old);
                assert_eq!(terms.find(term), Some(numbers[old as usize]), "{term} of {n}");
                assert_eq!(terms.term(numbers[old as usize]).as_ref(), term);
                assert!(terms.value(numbers[old as usize]) == term.into_owned().into(), "{term}");
            }
            for absent in ["", "http://example.org/", "http://example.org/99999", "http://zzz", "a"] {
                assert_eq!(terms.find(NamedNode::new_unchecked(absent).as_ref().into()), None);
                assert_eq!(terms.find(Literal::new_simple_literal(absent).as_ref().into()), None);
                assert_eq!(terms.find(Literal::new_typed_literal(absent, xsd::BYTE).as_ref().into()), None);
            }
        }
    }

    #[test]
    fn numbers_of_all_sizes_are_read_back() {
        for number in (0..64).flat_map(|bits| [(1_usize << bits) - 1, 1 << bits]).chain([usize::MAX]) {
            let mut bytes = Vec::new();
            write_number(&mut bytes, number);
            let mut at = 0;
            assert_eq!((read_number(&bytes, &mut at), at), (Some(number), bytes.len()));
            assert_eq!(read_number(&bytes[..bytes.len() - 1], &mut 0), None);
        }
    }
}
