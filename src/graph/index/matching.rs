//! Walks over the triples and quads that match a pattern; they keep the index alive.

use std::ops::Range;
use std::sync::Arc;

use super::{GraphNumber, TripleIndex, between};
use crate::graph::TermNumber;

/// If a subject has more triples, the object is considered for the search too.
const MANY: usize = 16;

/// The triples that match a pattern, whatever their graph: subject, predicate, object.
pub(in crate::graph) struct Matching {
    index: Arc<TripleIndex>,
    walk: Walk,
}

enum Walk {
    /// Those of a subject; the range is narrowed by the predicate.
    Subject { subject: TermNumber, object: Option<TermNumber>, range: Range<usize> },
    /// Those of a predicate with its place, and of all predicates whose places are in `rest`.
    Predicates { rest: Range<usize>, predicate: TermNumber, range: Range<usize> },
    /// Those of an object; the range is narrowed by the predicate.
    Object { object: TermNumber, subject: Option<TermNumber>, range: Range<usize> },
}

impl Matching {
    pub fn new(index: &Arc<TripleIndex>, [subject, predicate, object]: [Option<TermNumber>; 3]) -> Self {
        let empty = Walk::Predicates { rest: 0..0, predicate: 0, range: 0..0 };
        let place = predicate.map(|predicate| index.predicate(predicate));
        let walk = match (subject, place, object) {
            // The predicate is in no triple.
            (_, Some(None), _) => empty,
            (Some(subject), None, Some(object)) if index.of_subject(subject, None).len() > MANY => {
                // The shorter of the two ranges: both may be long, but seldom are.
                let (range, other) = (index.of_subject(subject, None), index.of_object(object, None));
                if other.len() < range.len() {
                    Walk::Object { object, subject: Some(subject), range: other }
                } else {
                    Walk::Subject { subject, object: Some(object), range }
                }
            }
            (Some(subject), place, object) => {
                let mut range = index.of_subject(subject, place.flatten());
                if let (Some(_), Some(wanted)) = (place, object) {
                    range = index.by_subject.second.equal(range, wanted as usize);
                }
                Walk::Subject { subject, object, range }
            }
            (None, place, Some(object)) => {
                Walk::Object { object, subject: None, range: index.of_object(object, place.flatten()) }
            }
            (None, Some(Some(place)), None) => Walk::Predicates {
                rest: 0..0,
                predicate: predicate.unwrap_or_default(),
                range: index.of_predicate(place),
            },
            (None, None, None) => Walk::Predicates { rest: 0..index.predicates.len(), predicate: 0, range: 0..0 },
        };
        Self { index: Arc::clone(index), walk }
    }

    /// An upper bound of the number of triples.
    pub fn n_most(&self) -> usize {
        match &self.walk {
            Walk::Predicates { rest, .. } if !rest.is_empty() => self.index.n_triples(),
            Walk::Subject { range, .. } | Walk::Predicates { range, .. } | Walk::Object { range, .. } => range.len(),
        }
    }

    /// The next triple with its set of graphs.
    fn next_with_set(&mut self) -> Option<([TermNumber; 3], usize)> {
        let index = &self.index;
        match &mut self.walk {
            Walk::Subject { subject, object, range } => {
                let order = &index.by_subject;
                let at = range.find(|at| object.is_none_or(|wanted| order.second.term(*at) == wanted))?;
                let predicate = index.predicates.term(order.first.get(at));
                Some(([*subject, predicate, order.second.term(at)], order.set(at)))
            }
            Walk::Predicates { rest, predicate, range } => loop {
                if let Some(at) = range.next() {
                    let order = &index.by_predicate;
                    return Some(([order.first.term(at), *predicate, order.second.term(at)], order.set(at)));
                }
                let place = rest.next()?;
                *predicate = index.predicates.term(place);
                *range = index.of_predicate(place);
            },
            Walk::Object { object, subject, range } => {
                let order = &index.by_object().order;
                let at = range.find(|at| subject.is_none_or(|wanted| order.second.term(*at) == wanted))?;
                let predicate = index.predicates.term(order.first.get(at));
                Some(([order.second.term(at), predicate, *object], order.set(at)))
            }
        }
    }
}

