//! The graph: terms by number, triples in the orders in which they are searched, the named graphs
//! of each, and prefixes for IRIs.
//!
//! A [`Graph`] does not change. It is made by a [`GraphBuilder`] in memory, or is a snapshot that
//! is mapped from its file: both have the same columns and answer in the same way.
//!
//! # Why not oxigraph's store
//!
//! A pack is written once and read often. oxigraph's store can change at any time, and keeps
//! nine sorted copies of each quad for it in memory or RocksDB; it must be filled again whenever
//! the program starts, and keeps the value of a literal instead of its text (`1.50` becomes
//! `1.5`). From one run of `cargo bench --bench graph 0.1` on two cores, 1,041,419 triples: 0.6
//! instead of 2.8 CPU s and 77 instead of 394 MB to read N-Triples; for the warm medians of 17
//! questions 0.47 instead of 1.52 s, and 0.11 s with a plan, with equal answers; the snapshot has
//! 21 MB and opens in 0.2 ms.
//! Parsing SPARQL and evaluating it remain oxigraph's (`spargebra`, `spareval`): see
//! [`sparql`](crate::sparql), the single entry point for questions, rules and checks.

mod batch;
mod builder;
mod component;
mod dictionary;
mod digits;
mod failure;
mod file;
mod index;
mod labels;
mod order;
mod prefixes;
mod size;
mod snapshot;
mod statement;
mod value;
mod walk;

use std::sync::Arc;

use oxigraph::model::{
    GraphName, GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef,
    Triple, TripleRef,
};

pub use batch::{BatchTerm, TermForm, TripleBatch};
pub use builder::GraphBuilder;
pub use dictionary::FoundTerm;
pub use digits::group_digits;
pub use failure::FailedBuild;
pub use file::{RdfFile, file_iri, path_of};
pub use index::{DamagedBlock, PredicatePlace};
pub use labels::{LABELS, bcp47_case, language_matches};
pub use order::{blank_nodes_in, canonical_blank_nodes, n_quads_line, sorted_lines};
pub use prefixes::{Prefixes, local_name};
pub use size::{LARGEST_TERM, huge};
pub use snapshot::{
    CheckRecord, InputFile, Manifest, PackOrigin, SNAPSHOT, data_arguments, digest, read_manifest, snapshot_files,
};
pub use statement::{GraphFinding, Statement};
pub use value::normalised;

use dictionary::Dictionary;
use index::{Checksums, Matching, MatchingIn, TripleIndex};
use walk::FurtherTerms;

use crate::vocab::named_graph;

/// A term by its number; see [`Graph::term`].
pub type TermNumber = u32;

/// Triples of one or more graphs, each once, and prefixes for their IRIs.
///
/// Queries see the union of all graphs unless they name some. A clone is a second handle to the
/// same triples.
///
/// If the graph is mapped from a snapshot, any access to its terms and triples throws
/// `damaged-snapshot` where the file is damaged: see [`work::throw`](crate::work::throw).
#[derive(Clone)]
pub struct Graph {
    data: Arc<Data>,
    others: Arc<FurtherTerms>,
    /// Prefixes for queries, messages and exports.
    pub prefixes: Prefixes,
}

struct Data {
    dictionary: Dictionary,
    index: Arc<TripleIndex>,
    /// A graph separate from the data, which queries find only by its name.
    beside: Option<(TermNumber, Arc<TripleIndex>)>,
    /// Those of the file from which the graph is mapped.
    checksums: Option<Arc<Checksums>>,
}

/// Where a named graph comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Made by the pack's mapping or descriptor.
    Source,
    /// Derived by the rule `direct` from claims that hold.
    Direct,
    /// Derived by the other rules.
    Inferred,
    /// Vocabulary, code lists, alignments.
    Ontology,
}

impl Layer {
    /// The layer of a named graph, by its name.
    pub fn of(graph: GraphNameRef<'_>) -> Self {
        let GraphNameRef::NamedNode(node) = graph else { return Self::Source };
        if node == named_graph::ONTOLOGY {
            return Self::Ontology;
        }
        match node.as_str().strip_prefix(named_graph::RULE) {
            Some("direct") => Self::Direct,
            Some(_) => Self::Inferred,
            None => Self::Source,
        }
    }
}

impl Graph {
    fn new(data: Data, prefixes: Prefixes) -> Self {
        Self { data: Arc::new(data), others: Arc::default(), prefixes }
    }

