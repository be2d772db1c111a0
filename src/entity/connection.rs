//! How two things are connected: paths in sentences, each with the lines that state it.

use std::collections::BTreeSet;

use oxigraph::model::{NamedNode, NamedOrBlankNode};
use serde_json::{Map, Value, json};

use super::find::{NodeKind, find};
use super::read::ProfileReader;
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::{Graph, TermNumber, local_name};
use crate::network::{
    Labels, LinkedThings, Neighbours, Network, Relation, ThingLink, Verb, back, labels, named, named_node, of_nodes,
    planned_labels, shortest_paths, status,
};
use crate::vocabulary::in_words;

/// What connects two things.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Where the paths begin and end.
    pub ends: [PathStop; 2],
    /// The paths, the shortest first.
    pub paths: Vec<Vec<PathStep>>,
    /// How many things are in the connected part of each end.
    pub part_sizes: [usize; 2],
}

/// A thing on a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStop {
    /// Its IRI.
    pub iri: NamedNode,
    /// Its prefixed name.
    pub id: String,
    /// Its labels.
    pub labels: Labels,
}

/// A step from one thing to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    /// The thing that it begins at.
    pub from: PathStop,
    /// The thing that it leads to.
    pub to: PathStop,
    /// The relations between the two, those that hold first.
    pub relations: Vec<WalkedRelation>,
}

/// A relation that is walked, one way or the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkedRelation {
    /// Its property.
    pub iri: NamedNode,
    /// Its labels, or those of its inverse if that is how it reads; for what is not there yet, in
    /// words for that.
    pub verb: Labels,
    /// Whether it is walked against its direction.
    pub is_backwards: bool,
    /// Whether its labels name it in the direction of the step.
    pub reads_along: bool,
    /// Its status, if a claim has one.
    pub status: Option<NamedNode>,
    /// Status (unless it simply holds), dates and qualifiers, in each language.
    pub remarks: Vec<Vec<String>>,
    /// The lines that back it.
    pub evidence: String,
    /// The claim that states it, if one does.
    pub claim: Option<NamedNode>,
}

/// What paths may walk.
#[derive(Debug, Clone, Default)]
pub struct PathLimits {
    /// Only these relations, by name; all if empty.
    pub only: Vec<String>,
    /// None of these relations, kinds and things, by name.
    pub avoid: Vec<String>,
    /// The most paths.
    pub most: usize,
}

/// The shortest paths between two things, as users name them.
///
/// # Errors
///
/// `unknown-entity`, `ambiguous-entity`; `same-thing`; `no-such-relation`; `empty-view` if the graph
/// has no relations.
pub fn connect(
    graph: &Graph,
    (from, to): (&str, &str),
    limits: &PathLimits,
    languages: &[String],
) -> Result<Connection> {
    let linked = LinkedThings::read(graph);
    if linked.links().is_empty() {
        let message = "the graph has no relation between two things";
        return Err(Error::invalid(Finding::error(codes::EMPTY_VIEW, message)));
    }
    let ends = [find(graph, from, NodeKind::Entity)?, find(graph, to, NodeKind::Entity)?];
    let stop = |iri: NamedNode| -> Result<PathStop> {
        let id = graph.prefixes.shorten(iri.as_str());
        Ok(PathStop { id, labels: labels(graph, iri.as_ref(), languages)?, iri })
    };
    if ends[0] == ends[1] {
        let id = graph.prefixes.shorten(ends[0].as_str());
        let message = format!("`{from}` and `{to}` are the same thing, {id}");
        let hint = format!("`civigraph show {id}` shows what it is connected with");
        return Err(Error::invalid(Finding::error(codes::SAME_THING, message).hint(hint)));
    }
    let index = [&ends[0], &ends[1]].map(|end| linked.find(graph, end.as_ref()));
    let linked = limited(graph, linked, limits, &index)?;
    let near = Neighbours::of(&linked);
    let (part, sizes) = near.parts();
    let size = |index: Option<u32>| index.map_or(1, |index| sizes[part[index as usize] as usize]);
    let part_sizes = index.map(size);
    let found = match index {
        [Some(from), Some(to)] => shortest_paths(&near, from, to, limits.most),
        _ => Vec::new(),
    };
    let mut paths = Vec::new();
    for (_, path) in found {
        let mut steps = Vec::new();
        for pair in path.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let mut links: Vec<(bool, &ThingLink)> =
                linked.between(from, to).iter().map(|link| (false, link)).collect();
            links.extend(linked.between(to, from).iter().map(|link| (true, link)));
            links.sort_by_key(|(_, link)| !link.holds);
            let relations = links.into_iter().map(|(is_backwards, link)| walked(graph, link, is_backwards, languages));
            steps.push(PathStep {
                from: stop(linked.thing(graph, from))?,
                to: stop(linked.thing(graph, to))?,
                relations: relations.collect::<Result<_>>()?,
            });
        }
        paths.push(steps);
    }
    let [from, to] = ends;
    Ok(Connection { ends: [stop(from)?, stop(to)?], paths, part_sizes })
}

