//! Triples by number in the orders in which they are searched: by subject, by predicate and
//! object, and by object once that is first needed.
//!
//! If there are several graphs, each triple is stored once, and its graphs are stored separately.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::TermNumber;
use super::dictionary::Dictionary;

/// Stands for the default graph, which has no name.
pub(super) const DEFAULT_GRAPH: TermNumber = TermNumber::MAX;

/// Stands for the graph separate from the data, whose name a graph of the data may also have.
pub(super) const GRAPH_BESIDE: TermNumber = TermNumber::MAX - 1;

/// If a subject has more triples, the object is considered for the search too.
const MANY: usize = 16;

/// Sorted triples with their terms.
pub(super) struct TripleIndex {
    pub dictionary: Dictionary,
    /// Where the triples of each subject begin in `by_subject`, and the end.
    subjects: Vec<u32>,
    /// Predicate and object, sorted by subject, predicate and object.
    pub by_subject: Vec<[TermNumber; 2]>,
    /// Predicates in the order of their numbers, with their ranges in `by_predicate`.
    predicates: Vec<(TermNumber, Range<usize>)>,
    /// Object and subject, sorted by predicate, object and subject.
    pub by_predicate: Vec<[TermNumber; 2]>,
    by_object: OnceLock<ByObject>,
    /// The names of the graphs, sorted.
    pub graphs: Vec<TermNumber>,
    /// If there are several graphs, including the default graph.
    quads: Option<GraphsOfTriples>,
    /// The name of the graph whose triples are found only by its name.
    pub beside: Option<TermNumber>,
}

/// Predicate and subject of the triples of each object.
struct ByObject {
    starts: Vec<u32>,
    entries: Vec<[TermNumber; 2]>,
}

/// The graphs of each triple.
struct GraphsOfTriples {
    /// Graph, subject, predicate, object, sorted.
    by_graph: Vec<[TermNumber; 4]>,
    /// Subject, predicate, object, graph, sorted.
    by_triple: Vec<[TermNumber; 4]>,
}

impl TripleIndex {
    /// Sorts triples. `runs` gives the graphs of consecutive triples, `beside` the name of the
    /// graph separate from the data.
    pub fn new(
        dictionary: Dictionary,
        mut triples: Vec<[TermNumber; 3]>,
        runs: &[(TermNumber, usize)],
        beside: Option<TermNumber>,
    ) -> Self {
        let mut graphs: Vec<TermNumber> = runs.iter().map(|(graph, _)| *graph).collect();
        graphs.sort_unstable();
        graphs.dedup();
        let quads = (graphs.len() > 1 || beside.is_some()).then(|| GraphsOfTriples::new(&triples, runs));
        if beside.is_some() {
            let own = |(graph, triple)| (graph != GRAPH_BESIDE).then_some(triple);
            triples = names(runs).zip(triples).filter_map(own).collect();
        }
        graphs.retain(|graph| ![DEFAULT_GRAPH, GRAPH_BESIDE].contains(graph));
        triples.sort_unstable();
        triples.dedup();
        let subjects = starts(dictionary.len(), triples.iter().map(|[subject, ..]| *subject));
        let by_subject = triples.iter().map(|[_, p, o]| [*p, *o]).collect();
        triples.sort_unstable_by_key(|[s, p, o]| [*p, *o, *s]);
        let mut predicates: Vec<(TermNumber, Range<usize>)> = Vec::new();
        for (index, [_, predicate, _]) in triples.iter().enumerate() {
            match predicates.last_mut() {
                Some((last, range)) if last == predicate => range.end = index + 1,
                _ => predicates.push((*predicate, index..index + 1)),
            }
        }
        let by_predicate = triples.iter().map(|[s, _, o]| [*o, *s]).collect();
        let by_object = OnceLock::new();
        Self { dictionary, subjects, by_subject, predicates, by_predicate, by_object, graphs, quads, beside }
    }

    /// The range in `by_subject` of the triples of a subject, or of a subject and predicate.
    pub fn of_subject(&self, subject: TermNumber, predicate: Option<TermNumber>) -> Range<usize> {
        let all = between(&self.subjects, subject);
        match predicate {
            None => all,
            Some(wanted) => part(&self.by_subject, all, |[predicate, _]| *predicate, wanted),
        }
    }

    /// The range in `by_predicate` of the triples of a predicate, or of a predicate and object.
    pub fn of_predicate(&self, predicate: TermNumber, object: Option<TermNumber>) -> Range<usize> {
        let found = self.predicates.binary_search_by_key(&predicate, |(predicate, _)| *predicate);
        let all = found.map_or(0..0, |index| self.predicates[index].1.clone());
        match object {
            None => all,
            Some(wanted) => part(&self.by_predicate, all, |[object, _]| *object, wanted),
        }
    }