    /// How many triples there are, each counted once.
    pub fn n_triples(&self) -> usize {
        self.data.index.n_triples()
    }

    /// How many quads the graphs hold.
    pub fn n_quads(&self) -> usize {
        let (graphs, n) = (self.data.index.graphs(), self.n_triples());
        (0..=graphs.names().count()).map(|graph| graphs.n_triples(graph, n)).sum()
    }

    /// The quads in named graphs that match a pattern, in no order; `None` matches everything.
    pub fn matching<'a>(
        &'a self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> impl Iterator<Item = Quad> + use<'a> {
        let name = graph.map(|graph| match graph {
            GraphNameRef::NamedNode(node) => self.find(node.into()),
            GraphNameRef::BlankNode(node) => self.find(node.into()),
            GraphNameRef::DefaultGraph => None,
        });
        let found = self.known([subject.map(TermRef::from), predicate.map(TermRef::from), object]);
        let quads = match name {
            Some(None) => None,
            name => found.map(|pattern| self.matching_in(name.flatten(), pattern)),
        };
        quads.into_iter().flatten().filter_map(|[graph, subject, predicate, object]| {
            let graph_name = self.node_of(graph)?.into();
            let (subject, predicate) = (self.node_of(subject)?, self.named_node(predicate)?);
            Some(Quad { subject, predicate, object: self.owned(object), graph_name })
        })
    }

