//! What else stands on the cards of a hierarchy: posts, who holds them, numbers of people, photos. It comes
//! from columns of the view's query, otherwise from properties that the view names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};
use petgraph::graph::NodeIndex;

use super::order::Natural;
use super::{ChildEnd, View};
use crate::chart::marks::CardMark;
use crate::chart::scene::picture::{self, Picture};
use crate::error::Result;
use crate::finding::{Finding, Findings, codes};
use crate::graph::Graph;
use crate::network::{Network, ViewRows, node_of_name, note};
use crate::vocab::schema;

/// What stands on a card in addition to kind, name and status.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::chart) struct CardFacts {
    /// Texts below the name: posts, or who holds a post.
    pub lines: Vec<String>,
    /// How many people there are.
    pub headcount: Option<String>,
    /// A photo.
    pub photo: Option<Picture>,
    /// What changed since an earlier edition.
    pub marks: Vec<CardMark>,
    /// Whether it is told on the card of a body, and has none of its own.
    pub is_told: bool,
}

/// What a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::chart) enum FactKind {
    Post,
    Person,
    /// The head of a body.
    Head,
    /// A person who belongs to a body, with a role.
    Member,
    /// The role of a member: of the membership, otherwise of the person.
    Role,
    Headcount,
    Photo,
}

