//! A graph that no longer changes: terms numbered, triples sorted, at a fraction of the memory
//! and time of a mutable store.

mod dictionary;
mod freezer;
mod index;

use std::sync::Arc;

use hashbrown::HashMap;
use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term, TermRef, Triple};

pub(super) use dictionary::TermKind;
pub use freezer::Freezer;

use super::{Prefixes, Triples};
use crate::error::Result;
use index::{Matching, TripleIndex};

/// A term by its number; see [`Triples::term`].
pub type TermNumber = u32;

/// Triples of one or more graphs, each once, by number. A clone is a second handle to the same
/// triples.
#[derive(Clone)]
pub struct Frozen {
    index: Arc<TripleIndex>,
    others: Arc<FurtherTerms>,
    /// Prefixes for messages and exports.
    pub prefixes: Prefixes,
}

/// Terms that are in no triple; their numbers follow those of the dictionary.
#[derive(Clone, Default)]
struct FurtherTerms {
    terms: Vec<Term>,
    numbers: HashMap<Term, TermNumber>,
}

impl Frozen {
    fn new(index: TripleIndex, prefixes: Prefixes) -> Self {
        Self { index: Arc::new(index), others: Arc::default(), prefixes }
    }

    /// How many triples there are.
    pub fn n_triples(&self) -> usize {
        self.index.by_subject.len()
    }

    /// The objects of a subject and predicate, sorted, each once.
    pub fn objects(&self, subject: NamedOrBlankNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Vec<Term> {
        let mut objects: Vec<Term> =
            self.triples(Some(subject), Some(predicate), None).map(|triple| triple.object).collect();
        objects.sort_by_cached_key(Term::to_string);
        objects
    }

    /// The subjects of a predicate and object, sorted, each once.
    pub fn subjects(&self, predicate: NamedNodeRef<'_>, object: TermRef<'_>) -> Vec<NamedOrBlankNode> {
        let mut subjects: Vec<NamedOrBlankNode> =
            self.triples(None, Some(predicate), Some(object)).map(|triple| triple.subject).collect();
        subjects.sort_by_cached_key(NamedOrBlankNode::to_string);
        subjects
    }

    /// The triples that match a pattern; `None` matches everything.
    pub fn triples(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
    ) -> impl Iterator<Item = Triple> + use<'_> {
        let pattern = [subject.map(TermRef::from), predicate.map(TermRef::from), object];
        let known = pattern.map(|term| term.map(|term| self.find(term)));
        // A term that no triple has matches nothing.
        let found = (!known.contains(&Some(None))).then(|| {
            let [subject, predicate, object] = known.map(Option::flatten);
            self.matching(subject, predicate, object)
        });
        found.into_iter().flatten().filter_map(|numbers| {
            let [subject, predicate, object] = numbers.map(|number| self.index.dictionary.term(number));
            Triple::from_terms(subject.into_owned(), predicate.into_owned(), object.into_owned()).ok()
        })
    }

    /// The number of a term that occurs in the triples.
    pub(crate) fn find(&self, term: TermRef<'_>) -> Option<TermNumber> {
        self.index.dictionary.find(term)
    }

    /// The names of the graphs.
    pub(crate) fn graphs(&self) -> &[TermNumber] {
        &self.index.graphs
    }

    /// Whether a graph has this name, including the one separate from the data.
    pub(crate) fn has_graph(&self, name: TermNumber) -> bool {
        self.index.graphs.binary_search(&name).is_ok() || self.index.beside == Some(name)
    }

    /// The triples that match a pattern, whatever their graph: subject, predicate, object.
    pub(crate) fn matching(
        &self,
        subject: Option<TermNumber>,
        predicate: Option<TermNumber>,
        object: Option<TermNumber>,
    ) -> Matching {
        self.index.matching(subject, predicate, object)
    }

    /// The quads that match a pattern, in a named graph or in any: graph, subject, predicate,
    /// object.
    pub(crate) fn matching_in(
        &self,
        graph: Option<TermNumber>,
        pattern: [Option<TermNumber>; 3],
    ) -> Box<dyn Iterator<Item = [TermNumber; 4]>> {
        self.index.matching_in(graph, pattern)
    }
}

impl Triples for Frozen {
    type Node = TermNumber;

