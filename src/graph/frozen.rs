//! A graph that does not change any more: terms numbered, triples sorted, a
//! fraction of the memory and of the time that a store takes that can change.
//!
//! Triples stand in two orders, by subject and by predicate and object. What
//! asks for an object alone looks it up under each predicate.

use std::ops::Range;
use std::sync::Arc;

use oxigraph::model::{
    BlankNodeRef, GraphNameRef, LiteralRef, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef,
    Triple,
};

use super::dictionary::{Dictionary, Kind};
use super::triples::Triples;
use super::{Prefixes, turtle};
use crate::diagnostic::Diagnostic;
use crate::error::Result;
use crate::vocab::named_graph;

/// A term by its number; [`Triples::term`] tells which.
pub type Number = u32;

/// Triples of one named graph or more, each once, by number.
#[derive(Clone)]
pub struct Frozen {
    data: Arc<Data>,
    /// Terms that are in no triple; their numbers follow those of the dictionary.
    others: Arc<Vec<Term>>,
    /// Prefixes for messages and exports.
    pub prefixes: Prefixes,
}

struct Data {
    dictionary: Dictionary,
    /// Where the triples of each subject begin in `by_subject`; one more at the end.
    subjects: Vec<u32>,
    /// Predicate and object, sorted by subject, predicate and object.
    by_subject: Vec<[Number; 2]>,
    /// Predicates in the order of their numbers, and which of `by_predicate` are theirs.
    predicates: Vec<(Number, Range<usize>)>,
    /// Object and subject, sorted by predicate, object and subject.
    by_predicate: Vec<[Number; 2]>,
    /// Graph, subject, predicate and object, sorted, where there are graphs to tell apart.
    quads: Vec<[Number; 4]>,
    /// The named graphs.
    graphs: Vec<Number>,
}

/// Triples that are collected before they are sorted.
#[derive(Default)]
pub struct Freezer {
    dictionary: Dictionary,
    triples: Vec<[Number; 3]>,
    /// For the triples from the first, how many in turn are of which graph.
    runs: Vec<(Number, usize)>,
    prefixes: Prefixes,
}

impl Freezer {
    /// Adds a quad; one without a named graph goes to the graph
    /// [`PACK`](named_graph::PACK).
    pub fn add(&mut self, quad: &Quad) {
        let graph = self.graph(quad.graph_name.as_ref());
        let dictionary = &mut self.dictionary;
        let subject = dictionary.number(TermRef::from(quad.subject.as_ref()));
        let predicate = dictionary.number(quad.predicate.as_ref().into());
        let object = dictionary.number(quad.object.as_ref());
        self.add_numbers([subject, predicate, object], graph);
    }

    /// Adds the triples of a Turtle text to a named graph, and its prefixes.
    ///
    /// # Errors
    ///
    /// `turtle-syntax` at the place where the text stops being Turtle.
    pub fn add_turtle(&mut self, file: &str, text: &str, graph: NamedNodeRef<'_>) -> Result<(), Diagnostic> {
        let (quads, prefixes) = turtle(file, text, graph)?;
        quads.iter().for_each(|quad| self.add(quad));
        self.declare(prefixes);
        Ok(())
    }

    pub(super) fn add_numbers(&mut self, triple: [Number; 3], graph: Number) {
        self.triples.push(triple);
        match self.runs.last_mut() {
            Some((last, n)) if *last == graph => *n += 1,
            _ => self.runs.push((graph, 1)),
        }
    }

    /// See [`Dictionary::number_if`].
    pub(super) fn number_if<'b>(
        &mut self,
        kind: Kind,
        bytes: &'b [u8],
        check: impl FnOnce(&'b [u8]) -> Option<&'b str>,
    ) -> Option<Number> {
        self.dictionary.number_if(kind, bytes, check)
    }

    /// The number of a blank node.
    pub(super) fn blank(&mut self, label: &str) -> Number {
        self.dictionary.number(BlankNodeRef::new_unchecked(label).into())
    }

    /// The kind of a literal.
    pub(super) fn kind(&mut self, literal: LiteralRef<'_>) -> Kind {
        self.dictionary.kind(literal)
    }

    /// The number of the name of a graph.
    pub(super) fn graph(&mut self, name: GraphNameRef<'_>) -> Number {
        self.dictionary.number(match name {
            GraphNameRef::NamedNode(node) => node.into(),
            GraphNameRef::BlankNode(node) => node.into(),
            GraphNameRef::DefaultGraph => named_graph::PACK.into(),
        })
    }

