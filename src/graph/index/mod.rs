//! Triples by number in the orders in which they are searched: by subject, by predicate, and by
//! object. Each triple is stored once in each order, with the set of graphs that contain it.

mod column;
mod graphs;
mod matching;
mod section;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::TermNumber;

pub(super) use column::{NumberColumn, NumberColumnBuilder, column};
pub use graphs::GraphNumber;
pub(super) use graphs::{DEFAULT_GRAPH, TripleGraphs};
pub(super) use matching::{Matching, MatchingIn};
pub use section::DamagedBlock;
pub(super) use section::{BLOCK, Checksums, Section};

/// Sorted triples. Predicates are numbered among themselves, in the order of their term numbers.
pub(super) struct TripleIndex {
    /// Where the triples of each subject begin in `by_subject`, and the end.
    subjects: NumberColumn,
    /// Predicate and object, sorted by subject, predicate and object.
    by_subject: Order,
    /// The term numbers of the predicates, sorted.
    predicates: NumberColumn,
    /// Where the triples of each predicate begin in `by_predicate`, and the end.
    predicate_starts: NumberColumn,
    /// How many different subjects the triples of each predicate have.
    subject_counts: NumberColumn,
    /// Subject and object, sorted by predicate, subject and object.
    by_predicate: Order,
    /// Made when it is first needed, unless it was read from a snapshot.
    by_object: OnceLock<ByObject>,
    graphs: TripleGraphs,
}

/// Two parts of each triple in some order, and its set of graphs.
#[derive(Clone, Default)]
struct Order {
    first: NumberColumn,
    second: NumberColumn,
    /// Empty if all triples have the same set.
    sets: NumberColumn,
}

/// The place of a predicate among those of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PredicatePlace(usize);

struct ByObject {
    /// Where the triples of each object begin, and the end.
    starts: NumberColumn,
    /// Predicate and subject, sorted by object, predicate and subject.
    order: Order,
    /// How many different objects the triples of each predicate have.
    counts: NumberColumn,
}

impl TripleIndex {
    /// Sorts triples of terms whose numbers are below `n_terms`. `runs` gives the graphs of
    /// consecutive triples.
    pub fn new(n_terms: usize, triples: Vec<[TermNumber; 3]>, runs: &[(TermNumber, usize)]) -> Self {
        Self::of_sorted(n_terms, TripleGraphs::new(triples, runs))
    }

    /// The triples, sorted, come with the number of their set of graphs.
    fn of_sorted(n_terms: usize, (triples, mut graphs): (Vec<[u32; 4]>, TripleGraphs)) -> Self {
        let n = triples.len();
        let subjects = starts(n_terms, n, triples.iter().map(|[subject, ..]| *subject as usize));
        let mut counts = vec![0_u32; n_terms];
        triples.iter().for_each(|[_, predicate, ..]| counts[*predicate as usize] += 1);
        let predicates: Vec<usize> = (0..n_terms).filter(|number| counts[*number] > 0).collect();
        let mut next: Vec<usize> = Vec::with_capacity(predicates.len() + 1);
        let mut before = 0;
        for predicate in &predicates {
            next.push(before);
            before += counts[*predicate] as usize;
        }
        next.push(before);
        let predicate_starts = column(&next);
        // From here on the counts are not needed: the place of each predicate among them is.
        for (index, predicate) in predicates.iter().enumerate() {
            counts[*predicate] = index as u32;
        }
        let largest_set = graphs.n_sets().saturating_sub(1);
        let mut by_subject = OrderBuilder::new(predicates.len().saturating_sub(1), n_terms, largest_set, n);
        for (at, [_, predicate, object, set]) in triples.iter().enumerate() {
            by_subject.set(at, counts[*predicate as usize] as usize, *object as usize, *set as usize);
        }
        // The largest part of the memory of a build goes before the other order is made.
        drop((triples, counts));
        let by_subject = by_subject.finish();
        let mut by_predicate = OrderBuilder::new(n_terms, n_terms, largest_set, n);
        let mut subject_counts = vec![0_usize; predicates.len()];
        for subject in 0..n_terms {
            let mut last = None;
            for at in between(&subjects, subject) {
                let predicate = by_subject.first.get(at);
                if last.replace(predicate) != Some(predicate) {
                    subject_counts[predicate] += 1;
                }
                by_predicate.set(next[predicate], subject, by_subject.second.get(at), by_subject.set(at));
                next[predicate] += 1;
            }
        }
        graphs.find_places(n, |at| by_subject.set(at));
        Self {
            subjects,
            by_subject,
            predicates: column(&predicates),
            predicate_starts,
            subject_counts: column(&subject_counts),
            by_predicate: by_predicate.finish(),
            by_object: OnceLock::new(),
            graphs,
        }
    }

