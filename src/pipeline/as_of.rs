//! A graph as of a day: without what was not there yet or any more, as far as the sources say when it was.
//!
//! A claim that is ongoing or has ended, a membership and a thing hold from the first to the last day that is stated
//! for them; a period stands for all of its days, and an end that is open or not known is no end. A claim that is done
//! is true from the first day of its period on. What ended after the day holds. What nobody dates stays as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use super::Knowledge;
use super::day::{DayNumber, Days, read_period};
use super::resources::rules;
use crate::derive::derive;
use crate::error::Result;
use crate::graph::{Graph, GraphBuilder, Layer};
use crate::vocab::{cg, code, named_graph, org, schema, time};

/// What a day leaves of a graph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DaySummary {
    /// Things that were not there.
    pub n_things: usize,
    /// Relations that did not hold.
    pub n_relations: usize,
    /// Things and relations that have ended since.
    pub n_restored: usize,
}

/// What is known of the time of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Nothing that tells.
    Unstated,
    Before,
    Within,
    After,
}

fn when((first, last): Days, day: DayNumber) -> When {
    match (first, last) {
        (Some(first), _) if day < first => When::Before,
        (_, Some(last)) if day > last => When::After,
        (None, None) => When::Unstated,
        _ => When::Within,
    }
}

/// The same knowledge as of a day.
pub fn as_of(knowledge: Knowledge, day: DayNumber) -> Result<(Knowledge, DaySummary)> {
    let graph = &knowledge.graph;
    let dates = Dates { graph };
    let mut summary = DaySummary::default();
    let (mut gone, mut restored): (HashSet<NamedOrBlankNode>, HashSet<NamedOrBlankNode>) = Default::default();
    let mut statements: BTreeSet<String> = BTreeSet::new();
    let claims = graph.subjects(rdf::TYPE, cg::CLAIM.into());
    let memberships = graph.subjects(rdf::TYPE, org::MEMBERSHIP.into());
    statements.extend(claims.iter().chain(&memberships).map(ToString::to_string));
    let ends = dates.closures(&claims);
    // Things first: what is of a thing goes with it.
    let mut things: BTreeMap<String, NamedOrBlankNode> = BTreeMap::new();
    for property in DATED {
        for quad in graph.matching(None, Some(property), None, None) {
            let key = quad.subject.to_string();
            if Layer::of(quad.graph_name.as_ref()) == Layer::Source && !statements.contains(&key) {
                things.insert(key, quad.subject);
            }
        }
    }
    things.extend(ends.keys().map(|thing| (thing.to_string(), thing.clone())));
    let carriers =
        [cg::FIGURE_CLASS, cg::NAME_CLASS, cg::EVIDENCE_CLASS, cg::SOURCE_CLASS, cg::CHANGE_EVENT, time::INTERVAL];
    let is_carrier = |node: &NamedOrBlankNode| {
        let classes = graph.objects(node.as_ref(), rdf::TYPE);
        carriers.iter().any(|class| classes.contains(&(*class).into_owned().into()))
    };
    let mut closed_later: HashSet<NamedOrBlankNode> = HashSet::new();
    for thing in things.into_values().filter(|thing| !is_carrier(thing)) {
        let (first, last) = dates.days(&thing);
        let last = last.or_else(|| ends.get(&thing).copied());
        match when((first, last), day) {
            When::Before | When::After => {
                gone.insert(thing);
            }
            When::Within if dates.has_ended(&thing) && last.is_some() => {
                closed_later.insert(thing.clone());
                restored.insert(thing);
            }
            _ => {}
        }
    }
    summary.n_things = gone.len();
    summary.n_restored = restored.len();
    for claim in &claims {
        let ends_of = |property| graph.objects(claim.as_ref(), property).into_iter().filter_map(node_of);
        let (subjects, objects): (Vec<_>, Vec<_>) = (ends_of(rdf::SUBJECT).collect(), ends_of(rdf::OBJECT).collect());
        let is_of_gone = subjects.iter().chain(&objects).any(|end| gone.contains(end));
        let found = when(dates.days(claim), day);
        let is = |status: NamedNodeRef<'_>| dates.has_status(claim, status);
        let holds_not = match found {
            _ if is_of_gone => true,
            When::Before => is(code::DONE) || is(code::ONGOING) || is(code::ENDED) || !dates.has_any_status(claim),
            When::After => is(code::ONGOING) || is(code::ENDED) || !dates.has_any_status(claim),
            When::Within | When::Unstated => false,
        };
        if holds_not {
            gone.insert(claim.clone());
            summary.n_relations += 1;
            continue;
        }
        // What ended with its thing, and has no date of its own, held until then.
        let ended_with = found == When::Unstated && subjects.iter().any(|end| closed_later.contains(end));
        let ended_later = found == When::Within && dates.days(claim).1.is_some();
        if is(code::ENDED) && (ended_with || ended_later) {
            restored.insert(claim.clone());
            summary.n_restored += 1;
        }
    }
    for membership in memberships {
        let ends = [org::MEMBER, org::ORGANIZATION].into_iter();
        let mut ends = ends.flat_map(|end| graph.objects(membership.as_ref(), end)).filter_map(node_of);
        let found = when(dates.days(&membership), day);
        if matches!(found, When::Before | When::After) || ends.any(|end| gone.contains(&end)) {
            gone.insert(membership);
            summary.n_relations += 1;
        }
    }
    let is_kept = |quad: &Quad| {
        !gone.contains(&quad.subject) && node_of(quad.object.clone()).is_none_or(|object| !gone.contains(&object))
    };
    let mut builder = GraphBuilder::default();
    builder.prefixes = graph.prefixes.clone();
    let has_rules = graph.named_graphs().iter().any(|(name, _)| *name == GraphName::from(named_graph::ONTOLOGY));
    for mut quad in graph.quads() {
        let layer = Layer::of(quad.graph_name.as_ref());
        // What rules derived is derived again.
        if matches!(layer, Layer::Direct | Layer::Inferred) || !is_kept(&quad) {
            continue;
        }
        if layer == Layer::Source && quad.predicate == cg::STATUS && restored.contains(&quad.subject) {
            if !statements.contains(&quad.subject.to_string()) {
                continue;
            }
            quad.object = code::ONGOING.into_owned().into();
        }
        builder.add(&quad);
    }
    let mut found = builder.freeze();
    if has_rules {
        found = derive(found, &rules()?)?.0;
    }
    Ok((Knowledge { graph: found, ..knowledge }, summary))
}

