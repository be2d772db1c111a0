//! Marks of triples and subjects: what has left the same mark before may be the same.

use memmap2::MmapMut;
use oxigraph::model::{GraphName, Literal, NamedOrBlankNode, Quad, Term};

use crate::graph::TermForm;
use crate::map::compiled::{LiteralKinds, TermText, TripleText};

/// The marks that have been left.
///
/// As many as fit are kept themselves: then only what has the same mark seems to have been left before.
/// If there are more, each sets three bits of a word of 64: none is forgotten, and a few seem to have
/// been left that were not. So the memory is bounded.
pub(super) struct MarkFilter {
    /// A table with open addressing, where zero is free; or words of bits.
    words: MarkWords,
    /// How many marks are kept; `None` if there are bits.
    n_kept: Option<usize>,
}

/// Marks are kept in at most this many words: 64 MiB.
const MOST_KEPT: usize = 1 << 23;
/// MarkWords of bits: 128 MiB.
const WORDS_OF_BITS: usize = 1 << 24;

impl MarkFilter {
    /// For tables of this size. It does not depend on the machine, since it decides which marks seem
    /// to have been left, and so the order of the lines.
    pub fn for_bytes(n_bytes: u64) -> Self {
        let n_words = usize::try_from(n_bytes / 32).unwrap_or(MOST_KEPT).min(MOST_KEPT);
        Self::of_words(n_words.next_power_of_two().max(1 << 10))
    }

    fn of_words(n: usize) -> Self {
        Self { words: MarkWords::new(n), n_kept: Some(0) }
    }

    /// Leaves a mark; whether it may have been left before.
    #[inline]
    pub fn leave(&mut self, mark: u64) -> bool {
        match self.n_kept {
            Some(n_kept) => self.keep(mark, n_kept),
            None => set_bits(&mut self.words, mark),
        }
    }

    /// Reads the word of a mark that will be left soon, so that it is in the processor's cache by then.
    #[inline]
    pub fn look_ahead(&self, mark: u64) {
        std::hint::black_box(self.words.get(self.at(mark)));
    }

    /// The word where the search for a mark begins, or which has its bits.
    #[inline]
    fn at(&self, mark: u64) -> usize {
        (mark.max(1) >> 18) as usize & (self.words.len() - 1)
    }

    fn keep(&mut self, mark: u64, n_kept: usize) -> bool {
        // Zero is no mark.
        let mark = mark.max(1);
        let last = self.words.len() - 1;
        let mut at = self.at(mark);
        loop {
            match self.words.get(at) {
                0 => break,
                known if known == mark => return true,
                _ => at = (at + 1) & last,
            }
        }
        if n_kept < self.words.len() / 8 * 7 {
            self.words.set(at, mark);
            self.n_kept = Some(n_kept + 1);
            return false;
        }
        self.make_room();
        self.leave(mark)
    }

    /// Makes the table larger, or bits of it.
    fn make_room(&mut self) {
        let more = match self.words.len() {
            n if n < MOST_KEPT => Self::of_words(n * 2),
            _ => Self { words: MarkWords::new(WORDS_OF_BITS), n_kept: None },
        };
        let words = std::mem::replace(self, more).words;
        for mark in (0..words.len()).map(|at| words.get(at)).filter(|mark| *mark != 0) {
            self.leave(mark);
        }
    }
}

/// MarkWords that are zero at first. Many are read at random: where the system has huge pages, few addresses must be
/// looked up for them.
enum MarkWords {
    Few(Vec<u8>),
    Many(MmapMut),
}

/// So many bytes are worth pages of their own.
const HUGE: usize = 4 << 20;

impl MarkWords {
    fn new(n: usize) -> Self {
        let n_bytes = n * size_of::<u64>();
        let mapped = if n_bytes < HUGE { None } else { MmapMut::map_anon(n_bytes).ok() };
        let Some(mapped) = mapped else { return Self::Few(vec![0; n_bytes]) };
        // Without them it is only slower.
        #[cfg(target_os = "linux")]
        let _ = mapped.advise(memmap2::Advice::HugePage);
        Self::Many(mapped)
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Few(bytes) => bytes,
            Self::Many(bytes) => bytes,
        }
    }

    fn len(&self) -> usize {
        self.bytes().len() / size_of::<u64>()
    }

    #[inline]
    fn get(&self, at: usize) -> u64 {
        let at = at * size_of::<u64>();
        let bytes = &self.bytes()[at..at + size_of::<u64>()];
        u64::from_ne_bytes(bytes.try_into().unwrap_or_default())
    }

    #[inline]
    fn set(&mut self, at: usize, word: u64) {
        let at = at * size_of::<u64>();
        let bytes = match self {
            Self::Few(bytes) => &mut bytes[..],
            Self::Many(bytes) => bytes,
        };
        bytes[at..at + size_of::<u64>()].copy_from_slice(&word.to_ne_bytes());
    }
}

/// Sets the bits of a mark; whether all were set.
fn set_bits(words: &mut MarkWords, mark: u64) -> bool {
    let mark = mark.max(1);
    let bit = |shift: u32| 1 << (mark >> shift & 63);
    let bits = bit(0) | bit(6) | bit(12);
    let at = (mark >> 18) as usize & (words.len() - 1);
    let word = words.get(at);
    words.set(at, word | bits);
    word & bits == bits
}

/// Computes marks; those of the terms of a row are kept.
pub(super) struct Marks {
    of_kinds: Vec<u64>,
    /// For each slot, the row of its mark and the mark.
    of_slots: Vec<(u64, u64)>,
    row: u64,
}

