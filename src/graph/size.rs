//! The largest size of a term, so that everything written can be read again.
//!
//! Streaming parsers hold a token in a buffer of 8 MiB that they double once. A term that fits in
//! it in N-Quads, with escapes, fits in every format.

use oxigraph::model::{GraphNameRef, LiteralRef, NamedOrBlankNodeRef, QuadRef, TermRef};

use crate::finding::{Finding, codes, shorten};

/// The largest size of a term in bytes, as N-Quads write it.
pub const LARGEST_TERM: usize = 8_000_000;

/// The finding for a term that is too large to be read again.
pub fn huge(term: TermRef<'_>) -> Option<Finding> {
    let length = match term {
        // An escape replaces one byte by at most six; most terms need no closer look.
        TermRef::Literal(literal) if literal.value().len() <= LARGEST_TERM / 6 => literal.datatype().as_str().len(),
        TermRef::Literal(literal) => written_length(literal),
        TermRef::NamedNode(node) => node.as_str().len(),
        TermRef::BlankNode(node) => node.as_str().len(),
        TermRef::Triple(triple) => triple.to_string().len(),
    };
    (length > LARGEST_TERM).then(|| {
        let message = format!("the term has {length} bytes when written as RDF; at most {LARGEST_TERM} are allowed");
        let start = match term {
            TermRef::Literal(literal) => literal.value().chars().take(100).collect(),
            TermRef::NamedNode(node) => node.as_str().chars().take(100).collect(),
            TermRef::BlankNode(_) | TermRef::Triple(_) => String::new(),
        };
        let hint = (!start.is_empty()).then(|| format!("it begins with `{}`", shorten(&start)));
        Finding::error(codes::HUGE_TERM, message).hint(hint)
    })
}

/// The finding for a quad with a term that is too large to be read again.
pub(super) fn huge_in(quad: QuadRef<'_>) -> Option<Finding> {
    let subject = match quad.subject {
        NamedOrBlankNodeRef::NamedNode(node) => node.into(),
        NamedOrBlankNodeRef::BlankNode(node) => node.into(),
    };
    let graph = match quad.graph_name {
        GraphNameRef::NamedNode(node) => Some(node.into()),
        GraphNameRef::BlankNode(node) => Some(node.into()),
        GraphNameRef::DefaultGraph => None,
    };
    huge(quad.object).or_else(|| huge(subject)).or_else(|| huge(quad.predicate.into())).or_else(|| huge(graph?))
}

fn written_length(literal: LiteralRef<'_>) -> usize {
    let escaped: usize = literal.value().chars().map(escaped_length).sum();
    escaped.max(literal.datatype().as_str().len())
}

/// The number of bytes of a character in an N-Quads literal.
fn escaped_length(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => 6,
        c => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{Literal, NamedNode, Term};

    use super::*;

    #[test]
    fn the_length_is_that_of_the_text_as_it_is_written() {
        for text in ["", "a", "局", "\u{1}", "\"\\\n\r\t\u{8}\u{c}", "\u{7f}\u{80}\u{ffff}\u{10ffff}"] {
            let literal = Literal::new_simple_literal(text.repeat(9));
            let quotes = 2;
            let expected = literal.to_string().len() - quotes;
            let datatype = literal.datatype().as_str().len();
            assert_eq!(written_length(literal.as_ref()), expected.max(datatype), "{text:?}");
        }
    }

    #[test]
    fn a_term_is_huge_from_one_byte_too_many_on() {
        let literal = |text: String| Term::from(Literal::new_simple_literal(text));
        let node = |n: usize| Term::from(NamedNode::new(format!("urn:{}", "x".repeat(n - 4))).unwrap());
        for (largest, larger) in [
            (literal("x".repeat(LARGEST_TERM)), literal("x".repeat(LARGEST_TERM + 1))),
            (literal("\n".repeat(LARGEST_TERM / 2)), literal("\n".repeat(LARGEST_TERM / 2 + 1))),
            (literal("\u{1}".repeat(LARGEST_TERM / 6)), literal("\u{1}".repeat(LARGEST_TERM / 6 + 1))),
            (node(LARGEST_TERM), node(LARGEST_TERM + 1)),
        ] {
            assert!(huge(largest.as_ref()).is_none());
            let found = huge(larger.as_ref()).unwrap();
            assert_eq!(found.code, "huge-term");
            assert!(found.message.len() < 200 && found.hint.unwrap().len() < 200);
        }
    }
}