impl FactKind {
    /// All kinds, each with its name in front matter and as a column.
    pub(super) const ALL: [(Self, &'static str); 7] = [
        (Self::Post, "post"),
        (Self::Person, "person"),
        (Self::Head, "head"),
        (Self::Member, "member"),
        (Self::Role, "role"),
        (Self::Headcount, "headcount"),
        (Self::Photo, "photo"),
    ];
}

/// Steps from a thing to a value: a property, and whether it is followed backwards.
pub(in crate::chart) type Way = Vec<(NamedNode, bool)>;

/// The most values of one kind on a card.
const MOST: usize = 3;

/// Reads the facts of all things of a network. Labels of a user's own query go from the lines to the cards.
pub(in crate::chart) fn read(
    graph: &Graph,
    languages: &[String],
    view: &View,
    rows: Option<&ViewRows>,
    network: &mut Network,
    (folder, findings): (Option<&Path>, &mut Findings),
) -> Result<BTreeMap<NodeIndex, CardFacts>> {
    let mut texts: BTreeMap<(NodeIndex, FactKind), Vec<String>> = BTreeMap::new();
    let mut add = |node: NodeIndex, kind: FactKind, text: String| {
        let known = texts.entry((node, kind)).or_default();
        if !text.is_empty() && known.len() < MOST && !known.contains(&text) {
            known.push(text);
        }
    };
    if let Some(rows) = rows {
        let nodes: BTreeMap<NamedNode, NodeIndex> =
            network.node_indices().map(|node| (network[node].iri.clone(), node)).collect();
        for row in rows.iter() {
            let Some(node) = row.node("source").and_then(|iri| nodes.get(iri)).copied() else { continue };
            for (kind, name) in FactKind::ALL.into_iter().filter(|(_, name)| rows.has(name)) {
                match row.term(name) {
                    Some(Term::NamedNode(iri)) if kind == FactKind::Photo => add(node, kind, iri.as_str().to_owned()),
                    Some(Term::NamedNode(iri)) => add(node, kind, graph.label(iri, languages)?),
                    term => add(node, kind, note(term, languages).unwrap_or_default()),
                }
            }
        }
    }
    for edge in network.edge_indices().collect::<Vec<_>>() {
        let Some((source, target)) = network.edge_endpoints(edge) else { continue };
        let branch = view.branches.iter().find(|(iri, _)| *iri == network[edge].iri);
        let child = if branch.is_some_and(|(_, end)| *end == ChildEnd::Target) { target } else { source };
        for text in std::mem::take(&mut network[edge].notes) {
            add(child, FactKind::Post, text);
        }
    }
    let members = members(graph, languages, view, network)?;
    let told = |kind: FactKind| !matches!(kind, FactKind::Head | FactKind::Member | FactKind::Role);
    for node in network.node_indices() {
        for (kind, ways) in view.card.iter().filter(|(kind, _)| told(*kind)) {
            for way in ways {
                for value in follow(graph, &network[node].iri, way) {
                    match value {
                        Term::Literal(_) => add(node, *kind, note(Some(&value), languages).unwrap_or_default()),
                        Term::NamedNode(iri) if *kind == FactKind::Photo => add(node, *kind, iri.into_string()),
                        Term::NamedNode(iri) if graph.has_label(&iri)? => {
                            add(node, *kind, graph.label(&iri, languages)?);
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    let mut facts: BTreeMap<NodeIndex, CardFacts> = BTreeMap::new();
    // The kind of a person, which is a post, stands below the name; that it is a person, the colour says.
    for node in network.node_indices().collect::<Vec<_>>() {
        let entity = &mut network[node];
        if entity.class.as_ref().is_some_and(|class| view.people.contains(class)) {
            let kind = std::mem::take(&mut entity.kind);
            if kind != entity.class_labels {
                facts.entry(node).or_default().lines.extend(kind.iter().map(str::to_owned));
            }
        }
    }
    let mut pictures: BTreeMap<String, Option<Picture>> = BTreeMap::new();
    for ((node, kind), values) in texts {
        let own = facts.entry(node).or_default();
        match kind {
            FactKind::Post | FactKind::Person | FactKind::Head | FactKind::Member => {
                let name = network[node].labels.clone();
                let known = [&own.lines[..], &name.iter().map(str::to_owned).collect::<Vec<_>>()].concat();
                own.lines.extend(values.into_iter().filter(|value| !known.contains(value)));
            }
            // A role is told beside its member.
            FactKind::Role => {}
            FactKind::Headcount => own.headcount = values.into_iter().next(),
            FactKind::Photo => {
                let Some(file) = values.into_iter().next() else { continue };
                if let Some(known) = pictures.get(&file) {
                    own.photo.clone_from(known);
                    continue;
                }
                let read = match folder {
                    Some(folder) => picture::read(folder, &file),
                    None => Err("is not in a pack or beside a list".to_owned()),
                };
                if let Err(problem) = &read {
                    let whose = network[node].labels.first();
                    findings.push(
                        Finding::warning(codes::PICTURE, format!("the photo of {whose}, `{file}`, {problem}"))
                            .hint("the card is drawn without it".to_owned()),
                    );
                }
                let read = read.ok();
                own.photo.clone_from(&read);
                pictures.insert(file, read);
            }
        }
    }
    for (node, names) in members {
        let (told, names): (Vec<Option<NodeIndex>>, Vec<String>) = names.into_iter().unzip();
        for person in told.into_iter().flatten() {
            facts.entry(person).or_default().is_told = true;
        }
        let n_more = names.len().saturating_sub(MOST);
        let own = facts.entry(node).or_default();
        let n_shown = if n_more == 1 { names.len() } else { names.len().min(MOST) };
        own.lines.extend(names.into_iter().take(n_shown));
        if n_more > 1 {
            own.lines.push(view.words.phrases("more", languages).replace("{n}", &n_more.to_string()));
        }
    }
    Ok(facts)
}

/// A member in words, and the node of a card that it would have.
type MemberWords = (Option<NodeIndex>, String);

/// The people who belong to each body and have no card of their own, each with a role: its heads, then the others,
/// in the order of their names.
fn members(
    graph: &Graph,
    languages: &[String],
    view: &View,
    network: &Network,
) -> Result<BTreeMap<NodeIndex, Vec<MemberWords>>> {
    let drawn: BTreeMap<&NamedNode, NodeIndex> =
        network.node_indices().map(|node| (&network[node].iri, node)).collect();
    let mut members = BTreeMap::new();
    for node in network.node_indices() {
        let mut found: Vec<(bool, Natural, MemberWords)> = Vec::new();
        let mut known: Vec<Term> = Vec::new();
        let heads: Vec<Term> =
            ways(view, FactKind::Head).flat_map(|way| follow(graph, &network[node].iri, way)).collect();
        for way in ways(view, FactKind::Member).chain(ways(view, FactKind::Head)) {
            let (last, before) = match way.split_last() {
                Some((last, before)) => (vec![last.clone()], before.to_vec()),
                None => continue,
            };
            for middle in follow(graph, &network[node].iri, &before) {
                for person in follow_from(graph, middle.clone(), &last) {
                    let Term::NamedNode(iri) = &person else { continue };
                    let own = drawn.get(iri).copied();
                    let hangs = |node: NodeIndex| network.neighbors_undirected(node).next().is_some();
                    if known.contains(&person) || own.is_some_and(hangs) || !graph.has_label(iri)? {
                        continue;
                    }
                    let name = graph.label(iri, languages)?;
                    // Of the membership; otherwise what the person is.
                    let membership = (!before.is_empty()).then_some(&middle);
                    let mut roles = roles(graph, languages, view, membership, &person)?;
                    let is_head = heads.contains(&person);
                    if roles.is_empty() && is_head {
                        roles.push(view.words.words("head", languages));
                    }
                    roles.retain(|role| !role.is_empty());
                    let words = std::iter::once(name.clone()).chain(roles).collect::<Vec<_>>().join(" · ");
                    found.push((!is_head, Natural::of(&name), (own, words)));
                    known.push(person);
                }
            }
        }
        found.sort();
        if !found.is_empty() {
            members.insert(node, found.into_iter().map(|(.., words)| words).collect());
        }
    }
    Ok(members)
}

/// The ways of a view to facts of a kind.
fn ways(view: &View, wanted: FactKind) -> impl Iterator<Item = &Way> {
    view.card.iter().filter(move |(kind, _)| *kind == wanted).flat_map(|(_, ways)| ways)
}

/// What a person is in a body: by the membership if there is one, otherwise by the person's own posts.
fn roles(
    graph: &Graph,
    languages: &[String],
    view: &View,
    membership: Option<&Term>,
    person: &Term,
) -> Result<Vec<String>> {
    let of_membership = membership.into_iter().flat_map(|from| ways(view, FactKind::Role).map(move |way| (from, way)));
    for (from, way) in of_membership.chain(ways(view, FactKind::Post).map(|way| (person, way))) {
        let mut roles: Vec<String> = Vec::new();
        for value in follow_from(graph, from.clone(), way) {
            let role = match &value {
                Term::Literal(_) => note(Some(&value), languages),
                Term::NamedNode(role) if graph.has_label(role)? => Some(graph.label(role, languages)?),
                _ => None,
            };
            roles.extend(role.filter(|role| !roles.contains(role)));
        }
        if !roles.is_empty() {
            return Ok(roles);
        }
    }
    Ok(Vec::new())
}

/// Those who are told on the card of a body.
pub(in crate::chart) fn told(facts: &BTreeMap<NodeIndex, CardFacts>) -> BTreeSet<NodeIndex> {
    facts.iter().filter(|(_, facts)| facts.is_told).map(|(node, _)| *node).collect()
}

/// The values at the end of a way.
fn follow(graph: &Graph, from: &NamedNode, way: &[(NamedNode, bool)]) -> Vec<Term> {
    let start: NamedOrBlankNode = node_of_name(from).into_owned();
    follow_from(graph, start.into(), way)
}

fn follow_from(graph: &Graph, start: Term, way: &[(NamedNode, bool)]) -> Vec<Term> {
    let mut ends: Vec<Term> = vec![start];
    for (property, backwards) in way {
        let mut next: Vec<Term> = Vec::new();
        // schema.org is written with and without TLS.
        let local = property.as_str().strip_prefix(schema::NAMESPACE_IRI);
        let other = local.map(|local| NamedNode::new_unchecked(format!("{}{local}", schema::WITHOUT_TLS)));
        for property in std::iter::once(property).chain(&other) {
            for end in &ends {
                let node: NamedOrBlankNode = match end {
                    Term::NamedNode(node) => node.clone().into(),
                    Term::BlankNode(node) => node.clone().into(),
                    _ => continue,
                };
                if *backwards {
                    next.extend(graph.subjects(property.as_ref(), end.as_ref()).into_iter().map(Term::from));
                } else {
                    next.extend(graph.objects(node.as_ref(), property.as_ref()));
                }
            }
        }
        next.dedup();
        ends = next;
    }
    ends
}
