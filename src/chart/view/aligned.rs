//! Relations of other vocabularies that make branches too: those that the vocabulary aligns with
//! the relations of a view.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::rdfs;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};

use super::ChildEnd;
use crate::finding::Finding;
use crate::graph::{Graph, GraphBuilder};
use crate::pack::embedded;
use crate::vocab::{is_ours, named_graph, owl, schema, skos};

/// How a relation of ours is aligned with one of another vocabulary.
const ALIGNED_BY: [NamedNodeRef<'_>; 5] =
    [rdfs::SUB_PROPERTY_OF, owl::EQUIVALENT_PROPERTY, skos::EXACT_MATCH, skos::CLOSE_MATCH, skos::BROAD_MATCH];

/// What other vocabularies have for the relations and classes of a view.
pub(super) struct Aligned {
    /// Their relations, in the order of those that they stand for.
    pub branches: Vec<(NamedNode, ChildEnd)>,
    /// Their classes for its bodies.
    pub bodies: Vec<NamedNode>,
}

/// What other vocabularies have for `branches` and `bodies`. A relation that is aligned with
/// several of ours is a branch only if all of them are, with the same end: `org:linkedTo` is also
/// what partners are to each other.
pub(super) fn aligned(branches: &[(NamedNode, ChildEnd)], bodies: &[NamedNode]) -> Result<Aligned, Finding> {
    let mut builder = GraphBuilder::default();
    for (file, text) in embedded::vocabulary() {
        builder.add_turtle(&file, &text, named_graph::ONTOLOGY)?;
    }
    let vocabulary = builder.freeze();
    let mut ends: BTreeMap<NamedNode, (usize, ChildEnd)> = BTreeMap::new();
    for (rank, (relation, end)) in branches.iter().enumerate() {
        for inverse in inverses(&vocabulary, relation) {
            ends.entry(inverse).or_insert((rank, end.other()));
        }
        ends.insert(relation.clone(), (rank, *end));
    }
    let mut stands_for: BTreeMap<NamedNode, Vec<NamedNode>> = BTreeMap::new();
    for quad in ALIGNED_BY.into_iter().flat_map(|by| vocabulary.matching(None, Some(by), None, None)) {
        let (NamedOrBlankNode::NamedNode(ours), Term::NamedNode(other)) = (quad.subject, quad.object) else { continue };
        if is_ours(ours.as_ref()) && !is_ours(other.as_ref()) {
            stands_for.entry(other).or_default().push(ours);
        }
    }
    let mut found: Vec<(usize, NamedNode, ChildEnd)> = Vec::new();
    for (other, ours) in stands_for {
        let known: Option<Vec<_>> = ours.iter().map(|relation| ends.get(relation)).collect();
        let Some((rank, end)) = known.as_ref().and_then(|known| known.iter().min_by_key(|(rank, _)| *rank)) else {
            continue;
        };
        if known.iter().flatten().any(|(_, other)| other != end) {
            continue;
        }
        found.extend(spellings(other).map(|other| (*rank, other, *end)));
    }
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let branches = found.into_iter().map(|(_, relation, end)| (relation, end)).collect();
    Ok(Aligned { branches, bodies: classes(&vocabulary, bodies) })
}

/// The classes of other vocabularies that our classes are aligned with, and those below them.
fn classes(vocabulary: &Graph, ours: &[NamedNode]) -> Vec<NamedNode> {
    let mut open: Vec<NamedNode> = ours.to_vec();
    let mut known: BTreeSet<NamedNode> = BTreeSet::new();
    let mut others: BTreeSet<NamedNode> = BTreeSet::new();
    while let Some(class) = open.pop() {
        if !known.insert(class.clone()) {
            continue;
        }
        for below in vocabulary.subjects(rdfs::SUB_CLASS_OF, class.as_ref().into()) {
            open.extend(match below {
                NamedOrBlankNode::NamedNode(below) if is_ours(below.as_ref()) => Some(below),
                _ => None,
            });
        }
        for by in [rdfs::SUB_CLASS_OF, owl::EQUIVALENT_CLASS, skos::EXACT_MATCH, skos::CLOSE_MATCH] {
            for other in vocabulary.objects(class.as_ref().into(), by) {
                if let Term::NamedNode(other) = other
                    && !is_ours(other.as_ref())
                {
                    others.extend(spellings(other));
                }
            }
        }
    }
    others.into_iter().collect()
}

/// A term as it is written: that of schema.org is written with and without TLS.
fn spellings(term: NamedNode) -> impl Iterator<Item = NamedNode> {
    let local = term.as_str().strip_prefix(schema::NAMESPACE_IRI);
    let without = local.map(|local| NamedNode::new_unchecked(format!("{}{local}", schema::WITHOUT_TLS)));
    without.into_iter().chain([term])
}

fn inverses(vocabulary: &Graph, relation: &NamedNode) -> Vec<NamedNode> {
    let mut inverses = Vec::new();
    for object in vocabulary.objects(relation.as_ref().into(), owl::INVERSE_OF) {
        inverses.extend(match object {
            Term::NamedNode(node) => Some(node),
            _ => None,
        });
    }
    for subject in vocabulary.subjects(owl::INVERSE_OF, relation.as_ref().into()) {
        inverses.extend(match subject {
            NamedOrBlankNode::NamedNode(node) => Some(node),
            NamedOrBlankNode::BlankNode(_) => None,
        });
    }
    inverses
}

#[cfg(test)]
mod tests {
    use super::super::View;
    use super::*;

    /// The branches of the view `org`, by prefixed name.
    fn of_org() -> BTreeMap<String, ChildEnd> {
        let graph = GraphBuilder::default().freeze();
        let view = View::read(&graph, "org", &[]).unwrap();
        let named = |(relation, end): (NamedNode, ChildEnd)| (graph.prefixes.shorten(relation.as_str()), end);
        view.branches[view.n_own..].iter().cloned().map(named).collect()
    }

    #[test]
    fn the_hierarchies_of_the_usual_vocabularies_are_branches() {
        let found = of_org();
        for (relation, end) in [
            ("org:subOrganizationOf", ChildEnd::Source),
            ("org:hasSubOrganization", ChildEnd::Target),
            ("org:unitOf", ChildEnd::Source),
            ("org:hasUnit", ChildEnd::Target),
            ("org:postIn", ChildEnd::Source),
            ("schema:parentOrganization", ChildEnd::Source),
            ("schema:subOrganization", ChildEnd::Target),
            ("schema:department", ChildEnd::Target),
            ("<http://schema.org/subOrganization>", ChildEnd::Target),
            ("foaf:member", ChildEnd::Target),
            ("skos:broader", ChildEnd::Source),
            ("skos:narrower", ChildEnd::Target),
            ("dcterms:isPartOf", ChildEnd::Source),
        ] {
            assert_eq!(found.get(relation), Some(&end), "{relation} in {found:?}");
        }
    }

    #[test]
    fn what_is_also_said_of_equals_is_no_branch() {
        let found = of_org();
        for relation in ["org:linkedTo", "schema:location", "schema:funder", "org:purpose"] {
            assert!(!found.contains_key(relation), "{relation}");
        }
    }
}
