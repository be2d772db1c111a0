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
    /// Sorts triples; `runs` gives the graphs of consecutive ones. Returns the triples, each
    /// once, and the number of the set of each, unless there is only one set.
    pub fn new(
        mut triples: Vec<[TermNumber; 3]>,
        runs: &[(TermNumber, usize)],
    ) -> (Vec<[TermNumber; 3]>, Self, Vec<u32>) {
        let mut names: Vec<TermNumber> = runs.iter().map(|(graph, _)| *graph).collect();
        names.sort_unstable();
        names.dedup();
        let n_graphs = names.len();
        names.retain(|name| *name != DEFAULT_GRAPH);
        let number = |name: TermNumber| names.binary_search(&name).map_or(0, |index| index + 1);
        let numbers: Vec<usize> = names.iter().map(|name| *name as usize).collect();
        if n_graphs <= 1 {
            // Appended to sorted triples, or sorted by parts: found by a sort that looks for runs.
            triples.sort();
            triples.dedup();
            triples.shrink_to_fit();
            let members: Vec<usize> = runs.first().map(|(name, _)| number(*name)).into_iter().collect();
            let set_starts = if members.is_empty() { vec![0] } else { vec![0, 1] };
            let own = Self {
                names: column(&numbers),
                set_starts: column(&set_starts),
                members: column(&members),
                place_starts: NumberColumn::default(),
                places: NumberColumn::default(),
            };
            return (triples, own, Vec::new());
        }
        let graphs = runs.iter().flat_map(|(name, n)| std::iter::repeat_n(number(*name) as u32, *n));
        let quads = triples.iter().zip(graphs).map(|([s, p, o], graph)| [*s, *p, *o, graph]).collect();
        // They are the largest part of the memory of a build.
        drop(triples);
        Self::of_quads(&numbers, quads)
    }

    /// Sorts triples with the number of a graph each, of graphs with these names. Like
    /// [`new`](Self::new).
    pub fn of_quads(names: &[usize], mut quads: Vec<[u32; 4]>) -> (Vec<[TermNumber; 3]>, Self, Vec<u32>) {
        quads.sort();
        quads.dedup();
        let mut triples = Vec::with_capacity(quads.len());
        let mut sets = Sets::default();
        let mut of_triples = Vec::new();
        for quads in quads.chunk_by(|one, next| one[..3] == next[..3]) {
            let [s, p, o, graph] = quads[0];
            triples.push([s, p, o]);
            of_triples.push(match quads {
                [_] => sets.single(graph),
                _ => sets.number(quads.iter().map(|quad| quad[3]).collect()),
            });
        }
        drop(quads);
        let mut n_places = vec![0_usize; names.len() + 1];
        let members = |set: &u32| sets.members[*set as usize].iter().map(|graph| *graph as usize);
        of_triples.iter().flat_map(members).for_each(|graph| n_places[graph] += 1);
        let place_starts = ends(n_places.into_iter());
        let mut next = place_starts.clone();
        let mut places = NumberColumnBuilder::zeros(triples.len(), place_starts.last().copied().unwrap_or(0));
        for (at, set) in of_triples.iter().enumerate() {
            for graph in members(set) {
                places.set(next[graph], at);
                next[graph] += 1;
            }
        }
        let own = Self {
            names: column(names),
            set_starts: column(&ends(sets.members.iter().map(Vec::len))),
            members: column(&sets.members.concat().into_iter().map(|graph| graph as usize).collect::<Vec<_>>()),
            place_starts: column(&place_starts),
            places: places.finish(),
        };
        (triples, own, of_triples)
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
