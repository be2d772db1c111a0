//! Queries on a [`Frozen`] graph, without a copy. Its triples, each once, are the default graph:
//! queries see the union of the named graphs.

use std::convert::Infallible;
use std::sync::Arc;

use oxigraph::model::Term;
use spareval::{InternalQuad, QueryableDataset};

use crate::graph::{Frozen, TermNumber, Triples as _};

/// A term of a query: its number, or the term itself if no triple has it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum QueryTerm {
    Known(TermNumber),
    Other(Arc<Term>),
}

/// A frozen graph as a dataset for the evaluator.
pub(super) struct Dataset(pub Frozen);

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
                Box::new(self.0.matching(s, p, o).map(move |triple| quad(None, triple)))
            }
            (Some((s, p, o, named)), _) => {
                let quads = self.0.matching_in(named, [s, p, o]);
                Box::new(quads.map(move |[graph, s, p, o]| quad(Some(graph), [s, p, o])))
            }
        };
        found
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<QueryTerm, Infallible>> + use<> {
        self.0.graphs().to_vec().into_iter().map(|graph| Ok(QueryTerm::Known(graph)))
    }

    fn contains_internal_graph_name(&self, graph_name: &QueryTerm) -> Result<bool, Infallible> {
        Ok(matches!(graph_name, QueryTerm::Known(graph) if self.0.has_graph(*graph)))
    }

    fn internalize_term(&self, term: Term) -> Result<QueryTerm, Infallible> {
        Ok(self.0.find(term.as_ref()).map_or_else(|| QueryTerm::Other(Arc::new(term)), QueryTerm::Known))
    }

    fn externalize_term(&self, term: QueryTerm) -> Result<Term, Infallible> {
        Ok(match term {
            QueryTerm::Known(number) => self.0.term(&number).into_owned(),
            QueryTerm::Other(term) => Term::clone(&term),
        })
    }
}
