//! A [`Graph`] as the evaluator sees it. The triples, each once, are the default graph: queries
//! see the union of the named graphs.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::iter;
use std::rc::Rc;

use hashbrown::HashMap;
use oxigraph::model::{NamedNode, Term};
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};

use crate::graph::{Graph, TermNumber};

/// How many terms of values are remembered.
const MOST_REMEMBERED: usize = 100_000;

/// How many values of terms are remembered, each where its term's number says.
const VALUES: usize = 1 << 12;

/// A graph as a dataset for the evaluator. Terms that no triple has get numbers of their own while
/// a query runs: these are in no range of the graph, and match nothing. A clone is a second handle
/// with the same numbers.
///
/// It also has tables, which the evaluator reads through predicates that no query can name.
#[derive(Clone)]
pub(super) struct Dataset(Rc<Shared>);

struct Shared {
    graph: RefCell<Graph>,
    /// Numbers below are those of terms in triples.
    n_terms: TermNumber,
    /// The values of terms that expressions have read.
    values: RefCell<Vec<Option<(TermNumber, ExpressionTerm)>>>,
    /// The terms of values that expressions have computed.
    terms: RefCell<HashMap<ExpressionTerm, TermNumber>>,
    /// By their predicates.
    tables: RefCell<HashMap<TermNumber, ExtraTable>>,
}

/// Triples that are not in the graph.
#[derive(Clone)]
enum ExtraTable {
    /// From the number of each row to a term; rows may have none.
    Column(Rc<[Option<TermNumber>]>),
    /// To each of the terms that are put in.
    Inbox(Rc<Inbox>),
    /// From nothing: objects are collected.
    Outbox(Rc<Outbox>),
}

/// Terms that a running query is given, one after the other.
#[derive(Default)]
pub(super) struct Inbox {
    terms: RefCell<Vec<TermNumber>>,
    next: Cell<usize>,
}

impl Inbox {
    /// Gives the query the next terms.
    pub fn put(&self, terms: impl Iterator<Item = TermNumber>) {
        let mut own = self.terms.borrow_mut();
        own.clear();
        own.extend(terms);
        self.next.set(0);
    }

    fn take(&self) -> Option<TermNumber> {
        let next = self.next.get();
        self.next.set(next + 1);
        self.terms.borrow().get(next).copied()
    }
}

/// The terms that a running query gives back.
#[derive(Default)]
pub(super) struct Outbox {
    terms: RefCell<Vec<Option<TermNumber>>>,
    /// When there are so many, or this term comes, the query has a solution.
    full: Cell<usize>,
    last: Cell<Option<TermNumber>>,
}

impl Outbox {
    /// Empties the box, for so many terms or until one of them comes.
    pub fn expect(&self, full: usize, last: Option<TermNumber>) {
        self.terms.borrow_mut().clear();
        self.full.set(full);
        self.last.set(last);
    }

    /// The terms; none where there was an error.
    pub fn received(&self) -> std::cell::Ref<'_, Vec<Option<TermNumber>>> {
        self.terms.borrow()
    }

    fn put(&self, term: Option<TermNumber>) -> bool {
        let mut terms = self.terms.borrow_mut();
        terms.push(term);
        terms.len() == self.full.get() || (term.is_some() && term == self.last.get())
    }
}

impl Dataset {
    pub fn new(graph: &Graph) -> Self {
        Self(Rc::new(Shared {
            graph: RefCell::new(graph.clone()),
            n_terms: graph.n_terms(),
            values: RefCell::default(),
            terms: RefCell::default(),
            tables: RefCell::default(),
        }))
    }

    pub fn number(&self, term: Term) -> TermNumber {
        self.0.graph.borrow_mut().number(term.as_ref())
    }

    /// The value with which expressions compute for a term.
    pub fn value(&self, number: TermNumber) -> ExpressionTerm {
        self.0.graph.borrow().value(number)
    }

    fn term(&self, number: TermNumber) -> Term {
        self.0.graph.borrow().term(number).into_owned()
    }

    /// A predicate that leads from the number of each row to its term.
    pub fn add_column(&self, column: Vec<Option<TermNumber>>) -> NamedNode {
        self.add(ExtraTable::Column(column.into()))
    }

    /// A predicate that leads to the terms in a box.
    pub fn add_inbox(&self, inbox: &Rc<Inbox>) -> NamedNode {
        self.add(ExtraTable::Inbox(Rc::clone(inbox)))
    }

    /// A predicate whose objects are put into a box.
    pub fn add_outbox(&self, outbox: &Rc<Outbox>) -> NamedNode {
        self.add(ExtraTable::Outbox(Rc::clone(outbox)))
    }

    /// The graph.
    pub fn graph(&self) -> std::cell::Ref<'_, Graph> {
        self.0.graph.borrow()
    }

    fn add(&self, table: ExtraTable) -> NamedNode {
        let mut tables = self.0.tables.borrow_mut();
        // No parser accepts this as an IRI.
        let name = NamedNode::new_unchecked(format!("\u{b7}table {}", tables.len()));
        tables.insert(self.number(name.clone().into()), table);
        name
    }
}