impl Marks {
    pub fn new(n_slots: usize, kinds: &LiteralKinds) -> Self {
        let of_kinds = kinds.empty().iter().map(of_kind).collect();
        Self { of_kinds, of_slots: vec![(0, 0); n_slots], row: 0 }
    }

    pub fn begin_row(&mut self) {
        self.row += 1;
    }

    #[inline]
    pub fn term(&mut self, term: TermText<'_>) -> u64 {
        let stamp = if term.is_constant { u64::MAX } else { self.row };
        if term.value == 0 && self.of_slots[term.slot].0 == stamp {
            return self.of_slots[term.slot].1;
        }
        let mark = of_text(self.of_form(term.form), term.text());
        if term.value == 0 {
            self.of_slots[term.slot] = (stamp, mark);
        }
        mark
    }

    fn of_form(&self, form: TermForm) -> u64 {
        match form {
            TermForm::Iri => IRI,
            TermForm::Blank => BLANK,
            TermForm::Literal(kind) => self.of_kinds[kind as usize],
        }
    }

    pub fn subject(&mut self, map: usize, subject: TermText<'_>) -> u64 {
        of_map(self.term(subject), map)
    }

    pub fn triple(&mut self, triple: TripleText<'_>) -> u64 {
        let graph = triple.graph.map_or(DEFAULT_GRAPH, |graph| self.term(graph));
        let terms = [self.term(triple.subject), self.term(triple.predicate), self.term(triple.object)];
        terms.into_iter().fold(graph, mixed)
    }

    /// The marks of a quad: of its triple, and of its subject.
    pub fn quad(&self, quad: &Quad) -> (u64, u64) {
        let subject = match &quad.subject {
            NamedOrBlankNode::NamedNode(node) => of_text(IRI, node.as_str()),
            NamedOrBlankNode::BlankNode(node) => of_text(BLANK, node.as_str()),
        };
        let object = match &quad.object {
            Term::NamedNode(node) => of_text(IRI, node.as_str()),
            Term::BlankNode(node) => of_text(BLANK, node.as_str()),
            Term::Literal(literal) => of_text(of_kind(literal), literal.value()),
            // No mapping makes one.
            Term::Triple(_) => 0,
        };
        let graph = match &quad.graph_name {
            GraphName::NamedNode(node) => of_text(IRI, node.as_str()),
            GraphName::BlankNode(node) => of_text(BLANK, node.as_str()),
            GraphName::DefaultGraph => DEFAULT_GRAPH,
        };
        let predicate = of_text(IRI, quad.predicate.as_str());
        ([subject, predicate, object].into_iter().fold(graph, mixed), subject)
    }
}

const IRI: u64 = 1;
const BLANK: u64 = 2;
const DEFAULT_GRAPH: u64 = 3;

/// The mark of a subject of a map.
pub(super) fn of_map(subject: u64, map: usize) -> u64 {
    mixed(subject, map as u64)
}

fn of_kind(literal: &Literal) -> u64 {
    let language = literal.language().map_or(0, |tag| of_text(4, tag));
    of_text(language, literal.datatype().as_str())
}

fn of_text(form: u64, text: &str) -> u64 {
    of_bytes(form, text.as_bytes())
}

/// The mark of some bytes.
pub(super) fn of_bytes(form: u64, bytes: &[u8]) -> u64 {
    let mut mark = mixed(form, bytes.len() as u64);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        mark = mixed(mark, u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
    }
    let mut last = [0; 8];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    mixed(mark, u64::from_le_bytes(last))
}

/// Both halves of a product have all bits of both.
#[inline]
fn mixed(one: u64, two: u64) -> u64 {
    let product = u128::from(one ^ 0x9e37_79b9_7f4a_7c15) * u128::from(two ^ 0xd1b5_4a32_d192_ed03);
    (product as u64) ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_occurs_again_has_left_its_mark(
            texts in prop::collection::vec("[ab]{0,20}", 0..60),
            n_bytes in 0_u64..1_000_000,
        ) {
            let mut filter = MarkFilter::for_bytes(n_bytes);
            for (n, text) in texts.iter().enumerate() {
                let was = filter.leave(of_text(IRI, text));
                prop_assert!(was || !texts[..n].contains(text));
            }
        }
    }

    #[test]
    fn marks_that_are_kept_are_told_apart() {
        let mut filter = MarkFilter::for_bytes(0);
        let marks: Vec<u64> = (0..10_000).map(|n| of_text(IRI, &format!("http://a.example/org/{n:07}"))).collect();
        assert!(!marks.iter().any(|mark| filter.leave(*mark)));
        assert!(marks.iter().all(|mark| filter.leave(*mark)));
    }

    #[test]
    fn few_seem_to_have_been_left_that_were_not() {
        let mut bits = MarkWords::new(1 << 13);
        let marks = (0..10_000).map(|n| of_text(IRI, &format!("http://a.example/org/{n:07}")));
        let n_found = marks.filter(|mark| set_bits(&mut bits, *mark)).count();
        assert!(n_found < 100, "{n_found} of 10,000");
    }

    #[test]
    fn marks_that_were_kept_are_found_among_bits() {
        let mut filter = MarkFilter::for_bytes(u64::MAX);
        let marks: Vec<u64> = (0..1000).map(|n| of_text(IRI, &format!("http://a.example/org/{n:07}"))).collect();
        for mark in &marks[..500] {
            filter.leave(*mark);
        }
        filter.make_room();
        for mark in &marks[500..] {
            filter.leave(*mark);
        }
        assert!(filter.n_kept.is_none() && marks.iter().all(|mark| filter.leave(*mark)));
    }
}
