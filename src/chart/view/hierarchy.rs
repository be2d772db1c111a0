//! The hierarchy of a graph that is not in the words of a view: by relations that the vocabulary
//! aligns with the view's, otherwise by the relation that makes the largest forest.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, NamedNode, Term};
use petgraph::unionfind::UnionFind;

use super::order::{Natural, PlacesOf};
use super::{ChildEnd, View};
use crate::error::Result;
use crate::finding::{Finding, Findings, codes};
use crate::graph::{Graph, Layer, TermNumber};
use crate::network::{self, Network, TripleOfNodes, ViewRows};
use crate::vocab::{self, schema};

/// A hierarchy that was found.
pub(in crate::chart) struct Hierarchy {
    /// Its things and relations.
    pub network: Network,
    /// Which relations it is drawn by, for people.
    pub drawn_by: String,
}

/// Finds the hierarchy of a graph; the branches and bodies of `view` become those that were found.
/// `None` if nothing is above anything else.
pub(in crate::chart) fn find(
    graph: &Graph,
    view: &mut View,
    languages: &[String],
    places: Option<&PlacesOf>,
    findings: &mut Findings,
) -> Result<Option<Hierarchy>> {
    let aligned: Vec<(NamedNode, ChildEnd)> = view.branches[view.n_own..].to_vec();
    let mut edges = Vec::new();
    for (relation, end) in &aligned {
        edges.extend(of_relation(graph, relation, *end, findings));
    }
    let is_aligned = !edges.is_empty();
    let (branches, why) = if !is_aligned {
        let Some((relation, end)) = largest_forest(graph) else { return Ok(None) };
        edges = of_relation(graph, &relation, end, findings);
        (
            vec![(relation, end)],
            "which puts more things under others than any other relation; none of the view is there",
        )
    } else {
        (aligned, "which the vocabulary aligns with relations of the view")
    };
    // A relation and its inverse say the same: the first counts.
    let mut pairs: BTreeSet<(NamedNode, NamedNode)> = BTreeSet::new();
    edges.retain(|edge| pairs.insert((edge.child.clone(), edge.parent.clone())));
    let used: Vec<(NamedNode, ChildEnd)> =
        branches.into_iter().filter(|(relation, _)| edges.iter().any(|edge| edge.relation == *relation)).collect();
    let names: Vec<String> =
        used.iter().map(|(relation, _)| format!("`{}`", graph.prefixes.shorten(relation.as_str()))).collect();
    // Siblings are in the order that a list gives them, in that of the table, otherwise in that of their names.
    let triples: Vec<TripleOfNodes> = edges.iter().cloned().map(Placement::triple).collect();
    let places = places.map_or_else(|| vec![None; edges.len()], |places| places.of(&triples));
    let mut keyed = Vec::with_capacity(edges.len());
    for (edge, place) in edges.into_iter().zip(places) {
        let number = graph.objects(network::node_of_name(&edge.child), schema::POSITION).into_iter().next();
        let number = match number {
            Some(Term::Literal(number)) => Some(Natural::of(number.value())),
            _ => None,
        };
        let name = Natural::of(&graph.label(network::node_of_name(&edge.child), languages)?);
        keyed.push(((number.is_none(), number, place.is_none(), place, name), edge));
    }
    keyed.sort();
    let edges: Vec<Placement> = keyed.into_iter().map(|(_, edge)| edge).collect();
    let mut classes: BTreeSet<NamedNode> = if is_aligned { view.bodies.drain(..).collect() } else { BTreeSet::new() };
    let mut drawn: BTreeSet<NamedNode> = BTreeSet::new();
    for node in edges.iter().flat_map(|edge| [&edge.child, &edge.parent]) {
        if drawn.insert(node.clone()) {
            classes.extend(classes_of(graph, node));
        }
    }
    let mut alone: BTreeSet<NamedNode> = BTreeSet::new();
    for class in &classes {
        for node in graph.subjects(rdf::TYPE, class.as_ref().into()) {
            let name = network::node_name(node.as_ref());
            if !drawn.contains(&name) && graph.has_label(node.as_ref())? {
                alone.insert(name);
            }
        }
    }
    let triples: Vec<TripleOfNodes> = edges.into_iter().map(Placement::triple).collect();
    view.branches = used;
    view.n_own = view.branches.len();
    view.bodies = classes.into_iter().collect();
    view.is_hierarchy = true;
    let network = network::of_nodes(graph, languages, &triples, alone)?;
    let names = match &names[..] {
        [several @ .., last] if !several.is_empty() => format!("{} and {last}", several.join(", ")),
        names => names.concat(),
    };
    Ok(Some(Hierarchy { network, drawn_by: format!("drawn by {names}, {why}") }))
}