    /// Declares prefixes; those that are declared stay.
    pub fn declare(&mut self, prefixes: impl IntoIterator<Item = (String, String)>) {
        for (name, namespace) in prefixes {
            if self.prefixes.get(&name).is_none() {
                self.prefixes.insert(name, namespace);
            }
        }
    }

    /// Sorts what was collected.
    pub fn freeze(self) -> Frozen {
        let Self { dictionary, mut triples, runs, prefixes } = self;
        let mut graphs: Vec<Number> = runs.iter().map(|(graph, _)| *graph).collect();
        graphs.sort_unstable();
        graphs.dedup();
        let mut quads = Vec::new();
        if graphs.len() > 1 {
            let names = runs.iter().flat_map(|(graph, n)| std::iter::repeat_n(*graph, *n));
            quads.extend(names.zip(&triples).map(|(graph, [s, p, o])| [graph, *s, *p, *o]));
            quads.sort_unstable();
            quads.dedup();
        }
        triples.sort_unstable();
        triples.dedup();
        let mut subjects = vec![0_u32; dictionary.len() + 1];
        for [subject, ..] in &triples {
            subjects[*subject as usize + 1] += 1;
        }
        let mut before = 0;
        for start in &mut subjects {
            before += *start;
            *start = before;
        }
        let by_subject = triples.iter().map(|[_, p, o]| [*p, *o]).collect();
        triples.sort_unstable_by_key(|[s, p, o]| [*p, *o, *s]);
        let mut predicates: Vec<(Number, Range<usize>)> = Vec::new();
        for (index, [_, predicate, _]) in triples.iter().enumerate() {
            match predicates.last_mut() {
                Some((last, range)) if last == predicate => range.end = index + 1,
                _ => predicates.push((*predicate, index..index + 1)),
            }
        }
        let by_predicate = triples.iter().map(|[s, _, o]| [*o, *s]).collect();
        let data = Data { dictionary, subjects, by_subject, predicates, by_predicate, quads, graphs };
        Frozen { data: Arc::new(data), others: Arc::default(), prefixes }
    }
}

impl Frozen {
    /// How many triples there are.
    pub fn n_triples(&self) -> usize {
        self.data.by_subject.len()
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

    /// The triples that fit a pattern; `None` fits all.
    pub fn triples(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
    ) -> impl Iterator<Item = Triple> + use<'_> {
        let pattern = [subject.map(TermRef::from), predicate.map(TermRef::from), object];
        let known = pattern.map(|term| term.map(|term| self.find(term)));
        // What no triple has is in none.
        let found = (!known.contains(&Some(None))).then(|| {
            let [subject, predicate, object] = known.map(Option::flatten);
            self.matching(subject, predicate, object)
        });
        found.into_iter().flatten().filter_map(|numbers| {
            let [subject, predicate, object] = numbers.map(|number| self.data.dictionary.term(number));
            Triple::from_terms(subject.into_owned(), predicate.into_owned(), object.into_owned()).ok()
        })
    }

    /// The number of a term that the triples have.
    pub(crate) fn find(&self, term: TermRef<'_>) -> Option<Number> {
        self.data.dictionary.find(term)
    }

    /// The names of the graphs.
    pub(crate) fn graphs(&self) -> &[Number] {
        &self.data.graphs
    }

    /// The triples of a pattern, whatever their graph: subject, predicate, object.
    pub(crate) fn matching(
        &self,
        subject: Option<Number>,
        predicate: Option<Number>,
        object: Option<Number>,
    ) -> Matching {
        let data = Arc::clone(&self.data);
        let walk = match (subject, predicate) {
            (Some(subject), predicate) => {
                let mut range = data.of_subject(subject, predicate);
                if let (Some(_), Some(wanted)) = (predicate, object) {
                    range = part(&data.by_subject, range, |[_, object]| *object, wanted);
                }
                Walk::Subject { subject, object, range }
            }
            (None, Some(wanted)) => {
                let found = data.predicates.binary_search_by_key(&wanted, |(predicate, _)| *predicate);
                let predicates = found.map_or(0..0, |index| index..index + 1);
                Walk::Predicates { object, predicates, predicate: wanted, range: 0..0 }
            }
            (None, None) => {
                Walk::Predicates { object, predicates: 0..data.predicates.len(), predicate: 0, range: 0..0 }
            }
        };
        Matching { data, walk }
    }

