//! The relations between things as numbers, for questions about the whole: what connects two
//! things, what holds the parts together. The same relations as those of the view `relations`,
//! read without a query, so that a million are read in seconds; in addition those that a membership or a role
//! states, which is no thing.

use hashbrown::{HashMap, HashSet};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, TermRef};

use crate::graph::{Graph, LABELS, Layer, TermNumber};
use crate::vocab::{cg, code, named_graph, org, schema, skos};

/// A relation between two things, which are given by their index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ThingLink {
    /// The index of its subject.
    pub from: u32,
    /// The index of its object.
    pub to: u32,
    /// Its property.
    pub relation: TermNumber,
    /// Its status, if a claim has one.
    pub status: Option<TermNumber>,
    /// The claim that states it, if one does.
    pub claim: Option<TermNumber>,
    /// Whether it is there, or was: it has no status, or is done, ongoing or ended.
    pub is_there: bool,
    /// Whether it is there now: neither planned nor ended.
    pub holds: bool,
}

/// Things and the relations between them.
#[derive(Debug, Clone, Default)]
pub struct LinkedThings {
    /// The things, by IRI.
    things: Vec<TermNumber>,
    index: HashMap<TermNumber, u32>,
    /// The class that the source gives each thing, if one.
    classes: Vec<Option<TermNumber>>,
    /// The relations, those of a subject side by side.
    links: Vec<ThingLink>,
}

/// What parts of claims, figures and names are.
const PARTS: [NamedNodeRef<'_>; 6] =
    [cg::CLAIM, cg::FIGURE_CLASS, cg::RATIO_PART_CLASS, cg::NAME_CLASS, cg::EVIDENCE_CLASS, cg::SOURCE_CLASS];

impl LinkedThings {
    /// Reads the relations of a graph. Things are the entities; in a graph without any, everything
    /// that has an IRI and is no part of a claim, figure or name.
    pub fn read(graph: &Graph) -> Self {
        let reading = LinkReading::of(graph);
        let mut found = reading.claims();
        let stated: HashSet<[TermNumber; 3]> = found.iter().map(|(triple, ..)| *triple).collect();
        let mut things: HashSet<TermNumber> = reading.entities.clone();
        let mut classes: HashMap<TermNumber, Vec<TermNumber>> = HashMap::new();
        for [name, subject, predicate, object] in graph.matching_in(None, [None; 3]) {
            if reading.beside.contains(&name) || reading.parts.contains(&subject) || reading.between.contains(&subject)
            {
                continue;
            }
            if Some(predicate) == reading.rdf_type {
                if reading.is_thing(subject) {
                    classes.entry(subject).or_default().push(object);
                    things.insert(subject);
                }
                continue;
            }
            if !reading.is_thing(subject) {
                continue;
            }
            things.insert(subject);
            let is_relation = Some(predicate) != reading.jurisdiction
                && reading.is_thing(object)
                && !reading.parts.contains(&object)
                && !reading.between.contains(&object)
                && !(reading.entities.contains(&subject) && reading.concepts.contains(&object));
            if is_relation && !stated.contains(&[subject, predicate, object]) {
                found.push(([subject, predicate, object], None, None));
            }
        }
        let through: Vec<StatedLink> =
            reading.through().into_iter().filter(|(triple, ..)| !stated.contains(triple)).collect();
        found.extend(through);
        things.extend(found.iter().flat_map(|([subject, _, object], ..)| [*subject, *object]));
        let mut named: Vec<(String, TermNumber)> =
            things.into_iter().filter_map(|thing| Some((iri(graph, thing)?, thing))).collect();
        named.sort_unstable();
        let things: Vec<TermNumber> = named.into_iter().map(|(_, thing)| thing).collect();
        let index: HashMap<TermNumber, u32> = things.iter().zip(0..).map(|(thing, at)| (*thing, at)).collect();
        let first_class = |thing: &TermNumber| {
            let of_thing = classes.get(thing)?.iter();
            of_thing.filter_map(|class| Some((iri(graph, *class)?, *class))).min().map(|(_, class)| class)
        };
        let classes = things.iter().map(first_class).collect();
        let links = found.into_iter().filter_map(|([subject, relation, object], status, claim)| {
            let is = |code: Option<TermNumber>| status.is_some() && status == code;
            let holds = status.is_none() || is(reading.done) || is(reading.ongoing);
            let is_there = holds || is(reading.ended);
            Some(ThingLink {
                from: *index.get(&subject)?,
                to: *index.get(&object)?,
                relation,
                status,
                claim,
                is_there,
                holds,
            })
        });
        let mut links: Vec<ThingLink> = links.collect();
        let mut names: HashMap<TermNumber, String> = HashMap::new();
        for number in links.iter().flat_map(|link| [Some(link.relation), link.status, link.claim]).flatten() {
            names.entry(number).or_insert_with(|| graph.term(number).as_ref().to_string());
        }
        let name = |number: Option<TermNumber>| number.map(|number| names[&number].as_str());
        links.sort_unstable_by(|a, b| {
            let key = |link: &ThingLink| (link.from, link.to, name(Some(link.relation)), name(link.status));
            key(a).cmp(&key(b)).then_with(|| name(a.claim).cmp(&name(b.claim)))
        });
        links.dedup();
        Self { things, index, classes, links }
    }

    /// How many things there are.
    pub fn n_things(&self) -> usize {
        self.things.len()
    }

    /// The relations, those of a subject side by side, in the order of IRIs.
    pub fn links(&self) -> &[ThingLink] {
        &self.links
    }

    /// The relations from one thing to another.
    pub fn between(&self, from: u32, to: u32) -> &[ThingLink] {
        let first = self.links.partition_point(|link| (link.from, link.to) < (from, to));
        let n = self.links[first..].partition_point(|link| (link.from, link.to) == (from, to));
        &self.links[first..first + n]
    }

    /// The index of a thing; `None` if it is none.
    pub fn find(&self, graph: &Graph, thing: NamedNodeRef<'_>) -> Option<u32> {
        self.index.get(&graph.find(thing.into())?).copied()
    }

    /// The thing with an index.
    pub fn thing(&self, graph: &Graph, index: u32) -> NamedNode {
        named_node(graph, self.things[index as usize])
    }

    /// The class that the source gives a thing.
    pub fn class(&self, index: u32) -> Option<TermNumber> {
        self.classes[index as usize]
    }

    /// All classes and local kinds of a thing, inferred ones too.
    pub fn kinds<'a>(&self, graph: &'a Graph, index: u32) -> impl Iterator<Item = TermNumber> + 'a {
        let thing = self.things[index as usize];
        let properties = [rdf::TYPE, cg::TYPE].map(|property| graph.find(property.into()));
        properties.into_iter().flatten().flat_map(move |property| graph.objects_of(thing, property))
    }

    /// The same things with the relations that are kept.
    pub fn keeping(&self, kept: impl Fn(&ThingLink) -> bool) -> Self {
        let links = self.links.iter().copied().filter(kept).collect();
        Self { links, things: self.things.clone(), index: self.index.clone(), classes: self.classes.clone() }
    }
}

