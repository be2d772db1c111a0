//! Entities and relations as a petgraph graph, projected from the views `entities` and
//! `relations`, and as numbers ([`LinkedThings`]) for questions about the whole. Labels are read from the graph; nothing here knows how a network is drawn.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{BlankNodeRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term};
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};

use crate::error::{Error, Result};
use crate::graph::{Graph, Layer, language_matches, local_name};
use crate::pack::embedded;
use crate::sparql::Query;
use crate::vocab::{cg, code, owl, schema};
use crate::vocabulary::in_words;

mod labels;
mod links;
mod named;
mod neighbours;
mod rank;
mod routes;
mod rows;
mod statistics;

pub use labels::{Labels, together};
pub use links::{LinkedThings, ThingLink, named_node};
pub use named::named;
pub use neighbours::{CutBody, Neighbours};
pub use rank::{RelationDepth, depths, page_ranks};
pub use routes::{PathCost, shortest_paths};
pub use rows::{ViewRow, ViewRows};
pub use statistics::{CountedRelation, CountedTerm, CountedThing, NetworkStatistics, statistics};

/// Whether a node stands between two things and says how one has to do with the other, as roles of schema.org do.
pub fn is_role<'a>(graph: &Graph, node: impl Into<NamedOrBlankNodeRef<'a>>) -> bool {
    let classes = graph.objects(node.into(), rdf::TYPE);
    schema::ROLES.iter().any(|role| classes.contains(&Term::from(role.into_owned())))
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
    /// Labels of its local kind, otherwise of its class.
    pub kind: Labels,
    /// All its classes and local kinds.
    pub kinds: BTreeSet<NamedNode>,
    /// Its status, if any.
    pub status: Option<Status>,
}

/// What a relation is called in one direction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verb {
    /// Its labels.
    pub labels: Labels,
    /// Its labels for what is not there yet.
    pub planned: Labels,
}

/// A relation from one entity to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its property.
    pub iri: NamedNode,
    /// Its labels.
    pub labels: Labels,
    /// Its labels for what is not there yet, in the languages in which the vocabulary has them.
    pub planned: Labels,
    /// The relation as read from its target: the inverse that the vocabulary has, if any.
    pub back: Option<Verb>,
    /// Its status, if the claim has one.
    pub status: Option<Status>,
    /// What the view adds to the label, such as amounts, in the languages shown.
    pub notes: Vec<String>,
    /// What limits it: when it is due, the part of which alone it holds.
    pub hedges: Vec<Labels>,
}

impl Relation {
    /// What is said in addition to its label, each once.
    pub fn additions(&self) -> Vec<String> {
        let mut said = self.notes.clone();
        for hedge in &self.hedges {
            let mut words: Vec<&str> = hedge.iter().collect();
            words.dedup();
            let words = words.join(" ");
            if !said.contains(&words) {
                said.push(words);
            }
        }
        said
    }
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
    /// Whether the status means that it exists: done or ongoing.
    pub fn holds(&self) -> bool {
        [code::DONE, code::ONGOING].contains(&self.iri.as_ref())
    }

    /// Whether the status means that it is done.
    pub fn is_done(&self) -> bool {
        self.iri == code::DONE
    }

    /// Whether the status means that it has ended.
    pub fn has_ended(&self) -> bool {
        self.iri == code::ENDED
    }

    /// The status, unless it is what readers assume: that it holds.
    pub fn unless_holds(status: Option<&Self>) -> Option<&Self> {
        status.filter(|status| !status.holds())
    }
}

/// Entities and relations, both in the order of their IRIs.
pub type Network = DiGraph<Entity, Relation>;

/// The network of a graph with labels in `languages`. With `only`, that
/// entity, its neighbours and the relations among these.
pub fn project(graph: &Graph, languages: &[String], only: Option<NamedNodeRef<'_>>) -> Result<Network> {
    let mut rows = ViewRows::read(graph, &view(graph, "relations")?)?;
    if let Some(only) = only {
        rows.keep_near(only);
    }
    let known = Entities::read(graph)?;
    let near = rows.nodes();
    let mut projection = Projection::new(graph, languages, &known);
    for iri in known.0.keys().filter(|iri| only.is_none_or(|only| iri.as_ref() == only || near.contains(*iri))) {
        projection.node(iri)?;
    }
    projection.relations(&rows)?;
    Ok(projection.network)
}

