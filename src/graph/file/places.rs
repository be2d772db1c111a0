//! From statements back to their places in the text of a file.
//!
//! A graph has no places: when they are needed, the file is read again.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use memchr::{memchr, memchr_iter};
use oxigraph::io::RdfFormat;
use oxigraph::model::{NamedOrBlankNode, Quad};

use super::lines::{TermSpans, cut, read_line, statements};
use super::tokens::Trail;
use super::{BlankNodeNames, RdfFile};
use crate::error::Result;
use crate::finding::Place;
use crate::graph::Statement;

impl RdfFile {
    /// The places of statements: of the object, otherwise where the subject is first written. XML
    /// and JSON have no places.
    pub fn places(&self, statements: &[Statement]) -> Result<Vec<Option<Place>>> {
        let mut wanted = WantedStatements::new(statements);
        if statements.is_empty() || matches!(self.format, RdfFormat::RdfXml | RdfFormat::JsonLd { .. }) {
            return Ok(wanted.places());
        }
        if self.is_by_line() {
            self.places_by_line(&mut wanted)?;
            return Ok(wanted.places());
        }
        let text = self.whole()?;
        let starts: Vec<usize> =
            std::iter::once(0).chain(memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        let place = |(start, end)| {
            let line = starts.partition_point(|begins| *begins <= start);
            let begins = starts[line - 1];
            let line_end = starts.get(line).copied().unwrap_or(text.len());
            let mut place = Place::in_text(&self.name, &text[begins..line_end], start - begins, end - begins);
            place.line = line as u64;
            place
        };
        let trail = Trail::new(&text);
        let mut names = BlankNodeNames::of(self);
        for quad in self.parser().for_reader(trail.reader()) {
            // If the file has changed meanwhile, it may be invalid: the places found so far are
            // returned.
            let Ok(quad) = quad else { break };
            let quad = names.rename(quad);
            wanted.meet(&quad, || (trail.subject(&quad.subject).map(place), trail.object(&quad.object).map(place)));
            if wanted.n_open == 0 {
                break;
            }
            trail.remember(&quad.subject);
        }
        Ok(wanted.places())
    }

    fn places_by_line(&self, wanted: &mut WantedStatements<'_>) -> Result<()> {
        let mut names = BlankNodeNames::of(self);
        let subjects = wanted.written(&names.label);
        let mut reader = self.reader()?;
        let mut line = Vec::new();
        let mut number = 0;
        while wanted.n_open > 0 {
            // If the file has changed meanwhile, it may be invalid: the places found so far are
            // returned.
            if !read_line(&mut reader, &mut line).unwrap_or(false) {
                break;
            }
            number += 1;
            for part in statements(&line) {
                let statement = &line[part.clone()];
                let cut = cut(statement);
                // An IRI may be written with escapes.
                let other = |cut: &TermSpans| {
                    let subject = &statement[cut.subject.clone()];
                    !subjects.contains(subject) && memchr(b'\\', subject).is_none()
                };
                if cut.as_ref().is_some_and(other) {
                    continue;
                }
                let Some(Ok(quad)) = self.parser().for_slice(statement).next() else { continue };
                let quad = names.rename(quad);
                let text = String::from_utf8_lossy(&line);
                let place = |range: Range<usize>| {
                    let mut place = Place::in_text(&self.name, &text, part.start + range.start, part.start + range.end);
                    place.line = number;
                    place
                };
                wanted.meet(&quad, || match cut {
                    Some(cut) => (Some(place(cut.subject)), Some(place(cut.object))),
                    // For a statement that cannot be split, the place is its start.
                    None => (Some(place(0..1)), Some(place(0..1))),
                });
            }
        }
        Ok(())
    }
}

/// Statements whose places are searched for.
struct WantedStatements<'a> {
    statements: &'a [Statement],
    by_subject: HashMap<&'a NamedOrBlankNode, Vec<usize>>,
    subjects: HashMap<&'a NamedOrBlankNode, Place>,
    found: Vec<Option<Place>>,
    /// How many have not been found yet.
    n_open: usize,
}

