//! The result of a view's query before it becomes a network: rows by column names, whatever the
//! form of the query.

use std::collections::BTreeSet;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use oxigraph::sparql::QueryResults;

use crate::error::Result;
use crate::graph::Graph;
use crate::sparql::{Query, evaluate, evaluation_error};

/// Rows of a view. The columns that the code knows are `source`, `relation`, `target`, `status`,
/// `label` and, in a timeline, `date` and `lane`.
#[derive(Debug, Clone, Default)]
pub struct ViewRows {
    columns: Vec<String>,
    rows: Vec<Vec<Option<Term>>>,
    /// How many relations are left out because they lead to a literal or a blank node.
    pub n_left_out: usize,
}

impl ViewRows {
    /// Evaluates a view. The triples of a CONSTRUCT are relations, except for `rdf:type`, which
    /// gives the class of a thing.
    pub fn read(graph: &Graph, query: &Query) -> Result<Self> {
        let mut read = Self::default();
        match evaluate(graph, query)? {
            QueryResults::Solutions(solutions) => {
                read.columns = solutions.variables().iter().map(|name| name.as_str().to_owned()).collect();
                for solution in solutions {
                    let solution = solution.map_err(|error| evaluation_error(query, &error))?;
                    read.rows.push(solution.values().to_vec());
                }
            }
            QueryResults::Graph(triples) => {
                read.columns = ["source", "relation", "target"].map(str::to_owned).to_vec();
                for triple in triples {
                    let triple = triple.map_err(|error| evaluation_error(query, &error))?;
                    if triple.predicate.as_ref() == rdf::TYPE {
                        continue;
                    }
                    let source = match triple.subject {
                        NamedOrBlankNode::NamedNode(node) => Term::NamedNode(node),
                        NamedOrBlankNode::BlankNode(node) => Term::BlankNode(node),
                    };
                    read.rows.push(vec![Some(source), Some(triple.predicate.into()), Some(triple.object)]);
                }
                // Triples have no inherent order.
                read.rows.sort_by_cached_key(|row| format!("{row:?}"));
            }
            QueryResults::Boolean(_) => {}
        }
        read.n_left_out = read.rows.iter().filter(|row| read.is_left_out(row)).count();
        Ok(read)
    }

    fn is_left_out(&self, row: &[Option<Term>]) -> bool {
        let bad = |name: &str| self.get(row, name).is_some_and(|term| !matches!(term, Term::NamedNode(_)));
        ["source", "relation", "target"].into_iter().any(bad)
    }

    /// The IRIs that occur in rows as source, target or lane.
    pub fn nodes(&self) -> BTreeSet<NamedNode> {
        let ends = |row: ViewRow<'_>| ["source", "target", "lane"].map(|name| row.node(name).cloned());
        self.iter().filter(|row| !self.is_left_out(row.values)).flat_map(ends).flatten().collect()
    }

    /// Keeps the rows that contain a node, and those between its neighbours.
    pub(super) fn keep_near(&mut self, only: NamedNodeRef<'_>) {
        let mut near = BTreeSet::from([only.into_owned()]);
        for row in self.iter() {
            if let (Some(source), Some(target)) = (row.node("source"), row.node("target"))
                && [source, target].iter().any(|end| end.as_ref() == only)
            {
                near.extend([source.clone(), target.clone()]);
            }
        }
        let inside = |row: ViewRow<'_>| {
            ["source", "target"].into_iter().all(|name| row.node(name).is_some_and(|node| near.contains(node)))
        };
        let kept: Vec<bool> = self.iter().map(inside).collect();
        let mut kept = kept.into_iter();
        self.rows.retain(|_| kept.next().unwrap_or_default());
    }

    /// The same rows without the column of relations.
    pub(super) fn without_relations(&self) -> Self {
        let columns = self.columns.iter().map(|name| if name == "relation" { String::new() } else { name.clone() });
        Self { columns: columns.collect(), ..self.clone() }
    }

    /// Puts the rows in the order of a key; rows with equal keys keep their order.
    ///
    /// # Errors
    ///
    /// Those of `key`.
    pub fn sort_by_key<K: Ord>(&mut self, mut key: impl FnMut(ViewRow<'_>) -> Result<K>) -> Result<()> {
        let mut order: Vec<(K, usize)> = Vec::with_capacity(self.rows.len());
        for (at, row) in self.iter().enumerate() {
            order.push((key(row)?, at));
        }
        order.sort();
        let mut rows: Vec<Option<Vec<Option<Term>>>> = std::mem::take(&mut self.rows).into_iter().map(Some).collect();
        self.rows = order.into_iter().filter_map(|(_, at)| rows[at].take()).collect();
        Ok(())
    }

    /// Whether the query has this column.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column == name)
    }

    /// The rows in their order.
    pub fn iter(&self) -> impl Iterator<Item = ViewRow<'_>> {
        self.rows.iter().map(|values| ViewRow { rows: self, values })
    }

    fn get<'a>(&self, row: &'a [Option<Term>], name: &str) -> Option<&'a Term> {
        let at = self.columns.iter().position(|column| column == name)?;
        row.get(at)?.as_ref()
    }
}

/// A row of a view.
#[derive(Debug, Clone, Copy)]
pub struct ViewRow<'a> {
    rows: &'a ViewRows,
    values: &'a [Option<Term>],
}

impl<'a> ViewRow<'a> {
    /// The value of a column, if it is bound.
    pub fn term(self, name: &str) -> Option<&'a Term> {
        self.rows.get(self.values, name)
    }

    /// The value of a column, if it is an IRI.
    pub fn node(self, name: &str) -> Option<&'a NamedNode> {
        match self.term(name) {
            Some(Term::NamedNode(node)) => Some(node),
            _ => None,
        }
    }
}