/// The properties that date a thing.
const DATED: [NamedNodeRef<'_>; 11] = [
    cg::VALID_FROM,
    cg::VALID_TO,
    cg::DURING,
    schema::FOUNDING_DATE,
    schema::DISSOLUTION_DATE,
    schema::START_DATE,
    schema::END_DATE,
    schema::FOUNDING_DATE_WITHOUT_TLS,
    schema::DISSOLUTION_DATE_WITHOUT_TLS,
    schema::START_DATE_WITHOUT_TLS,
    schema::END_DATE_WITHOUT_TLS,
];

fn node_of(term: Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.into()),
        Term::BlankNode(node) => Some(node.into()),
        _ => None,
    }
}

/// Reads dates from a graph.
struct Dates<'a> {
    graph: &'a Graph,
}

impl Dates<'_> {
    fn periods(&self, node: &NamedOrBlankNode, property: NamedNodeRef<'_>) -> Vec<Days> {
        let objects = self.graph.objects(node.as_ref(), property);
        let literals = objects.into_iter().filter_map(|object| match object {
            Term::Literal(literal) => read_period(literal.value()),
            _ => None,
        });
        literals.collect()
    }

    /// The first and the last day of what a node says of itself, or its interval of OWL-Time.
    fn days(&self, node: &NamedOrBlankNode) -> Days {
        let firsts = [
            cg::VALID_FROM,
            schema::FOUNDING_DATE,
            schema::START_DATE,
            schema::FOUNDING_DATE_WITHOUT_TLS,
            schema::START_DATE_WITHOUT_TLS,
        ];
        let lasts = [
            cg::VALID_TO,
            schema::DISSOLUTION_DATE,
            schema::END_DATE,
            schema::DISSOLUTION_DATE_WITHOUT_TLS,
            schema::END_DATE_WITHOUT_TLS,
        ];
        let of = |properties: &[NamedNodeRef<'_>]| -> Vec<Days> {
            properties.iter().flat_map(|property| self.periods(node, *property)).collect()
        };
        let mut first = of(&firsts).into_iter().filter_map(|(first, _)| first).min();
        let mut last = of(&lasts).into_iter().filter_map(|(_, last)| last).max();
        let during = self.periods(node, cg::DURING);
        first = first.or_else(|| during.iter().filter_map(|(first, _)| *first).min());
        last = last.or_else(|| during.iter().filter_map(|(_, last)| *last).max());
        for interval in self.graph.objects(node.as_ref(), org::MEMBER_DURING).into_iter().filter_map(node_of) {
            let instants = |end: NamedNodeRef<'_>| -> Vec<Days> {
                let ends = self.graph.objects(interval.as_ref(), end).into_iter().filter_map(node_of);
                ends.flat_map(|end| time::DATES.into_iter().flat_map(move |date| self.periods(&end, date))).collect()
            };
            first = first.or_else(|| instants(time::HAS_BEGINNING).into_iter().filter_map(|(first, _)| first).min());
            last = last.or_else(|| instants(time::HAS_END).into_iter().filter_map(|(_, last)| last).max());
        }
        (first, last)
    }

    /// The last days of things that have ended, by the events that changed them.
    fn closures(&self, claims: &[NamedOrBlankNode]) -> HashMap<NamedOrBlankNode, DayNumber> {
        let mut ends: HashMap<NamedOrBlankNode, DayNumber> = HashMap::new();
        let changed = Term::from(cg::CHANGED.into_owned());
        for claim in claims {
            if !self.graph.objects(claim.as_ref(), rdf::PREDICATE).contains(&changed) {
                continue;
            }
            let Some(last) = self.days(claim).1 else { continue };
            let things = self.graph.objects(claim.as_ref(), rdf::OBJECT).into_iter().filter_map(node_of);
            for thing in things.filter(|thing| self.has_ended(thing)) {
                let known = ends.entry(thing).or_insert(last);
                *known = (*known).max(last);
            }
        }
        ends
    }

    fn has_status(&self, node: &NamedOrBlankNode, status: NamedNodeRef<'_>) -> bool {
        self.graph.objects(node.as_ref(), cg::STATUS).contains(&status.into_owned().into())
    }

    fn has_any_status(&self, node: &NamedOrBlankNode) -> bool {
        !self.graph.objects(node.as_ref(), cg::STATUS).is_empty()
    }

    fn has_ended(&self, node: &NamedOrBlankNode) -> bool {
        self.has_status(node, code::ENDED)
    }
}