/// The relations that may be walked.
fn limited(graph: &Graph, linked: LinkedThings, limits: &PathLimits, ends: &[Option<u32>; 2]) -> Result<LinkedThings> {
    let numbers: BTreeSet<TermNumber> = linked.links().iter().map(|link| link.relation).collect();
    let relations: BTreeSet<NamedNode> = numbers.into_iter().map(|number| named_node(graph, number)).collect();
    let of = |nodes: BTreeSet<NamedNode>| -> BTreeSet<TermNumber> {
        nodes.iter().filter_map(|node| graph.find(node.as_ref().into())).collect()
    };
    let no_relation = "no two things are connected by a relation called";
    let only = of(named(graph, &limits.only, &relations, codes::NO_SUCH_RELATION, no_relation)?);
    let mut avoided: BTreeSet<TermNumber> = BTreeSet::new();
    let mut things: BTreeSet<u32> = BTreeSet::new();
    if !limits.avoid.is_empty() {
        let kinds: BTreeSet<TermNumber> =
            (0..linked.n_things() as u32).flat_map(|thing| linked.kinds(graph, thing)).collect();
        let mut there = relations;
        there.extend(kinds.into_iter().map(|number| named_node(graph, number)));
        for text in &limits.avoid {
            let no_such = "no relation, kind or thing is called";
            let text = std::slice::from_ref(text);
            match named(graph, text, &there, codes::NO_SUCH_RELATION, no_such) {
                Ok(nodes) => avoided.extend(of(nodes)),
                Err(unknown) => {
                    let thing = find(graph, &text[0], NodeKind::Entity).map_err(|_| unknown)?;
                    things.extend(linked.find(graph, thing.as_ref()));
                }
            }
        }
        // The ends are what is asked for, whatever their kind.
        let is_avoided = |thing: &u32| linked.kinds(graph, *thing).any(|kind| avoided.contains(&kind));
        things.extend((0..linked.n_things() as u32).filter(is_avoided));
        things.retain(|thing| !ends.contains(&Some(*thing)));
    }
    let kept = |link: &ThingLink| {
        (only.is_empty() || only.contains(&link.relation))
            && !avoided.contains(&link.relation)
            && ![link.from, link.to].iter().any(|end| things.contains(end))
    };
    Ok(linked.keeping(kept))
}

fn walked(graph: &Graph, link: &ThingLink, is_backwards: bool, languages: &[String]) -> Result<WalkedRelation> {
    let iri = named_node(graph, link.relation);
    let forth = || -> Result<Verb> {
        let named = graph.has_label(iri.as_ref())?;
        let labels = match named {
            true => labels(graph, iri.as_ref(), languages)?,
            false => Labels::all(&in_words(local_name(iri.as_str())), languages.len()),
        };
        Ok(Verb { labels, planned: planned_labels(graph, iri.as_ref(), languages) })
    };
    let inverse = if is_backwards { back(graph, &iri, languages)? } else { None };
    let reads_along = !is_backwards || inverse.is_some();
    let verb = inverse.map_or_else(forth, Ok)?;
    let in_language = |at: usize| match verb.planned.get(at) {
        planned if !link.is_there && !planned.is_empty() => planned.to_owned(),
        _ => verb.labels.get(at).to_owned(),
    };
    let claim = link.claim.map(|claim| graph.term(claim).into_owned());
    let claim = claim.and_then(|claim| NamedOrBlankNode::try_from(claim).ok());
    let mut remarks = Vec::new();
    let mut evidence = String::new();
    if let Some(claim) = &claim {
        for language in languages {
            let reader = ProfileReader { graph, languages: std::slice::from_ref(language) };
            remarks.push(reader.remarks(claim.as_ref(), &[])?);
        }
        evidence = ProfileReader { graph, languages }.evidence(claim.as_ref())?;
    }
    Ok(WalkedRelation {
        verb: Labels::of((0..languages.len()).map(in_language)),
        is_backwards,
        reads_along,
        status: link.status.map(|status| named_node(graph, status)),
        remarks,
        evidence,
        claim: claim.and_then(|claim| match claim {
            NamedOrBlankNode::NamedNode(claim) => Some(claim),
            NamedOrBlankNode::BlankNode(_) => None,
        }),
        iri,
    })
}