/// The network with these rows as relations. Its nodes are all entities of the graph; with `any`,
/// exactly the IRIs that occur in the rows.
pub fn of_rows(graph: &Graph, languages: &[String], rows: &ViewRows, any: bool) -> Result<Network> {
    let known = Entities::read(graph)?;
    let mut projection = Projection::new(graph, languages, &known);
    if any {
        for iri in &rows.nodes() {
            projection.node(iri)?;
        }
    } else {
        for iri in known.0.keys() {
            projection.node(iri)?;
        }
    }
    projection.relations(rows)?;
    let mut network = projection.network;
    // In a picture, a relation without a label is named by the words of its IRI.
    for relation in network.edge_weights_mut() {
        if !graph.has_label(&relation.iri)? {
            relation.labels = Labels::of([in_words(local_name(relation.iri.as_str()))]);
        }
    }
    Ok(network)
}

/// All names of all entities of a graph, in whatever language.
pub fn names(graph: &Graph) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for iri in Entities::read(graph)?.0.keys() {
        names.extend(graph.labels(iri.as_ref())?);
    }
    Ok(names)
}

/// The nodes that occur in these rows as `source`, `target` or `lane`, without relations.
pub fn nodes_of_rows(graph: &Graph, languages: &[String], rows: &ViewRows) -> Result<Network> {
    of_rows(graph, languages, &rows.without_relations(), true)
}

/// What the view `entities` has on each entity.
struct Entities(BTreeMap<NamedNode, Facts>);

#[derive(Default)]
struct Facts {
    class: Option<NamedNode>,
    kind: Option<NamedNode>,
    status: Option<NamedNode>,
    kinds: BTreeSet<NamedNode>,
}

impl Entities {
    fn read(graph: &Graph) -> Result<Self> {
        let mut entities: BTreeMap<NamedNode, Facts> = BTreeMap::new();
        for row in ViewRows::read(graph, &view(graph, "entities")?)?.iter() {
            let Some(iri) = row.node("entity") else { continue };
            let (class, kind) = (row.node("class").cloned(), row.node("kind").cloned());
            let kinds: Vec<NamedNode> = class.iter().chain(&kind).cloned().collect();
            // An entity with several classes or kinds has several rows; the first is shown.
            let status = row.node("status").cloned();
            let facts =
                entities.entry(iri.clone()).or_insert_with(|| Facts { class, kind, status, ..Facts::default() });
            facts.kinds.extend(kinds);
        }
        Ok(Self(entities))
    }
}

/// A network under construction. The labels of each thing are read once.
struct Projection<'a> {
    graph: &'a Graph,
    languages: &'a [String],
    known: &'a Entities,
    network: Network,
    indexes: BTreeMap<NamedNode, NodeIndex>,
    labels: BTreeMap<NamedNode, Labels>,
    verbs: BTreeMap<NamedNode, (Labels, Option<Verb>)>,
}