    /// The same triples of terms that have other numbers: `numbers` has the new one of each.
    pub fn renumbered(self: &Arc<Self>, numbers: &[TermNumber]) -> Self {
        let new = |number: TermNumber| numbers.get(number as usize).copied().unwrap_or(number);
        let mut names: Vec<usize> = self.graphs.names().map(|name| new(name) as usize).collect();
        names.sort_unstable();
        let number = |graph: TermNumber| match graph {
            DEFAULT_GRAPH => 0,
            graph => names.binary_search(&(new(graph) as usize)).map_or(0, |at| at as u32 + 1),
        };
        let mut quads = Vec::with_capacity(self.n_triples());
        for (triple, graphs) in self.triples() {
            let [s, p, o] = triple.map(new);
            quads.extend(graphs.into_iter().map(|graph| [s, p, o, number(graph)]));
        }
        quads.sort_unstable();
        Self::of_sorted(numbers.len(), TripleGraphs::of_sorted(&names, quads))
    }

    /// How many triples there are.
    pub fn n_triples(&self) -> usize {
        self.by_subject.second.len()
    }

    /// The graphs of the triples.
    pub fn graphs(&self) -> &TripleGraphs {
        &self.graphs
    }

    /// The columns in the order in which a snapshot has them; those by object are made if need
    /// be. The last ones are those of the graphs.
    pub fn columns(&self) -> Vec<&NumberColumn> {
        let by_object = self.by_object();
        let orders = [&self.by_subject, &self.by_predicate, &by_object.order];
        let mut columns = vec![
            &self.subjects,
            &self.predicates,
            &self.predicate_starts,
            &self.subject_counts,
            &by_object.counts,
            &by_object.starts,
        ];
        columns.extend(orders.iter().flat_map(|order| [&order.first, &order.second, &order.sets]));
        columns.extend(self.graphs.columns());
        columns
    }

    /// The triples in these columns, which are in the order of [`columns`](Self::columns); `None`
    /// if their lengths do not fit together.
    pub fn of_columns(n_terms: usize, columns: &[NumberColumn]) -> Option<Self> {
        let [subjects, predicates, predicate_starts, subject_counts, object_counts, objects, orders @ ..] = columns
        else {
            return None;
        };
        let (orders, graphs) = orders.split_at_checked(9)?;
        let order = |at: usize| Order {
            first: orders[at].clone(),
            second: orders[at + 1].clone(),
            sets: orders[at + 2].clone(),
        };
        let (by_subject, by_predicate, by_object) = (order(0), order(3), order(6));
        let n = by_subject.second.len();
        let graphs = TripleGraphs::of_columns(graphs, n)?;
        let n_sets = if graphs.n_sets() > 1 { n } else { 0 };
        let fits = [&by_subject, &by_predicate, &by_object]
            .iter()
            .all(|order| order.first.len() == n && order.second.len() == n && order.sets.len() == n_sets)
            && subjects.len() == n_terms + 1
            && objects.len() == n_terms + 1
            && predicate_starts.len() == predicates.len() + 1
            && subject_counts.len() == predicates.len()
            && object_counts.len() == predicates.len();
        fits.then(|| Self {
            subjects: subjects.clone(),
            by_subject,
            predicates: predicates.clone(),
            predicate_starts: predicate_starts.clone(),
            by_predicate,
            subject_counts: subject_counts.clone(),
            by_object: OnceLock::from(ByObject {
                starts: objects.clone(),
                order: by_object,
                counts: object_counts.clone(),
            }),
            graphs,
        })
    }

    /// The place of a predicate among the predicates.
    fn predicate(&self, predicate: TermNumber) -> Option<usize> {
        self.predicates.equal(0..self.predicates.len(), predicate as usize).next()
    }

    /// The range in `by_subject` of the triples of a subject, or of a subject and a predicate's
    /// place.
    fn of_subject(&self, subject: TermNumber, predicate: Option<usize>) -> Range<usize> {
        let all = between(&self.subjects, subject as usize);
        match predicate {
            None => all,
            Some(wanted) => self.by_subject.first.equal(all, wanted),
        }
    }