impl PathStep {
    /// What a relation says, in the language with an index.
    pub fn sentence(&self, relation: &WalkedRelation, at: usize) -> String {
        let (from, to) = if relation.reads_along { (&self.from, &self.to) } else { (&self.to, &self.from) };
        let words = |labels: &Labels| {
            let own = labels.get(at);
            if own.is_empty() { labels.first().to_owned() } else { own.to_owned() }
        };
        [words(&from.labels), words(&relation.verb), words(&to.labels)].join(" ")
    }
}

impl Connection {
    /// The paths as a network, each relation in the direction in which it is walked if it has a name
    /// in that direction.
    ///
    /// # Errors
    ///
    /// Those of reading labels.
    pub fn network(&self, graph: &Graph, languages: &[String]) -> Result<Network> {
        let things = self.paths.iter().flatten().flat_map(|step| [&step.from.iri, &step.to.iri]);
        let mut network = of_nodes(graph, languages, &[], things.cloned().collect())?;
        let mut drawn = BTreeSet::new();
        for step in self.paths.iter().flatten() {
            let node = |stop: &PathStop| network.node_indices().find(|node| network[*node].iri == stop.iri);
            let (Some(from), Some(to)) = (node(&step.from), node(&step.to)) else { continue };
            for relation in &step.relations {
                let (from, to) = if relation.reads_along { (from, to) } else { (to, from) };
                if !drawn.insert((from.min(to), from.max(to), relation.iri.clone(), relation.status.clone())) {
                    continue;
                }
                let status = status(graph, relation.status.as_ref(), languages)?;
                let is_named = status.as_ref().is_some_and(|status| !status.holds() && !status.has_ended());
                let planned = if is_named { self.planned(graph, relation, languages)? } else { Labels::default() };
                network.add_edge(
                    from,
                    to,
                    Relation {
                        iri: relation.iri.clone(),
                        labels: relation.verb.clone(),
                        planned,
                        back: None,
                        status,
                        notes: Vec::new(),
                        hedges: Vec::new(),
                    },
                );
            }
        }
        Ok(network)
    }

    /// The words of a relation for what is not there yet, in the direction in which it reads.
    fn planned(&self, graph: &Graph, relation: &WalkedRelation, languages: &[String]) -> Result<Labels> {
        if relation.is_backwards && relation.reads_along {
            return Ok(back(graph, &relation.iri, languages)?.map(|verb| verb.planned).unwrap_or_default());
        }
        Ok(planned_labels(graph, relation.iri.as_ref(), languages))
    }

    /// The paths as JSON.
    pub fn json(&self, languages: &[String]) -> Value {
        let texts = |labels: &Labels| -> Value {
            labels.indexed().map(|(at, label)| (languages[at].clone(), json!(label))).collect::<Map<_, _>>().into()
        };
        let stop = |stop: &PathStop| json!({"iri": stop.iri.as_str(), "id": stop.id, "labels": texts(&stop.labels)});
        let iri = |node: &Option<NamedNode>| node.as_ref().map(|node| node.as_str().to_owned());
        let step = |step: &PathStep| {
            let relations = step.relations.iter().map(|relation| {
                let sentences = languages.iter().enumerate();
                let sentences = sentences.map(|(at, tag)| (tag.clone(), json!(step.sentence(relation, at))));
                let remarks = languages.iter().zip(&relation.remarks);
                json!({
                    "relation": relation.iri.as_str(),
                    "direction": if relation.is_backwards { "backwards" } else { "forwards" },
                    "sentences": sentences.collect::<Map<_, _>>(),
                    "status": iri(&relation.status),
                    "remarks": remarks.map(|(tag, said)| (tag.clone(), json!(said))).collect::<Map<_, _>>(),
                    "evidence": relation.evidence,
                    "claim": iri(&relation.claim),
                })
            });
            json!({"from": stop(&step.from), "to": stop(&step.to), "relations": relations.collect::<Vec<_>>()})
        };
        let paths = self
            .paths
            .iter()
            .map(|steps| json!({"length": steps.len(), "steps": steps.iter().map(step).collect::<Vec<_>>()}));
        json!({
            "from": stop(&self.ends[0]),
            "to": stop(&self.ends[1]),
            "partSizes": self.part_sizes,
            "paths": paths.collect::<Vec<_>>(),
        })
    }
}
