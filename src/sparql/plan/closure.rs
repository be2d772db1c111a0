//! Paths over numbers of terms.

use spargebra::algebra::PropertyPathExpression as Path;

use hashbrown::HashSet;
use oxigraph::model::NamedNode;

use crate::graph::{Graph, PredicatePlace, TermNumber};

/// A path whose predicates are numbers. A predicate that is in no triple leads nowhere.
#[derive(Debug, Clone)]
pub(super) enum NumberPath {
    Predicate(Option<(TermNumber, PredicatePlace)>),
    Reverse(Box<NumberPath>),
    Sequence(Box<NumberPath>, Box<NumberPath>),
    Alternative(Box<NumberPath>, Box<NumberPath>),
    /// From the shortest length, 0 or 1; to any length, or only to 1.
    Repeated {
        path: Box<NumberPath>,
        from: u8,
        is_closure: bool,
    },
}

impl NumberPath {
    /// The path with the predicates of a graph; `None` if it negates predicates.
    pub fn of(path: &Path, graph: &Graph) -> Option<Self> {
        let inner = |path: &Path| Self::of(path, graph).map(Box::new);
        let number = |node: &NamedNode| {
            let number = graph.find(node.as_ref().into())?;
            Some((number, graph.predicate_place(number)?))
        };
        Some(match path {
            Path::NamedNode(node) => Self::Predicate(number(node)),
            Path::Reverse(path) => Self::Reverse(inner(path)?),
            Path::Sequence(a, b) => Self::Sequence(inner(a)?, inner(b)?),
            Path::Alternative(a, b) => Self::Alternative(inner(a)?, inner(b)?),
            Path::ZeroOrMore(path) => Self::Repeated { path: inner(path)?, from: 0, is_closure: true },
            Path::OneOrMore(path) => Self::Repeated { path: inner(path)?, from: 1, is_closure: true },
            Path::ZeroOrOne(path) => Self::Repeated { path: inner(path)?, from: 0, is_closure: false },
            Path::NegatedPropertySet(_) => return None,
        })
    }

    /// Adds where the path leads from a term, or, backwards, from where it leads to it. What is
    /// reached in several ways may be added several times, unless the path is a closure.
    pub fn follow(&self, graph: &Graph, from: TermNumber, forwards: bool, found: &mut Vec<TermNumber>) {
        match self {
            Self::Predicate(None) => {}
            Self::Predicate(Some((_, place))) if forwards => found.extend(graph.objects_at(from, *place)),
            Self::Predicate(Some((_, place))) => found.extend(graph.subjects_at(*place, from)),
            Self::Reverse(path) => path.follow(graph, from, !forwards, found),
            Self::Sequence(a, b) => {
                let (first, second) = if forwards { (a, b) } else { (b, a) };
                let mut middle = Vec::new();
                first.follow(graph, from, forwards, &mut middle);
                middle.sort_unstable();
                middle.dedup();
                for term in middle {
                    second.follow(graph, term, forwards, found);
                }
            }
            Self::Alternative(a, b) => {
                a.follow(graph, from, forwards, found);
                b.follow(graph, from, forwards, found);
            }
            Self::Repeated { .. } => {
                // A closure inside a closure is searched again and again: without room for all terms.
                let mut reached = Vec::new();
                self.reach(graph, from, forwards, &mut Visited::of_few(), usize::MAX, &mut reached);
                found.extend(reached);
            }
        }
    }

    /// What a closure reaches from a term, each term once, in place of what was in `reached`. It
    /// stops when there are `most`.
    pub fn reach(
        &self,
        graph: &Graph,
        from: TermNumber,
        forwards: bool,
        visited: &mut Visited,
        most: usize,
        reached: &mut Vec<TermNumber>,
    ) {
        reached.clear();
        visited.begin();
        let (path, shortest, is_closure) = match self {
            Self::Repeated { path, from, is_closure } => (&**path, *from, *is_closure),
            other => (other, 1, false),
        };
        if shortest == 0 {
            visited.add(from);
            reached.push(from);
        }
        path.follow(graph, from, forwards, reached);
        visited.keep_new(reached, usize::from(shortest == 0));
        let mut at = usize::from(shortest == 0);
        while is_closure && at < reached.len() && reached.len() < most {
            let known = reached.len();
            path.follow(graph, reached[at], forwards, reached);
            visited.keep_new(reached, known);
            at += 1;
        }
    }