/// A relation that puts one thing under another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Placement {
    child: NamedNode,
    parent: NamedNode,
    relation: NamedNode,
    end: ChildEnd,
}

impl Placement {
    fn triple(self) -> TripleOfNodes {
        match self.end {
            ChildEnd::Source => (self.child, self.relation, self.parent),
            ChildEnd::Target => (self.parent, self.relation, self.child),
        }
    }
}

/// What a relation puts under what. Texts in the place of things are counted and reported.
fn of_relation(graph: &Graph, relation: &NamedNode, end: ChildEnd, findings: &mut Findings) -> Vec<Placement> {
    let mut edges = Vec::new();
    let mut n_texts = 0;
    let has_roles = schema::ROLES.iter().any(|role| graph.find((*role).into()).is_some());
    for quad in graph.matching(None, Some(relation.as_ref()), None, None) {
        if Layer::of(quad.graph_name.as_ref()) != Layer::Source {
            continue;
        }
        let object = match quad.object {
            Term::NamedNode(node) => node,
            Term::BlankNode(node) => network::node_name(node.as_ref().into()),
            _ => {
                n_texts += 1;
                continue;
            }
        };
        // A role is told with the name of the one who has it.
        if has_roles
            && (network::is_role(graph, quad.subject.as_ref())
                || network::is_role(graph, network::node_of_name(&object)))
        {
            continue;
        }
        let subject = network::node_name(quad.subject.as_ref());
        let (child, parent) = match end {
            ChildEnd::Source => (subject, object),
            ChildEnd::Target => (object, subject),
        };
        edges.push(Placement { child, parent, relation: relation.clone(), end });
    }
    if n_texts > 0 {
        let message =
            format!("`{}` leads to a text and not to a thing: {n_texts}", graph.prefixes.shorten(relation.as_str()));
        let hint = "a chart draws relations between things; others are left out".to_owned();
        findings.push(Finding::warning(codes::LITERAL_IN_VIEW, message).hint(hint));
    }
    edges
}

/// The relation and the end that is the child, if a query without any words about its drawing returns a
/// hierarchy: one relation by which everything has at most one thing above it, over several generations.
pub(in crate::chart) fn plain(rows: &ViewRows) -> Option<(NamedNode, ChildEnd)> {
    let mut relations: BTreeSet<&NamedNode> = BTreeSet::new();
    let mut numbers: BTreeMap<&NamedNode, TermNumber> = BTreeMap::new();
    let mut pairs: BTreeSet<(TermNumber, TermNumber)> = BTreeSet::new();
    for row in rows.iter() {
        let (Some(source), Some(relation), Some(target)) =
            (row.node("source"), row.node("relation"), row.node("target"))
        else {
            continue;
        };
        relations.insert(relation);
        let mut number = |node| {
            let next = numbers.len() as TermNumber;
            *numbers.entry(node).or_insert(next)
        };
        let pair = (number(source), number(target));
        pairs.insert(pair);
    }
    let mut relations = relations.into_iter();
    let (Some(relation), None) = (relations.next(), relations.next()) else { return None };
    let whole = (true, pairs.len() as i64);
    if forest(pairs.iter().copied()) == whole {
        return Some((relation.clone(), ChildEnd::Source));
    }
    let downwards = forest(pairs.iter().map(|(source, target)| (*target, *source)));
    (downwards == whole).then(|| (relation.clone(), ChildEnd::Target))
}

fn classes_of(graph: &Graph, node: &NamedNode) -> Vec<NamedNode> {
    let classes = graph.objects(network::node_of_name(node), rdf::TYPE).into_iter();
    classes
        .filter_map(|class| match class {
            Term::NamedNode(class) => Some(class),
            _ => None,
        })
        .collect()
}

/// How a forest compares with others: whether things are on both sides, whether they are kin, how
/// many are placed; of equals, the first by IRI.
type ForestRank = (bool, bool, i64, Reverse<String>);

