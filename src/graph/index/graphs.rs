//! Which graphs contain each triple: few sets of graphs occur, and each has a number.

use std::collections::HashMap;
use std::ops::Range;

use super::column::{NumberColumn, NumberColumnBuilder, column};
use crate::graph::TermNumber;

/// Stands for the default graph, which has no name.
pub(in crate::graph) const DEFAULT_GRAPH: TermNumber = TermNumber::MAX;

/// A graph by its place among the names; 0 is the default graph.
pub type GraphNumber = usize;

/// The graphs of triples.
pub(in crate::graph) struct TripleGraphs {
    /// The names, sorted. The graph with the number `n` has the name at `n - 1`.
    names: NumberColumn,
    /// Where the members of each set begin, and the end.
    set_starts: NumberColumn,
    /// The numbers of the graphs in each set, sorted.
    members: NumberColumn,
    /// Where the triples of each graph, from 0 on, begin in `places`, and the end. Empty if all
    /// triples have the same set.
    place_starts: NumberColumn,
    /// The places of each graph's triples among those sorted by subject.
    places: NumberColumn,
}

impl TripleGraphs {
    /// Sorts triples; `runs` gives the graphs of consecutive ones. Returns the triples, each once
    /// with the number of its set. Where the triples of each graph are is not known yet.
    pub fn new(triples: Vec<[TermNumber; 3]>, runs: &[(TermNumber, usize)]) -> (Vec<[u32; 4]>, Self) {
        let mut names: Vec<TermNumber> = runs.iter().map(|(graph, _)| *graph).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| *name != DEFAULT_GRAPH);
        let number = |name: TermNumber| names.binary_search(&name).map_or(0, |index| index as u32 + 1);
        let numbers: Vec<usize> = names.iter().map(|name| *name as usize).collect();
        let graphs = runs.iter().flat_map(|(name, n)| std::iter::repeat_n(number(*name), *n));
        let mut quads: Vec<_> = triples.iter().zip(graphs).map(|([s, p, o], graph)| [*s, *p, *o, graph]).collect();
        // They are the largest part of the memory of a build.
        drop(triples);
        // Appended to sorted triples, or sorted by parts: found by a sort that looks for runs.
        quads.sort();
        Self::of_sorted(&numbers, quads)
    }

    /// Like [`new`](Self::new), for sorted triples with the number of a graph each, of graphs with
    /// these names.
    pub fn of_sorted(names: &[usize], mut quads: Vec<[u32; 4]>) -> (Vec<[u32; 4]>, Self) {
        quads.dedup();
        let mut sets = Sets::default();
        let (mut n_triples, mut next) = (0, 0);
        while let Some(&[s, p, o, graph]) = quads.get(next) {
            let same = quads[next..].iter().take_while(|quad| quad[..3] == [s, p, o]);
            let graphs: &[_] = &quads[next..next + same.count()];
            let set = match graphs {
                [_] => sets.single(graph),
                _ => sets.number(graphs.iter().map(|quad| quad[3]).collect()),
            };
            next += graphs.len();
            quads[n_triples] = [s, p, o, set];
            n_triples += 1;
        }
        quads.truncate(n_triples);
        let own = Self {
            names: column(names),
            set_starts: column(&ends(sets.members.iter().map(Vec::len))),
            members: column(&sets.members.concat().into_iter().map(|graph| graph as usize).collect::<Vec<_>>()),
            place_starts: NumberColumn::default(),
            places: NumberColumn::default(),
        };
        (quads, own)
    }

    /// Finds where the triples of each graph are: `set` gives the set of each of `n` triples.
    pub fn find_places(&mut self, n: usize, set: impl Fn(usize) -> usize) {
        if self.n_sets() <= 1 {
            return;
        }
        let mut n_places = vec![0_usize; self.names.len() + 1];
        (0..n).flat_map(|at| self.members(set(at))).for_each(|graph| n_places[graph] += 1);
        let mut next = ends(n_places.into_iter());
        self.place_starts = column(&next);
        let mut places = NumberColumnBuilder::zeros(n, next.last().copied().unwrap_or(0));
        for at in 0..n {
            for graph in self.members(set(at)) {
                places.set(next[graph], at);
                next[graph] += 1;
            }
        }
        self.places = places.finish();
    }

    pub fn columns(&self) -> [&NumberColumn; 5] {
        [&self.names, &self.set_starts, &self.members, &self.place_starts, &self.places]
    }

    /// The graphs in these columns of `n` triples; `None` if their lengths do not fit together.
    pub fn of_columns(columns: &[NumberColumn], n: usize) -> Option<Self> {
        let [names, set_starts, members, place_starts, places] = columns else { return None };
        let n_places = if place_starts.len() == 0 { 0 } else { names.len() + 2 };
        let fits = set_starts.len() > 0 && place_starts.len() == n_places && (n == 0 || members.len() > 0);
        fits.then(|| Self {
            names: names.clone(),
            set_starts: set_starts.clone(),
            members: members.clone(),
            place_starts: place_starts.clone(),
            places: places.clone(),
        })
    }

    /// How many sets of graphs there are.
    pub fn n_sets(&self) -> usize {
        self.set_starts.len() - 1
    }

    /// The names of the graphs, sorted by number.
    pub fn names(&self) -> impl Iterator<Item = TermNumber> + '_ {
        (0..self.names.len()).map(|at| self.names.term(at))
    }

    /// The number of the graph with a name.
    pub fn number(&self, name: TermNumber) -> Option<GraphNumber> {
        self.names.equal(0..self.names.len(), name as usize).next().map(|at| at + 1)
    }

    /// The name of a graph; none for the default graph.
    pub fn name(&self, graph: GraphNumber) -> Option<TermNumber> {
        (graph > 0).then(|| self.names.term(graph - 1))
    }

    fn members(&self, set: usize) -> impl Iterator<Item = GraphNumber> + '_ {
        let range = self.set_starts.get(set)..self.set_starts.get(set + 1);
        range.map(|at| self.members.get(at))
    }

    /// Whether a set has a graph.
    pub fn contains(&self, set: usize, graph: GraphNumber) -> bool {
        self.members(set).any(|member| member == graph)
    }

    /// The names of the graphs in a set, without the default graph.
    pub fn named(&self, set: usize) -> impl Iterator<Item = TermNumber> + '_ {
        self.members(set).filter_map(|graph| self.name(graph))
    }

    /// The names of the graphs in a set, [`DEFAULT_GRAPH`] among them.
    pub fn names_of(&self, set: usize) -> Vec<TermNumber> {
        self.members(set).map(|graph| self.name(graph).unwrap_or(DEFAULT_GRAPH)).collect()
    }

    /// How many of `n` triples a graph has.
    pub fn n_triples(&self, graph: GraphNumber, n: usize) -> usize {
        self.places(graph).map_or(if n > 0 && self.contains(0, graph) { n } else { 0 }, |range| range.len())
    }

    /// The range in the places of the triples of a graph; none if all have the same graphs.
    pub fn places(&self, graph: GraphNumber) -> Option<Range<usize>> {
        (self.place_starts.len() > 0).then(|| self.place_starts.get(graph)..self.place_starts.get(graph + 1))
    }

    /// The part of the places of a graph that lies in a range of triples sorted by subject.
    pub fn places_in(&self, places: Range<usize>, range: &Range<usize>) -> Range<usize> {
        let start = self.places.partition_point(places.clone(), |at| at < range.start);
        start..self.places.partition_point(start..places.end, |at| at < range.end)
    }

    /// The triple at an index among the places.
    pub fn place(&self, index: usize) -> usize {
        self.places.get(index)
    }
}

/// Where parts of these lengths begin, and the end.
fn ends(lengths: impl Iterator<Item = usize>) -> Vec<usize> {
    let sums = lengths.scan(0, |end, length| {
        *end += length;
        Some(*end)
    });
    std::iter::once(0).chain(sums).collect()
}

/// Sets of graphs as they are met.
#[derive(Default)]
struct Sets {
    members: Vec<Vec<u32>>,
    numbers: HashMap<Vec<u32>, u32>,
    singles: HashMap<u32, u32>,
}

impl Sets {
    fn number(&mut self, graphs: Vec<u32>) -> u32 {
        let next = self.members.len() as u32;
        *self.numbers.entry(graphs).or_insert_with_key(|graphs| {
            self.members.push(graphs.clone());
            next
        })
    }

    fn single(&mut self, graph: u32) -> u32 {
        if let Some(number) = self.singles.get(&graph) {
            return *number;
        }
        let number = self.number(vec![graph]);
        self.singles.insert(graph, number);
        number
    }
}