impl ExtraTable {
    /// The triples of this predicate that match.
    fn quads(
        self,
        predicate: TermNumber,
        subject: Option<TermNumber>,
        object: Option<TermNumber>,
    ) -> Box<dyn Iterator<Item = InternalQuad<TermNumber>>> {
        let quad = move |subject, object| InternalQuad { subject, predicate, object, graph_name: None::<TermNumber> };
        match (self, subject) {
            (Self::Column(column), Some(row)) => {
                let found = column.get(row as usize).copied().flatten();
                Box::new(
                    found
                        .filter(|found| object.is_none_or(|object| object == *found))
                        .map(|o| quad(row, o))
                        .into_iter(),
                )
            }
            (Self::Column(column), None) => {
                let rows = (0..column.len()).filter_map(move |row| Some((row as TermNumber, column[row]?)));
                let fits = move |(_, found): &(TermNumber, TermNumber)| object.is_none_or(|object| object == *found);
                Box::new(rows.filter(fits).map(move |(row, found)| quad(row, found)))
            }
            (Self::Inbox(inbox), _) => Box::new(iter::from_fn(move || inbox.take().map(|term| quad(0, term)))),
            (Self::Outbox(outbox), _) => {
                let is_full = outbox.put(object);
                Box::new(is_full.then(|| quad(0, object.unwrap_or_default())).into_iter())
            }
        }
    }
}

/// Whether equal values are written in one way: dates are equal in several time zones.
fn has_one_form(value: &ExpressionTerm) -> bool {
    use ExpressionTerm as E;
    matches!(
        value,
        E::NamedNode(_)
            | E::BlankNode(_)
            | E::StringLiteral(_)
            | E::LangStringLiteral { .. }
            | E::BooleanLiteral(_)
            | E::IntegerLiteral(_)
            | E::DecimalLiteral(_)
    )
}

impl QueryableDataset<'static> for Dataset {
    type InternalTerm = TermNumber;
    type Error = Infallible;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&TermNumber>,
        predicate: Option<&TermNumber>,
        object: Option<&TermNumber>,
        graph_name: Option<Option<&TermNumber>>,
    ) -> impl Iterator<Item = Result<InternalQuad<TermNumber>, Infallible>> + use<> {
        let pattern = [subject.copied(), predicate.copied(), object.copied()];
        let quad = |graph_name: Option<TermNumber>, [subject, predicate, object]: [TermNumber; 3]| {
            Ok(InternalQuad { subject, predicate, object, graph_name })
        };
        if let Some(predicate) = pattern[1].filter(|predicate| *predicate >= self.0.n_terms)
            && let Some(table) = self.0.tables.borrow().get(&predicate)
        {
            let quads = table.clone().quads(predicate, pattern[0], pattern[2]);
            return Box::new(quads.map(Ok)) as Box<dyn Iterator<Item = _>>;
        }
        let graph = self.0.graph.borrow();
        match graph_name {
            Some(None) => Box::new(graph.matching_numbers(pattern).map(move |triple| quad(None, triple))),
            name => {
                let quads = graph.matching_in(name.flatten().copied(), pattern);
                Box::new(quads.map(move |[graph, s, p, o]| quad(Some(graph), [s, p, o])))
            }
        }
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<TermNumber, Infallible>> + use<> {
        self.0.graph.borrow().graph_names().into_iter().map(Ok)
    }

    fn contains_internal_graph_name(&self, graph_name: &TermNumber) -> Result<bool, Infallible> {
        Ok(self.0.graph.borrow().has_graph(*graph_name))
    }

    fn internalize_term(&self, term: Term) -> Result<TermNumber, Infallible> {
        Ok(self.number(term))
    }

    fn externalize_term(&self, term: TermNumber) -> Result<Term, Infallible> {
        Ok(self.term(term))
    }

    fn externalize_expression_term(&self, term: TermNumber) -> Result<ExpressionTerm, Infallible> {
        let mut values = self.0.values.borrow_mut();
        if values.is_empty() {
            values.resize(VALUES, None);
        }
        let place = &mut values[term as usize % VALUES];
        if let Some((_, value)) = place.as_ref().filter(|(known, _)| *known == term) {
            return Ok(value.clone());
        }
        let value = self.value(term);
        *place = Some((term, value.clone()));
        Ok(value)
    }

    fn internalize_expression_term(&self, value: ExpressionTerm) -> Result<TermNumber, Infallible> {
        if !has_one_form(&value) {
            return Ok(self.number(value.into()));
        }
        let mut terms = self.0.terms.borrow_mut();
        if let Some(term) = terms.get(&value) {
            return Ok(*term);
        }
        let term = self.number(value.clone().into());
        if terms.len() >= MOST_REMEMBERED {
            terms.clear();
        }
        terms.insert(value, term);
        Ok(term)
    }
}