    fn by_object(&self) -> &ByObject {
        self.by_object.get_or_init(|| {
            let objects = self.by_predicate.iter().map(|[object, _]| *object);
            let starts = starts(self.dictionary.len(), objects);
            let mut next = starts.clone();
            let mut entries = vec![[0, 0]; self.by_predicate.len()];
            for (predicate, range) in &self.predicates {
                for [object, subject] in &self.by_predicate[range.clone()] {
                    let at = &mut next[*object as usize];
                    entries[*at as usize] = [*predicate, *subject];
                    *at += 1;
                }
            }
            ByObject { starts, entries }
        })
    }

    /// The triples that match a pattern, whatever their graph: subject, predicate, object.
    pub fn matching(
        self: &Arc<Self>,
        subject: Option<TermNumber>,
        predicate: Option<TermNumber>,
        object: Option<TermNumber>,
    ) -> Matching {
        let walk = match (subject, predicate, object) {
            (Some(subject), None, Some(object)) if self.of_subject(subject, None).len() > MANY => {
                // The shorter of the two ranges: both may be long, but seldom are.
                let (range, other) = (self.of_subject(subject, None), between(&self.by_object().starts, object));
                if other.len() < range.len() {
                    Walk::Object { object, subject: Some(subject), range: other }
                } else {
                    Walk::Subject { subject, object: Some(object), range }
                }
            }
            (Some(subject), predicate, object) => {
                let mut range = self.of_subject(subject, predicate);
                if let (Some(_), Some(wanted)) = (predicate, object) {
                    range = part(&self.by_subject, range, |[_, object]| *object, wanted);
                }
                Walk::Subject { subject, object, range }
            }
            (None, Some(predicate), object) => {
                Walk::Predicates { rest: 0..0, predicate, range: self.of_predicate(predicate, object) }
            }
            (None, None, Some(object)) => {
                Walk::Object { object, subject: None, range: between(&self.by_object().starts, object) }
            }
            (None, None, None) => Walk::Predicates { rest: 0..self.predicates.len(), predicate: 0, range: 0..0 },
        };
        Matching { index: Arc::clone(self), walk }
    }

    /// The quads that match a pattern, in a named graph or in any: graph, subject, predicate,
    /// object.
    pub fn matching_in(
        self: &Arc<Self>,
        graph: Option<TermNumber>,
        [subject, predicate, object]: [Option<TermNumber>; 3],
    ) -> Box<dyn Iterator<Item = [TermNumber; 4]>> {
        let triples = self.matching(subject, predicate, object);
        let Some(quads) = &self.quads else {
            // All triples are in one graph, which has a name or not.
            let only = self.graphs.first().copied().filter(|only| graph.is_none_or(|graph| graph == *only));
            return match only {
                Some(only) => Box::new(triples.map(move |[s, p, o]| [only, s, p, o])),
                None => Box::new(std::iter::empty()),
            };
        };
        let index = Arc::clone(self);
        let Some(graph) = graph else {
            return Box::new(triples.flat_map(move |triple| index.graphs_of(triple)));
        };
        let beside = Some(graph) == self.beside;
        let inside = if beside { GRAPH_BESIDE } else { graph };
        let own = part(&quads.by_graph, 0..quads.by_graph.len(), |[graph, ..]| *graph, inside);
        if triples.n_most() < own.len() && !beside {
            let of_graph = move |[s, p, o]: [TermNumber; 3]| {
                let quad = [graph, s, p, o];
                index.quads.as_ref().is_some_and(|quads| quads.by_graph.binary_search(&quad).is_ok()).then_some(quad)
            };
            return Box::new(triples.filter_map(of_graph));
        }
        let fits = move |[_, s, p, o]: &[TermNumber; 4]| {
            subject.is_none_or(|wanted| *s == wanted)
                && predicate.is_none_or(|wanted| *p == wanted)
                && object.is_none_or(|wanted| *o == wanted)
        };
        let quad = move |at: usize| index.quads.as_ref().map(|quads| quads.by_graph[at]);
        Box::new(own.filter_map(quad).filter(fits).map(move |[_, s, p, o]| [graph, s, p, o]))
    }