    /// The quads of a graph that fit a pattern: graph, subject, predicate, object.
    pub(crate) fn in_graph(
        &self,
        graph: Number,
        subject: Option<Number>,
        predicate: Option<Number>,
        object: Option<Number>,
    ) -> Box<dyn Iterator<Item = [Number; 4]>> {
        match *self.graphs() {
            [only] if only == graph => {
                Box::new(self.matching(subject, predicate, object).map(move |[s, p, o]| [graph, s, p, o]))
            }
            [_] => Box::new(std::iter::empty()),
            _ => {
                let data = Arc::clone(&self.data);
                let mut range = part(&data.quads, 0..data.quads.len(), |[graph, ..]| *graph, graph);
                if let Some(wanted) = subject {
                    range = part(&data.quads, range, |[_, subject, ..]| *subject, wanted);
                }
                let fits = move |[_, _, p, o]: &[Number; 4]| {
                    predicate.is_none_or(|wanted| *p == wanted) && object.is_none_or(|wanted| *o == wanted)
                };
                Box::new(range.map(move |at| data.quads[at]).filter(fits))
            }
        }
    }
}

impl Data {
    /// Where the triples of a subject, or those of it with a predicate, are.
    fn of_subject(&self, subject: Number, predicate: Option<Number>) -> Range<usize> {
        let Some(end) = self.subjects.get(subject as usize + 1) else { return 0..0 };
        let all = self.subjects[subject as usize] as usize..*end as usize;
        match predicate {
            None => all,
            Some(wanted) => part(&self.by_subject, all, |[predicate, _]| *predicate, wanted),
        }
    }

    /// Where the triples of a predicate, or those of it with an object, are.
    fn of_predicate(&self, predicate: Number, object: Option<Number>) -> Range<usize> {
        let found = self.predicates.binary_search_by_key(&predicate, |(predicate, _)| *predicate);
        let all = found.map_or(0..0, |index| self.predicates[index].1.clone());
        match object {
            None => all,
            Some(wanted) => part(&self.by_predicate, all, |[object, _]| *object, wanted),
        }
    }
}

/// Which of sorted entries have a certain key.
fn part<T>(entries: &[T], of: Range<usize>, key: impl Fn(&T) -> Number, wanted: Number) -> Range<usize> {
    let slice = &entries[of.clone()];
    let start = slice.partition_point(|entry| key(entry) < wanted);
    let n = slice[start..].partition_point(|entry| key(entry) == wanted);
    of.start + start..of.start + start + n
}

/// Triples that fit a pattern; it holds on to the graph.
pub(crate) struct Matching {
    data: Arc<Data>,
    walk: Walk,
}

enum Walk {
    /// Those of a subject; the range is narrowed by the predicate.
    Subject { subject: Number, object: Option<Number>, range: Range<usize> },
    /// Those of predicates, one after the other.
    Predicates { object: Option<Number>, predicates: Range<usize>, predicate: Number, range: Range<usize> },
}

impl Iterator for Matching {
    type Item = [Number; 3];

    fn next(&mut self) -> Option<[Number; 3]> {
        match &mut self.walk {
            Walk::Subject { subject, object, range } => {
                let fits = |at: &usize| object.is_none_or(|wanted| self.data.by_subject[*at][1] == wanted);
                let [predicate, object] = self.data.by_subject[range.find(fits)?];
                Some([*subject, predicate, object])
            }
            Walk::Predicates { object, predicates, predicate, range } => loop {
                if let Some(at) = range.next() {
                    let [object, subject] = self.data.by_predicate[at];
                    return Some([subject, *predicate, object]);
                }
                *predicate = self.data.predicates[predicates.next()?].0;
                *range = self.data.of_predicate(*predicate, *object);
            },
        }
    }
}

impl Triples for Frozen {
    type Node = Number;

    fn node(&mut self, term: TermRef<'_>) -> Number {
        if let Some(number) = self.find(term) {
            return number;
        }
        let known = self.others.iter().position(|other| other.as_ref() == term);
        let index = known.unwrap_or_else(|| {
            Arc::make_mut(&mut self.others).push(term.into_owned());
            self.others.len() - 1
        });
        (self.data.dictionary.len() + index) as Number
    }