impl<'a> WantedStatements<'a> {
    fn new(statements: &'a [Statement]) -> Self {
        let mut by_subject: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, statement) in statements.iter().enumerate() {
            by_subject.entry(&statement.subject).or_default().push(index);
        }
        Self {
            statements,
            by_subject,
            subjects: HashMap::new(),
            found: vec![None; statements.len()],
            n_open: statements.len(),
        }
    }

    /// The subjects as they are written in lines, blank nodes without the prefix of their labels.
    fn written(&self, label: &str) -> HashSet<Vec<u8>> {
        let written = |node: &&NamedOrBlankNode| match node {
            NamedOrBlankNode::NamedNode(node) => node.to_string().into_bytes(),
            NamedOrBlankNode::BlankNode(node) => {
                format!("_:{}", node.as_str().strip_prefix(label).unwrap_or(node.as_str())).into_bytes()
            }
        };
        self.by_subject.keys().map(written).collect()
    }

    fn meet(&mut self, quad: &Quad, places: impl FnOnce() -> (Option<Place>, Option<Place>)) {
        let Some((subject, indexes)) = self.by_subject.get_key_value(&quad.subject) else { return };
        let fits = |index: &&usize| {
            let statement = &self.statements[**index];
            statement.predicate.as_ref() == Some(&quad.predicate) && statement.object.as_ref() == Some(&quad.object)
        };
        let fitting: Vec<usize> = indexes.iter().filter(fits).copied().collect();
        let known = self.subjects.contains_key(*subject);
        if known && fitting.iter().all(|index| self.found[*index].is_some()) {
            return;
        }
        let (of_subject, of_object) = places();
        if let (false, Some(place)) = (known, of_subject) {
            self.subjects.insert(*subject, place);
            // A statement without an object has the place of its subject.
            self.n_open -= indexes.iter().filter(|index| self.statements[**index].object.is_none()).count();
        }
        for index in fitting {
            if self.found[index].is_none() {
                self.found[index].clone_from(&of_object);
                self.n_open -= usize::from(of_object.is_some());
            }
        }
    }

    fn places(self) -> Vec<Option<Place>> {
        let found = self.found.into_iter().zip(self.statements);
        found.map(|(place, statement)| place.or_else(|| self.subjects.get(&statement.subject).cloned())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::{BlankNode, NamedNode, Term};

    fn node(local: &str) -> NamedNode {
        NamedNode::new(format!("http://a/{local}")).unwrap()
    }

    fn statement(subject: impl Into<NamedOrBlankNode>, predicate: &str, object: Option<Term>) -> Statement {
        Statement { subject: subject.into(), predicate: Some(node(predicate)), object, language: None }
    }

    fn place(file: &RdfFile, statement: Statement) -> Option<(u64, u64)> {
        file.places(&[statement]).unwrap().remove(0).map(|place| (place.line, place.column))
    }

    #[test]
    fn turtle_has_places_of_subjects_and_values() {
        let text = "@prefix : <http://a/> . # one . two\nPREFIX b: <http://b/>\n:s :p 1 , \"x.;\"@en ;\n  :q [ :r :t ; :u (1 2) ] .\n<http://a/s2>\n  a :C ; :p :t.\n";
        let file = RdfFile::text("t.ttl", text.to_owned(), "d");
        let (quads, _) = file.quads().unwrap();
        let inner = quads.iter().find(|quad| quad.predicate == node("r")).unwrap().subject.clone();
        let english = oxigraph::model::Literal::new_language_tagged_literal("x.;", "en").unwrap();
        for (statement, expected) in [
            (statement(node("s"), "p", Some(oxigraph::model::Literal::from(1).into())), (3, 7)),
            (statement(node("s"), "p", Some(english.into())), (3, 11)),
            (statement(node("s"), "nope", None), (3, 1)),
            (statement(inner.clone(), "r", Some(node("t").into())), (4, 11)),
            (statement(inner, "nope", None), (4, 6)),
            (statement(node("s2"), "p", Some(node("t").into())), (6, 13)),
            (statement(node("s2"), "nope", None), (5, 1)),
        ] {
            assert_eq!(place(&file, statement.clone()), Some(expected), "{statement:?}");
        }
    }

    #[test]
    fn a_node_in_brackets_stands_where_they_open() {
        let text = "@prefix : <http://a/> .\n:s :p [ :q 1 ; :q 2 ; :q 3 , 4 , 5 ] ;\n :l ( [ :q 1 ] [ :q 2 ] ) ; :m ( 1 2 ) ;\n :e [] ; :n ( ( 1 ) ) .\n:s :o [ :r _:p ] . _:p :q 1 .\n:s :w [ :q \"x\" ] .\n";
        let file = RdfFile::text("t.ttl", text.to_owned(), "d");
        let (quads, _) = file.quads().unwrap();
        for (predicate, expected) in [
            ("p", (2, 7)),
            ("l", (3, 5)),
            ("m", (3, 32)),
            ("e", (4, 5)),
            ("n", (4, 13)),
            ("r", (5, 12)),
            ("o", (5, 7)),
            ("w", (6, 7)),
        ] {
            let quad = quads.iter().find(|quad| quad.predicate == node(predicate)).unwrap().clone();
            let wanted = statement(quad.subject, predicate, Some(quad.object));
            assert_eq!(place(&file, wanted), Some(expected), "{predicate}");
        }
    }

    #[test]
    fn escapes_and_carriage_returns_keep_their_places() {
        let text = "# one\n<http://a/\\u0073> <http://a/p> \"x\\ty\" .\r<http://a/局> <http://a/p> <http://a/t> .\r\n";
        let file = RdfFile::text("t.nt", text.to_owned(), "d");
        let tab = oxigraph::model::Literal::new_simple_literal("x\ty");
        assert_eq!(place(&file, statement(node("s"), "p", Some(tab.into()))), Some((2, 32)));
        assert_eq!(place(&file, statement(node("局"), "p", Some(node("t").into()))), Some((2, 67)));
    }

    #[test]
    fn lines_have_places_too() {
        let text = "<http://a/s> <http://a/p> \"x y\"@en .\n_:b <http://a/p> <http://a/t> .\n";
        let file = RdfFile::text("t.nt", text.to_owned(), "d");
        let english = oxigraph::model::Literal::new_language_tagged_literal("x y", "en").unwrap();
        assert_eq!(place(&file, statement(node("s"), "p", Some(english.into()))), Some((1, 27)));
        let blank = BlankNode::new_unchecked("db");
        assert_eq!(place(&file, statement(blank.clone(), "p", Some(node("t").into()))), Some((2, 18)));
        assert_eq!(place(&file, statement(blank, "nope", None)), Some((2, 1)));
    }
}