    fn node(&mut self, term: TermRef<'_>) -> TermNumber {
        let n_known = self.index.dictionary.len();
        let other = || self.others.numbers.get(&term.into_owned()).copied();
        if let Some(number) = self.find(term).or_else(other) {
            return number;
        }
        let others = Arc::make_mut(&mut self.others);
        let number = (n_known + others.terms.len()) as TermNumber;
        others.terms.push(term.into_owned());
        others.numbers.insert(term.into_owned(), number);
        number
    }

    fn term<'a>(&'a self, node: &'a TermNumber) -> TermRef<'a> {
        match (*node as usize).checked_sub(self.index.dictionary.len()) {
            None => self.index.dictionary.term(*node),
            Some(index) => self.others.terms[index].as_ref(),
        }
    }

    fn objects_of(&self, subject: &TermNumber, predicate: &TermNumber) -> impl Iterator<Item = Result<TermNumber>> {
        let range = self.index.of_subject(*subject, Some(*predicate));
        self.index.by_subject[range].iter().map(|[_, object]| Ok(*object))
    }

    fn subjects_of(&self, predicate: &TermNumber, object: &TermNumber) -> impl Iterator<Item = Result<TermNumber>> {
        let range = self.index.of_predicate(*predicate, Some(*object));
        self.index.by_predicate[range].iter().map(|[_, subject]| Ok(*subject))
    }

    fn ends_of(&self, predicate: &TermNumber) -> impl Iterator<Item = Result<(TermNumber, TermNumber)>> {
        let range = self.index.of_predicate(*predicate, None);
        self.index.by_predicate[range].iter().map(|[object, subject]| Ok((*subject, *object)))
    }

    fn about(&self, subject: &TermNumber) -> impl Iterator<Item = Result<(TermNumber, TermNumber)>> {
        let range = self.index.of_subject(*subject, None);
        self.index.by_subject[range].iter().map(|[predicate, object]| Ok((*predicate, *object)))
    }

    fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }

    fn has_graph_beside(&self) -> bool {
        self.index.beside.is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oxigraph::model::{GraphName, Literal, NamedNode, Quad};

    use super::*;
    use crate::graph::Freezer;

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

    #[test]
    fn every_pattern_finds_what_a_look_at_all_finds() {
        for graphs in [vec![0], vec![1], vec![0, 1], vec![3, 1, 2]] {
            let quads = quads(&graphs);
            let mut freezer = Freezer::default();
            quads.iter().for_each(|quad| freezer.add(quad));
            let mut frozen = freezer.freeze();
            let mut number = |term: Term| frozen.node(term.as_ref());
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
            assert_eq!(frozen.n_triples(), triples.len());
            assert_eq!(frozen.graphs().len(), graphs.iter().filter(|graph| **graph > 0).count());
            let absent = frozen.node(node(999).as_ref().into());
            assert_eq!(frozen.node(node(999).as_ref().into()), absent);
            assert_eq!(frozen.term(&absent), TermRef::from(node(999).as_ref()));
            let some: Vec<Option<TermNumber>> = std::iter::once(None).chain((0..=absent).map(Some)).collect();
            for s in &some {
                for p in &some {
                    for o in &some {
                        let fits = |[a, b, c]: [TermNumber; 3]| {
                            s.is_none_or(|s| s == a) && p.is_none_or(|p| p == b) && o.is_none_or(|o| o == c)
                        };
                        let mut found: Vec<_> = frozen.matching(*s, *p, *o).collect();
                        found.sort_unstable();
                        assert_eq!(found, triples.iter().copied().filter(|t| fits(*t)).collect::<Vec<_>>());
                        for graph in frozen.graphs().iter().map(|graph| Some(*graph)).chain([Some(absent), None]) {
                            let mut found: Vec<_> = frozen.matching_in(graph, [*s, *p, *o]).collect();
                            found.sort_unstable();
                            let named = numbers.iter().filter_map(|(of, triple)| Some(((*of)?, *triple)));
                            let expected: Vec<[TermNumber; 4]> = named
                                .filter(|(of, triple)| graph.is_none_or(|graph| graph == *of) && fits(*triple))
                                .map(|(of, [s, p, o])| [of, s, p, o])
                                .collect();
                            assert_eq!(found, expected, "{graph:?} {s:?} {p:?} {o:?}");
                        }
                    }
                }
            }
        }
    }
}