/// The IRI of a term.
fn iri(graph: &Graph, number: TermNumber) -> Option<String> {
    match graph.term(number).as_ref() {
        TermRef::NamedNode(node) => Some(node.as_str().to_owned()),
        _ => None,
    }
}

/// A term that is an IRI.
pub fn named_node(graph: &Graph, number: TermNumber) -> NamedNode {
    NamedNode::new_unchecked(iri(graph, number).unwrap_or_default())
}

/// What has to be known of a graph before its triples are read.
struct LinkReading<'a> {
    graph: &'a Graph,
    rdf_type: Option<TermNumber>,
    jurisdiction: Option<TermNumber>,
    done: Option<TermNumber>,
    ongoing: Option<TermNumber>,
    ended: Option<TermNumber>,
    /// Graphs that hold no statements of a source.
    beside: HashSet<TermNumber>,
    parts: HashSet<TermNumber>,
    /// What stands between two things: memberships of W3C ORG, and roles of schema.org.
    between: HashSet<TermNumber>,
    concepts: HashSet<TermNumber>,
    /// The entities; empty in a graph in which anything is a thing.
    entities: HashSet<TermNumber>,
}

/// Subject, predicate and object, the status and the claim.
type StatedLink = ([TermNumber; 3], Option<TermNumber>, Option<TermNumber>);

