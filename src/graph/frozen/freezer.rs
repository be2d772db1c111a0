//! Triples collected before they are sorted.

use oxigraph::model::{BlankNodeRef, GraphNameRef, LiteralRef, NamedNodeRef, Quad, Term, TermRef, Triple};

use super::dictionary::{Dictionary, TermKind};
use super::index::{DEFAULT_GRAPH, GRAPH_BESIDE, TripleIndex};
use super::{Frozen, TermNumber};
use crate::finding::Finding;
use crate::graph::Prefixes;
use crate::graph::file::turtle;

/// Triples that are collected before they are sorted.
#[derive(Default)]
pub struct Freezer {
    dictionary: Dictionary,
    /// Subject, predicate, object.
    triples: Vec<[TermNumber; 3]>,
    /// Runs of triples in the same graph, in order, with their lengths.
    runs: Vec<(TermNumber, usize)>,
    /// The graph that is separate from the data.
    beside: Option<TermNumber>,
    prefixes: Prefixes,
}

impl Freezer {
    /// Adds a quad.
    pub fn add(&mut self, quad: &Quad) {
        let graph = self.graph(quad.graph_name.as_ref());
        self.add_to(quad, graph);
    }

    fn add_to(&mut self, quad: &Quad, graph: TermNumber) {
        let dictionary = &mut self.dictionary;
        let subject = dictionary.number(TermRef::from(quad.subject.as_ref()));
        let predicate = dictionary.number(quad.predicate.as_ref().into());
        let object = dictionary.number(quad.object.as_ref());
        self.add_numbers([subject, predicate, object], graph);
    }

    /// Adds triples as a graph separate from the data: queries find it only by its name.
    pub fn add_beside<'a>(&mut self, name: NamedNodeRef<'_>, triples: impl IntoIterator<Item = &'a Quad>) {
        self.beside = Some(self.dictionary.number(name.into()));
        for triple in triples {
            self.add_to(triple, GRAPH_BESIDE);
        }
    }

    /// Adds the triples of a Turtle text to a named graph, and its prefixes.
    ///
    /// # Errors
    ///
    /// `turtle-syntax` at the place where the text is no longer Turtle.
    pub fn add_turtle(&mut self, file: &str, text: &str, graph: NamedNodeRef<'_>) -> Result<(), Finding> {
        let (quads, prefixes) = turtle(file, text, graph)?;
        quads.iter().for_each(|quad| self.add(quad));
        self.declare(prefixes);
        Ok(())
    }

    /// How many triples were added.
    pub fn n_triples(&self) -> usize {
        self.triples.len()
    }

    /// The triples with one of these predicates that were added after the first `n`.
    pub fn added_after(&mut self, n: usize, predicates: &[NamedNodeRef<'_>]) -> Vec<Triple> {
        let wanted: Vec<TermNumber> = predicates.iter().map(|node| self.dictionary.number((*node).into())).collect();
        let with = self.triples[n..].iter().filter(|[_, predicate, _]| wanted.contains(predicate));
        let triple = |[subject, predicate, object]: &[TermNumber; 3]| {
            let term = |number: &TermNumber| self.dictionary.term(*number).into_owned();
            let subject = match term(subject) {
                Term::NamedNode(node) => node.into(),
                Term::BlankNode(node) => node.into(),
                _ => return None,
            };
            let Term::NamedNode(predicate) = term(predicate) else { return None };
            Some(Triple { subject, predicate, object: term(object) })
        };
        with.filter_map(triple).collect()
    }

    pub(in crate::graph) fn add_numbers(&mut self, triple: [TermNumber; 3], graph: TermNumber) {
        self.triples.push(triple);
        match self.runs.last_mut() {
            Some((last, n)) if *last == graph => *n += 1,
            _ => self.runs.push((graph, 1)),
        }
    }

    /// See [`Dictionary::number_if`].
    pub(in crate::graph) fn number_if<'b>(
        &mut self,
        kind: TermKind,
        bytes: &'b [u8],
        check: impl FnOnce(&'b [u8]) -> Option<&'b str>,
    ) -> Option<TermNumber> {
        self.dictionary.number_if(kind, bytes, check)
    }

    /// The number of a blank node.
    pub(in crate::graph) fn blank(&mut self, label: &str) -> TermNumber {
        self.dictionary.number(BlankNodeRef::new_unchecked(label).into())
    }

    /// The kind of a literal.
    pub(in crate::graph) fn kind(&mut self, literal: LiteralRef<'_>) -> TermKind {
        self.dictionary.kind(literal)
    }

    /// The number of a graph's name.
    pub(in crate::graph) fn graph(&mut self, name: GraphNameRef<'_>) -> TermNumber {
        self.dictionary.number(match name {
            GraphNameRef::NamedNode(node) => node.into(),
            GraphNameRef::BlankNode(node) => node.into(),
            GraphNameRef::DefaultGraph => return DEFAULT_GRAPH,
        })
    }

    /// Declares prefixes; earlier declarations win.
    pub fn declare(&mut self, prefixes: impl IntoIterator<Item = (String, String)>) {
        for (name, namespace) in prefixes {
            if self.prefixes.get(&name).is_none() {
                self.prefixes.insert(name, namespace);
            }
        }
    }

    /// Sorts the triples.
    pub fn freeze(self) -> Frozen {
        let Self { dictionary, triples, runs, beside, prefixes } = self;
        Frozen::new(TripleIndex::new(dictionary, triples, &runs, beside), prefixes)
    }
}
