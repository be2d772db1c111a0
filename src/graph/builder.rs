//! A graph in the making: terms are numbered as they come, triples are sorted at the end.

use std::collections::BTreeSet;
use std::sync::Arc;

use oxigraph::model::{BlankNodeRef, GraphNameRef, LiteralRef, NamedNodeRef, Quad, Term, TermRef, Triple};

use super::dictionary::{Dictionary, HashedTerms, TermKind};
use super::file::turtle;
use super::index::{DEFAULT_GRAPH, Runs, TripleIndex};
use super::{Data, Graph, Layer, Prefixes, TermNumber, size};
use crate::error::{Error, Result};
use crate::finding::{Finding, Place};
use crate::vocab::named_graph;

/// A graph in the making.
#[derive(Default, Clone)]
pub struct GraphBuilder {
    terms: HashedTerms,
    /// Subject, predicate, object.
    triples: Vec<[TermNumber; 3]>,
    runs: Runs,
    /// The graph that is separate from the data.
    beside: Option<(TermNumber, Vec<[TermNumber; 3]>)>,
    /// Prefixes for queries, messages and exports.
    pub prefixes: Prefixes,
}

impl GraphBuilder {
    /// Adds a quad.
    pub fn add(&mut self, quad: &Quad) {
        let graph = self.graph(quad.graph_name.as_ref());
        let triple = self.numbers(quad);
        self.add_numbers(triple, graph);
    }

    /// Adds quads. Those without a named graph go to the graph [`PACK`](named_graph::PACK).
    ///
    /// # Errors
    ///
    /// `huge-term` if a term is too large to be read again; the quads before it have been added.
    pub fn extend(&mut self, quads: impl IntoIterator<Item = Quad>) -> Result<()> {
        let own = self.terms.number(named_graph::PACK.into());
        for quad in quads {
            if let Some(fault) = size::huge_in(quad.as_ref()) {
                return Err(Error::invalid(fault));
            }
            let graph = self.graph(quad.graph_name.as_ref());
            let triple = self.numbers(&quad);
            self.add_numbers(triple, if graph == DEFAULT_GRAPH { own } else { graph });
        }
        Ok(())
    }

    pub(in crate::graph) fn numbers(&mut self, quad: &Quad) -> [TermNumber; 3] {
        let terms = &mut self.terms;
        let subject = terms.number(TermRef::from(quad.subject.as_ref()));
        [subject, terms.number(quad.predicate.as_ref().into()), terms.number(quad.object.as_ref())]
    }