    fn term<'a>(&'a self, node: &'a Number) -> TermRef<'a> {
        match (*node as usize).checked_sub(self.data.dictionary.len()) {
            None => self.data.dictionary.term(*node),
            Some(index) => self.others[index].as_ref(),
        }
    }

    fn objects_of(&self, subject: &Number, predicate: &Number) -> impl Iterator<Item = Result<Number>> {
        let range = self.data.of_subject(*subject, Some(*predicate));
        self.data.by_subject[range].iter().map(|[_, object]| Ok(*object))
    }

    fn subjects_of(&self, predicate: &Number, object: &Number) -> impl Iterator<Item = Result<Number>> {
        let range = self.data.of_predicate(*predicate, Some(*object));
        self.data.by_predicate[range].iter().map(|[_, subject]| Ok(*subject))
    }

    fn ends_of(&self, predicate: &Number) -> impl Iterator<Item = Result<(Number, Number)>> {
        let range = self.data.of_predicate(*predicate, None);
        self.data.by_predicate[range].iter().map(|[object, subject]| Ok((*subject, *object)))
    }

    fn about(&self, subject: &Number) -> impl Iterator<Item = Result<(Number, Number)>> {
        let range = self.data.of_subject(*subject, None);
        self.data.by_subject[range].iter().map(|[predicate, object]| Ok((*predicate, *object)))
    }

    fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oxigraph::model::{GraphName, Literal, NamedNode};

    use super::*;

    fn node(local: u32) -> NamedNode {
        NamedNode::new_unchecked(format!("http://a/{local}"))
    }

    /// All quads of few terms that fit a simple rule.
    fn quads(n_graphs: u32) -> Vec<Quad> {
        let mut quads = Vec::new();
        for at in 0..300 {
            let (s, p, o) = (at % 7, at % 5, at % 11);
            let object = if o > 5 { Literal::from(o).into() } else { Term::from(node(o)) };
            quads.push(Quad::new(node(s), node(p), object, GraphName::from(node(100 + at % n_graphs))));
        }
        quads
    }

    #[test]
    fn every_pattern_finds_what_a_look_at_all_finds() {
        for n_graphs in [1, 3] {
            let quads = quads(n_graphs);
            let mut freezer = Freezer::default();
            quads.iter().for_each(|quad| freezer.add(quad));
            let mut frozen = freezer.freeze();
            let mut number = |term: Term| frozen.node(term.as_ref());
            let numbers: BTreeSet<[Number; 4]> = quads
                .into_iter()
                .map(|quad| {
                    let GraphName::NamedNode(graph) = quad.graph_name else { panic!("a named graph") };
                    let terms = [quad.subject.into(), quad.predicate.into(), quad.object, graph.into()];
                    terms.map(&mut number)
                })
                .collect();
            let triples: BTreeSet<[Number; 3]> = numbers.iter().map(|[s, p, o, _]| [*s, *p, *o]).collect();
            assert_eq!(frozen.n_triples(), triples.len());
            assert_eq!(frozen.graphs().len(), n_graphs as usize);
            let absent = frozen.node(node(999).as_ref().into());
            assert_eq!(frozen.term(&absent), TermRef::from(node(999).as_ref()));
            let some: Vec<Option<Number>> = std::iter::once(None).chain((0..=absent).map(Some)).collect();
            for s in &some {
                for p in &some {
                    for o in &some {
                        let fits = |[a, b, c]: [Number; 3]| {
                            s.is_none_or(|s| s == a) && p.is_none_or(|p| p == b) && o.is_none_or(|o| o == c)
                        };
                        let mut found: Vec<_> = frozen.matching(*s, *p, *o).collect();
                        found.sort_unstable();
                        assert_eq!(found, triples.iter().copied().filter(|t| fits(*t)).collect::<Vec<_>>());
                        for graph in frozen.graphs() {
                            let found: BTreeSet<_> =
                                frozen.in_graph(*graph, *s, *p, *o).map(|[_, s, p, o]| [s, p, o]).collect();
                            let of_graph =
                                numbers.iter().filter(|quad| quad[3] == *graph).map(|[s, p, o, _]| [*s, *p, *o]);
                            assert_eq!(found, of_graph.filter(|t| fits(*t)).collect());
                        }
                    }
                }
            }
            assert_eq!(frozen.in_graph(absent, None, None, None).count(), 0);
        }
    }
}
