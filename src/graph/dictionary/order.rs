//! The order of terms in a snapshot: by kind, then by the bytes of their text.

use super::{HashedTerms, TermKind};
use crate::graph::TermNumber;

/// The numbers of all terms, sorted by kind and text, with the kinds in their order and how many
/// terms each has. Kinds without terms are left out.
pub(in crate::graph) fn sorted_numbers(terms: &HashedTerms) -> (Vec<TermNumber>, Vec<(TermKind, usize)>) {
    let mut kinds: Vec<TermKind> = vec![TermKind::IRI, TermKind::BLANK, TermKind::TRIPLE, TermKind::STRING];
    let mut others: Vec<usize> = (0..terms.kinds().len()).collect();
    others.sort_by_cached_key(|index| terms.kinds()[*index].to_string());
    kinds.extend(others.iter().map(|index| TermKind(TermKind::FIRST_OTHER + *index as u32)));
    let mut of_kinds: Vec<usize> = vec![0; kinds.len()];
    for number in 0..terms.len() as TermNumber {
        of_kinds[terms.text(number).0.0 as usize] += 1;
    }
    let sizes: Vec<(TermKind, usize)> = kinds.iter().map(|kind| (*kind, of_kinds[kind.0 as usize])).collect();
    let mut next = of_kinds;
    let mut before = 0;
    for (kind, n) in &sizes {
        next[kind.0 as usize] = before;
        before += n;
    }
    let mut sorted = vec![Chunk::default(); terms.len()];
    for number in 0..terms.len() as TermNumber {
        let place = &mut next[terms.text(number).0.0 as usize];
        sorted[*place].number = number;
        *place += 1;
    }
    let mut rest = sorted.as_mut_slice();
    for (_, n) in &sizes {
        let (own, others) = rest.split_at_mut(*n);
        sort(terms, own);
        rest = others;
    }
    (sorted.into_iter().map(|chunk| chunk.number).collect(), sizes.into_iter().filter(|(_, n)| *n > 0).collect())
}

/// A term with a piece of its text.
#[derive(Clone, Copy, Default)]
struct Chunk {
    /// Eight bytes; missing ones are zero.
    bytes: u64,
    /// How many of them there are: of two texts that are equal so far, the one that ends is less.
    n: u8,
    number: TermNumber,
}

/// How many terms are compared as whole texts rather than in pieces.
const FEW: usize = 16;

/// Sorts terms of one kind by their texts, eight bytes at a time: most texts share a long
/// beginning, which a comparison of whole texts would read again and again.
fn sort(terms: &HashedTerms, all: &mut [Chunk]) {
    let text = |number: TermNumber| terms.text(number).1.as_bytes();
    let mut parts: Vec<(usize, usize, usize)> = vec![(0, all.len(), 0)];
    while let Some((start, end, depth)) = parts.pop() {
        let part = &mut all[start..end];
        if part.len() <= FEW {
            part.sort_unstable_by(|one, other| text(one.number)[depth..].cmp(&text(other.number)[depth..]));
            continue;
        }
        for chunk in part.iter_mut() {
            let rest = &text(chunk.number)[depth..];
            let n = rest.len().min(8);
            let mut bytes = [0; 8];
            bytes[..n].copy_from_slice(&rest[..n]);
            (chunk.bytes, chunk.n) = (u64::from_be_bytes(bytes), n as u8);
        }
        part.sort_unstable_by_key(|chunk| (chunk.bytes, chunk.n));
        let mut from = start;
        for equal in part.chunk_by(|one, next| (one.bytes, one.n) == (next.bytes, next.n)) {
            // Texts that end here are one text, which has one number.
            if equal.len() > 1 && equal[0].n == 8 {
                parts.push((from, from + equal.len(), depth + 8));
            }
            from += equal.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{Literal, NamedNode, Term};

    use super::*;

    #[test]
    fn terms_are_sorted_by_kind_and_bytes() {
        let mut texts: Vec<String> =
            (0..300).map(|n| format!("http://example.org/a/long/way/{}/x", n * 7919 % 300)).collect();
        texts.extend((0..40).map(|n| "http://example.org/\u{0}".repeat(n % 9) + &"\u{0}".repeat(n / 9)));
        texts.extend(["", "局", "局\u{0}", "ab\u{0}", "ab"].map(str::to_owned));
        let mut terms = HashedTerms::default();
        let mut expected: Vec<(u8, String, String, Term)> = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            let literal = match at % 3 {
                0 => Literal::new_simple_literal(text),
                1 => Literal::new_language_tagged_literal_unchecked(text, "zh"),
                _ => Literal::new_language_tagged_literal_unchecked(text, "en"),
            };
            let kind = literal.language().unwrap_or_default().to_owned();
            expected.push((1, kind, text.clone(), literal.into()));
            expected.push((0, String::new(), text.clone(), NamedNode::new_unchecked(text).into()));
        }
        expected.iter().for_each(|(.., term)| {
            terms.number(term.as_ref());
        });
        expected.sort_by(|one, other| (one.0, &one.1, &one.2).cmp(&(other.0, &other.1, &other.2)));
        expected.dedup();
        let (sorted, kinds) = sorted_numbers(&terms);
        let found: Vec<Term> = sorted.iter().map(|number| terms.term(*number).into_owned()).collect();
        assert_eq!(found, expected.into_iter().map(|(.., term)| term).collect::<Vec<_>>());
        assert_eq!(kinds.iter().map(|(_, n)| n).sum::<usize>(), terms.len());
        assert_eq!(kinds.len(), 4);
    }
}