    /// Adds triples as a graph separate from the data: queries find it only by its name.
    pub fn add_beside<'a>(&mut self, name: NamedNodeRef<'_>, triples: impl IntoIterator<Item = &'a Quad>) {
        let name = self.terms.number(name.into());
        let triples = triples.into_iter().map(|triple| self.numbers(triple)).collect();
        self.beside = Some((name, triples));
    }

    /// Adds the triples of a Turtle text to a named graph, and its prefixes.
    ///
    /// # Errors
    ///
    /// `turtle-syntax` at the place where the text is no longer Turtle; `huge-term`.
    pub fn add_turtle(&mut self, file: &str, text: &str, graph: NamedNodeRef<'_>) -> Result<(), Finding> {
        let (quads, prefixes) = turtle(file, text, graph)?;
        if let Some(fault) = quads.iter().find_map(|quad| size::huge_in(quad.as_ref())) {
            return Err(fault.at(Place::new(file, 1, 1)));
        }
        quads.iter().for_each(|quad| self.add(quad));
        self.declare(prefixes);
        Ok(())
    }

    /// Adds triples to a named graph, and prefixes; earlier declarations win.
    ///
    /// # Errors
    ///
    /// `huge-term`.
    pub fn load(&mut self, quads: Vec<Quad>, prefixes: Vec<(String, String)>, graph: NamedNodeRef<'_>) -> Result<()> {
        self.declare(prefixes);
        self.extend(quads.into_iter().map(|mut quad| {
            quad.graph_name = graph.into_owned().into();
            quad
        }))
    }

    /// How many triples were added.
    pub fn n_triples(&self) -> usize {
        self.triples.len()
    }

    /// The triples with one of these predicates that were added after the first `n`.
    pub fn added_after(&mut self, n: usize, predicates: &[NamedNodeRef<'_>]) -> Vec<Triple> {
        let wanted: Vec<TermNumber> = predicates.iter().map(|node| self.terms.number((*node).into())).collect();
        let with = self.triples[n..].iter().filter(|[_, predicate, _]| wanted.contains(predicate));
        let triple = |[subject, predicate, object]: &[TermNumber; 3]| {
            let term = |number: &TermNumber| self.terms.term(*number).into_owned();
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
        self.runs.push(graph);
    }

    /// See [`HashedTerms::number_if`].
    pub(in crate::graph) fn number_if<'b>(
        &mut self,
        kind: TermKind,
        bytes: &'b [u8],
        check: impl FnOnce(&'b [u8]) -> Option<&'b str>,
    ) -> Option<TermNumber> {
        self.terms.number_if(kind, bytes, check)
    }

    /// The number of a blank node.
    pub(in crate::graph) fn blank(&mut self, label: &str) -> TermNumber {
        self.terms.number(BlankNodeRef::new_unchecked(label).into())
    }

    /// The kind of a literal.
    pub(in crate::graph) fn kind(&mut self, literal: LiteralRef<'_>) -> TermKind {
        self.terms.kind(literal)
    }

    /// The number of a graph's name.
    pub(in crate::graph) fn graph(&mut self, name: GraphNameRef<'_>) -> TermNumber {
        self.terms.number(match name {
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
    pub fn freeze(self) -> Graph {
        let Self { terms, triples, runs, beside, prefixes } = self;
        let n_terms = terms.len();
        let index = Arc::new(TripleIndex::new(n_terms, triples, &runs.0));
        let beside = beside.map(|(name, triples)| {
            let runs = [(DEFAULT_GRAPH, triples.len())];
            (name, Arc::new(TripleIndex::new(n_terms, triples, &runs)))
        });
        Graph::new(Data { dictionary: Dictionary::Hashed(terms), index, beside, checksums: None }, prefixes)
    }
}

impl Graph {
    /// The graph of what the sources say alone: no vocabulary, no inferences, no description of the
    /// pack.
    pub fn sources_alone(&self) -> Graph {
        let is_kept = |name: TermNumber| match self.term(name).into_owned() {
            Term::NamedNode(node) => node != named_graph::DATASET && Layer::of(node.as_ref().into()) == Layer::Source,
            _ => true,
        };
        let kept: BTreeSet<TermNumber> = self.graph_names().into_iter().filter(|name| is_kept(*name)).collect();
        let (mut triples, mut runs) = (Vec::new(), Runs::default());
        for (triple, graphs) in self.data.index.triples() {
            for graph in graphs.into_iter().filter(|graph| *graph == DEFAULT_GRAPH || kept.contains(graph)) {
                triples.push(triple);
                runs.push(graph);
            }
        }
        let (terms, prefixes) = (hashed(&self.data.dictionary), self.prefixes.clone());
        GraphBuilder { terms, triples, runs, beside: None, prefixes }.freeze()
    }

    /// A builder with everything that the graph holds, for another layer. The graph is not
    /// copied if this is the only handle to it.
    pub fn into_builder(self) -> GraphBuilder {
        let Self { data, prefixes, .. } = self;
        let (mut triples, mut runs) = (Vec::with_capacity(data.index.n_triples()), Runs::default());
        for (triple, graphs) in data.index.triples() {
            for graph in graphs {
                triples.push(triple);
                runs.push(graph);
            }
        }
        let beside = data.beside.as_ref().map(|(name, index)| (*name, index.triples().map(|(t, _)| t).collect()));
        let terms = match Arc::try_unwrap(data) {
            Ok(Data { dictionary: Dictionary::Hashed(terms), .. }) => terms,
            Ok(data) => hashed(&data.dictionary),
            Err(data) => hashed(&data.dictionary),
        };
        GraphBuilder { terms, triples, runs, beside, prefixes }
    }
}

/// The same terms with the same numbers.
fn hashed(dictionary: &Dictionary) -> HashedTerms {
    match dictionary {
        Dictionary::Hashed(terms) => terms.clone(),
        Dictionary::Sorted(sorted) => {
            let mut terms = HashedTerms::default();
            for number in 0..sorted.len() as TermNumber {
                terms.number(sorted.term(number).as_ref());
            }
            terms
        }
    }
}