impl<'a> Projection<'a> {
    fn new(graph: &'a Graph, languages: &'a [String], known: &'a Entities) -> Self {
        let (network, indexes, labels, verbs) = (Network::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { graph, languages, known, network, indexes, labels, verbs }
    }

    /// The labels of a relation for what is not there yet, and the relation as read from its target.
    fn verb(&mut self, relation: &NamedNode) -> Result<(Labels, Option<Verb>)> {
        if let Some(known) = self.verbs.get(relation) {
            return Ok(known.clone());
        }
        let read = (
            planned_labels(self.graph, relation.as_ref(), self.languages),
            back(self.graph, relation, self.languages)?,
        );
        self.verbs.insert(relation.clone(), read.clone());
        Ok(read)
    }

    fn labels(&mut self, node: Option<&NamedNode>) -> Result<Labels> {
        let Some(node) = node else { return Ok(Labels::default()) };
        if let Some(labels) = self.labels.get(node) {
            return Ok(labels.clone());
        }
        let read = labels(self.graph, node, self.languages)?;
        self.labels.insert(node.clone(), read.clone());
        Ok(read)
    }

    fn status(&mut self, status: Option<&NamedNode>) -> Result<Option<Status>> {
        let Some(iri) = status else { return Ok(None) };
        Ok(Some(Status { iri: iri.clone(), labels: self.labels(status)? }))
    }

    fn node(&mut self, iri: &NamedNode) -> Result<()> {
        if self.indexes.contains_key(iri) {
            return Ok(());
        }
        let (class, kind, status, mut kinds) = match self.known.0.get(iri) {
            Some(facts) => (facts.class.clone(), facts.kind.clone(), facts.status.clone(), facts.kinds.clone()),
            None => (class_in_source(self.graph, iri.as_ref().into())?, None, None, BTreeSet::new()),
        };
        // Inferred classes count too: a bureau is an organisation.
        for term in self.graph.objects(iri.as_ref().into(), rdf::TYPE) {
            if let Term::NamedNode(class) = term {
                kinds.insert(class);
            }
        }
        let entity = Entity {
            iri: iri.clone(),
            labels: self.labels(Some(iri))?,
            class_labels: self.labels(class.as_ref())?,
            kind: self.labels(kind.as_ref().or(class.as_ref()))?,
            class,
            kinds,
            status: self.status(status.as_ref())?,
        };
        self.indexes.insert(iri.clone(), self.network.add_node(entity));
        Ok(())
    }

    /// Adds a relation for each row whose ends are nodes. Rows that differ only in their `label`
    /// are one relation with several notes.
    fn relations(&mut self, rows: &ViewRows) -> Result<()> {
        let mut drawn: BTreeMap<(NodeIndex, &NamedNode, NodeIndex, Option<&NamedNode>), EdgeIndex> = BTreeMap::new();
        for row in rows.iter() {
            let (Some(source), Some(relation), Some(target)) =
                (row.node("source"), row.node("relation"), row.node("target"))
            else {
                continue;
            };
            let (Some(&from), Some(&to)) = (self.indexes.get(source), self.indexes.get(target)) else { continue };
            let status = row.node("status");
            let edge = match drawn.get(&(from, relation, to, status)) {
                Some(edge) => *edge,
                None => {
                    let (labels, notes) = (self.labels(Some(relation))?, Vec::new());
                    let ((planned, back), stated) = (self.verb(relation)?, self.status(status)?);
                    let (iri, hedges) = (relation.clone(), Vec::new());
                    let weight = Relation { iri, labels, planned, back, status: stated, notes, hedges };
                    let edge = self.network.add_edge(from, to, weight);
                    drawn.insert((from, relation, to, status), edge);
                    edge
                }
            };
            if let Some(note) = note(row.term("label"), self.languages)
                && !self.network[edge].notes.contains(&note)
            {
                self.network[edge].notes.push(note);
            }
        }
        Ok(())
    }
}

/// The text of a `label`, if it is in one of the languages shown or in none.
pub fn note(term: Option<&Term>, languages: &[String]) -> Option<String> {
    let Some(Term::Literal(literal)) = term else { return None };
    let shown = |tag: &str| languages.iter().any(|language| language.eq_ignore_ascii_case(tag));
    let text = literal.value().trim();
    (!text.is_empty() && literal.language().is_none_or(shown)).then(|| text.to_owned())
}

/// The class that the source gives a thing, not an inferred one.
fn class_in_source(graph: &Graph, node: NamedOrBlankNodeRef<'_>) -> Result<Option<NamedNode>> {
    let mut classes: Vec<NamedNode> = Vec::new();
    for quad in graph.matching(Some(node), Some(rdf::TYPE), None, None) {
        if let (Term::NamedNode(class), Layer::Source) = (quad.object, Layer::of(quad.graph_name.as_ref())) {
            classes.push(class);
        }
    }
    Ok(classes.into_iter().min())
}

/// A subject, a predicate and an object that is a node; see [`node_name`] for blank nodes.
pub type TripleOfNodes = (NamedNode, NamedNode, NamedNode);

/// The name of a node in a network. That of a blank node is its label, `_:b0`, which no IRI is.
pub fn node_name(node: NamedOrBlankNodeRef<'_>) -> NamedNode {
    match node {
        NamedOrBlankNodeRef::NamedNode(node) => node.into_owned(),
        NamedOrBlankNodeRef::BlankNode(node) => NamedNode::new_unchecked(node.to_string()),
    }
}

/// The node that has a name in a network.
pub fn node_of_name(name: &NamedNode) -> NamedOrBlankNodeRef<'_> {
    match name.as_str().strip_prefix("_:") {
        Some(label) => BlankNodeRef::new_unchecked(label).into(),
        None => name.as_ref().into(),
    }
}