/// The relation that puts the most things under others, and the end that is the child. One by which
/// some things are both below and above others counts before one that only groups things, and one
/// among things of a class before one that leads to other things (a country); each statement that
/// fits into no forest counts against it. RDF's and OWL's own terms are none.
fn largest_forest(graph: &Graph) -> Option<(NamedNode, ChildEnd)> {
    let mut by_relation: BTreeMap<TermNumber, BTreeSet<(TermNumber, TermNumber)>> = BTreeMap::new();
    for name in graph.graph_names() {
        let name_of_graph = match graph.term(name).into_owned() {
            Term::NamedNode(node) => GraphName::from(node),
            _ => GraphName::DefaultGraph,
        };
        if Layer::of(name_of_graph.as_ref()) != Layer::Source {
            continue;
        }
        for [_, subject, predicate, object] in graph.matching_in(Some(name), [None; 3]) {
            if matches!(graph.term(object).into_owned(), Term::NamedNode(_) | Term::BlankNode(_)) {
                by_relation.entry(predicate).or_default().insert((subject, object));
            }
        }
    }
    let mut best: Option<(ForestRank, (NamedNode, ChildEnd))> = None;
    for (relation, pairs) in by_relation {
        let Term::NamedNode(relation) = graph.term(relation).into_owned() else { continue };
        let technical = [vocab::rdf::NAMESPACE_IRI, vocab::owl::NAMESPACE_IRI];
        // A kind is not above its things.
        let is_kind = vocab::KINDS.contains(&relation.as_ref());
        if is_kind || technical.into_iter().any(|namespace| relation.as_str().starts_with(namespace)) {
            continue;
        }
        let upwards = forest(pairs.iter().copied());
        let downwards = forest(pairs.iter().map(|(subject, object)| (*object, *subject)));
        let (found, end) =
            if downwards > upwards { (downwards, ChildEnd::Target) } else { (upwards, ChildEnd::Source) };
        let key = (found.0, is_among_kin(graph, &pairs), found.1, Reverse(relation.as_str().to_owned()));
        if found.1 > 0 && best.as_ref().is_none_or(|(known, _)| key > *known) {
            best = Some((key, (relation, end)));
        }
    }
    best.map(|(_, found)| found)
}

/// Whether most of the pairs are of things that have a class in common.
fn is_among_kin(graph: &Graph, pairs: &BTreeSet<(TermNumber, TermNumber)>) -> bool {
    let Some(of_type) = graph.find(rdf::TYPE.into()) else { return false };
    let classes = |node| graph.objects_of(node, of_type).collect::<BTreeSet<_>>();
    let are_kin = |(one, other): &&(TermNumber, TermNumber)| !classes(*one).is_disjoint(&classes(*other));
    pairs.iter().filter(are_kin).count() * 2 > pairs.len()
}

/// Whether something in the forest of child and parent is both, and how many things are placed in
/// it, less the statements that do not fit into it.
fn forest(pairs: impl Iterator<Item = (TermNumber, TermNumber)>) -> (bool, i64) {
    let mut indexes: BTreeMap<TermNumber, usize> = BTreeMap::new();
    let mut edges = Vec::new();
    for (child, parent) in pairs {
        let mut index = |node| {
            let next = indexes.len();
            *indexes.entry(node).or_insert(next)
        };
        edges.push((index(child), index(parent)));
    }
    let mut trees: UnionFind<usize> = UnionFind::new(indexes.len());
    let (mut is_child, mut is_parent) = (vec![false; indexes.len()], vec![false; indexes.len()]);
    let mut score = 0;
    for (child, parent) in edges {
        if is_child[child] || !trees.union(child, parent) {
            score -= 1;
            continue;
        }
        (is_child[child], is_parent[parent]) = (true, true);
        score += 1;
    }
    (is_child.into_iter().zip(is_parent).any(|(below, above)| below && above), score)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forest_counts_what_it_places_less_what_does_not_fit() {
        // A chain; a star; a circle; two parents.
        assert_eq!(forest([(1, 2), (2, 3)].into_iter()), (true, 2));
        assert_eq!(forest([(1, 3), (2, 3)].into_iter()), (false, 2));
        assert_eq!(forest([(1, 2), (2, 3), (3, 1)].into_iter()), (true, 1));
        assert_eq!(forest([(1, 2), (1, 3)].into_iter()), (false, 0));
        // Each is the neighbour of the other.
        assert_eq!(forest([(1, 2), (2, 1)].into_iter()), (false, 0));
    }
}
