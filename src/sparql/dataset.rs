//! A [`Graph`] as the evaluator sees it. The triples, each once, are the default graph: queries
//! see the union of the named graphs.

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;

use hashbrown::HashMap;
use oxigraph::model::Term;
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};

use crate::graph::{Graph, TermNumber};

/// A term of a query: its number, or the term itself if no triple has it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum QueryTerm {
    Known(TermNumber),
    Other(Arc<Term>),
}

/// How many values of expressions are remembered.
const MOST_REMEMBERED: usize = 100_000;

/// A graph as a dataset for the evaluator.
pub(super) struct Dataset {
    graph: Graph,
    /// The values of terms that expressions have read.
    values: RefCell<HashMap<TermNumber, ExpressionTerm>>,
    /// The terms of values that expressions have computed.
    terms: RefCell<HashMap<ExpressionTerm, QueryTerm>>,
}

impl Dataset {
    pub fn new(graph: &Graph) -> Self {
        Self { graph: graph.clone(), values: RefCell::default(), terms: RefCell::default() }
    }

    fn number(&self, term: Term) -> QueryTerm {
        self.graph.find(term.as_ref()).map_or_else(|| QueryTerm::Other(Arc::new(term)), QueryTerm::Known)
    }
}

impl QueryableDataset<'static> for Dataset {
    type InternalTerm = QueryTerm;
    type Error = Infallible;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&QueryTerm>,
        predicate: Option<&QueryTerm>,
        object: Option<&QueryTerm>,
        graph_name: Option<Option<&QueryTerm>>,
    ) -> impl Iterator<Item = Result<InternalQuad<QueryTerm>, Infallible>> + use<> {
        let known = |term: Option<&QueryTerm>| match term {
            None => Some(None),
            Some(QueryTerm::Known(number)) => Some(Some(*number)),
            Some(QueryTerm::Other(_)) => None,
        };
        // A term that no triple has is in no quad.
        let pattern = (|| Some((known(subject)?, known(predicate)?, known(object)?, known(graph_name.flatten())?)))();
        let quad = |graph: Option<TermNumber>, [subject, predicate, object]: [TermNumber; 3]| {
            Ok(InternalQuad {
                subject: QueryTerm::Known(subject),
                predicate: QueryTerm::Known(predicate),
                object: QueryTerm::Known(object),
                graph_name: graph.map(QueryTerm::Known),
            })
        };
        let found: Box<dyn Iterator<Item = _>> = match (pattern, graph_name) {
            (None, _) => Box::new(std::iter::empty()),
            (Some((s, p, o, _)), Some(None)) => {
                Box::new(self.graph.matching_numbers([s, p, o]).map(move |triple| quad(None, triple)))
            }
            (Some((s, p, o, named)), _) => {
                let quads = self.graph.matching_in(named, [s, p, o]);
                Box::new(quads.map(move |[graph, s, p, o]| quad(Some(graph), [s, p, o])))
            }
        };
        found
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<QueryTerm, Infallible>> + use<> {
        self.graph.graph_names().into_iter().map(|graph| Ok(QueryTerm::Known(graph)))
    }

    fn contains_internal_graph_name(&self, graph_name: &QueryTerm) -> Result<bool, Infallible> {
        Ok(matches!(graph_name, QueryTerm::Known(graph) if self.graph.has_graph(*graph)))
    }

    fn internalize_term(&self, term: Term) -> Result<QueryTerm, Infallible> {
        Ok(self.number(term))
    }

    fn externalize_term(&self, term: QueryTerm) -> Result<Term, Infallible> {
        Ok(match term {
            QueryTerm::Known(number) => self.graph.term(number).into_owned(),
            QueryTerm::Other(term) => Term::clone(&term),
        })
    }

    fn externalize_expression_term(&self, term: QueryTerm) -> Result<ExpressionTerm, Infallible> {
        let QueryTerm::Known(number) = term else { return Ok(self.externalize_term(term)?.into()) };
        let mut values = self.values.borrow_mut();
        if let Some(value) = values.get(&number) {
            return Ok(value.clone());
        }
        let value: ExpressionTerm = self.graph.term(number).into_owned().into();
        if values.len() >= MOST_REMEMBERED {
            values.clear();
        }
        values.insert(number, value.clone());
        Ok(value)
    }

    fn internalize_expression_term(&self, value: ExpressionTerm) -> Result<QueryTerm, Infallible> {
        let mut terms = self.terms.borrow_mut();
        if let Some(term) = terms.get(&value) {
            return Ok(term.clone());
        }
        let term = self.number(value.clone().into());
        if terms.len() >= MOST_REMEMBERED {
            terms.clear();
        }
        terms.insert(value, term.clone());
        Ok(term)
    }
}
