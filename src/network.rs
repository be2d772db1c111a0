//! Entities and relations as a petgraph graph, projected from the views
//! `entities` and `relations`. Labels are read from the graph; nothing here
//! knows how a network is drawn.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use oxigraph::sparql::QueryResults;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::error::{Error, Result};
use crate::graph::{Graph, Layer};
use crate::pack::embedded;
use crate::sparql::{Query, evaluate, evaluation_error};
use crate::vocab::code;

/// Labels in the languages asked for, in their order; a language without a
/// label has an empty place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels(Vec<String>);

impl Labels {
    /// The labels there are.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str).filter(|label| !label.is_empty())
    }

    /// The labels there are, each with the index of its language.
    pub fn indexed(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0.iter().map(String::as_str).enumerate().filter(|(_, label)| !label.is_empty())
    }

    /// The first label there is.
    pub fn first(&self) -> &str {
        self.iter().next().unwrap_or_default()
    }

    /// The label in the language with this index; empty where there is none.
    pub fn get(&self, index: usize) -> &str {
        self.0.get(index).map_or("", String::as_str)
    }

    /// The labels there are, with a text between each two.
    pub fn join(&self, between: &str) -> String {
        self.iter().collect::<Vec<_>>().join(between)
    }
}

/// An entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Its IRI.
    pub iri: NamedNode,
    /// Its labels.
    pub labels: Labels,
    /// Its class, by IRI.
    pub class: Option<NamedNode>,
    /// Labels of its class.
    pub class_labels: Labels,
    /// Labels of its local kind, else of its class.
    pub kind: Labels,
    /// Its status, where it has one.
    pub status: Option<Status>,
}

/// A relation from one entity to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its property.
    pub iri: NamedNode,
    /// Its labels.
    pub labels: Labels,
    /// Its status, where the claim has one.
    pub status: Option<Status>,
}

/// A status code with its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The code's IRI.
    pub iri: NamedNode,
    /// Its labels.
    pub labels: Labels,
}

impl Status {
    /// Whether what has this status is there: done or going on.
    pub fn holds(&self) -> bool {
        [code::DONE, code::ONGOING].contains(&self.iri.as_ref())
    }

    /// Whether what has this status was there and is not any more.
    pub fn has_ended(&self) -> bool {
        self.iri == code::ENDED
    }

    /// The status, where it is worth saying: what simply holds needs no word.
    pub fn unless_holds(status: Option<&Self>) -> Option<&Self> {
        status.filter(|status| !status.holds())
    }
}

/// Entities and relations, both in the order of their IRIs.
pub type Network = DiGraph<Entity, Relation>;

/// The network of a graph with labels in `languages`. With `only`, that
/// entity, its neighbours and the relations among these.
pub fn project(graph: &Graph, languages: &[String], only: Option<NamedNodeRef<'_>>) -> Result<Network> {
    let query = view(graph, "relations")?;
    project_view(graph, languages, &query, only)
}

/// The network whose relations are the rows of `query`: source, relation,
/// target, status.
pub fn project_view(
    graph: &Graph,
    languages: &[String],
    query: &Query,
    only: Option<NamedNodeRef<'_>>,
) -> Result<Network> {
    let relations = rows(graph, query)?;
    let entities = rows(graph, &view(graph, "entities")?)?;
    let neighbours: Option<BTreeSet<NamedNode>> = only.map(|only| {
        let only = only.into_owned();
        let ends = relations.iter().filter_map(|row| match row.as_slice() {
            [Some(source), _, Some(target), _] => Some([source, target]),
            _ => None,
        });
        let near = ends.filter(|ends| ends.contains(&&only)).flatten().cloned();
        near.chain([only.clone()]).collect()
    });
    let near = |node: &NamedNode| neighbours.as_ref().is_none_or(|near| near.contains(node));
    let mut network = Network::new();
    let mut indexes: BTreeMap<NamedNode, NodeIndex> = BTreeMap::new();
    // An entity of several classes or kinds has several rows; the first is taken.
    for row in &entities {
        let [Some(iri), class, kind, status] = row.as_slice() else { continue };
        if indexes.contains_key(iri) || !near(iri) {
            continue;
        }
        let index = network.add_node(Entity {
            iri: iri.clone(),
            labels: labels(graph, iri, languages)?,
            class: class.clone(),
            class_labels: match class {
                Some(class) => labels(graph, class, languages)?,
                None => Labels::default(),
            },
            kind: match kind.as_ref().or(class.as_ref()) {
                Some(kind) => labels(graph, kind, languages)?,
                None => Labels::default(),
            },
            status: read_status(graph, status.as_ref(), languages)?,
        });
        indexes.insert(iri.clone(), index);
    }
    for row in &relations {
        let [Some(source), Some(relation), Some(target), status] = row.as_slice() else { continue };
        let (Some(&from), Some(&to)) = (indexes.get(source), indexes.get(target)) else { continue };
        network.add_edge(
            from,
            to,
            Relation {
                iri: relation.clone(),
                labels: labels(graph, relation, languages)?,
                status: read_status(graph, status.as_ref(), languages)?,
            },
        );
    }
    Ok(network)
}