impl Iterator for Matching {
    type Item = [TermNumber; 3];

    fn next(&mut self) -> Option<[TermNumber; 3]> {
        self.next_with_set().map(|(triple, _)| triple)
    }
}

/// The quads that match a pattern, in one named graph or in any: graph, subject, predicate,
/// object.
pub(in crate::graph) struct MatchingIn {
    index: Arc<TripleIndex>,
    walk: WalkIn,
}

enum WalkIn {
    /// Every named graph of each triple; those of the last triple that are still to come.
    Any {
        triples: Matching,
        triple: [TermNumber; 3],
        graphs: Vec<TermNumber>,
    },
    /// The triples that are in the graph.
    One {
        triples: Matching,
        name: TermNumber,
        graph: GraphNumber,
    },
    /// The graph's triples that match; the subject of the last one, and where its triples end.
    Graph {
        pattern: [Option<TermNumber>; 3],
        name: TermNumber,
        places: Range<usize>,
        subject: TermNumber,
        end: usize,
    },
    /// All triples, whatever their graph, as those of a graph with this name.
    All {
        triples: Matching,
        name: TermNumber,
    },
    Nothing,
}

impl MatchingIn {
    /// The triples of a graph that has an index of its own.
    pub fn all(index: &Arc<TripleIndex>, name: TermNumber, pattern: [Option<TermNumber>; 3]) -> Self {
        let triples = Matching::new(index, pattern);
        Self { index: Arc::clone(index), walk: WalkIn::All { triples, name } }
    }

    pub fn new(index: &Arc<TripleIndex>, name: Option<TermNumber>, pattern: [Option<TermNumber>; 3]) -> Self {
        let triples = Matching::new(index, pattern);
        let walk = match name.map(|name| (name, index.graphs.number(name))) {
            None => WalkIn::Any { triples, triple: [0; 3], graphs: Vec::new() },
            Some((_, None)) => WalkIn::Nothing,
            Some((name, Some(graph))) => {
                let places = index.graphs.places(graph).map(|places| match pattern[0] {
                    None => places,
                    Some(subject) => index.graphs.places_in(places, &index.of_subject(subject, None)),
                });
                match places {
                    Some(places) if places.len() < triples.n_most() => {
                        WalkIn::Graph { pattern, name, places, subject: 0, end: 0 }
                    }
                    _ => WalkIn::One { triples, name, graph },
                }
            }
        };
        Self { index: Arc::clone(index), walk }
    }
}

impl Iterator for MatchingIn {
    type Item = [TermNumber; 4];

    fn next(&mut self) -> Option<[TermNumber; 4]> {
        let index = &self.index;
        match &mut self.walk {
            WalkIn::Any { triples, triple, graphs } => loop {
                if let Some(graph) = graphs.pop() {
                    let [s, p, o] = *triple;
                    return Some([graph, s, p, o]);
                }
                let (next, set) = triples.next_with_set()?;
                *triple = next;
                graphs.extend(index.graphs.named(set));
                graphs.reverse();
            },
            WalkIn::One { triples, name, graph } => loop {
                let ([s, p, o], set) = triples.next_with_set()?;
                if index.graphs.contains(set, *graph) {
                    return Some([*name, s, p, o]);
                }
            },
            WalkIn::Graph { pattern, name, places, subject, end } => loop {
                let at = index.graphs.place(places.next()?);
                if at >= *end {
                    *subject = index.subject_at(at);
                    *end = between(&index.subjects, *subject as usize).end;
                }
                let order = &index.by_subject;
                let triple = [*subject, index.predicates.term(order.first.get(at)), order.second.term(at)];
                let fits =
                    |(wanted, term): (&Option<TermNumber>, TermNumber)| wanted.is_none_or(|wanted| wanted == term);
                if pattern.iter().zip(triple).all(fits) {
                    let [s, p, o] = triple;
                    return Some([*name, s, p, o]);
                }
            },
            WalkIn::All { triples, name } => triples.next().map(|[s, p, o]| [*name, s, p, o]),
            WalkIn::Nothing => None,
        }
    }
}
