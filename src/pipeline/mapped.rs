//! What the mapping of a pack makes, on its way into the graph.

use std::sync::Arc;

use oxigraph::model::{Literal, NamedNodeRef, Quad, Term};

use super::known_terms::KnownTerms;
use crate::finding::{Findings, Limit};
use crate::graph::{BatchTerm, Graph, TripleBatch};
use crate::map::{QuadOrigin, RowSink, TermText, TripleText};

/// Takes the triples of some rows, and what is wrong with their terms.
pub(super) struct BatchSink<'a> {
    /// The triples.
    pub batch: TripleBatch,
    /// Terms in the namespace of an ontology that does not define them.
    pub unknown: Findings,
    known: &'a KnownTerms,
    ontology: &'a Graph,
    /// For each slot, the row for which its term was added, and the term.
    slots: Vec<(u64, BatchTerm)>,
    row: u64,
}

const CONSTANT: u64 = u64::MAX;

impl<'a> BatchSink<'a> {
    pub fn new(
        n_slots: usize,
        (known, ontology): (&'a KnownTerms, &'a Graph),
        kinds: &Arc<[Literal]>,
        limit: Limit,
    ) -> Self {
        let slots = vec![(0, TripleBatch::none()); n_slots];
        let (batch, unknown) = (TripleBatch::new(kinds.clone()), Findings::keeping(limit));
        Self { batch, unknown, known, ontology, slots, row: 0 }
    }

    fn term(&mut self, term: TermText<'_>) -> BatchTerm {
        let stamp = if term.is_constant { CONSTANT } else { self.row };
        if term.value == 0 && self.slots[term.slot].0 == stamp {
            return self.slots[term.slot].1;
        }
        let added = self.batch.term(term.form, term.text());
        if term.value == 0 {
            self.slots[term.slot] = (stamp, added);
        }
        added
    }
}

impl RowSink for BatchSink<'_> {
    fn is_known(&self, iri: &str) -> bool {
        !self.known.is_unknown(iri)
    }

    fn begin_row(&mut self) {
        self.row += 1;
    }

    fn triple(&mut self, triple: TripleText<'_>) {
        let terms = [triple.subject, triple.predicate, triple.object].map(|term| self.term(term));
        let graph = triple.graph.map(|graph| self.term(graph));
        self.batch.triple(terms, graph);
    }

    fn quad(&mut self, quad: Quad, origin: QuadOrigin<'_>) {
        if let Some(fault) = self.known.fault(quad.predicate.as_ref(), self.ontology) {
            self.unknown.push(fault.at(origin.predicate_place()));
        }
        if let Some(fault) = object_node(&quad).and_then(|node| self.known.fault(node, self.ontology)) {
            self.unknown.push(fault.at(origin.object_place()));
        }
        self.batch.quad(quad);
    }
}

fn object_node(quad: &Quad) -> Option<NamedNodeRef<'_>> {
    match &quad.object {
        Term::NamedNode(node) => Some(node.as_ref()),
        _ => None,
    }
}
