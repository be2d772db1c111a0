//! RDF lists of a shapes graph, which may be malformed.

use std::collections::HashSet;

use oxigraph::model::Term;
use oxigraph::model::vocab::rdf;

use crate::graph::Graph;
use crate::shacl::path::as_subject;

/// The members of a list, or the reason why it is not one.
pub(in crate::shacl) fn members(graph: &Graph, head: &Term) -> Result<Vec<Term>, String> {
    let mut members = Vec::new();
    let mut seen = HashSet::new();
    let mut node = head.clone();
    loop {
        if node == Term::from(rdf::NIL.into_owned()) {
            return Ok(members);
        }
        let Some(cell) = as_subject(&node) else {
            return Err(format!("the list continues with the literal {node}"));
        };
        if !seen.insert(cell.clone()) {
            return Err("the list is cyclic".to_owned());
        }
        let mut first = graph.objects(cell.as_ref(), rdf::FIRST);
        let mut rest = graph.objects(cell.as_ref(), rdf::REST);
        let (Some(member), Some(next)) = (first.pop(), rest.pop()) else {
            return Err("a node of the list has no rdf:first or no rdf:rest".to_owned());
        };
        if !first.is_empty() || !rest.is_empty() {
            return Err("a node of the list has two members or two continuations".to_owned());
        }
        members.push(member);
        node = next;
    }
}