/// The network that triples make: every IRI is a node, every triple between
/// two of them (but `rdf:type`) an edge. Labels and kinds are read from `graph`.
pub fn of_triples(graph: &Graph, languages: &[String], quads: &[Quad]) -> Result<Network> {
    let mut edges = Vec::new();
    let mut nodes = BTreeMap::new();
    for quad in quads {
        let NamedOrBlankNode::NamedNode(source) = &quad.subject else { continue };
        nodes.insert(source.clone(), None);
        if let (Term::NamedNode(target), true) = (&quad.object, quad.predicate.as_ref() != rdf::TYPE) {
            nodes.insert(target.clone(), None);
            edges.push((source, &quad.predicate, target));
        }
    }
    edges.sort();
    edges.dedup();
    let mut network = Network::new();
    for (iri, index) in &mut nodes {
        // The class that the source gives, not one that follows from it.
        let mut classes: Vec<NamedNode> = Vec::new();
        for quad in graph.matching(Some(iri.as_ref().into()), Some(rdf::TYPE), None, None) {
            let quad = quad?;
            if let (Term::NamedNode(class), Layer::Source) = (quad.object, Layer::of(quad.graph_name.as_ref())) {
                classes.push(class);
            }
        }
        let class = classes.into_iter().min();
        let class_labels = match &class {
            Some(class) => labels(graph, class, languages)?,
            None => Labels::default(),
        };
        *index = Some(network.add_node(Entity {
            iri: iri.clone(),
            labels: labels(graph, iri, languages)?,
            kind: class_labels.clone(),
            class_labels,
            class,
            status: None,
        }));
    }
    for (source, relation, target) in edges {
        if let (Some(Some(from)), Some(Some(to))) = (nodes.get(source), nodes.get(target)) {
            let labels = labels(graph, relation, languages)?;
            network.add_edge(*from, *to, Relation { iri: relation.clone(), labels, status: None });
        }
    }
    Ok(network)
}

/// An embedded view, by name.
pub fn view(graph: &Graph, name: &str) -> Result<Query> {
    let file = format!("queries/views/{name}.rq");
    let bytes = embedded::read(&file).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    Query::parse(&file, &text, &graph.prefixes).map_err(Error::invalid)
}

/// The rows of a view; what is no IRI counts as unbound.
fn rows(graph: &Graph, query: &Query) -> Result<Vec<Vec<Option<NamedNode>>>> {
    let mut rows = Vec::new();
    if let QueryResults::Solutions(solutions) = evaluate(graph, query)? {
        for solution in solutions {
            let solution = solution.map_err(|error| evaluation_error(query, &error))?;
            let node = |term: &Option<Term>| match term {
                Some(Term::NamedNode(node)) => Some(node.clone()),
                _ => None,
            };
            rows.push(solution.values().iter().map(node).collect());
        }
    }
    Ok(rows)
}

fn labels(graph: &Graph, node: &NamedNode, languages: &[String]) -> Result<Labels> {
    let mut labels = Vec::new();
    for language in languages {
        labels.push(graph.label_in(node.as_ref(), language)?.unwrap_or_default());
    }
    if labels.iter().all(String::is_empty) {
        // A label in another language, or the IRI, is better than none.
        labels = vec![graph.label(node.as_ref(), languages)?];
    }
    Ok(Labels(labels))
}

fn read_status(graph: &Graph, status: Option<&NamedNode>, languages: &[String]) -> Result<Option<Status>> {
    let Some(iri) = status else { return Ok(None) };
    Ok(Some(Status { iri: iri.clone(), labels: labels(graph, iri, languages)? }))
}