    /// The range in `by_predicate` of the triples of a predicate's place.
    fn of_predicate(&self, predicate: usize) -> Range<usize> {
        between(&self.predicate_starts, predicate)
    }

    /// The range in `by_object` of the triples of an object, or of an object and a predicate's
    /// place.
    fn of_object(&self, object: TermNumber, predicate: Option<usize>) -> Range<usize> {
        let by_object = self.by_object();
        let all = between(&by_object.starts, object as usize);
        match predicate {
            None => all,
            Some(wanted) => by_object.order.first.equal(all, wanted),
        }
    }

    fn by_object(&self) -> &ByObject {
        self.by_object.get_or_init(|| {
            let (n, n_terms) = (self.n_triples(), self.subjects.len().saturating_sub(1));
            let from = &self.by_predicate;
            let objects = || (0..n).map(|at| from.second.get(at));
            let mut next = NumberColumnBuilder::zeros(n, n_terms + 1);
            for object in objects() {
                next.set(object + 1, next.get(object + 1) + 1);
            }
            let mut before = 0;
            for object in 0..=n_terms {
                before += next.get(object);
                next.set(object, before);
            }
            let starts = next.clone().finish();
            let largest_set = self.graphs.n_sets().saturating_sub(1);
            let mut order = OrderBuilder::new(self.predicates.len().saturating_sub(1), n_terms, largest_set, n);
            for predicate in 0..self.predicates.len() {
                for at in self.of_predicate(predicate) {
                    let (subject, object) = (from.first.get(at), from.second.get(at));
                    let place = next.get(object);
                    order.set(place, predicate, subject, from.set(at));
                    next.set(object, place + 1);
                }
            }
            drop(next);
            let order = order.finish();
            let mut counts = vec![0_usize; self.predicates.len()];
            for object in 0..n_terms {
                let mut last = None;
                for predicate in between(&starts, object).map(|at| order.first.get(at)) {
                    if last.replace(predicate) != Some(predicate) {
                        counts[predicate] += 1;
                    }
                }
            }
            ByObject { starts, order, counts: column(&counts) }
        })
    }

    /// The place of a predicate, with which it is found at once.
    pub fn place(&self, predicate: TermNumber) -> Option<PredicatePlace> {
        self.predicate(predicate).map(PredicatePlace)
    }

    /// The objects of a subject and a predicate, sorted by number.
    pub fn objects_at(&self, subject: TermNumber, place: PredicatePlace) -> impl Iterator<Item = TermNumber> + '_ {
        self.of_subject(subject, Some(place.0)).map(|at| self.by_subject.second.term(at))
    }

    /// The subjects of a predicate and an object, sorted by number.
    pub fn subjects_at(&self, place: PredicatePlace, object: TermNumber) -> impl Iterator<Item = TermNumber> + '_ {
        let second = &self.by_object().order.second;
        self.of_object(object, Some(place.0)).map(|at| second.term(at))
    }

    /// The objects of a subject and a predicate, sorted by number.
    pub fn objects_of(&self, subject: TermNumber, predicate: TermNumber) -> impl Iterator<Item = TermNumber> + '_ {
        let range = self.predicate(predicate).map_or(0..0, |place| self.of_subject(subject, Some(place)));
        range.map(|at| self.by_subject.second.term(at))
    }

    /// The subjects of a predicate and an object, sorted by number.
    pub fn subjects_of(&self, predicate: TermNumber, object: TermNumber) -> impl Iterator<Item = TermNumber> + '_ {
        let place = self.predicate(predicate);
        let range = place.map_or(0..0, |place| self.of_object(object, Some(place)));
        range.map(|at| self.by_object().order.second.term(at))
    }

    /// The subjects and objects of a predicate, sorted by number.
    pub fn ends_of(&self, predicate: TermNumber) -> impl Iterator<Item = (TermNumber, TermNumber)> + '_ {
        let range = self.predicate(predicate).map_or(0..0, |place| self.of_predicate(place));
        range.map(|at| (self.by_predicate.first.term(at), self.by_predicate.second.term(at)))
    }

    /// The subject and object of one of the triples of a predicate.
    pub fn end_at(&self, predicate: TermNumber, index: usize) -> Option<(TermNumber, TermNumber)> {
        let at = self.of_predicate(self.predicate(predicate)?).nth(index)?;
        Some((self.by_predicate.first.term(at), self.by_predicate.second.term(at)))
    }

    /// The predicates and objects of a subject, sorted by number.
    pub fn about(&self, subject: TermNumber) -> impl Iterator<Item = (TermNumber, TermNumber)> + '_ {
        let range = self.of_subject(subject, None);
        range.map(|at| (self.predicates.term(self.by_subject.first.get(at)), self.by_subject.second.term(at)))
    }

    /// The subject of the triple at a place in `by_subject`.
    fn subject_at(&self, at: usize) -> TermNumber {
        let after = self.subjects.partition_point(0..self.subjects.len(), |start| start <= at);
        after.saturating_sub(1) as TermNumber
    }

    /// How many triples match a pattern; if subject and object are known and the predicate is not,
    /// at most.
    pub fn n_matching(self: &Arc<Self>, pattern: [Option<TermNumber>; 3]) -> usize {
        Matching::new(self, pattern).n_most()
    }

    /// How many different subjects, and objects, the triples of a predicate have.
    pub fn n_ends(&self, predicate: TermNumber) -> (usize, usize) {
        let place = self.predicate(predicate);
        place.map_or((0, 0), |place| (self.subject_counts.get(place), self.by_object().counts.get(place)))
    }

    /// The predicates, sorted by number, with how many triples each has.
    pub fn predicates(&self) -> impl Iterator<Item = (TermNumber, usize)> + '_ {
        (0..self.predicates.len()).map(|place| (self.predicates.term(place), self.of_predicate(place).len()))
    }

    /// All triples, sorted by subject, predicate and object, with the graphs of each.
    pub fn triples(self: &Arc<Self>) -> impl Iterator<Item = ([TermNumber; 3], Vec<TermNumber>)> + '_ {
        let subjects = 0..self.subjects.len().saturating_sub(1) as TermNumber;
        subjects.flat_map(move |subject| {
            self.of_subject(subject, None).map(move |at| {
                let predicate = self.predicates.term(self.by_subject.first.get(at));
                let triple = [subject, predicate, self.by_subject.second.term(at)];
                (triple, self.graphs.names_of(self.by_subject.set(at)))
            })
        })
    }
}