/// The network of triples: every IRI is a node, every triple between two of them (except
/// `rdf:type`) an edge. Labels and kinds are read from `graph`.
pub fn of_triples(graph: &Graph, languages: &[String], quads: &[Quad]) -> Result<Network> {
    let mut edges: Vec<TripleOfNodes> = Vec::new();
    let mut nodes: BTreeSet<NamedNode> = BTreeSet::new();
    for quad in quads {
        let NamedOrBlankNode::NamedNode(source) = &quad.subject else { continue };
        nodes.insert(source.clone());
        if let (Term::NamedNode(target), true) = (&quad.object, quad.predicate.as_ref() != rdf::TYPE) {
            edges.push((source.clone(), quad.predicate.clone(), target.clone()));
        }
    }
    edges.sort();
    edges.dedup();
    of_nodes(graph, languages, &edges, nodes)
}

/// The network of triples, in their order, and of further nodes.
pub fn of_nodes(
    graph: &Graph,
    languages: &[String],
    triples: &[TripleOfNodes],
    more: BTreeSet<NamedNode>,
) -> Result<Network> {
    let mut network = Network::new();
    let mut nodes: BTreeMap<NamedNode, Option<NodeIndex>> = more.into_iter().map(|node| (node, None)).collect();
    nodes.extend(triples.iter().flat_map(|(source, _, target)| [(source.clone(), None), (target.clone(), None)]));
    let mut read: BTreeMap<NamedNode, Labels> = BTreeMap::new();
    let mut labels_of = |node: &NamedNode| -> Result<Labels> {
        if let Some(labels) = read.get(node) {
            return Ok(labels.clone());
        }
        // A term of a vocabulary that is not there is named by the words of its IRI.
        let found = match graph.has_label(node)? {
            true => labels(graph, node, languages)?,
            false => Labels::of([in_words(local_name(node.as_str()))]),
        };
        read.insert(node.clone(), found.clone());
        Ok(found)
    };
    for (node, index) in &mut nodes {
        let class = class_in_source(graph, node_of_name(node))?;
        let class_labels = class.as_ref().map(&mut labels_of).transpose()?.unwrap_or_default();
        *index = Some(network.add_node(Entity {
            iri: node.clone(),
            labels: labels(graph, node_of_name(node), languages)?,
            kind: class_labels.clone(),
            class_labels,
            kinds: class.iter().cloned().collect(),
            class,
            status: None,
        }));
    }
    let mut backs: BTreeMap<&NamedNode, Option<Verb>> = BTreeMap::new();
    for (source, relation, target) in triples {
        if let (Some(Some(from)), Some(Some(to))) = (nodes.get(source), nodes.get(target)) {
            let (iri, labels, notes) = (relation.clone(), labels_of(relation)?, Vec::new());
            let planned = planned_labels(graph, relation.as_ref(), languages);
            let back = match backs.get(relation) {
                Some(back) => back.clone(),
                None => {
                    let read = back(graph, relation, languages)?;
                    backs.insert(relation, read.clone());
                    read
                }
            };
            let hedges = Vec::new();
            network.add_edge(*from, *to, Relation { iri, labels, planned, back, status: None, notes, hedges });
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

/// The labels of a thing in these languages, otherwise in another one, otherwise its IRI.
pub fn labels<'a>(graph: &Graph, node: impl Into<NamedOrBlankNodeRef<'a>>, languages: &[String]) -> Result<Labels> {
    let node = node.into();
    let mut labels = Vec::new();
    for language in languages {
        labels.push(graph.label_in(node, language)?.unwrap_or_default());
    }
    if labels.iter().all(String::is_empty) {
        // A label in another language, or the IRI, is better than none.
        labels = vec![graph.label(node, languages)?];
    }
    Ok(Labels::of(labels))
}

/// The labels of a property or measure for what is not there yet; an empty place for each language
/// in which the vocabulary has none.
pub fn planned_labels<'a>(graph: &Graph, node: impl Into<NamedOrBlankNodeRef<'a>>, languages: &[String]) -> Labels {
    annotations(graph, node, cg::PLANNED_LABEL, languages)
}

/// The patterns of the sentences that a property or measure makes; an empty place for each language
/// in which the vocabulary has none.
pub fn sentences<'a>(graph: &Graph, node: impl Into<NamedOrBlankNodeRef<'a>>, languages: &[String]) -> Labels {
    annotations(graph, node, cg::SENTENCE, languages)
}