impl<'a> LinkReading<'a> {
    fn of(graph: &'a Graph) -> Self {
        let number = |node: NamedNodeRef<'_>| graph.find(node.into());
        let rdf_type = number(rdf::TYPE);
        let of_class = |class: NamedNodeRef<'_>| -> Vec<TermNumber> {
            let pair = rdf_type.zip(number(class));
            pair.map(|(is, class)| graph.subjects_of(is, class).collect()).unwrap_or_default()
        };
        let beside = |name: &NamedOrBlankNode| match name {
            NamedOrBlankNode::NamedNode(name) => {
                Layer::of(name.as_ref().into()) != Layer::Source || name.as_ref() == named_graph::DATASET
            }
            NamedOrBlankNode::BlankNode(_) => false,
        };
        let graphs = graph.graph_names().into_iter().filter_map(|name| match graph.term(name).as_ref() {
            TermRef::NamedNode(node) => Some((name, NamedOrBlankNode::from(node.into_owned()))),
            _ => None,
        });
        let beside: HashSet<TermNumber> = graphs.filter(|(_, node)| beside(node)).map(|(name, _)| name).collect();
        let parts: HashSet<TermNumber> = PARTS.into_iter().flat_map(of_class).collect();
        let between: HashSet<TermNumber> =
            std::iter::once(org::MEMBERSHIP).chain(schema::ROLES).flat_map(of_class).collect();
        let concepts: HashSet<TermNumber> = of_class(skos::CONCEPT).into_iter().collect();
        let schemes: HashSet<TermNumber> = of_class(skos::CONCEPT_SCHEME).into_iter().collect();
        let mut entities: HashSet<TermNumber> = of_class(cg::ENTITY).into_iter().collect();
        if !entities.is_empty() {
            // Things of the pack's own classes have a label in the words of a source.
            for [name, subject, ..] in LABELS
                .into_iter()
                .filter_map(number)
                .flat_map(|label| graph.matching_in(None, [None, Some(label), None]))
            {
                let is_thing = ![&beside, &parts].iter().any(|set| set.contains(&name) || set.contains(&subject));
                if is_thing && !concepts.contains(&subject) && !schemes.contains(&subject) {
                    entities.insert(subject);
                }
            }
        }
        Self {
            graph,
            rdf_type,
            jurisdiction: number(cg::JURISDICTION),
            done: number(code::DONE),
            ongoing: number(code::ONGOING),
            ended: number(code::ENDED),
            beside,
            parts,
            between,
            concepts,
            entities,
        }
    }

    fn is_thing(&self, number: TermNumber) -> bool {
        match self.entities.is_empty() {
            true => matches!(self.graph.term(number).as_ref(), TermRef::NamedNode(_)),
            false => self.entities.contains(&number),
        }
    }

    /// What memberships and roles say of the two things between which they stand.
    fn through(&self) -> Vec<StatedLink> {
        let mut found = Vec::new();
        let number = |node: NamedNodeRef<'_>| self.graph.find(node.into());
        let member_of = number(org::MEMBER_OF);
        let ends = number(org::MEMBER).zip(number(org::ORGANIZATION));
        for node in &self.between {
            if let Some((member, organisation)) = ends {
                for who in self.graph.objects_of(*node, member).filter(|who| self.is_thing(*who)) {
                    for body in self.graph.objects_of(*node, organisation).filter(|body| self.is_thing(*body)) {
                        found.push(match member_of {
                            Some(member_of) => ([who, member_of, body], None, None),
                            None => ([body, member, who], None, None),
                        });
                    }
                }
            }
            let object = self.graph.term(*node).into_owned();
            for quad in self.graph.matching(None, None, Some(object.as_ref()), None) {
                let (Some(subject), Some(property)) =
                    (self.graph.find(quad.subject.as_ref().into()), number(quad.predicate.as_ref()))
                else {
                    continue;
                };
                let others = self.graph.objects_of(*node, property).filter(|other| self.is_thing(*other));
                found.extend(
                    others.filter(|_| self.is_thing(subject)).map(|other| ([subject, property, other], None, None)),
                );
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// What claims state about two things.
    fn claims(&self) -> Vec<StatedLink> {
        let number = |node: NamedNodeRef<'_>| self.graph.find(node.into());
        let properties = [rdf::SUBJECT, rdf::PREDICATE, rdf::OBJECT].map(number);
        let ([Some(subject), Some(predicate), Some(object)], Some(rdf_type), Some(class)) =
            (properties, self.rdf_type, number(cg::CLAIM))
        else {
            return Vec::new();
        };
        let status = number(cg::STATUS);
        let mut found = Vec::new();
        for claim in self.graph.subjects_of(rdf_type, class) {
            let objects = |property| self.graph.objects_of(claim, property);
            let (Some(from), Some(relation)) = (objects(subject).next(), objects(predicate).next()) else { continue };
            let status = status.and_then(|status| objects(status).next());
            for to in objects(object).filter(|to| self.is_thing(*to) && !self.concepts.contains(to)) {
                if self.is_thing(from) {
                    found.push(([from, relation, to], status, Some(claim)));
                }
            }
        }
        found
    }
}