/// Runs of triples in the same graph, in order, with their lengths.
#[derive(Clone, Default)]
pub(super) struct Runs(pub Vec<(TermNumber, usize)>);

impl Runs {
    /// Adds the graph of the next triple.
    pub fn push(&mut self, graph: TermNumber) {
        match self.0.last_mut() {
            Some((last, n)) if *last == graph => *n += 1,
            _ => self.0.push((graph, 1)),
        }
    }
}

impl Order {
    /// The set of graphs of the triple at a place.
    #[inline]
    fn set(&self, at: usize) -> usize {
        if self.sets.len() == 0 { 0 } else { self.sets.get(at) }
    }
}

struct OrderBuilder {
    first: NumberColumnBuilder,
    second: NumberColumnBuilder,
    sets: Option<NumberColumnBuilder>,
}

impl OrderBuilder {
    fn new(largest_first: usize, largest_second: usize, largest_set: usize, n: usize) -> Self {
        Self {
            first: NumberColumnBuilder::zeros(largest_first, n),
            second: NumberColumnBuilder::zeros(largest_second, n),
            sets: (largest_set > 0).then(|| NumberColumnBuilder::zeros(largest_set, n)),
        }
    }

    fn set(&mut self, at: usize, first: usize, second: usize, set: usize) {
        self.first.set(at, first);
        self.second.set(at, second);
        if let Some(sets) = &mut self.sets {
            sets.set(at, set);
        }
    }

    fn finish(self) -> Order {
        let sets = self.sets.map_or_else(NumberColumn::default, NumberColumnBuilder::finish);
        Order { first: self.first.finish(), second: self.second.finish(), sets }
    }
}

/// Where the entries of each of `n_keys` keys begin when sorted, and the end; the keys come
/// sorted.
fn starts(n_keys: usize, n: usize, keys: impl Iterator<Item = usize>) -> NumberColumn {
    let mut starts = NumberColumnBuilder::new(n, n_keys + 1);
    let mut n_begun = 0;
    for (at, key) in keys.enumerate() {
        while n_begun <= key {
            starts.push(at);
            n_begun += 1;
        }
    }
    (n_begun..=n_keys).for_each(|_| starts.push(n));
    starts.finish()
}

/// The range of the entries of a key; empty if there is none.
fn between(starts: &NumberColumn, key: usize) -> Range<usize> {
    if key + 1 < starts.len() { starts.get(key)..starts.get(key + 1) } else { 0..0 }
}
