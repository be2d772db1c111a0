//! A [`Graph`] as the evaluator sees it. The triples, each once, are the default graph: queries
//! see the union of the named graphs.

use std::cell::RefCell;
use std::convert::Infallible;

use hashbrown::HashMap;
use oxigraph::model::Term;
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};

use crate::graph::{Graph, TermNumber};

/// How many values of expressions are remembered.
const MOST_REMEMBERED: usize = 100_000;

/// A graph as a dataset for the evaluator. Terms that no triple has get numbers of their own while
/// a query runs: these are in no range of the graph, and match nothing.
pub(super) struct Dataset {
    graph: RefCell<Graph>,
    /// The values of terms that expressions have read.
    values: RefCell<HashMap<TermNumber, ExpressionTerm>>,
    /// The terms of values that expressions have computed.
    terms: RefCell<HashMap<ExpressionTerm, TermNumber>>,
}

impl Dataset {
    pub fn new(graph: &Graph) -> Self {
        Self { graph: RefCell::new(graph.clone()), values: RefCell::default(), terms: RefCell::default() }
    }

    fn number(&self, term: Term) -> TermNumber {
        self.graph.borrow_mut().number(term.as_ref())
    }

    fn term(&self, number: TermNumber) -> Term {
        self.graph.borrow().term(number).into_owned()
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
        let graph = self.graph.borrow();
        let found: Box<dyn Iterator<Item = _>> = match graph_name {
            Some(None) => Box::new(graph.matching_numbers(pattern).map(move |triple| quad(None, triple))),
            name => {
                let quads = graph.matching_in(name.flatten().copied(), pattern);
                Box::new(quads.map(move |[graph, s, p, o]| quad(Some(graph), [s, p, o])))
            }
        };
        found
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<TermNumber, Infallible>> + use<> {
        self.graph.borrow().graph_names().into_iter().map(Ok)
    }

    fn contains_internal_graph_name(&self, graph_name: &TermNumber) -> Result<bool, Infallible> {
        Ok(self.graph.borrow().has_graph(*graph_name))
    }

    fn internalize_term(&self, term: Term) -> Result<TermNumber, Infallible> {
        Ok(self.number(term))
    }

    fn externalize_term(&self, term: TermNumber) -> Result<Term, Infallible> {
        Ok(self.term(term))
    }

    fn externalize_expression_term(&self, term: TermNumber) -> Result<ExpressionTerm, Infallible> {
        let mut values = self.values.borrow_mut();
        if let Some(value) = values.get(&term) {
            return Ok(value.clone());
        }
        let value: ExpressionTerm = self.term(term).into();
        if values.len() >= MOST_REMEMBERED {
            values.clear();
        }
        values.insert(term, value.clone());
        Ok(value)
    }

    fn internalize_expression_term(&self, value: ExpressionTerm) -> Result<TermNumber, Infallible> {
        if !has_one_form(&value) {
            return Ok(self.number(value.into()));
        }
        let mut terms = self.terms.borrow_mut();
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