/// The same for what goes on.
pub fn ongoing_sentences<'a>(graph: &Graph, node: impl Into<NamedOrBlankNodeRef<'a>>, languages: &[String]) -> Labels {
    annotations(graph, node, cg::ONGOING_SENTENCE, languages)
}

/// The same for what is not there yet.
pub fn planned_sentences<'a>(graph: &Graph, node: impl Into<NamedOrBlankNodeRef<'a>>, languages: &[String]) -> Labels {
    annotations(graph, node, cg::PLANNED_SENTENCE, languages)
}

fn annotations<'a>(
    graph: &Graph,
    node: impl Into<NamedOrBlankNodeRef<'a>>,
    property: NamedNodeRef<'_>,
    languages: &[String],
) -> Labels {
    let mut labels = vec![String::new(); languages.len()];
    let mut english = String::new();
    for label in graph.objects(node.into(), property) {
        let Term::Literal(label) = label else { continue };
        let Some(tag) = label.language() else { continue };
        for (place, _) in labels.iter_mut().zip(languages).filter(|(_, language)| language_matches(tag, language)) {
            if place.is_empty() {
                label.value().clone_into(place);
            }
        }
        if english.is_empty() && language_matches(tag, "en") {
            label.value().clone_into(&mut english);
        }
    }
    // As labels are: where none is in any of the languages, English is better than nothing.
    if labels.iter().all(String::is_empty) {
        labels.fill(english);
    }
    Labels::of(labels)
}

/// The colour that the vocabulary states for a class.
pub fn stated_colour(graph: &Graph, class: &NamedNode) -> Option<String> {
    let colours = graph.objects(class.as_ref().into(), cg::COLOUR);
    colours.into_iter().find_map(|colour| match colour {
        Term::Literal(colour) => Some(colour.value().to_owned()),
        _ => None,
    })
}

/// A relation as read from its target, if the vocabulary says what that is called.
pub fn back(graph: &Graph, relation: &NamedNode, languages: &[String]) -> Result<Option<Verb>> {
    let mut inverses: BTreeSet<NamedNode> = BTreeSet::new();
    for inverse in graph.objects(relation.as_ref().into(), owl::INVERSE_OF) {
        inverses.extend(match inverse {
            Term::NamedNode(inverse) => Some(inverse),
            _ => None,
        });
    }
    for inverse in graph.subjects(owl::INVERSE_OF, relation.as_ref().into()) {
        inverses.extend(match inverse {
            NamedOrBlankNode::NamedNode(inverse) => Some(inverse),
            NamedOrBlankNode::BlankNode(_) => None,
        });
    }
    let symmetric: Term = owl::SYMMETRIC_PROPERTY.into_owned().into();
    if graph.objects(relation.as_ref().into(), rdf::TYPE).contains(&symmetric) {
        inverses.insert(relation.clone());
    }
    for inverse in &inverses {
        if graph.has_label(inverse)? {
            let planned = planned_labels(graph, inverse.as_ref(), languages);
            return Ok(Some(Verb { labels: labels(graph, inverse, languages)?, planned }));
        }
    }
    Ok(None)
}

/// A status with its labels, if any.
pub fn status(graph: &Graph, status: Option<&NamedNode>, languages: &[String]) -> Result<Option<Status>> {
    let Some(iri) = status else { return Ok(None) };
    Ok(Some(Status { iri: iri.clone(), labels: labels(graph, iri, languages)? }))
}