    /// The triples of all graphs that match a pattern, in no order; `None` matches everything.
    pub fn triples<'a>(
        &'a self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
    ) -> impl Iterator<Item = Triple> + use<'a> {
        let pattern = self.known([subject.map(TermRef::from), predicate.map(TermRef::from), object]);
        let found = pattern.into_iter().flat_map(|pattern| self.matching_numbers(pattern));
        found.filter_map(|[subject, predicate, object]| {
            let (subject, predicate) = (self.node_of(subject)?, self.named_node(predicate)?);
            Some(Triple { subject, predicate, object: self.owned(object) })
        })
    }

    /// All quads in named graphs, in no order.
    pub fn quads(&self) -> impl Iterator<Item = Quad> + '_ {
        self.matching(None, None, None, None)
    }

    /// The objects of a subject and predicate in any graph, sorted, each once.
    pub fn objects(&self, subject: NamedOrBlankNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Vec<Term> {
        let pattern = self.known([Some(subject.into()), Some(predicate.into()), None]);
        let found = pattern.into_iter().flat_map(|pattern| self.matching_numbers(pattern));
        let mut objects: Vec<Term> = found.map(|[_, _, object]| self.owned(object)).collect();
        objects.sort_by_cached_key(Term::to_string);
        objects
    }

    /// The subjects of a predicate and object in any graph, sorted, each once.
    pub fn subjects(&self, predicate: NamedNodeRef<'_>, object: TermRef<'_>) -> Vec<NamedOrBlankNode> {
        let pattern = self.known([None, Some(predicate.into()), Some(object)]);
        let found = pattern.into_iter().flat_map(|pattern| self.matching_numbers(pattern));
        let mut subjects: Vec<NamedOrBlankNode> = found.filter_map(|[subject, ..]| self.node_of(subject)).collect();
        subjects.sort_by_cached_key(NamedOrBlankNode::to_string);
        subjects
    }

    /// Whether a triple is in any graph.
    pub fn contains(&self, triple: TripleRef<'_>) -> bool {
        let pattern = self.known([Some(triple.subject.into()), Some(triple.predicate.into()), Some(triple.object)]);
        pattern.is_some_and(|pattern| self.matching_numbers(pattern).next().is_some())
    }

    /// Whether an IRI occurs anywhere in the graph, also as the name of a graph.
    pub fn mentions(&self, node: NamedNodeRef<'_>) -> bool {
        self.has_term(&node.into_owned().into()) || self.find(node.into()).is_some_and(|name| self.has_graph(name))
    }

    /// Whether a term is in a triple.
    fn has_term(&self, term: &Term) -> bool {
        // The terms of a dictionary may be in no triple.
        self.find(term.as_ref()).is_some_and(|number| {
            let patterns = [[None, Some(number), None], [Some(number), None, None], [None, None, Some(number)]];
            patterns.into_iter().any(|pattern| self.matching_numbers(pattern).next().is_some())
        })
    }

    /// The named graphs with their sizes, sorted by name.
    pub fn named_graphs(&self) -> Vec<(GraphName, usize)> {
        let (graphs, n) = (self.data.index.graphs(), self.n_triples());
        let with_size = |(index, name): (usize, TermNumber)| {
            Some((GraphName::from(self.node_of(name)?), graphs.n_triples(index + 1, n)))
        };
        let mut sizes: Vec<_> = graphs.names().enumerate().filter_map(with_size).collect();
        sizes.sort_by_cached_key(|(name, _)| name.to_string());
        sizes
    }

    /// The IRIs of a namespace that occur in the graph, sorted, for suggestions.
    pub fn terms_of(&self, namespace: &str) -> Vec<NamedNode> {
        const MOST: usize = 200_000;
        let mut terms = Vec::new();
        for triple in self.matching_numbers([None; 3]).take(MOST) {
            terms.extend(triple);
        }
        terms.sort_unstable();
        terms.dedup();
        let named = terms.into_iter().filter_map(|number| self.named_node(number));
        let mut terms: Vec<NamedNode> = named.filter(|node| node.as_str().starts_with(namespace)).collect();
        terms.sort();
        terms
    }

    /// The numbers of the terms of a pattern; `None` if one of them is in no triple.
    fn known(&self, pattern: [Option<TermRef<'_>>; 3]) -> Option<[Option<TermNumber>; 3]> {
        let known = pattern.map(|term| term.map(|term| self.find(term)));
        (!known.contains(&Some(None))).then(|| known.map(Option::flatten))
    }

    fn owned(&self, number: TermNumber) -> Term {
        self.data.dictionary.term(number).into_owned()
    }

    fn named_node(&self, number: TermNumber) -> Option<NamedNode> {
        match self.owned(number) {
            Term::NamedNode(node) => Some(node),
            _ => None,
        }
    }

    fn node_of(&self, number: TermNumber) -> Option<NamedOrBlankNode> {
        match self.owned(number) {
            Term::NamedNode(node) => Some(node.into()),
            Term::BlankNode(node) => Some(node.into()),
            _ => None,
        }
    }

    /// The number of a term that occurs in the triples.
    pub(crate) fn find(&self, term: TermRef<'_>) -> Option<TermNumber> {
        self.data.dictionary.find(term)
    }

    /// Which kind of term a number stands for, if the term occurs in the triples: one kind for all
    /// IRIs, for all blank nodes, for all triples, and for all literals of a datatype and language.
    pub(crate) fn kind(&self, number: TermNumber) -> Option<usize> {
        self.data.dictionary.kind(number)
    }

    /// The names of the graphs.
    pub(crate) fn graph_names(&self) -> Vec<TermNumber> {
        self.data.index.graphs().names().collect()
    }

    /// Whether a graph has this name, including the one separate from the data.
    pub(crate) fn has_graph(&self, name: TermNumber) -> bool {
        let is_beside = self.data.beside.as_ref().is_some_and(|(beside, _)| *beside == name);
        is_beside || self.data.index.graphs().number(name).is_some()
    }

    /// The triples that match a pattern, whatever their graph: subject, predicate, object.
    pub(crate) fn matching_numbers(
        &self,
        pattern: [Option<TermNumber>; 3],
    ) -> impl Iterator<Item = [TermNumber; 3]> + use<> {
        Matching::new(&self.data.index, pattern)
    }

    /// The quads that match a pattern, in a named graph or in any: graph, subject, predicate,
    /// object.
    pub(crate) fn matching_in(
        &self,
        graph: Option<TermNumber>,
        pattern: [Option<TermNumber>; 3],
    ) -> impl Iterator<Item = [TermNumber; 4]> + use<> {
        match (&self.data.beside, graph) {
            (Some((beside, index)), Some(graph)) if *beside == graph => MatchingIn::all(index, graph, pattern),
            _ => MatchingIn::new(&self.data.index, graph, pattern),
        }
    }

    /// Reads all of a snapshot that is mapped.
    ///
    /// # Errors
    ///
    /// The first block that is damaged.
    pub fn verify_blocks(&self) -> std::result::Result<(), DamagedBlock> {
        self.data.checksums.as_ref().and_then(|checksums| checksums.first_damage()).map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oxigraph::model::{GraphName, Literal, NamedNode, Quad};

    use super::*;

    fn node(local: u32) -> NamedNode {
        NamedNode::new_unchecked(format!("http://a/{local}"))
    }

    /// Quads with few terms, made by simple rules, some of them in several graphs; graph 0 is the
    /// default graph.
    fn quads(graphs: &[u32]) -> Vec<Quad> {
        let mut quads = Vec::new();
        for at in 0..300 {
            let (s, p, o) = (at % 7, at % 5, at % 11);
            let object = if o > 5 { Literal::from(o).into() } else { Term::from(node(o)) };
            for (index, graph) in graphs.iter().enumerate() {
                let name = if *graph == 0 { GraphName::DefaultGraph } else { node(100 + graph).into() };
                if graphs.len() == 1 || at % (index as u32 + 2) == 0 {
                    quads.push(Quad::new(node(s), node(p), object.clone(), name));
                }
            }
        }
        quads
    }

    /// The same graph, written as a snapshot and read again.
    fn written(graph: &Graph) -> Graph {
        let manifest = snapshot::Manifest {
            civigraph: String::new(),
            pack: PackOrigin::default(),
            ontology: "0".repeat(64),
            prefixes: Vec::new(),
            languages: vec!["en".to_owned()],
            n_quads: graph.n_quads(),
            checks: None,
        };
        let mut file = std::io::Cursor::new(Vec::new());
        graph.write_to(&mut file, std::path::Path::new("test"), &manifest).unwrap();
        Graph::of_bytes("test", file.into_inner()).unwrap().0
    }

    #[test]
    fn every_pattern_finds_what_a_look_at_all_finds() {
        for graphs in [vec![], vec![0], vec![1], vec![0, 1], vec![3, 1, 2]] {
            let quads = quads(&graphs);
            let mut builder = GraphBuilder::default();
            quads.iter().for_each(|quad| builder.add(quad));
            let graph = builder.freeze();
            every_pattern(written(&graph), quads.clone(), &graphs);
            every_pattern(written(&graph).into_builder().freeze(), quads.clone(), &graphs);
            every_pattern(graph.clone().into_builder().freeze(), quads.clone(), &graphs);
            every_pattern(graph, quads, &graphs);
        }
    }

    fn every_pattern(mut graph: Graph, quads: Vec<Quad>, graphs: &[u32]) {
        let mut number = |term: Term| graph.number(term.as_ref());
        let numbers: BTreeSet<(Option<TermNumber>, [TermNumber; 3])> = quads
            .into_iter()
            .map(|quad| {
                let graph = match quad.graph_name {
                    GraphName::NamedNode(graph) => Some(number(graph.into())),
                    _ => None,
                };
                (graph, [quad.subject.into(), quad.predicate.into(), quad.object].map(&mut number))
            })
            .collect();
        let triples: BTreeSet<[TermNumber; 3]> = numbers.iter().map(|(_, triple)| *triple).collect();
        assert_eq!(graph.n_triples(), triples.len());
        assert_eq!(graph.graph_names().len(), graphs.iter().filter(|graph| **graph > 0).count());
        let absent = graph.number(node(999).as_ref().into());
        assert_eq!(graph.number(node(999).as_ref().into()), absent);
        assert_eq!(graph.term(absent).as_ref(), TermRef::from(node(999).as_ref()));
        let some: Vec<Option<TermNumber>> = std::iter::once(None).chain((0..=absent).map(Some)).collect();
        for s in &some {
            for p in &some {
                for o in &some {
                    let fits = |[a, b, c]: [TermNumber; 3]| {
                        s.is_none_or(|s| s == a) && p.is_none_or(|p| p == b) && o.is_none_or(|o| o == c)
                    };
                    let mut found: Vec<_> = graph.matching_numbers([*s, *p, *o]).collect();
                    found.sort_unstable();
                    assert_eq!(found, triples.iter().copied().filter(|t| fits(*t)).collect::<Vec<_>>());
                    for name in graph.graph_names().into_iter().map(Some).chain([Some(absent), None]) {
                        let mut found: Vec<_> = graph.matching_in(name, [*s, *p, *o]).collect();
                        found.sort_unstable();
                        let named = numbers.iter().filter_map(|(of, triple)| Some(((*of)?, *triple)));
                        let expected: Vec<[TermNumber; 4]> = named
                            .filter(|(of, triple)| name.is_none_or(|name| name == *of) && fits(*triple))
                            .map(|(of, [s, p, o])| [of, s, p, o])
                            .collect();
                        assert_eq!(found, expected, "{name:?} {s:?} {p:?} {o:?}");
                    }
                }
            }
        }
    }
}