    /// Whether the path has a solution of length zero.
    pub fn may_be_empty(&self) -> bool {
        match self {
            Self::Predicate(_) => false,
            Self::Reverse(path) => path.may_be_empty(),
            Self::Sequence(a, b) => a.may_be_empty() && b.may_be_empty(),
            Self::Alternative(a, b) => a.may_be_empty() || b.may_be_empty(),
            Self::Repeated { path, from, .. } => *from == 0 || path.may_be_empty(),
        }
    }

    /// The only predicate of the path, and whether it is followed forwards.
    pub fn single(&self) -> Option<(TermNumber, bool)> {
        match self {
            Self::Predicate(predicate) => predicate.map(|(predicate, _)| (predicate, true)),
            Self::Reverse(path) => path.single().map(|(predicate, forwards)| (predicate, !forwards)),
            _ => None,
        }
    }
}

/// Where one predicate leads from each term, side by side: for searches from all terms.
pub(super) struct Near {
    first: TermNumber,
    /// Where the neighbours of each term from the first on begin, and the end.
    starts: Vec<u32>,
    neighbours: Vec<TermNumber>,
}

impl Near {
    /// The neighbours by a predicate; `None` if the terms lie too far apart for a list.
    pub fn new(graph: &Graph, predicate: TermNumber, forwards: bool) -> Option<Self> {
        let ends = || {
            let ends = graph.ends_of(predicate);
            ends.map(move |(subject, object)| if forwards { (subject, object) } else { (object, subject) })
        };
        let (mut first, mut last, mut n) = (TermNumber::MAX, 0, 0_usize);
        for (from, _) in ends() {
            (first, last, n) = (first.min(from), last.max(from), n + 1);
        }
        let length = (last as usize + 1).checked_sub(first as usize)?;
        if length > 16 * n || n > u32::MAX as usize {
            return None;
        }
        let mut starts = vec![0_u32; length + 1];
        ends().for_each(|(from, _)| starts[(from - first) as usize + 1] += 1);
        for at in 0..length {
            starts[at + 1] += starts[at];
        }
        let (mut next, mut neighbours) = (starts.clone(), vec![0; n]);
        for (from, to) in ends() {
            let place = &mut next[(from - first) as usize];
            neighbours[*place as usize] = to;
            *place += 1;
        }
        Some(Self { first, starts, neighbours })
    }

    fn of(&self, term: TermNumber) -> &[TermNumber] {
        let at = term.wrapping_sub(self.first) as usize;
        match (self.starts.get(at), self.starts.get(at.wrapping_add(1))) {
            (Some(start), Some(end)) => &self.neighbours[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// What is reached from a term in one step or more, each term once, in place of what was in
    /// `reached`.
    pub fn reach(&self, from: TermNumber, visited: &mut Visited, reached: &mut Vec<TermNumber>) {
        reached.clear();
        visited.begin();
        reached.extend(self.of(from).iter().filter(|term| visited.add(**term)));
        let mut at = 0;
        while at < reached.len() {
            for term in self.of(reached[at]) {
                if visited.add(*term) {
                    reached.push(*term);
                }
            }
            at += 1;
        }
    }
}

/// Terms that a search has met.
#[derive(Default)]
pub(super) struct Visited {
    /// The last search that met each term.
    searches: Vec<u32>,
    search: u32,
    /// Those of a search that meets few terms.
    few: Option<HashSet<TermNumber>>,
}

impl Visited {
    /// For one search that meets few of all terms.
    fn of_few() -> Self {
        Self { few: Some(HashSet::new()), ..Self::default() }
    }

    /// Begins a search.
    fn begin(&mut self) {
        if let Some(few) = &mut self.few {
            few.clear();
        }
        if self.search == u32::MAX {
            self.searches.fill(0);
            self.search = 0;
        }
        self.search += 1;
    }

    /// Whether this search had not met a term.
    fn add(&mut self, term: TermNumber) -> bool {
        if let Some(few) = &mut self.few {
            return few.insert(term);
        }
        let at = term as usize;
        if at >= self.searches.len() {
            self.searches.resize((at + 1).next_power_of_two(), 0);
        }
        std::mem::replace(&mut self.searches[at], self.search) != self.search
    }

    /// Removes what the search had met from the terms that follow the first `known` ones.
    fn keep_new(&mut self, terms: &mut Vec<TermNumber>, known: usize) {
        let mut end = known;
        for at in known..terms.len() {
            let term = terms[at];
            if self.add(term) {
                terms[end] = term;
                end += 1;
            }
        }
        terms.truncate(end);
    }
}