    /// A triple in each of the named graphs that contain it.
    fn graphs_of(&self, [s, p, o]: [TermNumber; 3]) -> Vec<[TermNumber; 4]> {
        let Some(quads) = &self.quads else { return Vec::new() };
        let start = quads.by_triple.partition_point(|quad| quad[..3] < [s, p, o][..]);
        let own = quads.by_triple[start..].iter().take_while(|quad| quad[..3] == [s, p, o]);
        let has_name = |graph: &TermNumber| ![DEFAULT_GRAPH, GRAPH_BESIDE].contains(graph);
        own.map(|quad| quad[3]).filter(has_name).map(|graph| [graph, s, p, o]).collect()
    }
}

impl GraphsOfTriples {
    fn new(triples: &[[TermNumber; 3]], runs: &[(TermNumber, usize)]) -> Self {
        let mut by_graph: Vec<[TermNumber; 4]> =
            names(runs).zip(triples).map(|(graph, [s, p, o])| [graph, *s, *p, *o]).collect();
        by_graph.sort_unstable();
        by_graph.dedup();
        let mut by_triple: Vec<[TermNumber; 4]> =
            by_graph.iter().map(|[graph, s, p, o]| [*s, *p, *o, *graph]).collect();
        by_triple.sort_unstable();
        Self { by_graph, by_triple }
    }
}

/// The graph of each triple.
fn names(runs: &[(TermNumber, usize)]) -> impl Iterator<Item = TermNumber> {
    runs.iter().flat_map(|(graph, n)| std::iter::repeat_n(*graph, *n))
}

/// Where the entries of each of `n_terms` terms begin when sorted, and the end.
///
/// # Panics
///
/// At four thousand million triples.
fn starts(n_terms: usize, terms: impl Iterator<Item = TermNumber>) -> Vec<u32> {
    let mut starts = vec![0_u32; n_terms + 1];
    for term in terms {
        starts[term as usize + 1] += 1;
    }
    let mut before = 0_u32;
    for start in &mut starts {
        before = before.checked_add(*start).expect("fewer than 2^32 triples");
        *start = before;
    }
    starts
}

/// The range of the entries of a term.
fn between(starts: &[u32], term: TermNumber) -> Range<usize> {
    match (starts.get(term as usize), starts.get(term as usize + 1)) {
        (Some(start), Some(end)) => *start as usize..*end as usize,
        _ => 0..0,
    }
}

/// The range of sorted entries with a certain key.
fn part<T>(entries: &[T], of: Range<usize>, key: impl Fn(&T) -> TermNumber, wanted: TermNumber) -> Range<usize> {
    let slice = &entries[of.clone()];
    let start = slice.partition_point(|entry| key(entry) < wanted);
    let n = slice[start..].partition_point(|entry| key(entry) == wanted);
    of.start + start..of.start + start + n
}

/// Triples that match a pattern; it keeps the index alive.
pub(crate) struct Matching {
    index: Arc<TripleIndex>,
    walk: Walk,
}

enum Walk {
    /// Those of a subject; the range is narrowed by the predicate.
    Subject { subject: TermNumber, object: Option<TermNumber>, range: Range<usize> },
    /// Those of a predicate, its range narrowed by the object, and of all predicates in `rest`.
    Predicates { rest: Range<usize>, predicate: TermNumber, range: Range<usize> },
    /// Those of an object.
    Object { object: TermNumber, subject: Option<TermNumber>, range: Range<usize> },
}

impl Matching {
    /// An upper bound of the number of triples.
    fn n_most(&self) -> usize {
        match &self.walk {
            Walk::Predicates { rest, .. } if !rest.is_empty() => self.index.by_subject.len(),
            Walk::Subject { range, .. } | Walk::Predicates { range, .. } | Walk::Object { range, .. } => range.len(),
        }
    }
}

impl Iterator for Matching {
    type Item = [TermNumber; 3];

    fn next(&mut self) -> Option<[TermNumber; 3]> {
        let index = &self.index;
        match &mut self.walk {
            Walk::Subject { subject, object, range } => {
                let fits = |at: &usize| object.is_none_or(|wanted| index.by_subject[*at][1] == wanted);
                let [predicate, object] = index.by_subject[range.find(fits)?];
                Some([*subject, predicate, object])
            }
            Walk::Predicates { rest, predicate, range } => loop {
                if let Some(at) = range.next() {
                    let [object, subject] = index.by_predicate[at];
                    return Some([subject, *predicate, object]);
                }
                (*predicate, *range) = index.predicates[rest.next()?].clone();
            },
            Walk::Object { object, subject, range } => {
                let entries = &index.by_object().entries;
                let fits = |at: &usize| subject.is_none_or(|wanted| entries[*at][1] == wanted);
                let [predicate, subject] = entries[range.find(fits)?];
                Some([subject, predicate, *object])
            }
        }
    }
}
